"""Descriptions in RDF: Turtle, N-Triples, JSON-LD or RDF/XML, in our own terms or in those aligned with them.

A project is read into its own graph; it may not speak of official names, and nothing in it reaches the rules.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

from ..descriptions import gate
from ..descriptions.description import (
    NAME,
    SECTIONS,
    UNKNOWN,
    Clue,
    Description,
    DescriptionError,
    Entity,
    Mapping,
    Node,
    Problem,
    Scalar,
    Sequence,
    a,
    suggest,
)
from ..descriptions.facts import COMPUTED, PRESUMED
from ..descriptions.limits import most
from ..descriptions.record import said
from ..descriptions.tree import compose_json, compose_xml
from ..law.graph import Graph, Literal, Term, Triple, parse
from ..law.knowledge import Fact, Knowledge
from ..law.licences import by_link
from ..law.names import AIACT, BASE, DCTERMS, PREFIXES, PROJECT, RDF, SCHEMA, XSD, curie, local, snake
from ..law.shapes import AT_LEAST, AT_MOST, LEAVES_OPEN, OCCURS, STATES

MAX_BYTES = most("rdf")
OFFICIAL = (
    AIACT,
    *(BASE + part for part in ("act/", "rule/", "parameter/", "reading/", "source/", "sanction/", "phrase/")),
)
LOGIC = tuple(PREFIXES[name] for name in ("sh", "owl", "rdfs"))
LABELS = (PREFIXES["rdfs"] + "label", PREFIXES["rdfs"] + "comment", PREFIXES["owl"] + "NamedIndividual")
DESCRIBES = AIACT + "describes"
MARKS = (STATES, LEAVES_OPEN, PRESUMED, COMPUTED, DESCRIBES)
ENDS = (AT_LEAST, AT_MOST, OCCURS)
NAMES = (SCHEMA + "name", PREFIXES["rdfs"] + "label", DCTERMS + "title")
# Whose addresses end in a name: of any other the last word says nothing.
NAMESPACES = (AIACT, PREFIXES["spdx"], "http://spdx.org/licenses/", PREFIXES["place"])
UNMARK = "leave the mark out"
PLAIN = (XSD + "string", RDF + "langString")
WHOLE = ("integer", "long", "int", "short", "byte")
NUMERIC = {
    XSD + name for name in ("decimal", "double", "float", *WHOLE, *(f"unsigned{each.title()}" for each in WHOLE))
}
NUMERIC |= {XSD + sign + "Integer" for sign in ("positive", "negative", "nonPositive", "nonNegative")}
TOKEN = re.compile(
    r"""(?P<long>\"\"\"(?:[^\\]|\\.)*?\"\"\"|'''(?:[^\\]|\\.)*?''')|(?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
    r"""|(?P<iri><[^<>\s]*>)|(?P<comment>\#[^\n]*)|(?P<mark>[;,\[\]()])|(?P<word>[^\s;,\[\]()<>"'\#]+)""",
    re.DOTALL,
)


NAMED_GRAPHS = (".trig", ".nq", ".trix")
TERMS = re.compile(r"""[^\s<>"'=,;{}\[\]()]+""")


def recognises(file: str, start: str) -> int:
    """Turtle and N-Triples by their name or their first word, JSON-LD by its keywords, RDF/XML by its namespace."""
    name, start = file.lower(), start.lstrip()
    if name.endswith((".ttl", ".nt", *NAMED_GRAPHS)):
        return 3 if AIACT in start else 2
    if name.endswith((".yaml", ".yml")):
        return 0
    if start.startswith("<") and f'"{RDF}"' in start:
        return 3 if AIACT in start else 2
    if start.startswith("[") or (start.startswith("{") and '"@' in start):
        return 3 if AIACT in start else 1
    return 1 if start.startswith(("@prefix", "@base", "PREFIX", "<http")) else 0


def read(file: str, text: str, knowledge: Knowledge) -> Description:
    """A description in Turtle, N-Triples, JSON-LD or RDF/XML. Raises ``DescriptionError``."""
    if file.lower().endswith(NAMED_GRAPHS):
        raise gate.refuse(file, "is a set of named graphs; hand in the one that describes the project, as Turtle")
    if text.lstrip().startswith(("[", "{")) and not file.lower().endswith((".ttl", ".nt")):
        tree = compose_json(file, text)
        triples = triples_of(file, text, "application/ld+json", "JSON-LD")
        gate.unheard(file, tree, sum(triple[1] == RDF + "type" for triple in triples))
        return _GraphReader(file, text, knowledge).read(placed(text, triples))
    if text.lstrip().startswith(("<?xml", "<!", "<rdf:")):
        compose_xml(file, text)
        return _GraphReader(file, text, knowledge).read(
            placed(text, triples_of(file, text, "application/rdf+xml", "RDF/XML"))
        )
    gate.rdf(file, text)
    return _GraphReader(file, text, knowledge).read(lined_turtle(text, triples_of(file, text, "text/turtle", "Turtle")))


def lined_turtle(text: str, triples: list[Triple]) -> list[tuple[Triple, int]]:
    """Each triple with the line on which its predicate stands; where that cannot be told, with a likely line.

    The triples are those of the whole text, parsed at once: nothing may be lost, or gained, by taking it apart.
    """
    base, known, lined = base_of(text), labels(text), []
    try:
        for number, (segment, line) in enumerate(segments(text), 1):
            found = calm(parse(segment.encode(), base, ""), known, f"n{number}")
            lined += [(triple, line) for triple in found]
    except SyntaxError:
        return placed(text, triples)
    same = Counter(map(blanked, triples)) == Counter(blanked(triple) for triple, _ in lined)
    return lined if same else placed(text, triples)


def blanked(triple: Triple) -> tuple:
    """A triple in which a node without a label has no name."""
    return tuple("_:" if isinstance(term, str) and term.startswith("_:-") else term for term in triple)


def base_of(text: str) -> str:
    return f"{PROJECT}{hashlib.sha256(text.encode()).hexdigest()[:16]}/"


def triples_of(file: str, text: str, mime: str, form: str) -> list[Triple]:
    """The triples of a text, strictly parsed, if they are not too many and each may be said."""
    try:
        found = list(islice(parse(text.encode(), base_of(text), "", mime), most("triples") + 1))
    except SyntaxError as error:
        fault = "its context would have to be fetched; write it out" if "remote context" in error.msg else error.msg
        raise gate.refuse(file, f"is not valid {form}: {fault}", error.lineno or 1) from None
    if len(found) > most("triples"):
        raise gate.refuse(file, f"has more than {most('triples')} triples; describe one project in one file")
    found = calm(found, labels(text), "n0")
    gate.terms(file, text, found)
    return found


def labels(text: str) -> set[str]:
    """The labels that a text gives to blank nodes; two places with one label speak of one node."""
    found = re.findall(r"""_:([^\s<>"',;()\[\]{}]+)|nodeID=["']([^"']+)""", text)
    return {label.rstrip(".") for pair in found for label in pair if label}


def calm(triples: Iterable[Triple], labels: set[str], part: str) -> list[Triple]:
    """Triples in which nodes without a label are counted; a parser names them anew, by chance, each time."""
    names: dict[str, str] = {}

    def name(term: Term) -> Term:
        if not isinstance(term, str) or not term.startswith("_:"):
            return term
        label = term.removeprefix("_:-")
        return f"_:{label}" if label in labels else names.setdefault(label, f"_:-{part}-{len(names) + 1}")

    return [(name(subject), predicate, name(object)) for subject, predicate, object in triples]


def placed(text: str, triples: list[Triple]) -> list[tuple[Triple, int]]:
    """Each triple with the line on which its property stands, after its subject; with that of the subject if it is
    written in other words."""
    places: dict[str, list[int]] = {}
    for found in TERMS.finditer(text):
        for word in {found[0], re.split("[/#:]", found[0])[-1]}:
            places.setdefault(word, []).append(found.start())
    breaks = [found.start() for found in re.finditer("\n", text)]

    def after(iri: str, start: int) -> int:
        for word in (iri, local(iri)):
            known = places.get(word, ())
            at = bisect_left(known, start)
            if at < len(known):
                return known[at]
        return -1

    lined = []
    for triple in triples:
        subject = max(after(triple[0], 0), 0)
        place = after(triple[1], subject)
        lined.append((triple, bisect_left(breaks, place if place >= 0 else subject) + 1))
    return lined


class _Prolog:
    """The prefixes that hold at a place of a document: a small document of its own needs those that it uses."""

    def __init__(self) -> None:
        self.base = ""
        self.prefixes: dict[str, str] = {}

    def directive(self, parts: list[str]) -> None:
        text = " ".join(parts) + ("\n" if parts[0].lower() in ("prefix", "base") else " .\n")
        alone = re.match(r"<[A-Za-z][A-Za-z0-9+.-]*:", parts[-1])  # an address that needs no other
        if parts[0].lower().endswith("base"):
            self.base = text if alone else self.base + text
        else:
            self.prefixes[parts[1]] = text if alone else self.base + text

    def of(self, subject: str, parts: list[str]) -> str:
        used = {part.partition(":")[0].rpartition("^")[2] + ":" for part in (subject, *parts) if ":" in part}
        return "".join(self.prefixes[name] for name in sorted(used) if name in self.prefixes) + self.base


def segments(text: str) -> Iterator[tuple[str, int]]:
    """Each predicate of each subject as a small Turtle document of its own, with the line on which it begins."""
    prolog, subject, parts, depth, expects = _Prolog(), "", [], 0, "subject"
    line = at = 1
    seen = 0
    for found in TOKEN.finditer(text):
        at, seen = at + text.count("\n", seen, found.start()), found.start()
        if found.lastgroup == "comment":
            continue
        token = found[0]
        ends = found.lastgroup == "word" and token.endswith(".") and not _is_inside(text, found.end())
        token = token[:-1] if ends else token
        if token in ("[", "("):
            depth += 1
        elif token in ("]", ")"):
            depth -= 1
        if expects == "subject" and depth == 0 and token and token not in ("]", ")"):
            if token.lower() in ("@prefix", "@base", "prefix", "base"):
                expects, parts, line = "directive", [token], at
            else:
                subject, expects, parts = token, "predicates", []
        elif expects == "subject" and token:
            subject, expects, parts, line = token, "whole", [], at
        elif expects in ("predicates", "whole", "directive"):
            if token == ";" and depth == 0 and expects == "predicates":
                if parts:
                    yield f"{prolog.of(subject, parts)}{subject} {' '.join(parts)} .", line
                parts = []
                continue
            if token:
                line = at if not parts else line
                parts.append(token)
            sparql = expects == "directive" and parts[0].lower() in ("prefix", "base")
            if sparql and len(parts) == (3 if parts[0].lower() == "prefix" else 2):
                ends = True
        if ends and depth == 0:
            if expects == "directive":
                prolog.directive(parts)
            elif parts or expects == "whole":
                yield f"{prolog.of(subject, parts)}{subject} {' '.join(parts)} .", line
            subject, parts, expects = "", [], "subject"


def _is_inside(text: str, end: int) -> bool:
    """Whether a full stop at the end of a word belongs to it, as in ``1.5``; it does not before a space."""
    return end < len(text) and not text[end].isspace() and text[end] not in "#<\"'["


class _GraphReader:
    """Turns triples with lines into entities with raw statements, as if they had been written in YAML."""

    def __init__(self, file: str, text: str, knowledge: Knowledge) -> None:
        self.knowledge, self.problems = knowledge, []
        self.found = Description(file, hashlib.sha256(text.encode()).hexdigest(), "", {}, form="rdf")
        self.ids: dict[str, str] = {}
        self.base = base_of(text)
        self.intervals: set[str] = set()  # nodes that are read as the value of a fact

    def read(self, lined: list[tuple[Triple, int]]) -> Description:
        self.graph = Graph(triple for triple, _ in lined)
        self.lines = dict(lined)
        for (subject, predicate, object), line in lined:
            self.refuse(subject, predicate, object, line)
            if predicate == RDF + "type":
                self.entity(subject, object, line)
        for (subject, predicate, object), line in lined:
            if subject in self.ids:
                self.statement(subject, predicate, object, line)
        for subject in self.ids:
            self.empties(subject)
            self.unknowns(subject)
        for (subject, predicate, object), line in lined:
            if subject not in self.ids and predicate.startswith(AIACT):
                self.stray(subject, predicate, object, line)
        if not self.found.entities and not self.problems:
            self.problem(Problem(1, f"describes nothing: no node has a class of {AIACT}"))
        if self.problems:
            raise DescriptionError(self.found.file, self.problems)
        return self.found

    def problem(self, problem: Problem) -> None:
        self.problems.append(problem)
        if len(self.problems) > most("problems"):
            raise DescriptionError(self.found.file, self.problems)

    def refuse(self, subject: str, predicate: str, object: Term, line: int) -> None:
        if subject.startswith(OFFICIAL):
            self.problem(Problem(line, f"speaks of {curie(subject)}, which is not the project's to define"))
        term = object if predicate == RDF + "type" and isinstance(object, str) else predicate
        if term.startswith(LOGIC) and term not in LABELS:
            self.problem(Problem(line, f"uses {curie(term)}; a description states facts, not rules"))

    def entity(self, subject: str, type: Term, line: int) -> None:
        type = self.knowledge.class_aliases.get(type, type)
        cls = local(type) if isinstance(type, str) and type.startswith(AIACT) else ""
        if cls not in SECTIONS.values() or subject in self.knowledge.catalogue:
            return
        if cls == "Licence" and by_link(subject, self.knowledge):
            return  # one of the catalogue, by the address of its text
        if subject in self.ids:
            known = self.found.entities[self.ids[subject]]
            if known.cls != cls:
                self.problem(Problem(line, f"makes {a(cls)} of what is {a(known.cls)} (line {known.line})"))
            return
        id = local(subject) if not subject.startswith("_:") else subject[2:]
        of_the_catalogue = cls == "Licence" and id.lower() in self.knowledge.licences  # that is another licence
        if not NAME.fullmatch(id) or id in self.found.entities or of_the_catalogue:
            id = f"{cls.lower()}{len(self.ids) + 1}"
        self.ids[subject] = id
        self.found.entities[id] = Entity(id, cls, line)

    def statement(self, subject: str, predicate: str, object: Term, line: int) -> None:
        theirs = predicate
        predicate, inverse = self.knowledge.aliases.get(theirs, (theirs, False))
        fact = self.knowledge.facts.get(predicate)
        if inverse and fact and isinstance(object, str) and object in self.ids:
            subject, object = object, subject
        entity = self.found.entities[self.ids[subject]]
        if fact and self.is_marked(subject, fact, object, line):
            return
        if fact is None:
            if predicate in NAMES and isinstance(object, Literal):
                entity.statements.append((Scalar("name", line), Scalar(object.text, line)))
            elif predicate.startswith(AIACT) and predicate not in MARKS:
                word, known = snake(local(predicate)), list(self.knowledge.keys[entity.cls])
                self.problem(Problem(line, f"“{word}” is not a fact about {a(entity.cls)}{suggest(word, known)}"))
            return
        if fact.key not in self.knowledge.keys[entity.cls]:
            if theirs != predicate:
                return
            self.problem(Problem(line, f"“{fact.key}” is not a fact about {a(entity.cls)}"))
            return
        self.append(entity, fact.key, self.value(object, line, fact), line, fact.many)

    def is_marked(self, subject: str, fact: Fact, object: Term, line: int) -> bool:
        """Whether a value was only presumed or computed, and is left out: nobody stated it, and it follows anew.

        A mark that cannot be true would take a statement away, and is refused.
        """
        presumed, computed = (fact.iri in self.graph.objects(subject, mark) for mark in (PRESUMED, COMPUTED))
        derivable = any(each.fact == fact.iri for each in self.knowledge.derivations)
        if presumed and fact.presumed is not None and self.plainly(object) != self.plainly(fact.presumed):
            self.problem(
                Problem(line, f"{fact.key}: is marked as presumed, and this is not what is presumed; {UNMARK}")
            )
        elif computed and not derivable:
            self.problem(Problem(line, f"{fact.key}: is marked as computed, and is a fact to state; {UNMARK}"))
        elif fact.derived_only and not computed:
            self.problem(Problem(line, f"“{fact.key}” is computed from other facts; state those"))
        return presumed or computed or fact.derived_only

    def plainly(self, term: Term) -> str:
        """What a term says: that of a literal, of an event without a day, or its address."""
        if isinstance(term, Literal):
            return term.text
        dated = self.graph.objects(term, AT_LEAST) or self.graph.objects(term, AT_MOST)
        return term if dated else self.graph.text(term, OCCURS) or term

    def stray(self, subject: str, predicate: str, object: Term, line: int) -> None:
        """A statement in our terms about what is not read would be lost: it is refused."""
        described = predicate == DESCRIBES or (predicate == AIACT + "name" and self.graph.objects(subject, DESCRIBES))
        if described or (subject in self.intervals and predicate in ENDS):
            return
        if subject in self.knowledge.catalogue:
            if (subject, predicate, object) not in self.knowledge.catalogue[subject]:
                told = (
                    f"says of {curie(subject)} what the catalogue does not; describe what is yours under another name"
                )
                self.problem(Problem(line, told))
            return
        types = self.graph.objects(subject, RDF + "type")
        if predicate not in self.knowledge.facts and any(str(each).startswith(AIACT) for each in types):
            return  # a finding, or another thing of ours that states no fact
        what = "a node without an address" if subject.startswith("_:") else said(self.relative(subject))
        told = f"states “{snake(local(predicate))}” of {what}, which has no class; give it one, such as aiact:Model"
        self.problem(Problem(line, told))

    def append(self, entity: Entity, key: str, value: Node, line: int, many: bool) -> None:
        """A second value of the same fact joins the first in a list."""
        for index, (name, node) in enumerate(entity.statements):
            if name.text == key:
                items = node.items if isinstance(node, Sequence) else [node]
                entity.statements[index] = (name, Sequence([*items, value], node.line))
                return
        entity.statements.append((Scalar(key, line), Sequence([value], line) if many else value))

    def value(self, object: Term, line: int, fact: Fact) -> Node:
        if isinstance(object, Literal):
            self.typed(object, line, fact)
            return Scalar(object.text.removesuffix("Z") if object.datatype == XSD + "gYear" else object.text, line)
        if fact.kind in ("number", "date", "event") and object not in self.ids:
            found = self.interval(object, line, fact)
            if found:
                return found
        if object in self.ids:
            return Scalar(self.ids[object], line)
        token = next((token for token, iri in fact.values.items() if iri == object), None)
        return Scalar(token or self.known_name(object, fact), line)

    def typed(self, literal: Literal, line: int, fact: Fact) -> None:
        """Refuses a literal of a type that is not read: it may be of another unit, or mean something else."""
        datatype = literal.datatype
        read = datatype in NUMERIC if fact.kind == "number" else datatype.startswith(XSD)
        if not read and datatype not in PLAIN:
            wanted = "a number of XML Schema" if fact.kind == "number" else "a literal of XML Schema"
            told = f"{fact.key}: “{said(literal.text)}” is of the type {said(curie(datatype))}, which is not read"
            self.problem(Problem(line, f"{told}; write {wanted} or plain text"))

    def interval(self, node: str, line: int, fact: Fact) -> Node | None:
        """A node with bounds, or of an event that occurs or not; nothing if it is neither."""
        ends = [self.graph.objects(node, word) for word in ENDS]
        if not any(ends):
            return None
        self.intervals.add(node)
        if any(len(values) > 1 for values in ends):
            told = f"{fact.key}: an interval has one aiact:atLeast and one aiact:atMost; this one has several"
            self.problem(Problem(line, told))
        for value in (*ends[0], *ends[1]):
            if isinstance(value, Literal):
                self.typed(value, line, fact)
        low, high, occurs = (self.graph.text(node, word) for word in ENDS)
        if low or high:
            bounds = [(Scalar(name, line), Scalar(end, line)) for name, end in (("min", low), ("max", high)) if end]
            return Scalar(low, line) if low == high else Mapping(bounds, line)
        return Scalar(occurs, line) if fact.kind == "event" else None

    def known_name(self, iri: str, fact: Fact) -> str:
        """The name of a licence or place of ours, or that of a node that has just a name; else the whole address.

        The last word of an address says nothing: ``…/non-commercial/Apache-2.0`` is not Apache-2.0.
        """
        for names in (self.knowledge.licences, self.knowledge.places):
            for name, known in names.items():
                if known == iri:
                    return name
        named = by_link(iri, self.knowledge) or (self.name_alone(iri) if fact.kind in ("licence", "place") else "")
        if named or iri.startswith("_:"):
            return named or ("[ ]" if iri.startswith("_:-") else iri)
        for namespace in NAMESPACES:
            name = iri.removeprefix(namespace)
            if iri.startswith(namespace) and name and not re.search("[/#?]", name):
                return name
        return self.relative(iri)

    def relative(self, iri: str) -> str:
        """An address as the document writes it, if it is a place within the document."""
        return iri.removeprefix(self.base) or iri if iri.startswith(self.base) else curie(iri)

    def name_alone(self, node: str) -> str:
        """The name of a node of which nothing else is said, unless it leads to the licence of that name."""
        licences = self.knowledge.licences
        named = [value for word in NAMES for value in self.graph.objects(node, word)]
        names = {value.text for value in named if isinstance(value, Literal)}
        name = names.pop() if len(names) == 1 else ""
        for predicate in self.graph.by_predicate:
            for value in self.graph.objects(node, predicate) if predicate not in (*NAMES, RDF + "type") else ():
                led = by_link(value.text if isinstance(value, Literal) else value, self.knowledge)
                if not led or licences[led] != licences.get(name.casefold()):
                    return ""
        return name

    def empties(self, subject: str) -> None:
        """``aiact:states aiact:monetisation`` without a value says that there is none."""
        entity = self.found.entities[self.ids[subject]]
        for property in self.graph.objects(subject, STATES):
            fact = self.knowledge.facts.get(property)
            unsaid = (
                fact
                and not self.graph.objects(subject, property)
                and property not in self.graph.objects(subject, PRESUMED)
            )
            if unsaid and fact.key in self.knowledge.keys[entity.cls]:
                line = self.lines[subject, STATES, property]
                entity.statements.append((Scalar(fact.key, line), Sequence([], line)))

    def unknowns(self, subject: str) -> None:
        """``aiact:leavesOpen aiact:modifies``: nothing is presumed of it, and values beside it are not all."""
        entity = self.found.entities[self.ids[subject]]
        for property in self.graph.objects(subject, LEAVES_OPEN):
            line = self.lines[subject, LEAVES_OPEN, property]
            fact = self.knowledge.facts.get(property) if isinstance(property, str) else None
            if fact is None or fact.derived_only or fact.key not in self.knowledge.keys[entity.cls]:
                word, known = snake(local(str(property))), list(self.knowledge.keys[entity.cls])
                self.problem(Problem(line, f"“{word}” is not a fact about {a(entity.cls)}{suggest(word, known)}"))
            else:
                self.found.clues.append(Clue(entity.id, fact.key, "unknown", UNKNOWN, line))

"""Descriptions in RDF: Turtle, N-Triples or JSON-LD, in our own terms or in those of vocabularies aligned with them.

A project is read into its own graph; it may not speak of official names, and nothing in it reaches the rules.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from ..descriptions.description import (
    NAME,
    SECTIONS,
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
from ..descriptions.tree import strict_json
from ..law.graph import Graph, Literal, Term, Triple, parse
from ..law.knowledge import Knowledge
from ..law.licences import by_link
from ..law.names import AIACT, BASE, DCTERMS, PREFIXES, PROJECT, RDF, SCHEMA, XSD, curie, local, snake
from ..law.shapes import AT_LEAST, AT_MOST, OCCURS, STATES

MAX_BYTES = 1024 * 1024
MAX_TRIPLES = 20_000
OFFICIAL = (
    AIACT,
    *(BASE + part for part in ("act/", "rule/", "parameter/", "reading/", "source/", "sanction/", "phrase/")),
)
LOGIC = tuple(PREFIXES[name] for name in ("sh", "owl", "rdfs"))
LABELS = (PREFIXES["rdfs"] + "label", PREFIXES["rdfs"] + "comment", PREFIXES["owl"] + "NamedIndividual")
MARKS = (STATES, PRESUMED, COMPUTED, AIACT + "describes")
TOKEN = re.compile(
    r"""(?P<long>\"\"\"(?:[^\\]|\\.)*?\"\"\"|'''(?:[^\\]|\\.)*?''')|(?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
    r"""|(?P<iri><[^<>\s]*>)|(?P<comment>\#[^\n]*)|(?P<mark>[;,\[\]()])|(?P<word>[^\s;,\[\]()<>"'\#]+)""",
    re.DOTALL,
)


def recognises(file: str, start: str) -> int:
    """Turtle and N-Triples by their name or their first word, JSON-LD by its keywords."""
    name, start = file.lower(), start.lstrip()
    if name.endswith((".ttl", ".nt")):
        return 3 if AIACT in start else 2
    if name.endswith((".yaml", ".yml")):
        return 0
    if start.startswith("[") or (start.startswith("{") and '"@' in start):
        return 3 if AIACT in start else 1
    return 1 if start.startswith(("@prefix", "@base", "PREFIX", "<http")) else 0


def read(file: str, text: str, knowledge: Knowledge) -> Description:
    """A description in Turtle, N-Triples or JSON-LD. Raises ``DescriptionError``."""
    if text.lstrip().startswith(("[", "{")) and not file.lower().endswith((".ttl", ".nt")):
        strict_json(file, text)
        return read_jsonld(file, text, knowledge)
    return read_turtle(file, text, knowledge)


def read_turtle(file: str, text: str, knowledge: Knowledge) -> Description:
    """A description in Turtle or N-Triples, every statement with its line. Raises ``DescriptionError``."""
    base = f"{PROJECT}{hashlib.sha256(text.encode()).hexdigest()[:16]}/"
    try:
        count = sum(1 for _ in parse(text.encode(), base))
    except SyntaxError as error:
        raise DescriptionError(file, [Problem(error.lineno or 1, f"is not valid Turtle: {error.msg}")]) from None
    if count > MAX_TRIPLES:
        raise DescriptionError(
            file, [Problem(1, f"has more than {MAX_TRIPLES} triples; describe one project in one file")]
        )
    lined = [(triple, line) for segment, line in segments(text) for triple in parse(segment.encode(), base, f"l{line}")]
    return _GraphReader(file, text, knowledge).read(lined)


def read_jsonld(file: str, text: str, knowledge: Knowledge) -> Description:
    """A description in JSON-LD that is a graph of nodes; lines are those on which the subject's property stands."""
    base = f"{PROJECT}{hashlib.sha256(text.encode()).hexdigest()[:16]}/"
    try:
        triples = list(parse(text.encode(), base, "j", "application/ld+json"))
    except SyntaxError as error:
        fault = "its context would have to be fetched; write it out" if "remote context" in error.msg else error.msg
        raise DescriptionError(file, [Problem(error.lineno or 1, f"is not valid JSON-LD: {fault}")]) from None
    if len(triples) > MAX_TRIPLES:
        raise DescriptionError(
            file, [Problem(1, f"has more than {MAX_TRIPLES} triples; describe one project in one file")]
        )
    return _GraphReader(file, text, knowledge).read([(triple, _line_of(text, triple)) for triple in triples])


def _line_of(text: str, triple: Triple) -> int:
    start = max(text.find(f'"{triple[0]}"'), text.find(f'"{local(triple[0])}"'), 0)
    found = re.compile(rf'"[^"\n]*\b{re.escape(local(triple[1]))}"').search(text, start)
    return text.count("\n", 0, found.start() if found else start) + 1


def segments(text: str) -> Iterator[tuple[str, int]]:
    """Each predicate of each subject as a small Turtle document of its own, with the line on which it begins."""
    prolog, subject, parts, depth, expects = "", "", [], 0, "subject"
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
                    yield f"{prolog}{subject} {' '.join(parts)} .", line
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
                prolog += " ".join(parts) + ("\n" if parts[0].lower() in ("prefix", "base") else " .\n")
            elif parts or expects == "whole":
                yield f"{prolog}{subject} {' '.join(parts)} .", line
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
        if not self.found.entities and not self.problems:
            self.problems.append(Problem(1, f"describes nothing: no node has a class of {AIACT}"))
        if self.problems:
            raise DescriptionError(self.found.file, self.problems)
        return self.found

    def refuse(self, subject: str, predicate: str, object: Term, line: int) -> None:
        if subject.startswith(OFFICIAL):
            self.problems.append(Problem(line, f"speaks of {curie(subject)}, which is not the project's to define"))
        term = object if predicate == RDF + "type" and isinstance(object, str) else predicate
        if term.startswith(LOGIC) and term not in LABELS:
            self.problems.append(Problem(line, f"uses {curie(term)}; a description states facts, not rules"))

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
                self.problems.append(Problem(line, f"makes {a(cls)} of what is {a(known.cls)} (line {known.line})"))
            return
        id = local(subject) if not subject.startswith("_:") else subject[2:].replace("-", "_")
        if not NAME.fullmatch(id) or id in self.found.entities:
            id = f"{cls.lower()}{len(self.ids) + 1}"
        self.ids[subject] = id
        self.found.entities[id] = Entity(id, cls, line)

    def statement(self, subject: str, predicate: str, object: Term, line: int) -> None:
        theirs = predicate
        predicate, inverse = self.knowledge.aliases.get(theirs, (theirs, False))
        fact = self.knowledge.facts.get(predicate)
        if inverse and fact and isinstance(object, str) and object in self.ids:
            subject, object = object, subject
        derived = predicate in (*self.graph.objects(subject, PRESUMED), *self.graph.objects(subject, COMPUTED))
        entity = self.found.entities[self.ids[subject]]
        if fact is None or derived or fact.derived_only:
            if predicate in (SCHEMA + "name", PREFIXES["rdfs"] + "label", DCTERMS + "title") and isinstance(
                object, Literal
            ):
                entity.statements.append((Scalar("name", line), Scalar(object.text, line)))
            elif predicate.startswith(AIACT) and fact is None and predicate not in MARKS:
                word, known = snake(local(predicate)), list(self.knowledge.keys[entity.cls])
                self.problems.append(
                    Problem(line, f"“{word}” is not a fact about {a(entity.cls)}{suggest(word, known)}")
                )
            return
        if fact.key not in self.knowledge.keys[entity.cls]:
            if theirs != predicate:
                return
            self.problems.append(Problem(line, f"“{fact.key}” is not a fact about {a(entity.cls)}"))
            return
        self.append(entity, fact.key, self.value(object, line, fact.values), line, fact.many)

    def append(self, entity: Entity, key: str, value: Node, line: int, many: bool) -> None:
        """A second value of the same fact joins the first in a list."""
        for index, (name, node) in enumerate(entity.statements):
            if name.text == key:
                items = node.items if isinstance(node, Sequence) else [node]
                entity.statements[index] = (name, Sequence([*items, value], node.line))
                return
        entity.statements.append((Scalar(key, line), Sequence([value], line) if many else value))

    def value(self, object: Term, line: int, tokens: dict[str, str]) -> Node:
        if isinstance(object, Literal):
            return Scalar(object.text.removesuffix("Z") if object.datatype == XSD + "gYear" else object.text, line)
        low, high, occurs = (self.graph.text(object, word) for word in (AT_LEAST, AT_MOST, OCCURS))
        if low or high:
            ends = [(Scalar(name, line), Scalar(end, line)) for name, end in (("min", low), ("max", high)) if end]
            return Scalar(low, line) if low == high else Mapping(ends, line)
        if occurs:
            return Scalar(occurs, line)
        if object in self.ids:
            return Scalar(self.ids[object], line)
        return Scalar(next((token for token, iri in tokens.items() if iri == object), self.known_name(object)), line)

    def known_name(self, iri: str) -> str:
        """The name of a licence or place of ours; of any other node its own name."""
        for names in (self.knowledge.licences, self.knowledge.places):
            for name, known in names.items():
                if known == iri:
                    return name
        return by_link(iri, self.knowledge) or self.graph.text(iri, SCHEMA + "name") or local(iri)

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

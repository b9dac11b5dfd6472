"""Facts: a description turned into triples that any SHACL engine can check, each statement with its source.

Every stated property is marked as stated (a list that is stated is complete); presumptions and derived facts are
added and marked; numbers and days become intervals; the terms of licences and the areas of countries come along.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from ..law.graph import FALSE, TRUE, Graph, Literal, Term, Triple
from ..law.knowledge import Contradiction, Derivation, Fact, Knowledge
from ..law.names import AIACT, PROJECT, RDF, SCHEMA, XSD, local, snake
from ..law.shapes import AT_LEAST, AT_MOST, LEAVES_OPEN, OCCURS, STATES
from . import values
from .description import (
    CONTROL,
    MAX_ENTITIES,
    NONE,
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
    Told,
    a,
    suggest,
)
from .gate import INVISIBLE, code
from .limits import most
from .values import Bounds, ValueProblem

PRESUMED, COMPUTED = AIACT + "presumed", AIACT + "computed"
NOBODY: dict[str, None] = {}
MIXTURES = {"anyOf": "any", "allOf": "all", "grants": "own", "terms": "own"}  # what a licence is made of
FEW = 20  # licences for which a nearer name is looked for, and values that a warning shows
OWN_NAME = "licenseref-"  # with which SPDX has names begin that are not its own
CIRCLES = (("modifies", "laterReleaseOf", "adapts", "merges"), ("integrates",), ("anyOf", "allOf"))


class Source(NamedTuple):
    """Where a statement comes from: a line of the description, a presumption, a derivation, or our own data."""

    kind: str  # stated, presumed, derived, known
    file: str = ""
    line: int = 0
    note: str = ""  # what the user wrote as source or basis; the id of a derivation
    at: str = ""  # the pointer into a JSON document


@dataclass(slots=True)
class Statement:
    """One value of one fact of one entity."""

    subject: str
    fact: str
    value: object  # as JSON shows it
    source: Source
    bounds: Bounds | None = None
    operands: tuple = ()
    term: Term | None = None  # as the graph has it


@dataclass(slots=True)
class Facts:
    """The facts graph of one description, with what proofs and reports need to know of it."""

    description: Description
    graph: Graph
    base: str
    statements: dict[tuple[str, str], list[Statement]] = field(default_factory=dict)
    confirmed: dict[tuple[str, str], list[Statement]] = field(default_factory=dict)  # what other files say alike
    warnings: list[str | Told] = field(default_factory=list)
    doubted: dict[tuple[str, str], Told] = field(default_factory=dict)  # what is open as it contradicts what is beside
    members: dict[str, dict[str, None]] = field(default_factory=dict)

    def iri(self, id: str) -> str:
        return self.base + id

    def id(self, iri: str) -> str:
        return iri.removeprefix(self.base)

    def of_class(self, cls: str) -> list[str]:
        """The entities of a class, those of the catalogue that the description uses included."""
        return list(self.among(cls))

    def is_a(self, iri: str, cls: str) -> bool:
        return iri in self.among(cls)

    def among(self, cls: str) -> dict[str, None]:
        if not self.members:
            for iri, classes in self.graph.by_predicate.get(RDF + "type", {}).items():
                for name in classes:
                    self.members.setdefault(name.removeprefix(AIACT), {})[iri] = None
        return self.members.get(cls, NOBODY)

    def graph_in_order(self) -> list[Triple]:
        """All triples, entities of the description first, then what they refer to."""
        order: dict[str, int] = {self.iri(id): rank for rank, id in enumerate(self.description.entities)}
        subjects = list(dict.fromkeys(subject for subject, _, _ in self.graph))
        owner = lambda subject: next((e for e in order if subject == e or subject.startswith(e + "/")), "")  # noqa: E731
        ranked = sorted(subjects, key=lambda subject: (order.get(owner(subject), len(order)), subject))
        rank = {subject: index for index, subject in enumerate(ranked)}
        return sorted(self.graph, key=lambda triple: (rank[triple[0]], triple[1], str(triple[2])))

    def entity(self, iri: str) -> Entity | None:
        return self.description.entities.get(self.id(iri))

    def stated(self, subject: str, fact: str) -> list[Statement]:
        return self.statements.get((subject, fact), [])

    @property
    def clues(self) -> list[Clue]:
        """What files suggest of facts that nobody states, and what makes one doubt a fact that is stated."""
        answered = {
            (self.id(subject), snake(local(fact)))
            for (subject, fact), statements in self.statements.items()
            if statements[0].source.kind == "stated" and fact in self.graph.objects(subject, STATES)
        }
        return [clue for clue in self.description.clues if clue.doubts or (clue.entity, clue.fact) not in answered]


def establish(description: Description, knowledge: Knowledge, day: str = "") -> Facts:
    """The facts of a description. Raises ``DescriptionError`` listing every value that cannot be read.

    An event on which a transition turns has not happened on a ``day`` before it.
    """
    if len(description.entities) > MAX_ENTITIES:
        line = [entity.line for entity in description.entities.values()][MAX_ENTITIES]
        told = f"describes more than {MAX_ENTITIES} things; describe one project in one file"
        raise DescriptionError(description.file, [Problem(line, told)])
    builder = _Builder(description, knowledge, day)
    for entity in description.entities.values():
        builder.entity(entity)
    builder.leave_open()
    if description.files:
        builder.settle()
    builder.defaults()
    builder.refuse_circles()
    builder.refuse_mixtures()
    if builder.problems:
        raise DescriptionError(description.file, builder.problems)
    builder.doubt()
    builder.presume()
    builder.derive()
    return builder.facts


class _Builder:
    def __init__(self, description: Description, knowledge: Knowledge, day: str) -> None:
        self.description, self.knowledge, self.day = description, knowledge, day
        self.awaited = {AIACT + rule.only_if for rule in knowledge.rules.values() if rule.only_if}
        self.problems: list[Problem] = []
        self.facts = Facts(
            description, Graph(), f"{PROJECT}{description.sha256[:16]}/", warnings=list(description.warnings)
        )
        self.graph = self.facts.graph
        self.catalogued: set[str] = set()
        self.licences = [id for id, entity in description.entities.items() if entity.cls == "Licence"]
        self.unknown_licences = 0

    def problem(self, node: Node | Entity | Source, text: str) -> None:
        """A problem at the place of a node, an entity or a statement."""
        self.problems.append(Problem(node.line, text, node.file))
        if len(self.problems) > most("problems"):
            raise DescriptionError(self.description.file, self.problems)

    # -- stated

    def entity(self, entity: Entity) -> None:
        subject = self.facts.iri(entity.id)
        for cls in self.knowledge.parents[entity.cls]:
            self.graph.add(subject, RDF + "type", AIACT + cls)
        for key, node in entity.statements:
            fact = self.knowledge.fact(key.text, entity.cls)
            self.state(subject, fact, node)

    def defaults(self) -> None:
        """A provider (or deployer …) written at the top is that of every entity that names no other.

        It is not that of a model or system from which somebody starts, as that is by definition another's.
        """
        others = {
            object
            for fact in self.knowledge.facts.values()
            if fact.of_another
            for objects in self.graph.by_predicate.get(fact.iri, {}).values()
            for object in objects
        }
        for key, actor, ids in self.description.defaults:
            entities = self.description.entities
            for entity in [entity for id, entity in entities.items() if ids is None or id in ids]:
                fact, subject = self.knowledge.fact(key, entity.cls), self.facts.iri(entity.id)
                if fact is None or fact.range != "Actor" or fact.iri in self.graph.objects(subject, LEAVES_OPEN):
                    continue
                if subject not in others and not self.facts.stated(subject, fact.iri):
                    self.state(subject, fact, actor)

    def state(self, subject: str, fact: Fact, node: Node) -> None:
        self.graph.add(subject, STATES, fact.iri)
        if isinstance(node, Sequence) and len(node.items) > most("values_of_a_fact"):
            told = f"{fact.key}: more than {most('values_of_a_fact')} values of one fact"
            raise DescriptionError(self.description.file, [Problem(node.line, told, node.file)])
        if isinstance(node, Mapping) and node.get("value") is not None:
            for key, _ in node.items:
                if key.text not in ("value", "source", "basis"):
                    self.problem(key, f"{fact.key}: “{key.text}” does not belong beside value, source and basis")
            note = " · ".join(part.text for part in (node.get("source"), node.get("basis")) if isinstance(part, Scalar))
            self.one(subject, fact, node.get("value"), note)
        elif isinstance(node, Sequence):
            if not node.items:
                self.one(subject, fact, node, "")
            words = [item.text for item in node.items if isinstance(item, Scalar)]
            if fact.many and NONE in words and len(node.items) > 1:
                self.problem(node, f"{fact.key}: “{NONE}” does not go with others; write [] or leave it out")
            for item in node.items:
                self.state(subject, fact, item)
        else:
            self.one(subject, fact, node, "")

    def source(self, node: Node, note: str = "") -> Source:
        return Source("stated", node.file or self.description.file, node.line, note, node.at)

    def one(self, subject: str, fact: Fact, node: Node, note: str) -> None:
        """One value of a fact; every kind has its reader."""
        try:
            if isinstance(node, Sequence):
                if not node.items:
                    self.nothing(subject, fact, node, note)
                for item in node.items:
                    self.one(subject, fact, item, note)
            elif isinstance(node, Mapping):
                if fact.kind not in ("number", "date", "event"):
                    raise ValueProblem(f"it takes {self.expected(fact)}, not a map")
                self.interval(subject, fact, self.bounds_of(fact, node), node, note)
            elif node.text in ("", "null", "~"):
                raise ValueProblem("it has no value; leave the line out if it is not known")
            else:
                self.scalar(subject, fact, node, note)
        except ValueProblem as problem:
            self.problem(node, f"{fact.key}: {problem}")

    def nothing(self, subject: str, fact: Fact, node: Node, note: str) -> None:
        """``[]`` or ``none``: there is no such thing, where that may be; a licence that is none grants nothing."""
        if fact.kind == "licence" and not fact.many:
            self.scalar(subject, fact, Scalar(NONE, node.line, node.at, node.file), note)
        elif fact.may_be_none:
            self.record(subject, fact, [], self.source(node, note))
        else:
            told = "an empty list" if isinstance(node, Sequence) else f"“{NONE}”"
            raise ValueProblem(f"{told} says nothing here; leave the line out if it is not known")

    def scalar(self, subject: str, fact: Fact, node: Scalar, note: str) -> None:
        text, source = node.text.strip(), self.source(node, note)
        if CONTROL.search(text):
            raise ValueProblem("it has a control character")
        hidden = INVISIBLE.search(text) if fact.kind != "text" else None
        if hidden:
            raise ValueProblem(f"it has a character that nobody sees ({code(hidden[0])}); leave it out")
        if fact.kind == "boolean":
            value = values.boolean(text)
            self.record(subject, fact, value, source, TRUE if value else FALSE)
        elif fact.kind == "text":
            self.record(subject, fact, text, source, Literal(text))
        elif fact.kind in ("number", "date"):
            self.interval(subject, fact, values.number(text) if fact.kind == "number" else values.day(text), node, note)
        elif fact.kind == "event":
            known = values.boolean(text) if text.lower() in ("true", "false") else None
            bounds = Bounds(None, None) if known is not None else values.day(text)
            self.interval(subject, fact, bounds, node, note, occurs=known is not False)
        elif text == NONE and fact.kind in ("concept", "link"):
            self.nothing(subject, fact, node, note)
        elif fact.kind == "concept":
            self.record(subject, fact, self.token(fact, text), source, fact.values[self.token(fact, text)])
        elif fact.kind == "place":
            self.record(subject, fact, text.upper(), source, self.place(text))
        elif fact.kind == "licence":
            self.record(subject, fact, text, source, self.licence(text, node))
        else:
            self.record(subject, fact, text, source, self.link(fact, text))

    def record(
        self, subject: str, fact: Fact, value: object, source: Source, term=None, bounds: Bounds | None = None
    ) -> None:
        if term is not None and bounds is None:
            self.graph.add(subject, fact.iri, term)
        self.facts.statements.setdefault((subject, fact.iri), []).append(
            Statement(subject, fact.iri, value, source, bounds, term=term)
        )

    def token(self, fact: Fact, text: str) -> str:
        if text in fact.values:
            return text
        choices = ", ".join(fact.values)
        choices = f"; it may be {choices}" if len(choices) < 400 else ""
        raise ValueProblem(f"“{text}” is not one of its values{suggest(text, list(fact.values)) or choices}")

    def expected(self, fact: Fact) -> str:
        return {
            "boolean": "true or false",
            "concept": "one of " + ", ".join(list(fact.values)[:8]),
            "text": "text",
        }.get(fact.kind, f"a {fact.kind}")

    def place(self, text: str) -> str:
        iri = self.knowledge.places.get(text.lower())
        if iri is None:
            raise ValueProblem(f"“{text}” is not a country code; use two letters of ISO 3166-1, such as FR or US")
        return self.catalogue(iri)

    def link(self, fact: Fact, text: str) -> str:
        entities = self.description.entities
        target = entities.get(text)
        if target is None:
            near = [id for id, entity in entities.items() if fact.range in self.knowledge.parents[entity.cls]]
            section = {"Artefact": "models"}.get(fact.range, fact.range.lower() + "s")
            raise ValueProblem(
                f"there is no {fact.range.lower()} “{text}” in this description{suggest(text, near)}; "
                f"describe it, if only by its name, as in {section}: {{{text}: {{name: …}}}}"
            )
        if fact.range not in self.knowledge.parents[target.cls]:
            raise ValueProblem(f"“{text}” is {a(target.cls)} (line {target.line}), and {a(fact.range)} is needed")
        return self.facts.iri(text)

    # -- licences

    def licence(self, text: str, node: Node) -> str:
        """A licence described here, one of the catalogue, an SPDX expression, or one whose terms nobody knows."""
        described = namesakes(text, self.licences, self.knowledge)
        if len(described) > 1:
            told = " and ".join(f"“{id}”" for id in described)
            raise ValueProblem(f"“{text}” may be {told}, which are described under licences; write one of them")
        if described:
            return self.facts.iri(described[0])
        iri = self.knowledge.licences.get(text.lower())
        if iri:
            return self.catalogue(iri)
        if " " in text:
            parsed = self.expression(text, node)
            if parsed:
                return parsed
        iri = self.facts.base + "licence/" + "".join(c if c.isalnum() or c in "-._" else "-" for c in text)[:80]
        self.graph.add(iri, RDF + "type", AIACT + "Licence")
        self.graph.add(iri, SCHEMA + "name", Literal(text))
        for word in ("anyOf", "allOf"):  # one licence, whatever its terms
            self.graph.add(iri, STATES, AIACT + word)
        self.unknown_licences += 1
        near = suggest(text.lower(), list(self.knowledge.licences)) if self.unknown_licences <= FEW else ""
        place = f"{node.file} line {node.line}" if node.file else f"line {node.line}"
        self.facts.warnings.append(
            f"{place}: the terms of the licence “{text}” are not known; describe them under licences, as in "
            f"licences: {{own: {{grants: […], terms: […]}}}} with licence: own{near}"
        )
        return iri

    def catalogue(self, iri: str) -> str:
        if iri not in self.catalogued:
            self.catalogued.add(iri)
            for triple in self.knowledge.catalogue[iri]:
                self.graph.add(*triple)
        return iri

    def expression(self, text: str, node: Node) -> str | None:
        """``MIT OR Apache-2.0``: a licence that is free if one of them is; with AND, if all of them are."""
        from license_expression import ExpressionError, ExpressionParseError

        if len(text.split()) > 2 * most("licences_of_an_expression") or text.count("(") > most("nesting"):
            told = f"the expression joins more than {most('licences_of_an_expression')} licences"
            raise ValueProblem(f"{told}, or nests them more than {most('nesting')} deep")
        try:
            tree = _licensing().parse(text)
        except (ExpressionError, ExpressionParseError, IndexError, AssertionError):
            return None  # the last two are what its parser makes of “MIT ()” and “(AND - MIT”
        kind = type(tree).__name__
        if kind not in ("OR", "AND"):
            return self.member(tree, node)
        members = [self.member(part, node) for part in tree.args]
        if None in members:
            return None
        relation = AIACT + {"OR": "anyOf", "AND": "allOf"}[kind]
        iri = self.facts.base + "licence/" + "-".join([kind, *(local(member) for member in members)])
        self.graph.add(iri, RDF + "type", AIACT + "Licence")
        for word in ("grants", "terms", "anyOf", "allOf"):
            self.graph.add(iri, STATES, AIACT + word)
        for member in members:
            self.graph.add(iri, relation, member)
        return iri

    def member(self, tree, node: Node) -> str | None:
        """One licence of an expression; the exceptions that SPDX lists only permit more, other riders may forbid.

        Those that ScanCode lists beside them, under names that SPDX leaves to anybody, do both.
        """
        rider = getattr(tree, "exception_symbol", None)
        if rider is not None and (not rider.is_exception or rider.key.casefold().startswith(OWN_NAME)):
            return None
        key = getattr(getattr(tree, "license_symbol", tree), "key", "")
        return self.licence(key, node) if key and " " not in key else None

    # -- intervals

    def bounds_of(self, fact: Fact, node: Mapping) -> Bounds:
        """``{min: 3e24, max: 2e25}``, for numbers and days."""
        read = values.number if fact.kind == "number" else values.day
        for key, _ in node.items:
            if key.text not in ("min", "max", "basis", "source"):
                raise ValueProblem(f"“{key.text}” does not belong here; use min, max, value, basis and source")
        ends = [node.get(word) for word in ("min", "max")]
        found = []
        for word, end, side in zip(("min", "max"), ends, ("low", "high"), strict=True):
            if end is not None and not isinstance(end, Scalar):
                raise ValueProblem(f"{word} takes one value, neither a list nor a map")
            found.append(getattr(read(end.text), side) if end is not None else None)
            if end is not None and found[-1] is None:
                raise ValueProblem(f"{word} is “{end.text}”, which leaves that end open; write a plain value")
        low, high = found
        if low is None and high is None:
            raise ValueProblem("the map needs min or max")
        if low is not None and high is not None and low > high:
            raise ValueProblem(f"min ({ends[0].text}) is greater than max ({ends[1].text})")
        return Bounds(low, high)

    def interval(self, subject: str, fact: Fact, bounds: Bounds, node: Node, note: str, occurs: bool = True) -> None:
        if isinstance(node, Mapping):
            note = " · ".join(part.text for part in (node.get("source"), node.get("basis")) if isinstance(part, Scalar))
        value = shown_value(bounds) if fact.kind != "event" or bounds != Bounds(None, None) else occurs
        term = self.write_interval(subject, fact, bounds, occurs)
        self.record(subject, fact, value, self.source(node, note), term, bounds)

    def write_interval(self, subject: str, fact: Fact, bounds: Bounds, occurs: bool = True) -> str:
        """An interval node of its own for each source, so that two that disagree stay two."""
        rank = len(self.graph.objects(subject, fact.iri)) + 1
        node = f"{subject}/{fact.key}" + (f"-{rank}" if rank > 1 else "")
        self.graph.add(subject, fact.iri, node)
        self.graph.add(node, RDF + "type", AIACT + "Interval")
        for predicate, bound in ((AT_LEAST, bounds.low), (AT_MOST, bounds.high)):
            if isinstance(bound, Fraction):
                self.graph.add(node, predicate, Literal(values.double(bound), XSD + "double"))
            elif bound is not None:
                self.graph.add(node, predicate, Literal(bound, XSD + "date"))
        if fact.kind == "event":
            to_come = fact.iri in self.awaited and self.day and self.day < (bounds.low or "")
            self.graph.add(node, OCCURS, TRUE if occurs and not to_come else FALSE)
        return node

    # -- said to be unknown

    def leave_open(self) -> None:
        """What a description says that it does not know; a list beside it names what is known of it.

        What another file states is known.
        """
        for clue in self.description.clues:
            entity = self.description.entities.get(clue.entity)
            if clue.reason == UNKNOWN and entity:
                subject, fact = self.facts.iri(entity.id), self.knowledge.fact(clue.fact, entity.cls)
                said = self.facts.stated(subject, fact.iri)
                here = [each for each in said if each.source.file == (clue.file or self.description.file)]
                if here and (not fact.many or any(each.value == [] for each in here)):
                    told = f"{fact.key} is stated, and stands under “unknown” as well (line {clue.line}); leave one out"
                    self.problem(here[0].source, told)
                if here or not said:
                    self.graph.discard(subject, STATES, fact.iri)
                    self.graph.add(subject, LEAVES_OPEN, fact.iri)

    # -- several files

    def settle(self) -> None:
        """What several files say of one fact: agreement is one statement, disagreement stays as it is said.

        Of two that agree the more precise stands. Lists that differ are no longer complete: what all of them name
        is so, and of the rest nobody knows.
        """
        for (subject, iri), statements in list(self.facts.statements.items()):
            if len({statement.source.file for statement in statements}) > 1:
                fact = self.knowledge.facts[iri]
                kept = (self.settle_list if fact.many else self.settle_value)(subject, fact, statements)
                others = [statement for statement in statements if statement not in kept]
                self.facts.statements[subject, iri] = kept
                if others:
                    self.facts.confirmed[subject, iri] = others

    def settle_value(self, subject: str, fact: Fact, statements: list[Statement]) -> list[Statement]:
        kept = list(statements)
        for statement in reversed(statements):
            others = [each for each in kept if each.source.file != statement.source.file]
            if any(confirms(statement, other, fact) for other in others):
                kept.remove(statement)
                if statement.bounds and statement.term not in [other.term for other in kept]:
                    self.drop(statement)
        return kept

    def drop(self, statement: Statement) -> None:
        """Takes a value out of the graph, and what is said of it there if it is an interval."""
        self.graph.discard(statement.subject, statement.fact, statement.term)
        if statement.bounds:
            for predicate in (RDF + "type", AT_LEAST, AT_MOST, OCCURS):
                self.graph.discard(statement.term, predicate)

    def settle_list(self, subject: str, fact: Fact, statements: list[Statement]) -> list[Statement]:
        by_file: dict[str, list[Statement]] = {}
        for statement in statements:
            by_file.setdefault(statement.source.file, []).append(statement)
        lists = [{each.term for each in said if each.term is not None} for said in by_file.values()]
        if all(terms == lists[0] for terms in lists):
            return next(iter(by_file.values()))
        self.graph.discard(subject, STATES, fact.iri)
        self.graph.add(subject, LEAVES_OPEN, fact.iri)
        for term in set.union(*lists) - set.intersection(*lists):
            self.graph.discard(subject, fact.iri, term)
        return statements

    # -- contradictory

    def doubt(self) -> None:
        """Statements of one thing that cannot all be so stay as they were said; what is doubted of them is open."""
        things = [self.facts.iri(id) for id in self.description.entities]
        found = [
            (subject, each)
            for subject in things
            for each in self.knowledge.contradictions
            if all(self.is_meant(subject, iri, meant, iri in each.doubted) for iri, meant in each.facts.items())
            and not self.graph.subjects(each.unless, subject)
        ]
        for subject, each in found:
            self.warn_of(subject, each)
            for iri in each.doubted:
                self.graph.discard(subject, STATES, iri)
                self.graph.add(subject, LEAVES_OPEN, iri)
                for statement in self.facts.stated(subject, iri):
                    self.drop(statement)

    def is_meant(self, subject: str, iri: str, meant: tuple[Term, ...], whole: bool) -> bool:
        """Whether a fact is stated with one of the values meant: as the whole of a list, or as a part of it."""
        fact, held = self.knowledge.facts[iri], self.graph.objects(subject, iri)
        said = self.facts.stated(subject, iri)
        if fact.many and whole:
            only = held or [AIACT + NONE]
            return iri in self.graph.objects(subject, STATES) and len(only) == 1 and only[0] in meant
        if fact.many:
            return any(not meant or term in meant for term in held)
        return bool(said) and all(amounts_to(each, fact, meant) for each in said)

    def warn_of(self, subject: str, contradiction: Contradiction) -> None:
        key = {iri: self.knowledge.facts[iri].key for iri in contradiction.facts}
        said = {iri: self.facts.stated(subject, iri) for iri in contradiction.facts}
        source = said[contradiction.doubted[0]][0].source
        place = {"file": source.file, "line": source.line, "entity": self.facts.id(subject)}
        at = lambda each: each.line if each.file == source.file else f"{each.file}:{each.line}"  # noqa: E731
        facts = [f"{key[iri]}: {in_words(each)} ({at(each[0].source)})" for iri, each in said.items()]
        open_ = {"open": ", ".join(key[iri] for iri in contradiction.doubted)}
        because = {"facts": "; ".join(facts), "because": contradiction.because}
        told = Told("contradiction", {**place, **because, **open_})
        self.facts.warnings.append(told)
        for iri in contradiction.doubted:
            self.facts.doubted.setdefault((subject, iri), told)

    # -- impossible

    def refuse_circles(self) -> None:
        """A model cannot stem from itself, and nothing is a part of itself."""
        for names in CIRCLES:
            relations = [AIACT + name for name in names]
            circle = self.circle(relations)
            if circle:
                start = circle[0]
                iri = next(iri for iri in relations if circle[1] in self.graph.objects(start, iri))
                told = " → ".join(map(self.facts.id, circle))
                self.problem(
                    self.facts.stated(start, iri)[0].source,
                    f"{self.knowledge.facts[iri].key} goes round in a circle: {told}",
                )

    def refuse_mixtures(self) -> None:
        """A licence is any of some, all of some, or has rights and terms of its own."""
        for id in self.licences:
            subject = self.facts.iri(id)
            said = [name for name in MIXTURES if any(each.value != [] for each in self.stated(subject, name))]
            if len({MIXTURES[name] for name in said}) > 1:
                told = " beside ".join(self.knowledge.facts[AIACT + name].key for name in said)
                last = max((self.stated(subject, name)[0].source for name in said), key=lambda each: each.line)
                mend = "describe a licence for each, and join them with any_of or all_of"
                self.problem(last, f"the licence “{id}” has {told}; {mend}")

    def stated(self, subject: str, name: str) -> list[Statement]:
        return self.facts.stated(subject, AIACT + name)

    def circle(self, relations: list[str]) -> list[str]:
        """The first way along these relations that comes back to where it began; empty if there is none."""
        done: set[str] = set()
        for start in [subject for iri in relations for subject in self.graph.by_predicate.get(iri, {})]:
            way, left = [start], [self.onwards(start, relations)]
            while way:
                node = next(left[-1], None)
                if node is None:
                    done.add(way.pop())
                    left.pop()
                elif node in way:
                    return [*way[way.index(node) :], node]
                elif node not in done:
                    way.append(node)
                    left.append(self.onwards(node, relations))
        return []

    def onwards(self, node: str, relations: list[str]) -> Iterator[str]:
        return (other for iri in relations for other in self.graph.objects(node, iri))

    # -- presumed and derived

    def presume(self) -> None:
        """What is taken for granted where nothing is stated, unless a file suggests otherwise."""
        suggested = {(clue.entity, clue.fact) for clue in self.description.clues}
        parts: dict[str, list[str]] = {}  # of a link: the facts about it, which nobody has to state without it
        for other in self.knowledge.facts.values():
            parts.setdefault(other.within, []).append(other.iri)
        for entity in self.description.entities.values():
            subject = self.facts.iri(entity.id)
            for iri in self.knowledge.keys[entity.cls].values():
                fact = self.knowledge.facts[iri]
                if fact.presumed is None or self.facts.stated(subject, iri):
                    continue
                if (entity.id, fact.key) in suggested:
                    self.graph.add(subject, LEAVES_OPEN, iri)
                    continue
                if any(self.says(subject, other) for other in parts.get(iri, ())):
                    continue
                self.graph.add(subject, STATES, iri)
                self.graph.add(subject, PRESUMED, iri)
                source = Source("presumed", entity.file or self.description.file, entity.line)
                if fact.presumed == AIACT + NONE:
                    self.record(subject, fact, [], source)
                elif fact.kind == "event":
                    occurs = fact.presumed == TRUE
                    term = self.write_interval(subject, fact, Bounds(None, None), occurs)
                    self.record(subject, fact, occurs, source, term, Bounds(None, None))
                else:
                    value = fact.presumed.text == "true" if isinstance(fact.presumed, Literal) else fact.presumed
                    self.record(subject, fact, value, source, fact.presumed)

    def says(self, subject: str, iri: str) -> bool:
        """Whether it is stated that there is such a thing."""
        return any(
            each.source.kind == "stated" and each.value is not False and each.value != []
            for each in self.facts.stated(subject, iri)
        )

    def derive(self) -> None:
        """Arithmetic; what is stated is never derived over.

        What others are computed from comes first, so that it does not matter in which order things are described.
        """
        links = [step for each in self.knowledge.derivations for path in each.operands for step in path[:-1]]
        done: set[str] = set()

        def settle(subject: str, cls: str) -> None:
            if subject not in done:
                done.add(subject)
                for other in self.onwards(subject, links):
                    settle(other, self.facts.entity(other).cls)
                self.derive_at(subject, cls)

        for entity in self.description.entities.values():
            settle(self.facts.iri(entity.id), entity.cls)

    def derive_at(self, subject: str, cls: str) -> None:
        """To a fixed point, so that a share can rest on a sum."""
        changed = True
        while changed:
            changed = False
            for derivation in self.knowledge.derivations:
                fact = self.knowledge.facts[derivation.fact]
                if set(fact.classes) & set(self.knowledge.parents[cls]) and not self.facts.stated(subject, fact.iri):
                    changed |= self.apply(derivation, fact, subject)
        for derivation in self.knowledge.derivations:
            self.compare(derivation, subject)

    def apply(self, derivation: Derivation, fact: Fact, subject: str) -> bool:
        found = self.computed(derivation, subject)
        if found is None:
            return False
        self.graph.add(subject, STATES, fact.iri)
        self.graph.add(subject, COMPUTED, fact.iri)
        self.write_interval(subject, fact, found.bounds)
        self.facts.statements[subject, fact.iri] = [found]
        return True

    def computed(self, derivation: Derivation, subject: str) -> Statement | None:
        """What a derivation gives; None if it gives nothing."""
        if derivation.only_where and TRUE not in self.graph.objects(subject, derivation.only_where):
            return None
        operands = [self.operand(subject, path) for path in derivation.operands]
        bounds = carried_out(derivation, [found for found, _ in operands])
        if bounds is None:
            return None
        used = tuple(statement for _, statements in operands for statement in statements)
        file, line = used[0].source[1:3] if used else (self.description.file, 0)
        source = Source("derived", file, line, derivation.id)
        return Statement(subject, derivation.fact, shown_value(bounds), source, bounds, used)

    def compare(self, derivation: Derivation, subject: str) -> None:
        """A value, and a computation that gives much more, stand side by side as two sources that disagree."""
        said = self.facts.stated(subject, derivation.fact)
        if derivation.tolerance is None or not said or any(each.source.note == derivation.id for each in said):
            return
        found, known = self.computed(derivation, subject), hull([each.bounds for each in said])
        if found is None or not exceeds(found.bounds, known, derivation.tolerance):
            return
        fact, source = self.knowledge.facts[derivation.fact], said[0].source
        found.term = self.write_interval(subject, fact, found.bounds)
        said.append(found)
        lines = dict.fromkeys(f"{self.knowledge.facts[each.fact].key} ({each.source.line})" for each in found.operands)
        shown = (values.shown(each).replace(" to ", "–") for each in (known, found.bounds))
        told = {"fact": fact.key} | dict(zip(("said", "found"), shown, strict=True))
        place = {"file": source.file, "line": source.line, "entity": self.facts.id(subject)}
        self.facts.warnings.append(Told("computed-otherwise", {**place, **told, "facts": ", ".join(lines)}))

    def operand(self, subject: str, path: tuple[str, ...]) -> tuple[list[Bounds] | None, list[Statement]]:
        """The bounds found at the end of a path; None if anything on the way is not stated."""
        nodes, used = [subject], []
        for step in path[:-1]:
            following = []
            for node in nodes:
                if step not in self.graph.objects(node, STATES):
                    return None, []
                used += self.facts.stated(node, step)
                following += self.graph.objects(node, step)
            nodes = following
        found = []
        for node in nodes:
            statements = self.facts.stated(node, path[-1])
            if not statements:
                return None, []
            used += statements
            found.append(hull([statement.bounds for statement in statements]))
        return found, used


def namesakes(text: str, described: list[str], knowledge: Knowledge) -> list[str]:
    """The licences described here that a name means: the very name, or else its other spellings."""
    if text in described:
        return [text]
    known = knowledge.licences.get(text.lower(), text.lower())
    return [id for id in described if knowledge.licences.get(id.lower(), id.lower()) == known]


@cache
def _licensing():
    from license_expression import get_spdx_licensing

    return get_spdx_licensing()


def carried_out(derivation: Derivation, operands: list[list[Bounds] | None]) -> Bounds | None:
    """The result of a derivation; None where an operand is not stated (None) and nothing follows without it."""
    if derivation.not_before:
        operands = [found and [not_before(derivation.not_before, bounds) for bounds in found] for found in operands]
    bounds = OPERATIONS[derivation.operation](operands, derivation.factor)
    if bounds is not None and derivation.margin is not None:
        margin = Fraction(str(derivation.margin))
        bounds = Bounds(bounds.low * (1 - margin), bounds.high * (1 + margin))
    return bounds


def exceeds(computed: Bounds, said: Bounds, tolerance: float) -> bool:
    """Whether more is computed than is said, by more than is tolerated; less is no wonder, as nothing counts all."""
    if computed.low is None or said.high is None:
        return False
    return computed.low > said.high * (1 + Fraction(str(tolerance)))


def amounts_to(statement: Statement, fact: Fact, meant: tuple[Term, ...]) -> bool:
    """Whether a statement of a fact of one value has one of those meant, or if none are, any at all."""
    if fact.kind == "event":
        return (FALSE if statement.value is False else TRUE) in meant
    if statement.value == []:
        return AIACT + NONE in meant
    return statement.term in meant if meant else bool(statement.bounds.low if statement.bounds else statement.term)


def in_words(statements: list[Statement]) -> str:
    """What statements of one fact say, as a person writes it."""
    found = [
        values.shown(each.bounds)
        if each.bounds and each.bounds != Bounds(None, None)
        else NONE if each.value == [] else str(each.value).lower()
        for each in statements
    ]  # fmt: skip
    shown = list(dict.fromkeys(found))
    return ", ".join(shown[:FEW] + ["…"] * (len(shown) > FEW))


def confirms(statement: Statement, other: Statement, fact: Fact) -> bool:
    """Whether what another file says is the same, or within what is said here."""
    if fact.kind == "text":
        return fact.key == "name" or statement.value == other.value
    if fact.kind not in ("number", "date", "event"):
        return statement.term == other.term
    if (statement.value is False) != (other.value is False):
        return False
    (low, high), (least, most) = statement.bounds, other.bounds
    return (low is None or (least is not None and low <= least)) and (
        high is None or (most is not None and most <= high)
    )


def not_before(day: str, bounds: Bounds) -> Bounds:
    """Days that count as ``day`` if they lie before it."""
    return Bounds(max(bounds.low or day, day), bounds.high and max(bounds.high, day))


def hull(all_bounds: list[Bounds]) -> Bounds:
    """The narrowest bounds that contain what every source says."""
    lows, highs = zip(*all_bounds, strict=True)
    return Bounds(None if None in lows else min(lows), None if None in highs else max(highs))


def shown_value(bounds: Bounds) -> object:
    """Bounds as JSON shows them: a number or day, a month or year, or a map with min and max."""
    if bounds.exact is not None:
        return float(bounds.low) if isinstance(bounds.low, Fraction) else bounds.low
    if isinstance(bounds.low, str):
        for coarse in (bounds.low[:7], bounds.low[:4]):
            if values.day(coarse) == bounds:
                return coarse
    ends = {"min": bounds.low, "max": bounds.high}
    return {name: float(end) if isinstance(end, Fraction) else end for name, end in ends.items() if end is not None}


def _sum(operands: list[list[Bounds] | None], factor: float | None) -> Bounds | None:
    """What is not stated may be anything from zero up; nothing stated gives no sum."""
    if not any(operands):
        return None
    parts = [part for operand in operands for part in ([Bounds(None, None)] if operand is None else operand)]
    low = sum((part.low for part in parts if part.low is not None), Fraction(0))
    return Bounds(low, None if any(part.high is None for part in parts) else sum(part.high for part in parts))


def _multiplication(operands: list[list[Bounds] | None], factor: float | None) -> Bounds | None:
    low = high = Fraction(str(factor)) if factor is not None else Fraction(1)
    for operand in operands:
        if not operand or operand[0].low is None or operand[0].high is None:
            return None
        low, high = low * operand[0].low, high * operand[0].high
    return Bounds(low, high)


def _quotient(operands: list[list[Bounds] | None], factor: float | None) -> Bounds | None:
    if not all(operands) or any(len(operand) > 1 for operand in operands):
        return None  # of several bases nobody says which a figure is about
    (above,), (below,) = operands
    low = None if above.low is None or not below.high else above.low / below.high
    high = None if above.high is None or not below.low else above.high / below.low
    return None if low is None and high is None else Bounds(low, high)


def _days_later(operands: list[list[Bounds] | None], factor: float | None) -> Bounds | None:
    if not operands[0]:
        return None
    return Bounds(*(values.days_later(bound, factor) for bound in operands[0][0]))


OPERATIONS = {"sum": _sum, "multiplication": _multiplication, "quotient": _quotient, "daysLater": _days_later}

"""Proofs: why a rule holds or fails at an entity, on which statements, and which missing facts would decide it.

The same rewriting that feeds the engines is walked here with the conditions kept apart, so that every truth can be
traced to lines of the description and to paragraphs of the Act.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from ..descriptions.facts import Statement
from ..law import engine
from ..law.graph import Literal
from ..law.names import RDF, RDFS
from ..law.shapes import RANGES, STATES, Path, Shape, _Rewrite
from .evaluate import F, T, Truths, U

Gap = tuple[str, str]  # entity, fact
MAX_SETS = 12


@dataclass(slots=True)
class Step:
    """One condition in a proof: its name, its truth at a node, and the statements on which it rests."""

    condition: str
    node: str
    truth: str
    statements: tuple[Statement, ...]


class Prover:
    """Explains truths of one description under one choice of readings."""

    def __init__(self, truths: Truths, readings: frozenset[str]) -> None:
        self.truths, self.readings = truths, readings
        self.graph, self.knowledge = truths.facts.graph, truths.knowledge
        from ..law.names import BASE, READING

        thresholds = {BASE + "parameter/" + name: value for name, value in truths.text.parameters.items()}
        self.rewrite = _Rewrite(self.knowledge.vocabulary, thresholds)
        self.chosen = {READING + reading for reading in readings}
        self.known: dict[tuple[str, str], list[Step]] = {}
        self.truths_of: dict[tuple[int, str], str] = {}  # of nameless shapes, which live as long as the knowledge
        self.needs: dict[tuple[str, str, str], list[frozenset[Gap]]] = {}

    # -- truth of anything, named or not

    def truth(self, shape: Shape, node: str) -> str:
        if shape.name and not shape.parts and shape.path is None:
            return self.truths.of(shape.name, node, self.readings)
        key = (id(shape), node)
        if key not in self.truths_of:
            holds, fails = (self.rewrite.shape(shape, sign) for sign in (True, False))
            self.truths_of[key] = T if self.satisfies(holds, node) else F if self.satisfies(fails, node) else U
        return self.truths_of[key]

    def satisfies(self, plain: tuple, node) -> bool:
        """Whether a node satisfies a plain expression, read directly."""
        kind = plain[0]
        if kind in ("all", "any"):
            members = [part[2] if part[0] == "when" else part for part in plain[1:] if self.is_chosen(part)]
            return (all if kind == "all" else any)(self.satisfies(member, node) for member in members)
        if kind == "when":
            return not self.is_chosen(plain) or self.satisfies(plain[2], node)
        if kind == "not":
            return not self.satisfies(plain[1], node)
        if kind == "shape":
            return self.truths.conforms(plain[1], node, self.readings)
        if kind == "in":
            return node in plain[1]
        if kind == "datatype":
            return engine.has_datatype(node, plain[1])
        if kind in RANGES:
            return engine.compare(node, kind, plain[1])
        if kind == "class":
            data = self.truths.data
            return engine.is_a(node, plain[1], data(RDF + "type"), data(RDFS + "subClassOf"))
        values = self.values(plain[1], node)
        if kind == "every":
            return all(self.satisfies(plain[2], value) for value in values)
        if kind in ("some", "atMost"):
            count = sum(self.satisfies(plain[2], value) for value in values)
            return count >= plain[3] if kind == "some" else count <= plain[3]
        if kind == "count":
            return (plain[2] or 0) <= len(values) and (plain[3] is None or len(values) <= plain[3])
        if kind == "has":
            return plain[2] in values
        other = self.graph.objects(node, plain[2])
        return set(values) == set(other) if kind == "equals" else not set(values) & set(other)

    def is_chosen(self, part: tuple) -> bool:
        return part[0] != "when" or part[1] in self.chosen

    def values(self, path: Path, node: str) -> list:
        if path.kind == "predicate":
            return self.graph.objects(node, path.of)
        if path.kind == "inverse":
            return self.graph.subjects(path.of, node)
        if path.kind == "sequence":
            nodes = [node]
            for step in path.of:
                nodes = list(dict.fromkeys(value for each in nodes for value in self.values(step, each)))
            return nodes
        return engine.closure(self.graph.by_predicate.get(path.of, {}), node, path.kind == "zeroOrMore")

    # -- why

    def because(self, rule: str, node: str) -> list[Step]:
        """The conditions that decide the truth of a rule at a node, innermost first named."""
        steps: dict[tuple[str, str], Step] = {}
        for step in self.why(Shape(rule, None, ()), node):
            steps.setdefault((step.condition, step.node), step)
        return list(steps.values())

    def why(self, shape: Shape, node: str) -> list[Step]:
        if not shape.name:
            return list(self.steps(shape, node, ""))
        if (shape.name, node) not in self.known:
            self.known[shape.name, node] = list(self.steps(self.knowledge.shapes[shape.name], node, shape.name))
        return self.known[shape.name, node]

    def steps(self, shape: Shape, node: str, name: str) -> Iterator[Step]:
        truth = self.truth(Shape(name, None, ()), node) if name else self.truth(shape, node)
        if shape.path is not None:
            yield from self.why_along(shape, node, truth, name)
            return
        inner = list(self.why_parts(shape.parts, node, truth))
        if name and not inner and name in self.knowledge.conditions:
            yield Step(name, node, truth, ())
        yield from inner

    def why_parts(self, parts: Iterable[tuple], node: str, truth: str) -> Iterator[Step]:
        """A conjunction: all of it if it holds, what fails if it fails, what is unknown if it is unknown."""
        for part in parts:
            if self.part_truth(part, node) == truth:
                yield from self.why_part(part, node, truth)

    def part_truth(self, part: tuple, node: str) -> str:
        if self.satisfies(self.rewrite.node_part(part, True), node):
            return T
        return F if self.satisfies(self.rewrite.node_part(part, False), node) else U

    def why_part(self, part: tuple, node: str, truth: str) -> Iterator[Step]:
        if part[0] in ("property", "node", "not"):
            yield from self.why(part[1], node)
        elif part[0] in ("and", "or"):
            for member in part[1]:
                if (not member.under or member.under in self.chosen) and self.truth(member, node) == truth:
                    yield from self.why(member, node)

    def why_along(self, shape: Shape, node: str, truth: str, name: str) -> Iterator[Step]:
        """A condition on the values of a path: the statements on the way, then what is said of the values."""
        statements = tuple(self.statements(shape.path, node))
        if name:
            yield Step(name, node, truth, statements)
        last = shape.path.of[-1] if shape.path.kind == "sequence" else shape.path
        if last.kind == "predicate" and last.of not in self.knowledge.facts:
            return
        for value in self.values(shape.path, node):
            if isinstance(value, Literal):
                continue
            for part in shape.parts:
                inner = part[1] if part[0] in ("node", "qualifiedValueShape") else None
                if inner is not None and self.truth(inner, value) in (truth, U):
                    yield from self.why(inner, value)

    def statements(self, path: Path, node: str) -> Iterator[Statement]:
        """The statements met on the way along a path, those that say "none" included."""
        steps = path.of if path.kind == "sequence" else (path,)
        nodes = [node]
        for step in steps:
            following = []
            for each in nodes:
                if step.kind == "inverse":
                    found = self.graph.subjects(step.of, each)
                    for subject in found:
                        yield from self.truths.facts.stated(subject, step.of)
                else:
                    sources = [each, *self.values(step, each)] if step.kind in ("oneOrMore", "zeroOrMore") else [each]
                    for source in sources:
                        yield from self.stated(source, step.of)
                    found = self.values(step, each)
                following += found
            nodes = following

    def stated(self, node, fact: str) -> list[Statement]:
        found = self.truths.facts.stated(node, fact)
        if found or not isinstance(node, str):
            return found
        from ..descriptions.facts import Source

        known = list(self.graph.objects(node, fact)) if node in self.knowledge.catalogue else []
        if not known:
            return []
        labels = [self.knowledge.label(value, "en") if isinstance(value, str) else value.text for value in known]
        return [Statement(node, fact, labels, Source("known", note=self.knowledge.label(node, "en")))]

    # -- what is missing

    def gaps(self, rule: str, node: str, wanted: str) -> list[frozenset[Gap]]:
        """Smallest sets of facts whose values could make a rule hold (or fail) at a node."""
        return smallest(self.need(Shape(rule, None, ()), node, wanted))

    def need(self, shape: Shape, node, wanted: str) -> list[frozenset[Gap]]:
        truth = self.truth(shape, node)
        if truth != U:
            return [frozenset()] if truth == wanted else []
        if shape.name and not shape.parts and shape.path is None:
            key = (shape.name, node, wanted)
            if key not in self.needs:
                self.needs[key] = self.needed(self.knowledge.shapes[shape.name], node, wanted)
            return self.needs[key]
        return self.needed(shape, node, wanted)

    def needed(self, shape: Shape, node, wanted: str) -> list[frozenset[Gap]]:
        if shape.path is not None:
            return self.need_along(shape.path, shape.parts, node, wanted)
        options = [self.need_part(part, node, wanted) for part in shape.parts]
        return together(options) if wanted == T else either(options)

    def need_part(self, part: tuple, node, wanted: str) -> list[frozenset[Gap]]:
        if part[0] in ("property", "node"):
            return self.need(part[1], node, wanted)
        if part[0] == "not":
            return self.need(part[1], node, F if wanted == T else T)
        if part[0] in ("and", "or"):
            options = [self.need(m, node, wanted) for m in part[1] if not m.under or m.under in self.chosen]
            return together(options) if (part[0] == "and") == (wanted == T) else either(options)
        return []

    def need_along(self, path: Path, parts: tuple, node, wanted: str) -> list[frozenset[Gap]]:
        if path.kind == "sequence":
            first, *rest = path.of
            rest = rest[0] if len(rest) == 1 else Path("sequence", tuple(rest))
            return self.need_along(first, (("node", Shape("", rest, tuple(parts))),), node, wanted)
        gap = self.unstated(path, node)
        if gap:
            return [gap]
        if self.is_contested(path, node):
            return [frozenset({(node, path.of)})]
        inner = [part[1] for part in parts if part[0] in ("node", "qualifiedValueShape", "not", "property")]
        values = [value for value in self.values(path, node) if not isinstance(value, Literal)]
        options = [self.need(shape, value, wanted) for shape in inner for value in values]
        options = [option for option in options if option]
        if options:
            return either(options)
        # The fact is stated, and too coarse or contradictory: it takes a better value.
        return [frozenset({(node, path.of)})] if path.of in self.knowledge.facts and isinstance(node, str) else []

    def is_contested(self, path: Path, node) -> bool:
        """Whether sources give a fact that has one value several: it takes the right one."""
        fact = self.knowledge.facts.get(path.of) if path.kind == "predicate" else None
        return bool(fact) and not fact.many and isinstance(node, str) and len(self.values(path, node)) > 1

    def unstated(self, path: Path, node) -> frozenset[Gap] | None:
        """The gap at this step of a path, if the node does not state the fact."""
        if path.kind == "inverse" or path.of not in self.knowledge.facts or not isinstance(node, str):
            return None
        chain = [node, *self.values(path, node)] if path.kind in ("oneOrMore", "zeroOrMore") else [node]
        for each in chain:
            if path.of not in self.graph.objects(each, STATES):
                return frozenset(self.behind(each, path.of))
        return None

    def behind(self, node: str, fact: str) -> list[Gap]:
        """A fact that is only ever derived is missing because its operands are."""
        if not self.knowledge.facts[fact].derived_only:
            return [(node, fact)]
        found = []
        for derivation in self.knowledge.derivations:
            if derivation.fact == fact:
                for path in derivation.operands:
                    at = node
                    for step in path[:-1]:
                        at = next(iter(self.graph.objects(at, step)), at)
                    if not self.truths.facts.stated(at, path[-1]):
                        found.append((at, path[-1]))
        return found or [(node, fact)]


def together(options: list[list[frozenset[Gap]]]) -> list[frozenset[Gap]]:
    """All of several needs at once."""
    found = [frozenset()]
    for option in options:
        found = smallest(one | other for one, other in product(found, option))
        if not found:
            return []
    return found


def either(options: list[list[frozenset[Gap]]]) -> list[frozenset[Gap]]:
    """Any one of several needs."""
    return smallest(gap for option in options for gap in option)


def smallest(sets: Iterable[frozenset[Gap]]) -> list[frozenset[Gap]]:
    """The sets that contain no other of them, smallest first; a bound keeps the work small."""
    found: list[frozenset[Gap]] = []
    distinct = set(sets)
    if len(distinct) < 2 or frozenset() in distinct:
        return [frozenset()] if frozenset() in distinct else list(distinct)
    for candidate in sorted(distinct, key=lambda gaps: (len(gaps), sorted(gaps))):
        if not any(kept <= candidate for kept in found):
            found.append(candidate)
        if len(found) == MAX_SETS:
            break
    return found

"""Proofs: why a rule holds or fails at an entity, on which statements, and which missing facts would decide it.

The same rewriting that feeds the engines is walked here with the conditions kept apart, so that every truth can be
traced to lines of the description and to paragraphs of the Act.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from ..descriptions.facts import Statement
from ..law import engine
from ..law.graph import Literal
from ..law.knowledge import Knowledge, Text
from ..law.names import BASE, RDF, RDFS, READING
from ..law.shapes import FAILS, HOLDS, PAIRS, RANGES, STATES, Path, Shape, _Rewrite
from .evaluate import F, T, Truths, U

Gap = tuple[str, str]  # entity, fact
MAX_SETS = 12
MET = [frozenset()]  # the need of what is so already; never changed


@dataclass(slots=True)
class Step:
    """One condition in a proof: its name, its truth at a node, and the statements on which it rests."""

    condition: str
    node: str
    truth: str
    statements: tuple[Statement, ...]


class Wording:
    """What the nameless shapes of a text of the law say, and their parts: worked out once, for every project.

    They are known by their identity, and kept, so that no other can take it over.
    """

    def __init__(self, knowledge: Knowledge, text: Text) -> None:
        thresholds = {BASE + "parameter/" + name: value for name, value in text.parameters.items()}
        self.rewrite = _Rewrite(knowledge.vocabulary, thresholds)
        self.plain: dict[int, tuple[tuple, tuple, tuple]] = {}
        self.rests: dict[tuple[int, int], tuple[Path, tuple, tuple]] = {}

    def both(self, of: Shape | tuple) -> tuple[tuple, tuple, tuple]:
        """A shape, or a part of one, with its plain expressions: definitely holds, definitely fails."""
        if id(of) not in self.plain:
            write = self.rewrite.shape if isinstance(of, Shape) else self.rewrite.node_part
            self.plain[id(of)] = (of, write(of, True), write(of, False))
        return self.plain[id(of)]

    def after_first(self, path: Path, parts: tuple) -> tuple:
        """What parts say at the end of a sequence of steps, as parts of what the first of them leads to."""
        key = (id(path), id(parts))
        if key not in self.rests:
            rest = path.of[1] if len(path.of) == 2 else Path("sequence", path.of[1:])
            self.rests[key] = (path, parts, (("node", Shape("", rest, parts)),))
        return self.rests[key][2]


class Prover:
    """Explains truths of one description under one choice of readings."""

    def __init__(self, truths: Truths, readings: frozenset[str], wording: Wording) -> None:
        self.truths, self.readings, self.wording = truths, readings, wording
        self.graph, self.knowledge, self.rewrite = truths.facts.graph, truths.knowledge, wording.rewrite
        self.chosen = {READING + reading for reading in readings}
        self.known: dict[tuple[str, str], list[Step]] = {}
        self.truths_of: dict[tuple[int, str], str] = {}  # of what the wording keeps
        self.needs: dict[tuple[str, str, str], list[frozenset[Gap]]] = {}

    # -- truth of anything, named or not

    def truth(self, shape: Shape, node: str) -> str:
        return self.named(shape.name, node) if is_reference(shape) else self.nameless(shape, node)

    def named(self, name: str, node: str) -> str:
        return self.truths.of(name, node, self.readings)

    def conforms(self, plain: str, node: str) -> bool:
        """Whether a node conforms to a plain shape (``name+T`` or ``name+F``)."""
        return self.truths.conforms(plain, node, self.readings)

    def nameless(self, of: Shape | tuple, node: str) -> str:
        """The truth of a nameless shape, or of a part of a shape."""
        key = (id(of), node)
        if key not in self.truths_of:
            _, holds, fails = self.wording.both(of)
            self.truths_of[key] = T if self.satisfies(holds, node) else F if self.satisfies(fails, node) else U
        return self.truths_of[key]

    def satisfies(self, plain: tuple, node) -> bool:
        """Whether a node satisfies a plain expression, read directly."""
        kind = plain[0]
        if kind == "shape":
            return self.conforms(plain[1], node)
        if kind in ("all", "any"):
            for part in plain[1:]:
                if self.is_chosen(part) and self.satisfies(part, node) == (kind == "any"):
                    return kind == "any"
            return kind == "all"
        if kind == "when":
            return not self.is_chosen(plain) or self.satisfies(plain[2], node)
        if kind == "not":
            return not self.satisfies(plain[1], node)
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
        return self.reasons_of([(rule, node)])

    def reasons_of(self, decided_by: Iterable[tuple[str, str]]) -> list[Step]:
        """The conditions that decide the truths of several rules, each at its node."""
        steps: dict[tuple[str, str], Step] = {}
        for rule, node in decided_by:
            for step in self.why_named(rule, node):
                steps.setdefault((step.condition, step.node), step)
        return list(steps.values())

    def why(self, shape: Shape, node: str) -> list[Step]:
        return self.why_named(shape.name, node) if shape.name else self.steps(shape, node, "")

    def why_named(self, name: str, node: str) -> list[Step]:
        if (name, node) not in self.known:
            self.known[name, node] = self.steps(self.knowledge.shapes[name], node, name)
        return self.known[name, node]

    def steps(self, shape: Shape, node: str, name: str) -> list[Step]:
        truth = self.named(name, node) if name else self.truth(shape, node)
        if shape.path is not None:
            return self.why_along(shape, node, truth, name)
        inner = self.why_parts(shape.parts, node, truth)
        alone = name and not inner and name in self.knowledge.conditions
        return [Step(name, node, truth, ())] if alone else inner

    def why_parts(self, parts: Iterable[tuple], node: str, truth: str) -> list[Step]:
        """A conjunction: all of it if it holds, what fails if it fails, what is unknown if it is unknown."""
        deciding = [part for part in parts if self.part_truth(part, node) == truth]
        return [step for part in deciding for step in self.why_part(part, node, truth)]

    def part_truth(self, part: tuple, node: str) -> str:
        plainly = part[0] in ("property", "node") and is_reference(part[1]) and not part[1].under
        return self.named(part[1].name, node) if plainly else self.nameless(part, node)

    def why_part(self, part: tuple, node: str, truth: str) -> list[Step]:
        if part[0] in ("property", "node", "not"):
            return self.why(part[1], node)
        if part[0] not in ("and", "or"):
            return []
        chosen = [member for member in part[1] if not member.under or member.under in self.chosen]
        return [step for each in chosen if self.truth(each, node) == truth for step in self.why(each, node)]

    def why_along(self, shape: Shape, node: str, truth: str, name: str) -> list[Step]:
        """A condition on the values of a path: the statements on the way, then what is said of the values."""
        found = [Step(name, node, truth, tuple(self.statements(shape.path, node)))] if name else []
        last = shape.path.of[-1] if shape.path.kind == "sequence" else shape.path
        inner = [part[1] for part in shape.parts if part[0] in ("node", "qualifiedValueShape")]
        if not inner or (last.kind == "predicate" and last.of not in self.knowledge.facts):
            return found
        for value in self.values(shape.path, node):
            if not isinstance(value, Literal):
                for each in inner:
                    if self.truth(each, value) in (truth, U):
                        found += self.why(each, value)
        return found

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
        key = (rule, node, wanted)
        if key not in self.needs:
            truth = self.named(rule, node)
            self.needs[key] = self.needed(self.knowledge.shapes[rule], node, truth, wanted)
        return self.needs[key]

    def need(self, shape: Shape, node, wanted: str) -> list[frozenset[Gap]]:
        if is_reference(shape):
            return self.gaps(shape.name, node, wanted)
        return self.needed(shape, node, self.nameless(shape, node), wanted)

    def needed(self, shape: Shape, node, truth: str, wanted: str) -> list[frozenset[Gap]]:
        if truth != U:
            return MET if truth == wanted else []
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
        for part in parts:
            if part[0] in PAIRS and self.is_contested(Path("predicate", part[1]), node):
                return [frozenset({(node, part[1])})]
        if path.kind == "sequence":
            return self.need_along(path.of[0], self.wording.after_first(path, parts), node, wanted)
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


class DayProver(Prover):
    """The same on a day: a definition that does not apply yet does not hold."""

    def __init__(self, prover: Prover, is_late: Callable[[str], bool], may_differ: Callable[[str], bool]) -> None:
        super().__init__(prover.truths, prover.readings, prover.wording)
        self.prover = prover
        self.is_late = is_late  # whether a shape is a definition that does not apply yet
        self.may_differ = may_differ  # whether it is one, or uses one

    def named(self, name: str, node: str) -> str:
        if not self.may_differ(name):
            return self.prover.named(name, node)
        return F if self.is_late(name) else self.nameless(self.knowledge.shapes[name], node)

    def conforms(self, plain: str, node: str) -> bool:
        name = plain.removesuffix(HOLDS).removesuffix(FAILS)
        if not self.may_differ(name):
            return self.prover.conforms(plain, node)
        return self.named(name, node) == (T if plain.endswith(HOLDS) else F)

    def gaps(self, rule: str, node: str, wanted: str) -> list[frozenset[Gap]]:
        return super().gaps(rule, node, wanted) if self.may_differ(rule) else self.prover.gaps(rule, node, wanted)


def is_reference(shape: Shape) -> bool:
    """Whether it only names another."""
    return bool(shape.name) and not shape.parts and shape.path is None


def together(options: list[list[frozenset[Gap]]]) -> list[frozenset[Gap]]:
    """All of several needs at once, each of which is as ``smallest`` gives it."""
    if [] in options:
        return []
    found = MET
    for option in options:
        if option != MET:
            found = option if found == MET else smallest(one | other for one, other in product(found, option))
    return found


def either(options: list[list[frozenset[Gap]]]) -> list[frozenset[Gap]]:
    """Any one of several needs, each of which is as ``smallest`` gives it."""
    if MET in options:
        return MET
    options = [option for option in options if option]
    return options[0] if len(options) == 1 else smallest(gap for option in options for gap in option)


def smallest(sets: Iterable[frozenset[Gap]]) -> list[frozenset[Gap]]:
    """The sets that contain no other of them, smallest first; a bound keeps the work small."""
    found: list[frozenset[Gap]] = []
    distinct = set(sets)
    if len(distinct) < 2 or frozenset() in distinct:
        return MET if frozenset() in distinct else list(distinct)
    for candidate in sorted(distinct, key=len):
        for kept in found:
            if kept < candidate:
                break
        else:
            found.append(candidate)
    return sorted(found, key=lambda gaps: (len(gaps), sorted(gaps)))[:MAX_SETS]

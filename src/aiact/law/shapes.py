"""Conditions of the law: from SHACL in Turtle to two plain shapes each, "definitely holds" and "definitely fails".

A rule is written once, as ordinary SHACL. Facts may be missing, coarse or contradictory, so each shape S is
rewritten into S+T and S+F; a node for which neither holds leaves the condition unknown (strong Kleene logic).
Both are SHACL Core again: any engine can run them. A constraint kind that is not listed here is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from .graph import FALSE, Graph, Literal, Term
from .names import AIACT, RDF, RULE, SH, XSD, curie

HOLDS, FAILS = "+T", "+F"

STATES, LEAVES_OPEN = AIACT + "states", AIACT + "leavesOpen"
AT_LEAST, AT_MOST, OCCURS = AIACT + "atLeast", AIACT + "atMost", AIACT + "occurs"

# How a threshold of the law is compared with a value known only to lie between two bounds: the bound that
# must pass, and the SHACL component, for "definitely" and for "definitely not".
COMPARISONS = {
    AIACT + "above": ((AT_LEAST, "minExclusive"), (AT_MOST, "maxInclusive")),
    AIACT + "reaching": ((AT_LEAST, "minInclusive"), (AT_MOST, "maxExclusive")),
    AIACT + "before": ((AT_MOST, "maxExclusive"), (AT_LEAST, "minInclusive")),
}
RANGES = ("minExclusive", "minInclusive", "maxExclusive", "maxInclusive")
QUALIFIED = ("qualifiedMinCount", "qualifiedMaxCount")
PAIRS = ("equals", "disjoint")  # these look back at where the path begins
COUNTS = ("minCount", "maxCount", "qualifiedValueShape")
NEEDS_PATH = PAIRS + COUNTS
# Properties of SHACL that say something about a shape without constraining a node.
SAYS_NOTHING = {SH + word for word in ("targetClass", "message", "name", "description", "order", "severity")}


class Path(NamedTuple):
    """A property path: ``kind`` is one of predicate, inverse, sequence, oneOrMore, zeroOrMore."""

    kind: str
    of: object  # the IRI of a property, or for a sequence a tuple of paths

    def parted(self) -> tuple[Path, Path]:
        """The first step of a sequence, and what follows it."""
        first, *rest = self.of
        return first, rest[0] if len(rest) == 1 else Path("sequence", tuple(rest))


class Shape(NamedTuple):
    """A shape as the rule file writes it. ``parts`` is a conjunction of (kind, …) tuples."""

    name: str
    path: Path | None
    parts: tuple
    under: str = ""  # the reading of the law that this shape belongs to
    silence: str = ""  # "holds" or "fails": what a fact that is not stated does to the condition


class ShapeError(Exception):
    """A shape that the compiler cannot read; the message names the shape and the mend."""


@dataclass
class Vocabulary:
    """What the rewriting must know of properties: which take several values, which are closed."""

    many: set[str] = field(default_factory=set)
    facts: set[str] = field(default_factory=set)
    events: set[str] = field(default_factory=set)


# ---------------------------------------------------------------------------------------------- reading


def read(graph: Graph) -> dict[str, Shape]:
    """All named shapes of the rules, by local name."""
    named = graph.of_class(SH + "NodeShape") + graph.of_class(SH + "PropertyShape")
    shapes = {shape_name(iri): _read_named(graph, iri) for iri in named if not iri.startswith("_:")}
    for shape in shapes.values():
        for name in references(shape):
            if name not in shapes:
                raise ShapeError(f"{shape.name}: there is no shape {name}; is the name right, and its file there?")
    _refuse_circles(shapes)
    return shapes


def shape_name(iri: str) -> str:
    return iri.removeprefix(RULE)


def references(shape: Shape) -> Iterator[str]:
    """Names of the shapes that this one uses directly."""
    for part in shape.parts:
        for member in members(part):
            yield from [member.name] if member.name else references(member)


def members(part: tuple) -> tuple[Shape, ...]:
    """The shapes inside one constraint."""
    if part[0] in ("and", "or"):
        return part[1]
    return (part[1],) if part[0] in ("property", "node", "not", "qualifiedValueShape") else ()


def _reference(name: str, under: str = "") -> Shape:
    return Shape(name, None, (), under)


def _read_named(graph: Graph, iri: str) -> Shape:
    try:
        return _read_shape(graph, iri)
    except RecursionError:
        raise ShapeError(f"{shape_name(iri)}: a nameless shape in it contains itself") from None


def _read_shape(graph: Graph, node: str, owner: str = "a shape") -> Shape:
    name = "" if node.startswith("_:") else shape_name(node)
    owner = name or owner  # the named shape in which a nameless one stands
    parts: list[tuple] = []
    for predicate in _predicates(graph, node):
        for value in graph.objects(node, predicate):
            part = _read_part(graph, node, predicate, value, owner)
            if part:
                parts.append(part)
    paths = graph.objects(node, SH + "path")
    if len(paths) > 1:
        raise ShapeError(f"{owner}: a shape follows one path; this one has {len(paths)}")
    if not paths and SH + "PropertyShape" in graph.objects(node, RDF + "type"):
        raise ShapeError(f"{owner}: a property shape needs a sh:path")
    for kind, *_ in parts:
        if not paths and kind in NEEDS_PATH:
            raise ShapeError(f"{owner}: sh:{kind} speaks of the values of a path, and there is no sh:path")
    under = graph.value(node, AIACT + "under")
    silence = (graph.value(node, AIACT + "whenSilent") or "").removeprefix(AIACT)
    return Shape(name, _read_path(graph, paths[0], owner) if paths else None, tuple(parts), under or "", silence)


def _predicates(graph: Graph, node: str) -> list[str]:
    return sorted(predicate for predicate, subjects in graph.by_predicate.items() if node in subjects)


def _read_part(graph: Graph, node: str, predicate: str, value: Term, owner: str) -> tuple | None:
    word = predicate.removeprefix(SH)
    if word in ("property", "node", "not"):
        member = _member(graph, value, owner)
        described = not member.name or graph.objects(value, RDF + "type")
        if word == "property" and described and graph.value(value, SH + "path") is None:
            raise ShapeError(f"{owner}: sh:property takes a shape with a sh:path")
        return (word, member)
    if word in ("and", "or"):
        return (word, tuple(_member(graph, member, owner) for member in _items(graph, value, word, owner)))
    if word in ("hasValue", "class", "datatype", "equals", "disjoint") or word in RANGES:
        return (word, value)
    if word == "in":
        return (word, tuple(_items(graph, value, word, owner)))
    if word in ("minCount", "maxCount"):
        return (word, _whole(value, word, owner))
    if word == "qualifiedValueShape":
        return (word, _member(graph, value, owner), *_qualified_bounds(graph, node, owner))
    if word in QUALIFIED and not graph.objects(node, SH + "qualifiedValueShape"):
        raise ShapeError(f"{owner}: sh:{word} needs a sh:qualifiedValueShape")
    if word == "path" or word in QUALIFIED or predicate in SAYS_NOTHING:
        return None
    if predicate in COMPARISONS:
        return ("compare", predicate, value)
    if predicate.startswith(SH):
        raise ShapeError(f"{owner}: the compiler does not know the constraint {curie(predicate)}")
    return None


def _items(graph: Graph, head: Term, word: str, owner: str) -> list[Term]:
    if head != RDF + "nil" and graph.value(head, RDF + "first") is None:
        raise ShapeError(f"{owner}: sh:{word} takes a list")
    return graph.items(head)


def _qualified_bounds(graph: Graph, node: str, owner: str) -> list[int | None]:
    found = [graph.value(node, SH + word) for word in QUALIFIED]
    if found == [None, None]:
        raise ShapeError(f"{owner}: sh:qualifiedValueShape needs a sh:qualifiedMinCount or sh:qualifiedMaxCount")
    return [None if bound is None else _whole(bound, "qualified count", owner) for bound in found]


def _whole(value: Term, word: str, owner: str) -> int:
    if not isinstance(value, Literal) or not value.text.isdecimal():
        raise ShapeError(f"{owner}: sh:{word} takes a whole number")
    return int(value.text)


def _member(graph: Graph, node: Term, owner: str) -> Shape:
    if isinstance(node, Literal):
        raise ShapeError(f"{owner}: “{node.text}” stands where a shape is due")
    if not node.startswith("_:"):
        return _reference(shape_name(node), graph.value(node, AIACT + "under") or "")
    return _read_shape(graph, node, owner)


def _read_path(graph: Graph, node: Term, owner: str) -> Path:
    if isinstance(node, str) and not node.startswith("_:"):
        return Path("predicate", node)
    if graph.value(node, RDF + "first") is not None:
        return Path("sequence", tuple(_read_path(graph, member, owner) for member in graph.items(node)))
    for kind, word in (("inverse", "inversePath"), ("oneOrMore", "oneOrMorePath"), ("zeroOrMore", "zeroOrMorePath")):
        inner = graph.value(node, SH + word)
        if inner is not None and not inner.startswith("_:"):
            return Path(kind, inner)
    raise ShapeError(f"{owner}: the compiler does not know this property path")


def _refuse_circles(shapes: dict[str, Shape]) -> None:
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        if name in trail:
            raise ShapeError("a definition rests on itself: " + " → ".join((*trail[trail.index(name) :], name)))
        if name not in done:
            for other in references(shapes[name]):
                visit(other, (*trail, name))
            done.add(name)

    for name in shapes:
        visit(name, ())


# ---------------------------------------------------------------------------------------------- rewriting
#
# A plain expression says something of one node:
#   ("all", …) ("any", …) ("not", e) ("shape", name) ("when", reading, e)
#   ("in", terms) ("class", iri) ("datatype", iri) ("minExclusive", literal) and the three other ranges;
#   over the values of a path: ("every", path, e) ("some", path, e, n) ("atMost", path, e, n) ("count", path, min, max)
#   ("has", path, term) ("equals", path, property) ("disjoint", path, property)

ALWAYS, NEVER = ("all",), ("any",)


def definite(shapes: dict[str, Shape], vocabulary: Vocabulary, thresholds: dict[str, Literal]) -> dict[str, tuple]:
    """The plain expressions ``name+T`` and ``name+F`` of every shape, for one text of the law.

    ``thresholds`` gives the value of each parameter (FLOP as xsd:double, days as xsd:date).
    """
    rewrite = _Rewrite(vocabulary, thresholds)
    plain = {}
    for name, shape in shapes.items():
        try:
            plain[name + HOLDS] = rewrite.shape(shape, True)
            plain[name + FAILS] = rewrite.shape(shape, False)
        except ShapeError as error:
            raise ShapeError(f"{name}: {error}") from None
    return plain


class _Rewrite:
    def __init__(self, vocabulary: Vocabulary, thresholds: dict[str, Literal]) -> None:
        self.vocabulary, self.thresholds = vocabulary, thresholds

    def shape(self, shape: Shape, holds: bool) -> tuple:
        if shape.path is None:
            found = [self.node_part(part, holds) for part in shape.parts]
            return _all(found) if holds else _any(found)
        return self.along(shape.path, shape.parts, holds, shape.silence)

    def member(self, shape: Shape, holds: bool) -> tuple:
        """A shape used by another: by name if it has one, in the reading it belongs to if it names one."""
        if shape.name:
            plain = ("shape", shape.name + (HOLDS if holds else FAILS))
        else:
            plain = self.shape(shape, holds)
        return ("when", shape.under, plain) if shape.under else plain

    def node_part(self, part: tuple, holds: bool) -> tuple:
        """A constraint on the focus node, or on one value."""
        kind = part[0]
        if kind in ("property", "node"):
            return self.member(part[1], holds)
        if kind == "not":
            return self.member(part[1], not holds)
        if kind in ("and", "or"):
            members = [self.member(member, holds) for member in part[1]]
            return _all(members) if (kind == "and") == holds else _any(members)
        if kind == "compare":
            return self.comparison(part[1], part[2], holds)
        test = {"hasValue": ("in", part[1:]), "in": ("in", part[1])}.get(kind, part)
        return test if holds else ("not", test)

    def comparison(self, operator: str, parameter: str, holds: bool) -> tuple:
        bound, component = COMPARISONS[operator][0 if holds else 1]
        if parameter not in self.thresholds:
            raise ShapeError(f"there is no parameter {curie(parameter)} in this text of the law")
        limit = self.thresholds[parameter]
        path = Path("predicate", bound)
        inside = _all(
            [
                ("count", path, 1, None),
                ("every", path, _all([("datatype", limit.datatype), (component, limit)])),
            ]
        )
        if limit.datatype != XSD + "date":
            return inside
        never = ("has", Path("predicate", OCCURS), FALSE)
        return _all([inside, ("not", never)]) if holds else _any([inside, never])

    def along(self, path: Path, parts: Iterable[tuple], holds: bool, silence: str = "") -> tuple:
        """What the parts say of the values of a path; silent is who does not state the fact with which it begins."""
        found = [self.step(path, part, holds) for part in parts]
        plain = _all(found) if holds else _any(found)
        if silence == ("holds" if holds else "fails"):
            pairs = any(part[0] in PAIRS for part in parts)
            begin = path.of[0] if path.kind == "sequence" and not pairs else path
            silent = [("not", self.known(begin))]
            if begin.kind != "predicate":  # what is known of a longer path may decide already
                against = [self.step(path, part, not holds) for part in parts]
                silent.append(("not", _any(against) if holds else _all(against)))
            plain = _any([_all(silent), plain])
        return plain

    def step(self, path: Path, part: tuple, holds: bool) -> tuple:
        """A sequence is one step, then the rest from there; only what counts or compares looks at all its ends."""
        seeks = part[0] == "hasValue" or part[:2] == ("minCount", 1) or part[2:] == (1, None)
        counts = part[0] in COUNTS and not seeks and part[1:] != (0,) and part[2:] != (None, 0)
        if path.kind != "sequence" or part[0] in PAIRS or (counts and self.is_many(path.of[0])):
            return self.path_part(path, part, holds)
        first, *rest = path.of
        rest = rest[0] if len(rest) == 1 else Path("sequence", tuple(rest))
        inner = Shape("", rest, (part,))
        if seeks and self.is_many(first):
            return self.step(first, ("qualifiedValueShape", inner, 1, None), holds)
        return self.step(first, ("node", inner), holds)

    def path_part(self, path: Path, part: tuple, holds: bool) -> tuple:
        kind, known = part[0], self.known(path)
        if kind == "minCount":
            return ("count", path, part[1], None) if holds else _all([known, ("count", path, None, part[1] - 1)])
        if kind == "maxCount":
            return _all([known, ("count", path, None, part[1])]) if holds else ("count", path, part[1] + 1, None)
        if kind == "qualifiedValueShape":
            return self.qualified(path, known, part, holds)
        if kind in PAIRS:
            return self.pair(path, known, part, holds)
        if kind == "hasValue" and self.is_many(path):
            return ("has", path, part[1]) if holds else _all([known, ("not", ("has", path, part[1]))])
        return self.every(path, known, self.node_part(part, True), self.node_part(part, False), holds)

    def every(self, path: Path, known: tuple, good: tuple, bad: tuple, holds: bool) -> tuple:
        if self.is_many(path):
            return _all([known, ("every", path, good)]) if holds else ("some", path, bad, 1)
        # One value is meant: two that disagree leave the condition unknown.
        one = ("count", path, 1, None)
        return _all([one, ("every", path, good)]) if holds else _all([known, ("every", path, bad)])

    def qualified(self, path: Path, known: tuple, part: tuple, holds: bool) -> tuple:
        _, shape, least, most = part
        good, maybe = self.member(shape, True), ("not", self.member(shape, False))
        found = []
        if least is not None:
            found.append(
                ("some", path, good, least) if holds else _all([known, ("atMost", path, maybe, least - 1)]),
            )
        if most is not None:
            found.append(
                _all([known, ("atMost", path, maybe, most)]) if holds else ("some", path, good, most + 1),
            )
        return _all(found) if holds else _any(found)

    def pair(self, path: Path, known: tuple, part: tuple, holds: bool) -> tuple:
        kind, other = part
        both = [known, self.known(Path("predicate", other))]
        if (kind == "equals") == holds:  # the same
            if kind == "disjoint" and self.is_many(path):
                shared = ("not", ("disjoint", path, other))  # a value on which sources disagree may be the wrong one
                one = ("count", Path("predicate", other), None, 1)
                return shared if other in self.vocabulary.many else _all([shared, one])
            return _all([known, ("count", path, 1, None), ("equals", path, other)])
        if kind == "equals" and self.is_many(path):
            return _all([*both, ("not", ("equals", path, other))])
        return _all([*both, ("disjoint", path, other)])

    def is_many(self, path: Path) -> bool:
        return path.kind != "predicate" or path.of in self.vocabulary.many

    def known(self, path: Path) -> tuple:
        """The node tells all there is to know of this property: it states it, be it to say "none"."""
        if path.kind == "inverse":
            return ALWAYS  # what is not described elsewhere in the description is not there
        if path.kind == "sequence":
            first, *rest = path.of
            rest = rest[0] if len(rest) == 1 else Path("sequence", tuple(rest))
            return _all([self.known(first), ("every", first, self.known(rest))])
        if path.of not in self.vocabulary.facts:
            return ("count", path, 1, None)
        states = ("has", Path("predicate", STATES), path.of)
        if path.kind in ("oneOrMore", "zeroOrMore"):
            return ("every", Path("zeroOrMore", path.of), states)
        return states


def _all(parts: list[tuple]) -> tuple:
    return _join("all", parts, NEVER)


def _any(parts: list[tuple]) -> tuple:
    return _join("any", parts, ALWAYS)


def _join(kind: str, parts: list[tuple], absorbing: tuple) -> tuple:
    flat: list[tuple] = []
    for part in parts:
        for item in part[1:] if part[0] == kind else (part,):
            if item == absorbing:
                return absorbing
            if item not in flat:
                flat.append(item)
    if len(flat) == 1 and flat[0][0] != "when":  # what is left without that reading depends on the kind
        return flat[0]
    return (kind, *flat)


# ---------------------------------------------------------------------------------------------- walking


def inside(plain: tuple) -> tuple[tuple, ...]:
    """The expressions directly inside a plain expression."""
    if plain[0] in ("all", "any", "not"):
        return plain[1:]
    return (plain[2],) if plain[0] in ("when", "every", "some", "atMost") else ()


def walk(plain: tuple) -> Iterator[tuple]:
    """A plain expression and every expression inside it."""
    yield plain
    for part in inside(plain):
        yield from walk(part)


def readings_of(plain: dict[str, tuple]) -> dict[str, set[str]]:
    """For each plain shape, the readings on which it depends, through all the shapes of these that it uses."""
    direct: dict[str, set[str]] = {name: set() for name in plain}
    uses: dict[str, set[str]] = {name: set() for name in plain}
    for name, expression in plain.items():
        for part in walk(expression):
            if part[0] == "when":
                direct[name].add(part[1])
            elif part[0] == "shape" and part[1] in plain:
                uses[name].add(part[1])
    changed = True
    while changed:
        changed = False
        for name in plain:
            found = direct[name].union(*(direct[other] for other in uses[name]))
            if found != direct[name]:
                direct[name], changed = found, True
    return direct

"""The compiler: from a shape to "definitely holds" and "definitely fails", after the rules of three-valued logic.

A slow evaluator that follows the definition of each constraint word by word stands beside the compiled shapes, and
pySHACL beside both.
"""

import itertools
import random
from functools import cache, reduce

import pytest
from generate import established
from referee import quick

from aiact.findings.evaluate import F, T, Truths, U, targets_of
from aiact.findings.readings import Readings
from aiact.law import engine, shacl
from aiact.law.graph import FALSE, TRUE, Graph, Literal, parse
from aiact.law.knowledge import knowledge
from aiact.law.names import AIACT, PREFIXES, RDF, READING, XSD
from aiact.law.shapes import (  # fmt: skip
    AT_LEAST,
    AT_MOST,
    FAILS,
    HOLDS,
    OCCURS,
    RANGES,
    STATES,
    Path,
    Shape,
    ShapeError,
    Vocabulary,
    definite,
    members,
    read,
)

PARAMETER = PREFIXES["parameter"]
THRESHOLDS = {
    PARAMETER + "much": Literal("1E25", XSD + "double"),
    PARAMETER + "day": Literal("2025-08-02", XSD + "date"),
}
FACTS = ("one", "many", "link", "links", "amount", "event", "other", "others")
MANY = ("many", "links", "others")
VOCABULARY = Vocabulary(
    many={AIACT + name for name in MANY}, facts={AIACT + name for name in FACTS}, events={AIACT + "event"}
)
PREFIX = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items()) + f"@prefix : <{AIACT}> .\n"


def turtle(text: str) -> Graph:
    return Graph(parse((PREFIX + text).encode()))


def told(data: Graph) -> Graph:
    """The same data, in which every node says of each fact that it states it."""
    for subject, predicate, _ in list(data):
        if predicate in VOCABULARY.facts:
            data.add(subject, STATES, predicate)
    return data


def compiled(shapes: dict[str, Shape], data: Graph, chosen: frozenset = frozenset()) -> dict:
    """The functions of the default engine for every plain shape, over some data."""
    build = engine.load(compile(engine.generate(definite(shapes, VOCABULARY, THRESHOLDS)), "<shapes>", "exec"))
    return build(lambda name: data.by_predicate.get(name, {}), data.inverse, chosen, {})


def truth(functions: dict, name: str, node) -> str:
    holds, fails = functions[name + HOLDS](node), functions[name + FAILS](node)
    assert not (holds and fails), f"{name} both holds and fails at {node}"
    return T if holds else F if fails else U


# ---------------------------------------------------------------------------------------------- the slow evaluator


def all_of(truths) -> str:
    return reduce(lambda a, b: F if F in (a, b) else U if U in (a, b) else T, truths, T)


def any_of(truths) -> str:
    return opposite(all_of(map(opposite, truths)))


def opposite(truth: str) -> str:
    return {T: F, F: T, U: U}[truth]


def certain(truth: bool) -> str:
    return T if truth else F


class Slow:
    """Truths of shapes, from the definition of each constraint; nothing is rewritten."""

    def __init__(self, shapes: dict[str, Shape], data: Graph) -> None:
        self.shapes, self.data = shapes, data

    def of(self, shape: Shape, node) -> str:
        if shape.name and not shape.parts:
            return self.of(self.shapes[shape.name], node)
        if shape.path is None:
            return all_of([self.at(part, node) for part in shape.parts])
        found = self.along(shape.path, shape.parts, node)
        if found == U and shape.silence and self.is_silent(shape, node):
            return {"holds": T, "fails": F}[shape.silence]
        return found

    def is_silent(self, shape: Shape, node) -> bool:
        """The node does not state the fact with which the path begins."""
        pairs = any(part[0] in ("equals", "disjoint") for part in shape.parts)
        path = shape.path.of[0] if shape.path.kind == "sequence" and not pairs else shape.path
        return not self.knows(path, node)

    def at(self, part: tuple, node) -> str:
        """A constraint on one node."""
        kind = part[0]
        if kind in ("property", "node"):
            return self.of(part[1], node)
        if kind == "not":
            return opposite(self.of(part[1], node))
        if kind in ("and", "or"):
            return (all_of if kind == "and" else any_of)([self.of(member, node) for member in part[1]])
        if kind == "compare":
            return self.compared(part[1].removeprefix(AIACT), THRESHOLDS[part[2]], node)
        if kind == "class":
            return certain(part[1] in self.data.objects(node, RDF + "type"))
        if kind == "datatype":
            return certain(isinstance(node, Literal) and node.datatype == part[1])
        return certain(node in (part[1] if kind == "in" else part[1:]))

    def compared(self, word: str, limit: Literal, node) -> str:
        """An interval against a threshold: it lies wholly on one side, or the answer is open."""
        value = {XSD + "double": float, XSD + "date": str}[limit.datatype]
        lows, highs = ([value(end.text) for end in self.data.objects(node, end_of)] for end_of in (AT_LEAST, AT_MOST))
        edge = value(limit.text)
        if FALSE in self.data.objects(node, OCCURS) and limit.datatype == XSD + "date":
            return F
        over = {"above": lambda x: x > edge, "reaching": lambda x: x >= edge, "before": lambda x: x < edge}[word]
        sure, not_sure = (highs, lows) if word == "before" else (lows, highs)
        if sure and all(map(over, sure)):
            return T
        return F if not_sure and not any(map(over, not_sure)) else U

    def along(self, path: Path, parts: tuple, node) -> str:
        return all_of([self.along_for(path, part, node) for part in parts])

    def along_for(self, path: Path, part: tuple, node) -> str:
        """A constraint on what a path leads to: along a sequence some end is sought, or all are looked at."""
        sought = part[0] == "hasValue" or part == ("minCount", 1) or part[2:] == (1, None)
        none = part[1:] == (0,) or part[2:] == (None, 0)
        first = path.of[0] if path.kind == "sequence" else path
        counted = part[0] in ("minCount", "maxCount", "qualifiedValueShape") and not (sought or none)
        if first is path or part[0] in ("equals", "disjoint") or (counted and self.takes_many(first)):
            return self.over(path, part, node)
        rest = path.of[1] if len(path.of) == 2 else Path("sequence", path.of[1:])
        found = [self.along_for(rest, part, value) for value in self.values(first, node)]
        if not self.takes_many(first):
            return self.one(found, self.knows(first, node))
        unseen = [] if self.knows(first, node) else [U]
        return (any_of if sought else all_of)(found + unseen)

    def one(self, found: list[str], known: bool) -> str:
        """A fact of one value: two that disagree leave it open, and one that is said to have none fails."""
        if found and all(each == T for each in found):
            return T
        return F if known and all(each == F for each in found) else U

    def over(self, path: Path, part: tuple, node) -> str:
        """A constraint on the values of a path."""
        kind, values, known = part[0], self.values(path, node), self.knows(path, node)
        unseen = [] if known else [U]
        if kind == "minCount":
            return T if len(values) >= part[1] else certain(False) if known else U
        if kind == "maxCount":
            return F if len(values) > part[1] else certain(True) if known else U
        if kind == "qualifiedValueShape":
            return self.counted([self.of(part[1], value) for value in values], known, *part[2:])
        if kind in ("equals", "disjoint"):
            return self.pair(kind, path, part[1], node)
        if kind == "hasValue" and self.takes_many(path):
            return any_of([certain(value == part[1]) for value in values] + unseen)
        found = [self.at(part, value) for value in values]
        return all_of(found + unseen) if self.takes_many(path) else self.one(found, known)

    def counted(self, found: list[str], known: bool, least: int | None, most: int | None) -> str:
        surely, maybe = found.count(T), found.count(T) + found.count(U)
        enough = T if surely >= (least or 0) else F if known and maybe < least else U
        few = T if most is None or (known and maybe <= most) else F if surely > most else U
        return all_of([enough, few])

    def pair(self, kind: str, path: Path, other: str, node) -> str:
        mine, theirs = set(self.values(path, node)), set(self.values(Path("predicate", other), node))
        known, both = self.knows(path, node), self.knows(path, node) and self.knows(Path("predicate", other), node)
        same, apart = known and bool(mine) and mine == theirs, both and not mine & theirs
        if kind == "equals":
            return T if same else certain(False) if (both and mine != theirs if self.takes_many(path) else apart) else U
        if self.takes_many(path):  # of several values where there can be one, the shared one may be the wrong one
            sure = mine & theirs and (len(theirs) == 1 or self.takes_many(Path("predicate", other)))
            return T if apart else certain(False) if sure else U
        return T if apart else certain(False) if same else U

    def takes_many(self, path: Path) -> bool:
        return path.kind != "predicate" or path.of in VOCABULARY.many

    def values(self, path: Path, node) -> list:
        if path.kind == "predicate":
            return self.data.objects(node, path.of)
        if path.kind == "inverse":
            return self.data.inverse(path.of).get(node, [])
        if path.kind == "sequence":
            reached = [node]
            for step in path.of:
                reached = [value for each in reached for value in self.values(step, each)]
            return list(dict.fromkeys(reached))
        found = [node] if path.kind == "zeroOrMore" else []
        for each in itertools.chain([node], found):
            found += [value for value in self.data.objects(each, path.of) if value not in found]
        return found

    def knows(self, path: Path, node) -> bool:
        """Whether the data says all there is to say of a path from a node."""
        if path.kind == "inverse":
            return True
        if path.kind == "sequence":
            steps, nodes = path.of, [node]
            for step in steps:
                if not all(self.knows(step, each) for each in nodes):
                    return False
                nodes = [value for each in nodes for value in self.values(step, each)]
            return True
        if path.kind in ("oneOrMore", "zeroOrMore"):
            return all(
                path.of in self.data.objects(each, STATES) for each in self.values(Path("zeroOrMore", path.of), node)
            )
        if path.of not in VOCABULARY.facts:
            return bool(self.data.objects(node, path.of))
        return path.of in self.data.objects(node, STATES)


# ---------------------------------------------------------------------------------------------- each constraint


def asked(shape: str, data: str, more: str = "") -> str:
    """The truth of the shape ``rule:s`` at the node ``:a``."""
    shapes, graph = read(turtle(f"rule:s a sh:NodeShape ; {shape} . {more}")), told(turtle(data))
    found = truth(compiled(shapes, graph), "s", AIACT + "a")
    assert found == Slow(shapes, graph).of(shapes["s"], AIACT + "a")
    return found


def stating(*facts: str) -> str:
    return "".join(f":a aiact:states :{fact} . " for fact in facts)


B = ":b a :C . :a :link :b . "
AMOUNT = ":a :amount [ aiact:atLeast {0} ; aiact:atMost {1} ] ."
EVENT = ":a :event [ aiact:occurs {0} ; aiact:atLeast {1} ; aiact:atMost {2} ] ."
ABOVE = "sh:property [ sh:path :amount ; aiact:above parameter:much ]"
REACHING = "sh:property [ sh:path :amount ; aiact:reaching parameter:much ]"
BEFORE = "sh:property [ sh:path :event ; aiact:before parameter:day ]"


@pytest.mark.parametrize(
    ("shape", "data", "expected"),
    [
        # a fact of one value
        ("sh:property [ sh:path :one ; sh:hasValue true ]", ":a :one true .", T),
        ("sh:property [ sh:path :one ; sh:hasValue true ]", ":a :one false .", F),
        ("sh:property [ sh:path :one ; sh:hasValue true ]", "", U),
        ("sh:property [ sh:path :one ; sh:hasValue true ]", ":a :one true , false .", U),
        ("sh:property [ sh:path :one ; sh:hasValue true ]", stating("one"), F),
        ("sh:property [ sh:path :one ; sh:in ( :x :y ) ]", ":a :one :y .", T),
        ("sh:property [ sh:path :one ; sh:in ( :x :y ) ]", ":a :one :z .", F),
        ("sh:property [ sh:path :one ; sh:in ( :x :y ) ]", ":a :one :y , :z .", U),
        ("sh:property [ sh:path :one ; sh:in ( :x :y ) ]", "", U),
        # a list: complete once it is stated
        ("sh:property [ sh:path :many ; sh:hasValue :x ]", ":a :many :x , :y .", T),
        ("sh:property [ sh:path :many ; sh:hasValue :x ]", ":a :many :y .", F),
        ("sh:property [ sh:path :many ; sh:hasValue :x ]", stating("many"), F),
        ("sh:property [ sh:path :many ; sh:hasValue :x ]", "", U),
        ("sh:property [ sh:path :many ; sh:in ( :x :y ) ]", ":a :many :x , :y .", T),
        ("sh:property [ sh:path :many ; sh:in ( :x :y ) ]", ":a :many :x , :z .", F),
        ("sh:property [ sh:path :many ; sh:in ( :x :y ) ]", stating("many"), T),
        ("sh:property [ sh:path :many ; sh:in ( :x :y ) ]", "", U),
        ("sh:property [ sh:path :many ; sh:minCount 2 ]", ":a :many :x , :y .", T),
        ("sh:property [ sh:path :many ; sh:minCount 2 ]", ":a :many :x .", F),
        ("sh:property [ sh:path :many ; sh:minCount 2 ]", "", U),
        ("sh:property [ sh:path :many ; sh:maxCount 0 ]", stating("many"), T),
        ("sh:property [ sh:path :many ; sh:maxCount 0 ]", ":a :many :x .", F),
        ("sh:property [ sh:path :many ; sh:maxCount 0 ]", "", U),
        # classes are complete in a description
        ("sh:property [ sh:path :link ; sh:class :C ]", B, T),
        ("sh:property [ sh:path :link ; sh:class :C ]", ":a :link :b . :b a :D .", F),
        ("sh:property [ sh:path :link ; sh:class :C ]", "", U),
        ("sh:class :C", ":a a :C .", T),
        ("sh:class :C", "", F),
        ("sh:property [ sh:path :one ; sh:datatype xsd:boolean ]", ":a :one true .", T),
        ("sh:property [ sh:path :one ; sh:datatype xsd:boolean ]", ':a :one "true" .', F),
        # numbers and days lie between two bounds; greater is not equal
        (ABOVE, AMOUNT.format("1.1e25", "2e25"), T),
        (ABOVE, AMOUNT.format("1e25", "2e25"), U),
        (ABOVE, AMOUNT.format("9e24", "1e25"), F),
        (ABOVE, ":a :amount [ aiact:atLeast 2e25 ] .", T),
        (ABOVE, ":a :amount [ aiact:atMost 2e25 ] .", U),
        (ABOVE, ":a :amount [ ] .", U),
        (ABOVE, "", U),
        (ABOVE, AMOUNT.format("1.1e25", "2e25") + AMOUNT.format("1e24", "2e24"), U),
        (REACHING, AMOUNT.format("1e25", "1e25"), T),
        (REACHING, AMOUNT.format("9e24", "9.9e24"), F),
        (BEFORE, EVENT.format("true", '"2025-08-01"^^xsd:date', '"2025-08-01"^^xsd:date'), T),
        (BEFORE, EVENT.format("true", '"2025-08-02"^^xsd:date', '"2025-08-02"^^xsd:date'), F),
        (BEFORE, EVENT.format("true", '"2025-08-01"^^xsd:date', '"2025-08-31"^^xsd:date'), U),
        (BEFORE, ":a :event [ aiact:occurs true ] .", U),
        (BEFORE, ":a :event [ aiact:occurs false ] .", F),
        # logic
        ("sh:not [ sh:property [ sh:path :one ; sh:hasValue true ] ]", ":a :one true .", F),
        ("sh:not [ sh:property [ sh:path :one ; sh:hasValue true ] ]", "", U),
        ("sh:or ( rule:p rule:q )", ":a :one true .", T),
        ("sh:or ( rule:p rule:q )", ":a :one false .", U),
        ("sh:or ( rule:p rule:q )", ":a :one false ; :many :y .", F),
        ("sh:and ( rule:p rule:q )", ":a :one false .", F),
        ("sh:and ( rule:p rule:q )", ":a :one true .", U),
        ("sh:and ( rule:p rule:q )", ":a :one true ; :many :x .", T),
        ("sh:node rule:p ; sh:node rule:q", ":a :one true .", U),
        ("sh:node [ sh:not rule:p ]", ":a :one false .", T),
        # some of many, with a condition on each
        ("sh:property [ sh:path :links ; sh:qualifiedValueShape rule:p ; sh:qualifiedMinCount 1 ]",
         ":a :links :b , :c . :b :one true .", T),
        ("sh:property [ sh:path :links ; sh:qualifiedValueShape rule:p ; sh:qualifiedMinCount 1 ]",
         ":a :links :b , :c . :b :one false .", U),
        ("sh:property [ sh:path :links ; sh:qualifiedValueShape rule:p ; sh:qualifiedMinCount 1 ]",
         ":a :links :b , :c . :b :one false . :c :one false .", F),
        ("sh:property [ sh:path :links ; sh:qualifiedValueShape rule:p ; sh:qualifiedMinCount 2 ]",
         ":a :links :b , :c . :b :one true .", U),
        ("sh:property [ sh:path :links ; sh:qualifiedValueShape rule:p ; sh:qualifiedMaxCount 0 ]",
         stating("links"), T),
        ("sh:property [ sh:path :links ; sh:qualifiedValueShape rule:p ; sh:qualifiedMaxCount 0 ]",
         ":a :links :b .", U),
        ("sh:property [ sh:path :links ; sh:qualifiedValueShape rule:p ; sh:qualifiedMaxCount 0 ]",
         ":a :links :b . :b :one true .", F),
        ("sh:property [ sh:path :links ; sh:node rule:p ]", ":a :links :b , :c . :b :one true .", U),
        ("sh:property [ sh:path :links ; sh:node rule:p ]", ":a :links :b , :c . :b :one false .", F),
        # paths
        ("sh:property [ sh:path ( :link :one ) ; sh:hasValue true ]", ":a :link :b . :b :one true .", T),
        ("sh:property [ sh:path ( :link :one ) ; sh:hasValue true ]", ":a :link :b . :b :one false .", F),
        ("sh:property [ sh:path ( :link :one ) ; sh:hasValue true ]", ":a :link :b .", U),
        ("sh:property [ sh:path ( :link :one ) ; sh:hasValue true ]", ":a :link :b , :c . :b :one true .", U),
        ("sh:property [ sh:path ( :links :one ) ; sh:hasValue true ]", ":a :links :b , :c . :b :one true .", T),
        ("sh:property [ sh:path ( :links :one ) ; sh:hasValue true ]", ":a :links :b , :c . :b :one false .", U),
        ("sh:property [ sh:path ( :links :one ) ; sh:in ( true ) ]", ":a :links :b , :c . :b :one false .", F),
        ("sh:property [ sh:path [ sh:inversePath :link ] ; sh:minCount 1 ]", ":b :link :a .", T),
        ("sh:property [ sh:path [ sh:inversePath :link ] ; sh:minCount 1 ]", "", F),
        ("sh:property [ sh:path [ sh:oneOrMorePath :link ] ; sh:hasValue :c ]", ":a :link :b . :b :link :c .", T),
        ("sh:property [ sh:path [ sh:oneOrMorePath :link ] ; sh:hasValue :d ]", ":a :link :b .", U),
        ("sh:property [ sh:path [ sh:oneOrMorePath :link ] ; sh:hasValue :d ]",
         ":a :link :b . :b aiact:states :link .", F),
        ("sh:property [ sh:path [ sh:oneOrMorePath :link ] ; sh:hasValue :d ]", ":a :link :b . :b :link :a .", F),
        ("sh:property [ sh:path [ sh:zeroOrMorePath :link ] ; sh:hasValue :a ]", "", T),
        ("sh:property [ sh:path ( :links :many ) ; sh:minCount 2 ]",
         ":a :links :b , :c . :b :many :x . :c :many :y .", T),
        ("sh:property [ sh:path ( :links :many ) ; sh:maxCount 1 ]",
         ":a :links :b , :c . :b :many :x . :c :many :y .", F),
        ("sh:property [ sh:path ( :links :many ) ; sh:hasValue :x , :y ]",
         ":a :links :b , :c . :b :many :x . :c :many :y .", T),
        # two facts against each other
        ("sh:property [ sh:path :one ; sh:equals :other ]", ":a :one :x ; :other :x .", T),
        ("sh:property [ sh:path :one ; sh:equals :other ]", ":a :one :x ; :other :y .", F),
        ("sh:property [ sh:path :one ; sh:equals :other ]", ":a :one :x .", U),
        ("sh:property [ sh:path :many ; sh:equals :others ]", ":a :many :x , :y ; :others :x .", F),
        ("sh:property [ sh:path :one ; sh:disjoint :other ]", ":a :one :x ; :other :y .", T),
        ("sh:property [ sh:path :one ; sh:disjoint :other ]", ":a :one :x ; :other :x .", F),
        ("sh:property [ sh:path :one ; sh:disjoint :other ]", ":a :other :x .", U),
        ("sh:property [ sh:path :many ; sh:disjoint :others ]", ":a :many :x , :y ; :others :x .", F),
        # silence
        ("sh:property [ sh:path :one ; sh:hasValue true ; aiact:whenSilent aiact:holds ]", "", T),
        ("sh:property [ sh:path :one ; sh:hasValue true ; aiact:whenSilent aiact:holds ]", ":a :one false .", F),
        ("sh:property [ sh:path :one ; sh:hasValue true ; aiact:whenSilent aiact:fails ]", "", F),
        ("sh:property [ sh:path :one ; sh:hasValue true ; aiact:whenSilent aiact:fails ]", ":a :one true .", T),
        ("sh:property [ sh:path ( :link :one ) ; sh:hasValue true ; aiact:whenSilent aiact:holds ]",
         ":a :link :b .", U),
        ("sh:not [ sh:property [ sh:path :one ; sh:hasValue true ; aiact:whenSilent aiact:holds ] ]", "", F),
    ],
)  # fmt: skip
def test_a_constraint_holds_fails_or_stays_open(shape, data, expected):
    more = """rule:p a sh:NodeShape ; sh:property [ sh:path :one ; sh:hasValue true ] .
              rule:q a sh:NodeShape ; sh:property [ sh:path :many ; sh:hasValue :x ] ."""
    assert asked(shape, data, more) == expected


STRICT = frozenset([READING + "q.strict"])


@pytest.mark.parametrize(
    ("shape", "otherwise"),
    [
        ("sh:node rule:p", T),  # nothing is left to meet
        ("sh:node rule:p ; sh:node rule:q", F),
        ("sh:or ( rule:p rule:q )", F),
        ("sh:not rule:p ; sh:node rule:q", F),
    ],
)
def test_a_condition_of_one_reading_counts_only_under_that_reading(shape, otherwise):
    shapes = read(
        turtle(
            f"""rule:s a sh:NodeShape ; {shape} . rule:q a sh:NodeShape ; sh:class :D .
            rule:p a sh:NodeShape ; aiact:under reading:q.strict ; sh:class :C ."""
        )
    )
    data = turtle(":a a :C .")
    assert truth(compiled(shapes, data), "s", AIACT + "a") == otherwise
    assert truth(compiled(shapes, data, STRICT), "s", AIACT + "a") == Slow(shapes, data).of(shapes["s"], AIACT + "a")


# ---------------------------------------------------------------------------------------------- drawn shapes

NODES = [AIACT + name for name in "abcde"]
VALUES = [TRUE, FALSE, *NODES[:3]]
BOUNDS = {
    "amount": [Literal(text, XSD + "double") for text in ("1E24", "1E25", "2E25")],
    "event": [Literal(text, XSD + "date") for text in ("2025-08-01", "2025-08-02", "2026-01-01")],
}


def drawn_data(draw: random.Random) -> Graph:
    """A small graph in which facts are stated with no value, one, or several, or not stated at all."""
    data = Graph()
    for node in NODES:
        if draw.random() < 0.5:
            data.add(node, RDF + "type", AIACT + draw.choice("CD"))
        for fact in FACTS:
            if draw.random() < 0.6:
                data.add(node, STATES, AIACT + fact)
                for rank in range(draw.choice((0, 1, 1, 1, 2))):
                    drawn_value(draw, data, node, fact, rank)
    return data


def drawn_value(draw: random.Random, data: Graph, node: str, fact: str, rank: int) -> None:
    if fact not in BOUNDS:
        data.add(node, AIACT + fact, draw.choice(NODES if fact.startswith("link") else VALUES))
        return
    interval = f"{node}/{fact}-{rank}"
    data.add(node, AIACT + fact, interval)
    low, high = sorted(draw.choices(BOUNDS[fact], k=2), key=BOUNDS[fact].index)
    for end, bound in ((AT_LEAST, low), (AT_MOST, high)):
        if draw.random() < 0.8:
            data.add(interval, end, bound)
    if fact == "event":
        data.add(interval, OCCURS, draw.choice((TRUE, TRUE, FALSE)))


def drawn_shape(draw: random.Random, depth: int = 3) -> Shape:
    """A node shape of one to two parts."""
    return Shape("", None, tuple(drawn_part(draw, depth) for _ in range(draw.choice((1, 1, 2)))))


def drawn_part(draw: random.Random, depth: int) -> tuple:
    kind = draw.choice(
        ("property", "property", "property", "and", "or", "not", "node", "class") if depth else ("class",)
    )
    if kind == "class":
        return ("class", AIACT + draw.choice("CD"))
    if kind in ("and", "or"):
        return (kind, tuple(drawn_shape(draw, depth - 1) for _ in range(2)))
    return (kind, drawn_shape(draw, depth - 1)) if kind != "property" else ("property", drawn_property(draw, depth - 1))


def drawn_property(draw: random.Random, depth: int) -> Shape:
    path = drawn_path(draw)
    end = path.of[-1] if path.kind == "sequence" else path
    silence = draw.choice(("", "", "", "holds", "fails"))
    if end.kind == "predicate" and end.of.removeprefix(AIACT) in BOUNDS:
        operators, limit = (("above", "reaching"), "much") if end.of.endswith("amount") else (("before",), "day")
        part = ("compare", AIACT + draw.choice(operators), PARAMETER + limit)
    else:
        part = draw.choice(
            (
                ("hasValue", draw.choice(VALUES)),
                ("in", tuple(draw.sample(VALUES, 2))),
                ("class", AIACT + draw.choice("CD")),
                ("minCount", draw.choice((1, 2))),
                ("maxCount", draw.choice((0, 1))),
                ("node", drawn_shape(draw, depth)),
                (
                    "qualifiedValueShape",
                    drawn_shape(draw, depth),
                    *draw.choice(((1, None), (2, None), (None, 1), (1, 2))),
                ),
                ("equals", AIACT + draw.choice(("other", "others"))),
                ("disjoint", AIACT + draw.choice(("other", "others"))),
            )
        )
    return Shape("", path, (part,), "", silence)


def drawn_path(draw: random.Random) -> Path:
    step = lambda names: Path("predicate", AIACT + draw.choice(names))  # noqa: E731
    kind = draw.choice(("predicate",) * 4 + ("sequence", "sequence", "inverse", "oneOrMore", "zeroOrMore"))
    if kind == "predicate":
        return step(FACTS)
    if kind == "sequence":
        middle = [step(("link", "links")) for _ in range(draw.choice((1, 1, 2)))]
        return Path("sequence", (*middle, draw.choice((step(FACTS), Path("inverse", AIACT + "link")))))
    return Path(kind, AIACT + "link")


def drawn(seed: int) -> tuple[dict[str, Shape], Graph]:
    """Eight shapes, of which each may use those before it, and a graph."""
    draw = random.Random(seed)
    shapes: dict[str, Shape] = {}
    for number in range(8):
        shape = drawn_shape(draw)
        used = tuple(("node", Shape(name, None, ())) for name in shapes if draw.random() < 0.1)
        shapes[f"s{number}"] = shape._replace(name=f"s{number}", parts=shape.parts + used)
    return shapes, drawn_data(draw)


@pytest.mark.parametrize("block", range(10))
def test_compiled_shapes_say_what_the_definitions_say(block):
    for seed in range(60 * block, 60 * block + 60):
        shapes, data = drawn(seed)
        functions, slow = compiled(shapes, data), Slow(shapes, data)
        for name, node in itertools.product(shapes, NODES):
            assert truth(functions, name, node) == slow.of(shapes[name], node), f"seed {seed}, {name} at {node}"


def test_drawn_shapes_come_out_all_three_ways():
    found = []
    for shapes, data in map(drawn, range(20)):
        functions = compiled(shapes, data)
        found += [truth(functions, name, NODES[0]) for name in shapes]
    assert min(found.count(each) for each in (T, F, U)) > 20


def test_pyshacl_says_the_same_of_drawn_shapes():
    for seed in range(25):
        shapes, data = drawn(seed)
        for node in NODES:
            data.add(node, RDF + "type", AIACT + "Node")
        functions, plain = compiled(shapes, data), definite(shapes, VOCABULARY, THRESHOLDS)
        with quick():
            violations = shacl.violations(data, plain, set(), dict.fromkeys(plain, AIACT + "Node"), "pyshacl")
        for name, node in itertools.product(plain, NODES):
            assert functions[name](node) == ((name, node) not in violations), f"seed {seed}, {name} at {node}"


# ---------------------------------------------------------------------------------------------- whole projects


@pytest.mark.parametrize("seed", range(30))
def test_no_condition_both_holds_and_fails(seed, base):
    found, readings = established(seed, base), Readings(base).with_({})
    for text in base.texts.values():
        judged = Truths(found, base, text)
        for name, cls in targets_of(base, text):
            for node in found.of_class(cls):
                both = [judged.conforms(name + sign, node, readings) for sign in (HOLDS, FAILS)]
                assert both != [True, True], name


@pytest.mark.parametrize("seed", range(30))
def test_a_fact_that_is_taken_back_only_ever_opens_questions(seed, base):
    """It never turns "holds" into "fails": what is definite is so whatever else is told."""
    draw, found = random.Random(seed), established(seed, base)
    states = found.graph.by_predicate[STATES]
    before = careful_truths(found, base)
    for subject, fact in draw.sample([(s, fact) for s, named in states.items() for fact in named], 3):
        states[subject] = [other for other in states[subject] if other != fact]
        found.graph.by_predicate.get(fact, {}).pop(subject, None)
    after = careful_truths(found, base)
    assert not [key for key in before if after[key] not in (before[key], U)]


def careful_truths(found, base) -> dict[tuple[str, str], str]:
    """The truths of every rule and condition that concludes nothing from silence."""
    text = base.text_on("2026-11-22")
    judged, readings = Truths(found, base, text), Readings(base).with_({})
    return {
        (name, node): judged.of(name, node, readings)
        for name, cls in targets_of(base, text)
        if not leaps(name)
        for node in found.of_class(cls)
    }


@cache
def leaps(name: str) -> bool:
    """Whether a shape, or one that it uses, concludes from silence: it says so, or looks at who refers to the node."""
    return _leaps(knowledge().shapes[name])


def _leaps(shape: Shape) -> bool:
    if shape.silence or "inverse" in repr(shape.path):
        return True
    return any(
        leaps(member.name) if member.name else _leaps(member) for part in shape.parts for member in members(part)
    )


def test_no_rule_states_a_number_or_a_day_itself(base):
    """Thresholds are parameters of the law, and a bare range would decide on values that cannot be compared."""
    queue = list(base.shapes.values())
    while queue:
        shape = queue.pop()
        assert not [part for part in shape.parts if part[0] in (*RANGES, "datatype")], shape.name
        queue += [member for part in shape.parts for member in members(part) if not member.name]


# ---------------------------------------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("shape", "why"),
    [
        ('sh:sparql [ sh:select "SELECT $this {}" ]', "does not know the constraint sh:sparql"),
        ('sh:js [ sh:jsFunctionName "f" ]', "sh:js"),
        ("sh:expression [ sh:path :one ]", "sh:expression"),
        ("sh:xone ( rule:p rule:q )", "sh:xone"),
        ("sh:closed true", "sh:closed"),
        ("sh:deactivated true", "sh:deactivated"),
        ("sh:nodeKind sh:IRI", "sh:nodeKind"),
        ("sh:targetNode :a", "sh:targetNode"),
        ('sh:property [ sh:path :one ; sh:pattern "x" ]', "sh:pattern"),
        ("sh:property [ sh:path :one ; sh:minLength 1 ]", "sh:minLength"),
        ("sh:property [ sh:path :one ; sh:lessThan :other ]", "sh:lessThan"),
        ("sh:property [ sh:path :one ; sh:uniqueLang true ]", "sh:uniqueLang"),
        ('sh:property [ sh:path :one ; sh:languageIn ( "en" ) ]', "sh:languageIn"),
        ("sh:property [ sh:path :one ; sh:or ( [ sh:xone ( rule:p ) ] ) ]", "sh:xone"),
        ("sh:property [ sh:path [ sh:alternativePath ( :one :other ) ] ; sh:minCount 1 ]", "this property path"),
        ("sh:property [ sh:path [ sh:zeroOrOnePath :one ] ; sh:minCount 1 ]", "this property path"),
        ("sh:property [ sh:path [ sh:inversePath [ sh:oneOrMorePath :link ] ] ; sh:minCount 1 ]", "this property path"),
        ("sh:property [ sh:path :one , :other ; sh:minCount 1 ]", "one path"),
        ("sh:property [ sh:minCount 1 ]", "speaks of the values of a path"),
        ("sh:property [ sh:hasValue true ]", "a shape with a sh:path"),
        ("sh:property rule:p", "a shape with a sh:path"),
        ("sh:equals :other", "speaks of the values of a path"),
        ("sh:maxCount 0", "speaks of the values of a path"),
        ("sh:qualifiedValueShape rule:p ; sh:qualifiedMinCount 1", "speaks of the values of a path"),
        ("sh:property [ sh:path :links ; sh:qualifiedValueShape rule:p ]", "needs a sh:qualifiedMinCount"),
        ("sh:property [ sh:path :links ; sh:qualifiedMinCount 1 ]", "needs a sh:qualifiedValueShape"),
        ('sh:property [ sh:path :links ; sh:minCount "one" ]', "takes a whole number"),
        ("sh:property [ sh:path :links ; sh:minCount -1 ]", "takes a whole number"),
        ("sh:or rule:p", "takes a list"),
        ("sh:in :x", "takes a list"),
        ('sh:node "p"', "stands where a shape is due"),
        ("sh:node rule:r", "there is no shape r"),
        ("sh:node rule:s", "rests on itself: s → s"),
        ("sh:not rule:t", "rests on itself"),
        ("sh:node _:x . _:x sh:not _:x", "a nameless shape in it contains itself"),
        ("sh:property [ sh:path :amount ; aiact:above parameter:none ]", "no parameter parameter:none"),
    ],
)
def test_what_the_compiler_does_not_know_is_refused_by_name(shape, why):
    given = f"""rule:s a sh:NodeShape ; {shape} . rule:t a sh:NodeShape ; sh:node rule:s .
        rule:p a sh:NodeShape ; sh:class :C . rule:q a sh:NodeShape ; sh:class :D ."""
    with pytest.raises(ShapeError) as refusal:
        definite(read(turtle(given)), VOCABULARY, THRESHOLDS)
    assert why in str(refusal.value)
    assert "s" in str(refusal.value).replace(":", " ").split()


def test_a_property_shape_without_a_path_is_refused():
    with pytest.raises(ShapeError, match="s: a property shape needs a sh:path"):
        read(turtle("rule:s a sh:PropertyShape ; sh:class :C ."))

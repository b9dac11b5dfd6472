"""The default engine: plain shapes become Python functions, one a shape.

The source text is generated when the knowledge is built and cached as compiled code, so that a cold start runs it
at once; it needs the standard library only. Truths are the same as those of any SHACL engine on the same shapes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache, partial

from .graph import Literal, Term
from .names import RDF, RDFS, XSD
from .shapes import RANGES, Path, readings_of

NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|[+-]?INF|NaN", re.ASCII)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
LEXICAL = {
    XSD + "double": NUMBER,
    XSD + "decimal": re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII),
    XSD + "integer": re.compile(r"[+-]?\d+", re.ASCII),
    XSD + "date": DAY,
    XSD + "boolean": re.compile(r"true|false|0|1"),
}


@lru_cache(maxsize=4096)
def comparable(term: Term) -> tuple[str, object] | None:
    """The value of a literal with the family in which it can be compared, or None if it cannot be."""
    if not isinstance(term, Literal) or not well_formed(term):
        return None
    kind = term.datatype.removeprefix(XSD)
    if kind in ("double", "decimal", "integer"):
        value = float(term.text) if kind == "double" else _exact(term.text)
        return None if isinstance(value, float) and math.isnan(value) else ("number", value)
    if kind == "date":
        return "date", term.text
    return None


def _exact(text: str):
    from fractions import Fraction

    return Fraction(text)


def well_formed(term: Literal) -> bool:
    """Whether the text of a literal belongs to its datatype."""
    pattern = LEXICAL.get(term.datatype)
    if pattern is not None and not pattern.fullmatch(term.text):
        return False
    return pattern is not DAY or is_in_calendar(term.text)


def is_in_calendar(day: str) -> bool:
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True


def has_datatype(term: Term, datatype: str) -> bool:
    return isinstance(term, Literal) and term.datatype == datatype and well_formed(term)


def compare(term: Term, component: str, limit: Literal) -> bool:
    """One of SHACL's four range components; a value that cannot be compared does not conform."""
    value, bound = comparable(term), comparable(limit)
    if value is None or bound is None or value[0] != bound[0]:
        return False
    if component == "minExclusive":
        return value[1] > bound[1]
    if component == "minInclusive":
        return value[1] >= bound[1]
    if component == "maxExclusive":
        return value[1] < bound[1]
    return value[1] <= bound[1]


def closure(edges: dict[str, list[Term]], start: str, zero: bool) -> list[Term]:
    """The nodes reached by one or more steps, or by zero or more; cycles end the walk."""
    found: dict[Term, None] = {start: None} if zero else {}
    queue = list(edges.get(start, ()))
    while queue:
        node = queue.pop(0)
        if node not in found:
            found[node] = None
            queue.extend(edges.get(node, ()))
    return list(found)


def is_a(node: Term, iri: str, types: dict, above: dict) -> bool:
    """Whether a node has a class, through the subclasses that the data itself states."""
    return any(iri in closure(above, kind, True) for kind in types.get(node, ()))


# ---------------------------------------------------------------------------------------------- generating


class _Source:
    """Writes the Python of a set of plain shapes: a function for each, of a node, of a project and of readings.

    What is known of one project is a list, ``c``: the truths already found; shapes that are given ready-made; then
    tables of facts, in the order of their first use. What is chosen of the readings is another, ``r``: whether each is
    chosen, and those chosen of all that a shape depends on, with which its truths are kept.
    """

    def __init__(self, plain: dict[str, tuple], given: tuple[str, ...]) -> None:
        self.plain = plain
        self.depends = readings_of(plain)
        self.terms: dict[Term, str] = {}
        self.given = {name: f"c[{1 + place}]" for place, name in enumerate(given)}
        self.tables: dict[tuple[str, bool], str] = {}
        self.choices: dict[str | tuple[str, ...], str] = {}

    def choice(self, readings: str | tuple[str, ...]) -> str:
        return self.choices.setdefault(readings, f"r[{len(self.choices)}]")

    def term(self, term: Term) -> str:
        return self.terms.setdefault(term, f"k{len(self.terms)}")

    def table(self, property: str, inverse: bool = False) -> str:
        return self.tables.setdefault((property, inverse), f"c[{1 + len(self.given) + len(self.tables)}]")

    def shape(self, name: str, node: str) -> str:
        return f"{self.given[name]}({node})" if name in self.given else f"{function_name(name)}({node}, c, r)"

    def values(self, path: Path, node: str) -> str:
        if path.kind == "predicate":
            return f"{self.table(path.of)}.get({node}, ())"
        if path.kind == "inverse":
            return f"{self.table(path.of, True)}.get({node}, ())"
        if path.kind == "sequence":
            first, *rest = path.of
            steps, last = [f"for v0_ in {self.values(first, node)}"], "v0_"
            for index, step in enumerate(rest, 1):
                steps.append(f"for v{index}_ in {self.values(step, last)}")
                last = f"v{index}_"
            return f"dict.fromkeys({last} {' '.join(steps)})"
        return f"closure({self.table(path.of)}, {node}, {path.kind == 'zeroOrMore'})"

    def expression(self, plain: tuple, node: str, depth: int = 0) -> str:
        kind = plain[0]
        if kind in ("all", "any"):
            return self.joined(kind, plain[1:], node, depth)
        if kind == "not":
            return f"not {self.expression(plain[1], node, depth)}"
        if kind == "shape":
            return self.shape(plain[1], node)
        if kind in ("every", "some", "atMost"):
            value = f"x{depth + 1}"
            inner = self.expression(plain[2], value, depth + 1)
            values = self.values(plain[1], node)
            if kind == "every":
                return f"all([{inner} for {value} in {values}])"
            if kind == "some" and plain[3] == 1:
                return f"any([{inner} for {value} in {values}])"
            return f"sum([{inner} for {value} in {values}]) {'>=' if kind == 'some' else '<='} {plain[3]}"
        if kind == "count":
            return self.counted(plain, node)
        if kind == "has":
            return f"{self.term(plain[2])} in {self.values(plain[1], node)}"
        if kind in ("equals", "disjoint"):
            mine, other = (f"set({self.values(path, node)})" for path in (plain[1], Path("predicate", plain[2])))
            return f"{mine} == {other}" if kind == "equals" else f"not {mine} & {other}"
        if kind == "in":
            return f"{node} in ({''.join(self.term(term) + ', ' for term in plain[1])})"
        if kind == "class":
            tables = f"{self.table(RDF + 'type')}, {self.table(RDFS + 'subClassOf')}"
            return f"is_a({node}, {self.term(plain[1])}, {tables})"
        if kind == "datatype":
            return f"has_datatype({node}, {plain[1]!r})"
        if kind in RANGES:
            return f"compare({node}, {kind!r}, {self.term(plain[1])})"
        raise NotImplementedError(f"no Python is written for {kind}")

    def joined(self, kind: str, parts: tuple, node: str, depth: int) -> str:
        """A conjunction or disjunction; a member that belongs to another reading of the law is left out."""
        neutral = kind == "all"
        words = []
        for part in parts or ():
            if part[0] == "when":
                flag = self.choice(part[1])
                text = self.expression(part[2], node, depth)
                words.append(f"(not {flag} or {text})" if neutral else f"({flag} and {text})")
            else:
                words.append(f"({self.expression(part, node, depth)})")
        return f"({(' and ' if neutral else ' or ').join(words)})" if words else str(neutral)

    def counted(self, plain: tuple, node: str) -> str:
        _, path, least, most = plain
        values = self.values(path, node)
        if path.kind not in ("predicate", "inverse"):
            values = f"list({values})"
        tests = []
        if least is not None:
            tests.append(f"len({values}) >= {least}" if least != 1 else f"bool({values})")
        if most is not None:
            tests.append(f"len({values}) <= {most}" if most else f"not {values}")
        return f"({' and '.join(tests)})"

    def module(self) -> str:
        bodies = []
        for place, (name, expression) in enumerate(self.plain.items()):
            expression = ("all", expression) if expression[0] == "when" else expression
            depends = self.depends[name]
            key = f"{place}, x, {self.choice(tuple(sorted(depends)))}" if depends else f"{place}, x"
            bodies.append(
                f"def {function_name(name)}(x, c, r):\n"
                f"    found = c[0].get(({key}))\n"
                f"    if found is None:\n"
                f"        found = c[0][{key}] = bool({self.expression(expression, 'x')})\n"
                f"    return found\n"
            )
        heads = [f"{short} = {_written(term)}\n" for term, short in self.terms.items()]
        table = ", ".join(f"{name!r}: {function_name(name)}" for name in self.plain)
        lists = {"GIVEN": self.given, "TABLES": self.tables, "CHOICES": self.choices}
        ends = [f"SHAPES = {{{table}}}\n", *(f"{name} = {tuple(each)!r}\n" for name, each in lists.items())]
        return "".join([*heads, *bodies, *ends])


def _written(term: Term) -> str:
    return f"Literal({term.text!r}, {term.datatype!r}, {term.language!r})" if isinstance(term, Literal) else repr(term)


def function_name(name: str) -> str:
    """``art-53-2.weights+T`` gives ``art_53_2__weights_T``."""
    return "s_" + re.sub(r"\W", lambda found: {"-": "_", ".": "__", "+": "_"}.get(found[0], "_x_"), name)


def generate(plain: dict[str, tuple], given: tuple[str, ...] = ()) -> str:
    """Python source of the plain shapes; ``given`` names shapes that the caller passes in ready-made.

    On which readings these depend is not known here: where they do, bind anew for each choice of readings.
    """
    return _Source(plain, given).module()


class Bound:
    """The functions of plain shapes by name, bound to one project and, where nothing else is said, to some readings."""

    def __init__(self, shapes: dict[str, Callable], known: list, choose: Callable, readings: frozenset) -> None:
        self.shapes, self.known, self.choose, self.readings = shapes, known, choose, readings

    def __getitem__(self, name: str) -> Callable[[str], bool]:
        """The function of one shape, of a node alone."""
        return partial(self.shapes[name], c=self.known, r=self.choose(self.readings))


def load(code) -> Callable[..., Bound]:
    """What binds the functions of compiled source: to tables of facts, inverse tables, readings and given shapes.

    What is chosen of some readings is the same for every project, and worked out once.
    """
    helpers = (Literal, closure, compare, has_datatype, is_a)
    namespace = {helper.__name__: helper for helper in helpers}
    exec(code, namespace)
    shapes, needed = namespace["SHAPES"], namespace["GIVEN"]
    tables, choices = namespace["TABLES"], namespace["CHOICES"]

    @lru_cache(maxsize=1024)
    def choose(readings: frozenset) -> tuple:
        return tuple(each in readings if isinstance(each, str) else readings.intersection(each) for each in choices)

    def build(data: Callable, inverse: Callable, readings: frozenset = frozenset(), given: dict | None = None) -> Bound:
        known: list = [{}, *((given or {})[name] for name in needed)]
        known += [inverse(property) if backwards else data(property) for property, backwards in tables]
        return Bound(shapes, known, choose, readings)

    return build

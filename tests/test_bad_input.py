"""Bad input: exit code 3, the line and what would be right, no traceback, and nothing printed or written."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import DAY, ROOT

from aiact.cli import main

MODEL = "aiact: 1\nmodel:\n  name: Lucie\n"
TURTLE = """@prefix aiact: <https://w3id.org/aiact/ns/> .
@prefix act: <https://w3id.org/aiact/act/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix rule: <https://w3id.org/aiact/rule/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
<m> a aiact:Model .
"""
NS = "https://w3id.org/aiact/ns/"
JSON_LD = f'{{"@context": {{"@vocab": "{NS}"}}, "@id": "m", "@type": "Model"'
EARLIER = b"the answer of yesterday\r\n"
SECONDS, MEGABYTES = 2, 1024


def about(line: str) -> str:
    """A model of which one more thing is said, on line 4."""
    return f"{MODEL}  {line}\n"


def turtle(line: str) -> str:
    """A model in Turtle of which one more thing is said, on line 8."""
    return f"{TURTLE}{line}\n"


def models(**described: str) -> str:
    return "aiact: 1\nmodels:\n" + "".join(f"  {name}: {{{said}}}\n" for name, said in described.items())


# What is wrong: the file, what it holds, the line that is named, and what is said of it.
NAMES_AND_PLACES = {
    "a fact misspelt": ("yaml", about("weights_publik: true"), 4, "did you mean “weights_public”?"),
    "a fact nobody knows": ("yaml", about("zzzz: true"), 4, "“zzzz” is not a fact about a model"),
    "a fact of a system at a model": ("yaml", about("annex_iii: []"), 4, "it belongs to a system"),
    "a fact of a model at an actor": ("yaml", "aiact: 1\nprovider: {outputs: []}\n", 2, "not a fact about an actor"),
    "a fact that is always computed": ("yaml", about("total_compute: 3"), 4, "did you mean “training_compute”?"),
    "a section misspelt": ("yaml", "aiact: 1\nmodle: {}\n", 2, "did you mean “model”?"),
    "a section nobody knows": ("yaml", f"{MODEL}weather: fine\n", 4, "“weather” is not a section"),
    "a word beside a value": ("yaml", about("training_compute: {value: 1, souce: x}"), 4, "“souce” does not belong"),
    "a word beside bounds": ("yaml", about("training_compute: {min: 1, mox: 2}"), 4, "“mox” does not belong here"),
    "a word inside a link": (
        "yaml",
        models(a="", b="modifies: {model: a, comptue: 1}"),
        4,
        "did you mean “compute”?",
    ),
    "a link that does not say to what": ("yaml", models(a="", b="modifies: {compute: 1}"), 4, "needs “model: name”"),
    "a fact stated twice": ("yaml", about("licence: MIT\n  licence: MIT"), 5, "says “licence” twice; keep one"),
    "a section written twice": ("yaml", "aiact: 1\nmodel: {}\nmodel: {}\n", 3, "says “model” twice; keep one"),
    "a name given to two things": ("yaml", "aiact: 1\nmodels: {a: }\nsystems: {a: }\n", 3, "“a” is described twice"),
    "a name with a space": ("yaml", models(**{"'a b'": ""}), 3, "“a b” is not a name; start with a letter"),
    "a name that is a number": ("yaml", models(**{"1": ""}), 3, "“1” is not a name; start with a letter"),
    "a name that is empty": ("yaml", models(**{"''": ""}), 3, "“” is not a name; start with a letter"),
    "a name that is too long": ("yaml", models(**{"a" * 65: ""}), 3, "is not a name"),
    "a name with a control character": ("yaml", models(**{r'"a\u0007"': ""}), 3, "control character"),
    "a colour code for the terminal": ("yaml", about(r'licence: "\e[31mMIT"'), 4, "control character"),
    "half a character": ("yaml", about(r'licence: "\ud83d"'), 4, "control character"),
    "a modified model that is not described": ("yaml", about("modifies: base"), 4, "models: {base: {name: …}}"),
    "a provider that is not described": ("yaml", about("provider: acme"), 4, "actors: {acme: {name: …}}"),
    "a provider of all that is not described": ("yaml", "aiact: 1\nprovider: acme\nmodel: {}\n", 2, "no actor “acme”"),
    "a reference that is nearly right": ("yaml", models(llama="", b="modifies: lama"), 4, "did you mean “llama”?"),
    "a reference to an actor where a model is due": (
        "yaml",
        "aiact: 1\nactors: {a: {name: x}}\nmodel: {modifies: a}\n",
        3,
        "“a” is an actor (line 2), and a model is needed",
    ),
    "a country nobody knows": ("yaml", "aiact: 1\nprovider: {established_in: Atlantis}\n", 2, "such as FR or US"),
    "an output misspelt": ("yaml", about("outputs: [txet]"), 4, "did you mean “text”?"),
    "a value of another list": ("yaml", about("generality: text"), 4, "it may be general, narrow"),
    "none beside something": ("yaml", about("outputs: [none, text]"), 4, "“none” does not go with others; write []"),
}
CIRCLES = {
    "a model that modifies itself": ("yaml", models(a="modifies: a"), 3, "a → a"),
    "two models that modify each other": ("yaml", models(a="modifies: b", b="modifies: a"), 3, "a → b → a"),
    "three models in a circle": (
        "yaml",
        models(a="modifies: b", b="modifies: c", c="modifies: a"),
        3,
        "modifies goes round in a circle: a → b → c → a",
    ),
    "a circle off the way": ("yaml", models(z="modifies: a", a="modifies: b", b="modifies: a"), 4, "circle: a → b → a"),
    "a circle through the second of two": (
        "yaml",
        models(z="", a="merges: [z, b]", b="merges: [z, a]"),
        4,
        "merges goes round in a circle: a → b → a",
    ),
    "a later release of a model made from it": (
        "yaml",
        models(a="later_release_of: b", b="modifies: a"),
        4,
        "circle: b → a → b",
    ),
    "a system that integrates itself": ("yaml", "aiact: 1\nsystems: {a: {integrates: [a]}}\n", 2, "a → a"),
    "two systems that integrate each other": (
        "yaml",
        "aiact: 1\nsystems:\n  a: {integrates: [b]}\n  b: {integrates: [a]}\n",
        3,
        "integrates goes round in a circle: a → b → a",
    ),
    "a licence that is a choice of itself": ("yaml", "aiact: 1\nlicences: {l: {any_of: [l]}}\n", 2, "l → l"),
}
TYPES = {
    "a map where true or false is due": ("yaml", about("weights_public: {a: 1}"), 4, "true or false, not a map"),
    "a map where a word is due": ("yaml", about("generality: {a: 1}"), 4, "one of general, narrow, not a map"),
    "a map where text is due": ("yaml", "aiact: 1\nmodel: {name: {a: 1}}\n", 2, "name: it takes text, not a map"),
    "a list where a map is due": ("yaml", "aiact: 1\nmodel: [a]\n", 2, "described by a map, as in model: {name: …}"),
    "a list where names are due": ("yaml", "aiact: 1\nmodels: [a]\n", 2, "as in models: {a1: {name: …}}"),
    "a list where a provider is due": ("yaml", "aiact: 1\nprovider: [a]\n", 2, "as in provider: {name: …}"),
    "a list where a bound is due": ("yaml", about("training_compute: {min: [1]}"), 4, "min takes one value"),
    "a list beside a bound": ("yaml", about("training_compute: {min: [3e25], max: 9e24}"), 4, "min takes one value"),
    "a bound that is open at its end": (
        "yaml",
        about("training_compute: {min: <= 3, max: 9}"),
        4,
        "leaves that end open",
    ),
    "a word where a map is due": ("yaml", "aiact: 1\nmodel: Lucie\n", 2, "as in model: {name: …}"),
    "a key that is a list": ("yaml", "aiact: 1\n? [a]\n: 1\nmodel: {}\n", 2, "has a key that is not a word"),
    "an empty list of truths": ("yaml", about("weights_public: []"), 4, "leave the line out"),
    "an empty list where there is always one": ("yaml", about("generality: []"), 4, "an empty list says nothing here"),
    "none where there is always one": ("yaml", about("generality: none"), 4, "“none” says nothing here"),
    "nothing after the colon": ("yaml", about("licence:"), 4, "leave the line out if it is not known"),
    "null": ("yaml", about("weights_public: null"), 4, "leave the line out if it is not known"),
    "bounds without a bound": ("yaml", about("training_compute: {}"), 4, "the map needs min or max"),
    "bounds the wrong way round": ("yaml", about("training_compute: {min: 2, max: 1}"), 4, "min (2) is greater"),
}
NUMBERS = {
    text: ("yaml", about(f"training_compute: {text}"), 4, said)
    for text, said in {
        **dict.fromkeys(
            ["lots", ".nan", "NaN", ".inf", "-.inf", "Infinity", "-1", "+1", "0x10", "0o17", "1_000", "1.000,00"],
            "is not a number; write it as 8.1e22, 10^25 or 250000",
        ),
        **dict.fromkeys(['"1,000"', "1e", "1e1.5", "10^", "10^-2", "1/3", "1e25 FLOP", "١٢", "true"], "not a number"),
        "1e400": "larger than any number that can be compared",
        "10^400": "larger than any number that can be compared",
        "1e9999999999": "at most 64 digits and three in the exponent",
        "9" * 400: "at most 64 digits and three in the exponent",
        "9" * 5000: "at most 64 digits and three in the exponent",
    }.items()
}
DAYS = {
    text: ("yaml", about(f"placed_on_union_market: {text}"), 4, said)
    for text, said in {
        "2025-02-30": "there is no day 2025-02-30 in the calendar",
        "2025-02-29": "there is no day 2025-02-29 in the calendar",
        "2025-13-01": "there is no month 2025-13",
        "2025-00": "there is no month 2025-00",
        "1700-01-01": "not between 1900 and 2199",
        "2200-01-01": "not between 1900 and 2199",
        **dict.fromkeys(
            ["yesterday", "02.08.2025", "2025-8-2", "2025/08/02", "2025-08-02T12:00:00Z", "20250802", "-2025-08-02"],
            "is not a day; write YYYY-MM-DD",
        ),
        "{min: 2026-01-01, max: 2025-01-01}": "min (2026-01-01) is greater than max",
    }.items()
}
TRUTHS = {
    text: ("yaml", about(f"weights_public: {text}"), 4, "is neither true nor false")
    for text in ("yes", "no", "on", "off", "y", "1", "0", "vrai", "tRUE", "none", "unknown", "2025-01-01")
}
YAML_ONLY = {
    "an alias": ("yaml", models(a="name: &x Lucie", b="name: *x"), 3, "anchor or alias; write the value out"),
    "an anchor": ("yaml", models(a="name: &x Lucie"), 3, "anchor or alias; write the value out"),
    "a bomb of aliases": ("yaml", "a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]\n", 1, "anchor or alias; write the value"),
    "a tag that calls Python": (
        "yaml",
        about("licence: !!python/object/apply:os.system ['echo harm']"),
        4,
        "python/object/apply:os.system; write the plain value",
    ),
    "a tag that forces a type": ("yaml", about("training_compute: !!float 1"), 4, "float; write the plain value"),
    "a tag of one's own": ("yaml", about("licence: !mine MIT"), 4, "YAML tag !mine; write the plain value"),
    "a merge key": ("yaml", about("<<: {licence: MIT}"), 4, "merge key; write the values out"),
    "a bracket that is not closed": ("yaml", "aiact: 1\nmodel: {name: x\n", 3, "is not valid YAML"),
    "two documents": ("yaml", f"{MODEL}---\n{MODEL}", 4, "is not valid YAML"),
    "a tab": ("yaml", "aiact: 1\nmodel:\n\tname: x\n", 3, "is not valid YAML"),
    "one colon too many": ("yaml", about("licence: a: b"), 4, "is not valid YAML"),
    "a line too far to the right": ("yaml", about(" licence: MIT"), 4, "is not valid YAML"),
}
WHOLE_FILES = {
    "nothing": ("yaml", "", 1, "is empty; aiact init writes a description to start from"),
    "blank lines": ("yaml", " \n\n", 1, "is empty; aiact init writes a description"),
    "only comments": ("yaml", "# soon\n", 1, "is not a description; start with “aiact: 1”"),
    "only the version": ("yaml", "aiact: 1\n", 1, "there is no actor, model, system or use in it"),
    "another version": ("yaml", MODEL.replace("1", "2"), 1, "the format is “aiact: 1”"),
    "a sentence": ("yaml", "Lucie is a model\n", 1, "is not a description; start with “aiact: 1”"),
    "a list": ("yaml", "- Lucie\n", 1, "is not a description; start with “aiact: 1”"),
    "a picture": ("yaml", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), 1, "is not UTF-8 text"),
    "a NUL byte": ("yaml", MODEL.encode() + b"\0", 4, "has a control character; is it a text file?"),
    "a direction that hides text": ("yaml", about("licence: \u202eTIM"), 4, "has a control character"),
    "Latin-1": ("yaml", about("licence: libéral").encode("latin-1"), 4, "is not UTF-8 text"),
    "UTF-16": ("yaml", MODEL.encode("utf-16"), 1, "is not UTF-8 text"),
    "UTF-32": ("yaml", MODEL.encode("utf-32"), 1, "is not UTF-8 text"),
    "ten megabytes": ("yaml", "aiact: 1\n" + "# x\n" * 2_500_000, 1, "is larger than 256 kB; describe one project"),
    "ten megabytes of Turtle": ("ttl", TURTLE + "# x\n" * 2_500_000, 1, "is larger than 1024 kB; describe one project"),
    "a hundred thousand keys": (
        "yaml",
        "aiact: 1\nmodel:\n" + "".join(f"  k{n}: 1\n" for n in range(100_000)),
        1,
        "is larger than 256 kB",
    ),
    "a thousand keys": ("yaml", "aiact: 1\nmodel:\n" + "".join(f"  k{n}: 1\n" for n in range(1000)), 3, "“k0” is not"),
    "a thousand lists in each other": ("yaml", about("outputs: " + "[" * 1000 + "]" * 1000), 4, "more than 64 deep"),
    "a hundred indents": ("yaml", "".join(" " * n + "a:\n" for n in range(100)), 65, "more than 64 deep"),
    "a very long line": ("yaml", about("zzzz: " + "x" * 200_000), 4, "“zzzz” is not a fact about a model"),
    "a very long key": ("yaml", about("z" * 900 + ": x"), 4, "is not a fact about a model"),
}
JSON_AND_RDF = {
    "JSON cut short": ("json", '{"aiact": 1,\n"model": {"name": "x"', 2, "is not valid JSON"),
    "JSON with a comma too many": ("json", '{"aiact": 1, "model": {"name": "x",}}', 1, "is not valid JSON"),
    "JSON with a comment": ("json", '{"aiact": 1, # one\n"model": {}}', 1, "is not valid JSON"),
    "JSON with single quotes": ("json", "{'aiact': 1, 'model': {}}", 1, "is not valid JSON"),
    "JSON with text after it": ("json", '{"aiact": 1, "model": {}}\nand so on', 2, "is not valid JSON"),
    "JSON with a key twice": ("json", '{"aiact": 1, "model": {"name": "x",\n"name": "y"}}', 2, "says “name” twice"),
    "JSON with NaN": ("json", '{"aiact": 1,\n"model": {"training_compute": NaN}}', 2, "is not a number"),
    "JSON with half a character": ("json", r'{"aiact": 1, "model": {"name": "\ud83d"}}', 1, "#xd83d"),
    "a JSON list": ("json", "[1, 2]", 1, "describes nothing"),
    "JSON-LD cut short": ("jsonld", JSON_LD, 1, "is not valid JSON"),
    "JSON-LD with text after it": ("jsonld", JSON_LD + "}\nand so on", 2, "is not valid JSON"),
    "JSON-LD with a key twice": ("jsonld", JSON_LD + ',\n"name": "x",\n"name": "y"}', 3, "says “name” twice"),
    "JSON-LD with a context elsewhere": (
        "jsonld",
        '{"@context": "https://example.org/context", "@id": "m", "@type": "Model"}',
        1,
        "is not valid JSON-LD",
    ),
    "JSON-LD that redefines a rule": (
        "jsonld",
        f'{{"@graph": [{JSON_LD}}},\n{{"@id": "https://w3id.org/aiact/rule/art-53-2", "{NS}lifts": "x"}}]}}',
        2,
        "speaks of rule:art-53-2, which is not the project's to define",
    ),
    "Turtle cut short": ("ttl", turtle('<m> aiact:name "x"'), 9, "is not valid Turtle"),
    "Turtle with a word that is no term": ("ttl", turtle("<m> aiact:name x ."), 8, "is not valid Turtle"),
    "Turtle with a prefix nobody declared": ("ttl", turtle("<m> foo:name 1 ."), 8, "prefix foo: has not been declared"),
    "Turtle with named graphs": ("ttl", turtle("<g> { <m> a aiact:Model }"), 8, "is not valid Turtle"),
    "Turtle that redefines a rule": ("ttl", turtle("rule:art-53-2 aiact:lifts rule:art-53-1 ."), 8, "rule:art-53-2"),
    "Turtle that redefines a term": ("ttl", turtle("aiact:outputs a rdfs:Resource ."), 8, "speaks of aiact:outputs"),
    "Turtle that redefines a provision": ("ttl", turtle("act:art_5 a rdfs:Resource ."), 8, "speaks of act:art_5"),
    "Turtle with a target": ("ttl", turtle("<m> sh:targetNode <m> ."), 8, "uses sh:targetNode; a description states"),
    "Turtle with an identity": ("ttl", turtle("<m> owl:sameAs <n> ."), 8, "uses owl:sameAs; a description states"),
    "Turtle with a subclass": ("ttl", turtle("<c> rdfs:subClassOf aiact:Model ."), 8, "uses rdfs:subClassOf"),
    "Turtle with a fact of another class": (
        "ttl",
        turtle("<a> a aiact:Actor ; aiact:weightsPublic true ."),
        8,
        "“weights_public” is not a fact about a",
    ),
    "Turtle with a truth that is none": ("ttl", turtle('<m> aiact:weightsPublic "yes" .'), 8, "neither true nor false"),
    "Turtle with a circle": ("ttl", turtle("<m> aiact:modifies <m> ."), 8, "modifies goes round in a circle: m → m"),
    "Turtle with a colour code": ("ttl", turtle(r'<m> aiact:name "\u001B[31m" .'), 8, "control character"),
    "Turtle that describes nothing": ("ttl", "# soon\n", 1, "describes nothing"),
    "Turtle with too many triples": (
        "ttl",
        TURTLE + "".join(f"<n{n}> rdfs:label 1 .\n" for n in range(20_001)),
        1,
        "more than 20000 triples; describe one project in one file",
    ),
    "a model card without a header": ("md", "# Lucie\n", 1, "has no header; a model card starts with ---"),
    "a model card with an empty header": ("md", "---\n---\n# Lucie\n", 2, "has an empty header"),
    "a model card with comments for a header": ("md", "---\n# soon\n---\n", 2, "has an empty header"),
    "a model card whose header does not end": ("md", "---\nlicense: mit\n# Lucie\n", 1, "has no header"),
    "a model card whose header is broken": ("md", "---\nlicense: [mit\n---\n", 3, "is not valid YAML"),
    "a model card with a key twice": ("md", "---\nlicense: mit\nlicense: mit\n---\n", 3, "says “license” twice"),
    "a model card whose block is misspelt": (
        "md",
        "---\nlicense: mit\naiact:\n  model: {weights_publik: true}\n---\n",
        4,
        "did you mean “weights_public”?",
    ),
}
KINDS = (NAMES_AND_PLACES, CIRCLES, TYPES, NUMBERS, DAYS, TRUTHS, YAML_ONLY, WHOLE_FILES, JSON_AND_RDF)
BAD = [pytest.param(*case, id=what[:48]) for kind in KINDS for what, case in kind.items()]
# One or two of each kind are also asked of a process of their own, with little memory and little time.
SAMPLE = """a fact misspelt|a modified model that is not described|three models in a circle|a section written twice
a map where true or false is due|a tag that calls Python|a bomb of aliases|a merge key|a picture|a NUL byte|UTF-16
ten megabytes|a hundred thousand keys|a thousand lists in each other|a very long line|JSON cut short|Turtle cut short
JSON-LD with a context elsewhere|Turtle that redefines a rule|Turtle with a target|a model card without a header"""
PROCESSES = [param for param in BAD if param.id in re.split(r"\||\n", SAMPLE)]


def written(folder: Path, kind: str, content: str | bytes) -> Path:
    path = folder / f"project.{kind}"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def process(*arguments: str | Path, data: bytes = b"") -> subprocess.CompletedProcess:
    """The command line in a process of its own, held to seconds of computing and a share of memory."""
    return subprocess.run(
        [sys.executable, "-m", "aiact", *map(str, arguments)],
        input=data,
        capture_output=True,
        timeout=60,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1"},
        preexec_fn=held,
    )


def held() -> None:
    resource = pytest.importorskip("resource")
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEGABYTES << 20, MEGABYTES << 20))


def is_told(message: str, path: Path, line: int, said: str) -> bool:
    """Whether the first thing that is told is the line and the matter, in the form that editors can jump to."""
    return message.startswith(f"{path}:{line}: ") and said in message.splitlines()[0]


@pytest.mark.parametrize(("kind", "content", "line", "said"), BAD)
def test_a_bad_description_is_refused_with_the_line_and_what_would_be_right(kind, content, line, said, tmp_path):
    path, answer = written(tmp_path, kind, content), tmp_path / "answer.txt"
    answer.write_bytes(EARLIER)
    began = time.process_time()
    result = CliRunner().invoke(main, ["check", str(path), "--on", DAY, "-o", str(answer)])
    assert time.process_time() - began < SECONDS
    assert (result.exit_code, result.stdout) == (3, "")
    assert is_told(result.stderr, path, line, said), result.stderr[:400]
    assert len(result.stderr) < 20_000
    assert answer.read_bytes() == EARLIER
    assert sorted(tmp_path.iterdir()) == sorted([path, answer])


@pytest.mark.parametrize(("kind", "content", "line", "said"), PROCESSES)
def test_a_process_of_its_own_refuses_it_in_little_time_and_memory(kind, content, line, said, tmp_path):
    path, answer = written(tmp_path, kind, content), tmp_path / "answer.txt"
    answer.write_bytes(EARLIER)
    result = process("check", path, "--on", DAY, "-o", answer)
    message = result.stderr.decode()
    assert (result.returncode, result.stdout) == (3, b""), message
    assert is_told(message, path, line, said)
    assert "Traceback" not in message
    assert answer.read_bytes() == EARLIER
    assert sorted(tmp_path.iterdir()) == sorted([path, answer])


def test_every_case_of_the_sample_is_a_case():
    assert {param.id for param in PROCESSES} == set(re.split(r"\||\n", SAMPLE))


def test_no_tag_runs_anything(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    tag = about("licence: !!python/object/apply:os.mkdir [harm]")
    assert CliRunner().invoke(main, ["check", str(written(tmp_path, "yaml", tag))]).exit_code == 3
    assert not (tmp_path / "harm").exists()


def test_all_that_is_wrong_is_told_at_once(tmp_path):
    path = written(tmp_path, "yaml", about("weights_publik: true\n  annex_iii: []\n  license: MIT"))
    told = CliRunner().invoke(main, ["check", str(path)]).stderr.splitlines()
    assert [line.removeprefix(f"{path}:").split(":")[0] for line in told] == ["4", "5", "6"]


def test_what_is_wrong_with_the_values_is_told_at_once_too(tmp_path):
    path = written(tmp_path, "yaml", about("weights_public: yes\n  training_compute: lots"))
    assert len(CliRunner().invoke(main, ["check", str(path)]).stderr.splitlines()) == 2


# -- what is no file, or no ordinary one


@pytest.mark.parametrize(
    ("name", "make", "said"),
    [
        ("folder", Path.mkdir, "holds no description that can be read"),
        ("missing", lambda path: None, "No such file"),
        ("loop", lambda path: path.symlink_to(path), "symbolic links"),
    ],
)
def test_what_is_no_file_is_named(name, make, said, tmp_path):
    path = tmp_path / name
    make(path)
    result = CliRunner().invoke(main, ["check", str(path)])
    assert (result.exit_code, result.stdout) == (3, "")
    assert is_told(result.stderr, path, 1, said)
    assert "be read" in result.stderr


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_is_named(tmp_path):
    path = written(tmp_path, "yaml", MODEL)
    path.chmod(0)
    assert is_told(CliRunner().invoke(main, ["check", str(path)]).stderr, path, 1, "Permission denied")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="a device of Unix")
def test_a_device_that_never_ends_is_not_read_to_its_end():
    result = process("check", "/dev/zero")
    assert (result.returncode, result.stdout) == (3, b"")
    assert is_told(result.stderr.decode(), Path("/dev/zero"), 1, "is larger than")


def test_what_is_piped_in_without_end_is_not_read_to_its_end():
    result = process("check", "-", data=b"# x\n" * 2_500_000)
    assert (result.returncode, result.stdout) == (3, b"")
    assert b"is larger than" in result.stderr


@pytest.mark.parametrize("command", [["convert"], ["diff"], ["query", "who-bears-what", "--project"]])
def test_every_command_that_reads_a_description_refuses_a_bad_one(command, tmp_path):
    path = written(tmp_path, "yaml", about("weights_publik: true"))
    result = CliRunner().invoke(main, [*command, str(path)])
    assert (result.exit_code, result.stdout) == (3, "")
    assert is_told(result.stderr, path, 4, "did you mean “weights_public”?")


# -- what is no error


@pytest.mark.parametrize(
    ("kind", "content"),
    {
        "a byte order mark": ("yaml", b"\xef\xbb\xbf" + MODEL.encode()),
        "lines that end as in Windows": ("yaml", MODEL.replace("\n", "\r\n")),
        "a model card with such lines": ("md", "---\r\nlicense: mit\r\n---\r\n# Lucie\r\n"),
        "no name at all": ("yaml", "aiact: 1\nmodel:\n"),
        "a long name": ("yaml", "aiact: 1\nmodel: {name: " + "x" * 2000 + "}\n"),
        "an empty list": ("yaml", about("monetisation: []")),
        "none": ("yaml", about("monetisation: none")),
        "what two sources say": ("yaml", about("training_compute: [1e24, 2e25]")),
        "a character outside the basic plane": ("json", r'{"aiact": 1, "model": {"name": "\ud83e\udd99 \u00e9"}}'),
        "JSON with tabs": ("json", '{\n\t"aiact": 1,\n\t"model": {"name": "x"}\n}\n'),
        "JSON with an escaped slash": ("json", r'{"aiact": 1, "model": {"name": "a\/b"}}'),
        "keys of a model card that say nothing here": ("md", "---\nlicense: mit\nwidget: [{text: hello}]\n---\n"),
        "a model card without anything known": ("md", "---\nwidget: []\n---\n"),
        "a placeholder in a model card": ("md", '---\nlicense: "{{ license }}"\n---\n'),
        "predicates of others in Turtle": ("ttl", turtle("<m> <https://example.org/see> <https://example.org/> .")),
    }.values(),
)
def test_what_is_unusual_but_right_is_read(kind, content, tmp_path):
    result = CliRunner().invoke(main, ["check", str(written(tmp_path, kind, content)), "--on", DAY])
    assert result.exit_code == 0, result.stderr
    assert result.stdout


def test_a_character_outside_the_basic_plane_survives(tmp_path):
    path = written(tmp_path, "json", r'{"aiact": 1, "model": {"name": "\ud83e\udd99"}}')
    assert "🦙" in CliRunner().invoke(main, ["check", str(path), "--on", DAY]).stdout


@pytest.mark.parametrize("name", ["Nobody-1.0", "MIT OR", "Our own words, see below"])
def test_the_terms_of_a_licence_that_nobody_knows_are_asked_for(name, base, tmp_path):
    path = written(tmp_path, "yaml", about(f'licence: "{name}"'))
    result = CliRunner().invoke(main, ["check", str(path), "--on", DAY, "--lang", "en"])
    assert result.exit_code == 0
    told = " ".join(result.stdout.split())
    assert f"the terms of the licence “{name}” are not known; describe them under licences" in told


# -- wrong use of the command line


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "x", "--no-such-option"], "No such option"),
        (["check", "x", "--on", "2026-13-01"], "there is no month 2026-13"),
        (["check", "x", "--on", "2026-02-30"], "there is no day 2026-02-30 in the calendar"),
        (["check", "x", "--on", "2026-08"], "is not one day; write YYYY-MM-DD"),
        (["check", "x", "--on", ">= 2026-08-02"], "is not one day; write YYYY-MM-DD"),
        (["check", "x", "--on", "tomorrow"], "is not a day"),
        (["check", "x", "--known-on", "2026"], "is not one day"),
        (["check", "x", "-f", "pdf"], "'pdf' is not one of"),
        (["check", "x", "--engine", "oracle"], "'oracle' is not one of"),
        (["check", "x", "--lang", "la"], "'la' is not one of"),
        (["convert", "x", "--to", "xml"], "'xml' is not one of"),
        (["rules", "--kind", "advice"], "'advice' is not one of"),
        (["init", "--with", "weather"], "'weather' is not one of"),
        (["frobnicate"], "there is no command"),
        (["convert"], "Missing argument"),
    ],
)
def test_wrong_use_of_the_command_line_is_exit_code_2(arguments, said):
    result = CliRunner().invoke(main, arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_wrong_use_is_exit_code_2_for_a_real_process_too():
    result = process("check", "x", "--on", "2026-13-01")
    assert (result.returncode, result.stdout) == (2, b"")
    assert "2026-13" in result.stderr.decode()


def test_where_the_answer_cannot_be_written_is_said(tmp_path):
    path = written(tmp_path, "yaml", MODEL)
    result = CliRunner().invoke(main, ["check", str(path), "-o", str(tmp_path / "no" / "answer.txt")])
    assert (result.exit_code, result.stdout) == (1, "")
    assert "cannot write" in result.stderr

"""Targets for fuzzing: each takes some bytes and may refuse them, with its own kind of exception and nothing else.

Seeds are the hostile documents and queries, the files of the readers and the worked projects; ``mutant`` makes another
input of them, the same for the same random numbers.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache
from pathlib import Path

from conftest import DAY, ROOT
from corpus import FOLDER, Hostile

LARGEST = 6000  # bytes of an input; what is slow because it is large is tried elsewhere
WORDS = [
    word.encode("utf-8", "surrogatepass")
    for word in (
        *"{}[]()<>\"'`#&*!|%@,:;?-=+~^$\\/\n\r\t \0",
        *("\ud800", "\u202e", "\u200b", "\u2028", "\ufeff", "é", "١", "²", "🦙"),
        *(
            "---\n",
            "- ",
            "? ",
            ": ",
            "<<: ",
            "!!python/name:os.system ",
            "&a ",
            "*a ",
            "%YAML 1.1\n",
            "null",
            "~",
            "true",
        ),
        *("1e26", "1e999", "9" * 70, "-1", ".nan", "NaN", "1.2.3", ">= ", "10^25", "2026-02-30", "0000-00-00", "9999"),
        *("[]", "{}", '""', "''", "[[", "]]", "{min: 1, max: 0}", "{value: 1}", "\\u0000", "\\ud83d", "\\x1b", '\\"'),
        *("aiact", "model", "models", "systems", "licence", "modifies", "integrates", "provider", "states", "none"),
        *("monetisation", "weights_public", "training_compute", "license", "tags", "base_model", "extra_gated_prompt"),
        *("@context", "@id", "@type", "@graph", "@value", "@list", "@vocab", "@base", "@language", "@reverse", "_:a"),
        *(
            "<m>",
            "a aiact:Model",
            "aiact:states ",
            "sh:deactivated",
            "owl:sameAs",
            "<<(",
            ")>>",
            "^^",
            "@en",
            " .",
            "''' ",
        ),
        *("<!DOCTYPE a>", "<!ENTITY a 'b'>", "&a;", "<a/>", "</a>", "<![CDATA[", "]]>", "<!--", "-->", "<?x?>"),
        *(
            "SELECT",
            "WHERE",
            "SERVICE",
            "FROM",
            "VALUES",
            "FILTER",
            "PREFIX",
            "OPTIONAL",
            "?s ?p ?o",
            "||",
            "/",
            "INSERT",
        ),
        *("MIT", "OR ", "AND ", "WITH ", "Apache-2.0", "other", "{{ x }}", "**License:** ", "+- 1 OoM", "to "),
        *('class="oj-ti-art"', "Article 1", "<tr><td>", 'TYPE="NUMBER"', "QUOT.START", 'CODE="ZZ"', "CLG.MDFO"),
    )
]


def knowledge():
    from aiact.law.knowledge import knowledge

    return knowledge()


def must(holds: object, told: str) -> None:
    if not holds:
        raise AssertionError(told)


def reading(name: str) -> Callable[[bytes], None]:
    """Reads a file of a name, establishes its facts, and says them again; an assessment now and then."""

    def target(data: bytes) -> None:
        from aiact.descriptions import describe, facts
        from aiact.descriptions.description import DescriptionError
        from aiact.findings.assess import judged

        base = knowledge()
        try:
            read = describe.together([describe.read_file(name, base, data)], base)
            assert len(facts.establish(read, base, DAY).description.entities) <= 100
            if len(data) % 16 == 0:
                judged(read, base, DAY).as_dict()
        except DescriptionError as error:
            lines = data.count(b"\n") + data.count(b"\r") + 2
            told = [(problem.line, problem.text) for problem in error.problems]
            must(told and all(1 <= line <= lines and text for line, text in told), f"refused as {told}")

    return target


def numbers(data: bytes) -> None:
    """Numbers and days are read exactly or refused, and what is read again is the same."""
    from aiact.descriptions import values

    text = data[:200].decode("utf-8", "replace")
    for reader in (values.number, values.day):
        try:
            found = reader(text)
        except values.ValueProblem:
            continue
        low, high = found
        assert low is not None or high is not None
        assert low is None or high is None or low <= high
        if reader is values.number and found.exact is not None:
            assert values.number(values.double(found.exact)) == found


def expressions(data: bytes) -> None:
    """The expression of a licence."""
    text = data[:400].decode("utf-8", "replace").replace("'", "''").replace("\n", " ").replace("\r", " ")
    reading("aiact.yaml")(f"aiact: 1\nmodel:\n  licence: '{text}'\n".encode())


def queries(data: bytes) -> None:
    """The gate of the server: a query passes or is refused with a status."""
    from aiact.serve.gate import Refused, passed
    from aiact.serve.limits import Limits

    try:
        found = passed(data.decode("utf-8", "replace"), Limits())
        assert found.form in ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
    except Refused as refused:
        must(400 <= refused.status < 500 and str(refused), f"refused as {refused.status} {refused}")


def texts(name: str) -> Callable[[bytes], None]:
    """Official texts, read in this process."""

    def target(data: bytes) -> None:
        from aiact.texts import documents, importing
        from aiact.texts.store import TextError, written

        try:
            for report in importing.read(list(documents.members(name, data)), "32024R1689", "en"):
                written(report.edition)
        except TextError as error:
            must(str(error), "refused without a word")

    return target


def baseline(data: bytes) -> None:
    """What a project has taken note of."""
    import tempfile

    from aiact.descriptions.description import DescriptionError
    from aiact.findings import baseline

    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        try:
            baseline.read(file.name)
        except DescriptionError as error:
            must(error.problems, "refused without a word")


# What to give to each target: its folders or files of seeds.
HOSTILE = "tests/hostile/documents/"
TARGETS: dict[str, tuple[Callable[[bytes], None], tuple[str, ...]]] = {
    "yaml": (reading("aiact.yaml"), (HOSTILE + "yaml/*.yaml", "data/projects/*.yaml")),
    "json": (reading("aiact.json"), (HOSTILE + "json/*.json",)),
    "jsonld": (reading("a.jsonld"), (HOSTILE + "jsonld/*",)),
    "turtle": (reading("a.ttl"), (HOSTILE + "rdf/*.ttl", HOSTILE + "rdf/*.nt")),
    "rdfxml": (reading("a.rdf"), (HOSTILE + "rdfxml/*.rdf",)),
    "card": (reading("README.md"), (HOSTILE + "cards/*.md", "tests/readers/otter/*.md", "data/projects/*.md")),
    "cyclonedx": (reading("a.cdx.json"), (HOSTILE + "bills/*.cdx.json", "tests/readers/*.cdx.json")),
    "cyclonedx-xml": (reading("a.cdx.xml"), (HOSTILE + "bills/*.cdx.xml", "tests/readers/*.cdx.xml")),
    "spdx": (reading("a.spdx3.json"), (HOSTILE + "bills/*.spdx3.json", "tests/readers/*.spdx3.json")),
    "croissant": (reading("croissant.json"), (HOSTILE + "records/croissant*", "tests/readers/croissant.json")),
    "index": (reading("i.yaml"), (HOSTILE + "records/index*.yaml", "tests/readers/index.yaml")),
    "openness": (reading("m.yaml"), (HOSTILE + "records/mof*.yaml", "tests/readers/openness.yml")),
    "epoch": (reading("m.csv"), (HOSTILE + "records/epoch*.csv", "tests/readers/models.csv")),
    "citation": (reading("CITATION.cff"), (HOSTILE + "records/citation*",)),
    "package": (reading("pyproject.toml"), (HOSTILE + "records/package*", "pyproject.toml")),
    "licence": (reading("LICENSE"), (HOSTILE + "records/licence*", "LICENSES/*")),
    "any": (reading("x"), (HOSTILE + "*/*",)),
    "numbers": (numbers, ("tests/fuzz/numbers/*",)),
    "expressions": (expressions, ("tests/fuzz/expressions/*",)),
    "queries": (queries, ("tests/hostile/queries/*.rq", "queries/*.rq")),
    "xhtml": (texts("a.xhtml"), (HOSTILE + "texts/*.xhtml", "tests/texts/*.xhtml")),
    "formex": (texts("a.fmx.xml"), (HOSTILE + "texts/*.xml", "tests/texts/*.xml", "tests/texts/journal/*.xml")),
    "archive": (texts("a.zip"), (HOSTILE + "texts/*.zip",)),
    "baseline": (baseline, ()),
}
PLAIN = {
    "numbers": [b"8.1e22", b"10^25", b">= 1.18e24", b"2 x 10^25", b"2025-08-02", b"2025-08", b"<= 2026", b"250000"],
    "expressions": [
        b"MIT OR Apache-2.0",
        b"(MIT AND BSD-3-Clause) OR GPL-2.0-only WITH Classpath-exception-2.0",
        b"MIT",
    ],
    "baseline": [
        b'{"aiact-baseline": 1, "projects": [{"file": "a.yaml", "as_of": "2026-11-22", "findings": '
        b'[["model", "acme", "art-53-1-a", "applies", "2025-08-02"]]}]}'
    ],
}


@cache
def seeds(target: str) -> list[bytes]:
    """The inputs from which others are made, small ones only, in the order of their names."""
    paths = sorted({path for pattern in TARGETS[target][1] for path in ROOT.glob(pattern) if path.is_file()})
    held = [
        Hostile(path.relative_to(FOLDER).as_posix(), {}).data() if path.is_relative_to(FOLDER) else path.read_bytes()
        for path in paths
    ]
    return [*PLAIN.get(target, ()), *(data for data in held if len(data) <= LARGEST)]


def mutant(target: str, chance: random.Random) -> bytes:
    """A seed after a few changes: parts taken out, said again, put elsewhere or from another seed, and odd words."""
    known = seeds(target)
    data = bytearray(chance.choice(known))
    for _ in range(chance.choice((1, 1, 2, 3, 5, 8, 13))):
        start = chance.randrange(len(data) + 1)
        end = min(len(data), start + chance.choice((0, 1, 1, 2, 4, 8, 20, 60, 200)))
        what = chance.randrange(8)
        if what == 0:
            del data[start:end]
        elif what == 1:
            data[start:start] = data[start:end] * chance.choice((1, 2, 3, 10, 80))
        elif what == 2:
            other = chance.choice(known)
            place = chance.randrange(len(other) + 1)
            data[start:end] = other[place : place + chance.choice((4, 20, 100, 400))]
        elif what == 3 and data:
            place = chance.randrange(len(data))
            data[place] = chance.choice((0, 9, 10, 13, 34, 39, 127, 255, data[place] ^ (1 << chance.randrange(8))))
        elif what == 4:
            del data[start:]
        else:
            data[start : end if what == 5 else start] = chance.choice(WORDS) * chance.choice((1, 1, 1, 1, 2, 5, 70))
        del data[LARGEST:]
    return bytes(data)


def tried(target: str, data: bytes) -> str:
    """What went wrong with an input, in a word and the place in our code; nothing if it was read or refused."""
    import traceback

    try:
        TARGETS[target][0](data)
    except Exception as error:
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "aiact" in frame.filename]
        place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
        return f"{type(error).__name__} {place}: {str(error)[:160]}"
    return ""

"""The forms in which a portfolio's tables are written: Parquet, JSON Lines, and N-Quads for findings.

A file is whole or it is not there: it is written beside its place, brought to disk, and then renamed.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from ..law.knowledge import Knowledge
from ..law.names import ACT, AIACT, BASE, DCTERMS, PROJECT, PROV, RDF, RDFS, READING, RULE, XSD

if TYPE_CHECKING:
    import pyarrow

DRAFT = ".draft"


@contextmanager
def whole(path: Path) -> Iterator[IO[bytes]]:
    """A file that is there only once all of it is written."""
    draft = path.with_name(f"{path.name}.{os.getpid()}{DRAFT}")
    try:
        with draft.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def as_parquet(table: pyarrow.Table, file: IO[bytes], knowledge: Knowledge) -> None:
    """Dictionary-coded and compressed; the schema says what each column means."""
    from pyarrow import parquet

    about = {"aiact": json.dumps({"release": knowledge.release})}
    table = table.replace_schema_metadata(about)
    parquet.write_table(table, file, compression="zstd", use_dictionary=True, store_schema=True)


def as_jsonl(table: pyarrow.Table, file: IO[bytes], knowledge: Knowledge) -> None:
    """One object a row, its keys those of the columns."""
    for batch in table.to_batches(max_chunksize=4096):
        for row in batch.to_pylist():
            file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n")


def as_nquads(table: pyarrow.Table, file: IO[bytes], knowledge: Knowledge) -> None:
    """Findings in the terms of the ontology, each project in a graph of its own that is named after its place."""
    if "rule" not in table.column_names:
        return
    number, before, terms = 0, None, Terms(knowledge)
    for batch in table.to_batches(max_chunksize=4096):
        for row in batch.to_pylist():
            here = row["project"], row["place"], row["day"]
            number, before = (number + 1 if here == before else 1), here
            file.write("".join(quads(row, number, terms)).encode("utf-8", "replace"))


def quads(row: dict, number: int, terms: Terms) -> Iterator[str]:
    """The quads of one finding; those that say what the graph is come with the first of a day."""
    name = hashlib.sha256(f"{row['project']}\0{row['place']}".encode("utf-8", "replace")).hexdigest()[:16]
    base, graph = f"{PROJECT}{name}/", f"<{BASE}graph/project/{name}>"
    run = f"{base}assessment/{row['day']}"
    node, rule = f"{run}/finding-{number}", terms.rules[row["rule"]]

    def quad(subject: str, predicate: str, object: str) -> str:
        return f"<{subject}> <{predicate}> {object} {graph} .\n"

    def named(id: str) -> str:
        return f"<{id if '://' in id else base + id}>"

    if number == 1:
        yield quad(base, RDFS + "label", literal(row["project"]))
        yield quad(run, RDF + "type", f"<{AIACT}Assessment>")
        yield quad(run, AIACT + "asOf", literal(row["day"], "date"))
        yield quad(run, PROV + "used", f"<{base}>")
    yield quad(node, RDF + "type", f"<{AIACT}Finding>")
    yield quad(node, PROV + "wasGeneratedBy", f"<{run}>")
    yield quad(node, AIACT + "rule", f"<{RULE}{rule.id}>")
    provision = rule.provision if "://" in rule.provision else ACT + rule.provision
    yield quad(node, DCTERMS + "source", f"<{provision}>")
    yield quad(node, AIACT + "entity", named(row["entity"]))
    yield quad(node, AIACT + "status", f"<{AIACT}{STATUS.get(row['status'], row['status'])}>")
    yield quad(node, AIACT + "inRole", f"<{terms.roles[row['role']]}>")
    if row["bearer"]:
        yield quad(node, AIACT + "borneBy", named(row["bearer"]))
    for word, key in (("from", "starts"), ("due", "due")):
        if row[key]:
            yield quad(node, AIACT + word, literal(row[key], "date"))
    for word, key in (("liftedBy", "lifted_by"), ("postponedBy", "postponed_by")):
        for each in row[key]:
            yield quad(node, AIACT + word, f"<{RULE}{each}>")
    for question in row["contested"]:
        yield quad(node, AIACT + "contested", f"<{READING}{question}>")
    for index, reason in enumerate(row["because"], 1):
        condition, truth, entity = reason["condition"], reason["truth"], reason["entity"]
        result = f"{node}-result-{index}"
        yield quad(node, PROV + "wasDerivedFrom", f"<{result}>")
        yield quad(result, RDF + "type", f"<{AIACT}ConditionResult>")
        yield quad(result, AIACT + "condition", f"<{RULE}{condition}>")
        yield quad(result, AIACT + "entity", named(entity))
        yield quad(result, AIACT + "truth", f"<{AIACT}{truth}>")
    for question, name, status in terms.readings.told({each["reading"]: each["status"] for each in row["readings"]}):
        yield quad(node, AIACT + "outcome", f"<{node}-{question}-{name}>")
        yield quad(f"{node}-{question}-{name}", AIACT + "under", f"<{READING}{question}.{name}>")
        yield quad(f"{node}-{question}-{name}", AIACT + "status", f"<{AIACT}{STATUS.get(status, status)}>")
    gaps: dict[tuple[str, str], str] = {}
    for index, together in enumerate(row["missing"], 1):
        decided = f"{node}-together-{index}"
        yield quad(node, AIACT + "decidedBy", f"<{decided}>")
        yield quad(decided, AIACT + "howMany", literal(str(len(together)), "integer"))
        for each in together:
            gap = each["entity"], each["fact"]
            if gap not in gaps:
                gaps[gap] = f"{node}-missing-{len(gaps) + 1}"
                yield quad(node, AIACT + "missing", f"<{gaps[gap]}>")
                yield quad(gaps[gap], AIACT + "subject", named(gap[0]))
                yield quad(gaps[gap], AIACT + "property", f"<{terms.fact(gap[1])}>")
            yield quad(decided, AIACT + "includes", f"<{gaps[gap]}>")


class Terms:
    """The addresses of what rows call by short names."""

    def __init__(self, knowledge: Knowledge) -> None:
        from ..findings.readings import Readings

        self.readings, self.rules = Readings(knowledge), knowledge.rules
        self.roles = {word: iri for iri, word in knowledge.roles.items()}
        self.facts = {fact.key: iri for iri, fact in knowledge.facts.items()}

    def fact(self, key: str) -> str:
        """A fact, or a property of the catalogue, such as the memberships of a place."""
        first, *rest = key.split("_")
        return self.facts.get(key) or AIACT + first + "".join(map(str.capitalize, rest))


STATUS = {"not_applicable": "notApplicable"}


def literal(text: str, datatype: str = "") -> str:
    escaped = "".join(ESCAPES.get(each, each) for each in text)
    return f'"{escaped}"' + (f"^^<{XSD}{datatype}>" if datatype else "")


ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}

FORMS: dict[str, Callable[[pyarrow.Table, IO[bytes], Knowledge], None]] = {
    "parquet": as_parquet,
    "jsonl": as_jsonl,
    "nq": as_nquads,
}


def write(
    tables: dict[str, pyarrow.Table], folder: Path, part: int | None, forms: Iterable[str], knowledge: Knowledge
) -> dict[str, int]:
    """Writes tables in several forms, as parts of a portfolio if ``part`` is given; the sizes of the files by name.

    Raises ``OSError``; then there is no half of a file.
    """
    found = {}
    for form in forms:
        for name, table in tables.items():
            if form == "nq" and name != "findings":
                continue
            path = folder / (f"{name}.{form}" if part is None else f"{name}-{part:06}.{form}")
            with whole(path) as file:
                FORMS[form](table, file, knowledge)
            found[path.name] = path.stat().st_size
    return found

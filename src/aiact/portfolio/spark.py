"""A portfolio on Apache Spark: the same records, decided by the same code, on as many machines as there are.

    python -m aiact.portfolio.spark INPUT -o FOLDER [--on DAY]… [--master URL]

Spark reads and writes, in partitions; the compiled law is sent to every machine once, and each task decides the records
of its partition. What is found does not depend on how the work was cut. Every machine needs ``aiact[spark]``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from ..law.knowledge import Knowledge, knowledge
from .statuses import OWED_OR_OPEN

if TYPE_CHECKING:
    import pyarrow
    from pyspark.broadcast import Broadcast
    from pyspark.sql import DataFrame, SparkSession

    from .inputs import Chunk
    from .run import Worker

SIZE = 2000  # records that are decided before what was found is handed on
LINES = (".jsonl", ".ndjson")
LOST = "\ufffd".encode()
KINDS = ("findings", "projects", "problems")  # of what is written; the counts of each chunk come beside them
FORMS = {"parquet": {"compression": "zstd"}, "json": {"ignoreNullFields": "false"}}


def decide(
    session: SparkSession,
    source: str,
    folder: str,
    days: Iterable[str],
    statuses: Iterable[str] = OWED_OR_OPEN,
    form: str = "parquet",
) -> dict:
    """Decides all projects of a Parquet or JSON Lines file, or of a folder of Parquet files, into a folder.

    ``folder`` gets ``findings`` and ``projects`` with the columns that ``aiact portfolio`` writes, in the form
    ``parquet`` or ``json``, ``problems`` with every record that could not be decided, and ``counts``. Both addresses
    are any that Spark knows. Returns the counts, of all findings. Raises ``PortfolioError``.
    """
    from pyspark import StorageLevel

    from .summary import merge, ordered

    sent = session.sparkContext.broadcast(knowledge())
    days, statuses = tuple(days), tuple(statuses)
    read = lines_of(session, source) if source.endswith(LINES) else rows_of(session, source)
    found = read.mapInArrow(task(sent, days, statuses), spark_schema()).persist(StorageLevel.DISK_ONLY)
    try:
        for kind in KINDS:
            frame = found.where(found.kind == kind).select(*columns_of(kind))
            chosen = "json" if kind == "problems" else form
            frame.write.options(**FORMS[chosen]).format(chosen).save(f"{folder}/{kind}")
        counts: dict = {}
        for row in found.where(found.kind == "counts").select("counts").collect():
            merge(counts, json.loads(row.counts))
        counts = ordered(counts)
        told = session.createDataFrame([(json.dumps(counts),)], "value string").coalesce(1)
        told.write.text(f"{folder}/counts")
        return counts
    finally:
        found.unpersist()
        sent.unpersist()


# ---------------------------------------------------------------------------------------------- reading


def rows_of(session: SparkSession, source: str) -> DataFrame:
    """Rows of Parquet, each with its file and its number there. Raises ``PortfolioError`` if a column is missing."""
    from .inputs.parquet import COLUMNS
    from .journal import PortfolioError

    frame = session.read.parquet(source)
    lacking = [name for name in COLUMNS if name not in frame.columns]
    if lacking:
        raise PortfolioError(f"{source} has no column “{lacking[0]}”; a portfolio has {' and '.join(COLUMNS)}")
    return frame.selectExpr(
        "_metadata.file_name AS file",
        "_metadata.row_index + 1 AS number",
        *(f"CAST({name} AS STRING) AS {name}" for name in COLUMNS),
    )


def lines_of(session: SparkSession, source: str) -> DataFrame:
    """Lines of a file of JSON Lines, each with its number."""
    name = source.rstrip("/").rpartition("/")[2]
    lines = session.sparkContext.textFile(source, session.sparkContext.defaultParallelism)
    rows = lines.zipWithIndex().map(lambda pair: (name, pair[1] + 1, None, pair[0]))
    return session.createDataFrame(rows, "file string, number long, project string, description string")


# ---------------------------------------------------------------------------------------------- deciding


def task(sent: Broadcast[Knowledge], days: tuple[str, ...], statuses: tuple[str, ...]) -> Callable:
    """What each task does with the batches of its partition."""

    def decided(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        from pyspark import TaskContext

        worker = worker_of(sent, days, statuses)
        number = TaskContext.get().partitionId()
        for batch in batches:
            for start in range(0, batch.num_rows, SIZE):
                for chunk in chunks(batch.slice(start, SIZE)):
                    yield from results(worker, chunk, number)

    return decided


TASKS: dict[tuple, Worker] = {}


def worker_of(sent: Broadcast[Knowledge], days: tuple[str, ...], statuses: tuple[str, ...]) -> Worker:
    """Decides in this process, for as long as Spark keeps it, under the law that was sent."""
    from pathlib import Path

    from .deciding import Decider
    from .run import Order, Worker

    class Task(Worker):
        """Decides as any other, and writes nothing itself."""

        def __init__(self, order: Order, base: Knowledge) -> None:
            self.order, self.knowledge, self.decider = order, base, Decider(base, list(order.days))

    base = sent.value
    asked = (base.release, days, statuses)
    if asked not in TASKS:
        TASKS[asked] = Task(Order(Path(), days, statuses), base)
    return TASKS[asked]


def chunks(batch: pyarrow.RecordBatch) -> Iterator[Chunk]:
    """Rows that follow one another in a file, as the readers of portfolios take them."""
    from ..readers.ours import MAX_BYTES
    from .inputs import Chunk
    from .inputs.parquet import COLUMNS, packed

    files, numbers = batch.column("file").to_pylist(), batch.column("number").to_pylist()
    places = enumerate(zip(files, numbers, strict=True))
    for _, run in groupby(places, lambda place: (place[1][0], place[1][1] - place[0])):
        rows = [index for index, _ in run]
        file, first = files[rows[0]], numbers[rows[0]]
        part = batch.slice(rows[0], len(rows))
        if file.endswith(LINES):
            # Spark has put U+FFFD where a byte was no UTF-8; such a line is refused, as it would be if read here
            texts = (text.encode().replace(LOST, b"\xff") + b"\n" for text in part.column("description").to_pylist())
            lines = [line if len(line) <= MAX_BYTES + 2 else None for line in texts]
            yield Chunk("json_lines", file, first, lines, 1.0)
        else:
            yield Chunk("parquet", file, first, packed(part.select(list(COLUMNS))), 1.0)


def results(worker: Worker, chunk: Chunk, number: int) -> Iterator[pyarrow.RecordBatch]:
    """What was found in a chunk: each kind in the columns of its own, the others empty."""
    import pyarrow as arrow

    from .encoding import Encoder
    from .inputs import records

    encoder = Encoder(worker.knowledge, number, worker.order.statuses)
    for record in records(chunk, worker.knowledge):
        if record.problem:
            encoder.refuse(record, record.problem)
        else:
            worker.decide(record, encoder)
    tables = encoder.tables()
    tables["problems"] = arrow.Table.from_pylist(encoder.problems, schema=problems_schema())
    tables["counts"] = arrow.table({"counts": [json.dumps(encoder.counts().as_dict())]})
    whole = arrow_schema()
    for kind, table in tables.items():
        if table.num_rows:
            columns = [
                arrow.array([kind] * table.num_rows)
                if field.name == "kind"
                else table.column(field.name).cast(field.type)
                if field.name in table.column_names
                else arrow.nulls(table.num_rows, field.type)
                for field in whole
            ]
            yield from arrow.Table.from_arrays(columns, schema=whole).to_batches(max_chunksize=1 << 16)


# ---------------------------------------------------------------------------------------------- columns


def arrow_schema() -> pyarrow.Schema:
    """The columns of everything that tasks hand back; words are written out, for Spark has no dictionaries."""
    import pyarrow as arrow

    from .encoding import COLUMNS, PROJECTS, schema

    fields = {"kind": arrow.field("kind", arrow.string()), "counts": arrow.field("counts", arrow.string())}
    for each in (schema(COLUMNS), schema(PROJECTS), problems_schema()):
        for field in each:
            fields.setdefault(field.name, arrow.field(field.name, plain(field.type)))
    return arrow.schema(list(fields.values()))


def problems_schema() -> pyarrow.Schema:
    import pyarrow as arrow

    return arrow.schema([(name, arrow.string()) for name in ("place", "project", "problem")])


def plain(kind: pyarrow.DataType) -> pyarrow.DataType:
    """A type of Arrow without dictionaries."""
    import pyarrow as arrow

    if arrow.types.is_dictionary(kind):
        return kind.value_type
    if arrow.types.is_list(kind):
        return arrow.list_(plain(kind.value_type))
    if arrow.types.is_struct(kind):
        return arrow.struct([(each.name, plain(each.type)) for each in kind])
    return kind


def spark_schema():
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(arrow_schema())


def columns_of(kind: str) -> list[str]:
    from .encoding import COLUMNS, PROJECTS

    return problems_schema().names if kind == "problems" else list({"findings": COLUMNS, "projects": PROJECTS}[kind])


# ---------------------------------------------------------------------------------------------- command


def main() -> None:
    """From the command line: begins a session of Spark, or joins the cluster named by ``--master``."""
    import argparse

    from ..law.knowledge import today

    asked = argparse.ArgumentParser(prog="python -m aiact.portfolio.spark", description="Decide a portfolio on Spark.")
    asked.add_argument("input", help="Parquet with columns project and description, or JSON Lines")
    asked.add_argument("-o", "--output", required=True, metavar="FOLDER", help="a folder that is not there yet")
    asked.add_argument("--on", action="append", metavar="DAY", help="as of which day, YYYY-MM-DD; may be repeated")
    asked.add_argument("--everything", action="store_true", help="write what does not apply as well")
    asked.add_argument("--to", choices=sorted(FORMS), default="parquet")
    asked.add_argument("--master", metavar="URL", help="as of Spark: local[2], spark://…, yarn")
    given = asked.parse_args()
    from .statuses import ALL

    session = begin(given.master)
    try:
        statuses = ALL if given.everything else OWED_OR_OPEN
        counts = decide(session, given.input, given.output, given.on or [today()], statuses, given.to)
    finally:
        session.stop()
    for day, rules in counts.get("duties", {}).items():
        totals: dict[str, int] = {}
        for statuses in rules.values():
            for status, number in statuses.items():
                totals[status] = totals.get(status, 0) + number
        print(day, *(f"{status}={number}" for status, number in sorted(totals.items())))


def begin(master: str | None = None, **settings: str) -> SparkSession:
    """A session whose workers run this Python; ``settings`` are those of Spark, dots written as underscores."""
    import os
    import sys

    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = (
        SparkSession.builder.appName("aiact portfolio")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
    )
    if master:
        builder = builder.master(master)
    for name, value in settings.items():
        builder = builder.config(name.replace("_", "."), value)
    return builder.getOrCreate()


if __name__ == "__main__":
    main()

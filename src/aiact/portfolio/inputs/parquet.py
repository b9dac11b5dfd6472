"""Parquet with a column ``project`` and a column ``description`` that holds a description in our JSON form."""

from __future__ import annotations

from collections.abc import Iterator

from ...law.knowledge import Knowledge
from . import Chunk, Record, Source, unreadable
from .json_lines import described

SUFFIXES = (".parquet",)
COLUMNS = ("project", "description")


def chunks(source: Source, size: int) -> Iterator[Chunk]:
    """Batches of rows; row groups are decoded as they are read, never whole."""
    import pyarrow as arrow
    from pyarrow import parquet

    row = 1
    try:
        with parquet.ParquetFile(source.path, buffer_size=1 << 16, pre_buffer=False) as file:
            names = file.schema_arrow.names
            lacking = [name for name in COLUMNS if name not in names]
            if lacking:
                told = (
                    f"it has no column “{lacking[0]}”, but {', '.join(names[:12]) or 'none'}; a portfolio has "
                    f"{' and '.join(COLUMNS)}, and of another table a mapping tells what its columns say (--mapping)"
                )
                yield unreadable(source, told)
                return
            total = max(1, file.metadata.num_rows)
            for batch in file.iter_batches(size, columns=list(COLUMNS), use_threads=False):
                if batch.num_rows:
                    yield Chunk("parquet", source.name, row, packed(batch), min(1.0, (row + batch.num_rows) / total))
                    row += batch.num_rows
    except (OSError, arrow.ArrowException) as error:
        yield unreadable(source, error, row)


def packed(batch) -> bytes:
    """A batch of rows as bytes that another process can read."""
    import pyarrow as arrow

    sink = arrow.BufferOutputStream()
    with arrow.ipc.new_stream(sink, batch.schema) as stream:
        stream.write_batch(batch)
    return sink.getvalue().to_pybytes()


def unpacked(data: bytes) -> dict[str, list]:
    """The columns of a batch, as lists."""
    import pyarrow as arrow

    return arrow.ipc.open_stream(data).read_all().to_pydict()


def records(chunk: Chunk, knowledge: Knowledge) -> Iterator[Record]:
    """A record a row."""
    columns = unpacked(chunk.payload)
    for row, (id, text) in enumerate(zip(columns["project"], columns["description"], strict=True), chunk.first):
        place = f"{chunk.file}#{row}"
        if isinstance(text, (str, bytes)) and text:
            yield described(text, place, id if id is not None and str(id).strip() else None)
        else:
            problem = "has no description" if text is None or text == "" else "its description is not JSON text"
            yield Record(str(id or place), place, None, problem)

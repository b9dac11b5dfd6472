"""Tables, CSV or Parquet: a row is a project, and a mapping says what its columns state.

A mapping is a small YAML file:

    project: Model                        # the column that names a project
    constants: {model.generality: general}
    columns:
      Model: model.name                   # section, or name of an entity, and fact
      Parameters (billions): {to: model.parameters, times: 1e9}
      Compute: {to: model.training_compute, factor: 3}        # within a factor of 3 either way
      Access: {to: model.weights_public, values: {Open: true, API: false}, otherwise: unstated}
      Modalities: {to: model.outputs, split: ","}

An empty cell states nothing. A value that a mapping of values does not list is an error, unless it says ``otherwise``.
Tables of Epoch AI are read without a mapping too.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import NamedTuple

from ...descriptions.description import SECTIONS, SINGULAR, DescriptionError, Mapping, Problem, Scalar
from ...descriptions.description import Sequence as Items
from ...descriptions.limits import most
from ...descriptions.tree import compose
from ...law.knowledge import Knowledge
from ...readers import epoch
from . import Chunk, Record, Source, identifier, unreadable

SUFFIXES = (".csv", ".tsv")
MAPPED = (".parquet",)  # if there is a mapping
LONGEST_CELL = 1 << 20
OPTIONS = ("to", "times", "factor", "values", "otherwise", "split")


class Column(NamedTuple):
    """What one column states."""

    name: str
    to: tuple[str, ...]  # the keys under which it stands in a description
    times: Decimal | None = None
    factor: Decimal | None = None
    values: dict[str, object] | None = None
    otherwise: str = ""
    split: str = ""


class Columns(NamedTuple):
    """A mapping: which column names a project, what is the same for all, and what the columns state."""

    path: Path
    sha256: str
    project: str
    constants: dict[tuple[str, ...], object]
    columns: tuple[Column, ...]


def read_mapping(path: Path) -> Columns:
    """Reads a mapping. Raises ``DescriptionError`` with the line of what is wrong with it."""
    try:
        data = path.read_bytes()
        tree = compose(str(path), data.decode("utf-8-sig"))
    except OSError as error:
        raise DescriptionError(str(path), [Problem(1, f"cannot be read: {error.strerror}")]) from None
    except UnicodeDecodeError:
        raise DescriptionError(str(path), [Problem(1, "is not UTF-8 text")]) from None

    def refuse(node, text: str) -> DescriptionError:
        return DescriptionError(str(path), [Problem(node.line, text)])

    if not isinstance(tree, Mapping) or not isinstance(tree.get("columns"), Mapping):
        raise refuse(tree, "is not a mapping; it says columns: {COLUMN: model.name, …}, and project: COLUMN")
    for key, _ in tree.items:
        if key.text not in ("project", "constants", "columns"):
            raise refuse(key, f"“{key.text}” does not belong in a mapping; it has project, constants and columns")
    project = tree.get("project")
    if project is not None and not isinstance(project, Scalar):
        raise refuse(project, "project names one column")
    constants = {}
    for key, value in tree.get("constants").items if isinstance(tree.get("constants"), Mapping) else ():
        constants[target(key, refuse)] = as_plain(value)
    columns = tuple(column(key, value, refuse) for key, value in tree.get("columns").items)
    digest = hashlib.sha256(data).hexdigest()
    return Columns(path.resolve(), digest, project.text if project else "", constants, columns)


def target(node: Scalar, refuse) -> tuple[str, ...]:
    """``model.name`` and ``models.m1.name`` as keys of a description."""
    keys = tuple(node.text.split("."))
    if not (2 <= len(keys) <= most("nesting") and all(keys)) or (keys[0] in SECTIONS and len(keys) < 3):
        raise refuse(node, f"“{node.text}” is not the place of a fact; write one as in model.name or models.m1.name")
    if keys[0] not in SECTIONS and keys[0] not in SINGULAR and keys[0] not in ("provider", "deployer"):
        known = ", ".join([*SINGULAR, *SECTIONS])
        raise refuse(node, f"“{keys[0]}” is not a section of a description; there are {known}, provider and deployer")
    return keys


def column(key: Scalar, node, refuse) -> Column:
    if isinstance(node, Scalar):
        return Column(key.text, target(node, refuse))
    if not isinstance(node, Mapping) or not isinstance(node.get("to"), Scalar):
        raise refuse(node, f"column “{key.text}” needs “to: model.name” to say what it states")
    found = {}
    for name, value in node.items:
        if name.text not in OPTIONS:
            raise refuse(name, f"“{name.text}” does not belong to a column; it may have {', '.join(OPTIONS)}")
        if name.text == "to":
            found["to"] = target(value, refuse)
        elif name.text in ("times", "factor"):
            number = decimal(value.text) if isinstance(value, Scalar) else None
            if number is None or number <= 0:
                raise refuse(value, f"{name.text} is a number above 0")
            found[name.text] = number
        elif name.text == "values":
            if not isinstance(value, Mapping):
                raise refuse(value, "values is a map from what a cell says to what that states")
            found["values"] = {each.text: as_plain(stated) for each, stated in value.items}
        elif name.text == "otherwise":
            if not isinstance(value, Scalar) or value.text != "unstated":
                raise refuse(value, "otherwise may only be “unstated”: what a mapping does not know states nothing")
            found["otherwise"] = value.text
        else:
            found["split"] = value.text if isinstance(value, Scalar) else ","
    return Column(key.text, **found)


def as_plain(node) -> object:
    """A node of YAML as JSON has it; scalars stay text."""
    if isinstance(node, Mapping):
        return {key.text: as_plain(value) for key, value in node.items}
    return [as_plain(item) for item in node.items] if isinstance(node, Items) else node.text


def decimal(text: str) -> Decimal | None:
    try:
        found = Decimal(text.strip().replace("_", "x"))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


# -- reading


def chunks(source: Source, size: int) -> Iterator[Chunk]:
    """Rows, each with its line; in Parquet with its number."""
    columns: Columns | None = source.mapping
    if source.path.suffix.lower() in MAPPED:
        yield from parquet_chunks(source, columns, size)
        return
    total, before, found = max(1, source.path.stat().st_size), 0, []
    csv.field_size_limit(LONGEST_CELL)
    try:
        with source.path.open("rb") as raw:
            delimiter = "\t" if source.path.suffix.lower() == ".tsv" else ","
            rows = csv.reader(decoded(raw), delimiter=delimiter, strict=True)
            head = [cell.strip() for cell in next(rows, [])]
            fault = refused(head, columns)
            if fault:
                yield unreadable(source, fault)
                return
            before = rows.line_num
            for cells in rows:
                if any(cell.strip() for cell in cells):
                    found.append((before + 1, cells))
                before = rows.line_num
                if len(found) >= size:
                    done = min(1.0, raw.tell() / total)
                    yield Chunk("tables", source.name, found[0][0], (head, found, columns), done)
                    found = []
            if found:
                yield Chunk("tables", source.name, found[0][0], (head, found, columns), 1.0)
    except (csv.Error, UnicodeDecodeError, OSError) as error:
        if found:
            yield Chunk("tables", source.name, found[0][0], (head, found, columns), 1.0)
        told = "is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else error
        yield unreadable(source, told, before + 1)


def decoded(raw) -> Iterator[str]:
    """Lines of a file as text, without the mark of byte order."""
    for number, line in enumerate(raw):
        yield line.decode("utf-8-sig" if number == 0 else "utf-8")


def refused(head: list[str], columns: Columns | None) -> str:
    """Why a table cannot be read, or nothing."""
    if columns is None:
        if set(head) >= epoch.HEAD:
            return f"it has two columns “{epoch.twice(head)}”" if epoch.twice(head) else ""
        return "nobody knows what its columns state; tell it in a mapping (--mapping FILE)"
    named = [columns.project, *(each.name for each in columns.columns)]
    lacking = [each for each in named if each and each not in head]
    if lacking:
        return f"it has no column “{lacking[0]}”, which the mapping names, but {', '.join(head[:12]) or 'none'}"
    twice = next((name for name in head if head.count(name) > 1 and any(c.name == name for c in columns.columns)), None)
    return f"it has two columns “{twice}”" if twice else ""


def parquet_chunks(source: Source, columns: Columns, size: int) -> Iterator[Chunk]:
    import pyarrow as arrow
    from pyarrow import parquet

    row = 1
    try:
        with parquet.ParquetFile(source.path, buffer_size=1 << 16, pre_buffer=False) as file:
            head = file.schema_arrow.names
            fault = refused(head, columns)
            if fault:
                yield unreadable(source, fault)
                return
            used = [name for name in head if name == columns.project or any(c.name == name for c in columns.columns)]
            total = max(1, file.metadata.num_rows)
            for batch in file.iter_batches(size, columns=used, use_threads=False):
                lists = [[written(cell) for cell in column.to_pylist()] for column in batch.columns]
                rows = list(enumerate(map(list, zip(*lists, strict=True)), row))
                if rows:
                    row += len(rows)
                    yield Chunk("tables", source.name, -rows[0][0], (used, rows, columns), min(1.0, row / total))
    except (OSError, arrow.ArrowException) as error:
        yield unreadable(source, error, row)


def written(cell: object) -> object:
    """A cell of Parquet as a description writes it; lists stay lists."""
    if isinstance(cell, list):
        return [written(each) for each in cell]
    if cell is None or cell != cell:
        return ""
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def records(chunk: Chunk, knowledge: Knowledge) -> Iterator[Record]:
    """A record a row; in Parquet, numbers of rows are marked by a first one below 0."""
    head, rows, columns = chunk.payload
    for number, cells in rows:
        place = f"{chunk.file}#{number}" if chunk.first < 0 else f"{chunk.file}:{number}"
        if len(cells) > len(head):
            yield Record(place, place, None, f"has {len(cells)} cells, and there are {len(head)} columns")
            continue
        row = dict(zip(head, cells, strict=False))
        if columns is None:
            yield of_epoch(row, number, place, knowledge)
        else:
            yield mapped(row, columns, place)


def of_epoch(row: dict, line: int, place: str, knowledge: Knowledge) -> Record:
    """A row of a table of Epoch AI, by its own reader."""
    name = (row.get("Model") or "").strip()
    if not name:
        return Record(place, place, None, "has no model")
    try:
        return Record(identifier(name, place), place, epoch.described(place.rpartition(":")[0], row, line, knowledge))
    except DescriptionError as error:
        from . import told

        return Record(identifier(name, place), place, None, told(error))


def mapped(row: dict, columns: Columns, place: str) -> Record:
    """What the cells of a row state, as a description."""
    name = row.get(columns.project) if columns.project else None
    id = identifier(name, place)
    tree: dict = {"aiact": 1}
    if columns.project and id != place:
        tree["name"] = id
    try:
        for keys, value in columns.constants.items():
            put(tree, keys, value)
        for column in columns.columns:
            cell = row.get(column.name, "")
            if cell not in ("", [], None) and (isinstance(cell, list) or cell.strip()):
                stated = value_of(column, cell)
                if stated is not None:
                    put(tree, column.to, stated)
    except ValueError as problem:
        return Record(id, place, None, str(problem))
    return Record(id, place, tree)


def put(tree: dict, keys: tuple[str, ...], value: object) -> None:
    for key in keys[:-1]:
        tree = tree.setdefault(key, {})
    if keys[-1] in tree:
        raise ValueError(f"{'.'.join(keys)} is stated by several columns")
    tree[keys[-1]] = value


def value_of(column: Column, cell: str | list) -> object:
    """What a cell states; None for nothing. Raises ``ValueError``."""
    if isinstance(cell, list):
        return [one(column, each) for each in cell]
    if column.split:
        found = [one(column, each.strip()) for each in cell.split(column.split) if each.strip()]
        return [each for each in found if each is not None] if None not in found else None
    return one(column, cell.strip())


def one(column: Column, text: str) -> object:
    if column.values is not None:
        if text in column.values:
            return column.values[text]
        if column.otherwise:
            return None
        known = ", ".join(column.values)
        raise ValueError(f"{column.name}: “{text[:80]}” is not among the values of the mapping ({known})")
    if column.times is None and column.factor is None:
        return text
    number = decimal(text)
    if number is None:
        raise ValueError(f"{column.name}: “{text[:80]}” is not a number")
    number = number * (column.times or 1)
    if column.factor is None:
        return f"{number}"
    return {"min": f"{number / column.factor}", "max": f"{number * column.factor}"}

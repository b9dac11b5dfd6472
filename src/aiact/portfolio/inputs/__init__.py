"""What a portfolio is read from: one module a form, each cutting its files into chunks and reading the records of one.

A chunk is cut by one process and read by another. A module has ``SUFFIXES``, ``chunks(source, size)`` and
``records(chunk, knowledge)``; records come in the order of the input, and what cannot be read is a record as well.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from ...descriptions.description import CONTROL, Description, DescriptionError, Problem
from ...law.knowledge import Knowledge

HEAD = 1 << 16  # bytes of a file that are hashed to know it again
LONGEST = 500  # letters of an identifier
MOST_BYTES = 16 << 20  # of a chunk, however few its records
TOLD = 5  # problems of one record that are told


class Chunk(NamedTuple):
    """A part of the input that one process reads and decides; ``file`` as places name it."""

    form: str  # the module that reads it
    file: str
    first: int  # number of its first line or row
    payload: object
    done: float  # share of the whole input that has been read with it, from 0 to 1


class Record(NamedTuple):
    """One project of a portfolio: a description, as a tree or as a reader understood it, or what is wrong with it."""

    id: str
    place: str
    description: dict | Description | None = None
    problem: str = ""
    passed_over: bool = False  # a file that is no description at all


class Source(NamedTuple):
    """A file or folder that is handed in, how places name it, and which columns of a table say what."""

    path: Path
    name: str
    mapping: object = None  # of ``tables``


def source(path: str | Path, mapping: str | Path | None = None) -> Source:
    """The input of a portfolio. Raises ``DescriptionError`` if it is not there, or has no form that is known."""
    where = Path(path).resolve()
    if not where.exists():
        raise DescriptionError(str(path), [Problem(1, "cannot be read: there is no such file or folder")])
    columns = None
    if mapping is not None:
        from .tables import read_mapping

        columns = read_mapping(Path(mapping))
    found = Source(where, where.name, columns)
    form_of(found)
    return found


@cache
def forms() -> dict[str, ModuleType]:
    """All modules of this folder, by name."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))
    return {name: import_module(f".{name}", __package__) for name in names}


def form_of(source: Source) -> ModuleType:
    """The module that reads a source: by its ending, a table if there is a mapping."""
    ending, tables = source.path.suffix.lower(), forms()["tables"]
    if source.mapping is not None:
        if source.path.is_dir() or ending not in (*tables.SUFFIXES, *tables.MAPPED):
            known = ", ".join((*tables.SUFFIXES, *tables.MAPPED))
            raise DescriptionError(str(source.path), [Problem(1, f"is no table; a mapping goes with {known}")])
        return tables
    if source.path.is_dir():
        return forms()["folders"]
    for module in forms().values():
        if ending in module.SUFFIXES:
            return module
    known = ", ".join(sorted({ending for module in forms().values() for ending in module.SUFFIXES}))
    told = f"is no form of portfolio that is known by its ending; read are folders, and files in {known}"
    raise DescriptionError(str(source.path), [Problem(1, told)])


def chunks(source: Source, size: int) -> Iterator[Chunk]:
    """The chunks of an input, at most ``size`` records each; always the same for the same input."""
    yield from form_of(source).chunks(source, size)


def records(chunk: Chunk, knowledge: Knowledge) -> Iterator[Record]:
    """The records of a chunk."""
    if chunk.form == UNREADABLE:
        yield Record(chunk.file, f"{chunk.file}:{chunk.first}" if chunk.first > 1 else chunk.file, None, chunk.payload)
    else:
        yield from forms()[chunk.form].records(chunk, knowledge)


UNREADABLE = "unreadable"


def unreadable(source: Source, problem: object, first: int = 1, done: float = 1.0) -> Chunk:
    """In place of what cannot be read: a chunk with one record, which says so."""
    told = (getattr(problem, "strerror", "") or str(problem)).strip().splitlines()
    return Chunk(UNREADABLE, source.name, first, f"cannot be read: {told[0] if told else 'damaged'}", done)


def stamp(source: Source) -> dict:
    """By what an input is known again: size, time and head of a file; of a folder those of all its files."""
    if source.path.is_dir():
        digest, files = hashlib.sha256(), 0
        for folder, inner, names in os.walk(source.path):
            inner.sort()
            for name in sorted(names):
                path = Path(folder, name)
                state = path.stat(follow_symlinks=False)
                digest.update(f"{path.relative_to(source.path)}\0{state.st_size}\0{state.st_mtime_ns}\n".encode())
                files += 1
        found = {"path": str(source.path), "files": files, "sha256": digest.hexdigest()}
    else:
        state = source.path.stat()
        with source.path.open("rb") as stream:
            head = hashlib.sha256(stream.read(HEAD)).hexdigest()
        found = {"path": str(source.path), "size": state.st_size, "mtime_ns": state.st_mtime_ns, "head": head}
    if source.mapping is not None:
        found |= {"mapping": str(source.mapping.path), "mapping_sha256": source.mapping.sha256}
    return found


def told(error: DescriptionError, with_lines: bool = False) -> str:
    """What is wrong with a description, on one line."""
    found = [f"line {each.line}: {each.text}" if with_lines else each.text for each in error.problems]
    if len(found) > TOLD:
        found = [*found[:TOLD], f"and {len(found) - TOLD} more"]
    return " · ".join(" ".join(each.split()) for each in found)


def identifier(value: object, otherwise: str) -> str:
    """The name by which a project is known, fit to be shown; its place if it has none."""
    text = "" if value is None or isinstance(value, (dict, list, bool)) else str(value)
    text = " ".join(CONTROL.sub(" ", text).split())[:LONGEST]
    return text or otherwise

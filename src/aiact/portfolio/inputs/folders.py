"""A folder: each file and each folder in it is a project, in any form that has a reader.

A folder that holds nothing but folders is looked into. Files that hold many projects (JSON Lines, Parquet,
N-Quads …) are read as they are by themselves.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from ...descriptions.describe import CERTAIN, read, readers
from ...descriptions.description import DescriptionError
from ...descriptions.folder import is_named, start_of
from ...law.knowledge import Knowledge
from . import Chunk, Record, Source, forms, told

SUFFIXES = (".yaml", ".yml", ".json", ".jsonld", ".md", ".xml")
OF_MANY = ("json_lines", "parquet", "triples")
FILES = 64  # of a chunk: each takes longer to read than a line does
ALWAYS = (".yaml", ".yml", ".json", ".jsonld", ".ttl")  # no file of these is passed over in silence


def chunks(source: Source, size: int) -> Iterator[Chunk]:
    """Files and folders in the order of their names."""
    if source.path.is_file():
        yield Chunk("folders", source.name, 1, (str(source.path.parent), [source.name]), 1.0)
        return
    waiting: list[str] = []
    number, size = 1, min(size, FILES)
    for path, done in projects(source.path, 0.0, 1.0):
        many = next((forms()[name] for name in OF_MANY if path.suffix.lower() in forms()[name].SUFFIXES), None)
        if many is None:
            waiting.append(path.relative_to(source.path).as_posix())
        if waiting and (many or len(waiting) >= size):
            yield Chunk("folders", source.name, number, (str(source.path), waiting), done)
            number, waiting = number + len(waiting), []
        if many:
            inner = Source(path, path.relative_to(source.path).as_posix())
            yield from (chunk._replace(done=done) for chunk in many.chunks(inner, size))
            number += 1
    if waiting:
        yield Chunk("folders", source.name, number, (str(source.path), waiting), 1.0)


def projects(folder: Path, before: float, share: float) -> Iterator[tuple[Path, float]]:
    """Files of a folder, folders that hold files, and what is in those that hold none; with the share that is done."""
    try:
        with os.scandir(folder) as found:
            entries = sorted((entry.name, entry.is_dir()) for entry in found if not entry.name.startswith("."))
    except OSError:
        yield folder, before
        return
    for index, (name, is_folder) in enumerate(entries, 1):
        path, done = folder / name, before + share * index / len(entries)
        if is_folder and not holds_files(path):
            yield from projects(path, before + share * (index - 1) / len(entries), share / len(entries))
        else:
            yield path, done


def holds_files(folder: Path) -> bool:
    try:
        with os.scandir(folder) as found:
            return any(entry.is_file() and is_named(Path(entry.name)) for entry in found)
    except OSError:
        return True  # so that it is told


def records(chunk: Chunk, knowledge: Knowledge) -> Iterator[Record]:
    """A record a file or folder that describes, or should."""
    root, names = chunk.payload
    for name in names:
        path = Path(root, name)
        id = name if path.is_dir() else name.removesuffix(path.suffix)
        if not path.is_dir() and not wanted(path):
            yield Record(id, name, passed_over=True)
            continue
        try:
            yield Record(id, name, read(path, knowledge))
        except DescriptionError as error:
            yield Record(id, name, None, told(error, with_lines=True))


def wanted(path: Path) -> bool:
    """Whether a file is a description by its ending, by a header as model cards have, or for a certain reader."""
    if path.suffix.lower() in ALWAYS:
        return True
    if not is_named(path):
        return False
    start = start_of(path)
    return start.startswith("---") or any(each.recognises(str(path), start) == CERTAIN for each in readers())

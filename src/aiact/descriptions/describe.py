"""Descriptions: what users hand in, in any of the forms that have a reader.

Outside input is hostile: all of it goes through ``gate`` before anything is parsed.
"""

from __future__ import annotations

import hashlib
import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

from ..law.knowledge import Knowledge
from .description import Description, DescriptionError, Problem
from .gate import passed
from .limits import most

START = 64 * 1024  # what readers see of a file to recognise it
CERTAIN = 3


def read(path: str | Path | list, knowledge: Knowledge, data: bytes | None = None) -> Description:
    """Reads a description in any form: a file, a folder, or several that are about one project.

    Raises ``DescriptionError``; nothing else for bad input.
    """
    if isinstance(path, (list, tuple)):
        return together([each for one in path for each in read_each(one, knowledge)], knowledge)
    return read_file(path, knowledge, data) if data is not None else together(read_each(path, knowledge), knowledge)


def read_each(path: str | Path, knowledge: Knowledge) -> list[Description]:
    """The descriptions that a path stands for: those of a folder, or one."""
    if str(path) != "-" and Path(path).is_dir():
        from .folder import read_folder

        return read_folder(Path(path), knowledge)
    return [read_file(path, knowledge)]


def together(descriptions: list[Description], knowledge: Knowledge) -> Description:
    """One description of all; a file that only accompanies others is none by itself."""
    if all(each.aside for each in descriptions):
        told = (
            "says nothing of a model or system by itself; hand it in with what it belongs to, as in "
            f"aiact check README.md {descriptions[0].file}"
        )
        raise DescriptionError(descriptions[0].file, [Problem(1, told)])
    if len(descriptions) == 1:
        return descriptions[0]
    from .merge import merge

    return merge(descriptions, knowledge)


def read_file(path: str | Path, knowledge: Knowledge, data: bytes | None = None) -> Description:
    """One file, or one row of a table: ``models.csv#Llama 4 Scout``."""
    file = "<stdin>" if data is None and str(path) == "-" else str(path)
    if data is None:
        try:
            with sys.stdin.buffer if file == "<stdin>" else place(file).open("rb") as stream:
                data = stream.read(most("file") + 1)  # never all of it: the file may be a device
        except (OSError, ValueError) as error:
            told = f"cannot be read: {getattr(error, 'strerror', '') or error}"
            raise DescriptionError(file, [Problem(1, told)]) from None
    reader = reader_of(file, data)
    found = reader.read(file, passed(file, data, reader.MAX_BYTES, getattr(reader, "LENIENT", False)), knowledge)
    found.sha256 = hashlib.sha256(data).hexdigest()
    return found


def place(file: str) -> Path:
    """The file of a path; what follows a hash names a part of it."""
    path = Path(file)
    return path if "#" not in file or path.exists() else Path(file.partition("#")[0])


def reader_of(file: str, data: bytes) -> ModuleType:
    """The reader that is surest of a file, from its name and how it begins; our own format if none is."""
    start = data[:START].decode("utf-8-sig", "replace")
    ours = reader("ours")
    if ours.recognises(file, start) == CERTAIN:
        return ours  # no other has to be imported
    return max(readers(), key=lambda each: (each.recognises(file, start), each is not ours))


@cache
def readers() -> list[ModuleType]:
    """All readers, in the order of their names; as source, or compiled where they were packed for a browser."""
    names = {path.stem for path in (Path(__file__).parents[1] / "readers").glob("[a-z]*.py*")}
    return [reader(name) for name in sorted(names)]


def reader(name: str) -> ModuleType:
    return import_module(f"..readers.{name}", __package__)

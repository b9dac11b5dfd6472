"""A repository folder: what in it describes a model or a project, found by looking and read by its readers.

Only the folder itself is looked at, not those within it, and no file that no reader is sure of; what looks like a
description all the same is told.
"""

from __future__ import annotations

import re
from pathlib import Path

from ..law.knowledge import Knowledge
from .describe import CERTAIN, START, read_file, reader, readers
from .description import Description, DescriptionError, Problem, Told
from .limits import most

NAMES = (".yaml", ".yml", ".json", ".jsonld", ".ttl", ".md", ".xml", ".cff", ".toml", "")
CARD = "model_card"
CARDS = ("readme.md", "model_card.md", "modelcard.md")
SIGNS = re.compile(rb'"bomFormat"|"aiact"\s*:\s*1|(?m:^aiact\s*:\s*1)|w3id\.org/aiact/ns/|spdx\.org/rdf/3')


def read_folder(folder: Path, knowledge: Knowledge) -> list[Description]:
    """The descriptions of a folder, in the order of their names. Raises ``DescriptionError`` if there is none."""
    try:
        paths = sorted(path for path in folder.iterdir() if path.is_file() and is_named(path))
    except OSError as error:
        raise DescriptionError(str(folder), [Problem(1, f"cannot be read: {error.strerror or error}")]) from None
    if len(paths) > most("files"):
        told = f"holds more than {most('files')} files that might describe something; name those of the project"
        raise DescriptionError(str(folder), [Problem(1, told)])
    read = chosen(folder, [path for path in paths if describes(path)])
    found = [read_file(path, knowledge) for path in read]
    if all(each.aside for each in found):
        told = (
            "holds no description that can be read: no aiact.yaml, no README.md with a header, no bill of materials; "
            "aiact init writes a description to start from"
        )
        raise DescriptionError(str(folder), [Problem(1, told)])
    left = [path.name for path in paths if path not in read and looks(path)]
    if left:
        found[0].warnings.append(Told("not-read", {"files": ", ".join(left)}))
    return found


def looks(path: Path) -> bool:
    """Whether a file has the marks of a description somewhere, though it is not read; a text may show an example."""
    if path.suffix.lower() == ".md":
        return reader("software").is_licence(path.name)
    try:
        with path.open("rb") as stream:
            return bool(SIGNS.search(stream.read(most("bill"))))
    except OSError:
        return False


def chosen(folder: Path, paths: list[Path]) -> list[Path]:
    """Of descriptions in our own format, that called aiact; several by other names are several projects."""
    ours = [path for path in paths if reader("ours").recognises(str(path), start_of(path)) == CERTAIN]
    named = [path for path in ours if path.stem.lower() == "aiact"]
    if len(ours) > 1 and len(named) != 1:
        names = " and ".join(path.name for path in ours[:2])
        told = f"holds {len(ours)} descriptions, such as {names}; hand in those of one project"
        raise DescriptionError(str(folder), [Problem(1, told)])
    return [path for path in paths if path not in ours or path in (named or ours)]


def is_named(path: Path) -> bool:
    name = path.name.lower()
    return path.suffix.lower() in NAMES or name.startswith("copying") or reader("software").is_licence(name)


def describes(path: Path) -> bool:
    """Whether a reader is certain of a file; a README or model card counts only if it begins with a header."""
    start = start_of(path)
    for each in readers():
        if each.__name__.endswith(f".{CARD}"):
            if path.name.lower() in CARDS and each.HEADER.match(start):
                return True
        elif each.recognises(str(path), start) == CERTAIN:
            return True
    return False


def start_of(path: Path) -> str:
    """How a file begins; nothing if it cannot be read."""
    try:
        with path.open("rb") as stream:
            return stream.read(START).decode("utf-8-sig", "replace")
    except OSError:
        return ""

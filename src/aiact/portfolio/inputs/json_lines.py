"""JSON Lines: a description in our JSON form a line, known by its ``id``, or else its ``name``, or else its line.

``{"project": …, "description": {…}}`` is read too, as from Parquet.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from ...descriptions.description import DescriptionError
from ...descriptions.tree import strict_json
from ...law.knowledge import Knowledge
from ...readers.ours import MAX_BYTES
from . import MOST_BYTES, Chunk, Record, Source, identifier, told, unreadable

SUFFIXES = (".jsonl", ".ndjson")


def chunks(source: Source, size: int) -> Iterator[Chunk]:
    """Lines; one that is too long is not kept in memory."""
    total, number = max(1, source.path.stat().st_size), 1
    try:
        with source.path.open("rb") as stream:
            while True:
                lines: list[bytes | None] = []
                weight = 0
                while len(lines) < size and weight < MOST_BYTES and (line := stream.readline(MAX_BYTES + 2)):
                    whole = line.endswith(b"\n") or len(line) <= MAX_BYTES
                    lines.append(line if whole else None)
                    weight += len(line)
                    while not line.endswith(b"\n") and line:
                        line = stream.readline(MAX_BYTES)
                if not lines:
                    return
                yield Chunk("json_lines", source.name, number, lines, min(1.0, stream.tell() / total))
                number += len(lines)
    except OSError as error:
        yield unreadable(source, error, number)


def records(chunk: Chunk, knowledge: Knowledge) -> Iterator[Record]:
    """A record a line that is not blank."""
    for number, line in enumerate(chunk.payload, chunk.first):
        place = f"{chunk.file}:{number}"
        if line is None:
            problem = f"is longer than {MAX_BYTES // 1024} kB; one line describes one project"
            yield Record(place, place, None, problem)
        elif line.strip():
            yield described(line, place)


def described(data: bytes | str, place: str, id: object = None) -> Record:
    """The record of a description that is given as JSON."""
    try:
        tree = strict(data)
    except DescriptionError as error:
        return Record(identifier(id, place), place, None, told(error))
    if not isinstance(tree, dict):
        return Record(identifier(id, place), place, None, "is not a description; it begins as in {“aiact”: 1, …}")
    if id is None and "description" in tree and "aiact" not in tree:
        id, inner = tree.get("project", tree.get("id")), tree["description"]
        if isinstance(inner, str):
            return described(inner, place, identifier(id, place))
        if not isinstance(inner, dict):
            return Record(identifier(id, place), place, None, "its description is neither a map nor JSON")
        tree = inner
    own = tree.pop("id", None)
    name = identifier(id if id is not None else own if own is not None else tree.get("name"), place)
    return Record(name, place, tree if "aiact" in tree else {"aiact": 1} | tree)


def strict(data: bytes | str) -> object:
    """JSON in which nothing is said twice; numbers stay the text that was written, so that no digit is lost.

    Raises ``DescriptionError``.
    """
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
        found = json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except UnicodeDecodeError:
        raise DescriptionError("", [problem("is not UTF-8 text")]) from None
    except json.JSONDecodeError as error:
        raise DescriptionError("", [problem(f"is not valid JSON: {error.msg} (column {error.colno})")]) from None
    except RecursionError:
        raise DescriptionError("", [problem("is nested too deep")]) from None
    if text.count(":") != keys(found):  # else there is no room for a key that is said twice
        strict_json("", text)
    return found


def problem(text: str):
    from ...descriptions.description import Problem

    return Problem(1, text)


def keys(value: object) -> int:
    """How many keys a tree has."""
    if isinstance(value, dict):
        return len(value) + sum(keys(each) for each in value.values() if each.__class__ is not str)
    return sum(keys(each) for each in value if each.__class__ is not str) if isinstance(value, list) else 0

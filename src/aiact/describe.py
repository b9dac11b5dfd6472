"""Descriptions: what users hand in, in any of the formats that have a reader.

Outside input is hostile: size and nesting are bounded before anything is parsed.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from .description import CONTROL, MAX_NESTING, Description, DescriptionError, Problem
from .knowledge import Knowledge

MAX_BYTES = {"yaml": 256 * 1024, "rdf": 1024 * 1024}


def read(path: str | Path, knowledge: Knowledge, data: bytes | None = None) -> Description:
    """Reads a description in any format. Raises ``DescriptionError``; nothing else for bad input."""
    file = "<stdin>" if data is None and str(path) == "-" else str(path)
    if data is None:
        try:
            with sys.stdin.buffer if file == "<stdin>" else Path(path).open("rb") as stream:
                data = stream.read(MAX_BYTES["rdf"] + 1)  # never all of it: the file may be a device
        except OSError as error:
            raise DescriptionError(file, [Problem(1, f"cannot be read: {error.strerror or error}")]) from None
    format = detect(file, data)
    text = gate(file, data, "rdf" if format in ("turtle", "jsonld") else "yaml")
    if format == "turtle":
        from .rdf import read_turtle

        return read_turtle(file, text, knowledge)
    if format == "card":
        from .card import read_card

        return read_card(file, text, knowledge)
    from .tree import compose, read_tree, strict_json

    if format == "jsonld" or file.lower().endswith(".json"):
        text = strict_json(file, text)
    if format == "jsonld":
        from .rdf import read_jsonld

        return read_jsonld(file, text, knowledge)
    return read_tree(file, compose(file, text), knowledge, data)


def detect(file: str, data: bytes) -> str:
    """The format of a file, from its name and its first bytes: yaml (JSON included), turtle, jsonld or card."""
    start = data[:4096].lstrip()
    if file.lower().endswith((".ttl", ".nt")):
        return "turtle"
    if file.lower().endswith((".yaml", ".yml")):
        return "yaml"
    if start.startswith(b"[") or (start.startswith(b"{") and b'"@' in start and b'"aiact"' not in start):
        return "jsonld"
    if start.startswith(b"---") or file.lower().endswith(".md"):
        return "card"
    if start.startswith((b"@prefix", b"@base", b"PREFIX", b"<http")):
        return "turtle"
    return "yaml"


def gate(file: str, data: bytes, kind: str) -> str:
    """Refuses what no parser should see: too large, not UTF-8, control characters, too deeply nested."""

    def refuse(text: str, line: int = 1) -> DescriptionError:
        return DescriptionError(file, [Problem(line, text)])

    if len(data) > MAX_BYTES[kind]:
        raise refuse(f"is larger than {MAX_BYTES[kind] // 1024} kB; describe one project in one file")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse("is not UTF-8 text", data[: error.start].count(b"\n") + 1) from None
    found = CONTROL.search(text)
    if found:
        raise refuse("has a control character; is it a text file?", text.count("\n", 0, found.start()) + 1)
    if not text.strip():
        raise refuse("is empty; aiact init writes a description to start from")
    depth = deepest = 0
    for match in re.finditer(r"[\[{(]|[\]})]", text):
        depth += 1 if match[0] in "[{(" else -1
        deepest = max(deepest, depth)
        if deepest > MAX_NESTING:
            raise refuse(f"is nested more than {MAX_NESTING} deep", text.count("\n", 0, match.start()) + 1)
    return text

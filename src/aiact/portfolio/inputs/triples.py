"""N-Quads, a graph a project, and N-Triples, whose projects have the base addresses that our exports give them.

The lines of a project stand together. A project with a line that cannot be read is not decided: what is missing from
it might be what matters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ...descriptions.description import DescriptionError
from ...law.knowledge import Knowledge
from ...law.names import PROJECT, XSD
from ...readers.rdf import MAX_BYTES
from ..graphs import Foreign, Plain, base_of, read_slowly
from . import Chunk, Record, Source, told, unreadable

SUFFIXES = (".nt", ".nq")
STRING = XSD + "string"
TYPICAL = 4096  # bytes of a project
OURS = re.compile(rb"\s*<(" + re.escape(PROJECT).encode() + rb"[^/>]+/)")


class Block(NamedTuple):
    """Lines of a file, and whether its last project was cut because it is too large."""

    lines: bytes
    quads: bool
    cut: bool


def chunks(source: Source, size: int) -> Iterator[Chunk]:
    """Blocks of lines that end where a project ends."""
    quads = source.path.suffix.lower() == ".nq"
    total, number = max(1, source.path.stat().st_size), 1
    try:
        with source.path.open("rb") as stream:
            ahead = b""
            while True:
                block = ahead + stream.read(max(1, size * TYPICAL - len(ahead)))
                if not block:
                    return
                block += stream.readline(MAX_BYTES)
                if not block.endswith(b"\n"):
                    block += b"\n"
                ends = reversed(block[-MAX_BYTES:].splitlines())
                last = next(filter(None, (whose(line, quads) for line in ends)), None)
                rest, weight, cut, dropped, ahead = [], 0, False, 0, b""
                while line := stream.readline(MAX_BYTES):
                    now = whose(line, quads)
                    if now and last and now != last:
                        ahead = line
                        break
                    last = last or now
                    if weight < MAX_BYTES:
                        rest.append(line if line.endswith(b"\n") else line + b"\n")
                        weight += len(line)
                    else:
                        cut, dropped = True, dropped + line.count(b"\n")
                block += b"".join(rest)
                yield Chunk("triples", source.name, number, Block(block, quads, cut), min(1.0, stream.tell() / total))
                number += block.count(b"\n") + dropped
    except OSError as error:
        yield unreadable(source, error, number)


def whose(line: bytes, quads: bool) -> str | None:
    """The project that a line belongs to; None if it does not say."""
    if not quads:
        found = OURS.match(line)
        return found[1].decode("utf-8", "replace") if found else None
    import pyoxigraph as ox

    try:
        for quad in ox.parse(line, format=ox.RdfFormat.N_QUADS):
            graph = quad.graph_name
            if isinstance(graph, ox.DefaultGraph):
                return None
            return graph.value if isinstance(graph, ox.NamedNode) else str(graph)
    except SyntaxError:
        pass
    return None


class Told(NamedTuple):
    """The lines of one project: its address, its first line, its triples, and what is wrong with them."""

    id: str
    line: int
    triples: list
    problems: list[str]


def records(chunk: Chunk, knowledge: Knowledge) -> Iterator[Record]:
    """A record a project."""
    understood = understanding(knowledge)
    found = list(projects(chunk))
    for project in found:
        place = f"{chunk.file}:{project.line}"
        problems = list(project.problems)
        if chunk.payload.cut and project is found[-1]:
            problems.append(f"is larger than {MAX_BYTES // 1024} kB; describe one project in one graph")
        if not project.id:
            problems = [*problems, NAMELESS[chunk.payload.quads]]
        if problems:
            yield Record(project.id or place, place, None, " · ".join(problems[:5]))
        else:
            yield described(project.triples, project.id, place, understood, knowledge)


NAMELESS = {
    True: "belongs to no graph; in N-Quads each project is a graph of its own",
    False: f"has no project: the addresses in N-Triples begin as in {PROJECT}…/; use N-Quads, one graph a project",
}


def understanding(knowledge: Knowledge) -> Plain:
    """The quick reader of a knowledge base, made once."""
    found = _MADE.get(knowledge.release)
    if found is None or found.knowledge is not knowledge:
        found = _MADE[knowledge.release] = Plain(knowledge)
    return found


_MADE: dict[str, Plain] = {}


def described(triples: list, id: str, place: str, understood: Plain, knowledge: Knowledge) -> Record:
    """The record of the triples of one project."""
    base = next(filter(None, map(base_of, (triple[0] for triple in triples))), None) or common(triples)
    try:
        return Record(id, place, understood.tree(triples, base))
    except Foreign:
        pass
    try:
        return Record(id, place, read_slowly(triples, place, knowledge))
    except DescriptionError as error:
        return Record(id, place, None, told(error))


def common(triples: list) -> str:
    """The address up to the last slash or hash of the first subject, which those of a project may share."""
    return re.sub(r"[^/#]*$", "", triples[0][0]) if triples else ""


def projects(chunk: Chunk) -> Iterator[Told]:
    """The projects of a block, in their order.

    A line of which nobody can tell whose it is counts for the project before it and, if it is faulty, after it.
    """
    block: Block = chunk.payload
    lines = block.lines.split(b"\n")
    carried: list[str] = []
    for id, begins, ends, ends_surely in groups(lines, block.quads):
        try:
            triples, problems = plainly(b"\n".join(lines[begins:ends]).decode().split("\n"), block.quads), []
        except (ValueError, UnicodeDecodeError):
            triples, problems = parsed(lines[begins:ends], chunk.first + begins, block.quads)
        if triples or problems:
            yield Told(id, chunk.first + begins, triples, [*carried, *(text for _, text in problems)])
        carried = [text for line, text in problems if line >= chunk.first + ends_surely]


def groups(lines: list[bytes], quads: bool) -> Iterator[tuple[str, int, int, int]]:
    """Runs of lines about a project: its address, the first line, that after the last, that after the last sure one."""
    id, begins, sure, start = "", 0, 0, b""
    for at, line in enumerate(lines):
        if quads:
            if start and line.endswith(start):
                sure = at + 1
                continue
        elif start and line.startswith(start):
            sure = at + 1
            continue
        if not line or line.isspace():
            continue
        found = whose(line, quads)
        if found is None and not (quads and is_statement(line)):
            continue
        found = found or ""
        if sure and found != id:
            yield id, begins, at, sure
            begins = at
        elif not sure and not id:
            begins = begins if any(each and not each.isspace() for each in lines[begins:at]) else at
        id, sure = found, at + 1
        start = ending(id) if quads else f"<{id}".encode()
    if begins < len(lines):
        yield id, begins, len(lines), sure or len(lines)


def ending(graph: str) -> bytes:
    return f" <{graph}> .".encode() if graph and not graph.startswith("_:") else b""


def is_statement(line: bytes) -> bool:
    """Whether a line says something in no graph."""
    import pyoxigraph as ox

    try:
        return any(True for _ in ox.parse(line, format=ox.RdfFormat.N_QUADS))
    except SyntaxError:
        return False


def plainly(lines: list[str], quads: bool) -> list[tuple[str, str, str, str | None]]:
    """The triples of lines that are written as exports write them; ``ValueError`` for any other, which a parser reads.

    Whatever address is not known afterwards goes to the parser too, so that nothing is taken for more than it says.
    """
    found = []
    for line in lines:
        if not line:
            continue
        if quads:
            line, _, dot = line.rsplit(" ", 2)
            subject, predicate, object = line.split(" ", 2)
        else:
            subject, predicate, object = line.split(" ", 2)
            object, dot = object[:-2], object[-2:].strip()
        if dot != "." or subject[0] != "<" or predicate[0] != "<" or subject[-1] != ">" or predicate[-1] != ">":
            raise ValueError(line)
        if object[0] == "<":
            if object[-1] != ">" or " " in object:
                raise ValueError(line)
            found.append((subject[1:-1], predicate[1:-1], object[1:-1], None))
            continue
        text, _, datatype = object[1:].rpartition('"')
        if object[0] != '"' or '"' in text or "\\" in text or (datatype and datatype not in DATATYPES):
            raise ValueError(line)
        found.append((subject[1:-1], predicate[1:-1], text, DATATYPES[datatype]))
    return found


DATATYPES = {f"^^<{XSD}{name}>": XSD + name for name in ("boolean", "date", "double", "integer", "gYear", "gYearMonth")}
DATATYPES[""] = STRING


def parsed(lines: list[bytes], first: int, quads: bool) -> tuple[list, list[tuple[int, str]]]:
    """The triples of lines, and what is wrong with those that cannot be read."""
    import pyoxigraph as ox

    triples, problems = [], []
    named, literal, blank = ox.NamedNode, ox.Literal, ox.BlankNode
    parser = ox.parse(b"\n".join(lines), format=ox.RdfFormat.N_QUADS if quads else ox.RdfFormat.N_TRIPLES)
    for event in events(parser):
        if isinstance(event, SyntaxError):
            line = first + (event.lineno or 1) - 1
            told = f"line {line}: is not valid {'N-Quads' if quads else 'N-Triples'}: {event.msg.splitlines()[0]}"
            problems.append((line, told))
            continue
        subject, object = event.subject, event.object
        subject = subject.value if subject.__class__ is named else str(subject)
        if object.__class__ is literal:
            triples.append((subject, event.predicate.value, object.value, object.datatype.value))
        else:
            value = str(object) if object.__class__ is blank else object.value
            triples.append((subject, event.predicate.value, value, None))
    return triples, problems


def events(parser) -> Iterator:
    """What a parser yields, and the errors after which it goes on with the next line."""
    while True:
        try:
            yield from parser
            return
        except SyntaxError as error:
            yield error

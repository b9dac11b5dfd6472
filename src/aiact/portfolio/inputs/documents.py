"""Turtle and TriG: a project is a named graph, or what an export of ours says under one base address.

What else a file says in no graph is one project. The statements of a project stand together.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...descriptions.limits import most
from ...law.knowledge import Knowledge
from ..graphs import base_of
from . import Chunk, Record, Source, unreadable
from .triples import described, understanding

SUFFIXES = (".ttl", ".trig")


def chunks(source: Source, size: int) -> Iterator[Chunk]:
    """The statements of a document as they are parsed, cut between projects."""
    import pyoxigraph as ox

    trig = source.path.suffix.lower() == ".trig"
    waiting: list[tuple[str, list]] = []
    number, id, weight = 1, "", 0
    total = max(1, source.path.stat().st_size)
    try:
        with source.path.open("rb") as stream:
            base = source.path.as_uri()
            for quad in ox.parse(stream, format=ox.RdfFormat.TRIG if trig else ox.RdfFormat.TURTLE, base_iri=base):
                graph, subject, object = quad.graph_name, quad.subject, quad.object
                subject = subject.value if isinstance(subject, ox.NamedNode) else str(subject)
                named = "" if isinstance(graph, ox.DefaultGraph) else getattr(graph, "value", str(graph))
                now = named or base_of(subject) or ("" if trig else id)
                if not waiting or now != id:
                    if waiting and not id and not trig:  # what stands before the first project is about it
                        waiting[-1] = (now, waiting[-1][1])
                    else:
                        if len(waiting) >= size or weight > most("triples") * 4:
                            done = min(1.0, stream.tell() / total)
                            yield Chunk("documents", source.name, number, waiting, done)
                            number, waiting, weight = number + len(waiting), [], 0
                        waiting.append((now, []))
                    id = now
                literal = isinstance(object, ox.Literal)
                value = object.value if literal or isinstance(object, ox.NamedNode) else str(object)
                triples = waiting[-1][1]
                if len(triples) <= most("triples"):
                    triples.append((subject, quad.predicate.value, value, object.datatype.value if literal else None))
                    weight += 1
    except SyntaxError as error:  # the project in which it stands is not whole
        bad = waiting.pop() if waiting else None
        if waiting:
            yield Chunk("documents", source.name, number, waiting, 1.0)
        told = f"is not valid {'TriG' if trig else 'Turtle'}: {error.msg.splitlines()[0]}"
        told += f"; {bad[0]} and what follows it are not read" if bad and bad[0] else ""
        yield unreadable(source, told, error.lineno or 1)
        return
    except OSError as error:
        yield unreadable(source, error)
        return
    if waiting:
        yield Chunk("documents", source.name, number, waiting, 1.0)


def records(chunk: Chunk, knowledge: Knowledge) -> Iterator[Record]:
    """A record a project."""
    understood = understanding(knowledge)
    for number, (id, triples) in enumerate(chunk.payload, chunk.first):
        place = f"{chunk.file}#{id or number}"
        if len(triples) > most("triples"):
            told = f"has more than {most('triples')} triples; describe one project in one graph"
            yield Record(id or place, place, None, told)
        else:
            yield described(triples, id or place, place, understood, knowledge)

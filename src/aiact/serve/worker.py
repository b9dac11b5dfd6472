"""A worker: one job after another, each a query, a question of the library or a check, until it is told to stop.

It is forked with everything read, has no network, writes nothing, and may be killed at any moment. A message is two
lengths, a header in JSON and a body in bytes, both ways.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import resource
import signal
import socket
import struct
import sys
import time
import traceback
from itertools import islice
from pathlib import Path

from .holding import LAW, Holding, forms

LENGTHS = struct.Struct("!II")
FORBIDDEN = ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto", "subprocess.", "os.exec",
             "os.system", "os.posix_spawn", "os.remove", "os.rename", "os.mkdir", "shutil.")  # fmt: skip
GROWN = 128 * 1024  # kB by which a worker may have grown before it gives way to a new one


class Fault(Exception):
    """A job that cannot be done as asked: the HTTP status, and what is wrong."""

    def __init__(self, status: int, detail: str, **more) -> None:
        super().__init__(detail)
        self.told = {"status": status, "detail": detail, **more}


def live(holding: Holding, line: socket.socket, limits: dict) -> None:
    """Answers jobs until the line is closed."""
    confine(limits)
    send(line, {"pid": os.getpid()}, b"")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    while True:
        job, body = receive(line)
        used = time.process_time()
        most = int(used + job["deadline"]) + 2  # if nobody stops it
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))
        try:
            header, answer = JOBS[job["kind"]](holding, job, body, limits)
        except Fault as fault:
            header, answer = fault.told, b""
        except MemoryError:
            header, answer = {"status": 422, "detail": "it needs more memory than there is for one query"}, b""
        except Exception as error:
            header, answer = {"status": 500, "detail": f"{type(error).__name__}; please report it"}, b""
            places = [
                f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)
            ]
            print(f"a fault of ours: {type(error).__name__} at {' > '.join(places[-4:])}", file=sys.stderr, flush=True)
        header["tired"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak > GROWN
        send(line, header, answer)


def receive(line: socket.socket) -> tuple[dict, bytes]:
    header, body = LENGTHS.unpack(exactly(line, LENGTHS.size))
    data = exactly(line, header + body)
    return json.loads(data[:header]), data[header:]


def exactly(line: socket.socket, size: int) -> bytes:
    parts = []
    while size:
        part = line.recv(min(size, 1 << 20))
        if not part:
            os._exit(0)  # the front has gone, or no longer needs this worker
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def packed(header: dict, body: bytes) -> bytes:
    head = json.dumps(header).encode()
    return LENGTHS.pack(len(head), len(body)) + head + body


def send(line: socket.socket, header: dict, body: bytes) -> None:
    line.sendall(packed(header, body))


def confine(limits: dict) -> None:
    """Bounds memory and files, and refuses what no job needs. The network is gone already where that can be done."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    die_with_parent()
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
        file.write("1000")  # if memory runs out, a worker goes and not the front
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            now = int(file.read().split()[0]) * resource.getpagesize()
        most = now + limits["memory"] * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    except (OSError, ValueError):
        pass  # no such figures outside Linux
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))

    def guard(event: str, arguments: tuple) -> None:
        if event.startswith(FORBIDDEN) or (event == "open" and writes(arguments)):
            raise PermissionError(f"a worker does not do this: {event}")

    sys.addaudithook(guard)


def writes(arguments: tuple) -> bool:
    mode = arguments[1]
    return isinstance(mode, str) and any(letter in mode for letter in "wax+")


def die_with_parent() -> None:
    """Linux kills the worker with the nursery; elsewhere its limit of processor time does."""
    try:
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    except (OSError, AttributeError):
        pass


# -- queries


class Capped(io.RawIOBase):
    """A file in memory that refuses to grow beyond a size."""

    def __init__(self, most: int) -> None:
        self.parts, self.size, self.most = [], 0, most

    def write(self, data) -> int:
        self.size += len(data)
        if self.size > self.most:
            raise OSError("too much")
        self.parts.append(bytes(data))
        return len(data)


def query(holding: Holding, job: dict, body: bytes, limits: dict) -> tuple[dict, bytes]:
    """The answer to a SPARQL query in the form asked for."""
    import pyoxigraph as ox

    from ..law.names import PREFIXES

    dataset = {}
    if job["default"] or job["named"]:
        dataset["default_graph"] = [ox.NamedNode(iri) for iri in job["default"]]
        dataset["named_graphs"] = [ox.NamedNode(iri) for iri in job["named"]]
    elif not job["from"]:
        dataset["default_graph"] = ox.NamedNode(LAW)
    try:
        found = holding.store.query(body.decode(), prefixes=PREFIXES, base_iri=job["base"], **dataset)
    except (SyntaxError, ValueError) as error:
        raise Fault(400, f"the query is not SPARQL: {error}") from None
    except (OSError, RuntimeError) as error:
        raise Fault(422, f"the query cannot be answered: {error}") from None
    file = Capped(limits["answer"])
    try:
        rows = WRITERS[type(found).__name__](found, job["form"], file, limits["rows"])
    except (OSError, RuntimeError, ValueError) as error:
        if file.size > file.most:
            raise Fault(422, f"the answer is larger than {file.most} bytes; ask for fewer rows or columns") from None
        raise Fault(422, f"the query cannot be answered: {error}") from None
    if rows > limits["rows"]:
        raise Fault(
            422, f"the answer has more than {limits['rows']} rows; add LIMIT, or ask in parts with ORDER BY and OFFSET"
        )
    return {"status": 200, "rows": rows}, b"".join(file.parts)


def solutions(found, form: str, file: Capped, most: int) -> int:
    """Writes the rows of a SELECT, and counts them."""
    import pyoxigraph as ox

    if form == "html":
        from .page import table

        rows = list(islice(found, most + 1))
        names = [variable.value for variable in found.variables]
        file.write(table(names, [[row[name] for name in names] for row in rows]).encode())
        return len(rows)
    found.serialize(file, format=ox.QueryResultsFormat.from_extension(form))
    return counted(form, file, most)


def counted(form: str, file: Capped, most: int) -> int:
    """How many rows a written answer has; it is not looked at if it is too short to have too many."""
    if file.size < 3 * most:
        return 0
    data = b"".join(file.parts)
    if form == "json":
        return len(json.loads(data)["results"]["bindings"])
    if form == "xml":
        return data.count(b"<result>")  # in a value, < is escaped
    if form == "tsv":
        return data.count(b"\n") - 1  # and so is the end of a line
    return sum(1 for _ in csv.reader(io.StringIO(data.decode()))) - 1


def truth(found, form: str, file: Capped, most: int) -> int:
    import pyoxigraph as ox

    if form == "html":
        from .page import table

        file.write(table(["answer"], [[str(bool(found)).lower()]]).encode())
    elif form in ("csv", "tsv"):
        file.write(b"true\n" if found else b"false\n")
    else:
        found.serialize(file, format=ox.QueryResultsFormat.from_extension(form))
    return 1


def triples(found, form: str, file: Capped, most: int) -> int:
    """Writes the triples of a CONSTRUCT or DESCRIBE, and counts them."""
    import pyoxigraph as ox

    from ..law.names import PREFIXES
    from .describe import used

    rows = list(islice(found, most + 1))
    prefixes = used(rows, PREFIXES) if form in ("ttl", "rdf") else None
    ox.serialize(rows, file, format=ox.RdfFormat.from_extension(form), prefixes=prefixes)
    return len(rows)


WRITERS = {"QuerySolutions": solutions, "QueryBoolean": truth, "QueryTriples": triples}


# -- questions of the library


def question(holding: Holding, job: dict, body: bytes, limits: dict) -> tuple[dict, bytes]:
    """The answer to a question of the library, its parameters bound."""
    import pyoxigraph as ox
    import rdflib

    from ..law.names import PREFIXES
    from ..sparql import query as library

    item, given = library.questions()[job["name"]], json.loads(body)
    unknown = [key for key in given if key not in item.parameters]
    if unknown:
        known = ", ".join(item.parameters) or "none"
        raise Fault(400, f"{item.name} has no parameter {unknown[0]}; it has {known}")
    try:
        bindings = {
            key: library.bound(parameter, given.get(key, parameter.default), holding.knowledge)
            for key, parameter in item.parameters.items()
        }
    except library.QuestionError as error:
        raise Fault(400, str(error)) from None
    bindings["lang"] = rdflib.Literal(job["lang"])
    text = library.with_values(item.text, bindings)
    graphs = [ox.NamedNode(iri) for iri in [LAW, *job["graphs"]]]
    found = holding.store.query(text, prefixes=PREFIXES, default_graph=graphs)
    names = [variable.value for variable in found.variables]
    rows = [[shown(row[name]) for name in names] for row in islice(found, limits["rows"] + 1)]
    if len(rows) > limits["rows"]:
        raise Fault(422, f"the answer has more than {limits['rows']} rows; ask about one project")
    told = library.FORMS[job["form"]](library.Answer(names, rows)).encode()
    if len(told) > limits["answer"]:
        raise Fault(422, f"the answer is larger than {limits['answer']} bytes; ask about one project")
    return {"status": 200, "rows": len(rows)}, told


def shown(term) -> str:
    from ..sparql.query import shown as written

    if term is None:
        return ""
    return written(term.value, term.datatype.value if hasattr(term, "datatype") else "")


# -- checks


def check(holding: Holding, job: dict, body: bytes, limits: dict) -> tuple[dict, bytes]:
    """The assessment of a description, in one of the forms of ``aiact check``."""
    from ..descriptions.description import MAX_TOLD, DescriptionError
    from ..findings.assess import assess

    for key in ("on", "known_on"):
        day_of(key, job[key])
    try:
        assessment = assess(body, job["on"] or None, job["known_on"] or None, base=holding.knowledge, name=job["name"])
        told = forms()[job["form"]](assessment, job["lang"], job["all"])
    except DescriptionError as error:
        problems = [{"file": error.file, "line": each.line, "text": each.text} for each in error.problems[:MAX_TOLD]]
        raise Fault(422, "the description cannot be read", problems=problems) from None
    except RecursionError:
        raise Fault(422, "the description is nested too deeply") from None
    told = told if isinstance(told, bytes) else told.encode()
    if len(told) > limits["answer"]:
        raise Fault(422, f"the answer is larger than {limits['answer']} bytes; describe one project")
    return {"status": 200}, told


def day_of(key: str, text: str) -> None:
    """Raises ``Fault`` if a parameter is not one day."""
    from ..descriptions.values import ValueProblem, day

    try:
        if text and day(text).exact is None:
            raise ValueProblem(f"“{text}” is not one day; write YYYY-MM-DD")
    except ValueProblem as error:
        raise Fault(400, f"{key}: {error}") from None


JOBS = {"query": query, "question": question, "check": check}

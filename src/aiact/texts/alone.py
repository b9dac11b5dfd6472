"""A process of its own for what reads official texts: with a bound on computing and memory, and without network.

The libraries that read XML and HTML are written in C and are given tens of megabytes; if one of them breaks, or does
not come to an end, the process goes and the command says so. Where a system cannot fork, it is read in place.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

from ..descriptions.limits import most
from .store import TextError

MOST = 64 * 1024 * 1024  # bytes of an answer


def alone(work: Callable[[], object], seconds: int = 0, memory: int = 0) -> object:
    """What the work gives, as JSON keeps it. Raises ``TextError`` if it does, or if it takes more than it may."""
    if not hasattr(os, "fork"):
        return json.loads(json.dumps(work()))
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _answer(work, writing, seconds or most("act_seconds"), memory or most("act_memory"))
    os.close(writing)
    try:
        with os.fdopen(reading, "rb") as stream:
            data = stream.read(MOST + 1)
    finally:
        _, status = os.waitpid(child, 0)
    if status or len(data) > MOST:
        told = f"{seconds or most('act_seconds')} seconds or {memory or most('act_memory')} MB"
        raise TextError(f"these documents take more than {told} to read, or break what reads them; no act of law does")
    said = json.loads(data)
    if "fault" in said:
        raise TextError(said["fault"])
    return said["found"]


def _answer(work: Callable[[], object], writing: int, seconds: int, memory: int) -> None:
    """The life of the child; it never returns, and leaves nothing of the parent to be written twice."""
    code = 1
    try:
        confine(seconds, memory)
        try:
            said = {"found": work()}
        except TextError as error:
            said = {"fault": str(error)}
        data = json.dumps(said).encode()
        with os.fdopen(writing, "wb") as stream:
            stream.write(data)
        code = 0
    except BaseException:
        code = 1
    finally:
        os._exit(code)


def confine(seconds: int, memory: int) -> None:
    """Bounds this process for ever; the network goes where the system lets it go."""
    import resource

    from ..serve.nursery import without_network

    without_network()
    for kind, wanted in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, taken() + memory * 1024 * 1024),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        least = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(kind, (least, least))


def taken() -> int:
    """Bytes of address space that the process had from its parent, which may have reserved much and used little."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")

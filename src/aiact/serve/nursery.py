"""The nursery: one process that reads the graph once, and forks a worker whenever the front asks for one.

It answers nothing itself, so that nothing can stop it. Run as ``python -m aiact.serve.nursery FD``, with a line of JSON
on the standard input that says what to hold; on the line FD it first tells what it holds, and then obeys:

    f, with one end of a line    fork a worker that answers on it
    r and a number               bury the worker of this number
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import struct
import sys

from . import worker
from .holding import Holding, forms, hold

ORDER = struct.Struct("!cI")


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    wanted = json.loads(sys.stdin.readline())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the front stops it
    worker.die_with_parent()
    alone = without_network()
    try:
        holding = hold(wanted["projects"], wanted["on"], wanted["worked"], lambda text: print(text, file=sys.stderr))
        warm(holding)
    except Exception as error:
        from ..descriptions.description import DescriptionError

        kind = "description" if isinstance(error, DescriptionError) else type(error).__name__
        worker.send(control, {"error": str(error), "kind": kind}, b"")
        return
    gc.collect()
    gc.freeze()  # so that workers share these pages
    worker.send(control, {"network": not alone}, json.dumps(holding.catalogue()).encode())
    serve(control, holding, wanted["limits"])


def without_network() -> bool:
    """Puts this process and its workers into a network of their own, with nobody in it. False where that is denied."""
    import ctypes

    new_user, new_net = 0x10000000, 0x40000000
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        return libc.unshare(new_net) == 0 or libc.unshare(new_user | new_net) == 0
    except (OSError, AttributeError):
        return False


def warm(holding: Holding) -> None:
    """Imports and caches all that jobs need, once for all workers."""
    limits = {"answer": 1 << 24, "rows": 100}
    job = {"default": [], "named": [], "from": False, "base": None, "deadline": 1}
    for form, text in (
        ("json", b"SELECT * { ?s ?p ?o } LIMIT 1"),
        ("ttl", b"CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } LIMIT 1"),
    ):
        worker.query(holding, job | {"form": form}, text, limits)
    from ..sparql.query import questions

    for name in list(questions())[:1]:
        worker.question(holding, {"name": name, "lang": "en", "graphs": [], "form": "json"}, b"{}", limits)
    for form in forms():
        described = b"aiact: 1\nmodel: {licence: Apache-2.0, weights_public: true}\n"
        told = {"name": "description", "on": holding.day, "known_on": "", "lang": "en", "form": form, "all": False}
        worker.check(holding, told, described, limits)


def serve(control: socket.socket, holding: Holding, limits: dict) -> None:
    while True:
        try:
            order, lines, _, _ = socket.recv_fds(control, ORDER.size, 1, getattr(socket, "MSG_CMSG_CLOEXEC", 0))
        except InterruptedError:
            continue
        if not order:
            os._exit(0)
        while len(order) < ORDER.size:
            order += worker.exactly(control, ORDER.size - len(order))
        what, number = ORDER.unpack(order)
        if what == b"r":
            bury(number)
        elif lines:
            fork(control, lines[0], holding, limits)
            os.close(lines[0])


def fork(control: socket.socket, line: int, holding: Holding, limits: dict) -> None:
    """Forks a worker that answers on a line, and returns in this process only."""
    try:
        if os.fork():
            return
    except OSError:
        return  # the front sees the line closed
    try:
        control.close()
        worker.live(holding, socket.socket(fileno=line), limits)
    finally:
        os._exit(1)


def bury(number: int) -> None:
    try:
        os.kill(number, signal.SIGKILL)
        os.waitpid(number, 0)
    except (ProcessLookupError, ChildProcessError):
        pass


if __name__ == "__main__":
    main()

"""Starts and stops the server: its socket, its signals, what it writes down, and connections that take too long."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import sys
import time
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

import click
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from .app import Service
from .limits import Limits
from .pool import Pool, StartError
from .porter import local

DRAIN = 15  # seconds that answers under way have when the server stops
HEAD = 320 * 1024  # bytes in which the head of a request has to end; some may be of its body
NAMES = ["localhost", "127.0.0.1", "[::1]"]


def run(
    bind: str, on: str | None, projects: list[str], worked: bool, site: Path | None, limits: Limits, prefix: str = "",
    hosts: list[str] = (), origins: list[str] = (), proxies: str = "127.0.0.1,::1", quiet: bool = False,
) -> None:  # fmt: skip
    """Serves until it is told to stop. Raises ``StartError`` if it cannot begin."""
    listener = listening(bind)
    shown = listener.getsockname()
    names = list(hosts) + (NAMES if hosts or local(shown[0]) else [])
    wanted = {"projects": [str(Path(path).resolve()) for path in projects], "on": on, "worked": worked}
    pool = Pool(wanted, limits, lambda text: note(text))
    service = Service(pool, limits, on, site)
    app = service.app(names, list(origins), prefix, (lambda *told: None) if quiet else noted)
    config = uvicorn.Config(
        app, http=bounded(limits), ws="none", lifespan="off", log_level="error", access_log=False, server_header=False,
        proxy_headers=bool(proxies), forwarded_allow_ips=proxies or None, limit_concurrency=limits.connections,
        timeout_keep_alive=15, timeout_graceful_shutdown=DRAIN,
    )  # fmt: skip
    server = Server(config, pool)
    host = f"[{shown[0]}]" if ":" in shown[0] else shown[0]
    server.address = f"http://{host}:{shown[1]}{prefix}/"
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(server.begin(listener, on))


def listening(bind: str) -> socket.socket:
    """A socket for ``HOST:PORT``. Raises ``StartError``."""
    host, _, port = bind.rpartition(":")
    host = host.strip("[]")
    if not port.isdigit() or int(port) > 65535 or not host:
        raise StartError(f"“{bind}” is no address; write HOST:PORT, such as 127.0.0.1:8000")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(1024)
    except OSError as error:
        raise StartError(f"cannot listen on {bind}: {error.strerror or error}") from None
    return listener


class Server(uvicorn.Server):
    """A server that ends without an error when it is told to stop, after it has answered what it was asked."""

    def __init__(self, config: uvicorn.Config, pool: Pool) -> None:
        super().__init__(config)
        self.pool, self.address = pool, ""

    async def begin(self, listener: socket.socket, on: str | None) -> None:
        loop = asyncio.get_running_loop()
        stop = loop.create_future()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.told_to_stop, stop)
        starting = loop.create_task(self.pool.start())
        await asyncio.wait([starting, stop], return_when=asyncio.FIRST_COMPLETED)
        if stop.done():
            starting.cancel()
            self.pool.stop()
            return
        try:
            await starting
            if self.pool.nursery.network:
                note("workers cannot be cut off from the network here; the gate alone refuses SERVICE")
            print(f"ready at {self.address}", flush=True)
            loop.add_signal_handler(signal.SIGHUP, lambda: self.pool.run(self.renew()))
            tomorrow = None if on else loop.create_task(self.every_midnight())
            await self.serve(sockets=[listener])
            if tomorrow:
                tomorrow.cancel()
        finally:
            self.pool.stop()

    def told_to_stop(self, stop: asyncio.Future) -> None:
        self.force_exit = self.should_exit
        self.should_exit = True
        if not stop.done():
            stop.set_result(None)

    @contextlib.contextmanager
    def capture_signals(self):
        yield  # they are handled already

    async def every_midnight(self) -> None:
        """Findings are of a day: when it is over, worked projects are assessed again."""
        while True:
            next_day = datetime.combine(date.today() + timedelta(days=1), datetime.min.time())
            await asyncio.sleep((next_day - datetime.now()).total_seconds() + 1)
            await self.renew()

    async def renew(self) -> None:
        try:
            await self.pool.renew()
            note("everything has been read anew")
        except StartError as error:
            note(f"cannot be read anew, the old graph is served on: {error}")


def bounded(limits: Limits) -> type[HttpToolsProtocol]:
    """HTTP with bounds on what a client may hold: connections, time to send a request, time to take an answer."""
    held: Counter[str] = Counter()

    class Bounded(HttpToolsProtocol):
        head, late, host = 0, None, ""

        def connection_made(self, transport) -> None:
            super().connection_made(transport)
            self.host = self.client[0] if self.client else ""
            held[self.host] += 1
            self.hurry()
            if held[self.host] > max(1, limits.connections // 4) and not local(self.host):
                transport.abort()

        def connection_lost(self, error) -> None:
            held[self.host] -= 1
            if held[self.host] <= 0:
                del held[self.host]
            self.calm()
            super().connection_lost(error)

        def hurry(self) -> None:
            self.calm()
            self.late = self.loop.call_later(limits.sending, self.transport.abort)

        def calm(self) -> None:
            if self.late:
                self.late.cancel()
                self.late = None

        def on_message_begin(self) -> None:
            self.hurry()
            super().on_message_begin()

        def data_received(self, data: bytes) -> None:
            if self.late:
                self.head += len(data)
                if self.head > HEAD:
                    self.transport.abort()
                    return
            super().data_received(data)

        def on_headers_complete(self) -> None:
            self.calm()
            self.head = 0
            super().on_headers_complete()

        def on_response_complete(self) -> None:
            super().on_response_complete()
            if not self.transport.is_closing() and self.transport.get_write_buffer_size():
                self.late = self.loop.call_later(3 * limits.sending, self.untaken)

        def untaken(self) -> None:
            if self.transport.get_write_buffer_size():
                self.transport.abort()

    return Bounded


def note(text: str) -> None:
    print(f"{datetime.now().isoformat(timespec='seconds')} {text}", file=sys.stderr, flush=True)


def noted(method: str, route: str, status: int, size: int, took: float) -> None:
    """One line a request: no address of a client, no query, no description."""
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S")
    click.echo(f"{stamp} {method} {route} {status} {size} bytes {took * 1000:.1f} ms", err=True)

"""Who is served next, by which process, for how long.

Clients wait in lines of their own, which are served in turn. A job that takes longer than a moment gives way: a spare
worker takes the place of its own, which after some more moments goes on at low priority. A job that is late is killed
with its worker. Nothing that a job does can reach another: they share no memory that can be written.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import OrderedDict, deque
from dataclasses import asdict, dataclass, field

from .gate import Refused
from .limits import Limits
from .nursery import ORDER
from .worker import LENGTHS, packed

SPARES = 2
NICENESS = 15  # of a job that is slow even among those that have given way
FORGET = 8192  # clients that are remembered
STARTING = 300  # seconds in which a nursery has to have read everything


class StartError(Exception):
    """The server cannot start; the message says why. ``kind`` is ``description`` if one cannot be read."""

    def __init__(self, text: str, kind: str = "") -> None:
        super().__init__(text)
        self.kind = kind


@dataclass(slots=True)
class Client:
    """What one client has used, and what it waits for."""

    seconds: float
    errors: float
    at: float
    running: int = 0
    waiting: deque = field(default_factory=deque)

    def refill(self, limits: Limits, now: float) -> None:
        """A budget of a minute fills up again in a minute."""
        minutes, self.at = (now - self.at) / 60, now
        self.seconds = min(limits.seconds, self.seconds + minutes * limits.seconds)
        self.errors = min(limits.errors, self.errors + minutes * limits.errors)


@dataclass(slots=True, eq=False)
class Job:
    """Something to be done for a client: header and body of the message, and the answer to come."""

    client: str
    message: dict
    body: bytes
    deadline: float
    answer: asyncio.Future
    began: float = 0.0
    timers: list = field(default_factory=list)


class Worker(asyncio.Protocol):
    """The front's end of the line to one worker."""

    def __init__(self, pool: Pool, nursery: Nursery) -> None:
        self.pool, self.nursery = pool, nursery
        self.pid, self.job, self.line = 0, None, None
        self.parts, self.size, self.lengths = [], 0, None
        self.gave_way = self.slow = self.gone = False

    def connection_made(self, transport) -> None:
        self.line = transport

    def data_received(self, data: bytes) -> None:
        self.parts.append(data)
        self.size += len(data)
        if self.lengths is None and self.size >= LENGTHS.size:
            self.lengths = LENGTHS.unpack_from(b"".join(self.parts))
        if self.lengths and self.size >= LENGTHS.size + sum(self.lengths):
            whole = b"".join(self.parts)
            head = LENGTHS.size + self.lengths[0]
            self.parts, self.size, self.lengths = [], 0, None
            header = json.loads(whole[LENGTHS.size : head])
            if not self.pid:
                self.pid = header["pid"]
                self.pool.born(self)
            else:
                self.pool.answered(self, header, whole[head:])

    def connection_lost(self, error) -> None:
        self.pool.lost(self)


class Nursery:
    """The front's end of the line to a nursery, and what it said it holds."""

    def __init__(self) -> None:
        self.process: subprocess.Popen | None = None
        self.control: socket.socket | None = None
        self.catalogue: dict = {}
        self.network = True

    async def start(self, wanted: dict) -> None:
        """Raises ``StartError`` with what the nursery says."""
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", "aiact.serve.nursery", str(theirs.fileno())]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=[theirs.fileno()])
        theirs.close()
        self.control = ours
        try:
            self.process.stdin.write(json.dumps(wanted).encode() + b"\n")
            self.process.stdin.close()
            header, body = await asyncio.wait_for(asyncio.to_thread(self.hello), STARTING)
        except (OSError, TimeoutError, EOFError):
            self.stop()
            raise StartError("the graph cannot be read; see above") from None
        if "error" in header:
            self.stop()
            raise StartError(header["error"], header["kind"])
        self.network, self.catalogue = header["network"], json.loads(body)

    def hello(self) -> tuple[dict, bytes]:
        def exactly(size: int) -> bytes:
            data = b""
            while len(data) < size:
                part = self.control.recv(size - len(data))
                if not part:
                    raise EOFError
                data += part
            return data

        head, body = LENGTHS.unpack(exactly(LENGTHS.size))
        return json.loads(exactly(head)), exactly(body)

    def fork(self) -> socket.socket:
        """A line on which a new worker will say its number."""
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(self.control, [ORDER.pack(b"f", 0)], [theirs.fileno()])
        ours.setblocking(False)
        return ours

    def bury(self, pid: int) -> None:
        try:
            os.kill(pid, signal.SIGKILL)
            self.control.sendall(ORDER.pack(b"r", pid))
        except OSError:
            pass  # it went with its nursery

    def stop(self) -> None:
        if self.control:
            self.control.close()  # it ends when it has buried those that it was told to
        try:
            self.process.wait(2)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Pool:
    """Workers, and clients that wait for them."""

    def __init__(self, wanted: dict, limits: Limits, note=lambda text: None) -> None:
        self.wanted = wanted | {"limits": asdict(limits)}
        self.limits, self.note, self.lanes = limits, note, limits.lanes()
        self.nursery = Nursery()
        self.workers: set[Worker] = set()
        self.idle: list[Worker] = []
        self.clients: OrderedDict[str, Client] = OrderedDict()
        self.turns: OrderedDict[str, None] = OrderedDict()  # clients that wait, in the order in which they are served
        self.waiting = self.aside = self.coming = 0
        self.killed = self.crashed = 0
        self.stopping = False
        self.background: set[asyncio.Task] = set()

    # -- life

    async def start(self) -> None:
        """Raises ``StartError``."""
        await self.nursery.start(self.wanted)
        self.restock()
        while len(self.idle) < self.lanes:
            await asyncio.sleep(0.01)

    async def renew(self, wanted: dict | None = None) -> None:
        """Takes a new nursery, which has read everything anew; the old one serves until then."""
        fresh = Nursery()
        await fresh.start({**self.wanted, **(wanted or {})})
        old, self.nursery = self.nursery, fresh
        retired, self.idle, self.coming = self.idle, [], 0
        for worker in retired:
            self.retire(worker)
        self.restock()
        while any(worker.nursery is old and worker.job for worker in self.workers):
            await asyncio.sleep(0.1)
        old.stop()

    def stop(self) -> None:
        self.stopping = True
        for client in self.clients.values():
            for job in client.waiting:
                self.settle(job, {"status": 503, "detail": "the server is stopping"}, b"")
        for worker in list(self.workers):
            self.retire(worker)
        if self.nursery.process:
            self.nursery.stop()

    def restock(self) -> None:
        """Keeps as many workers as there are lanes, and a few to take the place of those that go."""
        there = sum(1 for worker in self.workers if worker.nursery is self.nursery and not worker.gave_way)
        missing = 0 if self.stopping else self.lanes + SPARES - there - self.coming
        for _ in range(missing):
            try:
                line = self.nursery.fork()
            except OSError:
                self.mend()
                return
            self.coming += 1
            self.run(self.connect(line, self.nursery))

    async def connect(self, line: socket.socket, nursery: Nursery) -> None:
        loop = asyncio.get_running_loop()
        await loop.create_unix_connection(lambda: Worker(self, nursery), sock=line)

    def run(self, work) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self.background.add(task)
        task.add_done_callback(self.background.discard)

    def mend(self) -> None:
        """The nursery has died, which it never should: another takes its place."""
        if self.nursery.process and self.nursery.process.poll() is None and not self.stopping:
            self.nursery.process.kill()
        if not self.stopping and not getattr(self, "mending", False):
            self.mending = True
            self.run(self.mended())

    async def mended(self) -> None:
        self.note("the process that holds the graph has died; starting another")
        try:
            await self.renew()
        except StartError as error:
            self.note(f"it cannot be started: {error}")
            await asyncio.sleep(5)
        finally:
            self.mending = False
        self.restock()

    # -- what workers tell

    def born(self, worker: Worker) -> None:
        if worker.nursery is not self.nursery:
            self.retire(worker)
            return
        self.coming -= 1
        self.workers.add(worker)
        self.idle.append(worker)
        self.serve()

    def answered(self, worker: Worker, header: dict, body: bytes) -> None:
        job, worker.job = worker.job, None
        tired = header.pop("tired", False)
        self.ended(worker, job)
        enough = len(self.idle) >= self.lanes + SPARES
        if worker.slow or tired or enough or worker.nursery is not self.nursery:
            self.retire(worker)
        else:
            self.idle.append(worker)
        self.settle(job, header, body)
        self.serve()

    def lost(self, worker: Worker, late: bool = False) -> None:
        """The line to a worker has closed: it was killed at its deadline, has crashed, or was told to go."""
        if worker.gone:
            return
        job, worker.job = worker.job, None
        if not worker.pid:
            self.coming -= worker.nursery is self.nursery
            self.mend()
        if job:
            self.ended(worker, job)
            if late:
                self.killed += 1
                took = f"{job.deadline:g} seconds"
                told = {"status": 504, "detail": f"stopped after {took}; ask for less, or more precisely"}
            elif worker.nursery.process.poll() is not None:
                told = {"status": 503, "detail": "the graph is being read anew; try again in a moment"}
            else:
                self.crashed += 1
                told = {"status": 422, "detail": "stopped: it needed too much memory, or broke the engine"}
            self.settle(job, told, b"")
        self.retire(worker)
        self.serve()

    def ended(self, worker: Worker, job: Job) -> None:
        for timer in job.timers:
            timer.cancel()
        self.aside -= worker.gave_way
        worker.gave_way = False
        client = self.clients[job.client]
        client.running -= 1
        client.seconds -= time.monotonic() - job.began

    def retire(self, worker: Worker) -> None:
        worker.gone = True
        self.workers.discard(worker)
        if worker in self.idle:
            self.idle.remove(worker)
        if worker.pid:
            worker.nursery.bury(worker.pid)
        if worker.line:
            worker.line.close()
        self.restock()

    # -- who is next

    async def ask(self, client: str, message: dict, body: bytes, deadline: float) -> tuple[dict, bytes]:
        """The answer of a worker. Raises ``Refused`` if the client or the server has too much to do."""
        limits, now = self.limits, time.monotonic()
        one = self.client(client, now)
        for budget, most, what in (
            (one.seconds, limits.seconds, f"{limits.seconds:g} seconds of computing"),
            (one.errors, limits.errors, f"{limits.errors} queries that are wrong, refused or stopped"),
        ):
            if budget <= 0 < most:
                wait = int((1 - budget) * 60 / most) + 1
                raise Refused(429, f"more than {what} in a minute; wait {wait} seconds", retry=wait)
        if len(one.waiting) >= limits.client_waiting:
            raise Refused(429, f"{limits.client_waiting} of your queries wait already; send fewer at once", retry=1)
        if self.stopping or self.waiting >= limits.waiting:
            raise Refused(503, "the server has too much to do; try again in a moment", retry=2)
        job = Job(client, message | {"deadline": deadline}, body, deadline, asyncio.get_running_loop().create_future())
        one.waiting.append(job)
        self.waiting += 1
        self.turns[client] = None
        self.serve()
        patience = None if job.began else asyncio.get_running_loop().call_later(limits.patience, self.expire, job)
        try:
            header, answer = await job.answer
        except asyncio.CancelledError:
            self.leave(job)
            raise
        finally:
            if patience:
                patience.cancel()
        if header["status"] in (400, 422, 504):
            one.errors -= 1
        return header, answer

    def blame(self, client: str) -> None:
        """A query that was refused before it reached a worker counts among the errors of its client."""
        self.client(client, time.monotonic()).errors -= 1

    def client(self, name: str, now: float) -> Client:
        one = self.clients.get(name)
        if one is None:
            while len(self.clients) >= FORGET:
                oldest = next(
                    (key for key, each in self.clients.items() if not each.running and not each.waiting), None
                )
                if oldest is None:
                    break
                del self.clients[oldest]
            one = self.clients[name] = Client(self.limits.seconds, self.limits.errors, now)
        self.clients.move_to_end(name)
        one.refill(self.limits, now)
        return one

    def serve(self) -> None:
        """Gives idle workers to the clients that wait, in turn."""
        while self.idle and self.waiting:
            busy = sum(1 for worker in self.workers if worker.job and not worker.gave_way)
            if busy >= self.lanes:
                return
            name = next((name for name in self.turns if self.clients[name].running < self.limits.at_once), None)
            if name is None:
                return
            one = self.clients[name]
            job = one.waiting.popleft()
            self.waiting -= 1
            self.turns.pop(name)
            if one.waiting:
                self.turns[name] = None
            self.begin(self.idle.pop(), job, one)

    def begin(self, worker: Worker, job: Job, one: Client) -> None:
        loop = asyncio.get_running_loop()
        worker.job, job.began = job, time.monotonic()
        one.running += 1
        worker.line.write(packed(job.message, job.body))
        job.timers.append(loop.call_later(job.deadline, self.kill, worker, job))
        job.timers.append(loop.call_later(self.limits.quick, self.give_way, worker, job))

    def give_way(self, worker: Worker, job: Job) -> None:
        """A job that takes its time leaves its place to others, if not too many have done so."""
        if worker.job is not job:
            return
        if self.aside >= self.limits.aside:
            job.timers.append(asyncio.get_running_loop().call_later(self.limits.quick, self.give_way, worker, job))
            return
        worker.gave_way = True
        self.aside += 1
        job.timers.append(asyncio.get_running_loop().call_later(3 * self.limits.quick, self.slow_down, worker, job))
        self.restock()
        self.serve()

    def slow_down(self, worker: Worker, job: Job) -> None:
        """A job that takes much longer still goes on when nothing else wants the processor."""
        if worker.job is job:
            worker.slow = True
            with contextlib.suppress(OSError):  # it has just ended
                os.setpriority(os.PRIO_PROCESS, worker.pid, NICENESS)

    def kill(self, worker: Worker, job: Job) -> None:
        if worker.job is job:
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker.pid, signal.SIGKILL)
            self.lost(worker, late=True)

    def expire(self, job: Job) -> None:
        if not job.began:
            self.leave(job)
            self.settle(job, {"status": 503, "detail": "the server has too much to do; try again in a moment"}, b"")

    def leave(self, job: Job) -> None:
        """A job whose turn has not come is forgotten."""
        one = self.clients.get(job.client)
        if one and job in one.waiting:
            one.waiting.remove(job)
            self.waiting -= 1
            if not one.waiting:
                self.turns.pop(job.client, None)

    def settle(self, job: Job, header: dict, body: bytes) -> None:
        if not job.answer.done():
            job.answer.set_result((header, body))

    def state(self) -> dict:
        return {
            "workers": len(self.workers),
            "idle": len(self.idle),
            "aside": self.aside,
            "waiting": self.waiting,
            "killed": self.killed,
            "crashed": self.crashed,
        }

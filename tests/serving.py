"""A server of its own for a test: started as a user starts it, asked over HTTP, told to stop."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from urllib.parse import quote

from conftest import DAY, ROOT

PROJECTS = ROOT / "data" / "projects"
SMALL = ("--no-worked", "--project", str(PROJECTS / "quickstart.yaml"), "--project", str(PROJECTS / "cv-screener.yaml"))


class Reply:
    """Status, headers and body of an answer."""

    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self.status, self.headers, self.body = answer.status, answer.headers, answer.read()

    @property
    def media(self) -> str:
        return self.headers.get_content_type()

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self):
        return json.loads(self.body)

    def rows(self) -> list[dict]:
        return [{name: term["value"] for name, term in row.items()} for row in self.json()["results"]["bindings"]]


class Server:
    """A running server, and what it has written down."""

    def __init__(self, *options: str) -> None:
        command = [sys.executable, "-m", "aiact", "serve", "--bind", "127.0.0.1:0", "--on", DAY, *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.log: list[str] = []
        self.reader = threading.Thread(target=lambda: self.log.extend(self.process.stderr), daemon=True)
        self.reader.start()
        ready = re.search(r"http://127\.0\.0\.1:(\d+)(/\S*)", self.process.stdout.readline())
        assert ready, "".join(self.log)
        self.port, self.prefix = int(ready[1]), ready[2].rstrip("/")

    def ask(
        self, method: str, path: str, body=None, client: str = "127.0.0.1", timeout: float = 60, **headers
    ) -> Reply:
        """One request on a connection of its own, from an address of the machine that stands for a client."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout, source_address=(client, 0))
        try:
            body = body.encode() if isinstance(body, str) else body
            line.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            return Reply(line.getresponse())
        finally:
            line.close()

    def get(self, path: str, **options) -> Reply:
        return self.ask("GET", path, **options)

    def query(self, text: str, **options) -> Reply:
        return self.ask("POST", "/sparql", text, Content_Type="application/sparql-query", **options)

    def check(self, description: str | bytes, media: str = "application/yaml", query: str = "", **options) -> Reply:
        return self.ask("POST", "/check" + query, description, Content_Type=media, **options)

    def state(self) -> dict:
        return self.get("/health").json()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(30)
        self.reader.join(5)
        return code


@contextmanager
def serving(*options: str):
    server = Server(*options)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()


class Canary:
    """A server on this machine that nobody may ask; it counts who does."""

    def __init__(self) -> None:
        self.requests = 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.count, daemon=True).start()

    def count(self) -> None:
        while True:
            try:
                self.socket.accept()[0].close()
            except OSError:
                return
            self.requests += 1


def encoded(**fields: str) -> str:
    return "&".join(f"{name}={quote(value, safe='')}" for name, value in fields.items())


def children(pid: int) -> list[int]:
    """The processes that a process has started, and those that they have."""
    found = []
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as file:
            found += [int(word) for word in file.read().split()]
    return found

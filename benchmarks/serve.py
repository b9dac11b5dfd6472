"""How does ``aiact serve`` compare with ``oxigraph serve``, on the same graph, queries and machine, in one run?

    python benchmarks/serve.py

Both hold the graph of the law and are asked over HTTP by the same clients, each from an address of its own, so that the
limits of ``aiact serve`` are in force (only its budget of engine time is lifted: a load test asks all the time).
Figures are ratios: of requests a second, and of the time within which 99 of 100 are answered. Time of processors for
each request is shown beside them: on a machine that is busy with other things, it is the steadier figure.

    unlike      no query is ever repeated, so each is evaluated
    repeated    the same queries again and again: aiact gives the answers that it has kept; oxigraph keeps none

Queries: ``simple`` look something up, ``questions`` are those of the library.
"""

import argparse
import asyncio
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
import urllib.request
from pathlib import Path

from aiact.law.knowledge import knowledge
from aiact.law.names import PREFIXES
from aiact.sparql.query import bound, questions, stored, whole, with_values

SIMPLE = [
    "SELECT ?label WHERE { rule:%s skos:prefLabel ?label }",
    "SELECT ?p ?o WHERE { rule:%s ?p ?o }",
    "SELECT ?condition ?text WHERE { rule:%s aiact:condition ?condition . ?condition sh:message ?text }",
    "ASK { rule:%s a aiact:Exemption }",
    "CONSTRUCT { ?s ?p rule:%s } WHERE { ?s ?p rule:%s }",
]


def prefixed(text: str) -> str:
    used = {prefix: iri for prefix, iri in PREFIXES.items() if re.search(rf"\b{prefix}:", text)}
    return "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in used.items()) + text


def queries() -> dict[str, list[str]]:
    """The two sets of queries, in full."""
    import rdflib

    base = knowledge()
    rules = list(base.rules)[:: max(1, len(base.rules) // 40)]
    simple = [text.replace("%s", rule) for rule in rules for text in SIMPLE]
    library = []
    for item in questions().values():
        if item.about != "project":
            values = {name: bound(each, each.default, base) for name, each in item.parameters.items()}
            text = with_values(item.text, values | {"lang": rdflib.Literal("en")})
            library.append("\n".join(line for line in text.splitlines() if not line.startswith("#")))
    return {"simple": [prefixed(text) for text in simple], "questions": [prefixed(text) for text in library]}


class Client(asyncio.Protocol):
    """Asks one query after another on one connection, and notes how long each answer takes."""

    def __init__(self, load: "Load") -> None:
        self.load, self.data, self.began = load, b"", 0.0

    def connection_made(self, line) -> None:
        self.line = line
        self.ask()

    def ask(self) -> None:
        text = self.load.next()
        if text is None:
            self.line.close()
            return
        self.data, self.began = b"", time.perf_counter()
        body = text.encode()
        self.line.write(
            b"POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/sparql-results+json, text/turtle\r\n"
            b"Content-Type: application/sparql-query\r\nContent-Length: %d\r\n\r\n%s"
            % (self.load.path.encode(), len(body), body)
        )

    def data_received(self, data: bytes) -> None:
        self.data += data
        head, found, rest = self.data.partition(b"\r\n\r\n")
        if not found:
            return
        length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
        done = len(rest) >= int(length[1]) if length else rest.endswith(b"0\r\n\r\n")
        if done:
            self.load.answered(head[9:12] == b"200", time.perf_counter() - self.began)
            self.ask()

    def connection_lost(self, error) -> None:
        self.load.left -= 1
        if not self.load.left:
            self.load.over.set_result(None)


class Load:
    """So many clients that ask for so many seconds."""

    def __init__(self, path: str, texts: list[str], unlike: bool, seconds: float) -> None:
        self.path, self.texts, self.unlike, self.until = path, texts, unlike, time.perf_counter() + seconds
        self.count = self.left = self.failed = 0
        self.times: list[float] = []

    def next(self) -> str | None:
        if time.perf_counter() > self.until:
            return None
        self.count += 1
        text = self.texts[self.count * 7919 % len(self.texts)]
        return f"{text}\n# {os.getpid()} {self.count} {time.time_ns()}" if self.unlike else text

    def answered(self, well: bool, took: float) -> None:
        self.times.append(took)
        self.failed += not well

    async def run(self, port: int, clients: int) -> dict:
        loop = asyncio.get_running_loop()
        self.over, self.left = loop.create_future(), clients
        began = time.perf_counter()
        for number in range(clients):
            line = socket.socket()
            line.bind((f"127.0.{1 + number // 250}.{1 + number % 250}", 0))
            line.setblocking(False)
            await loop.sock_connect(line, ("127.0.0.1", port))
            await loop.create_connection(lambda: Client(self), sock=line)
        await self.over
        took = time.perf_counter() - began
        ordered = sorted(self.times)
        return {
            "per_second": len(ordered) / took,
            "p50": ordered[len(ordered) // 2],
            "p99": ordered[int(len(ordered) * 0.99)],
            "failed": self.failed,
        }


def processor_time(pid: int) -> float:
    """Seconds that a process, those that it started, and those of them that have ended have used (Linux)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        started = " ".join(path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children")).split()
    except OSError:
        return 0.0
    own = sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")
    return own + sum(processor_time(int(child)) for child in started)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def waited(port: int, path: str, seconds: float = 120) -> None:
    for _ in range(int(seconds * 10)):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}{path}?query=ASK%7B%7D", timeout=5).read()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("a server does not start")


def servers(folder: Path) -> dict[str, tuple[subprocess.Popen, int, str]]:
    """Both servers on the same graph: process, port, path."""
    oxigraph = shutil.which("oxigraph") or str(Path(sysconfig.get_path("scripts")) / "oxigraph")
    data = folder / "law.nt"
    import pyoxigraph as ox

    stored(whole(knowledge())).dump(str(data), ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
    store = str(folder / "db")
    subprocess.run([oxigraph, "load", "--location", store, "--file", str(data)], check=True, capture_output=True)
    ports = [free_port() for _ in range(3)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    budget = ("--limit", "seconds=0", "--limit", "connections=4000")
    ours = [sys.executable, "-m", "aiact", "serve", "--no-worked", "-q", *budget, "--bind", f"127.0.0.1:{ports[0]}"]
    found = {
        "aiact": (subprocess.Popen(ours, **quiet), ports[0], "/sparql"),
        "oxigraph, on disk": (
            subprocess.Popen([oxigraph, "serve", "--location", store, "--bind", f"127.0.0.1:{ports[1]}"], **quiet),
            ports[1],
            "/query",
        ),
        "oxigraph, in memory": (
            subprocess.Popen([oxigraph, "serve", "--bind", f"127.0.0.1:{ports[2]}"], **quiet),
            ports[2],
            "/query",
        ),
    }
    for _, port, path in found.values():
        waited(port, path)
    request = urllib.request.Request(
        f"http://127.0.0.1:{ports[2]}/store?default", data.read_bytes(), {"Content-Type": "application/n-triples"}
    )
    urllib.request.urlopen(request).read()
    return found


def agree(found: dict, texts: list[str]) -> None:
    """Every query gives as many rows on each server."""
    for text in texts:
        rows = set()
        for _, port, path in found.values():
            headers = {
                "Content-Type": "application/sparql-query",
                "Accept": "application/sparql-results+json, application/n-triples",
            }
            url = f"http://127.0.0.1:{port}{path}"
            with urllib.request.urlopen(urllib.request.Request(url, text.encode(), headers)) as answer:
                body = answer.read()
                if "json" in answer.headers["Content-Type"]:
                    told = json.loads(body)
                    rows.add(str(told.get("boolean", len(told.get("results", {}).get("bindings", [])))))
                else:
                    rows.add(str(body.count(b"\n")))
        if len(rows) != 1:
            raise SystemExit(f"the servers differ ({rows}) on\n{text}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=4, help="of each measurement (4)")
    parser.add_argument(
        "--runs", type=int, default=3, help="how often each is repeated, in turn; the median counts (3)"
    )
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 32], help="(1 8 32)")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    options = parser.parse_args()
    sets, figures = queries(), []
    with tempfile.TemporaryDirectory() as folder:
        found = servers(Path(folder))
        try:
            for texts in sets.values():
                agree(found, texts)
            print(
                f"{'':34}{'requests/s':>12}{'p50 ms':>9}{'p99 ms':>9}{'cpu ms':>9}   aiact ÷ oxigraph: requests/s, p99"
            )
            for name, texts in sets.items():
                for unlike in (True, False):
                    for clients in options.clients:
                        figures += measured(found, name, texts, unlike, clients, options)
        finally:
            for process, _, _ in found.values():
                process.terminate()
            for process, _, _ in found.values():
                process.wait(30)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))


def measured(found: dict, name: str, texts: list[str], unlike: bool, clients: int, options) -> list[dict]:
    taken: dict[str, list[dict]] = {server: [] for server in found}
    for _ in range(options.runs):
        for server, (process, port, path) in found.items():
            load, before = Load(path, texts, unlike, options.seconds), processor_time(process.pid)
            taken[server].append(asyncio.run(load.run(port, clients)))
            taken[server][-1]["cpu"] = (processor_time(process.pid) - before) / max(1, len(load.times))
    told = {
        server: {key: statistics.median(run[key] for run in runs) for key in runs[0]} for server, runs in taken.items()
    }
    ours = told["aiact"]
    print(f"{name}, {'unlike' if unlike else 'repeated'}, {clients} clients")
    for server, each in told.items():
        line = (
            f"    {server:<30}{each['per_second']:>12.0f}{each['p50'] * 1000:>9.2f}{each['p99'] * 1000:>9.2f}"
            f"{each['cpu'] * 1000:>9.2f}"
        )
        if server != "aiact":
            line += f"   {ours['per_second'] / each['per_second']:.2f}, {ours['p99'] / each['p99']:.2f}"
        print(line + (f"   {each['failed']:.0f} failed" if each["failed"] else ""), flush=True)
    return [
        {"queries": name, "unlike": unlike, "clients": clients, "server": server, **each}
        for server, each in told.items()
    ]


if __name__ == "__main__":
    main()

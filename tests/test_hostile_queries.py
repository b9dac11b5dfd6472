"""Hostile queries: each is refused, stopped or answered as its file says, while good ones beside it are all answered.

A file of ``hostile/queries`` begins with what must become of it, and why. What stands between ⟦ and ⟧ is sent as often
as ``times`` says; CANARY is a server that nobody may ask.
"""

import json
import re
import statistics
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import ROOT
from serving import SMALL, Canary, children, serving

FILES = sorted((ROOT / "tests" / "hostile" / "queries").glob("*.rq"))
HEADER = re.compile(r"#\+ (\w+): (.*)\n")
DEADLINE = 1.2
GOOD = [
    "SELECT (COUNT(*) AS ?n) WHERE { ?rule a aiact:Exemption }",
    "SELECT ?label WHERE { ?rule a aiact:Exemption ; skos:prefLabel ?label } ORDER BY ?label",
    "ASK { ?finding a aiact:Finding }",
    "SELECT ?s (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?f aiact:status ?s } } GROUP BY ?s ORDER BY ?s",
]


class Hostile:
    """One file: the text that is sent, and the verdict that is due."""

    def __init__(self, path, canary: int) -> None:
        text = path.read_text(encoding="utf-8")
        self.name, self.told = path.stem, dict(HEADER.findall(text))
        self.verdict, _, status = self.told["verdict"].partition(" ")
        self.statuses = {"refused": {int(status or 0)}, "stopped": {504, 422}, "answered": {200}}[self.verdict]
        times = int(self.told.get("times", 1))
        body = HEADER.sub("", text).replace("CANARY", f"127.0.0.1:{canary}")
        self.text = re.sub(r"⟦(.*?)⟧", lambda found: found[1] * times, body, flags=re.DOTALL).strip("\n")


@pytest.fixture(scope="module")
def fought():
    """Everything at once: six hostile clients with all files, three good ones that go on as long as they do."""
    limits = (f"deadline={DEADLINE}", "memory=512", "errors=0", "seconds=0")
    options = [word for limit in limits for word in ("--limit", limit)]
    canary = Canary()
    files = [Hostile(path, canary.port) for path in FILES]
    results, good, over = {}, [], threading.Event()
    with serving(*SMALL, *options, "--limit", "cache=0") as server:
        expected = {text: server.query(text).body for text in GOOD}

        def attack(number: int) -> None:
            for item in files[number::6]:
                began = time.monotonic()
                reply = server.query(item.text, client=f"127.0.6.{number + 1}")
                results[item.name] = reply.status, reply.text[:500], time.monotonic() - began

        def work(number: int) -> None:
            while not over.is_set():
                for text, right in expected.items():
                    began = time.monotonic()
                    reply = server.query(text, client=f"127.0.7.{number + 1}")
                    good.append(
                        (reply.status == 200 and reply.body == right, time.monotonic() - began, reply.text[:200])
                    )
                time.sleep(0.02)

        with ThreadPoolExecutor(9) as threads:
            workers = [threads.submit(work, number) for number in range(3)]
            attackers = [threads.submit(attack, number) for number in range(6)]
            for attacker in attackers:
                attacker.result()
            over.set()
            for worker in workers:
                worker.result()
        for item in files:
            late = results[item.name][0] == 504 and 504 not in item.statuses
            if late:  # six others took all there was; it is asked again, alone
                reply = server.query(item.text, client="127.0.8.1")
                results[item.name] = reply.status, reply.text[:500], 0.0
        alive = server.process.poll() is None
        state = server.state()
        left = len(children(children(server.process.pid)[0]))
        yield {item.name: item for item in files}, results, good, canary.requests, alive, state, left


def test_there_are_as_many_as_promised():
    assert len(FILES) >= 120


@pytest.mark.parametrize("name", [path.stem for path in FILES])
def test_a_hostile_query_gets_what_it_deserves(fought, name):
    item, (status, text, took) = fought[0][name], fought[1][name]
    assert status in item.statuses, f"{item.verdict} ({item.told['why']}), but: {status} {text}"
    if item.verdict == "refused":
        assert '"detail"' in text
    if item.verdict == "stopped" and status == 422:
        assert re.search("stopped|the answer (is larger|has more)", text)
    assert took < 30  # its deadline, and its turn among the others


def test_every_good_query_beside_them_is_answered_and_right(fought):
    good = fought[2]
    assert len(good) > 50
    assert [told for right, _, told in good if not right] == []
    assert statistics.median(took for _, took, _ in good) < DEADLINE


def test_no_request_has_left_the_machine(fought):
    assert fought[3] == 0


def test_the_server_is_alive_and_as_large_as_before(fought):
    _, _, _, _, alive, state, left = fought
    assert alive
    assert state["status"] == "ok"
    assert state["killed"] > 10
    assert state["waiting"] == 0
    assert left <= 2 * state["workers"] + 8, "workers that were killed are replaced, and no more"


def test_workers_have_no_network_even_without_the_gate(tmp_path):
    """A query that slips through the gate, and a check that opens a socket, reach nobody."""
    canary = Canary()
    script = f"""
import json, sys
import pyoxigraph as ox
from aiact.serve import nursery, worker
from aiact.serve.holding import Holding
alone = nursery.without_network()
worker.confine({{"memory": 512}})
holding = Holding(ox.Store(), None, "2026-11-22")
job = {{"default": [], "named": [], "from": True, "base": None, "form": "json"}}
text = b"SELECT * {{ SERVICE <http://127.0.0.1:{canary.port}/> {{ ?s ?p ?o }} }}"
told = []
try:
    worker.query(holding, job, text, {{"answer": 1000, "rows": 10}})
except worker.Fault as fault:
    told.append(fault.told["status"])
import socket
try:
    socket.create_connection(("127.0.0.1", {canary.port}))
except (OSError, PermissionError) as error:
    told.append(type(error).__name__)
try:
    open("{tmp_path}/file", "w")
except OSError as error:
    told.append("no file")
print(json.dumps([alone, told]))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    alone, told = json.loads(done.stdout)
    if not alone:
        pytest.skip("this system does not let a process be cut off from the network")
    assert told == [422, "PermissionError", "no file"]
    assert canary.requests == 0

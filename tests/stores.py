"""SPARQL stores for tests: servers on free ports of this machine, which end with the tests that use them."""

import contextlib
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import pytest

READY = 60  # seconds that a server may need to start
WITH_PASSWORD = {"AIACT_ENDPOINT_USER": "dba", "AIACT_ENDPOINT_PASSWORD": "dba"}  # Virtuoso's own, on a new database
VIRTUOSO = """\
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
NumberOfBuffers = 20000
MaxDirtyBuffers = 15000
DirsAllowed = .
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 8
[SPARQL]
ResultSetMaxRows = {rows}
"""


@dataclass
class Store:
    """A running store: its name, where it is queried, and the environment that its owner has."""

    name: str
    url: str
    environment: dict[str, str] = field(default_factory=dict)


def missing(what: str):
    """Fails where all tests have to run; elsewhere skips, and says what is missing."""
    reason = f"{what} is missing; tests/install.sh installs it on Debian"
    pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def end_with_parent():
    """Has Linux end the server if the tests are killed."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


@contextlib.contextmanager
def running(command: list, port: int, folder: Path):
    """A server from its start until it answers over HTTP, and to its end."""
    log = (folder / "log").open("wb")
    server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, preexec_fn=end_with_parent)
    try:
        end = time.monotonic() + READY
        while not answers(port):
            if server.poll() is not None or time.monotonic() > end:
                pytest.fail(f"{command[0]} does not start: {(folder / 'log').read_text(errors='replace')[-500:]}")
            time.sleep(0.05)
        yield
    finally:
        server.kill()  # what it holds is thrown away
        server.wait()
        log.close()


def answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


@contextlib.contextmanager
def oxigraph(folder: Path, *options: str, on_disk: bool = True):
    port, program = free_port(), Path(sysconfig.get_path("scripts"), "oxigraph")
    where = ["--location", str(folder / "db")] if on_disk else []
    with running([program, "serve", *where, "--bind", f"127.0.0.1:{port}", *options], port, folder):
        yield Store("oxigraph", f"http://127.0.0.1:{port}/query")


@contextlib.contextmanager
def jena(folder: Path):
    port = free_port()
    with running([sys.executable, Path(__file__).with_name("jena.py"), str(port)], port, folder):
        yield Store("jena", f"http://127.0.0.1:{port}/ds/query")


@contextlib.contextmanager
def virtuoso(folder: Path, rows: int = 100_000):
    program = shutil.which("virtuoso-t") or missing("virtuoso-opensource-7-bin")
    sql, http = free_port(), free_port()
    (folder / "virtuoso.ini").write_text(VIRTUOSO.format(sql=sql, http=http, rows=rows))
    with running([program, "-f", "-c", "virtuoso.ini"], http, folder):
        yield Store("virtuoso", f"http://127.0.0.1:{http}/sparql", WITH_PASSWORD)


STORES = {"oxigraph": oxigraph, "virtuoso": virtuoso, "jena": jena}

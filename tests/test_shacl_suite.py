"""The W3C's own tests of SHACL Core, for every constraint that the compiler knows.

They are not ours to copy. They come in the source distribution of pySHACL, which is fetched once from the package index
that pip uses; its hash is the one in ``requirements/dev.txt``. Without the index, or without pip, these tests are skipped.
"""

import hashlib
import re
import subprocess
import sys
import tarfile
from collections import Counter

import pytest
from conftest import ROOT

from aiact import engine
from aiact.evaluate import F, T, U
from aiact.graph import Graph, Literal, Term, parse
from aiact.names import RDF, RDFS, SH, local
from aiact.shapes import FAILS, HOLDS, STATES, Path, ShapeError, Vocabulary, definite, read, walk

MF, SHT = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#", "http://www.w3.org/ns/shacl-test#"
CORE = re.compile(r".*/sht_tests/core/(?P<folder>[\w-]+)/(?P<name>[\w-]+)\.ttl")
LOCK = (ROOT / "requirements" / "dev.txt").read_text()
PINNED = re.search(r"^(pyshacl==\S+)((?:\s*\\\s*--hash=sha256:\w+)+)", LOCK, re.MULTILINE)
HASHES = re.findall(r"sha256:(\w+)", PINNED[2])


@pytest.fixture(scope="session")
def suite(request) -> dict[str, bytes]:
    """The files of the suite by name, such as ``node/and-001``."""
    folder = request.config.cache.mkdir("shacl-suite")
    archive = next(folder.glob("*.tar.gz"), None) or fetched(folder)
    assert hashlib.sha256(archive.read_bytes()).hexdigest() in HASHES, f"{archive} is not what was pinned"
    with tarfile.open(archive) as files:
        found = {match: files.extractfile(name).read() for name in files.getnames() if (match := CORE.fullmatch(name))}
    return {f"{match['folder']}/{match['name']}": data for match, data in found.items()}


def fetched(folder):
    wanted = folder / "wanted.txt"
    wanted.write_text(PINNED[0])
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "download",
        "--no-deps",
        "--no-binary",
        "pyshacl",
    ]
    done = subprocess.run([*pip, "--require-hashes", "-r", wanted, "-d", folder], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"the package index cannot be reached: {done.stderr.strip()[-200:]}")
    return next(folder.glob("*.tar.gz"))

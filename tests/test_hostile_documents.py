"""Hostile documents: each is refused with its line, warned of, or read as harmless; none lifts a duty or reaches out.

``hostile/documents/verdicts.yaml`` says what must become of each file, and why.
"""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import DAY, ROOT
from corpus import FOLDER, corpus, verdict
from serving import Canary

from aiact.cli import main

ITEMS = corpus()
PROMISED, SLOWEST, GROWTH, MEGABYTES = 300, 10, 50, 1500
# A few of every kind, and of those that are made from a recipe, are also asked of the real command.
SAMPLE = [*ITEMS[::40], *[item for item in ITEMS if item.place.endswith(".recipe.yaml")][::3]]
# Where a process may read from while it reads a description: the interpreter, its libraries, the project itself.
ALLOWED = tuple({str(Path(place).resolve()) for place in (sys.prefix, sys.base_prefix, ROOT, os.__file__ + "/..")})
QUIET = ("/proc/self", "/dev/null", "/dev/urandom", "/etc/ld.so.cache", "/etc/localtime", "/usr/share/zoneinfo")
watched: list[tuple[str, str]] | None = None


def watch(event: str, arguments: tuple) -> None:
    """Notes every file that is opened, and every connection and program that is begun, while it is told to."""
    if watched is None:
        return
    if event == "open" and isinstance(arguments[0], (str, bytes)):
        watched.append((event, os.fsdecode(arguments[0])))
    elif event.startswith(("socket.connect", "socket.getaddrinfo", "subprocess.", "os.system", "os.exec", "os.spawn")):
        watched.append((event, str(arguments)))


sys.addaudithook(watch)


def resident() -> int:
    """Megabytes of memory that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


@pytest.fixture(scope="module")
def read(base):
    """What became of every document, how long it took, and what was opened meanwhile."""
    global watched
    canary = Canary()
    for item in ITEMS[:5]:
        verdict(item, base)  # what is imported, is imported
    results, opened, before = {}, {}, resident()
    for item in ITEMS:
        began, watched = time.process_time(), []
        try:
            found = verdict(item, base, f"127.0.0.1:{canary.port}")
        except BaseException as error:  # a test says which
            found = (f"{type(error).__name__}: {error}", 0, "", [])
        seen, watched = watched, None
        results[item.place] = *found, time.process_time() - began
        opened[item.place] = seen
    return results, opened, resident() - before, canary.requests


def test_there_are_more_than_promised_and_every_file_has_a_verdict():
    files = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file()}
    assert files - {"verdicts.yaml"} == {item.place for item in ITEMS}
    assert len(ITEMS) >= PROMISED
    assert all(item.told.get("why") for item in ITEMS)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.place)
def test_a_hostile_document_gets_what_it_deserves(read, item):
    found, line, said, _, _ = read[0][item.place]
    assert found == item.told["verdict"], f"{item.told['why']}: {said[:300]}"
    assert line == item.told.get("line", 0)
    assert item.told.get("says", "") in re.sub("[\xad\u180e\u200b\u200e\u200f\u2060-\u2064\ufeff]", "", said)
    assert "Traceback" not in said
    assert len(said) < 2000


def test_none_of_them_lifts_a_duty(read):
    assert {place: lifted for place, (_, _, _, lifted, _) in read[0].items() if lifted} == {}


def test_none_of_them_takes_long(read):
    times = sorted((took, place) for place, (_, _, _, _, took) in read[0].items())
    assert times[-1][0] < SLOWEST, times[-1]
    assert times[int(len(times) * 0.99)][0] < 2, times[-8:]


def test_memory_stays_what_it_was(read):
    assert read[2] < 4 * GROWTH, "megabytes after the whole corpus, its largest documents just let go"


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is told by Linux")
def test_memory_does_not_grow_with_what_is_refused(base, read):
    """A thousand hostile documents more, the same ones again."""
    small = [item for item in ITEMS if not item.recipe and item.told["verdict"] == "refused"]
    before = resident()
    for number in range(1000):
        verdict(small[number % len(small)], base)
    assert resident() - before < GROWTH


def test_nobody_was_asked(read):
    assert read[3] == 0


def test_nothing_is_opened_but_the_program_itself(read):
    strangers = {
        place: odd
        for place, seen in read[1].items()
        if (odd := [each for each in seen if each[0] != "open" or not is_known(each[1])])
    }
    assert strangers == {}


def is_known(path: str) -> bool:
    full = os.path.realpath(path)
    return full.startswith((*ALLOWED, *QUIET)) and not path.startswith("/etc/passwd")


@pytest.mark.parametrize("item", SAMPLE, ids=lambda item: item.place)
def test_the_real_command_says_the_same(item, tmp_path):
    """In a process of its own with little time and memory; nothing is left behind, and no line is a traceback."""
    path = tmp_path / item.name
    path.write_bytes(item.data())
    command = ["text", "import", path] if item.is_text else ["check", path, "--on", DAY, "--lang", "en"]
    done = subprocess.run(
        [sys.executable, "-m", "aiact", *map(str, command)],
        capture_output=True,
        timeout=60,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1", "AIACT_TEXTS": str(tmp_path / "texts")},
        preexec_fn=held,
    )
    told = done.stderr.decode()
    assert "Traceback" not in told
    assert "internal error" not in told
    if item.told["verdict"] == "refused":
        assert (done.returncode, done.stdout) == (3, b""), told[:400]
        assert item.is_text or told.startswith(f"{path}:{item.told['line']}: "), told[:400]
    else:
        assert done.returncode == 0, told[:400]
    left = {each.name for each in tmp_path.iterdir()} - {"texts"}
    assert left == {item.name}


def held() -> None:
    resource = pytest.importorskip("resource")
    resource.setrlimit(resource.RLIMIT_CPU, (SLOWEST, SLOWEST))
    resource.setrlimit(resource.RLIMIT_AS, (MEGABYTES << 20, MEGABYTES << 20))


def test_two_hostile_files_of_one_project_are_refused_like_one(tmp_path):
    good, bad = tmp_path / "aiact.yaml", tmp_path / "README.md"
    good.write_text("aiact: 1\nmodel: {name: Lark, licence: MIT}\n")
    bad.write_bytes((FOLDER / "cards" / "tag.md").read_bytes())
    result = CliRunner().invoke(main, ["check", str(good), str(bad), "--on", DAY])
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.startswith(f"{bad}:2: uses the YAML tag")

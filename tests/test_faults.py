"""What holds when a process is killed, the disk is full, a clock jumps, or two begin at once: the old or the new."""

import os
import pickle
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import faults
import pytest
from click.testing import CliRunner
from conftest import DAY, LARK, ROOT
from stores import oxigraph

from aiact import caches
from aiact.law import knowledge as kept
from aiact.law.shapes import ShapeError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no signals and no fork")


# ---------------------------------------------------------------------------------------------- kills


@pytest.fixture(scope="module")
def kill_all(tmp_path_factory):
    """Kills the writers of one kind at every change of a file, and at four bytes of the stream."""
    before = dict(os.environ)
    yield lambda writers: {name: faults.trial(writer) for name, writer in writers.items()}
    os.environ.clear()
    os.environ.update(before)


def test_a_killed_command_leaves_the_old_answer_or_the_new_one(kill_all, tmp_path):
    found = kill_all(faults.reports(tmp_path))
    assert len(found) == 8
    assert all(deaths >= 4 for deaths, _ in found.values()), found
    assert not {name: torn for name, (_, torn) in found.items() if torn}


def test_a_killed_writer_of_a_cache_leaves_it_whole(kill_all, tmp_path):
    found = kill_all(faults.caches(tmp_path))
    assert all(deaths >= 4 for deaths, _ in found.values()), found
    assert not {name: torn for name, (_, torn) in found.items() if torn}


def test_a_killed_publication_leaves_the_old_graph_or_the_new_one(kill_all, tmp_path):
    with oxigraph(tmp_path, on_disk=False) as place:
        found = kill_all(faults.store(place.url))
    ((deaths, torn),) = found.values()
    assert deaths >= 5
    assert not torn


def test_a_writer_that_does_not_draft_is_found_out(tmp_path):
    """The trial itself: plain writing is torn by it."""
    target = tmp_path / "answer"
    found = faults.trial(faults.file_writer(target, lambda: target.write_bytes(b"new" * 100)))
    assert found[1]


# ---------------------------------------------------------------------------------------------- disks


def aiact(*words: str, folder: Path, **options) -> subprocess.CompletedProcess:
    """A command in a process of its own."""
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "AIACT_TEXTS": str(folder / "texts")}
    command = [sys.executable, "-m", "aiact", *words]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, **options)


@pytest.fixture
def lark(tmp_path) -> str:
    (tmp_path / "lark.yaml").write_text(LARK, encoding="utf-8")
    return "lark.yaml"


def limited(size: int):
    """A disk that takes so many bytes of one file: Python sees an error of writing, as on a full one."""

    def limit() -> None:
        import resource
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


WRITING = {
    "check": ["check", "lark.yaml", "--on", DAY, "-f", "json", "-o", "answer"],
    "convert": ["convert", "lark.yaml", "--on", DAY, "--to", "ttl", "-o", "answer"],
    "baseline": ["check", "lark.yaml", "--on", DAY, "--baseline", "answer", "--write-baseline"],
}


@pytest.mark.parametrize("name", WRITING)
def test_on_a_full_disk_the_old_answer_stays_and_the_reason_is_told(name, lark, tmp_path):
    target = tmp_path / "answer"
    target.write_text("old")
    done = aiact(*WRITING[name], folder=tmp_path, preexec_fn=limited(100))
    assert done.returncode == 1, done.stderr
    assert done.stderr == "Error: cannot write answer: File too large\n"
    assert target.read_text() == "old"
    assert not list(tmp_path.glob(".aiact-*")), "the draft is taken away"


def test_evidence_on_a_full_disk_is_not_there_at_all(lark, tmp_path):
    done = aiact("evidence", "held", lark, "--on", DAY, folder=tmp_path, preexec_fn=limited(100))
    assert done.returncode == 1
    assert done.stderr == "cannot write held: File too large\n"
    assert not (tmp_path / "held").exists()
    assert not list(tmp_path.glob(".aiact-*"))


def test_a_text_on_a_full_disk_is_not_kept(lark, tmp_path):
    words = ["text", "import", str(Path(__file__).with_name("texts") / "journal.xhtml")]
    done = aiact(*words, folder=tmp_path, preexec_fn=limited(100))
    assert done.returncode == 3
    assert "the text cannot be kept" in done.stderr
    assert "AIACT_TEXTS names another folder" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_an_answer_to_a_full_device_or_pipe_is_told_and_fails(lark, tmp_path):
    done = aiact("check", lark, "--on", DAY, "-o", "/dev/full", folder=tmp_path)
    assert (done.returncode, done.stderr) == (1, "Error: cannot write /dev/full: No space left on device\n")
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "aiact", "check", lark, "--on", DAY],
            cwd=tmp_path, env=environment, stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert done.stderr == "cannot write: No space left on device\n"


def as_nobody(job) -> tuple[int, str]:
    """The exit code and the words of a job of somebody who is not the administrator, who may write anywhere."""
    reads, writes = os.pipe()
    child = os.fork()
    if not child:
        if not os.getuid():
            os.setgid(65534)
            os.setuid(65534)
        code, told = job()
        os.write(writes, told.encode())
        os._exit(code)
    os.close(writes)
    with os.fdopen(reads) as stream:
        told = stream.read()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), told


def test_in_a_folder_that_cannot_be_written_to_the_answer_is_refused_and_the_cache_forgone(monkeypatch):
    from aiact.cli import main

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "answer").write_text("old")
        (folder / "lark.yaml").write_text(LARK)
        folder.chmod(0o555)
        monkeypatch.setenv("XDG_CACHE_HOME", name)

        def check() -> tuple[int, str]:
            os.chdir(name)
            found = CliRunner().invoke(main, WRITING["check"])
            return found.exit_code, found.output

        def keep() -> tuple[int, str]:
            caches.keep(caches.folder() / "words", b"kept")
            return 0, str(list(folder.rglob("*words*")))

        CliRunner().invoke(main, ["check", str(folder / "lark.yaml"), "--on", DAY, "-f", "json"])  # what it imports
        assert as_nobody(check) == (1, "Error: cannot write answer: Permission denied\n")
        assert as_nobody(keep) == (0, "[]")
        assert (folder / "answer").read_text() == "old"
        folder.chmod(0o755)


def mounted(folder: Path, *words: str) -> subprocess.CompletedProcess:
    """A command in a place of its own in which a folder is mounted read-only."""
    script = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && cd "$1" && shift && exec "$@"'
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "XDG_CACHE_HOME": str(folder / "cache")}
    return subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh", str(folder), *words],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


MOUNTS = bool(shutil.which("unshare")) and not mounted(Path(tempfile.gettempdir()), "true").returncode


@pytest.mark.skipif(not MOUNTS, reason="this system lets nobody mount a folder")
def test_on_a_read_only_disk_an_answer_is_given_and_writing_is_refused(tmp_path):
    (tmp_path / "answer").write_text("old")
    (tmp_path / "lark.yaml").write_text(LARK)
    python = [sys.executable, "-m", "aiact"]
    told = mounted(tmp_path, *python, "check", "lark.yaml", "--on", DAY)
    assert told.returncode == 0, told.stderr
    assert "Article 53" in told.stdout
    for words in WRITING.values():
        refused = mounted(tmp_path, *python, *words)
        assert (refused.returncode, refused.stderr) == (1, "Error: cannot write answer: Read-only file system\n")
    refused = mounted(tmp_path, *python, "portfolio", "lark.yaml", "-o", "out", "--on", DAY)
    assert refused.returncode == 1
    assert "Read-only file system" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert (tmp_path / "answer").read_text() == "old"


# ---------------------------------------------------------------------------------------------- clocks and caches


@pytest.fixture
def copy(tmp_path, monkeypatch) -> Path:
    """A knowledge base of its own: a copy of ours, with a cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in kept.FOLDERS:
        shutil.copytree(ROOT / name, tmp_path / "kb" / name)
    copied = tmp_path / "kb"
    kept.keep(copied, kept.times(copied), kept.contents(copied), pickle.dumps(kept.knowledge(), protocol=5))
    return copied


def threshold(base) -> str:
    return base.texts["2024-07-12"].parameters["systemic-risk-compute"].text


def test_a_rule_that_changes_while_its_time_stays_is_noticed(copy):
    """An archive, an image or a jump of the clock can give a changed file the time and the size that it had."""
    file = copy / "data" / "parameters.ttl"
    was = file.stat()
    assert float(threshold(kept.kept(copy))) == 1e25
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("aiact:value 1.0E25 ;", "aiact:value 1.0E26 ;", 1), encoding="utf-8")
    os.utime(file, ns=(was.st_atime_ns, was.st_mtime_ns))
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (was.st_size, was.st_mtime_ns)
    assert kept.kept(copy) is None
    assert float(threshold(kept.build_and_keep(copy))) == 1e26


@pytest.mark.parametrize("when", [0, 4102444800], ids=["1970", "2100"])
def test_a_clock_that_jumps_changes_no_answer_and_costs_no_building(copy, when, monkeypatch):
    base = kept.knowledge()
    assert kept.kept(copy) == base
    for path in kept.files(copy):
        os.utime(path, (when, when))
    monkeypatch.setattr("aiact.law.build.build", lambda _: pytest.fail("built again, and nothing has changed"))
    assert kept.kept(copy) == base
    os.utime(kept.cache(copy), (when, when))
    assert kept.kept(copy) == base


def test_a_damaged_cache_is_built_again(copy):
    place = kept.cache(copy)
    whole = place.read_bytes()
    for damaged in (b"", whole[:31], whole[:100], whole[:-1], whole + b"x", b"\0" * len(whole)):
        place.write_bytes(damaged)
        assert kept.kept(copy) is None
    place.unlink()
    assert kept.kept(copy) is None
    assert kept.build_and_keep(copy) == kept.knowledge() == kept.kept(copy)


def test_no_byte_of_the_cache_can_be_another_unnoticed(copy):
    place = kept.cache(copy)
    whole = bytearray(place.read_bytes())
    for at in range(0, len(whole), len(whole) // 60):
        whole[at] ^= 1
        place.write_bytes(whole)
        assert kept.kept(copy) is None, at
        whole[at] ^= 1


def test_a_file_of_the_law_that_is_missing_is_missed(copy):
    assert "art-53-2" in kept.kept(copy).rules
    (copy / "shapes" / "art-053-2-open-source-models.ttl").unlink()
    assert kept.kept(copy) is None
    with pytest.raises(ShapeError, match="there is no shape art-53-2; is the name right, and its file there"):
        kept.build_and_keep(copy)


# ---------------------------------------------------------------------------------------------- two at once


def test_two_processes_that_begin_on_an_empty_cache_both_answer(lark, tmp_path):
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    command = [sys.executable, "-m", "aiact", "check", lark, "--on", DAY, "--lang", "en"]
    running = [
        subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    told = [each.communicate() for each in running]
    assert [each.returncode for each in running] == [0, 0], told
    assert len({out for out, _ in told}) == 1
    (held,) = (tmp_path / "cache" / "aiact").iterdir()
    assert pickle.loads(held.read_bytes()[96:]).rules


THREADS = """
import threading, sys
from aiact import assess
answers, wrong, start = [], [], threading.Barrier(8)
def one():
    start.wait()
    try:
        answers.append(str(assess(sys.argv[1], "2026-11-22").as_dict()))
    except BaseException as error:
        wrong.append(repr(error))
threads = [threading.Thread(target=one) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert not wrong, wrong
assert len(answers) == 8 and len(set(answers)) == 1, len(set(answers))
"""


def test_eight_threads_that_begin_at_once_on_an_empty_cache_all_answer_alike(lark, tmp_path):
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    command = [sys.executable, "-c", THREADS, lark]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr

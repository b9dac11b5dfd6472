"""Processes that are killed where it hurts: at the n-th change of a file, in the middle of a stream, on a full disk.

``survey`` counts the places of a job at which a kill can be of interest; ``killed`` does the job again in a process of
its own, which a real SIGKILL ends at one of them. Nothing is drawn or timed: the same place is hit each time.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from pathlib import Path

from conftest import DAY, LARK

Job = Callable[[], object]
CHANGES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.truncate", "os.link", "os.symlink",
           "shutil.", "socket.connect", "http.client.send")  # fmt: skip
FULL = 70  # exit code of a job that could not write


def is_change(event: str, arguments: tuple) -> bool:
    """Whether an audit event tells of a change to files, or of something sent elsewhere."""
    if event == "open":
        return bool(arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC))
    return event.startswith(CHANGES)


def survey(job: Job) -> int:
    """How many changes a job makes from its start to its end, in a process of its own."""
    reads, writes = os.pipe()
    child = os.fork()
    if not child:
        found = [0]
        sys.addaudithook(lambda event, arguments: found.__setitem__(0, found[0] + is_change(event, arguments)))
        code = quietly(job)
        os.write(writes, str(found[0]).encode())
        os._exit(code)
    os.close(writes)
    with os.fdopen(reads) as stream:
        told = stream.read()
    assert not os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), "the job does not succeed when it is left alone"
    return int(told)


def killed(job: Job, at: int | None = None, size: int | None = None) -> int:
    """Does a job until its n-th change (before it, from 1), or until a file has some bytes; the exit code, or -9.

    A job that ends before is not killed, and its exit code is 0.
    """
    child = os.fork()
    if not child:
        left, mine = [at or -1], os.getpid()

        def hook(event: str, arguments: tuple) -> None:
            if is_change(event, arguments) and os.getpid() == mine:  # not a process that it began to read for it
                left[0] -= 1
                if not left[0]:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(hook)
        if size is not None:  # Linux writes up to the limit, and then sends the signal
            signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        os._exit(quietly(job))
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, -signal.SIGKILL, -signal.SIGXFSZ), f"the job ended with {code}, and was not killed"
    return code


def on_full_disk(job: Job, size: int) -> int:
    """The exit code of a job on a disk that takes so many bytes of a file and then refuses more."""
    child = os.fork()
    if not child:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        os._exit(quietly(job))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def quietly(job: Job) -> int:
    """0, the exit code with which a job ends, or ``FULL`` for an error of the system that it does not handle."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    with open(null, "w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        try:
            job()
        except SystemExit as ending:
            return ending.code if isinstance(ending.code, int) else int(ending.code is not None)
        except OSError:
            return FULL
        return 0


# ---------------------------------------------------------------------------------------------- what writes


@dataclass
class Writer:
    """Something that writes: the job, what is there as others would read it, and how to have the old state again."""

    job: Job
    state: Callable[[], object]
    reset: Callable[[], object]
    longest: int = 0  # bytes of the largest file that it writes; 0 for none of this machine

    def places(self, share: int = 1) -> list[dict]:
        """Where to kill: before every change, and at some bytes of the stream, more of them for a larger share."""
        self.reset()
        changes = [{"at": n} for n in range(1, survey(self.job) + 1)]
        self.reset()
        steps = 4 * share
        sizes = {self.longest * part // steps for part in range(steps)} if self.longest else set()
        return changes + [{"size": size} for size in sorted(sizes)]


def trial(writer: Writer, share: int = 1) -> tuple[int, list[dict]]:
    """Kills at all places: how many processes died, and where neither the old nor the new was there afterwards."""
    writer.reset()
    old = writer.state()
    assert killed(writer.job) == 0
    new = writer.state()
    assert old != new, "the job changes nothing"
    deaths, torn = 0, []
    for place in writer.places(share):
        writer.reset()
        deaths += killed(writer.job, **place) != 0
        if writer.state() not in (old, new):
            torn.append(place)
    writer.reset()
    assert killed(writer.job) == 0
    assert writer.state() == new, "after the kills the job does what it did before them"
    return deaths, torn


def command(*words: str, input: str | None = None) -> Job:
    """A command of ours, as typed."""

    def job() -> None:
        from click.testing import CliRunner

        from aiact.cli import main

        raise SystemExit(CliRunner().invoke(main, list(words), input=input).exit_code)

    return job


def read(path: Path) -> object:
    """A file or a folder as others find it; drafts, which nothing reads, do not count."""
    if not path.is_dir():
        return path.read_bytes() if path.exists() else None
    files = (each for each in path.rglob("*") if each.is_file() and not each.name.startswith(".aiact-"))
    return {each.relative_to(path).as_posix(): each.read_bytes() for each in files}


def file_writer(target: Path, job: Job, old: bytes | None = b"old\n") -> Writer:
    """A job that writes one file, which was there before or not."""

    def reset() -> None:
        for draft in target.parent.glob(".aiact-*"):
            shutil.rmtree(draft) if draft.is_dir() else draft.unlink()
        shutil.rmtree(target, ignore_errors=True) if target.is_dir() else target.unlink(missing_ok=True)
        if old is not None:
            target.write_bytes(old)

    reset()
    with suppress(SystemExit):
        job()  # here, so that no child has to import and read again what all of them need
    files = read(target)
    longest = max(map(len, files.values())) if isinstance(files, dict) else len(files)
    return Writer(job, lambda: read(target), reset, longest)


def reports(folder: Path) -> dict[str, Writer]:
    """Every command that writes a file or a folder for its user."""
    lark, begun = folder / "lark.yaml", folder / "interview" / "aiact.yaml"
    lark.write_text(LARK, encoding="utf-8")
    to = lambda name: folder / name / "answer"  # noqa: E731
    given = [str(lark), "--on", DAY]
    words = {
        "report": ["check", *given, "-f", "json"],
        "page": ["check", *given, "-f", "html"],
        "list of what was known": ["check", *given, "--write-baseline"],
        "description in another form": ["convert", *given, "--to", "ttl"],
    }
    for name in (*words, "interview", "evidence", "official text", "site"):
        (folder / name).mkdir()
    found = {
        name: file_writer(
            to(name), command(*told, "--baseline" if name == "list of what was known" else "-o", str(to(name)))
        )
        for name, told in words.items()
    }
    begun.write_text(LARK.replace("  monetisation: []\n", ""), encoding="utf-8")
    answer = command("ask", str(begun), "--on", DAY, input="n\nq\n")
    found["interview"] = file_writer(begun, answer, begun.read_bytes())
    held = command("evidence", str(to("evidence")), *given, "--file", f"model.licence={lark}")
    found["evidence"] = file_writer(to("evidence"), held, None)
    return found | {"official text": official_text(folder / "official text"), "site": site(folder / "site")}


def official_text(folder: Path) -> Writer:
    """The import of a text: the command writes below ``AIACT_TEXTS``."""
    os.environ["AIACT_TEXTS"] = str(folder)
    imported = command("text", "import", str(Path(__file__).with_name("texts") / "journal.xhtml"))
    with suppress(SystemExit):
        imported()
    target = next(folder.glob("*.json"))
    return file_writer(target, imported, b"{}")


def site(folder: Path) -> Writer:
    """The pages: the folder of an old site, with a page that the new one lacks."""
    from aiact.site.folder import Folder

    target = folder / "answer"

    def built(pages: dict[str, str]) -> None:
        draft = Folder(target)
        for name, text in pages.items():
            draft.write(name, text)
        draft.finish({"of": "test"})

    def reset() -> None:
        shutil.rmtree(folder)
        folder.mkdir()
        built({"index.html": "old", "gone/index.html": "old"})

    reset()
    new = {"index.html": "new", "more/index.html": "new" * 1000}
    return Writer(lambda: built(new), lambda: read(target), reset, len(new["more/index.html"]))


def caches(folder: Path) -> dict[str, Writer]:
    """What is kept to save time: it is whole, or it is not used."""
    import pickle

    from aiact import caches as stored
    from aiact.law import knowledge as kept
    from aiact.texts import library, search

    os.environ["XDG_CACHE_HOME"] = str(folder)
    base, root = kept.knowledge(), kept.root()
    data, touched, content = pickle.dumps(base, protocol=5), kept.times(root), kept.contents(root)
    kept.cache(root).parent.mkdir(parents=True, exist_ok=True)

    search._opened.cache_clear()
    search.opened(library())
    words = next(kept.cache(root).parent.glob("words-*.sqlite"))
    index = bytes(stored.kept(words))
    return {
        "knowledge": file_writer(kept.cache(root), lambda: kept.keep(root, touched, content, data)),
        "index of words": file_writer(words, lambda: stored.keep(words, index)),
    }


def store(url: str) -> dict[str, Writer]:
    """A project published in a store elsewhere, in place of another state of it."""
    from aiact import assess
    from aiact.sparql.endpoint import Endpoint
    from aiact.sparql.publish import Store, project_graph

    place = Store(Endpoint(url, 60)).locate()
    old, new = (
        project_graph("lark", assess(text.encode(), DAY), "Lark") for text in (LARK, LARK.replace("6e23", "6e25"))
    )

    def publish(graph) -> None:
        place.publish(graph, place.endpoint.published())

    def state() -> tuple:
        return place.endpoint.published()[new.iri].hash, place.count(new.iri)

    return {"store elsewhere": Writer(lambda: publish(new), state, lambda: publish(old))}

"""The journal of a portfolio: what it was made from, and a line for each part that is written.

A run that was killed goes on from it. A line is written after its files are; one that was cut short does not count.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from .forms import DRAFT, whole

NAME = "journal.jsonl"


class PortfolioError(Exception):
    """A portfolio that cannot be made or read as it is asked for; the message says what would help."""


class Journal:
    """The parts of a portfolio in a folder, by number; ``head`` says what they were made from."""

    def __init__(self, folder: Path, head: dict) -> None:
        """Begins a journal, or goes on with one that was begun alike. Raises ``PortfolioError`` and ``OSError``."""
        self.folder, self.path, self.head = folder, folder / NAME, head
        self.lines: dict[int, int] = {}  # part → where its line begins
        if not self.path.exists():
            self.begin()
        self.file = self.path.open("r+b")
        self.lock()
        self.resume()

    def begin(self) -> None:
        if self.folder.exists() and not self.folder.is_dir():
            raise PortfolioError(f"{self.folder} is a file; -o names a folder")
        self.folder.mkdir(parents=True, exist_ok=True)
        others = sorted(path.name for path in self.folder.iterdir() if not path.name.endswith(DRAFT))
        if others:
            raise PortfolioError(
                f"{self.folder} holds {others[0]}, and no portfolio; name a folder that is new or empty (-o)"
            )
        with whole(self.path) as file:
            file.write(json.dumps(self.head, ensure_ascii=False).encode() + b"\n")

    def lock(self) -> None:
        """Two runs on one folder would write the same files."""
        try:
            import fcntl
        except ImportError:  # there are no such locks there
            return
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise PortfolioError(f"another run writes to {self.folder}; wait for it, or name another folder") from None

    def resume(self) -> None:
        """Takes note of the parts that are there; refuses to mix what was made from something else."""
        first = self.file.readline()
        try:
            head = json.loads(first)
        except ValueError:
            raise PortfolioError(f"{self.path} is not a journal of a portfolio; name another folder (-o)") from None
        fault = difference(head, self.head)
        if fault:
            raise PortfolioError(
                f"{self.folder} was begun {fault}; name another folder (-o), or remove this one to begin anew"
            )
        at = self.file.tell()
        while line := self.file.readline():
            try:
                part = json.loads(line)
                files = part["files"].items()
            except (ValueError, KeyError, TypeError):
                break  # cut short: what it was about is done again
            if not line.endswith(b"\n"):
                break
            if all(size_of(self.folder / name) == size for name, size in files):
                self.lines[part["part"]] = at
            at = self.file.tell()
        self.file.seek(at)
        self.file.truncate()
        for path in self.folder.glob(f"*{DRAFT}"):
            path.unlink(missing_ok=True)

    def add(self, part: dict) -> None:
        """A part whose files are written. Raises ``OSError``."""
        at = self.file.tell()
        try:
            line = json.dumps(part, ensure_ascii=False, separators=(",", ":"))
            self.file.write(line.encode("utf-8", "replace") + b"\n")
            self.file.flush()
            os.fsync(self.file.fileno())
        except OSError:
            self.close()
            raise
        self.lines[part["part"]] = at

    def parts(self) -> Iterator[dict]:
        """The lines of all parts, in their order, one at a time."""
        with self.path.open("rb") as file:
            for number in sorted(self.lines):
                file.seek(self.lines[number])
                yield json.loads(file.readline())

    def close(self) -> None:
        with suppress(OSError):  # what could not be written is no more than a line that is cut short
            self.file.close()


def read_head(folder: Path) -> dict:
    """What the portfolio in a folder was made from. Raises ``PortfolioError``."""
    try:
        with (folder / NAME).open("rb") as file:
            head = json.loads(file.readline())
        head["input"], head["days"]
    except (OSError, ValueError, KeyError, TypeError):
        raise PortfolioError(f"{folder} holds no portfolio; aiact portfolio INPUT -o {folder} makes one") from None
    return head


def difference(before: dict, now: dict) -> str:
    """In what a run differs from the one that began a journal, as the end of a sentence; nothing if in nothing."""
    if before.get("input", {}).get("path") != now["input"]["path"]:
        return f"from another input ({before.get('input', {}).get('path')})"
    changed = next((key for key in now["input"] if before["input"].get(key) != now["input"][key]), "")
    if changed:
        what = "its mapping" if changed.startswith("mapping") else f"its input ({now['input']['path']})"
        return f"before {what} was changed"
    if set(before["input"]) != set(now["input"]):
        return "with a mapping" if "mapping" in before["input"] else "without a mapping"
    if before.get("release") != now["release"]:
        return f"under another knowledge base ({before.get('release')}, now {now['release']})"
    for key, told in TOLD.items():
        if before.get(key) != now[key]:
            return f"{told} ({said(before.get(key))}, now {said(now[key])})"
    return ""


TOLD = {
    "days": "for other days",
    "statuses": "for other statuses",
    "forms": "in other forms",
    "size": "in parts of another size",
    "version": "by another version",
}


def said(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def size_of(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None

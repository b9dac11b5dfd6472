"""Writing a folder as one: it is the old site or the new one, and never a folder that is not a site of ours."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from pathlib import Path

from .. import atomic

MARK = "aiact-site.json"  # names every file of a site, so that none of another's is ever taken away


class FolderProblem(Exception):
    """The folder cannot be replaced; the message says why and what would help."""


class Folder:
    """A site while it is written: files go to a folder beside the target, which then takes its place."""

    def __init__(self, target: Path) -> None:
        self.target = target.resolve()
        refuse_foreign(self.target)
        try:
            self.target.parent.mkdir(parents=True, exist_ok=True)
            self.draft = atomic.beside(self.target)
            self.draft.mkdir()
        except OSError as error:
            raise FolderProblem(f"cannot write beside {self.target}: {error.strerror or error}") from None
        self.files: list[str] = []
        self.made: set[str] = set()

    def write(self, path: str, content: str | bytes) -> None:
        """Adds a file, by its path in the site."""
        parent = path.rpartition("/")[0]
        if parent not in self.made:
            (self.draft / parent).mkdir(parents=True, exist_ok=True)
            self.made.add(parent)
        data = content.encode() if isinstance(content, str) else content
        with open(self.draft / path, "wb") as file:
            file.write(data)
        self.files.append(path)

    def finish(self, about: dict) -> None:
        """Puts the new site in the place of the old one."""
        files = sorted({*self.files, MARK})
        mark = json.dumps(about | {"files": files}, ensure_ascii=False, indent=0)
        (self.draft / MARK).write_text(mark + "\n", encoding="utf-8")
        refuse_foreign(self.target)
        atomic.put_folder(self.draft, self.target)

    def abandon(self) -> None:
        """Takes away what was written so far; the target stays as it is."""
        shutil.rmtree(self.draft, ignore_errors=True)


def refuse_foreign(target: Path) -> None:
    """Raises ``FolderProblem`` unless a folder is missing, empty, or a site with no file of another's in it."""
    if not target.exists():
        return
    if not target.is_dir():
        raise FolderProblem(f"{target} is a file; name a folder")
    paths = [path for path in target.rglob("*") if path.is_symlink() or not path.is_dir()]
    found = {path.relative_to(target).as_posix() for path in paths}
    if not found:
        return
    try:
        ours = set(json.loads((target / MARK).read_text(encoding="utf-8"))["files"])
    except (OSError, ValueError, KeyError, TypeError):
        raise FolderProblem(
            f"{target} holds files and is not a site that this command wrote; name a new or an empty folder"
        ) from None
    foreign = sorted(found - ours)
    if foreign:
        raise FolderProblem(
            f"{target} holds {foreign[0]}, which this command did not write; move it, or name a new folder"
        )


def all_files(folder: Path) -> Iterable[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)

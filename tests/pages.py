"""What the tests of the pages share: one site, built once for all of them, and how its files are read."""

import fcntl
import json
import os
import re
from functools import cached_property
from html import unescape
from pathlib import Path

import pytest
from conftest import DAY


class Built:
    """A site on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, path: str) -> str:
        return (self.folder / path).read_text(encoding="utf-8")

    def words(self, path: str) -> str:
        """What a page says, without its tags; a space where a tag stood."""
        return visible(self.read(path))

    def index(self, language: str) -> dict:
        """What the search looks through."""
        from aiact.site.search import HEAD

        return json.loads(self.read(f"{language}/search-index.js").removeprefix(HEAD).removesuffix(";\n"))

    @cached_property
    def files(self) -> list[str]:
        return sorted(
            os.path.relpath(os.path.join(folder, name), self.folder)
            for folder, _, names in os.walk(self.folder)
            for name in names
        )

    @cached_property
    def pages(self) -> list[str]:
        """The pages in a language: not those that only lead to one."""
        return [path for path in self.files if path.endswith(".html") and path[:3] in ("en/", "fr/")]


def visible(page: str) -> str:
    body = re.sub(r"(?s)<(script|pre|code|textarea)\b.*?</\1>|<!--.*?-->", " ", page.partition("<body")[2])
    return unescape(re.sub(r"<[^>]+>", "", body))


def built(tmp_path_factory) -> Built:
    """The whole site as of the day of the tests, built by whichever worker comes first."""
    from aiact.site.build import build

    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    with open(shared / "site.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "site").is_dir():
            build(shared / "site", DAY)
    return Built(shared / "site")


def needed(there: object, what: str) -> None:
    """Skips for want of something on a developer's machine, and fails for it where everything must be there."""
    if not there:
        why = f"{what} is missing; tests/install.sh installs it"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)

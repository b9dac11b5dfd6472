"""Official texts that a user has imported, looked up by provision, language and version.

    from aiact.texts import library

    found = library().on("art_53_par_2", "fr", "2026-11-22")   # the wording in force on a day, or None
    found.text, found.sha256, found.celex, found.version, found.source
    for hit in library().search("licence libre et ouverte"): ...

The keys are ours (``data/act``). No official wording is in the project: an empty library answers None, and its search
goes over titles, rules and terms. ``store`` keeps the files, ``importing`` makes them, ``search`` finds words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..law.cite import links
from .store import Edition, folder, listed, opened

if TYPE_CHECKING:
    from .search import Hit


@dataclass(frozen=True, slots=True)
class ProvisionText:
    """The official wording of one provision in one language and version, and where it comes from."""

    key: str
    language: str
    version: str  # the day of the text, YYYY-MM-DD
    celex: str
    heading: str  # of an article, annex or chapter; empty where the text has none
    text: str  # one line a subparagraph or point; a paragraph without its own number
    sha256: str  # of the text with single spaces
    source: str  # address of the page of EUR-Lex, with its anchor where it has one


class Library:
    """The texts that were imported into a folder. Files are read when they are first asked for."""

    def __init__(self, files: tuple[Path, ...] = ()) -> None:
        self.files = files

    @cached_property
    def read(self) -> tuple[tuple[Edition, ...], tuple[str, ...]]:
        """The editions, oldest first and the Official Journal before a consolidation; and what cannot be read."""
        return opened(self.files)

    @property
    def editions(self) -> tuple[Edition, ...]:
        return self.read[0]

    @property
    def problems(self) -> tuple[str, ...]:
        """One sentence for each file of the folder that is damaged or not ours."""
        return self.read[1]

    @property
    def stamp(self) -> str:
        """Changes whenever the texts do; for caches. Empty without texts."""
        return "\n".join(f"{path}:{path.stat().st_size}:{path.stat().st_mtime_ns}" for path in self.files)

    def languages(self) -> list[str]:
        return sorted({edition.language for edition in self.editions})

    def versions(self) -> list[str]:
        return sorted({edition.version for edition in self.editions})

    def text(self, key: str, language: str, version: str) -> ProvisionText | None:
        """The wording of a provision in exactly this version (``2024-07-12``), or None."""
        found = (e for e in self.editions if e.language == language and e.version == version and key in e.provisions)
        return next((entry(edition, key) for edition in found), None)

    def on(self, key: str, language: str, day: str) -> ProvisionText | None:
        """The wording in the newest text at hand that is not younger than a day; the oldest if all are younger.

        It need not be the wording in force on the day: compare ``version`` with ``Knowledge.text_on``.
        None if that text has no such provision; recitals are taken from a text that has recitals.
        """
        held = [edition for edition in self.editions if edition.language == language and edition.covers(key)]
        if not held:
            return None
        newest = max((edition.version for edition in held if edition.version <= day), default=held[0].version)
        return self.text(key, language, newest)

    def search(self, words: str, language: str | None = None, limit: int = 20) -> list[Hit]:
        """Provisions, rules, terms and sources that speak of some words, in either language; see ``search.find``."""
        from .search import find

        return find(self, words, language, limit)

    def __iter__(self) -> Iterator[ProvisionText]:
        """Every wording held."""
        for edition in self.editions:
            for key in edition.provisions:
                yield entry(edition, key)


def entry(edition: Edition, key: str) -> ProvisionText:
    """One provision of an edition."""
    heading, text, sha256 = edition.provisions[key]
    consolidated = edition.version if edition.consolidated else ""
    page = links(key, edition.language, consolidated)["page"]
    return ProvisionText(key, edition.language, edition.version, edition.celex, heading, text, sha256, page)


def library(place: Path | None = None) -> Library:
    """The texts in a folder, by default the user's own (see ``store.folder``)."""
    place = place or folder()
    files = listed(place)
    return _library(place, tuple((path, path.stat().st_size, path.stat().st_mtime_ns) for path in files))


@lru_cache(maxsize=4)
def _library(_place: Path, states: tuple[tuple[Path, int, int], ...]) -> Library:
    return Library(tuple(path for path, _, _ in states))

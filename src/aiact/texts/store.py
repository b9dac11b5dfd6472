"""The folder of imported texts: one JSON file for each version and language, the same bytes whenever it is imported.

``AIACT_TEXTS`` names the folder; else it is ``aiact/texts`` in the user's data folder.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from .. import atomic

FORM = 1  # of the files; another number is of another release
NAME = re.compile(r"(?P<celex>[0-9A-Z()-]+)\.(?P<language>[a-z]{2})\.json")


PLAIN, RAISED_SIGNS = "0123456789aeors", "⁰¹²³⁴⁵⁶⁷⁸⁹ᵃᵉᵒʳˢ"
LOWERED = str.maketrans(RAISED_SIGNS, PLAIN)


class TextError(Exception):
    """A text that cannot be read, placed, fetched or kept; the message says what would mend it."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of the act in one language: heading, text and hash of each provision by key."""

    celex: str  # 32024R1689, or 02024R1689-20260727 for a consolidation
    language: str
    version: str  # YYYY-MM-DD
    form: str  # what it was read from: xhtml or formex
    document: str  # SHA-256 of what it was read from
    provisions: dict[str, tuple[str, str, str]]

    @property
    def consolidated(self) -> bool:
        return self.celex.startswith("0")

    def covers(self, key: str) -> bool:
        """Whether the edition has provisions of the kind of a key at all: consolidations have no recitals."""
        return any(held.startswith(key[:4]) for held in self.provisions)

    @property
    def name(self) -> str:
        return f"{self.celex}.{self.language}.json"


def folder() -> Path:
    """Where the texts are kept: never in the project."""
    if named := os.environ.get("AIACT_TEXTS"):
        return Path(named)
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "aiact" / "texts"


def fingerprint(text: str) -> str:
    """SHA-256 of a text with single spaces and raised type after ``^``, so that type and line breaks do not count."""
    text = re.sub(f"[{RAISED_SIGNS}]+", lambda found: "^" + found[0].translate(LOWERED), text)
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()


def listed(place: Path) -> list[Path]:
    """The files of texts in a folder; none if there is no such folder."""
    return sorted(path for path in place.glob("*.json") if NAME.fullmatch(path.name)) if place.is_dir() else []


def written(edition: Edition) -> bytes:
    """The bytes of an edition: nothing in them depends on the day or the place of the import."""
    document = {
        "aiact_text": FORM,
        "celex": edition.celex,
        "language": edition.language,
        "version": edition.version,
        "read_from": {"form": edition.form, "sha256": edition.document},
        "provisions": {
            key: {"heading": heading, "text": text, "sha256": sha256}
            for key, (heading, text, sha256) in edition.provisions.items()
        },
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def keep(edition: Edition, place: Path | None = None) -> Path:
    """Writes an edition into the folder; the file is either the old one or the new one. Raises ``TextError``."""
    place = place or folder()
    target = place / edition.name
    data = written(edition)
    try:
        place.mkdir(parents=True, exist_ok=True)
        if target.is_file():
            if target.read_bytes() == data:
                return target
            refuse_less(edition, target)
        atomic.write(target, data)
    except OSError as error:
        reason = error.strerror or error
        raise TextError(f"the text cannot be kept in {place}: {reason}; AIACT_TEXTS names another folder") from None
    return target


def refuse_less(new: Edition, target: Path) -> None:
    """Raises ``TextError`` if a new edition would take away provisions that are at hand: it may be only a part."""
    try:
        old = read(target)
    except TextError:
        return  # damaged; the import mends it
    if missing := len(old.provisions.keys() - new.provisions.keys()):
        raise TextError(
            f"{target} has {missing} provisions that these documents lack; import all at once, or remove that file"
        )


def opened(files: tuple[Path, ...]) -> tuple[tuple[Edition, ...], tuple[str, ...]]:
    """The editions of some files, oldest first and the Official Journal before a consolidation; and the faults."""
    editions, faults = [], []
    for path in files:
        try:
            editions.append(read(path))
        except TextError as error:
            faults.append(str(error))
    return tuple(sorted(editions, key=lambda e: (e.version, e.consolidated, e.language))), tuple(faults)


def read(path: Path) -> Edition:
    """One file of the folder. Raises ``TextError`` if it is not as ``keep`` wrote it."""
    try:
        found = json.loads(path.read_bytes())
        if found["aiact_text"] != FORM:
            raise TextError(f"{path} was written by another release; import the text again")
        provisions = {
            str(key): (str(each["heading"]), str(each["text"]), str(each["sha256"]))
            for key, each in found["provisions"].items()
        }
        read = found["read_from"]
        edition = Edition(found["celex"], found["language"], found["version"], read["form"], read["sha256"], provisions)
    except OSError as error:
        raise TextError(f"{path} cannot be read: {error.strerror or error}") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise TextError(f"{path} is not a text that aiact has written; remove it or import the text again") from None
    if edition.name != path.name or any(fingerprint(text) != sha256 for _, text, sha256 in provisions.values()):
        raise TextError(f"{path} was changed since it was imported; import the text again")
    return edition

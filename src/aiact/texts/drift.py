"""Rules whose provision no longer reads as it did when they were written.

A rule keeps the first digits of the hash of its provision’s text in each language (``aiact:writtenAgainst``); after a
review of an amended text it may keep one more. It is held against every text at hand in whose time it is in force.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ..law.graph import Literal
from ..law.knowledge import Rule, knowledge
from ..law.names import AIACT, RULE
from ..sparql.query import law
from . import Library


def stamps(rule: Rule) -> dict[str, list[str]]:
    """The beginnings of hashes that a rule was written against, by language."""
    found: dict[str, list[str]] = {}
    for each in law().objects(RULE + rule.id, AIACT + "writtenAgainst"):
        if isinstance(each, Literal):
            found.setdefault(each.language, []).append(each.text)
    return found


def comparisons(library: Library, rule: Rule) -> Iterator[tuple[dict, bool]]:
    """What a rule was written against, what each text at hand has in its place, and whether they are the same."""
    against = stamps(rule)
    for edition in library.editions:
        if edition.language not in against or not rule.in_force(edition.version):
            continue
        held = edition.provisions.get(rule.provision)
        if held is None and not edition.covers(rule.provision):
            continue  # recitals, in a consolidation
        sha256 = held[2] if held else ""
        said = {"rule": rule.id, "provision": rule.provision, "language": edition.language, "version": edition.version,
                "celex": edition.celex, "written_against": against[edition.language], "sha256": sha256}  # fmt: skip
        yield said, any(sha256.startswith(stamp) for stamp in against[edition.language])


def drifted(library: Library, rule: Rule | None = None) -> list[dict]:
    """The differences: those of one rule, or of all in the order of the Act. An empty hash is a text that is gone."""
    rules = [rule] if rule else knowledge().rules.values()
    return [said for each in rules for said, same in comparisons(library, each) if not same]


def compared(library: Library) -> int:
    """How many times a rule was held against a text."""
    return sum(1 for rule in knowledge().rules.values() for _ in comparisons(library, rule))


def lines(found: list[dict], number: int, language: str) -> list[str]:
    """The differences, for a person."""
    word = partial(knowledge().say, language)
    told = [
        word(
            "wording-changed" if each["sha256"] else "wording-gone",
            **each | {"sha256": each["sha256"][:16], "against": ", ".join(each["written_against"])},
        )
        for each in found
    ]
    return [*told, word("wordings-compared", n=number, differ=len(found))]

"""The official wording of a provision as it is shown to a person, with what there is to know about it."""

from __future__ import annotations

import textwrap
from functools import partial

from ..law.knowledge import Knowledge
from ..law.names import ACT, AIACT
from ..sparql.query import law
from . import Library, ProvisionText

WIDTH = 80


def wording(knowledge: Knowledge, library: Library, key: str, language: str, day: str, most: int = 0) -> list[str]:
    """Lines with the wording of a provision on a day: where it comes from, the text, and what makes it doubtful.

    Another language stands in where the one asked for is not at hand. ``most`` limits the lines of the text. Empty
    without a text.
    """
    found = chosen(library, key, language, day)
    if found is None:
        return []

    word = partial(knowledge.say, language)
    said = [word("official-text", celex=found.celex, day=found.version, language=found.language)]
    said += [word("text-not-in-language")] if found.language != language else []
    said += [word(doubt, day=found.version) for doubt in doubts(knowledge, found, day)]
    lines = [line for each in said for line in textwrap.wrap(each, WIDTH, initial_indent="  ", subsequent_indent="  ")]
    text = [
        line
        for part in found.text.split("\n")
        for line in textwrap.wrap(
            part, WIDTH, initial_indent="    ", subsequent_indent="      ", break_on_hyphens=False
        )
    ]
    if most and len(text) > most:
        text = [*text[: most - 1], f"    … (aiact text show {key})"]
    return [*lines, *text]


def chosen(library: Library, key: str, language: str, day: str) -> ProvisionText | None:
    """The wording in a language, else in English, else in any other."""
    for each in dict.fromkeys([language, "en", *library.languages()]):
        if found := library.on(key, each, day):
            return found
    return None


def doubts(knowledge: Knowledge, found: ProvisionText, day: str) -> list[str]:
    """Phrases for why a wording may not be the one in force on a day: it is older, or younger."""
    law = knowledge.text_on(day).id
    if found.version < law:
        return ["text-amended-since"] if is_amended(found.key) else ["text-before-amendment"]
    later = [text for text in knowledge.texts if law < text <= found.version]
    return ["text-is-later"] if later else []


def is_amended(key: str) -> bool:
    """Whether an amendment touches a provision, a part of it, or what it is part of."""
    graph = law()
    for amendment in graph.of_class(AIACT + "Amendment"):
        for iri in graph.objects(amendment, AIACT + "amends"):
            amended = iri.removeprefix(ACT)
            if any(a == b or a.startswith(b + "_") for a, b in ((key, amended), (amended, key))):
                return True
    return False

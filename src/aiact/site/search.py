"""The index that the search page reads: what can be found, in which words, and where it stands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ..law.cite import cite
from ..law.names import ACT, RULE, SKOS

if TYPE_CHECKING:
    from .addresses import Document
    from .things import Things
    from .words import Words

HEAD = "self.aiactIndex = "
SKIPPED = ("phrase", "omission")


def index(things: Things, words: Words, documents: list[Document], extra: list[tuple[str, str, str]]) -> str:
    """The index of one language, JSON in a script so that it can be read without a server too.

    An entry has path, name, kind, further words (those of the other language among them), and of a rule the key of its
    provision. ``keys`` leads from the keys of provisions to their paths and citations, so that a citation is found
    however it is written.
    """
    other = "fr" if words.language == "en" else "en"
    entries, keys = [], {}
    for document in documents:
        if document.section in SKIPPED or document.name == "index":
            continue
        iri = document.iri
        path = document.page(words.language).partition("/")[2]
        if iri.startswith(ACT) and things.addresses.kind(iri) == "Provision":
            keys[iri.removeprefix(ACT)] = [path, named(things, words, iri)]
            title = things.graph.texts(iri, SKOS + "prefLabel")
            if not title:
                continue  # parts without a heading are found by their citation
            name = f"{words.label(iri)} · {words.of(title)}"
            further = f"{cite(iri.removeprefix(ACT), other)} {title.get(other, '')}"
        else:
            name = words.label(iri)
            further = " ".join(
                [
                    things.graph.texts(iri, SKOS + "prefLabel").get(other, ""),
                    words.define(iri),
                    *(each.text for each in things.graph.objects(iri, SKOS + "altLabel")),
                    document.name,
                ]
            )
        rule = things.knowledge.rules.get(iri.removeprefix(RULE))
        entries.append([path, name, words.kind(iri), further.strip(), rule.provision if rule else ""])
    entries += [[path.partition("/")[2], name, kind, "", ""] for path, name, kind in extra]
    found = json.dumps({"keys": keys, "entries": entries}, ensure_ascii=False, separators=(",", ":"))
    return f"{HEAD}{found};\n"


def named(things: Things, words: Words, iri: str) -> str:
    """A provision with the nearest heading: that of its article, if it has none of its own."""
    around = (words.of(things.graph.texts(each, SKOS + "prefLabel")) for each in [iri, *things.above(iri)[:-1]])
    heading = next(filter(None, around), "")
    return words.label(iri) + (f" · {heading}" if heading else "")

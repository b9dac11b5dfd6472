"""Licences as files name them: by a link, by the text itself, or by a name that the catalogue knows."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from .knowledge import Knowledge

# Registries whose addresses end in the name of a licence.
REGISTRY = re.compile(
    r"(?:spdx\.org/licenses|opensource\.org/licenses?|choosealicense\.com/licenses"
    r"|huggingface\.co/datasets/choosealicense/licenses/blob/main/markdown)/([\w.+-]+)"
)
CREATIVE_COMMONS = re.compile(r"creativecommons\.org/(?:licenses/(by[a-z-]*)|publicdomain/(zero))/([\d.]+)(?:/.*)?")
HOLDER = re.compile(r"\W*(?:copyright\b|\(c\)|©)[^\n]{0,120}", re.IGNORECASE)
RESERVED = re.compile(r"\W*all rights reserved\W*", re.IGNORECASE)
# A line about the holder that says anything of use might take back what the text gives.
SAYS_MORE = re.compile(r"licen[cs]|\buse|commerc|\bonly\b|permi|restrict|research|condition|except", re.IGNORECASE)


def address(link: str) -> str:
    """A link without scheme, ending and mark of a place on the page, so that two that lead to one page are equal."""
    plain = unquote(link.strip()).casefold().split("#")[0].split("?")[0]
    plain = re.sub(r"^https?://", "", plain).removeprefix("www.").rstrip("/")
    return re.sub(r"\.(txt|html?|php|json|md)$", "", plain)


def by_link(link: str, knowledge: Knowledge) -> str | None:
    """The name of the licence to which a link leads, if it is one of the catalogue."""
    plain = address(link)
    if plain in knowledge.licence_links:
        return knowledge.licence_links[plain]
    found = REGISTRY.fullmatch(plain)
    if found:
        return found[1] if found[1] in knowledge.licences else None
    found = CREATIVE_COMMONS.fullmatch(plain)
    if found:
        name = f"cc0-{found[3]}" if found[2] else f"cc-{found[1]}-{found[3]}"
        return name if name in knowledge.licences else None
    return None


def digest(text: str) -> str:
    """A digest of a licence text in which only the lines that name its holder, case and layout do not count."""
    kept = []
    for line in text.splitlines():
        holder = HOLDER.fullmatch(line.strip()) and not SAYS_MORE.search(line)
        if not holder and not RESERVED.fullmatch(line):
            kept.append(line.casefold())
    return hashlib.sha256(" ".join(re.findall(r"[^\W_]+", "\n".join(kept))).encode()).hexdigest()


def by_text(text: str, knowledge: Knowledge) -> str | None:
    """The name of the licence that a text is, word for word; nothing if a word is added or missing."""
    return knowledge.licence_texts.get(digest(text))

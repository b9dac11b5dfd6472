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
# A line that names the holder, and says nothing else, is of no weight; what it may consist of is listed, as a line
# that takes back what the text gives can be put in any words and in any language.
HOLDER = re.compile(r"\W*(?:copyright\b|\(c\)|©)(?:[\s:,]|copyright\b|\(c\)|©)*(?P<rest>.{0,120})", re.IGNORECASE)
RESERVED = re.compile(
    r"\W*(?:all rights reserved|tous droits réservés|alle rechte vorbehalten|todos los derechos reservados"
    r"|tutti i diritti riservati)\W*",
    re.IGNORECASE,
)
PAGE = re.compile(r"<?(?:https?://|www\.)[^\s<>]+>?|<?[\w.+-]+@[\w.-]+>?|\b[\w-]+(?:\.[\w-]{2,})+/?", re.IGNORECASE)
YEARS = re.compile(
    r"\b(?:19|20)\d[\dx](?:\s*[-–—]+\s*(?:\d{1,3}[\dx]|\d|present|now|today|current)\b)?(?:\s*[-–—]+(?=[\s,]|$))*",
    re.IGNORECASE,
)
LIST_OF_AUTHORS = re.compile(
    r"\(?\bsee (?:the )?(?:authors|contributors)(?:\.\w+)?(?: file)?(?: for (?:more )?details)?\.?\)?", re.IGNORECASE
)
PLACEHOLDER = re.compile(
    r"[\[<{](?:yyyy|years?|owner|fullname|(?:full )?names? of (?:copyright )?(?:owner|author|holder)s?"
    r"|(?:copyright )?holders?|authors?|organi[sz]ation)[\]>}]",
    re.IGNORECASE,
)
UNPLAIN = re.compile(r"[^\w\s,.:&+/'’´`\"“”®™()<>\[\]*–—-]|\s[-–—]+(?:\s|$)|\w{5,}\.\s+\w")
NAMELESS = frozenset(
    """a affiliates al and at author authors behalf by company contributor contributors da das de del den der des dev
    developers di do dos du e et for foundation group gmbh holder holders in inc individual its la le les llc ltd
    maintainers members of on original other others para present project s team the their to und university van von
    with y""".split()
)
GROUPS = frozenset(("authors", "contributors", "developers", "maintainers", "team"))
NAMES, WORDS_OF_A_NAME = 24, 7
# Words of names that are also those of a condition.
SAYS_MORE = re.compile(
    r"licen[cs]|\buse|commerc|\bonly\b|permi|restrict|research|condition|except|\bterms\b|polic|\bmust\b|\bshall\b"
    r"|\bno[nt]?\b|\bpay|\bfees?\b|prohib|forbid|\bwithout\b|interdi|payant|\bsauf\b|\bseule",
    re.IGNORECASE,
)


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
    kept = [line.casefold() for line in text.splitlines() if not (RESERVED.fullmatch(line) or names_the_holder(line))]
    return hashlib.sha256(" ".join(re.findall(r"[^\W_]+", "\n".join(kept))).encode()).hexdigest()


def names_the_holder(line: str) -> bool:
    """Whether a line holds years, names, pages and addresses of holders and nothing else, as far as this can be told.

    Names begin with a capital; beside them stand a few small words, and one other where a year makes it a name.
    """
    found = HOLDER.fullmatch(line.strip())
    if not found:
        return False
    rest, years = YEARS.subn(" ", PLACEHOLDER.sub(" ", PAGE.sub(" ", LIST_OF_AUTHORS.sub(" ", found["rest"]))))
    rest = RESERVED.sub(" ", rest)
    if SAYS_MORE.search(rest) or UNPLAIN.search(rest):
        return False
    if rest.isupper() and not years and line.strip().casefold().startswith("copyright "):
        return False  # words of a text in capitals, as of “COPYRIGHT HOLDERS BE LIABLE”
    parts = [re.findall(r"[^\W_][\w’'-]*", part) for part in re.split(r"[,:&/()]|\band\b", rest)]
    named = [[word for word in part if word.casefold() not in NAMELESS] for part in parts]
    names = [word for part in named for word in part]
    strange = [word for word in names if not word[0].isupper()]
    group = any(word.casefold() in GROUPS for part in parts for word in part)
    if len(strange) > (1 if years or group else 0) or not all(word[0].islower() for word in strange):
        return False
    return len(names) <= NAMES and all(len(part) <= WORDS_OF_A_NAME for part in named)


def by_text(text: str, knowledge: Knowledge) -> str | None:
    """The name of the licence that a text is, word for word; nothing if a word is added or missing."""
    return knowledge.licence_texts.get(digest(text))

"""What both readers make of a document, and how its parts come to our keys.

A reader gives a tree of ``Part``: kind, label as printed, heading, and content in the order of the document, text or
part. ``provisions`` gives each part its key by its label and its place, as ``data/act`` forms them
(``art_53_par_1_pnt_a``); anchors are not used, because points have none and quoted acts repeat those of others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ..law.cite import LATIN
from .store import PLAIN, RAISED_SIGNS, fingerprint

NUMBERED = {"article": "art", "recital": "rct", "annex": "anx", "chapter": "cpt", "section": "sec"}
DASHES = "-–—•"
QUOTES = "‘“«"
ROMAN = re.compile(r"[ivxlc]+")
SECTION = re.compile(r"(?P<label>[^\W\d_]+ (?:[A-Z]|\d+))\b[\s.–—-]*(?P<heading>.*)", re.DOTALL)
POINT = re.compile(r"(?P<label>(?:\d+[a-z]?|[a-z])\.)\s*(?P<heading>.*)", re.DOTALL)
RAISED = str.maketrans(PLAIN, RAISED_SIGNS)
MAXIMAL = 40  # levels of nesting; a document of law has six


@dataclass(slots=True)
class Part:
    """A part of a document: an article, a paragraph, a point …; its content is texts and parts in their order."""

    kind: str  # act, chapter, section, article, recital, annex, paragraph, item, quotation
    label: str = ""  # as printed: “Article 53”, “(a)”, “1.”, “—”
    heading: str = ""
    content: list[str | Part] = field(default_factory=list)

    def parts(self) -> list[Part]:
        return [each for each in self.content if isinstance(each, Part)]


@dataclass(slots=True)
class Placed:
    """The texts by key, and a sentence for everything that has no key of its own."""

    provisions: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    unplaced: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)


def number(label: str) -> str:
    """The number in a label: ``(a)`` is *a*, ``Article 4 bis`` is *4a*, ``3.2.`` is *3-2*, ``ANNEXE III`` is *III*.

    Empty if there is none.
    """
    text = label.replace("\u00a0", " ").strip().strip("‘’“”«»\"' ")
    for letter, latin in LATIN.items():
        text = re.sub(rf"(?i)(\d|\b[a-z])[ ]?{latin}\b", rf"\g<1>{letter}", text)
    words = re.findall(r"\d+(?:\.\d+)+|\d+[a-z]*|[A-Za-z]+", text)
    if not words:
        return ""
    last = words[-1]
    if last.isalpha() and len(last) > 1 and not ROMAN.fullmatch(last.lower()) and len(words) > 1:
        last = next((word for word in reversed(words) if word[0].isdigit()), last)
    return last.replace(".", "-")


def sequence(label: str, heading: str, content: list[str | Part]) -> Part:
    """A titled part of an annex: *Section A. List …* is a section, *3. Quality …* a point with a heading."""
    whole = f"{label} {heading}".strip()
    if match := POINT.fullmatch(whole):
        return Part("item", match["label"], match["heading"], content)
    if match := SECTION.fullmatch(whole):
        return Part("section", match["label"], whole, content)
    return Part("quotation", "", "", [whole, *content])


def tidy(text: str) -> str:
    return " ".join(text.split())


def joined(content: list[str | Part]) -> list[str | Part]:
    """Content in which a stop or semicolon that stands alone, after a quotation, ends the words before it."""
    found: list[str | Part] = []
    for each in content:
        if found and isinstance(each, str) and not re.search(r"\w", each) and len(each) <= 3:
            holder, last = found, found[-1]
            while isinstance(last, Part) and last.content:
                holder, last = last.content, last.content[-1]
            if isinstance(last, str):
                holder[-1] = last + each
                continue
        found.append(each)
    return found


def raised(text: str) -> str:
    """Raised type: ``25`` as ²⁵, ``o`` as ᵒ, anything else after ``^``."""
    text = tidy(text)
    return text.translate(RAISED) if set(text) <= set(PLAIN) else f"^{text}"


def text_of(part: Part, levels: int = 0) -> str:
    """The whole wording of a part, one line a text or point, without its own label and heading."""
    return "\n".join(lines(part, levels))


def lines(part: Part, levels: int = 0) -> Iterator[str]:
    if levels > MAXIMAL:
        raise RecursionError(part.label)
    for each in part.content:
        if isinstance(each, str):
            yield each
            continue
        head = each.heading if each.kind == "section" else " ".join(filter(None, [each.label, each.heading]))
        inner = list(lines(each, levels + 1))
        if not inner and not each.heading:
            continue  # deleted: a consolidation keeps the number
        if head and inner and each.kind != "section":
            yield f"{head} {inner[0]}"
            yield from inner[1:]
        else:
            yield from filter(None, [head])
            yield from inner


def provisions(act: Part, is_known: Callable[[str], bool]) -> Placed:
    """The texts of an act by our keys. A part that has no key stays in the text of the part it belongs to."""
    placed = Placed()
    for part, chapter in divisions(act):
        kind = NUMBERED[part.kind]
        numeral = number(part.label)
        if (
            part.kind == "article"
            and not re.search(r"\d", numeral)
            and not any(k[:4] == "art_" for k in placed.provisions)
        ):
            numeral = "1"  # “Article premier”
        key = f"{chapter}_{kind}_{numeral}" if part.kind == "section" else f"{kind}_{numeral}"
        if part.kind in ("chapter", "section"):
            put(placed, key, part.heading, "", is_known, part.label)
            continue
        if put(placed, key, part.heading, text_of(part), is_known, part.label):
            inside(placed, part, key, is_known)
    return placed


def divisions(part: Part, chapter: str = "") -> Iterator[tuple[Part, str]]:
    """Recitals, chapters, sections, articles and annexes in order, each section with the key of its chapter."""
    for each in part.parts():
        if each.kind in NUMBERED:
            yield each, chapter
        if each.kind in ("act", "chapter", "section"):
            yield from divisions(each, f"cpt_{number(each.label)}" if each.kind == "chapter" else chapter)


def put(placed: Placed, key: str, heading: str, text: str, is_known: Callable[[str], bool], said: str) -> bool:
    """Gives a key its text; the first text stays where a document gives two."""
    if not text and not heading:
        return False  # deleted
    if not is_known(key):
        placed.unplaced.append(f"{said} ({key})" if said else key)
        return False
    if key in placed.provisions:
        placed.repeated.append(key)
        return False
    placed.provisions[key] = (heading, text, fingerprint(text))
    return True


def inside(placed: Placed, part: Part, key: str, is_known: Callable[[str], bool]) -> None:
    """Places the paragraphs, subparagraphs, points, indents and annex sections of a part.

    A subparagraph begins with each text; the points that follow belong to it. A point has a key under its paragraph,
    or, where a letter comes again, under its subparagraph.
    """
    groups = subparagraphs(part)
    several = sum(begins(group) for group in groups) > 1
    quotes = any(each.kind == "quotation" if isinstance(each, Part) else each[0] in QUOTES for each in part.content)
    order = indents = 0
    for group in groups:
        order += begins(group)
        under = f"{key}_sub_{order}"
        if several and begins(group) and (is_known(under) or not quotes):
            put(placed, under, "", text_of(Part("subparagraph", content=group)), is_known, "subparagraph")
        for each in group:
            if isinstance(each, str):
                continue
            if each.kind == "section":
                under = f"{key}_sec_{number(each.label)}"
            elif each.kind == "paragraph":
                under = f"{key}_par_{number(each.label)}"
            elif each.label and set(each.label) <= set(DASHES):
                indents += 1
                under = f"{key}_ind_{indents}"
            else:
                under = f"{key}_pnt_{number(each.label)}"
                if under in placed.provisions:
                    under = f"{key}_sub_{order}_pnt_{number(each.label)}"
            if each.kind != "quotation" and put(
                placed, under, each.heading, text_of(each), is_known, f"{key}: {each.label}"
            ):
                inside(placed, each, under, is_known)


def begins(group: list[str | Part]) -> bool:
    """Whether a group is a subparagraph, not points that stand without an introduction."""
    return isinstance(group[0], str) or group[0].kind == "quotation"


def subparagraphs(part: Part) -> list[list[str | Part]]:
    """The content in groups that each begin with a text or a quotation; what comes before is a group of its own."""
    groups: list[list[str | Part]] = []
    for each in part.content:
        if isinstance(each, str) or each.kind == "quotation" or not groups:
            groups.append([])
        groups[-1].append(each)
    return groups

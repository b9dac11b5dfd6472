"""Formex 4, the XML in which the Publications Office sends acts to print: the act, its annexes, and consolidations.

Elements that only set type are looked through; footnotes are left out, as are the wrappers of quoted acts.
"""

from __future__ import annotations

import re

from ..descriptions.description import CONTROL
from .parts import Part, joined, raised, sequence, tidy
from .store import TextError

DROPPED = {"NOTE", "BIB.INSTANCE", "BIB.DATA", "INFO.CONSLEG", "INFO.PROD", "FAM.COMP", "TOC", "COMMENT"}
BLOCKS = {"P", "ALINEA", "LIST", "NP", "QUOT.S", "GR.SEQ", "TBL", "DIV", "DLIST", "TXT", "CONTENTS", "PARAG", "ARTICLE"}


def is_formex(name: str) -> bool:
    """Whether a root element is one of Formex."""
    return name in ("ACT", "ANNEX", "CONS.ACT", "CONS.ANNEX", "CONS.DOC", "DOC", "PUBLICATION", "CONS.OTH.DOC")


def origin(root) -> tuple[str, str, str]:
    """CELEX number, language and version of a document, each empty if it does not say."""
    consolidated = root.find(".//INFO.CONSLEG")
    language = (root.findtext(".//LG.DOC") or root.findtext(".//LG.OJ") or "").lower()
    if consolidated is not None:
        day = consolidated.get("START.DATE", "")
        return f"0{consolidated.get('CONSLEG.REF', '')}-{day}", language, dashed(day)
    instance = root.find("BIB.INSTANCE")
    instance = root if instance is None else instance
    year, current = instance.findtext(".//NO.DOC/YEAR"), instance.findtext(".//NO.DOC/NO.CURRENT")
    found = f"3{year}R{int(current):04}" if year and re.fullmatch(r"[0-9]{1,6}", current or "") else ""
    return found, language, ""


def dashed(day: str) -> str:
    """``20260727`` as ``2026-07-27``; empty if it is no day."""
    return f"{day[:4]}-{day[4:6]}-{day[6:]}" if re.fullmatch(r"\d{8}", day) else ""


def read(root, name: str) -> Part:
    """The parts of one document. Raises ``TextError`` if it holds neither articles nor an annex."""
    without_deletions(root, name)
    act = Part("act")
    for consideration in root.iter("CONSID"):
        for part in blocks(consideration):
            if isinstance(part, Part):
                act.content.append(Part("recital", part.label, "", part.content))
    enacting = root.find(".//ENACTING.TERMS")
    if enacting is not None:
        act.content += structure(enacting)
    for annex in [root] if root.tag in ("ANNEX", "CONS.ANNEX") else root.iter("ANNEX", "CONS.ANNEX"):
        act.content.append(annex_of(annex))
    if not act.content:
        raise TextError(f"{name} is Formex, but holds neither articles nor an annex")
    return act


def without_deletions(root, name: str) -> None:
    """Takes out what a consolidation marks as deleted: it keeps the words, between two instructions to the printer.

    Raises ``TextError`` where a deletion has no end, rather than show as law what is law no more.
    """
    for start in [each for each in root.iter() if getattr(each, "target", "") == "CLG.MDFO"]:
        if 'ACTION="DELETED"' not in (start.text or ""):
            continue
        mark = re.search(r'\bID="([^"]+)"', start.text)
        start.tail = None
        while (after := start.getnext()) is not None:
            if getattr(after, "target", "") == "CLG.MDFC" and mark and f'IDREF="{mark[1]}"' in (after.text or ""):
                break
            start.getparent().remove(after)
        else:
            raise TextError(f"{name} marks a deletion, line {start.sourceline}, and not where it ends; it is not read")


def structure(element) -> list[Part]:
    """Chapters, sections and articles below an element."""
    found = []
    for child in element:
        if child.tag == "DIVISION":
            label, heading = title(child)
            inner = structure(child)
            kind = (
                "section" if any(part.kind == "article" for part in inner) and is_within_division(child) else "chapter"
            )
            found.append(Part(kind, label, heading, inner))
        elif child.tag == "ARTICLE":
            found.append(article(child))
    return found


def is_within_division(element) -> bool:
    return element.getparent() is not None and element.getparent().tag == "DIVISION"


def title(element) -> tuple[str, str]:
    """Label and heading in a TITLE: a heading may stand in STI, or in the second line of TI."""
    head = element.find("TITLE")
    if head is None:
        return "", ""
    texts = [plain(each) for each in head.iter("P", "NP") if plain(each)]
    return (texts[0], " ".join(texts[1:])) if texts else ("", "")


def article(element) -> Part:
    part = Part("article", plain_of(element, "TI.ART"), re.sub(r"[`'\"]+$", "", plain_of(element, "STI.ART")))
    for child in element:
        if child.tag == "PARAG":
            part.content.append(Part("paragraph", plain_of(child, "NO.PARAG"), "", blocks(child, {"NO.PARAG"})))
        elif child.tag not in ("TI.ART", "STI.ART", "SUBDIV") and isinstance(child.tag, str):
            part.content += blocks(child)
    return part


def annex_of(element) -> Part:
    label, heading = title(element)
    body = element.find("CONTENTS")
    return Part("annex", label, heading, blocks(body) if body is not None else [])


def plain_of(element, name: str) -> str:
    found = element.find(name)
    return plain(found) if found is not None else ""


def blocks(element, passed: frozenset[str] | set[str] = frozenset()) -> list[str | Part]:
    """The content of an element: a text for each run of words, a part for each point, sequence or quotation."""
    found: list[str | Part] = []
    run: list[str] = [element.text or ""]

    def close() -> None:
        text = tidy("".join(run))
        if text:
            found.append(text)
        run.clear()

    for child in element:
        if not isinstance(child.tag, str) or child.tag in passed or child.tag in DROPPED:
            pass  # an instruction to the printer is no word
        elif child.tag in BLOCKS:
            close()
            found += block(child)
        else:
            run.append(inline(child))
        run.append(child.tail or "")
    close()
    return joined(found)


def block(element) -> list[str | Part]:
    tag = element.tag
    if tag == "LIST":
        return [part for item in element if item.tag == "ITEM" for part in items(item, element)]
    if tag == "NP":
        return [point(element)]
    if tag == "GR.SEQ":
        label, heading = title(element)
        return [sequence(label, heading, blocks(element, {"TITLE"}))]
    if tag == "QUOT.S":
        return [Part("quotation", "", "", blocks(element))]
    if tag == "PARAG":  # of a quoted act
        return [f"{plain_of(element, 'NO.PARAG')} {plain(element, {'NO.PARAG'})}".strip()]
    if tag == "TBL":
        return [" | ".join(filter(None, (plain(cell) for cell in row.iter("CELL")))) for row in element.iter("ROW")]
    return blocks(element)


def items(item, of) -> list[str | Part]:
    """The points of a list; an item without a number is an indent, or a text if the list has no marks."""
    if item.find("NP") is not None:
        return blocks(item)
    if of.get("TYPE") in ("DASH", "NDASH", "BULLET"):
        return [Part("item", "—", "", blocks(item))]
    return blocks(item)


def point(element) -> Part:
    return Part("item", plain_of(element, "NO.P"), "", blocks(element, {"NO.P"}))


def plain(element, passed: frozenset[str] | set[str] = frozenset()) -> str:
    """All words of an element in one line, without footnotes."""
    return tidy(inline(element, passed))


def inline(element, passed: frozenset[str] | set[str] = frozenset()) -> str:
    if element.tag in DROPPED:
        return ""
    if element.tag in ("QUOT.START", "QUOT.END"):
        return mark(element.get("CODE", "22"))
    if element.tag == "FT" and element.get("TYPE") == "NUMBER":
        return grouped("".join(element.itertext()))
    if element.tag == "HT" and element.get("TYPE") == "SUP":
        return raised("".join(element.itertext()))
    words = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str) and child.tag not in passed:
            space = " " if child.tag in BLOCKS else ""
            words.append(space + inline(child) + space)
        words.append(child.tail or "")
    return "".join(words)


def mark(code: str) -> str:
    """A quotation mark by its number; another character is not what these elements are for."""
    found = chr(int(code, 16)) if re.fullmatch(r"[0-9A-Fa-f]{1,4}", code) else ""
    return found if found and not CONTROL.search(found) else '"'


def grouped(digits: str) -> str:
    """A number as it is printed: digits in threes where there are more than four."""
    digits = digits.strip()
    if not re.fullmatch(r"[0-9]{5,60}", digits):
        return digits
    return f"{int(digits):,}".replace(",", " ")

"""Citations: from the key of a provision to the words lawyers use, in English and French, and back.

Keys follow the subdivision codes of the Publications Office: ``art_53_par_1_pnt_a``, ``anx_III_pnt_4``, ``rct_103``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from .names import ACT

ACT_ELI = "http://data.europa.eu/eli/reg/2024/1689/oj"
WORDS = {
    "en": {
        "art": "Article", "rct": "Recital", "anx": "Annex", "cpt": "Chapter", "sec": "Section",
        "pnt": "point", "sub": "subparagraph", "ind": "indent", "act": "Regulation (EU) 2024/1689",
    },
    "fr": {
        "art": "article", "rct": "considérant", "anx": "annexe", "cpt": "chapitre", "sec": "section",
        "pnt": "point", "sub": "alinéa", "ind": "tiret", "act": "règlement (UE) 2024/1689", "par": "paragraphe",
    },
}  # fmt: skip
SHORT = {
    "en": {"art": "Art.", "sub": "subpar.", "act": "the Act"},
    "fr": {"art": "art.", "par": "§", "pnt": "", "act": "le règlement"},
}


def parts(key: str) -> list[tuple[str, str]]:
    """``art_53_par_2`` gives ``[("art", "53"), ("par", "2")]``."""
    pieces = key.split("_")
    return list(zip(pieces[::2], pieces[1::2], strict=False))


def cite(key: str, language: str = "en", short: bool = False) -> str:
    """How lawyers cite a provision: ``Article 53(1)(a)``, ``article 53, paragraphe 1, point a)``; or ``short``."""
    words = WORDS[language]
    if key == "act" or not re.fullmatch(r"[a-z]{3}(_\w+)+", key):
        return words["act"] if key == "act" else key
    steps = parts(key)
    kind, number = steps[0]
    if short:
        words = words | SHORT[language]
    if language == "en":
        return _english(f"{words[kind]} {number}", kind, steps[1:], words)
    return _french(f"{words[kind]} {inserted(number)}", kind, steps[1:], words)


LEVELS = {
    "par": "par", "§": "par", "pnt": "pnt", "poi": "pnt", "sec": "sec",
    "sub": "sub", "ali": "sub", "ind": "ind", "tir": "ind",
}  # fmt: skip
LATIN = dict(zip("abcdefgh", "bis ter quater quinquies sexies septies octies nonies".split(), strict=True))


def inserted(number: str) -> str:
    """The French number of an inserted provision: ``4a`` is *4 bis*, ``ba`` is *b bis*; ``ii`` stays Roman."""
    match = re.fullmatch(r"(\d+|[a-z])([a-h])", number)
    return f"{match[1]} {LATIN[match[2]]}" if match else number


def _english(text: str, kind: str, steps: list[tuple[str, str]], words: dict[str, str]) -> str:
    for index, (step, number) in enumerate(steps):
        if step == "par" or (step == "pnt" and kind in ("art", "par")):
            text += f"({number})"
        elif step == "pnt":
            text += f"({number})" if index and steps[index - 1][0] == "pnt" else f", {words['pnt']} {number}"
        elif step == "sub":
            text += f", {_ordinal_english(number)} {words['sub']}"
        else:
            text += f", {words.get(step, step)} {number}"
    return text


def _french(text: str, kind: str, steps: list[tuple[str, str]], words: dict[str, str]) -> str:
    for index, (step, number) in enumerate(steps):
        if step == "sub":
            text += f", {_ordinal_french(number)} {words['sub']}"
        elif step == "pnt":
            follows = index and steps[index - 1][0] == "pnt"
            number = inserted(number)
            bracket = ")" if number[0].islower() or kind == "art" else ""
            text += f", {number}{bracket}" if follows or not words["pnt"] else f", {words['pnt']} {number}{bracket}"
        else:
            text += f", {words.get(step, step)} {inserted(number)}"
    return text


ENGLISH = dict(enumerate("first second third fourth fifth sixth seventh eighth ninth tenth".split(), 1))
FRENCH = dict(
    enumerate("premier deuxième troisième quatrième cinquième sixième septième huitième neuvième dixième".split(), 1)
)


def _ordinal_english(number: str) -> str:
    return ENGLISH.get(int(number), f"{number}th")


def _ordinal_french(number: str) -> str:
    return FRENCH.get(int(number), f"{number}e")


OF_THE_ACT = re.compile(
    r"(?i),? (of (the )?|du )?(AI Act|règlement( sur l.IA)?|Regulation)( \(EU\) 2024/1689| \(UE\) 2024/1689)?$"
)
CONNECTORS = {"of", "the", "and", "de", "du", "la", "le", "et"}


def find(words: str, known: Iterable[str]) -> str | None:
    """The key meant by ``53(2)``, ``art. 53 par. 2``, ``article 53, paragraphe 2``, ``annexe III, point 5 b)`` …"""
    keys = set(known)
    text = words.strip()
    if "act" in keys and re.fullmatch(r"(?i)(the act|le règlement|.*2024/1689)", text):
        return "act"
    text = OF_THE_ACT.sub("", text)
    for letter, latin in LATIN.items():
        text = re.sub(rf"(?i)\b(\d+|[a-z])[ \u00a0]{latin}\b", rf"\g<1>{letter}", text)
    for number in ENGLISH:
        ordinal = rf"({ENGLISH[number]}|{FRENCH[number]}|{number}(st|nd|rd|th|er?|re))"
        text = re.sub(rf"(?i)\b{ordinal} (subpar\w*\.?|alin[ée]a|al\.)", f"sub {number}", text)
    if text.removeprefix("act:").removeprefix(ACT) in keys:
        return text.removeprefix("act:").removeprefix(ACT)
    kind = "art"
    for candidate, pattern in (
        ("rct", r"\b(recital|considérant|considerant|rct|rec)\b"),
        ("anx", r"\b(annex|annexe|anx)\b"),
        ("cpt", r"\b(chapter|chapitre|cpt)\b"),
    ):
        if re.search(pattern, text, re.IGNORECASE):
            kind = candidate
    bare = re.sub(r"(?i)\b(article|art|recital|considérant|rec|rct|annexe?|anx|chapter|chapitre|cpt)\b\.?", " ", text)
    token = re.compile(
        r"(?i)\b(?:(?P<word>paragraphe|paragraph|par|alinéa|alinea|subparagraph|sub|indent|tiret|ind|point|pnt|section|sec|§)\.?\s*)?(?P<number>\d+[a-z]{0,2}|[ivxlc]+(?![a-z])|[a-z]{1,2}(?![a-z]))"
    )
    tokens, others = token.findall(bare), re.findall(r"[^\W\d_]+", token.sub(" ", bare))
    if (
        not tokens
        or {word.lower() for word in others} - CONNECTORS
        or (kind == "art" and (tokens[0][0] or text[0] == "§"))
    ):
        return None  # of another text, or a part of nothing named
    first, rest = tokens[0][1], tokens[1:]
    if kind in ("anx", "cpt"):
        first = first.upper()
    key = f"{kind}_{first}"
    if key not in keys:
        return None
    for word, number in rest:
        asked = LEVELS.get(word.lower()[:3])
        for level in [asked] if asked else ["par", "pnt", "sec", "sub"]:
            if f"{key}_{level}_{number}" in keys:
                key = f"{key}_{level}_{number}"
                break
            if f"{key}_{level}_{number.upper()}" in keys:
                key = f"{key}_{level}_{number.upper()}"
                break
        else:
            return None
    return key


def links(key: str, language: str = "en", text: str = "") -> dict[str, str]:
    """Addresses of a provision: the constructed ELI, and the page of EUR-Lex with its anchor where there is one.

    ``text`` is the version that inserted it, YYYY-MM-DD; the page is then that of the consolidated text.
    """
    celex = f"02024R1689-{text.replace('-', '')}" if text else "32024R1689"
    steps = parts(key) if key != "act" else []
    eli = ACT_ELI.removesuffix("oj") + "".join(f"{kind}_{number}/" for kind, number in steps) + "oj"
    page = f"https://eur-lex.europa.eu/legal-content/{language.upper()}/TXT/?uri=CELEX:{celex}"
    return {"eli": eli, "page": page + (f"#{anchor(key)}" if anchor(key) else "")}


def anchor(key: str) -> str:
    """EUR-Lex’s own anchor: ``art_53``, ``053.002`` for a paragraph; deeper levels have none and get their parent’s."""
    steps = parts(key) if key != "act" else []
    if not steps:
        return ""
    kind, number = steps[0]
    if kind == "art" and len(steps) > 1 and steps[1][0] == "par" and number.isdigit() and steps[1][1].isdigit():
        return f"{int(number):03}.{int(steps[1][1]):03}"
    return f"{kind}_{number}"


KINDS = ("act", "rct", "cpt", "art", "anx")
ROMAN = {"I": 1, "V": 5, "X": 10}


def act_order(key: str) -> tuple:
    """Sorts provisions as the Act does: ``art_75_par_1`` before ``art_75a``, ``cpt_VIII`` before ``cpt_IX``."""
    kind, *words = key.split("_")
    place = []
    for word in words:
        digits, letters = re.fullmatch(r"(\d*)(.*)", word).groups()
        if not digits and set(letters) <= set(ROMAN):
            values = [ROMAN[letter] for letter in letters]
            digits = sum(
                -value if any(each > value for each in values[i:]) else value for i, value in enumerate(values)
            )
            letters = ""
        place.append((int(digits or 0), letters))
    return (KINDS.index(kind) if kind in KINDS else len(KINDS), *place)

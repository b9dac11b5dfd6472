"""Files beside a project that speak of its software: CITATION.cff, pyproject.toml, and the text of a licence.

Whether what they say covers the weights of a model they do not tell, so that they only give clues; the text of a
licence in the folder of a model card states the licence of what that folder holds.
"""

from __future__ import annotations

import re
from pathlib import PurePath

from ..descriptions import gate
from ..descriptions.description import Description, DescriptionError, Problem, Scalar
from ..descriptions.limits import most
from ..descriptions.merge import plain
from ..descriptions.record import MODEL, Record, into, maps, said, word, words
from ..descriptions.tree import compose
from ..law.knowledge import Knowledge
from ..law.licences import by_text

MAX_BYTES = most("description")
LENIENT = True
TEXT = re.compile(
    r"(?i)(?:(?:(?:un)?licen[cs]e|copying)(?:[-_.](?P<kind>.*))?|(?P<weights>.*[-_])?(?:models?|weights?)[-_]licen[cs]e.*"
    r"|.*use[-_]policy.*)"
)
ENDINGS = re.compile(
    r"(?i)|\.(?:md|txt|rst|mit|bsd|isc|model|weights|apache.*|\d+)"
)  # what ends otherwise is code or data
ELSEWHERE = re.compile(r"(?i)(?:third|3rd|doc|code|software|data|header|notice|check|template|list|dep)")
OF_WEIGHTS = re.compile(r"(?i)model|weight|use[-_]policy")
TITLE = 12  # lines in which the title of a licence stands


def recognises(file: str, start: str) -> int:
    name = PurePath(file).name
    if name.lower() in ("citation.cff", "pyproject.toml"):
        return 3
    if not is_licence(name):
        return 0
    kind = TEXT.fullmatch(name)["kind"] or "md"
    headed = kind.lower() != "md" and name.lower().endswith(".md") and start.startswith("---")
    return 0 if headed else 3  # a card, whatever it is called


def is_licence(name: str) -> bool:
    """Whether a file is called as the text of a licence is, and not as one of something beside the weights."""
    found = TEXT.fullmatch(name)
    return bool(found and ENDINGS.fullmatch(PurePath(name).suffix) and not ELSEWHERE.match(found["kind"] or ""))


def read(file: str, text: str, knowledge: Knowledge) -> Description:
    """What a file of this kind says. Raises ``DescriptionError`` if it is broken."""
    record = Record(file, "software", knowledge)
    record.found.aside = True
    name = PurePath(file).name.lower()
    if name == "citation.cff":
        _citation(record, file, text)
    elif name == "pyproject.toml":
        _package(record, file, text)
    else:
        _licence(record, text, bool(qualified(name, knowledge)))
    return record.found


def _citation(record: Record, file: str, text: str) -> None:
    tree = compose(file, text)
    for licence in words(into(tree, "license")) or words(into(tree, "license-url")):
        record.clue(None, "licence", licence, "software")
    for author in maps(into(tree, "authors"))[:3]:
        named = [word(author.get(key)) for key in ("name", "given-names", "family-names")]
        told = " ".join(part.text for part in named if part)
        if told:
            record.clue(None, "provider", told, "developer", author)
    if word(into(tree, "date-released")):
        record.clue(None, "placed_on_union_market", word(into(tree, "date-released")), "release")


def _package(record: Record, file: str, text: str) -> None:
    import tomllib

    gate.toml(file, text)
    try:
        project = tomllib.loads(text).get("project")
    except RecursionError:
        raise DescriptionError(file, [Problem(1, "is nested too deeply")]) from None
    except ValueError as error:  # of the parser, or of a number that Python does not read
        line = re.search(r"at line (\d+)", str(error))
        raise DescriptionError(file, [Problem(int(line[1]) if line else 1, f"is not valid TOML: {error}")]) from None
    project = project if isinstance(project, dict) else {}
    licence = project.get("license")
    licence = licence.get("text") if isinstance(licence, dict) else licence
    authors = [each.get("name") for each in project.get("authors") or [] if isinstance(each, dict)]
    for value, fact, reason in (
        (licence, "licence", "software"),
        *((name, "provider", "developer") for name in authors[:3]),
    ):
        if isinstance(value, str) and value.strip():
            record.clue(None, fact, value, reason, Scalar(value, _line(text, value)))


def _line(text: str, value: str) -> int:
    return text.count("\n", 0, max(text.find(value.split("\n")[0]), 0)) + 1


def qualified(name: str, knowledge: Knowledge) -> bool:
    """Whether a licence has more in its name than that it is one, and not the name of a known one: LICENSE-MODEL."""
    stem = plain(TEXT.fullmatch(name)["kind"] or "")
    stem = re.sub("(?:md|txt|rst)$", "", stem)
    named = len(stem) > 2 and any(plain(each).startswith(stem) for each in knowledge.licences)
    return bool(OF_WEIGHTS.search(name) or (stem and not stem.isdigit() and not named))


def _licence(record: Record, text: str, qualified: bool) -> None:
    """The very words of a licence, or what its first lines call it; terms of its own, if it is one of the weights."""
    known = by_text(text, record.knowledge)
    if known:
        at = Scalar(known, 1)
        record.state(record.entity(MODEL, "Model", at), "licence", at, note="text of the licence")
        return
    lines = [(number, line.strip(" #*=-\t")) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    for number, title in [each for each in lines[: 1 if qualified else None] if each[0] <= TITLE]:
        if title.casefold() in record.knowledge.licences:
            record.clue(None, "licence", title, "title", Scalar(title, number))
            return
    number, first = next(iter(lines), (1, ""))
    record.clue(None, "licence", said(first), "terms" if qualified else "title", Scalar(first, number))

"""What a description is once it is read: entities with raw statements, each with its file and line.

What the statements mean is for ``facts`` to say; how they are read is for the module of each format.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from .limits import most

MAX_TOLD = most("problems")
MAX_ENTITIES = most("entities")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u2028-\u202e\u2066-\u2069]")
NAME = re.compile(r"(?!none\Z)[A-Za-z][\w.-]{0,63}")  # “none” is a value: that there is nothing
SECTIONS = {
    "actors": "Actor",
    "models": "Model",
    "systems": "System",
    "components": "Component",
    "uses": "Use",
    "licences": "Licence",
}
SINGULAR = {plural.removesuffix("s"): cls for plural, cls in SECTIONS.items()}
NONE = "none"
LONGEST_WORD = 80  # for which a nearer one is looked for
UNKNOWN = "clue-unknown"  # the reason of a clue by which a description says itself that it does not know
DOUBTS = (
    "clue-restriction",
    "clue-gate",
    "clue-gate-union",
    "clue-several",
    "clue-licence-link",
    "clue-other-licence",
    "clue-own-words",
    "clue-form",
    "clue-no-grant",
    "clue-title",
    "clue-terms",
    "clue-which",
)


class Problem(NamedTuple):
    """Something wrong with a description: where, what, and what would be right."""

    line: int
    text: str
    file: str = ""  # where several files describe one project


class DescriptionError(Exception):
    """A description that cannot be read, or says something impossible; lists every problem found."""

    def __init__(self, file: str, problems: list[Problem]) -> None:
        self.file, self.problems = file, sorted(problems)
        told = [f"{problem.file or file}:{problem.line}: {problem.text}" for problem in self.problems[:MAX_TOLD]]
        if len(problems) > MAX_TOLD:
            told.append(f"{file}: and more of this kind; mend these first")
        super().__init__("\n".join(told))


@dataclass(slots=True)
class Scalar:
    """A word, number or day of a description, as written, with its line and, in JSON, its pointer."""

    text: str
    line: int
    at: str = ""
    file: str = ""  # where several files describe one project


@dataclass(slots=True)
class Sequence:
    """A list of a description."""

    items: list
    line: int
    at: str = ""
    file: str = ""


@dataclass(slots=True)
class Mapping:
    """A map of a description: keys with their values."""

    items: list[tuple[Scalar, Scalar | Sequence | Mapping]]
    line: int
    at: str = ""
    file: str = ""

    def get(self, key: str):
        return next((value for name, value in self.items if name.text == key), None)


Node = Scalar | Sequence | Mapping


@dataclass(slots=True)
class Entity:
    """A model, system, actor … of the description, with its statements: key, value node."""

    id: str
    cls: str
    line: int
    statements: list[tuple[Scalar, Node]] = field(default_factory=list)
    file: str = ""
    known_as: list[str] = field(default_factory=list)  # names and hub ids by which other files may call it


class Clue(NamedTuple):
    """What a file suggests of a fact and does not state: it raises a question and decides nothing."""

    entity: str  # id, or nothing for the one model that the project is about
    fact: str  # key, or nothing where the clue is about something that is not described
    says: str  # in the words of the file
    reason: str  # the phrase that says why it is no fact
    line: int
    at: str = ""
    file: str = ""

    @property
    def doubts(self) -> bool:
        """Whether it stays worth telling when the fact is stated."""
        return self.reason in DOUBTS


class Default(NamedTuple):
    """An actor written at the top, for every entity that names no other; only for some if there are several files."""

    key: str
    actor: Scalar
    entities: frozenset[str] | None = None


class Told(NamedTuple):
    """A warning in both languages: a phrase of ``data/phrases/`` and what fills it, a map being a text in each."""

    phrase: str
    values: dict[str, object]

    def text(self, knowledge, language: str = "en") -> str:
        said = {name: each[language] if isinstance(each, dict) else each for name, each in self.values.items()}
        return knowledge.say(language, self.phrase, **said)


@dataclass(slots=True)
class Description:
    """A description as read: entities with raw statements, and defaults written at the top."""

    file: str
    sha256: str
    name: str
    entities: dict[str, Entity]
    defaults: list[Default] = field(default_factory=list)
    warnings: list[str | Told] = field(default_factory=list)
    clues: list[Clue] = field(default_factory=list)
    files: list[str] = field(default_factory=list)  # if there are several
    form: str = ""  # the reader, where it is not our own format
    aside: bool = False  # accompanies a description, and is none by itself


def a(cls: str) -> str:
    """A class with its article: ``an actor``, ``a use``."""
    return f"an {cls.lower()}" if cls[0] in "AEIOaeio" else f"a {cls.lower()}"


def suggest(word: str, known: list[str]) -> str:
    """``; did you mean …?`` for the nearest known word, or nothing."""
    import difflib  # only for those who mistype

    if len(word) > LONGEST_WORD:
        return ""
    near = difflib.get_close_matches(word, known, 1, 0.6)
    return f"; did you mean “{near[0]}”?" if near else ""

"""Questions over the findings of a portfolio: one file of SQL each, in ``queries/portfolio``, answered by DuckDB."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from ..descriptions.description import suggest
from ..law.knowledge import root
from .journal import PortfolioError, read_head
from .tables import connected

HEADER = re.compile(r"^--\+ (\w+)(?:@(en|fr))?: (.*)$", re.MULTILINE)
DAYS = {"first-day": 0, "last-day": -1}


@dataclass(slots=True)
class Question:
    """One file of SQL: its title and description, its parameters with what they are if not given."""

    name: str
    text: str
    title: dict[str, str] = field(default_factory=dict)
    description: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)
    labels: dict[tuple[str, str], str] = field(default_factory=dict)


@lru_cache(maxsize=1)
def questions() -> dict[str, Question]:
    """All questions, by name."""
    return {path.stem: read(path) for path in sorted((root() / "queries" / "portfolio").glob("*.sql"))}


def read(path: Path) -> Question:
    """A question from its file. Raises ``PortfolioError``."""
    try:
        found = Question(path.stem, path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise PortfolioError(f"{path} cannot be read: {getattr(error, 'strerror', None) or 'it is not text'}") from None
    for key, language, value in HEADER.findall(found.text):
        if key == "parameter":
            name, _, rest = value.partition(" ")
            if language:
                found.labels[name, language] = rest
            else:
                found.parameters[name] = rest
        elif key in ("title", "description"):
            getattr(found, key)[language] = value
    return found


def find(name: str) -> Question:
    """The question of a name, or of a file of one’s own. Raises ``PortfolioError``."""
    if name in questions():
        return questions()[name]
    if name.endswith(".sql"):
        return read(Path(name))
    near = suggest(name, list(questions()))
    raise PortfolioError(f"there is no question “{name}”{near}; without one, all are listed")


def ask(folder: Path, name: str, given: dict[str, str], language: str = "en") -> tuple[list[str], list[tuple]]:
    """Columns and rows of an answer. Raises ``PortfolioError``."""
    import duckdb

    question, head = find(name), read_head(folder)
    if not (folder / "summary.json").exists():
        raise PortfolioError(f"{folder} is not whole: its run was stopped; the same command goes on with it")
    values = {name: head["days"][DAYS[word]] if word in DAYS else word for name, word in question.parameters.items()}
    for key, value in given.items():
        if key not in values:
            near, known = suggest(key, list(values)), ", ".join(values) or "none"
            raise PortfolioError(f"“{key}” is no parameter of {question.name}{near}; it has {known}")
        values[key] = value
    for key in ("day", "other"):
        if key in values and values[key] not in head["days"]:
            raise PortfolioError(f"nothing was asked about {values[key]}; this portfolio has {', '.join(head['days'])}")
    with connected(folder, language) as database:
        try:
            answer = database.execute(question.text, values) if values else database.execute(question.text)
            return [column[0] for column in answer.description], answer.fetchall()
        except duckdb.Error as error:
            raise PortfolioError(f"{question.name} cannot be answered: {str(error).splitlines()[0]}") from None


def described(question: Question, language: str) -> str:
    """What a question asks, its parameters, and its SQL."""
    lines = [question.title.get(language, question.name), question.description.get(language, "")]
    for name, value in question.parameters.items():
        lines.append(f"  {name}={value}  {question.labels.get((name, language), '')}".rstrip())
    return "\n".join([line for line in lines if line] + ["", HEADER.sub("", question.text).strip()]) + "\n"

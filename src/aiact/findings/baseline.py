"""A baseline: the answers that a project has taken note of, kept in a file beside it, so that only news fails a check.

The day that comes with an answer is part of it; the passing of days alone is no news until it changes a status.
"""

from __future__ import annotations

import json
from pathlib import Path

from ..descriptions.description import DescriptionError, Problem
from ..reports.report import Words
from .assess import ORDER, Assessment
from .diff import Change, by_duty

FORMAT = 1
MOST = 16 * 1024 * 1024
OCCASIONS = {"obligation": ("applies", "transitional"), "undetermined": ("undetermined",), "change": ORDER}
NOTHING = "not_applicable"  # as if the duty were not there
State = dict[tuple[str, str, str], tuple[str, str]]


def state(assessment: Assessment) -> State:
    """Status and coming day of every duty that may ask something, by entity, bearer and rule."""
    return {key: answer[:2] for key, answer in by_duty(assessment).items() if answer[0] != NOTHING}


def name(assessment: Assessment) -> str:
    return Path(assessment.facts.description.file).as_posix()


def written(assessments: list[Assessment]) -> str:
    """The baseline of what was assessed, one line a duty, so that a difference in it can be read."""
    projects = []
    for assessment in sorted(assessments, key=name):
        rows = [
            json.dumps([*key, *(part for part in answer if part)], ensure_ascii=False)
            for key, answer in sorted(state(assessment).items())
        ]
        told = {"file": name(assessment), "as_of": assessment.day, "text": assessment.text.id}
        head = json.dumps(told, ensure_ascii=False)[:-1]
        projects.append(f'{head}, "findings": [\n' + ",\n".join(f"  {row}" for row in rows) + "\n ]}")
    return f'{{"aiact-baseline": {FORMAT}, "projects": [\n ' + ",\n ".join(projects) + "\n]}\n"


def read(path: str) -> dict[str, State]:
    """The answers taken note of, by file. Raises ``DescriptionError``."""

    def refuse(text: str, line: int = 1) -> DescriptionError:
        return DescriptionError(path, [Problem(line, text)])

    try:
        with Path(path).open("rb") as stream:
            data = stream.read(MOST + 1)
    except (OSError, ValueError) as error:
        told = f"cannot be read: {getattr(error, 'strerror', '') or error}; --write-baseline writes it"
        raise refuse(told) from None
    if len(data) > MOST:
        raise refuse("is larger than a baseline can be")
    try:
        held = json.loads(data)
    except json.JSONDecodeError as error:
        raise refuse(f"is not JSON: {error.msg}; --write-baseline writes it anew", error.lineno) from None
    except (ValueError, RecursionError):  # of its encoding, its depth, or a number longer than Python reads
        raise refuse("is not JSON; --write-baseline writes it anew") from None
    if not isinstance(held, dict) or held.get("aiact-baseline") != FORMAT:
        raise refuse(f"is not a baseline of this version ({FORMAT}); --write-baseline writes it anew")
    try:
        return {project["file"]: dict(answer(row) for row in project["findings"]) for project in held["projects"]}
    except (KeyError, TypeError, ValueError):
        raise refuse("is not as it was written; --write-baseline writes it anew") from None


def answer(row: list) -> tuple[tuple[str, str, str], tuple[str, str]]:
    """One duty of a baseline; raises ``ValueError`` or ``TypeError`` for what is none."""
    entity, bearer, rule, status, *day = row
    if status not in ORDER or len(day) > 1 or not all(isinstance(part, str) for part in row):
        raise ValueError(row)
    return (entity, bearer, rule), (status, day[0] if day else "")


def news(assessment: Assessment, kept: dict[str, State]) -> list[Change]:
    """What is not as the baseline has it, in the order of the Act; what it does not have counts as not there."""
    before, after = kept.get(name(assessment), {}), state(assessment)
    found = []
    for key in dict.fromkeys([*after, *before]):
        was, is_ = before.get(key, ("", "")), after.get(key, ("", ""))
        if was != is_:
            found.append(Change(*key, was[0], is_[0], was[1], is_[1], {}))
    return found


def grave(found: list[Change], occasions: tuple[str, ...]) -> list[Change]:
    """The news for which a check is to fail: a duty that came to be owed or undetermined, or any change."""
    statuses = {status for occasion in occasions for status in OCCASIONS[occasion]}
    return [change for change in found if "change" in occasions or change.after in statuses]


def told(found: list[tuple[Assessment, list[Change]]], compared: bool, language: str) -> str:
    """The news of each project in words, with what they were and what they are."""
    from .diff import told as lines

    said = []
    for assessment, changes in found:
        words = Words(assessment, language)
        if changes:
            phrase = "baseline-news" if compared else "baseline-none"
            said += [words(phrase, file=name(assessment), n=len(changes)), *lines(changes, words)]
    return "".join(f"{line}\n" for line in said)

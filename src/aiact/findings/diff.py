"""Differences between two assessments: of two days, two texts of the Act, or two descriptions."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import NamedTuple

from ..reports.report import Words, wrap
from .assess import Assessment


class Change(NamedTuple):
    """One duty whose answer is not the same on both sides; an empty status says that it was not found.

    ``readings`` has the answers, before and after, on readings of open questions that change otherwise than the status.
    """

    entity: str
    bearer: str
    rule: str
    before: str
    after: str
    due_before: str
    due_after: str
    readings: dict[str, tuple[str, str]]


def changes(first: Assessment, second: Assessment) -> list[Change]:
    """What differs, in the order of the Act."""
    one, other = (by_duty(assessment) for assessment in (first, second))
    found = []
    for key in dict.fromkeys([*one, *other]):
        before, after = one.get(key, ("", "", {})), other.get(key, ("", "", {}))
        statuses = (before[0], after[0])
        sides = {
            name: (before[2].get(name, statuses[0]), after[2].get(name, statuses[1])) for name in before[2] | after[2]
        }
        readings = {name: side for name, side in sorted(sides.items()) if side[0] != side[1] and side != statuses}
        if before[:2] != after[:2] or readings:
            found.append(Change(*key, *statuses, before[1], after[1], readings))
    return found


def by_duty(assessment: Assessment) -> dict[tuple[str, str, str], tuple[str, str, dict[str, str]]]:
    """Status, the day that is still to come, and other readings of each duty, by entity, bearer and rule."""
    found = {}
    for finding in assessment.findings:
        bearer = assessment.short(finding.bearer) if finding.bearer else "?"
        judgement = finding.judgement
        days = {"upcoming": judgement.starts, "transitional": judgement.due, "conditional": judgement.due}
        found[assessment.short(finding.entity), bearer, finding.rule.id] = (
            finding.status,
            days.get(finding.status, ""),
            dict(assessment.read_otherwise(finding)),
        )
    return found


def text(found: list[Change], first: Assessment, second: Assessment, language: str) -> str:
    """One line a change: who, where, which provision, what it was and what it is."""
    words = Words(second, language)
    if not found:
        return words("no-difference") + "\n"
    return "\n".join([f"{_side(first, words)} → {_side(second, words)}", "", *told(found, words)]) + "\n"


def told(found: Iterable[Change], words: Words) -> list[str]:
    """A change: who, where, which provision; then what it was and is, by its status and on other readings."""
    lines = []
    for change in found:
        rule = words.knowledge.rules.get(change.rule)  # a baseline may know rules that are gone
        duty = f"{words.cite(rule.provision)}  {words.of(rule.label)}" if rule else change.rule
        lines.append(f"{change.bearer} → {change.entity}  {duty}")
        was, is_ = sides(change, words)
        if was != is_:
            lines.append(f"    {was} → {is_}")
        for reading in read_otherwise(change, words):
            lines += wrap(reading, initial_indent="    ", subsequent_indent="      ")
    return lines


def sides(change: Change, words: Words) -> tuple[str, str]:
    """What the answer was and is."""
    return said(change.before, change.due_before, words), said(change.after, change.due_after, words)


def read_otherwise(change: Change, words: Words) -> list[str]:
    """What changes on readings of open questions, where that is not what changes in the status."""
    return [
        words("read-otherwise-changes", read=words.read(name), before=said(was, "", words), after=said(is_, "", words))
        for name, (was, is_) in change.readings.items()
    ]


def _side(assessment: Assessment, words: Words) -> str:
    day, text = words("as-of", day=assessment.day), words("text-of", day=assessment.text.id)
    return f"{assessment.facts.description.file}, {day} ({text})"


def said(status: str, day: str, words: Words) -> str:
    if not status:
        return "—"
    return words.status(status) + (f" ({day})" if day else "")


def as_json(found: list[Change]) -> str:
    return json.dumps([change._asdict() for change in found], ensure_ascii=False, indent=1) + "\n"

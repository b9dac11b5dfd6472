"""Differences between two assessments: of two days, two texts of the Act, or two descriptions."""

from __future__ import annotations

import json
from typing import NamedTuple

from .assess import Assessment
from .report import Words


class Change(NamedTuple):
    """One duty whose answer is not the same on both sides; an empty status says that it was not found."""

    entity: str
    bearer: str
    rule: str
    before: str
    after: str
    due_before: str
    due_after: str


def changes(first: Assessment, second: Assessment) -> list[Change]:
    """What differs, in the order of the Act."""
    one, other = (_by_duty(assessment) for assessment in (first, second))
    found = []
    for key in dict.fromkeys([*one, *other]):
        before, after = one.get(key, ("", "")), other.get(key, ("", ""))
        if before != after:
            found.append(Change(*key, before[0], after[0], before[1], after[1]))
    return found


def _by_duty(assessment: Assessment) -> dict[tuple[str, str, str], tuple[str, str]]:
    found = {}
    for finding in assessment.findings:
        bearer = assessment.short(finding.bearer) if finding.bearer else "?"
        judgement = finding.judgement
        days = {"upcoming": judgement.starts, "transitional": judgement.due, "conditional": judgement.due}
        found[assessment.short(finding.entity), bearer, finding.rule.id] = (
            finding.status,
            days.get(finding.status, ""),
        )
    return found


def text(found: list[Change], first: Assessment, second: Assessment, language: str) -> str:
    """One line a change: who, where, which provision, what it was and what it is."""
    words = Words(second, language)
    if not found:
        return words("no-difference") + "\n"
    rules = first.knowledge.rules
    lines = [f"{_side(first, words)} → {_side(second, words)}", ""]
    for change in found:
        rule = rules[change.rule]
        was, is_ = (
            _said(status, day, words)
            for status, day in ((change.before, change.due_before), (change.after, change.due_after))
        )
        lines.append(f"{change.bearer} → {change.entity}  {words.cite(rule.provision)}  {words.of(rule.label)}")
        lines.append(f"    {was} → {is_}")
    return "\n".join(lines) + "\n"


def _side(assessment: Assessment, words: Words) -> str:
    day, text = words("as-of", day=assessment.day), words("text-of", day=assessment.text.id)
    return f"{assessment.facts.description.file}, {day} ({text})"


def _said(status: str, day: str, words: Words) -> str:
    if not status:
        return "—"
    return words.status(status) + (f" ({day})" if day else "")


def as_json(found: list[Change]) -> str:
    return json.dumps([change._asdict() for change in found], ensure_ascii=False, indent=1) + "\n"

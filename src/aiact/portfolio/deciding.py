"""Deciding a portfolio: the findings of one project after another, as flat rows.

Every finding comes from the same ``assess`` as that of ``check``.
"""

from __future__ import annotations

import json
from typing import NamedTuple

from ..descriptions.description import DescriptionError
from ..findings.assess import Assessment, assess
from ..law.knowledge import Knowledge

__all__ = ["Decider", "DescriptionError", "Row"]


class Row(NamedTuple):
    """A finding of a project on a day, with reasons as codes; names of entities are those of the description.

    Lists are tuples. ``because`` holds ``condition=truth@entity``; ``missing`` the alternatives, each the facts
    (``entity.key``) that would decide together; ``readings`` pairs of a reading and the status under it.
    """

    day: str
    rule: str
    role: str
    bearer: str | None
    entity: str
    status: str
    starts: str | None  # “from” in the JSON of ``check``
    due: str | None
    lifted_by: tuple[str, ...]
    limited_by: tuple[str, ...]
    postponed_by: tuple[str, ...]
    contested: tuple[str, ...]
    readings: tuple[tuple[str, str], ...]
    because: tuple[str, ...]
    missing: tuple[tuple[str, ...], ...]


class Decider:
    """Decides projects as of days (YYYY-MM-DD), each under the text in force on that day."""

    def __init__(self, knowledge: Knowledge, days: list[str]) -> None:
        self.knowledge, self.days = knowledge, days

    def rows(self, description: dict, name: str = "description.json") -> list[Row]:
        """All findings of a project, given as the tree of its JSON. Raises ``DescriptionError``."""
        data = json.dumps(description, ensure_ascii=False).encode()
        return [row for day in self.days for row in rows(assess(data, day, base=self.knowledge, name=name))]


def rows(assessment: Assessment) -> list[Row]:
    """The findings of an assessment as rows, in the order of ``check``."""
    short, knowledge = assessment.short, assessment.knowledge
    return [
        Row(
            assessment.day,
            item.rule.id,
            knowledge.roles[item.role],
            short(item.bearer) if item.bearer else None,
            short(item.entity),
            item.status,
            item.judgement.starts or None,
            item.judgement.due or None,
            tuple(item.judgement.lifted_by),
            tuple(item.limited_by),
            tuple(item.judgement.postponed_by),
            tuple(item.contested),
            tuple(item.readings.items()),
            tuple(f"{step.condition}={step.truth}@{short(step.node)}" for step in item.because),
            tuple(tuple(assessment.gap(gap) for gap in sorted(gaps)) for gaps in item.missing),
        )
        for item in assessment.findings
    ]

"""Deciding a portfolio: the findings of one project after another, as flat rows.

Every finding comes from the same ``assess`` as that of ``check``. Projects that the law cannot tell apart are decided
once: the findings of the first are those of all of the same likeness, but for their names and days.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterator
from functools import partial
from operator import itemgetter
from typing import NamedTuple

from ..descriptions import describe
from ..descriptions.description import DescriptionError
from ..descriptions.facts import establish
from ..findings.assess import Assessment
from ..findings.conclude import Court, Finding
from ..findings.evaluate import evaluate
from ..law.knowledge import Knowledge
from .likeness import Law, Likeness, Sort, View
from .outline import Outline

__all__ = ["Decider", "DescriptionError", "Row", "rows"]

REMEMBERED = 50_000  # precedents that are kept, and as many of the time before


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
        self.laws = [Law(knowledge, knowledge.text_on(day), day) for day in days]
        self.courts: dict[str, Court] = {}
        self.precedents = Precedents()
        self.judged = 0  # findings that were worked out; all others follow a precedent

    def rows(self, description: dict, name: str = "description.json") -> list[Row]:
        """All findings of a project, given as the tree of its JSON. Raises ``DescriptionError``."""
        return [row for law in self.laws for row in self.under(law, description, name)]

    def under(self, law: Law, description: dict, name: str) -> list[Row]:
        outline = law.outlines.of(description)
        if outline is None:
            found = rows(self.assess(law, description, name))
            self.judged += len(found)
            return found
        found = [
            row
            for precedent, at, alike in self.followed(law, description, outline, name)
            for row in precedent.rows(at, alike)
        ]
        found.sort(key=PLACE)
        return [row for _, row in found]

    def blocks(
        self, description: dict, name: str = "description.json"
    ) -> Iterator[tuple[Hashable, list[Row] | Callable]]:
        """The same findings entity by entity, as blocks: a key under which a block is always the same, and its rows.

        Those of the key None are of this project alone. Raises ``DescriptionError``.
        """
        for law in self.laws:
            outline = law.outlines.of(description)
            if outline is None:
                yield None, self.under(law, description, name)
                continue
            for precedent, at, alike in self.followed(law, description, outline, name):
                yield (precedent, alike.names, alike.days), partial(precedent.plain_rows, at, alike)

    def followed(
        self, law: Law, description: dict, outline: Outline, name: str
    ) -> Iterator[tuple[Precedent, int, Likeness]]:
        """The precedents of a project, each with the number of the entity, and with what stands in its places."""
        assessment = None
        for at, cls in enumerate(outline.classes):
            for sort in law.upon[cls]:
                alike = sort.narrow.of(outline, at)
                precedent = self.precedents.get((sort.narrow, sort.duties[0][0], alike.key))
                if precedent is OPEN:
                    alike = sort.wide.of(outline, at)
                    precedent = self.precedents.get((sort.wide, sort.duties[0][0], alike.key))
                if precedent is None:
                    if assessment is None:
                        assessment = self.assess(law, description, name)
                    alike, precedent = self.judge(sort, outline, at, assessment)
                yield precedent, at, alike

    def assess(self, law: Law, description: dict, name: str) -> Assessment:
        """As ``assess`` does, in the court of the project before, which has the rules in order already."""
        read = describe.read(name, self.knowledge, json.dumps(description, ensure_ascii=False).encode())
        facts = establish(read, self.knowledge, law.today)
        truths = evaluate(facts, self.knowledge, law.text)
        court = self.courts.get(law.today)
        court = self.courts[law.today] = court.over(truths) if court else Court(truths, law.today)
        return Assessment(self.knowledge, facts, law.text, law.today, court)

    def judge(self, sort: Sort, outline: Outline, at: int, assessment: Assessment) -> tuple[Likeness, Precedent]:
        """What ``check`` says of the duties of a sort and one entity, kept for all that look the same."""
        court, narrow = assessment.court, sort.narrow.of(outline, at)
        entity = assessment.facts.iri(narrow.names[0])
        findings = [(place, item) for place, duty in sort.duties for item in court.of_sort(duty, entity)]
        self.judged += len(findings)
        place = sort.duties[0][0]
        if all(court.is_never_owed(item.rule, entity, item.role, item.bearer) for _, item in findings):
            alike, view = narrow, sort.narrow
        else:
            alike, view = sort.wide.of(outline, at), sort.wide
            self.precedents[sort.narrow, place, narrow.key] = OPEN
        precedent = self.precedents[view, place, alike.key] = Precedent(assessment, findings, alike, view)
        return alike, precedent


class Precedents(dict):
    """Precedents by what they were decided on; those that were not asked for in a long time are forgotten."""

    def __init__(self) -> None:
        super().__init__()
        self.older: dict = {}

    def get(self, key: tuple, default=None):
        found = super().get(key)
        if found is None and key in self.older:
            self[key] = found = self.older[key]
        return default if found is None else found

    def __setitem__(self, key: tuple, found) -> None:
        if len(self) >= REMEMBERED:
            self.older = dict(self)
            self.clear()
        super().__setitem__(key, found)


OPEN = object()  # it takes more than what decides whether a duty arises
PLACE = itemgetter(0)


class Precedent:
    """Findings on one entity for all entities that look the same, with places for their names and days."""

    def __init__(self, assessment: Assessment, findings: list, alike: Likeness, view: View) -> None:
        names = {name: place for place, name in enumerate(alike.names)}
        days = {day: place for place, day in enumerate(alike.days) if day not in view.of_law}
        self.findings = []
        for place, item in findings:
            heads, tail = row(assessment, item, lambda name: names.get(name, name))
            day, rule, role, bearer, entity, status, *moments = heads
            placed = [days.get(moment, moment) for moment in moments]
            self.findings.append((place, (day, rule, role), (bearer, entity), status, tuple(placed), tail))

    def rows(self, at: int, alike: Likeness) -> list[tuple[tuple[int, int], Row]]:
        """Rows with their places in the order of ``check``: by duty, then by entity."""
        _, names, days = alike
        return [
            (
                (place, at),
                Row._make(
                    (
                        *heads,
                        names[bearer] if type(bearer) is int else bearer,
                        names[entity] if type(entity) is int else entity,
                        status,
                        days[starts] if type(starts) is int else starts,
                        days[due] if type(due) is int else due,
                        *spelled(tail, names),
                    )
                ),
            )
            for place, heads, (bearer, entity), status, (starts, due), tail in self.findings
        ]

    def plain_rows(self, at: int, alike: Likeness) -> list[Row]:
        return [row for _, row in self.rows(at, alike)]


def rows(assessment: Assessment) -> list[Row]:
    """The findings of an assessment as rows, in the order of ``check``."""
    found = []
    for item in assessment.findings:
        heads, tail = row(assessment, item, lambda name: name)
        found.append(Row._make((*heads, *spelled(tail, ()))))
    return found


def row(assessment: Assessment, item: Finding, place: Callable[[str], object]) -> tuple[tuple, tuple]:
    """The two halves of a row: who, what and when; and why, with names still apart from what is said of them."""
    name = lambda iri: place(assessment.short(iri))  # noqa: E731
    heads = (
        assessment.day,
        item.rule.id,
        assessment.knowledge.roles[item.role],
        name(item.bearer) if item.bearer else None,
        name(item.entity),
        item.status,
        item.judgement.starts or None,
        item.judgement.due or None,
    )
    tail = (
        tuple(item.judgement.lifted_by),
        tuple(item.limited_by),
        tuple(item.judgement.postponed_by),
        tuple(item.contested),
        tuple(item.readings.items()),
        tuple((f"{step.condition}={step.truth}@", name(step.node)) for step in item.because),
        tuple(tuple((name(node), "." + assessment.key(fact)) for node, fact in sorted(gaps)) for gaps in item.missing),
    )
    return heads, tail


def spelled(tail: tuple, names: tuple[str, ...]) -> tuple:
    """The second half of a row with the names of a project in their places."""
    named = lambda name: names[name] if type(name) is int else name  # noqa: E731
    *codes, because, missing = tail
    return (
        *codes,
        tuple(said + named(name) for said, name in because),
        tuple(tuple(named(name) + fact for name, fact in gaps) for gaps in missing),
    )

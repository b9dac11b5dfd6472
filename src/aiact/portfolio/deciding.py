"""Deciding a portfolio: the findings of one project after another, as flat rows.

Every finding comes from the same ``assess`` as that of ``check``. Projects that the law cannot tell apart are decided
once: the findings of the first are those of all of the same likeness, but for their names and days.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from operator import itemgetter
from typing import NamedTuple, Protocol

from ..descriptions import describe
from ..descriptions.description import DescriptionError
from ..descriptions.facts import establish
from ..findings.assess import Assessment
from ..findings.conclude import Court, Finding
from ..findings.evaluate import evaluate
from ..law.knowledge import Knowledge
from .likeness import Law, Likeness, Sort, View
from .outline import Outline

__all__ = ["Block", "Decider", "DescriptionError", "Row", "rows"]

# How much is kept, and as much of the time before: precedents of sorts of duties, and of entities as a whole.
PRECEDENTS, WHOLES = 20_000, 5_000


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


class Block(NamedTuple):
    """Findings that have the pattern of others: the same but for the names and days that stand in their places."""

    pattern: Pattern
    names: Sequence[str] = ()
    days: Sequence[str] = ()

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Block:
        """Findings like no others."""
        return cls(Alone(tuple(rows)))

    def rows(self, wanted: Container[int] | None = None) -> list[Row]:
        """All of them, or those whose places in the block are wanted."""
        return self.pattern.rows(self.names, self.days, wanted)


class Pattern(Protocol):
    """What many blocks have in common."""

    def rows(self, names: Sequence[str], days: Sequence[str], wanted: Container[int] | None = None) -> list[Row]: ...


class Alone:
    """The pattern of findings that have none in common with others."""

    def __init__(self, rows: tuple[Row, ...]) -> None:
        self.all = rows

    def rows(self, names: Sequence[str], days: Sequence[str], wanted: Container[int] | None = None) -> list[Row]:
        return [row for place, row in enumerate(self.all) if wanted is None or place in wanted]


class Decider:
    """Decides projects as of days (YYYY-MM-DD), each under the text in force on that day."""

    def __init__(self, knowledge: Knowledge, days: list[str]) -> None:
        self.knowledge, self.days = knowledge, days
        self.laws = [Law(knowledge, knowledge.text_on(day), day) for day in days]
        self.courts: dict[str, Court] = {}
        self.kept = Kept(PRECEDENTS)
        self.wholes = Kept(WHOLES)
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
        found = []
        for precedents, at, alike in self.followed(law, description, outline, name):
            places = ((place, at) for place in precedents.order)
            found += zip(places, precedents.rows(alike.names, alike.days), strict=True)
        found.sort(key=PLACE)
        return [row for _, row in found]

    def blocks(self, description: dict, name: str = "description.json") -> Iterator[Block]:
        """The same findings, entity by entity. Raises ``DescriptionError``."""
        for law in self.laws:
            outline = law.outlines.of(description)
            if outline is None:
                yield Block.of(self.under(law, description, name))
                continue
            for precedents, _, alike in self.followed(law, description, outline, name):
                yield Block(precedents, alike.names, alike.days)

    def followed(
        self, law: Law, description: dict, outline: Outline, name: str
    ) -> Iterator[tuple[Precedents, int, Likeness]]:
        """The precedents of each entity of a project, with its number, and with what stands in their places."""
        assessment = None
        for at, cls in enumerate(outline.classes):
            if not law.upon[cls]:
                continue
            alike = law.whole[cls].of(outline, at)
            found = self.wholes.get((law.today, alike.key))
            if found is None:
                parts = []
                for sort in law.upon[cls]:
                    seen, precedent = self.precedent(sort, outline, at)
                    if precedent is None:
                        if assessment is None:
                            assessment = self.assess(law, description, name)
                        seen, precedent = self.judge(sort, outline, at, assessment)
                    parts.append((precedent, *seen.within(alike)))
                found = self.wholes[law.today, alike.key] = Precedents(parts)
            yield found, at, alike

    def precedent(self, sort: Sort, outline: Outline, at: int) -> tuple[Likeness, Precedent | None]:
        """What was decided on an entity that looks the same to the duties of a sort."""
        place, alike = sort.duties[0][0], sort.narrow.of(outline, at)
        found = self.kept.get((sort.narrow, place, alike.key))
        if found is OPEN:
            alike = sort.wide.of(outline, at)
            found = self.kept.get((sort.wide, place, alike.key))
        return alike, found

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
            self.kept[sort.narrow, place, narrow.key] = OPEN
        precedent = self.kept[view, place, alike.key] = Precedent(assessment, findings, alike, view)
        return alike, precedent


class Kept(dict):
    """What was decided, by what it was decided on; what was not asked for in a long time is forgotten."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most, self.older = most, {}

    def get(self, key: tuple, default=None):
        found = super().get(key)
        if found is None and key in self.older:
            self[key] = found = self.older[key]
        return default if found is None else found

    def __setitem__(self, key: tuple, found) -> None:
        if len(self) >= self.most:
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

    def row(self, number: int, names: Sequence[str], days: Sequence[str]) -> Row:
        _, heads, (bearer, entity), status, (starts, due), tail = self.findings[number]
        return Row._make(
            (
                *heads,
                names[bearer] if type(bearer) is int else bearer,
                names[entity] if type(entity) is int else entity,
                status,
                days[starts] if type(starts) is int else starts,
                days[due] if type(due) is int else due,
                *spelled(tail, names),
            )
        )


class Precedents:
    """All precedents of an entity, for those that look the same in every respect; places are those of the whole."""

    def __init__(self, parts: list[tuple[Precedent, tuple[int, ...], tuple[int, ...]]]) -> None:
        self.parts = parts
        self.order = [finding[0] for precedent, _, _ in parts for finding in precedent.findings]  # of the law

    def rows(self, names: Sequence[str], days: Sequence[str], wanted: Container[int] | None = None) -> list[Row]:
        found, place = [], 0
        for precedent, own_names, own_days in self.parts:
            numbers = range(len(precedent.findings))
            asked = [number for number in numbers if wanted is None or place + number in wanted]
            if asked:
                theirs, moments = [names[each] for each in own_names], [days[each] for each in own_days]
                found += [precedent.row(number, theirs, moments) for number in asked]
            place += len(numbers)
        return found


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


def spelled(tail: tuple, names: Sequence[str]) -> tuple:
    """The second half of a row with the names of a project in their places."""
    named = lambda name: names[name] if type(name) is int else name  # noqa: E731
    *codes, because, missing = tail
    return (
        *codes,
        tuple(said + named(name) for said, name in because),
        tuple(tuple(named(name) + fact for name, fact in gaps) for gaps in missing),
    )

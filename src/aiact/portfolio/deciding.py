"""Deciding a portfolio: the findings of one project after another, as flat rows.

Every finding comes from the same court as that of ``check``. Entities of projects that the law cannot tell apart are
decided once: the findings of the first are those of all of the same likeness, but for their names and days.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

from ..descriptions import describe
from ..descriptions.description import DescriptionError
from ..descriptions.facts import establish
from ..findings.assess import Assessment
from ..findings.conclude import Court, Finding
from ..findings.evaluate import evaluate
from ..law.knowledge import Knowledge
from .likeness import Law, Likeness
from .outline import Outline

__all__ = ["Block", "Decider", "DescriptionError", "Row", "rows"]

PRECEDENTS = 20_000  # how many are kept, and as many of the time before


class Row(NamedTuple):
    """A finding of a project on a day, with reasons as codes; names of entities are those of the description.

    Lists are tuples. ``because`` holds conditions, each with its truth and the entity; ``missing`` the alternatives,
    each the facts (entity and key) that would decide together; ``readings`` pairs of a reading and the status under it.
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
    because: tuple[tuple[str, str, str], ...]
    missing: tuple[tuple[tuple[str, str], ...], ...]

    def put(self, name: Callable, moment: Callable) -> Row:
        """The same row, its names and days put otherwise: by their places in a list, or back."""
        return Row(
            self.day, self.rule, self.role, name(self.bearer), name(self.entity), self.status,
            moment(self.starts), moment(self.due), *self[8:13],
            tuple((condition, truth, name(entity)) for condition, truth, entity in self.because),
            tuple(tuple((name(entity), fact) for entity, fact in gaps) for gaps in self.missing),
        )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Precedent:
    """Findings that many may share: where rows have a number for a name or day, it stands there in a list of them."""

    places: tuple[int, ...]  # in the order of the law
    rows: tuple[Row, ...]

    def of(self, names: Sequence[str], days: Sequence[str]) -> Iterator[Row]:
        """The findings with the names and days of a project in their places."""
        name = lambda word: names[word] if type(word) is int else word  # noqa: E731
        moment = lambda day: days[day] if type(day) is int else day  # noqa: E731
        return (row.put(name, moment) for row in self.rows)


class Block(NamedTuple):
    """Findings that follow a precedent, with the names and days of a project."""

    precedent: Precedent
    names: Sequence[str]
    days: Sequence[str]

    @classmethod
    def alone(cls, rows: Iterable[Row]) -> Block:
        """Findings like no others."""
        names: dict[str, int] = {}
        days: dict[str, int] = {}
        name = lambda word: word and names.setdefault(word, len(names))  # noqa: E731
        moment = lambda day: day and days.setdefault(day, len(days))  # noqa: E731
        found = tuple(row.put(name, moment) for row in rows)
        return cls(Precedent((), found), list(names), list(days))

    def rows(self) -> Iterator[Row]:
        return self.precedent.of(self.names, self.days)


class Decider:
    """Decides projects as of days (YYYY-MM-DD), each under the text in force on that day."""

    def __init__(self, knowledge: Knowledge, days: list[str]) -> None:
        self.knowledge, self.days = knowledge, days
        self.laws = [Law(knowledge, knowledge.text_on(day), day) for day in days]
        self.courts: dict[str, Court] = {}
        self.kept = Kept(PRECEDENTS)
        self.said = Kept(PRECEDENTS)
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
        placed = [
            pair
            for at, block in self.followed(law, description, outline, name)
            for pair in zip(((place, at) for place in block.precedent.places), block.rows(), strict=True)
        ]
        return [row for _, row in sorted(placed, key=PLACE)]

    def blocks(self, description: dict, name: str = "description.json") -> Iterator[Block]:
        """The same findings, entity by entity. Raises ``DescriptionError``."""
        for law in self.laws:
            outline = law.outlines.of(description)
            if outline is None:
                yield Block.alone(self.under(law, description, name))
            else:
                yield from (block for _, block in self.followed(law, description, outline, name))

    def followed(self, law: Law, description: dict, outline: Outline, name: str) -> Iterator[tuple[int, Block]]:
        """The findings on each entity of a project, with its number."""
        assessment = None
        for at, cls in enumerate(outline.classes):
            if cls not in law.views:
                continue
            alike = law.views[cls].of(outline, at)
            precedent = self.kept.get((law.today, alike.key))
            if precedent is None:
                assessment = assessment or self.assess(law, description, name)
                precedent = self.kept[law.today, alike.key] = self.judge(law, cls, alike, assessment)
            yield at, Block(precedent, alike.names, alike.days)

    def assess(self, law: Law, description: dict, name: str) -> Assessment:
        """As ``assess`` does, in the court of the project before, which has the rules in order already."""
        read = describe.read(name, self.knowledge, json.dumps(description, ensure_ascii=False).encode())
        facts = establish(read, self.knowledge, law.today)
        truths = evaluate(facts, self.knowledge, law.text)
        court = self.courts.get(law.today)
        court = self.courts[law.today] = court.over(truths) if court else Court(truths, law.today)
        return Assessment(self.knowledge, facts, law.text, law.today, court)

    def judge(self, law: Law, cls: str, alike: Likeness, assessment: Assessment) -> Precedent:
        """What ``check`` says of one entity, for all that look the same."""
        entity = assessment.facts.iri(alike.names[0])
        findings = [(place, item) for place, duty in law.upon[cls] for item in assessment.court.of_sort(duty, entity)]
        self.judged += len(findings)
        names = {name: place for place, name in enumerate(alike.names)}
        of_law = law.views[cls].of_law
        days = {day: place for place, day in enumerate(alike.days) if day not in of_law}
        called = lambda name: names.get(name, name)  # noqa: E731
        moment = lambda day: days.get(day, day)  # noqa: E731
        told: dict[tuple[int, int], tuple[tuple, tuple]] = {}  # duties of a sort share their reasons
        for _, item in findings:
            key = id(item.because), id(item.missing)
            if key not in told:
                told[key] = tuple(map(self.said.the, why(assessment, item, called)))
        return Precedent(
            tuple(place for place, _ in findings),
            tuple(
                Row(*heads(assessment, item, called, moment), *told[id(item.because), id(item.missing)])
                for _, item in findings
            ),
        )


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

    def the(self, same: tuple) -> tuple:
        """The first that was the same."""
        found = self.get(same)
        if found is None:
            self[same] = found = same
        return found

    def __setitem__(self, key: tuple, found) -> None:
        if len(self) >= self.most:
            self.older = dict(self)
            self.clear()
        super().__setitem__(key, found)


PLACE = itemgetter(0)


def rows(assessment: Assessment) -> list[Row]:
    """The findings of an assessment as rows, in the order of ``check``."""
    return [Row(*heads(assessment, item), *why(assessment, item)) for item in assessment.findings]


def same(word):
    return word


def heads(assessment: Assessment, item: Finding, name: Callable = same, moment: Callable = same) -> tuple:
    """The cells of a finding but for the last two, with something in place of each name and day perhaps."""
    return (
        assessment.day,
        item.rule.id,
        assessment.knowledge.roles[item.role],
        name(assessment.short(item.bearer)) if item.bearer else None,
        name(assessment.short(item.entity)),
        item.status,
        moment(item.judgement.starts or None),
        moment(item.judgement.due or None),
        tuple(item.judgement.lifted_by),
        tuple(item.limited_by),
        tuple(item.judgement.postponed_by),
        tuple(item.contested),
        tuple(item.readings.items()),
    )


def why(assessment: Assessment, item: Finding, name: Callable = same) -> tuple[tuple, tuple]:
    """The reasons of a finding, and the sets of facts that are missing."""
    called = lambda iri: name(assessment.short(iri))  # noqa: E731
    return (
        tuple((step.condition, step.truth, called(step.node)) for step in item.because),
        tuple(tuple((called(node), assessment.key(fact)) for node, fact in sorted(gaps)) for gaps in item.missing),
    )

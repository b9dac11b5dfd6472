"""Trials: the same project told otherwise, and what becomes of its findings.

A trial states facts anew, or takes them back, and judges again without proofs; nothing of it reaches the description.
Questions, plans and “what if” rest on it: what they say of a change has been tried.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import NamedTuple

from ..descriptions import facts
from ..descriptions.description import NAME, Description, DescriptionError, Entity, Node, Scalar, Sequence
from ..descriptions.description import Mapping as Table
from ..law.knowledge import DUTIES, Fact, Knowledge
from .conclude import Court
from .evaluate import Truths

UNSAID = object()  # the value of a fact that is taken back
Fork = Mapping[tuple[str, str], object]  # (entity, key of a fact) → value as Python has it


class Duty(NamedTuple):
    """What a finding is about: rule, entity, role and bearer (None if nobody is named), by their addresses."""

    rule: str
    entity: str
    role: str
    bearer: str | None


def told(description: Description, knowledge: Knowledge, fork: Fork) -> Description:
    """A description that says something else about some facts; a name that a link gives first is described too.

    Entities that the fork names and the description does not have are left out of account. What files suggest keeps
    a fact open until the fork says it.
    """
    entities, answered = dict(description.entities), set()
    for (name, key), value in fork.items():
        entity = entities.get(name)
        fact = knowledge.fact(key, entity.cls) if entity else None
        if fact is None:
            continue
        for text in (value if isinstance(value, list) else [value]) if fact.kind == "link" else ():
            if isinstance(text, str) and text not in entities and NAME.fullmatch(text):
                entities[text] = Entity(text, LINKED.get(fact.range, fact.range), entity.line)
        kept = [statement for statement in entity.statements if statement[0].text != key]
        if value is not UNSAID:
            kept.append((Scalar(key, entity.line), node(value, entity.line)))
            answered.add((name, key))
        entities[name] = replace(entity, statements=kept)
    clues = [clue for clue in description.clues if clue.doubts or (clue.entity, clue.fact) not in answered]
    return replace(description, entities=entities, clues=clues)


LINKED = {"Artefact": "Model"}  # what is described where a link leads to one of several classes


def node(value: object, line: int = 1) -> Node:
    """A Python value as a reader would have read it."""
    if isinstance(value, (Scalar, Sequence, Table)):
        return value
    if isinstance(value, Mapping):
        return Table([(Scalar(str(key), line), node(each, line)) for key, each in value.items()], line)
    if isinstance(value, (list, tuple)):
        return Sequence([node(each, line) for each in value], line)
    return Scalar({True: "true", False: "false"}[value] if isinstance(value, bool) else str(value), line)


def name_for(words: str, taken: Collection[str]) -> str:
    """A name within a description for something that people call otherwise."""
    slug = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:40]
    slug = slug if NAME.fullmatch(slug) else "x-" + slug if slug else "x"
    return next(name for name in (slug, *(f"{slug}-{n}" for n in range(2, 999))) if name not in taken)


class Trials:
    """Tries what becomes of a project if some facts were otherwise."""

    def __init__(self, court: Court, judge: Callable[..., dict[Duty, str]] | None = None) -> None:
        self.court, self.knowledge, self.judge = court, court.knowledge, judge or statuses
        self.description = court.facts.description

    def over(self, fork: Fork) -> Court | None:
        """The court over the project told otherwise; None if nobody could tell it so."""
        try:
            found = facts.establish(told(self.description, self.knowledge, fork), self.knowledge, self.court.day)
        except DescriptionError:
            return None
        return self.court.over(Truths(found, self.knowledge, self.court.text))

    def statuses(self, fork: Fork, among: Iterable[Duty] | None = None) -> dict[Duty, str] | None:
        """The status of every duty, or of those given, under a fork; None if nobody could tell it so."""
        court = self.over(fork)
        return None if court is None else self.judge(court, among)


def statuses(court: Court, among: Iterable[Duty] | None = None) -> dict[Duty, str]:
    """The status of every duty of a court, or of those given; no proof is made, and what is alike is judged once."""
    known: dict[tuple, str] = {}
    found = {}
    for duty in duties(court) if among is None else among:
        rule = court.rules[duty.rule]
        if court.facts.is_a(duty.entity, rule.target):
            key = alike(court, duty)
            if key not in known:
                known[key] = court.status(rule, duty.entity, duty.role, duty.bearer)
            found[duty] = known[key]
    return found


def alike(court: Court, duty: Duty) -> tuple:
    """What duties have in common that always have the same status."""
    return (court.book.sort_of(court.rules[duty.rule]), duty.entity, duty.role, duty.bearer)


def duties(court: Court, among: Iterable[tuple[str, str]] | None = None) -> list[Duty]:
    """Everything that could be owed, or what could be under some rules at some entities, by whoever could owe it."""
    found: dict[Duty, None] = {}
    for name, entity in all_duties(court) if among is None else dict.fromkeys(among):
        rule = court.rules[name]
        if rule.under and rule.under not in court.readings.tied[court.knowledge.readings[rule.under].question]:
            continue  # owed under a reading of less force alone
        for role in rule.bearers:
            choices = [{}, *({q: n} for q in court.book.tied_questions(rule, role) for n in court.readings.tied[q][1:])]
            for chosen in choices:
                for actor in court.candidates(role, entity, court.readings.with_(chosen)):
                    found[Duty(name, entity, role, actor)] = None
    return list(found)


def all_duties(court: Court) -> list[tuple[str, str]]:
    return [
        (rule.id, entity)
        for rule in court.rules.values()
        if rule.kind in DUTIES
        for entity in court.facts.of_class(rule.target)
    ]


def statable(knowledge: Knowledge, cls: str) -> list[Fact]:
    """The facts that a description may state of a class of entities, and on which some rule rests."""
    found = (knowledge.facts[iri] for iri in knowledge.keys[cls].values())
    return [fact for fact in found if not fact.derived_only and not fact.for_the_record and fact.kind != "text"]


@contextmanager
def without_collection() -> Iterator[None]:
    """Many trials make much that is soon forgotten, beside a knowledge base that stays: the collector waits."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()

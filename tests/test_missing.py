"""What is asked for decides: a fact said to be missing alone has a value that settles the duty, either way."""

import copy

import pytest
from conftest import ROOT
from generate import established

from aiact import assess
from aiact.descriptions.description import DescriptionError, Entity, Scalar, Sequence
from aiact.descriptions.facts import establish
from aiact.findings.conclude import Court
from aiact.findings.evaluate import evaluate
from aiact.law.knowledge import knowledge

PROJECTS = ("quickstart", "hobbyist", "cv-screener", "beetle-notes", "seed-embedded-model", "one-third", "free-systems")
STRANGERS = {"abroad": "US", "near": "FR"}  # whoever is asked for may be somebody whom the description does not name
DAYS = ["2024-01-01", "2025-12-01", "2026-09-01", "2030-01-01"]
VALUES = {
    "boolean": ["true", "false"],
    "number": ["1e20", "1e23", "3e22", "3.5e23", "2e24", "9e25"],
    "date": DAYS,
    "event": [*DAYS, "true", "false"],
    "place": ["FR", "US"],
    "licence": ["MIT", "CC-BY-NC-4.0"],
    "text": ["words"],
}


def answers(fact, description) -> list:
    """Answers that a user could give: each value of a list, every actor, numbers and days on all sides."""
    if fact.kind in VALUES:
        return [Scalar(value, 1) for value in VALUES[fact.kind]]
    classes = knowledge().parents
    named = [entity.id for entity in description.entities.values() if fact.range in classes[entity.cls]]
    values = [Scalar(value, 1) for value in (fact.values if fact.kind == "concept" else named)]
    return [Sequence([], 1), *(Sequence([value], 1) for value in values)] if fact.many else values


def with_strangers(description):
    more = copy.deepcopy(description)
    for name, country in STRANGERS.items():
        more.entities[name] = Entity(name, "Actor", 1, [(Scalar("established_in", 1), Scalar(country, 1))])
    return more


def answered(given, description, entity: str, fact, answer) -> dict | None:
    """Statuses once the fact has this value; None if no description could say so."""
    said = copy.deepcopy(description)
    kept = [(key, value) for key, value in said.entities[entity].statements if key.text != fact.key]
    said.entities[entity].statements = [*kept, (Scalar(fact.key, 1), answer)]
    try:
        facts = establish(said, given.knowledge, given.day)
    except DescriptionError:
        return None
    court = Court(evaluate(facts, given.knowledge, given.text), given.day)
    return {(item.rule.id, item.entity, item.bearer): item.status for item in court.findings()}


@pytest.mark.parametrize("project", PROJECTS)
def test_a_fact_that_is_missing_alone_decides(project):
    (path,) = (ROOT / "data" / "projects").glob(f"{project}.*")
    given = assess(path, "2026-11-22")
    asked: dict[tuple[str, str], set] = {}
    for item in given.findings:
        for gaps in item.missing if not item.contested else ():
            if len(gaps) == 1:
                asked.setdefault(next(iter(gaps)), set()).add((item.rule.id, item.entity, item.bearer))
    assert asked
    description = with_strangers(given.facts.description)
    for (node, iri), open_ in asked.items():
        fact, entity = given.knowledge.facts[iri], given.facts.id(node)
        for answer in answers(fact, description):
            found = answered(given, description, entity, fact, answer)
            open_ = {key for key in open_ if found is None or found.get(key) == "undetermined"}
        assert not open_, f"{entity}.{fact.key} was said to decide {open_}"


@pytest.mark.parametrize("seed", range(12))
def test_nothing_is_left_open_without_a_fact_that_is_asked_for_or_a_dispute(seed):
    """Coarse days of events included, on days between those of Article 113."""
    base = knowledge()
    for day in ("2026-11-22", "2028-01-15"):
        court = Court(evaluate(established(seed, base), base, base.text_on(day)), day)
        open_ = [item for item in court.findings() if item.status == "undetermined"]
        assert all(item.missing or item.contested for item in open_)

"""What is so for every project, over generated ones: what may not change a finding, and what may not soften one.

Each property is a function of a seed; here it is tried on a few, and on as many as one likes by
``python benchmarks/properties.py 1000``.
"""

from __future__ import annotations

import copy
import random
from functools import cache

import pytest
from conftest import DAY
from generate import likely, project

from aiact import assess
from aiact.assess import Assessment
from aiact.conclude import Court
from aiact.description import SECTIONS, DescriptionError
from aiact.knowledge import knowledge

PROJECTS = 12  # of each property, here
COMFORTS = ("lifted", "not_applicable")
DAYS = ("2025-02-02", "2025-08-02", "2026-07-26", "2026-08-02", DAY, "2026-12-02", "2027-12-02", "2030-08-02")
# Guidelines, paragraph 86: these are monetisation, whatever else is earned.
PARAGRAPH_86 = ("dual_licence", "inseparable_support", "mandatory_services", "exclusive_hosting")


@cache
def drawn(seed: int) -> dict:
    """A generated project that the reader accepts; every second one is as one meets them."""
    base = knowledge()
    for attempt in range(50):
        draw = random.Random(f"{seed}/{attempt}")
        described = (likely if seed % 2 else project)(draw, base)
        if judged(described, DAY) is not None:
            return described
    raise AssertionError(f"nothing readable was drawn for {seed}")


def judged(described: dict, day: str, **options) -> Assessment | None:
    """The assessment of a description; None if the reader refuses it, as it does a circle."""
    try:
        return assess(described, day, base=knowledge(), **options)
    except DescriptionError:
        return None


def outcomes(assessment: Assessment) -> dict[tuple, tuple]:
    """By rule, role, entity and bearer: what a finding says."""
    return {key(assessment, item): said(item) for item in assessment.findings}


def key(assessment: Assessment, item) -> tuple:
    bearer = assessment.short(item.bearer) if item.bearer else None
    return item.rule.id, item.role, assessment.short(item.entity), bearer


def said(item) -> tuple:
    judged = item.judgement
    return (
        item.status, judged.starts, judged.due, frozenset(judged.lifted_by), frozenset(judged.postponed_by),
        item.contested, tuple(sorted(item.readings.items())),
    )  # fmt: skip


def statuses(assessment: Assessment) -> dict[tuple, str]:
    return {key(assessment, item): item.status for item in assessment.findings}


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """What is missing is not compared, and takes the longest."""
    monkeypatch.setattr(Court, "missing", lambda *given: [])


# ---------------------------------------------------------------------------------------------- what changes nothing


def order_changes_nothing(seed: int) -> None:
    """Of keys, of entities, of the members of a list."""
    described, draw = drawn(seed), random.Random(seed)
    day = draw.choice(DAYS)
    assert outcomes(judged(shuffled(described, draw), day)) == outcomes(judged(described, day))


def shuffled(given, draw: random.Random):
    if isinstance(given, dict):
        items = list(given.items())
        draw.shuffle(items)
        return {name: shuffled(each, draw) for name, each in items}
    return draw.sample(given, len(given)) if isinstance(given, list) else given


def names_change_nothing(seed: int) -> None:
    """Other names for everything, and names that sort the other way round."""
    described, draw = drawn(seed), random.Random(seed)
    day = draw.choice(DAYS)
    ids = [id for section in SECTIONS for id in described.get(section, ())]
    new = {id: f"{chr(ord('z') - rank)}-renamed" for rank, id in enumerate(ids)}
    other = {section: each for section, each in described.items() if section not in SECTIONS}
    for section in SECTIONS:
        if section in described:
            other[section] = {new[id]: renamed(each, new) for id, each in described[section].items()}
    before = {
        (rule, role, new[entity], bearer and new[bearer]): said
        for (rule, role, entity, bearer), said in outcomes(judged(described, day)).items()
    }
    assert outcomes(judged(other, day)) == before


def renamed(entity: dict, new: dict[str, str]) -> dict:
    """An entity whose references have the new names, and that is called otherwise."""
    changed = {name: [new.get(v, v) for v in each] if isinstance(each, list) and all(isinstance(v, str) for v in each)
               else new.get(each, each) if isinstance(each, str) else each
               for name, each in entity.items() if name != "name"}  # fmt: skip
    return changed | {"name": "Another name"}


def strangers_change_nothing(seed: int) -> None:
    """Facts of entities that nothing links to these; and what was assessed before."""
    described, other = drawn(seed), drawn(seed + 1000)
    day = random.Random(seed).choice(DAYS)
    before = outcomes(judged(described, day))
    ids = {id: f"stranger-{id}" for section in SECTIONS for id in other.get(section, ())}
    both = copy.deepcopy(described)
    for section in SECTIONS:
        for id, each in other.get(section, {}).items():
            both.setdefault(section, {})[ids[id]] = renamed(each, ids)
    after = {
        (rule, role, entity, bearer): said
        for (rule, role, entity, bearer), said in outcomes(judged(both, day)).items()
        if entity not in ids.values()
    }
    assert after == before
    assert outcomes(judged(described, day)) == before


# ---------------------------------------------------------------------------------------------- what removes no duty


def removed(before: dict[tuple, str], after: dict[tuple, str]) -> list[tuple]:
    """Duties that were owed, or might be, and are no longer."""
    return [
        (key, status, after.get(key))
        for key, status in before.items()
        if status not in COMFORTS and after.get(key, "gone") in (*COMFORTS, "gone")
    ]


def more_compute_removes_no_duty(seed: int) -> None:
    """Nor the presumption of systemic risk. (Of a model from which others start it lowers their share: not theirs.)"""
    for id, more in changes(seed, "models", more_compute):
        day = random.Random(seed).choice(DAYS)
        before, after = judged(drawn(seed), day), judged(more, day)
        assert not presumed(before) - presumed(after)
        mine = lambda found: {k: v for k, v in statuses(found).items() if k[2] == id}  # noqa: E731, B023
        assert not removed(mine(before), mine(after))


def presumed(assessment: Assessment) -> set[str]:
    return {
        assessment.short(item.entity)
        for item in assessment.classifications
        if item.rule.id == "art-51-2" and item.truth == "holds"
    }


def more_compute(model: dict) -> dict | None:
    """Ten times, and a thousand times as much, of a compute that is told exactly."""
    if not isinstance(model.get("training_compute"), str) or not model["training_compute"][0].isdigit():
        return None
    return model | {"training_compute": repr(float(model["training_compute"].replace("10^", "1e")) * 1000)}


def changes(seed: int, section: str, change) -> list[tuple[str, dict]]:
    """The project with a change to one of its entities, for each for which there is one."""
    described, found = drawn(seed), []
    for id, each in described.get(section, {}).items():
        changed = change(each)
        if changed is not None and changed != each:
            found.append((id, described | {section: described[section] | {id: changed}}))
    return found


def monetisation_removes_no_duty(seed: int) -> None:
    draw = random.Random(seed)
    kind, day = draw.choice(PARAGRAPH_86), draw.choice(DAYS)
    monetised = lambda each: each | {"monetisation": [*_list(each.get("monetisation", [])), kind]}  # noqa: E731
    for section in ("models", "systems", "components"):
        for _, earning in changes(seed, section, monetised):
            assert not removed(statuses(judged(drawn(seed), day)), statuses(judged(earning, day)))


def _list(given) -> list:
    return [each for each in (given if isinstance(given, list) else [given]) if each not in PARAGRAPH_86]


def closing_the_weights_removes_no_duty(seed: int) -> None:
    day = random.Random(seed).choice(DAYS)
    for _, closed in changes(seed, "models", lambda model: model | {"weights_public": False}):
        assert not removed(statuses(judged(drawn(seed), day)), statuses(judged(closed, day)))


# ---------------------------------------------------------------------------------------------- time


@cache
def eves() -> list[tuple[str, str]]:
    """Every first day of a rule in a text, with the day before it."""
    from datetime import date, timedelta

    found = {(text.id, day) for text in knowledge().texts.values() for day in text.applies_from.values()}
    return [(text, str(date.fromisoformat(day) - timedelta(1))) for text, day in sorted(found)]


def nothing_is_owed_before_its_first_day(seed: int) -> None:
    """Article 111(2) runs from its own day: what it leaves to do by a later day is shown before, and not yet due."""
    described = drawn(seed)
    for text, eve in random.Random(seed).sample(eves(), 4):
        found = judged(described, eve, known_on=text)
        first = knowledge().texts[text].applies_from
        for item in found.findings:
            if eve < first.get(item.rule.id, ""):
                assert item.status != "applies", (key(found, item), eve)
                assert item.status != "transitional" or item.judgement.due > eve, (key(found, item), eve)


PROPERTIES = {
    each.__name__: each
    for each in (
        order_changes_nothing,
        names_change_nothing,
        strangers_change_nothing,
        more_compute_removes_no_duty,
        monetisation_removes_no_duty,
        closing_the_weights_removes_no_duty,
        nothing_is_owed_before_its_first_day,
    )
}


@pytest.mark.parametrize("property", PROPERTIES)
def test_a_property_holds_of_generated_projects(property):
    for seed in range(PROJECTS):
        PROPERTIES[property](seed)

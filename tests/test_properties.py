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
from aiact.descriptions.description import SECTIONS, DescriptionError
from aiact.findings.assess import Assessment
from aiact.findings.conclude import Court
from aiact.findings.rulebook import Rulebook
from aiact.law.knowledge import Rule, knowledge

PROJECTS = 8  # of each property, here
COMFORTS = ("lifted", "not_applicable")
DAYS = ("2025-02-02", "2025-08-02", "2026-07-26", "2026-08-02", DAY, "2026-12-02", "2027-12-02", "2030-08-02")
LINKS = ("integrates", "modifies", "merges", "later_release_of", "adapts", "system")
# A fact without which a duty is rightly gone.
BRINGS = {
    *(
        (rule, "derogation_conditions") for rule in ("art-6-4", "art-49-2", "art-80-4")
    ),  # Article 6(4) is for who relies on 6(3); who does not owes Chapter III
    ("art-52-1", "planned_compute"),  # Article 52(1): without a plan it is not known that the threshold will be met
    # Articles 5(2) and 5(3) are for who relies on an objective of 5(1)(h); who does not is forbidden the whole of it
    *((f"art-5-{n}", "identification_objectives") for n in (2, 3, 4)),
    # Article 60: a system on the market of which nobody says that it is tested as well is not
    *((r.id, "real_world_testing") for r in knowledge().rules.values() if r.id.startswith(("art-60-", "art-61"))),
    ("art-79-2-distributors", "distributors"),  # a system of which nobody says that others sell it has none to be told
    # Article 5(1)(ba) and (bb): a system that yields no pictures or sounds is asked of only if it says so itself
    *((f"art-5-1-{p}", fact) for p in ("ba", "bb") for fact in ("article_5_practices", "reproducible_outputs")),
}
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


def order_of_rules_changes_nothing(seed: int) -> None:
    """No effect wins because it is written first or last."""
    described, draw = drawn(seed), random.Random(seed)
    day = draw.choice(DAYS)
    turned = judged(described, day)
    rules = list(turned.court.rules.items())
    draw.shuffle(rules)
    turned.court = court_by(dict(rules), turned)
    assert outcomes(turned) == outcomes(judged(described, day))


def court_by(rules: dict[str, Rule], found: Assessment) -> Court:
    """A court that has the rules in another order."""
    truths, day = found.court.truths, found.court.day
    return Court(truths, day, Rulebook(truths.knowledge, truths.text, rules))


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


# ---------------------------------------------------------------------------------------------- proofs


def only(described: dict, kept: set[tuple[str, str]], entities: set[str]) -> dict:
    """The description with the facts that are kept, and the entities that they or the finding speak of."""
    named = entities | {id for id, _ in kept}
    for section in SECTIONS:
        for id, each in described.get(section, {}).items():
            for name, told in each.items():
                if (id, name) in kept:
                    named |= {word for word in (told if isinstance(told, list) else [told]) if isinstance(word, str)}
    told = {"aiact": 1}
    for section in SECTIONS:
        for id, each in described.get(section, {}).items():
            if id in named:
                facts = {name: value for name, value in each.items() if (id, name) in kept}
                told.setdefault(section, {})[id] = facts or {"name": "x"}
    return told


def rests_on(assessment: Assessment, item) -> set[tuple[str, str]]:
    told = assessment.finding(item)["rests_on"]
    return {tuple(fact.rsplit(".", 1)) for fact in told}


def its_grounds_alone_give_a_finding(seed: int) -> None:
    draw = random.Random(seed)
    described, day = drawn(seed), draw.choice(DAYS)
    found = judged(described, day)
    for item in sampled(draw, found):
        mine, kept = key(found, item), rests_on(found, item)
        alone = judged(only(described, kept, {mine[2]} | ({mine[3]} if mine[3] else set())), day)
        again = next((other for other in alone.findings if key(alone, other) == mine), None)
        told = (again.status, again.judgement.due) if again else ("not_applicable", item.judgement.due)
        assert told == (item.status, item.judgement.due), (mine, day, sorted(kept))


def a_fact_less_is_no_comfort(seed: int) -> None:
    """A duty that is owed or open is not gone because a fact of its proof is no longer told.

    What a description links to nothing stands alone: without the link there is no model in a system, and no original.
    Where a fact is presumed for a reason, the comfort that rests on it is told with the assumption.
    """
    draw = random.Random(seed)
    described, day = drawn(seed), draw.choice(DAYS)
    found = judged(described, day)
    items = [item for item in found.findings if item.status not in COMFORTS]
    for item in draw.sample(items, min(2, len(items))):
        told = {(found.short(s.subject), found.key(s.fact)) for step in item.because for s in step.statements}
        for id, name in sorted(told | rests_on(found, item)):
            smaller = without(described, id, name)
            if smaller is None or is_against_the_military(described, id, name):
                continue
            if name not in LINKS and (item.rule.id, name) not in BRINGS:
                after, fact = judged(smaller, day), fact_of(id, name, described)
                left = alike(after, key(found, item), fact.kind == "link")
                if fact.presumed is None:
                    assert not left or set(left) - set(COMFORTS), (key(found, item), item.status, day, id, name)
                elif left and not set(left) - set(COMFORTS):
                    assert f"{id}.{name}" in [each["fact"] for each in after.assumptions], (key(found, item), id, name)


def is_against_the_military(described: dict, id: str, name: str) -> bool:
    """Whether a fact speaks against what a use says of itself: that it is military alone (Article 2(3))."""
    return name == "for_law_enforcement" and described.get("uses", {}).get(id, {}).get("exclusively_military") is True


def without(described: dict, id: str, name: str) -> dict | None:
    """The description with one fact less; None if it does not tell that fact."""
    for section in SECTIONS:
        if name in described.get(section, {}).get(id, {}):
            facts = {key: value for key, value in described[section][id].items() if key != name}
            return described | {section: described[section] | {id: facts or {"name": "x"}}}
    return None


def alike(found: Assessment, mine: tuple, whoever: bool) -> list[str]:
    """The statuses of a duty at an entity, for its bearer or, where the fact named somebody, for whoever bears it."""
    rule, role, entity, bearer = mine
    others = {key: status for key, status in statuses(found).items() if (key[0], key[2]) == (rule, entity)}
    return [status for key, status in others.items() if whoever or (key[1], key[3]) == (role, bearer)]


def fact_of(id: str, name: str, described: dict):
    cls = next(cls for section, cls in SECTIONS.items() if id in described.get(section, {}))
    return knowledge().fact(name, cls)


def sampled(draw: random.Random, found: Assessment) -> list:
    """A few findings that are decided, as many kinds of them as there are."""
    by_kind: dict[tuple, list] = {}
    for item in found.findings:
        if item.status != "undetermined":
            by_kind.setdefault((item.status, item.rule.target, item.judgement.lifted_by), []).append(item)
    return [draw.choice(items) for items in by_kind.values()]


PROPERTIES = {
    each.__name__: each
    for each in (
        order_changes_nothing,
        order_of_rules_changes_nothing,
        names_change_nothing,
        strangers_change_nothing,
        more_compute_removes_no_duty,
        monetisation_removes_no_duty,
        closing_the_weights_removes_no_duty,
        nothing_is_owed_before_its_first_day,
        its_grounds_alone_give_a_finding,
        a_fact_less_is_no_comfort,
    )
}


def test_a_sum_over_merged_models_is_the_same_whichever_is_described_first():
    part = {"dense": True, "parameters": "1e12", "training_tokens": "2e12"}
    whole = {
        "generality": "general",
        "merges": ["part"],
        "synthetic_data_compute": "2e24",
        "placed_on_union_market": True,
    }
    models = {"whole": whole, "part": part}
    asked = [judged({"models": dict(order)}, DAY) for order in (models.items(), reversed(models.items()))]
    assert presumed(asked[0]) == presumed(asked[1]) == {"whole"}


def test_what_is_outside_the_regulation_is_not_called_exempt_whichever_rule_stands_first():
    research = {
        "generality": "general", "training_compute": "5e23", "outputs": ["text"], "licence": "MIT", "monetisation": [],
        "weights_public": True, "architecture_public": True, "usage_information_public": True,
        "designated_systemic_risk": False, "placed_on_union_market": True, "solely_for_research": True,
    }  # fmt: skip
    for turn in (list, reversed):
        found = judged({"models": {"m": research}}, DAY)
        found.court = court_by(dict(turn(found.court.rules.items())), found)
        chosen = found.court.readings.with_({"publication-of-research": "publication-of-research.purpose-decides"})
        rule, role = found.court.rules["art-53-1-a"], found.court.rules["art-53-1-a"].bearers[0]
        judgement = found.court.judge(rule, found.facts.iri("m"), role, None, chosen)
        assert (judgement.status, judgement.lifted_by) == ("not_applicable", ("art-2-6", "art-53-2"))


@pytest.mark.parametrize("property", PROPERTIES)
def test_a_property_holds_of_generated_projects(property):
    for seed in range(PROJECTS):
        PROPERTIES[property](seed)

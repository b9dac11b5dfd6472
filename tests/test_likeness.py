"""A portfolio follows precedents: projects that the law cannot tell apart get the same findings, and no others do."""

import json
import random
import re
from bisect import bisect_left
from datetime import date, timedelta

import generate
import pytest
from conftest import DAY
from portfolios import projects

from aiact import assess
from aiact.descriptions import values
from aiact.descriptions.description import SECTIONS
from aiact.law.knowledge import knowledge
from aiact.portfolio.deciding import Decider, DescriptionError, rows

BASE = knowledge()
MODEL = {
    "aiact": 1,
    "provider": {"name": "Lark", "kind": "undertaking", "established_in": "FR"},
    "model": {
        "name": "Lark 7B",
        "generality": "general",
        "licence": "MIT",
        "weights_public": True,
        "architecture_public": True,
        "usage_information_public": True,
        "monetisation": [],
        "training_compute": "5e23",
        "placed_on_union_market": "2026-03-01",
    },
}


@pytest.fixture(scope="module")
def decider():
    return Decider(BASE, [DAY])


def checked(description: dict) -> list:
    return rows(assess(json.dumps(description).encode(), DAY, base=BASE))


def with_(description: dict, section: str = "model", **facts) -> dict:
    return description | {section: {**description[section], **facts}}


def follows(decider, description: dict) -> bool:
    """Whether a project is decided by precedents alone; its rows are those of ``check`` in any case."""
    before = decider.judged
    assert decider.rows(description) == checked(description)
    return decider.judged == before


# -- what makes no difference


@pytest.mark.parametrize(
    "facts",
    [
        {"name": "Another"},
        {"training_compute": "9.9e23"},
        {"training_compute": 7e23},
        {"training_compute": {"value": "6e23", "source": "the report"}},
        {"licence": "mit"},
        {"licence": "BSD-2-Clause"},
        {"placed_on_union_market": "2026-05-30"},
    ],
    ids=str,
)
def test_what_the_law_does_not_tell_apart_follows_the_precedent(decider, facts):
    decider.rows(MODEL)
    assert follows(decider, with_(MODEL, **facts))


def test_names_of_things_are_those_of_each_project(decider):
    decider.rows(MODEL)
    other = {
        "aiact": 1,
        "actors": {"acme": MODEL["provider"]},
        "models": {"m-1": {**MODEL["model"], "provider": "acme"}},
    }
    found = decider.rows(other)
    assert found == checked(other)
    assert {row.entity for row in found} == {"m-1"}
    assert {row.bearer for row in found} <= {"acme", None}


# -- what does


@pytest.mark.parametrize(
    ("key", "below", "at"),
    [
        ("training_compute", "9.999e22", "1e23"),
        ("training_compute", "1e23", "1.001e23"),
        ("training_compute", "9.999e24", "1e25"),
        ("parameters", "999999999", "1e9"),
        ("placed_on_union_market", "2025-08-01", "2025-08-02"),
        ("placed_on_union_market", DAY, "2026-11-23"),
        ("licence", "MIT", "CC-BY-NC-4.0"),
        ("monetisation", [], ["paid_api"]),
        ("weights_public", True, False),
        ("outputs", ["text"], []),
    ],
)
def test_two_sides_of_a_boundary_are_two_likenesses(key, below, at):
    one, other = ({**MODEL, "model": {**MODEL["model"], key: value}} for value in (below, at))
    law = Decider(BASE, [DAY]).laws[0]
    seen = [law.views["Model"].of(law.outlines.of(each), 1).key for each in (one, other)]
    assert seen[0] != seen[1]
    decider = Decider(BASE, [DAY])
    for each in (one, other, one):
        assert decider.rows(each) == checked(each)


def test_a_fact_that_is_missing_is_no_fact_that_is_false(decider):
    silent = {key: value for key, value in MODEL["model"].items() if key != "architecture_public"}
    for model in (silent, {**silent, "architecture_public": False}, {**silent, "architecture_public": True}):
        assert decider.rows(MODEL | {"model": model}) == checked(MODEL | {"model": model})


@pytest.mark.parametrize("share", ["3.3333e23", "1e24", "3.34e23"])
def test_a_share_is_computed_from_the_numbers_themselves(decider, share):
    """A third of the compute of the base model lies between two projects whose numbers have the same ranks."""
    project = {
        "aiact": 1,
        "provider": {"name": "Lark", "established_in": "FR"},
        "models": {
            "base": {"generality": "general", "training_compute": "1.0e24", "provider": "other"},
            "tuned": {"modifies": {"model": "base", "compute": share}, "placed_on_union_market": "2026-09-01"},
        },
        "actors": {"other": {"name": "Other"}},
    }
    assert decider.rows(project) == checked(project)


# -- generated projects, each with a sibling that the law cannot tell apart


@pytest.mark.parametrize("seed", range(30))
def test_generated_projects_and_their_siblings(decider, seed):
    drawn = (generate.project if seed % 2 else generate.likely)(random.Random(f"likeness/{seed}"), BASE)
    try:
        wanted = checked(drawn)
    except DescriptionError:
        with pytest.raises(DescriptionError):
            decider.rows(drawn)
        return
    assert bool(decider.laws[0].outlines.of(drawn)) != contradicts_itself(drawn), "read at sight"
    assert decider.rows(drawn) == wanted
    other = sibling(drawn, random.Random(seed), decider.laws[0])
    assert other != drawn
    assert follows(decider, other) or contradicts_itself(drawn) or contradicts_itself(other)


def contradicts_itself(description: dict) -> bool:
    """Whether a project states what cannot all be so, or less than is computed from its numbers; chance draws such."""
    told = assess(json.dumps(description).encode(), DAY, base=BASE).warnings()
    words = ("follows from what stands beside it", "not all of it can be so")
    return any(word in each for each in told for word in words)


OTHER = {"grants": ["access"], "terms": ["non_commercial"]}
CONTRADICTIONS = [
    with_(MODEL, licence=[]),
    with_(MODEL, licence=[[], "MIT"]),
    with_(MODEL, generality="none"),
    with_(MODEL, generality=[]),
    with_(MODEL, representative="none"),
    with_(MODEL, modification_compute=9e22),
    with_(MODEL, training_compute={"min": [3e25], "max": 9e24}),
    with_(MODEL, training_compute={"min": "<= 3e25", "max": 9e24}),
    with_(MODEL, training_compute=6e24, parameters=4e11, training_tokens=15e12, dense=True),
    with_(MODEL, training_compute=6e24, pretraining_compute=3e25),
    with_(MODEL, pretraining_compute=6e23, parameters=4e11, training_tokens=15e12, dense=True),
    MODEL | {"licences": {"mit": OTHER}},
    with_(MODEL, licence="The MIT License") | {"licences": {"mit": OTHER}},
    with_(MODEL, licence="own") | {"licences": {"own": {"any_of": ["MIT"], **OTHER}}},
    with_(MODEL, distribution=[]),
    with_(MODEL, distribution=["internal"]),
    with_(MODEL, union_excluded=True),
    with_(MODEL, commercial_activity=False, monetisation=["paid_api", "price"]),
    with_(MODEL, generality="narrow", designated_systemic_risk=True),
    with_(MODEL, modifies="none", modification_compute="> 1e20"),
    with_(MODEL, modifies="none", modification_compute=0),
    with_(MODEL, placed_on_union_market=False, registered_business_users={"min": 20000}),
    {"system": {"annex_iii": ["1c", "4a"], "biometric_functions": []}, "use": {"system": "system"}},
    {"system": {"annex_iii": []}, "use": {"system": "system", "personal": True, "at_workplace": True}},
]


@pytest.mark.parametrize("description", CONTRADICTIONS, ids=range(len(CONTRADICTIONS)))
def test_what_contradicts_itself_is_told_as_by_check(decider, description):
    try:
        wanted = checked(description)
    except DescriptionError:
        with pytest.raises(DescriptionError):
            decider.rows(description)
        return
    assert decider.rows(description) == wanted


def sibling(drawn: dict, draw: random.Random, law) -> dict:
    """The same project with other names, and with numbers and days moved as far as the law does not notice."""
    names = {id: f"{id}-{draw.randint(0, 999)}" for section in SECTIONS for id in drawn.get(section, {})}
    facts = [
        (BASE.fact(key, cls), value)
        for section, cls in SECTIONS.items()
        for entity in drawn.get(section, {}).values()
        for key, value in entity.items()
    ]
    told = {each for fact, value in facts if fact.kind in ("date", "event") for each in words(value)}
    days = {end for each in told for end in values.day(each) if end}
    bounds = sorted({day for view in law.views.values() for day in view.days})
    moved: dict[str, str] = {}
    for day in sorted(told & days - set(bounds)):
        later = (date.fromisoformat(day) + timedelta(draw.randint(0, 3))).isoformat()
        alone = all(moved.get(other, other) < later for other in days if other < day) and not any(
            day < other <= later for other in days
        )
        if alone and later not in bounds and bisect_left(bounds, later) == bisect_left(bounds, day):
            moved[day] = later

    def changed(fact, value):
        if isinstance(value, list):
            return [changed(fact, each) for each in value]
        if fact.kind in ("link", "licence"):
            return names.get(value, value)
        if fact.kind in ("date", "event"):
            return moved.get(value, value) if isinstance(value, str) else value
        if fact.kind == "number" and fact.key not in OPERANDS and isinstance(value, str) and AMOUNT.fullmatch(value):
            near = float(value) * draw.uniform(1, 1.0001)
            return near if law.outlines.rank(near) == law.outlines.rank(float(value)) else value
        return value

    return {
        section: {
            names[id]: {key: changed(BASE.fact(key, SECTIONS[section]), value) for key, value in entity.items()}
            for id, entity in entities.items()
        }
        if section in SECTIONS
        else entities
        for section, entities in drawn.items()
    }


AMOUNT = re.compile(r"[\d.]+(e\d+)?")
OPERANDS = {BASE.facts[path[-1]].key for derivation in BASE.derivations for path in derivation.operands}


def words(value) -> list[str]:
    return [
        each for item in (value if isinstance(value, list) else [value]) for each in [item] if isinstance(item, str)
    ]


@pytest.mark.parametrize("kinds", [["dual_licence", "personal_data"], ["paid_api"]])
def test_a_reason_names_the_value_that_the_project_states(kinds):
    """Ways of earning that come to the same are still told apart where a reason is about one of them."""

    def library(kinds: list[str]) -> dict:
        return {"aiact": 1, "components": {"tools": {"provider": "us", "monetisation": kinds}}, "actors": {"us": {}}}

    decider = Decider(BASE, [DAY])
    decider.rows(library(["exclusive_hosting", "premium_version"]))
    told = decider.rows(library(kinds))
    assert told == rows(assess(json.dumps(library(kinds)).encode(), DAY, base=BASE))


@pytest.mark.parametrize("names", [("alba", "zora"), ("zora", "alba")])
def test_what_is_missing_is_told_in_the_order_of_the_names_of_the_project(names):
    """Whatever the names of the project were that was decided first."""

    def chain(first: str, second: str) -> dict:
        return {"aiact": 1, "models": {first: {"weights_public": True}, second: {"modifies": first, "licence": "odd"}}}

    decider = Decider(BASE, [DAY])
    decider.rows(chain("mira", "nova"))
    told = decider.rows(chain(*names))
    assert told == rows(assess(json.dumps(chain(*names)).encode(), DAY, base=BASE))
    assert any(len({entity for gaps in row.missing for entity, _ in gaps}) > 1 for row in told)


def test_what_was_decided_before_changes_nothing():
    drawn = [description for _, description in projects(80)]
    forwards, backwards = Decider(BASE, [DAY]), Decider(BASE, [DAY])
    there = [forwards.rows(each) for each in drawn]
    back = [backwards.rows(each) for each in reversed(drawn)]
    assert there == back[::-1]

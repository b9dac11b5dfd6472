"""The worked projects: each comes out as expected in full, survives every format, and never gains from silence.

``tests/projects/NAME.yaml`` says what ``data/projects/NAME`` must give: ``expect`` lists findings, with the rules that
share an entity, a bearer and a status in one entry, and whatever it does not list is not applicable; ``readings`` gives
the status under one reading of an open question; ``popular`` says what the popular account of the regime gives, and
``why`` names the provision where the law says otherwise.
"""

from __future__ import annotations

import copy
from fractions import Fraction
from functools import cache

import pytest
from conftest import ROOT
from ruamel.yaml import YAML

from aiact import assess
from aiact.descriptions import convert, facts
from aiact.descriptions.description import Sequence
from aiact.findings.conclude import Court
from aiact.findings.evaluate import U, evaluate
from aiact.law.build import load_graph
from aiact.law.knowledge import knowledge
from aiact.law.names import ACT, ELI

PROJECTS = sorted((ROOT / "data" / "projects").iterdir())
EXPECTED = {
    path.stem: YAML(typ="safe", pure=True).load(path) for path in sorted((ROOT / "tests" / "projects").glob("*.yaml"))
}
LIGHT = {"lifted", "not_applicable"}
GRAPH = load_graph()
each_project = pytest.mark.parametrize("path", PROJECTS, ids=lambda path: path.stem)


@cache
def assessed(path):
    return assess(path, str(EXPECTED[path.stem]["on"]))


def statuses(assessment) -> dict[tuple, str]:
    """Status by rule, entity and bearer, in the names of the description."""
    return {
        (item.rule.id, assessment.short(item.entity), item.bearer and assessment.short(item.bearer)): item.status
        for item in assessment.findings
    }


def entries(path):
    """The entries of ``expect``, one for each rule."""
    for entry in EXPECTED[path.stem]["expect"]:
        for rule in entry["rule"]:
            yield entry | {"rule": rule}


def test_every_project_says_what_is_expected_of_it():
    assert {path.stem for path in PROJECTS} == set(EXPECTED)


# -- findings


@each_project
def test_a_project_comes_out_as_expected_in_full(path):
    expected = {(entry["rule"], entry["entity"], entry["bearer"]): entry["status"] for entry in entries(path)}
    found = statuses(assessed(path))
    assert found == dict.fromkeys(found, "not_applicable") | expected


@each_project
def test_days_and_open_questions_are_as_expected(path):
    found = {(f["rule"], f["entity"], f["bearer"]): f for f in assessed(path).as_dict()["findings"]}
    for entry in entries(path):
        finding = found[entry["rule"], entry["entity"], entry["bearer"]]
        for word in ("due", "from"):
            assert word not in entry or finding[word] == str(entry[word]), entry
        assert finding["contested"] == entry.get("contested", []), entry


@pytest.mark.parametrize("path", [p for p in PROJECTS if "readings" in EXPECTED[p.stem]], ids=lambda path: path.stem)
def test_readings_of_open_questions_give_what_is_expected(path):
    found = {(f["rule"], f["entity"], f["bearer"]): f for f in assessed(path).as_dict()["findings"]}
    for entry in EXPECTED[path.stem]["readings"]:
        finding = found[entry["rule"], entry["entity"], entry["bearer"]]
        assert finding["readings"].get(entry["reading"], finding["status"]) == entry["status"], entry


@each_project
def test_every_finding_rests_on_a_provision_and_points_at_a_line(path):
    lines = path.read_text().splitlines()
    for finding in assessed(path).as_dict()["findings"]:
        assert is_provision(finding["provision"]) or finding["rule"].startswith(("cra-", "pld-")), finding
        assert finding["source"]["file"] == str(path)
        assert 0 < finding["source"]["line"] <= len(lines)
        if finding["status"] != "not_applicable":
            assert finding["because"] or finding["missing"], finding


def is_provision(key: str) -> bool:
    return bool(GRAPH.objects(ACT + key, ELI + "is_part_of") or GRAPH.objects(ACT + key, ELI + "title"))


@each_project
def test_the_assessment_is_the_same_in_every_format(path):
    given = assessed(path)
    for format, write in convert.WRITERS.items():
        text = write(given.facts, given.knowledge)
        again = assess(text.encode(), given.day, name=f"project.{format}")
        assert statuses(again) == statuses(given), format


# -- the popular account


POPULAR = [path for path in PROJECTS if "popular" in EXPECTED[path.stem]]


@pytest.mark.parametrize("path", POPULAR, ids=lambda path: path.stem)
def test_the_popular_account_gives_the_verdict_of_the_article(path):
    assessment = assessed(path)
    for entry in EXPECTED[path.stem]["popular"]:
        assert under_popular(assessment, entry) == {entry.get("status") or entry["truth"]}, entry


@pytest.mark.parametrize("path", POPULAR, ids=lambda path: path.stem)
def test_where_the_law_says_otherwise_a_provision_is_named(path):
    assessment = assessed(path)
    given = statuses(assessment)
    for entry in EXPECTED[path.stem]["popular"]:
        key = (entry["rule"], entry["entity"], entry.get("bearer"))
        if "status" in entry and given[key] != entry["status"]:
            assert is_provision(entry["why"].split(":")[0]), entry


def test_every_article_has_its_projects():
    assert {path.stem for path in POPULAR} == {path.stem for path in PROJECTS if path.stem.startswith("seed-")}


def under_popular(assessment, entry: dict) -> set[str]:
    items = assessment.findings if "status" in entry else assessment.classifications
    who = "bearer" if "status" in entry else "actor"
    return {
        item.readings.get("popular", item.status if "status" in entry else item.truth)
        for item in items
        if item.rule.id == entry["rule"]
        and assessment.short(item.entity) == entry["entity"]
        and (entry.get("bearer") is None or assessment.short(getattr(item, who)) == entry["bearer"])
    }


# -- silence

REMOVED: dict[str, int] = {}
BEARERS = {"provider", "deployer", "consortium", "coordinator", "importer", "distributors", "representative"}
RELATIONS = {"integrates", "modifies", "system", "adapts", "merges", "later_release_of"} | BEARERS
BROUGHT_BY = {
    "derogation_conditions": ("art-6-4", "art-49-2", "art-80-4")
}  # without the derogation, all that it spared is owed


@each_project
def test_taking_a_fact_away_never_takes_a_duty_away(path):
    base, given, comforts = knowledge(), assessed(path), []
    for entity, fact, smaller in smaller_descriptions(given.facts.description, base):
        REMOVED[path.stem] = REMOVED.get(path.stem, 0) + 1
        court = judged(smaller, base, given)
        for item in given.findings:
            if not is_sound(court, item, (given.facts.iri(entity), fact)):
                comforts.append((entity, fact.key, item.rule.id, given.short(item.entity), item.status))
    print(f"{path.stem}: {REMOVED[path.stem]} removals, {sum(REMOVED.values())} so far")
    assert not comforts


def judged(description, base, given) -> Court:
    return Court(evaluate(facts.establish(description, base), base, given.text), given.day)


def smaller_descriptions(description, base):
    """Each description with one statement less, or with one right or term of a licence less."""
    for number, (key, _, _) in enumerate(description.defaults):
        smaller = copy.copy(description)
        smaller.defaults = [entry for rank, entry in enumerate(description.defaults) if rank != number]
        owner = next(e for e in description.entities.values() if base.fact(key, e.cls))
        yield owner.id, base.fact(key, owner.cls), smaller
    for entity in description.entities.values():
        for number, (key, node) in enumerate(entity.statements):
            fact = base.fact(key.text, entity.cls)
            yield entity.id, fact, without(description, entity, number)
            if fact.key in ("terms", "grants") and isinstance(node, Sequence):
                for rank in range(len(node.items)):
                    yield entity.id, fact, without(description, entity, number, rank)


def without(description, entity, number: int, rank: int | None = None):
    smaller, less = copy.copy(description), copy.copy(entity)
    less.statements = list(entity.statements)
    key, node = less.statements.pop(number)
    if rank is not None:
        items = [item for other, item in enumerate(node.items) if other != rank]
        less.statements.insert(number, (key, Sequence(items, node.line)))
    smaller.entities = description.entities | {entity.id: less}
    return smaller


def is_sound(court: Court, before, removed: tuple) -> bool:
    """A duty is not gone because nothing is said of a fact: if it is, what is still said shows it.

    With a relation, what stood at its other end goes; then, and where a term of a licence goes, the rest is to show it.
    """
    subject, fact = removed
    if before.status in LIGHT and not cites(before.because, subject, fact):
        return True
    if fact.key in RELATIONS or status(court, before, before.bearer) not in LIGHT:
        return True
    after = again(court, before)
    if after.status not in LIGHT or before.rule.id in BROUGHT_BY.get(fact.key, ()):
        return True
    if before.status not in LIGHT and fact.key != "terms":
        return is_passed_on(court, before)
    presumed = [s for step in after.because for s in step.statements if s.source.kind == "presumed"]
    certain = all(step.truth != U for step in after.because)
    return certain and not any((s.subject, s.fact) == (subject, fact.iri) for s in presumed)


def status(court: Court, item, bearer: str | None) -> str:
    """The status under the prevailing readings, for one bearer."""
    return court.judge(item.rule, item.entity, item.role, bearer, court.readings.with_({})).status


def is_passed_on(court: Court, item) -> bool:
    """Whether somebody else bears the duty instead."""
    others = court.candidates(item.role, item.entity, court.readings.with_({}))
    return any(status(court, item, other) not in LIGHT for other in others)


def again(court: Court, item):
    return court.finding(item.rule, item.entity, item.role, item.bearer)


def cites(because, subject: str, fact) -> bool:
    return any(s.subject == subject and s.fact == fact.iri for step in because for s in step.statements)


@each_project
def test_a_duty_whose_bearer_is_not_named_is_found_all_the_same(path):
    base, given, gone = knowledge(), assessed(path), []
    for entity, fact, smaller in smaller_descriptions(given.facts.description, base):
        if fact.key in BEARERS:
            court = judged(smaller, base, given)
            for item in given.findings:
                owed = item.status not in LIGHT and names_the_bearer(court, item, fact)
                if owed and LIGHT.issuperset(other.status for other in found_for(court, item)):
                    gone.append((entity, fact.key, item.rule.id, given.short(item.entity)))
    assert not gone


def found_for(court: Court, item) -> list:
    """What is found of a duty at an entity, whoever bears it."""
    assert item.entity in court.facts.of_class(item.rule.target)
    return court.of_duty(item.rule, item.entity)


def names_the_bearer(court: Court, item, fact) -> bool:
    return any(fact.iri in str(rule.on) for rule in court.book.conferring.get(item.role, []))


@each_project
def test_questions_that_decide_as_much_stand_in_the_order_of_their_names(path):
    """By fractions: a sum of thirds and sixths that is rounded puts equals in an order that turns on the Python."""
    assessment = assessed(path)
    weight: dict[tuple[str, str], dict[str, int]] = {}
    for item in assessment.findings:
        of_bearer = [frozenset({(item.entity, assessment.court.book.named_by(item.role))})]
        for gaps in item.missing + (of_bearer if item.bearer is None and item.status not in LIGHT else []):
            for gap in gaps:
                sizes = weight.setdefault(gap, {})
                sizes[item.rule.id] = min(len(gaps), sizes.get(item.rule.id, len(gaps)))
    order = sorted(weight, key=lambda gap: (-sum(Fraction(1, size) for size in weight[gap].values()), gap))
    assert [question["fact"] for question in assessment.questions] == [assessment.gap(gap) for gap in order]

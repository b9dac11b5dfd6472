"""Every duty is owed by whom, from the day and at the price that the Act says, and lifted by what it says.

``inventory.yaml`` says so in tables that are written from the Act; here each rule is held against its row.
"""

from __future__ import annotations

import re
from datetime import date

import pytest
from conftest import ROOT
from ruamel.yaml import YAML
from test_rules import NAMES, truth_of

from aiact.descriptions import describe, facts
from aiact.findings.conclude import Court
from aiact.findings.evaluate import evaluate
from aiact.law.build import load_graph
from aiact.law.knowledge import DUTIES, Knowledge, Rule, knowledge
from aiact.law.names import ACT, AIACT, RULE, local, snake
from aiact.law.shapes import Path

INVENTORY = YAML(typ="safe", pure=True).load(ROOT / "tests" / "inventory.yaml")
ROWS, LAST = INVENTORY["duties"], "2040-01-01"
TEXTS = {2024: "2024-07-12", 2026: "2026-07-27"}
LISTED = AIACT + "annexIii"
OTHER_LAW = "http"  # the neighbouring acts have tests of their own
BASE, GRAPH = knowledge(), load_graph()
DUTY_RULES = [
    rule.id
    for rule in BASE.rules.values()
    if rule.kind in DUTIES and OTHER_LAW not in rule.provision and rule.force != "commentary"
]


def key_of(rule: Rule) -> str:
    """The longest key of the inventory under which a rule stands."""
    keys = [key for key in ROWS if key == rule.id or f"{rule.provision}_".startswith(f"{key}_")]
    assert keys, f"{rule.id}: the inventory has no row for {rule.provision}"
    return max(keys, key=len)


def given(rule: str, graph) -> list[str]:
    """The descriptions of a rule's own examples in which it holds."""
    examples = [one for one in graph.of_class(AIACT + "Example") if one.startswith(f"{RULE}{rule}.example-")]
    holding = [one for one in examples if graph.value(one, AIACT + "expects") == AIACT + "holds"]
    return [graph.text(one, AIACT + "given") for one in holding]


def differences(base: Knowledge, graph, rule: Rule) -> list[str]:
    """Where the first days and fines of a duty are not those of the inventory, in words."""
    row, found = row_of(rule), []
    for year, text in TEXTS.items():
        if not rule.in_force(text):
            continue
        days, fine = INVENTORY["days"][row["days"]].get(year), row["fine"]
        fine = fine.get(year) if isinstance(fine, dict) else fine
        judged = 0
        for description in given(rule.id, graph):
            court = court_of(base, description, text)
            for finding in [
                each for entity in court.facts.of_class(rule.target) for each in court.of_duty(rule, entity)
            ]:
                # a rule of a reading that does not prevail is not applicable, and has its day all the same
                if finding.judgement.starts and (rule.under or finding.status != "not_applicable"):
                    judged += 1
                    day = days
                    if isinstance(days, list):
                        day = days[0 if is_listed(court) else 1]
                    if finding.judgement.starts != str(day):
                        found.append(f"{rule.id} begins on {finding.judgement.starts} in the text of {year}, not {day}")
                    band = band_of(court, rule)
                    if band != INVENTORY["fines"].get(fine, ""):
                        found.append(f"{rule.id} has the fines {band} in the text of {year}, not {fine}")
        if not judged:
            found.append(f"{rule.id} is owed in no example in the text of {year}, so that its day and fine go unseen")
    return found


def court_of(base: Knowledge, description: str, text: str) -> Court:
    """The judge of one description on a day when everything binds, under one text."""
    found = facts.establish(describe.read("example", base, description.encode()), base, LAST)
    return Court(evaluate(found, base, base.texts[text]), LAST)


def band_of(court: Court, rule: Rule) -> str:
    return next((duty.sanction for duty in court.book.duties_in_force(rule) if duty.sanction), rule.sanction)


def is_listed(court: Court) -> bool:
    """Whether the example speaks of a system that Annex III lists, and not of a product."""
    stated = [
        statement.value for each in court.facts.of_class("System") for statement in court.facts.stated(each, LISTED)
    ]
    return any(value != [] for value in stated)


@pytest.mark.parametrize("name", DUTY_RULES)
def test_a_duty_begins_on_its_day_and_costs_its_fine(name):
    assert given(name, GRAPH), f"{name} has no example that holds"
    assert differences(BASE, GRAPH, BASE.rules[name]) == []


def test_every_row_is_met_by_a_rule():
    assert set(ROWS) == {key_of(BASE.rules[name]) for name in DUTY_RULES}


# -- who


def words(iri: str) -> str:
    """The name of a role as the inventory has it: ``system provider``."""
    return snake(local(iri)).replace("_", " ")


def row_of(rule: Rule) -> dict:
    return ROWS[key_of(rule)]


@pytest.mark.parametrize("name", DUTY_RULES)
def test_a_duty_is_owed_by_whom_the_act_names_and_about_what_they_have_that_role(name):
    rule = BASE.rules[name]
    bearers = [words(role) for role in rule.bearers]
    assert bearers
    assert set(bearers) <= set(row_of(rule)["owed by"])
    assert {INVENTORY["roles"][role]["of"] for role in bearers} == {rule.target}
    of_third_countries = name in INVENTORY["established in a third country"]
    assert rule.bearer_is == ("third-country-actor" if of_third_countries else "")


@pytest.mark.parametrize("year", TEXTS)
def test_nobody_whom_a_provision_binds_is_forgotten(year):
    found = {}
    for rule in (BASE.rules[name] for name in DUTY_RULES):
        if rule.in_force(TEXTS[year]):
            found.setdefault(key_of(rule), set()).update(map(words, rule.bearers))
    assert found == {key: set(ROWS[key]["owed by"]) for key in found}


def test_roles_are_conferred_by_the_provisions_that_define_them():
    found = {}
    for rule in BASE.rules.values():
        if rule.confers:
            by = {
                key
                for key in INVENTORY["roles"][words(rule.confers)]["by"]
                if f"{rule.provision}_".startswith(f"{key}_")
            }
            found.setdefault(words(rule.confers), []).append((rule.target, *by))
    assert {role: set(each) for role, each in found.items()} == {
        role: {(row["of"], provision) for provision in row["by"]} for role, row in INVENTORY["roles"].items()
    }


def way(path: Path) -> str:
    """A path as the inventory writes it."""
    if path.kind == "sequence":
        return "/".join(map(way, path.of))
    return "^" * (path.kind == "inverse") + snake(local(path.of))


def test_who_has_a_role_is_named_by_the_fact_that_names_them():
    found = {}
    for rule in BASE.rules.values():
        if rule.confers:
            found.setdefault(way(rule.on), set()).add(rule.id)
    assert found == {named: set(rules) for named, rules in INVENTORY["named as"].items()}


def test_a_role_is_conferred_on_nobody_whom_its_definition_leaves_out():
    rules = BASE.rules.values()
    left_out = {rule.id: [snake(local(fact)) for _, fact in rule.other_than] for rule in rules if rule.other_than}
    assert left_out == INVENTORY["other than"]
    assert {rule.id: rule.through for rule in rules if rule.through} == INVENTORY["only through"]


def test_what_is_addressed_to_operators_waits_for_no_role():
    assert [rule.id for rule in BASE.rules.values() if rule.binds_operators] == INVENTORY["binds operators"]


# -- what frees of what


def stands_under(rule: Rule, aim: str) -> bool:
    """Whether a duty is the one that is named, or stands under the provision that is."""
    if "-" in aim:
        return rule.id == aim
    if aim in INVENTORY["chapters"]:
        first, last = INVENTORY["chapters"][aim]
        article = re.match(r"art_(\d+)", rule.provision)
        return bool(article) and first <= int(article[1]) <= last
    return f"{rule.provision}_".startswith(f"{aim}_")


def duties_under(aims: list[str]) -> set[str]:
    duties = [rule for rule in BASE.rules.values() if rule.kind in DUTIES]
    return {rule.id for rule in duties if any(stands_under(rule, aim) for aim in aims)}


def test_what_has_an_effect_is_in_the_inventory():
    effective = ("Exemption", "Exception", "Transition")
    found = {rule.id for rule in BASE.rules.values() if rule.kind in effective or rule.limits}
    assert found == set(INVENTORY["effects"])


@pytest.mark.parametrize("name", INVENTORY["effects"])
def test_an_effect_reaches_what_it_should_and_nothing_else(name):
    rule, row = BASE.rules[name], INVENTORY["effects"][name]
    assert {provision.removeprefix(ACT) for provision in rule.spares} == set(row.get("but", []))
    spared = duties_under(row.get("but", []))
    for effect in ("lifts", "disapplies", "postpones", "limits"):
        assert set(getattr(rule, effect)) == duties_under(row.get(effect, [])) - spared, effect
    assert set(rule.defeats) == set(row.get("takes away", []))
    assert (rule.until, snake(rule.only_if)) == (row.get("until", ""), row.get("waits for", ""))
    assert snake(local(rule.begins_with)) == row.get("begins with", "")
    assert rule.yields == row.get("says", "")


@pytest.mark.parametrize("name", [rule.id for rule in BASE.rules.values() if rule.where_duties])
def test_a_claim_misleads_about_what_its_duties_are_about(name):
    rule = BASE.rules[name]
    assert rule.target in {BASE.rules[duty].target for duty in rule.where_duties}


# -- which text, which reading, which number, which fine


def test_each_text_has_the_rules_that_it_alone_states():
    alone = {
        year: {
            rule.id for rule in BASE.rules.values() if not rule.in_force(TEXTS[other]) and rule.kind != "Misconception"
        }
        for year, other in ((2024, 2026), (2026, 2024))
    }
    assert alone == {year: set(INVENTORY[f"text of {year} alone"]) for year in alone}


def test_what_one_reading_alone_says_is_said_under_that_reading():
    found = {}
    for name, stated in (*BASE.rules.items(), *BASE.conditions.items()):
        if stated.under:
            found.setdefault(stated.under, set()).add(name)
    assert found == {reading: set(names) for reading, names in INVENTORY["disputed"].items()}


@pytest.mark.parametrize("year", TEXTS)
def test_numbers_and_days_are_those_of_the_act_and_the_guidelines(year):
    found = {name: value.text for name, value in BASE.texts[TEXTS[year]].parameters.items()}
    days = INVENTORY["governed by"]
    for name, value in INVENTORY["numbers"].items():
        value = value.get(year) if isinstance(value, dict) else value
        same = (
            found.get(name) == str(value)
            if isinstance(value, date)
            else float(found.get(name, -1)) == float(value or -1)
        )
        assert same, f"{name} is {found.get(name)} in the text of {year}, not {value}"
    assert set(found) - set(days) <= set(INVENTORY["numbers"])


def test_every_day_of_article_113_governs_what_that_article_says():
    governed = {local(iri): {each.removeprefix(ACT) for each in GRAPH.objects(iri, AIACT + "governs")}
                for iri in GRAPH.subjects(AIACT + "governs")}  # fmt: skip
    own = {name: governed[name] for name in governed if not any(OTHER_LAW in each for each in governed[name])}
    assert own == {name: set(provisions) for name, provisions in INVENTORY["governed by"].items()}


def test_every_band_is_in_the_inventory():
    assert set(BASE.sanctions) == set(INVENTORY["bands"])


@pytest.mark.parametrize("name", INVENTORY["bands"])
def test_a_band_of_fines_has_the_amounts_and_reliefs_of_its_article(name):
    band, row = BASE.sanctions[name], INVENTORY["bands"][name]
    assert (band["amount"], band["share"]) == (row.get("amount") and float(row["amount"]), row.get("share"))
    assert snake(band["imposed_by"]).replace("_", " ") == row["by"]
    sizes = {f"{size} {relief['from'][:4]}".strip() for relief in band["relief"] for size in relief["sizes"]}
    assert sizes == set(row.get("lower", []))
    assert {kind for relief in band["relief"] for kind in relief["alone"]} == (
        {INVENTORY["undertakings"]} if band["share"] else set()
    )
    states = {kind for kind, bands in INVENTORY["states decide on"].items() if name in bands}
    assert {kind for relief in band["relief"] for kind in relief["open"]} == states
    replaced = [
        (each, kinds, rule)
        for each, other in BASE.sanctions.items()
        for by, kinds, rule in other["instead"]
        if by == name
    ]
    assert sorted(each for each, _, _ in replaced) == row.get("instead", [])
    assert all(row["on"] in (*kinds, rule) for _, kinds, rule in replaced)


# -- lists


def one_by_one() -> list[tuple[str, str]]:
    by_key = {fact.key: fact for fact in BASE.facts.values()}
    return [(name, value) for name, row in INVENTORY["lists"].items() for value in by_key[row["of"]].values]


@pytest.mark.parametrize(("name", "value"), one_by_one())
def test_a_list_of_the_law_names_these_and_no_others(name, value):
    row = INVENTORY["lists"][name]
    found = truth_of(BASE.rules[name.split(",")[0]], row["given"].replace("VALUE", value), BASE)
    assert found == next((truth for truth in ("holds", "unknown") if value in row.get(truth, [])), "fails")


def truth_under(name: str, given: str, question: str, alternative: str) -> str:
    court = court_of(BASE, given, max(text for text in BASE.texts if BASE.rules[name].in_force(text)))
    node = next(
        court.facts.iri(word) for word in NAMES if court.facts.is_a(court.facts.iri(word), BASE.rules[name].target)
    )
    return court.truth(name, node, court.readings.with_({question: f"{question}.{alternative}"}))


@pytest.mark.parametrize("row", INVENTORY["under a reading"], ids=lambda row: f"{row['rule']}, {row['of']}")
def test_an_open_question_decides_what_it_is_about(row):
    alternatives = {name: said for name, said in row.items() if name not in ("rule", "given", "of")}
    assert set(alternatives) == {name.split(".")[1] for name in BASE.readings if name.split(".")[0] == row["of"]}
    for alternative, said in alternatives.items():
        assert truth_under(row["rule"], row["given"], row["of"], alternative) == said, alternative

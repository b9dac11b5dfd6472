"""Every duty begins on the day, and costs the fine, that Articles 99, 101 and 113 give it: ``inventory.yaml``."""

from __future__ import annotations

import pytest
from conftest import ROOT
from ruamel.yaml import YAML

from aiact import describe, facts
from aiact.build import load_graph
from aiact.conclude import Court
from aiact.evaluate import evaluate
from aiact.knowledge import DUTIES, Knowledge, Rule, knowledge
from aiact.names import AIACT, RULE

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
    row, found = ROWS[key_of(rule)], []
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
    return next((duty.sanction for duty in court.duties_in_force(rule) if duty.sanction), rule.sanction)


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

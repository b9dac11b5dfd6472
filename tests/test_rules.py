"""Every example in every rule file says of its rule what the file says it says."""

import pytest
from conftest import DAY

from aiact.descriptions import describe, facts
from aiact.findings.conclude import Court
from aiact.findings.evaluate import U, evaluate
from aiact.law.build import load_graph
from aiact.law.knowledge import knowledge
from aiact.law.names import AIACT, RULE, local

GRAPH = load_graph()
EXAMPLES = sorted(GRAPH.of_class(AIACT + "Example"))
NAMES = ("model", "component", "use", "licence", "actor", "system")


def truth_of(rule, given: str, base) -> str:
    """The truth of a rule at the one entity of its class that the example writes in the singular."""
    established = facts.establish(describe.read(rule.id, base, given.encode()), base)
    day = max(DAY, rule.text_from)
    court = Court(evaluate(established, base, base.text_on(min(day, rule.text_until or day))), day)
    nodes = [established.iri(name) for name in NAMES if established.is_a(established.iri(name), rule.target)]
    node = nodes[0]
    own = {base.readings[rule.under].question: rule.under} if rule.under else {}
    judge = lambda chosen: court.truth(rule.id, node, court.readings.with_(chosen | own))  # noqa: E731
    questions = sorted(court.sways(rule, node) - set(own))
    truth, _, contested, _ = court.weigh(judge, questions, lambda found: found)
    return U if contested else truth


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda iri: iri.removeprefix(RULE))
def test_an_example_holds_fails_or_stays_unknown_as_it_says(example, base):
    rule = base.rules[example.removeprefix(RULE).rsplit(".example", 1)[0]]
    expected = local(GRAPH.value(example, AIACT + "expects"))
    assert truth_of(rule, GRAPH.text(example, AIACT + "given"), base) == expected


@pytest.mark.parametrize(
    "rule", [rule for rule in knowledge().rules.values() if knowledge().shapes[rule.id].parts], ids=lambda rule: rule.id
)
def test_a_rule_has_an_example_that_holds_and_one_that_does_not(rule):
    found = {
        local(GRAPH.value(example, AIACT + "expects"))
        for example in EXAMPLES
        if example.removeprefix(RULE).rsplit(".example", 1)[0] == rule.id
    }
    assert {"holds", "fails"} <= found

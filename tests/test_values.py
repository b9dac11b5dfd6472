"""Values: a number or a day means the same however it is written, and stands exactly on a threshold or beyond it."""

from __future__ import annotations

import math
from datetime import date
from fractions import Fraction
from functools import cache

import pytest
from conftest import DAY, judge
from hypothesis import given, settings
from hypothesis import strategies as some

from aiact import assess
from aiact.descriptions import convert, values
from aiact.descriptions.values import Bounds, ValueProblem
from aiact.findings.evaluate import F, T, U, plain_shapes
from aiact.law import shacl
from aiact.law.graph import Graph
from aiact.law.names import AIACT, XSD
from aiact.law.shapes import FAILS, HOLDS

ABOVE = {"art-51-2": 25, "art-3-63-indicative-criterion.compute": 23}  # rule, power of ten that it must be above
few = settings(max_examples=60, deadline=None, derandomize=True, database=None)


# -- the same number in every spelling


def spellings(power: int) -> dict[str, tuple[str, str]]:
    """A power of ten as people and programs write it: the file, and the number in it."""
    digits = "1" + "0" * power
    plain = {
        "an integer": digits,
        "a decimal": f"{digits}.0",
        "an exponent": f"1e{power}",
        "a capital exponent": f"1E{power}",
        "a signed exponent": f"1e+{power}",
        "a mantissa": f"1.0e{power}",
        "a great mantissa": f"100e{power - 2}",
        "a small mantissa": f".1e{power + 1}",
        "a caret": f"10^{power}",
        "two stars": f"10**{power}",
        "spaces": f"10 ^ {power}",
        "times with x": f"1 x 10^{power}",
        "times with a cross": f"1×10^{power}",
        "times with a star": f"1.0 * 10**{power}",
        "times with a dot": f"0.1 · 10^{power + 1}",
        "quotes": f'"1e{power}"',
        "a value with a source": f"{{value: 1e{power}, source: model card}}",
        "a value with a basis": f"{{value: '10^{power}', basis: estimate}}",
        "bounds that meet": f"{{min: 1e{power}, max: '10^{power}'}}",
    }
    found = {f"YAML, {how}": ("yaml", f"aiact: 1\nmodel: {{training_compute: {text}}}") for how, text in plain.items()}
    for text in (digits, f"{digits}.0", f"1e{power}", f"1.0E+{power}", f'"10^{power}"', f'"{digits}"'):
        found[f"JSON, {text}"] = ("json", f'{{"aiact": 1, "model": {{"training_compute": {text}}}}}')
    for text in (digits, f"{digits}.0", f"1e{power}", f"1.0E+{power}", f'"10^{power}"', f'"1e{power}"^^xsd:float'):
        turtle = f"@prefix aiact: <{AIACT}> . @prefix xsd: <{XSD}> .\n<model> a aiact:Model ; aiact:trainingCompute"
        found[f"Turtle, {text}"] = ("ttl", f"{turtle} {text} .")
    for text in (f"1e{power}", f'"10^{power}"', f'{{"@value": "1E{power}", "@type": "{XSD}double"}}'):
        node = f'{{"@context": {{"@vocab": "{AIACT}"}}, "@id": "model", "@type": "Model", "trainingCompute": {text}}}'
        found[f"JSON-LD, {text}"] = ("jsonld", node)
    return found


POWERS = (22, 23, 24, 25, 26)
SPELT = [(power, how) for power in POWERS for how in spellings(power)]
each_spelling = pytest.mark.parametrize(("power", "how"), SPELT)


@cache
def spelt(power: int, how: str):
    kind, text = spellings(power)[how]
    return assess(text.encode(), DAY, name=f"project.{kind}")


def truth(assessment, rule: str, entity: str = "model") -> str:
    court = assessment.court
    return court.truths.of(rule, assessment.facts.iri(entity), court.readings.with_({}))


@each_spelling
def test_a_number_has_the_same_verdict_however_it_is_written(power, how):
    for rule, threshold in ABOVE.items():
        assert truth(spelt(power, how), rule) == (T if power > threshold else F)


@each_spelling
def test_a_number_is_one_literal_however_it_is_written(power, how):
    facts = spelt(power, how).facts
    for bound in ("atLeast", "atMost"):
        (number,) = facts.graph.objects(facts.iri("model") + "/training_compute", AIACT + bound)
        assert number == (f"1E{power}", XSD + "double", "")


def test_another_engine_says_the_same_of_every_spelling(base):
    text = base.text_on(DAY)
    found = refereed(base, text, [spelt(*each).facts for each in SPELT], ABOVE)
    for power, how in SPELT:
        for rule, threshold in ABOVE.items():
            node = spelt(power, how).facts.iri("model")
            assert found(rule, node) == (T if power > threshold else F), (power, how, rule)


def test_a_query_over_the_facts_says_the_same_of_every_spelling():
    import pyoxigraph

    question = f"""PREFIX aiact: <{AIACT}> SELECT ?model {{
        ?model aiact:trainingCompute ?n . ?n aiact:atLeast ?least ; aiact:atMost ?most
        FILTER(?least > LIMIT && ?most > LIMIT) }}"""
    store = pyoxigraph.Store()
    for each in SPELT:
        assessment = spelt(*each)
        turtle = convert.as_turtle(assessment.facts, assessment.knowledge)
        store.load(turtle.encode(), format=pyoxigraph.RdfFormat.TURTLE)
    for threshold in ABOVE.values():
        above = {row["model"].value for row in store.query(question.replace("LIMIT", f"1e{threshold}"))}
        assert above == {spelt(*each).facts.iri("model") for each in SPELT if each[0] > threshold}


def refereed(base, text, facts: list, rules):
    """What pySHACL says of rules at the models of descriptions: a function of the rule and the model."""
    signed = [rule + sign for rule in rules for sign in (HOLDS, FAILS)]
    plain = shacl.used(plain_shapes(base, text), signed)
    together = Graph(triple for each in facts for triple in each.graph)
    violations = shacl.violations(together, plain, set(), dict.fromkeys(signed, AIACT + "Model"), "pyshacl")

    def said(rule: str, node: str) -> str:
        holds, fails = ((rule + sign, node) not in violations for sign in (HOLDS, FAILS))
        assert not (holds and fails)
        return T if holds else F if fails else U

    return said


# -- thresholds


def just_above(text: str) -> str:
    return repr(math.nextafter(float(text), math.inf))


def just_below(text: str) -> str:
    return repr(math.nextafter(float(text), 0))


def compute(text: str) -> str:
    return f"model: {{training_compute: {text}}}"


def modification(original: str, compute: str) -> str:
    return (
        f"models: {{base: {{training_compute: {original}}}, model: {{modifies: {{model: base, compute: {compute}}}}}}}"
    )


def of_a_secret(original: str, compute: str) -> str:
    """A modification of a model whose compute nobody can know, but for a bound."""
    base = f"outputs: [text], generality: general, compute_knowable: false, training_compute: {original}"
    return f"models: {{base: {{{base}}}, model: {{modifies: {{model: base, compute: {compute}}}}}}}"


ORIGINALS = "3e22 3e23 3e24 3e25 6e22 9e23 1.2e25 3.9e24 7.2e25 2.1e24 6.3e24 1.17e25".split()
THIRD_OF_23, THIRD_OF_25 = (repr(float(Fraction(10**power, 3))) for power in (23, 25))
SYSTEMIC, OTHER = "'> 1e25'", "'<= 1e25'"
EXACT = {
    **{
        f"{word} 10^{power}": (rule, compute(number), expected)
        for rule, power in ABOVE.items()
        for word, number, expected in (
            ("exactly", f"1e{power}", F),
            ("just above", just_above(f"1e{power}"), T),
            ("just below", just_below(f"1e{power}"), F),
        )
    },
    "parts that add up to exactly 10^25": (
        "art-51-2",
        "model: {pretraining_compute: 8e24, post_training_compute: 7e23, synthetic_data_compute: 1.3e24, merges: []}",
        F,
    ),
    "tenths that add up to exactly 10^25": (
        "art-51-2",
        "model: {pretraining_compute: 1e24, post_training_compute: 2e24, synthetic_data_compute: 7e24, merges: []}",
        F,
    ),
    **{
        f"{word} a third of {original}": ("art-3-3-modifier", modification(original, number), expected)
        for original in ORIGINALS
        for third in [f"{float(Fraction(original) / 3):.6e}"]
        for word, number, expected in (
            ("exactly", third, F),
            ("just above", just_above(third), T),
            ("just below", just_below(third), F),
        )
    },
    **{
        f"{word} a third of 10^25, original systemic": ("art-3-3-modifier", of_a_secret(SYSTEMIC, number), expected)
        for word, number, expected in (
            ("exactly", THIRD_OF_25, F),
            ("to the digit", "3333333333333333333333333", F),
            ("just above", just_above(THIRD_OF_25), T),
        )
    },
    "just above a third of 10^23, for another original": (
        "art-3-3-modifier",
        of_a_secret(OTHER, just_above(THIRD_OF_23)),
        T,
    ),
    "just below a third of 10^23, for another original": (
        "art-3-3-modifier",
        of_a_secret(OTHER, just_below(THIRD_OF_23)),
        F,
    ),
}
each_edge = pytest.mark.parametrize(
    ("rule", "yaml", "expected"),
    [
        *(pytest.param(*case, id=what) for what, case in EXACT.items()),
        *(
            pytest.param("art-3-3-modifier", of_a_secret(OTHER, number), F, id=f"{number}, original not")
            for number in (THIRD_OF_23, "33333333333333333333333")
        ),
    ],
)


@each_edge
def test_exactly_on_a_threshold_is_not_above_it(rule, yaml, expected):
    assert truth(judge(yaml), rule) == expected


def test_another_engine_finds_the_same_edges(base):
    judged = [(rule, judge(yaml), expected) for rule, yaml, expected in EXACT.values()]
    rules = {rule for rule, _, _ in judged}
    said = refereed(base, base.text_on(DAY), [assessment.facts for _, assessment, _ in judged], rules)
    wrong = [
        what
        for what, (rule, assessment, expected) in zip(EXACT, judged, strict=True)
        if said(rule, assessment.facts.iri("model")) != expected
    ]
    assert not wrong


# -- bounds, and sources that disagree

BOUNDED = {
    "'> 1e25'": T,
    "'>= 1e25'": U,
    "'≥ 1e25'": U,
    "'>= 1.1e25'": T,
    "'>=1.1e25'": T,
    "'<= 1e25'": F,
    "'≤ 10^25'": F,
    "'< 1e25'": F,
    "'< 1.1e25'": U,
    "{min: 9e24, max: 1.1e25}": U,
    "{min: 1.1e25, max: 2e25}": T,
    "{min: 1e24, max: 1e25}": F,
    "{min: 1.1e25}": T,
    "{min: 9e24}": U,
    "{max: 1e25}": F,
    "{max: 2e25}": U,
    "{value: '>= 1e25', source: press release}": U,
    "[9e24, 1.1e25]": U,
    "[1e24, 9e24]": F,
    "[1.1e25, 2e25]": T,
    "[{value: 9e24, source: model card}, {value: 2e25, source: third party}]": U,
    "[9e24, '>= 9e24']": U,
}


@pytest.mark.parametrize(("text", "expected"), BOUNDED.items())
def test_what_bounds_and_sources_leave_open_stays_open(text, expected):
    assert truth(judge(compute(text)), "art-51-2") == expected


def test_another_engine_leaves_the_same_open(base):
    judged = {text: judge(compute(text)).facts for text in BOUNDED}
    said = refereed(base, base.text_on(DAY), list(judged.values()), ["art-51-2"])
    assert {text: said("art-51-2", facts.iri("model")) for text, facts in judged.items()} == BOUNDED


def test_sources_that_disagree_are_shown_with_their_names():
    several = "[{value: 9e24, source: model card}, {value: 2e25, source: third party}]"
    assessment = judge(f"model: {{outputs: [text], generality: general, training_compute: {several}}}")
    conflicts = [conflict for finding in assessment.as_dict()["findings"] for conflict in finding["conflicts"]]
    told = {
        (statement["value"], statement["source"]["note"])
        for conflict in conflicts
        if conflict["fact"] == "model.training_compute"
        for statement in conflict["statements"]
    }
    assert told == {(9e24, "model card"), (2e25, "third party")}


# -- days

BEFORE = "art-111-3.before"  # placed on the market before 2 August 2025
PLACED = {
    "2025-08-01": T,
    "2025-08-02": F,
    "2025-08-03": F,
    "2025-07": T,
    "2025-08": U,
    "2025-09": F,
    "2024": T,
    "2025": U,
    "2026": F,
    "'< 2025-08-02'": T,
    "'<= 2025-08-02'": U,
    "'<= 2025-08-01'": T,
    "'> 2025-08-01'": F,
    "'>= 2025-08-01'": U,
    "'>= 2025-08-02'": F,
    "'≥ 2025-08'": U,
    "'> 2025-08'": F,
    "'< 2025-08'": T,
    "{min: 2025-07-01, max: 2025-08-01}": T,
    "{min: 2025-07-01, max: 2025-08-02}": U,
    "{min: 2025-08, max: 2025-09}": U,
    "{max: 2025-07}": T,
    "{value: 2025-08-01, source: release note}": T,
    "[2025-08-01, 2025-08-02]": U,
    "[2025-07, 2025-08-01]": T,
    "true": U,
    "false": F,
    "True": U,
}


@pytest.mark.parametrize(("text", "expected"), PLACED.items())
def test_a_day_a_month_or_a_bound_is_before_a_day_if_all_of_it_is(text, expected):
    assert truth(judge(f"model: {{placed_on_union_market: {text}}}"), BEFORE) == expected


def test_another_engine_says_the_same_of_days(base):
    judged = {text: judge(f"model: {{placed_on_union_market: {text}}}").facts for text in PLACED}
    said = refereed(base, base.text_on(DAY), list(judged.values()), [BEFORE])
    assert {text: said(BEFORE, facts.iri("model")) for text, facts in judged.items()} == PLACED


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2025-02", "2025-02-01", "2025-02-28"),
        ("2025-12", "2025-12-01", "2025-12-31"),
        ("2025", "2025-01-01", "2025-12-31"),
        ("2024-02-29", "2024-02-29", "2024-02-29"),
        ("> 2025-12", "2026-01-01", None),
        ("< 2025", None, "2024-12-31"),
        (">= 2025-08", "2025-08-01", None),
        ("<= 2025-08", None, "2025-08-31"),
    ],
)
def test_a_month_or_a_year_is_all_its_days(text, low, high):
    assert values.day(text) == Bounds(low, high)


# -- what contradicts what is computed

LARK = {"generality": "general", "outputs": ["text"], "training_compute": 6e24, "placed_on_union_market": "2026-03-01"}


def systemic(**facts) -> tuple[str, bool]:
    """The status of Article 52(1) for a model with such numbers, and whether a warning tells them apart."""
    found = assess({"model": LARK | facts}, DAY)
    status = next(item.status for item in found.findings if item.rule.id.startswith("art-52-1"))
    return status, any("follows from what stands beside it" in each for each in found.warnings())


@pytest.mark.parametrize(
    "facts",
    [
        {"parameters": 4e11, "training_tokens": 15e12, "dense": True},
        {"pretraining_compute": 3e25},
        {"accelerator_hours": 3e7, "peak_throughput": 1e15, "utilisation": 0.4},
        {"training_compute": [6e24, 7e24], "pretraining_compute": 3e25},
    ],
)
def test_less_compute_than_follows_from_what_stands_beside_it_leaves_the_threshold_open(facts):
    assert systemic(**facts) == ("undetermined", True)


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"parameters": 70e9, "training_tokens": 15e12, "dense": True},
        {"parameters": 4e11, "training_tokens": 15e12},
        {"parameters": 8e9, "training_tokens": 1e12, "dense": True},
        {"pretraining_compute": 5.9e24, "post_training_compute": 2e23, "synthetic_data_compute": 0},
        {"pretraining_compute": 2e24},
        {"training_compute": {"min": 5e24, "max": 8e24}, "pretraining_compute": 6e24},
    ],
)
def test_rounding_an_estimate_and_more_than_one_stage_are_no_contradiction(facts):
    assert systemic(**facts) == ("not_applicable", False)


def test_whoever_states_a_modification_is_not_presumed_to_have_modified_nothing():
    of = lambda **facts: {  # noqa: E731
        item.status for item in assess({"model": LARK | facts}, DAY).findings if item.rule.id == "art-53-1-c"
    }
    assert of() == of(significant_change=False) == {"applies"}
    assert of(modification_compute=9e23) == of(significant_change=True) == {"undetermined"}


# -- whatever is written


@given(some.floats(min_value=1e-9, max_value=1e300))
@few
def test_a_number_that_python_writes_is_read_as_that_number(number):
    assert values.number(repr(number)).exact == Fraction(repr(number))
    assert float(values.number(f"{number:.17e}").exact) == number


@given(some.integers(0, 10**60))
@few
def test_an_integer_is_read_as_far_as_a_double_reaches(number):
    read = values.number(str(number)).exact
    assert float(read) == float(number)
    assert values.number(repr(float(number))).exact == read


@given(some.floats(min_value=1, max_value=1e300))
@few
def test_above_begins_at_the_next_number_that_can_be_told_apart(number):
    above, below = values.number(f"> {number!r}"), values.number(f"< {number!r}")
    assert (float(above.low), above.high) == (math.nextafter(number, math.inf), None)
    assert (below.low, float(below.high)) == (None, math.nextafter(number, 0))


@given(some.dates(date(1901, 1, 1), date(2198, 12, 31)))
@few
def test_a_day_lies_in_its_month_and_its_year(day):
    text = day.isoformat()
    for coarse in (text[:7], text[:4]):
        low, high = values.day(coarse)
        assert low <= text <= high
    assert values.day(f"> {text}").low > text > values.day(f"< {text}").high


@given(some.text(max_size=40) | some.text("0123456789.eE+-^*x×< >=~", max_size=12))
@few
def test_whatever_is_written_is_read_or_refused_in_words(text):
    for read in (values.number, values.day, values.boolean):
        try:
            read(text)
        except ValueProblem as problem:
            assert str(problem)  # noqa: PT017


def test_every_rule_named_here_is_a_shape_of_the_law(base):
    names = {*ABOVE, BEFORE, *(rule for rule, _, _ in EXACT.values())}
    assert names <= {*base.rules, *base.conditions}

"""The library of questions: each with an answer known from the law, in every form, and from any SPARQL endpoint."""

import csv
import io
import json
import re
import textwrap
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import pairwise
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from conftest import DAY, ROOT, SHARED, judge

from aiact import assess
from aiact.cli import main
from aiact.law.graph import parse
from aiact.law.names import ACT, AIACT, BASE, DCTERMS, RDF, SCHEMA, SKOS
from aiact.law.shapes import members
from aiact.reports.proof import findings_graph, proof
from aiact.sparql import query
from aiact.sparql.query import KINDS, Answer, QuestionError, as_csv, ask, markdown, project_triples, questions, table

LAW = SHARED / "law" / "provisions.json"
BOTH_TEXTS = {"from": "2026-07-26", "to": "2026-07-27"}

PROJECT = textwrap.dedent("""\
    aiact: 1
    actors:
      acme: {kind: undertaking, established_in: US}
    models:
      open:
        provider: acme
        generality: general
        training_compute: 5e23
        outputs: [text]
        placed_on_union_market: 2025-09-01
        licence: Apache-2.0
        weights_public: true
        architecture_public: true
        usage_information_public: true
        monetisation: []
      half-open:
        provider: acme
        generality: general
        training_compute: 5e23
        outputs: [text]
        placed_on_union_market: 2025-09-01
        licence: MIT
        weights_public: true
        architecture_public: true
        monetisation: []
    """)
LICENCE_LINE, WEIGHTS_LINE = 11, 12

# Gemma’s licence restricts uses, which one reading of the guidelines tolerates; two sources disagree on the compute of
# its modification, which is sold; somebody screens CVs with a free system on it and does not speak of Annex III.
PORTFOLIO = textwrap.dedent("""\
    aiact: 1
    actors:
      maker: {kind: undertaking, established_in: US, size: small, turnover: 2000000}
      shop: {kind: undertaking, established_in: FR, size: small, turnover: 1000000}
    models:
      restricted:
        provider: maker
        generality: general
        outputs: [text]
        training_compute: {value: 5e23, source: Epoch AI, basis: estimate}
        placed_on_union_market: 2025-03-01
        licence: gemma
        weights_public: true
        architecture_public: true
        usage_information_public: true
        monetisation: []
      disputed:
        provider: maker
        modifies: restricted
        generality: general
        outputs: [text]
        training_compute: [{value: 8e24, source: the provider}, {value: 2e25, source: a newspaper}]
        placed_on_union_market: 2025-09-01
        licence: Apache-2.0
        weights_public: true
        architecture_public: true
        usage_information_public: true
        monetisation: [price]
    systems:
      sorter:
        provider: shop
        integrates: [restricted]
        licence: MIT
        monetisation: []
        placed_on_union_market: 2026-09-01
        article_5_practices: []
        interacts_with_people: true
        generates: [text]
        biometric_functions: []
        annex_i: []
    uses:
      hiring: {system: sorter, deployer: shop, purpose: CV screening}
    """)

TESTED: set[str] = set()


def asks(*names: str):
    """Marks the questions whose known answers a test checks."""
    TESTED.update(names)
    return lambda test: test


@pytest.fixture(scope="module")
def project():
    return list(project_triples([assess(PROJECT.encode(), DAY, name="aiact.yaml")]))


@pytest.fixture(scope="module")
def portfolio():
    described = {"aiact.yaml": PROJECT, "portfolio.yaml": PORTFOLIO}
    return list(project_triples([assess(text.encode(), DAY, name=name) for name, text in described.items()]))


@pytest.fixture(scope="module")
def answer(base, portfolio):
    """Asks a question, in English unless another language is given; rows are dicts."""

    def answered(name, language="en", **given):
        extra = portfolio if questions()[name].about == "project" else ()
        found = ask(name, given, base, language, extra)
        return [dict(zip(found.columns, row, strict=True)) for row in found.rows]

    return answered


@pytest.fixture(scope="module")
def told(answer):
    """Asks about one of the two projects alone: rows without its name."""

    def answered(name, project="portfolio.yaml", **given):
        rows = [row for row in answer(name, **given) if row["project"] == project]
        return [{word: cell for word, cell in row.items() if word != "project"} for row in rows]

    return answered


def column(rows, name):
    return {row[name] for row in rows}


def pairs(rows, *names):
    return {tuple(row[name] for name in names) for row in rows}


# ---------------------------------------------------------------------------------------------- about the law


@asks("what-survives-the-open-source-exemption")
def test_copyright_summary_cooperation_notification_and_systemic_duties_survive_the_exemption(answer):
    rows = answer("what-survives-the-open-source-exemption")
    assert list(dict.fromkeys(row["provision"] for row in rows)) == [
        "Article 41(5)", "Article 52(1)", "Article 53(1)(a)", "Article 53(1)(c)", "Article 53(1)(d)", "Article 53(3)",
        "Article 53(4)", "Article 55(1)(a)", "Article 55(1)(b)", "Article 55(1)(c)", "Article 55(1)(d)",
        "Article 55(2)", "Article 91(5)", "Article 92(5)", "Article 93(1)",
    ]  # fmt: skip
    of_chapter_v = [row for row in rows if row["provision"].startswith("Article 5")]
    assert column(of_chapter_v, "appliesFrom") == {"2025-08-02"}
    # Of the documentation, only what systemic risk adds: such a risk ends the exemption.
    assert {row["rule"] for row in rows if row["provision"] == "Article 53(1)(a)"} == {"art-53-1-a-systemic"}


@asks("what-binds-a-role")
def test_a_model_provider_is_bound_by_chapter_v_since_august_2025(answer):
    rows = [row for row in answer("what-binds-a-role", on=DAY) if row["provision"].startswith("Article 5")]
    assert column(rows, "provision") == {
        *(f"Article 53(1)({point})" for point in "abcd"), "Article 53(3)", "Article 53(4)",
        "Article 54(1)", "Article 54(2)", *(f"Article 55(1)({point})" for point in "abcd"), "Article 55(2)",
    }  # fmt: skip
    assert pairs(rows, "appliesFrom", "status") == {("2025-08-02", "applies")}


def test_a_model_provider_answers_the_commission_since_august_2026(answer):
    rows = [row for row in answer("what-binds-a-role", on=DAY) if row["provision"].startswith("Article 9")]
    assert column(rows, "provision") == {"Article 91(5)", "Article 92(5)", "Article 93(1)"}
    assert pairs(rows, "appliesFrom", "status") == {("2026-08-02", "applies")}


@pytest.mark.parametrize(
    ("on", "day", "status"),
    [
        ("2026-07-26", "2026-08-02", "upcoming"),
        ("2026-07-27", "2027-12-02", "upcoming"),
        ("2027-12-01", "2027-12-02", "upcoming"),
        ("2027-12-02", "2027-12-02", "applies"),
    ],
)
def test_the_day_of_a_duty_is_that_of_the_text_in_force(answer, on, day, status):
    rows = answer("what-binds-a-role", role="deployer", on=on)
    assert pairs([row for row in rows if row["provision"] == "Article 27"], "bindsFrom", "status") == {(day, status)}


def test_conformity_assessment_waits_for_high_risk_systems(answer):
    """Article 43(2) applies since the general day; that systems are high-risk follows from Article 6, deferred."""
    rows = answer("what-binds-a-role", role="system_provider", on=DAY)
    (row,) = [row for row in rows if row["provision"] == "Article 43(2)"]
    assert (row["appliesFrom"], row["bindsFrom"], row["status"]) == ("2026-08-02", "2027-12-02", "upcoming")
    (row,) = [row for row in rows if row["provision"] == "Article 50(2)"]
    assert (row["appliesFrom"], row["bindsFrom"], row["status"]) == ("2026-08-02", "2026-08-02", "applies")


def test_a_commentary_binds_nobody(answer, base):
    commentary = {rule.id for rule in base.rules.values() if rule.force == "commentary"}
    for role in ("ModelProvider", "system_provider", "deployer"):
        assert not column(answer("what-binds-a-role", role=role), "rule") & commentary


def test_new_prohibitions_are_not_in_the_text_of_2024(answer):
    new = {"Article 5(1)(ba)", "Article 5(1)(bb)"}
    assert not column(answer("what-binds-a-role", role="system_provider", on="2026-07-26"), "provision") & new
    rows = answer("what-binds-a-role", role="system_provider", on="2026-07-27")
    assert pairs([row for row in rows if row["provision"] in new], "provision", "appliesFrom", "status", "kind") == {
        (provision, "2026-12-02", "upcoming", "prohibition") for provision in new
    }


@asks("what-changed-on-a-day")
def test_the_omnibus_moves_high_risk_and_nothing_else(answer, base):
    rows = answer("what-changed-on-a-day", day="2026-07-27")
    moved = [row for row in rows if row["change"] == "from"]
    assert pairs(moved, "before", "after") == {("2026-08-02", "2027-12-02")}
    articles = {int(re.match(r"art_(\d+)", base.rules[row["thing"]].provision)[1]) for row in moved}
    assert {9, 16, 26, 27, 43, 49} <= articles  # sections 2 and 3, and what needs a high-risk system
    assert not articles & {4, 5, 50, 51, 52, 53, 54, 55}
    assert {"art-5-1-ba", "art-5-1-bb", "art-4", "art-2-2", "art-111-4", "small-mid-caps"} <= {
        row["thing"] for row in rows if row["change"] == "text from" and row["after"] == "2026-07-27"
    }
    ended = {row["thing"] for row in rows if row["change"] == "text until" and row["before"] == "2026-07-26"}
    assert "art-4" in ended
    assert "art-5-1-ba" not in ended
    assert pairs([row for row in rows if row["change"] == "value"], "thing", "before", "after") == {
        ("application-to-annex-iii-systems", "2026-08-02", "2027-12-02"),
        ("application-to-annex-i-systems", "2027-08-02", "2028-08-02"),
        ("legacy-annex-iii-systems", "2026-08-02", "2027-12-02"),
        ("legacy-annex-i-systems", "2026-08-02", "2028-08-02"),
    }
    assert answer("what-changed-on-a-day", day="2026-07-26") == []


@asks("which-amendments-touch-a-provision")
def test_the_amendment_leaves_the_open_source_provisions_alone(answer):
    for provision in ("2(12)", "53", "54", "55", "50(1)", "50(2)", "50(3)", "50(4)"):
        assert answer("which-amendments-touch-a-provision", provision=provision) == []
    rows = answer("which-amendments-touch-a-provision", provision="25")
    assert pairs(rows, "point", "amended", "action") == {
        ("1(12)(a)", "Article 25(2)", "replaced"),
        ("1(12)(b)", "Article 25(4), first subparagraph", "replaced"),
    }
    every = answer("which-amendments-touch-a-provision")
    assert ("1(7)(a)", "Article 5(1)(ba)", "inserted", "2026-12-02") in pairs(
        every, "point", "amended", "action", "bindsFrom"
    )
    assert len(column(every, "point")) > 60


@asks("what-begins-between-two-days")
def test_december_2026_brings_the_new_prohibitions_and_the_end_of_a_period(answer):
    rows = answer("what-begins-between-two-days", **{"from": "2026-12-02", "to": "2026-12-02"}, on=DAY)
    assert column([row for row in rows if row["event"] != "due"], "provision") == {
        "Article 5(1)(ba)", "Article 5(1)(bb)", "Article 5(1a)", "Article 5(1b)"
    }  # fmt: skip
    assert column([row for row in rows if row["event"] == "due"], "provision") == {"Article 111(4)"}
    quiet = answer("what-begins-between-two-days", **{"from": "2026-08-03", "to": "2026-12-01"}, on=DAY)
    assert not [row for row in quiet if row["provision"].startswith(("Article", "Chapter"))]


def test_the_calendar_is_that_of_the_text_asked_about(answer):
    window = {"from": "2027-08-02", "to": "2030-12-31"}
    now = answer("what-begins-between-two-days", **window, on="2026-07-27")
    assert pairs([row for row in now if row["event"] == "due"], "day", "provision") == {
        ("2027-08-02", "Article 111(3)"),
        ("2030-08-02", "Article 111(2)"),
        ("2030-12-31", "Article 111(1)"),
    }
    assert {("2027-12-02", "Article 27"), ("2028-08-02", "Article 6(1)")} <= pairs(now, "day", "provision")
    before = pairs(answer("what-begins-between-two-days", **window, on="2026-07-26"), "day", "provision")
    assert ("2027-08-02", "Article 6(1)") in before
    assert "2027-12-02" not in {day for day, _ in before}


@asks("which-exemptions-exist")
def test_systemic_risk_ends_the_exemption_of_models_and_high_risk_that_of_systems(answer, base):
    every = answer("which-exemptions-exist")
    assert column(every, "exemption") == {rule.id for rule in base.rules.values() if rule.kind == "Exemption"}
    rows = [row for row in every if row["force"] == "binding act"]
    lost = {name: {row["exception"] for row in rows if row["exemption"] == name} for name in column(rows, "exemption")}
    assert lost["art-53-2"] == lost["art-54-6"] == {"systemic-risk-exit", "monetised"}
    assert {"art-2-12-high-risk", "art-2-12-prohibited", "art-2-12-transparency"} <= lost["art-2-12"]
    assert "systemic-risk-exit" not in lost["art-2-12"] | lost["art-25-4-open-source"]
    assert pairs([row for row in rows if row["exemption"] in ("art-53-2", "art-54-6")], "exemption", "duties") == {
        ("art-53-2", "2"),
        ("art-54-6", "5"),
    }


def test_effects_reach_only_duties_about_the_same_thing(base):
    affected = {(rule, duty) for rule, word, duty in query.whole(base) if word == AIACT + "disapplies"}
    reach = {(str(rule).rsplit("/", 1)[1], str(duty).rsplit("/", 1)[1]) for rule, duty in affected}
    assert ("art-2-12", "art-9") in reach
    assert ("art-2-12", "art-26-1") in reach
    assert ("art-2-12", "art-53-1-c") not in reach  # a duty about models
    assert ("art-2-6", "art-53-1-c") in reach


@asks("which-commentary-is-refuted")
def test_common_beliefs_are_refuted_by_the_provisions_that_say_otherwise(answer):
    rows = answer("which-commentary-is-refuted")
    assert column(rows, "claim") == {claim.rsplit("/", 1)[1] for claim in query.law().subjects(AIACT + "divergence")}
    refuted = {claim: {row["refutedBy"] for row in rows if row["claim"] == claim} for claim in column(rows, "claim")}
    # Article 2(12) is about systems: models have 53(2) and 54(6), components 25(4).
    assert refuted["modernee.claim-1"] == {"Article 2(12)", "Article 25(4)", "Article 53(2)", "Article 54(6)"}
    # No approval by the Open Source Initiative is asked for.
    assert "Recital 102" in refuted["modernee.claim-2"]
    # 10^25 is not what makes a model general-purpose, but what makes a systemic risk presumed.
    assert "Article 51(2)" in refuted["modernee.claim-7"]
    assert not any("agreement" in claim for claim in refuted)
    passages = {text for row in rows if row["claim"] == "dsih.claim-44" for text in [row["refutedBy"]]}
    assert any(text.endswith("paragraphs 76-78") for text in passages)


@asks("which-legal-questions-are-open")
def test_readings_stand_in_the_order_of_their_force(answer, base):
    rows = answer("which-legal-questions-are-open")
    assert column(rows, "question") == set(base.questions)
    assert column(rows, "reading") == set(base.readings)
    for first, second in pairwise(rows):
        if first["question"] == second["question"]:
            assert base.readings[first["reading"]].rank >= base.readings[second["reading"]].rank
    held = {row["reading"].split(".")[1]: (row["force"], row["heldBy"]) for row in rows if row["rules"] != "0"}
    assert held["strict"][0] == held["lenient"][0] == "Commission guidelines"
    assert held["no-commercial-activity"] == ("binding act", "Article 3(10)")
    assert held["recital-98"] == ("recital", "Recital 98")


@asks("which-facts-decide-a-rule")
def test_article_53_2_asks_for_licence_weights_architecture_and_usage(answer):
    rows = answer("which-facts-decide-a-rule", rule="art-53-2")
    asked = {row["fact"]: row for row in rows}
    assert {"licence", "grants", "terms", "weights_public", "architecture_public", "usage_information_public"} <= set(
        asked
    )
    assert not {"training_compute", "annex_iii"} & set(asked)
    assert asked["weights_public"]["basis"] == "Article 53(2)"
    assert asked["weights_public"]["question"].endswith("?")
    assert column(answer("which-facts-decide-a-rule", rule="art-51-2"), "fact") == {"training_compute"}


def test_no_fact_is_left_out(answer, base):
    for rule in ("art-3-63", "art-5-1-ba", "art-6", "art-26-1", "art-54-1", "monetised"):
        facts = query.facts_behind(base, base.rules[rule])
        expected = {base.facts[fact].key for fact in facts if base.facts[fact].question}
        assert column(answer("which-facts-decide-a-rule", rule=rule), "fact") == expected


@asks("which-facts-to-collect-for-a-role")
def test_a_model_provider_is_asked_of_its_model_and_not_of_high_risk_uses(answer):
    rows = answer("which-facts-to-collect-for-a-role", role="model_provider")
    facts = column(rows, "fact")
    assert {"licence", "training_compute", "monetisation", "established_in", "placed_on_union_market"} <= facts
    assert not {"annex_iii", "article_5_practices", "personal"} & facts
    counts = [int(row["rules"]) for row in rows]
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] >= 1
    assert "annex_iii" in column(answer("which-facts-to-collect-for-a-role", role="deployer"), "fact")


@asks("which-licences-are-not-free")
@pytest.mark.parametrize(
    ("licence", "fatal", "contested"),
    [
        ("Apache-2.0", set(), set()),
        ("GPL-3.0-only", set(), set()),
        ("CC-BY-4.0", set(), set()),
        ("CC-BY-NC-4.0", {"non-commercial use only"}, set()),
        ("CC-BY-ND-4.0", {"modify", "no modified redistribution"}, set()),
        ("llama3.1", {"user threshold"}, {("use restrictions", "licence-restrictions.lenient")}),
        ("jamba-open-model", {"revenue threshold"}, set()),
        (
            "gemma",
            set(),
            {
                (term, "licence-restrictions.lenient")
                for term in ("use restrictions", "remote restriction", "unilateral update")
            },
        ),
    ],
)
def test_a_licence_fails_by_a_right_or_a_term(answer, licence, fatal, contested):
    rows = [row for row in answer("which-licences-are-not-free") if row["licence"] == licence]
    assert {row["obstacle"] for row in rows if not row["toleratedUnder"]} == fatal
    assert pairs([row for row in rows if row["toleratedUnder"]], "obstacle", "toleratedUnder") == contested


@asks("what-a-breach-costs")
def test_fines_for_model_providers_are_the_commissions_and_know_no_relief(answer):
    (row,) = answer("what-a-breach-costs", rule="art-53-1-d")
    assert list(row.values())[1:] == ["Article 101(1)", "15000000", "0.03", "2026-08-02", "Commission", "", ""]
    prohibited = answer("what-a-breach-costs", rule="art-5-1-a")
    assert pairs(prohibited, "provision", "amount", "shareOfTurnover", "appliesFrom", "imposedBy") == {
        ("Article 99(3)", "35000000", "0.07", "2025-08-02", "Member States")
    }
    assert column(prohibited, "reliefUnder") == {"Article 99(6)"}
    assert ("small mid-cap", "Article 99(6a)") in pairs(
        answer("what-a-breach-costs", rule="art-26-1"), "lowerFor", "reliefUnder"
    )


@asks("which-passages-interpret-a-provision")
def test_passages_have_the_numbers_of_both_texts(answer):
    rows = answer("which-passages-interpret-a-provision", provision="53(2)")
    assert ("gpai-guidelines.free-licence", "76-78", "", "73-75") in pairs(
        rows, "passage", "paragraphs", "inFinalText", "inferredInFinalText"
    )
    rows = answer("which-passages-interpret-a-provision", provision="3, point 63")
    assert ("gpai-guidelines.criterion", "17", "17") in pairs(rows, "passage", "paragraphs", "inFinalText")
    assert column(rows, "force") <= {"Commission guidelines", "recital", "draft guidelines", "code of practice"}


@asks("which-parameters-does-the-law-use")
def test_parameters_have_value_unit_validity_and_source(answer):
    rows = answer("which-parameters-does-the-law-use")
    found = pairs(rows, "parameter", "value", "unit", "textFrom", "textUntil", "source")
    assert {
        ("systemic-risk-compute", "1e+25", "FLOP", "", "", "Article 51(2)"),
        ("billion-parameters", "1000000000", "", "", "", "Recital 98"),
        ("period-for-notification", "14", "day", "", "", "Article 52(1)"),
        ("deadline-for-legacy-models", "2027-08-02", "", "", "", "Article 111(3)"),
    } <= found
    assert {(p, v, since, until) for p, v, _, since, until, _ in found if p == "legacy-annex-iii-systems"} == {
        ("legacy-annex-iii-systems", "2026-08-02", "", "2026-07-26"),
        ("legacy-annex-iii-systems", "2027-12-02", "2026-07-27", ""),
    }
    (fallback,) = [float(row["value"]) for row in rows if row["parameter"] == "fallback-for-systemic-originals"]
    assert fallback == pytest.approx(1e25 / 3)


@asks("which-rules-rest-on-a-provision")
def test_rules_are_found_by_the_provision_they_state_or_cite(answer):
    assert column(answer("which-rules-rest-on-a-provision", provision="art. 111, par. 3"), "rule") == {
        "art-111-3",
        "art-111-3-notification",
        "art-111-3-requests",
    }
    assert {"art-53-2", "free-licence"} <= column(answer("which-rules-rest-on-a-provision", provision="53(2)"), "rule")
    assert {"monetised"} <= column(answer("which-rules-rest-on-a-provision", provision="considérant 103"), "rule")
    chapter = column(answer("which-rules-rest-on-a-provision", provision="chapter V"), "rule")
    assert {"art-51-1", "art-53-1-a", "art-54-6", "art-55-1-d"} <= chapter
    assert "art-50-1" not in chapter


@asks("which-duties-have-no-union-fine")
def test_literacy_impact_assessments_and_incident_reports_are_in_no_list_of_fines(answer):
    """Article 99(4) lists Articles 16, 22 to 24, 26, 31, 33, 34 and 50, and since 27 July 2026 Article 25."""
    now, before = (answer("which-duties-have-no-union-fine", on=on) for on in ("2026-07-27", "2026-07-26"))
    listed = {"Article 9", "Article 16", "Article 26(1)", "Article 50(1)", "Article 50(2)", "Article 53(1)(d)"}
    for rows in (now, before):
        provisions = column(rows, "provision")
        assert {"Article 4", "Article 6(4)", "Article 27", "Article 49(2)", "Article 73(1)", "Article 86"} <= provisions
        assert not provisions & listed
        assert pairs(rows, "penalties", "under") == {("national penalties only", "Article 99(1)")}
    assert column(before, "provision") - column(now, "provision") == {"Article 25(2)", "Article 25(4)"}
    assert column(now, "provision") - column(before, "provision") == {"Article 75(1a)", "Article 75a"}


@asks("which-provisions-are-read-differently")
def test_a_provision_shows_who_reads_it_how(answer):
    rows = answer("which-provisions-are-read-differently", provision="53(2)")
    questions = {"licence-restrictions", "scaled-attribution", "upstream-licence", "use-policy", "open-source-regime"}
    assert column(rows, "question") == questions
    held = {row["reading"]: (row["force"], row["heldBy"][:10]) for row in rows}
    assert held["licence-restrictions.strict"] == held["licence-restrictions.lenient"]
    assert held["licence-restrictions.strict"] == ("Commission guidelines", "Guidelines")
    for row in rows:
        assert len([other for other in rows if other["question"] == row["question"]]) == 2
    rows = answer("which-provisions-are-read-differently", provision="52(1)")
    assert pairs(rows, "reading", "heldBy") == {
        ("legacy-notification.postponed", "Article 111(3)"),
        ("legacy-notification.own-period", "Article 52(1)"),
    }
    assert answer("which-provisions-are-read-differently", provision="26") == []


@asks("which-licences-pass-the-test")
def test_a_licence_passes_fails_or_is_contested(answer, base):
    rows = {row["licence"]: row for row in answer("which-licences-pass-the-test")}
    verdict = {name: row["answer"] for name, row in rows.items()}
    assert {verdict[name] for name in ("Apache-2.0", "MIT", "AGPL-3.0-only", "CC-BY-SA-4.0", "CC0-1.0")} == {"holds"}
    assert {verdict[name] for name in ("CC-BY-NC-4.0", "CC-BY-ND-4.0", "llama3.1", "none-granted")} == {"fails"}
    assert {verdict[name] for name in ("gemma", "bigscience-openrail-m", "deepseek")} == {"contested"}
    assert (rows["gemma"]["fatal"], rows["gemma"]["disputed"]) == ("0", "3")
    assert rows["none-granted"]["fatal"] == "4"  # none of the four rights
    assert len(rows) == len(query.law().of_class(AIACT + "Licence"))
    obstacles = answer("which-licences-are-not-free")
    for name, row in rows.items():
        found = [each for each in obstacles if each["licence"] == name]
        assert int(row["fatal"]) == len([each for each in found if not each["toleratedUnder"]]), name
        assert int(row["disputed"]) == len([each for each in found if each["toleratedUnder"]]), name


def test_the_engine_judges_licences_as_the_question_does(answer):
    rows = answer("which-licences-pass-the-test")[::7]
    models = "".join(f"  m{place}: {{licence: {row['licence']}}}\n" for place, row in enumerate(rows))
    assessment = judge(f"models:\n{models}")
    found = {
        (item.entity, row["answer"]): item
        for item in assessment.classifications
        for place, row in enumerate(rows)
        if item.rule.id == "act-2-12" and assessment.short(item.entity) == f"m{place}"
    }
    assert len(found) == len(rows) > 10
    for (_, verdict), item in found.items():
        assert {"holds": "holds", "fails": "fails", "contested": "unknown"}[verdict] == item.truth


@asks("how-a-licence-is-judged")
def test_each_term_of_a_licence_is_tolerated_contested_or_fatal(answer):
    rows = answer("how-a-licence-is-judged", licence="Gemma")
    assert pairs(rows, "item", "answer", "under") == {
        *((right, "holds", "") for right in ("access", "use", "modify", "distribute", "attribution")),
        *((term, "contested", "licence-restrictions.lenient")
          for term in ("use restrictions", "remote restriction", "unilateral update")),
    }  # fmt: skip
    rows = answer("how-a-licence-is-judged", licence="CC-BY-ND-4.0")
    assert {row["item"] for row in rows if row["answer"] == "fails"} == {"modify", "no modified redistribution"}
    rows = answer("how-a-licence-is-judged", licence="llama3.1")
    assert {row["item"] for row in rows if row["answer"] == "fails"} == {"user threshold"}


@asks("how-definitions-of-open-source-compare")
def test_only_some_definitions_ask_for_data_and_only_that_of_the_act_against_gain(answer, base):
    rows = answer("how-definitions-of-open-source-compare")
    asked = {name: {row["asks"] for row in rows if row["definition"] == name} for name in column(rows, "definition")}
    assert set(asked) == {rule.id for rule in base.rules.values() if rule.defines_open_source}
    data = {"The training data must be published.", "The training data must be published under free terms."}
    assert {name for name in asked if asked[name] & data} == {"fsf-statement", "open-source-alliance", "mof-class-i"}
    against = {row["definition"] for row in rows if row["must"] == "fails" and row["asks"] == "monetised"}
    assert against == {"act-53-2-strict", "act-53-2-lenient"}
    assert len(asked["act-2-12"]) == len(asked["osd-1-9"]) == 1  # the licence alone
    assert any("Complete information on the training data" in words for words in asked["osaid-1-0"])
    either = {row["asks"] for row in rows if row["must"] == "any of" and row["definition"] == "mof-class-iii"}
    assert either == {"A technical report must be published.", "Or a research paper must be published."}


def test_a_definition_of_open_source_is_told_whole(answer, base):
    """Every part of its shape has a name under which the answer can show it."""
    rows = answer("how-definitions-of-open-source-compare")
    for name in column(rows, "definition"):
        parts = [member for part in base.shapes[name].parts for member in members(part)]
        assert all(part.name for part in parts), name
        assert len(parts) == len([row for row in rows if row["definition"] == name]), name


@asks("what-names-open-source")
def test_open_source_is_named_by_four_paragraphs_and_five_recitals(answer):
    rows = answer("what-names-open-source")
    named = {row["cites"] for row in rows if row["cites"].startswith(("Article ", "Recital "))}
    assert named == {
        "Article 2(12)", "Article 25(4)", "Article 53(2)", "Article 54(6)",
        *(f"Recital {number}" for number in (89, 102, 103, 104, 112)),
    }  # fmt: skip
    resting = {row["rule"] for row in rows if row["cites"] == "Article 54(6)"}
    assert "art-54-6" in resting
    assert {"art-2-12", "art-2-12-high-risk"} <= {row["rule"] for row in rows if row["cites"] == "Article 2(12)"}
    assert any(row["cites"].startswith("Recitals of Regulation (EU) 2026/1744") for row in rows)


@pytest.mark.skipif(not LAW.exists(), reason="the text of the Act is not at hand")
def test_no_provision_that_names_open_source_is_left_out():
    words = re.compile(r"open[- ]source|licences? libres? et ouvertes?|libres? et ouvert", re.IGNORECASE)
    naming = {item["id"] for item in json.loads(LAW.read_text()) if words.search(item["own_en"] + item["own_fr"])}
    subjects = query.law().subjects(DCTERMS + "subject", AIACT + "freeAndOpenSource")
    assert {iri.removeprefix(ACT) for iri in subjects if iri.startswith(ACT)} == naming - {"art_25_par_4_sub_1"}


@asks("what-changes-for-a-role-between-two-days")
def test_deployers_win_time_and_get_two_prohibitions(answer):
    rows = answer("what-changes-for-a-role-between-two-days", role="deployer", **BOTH_TEXTS)
    moved = [row for row in rows if row["change"] == "from"]
    assert pairs(moved, "bindsBefore", "bindsAfter") == {("2026-08-02", "2027-12-02")}
    assert {"Article 26(1)", "Article 27", "Article 86"} <= column(moved, "provision")
    assert {"Article 5(1)(ba)", "Article 5(1)(bb)"} <= {row["provision"] for row in rows if row["change"] == "inserted"}
    assert {row["rule"] for row in rows if row["change"] == "replaced"} == {"art-4-deployer"}
    assert not {"Article 50(3)"} & column(rows, "provision")
    rows = answer(
        "what-changes-for-a-role-between-two-days", role="deployer", **{"from": "2026-07-27", "to": "2026-08-02"}
    )
    assert "Article 50(3)" in {row["provision"] for row in rows if row["change"] == "applies"}
    same = {"from": "2026-07-28", "to": "2026-07-29"}
    assert answer("what-changes-for-a-role-between-two-days", **same) == []


def test_nothing_in_chapter_v_changes_for_providers_of_models(answer):
    rows = answer("what-changes-for-a-role-between-two-days", role="ModelProvider", **BOTH_TEXTS)
    assert not [row for row in rows if re.match(r"Article 5[1-5]", row["provision"])]


@asks("what-ends-between-two-days")
def test_what_the_amendment_took_out_ends_on_the_day_before(answer):
    rows = answer("what-ends-between-two-days", **{"from": "2026-01-01", "to": "2026-12-31"})
    assert column(rows, "day") == {"2026-07-26"}
    gone = {row["provision"] for row in rows if row["kind"] == "provision"}
    assert {"Article 10(5)", "Article 56(6), second subparagraph", "Annex I, Section A, point 1"} <= gone
    assert not [provision for provision in gone if re.match(r"Article (2\(12\)|5[345])\b", provision)]
    assert {"art-4", "art-25-4"} <= {row["thing"] for row in rows if row["kind"] == "duty"}
    assert "art-77-1-of-2024" in {row["thing"] for row in rows if row["kind"] == "obligation"}
    assert answer("what-ends-between-two-days", **{"from": "2026-07-27", "to": "2026-07-27"}) == []


@asks("which-transitions-exist")
def test_article_111_has_last_days_and_one_event(answer):
    rows = answer("which-transitions-exist", on=DAY)
    assert pairs(rows, "provision", "lastDay", "onlyIf") == {
        ("Article 111(1)", "2030-12-31", ""),
        ("Article 111(2)", "", "significant design change"),
        ("Article 111(2)", "", ""),  # the system that was changed
        ("Article 111(2)", "2030-08-02", ""),
        ("Article 111(3)", "2027-08-02", ""),
        ("Article 111(4)", "2026-12-02", ""),
    }
    assert {row["duties"] for row in rows if row["provision"] == "Article 111(4)"} == {"1"}  # Article 50(2)
    assert "Article 111(4)" not in column(answer("which-transitions-exist", on="2026-07-26"), "provision")


@asks("which-duties-wait-for-an-occasion")
def test_incident_reports_wait_for_an_incident_and_the_copyright_policy_for_nothing(answer):
    rows = answer("which-duties-wait-for-an-occasion", on=DAY)
    waking = {row["provision"]: row["occasion"] for row in rows}
    assert waking["Article 73(1)"] == "after a serious incident"
    assert waking["Article 91(5)"] == waking["Article 21(1)"] == "when an authority asks"
    assert waking["Article 79(2)"] == "when a risk or a breach is found"
    assert not {"Article 53(1)(c)", "Article 50(1)", "Article 27"} & set(waking)
    assert "Article 75(1a)" not in column(answer("which-duties-wait-for-an-occasion", on="2026-07-26"), "provision")


@asks("which-permissions-exist")
def test_codes_ease_and_lift_nothing(answer):
    rows = answer("which-permissions-exist", on=DAY)
    eased = pairs(rows, "provision", "eases")
    assert {("Article 53(4)", "Article 53(1)"), ("Article 55(2)", "Article 55(1)"), ("Article 40(1)",
            "Chapter III, Section 2"), ("Article 89(2)", ""), ("Article 4a(1)", "")} <= eased  # fmt: skip
    before = column(answer("which-permissions-exist", on="2026-07-26"), "provision")
    assert "Article 10(5)" in before - column(rows, "provision")  # moved to Article 4a
    assert "Article 4a(1)" not in before


@asks("which-rules-depend-on-a-fact")
def test_earnings_matter_to_exemptions_and_profiling_to_high_risk(answer):
    rules = column(answer("which-rules-depend-on-a-fact", fact="monetisation"), "rule")
    assert {"monetised", "art-2-12-monetised", "act-53-2-strict"} <= rules
    assert (
        not {"art-53-2", "art-25-4-open-source", "art-53-1-a", "osaid-1-0"} & rules
    )  # the exception speaks of it, the exemption does not
    profiling = column(answer("which-rules-depend-on-a-fact", fact="profiling"), "rule")
    assert {"art-6-3", "art-6", "art-26-1", "art-49-2"} <= profiling
    assert not {"art-50-1", "art-53-2"} & profiling


@asks("which-purposes-lead-to-a-provision")
def test_recruitment_is_named_by_annex_iii_point_4(answer):
    rows = answer("which-purposes-lead-to-a-provision", provision="annex III, point 4")
    assert ("Annex III, point 4(a)", "CV screening", "named") in pairs(rows, "cites", "label", "strength")
    assert all(row["cites"].startswith("Annex III, point 4") for row in rows)
    banned = answer("which-purposes-lead-to-a-provision", provision="5(1)(f)")
    assert ("emotion recognition at work", "named") in pairs(banned, "label", "strength")


@asks("which-provisions-are-left-out")
def test_what_binds_member_states_and_authorities_is_left_out_with_a_reason(answer):
    rows = pairs(answer("which-provisions-are-left-out"), "cites", "reason")
    assert {("Article 1", "what the Act is about"), ("Article 28", "binds Member States"),
            ("Article 97", "empowers the Commission"), ("Article 65", "procedure of authorities")} <= rows  # fmt: skip
    assert not {cites for cites, _ in rows} & {"Article 2(12)", "Article 53(2)", "Article 50(1)"}
    assert answer("which-provisions-are-left-out", provision="53(1)") == []


@asks("which-rules-were-reviewed-before-a-day")
def test_every_review_has_its_day(answer):
    assert answer("which-rules-were-reviewed-before-a-day", before="2024-07-12") == []
    rows = answer("which-rules-were-reviewed-before-a-day", provision="53(2)")
    (row,) = [row for row in rows if row["rule"] == "art-53-2"]
    assert row["reviewedOn"] >= "2026-01-01"
    assert row["writtenAgainst"] == "b38d7df5baef71c2"
    (french,) = [
        row
        for row in answer("which-rules-were-reviewed-before-a-day", "fr", provision="53(2)")
        if row["rule"] == "art-53-2"
    ]
    assert french["writtenAgainst"] == "a7e8e34118cc98ad"
    assert answer("which-rules-were-reviewed-before-a-day", before=row["reviewedOn"], provision="53(2)") == [
        other for other in rows if other["reviewedOn"] < row["reviewedOn"]
    ]


@asks("how-firm-are-the-sources")
def test_drafts_are_told_from_what_is_adopted(answer):
    rows = {row["source"]: row for row in answer("how-firm-are-the-sources")}
    assert (rows["gpai-guidelines"]["force"], rows["gpai-guidelines"]["standing"]) == (
        "Commission guidelines",
        "adopted",
    )
    assert rows["high-risk-guidelines-draft"]["standing"] == "draft"
    assert rows["code-of-practice"]["standing"] == "voluntary"
    old = rows["prohibited-practices-guidelines-of-february"]
    assert (old["standing"], old["replacedBy"]) == ("superseded", "prohibited-practices-guidelines")
    assert old["rules"] == "0"  # nothing rests on what was replaced
    assert int(rows["gpai-guidelines"]["rules"]) > 20
    assert set(rows) == {query.shown(iri) for iri in query.law().of_class(AIACT + "Source")}


@asks("what-rests-on-a-source")
def test_the_thresholds_and_the_licence_test_rest_on_the_guidelines(answer):
    rows = answer("what-rests-on-a-source", source="gpai-guidelines")
    assert {"general-purpose-compute", "one-third"} <= {row["thing"] for row in rows if row["kind"] == "parameter"}
    assert "systemic-risk-compute" not in column(rows, "thing")  # the Act itself says it
    assert {"licence-restrictions.strict", "licence-restrictions.lenient"} <= column(rows, "thing")
    assert {"monetised", "free-terms", "art-3-3-modifier"} <= column(rows, "thing")
    draft = answer("what-rests-on-a-source", source="high-risk-guidelines-draft")
    assert "unexcluded-high-risk-use.draft-guidelines" in column(draft, "thing")


@asks("which-rules-use-a-parameter")
def test_the_threshold_of_systemic_risk_is_used_where_article_51_2_says(answer):
    rows = answer("which-rules-use-a-parameter", parameter="systemic-risk-compute")
    assert {("compares with", "art-51-2"), ("compares with", "art-52-1")} <= pairs(rows, "use", "thing")
    assert "art-53-2" not in column(rows, "thing")
    rows = answer("which-rules-use-a-parameter", parameter="deadline-for-legacy-models")
    assert pairs(rows, "use", "thing") == {
        ("until", "art-111-3"),
        ("until", "art-111-3-notification"),
        ("until", "art-111-3-requests"),
    }
    rows = answer("which-rules-use-a-parameter", parameter="application-of-chapter-5")
    assert ("governs", "Article 113(b)") in {(row["use"], row["provision"]) for row in rows} or {
        row["provision"] for row in rows
    } >= {"Chapter V"}


@asks("which-fines-exist")
def test_fines_are_those_of_articles_99_to_101_and_75c(answer):
    rows = answer("which-fines-exist")
    assert pairs(rows, "provision", "amount", "shareOfTurnover", "imposedBy") == {
        ("Article 99(1)", "", "", "Member States"),
        ("Article 99(3)", "35000000", "0.07", "Member States"),
        ("Article 99(4)", "15000000", "0.03", "Member States"),
        ("Article 99(5)", "7500000", "0.01", "Member States"),
        ("Article 100(2)", "1500000", "", "European Data Protection Supervisor"),
        ("Article 100(3)", "750000", "", "European Data Protection Supervisor"),
        ("Article 101(1)", "15000000", "0.03", "Commission"),
        ("Article 75c", "35000000", "0.07", "Commission"),
        ("Article 75c", "15000000", "0.03", "Commission"),
    }
    assert {row["appliesFrom"] for row in rows if row["provision"] == "Article 101(1)"} == {"2026-08-02"}
    assert {row["insteadOf"] for row in rows if row["fines"] == "ai-office"} == {"operators", "national-rules"}


@asks("how-one-enters-a-role")
def test_one_becomes_provider_of_a_system_by_placing_and_by_article_25(answer):
    rows = answer("how-one-enters-a-role", role="system_provider")
    assert column(rows, "provision") == {
        "Article 3(3)", "Article 3(11)", "Article 25(1)(a)", "Article 25(1)(b)", "Article 25(1)(c)", "Article 25(3)"
    }  # fmt: skip
    assert {row["force"] for row in answer("how-one-enters-a-role", role="model_provider")} >= {
        "binding act", "Commission guidelines"
    }  # fmt: skip
    assert column(answer("how-one-enters-a-role", role="importer"), "provision") == {"Article 3(6)"}


@asks("what-a-bearer-of-two-roles-owes")
def test_who_provides_and_deploys_owes_both(answer):
    rows = answer("what-a-bearer-of-two-roles-owes", role="system_provider", other="deployer", on=DAY)
    alone = {
        role: {row["rule"] for row in answer("what-binds-a-role", role=role, on=DAY)}
        for role in ("system_provider", "deployer")
    }
    assert column(rows, "rule") == alone["system_provider"] | alone["deployer"]
    assert column([row for row in rows if row["as"] == "deployer"], "rule") == alone["deployer"]
    shared = answer("what-a-bearer-of-two-roles-owes", role="importer", other="distributor", on=DAY)
    assert {row["as"] for row in shared if row["provision"] == "Article 82(1)"} == {"importer", "distributor"}


@asks("which-doubts-are-recorded")
def test_doubts_stand_beside_the_rules_that_they_trouble(answer, base):
    rows = answer("which-doubts-are-recorded")
    inside = {rule.id for rule in base.rules.values() if rule.doubts and not rule.provision.startswith("http")}
    assert column(rows, "rule") == inside
    (row,) = answer("which-doubts-are-recorded", provision="73(1)")
    assert (row["rule"], row["source"]) == ("art-73", "Article 26(5)")
    assert answer("which-doubts-are-recorded", provision="97") == []


@asks("what-can-lift-or-postpone-a-duty")
def test_documentation_is_lifted_by_53_2_and_the_copyright_policy_is_not(answer):
    rows = answer("what-can-lift-or-postpone-a-duty", duty="art-53-1-a")
    law = [row for row in rows if row["force"] == "binding act"]
    assert pairs(law, "effect", "provision", "exceptions") == {
        ("lifts", "Article 53(2)", "2"),
        ("disapplies", "Article 2(6)", "3"),
        ("disapplies", "Article 2(8)", "1"),
        ("postpones", "Article 111(3)", "0"),
    }
    copyright_ = answer("what-can-lift-or-postpone-a-duty", duty="art-53-1-c")
    assert "lifts" not in column(copyright_, "effect")
    marking = answer("what-can-lift-or-postpone-a-duty", duty="art-50-2")
    assert ("postpones", "Article 111(4)") in pairs(marking, "effect", "provision")
    assert "Article 2(12)" not in {row["provision"] for row in marking if row["force"] == "binding act"}


@asks("what-an-exemption-lifts")
def test_53_2_lifts_two_duties_and_2_12_leaves_systems_outside(answer):
    rows = answer("what-an-exemption-lifts", exemption="art-53-2")
    assert pairs(rows, "provision", "effect") == {("Article 53(1)(a)", "lifts"), ("Article 53(1)(b)", "lifts")}
    rows = answer("what-an-exemption-lifts", exemption="art-54-6")
    assert column(rows, "provision") == {"Article 54(1)", "Article 54(2)", "Article 54(3)", "Article 54(5)"}
    outside = column(answer("what-an-exemption-lifts", exemption="art-2-12"), "provision")
    assert {"Article 9", "Article 26(1)", "Article 4"} <= outside
    assert not {"Article 50(1)", "Article 50(2)", "Article 5(1)(a)", "Article 53(1)(c)"} & outside


@asks("what-ends-an-exemption")
def test_systemic_risk_and_earnings_end_the_exemption_of_models(answer):
    rows = answer("what-ends-an-exemption", exemption="art-53-2")
    assert pairs(rows, "exception", "provision") == {
        ("systemic-risk-exit", "Article 53(2)"),
        ("monetised", "Recital 103"),
    }
    facts = {name: {row["fact"] for row in rows if row["exception"] == name} for name in column(rows, "exception")}
    assert "monetisation" in facts["monetised"] - facts["systemic-risk-exit"]
    assert {"training_compute", "designated_systemic_risk"} <= facts["systemic-risk-exit"] - facts["monetised"]
    rows = answer("what-ends-an-exemption", exemption="art-2-12")
    assert {("art-2-12-prohibited", "article_5_practices"), ("art-2-12-high-risk", "annex_iii"),
            ("art-2-12-transparency", "interacts_with_people")} <= pairs(rows, "exception", "fact")  # fmt: skip


@asks("what-follows-from-a-definition")
def test_a_significant_modification_makes_a_provider(answer):
    rows = answer("what-follows-from-a-definition", definition="art-3-3-modifier")
    assert {"art-3-3-model", "art-51-1", "art-55-1-a"} <= column(rows, "rule")
    assert not [row for row in rows if row["provision"].startswith("Article 26")]
    high = answer("what-follows-from-a-definition", definition="art-6")
    assert {"Article 9", "Article 26(1)", "Article 73(1)", "Article 2(12)"} <= column(high, "provision")
    assert not {"Article 4", "Article 50(1)", "Article 53(1)(d)"} & column(high, "provision")
    listed = column(answer("what-follows-from-a-definition", definition="art-6-2"), "provision")
    products = column(answer("what-follows-from-a-definition", definition="art-6-1"), "provision")
    assert {"Article 27", "Article 43(2)"} <= listed - products  # they speak of Article 6(2) and Annex III alone
    assert {"Article 9", "Article 26(1)"} <= listed & products


@asks("how-a-duty-reads-in-each-text")
def test_the_supply_agreement_grew_and_got_a_fine(answer):
    then, now = answer("how-a-duty-reads-in-each-text", duty="art-25-4")
    assert (then["textFrom"], now["textFrom"]) == ("2024-07-12", "2026-07-27")
    assert (then["bindsFrom"], now["bindsFrom"]) == ("2026-08-02", "2027-12-02")
    assert "models" in now["asks"]
    assert "models" not in then["asks"]
    assert (then["fines"], now["fines"]) == ("national penalties only", "fines for operators")
    assert len(answer("how-a-duty-reads-in-each-text", duty="art-5-1-ba")) == 1  # not in the text of 2024
    then, now = answer("how-a-duty-reads-in-each-text", duty="art-53-1-c")
    assert (then["asks"], then["bindsFrom"]) == (now["asks"], now["bindsFrom"])


@asks("who-has-to-prove-an-exemption")
def test_who_invokes_an_exemption_has_to_show_it(answer, base):
    rows = answer("who-has-to-prove-an-exemption")
    shown = {row["exemption"]: row["shownBy"] for row in rows}
    assert shown["art-53-2"] == shown["art-54-6"] == "provider of a general-purpose AI model"
    assert shown["art-2-12"] == "provider of an AI system"
    assert shown["art-25-4-open-source"] == "supplier of a component"
    assert shown["art-2-10"] == "deployer"
    law = {rule.id for rule in base.rules.values() if rule.kind == "Exemption" and rule.force != "commentary"}
    assert set(shown) == law


@asks("which-recitals-explain-a-provision")
def test_recital_102_explains_the_licence_and_104_the_loss(answer):
    rows = answer("which-recitals-explain-a-provision", provision="53(2)")
    assert {("Recital 102", "art-53-2"), ("Recital 104", "systemic-risk-exit")} <= pairs(rows, "recital", "rule")
    assert column(answer("which-recitals-explain-a-provision", provision="6(3)"), "recital") == {"Recital 53"}


@asks("what-commentaries-say-of-a-provision")
def test_commentaries_are_right_and_wrong_on_53_2(answer):
    verdicts = {
        row["claim"]: row["verdict"] for row in answer("what-commentaries-say-of-a-provision", provision="53(2)")
    }
    assert verdicts["modernee.claim-6"] == "contradicts"
    assert verdicts["racine.agreement-4"] == "matches"  # systemic risk excludes the exemption
    of_another = answer("what-commentaries-say-of-a-provision", provision="97")
    assert of_another == []


@asks("which-misconceptions-are-known")
def test_misconceptions_tempt_to_false_comfort_or_needless_duty(answer, base):
    rows = answer("which-misconceptions-are-known")
    assert column(rows, "misconception") == {rule.id for rule in base.rules.values() if rule.kind == "Misconception"}
    assert column(rows, "temptsTo") == {"false comfort", "needless duty"}
    (row,) = [row for row in rows if row["misconception"] == "mistaken-own-use"]
    assert (row["temptsTo"], row["claims"]) == ("false comfort", "2")


@asks("what-other-acts-add")
def test_the_cyber_resilience_act_and_the_liability_directive_come_from_elsewhere(answer):
    rows = answer("what-other-acts-add")
    days = {row["rule"]: row["appliesFrom"] for row in rows}
    assert days == {
        "cra-3-13": "2027-12-11",
        "cra-manufacturer": "2027-12-11",
        "cra-reporting": "2026-09-11",
        "pld-liability": "2026-12-09",
    }


@asks("where-a-country-belongs")
@pytest.mark.parametrize(
    ("country", "area", "union"),
    [("FR", "holds", "holds"), ("no", "holds", "fails"), ("CH", "fails", "fails"), ("GB", "fails", "fails")],
)
def test_norway_is_in_the_area_and_not_in_the_union(answer, country, area, union):
    rows = answer("where-a-country-belongs", country=country)
    assert pairs(rows, "area", "answer") == {("European Economic Area", area), ("European Union", union)}


@asks("which-licences-have-a-term")
def test_gemma_restricts_uses_and_apache_does_not(answer):
    rows = answer("which-licences-have-a-term", term="use_restriction")
    assert {"gemma", "llama3.1", "bigscience-openrail-m"} <= column(rows, "licence")
    assert not {"Apache-2.0", "CC-BY-NC-4.0"} & column(rows, "licence")
    assert ("gemma", "remote restriction") in pairs(rows, "licence", "terms")
    only = answer("which-licences-have-a-term", term="non_commercial")
    assert {"CC-BY-NC-4.0", "CC-BY-NC-SA-4.0"} <= column(only, "licence")
    assert "CC-BY-4.0" not in column(only, "licence")


@asks("which-facts-are-presumed")
def test_presumptions_have_a_reason(answer, base):
    rows = {row["fact"]: row for row in answer("which-facts-are-presumed")}
    assert set(rows) == {fact.key for fact in base.facts.values() if fact.presumed is not None}
    assert (rows["commercial_activity"]["presumed"], rows["personal"]["presumed"]) == ("true", "false")
    assert all(row["because"] for row in rows.values())
    assert not {"licence", "monetisation", "weights_public"} & set(rows)  # what lifts a duty is never presumed


@asks("how-numbers-are-computed")
def test_compute_is_estimated_by_six_times_parameters_times_tokens_with_a_margin(answer):
    rows = answer("how-numbers-are-computed")
    dense = [row for row in rows if row["derivation"] == "computeOfDenseModel"]
    assert column(dense, "from") == {"parameters", "training_tokens"}
    assert pairs(dense, "gives", "operation", "factor", "margin") == {
        ("training_compute", "product", "operations-per-parameter-and-token", "margin-of-estimates")
    }
    (row,) = [row for row in rows if row["gives"] == "notification_due"]
    assert (row["operation"], row["factor"], row["notBefore"]) == (
        "days later",
        "period-for-notification",
        "application-of-chapter-5",
    )


@asks("which-facts-must-others-supply")
def test_a_deployer_asks_the_provider_for_annex_iii_and_itself_for_its_use(answer):
    rows = answer("which-facts-must-others-supply", role="deployer")
    assert ("provider of an AI system", "annex_iii") in pairs(rows, "from", "fact")
    assert not {"personal", "purpose", "kind", "established_in"} & column(rows, "fact")
    assert "deployer" not in column(rows, "from")


@asks("which-statements-call-for-a-caution")
def test_a_signature_gives_no_presumption(answer):
    rows = answer("which-statements-call-for-a-caution")
    signature = [row for row in rows if row["caution"] == "code-of-practice.signature"]
    assert column(signature, "value") == {"transparency chapter", "copyright chapter", "safety and security chapter"}
    assert all("no presumption" in row["says"] for row in signature)
    ended = {row["textFrom"] for row in rows if row["caution"] == "code-of-practice.end-of-approval"}
    assert ended == {"2026-07-27"}


@asks("which-terms-come-from-a-provision")
def test_the_roles_come_from_article_3(answer):
    rows = pairs(answer("which-terms-come-from-a-provision", provision="3"), "term", "cites")
    assert {("Deployer", "Article 3(4)"), ("Importer", "Article 3(6)"), ("Distributor", "Article 3(7)")} <= rows
    annex = column(answer("which-terms-come-from-a-provision", provision="annex III, point 4"), "label")
    assert "recruitment" in annex


@asks("which-rules-are-less-than-law")
def test_the_indicative_criterion_is_the_commissions_and_the_exemption_is_the_acts(answer):
    rows = answer("which-rules-are-less-than-law")
    force = {row["rule"]: row["force"] for row in rows}
    assert force["art-3-63-indicative-criterion"] == force["art-3-3-modifier"] == "Commission guidelines"
    assert force["art-2-12-monetised"] == "recital"
    assert force["art-5-1-ba-weights"] == "argued"
    assert not {"art-53-2", "art-2-12", "art-51-2", "popular-exemption"} & set(force)


# ---------------------------------------------------------------------------------------------- about projects


@asks("why-a-duty-has-its-status")
def test_the_proof_leads_to_lines_of_the_description(answer):
    rows = answer("why-a-duty-has-its-status", rule="art-53-1-a")
    lifted = [row for row in rows if row["entity"] == "open"]
    assert pairs(lifted, "project", "bearer", "status", "liftedBy") == {("aiact.yaml", "acme", "lifted", "art-53-2")}
    assert {
        ("art-53-2.licence", "holds", "licence", "aiact.yaml", str(LICENCE_LINE)),
        ("art-53-2.weights", "holds", "weights_public", "aiact.yaml", str(WEIGHTS_LINE)),
    } <= pairs(lifted, "condition", "truth", "fact", "file", "line")
    waiting = [row for row in rows if row["entity"] == "half-open"]
    assert pairs(waiting, "status", "condition", "truth") == {("undetermined", "art-53-2.usage", "unknown")}
    assert all(row["says"] for row in rows)
    owed = [row for row in answer("why-a-duty-has-its-status", rule="art-53-1-d") if row["project"] == "aiact.yaml"]
    assert column(owed, "status") == {"applies"}


@asks("which-findings-rest-on-a-line")
def test_what_rests_on_a_line_is_found(answer):
    rows = [row for row in answer("which-findings-rest-on-a-line", at=str(WEIGHTS_LINE)) if row["file"] == "aiact.yaml"]
    assert pairs(rows, "file", "fact", "entity") == {("aiact.yaml", "weights_public", "open")}
    assert {("art-53-1-a", "lifted"), ("art-53-1-b", "lifted")} <= pairs(rows, "rule", "status")
    assert answer("which-findings-rest-on-a-line", at="1") == []


@asks("which-facts-are-missing")
def test_what_is_missing_is_asked_for(answer):
    rows = [
        row
        for row in answer("which-facts-are-missing")
        if row["provision"] in ("Article 53(1)(a)", "Article 54(1)") and row["project"] == "aiact.yaml"
    ]
    assert pairs(rows, "project", "entity", "fact", "provision") == {
        ("aiact.yaml", "half-open", "usage_information_public", "Article 53(1)(a)"),
        ("aiact.yaml", "half-open", "usage_information_public", "Article 54(1)"),
    }
    assert all(row["question"].endswith("?") for row in rows)


@asks("what-is-owed-and-since-when")
def test_what_is_owed_stands_in_the_order_of_its_days(answer, told):
    days = column(answer("what-is-owed-and-since-when"), "day")
    assert [row["day"] for row in answer("what-is-owed-and-since-when")] == sorted(
        row["day"] for row in answer("what-is-owed-and-since-when")
    )
    assert "2025-02-02" in days  # literacy of those who deploy
    owed = pairs(told("what-is-owed-and-since-when"), "entity", "rule", "status", "day", "postponedBy")
    assert {
        ("disputed", "art-53-1-c", "applies", "2025-09-01", ""),  # the day it was placed
        ("disputed", "art-91-5", "applies", "2026-08-02", ""),  # the Commission’s powers
        ("restricted", "art-53-1-c", "transitional", "2027-08-02", "art-111-3"),  # placed before Chapter V applied
        ("sorter", "art-50-1", "applies", "2026-09-01", ""),
    } <= owed
    assert ("half-open", "art-53-1-a") not in pairs(answer("what-is-owed-and-since-when"), "entity", "rule")


@asks("on-whose-word-a-finding-rests")
def test_a_finding_rests_on_the_word_of_sources(told):
    rows = told("on-whose-word-a-finding-rests", duty="art-53-1-c")
    words = pairs(rows, "subject", "fact", "value", "ground", "onTheWordOf")
    assert ("restricted", "training_compute", "5e+23", "stated", "Epoch AI · estimate") in words
    assert ("restricted", "placed_on_union_market", "2025-03-01", "stated", "") in words
    assert {row["ground"] for row in rows if row["fact"] == "commercial_activity"} == {"presumed"}
    assert all(row["line"] for row in rows if row["ground"] == "stated")
    rows = told("on-whose-word-a-finding-rests", duty="art-53-1-a", project="aiact.yaml")
    assert ("Apache-2.0", "grants", "known") in pairs(rows, "subject", "fact", "ground")
    assert {row["line"] for row in rows if (row["entity"], row["fact"]) == ("open", "licence")} == {str(LICENCE_LINE)}


@asks("what-one-fact-would-decide")
def test_the_fact_that_decides_most_comes_first(told):
    half, other = told("what-one-fact-would-decide", "aiact.yaml")
    assert (half["entity"], half["fact"], half["decides"]) == ("half-open", "usage_information_public", "7")
    assert other["fact"] == "representative"
    first = told("what-one-fact-would-decide")[0]
    assert (first["entity"], first["fact"]) == ("sorter", "annex_iii")  # high-risk or not
    assert ("disputed", "training_compute") in pairs(told("what-one-fact-would-decide"), "entity", "fact")


@asks("what-rests-on-a-fact")
def test_with_another_licence_the_exemption_could_go(told):
    rows = told("what-rests-on-a-fact", "aiact.yaml", fact="weights_public")
    assert {("open", "art-53-1-a", "lifted"), ("open", "art-53-1-b", "lifted")} <= pairs(
        rows, "entity", "rule", "status"
    )
    assert column(rows, "line") >= {str(WEIGHTS_LINE)}
    assert "art-53-1-d" not in column(rows, "rule")  # the summary is owed, weights public or not
    assert told("what-rests-on-a-fact", fact="pretraining_compute") == []


@asks("which-projects-fall-under-a-rule")
def test_projects_fall_under_a_definition_or_a_duty(answer):
    rows = answer("which-projects-fall-under-a-rule", rule="art-3-63")
    assert pairs(rows, "project", "entity", "answer") == {
        ("aiact.yaml", "open", "holds"), ("aiact.yaml", "half-open", "holds"),
        ("portfolio.yaml", "restricted", "holds"), ("portfolio.yaml", "disputed", "holds"),
    }  # fmt: skip
    rows = answer("which-projects-fall-under-a-rule", rule="art-53-2")
    assert pairs(rows, "entity", "answer") == {
        ("open", "holds"), ("half-open", "unknown"), ("restricted", "unknown"), ("disputed", "fails")
    }  # fmt: skip
    rows = answer("which-projects-fall-under-a-rule", rule="art-53-1-a")
    assert pairs([row for row in rows if row["bearer"] != "shop"], "entity", "bearer", "answer") == {
        ("open", "acme", "lifted"), ("half-open", "acme", "undetermined"),
        ("restricted", "maker", "undetermined"), ("disputed", "maker", "applies"),
    }  # fmt: skip


@asks("which-findings-depend-on-an-open-question")
def test_documentation_under_gemma_depends_on_the_reading(told):
    rows = [row for row in told("which-findings-depend-on-an-open-question") if row["entity"] == "restricted"]
    of_53 = [row for row in rows if row["rule"] == "art-53-1-a" and row["question"] == "licence-restrictions"]
    assert pairs(of_53, "status", "reading", "force", "outcome") == {
        ("undetermined", "licence-restrictions.strict", "Commission guidelines", "transitional"),
        ("undetermined", "licence-restrictions.lenient", "Commission guidelines", "lifted"),
    }
    assert not [row for row in rows if row["rule"] == "art-53-1-c" and row["force"] != "commentary"]


@asks("what-a-reading-would-change")
def test_the_lenient_reading_would_lift_and_the_strict_one_would_not(told):
    lenient = told("what-a-reading-would-change", reading="licence-restrictions.lenient")
    assert pairs(lenient, "entity", "now", "then") == {("restricted", "undetermined", "lifted")}
    assert {"Article 53(1)(a)", "Article 53(1)(b)", "Article 54(1)"} <= column(lenient, "provision")
    strict = told("what-a-reading-would-change", reading="licence-restrictions.strict")
    assert ("art-53-1-a", "transitional") in pairs(strict, "rule", "then")
    assert told("what-a-reading-would-change", "aiact.yaml") == []


@asks("which-duties-are-lifted-in-a-project")
def test_what_is_lifted_names_its_exemption(told):
    rows = told("which-duties-are-lifted-in-a-project", "aiact.yaml")
    assert pairs(rows, "entity", "provision", "under", "dependsOn") == {
        ("open", "Article 53(1)(a)", "Article 53(2)", ""), ("open", "Article 53(1)(b)", "Article 53(2)", ""),
        *(("open", f"Article 54({number})", "Article 54(6)", "") for number in (1, 2, 3, 5)),
    }  # fmt: skip
    assert not [row for row in told("which-duties-are-lifted-in-a-project") if row["entity"] == "disputed"]


@asks("which-roles-each-actor-holds")
def test_one_firm_provides_and_deploys(told):
    rows = told("which-roles-each-actor-holds")
    assert pairs([row for row in rows if row["bearer"] == "shop"], "role", "entity") == {
        ("provider of an AI system", "sorter"), ("deployer", "hiring")
    }  # fmt: skip
    counted = {(row["entity"], row["status"]): row["duties"] for row in rows if row["bearer"] == "maker"}
    assert counted["restricted", "transitional"] == "4"  # 53(1)(c) and (d), 53(3) and (4): neither (a) nor (b)
    assert ("", "distributor") in pairs(rows, "bearer", "role")  # nobody is named


@asks("what-a-breach-can-cost-in-a-project")
def test_ceilings_are_the_lower_for_a_small_firm_but_not_under_article_101(told):
    found = pairs(told("what-a-breach-can-cost-in-a-project"), "bearer", "fines", "ceiling", "imposedBy")
    assert {
        ("maker", "fines for providers of general-purpose AI models", "15000000", "Commission"),  # no relief
        ("shop", "fines for operators", "30000", "Member States"),  # 3 % of a million
        ("shop", "fines for prohibited practices", "70000", "Member States"),
        ("shop", "fines for misleading information", "10000", "Member States"),
    } <= found
    rows = told("what-a-breach-can-cost-in-a-project", "aiact.yaml")
    assert {(row["ceiling"], row["needs"]) for row in rows if row["bearer"] == "acme"} == {("", "turnover")}


@asks("which-purposes-raise-questions")
def test_cv_screening_asks_for_annex_iii(told):
    rows = told("which-purposes-raise-questions")
    assert pairs(rows, "entity", "provision", "leavesOut") == {("hiring", "Annex III, point 4(a)", "false")}
    assert {("annex_iii", "sorter"), ("profiling", "sorter")} <= pairs(rows, "asksFor", "of")
    assert told("which-purposes-raise-questions", "aiact.yaml") == []


@asks("which-claims-would-mislead-a-project")
def test_that_open_models_owe_nothing_would_mislead_the_open_model(told):
    rows = told("which-claims-would-mislead-a-project", "aiact.yaml")
    assert ("open", "false comfort", "modernee.claim-1") in pairs(rows, "entity", "temptsTo", "claim")
    assert ("open", "needless duty", "modernee.claim-11") in pairs(rows, "entity", "temptsTo", "claim")
    assert not [row for row in rows if row["entity"] == "half-open" and row["claim"] == "modernee.claim-11"]


@asks("which-presumptions-carry-findings")
def test_presumptions_are_counted_and_stated_facts_are_not_among_them(told):
    rows = told("which-presumptions-carry-findings")
    assert ("restricted", "commercial_activity", "true") in pairs(rows, "entity", "fact", "value")
    assert not {"monetisation", "licence"} & column(rows, "fact")
    assert ("disputed", "modifies") not in pairs(rows, "entity", "fact")  # it is stated
    assert all(int(row["findings"]) > 0 for row in rows)


@asks("which-definitions-of-open-source-are-met")
def test_the_definitions_disagree_on_gemma(told):
    rows = told("which-definitions-of-open-source-are-met")
    found = {row["definition"]: row["answer"] for row in rows if row["model"] == "restricted"}
    assert (found["act-53-2-strict"], found["act-53-2-lenient"]) == ("fails", "holds")
    assert (found["act-2-12"], found["osd-1-9"], found["osaid-1-0"]) == ("unknown", "fails", "fails")
    sold = {row["definition"]: row["answer"] for row in rows if row["model"] == "disputed"}
    assert (sold["osd-1-9"], sold["act-53-2-strict"]) == ("holds", "fails")  # Apache-2.0, for a price


@asks("where-statements-disagree")
def test_two_sources_on_compute_disagree(told):
    rows = told("where-statements-disagree")
    assert pairs(rows, "entity", "fact", "value", "onTheWordOf", "othersSay") == {
        ("disputed", "training_compute", "8e+24", "the provider", "2e+25"),
        ("disputed", "training_compute", "2e+25", "a newspaper", "8e+24"),
    }
    assert told("where-statements-disagree", "aiact.yaml") == []


@asks("why-an-exemption-fails")
def test_an_exemption_fails_by_a_condition_or_by_an_exception(told):
    (row,) = told("why-an-exemption-fails", "aiact.yaml")
    assert (row["entity"], row["answer"], row["condition"]) == ("half-open", "unknown", "art-53-2.usage")
    rows = told("why-an-exemption-fails")
    sold = pairs([row for row in rows if row["entity"] == "disputed"], "rule", "answer", "fact", "value")
    assert {("monetised", "holds", "monetisation", "price"), ("systemic-risk-exit", "unknown", "training_compute",
            "2e+25")} <= sold  # fmt: skip
    gemma = [row for row in rows if row["entity"] == "restricted"]
    assert pairs(gemma, "rule", "answer", "contested") == {("art-53-2", "unknown", "licence-restrictions")}
    assert "art-53-2.licence" in column(gemma, "condition")
    assert "sorter" not in column(rows, "entity")  # Article 53(2) is about models


@asks("how-projects-stand")
def test_every_finding_is_counted_once(told):
    for project, text in (("aiact.yaml", PROJECT), ("portfolio.yaml", PORTFOLIO)):
        rows = told("how-projects-stand", project)
        assert sum(int(row["findings"]) for row in rows) == len(assess(text.encode(), DAY).findings)
        assert pairs(rows, "asOf", "text") == {(DAY, "text of 27 July 2026")}
    stands = {(row["kind"], row["status"]): row["findings"] for row in told("how-projects-stand", "aiact.yaml")}
    assert stands["obligation", "lifted"] == "7"  # 53(1)(a) and (b), 54(1), (2), (3) twice, and (5)


@asks("what-a-thing-is-built-from")
def test_bases_come_with_their_licences(told):
    rows = told("what-a-thing-is-built-from")
    assert pairs(rows, "thing", "relation", "base", "provider", "licence") == {
        ("disputed", "modifies", "restricted", "maker", "gemma"),
        ("sorter", "integrates", "restricted", "maker", "gemma"),
    }


@pytest.mark.parametrize("text", [PROJECT, PORTFOLIO])
def test_the_turtle_report_is_the_graph_that_is_asked(text):
    """What the questions need of an assessment stands in the report that users keep."""
    assessment = assess(text.encode(), DAY)
    assert set(parse(findings_graph(assessment).encode())) == set(proof(assessment))
    used = {predicate for _, predicate, _ in proof(assessment) if predicate.startswith(AIACT)}
    assert used <= set(query.law().by_predicate[SKOS + "prefLabel"])


def test_no_outcome_is_laid_to_the_wrong_question(base):
    """Readings are named in short where that is clear; the outcomes of one question are never those of another."""
    alternatives = {}
    for reading in base.readings:
        question, name = reading.split(".", 1)
        alternatives.setdefault(question, set()).add(name)
    for question, names in alternatives.items():
        others = [other for other, known in alternatives.items() if other != question and names <= known]
        assert len(names) > 1
        assert not others, (question, others)


@pytest.mark.parametrize("name", [name for name, question in questions().items() if question.about == "project"])
def test_no_project_is_not_an_empty_answer(base, name):
    with pytest.raises(QuestionError, match="--project"):
        ask(name, {}, base)


# ---------------------------------------------------------------------------------------------- every question


def test_every_question_has_a_known_answer():
    assert set(questions()) == TESTED == {path.stem for path in (ROOT / "queries").glob("*.rq")}


@pytest.mark.parametrize("name", questions())
def test_a_question_is_told_in_both_languages(name):
    question = questions()[name]
    for words in (question.title, question.description, *(item.label for item in question.parameters.values())):
        assert set(words) == {"en", "fr"}
        assert all(words.values())
    assert question.title["en"].endswith("?")
    assert question.title["fr"].endswith(" ?")
    assert {parameter.kind for parameter in question.parameters.values()} <= set(KINDS)


@pytest.mark.parametrize("name", questions())
def test_a_question_takes_days_numbers_and_names_from_the_graph(name):
    body = re.sub(r"(?m)^#.*\n", "", questions()[name].text)
    assert not re.search(r"\b(act|rule|reading|parameter|source|sanction|licence|spdx):\w|\d{2,}|<http", body)
    assert len(questions()[name].text.splitlines()) <= 45


# Columns that are empty where there is nothing to say; all others are filled in every row.
SPARSE = {
    "after", "amount", "appliesFrom", "bearer", "before", "bindsAfter", "bindsBefore", "bindsFrom",
    "boundOnlyWhere", "ceiling", "contested", "dependsOn", "eases", "exception", "fact", "factor", "file", "fines",
    "from", "inFinalText", "inferredInFinalText", "insteadOf", "issued", "lastDay", "liftedBy", "line", "lostBy",
    "lostUnder", "lostWith", "lowerFor", "margin", "needs", "notBefore", "onTheWordOf", "onlyIf", "paragraphs",
    "postponedBy", "presumed", "refutedBy", "reliefUnder", "replacedBy", "shareOfTurnover", "shownBy", "standing",
    "suppliedBy", "textFrom", "textUntil", "toleratedUnder", "under", "unit", "value", "writtenAgainst",
}  # fmt: skip
SPARSE_IN = {
    "what-names-open-source": {"rule", "label", "kind", "force"},  # passages on which no rule rests
    "which-doubts-are-recorded": {"source"},
}
FILLED_IN = {"how-numbers-are-computed": {"from"}, "which-facts-must-others-supply": {"from"}}


@pytest.mark.parametrize("name", questions())
def test_a_question_is_answered_alike_in_both_languages(answer, name):
    given = {"at": str(LICENCE_LINE)} if "at" in questions()[name].parameters else {}
    sparse = (SPARSE | SPARSE_IN.get(name, set())) - FILLED_IN.get(name, set())
    english, french = answer(name, "en", **given), answer(name, "fr", **given)
    assert english
    assert len(english) == len(french)
    assert english[0].keys() == french[0].keys()
    assert english != french
    for row in english + french:
        assert not {word for word, cell in row.items() if not cell and word not in sparse}
    assert len({tuple(row.values()) for row in english}) == len(english)


def test_the_order_does_not_depend_on_that_of_the_store(base, monkeypatch, answer, portfolio):
    expected = {name: answer(name) for name in questions()}
    backwards = list(query.whole(base))[::-1]
    stores = {base.release: backwards, (base.release, frozenset(portfolio)): [*portfolio[::-1], *backwards]}
    monkeypatch.setattr(query, "STORES", {key: query.stored(triples) for key, triples in stores.items()})
    for name in questions():
        assert answer(name) == expected[name], name


@pytest.mark.parametrize("name", questions())
def test_a_question_is_portable(name):
    """What engines are known to do badly: lists and closures by path, values in the middle, long negations."""
    body = re.sub(r"(?m)^#.*\n", "", questions()[name].text)
    assert not re.search(r"VALUES|GROUP_CONCAT|SAMPLE|SERVICE|NOW\(|RAND\(|UUID", body)
    assert not re.search(r"[\w)][*+](?=[\s/;.)])", re.sub(r"COUNT\(\*\)", "", body))
    for inside in re.findall(r"NOT EXISTS \{([^}]*)\}", body):
        assert not re.search(r"[.;,] ", inside.strip())
    assert body.count("ORDER BY") == 1
    assert re.search(r"\bLANG\(\?\w+\) = \?lang", body) or questions()[name].about == "acts"


def test_no_two_questions_are_one():
    bodies = [re.sub(r"\s+", " ", query.body(question)) for question in questions().values()]
    assert len(set(bodies)) == len(bodies)
    for language in ("en", "fr"):
        titles = [question.title[language] for question in questions().values()]
        assert len(set(titles)) == len(titles)
    assert len(bodies) >= 52


@pytest.mark.parametrize("name", questions())
def test_a_question_is_answered_at_once(answer, name):
    """Measured at 0.4 s for the slowest; the bound catches a plan that goes wrong by orders of magnitude."""
    answer(name)
    start = time.process_time()
    answer(name)
    assert time.process_time() - start < 3


# ---------------------------------------------------------------------------------------------- parameters


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("what-can-lift-or-postpone-a-duty", {"duty": "art-53-2"}, "“art-53-2” is an exemption, not a duty"),
        ("what-an-exemption-lifts", {"exemption": "art-53-1-a"}, "“art-53-1-a” is an obligation, not an exemption"),
        ("what-follows-from-a-definition", {"definition": "art-3-64"}, "no definition “art-3-64”; did you mean"),
        ("how-a-licence-is-judged", {"licence": "Gema"}, "no licence “Gema”; did you mean “gemma”"),
        (
            "which-licences-have-a-term",
            {"term": "use_restrictions"},
            "no licence term “use_restrictions”; did you mean",
        ),
        ("what-rests-on-a-fact", {"fact": "monetization"}, "no fact “monetization”; did you mean “monetisation”"),
        ("which-rules-use-a-parameter", {"parameter": "10^25"}, "no parameter “10^25”"),
        ("what-a-reading-would-change", {"reading": "licence-restrictions.lenent"}, "did you mean"),
        ("what-rests-on-a-source", {"source": "guidelines"}, "no source “guidelines”"),
        ("where-a-country-belongs", {"country": "XX"}, "no country “XX”"),
        ("what-binds-a-rôle", {}, "did you mean “what-binds-a-role”"),
        ("what-binds-a-role", {"rule": "art-9"}, "no parameter rule; it has role, on"),
        ("which-exemptions-exist", {"on": DAY}, "it has none"),
        ("what-binds-a-role", {"on": "2026-02-30"}, "on: "),
        ("what-binds-a-role", {"on": "2026-11"}, "not one day"),
        ("what-binds-a-role", {"role": "provider"}, "no role “provider”"),
        ("what-binds-a-role", {"role": "Deployer } DROP ALL"}, "no role"),
        ("what-a-breach-costs", {"rule": "art-53-1-dd"}, "did you mean “art-53-1-d”"),
        ("which-rules-rest-on-a-provision", {"provision": "article 999"}, "no provision “article 999”"),
        ("which-findings-rest-on-a-line", {"at": "seven"}, "at: "),
    ],
)
def test_a_wrong_parameter_is_named(base, portfolio, name, given, message):
    extra = portfolio if name in questions() and questions()[name].about else ()
    with pytest.raises(QuestionError, match=re.escape(message)):
        ask(name, given, base, extra=extra)


@asks("what-is-on-record-of-an-act")
def test_the_record_of_the_act_has_its_days_its_amendment_its_corrigenda_and_its_versions(answer):
    rows = answer("what-is-on-record-of-an-act")
    assert [(row["record"], row["celex"], row["day"]) for row in rows if row["record"] != "corrected by"] == [
        ("amended by", "32026R1744", "2026-07-08"),
        ("consolidated as", "02024R1689-20240712", "2024-07-12"),
        ("consolidated as", "02024R1689-20260727", "2026-07-27"),
        ("date of the act", "32024R1689", "2024-06-13"),
        ("entry into force", "32024R1689", "2024-08-01"),
    ]
    corrigenda = [row["celex"] for row in rows if row["record"] == "corrected by"]
    assert corrigenda == [f"32024R1689R({number:02})" for number in range(1, 5)]


@pytest.mark.parametrize("role", ["ModelProvider", "model_provider"])
def test_a_role_may_be_written_as_in_the_ontology_or_in_yaml(answer, role):
    assert len(answer("what-binds-a-role", role=role)) > 5


@pytest.mark.parametrize("kind", query.NAMED)
def test_every_name_of_a_kind_is_a_thing_of_the_graph(base, kind):
    names = query.names_of(kind, base)
    typed = set(query.law().by_predicate[RDF + "type"])
    same = {iri for others in query.law().by_predicate[SCHEMA + "sameAs"].values() for iri in others}
    assert names
    assert set(names.values()) <= (same if kind == "act" else typed)


def test_every_default_is_of_its_kind(base):
    for question in questions().values():
        for parameter in question.parameters.values():
            assert query.bound(parameter, parameter.default, base) is not None


def test_every_kind_is_used():
    used = {parameter.kind for question in questions().values() for parameter in question.parameters.values()}
    assert used >= set(KINDS) - {"question"}


# ---------------------------------------------------------------------------------------------- forms


def test_a_spreadsheet_gets_no_formula():
    cells = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "", "a=b"]
    written = list(csv.reader(io.StringIO(as_csv(Answer(list("abcdefgh"), [cells])), newline="")))[1]
    assert written == ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\t=1", "'=1", "", "a=b"]


def test_a_table_cuts_all_but_the_last_column():
    lines = table(Answer(["one", "two"], [["x" * 80, "y" * 80]])).splitlines()
    assert lines[2] == "x" * 59 + "…  " + "y" * 80


def test_markdown_keeps_its_columns():
    assert markdown(Answer(["a"], [["x | y"]])).splitlines()[2].count(" | ") == 0


@pytest.mark.parametrize("form", query.FORMS)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_command_answers_in_every_form(form, language):
    name = "what-survives-the-open-source-exemption"
    result = CliRunner().invoke(main, ["query", name, "-f", form, "--lang", language], catch_exceptions=False)
    assert result.exit_code == 0
    assert ("politique en matière de droit d’auteur" if language == "fr" else "copyright policy") in result.output
    if form == "json":
        days = {row["rule"]: row["appliesFrom"] for row in json.loads(result.output)}
        assert days["art-53-1-c"] == "2025-08-02"
    if form == "csv":
        assert "art-52-1" in {row["rule"] for row in csv.DictReader(io.StringIO(result.output))}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", questions())
def test_a_question_describes_itself(base, name, language):
    question = questions()[name]
    told = query.described(question, base, language)
    assert question.title[language] in told
    assert question.description[language] in told
    for parameter in question.parameters.values():
        assert f"-p {parameter.name}={parameter.default}" in told
        assert parameter.label[language] in told
        assert base.label(f"{BASE}phrase/kind-{parameter.kind}", language) in told
    assert ("--project" in told) == (question.about == "project")
    assert told.endswith(query.body(question))
    variables = ox.Store().query(query.body(question)).variables  # it stands alone: prefixes and all
    assert [variable.value for variable in variables] == re.findall(
        r"\?(\w+)(?=\)| )",
        re.search(r"SELECT (?:DISTINCT )?(.*?) ?WHERE", query.body(question))[1].replace(
            "(COUNT(DISTINCT ?", "(COUNT(DISTINCT _"
        )
        + " ",
    )


def test_the_command_describes_a_question():
    run = lambda *words: CliRunner().invoke(main, ["query", *words], catch_exceptions=False)  # noqa: E731
    result = run("what-binds-a-role", "--describe", "--lang", "fr")
    assert result.exit_code == 0
    assert "rôle dont on demande les obligations (un rôle)" in result.output
    assert "au choix component_supplier, deployer" in result.output
    data = json.loads(run("what-binds-a-role", "--describe", "-f", "json").output)
    assert [parameter["name"] for parameter in data["parameters"]] == ["role", "on"]
    assert data["about"] == "law"
    assert "deployer" in data["parameters"][0]["values"]
    assert data["sparql"].startswith("PREFIX aiact: <")
    wrong = run("what-binds-a-rôle", "--describe")
    assert wrong.exit_code == 2
    assert "did you mean" in wrong.output


def test_the_command_lists_the_questions_and_names_what_is_wrong(tmp_path):
    listed = CliRunner().invoke(main, ["query", "--lang", "fr"])
    assert all(question.title["fr"] in listed.output for question in questions().values())
    wrong = CliRunner().invoke(main, ["query", "what-binds-a-role", "-p", "role=nobody"])
    assert wrong.exit_code == 2
    assert "nobody" in wrong.output
    file = tmp_path / "aiact.yaml"
    file.write_text(PROJECT, encoding="utf-8")
    asked = ["query", "which-facts-are-missing", "--project", str(file), "--on", DAY, "-f", "json"]
    assert {row["fact"] for row in json.loads(CliRunner().invoke(main, asked).output)} >= {"usage_information_public"}


# ---------------------------------------------------------------------------------------------- endpoints


@pytest.fixture(scope="module")
def endpoint(base):
    """A SPARQL 1.1 endpoint of this machine that holds the knowledge graph."""
    import pyoxigraph

    store = query.stored(query.whole(base))

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self):
            asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())["query"][0]
            found = store.query(asked).serialize(format=pyoxigraph.QueryResultsFormat.JSON)
            self.send_response(200)
            self.send_header("Content-Type", "application/sparql-results+json")
            self.send_header("Content-Length", str(len(found)))
            self.end_headers()
            self.wfile.write(found)

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Endpoint)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/sparql"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("name", [name for name, question in questions().items() if not question.about])
def test_an_endpoint_gives_the_same_answer(base, endpoint, name):
    assert ask(name, {}, base, "fr", endpoint=endpoint) == ask(name, {}, base, "fr")


def test_an_endpoint_that_does_not_answer_is_named(base):
    with pytest.raises(QuestionError, match=re.escape("http://127.0.0.1:9/ did not answer")):
        ask("which-exemptions-exist", {}, base, endpoint="http://127.0.0.1:9/")


def test_a_project_is_not_sent_to_an_endpoint(base, endpoint, project):
    with pytest.raises(QuestionError, match="cannot be sent"):
        ask("which-facts-are-missing", {}, base, extra=project, endpoint=endpoint)

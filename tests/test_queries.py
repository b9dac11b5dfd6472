"""The library of questions: each with an answer known from the law, in every form, and from any SPARQL endpoint."""

import csv
import io
import json
import re
import textwrap
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import pairwise
from urllib.parse import parse_qs

import pytest
from click.testing import CliRunner
from conftest import DAY, ROOT

from aiact import assess, query
from aiact.cli import main
from aiact.names import AIACT
from aiact.query import KINDS, Answer, QuestionError, as_csv, ask, markdown, project_triples, questions, table

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

TESTED: set[str] = set()


def asks(*names: str):
    """Marks the questions whose known answers a test checks."""
    TESTED.update(names)
    return lambda test: test


@pytest.fixture(scope="module")
def project():
    return list(project_triples([assess(PROJECT.encode(), DAY, name="aiact.yaml")]))


@pytest.fixture(scope="module")
def answer(base, project):
    """Asks a question, in English unless another language is given; rows are dicts."""

    def answered(name, language="en", **given):
        extra = project if questions()[name].about == "project" else ()
        found = ask(name, given, base, language, extra)
        return [dict(zip(found.columns, row, strict=True)) for row in found.rows]

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
    }
    assert {"art-53-2", "free-licence"} <= column(answer("which-rules-rest-on-a-provision", provision="53(2)"), "rule")
    assert {"monetised"} <= column(answer("which-rules-rest-on-a-provision", provision="considérant 103"), "rule")
    chapter = column(answer("which-rules-rest-on-a-provision", provision="chapter V"), "rule")
    assert {"art-51-1", "art-53-1-a", "art-54-6", "art-55-1-d"} <= chapter
    assert "art-50-1" not in chapter


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
    owed = answer("why-a-duty-has-its-status", rule="art-53-1-d")
    assert column(owed, "status") == {"applies"}


@asks("which-findings-rest-on-a-line")
def test_what_rests_on_a_line_is_found(answer):
    rows = answer("which-findings-rest-on-a-line", at=str(WEIGHTS_LINE))
    assert pairs(rows, "file", "fact", "entity") == {("aiact.yaml", "weights_public", "open")}
    assert {("art-53-1-a", "lifted"), ("art-53-1-b", "lifted")} <= pairs(rows, "rule", "status")
    assert answer("which-findings-rest-on-a-line", at="1") == []


@asks("which-facts-are-missing")
def test_what_is_missing_is_asked_for(answer):
    rows = [
        row for row in answer("which-facts-are-missing") if row["provision"] in ("Article 53(1)(a)", "Article 54(1)")
    ]
    assert pairs(rows, "project", "entity", "fact", "provision") == {
        ("aiact.yaml", "half-open", "usage_information_public", "Article 53(1)(a)"),
        ("aiact.yaml", "half-open", "usage_information_public", "Article 54(1)"),
    }
    assert all(row["question"].endswith("?") for row in rows)


@pytest.mark.parametrize("name", [name for name, question in questions().items() if question.about == "project"])
def test_no_project_is_not_an_empty_answer(base, name):
    with pytest.raises(QuestionError, match="--project"):
        ask(name, {}, base)


# ---------------------------------------------------------------------------------------------- every question


def test_every_question_has_a_known_answer():
    assert set(questions()) == TESTED == {path.stem for path in (ROOT / "queries").glob("*")}


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
    "after", "before", "bearer", "bindsFrom", "contested", "exception", "fact", "file", "inFinalText",
    "inferredInFinalText", "liftedBy", "line", "lostBy", "lostUnder", "lostWith", "lowerFor", "paragraphs", "presumed",
    "refutedBy", "reliefUnder", "textFrom", "textUntil", "toleratedUnder", "unit", "value",
}  # fmt: skip


@pytest.mark.parametrize("name", questions())
def test_a_question_is_answered_alike_in_both_languages(answer, name):
    given = {"at": str(LICENCE_LINE)} if "at" in questions()[name].parameters else {}
    english, french = answer(name, "en", **given), answer(name, "fr", **given)
    assert english
    assert len(english) == len(french)
    assert english[0].keys() == french[0].keys()
    assert english != french
    for row in english + french:
        assert not {word for word, cell in row.items() if not cell and word not in SPARSE}
    assert len({tuple(row.values()) for row in english}) == len(english)


def test_the_order_does_not_depend_on_that_of_the_store(base, monkeypatch, answer):
    names = [name for name, question in questions().items() if not question.about]
    expected = [answer(name) for name in names]
    monkeypatch.setattr(query, "STORES", {base.release: query.stored(list(query.whole(base))[::-1])})
    assert [answer(name) for name in names] == expected


# ---------------------------------------------------------------------------------------------- parameters


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
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
def test_a_wrong_parameter_is_named(base, name, given, message):
    with pytest.raises(QuestionError, match=re.escape(message)):
        ask(name, given, base)


@pytest.mark.parametrize("role", ["ModelProvider", "model_provider"])
def test_a_role_may_be_written_as_in_the_ontology_or_in_yaml(answer, role):
    assert len(answer("what-binds-a-role", role=role)) > 5


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

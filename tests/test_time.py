"""The day decides: what binds on the first day and not on the day before, in the text in force on each."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import pytest
from conftest import judge

from aiact.findings.plan import plan
from aiact.law.knowledge import knowledge
from aiact.writers import ics
from aiact.writers import text as written

LIVES = """
provider: {name: Acme, kind: undertaking, established_in: FR}
models:
  early: {generality: general, training_compute: 2e25, placed_on_union_market: 2025-08-01}
  late: {generality: general, training_compute: 2e25, placed_on_union_market: 2025-08-02}
systems:
  early-painter: {generates: [image], placed_on_union_market: 2026-08-01}
  late-painter: {generates: [image], placed_on_union_market: 2026-08-02}
  chatbot: {interacts_with_people: true, placed_on_union_market: 2025-01-01}
  scorer: {article_5_practices: [social_scoring], placed_on_union_market: 2024-09-01}
  undresser: {article_5_practices: [intimate_imagery], output_safeguards: false, placed_on_union_market: 2026-01-01}
  recruiter: {annex_iii: [4a], profiling: true, biometric_functions: [emotion_recognition],
    intended_for_public_authorities: false, significant_design_change: false, placed_on_union_market: 2025-01-01}
  late-recruiter: {annex_iii: [4a], profiling: true, placed_on_union_market: 2027-12-02}
  changed-recruiter: {annex_iii: [4a], profiling: true, intended_for_public_authorities: false,
    significant_design_change: 2027-12-02, placed_on_union_market: 2025-01-01}
  benefits: {annex_iii: [5a], profiling: true, intended_for_public_authorities: true, significant_design_change: false,
    placed_on_union_market: 2025-01-01}
  visas: {annex_iii: [7b], large_scale_it_system: true, profiling: true, annex_i: [],
    placed_on_union_market: 2025-01-01}
  late-lift: {annex_i: [lift_installations], third_party_assessment: true, placed_on_union_market: 2028-08-02}
components:
  library: {licence: MIT, publicly_accessible: true, monetisation: [price]}
uses:
  interviews: {system: recruiter, deployer: provider}
"""

# What becomes of some duties on a day, by rule and entity: the status on the day before, and on the day.
CALENDAR = {
    "2025-02-02": {
        ("art-4", "chatbot"): ("upcoming", "applies"),  # Article 113(a)
        ("art-4-deployer", "interviews"): ("upcoming", "applies"),
        ("art-5-1-c", "scorer"): ("upcoming", "applies"),
    },
    "2025-08-02": {
        ("art-53-1-c", "early"): ("upcoming", "transitional"),  # Articles 113(b) and 111(3)
        ("art-53-1-c", "late"): ("upcoming", "applies"),
        ("art-55-1-a", "early"): ("upcoming", "transitional"),
        ("art-55-1-a", "late"): ("upcoming", "applies"),
        ("art-52-1", "late"): ("upcoming", "applies"),
    },
    "2026-07-27": {
        ("art-5-1-ba", "undresser"): (None, "upcoming"),  # the amendment
    },
    "2026-08-02": {
        ("art-50-1", "chatbot"): ("upcoming", "applies"),  # Article 113
        ("art-50-2", "early-painter"): ("upcoming", "transitional"),  # Article 111(4)
        ("art-50-2", "late-painter"): ("upcoming", "applies"),
        ("art-50-3", "interviews"): ("upcoming", "applies"),
        ("art-9", "benefits"): ("upcoming", "transitional"),  # Article 111(2)
        ("art-9", "visas"): ("upcoming", "transitional"),
    },
    "2026-09-11": {("cra-reporting", "library"): ("upcoming", "applies")},
    "2026-12-02": {
        ("art-5-1-ba", "undresser"): ("upcoming", "applies"),  # Article 113(a), second sentence
        ("art-50-2", "early-painter"): ("transitional", "applies"),
    },
    "2026-12-09": {},  # the Product Liability Directive, for products placed from the next day on
    "2027-08-02": {
        ("art-53-1-c", "early"): ("transitional", "applies"),
        ("art-55-1-a", "early"): ("transitional", "applies"),
    },
    "2027-12-02": {
        ("art-9", "late-recruiter"): ("upcoming", "applies"),  # Article 113(c)
        ("art-9", "changed-recruiter"): ("conditional", "applies"),  # Article 111(2)
    },
    "2027-12-11": {("cra-manufacturer", "library"): ("upcoming", "applies")},
    "2028-08-02": {("art-9", "late-lift"): ("upcoming", "applies")},
    "2030-08-02": {("art-9", "benefits"): ("transitional", "applies")},
    "2030-12-31": {("art-9", "visas"): ("transitional", "applies")},  # Article 111(1)
}
PLACED_ON = {"2026-08-01", "2025-01-01", "2024-09-01", "2026-01-01"}
EVENTS = [(day, *key, *change) for day, changes in CALENDAR.items() for key, change in changes.items()]


def day_before(day: str) -> str:
    return str(date.fromisoformat(day) - timedelta(1))


@cache
def on(day: str, known_on: str | None = None) -> dict[tuple[str, str], str]:
    found = judge(LIVES, day, known_on=known_on)
    return {(item.rule.id, found.short(item.entity)): item.status for item in found.findings}


@pytest.mark.parametrize(("day", "rule", "entity", "before", "after"), EVENTS)
def test_a_duty_changes_on_the_day_and_not_on_the_day_before(day, rule, entity, before, after):
    assert on(day_before(day)).get((rule, entity)) == before
    assert on(day).get((rule, entity)) == after


@pytest.mark.parametrize(("start", "end"), list(zip(CALENDAR, [*CALENDAR][1:], strict=False)))
def test_between_two_days_of_the_calendar_only_what_is_placed_in_between_changes(start, end):
    changed = {key for key, status in on(day_before(end)).items() if on(start).get(key) != status}
    placed_in_between = {"2026-07-27": {"early-painter"}}.get(start, set())
    assert {entity for _, entity in changed} == placed_in_between


def test_the_calendar_has_every_day_of_both_texts():
    """A day that is added to the data needs a line here."""
    base = knowledge()
    texts, rules = base.texts.values(), base.rules.values()
    starts = {day for text in texts for day in text.applies_from.values()}
    ends = {
        str(text.parameters[rule.until].text)
        for text in texts
        for rule in rules
        if rule.until and rule.in_force(text.id)
    }
    assert (starts | ends | {text.id for text in texts}) - {"2024-07-12"} == set(CALENDAR)


@pytest.mark.parametrize(
    ("rule", "entity", "text_of_2024", "text_of_2026"),
    [
        ("art-9", "late-recruiter", "applies", "applies"),
        ("art-9", "recruiter", "conditional", "conditional"),
        ("art-50-2", "early-painter", "applies", "transitional"),
        ("art-5-1-ba", "undresser", None, "upcoming"),
    ],
)
def test_a_day_can_be_asked_under_the_text_of_another(rule, entity, text_of_2024, text_of_2026):
    """What was known on 26 July 2026 of a day to come, and what is known since."""
    day = "2027-12-02" if entity == "late-recruiter" else "2026-08-02"
    assert on(day, "2026-07-26").get((rule, entity)) == text_of_2024
    assert on(day, "2026-07-27").get((rule, entity)) == text_of_2026


@pytest.mark.parametrize(("asked", "due"), [("2026-07-26", "2026-08-02"), ("2026-07-27", "2027-12-02")])
def test_the_day_asked_chooses_the_text_that_says_when_high_risk_begins(asked, due):
    found = judge(LIVES, asked)
    about = [item for item in found.findings if (item.rule.id, found.short(item.entity)) == ("art-9", "benefits")]
    assert {item.judgement.starts for item in about} == {due}


@pytest.mark.parametrize("day", ["2024-08-01", "2026-07-26", "2026-11-22", "2028-01-01", "2031-01-01"])
def test_a_legacy_system_is_owed_its_duties_only_if_its_design_changes_whatever_the_day(day):
    assert on(day)["art-9", "recruiter"] == "conditional"


@pytest.mark.parametrize("changed", ["2026-10-01", "false"])
def test_a_legacy_system_that_presents_a_risk_is_corrected_like_any_other(changed):
    """Article 111(2) suspends the rules on high-risk systems; Article 79(2) reaches every system."""
    system = "{actor: {established_in: FR}, system: {provider: actor, annex_iii: [5b], profiling: true, annex_i: [], "
    system += "intended_for_public_authorities: false, placed_on_union_market: 2026-09-01, significant_design_change: "
    found = judge(system + changed + "}}", "2026-11-22")
    statuses = {item.rule.id: item.status for item in found.findings if item.bearer}
    assert statuses["art-79-2"] == "applies"
    assert statuses["art-72"] == statuses["art-9"] == "conditional"


def test_a_legacy_system_waits_for_a_change_from_the_day_of_its_rules_on():
    """Article 111(2), “as from that date”: the date of application of Chapter III, which the amendment moved."""
    system = "system: {annex_iii: [5b], profiling: true, annex_i: [], intended_for_public_authorities: false, "
    system += "placed_on_union_market: 2026-05-01, licence: proprietary}"
    for day, since in (("2026-07-26", "2026-08-02"), ("2026-11-22", "2027-12-02")):
        found = judge(system, day)
        assert {item.judgement.starts for item in found.findings if item.status == "conditional"} == {since}


@pytest.mark.parametrize(
    ("placed", "day", "expected"),
    [
        ("2025-08-01", "2026-08-01", "upcoming"),
        ("2025-08-01", "2026-08-02", "undetermined"),
        ("2025-08-01", "2027-08-01", "undetermined"),
        ("2025-08-01", "2027-08-02", "applies"),
        ("2025-08-02", "2026-08-02", "applies"),
    ],
)
def test_whether_requests_about_an_earlier_model_wait_is_disputed(placed, day, expected):
    """Articles 91(5), 92(5), 93(1): obligations, which 111(3) moves, or powers that nothing moves."""
    found = judge(f"model: {{generality: general, placed_on_union_market: {placed}}}", day)
    about = [item for item in found.findings if item.rule.id in ("art-91-5", "art-92-5", "art-93-1")]
    assert len(about) == 3
    assert {item.status for item in about} == {expected}
    if expected == "undetermined":
        assert all(
            item.readings == {"transition-of-requests": "transitional", "period-of-the-request": "applies"}
            for item in about
        )


def test_after_a_significant_change_the_duties_are_owed_from_that_change_on():
    system = "system: {annex_iii: [4a], profiling: true, annex_i: [], placed_on_union_market: 2025-01-01, "
    system += "intended_for_public_authorities: false, significant_design_change: %s}"
    found = judge(system % "2028-05-10", "2030-01-01")
    assert {f.judgement.starts for f in found.findings if f.rule.id == "art-9"} == {"2028-05-10"}
    found = judge(system % "2028-05-10", "2028-05-09")
    assert {f.status for f in found.findings if f.rule.id == "art-9"} == {"conditional"}


@pytest.mark.parametrize(
    ("placed", "status"),
    [("2025-07", "transitional"), ("2025-08", "undetermined"), ("2025-09", "applies"), ("2025", "undetermined")],
)
def test_a_month_leaves_a_duty_open_only_if_it_straddles_the_day(placed, status):
    found = judge(f"model: {{generality: general, placed_on_union_market: {placed}}}", "2026-11-22")
    assert {item.status for item in found.findings if item.rule.id == "art-53-1-c"} == {status}


# -- one project on the days of both texts

DAYS = """2024-08-01 2025-02-02 2025-08-02 2026-07-26 2026-07-27 2026-08-02
          2026-12-02 2027-08-02 2027-12-02 2028-08-02 2030-08-02""".split()
WORDS = {"u": "upcoming", "a": "applies", "t": "transitional", "c": "conditional", "-": None}
TABLE = {
    # a day each, and the first day of the duty as known on 26 July 2026 and on 2 August 2026
    ("art-4", "chatbot"): ("u a a a a a a a a a a", "2025-02-02", "2025-02-02"),
    ("art-5-1-c", "scorer"): ("u a a a a a a a a a a", "2025-02-02", "2025-02-02"),
    ("art-5-1-ba", "undresser"): ("- - - - u u a a a a a", None, "2026-12-02"),
    ("art-53-1-c", "late"): ("u u a a a a a a a a a", "2025-08-02", "2025-08-02"),
    ("art-53-1-c", "early"): ("u u t t t t t a a a a", "2025-08-02", "2025-08-02"),
    ("art-55-1-a", "late"): ("u u a a a a a a a a a", "2025-08-02", "2025-08-02"),
    ("art-50-1", "chatbot"): ("u u u u u a a a a a a", "2026-08-02", "2026-08-02"),
    ("art-50-2", "late-painter"): ("u u u u u a a a a a a", "2026-08-02", "2026-08-02"),
    ("art-50-2", "early-painter"): ("u u u u u t a a a a a", "2026-08-02", "2026-08-02"),
    ("art-50-3", "interviews"): ("u u u u u a a a a a a", "2026-08-02", "2026-08-02"),
    ("art-9", "late-recruiter"): ("u u u u u u u u a a a", "2027-12-02", "2027-12-02"),  # placed on that day
    ("art-9", "late-lift"): ("u u u u u u u u u a a", "2028-08-02", "2028-08-02"),
    ("art-9", "recruiter"): ("c c c c c c c c c c c", "2026-08-02", "2027-12-02"),
    ("art-9", "benefits"): ("u u u u u t t t t t a", "2026-08-02", "2027-12-02"),
    ("art-9", "visas"): ("u u u u u t t t t t t", "2026-08-02", "2027-12-02"),
}


@pytest.mark.parametrize(("rule", "entity"), list(TABLE))
def test_one_project_on_the_days_of_both_texts(rule, entity):
    statuses, known_before, known_since = TABLE[rule, entity]
    assert [on(day).get((rule, entity)) for day in DAYS] == [WORDS[letter] for letter in statuses.split()]
    assert [begins(day, rule, entity) for day in ("2026-07-26", "2026-08-02")] == [known_before, known_since]


def begins(day: str, rule: str, entity: str) -> str | None:
    found = judge(LIVES, day)
    of = [item for item in found.findings if (item.rule.id, found.short(item.entity)) == (rule, entity)]
    return of[0].judgement.starts if of else None


def test_the_registration_of_a_system_that_leaves_the_class_may_bind_already():
    """Article 49 was not put off, Article 6 was: one reading takes the general day."""
    found = judge("system: {annex_iii: [4a], derogation_conditions: [preparatory_task], profiling: false, annex_i: [], "
                  "placed_on_union_market: 2026-09-01, licence: proprietary}", "2026-11-22")  # fmt: skip
    (finding,) = [item for item in found.findings if item.rule.id == "art-49-2"]
    assert (finding.status, finding.judgement.starts) == ("upcoming", "2027-12-02")
    assert finding.readings["formal-day"] == "applies"


# -- models that are on the market within a system alone (recital 97)


@pytest.mark.parametrize(
    ("placed", "expected"),
    [
        ("placed_on_union_market: 2025-08-01", ("transitional", "2025-08-02")),
        ("placed_on_union_market: 2025-08-02", ("applies", "2025-08-02")),
        ("placed_on_union_market: 2027-03-01", ("upcoming", "2027-03-01")),
        ("placed_on_union_market: false, put_into_service: 2027-03-01", ("upcoming", "2027-03-01")),
        ("placed_on_union_market: true", ("undetermined", "2025-08-02")),
    ],
)
def test_a_model_that_is_placed_within_a_system_alone_begins_with_the_system(placed, expected):
    found = judge(f"""
        provider: {{name: Maker, kind: undertaking, established_in: FR}}
        model: {{generality: general, training_compute: 5e23, outputs: [text], licence: proprietary,
                distribution: [internal], placed_on_union_market: false}}
        system: {{integrates: [model], {placed}}}
    """)
    item = next(each for each in found.findings if each.rule.id == "art-53-1-c")
    assert (item.status, item.judgement.starts) == expected


def test_of_several_systems_the_first_counts_and_one_without_a_day_leaves_none():
    given = """
        provider: {{name: Maker, kind: undertaking, established_in: FR}}
        model: {{generality: general, training_compute: 5e23, outputs: [text], licence: proprietary,
                distribution: [internal], placed_on_union_market: false}}
        systems:
          late: {{integrates: [model], placed_on_union_market: 2027-06-01}}
          other: {{integrates: [model]{other}}}
    """
    first, open_ = (judge(given.format(other=each)) for each in (", placed_on_union_market: 2027-03-01", ""))
    days = [next(f for f in found.findings if f.rule.id == "art-53-1-c").judgement.starts for found in (first, open_)]
    assert days == ["2027-03-01", "2025-08-02"]


TOYS = """
actors: {chip: {name: Chip, established_in: FR}, toys: {name: Toys, established_in: DE}}
system: {provider: chip, product_manufacturer: toys, placed_on_union_market: 2026-09-01, annex_i: [toys],
  third_party_assessment: true, failure_endangers: true, annex_iii: [], interacts_with_people: true,
  article_5_practices: [social_scoring], licence: proprietary, solely_for_research: false}
"""


def judged(text: str, day: str, rule: str, bearer: str) -> tuple[str, str]:
    """Status of a duty of a bearer, and its first day."""
    found = judge(text, day)
    items = [
        each for each in found.findings if each.rule.id == rule and each.bearer and found.short(each.bearer) == bearer
    ]
    (item,) = [each for each in items if found.short(each.entity) in ("system", "sold")]
    return item.status, item.judgement.starts


@pytest.mark.parametrize("rule", ["art-4", "art-50-1"])
def test_who_makes_the_product_is_its_provider_no_sooner_than_the_provision_applies_that_says_so(rule):
    """Article 25(3), with 113(c): for products of Annex I, in the text of 2024 a year sooner. Its supplier is bound at
    once, under its own name."""
    assert judged(TOYS, "2026-07-26", rule, "toys") == ("upcoming", "2027-08-02")
    assert judged(TOYS, "2026-11-22", rule, "toys") == ("upcoming", "2028-08-02")
    assert judged(TOYS, "2028-08-01", rule, "toys") == ("upcoming", "2028-08-02")
    assert judged(TOYS, "2028-08-02", rule, "toys") == ("applies", "2028-08-02")
    assert judged(TOYS, "2026-11-22", rule, "chip")[0] == "applies"


def test_a_safety_component_with_a_listed_use_is_a_high_risk_system_before_the_day_of_products():
    """Article 25(3) asks for a high-risk system: it is one by Annex III from 2 December 2027."""
    text = TOYS.replace("annex_iii: []", "annex_iii: [4a], profiling: true")
    assert judged(text, "2026-11-22", "art-4", "toys") == ("upcoming", "2027-12-02")
    assert judged(text, "2026-11-22", "art-9", "toys") == judged(text, "2026-11-22", "art-9", "chip")


@pytest.mark.parametrize("rule", ["art-5-1-c", "art-99-5", "art-79-2"])
def test_what_binds_whoever_acts_does_not_wait_for_the_day_on_which_one_is_a_provider(rule):
    """Articles 5 and 99(5) name nobody; operators are product manufacturers too, by Article 3(8)."""
    assert judged(TOYS, "2026-11-22", rule, "toys") == judged(TOYS, "2026-11-22", rule, "chip")
    assert judged(TOYS, "2026-11-22", rule, "toys")[0] != "upcoming"


def test_the_liability_of_who_makes_a_product_does_not_wait_for_the_regulation():
    assert judged(TOYS, "2026-12-09", "pld-liability", "toys") == judged(TOYS, "2026-12-09", "pld-liability", "chip")


REBRANDED = """
actors: {maker: {name: Maker, established_in: FR}, seller: {name: Seller, established_in: DE}}
systems:
  base: {provider: maker, annex_iii: [4a], profiling: true, placed_on_union_market: 2026-01-01}
  sold: {provider: seller, adapts: {system: base, rebranded: true}, annex_iii: [4a], profiling: true,
    interacts_with_people: true, licence: proprietary, solely_for_research: false, real_world_testing: true%s}
"""


ONLY_TESTED = ", placed_on_union_market: false, put_into_service: false"


@pytest.mark.parametrize(
    ("placed", "now", "then"),
    [
        (", placed_on_union_market: 2026-09-01", ("applies", "2026-08-02"), ("applies", "2026-08-02")),
        (ONLY_TESTED, ("upcoming", "2027-12-02"), ("applies", "2027-12-02")),
        # it may have placed it on the market under its own name, and so be its provider already by Article 3(3)
        ("", ("undetermined", "2026-08-02"), ("applies", "2027-12-02")),
    ],
)
def test_who_is_a_provider_by_two_provisions_is_bound_from_the_first_that_is_sure(placed, now, then):
    assert judged(REBRANDED % placed, "2026-11-22", "art-50-1", "seller") == now
    assert judged(REBRANDED % placed, "2027-12-02", "art-50-1", "seller") == then


def test_what_is_open_until_then_is_asked():
    found = judge(REBRANDED % "", "2026-11-22")
    (item,) = [each for each in found.findings
               if (each.rule.id, found.short(each.entity)) == ("art-50-1", "sold")]  # fmt: skip
    gaps = {found.gap(gap) for gaps in item.missing for gap in gaps}
    assert {"sold.placed_on_union_market", "sold.put_into_service"} & gaps


@pytest.mark.parametrize("day", ["2026-11-22", "2027-06-01"])
def test_definitions_of_article_3_move_no_duty(day):
    """They apply since 2 February 2025; the duties of models since 2 August 2025."""
    text = ("provider: {name: Lab, established_in: FR}\nmodel: {generality: general, training_compute: 2e24, "
            "placed_on_union_market: 2026-09-01}")  # fmt: skip
    found = judge(text, day)
    assert {i.judgement.starts for i in found.findings if i.rule.id.startswith("art-53-1-")} == {"2025-08-02"}


# -- high-risk by Article 6(1), whose day is 2 August 2028, and by 6(2), whose day is 2 December 2027 (Article 113)

PRODUCT, NO_PRODUCT = "annex_i: [lift_installations], third_party_assessment: true, ", "annex_i: [], "
LISTED, NOT_LISTED = "annex_iii: [4a], profiling: true, ", "annex_iii: [], "
EITHER = """
actors: {{lab: {{name: Lab, established_in: FR}}, firm: {{name: Firm, established_in: DE}}}}
system: {{provider: lab, {grounds}licence: proprietary, general_purpose: false, {placed}}}
use: {{system: system, deployer: firm}}
"""
TO_COME = "placed_on_union_market: 2028-09-01"  # so that Article 111(2) does not matter


def of_duty(found, rule: str, bearer: str):
    (item,) = [i for i in found.findings if i.rule.id == rule and i.bearer and found.short(i.bearer) == bearer]
    return item


def deployed(grounds: str, day: str):
    """The assessment, and its finding on Article 26(1), which binds who uses a high-risk system."""
    found = judge(EITHER.format(grounds=grounds, placed=TO_COME), day)
    return found, of_duty(found, "art-26-1", "firm")


@pytest.mark.parametrize(
    ("grounds", "statuses", "starts"),
    [
        (PRODUCT, "u ? ? a", "2027-12-02 2027-12-02 2027-12-02 2028-08-02"),
        (LISTED, "u a a a", "2027-12-02 2027-12-02 2027-12-02 2027-12-02"),
        (PRODUCT + LISTED, "u a a a", "2027-12-02 2027-12-02 2027-12-02 2027-12-02"),
        ("", "? ? ? ?", "2027-12-02 2027-12-02 2027-12-02 2027-12-02"),
        (PRODUCT + NOT_LISTED, "u u u a", "2028-08-02 2028-08-02 2028-08-02 2028-08-02"),
        (NO_PRODUCT, "? ? ? ?", "2027-12-02 2027-12-02 2027-12-02 2027-12-02"),
        (NOT_LISTED, "? ? ? ?", "2028-08-02 2028-08-02 2028-08-02 2028-08-02"),
        (NO_PRODUCT + NOT_LISTED, "- - - -", ""),
    ],
)
def test_a_ground_of_high_risk_that_is_open_counts_from_its_own_day(grounds, statuses, starts):
    """What surely binds from 2 August 2028 may bind from 2 December 2027, if Annex III lists the use as well."""
    words = {"u": "upcoming", "a": "applies", "?": "undetermined", "-": "not_applicable"}
    items = [deployed(grounds, day)[1] for day in ("2027-12-01", "2027-12-02", "2028-08-01", "2028-08-02")]
    assert [item.status for item in items] == [words[letter] for letter in statuses.split()]
    if starts:
        assert [item.judgement.starts for item in items] == starts.split()


@pytest.mark.parametrize("day", ["2027-12-02", "2028-08-01"])
def test_between_the_two_days_the_facts_of_the_open_ground_are_asked_for_and_decide(day):
    found, item = deployed(PRODUCT, day)
    assert {found.gap(gap) for gaps in item.missing for gap in gaps} == {"system.annex_iii"}
    assert ("art-6-2.listed-use", "unknown") in {(step.condition, step.truth) for step in item.because}
    assert deployed(PRODUCT + LISTED, day)[1].status == "applies"
    assert deployed(PRODUCT + NOT_LISTED, day)[1].status == "upcoming"


def test_where_both_grounds_are_open_facts_of_the_later_alone_do_not_decide_between_the_days():
    _, item = deployed("", "2028-01-15")
    keys = [{fact.rsplit("/", 1)[1] for _, fact in gaps} for gaps in item.missing]
    assert {"annexIii"} in keys
    assert not [each for each in keys if each <= {"annexI", "thirdPartyAssessment"}]
    assert [{fact.rsplit("/", 1)[1] for _, fact in gaps} for gaps in deployed(NOT_LISTED, "2028-01-15")[1].missing] == [
        {"annexI"},
        {"thirdPartyAssessment"},
    ]


def test_a_report_tells_the_first_day_that_is_possible_and_the_first_that_is_sure():
    found, item = deployed(PRODUCT, "2026-11-22")
    assert (item.status, item.judgement.starts, item.judgement.latest) == ("upcoming", "2027-12-02", "2028-08-02")
    assert ("art-6-2.listed-use", "unknown") in {(step.condition, step.truth) for step in item.because}
    assert "from 2027-12-02 at the earliest, from 2028-08-02 at the latest" in report(found, "en")
    assert "à partir du 2027-12-02 au plus tôt, du 2028-08-02 au plus tard" in report(found, "fr")
    assert deployed(PRODUCT + LISTED, "2026-11-22")[1].judgement.latest == ""


def report(found, language: str) -> str:
    return " ".join(written.write(found, language).split())


def test_the_plan_and_the_calendar_have_the_earliest_day():
    found, _ = deployed(PRODUCT, "2026-11-22")
    duties = next(step for step in plan(found)["steps"] if step["step"] == "duties")["items"]
    assert {each["from"] for each in duties if each["rule"] == "art-26-1"} == {"2027-12-02"}
    (event,) = [each for each in ics.write(found).split("BEGIN:VEVENT") if "rule/art-26-1\r\n" in each]
    assert "DTSTART;VALUE=DATE:20271202" in event
    assert "STATUS:TENTATIVE" in event


def test_that_a_use_is_not_listed_is_among_the_grounds_of_the_later_day():
    found, item = deployed(PRODUCT + NOT_LISTED, "2026-11-22")
    assert "system.annex_iii" in found.finding(item)["rests_on"]


def test_a_system_to_be_placed_later_is_not_bound_before_whatever_its_ground():
    found = judge(EITHER.format(grounds=PRODUCT, placed=TO_COME), "2028-01-15")
    item = of_duty(found, "art-9", "lab")
    assert (item.status, item.judgement.starts, item.judgement.latest) == ("upcoming", "2028-09-01", "")


@pytest.mark.parametrize("day", ["2026-11-22", "2028-01-15", "2028-08-02"])
def test_a_legacy_system_waits_for_a_change_whichever_its_ground(day):
    """Article 111(2) holds on both grounds for what was placed before both days."""
    placed = "intended_for_public_authorities: false, placed_on_union_market: 2025-01-01"
    found = judge(EITHER.format(grounds=PRODUCT, placed=placed), day)
    assert of_duty(found, "art-9", "lab").status == "conditional"


@pytest.mark.parametrize(
    ("more", "statuses"),
    [("", "upcoming undetermined undetermined applies"), (NOT_LISTED, "upcoming upcoming upcoming applies"),
     (LISTED, "upcoming applies applies applies")],
)  # fmt: skip
def test_who_makes_the_product_may_be_its_provider_from_the_day_of_the_open_ground(more, statuses):
    """Article 25(3) asks for a high-risk system, and confers a role on whoever owes Article 4."""
    text = TOYS.replace("annex_iii: [], ", more)
    days = ("2027-12-01", "2027-12-02", "2028-08-01", "2028-08-02")
    assert [judged(text, day, "art-4", "toys")[0] for day in days] == statuses.split()
    if not more:
        found = judge(text, "2027-12-02")
        item = of_duty(found, "art-4", "toys")
        assert {found.gap(gap) for gaps in item.missing for gap in gaps} == {"system.annex_iii"}
        assert of_duty(judge(text, "2026-11-22"), "art-4", "toys").judgement.latest == "2028-08-02"


def test_of_a_general_system_that_does_not_exclude_listed_uses_another_reading_has_the_earlier_day():
    """Surely high-risk by Article 6(1); by 6(2) on the reading of the draft guidelines alone."""
    grounds = PRODUCT + NOT_LISTED + "high_risk_use_excluded: false, "
    text = EITHER.format(grounds=grounds, placed=TO_COME).replace("general_purpose: false", "general_purpose: true")
    item = of_duty(judge(text, "2028-01-15"), "art-26-1", "firm")
    assert (item.status, item.readings["draft-guidelines"]) == ("upcoming", "applies")


@pytest.mark.parametrize(("systems", "status"), [("[lift, ranker]", "applies"), ("[lift]", "upcoming")])
def test_a_component_of_several_systems_is_supplied_to_the_first_that_is_high_risk(systems, status):
    """Article 25(4): one high-risk system that it is part of is enough, and counts from its own day."""
    text = """
    actors: {{parts: {{name: Parts, established_in: FR}}, firm: {{name: Firm, established_in: DE}}}}
    component: {{provider: parts, licence: proprietary, monetisation: [price]}}
    systems:
      lift: {{provider: firm, integrates: [component], {lift}placed_on_union_market: 2028-09-01, {rest}}}
      ranker: {{provider: firm, integrates: [{second}], {ranker}placed_on_union_market: 2028-09-01, {rest}}}
    """
    second = "component" if "ranker" in systems else ""
    rest = "licence: proprietary, general_purpose: false"
    found = judge(
        text.format(lift=PRODUCT + NOT_LISTED, ranker=NO_PRODUCT + LISTED, second=second, rest=rest), "2028-01-15"
    )
    assert of_duty(found, "art-25-4", "parts").status == status


@pytest.mark.parametrize("placed", ["2026-12", ">= 2026-08-02"])
def test_a_day_that_is_told_too_coarsely_is_asked_for(placed):
    found = judge(f"system: {{interacts_with_people: true, placed_on_union_market: '{placed}'}}", "2026-12-15")
    item = next(each for each in found.findings if each.rule.id == "art-50-1")
    assert item.status == "undetermined"
    assert "system.placed_on_union_market" in {found.gap(gap) for gaps in item.missing for gap in gaps}

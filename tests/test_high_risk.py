"""Duties about high-risk systems and the roles of the value chain, as findings: who owes what, on which day."""

import pytest
from conftest import judge, status

from aiact.findings.fines import fine
from aiact.law.names import local

PROVIDERS = (
    "art-8", "art-9", "art-10", "art-11", "art-12", "art-13", "art-14", "art-15", "art-16-b", "art-16-l", "art-17",
    "art-18", "art-19", "art-20", "art-20-2", "art-21", "art-21-2", "art-43-4", "art-47", "art-48", "art-72", "art-73",
    "art-73-6",
)  # fmt: skip
RANKER = """
    actors: {acme: {established_in: FR}, firm: {kind: undertaking, established_in: DE, provides_public_services: false}}
    system:
      provider: acme
      licence: Apache-2.0
      annex_iii: [4a]
      annex_i: []
      placed_on_union_market: 2028-01-15
      put_into_service: 2028-01-15
    use: {system: system, deployer: firm, since: 2028-01-20}
"""
DEVICE = (
    RANKER.replace("annex_iii: [4a]", "annex_iii: []")
    .replace("annex_i: []", "annex_i: [medical_devices]\n      third_party_assessment: true")
    .replace("2028-01", "2028-08")
)
REPURPOSED = """
    actors: {lab: {established_in: FR}, firm: {kind: undertaking, established_in: DE}}
    systems:
      assistant:
        provider: lab
        licence: AGPL-3.0-only
        general_purpose: true
        interacts_with_people: true
        generates: [text]
        annex_iii: []
        annex_i: []
        high_risk_use_excluded: false
        placed_on_union_market: 2028-03-01
        put_into_service: 2028-03-01
      ranker:
        provider: firm
        adapts: {system: assistant, purpose_changed: true}
        annex_iii: [4a]
        annex_i: []
        placed_on_union_market: false
        put_into_service: 2028-04-01
"""
IMPORTED = """
    actors: {lab: {established_in: US}, rep: {established_in: IE}, shop: {established_in: FR}, store: {name: Store}}
    model:
      provider: lab
      licence: Apache-2.0
      generality: general
      training_compute: 5e23
      weights_public: true
      architecture_public: true
      usage_information_public: true
      monetisation: []
      placed_on_union_market: 2028-01-05
      representative: rep
    system:
      provider: lab
      licence: Apache-2.0
      annex_iii: [4a]
      annex_i: []
      placed_on_union_market: 2028-01-15
      put_into_service: false
      representative: rep
      importer: shop
      distributors: [store]
"""
LIFT = """
    actors: {coder: {established_in: FR}, maker: {established_in: FR}}
    system:
      provider: coder
      product_manufacturer: maker
      annex_iii: []
      annex_i: [lift_installations]
      third_party_assessment: true
      placed_on_union_market: 2028-09-01
      put_into_service: 2028-09-01
"""


def days(assessment, rule: str, bearer: str) -> tuple[str, str]:
    """First day of the rule for a bearer, and the day from which or by which it is due."""
    (found,) = [
        finding.judgement
        for finding in assessment.findings
        if finding.rule.id == rule and assessment.short(finding.bearer) == bearer
    ]
    return found.starts, found.due


def truth(assessment, rule: str, entity: str) -> str:
    """The truth of a definition at an entity."""
    found = [item for item in assessment.classifications if item.rule.id == rule]
    return next(item.truth for item in found if assessment.short(item.entity) == entity)


def missing(assessment, rule: str):
    return next(finding.missing for finding in assessment.findings if finding.rule.id == rule)


def band(assessment, rule: str) -> str:
    return next(fine(assessment, finding)["band"] for finding in assessment.findings if finding.rule.id == rule)


# ---------------------------------------------------------------------------------------------- providers


@pytest.mark.parametrize("rule", [*PROVIDERS, "art-43-2", "art-49-1"])
def test_the_provider_of_a_free_cv_ranker_owes_the_duties_of_providers(rule):
    assessment = judge(RANKER, "2028-02-01")
    assert status(assessment, rule, bearer="acme") == "applies"
    assert days(assessment, rule, "acme")[0] == "2027-12-02"


@pytest.mark.parametrize("rule", [*PROVIDERS, "art-11-2", "art-43-3"])
def test_a_free_medical_device_owes_them_from_august_2028(rule):
    assert status(judge(DEVICE, "2028-09-02"), rule, bearer="acme") == "applies"
    assert days(judge(DEVICE, "2028-09-02"), rule, "acme")[0] == "2028-08-02"


def test_a_medical_device_is_not_registered():
    assert status(judge(DEVICE, "2028-09-02"), "art-49-1", bearer="acme") == "not_applicable"


@pytest.mark.parametrize("rule", PROVIDERS)
def test_a_system_that_is_not_high_risk_owes_none_of_them(rule):
    assert status(judge(RANKER.replace("[4a]", "[]"), "2028-02-01"), rule, bearer="acme") == "not_applicable"


@pytest.mark.parametrize("rule", PROVIDERS)
def test_a_system_of_which_the_use_is_not_stated_is_asked_for_it(rule):
    assessment = judge("provider: {established_in: FR}\nsystem: {annex_i: [], placed_on_union_market: true}")
    assert status(assessment, rule) == "undetermined"
    assert any("system.annex_iii" in [assessment.gap(gap) for gap in gaps] for gaps in missing(assessment, rule))


def test_critical_infrastructure_is_registered_at_national_level():
    assessment = judge(RANKER.replace("[4a]", "[2]"), "2028-02-01")
    assert status(assessment, "art-49-1", bearer="acme") == "not_applicable"
    assert status(assessment, "art-49-5", bearer="acme") == "applies"


NATIONAL = ("art-41-5", "art-49-2", "art-49-5", "art-72", "art-73", "art-73-6", "art-86")


@pytest.mark.parametrize("rule", [*PROVIDERS, "art-12-3", "art-14-5", "art-43-1", "art-43-2", "art-43-3", "art-49-1"])
def test_fines_for_operators_reach_what_article_16_lists(rule):
    assert band(judge(RANKER, "2028-02-01"), rule) == ("national-rules" if rule in NATIONAL else "operators")


@pytest.mark.parametrize("rule", NATIONAL)
def test_no_fine_of_the_union_reaches_monitoring_incidents_and_the_registration_of_an_exit(rule):
    assert band(judge(RANKER, "2028-02-01"), rule) == "national-rules"


@pytest.mark.parametrize(
    ("occasion", "rules"),
    [
        ("request", ("art-21", "art-21-2", "art-22-3-requests", "art-23-6", "art-23-7", "art-24-5", "art-24-6")),
        ("risk", ("art-20", "art-20-2", "art-22-4", "art-23-2", "art-24-2", "art-24-4")),
        ("seriousIncident", ("art-73", "art-73-6")),
    ],
)
def test_duties_that_lie_dormant_say_what_wakes_them(occasion, rules, base):
    for rule in rules:
        assert {local(duty.upon) for duty in base.rules[rule].duties} == {occasion}, rule


# ---------------------------------------------------------------------------------------------- conformity


def test_a_biometric_system_goes_to_a_notified_body_and_a_cv_ranker_does_not():
    ranker = judge(RANKER, "2028-02-01")
    assert [status(ranker, f"art-43-{n}", bearer="acme") for n in (1, 2, 3)] == [
        "not_applicable",
        "applies",
        "not_applicable",
    ]
    camera = judge(RANKER.replace("4a", "1a"), "2028-02-01")
    assert [status(camera, f"art-43-{n}", bearer="acme") for n in (1, 2, 3)] == [
        "applies",
        "not_applicable",
        "not_applicable",
    ]
    assert status(camera, "art-12-3", bearer="acme") == status(camera, "art-14-5", bearer="acme") == "applies"


def test_a_product_with_a_listed_use_follows_the_procedure_of_the_product_since_the_amendment():
    toy = RANKER.replace("annex_i: []", "annex_i: [toys]\n      third_party_assessment: true").replace(
        "2028-01", "2028-09"
    )
    now = judge(toy, "2028-10-01")
    assert status(now, "art-43-2", bearer="acme") == "not_applicable"
    assert status(now, "art-43-3", bearer="acme") == "applies"
    before = judge(toy, "2026-07-26")
    assert status(before, "art-43-2", bearer="acme") == status(before, "art-43-3-of-2024", bearer="acme") == "upcoming"
    assert status(before, "art-43-3", bearer="acme") is None


def test_who_does_not_speak_of_product_law_keeps_the_procedure_of_annex_iii():
    silent = judge(RANKER.replace("annex_i: []", "name: Ranker"), "2028-02-01")
    assert status(silent, "art-43-2", bearer="acme") == "applies"
    assert status(silent, "art-43-3", bearer="acme") == "undetermined"


def test_common_specifications_that_do_not_exist_ask_nothing():
    assert status(judge(RANKER, "2028-02-01"), "art-41-5") == "not_applicable"
    departs = RANKER.replace("annex_i: []", "annex_i: []\n      departs_from_common_specifications: true")
    assert status(judge(departs, "2028-02-01"), "art-41-5", bearer="acme") == "applies"


@pytest.mark.parametrize(
    ("size", "documentation", "quality"),
    [
        ("microenterprise", ("holds", "holds"), ("holds", "holds")),
        ("medium", ("holds", "holds"), ("fails", "holds")),
        ("small_mid_cap", ("fails", "holds"), ("fails", "fails")),
        ("large", ("fails", "fails"), ("fails", "fails")),
    ],
)
def test_what_small_enterprises_may_simplify_grew_with_the_amendment(size, documentation, quality):
    alone = RANKER.replace(
        "acme: {established_in: FR", f"acme: {{established_in: FR, size: {size}, partner_or_linked_enterprises: false"
    )
    for day, tag, index in (("2026-07-26", "-of-2024", 0), ("2026-07-27", "", 1)):
        assessment = judge(alone, day)
        assert truth(assessment, f"art-11-1-simplified{tag}", "system") == documentation[index]
        assert truth(assessment, f"art-63-1{tag}", "system") == quality[index]


# ---------------------------------------------------------------------------------------------- days


DAY_ONE = RANKER.replace("2028-01-15", "2027-12-02").replace("2028-01-20", "2027-12-02")


@pytest.mark.parametrize("rule", ["art-9", "art-16-b", "art-43-2", "art-49-1", "art-72", "art-26-1", "art-86"])
@pytest.mark.parametrize(("day", "expected"), [("2027-12-01", "upcoming"), ("2027-12-02", "applies")])
def test_annex_iii_systems_owe_them_from_the_second_of_december_2027(rule, day, expected):
    bearer = "firm" if rule in ("art-26-1", "art-86") else "acme"
    assert status(judge(DAY_ONE, day), rule, bearer=bearer) == expected


@pytest.mark.parametrize("rule", ["art-9", "art-11-2", "art-43-3", "art-73"])
@pytest.mark.parametrize(("day", "expected"), [("2028-08-01", "upcoming"), ("2028-08-02", "applies")])
def test_annex_i_systems_owe_them_from_the_second_of_august_2028(rule, day, expected):
    device = DEVICE.replace("2028-08-15", "2028-08-02").replace("2028-08-20", "2028-08-02")
    assert status(judge(device, day), rule, bearer="acme") == expected


@pytest.mark.parametrize("rule", [*PROVIDERS, "art-43-2", "art-49-1", "art-26-1", "art-86"])
def test_before_the_amendment_they_were_due_on_the_second_of_august_2026(rule):
    ranker = RANKER.replace("2028-01-15", "2026-08-02").replace("2028-01-20", "2026-08-02")
    assessment = judge(ranker, "2026-07-26")
    bearer = "firm" if rule in ("art-26-1", "art-86") else "acme"
    assert status(assessment, rule, bearer=bearer) == "upcoming"
    assert days(assessment, rule, bearer)[0] == "2026-08-02"
    assert days(judge(ranker, "2026-07-27"), rule, bearer)[0] == "2027-12-02"


# ---------------------------------------------------------------------------------------------- deployers


def test_the_deployer_of_a_cv_ranker_owes_its_own_duties_and_not_those_of_the_provider():
    assessment = judge(RANKER, "2028-02-01")
    assert status(assessment, "art-26-1", bearer="firm") == "applies"
    assert status(assessment, "art-86", bearer="firm") == "applies"
    assert status(assessment, "art-9", bearer="firm") in (None, "not_applicable")
    assert status(assessment, "art-27", bearer="firm") == "not_applicable"
    assert status(assessment, "art-49-3", bearer="firm") == "not_applicable"


def test_a_bank_that_scores_credit_assesses_the_impact_on_fundamental_rights():
    assert status(judge(RANKER.replace("4a", "5b"), "2028-02-01"), "art-27", bearer="firm") == "applies"


def test_a_firm_that_may_provide_public_services_is_asked_whether_it_does():
    ranker = RANKER.replace(", provides_public_services: false", "")
    assessment = judge(ranker, "2028-02-01")
    assert status(assessment, "art-27") == "undetermined"
    assert [[assessment.gap(gap) for gap in gaps] for gaps in missing(assessment, "art-27")] == [
        ["firm.provides_public_services"]
    ]


AGENCY = """
    actors: {agency: {kind: public_authority, established_in: FR}, vendor: {established_in: FR}}
    system:
      provider: vendor
      annex_iii: [5a]
      annex_i: []
      intended_for_public_authorities: true
      placed_on_union_market: 2026-03-01
      put_into_service: 2026-03-01
    use: {system: system, deployer: agency, since: 2026-03-01}
"""


@pytest.mark.parametrize("rule", ["art-27", "art-49-3", "art-26-1"])
def test_an_agency_that_decides_on_benefits_since_2026_has_until_august_2030(rule):
    assessment = judge(AGENCY)
    assert status(assessment, rule, bearer="agency") == "transitional"
    assert days(assessment, rule, "agency")[1] == "2030-08-02"
    assert status(judge(AGENCY, "2030-08-02"), rule, bearer="agency") == "applies"


# ---------------------------------------------------------------------------------------------- value chain


def test_repurposing_a_free_general_assistant_makes_the_firm_its_provider():
    assessment = judge(REPURPOSED, "2028-05-01")
    assert status(assessment, "art-16-b", "ranker", "firm") == "applies"
    assert status(assessment, "art-16-b", "assistant", "lab") == "not_applicable"
    assert truth(assessment, "art-25-1-c", "ranker") == "holds"


def test_the_initial_provider_helps_unless_it_excluded_high_risk_uses():
    excluded = REPURPOSED.replace("excluded: false", "excluded: true")
    silent = REPURPOSED.replace("high_risk_use_excluded: false", "name: Assistant")
    assert status(judge(REPURPOSED, "2028-05-01"), "art-25-2", "ranker", "lab") == "applies"
    assert status(judge(excluded, "2028-05-01"), "art-25-2", "ranker", "lab") == "not_applicable"
    assert status(judge(silent, "2028-05-01"), "art-25-2", "ranker", "lab") == "undetermined"


def test_the_initial_provider_of_a_free_system_outside_the_regulation_owes_no_help():
    outside = REPURPOSED.replace("interacts_with_people: true", "interacts_with_people: false").replace(
        "generates: [text]", "generates: []\n        biometric_functions: []\n        monetisation: []\n"
        "        article_5_practices: []"
    )  # fmt: skip
    assert status(judge(outside, "2028-05-01"), "art-25-2", "ranker", "lab") == "not_applicable"
    closed = outside.replace("AGPL-3.0-only", "proprietary")
    assert status(judge(closed, "2028-05-01"), "art-25-2", "ranker", "lab") == "applies"


def test_the_help_has_two_wordings_and_two_sanctions():
    before, since = judge(REPURPOSED, "2026-07-26"), judge(REPURPOSED, "2026-07-27")
    assert band(before, "art-25-2") == "national-rules"
    assert band(since, "art-25-2") == "operators"
    wording = {
        assessment.day: next(
            assessment.court.book.duties_in_force(finding.rule)[0].text["en"]
            for finding in assessment.findings
            if finding.rule.id == "art-25-2"
        )
        for assessment in (before, since)
    }
    assert wording["2026-07-26"] != wording["2026-07-27"]
    assert "failure modes" in wording["2026-07-27"]


@pytest.mark.parametrize(("use", "expected"), [("[4a]", "holds"), ("[]", "fails")])
def test_rebranding_makes_a_provider_if_the_system_was_high_risk(use, expected):
    rebranded = REPURPOSED.replace("purpose_changed: true", "rebranded: true").replace(
        "annex_iii: []", f"annex_iii: {use}"
    )
    assert truth(judge(rebranded, "2028-05-01"), "art-25-1-a", "ranker") == expected


def test_a_change_of_purpose_of_a_high_risk_system_is_a_substantial_modification():
    assessment = judge(REPURPOSED.replace("annex_iii: []", "annex_iii: [5b]"), "2028-05-01")
    assert truth(assessment, "art-25-1-b", "ranker") == "holds"
    assert truth(assessment, "art-25-1-c", "ranker") == "fails"
    assert status(assessment, "art-25-2", "ranker", "lab") == "applies"


# ---------------------------------------------------------------------------------------------- across the border


def test_a_free_high_risk_system_from_a_third_country_needs_a_representative_though_a_free_model_does_not():
    assessment = judge(IMPORTED, "2028-02-01")
    assert status(assessment, "art-22-1", bearer="lab") == "applies"
    assert band(assessment, "art-22-1") == "national-rules"
    assert status(assessment, "art-54-1", bearer="lab") == "lifted"
    assert status(judge(IMPORTED.replace("US", "FR"), "2028-02-01"), "art-22-1") == "not_applicable"


def test_the_representative_owes_its_tasks_for_the_system_and_none_for_the_free_model():
    assessment = judge(IMPORTED, "2028-02-01")
    for rule in ("art-22-3", "art-22-3-requests", "art-22-4"):
        assert status(assessment, rule, bearer="rep") == "applies"
        assert band(assessment, rule) == "operators"
    assert status(assessment, "art-54-3", bearer="rep") == "lifted"
    closed = judge(IMPORTED.replace("weights_public: true", "weights_public: false"), "2028-02-01")
    assert status(closed, "art-54-3", bearer="rep") == "applies"


@pytest.mark.parametrize("paragraph", range(1, 8))
def test_the_importer_verifies_the_system_and_keeps_watch_over_it(paragraph):
    assessment = judge(IMPORTED, "2028-02-01")
    assert status(assessment, f"art-23-{paragraph}", bearer="shop") == "applies"
    assert band(assessment, f"art-23-{paragraph}") == "operators"


@pytest.mark.parametrize("paragraph", range(1, 7))
def test_the_distributor_verifies_the_system_and_keeps_watch_over_it(paragraph):
    assessment = judge(IMPORTED, "2028-02-01")
    assert status(assessment, f"art-24-{paragraph}", bearer="store") == "applies"
    assert band(assessment, f"art-24-{paragraph}") == "operators"


def test_a_system_of_a_union_provider_has_distributors_and_no_importer():
    assessment = judge(IMPORTED.replace("US", "FR"), "2028-02-01")
    assert status(assessment, "art-23-1") == "not_applicable"
    assert status(assessment, "art-24-1", bearer="store") == "applies"


def test_whoever_only_distributes_models_owes_nothing_here():
    assert status(judge("model: {generality: general}"), "art-24-1") is None


# ---------------------------------------------------------------------------------------------- products


def test_the_maker_of_a_lift_is_the_provider_of_what_keeps_it_safe():
    assert status(judge(LIFT, "2028-10-01"), "art-16-b", bearer="maker") == "applies"


@pytest.mark.parametrize("rule", ["art-16-b", "art-9", "art-11-2", "art-43-3", "art-43-4", "art-72"])
def test_of_a_car_the_rules_on_high_risk_systems_ask_nothing(rule):
    car = LIFT.replace("lift_installations", "motor_vehicles")
    assert status(judge(car, "2028-10-01"), rule, bearer="coder") == "not_applicable"
    assert status(judge(car, "2028-10-01"), "art-4", bearer="coder") == "undetermined"  # two readings of Article 2(2)


def test_machinery_left_the_rules_on_high_risk_systems_with_the_amendment():
    machine = LIFT.replace("lift_installations", "machinery")
    assert status(judge(machine, "2026-07-26"), "art-16-b", bearer="maker") == "upcoming"
    assert status(judge(machine, "2026-07-27"), "art-16-b", bearer="maker") == "not_applicable"

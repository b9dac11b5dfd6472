"""Scope and classification: who is outside, what is high-risk, and what silence never does."""

import pytest
from conftest import judge, status

CAR = """
    actors: {{maker: {{established_in: DE}}, taxi: {{kind: undertaking, established_in: DE}}}}
    system:
      provider: maker
      licence: proprietary
      annex_iii: []
      annex_i: [{law}]
      third_party_assessment: true
      article_5_practices: [manipulation]
      interacts_with_people: true
      placed_on_union_market: 2026-08-10
      put_into_service: 2026-08-10
    use: {{system: system, deployer: taxi, since: 2026-08-10}}
"""
TWO_READINGS = {"whole-regulation": "not_applicable", "high-risk-rules-only": "applies"}


# -- Article 2(2): products of Annex I, Section B


@pytest.mark.parametrize("rule", ["art-4", "art-5-1-a", "art-50-1"])
def test_whether_literacy_prohibitions_and_transparency_bind_a_talking_car_is_an_open_question(rule):
    assessment = judge(CAR.format(law="motor_vehicles"))
    (finding,) = [f for f in assessment.findings if f.rule.id == rule and assessment.short(f.bearer) == "maker"]
    assert finding.status == "undetermined"
    assert finding.contested == ("section-b-products",)
    assert finding.readings == TWO_READINGS


def test_on_either_reading_the_rules_on_high_risk_systems_are_left_to_the_law_on_vehicles():
    assessment = judge(CAR.format(law="motor_vehicles"), "2028-09-01")
    assert status(assessment, "art-9", bearer="maker") == "not_applicable"


def test_a_lift_is_no_product_of_section_b():
    assessment = judge(CAR.format(law="lift_installations"))
    assert status(assessment, "art-5-1-a", bearer="maker") == "applies"


@pytest.mark.parametrize(("day", "expected"), [("2026-07-26", "applies"), ("2026-07-27", "undetermined")])
def test_machinery_moved_to_section_b_on_27_july_2026(day, expected):
    assessment = judge(CAR.format(law="machinery"), "2026-09-01", known_on=day)
    assert status(assessment, "art-5-1-a", bearer="maker") == expected


def test_silence_on_product_law_leaves_prohibitions_as_they_are():
    assessment = judge("system: {article_5_practices: [manipulation], placed_on_union_market: 2026-01-01}")
    assert status(assessment, "art-5-1-a") == "applies"


# -- Article 2(3): military use

ARMY = """
    actors: {{army: {{kind: public_authority, established_in: FR}}, relief: {{kind: other_body, established_in: FR}}}}
    system:
      {{provider: army, licence: proprietary, exclusively_military: true, interacts_with_people: true,
       put_into_service: 2026-08-10}}
    uses:
      front: {{system: system, deployer: army, exclusively_military: true}}
      flood: {{system: system, deployer: relief{civil}}}
"""


def test_an_exclusively_military_system_is_outside():
    assessment = judge(ARMY.format(civil=", exclusively_military: true"))
    assert status(assessment, "art-50-1", bearer="army") == "not_applicable"
    assert status(assessment, "art-4-deployer", "flood") == "not_applicable"


def test_a_use_of_a_military_system_of_which_nothing_is_said_is_not_presumed_to_be_military():
    assessment = judge(ARMY.format(civil=""))
    assert status(assessment, "art-50-1", bearer="army") == "undetermined"
    assert status(assessment, "art-4-deployer", "flood") == "undetermined"
    assert status(assessment, "art-4-deployer", "front") == "not_applicable"


@pytest.mark.parametrize(
    "by_police", [", for_law_enforcement: true", ", article_5_practices: [real_time_identification]"]
)
def test_law_enforcement_is_no_military_purpose(by_police):
    assessment = judge(ARMY.format(civil=by_police))
    assert status(assessment, "art-4-deployer", "flood") == "applies"


def test_a_civil_use_brings_the_regulation_back_and_leaves_the_military_use_outside():
    assessment = judge(ARMY.format(civil=", exclusively_military: false"))
    assert status(assessment, "art-50-1", bearer="army") == "applies"
    assert status(assessment, "art-4-deployer", "flood") == "applies"
    assert status(assessment, "art-4-deployer", "front") == "not_applicable"


# -- Article 2(6): scientific research

LABORATORY = """
    actors: {{university: {{kind: other_body, established_in: FR}}, firm: {{kind: undertaking, established_in: FR}}}}
    system:
      {{provider: university, licence: proprietary, solely_for_research: true, placed_on_union_market: false,
       put_into_service: 2026-01-10, biometric_functions: [emotion_recognition]}}
    use: {{system: system, deployer: firm, since: 2026-09-01, at_workplace: true{purpose}}}
"""


@pytest.mark.parametrize(
    ("purpose", "expected"),
    [(", for_research: true", "not_applicable"), (", for_research: false", "applies"), ("", "undetermined")],
)
def test_a_research_system_is_outside_as_long_as_it_is_used_for_research_alone(purpose, expected):
    assessment = judge(LABORATORY.format(purpose=purpose))
    assert status(assessment, "art-50-3") == status(assessment, "art-4-deployer") == expected


@pytest.mark.parametrize(
    ("provider", "only", "expected"),
    [("university", "", "applies"), ("university", ", solely_for_research: true", "not_applicable"),
     ("firm", "", "not_applicable")],
)  # fmt: skip
def test_a_research_model_in_a_product_of_its_own_provider_serves_more_than_research(provider, only, expected):
    assessment = judge(f"""
        actors: {{university: {{kind: other_body, established_in: FR}}, firm: {{kind: undertaking}}}}
        model: {{provider: university, solely_for_research: true, placed_on_union_market: false, generality: general,
                distribution: [internal], licence: proprietary, training_compute: 5e23}}
        system: {{provider: {provider}, integrates: [model], placed_on_union_market: 2026-09-01{only}}}
    """)
    assert status(assessment, "art-53-1-c", bearer="university") == expected


# -- Article 2(4): judicial cooperation

FOREIGN = """
    actor: {{kind: {kind}, established_in: {country}}}
    system: {{licence: proprietary}}
    use: {{system: system, deployer: actor, output_used_in_union: true, judicial_cooperation: true{more}}}
"""


@pytest.mark.parametrize(
    ("kind", "country", "more", "expected"),
    [
        ("public_authority", "US", ", adequate_safeguards: true", "not_applicable"),
        ("international_organisation", "FR", ", adequate_safeguards: true", "not_applicable"),
        ("public_authority", "US", ", adequate_safeguards: false", "applies"),
        ("public_authority", "FR", ", adequate_safeguards: true", "applies"),
        ("public_authority", "US", "", "undetermined"),
    ],
)
def test_foreign_authorities_in_judicial_cooperation_are_outside_given_adequate_safeguards(
    kind, country, more, expected
):
    assessment = judge(FOREIGN.format(kind=kind, country=country, more=more))
    assert status(assessment, "art-4-deployer") == expected


# -- Article 5(2) to (5): what an allowed identification in real time must meet

POLICE = """
    actor: {{kind: public_authority, established_in: FR}}
    system: {{annex_iii: [1a], annex_i: [], article_5_practices: [real_time_identification]}}
    use: {{system: system, deployer: actor, article_5_practices: []{more}}}
"""


def test_an_allowed_search_has_conditions_and_is_no_prohibited_practice():
    assessment = judge(
        POLICE.format(more=", identification_objectives: [search_for_victims], allowed_by_national_law: true")
    )
    assert status(assessment, "art-5-1-h-use") == "not_applicable"
    assert {status(assessment, f"art-5-{n}") for n in (2, 3, 4)} == {"applies"}


def test_without_a_national_law_it_is_a_prohibited_practice():
    assessment = judge(
        POLICE.format(more=", identification_objectives: [search_for_victims], allowed_by_national_law: false")
    )
    assert status(assessment, "art-5-1-h-use") == "applies"


def test_if_national_law_is_not_stated_it_is_asked_for():
    assessment = judge(POLICE.format(more=", identification_objectives: [search_for_victims]"))
    assert status(assessment, "art-5-1-h-use") == "undetermined"
    assert "use.allowed_by_national_law" in [question["fact"] for question in assessment.questions]


def test_no_objective_no_conditions():
    assessment = judge(POLICE.format(more=""))
    assert {status(assessment, f"art-5-{n}") for n in (2, 3, 4)} == {"not_applicable"}


# -- Article 6(1a) to (1c): what is no safety component

PRODUCT = """
    system: {{licence: proprietary, annex_iii: [], annex_i: [medical_devices],
      third_party_assessment: true, placed_on_union_market: 2028-09-01{more}, put_into_service: 2028-09-01}}
"""


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("", "applies"),
        (", assisting_function_only: true, failure_endangers: false", "not_applicable"),
        (", assisting_function_only: true, failure_endangers: true", "applies"),
        (", assisting_function_only: true", "undetermined"),
        (", assessment_for_other_risks_only: true", "not_applicable"),
    ],
)
def test_mere_assistance_is_no_safety_component_unless_its_failure_endangers(more, expected):
    assert status(judge(PRODUCT.format(more=more), "2028-09-02"), "art-9") == expected


# -- Article 4a: sensitive data against bias

ALL = (
    "bias_data_strictly_necessary: true, bias_safeguards: "
    "[no_other_data, limited_reuse, controlled_access, no_transmission, timely_deletion, recorded_reasons]"
)


def permitted(yaml: str, on: str = "2026-11-22") -> dict[str, str]:
    told = judge(yaml, on).as_dict()["classifications"]
    return {item["rule"]: item["truth"] for item in told if item["kind"] == "permission" and "4a" in item["rule"]}


def test_since_2026_models_may_use_sensitive_data_against_bias_as_high_risk_systems_may():
    assert permitted(f"model: {{{ALL}}}") == {"art-4a-2-model": "holds"}
    assert permitted(f"model: {{{ALL}}}", "2026-07-26") == {}
    found = permitted(f"system: {{annex_iii: [4a], annex_i: [], {ALL}}}")
    assert found == {"art-4a-1": "holds", "art-4a-2-system": "fails"}


def test_a_permission_asks_for_nothing():
    without, with_ = (judge(f"model: {{name: M{more}}}") for more in ("", f", {ALL}"))
    assert [(f.rule.id, f.status) for f in without.findings] == [(f.rule.id, f.status) for f in with_.findings]

"""Article 5: what a system must not be made for and must not be used for, by whom, and from which day."""

import pytest
from conftest import judge, status

from aiact.law.names import local

NEW_PROHIBITIONS = "2026-12-02"
POINTS = {
    "a": "manipulation",
    "b": "exploitation_of_vulnerability",
    "c": "social_scoring",
    "d": "crime_prediction",
    "e": "face_scraping",
    "f": "emotion_inference_at_work_or_school",
    "g": "sensitive_categorisation",
}


def practices(*names: str) -> list[str]:
    """The statement that these, and no other, are the practices of a system or a use."""
    return [f"article_5_practices: [{', '.join(names)}]"]


def system(*facts: str, on: str = NEW_PROHIBITIONS, licence: str = "proprietary", placed: str = "2026-09-01"):
    """The assessment of a system of which these facts are stated."""
    made = ", ".join(["provider: actor", f"licence: {licence}", f"placed_on_union_market: {placed}", *facts])
    return judge(f"actor: {{kind: undertaking, established_in: FR}}\nsystem: {{{made}}}\n", on)


def employer(made=(), used=(), on: str = "2026-11-22", licence: str = "Apache-2.0"):
    """The assessment of an employer's use of the system of another, with what is stated of both."""
    made = ", ".join(["provider: maker", f"licence: {licence}", "placed_on_union_market: 2025-05-01", *made])
    used = ", ".join(["system: system", "deployer: employer", "since: 2025-09-01", *used])
    actors = "{maker: {established_in: US}, employer: {kind: undertaking, established_in: FR}}"
    return judge(f"actors: {actors}\nsystem: {{{made}}}\nuse: {{{used}}}\n", on)


def missing(assessment, rule: str) -> list[set[tuple[str, str]]]:
    """The smallest sets of facts, each as entity and name, that would decide a duty."""
    finding = next(finding for finding in assessment.findings if finding.rule.id == rule)
    return [{(assessment.short(node), local(fact)) for node, fact in gaps} for gaps in finding.missing]


# -- free systems are not exempt


def test_a_free_social_scoring_system_is_caught_although_it_is_free():
    found = system(*practices("social_scoring"), "monetisation: []", licence="GPL-3.0-only", on="2026-11-22")
    assert status(found, "art-5-1-c") == "applies"
    assert status(found, "art-5-1-f") == "not_applicable"


def test_the_day_before_article_5_applied_its_prohibitions_were_still_to_come():
    scoring = practices("social_scoring")
    assert status(system(*scoring, placed="2025-01-15", on="2025-02-01"), "art-5-1-c") == "upcoming"
    assert status(system(*scoring, placed="2025-01-15", on="2025-02-02"), "art-5-1-c") == "applies"


@pytest.mark.parametrize(("point", "practice"), POINTS.items())
def test_each_practice_is_caught_by_its_own_point_only(point, practice):
    found = system(*practices(practice))
    caught = {other for other in POINTS if status(found, f"art-5-1-{other}") == "applies"}
    assert caught == {point}


# -- use


@pytest.mark.parametrize(("point", "practice"), POINTS.items())
def test_each_practice_takes_a_free_system_back_into_the_regulation(point, practice):
    """Article 2(12), second exit: with the practice Article 5 and the rest apply, without it nothing does."""
    given = """
        provider: {name: A, established_in: FR}
        system: {licence: MIT, monetisation: [], annex_iii: [], annex_i: [], article_5_practices: [%s],
          interacts_with_people: false, generates: [], biometric_functions: [], placed_on_union_market: 2026-09-01}
        """
    assert status(judge(given % practice), f"art-5-1-{point}") == "applies"
    assert status(judge(given % practice), "art-4", bearer="provider") == "applies"
    assert status(judge(given % ""), "art-4", bearer="provider") == "not_applicable"


def test_an_employer_must_not_infer_emotions_at_work_with_a_free_system_made_for_it():
    found = employer(practices("emotion_inference_at_work_or_school"))
    assert status(found, "art-5-1-f-use", bearer="employer") == "applies"
    assert status(found, "art-5-1-f", bearer="maker") == "applies"


def test_an_employer_must_not_infer_emotions_at_work_with_a_system_made_for_something_else():
    found = employer(practices(), practices("emotion_inference_at_work_or_school"), licence="proprietary")
    assert status(found, "art-5-1-f-use", bearer="employer") == "applies"
    assert status(found, "art-5-1-f", bearer="maker") == "not_applicable"


def test_what_the_system_is_made_for_decides_although_the_use_says_otherwise():
    assert status(employer(practices("social_scoring"), practices()), "art-5-1-c-use") == "applies"


def test_a_use_that_is_silent_on_practices_is_undetermined():
    found = employer(practices(), licence="proprietary")
    assert {status(found, f"art-5-1-{point}-use") for point in POINTS} == {"undetermined"}
    assert missing(found, "art-5-1-c-use") == [{("use", "article5Practices")}]


def test_a_use_and_a_system_said_to_serve_no_practice_are_not_caught():
    found = employer(practices(), practices())
    assert {status(found, f"art-5-1-{point}-use") for point in POINTS} == {"not_applicable"}


def test_real_time_identification_is_prohibited_in_use_and_what_the_system_is_made_for_does_not_decide():
    made_for_it = practices("real_time_identification")
    outside = employer(made_for_it, made_for_it, licence="proprietary")
    assert status(outside, "art-5-1-h-use", bearer="employer") == "applies"
    assert status(employer(made_for_it, practices(), licence="proprietary"), "art-5-1-h-use") == "not_applicable"
    assert status(employer(made_for_it, licence="proprietary"), "art-5-1-h-use") == "undetermined"
    bound = [finding.role for finding in outside.findings if finding.rule.provision == "art_5_par_1_pnt_h"]
    assert [local(role) for role in bound] == ["Deployer"]


# -- the prohibitions of 2026


def test_the_new_prohibitions_are_unknown_to_the_text_of_2024():
    found = system(*practices("intimate_imagery", "child_abuse_material"), on="2026-07-26")
    assert status(found, "art-5-1-ba") is None
    assert status(found, "art-5-1-bb") is None


@pytest.mark.parametrize("point", ["ba", "bb"])
def test_the_new_prohibitions_are_announced_until_2_december_2026_and_apply_that_day(point):
    both = practices("intimate_imagery", "child_abuse_material")
    assert status(system(*both, on="2026-11-22"), f"art-5-1-{point}") == "upcoming"
    assert status(system(*both, on="2026-12-01"), f"art-5-1-{point}") == "upcoming"
    assert status(system(*both, on="2026-12-02"), f"art-5-1-{point}") == "applies"


CAPABLE = ("generates: [image]", "article_5_practices: []", "reproducible_outputs: [intimate_imagery]")


def test_an_image_generator_with_safeguards_is_not_caught():
    assert status(system(*CAPABLE, "output_safeguards: true"), "art-5-1-ba") == "not_applicable"


def test_an_image_generator_without_safeguards_is_caught():
    assert status(system(*CAPABLE, "output_safeguards: false"), "art-5-1-ba") == "applies"


def test_an_image_generator_whose_safeguards_are_not_stated_is_undetermined():
    found = system(*CAPABLE)
    assert status(found, "art-5-1-ba") == "undetermined"
    assert missing(found, "art-5-1-ba") == [{("system", "outputSafeguards")}]


def test_safeguards_do_not_save_a_system_made_for_intimate_imagery():
    made_for_it = ("generates: [image]", "article_5_practices: [intimate_imagery]", "output_safeguards: true")
    assert status(system(*made_for_it), "art-5-1-ba") == "applies"


@pytest.mark.parametrize("point", ["ba", "bb"])
def test_a_chatbot_that_generates_only_text_is_not_caught(point):
    assert status(system("generates: [text]"), f"art-5-1-{point}") == "not_applicable"


@pytest.mark.parametrize("point", ["ba", "bb"])
def test_a_generator_of_which_nothing_is_stated_is_undetermined(point):
    assert status(system(), f"art-5-1-{point}") == "undetermined"
    assert status(system("generates: [text, image]"), f"art-5-1-{point}") == "undetermined"


def test_a_free_image_generator_without_safeguards_is_caught_as_well():
    found = system(*CAPABLE, "output_safeguards: false", "monetisation: []", licence="Apache-2.0")
    assert status(found, "art-5-1-ba") == "applies"


def test_use_for_another_purpose_is_not_caught_although_the_system_lacks_safeguards():
    found = employer([*CAPABLE, "output_safeguards: false"], practices(), NEW_PROHIBITIONS)
    assert status(found, "art-5-1-ba-use") == "not_applicable"
    assert status(found, "art-5-1-ba", bearer="maker") == "applies"


def test_use_for_intimate_imagery_is_caught_by_its_purpose():
    guarded = [*CAPABLE, "output_safeguards: true"]
    found = employer(guarded, practices("intimate_imagery"), NEW_PROHIBITIONS)
    assert status(found, "art-5-1-ba-use", bearer="employer") == "applies"
    assert status(found, "art-5-1-ba", bearer="maker") == "not_applicable"


# -- who answers for what


def test_purely_personal_use_carries_no_prohibition_for_deployers():
    found = judge(
        """
        actor: {kind: natural_person, established_in: FR}
        system: {licence: proprietary, generates: [image]}
        use: {system: system, deployer: actor, personal: true, article_5_practices: [intimate_imagery]}
        """,
        NEW_PROHIBITIONS,
    )
    assert status(found, "art-5-1-ba-use") == "not_applicable"


def test_the_fine_for_a_prohibited_practice_is_that_of_article_99_3():
    found = system(*practices("manipulation"))
    assert {duty.rule.sanction for duty in found.findings if duty.rule.id.startswith("art-5-")} == {
        "prohibited-practices"
    }


# -- Articles 6(4) and 49(2)

EXIT = ("annex_iii: [4a]", "annex_i: []", "derogation_conditions: [preparatory_task]", "profiling: false")


@pytest.mark.parametrize("rule", ["art-6-4", "art-49-2"])
def test_who_relies_on_the_derogation_documents_it_and_registers_with_the_rules_on_annex_iii(rule):
    assert status(system(*EXIT, on="2027-12-01"), rule) == "upcoming"
    assert status(system(*EXIT, on="2027-12-02"), rule) == "applies"
    assert status(system(*EXIT, on="2027-12-02"), "art-16-b") == "not_applicable"


@pytest.mark.parametrize("rule", ["art-6-4", "art-49-2"])
def test_a_system_that_stays_high_risk_owes_no_documented_exit(rule):
    assert status(system("annex_iii: [4a]", on="2027-12-02"), rule) == "not_applicable"


HARMLESS = (
    "monetisation: []",
    "annex_iii: []",
    "annex_i: []",
    "interacts_with_people: false",
    "biometric_functions: []",
)


def test_a_free_system_does_not_free_the_use_that_is_made_of_it_for_a_prohibited_practice():
    made = [*HARMLESS, *practices(), "generates: []"]
    found = employer(made, practices("emotion_inference_at_work_or_school"))
    assert status(found, "art-5-1-f-use", bearer="employer") == "applies"
    assert status(found, "art-4", bearer="maker") == "not_applicable"


def test_a_free_editor_that_foreseeably_undresses_people_does_not_leave_the_regulation():
    found = system(*HARMLESS, *CAPABLE, "standard_editing_only: true", "output_safeguards: false", licence="MIT")
    assert status(found, "art-5-1-ba") == "applies"

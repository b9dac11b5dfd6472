"""Where the law is open, the report says so; what is signed is said to be no more than it is."""

import pytest
from conftest import DAY, ROOT, judge, status
from ruamel.yaml import YAML

from aiact import assess
from aiact.writers import md, text

PROJECTS = sorted((ROOT / "data" / "projects").glob("*.yaml"))
CHAPTERS = ["transparency", "copyright", "safety_and_security", "marking"]
SIGNED = """
    provider: {{name: Acme, established_in: FR, code_of_practice: [{chapters}]}}
    model: {{generality: general, training_compute: 2e25, placed_on_union_market: 2026-01-10}}
    """


def readings(assessment, rule: str, entity: str | None = None) -> dict[str, str]:
    return next(
        finding.readings
        for finding in assessment.findings
        if finding.rule.id == rule and entity in (None, assessment.short(finding.entity))
    )


def truth(assessment, rule: str) -> str:
    return next(item.truth for item in assessment.classifications if item.rule.id == rule)


# -- codes of practice


@pytest.mark.parametrize("path", PROJECTS, ids=lambda path: path.stem)
def test_a_signature_never_changes_a_status(path):
    told = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    actors = [told.get(key) for key in ("actor", "provider", "deployer")] + list((told.get("actors") or {}).values())
    before = statuses(told)
    for actor in actors:
        if isinstance(actor, dict):
            actor["code_of_practice"] = CHAPTERS
    assert statuses(told) == before


def statuses(told: dict) -> list[tuple]:
    import json

    found = assess(json.dumps(told, default=str).encode(), DAY)
    return sorted((f.rule.id, found.short(f.entity), str(f.bearer and found.short(f.bearer)), f.status)
                  for f in found.findings)  # fmt: skip


@pytest.mark.parametrize("signed", [[], ["copyright"], CHAPTERS])
def test_signatory_or_not_the_same_is_owed(signed):
    found = judge(SIGNED.format(chapters=", ".join(signed)))
    for rule in ("art-53-1-a", "art-53-1-c", "art-53-1-d", "art-53-3", "art-55-1-a", "art-55-1-b"):
        assert status(found, rule) == "applies"


def test_who_signed_may_rely_on_the_chapters_signed():
    found = judge(SIGNED.format(chapters="safety_and_security"))
    assert (truth(found, "art-53-4-code"), truth(found, "art-55-2-code")) == ("fails", "holds")
    found = judge(SIGNED.format(chapters="transparency, copyright"))
    assert (truth(found, "art-53-4-code"), truth(found, "art-55-2-code")) == ("holds", "fails")


def test_a_code_found_adequate_is_not_taken_for_an_approved_one():
    found = judge(SIGNED.format(chapters="transparency, copyright"))
    assert readings(found, "art-53-4-other-means") == {
        "approval-needed": "applies",
        "adequacy-suffices": "not_applicable",
    }
    (status,) = {item.status for item in found.findings if item.rule.id == "art-53-4-other-means"}
    assert status == "applies"


@pytest.mark.parametrize("form", [text.write, md.write])
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("voluntary", "lifts no duty", "no presumption of conformity", "no code can be approved")),
        ("fr", ("volontaire", "ne lève aucune obligation", "ne vaut pas présomption", "ne peut plus être approuvé")),
    ],
)
def test_the_report_says_what_a_signature_is_worth(form, language, words):
    told = " ".join(form(judge(SIGNED.format(chapters="copyright")), language).split())
    for word in words:
        assert word in told


def test_before_the_amendment_a_code_could_be_approved_and_none_was():
    notes = " ".join(note["text"]["en"] for note in judge(SIGNED.format(chapters="copyright"), "2026-07-26").notes)
    assert "has approved none" in notes
    assert "any more" not in notes


def test_nothing_is_noted_of_who_signed_nothing_or_does_not_say():
    assert judge(SIGNED.format(chapters="")).notes == []
    assert judge("provider: {name: P}").notes == []


# -- open questions


def test_a_general_tool_is_prohibited_on_one_argument_only():
    found = judge("system: {provider: x, article_5_practices: [], practices_within_reach: [face_scraping], "
                  "placed_on_union_market: 2026-01-01}\nactors: {x: {name: X}}")  # fmt: skip
    assert status(found, "art-5-1-general") == "not_applicable"
    assert readings(found, "art-5-1-general") == {"made-for-it": "not_applicable", "any-supply": "applies"}
    assert "any supply (argued)" in " ".join(text.write(found).split())


@pytest.mark.parametrize(("day", "said"), [("2026-12-01", "upcoming"), ("2026-12-02", "applies")])
def test_bare_weights_are_reached_on_one_argument_only(day, said):
    found = judge(
        "model: {provider: x, generality: general, outputs: [image], weights_public: true, "
        "article_5_practices: [], reproducible_outputs: [intimate_imagery], output_safeguards: false, "
        "placed_on_union_market: 2026-01-01}\nactors: {x: {name: X}}",
        day,
    )
    assert status(found, "art-5-1-ba-weights") == "not_applicable"
    assert readings(found, "art-5-1-ba-weights") == {"systems-only": "not_applicable", "weights-too": said}


@pytest.mark.parametrize("known_on", ["2026-07-26"])
def test_bare_weights_are_no_question_in_the_text_of_2024(known_on):
    found = judge("model: {outputs: [image], weights_public: true}", known_on)
    assert status(found, "art-5-1-ba-weights") is None


def test_the_importer_of_a_prohibited_system_is_bound_beside_its_provider():
    found = judge(
        "system: {provider: lab, importer: shop, article_5_practices: [social_scoring], "
        "placed_on_union_market: 2026-01-01}\nactors: {lab: {established_in: US}, shop: {established_in: FR}}"
    )
    assert status(found, "art-5-1-imported", bearer="shop") == "applies"
    assert status(found, "art-5-1-c", bearer="lab") == "applies"
    assert readings(found, "art-5-1-imported")["providers-and-deployers"] == "not_applicable"


def test_a_free_system_around_a_closed_model_is_excluded_by_its_own_licence_and_the_doubt_is_told():
    found = judge(
        "system: {provider: x, licence: MIT, integrates: [m], annex_iii: [], annex_i: [], article_5_practices: [], "
        "interacts_with_people: false, generates: [], biometric_functions: [], monetisation: [], "
        "placed_on_union_market: 2026-09-01}\nmodels: {m: {licence: proprietary}}\nactors: {x: {name: X}}"
    )
    assert status(found, "art-4-provider" if status(found, "art-4-provider") else "art-4") == "not_applicable"
    assert "every part (argued)" in " ".join(text.write(found).split())


def test_the_notification_of_an_earlier_model_waits_and_the_doubt_is_told():
    found = judge(
        "provider: {name: P}\nmodel: {generality: general, training_compute: 3e25, placed_on_union_market: 2025-05-01}"
    )
    assert status(found, "art-52-1") == "transitional"
    assert readings(found, "art-52-1") == {"postponed": "transitional", "own-period": "applies"}
    assert status(found, "art-55-1-a") == "transitional"
    assert readings(found, "art-55-1-a") == {}


def test_the_initial_provider_of_a_free_system_owes_nothing_and_the_doubt_is_told():
    found = judge(
        "system: {provider: x, adapts: {system: base, purpose_changed: true}, annex_iii: [4a], "
        "placed_on_union_market: 2028-06-01}\n"
        "systems: {base: {provider: y, licence: MIT, annex_iii: [], annex_i: [], article_5_practices: [], "
        "interacts_with_people: false, generates: [], biometric_functions: [], monetisation: [], "
        "high_risk_use_excluded: false, placed_on_union_market: 2028-03-01}}\nactors: {x: {name: X}, y: {name: Y}}",
        "2028-07-01",
    )
    assert status(found, "art-25-2") == "not_applicable"
    assert readings(found, "art-25-2")["bound"] == "applies"


def test_a_reading_that_only_commentary_holds_is_not_told_unasked():
    found = judge("provider: {name: P}\nmodel: {generality: general, training_compute: 3e25, licence: MIT}")
    assert "popular" not in text.write(found)

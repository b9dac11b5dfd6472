"""Purposes: words that people use lead to points of the Act and raise questions; they never decide anything."""

import re

import pytest
from conftest import judge

from aiact.law.build import load_graph
from aiact.law.knowledge import knowledge
from aiact.law.names import AIACT, DCTERMS, SKOS, local
from aiact.law.purposes import folded, recognised
from aiact.writers import write

GRAPH = load_graph()
PURPOSES = sorted(GRAPH.of_class(AIACT + "Purpose"))
NAMES = [
    (iri, name) for iri in PURPOSES for word in ("prefLabel", "altLabel") for name in GRAPH.objects(iri, SKOS + word)
]
SYSTEM = "system: {{purpose: {purpose}{more}}}"


def points(yaml: str) -> list[str]:
    return [point["value"] for hint in judge(yaml).as_dict()["hints"] for point in hint["points"]]


def hints_for(purpose: str, more: str = "") -> list[dict]:
    return judge(SYSTEM.format(purpose=purpose, more=more)).as_dict()["hints"]


# -- the vocabulary


def test_there_are_about_a_hundred_and_twenty():
    assert len(PURPOSES) >= 120


@pytest.mark.parametrize("iri", PURPOSES, ids=local)
def test_a_purpose_has_names_in_both_languages_a_point_and_the_provision_of_each_point(iri):
    for word in ("prefLabel", "altLabel"):
        assert {name.language for name in GRAPH.objects(iri, SKOS + word)} == {"en", "fr"}
    suggested = GRAPH.objects(iri, AIACT + "suggests")
    assert suggested
    assert {GRAPH.value(point, DCTERMS + "source") for point in suggested} <= set(
        GRAPH.objects(iri, DCTERMS + "source")
    )
    assert local(GRAPH.value(iri, AIACT + "strength")) in ("named", "hinted")


def test_every_point_of_annex_iii_every_act_of_annex_i_and_every_practice_is_suggested_by_some_purpose():
    suggested = {point for iri in PURPOSES for point in GRAPH.objects(iri, AIACT + "suggests")}
    for kind in ("AnnexIiiUse", "ProductLaw", "Practice"):
        assert set(GRAPH.of_class(AIACT + kind)) <= suggested


def test_a_name_belongs_to_one_purpose_or_both_are_asked():
    for name, purposes in knowledge().purposes:
        assert {purpose.id for purpose, _ in recognised(name, knowledge())} >= {purpose.id for purpose in purposes}


@pytest.mark.parametrize(
    ("iri", "name"), NAMES, ids=lambda value: local(value) if isinstance(value, str) else value.text
)
def test_every_name_is_recognised_in_a_sentence(iri, name):
    found = [purpose.id for purpose, _ in recognised(f"A tool for {name.text.upper()}, for our clients", knowledge())]
    assert local(iri) in found


# -- words


@pytest.mark.parametrize(
    "words", ["tri de CV", "tri des CV", "TRI DE CV", "CV screening", "Resume Ranking", "présélection de candidatures"]
)
def test_sorting_applications_leads_to_recruitment(words):
    assert {point["value"] for hint in hints_for(words) for point in hint["points"]} == {"4a"}


@pytest.mark.parametrize(
    "words",
    ["chess bot", "jeu d’échecs", "translation of recipes", "code completion", "the CVS pharmacy", "weather", ""],
)
def test_other_words_lead_nowhere(words):
    assert hints_for(f"“{words}”") == []


@pytest.mark.parametrize("words", ["reconnaissance des emotions", "Reconnaissance des ÉMOTIONS", "emotion-recognition"])
def test_accents_case_and_hyphens_do_not_matter(words):
    assert points(f"system: {{purpose: {words}}}") == ["1c"]


def test_whole_words_only():
    assert hints_for("droneless photography of adroneb") == []


def test_the_longest_name_wins():
    assert points("system: {purpose: health insurance pricing}") == ["5c"]
    (hint,) = hints_for("health insurance pricing")
    assert hint["strength"] == "named"
    (hint,) = hints_for("insurance pricing")
    assert hint["strength"] == "hinted"


def test_several_purposes_in_one_sentence_are_all_asked_about():
    assert set(points("system: {purpose: exam proctoring and credit scoring}")) == {"3d", "5b"}


@pytest.mark.parametrize("words", ["Évaluation des Élèves", "creditworthiness", "jeux", "CVs"])
def test_folding_twice_changes_nothing(words):
    assert folded(folded(words)) == folded(words)


# -- questions


def test_a_question_names_the_point_and_asks_what_article_6_3_needs_most_deciding_first():
    (hint,) = hints_for("tri de CV")
    assert hint["points"][0]["provision"] == "anx_III_pnt_4_pnt_a"
    assert hint["asks"] == ["system.annex_iii", "system.profiling", "system.derogation_conditions"]
    assert hint["left_out"] is False


def test_what_is_stated_is_not_asked_again():
    (hint,) = hints_for("tri de CV", ", profiling: false")
    assert hint["asks"] == ["system.annex_iii", "system.derogation_conditions"]
    assert hints_for("tri de CV", ", annex_iii: [4a]") == []


def test_a_point_that_the_words_name_and_the_description_leaves_out_is_a_warning():
    for stated in ("[]", "[5b]"):
        (hint,) = hints_for("tri de CV", f", annex_iii: {stated}")
        assert hint["left_out"] is True
        assert hint["asks"] == ["system.annex_iii"]


def test_words_that_only_hint_do_not_contradict_a_description():
    assert hints_for("tutoring", ", annex_iii: []") == []


def test_one_of_several_points_is_enough():
    assert hints_for("border control", ", annex_iii: [7d]") == []


def test_a_use_asks_of_the_system_that_is_used():
    told = judge("{system: {name: S}, use: {system: system, purpose: credit scoring}}").as_dict()["hints"]
    assert told[0]["entity"] == "use"
    assert told[0]["asks"][0] == "system.annex_iii"


def test_a_use_of_an_unnamed_system_asks_which_system_it_is():
    (hint,) = judge("use: {purpose: credit scoring}").as_dict()["hints"]
    assert hint["asks"] == ["use.system"]


def test_a_use_asks_of_its_own_practices():
    (hint,) = judge("{system: {article_5_practices: []}, use: {system: system, purpose: social scoring}}").as_dict()[
        "hints"
    ]
    assert hint["asks"] == ["use.article_5_practices"]
    assert hint["points"][0]["value"] == "social_scoring"


# -- words decide nothing

DESCRIPTIONS = [
    "system: {{placed_on_union_market: 2026-09-01, licence: MIT{purpose}}}",
    "system: {{placed_on_union_market: 2026-09-01, annex_iii: [], annex_i: [], article_5_practices: []{purpose}}}",
    "system: {{annex_iii: [4a], derogation_conditions: [preparatory_task], profiling: false{purpose}}}",
    "{{system: {{put_into_service: 2026-01-01}}, use: {{system: system{purpose}}}}}",
]


def told(assessed: dict) -> list[tuple]:
    keys = ("rule", "entity", "bearer", "status", "missing")
    return [tuple(finding[key] for key in keys) for finding in assessed["findings"]]


@pytest.mark.parametrize("description", DESCRIPTIONS)
@pytest.mark.parametrize("purpose", ["tri de CV", "social scoring", "nudify", "medical device", "chess bot"])
def test_a_purpose_changes_no_status_and_removes_no_question(description, purpose):
    without, with_ = (judge(description.format(purpose=words)).as_dict() for words in ("", f", purpose: {purpose}"))
    assert told(without) == told(with_)
    assert without["questions"] == with_["questions"]
    assert [c["truth"] for c in without["classifications"]] == [c["truth"] for c in with_["classifications"]]


# -- reports


@pytest.mark.parametrize("form", ["text", "md"])
def test_reports_show_the_question_in_both_languages(form):
    assessment = judge("system: {name: Sorter, purpose: tri de CV}")
    english, french = (re.sub(r"\s+", " ", write(form)(assessment, lang)) for lang in ("en", "fr"))
    assert "“CV screening” names Annex III, point 4(a): recruitment" in english
    assert "« tri de CV » désigne annexe III, 4, a) : recrutement" in french.replace("\u202f", " ").replace("\xa0", " ")
    assert "words decide nothing" in english


def test_a_warning_is_called_one():
    assessment = judge("system: {name: Sorter, purpose: tri de CV, annex_iii: []}")
    assert "warning: Sorter: “CV screening” names" in re.sub(r"\s+", " ", write("text")(assessment))


def test_a_report_without_purposes_says_nothing_of_them():
    assert "purposes" not in write("text")(judge("system: {name: S}"))

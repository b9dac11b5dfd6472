"""Statements of one thing that cannot all be so: nobody relies on the comforting one, and a warning names them all."""

import json

import pytest
from click.testing import CliRunner
from conftest import DAY, judge

from aiact import assess
from aiact.cli import main
from aiact.descriptions import convert
from aiact.findings.ask import AnswerError, Interview
from aiact.portfolio.outline import Outlines

LARK = {
    "generality": "general",
    "outputs": ["text"],
    "training_compute": 6e23,
    "licence": "MIT",
    "placed_on_union_market": "2026-03-01",
}
CAMERA = {"name": "Camera", "placed_on_union_market": "2026-03-01", "annex_iii": ["1c"]}
COPYRIGHT, EMOTIONS, OVERSIGHT = "art-53-1-c", "art-50-3", "art-26-1"


def model(**facts) -> dict:
    return {"provider": {"name": "Lark"}, "model": {k: v for k, v in (LARK | facts).items() if v is not None}}


def use(**facts) -> dict:
    return {
        "actors": {"us": {"name": "Us", "kind": "natural_person", "established_in": "FR"}},
        "system": CAMERA | {"annex_iii": ["4a"]},
        "use": {"system": "system", "deployer": "us"} | facts,
    }


def emotions(**facts) -> dict:
    return use() | {"system": CAMERA | facts}


def judged(description: dict, rule: str = COPYRIGHT):
    """What becomes of a duty, and whether a warning says that not all that is stated can be so."""
    found = assess(json.dumps({"aiact": 1} | description).encode(), DAY)
    statuses = {finding.status for finding in found.findings if finding.rule.id == rule}
    return statuses, any("not all of it can be so" in each for each in found.warnings())


CANNOT_BE = {
    "supplied on a day, through no channel": (model(distribution=[]), COPYRIGHT),
    "supplied on a day, and distributed by none": (model(distribution="none"), COPYRIGHT),
    "supplied on one of two days, through no channel": (
        model(distribution=[], placed_on_union_market=["2026-03-01", "2026-04-01"]),
        COPYRIGHT,
    ),
    "weights for all, through no channel": (
        model(distribution=[], placed_on_union_market=None, weights_public=True),
        COPYRIGHT,
    ),
    "weights for all, that never leave the house": (
        model(distribution=["internal"], weights_public=True),
        COPYRIGHT,
    ),
    "supplied where it is excluded": (model(union_excluded=True), COPYRIGHT),
    "sold, outside any commercial activity": (model(monetisation=["price"], commercial_activity=False), COPYRIGHT),
    "at the disposal of business users, and not supplied": (
        model(registered_business_users=12000, placed_on_union_market=False),
        COPYRIGHT,
    ),
    "at the disposal of business users, and never out of the house": (
        model(registered_business_users=12000, placed_on_union_market=None, distribution=["internal"]),
        COPYRIGHT,
    ),
    "at the disposal of business users in the Union, which is excluded": (
        model(registered_business_users=12000, placed_on_union_market=None, union_excluded=True),
        COPYRIGHT,
    ),
    "designated, and narrow": (model(generality="narrow", designated_systemic_risk=True), COPYRIGHT),
    "made to recognise emotions, and recognises none": (emotions(biometric_functions=[]), EMOTIONS),
    "made to recognise emotions, and only categorises": (
        emotions(biometric_functions=["biometric_categorisation"]),
        EMOTIONS,
    ),
    "personal, by an employer": (use(personal=True, at_workplace=True), OVERSIGHT),
    "personal, for the police": (use(personal=True, for_law_enforcement=True), OVERSIGHT),
}
CAN_BE = {
    "no channel, and not supplied": (model(distribution=[], placed_on_union_market=False), "not_applicable"),
    "no channel, and nothing said of supply": (model(distribution=[], placed_on_union_market=None), "not_applicable"),
    "no channel, and weights for nobody": (
        model(distribution=[], placed_on_union_market=None, weights_public=False),
        "not_applicable",
    ),
    "on a repository": (model(distribution=["repository"]), "applies"),
    "used inside too, with weights for all": (model(distribution=["internal", "api"], weights_public=True), "applies"),
    "excluded, and not supplied": (model(union_excluded=True, placed_on_union_market=False), "not_applicable"),
    "excluded, and brought to the Union within a system of another": (
        model(union_excluded=True) | {"systems": {"s": {"integrates": ["model"], "placed_on_union_market": True}}},
        "applies",
    ),
    "excluded, and a channel elsewhere": (
        model(union_excluded=True, placed_on_union_market=None, distribution=["repository"]),
        "not_applicable",
    ),
    "no commercial activity, and nothing earned": (
        model(monetisation=[], commercial_activity=False),
        "not_applicable",
    ),
    "no commercial activity, and voluntary services": (
        model(monetisation=["optional_services"], commercial_activity=False),
        "not_applicable",
    ),
    "sold": (model(monetisation=["price"]), "applies"),
    "no business users, and not supplied": (
        model(registered_business_users=0, placed_on_union_market=False, distribution=[]),
        "not_applicable",
    ),
    "narrow, and not designated": (model(generality="narrow", designated_systemic_risk=False), "not_applicable"),
    "nothing spent on modifying nothing": (model(modifies="none", modification_compute=0), "applies"),
    "no significant change to nothing": (model(modifies="none", significant_change=False), "applies"),
}


@pytest.mark.parametrize(("description", "rule"), CANNOT_BE.values(), ids=CANNOT_BE)
def test_what_cannot_all_be_so_lifts_nothing_and_is_told(description, rule):
    statuses, told = judged(description, rule)
    assert told
    assert statuses
    assert not statuses & {"not_applicable", "lifted"}


@pytest.mark.parametrize(("description", "status"), CAN_BE.values(), ids=CAN_BE)
def test_what_can_be_so_stays_as_it_was(description, status):
    assert judged(description) == ({status}, False)


@pytest.mark.parametrize("change", [{"modification_compute": "9e22"}, {"significant_change": True}])
def test_a_modification_of_nothing_is_told_and_leaves_open_what_was_modified(base, change):
    found = judge(json.dumps({"aiact": 1} | model(modifies="none", **change)))
    assert any("until one is corrected, this is left open: modifies." in each for each in found.warnings())
    assert found.facts.doubted.keys() == {(found.facts.iri("model"), base.fact("modifies", "Model").iri)}


def test_both_languages_name_both_lines_and_the_reason():
    found = judge("""
        aiact: 1
        model:
          distribution: none
          placed_on_union_market: 2026-03-01
        """)
    assert found.warnings("en") == [
        "description line 4: of model are stated distribution: none (4); placed_on_union_market: 2026-03-01 (5), "
        "each with its line, and not all of it can be so; until one is corrected, this is left open: distribution, "
        "placed_on_union_market. What has been supplied for distribution or use in the Union has been supplied through "
        "some channel."
    ]
    assert "ceci reste ouvert : distribution, placed_on_union_market. Ce qui a été fourni" in found.warnings("fr")[0]


@pytest.mark.parametrize("format", ["yaml", "json", "jsonld"])
@pytest.mark.parametrize("change", [{"distribution": []}, {"union_excluded": True}])
def test_conversion_keeps_both_statements_and_so_the_warning(base, format, change):
    found = assess(json.dumps({"aiact": 1} | model(**change)).encode(), DAY)
    again = assess(convert.WRITERS[format](found.facts, base).encode(), DAY, name=f"x.{format}")
    assert len(again.warnings()) == 1
    assert convert.tree(again.facts, base) == convert.tree(found.facts, base)
    assert "unknown" not in convert.tree(again.facts, base)["models"]["model"]


@pytest.mark.parametrize("format", ["ttl", "nt"])
def test_as_a_graph_of_facts_the_duties_stay_open_too(base, format):
    found = assess(json.dumps({"aiact": 1} | model(union_excluded=True, distribution=[])).encode(), DAY)
    again = assess(convert.WRITERS[format](found.facts, base).encode(), DAY, name=f"x.{format}")
    assert {f.status for f in again.findings if f.rule.id == COPYRIGHT} == {"undetermined"}


def test_two_files_that_say_it_between_them_are_told_too(tmp_path):
    (tmp_path / "a.aiact.yaml").write_text("aiact: 1\nmodel: {name: Lark, placed_on_union_market: 2026-03-01}\n")
    (tmp_path / "b.aiact.yaml").write_text("aiact: 1\nmodel: {name: Lark, union_excluded: true}\n")
    paths = [str(path) for path in sorted(tmp_path.iterdir())]
    run = CliRunner().invoke(main, ["check", *paths, "--on", DAY, "--lang", "en", "--format", "json"])
    (warning,) = json.loads(run.output)["warnings"]
    assert (
        f"{paths[1]} line 2: of model are stated union_excluded: true (2); placed_on_union_market: 2026-03-01 ("
        in warning
    )
    assert f"({paths[0]}:2)" in warning


def test_two_sources_of_which_one_contradicts_stay_two_sources(base):
    found = assess(json.dumps({"aiact": 1} | model(union_excluded=[True, False])).encode(), DAY)
    assert found.warnings() == []
    assert {f.status for f in found.findings if f.rule.id == COPYRIGHT} == {"undetermined"}


def test_a_list_that_is_not_complete_is_no_contradiction():
    found = judge("""
        aiact: 1
        model: {placed_on_union_market: 2026-03-01, unknown: [distribution], generality: general}
        """)
    assert found.warnings() == []


# -- questions and wishes


def question_about(base, fact: str, description: dict) -> Interview:
    """An interview at the moment when it asks for a fact; what it asks before, it is not told."""
    found = Interview(
        base, DAY, description=assess(json.dumps({"aiact": 1} | description).encode(), DAY).facts.description
    )
    while (asked := found.next()) and asked.fact != fact:
        found.skip()
    assert asked
    return found


def test_the_doubted_fact_is_asked_for_and_an_answer_settles_it(base):
    found = question_about(base, "model.commercial_activity", model(monetisation=["price"], commercial_activity=False))
    found.answer(True)
    assert found.assessment.warnings() == []
    assert {f.status for f in found.assessment.findings if f.rule.id == COPYRIGHT} == {"applies"}


def test_an_answer_that_contradicts_once_more_is_refused_with_the_reason(base):
    found = question_about(base, "model.commercial_activity", model(monetisation=["price"], commercial_activity=False))
    with pytest.raises(AnswerError, match="not all of it can be so"):
        found.answer(False)


@pytest.mark.parametrize(
    ("fact", "answer", "status"),
    [("distribution", ["repository"], "applies"), ("placed_on_union_market", False, "not_applicable")],
)
def test_where_both_are_doubted_either_may_be_corrected(base, fact, answer, status):
    found = question_about(base, f"model.{fact}", model(distribution=[]))
    found.answer(answer)
    assert {f.status for f in found.assessment.findings if f.rule.id == COPYRIGHT} == {status}


def test_a_wish_that_contradicts_what_is_stated_is_told(tmp_path):
    path = tmp_path / "x.aiact.yaml"
    path.write_text(json.dumps({"aiact": 1} | model()))
    run = lambda wish: CliRunner().invoke(  # noqa: E731
        main, ["check", str(path), "--on", DAY, "--lang", "en", "--what-if", wish]
    )
    told = " ".join(run("model.distribution=[]").output.split())
    assert "not all of it can be so" in told
    assert "undetermined" in told
    assert "not all of it" not in " ".join(run("model.distribution=[repository]").output.split())


# -- portfolios


@pytest.mark.parametrize("description", [description for description, _ in CANNOT_BE.values()], ids=CANNOT_BE)
def test_a_portfolio_does_not_read_it_at_sight(base, description):
    assert Outlines(base, []).of({"aiact": 1} | description) is None


@pytest.mark.parametrize("description", [description for description, _ in CAN_BE.values()], ids=CAN_BE)
def test_a_portfolio_reads_at_sight_what_can_be(base, description):
    assert Outlines(base, []).of({"aiact": 1} | description) is not None

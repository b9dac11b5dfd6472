"""The popular account of the regime, on the three cases that it is told with, beside what the law says of them;
and the claims of commentaries that would mislead on the facts of a project."""

import json
import re

import pytest
from click.testing import CliRunner
from conftest import DAY, judge

from aiact.cli import main
from aiact.law.knowledge import knowledge

MARIE = """
actors:
  marie: {name: Marie, kind: natural_person, established_in: FR}
model:
  provider: marie
  licence: Apache-2.0
  weights_public: true
  generality: narrow
  monetisation: []
  commercial_activity: false
  distribution: [repository]
"""
LEGALTECH = """
actors:
  legaltech: {name: LegalTech SAS, kind: undertaking, established_in: FR}
  mistral: {name: Mistral AI, kind: undertaking, established_in: FR}
model:
  provider: mistral
  licence: Apache-2.0
  weights_public: true
  architecture_public: true
  usage_information_public: true
  monetisation: []
  generality: general
  training_compute: 3e23
  placed_on_union_market: 2023-09-27
system:
  provider: legaltech
  integrates: [model]
  licence: proprietary
  monetisation: [price]
  placed_on_union_market: 2026-09-01
  annex_iii: []
  annex_i: []
  article_5_practices: []
  interacts_with_people: true
  generates: [text]
  biometric_functions: []
"""
BANK = """
actors:
  bank: {name: BanqueNationale SA, kind: undertaking, established_in: FR}
  meta: {name: Meta, kind: undertaking, established_in: US}
models:
  base: {provider: meta, licence: llama3, weights_public: true, generality: general, training_compute: 7e23}
  tuned: {provider: bank, modifies: {model: base, compute: 1e20}, generality: general, distribution: [internal]}
system:
  provider: bank
  integrates: [tuned]
  placed_on_union_market: false
  put_into_service: 2026-03-01
  annex_iii: []
  annex_i: []
  article_5_practices: []
  interacts_with_people: true
  generates: [text]
  biometric_functions: []
use: {system: system, deployer: bank}
"""
FREE_CHATBOT = """
actors:
  author: {name: Author, kind: natural_person, established_in: FR}
  firm: {name: Firm, kind: undertaking, established_in: FR}
system:
  provider: author
  licence: MIT
  integrates: []
  monetisation: []
  placed_on_union_market: 2026-09-01
  annex_iii: []
  annex_i: []
  article_5_practices: []
  interacts_with_people: true
  generates: [text]
  biometric_functions: []
use: {system: system, deployer: firm}
"""


def accounts(text: str, rule: str, bearer: str) -> tuple[str, str]:
    """The status of an actor’s duty by the law, and by the popular account."""
    found = judge(text)
    statuses = {
        (finding.status, finding.readings.get("popular", finding.status))
        for finding in found.findings
        if finding.rule.id == rule and finding.bearer and found.short(finding.bearer) == bearer
    }
    assert len(statuses) == 1, statuses
    return statuses.pop()


def truths(text: str, rule: str, entity: str) -> tuple[str, str]:
    found = judge(text)
    return next(
        (item.truth, item.readings.get("popular", item.truth))
        for item in found.classifications
        if item.rule.id == rule and found.short(item.entity) == entity
    )


def test_marie_owes_nothing_either_way_and_only_the_account_calls_that_an_exemption():
    assert {accounts(MARIE, f"art-53-1-{point}", "marie") for point in "abcd"} == {("not_applicable",) * 2}
    assert truths(MARIE, "popular-exemption", "model") == ("fails", "holds")


def test_a_paid_service_ends_the_exemption_of_the_account():
    text = MARIE.replace("monetisation: []", "monetisation: [paid_api]")
    assert truths(text, "popular-exemption", "model") == ("fails", "fails")


def test_the_account_makes_the_provider_of_an_open_general_model_document_it_and_the_law_does_not():
    assert accounts(LEGALTECH, "art-53-1-a", "mistral") == ("lifted", "transitional")
    assert accounts(LEGALTECH, "art-53-1-b", "mistral") == ("lifted", "transitional")
    assert accounts(LEGALTECH, "art-53-1-c", "mistral") == ("transitional", "transitional")
    assert accounts(LEGALTECH, "art-53-1-d", "mistral") == ("transitional", "transitional")


def test_who_sells_a_product_on_an_open_model_is_its_provider_by_both():
    for rule in ("art-4", "art-50-1", "art-50-2"):
        assert accounts(LEGALTECH, rule, "legaltech") == ("applies", "applies")


def test_a_bank_that_uses_its_own_chatbot_is_a_provider_by_the_law_and_a_deployer_by_the_account():
    for rule in ("art-4", "art-50-1", "art-50-2"):
        assert accounts(BANK, rule, "bank") == ("applies", "not_applicable")
    assert accounts(BANK, "art-4-deployer", "bank") == ("applies", "applies")
    assert accounts(BANK, "popular-chatbot-transparency", "bank") == ("not_applicable", "applies")


def test_a_free_chatbot_of_a_volunteer_is_exempt_by_the_account_and_bound_by_article_50():
    assert accounts(FREE_CHATBOT, "art-50-1", "author") == ("applies", "not_applicable")
    assert accounts(FREE_CHATBOT, "art-4-deployer", "firm") == ("applies", "applies")


def test_the_account_never_exempts_what_is_high_risk_or_prohibited():
    for line in ("annex_iii: [4a]", "article_5_practices: [social_scoring]"):
        key = line.split(":")[0]
        assert truths(FREE_CHATBOT.replace(f"{key}: []", line), "popular-exemption", "system") == ("fails", "fails")


def test_the_account_never_decides_a_headline():
    for text in (MARIE, LEGALTECH, BANK, FREE_CHATBOT):
        assert not any("open-source-regime" in finding.contested for finding in judge(text).findings)


# -- what would mislead on the facts of a project

ACTORS = {
    "maker": {"name": "Maker", "kind": "undertaking", "established_in": "FR"},
    "seller": {"name": "Seller", "kind": "undertaking", "established_in": "FR"},
    "firm": {"name": "Firm", "kind": "undertaking", "established_in": "FR"},
    "ann": {"name": "Ann", "kind": "natural_person", "established_in": "FR"},
}
MODEL = {
    "provider": "maker", "licence": "Apache-2.0", "weights_public": True, "architecture_public": True,
    "usage_information_public": True, "monetisation": [], "generality": "general", "outputs": ["text"],
    "training_compute": 3e23, "placed_on_union_market": "2025-09-01",
}  # fmt: skip
SYSTEM = {
    "provider": "seller", "licence": "proprietary", "integrates": [], "monetisation": ["price"],
    "placed_on_union_market": "2026-09-01", "annex_iii": [], "annex_i": [], "article_5_practices": [],
    "interacts_with_people": True, "generates": [], "biometric_functions": [],
}  # fmt: skip
USE = {"system": "system", "deployer": "firm"}
EVERYTHING = ["data_information", "training_code", "data_processing_code", "inference_code"]
AMERICAN = {"actors": {"maker": {"kind": "undertaking", "established_in": "US"}}}
CV = {"annex_iii": ["4a"], "profiling": True, "intended_for_public_authorities": False}
FREE = {"integrates": ["model"], "licence": "MIT", "monetisation": []}
SCORES = {"article_5_practices": ["social_scoring"]}


def project(model=None, system=None, use=None, component=None, base=None, actors=None) -> str:
    """A description of what is given, each thing completed by what is ordinary."""
    found = {"actors": ACTORS | (actors or {})}
    for key, given, ordinary in (("model", model, MODEL), ("system", system, SYSTEM), ("use", use, USE)):
        if given is not None:
            found[key] = ordinary | given
    if component is not None:
        found["component"] = component
    if base is not None:
        found["models"] = {"base": base}
    return json.dumps(found)


def misled(on: str = DAY, **given) -> set[str]:
    return {item.rule.id.removeprefix("mistaken-") for item in judge(project(**given), on).misled}


# Of each misconception: facts on which it misleads, and facts on which it is silent.
PATTERNS = {
    "open-is-exempt": ({"model": {}}, {"model": {"generality": "narrow"}}),
    "general-models-never-exempt": ({"model": {}}, {"model": {"architecture_public": False}}),
    "threshold": ({"model": {}}, {"model": {"training_compute": 3e25}}),
    "osi-approval": ({"model": {"licence": "CC-BY-4.0"}}, {"model": {}}),
    "weights-suffice": ({"model": {"usage_information_public": False}}, {"model": {}}),
    "licence-untested": ({"model": {"licence": "CC-BY-NC-4.0"}}, {"model": {}}),
    "any-service-ends-it": ({"model": {"monetisation": ["paid_api"]}}, {"model": {"monetisation": ["price"]}}),
    "gain-is-harmless": ({"model": {"monetisation": ["price"]}}, {"model": {"monetisation": ["paid_api"]}}),
    "integrator-replaces-developer": (
        {"model": {}, "system": {"integrates": ["model"]}},
        {"model": {}, "system": {"integrates": ["model"], "provider": "maker"}},
    ),
    "selling-makes-a-provider": ({"model": {}}, {"model": {"monetisation": ["price"]}}),
    "paid-service-of-a-narrow-model": (
        {"model": {"generality": "narrow", "monetisation": ["paid_api"]}},
        {"model": {"monetisation": ["paid_api"]}},
    ),
    "own-use": (
        {"system": {"placed_on_union_market": False, "put_into_service": "2026-09-01"}, "use": {"deployer": "seller"}},
        {"system": {}, "use": {"deployer": "seller"}},
    ),
    "users-tell": ({"system": {}, "use": {}}, {"system": {"interacts_with_people": False}, "use": {}}),
    "scoring-by-authorities": (
        {"system": SCORES},
        {"system": SCORES, "actors": {"seller": {"kind": "public_authority", "established_in": "FR"}}},
    ),
    "biometrics-prohibited": (
        {"system": {"biometric_functions": ["emotion_recognition"]}},
        {"system": {"biometric_functions": ["emotion_recognition"], **SCORES}},
    ),
    "prohibitions": ({"system": {"article_5_practices": ["face_scraping"]}}, {"system": SCORES}),
    "prohibitions-in-use": (
        {"system": {}, "use": {"article_5_practices": ["face_scraping"]}},
        {"system": {}, "use": SCORES},
    ),
    "prohibition-of-models": (
        {"model": {}, "system": {"integrates": ["model"], **SCORES}},
        {"model": {}, "system": {"integrates": ["model"]}},
    ),
    "prohibitions-without-exclusion": (
        {"system": {"exclusively_military": True, **SCORES}},
        {"system": SCORES},
    ),
    "training-of-staff": ({"system": {}, "use": {}}, {"system": {}, "use": {"deployer": "ann", "personal": True}}),
    "operating-in-the-union": ({"model": {}, **AMERICAN}, {"model": {}}),
    "research-by-openness": (
        {"model": {"licence": "proprietary", "solely_for_research": True}},
        {"model": {"solely_for_research": True}},
    ),
    "decisions-about-people": (
        {"system": CV | {"profiling": False, "derogation_conditions": ["preparatory_task"]}},
        {"system": CV | {"derogation_conditions": ["preparatory_task"]}},
    ),
    "already-due": ({"system": CV}, {"system": {}}),
    "already-due-in-use": ({"system": CV, "use": {}}, {"system": {}, "use": {}}),
    "local-use": ({"system": {}, "use": {"deployer": "ann", "personal": True}}, {"system": {}, "use": {}}),
    "users-owe-nothing": ({"system": {}, "use": {}}, {"system": {}, "use": {"deployer": "ann", "personal": True}}),
    "deployer-manages-risks": ({"system": CV, "use": {}}, {"system": CV, "use": {"deployer": "seller"}}),
    "documentation-of-products": (
        {"model": {}, "system": {"integrates": ["model"]}},
        {"model": {}, "system": {"integrates": ["model"], **CV}},
    ),
    "text-from-images": (
        {"model": {"outputs": ["image"], "training_compute": 1e24}},
        {"model": {"training_compute": 1e24}},
    ),
    "presumption": ({"model": {"generality": "narrow"}}, {"model": {}}),
    "below-the-criterion": ({"model": {"training_compute": 1e22}}, {"model": {}}),
    "modifier-takes-over": (
        {"model": {"modifies": {"model": "base", "compute": 1e20}}, "base": {"training_compute": 3e23}},
        {"model": {"modifies": {"model": "base", "compute": 2e23}}, "base": {"training_compute": 3e23}},
    ),
    "fine-tuning-without-threshold": (
        {"model": {"modifies": {"model": "base", "compute": 2e23}}, "base": {"training_compute": 3e23}},
        {"model": {"modifies": {"model": "base", "compute": 1e20}}, "base": {"training_compute": 3e23}},
    ),
    "one-third-alone": (
        {
            "model": {"modifies": {"model": "base", "compute": 4e22}},
            "base": {"compute_knowable": False, "training_compute": {"max": 1e25}},
        },
        {"model": {"modifies": {"model": "base", "compute": 2e23}}, "base": {"training_compute": 3e23}},
    ),
    "not-yet": ({"model": {}}, {"model": {"placed_on_union_market": "2024-09-01"}}),
    "article-50-forgotten": ({"system": {"licence": "MIT"}}, {"system": {}}),
    "representative-forgotten": ({"model": {}, **AMERICAN}, {"model": {}}),
    "definition-decides": ({"model": {"published_items": []}}, {"model": {"published_items": EVERYTHING}}),
    "definition-suffices": (
        {"model": {"published_items": EVERYTHING, "usage_information_public": False}},
        {"model": {"published_items": EVERYTHING}},
    ),
    "checking-upstream": (
        {"model": {}, "system": {"integrates": ["model"]}},
        {"model": {}, "system": {"integrates": ["model"], "provider": "maker"}},
    ),
    "three-conditions": (
        {"model": {"weights_public": False}, "system": FREE | {"interacts_with_people": False}},
        {"model": {"weights_public": False}, "system": FREE},
    ),
    "integrators-never-exempt": (
        {"model": {}, "system": FREE | {"interacts_with_people": False}},
        {"model": {}, "system": FREE},
    ),
    "high-risk-use-of-a-model": (
        {"model": {}, "system": {"integrates": ["model"], **CV}},
        {"model": {}, "system": {"integrates": ["model"]}},
    ),
    "components-forgotten": (
        {"component": {"licence": "MIT", "publicly_accessible": True}, "system": {"integrates": ["component"], **CV}},
        {"component": {"licence": "MIT", "publicly_accessible": True}, "system": {"integrates": ["component"]}},
    ),
}


@pytest.mark.parametrize("name", PATTERNS)
def test_a_claim_misleads_on_these_facts_and_is_silent_on_those(name):
    misleading, silent = PATTERNS[name]
    assert name in misled(**misleading)
    assert name not in misled(**silent)


def test_every_misconception_is_put_to_the_test():
    rules = knowledge().rules.values()
    assert {rule.id.removeprefix("mistaken-") for rule in rules if rule.kind == "Misconception"} == set(PATTERNS)


@pytest.mark.parametrize(
    ("name", "given", "silent", "misleading"),
    [
        ("already-due", {"system": CV | {"placed_on_union_market": "2028-01-01"}}, "2030-01-01", "2026-09-01"),
        ("not-yet", {"model": {}}, "2025-07-31", "2025-09-02"),
        ("training-of-staff", {"system": {"placed_on_union_market": "2025-09-01"}, "use": {"since": "2025-10-01"}},
         "2026-07-26", "2026-07-27"),
    ],
)  # fmt: skip
def test_whether_a_claim_misleads_depends_on_the_day(name, given, silent, misleading):
    assert name not in misled(silent, **given)
    assert name in misled(misleading, **given)


def test_nothing_misleads_where_a_fact_that_decides_is_not_stated():
    bare = judge("{model: {name: M}, system: {name: S}}")
    assert not bare.misled


def test_a_report_tells_three_at_most_and_the_option_all(tmp_path):
    path = tmp_path / "aiact.yaml"
    path.write_text(project(model={}, system={"integrates": ["model"]}, use={}))

    def run(*options: str) -> str:
        return " ".join(CliRunner().invoke(main, ["check", str(path), "--on", DAY, *options]).stdout.split())

    count = len({item.rule.id for item in judge(path.read_text()).misled})
    assert count > 3
    for options, tells, more in (
        ((), "Here: ", f"and {count - 3} more"), (("--lang", "fr"), "Ici : ", f"et {count - 3} autres"),
        (("-f", "md"), "Here: ", f"and {count - 3} more"),
    ):  # fmt: skip
        told = run(*options)
        assert told.count(tells) == 3
        assert more in told
    whole = run("--explain-commentary")
    assert whole.count("Here: ") == count
    assert "more:" not in whole


def test_false_comforts_are_told_first():
    tempted = [item.rule.tempts_to for item in judge(project(model={}, system={"integrates": ["model"]})).misled]
    assert set(tempted) == {"false_comfort", "needless_duty"}
    assert tempted == sorted(tempted)


def test_a_warning_names_the_claim_the_findings_and_the_facts_that_prove_it():
    found = judge(project(model={}))
    warning = next(w for w in found.as_dict()["misleading_claims"] if w["rule"] == "mistaken-open-is-exempt")
    assert [claim["claim"] for claim in warning["claims"]] == [
        "modernee.claim-15",
        "modernee.claim-1",
        "modernee.claim-13",
    ]
    assert all(claim["says"].keys() == claim["law"].keys() == claim["locator"].keys() == {"en", "fr"}
               for claim in warning["claims"])  # fmt: skip
    assert warning["provisions"] == ["art_53_par_1_pnt_c", "art_53_par_1_pnt_d"]
    assert {(f["rule"], f["bearer"], f["status"]) for f in warning["findings"]} == {
        ("art-53-1-c", "maker", "applies"),
        ("art-53-1-d", "maker", "applies"),
    }
    assert "licence" in {fact["property"] for step in warning["because"] for fact in step["facts"]}


def test_what_misleads_changes_no_finding():
    """A misconception reads findings and writes none: it is neither a classification nor an effect."""
    found = judge(project(model={}, system={"integrates": ["model"]}))
    assert found.misled
    assert not any(item.rule.kind == "Misconception" for item in [*found.classifications, *found.findings])
    for rule in knowledge().rules.values():
        if rule.kind == "Misconception":
            assert not any((rule.lifts, rule.disapplies, rule.defeats, rule.postpones, rule.confers, rule.bearers))


# -- explain --commentary


def explained(*words: str) -> str:
    return CliRunner().invoke(main, ["explain", "--commentary", *words]).stdout


def headings(text: str) -> set[str]:
    return set(re.findall(r"^(\S+\.(?:claim|agreement)-\d+) ·", text, re.MULTILINE))


def test_all_claims_are_explained_by_source_in_both_languages():
    names = {iri.rsplit("/", 1)[1] for iri in knowledge().claims}
    assert headings(explained("--lang", "en")) == headings(explained("--lang", "fr")) == names


def test_the_claims_of_one_source_are_found_by_its_name_its_publisher_or_its_title():
    wanted = {name for name in headings(explained()) if name.startswith("cosmo-games.")}
    for name in ("cosmo-games", "Cosmo Games", "source:cosmo-games", "Local AI: does the AI Act concern you?"):
        assert headings(explained(name, "--lang", "en")) == wanted


def test_the_claims_about_a_provision_are_those_that_it_corrects_and_those_that_it_matches():
    found = headings(explained("54(6)"))
    assert {"racine.claim-36", "dsih.agreement-6"} <= found
    assert "racine.claim-38" not in found


def test_a_claim_tells_where_it_stands_what_the_law_says_and_where_reports_warn():
    told = explained("modernee.claim-7", "--lang", "fr")
    for words in (
        "contredit",
        "les exceptions, tableau, ligne 1",
        "10^23 FLOP",
        "article 51, paragraphe 2",
        "mistaken-threshold",
    ):
        assert words in told
    assert "sans avertissement" in explained("modernee.claim-10", "--lang", "fr")


def test_what_is_not_there_is_said():
    answer = CliRunner().invoke(main, ["explain", "--commentary", "moderne"])
    assert answer.exit_code == 2
    assert "did you mean “modernee”" in answer.stderr
    assert CliRunner().invoke(main, ["explain"]).exit_code == 2

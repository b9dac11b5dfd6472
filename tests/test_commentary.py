"""The popular account of the regime, on the three cases that it is told with, beside what the law says of them."""

from conftest import judge

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

"""Two neighbouring acts: the same project can be free under one and not under another."""

from conftest import judge, status

LIBRARY = """
actors:
  author: {{name: Author, kind: natural_person, established_in: FR}}
component: {{provider: author, licence: MIT, publicly_accessible: true, monetisation: [{monetisation}]}}
"""
PRODUCT = """
actors:
  company: {{name: Company, kind: undertaking, established_in: FR}}
  author: {{name: Author, kind: natural_person, established_in: FR}}
component: {{provider: author, licence: MIT, publicly_accessible: true, commercial_activity: false}}
system: {{provider: company, integrates: [component], licence: MIT, placed_on_union_market: {day}}}
"""


def test_free_software_that_earns_nothing_has_no_manufacturer():
    found = judge(LIBRARY.format(monetisation=""), "2028-01-01")
    assert status(found, "cra-manufacturer") == status(found, "cra-reporting") == "not_applicable"


def test_paid_support_that_the_ai_act_tolerates_makes_a_manufacturer():
    text = LIBRARY.format(monetisation="optional_services")
    assert status(judge(text, "2027-12-10"), "cra-manufacturer") == "upcoming"
    assert status(judge(text, "2027-12-11"), "cra-manufacturer") == "applies"


def test_manufacturers_report_vulnerabilities_before_their_other_duties_begin():
    text = LIBRARY.format(monetisation="price")
    assert status(judge(text, "2026-09-10"), "cra-reporting") == "upcoming"
    assert status(judge(text, "2026-09-11"), "cra-reporting") == "applies"


def test_silence_on_revenue_leaves_the_manufacturer_open():
    text = LIBRARY.format(monetisation="").replace(", monetisation: []", "")
    assert status(judge(text), "cra-manufacturer") == "undetermined"


def test_who_integrates_free_software_is_liable_for_it_and_its_author_is_not():
    found = judge(PRODUCT.format(day="2027-01-10"), "2027-02-01")
    assert status(found, "pld-liability", "system", "company") == "applies"
    assert status(found, "pld-liability", bearer="author") is None
    assert status(found, "cra-manufacturer", "component", "author") == "not_applicable"


def test_products_placed_on_the_last_day_of_the_old_law_stay_under_it():
    assert status(judge(PRODUCT.format(day="2026-12-09"), "2027-02-01"), "pld-liability") == "not_applicable"
    assert status(judge(PRODUCT.format(day="2026-12-10"), "2027-02-01"), "pld-liability") == "applies"


def test_the_exclusion_of_free_systems_from_the_ai_act_does_not_end_liability():
    text = PRODUCT.format(day="2027-01-10").replace(
        "licence: MIT, placed",
        "licence: MIT, annex_iii: [], annex_i: [], article_5_practices: [], interacts_with_people: false, "
        "generates: [], biometric_functions: [], monetisation: [], placed",
    )
    found = judge(text, "2027-02-01")
    assert status(found, "art-4") == "not_applicable"
    assert status(found, "pld-liability") == "applies"

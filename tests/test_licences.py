"""What a licence line says: names, expressions, and riders that may take back what the licence gives."""

from random import Random

import pytest
from conftest import DAY

from aiact import assess
from aiact.descriptions.description import DescriptionError

OPEN = {
    "generality": "general",
    "training_compute": 2e24,
    "weights_public": True,
    "architecture_public": True,
    "usage_information_public": True,
    "monetisation": [],
    "placed_on_union_market": "2026-03-01",
}


def documentation(licence: str | list, **more) -> tuple[str, list[str]]:
    """The status of Article 53(1)(a) for an open model under a licence, and what the reader warns of."""
    found = assess({"model": OPEN | {"licence": licence}, **more}, DAY)
    return next(item.status for item in found.findings if item.rule.id == "art-53-1-a"), found.facts.warnings


@pytest.mark.parametrize(
    ("licence", "status"),
    [
        ("Apache-2.0", "lifted"),
        ("apache license, version 2.0", "lifted"),
        ("BSD 3-Clause", "lifted"),
        ("GNU General Public License v3.0", "lifted"),
        ("GPL-2.0-only WITH Classpath-exception-2.0", "lifted"),
        ("MIT OR CC-BY-NC-4.0", "lifted"),
        ("AGPL-3.0-only OR LicenseRef-Commercial", "lifted"),
        ("MIT AND CC-BY-4.0", "lifted"),
        ("MIT AND CC-BY-NC-4.0", "applies"),
        ("CC-BY-NC-4.0", "applies"),
        ("llama3.1", "applies"),
    ],
)
def test_the_terms_of_a_known_licence_decide(licence, status):
    assert documentation(licence)[0] == status


@pytest.mark.parametrize(
    "licence",
    [
        "Apache License 2.0 with Commons Clause",
        "Apache-2.0 WITH Commons-Clause",
        "Apache-2.0 WITH LicenseRef-scancode-commons-clause",
        "MIT WITH LicenseRef-scancode-commons-clause OR CC-BY-NC-4.0",
        "MIT with field-of-use restriction",
        "Apache-2.0 with acceptable use policy",
        "Apache-2.0 and additional terms",
        "MIT AND LicenseRef-Terms",
        "Modified MIT License",
        "Apache-2.0?",
        "Unknown (Apache-2.0?)",
        "(MIT AND CC0-1.0) OR Apache-2.0",
        "other",
    ],
)
def test_a_rider_or_a_name_that_nobody_knows_leaves_the_licence_open_and_asks_for_its_terms(licence):
    status, warnings = documentation(licence)
    assert status == "undetermined"
    assert any("terms of the licence" in warning for warning in warnings)


def test_any_words_of_an_expression_are_read_or_said_to_be_unknown():
    """The parser of expressions breaks on some; no such licence may lift anything, nor end without an answer."""
    words = ["(", ")", "CC-BY-NC-4.0", "OR", "AND", "WITH", "and", "or", "+", "-", ",", "own", "not", "true", "&", "é"]
    draw = Random(2)
    lines = ["( and - CC-BY-NC-4.0 OR", "( ) CC-BY-NC-4.0 ( )"]
    lines += [" ".join(draw.choices(words, k=draw.randint(1, 8))) for _ in range(150)]
    assert {line: documentation(line)[0] for line in lines if documentation(line)[0] == "lifted"} == {}


@pytest.mark.parametrize("nothing", ["none", [], [[]], {"value": []}, {"value": "none", "source": "LICENSE"}])
def test_without_a_licence_nothing_is_lifted_and_nothing_falls_outside_the_act(nothing):
    assert documentation(nothing)[0] == "applies"


def test_a_licence_beside_none_stays_open():
    assert documentation([[], "MIT"])[0] == "undetermined"
    assert documentation(["none", "MIT"])[0] == "undetermined"


@pytest.mark.parametrize("spelt", ["apache-2.0", "Apache-2.0", "APACHE-2.0", "Apache 2.0", "Apache License 2.0"])
def test_a_licence_that_is_described_counts_as_described_however_it_is_spelt(spelt):
    licences = {"apache-2.0": {"grants": ["access"], "terms": ["non_commercial"]}}
    assert documentation(spelt, licences=licences)[0] == "applies"
    assert documentation(f"MIT AND {spelt}" if " " not in spelt else spelt, licences=licences)[0] == "applies"


@pytest.mark.parametrize(
    "said",
    [
        {
            "any_of": ["MIT"],
            "all_of": ["CC-BY-NC-4.0"],
            "grants": ["access", "use", "modify", "distribute"],
            "terms": [],
        },
        {"any_of": ["MIT"], "all_of": ["MIT", "CC-BY-NC-4.0"], "grants": [], "terms": []},
        {"all_of": ["MIT"], "terms": ["non_commercial"]},
    ],
)
def test_a_licence_that_is_a_choice_a_sum_and_its_own_at_once_is_refused(said):
    with pytest.raises(DescriptionError, match=r"the licence “own” has a.*_of beside"):
        documentation("own", licences={"own": said})


def test_a_licence_made_of_others_may_say_that_it_has_no_terms_of_its_own():
    said = {"all_of": ["MIT", "Apache-2.0"], "grants": [], "terms": [], "any_of": []}
    assert documentation("own", licences={"own": said})[0] == "lifted"

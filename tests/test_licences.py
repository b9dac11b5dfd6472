"""What a licence line says: names, expressions, and riders that may take back what the licence gives."""

from random import Random

import pytest
from conftest import DAY

from aiact import assess

OPEN = {
    "generality": "general",
    "training_compute": 2e24,
    "weights_public": True,
    "architecture_public": True,
    "usage_information_public": True,
    "monetisation": [],
    "placed_on_union_market": "2026-03-01",
}


def documentation(licence: str) -> tuple[str, list[str]]:
    """The status of Article 53(1)(a) for an open model under a licence, and what the reader warns of."""
    found = assess({"model": OPEN | {"licence": licence}}, DAY)
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

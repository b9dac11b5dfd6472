"""Nothing of the Act is overlooked: what no rule or term states is left out for a reason that stands in the data."""

from __future__ import annotations

import re

import pytest
from conftest import ROOT, SHARED

from aiact.law.build import load_graph
from aiact.law.coverage import places, table
from aiact.law.names import ACT, AIACT, BASE, DCTERMS, ELI

GRAPH = load_graph()
PLACES = {place.key: place for place in places(GRAPH)}
PART_OF = {each: GRAPH.value(each, ELI + "is_part_of") for each in GRAPH.of_class(AIACT + "Provision")}
AMENDMENTS = [
    (amendment, target)
    for amendment in GRAPH.of_class(AIACT + "Amendment")
    for target in GRAPH.objects(amendment, AIACT + "amends")
]


def upwards(provision: str) -> list[str]:
    found = [provision]
    while PART_OF.get(found[-1]):
        found.append(PART_OF[found[-1]])
    return found


PARTS: dict[str, list[str]] = {}
for _provision in PART_OF:
    for _whole in upwards(_provision):
        PARTS.setdefault(_whole, []).append(_provision)


def parts(provision: str) -> list[str]:
    """A provision and all that is part of it."""
    return PARTS[provision]


def test_every_provision_is_stated_by_a_rule_or_a_term_or_left_out_for_a_reason():
    assert [key for key, place in PLACES.items() if not (place.rules or place.terms or place.omission)] == []


@pytest.mark.parametrize("omission", GRAPH.of_class(AIACT + "Omission"), ids=lambda iri: iri.rsplit("/", 1)[1])
def test_what_is_left_out_is_not_stated_after_all(omission):
    for provision in GRAPH.objects(omission, AIACT + "omits"):
        leaves = [PLACES[key] for key in (part.removeprefix(ACT) for part in parts(provision)) if key in PLACES]
        assert leaves, f"{provision} is no article or annex of the Act, nor a part of one"
        assert [place for place in leaves if not place.rules], f"rules state all of {provision}; take it out"


@pytest.mark.skipif(not SHARED.exists(), reason="the inventory of the law is not at hand")
def test_every_row_of_the_inventory_is_stated_by_a_rule_or_left_out_for_a_reason():
    rows = re.findall(r"^\| \+?`([^|]*)\|", (SHARED / "law" / "law-base.md").read_text(encoding="utf-8"), re.MULTILINE)
    keys = {key for row in rows for key in re.findall(r"\b(?:art|anx)_\w+", row)} & {
        iri.removeprefix(ACT) for iri in PART_OF
    }
    assert len(keys) > 200
    for key in keys:
        for part in parts(ACT + key):
            place = PLACES.get(part.removeprefix(ACT))
            assert place is None or place.rules or place.terms or place.omission, f"{key}: {part}"


@pytest.mark.parametrize(("amendment", "target"), AMENDMENTS, ids=lambda iri: iri.removeprefix(ACT))
def test_an_amendment_is_reflected_or_without_effect_on_operators(amendment, target):
    """Something that cites what it changed carries the date of a text, or the amendment names what reflects it."""
    near = [*parts(target), *upwards(target)[:2]]
    assert (
        any(cited & DATED for cited in (CITING.get(each, set()) for each in near))
        or any(each in OMITTED for each in upwards(target))
        or all(PLACES[key].omission for key in (each.removeprefix(ACT) for each in parts(target)) if key in PLACES)
        or GRAPH.objects(amendment, AIACT + "withoutEffect")
        or [each for each in GRAPH.objects(amendment, AIACT + "reflectedIn") if GRAPH.objects(each, DCTERMS + "source")]
    ), GRAPH.texts(amendment, "http://www.w3.org/2004/02/skos/core#definition")


def owner(subject: str) -> str:
    """The rule or parameter to which a duty, condition or value belongs."""
    return subject.removeprefix(BASE).split(".")[0]


DATED = {owner(each) for word in ("textFrom", "textUntil") for each in GRAPH.subjects(AIACT + word)}
CITING: dict[str, set[str]] = {}
for _subject in GRAPH.subjects(DCTERMS + "source"):
    for _source in GRAPH.objects(_subject, DCTERMS + "source"):
        CITING.setdefault(_source, set()).add(owner(_subject))
OMITTED = {each for omission in GRAPH.of_class(AIACT + "Omission") for each in GRAPH.objects(omission, AIACT + "omits")}


@pytest.mark.parametrize(("name", "language"), [("README.md", "en"), ("LISEZMOI.md", "fr")])
def test_the_read_me_files_show_what_is_covered_left_out_and_disputed(name, language):
    assert table(GRAPH, language) in (ROOT / name).read_text(encoding="utf-8")

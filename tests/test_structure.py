"""The structure reads like the law: one file a rule, sorted as the Act is, and no law outside the data."""

from __future__ import annotations

import ast
import hashlib
import json
import re

import pytest
from conftest import ROOT, SHARED

from aiact.law.build import load_graph
from aiact.law.cite import parts
from aiact.law.graph import Literal
from aiact.law.knowledge import knowledge
from aiact.law.names import ACT, AIACT, DCTERMS, RDF, RULE, SH, SKOS, XSD, local

GRAPH = load_graph()
RULES = knowledge().rules
FILES = sorted((ROOT / "shapes").glob("*.ttl"))
OF_THE_ACT = [path for path in FILES if path.stem.startswith("art-")]
PYTHON = sorted((ROOT / "src").rglob("*.py"))
PLACES = {local(iri) for iri in GRAPH.of_class(AIACT + "Place")}
LAW = SHARED / "law" / "provisions.json"
each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
each_python_file = pytest.mark.parametrize("path", PYTHON, ids=lambda path: path.stem)


def subjects(path) -> list[str]:
    return re.findall(r"^rule:(\S+) ", path.read_text(encoding="utf-8"), re.MULTILINE)


def rule_in(path):
    return RULES[subjects(path)[0]]


# -- rule files


@each_file
def test_a_file_holds_one_rule_and_all_that_is_its_own(path):
    first, *others = subjects(path)
    assert first in RULES
    assert all(name.startswith(first + ".") for name in others)


def number(path) -> tuple[str, str]:
    """Article and paragraph (or point) in the name of a file: ``("53", "2")``."""
    return re.match(r"art-0*(\d+[a-z]?)(?:-0*(\d+[a-z]?)(?=-))?", path.stem).groups("")


@pytest.mark.parametrize("path", OF_THE_ACT, ids=lambda path: path.stem)
def test_a_file_is_named_after_the_provision_that_its_rule_states_or_qualifies(path):
    """``art-053-2-open-source-models`` states Article 53(2); an exception may stand in a recital or another article."""
    rule = rule_in(path)
    cited = [
        dict(parts(key)) for each in (rule, *map(RULES.get, rule.defeats)) for key in each.sources if "://" not in key
    ]
    article, paragraph = number(path)
    assert any(key.get("art") == article and paragraph in ("", key.get("par") or key.get("pnt")) for key in cited)


def test_the_folder_is_a_table_of_contents():
    """By article, and within it by paragraph; what concerns a whole article stands after its paragraphs."""
    places = [tuple(map(rank, number(path))) for path in OF_THE_ACT]
    assert places == sorted(places)


def rank(part: str) -> tuple[int, str]:
    digits, letters = re.match(r"(\d*)(.*)", part).groups()
    return int(digits or 10**6), letters


@each_file
def test_a_file_fits_on_a_page(path):
    """Eighty lines for the rule and its conditions; examples and doubts are as many as the law needs."""
    text = path.read_text(encoding="utf-8")
    without = re.sub(r"^rule:\S+\.(?:example|doubt)-\d+ .*?\.$\n", "", text, flags=re.DOTALL | re.MULTILINE)
    lines = [line for line in without.splitlines() if line.strip() and not line.startswith("@prefix")]
    assert len(lines) <= 80


# Article 3(7): a distributor is left when the provider and the importer are left out.
LEFT_OVER = (RULE + "art-3-7.two", RULE + "art-3-7.three")


def test_no_number_day_or_country_stands_in_a_shape():
    """Counts of none and one are logic, and so is who is left of several; everything else is a parameter or a place."""
    for subject, predicate, value in GRAPH:
        if predicate.startswith(SH) or predicate == RDF + "first":
            assert local(str(value)) not in PLACES, subject
            if isinstance(value, Literal) and not value.language:
                left = predicate == SH + "minCount" and subject in LEFT_OVER and value.text in ("2", "3")
                assert left or value.text in ("true", "false", "0", "1"), subject
    dated = {p for s, p, o in GRAPH if isinstance(o, Literal) and o.datatype == XSD + "date" and s.startswith(RULE)}
    assert {local(word) for word in dated} <= {"textFrom", "textUntil", "reviewedOn"}


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_a_rule_speaks_both_languages_and_cites_a_provision_or_a_source(rule):
    node = RULE + rule.id
    for word in (SKOS + "prefLabel", SKOS + "definition"):
        assert sorted(text.language for text in GRAPH.objects(node, word)) == ["en", "fr"]
    assert GRAPH.objects(node, DCTERMS + "source")
    assert GRAPH.objects(node, AIACT + "reviewedOn")


def test_a_condition_that_reports_show_has_a_sentence_in_both_languages():
    for node in sorted({s for s, p, _ in GRAPH if p == SH + "message"}):
        messages = {text.language: text.text for text in GRAPH.objects(node, SH + "message")}
        assert set(messages) == {"en", "fr"}, node
        assert all(message[0].isupper() and message.endswith(".") for message in messages.values()), node


@pytest.mark.skipif(not LAW.exists(), reason="the text of the Act is not at hand")
def test_rules_were_written_against_the_text_of_the_act():
    """A rule remembers a hash of its provision’s text in each language."""
    texts = {entry["id"]: entry for entry in json.loads(LAW.read_text(encoding="utf-8"))}
    checked = 0
    for rule in RULES.values():
        for stamp in GRAPH.objects(RULE + rule.id, AIACT + "writtenAgainst"):
            text = texts[rule.provision][f"text_{stamp.language}"]
            assert hashlib.sha256(" ".join(text.split()).encode()).hexdigest().startswith(stamp.text), rule.id
            checked += 1
    assert checked > 200


# -- Python


def constants(path) -> list[object]:
    """What a module says in its code; docstrings show examples and do not count."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docs = {id(n.body[0].value) for n in ast.walk(tree) if hasattr(n, "body") and isinstance(n.body, list) and n.body
            and isinstance(n.body[0], ast.Expr)}  # fmt: skip
    return [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and id(n) not in docs]


@each_python_file
def test_python_knows_no_article_day_or_threshold(path):
    law = {str(value.text) for text in knowledge().texts.values() for value in text.parameters.values()}
    law |= {day for text in knowledge().texts.values() for day in text.applies_from.values()}
    numbers = {float(value) for value in law if not re.search(r"\d-\d", value)} - {6.0, 14.0}
    for constant in constants(path):
        if isinstance(constant, str):
            assert constant not in law
            assert not re.search(r"\b(art|anx|rct)_\d|\bart-\d|Article \d|https://w3id.org/aiact/act/art", constant)
        elif isinstance(constant, (int, float)):
            assert constant not in numbers


@each_python_file
def test_modules_and_classes_say_what_they_are_for(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), node.name


def test_provisions_have_addresses_of_their_own_and_official_ones():
    for rule in RULES.values():
        if rule.provision.startswith("art_"):
            assert GRAPH.objects(ACT + rule.provision, "http://data.europa.eu/eli/ontology#is_part_of"), rule.id

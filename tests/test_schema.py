"""An editor shows each question where it is answered, in both languages, and refuses what the reader would refuse."""

from __future__ import annotations

import json
import re
from functools import cache

import jsonschema
import pytest
from click.testing import CliRunner
from conftest import ROOT
from ruamel.yaml import YAML

from aiact.cli import main
from aiact.descriptions.description import SECTIONS
from aiact.descriptions.schema import markdown
from aiact.law.knowledge import knowledge
from aiact.law.names import ACT, AIACT

LANGUAGES = ("en", "fr")
PROJECTS = sorted((ROOT / "data" / "projects").glob("*.yaml"))
each_language = pytest.mark.parametrize("language", LANGUAGES)


@cache
def schema(language: str) -> dict:
    done = CliRunner().invoke(main, ["schema", "--lang", language])
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


def keys(language: str):
    """Every key that an editor can stand on, with what is said over it, those within others included."""

    def within(part: object, name: str):
        if isinstance(part, list):
            for each in part:
                yield from within(each, name)
        elif isinstance(part, dict):
            for key, each in part.get("properties", {}).items():
                if key not in ("states", "value", "source", "basis", "min", "max"):
                    yield f"{name}.{key}", each
            for word, each in part.items():
                if word in ("properties", "definitions"):
                    for key, value in each.items():
                        yield from within(value, key if word == "definitions" else f"{name}.{key}")
                elif word in ("anyOf", "items"):
                    yield from within(each, name)

    return dict(within(schema(language), "top"))


@each_language
def test_the_schema_is_one_and_knows_every_section(language):
    jsonschema.Draft7Validator.check_schema(schema(language))
    assert set(SECTIONS) <= set(schema(language)["properties"])


@each_language
def test_every_fact_is_asked_over_its_key_in_both_languages_and_cites_its_basis(language):
    found = keys(language)
    other = next(each for each in LANGUAGES if each != language)
    asked = 0
    for cls, facts in knowledge().keys.items():
        for key, iri in facts.items():
            fact = knowledge().facts[iri]
            if fact.derived_only or cls not in SECTIONS.values():
                continue
            shown = found[f"{cls}.{key}"]
            assert shown["description"].startswith(fact.question[language])
            rich = shown["markdownDescription"]
            assert rich.index(markdown(fact.question[language])) < rich.index(markdown(fact.question[other]))
            assert markdown(fact.help[other]) in rich
            assert rich.count("https://eur-lex.europa.eu/") == (2 if fact.basis.startswith(ACT) else 0)
            asked += 1
    assert asked > 100


@each_language
def test_no_fact_and_no_section_is_without_a_word(language):
    silent = [
        name
        for name, part in keys(language).items()
        if "$ref" not in part and not (part.get("description") and part.get("markdownDescription"))
    ]
    assert silent == []


@each_language
def test_every_value_of_a_list_to_choose_from_has_its_label(language):
    chosen = re.findall(r'"enum": \[.*?\], "enumDescriptions": \[.*?\]', json.dumps(schema(language)))
    assert len(chosen) == json.dumps(schema(language)).count('"enum": ')
    for each in chosen:
        found = json.loads("{" + each + "}")
        assert len(found["enum"]) == len(found["enumDescriptions"])
        assert all(found["enumDescriptions"])
    monetisation = knowledge().facts[AIACT + "monetisation"]
    label = knowledge().label(monetisation.values["paid_api"], language)
    assert label in json.dumps(schema(language), ensure_ascii=False)


def test_the_languages_differ_in_words_and_in_nothing_else():
    def bare(part):
        words = ("description", "markdownDescription", "enumDescriptions", "$id")
        if isinstance(part, dict):
            return {
                key: bare(value) for key, value in part.items() if not (key in words and not isinstance(value, dict))
            }
        return [bare(each) for each in part] if isinstance(part, list) else part

    assert bare(schema("en")) == bare(schema("fr"))
    assert schema("en") != schema("fr")


@pytest.mark.parametrize("path", PROJECTS[::4], ids=lambda path: path.stem)
def test_real_descriptions_are_accepted(path):
    document = json.loads(json.dumps(YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")), default=str))
    assert [error.message for error in jsonschema.Draft7Validator(schema("fr")).iter_errors(document)] == []


@pytest.mark.parametrize(
    "document",
    [
        {"model": {"weights_publik": True}},
        {"model": {"weights_public": "perhaps"}},
        {"model": {"monetisation": ["tips"]}},
        {"modle": {}},
        {"models": {"not a name": {}}},
    ],
    ids=str,
)
def test_what_the_reader_would_refuse_is_underlined(document):
    assert list(jsonschema.Draft7Validator(schema("en")).iter_errors(document))


def test_words_of_the_law_are_not_taken_for_markup():
    assert markdown("a_b *c* <d> [e]") == r"a\_b \*c\* \<d\> \[e\]"


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ({"generality": []}, False),
        ({"generality": "none"}, False),
        ({"provider": []}, False),
        ({"representative": []}, True),
        ({"modifies": []}, True),
        ({"monetisation": []}, True),
        ({"licence": []}, True),
    ],
)
def test_an_editor_takes_an_empty_list_where_there_may_be_none(said, right):
    valid = jsonschema.Draft7Validator(schema("en")).is_valid({"aiact": 1, "model": said})
    assert valid == right

"""Formats: a description says the same in all of them; cards and catalogues are read for what they say."""

from __future__ import annotations

import json
from functools import cache

import generate
import jsonschema
import pytest
from conftest import DAY, ROOT, SHARED, judge, status
from ruamel.yaml import YAML

from aiact import assess
from aiact.descriptions import convert, describe, facts, schema
from aiact.descriptions.description import Told
from aiact.descriptions.facts import Facts
from aiact.law.knowledge import knowledge
from aiact.law.names import AIACT

PROJECTS = sorted((ROOT / "data" / "projects").iterdir())
SEEDS = range(10)


def yaml(text: str):
    return YAML(typ="safe", pure=True).load(text)


CASES = {
    f"{case['id']}{variant and f'-{variant}'}": text
    for path in sorted((ROOT / "tests" / "cases").glob("*.yaml"))
    for case in yaml(path.read_text())
    for variant, text in {"": case["given"], **case.get("variants", {})}.items()
}
EVERY = [*(path.name for path in PROJECTS), *CASES, *(f"generated-{seed}" for seed in SEEDS)]


@cache
def established(name: str) -> Facts:
    """The facts of a worked project, of a case, or of a generated description."""
    if name in CASES:
        return read(CASES[name], name)
    if name.startswith("generated-"):
        return generate.established(int(name.removeprefix("generated-")), knowledge())
    path = ROOT / "data" / "projects" / name
    return facts.establish(describe.read(path, knowledge()), knowledge())


def read(text: str, name: str = "description") -> Facts:
    return facts.establish(describe.read(name, knowledge(), text.encode()), knowledge())


def again(name: str, format: str) -> Facts:
    return read(convert.WRITERS[format](established(name), knowledge()), f"project.{format}")


def statements(found: Facts, but: tuple[str, ...] = ()) -> dict:
    """Everything that is said: value, bounds, whether stated, presumed or derived, and the source that is named."""
    base = knowledge()
    return {
        (found.id(subject), base.facts[fact].key): sorted(
            (repr(each.value), repr(each.bounds), each.source.kind, each.source.note) for each in several
        )
        for (subject, fact), several in found.statements.items()
        if base.facts[fact].key not in but
    }


def triples(found: Facts) -> set[tuple[str, ...]]:
    """The facts graph, with the entities under one address; it has no blank nodes, so that equal is isomorphic."""
    return {tuple(str(term).replace(found.base, "project:") for term in triple) for triple in found.graph}


# -- there and back


@pytest.mark.parametrize("format", ["yaml", "json", "jsonld"])
@pytest.mark.parametrize("name", EVERY)
def test_a_description_says_the_same_in_another_form(name, format):
    given, found = established(name), again(name, format)
    assert statements(found) == statements(given)
    assert triples(found) == triples(given)


def own_licences(found: Facts) -> set[str]:
    """Licences that are neither of the catalogue nor described: compounds, and those that nobody knows."""
    return {iri for iri in found.of_class("Licence") if iri.startswith(f"{found.base}licence/")}


@pytest.mark.parametrize("name", EVERY)
def test_a_description_says_the_same_in_turtle(name):
    """Turtle has no place for the name of a source, makes an entity of a licence that has none, and leaves open what
    contradicts itself.
    """
    given, found = established(name), again(name, "ttl")
    doubted = {knowledge().facts[fact].key for _, fact in given.doubted}
    said, kept = (statements(each, but=("licence", *doubted)) for each in (given, found))
    assert {key: unnoted(kept.get(key, [])) for key in said} == {key: unnoted(said[key]) for key in said}
    if own_licences(given):
        return
    assert set(kept) == set(said)
    assert triples(found) == triples(given)


def unnoted(several: list[tuple]) -> list[tuple]:
    """The statements without the words that came with them; what is computed beside what is stated is one of these."""
    is_stated = "stated" in {kind for _, _, kind, _ in several}
    return [(value, bounds, "stated", "") if is_stated else (value, bounds, kind, note if kind == "derived" else "")
            for value, bounds, kind, note in several]  # fmt: skip


@pytest.mark.parametrize("licence", ["Nobody-1.0", "MIT OR Apache-2.0", "MIT AND CC-BY-NC-4.0"])
@pytest.mark.parametrize("format", convert.WRITERS)
def test_a_compound_or_unknown_licence_decides_the_same_in_every_form(licence, format):
    given = assess(LLAMA.replace("LICENCE", licence).encode(), DAY)
    found = assess(convert.WRITERS[format](given.facts, knowledge()).encode(), DAY, name=f"project.{format}")
    expected = {"Nobody-1.0": "undetermined", "MIT OR Apache-2.0": "lifted", "MIT AND CC-BY-NC-4.0": "applies"}
    assert status(given, "art-53-1-a") == status(found, "art-53-1-a") == expected[licence]


LLAMA = """
aiact: 1
provider: {name: A maker, kind: undertaking, established_in: FR}
model: {name: m, outputs: [text], generality: general, training_compute: 5e23, licence: LICENCE, weights_public: true,
  architecture_public: true, usage_information_public: true, monetisation: [], placed_on_union_market: 2026-03-01}
"""


REST = """aiact: 1
provider: {name: A maker, kind: undertaking, established_in: FR}
model: {name: Lark, outputs: [text], generality: general, training_compute: 6e24, weights_public: true,
  architecture_public: true, usage_information_public: true, monetisation: [], placed_on_union_market: 2026-09-01,
  LICENCE}
"""
BLOCK = REST.replace("aiact: 1\n", "").replace(", generality: general", "").replace(", LICENCE", "")
OPEN = {
    "a card of changed weights without their base": {
        "README.md": "---\nmodel_name: Lark\nlicense: mit\ntags: [gguf]\naiact:\n  "
        + BLOCK.replace(",\n  LICENCE", "").replace("\n", "\n  ")
        + "\n---\n"
    },
    "two files that differ on what a licence grants": {
        name: REST.replace("LICENCE", f"licence: own}}\nlicences: {{own: {{grants: {grants}, terms: []}}").rstrip()
        + "\n"
        for name, grants in {"a.yaml": "[access]", "b.yaml": "[access, use, modify, distribute]"}.items()
    },
    "a description that does not know whether a model is a modification": {
        "aiact.yaml": REST.replace("LICENCE", "licence: mit, unknown: [modifies]")
    },
    "a description that does not know all channels of earning": {
        "aiact.yaml": REST.replace("monetisation: []", "monetisation: [paid_api]").replace(
            "LICENCE", "licence: mit, unknown: [monetisation]"
        )
    },
}


def found_of(assessment) -> dict:
    """Every finding, by rule, entity and bearer in the names of the description."""
    short = assessment.short
    return {(f.rule.id, short(f.entity), f.bearer and short(f.bearer)): f.status for f in assessment.findings}


@pytest.mark.parametrize("format", convert.WRITERS)
@pytest.mark.parametrize("files", OPEN.values(), ids=OPEN)
def test_what_is_open_stays_open_in_every_form(files, format, tmp_path):
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    given = assess([tmp_path / name for name in files], DAY)
    found = assess(convert.WRITERS[format](given.facts, knowledge()).encode(), DAY, name=f"project.{format}")
    assert "lifted" not in found_of(given).values()
    assert "undetermined" in found_of(given).values()
    assert found_of(found) == found_of(given)
    once = convert.WRITERS[format](found.facts, knowledge())
    again = assess(once.encode(), DAY, name=f"project.{format}")
    assert found_of(again) == found_of(given)


RECORDS = [path for path in sorted((ROOT / "tests/hostile/documents").glob("*/*")) if path.parent.name != "texts"]


@pytest.mark.parametrize("format", convert.WRITERS)
def test_every_document_that_can_be_read_gives_the_same_findings_in_every_form(format):
    tried = 0
    for path in (path for path in RECORDS if path.stat().st_size < 20_000 and ".recipe" not in path.name):
        try:
            given = assess(path, DAY)
        except describe.DescriptionError:
            continue
        tried += 1
        found = assess(convert.WRITERS[format](given.facts, knowledge()).encode(), DAY, name=f"project.{format}")
        assert found_of(found) == found_of(given), path.name
    assert tried > 50


def test_who_provides_is_unknown_to_a_description_that_says_so_and_no_default_answers_it():
    given = assess(REST.replace("LICENCE", "licence: mit, unknown: [provider]").encode(), DAY)
    for format, write in convert.WRITERS.items():
        found = assess(write(given.facts, knowledge()).encode(), DAY, name=f"project.{format}")
        assert {bearer for _, entity, bearer in found_of(found) if entity == "model"} == {None}, format


def test_what_is_stated_and_said_to_be_unknown_is_refused_and_the_key_is_checked():
    for said, told in {
        "unknown: [licence]": "licence is stated, and stands under “unknown” as well",
        "unknown: [monetisation]": "monetisation is stated, and stands under “unknown” as well",
        "unknown: [modifis]": "did you mean “modifies”",
        "unknown: {modifies: true}": "unknown takes the names of facts",
    }.items():
        with pytest.raises(describe.DescriptionError, match=told):
            read(REST.replace("LICENCE", f"licence: mit, {said}"))


def test_an_editor_knows_the_word_unknown():
    said = yaml(REST.replace("LICENCE", "licence: mit, unknown: [modifies]"))
    said["model"]["placed_on_union_market"] = "2026-09-01"
    assert not list(validator().iter_errors(said))
    said["model"]["unknown"] = ["modifis"]
    assert list(validator().iter_errors(said))


def test_no_licence_and_a_model_called_none_stay_what_they_are_in_every_form():
    given = assess(REST.replace("LICENCE", "licence: []").replace("Lark", "none").encode(), DAY)
    for format, write in convert.WRITERS.items():
        found = assess(write(given.facts, knowledge()).encode(), DAY, name=f"project.{format}")
        assert found_of(found) == found_of(given), format


@pytest.mark.parametrize("format", convert.WRITERS)
def test_a_licence_of_ones_own_is_not_taken_for_one_of_the_catalogue(format):
    own = "licence: Llama3.1}\nlicences: {llama3.1: {grants: [access, use, modify, distribute], terms: []}"
    given = assess(REST.replace("LICENCE", own).encode(), DAY)
    found = assess(convert.WRITERS[format](given.facts, knowledge()).encode(), DAY, name=f"project.{format}")
    assert status(found, "art-53-1-a") == status(given, "art-53-1-a")


@pytest.mark.parametrize("format", convert.WRITERS)
def test_the_same_form_is_written_twice_with_the_same_bytes(format):
    once = convert.WRITERS[format](established("quickstart.yaml"), knowledge())
    assert convert.WRITERS[format](read(once, f"project.{format}"), knowledge()) == (
        convert.WRITERS[format](read(once, f"project.{format}"), knowledge())
    )


@pytest.mark.parametrize("name", [path.name for path in PROJECTS if path.suffix == ".yaml"][::6])
def test_yaml_that_is_written_is_a_fixed_point(name):
    once = convert.as_yaml(established(name), knowledge())
    assert convert.as_yaml(read(once), knowledge()) == once


def test_sources_are_kept_with_what_they_say():
    given = (
        "aiact: 1\nmodel:\n  monetisation: {value: [], source: price list}\n  outputs: {value: [text], source: card}\n"
    )
    for format in ("yaml", "json", "jsonld"):
        found = read(convert.WRITERS[format](read(given), knowledge()), f"project.{format}")
        assert statements(found)["model", "monetisation"] == [("[]", "None", "stated", "price list")]
        assert statements(found)["model", "outputs"] == [("'text'", "None", "stated", "card")]


# -- the JSON Schema of descriptions


@cache
def validator(language: str = "en"):
    described = schema.json_schema(knowledge(), language)
    jsonschema.Draft7Validator.check_schema(described)
    return jsonschema.Draft7Validator(described)


@pytest.mark.parametrize("path", [path for path in PROJECTS if path.suffix == ".yaml"], ids=lambda path: path.stem)
def test_an_editor_accepts_every_project(path):
    document = json.loads(json.dumps(yaml(path.read_text()), default=str))
    assert [error.message for error in validator().iter_errors(document)] == []


WRITTEN = [*((name, "json") for name in EVERY), *((path.name, "jsonld") for path in PROJECTS)]


@pytest.mark.parametrize(("name", "format"), WRITTEN)
def test_an_editor_accepts_what_convert_writes(name, format):
    document = json.loads(convert.WRITERS[format](established(name), knowledge()))
    assert [error.message for error in validator("fr").iter_errors(document)] == []


@pytest.mark.parametrize(
    "text",
    [
        "{modle: {}}",
        "{aiact: 2, model: {}}",
        "{model: {weights_publik: true}}",
        "{model: {annex_iii: []}}",
        "{model: {weights_public: maybe}}",
        "{model: {outputs: [txet]}}",
        "{model: {training_compute: {min: 1, mox: 2}}}",
        "{model: {training_compute: {value: 1, souce: x}}}",
        "{models: {a: {}, b: {modifies: {model: a, comptue: 1}}}}",
        "{models: {'a b': {}}}",
        "{model: [a]}",
    ],
)
def test_an_editor_refuses_what_the_reader_refuses(text):
    assert list(validator().iter_errors(yaml(text)))
    with pytest.raises(describe.DescriptionError):
        read(text)


def test_every_fact_has_its_question_in_the_schema_of_both_languages():
    english, french = (validator(language).schema["definitions"] for language in ("en", "fr"))
    for cls, entity in english.items():
        for key, property in entity["properties"].items():
            if key not in ("states", "unknown"):
                told = french[cls]["properties"][key]["description"]
                assert property["description"]
                assert told
                assert told != property["description"]


# -- JSON-LD


def test_the_context_alone_makes_json_into_rdf():
    """What our JSON says, read by a JSON-LD processor that knows nothing of us."""
    import pyoxigraph

    text = convert.as_jsonld(established("quickstart.yaml"), knowledge())
    found = {
        (quad.subject.value, quad.predicate.value.rpartition("/")[2], quad.object.value)
        for quad in pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.JSON_LD)
    }
    base = established("quickstart.yaml").base
    assert (f"{base}tuned", "modifies", f"{base}base") in found
    assert (f"{base}tuned", "weightsPublic", "true") in found
    assert (f"{base}tuned", "licence", "Apache-2.0") in found
    assert (f"{base}system", "integrates", f"{base}tuned") in found


def test_a_processor_of_json_ld_hears_what_is_left_open():
    import pyoxigraph

    given = read(OPEN["a description that does not know whether a model is a modification"]["aiact.yaml"])
    found = pyoxigraph.parse(convert.as_jsonld(given, knowledge()), format=pyoxigraph.RdfFormat.JSON_LD)
    said = {(quad.subject.value, quad.predicate.value, getattr(quad.object, "value", "")) for quad in found}
    assert (f"{given.base}model", AIACT + "leavesOpen", AIACT + "modifies") in said


def test_every_fact_has_a_term_in_the_context():
    context = schema.context(knowledge())
    assert {fact.key for fact in knowledge().facts.values()} <= set(context)


# -- model cards

HEADERS = {
    "a fine-tuned model": (
        """license: llama3.2
library_name: transformers
pipeline_tag: text-generation
base_model: meta-llama/Llama-3.2-3B-Instruct
base_model_relation: finetune
language: [en]
tags: [llama, unsloth, lora]""",
        {"licence": "llama3.2", "outputs": ["text"], "modifies": "base"},
    ),
    "a merge of several": (
        """base_model: [maker/Model-A-70B, maker/Model-B-70B, other/Model-C-70B]
library_name: transformers
tags: [merge]
license: other
license_name: llama3.3""",
        {"licence": "llama3.3", "merges": ["base1", "base2", "base3"]},
    ),
    "a gated voice": (
        """tags: [text-to-speech]
license: cc-by-nc-4.0
pipeline_tag: text-to-speech
extra_gated_prompt: "You agree not to make money with it."
extra_gated_fields: {Country: country, I agree: checkbox}""",
        {"licence": "licence-and-access", "outputs": ["speech"]},
    ),
    "a template nobody filled in": (
        """license: "{{ license }}"
base_model: "{{ base_model }}"
pipeline_tag: text-generation""",
        {"outputs": ["text"]},
    ),
    "a licence that is other": ("license: other\nlicense_link: LICENSE", {}),
}


@pytest.mark.parametrize(("header", "expected"), HEADERS.values(), ids=HEADERS)
def test_a_model_card_is_read_for_what_its_header_says_and_no_more(header, expected):
    found = read(f"---\n{header}\n---\n# A model\n\nFree for everyone, weights included.\n", "README.md")
    assert convert.tree(found, knowledge())["models"]["model"] == expected


def test_access_that_is_gated_is_said():
    found = read(f"---\n{HEADERS['a gated voice'][0]}\n---\n", "README.md")
    (warning,) = (warning for warning in found.warnings if isinstance(warning, Told))
    assert all("conditions-of-access" in warning.text(knowledge(), language) for language in ("en", "fr"))


def test_conditions_of_access_are_terms_beside_the_licence():
    """A free licence with a gate is not free until somebody says what the gate asks for."""
    card = "---\nlicense: apache-2.0\nextra_gated_prompt: For research only.\n---\n"
    found = convert.tree(read(card, "README.md"), knowledge())["licences"]
    assert found["licence-and-access"]["all_of"] == ["apache-2.0", "conditions-of-access"]
    assert set(found["conditions-of-access"]) == {"name"}


@pytest.mark.parametrize("header", [header for header, _ in HEADERS.values()], ids=HEADERS)
def test_a_model_card_alone_lifts_nothing(header):
    assessment = assess(f"---\n{header}\n---\n".encode(), DAY, name="README.md")
    assert {finding.status for finding in assessment.findings} <= {"undetermined", "not_applicable", "conditional"}


def test_what_hubs_have_no_key_for_stands_in_a_block_of_ours():
    card = """---
license: other
pipeline_tag: text-generation
base_model: maker/base
aiact:
  provider: {name: Atelier, kind: undertaking, established_in: FR}
  model: {licence: Apache-2.0, modifies: {model: base, compute: 2e24}, weights_public: true}
  models: {base: {training_compute: 3e24}}
---
"""
    found = convert.tree(read(card, "README.md"), knowledge())
    assert found["models"]["model"] == {
        "outputs": ["text"],
        "licence": "Apache-2.0",
        "modification_compute": 2e24,
        "modifies": "base",
        "weights_public": True,
        "provider": "provider",
    }
    assert found["models"]["base"] == {"name": "maker/base", "training_compute": 3e24}
    assert found["actors"]["provider"]["name"] == "Atelier"


def test_the_lines_of_a_card_are_those_of_the_file():
    with pytest.raises(describe.DescriptionError, match=r"README\.md:5: .*did you mean “weights_public”"):
        read("---\nlicense: mit\naiact:\n  model:\n    weights_publik: true\n---\n", "README.md")


# -- MLDCAT-AP

CATALOGUE = """@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix it6: <http://data.europa.eu/it6/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<https://example.org/models/otter> a it6:MachineLearningModel ;
    dct:title "Otter 3B" ;
    dct:license <https://spdx.org/licenses/Apache-2.0> ;
    it6:fineTunedFrom <https://example.org/models/heron> ;
    it6:hasProvider <https://example.org/lab> ;
    it6:modelArchitecture "A decoder." ;
    it6:placedOnMarketDate "2026-03-01"^^xsd:date .

<https://example.org/models/heron> a it6:MachineLearningModel ; dct:title "Heron" .
<https://example.org/lab> a foaf:Agent ; foaf:name "A laboratory" .
"""


def test_a_catalogue_of_models_is_read():
    assert convert.tree(read(CATALOGUE, "catalogue.ttl"), knowledge()) == {
        "aiact": 1,
        "actors": {"lab": {"name": "A laboratory"}},
        "models": {
            "otter": {
                "name": "Otter 3B",
                "licence": "apache-2.0",
                "modifies": "heron",
                "provider": "lab",
                "placed_on_union_market": "2026-03-01",
            },
            "heron": {"name": "Heron"},
        },
    }


def test_that_an_architecture_is_described_does_not_make_it_public():
    (model,) = (entity for entity in read(CATALOGUE, "c.ttl").description.entities.values() if entity.id == "otter")
    assert "architecture_public" not in {key.text for key, _ in model.statements}


def test_lines_of_turtle_are_those_of_the_file():
    broken = CATALOGUE.replace("2026-03-01", "2026-02-30")
    line = CATALOGUE[: CATALOGUE.index("it6:placedOnMarketDate")].count("\n") + 1
    with pytest.raises(describe.DescriptionError, match=rf"c\.ttl:{line}: .*no day 2026-02-30"):
        read(broken, "c.ttl")


# -- files as others publish them

MLDCAT = sorted((SHARED / "data" / "mldcat-ap").glob("example-*.ttl"))
FRONT = SHARED / "data" / "hf-headers" / "frontmatter.yaml"


@pytest.mark.skipif(not MLDCAT, reason="the examples of MLDCAT-AP are not here")
def test_the_examples_of_the_european_catalogue_are_read():
    for path in MLDCAT:
        assessment = assess(path, DAY)
        assert assessment.facts.of_class("Model"), path.name
        assert not {"lifted", "applies"} & {finding.status for finding in assessment.findings}, path.name


@pytest.mark.skipif(not FRONT.exists(), reason="the headers of real model cards are not here")
def test_the_headers_of_real_model_cards_are_read():
    headers = yaml(FRONT.read_text())
    assert len(headers) > 30
    for header in headers:
        kept = {key: value for key, value in header.items() if not key.startswith("_")}
        card = f"---\n{json.dumps(kept, ensure_ascii=False, indent=1)}\n---\n"
        model = convert.tree(read(card, "README.md"), knowledge())["models"]["model"]
        licence = kept.get("license_name" if kept.get("license") == "other" else "license")
        gated = any(key.startswith("extra_gated") for key in kept)
        assert model.get("licence") == ("licence-and-access" if gated else licence), header
        assert bool(kept.get("base_model")) == bool({"modifies", "merges"} & set(model)), header


def test_an_actor_or_a_licence_may_be_described_where_it_is_named(base):
    """As if it stood under actors or licences, with a name of its own."""
    in_place = """
        model: {provider: {name: Acme, established_in: FR}, licence: {name: Ours, terms: [non_commercial]}}
        system: {provider: {name: Other}, integrates: [model]}
        """
    apart = """
        actors: {provider: {name: Acme, established_in: FR}, system-provider: {name: Other}}
        licences: {licence: {name: Ours, terms: [non_commercial]}}
        model: {provider: provider, licence: licence}
        system: {provider: system-provider, integrates: [model]}
        """
    written = [convert.WRITERS["yaml"](judge(text).facts, base) for text in (in_place, apart)]
    assert written[0] == written[1]


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("aiact:weightsPublik true", "“weights_publik” is not a fact about a model; did you mean “weights_public”?"),
        ("a aiact:System", "makes a system of what is a model"),
        ("a <http://www.w3.org/ns/shacl#NodeShape>", "a description states facts, not rules"),
    ],
)
def test_rdf_that_no_fact_matches_is_refused(statement, said, base):
    turtle = f"@prefix aiact: <https://w3id.org/aiact/ns/> .\n<m> a aiact:Model .\n<m> {statement} .\n"
    with pytest.raises(describe.DescriptionError, match=r"project\.ttl:3: ") as refusal:
        describe.read("project.ttl", base, turtle.encode())
    assert said in str(refusal.value)


def test_a_catalogue_is_not_a_project(base):
    many = {"models": {f"m{n}": {"name": "x"} for n in range(101)}}
    with pytest.raises(describe.DescriptionError, match="describe one project in one file"):
        assess(many, DAY)

"""Files that others defined are read for what they state; what they only suggest raises a question and decides nothing.

The traps are those of real records; the records here are written by hand in the same forms.
"""

from __future__ import annotations

import base64
import csv
import json
import re
import shutil
from functools import cache
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner
from conftest import DAY, ROOT, SHARED

from aiact import assess
from aiact.cli import main
from aiact.descriptions import convert, describe
from aiact.descriptions.description import DescriptionError
from aiact.findings.assess import Assessment, judged
from aiact.law.knowledge import knowledge
from aiact.law.licences import by_link, by_text

FILES = ROOT / "tests" / "readers"
# What a provider would have to say beside a record, for the exemption of Article 53(2) to hold.
REST = """aiact: 1
provider: {name: Maker, kind: undertaking, established_in: FR}
model:
  outputs: [text]
  generality: general
  training_compute: 5e23
  weights_public: true
  architecture_public: true
  usage_information_public: true
  monetisation: []
  placed_on_union_market: 2026-03-01
"""


def card(header: str, body: str = "") -> str:
    return f"---\n{header}\n---\n{body}"


def bill(component: dict, **more: object) -> str:
    whole = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [component], **more}
    return json.dumps(whole, indent=1)


def index(system: str, comments: str = "", **blocks: str) -> str:
    """A record of the European Open Source AI Index; blocks are what it judges open, partial or closed."""
    judged = {
        "weights_basemodel": "",
        "weights_endmodel": "open",
        "hardware_architecture": "",
        "modelcard": "",
    } | blocks
    told = "".join(f"{name}:\n    class: {word}\n    link:\n    notes:\n" for name, word in judged.items())
    return f"{comments}\nsystem:\n    {system}\n{told}"


def openness(weights: str, release: str = "") -> str:
    """A record of the Model Openness Framework with final weights under a licence."""
    return f"""framework:
  name: 'Model Openness Framework'
release:
  name: Otter
  {release or "date: '2025-12-03'"}
  components:
    -
      name: 'Model parameters (Final)'
      {f"license: {weights}" if weights else "description: Weights"}
"""


@pytest.fixture
def told(tmp_path):
    """The assessment of files, given by name and text, as one project; ``models.csv#Otter`` is one row of a table."""

    def told(files: dict[str, str]) -> Assessment:
        for name, text in files.items():
            (tmp_path / name.split("#")[0]).write_text(text, encoding="utf-8")
        return assess([str(tmp_path / name) for name in files], DAY)

    return told


def facts(assessment: Assessment, entity: str = "model") -> dict:
    """What is stated of an entity, as our own format writes it."""
    found = convert.tree(assessment.facts, assessment.knowledge)
    return next(said[entity] for said in found.values() if isinstance(said, dict) and entity in said)


def clues(assessment: Assessment, fact: str) -> list[str]:
    return [clue.says for clue in assessment.facts.description.clues if clue.fact == fact]


def documentation(assessment: Assessment) -> str:
    """The status of Article 53(1)(a) for the model in question."""
    found = {
        item.status
        for item in assessment.findings
        if item.rule.id == "art-53-1-a" and assessment.short(item.entity) == "model"
    }
    return found.pop() if len(found) == 1 else str(found)


def bounds(value: dict) -> dict:
    """The ends of an interval, without its source."""
    return {key: end for key, end in value.items() if key != "source"}


def truth(assessment: Assessment, rule: str, entity: str = "model") -> str:
    (found,) = {
        item.truth
        for item in assessment.classifications
        if item.rule.id == rule and assessment.short(item.entity) == entity
    }
    return found


# -- the traps of real records


def test_trap_1_the_date_of_a_record_is_no_day_of_placing_on_the_market(told):
    found = told({"openness.yml": openness("Apache-2.0")})
    assert "placed_on_union_market" not in facts(found)
    assert not clues(found, "placed_on_union_market")


def test_trap_2_a_month_of_release_leaves_the_day_open(told):
    found = told({"index.yaml": index("releasedate: 2025-08")})
    assert "placed_on_union_market" not in facts(found)
    assert clues(found, "placed_on_union_market") == ["2025-08"]
    assert any(question["fact"] == "model.placed_on_union_market" for question in found.questions)


ROWS = (FILES / "models.csv").read_text()


def test_trap_3_parameters_and_tokens_alone_make_no_estimate(told):
    found = told({"models.csv#Heron": ROWS.replace("1.001e+25", "")})
    assert facts(found)["parameters"] == 235e9
    assert "training_compute" not in facts(found)
    assert not found.facts.stated(found.facts.iri("model"), "https://w3id.org/aiact/ns/trainingCompute")


def test_trap_4_the_estimate_is_made_where_the_model_is_said_to_be_dense(told):
    rest = "aiact: 1\nmodel: {name: Pike, dense: true, training_tokens: 1e12}\n"
    row = ROWS.replace("5.79e+23", "").replace(",Heron,", ",,")
    found = told({"aiact.yaml": rest, "models.csv#Pike": row})
    (estimate,) = found.facts.stated(found.facts.iri("model"), "https://w3id.org/aiact/ns/trainingCompute")
    assert estimate.source.kind == "derived"


def test_trap_5_at_least_is_a_bound_and_not_a_value(told):
    comment = "# - Base model training compute: >= 1.18e+24 FLOP (lower bound from 2x Chinchilla)"
    found = told({"index.yaml": index("endmodelname: Otter", comment)})
    assert {key: value for key, value in facts(found)["training_compute"].items() if key != "source"} == {
        "min": 1.18e24
    }
    assert truth(found, "art-51-2") == "unknown"


def test_trap_6_an_interval_across_a_threshold_decides_nothing(told):
    found = told({"models.csv#Otter 3B": ROWS})
    assert facts(found)["training_compute"]["max"] == 1.9e26
    assert truth(found, "art-51-2") == "unknown"
    found = told({"models.csv#Heron": ROWS})  # recorded as 1.001e25: an estimate, a factor of three either way
    assert truth(found, "art-51-2") == "unknown"


def test_trap_7_sources_that_name_different_licences_leave_the_licence_open_and_are_all_shown(told):
    files = {"README.md": card("license: mit"), "aiact.yaml": f"{REST}  licence: CC-BY-NC-4.0\n"}
    found = told(files)
    assert documentation(found) == "undetermined"
    (item,) = (item for item in found.as_dict()["findings"] if item["rule"] == "art-53-1-a")
    (conflict,) = (each for each in item["conflicts"] if each["fact"] == "model.licence")
    said = {(Path(each["source"]["file"]).name, each["value"]) for each in conflict["statements"]}
    assert said == {("README.md", "mit"), ("aiact.yaml", "CC-BY-NC-4.0")}
    assert documentation(told(dict(reversed(files.items())))) == "undetermined"  # whatever comes last


@pytest.mark.parametrize(("base", "status"), [("llama3.1", "undetermined"), ("apache-2.0", "lifted")])
def test_trap_8_a_free_licence_on_a_restricted_base_is_a_conflict(told, base, status):
    rest = f"{REST}models: {{llama: {{name: meta/Llama-3.1-8B, licence: {base}, training_compute: 1e24}}}}\n"
    rest = rest.replace("model:\n", "model:\n  modification_compute: 6e23\n")
    assert (
        documentation(told({"README.md": card("license: mit\nbase_model: meta/Llama-3.1-8B"), "a.yaml": rest}))
        == status
    )


def test_trap_8_the_licence_of_the_base_model_is_asked_for(told):
    found = told({"README.md": card("license: mit\nbase_model: meta/Llama-3.1-8B")})
    assert clues(found, "licence") == ["meta/Llama-3.1-8B"]
    assert "licence" not in facts(found, "base")


@pytest.mark.parametrize(
    ("header", "licence"),
    [
        ("license: other\nlicense_name: llama3.3", "llama3.3"),
        ("license: other\nlicense_link: https://www.llama.com/llama3_1/license/", "llama3.1"),
        ("license: other\nlicense_name: community\nlicense_link: http://llama.com/llama3_1/license", "llama3.1"),
        ("license: other\nlicense_name: Marsh 2.0\nlicense_link: LICENSE", "Marsh 2.0"),
        ("license: other\nlicense_link: LICENSE", None),
        ("license: other", None),
        ("license: unknown", None),
        ("license: [mit]", "mit"),
        ("license: [mit, cc-by-nc-4.0]", None),
    ],
)
def test_trap_9_what_is_other_is_looked_up_by_name_and_link_and_else_asked(told, header, licence):
    assert facts(told({"README.md": card(header)})).get("licence") == licence


def test_trap_9_a_name_and_a_link_that_lead_to_different_licences_are_both_kept(told):
    header = "license: other\nlicense_name: mit\nlicense_link: https://www.llama.com/llama3_1/license/"
    assert facts(told({"README.md": card(header)}))["licence"] == ["mit", "llama3.1"]


GATED = card("license: apache-2.0\nextra_gated_prompt: For research only.")


def test_trap_10_a_gate_leaves_a_free_licence_open_until_its_terms_are_stated(told):
    assert documentation(told({"README.md": card("license: apache-2.0"), "aiact.yaml": REST})) == "lifted"
    assert documentation(told({"README.md": GATED, "aiact.yaml": REST})) == "undetermined"
    opened = (
        "licences: {conditions-of-access: {grants: [access, use, modify, distribute], terms: [user_verification]}}\n"
    )
    assert documentation(told({"README.md": GATED, "aiact.yaml": REST + opened})) == "lifted"
    closed = opened.replace("user_verification", "research_only")
    assert documentation(told({"README.md": GATED, "aiact.yaml": REST + closed})) == "applies"


def test_trap_11_nobody_named_in_a_header_is_thereby_the_provider(told):
    found = told({"README.md": card("provider: NVIDIA\nlicense: llama3.1\nbase_model: meta/Llama-3.1-8B")})
    assert "provider" not in facts(found)
    assert clues(found, "provider") == ["NVIDIA"]


def test_trap_12_a_host_that_a_bill_calls_supplier_is_not_the_provider(told):
    component = {"type": "machine-learning-model", "name": "otter", "supplier": {"name": "Hugging Face"}}
    found = told({"bom.cdx.json": bill(component)})
    assert "provider" not in facts(found, "otter")
    (clue,) = found.as_dict()["clues"]
    assert "host" in clue["why"]["en"]
    assert clue["source"]["pointer"] == "/components/0/supplier/name"


@pytest.mark.parametrize("tag", ["abliterated", "gguf", "lora", "merge", "uncensored", "quantized"])
def test_trap_13_weights_that_were_changed_without_a_base_model_are_asked_about(told, tag):
    """That a model is its provider's own is presumed no longer."""
    files = {"README.md": card(f"license: apache-2.0\ntags: [{tag}]"), "aiact.yaml": REST}
    found = told(files)
    assert documentation(found) == "undetermined"
    assert "model.modifies" not in {item["fact"] for item in found.assumptions}
    own = REST.replace("model:\n", "model:\n  modifies: none\n")
    assert documentation(told(files | {"aiact.yaml": own})) == "lifted"


def test_trap_14_who_quantises_is_no_new_provider_only_if_the_compute_is_stated(told):
    header = "license: mit\nbase_model: heron/base\nbase_model_relation: quantized"
    rest = REST + "models: {base: {name: heron/base, licence: mit, training_compute: 1e24}}\n"
    for compute, expected in (("", "unknown"), ("  modification_compute: 1e21\n", "fails")):
        said = rest.replace("model:\n", f"model:\n{compute}")
        assert truth(told({"README.md": card(header), "aiact.yaml": said}), "art-3-3-modifier") == expected


@pytest.mark.parametrize("licence", ["CC0-1.0", "OpenMDW-1.0", "CC-BY-4.0", "CDLA-Permissive-2.0"])
def test_trap_15_a_licence_without_the_flag_of_a_list_may_be_free(told, licence):
    assert documentation(told({"README.md": card(f"license: {licence}"), "aiact.yaml": REST})) == "lifted"


def test_trap_16_flags_of_catalogues_about_commerce_are_not_read(told):
    header = "license: cc-by-4.0\nallow_commercial: false\ncommercial: no"
    assert facts(told({"README.md": card(header)})) == {"licence": "cc-by-4.0"}


def test_trap_17_files_that_contradict_one_another_on_the_weights_are_both_kept(told):
    rest = REST.replace("weights_public: true", "weights_public: false").replace("model:\n", "model:\n  name: Otter\n")
    found = told({"openness.yml": openness("Apache-2.0"), "aiact.yaml": rest})
    assert facts(found)["weights_public"] == [False, {"value": True, "source": "component of the release"}]
    assert documentation(found) == "undetermined"


def test_trap_18_a_high_safety_risk_in_a_bill_is_no_class_of_the_act(told):
    found = assess(FILES / "document.spdx3.json", DAY)
    assert set(facts(found, "Otter-3B")) == {"name", "licence", "modifies"}
    assert not any("high" in clue["says"] for clue in found.as_dict()["clues"])


def test_trap_19_the_task_of_a_bill_is_no_intended_purpose(told):
    found = assess(FILES / "bill.cdx.json", DAY)
    assert set(facts(found, "otter-desk")) == {"name", "integrates"}
    component = {
        "type": "machine-learning-model",
        "name": "otter",
        "modelCard": {"modelParameters": {"task": "triage"}},
    }
    found = told({"bom.cdx.json": bill(component)})
    assert clues(found, "outputs") == ["triage"]


def test_trap_20_a_tag_that_names_a_use_of_annex_iii_only_asks(told):
    found = told({"README.md": card("license: mit\ntags: [credit-scoring, emotion-recognition]")})
    says = [clue["says"] for clue in found.as_dict()["clues"] if clue["fact"] is None]
    assert says
    assert {item.status for item in found.findings} <= {"undetermined", "not_applicable", "conditional"}


def test_trap_21_compute_does_not_make_a_narrow_model_general(told):
    row = ROWS.replace("Chat,3000000000.0,6e+24", "Protein folding,3000000000.0,6e+24")
    found = told({"models.csv#Otter 3B": row})
    assert not {"generality", "outputs"} & set(facts(found))
    assert truth(found, "art-3-63") == "unknown"


TEMPLATE = card(
    "# {{ a note }}\n{{ card_data }}\nlicense: {{ license }}  # such as mit\n"
    'base_model: "{{ base }}"\ntags:\n- {{ tag }}',
    "- **Developed by:** {{ developers }}\n- **License:** [More Information Needed]\n",
)


def test_trap_22_a_template_that_nobody_filled_in_states_nothing(told):
    found = told({"README.md": TEMPLATE})
    assert facts(found) == {}
    assert not found.facts.description.clues


@pytest.mark.parametrize(
    "licence", ["Component not included", "Component Component not included", "Component not include."]
)
def test_trap_23_a_component_that_is_not_included_is_absent_and_no_licence(told, licence):
    found = told({"openness.yml": openness(f"'{licence}'")})
    assert not {"licence", "weights_public"} & set(facts(found))


def test_trap_23_unlicensed_is_neither_a_licence_nor_proof_that_there_is_none(told):
    found = told({"openness.yml": openness("unlicensed")})
    assert "licence" not in facts(found)
    assert clues(found, "licence") == ["unlicensed"]
    named = REST.replace("model:\n", "model:\n  name: Otter\n  licence: MIT\n")
    assert documentation(told({"openness.yml": openness("unlicensed"), "aiact.yaml": named})) == "lifted"


def test_a_component_without_a_licence_inherits_that_of_the_release(told):
    found = told(
        {"openness.yml": openness("", "license: {distribution: {name: MIT, path: ''}, code: {name: Apache-2.0}}")}
    )
    assert facts(found)["licence"] == "MIT"


def test_trap_24_meeting_a_rival_definition_of_open_source_lifts_nothing(told):
    found = assess(FILES / "openness.yml", DAY)
    assert "lifted" not in {item.status for item in found.findings}


def test_trap_25_the_compute_of_an_end_model_that_may_count_its_base_gives_no_share(told):
    found = assess(FILES / "index.yaml", DAY)
    assert "modification_compute" not in facts(found)
    assert set(facts(found)["training_compute"]) == {"min", "source"}
    assert not found.facts.stated(found.facts.iri("model"), "https://w3id.org/aiact/ns/modificationShare")


def test_trap_26_the_price_of_a_host_is_not_earned_by_the_provider(told):
    component = {
        "type": "machine-learning-model",
        "name": "otter",
        "properties": [{"name": "price per million tokens at a host", "value": "2.50"}],
    }
    found = told({"bom.cdx.json": bill(component)})
    assert "monetisation" not in facts(found, "otter")


# -- the forms


def statements(path: str | Path) -> dict:
    found = convert.tree(assess(path, DAY).facts, knowledge())
    return {key: value for key, value in found.items() if key in ("models", "systems")}


def test_a_bill_says_the_same_in_json_and_in_xml():
    assert statements(FILES / "bill.cdx.json") == statements(FILES / "bill.cdx.xml")
    assert statements(FILES / "bill.cdx.json")["models"]["otter-3b"] == {
        "name": "otter-3b",
        "licence": {"value": "Apache-2.0", "source": "declared licence"},
        "outputs": ["text"],
        "modifies": "base-heron-base",
    }


@pytest.mark.parametrize("version", ["1.5", "1.6", "1.7"])
def test_bills_of_every_version_that_knows_models_are_read(told, version):
    text = bill({"type": "machine-learning-model", "name": "otter"}).replace("1.6", version)
    assert facts(told({"bom.json": text}), "otter") == {"name": "otter"}


def test_an_application_to_which_a_tool_gave_the_name_of_the_model_is_no_system(told):
    product = {"component": {"type": "application", "name": "otter"}}
    text = bill({"type": "machine-learning-model", "name": "lab/otter"}, metadata=product)
    assert not told({"bom.json": text}).facts.of_class("System")


@pytest.mark.parametrize(
    ("licences", "status"),
    [(["MIT", "Apache-2.0"], "lifted"), (["MIT", "CC-BY-NC-4.0"], "undetermined"), (["CC-BY-NC-4.0"], "applies")],
)
def test_licences_side_by_side_in_a_bill_must_all_be_free_or_the_licence_is_open(told, licences, status):
    component = {"type": "machine-learning-model", "name": "otter"}
    component["licenses"] = [{"license": {"id": name}} for name in licences]
    rest = REST.replace("model:\n", "model:\n  name: otter\n")
    assert documentation(told({"bom.json": bill(component), "aiact.yaml": rest})) == status


def test_several_ancestors_leave_open_which_model_was_changed(told):
    """What a model stems from is presumed to be nothing only where nothing is said."""
    parents = [{"type": "machine-learning-model", "name": name} for name in ("heron", "pike")]
    component = {"type": "machine-learning-model", "name": "otter", "pedigree": {"ancestors": parents}}
    rest = REST.replace("model:\n", "model:\n  name: otter\n  licence: MIT\n")
    assert documentation(told({"bom.json": bill(component), "aiact.yaml": rest})) == "undetermined"


def test_declared_and_concluded_licences_that_differ_are_both_kept():
    found = facts(assess(FILES / "document.spdx3.json", DAY), "Otter-3B")["licence"]
    assert {(each["value"], each["source"]) for each in found} == {
        ("Apache-2.0", "declared licence"),
        ("MIT", "concluded licence"),
    }


def test_the_row_of_a_table_is_named_after_a_hash(told):
    found = assess(f"{FILES / 'models.csv'}#heron", DAY)
    assert facts(found)["name"] == "Heron"
    assert facts(found)["weights_public"] == {"value": False, "source": "Epoch AI: API access"}
    lines = {source.line for source in (s.source for several in found.facts.statements.values() for s in several)}
    assert 4 in lines  # the note of the row before has a line of its own


def test_compute_without_a_confidence_is_no_number(told):
    found = assess(f"{FILES / 'models.csv'}#Newt", DAY)
    assert "training_compute" not in facts(found)
    assert clues(found, "training_compute") == ["4e+23"]


def test_notes_that_split_several_licences_tell_which_is_that_of_the_weights(told):
    record = (
        index("endmodellicense: Apache-2.0 and CC-BY-NC-4.0")
        + 'licenses:\n    notes: "Weights: CC-BY-NC-4.0. Code: Apache-2.0."\n'
    )
    assert facts(told({"index.yaml": record}))["licence"] == "CC-BY-NC-4.0"


@pytest.mark.parametrize(
    ("comment", "bounds"),
    [
        ("~7.2e+23 FLOP +- 0.5 OoM (hardware figures)", {"min": 2.277e23, "max": 2.277e24}),
        ("6.74e+24 FLOP (from preprint)", 6.74e24),
        ("~3e+20 FLOP to ~1e+21 FLOP (a comparison)", {"min": 3e20, "max": 1e21}),
        ("~5e+24 FLOP", None),
        ("unknown (~1e23?)", None),
        ("-", None),
    ],
)
def test_compute_in_a_comment_keeps_its_relation_and_its_margin(told, comment, bounds):
    found = told({"index.yaml": index("endmodelname: Otter", f"# - Base model training compute: {comment}")})
    said = facts(found).get("training_compute")
    if isinstance(said, dict):
        said = said.get("value") or {key: value for key, value in said.items() if key != "source"}
    assert said == bounds


def test_what_the_index_calls_partial_states_nothing_and_closed_only_of_weights(told):
    blocks = {"weights_endmodel": "closed", "hardware_architecture": "closed", "modelcard": "partial"}
    found = told({"index.yaml": index("endmodelname: Otter", **blocks)})
    assert set(facts(found)) == {"name", "weights_public"}
    assert clues(found, "architecture_public") == ["closed"]


def test_a_data_set_adds_clues_to_a_model_and_is_nothing_by_itself(told):
    with pytest.raises(DescriptionError, match="hand it in with what it belongs to"):
        assess(FILES / "croissant.json", DAY)
    found = told({"README.md": card("license: mit"), "croissant.json": (FILES / "croissant.json").read_text()})
    assert facts(found) == {"licence": "mit"}
    assert clues(found, "published_items") == ["otter-tales: https://creativecommons.org/licenses/by-nc/4.0/"]


# -- the body of a card, and what stands beside it


def test_the_body_of_a_card_gives_clues_and_no_facts():
    found = assess(FILES / "otter" / "README.md", DAY)
    assert set(facts(found)) == {"licence", "outputs", "modifies"}
    assert clues(found, "provider") == ["Otter laboratory"]
    assert any("3e21 FLOP" in says for says in clues(found, "training_compute"))
    assert any("research purposes only" in says for says in clues(found, "licence"))
    lines = (FILES / "otter" / "README.md").read_text().splitlines()
    for clue in found.facts.description.clues:
        assert clue.says.split()[0].casefold() in lines[clue.line - 1].casefold()


def test_the_card_of_an_application_is_a_system_with_the_models_that_it_names(told):
    found = told({"README.md": card("title: Otter chat\nsdk: gradio\nlicense: mit\nmodels: [otter-lab/otter-3b]")})
    assert facts(found, "system") == {"name": "Otter chat", "licence": "mit", "integrates": ["otter-3b"]}
    assert facts(found, "otter-3b") == {"name": "otter-lab/otter-3b"}


def test_the_licence_of_an_application_is_read_as_that_of_a_model(told):
    found = told({"README.md": card("title: Otter chat\nsdk: gradio\nlicense: mit\nlicense_name: otter-nc")})
    assert facts(found, "system")["licence"] == ["mit", "otter-nc"]


def test_what_one_must_agree_to_is_told(told):
    header = "license: mit\nextra_gated_fields:\n  Country: country\n  I agree to non-commercial use ONLY: checkbox"
    assert clues(told({"README.md": card(header)}), "terms")[1:] == ["I agree to non-commercial use ONLY"]


def test_a_folder_is_read_by_what_it_holds():
    found = assess(FILES / "otter", DAY)
    assert {Path(file).name for file in found.facts.description.files} == {
        "README.md",
        "aiact.yaml",
        "CITATION.cff",
        "pyproject.toml",
    }
    assert facts(found)["modifies"] == "base"
    assert facts(found)["licence"] == "Apache-2.0"  # what is said of the software changes nothing


def test_the_very_words_of_a_licence_state_it_and_a_rider_does_not(tmp_path):
    folder = tmp_path / "otter"
    shutil.copytree(FILES / "otter", folder)
    text = (ROOT / "LICENSES" / "Apache-2.0.txt").read_text()
    (folder / "LICENSE").write_text(text)
    found = assess(folder, DAY)
    assert facts(found)["licence"] == "Apache-2.0"
    assert len(found.facts.confirmed[found.facts.iri("model"), "https://w3id.org/aiact/ns/licence"]) == 2
    for rider in ("Commercial use is not permitted.", "Copyright 2026 Otter. Non-commercial use only."):
        (folder / "LICENSE").write_text(f"{text}\n{rider}\n")
        found = assess(folder, DAY)
        assert any("Apache License" in says for says in clues(found, "licence")), rider
        assert by_text(f"{rider}\n{text}", knowledge()) is None


@pytest.mark.parametrize(
    "holder",
    [
        "Copyright 2026 Otter laboratory",
        "(c) 2026, Ada Lutra <ada@example.org>",
        "All rights reserved.",
        "Tous droits réservés",
        "Copyright (c) 2012-2026 Jane Doe and other contributors <jane@example.org>",
        "Copyright 2024 The Otter Authors. All rights reserved.",
        "Copyright 2024 Société Loutre. Tous droits réservés.",
        "© 2026 Otter Collective",
        "# Copyright 2018- The Otter team. All rights reserved.",
        "Copyright (c) Otter Platforms, Inc. and affiliates.",
        "Copyright (C) 2014, Université catholique de Louvain (UCL), Belgium",
        "Copyright The Otter Authors.",
        "Copyright [yyyy] [name of copyright owner]",
        "Copyright (c) <year> <copyright holders>",
        "Copyright (c) 2016 pre-otter dev team: Ada Lutra, Ken Struys",
        "Copyright (c) 2008-present The otter developers (see AUTHORS.txt file)",
        "Copyright (c) 2010-202x The otter developers",
        "Copyright 2026 Otter, https://otter.example.org/",
        "Copyright (c) 1991, 1993 The Regents of the University of California.  All rights reserved.",
    ],
)
def test_the_name_of_a_holder_does_not_change_a_licence(holder):
    text = (ROOT / "LICENSES" / "Apache-2.0.txt").read_text()
    assert by_text(f"{holder}\n{text}", knowledge()) == "apache-2.0"
    assert by_text(text.replace("Copyright [yyyy] [name of copyright owner]", holder), knowledge()) == "apache-2.0"


@pytest.mark.parametrize(
    "line",
    [
        "Copyright (c) 2026 Otter Collective - for academic institutions; companies must pay a fee",
        "Copyright note: deployment by companies and in the European Union is prohibited.",
        "Copyright 2026 Otter. Non-commercial use only.",
        "Copyright 2026 Otter, companies ask first",
        "Copyright 2026 Otter Collective. Companies Must Pay",
        "Copyright 2026 Otter (academic institutions)",
        "Copyright (c) 2026 Otter, entreprises interdites",
        "Copyright 2026 Otter, nur für Universitäten",
        "Copyright 2026 Otter 禁止商业使用",
        "(c) You must tell us in the form of a letter",
        "COPYRIGHT HOLDERS ALONE DEPLOY IT",
        "© Otter: universities and schools",
    ],
)
def test_a_line_that_says_more_than_the_name_of_a_holder_is_no_part_of_a_licence(line):
    text = (ROOT / "LICENSES" / "Apache-2.0.txt").read_text()
    assert by_text(f"{line}\n{text}", knowledge()) is None
    assert by_text(f"{text}\n{line}\n", knowledge()) is None


def test_where_the_lines_of_a_licence_break_does_not_matter():
    text = (ROOT / "LICENSES" / "Apache-2.0.txt").read_text()
    assert by_text(re.sub(r"(?<=\S)\n[ ]*(?=[a-z(])", " ", text), knowledge()) == "apache-2.0"
    assert by_text(re.sub(r"(?<!of) copyright ", "\ncopyright ", text), knowledge()) == "apache-2.0"


@pytest.mark.parametrize(
    ("link", "licence"),
    [
        ("https://www.apache.org/licenses/LICENSE-2.0.txt", "apache-2.0"),
        ("http://www.apache.org/licenses/LICENSE-2.0", "apache-2.0"),
        ("https://spdx.org/licenses/MIT.html", "mit"),
        ("https://opensource.org/licenses/MIT", "mit"),
        ("https://choosealicense.com/licenses/gpl-3.0/", "gpl-3.0"),
        ("https://creativecommons.org/licenses/by-nc-sa/4.0/deed.fr", "cc-by-nc-sa-4.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "cc0-1.0"),
        ("https://ai.google.dev/gemma/terms", "gemma"),
        ("https://example.org/licenses/MIT", None),
        ("https://www.apache.org/licenses/LICENSE-2.0/evil", None),
        ("https://huggingface.co/otter/otter/blob/main/LICENSE", None),
        ("LICENSE", None),
    ],
)
def test_a_link_leads_to_a_licence_or_nowhere(link, licence):
    assert by_link(link, knowledge()) == licence


def test_every_link_and_every_digest_leads_to_a_licence_of_the_catalogue(base):
    for name in (*base.licence_links.values(), *base.licence_texts.values()):
        assert name in base.licences


# -- several files


def test_files_that_agree_make_one_statement_and_both_are_told(told):
    found = told({"aiact.yaml": f"{REST}  licence: Apache-2.0\n", "README.md": card("license: apache-2.0")})
    written = convert.as_yaml(found.facts, knowledge())
    assert re.search(r"licence: Apache-2\.0  # \S+aiact\.yaml:12; also \S+README\.md:2\n", written)
    assert documentation(found) == "lifted"


def test_the_more_precise_of_two_that_agree_stands(told):
    more = "aiact: 1\nmodel: {placed_on_union_market: 2026-03, training_compute: {min: 1e23, max: 1e24}}\n"
    for files in ({"a.yaml": REST, "b.yaml": more}, {"b.yaml": more, "a.yaml": REST}):
        found = facts(told(files))
        assert (found["placed_on_union_market"], found["training_compute"]) == ("2026-03-01", 5e23)


def test_days_and_numbers_that_cannot_both_be_true_stay_two(told):
    more = "aiact: 1\nmodel: {placed_on_union_market: false, training_compute: 4e23}\n"
    found = facts(told({"a.yaml": REST, "b.yaml": more}))
    assert found["placed_on_union_market"] == ["2026-03-01", False]
    assert found["training_compute"] == [5e23, 4e23]


@pytest.mark.parametrize(("one", "two"), [("[]", "[price]"), ("[price]", "[]")])
def test_lists_that_differ_are_no_longer_complete(told, one, two):
    """Nothing earned in one file and a price in the other: nobody knows."""
    files = {
        name: REST.replace("monetisation: []", f"monetisation: {said}")
        for name, said in (("a.yaml", one), ("b.yaml", two))
    }
    found = told({name: f"{text}  licence: MIT\n" for name, text in files.items()})
    assert documentation(found) == "undetermined"
    assert "monetisation" not in facts(found)
    assert "monetisation: other sources disagree: [" in convert.as_yaml(found.facts, knowledge())
    (item,) = (item for item in found.as_dict()["findings"] if item["rule"] == "art-53-1-a")
    assert [each["fact"] for each in item["conflicts"]] == ["model.monetisation"]


def test_what_all_lists_name_is_so(told):
    """Text in both, images in one: text it is, whatever else."""
    header = card("pipeline_tag: text-generation")
    found = told(
        {"README.md": header, "aiact.yaml": REST.replace("[text]", "[text, image]").replace("generality: general", "")}
    )
    assert truth(found, "art-3-63") == "holds"


def test_a_default_provider_is_not_that_of_models_in_other_files(told):
    bom = bill({"type": "machine-learning-model", "name": "gpt-x"})
    named = REST.replace("model:\n", "model:\n  name: otter\n")
    found = told({"aiact.yaml": named, "bom.json": bom})
    assert facts(found)["provider"] == "provider"
    assert "provider" not in facts(found, "gpt-x")


MATCHES = {
    "the same name but for spaces and case": ("name: Otter 3B", "otter-3b", True),
    "the same hub id": ("name: https://huggingface.co/otter-lab/otter-3b", "otter-lab/otter-3b", True),
    "a hub id and its last part": ("name: otter-lab/otter-3b", "otter-3b", True),
    "the same last part of another house": ("name: otter-lab/otter-3b", "quant-house/otter-3b", False),
    "another name": ("name: Heron", "otter-3b", False),
    "no name at all": ("licence: MIT", "otter-3b", True),
}


@pytest.mark.parametrize(("model", "name", "same"), MATCHES.values(), ids=MATCHES)
def test_models_of_two_files_are_one_if_hub_id_or_name_say_so(told, model, name, same):
    rest = f"aiact: 1\nmodel: {{{model}, weights_public: true}}\n"
    found = told({"aiact.yaml": rest, "bom.json": bill({"type": "machine-learning-model", "name": name})})
    assert len(found.facts.of_class("Model")) == (1 if same else 2)
    assert any("no other file describes" in warning for warning in found.warnings()) != same


def test_two_houses_of_one_name_stay_two_even_if_a_third_file_has_only_the_name(told):
    base = {"type": "machine-learning-model", "group": "heron", "name": "marsh-3b"}
    component = {
        "type": "machine-learning-model",
        "group": "quant",
        "name": "marsh-3b",
        "pedigree": {"ancestors": [base]},
    }
    found = told({"bom.json": bill(component), "README.md": card("model_name: marsh-3b\nlicense: mit")})
    assert len(found.facts.of_class("Model")) == 3


def test_two_providers_written_in_place_are_two(told):
    one, two = (f"aiact: 1\nprovider: {{name: {name}}}\nmodel: {{licence: MIT}}\n" for name in ("Acme", "Beta"))
    found = told({"a.yaml": one, "b.yaml": two})
    assert len(found.facts.of_class("Actor")) == 2


def test_every_fact_of_several_files_says_from_which_it_comes(told):
    found = told({"aiact.yaml": REST, "README.md": card("license: mit\nbase_model: heron/base")})
    said = {
        (each.source.file.rsplit("/", 1)[-1], each.source.line)
        for several in found.facts.statements.values()
        for each in several
        if each.source.kind == "stated"
    }
    assert {("README.md", 2), ("README.md", 3), ("aiact.yaml", 4)} <= said
    finding = next(item for item in found.as_dict()["findings"] if item["entity"] == "model")
    assert finding["source"]["file"].endswith("aiact.yaml")


def test_a_mistake_in_one_of_several_files_is_told_with_that_file(told):
    with pytest.raises(DescriptionError, match=r"README\.md:3: .*neither true nor false"):
        told({"aiact.yaml": REST, "README.md": card("license: mit\naiact: {model: {weights_public: maybe}}")})


@pytest.mark.parametrize(
    ("one", "other", "status"),
    [
        ("unknown: [modifies]", "", "undetermined"),
        ("unknown: [modifies]", "modifies: none", "lifted"),
        ("unknown: [licence]", "licence: MIT", "lifted"),
        ("monetisation: [paid_api]\n  unknown: [monetisation]", "monetisation: [paid_api]", "undetermined"),
        ("unknown: [monetisation]", "monetisation: [paid_api]", "lifted"),
    ],
)
def test_what_one_file_does_not_know_another_may_say(told, one, other, status):
    """A list that one file calls incomplete stays open, though the other names the same."""
    rest = REST.replace("  monetisation: []\n", "")
    both = one + other
    for key, value in (("monetisation", "[]"), ("licence", "MIT")):
        rest += "" if key in both else f"  {key}: {value}\n"
    found = told({"a.yaml": f"{rest}  {one}\n", "b.yaml": f"{rest}  {other}\n" if other else rest})
    assert documentation(found) == status


# -- convert, reports, and bad files


def test_convert_tells_where_each_fact_comes_from_and_asks_for_the_rest(base):
    for language, question in (("en", "What is earned with it"), ("fr", "Que")):
        result = CliRunner().invoke(main, ["convert", str(FILES / "otter"), "--on", DAY, "--lang", language])
        assert result.exit_code == 0, result.output
        rows = [line for line in result.stdout.splitlines() if re.match(r"    \w", line)]
        assert all(re.search(r"  # \S+:\d+", row) for row in rows)
        assert any(line.startswith("    # ") and question in line for line in result.stdout.splitlines())
        again = describe.read("aiact.yaml", base, result.stdout.encode())
        kept = convert.tree(judged(again, base, DAY).facts, base)
        assert kept == convert.tree(assess(FILES / "otter", DAY).facts, base)


@pytest.mark.parametrize("path", sorted(FILES.glob("*.*")), ids=lambda path: path.name)
def test_what_is_converted_from_a_record_says_the_same(path, base):
    if path.suffix == ".csv":
        path = f"{path}#Pike"
    elif path.name == "croissant.json":
        path = FILES / "otter"
    found = assess(path, DAY)
    again = describe.read("aiact.yaml", base, convert.as_yaml(found.facts, base, "fr", found.questions).encode())
    assert convert.tree(judged(again, base, DAY).facts, base) == convert.tree(found.facts, base)


@pytest.mark.parametrize(
    ("language", "heads"), [("en", ("Known from", "Questions that")), ("fr", ("Connu par", "Questions qui"))]
)
def test_a_newcomer_with_a_card_sees_first_what_is_known_and_the_three_questions_that_matter(language, heads):
    result = CliRunner().invoke(main, ["check", str(FILES / "otter" / "README.md"), "--on", DAY, "--lang", language])
    screen = "\n".join(result.stdout.splitlines()[:24])
    assert all(head in screen for head in heads)
    assert "model.licence" in screen
    assert len(re.findall(r"^  model\.\w+\s?:", screen, re.M)) == 3


def test_without_a_name_the_description_here_or_else_the_folder_is_read(tmp_path, monkeypatch):
    shutil.copytree(FILES / "otter", tmp_path / "otter")
    monkeypatch.chdir(tmp_path / "otter")
    result = CliRunner().invoke(main, ["convert", "aiact.yaml"])
    assert "modifies" not in result.stdout
    screens = []
    for _ in range(2):
        screens.append(CliRunner().invoke(main, ["check", "--on", DAY, "--lang", "en"]).stdout)
        (tmp_path / "otter" / "aiact.yaml").unlink(missing_ok=True)
    assert ["README.md" in screen for screen in screens] == [False, True]


def test_the_json_of_a_record_fits_its_schema():
    schema = json.loads((ROOT / "src" / "aiact" / "findings.schema.json").read_text())
    jsonschema.validate(assess(FILES / "otter", DAY).as_dict(), schema)


def test_every_clue_has_its_reason_in_both_languages(base):
    code = "".join(path.read_text() for path in (ROOT / "src" / "aiact").rglob("*.py"))
    phrases = {iri.rsplit("/", 1)[1] for iri in base.labels if "/phrase/clue-" in iri} - {"clue-elsewhere"}
    for phrase in phrases:
        assert set(base.labels[f"https://w3id.org/aiact/phrase/{phrase}"]) == {"en", "fr"}
        assert f'"{phrase.removeprefix("clue-")}"' in code or f'"{phrase}"' in code, phrase
    for path in (*FILES.glob("*.*"), FILES / "otter"):
        if path.suffix not in (".csv",) and path.name != "croissant.json":
            reasons = {clue.reason for clue in describe.read(path, base).clues}
            assert reasons <= phrases


BAD = {
    "a card without a header": ("README.md", "# A model\n", 1, "aiact init"),
    "a card whose header is broken": ("README.md", "---\nlicense: [mit\n---\n", 3, "is not valid YAML"),
    "a card whose header says a thing twice": ("README.md", "---\nlicense: mit\nlicense: mit\n---\n", 3, "keep one"),
    "a bill that is no JSON": ("bom.cdx.json", '{"bomFormat": "CycloneDX",\n "components": [}', 2, "is not valid JSON"),
    "a bill without a model": ("bom.json", bill({"type": "library", "name": "x"}), 1, "no component of the type"),
    "a bill in XML that is cut off": ("bom.cdx.xml", "<bom>\n<components>\n", 3, "is not valid XML"),
    "a bill in XML with entities": (
        "bom.cdx.xml",
        '<?xml version="1.0"?>\n<!DOCTYPE bom [<!ENTITY a "b">]>\n<bom xmlns="http://cyclonedx.org/schema/bom/1.6">&a;</bom>',
        2,
        "document type",
    ),
    "a bill in an encoding nobody knows, without a model": (
        "bom.cdx.xml",
        '<?xml version="1.0" encoding="x-otter"?>\n<bom xmlns="http://cyclonedx.org/schema/bom/1.6"></bom>',
        1,
        "no component of the type",
    ),
    "an SPDX 2 document": ("sbom.spdx.json", '{\n "spdxVersion": "SPDX-2.3"\n}', 2, "convert it to SPDX 3"),
    "an SPDX 3 document without a model": ("sbom.spdx3.json", '{"@context": "x", "@graph": []}', 1, "ai_AIPackage"),
    "a table of which no row is named": ("models.csv", ROWS, 1, "models.csv#Otter 3B"),
    "a record without what it is about": (
        "openness.yml",
        "framework:\n  name: Model Openness Framework\n",
        1,
        "release",
    ),
    "a folder of nothing": ("nothing.txt", "x", 1, "aiact init"),
    "a licence alone": ("LICENSE", "Copyright\n", 1, "hand it in with"),
    "a package that is no TOML": ("pyproject.toml", "[project\n", 1, "is not valid TOML"),
    "a citation that is no YAML": ("CITATION.cff", "authors: [\n", 2, "is not valid YAML"),
}


@pytest.mark.parametrize(("name", "text", "line", "said"), BAD.values(), ids=BAD)
def test_a_bad_file_is_told_with_its_line_and_what_would_mend_it(tmp_path, name, text, line, said):
    path = tmp_path / name
    path.write_text(text)
    path = tmp_path if name == "nothing.txt" else path
    result = CliRunner().invoke(main, ["check", str(path), "--on", DAY])
    assert (result.exit_code, result.stdout) == (3, "")
    assert re.search(rf"{re.escape(str(path))}:{line}: ", result.stderr), result.stderr
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_a_row_that_is_mistyped_is_answered_with_the_nearest(told):
    with pytest.raises(DescriptionError, match="did you mean “Newt”"):
        assess(f"{FILES / 'models.csv'}#Nwet", DAY)


@pytest.mark.parametrize(
    ("name", "size"), [("bom.cdx.json", 5), ("README.md", 2), ("index.yaml", 1), ("CITATION.cff", 1)]
)
def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path, name, size):
    path = tmp_path / name
    start = "weights_endmodel:\nweights_basemodel:\nsystem:\n" if name == "index.yaml" else "---\n"
    path.write_text(start + "# \n" * (size * 1024 * 1024 // 3))
    with pytest.raises(DescriptionError, match="is larger than"):
        assess(path, DAY)


ODD = ("", "null", "[]", "{}", "7", '"x"', "[[[]]]", '[{"name": [1]}]', '{"a": {"b": null}}')


@pytest.mark.parametrize("odd", ODD)
def test_a_value_of_the_wrong_kind_is_no_fact_and_no_crash(told, odd):
    """Every key of every form with something else than it should hold."""
    component = {"type": "machine-learning-model", "name": "otter"}
    keys = ("licenses", "modelCard", "supplier", "publisher", "pedigree", "externalReferences", "purl", "group")
    for key in keys if odd else ():
        facts(told({"bom.json": bill(component | {key: json.loads(odd)})}), "otter")
    for key in ("id", "name", "text", "url", "licensing", "acknowledgement") if odd else ():
        licence = {"license": {"id": "MIT"} | {key: json.loads(odd)}}
        facts(told({"bom.json": bill(component | {"licenses": [licence], "evidence": {"licenses": licence}})}), "otter")
    for key in ("ancestors", "notes", "variants", "patches") if odd else ():
        facts(told({"bom.json": bill(component | {"pedigree": {key: json.loads(odd)}})}), "otter")
    for key in ("type", "from", "to", "relationshipType") if odd else ():
        told({"model.spdx3.json": document(**(CONCLUDED | {"to": ["urn:x"], key: json.loads(odd)}))})
    for key in (*OTHER, *CUSTOM, "spdxId") if odd else ():
        told({"model.spdx3.json": document(**CONCLUDED, to=[OTHER | CUSTOM | {key: json.loads(odd)}])})
    for key in (
        "license",
        "license_name",
        "license_link",
        "tags",
        "base_model",
        "base_model_relation",
        "model_name",
        "pipeline_tag",
        "extra_gated_fields",
        "model-index",
    ):
        told({"README.md": card(f"{key}: {odd}\nlanguage: en")})
    for key in ("type", "basemodelname", "endmodellicense", "releasedate", "link"):
        told({"index.yaml": index(f"{key}: {odd}\n    performanceclass: full")})


def test_readers_are_found_in_their_folder_and_no_two_want_the_same_file(base):
    names = {path.stem for path in (ROOT / "src" / "aiact" / "readers").glob("[a-z]*.py")}
    assert {each.__name__.rsplit(".", 1)[1] for each in describe.readers()} == names
    for path in [*FILES.glob("*.*"), *(FILES / "otter").iterdir()]:
        start = path.read_text()[: describe.START]
        sure = sorted(each.recognises(str(path), start) for each in describe.readers())
        assert sure[-1] > sure[-2], path.name


# -- what contradicts, and what is not understood, keeps a question open

NC = "https://lark.example/LICENSE-NC"
OPEN_CARDS = {
    "a licence and the name of another": "license: apache-2.0\nlicense_name: llama3.1",
    "a licence and a name that nobody knows": f"license: apache-2.0\nlicense_name: lark-nc\nlicense_link: {NC}",
    "another than those of the list, by a name of the list": f"license: other\nlicense_name: mit\nlicense_link: {NC}",
    "a list that holds a map": "license: [mit, {name: cc-by-nc-4.0}]\nlicense_name: mit",
    "a map where a name is due": "license: {name: cc-by-nc-4.0}\nlicense_name: mit",
    "a name that is a map": "license: mit\nlicense_name: {name: cc-by-nc-4.0}",
    "a licence that nobody knows, and a link to a free one": (
        "license: lark-nc\nlicense_link: https://opensource.org/licenses/MIT"
    ),
    "a gate beside a block": "license: mit\nextra_gated_prompt: Research only.\naiact: {model: {licence: MIT}}",
    "a base model that says nothing": "license: mit\nbase_model: unknown\ntags: [gguf, merge]",
    "a base model in a map": "license: mit\nbase_model: {name: heron/base}\nbase_model_relation: quantized",
    "a map without a name among base models": "license: mit\nbase_model: [{x: y}]",
    "a relation without a base model": "license: mit\nbase_model_relation: finetune",
}


@pytest.mark.parametrize("header", OPEN_CARDS.values(), ids=OPEN_CARDS)
def test_a_card_that_contradicts_itself_lifts_nothing(told, header):
    assert documentation(told({"README.md": card(header), "aiact.yaml": REST})) == "undetermined"


@pytest.mark.parametrize(
    "header",
    [
        "license: apache-2.0\nlicense_name: Apache License 2.0\nlicense_link: https://www.apache.org/licenses/LICENSE-2.0",
        "license: apache-2.0\nlicense_link: https://huggingface.co/otter/otter/blob/main/LICENSE",
        "license: other\nlicense_name: mit",
        "license: mit\nbase_model: []",
        "license: mit\nbase_model: none\nbase_model_relation:",
    ],
)
def test_a_card_that_says_one_thing_twice_says_it(told, header):
    assert documentation(told({"README.md": card(header), "aiact.yaml": REST})) == "lifted"


def test_a_link_that_leads_nowhere_is_told_even_where_the_licence_is_named(told):
    found = told({"README.md": card(f"license: mit\nlicense_link: {NC}"), "aiact.yaml": REST})
    assert [clue["says"] for clue in found.as_dict()["clues"]] == [NC]


def test_the_link_or_name_of_a_licence_is_read_where_the_key_for_it_is_left_out(told):
    assert facts(told({"README.md": card("license_name: mit")}))["licence"] == "mit"
    assert facts(told({"README.md": card("license_link: https://opensource.org/licenses/MIT")}))["licence"] == "mit"


def test_conditions_of_access_may_be_described_in_the_block_of_a_card(told):
    block = "{grants: [access, use, modify, distribute], terms: []}"
    header = f"license: mit\nextra_gated_prompt: Hello.\naiact: {{licences: {{conditions-of-access: {block}}}}}"
    found = told({"README.md": card(header), "aiact.yaml": REST})
    assert documentation(found) == "lifted"
    assert len(found.facts.of_class("Licence")) == 3  # MIT, the conditions, and both as a whole


def test_a_block_replaces_the_licence_of_a_header_and_no_doubt_about_it(told):
    """Nor what is said of the base model."""
    header = "license: mit\nbase_model: heron/base\naiact: {model: {licence: Apache-2.0}}"
    found = told({"README.md": card(header, "For research purposes only.\n")})
    assert facts(found)["licence"] == "Apache-2.0"
    assert clues(found, "licence") == ["heron/base", "For research purposes only."]


@pytest.mark.parametrize(
    ("line", "doubt"),
    [
        ("cc-by-nc-4.0", True),
        ("[CC BY-NC 4.0](https://creativecommons.org/licenses/by-nc/4.0/)", True),
        ("MIT for the code, llama3.1 for the weights", True),
        ("Lark licence", True),
        ("MIT", False),
        ("[The MIT License](https://opensource.org/licenses/MIT)", False),
        ("see LICENSE", False),
        ("[More Information Needed]", False),
    ],
)
def test_a_line_that_names_another_licence_than_the_header_is_told(told, line, doubt):
    found = told({"README.md": card("license: mit", f"- **License:** {line}\n"), "aiact.yaml": REST})
    assert [clue["says"] for clue in found.as_dict()["clues"] if clue["fact"] == "model.licence"] == [line] * doubt


@pytest.mark.parametrize(
    "line",
    [
        "Utilisation commerciale interdite.",
        "Usage non commercial uniquement.",
        "À des fins non commerciales.",
        "Pour la recherche uniquement.",
        "Réservé à la recherche.",
        "Interdit à des fins commerciales.",
    ],
)
def test_restrictions_in_french_are_told_as_those_in_english(told, line):
    assert clues(told({"README.md": card("license: mit", line)}), "licence") == [line]


MIT = [{"license": {"id": "MIT"}}]
OPEN_BILLS = {
    "another licence that was found in it": {"licenses": MIT, "evidence": {"licenses": [{"license": {"id": "X-NC"}}]}},
    "a licence for purposes of its own": {"licenses": [{"license": {"id": "MIT", "licensing": {"licensee": "Acme"}}}]},
    "a text of its own": {"licenses": [{"license": {"id": "MIT", "text": {"content": "MIT, but not for use."}}}]},
    "two names in one": {"licenses": [{"license": {"id": "MIT", "name": "Lark Non-Commercial License"}}]},
    "an expression and an id": {"licenses": [{"expression": "MIT", "license": {"id": "CC-BY-NC-4.0"}}]},
    "a licence in a word": {"licenses": [*MIT, "CC-BY-NC-4.0"]},
    "a licence in a word within": {"licenses": [*MIT, {"license": "CC-BY-NC-4.0"}]},
    "a list where a licence is due": {"licenses": [*MIT, [{"license": {"id": "CC-BY-NC-4.0"}}]]},
    "a link to another": {"licenses": [{"license": {"id": "MIT", "url": "https://www.llama.com/llama3_1/license/"}}]},
    "a licence without a name": {"licenses": [*MIT, {"license": {"name": "Other"}}]},
    "a licence by a link that leads nowhere": {"licenses": [*MIT, {"license": {"url": NC}}]},
    "no licence, concluded": {"licenses": [*MIT, {"license": {"name": "NONE", "acknowledgement": "concluded"}}]},
    "a reference to another": {
        "licenses": MIT,
        "externalReferences": [{"type": "license", "url": "https://creativecommons.org/licenses/by-nc/4.0/"}],
    },
    "an ancestor by its package": {
        "licenses": MIT,
        "pedigree": {"ancestors": [{"type": "machine-learning-model", "purl": "pkg:huggingface/heron/base"}]},
    },
    "an ancestor without a name": {"licenses": MIT, "pedigree": {"ancestors": [{"type": "machine-learning-model"}]}},
    "an ancestor in a word": {"licenses": MIT, "pedigree": {"ancestors": ["heron/base"]}},
    "notes on a pedigree": {"licenses": MIT, "pedigree": {"notes": "Fine-tuned from heron/base."}},
    "variants": {"licenses": MIT, "pedigree": {"variants": [{"type": "machine-learning-model", "name": "heron"}]}},
}
NAMED = REST.replace("model:\n", "model:\n  name: otter\n")
OTTER = {"type": "machine-learning-model", "name": "otter"}


@pytest.mark.parametrize("more", OPEN_BILLS.values(), ids=OPEN_BILLS)
def test_a_bill_that_contradicts_itself_lifts_nothing(told, more):
    assert documentation(told({"bom.json": bill(OTTER | more), "aiact.yaml": NAMED})) == "undetermined"


@pytest.mark.parametrize(
    "more",
    [
        {"licenses": MIT, "evidence": {"licenses": MIT}},
        {"licenses": [*MIT, {"license": {"name": "NOASSERTION", "acknowledgement": "concluded"}}]},  # says nothing
        {"licenses": [{"license": {"id": "MIT", "url": "https://github.com/otter/otter/blob/main/LICENSE"}}]},
        {"licenses": [{"license": {"id": "Apache-2.0", "text": {"content": "APACHE"}}}]},
        {"licenses": [{"license": {"id": "Apache-2.0", "text": {"content": "BASE64", "encoding": "base64"}}}]},
        {"licenses": MIT, "pedigree": {"ancestors": [], "notes": ""}},
        {"licenses": MIT, "pedigree": {"descendants": [{"type": "machine-learning-model", "name": "cub"}]}},
    ],
)
def test_a_bill_that_says_one_thing_twice_says_it(told, more):
    text = (ROOT / "LICENSES" / "Apache-2.0.txt").read_text()
    whole = bill(OTTER | more).replace('"APACHE"', json.dumps(text))
    whole = whole.replace('"BASE64"', json.dumps(base64.b64encode(text.encode()).decode()))
    assert documentation(told({"bom.json": whole, "aiact.yaml": NAMED})) == "lifted"


def test_a_licence_of_its_own_name_and_text_is_one(told):
    component = OTTER | {"licenses": [{"license": {"name": "Otter licence", "text": {"content": "Be kind."}}}]}
    found = told({"bom.json": bill(component), "aiact.yaml": NAMED})
    assert (facts(found)["licence"], clues(found, "licence")) == ("Otter licence", ["Be kind."])
    assert documentation(found) == "undetermined"


def test_a_model_that_a_bill_lists_twice_is_read_from_both_places(told):
    again = OTTER | {"licenses": [{"license": {"id": "CC-BY-NC-4.0"}}], "pedigree": {"ancestors": [{"name": "heron"}]}}
    for one, two in ((OTTER | {"licenses": MIT}, again), (again, OTTER | {"licenses": MIT})):
        found = told({"bom.json": bill(one, metadata={"component": two}), "aiact.yaml": NAMED})
        assert documentation(found) == "undetermined"
        assert set(facts(found)["licence"]) == {"MIT", "CC-BY-NC-4.0"}
        assert facts(found)["modifies"]
    again |= {"modelCard": {"modelParameters": {"task": "text-generation"}}}
    found = told({"bom.json": bill(again, metadata={"component": again})})
    assert facts(found, "otter")["outputs"] == ["text"]
    assert facts(found, "otter")["licence"] == "CC-BY-NC-4.0"
    assert len(found.facts.of_class("Model")) == 2


SPDX = "https://spdx.org/rdf/3.0.1/terms"
OTHER = {"type": "simplelicensing_LicenseExpression", "simplelicensing_licenseExpression": "CC-BY-NC-4.0"}
CUSTOM = {"type": "expandedlicensing_CustomLicense", "name": "MIT", "simplelicensing_licenseText": "MIT, not for use."}


def document(*more: dict, **relation: object) -> str:
    """A document of one model, which declares MIT, with more elements and a relation of the model."""
    declared = {"type": "Relationship", "relationshipType": "hasDeclaredLicense", "from": "urn:otter"}
    graph = [
        {"type": "ai_AIPackage", "spdxId": "urn:otter", "name": "otter"},
        declared | {"to": ["https://spdx.org/licenses/MIT"]},
        {"type": "Relationship", "from": "urn:otter"} | relation,
        *more,
    ]
    return json.dumps({"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": graph}, indent=1)


CONCLUDED = {"relationshipType": "hasConcludedLicense"}
OPEN_DOCUMENTS = {
    "no licence, concluded": document(**CONCLUDED, to=[f"{SPDX}/Licensing/None"]),
    "no licence, as an expression": document(**CONCLUDED, to=[OTHER | {"simplelicensing_licenseExpression": "NONE"}]),
    "a licence of another document": document(**CONCLUDED, to=["urn:elsewhere"]),
    "a licence in place": document(**CONCLUDED, to=[OTHER]),
    "a licence in place, with an id": document(**CONCLUDED, to=OTHER | {"spdxId": "urn:nc"}),
    "a stub of a licence": document(OTHER | {"spdxId": "urn:nc"}, **CONCLUDED, to=[{"spdxId": "urn:nc"}]),
    "one id for two licences": document(
        OTHER | {"spdxId": "urn:x"},
        {"type": "expandedlicensing_ListedLicense", "spdxId": "urn:x", "name": "MIT"},
        **CONCLUDED,
        to=["urn:x"],
    ),
    "a custom licence of a known name": document(**CONCLUDED, to=[CUSTOM]),
    "a custom licence of a known id": document(
        CUSTOM | {"spdxId": "https://spdx.org/licenses/MIT"}, **CONCLUDED, to=["https://spdx.org/licenses/MIT"]
    ),
    "a set of licences": document(**CONCLUDED, to=[{"type": "expandedlicensing_ConjunctiveLicenseSet", "name": "MIT"}]),
    "a relation by its full address": document(**CONCLUDED, type=f"{SPDX}/Core/Relationship", to=[OTHER]),
    "a relation of several types": document(**CONCLUDED, type=["Element", "Relationship"], to=[OTHER]),
    "a kind of relation by its full address": document(
        relationshipType=f"{SPDX}/Core/RelationshipType/hasConcludedLicense", to=[OTHER]
    ),
    "a beginning in place": document(**CONCLUDED, **{"from": {"spdxId": "urn:otter"}}, to=[OTHER]),
    "a parent of another document": document(relationshipType="descendantOf", to=["urn:heron"]),
    "a parent that is a package": document(
        {"type": "software_Package", "spdxId": "urn:heron", "name": "Heron"},
        relationshipType="descendantOf",
        to=["urn:heron"],
    ),
    "a parent that comes first": document(
        **{"from": "urn:heron", "relationshipType": "ancestorOf", "to": ["urn:otter"]},
    ),
}


@pytest.mark.parametrize("text", OPEN_DOCUMENTS.values(), ids=OPEN_DOCUMENTS)
def test_a_document_that_contradicts_itself_lifts_nothing(told, text):
    assert documentation(told({"model.spdx3.json": text, "aiact.yaml": NAMED})) == "undetermined"


def test_a_licence_in_words_of_its_own_asks_what_they_allow(told):
    text = document(**CONCLUDED, to=[CUSTOM]).replace("https://spdx.org/licenses/MIT", "urn:elsewhere")
    found = told({"model.spdx3.json": text, "aiact.yaml": NAMED})
    assert documentation(found) == "undetermined"
    assert clues(found, "terms") == ["urn:elsewhere", "MIT, not for use."]


@pytest.mark.parametrize(
    "to",
    [
        "https://spdx.org/licenses/Apache-2.0",
        {"type": "expandedlicensing_ListedLicense", "spdxId": "https://spdx.org/licenses/MIT", "name": "MIT License"},
        f"{SPDX}/Licensing/NoAssertion",  # that nobody concluded anything speaks against nothing
        OTHER | {"simplelicensing_licenseExpression": "NOASSERTION"},
        CUSTOM | {"name": "Own", "simplelicensing_licenseText": (ROOT / "LICENSES" / "Apache-2.0.txt").read_text()},
    ],
)
def test_a_document_whose_conclusion_is_free_or_missing_leaves_what_is_declared(told, to):
    text = document(**CONCLUDED, to=[to])
    assert documentation(told({"model.spdx3.json": text, "aiact.yaml": NAMED})) == "lifted"


# -- files that others wrote

DATA = SHARED / "data"
WITH_DATA = pytest.mark.skipif(not DATA.exists(), reason="the files that others wrote are not here")
NO_DESCRIPTION = ("bom-1.7.schema.json", "mof_schema.json", "example01.spdx3.json", "mldcat-ap-SHACL-3.1.0.ttl")


@cache
def records() -> list[str]:
    """Every file of others, and every row of their table."""
    folders = ("osai/*.yaml", "mof/models/*", "cyclonedx-ml/*.json", "spdx3-ai/*.json", "mldcat-ap/*.ttl")
    paths = [str(path) for each in folders for path in sorted(DATA.glob(each)) if path.name not in NO_DESCRIPTION]
    table = DATA / "epoch" / "notable_slice.csv"
    rows = csv.DictReader(table.open()) if table.exists() else ()
    return paths + [f"{table}#{row['Model'].strip()}" for row in rows]


@WITH_DATA
def test_every_file_that_others_wrote_is_read_and_none_carries_an_exemption(base):
    """No crash, no fact that its line does not bear out, and no exemption that holds."""
    seen = 0
    for path in records():
        found = judged(describe.read(path, base), base, DAY)
        assert not exempted(found) & {"art-53-2", "art-54-6", "art-2-12", "art-25-4"}, path
        lines = Path(path.split("#")[0]).read_text().splitlines()
        for (_subject, fact), several in found.facts.statements.items():
            for each in several:
                if each.source.kind == "stated":
                    assert is_borne_out(base.facts[fact].key, each, lines, found), (path, each)
                    seen += 1
        for clue in found.facts.description.clues:
            assert 1 <= clue.line <= len(lines), (path, clue)
    assert seen > 1500


def exempted(found: Assessment) -> set[str]:
    """The exemptions that hold at some entity, as the readings of most force have it."""
    court = found.court
    readings = court.readings.with_({})
    exemptions = [rule for rule in court.rules.values() if rule.kind == "Exemption"]
    return {
        rule.id
        for rule in exemptions
        for node in found.facts.of_class(rule.target)
        if court.classified(rule, node, readings) == "holds"
    }


def is_borne_out(key: str, statement, lines: list[str], found: Assessment) -> bool:
    """Whether the line that a statement names says it: by its own words, or by those that stand for them."""
    of_table = statement.source.at and not statement.source.at.startswith("/")  # a row may have many lines
    line = " ".join(lines[statement.source.line - 1 : statement.source.line + (80 if of_table else 1)])
    value = statement.value
    if isinstance(value, bool):
        words = ("open", "component", "Model", "Open weights") if value else ("closed", "API", "Unreleased", "Hosted")
        return any(word in line for word in words) or bool(statement.source.at)
    if key in ("name", "licence") and isinstance(value, str):
        return value.casefold() in line.casefold().replace('\\"', '"') or by_link_in(line) == value or value in line
    if isinstance(value, dict):
        return any(number in line for number in re.findall(r"\d[\d.e+]+", statement.source.note))
    return bool(line.strip())


def by_link_in(line: str) -> str | None:
    return next((by_link(link, knowledge()) for link in re.findall(r"https?://[^\s>\"']+", line)), None)

"""What stands beside a description is weighed: files of licences, models of the same name, tables that contradict."""

import json
from pathlib import Path

import pytest
from conftest import DAY, ROOT

from aiact import assess
from aiact.descriptions.description import DescriptionError
from aiact.findings.assess import Assessment

REST = """aiact: 1
provider: {name: Lark Collective, kind: other_body, established_in: FR}
model:
  name: Lark 7B
  outputs: [text]
  training_compute: 6e24
  weights_public: true
  architecture_public: true
  usage_information_public: true
  monetisation: []
  placed_on_union_market: 2026-09-01
"""
MIT = REST + "  licence: MIT\n"
APACHE = REST + "  licence: Apache-2.0\n"
TEXT = (ROOT / "LICENSES" / "Apache-2.0.txt").read_text()
OWN = "The Lark Model License. Non-commercial use of the weights only.\n"
TABLE = "Model,Training compute (FLOP),Confidence,Model accessibility"


@pytest.fixture
def of(tmp_path):
    """What becomes of the documentation of Lark 7B: the verdict and the assessment of a folder, or of files by name."""

    def of(files: dict[str, str], folder: bool = True) -> tuple[str, Assessment]:
        for name, text in files.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        found = assess(tmp_path if folder else [str(tmp_path / name) for name in files], DAY)
        about = [each for each in found.findings if found.short(each.entity) == "model"]
        (status,) = {each.status for each in about if each.rule.id == "art-53-1-a"}
        return status, found

    return of


def systemic(found: Assessment) -> set[str]:
    return {each.status for each in found.findings if each.rule.id == "art-55-1-a"}


def warned(found: Assessment) -> str:
    return " ".join(found.warnings())


def shown(found: Assessment) -> set[tuple[str, str]]:
    """Clues that a report shows: the file and the reason."""
    return {(Path(clue.file).name, clue.reason) for clue in found.facts.clues}


# -- files of licences


def test_the_title_of_another_licence_leaves_the_licence_open(of):
    status, found = of({"aiact.yaml": APACHE, "LICENSE": "CC-BY-NC-4.0\n"})
    assert status == "undetermined"
    assert ("LICENSE", "clue-title") in shown(found)


def test_a_title_that_agrees_changes_nothing_and_is_shown_as_no_proof(of):
    status, found = of({"aiact.yaml": APACHE, "LICENSE": f"{TEXT}\nand a rider\n"})
    assert status == "lifted"
    assert ("LICENSE", "clue-title") in shown(found)


@pytest.mark.parametrize(
    "name",
    ["LICENSE-MODEL", "MODEL_LICENSE", "WEIGHTS_LICENSE.txt", "LICENSE-NC.md", "USE_POLICY.md", "LARK_USE_POLICY.md"],
)
def test_terms_of_their_own_beside_a_licence_leave_it_open(of, name):
    for rest in (APACHE, REST):
        status, found = of({"aiact.yaml": rest, "LICENSE": TEXT, name: OWN})
        assert status == "undetermined"
        assert (name, "clue-terms") in shown(found)


def test_terms_beside_a_licence_that_is_not_free_do_not_make_it_doubtful(of):
    files = {"MODEL_LICENSE": OWN, "USE_POLICY.md": "No military use.\n"}
    status, _ = of({"aiact.yaml": REST + "  licence: CC-BY-NC-4.0\n"} | files)
    assert status == "applies"


def test_a_licence_that_is_described_is_the_one_of_the_file(of):
    own = (
        "licences: {own: {name: Lark Model License, grants: [access, use, modify, distribute], terms: [attribution]}}\n"
    )
    status, found = of({"aiact.yaml": f"{REST}  licence: own\n{own}", "LICENSE-MODEL": OWN})
    assert status == "lifted"
    assert ("LICENSE-MODEL", "clue-terms") in shown(found)


def test_a_choice_of_two_free_licences_stays_one(of):
    files = {"LICENSE-APACHE": TEXT, "LICENSE-MIT": "MIT License\n\nPermission is hereby granted, as ever.\n"}
    assert of({"aiact.yaml": REST + "  licence: Apache-2.0 OR MIT\n"} | files)[0] == "lifted"


@pytest.mark.parametrize("name", ["LICENSE-DATA", "LICENSE-docs.md", "LICENSE-THIRD-PARTY.txt", "license_check.py"])
def test_a_licence_of_something_beside_the_weights_is_none_of_theirs(of, name):
    status, found = of({"aiact.yaml": APACHE, name: OWN})
    assert status == "lifted"
    assert shown(found) == set()


# -- folders


def test_a_model_card_by_its_other_name_is_read(of):
    files = {"aiact.yaml": APACHE, "MODEL_CARD.md": "---\nmodel_name: Lark 7B\nlicense: cc-by-nc-4.0\n---\n"}
    assert of(files)[0] == "undetermined"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("bom.json", json.dumps({"metadata": {"a": "x" * 70_000}, "components": [], "bomFormat": "CycloneDX"})),
        ("model.json", '{"aiact": 1, "model": {"name": "Lark 7B", "licence": "CC-BY-NC-4.0"}}'),
        ("other.yaml", "title: x\naiact: 1\nmodel: {name: Lark 7B}\n"),
    ],
)
def test_a_folder_tells_what_looks_like_a_description_and_was_not_read(of, name, text):
    assert name in warned(of({"aiact.yaml": APACHE, name: text})[1])
    assert "not read" not in warned(of({"aiact.yaml": APACHE, name: "{}"})[1])


# -- models of one name


def versions(*licences: str) -> str:
    found = [
        {
            "type": "machine-learning-model",
            "name": "Lark 7B",
            "version": str(n),
            "licenses": [{"license": {"id": each}}],
        }
        for n, each in enumerate(licences)
    ]
    return json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": found})


@pytest.mark.parametrize(
    ("licences", "expected"),
    [
        (("CC-BY-NC-4.0", "CC-BY-NC-4.0"), "undetermined"),
        (("Apache-2.0", "CC-BY-NC-4.0"), "undetermined"),
        (("Apache-2.0", "Apache-2.0"), "lifted"),
    ],
)
def test_which_of_two_versions_is_meant_stays_a_doubt(of, licences, expected):
    status, found = of({"aiact.yaml": APACHE, "bom.cdx.json": versions(*licences)}, folder=False)
    assert status == expected
    assert warned(found).count("which of several by that name is meant cannot be told") == 2


def test_what_is_said_of_one_of_several_brings_no_presumption_back(of):
    more = "aiact: 1\nmodels:\n  a: {name: Lark 7B, designated_systemic_risk: true}\n  b: {name: Lark 7B}\n"
    _, found = of({"aiact.yaml": APACHE, "more.yaml": more}, folder=False)
    assert ("more.yaml", "clue-which") in shown(found)
    (risk,) = [
        each.status for each in found.findings if found.short(each.entity) == "model" and each.rule.id == "art-55-1-a"
    ]
    assert risk == "undetermined"


def test_every_model_that_no_other_file_describes_is_told(of):
    other = versions("MIT").replace(
        '"components": [', '"components": [{"type": "machine-learning-model", "name": "Owl"},'
    )
    _, found = of({"aiact.yaml": APACHE, "bom.cdx.json": other.replace("Lark 7B", "Wren")}, folder=False)
    assert "“Owl”, which no other file describes" in warned(found)
    assert "“Wren”, which no other file describes" in warned(found)


# -- tables and records


def test_a_figure_outside_its_own_bounds_leaves_the_sum_open(of):
    head = TABLE.replace("Confidence", "Training compute lower bound,Training compute upper bound,Confidence")
    _, found = of({"aiact.yaml": APACHE, "m.csv": f"{head}\nLark 7B,6e25,1e24,5e24,,\n"}, folder=False)
    assert systemic(found) == {"undetermined"}


def test_compute_of_a_change_without_a_base_model_leaves_the_base_open(of):
    table = f"{TABLE},Finetune compute (FLOP),Base model\nLark 7B,1e24,Confident,Open weights (unrestricted),9e23,\n"
    status, found = of({"aiact.yaml": APACHE, "m.csv": table}, folder=False)
    assert status == "undetermined"
    assert ("m.csv", "clue-altered") in shown(found)


INDEX = """system:
    name: Lark
    endmodelname: Lark 7B
    endmodellicense: MIT
    basemodelname: Lark 7B
weights_endmodel:
    class: open
weights_basemodel:
    class: open
"""


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("", ""), "lifted"),
        (
            (
                "class: open\nweights_b",
                "class: open\nlicenses:\n    notes: 'Weights: Lark Licence. Code: MIT.'\nweights_b",
            ),
            "undetermined",
        ),
        (
            (
                "class: open\nweights_b",
                "class: open\nlicenses:\n    notes: 'Weights: MIT License agreement. Code: MIT.'\nweights_b",
            ),
            "lifted",
        ),
        (("    base", "    endmodel license: CC-BY-NC-4.0\n    base"), "undetermined"),
    ],
)
def test_what_an_index_says_of_the_weights_is_kept_beside_what_it_names(of, change, expected):
    assert of({"aiact.yaml": REST, "index.yaml": INDEX.replace(*change, 1)}, folder=False)[0] == expected


def parts(*licences: str) -> str:
    found = "".join(f"\n    - {{name: Model parameters (Final), license: {each}}}" for each in licences)
    return f"framework:\n  name: Model Openness Framework\nrelease:\n  name: Lark 7B\n  components:{found}\n"


@pytest.mark.parametrize(
    ("licences", "expected"),
    [(("MIT",), "lifted"), (("MIT", "MIT"), "lifted"), (("MIT", "Component not included"), "undetermined")],
)
def test_weights_that_are_there_and_are_not_there_are_in_doubt(of, licences, expected):
    assert of({"aiact.yaml": REST, "mof.yml": parts(*licences)}, folder=False)[0] == expected


def test_a_path_of_a_licence_that_nobody_knows_is_shown_beside_its_name(of):
    record = parts("'MIT', license_path: 'https://lark.example/terms.txt'")
    assert ("mof.yml", "clue-licence-link") in shown(of({"aiact.yaml": REST, "mof.yml": record}, folder=False)[1])


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        (f"{TABLE},Training compute (FLOP)\nLark 7B,3e26,Confident,,1e24\n", "has two columns “Training compute"),
        (
            f"{TABLE}\nLark 7B,3e24,Confident,Open weights (unrestricted),,Unreleased\n",
            "has more cells than the 4 columns",
        ),
    ],
)
def test_a_table_of_which_a_part_would_be_lost_is_refused(of, table, fault):
    with pytest.raises(DescriptionError, match=fault):
        of({"aiact.yaml": APACHE, "m.csv": table}, folder=False)

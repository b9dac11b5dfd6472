"""One model under the rival definitions of open source: where they agree, and where the law goes its own way."""

from conftest import judge

OPEN = """
model:
  licence: {licence}
  weights_public: true
  architecture_public: true
  usage_information_public: true
  monetisation: [{monetisation}]
  generality: general
  training_compute: {compute}
  published_items: [{items}]
"""
DOCUMENTS = ["technical_report", "research_paper", "evaluation_results", "model_card", "data_card", "model_metadata"]
CODE = ["training_code", "inference_code", "evaluation_code", "data_processing_code", "supporting_libraries"]
DATA = ["data_information", "training_data", "evaluation_data", "checkpoints"]
EVERYTHING = DOCUMENTS + CODE + DATA
PRIVATE = {"osaid_1_0", "fsf_statement", "open_source_alliance", "mof_class_i", "mof_class_ii", "mof_class_iii"}
ACT = {"act_53_2_strict", "act_53_2_lenient"}


def definitions(items=(), licence="Apache-2.0", monetisation="", compute="4e24") -> dict[str, str]:
    text = OPEN.format(licence=licence, monetisation=monetisation, compute=compute, items=", ".join(items))
    return judge(text).definitions_of_open_source["model"]


def holding(**options) -> set[str]:
    return {name for name, truth in definitions(**options).items() if truth == "holds"}


def test_open_weights_with_code_to_run_them_pass_the_law_and_no_definition_that_asks_for_more():
    found = definitions(["inference_code"])
    assert {name for name, truth in found.items() if truth == "holds"} == ACT | {"act_2_12", "cra_3_48", "osd_1_9"}
    assert {found[name] for name in PRIVATE} == {"fails"}


def test_a_fully_open_model_passes_all_of_them():
    assert holding(items=EVERYTHING) == set(definitions()) == ACT | PRIVATE | {"act_2_12", "cra_3_48", "osd_1_9"}


def test_information_on_the_data_satisfies_one_definition_and_not_those_that_ask_for_the_data():
    found = definitions([item for item in EVERYTHING if item != "training_data"])
    assert found["osaid_1_0"] == found["mof_class_ii"] == "holds"
    assert found["fsf_statement"] == found["open_source_alliance"] == found["mof_class_i"] == "fails"


def test_a_model_that_is_sold_is_open_source_for_the_initiative_and_not_for_the_law():
    found = definitions(EVERYTHING, monetisation="price")
    assert found["osaid_1_0"] == "holds"
    assert {found[name] for name in ACT} == {"fails"}


def test_optional_support_takes_nothing_away():
    assert holding(monetisation="optional_services") >= ACT


def test_a_model_with_systemic_risk_is_open_source_for_the_initiative_and_not_for_the_law():
    found = definitions(EVERYTHING, compute="2e25")
    assert found["osaid_1_0"] == "holds"
    assert {found[name] for name in ACT} == {"fails"}


def test_exactly_at_the_threshold_the_law_is_still_satisfied():
    assert holding(compute="1e25") >= ACT


def test_use_restrictions_divide_the_two_readings_of_the_law():
    found = definitions(EVERYTHING, licence="bigcode-openrail-m")
    assert (found["act_53_2_strict"], found["act_53_2_lenient"]) == ("fails", "holds")
    assert found["act_2_12"] == "unknown"
    assert {found[name] for name in PRIVATE | {"osd_1_9", "cra_3_48"}} == {"fails"}


def test_a_user_threshold_passes_nothing():
    assert holding(items=EVERYTHING, licence="llama3.1") == set()


def test_a_free_licence_need_not_be_approved_to_satisfy_the_law():
    found = definitions(EVERYTHING, licence="CC-BY-4.0")
    assert {found[name] for name in ACT} == {"holds"}
    assert found["osd_1_9"] == found["osaid_1_0"] == "fails"


def test_a_licence_that_nobody_knows_leaves_every_definition_open():
    found = definitions(EVERYTHING, licence="Acme Model Licence 2.1")
    assert set(found.values()) == {"unknown"}


def test_a_free_licence_on_a_base_that_is_not_free_satisfies_the_law_on_no_certain_reading():
    text = OPEN.format(licence="MIT", monetisation="", compute="1e23", items="")
    found = judge(text + "  modifies: base\nmodels:\n  base: {licence: llama3.1, training_compute: 4e24}\n")
    assert {found.definitions_of_open_source["model"][name] for name in ACT} == {"unknown"}


def test_what_is_not_stated_stays_unknown():
    found = judge("model: {licence: Apache-2.0}").definitions_of_open_source["model"]
    assert found["act_2_12"] == found["osd_1_9"] == "holds"
    assert {found[name] for name in ACT | PRIVATE} == {"unknown"}

"""An assistant is told what is not decided before anything else, and cannot slip a guess into an answer.

The server runs as a process of its own and is driven by the official client over standard input and output.
"""

from __future__ import annotations

import json
import os
import sys

import pytest
from anyio.from_thread import start_blocking_portal
from conftest import DAY, LARK, ROOT, judge
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.stdio import stdio_client

from aiact.assistant import LONGEST_DESCRIPTION, MOST_INTERVIEWS, Refused, Tools
from aiact.law.knowledge import knowledge

SILENT = LARK.replace("  monetisation: []\n", "")  # on what is earned


@pytest.fixture(scope="module")
def client():
    """The official client, connected to a server in another process."""
    env = {"PYTHONPATH": str(ROOT / "src"), "AIACT_TEXTS": os.environ["AIACT_TEXTS"], "HOME": os.environ["HOME"]}
    server = StdioServerParameters(command=sys.executable, args=["-m", "aiact", "mcp", "--on", DAY], env=env)
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(Client(stdio_client(server))) as found:
        yield Caller(portal, found)


class Caller:
    """Calls the client as if it were not asynchronous."""

    def __init__(self, portal, client) -> None:
        self.portal, self.client = portal, client

    def __getattr__(self, name: str):
        return lambda *given: self.portal.call(getattr(self.client, name), *given)

    def tool(self, name: str, **given) -> dict:
        reply = self.call_tool(name, given)
        assert not reply.is_error, reply.content[0].text
        return reply.structured_content

    def refused(self, name: str, **given) -> str:
        reply = self.call_tool(name, given)
        assert reply.is_error, reply.structured_content
        return reply.content[0].text


def test_the_tools_are_check_explain_rules_ask_and_search_and_each_says_what_it_is_for(client):
    tools = client.list_tools().tools
    assert sorted(tool.name for tool in tools) == ["ask", "check", "explain", "rules", "search"]
    assert all(tool.description for tool in tools)


def test_an_assistant_is_told_not_to_fill_in_facts(client):
    told = {tool.name: tool.description for tool in client.list_tools().tools}
    assert "Never fill in a fact" in client.client.instructions
    assert "Never add facts" in told["check"]
    assert "do not answer yourself" in told["ask"]


def test_a_fact_that_nobody_stated_gives_an_undecided_answer_with_its_question(client):
    found = client.tool("check", description=SILENT)
    assert found["decided"] is False
    assert next(iter(found)) == "verdict"
    assert found["findings"][0]["status"] == "undetermined", "what is open comes first"
    open_ = {finding["rule"]: finding for finding in found["findings"] if finding["status"] == "undetermined"}
    assert open_["art-53-1-a"]["missing"] == [["model.monetisation"]]
    assert "model.monetisation" in [question["fact"] for question in found["questions"]]
    assert "do not fill in" in found["caution"]


def test_the_tool_decides_as_the_engine_does_and_shows_the_lines(client):
    found = client.tool("check", description=LARK)
    ours = judge(LARK)
    assert {(each["rule"], each["entity"], each["status"]) for each in found["findings"]} == {
        (finding.rule.id, ours.short(finding.entity), finding.status)
        for finding in ours.findings
        if finding.status != "not_applicable"
    }
    lifted = next(each for each in found["findings"] if each["rule"] == "art-53-1-a")
    assert (lifted["status"], lifted["lifted_by"]) == ("lifted", ["art-53-2"])
    lines = {each["fact"]: each["source"].get("line") for each in lifted["facts"]}
    assert lines["model.licence"] == 6


def test_the_whole_proof_of_one_rule_is_that_of_the_json_report(client):
    found = client.tool("check", description=LARK, rule="art-53-1-a")
    ours = [each for each in judge(LARK, name="aiact.yaml").as_dict()["findings"] if each["rule"] == "art-53-1-a"]
    assert found["findings"] == json.loads(json.dumps(ours))


def test_a_description_of_nothing_is_no_verdict(client):
    found = client.tool("check", description="aiact: 1\nname: Nothing yet\nactor: {name: Us}\n")
    assert found["decided"] is False
    assert "no verdict" in found["caution"]


def test_answers_come_in_french_too(client):
    found = client.tool("check", description=SILENT, language="fr")
    assert "ne complétez pas" in found["caution"]
    assert any(question["text"].endswith(" ?") for question in found["questions"])


def test_a_path_is_not_read(client, tmp_path):
    secret = tmp_path / "aiact.yaml"
    secret.write_text(LARK)
    assert "Lark" not in client.refused("check", description=str(secret))
    told = client.tool("check", description=SILENT, file_name=str(secret))
    assert told["decided"] is False, "the text that was handed in is judged, not the file of that name"
    assert str(tmp_path) not in json.dumps(told)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"description": "model: {x"}, "aiact.yaml:1: is not valid YAML"),
        ({"description": "#" * (LONGEST_DESCRIPTION + 1)}, "longer than"),
        ({"description": "[" * 5000}, "nested more than"),
        ({"description": SILENT, "on": "tomorrow"}, "write YYYY-MM-DD"),
        ({"description": SILENT, "on": "2026-13-01"}, "write YYYY-MM-DD"),
        ({"description": SILENT, "language": "de"}, "answers are in en and fr"),
        ({"description": SILENT, "rule": "art-53-9"}, "did you mean"),
        ({"description": SILENT.replace("weights_public", "weights_publik")}, "weights_public"),
        ({"description": ""}, "is empty"),
        ({}, "description"),
    ],
)
def test_bad_input_gives_a_sentence_and_neither_a_traceback_nor_a_verdict(client, given, told):
    said = client.refused("check", **given)
    assert told in said
    assert "Traceback" not in said
    assert "applies" not in said


def test_explanations_rules_and_search_are_those_of_the_commands(client):
    assert "art-53-2" in client.tool("explain", thing="53(2)")["result"]
    rules = client.tool("rules", about="53(2)", language="fr")["rules"]
    assert {"rule": "art-53-2", "label": "modèle libre et ouvert"}.items() <= {
        key: value for rule in rules if rule["rule"] == "art-53-2" for key, value in rule.items()
    }.items()
    assert {rule["kind"] for rule in client.tool("rules", kind="exemption")["rules"]} == {"exemption"}
    hits = client.tool("search", words="résumé du contenu d’entraînement", limit=5)["hits"]
    assert 0 < len(hits) <= 5
    assert "art-53-1-d" in [hit["name"] for hit in hits] or "art_53_par_1_pnt_d" in [hit["name"] for hit in hits]
    assert "no rule" in client.refused("explain", thing="nothing of ours")
    assert "cites no provision" in client.refused("rules", about="999(9)")
    assert "1 to 50" in client.refused("search", words="model", limit=1000)


def test_rules_and_provisions_are_resources(client):
    assert {str(each.uri) for each in client.list_resources().resources} == {"aiact://rules", "aiact://schema"}
    assert "modèle libre et ouvert" in client.read_resource("aiact://fr/rule/art-53-2").contents[0].text
    assert "Article 53(2)" in client.read_resource("aiact://en/provision/art_53_par_2").contents[0].text
    assert json.loads(client.read_resource("aiact://schema").contents[0].text)["title"] == "aiact description"
    with pytest.raises(MCPError, match="there is no rule"):
        client.read_resource("aiact://en/rule/nothing-at-all")


# -- the interview


def test_an_answer_without_a_source_is_refused_and_changes_nothing(client):
    begun = client.tool("ask", description=SILENT, about="exemption")
    question = begun["question"]["fact"]
    said = client.refused("ask", interview=begun["interview"], fact=question, answer=[])
    assert "needs its source" in said
    assert client.tool("ask", interview=begun["interview"])["question"]["fact"] == question


def test_an_answer_to_another_question_than_the_open_one_is_refused(client):
    begun = client.tool("ask", description=SILENT, about="exemption")
    said = client.refused(
        "ask", interview=begun["interview"], fact="model.licence", answer="MIT", source="the user said so"
    )
    assert "the open question is about" in said


def test_an_answer_with_its_source_decides_and_the_description_keeps_both(client):
    begun = client.tool("ask", description=SILENT, about="exemption")
    assert begun["question"]["fact"] == "model.monetisation"
    done = client.tool(
        "ask", interview=begun["interview"], fact="model.monetisation", answer=[], source="Ada,\nthe maintainer"
    )
    assert done["question"] is None
    assert done["said"] == [{"fact": "model.monetisation", "answer": [], "source": "Ada, the maintainer"}]
    assert "# model.monetisation: Ada, the maintainer\n" in done["description"]
    lifted = {each["rule"] for each in client.tool("check", description=done["description"])["findings"]
              if each["status"] == "lifted"}  # fmt: skip
    assert "art-53-1-a" in lifted


def test_not_knowing_is_an_answer_that_lifts_nothing(client):
    begun = client.tool("ask", description=SILENT, about="exemption")
    done = client.tool("ask", interview=begun["interview"], fact="model.monetisation", unknown=True)
    assert done["question"] is None
    assert done["decided"] is False


def test_an_answer_can_be_taken_back(client):
    begun = client.tool("ask", description=SILENT, about="exemption")
    name, fact = begun["interview"], begun["question"]["fact"]
    client.tool("ask", interview=name, fact=fact, answer=["paid_api"], source="the user")
    again = client.tool("ask", interview=name, back=True)
    assert (again["question"]["fact"], again["said"]) == (fact, [])


def test_an_interview_begins_with_nothing_and_takes_words_numbers_and_choices(client):
    state = client.tool("ask", about="exemption")
    assert state["question"]["kind"] == "opening"
    given = {"fact": "opening", "answer": ["own-model"], "source": "the user"}
    kinds = set()
    for _ in range(25):
        state = client.tool("ask", interview=state["interview"], **given)
        question = state["question"]
        if question is None:
            break
        kinds.add(question["kind"])
        value = {"boolean": True, "number": 3e24, "licence": "Apache-2.0", "place": "FR", "date": "2026-09-01",
                 "event": "2026-09-01", "text": "x", "link": "us"}.get(question["kind"])  # fmt: skip
        if question["kind"] == "concept":
            first = question["values"][0]["value"]
            value = first if not question["many"] else [] if question["key"] == "monetisation" else [first]
        given = {"fact": question["fact"], "answer": value, "source": "the user"}
    assert question is None, f"still asks {question}"
    assert {"boolean", "licence"} <= kinds


def test_only_so_many_interviews_are_held():
    tools = Tools(knowledge(), DAY)
    first = tools.ask()["interview"]
    for _ in range(MOST_INTERVIEWS):
        tools.ask()
    assert len(tools.interviews) == MOST_INTERVIEWS
    with pytest.raises(Refused, match="there is no interview"):
        tools.ask(interview=first)

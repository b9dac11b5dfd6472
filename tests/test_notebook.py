"""Who works in Python sees the same answer: in a notebook, in rows, and as a graph of rdflib that goes in and out."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from html.parser import HTMLParser

import nbformat
import pytest
import rdflib
from conftest import DAY, LARK, ROOT, judge

import aiact
from aiact.findings.assess import ORDER
from aiact.findings.diff import changes

NOTEBOOK = ROOT / "examples" / "quickstart.ipynb"
PROJECTS = sorted((ROOT / "data" / "projects").glob("*.yaml"))


# -- the notebook


def executed() -> nbformat.NotebookNode:
    """The example notebook as a kernel of its own runs it now."""
    from nbclient import NotebookClient

    notebook = nbformat.read(NOTEBOOK, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    path = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    client = NotebookClient(
        notebook,
        timeout=120,
        record_timing=False,
        coalesce_streams=True,  # printed lines come in one piece or in several
        resources={"metadata": {"path": str(ROOT)}},
    )
    if sys.platform == "win32":
        asyncio.set_event_loop_policy(asyncio.WindowsSelectorEventLoopPolicy())
    with tempfile.TemporaryDirectory() as settings:  # not those of the user
        client.execute(env=os.environ | {"PYTHONPATH": path, "IPYTHONDIR": settings})
    return notebook


def test_the_example_notebook_gives_the_outputs_that_are_kept_in_it():
    """``python tests/test_notebook.py`` executes it and keeps the new outputs."""
    kept, now = nbformat.read(NOTEBOOK, as_version=4), executed()
    nbformat.validate(kept)
    for number, (before, after) in enumerate(zip(kept.cells, now.cells, strict=True), 1):
        if before.cell_type == "code":
            assert before.outputs, f"cell {number} shows nothing"
            assert before.outputs == after.outputs, f"cell {number}"
            assert before.execution_count == after.execution_count


def test_the_example_notebook_knows_nothing_of_the_machine_on_which_it_was_run():
    text = NOTEBOOK.read_text(encoding="utf-8")
    assert not re.search(r"/(home|root|tmp|Users|work)/|0x[0-9a-f]{6,}", text)


# -- what is shown


class Page(HTMLParser):
    """Tags and text of a piece of HTML; every tag that opens must close."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open, self.tags, self.text = [], set(), ""
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.tags.add(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_a_notebook_shows_the_verdict_every_duty_and_the_questions():
    found = judge(LARK.replace("  monetisation: []\n", ""))
    page = Page(found._repr_html_())
    assert found.show().headline in page.text
    for finding in found.findings:
        if finding.status != "not_applicable":
            assert finding.rule.label["en"] in page.text
    assert "model.monetisation" in page.text
    assert "Not legal advice" in page.text


def test_a_notebook_can_show_french():
    page = Page(judge(LARK).show("fr")._repr_html_())
    assert "levée" in page.text
    assert 'lang="fr"' in judge(LARK).show("fr")._repr_html_()
    with pytest.raises(ValueError, match="en and fr"):
        judge(LARK).show("de")


def test_what_a_description_calls_itself_cannot_run_in_a_notebook():
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    found = judge(re.sub("Lark Collective|Lark 7B|Lark$", f"'{evil}'", LARK, flags=re.MULTILINE))
    page = Page(found._repr_html_())
    assert evil in page.text
    assert page.tags <= {
        "div",
        "p",
        "strong",
        "em",
        "h4",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "span",
        "ul",
        "li",
    }
    assert "<script" not in found._repr_markdown_()


def test_an_assessment_says_in_one_line_what_it_is():
    assert repr(judge(LARK)).startswith(f"<Assessment of Lark · as of {DAY} · ")
    assert "\n" not in repr(judge(LARK))


def test_printing_what_is_shown_gives_the_report_of_the_command_line():
    assert repr(judge(LARK).show()).splitlines()[0].startswith("Lark · as of")


# -- rows


def test_rows_hold_every_finding_flat():
    found = judge(LARK)
    rows = found.rows(everything=True)
    assert len(rows) == len(found.findings)
    assert all(isinstance(value, str) for row in rows for value in row.values())
    assert len({tuple(row) for row in rows}) == 1, "all rows have the same columns"
    assert {row["status"] for row in rows} <= set(ORDER)
    row = next(row for row in rows if row["rule"] == "art-53-1-a")
    assert (row["status"], row["lifted_by"], row["bearer_name"]) == ("lifted", "art-53-2", "Lark Collective")


def test_rows_name_the_missing_facts():
    row = next(row for row in judge(LARK.replace("  monetisation: []\n", "")).rows() if row["rule"] == "art-53-1-a")
    assert (row["status"], row["missing"]) == ("undetermined", "model.monetisation")


# -- rdflib


@pytest.mark.parametrize("path", PROJECTS[::6], ids=lambda path: path.stem)
def test_a_project_goes_out_as_a_graph_and_comes_back_with_the_same_answer(path):
    first = aiact.assess(path, DAY)
    second = aiact.assess(first.to_rdflib(), DAY)
    assert changes(first, second) == []


def test_a_graph_gives_what_its_turtle_gives(tmp_path):
    turtle = """
        @prefix aiact: <https://w3id.org/aiact/ns/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
        @prefix ex: <https://example.org/> .
        ex:us a aiact:Actor ; aiact:establishedIn "FR" .
        ex:m a aiact:Model ; aiact:provider ex:us ; aiact:licence "Apache-2.0" ; aiact:weightsPublic true ;
            aiact:generality aiact:general ; aiact:trainingCompute 6e23 ; aiact:states aiact:monetisation .
    """
    (tmp_path / "m.ttl").write_text(turtle)
    found = aiact.assess(rdflib.Graph().parse(data=turtle), DAY)
    assert changes(aiact.assess(tmp_path / "m.ttl", DAY), found) == []
    assert found.findings


def test_the_same_graph_is_the_same_project_whatever_its_blank_nodes_are_called():
    turtle = """
        @prefix aiact: <https://w3id.org/aiact/ns/> .
        [] a aiact:Model ; aiact:provider [ a aiact:Actor ] ; aiact:licence 'MIT' ."""
    first, second = (aiact.assess(rdflib.Graph().parse(data=turtle), DAY) for _ in range(2))
    assert first.facts.description.sha256 == second.facts.description.sha256
    assert first.as_dict() == second.as_dict()


def test_a_conclusion_that_is_handed_in_decides_nothing():
    """The findings of the same project on a better day are no facts of it."""
    lifted = judge(LARK).to_rdflib()
    lifted.remove((None, rdflib.URIRef("https://w3id.org/aiact/ns/monetisation"), None))
    lifted.remove((None, None, rdflib.URIRef("https://w3id.org/aiact/ns/monetisation")))
    again = aiact.assess(lifted, DAY)
    assert {f.status for f in again.findings if f.rule.id == "art-53-1-a"} == {"undetermined"}


def test_a_graph_cannot_change_the_law():
    graph = rdflib.Graph().parse(
        data="@prefix r: <https://w3id.org/aiact/rule/> . r:art-53-2 a <https://w3id.org/aiact/ns/Model> ."
    )
    with pytest.raises(aiact.DescriptionError, match="not the project's to define"):
        aiact.assess(graph, DAY)


def test_a_dataset_is_refused_rather_than_read_in_part():
    with pytest.raises(aiact.DescriptionError, match="named graphs"):
        aiact.assess(rdflib.Dataset(), DAY)


def test_an_empty_graph_describes_nothing():
    with pytest.raises(aiact.DescriptionError, match="is empty"):
        aiact.assess(rdflib.Graph(), DAY)


if __name__ == "__main__":
    nbformat.write(executed(), NOTEBOOK)

"""The worked study of a real index: executed on the folder that is given, its outputs are those that are kept."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT, SHARED

from aiact.reports.pictures import bars

NOTEBOOK = ROOT / "examples" / "portfolio-study.ipynb"
INDEX = Path(os.environ.get("AIACT_INDEX") or SHARED / "data" / "osai").resolve()


def executed() -> nbformat.NotebookNode:
    """The study as a kernel of its own runs it now."""
    from nbclient import NotebookClient

    notebook = nbformat.read(NOTEBOOK, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    where = os.environ | {"AIACT_INDEX": str(INDEX), "PYTHONPATH": str(ROOT / "src")}
    client = NotebookClient(
        notebook, timeout=600, record_timing=False, coalesce_streams=True, resources={"metadata": {"path": str(ROOT)}}
    )
    with tempfile.TemporaryDirectory() as settings:
        client.execute(env=where | {"IPYTHONDIR": settings})
    return notebook


@pytest.mark.skipif(not INDEX.is_dir(), reason="the records of the index are not here: AIACT_INDEX names their folder")
def test_the_study_gives_the_outputs_that_are_kept_in_it():
    """``python tests/test_study.py`` executes it and keeps the new outputs."""
    pytest.importorskip("duckdb", reason="portfolios need aiact[portfolio]")
    kept, now = nbformat.read(NOTEBOOK, as_version=4), executed()
    nbformat.validate(kept)
    for number, (before, after) in enumerate(zip(kept.cells, now.cells, strict=True), 1):
        if before.cell_type == "code":
            assert before.outputs == after.outputs, f"cell {number}"


def test_the_study_shows_its_pictures_and_nothing_of_the_machine_on_which_it_was_run():
    kept = nbformat.read(NOTEBOOK, as_version=4)
    shown = [output for cell in kept.cells for output in cell.get("outputs", [])]
    assert sum("image/svg+xml" in output.get("data", {}) for output in shown) == 2
    assert not any(output.output_type == "error" for output in shown)
    assert not re.search(r"/(home|root|tmp|Users|work)/|0x[0-9a-f]{6,}", NOTEBOOK.read_text(encoding="utf-8"))


@pytest.mark.skipif(not INDEX.is_dir(), reason="the records of the index are not here: AIACT_INDEX names their folder")
def test_the_study_shows_counts_and_no_record_of_others():
    kept = " ".join(str(cell.get("outputs", "")) for cell in nbformat.read(NOTEBOOK, as_version=4).cells)
    names = [path.stem for path in INDEX.glob("*.yaml") if len(path.stem) > 3]
    assert len(names) > 100
    assert [name for name in names if re.search(rf"\b{re.escape(name)}\b", kept)] == []


def test_bars_are_as_long_as_their_numbers_and_say_them_in_words():
    drawn = bars(
        "b",
        "Title",
        "Words",
        [("one & all", [("applies", 3, "applies"), ("lifted", 1, "lifted")]), ("two", [("applies", 2, "applies")])],
    )
    widths = [
        float(each)
        for each in re.findall(r'<rect class="\w+" x="[\d.]+" y="[\d.]+" width="([\d.]+)" height="16"', drawn)
    ]
    assert widths[0] == pytest.approx(3 * widths[1], abs=0.4)
    assert widths[2] == pytest.approx(2 * widths[1], abs=0.4)
    assert "one &amp; all" in drawn
    assert "applies: 3" in drawn
    assert "<style" not in drawn


if __name__ == "__main__":
    nbformat.write(executed(), NOTEBOOK)

"""Fuzzing, a little each time: what is not read is refused in its own kind of exception, whatever the bytes.

``benchmarks/fuzz.py`` does the same for as long as one likes; its finds, mended, are among the hostile documents.
"""

import random
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from fuzz import LARGEST, TARGETS, mutant, seeds, tried
from hypothesis import given, seed, settings
from hypothesis import strategies as st

FEW = 60


@pytest.mark.parametrize("name", TARGETS)
def test_seeds_and_what_is_made_of_them_are_read_or_refused(name):
    """Derandomised: the same inputs each time."""
    chance = random.Random(name)
    inputs = [mutant(name, chance) for _ in range(FEW)]
    assert all(len(data) <= LARGEST for data in inputs)
    wrong = {data: told for data in inputs if (told := tried(name, data))}
    assert wrong == {}


@pytest.mark.parametrize("name", ["numbers", "expressions", "queries", "yaml", "json", "turtle"])
def test_any_bytes_at_all_are_read_or_refused(name):
    @seed(7)
    @settings(max_examples=40, deadline=None, database=None, derandomize=False)
    @given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))))
    def run(data):
        assert tried(name, data) == ""

    run()


def test_every_reader_and_every_gate_is_a_target():
    readers = {path.stem for path in (ROOT / "src" / "aiact" / "readers").glob("[a-z]*.py")}
    told = {"ours": "yaml", "rdf": "turtle", "model_card": "card", "model_openness": "openness"}
    told |= {"open_source_index": "index", "software": "package"}
    assert {told.get(name, name) for name in readers} <= set(TARGETS)
    assert {"numbers", "expressions", "queries", "xhtml", "formex", "archive", "baseline"} <= set(TARGETS)


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_has_seeds(name):
    assert seeds(name)


def test_the_long_run_prints_inputs_and_finds(tmp_path):
    import subprocess

    command = [sys.executable, ROOT / "benchmarks" / "fuzz.py", "--seconds", "1", "--target", "numbers"]
    done = subprocess.run([*command, "--keep", tmp_path / "finds"], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "inputs" in done.stdout.splitlines()[-1]
    assert not Path(tmp_path / "finds").exists()


def test_a_find_is_told_with_its_kind_and_place(monkeypatch):
    """The check can fail: a reader that breaks is a find."""
    from aiact.descriptions import describe

    monkeypatch.setattr(describe, "read_file", lambda *_: {}["no such key"])
    assert tried("yaml", b"aiact: 1\n").startswith("KeyError")

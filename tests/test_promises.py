"""What the documents on security say is there: every file, command and option that they name."""

import re

import pytest
from click.testing import CliRunner
from conftest import ROOT

from aiact.cli import main

DOCUMENTS = ("THREAT_MODEL.md", "SECURITY.md")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_command_and_option_that_is_named_exists(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    named = re.findall(r"`(?:aiact )((?:--)?[a-z]+)([^`]*)`", text)
    assert len(named) > 3
    for word, rest in named:
        if word == "--version":
            continue
        group = main.get_command(main.make_context("aiact", ["check"], resilient_parsing=True), word)
        options = {option for each in group.params for option in each.opts}
        for option in re.findall(r"--[a-z-]+", rest):
            assert option in options, f"aiact {word} has no {option}"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_file_and_page_that_is_named_exists(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    paths = re.findall(r"`((?:src|tests|requirements|benchmarks)/[\w./-]*)`", text) + re.findall(
        r"\]\(([\w.]+)\)", text
    )
    assert paths
    for path in paths:
        assert (ROOT / path).exists(), path


def test_every_word_of_run_that_is_named_is_a_word_of_run():
    runner = (ROOT / "run").read_text(encoding="utf-8")
    for name in (*DOCUMENTS, "CONTRIBUTING.md"):
        for word in re.findall(r"\./run ([a-z]+)", (ROOT / name).read_text(encoding="utf-8")):
            assert re.search(rf"^{word}\)", runner, re.MULTILINE) or word in ("check",), word


def test_what_went_wrong_in_the_knowledge_is_told_by_the_version_too(monkeypatch):
    from aiact.law import knowledge as kept

    def broken(folder=None):
        raise kept.KnowledgeError("art-53-2: has no sanction")

    monkeypatch.setattr(kept, "knowledge", broken)
    found = CliRunner().invoke(main, ["--version"])
    assert found.exit_code == 4
    assert "art-53-2: has no sanction" in found.output

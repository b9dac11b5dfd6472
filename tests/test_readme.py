"""What the README says is so: its commands run, its output is real, in both languages."""

import re
import shlex

import pytest
from click.testing import CliRunner
from conftest import DAY, ROOT

from aiact.cli import main

README = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "LISEZMOI.md")}
# Tested elsewhere: what is slow, asks a person, serves, or needs a network or files of the user's own.
ELSEWHERE = tuple(
    f"aiact {name}"
    for name in (
        "shapes",
        "ask",
        "site",
        "serve",
        "mcp",
        "publish",
        "text fetch",
        "text import",
        "query --endpoint",
        "diff --since",
        "portfolio",
        "verify r",
    )
)
each_language = pytest.mark.parametrize("name", README)


def blocks(name: str, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", README[name], re.MULTILINE | re.DOTALL)


def commands() -> list[str]:
    """Every command of the tables and blocks, with the files it names made where the text says they come from."""
    found = dict.fromkeys(line for text in README.values() for line in re.findall(r"`(aiact [^`]+)`", text))
    return [line for line in found if not line.startswith(ELSEWHERE)]


def run(line: str) -> str:
    arguments = shlex.split(line)[1:]
    if arguments[0] in ("check", "diff") and not {"--on", "--and-on"} & set(arguments):
        arguments += ["--on", DAY]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == (1 if "--fail-on" in arguments else 0), f"{line}: {done.output}"
    return done.output


@each_language
def test_the_output_shown_is_that_of_the_description_shown(name, tmp_path, monkeypatch):
    description, console = blocks(name, "yaml")[0], blocks(name, "console")[0]
    command, *lines = console.splitlines()
    monkeypatch.chdir(tmp_path)
    (tmp_path / shlex.split(command)[3]).write_text(description, encoding="utf-8")
    printed = iter(run(command.removeprefix("$ ")).splitlines())
    for line in lines:
        assert line == "…" or line in printed, f"not printed, or not in this order: {line}"


@pytest.mark.parametrize("line", commands())
def test_a_command_of_the_readme_runs(line, tmp_path, monkeypatch):
    (tmp_path / "data").symlink_to(ROOT / "data")
    if not line.startswith("aiact init"):
        (tmp_path / "aiact.yaml").write_text(blocks("README.md", "yaml")[0], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert run(line) or " -o " in line


@each_language
def test_both_read_me_files_have_the_same_parts_and_the_two_commands(name):
    heads = [len(line.split(" ")[0]) for line in README[name].splitlines() if line.startswith("#")]
    assert heads == [1, 2, 2, 2, 2, 2, 2, 2]
    (two,) = blocks(name, "sh")
    assert [line.split()[:2] for line in two.splitlines()] == [["./run", "check"], ["./run", "test"]]
    assert len(README[name].splitlines()) <= 150


@each_language
def test_what_the_read_me_files_name_exists(name):
    for target in re.findall(r"\]\(([^)]+)\)", README[name]) + re.findall(r"data/projects/[\w.-]+", README[name]):
        assert (ROOT / target.rstrip(".,")).exists(), target

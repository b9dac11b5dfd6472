"""A change says what it alters in the verdicts, before a commit and on a pull request, and runs nothing that it brings.

Everything happens in throw-away repositories, with git, bash and pre-commit themselves; only the forge is played.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import DAY, LARK, ROOT
from ruamel.yaml import YAML

from aiact.cli import main
from aiact.findings.revisions import JOINER, MARK, MOST_ROWS, as_markdown, compare, safe

SOLD = LARK.replace("monetisation: []", "monetisation: [price]")
SCRIPT = ROOT / "action" / "verdicts.sh"
ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    **{f"GIT_{who}_{what}": "x" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
}


class Repository:
    """A throw-away repository."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.git("init", "--quiet", "--initial-branch", "main")

    def git(self, *words: str) -> str:
        environment = os.environ | ENVIRONMENT
        done = subprocess.run(["git", *words], cwd=self.folder, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def commit(self, **files: str) -> str:
        for name, text in files.items():
            self.write(name.replace("__", "/") + ".yaml", text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "x")
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path, monkeypatch):
    folder = tmp_path / "repository"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return Repository(folder)


def said(*words: str, code: int = 0) -> str:
    done = CliRunner().invoke(main, ["diff", *words, "--on", DAY])
    assert done.exit_code == code, done.output
    return done.output


# -- aiact diff --since


def test_a_model_that_begins_to_be_sold_loses_the_exemption_and_the_change_says_so(repository):
    repository.commit(aiact=LARK)
    repository.write("aiact.yaml", SOLD)
    found = json.loads(said("--since", "HEAD", "aiact.yaml", "-f", "json"))
    changes = {each["rule"]: (each["before"], each["after"]) for each in found[0]["days"][0]["changes"]}
    assert found[0]["days"][0]["day"] == DAY
    assert changes == {"art-53-1-a": ("lifted", "applies"), "art-53-1-b": ("lifted", "applies")}
    assert "Art. 53(1)(a)" in said("--since", "HEAD", "aiact.yaml")


def test_a_verdict_that_turns_again_on_a_later_day_is_told_for_that_day(repository):
    """A model of before August 2025 has until August 2027; then what is lifted no longer would be owed."""
    old = LARK.replace("2026-09-01", "2025-03-01")
    repository.commit(aiact=old)
    repository.write("aiact.yaml", old.replace("monetisation: []", "monetisation: [price]"))
    found = json.loads(said("--since", "HEAD", "aiact.yaml", "-f", "json"))
    turns = {
        turn["day"]: {(each["before"], each["after"], each["due_after"]) for each in turn["changes"]}
        for turn in found[0]["days"]
    }
    assert turns == {DAY: {("lifted", "transitional", "2027-08-02")}, "2027-08-02": {("lifted", "applies", "")}}


def test_a_change_of_words_changes_no_verdict_and_the_report_says_so(repository):
    repository.commit(aiact=LARK)
    repository.write("aiact.yaml", "# what we publish\n" + LARK.replace("Lark 7B", "Lark Seven"))
    told = said("--since", "HEAD", "aiact.yaml", "--exit-code")
    assert f"No duty differs, neither on {DAY} nor on a later day" in told


def test_any_difference_can_fail(repository):
    repository.commit(aiact=LARK)
    repository.write("aiact.yaml", SOLD)
    said("--since", "HEAD", "aiact.yaml", "--exit-code", code=1)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_new_description_a_lost_one_and_one_that_cannot_be_read_are_told_apart(repository, language):
    repository.commit(gone=LARK, broken=LARK, mended="model: {x")
    repository.write("new.yaml", LARK)
    repository.write("mended.yaml", LARK)
    repository.write("broken.yaml", LARK.replace("weights_public", "weights_publik"))
    (repository.folder / "gone.yaml").unlink()
    told = said("--since", "HEAD", "new.yaml", "gone.yaml", "mended.yaml", "broken.yaml", "--lang", language, code=3)
    words = {
        "en": ("New description", "its duties are not", "could not be read before", "cannot be read, so nothing"),
        "fr": (
            "Nouvelle description",
            "les obligations ne le sont pas",
            "être lue auparavant",
            "rien n’est donc tranché",
        ),
    }[language]
    for part, word in zip(re.split(r"\n\n(?=\w+\.yaml\n)", told), words, strict=True):
        assert word in part
    assert "broken.yaml:10" in told


def test_before_the_first_commit_every_description_is_new(repository):
    repository.write("aiact.yaml", LARK)
    assert "New description" in said("--since", "HEAD", "aiact.yaml")


def test_a_description_in_a_folder_is_found_from_anywhere(repository, monkeypatch):
    repository.commit(models__lark__aiact=LARK)
    repository.write("models/lark/aiact.yaml", SOLD)
    from_above = said("--since", "HEAD", "models/lark/aiact.yaml", code=0)
    monkeypatch.chdir(repository.folder / "models")
    beside = said("--since", "HEAD", "lark/aiact.yaml")
    assert "Art. 53(1)(a)" in from_above
    assert from_above.splitlines()[1:] == beside.splitlines()[1:]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--since", "no-such-branch", "aiact.yaml"], "there is no revision “no-such-branch”"),
        (["--since=--output=stolen", "aiact.yaml"], "there is no revision"),
        (["--since", "HEAD", "."], "is a folder"),
        (["--since", "HEAD", "aiact.yaml", "--and-on", "2027-01-01"], "looks at later days by itself"),
        (["aiact.yaml", "-f", "md"], "go with --since"),
        (["a.yaml", "b.yaml", "c.yaml"], "two descriptions are compared"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_words(repository, words, told):
    repository.commit(aiact=LARK)
    assert told in said(*words, code=2)
    assert not (repository.folder / "stolen").exists()


def test_a_file_outside_of_any_repository_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    (tmp_path / "aiact.yaml").write_text(LARK)
    assert "lies in no git repository" in said("--since", "HEAD", str(tmp_path / "aiact.yaml"), code=2)


# -- Markdown for a forge


def test_names_in_a_description_mention_nobody_and_are_no_markup(base):
    evil = "@everyone see #1 <img src=x> [x](https://evil.example) | `rm` \n# Title"
    told = safe(evil)
    assert "@everyone" not in told
    assert f"@{JOINER}everyone" in told
    assert not re.search(r"(?<!\\)[`|<>\[\]]|https://|#\d", told)
    assert "\n" not in told


def test_a_comment_fits_into_what_a_forge_takes_and_says_what_it_leaves_out(repository, base):
    many = "".join(f"  m{number}:\n" + "".join(f"  {line}\n" for line in LARK.splitlines()[4:]) for number in range(25))
    text = "aiact: 1\nprovider: {name: Maker, kind: other_body, established_in: FR}\nmodels:\n" + many
    repository.commit(aiact=text)
    repository.write("aiact.yaml", text.replace("monetisation: []", "monetisation: [price]"))
    found = [compare("aiact.yaml", "HEAD", DAY, base)] * 3
    told = as_markdown(found, "en")
    assert len(told) < 65_536
    assert sum(line.startswith(("| m", "| provider")) for line in told.splitlines()) == MOST_ROWS
    assert re.search(r"^\d+ more; aiact diff shows them", told, re.MULTILINE)


# -- pre-commit


def hook() -> dict:
    (found,) = YAML(typ="safe").load(ROOT / ".pre-commit-hooks.yaml")
    return found


def test_the_hook_is_one_that_pre_commit_takes():
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "name", ["aiact.yaml", "aiact.yml", "models/lark/aiact.json", "aiact.lark-7b.yaml", "aiact.ttl"]
)
def test_the_hook_looks_at_descriptions(name):
    assert re.search(hook()["files"], name)


@pytest.mark.parametrize("name", ["README.md", "myaiact.yaml", "aiact.yaml.bak", "aiact/models.yaml", "package.json"])
def test_the_hook_leaves_other_files_alone(name):
    assert not re.search(hook()["files"], name)


def test_pre_commit_says_what_a_commit_alters_and_stops_one_that_cannot_be_read(repository):
    """The hook as it is, but run by this Python: an environment of its own would need the package index."""
    local = hook() | {"language": "system", "entry": f"{sys.executable} -m {hook()['entry']} --on {DAY}"}
    config = {"repos": [{"repo": "local", "hooks": [local]}]}
    (repository.folder / ".pre-commit-config.yaml").write_text(json.dumps(config))
    repository.commit(aiact=LARK, other=LARK)
    environment = os.environ | ENVIRONMENT | {"PRE_COMMIT_HOME": str(repository.folder.parent / "home")}
    environment |= {"PYTHONPATH": str(ROOT / "src")}
    subprocess.run([sys.executable, "-m", "pre_commit", "install"], env=environment, capture_output=True, check=True)

    def commit(text: str) -> subprocess.CompletedProcess:
        repository.write("aiact.yaml", text)
        repository.git("add", "--all")
        return subprocess.run(["git", "commit", "-m", "x"], env=environment, capture_output=True, text=True)

    done = commit(SOLD)
    assert done.returncode == 0, "an obligation is not an error"
    assert "lifted → applies" in done.stderr + done.stdout
    done = commit(SOLD.replace("[price]", "[prize]"))
    assert done.returncode != 0
    assert "aiact.yaml:13" in done.stderr + done.stdout


# -- the action


@pytest.fixture
def forge(repository, tmp_path):
    """A pull request that begins to sell a model, aiact and a played gh on the path."""
    bin = tmp_path / "bin"
    bin.mkdir()
    (bin / "aiact").write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT / "src"}" exec "{sys.executable}" -m aiact "$@"\n')
    (bin / "gh").write_text(
        f'#!/bin/sh\nfor word in "$@"; do printf "%s\\n" "$word" >>"{tmp_path}/asked"; done\n'
        'case "$*" in *--paginate*) cat "$PLAYED_COMMENT"; exit "${PLAYED_CODE:-0}" ;; esac\n'
        f'for word in "$@"; do case "$word" in body=@*) cp "${{word#body=@}}" "{tmp_path}/body" ;; esac; done\n'
        'exit "${PLAYED_CODE:-0}"\n'
    )
    for each in bin.iterdir():
        each.chmod(0o755)
    base = repository.commit(aiact=LARK)
    repository.commit(aiact=SOLD)
    (tmp_path / "none").write_text("")
    return Forge(repository, tmp_path, bin, base)


class Forge:
    def __init__(self, repository, place, bin, base) -> None:
        self.repository, self.place, self.bin, self.base = repository, place, bin, base

    def run(self, code: int | None = 0, **given: str) -> subprocess.CompletedProcess:
        environment = os.environ | ENVIRONMENT | {
            "PATH": f"{self.bin}{os.pathsep}{os.environ['PATH']}", "AIACT_FILES": "aiact.yaml", "AIACT_BASE": self.base,
            "AIACT_DAY": DAY, "AIACT_COMMENT": "true", "AIACT_NUMBER": "7", "GH_TOKEN": "x",
            "GITHUB_REPOSITORY": "some/where", "GITHUB_STEP_SUMMARY": str(self.place / "summary"),
            "PLAYED_COMMENT": str(self.place / "none"),
        } | given  # fmt: skip
        done = subprocess.run(
            [str(SCRIPT)], env=environment, cwd=self.repository.folder, capture_output=True, text=True
        )
        assert code in (None, done.returncode), done.stderr + done.stdout
        return done

    def read(self, name: str) -> str:
        path = self.place / name
        return path.read_text(encoding="utf-8") if path.exists() else ""


def test_the_action_comments_with_the_difference_of_the_verdicts(forge):
    forge.run()
    body = forge.read("body")
    assert body.startswith(MARK)
    assert "| provider → model | technical documentation | Art. 53(1)(a) | lifted | applies |" in body
    assert body == forge.read("summary")
    assert "repos/some/where/issues/7/comments" in forge.read("asked").splitlines()
    assert "POST" in forge.read("asked").splitlines()


def test_a_later_run_replaces_the_comment_of_the_first(forge):
    (forge.place / "comment").write_text("42\n")
    forge.run(PLAYED_COMMENT=str(forge.place / "comment"))
    asked = forge.read("asked").splitlines()
    assert "PATCH" in asked
    assert "repos/some/where/issues/comments/42" in asked


def test_where_the_token_may_only_read_the_summary_is_written_and_the_job_goes_on(forge):
    done = forge.run(PLAYED_CODE="1")
    assert "a comment was refused" in done.stdout
    assert MARK in forge.read("summary")


def test_the_action_fails_on_a_difference_only_if_asked(forge):
    forge.run(AIACT_FAIL="true", code=1)
    assert MARK in forge.read("body"), "it comments all the same"


def test_a_description_that_cannot_be_read_fails_the_job_and_the_comment_says_why(forge):
    forge.repository.commit(aiact=SOLD.replace("[price]", "[prize]"))
    forge.run(code=3)
    assert "price" in forge.read("body")


@pytest.mark.parametrize(
    "given",
    [
        {"AIACT_FILES": "$(touch pwned).yaml"},
        {"AIACT_FILES": "x.yaml; touch pwned"},
        {"AIACT_FILES": "--output=pwned"},
        {"AIACT_FILES": "`touch pwned`\n-o\npwned"},
        {"AIACT_BASE": "--upload-pack=touch pwned"},
        {"AIACT_BASE": "HEAD; touch pwned"},
        {"AIACT_DAY": "$(touch pwned)"},
        {"AIACT_DAY": "--output=pwned"},
        {"AIACT_LANG": "en --output pwned"},
        {"AIACT_NUMBER": "7/../../../x"},
    ],
    ids=lambda given: next(iter(given)),
)
def test_nothing_that_a_pull_request_names_is_run_or_taken_for_an_option(forge, given):
    done = forge.run(code=None, **given)
    assert done.returncode == 0 or re.search("must be|write YYYY|is not one|Invalid value", done.stderr), done.stderr
    assert not list(forge.repository.folder.glob("pwned*"))
    assert "pwned" not in [line for line in forge.read("asked").splitlines() if line.startswith("repos")]
    assert ".." not in "".join(line for line in forge.read("asked").splitlines() if line.startswith("repos"))


def test_the_action_splices_no_value_into_a_command_and_needs_no_more_rights_than_it_uses():
    action = YAML(typ="safe").load(ROOT / "action.yml")
    assert action["runs"]["using"] == "composite"
    for step in action["runs"]["steps"]:
        assert "${{" not in step.get("run", "")
    used = {name for step in action["runs"]["steps"] for name in step.get("env", {})}
    named = set(re.findall(r"\bAIACT_[A-Z]+|\bGH_TOKEN", SCRIPT.read_text(encoding="utf-8")))
    assert named == used, "what the script reads is what the action hands over"
    inputs = set(re.findall(r"inputs\.([\w-]+)", (ROOT / "action.yml").read_text(encoding="utf-8")))
    assert inputs == set(action["inputs"])
    assert "{contents: read, pull-requests: write}" in (ROOT / "action.yml").read_text(encoding="utf-8")


def test_the_script_of_the_action_is_a_program_and_reads_as_bash():
    assert os.access(SCRIPT, os.X_OK)
    assert subprocess.run([shutil.which("bash") or "bash", "-n", str(SCRIPT)], check=False).returncode == 0

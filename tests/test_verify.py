"""What was installed and what was reported can be checked again: by anybody, later, elsewhere."""

import json
import os
import pickle
import subprocess
import sys
import zipfile

import pytest
from click.testing import CliRunner
from conftest import DAY, LARK, ROOT

from aiact import caches
from aiact.cli import main
from aiact.law import knowledge as kept


def aiact(*words: str) -> tuple[int, str]:
    found = CliRunner().invoke(main, list(map(str, words)))
    return found.exit_code, found.output


@pytest.fixture
def report(tmp_path, monkeypatch):
    """A report as JSON, made where its description lies."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lark.yaml").write_text(LARK, encoding="utf-8")
    assert aiact("check", "lark.yaml", "--on", DAY, "-f", "json", "-o", "report.json") == (0, "")
    return tmp_path / "report.json"


# -- a report


@pytest.mark.parametrize(("language", "words"), [("en", "all 63 findings are as"), ("fr", "les 63 constats sont ceux")])
def test_a_report_holds_while_nothing_has_changed(report, language, words, base):
    count = len(json.loads(report.read_text())["findings"])
    code, told = aiact("verify", report, "--lang", language)
    assert code == 0, told
    assert words.replace("63", str(count)) in told
    assert base.release in told


def test_a_report_holds_from_another_folder_and_for_a_description_that_has_moved(report, tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert aiact("verify", report)[0] == 0, "it is looked for beside the report"
    (tmp_path / "lark.yaml").rename(tmp_path / "elsewhere" / "moved.yaml")
    assert aiact("verify", report, "moved.yaml")[0] == 0
    code, told = aiact("verify", report)
    assert (code, "lark.yaml" in told) == (3, True)


def test_a_report_under_another_text_of_the_act_is_decided_under_that_text(report):
    code, _ = aiact("check", "lark.yaml", "--on", DAY, "--known-on", "2025-01-01", "-f", "json", "-o", "old.json")
    assert (code, json.loads(report.with_name("old.json").read_text())["law"]["text"]) == (0, "2024-07-12")
    assert aiact("verify", "old.json")[0] == 0


def changed(report, change) -> tuple[int, str]:
    held = json.loads(report.read_text())
    change(held)
    report.write_text(json.dumps(held), encoding="utf-8")
    return aiact("verify", report)


def owed(held: dict) -> dict:
    return next(finding for finding in held["findings"] if finding["status"] == "applies")


FALSIFIED = {
    "a duty that is said to be lifted": lambda held: owed(held).update(status="lifted"),
    "a duty that is left out": lambda held: held["findings"].remove(owed(held)),
    "a later day": lambda held: owed(held).update({"from": "2030-01-01"}),
    "a proof that is shortened": lambda held: owed(held)["because"].clear(),
    "an assumption that is hidden": lambda held: held.update(assumptions=[{"fact": "none"}]),
    "a duty that nobody has": lambda held: held["findings"].append(owed(held) | {"rule": "art-404"}),
}


@pytest.mark.parametrize("what", FALSIFIED)
def test_a_report_that_was_changed_is_found_out(what, report):
    code, told = changed(report, FALSIFIED[what])
    assert code == 1
    assert "the report was changed since it was made" in told


def test_the_cause_of_a_difference_is_told(report, tmp_path):
    (tmp_path / "closed.yaml").write_text(LARK.replace("weights_public: true", "weights_public: false"))
    code, told = aiact("verify", report, "closed.yaml")
    assert code == 1
    assert "the description is not the one of the report" in told
    assert "the cause is the description" in told
    assert "lifted" in told
    assert "applies" in told

    def older(held: dict) -> None:
        held["law"]["release"] = "0" * 12
        owed(held).update(status="undetermined")

    code, told = changed(report, older)
    assert code == 1
    assert "the cause is the knowledge or the software" in told


def test_another_knowledge_that_decides_the_same_is_told_and_is_no_failure(report, base):
    code, told = changed(report, lambda held: held["law"].update(release="0" * 12))
    assert code == 0
    assert f"(000000000000 there, {base.release} here)" in told


def test_the_comparison_can_be_read_by_programs(report):
    held = json.loads(report.read_text())
    owed(held).update(status="lifted")
    report.write_text(json.dumps(held), encoding="utf-8")
    found = json.loads(aiact("verify", report, "-f", "json")[1])
    assert found["cause"] == "report"
    ((was, is_),) = [(each["before"]["status"], each["after"]["status"]) for each in found["differences"]]
    assert (was, is_) == ("lifted", "applies")


NO_REPORTS = {
    "no JSON": ("aiact: 1\n", "is not JSON"),
    "a list": ("[]", "is no report of this form"),
    "another form": ('{"aiact": "2"}', "is no report of this form"),
    "half": ('{"aiact": "1", "as_of": "2026-11-22"}', "is not a whole report"),
    "no text": ('{"aiact": "1", "as_of": 3, "law": {"text": 1}, "findings": {}}', "is not a whole report"),
    "deep": ("[" * 100_000, "is not JSON"),
}  # fmt: skip


@pytest.mark.parametrize("what", NO_REPORTS)
def test_what_is_no_report_is_refused_with_a_sentence(what, report):
    text, sentence = NO_REPORTS[what]
    report.write_text(text)
    code, told = aiact("verify", report)
    assert code == 3
    assert sentence in told
    assert "Traceback" not in told


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda held: held["law"].update(text="1789-07-14"), "“1789-07-14” is no text of the Act that is known"),
        (lambda held: held.update(as_of="someday"), "“someday” is no day"),
        (lambda held: held["findings"].append(owed(held)), "names a duty twice"),
    ],
)
def test_a_report_of_no_day_or_text_is_refused(report, change, sentence):
    code, told = changed(report, change)
    assert code == 3
    assert sentence in told


# -- the knowledge


def test_the_knowledge_of_a_checkout_is_built_anew_and_is_the_one_that_answers(base):
    code, told = aiact("verify", "-f", "json")
    found = json.loads(told)
    assert (code, found["problems"], found["cache"]) == (0, [], "equal")
    assert found["release"] == base.release
    for rule in found["rules"]:
        assert rule["sha256"] == found["files"][rule["file"]], rule
    assert {rule["rule"] for rule in found["rules"]} == set(base.rules)
    assert {path.split("/")[0] for path in found["files"]} == set(kept.FOLDERS)
    (open_source,) = [rule for rule in found["rules"] if rule["rule"] == "art-53-2"]
    assert open_source["file"] == "shapes/art-053-2-open-source-models.ttl"
    assert set(open_source["written_against"]) == {"en", "fr"}


def test_a_cache_that_says_other_than_the_files_is_found_out_and_mended(tmp_path, monkeypatch):
    """Somebody who can write the cache can seal it too: only building anew shows it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    root = kept.root()
    base = kept.build_and_keep(root)
    base.parameter_labels["systemic-risk-compute"] = {"en": "a harmless number"}
    kept.keep(root, kept.times(root), kept.contents(root), pickle.dumps(base, protocol=5))
    assert caches.kept(kept.cache(root)) is not None
    code, told = aiact("verify", "--lang", "en")
    assert code == 1
    assert "the cache was not what the files say" in told
    assert aiact("verify")[0] == 0


@pytest.mark.parametrize(("language", "law"), [("en", "last in force: 2026-07-27"), ("fr", "dernier en vigueur")])
def test_the_version_tells_software_knowledge_and_law(base, language, law, monkeypatch):
    monkeypatch.setenv("LC_ALL", language)
    code, told = aiact("--version")
    software, knowledge, texts = told.splitlines()
    assert code == 0
    assert software.startswith("aiact, version ")
    assert base.release in knowledge
    assert ", ".join(base.texts) in texts
    assert law in texts


# -- an installed package


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The wheel as pip would unpack it."""
    folder = tmp_path_factory.mktemp("wheel")
    build = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    command = [sys.executable, "-c", build, str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    zipfile.ZipFile(folder / done.stdout.strip().splitlines()[-1]).extractall(folder / "site")
    return folder


def of_installed(folder, *words: str) -> tuple[int, str]:
    environment = os.environ | {"PYTHONPATH": str(folder / "site"), "XDG_CACHE_HOME": str(folder / "cache")}
    command = [sys.executable, "-m", "aiact", *words]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_an_installed_package_is_held_against_the_hashes_of_its_installation(installed, base):
    code, told = of_installed(installed, "verify", "-f", "json")
    found = json.loads(told)
    assert (code, found["problems"], found["recorded"]) == (0, [], True)
    assert found["release"] == base.release


def test_a_changed_a_missing_and_an_added_file_of_an_installed_package_are_named(installed):
    package = installed / "site" / "aiact"
    rule = package / "kb" / "shapes" / "art-053-2-open-source-models.ttl"
    question = next((package / "kb" / "queries").glob("*.rq"))
    added = package / "kb" / "data" / "phrases" / "more.ttl"
    was = {path: path.read_bytes() for path in (rule, question)}
    rule.write_bytes(was[rule] + b"# changed\n")
    question.unlink()
    added.write_text("")
    try:
        code, told = of_installed(installed, "verify", "--lang", "en")
    finally:
        for path, data in was.items():
            path.write_bytes(data)
        added.unlink()
    assert code == 1
    assert "aiact/kb/shapes/art-053-2-open-source-models.ttl was changed since it was installed" in told
    assert f"aiact/kb/queries/{question.name} is missing" in told
    assert "aiact/kb/data/phrases/more.ttl was not installed with the package" in told
    assert "not whole (3)" in told

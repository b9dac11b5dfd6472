"""The forms of the answer: each is what its readers expect, says the same as the report, and never more or less."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
import tarfile
from datetime import date

import icalendar
import jsonschema
import pytest
from click.testing import CliRunner
from conftest import DAY, ROOT, judge

from aiact import assess, writers
from aiact.cli import main
from aiact.law.knowledge import knowledge
from aiact.reports import notices, report
from aiact.writers import ics, write, write_several

PROJECTS = ROOT / "data" / "projects"
SOME = ["apertus-70b", "cv-screener", "quickstart", "emotion-at-work", "llama-4-maverick", "deep-fake-studio"]
LANGUAGES = ["en", "fr"]
HOSTILE = """
    name: "<script>alert(1)</script> & `x` | 50%, a: b; \\\\ [l](http://x)"
    actors:
      who: {name: "=1+1, %0A::error::no; BEGIN:VEVENT", established_in: FR}
    model:
      provider: who
      name: "</title><img src=x onerror=alert(1)>"
      licence: Apache-2.0
      weights_public: true
      training_compute: 3e23
      outputs: [text]
      placed_on_union_market: 2026-09-01
"""


def project(name: str, on: str = DAY):
    return assess(PROJECTS / f"{name}.yaml", on)


def run(*arguments: str, code: int = 0):
    done = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert done.exit_code == code, done.output
    return done


# -- all forms


def test_the_forms_of_check_are_the_modules_of_the_writers():
    assert writers.forms()[0] == "text"
    assert set(writers.forms()) == {path.stem for path in (ROOT / "src/aiact/writers").glob("[a-z]*.py")}
    (option,) = [each for each in main.get_command(None, "check").params if each.name == "format_"]
    assert list(option.type.choices) == writers.forms()


def test_only_the_form_that_is_asked_for_is_imported():
    code = (
        "import sys; from click.testing import CliRunner; from aiact.cli import main;"
        f"CliRunner().invoke(main, ['check', {str(PROJECTS / 'quickstart.yaml')!r}, '--on', '{DAY}']);"
        "print([name for name in sys.modules if name.startswith('aiact.writers.')])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "['aiact.writers.text']"


@pytest.mark.parametrize("form", writers.forms())
def test_hostile_names_are_told_in_every_form(form):
    for language in LANGUAGES:
        assert write(form)(judge(HOSTILE), language, True)


SAME = """
import hashlib, sys, time
from click.testing import CliRunner
from aiact import writers
from aiact.cli import main
for form in writers.forms():
    done = CliRunner().invoke(main, ["check", *sys.argv[1:], "--all", "-f", form])
    assert done.exit_code == 0, done.output
    print(form, hashlib.sha256(done.stdout_bytes).hexdigest())
"""


def test_every_form_is_the_same_bytes_whatever_the_seed_the_clock_and_the_place(tmp_path):
    told = set()
    for seed, zone in (("1", "Pacific/Kiritimati"), ("2", "America/Adak")):
        place = os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "LANG": "C"}
        arguments = [str(PROJECTS / "apertus-70b.yaml"), "--on", DAY, "--lang", "fr"]
        done = subprocess.run([sys.executable, "-c", SAME, *arguments], env=place, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        told.add(done.stdout)
    assert len(told) == 1
    assert len(told.pop().splitlines()) == len(writers.forms())


# -- several projects


def test_several_projects_stand_in_one_document():
    paths = [PROJECTS / f"{name}.yaml" for name in ("quickstart", "cv-screener")]
    said = run("check", *paths, "--each", "--on", DAY, "-f", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(said)))
    assert {row["file"] for row in rows} == {str(path) for path in paths}
    assert len(json.loads(run("check", *paths, "--each", "--on", DAY, "-f", "sarif").stdout)["runs"]) == 1


def test_a_form_that_holds_one_project_says_which_hold_several():
    paths = [PROJECTS / f"{name}.yaml" for name in ("quickstart", "cv-screener")]
    error = run("check", *paths, "--each", "-f", "json", code=2).output
    assert "csv, github, ics, sarif" in re.sub(r"\s+", " ", error)
    assert "json holds one project" in re.sub(r"\s+", " ", error)


def test_a_file_that_cannot_be_read_leaves_no_answer_for_the_others(tmp_path):
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text("aiact: 1\nmodel: {licens: MIT}\n")
    done = run("check", PROJECTS / "quickstart.yaml", *tmp_path.iterdir(), "--each", "-f", "sarif", code=3)
    assert done.stdout == ""
    assert "one.yaml:2" in done.stderr
    assert "two.yaml:2" in done.stderr


# -- SARIF


@pytest.fixture(scope="session")
def schema(tmp_path_factory):
    """The schema of OASIS, as the package of the authors of SARIF carries it; brought in for the test, not kept."""
    place = tmp_path_factory.mktemp("sarif")
    package = "@microsoft/jest-sarif@1.0.0-beta.0"
    command = ["npm", "pack", package, "--json", "--prefer-offline"]
    try:
        done = subprocess.run(command, cwd=place, capture_output=True, text=True, timeout=120)
    except OSError as error:
        return absent(str(error))
    if done.returncode:
        return absent(done.stderr[-300:])
    (packed,) = json.loads(done.stdout)
    assert packed["integrity"] == INTEGRITY
    with tarfile.open(next(place.glob("*.tgz"))) as archive:
        return json.load(archive.extractfile("package/lib/schemas/sarif-2.1.0-rtm.5.json"))


INTEGRITY = "sha512-A1fOhPd6Ic5iDk4F9YPw1qNB4XF+7+IviR7xl8r2F6QzQkx5cpY9LsGk2rExiFIEcBbjpVnSmwWGBukASkiQ9A=="


def absent(why: str):
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(f"the schema of SARIF cannot be had: {why}")


@pytest.fixture(scope="module")
def sarif():
    return json.loads(write("sarif")(project("apertus-70b"), "en", True))


def results(log: dict) -> list[dict]:
    return log["runs"][0]["results"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("everything", [False, True])
def test_sarif_is_what_its_schema_says(schema, language, everything):
    told = [*map(project, SOME), judge(HOSTILE), judge("component: {name: C}")]
    log = json.loads(write_several("sarif")(told, language, everything))
    jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker()).validate(log)
    log["runs"][0]["results"][0]["level"] = "loud"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft4Validator(schema).validate(log)


def test_a_result_points_to_the_line_of_its_entity_and_to_those_of_its_facts(sarif):
    lines = (PROJECTS / "apertus-70b.yaml").read_text().splitlines()
    for item in results(sarif):
        (place,) = item["locations"]
        assert place["physicalLocation"]["artifactLocation"]["uri"].endswith("/apertus-70b.yaml")
        assert "apertus-70b:" in lines[place["physicalLocation"]["region"]["startLine"] - 1]
    compute = {
        each["physicalLocation"]["region"]["startLine"]
        for item in results(sarif)
        for each in item.get("relatedLocations", ())
        if each["message"]["text"].startswith("training compute")
    }
    assert [lines[line - 1].split(":")[0].strip() for line in compute] == ["training_compute"]


def test_what_is_undetermined_is_as_loud_as_what_applies_and_what_asks_nothing_is_silent(sarif):
    levels = {(item["properties"]["status"], item["kind"], item["level"]) for item in results(sarif)}
    assert levels == {
        ("applies", "fail", "warning"), ("undetermined", "fail", "warning"), ("not_applicable", "notApplicable", "none")
    }  # fmt: skip
    prohibited = json.loads(write("sarif")(project("emotion-at-work")))
    assert "error" in {item["level"] for item in results(prohibited) if item["properties"]["status"] == "applies"}


def test_rules_have_the_names_of_the_knowledge_and_lead_to_their_pages(sarif):
    rules = sarif["runs"][0]["tool"]["driver"]["rules"]
    assert {rule["id"] for rule in rules} <= set(knowledge().rules)
    assert all(rule["helpUri"].endswith("/rule/" + rule["id"]) for rule in rules)
    for item in results(sarif):
        assert rules[item["ruleIndex"]]["id"] == item["ruleId"]


def test_a_finding_keeps_its_fingerprint_on_another_day_and_in_another_language():
    def prints(on, language):
        log = json.loads(write("sarif")(project("cv-screener", on), language, True))
        return {item["partialFingerprints"]["dutyAtEntity/v1"]: item["ruleId"] for item in results(log)}

    now = prints(DAY, "en")
    assert len(now) == len(project("cv-screener").findings), "two findings with one fingerprint"
    later = prints("2028-01-01", "fr")
    assert {key: now[key] for key in now.keys() & later.keys()} == {
        key: later[key] for key in now.keys() & later.keys()
    }
    assert len(now.keys() & later.keys()) > len(now) / 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_sarif_and_annotations_list_what_the_report_lists_but_for_what_is_lifted(language):
    for name in SOME:
        assessment = project(name)
        wanted = [each for each in assessment.findings if each.status not in ("lifted", "not_applicable")]
        assert len(results(json.loads(write("sarif")(assessment, language)))) == len(wanted)
        annotations = [line for line in write("github")(assessment, language).splitlines() if ",line=" in line]
        assert len(annotations) == len(wanted)


def test_the_row_of_a_table_points_to_the_table(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my models.csv").write_text("a\n")
    assert notices.address("my models.csv#Llama 4") == "my%20models.csv"
    assert notices.address("/a b.yaml") == "file:///a%20b.yaml"


# -- annotations


def test_no_name_can_end_an_annotation_or_begin_another():
    lines = write("github")(judge(HOSTILE)).splitlines()
    assert lines
    for line in lines:
        found = re.fullmatch(r"::(error|warning|notice) ([^:]*)::(.*)", line)
        assert found, line
        keys = [part.split("=")[0] for part in found[2].split(",")]
        assert keys in (["file", "line", "title"], ["file", "title"])
    back = lines[0].replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")
    assert "=1+1, %0A::error::no" in back


# -- the calendar


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SOME)
def test_a_library_reads_the_calendar_and_finds_every_day(name, language):
    assessment = project(name)
    text = write("ics")(assessment, language)
    assert "\r\n" in text
    assert "\n" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    calendar = icalendar.Calendar.from_ical(text)
    assert not calendar.errors
    events = calendar.walk("VEVENT")
    assert all(not event.errors for event in events)
    days = sorted((str(event["URL"]).rsplit("/", 1)[1], event.decoded("DTSTART").isoformat()) for event in events)
    wanted = [(each, ics.day_of(each)) for each in notices.told(assessment, False)]
    assert days == sorted((each.rule.id, day[1]) for each, day in wanted if day)
    assert len({str(event["UID"]) for event in events}) == len(events)
    assert {event.decoded("DTSTAMP").date().isoformat() for event in events} <= {DAY}
    if language == "fr":
        assert all(re.match(r"(commence|échéance|désormais)", str(event["SUMMARY"])) for event in events)


def test_the_calendar_says_the_days_of_the_report():
    events = icalendar.Calendar.from_ical(write("ics")(project("cv-screener"))).walk("VEVENT")
    told = {str(event["URL"]).rsplit("/", 1)[1]: event for event in events}
    for finding in project("cv-screener").findings:
        if finding.status == "upcoming":
            event = told[finding.rule.id]
            assert event.decoded("DTSTART") == date.fromisoformat(finding.judgement.starts)
            assert str(event["SUMMARY"]).startswith("begins: ")
            assert (event.decoded("DTEND") - event.decoded("DTSTART")).days == 1


def test_names_cannot_add_an_event_or_a_property():
    calendar = icalendar.Calendar.from_ical(write("ics")(judge(HOSTILE)))
    (name,) = {str(event["SUMMARY"]).partition(" (")[2] for event in calendar.walk("VEVENT")}
    assert name == "=1+1, %0A::error::no; BEGIN:VEVENT → </title><img src=x onerror=alert(1)>)"


def test_an_event_keeps_its_uid_when_its_day_moves():
    def events(on):
        found = icalendar.Calendar.from_ical(write("ics")(project("cv-screener", on))).walk("VEVENT")
        return {str(event["UID"]): str(event["URL"]) for event in found}

    before, after = events("2026-07-01"), events(DAY)  # an amendment moves days of high-risk systems in between
    assert before.keys() & after.keys()
    assert all(before[uid] == after[uid] for uid in before.keys() & after.keys())


@pytest.mark.parametrize("text", ["é" * 200, "a" * 74 + "é", "x" * 75, "x" * 76, "", "𝄞" * 40])
def test_a_line_is_folded_between_characters(text):
    told = ics.folded(text)
    assert told.replace("\r\n ", "").removesuffix("\r\n") == text
    assert all(len(piece.encode()) <= 75 for piece in told.split("\r\n"))


# -- the table


def test_a_row_of_the_table_is_a_finding():
    assessment = project("cv-screener")
    rows = list(csv.DictReader(io.StringIO(write("csv")(assessment, "en", True))))
    assert [(row["rule"], row["status"]) for row in rows] == [
        (each.rule.id, each.status) for each in assessment.findings
    ]
    assert {row["as_of"] for row in rows} == {DAY}


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1"])
def test_no_cell_is_a_formula(name):
    described = {"aiact": 1, "name": name, "model": {"licence": "MIT", "weights_public": True}}
    for row in csv.reader(io.StringIO(write("csv")(assess(described, DAY)))):
        assert not [cell for cell in row if re.match(r"\s*[=+\-@＝]", cell)]


# -- RDF


@pytest.mark.parametrize("name", ["apertus-70b", "cv-screener"])
def test_json_ld_says_what_the_turtle_says(name):
    from rdflib import Graph
    from rdflib.compare import isomorphic

    assessment = project(name)
    first = Graph().parse(data=write("ttl")(assessment), format="turtle")
    second = Graph().parse(data=write("jsonld")(assessment), format="json-ld")
    assert len(first) > 100
    assert isomorphic(first, second)


# -- a check that fails, and what was taken note of

OWED = """aiact: 1
system: {interacts_with_people: true, placed_on_union_market: 2026-09-01}
provider: {established_in: FR}
"""


@pytest.fixture
def described(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "aiact.yaml").write_text(OWED)
    return tmp_path / "aiact.yaml"


def checked(*arguments, on=DAY, code):
    return run("check", "--on", on, "--lang", "en", *arguments, code=code)


def test_a_check_fails_for_what_it_was_told_to_fail_for(described):
    plain = checked(code=0)
    failed = checked("--fail-on", "obligation", code=1)
    assert failed.stdout == plain.stdout, "the answer itself is not another"
    assert "Art. 50(1)" in failed.stderr
    assert "Art. 50(1)" not in plain.stderr
    described.write_text("aiact: 1\nmodel: {name: M}\n")
    checked("--fail-on", "obligation", code=0)
    assert "undetermined" in checked("--fail-on", "undetermined", code=1).stderr


def test_what_the_baseline_has_does_not_fail_again_but_what_is_new_does(described):
    checked("--baseline", "b.json", "--write-baseline", code=0)
    everything = ["--baseline", "b.json", "--fail-on", "obligation", "--fail-on", "undetermined", "--fail-on", "change"]
    assert checked(*everything, code=0).stderr == ""
    described.write_text(OWED.replace("system: {", "system: {generates: [image], "))
    said = checked("--baseline", "b.json", "--fail-on", "obligation", code=1).stderr
    assert "aiact.yaml: not as in the baseline" in said
    assert re.search(r"Art\. 50\(2\) .*\n .*→ applies", said)
    assert "Art. 50(1)" not in said, "it was taken note of"
    assert checked("--baseline", "b.json", code=0).stderr == said, "told without failing, if nobody asked to fail"


def test_a_duty_that_falls_away_is_a_change_and_no_obligation(described):
    checked("--baseline", "b.json", "--write-baseline", code=0)
    described.write_text(OWED.replace("people: true", "people: false"))
    said = checked("--baseline", "b.json", "--fail-on", "obligation", code=0).stderr
    assert re.search(r"Art\. 50\(1\) .*\n    applies → —", said)
    checked("--baseline", "b.json", "--fail-on", "change", code=1)


def test_the_law_that_begins_to_apply_is_news_and_a_quiet_day_is_none(described):
    described.write_text(OWED.replace("2026-09-01", "2025-09-01"))
    checked("--baseline", "b.json", "--write-baseline", on="2026-07-29", code=0)
    checked("--baseline", "b.json", "--fail-on", "change", on="2026-07-30", code=0)
    said = checked("--baseline", "b.json", "--fail-on", "change", on="2026-08-03", code=1).stderr
    assert re.search(r"Art\. 50\(1\) .*\n    upcoming \(2026-08-02\) → applies", said)


def test_a_baseline_is_the_same_bytes_and_a_line_a_duty_and_knows_several_projects(described):
    (described.parent / "other.yaml").write_text("aiact: 1\nmodel: {name: M}\n")
    arguments = ["--each", "--baseline", "b.json", "--write-baseline"]
    checked("aiact.yaml", "other.yaml", *arguments, code=0)
    first = (described.parent / "b.json").read_bytes()
    checked("other.yaml", "aiact.yaml", *arguments, code=0)
    assert (described.parent / "b.json").read_bytes() == first
    held = json.loads(first)
    assert len(first.splitlines()) == 2 + sum(2 + len(project["findings"]) for project in held["projects"])
    checked("other.yaml", "--baseline", "b.json", "--fail-on", "change", code=0)
    checked("aiact.yaml", "other.yaml", "--each", "-f", "github", "--baseline", "b.json", "--fail-on", "change", code=0)
    (described.parent / "third.yaml").write_text("aiact: 1\nmodel: {name: M}\n")
    assert "third.yaml" in checked("third.yaml", "--baseline", "b.json", "--fail-on", "undetermined", code=1).stderr


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", '{"aiact-baseline": 2, "projects": []}', '{"aiact-baseline": 1}', "[" * 100_000,
     '{"aiact-baseline": ' + "9" * 5000 + "}",
     '{"aiact-baseline": 1, "projects": [{"file": "aiact.yaml", "findings": [["a", "b", "c", "fine"]]}]}',
     '{"aiact-baseline": 1, "projects": [{"file": "aiact.yaml", "findings": [[1, 2, 3, "applies"]]}]}'],
)  # fmt: skip
def test_a_baseline_that_is_none_gives_no_verdict(described, text):
    (described.parent / "b.json").write_text(text)
    done = checked("--baseline", "b.json", "--fail-on", "change", code=3)
    assert done.stdout == ""
    assert re.match(r"b\.json:\d+: .*--write-baseline writes it anew", done.stderr)


def test_a_change_needs_something_to_differ_from(described):
    assert "needs --baseline FILE" in checked("--fail-on", "change", code=2).stderr
    assert "--write-baseline writes it" in checked("--fail-on", "change", "--baseline", "no.json", code=3).stderr
    assert "needs --baseline FILE" in checked("--write-baseline", code=2).stderr


# -- verdict first


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["cv-screener", "hobbyist", "chain"])
def test_the_first_lines_give_the_outcome_for_each_actor_and_entity(name, language):
    assessment = project(name)
    head, verdicts, *_ = write("text")(assessment, language).split("\n\n")
    assert assessment.facts.description.name in head
    told = [line for line in re.sub(r"\n +", " ", verdicts).splitlines() if "→" in line]
    bearers = {(each.bearer, each.entity) for each in assessment.findings if each.bearer}
    assert len(told) >= len(bearers) > 1
    assert told == report.verdicts(assessment, report.Words(assessment, language))
    numbers = [
        int(number) for line in told for number in re.findall(r"\d+ ", line.rpartition("→")[2].partition(":")[2])
    ]
    named = [each for each in assessment.findings if each.bearer]
    assert sum(numbers) >= len(named), "no finding of a named actor is left out of the count"


def test_an_actor_of_whom_nothing_is_asked_has_a_line_too():
    assessment = project("cv-screener")
    words = report.Words(assessment, "en")
    assert "Werft Emden GmbH → ranking of applicants: 59 not applicable" in report.verdicts(assessment, words)

"""The commands, as a user gives them: in both languages, in every form, with the same bytes each time."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from functools import cache
from string import Formatter

import jsonschema
import pytest
from click.testing import CliRunner
from conftest import DAY, ROOT

from aiact import assess, writers
from aiact.cli import main
from aiact.descriptions.describe import read
from aiact.descriptions.description import SECTIONS
from aiact.descriptions.facts import establish
from aiact.law.build import load_graph
from aiact.law.knowledge import KINDS, knowledge
from aiact.law.names import AIACT, BASE, SKOS
from aiact.sparql.query import questions

PROJECTS = sorted((ROOT / "data" / "projects").iterdir())
QUICKSTART = ROOT / "data" / "projects" / "quickstart.yaml"
LANGUAGES = ("en", "fr")
BEFORE, AFTER = "2026-07-26", "2026-07-27"  # the amending act came into force
each_language = pytest.mark.parametrize("lang", LANGUAGES)
each_project = pytest.mark.parametrize("path", PROJECTS, ids=lambda path: path.stem)


def run(*arguments, code: int = 0):
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == code, result.stderr
    return result


def said(*arguments) -> str:
    """What a command prints; it prints something, and no error."""
    result = run(*arguments)
    assert result.stderr == ""
    assert result.stdout.endswith("\n")
    return result.stdout


def spaceless(text: str) -> str:
    return " ".join(text.split())


# -- check


@each_language
def test_check_says_first_what_the_law_asks(lang):
    words = {"en": ["as of 2026-11-22", "applies", "Not legal advice"], "fr": ["au 2026-11-22", "s’applique"]}[lang]
    text = said("check", QUICKSTART, "--on", DAY, "--lang", lang)
    assert text.startswith("Ask before you throw away")
    assert all(word in text for word in words)


def test_check_speaks_the_language_of_the_machine(monkeypatch):
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    assert said("check", QUICKSTART, "--on", DAY) == said("check", QUICKSTART, "--on", DAY, "--lang", "fr")


@each_language
def test_check_in_markdown_has_a_table_for_each_actor_and_entity(lang):
    text = said("check", QUICKSTART, "--on", DAY, "--lang", lang, "-f", "md")
    lines = text.splitlines()
    assert lines[0].startswith("# Ask before you throw away")
    headings = [number for number, line in enumerate(lines) if line.startswith("## ") and "→" in line]
    assert headings
    for number in headings:
        assert lines[number + 3] == "|---|---|---|---|---|"
        assert lines[number + 4].count(" | ") == 4


def test_check_in_json_and_in_turtle_finds_the_same():
    import pyoxigraph

    findings = json.loads(said("check", QUICKSTART, "--on", DAY, "-f", "json"))["findings"]
    store = pyoxigraph.Store()
    turtle = said("check", QUICKSTART, "--on", DAY, "-f", "ttl")
    store.load(turtle.encode(), format=pyoxigraph.RdfFormat.TURTLE)
    found = store.query(
        f"SELECT ?rule ?status {{ ?f a <{AIACT}Finding> ; <{AIACT}rule> ?rule ; <{AIACT}status> ?status }}"
    )
    local = lambda term: term.value.rpartition("/")[2]  # noqa: E731
    statuses = {"notApplicable": "not_applicable"}
    told = sorted((local(row["rule"]), statuses.get(local(row["status"]), local(row["status"]))) for row in found)
    assert told == sorted((finding["rule"], finding["status"]) for finding in findings)


def test_check_lists_what_is_not_applicable_only_when_asked():
    less, more = (said("check", QUICKSTART, "--on", DAY, "--lang", "en", *option) for option in ([], ["--all"]))
    assert len(more.splitlines()) > len(less.splitlines())
    assert "Art. 55(1)(a)" not in less
    assert "Art. 55(1)(a)" in more


def test_check_can_ask_under_the_text_known_on_another_day():
    law = [
        json.loads(said("check", QUICKSTART, "--on", DAY, "--known-on", day, "-f", "json"))["law"]["text"]
        for day in (BEFORE, AFTER)
    ]
    assert law == ["2024-07-12", "2026-07-27"]


def test_check_reads_a_description_that_is_piped_in():
    piped = CliRunner().invoke(main, ["check", "-", "--on", DAY, "-f", "json"], input=QUICKSTART.read_bytes())
    given = said("check", QUICKSTART, "--on", DAY, "-f", "json")
    rules = lambda text: [(f["rule"], f["status"], f["source"]["line"]) for f in json.loads(text)["findings"]]  # noqa: E731
    assert rules(piped.stdout) == rules(given)


def test_check_reads_aiact_yaml_where_it_stands(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "aiact.yaml").write_bytes(QUICKSTART.read_bytes())
    assert said("check", "--on", DAY).startswith("Ask before you throw away")


# -- explain


@each_language
@pytest.mark.parametrize(
    "asked",
    ["53(2)", "Article 53(2)", "art. 53 par. 2", "article 53, paragraphe 2", "Art. 53, § 2", "act:art_53_par_2"],
)
def test_a_provision_is_found_however_it_is_cited(asked, lang):
    place = {"en": "Article 53(2)", "fr": "article 53, paragraphe 2"}[lang]
    text = said("explain", *asked.split(), "--on", DAY, "--lang", lang)
    assert text.startswith(place)
    assert "art-53-2 · " in text
    assert text == said("explain", asked, "--on", DAY, "--lang", lang)


@pytest.mark.parametrize(
    "asked", ["article 5, paragraphe 1, point b bis", "5(1)(bb)", "article 5, paragraphe 1, point b bis)"]
)
def test_a_point_that_was_inserted_is_found_under_its_french_number_too(asked):
    assert said("explain", asked, "--lang", "fr").split(" · ")[0].startswith("article 5, paragraphe 1, point b")


@each_language
@pytest.mark.parametrize("asked", ["art-53-2", "rule:art-53-2", "https://w3id.org/aiact/rule/art-53-2"])
def test_a_rule_is_explained_with_source_effects_conditions_and_examples(asked, lang):
    text = said("explain", asked, "--on", DAY, "--lang", lang)
    rule = knowledge().rules["art-53-2"]
    assert text.startswith(f"art-53-2 · {rule.label[lang]}")
    assert {"en": "Article 53(2)", "fr": "article 53, paragraphe 2"}[lang] in text
    assert all(spaceless(knowledge().conditions[name].message[lang]) in spaceless(text) for name in rule.conditions)
    assert "art-53-1-a" in text


@each_language
def test_what_a_definition_asks_of_each_holder_alone_is_told(lang):
    alone = {"en": "of each holder alone", "fr": "de chaque titulaire, séparément"}[lang]
    told = spaceless(said("explain", "art-3-7", "--lang", lang).split(alone)[1])
    assert spaceless(knowledge().conditions["art-3-7.not-the-provider"].message[lang]) in told
    for name in (rule.id for rule in knowledge().rules.values() if rule.through):
        told = spaceless(said("explain", name, "--lang", lang).split(alone)[1])
        through = knowledge().rules[name].through
        is_ = (
            knowledge().rules[through].label
            if through in knowledge().rules
            else knowledge().conditions[through].message
        )
        assert spaceless(is_[lang]) in told


@each_language
def test_a_condition_and_an_open_question_are_explained(lang):
    condition = knowledge().conditions["art-53-2.weights"]
    assert said("explain", "art-53-2.weights", "--lang", lang).startswith(
        f"art-53-2.weights · {condition.message[lang]}"
    )
    name, question = next(iter(knowledge().questions.items()))
    text = spaceless(said("explain", name, "--lang", lang))
    assert text.startswith(f"{name} · {question[lang]}")
    readings = [reading for reading in knowledge().readings.values() if reading.question == name]
    assert len(readings) > 1
    assert all(spaceless(reading.definition[lang]) in text for reading in readings)


@pytest.mark.parametrize(
    ("asked", "near"),
    [("art-53-22", "did you mean “art-53-2"), ("licence-restriction", "“licence-restrictions”"), ("xyzzy", "")],
)
def test_what_is_not_in_the_law_is_not_explained(asked, near):
    result = run("explain", asked, code=2)
    assert result.stdout == ""
    assert f"there is no rule, condition or provision “{asked}”" in result.stderr
    assert near in result.stderr


@each_language
def test_every_rule_can_be_explained_in_80_columns(lang):
    for name in list(knowledge().rules)[::20]:
        lines = said("explain", name, "--on", DAY, "--lang", lang).splitlines()
        assert lines[0].startswith(name)
        assert all(len(line) <= 80 or "://" in line for line in lines[1:]), name


# -- rules, shapes, schema, query


@each_language
def test_the_rules_of_a_day_are_those_of_its_text(lang):
    before, after = (
        set(said("rules", "--on", day, "--lang", lang).split()) & set(knowledge().rules) for day in (BEFORE, AFTER)
    )
    assert "art-5-1-bb" in after - before
    assert "art-2-2-of-2024" in before - after
    assert before & after


@pytest.mark.parametrize("kind", ["definition", "obligation", "prohibition", "exemption", "exception", "transition"])
def test_rules_of_one_kind_can_be_listed(kind):
    lines = said("rules", "--kind", kind, "--on", DAY).splitlines()
    text = knowledge().text_on(DAY).id
    assert len(lines) == sum(rule.kind.lower() == kind and rule.in_force(text) for rule in knowledge().rules.values())


def test_the_rules_of_all_kinds_are_all_the_rules():
    kinds = [kind.lower() for kind in KINDS]
    every = said("rules", "--on", DAY).splitlines()
    assert sorted(every) == sorted(
        line for kind in kinds for line in said("rules", "--kind", kind, "--on", DAY).splitlines() if line
    )


def test_the_shapes_of_a_day_are_shacl_that_needs_nothing_of_ours():
    import pyoxigraph

    text = said("shapes", "--on", DAY)
    assert text.startswith(f"# https://w3id.org/aiact/ · shapes of the AI Act as of {DAY}")
    used = {quad.predicate.value for quad in pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.TURTLE)}
    assert not {predicate for predicate in used if predicate.startswith(AIACT)}


@each_language
def test_the_schema_is_json_schema(lang):
    described = json.loads(said("schema", "--lang", lang))
    jsonschema.Draft7Validator.check_schema(described)
    assert set(SECTIONS) <= set(described["properties"])
    jsonschema.Draft7Validator.check_schema(json.loads(said("schema", "--findings")))


@each_language
def test_the_questions_of_the_library_are_listed(lang):
    lines = said("query", "--lang", lang).splitlines()
    assert [line.split()[0] for line in lines] == list(questions())
    assert all(len(line.split(maxsplit=1)) == 2 for line in lines)


def test_a_question_nobody_asks_is_refused():
    assert run("query", "who-is-right", code=2).stdout == ""
    assert "key=value" in run("query", next(iter(questions())), "-p", "on", code=2).stderr


# -- init


@each_language
@pytest.mark.parametrize("section", ["model", "system", "use", "component", "licence"])
def test_a_blank_description_has_every_fact_and_can_be_filled_in(section, lang):
    text = said("init", "--with", section, "--lang", lang)
    facts = [knowledge().facts[iri] for iri in knowledge().keys[SECTIONS[f"{section}s"]].values()]
    facts = [fact for fact in facts if not fact.derived_only]
    for fact in facts:
        assert re.search(rf"^  (# )?{fact.key}: ", text, re.MULTILINE) or fact.key in ("provider", "deployer"), fact.key
        assert fact.key in ("provider", "deployer") or f"# {fact.question[lang]}" in text
    filled = re.sub(r"^  # (?=[a-z_0-9]+: )", "  ", text, flags=re.MULTILINE)
    links = {f"  {fact.key}" for fact in facts if fact.kind == "link" and not fact.many}
    filled = "".join(line for line in filled.splitlines(keepends=True) if line.split(":")[0] not in links)
    # what a licence is made of, or what it grants itself: not both
    ways = [("any_of",), ("all_of",), ("grants", "terms")] if section == "licence" else [()]
    for way in ways:
        others = [key for other in ways if other != way for key in other]
        one = "".join(line for line in filled.splitlines(keepends=True) if line.split(":")[0].strip() not in others)
        for given in (text, one):
            assert establish(read("blank.yaml", knowledge(), given.encode()), knowledge()).of_class(
                section.capitalize()
            )


def test_a_blank_description_of_several_things_can_be_assessed(tmp_path):
    path = tmp_path / "aiact.yaml"
    assert run("init", "--with", "model", "--with", "system", "-o", path).stdout == ""
    findings = json.loads(said("check", path, "--on", DAY, "-f", "json"))["findings"]
    assert {finding["entity"] for finding in findings} == {"model", "system"}
    assert "applies" not in {finding["status"] for finding in findings}


# -- diff


@each_language
def test_two_days_differ_in_what_begins_between_them(lang):
    text = said("diff", QUICKSTART, "--on", "2026-08-01", "--and-on", "2026-11-22", "--lang", lang)
    assert "2026-08-01" in text.splitlines()[0]
    assert "2026-11-22" in text.splitlines()[0]
    assert knowledge().rules["art-50-1"].label[lang] in text
    assert {"en": "→ applies", "fr": "→ s’applique"}[lang] in text


def test_two_texts_differ_in_what_the_amending_act_changed():
    found = json.loads(
        said("diff", QUICKSTART, "--on", "2026-11-22", "--known-on", BEFORE, "--and-known-on", AFTER, "-f", "json")
    )
    text = said("diff", QUICKSTART, "--on", "2026-11-22", "--known-on", BEFORE, "--and-known-on", AFTER, "--lang", "en")
    assert "text of 2024-07-12" in text
    assert "text of 2026-07-27" in text
    assert "art-5-1-bb" in {change["rule"] for change in found}


def test_two_descriptions_differ_in_what_was_changed(tmp_path):
    paid = tmp_path / "paid.yaml"
    text = QUICKSTART.read_text()
    paid.write_text(text.replace("monetisation: []", "monetisation: [price]"))
    assert paid.read_text() != text
    found = json.loads(said("diff", QUICKSTART, paid, "--on", DAY, "-f", "json"))
    assert {change["entity"] for change in found} == {"tuned"}
    assert "lifted" not in {change["after"] for change in found}


@each_language
def test_where_nothing_differs_it_is_said(lang):
    assert said("diff", QUICKSTART, "--on", DAY, "--lang", lang).strip()
    assert len(said("diff", QUICKSTART, "--on", DAY, "--lang", lang).splitlines()) == 1
    assert json.loads(said("diff", QUICKSTART, "--on", DAY, "-f", "json")) == []


# -- convert


@pytest.mark.parametrize("form", ["yaml", "json", "jsonld", "ttl"])
def test_what_is_converted_is_assessed_the_same(form, tmp_path):
    path = tmp_path / f"project.{form}"
    path.write_text(said("convert", QUICKSTART, "--to", form), encoding="utf-8")
    assert json.loads(said("diff", QUICKSTART, path, "--on", DAY, "-f", "json")) == []


# -- files


@pytest.mark.parametrize(
    "arguments",
    [["check", QUICKSTART, "--on", DAY], ["convert", QUICKSTART], ["rules", "--on", DAY], ["explain", "53(2)"]],
    ids=lambda arguments: arguments[0],
)
def test_a_file_gets_what_the_screen_would_and_nothing_is_left_beside_it(arguments, tmp_path):
    path = tmp_path / "answer"
    path.write_text("the answer of yesterday")
    assert run(*arguments, "-o", path).stdout == ""
    assert path.read_bytes().decode() == said(*arguments)
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_a_link(tmp_path):
    path, link = tmp_path / "answer", tmp_path / "link"
    path.write_text("the answer of yesterday")
    link.symlink_to(path)
    run("rules", "--on", DAY, "-o", link)
    assert link.is_symlink()
    assert path.read_text() == said("rules", "--on", DAY)


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path, monkeypatch):
    path = tmp_path / "answer"
    path.write_text("the answer of yesterday")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert "No space left" in run("rules", "--on", DAY, "-o", path, code=1).stderr
    assert path.read_text() == "the answer of yesterday"
    assert list(tmp_path.iterdir()) == [path]


# -- the same bytes

COMMANDS = [
    *(["check", str(QUICKSTART), "--on", DAY, "-f", form, "--all"] for form in ("text", "md", "json", "ttl")),
    *(["convert", str(QUICKSTART), "--to", form] for form in ("yaml", "json", "jsonld", "ttl")),
    ["explain", "article", "5", "--on", DAY],
    ["rules", "--on", DAY],
    ["schema"],
    ["init"],
    ["diff", str(QUICKSTART), "--on", "2026-08-01", "--and-on", DAY],
]
HASHED = """
import hashlib, json, sys
from click.testing import CliRunner
from aiact.cli import main
for command in json.loads(sys.argv[1]):
    result = CliRunner().invoke(main, [*command, *sys.argv[2:]])
    assert result.exit_code == 0, result.output
    print(" ".join(command), hashlib.sha256(result.stdout.encode()).hexdigest())
"""


def test_every_command_gives_the_same_bytes_whatever_the_seed_of_hashes():
    told = [
        subprocess.run(
            [sys.executable, "-c", HASHED, json.dumps(COMMANDS)],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT / "src"), "LC_ALL": "C.UTF-8"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    ]
    assert len(told[0].splitlines()) == len(COMMANDS)
    assert told[0] == told[1]


# -- every project


@cache
def assessed(path):
    return assess(path, DAY)


@cache
def as_text(path, lang: str, everything: bool) -> str:
    return writers.write("text")(assessed(path), lang, everything)


@cache
def as_json(path) -> dict:
    return json.loads(writers.write("json")(assessed(path)))


@each_project
def test_findings_follow_their_schema(path):
    told, seen = dict(as_json(path)), set()
    for section in ("findings", "classifications"):
        told[section] = [item | {"because": unseen(item["because"], seen)} for item in told[section]]
    assert [error.message for error in findings_schema().iter_errors(told)] == []


def unseen(steps: list[dict], seen: set[str]) -> list[dict]:
    """Steps of proofs that were not looked at before; most findings of a project share theirs."""
    fresh = [step for step in steps if repr(step) not in seen]
    seen.update(map(repr, steps))
    return fresh


@cache
def findings_schema():
    return jsonschema.Draft7Validator(json.loads(said("schema", "--findings")))


@each_project
def test_no_label_is_empty_in_either_language(path):
    pairs = list(words_in(as_json(path)))
    assert pairs
    assert all(texts.get("en", "").strip() and texts.get("fr", "").strip() for texts in pairs)


def words_in(value):
    """Every text in two languages, at any depth."""
    if isinstance(value, dict):
        if set(value) & {"en", "fr"}:
            yield value
        for each in value.values():
            yield from words_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from words_in(each)


@each_language
@each_project
def test_a_report_fits_in_80_columns(path, lang):
    for everything in (False, True):
        assert [line for line in as_text(path, lang, everything).splitlines() if len(line) > 80] == []


@cache
def english() -> tuple[str, ...]:
    """Words of ours that are not the same in French: phrases around their values, statuses, labels of rules."""
    graph, found, french = load_graph(), {rule.label["en"] for rule in knowledge().rules.values()}, []
    for subject in graph.by_predicate[SKOS + "prefLabel"]:
        told = graph.texts(subject, SKOS + "prefLabel")
        french.append(told.get("fr", "").lower())
        found |= {part.strip(" .,:;→") for part in re.split(r"\{[^}]*\}", told.get("en", ""))}
    known = " ".join(french)
    return tuple(sorted(words for words in found if len(words) > 7 and " " in words and words.lower() not in known))


@each_project
def test_a_french_report_has_no_english_of_ours(path):
    given = spaceless(path.read_text())
    text = spaceless(as_text(path, "fr", True))
    assert [words for words in english() if words in text and words not in given and is_whole(words, text)] == []


def is_whole(words: str, text: str) -> bool:
    return bool(re.search(rf"\b{re.escape(words)}\b", text))


@pytest.mark.parametrize("name", sorted(iri for iri in knowledge().labels if iri.startswith(f"{BASE}phrase/")))
def test_a_phrase_has_the_same_values_in_both_languages(name):
    """Words that depend on a number are chosen by it; a language may do without the choice, not without the value."""
    told = knowledge().labels[name]
    values = [{(field, not spec) for _, field, spec, _ in Formatter().parse(told[each]) if field} for each in told]
    plain = [{field for field, is_plain in those if is_plain} for those in values]
    assert plain[0] == plain[-1]
    assert all({field for field, _ in those} == plain[0] for those in values)


@pytest.mark.parametrize(
    ("lang", "one", "two"), [("en", "1 applies", "2 apply"), ("fr", "1 s’applique", "2 s’appliquent")]
)
def test_one_duty_is_told_in_the_singular(lang, one, two):
    assert [knowledge().say(lang, "count-applies", n=number) for number in (1, 2)] == [one, two]
    assert knowledge().say("fr", "count-undetermined", n=1) == "1 indéterminée"


def test_there_are_english_words_to_look_for():
    assert len(english()) > 100
    assert "technical documentation" in " ".join(english())


def test_a_filled_in_description_is_not_overwritten_by_a_blank_one(tmp_path):
    filled = tmp_path / "aiact.yaml"
    filled.write_text("model: {name: mine}\n")
    result = CliRunner().invoke(main, ["init", "-o", str(filled)])
    assert result.exit_code == 2
    assert "is there already" in result.stderr
    assert filled.read_text() == "model: {name: mine}\n"


@pytest.mark.parametrize("asked", ["guidelines 63", "CRA 14", "GDPR art. 6", "RGPD article 22", "section 2", "§ 2"])
def test_a_citation_of_another_text_is_not_answered_with_an_article_of_the_act(asked):
    assert CliRunner().invoke(main, ["explain", asked]).exit_code == 2


@pytest.mark.parametrize("asked", ["article 2 of the AI Act", "article 2 du règlement", "Article 2, AI Act"])
def test_the_act_may_be_named_in_a_citation(asked):
    assert CliRunner().invoke(main, ["explain", asked, "--lang", "en"]).stdout.startswith("Article 2 ")

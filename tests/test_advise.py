"""What next: every change that is suggested, applied, flips what it says, and no smaller one does."""

import json
import sys
from itertools import combinations

import jsonschema
import pytest
from click.testing import CliRunner
from conftest import DAY, ROOT, judge, status
from test_ask import CARD, DISPUTED

from aiact import assess
from aiact.cli import main
from aiact.descriptions import convert, facts
from aiact.findings.advise import BURDENS, FREE, Adviser, digits, inventory
from aiact.findings.plan import plan
from aiact.findings.trial import Duty
from aiact.reports.evidence import index
from aiact.reports.plan_report import FORMATS

PROJECTS = ROOT / "data" / "projects"
OPEN = """
    weights_public: true
    usage_information_public: true
    monetisation: []
    generality: general
    training_compute: 1e24
    provider: maker
    placed_on_union_market: 2026-09-01
actors: {maker: {established_in: FR}}
"""


def model(facts_: str):
    return judge("aiact: 1\nmodel:\n" + "".join(f"    {line}\n" for line in facts_.split("; ")) + OPEN.strip("\n"))


def found_again(assessment, moves) -> dict:
    """The findings, with their proofs, of the description after some changes, written out and read again."""
    adviser = Adviser(assessment)
    base = assessment.knowledge
    established = facts.establish(adviser.description(moves), base, DAY)
    written = convert.WRITERS["json"](established, base)
    anew = assess(written.encode(), DAY, name="changed.json")
    short = lambda iri: iri and anew.short(iri)  # noqa: E731
    return {(f.rule.id, short(f.entity), f.role, short(f.bearer)): f.status for f in anew.findings}


def key(assessment, duty: Duty) -> tuple:
    bearer = assessment.short(duty.bearer) if duty.bearer else None
    return duty.rule, assessment.short(duty.entity), duty.role, bearer


def changes_of(assessment) -> list[tuple[set, set]]:
    """Each change: the facts that it alters, and the duties that it lightens."""
    return [({".".join(m.key) for m in c.moves}, {s.duty.rule for s in c.lighter}) for c in Adviser(assessment).changes]


# -- the changes of the seeds


def test_publishing_the_architecture_lifts_the_documentation():
    found = changes_of(model("licence: MIT; architecture_public: false"))
    assert ({"model.architecture_public"}, {"art-53-1-a", "art-53-1-b"}) in found


def test_what_is_missing_twice_must_be_done_twice():
    assessment = model("licence: CC-BY-NC-4.0; architecture_public: false")
    found = changes_of(assessment)
    assert [facts_ for facts_, duties in found if "art-53-1-a" in duties] == [
        {"model.licence", "model.architecture_public"}
    ]


def test_dropping_the_user_threshold_frees_the_licence():
    text = """
        aiact: 1
        licences: {own: {grants: [access, use, modify, distribute], terms: [attribution, user_threshold]}}
        actors: {maker: {established_in: FR}}
        model: {provider: maker, licence: own, weights_public: true, architecture_public: true, generality: general,
          usage_information_public: true, monetisation: [], training_compute: 1e24, placed_on_union_market: 2026-09-01}
    """
    found = [m.gives_up for c in Adviser(judge(text)).changes for m in c.moves if m.terms]
    assert found == [{"user_threshold"}]


def test_stopping_to_earn_restores_the_exemption_and_only_what_must_stop_stops():
    assessment = model("licence: MIT; architecture_public: true").facts
    assert assessment
    text = "aiact: 1\nmodel: {licence: MIT, architecture_public: true, weights_public: true, generality: general, "
    text += "usage_information_public: true, monetisation: [price, optional_services], training_compute: 1e24, "
    text += "provider: p, placed_on_union_market: 2026-09-01}\nactors: {p: {established_in: FR}}"
    found = [m.gives_up for c in Adviser(judge(text)).changes for m in c.moves if m.key[1] == "monetisation"]
    assert found == [{"price"}]


def test_staying_under_one_third_is_suggested_up_to_the_limit():
    """One third of the training compute of the base, cut to two digits; a little more would not do."""
    assessment = assess(str(PROJECTS / "one-third.yaml"), DAY)
    change = next(
        c for c in Adviser(assessment).changes if c.moves[0].key == ("above-one-third", "modification_compute")
    )
    base = assessment.highest(assessment.facts.iri("base"), "training_compute")
    assert change.moves[0].value == digits(base / 3)
    assert all(shift.after == "not_applicable" for shift in change.lighter)


def test_nothing_is_suggested_that_nobody_can_change(base):
    """Where somebody is established, when something was supplied, what others own."""
    assert not {"established_in", "placed_on_union_market", "size", "kind"} & {
        base.facts[remedy.fact].key for remedy in base.guidance.remedies
    }
    text = "aiact: 1\nmodels: {base: {licence: llama3.1}, m: {modifies: base, licence: MIT}}"
    assert {m.key[0] for m in Adviser(judge(text)).moves} == {"m"}


# -- proven on worked and generated projects

NAMES = ["quickstart", "one-third", "gemma-7b", "cv-screener", "emotion-at-work", "deep-fake-studio", "codestral-22b"]


@pytest.mark.parametrize("name", NAMES)
def test_every_change_applied_flips_what_it_says(name):
    shown_to_flip(assess(str(PROJECTS / f"{name}.yaml"), DAY))


@pytest.mark.parametrize("seed", [*range(6), 106])  # 106: part of what is earned may stay
def test_every_change_of_a_generated_project_flips_what_it_says(base, seed):
    assessment = generated(base, seed)
    shown_to_flip(assessment)
    none_smaller(assessment)


def generated(base, seed):
    import random

    import generate

    from aiact.descriptions.describe import DescriptionError

    some = {"Actor": (1, 1), "Model": (1, 1), "System": (0, 1), "Use": (0, 1), "Component": (0, 0), "Licence": (0, 1)}
    for attempt in range(20):
        drawn = generate.project(random.Random(f"advise/{seed}/{attempt}"), base, some, (0.7,))
        try:
            return assess(json.dumps(drawn).encode(), DAY, name="generated.json")
        except DescriptionError:
            continue
    raise AssertionError("nothing readable was drawn")


def shown_to_flip(assessment):
    for change in Adviser(assessment).changes[:8]:
        after = found_again(assessment, change.moves)
        assert change.lighter
        for shift in change.shifts:
            duty = key(assessment, shift.duty)
            assert after.get(duty, "not_applicable") == shift.after, (duty, change.moves)
        for shift in change.lighter:
            assert shift.before in BURDENS
            assert shift.after in FREE


def none_smaller(assessment):
    """No part of a change lightens what the change does: fewer facts, or fewer values given up."""
    adviser = Adviser(assessment)
    for change in adviser.changes[:8]:
        lighter = {shift.duty for shift in change.lighter}
        for size in range(1, len(change.moves)):
            for part in combinations(change.moves, size):
                assert not lighter <= {shift.duty for shift in adviser.shifts(part) if shift.lighter}
        for move in change.moves:
            less = [m for m in adviser.moves if m.key == move.key and m.gives_up and m.gives_up < move.gives_up]
            for other in less:
                instead = [other if m is move else m for m in change.moves]
                assert not lighter <= {shift.duty for shift in adviser.shifts(instead) if shift.lighter}


# -- what if


def test_what_if_tells_the_difference_to_the_present():
    arguments = ["check", str(PROJECTS / "quickstart.yaml"), "--on", DAY, "--lang", "en"]
    run = CliRunner().invoke(main, [*arguments, "--what-if", "tuned.monetisation=[price]"])
    assert run.exit_code == 0, run.output
    assert "what if tuned.monetisation = [price]" in run.output
    assert "Art. 53(1)(a)" in run.output
    assert "lifted → undetermined" in run.output


def test_what_if_tells_what_changes_on_a_stricter_reading_only():
    """A paid interface beside free weights: harmless for the guidelines (88), not for recital 103 taken strictly."""
    arguments = ["check", str(PROJECTS / "quickstart.yaml"), "--on", DAY, "--lang", "en", "-f"]
    wish = ["--what-if", "tuned.monetisation=[paid_api]"]
    told = CliRunner().invoke(main, [*arguments, "text", *wish]).output
    assert "on another reading (optional paid services, recital" in told
    changes = json.loads(CliRunner().invoke(main, [*arguments, "json", *wish]).output)["what_if"]["changes"]
    assert {change["rule"] for change in changes} == {"art-53-1-a", "art-53-1-b"}
    for change in changes:
        assert change["before"] == change["after"] == "lifted"
        assert change["readings"] == {"optional-paid-services.recital": ["lifted", "undetermined"]}


def test_what_if_as_json_is_valid_and_is_the_assessment_that_would_be():
    arguments = [
        "check",
        str(PROJECTS / "quickstart.yaml"),
        "--on",
        DAY,
        "-f",
        "json",
        "--what-if",
        "system.annex_iii=[4a]",
    ]
    run = CliRunner().invoke(main, arguments)
    told = json.loads(run.output)
    jsonschema.validate(told, json.loads((ROOT / "src/aiact/findings.schema.json").read_text()))
    assert told["what_if"]["facts"] == [{"fact": "system.annex_iii", "value": "[4a]"}]
    written = (PROJECTS / "quickstart.yaml").read_text().replace("annex_iii: []", "annex_iii: [4a]")
    anew = assess(written.encode(), DAY).as_dict()["findings"]
    short = lambda found: [(f["rule"], f["entity"], f["role"], f["status"]) for f in found]  # noqa: E731
    assert short(told["findings"]) == short(anew)
    changed = {(c["rule"], c["entity"], c["bearer"]): c["after"] for c in told["what_if"]["changes"]}
    assert changed["art-9", "system", "provider"] == "undetermined"


def test_without_a_name_what_if_means_all_that_is_ours():
    arguments = ["check", str(PROJECTS / "quickstart.yaml"), "--on", DAY, "--lang", "fr"]
    run = CliRunner().invoke(main, [*arguments, "--what-if", "monetisation=[price]"])
    assert "et si tuned.monetisation = [price], system.monetisation = [price]" in run.output
    assert "base." not in run.output


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ("tuned.monetisaton=[price]", "did you mean “monetisation”"),
        ("tunde.monetisation=[price]", "did you mean “tuned”"),
        ("tuned.monetisation=[pricey]", "did you mean “price”"),
        ("tuned.monetisation=[price", "not valid YAML"),
        ("monetisation", "write fact=value"),
        ("tuned.modification_share=0.1", "no fact about tuned"),
        ("tuned.modifies=tuned", "goes round in a circle"),
        ("tuned.modifies={model: bsae}", "there is no model “bsae”"),
        ("tuned.modifies={model: base, compte: 1}", "did you mean “compute”"),
    ],
)
def test_a_wish_that_cannot_be_read_is_explained(wish, told):
    run = CliRunner().invoke(main, ["check", str(PROJECTS / "quickstart.yaml"), "--what-if", wish])
    assert run.exit_code == 3, run.output
    assert told in run.output
    assert run.output.startswith("--what-if:1: ")


def test_a_wish_takes_the_forms_that_a_description_takes():
    arguments = ["check", str(PROJECTS / "quickstart.yaml"), "--on", DAY, "-f", "json", "--what-if"]
    written = (PROJECTS / "quickstart.yaml").read_text()
    wish = "{model: base, compute: 7e24}"
    told = json.loads(CliRunner().invoke(main, [*arguments, f"tuned.modifies={wish}"]).output)
    anew = assess(written.replace("modifies: base", f"modifies: {wish}").encode(), DAY).as_dict()["findings"]
    short = lambda found: [(f["rule"], f["entity"], f["role"], f["status"]) for f in found]  # noqa: E731
    assert short(told["findings"]) == short(anew)
    run = CliRunner().invoke(main, [*arguments, "tuned.provider={name: Another, established_in: US}"])
    assert run.exit_code == 0, run.output
    assert "Another" in run.output


@pytest.mark.parametrize(
    "files",
    [
        {"README.md": CARD},
        {
            "a.yaml": DISPUTED.replace("GRANTS", "[access]"),
            "b.yaml": DISPUTED.replace("GRANTS", "[access, use, modify, distribute]"),
        },
    ],
)
def test_a_change_of_name_changes_nothing_that_the_files_leave_open(tmp_path, files):
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    paths = [str(tmp_path / name) for name in files]
    run = CliRunner().invoke(main, ["check", *paths, "--on", DAY, "--lang", "en", "--what-if", "model.name=X"])
    assert "no difference" in run.output
    adviser = Adviser(assess(paths, DAY))
    assert adviser.applied([]) == adviser.before
    lifting = [change for change in adviser.changes if any(shift.after == "lifted" for shift in change.lighter)]
    assert all(any(move.key == ("model", "licence") for move in change.moves) for change in lifting)


# -- the plan


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", ["quickstart", "cv-screener", "seed-legaltech"])
def test_a_plan_has_seven_steps_in_both_languages_within_80_columns(name, language):
    assessment = assess(str(PROJECTS / f"{name}.yaml"), DAY)
    found = plan(assessment)
    assert [step["step"] for step in found["steps"]] == [
        "role", "conditions", "exceptions", "inventory", "duties", "training", "commercial"
    ]  # fmt: skip
    told = FORMATS["text"](found, assessment, language)
    assert all(len(line) <= 80 for line in told.splitlines())
    assert FORMATS["md"](found, assessment, language).count("\n## ") >= 8
    assert "{" not in told
    assert json.loads(FORMATS["json"](found, assessment, language))["as_of"] == DAY


def test_duties_of_a_plan_come_in_order_of_date_with_evidence_and_who_holds_it():
    assessment = assess(str(PROJECTS / "cv-screener.yaml"), DAY)
    items = next(step["items"] for step in plan(assessment)["steps"] if step["step"] == "duties")
    days = [i["due"] or i["from"] for i in items if i["status"] != "undetermined" and not i["upon"]]
    assert days == sorted(days)
    documented = [i for i in items if i["rule"] == "art-11"]
    assert all(i["evidence"] and i["held_by"] for i in documented)


def test_a_plan_owes_what_the_findings_owe():
    assessment = assess(str(PROJECTS / "deep-fake-studio.yaml"), DAY)
    told = plan(assessment)
    planned = {
        (i["rule"], i["entity"], i["bearer"])
        for step in told["steps"]
        if step["step"] in ("duties", "training")
        for i in step["items"]
    }
    owed = {
        (f.rule.id, assessment.short(f.entity), f.bearer and assessment.short(f.bearer))
        for f in assessment.findings
        if f.status in BURDENS and assessment.short(f.entity) not in told["left_to_others"]
    }
    assert planned == owed


def test_before_going_commercial_a_price_costs_the_exemption_and_optional_services_do_not():
    items = plan(model("licence: MIT; architecture_public: true"))["steps"][6]["items"]
    flips = {v["value"]: {f["rule"] for f in i["flips"]} for i in items for v in i["values"]}
    assert {"art-53-1-a", "art-53-1-b"} <= flips["price"]
    assert not flips["personal_data_for_security"]


def test_orders_of_cost_are_marked_as_commentary_and_never_given_for_what_is_open():
    told = plan(assess(str(PROJECTS / "cv-screener.yaml"), DAY))["costs"]
    assert told
    assert all(each["force"] == "commentary" and each["note"]["en"] for each in told)
    assert not plan(judge("aiact: 1\nsystem: {name: Unknown}"))["costs"]


# -- sentences for the card


def test_a_sentence_claims_an_exemption_only_if_it_is_proven():
    lifted = plan(model("licence: MIT; architecture_public: true"))["sentences"]
    assert "Art. 53(2) lifts" in lifted[0]["text"]["en"]
    assert "lève" in lifted[0]["text"]["fr"]
    open_ = plan(model("licence: MIT"))["sentences"]
    assert "not determined; no exemption is claimed" in open_[0]["text"]["en"]
    assert "Art. 53(2) lifts" not in open_[0]["text"]["en"]
    closed = plan(model("licence: CC-BY-NC-4.0; architecture_public: true"))["sentences"]
    assert "no open-source exemption is claimed" in closed[0]["text"]["en"]


@pytest.mark.parametrize("path", sorted(PROJECTS.glob("*.yaml"))[::9], ids=lambda path: path.stem)
def test_no_sentence_claims_what_the_findings_do_not(path):
    from aiact.findings.plan import sentences

    assessment = assess(str(path), DAY)
    lifted = {assessment.short(f.entity) for f in assessment.findings if f.judgement.lifted_by}
    for each in sentences(assessment):
        if " lifts " in each["text"]["en"] and "whether" not in each["text"]["en"]:
            assert each["entity"] in lifted


# -- licences


def test_a_free_licence_on_a_restricted_base_is_a_conflict():
    text = "aiact: 1\nmodels: {base: {licence: llama3.1}, m: {modifies: base, licence: MIT}, "
    text += "n: {modifies: m, licence: MIT}}"
    found = {part.entity.id: dict(part.conflicts) for part in inventory(judge(text))}
    assert "use_restriction" in found["m"]["base"]
    assert "base" in found["n"]
    assert not found["base"]


def test_the_same_licence_or_a_free_base_is_none():
    text = "aiact: 1\nmodels: {b: {licence: llama3.1}, m: {modifies: b, licence: llama3.1}, f: {licence: MIT}, "
    text += "g: {modifies: f, licence: Apache-2.0}}"
    assert not [part.conflicts for part in inventory(judge(text)) if part.conflicts]


def test_the_inventory_says_what_each_licence_lets_one_do():
    part = inventory(judge("aiact: 1\nmodel: {licence: CC-BY-NC-4.0}"))[0]
    assert part.free == "fails"
    assert "non_commercial" in part.terms
    assert {"use", "modify", "distribute"} <= set(part.rights)


def test_a_licence_that_nobody_knows_is_neither_free_nor_in_conflict():
    text = "aiact: 1\nmodels: {b: {licence: llama3.1}, m: {modifies: b, licence: Nobody-1.0}}"
    part = next(part for part in inventory(judge(text)) if part.entity.id == "m")
    assert (part.free, part.conflicts) == ("unknown", ())


# -- the folder of evidence


def gather(tmp_path, *arguments):
    folder = tmp_path / "evidence"
    project = str(PROJECTS / "quickstart.yaml")
    return folder, CliRunner().invoke(main, ["evidence", str(folder), project, "--on", DAY, "--lang", "en", *arguments])


def test_the_folder_holds_an_index_and_the_files_with_their_hashes(tmp_path):
    import hashlib

    licence = tmp_path / "LICENSE"
    licence.write_text("Apache License 2.0 …")
    folder, run = gather(tmp_path, "--file", f"tuned.licence={licence}")
    assert run.exit_code == 0, run.output
    told = json.loads((folder / "index.json").read_text())
    items = next(each["items"] for each in told["evidence"] if each["entity"] == "tuned")
    held = next(item for item in items if item["evidence"] == "licence-text")
    assert held["status"] == "held"
    assert held["held"][0]["sha256"] == hashlib.sha256(licence.read_bytes()).hexdigest()
    assert (folder / held["held"][0]["file"]).read_bytes() == licence.read_bytes()
    assert "SHA-256" in (folder / "index.md").read_text()


def test_an_index_lists_what_is_missing_as_missing_and_where_things_are_if_that_is_stated():
    told = index(model("licence: MIT"), {})
    items = {item["evidence"]: item for item in told["evidence"][0]["items"]}
    assert items["public-architecture"]["status"] == "missing"
    assert items["public-weights"]["missing"] == ["model.weights_public.source"]
    assert {item["truth"] for item in told["exemptions"] if item["rule"] == "art-53-2"} == {"unknown"}
    text = "aiact: 1\nmodel: {licence: MIT, weights_public: {value: true, source: 'https://example.org/w'}}"
    items = {item["evidence"]: item for item in index(judge(text), {})["evidence"][0]["items"]}
    assert not items["public-weights"]["missing"]


def test_a_folder_that_is_there_is_not_touched_and_a_failure_leaves_nothing(tmp_path):
    folder, _ = gather(tmp_path)
    before = (folder / "index.json").read_bytes()
    _, again = gather(tmp_path)
    assert again.exit_code == 1
    assert "is there already" in again.output
    assert (folder / "index.json").read_bytes() == before
    nowhere = CliRunner().invoke(main, ["evidence", str(tmp_path / "no" / "where"), str(PROJECTS / "quickstart.yaml")])
    assert nowhere.exit_code == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["evidence"]


@pytest.mark.parametrize("pair", ["tuned.licance=x", "tuned.licence=/nowhere", "tuned.licence"])
def test_a_file_for_no_fact_or_no_file_is_refused(tmp_path, pair):
    folder, run = gather(tmp_path, "--file", pair)
    assert run.exit_code == 2
    assert not folder.exists()


# -- guidance as data


def test_guidance_names_what_exists(base):
    guidance = base.guidance
    named = [rule for each in guidance.evidence for rule in each.rules]
    named += [rule for each in (*guidance.topics.values(), *guidance.steps, *guidance.costs) for rule in each.rules]
    assert set(named) | set(guidance.checklists) <= set(base.rules)
    facts_ = {fact for each in guidance.evidence for fact in each.attests} | {each.fact for each in guidance.remedies}
    assert facts_ <= set(base.facts)
    assert all(each.value or each.manner for each in guidance.remedies)
    assert all(each.source for each in (*guidance.remedies, *guidance.evidence, *guidance.costs, *guidance.steps))


def test_every_condition_of_the_model_exemption_has_evidence(base):
    attested = {fact for each in base.guidance.evidence if "art-53-2" in each.rules for fact in each.attests}
    for word in ("licence", "weights_public", "architecture_public", "usage_information_public", "monetisation"):
        assert base.fact(word, "Model").iri in attested


def test_a_quick_check_does_not_look_for_changes():
    """The plan is loaded only by those who ask for it."""
    import subprocess

    script = "import aiact.commands.check, aiact.findings.assess, sys; print([m for m in sys.modules if m in %r])"
    wanted = [f"aiact.findings.{name}" for name in ("advise", "plan", "trial", "answers", "ask")]
    done = subprocess.run([sys.executable, "-c", script % wanted], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_status_helper_agrees():
    assert status(model("licence: MIT; architecture_public: true"), "art-53-1-a") == "lifted"

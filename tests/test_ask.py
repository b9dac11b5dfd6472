"""The interview: it asks only what can still change a finding, in few questions, and keeps what is said."""

import json
import sys

import pytest
from click.testing import CliRunner
from conftest import DAY, ROOT, judge

from aiact import assess
from aiact.cli import main
from aiact.descriptions import describe
from aiact.descriptions.facts import establish
from aiact.findings.answers import Answers
from aiact.findings.ask import OPENING, UNKNOWN, AnswerError, Interview
from aiact.findings.conclude import Court
from aiact.findings.evaluate import Truths
from aiact.findings.trial import Duty, Trials, alike, statuses

sys.path.insert(0, str(ROOT / "benchmarks"))

import ask as benchmark

OPEN_MODEL = {
    "model.generality": "general",
    "model.placed_on_union_market": "2026-09-01",
    "model.licence": "Apache-2.0",
    "model.weights_public": True,
    "model.architecture_public": True,
    "model.usage_information_public": True,
    "model.monetisation": [],
    "model.training_compute": "6e24",
    "us.established_in": "FR",
}


def interview(base, *openings, about=None, language="en", known=None):
    """An interview that has begun, with what is known answered and the rest not known."""
    found = Interview(base, DAY, language, about=about)
    found.next()
    found.answer(list(openings))
    return found if known is None else answered(found, known)


def answered(found, known):
    asked = []
    while question := found.next():
        asked.append(question.fact)
        found.answer(known.get(question.fact, UNKNOWN))
    found.asked_for = asked
    return found


def of(found, rule):
    return {status for duty, status in found.targets(found.court).items() if duty.rule == rule}


# -- what it asks


def test_it_begins_with_what_there_is(base):
    question = Interview(base, DAY).next()
    assert question.fact == OPENING
    assert {value for value, _ in question.values} == {opening.id for opening in base.guidance.openings}


def test_every_opening_can_be_read_and_chosen_with_every_other(base):
    found = interview(base, *(opening.id for opening in base.guidance.openings))
    assert found.next() is not None
    for opening in base.guidance.openings:
        assert interview(base, opening.id).next() is not None, opening.id


def test_an_open_model_is_found_to_be_exempt_in_a_dozen_questions(base):
    found = interview(base, "own-model", about="exemption", known=OPEN_MODEL)
    assert len(found.asked_for) <= 10
    assert of(found, "art-53-1-a") == of(found, "art-53-1-b") == {"lifted"}


def test_a_narrow_model_needs_one_question(base):
    found = interview(base, "own-model", about="exemption", known={"model.generality": "narrow"})
    assert found.asked_for == ["model.generality"]


def test_a_licence_that_is_not_free_ends_the_question_of_exemption(base):
    """Whether the duties are owed at all is another question; that no exemption lifts them is certain."""
    read = describe.read("card.md", base, b"---\nlicense: cc-by-nc-4.0\n---\n# A model\n")
    assert Interview(base, DAY, description=read, about="exemption").next() is None
    assert Interview(base, DAY, description=read).next() is not None


def test_who_knows_nothing_is_asked_everything_once_and_told_that_nothing_is_decided(base):
    found = interview(base, "own-model", about="exemption", known={})
    assert len(found.asked_for) == len(set(found.asked_for))
    assert "lifted" not in set(found.targets(found.court).values())


def test_what_was_said_already_is_not_asked(base):
    described = "models: {m: {licence: MIT, weights_public: true, generality: general}}"
    read = describe.read("x.yaml", base, f"aiact: 1\n{described}".encode())
    found = answered(Interview(base, DAY, description=read), {})
    assert not {"m.licence", "m.weights_public", "m.generality"} & set(found.asked_for)


def test_a_described_model_without_a_provider_is_asked_for_one(base):
    read = describe.read("x.yaml", base, b"aiact: 1\nmodel: {name: Lone, generality: general}")
    assert "model.provider" in answered(Interview(base, DAY, description=read), {}).asked_for


def test_compute_that_is_not_known_is_asked_for_by_what_it_is_computed_from(base):
    known = OPEN_MODEL | {"model.training_compute": UNKNOWN, "model.compute_knowable": UNKNOWN}
    found = interview(base, "own-model", about="exemption", known=known)
    assert {"model.dense", "model.training_tokens"} & set(found.asked_for)


def test_a_licence_that_nobody_knows_is_asked_for_its_terms(base):
    read = describe.read(
        "x.yaml",
        base,
        b"""aiact: 1
provider: {name: A, established_in: FR}
model: {licence: Acme 2.1, weights_public: true, architecture_public: true, usage_information_public: true,
  monetisation: [], generality: general, training_compute: 1e24, placed_on_union_market: 2026-09-01}""",
    )
    known = {"acme-2-1.grants": ["access", "use", "modify", "distribute"], "acme-2-1.terms": ["user_threshold"]}
    found = answered(Interview(base, DAY, description=read), known)
    assert set(found.asked_for) == {"acme-2-1.grants", "acme-2-1.terms"}
    assert of(found, "art-53-1-a") == {"applies"}
    assert found.description()["licences"]["acme-2-1"]["name"] == "Acme 2.1"


# -- what a question says


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_question_says_why_on_which_provision_and_who_can_answer(base, language):
    found = interview(base, "own-model", language=language)
    question = found.next()
    assert question.text
    assert question.help
    assert str(len(found.waiting(found.court, undetermined(found))[question.entity, question.key])) in question.why
    assert question.cited
    assert question.who
    assert set(question.decides) <= set(base.rules)
    assert json.dumps(question.as_dict())


def undetermined(found) -> list[Duty]:
    return [duty for duty, status in found.targets(found.court).items() if status == "undetermined"]


def test_the_example_of_a_question_is_true(base):
    """What is said to happen if one answers so, does."""
    found = interview(base, "own-model")
    question = found.next()
    told = question.why
    found.answer("narrow")
    assert question.key == "generality"
    assert "narrow" in told
    assert "not applicable" in told
    assert of(found, "art-53-1-a") == {"not_applicable"}


# -- back, later, not known, wrong


def test_an_answer_can_be_taken_back(base):
    found = interview(base, "own-model")
    first, before = found.next().fact, found.description()
    found.answer("narrow")
    assert found.description() != before
    assert found.back()
    assert (found.next().fact, found.description()) == (first, before)


def test_what_is_left_for_later_comes_again_at_the_end(base):
    found = interview(base, "own-model", about="exemption")
    first = found.next().fact
    found.skip()
    assert found.next().fact != first
    assert first in answered(found, {}).asked_for


def test_a_wrong_answer_changes_nothing_and_is_explained(base):
    found = interview(base, "own-model")
    before = found.description()
    with pytest.raises(AnswerError, match=r"“narow”.*did you mean “narrow”"):
        found.answer("narow")
    assert found.description() == before


def test_an_opening_that_does_not_exist_is_refused(base):
    with pytest.raises(AnswerError, match="own-model"):
        Interview(base, DAY).answer(["astrology"])


# -- what is kept


def test_what_is_kept_gives_the_same_findings(base, tmp_path):
    found = interview(base, "own-model", "component", known=OPEN_MODEL)
    file = tmp_path / "aiact.yaml"
    file.write_text(found.yaml(), encoding="utf-8")
    kept = {(f.rule.id, f.entity.rsplit("/", 1)[1]): f.status for f in assess(str(file), DAY).findings}
    for duty, status in found.targets(found.court).items():
        assert kept[duty.rule, duty.entity.rsplit("/", 1)[1]] == status


def test_in_a_terminal_it_writes_the_description_and_goes_on_from_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run = CliRunner()
    done = run.invoke(main, ["ask", "--about", "exemption", "--on", DAY, "--lang", "en"], input="1\nbogus\n1\nq\n")
    assert done.exit_code == 0, done.output
    assert "Not understood" in done.output
    assert "generality: general" in (tmp_path / "aiact.yaml").read_text()
    again = run.invoke(main, ["ask", "--on", DAY, "--lang", "en"], input="q\n")
    assert again.exit_code == 2
    assert "is there already" in again.output
    more = run.invoke(main, ["ask", "aiact.yaml", "--on", DAY, "--lang", "fr"], input="?\nb\nq\n")
    assert more.exit_code == 0, more.output
    assert "je ne sais pas" in more.output


def test_an_interview_in_which_nothing_is_said_writes_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["ask", "--lang", "en"], input="")
    assert done.exit_code == 0
    assert not list(tmp_path.iterdir())


def test_a_topic_that_does_not_exist_is_answered_with_those_that_do():
    done = CliRunner().invoke(main, ["ask", "--about", "exemtion"])
    assert done.exit_code == 2
    assert "did you mean “exemption”" in done.output


# -- what files leave open

CARD = """---
model_name: Lark 7B
license: mit
tags: [gguf]
aiact:
  provider: {name: Lark Collective, kind: other_body, established_in: FR}
  model: {outputs: [text], training_compute: 6e24, weights_public: true, architecture_public: true,
    usage_information_public: true, monetisation: [], placed_on_union_market: 2026-09-01}
---
"""
DISPUTED = """aiact: 1
provider: {name: Lark Collective, kind: other_body, established_in: FR}
model: {name: Lark 7B, licence: own, outputs: [text], training_compute: 6e24, weights_public: true,
  architecture_public: true, usage_information_public: true, monetisation: [], placed_on_union_market: 2026-09-01}
licences: {own: {terms: [], grants: GRANTS}}
"""


def judgements(path):
    found = assess(path, DAY)
    return sorted((f.rule.id, found.short(f.entity), f.status) for f in found.findings)


def test_a_clue_is_asked_about_and_what_is_not_answered_stays_open(base, tmp_path):
    card, kept = tmp_path / "README.md", tmp_path / "kept.yaml"
    card.write_text(CARD, encoding="utf-8")
    found = Interview(base, DAY, "en", describe.read(card, base))
    assert found.next().fact == "model.modifies"
    found.skip()
    assert "unknown: [modifies]" in found.yaml()
    assert f"modifies ({card}:4): gguf" in found.yaml()
    kept.write_text(found.yaml(), encoding="utf-8")
    assert judgements(kept) == judgements(card)
    found.next()
    found.answer([])
    assert "unknown" not in found.yaml()
    assert of(found, "art-53-1-a") == {"lifted"}


def test_lists_on_which_files_disagree_are_asked_about(base, tmp_path):
    for name, grants in {"a.yaml": "[access]", "b.yaml": "[access, use, modify, distribute]"}.items():
        (tmp_path / name).write_text(DISPUTED.replace("GRANTS", grants), encoding="utf-8")
    files = [tmp_path / "a.yaml", tmp_path / "b.yaml"]
    found = Interview(base, DAY, "en", describe.read(files, base))
    assert of(found, "art-53-1-a") == {"undetermined"}
    assert found.next().fact == "own.grants"
    found.answer(["access", "use", "modify", "distribute"])
    assert of(found, "art-53-1-a") == {"lifted"}


# -- where it is kept


def test_a_folder_keeps_its_description_within(tmp_path, monkeypatch):
    (tmp_path / "repo").mkdir()
    (tmp_path / "repo" / "README.md").write_text(CARD, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["ask", "repo", "--on", DAY, "--lang", "en"], input="q\n")
    assert done.exit_code == 0, done.output
    assert not (tmp_path / "aiact.yaml").exists()
    assert "licence: mit" in (tmp_path / "repo" / "aiact.yaml").read_text()
    monkeypatch.chdir(tmp_path / "repo")
    for folder in (".", ""):
        done = CliRunner().invoke(main, ["ask", folder, "--on", DAY, "--lang", "en"], input="q\n")
        assert done.exit_code == 0, done.output
    assert judgements(tmp_path / "repo" / "aiact.yaml") == judgements(tmp_path / "repo" / "README.md")


@pytest.mark.parametrize("output", [[], ["-o", "aiact.yaml"]])
def test_a_description_with_which_it_did_not_begin_is_not_written_over(tmp_path, monkeypatch, output):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "README.md").write_text("---\nlicense: mit\n---\n", encoding="utf-8")
    (tmp_path / "aiact.yaml").write_text(DISPUTED, encoding="utf-8")
    done = CliRunner().invoke(main, ["ask", "README.md", "--on", DAY, *output], input="q\n")
    assert done.exit_code == 2
    assert "go on with aiact ask aiact.yaml" in done.output
    assert (tmp_path / "aiact.yaml").read_text(encoding="utf-8") == DISPUTED


# -- trials and answers


@pytest.mark.parametrize(
    "name", ["quickstart", "high-risk-components", "gemma-7b", "public-hospital", "emotion-at-work"]
)
def test_a_status_without_proof_is_that_of_the_finding(base, name):
    assessment = assess(str(ROOT / "data/projects" / f"{name}.yaml"), DAY)
    quick = statuses(assessment.court)
    for finding in assessment.findings:
        assert quick[Duty(finding.rule.id, finding.entity, finding.role, finding.bearer)] == finding.status


def test_a_trial_says_what_a_new_description_would(base):
    text = "model: {{generality: general, licence: MIT, monetisation: {}, weights_public: true, provider: p}}"
    text += "\nactors: {{p: {{established_in: FR}}}}"
    first, second = (judge("aiact: 1\n" + text.format(value)) for value in ("[]", "[price]"))
    tried = Trials(first.court).statuses({("model", "monetisation"): ["price"]})
    told = {(d.rule, d.role): s for d, s in statuses(second.court).items()}
    assert {(d.rule, d.role): s for d, s in tried.items()} == told


def test_duties_that_are_alike_are_judged_alike(base):
    """The sorts by which trials are spared part no two duties of one sort, on generated projects."""
    import generate

    for seed in range(6):
        found = generate.established(seed, base)
        court = Court(Truths(found, base, base.text_on(DAY)), DAY)
        by_sort: dict[tuple, set[str]] = {}
        for duty in statuses(court):
            one_by_one = court.status(court.rules[duty.rule], duty.entity, duty.role, duty.bearer)
            by_sort.setdefault(alike(court, duty), set()).add(one_by_one)
        assert all(len(found) == 1 for found in by_sort.values())


def test_answers_that_the_law_treats_alike_are_tried_once(base):
    answers = Answers(base, base.text_on(DAY))
    fact = lambda key, cls: base.fact(key, cls)  # noqa: E731
    earning = [value for value, _ in answers.to(fact("monetisation", "Model"))]
    assert [] in earning
    assert ["price"] in earning
    assert ["dual_licence"] not in earning
    amounts = [value for value, _ in answers.to(fact("training_compute", "Model"))]
    assert min(amounts) < 1e23 < max(amounts)
    assert any(1e23 < amount < 1e25 for amount in amounts)
    assert max(amounts) > 1e25
    for found in base.facts.values():
        options = answers.to(found)
        assert not options or abs(sum(share for _, share in options) - 1) < 1e-9, found.key


# -- few questions, none in vain


@pytest.mark.parametrize("seed", [3, 12, 17])
def test_generated_interviews_ask_nothing_in_vain(base, seed):
    """Every question could have changed a finding; none is asked twice; at the end no single answer could."""
    done = benchmark.run(seed, base, small=0)
    assert not done.idle
    assert len(done.asked) == len(set(done.asked))


@pytest.mark.parametrize("seed", [13, 21])
def test_an_interview_stops_when_no_single_answer_changes_a_finding(base, seed):
    found = benchmark.begun(seed, base, None)
    while question := found.next():
        found.answer(benchmark.definite(found, (question.entity, question.key), str(seed)))
    trials, targets = Trials(found.court, found.verdicts), found.targets(found.court)
    open_ = [duty for duty, status in targets.items() if status == "undetermined"]
    waiting = found.waiting(found.court, open_)
    for gap in waiting:
        for value, _ in found.values(gap):
            after = trials.statuses({gap: value}, open_)
            assert after is None or all(after[duty] == "undetermined" for duty in waiting[gap]), gap


def test_generated_interviews_ask_few_questions(base):
    """On a few generated projects, against the fewest facts that settle the same; a thousand are for the benchmark."""
    runs = [benchmark.run(seed, base, small=10) for seed in (12, 13, 15, 18)]
    compared = [run for run in runs if run.fewest]
    assert len(compared) >= 3
    assert sum(len(run.asked) for run in compared) <= 1.5 * sum(run.fewest for run in compared)


def test_facts_of_the_interview_come_from_the_person_alone(base):
    """What is written is what was answered, and the opening."""
    found = interview(base, "own-model", about="exemption", known=OPEN_MODEL)
    told = found.description()["models"]["model"]
    assert set(told) <= {key.split(".")[1] for key in OPEN_MODEL} | {"provider", "modifies"}
    assert establish(found.state.description, base, DAY).description.entities

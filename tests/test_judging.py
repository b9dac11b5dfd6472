"""What is worked out once, for a court or for duties that have it in common, is what each would be told alone."""

import json
import random
from functools import cache
from itertools import islice, product

import pytest
from conftest import DAY
from generate import established
from portfolios import projects

from aiact.descriptions import describe
from aiact.descriptions.facts import establish
from aiact.findings import prove
from aiact.findings.conclude import Court, Finding
from aiact.findings.evaluate import Truths, targets_of
from aiact.findings.readings import Readings
from aiact.findings.rulebook import Rulebook
from aiact.law.knowledge import DUTIES, knowledge

DAYS = (DAY, "2026-07-01", "2027-09-01")  # the second is under the text of 2024


@cache
def described(day: str) -> tuple:
    """The facts of projects as people describe them, and of some drawn from anything a description may say."""
    base = knowledge()
    told = [json.dumps(each).encode() for _, each in islice(projects(16, seed=7), 16)]
    found = [establish(describe.read("p.json", base, each), base, day) for each in told]
    return (*found, *(established(seed, base) for seed in range(6)))


def said(finding: Finding) -> tuple:
    return (
        finding.rule.id, finding.entity, finding.role, finding.bearer, finding.judgement, finding.readings,
        finding.contested, finding.because, finding.missing, finding.limited_by,
    )  # fmt: skip


def court_of(kind: type[Court], facts, day: str) -> Court:
    base = knowledge()
    return kind(Truths(facts, base, base.text_on(day)), day)


class Whole(Rulebook):
    """A rulebook that leaves nothing out."""

    def last_day(self, name):
        return "9999-12-31"  # so that every definition is looked at


class Alone(Court):
    """A court that does everything again for each duty."""

    def __init__(self, truths, day, book=None):
        super().__init__(truths, day, book or Whole(truths.knowledge, truths.text))

    def of_sort(self, rule, entity):
        return self.over(self.truths).of_duty(rule, entity)

    @staticmethod
    def is_not_owed(judgement):
        return False  # so that every reading is tried


@pytest.mark.parametrize("day", DAYS)
def test_duties_judged_together_are_judged_as_each_alone(day):
    count = 0
    for facts in described(day)[::3]:
        together, alone = (list(map(said, court_of(kind, facts, day).findings())) for kind in (Court, Alone))
        assert together == alone
        count += len(alone)
    assert count > 300


@pytest.mark.parametrize("day", DAYS)
def test_a_court_that_has_judged_others_finds_the_same(day):
    base, court = knowledge(), None
    for facts in described(day):
        truths = Truths(facts, base, base.text_on(day))
        court = court.over(truths) if court else Court(truths, day)
        assert list(map(said, court.findings())) == list(map(said, court_of(Court, facts, day).findings()))


@pytest.mark.parametrize("seed", range(4))
def test_a_truth_does_not_depend_on_the_readings_that_were_asked_about_before(seed, base):
    draw, readings = random.Random(seed), Readings(base)
    alternatives = [(question, name) for question, names in readings.alternatives.items() for name in names]
    choices = [readings.with_(dict(draw.sample(alternatives, 3))) for _ in range(12)]
    for text in base.texts.values():
        facts = established(seed, base)
        shared = Truths(facts, base, text)
        asked = [(name, node) for name, cls in targets_of(base, text) for node in facts.of_class(cls)]
        for choice in choices:
            fresh = Truths(facts, base, text)
            assert [shared.of(*each, choice) for each in asked] == [fresh.of(*each, choice) for each in asked]


def judged_in_turn(all_facts) -> list:
    """The wording of a court after each project that it judges."""
    base, text, court, found = knowledge(), knowledge().text_on(DAY), None, []
    for facts in all_facts:
        truths = Truths(facts, base, text)
        court = court.over(truths) if court else Court(truths, DAY)
        court.findings(), court.classifications()
        found.append((court.book.wording, len(court.book.wording.plain), len(court.book.wording.rests)))
    return found


def test_a_nameless_condition_is_never_taken_for_another():
    """Those made on the way are kept, so that none comes to stand where another stood."""
    wording, plain, rests = judged_in_turn(described(DAY))[-1]
    assert plain > 100
    assert rests > 0
    for known, (shape, holds, fails) in wording.plain.items():
        write = wording.rewrite.shape if isinstance(shape, prove.Shape) else wording.rewrite.node_part
        assert known == id(shape)
        assert (holds, fails) == (write(shape, True), write(shape, False))


def test_what_conditions_say_is_written_once_for_a_text_of_the_law():
    found = judged_in_turn(described(DAY) * 2)
    assert found[len(found) // 2 - 1] == found[-1]


def test_the_smallest_needs_are_those_of_their_definition():
    """Compared with a slow search, sets that are too many to keep included."""
    gaps = [(f"urn:{name}", fact) for name in "ab" for fact in "vwxyz"]
    draw = random.Random(1)
    for _ in range(400):
        options = [
            slow({frozenset(draw.sample(gaps, draw.randint(0, 3))) for _ in range(draw.randint(0, 7))})
            for _ in range(draw.randint(0, 4))
        ]
        assert prove.either(options) == slow({each for option in options for each in option})
        every = {frozenset()}
        for option in options:
            every = set(slow({one | other for one, other in product(every, option)}))
        assert prove.together(options) == slow(every)
        assert prove.smallest(every) == slow(every)


def slow(sets: set) -> list:
    least = [each for each in sets if not any(other < each for other in sets)]
    return sorted(least, key=lambda each: (len(each), sorted(each)))[: prove.MAX_SETS]


def test_the_same_rules_lift_and_postpone_duties_that_are_called_alike():
    court = court_of(Court, described(DAY)[0], DAY)
    effects = {
        id: [[other.id for other in by.get(id, [])] for by in (court.book.exempting, court.book.postponing)]
        for id, rule in court.rules.items()
        if rule.kind in DUTIES
    }
    assert {id: effects[first] for id, first in court.book.alike.items()} == effects
    assert len(set(court.book.alike.values())) < len(court.book.alike) / 4

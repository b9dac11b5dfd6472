"""How many questions an interview asks, against the fewest that could do.

Each generated project begins as its bare entities and links and some of its facts; a seeded world answers every
question with one of the values that the law tells apart, always the same. Measured are

- the questions asked, and the time until each is found;
- the fewest facts of that world that settle the same findings (found by brute force where that is small enough: every
  smaller set of the facts that ever waited is tried), which only somebody who knew all answers before could choose;
- questions that could not have changed a finding: for each question asked some answer must change one, alone or with
  answers to other open questions; the two projects that show it are assessed anew.

    python benchmarks/ask.py --projects 1000
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import sys
import time
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import generate

from aiact.descriptions import describe
from aiact.descriptions.description import SECTIONS
from aiact.findings.ask import UNKNOWN, AnswerError, Gap, Interview
from aiact.findings.conclude import Court
from aiact.findings.trial import Duty, Trials
from aiact.law.knowledge import Knowledge, knowledge

DAY = "2026-11-22"
SMALL = 14  # facts that ever waited, beyond which no brute force is tried
SETS = 400  # sets tried for one project
KINDS = (
    {"Actor": (1, 1), "Model": (1, 1), "System": (0, 0), "Use": (0, 0), "Component": (0, 0), "Licence": (0, 0)},
    {"Actor": (1, 1), "Model": (0, 0), "System": (1, 1), "Use": (0, 0), "Component": (0, 0), "Licence": (0, 0)},
    {"Actor": (1, 1), "Model": (0, 0), "System": (1, 1), "Use": (1, 1), "Component": (0, 0), "Licence": (0, 0)},
    {"Actor": (1, 2), "Model": (1, 2), "System": (0, 1), "Use": (0, 1), "Component": (0, 1), "Licence": (0, 1)},
)


class Run(NamedTuple):
    """One interview: what was asked and answered, and the fewest facts that settle the same (None if not sought)."""

    asked: list[Gap]
    world: dict[Gap, object]
    fewest: int | None
    seconds: list[float]
    idle: list[Gap]  # questions that could not have changed a finding


def begun(seed: int, base: Knowledge, about: str | None) -> Interview:
    """An interview about a generated project of which the links and a few facts are told."""
    for attempt in range(20):
        draw = random.Random(f"{seed}/{attempt}")
        drawn = generate.project(draw, base, draw.choice(KINDS), (0.9,))
        for section, cls in SECTIONS.items():
            for entity in drawn.get(section, {}).values():
                for key in list(entity):
                    link = base.fact(key, cls).kind == "link"
                    if not link and draw.random() > 0.15:
                        del entity[key]
                entity.setdefault("name", "x")
        try:
            read = describe.read("generated.json", base, json.dumps(drawn).encode())
            return Interview(base, DAY, description=read, about=about)
        except describe.DescriptionError:
            continue
    raise AssertionError(f"nothing readable was drawn for {seed}")


def run(seed: int, base: Knowledge, about: str | None = None, small: int = SMALL) -> Run:
    """One interview with random answers."""
    interview = begun(seed, base, about)
    start = Trials(interview.court, interview.verdicts)
    before = interview.targets(interview.court)
    asked: list[Gap] = []
    world: dict[Gap, object] = {}
    seconds, idle, waited = [], [], {}
    while True:
        started = time.process_time()
        question = interview.next()
        seconds.append(time.process_time() - started)
        if question is None:
            break
        gap = (question.entity, question.key)
        open_ = [duty for duty, status in interview.targets(interview.court).items() if status == "undetermined"]
        waiting = interview.waiting(interview.court, open_)
        waited |= dict.fromkeys(waiting)
        if not could_change(interview):
            idle.append(gap)
        asked.append(gap)
        answer = definite(interview, gap, str(seed))
        try:
            interview.answer(answer)
            world[gap] = answer
        except AnswerError:
            interview.answer(UNKNOWN)
    after = {duty: status for duty, status in interview.targets(interview.court).items() if duty in before}
    return Run(asked, world, fewest(start, after, world, waited, str(seed), interview, small), seconds, idle)


def could_change(interview: Interview) -> bool:
    """Whether the question asked last can change a finding: its witness, tried anew on findings with their proofs."""
    witness, question = interview.witness, interview.next()
    gap = (question.entity, question.key)
    trials = Trials(interview.court)
    without, with_ = (trials.over(fork) for fork in (witness.company, witness.company | {gap: witness.value}))
    return status_of(interview, without, witness.duty) != status_of(interview, with_, witness.duty)


def status_of(interview: Interview, court: Court, duty: Duty) -> str | None:
    """The status of the finding; in an interview about a topic also whether the topic is out of the question."""
    found = court.of_duty(court.rules[duty.rule], duty.entity)
    status = next((each.status for each in found if (each.role, each.bearer) == (duty.role, duty.bearer)), None)
    beyond = interview.topic and status == "undetermined" and not interview.could_lift(court, duty)
    return "not_lifted" if beyond else status


def definite(interview: Interview, gap: Gap, seed: str) -> object:
    """The answer of the world to a question: one of those that the law tells apart, always the same."""
    values = interview.values(gap)
    return random.Random(f"{seed}/{gap}").choices([v for v, _ in values], [w for _, w in values])[0]


def fewest(start: Trials, after: dict, world: dict, waited: dict, seed: str, interview, small: int) -> int | None:
    """The size of the smallest set of facts of the world that settles what the interview settled."""
    entities = start.description.entities
    wanted = {duty: status for duty, status in after.items() if status != "undetermined"}
    settles = lambda gaps: start.statuses({gap: world[gap] for gap in gaps}, wanted) == wanted  # noqa: E731
    universe = [gap for gap in world if gap[0] in entities]
    if len(universe) > small or not settles(universe):  # what an answer added to the description is not compared
        return None
    for gap in waited:  # the world knows what was not asked, too
        if gap not in world and gap[0] in entities and len(universe) < small:
            world[gap] = definite(interview, gap, seed)
            universe += [gap] if settles([*universe, gap]) else []
    needed = [gap for gap in universe if not settles([other for other in universe if other != gap])]
    rest = [gap for gap in universe if gap not in needed]
    left = SETS
    for size in range(len(rest) + 1):
        for more in combinations(rest, size):
            left -= 1
            if left < 0:
                return None
            if settles([*needed, *more]):
                return len(needed) + size
    return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--projects", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--about", default=None)
    parser.add_argument("--processes", type=int, default=None, help="As many as there are processors.")
    parser.add_argument("--show", action="store_true", help="One line a project.")
    given = parser.parse_args()
    runs = []
    with multiprocessing.Pool(given.processes) as pool:
        seeds = range(given.first, given.first + given.projects)
        for seed, last in zip(seeds, pool.imap(partial(interviewed, given.about), seeds), strict=True):
            runs.append(last)
            if given.show:
                print(seed, len(last.asked), last.fewest, "idle" if last.idle else "", f"{max(last.seconds):.2f}s")
            if len(runs) % 100 == 0 and len(runs) < given.projects:
                report(runs)
    report(runs)


def interviewed(about: str | None, seed: int) -> Run:
    return run(seed, knowledge(), about)


def report(runs: list[Run]) -> None:
    compared = [each for each in runs if each.fewest]
    asked, fewest_ = sum(len(each.asked) for each in compared), sum(each.fewest for each in compared)
    seconds = sorted(second for each in runs for second in each.seconds)
    print(f"{len(runs)} projects, {sum(len(each.asked) for each in runs)} questions asked")
    print(f"questions that could not have changed a finding: {sum(len(each.idle) for each in runs)}")
    if compared:
        ratios = sorted(len(each.asked) / each.fewest for each in compared)
        print(
            f"compared with the fewest that settle the same, {len(compared)} projects: {asked} against {fewest_}, "
            f"{asked / fewest_:.2f} times; mean of the ratios {sum(ratios) / len(ratios):.2f}, "
            f"median {ratios[len(ratios) // 2]:.2f}, worst {ratios[-1]:.2f}"
        )
    print(f"seconds of the processor for a question: median {seconds[len(seconds) // 2]:.3f}, "
          f"95 of 100 below {seconds[int(len(seconds) * 0.95)]:.3f}, most {seconds[-1]:.3f}")  # fmt: skip


if __name__ == "__main__":
    main()

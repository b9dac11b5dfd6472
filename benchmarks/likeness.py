"""Portfolios against ``check``: every field of every finding of generated projects, decided by precedents and alone.

    python benchmarks/likeness.py 5000 [--first 0] [--seed 1]

Half of the projects are those of a portfolio (tests/portfolios.py), half say anything that can be said
(tests/generate.py). Exit status 1 if a finding differs.
"""

import argparse
import json
import multiprocessing
import random
import sys
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import generate
import portfolios

from aiact import assess
from aiact.law.knowledge import knowledge
from aiact.portfolio.deciding import Decider, DescriptionError, rows

DAYS = ["2025-06-01", "2026-11-22", "2027-12-02"]
SHARE = 50  # projects that one process decides one after another, so that they meet precedents


def compared(seed: int, first: int) -> tuple[int, int, int, list[str]]:
    """Findings compared, those that followed a precedent, projects that are refused, and what differs."""
    base = knowledge()
    decider = Decider(base, DAYS)
    found = refused = 0
    differing = []
    drawn = [description for _, description in portfolios.projects(SHARE // 2, seed, first)]
    for number in range(SHARE // 2):
        draw = random.Random(f"{seed}/{first}/{number}")
        drawn.append((generate.likely if number % 2 else generate.project)(draw, base))
    for number, description in enumerate(drawn):
        description = json.loads(json.dumps(description))
        try:
            wanted = [row for day in DAYS for row in rows(assess(json.dumps(description).encode(), day, base=base))]
        except DescriptionError:
            wanted = None
        try:
            got = decider.rows(description)
        except DescriptionError:
            got = None
        if got is None or wanted is None:
            refused += 1
        if got != wanted:
            pairs = zip(got or [None], wanted or [None], strict=False)
            odd = next(((one, other) for one, other in pairs if one != other), (len(got or ()), len(wanted or ())))
            differing.append(f"{first}/{number}: {odd[0]}\n    check: {odd[1]}")
        found += len(wanted or ())
    return found, found - decider.judged, refused, differing


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("projects", type=int, nargs="?", default=5000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    total, followed, refused, differing = 0, 0, 0, []
    with multiprocessing.Pool() as pool:
        starts = range(options.first, options.first + options.projects, SHARE)
        for found, those, no, odd in pool.imap(partial(compared, options.seed), starts):
            total, followed, refused, differing = total + found, followed + those, refused + no, differing + odd
            print(*odd, sep="\n", end="\n" if odd else "", flush=True)
    print(
        f"{len(starts) * SHARE:,} projects ({refused} refused by both or one), {total:,} findings on {len(DAYS)} days, "
        f"{followed:,} by precedent: {len(differing)} projects differ"
    )
    return bool(differing)


if __name__ == "__main__":
    sys.exit(main())

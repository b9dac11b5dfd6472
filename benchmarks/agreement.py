"""Do the engines agree? Every rule and condition at every entity of generated projects, under both texts of the law.

    python benchmarks/agreement.py 2000 --engine topbraid

Each chunk of projects is asked under the prevailing readings of the law or, two times in three, under a drawn choice of
them. Prints what was compared and every difference; exit status 1 if there is any.
"""

import argparse
import multiprocessing
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from generate import established, reading_choice
from referee import disagreements

from aiact.law.knowledge import knowledge

CHUNK = {"topbraid": 50, "pyshacl": 20}


def compare(chunk: tuple[str, int, int]) -> tuple[int, int, list[str]]:
    """How many projects were compared and truths asked, and the differences, each with what draws it again."""
    engine, first, last = chunk
    base = knowledge()
    projects = [established(seed, base) for seed in range(first, last)]
    draw = random.Random(first)
    choices = reading_choice(draw, base) if draw.random() < 2 / 3 else {}
    different, asked = disagreements(projects, base, engine, choices=choices)
    found = [f"projects {first} to {last - 1}, {', '.join(each)} by default" for each in different]
    return last - first, asked, found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("projects", type=int)
    parser.add_argument("--engine", choices=CHUNK, default="topbraid")
    parser.add_argument("--first", type=int, default=0, help="the seed of the first project")
    options = parser.parse_args()
    end, size = options.first + options.projects, CHUNK[options.engine]
    chunks = [(options.engine, first, min(first + size, end)) for first in range(options.first, end, size)]
    projects = asked = 0
    differences, began = [], time.monotonic()
    with multiprocessing.Pool(2) as pool:
        for done, count, found in pool.imap_unordered(compare, chunks):
            projects, asked = projects + done, asked + count
            differences += found
            print(*found, sep="\n", end="\n" if found else "", flush=True)
            print(f"\r{projects} projects, {asked} truths", end="", file=sys.stderr, flush=True)
    minutes = (time.monotonic() - began) / 60
    print(f"\n{options.engine}: {projects} projects, {asked} pairs of shape and node, {len(differences)} differences")
    print(f"in {minutes:.1f} minutes", file=sys.stderr)
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())

"""What must be so for every project, tried on many generated ones.

    python benchmarks/properties.py 1000 --only order_changes_nothing

Prints how many were tried of each property, and the seed of each failure; exit status 1 if there is any.
"""

import argparse
import multiprocessing
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from test_properties import PROPERTIES

from aiact.findings.conclude import Court


def attempt(given: tuple[str, int]) -> str:
    name, seed = given
    Court.missing = lambda *_: []  # not compared, and slow
    try:
        PROPERTIES[name](seed)
    except AssertionError as error:
        return f"{name}, seed {seed}: {str(error)[:2000]}"
    return ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("projects", type=int)
    parser.add_argument("--only", choices=PROPERTIES, action="append", help="one property, or several")
    parser.add_argument("--first", type=int, default=0, help="the seed of the first project")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    failures = 0
    with multiprocessing.Pool(options.processes) as pool:
        for name in options.only or PROPERTIES:
            seeds = range(options.first, options.first + options.projects)
            failed = 0
            for told in pool.imap(attempt, [(name, seed) for seed in seeds], chunksize=4):
                failed += bool(told)
                print(told, end="\n" if told else "", flush=True)
            print(f"{name}: {options.projects} projects, {failed} failures", flush=True)
            failures += failed
    print(f"{len(options.only or PROPERTIES)} properties, {options.projects} projects each, {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

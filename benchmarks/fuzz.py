"""Fuzzes the readers, the gates and the importer for some seconds, and prints inputs and finds by target.

    python benchmarks/fuzz.py --seconds 600 --seed 1 --keep finds

Every find is kept as a file; mended, it belongs into ``tests/hostile/documents`` with its verdict.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import signal
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / part) for part in ("src", "tests")]
from fuzz import TARGETS, mutant, seeds, tried  # noqa: E402

SLOW = 5  # seconds of computing that no input of this size may take


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=float, default=600, help="of all targets together")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--target", action="append", choices=list(TARGETS))
    arguments.add_argument("--keep", type=Path, help="a folder for finds")
    given = arguments.parse_args()
    signal.signal(signal.SIGVTALRM, late)
    wanted = given.target or list(TARGETS)
    total = finds = 0
    for name in wanted:
        found = fuzzed(name, given.seconds / len(wanted), random.Random(f"{given.seed} {name}"))
        count, places = found
        total, finds = total + count, finds + len(places)
        print(f"{name:15} {count:9,} inputs from {len(seeds(name)):3} seeds  {len(places):3} finds", flush=True)
        for place, data in places.items():
            print(f"    {place}")
            if given.keep:
                given.keep.mkdir(parents=True, exist_ok=True)
                (given.keep / f"{name}-{hashlib.sha256(data).hexdigest()[:12]}").write_bytes(data)
    print(f"{'all':15} {total:9,} inputs, {finds} finds")
    return 1 if finds else 0


def fuzzed(name: str, seconds: float, chance: random.Random) -> tuple[int, dict[str, bytes]]:
    """How many inputs a target was given, and one input for each thing that went wrong."""
    finds: dict[str, bytes] = {}
    until, count = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        data, count = mutant(name, chance), count + 1
        signal.setitimer(signal.ITIMER_VIRTUAL, SLOW)
        wrong = tried(name, data)
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        if wrong:
            finds.setdefault(wrong.split(":", 2)[0] + ":" + wrong.split(":", 2)[1][:80], data)
    return count, finds


def late(*_: object) -> None:
    raise TimeoutError(f"more than {SLOW} seconds")


if __name__ == "__main__":
    sys.exit(main())

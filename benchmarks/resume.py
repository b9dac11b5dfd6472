"""Kills a run over a portfolio again and again, and sees whether it ends as one that nobody disturbed.

    python benchmarks/resume.py portfolio.jsonl --kills 20

The input may have any form of portfolio. Both runs are timed; the first that is not killed at all comes first.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src"


def begin(path: Path, folder: Path, day: str, chunk: int) -> subprocess.Popen:
    command = [sys.executable, "-m", "aiact", "portfolio", path, "-o", folder, "--on", day, "--chunk", chunk, "-q"]
    environment = os.environ | {"PYTHONPATH": str(SOURCE)}
    return subprocess.Popen([*map(str, command)], env=environment, start_new_session=True)


def finish(path: Path, folder: Path, day: str, chunk: int) -> float:
    start = time.perf_counter()
    if begin(path, folder, day, chunk).wait():
        raise SystemExit("the run failed")
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("portfolio", type=Path)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--chunk", type=int, default=500)
    parser.add_argument("--on", default="2026-11-22", metavar="DAY")
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    draw = random.Random(wanted.seed)
    with tempfile.TemporaryDirectory() as place:
        calm, killed = Path(place, "calm"), Path(place, "killed")
        took = finish(wanted.portfolio, calm, wanted.on, wanted.chunk)
        print(f"undisturbed: {took:.1f} s")
        for number in range(1, wanted.kills + 1):
            process = begin(wanted.portfolio, killed, wanted.on, wanted.chunk)
            try:
                process.wait(timeout=1 + draw.random() * 2 * took / wanted.kills)
                print(f"kill {number}: the run was done already")
                break
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        print(f"the rest after {number} kills: {finish(wanted.portfolio, killed, wanted.on, wanted.chunk):.1f} s")
        one, other = (json.loads((folder / "summary.json").read_text(encoding="utf-8")) for folder in (calm, killed))
        print(f"projects: {one['projects']['read']}, digests: {one['digest'][:16]} {other['digest'][:16]}")
        if one != other:
            raise SystemExit("the summaries differ")
        print("the same")


if __name__ == "__main__":
    main()

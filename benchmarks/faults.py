"""Does every writer leave the old state or the new one, wherever it is killed?

    python benchmarks/faults.py --share 4

Kills each writer with SIGKILL before every change that it makes to files or to a store elsewhere, and ends it at bytes
spread over the stream (4 of them, times the share). Prints a line for each writer, then one in all; exit status 1 if
anything was torn.
"""

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from faults import caches, reports, store, trial
from stores import oxigraph


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--share", type=int, default=1, help="how many times four places in the stream")
    options = parser.parse_args()
    kills, torn = {}, []
    with tempfile.TemporaryDirectory() as name, oxigraph(Path(name), on_disk=False) as place:
        for kind in (reports, caches, lambda _: store(place.url)):
            for writer, job in kind(Path(name)).items():
                kills[writer], wrong = trial(job, options.share)
                torn += [f"{writer}: torn at {where}" for where in wrong]
                print(f"{writer}: {kills[writer]} kills, {len(wrong)} torn", file=sys.stderr, flush=True)
    print(*torn, sep="\n", end="\n" if torn else "")
    print(f"{sum(kills.values())} kills of {len(kills)} writers: {len(torn)} left neither the old nor the new state")
    return 1 if torn or not kills else 0


if __name__ == "__main__":
    sys.exit(main())

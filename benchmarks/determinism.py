"""Is every answer the same, byte for byte, under other settings and other versions of Python?

    python benchmarks/determinism.py --seeds 20 --python python3.12 --python .venv-3.13/bin/python

Each Python needs what ``requirements/run.txt`` names. What takes long (the export of the shapes, all worked projects)
is compared once for each Python. Prints every difference, then one line; exit status 1 if there is any difference.
"""

import argparse
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from sameness import DAY, SETTINGS, Setting, commands, differing, of_projects, said

from aiact.writers import forms


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3, help="how many seeds of hashes")
    parser.add_argument("--python", action="append", default=[], help="another Python that has the requirements")
    options = parser.parse_args()
    seeds = [replace(SETTINGS[number % len(SETTINGS)], seed=str(number)) for number in range(options.seeds)]
    pythons = [replace(each, python=python) for python in options.python for each in SETTINGS[:2]]
    several: dict[Setting, dict] = {}
    with tempfile.TemporaryDirectory() as place:
        for number, setting in enumerate([*seeds, *pythons]):
            once = number == 0 or setting == replace(SETTINGS[0], python=setting.python)
            long = [["shapes", "--on", DAY], *of_projects()] if once else []
            several[setting] = said(setting, commands(forms()) + long, Path(place))
            print(f"\r{number + 1} settings", end="", file=sys.stderr, flush=True)
    found = differing(several)
    failed = [f"{name}: exit code {code}" for name, (code, _, _) in several[seeds[0]].items() if code]
    print(file=sys.stderr)
    print(*found, *failed, sep="\n", end="\n" if found or failed else "")
    versions = dict.fromkeys(version(each) for each in [sys.executable, *options.python])
    print(
        f"{len(several[seeds[0]])} answers under {len(several)} settings ({options.seeds} seeds, "
        f"{len({each.zone for each in several})} time zones, {len({each.locale for each in several})} locales, "
        f"Python {', '.join(versions)}): {len(found)} differences"
    )
    return 1 if found or failed else 0


def version(python: str) -> str:
    told = subprocess.run([python, "-c", "import platform; print(platform.python_version())"], capture_output=True)
    return told.stdout.decode().strip()


if __name__ == "__main__":
    sys.exit(main())

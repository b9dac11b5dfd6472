"""How fast is an answer? Cold, as a command; and warm, in a process that has the knowledge at hand.

    python benchmarks/speed.py

Times of different machines cannot be compared, so the figures are ratios: to importing rdflib, and to pySHACL on the
same project and the same shapes. Commands are run in turn, and the median counts.
"""

import argparse
import compileall
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from aiact import assess
from aiact.findings.evaluate import Truths, plain_shapes, targets_of
from aiact.findings.readings import Readings
from aiact.law import shacl
from aiact.law.knowledge import knowledge
from aiact.law.names import AIACT, READING
from aiact.law.shapes import FAILS, HOLDS

PROJECTS = Path(__file__).parents[1] / "data" / "projects"
PROJECT = PROJECTS / "quickstart.yaml"
SMALLEST = min(PROJECTS.glob("*.yaml"), key=lambda path: path.stat().st_size)
DAY = "2026-11-22"


def cold(runs: int) -> dict[str, float]:
    """Median seconds of each command, as real processes, the cache filled before."""
    with tempfile.TemporaryDirectory() as folder:
        shapes, data = Path(folder, "shapes.ttl"), Path(folder, "project.ttl")
        timed("-m", "aiact", "shapes", "--on", DAY, "-o", shapes)
        timed("-m", "aiact", "convert", PROJECT, "--to", "ttl", "-o", data)
        commands = {
            'python -c ""': ("-c", ""),
            'python -c "import rdflib"': ("-c", "import rdflib"),
            "aiact check, smallest project": ("-m", "aiact", "check", SMALLEST, "--on", DAY),
            "aiact check, quickstart": ("-m", "aiact", "check", PROJECT, "--on", DAY),
            "aiact check -f json": ("-m", "aiact", "check", PROJECT, "--on", DAY, "-f", "json"),
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(runs):
            for name, words in commands.items():
                times[name].append(timed(*words))
        pyshacl = ("-m", "pyshacl", "--max-depth", "100", "-f", "nt", "-s", shapes, data)
        times["pyshacl, exported shapes"] = [timed(*pyshacl) for _ in range(max(1, runs // 15))]
    return {name: statistics.median(found) for name, found in times.items()}


def timed(*words) -> float:
    began = time.perf_counter()
    done = subprocess.run([sys.executable, *map(str, words)], capture_output=True)
    if done.returncode not in (0, 1) or (not done.stdout and done.stderr):
        raise SystemExit(done.stderr.decode())
    return time.perf_counter() - began


def warm(runs: int) -> dict[str, float]:
    """Median seconds of the truths of one choice of readings, and of a whole assessment: all readings, every proof."""
    source, base = PROJECT.read_bytes(), knowledge()
    facts, text, readings = assess(source, DAY).facts, base.text_on(DAY), Readings(base).with_({})
    targets = {name + sign: cls for name, cls in targets_of(base, text) for sign in (HOLDS, FAILS)}
    plain, chosen = shacl.used(plain_shapes(base, text), list(targets)), {READING + name for name in readings}
    classes = {name: AIACT + cls for name, cls in targets.items()}

    def truths() -> list[bool]:
        judged = Truths(facts, base, text)
        return [judged.conforms(name, node, readings) for name, cls in targets.items() for node in facts.of_class(cls)]

    return {
        "truths, pySHACL": median(lambda: shacl.violations(facts.graph, plain, chosen, classes, "pyshacl"), runs // 10),
        "truths, default engine": median(truths, runs * 4),
        "assessment, pySHACL": clocked(lambda: assess(source, DAY, engine="pyshacl").as_dict()),
        "assessment, default engine": median(lambda: assess(source, DAY).as_dict(), runs * 2),
    }


def median(run, runs: int) -> float:
    run()
    return statistics.median(clocked(run) for _ in range(max(1, runs)))


def clocked(run) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def table(title: str, times: dict[str, float], unit: str) -> None:
    print(f"\n{title}")
    for name, seconds in times.items():
        ratio = seconds / times[unit]
        shown = f"× {ratio:.2f}" if ratio > 0.1 else f"÷ {1 / ratio:.0f}"
        print(f"  {name:<30} {seconds * 1000:>9.1f} ms   {shown}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=15, help="how often each command is run (15)")
    runs = parser.parse_args().runs
    knowledge()
    compileall.compile_dir(Path(shacl.__file__).parent, quiet=1)  # as pip does for what it installs
    table("Cold, as commands (× importing rdflib)", cold(runs), 'python -c "import rdflib"')
    times = warm(runs)
    for what in ("truths", "assessment"):
        found = {name: seconds for name, seconds in times.items() if name.startswith(what)}
        table(f"Warm, in one process: {what} (× pySHACL)", found, f"{what}, pySHACL")


if __name__ == "__main__":
    main()

"""What we promise, proved now, on this machine: every command of ``proofs.yaml``, and one table of what came out.

    ./run prove [--full] [--lang fr] [--only WORD]

The figures are what the commands print last; nobody writes them by hand. Exit status 1 if a promise is broken.
"""

import argparse
import os
import re
import subprocess
import sys
import time
from pathlib import Path

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
HEADS = {
    "en": ("what we promise", "how it is proved", "what came out", "seconds", "BROKEN"),
    "fr": ("ce que nous promettons", "comment c’est prouvé", "ce qui en est sorti", "secondes", "ROMPU"),
}


def proofs(word: str = "") -> list[dict]:
    """The promises whose text or command has a word."""
    found = YAML(typ="safe", pure=True).load(Path(__file__).with_name("proofs.yaml"))
    return [proof for proof in found if word.lower() in f"{proof['promise']} {proof['run']}".lower()]


def proved(proof: dict, full: bool) -> tuple[bool, str, float]:
    """Whether the command of a proof succeeds, the figure that it prints, and how long it took."""
    command = [sys.executable, *(proof.get("full", proof["run"]) if full else proof["run"])]
    source = os.pathsep.join(filter(None, (str(ROOT / "src"), os.environ.get("PYTHONPATH"))))
    began = time.monotonic()
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"PYTHONPATH": source, "CI": "true"}, stdout=subprocess.PIPE, text=True
    )
    return not done.returncode, figure(done.stdout, proof.get("figure", "")), time.monotonic() - began


def figure(said: str, pattern: str = "") -> str:
    """The lines of a command that a pattern finds, or the last; of pytest, how many tests came out how."""
    if chosen := re.findall(pattern, said, re.MULTILINE) if pattern else []:
        return "; ".join(chosen)
    lines = [line.strip("= ") for line in said.splitlines() if line.strip("= ")]
    last = lines[-1] if lines else "–"
    if counts := re.findall(r"\d+ (?:passed|failed|error|errors|skipped|deselected|xfailed)", last):
        return ", ".join(count for count in counts if not count.endswith("deselected"))
    return last


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true", help="the whole, which takes hours")
    parser.add_argument("--lang", choices=HEADS, default="en", help="of the table")
    parser.add_argument("--only", default="", metavar="WORD", help="the proofs with this word")
    options = parser.parse_args()
    *heads, broken = HEADS[options.lang]
    rows, kept = [], True
    wanted = proofs(options.only)
    for number, proof in enumerate(wanted, 1):
        print(f"{number} of {len(wanted)}: {proof['promise']['en']}", file=sys.stderr, flush=True)
        holds, told, seconds = proved(proof, options.full)
        kept &= holds
        told = told if holds else f"**{broken}** {told}"
        rows.append((proof["promise"][options.lang], proof["how"][options.lang], told, f"{seconds:.0f}"))
    print(*(f"| {' | '.join(row)} |" for row in [heads, ["---"] * len(heads), *rows]), sep="\n")
    return 0 if kept and rows else 1


if __name__ == "__main__":
    sys.exit(main())

"""Do the engines agree? Every rule and condition at every entity of generated projects, under both texts of the law.

    python benchmarks/agreement.py 10000 --engine both --cases --journal agreement.jsonl

Each chunk of projects is asked under the prevailing readings of the law or, two times in three, under a drawn choice of
them. ``--cases`` adds every worked project, every worked case and every example of a rule, under the prevailing ones. A
run that was stopped goes on with the same command if it has a journal, which belongs to one state of the knowledge.
Prints what was compared and every difference; exit status 1 if there is any.
"""

import argparse
import json
import multiprocessing
import os
import random
import sys
import time
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from generate import established, reading_choice
from referee import disagreements

from aiact.descriptions import describe, facts
from aiact.law.build import load_graph
from aiact.law.knowledge import knowledge
from aiact.law.names import AIACT

ROOT = Path(__file__).parents[1]
CHUNK = {"topbraid": 200, "pyshacl": 20}
Chunk = tuple[str, str, int, int]  # engine, drawn or written, first and last of them


@cache
def written() -> list[tuple[str, str]]:
    """Every description that is written down: worked projects, worked cases with their variants, examples of rules."""
    from test_cases import CASES, descriptions

    found = [(path.name, path.read_text(encoding="utf-8")) for path in sorted((ROOT / "data" / "projects").glob("*.*"))]
    found += [(f"{name}.yaml", text) for name, case in CASES.items() for text in descriptions(case)]
    graph = load_graph()
    return found + [
        ("example.yaml", graph.text(each, AIACT + "given")) for each in sorted(graph.of_class(AIACT + "Example"))
    ]


def compare(chunk: Chunk) -> tuple[Chunk, int, int, list[str]]:
    """How many projects were compared and truths asked, and the differences, each with what draws it again."""
    engine, kind, first, last = chunk
    base, choices = knowledge(), {}
    if kind == "drawn":
        projects = [established(seed, base) for seed in range(first, last)]
        draw = random.Random(first)
        choices = reading_choice(draw, base) if draw.random() < 2 / 3 else {}
    else:
        projects = [
            facts.establish(describe.read(name, base, text.encode()), base) for name, text in written()[first:last]
        ]
        projects = list({project.base: project for project in projects}.values())  # one written twice is one
    different, asked = disagreements(projects, base, engine, choices=choices)
    found = [f"{engine}, {kind} {first} to {last - 1}, {', '.join(each)} by default" for each in different]
    return chunk, last - first, asked, found


def chunks(engine: str, kind: str, first: int, end: int) -> list[Chunk]:
    size = CHUNK[engine]
    return [(engine, kind, start, min(start + size, end)) for start in range(first, end, size)]


class Journal:
    """The chunks that are done, a line for each; the last may be half a line, and is done again."""

    def __init__(self, path: str | None) -> None:
        self.path, self.release = path, knowledge().release
        self.done: dict[Chunk, tuple[int, int, list[str]]] = {}
        for line in Path(path).read_text(encoding="utf-8").splitlines() if path and Path(path).exists() else []:
            try:
                held = json.loads(line)
            except json.JSONDecodeError:
                continue
            if held["release"] == self.release:
                self.done[tuple(held["chunk"])] = held["projects"], held["asked"], held["found"]

    def add(self, chunk: Chunk, projects: int, asked: int, found: list[str]) -> None:
        self.done[chunk] = projects, asked, found
        if self.path:
            told = {"release": self.release, "chunk": chunk, "projects": projects, "asked": asked, "found": found}
            with open(self.path, "a", encoding="utf-8") as file:
                file.write("\n" + json.dumps(told))
                file.flush()
                os.fsync(file.fileno())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("projects", type=int, help="how many to draw")
    parser.add_argument("--engine", choices=[*CHUNK, "both"], default="topbraid")
    parser.add_argument("--first", type=int, default=0, help="the seed of the first project")
    parser.add_argument("--cases", action="store_true", help="the descriptions that are written down too")
    parser.add_argument("--journal", metavar="FILE", help="where to note what is done, and to go on from")
    parser.add_argument("--processes", type=int, default=os.cpu_count(), help="as many as there are processors")
    options = parser.parse_args()
    journal, began = Journal(options.journal), time.monotonic()
    engines = list(CHUNK) if options.engine == "both" else [options.engine]
    wanted = [
        part for each in engines for part in chunks(each, "drawn", options.first, options.first + options.projects)
    ]
    if options.cases:
        wanted += [part for each in engines for part in chunks(each, "written", 0, len(written()))]
    left = [chunk for chunk in wanted if chunk not in journal.done]
    with multiprocessing.Pool(options.processes) as pool:
        for number, (chunk, count, asked, found) in enumerate(pool.imap_unordered(compare, left), 1):
            journal.add(chunk, count, asked, found)
            print(f"\r{number} of {len(left)} parts", end="", file=sys.stderr, flush=True)
    print(f"\nin {(time.monotonic() - began) / 60:.1f} minutes", file=sys.stderr)
    results = {chunk: journal.done[chunk] for chunk in wanted}
    differences = [each for _, _, found in results.values() for each in found]
    print(*differences, sep="\n", end="\n" if differences else "")
    for engine in engines:
        own = [(chunk[1], result) for chunk, result in results.items() if chunk[0] == engine]
        drawn, noted = (sum(result[0] for kind, result in own if kind == each) for each in ("drawn", "written"))
        asked = sum(result[1] for _, result in own)
        print(
            f"{engine}: {drawn} generated projects{f' and {noted} written ones' if noted else ''}, "
            f"{asked} pairs of shape and node, {sum(len(result[2]) for _, result in own)} differences"
        )
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())

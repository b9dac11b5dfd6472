"""How fast is a portfolio? Against only reading it, against other engines, by size, killed on the way, and on Spark.

    python benchmarks/portfolio.py [--sizes 1000 10000] [--pyshacl 4] [--shacl 400] [--kill 2000] [--spark 2000]

Times of different machines cannot be compared, so the table has ratios beside them, all of one run on one machine.
Portfolios are generated (tests/portfolios.py) and kept in --folder. Other engines validate the exported shapes
(``aiact shapes``), which say of a duty whether it applies or cannot be decided, without dates, reasons or what is
missing; pySHACL takes seconds a project, so that a few are timed and the rest is reckoned, which the table says.
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from functools import cache
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from portfolios import SEED, Triples, projects

DAY = "2026-11-22"
MANY, TOGETHER = 5_000, 10  # projects drawn at a time; projects that another engine gets at a time
WORDS = ("/applies", "/undetermined")  # how the names of the exported shapes end
DIED = 20  # times that a run is killed
FORMS = {".parquet": "Parquet", ".nt": "N-Triples"}


# ---------------------------------------------------------------------------------------------- portfolios


def portfolio(folder: Path, number: int, form: str) -> Path:
    """A generated portfolio, as it is there or made now by all processors."""
    path = folder / f"portfolio-{number}-{SEED}{form}"
    if path.exists():
        return path
    draft = path.with_suffix(form + ".draft")
    parts = [(start, min(MANY, number - start), form) for start in range(0, number, MANY)]
    with multiprocessing.Pool() as pool:
        drawn = pool.imap(drawn_part, parts)
        if form == ".nt":
            with draft.open("w", encoding="utf-8") as out:
                out.writelines(drawn)
        else:
            import pyarrow
            from pyarrow import parquet

            schema = pyarrow.schema([("project", pyarrow.string()), ("description", pyarrow.string())])
            with parquet.ParquetWriter(draft, schema, compression="zstd") as out:
                for columns in drawn:
                    out.write_table(pyarrow.table(columns, schema))
    return draft.rename(path)


def drawn_part(part: tuple[int, int, str]):
    start, number, form = part
    drawn = projects(number, start=start)
    if form == ".nt":
        writer = WRITER.get("triples") or WRITER.setdefault("triples", Triples())
        return "".join(f"{line} .\n" for _, described in drawn for line in writer.lines(described)[1])
    rows = [(id, json.dumps(described, ensure_ascii=False)) for id, described in drawn]
    return [list(column) for column in zip(*rows, strict=True)]


WRITER: dict = {}


# ---------------------------------------------------------------------------------------------- ours


@cache
def ours(path: Path, out: Path) -> tuple[float, int, dict]:
    """Seconds of ``aiact portfolio``, the largest memory of one of its processes in bytes, and its summary."""
    began = time.perf_counter()
    process = begun(path, out)
    most = 0
    while process.poll() is None:
        most = max([most, *(peak(each) for each in family(process.pid))])
        time.sleep(0.1)
    seconds = time.perf_counter() - began
    if process.returncode:
        raise SystemExit(f"aiact portfolio {path.name}: exit code {process.returncode}")
    return seconds, most, json.loads((out / "summary.json").read_text())


def begun(path: Path, out: Path) -> subprocess.Popen:
    command = [sys.executable, "-m", "aiact", "portfolio", path, "-o", out, "--on", DAY, "-q"]
    return subprocess.Popen([str(word) for word in command], start_new_session=True)


def family(pid: int) -> list[int]:
    """A process and all that descend from it (Linux)."""
    above = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            above[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError, ValueError):
            continue
    found = [pid]
    for each in found:
        found += [child for child, parent in above.items() if parent == each]
    return found


def peak(pid: int) -> int:
    """The largest resident memory that a process has had, in bytes."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def reading(path: Path) -> tuple[float, float]:
    """Seconds to read a portfolio and no more: as trees, by our readers on all processors; by the library alone."""
    from aiact.portfolio.inputs import chunks, source

    began = time.perf_counter()
    with multiprocessing.Pool(initializer=warm) as pool:
        number = sum(pool.imap_unordered(read_chunk, chunks(source(path), 2_000)))
    mine = time.perf_counter() - began
    began = time.perf_counter()
    if path.suffix == ".nt":
        import pyoxigraph

        with path.open("rb") as file:
            for _ in pyoxigraph.parse(file, format=pyoxigraph.RdfFormat.N_TRIPLES):
                pass
    else:
        from pyarrow import parquet

        with parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(2_000):
                for text in batch.column("description").to_pylist():
                    json.loads(text)
    assert number
    return mine, time.perf_counter() - began


def warm() -> None:
    from aiact.law.knowledge import knowledge

    WRITER["knowledge"] = knowledge()


def read_chunk(chunk) -> int:
    from aiact.portfolio.inputs import records

    return sum(1 for _ in records(chunk, WRITER["knowledge"]))


# ---------------------------------------------------------------------------------------------- other engines


def exported(folder: Path) -> Path:
    from aiact.law.knowledge import knowledge
    from aiact.reports.export import shapes_turtle

    base, path = knowledge(), folder / "shapes.ttl"
    path.write_text(shapes_turtle(base, DAY, base.text_on(DAY)), encoding="utf-8")
    return path


def established(number: int) -> list[str]:
    """The facts of projects as N-Triples, so many in one text as another engine is given at a time."""
    from aiact.descriptions import describe, facts
    from aiact.law.knowledge import knowledge
    from aiact.sparql.publish import written

    base, found = knowledge(), []
    drawn = projects(number)
    while together := list(islice(drawn, TOGETHER)):
        triples: dict = {}
        for id, described in together:
            read = describe.read(f"{id}.json", base, json.dumps(described).encode())
            triples |= dict.fromkeys(facts.establish(read, base).graph)
        found.append(written(triples).decode())
    return found


def results_of_pyshacl(data: str, shapes: Path) -> set[tuple[str, str]]:
    import pyshacl
    import rdflib

    _, report, words = pyshacl.validate(
        data, data_graph_format="nt", shacl_graph=str(shapes), max_validation_depth=100, advanced=False
    )
    if not isinstance(report, rdflib.Graph):
        raise SystemExit(f"pySHACL did not finish: {words}")
    sh = rdflib.SH
    return {
        (str(report.value(each, sh.sourceShape)), str(report.value(each, sh.focusNode)))
        for each in report.subjects(rdflib.RDF.type, sh.ValidationResult)
        if str(report.value(each, sh.sourceShape)).endswith(WORDS)
    }


def results_of_shacl(data: str, compiled) -> set[tuple[str, str]]:
    report = compiled.validate_text(data, "ntriples")
    found = {((each.source_shape or "").strip("<>"), each.focus_node.strip("<>")) for each in report.results}
    return {pair for pair in found if pair[0].endswith(WORDS)}


def others(folder: Path, few: int, many: int) -> dict[str, float]:
    """Seconds a project of pySHACL and of ``shacl``, on one processor; they must agree where both were asked."""
    found, shapes = {}, exported(folder)
    texts = established(max(few, many))
    right = []
    if few:
        asked = texts[: math.ceil(few / TOGETHER)]
        began = time.perf_counter()
        right = [results_of_pyshacl(text, shapes) for text in asked]
        found["pySHACL"] = (time.perf_counter() - began) / (len(asked) * TOGETHER)
    if many:
        import shacl

        compiled = shacl.Shapes.from_file(str(shapes))
        for text, expected in zip(texts, right, strict=False):
            if results_of_shacl(text, compiled) != expected:
                raise SystemExit("shacl and pySHACL do not agree")
        asked = texts[: math.ceil(many / TOGETHER)]
        began = time.perf_counter()
        for text in asked:
            compiled.validate_text(text, "ntriples")
        found["shacl"] = (time.perf_counter() - began) / (len(asked) * TOGETHER)
    return found


# ---------------------------------------------------------------------------------------------- killed, and on Spark


def killed(path: Path, out: Path, whole: float, undisturbed: dict) -> str:
    """A run that is killed again and again, and goes on each time; whether it ends as one that was left alone."""
    shutil.rmtree(out, ignore_errors=True)
    draw, times = random.Random(SEED), 0
    while times < DIED:
        process = begun(path, out)
        time.sleep(draw.uniform(0.05, 1) * max(1.0, 1.4 * whole / DIED))  # so that all fall before its end
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            times += 1
        process.wait()
        if (out / "summary.json").exists():
            break
    process = begun(path, out)
    if process.wait():
        return f"exit code {process.returncode} after {times} kills"
    same = json.loads((out / "summary.json").read_text()) == undisturbed
    return f"{'same' if same else 'ANOTHER'} digest and counts after {times} kills"


def spark(path: Path, out: Path, workers: int) -> tuple[float, str]:
    """Seconds on Spark with so many worker processes, start included, and a hash of the set of findings."""
    shutil.rmtree(out, ignore_errors=True)
    command = [sys.executable, "-m", "aiact.portfolio.spark", path, "-o", out, "--on", DAY]
    command += ["--master", f"local-cluster[{workers},1,1024]"]
    environment = os.environ | {"SPARK_LOCAL_IP": "127.0.0.1"}
    began = time.perf_counter()
    done = subprocess.run([str(word) for word in command], env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return time.perf_counter() - began, set_of(f"{out}/findings/*.parquet")


def set_of(files: str) -> str:
    """A number that is the same for the same rows in any order, and how many there are."""
    import duckdb

    query = f"SELECT count(*), sum(hash(found)::HUGEINT) FROM read_parquet('{files}') AS found"
    return "{} rows, {:x}".format(*duckdb.execute(query).fetchone())


# ---------------------------------------------------------------------------------------------- the table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--forms", nargs="+", choices=FORMS, default=list(FORMS))
    parser.add_argument("--pyshacl", type=int, default=0, metavar="N", help="time pySHACL on N projects")
    parser.add_argument(
        "--shacl", type=int, default=0, metavar="N", help="time shacl (pip install shacl) on N projects"
    )
    parser.add_argument("--kill", type=int, default=0, metavar="N", help=f"kill a run over N projects {DIED} times")
    parser.add_argument("--spark", type=int, default=0, metavar="N", help="decide N projects on 1 and on 2 workers")
    parser.add_argument("--folder", type=Path, help="where portfolios are kept; else they are thrown away")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder, scratch = options.folder or Path(scratch), Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        run(options, folder, scratch)


def run(options: argparse.Namespace, folder: Path, scratch: Path) -> None:
    processors = len(os.sched_getaffinity(0))
    sample = [len(Triples().lines(described)[1]) for _, described in projects(300)]
    whole = [stated_size(described) for _, described in projects(100)]
    print(
        f"{processors} processors; a project states {sum(sample) / len(sample):.0f} triples "
        f"({min(sample)} to {max(sample)}), and {sum(whole) / len(whole):.0f} with what is presumed and looked up.\n"
    )
    each = others(scratch, options.pyshacl, options.shacl)
    times: dict[str, dict[int, float]] = {form: {} for form in options.forms}
    header = [
        "projects",
        "from",
        "seconds",
        "projects/s",
        "of reading",
        "of the library’s reading",
        "memory of a process",
    ]
    header += [f"times {name}" for name in each]
    print("|", " | ".join(header), "|")
    print("|", " | ".join("---:" if word != "from" else "---" for word in header), "|")
    for size in sorted(options.sizes):
        for form in options.forms:
            path = portfolio(folder, size, form)
            seconds, memory, summary = ours(path, scratch / "whole" / path.name)
            if summary["projects"]["decided"] != size:
                raise SystemExit(f"{summary['projects']} of {size} projects")
            mine, library = reading(path)
            times[form][size] = seconds
            cells = [f"{size:,}", FORMS[form], f"{seconds:.1f}", f"{size / seconds:,.0f}", f"{seconds / mine:.1f}"]
            cells += [f"{seconds / library:.1f}", f"{memory / 2**20:.0f} MiB"]
            cells += [f"{one * size / processors / seconds:,.0f}" for one in each.values()]
            print("|", " | ".join(cells), "|", flush=True)
    print()
    for name, one in each.items():
        print(
            f"{name}: {one:.4f} s a project on one processor, {TOGETHER} at a time, measured on "
            f"{options.pyshacl if name == 'pySHACL' else options.shacl} projects; the factor supposes that it loses "
            f"nothing on {processors}."
        )
    for form, found in times.items():
        if len(found) > 1:
            low, high = min((size for size in found if size >= 10_000), default=min(found)), max(found)
            if low < high:
                exponent = math.log(found[high] / found[low]) / math.log(high / low)
                print(f"{FORMS[form]}: cost grows with exponent {exponent:.3f} from {low:,} to {high:,} projects.")
    if options.kill:
        path = portfolio(folder, options.kill, ".parquet")
        seconds, _, summary = ours(path, scratch / "whole" / path.name)
        print(f"kill -9 at {options.kill:,} projects: {killed(path, scratch / 'again', seconds, summary)}.")
    if options.spark:
        path = portfolio(folder, options.spark, ".parquet")
        seconds, _, _ = ours(path, scratch / "whole" / path.name)
        alone = set_of(f"{scratch}/whole/{path.name}/findings-*.parquet")
        print(f"{options.spark:,} projects without Spark: {seconds:.1f} s; {alone}")
        for workers in (1, 2):
            took, found = spark(path, scratch / "spark", workers)
            told = "the same set" if found == alone else f"ANOTHER SET: {found}"
            print(f"{options.spark:,} projects on Spark, {workers} worker(s): {took:.1f} s; {told}")


def stated_size(described: dict) -> int:
    from aiact.descriptions import describe, facts
    from aiact.law.knowledge import knowledge

    base = knowledge()
    return len(facts.establish(describe.read("p.json", base, json.dumps(described).encode()), base).graph)


if __name__ == "__main__":
    main()

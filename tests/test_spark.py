"""Spark: several worker processes find what one machine finds, record for record, and what is bad is told as there."""

import json
import os
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from conftest import ROOT
from portfolios import projects
from stores import missing

DAYS = ("2026-11-22", "2027-08-02")
NUMBER = 40
BAD = ['{"aiact": 1, "models": {"m": {"licence": "MIT"', '{"aiact": 1, "models": {"m": {"licens": "MIT"}}}', "", "[1]"]


@pytest.fixture(scope="module")
def session():
    """Two worker processes beside the driver, as a cluster has them."""
    pytest.importorskip("pyspark", reason="Spark is not installed: pip install aiact[spark]")
    if not shutil.which("java") or subprocess.run(["java", "-version"], capture_output=True).returncode:
        missing("a Java runtime (default-jre-headless)")
    from aiact.portfolio import spark

    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        patched.delenv("JAVA_HOME", raising=False)
        small = {"spark_sql_files_openCostInBytes": "1", "spark_executorEnv_PYTHONPATH": str(ROOT / "src")}
        found = spark.begin("local-cluster[2,1,1024]", spark_driver_host="127.0.0.1", **small)
        found.sparkContext.setLogLevel("ERROR")
        yield found
        found.stop()


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> dict[str, Path]:
    """Generated projects, some bad records, and one project that is given twice."""
    import pyarrow
    from pyarrow import parquet

    folder = tmp_path_factory.mktemp("portfolio")
    drawn = list(projects(NUMBER))
    drawn.append(drawn[3])
    lines = [json.dumps({"id": id, **described}) for id, described in drawn]
    lines[7:7] = BAD
    not_utf8 = b'{"aiact": 1, "model": {"name": "caf\xe9"}}\n'
    (folder / "hub.jsonl").write_bytes("\n".join(lines).encode() + b"\n" + not_utf8)
    columns = {"project": [id for id, _ in drawn], "description": [json.dumps(each) for _, each in drawn]}
    columns["project"] += [f"bad-{number}" for number in range(len(BAD))]
    columns["description"] += BAD
    parquet.write_table(pyarrow.table(columns), folder / "hub.parquet", row_group_size=8)
    return {path.suffix: path for path in folder.iterdir()}


@pytest.fixture(scope="module")
def alone(files, tmp_path_factory) -> dict[str, dict]:
    """What ``aiact portfolio`` writes on one machine."""
    from aiact.portfolio.inputs import source
    from aiact.portfolio.run import Order, decide

    found = {}
    for form, path in files.items():
        folder = tmp_path_factory.mktemp("alone")
        decide(source(path), Order(folder, DAYS, forms=("parquet",), size=16, processes=1))
        found[form] = everything(folder, "findings-*", "projects-*", "problems.jsonl")
    return found


def everything(folder: Path, findings: str, projects: str, problems: str) -> dict:
    """Findings, projects and problems as bags of rows, and the counts."""
    found = {"findings": rows(folder, findings), "projects": rows(folder, projects), "problems": rows(folder, problems)}
    for line in found["projects"]:
        assert "part" in json.loads(line)
    for name in ("projects", "problems"):  # in which part a project is, and how often, Spark does not say
        kept = (json.loads(line) for line in found[name].elements())
        found[name] = Counter(
            json.dumps({key: each[key] for key in sorted(each) if key not in ("part", "places")})
            for each in kept
            if "places" not in each
        )
    return found


def rows(folder: Path, pattern: str) -> Counter:
    from pyarrow import parquet

    found: Counter = Counter()
    for path in sorted(folder.glob(pattern)):
        if path.suffix == ".parquet":
            found.update(json.dumps(row, sort_keys=True) for row in parquet.read_table(path).to_pylist())
        elif path.suffix in (".json", ".jsonl"):
            for line in path.read_text(encoding="utf-8").splitlines():
                found[json.dumps(json.loads(line), sort_keys=True)] += 1
    return found


def test_there_is_more_than_one_worker(session):
    def place(_):
        import time

        time.sleep(0.2)
        return os.getppid()

    assert len(set(session.sparkContext.parallelize(range(8), 8).map(place).collect())) == 2


@pytest.mark.parametrize(("form", "written"), [(".parquet", "parquet"), (".jsonl", "json")])
def test_many_workers_find_what_one_machine_finds(form, written, session, files, alone, tmp_path):
    from aiact.portfolio import spark

    counts = spark.decide(session, str(files[form]), str(tmp_path / "out"), DAYS, form=written)
    found = everything(tmp_path / "out", "findings/*", "projects/*", "problems/*")
    assert found == alone[form]
    assert len(found["findings"]) > 500
    assert len(found["problems"]) >= 3
    summed = sum(number for rules in counts["duties"].values() for each in rules.values() for number in each.values())
    assert summed > found["findings"].total(), "what does not apply is counted, and not written"
    parts = [path for path in (tmp_path / "out" / "findings").glob("part-*") if path.stat().st_size > 1000]
    assert len(parts) >= 2, "written in partitions"


def test_counts_are_those_of_one_machine(session, files, tmp_path):
    from aiact.portfolio import spark
    from aiact.portfolio.inputs import source
    from aiact.portfolio.run import Order, decide

    summary = decide(source(files[".jsonl"]), Order(tmp_path / "alone", DAYS, processes=1))
    assert spark.decide(session, str(files[".jsonl"]), str(tmp_path / "out"), DAYS) == summary["counts"]


def test_a_column_that_is_missing_is_named(session, tmp_path):
    import pyarrow
    from pyarrow import parquet

    from aiact.portfolio import spark
    from aiact.portfolio.journal import PortfolioError

    parquet.write_table(pyarrow.table({"project": ["a"], "text": ["b"]}), tmp_path / "odd.parquet")
    with pytest.raises(PortfolioError, match="no column “description”"):
        spark.decide(session, str(tmp_path / "odd.parquet"), str(tmp_path / "out"), DAYS)
    assert not (tmp_path / "out").exists()

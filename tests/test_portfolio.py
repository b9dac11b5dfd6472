"""Portfolios: the findings of check for many projects, whatever they are read from and whatever goes wrong."""

import contextlib
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import generate
import pyarrow as arrow
import pytest
from click.testing import CliRunner
from conftest import DAY, LARK, ROOT, SHARED
from pyarrow import parquet

from aiact import assess
from aiact.cli import main
from aiact.descriptions import describe
from aiact.descriptions.convert import as_ntriples, as_turtle, tree
from aiact.descriptions.description import Description, DescriptionError
from aiact.descriptions.facts import establish
from aiact.findings.assess import judged
from aiact.law.graph import TRUE
from aiact.law.names import AIACT, RDF, XSD
from aiact.law.shapes import LEAVES_OPEN
from aiact.portfolio import asking, deciding, forms, showing
from aiact.portfolio.encoding import COLUMNS, Counts
from aiact.portfolio.inputs import chunks, records, source
from aiact.portfolio.journal import NAME, Journal, PortfolioError
from aiact.portfolio.run import Order, decide, decided, decider
from aiact.portfolio.statuses import ALL
from aiact.portfolio.summary import shown
from aiact.portfolio.tables import connected

LATER = "2027-08-02"
WORKED = sorted((ROOT / "data" / "projects").glob("*.*"))
ACTOR = {"aiact": 1, "actors": {"a": {"name": "A"}}}  # of which nothing is asked
USE = {"aiact": 1, "uses": {"u": {"personal": True}}}
OPEN = {
    "aiact": 1,
    "name": "Open",
    "provider": {"name": "O", "kind": "undertaking", "established_in": "FR"},
    "model": {
        "name": "m", "licence": "Apache-2.0", "generality": "general", "outputs": ["text"], "training_compute": 6e23,
        "weights_public": True, "architecture_public": True, "usage_information_public": True, "monetisation": [],
        "placed_on_union_market": "2026-09-01",
    },
}  # fmt: skip
CLOSED = OPEN | {"name": "Closed", "model": OPEN["model"] | {"weights_public": False}}
UNKNOWN = OPEN | {"name": "Unknown", "model": {key: OPEN["model"][key] for key in ("name", "placed_on_union_market")}}


def lines(path: Path, projects: list, ending: str = "\n") -> Path:
    """JSON Lines of descriptions; what is no dict is written as it is."""
    said = [each if isinstance(each, str) else json.dumps(each) for each in projects]
    path.write_text("".join(f"{each}{ending}" for each in said), encoding="utf-8")
    return path


def run(path: Path, folder: Path, days=(DAY,), **wishes) -> dict:
    mapping = wishes.pop("mapping", None)
    return decide(source(path, mapping), Order(folder, days, **{"processes": 1} | wishes))


def found(folder: Path, table: str = "findings") -> list[dict]:
    return [row for path in sorted(folder.glob(f"{table}-*.parquet")) for row in parquet.read_table(path).to_pylist()]


def problems(folder: Path) -> dict[str, str]:
    told = (json.loads(line) for line in (folder / "problems.jsonl").read_text(encoding="utf-8").splitlines())
    return {each["place"]: each["problem"] for each in told}


def command(*arguments, **options):
    return CliRunner().invoke(main, ["portfolio", *map(str, arguments)], **options)


def as_rows(assessment) -> list[dict]:
    """The findings of check, in the JSON that it writes, as a portfolio tells them."""
    return [
        {
            "day": assessment.day,
            "starts": each["from"],
            "limited_by": [limit["rule"] for limit in each["limited_by"]],
            "readings": [{"reading": reading, "status": status} for reading, status in each["readings"].items()],
            "because": [{key: step[key] for key in ("condition", "truth", "entity")} for step in each["because"]],
            "missing": [[dict(zip(("entity", "fact"), fact.rsplit(".", 1), strict=True)) for fact in together]
                        for together in each["missing"]],
        }
        | {key: each[key] for key in ("rule", "role", "bearer", "entity", "status", "due", "lifted_by", "postponed_by",
                                      "contested")}
        for each in assessment.as_dict()["findings"]
    ]  # fmt: skip


def alike(row: dict) -> str:
    """A row without the names by which a portfolio tells projects apart."""
    told = {key: value for key, value in row.items() if key not in ("project", "place")}
    return json.dumps(told, sort_keys=True)


def same(rows: list[dict], others: list[dict]) -> bool:
    return sorted(map(alike, rows)) == sorted(map(alike, others))


# -- the same answers as check


@pytest.fixture(scope="module")
def worked(tmp_path_factory):
    """The portfolio of all worked projects, with what is not applicable too."""
    folder = tmp_path_factory.mktemp("worked") / "out"
    run(ROOT / "data" / "projects", folder, statuses=ALL, processes=2)
    return folder


def test_every_finding_of_a_worked_project_is_that_of_check(worked):
    by_project = {}
    for row in found(worked):
        by_project.setdefault(row["place"], []).append(row)
    assert set(by_project) == {path.name for path in WORKED}
    for path in WORKED:
        assert same(by_project[path.name], as_rows(assess(path, DAY))), path.name
    assert problems(worked) == {}


def test_generated_projects_get_the_findings_of_check_on_every_day(tmp_path, base):
    drawn = [tree(generate.established(seed, base), base) for seed in range(4)]
    run(lines(tmp_path / "drawn.jsonl", drawn), tmp_path / "out", (DAY, "2026-07-26"), statuses=ALL)
    rows = found(tmp_path / "out")
    for number, project in enumerate(drawn, 1):
        own = [row for row in rows if row["place"] == f"drawn.jsonl:{number}"]
        data = json.dumps(project).encode()
        assert same(own, [row for day in (DAY, "2026-07-26") for row in as_rows(assess(data, day, name="x.json"))])


@pytest.mark.parametrize("path", sorted((ROOT / "tests" / "readers").iterdir()), ids=lambda path: path.name)
def test_what_a_reader_understood_is_decided_as_check_decides_it(path, base):
    """Descriptions in forms of others go through the tree of our own form, and lose nothing that decides."""
    name = "#Otter 7B" if path.suffix == ".csv" else ""
    try:
        read = describe.read(f"{path}{name}", base)
    except DescriptionError:
        pytest.skip("is no description by itself")
    blocks = decided(read, decider((DAY,)))
    ours = [row for block in blocks for row in block.rows()]
    theirs = deciding.rows(judged(read, base, DAY))
    assert same([row._asdict() for row in ours], [row._asdict() for row in theirs])


def test_a_proof_on_demand_is_that_of_check_with_the_lines_of_the_file(worked):
    path = ROOT / "data" / "projects" / "quickstart.yaml"
    (again,) = showing.show(worked, "quickstart")
    ours, theirs = again.as_dict(), assess(path, DAY).as_dict()
    assert ours["findings"] == theirs["findings"]
    assert ours["classifications"] == theirs["classifications"]


def test_a_proof_from_json_lines_points_to_the_line_of_the_project(tmp_path):
    run(lines(tmp_path / "two.jsonl", [ACTOR, OPEN]), tmp_path / "out")
    (again,) = showing.show(tmp_path / "out", "Open")
    (finding,) = showing.proofs(again, "art-53-1-a")
    assert finding["status"] == "lifted"
    sources = [fact["source"] for step in finding["because"] for fact in step["facts"] if "line" in fact["source"]]
    assert sources
    assert {(each["file"], each["line"]) for each in sources} == {("two.jsonl", 2)}
    expected = assess(json.dumps(OPEN).encode(), DAY, name="x.json")
    assert same(as_rows(again), as_rows(expected))


@pytest.mark.parametrize(("language", "word"), [("en", "lifted"), ("fr", "levée")])
def test_one_proof_is_told_in_words(tmp_path, language, word):
    run(lines(tmp_path / "one.jsonl", [OPEN]), tmp_path / "out")
    told = command("show", tmp_path / "out", "Open", "--rule", "art-53-1-a", "--lang", language)
    assert told.exit_code == 0, told.output
    assert word in told.output
    assert "one.jsonl" in told.output or "1)" in told.output
    assert (
        "rule “art-53-1-aa”; did you mean" in command("show", tmp_path / "out", "Open", "--rule", "art-53-1-aa").output
    )


def test_a_proof_is_refused_when_the_input_is_no_longer_what_it_was(tmp_path):
    path = lines(tmp_path / "one.jsonl", [OPEN])
    run(path, tmp_path / "out")
    lines(path, [CLOSED])
    told = command("show", tmp_path / "out", "Open")
    assert told.exit_code == 2
    assert "before its input" in told.output


# -- what it is read from


def forms_of(tmp_path, base) -> dict[str, Path]:
    """The same three projects in every form of portfolio."""
    projects = {"Open": OPEN, "Closed": CLOSED, "Unknown": UNKNOWN}
    read = {
        name: establish(describe.read(f"{name}.json", base, json.dumps(each).encode()), base)
        for name, each in projects.items()
    }
    written = {
        "lines.jsonl": "".join(json.dumps(each) + "\n" for each in projects.values()),
        "wrapped.ndjson": "".join(
            json.dumps({"project": name, "description": each}) + "\n" for name, each in projects.items()
        ),
        "triples.nt": "".join(as_ntriples(each, base) for each in read.values()),
        "quads.nq": "".join(
            line.removesuffix(" .") + f" <https://example.org/{name}> .\n"
            for name, each in read.items() for line in as_ntriples(each, base).splitlines()
        ),
        "exports.ttl": "\n".join(as_turtle(each, base) for each in read.values()),
        "graphs.trig": "\n".join(
            f"<https://example.org/{name}> {{ {as_ntriples(each, base)} }}" for name, each in read.items()
        ),
    }  # fmt: skip
    for name, text in written.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    parquet.write_table(
        arrow.table({"project": list(projects), "description": [json.dumps(each) for each in projects.values()]}),
        tmp_path / "rows.parquet",
    )
    (tmp_path / "folder" / "nested" / "unknown").mkdir(parents=True)
    (tmp_path / "folder" / "open.json").write_text(json.dumps(OPEN))
    (tmp_path / "folder" / "closed.yaml").write_text(json.dumps(CLOSED))
    (tmp_path / "folder" / "nested" / "unknown" / "aiact.yaml").write_text(json.dumps(UNKNOWN))
    (tmp_path / "folder" / "notes.txt").write_text("not a description")
    return {
        path.name: path for path in [*map(tmp_path.joinpath, written), tmp_path / "rows.parquet", tmp_path / "folder"]
    }


FORMS = (
    "lines.jsonl",
    "wrapped.ndjson",
    "triples.nt",
    "quads.nq",
    "exports.ttl",
    "graphs.trig",
    "rows.parquet",
    "folder",
)


@pytest.mark.parametrize("form", FORMS)
def test_the_same_projects_get_the_same_findings_from_every_form(form, tmp_path, base):
    path = forms_of(tmp_path, base)[form]
    trees = []
    for record in (each for chunk in chunks(source(path), 2) for each in records(chunk, base)):
        assert not record.problem, record
        if record.passed_over:
            assert record.place == "notes.txt"
            continue
        read = record.description
        trees.append(tree(establish(read, base), base) if isinstance(read, Description) else read)
    assert len(trees) == 3
    statements = sorted(sorted(stated(each, base)) for each in trees)
    expected = sorted(sorted(stated(each, base)) for each in (OPEN, CLOSED, UNKNOWN))
    assert statements == expected


def stated(description: dict, base) -> list[str]:
    """All triples of a description, whatever its base address is."""
    facts = establish(describe.read("x.json", base, json.dumps({"aiact": 1} | description).encode()), base)
    return [str(triple).replace(facts.base, "") for triple in facts.graph]


def test_our_own_triples_are_understood_quickly_and_as_the_reader_of_rdf_understands_them(base, tmp_path):
    """Generated projects with all that can be stated; those that contradict themselves alone need the slow way."""
    drawn = [generate.established(seed, base) for seed in range(30)]
    (tmp_path / "drawn.nt").write_text("".join(as_ntriples(each, base) for each in drawn), encoding="utf-8")
    found = [each for chunk in chunks(source(tmp_path / "drawn.nt"), 10) for each in records(chunk, base)]
    assert len(found) == 30
    quick = 0
    for record, facts in zip(found, drawn, strict=True):
        slow = establish(describe.read("x.nt", base, as_ntriples(facts, base).encode()), base)
        if isinstance(record.description, dict):
            quick += 1
            assert sorted(stated(record.description, base)) == sorted(str(t).replace(slow.base, "") for t in slow.graph)
        else:
            assert any(predicate == LEAVES_OPEN for _, predicate, _ in facts.graph)
            assert sorted(told(establish(record.description, base))) == sorted(told(slow))
    assert quick


def told(facts) -> list[str]:
    return [str(triple).replace(facts.base, "") for triple in facts.graph]


@pytest.mark.parametrize("suffix", ["nt", "nq", "ttl"])
def test_triples_in_terms_that_are_not_ours_are_read_all_the_same(suffix, tmp_path, base):
    """A term of somebody else is left aside, what is left open stays open, and a value that is none is a problem."""
    graph = " <https://example.org/{0}/> ." if suffix == "nq" else " ."
    lines = [
        f"<https://w3id.org/aiact/project/{{0}}/m> <{RDF}type> <{AIACT}Model>{graph}",
        f"<https://w3id.org/aiact/project/{{0}}/m> <{AIACT}weightsPublic> {{1}}{graph}",
        f"<https://w3id.org/aiact/project/{{0}}/m> {{2}}{graph}",
    ]
    said = [
        ("one", "true", '<https://example.org/stars> "5"'),
        ("two", "true", f"<{AIACT}leavesOpen> <{AIACT}distribution>"),
        ("bad", '"perhaps"', f"<{AIACT}leavesOpen> <{AIACT}distribution>"),
    ]
    said = [(id, f'"true"^^<{XSD}boolean>' if value == "true" else value, rest) for id, value, rest in said]
    path = tmp_path / f"x.{suffix}"
    path.write_text("\n".join(line.format(*each) for each in said for line in lines) + "\n")
    found = [each for chunk in chunks(source(path), 10) for each in records(chunk, base)]
    assert [each.problem for each in found] == [""] * 3
    with pytest.raises(DescriptionError, match="weights_public: “perhaps” is neither true nor false"):
        decided(found[2].description, decider((DAY,)))
    for record in found[:2]:
        assert any(block.precedent.rows for block in decided(record.description, decider((DAY,))))
        facts = establish(record.description, base)
        assert facts.graph.objects(facts.iri("m"), AIACT + "weightsPublic") == [TRUE]
    facts = establish(found[1].description, base)
    assert AIACT + "distribution" in facts.graph.objects(facts.iri("m"), LEAVES_OPEN)


def test_a_table_says_what_its_mapping_says(tmp_path, base):
    (tmp_path / "t.csv").write_text(
        'Model,Params (B),Access,Kinds,Compute\nA,7,Open,"text,image",1e23\nB,,API,,\nC,x,Open,,\nD,1,Maybe,,\n'
    )
    (tmp_path / "m.yaml").write_text(
        "project: Model\nconstants: {model.generality: general}\ncolumns:\n  Model: model.name\n"
        "  Params (B): {to: model.parameters, times: 1e9}\n  Kinds: {to: model.outputs, split: ','}\n"
        "  Access: {to: model.weights_public, values: {Open: true, API: false}}\n"
        "  Compute: {to: model.training_compute, factor: 2}\n"
    )
    told = [
        each for chunk in chunks(source(tmp_path / "t.csv", tmp_path / "m.yaml"), 3) for each in records(chunk, base)
    ]
    assert [each.id for each in told] == ["A", "B", "C", "D"]
    model = told[0].description["model"]
    assert float(model["parameters"]) == 7e9
    assert model["outputs"] == ["text", "image"]
    assert {end: float(value) for end, value in model["training_compute"].items()} == {"min": 5e22, "max": 2e23}
    assert told[1].description["model"] == {"generality": "general", "name": "B", "weights_public": "false"}
    assert "“x” is not a number" in told[2].problem
    assert "“Maybe” is not among the values" in told[3].problem
    table = arrow.table(
        {"Model": ["A"], "Params (B)": [7.0], "Access": ["Open"], "Kinds": [["text"]], "Compute": [None]}
    )
    parquet.write_table(table, tmp_path / "t.parquet")
    (record,) = [e for c in chunks(source(tmp_path / "t.parquet", tmp_path / "m.yaml"), 3) for e in records(c, base)]
    assert record.place == "t.parquet#1"
    assert record.description["model"]["outputs"] == ["text"]


@pytest.mark.parametrize(
    ("mapping", "told"),
    [
        ("columns: {A: name}", "is not the place of a fact"),
        ("columns: {A: modle.name}", "is not a section"),
        ("columns: {A: {to: model.name, tims: 3}}", "does not belong to a column"),
        ("columns: {A: {to: model.parameters, times: many}}", "is a number above 0"),
        ("columns: {A: {to: model.weights_public, otherwise: true}}", "may only be “unstated”"),
        ("column: {A: model.name}", "is not a mapping"),
    ],
)
def test_a_mapping_that_is_wrong_is_refused_with_its_line(mapping, told, tmp_path):
    (tmp_path / "t.csv").write_text("A\n1\n")
    (tmp_path / "m.yaml").write_text(mapping)
    with pytest.raises(DescriptionError, match=told) as refused:
        source(tmp_path / "t.csv", tmp_path / "m.yaml")
    assert f"{tmp_path / 'm.yaml'}:1:" in str(refused.value)


def test_rows_of_epoch_need_no_mapping(base):
    told = [e for c in chunks(source(ROOT / "tests" / "readers" / "models.csv"), 5) for e in records(c, base)]
    assert len(told) >= 2
    assert all(isinstance(each.description, Description) for each in told if not each.problem)
    assert told[0].place == "models.csv:2"


@pytest.mark.skipif(not (SHARED / "data" / "osai").is_dir(), reason="the index is not at hand")
def test_a_folder_of_the_open_source_index_is_read_by_its_reader(base):
    told = [e for c in chunks(source(SHARED / "data" / "osai"), 64) for e in records(c, base)]
    assert len([each for each in told if isinstance(each.description, Description)]) > 150
    assert all(each.problem for each in told if each.description is None and not each.passed_over)


def test_no_digit_of_a_number_is_lost_on_the_way(tmp_path, base):
    """As check, a portfolio reads the words that were written, not what a computer makes of them."""
    texts = ("1e25", "10000000000000000000000001", "1.0000000000000001e25", "0.1e26", "12345678901234567890.12345")
    path = tmp_path / "n.jsonl"
    lines(path, [json.dumps(OPEN).replace("6e+23", text) for text in texts])
    told = [each for chunk in chunks(source(path), 10) for each in records(chunk, base)]
    assert [each.description["model"]["training_compute"] for each in told] == list(texts)


# -- what is written


def test_parquet_says_what_its_columns_mean_in_both_languages(tmp_path):
    run(lines(tmp_path / "one.jsonl", [USE]), tmp_path / "out", statuses=ALL)
    schema = parquet.read_schema(tmp_path / "out" / "findings-000000.parquet")
    assert schema.names == list(COLUMNS) == ["project", "place", *deciding.Row._fields]
    assert all(field.metadata[b"en"] and field.metadata[b"fr"] for field in schema)
    assert arrow.types.is_dictionary(schema.field("rule").type)


def test_all_forms_of_findings_say_the_same(tmp_path):
    run(lines(tmp_path / "two.jsonl", [OPEN, USE]), tmp_path / "out", (DAY, LATER), forms=("parquet", "jsonl", "nq"))
    rows = found(tmp_path / "out")
    assert rows
    assert rows == [json.loads(line) for line in (tmp_path / "out" / "findings-000000.jsonl").read_text().splitlines()]
    import pyoxigraph as ox

    store = ox.Store()
    store.load(path=tmp_path / "out" / "findings-000000.nq", format=ox.RdfFormat.N_QUADS)
    answer = store.query(
        "PREFIX aiact: <https://w3id.org/aiact/ns/> SELECT ?status (COUNT(*) AS ?n) WHERE { GRAPH ?g { "
        "?f a aiact:Finding ; aiact:status ?status ; aiact:rule ?rule ; aiact:entity ?entity ; "
        "aiact:inRole ?role } } GROUP BY ?status"
    )
    counted = {each["status"].value.rsplit("/", 1)[1]: int(each["n"].value) for each in answer}
    expected: dict[str, int] = {}
    for row in rows:
        status = {"not_applicable": "notApplicable"}.get(row["status"], row["status"])
        expected[status] = expected.get(status, 0) + 1
    assert counted == expected


def test_quads_of_a_finding_are_those_of_its_proof(tmp_path, base):
    """Outcomes by reading and missing facts too: as ``check --format ttl`` tells them, statements and fines apart."""
    import pyoxigraph as ox

    from aiact.reports.proof import findings_graph

    run(lines(tmp_path / "one.jsonl", [OPEN, UNKNOWN]), tmp_path / "out", statuses=ALL, forms=("nq",))
    store = ox.Store()
    store.load(path=tmp_path / "out" / "findings-000000.nq", format=ox.RdfFormat.N_QUADS)
    query = (
        "PREFIX aiact: <https://w3id.org/aiact/ns/> SELECT ?rule ?word ?first ?second WHERE { GRAPH ?g { "
        "?finding a aiact:Finding ; aiact:rule ?rule . { ?finding aiact:outcome ?o . BIND('outcome' AS ?word) "
        "?o aiact:under ?first ; aiact:status ?second } UNION { ?finding aiact:missing ?gap . BIND('missing' AS ?word) "
        "?gap aiact:property ?first . BIND('' AS ?second) } UNION { ?finding aiact:decidedBy ?set . "
        "BIND('together' AS ?word) ?set aiact:howMany ?first ; aiact:includes/aiact:property ?second } } }"
    )

    def told(answer):
        return sorted(tuple(each[word].value for word in ("rule", "word", "first", "second")) for each in answer)

    proved = ox.Store()
    for number, each in enumerate((OPEN, UNKNOWN)):
        assessment = assess(json.dumps({"aiact": 1} | each).encode(), DAY, base=base)
        at = ox.NamedNode(f"https://example.org/{number}")
        for triple in ox.parse(findings_graph(assessment), ox.RdfFormat.TURTLE):
            proved.add(ox.Quad(triple.subject, triple.predicate, triple.object, at))
    found = told(store.query(query))
    assert found == told(proved.query(query))
    assert {word for _, word, _, _ in found} == {"outcome", "missing", "together"}


def test_findings_that_another_reading_would_change_are_written_even_if_they_do_not_apply(tmp_path, base):
    row = deciding.Row(DAY, "art-53-1-a", "provider", None, "m", "not_applicable", None, None, (), (), (), (),
                       (("weights-too", "applies"),), (), ())  # fmt: skip
    from aiact.portfolio.encoding import Encoder
    from aiact.portfolio.inputs import Record
    from aiact.portfolio.statuses import OWED_OR_OPEN

    usual, only = Encoder(base, 0, OWED_OR_OPEN), Encoder(base, 0, ["applies"])
    for each in (usual, only):
        each.add(Record("p", "x:1"), [row, row._replace(readings=())])
    assert (usual.written, only.written) == (1, 0)
    assert usual.counts().as_dict() == only.counts().as_dict()


def test_counts_are_of_all_findings_and_name_the_facts_that_leave_most_open(tmp_path):
    summary = run(lines(tmp_path / "few.jsonl", [OPEN, UNKNOWN, CLOSED]), tmp_path / "out", (DAY, LATER))
    with connected(tmp_path / "out") as database:
        (written,) = database.execute("SELECT count(*) FROM findings").fetchone()
    assert summary["findings"]["written"] == written < summary["findings"]["all"]
    duties = summary["counts"]["duties"]
    assert (
        sum(n for by_rule in duties.values() for found in by_rule.values() for n in found.values())
        == summary["findings"]["all"]
    )
    assert duties[DAY]["art-53-1-a"] == {"applies": 1, "lifted": 1, "undetermined": 1}
    missing = summary["counts"]["missing"][DAY]
    rows = [row for row in found(tmp_path / "out") if row["day"] == DAY]
    for key, counted in missing.items():
        waiting = [row for row in rows if any(gap["fact"] == key for together in row["missing"] for gap in together)]
        assert counted["findings"] == len(waiting)
        assert counted["projects"] == len({row["place"] for row in waiting})
    assert max(missing, key=lambda key: missing[key]["findings"]) in ("generality", "parameters", "compute_knowable")


def test_a_count_tells_facts_that_decide_alone_from_those_that_need_company():
    missing = ((("m", "licence"),), (("m", "outputs"), ("x", "licence")))
    row = deciding.Row(DAY, "r", "provider", "a", "m", "undetermined", None, None, (), (), (), (), (),
                       (("c", "unknown", "m"),), missing)  # fmt: skip
    counts = Counts()
    counts.add([row, row], 3)
    counts.add_projects([(DAY, "licence"), (DAY, "outputs")], 2)
    assert counts.as_dict()["missing"][DAY] == {
        "licence": {"findings": 6, "alone": 6, "projects": 2},
        "outputs": {"findings": 6, "projects": 2},
    }
    assert counts.as_dict()["reasons"][DAY]["undetermined"] == {"c=unknown": 6}


@pytest.mark.parametrize(
    ("language", "words"), [("en", ("projects read: 3", "lifted")), ("fr", ("projets lus : 3", "levée"))]
)
def test_the_summary_is_told_in_both_languages(language, words, tmp_path, base):
    told = command(lines(tmp_path / "few.jsonl", [OPEN, UNKNOWN, CLOSED]), "-o", tmp_path / "out", "--on", DAY,
                   "--lang", language, "--processes", 1)  # fmt: skip
    assert told.exit_code == 0, told.output
    assert all(word in told.output for word in words)
    assert told.output == command("summary", tmp_path / "out", "--lang", language).output
    assert told.output == shown(json.loads((tmp_path / "out" / "summary.json").read_text()), base, language)


def test_what_many_projects_share_is_encoded_once_and_says_the_same(tmp_path, base):
    """Findings in blocks give the tables and counts that they give one by one."""
    from aiact.portfolio.deciding import Block
    from aiact.portfolio.encoding import Encoder, digest
    from aiact.portfolio.inputs import Record

    rows = {name: decider((DAY,)).rows({"aiact": 1} | each) for name, each in (("o", OPEN), ("u", UNKNOWN))}
    shared = {name: Block.alone(each) for name, each in rows.items()}
    blocks, plain = Encoder(base, 0, ALL), Encoder(base, 0, ALL)
    for number, names in enumerate(("ou", "o", "uu", "", "ou")):
        record = Record(f"p{number}", f"x:{number}")
        blocks.add_blocks(record, [shared[name] for name in names])
        plain.add(record, [row for name in names for row in rows[name]])
    assert blocks.rows.length < plain.rows.length
    assert blocks.counts().as_dict() == plain.counts().as_dict()
    assert (blocks.total, blocks.written) == (plain.total, plain.written)
    one, other = blocks.tables(), plain.tables()
    assert all(one[name].to_pylist() == other[name].to_pylist() for name in one)
    assert digest(one) == digest(blocks.tables())


# -- bad input


BAD = [
    ("{", "is not valid JSON"),
    ('"words"', "is not a description"),
    ("[1, 2]", "is not a description"),
    ('{"aiact": 1, "modle": {}}', "did you mean “model”"),
    ('{"aiact": 1, "model": {"licence": "MIT", "licence": "gemma"}}', "says “licence” twice"),
    ('{"aiact": 1, "model": {"training_compute": NaN}}', "training_compute"),
    ('{"aiact": 1, "model": {"weights_public": "perhaps"}}', "weights_public"),
    ('{"aiact": 1}', "describes nothing"),
    ('{"aiact": 1, "model": {"name": "\\ud800"}}', "character"),
    ('{"aiact": 1, "model": {"name": "' + "x" * 300_000 + '"}}', "is longer than 256 kB"),
    ("[" * 5000 + "]" * 5000, "is nested too deep"),
    ('{"project": "p", "description": [3]}', "neither a map nor JSON"),
    ('{"aiact": 1, "models": {"a": {"modifies": "b"}, "b": {"modifies": "a"}}}', "a"),
]


def test_bad_lines_are_told_with_their_place_and_stop_nothing(tmp_path):
    path = lines(tmp_path / "bad.jsonl", [USE, *(text for text, _ in BAD), USE])
    with path.open("ab") as file:
        file.write(b'\xff\xfe{"aiact": 1}\n\n')
    summary = run(path, tmp_path / "out", size=4)
    told = problems(tmp_path / "out")
    for number, (_, expected) in enumerate(BAD, 2):
        assert expected in told[f"bad.jsonl:{number}"], number
    assert "is not UTF-8" in told[f"bad.jsonl:{len(BAD) + 3}"]
    assert summary["projects"]["bad"] == len(BAD) + 1
    assert summary["projects"]["decided"] == 2
    assert {row["place"] for row in found(tmp_path / "out")} == {"bad.jsonl:1", f"bad.jsonl:{len(BAD) + 2}"}


def test_a_project_given_twice_is_told_and_kept_apart(tmp_path):
    path = lines(tmp_path / "twice.jsonl", [OPEN | {"id": "p"}, USE | {"id": "q"}, CLOSED | {"id": "p"}])
    summary = run(path, tmp_path / "out", size=1)
    assert summary["projects"] == {"read": 3, "decided": 3, "bad": 0, "given_twice": 1, "passed_over": 0}
    (told,) = map(json.loads, (tmp_path / "out" / "problems.jsonl").read_text().splitlines())
    assert (told["project"], told["places"]) == ("p", ["twice.jsonl:1", "twice.jsonl:3"])
    by_place = {row["place"]: row["status"] for row in found(tmp_path / "out") if row["rule"] == "art-53-1-a"}
    assert by_place == {"twice.jsonl:1": "lifted", "twice.jsonl:3": "applies"}
    assert "say which by its place" in command("show", tmp_path / "out", "p").output
    (again,) = showing.show(tmp_path / "out", "twice.jsonl:3")
    assert again.facts.description.name == "Closed"


def test_parquet_that_is_cut_short_or_lacks_a_column_is_told(tmp_path):
    whole = tmp_path / "whole.parquet"
    parquet.write_table(arrow.table({"project": ["a", "b"], "description": [json.dumps(USE), None]}), whole)
    (tmp_path / "cut.parquet").write_bytes(whole.read_bytes()[:-100])
    parquet.write_table(arrow.table({"project": ["a"], "text": ["{}"]}), tmp_path / "other.parquet")
    run(whole, tmp_path / "out")
    assert problems(tmp_path / "out") == {"whole.parquet#2": "has no description"}
    for name, expected in (("cut", "cannot be read"), ("other", "no column “description”, but project, text")):
        told = command(tmp_path / f"{name}.parquet", "-o", tmp_path / name, "--on", DAY, "--processes", 1)
        assert told.exit_code == 3
        assert "no project could be decided" in told.output
        assert expected in problems(tmp_path / name)[f"{name}.parquet"]


def test_a_graph_with_a_line_that_cannot_be_read_is_not_decided(tmp_path, base):
    """What is missing from it might be what matters; its neighbours are decided."""
    path = forms_of(tmp_path, base)["quads.nq"]
    text = path.read_text().splitlines()
    at = next(
        n for n, line in enumerate(text) if "/Closed>" in line and "weightsPublic>" in line and "states" not in line
    )
    text[at] = text[at].replace("<https://w3id.org/aiact/ns/weightsPublic>", "weightsPublic")
    path.write_text("\n".join(text) + "\n")
    told = {e.id.rsplit("/", 1)[1]: e.problem for c in chunks(source(path), 1) for e in records(c, base)}
    assert told["Open"] == told["Unknown"] == ""
    assert f"line {at + 1}: is not valid N-Quads" in told["Closed"]


def test_a_line_between_two_graphs_that_cannot_be_read_counts_against_both(tmp_path, base):
    path = forms_of(tmp_path, base)["triples.nt"]
    text = path.read_text().splitlines()
    border = next(
        n for n in range(1, len(text)) if text[n].split("/")[5] != text[n - 1].split("/")[5] and "/project/" in text[n]
    )
    text.insert(border, "<https://w3id.org/ai")
    path.write_text("\n".join(text) + "\n")
    told = [bool(each.problem) for chunk in chunks(source(path), 100) for each in records(chunk, base)]
    assert told == [True, True, False]


def test_triples_cut_anywhere_never_make_a_project_of_less_than_was_said(tmp_path, base):
    """A file that ends in the middle of a line is not decided for its last project."""
    path = forms_of(tmp_path, base)["triples.nt"]
    whole = path.read_bytes()
    draw = random.Random(7)
    for _ in range(20):
        cut = draw.randrange(10, len(whole))
        if whole[cut - 1 : cut] == b"\n" or whole[cut : cut + 1] == b"\n":
            continue
        path.write_bytes(whole[:cut])
        told = [each for chunk in chunks(source(path), 1) for each in records(chunk, base)]
        assert told[-1].problem, whole[cut - 40 : cut]


def test_nothing_to_read_is_said_and_nothing_written(tmp_path):
    (tmp_path / "empty.jsonl").touch()
    (tmp_path / "empty").mkdir()
    (tmp_path / "models.xlsx").touch()
    for name, told in (
        ("empty.jsonl", "holds no description"),
        ("empty", "holds no description"),
        ("absent.jsonl", "no such file"),
        ("models.xlsx", "is no form of portfolio"),
    ):
        answer = command(tmp_path / name, "-o", tmp_path / "out", "--on", DAY)
        assert answer.exit_code == 3
        assert told in answer.output
        assert not (tmp_path / "out").exists()


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("words")
    answer = command(lines(tmp_path / "one.jsonl", [USE]), "-o", tmp_path / "mine", "--on", DAY)
    assert answer.exit_code == 2
    assert "holds thesis.txt" in answer.output
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


# -- stopping and going on


def many(path: Path, number: int) -> Path:
    draw = random.Random(number)
    return lines(path, [(USE if draw.random() < 0.05 else ACTOR) | {"id": f"p{n}"} for n in range(number)])


def child(path: Path, folder: Path, *more: str, **options) -> subprocess.Popen:
    arguments = [sys.executable, "-m", "aiact", "portfolio", path, "-o", folder, "--on", DAY, "--everything", *more]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    return subprocess.Popen([*map(str, arguments)], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            text=True, start_new_session=True, **options)  # fmt: skip


NURSERY = f"""
import os, sys
from pathlib import Path
from aiact.portfolio.inputs import source
from aiact.portfolio.run import Order, decide, decider
from aiact.portfolio.statuses import ALL
import duckdb, pyarrow.parquet
decider(("{DAY}",))
for _ in sys.stdin:
    child = os.fork()
    if child == 0:
        decide(source(sys.argv[1]), Order(Path(sys.argv[2]), ("{DAY}",), ALL, size=10, processes=1))
        os._exit(0)
    print(child, flush=True)
    os.waitpid(child, 0)
    print("over", flush=True)
"""


def test_a_run_that_is_killed_twenty_times_ends_as_one_that_was_not(tmp_path):
    """Eighteen times a process alone, twice one with others; the kill comes at any moment of reading and writing."""
    path, folder, draw = many(tmp_path / "many.jsonl", 1200), tmp_path / "killed", random.Random(20)
    undisturbed = run(path, tmp_path / "calm", statuses=ALL, size=10)
    journal = folder / NAME

    def grown(before: int) -> bool:
        return (journal.stat().st_size if journal.exists() else 0) > before

    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-c", NURSERY, str(path), str(folder)]
    with subprocess.Popen(command, env=environment, stdin=-1, stdout=-1, text=True) as nursery:
        for kill in range(18):
            before = journal.stat().st_size if journal.exists() else 0
            print(file=nursery.stdin, flush=True)
            process, patience = int(nursery.stdout.readline()), time.monotonic() + 30
            while not grown(before) and time.monotonic() < patience:
                time.sleep(0.001)
            time.sleep(draw.random() * 0.03)
            os.kill(process, signal.SIGKILL)
            assert nursery.stdout.readline() == "over\n"
            if kill == 7:  # a line of the journal, cut short
                with journal.open("ab") as file:
                    file.write(b'{"part": 99, "fi')
        nursery.stdin.close()
    for _ in range(2):
        before = journal.stat().st_size
        process = child(path, folder, "--chunk", "10", "--processes", "2")
        while process.poll() is None and not grown(before):
            time.sleep(0.001)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    assert not (folder / "summary.json").exists()
    assert len(journal.read_text().splitlines()) > 10  # the kills fell into the work
    process = child(path, folder, "--chunk", "10", "--processes", "2")
    told = process.communicate()[0]
    assert process.returncode == 0, told
    assert json.loads((folder / "summary.json").read_text()) == undisturbed
    assert found(folder) == found(tmp_path / "calm")
    assert not list(folder.glob(f"*{forms.DRAFT}"))


def test_any_number_of_processes_gives_the_same_digest_and_a_second_run_has_nothing_to_do(tmp_path):
    path = many(tmp_path / "many.jsonl", 40)
    first = run(path, tmp_path / "one", size=7)
    assert run(path, tmp_path / "two", size=7, processes=2) == first
    at = {file: file.stat().st_mtime_ns for file in (tmp_path / "one").glob("findings-*")}
    assert run(path, tmp_path / "one", size=7) == first
    assert at == {file: file.stat().st_mtime_ns for file in (tmp_path / "one").glob("findings-*")}


def test_a_part_that_went_missing_is_made_again(tmp_path):
    path = many(tmp_path / "many.jsonl", 30)
    first = run(path, tmp_path / "out", size=7)
    (tmp_path / "out" / "findings-000002.parquet").unlink()
    assert run(path, tmp_path / "out", size=7) == first
    assert (tmp_path / "out" / "findings-000002.parquet").exists()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"days": (LATER,)}, "for other days"),
        ({"statuses": ("applies",)}, "for other statuses"),
        ({"forms": ("jsonl",)}, "in other forms"),
        ({"size": 5}, "in parts of another size"),
    ],
)
def test_what_was_asked_otherwise_is_not_mixed(change, told, tmp_path):
    path = many(tmp_path / "many.jsonl", 3)
    run(path, tmp_path / "out")
    with pytest.raises(PortfolioError, match=told):
        run(path, tmp_path / "out", **change)


def test_an_input_or_a_law_that_has_changed_is_not_mixed(tmp_path):
    path = many(tmp_path / "many.jsonl", 3)
    run(path, tmp_path / "out")
    journal = tmp_path / "out" / NAME
    text = journal.read_text()
    head = json.loads(text.splitlines()[0])
    journal.write_text(text.replace(head["release"], "another"))
    with pytest.raises(PortfolioError, match="under another knowledge base"):
        run(path, tmp_path / "out")
    journal.write_text(text)
    lines(path, [USE])
    with pytest.raises(PortfolioError, match="before its input"):
        run(path, tmp_path / "out")


def test_two_runs_do_not_write_to_one_folder(tmp_path):
    path = many(tmp_path / "many.jsonl", 3)
    run(path, tmp_path / "out")
    held = Journal(tmp_path / "out", json.loads((tmp_path / "out" / NAME).read_text().splitlines()[0]))
    with pytest.raises(PortfolioError, match="another run writes"):
        run(path, tmp_path / "out")
    held.close()
    run(path, tmp_path / "out")


def test_a_full_disk_is_said_cleanly_and_the_run_goes_on_when_there_is_room(tmp_path):
    path = lines(tmp_path / "many.jsonl", [USE | {"id": f"p{n}"} for n in range(30)])

    def little():
        resource.setrlimit(resource.RLIMIT_FSIZE, (6_000, 6_000))

    process = child(path, tmp_path / "out", "--chunk", "10", "--processes", "1", preexec_fn=little)
    told = process.communicate()[0]
    assert process.returncode == 1
    assert told.startswith(f"Error: cannot write to {tmp_path / 'out'}")
    assert "Traceback" not in told
    assert not list((tmp_path / "out").glob(f"*{forms.DRAFT}"))
    assert not (tmp_path / "out" / "summary.json").exists()
    for file in (tmp_path / "out").glob("*.parquet"):
        parquet.read_table(file)  # what is there is whole
    process = child(path, tmp_path / "out", "--chunk", "10", "--processes", "1")
    process.communicate()
    assert process.returncode == 0
    calm = run(path, tmp_path / "calm", statuses=ALL, size=10)
    assert json.loads((tmp_path / "out" / "summary.json").read_text()) == calm


def test_memory_does_not_grow_with_the_input(tmp_path):
    """Ten times the projects in the same memory."""
    program = (
        "import resource, sys; from pathlib import Path; from aiact.portfolio.inputs import source;"
        "from aiact.portfolio.run import Order, decide;"
        f"decide(source(sys.argv[1]), Order(Path(sys.argv[2]), ('{DAY}',), size=100, processes=1));"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    peaks = []
    for number in (500, 5000):
        path = lines(tmp_path / f"{number}.jsonl", [OPEN | {"id": f"p{n}"} for n in range(number)])
        command = [sys.executable, "-c", program, str(path), str(tmp_path / f"out{number}")]
        done = subprocess.run(
            command, env=os.environ | {"PYTHONPATH": str(ROOT / "src")}, capture_output=True, text=True, check=True
        )
        peaks.append(int(done.stdout))
    assert peaks[1] < peaks[0] + 15_000, peaks  # kilobytes


# -- questions


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("asked")
    path = lines(
        folder / "few.jsonl",
        [OPEN, CLOSED, UNKNOWN, OPEN | {"name": "Paid", "model": OPEN["model"] | {"monetisation": ["paid_api"]}}],
    )
    run(path, folder / "parquet", (DAY, LATER))
    run(path, folder / "jsonl", (DAY, LATER), forms=("jsonl",))
    return folder


def answer(folder: Path, question: str, language: str = "en", **given) -> list[dict]:
    columns, rows = asking.ask(folder, question, given, language)
    return [dict(zip(columns, row, strict=True)) for row in rows]


@pytest.mark.parametrize("name", sorted(asking.questions()))
def test_every_question_answers_alike_over_parquet_and_json_lines_in_both_languages(name, asked):
    question = asking.questions()[name]
    assert set(question.title) == set(question.description) == {"en", "fr"}
    assert all(
        (parameter, language) in question.labels for parameter in question.parameters for language in ("en", "fr")
    )
    for language in ("en", "fr"):
        assert answer(asked / "parquet", name, language) == answer(asked / "jsonl", name, language)
        told = command("ask", asked / "parquet", name, "--lang", language)
        assert told.exit_code == 0, told.output
        assert (
            question.title[language] in command("ask", asked / "parquet", name, "--describe", "--lang", language).output
        )


def test_which_models_lose_the_exemption_and_on_which_condition(asked):
    rows = answer(asked / "parquet", "which-models-lose-an-exemption", rule="art-53-2%")
    conditions = {row["project"]: row["conditions"] for row in rows if row["rule"] == "art-53-2"}
    assert conditions["Closed"] == "art-53-2.weights=fails"
    assert "Open" not in conditions
    counts = {
        row["condition"]: row["projects"] for row in answer(asked / "parquet", "on-which-condition-an-exemption-fails")
    }
    assert counts["art-53-2.weights"] == 1


def test_what_a_day_changes(tmp_path):
    """A general-purpose model from before 2 August 2025 has until 2 August 2027."""
    early = OPEN | {"model": OPEN["model"] | {"placed_on_union_market": "2025-03-01"}}
    run(lines(tmp_path / "one.jsonl", [early]), tmp_path / "out", (DAY, LATER))
    rows = answer(tmp_path / "out", "what-changes-between-two-days")
    changes = {row["rule"]: (row["was"], row["becomes"]) for row in rows}
    assert changes["art-53-1-c"] == ("transitional", "applies")


def test_what_is_missing_most_agrees_with_the_summary(asked):
    summary = json.loads((asked / "parquet" / "summary.json").read_text())["counts"]["missing"][DAY]
    rows = answer(asked / "parquet", "what-is-missing-most")
    assert {row["fact"]: row["findings"] for row in rows} == {key: each["findings"] for key, each in summary.items()}
    assert {row["fact"]: row["alone"] for row in rows} == {key: each.get("alone", 0) for key, each in summary.items()}
    assert all(row["question"] for row in rows)


def test_what_cannot_be_asked_is_said(asked, tmp_path):
    for arguments, told in (
        (["which-models-lose-an-exemptio"], "did you mean “which-models-lose-an-exemption”"),
        (["how-duties-stand", "-p", "dya=2026-01-01"], "is no parameter"),
        (["how-duties-stand", "-p", "day=2020-01-01"], f"this portfolio has {DAY}, {LATER}"),
        (["how-duties-stand", "-p", "day"], "write key=value"),
    ):
        answer = command("ask", asked / "parquet", *arguments)
        assert answer.exit_code == 2
        assert told in answer.output
    assert "holds no portfolio" in command("ask", tmp_path, "how-duties-stand").output
    (tmp_path / "own.sql").write_text("SELECT count(*) AS n FROM findings WHERE")
    assert "cannot be answered" in command("ask", asked / "parquet", tmp_path / "own.sql").output
    shutil.copytree(asked / "parquet", tmp_path / "half")
    (tmp_path / "half" / "summary.json").unlink()
    assert "is not whole" in command("ask", tmp_path / "half", "how-duties-stand").output


def test_a_description_in_yaml_is_one_project_of_a_portfolio(tmp_path):
    (tmp_path / "lark.yaml").write_text(LARK)
    assert run(tmp_path / "lark.yaml", tmp_path / "out")["projects"]["decided"] == 1

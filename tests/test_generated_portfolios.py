"""Generated portfolios: the same from the same seed, in any part; readable, varied, and the same in every form."""

import json
import statistics
from collections import Counter

import pytest
from portfolios import KINDS, Triples, projects, stated, term, write

from aiact.descriptions import describe, facts
from aiact.findings.assess import assess

SOME = 150


@pytest.fixture(scope="module")
def some(base) -> list[tuple[str, dict]]:
    return list(projects(SOME))


def established(described: dict, base) -> facts.Facts:
    return facts.establish(describe.read("generated.json", base, json.dumps(described).encode()), base)


def test_a_portfolio_is_the_same_from_the_same_seed_in_any_part(some):
    assert list(projects(20, start=100)) == some[100:120]
    assert list(projects(5, seed=2)) != some[:5]


def test_no_two_projects_are_alike(some):
    assert len({id for id, _ in some}) == SOME
    bare = [json.dumps({**described, "name": ""}) for _, described in projects(3_000)]
    assert len(set(bare)) == 3_000


def test_projects_are_of_the_size_of_real_ones_and_told_in_every_way(base):
    writer = Triples()
    sizes = [len(writer.lines(described)[1]) for _, described in projects(1_000)]
    assert 35 <= statistics.mean(sizes) <= 45
    assert 5 <= min(sizes) < 20
    assert 100 < max(sizes) <= 250
    text = json.dumps([described for _, described in projects(1_000)])
    for way in ('"min"', '">= ', '"source"', " WITH ", " OR ", '"licences"', "-community-", '"modifies"', "false"):
        assert way in text, way


def test_every_kind_of_project_is_drawn_in_its_share():
    drawn = Counter(kind_of(described) for _, described in projects(2_000))
    assert sum(share for share, _ in KINDS.values()) == 100
    assert drawn["uses"] > 100
    assert drawn["components"] > 60
    assert drawn["models"] > 1_000


def kind_of(described: dict) -> str:
    return next(section for section in ("uses", "systems", "models", "components") if section in described)


def test_every_project_can_be_read_and_what_its_file_of_triples_says_is_what_the_engine_reads(some, base):
    writer = Triples()
    for _, described in some:
        address, lines = writer.lines(described)
        right_address, right = stated(described, base)
        assert address == right_address
        assert sorted(lines) == sorted(f"<{s}> <{p}> {term(o)}" for s, p, o in right)


def test_the_findings_from_triples_are_those_from_json(some, base):
    for _, described in some[:12]:
        _, lines = Triples().lines(described)
        told = "".join(f"{line} .\n" for line in lines).encode()
        plain = json.dumps(described).encode()
        one = assess(plain, "2026-11-22", base=base, name="p.json")
        other = assess(told, "2026-11-22", base=base, name="p.nt")
        assert findings(one) == findings(other)


def findings(assessment) -> set:
    short = assessment.short
    return {
        (item.rule.id, short(item.entity), item.bearer and short(item.bearer), item.status)
        for item in assessment.findings
    }


@pytest.mark.parametrize("form", ["jsonl", "nt", "nq"])
def test_a_portfolio_is_written_in_the_form_its_name_asks_for(form, tmp_path):
    text = write(tmp_path / f"some.{form}", 3).read_text()
    assert len(text.splitlines()) == 3 if form == "jsonl" else text.endswith(" .\n")


def test_parquet_holds_the_same_descriptions(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    table = parquet.read_table(write(tmp_path / "some.parquet", 3))
    assert [json.loads(text) for text in table["description"].to_pylist()] == [each for _, each in projects(3)]

"""Conditions run in SPARQL stores, many projects at once: the truths are those of the default engine, one at a time."""

import json
import random
from functools import cache

import pyoxigraph as ox
import pytest
from conftest import ROOT
from generate import established, reading_choice
from portfolios import projects
from referee import signed
from stores import STORES

from aiact.descriptions import describe, facts
from aiact.descriptions.description import MAX_ENTITIES
from aiact.findings.evaluate import Truths
from aiact.findings.readings import Readings
from aiact.law.engine import generate, load
from aiact.law.graph import FALSE, TRUE, Graph, Literal
from aiact.law.knowledge import knowledge
from aiact.law.names import RULE, XSD
from aiact.law.shapes import ALWAYS, Path, ShapeError
from aiact.law.sparql import MEETS, ROUNDS, Compiler
from aiact.portfolio import set_based
from aiact.sparql.endpoint import Endpoint
from aiact.sparql.publish import Store, written

DAY, GRAPH = "2026-11-22", "https://w3id.org/aiact/graph/portfolio"


@cache
def portfolio() -> list[facts.Facts]:
    """The worked projects, and 50 that were generated."""
    base = knowledge()
    found = [(path.name, path.read_bytes()) for path in sorted((ROOT / "data" / "projects").glob("*.yaml"))]
    found += [(f"{id}.json", json.dumps(described).encode()) for id, described in projects(50)]
    return [facts.establish(describe.read(name, base, data), base) for name, data in found]


def here(some: list[facts.Facts], base, text, readings) -> tuple[set, set]:
    """Pairs of shape and entity that conform by the default engine, and all that were asked."""
    conform, asked = set(), set()
    for found in some:
        truths = Truths(found, base, text)
        for name, cls in signed(base, text).items():
            for node in found.of_class(cls):
                asked.add((name, node))
                if truths.conforms(name, node, readings):
                    conform.add((name, node))
    return conform, asked


@pytest.mark.parametrize("engine", STORES)
def test_a_store_finds_what_the_default_engine_finds_one_project_at_a_time(engine, base, tmp_path, monkeypatch):
    text = base.text_on(DAY)
    conform, asked = here(portfolio(), base, text, Readings(base).with_({}))
    assert len(conform) > 30_000
    with STORES[engine](tmp_path) as running:
        for name, value in running.environment.items():
            monkeypatch.setenv(name, value)
        store = Store(Endpoint(running.url)).locate()
        assert set_based.load(store, GRAPH, portfolio()) > 10_000
        set_based.run(store, GRAPH, set_based.compiler(base, text))
        there = set(set_based.truths(store, GRAPH)) & asked
    assert there == conform


@pytest.mark.parametrize("seed", range(3))
def test_every_text_and_every_reading_of_the_law_can_be_asked(seed, base):
    """On projects in which every fact is told in every odd way."""
    text = list(base.texts.values())[seed % len(base.texts)]
    readings = Readings(base).with_(reading_choice(random.Random(seed), base))
    some = [established(100 * seed + number, base) for number in range(8)]
    conform, asked = here(some, base, text, readings)
    marks = marked(
        dict.fromkeys(triple for each in some for triple in each.graph), set_based.compiler(base, text, readings)
    )
    assert marks & asked == conform


def marked(triples, compiled: Compiler) -> set[tuple[str, str]]:
    """Shapes and the nodes that were marked, in a store inside this process."""
    store = ox.Store()
    store.load(written(triples), format=ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(GRAPH))
    for _, update in compiled.updates(GRAPH):
        store.update(update)
    found = store.quads_for_pattern(None, ox.NamedNode(MEETS), None)
    return {(quad.object.value.removeprefix(RULE), quad.subject.value) for quad in found}


# ---------------------------------------------------------------------------------------------- every kind of test

P, Q, C = "urn:p", "urn:q", "urn:C"
SMALL = Literal("3E24", XSD + "double")
STEP, BACK, FAR, HERE = Path("predicate", P), Path("inverse", P), Path("oneOrMore", P), Path("zeroOrMore", P)
TWO = Path("sequence", (STEP, Path("predicate", Q)))
KINDS = {
    "every": ("every", STEP, ("shape", "is-c")),
    "some": ("some", STEP, ("shape", "is-c"), 1),
    "two": ("some", STEP, ("shape", "is-c"), 2),
    "at most one": ("atMost", STEP, ("shape", "is-c"), 1),
    "three": ("count", STEP, 3, None),
    "one or two": ("count", STEP, 1, 2),
    "back": ("some", BACK, ("shape", "is-c"), 1),
    "far": ("every", FAR, ("shape", "is-c")),
    "here": ("some", HERE, ("shape", "is-c"), 1),
    "here or there": ("has", HERE, "urn:n1"),
    "along": ("count", TWO, 1, None),
    "two along": ("count", TWO, 2, None),
    "none along": ("count", TWO, None, 0),
    "same": ("equals", STEP, Q),
    "same along": ("equals", TWO, P),
    "apart": ("disjoint", STEP, Q),
    "apart along": ("disjoint", TWO, P),
    "chosen": ("all", ("when", "urn:chosen", ("shape", "is-c"))),
    "not chosen": ("all", ("when", "urn:other", ("shape", "is-c"))),
    "nor chosen": ("any", ("when", "urn:other", ("shape", "is-c"))),
    "large": ("some", Path("predicate", "urn:size"), ("all", ("datatype", SMALL.datatype), ("minExclusive", SMALL)), 1),
    "true": ("some", Path("predicate", "urn:flag"), ("in", (TRUE,)), 1),
    "not true": ("some", Path("predicate", "urn:flag"), ("not", ("in", (TRUE, "urn:n1"))), 1),
    "none of none": ("in", ()),
}


@pytest.mark.parametrize("seed", range(4))
def test_every_kind_of_plain_expression_means_the_same_in_sparql(seed):
    draw = random.Random(seed)
    nodes = [f"urn:n{number}" for number in range(9)]
    graph = Graph((node, "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", "urn:Thing") for node in nodes)
    for node in nodes:
        if draw.random() < 0.5:
            graph.add(node, "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", C)
        for property in (P, P, P, Q, Q):
            if draw.random() < 0.4:
                graph.add(node, property, draw.choice(nodes))
        graph.add(node, "urn:size", Literal(draw.choice(("1E24", "3E24", "3.1e24", "NaN", "many")), XSD + "double"))
        graph.add(node, "urn:flag", draw.choice((TRUE, FALSE)))
    plain = {"is-c": ("class", C)} | KINDS | {f"not {name}": ("not", each) for name, each in KINDS.items()}
    plain = {name.replace(" ", "-"): each for name, each in plain.items()}
    build = load(compile(generate(plain), "plain", "exec"))
    data = lambda property: graph.by_predicate.get(property, {})  # noqa: E731
    functions = build(data, graph.inverse, frozenset({"urn:chosen"}), {})
    right = {(name, node) for name in plain for node in nodes if functions[name](node)}
    compiled = Compiler(plain, dict.fromkeys(plain, "urn:Thing"), {"urn:chosen"}, {"urn:size", "urn:flag"})
    found = marked(graph, compiled)
    assert {pair for pair in found if pair[1] in nodes} == right
    assert len({name for name, _ in right}) > len(KINDS)


def test_a_kind_that_is_not_known_is_refused():
    with pytest.raises(ShapeError, match="no SPARQL is written for closed"):
        list(Compiler({"a": ("closed",)}, {"a": C}).updates(GRAPH))


def test_a_shape_of_its_own_is_refused_where_it_could_not_be_marked():
    plain = {"a": ("every", Path("predicate", "urn:flag"), ("shape", "b")), "b": ("in", (TRUE,))}
    with pytest.raises(ShapeError, match="values that are no nodes"):
        Compiler(plain, {"a": C}, values={"urn:flag"})


def test_ways_of_many_steps_are_followed_as_far_as_a_description_can_go():
    assert 2**ROUNDS >= MAX_ENTITIES
    chain = [(f"urn:n{number}", P, f"urn:n{number + 1}") for number in range(MAX_ENTITIES)]
    chain += [(f"urn:n{number}", "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", C) for number in (0, MAX_ENTITIES)]
    far = {"far": ("has", FAR, f"urn:n{MAX_ENTITIES}")}
    assert ("far", "urn:n0") in marked(chain, Compiler(far, {"far": C}))


def test_a_construct_query_gives_what_an_update_marks():
    graph = [("urn:n1", "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", C), ("urn:n1", P, "urn:n2")]
    compiled = Compiler({"a": ("count", STEP, 1, None), "b": ("not", ALWAYS)}, {"a": C, "b": C})
    store = ox.Store()
    store.load(written(graph), format=ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(GRAPH))
    assert [triple.subject.value for triple in store.query(compiled.construct("a", GRAPH))] == ["urn:n1"]
    assert not list(store.query(compiled.construct("b", GRAPH)))

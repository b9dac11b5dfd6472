"""A portfolio in a SPARQL store: facts of many projects in one graph, and the conditions of the law run there at once.

The store holds, afterwards, which node meets which condition: the truths that ``findings.evaluate`` gives one project
at a time. Nothing of ours runs in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..descriptions.facts import Facts
from ..findings.evaluate import plain_shapes, targets_of
from ..findings.readings import Readings
from ..law.knowledge import Knowledge, Text
from ..law.names import AIACT, READING, RULE
from ..law.shacl import used
from ..law.shapes import FAILS, HOLDS
from ..law.sparql import MEETS, Compiler
from ..sparql.publish import Store, written

AT_ONCE = 20  # updates in one request


def compiler(knowledge: Knowledge, text: Text, readings: frozenset[str] | None = None) -> Compiler:
    """The conditions of one text of the law, each with its definite truth and its definite falsehood, as SPARQL.

    ``readings`` names those chosen of the open questions; by default the prevailing ones.
    """
    chosen = Readings(knowledge).with_({}) if readings is None else readings
    targets = {name + sign: AIACT + cls for name, cls in targets_of(knowledge, text) for sign in (HOLDS, FAILS)}
    values = [iri for iri, fact in knowledge.facts.items() if fact.kind in ("boolean", "text")]
    plain = used(plain_shapes(knowledge, text), list(targets))
    return Compiler(plain, targets, {READING + name for name in chosen}, values)


def load(store: Store, graph: str, portfolio: Iterable[Facts]) -> int:
    """Puts the facts of all projects into one graph of a store, in place of what it held; how many triples these are.

    Terms of licences and areas of countries are the same for all and stand there once.
    """
    triples = dict.fromkeys(triple for facts in portfolio for triple in facts.graph)
    store.put(graph, written(triples))
    return len(triples)


def run(store: Store, graph: str, compiled: Compiler) -> None:
    """Marks in a graph of a store which node meets which shape. Raises ``EndpointError`` if the store refuses."""
    batch: list[str] = []
    for _, update in compiled.updates(graph):
        batch.append(update)
        if len(batch) == AT_ONCE:
            store.update(" ;\n".join(batch))
            batch = []
    if batch:
        store.update(" ;\n".join(batch))


def truths(store: Store, graph: str) -> Iterator[tuple[str, str]]:
    """Pairs of a shape (``name+T`` or ``name+F``) and a node that meets it, as the store says."""
    query = f"SELECT ?shape ?node WHERE {{ GRAPH <{graph}> {{ ?node <{MEETS}> ?shape }} }}"
    for row in store.endpoint.select(query)[1]:
        yield row["shape"]["value"].removeprefix(RULE), row["node"]["value"]

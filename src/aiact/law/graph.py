"""A set of triples in memory, read from Turtle by a strict parser.

Terms are plain Python values, so that the engine needs no RDF library to run:
an IRI is a ``str``, a blank node a ``str`` that starts with ``_:``, a literal a ``Literal``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from .names import AIACT, RDF, XSD


class Literal(NamedTuple):
    """An RDF literal: its text, its datatype and its language."""

    text: str
    datatype: str = XSD + "string"
    language: str = ""


Term = str | Literal
Triple = tuple[str, str, Term]
TRUE = Literal("true", XSD + "boolean")
FALSE = Literal("false", XSD + "boolean")


class Graph:
    """Triples by predicate and subject; ``graph.objects(s, p)`` keeps the order of the file."""

    def __init__(self, triples: Iterable[Triple] = ()) -> None:
        self.by_predicate: dict[str, dict[str, list[Term]]] = {}
        for triple in triples:
            self.add(*triple)

    def add(self, subject: str, predicate: str, object: Term) -> None:
        values = self.by_predicate.setdefault(predicate, {}).setdefault(subject, [])
        if object not in values:
            values.append(object)

    def discard(self, subject: str, predicate: str, object: Term | None = None) -> None:
        """Takes one triple out, or without an object all that the predicate says of the subject."""
        subjects = self.by_predicate.get(predicate, {})
        left = [value for value in subjects.get(subject, []) if object not in (None, value)]
        if left:
            subjects[subject] = left
        else:
            subjects.pop(subject, None)

    def inverse(self, predicate: str) -> dict[Term, list[str]]:
        """Subjects by object: whatever points there with this property."""
        found: dict[Term, list[str]] = {}
        for subject, objects in self.by_predicate.get(predicate, {}).items():
            for object in objects:
                found.setdefault(object, []).append(subject)
        return found

    def objects(self, subject: str, predicate: str) -> list[Term]:
        return self.by_predicate.get(predicate, {}).get(subject, [])

    def value(self, subject: str, predicate: str) -> Term | None:
        return next(iter(self.objects(subject, predicate)), None)

    def text(self, subject: str, predicate: str) -> str | None:
        value = self.value(subject, predicate)
        return value.text if isinstance(value, Literal) else value

    def texts(self, subject: str, predicate: str) -> dict[str, str]:
        """The literals of one property by language: ``{"en": …, "fr": …}``."""
        return {
            value.language: value.text
            for value in self.objects(subject, predicate)
            if isinstance(value, Literal) and value.language
        }

    def subjects(self, predicate: str, object: Term | None = None) -> list[str]:
        return [
            subject
            for subject, values in self.by_predicate.get(predicate, {}).items()
            if object is None or object in values
        ]

    def of_class(self, iri: str) -> list[str]:
        return self.subjects(RDF + "type", iri)

    def items(self, head: Term | None) -> list[Term]:
        """The members of an RDF list."""
        members = []
        while isinstance(head, str) and head != RDF + "nil":
            members.append(self.value(head, RDF + "first"))
            head = self.value(head, RDF + "rest")
        return members

    def __iter__(self) -> Iterator[Triple]:
        for predicate, subjects in self.by_predicate.items():
            for subject, values in subjects.items():
                for value in values:
                    yield subject, predicate, value

    def __len__(self) -> int:
        return sum(1 for _ in self)


def parse(data: bytes, base: str | None = None, prefix: str = "b", mime: str = "text/turtle") -> Iterator[Triple]:
    """Triples of a document; blank nodes are renamed with ``prefix`` so that two files never share one.

    Raises ``SyntaxError`` with the line of the fault, and ``ValueError`` for named graphs.
    """
    import pyoxigraph

    quads = pyoxigraph.parse(
        data,
        format=pyoxigraph.RdfFormat.from_media_type(mime),
        base_iri=base,
        without_named_graphs=True,
    )
    for quad in quads:
        yield _term(quad.subject, prefix), quad.predicate.value, _term(quad.object, prefix)


def read(path: Path, folder: Path) -> Iterator[Triple]:
    """Triples of a Turtle file of a folder; blank nodes are numbered after its name there, the same each time."""
    name = path.relative_to(folder).with_suffix("").as_posix().replace("/", "-")
    named: dict[str, str] = {}

    def numbered(term: Term) -> Term:
        blank = isinstance(term, str) and term.startswith("_:")
        return named.setdefault(term, f"_:{name}-{len(named) + 1}") if blank else term

    for subject, predicate, object in parse(path.read_bytes()):
        yield numbered(subject), predicate, numbered(object)


def _term(node, prefix: str) -> Term:
    kind = type(node).__name__
    if kind == "NamedNode":
        return node.value
    if kind == "BlankNode":
        return f"_:{prefix}-{node.value}"
    if kind == "Triple":
        raise SyntaxError("a statement about a statement is not read; state the facts themselves")
    return Literal(node.value, node.datatype.value, node.language or "")


def to_rdflib(triples: Iterable[Triple], graph=None):
    """The same triples as an ``rdflib.Graph``, for the engines and writers that want one."""
    import rdflib

    graph = rdflib.Graph() if graph is None else graph

    def node(term: Term):
        if isinstance(term, Literal):
            return rdflib.Literal(
                term.text,
                lang=term.language or None,
                datatype=None if term.language else rdflib.URIRef(term.datatype),
                normalize=False,  # else "1"^^xsd:boolean would become another term, and 1E999 infinity
            )
        return rdflib.BNode(term[2:]) if term.startswith("_:") else rdflib.URIRef(term)

    for subject, predicate, object in triples:
        graph.add((node(subject), node(predicate), node(object)))
    return graph


def ntriples(graph) -> bytes:
    """The sorted N-Triples of an rdflib graph, the same for the same graph. Raises ``ValueError`` for a dataset.

    What an assessment concluded is left out: conclusions are no facts of a project.
    """
    import rdflib
    from rdflib.compare import to_canonical_graph

    if isinstance(graph, rdflib.ConjunctiveGraph):
        raise ValueError("is a set of named graphs; hand in the one that describes the project")
    runs = {str(run) for run in graph.subjects(rdflib.RDF.type, rdflib.URIRef(AIACT + "Assessment"))}
    runs = {run for run in runs if re.search(r"/assessment/[\d-]{10}$", run)}
    concluded = tuple(f"{run}/" for run in runs)
    kept = rdflib.Graph()
    for triple in graph:
        if not (str(triple[0]) in runs or str(triple[0]).startswith(concluded)):
            kept.add(triple)
    if any(isinstance(term, rdflib.BNode) for triple in kept for term in triple):
        kept = to_canonical_graph(kept)
    lines = kept.serialize(format="nt", encoding="utf-8").splitlines(keepends=True)
    return b"".join(sorted(line for line in lines if line.strip()))


def exact_turtle(graph) -> str:
    """Turtle of an rdflib graph with every digit of its numbers; rdflib's own writer keeps six of a double."""
    import io

    from rdflib import XSD
    from rdflib import Literal as RdflibLiteral
    from rdflib.plugins.serializers.turtle import TurtleSerializer

    class Exact(TurtleSerializer):
        def label(self, node, position):
            if isinstance(node, RdflibLiteral) and node.datatype == XSD.double:
                return f"{node}" if "e" in node.lower() else f"{node}e0"
            return super().label(node, position)

    file = io.BytesIO()
    Exact(graph).serialize(file, encoding="utf-8")
    return file.getvalue().decode()

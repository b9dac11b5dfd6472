"""Publishing: the law and assessed projects in a store elsewhere, each in a named graph of its own.

    https://w3id.org/aiact/graph/law              the knowledge graph with what follows from it
    https://w3id.org/aiact/graph/project/NAME     one project: facts, findings and their proof on one day

A graph is sent under a name of its own, counted there, and moved into its place by one update: whoever asks meanwhile
gets the old graph or the new one. (On Virtuoso, which has no snapshots, a question that is under way at that moment can
get some of both; ``endpoint.ask`` notices.) Blank nodes get addresses, so that a graph published twice is the same.
"""

from __future__ import annotations

import hashlib
import re
import urllib.request
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from ..findings.assess import Assessment, assess
from ..law.graph import Literal, Term, Triple
from ..law.knowledge import Knowledge
from ..law.names import BASE, DCTERMS, OWL, RDF, RDFS, SKOS
from .endpoint import GRAPH, LAW, Endpoint, EndpointError, Held, Reply, plain
from .query import law, project_triples, whole

TIMEOUT = 300  # seconds for one request; a large graph is long on its way into a store on disk
VOID = "http://rdfs.org/ns/void#"
NODE = BASE + ".well-known/genid/"  # addresses in place of blank nodes, as RDF 1.1 recommends
BATCH = 500  # triples in one INSERT DATA; Virtuoso 7 takes no longer statement
N_TRIPLES, UPDATE = "application/n-triples", "application/sparql-update"
PATIENCE = 15  # seconds to find out what an address takes
# How stores name the addresses for updates and for whole graphs, by the one for queries.
PLACES = (
    (r"(.*)/query", r"\1/update", r"\1/store"),  # Oxigraph
    (r"(.*)/(?:query|sparql)", r"\1/update", r"\1/data"),  # Jena Fuseki
    (r"(.*)/sparql", r"\1/sparql-auth", r"\1/sparql-graph-crud-auth"),  # Virtuoso, for those with a password
    (r"(.*)/sparql", r"\1/sparql", r"\1/sparql-graph-crud"),  # … and for everybody
    (r"(.*/repositories/[^/]+)", r"\1/statements", r"\1/rdf-graphs/service"),  # RDF4J, GraphDB
    (r"(.*(?<!/query)(?<!/sparql))", r"\1/update", r"\1/data"),  # Fuseki, by the name of the dataset
    (r"(.*)", r"\1", ""),  # one address for queries and updates
)


@dataclass(slots=True)
class Published:
    """A named graph: its address, what it is about, its triples without repetition."""

    iri: str
    title: str
    triples: dict[Triple, None]
    hash: str
    may_replace: bool = True  # another project under the same name

    @property
    def ntriples(self) -> bytes:
        return written(self.triples)


def law_graph(knowledge: Knowledge) -> Published:
    """The knowledge graph, with its release and licence."""
    about = [(LAW, DCTERMS + "license", term) for term in law().objects(BASE, DCTERMS + "license")]
    return described(LAW, law().texts(BASE, SKOS + "prefLabel")["en"], [*about, *whole(knowledge)], knowledge)


def project_graph(name: str, assessment: Assessment, label: str = "") -> Published:
    """An assessed project under a name: facts, findings and proof; answers call it by its label, or else its file."""
    iri, base, read = GRAPH + "project/" + name, assessment.facts.base, assessment.facts.description
    about = [(iri, DCTERMS + "requires", LAW), (iri, VOID + "rootResource", base)]
    triples = [triple for triple in project_triples([assessment]) if triple[:2] != (base, RDFS + "label")]
    triples.append((base, RDFS + "label", Literal(label or read.file)))
    return described(iri, read.name or read.file, [*about, *triples], assessment.knowledge, may_replace=bool(label))


def described(
    iri: str, title: str, triples: Iterable[Triple], knowledge: Knowledge, may_replace: bool = True
) -> Published:
    """A graph that says of itself what it is: by these triples ``aiact query --endpoint`` finds it."""
    blank: dict[str, str] = {}

    def named(term: Term) -> Term:
        """The term, or for a blank node an address by its place in the graph."""
        if isinstance(term, str) and term.startswith("_:"):
            return blank.setdefault(term, f"{NODE}{iri.removeprefix(GRAPH)}/{len(blank) + 1}")
        return term

    found = dict.fromkeys((named(s), p, named(o)) for s, p, o in triples)
    found[(iri, RDF + "type", VOID + "Dataset")] = None
    found[(iri, DCTERMS + "conformsTo", BASE)] = None
    found[(iri, DCTERMS + "title", Literal(title))] = None
    found[(iri, OWL + "versionInfo", Literal(knowledge.release))] = None
    hash = hashlib.sha256(b"\n".join(sorted(written(found).splitlines()))).hexdigest()
    found[(iri, DCTERMS + "identifier", Literal(hash))] = None
    return Published(iri, title, found, hash, may_replace)


def written(triples: Iterable[Triple]) -> bytes:
    """N-Triples."""
    import pyoxigraph as ox

    def node(term: Term):
        if isinstance(term, str):
            return ox.NamedNode(term)
        if term.language:
            return ox.Literal(term.text, language=term.language)
        return ox.Literal(term.text, datatype=ox.NamedNode(term.datatype))

    return ox.serialize((ox.Triple(node(s), node(p), node(o)) for s, p, o in triples), format=ox.RdfFormat.N_TRIPLES)


def by_bare_name(file: str, day: str | None) -> Assessment:
    """The assessment of a description that does not tell where on this machine its file is."""
    path = Path(file)
    return assess(path.read_bytes() if path.is_file() else file, day, name=path.name)


def name_of(file: str) -> str:
    """The name under which a description is published if no other is given: that of its file."""
    stem = re.split(r"[/\\]", file)[-1].rsplit(".", 1)[0]
    return re.sub(r"[^\w.-]+", "-", stem, flags=re.ASCII).strip("-._")[:100] or "project"


def is_name(text: str) -> bool:
    """Whether a project may be published under a name: letters, digits, dots, hyphens, underscores."""
    return re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}", text) is not None


# ---------------------------------------------------------------------------------------------- stores


@dataclass(slots=True)
class Store:
    """A store elsewhere: where it is queried, updated, and where whole graphs are sent (if it takes these)."""

    endpoint: Endpoint
    update_at: str = ""
    graphs_at: str = ""
    staging: str = field(default_factory=lambda: f"{GRAPH}staging/{uuid.uuid4()}")

    def locate(self) -> Store:
        """Finds what is not given: the first usual address that takes an update, and one that takes a graph.

        The small requests that try this let a server ask for a password before anything large is sent.

        Raises ``EndpointError`` if there is neither, with the best reason that a server gave.
        """
        refusals: list[tuple[int, str]] = []
        places = list(dict.fromkeys(self.places()))
        self.update_at = self.graphs_at = ""
        for update_at, graphs_at in places:
            if not self.update_at and self.takes_updates(update_at, refusals):
                self.update_at = update_at
            if not self.graphs_at and graphs_at and self.takes_graphs(graphs_at, refusals):
                self.graphs_at = graphs_at
        if self.update_at:
            self.update(self.drop(self.staging))
        elif not self.graphs_at:
            raise EndpointError(
                max(refusals, key=lambda refusal: refusal[0])[1]
                + "; --update or --graph-store names the address that takes data"
            )
        return self

    def places(self) -> Iterator[tuple[str, str]]:
        """The usual addresses for updates and for graphs, unless they are given."""
        url = self.endpoint.url.rstrip("/")
        for pattern, update, graphs in PLACES:
            if found := re.fullmatch(pattern, url):
                yield self.update_at or found.expand(update), self.graphs_at or found.expand(graphs)

    def takes_updates(self, url: str, refusals: list) -> bool:
        """Whether an address takes an update; a web page is no answer to one."""
        try:
            reply = self.send(url, "POST", UPDATE, self.drop(self.staging), PATIENCE)
        except EndpointError as error:
            refusals.append((1, str(error)))
            return False
        return self.is_done(reply, url, refusals) and reply.kind != "text/html"

    def takes_graphs(self, url: str, refusals: list) -> bool:
        """Whether a graph that is sent to an address can then be asked for at the endpoint."""
        probe = written([(self.staging, RDF + "type", VOID + "Dataset")])
        try:
            reply = self.send(url, "PUT", N_TRIPLES, probe, PATIENCE, self.staging)
        except EndpointError as error:
            refusals.append((1, str(error)))
            return False
        return self.is_done(reply, url, refusals) and self.count(self.staging) == 1

    @staticmethod
    def is_done(reply: Reply, url: str, refusals: list) -> bool:
        """Whether a request was carried out; if not, why, with a mark of how much that explains."""
        if reply.status >= 300:
            mark = 3 if reply.status in (401, 403) else 2 if "ermission" in reply.words else 0
            refusals.append((mark, Endpoint(url).refusal(reply)))
        return reply.status < 300

    def send(self, url: str, method: str, kind: str, body: str | bytes, timeout: float = 0, graph: str = "") -> Reply:
        address = f"{url}?graph={quote(graph, safe='')}" if graph else url
        data = body.encode() if isinstance(body, str) else body
        request = urllib.request.Request(address, data, {"Content-Type": kind, "Accept": "*/*"}, method=method)
        longest = self.endpoint.timeout
        return Endpoint(url, min(timeout or longest, longest)).send(request)

    def demand(self, url: str, method: str, kind: str, body: str | bytes, graph: str = "") -> None:
        """Sends, and raises ``EndpointError`` if that is refused."""
        reply = self.send(url, method, kind, body, graph=graph)
        if reply.status >= 300:
            raise EndpointError(Endpoint(url).refusal(reply))

    def update(self, text: str) -> None:
        self.demand(self.update_at, "POST", UPDATE, text)

    @staticmethod
    def drop(graph: str) -> str:
        return f"DROP SILENT GRAPH <{graph}>"

    def put(self, graph: str, data: bytes) -> None:
        """Sends a whole graph, in place of what it was."""
        self.demand(self.graphs_at, "PUT", N_TRIPLES, data, graph)

    def count(self, graph: str) -> int:
        """Triples in a graph, as the endpoint sees it."""
        _, rows = self.endpoint.select(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
        return int(rows[0]["n"]["value"])

    def publish(self, graph: Published, there: dict[str, Held], tell: Callable[[str], None] = lambda _: None) -> str:
        """Puts a graph in its place, and says what became of it: ``new``, ``replaced`` or ``unchanged``."""
        old = there.get(graph.iri)
        if old and old.hash == graph.hash and self.count(graph.iri) == len(graph.triples):
            return "unchanged"
        if old and old.about != plain(graph.title) and not graph.may_replace:
            raise EndpointError(
                f"{graph.iri} holds another project, “{old.about}”; to publish this one beside it or in its place, "
                "give it a name: --project NAME=FILE"
            )
        try:
            self.fill(graph, tell)
        except (EndpointError, KeyboardInterrupt):
            self.clean()
            raise
        return "replaced" if old else "new"

    def fill(self, graph: Published, tell: Callable[[str], None]) -> None:
        """Sends a graph and moves it into its place; without updates, the store’s own replacement has to do."""
        data = graph.ntriples
        target = self.staging if self.update_at else graph.iri
        if self.graphs_at:
            tell(f"sending {len(data) / 1e6:.1f} MB")
            self.put(target, data)
        else:
            lines = data.decode().splitlines()
            for start in range(0, len(lines), BATCH):
                tell(f"sending {start * 100 // len(lines)} %")
                batch = "\n".join(lines[start : start + BATCH])
                self.update(f"INSERT DATA {{ GRAPH <{target}> {{\n{batch}\n}} }}")
        tell("counting")
        self.expect(target, graph)
        if target != graph.iri:
            tell("putting in place")
            self.update(f"MOVE <{target}> TO <{graph.iri}>")
            self.expect(graph.iri, graph)

    def expect(self, iri: str, graph: Published) -> None:
        found, sent = self.count(iri), len(graph.triples)
        if found != sent:
            raise EndpointError(
                f"{self.endpoint.url} holds {found} of the {sent} triples sent for {graph.iri}; is it the same store "
                f"as {self.graphs_at or self.update_at}?"
            )

    def clean(self) -> None:
        """Takes back what was sent but is not in its place, if the store still answers."""
        import contextlib

        if self.update_at:
            with contextlib.suppress(EndpointError):
                self.update(self.drop(self.staging))

    def withdraw(self, iri: str) -> None:
        """Takes a graph away."""
        if self.update_at:
            self.update(self.drop(iri))
        else:
            self.demand(self.graphs_at, "DELETE", N_TRIPLES, b"", iri)

"""What the endpoint says of itself: SPARQL 1.1 Service Description, and VoID."""

from __future__ import annotations

from ..law.names import BASE, DCTERMS, PREFIXES, RDF, XSD
from .limits import Limits

SD = "http://www.w3.org/ns/sparql-service-description#"
FORMATS = "http://www.w3.org/ns/formats/"
VOID = "http://rdfs.org/ns/void#"
FOAF = "http://xmlns.com/foaf/0.1/"
WRITTEN = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV",
           "Turtle", "N-Triples", "RDF_XML", "JSON-LD")  # fmt: skip
LICENCE = "https://creativecommons.org/licenses/by/4.0/"


class Teller:
    """Collects triples, and writes them in any form."""

    def __init__(self) -> None:
        self.triples: list = []
        self.blanks = 0

    def say(self, subject, predicate: str, *objects) -> None:
        import pyoxigraph as ox

        def node(value):
            if isinstance(value, int):
                return ox.Literal(str(value), datatype=ox.NamedNode(XSD + "integer"))
            if isinstance(value, str):
                return ox.NamedNode(value) if "://" in value else ox.Literal(value)
            return value

        subject = ox.NamedNode(subject) if isinstance(subject, str) else subject
        self.triples += [ox.Triple(subject, ox.NamedNode(predicate), node(each)) for each in objects]

    def new(self):
        import pyoxigraph as ox

        self.blanks += 1
        return ox.BlankNode(f"b{self.blanks}")

    def written(self, form: str) -> bytes:
        import pyoxigraph as ox

        prefixes = used(self.triples, {**PREFIXES, "sd": SD, "void": VOID, "foaf": FOAF})
        return ox.serialize(self.triples, format=ox.RdfFormat.from_extension(form), prefixes=prefixes)


def used(triples: list, prefixes: dict[str, str]) -> dict[str, str]:
    """Those of the prefixes that some term of the triples has."""
    found = set()
    for triple in triples:
        for term in (triple.subject, triple.predicate, triple.object, getattr(triple.object, "datatype", None)):
            iri = getattr(term, "value", "")
            found.add(namespace(iri) if "://" in iri else "")
    return {prefix: iri for prefix, iri in prefixes.items() if iri in found}


def service(held: dict, limits: Limits, here: str, form: str) -> bytes:
    """The service description: language, forms, graphs, and that the default graph is the law alone."""
    tell, endpoint = Teller(), here + "sparql"
    service, dataset, default = tell.new(), tell.new(), tell.new()
    tell.say(service, RDF + "type", SD + "Service")
    tell.say(service, SD + "endpoint", endpoint)
    tell.say(service, SD + "supportedLanguage", SD + "SPARQL11Query")
    tell.say(service, SD + "resultFormat", *(FORMATS + name for name in WRITTEN))
    tell.say(service, SD + "defaultDataset", dataset)
    tell.say(service, DCTERMS + "description", "Limits: " + "; ".join(
        f"{name} {told['value']} ({told['is']})" for name, told in limits.told().items()
    ))  # fmt: skip
    tell.say(dataset, RDF + "type", SD + "Dataset")
    tell.say(dataset, SD + "defaultGraph", default)
    tell.say(default, RDF + "type", SD + "Graph", VOID + "Dataset")
    tell.say(default, DCTERMS + "description", "the same as the graph of the law")
    tell.say(default, VOID + "triples", held["graphs"][0]["triples"])
    for graph in held["graphs"]:
        named, inside = tell.new(), tell.new()
        tell.say(dataset, SD + "namedGraph", named)
        tell.say(named, RDF + "type", SD + "NamedGraph")
        tell.say(named, SD + "name", graph["iri"])
        tell.say(named, SD + "graph", inside)
        tell.say(inside, RDF + "type", SD + "Graph", VOID + "Dataset")
        tell.say(inside, DCTERMS + "title", graph["title"])
        tell.say(inside, VOID + "triples", graph["triples"])
    return tell.written(form)


def void(held: dict, here: str, form: str) -> bytes:
    """The data set: where it is asked, how large it is, which classes and properties it uses, what it links to."""
    tell, figures = Teller(), held["figures"]
    about, data = here + ".well-known/void", here + ".well-known/void#law"
    tell.say(about, RDF + "type", VOID + "DatasetDescription")
    tell.say(about, FOAF + "primaryTopic", data)
    tell.say(data, RDF + "type", VOID + "Dataset")
    tell.say(data, DCTERMS + "title", "aiact: a knowledge graph of the EU AI Act centred on open-source AI")
    tell.say(data, DCTERMS + "license", LICENCE)
    tell.say(data, DCTERMS + "hasVersion", held["release"])
    tell.say(data, DCTERMS + "isVersionOf", BASE)
    tell.say(data, VOID + "sparqlEndpoint", here + "sparql")
    tell.say(data, VOID + "uriSpace", literal(BASE))
    tell.say(data, VOID + "exampleResource", *figures["examples"])
    tell.say(data, VOID + "vocabulary", *sorted({namespace(iri) for iri in figures["properties"]}))
    tell.say(data, VOID + "triples", held["graphs"][0]["triples"])
    tell.say(data, VOID + "distinctSubjects", figures["subjects"])
    tell.say(data, VOID + "distinctObjects", figures["objects"])
    tell.say(data, VOID + "properties", len(figures["properties"]))
    tell.say(data, VOID + "classes", len(figures["classes"]))
    for kind, counted, word in (
        ("classPartition", "classes", "class"),
        ("propertyPartition", "properties", "property"),
    ):
        for iri, number in figures[counted].items():
            part = tell.new()
            tell.say(data, VOID + kind, part)
            tell.say(part, VOID + word, iri)
            tell.say(part, VOID + ("entities" if word == "class" else "triples"), number)
    return tell.written(form)


def literal(text: str):
    import pyoxigraph as ox

    return ox.Literal(text)


def namespace(iri: str) -> str:
    """The vocabulary of a term: all up to its last part."""
    return iri[: max(iri.rfind("/"), iri.rfind("#")) + 1]

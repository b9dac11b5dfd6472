"""Names: the base address, the prefixes, and how a term is spelled in YAML."""

import re

BASE = "https://w3id.org/aiact/"
AIACT = BASE + "ns/"
ACT = BASE + "act/"
RULE = BASE + "rule/"
READING = BASE + "reading/"
PROJECT = BASE + "project/"

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SH = "http://www.w3.org/ns/shacl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
OWL = "http://www.w3.org/2002/07/owl#"
PROV = "http://www.w3.org/ns/prov#"
ELI = "http://data.europa.eu/eli/ontology#"
SCHEMA = "https://schema.org/"

PREFIXES = {
    "aiact": AIACT,
    "act": ACT,
    "rule": RULE,
    "parameter": BASE + "parameter/",
    "reading": READING,
    "question": BASE + "question/",
    "source": BASE + "source/",
    "sanction": BASE + "sanction/",
    "licence": BASE + "licence/",
    "spdx": "https://spdx.org/licenses/",
    "place": "http://publications.europa.eu/resource/authority/country/",
    "eli": ELI,
    "cdm": "http://publications.europa.eu/ontology/cdm#",
    "prov": PROV,
    "dcterms": DCTERMS,
    "skos": SKOS,
    "schema": SCHEMA,
    "sh": SH,
    "owl": OWL,
    "rdf": RDF,
    "rdfs": RDFS,
    "xsd": XSD,
}


def local(iri: str) -> str:
    """The last part of an address: ``…/ns/weightsPublic`` gives ``weightsPublic``."""
    return re.split(r"[/#]", iri)[-1]


def snake(name: str) -> str:
    """The YAML spelling of a term: ``article5Practices`` gives ``article_5_practices``."""
    name = re.sub(r"(?<=[a-z])(?=[A-Z0-9])", "_", name)
    return re.sub(r"(?<=[0-9])(?=[A-Z])", "_", name).lower()


def curie(iri: str) -> str:
    """The short form of an address with one of our prefixes, else the address itself."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri

"""Imported texts as RDF, to be asked beside the rules: of each provision its wordings (``ontology/texts.ttl``)."""

from __future__ import annotations

from collections.abc import Iterator

from ..law.graph import Literal, Triple
from ..law.names import ACT, AIACT, DCTERMS, ELI, RDF, SCHEMA, XSD
from . import Library


def triples(library: Library) -> Iterator[Triple]:
    """Every wording at hand, each with its own address: provision, CELEX number and language."""
    for text in library:
        node = f"{ACT}{text.key}/{text.celex}/{text.language}"
        yield ACT + text.key, AIACT + "wording", node
        yield node, RDF + "type", AIACT + "ProvisionText"
        yield node, RDF + "value", Literal(text.text, RDF + "langString", text.language)
        yield node, SCHEMA + "sha256", Literal(text.sha256)
        yield node, ELI + "version_date", Literal(text.version, XSD + "date")
        yield node, ELI + "id_local", Literal(text.celex)
        yield node, DCTERMS + "source", text.source

"""JSON-LD: the same triples as the Turtle, one object a subject, for whom JSON is nearer than RDF."""

from __future__ import annotations

import json

from ..findings.assess import Assessment
from ..law.graph import Literal, Term
from ..law.names import PREFIXES, RDF, XSD
from ..reports.proof import proof

NATIVE = {XSD + "boolean": {"true": True, "false": False}}


def write(assessment: Assessment, language: str = "en", everything: bool = True) -> str:
    """Every subject once, in the order of the Turtle."""
    subjects: dict[str, dict[str, list]] = {}
    for subject, predicate, object in proof(assessment):
        node = subjects.setdefault(subject, {})
        if predicate == RDF + "type":
            node.setdefault("@type", []).append(short(object))
        elif (told := value(object)) not in (values := node.setdefault(short(predicate), [])):
            values.append(told)
    graph = [{"@id": short(subject)} | node for subject, node in subjects.items()]
    used = sorted(prefix for prefix in PREFIXES if f'"{prefix}:' in json.dumps(graph))
    context = {prefix: PREFIXES[prefix] for prefix in used}
    return json.dumps({"@context": context, "@graph": graph}, ensure_ascii=False, indent=1) + "\n"


def value(term: Term) -> object:
    if not isinstance(term, Literal):
        return {"@id": short(term)}
    if term.language:
        return {"@value": term.text, "@language": term.language}
    if term.datatype in NATIVE:
        return NATIVE[term.datatype][term.text]
    return term.text if term.datatype == XSD + "string" else {"@value": term.text, "@type": short(term.datatype)}


def short(iri: str) -> str:
    """A compact address where a prefix fits; an address that looks like one already stays whole."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and not iri.removeprefix(namespace).startswith("//"):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri

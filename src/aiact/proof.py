"""Facts and findings as RDF: what was stated, what was concluded, and why, in terms of PROV-O."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .assess import Assessment
from .facts import Facts
from .graph import Literal, Term, Triple
from .names import AIACT, BASE, DCTERMS, PREFIXES, PROV, RDF, RULE, SCHEMA, XSD, curie


def turtle(triples: Iterable[Triple], base: str = "") -> str:
    """Turtle of triples without blank nodes: one block a subject, in the order given, the same bytes every time."""
    blocks: dict[str, dict[str, list[str]]] = {}
    for subject, predicate, object in triples:
        blocks.setdefault(subject, {}).setdefault(predicate, []).append(written(object, base))
    body = []
    for subject, predicates in blocks.items():
        lines = [
            f"    {'a' if predicate == RDF + 'type' else written(predicate, base)} {' , '.join(objects)}"
            for predicate, objects in sorted(predicates.items(), key=lambda item: (item[0] != RDF + "type", item[0]))
        ]
        body.append(f"{written(subject, base)}\n" + " ;\n".join(lines) + " .\n")
    text = "\n".join(body)
    used = [prefix for prefix in sorted(PREFIXES) if re.search(rf"(?<![\w:]){prefix}:", text)]
    head = [f"@prefix {prefix}: <{PREFIXES[prefix]}> ." for prefix in used]
    return "\n".join(head + ([f"@base <{base}> ."] if base else [])) + "\n\n" + text


def written(term: Term, base: str = "") -> str:
    if isinstance(term, Literal):
        text = '"' + "".join(ESCAPES.get(c, c) for c in term.text) + '"'
        if term.language:
            return f"{text}@{term.language}"
        return text if term.datatype == XSD + "string" else f"{text}^^{written(term.datatype)}"
    if base and term.startswith(base):
        return f"<{term.removeprefix(base)}>"
    short = curie(term)
    return short if short != term and re.fullmatch(r"[a-z]+:[\w-]+(?:[.\w-]*[\w-])?", short) else f"<{term}>"


ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def facts_graph(facts: Facts) -> str:
    """The facts of a description as Turtle that any SHACL engine can check against the exported shapes."""
    return turtle(facts.graph_in_order(), facts.base)


def findings_graph(assessment: Assessment) -> str:
    """Findings as ``prov:Entity``, derived from rules, condition results and statements with their lines."""
    return turtle(proof(assessment), assessment.facts.base)


def proof(assessment: Assessment) -> Iterator[Triple]:
    facts = assessment.facts
    run = f"{facts.base}assessment/{assessment.day}"
    day = Literal(assessment.day, XSD + "date")
    yield run, RDF + "type", AIACT + "Assessment"
    yield run, AIACT + "asOf", day
    yield run, AIACT + "textVersion", f"{BASE}act/text-{assessment.text.id}"
    yield run, PROV + "used", facts.base
    for entity in facts.description.entities.values():
        yield facts.iri(entity.id), RDF + "type", AIACT + entity.cls
        name = assessment.value(facts.iri(entity.id), "name")
        if name:
            yield facts.iri(entity.id), SCHEMA + "name", Literal(str(name))
    results: dict[tuple[str, str, str], str] = {}
    statements: dict[int, str] = {}
    for index, finding in enumerate(assessment.findings, 1):
        node = f"{run}/finding-{index}"
        yield from _finding(assessment, finding, node, run)
        for step in finding.because:
            key = (step.condition, step.node, step.truth)
            if key not in results:
                results[key] = f"{run}/result-{len(results) + 1}"
                yield from _result(step, results[key])
                for statement in step.statements:
                    if id(statement) not in statements:
                        statements[id(statement)] = f"{run}/statement-{len(statements) + 1}"
                        yield from _statement(assessment, statement, statements[id(statement)])
                    yield results[key], PROV + "wasDerivedFrom", statements[id(statement)]
            yield node, PROV + "wasDerivedFrom", results[key]


def _finding(assessment: Assessment, finding, node: str, run: str) -> Iterator[Triple]:
    judgement = finding.judgement
    yield node, RDF + "type", AIACT + "Finding"
    yield node, PROV + "wasGeneratedBy", run
    yield node, AIACT + "rule", RULE + finding.rule.id
    yield node, PROV + "wasDerivedFrom", RULE + finding.rule.id
    yield node, DCTERMS + "source", f"{BASE}act/{finding.rule.provision}"
    yield node, AIACT + "entity", finding.entity
    yield node, AIACT + "status", AIACT + {"not_applicable": "notApplicable"}.get(finding.status, finding.status)
    if finding.bearer:
        yield node, AIACT + "borneBy", finding.bearer
    for word, day in (("from", judgement.starts), ("due", judgement.due)):
        if day:
            yield node, AIACT + word, Literal(day, XSD + "date")
    for rule in judgement.lifted_by:
        yield node, AIACT + "liftedBy", RULE + rule
    for question in finding.contested:
        yield node, AIACT + "contested", f"{BASE}reading/{question}"
    for number, (subject, fact) in enumerate(sorted({gap for gaps in finding.missing for gap in gaps}), 1):
        gap = f"{node}-missing-{number}"
        yield node, AIACT + "missing", gap
        yield gap, AIACT + "subject", subject
        yield gap, AIACT + "property", fact


def _result(step, node: str) -> Iterator[Triple]:
    yield node, RDF + "type", AIACT + "ConditionResult"
    yield node, AIACT + "condition", RULE + step.condition
    yield node, AIACT + "entity", step.node
    yield node, AIACT + "truth", AIACT + step.truth


def stated(value: object) -> str:
    """A value as a description writes it; ``none`` for an empty list."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value)) or "none"
    return str(value)


def _statement(assessment: Assessment, statement, node: str) -> Iterator[Triple]:
    yield node, RDF + "type", AIACT + "Statement"
    yield node, AIACT + "subject", statement.subject
    yield node, AIACT + "property", statement.fact
    yield node, AIACT + "stated", Literal(stated(statement.value))
    yield node, AIACT + "ground", Literal(statement.source.kind)
    if statement.source.kind in ("stated", "derived"):
        yield node, AIACT + "file", Literal(statement.source.file)
        yield node, AIACT + "line", Literal(str(statement.source.line), XSD + "integer")

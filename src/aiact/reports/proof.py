"""Facts and findings as RDF: what was stated, what was concluded, and why, in terms of PROV-O."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction

from ..descriptions.facts import Facts, Statement
from ..descriptions.values import double
from ..findings.assess import Assessment
from ..findings.conclude import Classification, Finding
from ..findings.fines import fine
from ..findings.prove import Step
from ..law.graph import Literal, Term, Triple
from ..law.names import ACT, AIACT, BASE, DCTERMS, PREFIXES, PROV, RDF, READING, RULE, SCHEMA, XSD, curie
from ..law.purposes import Hint


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


# Where a statement comes from, by the kind of its source.
GROUNDS = {"stated": "inDescription", "presumed": "byPresumption", "derived": "byDerivation", "known": "inCatalogue"}


def proof(assessment: Assessment) -> Iterator[Triple]:
    """The assessment as RDF: its entities, all that was stated, findings and classifications with what they rest on.

    Beside them hints, warnings of claims that would mislead, and disputes: the outcome under every reading.
    """
    facts = assessment.facts
    run = f"{facts.base}assessment/{assessment.day}"
    yield run, RDF + "type", AIACT + "Assessment"
    yield run, AIACT + "asOf", Literal(assessment.day, XSD + "date")
    yield run, AIACT + "textVersion", f"{BASE}act/text-{assessment.text.id}"
    yield run, PROV + "used", facts.base
    for entity in facts.description.entities.values():
        yield facts.iri(entity.id), RDF + "type", AIACT + entity.cls
        name = assessment.value(facts.iri(entity.id), "name")
        if name:
            yield facts.iri(entity.id), SCHEMA + "name", Literal(str(name))
    yield from _Proof(assessment, run).triples()


class _Proof:
    """Writes one assessment; a condition result or a statement on which several findings rest is written once."""

    def __init__(self, assessment: Assessment, run: str) -> None:
        self.assessment, self.run = assessment, run
        self.results: dict[tuple[str, str, str], str] = {}
        self.statements: dict[int, str] = {}

    def triples(self) -> Iterator[Triple]:
        for statements in self.assessment.facts.statements.values():
            for statement in statements:
                if statement.source.kind != "presumed":
                    yield from self.statement(statement)
        nodes = {}
        for index, finding in enumerate(self.assessment.findings, 1):
            nodes[id(finding)] = node = f"{self.run}/finding-{index}"
            yield from self.finding(finding, node)
        for index, item in enumerate(self.assessment.classifications, 1):
            yield from self.classification(item, f"{self.run}/classification-{index}")
        for index, hint in enumerate(self.assessment.hints, 1):
            yield from self.hint(hint, f"{self.run}/hint-{index}")
        for index, item in enumerate(self.assessment.misled, 1):
            node = f"{self.run}/warning-{index}"
            yield node, RDF + "type", AIACT + "Warning"
            yield from self.about(item, node)
            for finding in item.findings:
                yield node, PROV + "wasDerivedFrom", nodes[id(finding)]

    def about(self, item, node: str) -> Iterator[Triple]:
        """What findings, classifications and warnings share: rule, entity and the results that decided."""
        yield node, PROV + "wasGeneratedBy", self.run
        yield node, AIACT + "rule", RULE + item.rule.id
        yield node, AIACT + "entity", item.entity
        for step in item.because:
            key = (step.condition, step.node, step.truth)
            if key not in self.results:
                self.results[key] = f"{self.run}/result-{len(self.results) + 1}"
                yield from _result(step, self.results[key])
                for statement in step.statements:
                    yield from self.statement(statement)
                    yield self.results[key], PROV + "wasDerivedFrom", self.statements[id(statement)]
            yield node, PROV + "wasDerivedFrom", self.results[key]

    def finding(self, finding: Finding, node: str) -> Iterator[Triple]:
        judgement = finding.judgement
        yield node, RDF + "type", AIACT + "Finding"
        yield from self.about(finding, node)
        yield node, PROV + "wasDerivedFrom", RULE + finding.rule.id
        provision = finding.rule.provision
        yield node, DCTERMS + "source", provision if provision.startswith("http") else ACT + provision
        yield node, AIACT + "status", status(finding.status)
        yield node, AIACT + "inRole", finding.role
        if finding.bearer:
            yield node, AIACT + "borneBy", finding.bearer
        for word, day in (("from", judgement.starts), ("due", judgement.due)):
            if day:
                yield node, AIACT + word, Literal(day, XSD + "date")
        for word, rules in (("liftedBy", judgement.lifted_by), ("postponedBy", judgement.postponed_by)):
            for rule in rules:
                yield node, AIACT + word, RULE + rule
        yield from self.outcomes(finding, node, "status", status)
        yield from self.gaps(finding, node)
        for gap in self.assessment.grounds.of(finding):
            for statement in self.assessment.facts.stated(*gap):
                yield node, AIACT + "restsOn", self.statements[id(statement)]
        yield from self.fine(finding, node)

    def classification(self, item: Classification, node: str) -> Iterator[Triple]:
        yield node, RDF + "type", AIACT + "Classification"
        yield from self.about(item, node)
        yield node, AIACT + "truth", AIACT + item.truth
        if item.actor:
            yield node, AIACT + "borneBy", item.actor
        yield from self.outcomes(item, node, "truth", lambda truth: AIACT + truth)

    def outcomes(self, item: Finding | Classification, node: str, word: str, term) -> Iterator[Triple]:
        """The open questions that leave an answer undecided, and the answer under each reading that counts."""
        for question in item.contested:
            yield node, AIACT + "contested", READING + question
        for question, name, outcome in self.assessment.court.readings.told(item.readings):
            yield node, AIACT + "outcome", f"{node}-{question}-{name}"
            yield f"{node}-{question}-{name}", AIACT + "under", f"{READING}{question}.{name}"
            yield f"{node}-{question}-{name}", AIACT + word, term(outcome)

    def gaps(self, finding: Finding, node: str) -> Iterator[Triple]:
        """The facts that are missing, and the smallest sets of them that would decide the finding."""
        gaps = {}
        for number, (subject, fact) in enumerate(sorted({gap for gaps in finding.missing for gap in gaps}), 1):
            gaps[subject, fact] = gap = f"{node}-missing-{number}"
            yield node, AIACT + "missing", gap
            yield gap, AIACT + "subject", subject
            yield gap, AIACT + "property", fact
        for number, together in enumerate(finding.missing, 1):
            yield node, AIACT + "decidedBy", f"{node}-together-{number}"
            yield f"{node}-together-{number}", AIACT + "howMany", Literal(str(len(together)), XSD + "integer")
            for gap in sorted(together):
                yield f"{node}-together-{number}", AIACT + "includes", gaps[gap]

    def fine(self, finding: Finding, node: str) -> Iterator[Triple]:
        """The band of fines that counts for this bearer and entity, and the ceiling if the facts tell it."""
        found = fine(self.assessment, finding)
        if found is None:
            return
        yield node, AIACT + "exposesTo", f"{node}-fine"
        yield f"{node}-fine", AIACT + "sanction", f"{BASE}sanction/{found['band']}"
        if found["from"]:
            yield f"{node}-fine", AIACT + "from", Literal(found["from"], XSD + "date")
        if found["ceiling"] is not None:
            yield f"{node}-fine", AIACT + "ceiling", Literal(double(Fraction(found["ceiling"])), XSD + "double")
        for gap in found["ceiling_needs"]:
            yield f"{node}-fine", AIACT + "ceilingNeeds", AIACT + gap.rsplit(".", 1)[1]

    def hint(self, hint: Hint, node: str) -> Iterator[Triple]:
        fact = self.assessment.knowledge.facts[hint.fact]
        yield node, RDF + "type", AIACT + "Hint"
        yield node, PROV + "wasGeneratedBy", self.run
        yield node, AIACT + "entity", hint.entity
        yield node, AIACT + "recognises", f"{BASE}purpose/{hint.purpose.id}"
        yield node, AIACT + "words", Literal(hint.words)
        yield node, AIACT + "leavesOut", Literal(str(hint.left_out).lower(), XSD + "boolean")
        for value, _ in hint.points:
            yield node, AIACT + "suggests", fact.values[value]
        for number, (subject, asked) in enumerate(hint.asks, 1):
            yield node, AIACT + "asks", f"{node}-asks-{number}"
            yield f"{node}-asks-{number}", AIACT + "subject", subject
            yield f"{node}-asks-{number}", AIACT + "property", asked

    def statement(self, statement: Statement) -> Iterator[Triple]:
        if id(statement) in self.statements:
            return
        self.statements[id(statement)] = node = f"{self.run}/statement-{len(self.statements) + 1}"
        yield node, RDF + "type", AIACT + "Statement"
        yield node, PROV + "wasGeneratedBy", self.run
        yield node, AIACT + "subject", statement.subject
        yield node, AIACT + "property", statement.fact
        yield node, AIACT + "stated", Literal(stated(statement.value))
        yield node, AIACT + "ground", AIACT + GROUNDS[statement.source.kind]
        if statement.source.kind in ("stated", "derived"):
            yield node, AIACT + "file", Literal(statement.source.file)
            yield node, AIACT + "line", Literal(str(statement.source.line), XSD + "integer")
        if statement.source.kind == "stated" and statement.source.note:
            yield node, AIACT + "onTheWordOf", Literal(statement.source.note)
        for operand in statement.operands:
            yield from self.statement(operand)
            yield node, PROV + "wasDerivedFrom", self.statements[id(operand)]


def status(word: str) -> str:
    """The term of a status that findings write in snake case."""
    return AIACT + {"not_applicable": "notApplicable"}.get(word, word)


def _result(step: Step, node: str) -> Iterator[Triple]:
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
    if isinstance(value, dict):
        return ", ".join(f"{key}: {each}" for key, each in value.items())
    return str(value)

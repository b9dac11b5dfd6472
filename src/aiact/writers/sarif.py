"""SARIF 2.1.0, for code scanning and editors: a result a finding, at the line of its entity, with the facts beside."""

from __future__ import annotations

import json

from ..findings.assess import Assessment
from ..findings.conclude import Finding
from ..law.knowledge import Rule
from ..law.names import BASE, RULE
from ..reports import notices, report
from ..reports.report import Words, escaped

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
KINDS = {"lifted": "informational", "not_applicable": "notApplicable"}  # every other finding asks something


def write(assessment: Assessment, language: str = "en", everything: bool = False) -> str:
    return write_several([assessment], language, everything)


def write_several(assessments: list[Assessment], language: str = "en", everything: bool = False) -> str:
    """One run for all; raises ``ValueError`` if there is no assessment."""
    if not assessments:
        raise ValueError("there is no assessment to write")
    first = assessments[0]
    told = [(each, finding) for each in assessments for finding in notices.told(each, everything)]
    rules = {finding.rule.id: finding.rule for _, finding in told}
    order = {name: index for index, name in enumerate(sorted(rules))}
    words = Words(first, language)
    driver = {
        "name": "aiact",
        "fullName": "aiact: what the EU AI Act asks of an open-source AI project",
        "version": first.knowledge.release,
        "informationUri": BASE,
        "language": language,
        "rules": [rule_told(rules[name], words) for name in order],
    }
    run = {
        "tool": {"driver": driver},
        "invocations": [
            {"executionSuccessful": True, "toolExecutionNotifications": list(warnings(assessments, words))}
        ],
        "language": language,
        "automationDetails": {"id": "aiact/"},
        "results": [result(each, finding, Words(each, language), order) for each, finding in told],
        "properties": {
            "asOf": first.day,
            "textOfTheAct": first.text.id,
            "notLegalAdvice": words("not-legal-advice"),
        },
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1) + "\n"


def rule_told(rule: Rule, words: Words) -> dict:
    """A rule under its own name, which stays; its help leads to its page."""
    cited, definition = words.cite_in_full(rule.provision), words.of(rule.definition)
    return {
        "id": rule.id,
        "shortDescription": {"text": f"{words.cite(rule.provision)} {words.of(rule.label)}"},
        "fullDescription": {"text": definition},
        "help": {
            "text": f"{cited}. {definition} {words('not-legal-advice')}",
            "markdown": f"**{escaped(cited)}** {escaped(definition)} *{escaped(words('not-legal-advice'))}*",
        },
        "helpUri": RULE + rule.id,
        "defaultConfiguration": {"level": "error" if rule.kind == "Prohibition" else "warning"},
        "properties": {"kind": rule.kind.lower(), "provision": rule.provision, "tags": ["AI Act", rule.kind.lower()]},
    }


def result(assessment: Assessment, finding: Finding, words: Words, order: dict[str, int]) -> dict:
    facts = dict.fromkeys(
        (statement.source.file, statement.source.line, told)
        for step in finding.because
        for statement, told in stated(assessment, step, words)
    )
    bearer = assessment.short(finding.bearer) if finding.bearer else None
    entity = assessment.short(finding.entity)
    found = {
        "ruleId": finding.rule.id,
        "ruleIndex": order[finding.rule.id],
        "kind": KINDS.get(finding.status, "fail"),
        "level": notices.level(finding),
        "message": message(assessment, finding, words),
        "locations": [
            location(*notices.where(assessment, finding))
            | {"logicalLocations": [{"name": entity, "fullyQualifiedName": f"{bearer or '?'}/{entity}"}]}
        ],
        "relatedLocations": [
            {"id": number, **location(file or notices.where(assessment, finding)[0], line), "message": {"text": told}}
            for number, (file, line, told) in enumerate(facts, 1)
        ],
        "partialFingerprints": {"dutyAtEntity/v1": notices.identity(assessment, finding)},
        "properties": {
            "status": finding.status,
            "bearer": bearer,
            "entity": entity,
            "from": finding.judgement.starts or None,
            "due": finding.judgement.due or None,
            "missing": sorted({assessment.gap(gap) for gaps in finding.missing for gap in gaps}),
            "contested": list(finding.contested),
        },
    }
    return {key: value for key, value in found.items() if value != []}


def message(assessment: Assessment, finding: Finding, words: Words) -> dict[str, str]:
    told = notices.sentence(assessment, finding, words)
    reasons = [f"- {escaped(each)}" for each in report.reasons(assessment, finding, words)]
    duty = f"**{escaped(words.cite(finding.rule.provision))}** {escaped(words.of(finding.rule.label))}"
    status = f"{words.status(finding.status)} {report.when(finding, words)}".strip()
    head = words("with", this=escaped(report.place(assessment, finding, words)), that=escaped(status))
    return {"text": told, "markdown": "\n".join([f"{duty}  ", f"{head}", *([""] if reasons else []), *reasons])}


def stated(assessment: Assessment, step, words: Words):
    """What the files state of it, in words."""
    for statement in step.statements:
        if statement.source.kind == "stated":
            label = words.of(assessment.knowledge.facts[statement.fact].label)
            yield statement, f"{label} {words.stated(statement)}".strip()


def location(file: str, line: int) -> dict:
    return {
        "physicalLocation": {"artifactLocation": {"uri": notices.address(file)}, "region": {"startLine": line or 1}}
    }


def warnings(assessments: list[Assessment], words: Words):
    """What the reading of the files leaves to be said."""
    for assessment in assessments:
        where = {"physicalLocation": {"artifactLocation": {"uri": notices.address(assessment.facts.description.file)}}}
        for told in assessment.warnings(words.language):
            yield {"level": "warning", "message": {"text": told}, "locations": [where]}

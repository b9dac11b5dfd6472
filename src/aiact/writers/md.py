"""Markdown: the report as a document with one table an actor and entity."""

from __future__ import annotations

from ..findings.assess import Assessment
from ..reports import report
from ..reports.report import Words, escaped


def write(assessment: Assessment, language: str = "en", everything: bool = False) -> str:
    words = Words(assessment, language)
    lines = [f"# {escaped(report.headline(assessment, words))}"]
    if verdicts := report.verdicts(assessment, words):
        lines += ["", *listed(verdicts)]
    if known := report.known(assessment, words):
        lines += ["", escaped(known)]
    for where, findings in report.grouped(assessment, everything, words):
        lines += [
            "",
            f"## {escaped(where)}",
            "",
            "| " + " | ".join(words(w) for w in ("status", "provision", "duty", "when", "why")) + " |",
            "|---|---|---|---|---|",
        ]
        for finding in findings:
            cells = [
                words.status(finding.status), words.cite(finding.rule.provision), words.of(finding.rule.label),
                report.when(finding, words), words("semicolon").join(report.reasons(assessment, finding, words)),
            ]  # fmt: skip
            lines.append("| " + " | ".join(escaped(cell) for cell in cells) + " |")
    if hidden := report.hidden(assessment, everything):
        excluded = listed(report.excluded(assessment, words))
        lines += ["", escaped(words("more", n=hidden)), *([""] if excluded else []), *excluded]
    for phrase, told in report.sections(assessment, words, everything):
        lines += headed(words(phrase).rstrip(" :\u00a0\u202f"), told)
    for name, truths in assessment.definitions_of_open_source.items():
        entity = report.title(assessment, assessment.facts.iri(name))
        told = [
            words("with", this=report.definition(assessment, key, words), that=words(truth))
            for key, truth in truths.items()
        ]
        lines += headed(words("with", this=words("definitions"), that=entity), told)
    if assessment.assumptions:
        lines += ["", f"## {words('assumptions')}", ""]
        lines += [
            f"- `{item['fact']}` = {words.value(item['value'])}: {escaped(words.of(item['because']))}"
            for item in assessment.assumptions
        ]
    warnings = [words("warning", text=warning) for warning in assessment.warnings(language)]
    if said := [*report.notes_of(assessment, words), *warnings]:
        lines += ["", *listed(said)]
    return "\n".join([*lines, "", f"*{words('not-legal-advice')}*"]) + "\n"


def headed(heading: str, told: list[str]) -> list[str]:
    return ["", f"## {escaped(heading)}", "", *listed(told)]


def listed(told: list[str]) -> list[str]:
    return [f"- {escaped(each)}" for each in told]

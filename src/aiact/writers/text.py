"""For a terminal: verdict first, reasons under it, citations beside, doubts last; at most 80 columns."""

from __future__ import annotations

from ..findings.assess import Assessment
from ..findings.conclude import Finding
from ..reports import report
from ..reports.report import COLUMN, WIDTH, Words, wrap


def write(assessment: Assessment, language: str = "en", everything: bool = False) -> str:
    words = Words(assessment, language)
    lines = wrap(report.headline(assessment, words))
    if verdicts := report.verdicts(assessment, words):
        lines += ["", *(line for told in verdicts for line in wrap(told, subsequent_indent="    "))]
    lines += known(assessment, words)
    for place, findings in report.grouped(assessment, everything, words):
        lines += ["", place]
        column = min(COLUMN, max(len(words.cite(finding.rule.provision)) for finding in findings))
        for alike in report.gathered(assessment, findings, words):
            lines += entry(alike, words, column)
    lines += closing(assessment, words, everything)
    return "\n".join(lines) + "\n"


def known(assessment: Assessment, words: Words) -> list[str]:
    """What is known from a file that others defined, and at once the questions that decide most."""
    told = report.known(assessment, words)
    if not told:
        return []
    asked = report.asked(assessment, words)
    return ["", *wrap(told, subsequent_indent="  "), *(headed(words("questions"), asked) if asked else [])]


def entry(alike: tuple[list[Finding], list[str]], words: Words, column: int) -> list[str]:
    """Findings alike: status and day once, a line each with citation and label, the reasons once."""
    findings, told = alike
    lines, day = [], report.when(findings[0], words)
    status = words.status(findings[0].status)
    if day and len(findings) > 1:
        lines, status, day = [f"  {status:<14} {day}"], "", ""
    for finding in findings:
        cited = words.cite(finding.rule.provision)
        head = f"  {status:<14} {cited:<{column}}  "
        if len(cited) > column:
            lines.append(head.rstrip())
            head = " " * (19 + column)
        lines += wrap(words.of(finding.rule.label), initial_indent=head, subsequent_indent=" " * len(head))
        status = ""
    if day and len(lines[-1]) + 2 + len(day) <= WIDTH:
        lines[-1] += " " * (WIDTH - len(lines[-1]) - len(day)) + day
    elif day:
        lines.append(f"{day:>{WIDTH}}")
    for reason in told:
        lines += wrap(reason, initial_indent=" " * 17, subsequent_indent=" " * 19)
    return lines


def closing(assessment: Assessment, words: Words, everything: bool) -> list[str]:
    """Everything under the findings."""
    lines = []
    hidden = report.hidden(assessment, everything)
    if hidden:
        lines += headed(words("more", n=hidden), report.excluded(assessment, words))
    for phrase, told in report.sections(assessment, words, everything):
        if phrase != "questions" or not assessment.facts.description.form:  # else they stand above
            lines += headed(words(phrase), told)
    for name, truths in assessment.definitions_of_open_source.items():
        told = words.pairs((report.definition(assessment, key, words), words(truth)) for key, truth in truths.items())
        entity = report.title(assessment, assessment.facts.iri(name))
        lines += ["", *wrap(words("called-open", entity=entity, truths=told), subsequent_indent="  ")]
    if assessment.assumptions:
        by_value: dict[str, list[str]] = {}
        for item in assessment.assumptions:
            by_value.setdefault(words.value(item["value"]), []).append(item["fact"])
        told = words.pairs((value, ", ".join(facts)) for value, facts in sorted(by_value.items()))
        lines += ["", *wrap(words("assumed", facts=told), subsequent_indent="  ")]
    warnings = [words("warning", text=warning) for warning in assessment.warnings(words.language)]
    for told in (*report.notes_of(assessment, words), *warnings):
        lines += ["", *wrap(told, subsequent_indent="  ")]
    return [*lines, "", words("not-legal-advice")]


def headed(heading: str, told: list[str]) -> list[str]:
    return ["", heading, *(line for each in told for line in wrap(each, initial_indent="  ", subsequent_indent="    "))]

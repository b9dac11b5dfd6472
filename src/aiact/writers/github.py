"""Annotations of GitHub: one line a finding, which a workflow shows beside the line of the description."""

from __future__ import annotations

from ..findings.assess import Assessment
from ..findings.conclude import Finding
from ..reports import notices
from ..reports.report import Words

COMMANDS = {"error": "error", "warning": "warning", "note": "notice", "none": "notice"}
IN_TEXT = {"%": "%25", "\r": "%0D", "\n": "%0A"}
IN_PROPERTIES = IN_TEXT | {":": "%3A", ",": "%2C"}


def write(assessment: Assessment, language: str = "en", everything: bool = False) -> str:
    return write_several([assessment], language, everything)


def write_several(assessments: list[Assessment], language: str = "en", everything: bool = False) -> str:
    lines = []
    for assessment in assessments:
        words = Words(assessment, language)
        lines += [annotation(assessment, each, words) for each in notices.told(assessment, everything)]
        file = assessment.facts.description.file
        for warning in assessment.warnings(language):
            lines.append(command("warning", {"file": plain(file), "title": "aiact"}, warning))
    return "".join(f"{line}\n" for line in lines)


def annotation(assessment: Assessment, finding: Finding, words: Words) -> str:
    file, line = notices.where(assessment, finding)
    title = f"{words.cite(finding.rule.provision)} {words.of(finding.rule.label)}"
    told = f"{notices.sentence(assessment, finding, words)} {words('not-legal-advice')}"
    return command(
        COMMANDS[notices.level(finding)], {"file": plain(file), "line": str(line or 1), "title": title}, told
    )


def plain(file: str) -> str:
    return notices.place(file).as_posix()


def command(name: str, properties: dict[str, str], text: str) -> str:
    told = ",".join(f"{key}={escaped(value, IN_PROPERTIES)}" for key, value in properties.items())
    return f"::{name} {told}::{escaped(text, IN_TEXT)}"


def escaped(text: str, marks: dict[str, str]) -> str:
    """Each mark once, so that a percent sign that was made by escaping is not escaped again."""
    return "".join(marks.get(character, character) for character in text)

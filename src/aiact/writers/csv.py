"""CSV, for many projects: one row a finding; a cell that a spreadsheet would take for a formula is made harmless."""

from __future__ import annotations

import csv
import io

from ..findings.assess import Assessment
from ..findings.conclude import Finding
from ..findings.fines import fine
from ..reports import notices
from ..reports.report import Words

COLUMNS = (
    "project", "file", "line", "as_of", "text", "bearer", "entity", "status", "provision", "rule", "kind", "duty",
    "from", "due", "lifted_by", "missing", "disputed", "fine", "ceiling",
)  # fmt: skip
FORMULAS = ("=", "+", "-", "@", "\t", "＝", "＋", "－", "＠")  # what a spreadsheet may take for the beginning of one


def write(assessment: Assessment, language: str = "en", everything: bool = True) -> str:
    return write_several([assessment], language, everything)


def write_several(assessments: list[Assessment], language: str = "en", everything: bool = True) -> str:
    """One table; a statement of several duties, days or files is never split over rows."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for assessment in assessments:
        words = Words(assessment, language)
        for finding in assessment.findings:
            if everything or finding.status != "not_applicable":
                writer.writerow([harmless(cell) for cell in row(assessment, finding, words)])
    return file.getvalue()


def row(assessment: Assessment, finding: Finding, words: Words) -> list[str]:
    file, line = notices.where(assessment, finding)
    description, judgement, band = assessment.facts.description, finding.judgement, fine(assessment, finding)
    missing = sorted({assessment.gap(gap) for gaps in finding.missing for gap in gaps})
    return [
        description.name or description.file, file, str(line), assessment.day, assessment.text.id,
        assessment.short(finding.bearer) if finding.bearer else "", assessment.short(finding.entity),
        finding.status, words.cite(finding.rule.provision), finding.rule.id, finding.rule.kind.lower(),
        words.of(finding.rule.label), judgement.starts or "", judgement.due or "", " ".join(judgement.lifted_by),
        " ".join(missing), " ".join(finding.contested), words.cite(band["provision"]) if band else "",
        f"{band['ceiling']:.0f}" if band and band["ceiling"] is not None else "",
    ]  # fmt: skip


def harmless(cell: str) -> str:
    """One line; what might be a formula begins with an apostrophe."""
    cell = " ".join(cell.splitlines()) if "\n" in cell or "\r" in cell else cell
    return "'" + cell if cell.lstrip(" ").startswith(FORMULAS) else cell

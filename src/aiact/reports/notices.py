"""Findings as notices for tools: how loud each one is, where it stands in which file, what it says in a sentence."""

from __future__ import annotations

import hashlib
from urllib.parse import quote

from ..descriptions.describe import place
from ..findings.assess import ORDER, Assessment
from ..findings.conclude import Finding
from . import report
from .report import Words

# What is undetermined is as loud as what applies: a tool that hides notes must not give a false comfort.
LEVELS = {
    "applies": "warning", "transitional": "warning", "undetermined": "warning",
    "conditional": "note", "upcoming": "note", "lifted": "none", "not_applicable": "none",
}  # fmt: skip
WAITS = ("lifted", "not_applicable")  # nothing is asked by them


def level(finding: Finding) -> str:
    """``error`` for a prohibition that applies, ``warning``, ``note`` for what is to come, ``none``."""
    if finding.status == "applies" and finding.rule.kind == "Prohibition":
        return "error"
    return LEVELS[finding.status]


def told(assessment: Assessment, everything: bool) -> list[Finding]:
    """The findings to be told, most pressing first; those that ask nothing only if everything is wanted."""
    found = [finding for finding in assessment.findings if everything or finding.status not in WAITS]
    return sorted(found, key=lambda finding: ORDER.index(finding.status))


def sentence(assessment: Assessment, finding: Finding, words: Words) -> str:
    """Who owes what, since when, and why."""
    status, when = words.status(finding.status), report.when(finding, words)
    head = words("with", this=report.place(assessment, finding, words), that=f"{status} {when}".strip())
    duty = f"{words.cite(finding.rule.provision)} {words.of(finding.rule.label)}"
    reasons = words("semicolon").join(report.reasons(assessment, finding, words))
    return " · ".join(part for part in (head, duty, reasons) if part) + "."


def where(assessment: Assessment, finding: Finding) -> tuple[str, int]:
    """The file and the line of the entity that a finding is about."""
    entity = assessment.facts.entity(finding.entity)
    return entity.file or assessment.facts.description.file, entity.line


def address(file: str) -> str:
    """The file as a relative address, or an absolute one; a row of a table has that of its table."""
    path = place(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())


def identity(assessment: Assessment, finding: Finding) -> str:
    """Names one duty of one actor at one entity of one file, whatever its status on whatever day."""
    bearer = assessment.short(finding.bearer) if finding.bearer else ""
    parts = (where(assessment, finding)[0], assessment.short(finding.entity), bearer, finding.role, finding.rule.id)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]

"""Assessments for people who work in Python: what a notebook shows, and flat rows for tables.

What a notebook shows is short: the verdict, a table of duties with the reason for each, and what to find out next.
Whatever comes from a description is escaped; there is no script in it.
"""

from __future__ import annotations

from functools import cached_property
from html import escape

from ..findings.assess import Assessment
from ..writers import write
from .report import Words, grouped, headline, reasons, title, when

COLOURS = {  # of the mark before a status, dark enough to read on white, light enough on black
    "applies": "#c0392b", "transitional": "#b9770e", "conditional": "#b9770e", "upcoming": "#2471a3",
    "undetermined": "#7d3c98", "lifted": "#1e8449", "not_applicable": "#7f8c8d",
}  # fmt: skip


class Display:
    """One assessment in one language; a notebook chooses the richest form that it can show."""

    def __init__(self, assessment: Assessment, language: str = "en") -> None:
        if language not in ("en", "fr"):
            raise ValueError(f"answers are in en and fr, not in “{language}”")
        self.assessment, self.language = assessment, language
        self.words = Words(assessment, language)

    @cached_property
    def headline(self) -> str:
        return headline(self.assessment, self.words)

    def __repr__(self) -> str:
        return write("text")(self.assessment, self.language, False)

    def _repr_markdown_(self) -> str:
        return write("md")(self.assessment, self.language, False)

    def _repr_html_(self) -> str:
        words = self.words
        head = "".join(f"<th>{escape(words(name))}</th>" for name in ("status", "provision", "duty", "when", "why"))
        parts = [f"<p><strong>{escape(self.headline)}</strong></p>"]
        for place, findings in grouped(self.assessment, False, words):
            rows = "\n".join(self.row(finding) for finding in findings)
            parts.append(
                f"<h4>{escape(place)}</h4>\n<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>"
            )
        if self.assessment.questions:
            items = "\n".join(f"<li>{escape(each)}</li>" for each in self.questions())
            parts.append(f"<h4>{escape(words('questions'))}</h4>\n<ul>\n{items}\n</ul>")
        parts.append(f"<p><em>{escape(words('not-legal-advice'))}</em></p>")
        return f'<div lang="{self.language}">\n' + "\n".join(parts) + "\n</div>"

    def questions(self) -> list[str]:
        """The three questions that decide most, each with its fact."""
        return [
            self.words("with", this=each["fact"], that=self.words.of(each["text"]))
            for each in self.assessment.questions[:3]
        ]

    def row(self, finding) -> str:
        words = self.words
        mark = f'<span style="color:{COLOURS[finding.status]}">●</span> '
        told = words("semicolon").join(reasons(self.assessment, finding, words))
        cells = [words.cite(finding.rule.provision), words.of(finding.rule.label), when(finding, words), told]
        status = f"<td>{mark}{escape(words.status(finding.status))}</td>"
        return f"<tr>{status}" + "".join(f'<td style="text-align:left">{escape(cell)}</td>' for cell in cells) + "</tr>"


def rows(assessment: Assessment, language: str = "en", everything: bool = False) -> list[dict[str, str]]:
    """Findings in the order of the report, every value a text; lists are joined by spaces."""
    words = Words(assessment, language)
    found = []
    for _, findings in grouped(assessment, everything, words):
        for finding in findings:
            judgement = finding.judgement
            missing = dict.fromkeys(assessment.gap(gap) for gaps in finding.missing for gap in sorted(gaps))
            found.append(
                {
                    "entity": assessment.short(finding.entity),
                    "bearer": assessment.short(finding.bearer) if finding.bearer else "",
                    "bearer_name": title(assessment, finding.bearer) if finding.bearer else "",
                    "rule": finding.rule.id,
                    "cited": words.cite(finding.rule.provision),
                    "duty": words.of(finding.rule.label),
                    "status": finding.status,
                    "status_in_words": words.status(finding.status),
                    "from": judgement.starts or "",
                    "due": judgement.due or "",
                    "lifted_by": " ".join(judgement.lifted_by),
                    "missing": " ".join(missing),
                    "contested": " ".join(finding.contested),
                    "why": words("semicolon").join(reasons(assessment, finding, words)),
                }
            )
    return found

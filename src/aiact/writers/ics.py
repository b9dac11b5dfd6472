"""A calendar (RFC 5545): the days on which something begins or is due, as events of a whole day.

The same duty has the same UID whenever it is asked, so that a calendar moves an event instead of doubling it.
"""

from __future__ import annotations

from datetime import date, timedelta

from ..findings.assess import Assessment
from ..findings.conclude import Finding
from ..law.names import RULE
from ..reports import notices, report
from ..reports.report import Words

OCTETS = 75  # of a line, as RFC 5545 has it


def write(assessment: Assessment, language: str = "en", everything: bool = False) -> str:
    return write_several([assessment], language, everything)


def write_several(assessments: list[Assessment], language: str = "en", everything: bool = False) -> str:
    """One calendar for all projects."""
    names = dict.fromkeys(each.facts.description.name or each.facts.description.file for each in assessments)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//aiact//AI Act//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    lines.append(f"X-WR-CALNAME:{escaped('AI Act · ' + ', '.join(names))}")
    events = []
    for assessment in assessments:
        words = Words(assessment, language)
        for finding in notices.told(assessment, False):
            if found := day_of(finding):
                events.append((found[1], event(assessment, finding, *found, words)))
    lines += [line for _, told in sorted(events, key=lambda item: item[0]) for line in told]
    return "".join(folded(line) for line in [*lines, "END:VCALENDAR"])


def day_of(finding: Finding) -> tuple[str, str] | None:
    """What happens on which day, as reports tell it; a doubt about the duty is a doubt about its day."""
    judgement, status = finding.judgement, finding.status
    deadline = judgement.due and any(duty.due_on for duty in finding.rule.duties)
    deadline = deadline or (status == "undetermined" and judgement.due > judgement.starts)
    kind = "changed" if status == "conditional" else "due" if status == "transitional" or deadline else "begins"
    day = judgement.starts if status == "upcoming" else judgement.due or judgement.starts
    return (kind + "-perhaps" * (status == "undetermined"), day) if day else None


def event(assessment: Assessment, finding: Finding, kind: str, day: str, words: Words) -> list[str]:
    duty = f"{words.cite(finding.rule.provision)} {words.of(finding.rule.label)}"
    place = report.place(assessment, finding, words)
    told = f"{notices.sentence(assessment, finding, words)}\n{words('as-of', day=assessment.day)}. " + words(
        "not-legal-advice"
    )
    begin = date.fromisoformat(day)
    is_open = finding.status in ("undetermined", "conditional") or finding.judgement.latest
    return [
        "BEGIN:VEVENT",
        f"UID:{notices.identity(assessment, finding)}@aiact",
        f"DTSTAMP:{compact(assessment.day)}T000000Z",  # the day that was asked about: no clock
        f"DTSTART;VALUE=DATE:{compact(day)}",
        f"DTEND;VALUE=DATE:{compact((begin + timedelta(1)).isoformat())}",
        f"SUMMARY:{escaped(words(f'calendar-{kind}', duty=duty, place=place))}",
        f"DESCRIPTION:{escaped(told)}",
        f"URL:{RULE}{finding.rule.id}",
        f"CATEGORIES:{escaped(words.status(finding.status))}",
        f"STATUS:{'TENTATIVE' if is_open else 'CONFIRMED'}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def compact(day: str) -> str:
    return day.replace("-", "")


def escaped(text: str) -> str:
    """Text as a value: what has a meaning of its own is escaped, and a line break is written out."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return "\\n".join(text.splitlines())


def folded(line: str) -> str:
    """A line in pieces of at most 75 octets, never within a character."""
    pieces, piece, size = [], "", 0
    for character in line:
        width = len(character.encode())
        if size + width > OCTETS:
            pieces.append(piece)
            piece, size = " ", 1
        piece, size = piece + character, size + width
    return "\r\n".join([*pieces, piece]) + "\r\n"

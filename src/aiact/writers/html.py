"""HTML: the report as one file that fetches nothing, for a browser and for paper, with days and reasons drawn.

Whatever a description says is escaped; a policy in the page forbids scripts and everything from elsewhere beside.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from ..findings.assess import ORDER, Assessment
from ..findings.conclude import Finding
from ..law.names import AIACT, RULE
from ..reports import report, why
from ..reports.pictures import Span, timeline
from ..reports.report import Words
from .ics import day_of

STYLE = Path(__file__).with_suffix(".css")
LONG = 100  # letters of a row of the timeline
ENDS = " :\u00a0\u202f"  # of a heading that is followed by a list elsewhere


def write(assessment: Assessment, language: str = "en", everything: bool = False) -> str:
    words = Words(assessment, language)
    style = STYLE.read_text(encoding="utf-8")
    allowed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{allowed}'; base-uri 'none'; form-action 'none'"
    headline = report.headline(assessment, words)
    lines = [
        "<!DOCTYPE html>",
        f'<html lang="{language}">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        f"<title>{escape(headline)}</title>",
        f"<style>{style}</style>",
        "</head>",
        "<body>",
        *head(assessment, words),
        "<main>",
        *first(assessment, words),
        *calendar(assessment, words),
        *findings(assessment, words, everything),
        *rest(assessment, words, everything),
        "</main>",
        f"<footer><p>{escape(words('not-legal-advice'))}</p>",
        f"<p>aiact {escape(assessment.knowledge.release)}</p></footer>",
        "</body>",
        "</html>",
    ]
    return "\n".join(lines) + "\n"


def head(assessment: Assessment, words: Words) -> Iterator[str]:
    """The name, the day and the text that was applied, and the verdict for each actor and entity."""
    description = assessment.facts.description
    yield f"<header><h1>{escape(description.name or description.file)}</h1>"
    told = [words("as-of", day=assessment.day), words("text-of", day=assessment.text.id), description.file]
    yield f'<p class="about">{escape(" · ".join(told))}</p>'
    groups = report.grouped(assessment, True, words)
    if not groups:
        yield f'<p class="verdict">{escape(words("nothing-found"))}</p></header>'
        return
    found = Counter(finding.status for finding in assessment.findings)
    statuses = [status for status in ORDER if found[status]]
    yield '<div class="wide" tabindex="0"><table class="verdict"><thead><tr><td></td>'
    yield "".join(
        f'<th scope="col"><span class="{status}">{escape(words.status(status))}</span></th>' for status in statuses
    )
    yield "</tr></thead><tbody>"
    for number, (place, several) in enumerate(groups, 1):
        counts = Counter(finding.status for finding in several)
        shown = any(finding.status != "not_applicable" for finding in several)
        name = f'<a href="#place-{number}">{escape(place)}</a>' if shown else escape(place)
        cells = "".join(f'<td class="{status}">{counts[status] or "–"}</td>' for status in statuses)
        yield f'<tr><th scope="row">{name}</th>{cells}</tr>'
    yield "</tbody></table></div></header>"


def first(assessment: Assessment, words: Words) -> Iterator[str]:
    """What is known of a file that others defined, and the questions that decide most."""
    if known := report.known(assessment, words):
        yield f"<p>{escape(known)}</p>"
    if asked := report.asked(assessment, words):
        yield from section("questions", words("questions"), asked)


def calendar(assessment: Assessment, words: Words) -> Iterator[str]:
    """The days on which something begins or is due, drawn, and as a list for who does not see the picture."""
    days: dict[tuple[str, str, str, str], list[Finding]] = {}
    for finding in assessment.findings:
        if finding.status not in ("lifted", "not_applicable") and (found := day_of(finding)):
            key = (found[1], found[0], report.place(assessment, finding, words), finding.status)
            days.setdefault(key, []).append(finding)
    if not days:
        return
    spans, told = [], []
    for (day, kind, place, status), alike in sorted(days.items(), key=lambda item: item[0]):
        cited = ", ".join(dict.fromkeys(words.cite(finding.rule.provision) for finding in alike))
        line = words("with", this=place, that=cited)
        said = words(f"day-{kind}", day=day)
        spans.append(Span(line if len(line) <= LONG else line[: LONG - 1] + "…", "", "", day, said, status))
        told.append(f"{said} · {words.status(status)} · {line}")
    drawn = timeline(
        "days",
        words("timeline"),
        words("timeline-description"),
        spans,
        assessment.day,
        words("as-of", day=assessment.day),
    )
    yield f'<section id="days"><h2>{escape(words("timeline"))}</h2><figure tabindex="0">{drawn}</figure>'
    yield f"<details><summary>{escape(words('as-a-list'))}</summary><ul>"
    yield from (f"<li>{escape(each)}</li>" for each in told)
    yield "</ul></details></section>"


def findings(assessment: Assessment, words: Words, everything: bool) -> Iterator[str]:
    """Findings by bearer and entity; those alike together, with their reasons, told and drawn."""
    numbers = {place: number for number, (place, _) in enumerate(report.grouped(assessment, True, words), 1)}
    drawn = 0
    for place, several in report.grouped(assessment, everything, words):
        yield f'<section id="place-{numbers[place]}"><h2>{escape(place)}</h2>'
        for alike, told in report.gathered(assessment, several, words):
            drawn += 1
            status, when = alike[0].status, report.when(alike[0], words)
            said = f' <span class="when">{escape(when)}</span>' if when else ""
            yield f'<article><h3><span class="status {status}">{escape(words.status(status))}</span>{said}</h3>'
            yield "<ul class=duties>"
            for finding in alike:
                cited, label = escape(words.cite(finding.rule.provision)), escape(words.of(finding.rule.label))
                yield f'<li><a href="{RULE}{escape(finding.rule.id)}">{cited}</a> {label}</li>'
            yield "</ul>"
            yield from (f'<p class="told">{escape(each)}</p>' for each in told)
            if picture := why.picture(assessment, alike, f"why-{drawn}", words):
                yield f"<details><summary>{escape(words('why'))}</summary>"
                yield f'<figure tabindex="0">{picture}</figure></details>'
            yield "</article>"
        yield "</section>"
    if hidden := report.hidden(assessment, everything):
        yield from section("", words("hidden", n=hidden), report.excluded(assessment, words))


def rest(assessment: Assessment, words: Words, everything: bool) -> Iterator[str]:
    """What stands under the findings in every report."""
    for phrase, told in report.sections(assessment, words, everything):
        if phrase != "questions":  # they stand above
            yield from section(phrase, words(phrase), told)
    for number, (name, truths) in enumerate(assessment.definitions_of_open_source.items(), 1):
        entity = report.title(assessment, assessment.facts.iri(name))
        heading = escape(words("with", this=words("definitions"), that=entity))
        yield f'<section id="definitions-{number}"><h2>{heading}</h2>'
        yield "<table><tbody>"
        for key, truth in truths.items():
            label = escape(report.definition(assessment, key, words))
            said = escape(words.knowledge.label(AIACT + truth, words.language))
            yield f'<tr><th scope="row">{label}</th><td class="{truth}">{said}</td></tr>'
        yield "</tbody></table></section>"
    if assessment.assumptions:
        yield f'<section id="assumptions"><h2>{escape(words("assumptions").rstrip(ENDS))}</h2><table><tbody>'
        for item in assessment.assumptions:
            value, because = escape(words.value(item["value"])), escape(words.of(item["because"]))
            yield f"<tr><th scope=row><code>{escape(item['fact'])}</code></th><td>{value}</td><td>{because}</td></tr>"
        yield "</tbody></table></section>"
    warnings = [words("warning", text=warning) for warning in assessment.warnings(words.language)]
    if said := [*report.notes_of(assessment, words), *warnings]:
        yield from section("notes", words("notes"), said)


def section(name: str, heading: str, told: list[str]) -> Iterator[str]:
    """A heading with a list under it; without a list the heading stands as a sentence."""
    if not told:
        yield f"<p>{escape(heading)}</p>"
        return
    yield f"<section{f' id={name}' if name else ''}><h2>{escape(heading.rstrip(ENDS))}</h2><ul>"
    yield from (f"<li>{escape(each)}</li>" for each in told)
    yield "</ul></section>"


def escape(text: str) -> str:
    """Text that cannot become markup; no sign that has a space before it, as in French, begins a line."""
    return html.escape(re.sub(r" (?=[?!;:»](?:\s|$))|(?<=«) ", "\u202f", text))

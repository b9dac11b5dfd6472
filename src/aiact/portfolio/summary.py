"""What a portfolio comes to: counts over all findings, in ``summary.json`` and on the screen."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from ..law.cite import cite
from ..law.knowledge import Knowledge
from ..reports.proof import status as status_of
from .forms import whole
from .journal import Journal
from .statuses import ALL

SUMMARY, PROBLEMS = "summary.json", "problems.jsonl"
DUTIES, FACTS, REASONS, BAD = 15, 8, 6, 5  # that are listed on the screen
MEMORY = "256MB"  # for finding projects that are given twice, however many there are


def summarise(journal: Journal, base: Knowledge, parts: int) -> dict:
    """Writes ``problems.jsonl`` and ``summary.json`` of parts that are all there. Raises ``OSError``."""
    counts: dict = {}
    digest = hashlib.sha256()
    read = bad = passed_over = found = written = twice = 0
    with whole(journal.folder / PROBLEMS) as file:
        for number, part in enumerate(journal.parts()):
            if number >= parts:
                break
            merge(counts, part["counts"])
            digest.update(part["digest"].encode())
            read, bad = read + part["read"], bad + len(part["problems"])
            passed_over += part["passed_over"]
            found, written = found + part["findings"][0], written + part["findings"][1]
            for problem in part["problems"]:
                file.write(line(problem))
        for project, places in given_twice(journal.folder):
            twice += 1
            told = f"is given {len(places)} times; each is decided by itself, and told apart by its place"
            file.write(line({"place": places[0], "project": project, "problem": told, "places": places}))
    summary = {
        "aiact": "1",
        "release": base.release,
        "law": {day: base.text_on(day).id for day in journal.head["days"]},
        "input": Path(journal.head["input"]["path"]).name,
        "days": journal.head["days"],
        "parts": parts,
        "projects": {
            "read": read, "decided": read - bad, "bad": bad, "given_twice": twice, "passed_over": passed_over
        },
        "findings": {"all": found, "written": written, "statuses": journal.head["statuses"]},
        "counts": ordered(counts),
        "digest": digest.hexdigest(),
    }  # fmt: skip
    with whole(journal.folder / SUMMARY) as file:
        file.write(json.dumps(summary, ensure_ascii=False, indent=1).encode() + b"\n")
    return summary


def line(problem: dict) -> bytes:
    return json.dumps(problem, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def given_twice(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Projects whose identifier occurs more than once, and where; found on disk if they do not fit into memory."""
    from .tables import connected

    with connected(folder, memory=MEMORY) as database:
        answer = database.execute(
            "SELECT project, list(place ORDER BY part, place) FROM projects GROUP BY project HAVING count(*) > 1 "
            "ORDER BY project"
        )
        while row := answer.fetchone():
            yield row[0], row[1][:100]


def merge(into: dict, other: dict) -> None:
    """Adds numbers in nested maps."""
    for key, value in other.items():
        if isinstance(value, dict):
            merge(into.setdefault(key, {}), value)
        else:
            into[key] = into.get(key, 0) + value


def ordered(counts: dict) -> dict:
    """Nested maps with their keys in order, so that the same counts are the same bytes."""
    return {key: ordered(value) if isinstance(value, dict) else value for key, value in sorted(counts.items())}


# -- on the screen


class Told:
    """A summary in words of one language."""

    def __init__(self, summary: dict, base: Knowledge, language: str) -> None:
        self.summary, self.base, self.language = summary, base, language

    def __call__(self, phrase: str, **values: object) -> str:
        shown = {key: self.number(value) if isinstance(value, int) else value for key, value in values.items()}
        return self.base.say(self.language, f"portfolio-{phrase}", **shown)

    def number(self, value: int) -> str:
        return f"{value:,}" if self.language == "en" else f"{value:,}".replace(",", "\u202f")

    def status(self, status: str) -> str:
        return self.base.label(status_of(status), self.language)

    def duty(self, rule: str) -> str:
        known = self.base.rules[rule]
        label = known.label.get(self.language) or known.label.get("en", rule)
        return f"{cite(known.provision, self.language, short=True)}  {label}"

    def text(self) -> str:
        """All of it."""
        return "\n".join(self.lines()) + "\n"

    def lines(self) -> Iterator[str]:
        summary = self.summary
        projects, findings = summary["projects"], summary["findings"]
        yield self("projects", name=summary["input"], read=projects["read"], decided=projects["decided"])
        if projects["bad"] or projects["given_twice"]:
            yield "  " + self("problems", bad=projects["bad"], twice=projects["given_twice"], file=PROBLEMS)
        if projects["passed_over"]:
            yield "  " + self("passed-over", n=projects["passed_over"])
        yield self("findings", n=findings["all"], written=findings["written"])
        for day in summary["days"]:
            yield ""
            yield self("as-of", day=day, text=summary["law"][day])
            yield from self.day(day, summary["counts"])
        yield ""
        yield self("digest", digest=summary["digest"])

    def day(self, day: str, counts: dict) -> Iterator[str]:
        duties = counts.get("duties", {}).get(day, {})
        totals: Counter[str] = Counter()
        for by_status in duties.values():
            totals.update(by_status)
        shown = [status for status in ALL if totals[status]]
        yield "  " + " · ".join(f"{self.status(status)} {self.number(totals[status])}" for status in shown)
        columns = [status for status in shown if status != "not_applicable"]
        yield from self.duties(duties, columns)
        yield from self.missing(counts.get("missing", {}).get(day, {}))
        yield from self.reasons(counts.get("reasons", {}).get(day, {}).get("undetermined", {}))
        yield from self.readings(counts.get("read_otherwise", {}).get(day, {}))

    def duties(self, duties: dict, columns: list[str]) -> Iterator[str]:
        """A row a duty, those that concern most projects first."""
        weight = {rule: sum(found.get(status, 0) for status in columns) for rule, found in duties.items()}
        ranked = [rule for rule in sorted(duties, key=lambda rule: (-weight[rule], rule)) if weight[rule]]
        if not ranked:
            return
        heads = [self.status(status) for status in columns]
        yield ""
        yield "  " + "  ".join([*(f"{head:>{max(9, len(head))}}" for head in heads), self("duty")])
        for rule in ranked[:DUTIES]:
            cells = [self.number(duties[rule].get(status, 0)) for status in columns]
            widths = [max(9, len(head)) for head in heads]
            yield "  " + "  ".join([*(f"{c:>{w}}" for c, w in zip(cells, widths, strict=True)), self.duty(rule)])
        if len(ranked) > DUTIES:
            yield "  " + self("more", n=len(ranked) - DUTIES, file=SUMMARY)

    def missing(self, missing: dict) -> Iterator[str]:
        ranked = sorted(missing, key=lambda key: (-missing[key]["findings"], key))
        if ranked:
            yield ""
            yield "  " + self("missing")
        for key in ranked[:FACTS]:
            found = missing[key]
            yield "    " + self("missing-fact", fact=key, findings=found["findings"], projects=found["projects"],
                                alone=found.get("alone", 0))  # fmt: skip

    def reasons(self, reasons: dict) -> Iterator[str]:
        """Conditions whose truth is unknown, by how many findings wait for them."""
        unknown = {code.rpartition("=")[0]: n for code, n in reasons.items() if code.endswith("=unknown")}
        ranked = sorted(unknown, key=lambda id: (-unknown[id], id))
        if ranked:
            yield ""
            yield "  " + self("open")
        for id in ranked[:REASONS]:
            condition = self.base.conditions.get(id)
            says = condition.message.get(self.language, "") if condition else ""
            yield f"    {self.number(unknown[id])}  {id}" + (f"  {says}" if says else "")

    def readings(self, readings: dict) -> Iterator[str]:
        changes = sorted(
            ((n, reading, before, after) for reading, inner in readings.items()
             for before, others in inner.items() for after, n in others.items()),
            key=lambda found: (-found[0], found),
        )  # fmt: skip
        if changes:
            yield ""
            yield "  " + self("readings")
        for n, reading, before, after in changes[:REASONS]:
            yield "    " + self("reading", n=n, reading=reading, before=self.status(before), after=self.status(after))


def shown(summary: dict, base: Knowledge, language: str) -> str:
    """The summary as text."""
    return Told(summary, base, language).text()

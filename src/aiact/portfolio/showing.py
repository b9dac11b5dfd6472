"""One project of a portfolio in full: found again in its input by its place, and assessed as ``check`` does."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path

from ..descriptions.description import Description, Mapping, Node, Sequence, suggest
from ..findings.assess import Assessment, judged
from ..law.knowledge import knowledge
from ..readers import ours
from .inputs import Record, chunks, records, source, stamp
from .journal import PortfolioError, difference, read_head
from .tables import connected


def show(folder: Path, project: str) -> list[Assessment]:
    """The assessments of a project, by its identifier or its place, one a day.

    Raises ``PortfolioError`` if it is not there, or the input is no longer what it was; and ``DescriptionError``.
    """
    head = read_head(folder)
    record = again(head, *located(folder, project))
    if record.problem:
        raise PortfolioError(f"{record.place}: {record.problem}")
    description = described(record)
    return [judged(description, knowledge(), day) for day in head["days"]]


def located(folder: Path, project: str) -> tuple[str, int]:
    """The place of a project, and the part that holds it."""
    with connected(folder) as database:
        answer = database.execute(
            "SELECT place, part FROM projects WHERE project = $1 OR place = $1 ORDER BY part, place LIMIT 10", [project]
        )
        found = answer.fetchall()
        if len(found) == 1:
            return found[0]
        if found:
            places = ", ".join(place for place, _ in found)
            raise PortfolioError(f"“{project}” is given several times; say which by its place: {places}")
        near = database.execute("SELECT DISTINCT project FROM projects LIMIT 100000").fetchall()
    raise PortfolioError(f"there is no project “{project}” in {folder}{suggest(project, [row[0] for row in near])}")


def again(head: dict, place: str, part: int) -> Record:
    """The record of a place, read from the input anew."""
    came_from = head["input"]
    where = source(came_from["path"], came_from.get("mapping"))
    base = knowledge()
    fault = difference(head, head | {"input": stamp(where), "release": base.release})
    if fault:
        raise PortfolioError(f"the portfolio was made {fault}; decide it anew to see its proofs")
    chunk = next(islice(chunks(where, head["size"]), part, None), None)
    found = next((each for each in records(chunk, base) if each.place == place), None) if chunk else None
    if found is None:
        raise PortfolioError(f"{place} is not in {came_from['path']} any more; decide it anew")
    return found


def described(record: Record) -> Description:
    """The description of a record; what was on one line, or in one row, has that place."""
    if isinstance(record.description, Description):
        return record.description
    text = json.dumps(record.description, ensure_ascii=False)
    found = ours.read(f"{record.place}.json", text, knowledge())
    found.file, found.sha256 = record.place, ours_digest(text)
    line = record.place.rpartition(":")[2]
    if line.isdigit():
        found.file = record.place.rpartition(":")[0]
        for entity in found.entities.values():
            entity.line = int(line)
            for key, node in entity.statements:
                key.line = int(line)
                moved(node, int(line))
    return found


def ours_digest(text: str) -> str:
    from ..findings.assess import digest

    return digest(text.encode())


def moved(node: Node, line: int) -> None:
    """Gives all of a tree one line."""
    node.line = line
    if isinstance(node, Sequence):
        for item in node.items:
            moved(item, line)
    elif isinstance(node, Mapping):
        for key, value in node.items:
            key.line = line
            moved(value, line)


# -- one finding


def proofs(assessment: Assessment, rule: str) -> list[dict]:
    """The findings of one rule as ``check`` gives them in JSON. Raises ``PortfolioError`` for a rule that is none."""
    if rule not in assessment.knowledge.rules:
        known = list(assessment.knowledge.rules)
        raise PortfolioError(f"there is no rule “{rule}”{suggest(rule, known)}; the table of rules lists them")
    return [assessment.finding(item) for item in assessment.findings if item.rule.id == rule]


def told(assessment: Assessment, rule: str, language: str) -> str:
    """The findings of one rule in words: status, and every condition with its facts and where they stand."""
    from ..reports.report import Words, condition_text, facts_of, reasons, when

    words, lines = Words(assessment, language), []
    for item in (each for each in assessment.findings if each.rule.id == rule):
        bearer = f", {assessment.short(item.bearer)}" if item.bearer else ""
        lines += [f"{words.cite(item.rule.provision)}  {words.of(item.rule.label)}"]
        verdict = f"{words.status(item.status)}  {when(item, words)}"
        about = words("with", this=f"{assessment.short(item.entity)}{bearer}", that=verdict)
        lines += [f"  {assessment.day}  {about}".rstrip()]
        lines += [f"  {reason}" for reason in reasons(assessment, item, words)]
        for step in item.because:
            said = "; ".join(facts_of(assessment, step, words))
            text = words.of(condition_text(assessment, step)) or step.condition
            told = words("with", this=words(step.truth), that=text)
            lines.append(f"    {told}" + (f"  ({said})" if said else ""))
    return "\n".join(lines) + "\n"

"""Why a finding is as it is: the rules that decide it, their conditions, the facts on which they rest; as a picture.

What is drawn is what the proof holds; a picture that has no room for all says how much it leaves out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..descriptions.facts import Statement
from ..findings.assess import Assessment
from ..findings.conclude import Finding
from ..findings.prove import Step
from ..law.knowledge import Knowledge
from ..law.names import AIACT
from ..law.shapes import members
from ..sparql.query import named_by
from . import pictures, report
from .pictures import Box, Drawn, fold
from .report import Words

MOST = 16  # boxes in a column
DUTIES = 6  # named in the last box
SIGNS = {"holds": "✓", "fails": "✗", "unknown": "?"}


@dataclass(slots=True)
class Reason:
    """A rule that decides a finding, with its conditions, the statements on which they rest, and what is missing."""

    rule: str
    conditions: list[
        tuple[Step, str, list[tuple[str, str]]]
    ]  # with its text, and facts with their places (in pages, lines)
    missing: dict[str, list[str]]  # condition that is unknown → facts that nobody stated


def reasons(assessment: Assessment, finding: Finding, words: Words) -> Iterator[Reason]:
    """The rules that decide a finding, in the order in which they act."""
    court = assessment.court
    readings = court.readings.with_({})
    for rule, node in dict.fromkeys((*finding.judgement.decided_by, (finding.rule.id, finding.entity))):
        steps = court.because(finding.judgement, rule, node, readings)
        told, seen = [], set()
        for step in steps:
            if step.statements or step.condition in assessment.knowledge.conditions:
                stated = list(dict.fromkeys(fact(assessment, each, words) for each in step.statements))
                text = words.of(report.condition_text(assessment, step))
                if (text, step.truth, tuple(stated)) not in seen:
                    seen.add((text, step.truth, tuple(stated)))
                    told.append((step, text, stated))
        if told:
            unknown = [step.condition for step in steps if step.truth == "unknown"]
            yield Reason(rule, told, {name: missing(assessment, finding, name) for name in unknown})


def missing(assessment: Assessment, finding: Finding, condition: str) -> list[str]:
    """The facts that nobody stated, that would decide a finding, and that a condition asks for."""
    asked = facts_asked(assessment.knowledge, condition)
    gaps = dict.fromkeys(gap for gaps in finding.missing for gap in sorted(gaps))
    return [assessment.gap(gap) for gap in gaps if gap[1] in asked and not assessment.facts.stated(*gap)]


def fact(assessment: Assessment, statement: Statement, words: Words) -> tuple[str, str]:
    """A statement in words, and where it stands or on what ground it is held."""
    known = assessment.knowledge.facts.get(statement.fact)
    label = words.of(known.label) if known else words.knowledge.label(statement.fact, words.language)
    value = statement.value
    if isinstance(value, bool):
        shown = words.value(value)
    elif known is None or isinstance(value, (list, tuple)):
        shown = ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
        shown = shown or words("none")
    else:
        shown = words.stated(statement)
    ground = statement.source.kind
    place = words.place(assessment, statement.source) if ground in ("stated", "derived") else ""
    if ground == "presumed":
        place = words("ground-presumed")
    elif ground == "known":
        place = statement.source.note or ""
    return words("with", this=label, that=shown), place


def picture(assessment: Assessment, alike: list[Finding], name: str, words: Words) -> Drawn | None:
    """Facts, conditions, rules and the duties that share them, a line from each to what it bears."""
    first, facts, conditions, rules = alike[0], {}, {}, {}
    duty = Box("duty", [words.status(first.status)], first.status.replace("_", "-"))
    if when := report.when(first, words):
        duty.lines += fold(when, 2)
    for finding in alike[:DUTIES]:
        duty.lines += fold(f"{words.cite(finding.rule.provision)} {words.of(finding.rule.label)}", 2)
    if len(alike) > DUTIES:
        duty.lines.append(words("and-more", n=len(alike) - DUTIES))
    for reason in reasons(assessment, first, words):
        rules[reason.rule] = rule_box(assessment.knowledge, reason.rule, words)
        for step, text, stated in reason.conditions:
            key = f"condition {step.condition} {step.node}"
            box = conditions.setdefault(key, Box(key, fold(f"{SIGNS.get(step.truth, '?')} {text}"), step.truth))
            box.supports.append(f"rule {reason.rule}")
            lines = [(told, [where] if where else [], "fact") for told, where in stated]
            lines += [(words("not-stated", facts=gap), [], "missing") for gap in reason.missing.get(step.condition, [])]
            for told, where, kind in lines:
                called = f"{kind} {told} {where}"
                place = fold(where[0], 1) if where else []
                box = facts.setdefault(called, Box(called, [*fold(told, 3), *place], kind))
                if key not in box.supports:
                    box.supports.append(key)
    if not rules:
        return None
    columns = [
        (words("facts"), most(facts, words)), (words("conditions"), most(conditions, words)),
        (words("rules"), most(rules, words)), (words("duty"), [duty]),
    ]  # fmt: skip
    title = words("why-title", status=words.status(first.status))
    return pictures.why(name, title, words("why-description"), columns)


def rule_box(knowledge: Knowledge, name: str, words: Words) -> Box:
    rule = knowledge.rules[name]
    cited = "" if rule.provision.startswith("http") else words.cite(rule.provision) + " "
    kind = knowledge.label(AIACT + rule.kind, words.language)
    return Box(f"rule {name}", [*fold(cited + words.of(rule.label), 3), f"({kind})"], "rule", ["duty"])


def most(boxes: dict[str, Box], words: Words) -> list[Box]:
    """As many boxes as a column takes, and how many it leaves out."""
    found = list(boxes.values())
    if len(found) <= MOST:
        return found
    return [*found[:MOST], Box("more", fold(words("and-more", n=len(found) - MOST)), "more")]


def facts_asked(knowledge: Knowledge, name: str) -> set[str]:
    """The properties that a named shape asks for, with all that it uses."""
    found: set[str] = set()
    seen: set[str] = set()
    queue = [knowledge.shapes[name]]
    while queue:
        shape = queue.pop()
        if shape.name:
            if shape.name in seen:
                continue
            seen.add(shape.name)
        found |= named_by(shape)
        inside = [member for part in shape.parts for member in members(part)]
        queue += [knowledge.shapes[member.name] if member.name else member for member in inside]
    return found

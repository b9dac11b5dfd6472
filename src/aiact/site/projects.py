"""Pages of the worked projects: the description line by line, what follows from it, and why, drawn and told."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..descriptions.facts import Statement
from ..findings.assess import ORDER, Assessment
from ..findings.conclude import Finding
from ..findings.prove import Step
from ..law.names import AIACT
from ..reports import pictures, report
from ..reports.pictures import Box, Drawn, fold
from ..reports.why import Reason, missing
from .words import Words

MOST = 16  # boxes drawn in a column; the list beside has all


@dataclass(slots=True)
class Group:
    """Findings alike: one status, one day, one reason."""

    status: str
    when: str
    findings: list[Finding]
    told: list[str]
    reasons: list[Reason] = field(default_factory=list)
    picture: Drawn | None = None
    name: str = ""


class Project:
    """One assessed description in one language."""

    def __init__(self, name: str, source: str, assessment: Assessment, words: Words) -> None:
        self.name, self.source, self.assessment, self.words = name, source, assessment, words
        self.report = report.Words(assessment, words.language)

    @property
    def title(self) -> str:
        return self.assessment.facts.description.name or self.name

    @property
    def headline(self) -> str:
        return self.words.typed(report.headline(self.assessment, self.report).partition(" · ")[2])

    @property
    def counts(self) -> list[tuple[str, int]]:
        found = [finding.status for finding in self.assessment.findings]
        return [(status, found.count(status)) for status in ORDER if status in found]

    def places(self) -> list[tuple[str, list[Group]]]:
        """Findings by bearer and entity, then by what they share; those that do not apply are only counted."""
        found = []
        number = 0
        for place, findings in report.grouped(self.assessment, False, self.report):
            groups = []
            for alike, told in report.gathered(self.assessment, findings, self.report):
                number += 1
                groups.append(self.group(alike, told, f"why-{number}"))
            found.append((place, groups))
        return found

    def group(self, alike: list[Finding], told: list[str], name: str) -> Group:
        first = alike[0]
        reasons = list(self.reasons(first))
        when = self.words.typed(report.when(first, self.report))
        told = [self.words.typed(each) for each in told]
        found = Group(first.status, when, alike, told, reasons, name=name)
        found.picture = self.picture(found)
        return found

    def reasons(self, finding: Finding):
        """The rules that decide a finding, in the order in which they act."""
        court = self.assessment.court
        readings = court.readings.with_({})
        decided = dict.fromkeys((*finding.judgement.decided_by, *((finding.rule.id, finding.entity),)))
        for rule, node in decided:
            steps = court.because(finding.judgement, rule, node, readings)
            told, seen = [], set()
            for step in filter(self.counts_for, steps):
                said = (self.condition(step), step.truth, tuple(stated := self.stated(step)))
                if said not in seen:
                    seen.add(said)
                    told.append((step, said[0], stated))
            if told:
                unknown = [step.condition for step in steps if step.truth == "unknown"]
                yield Reason(rule, told, {name: missing(self.assessment, finding, name) for name in unknown})

    def counts_for(self, step: Step) -> bool:
        return bool(step.statements) or step.condition in self.assessment.knowledge.conditions

    def condition(self, step: Step) -> str:
        return self.words.of(report.condition_text(self.assessment, step))

    def stated(self, step: Step) -> list[tuple[str, int]]:
        """What was stated of it, with the line; what is presumed or known of the world has none."""
        return list(dict.fromkeys(self.fact(statement) for statement in step.statements))

    def fact(self, statement: Statement) -> tuple[str, int]:
        fact = self.assessment.knowledge.facts.get(statement.fact)
        label = self.words.of(fact.label) if fact else self.words.label(statement.fact)
        value = statement.value
        if isinstance(value, bool):
            shown = self.report("yes" if value else "no")
        elif isinstance(value, (int, float)):
            shown = self.words.number(str(value))
        elif fact is None or isinstance(value, (list, tuple)):
            shown = ", ".join(map(str, value)) if isinstance(value, (list, tuple)) and value else str(value)
            shown = self.report("none") if value == [] else shown
        else:
            shown = self.report.stated(statement)
        told = self.report("with", this=label, that=shown) if shown else label
        ground = statement.source.kind
        if ground == "presumed":
            told = self.words.t("presumed", fact=told)
        elif ground == "known" and statement.source.note:
            told = f"{told} ({statement.source.note})"
        return self.words.typed(told), statement.source.line if ground in ("stated", "derived") else 0

    def picture(self, group: Group) -> Drawn | None:
        """Facts, conditions, rules and duties in columns, a line from each to what it bears."""
        words, facts, conditions, rules = self.words, {}, {}, {}
        duty = Box("duty", [], group.status.replace("_", "-"))
        duty.lines = (
            [self.report.status(group.status), *fold(group.when, 2)]
            if group.when
            else [self.report.status(group.status)]
        )
        for finding in group.findings[:6]:
            duty.lines += fold(f"{words.short(finding.rule.provision)} {words.of(finding.rule.label)}", 2)
        if len(group.findings) > 6:
            duty.lines.append(words.t("and-more", n=len(group.findings) - 6))
        for reason in group.reasons:
            rules[reason.rule] = self.rule_box(reason.rule)
            for step, text, stated in reason.conditions:
                key = f"condition {step.condition} {step.node}"
                sign = {"holds": "✓", "fails": "✗"}.get(step.truth, "?")
                box = conditions.setdefault(key, Box(key, fold(f"{sign} {text}"), step.truth))
                box.supports.append(f"rule {reason.rule}")
                lines = [(told, [self.report("line", line=line)] if line else [], "fact") for told, line in stated]
                lines += [
                    (words.t("not-stated", fact=gap), [], "missing") for gap in reason.missing.get(step.condition, [])
                ]
                for told, where, kind in lines:
                    name = f"{kind} {told} {where}"
                    box = facts.setdefault(name, Box(name, [*fold(told, 3), *where], kind))
                    if key not in box.supports:
                        box.supports.append(key)
        if not rules:
            return None
        columns = [
            (words.t("facts"), self.most(facts)),
            (words.t("conditions"), self.most(conditions)),
            (words.t("rules"), list(rules.values())),
            (words.t("duties"), [duty]),
        ]
        title = words.t("why-title", status=self.report.status(group.status))
        description = words.t("why-description")
        return pictures.why(group.name, title, description, columns)

    def rule_box(self, name: str) -> Box:
        rule = self.assessment.knowledge.rules[name]
        cited = "" if rule.provision.startswith("http") else self.words.short(rule.provision) + " "
        kind = self.words.label(AIACT + rule.kind)
        return Box(f"rule {name}", [*fold(cited + self.words.of(rule.label), 3), f"({kind})"], "rule", ["duty"])

    def most(self, boxes: dict[str, Box]) -> list[Box]:
        """As many boxes as a column takes, and how many it leaves to the list."""
        found = list(boxes.values())
        if len(found) <= MOST:
            return found
        return [*found[:MOST], Box("more", fold(self.words.t("and-more-below", n=len(found) - MOST)), "more")]

    # -- the rest of the report

    def others(self) -> list[tuple[str, list[str]]]:
        """Parts of the report that are lists of sentences, each with its heading."""
        parts = [
            ("hints", report.hints_of), ("other-readings", report.otherwise),
            ("fines", report.fines_of),
        ]  # fmt: skip
        found = []
        for phrase, told in parts:
            lines = [self.words.typed(line) for line in told(self.assessment, self.report)]
            if lines:
                found.append((self.report(phrase).rstrip(" :\u00a0\u202f"), lines))
        return found

    def entity(self, iri: str) -> str:
        return report.title(self.assessment, iri)

    def lines(self) -> list[str]:
        return self.source.splitlines()

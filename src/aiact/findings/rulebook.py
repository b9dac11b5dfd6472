"""The rules in force under one text of the Act, by what each does to what; all that does not turn on the facts."""

from __future__ import annotations

from ..law.knowledge import DUTIES, Knowledge, Rule, Text
from ..law.shapes import references
from .prove import Wording
from .readings import Readings

OPEN, NEVER = "9999-12-31", "0001-01-01"
NONE: frozenset[str] = frozenset()


class Rulebook:
    """Definitions that confer roles, duties, what lifts and postpones these, and what defeats that."""

    def __init__(self, knowledge: Knowledge, text: Text, rules: dict[str, Rule] | None = None) -> None:
        self.knowledge, self.text = knowledge, text
        self.rules = rules or {rule.id: rule for rule in knowledge.rules.values() if rule.in_force(text.id)}
        self.readings = Readings(knowledge)
        self.wording = Wording(knowledge, text)
        self.tying: dict[tuple[str, str], list[str]] = {}
        self.sorts: dict[str, tuple] = {}
        self.leaders: dict[str, str] = {}
        self.firsts: dict[tuple, str] = {}
        self.choices: dict[str, tuple[tuple[str, tuple[frozenset[str], ...]], ...]] = {}
        self.latest: dict[str, str] = {}
        self.days: dict[str, frozenset[str]] = {}
        self.detaching: dict[str, frozenset[str]] = {}
        self.exempting: dict[str, list[Rule]] = {}
        self.defeating: dict[str, list[Rule]] = {}
        self.postponing: dict[str, list[Rule]] = {}
        self.conferring: dict[str, list[Rule]] = {}
        self.limiting: dict[str, list[Rule]] = {}
        for rule in self.rules.values():
            for duty in dict.fromkeys(rule.lifts + rule.disapplies):
                self.exempting.setdefault(duty, []).append(rule)
            for aim in rule.defeats:
                self.defeating.setdefault(aim, []).append(rule)
            for duty in rule.postpones:
                self.postponing.setdefault(duty, []).append(rule)
            for duty in rule.limits:
                self.limiting.setdefault(duty, []).append(rule)
            if rule.confers:
                self.conferring.setdefault(rule.confers, []).append(rule)
        for name, reading in knowledge.readings.items():
            for duty in reading.detaches:
                self.detaching[duty] = self.detaching.get(duty, NONE) | {name}
        self.first_day = min(text.applies_from.values(), default=NEVER)
        self.alike = {id: self.first_affected(id) for id, rule in self.rules.items() if rule.kind in DUTIES}

    def first_affected(self, duty: str) -> str:
        """The first duty that the same rules lift and postpone: what these do to one, they do to the other."""
        effects = tuple(tuple(rule.id for rule in by.get(duty, ())) for by in (self.exempting, self.postponing))
        return self.firsts.setdefault(effects, duty)

    def leader(self, duty: Rule) -> str:
        """The first duty of the same sort, class of entities and bearers, with the conditions in the same order."""
        if duty.id not in self.leaders:
            key = (self.sort_of(duty), self.knowledge.shapes[duty.id].parts, duty.target, duty.bearers)
            self.leaders[duty.id] = self.firsts.setdefault(key, duty.id)
        return self.leaders[duty.id]

    def sort_of(self, duty: Rule) -> tuple:
        """Duties of one sort have the same status at the same entity for the same bearer, whatever the facts."""
        if duty.id not in self.sorts:
            shape, reading = self.knowledge.shapes[duty.id], self.knowledge.readings
            self.sorts[duty.id] = (
                frozenset(shape.parts), shape.silence, duty.under, duty.bearer_is, duty.awaits_role,
                tuple((rule.id, duty.id in rule.disapplies) for rule in self.exempting.get(duty.id, ())),
                tuple(rule.id for rule in self.postponing.get(duty.id, ())),
                self.text.applies_from.get(duty.id, ""), tuple(each.due_on for each in self.duties_in_force(duty)),
                tuple(name for name in reading if duty.id in reading[name].detaches),
            )  # fmt: skip
        return self.sorts[duty.id]

    def tied_questions(self, duty: Rule, role: str) -> list[str]:
        """The open questions with readings of equal force on which a duty could depend, whatever the facts."""
        if (duty.id, role) not in self.tying:
            rules = [duty, *self.conferring.get(role, []), *([self.rules[duty.bearer_is]] if duty.bearer_is else [])]
            for other in (*self.exempting.get(duty.id, []), *self.postponing.get(duty.id, [])):
                rules += [other, *self.defeating.get(other.id, [])]
            names = {rule.under for rule in rules if rule.under}
            names = names.union(
                *(self.knowledge.dependencies.get(rule.id + sign, ()) for rule in rules for sign in ("+T", "+F"))
            )
            names |= {name for name, reading in self.knowledge.readings.items() if duty.id in reading.detaches}
            questions = {self.knowledge.readings[name].question for name in names}
            self.tying[duty.id, role] = sorted(q for q in questions if len(self.readings.tied[q]) > 1)
        return self.tying[duty.id, role]

    def choices_of(self, rule: Rule) -> tuple[tuple[str, tuple[frozenset[str], ...]], ...]:
        """The open questions of which a rule knows, whatever the facts, with the readings of each alternative."""
        if rule.id not in self.choices:
            names = self.knowledge.dependencies
            known = {*names.get(rule.id + "+T", ()), *names.get(rule.id + "+F", ()), rule.under} - {"", None}
            questions = sorted({self.knowledge.readings[name].question for name in known})
            self.choices[rule.id] = tuple(
                (
                    question,
                    tuple(self.readings.with_({question: name}) for name in self.readings.alternatives[question]),
                )
                for question in questions
            )
        return self.choices[rule.id]

    def duties_in_force(self, rule: Rule):
        text = self.text.id
        return [d for d in rule.duties if (d.text_from or "") <= text <= (d.text_until or OPEN)]

    def last_day(self, name: str) -> str:
        """The last day of the definitions that a shape uses, be they reached or not; its own if it is one."""
        if name not in self.latest:
            others = map(self.last_day, references(self.knowledge.shapes[name]))
            self.latest[name] = max(self.first_day_of(name), *others, NEVER)
        return self.latest[name]

    def days_of(self, name: str) -> frozenset[str]:
        """The first days of the definitions that a shape uses, and its own if it is one."""
        if name not in self.days:
            others = (each for each in references(self.knowledge.shapes[name]) if self.last_day(each) > NEVER)
            self.days[name] = frozenset({self.first_day_of(name)}).union(*map(self.days_of, others))
        return self.days[name]

    def first_day_of(self, name: str) -> str:
        """The first day of a definition; any other shape has none."""
        rule = self.rules.get(name)
        return self.text.applies_from.get(name, NEVER) if rule and rule.kind == "Definition" else NEVER

    def waits(self, duty: Rule, definition: Rule) -> bool:
        """Whether the definition of a role may hold only after the first day of a duty of its bearer.

        Those that apply as soon as anything of the Regulation does keep nothing waiting.
        """
        days = self.text.applies_from
        return (
            duty.awaits_role
            and days.get(definition.id, NEVER) > self.first_day
            and self.last_day(definition.id) > days.get(duty.id, NEVER)
        )

    def named_by(self, role: str) -> str:
        """The fact that names the holder of a role."""
        path = next(rule for rule in self.conferring[role] if not rule.narrows).on
        return path.of if path.kind == "predicate" else path.of[-1].of

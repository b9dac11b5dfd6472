"""Export: the law of one day as plain SHACL, for any validator and a project in Turtle (``aiact convert``).

Each duty becomes two shapes: one that reports where the duty applies (a prohibition as a violation), and one that
reports where it cannot be decided. Effects, days and readings are folded in, so that nothing of ours runs with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..findings.evaluate import plain_shapes
from ..findings.rulebook import Rulebook
from ..law.cite import cite
from ..law.graph import FALSE, TRUE, Literal, Triple
from ..law.knowledge import DUTIES, Knowledge, Rule, Text
from ..law.names import ACT, AIACT, BASE, DCTERMS, READING, RULE, SH, XSD
from ..law.shacl import Writer, used
from ..law.shapes import ALWAYS, AT_LEAST, AT_MOST, FAILS, HOLDS, NEVER, OCCURS, STATES, Path, _all, _any

NOW = "@"  # marks the copy of a shape in which definitions that do not apply yet cannot hold


class Exporter:
    """Folds effects and days of one text into plain expressions, for one day."""

    def __init__(self, knowledge: Knowledge, text: Text, day: str) -> None:
        self.knowledge, self.text, self.day = knowledge, text, day
        self.rules = {rule.id: rule for rule in knowledge.rules.values() if rule.in_force(text.id)}
        self.plain = dict(plain_shapes(knowledge, text))
        self.book = Rulebook(knowledge, text)
        self.readings = self.book.readings
        self.chosen = {READING + name for name in self.readings.base.values()}
        self.tied = {READING + name for names in self.readings.tied.values() if len(names) > 1 for name in names}
        self.late = {
            name for name, rule in self.rules.items() if rule.kind == "Definition" and self.applies(name) > day
        }

    def applies(self, rule: str) -> str:
        return self.text.applies_from.get(rule, "")

    def triples(self) -> Iterator[Triple]:
        """The shapes of every duty, and all that they use."""
        duties = [rule for rule in self.rules.values() if rule.kind in DUTIES and not self.is_mere_opinion(rule)]
        tops: dict[str, tuple[Rule, str]] = {}
        for rule in duties:
            applies, undetermined = self.outcome(rule)
            for word, expression in (("applies", applies), ("undetermined", undetermined)):
                if expression != NEVER:
                    self.plain[f"{rule.id}/{word}"] = ("not", expression)
                    tops[f"{rule.id}/{word}"] = (rule, word)
        writer = Writer(self.chosen, self.tied)
        for name, expression in used(self.plain, list(tops)).items():
            writer.shape(expression, RULE + name)
        for name, (rule, word) in tops.items():
            writer.triples += self.heading(RULE + name, rule, word)
        yield from writer.triples

    def is_mere_opinion(self, rule: Rule) -> bool:
        """Whether nobody of authority is known to hold the rule."""
        return rule.force in ("commentary", "argued")

    def heading(self, node: str, rule: Rule, word: str) -> Iterator[Triple]:
        severity = "Info" if word == "undetermined" else "Violation" if rule.kind == "Prohibition" else "Warning"
        yield node, SH + "targetClass", AIACT + rule.target
        yield node, SH + "severity", SH + severity
        yield node, DCTERMS + "source", ACT + rule.provision
        for language in ("en", "fr"):
            status = self.knowledge.label(AIACT + word, language)
            place = cite(rule.provision, language)
            message = f"{place} · {status} · {rule.label.get(language, '')} · {ACT}{rule.provision}"
            yield node, SH + "message", Literal(message, XSD + "string", language)

    # -- one duty

    def outcome(self, rule: Rule) -> tuple[tuple, tuple]:
        """Expressions for "applies on the day" and for "cannot be decided"."""
        starts = self.applies(rule.id)
        arises, fails = self.owed(rule, HOLDS), self.owed(rule, FAILS)
        lifted, stands = self.lifted(rule)
        postponed, ordinary = self.postponed(rule, starts)
        begun, not_begun = (ALWAYS, NEVER) if any(duty.due_on for duty in rule.duties) else self.begun(rule)
        arises_now = self.owed(rule, HOLDS, self.now) if starts <= self.day else NEVER
        applies = _all([arises_now, stands, ordinary, begun])
        timely = _any([begun, not_begun])
        if arises_now != arises:
            timely = _any([_all([arises_now, timely]), _all([_not(arises_now), self.arises_later(rule, starts)])])
        timely = _any([postponed, _all([ordinary, timely])])
        return applies, _all([_not(fails), _not(lifted), _not(_all([arises, stands, timely]))])

    def owed(self, rule: Rule, sign: str, when: Callable[[tuple], tuple] = lambda own: own) -> tuple:
        """The duty arises for somebody (+T), or for nobody (+F)."""
        roles = [self.held(rule, role, sign, when) for role in self.conferring(rule)]
        own = when(("shape", rule.id + sign))
        return _all([own, _any(roles)]) if sign == HOLDS else _any([own, _all(roles)])

    def conferring(self, duty: Rule) -> list[Rule]:
        """The definitions that make somebody the bearer of a duty."""
        found = [r for r in self.rules.values() if r.confers in duty.bearers and self.is_ever_active(r)]
        return found if duty.bearer_is else [r for r in found if not r.narrows]

    def held(self, rule: Rule, role: Rule, sign: str, when: Callable[[tuple], tuple] = lambda own: own) -> tuple:
        """The role is conferred, on an actor who answers to what the duty asks of its bearer."""
        shape = ("shape", role.id + sign)
        conferred = self.active(role, when(shape) if self.book.waits(rule, role) else shape, sign)
        if not rule.bearer_is:
            return conferred
        bearer = ("shape", rule.bearer_is + sign)
        if sign == HOLDS:
            return _all([conferred, self.some(role, bearer)])
        some = ("count", role.on, 1, None)
        nobody = [_not(some)] if role.narrows else []  # who is not named leaves the role to the ordinary bearer
        return _any([conferred, *nobody, _all([some, self.every(role, bearer)])])

    def some(self, role: Rule, bearer: tuple) -> tuple:
        """Somebody on whom the definition confers the role answers to this."""
        if not role.through:
            return ("some", role.on, bearer, 1)
        first, rest = role.on.parted()
        able = _all([("shape", role.through + HOLDS), ("some", rest, bearer, 1)])
        return ("some", first, able, 1)

    def every(self, role: Rule, bearer: tuple) -> tuple:
        """All on whom it could confer the role do so."""
        if not role.through:
            return ("every", role.on, bearer)
        first, rest = role.on.parted()
        able = _all([("count", rest, 1, None), ("every", rest, bearer)])
        return ("every", first, _any([("shape", role.through + FAILS), able]))

    def arises_later(self, duty: Rule, starts: str) -> tuple:
        """What does not arise on the day does so for certain not: its day is to come, or that of every definition."""
        own = ("shape", duty.id + HOLDS)
        not_yet = [ALWAYS] if starts > self.day else [_not(self.now(own))]
        roles = []
        for role in self.conferring(duty):
            held, now = self.held(duty, role, HOLDS), self.held(duty, role, HOLDS, self.now)
            certain = [_all([held, _not(now)])] if now != held else []
            early = self.book.waits(duty, role) and role.id in self.late
            roles.append(ALWAYS if early else _any([self.held(duty, role, FAILS), *certain]))
        return _any([*not_yet, _all(roles)])

    def is_ever_active(self, rule: Rule) -> bool:
        return not rule.under or READING + rule.under in self.chosen | self.tied

    def active(self, rule: Rule, expression: tuple, sign: str) -> tuple:
        """A rule of one disputed reading holds for certain only if it need not be relied on."""
        if rule.under and READING + rule.under in self.tied:
            return NEVER if sign == HOLDS else expression
        return expression

    def effects(self, kind: str, duty: Rule) -> list[Rule]:
        found = []
        for rule in self.rules.values():
            aims = rule.lifts + rule.disapplies if kind == "exempt" else rule.postpones
            if duty.id in aims and self.is_ever_active(rule):
                found.append(rule)
        return found

    def lifted(self, duty: Rule) -> tuple[tuple, tuple]:
        """Some exemption holds for certain; every exemption fails for certain."""
        exemptions = self.effects("exempt", duty)
        return (
            _any([self.placed(duty, rule, self.net(rule, HOLDS), HOLDS) for rule in exemptions]),
            _all([self.placed(duty, rule, self.net(rule, FAILS), FAILS) for rule in exemptions]),
        )

    def net(self, rule: Rule, sign: str) -> tuple:
        """An exemption or transition after the exceptions that defeat it."""
        other = FAILS if sign == HOLDS else HOLDS
        against = [r for r in self.rules.values() if rule.id in r.defeats and self.is_ever_active(r)]
        beaten = [self.where(r, self.active(r, ("shape", r.id + other), other), sign) for r in against]
        own = self.active(rule, ("shape", rule.id + sign), sign)
        return _all([own, *beaten]) if sign == HOLDS else _any([own, *beaten])

    def where(self, rule: Rule, expression: tuple, sign: str) -> tuple:
        """An exception counts only at entities of its class."""
        of_class = ("class", AIACT + rule.target)
        return _any([_not(of_class), expression]) if sign == HOLDS else _all([of_class, expression])

    def placed(self, duty: Rule, rule: Rule, expression: tuple, sign: str) -> tuple:
        """The effect of a rule, looked for at the entity of the duty or at what it inherits effects from."""
        if rule.target in self.above(duty.target):
            return expression
        if duty.target in self.above(rule.target):
            of_class = ("class", AIACT + rule.target)
            return _all([of_class, expression]) if sign == HOLDS else _any([_not(of_class), expression])
        for property in self.knowledge.inherits.get(duty.target, ()):
            path = Path("predicate", property)
            if rule.target in self.above(self.knowledge.facts[property].range):
                if sign == HOLDS:
                    return ("some", path, expression, 1)
                return _all([("has", Path("predicate", STATES), property), ("every", path, expression)])
        return NEVER if sign == HOLDS else ALWAYS

    def above(self, cls: str) -> tuple[str, ...]:
        """A class and all classes above it."""
        return self.knowledge.parents.get(cls, (cls,))

    # -- days

    def postponed(self, duty: Rule, starts: str) -> tuple[tuple, tuple]:
        """Some transition postpones the duty for certain; for certain none does."""
        live = []
        for rule in self.effects("postpone", duty):
            until = self.text.parameters[rule.until].text if rule.until else ""
            since = self.applies(rule.id)
            if self.day >= min(starts, since) and not (until and self.day >= until):
                live.append(rule)
        return (
            _any([self.placed(duty, rule, self.net(rule, HOLDS), HOLDS) for rule in live]),
            _all([self.placed(duty, rule, self.net(rule, FAILS), FAILS) for rule in live]),
        )

    def begun(self, duty: Rule) -> tuple[tuple, tuple]:
        """The entity's life under the Act has begun on the day; it has not."""
        below = [cls for cls in self.knowledge.starts if duty.target in self.above(cls)] or self.above(duty.target)
        names = dict.fromkeys(name for cls in below for name in self.knowledge.starts.get(cls, ()))
        events = [Path("predicate", name) for name in names]
        if not events:
            return ALWAYS, NEVER
        happens = ("has", Path("predicate", OCCURS), TRUE)
        dated = _any([("count", Path("predicate", bound), 1, None) for bound in (AT_LEAST, AT_MOST)])
        undated = _all([happens, _not(dated)])
        early = _all([_not(("has", Path("predicate", OCCURS), FALSE)), self.bound(AT_MOST, "maxInclusive")])
        late = _any([("has", Path("predicate", OCCURS), FALSE), self.bound(AT_LEAST, "minExclusive")])
        some = lambda test: _any([("some", path, test, 1) for path in events])  # noqa: E731
        none = _all([_not(("some", path, happens, 1)) for path in events])
        every_late = _all([("every", path, late) for path in events])
        return _any([some(undated), some(early), none]), _all([_not(some(undated)), _not(none), every_late])

    def bound(self, bound: str, component: str) -> tuple:
        path, day = Path("predicate", bound), Literal(self.day, XSD + "date")
        return _all([("count", path, 1, None), ("every", path, _all([("datatype", day.datatype), (component, day)]))])

    def now(self, expression: tuple) -> tuple:
        """The same with every definition that does not apply yet taken not to hold."""
        if expression[0] == "shape":
            name = expression[1]
            if name.removesuffix(HOLDS) in self.late and name.endswith(HOLDS):
                return NEVER
            if not self.is_touched(name):
                return expression
            if name + NOW not in self.plain:
                self.plain[name + NOW] = self.now(self.plain[name])
            return ("shape", name + NOW)
        if expression[0] in ("all", "any"):
            return (_all if expression[0] == "all" else _any)([self.now(part) for part in expression[1:]])
        if expression[0] in ("not", "every", "some", "atMost", "when"):
            return tuple(self.now(part) if is_expression(part) else part for part in expression)
        return expression

    def is_touched(self, name: str) -> bool:
        """Whether a shape uses, at any depth, a definition that does not apply yet."""
        return any(other.removesuffix(HOLDS) in self.late for other in used(self.plain, [name]))


def is_expression(part: object) -> bool:
    return isinstance(part, tuple) and not isinstance(part, (Literal, Path)) and bool(part) and isinstance(part[0], str)


def _not(expression: tuple) -> tuple:
    return {ALWAYS: NEVER, NEVER: ALWAYS}.get(expression) or ("not", expression)


def shapes_turtle(knowledge: Knowledge, day: str, text: Text | None = None) -> str:
    """The law of a day as Turtle."""
    from ..law.graph import exact_turtle, to_rdflib
    from ..law.names import PREFIXES

    graph = to_rdflib(Exporter(knowledge, text or knowledge.text_on(day), day).triples())
    for prefix in ("aiact", "act", "rule", "sh", "dcterms", "xsd"):
        graph.bind(prefix, PREFIXES[prefix])
    head = f"# {BASE} · shapes of the AI Act as of {day} · knowledge {knowledge.release}\n"
    return head + exact_turtle(graph)

"""Grounds: the stated facts on which a finding rests, all of them; a description that says no more gives the same.

A proof shows what decided. The grounds add what had to be told beside it: that an exception does not hold, that no
exemption does, who holds the role, and on which day it began.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import partial

from ..law.knowledge import Rule
from ..law.names import AIACT
from ..law.shapes import FAILS, HOLDS, STATES, Path
from .conclude import Court, Finding
from .evaluate import F, T, U
from .prove import Gap
from .roles import Conferral
from .rulebook import NEVER, OPEN

Ground = frozenset[Gap]  # entity and fact
NONE: Ground = frozenset()


class Grounds:
    """Finds what the findings of one court rest on."""

    def __init__(self, court: Court) -> None:
        self.court, self.facts, self.knowledge = court, court.facts, court.knowledge
        self.order = {gap: rank for rank, gap in enumerate(self.facts.statements)}
        self.known: dict[tuple[str, str, frozenset], Ground] = {}
        self.settled: dict[tuple, Ground] = {}
        self.naming: dict[tuple, Ground] = {}
        self.plain: dict[str, tuple] = {}
        self.open: dict[str, frozenset[str]] = {}
        self.touched: set[str] = set()  # the open questions on which what is being looked at depends

    def of(self, finding: Finding) -> list[Gap]:
        """The facts, in the order of the description; those behind a derived fact instead of it."""
        readings = self.court.readings
        self.touched = set()
        found = set(self.judged(finding, readings.with_({})))
        for question in sorted(self.touched) if finding.status != "undetermined" else ():
            for name in readings.tied[question][1:]:
                found |= self.judged(finding, readings.with_({question: name}))
        stated = self.stated(found)
        return sorted(stated, key=self.order.__getitem__)

    def questions(self, rule: str) -> frozenset[str]:
        """The open questions on which a rule depends, be it that the facts at hand leave them without effect."""
        if rule not in self.open:
            under = self.court.rules[rule].under if rule in self.court.rules else ""
            names = set().union(
                {under} if under else (), *(self.knowledge.dependencies.get(rule + sign, ()) for sign in (HOLDS, FAILS))
            )
            self.open[rule] = frozenset(self.knowledge.readings[name].question for name in names)
        return self.open[rule]

    def touch(self, rules: Iterable[Rule]) -> None:
        for rule in rules:
            self.touched |= self.questions(rule.id)

    def simplest(self, ways: Iterable[Callable[[], Ground]]) -> Ground:
        """Of several grounds, each enough, one that leaves open questions aside, and then the smallest."""
        before, found = self.touched, []
        for way in ways:
            self.touched = set()
            ground = way()
            found.append((len(self.touched), len(ground), len(found), ground, self.touched))
        best = min(found, default=(0, 0, 0, NONE, set()))
        self.touched = before | best[4]
        return best[3]

    def stated(self, found: Iterable[Gap]) -> set[Gap]:
        """The facts that the description itself states, and from which the others were derived."""
        stated: set[Gap] = set()
        queue = list(found)
        while queue:
            subject, fact = queue.pop()
            for statement in self.facts.stated(subject, fact):
                if statement.source.kind == "stated":
                    stated.add((subject, fact))
                for operand in statement.operands:
                    queue.append((operand.subject, operand.fact))
                if statement.source.kind == "derived":
                    derivation = next(each for each in self.knowledge.derivations if each.id == statement.source.note)
                    queue += [(subject, derivation.only_where)] if derivation.only_where else []
        return stated

    # -- a judgement, step by step as the court comes to it

    def judged(self, finding: Finding, readings: frozenset[str]) -> Ground:
        court, rule, entity = self.court, finding.rule, finding.entity
        own, held, _, days = court.standing(rule, finding.role, entity, finding.bearer, readings)
        bearer = court.bearer_truth(rule, finding.bearer, readings)
        named = self.named(finding, readings)
        role = lambda truth: self.role(finding, truth, readings)  # noqa: E731
        parts: list[tuple[str, Callable[[str], Ground]]] = [
            (own, lambda truth: self.rule(rule, entity, truth, readings)),
            (held, role),
            (bearer, lambda truth: self.bearer(rule, finding.bearer, truth, readings)),
        ]
        if F in (own, held, bearer):
            return named | self.simplest(partial(ground, F) for truth, ground in parts if truth == F)
        self.touch(court.book.exempting.get(rule.id, []))
        lifted = court.lifting(rule, entity, readings)
        if lifted[T]:
            outside = [each for each in lifted[T] if rule.id in court.rules[each[0]].disapplies]
            ways = (partial(self.lifts, entity, each, readings) for each in outside or lifted[T])
            return named | self.simplest(ways)
        found = named.union(*(ground(truth) for truth, ground in parts if truth == T))
        if U in (own, held, bearer) or lifted[U] or court.unseen(rule, entity, readings):
            return found
        for exemption, node in lifted[F]:
            found |= self.inherited(entity, node) | self.net(court.rules[exemption], node, F, readings)
        found |= self.path_to_effects(entity) | self.in_time(rule, entity, readings)
        return found | self.not_before(finding, days.first, readings) if court.day < days.first else found

    def rule(self, rule: Rule, node: str, truth: str, readings: frozenset[str]) -> Ground:
        self.touch([rule])
        if not rule.is_active(readings):
            return NONE
        return self.shape(rule.id + {T: HOLDS, F: FAILS}[truth], node, readings)

    def named(self, finding: Finding, readings: frozenset[str]) -> Ground:
        """The facts that name the bearer."""
        key = (finding.role, finding.entity, finding.bearer, readings)
        if key not in self.naming:
            given = self.conferrals(finding, readings) if finding.bearer else ()
            self.naming[key] = NONE.union(*(self.path(each.rule.on, finding.entity) for each in given))
        return self.naming[key]

    def conferrals(self, finding: Finding, readings: frozenset[str]) -> list[Conferral]:
        """The definitions that could give the bearer the role."""
        return self.court.conferrals(finding.role, finding.entity, finding.bearer, readings)

    def role(self, finding: Finding, truth: str, readings: frozenset[str]) -> Ground:
        """Why the bearer holds the role by some definition, or by none of them."""
        court, entity = self.court, finding.entity
        self.touch(court.book.conferring.get(finding.role, []))
        given = self.conferrals(finding, readings)
        fails = NONE.union(*(self.conferral(each, entity, readings) for each in given if each.truth == F))
        if truth == F:
            return fails
        holds = [each for each in given if each.truth == T]
        days = [court.days_of_role(finding.rule, each.rule, entity, readings).sure for each in holds]
        # of several that hold, one that does so from the day on which the duty begins
        soon = [each for each, day in zip(holds, days, strict=True) if day == min(days)]
        ground = least(self.conferral(each, entity, readings) for each in soon)
        return ground | fails if min(days) > court.day else ground

    def not_before(self, finding: Finding, day: str, readings: frozenset[str]) -> Ground:
        """Why nothing makes a duty arise for its bearer before a day, where definitions with other days could."""
        court, rule, entity = self.court, finding.rule, finding.entity
        if day <= court.text.applies_from.get(rule.id, NEVER):
            return NONE
        eve = str(date.fromisoformat(day) - timedelta(1))
        now = court.prover(readings, eve)
        fails = lambda why: [self.shape(n + FAILS, at, readings, eve) for n, at in why if now.named(n, at) == F]  # noqa: E731
        given = [each for each in self.conferrals(finding, readings) if each.truth != F]
        ways = fails([(rule.id, entity)])
        none = [fails(each.why) for each in given if court.book.waits(rule, each.rule)]
        if len(none) == len(given) and all(none):
            ways.append(NONE.union(*map(least, none)))
        return least(ways)

    def conferral(self, given: Conferral, entity: str, readings: frozenset[str]) -> Ground:
        """Why a definition gives the bearer the role, or does not."""
        sign = {T: HOLDS, F: FAILS}[given.truth]
        return NONE.union(
            *(
                self.rule(given.rule, entity, given.truth, readings)
                if name == given.rule.id
                else self.shape(name + sign, node, readings)
                for name, node in given.why
            )
        )

    def bearer(self, rule: Rule, actor: str | None, truth: str, readings: frozenset[str]) -> Ground:
        if not rule.bearer_is or not actor:
            return NONE
        self.touched |= self.questions(rule.bearer_is)
        return self.shape(rule.bearer_is + {T: HOLDS, F: FAILS}[truth], actor, readings)

    def lifts(self, entity: str, by: tuple[str, str], readings: frozenset[str]) -> Ground:
        exemption, node = by
        return self.inherited(entity, node) | self.net(self.court.rules[exemption], node, T, readings)

    def net(self, rule: Rule, node: str, truth: str, readings: frozenset[str]) -> Ground:
        """Why an exemption or transition has effect, or has none, the rules that defeat it counted."""
        self.touch([rule, *self.court.book.defeating.get(rule.id, [])])
        key = (rule.id, node, truth, readings)
        if key not in self.settled:
            court = self.court
            others = list(court.exceptions(rule.id, node, readings))
            if truth == T:
                found = NONE.union(*(self.rule(other, node, F, readings) for other in others))
                self.settled[key] = found | self.rule(rule, node, T, readings)
            else:
                ways = [self.rule(other, node, T, readings) for other in others
                        if court.truth(other.id, node, readings) == T]  # fmt: skip
                if court.truth(rule.id, node, readings) == F:
                    ways.append(self.rule(rule, node, F, readings))
                self.settled[key] = least(ways)
        return self.settled[key]

    def inherited(self, entity: str, node: str) -> Ground:
        return NONE if node == entity else self.path_to_effects(entity)

    def path_to_effects(self, entity: str) -> Ground:
        """The facts that name what an entity inherits effects from."""
        return frozenset(
            (entity, name)
            for cls, properties in self.knowledge.inherits.items()
            if properties and self.facts.is_a(entity, cls)
            for name in properties
        )

    def in_time(self, rule: Rule, entity: str, readings: frozenset[str]) -> Ground:
        """Transitions that postpone or do not, and the days on which things began."""
        court, found = self.court, set()
        self.touch(court.book.postponing.get(rule.id, []))
        for transition in court.book.postponing.get(rule.id, []):
            if transition.is_active(readings):
                for node in court.nodes_for(transition, entity):
                    truth = court.net(transition, node, readings)
                    if truth != U:
                        found |= self.net(transition, node, truth, readings)
        for cls, properties in self.knowledge.starts.items():
            if properties and self.facts.is_a(entity, cls):
                found |= {(entity, name) for name in properties}
        for duty in court.book.duties_in_force(rule):
            found |= {(entity, duty.due_on)} if duty.due_on else set()
        return frozenset(found)

    # -- conditions

    def shape(self, plain: str, node: str, readings: frozenset[str], day: str = OPEN) -> Ground:
        """Why a node conforms to a plain shape, be it on a day: what does not apply yet needs no reason to fail."""
        key = (plain, node, readings if plain in self.knowledge.dependencies else NONE, day)
        name = plain.removesuffix(HOLDS).removesuffix(FAILS)
        if self.court.book.first_day_of(name) > day:
            return NONE
        if key not in self.known:
            holds = plain.endswith(HOLDS)
            if plain not in self.plain:
                self.plain[plain] = self.court.prover(readings).rewrite.shape(self.knowledge.shapes[name], holds)
            self.known[key] = self.why(self.plain[plain], node, readings, holds, day)
        return self.known[key]

    def why(self, plain: tuple, node, readings: frozenset[str], holds: bool, day: str) -> Ground:
        """The facts without which a plain expression might not be satisfied; it is."""
        prover = self.court.prover(readings, day)
        why = partial(self.why, readings=readings, holds=holds, day=day)
        met = lambda part, at=node: prover.satisfies(part, at)  # noqa: E731
        kind = plain[0]
        if kind == "all":
            return NONE.union(*(why(part, node) for part in plain[1:] if prover.is_chosen(part)))
        if kind == "any":
            parts = [part for part in plain[1:] if prover.is_chosen(part) and met(part)]
            ways = [why(part, node) for part in parts]
            # of alternatives that hold, each may be the one that holds first
            return NONE.union(*ways) if holds else least(ways)
        if kind == "when":
            return why(plain[2], node) if prover.is_chosen(plain) else NONE
        if kind == "shape":
            return self.shape(plain[1], node, readings, day)
        if kind == "not":
            return self.why_not(plain[1], node, readings, day)
        if kind in ("in", "datatype", "class", *("minExclusive", "minInclusive", "maxExclusive", "maxInclusive")):
            return NONE
        path = plain[1]
        if kind == "has" and path.of == STATES:
            return frozenset({(node, plain[2])})
        found = self.path(path, node)
        if kind in ("every", "some"):
            values = [value for value in prover.values(path, node) if met(plain[2], value)]
            found = found.union(*(why(plain[2], value) for value in values))
        elif kind == "atMost":
            values = [value for value in prover.values(path, node) if not met(plain[2], value)]
            found = found.union(*(why(("not", plain[2]), value) for value in values))
        elif kind in ("equals", "disjoint"):
            found |= self.path(Path("predicate", plain[2]), node)
        return found

    def why_not(self, plain: tuple, node, readings: frozenset[str], day: str) -> Ground:
        """The same of what is not satisfied: what is definite only becomes less so when less is told."""
        if plain[0] == "not":
            return self.why(plain[1], node, readings, plain[1][0] != "shape" or plain[1][1].endswith(HOLDS), day)
        if plain[0] in ("equals", "disjoint"):
            return self.path(plain[1], node) | self.path(Path("predicate", plain[2]), node)
        return NONE

    def path(self, path: Path, node) -> Ground:
        """The facts stated on the way along a path."""
        prover = self.court.prover(self.court.readings.with_({}))
        found = {(statement.subject, statement.fact) for statement in prover.statements(path, node)}
        steps = path.of if path.kind == "sequence" else (path,)
        if steps[0].kind == "predicate" and isinstance(node, str):
            found.add((node, steps[0].of))
        return frozenset(gap for gap in found if gap[1].startswith(AIACT))


def least(grounds: Iterable[Ground]) -> Ground:
    """The smallest of several grounds, each enough; the first of those of one size."""
    return min(grounds, key=lambda ground: (len(ground), sorted(ground)), default=NONE)

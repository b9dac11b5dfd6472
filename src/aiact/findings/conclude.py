"""Conclusions: from the truths of conditions to findings, in the order of effects that the law has.

Definitions give roles, duties arise for their bearers, exemptions lift them, exceptions defeat exemptions, transitions
postpone. Which rules do what is data; the days are data; where readings differ, every outcome is worked out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import NamedTuple

from ..descriptions.facts import Statement
from ..law.knowledge import DUTIES, Rule
from ..law.shapes import STATES
from .evaluate import F, T, Truths, U
from .prove import DayProver, Gap, Prover, Step, either, smallest, together
from .roles import Conferral, Named, Why, conferral, named_by, reasons, strongest
from .rulebook import NEVER, NONE, OPEN, Rulebook


class Judgement(NamedTuple):
    """The status of one duty under one choice of readings, with its days and what decided it."""

    status: str
    starts: str = ""
    due: str = ""
    lifted_by: tuple[str, ...] = ()
    postponed_by: tuple[str, ...] = ()
    decided_by: tuple[tuple[str, str], ...] = ()  # (rule, node) whose conditions explain the status
    latest: str = ""  # the first day from which it surely applies, where missing facts leave an earlier one open


class Days(NamedTuple):
    """The first day on which something may hold, and the first on which it surely does; both alike if it is open."""

    first: str
    sure: str


AT_ONCE = Days(NEVER, NEVER)


class Standing(NamedTuple):
    """Whether a duty arises, whether its bearer holds the role, what decides that, and from which days."""

    own: str
    held: str
    roles: Why
    days: Days


@dataclass(slots=True)
class Finding:
    """What the assessment says of one duty, one bearer and one entity."""

    rule: Rule
    entity: str
    bearer: str | None
    role: str
    judgement: Judgement
    readings: dict[str, str] = field(default_factory=dict)
    contested: tuple[str, ...] = ()
    because: list[Step] = field(default_factory=list)
    missing: list[frozenset[Gap]] = field(default_factory=list)
    limited_by: tuple[str, ...] = ()

    @property
    def status(self) -> str:
        return self.judgement.status


@dataclass(slots=True)
class Classification:
    """The truth of a definition or exemption at an entity, and of a role for an actor."""

    rule: Rule
    entity: str
    actor: str | None
    truth: str
    readings: dict[str, str]
    contested: tuple[str, ...]
    because: list[Step]


class Court:
    """Judges every duty of one description for one day."""

    def __init__(self, truths: Truths, day: str, book: Rulebook | None = None) -> None:
        self.truths, self.day = truths, day
        self.facts, self.knowledge, self.text = truths.facts, truths.knowledge, truths.text
        self.book = book or Rulebook(self.knowledge, self.text)
        self.rules, self.readings = self.book.rules, self.book.readings
        self.provers: dict[tuple[frozenset, str], Prover] = {}
        self.nodes: dict[tuple[str, str], list[str]] = {}
        self.swayed: dict[tuple[str, str], frozenset[str]] = {}
        self.reaches: dict[tuple[str, str, frozenset], Days] = {}
        self.held: dict[tuple, tuple[str, Why]] = {}
        self.named: dict[tuple[str, str, frozenset], dict[str | None, Named]] = {}
        self.given: dict[tuple, list[Conferral]] = {}
        self.able: dict[tuple[str, str, frozenset], list[str | None]] = {}
        # by what is lifted and postponed alike, entity and readings
        self.effects: dict[tuple[str, str], tuple[list[tuple[Rule, str]], ...]] = {}
        self.raised: dict[tuple[str, str], frozenset[str]] = {}
        self.disputed: dict[tuple[str, str], frozenset[str]] = {}
        self.lifted: dict[tuple[str, str, frozenset], dict[str, list[tuple[str, str]]]] = {}
        self.defeated: dict[tuple[str, str, frozenset], list[tuple[str, str]]] = {}
        self.delayed: dict[tuple[str, str, frozenset, str], Judgement | None] = {}
        self.gaps: dict[tuple[str, str, frozenset], tuple] = {}
        # by exemption or transition, node and readings
        self.netted: dict[tuple[str, str, frozenset], str] = {}
        self.moves: dict[tuple[str, str, frozenset], tuple] = {}
        self.sorted: dict[tuple[str, str], list[Finding]] = {}
        self.truth = truths.of

    def over(self, truths: Truths) -> Court:
        """A court of the same rules and the same day over other facts."""
        return type(self)(truths, self.day, self.book)

    def prover(self, readings: frozenset[str], day: str = OPEN) -> Prover:
        """A prover under some readings, of what is so once all definitions apply, or of what is so on a day."""
        key = (readings, day)
        if key not in self.provers:
            book = self.book
            if day == OPEN:
                self.provers[key] = Prover(self.truths, readings, book.wording)
            else:
                is_late = lambda name: book.first_day_of(name) > day  # noqa: E731
                may_differ = lambda name: book.last_day(name) > day  # noqa: E731
                self.provers[key] = DayProver(self.prover(readings), is_late, may_differ)
        return self.provers[key]

    # ------------------------------------------------------------------ findings

    def findings(self) -> list[Finding]:
        found = []
        for rule in self.rules.values():
            if rule.kind in DUTIES:
                for entity in self.facts.of_class(rule.target):
                    found += self.of_sort(rule, entity)
        return found

    def of_sort(self, rule: Rule, entity: str) -> list[Finding]:
        """The findings of a duty; those of another of its sort at the same entity, where these are known."""
        key = (self.book.leader(rule), entity)
        if key not in self.sorted:
            self.sorted[key] = self.of_duty(rule, entity)
            return self.sorted[key]
        return [self.likewise(finding, rule) for finding in self.sorted[key]]

    def likewise(self, finding: Finding, rule: Rule) -> Finding:
        """The same finding of another duty of the same sort."""
        names = {finding.rule.id: rule.id}
        decided_by = tuple((names.get(name, name), node) for name, node in finding.judgement.decided_by)
        limits = self.limits_of(rule, finding.entity, self.readings.prevailing)
        judgement = finding.judgement._replace(decided_by=decided_by)
        return replace(finding, rule=rule, judgement=judgement, limited_by=limits)

    def of_duty(self, rule: Rule, entity: str) -> list[Finding]:
        found = [self.finding(rule, entity, *bearer) for bearer in self.bearers_of(rule, entity)]
        return [finding for finding in found if rule.is_active(self.readings.prevailing) or finding.readings]

    def bearers_of(self, rule: Rule, entity: str) -> Iterator[tuple[str, str | None]]:
        """Who may owe a duty under any reading: the role, and the actor (None if not named)."""
        for role in rule.bearers:
            base = self.readings.prevailing
            actors = dict.fromkeys(self.candidates(role, entity, base))
            known = dict(choice for each in self.book.conferring.get(role, []) for choice in self.book.choices_of(each))
            for question in sorted(self.questions_of(rule, role, entity)):
                for readings in known.get(question, ()):
                    actors |= dict.fromkeys(self.candidates(role, entity, readings))
            if len(actors) > 1 and None not in self.candidates(role, entity, base):
                actors.pop(None, None)
            yield from ((role, actor) for actor in actors)

    def status(self, rule: Rule, entity: str, role: str, actor: str | None) -> str:
        """The status of one duty without its proof: that of the prevailing readings, if all that tie agree on it."""
        status = self.judge(rule, entity, role, actor, self.readings.prevailing).status
        for question in self.book.tied_questions(rule, role) if status != "undetermined" else ():
            for name in self.readings.tied[question][1:]:
                if self.judge(rule, entity, role, actor, self.readings.with_({question: name})).status != status:
                    return "undetermined"
        return status

    def finding(self, rule: Rule, entity: str, role: str, actor: str | None) -> Finding:
        known: dict[frozenset[str], Judgement] = {}  # many choices come to the same readings

        def judge(chosen: dict[str, str]) -> Judgement:
            readings = self.readings.with_(chosen)
            if readings not in known:
                known[readings] = self.judge(rule, entity, role, actor, readings)
            return known[readings]

        questions = self.questions_of(rule, role, entity)
        if not self.is_not_owed(judge({})):  # else it does not matter what would lift or postpone it
            questions = questions | self.questions_of_effects(rule, entity)
        headline, readings, contested, chosen = self.weigh(judge, sorted(questions), lambda judgement: judgement.status)
        finding = Finding(rule, entity, actor, role, headline, readings, contested)
        finding.because = self.reasons_of(headline, self.readings.with_(chosen))
        finding.limited_by = self.limits_of(rule, entity, self.readings.with_(chosen))
        if headline.status == "undetermined":
            finding.missing = self.missing(rule, entity, role, actor, self.readings.with_(chosen))
        return finding

    def reasons_of(self, judgement: Judgement, readings: frozenset[str]) -> list[Step]:
        """The conditions that explain a status."""
        found: dict[tuple[str, str, str], Step] = {}
        for rule, node in judgement.decided_by:
            for step in self.because(judgement, rule, node, readings):
                found.setdefault((step.condition, step.node, step.truth), step)
        return list(found.values())

    def because(self, judgement: Judgement, rule: str, node: str, readings: frozenset[str]) -> list[Step]:
        """Why a rule decides; where it is open whether it does so as early as may be, what leaves that open too."""
        steps = self.prover(readings).because(rule, node)
        if judgement.status in ("upcoming", "undetermined") and self.truth(rule, node, readings) == T:
            on = self.prover(readings, max(self.day, judgement.starts))
            return steps + on.because(rule, node) if on.named(rule, node) == U else steps
        return steps

    @staticmethod
    def is_not_owed(judgement: Judgement) -> bool:
        """Whether a duty does not arise, rather than being outside of what the Regulation covers."""
        return judgement.status == "not_applicable" and not judgement.lifted_by

    def limits_of(self, duty: Rule, entity: str, readings: frozenset[str]) -> tuple[str, ...]:
        """The rules that confine a duty to a part of the entity, such as a modification."""
        return tuple(
            rule.id
            for rule in self.book.limiting.get(duty.id, [])
            if self.facts.is_a(entity, rule.target) and self.effective(rule, entity, readings) == T
        )

    def sources_under(self, reading: str, duty: Rule, entity: str) -> list[str]:
        """The sources of the rules that have effect under one reading alone, and hold where a duty is judged."""
        chosen = self.readings.with_({self.knowledge.readings[reading].question: reading})
        rules = [rule for rule in self.rules.values() if rule.under == reading]
        return [
            source
            for rule in rules
            for node in self.nodes_for(rule, entity)
            if self.truth(rule.id, node, chosen) == T
            for source in rule.sources
        ]

    def weigh(self, judge, questions: list[str], answer):
        """The outcome of the prevailing readings, the outcomes that differ, and the questions that leave it open."""
        base = judge({})
        if not questions:
            return base, {}, (), {}
        outcomes: dict[str, dict[str, object]] = {}
        for question in questions:
            by_name = {name: judge({question: name}) for name in self.readings.alternatives[question]}
            if any(answer(outcome) != answer(base) for outcome in by_name.values()):
                outcomes[question] = by_name
        tied = [
            question
            for question in outcomes
            if len({answer(outcomes[question][name]) for name in self.readings.tied[question]}) > 1
        ]
        readings: dict[str, str] = {}
        names = [name for by_name in outcomes.values() for name in by_name]
        for question, by_name in outcomes.items():
            others = [other for other in tied if other != question]
            for name in by_name:
                readings[self.readings.short(name, names)] = self.spread(judge, others, {question: name}, answer)
        if not tied:
            return base, readings, (), {}
        if isinstance(base, Judgement):
            base = Judgement("undetermined", base.starts, base.due, decided_by=base.decided_by)
        return base, readings, tuple(tied), {}

    def spread(self, judge, tied: list[str], chosen: dict[str, str], answer) -> str:
        """What is said under one reading while other questions stay open."""
        choices = product(*(self.readings.tied[question] for question in tied))
        found = {answer(judge(chosen | dict(zip(tied, names, strict=True)))) for names in choices}
        return found.pop() if len(found) == 1 else ("undetermined" if "fails" not in found and T not in found else U)

    def questions_of(self, duty: Rule, role: str, entity: str) -> frozenset[str]:
        """The open questions on which it depends whether a duty arises at an entity."""
        key = (role, entity)
        if key not in self.raised:
            conferring = self.book.conferring.get(role, ())
            self.raised[key] = NONE.union(*(self.sways(rule, entity) for rule in conferring))
        found = self.raised[key] | self.sways(duty, entity)
        if duty.bearer_is:
            shape = self.rules[duty.bearer_is]
            found = found.union(*(self.sways(shape, actor) for actor in self.facts.among(shape.target)))
        return found

    def questions_of_effects(self, duty: Rule, entity: str) -> frozenset[str]:
        """The open questions on which it depends what becomes of a duty that arises: is it lifted, or postponed?"""
        key = (self.book.alike[duty.id], entity)
        if key not in self.disputed:
            self.disputed[key] = NONE.union(
                *(
                    self.sways(rule, node)
                    for effects in self.effects_at(duty, entity)
                    for effect, node in effects
                    for rule in (effect, *self.book.defeating.get(effect.id, []))
                )
            )
        detached = (self.knowledge.readings[name].question for name in self.book.detaching.get(duty.id, ()))
        return self.disputed[key].union(detached)

    def sways(self, rule: Rule, node: str) -> frozenset[str]:
        """The open questions whose alternative readings change the truth of one rule at one node, or its days."""
        choices = self.book.choices_of(rule)
        if not choices:
            return NONE
        if (rule.id, node) not in self.swayed:
            self.swayed[rule.id, node] = frozenset(
                question
                for question, alternatives in (choices if self.facts.is_a(node, rule.target) else ())
                if len({self.effective(rule, node, readings) for readings in alternatives}) > 1
                or self.moves_days(rule, node, alternatives)
            )
        return self.swayed[rule.id, node]

    def moves_days(self, rule: Rule, node: str, alternatives: Sequence[frozenset[str]]) -> bool:
        """Whether alternative readings give what they agree on other days, and some of these are to come."""
        if self.book.last_day(rule.id) <= self.day or not (rule.confers or rule.kind in DUTIES):
            return False
        if self.effective(rule, node, alternatives[0]) == F:
            return False
        return len({self.reached(rule.id, node, readings) for readings in alternatives}) > 1

    def effective(self, rule: Rule, node: str, readings: frozenset[str]) -> str:
        return self.truth(rule.id, node, readings) if rule.is_active(readings) else F

    # ------------------------------------------------------------------ judging

    def candidates(self, role: str, entity: str, readings: frozenset[str]) -> list[str | None]:
        """The actors who may hold a role with regard to an entity; None for one whom the description does not name."""
        key = (role, entity, readings)
        if key not in self.able:
            self.able[key] = self.find_candidates(role, entity, readings)
        return self.able[key]

    def find_candidates(self, role: str, entity: str, readings: frozenset[str]) -> list[str | None]:
        found: dict[str | None, None] = {}
        for rule in self.book.conferring.get(role, []):
            if rule.is_active(readings) and self.facts.is_a(entity, rule.target):
                found |= dict.fromkeys(self.named_by(rule, entity, readings))
        if None in found and len(found) > 1:
            unnamed = self.role_truth(role, entity, None, readings)[0]
            day = self.first_conferred(role, entity, None, readings)
            named = {  # who has the role only later leaves open who has it until then
                self.role_truth(role, entity, actor, readings)[0]
                for actor in found
                if actor and self.first_conferred(role, entity, actor, readings) <= day
            }
            if unnamed == F or T in named or (unnamed == U and U in named):
                found.pop(None)
        return list(found)

    def first_conferred(self, role: str, entity: str, actor: str | None, readings: frozenset[str]) -> str:
        """The first day on which a definition applies by which an actor holds a role, or may hold it."""
        truth, days = self.role_truth(role, entity, actor, readings)[0], self.text.applies_from
        given = self.conferrals(role, entity, actor, readings)
        return min((days.get(each.rule.id, NEVER) for each in given if each.truth == truth), default=NEVER)

    def named_by(self, rule: Rule, entity: str, readings: frozenset[str]) -> dict[str | None, Named]:
        """The actors whom a definition names at an entity, each with what it asks of that actor alone."""
        key = (rule.id, entity, readings)
        if key not in self.named:
            self.named[key] = named_by(rule, entity, self.prover(readings))
        return self.named[key]

    def role_truth(self, role: str, entity: str, actor: str | None, readings: frozenset[str]) -> tuple[str, Why]:
        """Whether an actor holds a role, be it later, and what decides that."""
        key = (role, entity, actor, readings)
        if key not in self.held:
            self.held[key] = strongest(self.conferrals(role, entity, actor, readings))
        return self.held[key]

    def conferrals(self, role: str, entity: str, actor: str | None, readings: frozenset[str]) -> list[Conferral]:
        """What each definition that names an actor says of its role."""
        key = (role, entity, actor, readings)
        if key not in self.given:
            self.given[key] = [
                conferral(rule, entity, self.truth(rule.id, entity, readings), named[actor])
                for rule in self.book.conferring.get(role, [])
                if rule.is_active(readings) and self.facts.is_a(entity, rule.target)
                for named in [self.named_by(rule, entity, readings)]
                if actor in named
            ]
        return self.given[key]

    def standing(self, duty: Rule, role: str, entity: str, actor: str | None, readings: frozenset[str]) -> Standing:
        """Whether a duty arises and its bearer holds the role, be it later.

        Both may have several grounds with days of their own. From the first that may hold to the first that surely
        does, those that apply and are not decided leave it open, unless a transition decides whatever they come to.
        """
        own = self.effective(duty, entity, readings)
        held, roles = self.role_truth(role, entity, actor, readings)
        given = [each for each in self.conferrals(role, entity, actor, readings) if each.truth != F]
        spans = [self.days_of_role(duty, each.rule, entity, readings) for each in given]
        arises, conferred = self.starts(duty, entity, readings), earliest(given, spans)
        days = Days(max(arises.first, conferred.first), max(arises.sure, conferred.sure))
        between = F not in (own, held) and days.first <= self.day < days.sure
        if between and self.is_open_from(duty, entity, readings, days.first):
            if self.day < arises.sure:
                own = U
            if self.day < conferred.sure:
                held = U
                roles = reasons([each for each, span in zip(given, spans, strict=True) if span.first <= self.day])
        return Standing(own, held, roles, days)

    def is_open_from(self, duty: Rule, entity: str, readings: frozenset[str], starts: str) -> bool:
        """Whether a duty that starts on a day could bind by now: nothing surely postpones it, or is yet to begin."""
        postponed = self.postponed(duty, entity, readings, starts)
        if postponed and postponed.status != "undetermined":
            return False
        return self.binds(duty, entity, starts)[0] <= self.day

    def days_of_role(self, duty: Rule, definition: Rule, entity: str, readings: frozenset[str]) -> Days:
        """The days from which a definition can make somebody the bearer of a duty."""
        return self.reached(definition.id, entity, readings) if self.book.waits(duty, definition) else AT_ONCE

    def judge(self, rule: Rule, entity: str, role: str, actor: str | None, readings: frozenset[str]) -> Judgement:
        own, held, roles, days = self.standing(rule, role, entity, actor, readings)
        starts = days.sure if self.day >= days.sure else days.first
        bearer = self.bearer_truth(rule, actor, readings)
        owed = conjunction((own, held, bearer))
        why = ((rule.id, entity),) if own == owed or owed == T else ()
        if held == owed or owed == T:
            why += roles
        if rule.bearer_is and actor and (bearer == owed or owed == T):
            why += ((rule.bearer_is, actor),)
        if owed == F:
            return Judgement("not_applicable", starts, decided_by=why)
        lifted = self.lifting(rule, entity, readings)
        if lifted[T]:
            # what is outside the Regulation needs no exemption from it
            ranked = sorted(lifted[T], key=lambda found: rule.id not in self.rules[found[0]].disapplies)
            exemption, node = ranked[0]
            excluded = rule.id in self.rules[exemption].disapplies
            names = tuple(dict.fromkeys(name for name, _ in ranked))
            status = "not_applicable" if excluded else "lifted"
            return Judgement(status, starts, lifted_by=names, decided_by=((exemption, node),))
        if owed == U:
            unknown = self.postponed(rule, entity, readings, starts)
            return Judgement("undetermined", starts, unknown.due if unknown else "", decided_by=why)
        defeated = self.defeats_of(rule, entity, readings)
        if lifted[U] or self.unseen(rule, entity, readings):
            names = tuple(item for exemption, node in lifted[U] for item in self.undecided(exemption, node, readings))
            postponed = self.postponed(rule, entity, readings, starts)
            return Judgement("undetermined", starts, postponed.due if postponed else "", decided_by=names or why)
        found = self.in_time(rule, entity, readings, starts, why + tuple(defeated))
        is_open = found.status == "upcoming" and found.starts < days.sure
        return found._replace(latest=days.sure) if is_open else found

    def bearer_truth(self, rule: Rule, actor: str | None, readings: frozenset[str]) -> str:
        if not rule.bearer_is:
            return T
        return self.truth(rule.bearer_is, actor, readings) if actor else U

    def nodes_for(self, rule: Rule, entity: str) -> list[str]:
        """Where an effect is to be looked for: at the entity, or at what it inherits effects from."""
        if (rule.target, entity) not in self.nodes:
            found = [entity]
            for cls, properties in self.knowledge.inherits.items():
                if properties and self.facts.is_a(entity, cls):
                    found += [node for name in properties for node in self.facts.graph.objects(entity, name)]
            self.nodes[rule.target, entity] = [node for node in found if self.facts.is_a(node, rule.target)]
        return self.nodes[rule.target, entity]

    def effects_at(self, duty: Rule, entity: str) -> tuple[list[tuple[Rule, str]], ...]:
        """The exemptions from a duty and the transitions of it, with each node at which they are to be looked for."""
        key = (self.book.alike[duty.id], entity)
        if key not in self.effects:
            self.effects[key] = tuple(
                [(rule, node) for rule in by.get(duty.id, ()) for node in self.nodes_for(rule, entity)]
                for by in (self.book.exempting, self.book.postponing)
            )
        return self.effects[key]

    def unseen(self, duty: Rule, entity: str, readings: frozenset[str]) -> frozenset[Gap]:
        """What the entity would inherit effects from and does not name, where something there could lift the duty."""
        unnamed = [
            name
            for cls, properties in self.knowledge.inherits.items()
            if properties and self.facts.is_a(entity, cls)
            for name in properties
            if name not in self.facts.graph.objects(entity, STATES)
        ]
        if not unnamed:
            return NONE
        effects = [*self.book.exempting.get(duty.id, []), *self.book.postponing.get(duty.id, [])]
        targets = {rule.target for rule in effects if rule.is_active(readings)}
        ranges = {name: self.knowledge.parents[self.knowledge.facts[name].range] for name in unnamed}
        return frozenset((entity, name) for name in unnamed if not targets.isdisjoint(ranges[name]))

    def lifting(self, duty: Rule, entity: str, readings: frozenset[str]) -> dict[str, list[tuple[str, str]]]:
        """Exemptions from a duty by their truth, exceptions counted."""
        key = (self.book.alike[duty.id], entity, readings)
        if key not in self.lifted:
            found: dict[str, list[tuple[str, str]]] = {T: [], U: [], F: []}
            for exemption, node in self.effects_at(duty, entity)[0]:
                if exemption.is_active(readings):
                    found[self.net(exemption, node, readings)].append((exemption.id, node))
            self.lifted[key] = found
        return self.lifted[key]

    def exceptions(self, rule: str, node: str, readings: frozenset[str]) -> Iterator[Rule]:
        """The rules in force that could defeat an exemption or transition at a node."""
        for other in self.book.defeating.get(rule, []):
            if other.is_active(readings) and self.facts.is_a(node, other.target):
                yield other

    def net(self, rule: Rule, node: str, readings: frozenset[str]) -> str:
        """The truth of an exemption or transition after the rules that defeat it."""
        key = (rule.id, node, readings)
        if key not in self.netted:
            others = self.exceptions(rule.id, node, readings)
            against = (opposite(self.truth(other.id, node, readings)) for other in others)
            self.netted[key] = conjunction([self.truth(rule.id, node, readings), *against])
        return self.netted[key]

    def undecided(self, exemption: str, node: str, readings: frozenset[str]) -> list[tuple[str, str]]:
        """The exemption and exceptions whose unknown truth leaves a duty open."""
        names = [exemption, *(other.id for other in self.exceptions(exemption, node, readings))]
        return [(name, node) for name in names if self.truth(name, node, readings) == U]

    def defeats_of(self, duty: Rule, entity: str, readings: frozenset[str]) -> list[tuple[str, str]]:
        """Why the exemptions that come near do not hold: they fail, or an exception defeats them."""
        key = (self.book.alike[duty.id], entity, readings)
        if key not in self.defeated:
            self.defeated[key] = self.find_defeats_of(duty, entity, readings)
        return self.defeated[key]

    def find_defeats_of(self, duty: Rule, entity: str, readings: frozenset[str]) -> list[tuple[str, str]]:
        found = []
        for exemption, node in self.effects_at(duty, entity)[0]:
            if not exemption.is_active(readings):
                continue
            if self.truth(exemption.id, node, readings) != F:
                others = self.exceptions(exemption.id, node, readings)
                found += [(other.id, node) for other in others if self.truth(other.id, node, readings) == T]
            elif exemption.lifts:
                found.append((exemption.id, node))
        return found

    # ------------------------------------------------------------------ time

    def in_time(self, rule: Rule, entity: str, readings: frozenset[str], starts: str, why) -> Judgement:
        """The status of a duty that is owed: now, later, by a deadline, or on a condition."""
        postponed = self.postponed(rule, entity, readings, starts)
        if postponed:
            return postponed._replace(decided_by=why + postponed.decided_by)
        due = self.due_on(rule, entity)
        low, high = self.binds(rule, entity, starts)
        if self.day < low:
            return Judgement("upcoming", low, due or "", decided_by=why)
        if self.day < high:
            return Judgement("undetermined", starts, decided_by=why)
        return Judgement("applies", starts, due if self.has_deadline(rule) else high, decided_by=why)

    def has_deadline(self, rule: Rule) -> bool:
        """Whether a duty sets itself a deadline, and does not wait for the market."""
        return any(duty.due_on for duty in self.book.duties_in_force(rule))

    def postponed(self, rule: Rule, entity: str, readings: frozenset[str], starts: str) -> Judgement | None:
        """The transition that postpones a duty on the day, or the doubt whether one does."""
        key = (self.book.alike[rule.id], entity, readings, starts)
        if key not in self.delayed:
            self.delayed[key] = self.find_postponed(rule, entity, readings, starts)
        return self.delayed[key]

    def find_postponed(self, rule: Rule, entity: str, readings: frozenset[str], starts: str) -> Judgement | None:
        doubts: list[tuple[str, str]] = []
        for transition in self.book.postponing.get(rule.id, []):
            since = self.text.applies_from.get(transition.id, starts)
            until = self.text.parameters[transition.until].text if transition.until else ""
            if not transition.is_active(readings) or (until and self.day >= until):
                continue
            early = self.day < min(starts, since) and not transition.only_if  # not yet owed, whatever comes later
            for node in self.nodes_for(transition, entity):
                truth = self.net(transition, node, readings)
                if truth == T:
                    begins = max(starts, self.day_of(transition.begins_with, node))
                    status = "upcoming" if early else transition.yields
                    return Judgement(status, begins, until or begins, (), (transition.id,), ((transition.id, node),))
                if truth == U and not early:
                    doubts.append((transition.id, node))
        return (
            Judgement("undetermined", starts, "", (), tuple(name for name, _ in doubts), tuple(doubts))
            if doubts
            else None
        )

    def day_of(self, event: str, node: str) -> str:
        """The first possible day of an event that is stated."""
        return max((statement.bounds.low or NEVER for statement in self.facts.stated(node, event)), default=NEVER)

    def due_on(self, rule: Rule, entity: str) -> str:
        """The deadline that a duty sets itself, such as two weeks after a day that is stated."""
        for duty in self.book.duties_in_force(rule):
            for statement in self.facts.stated(entity, duty.due_on) if duty.due_on else ():
                return statement.bounds.high or ""
        return ""

    def binds(self, rule: Rule, entity: str, starts: str) -> tuple[str, str]:
        """First and last possible day on which a duty binds for this entity."""
        return (starts, starts) if self.has_deadline(rule) else self.begins(rule, entity, starts)

    def begins(self, rule: Rule, entity: str, starts: str) -> tuple[str, str]:
        """First and last possible day on which the duty begins to bind for this entity."""
        low, high = NEVER, NEVER
        events = self.events_at(entity)
        known = [s.bounds for s in events if s and s.bounds and s.bounds != (None, None)]
        if known and len(known) == len(events):
            low = min(bounds.low or NEVER for bounds in known)
            high = min(bounds.high or OPEN for bounds in known)
        return max(starts, low), max(starts, high)

    def events_at(self, entity: str) -> list[Statement | None]:
        """The events with which an entity began, if need be within others; None for one of which that is not known."""
        events, is_certain = self.events_of(entity)
        return self.events_within(entity) if is_certain and not events else [*events]

    def events_of(self, entity: str) -> tuple[list[Statement], bool]:
        """The events with which an entity began, and whether it is stated of each whether it took place."""
        names = [
            name
            for cls, names in self.knowledge.starts.items()
            if names and self.facts.is_a(entity, cls)
            for name in names
        ]
        stated = [self.facts.stated(entity, name) for name in names]
        return [each for found in stated for each in found if each.value is not False], all(stated)

    def events_within(self, entity: str) -> list[Statement | None]:
        """The events with which the things began that contain an entity; None for one of which that is not known."""
        found: list[Statement | None] = []
        for cls, names in self.knowledge.starts_within.items():
            if names and self.facts.is_a(entity, cls):
                for container in (node for name in names for node in self.facts.graph.subjects(name, entity)):
                    events, is_certain = self.events_of(container)
                    found += events or ([] if is_certain else [None])
        return found

    def starts(self, rule: Rule, entity: str, readings: frozenset[str]) -> Days:
        """First days of a duty: its own, and those of the definitions through which it is reached, or may be."""
        own = self.text.applies_from.get(rule.id, NEVER)
        if self.book.last_day(rule.id) <= own or self.book.detaching.get(rule.id, NONE) & readings:
            return Days(own, own)
        return self.reached(rule.id, entity, readings)

    def reached(self, name: str, node: str, readings: frozenset[str]) -> Days:
        """The days from which a rule may hold at a node, and from which it does, by the definitions that it uses."""
        key = (name, node, readings if self.truths.varies_by_reading(name) else NONE)
        if key not in self.reaches:
            own = self.text.applies_from.get(name, NEVER)
            found: dict[str, str] = {}
            for day in (own, *sorted(each for each in self.book.days_of(name) if each > own)):
                found.setdefault(self.prover(readings, day).named(name, node), day)
                if T in found:
                    break
            first = found.get(U) or found.get(T) or own
            self.reaches[key] = Days(first, found.get(T, first))
        return self.reaches[key]

    # ------------------------------------------------------------------ what is missing

    def missing(
        self, rule: Rule, entity: str, role: str, actor: str | None, readings: frozenset[str]
    ) -> list[frozenset[Gap]]:
        """The smallest sets of facts that could decide an undetermined finding, either way."""
        prover, now = self.prover(readings), self.prover(readings, self.day)
        own, held, roles, _ = self.standing(rule, role, entity, actor, readings)
        shapes = [(now if own == U else prover, rule.id, entity)]
        shapes += [(now if rule.awaits_role else prover, *each) for each in roles] if held == U else []
        shapes += [(prover, rule.bearer_is, actor)] if rule.bearer_is and actor else []
        ends = either([prover.gaps(name, node, F) for _, name, node in shapes])
        arises = together([on.gaps(name, node, T) for on, name, node in shapes])
        lifted, stands, times = self.gaps_of_effects(rule, entity, readings)
        others = [stands, *times, [self.unseen(rule, entity, readings)]]
        options = [ends, lifted, together([arises, *others])]
        waiting = [(name, node) for on, name, node in shapes if on is now and self.book.last_day(name) > self.day]
        if waiting:  # it may also arise, and surely not yet
            later = together([prover.gaps(name, node, T) for _, name, node in shapes])
            options.append(together([later, either([now.gaps(*each, F) for each in waiting]), *others]))
        if actor is None and rule.bearer_is:
            options.append([frozenset({(entity, self.book.named_by(role))})])
        return smallest(gaps for option in options for gaps in option if gaps) or self.vague_events(entity)

    def vague_events(self, entity: str) -> list[frozenset[Gap]]:
        """The events with which an entity began, each where it may have taken place by the day and may not."""
        bounds = [(each.bounds, (each.subject, each.fact)) for each in self.events_at(entity) if each and each.bounds]
        return [frozenset({gap}) for (low, high), gap in bounds if (low or NEVER) <= self.day < (high or OPEN)]

    def gaps_of_effects(self, rule: Rule, entity: str, readings: frozenset[str]) -> tuple:
        """What would make an exemption hold; what would make all fail; and what would decide on each transition."""
        key = (self.book.alike[rule.id], entity, readings)
        if key not in self.gaps:
            self.gaps[key] = self.find_gaps_of_effects(rule, entity, readings)
        return self.gaps[key]

    def find_gaps_of_effects(self, rule: Rule, entity: str, readings: frozenset[str]) -> tuple:
        prover, (exemptions, transitions) = self.prover(readings), self.effects_at(rule, entity)
        moved = [
            self.gaps_of_exemption(exemption, node, readings)
            for exemption, node in exemptions
            if exemption.is_active(readings)
        ]
        times = [
            either([prover.gaps(transition.id, node, T), prover.gaps(transition.id, node, F)])
            for transition, node in transitions
            if transition.is_active(readings) and self.net(transition, node, readings) == U
        ]
        return either([holds for holds, _ in moved]), together([fails for _, fails in moved]), times

    def gaps_of_exemption(self, exemption: Rule, node: str, readings: frozenset[str]) -> tuple:
        """What would make an exemption hold at a node, and what would make it fail, exceptions counted."""
        key = (exemption.id, node, readings)
        if key not in self.moves:
            gaps, others = self.prover(readings).gaps, list(self.exceptions(exemption.id, node, readings))
            holds = together([gaps(exemption.id, node, T), *(gaps(other.id, node, F) for other in others)])
            fails = either([gaps(exemption.id, node, F), *(gaps(other.id, node, T) for other in others)])
            self.moves[key] = (holds, fails)
        return self.moves[key]

    # ------------------------------------------------------------------ classifications

    def classifications(self) -> list[Classification]:
        """Truth of every definition, exemption and exception at every entity; of roles, for each actor."""
        found = []
        for rule in self.rules.values():
            if rule.kind in ("Definition", "Permission", "Exemption", "Exception"):
                for node in self.facts.of_class(rule.target):
                    found += self.classify(rule, node)
        return found

    def classify(self, rule: Rule, node: str) -> list[Classification]:
        questions = self.questions_about(rule, node)
        judge = lambda chosen: self.classified(rule, node, self.readings.with_(chosen))  # noqa: E731
        truth, readings, contested, chosen = self.weigh(judge, questions, lambda found: found)
        prover = self.prover(self.readings.with_(chosen))
        because = self.why_classified(rule, node, truth, prover)
        if contested:
            truth = U
        found = []
        for actor, named in ((rule.on and self.named_by(rule, node, prover.readings)) or {None: Named()}).items():
            given = conferral(rule, node, truth, named)
            reason = because if (rule.id, node) in given.why else prover.reasons_of(given.why)
            found.append(Classification(rule, node, actor, given.truth, readings, contested, reason))
        return found

    def classified(self, rule: Rule, node: str, readings: frozenset[str]) -> str:
        if not rule.is_active(readings):
            return F
        return self.net(rule, node, readings) if rule.kind == "Exemption" else self.truth(rule.id, node, readings)

    def why_classified(self, rule: Rule, node: str, truth: str, prover: Prover) -> list[Step]:
        own = self.truth(rule.id, node, prover.readings)
        if rule.kind != "Exemption" or own == truth:
            return prover.because(rule.id, node)
        others = self.exceptions(rule.id, node, prover.readings)
        deciding = [other for other in others if self.truth(other.id, node, prover.readings) == opposite(truth)]
        return [step for other in deciding for step in prover.because(other.id, node)]

    def questions_about(self, rule: Rule, node: str) -> list[str]:
        others = self.book.defeating.get(rule.id, []) if rule.kind == "Exemption" else []
        return sorted(NONE.union(*(self.sways(other, node) for other in (rule, *others))))


def earliest(given: Sequence[Conferral], spans: Sequence[Days]) -> Days:
    """Of definitions that confer a role or may, the first days on which one of them may, and on which one does."""
    first = min((span.first for span in spans), default=NEVER)
    sure = (span.sure for each, span in zip(given, spans, strict=True) if each.truth == T)
    return Days(first, min(sure, default=first))


def conjunction(truths: Sequence[str]) -> str:
    return F if F in truths else U if U in truths else T


def opposite(truth: str) -> str:
    return {T: F, F: T, U: U}[truth]

"""Likeness: what the law sees of an entity of a project, without names, and without what it does not tell apart.

It sees the facts for which the rules ask: numbers between the thresholds with which these compare, days among theirs
and in their order, licences and places by the terms that they name. Two entities that look alike get the same findings,
but for names and days.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ..descriptions.description import SECTIONS
from ..findings.evaluate import plain_shapes
from ..law.engine import comparable
from ..law.graph import Literal
from ..law.knowledge import DUTIES, Fact, Knowledge, Rule, Text
from ..law.names import AIACT
from ..law.shapes import FAILS, HOLDS, RANGES, STATES, Path, walk
from .outline import COMPUTED, OPEN, Outline, Outlines

OTHER = "other"  # a value that the law does not name


class Likeness(NamedTuple):
    """What a view shows of one entity: the key, and what stands in it only by number."""

    key: tuple
    names: Sequence[str]
    days: Sequence[str]


class Law:
    """What the duties under one text of the Act as of one day (YYYY-MM-DD) see of an entity of each class."""

    def __init__(self, knowledge: Knowledge, text: Text, today: str) -> None:
        self.knowledge, self.text, self.today = knowledge, text, today
        self.plain = plain_shapes(knowledge, text)
        self.rules = {rule.id: rule for rule in knowledge.rules.values() if rule.in_force(text.id)}
        numbers = (value for kind, value in constants(self.plain.values()) if kind == "number")
        self.outlines = Outlines(knowledge, {float(value) for value in numbers})
        duties = [(place, rule) for place, rule in enumerate(self.rules.values()) if rule.kind in DUTIES]
        self.upon = {  # with their places in the order of the law
            cls: [(place, duty) for place, duty in duties if duty.target in knowledge.parents[cls]]
            for cls in SECTIONS.values()
        }
        self.views = {cls: View(self, self.around(found)) for cls, found in self.upon.items() if found}

    def around(self, duties: list[tuple[int, Rule]]) -> list[Rule]:
        """All rules on which findings of duties depend.

        These are what confers the roles of their bearers and what confines them, what lifts or postpones them, and
        what defeats that.
        """
        names = {duty.id for _, duty in duties}
        roles = {role for _, duty in duties for role in duty.bearers}
        names |= {duty.bearer_is for _, duty in duties}
        found = [
            rule
            for rule in self.rules.values()
            if rule.id in names
            or rule.confers in roles
            or names.intersection((*rule.limits, *rule.lifts, *rule.disapplies, *rule.postpones))
        ]
        near = {rule.id for rule in found}
        return found + [rule for rule in self.rules.values() if rule.id not in near and near.intersection(rule.defeats)]


class Seen:
    """What is asked of one fact: the numbers, days and values with which rules compare it."""

    def __init__(self) -> None:
        self.thresholds: set[float] = set()
        self.days: set[str] = set()
        self.values: set[str] = set()
        self.whole = False  # compared with the values of another fact


class View:
    """What some rules see of an entity: which facts of it and of others, and what of each."""

    def __init__(self, law: Law, rules: list[Rule]) -> None:
        self.law, self.knowledge = law, law.knowledge
        self.seen: dict[tuple[str, str], Seen] = {}
        self.back: set[tuple[str, str]] = set()
        self.walked: set[tuple] = set()
        for rule in rules:
            for cls in self.kinds_of(rule.target):
                for sign in (HOLDS, FAILS):
                    self.walk(("shape", rule.id + sign), cls, None)
                    for name, _ in rule.other_than:
                        self.walk(("shape", name + sign), cls, None)
                if rule.on:
                    self.follow(rule.on, cls, None)
                if rule.through:
                    for at, _ in self.follow(rule.on.of[0], cls, None):
                        self.walk(("shape", rule.through + HOLDS), at, None)
                        self.walk(("shape", rule.through + FAILS), at, None)
        self.look_at_time(rules)
        self.look_behind()
        self.of_law = frozenset(day for seen in self.seen.values() for day in seen.days)
        self.days = sorted(self.of_law)
        self.plans = {cls: self.plan(cls) for cls in SECTIONS.values()}
        self.inverse = {
            cls: [self.knowledge.facts[iri].key for at, iri in sorted(self.back) if at == cls] for cls in self.plans
        }
        self.terms = {iri for _, iri in self.seen} | {v for seen in self.seen.values() for v in seen.values}
        self.codes: dict[tuple, tuple] = {}
        self.forms: dict[str, frozenset] = {}

    # -- what is asked

    def kinds_of(self, cls: str) -> list[str]:
        """The classes of entities that are of a class."""
        return [each for each in self.knowledge.keys if cls in self.knowledge.parents[each]]

    def see(self, cls: str | None, iri: str) -> Seen:
        return self.seen.setdefault((cls or "", iri), Seen())

    def walk(self, plain: tuple, cls: str | None, fact: Seen | None) -> None:
        """Goes through a plain expression about entities of a class, or about values of a fact."""
        kind = plain[0]
        if kind == "shape":
            if (plain[1], cls, id(fact)) not in self.walked and plain[1] in self.law.plain:
                self.walked.add((plain[1], cls, id(fact)))
                self.walk(self.law.plain[plain[1]], cls, fact)
        elif kind in ("all", "any"):
            for part in plain[1:]:
                self.walk(part, cls, fact)
        elif kind == "not":
            self.walk(plain[1], cls, fact)
        elif kind == "when":
            self.walk(plain[2], cls, fact)
        elif kind in ("every", "some", "atMost"):
            named = any(part[0] == "shape" for part in walk(plain[2]))
            for at, seen in self.follow(plain[1], cls, fact):
                if seen and named:  # a reason names the value of which it is told
                    seen.whole = True
                self.walk(plain[2], at, seen)
        elif kind == "count":
            self.follow(plain[1], cls, fact)
        elif kind == "has":
            if plain[1] == Path("predicate", STATES):
                self.see(cls, plain[2])
            else:
                for _, seen in self.follow(plain[1], cls, fact):
                    self.compare([plain[2]], seen)
        elif kind in ("equals", "disjoint"):
            for path in (plain[1], Path("predicate", plain[2])):
                for _, seen in self.follow(path, cls, fact):
                    if seen:
                        seen.whole = True
        elif kind == "in":
            self.compare(plain[1], fact)
        elif kind in RANGES:
            self.compare([plain[1]], fact)
        elif kind not in ("class", "datatype"):
            raise NotImplementedError(f"a likeness does not know {kind}")

    def compare(self, terms: Iterable, fact: Seen | None) -> None:
        for term in terms if fact else ():
            value = comparable(term)
            if value and value[0] == "number":
                fact.thresholds.add(float(value[1]))
            elif value:
                fact.days.add(value[1])
            elif isinstance(term, str):
                fact.values.add(term)

    def follow(self, path: Path, cls: str | None, fact: Seen | None) -> list[tuple[str | None, Seen | None]]:
        """Where a path leads from a class of entities: classes, and the fact of which these are values."""
        if path.kind == "sequence":
            found = [(cls, fact)]
            for step in path.of:
                found = [end for at, seen in found for end in self.follow(step, at, seen)]
            return found
        known = self.knowledge.facts.get(path.of)
        if known is None:  # the ends of an interval, the memberships of a place
            return [(cls, fact)]
        if path.kind == "inverse":
            self.back.add((cls or "", path.of))
            return [(each, None) for name in known.classes for each in self.kinds_of(name)]
        seen = self.see(cls, path.of)
        ends = self.kinds_of(known.range) if known.kind in ("link", "licence") else [None]
        if path.kind != "predicate":
            for each in ends:
                self.see(each, path.of)
        return [*((each, seen) for each in ends), *([(cls, fact)] if path.kind == "zeroOrMore" else [])]

    def look_at_time(self, rules: list[Rule]) -> None:
        """Days that are compared outside the shapes: when things begin, are due, and pass from one text to another."""
        law, base = self.law, self.knowledge
        names = {name.removesuffix(HOLDS).removesuffix(FAILS) for name, *_ in self.walked} | {r.id for r in rules}
        days = {law.text.applies_from.get(name, "") for name in names} | {law.today}
        days |= {law.text.parameters[rule.until].text for rule in rules if rule.until}
        timed = {iri for found in base.starts.values() for iri in found} | {
            duty.due_on for r in rules for duty in r.duties
        }
        for cls, found in base.starts_within.items():
            self.back |= {(each, name) for each in self.kinds_of(cls) for name in found}
        timed |= {AIACT + rule.only_if for rule in rules if rule.only_if} | {rule.begins_with for rule in rules}
        for iri in (timed | {iri for found in base.inherits.values() for iri in found}) - {""}:
            for cls in (each for name in base.facts[iri].classes for each in self.kinds_of(name)):
                self.see(cls, iri).days |= (days - {""}) if iri in timed else set()

    def look_behind(self) -> None:
        """What is computed only is missing for want of what it is computed from."""
        for derivation in self.knowledge.derivations:
            at = [cls for cls, iri in list(self.seen) if iri == derivation.fact]
            for cls in at:
                for path in derivation.operands if self.knowledge.facts[derivation.fact].derived_only else ():
                    self.follow(Path("sequence", tuple(Path("predicate", step) for step in path)), cls, None)
                if derivation.not_before:
                    self.see(cls, derivation.fact).days.add(derivation.not_before)

    def plan(self, cls: str) -> dict[str, tuple[str, Seen, Fact, list[int]]]:
        found = {}
        for key, iri in self.knowledge.keys[cls].items():
            seen, fact = self.seen.get((cls, iri)), self.knowledge.facts[iri]
            if seen:
                ranks = [self.rank(code, sorted(seen.thresholds)) for code in range(2 * len(self.every) + 1)]
                found[key] = (fact.kind, seen, fact, ranks if fact.kind == "number" else [])
        return found

    @property
    def every(self) -> list[float]:
        return self.law.outlines.thresholds

    def rank(self, code: int, own: list[float]) -> int:
        """The rank of a number among the thresholds of one fact, from that among all."""
        if code // 2 == len(self.every):
            return 2 * len(own)
        place, value = bisect_left(own, self.every[code // 2]), self.every[code // 2]
        return 2 * place + (code % 2 and place < len(own) and own[place] == value)

    # -- looking

    def of(self, outline: Outline, start: int) -> Likeness:
        """What the duties see of one entity, and of all to which its links lead."""
        places, order = {start: 0}, [start]
        names: dict[int, int] = {}
        days: dict[int, int] = {}
        key: list = []
        texts: list[str] = []  # of licences that nobody describes
        for at in order:
            cls = outline.classes[at]
            plan = self.plans[cls]
            key.append(cls)
            for word, code in outline.stated[at].items():
                asked = plan.get(word)
                if asked is None:
                    continue
                kind = asked[0]
                if kind == "concept" or kind == "number":
                    code = self.codes.get((cls, word, code)) or self.narrowed(cls, word, code)
                elif kind == "link" or kind == "licence" or kind == "place":
                    found = []
                    for each in code:
                        if type(each) is int:
                            if each not in places:
                                places[each] = len(order)
                                order.append(each)
                            found.append(places[each])
                        elif type(each) is tuple:
                            iri, name = each
                            found.append((self.forms.get(iri) or self.form(iri), names.setdefault(name, len(names))))
                        else:
                            found.append(each)
                            if type(each) is str:
                                texts.append(f"licence/{each}")
                    code = (*found,)
                elif kind != "boolean" and kind != "text":
                    code = (*[self.moments(each, days) for each in code],)
                key.append(word)
                key.append(code)
            for word in self.inverse[cls]:
                sources = outline.sources.get((word, at))
                if sources:
                    for source in sources:
                        if source not in places:
                            places[source] = len(order)
                            order.append(source)
                    key.append(word)
                    key.append((*[places[source] for source in sources], "back"))
        spelled, moments = list(outline.names), list(outline.days)
        seen = [moments[each] for each in days]
        if seen:
            key.append(self.order(seen))
        called = [*(spelled[at] for at in order), *texts]
        if len(called) > 1:  # what is missing is told in the order of names
            key.append(tuple(sorted(range(len(called)), key=called.__getitem__)))
        return Likeness(tuple(key), (*[spelled[at] for at in order], *[spelled[each] for each in names]), tuple(seen))

    def moments(self, code, days: dict[int, int]) -> object:
        if type(code) is not tuple:
            return code
        low, high = code
        return (
            OPEN if low == OPEN else days.setdefault(low, len(days)),
            OPEN if high == OPEN else days.setdefault(high, len(days)),
            "day",
        )

    def narrowed(self, cls: str, word: str, code: tuple) -> tuple:
        """Numbers and values as far as rules tell them apart."""
        kind, seen, fact, ranks = self.plans[cls][word]
        if kind == "number":
            ends = [
                each if each is COMPUTED else tuple(end if end == OPEN else ranks[end] for end in each) for each in code
            ]
        else:
            ends = [each if seen.whole or fact.values[each] in seen.values else OTHER for each in code]
        self.codes[cls, word, code] = found = (*ends, kind)
        return found

    def form(self, iri: str) -> frozenset:
        """What this view sees of a licence or place of the catalogue."""
        said = self.knowledge.catalogue[iri]
        whole = any(subject != iri for subject, _, _ in said)
        facts = self.knowledge.facts
        self.forms[iri] = frozenset(
            (s if s != iri else "", p, o if whole or p not in facts or o in self.terms else OTHER)
            for s, p, o in said
            if whole or p not in (*facts, STATES) or (o if p == STATES else p) in self.terms
        ) or frozenset({()})
        return self.forms[iri]

    def order(self, days: list[str]) -> tuple:
        """Where days stand among those of the law and among one another."""
        found, rank, last = {}, 0, None
        for moment in sorted(days):
            place = bisect_left(self.days, moment)
            of_law = place < len(self.days) and self.days[place] == moment
            rank = rank + 1 if place == last and not of_law else 0
            last = place
            found[moment] = (place, -1 if of_law else rank)
        return tuple(found[moment] for moment in days)


def constants(plain: object) -> Iterator[tuple[str, object]]:
    """The numbers and days with which plain shapes compare."""
    if isinstance(plain, Literal):
        value = comparable(plain)
        if value is not None:
            yield value
    elif isinstance(plain, Iterable) and not isinstance(plain, str):
        for part in plain:
            yield from constants(part)

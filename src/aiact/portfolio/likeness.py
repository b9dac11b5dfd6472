"""Likeness: what a duty sees of a project, without names, and without what it does not tell apart.

A duty sees the facts that its rule asks for, and those that whatever confers, lifts, defeats, postpones or limits it
asks for; numbers between the thresholds with which these compare, days among theirs and in their order, licences and
places by the terms that they name. Two entities that look alike to a duty get the same finding, but for names and days.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ..descriptions.description import SECTIONS
from ..findings.evaluate import plain_shapes
from ..law.engine import comparable
from ..law.graph import Literal
from ..law.knowledge import DUTIES, Knowledge, Rule, Text
from ..law.names import AIACT, RDF
from ..law.shapes import FAILS, HOLDS, STATES, Path
from .outline import COMPUTED, OPEN, Outline, Outlines

OTHER = "other"  # a value that the law does not name


class Likeness(NamedTuple):
    """What a view shows of one entity: the key, and what stands in it only by number."""

    key: tuple
    names: tuple[str, ...]
    days: tuple[str, ...]


class Law:
    """The views of all duties under one text of the Act as of one day (YYYY-MM-DD)."""

    def __init__(self, knowledge: Knowledge, text: Text, today: str) -> None:
        self.knowledge, self.text, self.today = knowledge, text, today
        self.plain = plain_shapes(knowledge, text)
        self.rules = {rule.id: rule for rule in knowledge.rules.values() if rule.in_force(text.id)}
        numbers = (value for kind, value in constants(self.plain.values()) if kind == "number")
        self.outlines = Outlines(knowledge, {float(value) for value in numbers})
        found: dict[tuple, View] = {}
        for place, rule in enumerate(self.rules.values()):
            if rule.kind in DUTIES:
                view = View(self, rule)
                found.setdefault(view.signature, view).duties.append((place, rule))
        self.views = list(found.values())
        self.upon = {
            cls: [view for view in self.views if view.target in knowledge.parents[cls]] for cls in SECTIONS.values()
        }

    def around(self, duty: Rule) -> list[Rule]:
        """The rules on which a finding of a duty depends."""
        effects = [
            rule
            for rule in self.rules.values()
            if duty.id in (*rule.lifts, *rule.disapplies, *rule.postpones, *rule.limits)
            or rule.confers in duty.bearers
            or rule.id == duty.bearer_is
        ]
        names = {rule.id for rule in effects}
        return [duty, *effects, *(rule for rule in self.rules.values() if names.intersection(rule.defeats))]


class View:
    """What the duties of one sort see."""

    def __init__(self, law: Law, duty: Rule) -> None:
        self.law, self.knowledge, self.target = law, law.knowledge, duty.target
        self.duties: list[tuple[int, Rule]] = []  # with their places in the order of the law
        rules = law.around(duty)
        shapes = self.reached([rule.id for rule in rules])
        terms = set(parts(shapes.values()))
        self.terms = {term for term in terms if isinstance(term, str)}
        self.back = {path.of for path in terms if isinstance(path, Path) and path.kind == "inverse"}
        self.facts = self.asked(rules)
        self.compared = set(compared(shapes.values()))
        known = set(constants(shapes.values()))
        self.thresholds = sorted({float(value) for kind, value in known if kind == "number"})
        used = {name.removesuffix(HOLDS).removesuffix(FAILS) for name in shapes} | {rule.id for rule in rules}
        days = {value for kind, value in known if kind == "date"}
        days |= {law.text.applies_from.get(name, "") for name in used} | {law.today}
        days |= {law.text.parameters[rule.until].text for rule in rules if rule.until}
        days |= {each.not_before for each in self.knowledge.derivations if each.fact in self.facts}
        self.days = sorted(days - {""})
        self.signature = (
            self.target, frozenset(self.facts), frozenset(self.back), frozenset(self.terms), frozenset(self.compared),
            tuple(self.thresholds), tuple(self.days),
        )  # fmt: skip
        self.ranks = [self.rank(code) for code in range(2 * len(law.outlines.thresholds) + 1)]
        self.kinds = {fact.key: fact.kind for fact in self.knowledge.facts.values() if fact.iri in self.facts}
        self.inverse = [fact.key for fact in self.knowledge.facts.values() if fact.iri in self.back]
        self.tokens: dict[tuple[str, tuple], tuple] = {}
        self.forms: dict[str, frozenset] = {}

    def reached(self, names: Iterable[str]) -> dict[str, tuple]:
        """The plain shapes of some rules, and those that they use."""
        found, queue = {}, [name + sign for name in names for sign in (HOLDS, FAILS)]
        while queue:
            name = queue.pop()
            if name not in found and name in self.law.plain:
                found[name] = self.law.plain[name]
                queue += [part[1] for part in nodes(found[name]) if part[0] == "shape"]
        return found

    def asked(self, rules: list[Rule]) -> set[str]:
        """The facts that a finding asks for, and those from which they are computed."""
        asked = {iri for iri in self.terms if iri in self.knowledge.facts}
        asked |= {path.of for rule in rules if rule.on for path in leaves(rule.on)}
        for each in (self.knowledge.inherits, self.knowledge.starts):
            asked |= {iri for found in each.values() for iri in found}
        asked |= {duty.due_on for rule in rules for duty in rule.duties if duty.due_on}
        asked |= {AIACT + rule.only_if for rule in rules if rule.only_if}
        asked |= {rule.begins_with for rule in rules if rule.begins_with}
        while True:
            more = {
                iri
                for each in self.knowledge.derivations
                if each.fact in asked
                for iri in (*(step for path in each.operands for step in path), each.only_where)
                if iri
            }
            if more <= asked:
                return asked
            asked |= more

    def rank(self, code: int) -> int:
        """The rank of a number among the thresholds of this view, from that among all."""
        every = self.law.outlines.thresholds
        if code % 2:
            place = bisect_left(self.thresholds, every[code // 2])
            return 2 * place + (place < len(self.thresholds) and self.thresholds[place] == every[code // 2])
        return 2 * (bisect_left(self.thresholds, every[code // 2]) if code // 2 < len(every) else len(self.thresholds))

    # -- looking

    def of(self, outline: Outline, start: int) -> Likeness:
        """What the duties see of one entity, and of all to which its links lead."""
        places, order = {start: 0}, [start]
        names: dict[int, int] = {}
        days: dict[int, int] = {}
        key: list = []
        kinds = self.kinds
        for at in order:
            key.append(outline.classes[at])
            for word, code in outline.stated[at].items():
                kind = kinds.get(word)
                if kind is None:
                    continue
                if kind == "concept":
                    code = self.tokens.get((word, code)) or self.named_by_law(word, code)
                elif kind == "number":
                    code = (*[self.between(each) for each in code],)
                elif kind == "link":
                    for target in code:
                        if target not in places:
                            places[target] = len(order)
                            order.append(target)
                    code = (*[places[target] for target in code],)
                elif kind in ("date", "event"):
                    code = (*[self.moments(each, days) for each in code],)
                elif kind in ("licence", "place"):
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
                    code = (*found,)
                key.append(word)
                key.append(code)
            for word in self.inverse:
                sources = outline.sources.get((word, at))
                if sources:
                    for source in sources:
                        if source not in places:
                            places[source] = len(order)
                            order.append(source)
                    key.append(word)
                    key.append((*[places[source] for source in sources], "back"))
        spelled = list(outline.names)
        moments = list(outline.days)
        seen = [moments[each] for each in days]
        key.append(self.order(seen))
        return Likeness(tuple(key), (*[spelled[at] for at in order], *[spelled[each] for each in names]), tuple(seen))

    def between(self, code) -> object:
        if code is COMPUTED:
            return code
        low, high = code
        return low if low == OPEN else self.ranks[low], high if high == OPEN else self.ranks[high]

    def moments(self, code, days: dict[int, int]) -> object:
        if type(code) is not tuple:
            return code
        low, high = code
        return (
            OPEN if low == OPEN else days.setdefault(low, len(days)),
            OPEN if high == OPEN else days.setdefault(high, len(days)),
            "day",
        )

    def named_by_law(self, word: str, code: tuple) -> tuple:
        """Values of a list, but for those that no rule of this view names."""
        fact = next(fact for fact in self.knowledge.facts.values() if fact.key == word and fact.iri in self.facts)
        merged = fact.iri not in self.compared
        found = (*(each if not merged or fact.values[each] in self.terms else OTHER for each in code), "values")
        self.tokens[word, code] = found
        return found

    def form(self, iri: str) -> frozenset:
        """What this view sees of a licence or place of the catalogue."""
        said = self.knowledge.catalogue[iri]
        seen = {RDF + "type", *self.terms}
        whole = any(subject != iri for subject, _, _ in said)
        self.forms[iri] = frozenset(
            (s if s != iri else "", p, o if whole or isinstance(o, Literal) or o in seen else OTHER)
            for s, p, o in said
            if whole or (p in seen and (p != STATES or o in self.facts))
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


# ---------------------------------------------------------------------------------------------- in plain shapes


def nodes(plain: object) -> Iterator[tuple]:
    """All expressions within plain shapes."""
    if isinstance(plain, tuple) and not isinstance(plain, (Literal, Path)):
        if plain and isinstance(plain[0], str):
            yield plain
        for part in plain:
            yield from nodes(part)


def leaves(path: Path) -> Iterator[Path]:
    for step in path.of if isinstance(path.of, tuple) else ():
        yield from leaves(step)
    if not isinstance(path.of, tuple):
        yield path


def parts(plain: object) -> Iterator[object]:
    """All words, literals and steps of paths in plain shapes."""
    if isinstance(plain, Path):
        for step in leaves(plain):
            yield step
            yield step.of
    elif isinstance(plain, (str, Literal)):
        yield plain
    elif isinstance(plain, Iterable):
        for part in plain:
            yield from parts(part)


def constants(plain: object) -> Iterator[tuple[str, object]]:
    """The numbers and days with which plain shapes compare."""
    for term in parts(plain):
        if isinstance(term, Literal):
            value = comparable(term)
            if value is not None:
                yield value


def compared(plain: Iterable[tuple]) -> Iterator[str]:
    """The facts of which the values are compared with those of others."""
    for shape in plain:
        for part in nodes(shape):
            if part[0] in ("equals", "disjoint"):
                yield part[2]
                yield from (step.of for step in leaves(part[1]))

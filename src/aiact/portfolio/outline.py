"""Outlines: what a description states, as codes. Numbers become ranks among the thresholds of the law, days and names
become places in a list.

An outline is a shortcut and no second reader: of whatever it does not know at sight, it says that it has none, and the
description is read as any other.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from fractions import Fraction
from functools import partial

from ..descriptions.description import CONTROL, MAX_ENTITIES, NAME, NONE, SECTIONS, SINGULAR
from ..descriptions.facts import MIXTURES, carried_out, exceeds, hull, namesakes
from ..descriptions.values import Bounds, ValueProblem, day, number
from ..law.graph import FALSE, Term
from ..law.knowledge import NONE as NOTHING
from ..law.knowledge import Contradiction, Derivation, Fact, Knowledge
from ..law.names import AIACT

OPEN = -1  # in place of the end of an interval that has none
AFFIXES = ("value", "source", "basis")
ENDS = ("min", "max", "source", "basis")
COMPUTED = "computed"
REMEMBERED = 50_000


class Unknown(Exception):
    """There is something in a description that an outline does not know at sight."""


class Outlines:
    """Reads outlines; ``thresholds`` are all numbers with which the law compares."""

    def __init__(self, knowledge: Knowledge, thresholds: Iterable[float]) -> None:
        self.knowledge, self.thresholds = knowledge, sorted(thresholds)
        self.plans = {cls: self.plan(cls) for cls in SECTIONS.values()}
        links = [fact for fact in knowledge.facts.values() if fact.kind == "link"]
        self.actor_facts = {fact.key for fact in links if fact.range == "Actor"}
        self.of_another = {fact.key for fact in links if fact.of_another}
        self.inner = {
            fact.key: {other.sub_key: other for other in knowledge.facts.values() if other.within == fact.iri}
            for fact in links
        }
        self.derivations: dict[str, list[Derivation]] = {}
        for each in knowledge.derivations:
            self.derivations.setdefault(each.fact, []).append(each)
        computed = [knowledge.facts[iri] for iri in self.derivations]
        self.computed = {
            cls: [fact for fact in computed if set(fact.classes) & set(knowledge.parents[cls])] for cls in self.plans
        }
        self.contradictions = {
            cls: [each for each in knowledge.contradictions if set(each.facts) <= set(knowledge.keys[cls].values())]
            for cls in self.plans
        }
        # Days and amounts as they were written, read once; forgotten where they are too many.
        self.days: dict[str | int, Bounds] = {}
        self.amounts: dict[str, tuple[float | None, float | None]] = {}

    def plan(self, cls: str) -> dict[str, partial]:
        """How a value of each fact of a class is looked at."""
        facts = [self.knowledge.facts[iri] for iri in self.knowledge.keys[cls].values()]
        return {fact.key: (getattr(Outline, fact.kind), fact) for fact in facts if not fact.derived_only}

    def of(self, description: dict) -> Outline | None:
        """The outline of a description (the tree of its JSON), or None if it has none."""
        for read in (self.days, self.amounts):
            if len(read) > REMEMBERED:
                read.clear()
        try:
            return Outline(self, description)
        except (Unknown, ValueProblem, TypeError, AttributeError, KeyError, OverflowError):
            return None

    def rank(self, value: float | None) -> int:
        """Where a number lies among the thresholds: odd on one, even between two."""
        if value is None:
            return OPEN
        place = bisect_left(self.thresholds, value)
        return 2 * place + (place < len(self.thresholds) and self.thresholds[place] == value)


class Outline:
    """Entities of one description, with a tuple of codes for each fact that is stated or computed; none is ``()``."""

    def __init__(self, outlines: Outlines, description: dict) -> None:
        self.all, self.knowledge = outlines, outlines.knowledge
        self.classes: list[str] = []
        self.index: dict[str, int] = {}
        self.names: dict[str, int] = {}  # entities first, then licences and places as findings call them
        self.days: dict[str, int] = {}
        self.stated: list[dict[str, tuple]] = []
        self.sources: dict[tuple[str, int], list[int]] = {}  # of the links that lead to an entity
        self.bounds: dict[tuple[int, str], list[tuple]] = {}
        self.results: dict[tuple[int, str], Bounds | None] = {}
        self.read(description)

    def read(self, description: dict) -> None:
        said, defaults = [], []
        for key, value in description.items():
            if key in SECTIONS:
                for id, each in value.items():
                    self.meet(SECTIONS[key], id, each)
                    said.append(each)
            elif key in SINGULAR or (key in self.all.actor_facts and type(value) is dict):
                self.meet(SINGULAR.get(key, "Actor"), key, value)
                said.append(value)
            elif (key, str(value)) != ("aiact", "1") and key not in ("name", "title", *self.all.actor_facts):
                raise Unknown
            if key in self.all.actor_facts:
                defaults.append((key, key if type(value) is dict else value))
        if not 0 < len(said) <= MAX_ENTITIES:
            raise Unknown
        self.licences = [id for id, at in self.index.items() if self.classes[at] == "Licence"]
        for at, facts in enumerate(said):
            self.entity(at, self.all.plans[self.classes[at]], facts)
        for id in self.licences:
            if len({MIXTURES[name] for name in MIXTURES if self.said(self.index[id], AIACT + name)}) > 1:
                raise Unknown
        self.default(defaults)
        for at, cls in enumerate(self.classes):
            if any(self.contradicts(at, each) for each in self.all.contradictions[cls]):
                raise Unknown
        for at, cls in enumerate(self.classes):
            for fact in self.all.computed[cls]:
                if fact.key not in self.stated[at]:
                    self.compute(at, fact)
        for at, cls in enumerate(self.classes):
            for fact in self.all.computed[cls]:
                self.compare(at, fact)
        for (at, key), found in self.results.items():
            if found is not None and key not in self.stated[at]:
                place = self.day if isinstance(found.low or found.high, str) else self.ranked
                self.stated[at][key] = ((place(found.low), place(found.high)), COMPUTED)

    def meet(self, cls: str, id: str, said: dict) -> None:
        if id in self.index or not NAME.fullmatch(id) or type(said) is not dict:
            raise Unknown
        self.index[id] = self.names[id] = len(self.classes)
        self.classes.append(cls)
        self.stated.append({})

    def entity(self, at: int, plan: dict, said: dict) -> None:
        stated = self.stated[at]
        for key, value in said.items():
            look, fact = plan[key]
            if type(value) is dict and key in self.all.inner and "value" not in value:
                value = self.unfolded(at, plan, fact, value)
            if key in stated:
                raise Unknown
            stated[key] = self.several(look, value, at, fact)

    def unfolded(self, at: int, plan: dict, fact: Fact, said: dict):
        """``modifies: {model: m0, compute: 2e22}``: the link; the facts in its map are those of the entity."""
        inner, range_ = self.all.inner[fact.key], fact.range.lower()
        if range_ not in said:
            raise Unknown
        for key, value in said.items():
            if key in inner:
                self.entity(at, plan, {inner[key].key: value})
            elif key not in (range_, "source", "basis"):
                raise Unknown
        return said[range_]

    def default(self, defaults: list[tuple[str, str]]) -> None:
        """Actors written at the top, for every entity that names no other and is nobody else's."""
        others = {target for key, target in self.sources if key in self.all.of_another}
        for key, id in defaults:
            actor = self.index[id]
            if self.classes[actor] != "Actor":
                raise Unknown
            for at, cls in enumerate(self.classes):
                if key in self.all.plans[cls] and at not in others and key not in self.stated[at]:
                    self.stated[at][key] = (actor,)
                    self.sources.setdefault((key, actor), []).append(at)

    # -- values

    def several(self, look, value, at: int, fact: Fact) -> tuple:
        """A value, a value with its source, or a list of values."""
        if type(value) is list:
            if (not value and not fact.may_be_none) or NONE in value:
                raise Unknown
            return (*[code for each in value for code in self.several(look, each, at, fact)],)
        if type(value) is dict and "value" in value:
            if any(key not in AFFIXES or (key != "value" and type(said) is not str) for key, said in value.items()):
                raise Unknown
            return self.several(look, value["value"], at, fact)
        if value == NONE and fact.kind in ("concept", "link"):
            if not fact.may_be_none:
                raise Unknown
            return ()
        return (look(self, value, at, fact),)

    def boolean(self, value, at: int, fact: Fact) -> bool:
        if value is True or value is False:
            return value
        raise Unknown

    def text(self, value, at: int, fact: Fact) -> bool:
        if type(value) is not str or not value.strip() or value in ("null", "~") or CONTROL.search(value):
            raise Unknown
        return True

    def concept(self, value, at: int, fact: Fact) -> str:
        if value in fact.values:
            return value
        raise Unknown

    def link(self, value, at: int, fact: Fact) -> int:
        target = self.index[value]
        if fact.range not in self.knowledge.parents[self.classes[target]]:
            raise Unknown
        self.sources.setdefault((fact.key, target), []).append(at)
        return target

    def place(self, value, at: int, fact: Fact) -> tuple[str, int]:
        return self.named(self.knowledge.places[value.lower()])

    def named(self, iri: str) -> tuple[str, int]:
        """Something of the catalogue."""
        return iri, self.names.setdefault(iri, len(self.names))

    def licence(self, value, at: int, fact: Fact) -> int | str | tuple[str, int]:
        if type(value) is not str or value != value.strip() or not value or CONTROL.search(value):
            raise Unknown
        described = self.index.get(value)
        if described is not None and self.classes[described] == "Licence":
            return described
        if namesakes(value, self.licences, self.knowledge):
            raise Unknown
        iri = self.knowledge.licences.get(value.lower())
        if iri is None and value in ("null", "~"):
            raise Unknown
        return self.named(iri) if iri else value

    def number(self, value, at: int, fact: Fact) -> tuple[int, int]:
        low, high = self.amount(value)
        self.bounds.setdefault((at, fact.key), []).append((low, high))
        return self.all.rank(low), self.all.rank(high)

    def amount(self, value) -> tuple[float | None, float | None]:
        kind = type(value)
        if kind is float or kind is int:
            found = float(value)
            if not 0 <= found < float("inf"):
                raise Unknown
            return found, found
        if kind is str:
            found = self.all.amounts.get(value)
            if found is None:
                found = self.all.amounts[value] = tuple(
                    end if end is None else float(end) for end in number(value.strip())
                )
            return found
        return self.between(value, self.amount)

    def between(self, value, read) -> tuple:
        """``{min: …, max: …}``"""
        if type(value) is not dict or any(key not in ENDS for key in value):
            raise Unknown
        ends = [read(value[end])[side] if end in value else None for side, end in enumerate(("min", "max"))]
        low, high = ends
        if ends.count(None) != 2 - ("min" in value) - ("max" in value) or ends.count(None) == 2:
            raise Unknown
        if any(type(value.get(end)) is dict for end in ("min", "max")) or (None not in ends and low > high):
            raise Unknown
        return low, high

    def date(self, value, at: int, fact: Fact) -> tuple[int, int]:
        low, high = self.between(value, self.moment) if type(value) is dict else self.moment(value)
        self.bounds.setdefault((at, fact.key), []).append((low, high))
        return self.day(low), self.day(high)

    def event(self, value, at: int, fact: Fact) -> bool | tuple[int, int]:
        if type(value) is not bool:
            return self.date(value, at, fact)
        self.bounds.setdefault((at, fact.key), []).append((None, None))
        return value

    def moment(self, value) -> Bounds:
        found = self.all.days.get(value) if type(value) is str else None
        if found is None:
            if type(value) not in (str, int):
                raise Unknown
            found = self.all.days[value] = day(str(value).strip())
        return found

    def day(self, moment: str | None) -> int:
        return OPEN if moment is None else self.days.setdefault(moment, len(self.days))

    def ranked(self, value: Fraction | None) -> int:
        return self.all.rank(None if value is None else float(value))

    # -- what contradicts itself

    def contradicts(self, at: int, contradiction: Contradiction) -> bool:
        """Whether facts are stated that cannot all be so; which of them stay open is for a reader to say."""
        facts, doubted, unless = self.knowledge.facts, contradiction.doubted, contradiction.unless
        if unless and (facts[unless].key, at) in self.sources:
            return False
        return all(self.is_meant(at, facts[iri], meant, iri in doubted) for iri, meant in contradiction.facts.items())

    def is_meant(self, at: int, fact: Fact, meant: tuple[Term, ...], whole: bool) -> bool:
        """Whether a fact is stated with one of the values meant: as the whole of a list, or as a part of it."""
        said = self.stated[at].get(fact.key)
        if not said:
            return said is not None and NOTHING in meant
        if fact.kind == "number":
            return all(low for low, _ in self.bounds[at, fact.key])
        if fact.kind in ("boolean", "event"):
            return all((code is False) == (FALSE in meant) for code in said)
        found = [not meant or fact.values.get(code) in meant for code in said]
        if fact.many and not whole:
            return any(found)
        return all(found) and (len(set(said)) == 1 or not fact.many)

    # -- what follows by arithmetic

    def compute(self, at: int, fact: Fact) -> Bounds | None:
        """The bounds of a fact that is not stated, by the first derivation that gives any."""
        if (at, fact.key) not in self.results:
            self.results[at, fact.key] = None  # what rests on itself rests on nothing
            for derivation in self.all.derivations[fact.iri]:
                found = self.apply(derivation, at)
                if found is not None:
                    self.results[at, fact.key] = found
                    break
        return self.results[at, fact.key]

    def compare(self, at: int, fact: Fact) -> None:
        """What is stated or computed, and computes otherwise by another derivation, is for a reader to settle."""
        known = self.results.get((at, fact.key)) or self.given(at, fact)
        if known is not None:
            for derivation in self.all.derivations[fact.iri]:
                found = self.apply(derivation, at) if derivation.tolerance is not None else None
                if found is not None and exceeds(found, known, derivation.tolerance):
                    raise Unknown

    def given(self, at: int, fact: Fact) -> Bounds | None:
        """The bounds of a fact that is stated."""
        found = self.bounds.get((at, fact.key))
        return hull([exact(*ends) for ends in found]) if found else None

    def apply(self, derivation: Derivation, at: int) -> Bounds | None:
        if derivation.only_where and True not in (self.said(at, derivation.only_where) or ()):
            return None
        return carried_out(derivation, [self.operand(at, path) for path in derivation.operands])

    def said(self, at: int, iri: str) -> tuple | None:
        return self.stated[at].get(self.knowledge.facts[iri].key)

    def operand(self, at: int, path: tuple[str, ...]) -> list[Bounds] | None:
        """The bounds found at the end of a path; None if anything on the way is not stated."""
        nodes = [at]
        for step in path[:-1]:
            said = [self.said(node, step) for node in nodes]
            if None in said and self.knowledge.facts[step].presumed is None:
                return None
            nodes = [other for each in said for other in each or ()]
        fact, found = self.knowledge.facts[path[-1]], []
        for node in nodes:
            given = self.given(node, fact)
            if given is not None:
                found.append(given)
            else:
                computed = self.compute(node, fact) if fact.iri in self.all.derivations else None
                if computed is None:
                    return None
                found.append(computed)
        return found


def exact(low: float | str | None, high: float | str | None) -> Bounds:
    """Bounds as facts have them: numbers as fractions."""
    return Bounds(*(Fraction(repr(end)) if isinstance(end, float) else end for end in (low, high)))

"""What next: the smallest changes within reach that lighten a finding, and what each costs; components and licences.

A change is suggested only after a trial: applied to the description it flips what it says, and no part of it does. What
lies within reach is data (``aiact:Remedy``); of the works of others nothing does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

from ..descriptions import facts
from ..descriptions.description import Description, Entity, Scalar
from ..law.guidance import Remedy
from ..law.knowledge import Fact
from ..law.names import AIACT
from .answers import Answers
from .assess import Assessment
from .evaluate import T, Truths, U
from .trial import Duty, Trials, alike, name_for, node, statuses, told, without_collection

BURDENS = ("applies", "transitional", "conditional", "upcoming", "undetermined")  # the status of a duty that may bind
FREE = ("lifted", "not_applicable")
TOGETHER = 4  # changes that are looked for in company
TRIALS = 400  # of companies, for one duty
Key = tuple[str, str]  # entity, key of a fact


@dataclass(frozen=True, eq=False)
class Move:
    """One change of one fact: what it becomes, and in what it is smaller than others of the same fact."""

    key: Key
    value: object  # None: a licence whose terms are given instead
    remedy: Remedy
    gives_up: frozenset[str] = frozenset()  # values or terms that are left out
    terms: tuple[tuple[str, ...], tuple[str, ...]] | None = None  # rights and terms of the licence that it becomes

    @property
    def parts(self) -> frozenset[tuple]:
        """What is done: the fact, or each value that is given up."""
        return frozenset((*self.key, each) for each in self.gives_up or {""})


@dataclass(frozen=True)
class Shift:
    """One finding that a change flips: what it was, and what it is then."""

    duty: Duty
    before: str
    after: str

    @property
    def lighter(self) -> bool:
        return self.before in BURDENS and self.after in FREE


@dataclass(frozen=True)
class Change:
    """A smallest change, with every finding that it flips."""

    moves: tuple[Move, ...]
    shifts: tuple[Shift, ...]

    @property
    def lighter(self) -> list[Shift]:
        return [shift for shift in self.shifts if shift.lighter]

    @property
    def costs(self) -> list[Shift]:
        """What becomes owed, or owed otherwise, or is less clear than it was."""
        return [shift for shift in self.shifts if shift.after in BURDENS]

    @property
    def parts(self) -> frozenset[tuple]:
        return frozenset().union(*(move.parts for move in self.moves))


class Adviser:
    """Looks for changes of one assessed project."""

    def __init__(self, assessment: Assessment) -> None:
        self.assessment, self.court = assessment, assessment.court
        self.knowledge, self.facts = assessment.knowledge, assessment.facts
        self.trials = Trials(self.court)
        self.answers = Answers(self.knowledge, assessment.text)

    # -- what lies within reach

    @cached_property
    def ours(self) -> list[Entity]:
        """What the actors of the description answer for: not what others made, from which they start."""
        others = {
            object
            for fact in self.knowledge.facts.values()
            if fact.of_another
            for objects in self.facts.graph.by_predicate.get(fact.iri, {}).values()
            for object in objects
        }
        return [
            entity
            for entity in self.facts.description.entities.values()
            if self.facts.iri(entity.id) not in others and entity.cls not in ("Actor", "Licence")
        ]

    @cached_property
    def moves(self) -> list[Move]:
        return [
            move
            for entity in self.ours
            for remedy in self.knowledge.guidance.remedies
            for move in self.moves_of(entity, remedy)
        ]

    def moves_of(self, entity: Entity, remedy: Remedy) -> Iterator[Move]:
        fact = self.knowledge.facts.get(remedy.fact)
        if fact is None or self.knowledge.fact(fact.key, entity.cls) is not fact:
            return
        stated = self.facts.stated(self.facts.iri(entity.id), fact.iri)
        key = (entity.id, fact.key)
        if remedy.value:
            value = {"true": True, "false": False}.get(remedy.value, remedy.value)
            if not stated or any(each.value != value for each in stated):
                yield Move(key, value, remedy)
        elif not stated:
            return
        elif remedy.manner == "withoutValues":
            values = [each.value for each in stated if each.value != []]
            for left_out in subsets(values):
                kept = [value for value in values if value not in left_out]
                yield Move(key, kept, remedy, frozenset(map(str, left_out)))
        elif remedy.manner == "lowered":
            limit = self.limit(key)
            lower = [value for value, _ in self.answers.to(fact) if limit is None or value < limit]
            yield from (Move(key, value, remedy) for value in sorted(lower, reverse=True))
        elif remedy.manner == "otherTerms":
            yield from self.licence_moves(entity, fact, remedy)

    def licence_moves(self, entity: Entity, fact: Fact, remedy: Remedy) -> Iterator[Move]:
        """The same licence without some of its terms, or another licence."""
        key = (entity.id, fact.key)
        for licence in self.facts.graph.objects(self.facts.iri(entity.id), fact.iri):
            rights, terms = (self.tokens(licence, word) for word in ("grants", "terms"))
            for left_out in subsets(terms) if rights and terms else ():
                kept = tuple(term for term in terms if term not in left_out)
                yield Move(key, None, remedy, frozenset(left_out), (rights, kept))
            names = [name for name, _ in self.answers.to(fact)]
            current = [str(each.value).lower() for each in self.facts.stated(self.facts.iri(entity.id), fact.iri)]
            yield from (Move(key, name, remedy) for name in names if name not in current)

    def tokens(self, licence: str, word: str) -> tuple[str, ...]:
        fact = self.knowledge.facts[AIACT + word]
        held = self.facts.graph.objects(licence, fact.iri)
        return tuple(token for token, iri in fact.values.items() if iri in held)

    # -- trials

    @cached_property
    def before(self) -> dict[Duty, str]:
        return statuses(self.court)

    def description(self, moves: Iterable[Move]) -> Description:
        """The description as it would be after some changes."""
        found = self.facts.description
        for move in moves:
            value = move.value
            if move.terms is not None:
                entities = dict(found.entities)
                value = name_for(f"{move.key[0]}-licence", entities)
                statements = [
                    (Scalar(word, 1), node(list(tokens)))
                    for word, tokens in zip(("grants", "terms"), move.terms, strict=True)
                ]
                entities[value] = Entity(value, "Licence", 1, statements)
                found = replace(found, entities=entities)
            found = told(found, self.knowledge, {move.key: value})
        return found

    def applied(self, moves: Iterable[Move], among: Iterable[Duty] | None = None) -> dict[Duty, str]:
        """The status of every duty, or of some, after some changes."""
        establish = facts.establish(self.description(moves), self.knowledge, self.court.day)
        return statuses(self.court.over(Truths(establish, self.knowledge, self.court.text)), among)

    def shifts(self, moves: Iterable[Move]) -> tuple[Shift, ...]:
        return shifted(self.before, self.applied(moves))

    @cached_property
    def changes(self) -> list[Change]:
        """Every smallest change that lightens a finding, those that lighten most first."""
        with without_collection():
            found = [Change((move,), self.shifts([move])) for move in self.moves]
            found = [change for change in found if change.lighter]
            found = found + [Change(moves, self.shifts(moves)) for moves in self.companies(found)]
        found = [self.at_the_limit(change) for change in smallest(found)]
        return sorted(found, key=lambda change: (-len(change.lighter), len(change.parts), str(change.moves)))

    def at_the_limit(self, change: Change) -> Change:
        """A number is lowered no further than it must be, to two digits."""
        for rank, move in enumerate(change.moves):
            if move.remedy.manner == "lowered":
                goals = {shift.duty: shift.after for shift in change.lighter}
                instead = lambda value, rank=rank, move=move: (  # noqa: E731
                    *change.moves[:rank], replace(move, value=value), *change.moves[rank + 1 :]
                )  # fmt: skip
                low, high = float(move.value), self.limit(move.key)
                while high and digits(high) > digits(low) and high / low > 1.02:
                    middle = (low * high) ** 0.5
                    met = self.applied(instead(middle), goals) == goals
                    low, high = (middle, high) if met else (low, middle)
                moves = instead(digits(low))
                if self.applied(moves, goals) == goals:
                    return Change(moves, self.shifts(moves))
        return change

    def limit(self, key: Key) -> float | None:
        """The highest number that a stated fact may have."""
        fact = self.knowledge.fact(key[1], self.cls(key[0]))
        ends = [each.bounds.high for each in self.facts.stated(self.facts.iri(key[0]), fact.iri) if each.bounds]
        return max((float(end) for end in ends if end is not None), default=None)

    def companies(self, alone: list[Change]) -> list[tuple[Move, ...]]:
        """Changes that lighten a finding only together; looked for once for duties that are alike."""
        reached = {shift.duty for change in alone for shift in change.lighter}
        goals: dict[tuple, Duty] = {}
        for duty, status in self.before.items():
            if status in BURDENS and duty not in reached:
                goals.setdefault(alike(self.court, duty), duty)
        every = self.strongest
        if len(every) < 2 or not goals:
            return []
        after = self.applied(every, goals.values())
        found: dict[tuple[Move, ...], None] = {}
        for goal in goals.values():
            if after.get(goal) in FREE:
                for moves in self.company(goal, every):
                    found[moves] = None
        return list(found)

    @cached_property
    def strongest(self) -> list[Move]:
        """Of each fact the change that goes furthest: everything given up, the lowest number, the freest licence."""
        found: dict[Key, Move] = {}
        for move in self.moves:
            if move.key not in found or self.goes_further(move, found[move.key]):
                found[move.key] = move
        return list(found.values())

    def goes_further(self, move: Move, other: Move) -> bool:
        if move.remedy.manner == "otherTerms":
            return self.freedom(move) > self.freedom(other)
        if move.remedy.manner == "lowered":
            return float(move.value) < float(other.value)
        return len(move.gives_up) > len(other.gives_up)

    def freedom(self, move: Move) -> tuple[int, int]:
        """How many of the rules on licences a licence satisfies, a whole other licence before fewer terms."""
        court = self.court.over(
            Truths(facts.establish(self.description([move]), self.knowledge), self.knowledge, self.court.text)
        )
        rules = [rule.id for rule in court.rules.values() if rule.target == "Licence" and rule.kind == "Definition"]
        licences = court.facts.graph.objects(
            self.facts.iri(move.key[0]), self.knowledge.fact(move.key[1], self.cls(move.key[0])).iri
        )
        readings = court.readings.with_({})
        held = sum(court.truth(rule, licence, readings) == T for licence in licences for rule in rules)
        return held, move.terms is None

    def cls(self, entity: str) -> str:
        return self.facts.description.entities[entity].cls

    def company(self, goal: Duty, every: list[Move]) -> list[tuple[Move, ...]]:
        """The smallest sets of changes that free one duty, of those that go furthest."""
        frees = lambda moves: self.applied(moves, [goal]).get(goal) in FREE  # noqa: E731
        needed = list(every)
        for move in every:  # what can be left out is
            without = [other for other in needed if other is not move]
            if frees(without):
                needed = without
        left = TRIALS
        for size in range(2, len(needed)):  # and nothing smaller does it otherwise
            for moves in combinations(every, size):
                left -= 1
                if left < 0:
                    return [self.with_less(needed, frees)]
                if frees(moves):
                    return [self.with_less(moves, frees)]
        return [self.with_less(needed, frees)] if len(needed) <= TOGETHER else []

    def with_less(self, moves: Sequence[Move], frees: Callable[[Sequence[Move]], bool]) -> tuple[Move, ...]:
        """The same changes, each giving up no more values than it must."""
        found = list(moves)
        for rank, move in enumerate(moves):
            less = [other for other in self.moves if other.key == move.key and other.gives_up < move.gives_up]
            for other in sorted(less, key=lambda other: len(other.gives_up)):
                if other.gives_up and frees([*found[:rank], other, *found[rank + 1 :]]):
                    found[rank] = other
                    break
        return tuple(found)

    # -- before you go commercial

    def commercial(self) -> list[tuple[Entity, Fact, str, tuple[Shift, ...]]]:
        """For each way of earning, at each thing of ours of which it is not stated, the findings that it would flip."""
        found = []
        with without_collection():
            for iri in self.knowledge.guidance.step("commercial").facts:
                for entity in self.ours:
                    if self.knowledge.fact(self.knowledge.facts[iri].key, entity.cls):
                        found += self.earning(entity, self.knowledge.facts[iri])
        return found

    def earning(self, entity: Entity, fact: Fact) -> Iterator[tuple[Entity, Fact, str, tuple[Shift, ...]]]:
        """Compared with what is earned now; if that is not stated, with earning nothing."""
        key = (entity.id, fact.key)
        stated = [each.value for each in self.facts.stated(self.facts.iri(entity.id), fact.iri) if each.value != []]
        before = self.before if self.facts.stated(self.facts.iri(entity.id), fact.iri) else self.applied_to({key: []})
        for tokens in self.answers.alike(fact):
            new = [token for token in tokens if token not in stated]
            shifts = shifted(before, self.applied_to({key: [*stated, new[0]]})) if new else ()
            yield from ((entity, fact, token, shifts) for token in new)

    def applied_to(self, fork: dict[Key, object]) -> dict[Duty, str]:
        return self.trials.statuses(fork) or {}


def digits(value: float) -> float:
    """A number cut to two digits."""
    from decimal import ROUND_DOWN, Context, Decimal

    return float(Context(prec=2, rounding=ROUND_DOWN).create_decimal(Decimal(value)))


def subsets(values: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Each value alone, then more together; of many only single ones and all."""
    values = tuple(dict.fromkeys(values))
    for size in range(1, len(values) + 1):
        if size == 1 or size == len(values) or len(values) <= 4:
            yield from combinations(values, size)


def shifted(before: dict[Duty, str], after: dict[Duty, str]) -> tuple[Shift, ...]:
    """The duties whose status differs; what is found on one side only was or becomes not applicable."""
    found = []
    for duty in dict.fromkeys([*before, *after]):
        one, other = before.get(duty, "not_applicable"), after.get(duty, "not_applicable")
        if one != other:
            found.append(Shift(duty, one, other))
    return tuple(found)


def smallest(changes: list[Change]) -> list[Change]:
    """Without those of which a part does as much, and of several values that do the same only the first."""
    found: dict[tuple, Change] = {}
    for change in changes:
        lighter = frozenset((shift.duty, shift.after) for shift in change.lighter)
        duties_ = {duty for duty, _ in lighter}
        part = any(
            other.parts < change.parts and {shift.duty for shift in other.lighter} >= duties_ for other in changes
        )
        if not part:
            found.setdefault((change.parts, lighter), change)
    return list(found.values())


# ---------------------------------------------------------------------------------------------- licences


@dataclass(frozen=True)
class Part:
    """One thing that a project is made of: its licence, what that lets one do, and what it contradicts."""

    entity: Entity
    licence: str | None  # IRI
    rights: tuple[str, ...]  # tokens
    terms: tuple[str, ...]
    free: str  # truth
    conflicts: tuple[tuple[str, tuple[str, ...]], ...]  # entity from which it stems, and the terms left out


def inventory(assessment: Assessment) -> list[Part]:
    """Everything with a licence, or that could have one, in the order of the description."""
    facts_, knowledge = assessment.facts, assessment.knowledge
    found = []
    for entity in facts_.description.entities.values():
        fact = knowledge.fact("licence", entity.cls)
        if fact is None:
            continue
        iri = facts_.iri(entity.id)
        licence = next((each for each in facts_.graph.objects(iri, fact.iri) if isinstance(each, str)), None)
        rights, terms = (held(assessment, licence, word) for word in ("grants", "terms"))
        readings = assessment.court.readings.with_({})
        rules = knowledge.guidance.step("inventory").rules
        free = assessment.court.truth(rules[0], licence, readings) if licence else U
        found.append(Part(entity, licence, rights, terms, free, tuple(conflicts(assessment, iri, licence))))
    return found


def held(assessment: Assessment, licence: str | None, word: str) -> tuple[str, ...]:
    """The rights or terms of a licence, of all its members where it is made of several."""
    fact = assessment.knowledge.facts[AIACT + word]
    graph = assessment.facts.graph
    members = [each for name in ("anyOf", "allOf") for each in graph.objects(licence, AIACT + name)] if licence else []
    every = {value for each in (licence, *members) if each for value in graph.objects(each, fact.iri)}
    return tuple(token for token, iri in fact.values.items() if iri in every)


def conflicts(assessment: Assessment, iri: str, licence: str | None) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What a work stems from under terms that bind derivatives, and that its own licence leaves out."""
    facts_, knowledge = assessment.facts, assessment.knowledge
    if licence is None or not assessment.facts.graph.objects(licence, AIACT + "grants"):
        return
    bound = knowledge.guidance.binding_terms
    stems = {fact.iri for fact in knowledge.facts.values() if fact.of_another} | {AIACT + "merges"}
    binding = {token for token, each in knowledge.facts[AIACT + "terms"].values.items() if each in bound}
    own = set(held(assessment, licence, "terms"))
    queue, seen = [iri], {iri}
    for node_ in queue:
        for above in (each for fact in stems for each in facts_.graph.objects(node_, fact)):
            if above not in seen:
                seen.add(above)
                queue.append(above)
                for theirs in facts_.graph.objects(above, AIACT + "licence"):
                    left_out = [term for term in held(assessment, theirs, "terms") if term in binding - own]
                    if theirs != licence and left_out:
                        yield facts_.id(above), tuple(left_out)

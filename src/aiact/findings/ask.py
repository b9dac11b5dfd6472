"""The interview: asks only what can still change a result, the most deciding first, and stops when it is decided.

Pure logic, for any front end: ``Interview.next()`` gives a question, ``answer``, ``skip`` and ``back`` move on, and
``description`` is what has been said so far. A question is asked only after a trial has shown that some answer to it,
alone or with answers to other open questions, changes a finding; the order follows from what the trials decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice, product
from math import fsum

from ..descriptions import facts
from ..descriptions.description import UNKNOWN as OPEN
from ..descriptions.description import Description, DescriptionError, Entity, Scalar
from ..law.cite import cite
from ..law.graph import Literal
from ..law.knowledge import Fact, Knowledge
from ..law.names import AIACT, SCHEMA
from ..law.shapes import STATES
from .answers import Answers
from .assess import Assessment
from .conclude import Court
from .evaluate import F, Truths
from .trial import LINKED, Duty, Trials, alike, duties, name_for, node, statuses, told, without_collection

UNKNOWN = object()  # the answer “I do not know”
OPENING = ""  # the fact of the first question, which no fact answers
BEYOND = "not_lifted"  # a duty that the topic does not lift, be it owed or not
ALMOST = 0.75  # of the duties that wait for the fact for which most wait
TRIED = 8  # candidates that are tried for the next question, the weightiest first
FEW = 4  # of them, those that are tried in company before others are tried alone
TRIALS = 100  # trials to show that a fact matters together with others
COMPANIES = 40  # answers to those others
Gap = tuple[str, str]  # entity, key of a fact


class AnswerError(ValueError):
    """An answer that cannot be read, or that contradicts what was said; the message says what would be right."""


@dataclass(frozen=True)
class Question:
    """One question: what is asked of whom, what can be answered, why it matters and on which provision it rests."""

    fact: str  # entity and key, such as model.licence; empty for the opening
    entity: str
    key: str
    text: str
    help: str
    kind: str  # boolean, concept, number, date, event, place, licence, link, text, or opening
    values: list[tuple[str, str]]  # what can be chosen, with its label
    many: bool
    unit: str
    why: str
    basis: str  # key of a provision or address of a source
    cited: str
    who: str
    decides: list[str]  # rules whose findings wait for it

    def as_dict(self) -> dict:
        found = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return found | {"values": [{"value": value, "label": label} for value, label in self.values]}


@dataclass(frozen=True)
class Witness:
    """What shows that a question matters: an answer that changes a finding, given other answers that do not."""

    company: dict[Gap, object]
    value: object
    duty: Duty
    status: str  # what the duty becomes; empty if somebody else owes it, or nobody


@dataclass
class State:
    """What has been said so far, and what the law says of it."""

    description: Description
    unknown: frozenset[Gap] = frozenset()  # not known to the person
    later: tuple[Gap, ...] = ()  # skipped, to be asked when nothing else is left
    begun: bool = True
    plan: tuple = field(default=(), compare=False)


class Interview:
    """Asks about one project; in the words of one language.

    It begins with a description that somebody has already, or with nothing. ``about`` names a topic, and confines the
    interview to the duties that the topic could lift. Raises ``KeyError`` for a topic that there is not.
    """

    def __init__(
        self,
        knowledge: Knowledge,
        day: str,
        language: str = "en",
        description: Description | None = None,
        about: str | None = None,
    ) -> None:
        self.knowledge, self.day, self.language = knowledge, day, language
        self.topic = knowledge.guidance.topics[about] if about else None
        self.text = knowledge.text_on(day)
        self.answers = Answers(knowledge, self.text)
        self.us: set[str] = set()  # for whom the answers are sought; all actors if empty
        begun = bool(description and any(e.cls not in ("Actor", "Licence") for e in description.entities.values()))
        start = from_its_file(description) if description else Description("interview.yaml", "0" * 64, "", {})
        self.past: list[State] = []
        self.state = State(start, begun=begun)
        if begun:
            self.state = replace(self.state, description=self.with_licences(start))
        self.asked: Question | None = None
        self.witness: Witness | None = None  # of the question asked last

    # -- for front ends

    def next(self) -> Question | None:
        """The question to ask now; None if no answer could change a finding any more."""
        if self.asked is None:
            self.asked = self.find() if self.state.begun else self.opening()
        return self.asked

    def answer(self, value: object) -> None:
        """Takes an answer to the question asked last, ``UNKNOWN`` for “I do not know”. Raises ``AnswerError``."""
        question = self.next()
        if question is None:
            raise AnswerError("there is no question left")
        if question.fact == OPENING:
            state = self.begin(value)
        elif value is UNKNOWN:
            gap = (question.entity, question.key)
            state = replace(self.state, unknown=self.state.unknown | {gap})
        else:
            state = self.with_answer(question, value)
        self.past.append(self.state)
        self.state, self.asked = state, None
        self.__dict__.pop("court", None)

    def skip(self) -> None:
        """Leaves the question for later; once nothing else is left it comes again."""
        question = self.next()
        if question is None or question.fact == OPENING:
            return
        gap = (question.entity, question.key)
        self.past.append(self.state)
        self.state = replace(self.state, later=(*(g for g in self.state.later if g != gap), gap))
        self.asked = None

    def back(self) -> bool:
        """Takes the last answer back; False if there is none."""
        if not self.past:
            return False
        self.state, self.asked = self.past.pop(), None
        self.__dict__.pop("court", None)
        return True

    def description(self) -> dict:
        """What has been said so far, in our own format, as nested maps."""
        from ..descriptions.convert import tree

        if not self.state.description.entities:
            return {"aiact": 1}
        return tree(self.court.facts, self.knowledge)

    def yaml(self) -> str:
        """The same as YAML text."""
        from ..descriptions.convert import WRITERS

        if not self.state.description.entities:
            return "aiact: 1\n"
        return WRITERS["yaml"](self.court.facts, self.knowledge)

    @property
    def assessment(self) -> Assessment:
        """What the law says of what has been said so far."""
        return Assessment(self.knowledge, self.court.facts, self.text, self.day, self.court)

    # -- the opening

    def opening(self) -> Question:
        openings = self.knowledge.guidance.openings
        values = [(opening.id, self.of(opening.label)) for opening in openings]
        cited = ", ".join(dict.fromkeys(self.cited(opening.basis) for opening in openings))
        return Question(
            OPENING, "", "", self.say("ask-opening"), self.say("ask-opening-help"), "opening", values, True, "",
            self.say("ask-opening-why"), openings[0].basis, cited, "", [],
        )  # fmt: skip

    def begin(self, value: object) -> State:
        """The descriptions of the chosen openings, put together."""
        from ..descriptions.tree import compose
        from ..readers.ours import extend

        chosen = [value] if isinstance(value, str) else list(value) if isinstance(value, (list, tuple)) else []
        openings = {opening.id: opening for opening in self.knowledge.guidance.openings}
        if not chosen or not set(chosen) <= set(openings):
            raise AnswerError(self.say("ask-choose", values=", ".join(openings)))
        found = replace(self.state.description, entities=dict(self.state.description.entities))
        for id in chosen:
            extend(found, compose(id, openings[id].given), self.knowledge)
        for entity in found.entities.values():  # what several openings say is said once
            entity.statements = list({key.text: (key, each) for key, each in entity.statements}.values())
        self.us = {"us"}
        return replace(self.state, description=found, begun=True)

    # -- answers

    def with_answer(self, question: Question, value: object) -> State:
        gap = (question.entity, question.key)
        fact = self.knowledge.fact(question.key, self.state.description.entities[question.entity].cls)
        description = self.state.description
        if fact.kind == "link":
            description, value = self.linked(description, fact, value)
        changed = told(description, self.knowledge, {gap: value})
        try:
            found = facts.establish(changed, self.knowledge, self.day)
        except DescriptionError as error:
            raise AnswerError("; ".join(problem.text for problem in error.problems)) from None
        at = (found.iri(question.entity), fact.iri)
        if at in found.doubted and at in self.court.facts.doubted:  # or it would be asked again and again
            raise AnswerError(found.doubted[at].text(self.knowledge, self.language))
        if fact.kind == "licence":
            changed = self.with_licences(changed)
        return replace(self.state, description=changed, later=tuple(g for g in self.state.later if g != gap))

    def linked(self, description: Description, fact: Fact, value: object) -> tuple[Description, object]:
        """What a link leads to may be named by any words; what is not described yet is, by its name."""
        entities = dict(description.entities)
        words = value if isinstance(value, (list, tuple)) else [value]
        names = []
        for word in [str(word).strip() for word in words]:
            known = next((e.id for e in entities.values() if word in (e.id, name_of(e))), None)
            if known is None and word and word != "none":
                cls = LINKED.get(fact.range, fact.range)
                known = name_for(word, entities)
                entities[known] = Entity(known, cls, 1, [(Scalar("name", 1), node(word))])
            names += [known] if known else []
        plural = fact.many or not names
        return replace(description, entities=entities), names if plural else names[0]

    def with_licences(self, description: Description) -> Description:
        """Licences whose terms nobody knows, as licences described here, so that their terms can be asked for."""
        try:
            found = facts.establish(description, self.knowledge, self.day)
        except DescriptionError:
            return description
        unknown = [iri for iri in found.of_class("Licence") if iri.startswith(found.base + "licence/")]
        known = {fact.key for fact in self.knowledge.facts.values() if fact.kind == "licence"}
        entities = dict(description.entities)
        for iri in unknown:
            for called in found.graph.objects(iri, SCHEMA + "name"):
                if isinstance(called, Literal):
                    name = name_for(called.text, entities)
                    for entity in [*entities.values()]:
                        entities[entity.id] = renamed(entity, known, called.text, name)
                    entities[name] = Entity(name, "Licence", 1, [(Scalar("name", 1), node(called.text))])
        return replace(description, entities=entities)

    # -- what the law says

    @cached_property
    def court(self) -> Court:
        found = facts.establish(self.state.description, self.knowledge, self.day)
        truths = Truths(found, self.knowledge, self.text)
        if not hasattr(self, "model_court"):
            self.model_court = Court(truths, self.day)
        return self.model_court.over(truths)

    def targets(self, court: Court) -> dict[Duty, str]:
        """The duties on which the interview turns, with their status: of those asked, about the topic."""
        ours = [duty for duty in duties(court, self.of_topic(court)) if self.is_ours(duty, court)]
        return self.verdicts(court, ours)

    def verdicts(self, court: Court, among: Iterable[Duty]) -> dict[Duty, str]:
        """The status of duties; of one that the topic certainly does not lift the rest is not asked."""
        found = statuses(court, among)
        for duty, status in found.items() if self.topic else ():
            if status == "undetermined" and not self.could_lift(court, duty):
                found[duty] = BEYOND
        return found

    def could_lift(self, court: Court, duty: Duty) -> bool:
        """Whether a rule of the topic lifts a duty, or might, under one of the readings that tie."""
        for name in self.topic.rules:
            rule = court.rules.get(name)
            if rule and duty.rule in (*rule.lifts, *rule.disapplies):
                tied = court.book.tied_questions(court.rules[duty.rule], duty.role)
                choices = [{}, *({q: n} for q in tied for n in court.readings.tied[q][1:])]
                for node_ in court.nodes_for(rule, duty.entity):
                    if any(court.net(rule, node_, court.readings.with_(chosen)) != F for chosen in choices):
                        return True
        return False

    def of_topic(self, court: Court) -> list[tuple[str, str]] | None:
        """The rules that the topic is about, with the entities at which it could lift them; None for all."""
        if self.topic is None:
            return None
        found = []
        for name in self.topic.rules:
            rule = court.rules.get(name)
            for duty in dict.fromkeys((*rule.lifts, *rule.disapplies)) if rule else ():
                if duty in court.rules:
                    entities = court.facts.of_class(court.rules[duty].target)
                    found += [(duty, e) for e in entities if court.nodes_for(rule, e)]
        return found

    def is_ours(self, duty: Duty, court: Court) -> bool:
        """Whether those who answer bear it; nobody's duties count only where an entity has nobody at all."""
        if duty.bearer is None:
            return not self.us and duty.entity not in self.taken(court)
        return not self.us or court.facts.id(duty.bearer) in self.us

    def taken(self, court: Court) -> set[str]:
        """Entities for which the description names an actor, and those that are by definition another’s."""
        found = set()
        for iri, fact in self.knowledge.facts.items():
            if fact.range == "Actor" and fact.kind == "link":
                found |= set(court.facts.graph.by_predicate.get(iri, {}))
            elif fact.of_another:
                found |= {o for objects in court.facts.graph.by_predicate.get(iri, {}).values() for o in objects}
        return found

    # -- the next question

    def find(self) -> Question | None:
        court = self.court
        with without_collection():
            return self.search(court)

    def search(self, court: Court) -> Question | None:
        targets = self.targets(court)
        open_ = [duty for duty, status in targets.items() if status == "undetermined"]
        waiting = self.waiting(court, open_)
        for put_off in (False, True):
            gaps = [gap for gap in waiting if (gap in self.state.later) == put_off]
            found = self.choose(court, targets, {gap: waiting[gap] for gap in gaps}, waiting)
            if found:
                return self.question(court, *found)
        return None

    def waiting(self, court: Court, undetermined: Iterable[Duty]) -> dict[Gap, dict[Duty, list[frozenset[Gap]]]]:
        """The facts for which undetermined findings wait, each with the sets in which it could decide them."""
        found: dict[Gap, dict[Duty, list[frozenset[Gap]]]] = {}
        known: dict[tuple, list[frozenset[Gap]]] = {}
        for duty in undetermined:
            key = alike(court, duty)
            if key not in known:
                known[key] = self.options(court, duty)
            for gaps in known[key]:
                for gap in gaps:
                    found.setdefault(gap, {}).setdefault(duty, []).append(gaps)
        return found

    def options(self, court: Court, duty: Duty) -> list[frozenset[Gap]]:
        """Sets of facts that could decide a finding, under any of the readings that tie, and can be asked for."""
        rule, readings = court.rules[duty.rule], court.readings
        choices: list[dict[str, str]] = [{}]
        if court.judge(rule, duty.entity, duty.role, duty.bearer, readings.with_({})).status != "undetermined":
            tied = court.book.tied_questions(rule, duty.role)
            choices += [{question: name} for question in tied for name in readings.tied[question][1:]]
        sets: dict[frozenset[Gap], None] = {}
        for chosen in choices:
            for gaps in court.missing(rule, duty.entity, duty.role, duty.bearer, readings.with_(chosen)):
                for each in self.askable(court, gaps):
                    sets[each] = None
        if duty.bearer is None:
            sets |= dict.fromkeys(self.askable(court, {(duty.entity, court.book.named_by(duty.role))}))
        return list(sets)

    def askable(self, court: Court, gaps: Iterable[tuple[str, str]]) -> Iterator[frozenset[Gap]]:
        """The same set in the words of the description, if all of it can be asked; what cannot, may be computed."""
        ways: list[list[frozenset[Gap]]] = []
        for subject, iri in gaps:
            name, fact = court.facts.id(subject), self.knowledge.facts.get(iri)
            entity = self.state.description.entities.get(name)
            if entity is None or fact is None or fact.derived_only or not self.knowledge.fact(fact.key, entity.cls):
                return
            gap = (name, fact.key)
            stated = court.facts.stated(subject, iri)
            coarse = stated and stated[0].source.kind == "stated" and iri in court.facts.graph.objects(subject, STATES)
            if gap not in self.state.unknown and not coarse:
                ways.append([frozenset({gap})])
            else:
                ways.append(list(self.computed(court, subject, iri)) if not coarse else [])
        for choice in product(*ways):
            yield frozenset().union(*choice)

    def computed(self, court: Court, subject: str, iri: str) -> Iterator[frozenset[Gap]]:
        """The facts from which an unknown one would be computed."""
        for derivation in self.knowledge.derivations:
            if derivation.fact == iri and all(len(path) == 1 for path in derivation.operands):
                wanted = [path[0] for path in derivation.operands]
                wanted += [derivation.only_where] if derivation.only_where else []
                name = court.facts.id(subject)
                gaps = [(name, self.key(each)) for each in wanted if not court.facts.stated(subject, each)]
                if gaps and not set(gaps) & self.state.unknown:
                    yield frozenset(gaps)

    def key(self, iri: str) -> str:
        return self.knowledge.facts[iri].key if iri in self.knowledge.facts else ""

    def choose(self, court: Court, targets: dict[Duty, str], gaps: dict[Gap, dict], waiting: dict[Gap, dict]):
        """The gap that decides most, as trials show, with the duties that wait for it and a witness.

        First come those for which almost all open duties wait. Duties that are alike count once: what matters is how
        many questions are left, not how many paragraphs.
        """
        trials = Trials(court, self.verdicts)
        sorts = {duty: alike(court, duty) for those in waiting.values() for duty in those}
        weight = {gap: len({sorts[duty] for duty in those}) for gap, those in gaps.items()}
        # exactly, as Python 3.11 and later ones add up otherwise, and an order must not turn on it
        nearness = {gap: fsum(1 / min(map(len, sets)) for sets in those.values()) for gap, those in gaps.items()}
        ranked = sorted(gaps, key=lambda gap: (-weight[gap], -nearness[gap], gap))
        most = weight[ranked[0]] if ranked else 0
        first = [gap for gap in ranked if weight[gap] >= ALMOST * most]
        rest = ranked[len(first) :]
        steps = (  # what almost all wait for will be asked anyway
            lambda: self.alone(trials, first, gaps, targets, sorts),
            lambda: self.in_company(trials, first[:FEW], gaps, targets, sorts, TRIALS),
            lambda: self.alone(trials, rest, gaps, targets, sorts),
            lambda: self.in_company(trials, ranked, gaps, targets, sorts, TRIALS * TRIED),
        )
        return next((found for step in steps if (found := step())), None)

    def alone(self, trials: Trials, group: list[Gap], gaps: dict, targets: dict[Duty, str], sorts: dict):
        """The gap of a group that decides most by itself."""
        best = None
        for rank, gap in enumerate(group):
            if best and rank >= TRIED:
                break
            decided, witness = self.tried(trials, gap, gaps[gap], targets, sorts)
            if witness and (best is None or decided > best[0]):
                best = (decided, gap, witness)
        return (best[1], list(gaps[best[1]]), best[2]) if best else None

    def in_company(
        self, trials: Trials, group: list[Gap], gaps: dict, targets: dict[Duty, str], sorts: dict, left: int
    ):
        """The first gap of a group that decides together with others, if a number of trials shows one."""
        for gap in group:
            witness = self.tried_together(trials, gap, gaps[gap], targets, sorts, left // len(group))
            if witness:
                return gap, list(gaps[gap]), witness
        return None

    def tried(self, trials: Trials, gap: Gap, those: dict[Duty, list], targets: dict[Duty, str], sorts: dict):
        """How many sorts of findings an answer decides on average, and the answer that changes most findings."""
        decided, most, witness = 0.0, 0, None
        for value, share in self.values(gap):
            found = trials.statuses({gap: value}, those)
            changed = changes(found, those, targets) if found is not None else []
            decided += share * len({sorts[duty] for duty, _ in changed})
            if len(changed) > most:
                most, witness = len(changed), Witness({}, value, *changed[0])
        return decided, witness

    def tried_together(
        self, trials: Trials, gap: Gap, those: dict[Duty, list], targets: dict[Duty, str], sorts: dict, left: int
    ) -> Witness | None:
        """An answer that decides a finding together with answers to other facts, which alone leave it open."""
        ways = [  # the smallest sets first, and of duties that are alike one
            (duty, gaps)
            for duty in {sorts[duty]: duty for duty in those}.values()
            for gaps in those[duty]
        ]  # fmt: skip
        for duty, gaps in sorted(ways, key=lambda way: len(way[1])):
            others = sorted(gaps - {gap})
            choices = product(*([value for value, _ in self.values(other)] for other in others))
            for chosen in islice(choices, COMPANIES):
                company = dict(zip(others, chosen, strict=True))
                without = trials.statuses(company, [duty])
                left -= 1
                if without is None or changes(without, [duty], targets):
                    continue
                for value, _ in self.values(gap):
                    left -= 1
                    if left < 0:
                        return None
                    found = trials.statuses(company | {gap: value}, [duty])
                    changed = changes(found, [duty], targets) if found is not None else []
                    if changed:
                        return Witness(company, value, *changed[0])
        return None

    def values(self, gap: Gap) -> list[tuple[object, float]]:
        """The answers to try: those that the law tells apart; for a link, what is described, something new, nothing."""
        entity = self.state.description.entities[gap[0]]
        fact = self.knowledge.fact(gap[1], entity.cls)
        if fact.kind != "link":
            return self.answers.to(fact)
        found = [id for id in self.linkable(fact) if id != gap[0]]
        options = [[id] if fact.many else id for id in found[:3]]
        options += [["another"] if fact.many else "another"]
        options += [[]] if fact.many or fact.presumed is not None else []
        return [(option, 1 / len(options)) for option in options]

    def linkable(self, fact: Fact) -> list[str]:
        entities = self.state.description.entities.values()
        return [e.id for e in entities if fact.range in self.knowledge.parents[e.cls]]

    # -- words

    def of(self, texts: dict[str, str]) -> str:
        return texts.get(self.language) or texts.get("en", "")

    def say(self, phrase: str, **values: object) -> str:
        return self.knowledge.say(self.language, phrase, **values)

    def question(self, court: Court, gap: Gap, duties: list[Duty], witness: Witness) -> Question:
        self.witness = witness
        entity = self.state.description.entities[gap[0]]
        fact = self.knowledge.fact(gap[1], entity.cls)
        basis = fact.basis.rsplit("/", 1)[1]
        same = [e for e in self.state.description.entities.values() if self.knowledge.fact(gap[1], e.cls)]
        text = self.of(fact.question or fact.label)
        named = self.say("with", this=name_of(entity) or entity.id, that=text) if len(same) > 1 else text
        return Question(
            fact=f"{gap[0]}.{gap[1]}", entity=gap[0], key=gap[1], text=named, help=self.of(fact.help), kind=fact.kind,
            values=self.choices(fact, gap), many=fact.many, unit=fact.unit, why=self.why(court, duties, fact, witness),
            basis=basis, cited=self.cited(fact.basis),
            who=self.knowledge.label(fact.supplied_by, self.language) if fact.supplied_by else "",
            decides=list(dict.fromkeys(duty.rule for duty in duties)),
        )  # fmt: skip

    def cited(self, basis: str) -> str:
        if basis.startswith("http") and "/act/" not in basis:
            return self.of(self.knowledge.citations.get(basis, {})) or self.knowledge.label(basis, self.language)
        return cite(basis.rsplit("/", 1)[-1], self.language, short=True)

    def choices(self, fact: Fact, gap: Gap) -> list[tuple[str, str]]:
        labels = lambda iri: self.knowledge.label(iri, self.language)  # noqa: E731
        if fact.kind == "concept":
            return [(token, labels(iri)) for token, iri in fact.values.items()]
        if fact.kind == "link":
            entities = self.state.description.entities
            return [(id, name_of(entities[id]) or id) for id in self.linkable(fact) if id != gap[0]]
        if fact.kind == "licence":
            return [(e.id, name_of(e) or e.id) for e in self.state.description.entities.values() if e.cls == "Licence"]
        return []

    def why(self, court: Court, duties: list[Duty], fact: Fact, witness: Witness) -> str:
        """How many duties wait, which one comes first, and what one answer would do."""
        rule, told = court.rules[witness.duty.rule], self.say("ask-why", n=len(duties))
        if witness.company:
            others = ", ".join(f"{entity}.{key}" for entity, key in witness.company)
            return told + " " + self.say("ask-with-others", facts=others)
        if not witness.status or witness.duty.bearer is None:
            return told
        status = self.knowledge.label(AIACT + camel(witness.status), self.language)
        status = self.say("not-lifted-here") if witness.status == BEYOND else status
        return told + " " + self.say(
            "ask-example", answer=self.shown(fact, witness.value), provision=self.cited(rule.provision),
            label=self.of(rule.label), status=status,
        )  # fmt: skip

    def shown(self, fact: Fact, value: object) -> str:
        """An answer in words."""
        if isinstance(value, bool):
            return self.say("yes" if value else "no")
        if value in ([], "none"):
            return self.say("none")
        if fact.kind == "concept":
            tokens = value if isinstance(value, list) else [value]
            return ", ".join(self.knowledge.label(fact.values[token], self.language) for token in tokens)
        if fact.kind == "licence":
            return self.knowledge.label(self.knowledge.licences.get(str(value), str(value)), self.language)
        if fact.kind == "number":
            return f"{value:.1e} {fact.unit}".strip()
        return ", ".join(value) if isinstance(value, list) else str(value)


def changes(found: dict[Duty, str], duties: Iterable[Duty], before: dict[Duty, str]) -> list[tuple[Duty, str]]:
    """The duties whose status a trial changes; one whose bearer is another now, or nobody, is changed too."""
    changed = []
    for duty in duties:
        after = found.get(duty)
        if after != before[duty]:
            changed.append((duty, after or ""))
    return changed


def camel(status: str) -> str:
    first, *rest = status.split("_")
    return first + "".join(word.capitalize() for word in rest)


def name_of(entity: Entity) -> str:
    """The name that the description gives an entity, if it does."""
    return next((each.text for key, each in entity.statements if key.text == "name" and isinstance(each, Scalar)), "")


def renamed(entity: Entity, keys: set[str], old: str, new: str) -> Entity:
    """An entity whose statements call a licence by another name."""
    statements = [
        (key, replace(each, text=new))
        if key.text in keys and isinstance(each, Scalar) and each.text.strip() == old
        else (key, each)
        for key, each in entity.statements
    ]
    return replace(entity, statements=statements)


def from_its_file(description: Description) -> Description:
    """A description to be kept in our own form, in another file perhaps: what it suggests knows where it stood."""
    here = lambda clue: clue if clue.reason == OPEN else clue._replace(file=clue.file or description.file)  # noqa: E731
    return replace(description, form="", clues=[here(clue) for clue in description.clues])

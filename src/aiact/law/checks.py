"""Checks of the knowledge as a whole: what contradicts itself, or can never hold, is refused with a sentence.

Effects have an order by kind, so that few of them can conflict: what puts something outside the Regulation comes before
an exemption, an exemption before a transition, and an exception before what it defeats. Within a kind two exemptions
say the same twice; two transitions say different days, and one must defeat the other unless they never meet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path

from ..descriptions.description import a as article
from .graph import FALSE, TRUE, Graph, Literal, Term
from .knowledge import DUTIES, NONE, Contradiction, Fact, Knowledge, KnowledgeError, Rule, Text, files
from .names import ACT, AIACT, ELI, XSD, local, snake
from .shapes import COMPARISONS, OCCURS, Shape, members
from .shapes import Path as Way

LEAVES = ("Actor", "Model", "System", "Component", "Use", "Licence", "Place")
EFFECTIVE = ("Exemption", "Transition")  # what an exception can defeat
REPORTED = ("name", "kind", "size", "turnover")  # what reports and ceilings of fines read, be there a rule or not
MEMBER_OF = AIACT + "memberOf"
LAST = "9999-12-31"
Types = frozenset[str]  # classes of entities that may stand at a node, or “=number”, “=boolean” … for a value


def check(knowledge: Knowledge, graph: Graph, folder: Path) -> None:
    """Raises ``KnowledgeError`` with one sentence for every fault."""
    found = list(dict.fromkeys(_Checker(knowledge, graph).faults()))
    if found:
        raise KnowledgeError("\n".join(with_file(fault, folder) for fault in found))


def with_file(fault: str, folder: Path) -> str:
    """The sentence with the file of the rule that it names first."""
    rule = re.match(r"[\w-]+", fault)[0]
    for path in files(folder):
        if re.search(rf"^(rule|aiact):{re.escape(rule)} ", path.read_text(encoding="utf-8"), re.MULTILINE):
            return f"{path.relative_to(folder)}: {fault}"
    return fault


class _Checker:
    def __init__(self, knowledge: Knowledge, graph: Graph) -> None:
        self.knowledge, self.graph = knowledge, graph
        self.rules, self.shapes, self.facts = knowledge.rules, knowledge.shapes, knowledge.facts
        self.below = {
            name: frozenset(leaf for leaf in LEAVES if name in knowledge.parents[leaf])
            for name in {above for leaf in LEAVES for above in knowledge.parents[leaf]}
        }
        self.seen: set[tuple[str, Types]] = set()

    def faults(self) -> Iterator[str]:
        yield from self.circles()
        yield from self.texts()
        yield from self.wordless()
        yield from self.parameters()
        for rule in self.rules.values():
            yield from self.duty(rule) if rule.kind in DUTIES else self.effect(rule)
            yield from self.typed(rule)
        yield from self.rival_transitions()
        for text in self.knowledge.texts.values():
            yield from Possible(self.knowledge, text).faults()
        yield from self.unused_facts()
        yield from self.contradictions()

    def wordless(self) -> Iterator[str]:
        """A proof names the conditions on facts that have a name, and a reader wants their words."""
        for name, shape in self.shapes.items():
            told = self.knowledge.conditions.get(name)
            if shape.path is not None and not (told and {"en", "fr"} <= told.message.keys()):
                yield f"{name}: is named in proofs and says nothing; give it an sh:message in English and in French"

    # -- duties

    def duty(self, rule: Rule) -> Iterator[str]:
        """A duty has somebody who owes it, something to do, a first day and a sanction, in every text it stands in."""
        conferring = [other for other in self.rules.values() if other.confers]
        for text in self.texts_of(rule):
            standing = [duty for duty in rule.duties if _stands(duty.text_from, duty.text_until, text.id)]
            if len(standing) != 1:
                yield (
                    f"{rule.id}: asks for {len(standing) or 'nothing'}{' things' if standing else ''} in the text of "
                    f"{text.id}; give its aiact:imposes exactly one duty there (aiact:textFrom, aiact:textUntil)"
                )
            for role in rule.bearers:
                held = [other for other in conferring if other.confers == role and other.in_force(text.id)]
                if not any(self.below[other.target] & self.below[rule.target] for other in held):
                    yield (
                        f"{rule.id}: nobody can owe it in the text of {text.id}: no definition confers the role "
                        f"{local(role)} with regard to {article(rule.target)}; write one (aiact:confers), or mend "
                        "aiact:bearer"
                    )
            if not text.applies_from.get(rule.id):
                yield (
                    f"{rule.id}: has no first day in the text of {text.id}: no parameter governs {rule.provision} or "
                    "what it is part of; name the provision as its first dcterms:source, or add it to an aiact:governs"
                )
            for name in {duty.sanction or rule.sanction for duty in standing}:
                if not name and rule.force == "act" and self.is_of_the_act(rule.provision):
                    yield (
                        f"{rule.id}: has no sanction; name a band with aiact:sanction, be it that of national rules "
                        "where the Act itself gives none"
                    )
                elif name and name not in self.knowledge.sanctions:
                    yield f"{rule.id}: its sanction {name} does not exist; mend aiact:sanction, or declare the band"

    def is_of_the_act(self, key: str) -> bool:
        """Other acts, and what writers say, have no band of fines in this one."""
        return (ACT + key) in self.graph.by_predicate.get(ELI + "is_part_of", {})

    def texts_of(self, rule: Rule) -> list[Text]:
        return [text for text in self.knowledge.texts.values() if rule.in_force(text.id)]

    # -- effects

    def effect(self, rule: Rule) -> Iterator[str]:
        """An effect reaches something, and what it defeats can be defeated."""
        for aim in set(rule.lifts) & set(rule.disapplies):
            yield f"{rule.id}: both lifts and disapplies {aim}; an effect is one or the other"
        aims = dict.fromkeys(rule.lifts + rule.disapplies + rule.postpones)
        if rule.kind in EFFECTIVE and not any(self.meet(rule, self.rules[aim]) for aim in aims):
            yield (
                f"{rule.id}: this {rule.kind.lower()} reaches no duty; name one that stands in the same text and "
                f"concerns {article(rule.target)}, or that inherits from it"
            )
        if rule.kind == "Transition":
            for text in self.texts_of(rule):
                if rule.until and rule.until not in text.parameters:
                    yield f"{rule.id}: the day {rule.until} has no value in the text of {text.id}; give it one"
        if rule.kind == "Exception" and not rule.defeats:
            yield f"{rule.id}: this exception defeats nothing; name what it defeats with aiact:defeats"
        for aim in rule.defeats:
            other = self.rules[aim]
            if other.kind not in EFFECTIVE:
                yield (
                    f"{rule.id}: defeats {aim}, which is no exemption and no transition, to no effect; "
                    "write what is meant as a condition of that rule"
                )
            elif not self.below[rule.target] & self.below[other.target] or not self.share_a_text(rule, other):
                yield (
                    f"{rule.id}: defeats {aim}, and the two never meet: one concerns {article(rule.target)}, the "
                    f"other {article(other.target)}, or they stand in different texts; mend the target or the text"
                )
            elif rule.id in other.defeats:
                yield f"{rule.id}: defeats {aim}, which defeats it; let one of them prevail"

    def share_a_text(self, *rules: Rule) -> bool:
        return any(all(rule.in_force(text) for rule in rules) for text in self.knowledge.texts)

    def reaches(self, effect: Rule, leaf: str) -> Types:
        """The classes at which an effect is looked for when a duty of an entity of one class is judged."""
        ranges = [self.facts[name].range for name in self.knowledge.inherits[leaf]]
        nodes = {leaf}.union(*(self.below[name] for name in ranges))
        return frozenset(nodes & self.below[effect.target])

    def meet(self, effect: Rule, duty: Rule) -> bool:
        return self.share_a_text(effect, duty) and any(self.reaches(effect, leaf) for leaf in self.below[duty.target])

    def rival_transitions(self) -> Iterator[str]:
        """Two transitions of one duty must say which gives way; the last one written does not win."""
        transitions = sorted(
            (rule for rule in self.rules.values() if rule.kind == "Transition"), key=lambda rule: rule.id
        )
        for one, two in combinations(transitions, 2):
            if (one.yields, one.until, one.only_if) == (two.yields, two.until, two.only_if):
                continue
            if one.id in two.defeats or two.id in one.defeats or self.under_rival_readings(one, two):
                continue
            for text in self.knowledge.texts.values():
                shared = [
                    aim
                    for aim in one.postpones
                    if aim in two.postpones and all(rule.in_force(text.id) for rule in (one, two, self.rules[aim]))
                ]
                clash = next((aim for aim in shared if self.can_hold_together(one, two, self.rules[aim], text)), "")
                if clash:
                    yield (
                        f"{one.id} and {two.id} postpone the same duty differently ({clash}), and both can hold; "
                        "let one defeat the other (aiact:defeats), or give them conditions that exclude each other"
                    )
                    break

    def under_rival_readings(self, one: Rule, two: Rule) -> bool:
        readings = self.knowledge.readings
        return bool(
            one.under
            and two.under
            and one.under != two.under
            and readings[one.under].question == readings[two.under].question
        )

    def can_hold_together(self, one: Rule, two: Rule, duty: Rule, text: Text) -> bool:
        for leaf in self.below[duty.target]:
            first, second = self.reaches(one, leaf), self.reaches(two, leaf)
            if first and second:
                parts = tuple(("node", Shape(rule.id, None, ())) for rule in (one, two))
                apart = first == second and Possible(self.knowledge, text).contradiction(Shape("", None, parts))
                if not apart:
                    return True
        return False

    # -- circles

    def circles(self) -> Iterator[str]:
        """Nothing is computed from itself, and no provision is part of itself."""
        uses: dict[str, set[str]] = {}
        for derivation in self.knowledge.derivations:
            operands = {step for path in derivation.operands for step in path[-1:] if len(path) == 1}
            uses.setdefault(derivation.fact, set()).update(operands)
        for way in _circles(uses):
            told = " → ".join(snake(local(fact)) for fact in way)
            yield f"{snake(local(way[0]))} is computed from itself: {told}; take it out of aiact:operands"

    # -- texts and parameters

    def texts(self) -> Iterator[str]:
        """A wording begins on the first day of a text and ends on the last; otherwise it would stand in none."""
        first = set(self.knowledge.texts)
        last = {str(date.fromisoformat(day) - timedelta(1)) for day in first}
        for word, days in (("textFrom", first), ("textUntil", last)):
            for subject in self.graph.subjects(AIACT + word):
                day = self.graph.text(subject, AIACT + word)
                if day not in days:
                    yield (
                        f"{_short(subject)}: aiact:{word} says {day}, on which no text of the Act "
                        f"{'begins' if word == 'textFrom' else 'ends'}; it may be {' or '.join(sorted(days))}"
                    )
        for rule in self.rules.values():
            if not self.texts_of(rule):
                yield (
                    f"{rule.id}: stands in no text of the Act, as it begins on {rule.text_from} and ends on "
                    f"{rule.text_until}; mend aiact:textFrom or aiact:textUntil"
                )

    def parameters(self) -> Iterator[str]:
        """In one text a parameter has one value, and a provision one first day."""
        parameters = self.graph.of_class(AIACT + "Parameter")
        for text in self.knowledge.texts:
            governed: dict[str, tuple[str, str]] = {}
            for iri in parameters:
                values = [
                    self.graph.text(node, AIACT + "value")
                    for node in [iri, *self.graph.objects(iri, AIACT + "valueIn")]
                    if self.graph.value(node, AIACT + "value") is not None
                    and _stands(*(self.graph.text(node, AIACT + word) for word in ("textFrom", "textUntil")), text)
                ]
                if len(values) > 1:
                    told = " and ".join(values)
                    yield f"{local(iri)}: has two values in the text of {text}, {told}; let one end before the other"
                for provision in self.graph.objects(iri, AIACT + "governs") if values else ():
                    other, day = governed.setdefault(provision, (iri, values[0]))
                    if day != values[0]:
                        yield (
                            f"{local(provision)}: begins on {day} by {local(other)} and on {values[0]} by {local(iri)} "
                            f"in the text of {text}; let one parameter govern it (aiact:governs)"
                        )

    # -- facts

    def unused_facts(self) -> Iterator[str]:
        """What nobody needs to know is not asked."""
        used = {fact.iri for fact in self.facts.values() if fact.for_the_record or fact.key in REPORTED}
        lives = (self.knowledge.starts, self.knowledge.starts_within, self.knowledge.inherits)
        used |= {name for by_class in lives for names in by_class.values() for name in names}
        for rule in self.rules.values():
            used |= set(_steps(rule.on)) if rule.on else set()
            used |= {duty.due_on for duty in rule.duties} | ({AIACT + rule.only_if} if rule.only_if else set())
        for shape in self.shapes.values():
            used |= set(_facts_of(shape))
        size = -1
        while size != len(used):
            size = len(used)
            for derivation in self.knowledge.derivations:
                if derivation.fact in used:
                    used |= {step for path in derivation.operands for step in path} | {derivation.only_where}
        for fact in self.facts.values():
            if fact.iri not in used:
                yield (
                    f"{fact.key}: no rule, derivation or report uses this fact; delete it, let a condition rest on it, "
                    "or mark it aiact:forTheRecord"
                )
            for name in fact.classes:
                if name not in self.below:
                    yield f"{fact.key}: nothing in a description is {article(name)}; mend its schema:domainIncludes"

    # -- contradictions

    def contradictions(self) -> Iterator[str]:
        """What is said to contradict something can be stated, of one thing, and both languages say why it does."""
        for each in self.knowledge.contradictions:
            facts = [self.facts.get(iri) for iri in each.facts]
            if not each.doubted or len(facts) < 2:
                yield f"{each.id}: takes two facts, one of them doubted (aiact:doubted, aiact:beside); name them"
            if not {"en", "fr"} <= each.because.keys():
                yield f"{each.id}: does not say why; give it a skos:definition in English and in French"
            for iri, fact in zip(each.facts, facts, strict=True):
                if fact is None or fact.derived_only:
                    yield f"{each.id}: names {local(str(iri))}, which is no fact that anybody states; mend it"
                else:
                    yield from self.meant(each, fact)
            if each.unless and (each.unless not in self.facts or self.facts[each.unless].kind != "link"):
                yield f"{each.id}: is set aside by {local(each.unless)}, which is no link; mend aiact:unlessThrough"
            if None not in facts and not any(
                all(set(fact.classes) & set(self.knowledge.parents[leaf]) for fact in facts) for leaf in LEAVES
            ):
                yield f"{each.id}: nothing in a description has all of its facts; name facts of one thing"

    def meant(self, contradiction: Contradiction, fact: Fact) -> Iterator[str]:
        """Every value named is one that the fact can have; what is not named can be told from what is."""
        type = f"={fact.kind}:{fact.iri}" if fact.values else "=boolean" if fact.kind == "event" else ""
        type = type or f"={fact.kind}"
        meant = contradiction.facts[fact.iri]
        for value in meant:
            none = value == NONE and fact.may_be_none
            if not none and not (fact.kind in ("boolean", "event", "concept") and self.is_value(value, type)):
                shown = value.text if isinstance(value, Literal) else snake(local(value))
                yield f"{contradiction.id}: names {shown}, which is no value that {fact.key} can have; mend it"
        if fact.iri in contradiction.doubted and (not meant or fact.kind in ("number", "date")):
            yield f"{contradiction.id}: doubts any {fact.key} there may be; name its values, or doubt what is beside it"
        elif not meant and fact.kind in ("boolean", "event"):
            yield f"{contradiction.id}: does not say which value of {fact.key} is meant; name true or false"

    # -- what a path can lead to

    def typed(self, rule: Rule) -> Iterator[str]:
        """Every path of a rule asks of an entity what it can state, and every value is one that the fact can have."""
        if rule.target not in self.below:
            yield f"{rule.id}: nothing in a description is {article(rule.target)}; mend its sh:targetClass"
            return
        types = self.below[rule.target]
        yield from self.shape(Shape(rule.id, None, ()), types, rule.id)
        if rule.on:
            _, told = self.follow(rule.on, types)
            yield from [f"{rule.id}: aiact:on {told}"] if told else []
        if rule.through and not told:
            at, _ = self.follow(rule.on.of[0], types)
            yield from self.shape(Shape(rule.through, None, ()), at, rule.id)

    def shape(self, shape: Shape, types: Types, owner: str) -> Iterator[str]:
        if shape.name and not shape.parts and shape.path is None:
            if (shape.name, types) in self.seen:
                return
            self.seen.add((shape.name, types))
            if shape.name in self.rules and shape.name != owner:  # checked at its own target
                if not types & self.below.get(self.rules[shape.name].target, types):
                    yield f"{owner}: uses {shape.name}, which is about something else; mend the path or the target"
                return
            shape, owner = self.shapes[shape.name], shape.name
        at = types
        if shape.path is not None:
            at, told = self.follow(shape.path, types)
            if told:
                yield f"{owner}: {told}"
                return
            yield from self.counts(shape, owner)
        for part in shape.parts:
            narrowed = self.below.get(local(part[1]), types) & types if part[0] == "class" else None
            if narrowed and shape.path is None:
                at = narrowed
        for part in shape.parts:
            told = self.value_part(part, at) if part[0] not in ("equals", "disjoint") else self.pair(part, at, types)
            if told:
                yield f"{owner}: {told}"
            for member in members(part):
                yield from self.shape(member, at, owner)

    def counts(self, shape: Shape, owner: str) -> Iterator[str]:
        """A fact of one value cannot have two, and no list has fewer than none."""
        takes_many = any(
            step.kind != "predicate" or step.of == MEMBER_OF or (step.of in self.facts and self.facts[step.of].many)
            for step in (shape.path.of if shape.path.kind == "sequence" else (shape.path,))
        )
        least = max([part[1] for part in shape.parts if part[0] == "minCount"], default=0)
        most = min([part[1] for part in shape.parts if part[0] == "maxCount"], default=None)
        bounds = [(least, most), *(part[2:4] for part in shape.parts if part[0] == "qualifiedValueShape")]
        for low, high in bounds:
            if low and high is not None and low > high:
                yield f"{owner}: wants at least {low} and at most {high}, which nothing can be; mend the counts"
            if low and low > 1 and not takes_many:
                yield f"{owner}: wants {low} values of what has one; ask for one, or let the fact take many"

    def follow(self, path: Way, types: Types) -> tuple[Types, str]:
        """What stands at the end of a path, or why nothing can."""
        if path.kind == "sequence":
            for step in path.of:
                types, told = self.follow(step, types)
                if told:
                    return types, told
            return types, ""
        if path.of == MEMBER_OF:
            return (
                (frozenset({"=area"}), "") if "Place" in types else (types, self.astray("member_of", types, "a place"))
            )
        if path.of == OCCURS:
            event = "=event" in types
            return (frozenset({"=boolean"}), "") if event else (types, self.astray("occurs", types, "an event"))
        fact = self.facts.get(path.of)
        if fact is None:
            return types, f"follows {local(path.of)}, which is no fact; declare it, or mend the path"
        stating = frozenset().union(*(self.below.get(name, frozenset()) for name in fact.classes))
        ends = self.below.get(fact.range) or frozenset({f"={fact.kind}:{fact.iri}" if fact.values else f"={fact.kind}"})
        if path.kind == "inverse":
            return (stating, "") if ends & types else (types, self.astray(fact.key, types, _told(ends)))
        if not stating & types:
            return types, self.astray(fact.key, types, _told(stating))
        if path.kind == "oneOrMore":
            return ends, ""
        return (ends | types, "") if path.kind == "zeroOrMore" else (ends, "")

    def astray(self, key: str, types: Types, of: str) -> str:
        return (
            f"asks for {key} of {_told(types)}, and only {of} has it; no fact can satisfy this: "
            "mend the path or the target, or let the fact belong there (schema:domainIncludes)"
        )

    def value_part(self, part: tuple, types: Types) -> str:
        """Why no value of these types can satisfy a constraint; empty if one can."""
        kind = part[0]
        if kind == "class":
            wanted = self.below.get(local(part[1]), frozenset())
            return (
                "" if wanted & types else f"wants {article(local(part[1]))} where {_told(types)} stands; mend sh:class"
            )
        if kind == "in" and not part[1]:
            return "sh:in is empty, and nothing is in it; name the values"
        if kind in ("hasValue", "in"):
            for value in part[1:] if kind == "hasValue" else part[1]:
                if not any(self.is_value(value, each) for each in types):
                    shown = value.text if isinstance(value, Literal) else snake(local(value))
                    return f"wants {shown}, which is no value that {_told(types)} can have; mend the value or the path"
        if kind == "compare":
            word = local(part[1])
            if not types & {"=number", "=date", "=event"}:
                return f"compares {_told(types)} with a parameter; only numbers and days can be compared"
            number = "=number" in types
            for text in self.knowledge.texts.values():
                limit = text.parameters.get(local(part[2]))
                if limit is not None and (limit.datatype == XSD + "date") == number:
                    what = ("a number", "the day") if number else ("a day", "the number")
                    return f"compares {what[0]} with {what[1]} {local(part[2])} (aiact:{word}); name another parameter"
        return ""

    def is_value(self, value: Term, type: str) -> bool:
        """Whether a value is one that stands at the end of a path of a type."""
        if type == "=boolean":
            return value in (TRUE, FALSE)
        if type == "=text":
            return isinstance(value, Literal)
        if type == "=area":
            return any(
                (MEMBER_OF, value) == (predicate, object)
                for triples in self.knowledge.catalogue.values()
                for _, predicate, object in triples
            )
        if type in ("Place", "Licence"):
            return value in self.knowledge.catalogue
        return ":" in type and value in self.facts[type.split(":", 1)[1]].values.values()

    def pair(self, part: tuple, ends: Types, types: Types) -> str:
        other, told = self.follow(Way("predicate", part[1]), types)
        if told:
            return told
        if not {end.split(":")[0] for end in ends} & {end.split(":")[0] for end in other}:
            return f"compares {_told(ends)} with {_told(other)} (sh:{part[0]}); they can never be the same"
        return ""


# ---------------------------------------------------------------------------------------------- contradictions


@dataclass
class Domain:
    """What a conjunction of conditions leaves open to the values of one path."""

    allowed: set | None = None  # of a fact of one value
    wanted: set = field(default_factory=set)  # of a list
    refused: set = field(default_factory=set)
    least: int = 0
    most: int | None = None
    above: list = field(default_factory=list)  # (limit, whether the limit itself is allowed)
    below: list = field(default_factory=list)
    owners: set[str] = field(default_factory=set)

    def is_empty(self) -> bool:
        if self.allowed is not None and not self.allowed:
            return True
        if self.wanted & self.refused or (self.most is not None and self.most < max(self.least, len(self.wanted))):
            return True
        return any(
            low > high or (low == high and not (low_in and high_in))
            for low, low_in in self.above
            for high, high_in in self.below
        )


class Possible:
    """Whether the conditions of a shape can hold together, in one text of the law.

    What must hold at once is gathered along paths of facts that have one value, and along lists from the entity itself;
    of alternatives each is tried beside what stands with them. What is not said here is taken to be possible.
    """

    def __init__(self, knowledge: Knowledge, text: Text) -> None:
        self.knowledge, self.text = knowledge, text

    def faults(self) -> Iterator[str]:
        wanted = {rule.id for rule in self.knowledge.rules.values() if rule.in_force(self.text.id)}
        for name, shape in self.knowledge.shapes.items():
            if name.split(".")[0] in wanted:
                yield from self.faults_in(shape, name)

    def faults_in(self, shape: Shape, owner: str) -> Iterator[str]:
        """A shape as a whole, then the nameless ones in it, each for itself; a named one has its own turn."""
        if shape.name or len(shape.parts) > 1:
            told = self.contradiction(shape)
            if told:
                yield f"{owner}: {told}"
                return
        for part in shape.parts:
            for member in members(part):
                if not member.name:
                    yield from self.faults_in(member, owner)

    def contradiction(self, shape: Shape) -> str:
        """Why a shape can hold nowhere; empty if nothing speaks against it."""
        return self.clash([(shape, True, ())], {})

    def clash(self, claims: list[tuple[Shape, bool, tuple]], known: dict[tuple, Domain]) -> str:
        domains = {path: _copy(domain) for path, domain in known.items()}
        choices: list[list[tuple[Shape, bool, tuple]]] = []
        for shape, holds, at in claims:
            self.gather(shape, holds, at, domains, choices, shape.name)
        for path, domain in domains.items():
            if domain.is_empty():
                where = ".".join(snake(local(step)) for step in path)
                owners = ", ".join(sorted(domain.owners))
                return (
                    f"no fact can satisfy it: what it asks of {where} excludes itself ({owners}); "
                    "drop one of these conditions, or make them alternatives (sh:or)"
                )
        for choice in choices:
            told = [self.clash([claim], domains) for claim in choice]
            if told and all(told):
                return told[0]
        return ""

    def gather(self, shape: Shape, holds: bool, at: tuple, domains: dict, choices: list, owner: str) -> None:
        """Adds what must be so for a shape to hold (or fail) at the end of a path."""
        if shape.under:
            return  # counts under one reading only
        if shape.name and not shape.parts and shape.path is None:
            shape, owner = self.knowledge.shapes[shape.name], shape.name
            if shape.under:
                return
        if shape.silence == ("holds" if holds else "fails"):
            return  # silence would do
        path, many = at, False
        if shape.path is not None:
            steps = shape.path.of if shape.path.kind == "sequence" else (shape.path,)
            if any(step.kind != "predicate" for step in steps):
                return
            *way, last = [step.of for step in steps]
            many = self.is_many(last)
            if any(self.is_many(step) for step in way):
                return
            path = (*at, *way, last)
        if not holds and len(shape.parts) > 1:
            choices.append([(shape._replace(name="", parts=(part,)), False, at) for part in shape.parts])
            return
        for part in shape.parts:
            if shape.path is not None:
                self.value(part, holds, path, many, domains, choices, owner)
            else:
                self.node(part, holds, at, domains, choices, owner)

    def node(self, part: tuple, holds: bool, at: tuple, domains: dict, choices: list, owner: str) -> None:
        kind = part[0]
        if kind in ("property", "node"):
            self.gather(part[1], holds, at, domains, choices, owner)
        elif kind == "not":
            self.gather(part[1], not holds, at, domains, choices, owner)
        elif kind in ("and", "or"):
            if (kind == "and") == holds:
                for member in part[1]:
                    self.gather(member, holds, at, domains, choices, owner)
            else:
                choices.append([(member, holds, at) for member in part[1]])
        elif at and kind in ("hasValue", "in", "compare"):
            self.value(part, holds, at, False, domains, choices, owner)

    def value(self, part: tuple, holds: bool, path: tuple, many: bool, domains: dict, choices: list, owner: str):
        """What a constraint leaves to the values of a path."""
        kind = part[0]
        if kind in ("node", "not", "and", "or", "property"):
            if not many:
                self.node(part, holds, path, domains, choices, owner)
            return
        if kind not in ("hasValue", "in", "compare", "minCount", "maxCount"):
            return
        domain = domains.setdefault(path, Domain())
        domain.owners.add(owner)
        if kind in ("minCount", "maxCount"):
            if (kind == "minCount") == holds:
                domain.least = max(domain.least, part[1] if holds else part[1] + 1)
            else:
                most = part[1] if holds else part[1] - 1
                domain.most = most if domain.most is None else min(domain.most, most)
        elif kind == "compare":
            self.range(part, holds, path, domain, domains, owner)
        elif many and kind == "hasValue":
            (domain.wanted if holds else domain.refused).add(part[1])
        elif not many:
            named = set(part[1:] if kind == "hasValue" else part[1])
            if holds:
                domain.allowed = named if domain.allowed is None else domain.allowed & named
                domain.least = max(domain.least, 1)
            elif (every := self.all_values(path[-1])) is not None:
                domain.allowed = (every if domain.allowed is None else domain.allowed) - named

    def range(self, part: tuple, holds: bool, path: tuple, domain: Domain, domains: dict, owner: str) -> None:
        limit = self.text.parameters.get(local(part[2]))
        fact = self.knowledge.facts.get(path[-1])
        if limit is None or fact is None or (fact.kind == "event" and not holds):
            return  # an event fails a comparison also if it does not happen
        number = limit.text if limit.datatype == XSD + "date" else float(limit.text)
        upward = "min" in COMPARISONS[part[1]][0][1]
        inclusive = "Inclusive" in COMPARISONS[part[1]][0][1]
        (domain.above if upward == holds else domain.below).append((number, inclusive == holds))
        if fact.kind == "event":
            happens = domains.setdefault((*path, OCCURS), Domain())
            happens.owners.add(owner)
            happens.allowed = {TRUE} if happens.allowed is None else happens.allowed & {TRUE}

    def is_many(self, step: str) -> bool:
        return step == MEMBER_OF or step in self.knowledge.vocabulary.many

    def all_values(self, step: str) -> set | None:
        """Every value that a fact can have, where there are few."""
        fact: Fact | None = self.knowledge.facts.get(step)
        if step == OCCURS or (fact and fact.kind == "boolean"):
            return {TRUE, FALSE}
        return set(fact.values.values()) if fact and fact.values else None


# ---------------------------------------------------------------------------------------------- helpers


def _copy(domain: Domain) -> Domain:
    return Domain(
        None if domain.allowed is None else set(domain.allowed), set(domain.wanted), set(domain.refused),
        domain.least, domain.most, list(domain.above), list(domain.below), set(domain.owners),
    )  # fmt: skip


def _stands(since: str | None, until: str | None, text: str) -> bool:
    return (since or "") <= text <= (until or LAST)


def _short(iri: str) -> str:
    return iri.rsplit("/", 1)[1]


def _told(types: Types) -> str:
    """Types as a sentence names them: a class with its article, the values of a fact by its key."""
    return " or ".join(
        snake(local(each.split(":", 1)[1])) if ":" in each else article(each.lstrip("=").capitalize())
        for each in sorted(types)
    )


def _steps(path: Way) -> list[str]:
    return [step for each in path.of for step in _steps(each)] if path.kind == "sequence" else [path.of]


def _facts_of(shape: Shape) -> Iterator[str]:
    """The properties on which a shape rests by itself, not through another that has a name."""
    if shape.path is not None:
        yield from _steps(shape.path)
    for part in shape.parts:
        if part[0] in ("equals", "disjoint"):
            yield part[1]
        for member in members(part):
            if not member.name:
                yield from _facts_of(member)


def _circles(uses: dict[str, set[str]]) -> Iterator[tuple[str, ...]]:
    """Ways that come back to where they began, one for each thing from which there is one."""
    for start in uses:
        queue: list[tuple[str, ...]] = [(start,)]
        while queue:
            way = queue.pop()
            for other in sorted(uses.get(way[-1], ())):
                if other == start:
                    yield (*way, other)
                    queue.clear()
                    break
                if other not in way:
                    queue.append((*way, other))

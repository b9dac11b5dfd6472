"""Mutants of the law: the knowledge with one thing changed, be it a condition, a number, a day, an effect or a fine.

A mutant replaces the objects of a few pairs of subject and property in the graph as it is written; all that follows,
the build included, is that of the project. What a mutant is called does not depend on how a parser names blank nodes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from aiact.law.graph import FALSE, TRUE, Graph, Literal, Term
from aiact.law.knowledge import KINDS, Knowledge
from aiact.law.names import ACT, AIACT, BASE, RDF, RDFS, RULE, SCHEMA, SH, curie, local

PARAMETER = BASE + "parameter/"
NEXT_DAY = PARAMETER + "next-day"
CONDITIONS = tuple(SH + word for word in ("property", "node", "not", "or", "and"))
LISTS = (SH + "or", SH + "and")
CONSTRAINTS = CONDITIONS + tuple(
    SH + word
    for word in ("hasValue", "in", "class", "minCount", "maxCount", "qualifiedValueShape", "equals", "disjoint")
)
COMPARISONS = tuple(AIACT + word for word in ("above", "reaching", "before"))
EFFECTS = ("lifts", "disapplies", "spares", "limits", "defeats", "postpones", "onlyIf", "until", "bearerIs")
CLASSES = ("Model", "System", "Component", "Use", "Actor", "Licence")

Edit = tuple[str, str, list[Term]]  # subject, property, and the objects it is to have


@dataclass(frozen=True)
class Mutant:
    """One change of the knowledge: its operator, the rule (or parameter, or sanction) it changes, and its name."""

    operator: str
    rule: str
    name: str
    edits: tuple[Edit, ...]


class Mutable(Graph):
    """A graph in which objects can be replaced for a while; the members of a class are looked up once."""

    def __init__(self, graph: Graph) -> None:
        self.by_predicate = graph.by_predicate
        self.members: dict[str, list[str]] = {}
        for subject, classes in self.by_predicate[RDF + "type"].items():
            for cls in classes:
                self.members.setdefault(cls, []).append(subject)
        self.members[AIACT + "Parameter"].append(NEXT_DAY)  # without a value until a mutant gives it one

    def of_class(self, iri: str) -> list[str]:
        return list(self.members.get(iri, ()))

    @contextmanager
    def with_(self, edits: tuple[Edit, ...]):
        before = [(s, p, self.by_predicate.get(p, {}).get(s)) for s, p, _ in edits]
        try:
            for edit in edits:
                self.put(*edit)
            yield self
        finally:
            for subject, predicate, objects in reversed(before):
                self.put(subject, predicate, objects)

    def put(self, subject: str, predicate: str, objects: list[Term] | None) -> None:
        subjects = self.by_predicate.setdefault(predicate, {})
        if objects:
            subjects[subject] = list(objects)
        else:
            subjects.pop(subject, None)


def mutants(graph: Graph, knowledge: Knowledge) -> list[Mutant]:
    """All mutants, in the order of the Act; of several that are the same, the first."""
    found: dict[tuple, Mutant] = {}
    maker = _Maker(graph, knowledge)
    for mutant in [*maker.of_rules(), *maker.of_parameters(), *maker.of_sanctions()]:
        found.setdefault(tuple((s, p, tuple(o)) for s, p, o in mutant.edits), mutant)
    names = [mutant.name for mutant in found.values()]
    assert len(names) == len(set(names)), sorted(name for name in names if names.count(name) > 1)
    return list(found.values())


class _Maker:
    def __init__(self, graph: Graph, knowledge: Knowledge) -> None:
        self.graph, self.knowledge = graph, knowledge
        self.shapes = {*graph.of_class(SH + "NodeShape"), *graph.of_class(SH + "PropertyShape")}
        self.rules = {iri for kind in KINDS for iri in graph.of_class(AIACT + kind)}
        self.subject = ""

    def mutant(self, operator: str, where: str, what: str, *edits: Edit) -> Mutant:
        return Mutant(operator, self.subject, f"{operator}: {where}, {what}", edits)

    def of_rules(self) -> Iterator[Mutant]:
        for id in self.knowledge.rules:
            self.subject, rule = id, RULE + id
            yield from self.rule_level(rule)
            yield from self.shape(rule, id)
            for name in self.graph.subjects(RDF + "type"):
                if name in self.shapes and name.startswith(rule + "."):
                    yield from self.shape(name, name.removeprefix(RULE))

    # -- conditions

    def shape(self, node: str, where: str) -> Iterator[Mutant]:
        """Mutants of one shape and of the nameless shapes inside it."""
        whole = node in self.rules
        held = [(p, value) for p in CONSTRAINTS + COMPARISONS for value in self.graph.objects(node, p)]
        for predicate, value in held:
            word, told = local(predicate), f"{local(predicate)} {self.short(value)}"
            if len(held) > 1 or whole:
                yield self.mutant("drop", where, told, self.less(node, predicate, value))
            if predicate in LISTS:
                yield from self.list(node, predicate, value, where)
            elif predicate in CONDITIONS:
                if not self.is_flag(value):
                    yield self.mutant("negate", where, told, *self.negated(node, predicate, value))
                yield from self.inside(value, f"{where} {word} {self.short(value)}")
            elif predicate == SH + "qualifiedValueShape":
                yield from self.inside(value, f"{where} {word}")
            else:
                yield from self.constraint(node, predicate, value, where, told)
        conditions = [(p, value) for p, value in held if p in CONDITIONS[:2]]
        if len(conditions) > 1 and not self.graph.objects(node, SH + "or"):
            yield self.mutant("and/or", where, "all to any", *self.any_of(node, conditions))
        yield from self.path(node, where)
        for silence in self.graph.objects(node, AIACT + "whenSilent"):
            other = AIACT + ("fails" if silence == AIACT + "holds" else "holds")
            yield self.mutant("silence", where, "dropped", (node, AIACT + "whenSilent", []))
            yield self.mutant("silence", where, "flipped", (node, AIACT + "whenSilent", [other]))
        for _ in self.graph.objects(node, AIACT + "under"):
            yield self.mutant("reading", where, "dropped", (node, AIACT + "under", []))

    def inside(self, node: Term, where: str) -> Iterator[Mutant]:
        if node.startswith("_:"):
            yield from self.shape(node, where)

    def short(self, value: Term) -> str:
        """A name for a value: of a nameless shape or a list, what it is about."""
        if isinstance(value, Literal):
            return value.text
        if not value.startswith("_:"):
            return value.removeprefix(RULE) if value.startswith(RULE) else curie(value)
        if self.graph.value(value, RDF + "first") is not None:
            return "( " + " ".join(self.short(item) for item in self.graph.items(value)) + " )"
        said = [
            f"{local(p)} {self.short(o)}"
            for p in sorted(self.graph.by_predicate)
            if p.startswith((SH, AIACT))
            for o in self.graph.by_predicate[p].get(value, ())
        ]
        return "[ " + " ; ".join(said) + " ]"

    def is_flag(self, value: str) -> bool:
        """Whether a shape says no more than that a property is true (or false); flipping that negates it."""
        values = self.graph.objects(value, SH + "hasValue")
        others = [p for p in CONSTRAINTS + COMPARISONS if self.graph.objects(value, p) and p != SH + "hasValue"]
        return bool(values) and values[0] in (TRUE, FALSE) and not others

    def less(self, node: str, predicate: str, value: Term) -> Edit:
        return node, predicate, [other for other in self.graph.objects(node, predicate) if other != value]

    def more(self, node: str, predicate: str, value: Term) -> Edit:
        return node, predicate, [*self.graph.objects(node, predicate), value]

    def negated(self, node: str, predicate: str, value: str) -> tuple[Edit, ...]:
        positive = SH + ("property" if self.graph.value(value, SH + "path") else "node")
        other = positive if predicate == SH + "not" else SH + "not"
        return self.less(node, predicate, value), self.more(node, other, value)

    def any_of(self, node: str, conditions: list[tuple[str, Term]]) -> tuple[Edit, ...]:
        cells = [f"_:any-{index}" for index in range(len(conditions))]
        edits = [(cell, RDF + "first", [value]) for cell, (_, value) in zip(cells, conditions, strict=True)]
        edits += [(cell, RDF + "rest", [rest]) for cell, rest in zip(cells, [*cells[1:], RDF + "nil"], strict=True)]
        return ((node, CONDITIONS[0], []), (node, CONDITIONS[1], []), (node, SH + "or", [cells[0]]), *edits)

    def list(self, node: str, predicate: str, head: str, where: str) -> Iterator[Mutant]:
        """An and or an or: one for the other, a member less, a member negated, and the members themselves."""
        word, cells = local(predicate), list(self.cells(head))
        other = LISTS[1 - LISTS.index(predicate)]
        if len(cells) > 1:
            edits = self.less(node, predicate, head), self.more(node, other, head)
            yield self.mutant("and/or", where, f"{word} {self.short(head)}", *edits)
        for index, cell in enumerate(cells):
            member = self.graph.value(cell, RDF + "first")
            told = f"{word} {self.short(member)}"
            if len(cells) > 1:
                yield self.mutant("drop", where, told, self.without(node, predicate, cells, index))
            if not self.is_flag(member) and not self.graph.objects(member, AIACT + "under"):
                edits = (cell, RDF + "first", ["_:negated"]), ("_:negated", SH + "not", [member])
                yield self.mutant("negate", where, told, *edits)
            yield from self.inside(member, f"{where} {told}")

    def cells(self, head: str) -> Iterator[str]:
        while head != RDF + "nil":
            yield head
            head = self.graph.value(head, RDF + "rest")

    def without(self, node: str, predicate: str, cells: list[str], index: int) -> Edit:
        """A list without one cell."""
        rest = self.graph.value(cells[index], RDF + "rest")
        if index:
            return cells[index - 1], RDF + "rest", [rest]
        kept = [rest if value == cells[0] else value for value in self.graph.objects(node, predicate)]
        return node, predicate, kept

    def constraint(self, node: str, predicate: str, value: Term, where: str, told: str) -> Iterator[Mutant]:
        if value in (TRUE, FALSE):
            yield self.mutant("flip", where, told, (node, predicate, [FALSE if value == TRUE else TRUE]))
        elif predicate == SH + "hasValue":
            for other in self.sibling_value(value):
                yield self.mutant("value", where, f"{told} to {curie(other)}", (node, predicate, [other]))
        elif predicate == SH + "in":
            cells = list(self.cells(value))
            for index, cell in enumerate(cells):
                if len(cells) > 1:
                    edit = self.without(node, predicate, cells, index)
                    item = self.short(self.graph.value(cell, RDF + "first"))
                    yield self.mutant("drop", where, f"in {item}", edit)
        elif predicate in (SH + "minCount", SH + "maxCount"):
            yield from self.count(node, predicate, int(value.text), where)
        elif predicate in (SH + "equals", SH + "disjoint"):
            other = SH + ("disjoint" if predicate.endswith("equals") else "equals")
            yield self.mutant("flip", where, told, (node, predicate, []), (node, other, [value]))
        elif predicate in COMPARISONS:
            yield from self.comparison(node, predicate, value, where, told)

    def sibling_value(self, value: Term) -> list[Term]:
        """The next concept of the same class."""
        if isinstance(value, Literal):
            return []
        own = {cls for cls in self.graph.objects(value, RDF + "type") if cls.startswith(AIACT)}
        for cls in sorted(own):
            members = sorted(self.graph.of_class(cls))
            if len(members) > 1:
                return [members[(members.index(value) + 1) % len(members)]]
        return []

    def count(self, node: str, predicate: str, number: int, where: str) -> Iterator[Mutant]:
        integer = lambda n: Literal(str(n), "http://www.w3.org/2001/XMLSchema#integer")  # noqa: E731
        told = f"{local(predicate)} {number}"
        yield self.mutant("count", where, f"{told} to {number + 1}", (node, predicate, [integer(number + 1)]))
        if predicate == SH + "minCount" and number == 1:
            edits = (node, predicate, []), (node, SH + "maxCount", [integer(0)])
            yield self.mutant("flip", where, told, *edits)
        if predicate == SH + "maxCount" and number == 0:
            edits = (node, predicate, []), (node, SH + "minCount", [integer(1)])
            yield self.mutant("flip", where, told, *edits)

    def comparison(self, node: str, predicate: str, value: str, where: str, told: str) -> Iterator[Mutant]:
        """Inclusive for exclusive, and before for not before."""
        word = local(predicate)
        other = {"above": "reaching", "reaching": "above"}.get(word)
        if other:
            edits = (node, predicate, []), (node, AIACT + other, [value])
            yield self.mutant("boundary", where, f"{told} to {other}", *edits)
        else:  # before or on a day is before the next day
            edits = (node, predicate, [NEXT_DAY]), *self.day_after(value)
            yield self.mutant("boundary", where, f"{told} to before or on", *edits)
        opposite = "before" if word == "reaching" else "reaching"
        if word != "above":
            edits = (node, predicate, []), (node, AIACT + opposite, [value])
            yield self.mutant("flip", where, told, *edits)

    def day_after(self, parameter: str) -> Iterator[Edit]:
        """A copy of a parameter, in all its versions, one day later."""
        graph = self.graph
        versions = {version: f"_:next-day-{n}" for n, version in enumerate(graph.objects(parameter, AIACT + "valueIn"))}
        yield NEXT_DAY, AIACT + "valueIn", list(versions.values())
        for node, copy in {parameter: NEXT_DAY, **versions}.items():
            yield copy, AIACT + "value", [moved(day, 1) for day in graph.objects(node, AIACT + "value")]
            for word in ("textFrom", "textUntil"):
                yield copy, AIACT + word, graph.objects(node, AIACT + word)

    # -- paths

    def path(self, node: str, where: str) -> Iterator[Mutant]:
        for path in self.graph.objects(node, SH + "path"):
            yield from self.step(node, SH + "path", path, where)

    def step(self, node: str, predicate: str, path: str, where: str) -> Iterator[Mutant]:
        """A property for its sibling; a step less; one step for many, many or none for one or more."""
        if not path.startswith("_:"):
            for other in self.sibling_property(path):
                yield self.mutant("path", where, f"{curie(path)} to {curie(other)}", (node, predicate, [other]))
            return
        cells = list(self.cells(path)) if self.graph.value(path, RDF + "first") is not None else []
        for index, cell in enumerate(cells):
            step = self.graph.value(cell, RDF + "first")
            if len(cells) == 2:
                left = self.graph.value(cells[1 - index], RDF + "first")
                edit = (node, predicate, [left])
            else:
                edit = self.without(node, predicate, cells, index)
            yield self.mutant("path", where, f"step {self.short(step)} dropped", edit)
            yield from self.step(cell, RDF + "first", step, where)
        for word, other in (("oneOrMorePath", "zeroOrMorePath"), ("zeroOrMorePath", "oneOrMorePath")):
            for inner in self.graph.objects(path, SH + word):
                told = f"{word} {curie(inner)}"
                edits = (path, SH + word, []), (path, SH + other, [inner])
                yield self.mutant("path", where, f"{told} to {other}", *edits)
                yield self.mutant("path", where, f"{told} to one step", (node, predicate, [inner]))
        for inner in self.graph.objects(path, SH + "inversePath"):
            yield self.mutant("path", where, f"inverse of {curie(inner)} to itself", (node, predicate, [inner]))

    def sibling_property(self, iri: str) -> list[str]:
        """The next property of the same class with values of the same kind."""
        about = lambda fact: (set(self.graph.objects(fact, SCHEMA + "domainIncludes")), self.range(fact))  # noqa: E731
        classes, range = about(iri)
        if not classes:
            return []
        facts = sorted(self.graph.of_class(AIACT + "Fact"))
        facts = [fact for fact in facts if about(fact)[1] == range and about(fact)[0] & classes]
        return [facts[(facts.index(iri) + 1) % len(facts)]] if len(facts) > 1 else []

    def range(self, fact: str) -> Term | None:
        return self.graph.value(fact, RDFS + "range")

    # -- rules

    def rule_level(self, rule: str) -> Iterator[Mutant]:
        graph, id = self.graph, rule.removeprefix(RULE)
        target = local(graph.value(rule, SH + "targetClass"))
        if target in CLASSES:
            other = CLASSES[(CLASSES.index(target) + 1) % len(CLASSES)]
            yield self.mutant("target", id, f"{target} to {other}", (rule, SH + "targetClass", [AIACT + other]))
        for word in EFFECTS:
            for aim in graph.objects(rule, AIACT + word):
                told = f"{word} {self.short(aim)} dropped"
                yield self.mutant("effect", id, told, self.less(rule, AIACT + word, aim))
        for word in ("confers", "bearer"):
            for role in graph.objects(rule, AIACT + word):
                roles = sorted(graph.of_class(AIACT + "Role"))
                other = roles[(roles.index(role) + 1) % len(roles)]
                kept = [other if each == role else each for each in graph.objects(rule, AIACT + word)]
                yield self.mutant("role", id, f"{word} {curie(role)} to {curie(other)}", (rule, AIACT + word, kept))
        for path in graph.objects(rule, AIACT + "on"):
            yield from self.step(rule, AIACT + "on", path, f"{id} on")
        for status in graph.objects(rule, AIACT + "yields"):
            other = AIACT + ("conditional" if status != AIACT + "conditional" else "transitional")
            yield self.mutant("effect", id, f"yields {curie(other)}", (rule, AIACT + "yields", [other]))
        duties = graph.objects(rule, AIACT + "imposes")
        for node in (rule, *duties):
            where = node.removeprefix(RULE)
            for band in graph.objects(node, AIACT + "sanction"):
                bands = sorted(graph.of_class(AIACT + "Sanction"))
                other = bands[(bands.index(band) + 1) % len(bands)]
                told = f"{curie(band)} to {curie(other)}"
                yield self.mutant("sanction", where, told, (node, AIACT + "sanction", [other]))
            yield from self.texts(node, where)
            if node in duties:
                for day in graph.objects(node, AIACT + "dueOn"):
                    yield self.mutant("day", where, f"dueOn {curie(day)} dropped", (node, AIACT + "dueOn", []))

    def texts(self, node: str, where: str) -> Iterator[Mutant]:
        for word in ("textFrom", "textUntil"):
            for day in self.graph.objects(node, AIACT + word):
                yield self.mutant("text", where, f"{word} dropped", (node, AIACT + word, []))
                for days in (-1, 1):
                    edit = (node, AIACT + word, [moved(day, days)])
                    yield self.mutant("text", where, f"{word} {days:+d} day", edit)

    # -- numbers, days, fines

    def of_parameters(self) -> Iterator[Mutant]:
        graph = self.graph
        for parameter in graph.of_class(AIACT + "Parameter"):
            self.subject = name = curie(parameter)
            for node in (parameter, *graph.objects(parameter, AIACT + "valueIn")):
                where = curie(node)
                for value in graph.objects(node, AIACT + "value"):
                    if "-" in value.text:
                        for days in (-1, 1):
                            edit = (node, AIACT + "value", [moved(value, days)])
                            yield self.mutant("day", where, f"{days:+d} day", edit)
                    else:
                        yield self.mutant("number", where, "times ten", (node, AIACT + "value", [times_ten(value)]))
                yield from self.texts(node, where)
            for provision in graph.objects(parameter, AIACT + "governs"):
                told = f"governs {provision.removeprefix(ACT)} dropped"
                yield self.mutant("day", name, told, self.less(parameter, AIACT + "governs", provision))

    def of_sanctions(self) -> Iterator[Mutant]:
        graph = self.graph
        for node in (*graph.of_class(AIACT + "Sanction"), *graph.of_class(AIACT + "Relief")):
            self.subject = where = curie(node)
            for word in ("amount", "shareOfTurnover"):
                for value in graph.objects(node, AIACT + word):
                    edit = (node, AIACT + word, [times_ten(value)])
                    yield self.mutant("sanction", where, f"{word} times ten", edit)
            for word in ("relief", "lowerFor", "insteadOf", "onActorsOfKind"):
                for value in graph.objects(node, AIACT + word):
                    told = f"{word} {curie(value)} dropped"
                    yield self.mutant("sanction", where, told, self.less(node, AIACT + word, value))
            for value in graph.objects(node, AIACT + "imposedBy"):
                others = sorted(set(graph.by_predicate[AIACT + "imposedBy"][node]) | {AIACT + "commission"})
                other = next((each for each in others if each != value), AIACT + "memberStates")
                yield self.mutant("sanction", where, f"imposedBy {curie(other)}", (node, AIACT + "imposedBy", [other]))
            yield from self.texts(node, where)


def moved(day: Literal, days: int) -> Literal:
    return day._replace(text=str(date.fromisoformat(day.text) + timedelta(days)))


def times_ten(number: Literal) -> Literal:
    if number.datatype.endswith("integer"):
        return number._replace(text=str(int(number.text) * 10))
    return number._replace(text=repr(float(number.text) * 10))

"""Answers worth trying: for each fact the values that the law tells apart, and no two that it treats alike.

Which values those are follows from the rules: two kinds of monetisation that stand in the same lists of the same
conditions are one answer, and a number has one answer on each side of each threshold.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from ..law.graph import Literal
from ..law.knowledge import Fact, Knowledge, Text
from ..law.names import AIACT
from ..law.shapes import AT_LEAST, AT_MOST, OCCURS, RANGES, STATES, Path
from .evaluate import evaluate, plain_shapes

BOUNDS = (AT_LEAST, AT_MOST, OCCURS)
MANY = 7  # kinds of values of which a list of all is tried too
LONG_AGO, LATER = "2020-01-01", "2199-12-31"


class Answers:
    """The answers that one text of the Act tells apart, worked out from its compiled rules."""

    def __init__(self, knowledge: Knowledge, text: Text) -> None:
        self.knowledge, self.text = knowledge, text
        self.known: dict[str, list[tuple[object, float]]] = {}

    def to(self, fact: Fact) -> list[tuple[object, float]]:
        """Each answer with how much it counts among all of them; links have none, they depend on the project."""
        if fact.iri not in self.known:
            found = list(getattr(self, f"of_{fact.kind}", lambda _: iter(()))(fact))
            total = sum(weight for _, weight in found)
            self.known[fact.iri] = [(value, weight / total) for value, weight in found]
        return self.known[fact.iri]

    # -- kinds of facts

    def of_boolean(self, fact: Fact) -> Iterator[tuple[object, float]]:
        yield from ((True, 1), (False, 1))

    def of_concept(self, fact: Fact) -> Iterator[tuple[object, float]]:
        """Of the values that stand in the same lists, one; of a list of values, none, each alone, and all."""
        groups = self.alike(fact)
        if fact.many or fact.presumed is not None:
            yield ([] if fact.many else "none"), len(fact.values)
        for tokens in groups:
            yield ([tokens[0]] if fact.many else tokens[0]), len(tokens)
        if fact.many and 1 < len(groups) <= MANY:
            yield list(fact.values), 1

    def alike(self, fact: Fact) -> list[list[str]]:
        """The values of a fact, those together that stand in the same lists of the same conditions."""
        groups: dict[tuple, list[str]] = {}
        for token, iri in fact.values.items():
            groups.setdefault(tuple(iri in constants for constants in self.lists.get(fact.iri, ())), []).append(token)
        return list(groups.values())

    def of_number(self, fact: Fact) -> Iterator[tuple[object, float]]:
        alike = [other.iri for other in self.knowledge.facts.values() if fact.unit and other.unit == fact.unit]
        limits = {
            float(term.text) for iri in (fact.iri, *alike) for term in self.limits.get(iri, ()) if is_number(term.text)
        }
        steps = sorted(limit for limit in limits if limit > 0)
        yield (steps[0] / 100 if steps else 1.0), 1
        for low, high in zip(steps, [*steps[1:], steps[-1] * 5e3] if steps else [], strict=True):
            yield (low * high) ** 0.5, 1

    def days(self, fact: Fact) -> list[str]:
        """A day before every limit, and the limits, from each of which another answer holds."""
        return sorted({LONG_AGO, *(term.text for term in self.limits.get(fact.iri, ()) if not is_number(term.text))})

    def of_date(self, fact: Fact) -> Iterator[tuple[object, float]]:
        yield from ((day, 1) for day in (*self.days(fact), LATER))

    def of_event(self, fact: Fact) -> Iterator[tuple[object, float]]:
        days = [*self.days(fact), LATER]
        yield from ((day, 1) for day in days)
        yield False, len(days) - 1

    def of_place(self, fact: Fact) -> Iterator[tuple[object, float]]:
        """One country of each group of those that belong to the same areas."""
        groups: dict[tuple, list[str]] = {}
        for code, iri in self.knowledge.places.items():
            areas = sorted(str(area) for _, word, area in self.knowledge.catalogue[iri] if word == AIACT + "memberOf")
            groups.setdefault(tuple(areas), []).append(code.upper())
        yield from ((min(codes, key=lambda code: (len(code), code)), 1) for codes in groups.values())

    def of_licence(self, fact: Fact) -> Iterator[tuple[object, float]]:
        yield from ((name, 1) for name in self.licences)

    @cached_property
    def licences(self) -> list[str]:
        """One licence of each group of those of which the rules say the same."""
        from ..descriptions.description import Description
        from ..descriptions.facts import Facts
        from ..law.graph import Graph
        from .readings import Readings

        graph = Graph()
        for triples in self.knowledge.catalogue.values():
            for triple in triples:
                graph.add(*triple)
        truths = evaluate(Facts(Description("", "", "", {}), graph, ""), self.knowledge, self.text)
        rules = [r.id for r in self.knowledge.rules.values() if r.target == "Licence" and r.in_force(self.text.id)]
        readings = Readings(self.knowledge).with_({})
        groups: dict[tuple, str] = {}
        for name, iri in self.knowledge.licences.items():
            groups.setdefault(tuple(truths.of(rule, iri, readings) for rule in rules), name)
        return list(groups.values())

    # -- what the rules compare facts with

    @cached_property
    def constants(self) -> tuple[dict[str, list[frozenset]], dict[str, set[Literal]]]:
        """For each fact the lists of values in which it is looked for, and the limits with which it is compared."""
        plain = plain_shapes(self.knowledge, self.text)
        lists: dict[str, dict[frozenset, None]] = {}
        limits: dict[str, set[Literal]] = {}
        done: set[tuple[str, str]] = set()

        def walk(part: tuple, fact: str) -> None:
            kind = part[0]
            if kind in ("all", "any", "not", "when"):
                for inner in part[2:] if kind == "when" else part[1:]:
                    walk(inner, fact)
            elif kind == "shape":
                if (part[1], fact) not in done:
                    done.add((part[1], fact))
                    walk(plain[part[1]], fact)
            elif kind in ("every", "some", "atMost"):
                walk(part[2], self.fact_at(part[1], fact))
            elif kind == "has" and not (part[1].kind == "predicate" and part[1].of == STATES):
                lists.setdefault(self.fact_at(part[1], fact), {})[frozenset({part[2]})] = None
            elif kind == "in":
                lists.setdefault(fact, {})[frozenset(part[1])] = None
            elif kind in RANGES and isinstance(part[1], Literal):
                limits.setdefault(fact, set()).add(part[1])

        for name, expression in plain.items():
            done.add((name, ""))
            walk(expression, "")
        return {fact: list(found) for fact, found in lists.items()}, limits

    def fact_at(self, path: Path, otherwise: str) -> str:
        """The fact whose values lie at the end of a path; the bounds of an interval belong to its fact."""
        for step in reversed(path.of if path.kind == "sequence" else (path,)):
            if step.kind == "inverse":
                return ""
            if step.kind == "predicate" and step.of in BOUNDS:
                continue
            return step.of if step.of in self.knowledge.facts else ""
        return otherwise

    @property
    def lists(self) -> dict[str, list[frozenset]]:
        return self.constants[0]

    @property
    def limits(self) -> dict[str, set[Literal]]:
        return self.constants[1]


def is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True

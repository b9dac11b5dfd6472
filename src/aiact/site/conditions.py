"""The conditions of a rule as a tree that reads like the sentence of the law: all of these, at least one of those.

What a page shows is read from the same shapes that the engine compiles, so that a choice is never shown as a list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from ..law.names import AIACT, READING, RULE, local
from ..law.shapes import Path, Shape, members
from .words import Words


@dataclass(slots=True)
class Condition:
    """One node of the tree: what joins its members, or what it asks."""

    join: str = ""  # all, any, none; empty for a leaf
    iri: str = ""  # of a named condition
    place: str = ""  # its name on the page of its own rule
    text: str = ""
    detail: Markup | str = ""  # the constraint itself, in words
    under: str = ""  # the reading of an open question under which alone it counts
    silence: str = ""  # what it is where nothing is stated, if that is not "unknown"
    members: list[Condition] = field(default_factory=list)


class Reader:
    """Reads the shapes of rules in one language."""

    def __init__(self, words: Words) -> None:
        self.words, self.knowledge = words, words.knowledge

    def rule(self, name: str) -> list[Condition]:
        """The conditions of a rule, all of which must hold."""
        order = self.knowledge.rules[name].conditions
        found = sorted(self.parts(self.knowledge.shapes[name].parts), key=lambda each: first_of(each, order))
        own = {RULE + condition for condition in order}
        for condition in walk(found):
            if condition.iri in own:
                own.remove(condition.iri)
                condition.place = condition.iri.removeprefix(RULE).partition(".")[2]
        return found

    def shape(self, shape: Shape) -> Condition:
        """A shape as a condition: a named one by its message, another rule by a link, a nameless one in words."""
        name, body = shape.name, shape
        if name in self.knowledge.rules:
            is_ = escape(self.words.t("is"))
            return Condition(iri=RULE + name, detail=Markup(f"{is_} {self.words.rule(name)}"))
        if name:
            body = self.knowledge.shapes[name]
        found = Condition(iri=RULE + name if name else "", under=(body.under or shape.under).removeprefix(READING))
        if body.silence:
            found.silence = AIACT + body.silence
        if name in self.knowledge.conditions:
            found.text = self.words.of(self.knowledge.conditions[name].message)
        if body.path is None:
            found.members = self.parts(body.parts)
        else:
            told = [part for part in body.parts if self.has_own(part)]
            found.detail = self.constraint(body, tuple(part for part in body.parts if part not in told))
            found.members = self.parts(tuple(told))
        self.simplify(found)
        return found

    def simplify(self, found: Condition) -> None:
        """A group of one is what is in it."""
        if len(found.members) == 1:
            only = found.members[0]
            if not (only.text or only.iri or only.detail):
                found.join, found.members = only.join, only.members
            elif not (found.text or found.iri or found.detail or found.under):
                found.iri, found.text, found.detail = only.iri, only.text, only.detail
                found.under, found.silence, found.join, found.members = (
                    only.under,
                    only.silence,
                    only.join,
                    only.members,
                )
            elif not (only.text or only.iri or only.members or found.detail):
                found.detail, found.members = only.detail, []
            else:
                found.join = "all"
        elif found.members:
            found.join = "all"

    def has_own(self, part: tuple) -> bool:
        """Whether a constraint speaks of conditions that have names, of which a page must tell."""
        return any(
            member.name in self.knowledge.conditions
            if member.name
            else any(self.has_own(inner) for inner in member.parts)
            for member in members(part)
        )

    def parts(self, parts: tuple) -> list[Condition]:
        found = []
        for part in parts:
            kind = part[0]
            if kind in ("property", "node"):
                found.append(self.shape(part[1]))
            elif kind in ("and", "or"):
                members = [self.shape(member) for member in part[1]]
                if kind == "and":
                    found += members
                else:
                    found.append(Condition(join="any", members=members))
            elif kind == "not":
                found.append(Condition(join="none", members=[self.shape(part[1])]))
            elif kind == "qualifiedValueShape" and self.has_own(part):
                found.append(Condition(detail=self.count(part), join="all", members=[self.shape(part[1])]))
            else:
                found.append(Condition(detail=self.one(part)))
        return found

    def count(self, part: tuple) -> Markup:
        """How many values must be so."""
        least, most = part[2], part[3]
        head = self.words.t("at-least", n=least) if least is not None else self.words.t("at-most", n=most)
        return escape(head) + self.words.t("colon")

    def constraint(self, shape: Shape, parts: tuple) -> Markup:
        """What a shape with a path asks of the values at its end."""
        if shape.path is None:
            return Markup("")
        asked = self.words.semicolon.join(filter(None, (self.one(part) for part in parts)))
        return Markup(f"{self.path(shape.path)} {asked}").strip()

    def one(self, part: tuple) -> Markup:
        """One constraint in words."""
        kind, words = part[0], self.words
        if kind == "hasValue":
            return Markup("= ") + words.value(part[1])
        if kind == "in":
            return Markup(f"{words.t('one-of')} ") + words.list(words.value(each) for each in part[1])
        if kind == "compare":
            return Markup(f"{words.t('compare-' + local(part[1]))} ") + words.value(part[2])
        if kind in ("minCount", "maxCount"):
            return Markup(escape(words.t("at-least" if kind == "minCount" else "at-most", n=part[1])))
        if kind == "qualifiedValueShape":
            return self.count(part) + Markup(" ") + self.brief(part[1])
        if kind in ("node", "property"):
            return Markup(f"{escape(words.t('is'))} ") + self.brief(part[1])
        if kind in ("and", "or"):
            joint = f" {words.t('or' if kind == 'or' else 'and')} "
            return Markup(escape(joint)).join(self.brief(member) for member in part[1])
        if kind == "not":
            return Markup(f"{escape(words.t('not'))} ") + self.brief(part[1])
        if kind in ("equals", "disjoint"):
            return Markup(f"{escape(words.t(kind))} ") + words.a(part[1])
        if kind == "class":
            return Markup(f"{escape(words.t('is-of-class'))} ") + words.a(part[1])
        if kind == "datatype":
            return Markup("")
        return Markup(escape(f"{kind} ")) + words.value(part[1])

    def brief(self, shape: Shape) -> Markup:
        """A shape inside another, in one line: a link if it has a name."""
        words = self.words
        if shape.name in self.knowledge.rules:
            return words.rule(shape.name)
        if shape.name:
            return words.a(RULE + shape.name)
        if shape.path is not None:
            return self.constraint(shape, shape.parts)
        return self.words.semicolon.join(filter(None, (self.one(part) for part in shape.parts)))

    def path(self, path: Path) -> Markup:
        words = self.words
        if path.kind == "sequence":
            return Markup(" → ").join(self.path(step) for step in path.of)
        link = words.a(path.of)
        signs = {"inverse": words.t("inverse"), "oneOrMore": words.t("chain"), "zeroOrMore": words.t("chain-or-self")}
        return Markup(f"{link} ({escape(signs[path.kind])})") if path.kind in signs else link


def walk(conditions: Iterable[Condition]) -> Iterator[Condition]:
    for condition in conditions:
        yield condition
        yield from walk(condition.members)


def first_of(condition: Condition, order: tuple[str, ...]) -> int:
    """Where the first condition of a tree stands in the rule file."""
    own = [order.index(name) for name in [condition.iri.removeprefix(RULE)] if name in order]
    return min([*own, *(first_of(member, order) for member in condition.members)], default=len(order))

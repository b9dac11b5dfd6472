"""What a reader of records writes: facts that a record states, and clues to those that it only suggests."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from itertools import chain, count

from ..law.knowledge import Knowledge
from ..law.licences import by_link
from .description import (
    CONTROL,
    NAME,
    Clue,
    Description,
    DescriptionError,
    Entity,
    Mapping,
    Node,
    Problem,
    Scalar,
    Sequence,
    Told,
)
from .limits import most

MODEL, BASE = "model", "base"
LONGEST = 160  # letters of a record that are repeated
# What people write where they have nothing to say; {{ … }} is a template that nobody filled in.
EMPTY = re.compile(
    r"\s*+(?:|-++|\?++|n/?a|none|null|~|tbd|todo|unknown|unclear|undisclosed|unspecified|various|mixed"
    r"|not (?:specified|disclosed|available|applicable)|noassertion|\[?more information needed\]?|.*?\{\{.*+)\s*+",
    re.IGNORECASE | re.DOTALL,
)
ABSENT = re.compile(r"component\b[^\n]{0,400}\bnot includ", re.IGNORECASE)
DENIAL = re.compile(r"\s*+none(?:licen[cs]e)?\s*+", re.IGNORECASE)  # of a licence, where that is what is asked
# No name of a licence.
NO_NAME = re.compile(r"other|custom.*|license|licence|see .*", re.IGNORECASE)


def word(node: Node | None) -> Scalar | None:
    """A scalar that says something; a list of one counts as what is in it."""
    if isinstance(node, Sequence) and len(node.items) == 1:
        node = node.items[0]
    return node if isinstance(node, Scalar) and not EMPTY.fullmatch(node.text) else None


def words(node: Node | None) -> list[Scalar]:
    """The scalars of a value or a list that say something."""
    items = node.items if isinstance(node, Sequence) else [node]
    return [item for item in items if isinstance(item, Scalar) and not EMPTY.fullmatch(item.text)]


def maps(node: Node | None) -> list[Mapping]:
    """The maps of a list; a single map is a list of one."""
    items = node.items if isinstance(node, Sequence) else [node]
    return [item for item in items if isinstance(item, Mapping)]


def denies(node: Node | None) -> bool:
    """Whether a record says that there is no licence, which is more than to say nothing of one."""
    return isinstance(node, Scalar) and bool(DENIAL.fullmatch(node.text))


def given(node: Node | None) -> list[Node]:
    """What a value or a list holds, of whatever kind, but for what says nothing."""
    items = node.items if isinstance(node, Sequence) else [] if node is None else [node]
    return [item for item in items if (not EMPTY.fullmatch(item.text) if isinstance(item, Scalar) else item.items)]


def into(node: Node | None, *keys: str) -> Node | None:
    """What stands under keys within keys, if it is there."""
    for key in keys:
        node = node.get(key) if isinstance(node, Mapping) else None
    return node


def everywhere(node: Node | None) -> Iterator[Mapping]:
    """Every map of a tree, from the top."""
    if isinstance(node, Mapping):
        yield node
    for item in node.items if isinstance(node, (Mapping, Sequence)) else ():
        yield from everywhere(item[1] if isinstance(node, Mapping) else item)


def said(text: str) -> str:
    """What a record says, fit to be repeated: on one line, without control characters, not too long."""
    plain = " ".join(CONTROL.sub(" ", text).split())
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 1].rstrip() + "…"


def free(id: str, taken: Container[str]) -> str:
    """The id, or if it is taken the first free one with a number."""
    return next(each for each in chain([id], (f"{id}-{n}" for n in count(2))) if each not in taken)


class Record:
    """A description in the making."""

    def __init__(self, file: str, form: str, knowledge: Knowledge, name: str = "") -> None:
        self.knowledge = knowledge
        self.found = Description(file, "", name, {}, form=form)
        self.clues: set[Clue] = set()
        self.granted: set[tuple[str, str, str]] = set()  # to whom, which licence, as what
        self.looked_at = 0

    def entity(self, id: str, cls: str, at: Node, known_as: Iterable[Scalar | None] = ()) -> Entity:
        """A new entity; its id is made from the one that is wished for."""
        id = re.sub(r"[^\w.-]+", "-", id.strip()).strip("-.")[:56]
        id = id if NAME.fullmatch(id) else f"{cls.lower()}-{id}".rstrip("-") if id else cls.lower()
        id = id if NAME.fullmatch(id) else cls.lower()
        if len(self.found.entities) >= most("entities"):
            told = f"describes more than {most('entities')} things; describe one project in one file"
            raise DescriptionError(self.found.file, [Problem(at.line, told)])
        id = free(id, self.found.entities)
        self.found.entities[id] = entity = Entity(id, cls, at.line, known_as=[each.text for each in known_as if each])
        return entity

    def state(self, entity: Entity, key: str, value: str | Node, at: Node | None = None, note: str = "") -> None:
        """One fact, at the place of its value or at another; with what the record adds to it."""
        at = at or value
        if isinstance(value, str):
            value = Scalar(value, at.line, at.at)
        if note:
            value = noted(value, note)
        entity.statements.append((Scalar(key, at.line, at.at), value))

    def clue(self, entity: Entity | None, key: str, says: Node | str, reason: str, at: Node | None = None) -> None:
        """What suggests a fact, with the phrase that says why it does not state it."""
        at = at or says
        text = says.text if isinstance(says, Scalar) else says if isinstance(says, str) else ""
        clue = Clue(entity.id if entity else "", key, said(text), f"clue-{reason}", at.line, at.at)
        if clue not in self.clues:
            self.clues.add(clue)
            self.found.clues.append(clue)
            if len(self.clues) > most("clues"):
                self.too_many(at)

    def purposes(self, text: str, at: Node) -> None:
        """Words that may name a use that the Act lists; whether a system is meant for it is not theirs to say."""
        from ..law.purposes import recognised

        self.looked_at += 1
        if self.looked_at > most("clues"):
            self.too_many(at)
        if recognised(re.sub(r"[-_]", " ", text[:2000]), self.knowledge):
            self.clue(None, "", text, "purpose", at)

    def too_many(self, at: Node) -> None:
        """None is left out in silence: a question that is not raised might be the one that matters."""
        told = f"gives more than {most('clues')} clues to what it does not state; describe one project in one file"
        raise DescriptionError(self.found.file, [Problem(at.line, told)])

    def warn(self, phrase: str, **values: object) -> None:
        self.found.warnings.append(Told(phrase, values))

    def licence(self, entity: Entity, name: Scalar | None, link: Scalar | None = None, note: str = "") -> None:
        """A licence by its name and by its link; where they are not the same, they stand side by side."""
        named, linked = name and self.known(name), link and self.led_to(link)
        if named:
            self.grant(entity, named, name, note)
        elif name and not NO_NAME.fullmatch(name.text.strip()) and not (linked and self.shortens(name, linked)):
            self.grant(entity, name.text.strip(), name, note)
        if linked and not (named and self.same(named, linked)):
            self.grant(entity, linked, link, note)
        if link and not linked:
            self.clue(entity, "licence", link, "licence-link")

    def grant(self, entity: Entity, name: str, at: Node, note: str = "") -> None:
        """A licence, stated once however often the record says it."""
        key = (entity.id, self.knowledge.licences.get(name.casefold(), name), note)
        if key not in self.granted:
            self.granted.add(key)
            self.state(entity, "licence", name, at, note)

    def own_licence(self, entity: Entity, name: str, says: Scalar | str, at: Node, note: str = "") -> None:
        """A licence in words of its own, whatever it is called: what it allows is for a person to say."""
        key = (entity.id, name, says.text if isinstance(says, Scalar) else says)
        if key in self.granted:
            return
        self.granted.add(key)
        own = self.entity(f"licence-{name}", "Licence", at)
        self.state(own, "name", said(name), at)
        self.clue(own, "terms", says, "own-words", at)
        self.state(entity, "licence", own.id, at, note)

    def known(self, name: Scalar) -> str | None:
        """The name of a licence of the catalogue, as it is written or as the link leads to it."""
        text = name.text.strip()
        return text if text.casefold() in self.knowledge.licences else self.led_to(name)

    def same(self, one: str, two: str) -> bool:
        """Whether two names are those of one licence."""
        one, two = one.strip().casefold(), two.strip().casefold()
        known = self.knowledge.licences
        return one == two or known.get(one, one) == known.get(two, two)

    def shortens(self, name: Scalar, whole: str) -> bool:
        """Whether a name is part of a longer name of that licence, as “community” is."""
        iri, part = self.knowledge.licences[whole], name.text.strip().casefold()
        return any(part in other for other, its in self.knowledge.licences.items() if its == iri)

    def led_to(self, link: Scalar) -> str | None:
        return by_link(link.text, self.knowledge)


def noted(value: Node, note: str) -> Mapping:
    """A value with its source, as our own format writes it."""
    basis = (Scalar("basis", value.line), Scalar(note, value.line))
    if isinstance(value, Mapping):
        return Mapping([*value.items, basis], value.line, value.at)
    return Mapping([(Scalar("value", value.line), value), basis], value.line, value.at)


def interval(low: str | None, high: str | None, at: Node) -> Mapping:
    """``{min: …, max: …}`` at a place of the record."""
    ends = [(Scalar(name, at.line), Scalar(end, at.line)) for name, end in (("min", low), ("max", high)) if end]
    return Mapping(ends, at.line, at.at)

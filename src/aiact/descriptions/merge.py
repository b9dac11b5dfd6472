"""Several files on one project: one description, in which every statement keeps its file.

Two entities of one class are the same if they have the same hub id, else the same name, else the same id in files
in which users choose the ids; a model without a name is the one that the other files are about, if there is just one.
What fits nothing stays apart and is said to; what fits several stays apart too, and each of them has its doubts.
Nothing is overwritten: ``facts`` tells agreement from disagreement.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from ..law.knowledge import Knowledge
from .description import (
    NONE,
    SINGULAR,
    Clue,
    Default,
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
from .record import free, said

HUB = re.compile(
    r"(?:https?://(?:www\.)?(?:huggingface\.co|hf\.co)/|pkg:huggingface/)?([\w.-]+/[\w.-]+?)(?:@[\w.-]+|/.*)?"
)
TITLE, TERMS, SEVERAL = "clue-title", "clue-terms", "clue-which"  # what clues of this module and to it give as reason
ORIGINS = ("modifies", "merges", "later_release_of")  # facts that lead to the models from which one stems


def merge(descriptions: list[Description], knowledge: Knowledge) -> Description:
    """One description of what several files say. Raises ``DescriptionError`` if they describe nothing."""
    found = Description(", ".join(each.file for each in descriptions), "", "", {}, form="several")
    found.files = [each.file for each in descriptions]
    found.sha256 = hashlib.sha256("".join(each.sha256 for each in descriptions).encode()).hexdigest()
    # Files in which users choose the ids come first, so that these ids stay.
    for description in sorted(descriptions, key=lambda each: (each.aside, each.form != "")):
        _Joining(found, description, knowledge).join()
    weigh(found, knowledge)
    if not found.entities:
        told = "describes nothing: there is no actor, model, system or use in it"
        raise DescriptionError(found.file, [Problem(1, told)])
    return found


def mains(description: Description) -> list[Entity]:
    """The models that a description is about: not those from which another stems."""
    origins = {
        scalar.text
        for entity in description.entities.values()
        for key, node in entity.statements
        if key.text in ORIGINS
        for scalar in scalars(node)
    }
    return [each for id, each in description.entities.items() if each.cls == "Model" and id not in origins]


def principal(description: Description) -> Entity | None:
    """The one model that a description is about; None if there are several."""
    models = mains(description)
    return models[0] if len(models) == 1 else None


def subject(description: Description) -> Entity | None:
    """What files beside a description are about: its one model, else its one system."""
    systems = [entity for entity in description.entities.values() if entity.cls == "System"]
    return principal(description) or (systems[0] if len(systems) == 1 else None)


def scalars(node: Node) -> Iterator[Scalar]:
    """The words of a value: one, those of a list, or that beside a source."""
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from scalars(item)
    elif node.get("value") is not None:
        yield from scalars(node.get("value"))


def weigh(found: Description, knowledge: Knowledge) -> None:
    """What files of licences say beside the licence that is stated: another one, or terms that bind as well.

    A licence that the description itself describes is taken to be the one of the file.
    """
    wholes: set[str] = set()
    for clue in [clue for clue in found.clues if clue.reason in (TITLE, TERMS)]:
        entity = found.entities.get(clue.entity)
        nodes = [node for key, node in entity.statements if key.text == "licence"] if entity else []
        stated = [scalar for node in nodes for scalar in scalars(node)]
        known = knowledge.licences.get(clue.says.casefold())
        differs = clue.reason == TERMS or (known and known not in licences_in(stated, knowledge))
        if not stated or not differs:
            continue
        if clue.reason == TITLE or len(stated) > 1:
            said_here = Scalar(clue.says, clue.line, clue.at, clue.file)
            entity.statements.append((Scalar("licence", clue.line, clue.at, clue.file), said_here))
        elif stated[0].text in wholes or stated[0].text not in found.entities:
            wholes.add(both(found, stated[0], clue, stated[0].text in wholes))


def both(found: Description, stated: Scalar, clue: Clue, joined: bool) -> str:
    """A licence of parts that bind together, in the place of the one that was stated; its name there."""
    beside = Entity(free("terms-beside", found.entities), "Licence", clue.line, file=clue.file)
    at = (clue.line, clue.at, clue.file)
    beside.statements.append((Scalar("name", *at), Scalar(clue.says, *at)))
    found.entities[beside.id] = beside
    if joined:
        parts = found.entities[stated.text].statements[0][1]
        parts.items.append(Scalar(beside.id, parts.line, parts.at, parts.file))  # one list, as one file says it
        return stated.text
    whole = Entity(free("licence-and-terms", found.entities), "Licence", clue.line, file=clue.file)
    whole.statements.append((Scalar("all_of", *at), Sequence([Scalar(stated.text, *at), Scalar(beside.id, *at)], *at)))
    for fact in ("grants", "terms"):
        whole.statements.append((Scalar(fact, *at), Sequence([], *at)))
    found.entities[whole.id] = whole
    stated.text = whole.id
    return whole.id


def licences_in(stated: list[Scalar], knowledge: Knowledge) -> set[str]:
    """The licences of the catalogue that are stated, those of an expression included."""
    names = [name for scalar in stated for name in (scalar.text, *re.split(r"[\s()]+", scalar.text))]
    return {knowledge.licences[name.casefold()] for name in names if name.casefold() in knowledge.licences}


def told(node: Node) -> str:
    """A value as a person writes it: words, or the ends of an interval."""
    found = [scalar.text for scalar in scalars(node)]
    if isinstance(node, Mapping) and not found:
        found = [f"{key.text}: {value.text}" for key, value in node.items if isinstance(value, Scalar)]
    return ", ".join(found) or NONE


def plain(name: str) -> str:
    """A name without case, spaces and punctuation: ``GPT-OSS 120B`` and ``gpt-oss-120b`` are one."""
    return re.sub(r"[\W_]+", "", name.casefold())


def called(entity: Entity) -> list[str]:
    """What a thing is called in a file: by its name, and by what else it is known as."""
    said = [scalar.text for key, node in entity.statements if key.text == "name" for scalar in scalars(node)]
    return [*said, *entity.known_as]


def names_of(entity: Entity) -> set[str]:
    return {plain(name.rsplit("/", 1)[-1]) for name in called(entity)} - {""}


def hub_ids(entity: Entity) -> set[str]:
    """``organisation/model`` as a hub has it, from names, addresses and package urls."""
    found = (HUB.fullmatch(name.strip()) for name in called(entity))
    return {match[1].casefold() for match in found if match}


class _Joining:
    """One description on its way into the whole."""

    def __init__(self, found: Description, other: Description, knowledge: Knowledge) -> None:
        self.found, self.other, self.knowledge = found, other, knowledge
        self.renamed: dict[str, str] = {}
        self.several: dict[str, list[Entity]] = {}  # what fits several, or what several fit

    def join(self) -> None:
        if not self.other.form:
            roles = {fact.key for fact in self.knowledge.facts.values()}
            for entity in self.other.entities.values():
                entity.known_as += [] if entity.id in SINGULAR or entity.id in roles else [entity.id]
        main, before = principal(self.other), dict(self.found.entities)
        partners = self.partners()
        if self.other.aside and main and main.id not in partners:
            main = self.suggest(main)
        for entity in self.other.entities.values():
            wanted = partners[entity.id].id if entity.id in partners else ""
            self.renamed[entity.id] = wanted or free(entity.id, {*self.found.entities, *self.renamed.values()})
        alone = [each for each in mains(self.other) if each.id not in partners]
        for entity in self.other.entities.values():
            if entity.id in self.several:
                self.tell("fits-several", file=self.other.file, line=entity.line, name=called(entity)[0])
            elif entity in alone and any(each.cls == "Model" for each in before.values()):
                name = next(iter(called(entity)), entity.id)
                self.tell("unmatched", file=self.other.file, line=entity.line, name=name)
            self.entity(entity, partners.get(entity.id))
        self.rest(main)
        for id, fitting in self.several.items():
            for each in fitting:
                self.doubt(self.other.entities[id], each)

    def suggest(self, entity: Entity) -> None:
        """What accompanies no model states nothing of one: its facts become clues."""
        del self.other.entities[entity.id]
        for key, node in entity.statements:
            for scalar in scalars(node):
                clue = Clue("", key.text, scalar.text, "clue-software", scalar.line, scalar.at)
                self.other.clues.append(clue)

    def rest(self, main: Entity | None) -> None:
        """Defaults, which are of this file alone, and what it suggests and warns of."""
        found, other, renamed = self.found, self.other, self.renamed
        for key, actor, _ in other.defaults:
            actor = Scalar(renamed.get(actor.text, actor.text), actor.line, file=other.file)
            found.defaults.append(Default(key, actor, frozenset(renamed.values())))
        found.name = found.name or other.name
        main = self.found.entities[renamed[main.id]] if main else subject(found)
        for clue in other.clues:
            entity = renamed.get(clue.entity) or (main.id if main and clue.fact else "")
            found.clues.append(clue._replace(entity=entity, file=clue.file or other.file))
        found.warnings += [each if isinstance(each, Told) else f"{other.file}: {each}" for each in other.warnings]

    def partners(self) -> dict[str, Entity]:
        """Each entity of this file with the same one of the others; one that fits several fits none."""
        pairs: dict[str, Entity] = {}
        for entity in self.other.entities.values():
            alike = [each for each in self.found.entities.values() if self.same(entity, each)]
            if len(alike) == 1:
                pairs[entity.id] = alike[0]
            elif alike and entity.cls in ("Model", "System"):
                self.several[entity.id] = alike
        taken = [partner.id for partner in pairs.values()]
        for id, partner in list(pairs.items()):
            if taken.count(partner.id) > 1:
                del pairs[id]
                if partner.cls in ("Model", "System"):
                    self.several[id] = [partner]
        here = [each for each in mains(self.other) if each.id not in pairs]
        there = [each for each in mains(self.found) if each not in pairs.values()]
        nameless = [each for each in (*here, *there) if not called(each)]
        if len(here) == len(there) == 1 and nameless:
            pairs[here[0].id] = there[0]
            for name in [*called(here[0]), *called(there[0])][:1]:
                self.tell("taken-for", file=nameless[0].file or self.other.file, name=name)
        return pairs

    def same(self, one: Entity, two: Entity) -> bool:
        if one.cls != two.cls:
            return False
        hubs, names = (hub_ids(one), hub_ids(two)), (names_of(one), names_of(two))
        for both in (hubs, names):
            if all(both):
                return bool(both[0] & both[1])
        return one.id == two.id and not self.other.form  # the files of this kind come first

    def entity(self, entity: Entity, partner: Entity | None) -> None:
        if partner is None:
            partner = Entity(self.renamed[entity.id], entity.cls, entity.line, file=self.other.file)
            self.found.entities[partner.id] = partner
        partner.known_as += entity.known_as
        for key, node in entity.statements:
            self.place(key)
            self.place(node)
            if self.knowledge.fact(key.text, entity.cls).kind in ("link", "licence"):
                for scalar in scalars(node):
                    scalar.text = self.renamed.get(scalar.text, scalar.text)
            partner.statements.append((key, node))

    def place(self, node: Node) -> None:
        """Every part of a value knows its file from now on."""
        node.file = node.file or self.other.file
        if isinstance(node, Sequence):
            for item in node.items:
                self.place(item)
        elif isinstance(node, Mapping):
            for key, value in node.items:
                self.place(key)
                self.place(value)

    def doubt(self, entity: Entity, partner: Entity) -> None:
        """What is said of one that may be this one: beside what is stated of it, else a clue."""
        stated = {key.text for key, _ in partner.statements}
        for key, node in entity.statements:
            if key.text == "name" or partner.id in [scalar.text for scalar in scalars(node)]:
                continue
            if key.text in stated:
                partner.statements.append((key, node))
            else:
                clue = Clue(partner.id, key.text, said(told(node)), SEVERAL, node.line, node.at, node.file)
                self.found.clues.append(clue)
        for clue in self.other.clues:
            if clue.entity == entity.id:
                self.found.clues.append(clue._replace(entity=partner.id, file=clue.file or self.other.file))

    def tell(self, phrase: str, **values: object) -> None:
        self.found.warnings.append(Told(phrase, values))

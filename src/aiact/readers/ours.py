"""Descriptions in our own format, YAML or JSON: a tree of maps and lists, read into entities and raw statements."""

from __future__ import annotations

import re

from ..descriptions.description import (
    MAX_TOLD,
    NAME,
    NONE,
    SECTIONS,
    SINGULAR,
    UNKNOWN,
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
    a,
    suggest,
)
from ..descriptions.limits import most
from ..descriptions.tree import compose, compose_json
from ..law.knowledge import Fact, Knowledge
from ..law.names import AIACT, snake

MAX_BYTES = most("description")
OURS = re.compile(r"\A(?:---[^\n]*\n|#[^\n]*\n|\s)*aiact:|\A\s*\{(?s:.*)[\"']?aiact[\"']?\s*:\s*[\"']?1\b")


def recognises(file: str, start: str) -> int:
    """It is certain of a file that says ``aiact: 1`` at its top, and takes what no other reader wants."""
    return 3 if OURS.search(start) else 1


def read(file: str, text: str, knowledge: Knowledge) -> Description:
    """Entities and statements of a description in our own format, YAML or JSON."""
    tree = compose_json(file, text) if file.lower().endswith((".json", ".jsonld")) else compose(file, text)
    return _TreeReader(Description(file, "", "", {}), knowledge).read(tree)


def extend(found: Description, tree: Node, knowledge: Knowledge) -> Description:
    """A description with what a tree in our own format adds to it, be it to an entity already there."""
    return _TreeReader(found, knowledge, extends=True).read(tree)


def statements(found: Description, entity: Entity, key: Scalar, node: Node, knowledge: Knowledge) -> list:
    """What a value of a fact would state of an entity; what it describes in place is added to the description."""
    reader, apart = _TreeReader(found, knowledge), Entity(entity.id, entity.cls, entity.line)
    reader.statement(apart, key, node)
    if reader.problems:
        raise DescriptionError(found.file, reader.problems)
    return apart.statements


class _TreeReader:
    def __init__(self, found: Description, knowledge: Knowledge, extends: bool = False) -> None:
        self.found, self.knowledge, self.extends = found, knowledge, extends
        self.problems: list[Problem] = []
        # An actor may be written at the top under the fact that it answers, as in provider: {name: …}.
        self.actor_facts = {
            fact.key for fact in knowledge.facts.values() if fact.range == "Actor" and fact.kind == "link"
        }

    def read(self, tree: Node) -> Description:
        if not isinstance(tree, Mapping):
            raise DescriptionError(self.found.file, [Problem(tree.line, "is not a description; start with “aiact: 1”")])
        for key, value in tree.items:
            self.section(key, value)
        if not self.found.entities and not self.problems:
            self.problem(1, "describes nothing: there is no actor, model, system or use in it")
        if self.problems:
            raise DescriptionError(self.found.file, self.problems)
        return self.found

    def problem(self, line: int, text: str) -> None:
        self.problems.append(Problem(line, text))
        if len(self.problems) > MAX_TOLD:
            raise DescriptionError(self.found.file, self.problems)

    def section(self, key: Scalar, value: Node) -> None:
        word = key.text
        if word == "aiact":
            if not isinstance(value, Scalar) or value.text != "1":
                self.problem(key.line, "the format is “aiact: 1”; no other version exists")
        elif word in ("name", "title"):
            self.found.name = value.text if isinstance(value, Scalar) else ""
        elif word.startswith("@"):
            self.keyword(key, value)
        elif word in SECTIONS:
            self.entities(key, value)
        elif word in SINGULAR:
            self.entity(word, SINGULAR[word], key, value)
        elif word in self.actor_facts:
            self.default(key, value)
        else:
            known = ["aiact", "name", *SECTIONS, *SINGULAR, *sorted(self.actor_facts)]
            self.problem(key.line, f"“{word}” is not a section of a description{suggest(word, known)}")

    def entities(self, key: Scalar, value: Node) -> None:
        if not isinstance(value, Mapping):
            self.problem(
                value.line, f"{key.text} is a map from names to descriptions, as in {key.text}: {{a1: {{name: …}}}}"
            )
            return
        for name, node in value.items:
            self.entity(name.text, SECTIONS[key.text], name, node)

    def default(self, key: Scalar, value: Node) -> None:
        """``provider: {…}`` at the top: an actor, and the provider of all that name no other."""
        if isinstance(value, Scalar):
            self.found.defaults.append(Default(key.text, Scalar(value.text, key.line)))
        else:
            self.entity(key.text, "Actor", key, value)
            self.found.defaults.append(Default(key.text, key))

    def entity(self, name: str, cls: str, key: Scalar, value: Node) -> None:
        if name == NONE:
            self.problem(key.line, f"“{NONE}” is no name: as a value it says that there is nothing; choose another")
        elif not NAME.fullmatch(name):
            self.problem(key.line, f"“{name[:40]}” is not a name; start with a letter, then letters, digits, - _ and .")
        if name in self.found.entities and not self.extends:
            self.problem(key.line, f"“{name}” is described twice; names are unique in a description")
        entity = self.found.entities.setdefault(name, Entity(name, cls, key.line))
        if isinstance(value, Scalar) and value.text in ("", "null", "~"):
            return
        if not isinstance(value, Mapping):
            self.problem(value.line, f"{name} is described by a map, as in {name}: {{name: …}}")
            return
        for fact_key, node in value.items:
            if fact_key.text == "states":
                self.empties(entity, node)
            elif fact_key.text == "unknown":
                self.unknowns(entity, fact_key, node)
            elif fact_key.text.startswith("@"):
                self.keyword(fact_key, node, cls)
            else:
                self.statement(entity, fact_key, node)

    def keyword(self, key: Scalar, value: Node, cls: str = "") -> None:
        """The words of JSON-LD that we write ourselves; any other would hide facts, or give ours another meaning."""
        if key.text == "@context":
            self.context(value)
        elif key.text == "@type" and cls:
            types = value.items if isinstance(value, Sequence) else [value]
            names = [each.text.removeprefix(AIACT).removeprefix("aiact:") for each in types if isinstance(each, Scalar)]
            if len(names) < len(types) or not {cls} <= {*names} <= {*self.knowledge.parents[cls]}:
                self.problem(value.line, f"@type: {a(cls)} is described here; leave the line out")
        elif key.text not in ("@id", "@type"):
            self.problem(key.line, f"“{key.text}” is not read here; state the facts plainly, without @")

    def context(self, value: Node) -> None:
        """A context may say of our words what they mean in our own, and nothing else."""
        from ..descriptions.schema import context

        if not isinstance(value, Mapping):
            told = "@context: it is read as our own, so that no other may be named; leave the line out"
            self.problem(value.line, told)
            return
        known = context(self.knowledge)
        for key, meaning in value.items:
            if key.text in known and key.text != "@base" and plainly(meaning) != plainly(known[key.text]):
                told = f"@context: “{key.text}” means something else here; keep to our context, or leave it out"
                self.problem(key.line, told)

    def statement(self, entity: Entity, key: Scalar, node: Node) -> None:
        fact = self.fact(entity, key)
        if fact is None:
            return
        if fact.kind in ("link", "licence") and isinstance(node, Mapping) and node.get("value") is None:
            node = self.unfold(entity, fact, node)
        if node is not None:
            entity.statements.append((key, node))

    def fact(self, entity: Entity, key: Scalar) -> Fact | None:
        """The fact of a key, if it may be stated of an entity."""
        fact = self.knowledge.fact(key.text, entity.cls)
        if fact is None or fact.derived_only:
            known = [
                word
                for word, iri in self.knowledge.keys[entity.cls].items()
                if not self.knowledge.facts[iri].derived_only
            ]
            others = [cls for cls in self.knowledge.keys if self.knowledge.fact(key.text, cls)]
            where = f"; it belongs to {a(others[0])}" if others else suggest(key.text, known)
            self.problem(key.line, f"“{key.text}” is not a fact about {a(entity.cls)}{where}")
            return None
        return fact

    def unknowns(self, entity: Entity, key: Scalar, node: Node) -> None:
        """``unknown: [modifies]``: nothing is presumed of it, and a list beside it is not complete."""
        for item in node.items if isinstance(node, Sequence) else [node]:
            if not isinstance(item, Scalar):
                self.problem(item.line, "unknown takes the names of facts, as in unknown: [modifies]")
                continue
            fact = self.fact(entity, Scalar(snake(item.text), item.line))
            if fact:
                self.found.clues.append(Clue(entity.id, fact.key, key.text, UNKNOWN, item.line, item.at))

    def empties(self, entity: Entity, node: Node) -> None:
        """JSON-LD says "none" by stating a property without a value."""
        given = {key.text for key, _ in entity.statements}
        for item in node.items if isinstance(node, Sequence) else [node]:
            key = snake(item.text) if isinstance(item, Scalar) else ""
            if key not in given:
                self.statement(entity, Scalar(key, node.line), Sequence([], node.line))

    def unfold(self, entity: Entity, fact: Fact, node: Mapping) -> Node | None:
        """``modifies: {model: m0, compute: 2e22}``: the link, and the facts that stand in its map."""
        inner = {other.sub_key: other for other in self.knowledge.facts.values() if other.within == fact.iri}
        keys = {key.text for key, _ in node.items}
        if fact.range in SECTIONS.values() and not inner and fact.range.lower() not in keys:
            return self.described_in_place(entity, fact, node)
        link = None
        for key, value in node.items:
            if key.text in inner:
                entity.statements.append((Scalar(inner[key.text].key, key.line), value))
            elif key.text == fact.range.lower():
                link = value
            elif key.text not in ("source", "basis"):
                self.problem(
                    key.line,
                    f"“{key.text}” does not belong in {fact.key}{suggest(key.text, [fact.range.lower(), *inner])}",
                )
        if link is None:
            self.problem(node.line, f"{fact.key} needs “{fact.range.lower()}: name” to say which one")
        return link

    def described_in_place(self, entity: Entity, fact: Fact, node: Mapping) -> Scalar:
        """``provider: {name: Acme}`` within a model: an actor that has no name of its own in the file."""
        name = fact.key if fact.key not in self.found.entities else f"{entity.id}-{fact.key}"
        self.entity(name, fact.range, Scalar(name, node.line), node)
        return Scalar(name, node.line)


def plainly(meaning: Node | dict | str | None) -> dict[str, str]:
    """What a context says of a word, be it a node of a file or what we write ourselves."""
    if isinstance(meaning, Mapping):
        return {key.text: getattr(value, "text", "") for key, value in meaning.items}
    if isinstance(meaning, dict):
        return meaning
    return {"@id": getattr(meaning, "text", meaning or "null") or "null"}

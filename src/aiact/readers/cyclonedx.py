"""CycloneDX bills of materials that list machine-learning models, in JSON or XML (1.5 to 1.7).

A bill is written for who receives it. Its time is that of the bill; supplier, manufacturer and publisher may be the
host or the tool; a described architecture or use is not thereby public: all that is clues.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from ..descriptions.description import Description, DescriptionError, Entity, Mapping, Node, Problem, Scalar, Sequence
from ..descriptions.limits import most
from ..descriptions.merge import called, names_of, plain
from ..descriptions.record import Record, into, maps, said, word, words
from ..descriptions.tree import compose_json, compose_xml
from ..law.knowledge import Knowledge

MAX_BYTES = most("bill")
MODEL_TYPE = "machine-learning-model"
PRODUCTS = ("application", "platform", "firmware", "device", "operating-system", "container")
MAKERS = ("supplier", "manufacturer", "manufacture", "publisher", "author", "authors", "group")
# Lists in XML, with the element that stands about each of their members.
MEMBERS = {
    "components": "component",
    "ancestors": "component",
    "externalReferences": "reference",
    "useCases": "useCase",
    "users": "user",
    "authors": "author",
}
HOSTS = {"huggingface", "github", "gitlab", "modelscope", "kaggle"}


def recognises(file: str, start: str) -> int:
    if re.search(r'"bomFormat"\s*:\s*"CycloneDX"', start) or re.search(r"<(?:\w+:)?bom\s[^<>]*?cyclonedx\.org", start):
        return 3
    return 2 if file.lower().endswith((".cdx.json", ".cdx.xml")) else 0


def read(file: str, text: str, knowledge: Knowledge) -> Description:
    """The models of a bill, and the product that contains them. Raises ``DescriptionError`` if it lists none."""
    bom = as_json(compose_xml(file, text)) if text.lstrip().startswith("<") else compose_json(file, text, "bill_values")
    found = _Bill(Record(file, "cyclonedx", knowledge), bom).read()
    if not found.entities:
        told = f"lists no component of the type {MODEL_TYPE}; there is nothing in it that the Regulation speaks of"
        raise DescriptionError(file, [Problem(1, told)])
    return found


def as_json(node: Node, name: str = "") -> Node:
    """A bill in XML as it would be in JSON: lists without the element about each of their members."""
    if isinstance(node, Sequence):
        return Sequence([as_json(item) for item in node.items], node.line)
    if isinstance(node, Scalar):
        return Sequence([], node.line) if name in MEMBERS or name == "licenses" else node
    if name == "licenses":
        pairs = [
            (key, each)
            for key, value in node.items
            for each in (value.items if isinstance(value, Sequence) else [value])
        ]
        return Sequence([Mapping([(key, as_json(value))], key.line) for key, value in pairs], node.line)
    if name in MEMBERS:
        members = node.get(MEMBERS[name])
        items = members.items if isinstance(members, Sequence) else [members] if members is not None else []
        return Sequence([as_json(item) for item in items], node.line)
    return Mapping([(key, as_json(value, key.text)) for key, value in node.items], node.line)


class _Bill:
    def __init__(self, record: Record, bom: Node) -> None:
        self.record, self.bom = record, bom

    def read(self) -> Description:
        product = into(self.bom, "metadata", "component")
        listed = [product, *maps(into(self.bom, "components"))]
        models = [each for component in listed for each in self.within(component) if self.is_model(each)]
        unique: dict[tuple, Mapping] = {}
        for component in models:
            unique.setdefault(self.identity(component), component)
        entities = [self.model(component) for component in unique.values()]
        if entities and isinstance(product, Mapping) and not self.is_model(product):
            self.product(product, entities)
        if len(entities) == 1:
            self.record.found.name = self.record.found.name or next(iter(called(entities[0])), "")
        return self.record.found

    def within(self, component: Node | None) -> Iterator[Mapping]:
        """A component and those inside it; ancestors are read with their model."""
        if isinstance(component, Mapping):
            yield component
            for part in maps(component.get("components")):
                yield from self.within(part)

    @staticmethod
    def is_model(component: Mapping) -> bool:
        kind = component.get("type")
        return isinstance(kind, Scalar) and kind.text == MODEL_TYPE

    def identity(self, component: Mapping) -> tuple:
        """A model that stands in the metadata and again among the components is one."""
        parts = [component.get(key) for key in ("group", "name", "version")]
        return tuple(plain(each.text) if isinstance(each, Scalar) else "" for each in parts)

    def model(self, component: Mapping) -> Entity:
        record = self.record
        name, group, purl = (word(component.get(key)) for key in ("name", "group", "purl"))
        entity = record.entity(name.text.rsplit("/", 1)[-1] if name else "model", "Model", name or component)
        if purl and purl.text.startswith("pkg:huggingface/"):
            entity.known_as.append(unquote(purl.text))
        if name:
            record.state(entity, "name", name)
            if group and "/" not in name.text:
                entity.known_as.append(f"{group.text}/{name.text}")
        self.licences(entity, component)
        self.card(entity, into(component, "modelCard"))
        self.makers(entity, component)
        for reference in maps(component.get("externalReferences")):
            kind, url = word(reference.get("type")), word(reference.get("url"))
            if kind and url and kind.text == "distribution":
                record.clue(entity, "weights_public", url, "link")
                entity.known_as.append(url.text)
        self.ancestors(entity, into(component, "pedigree", "ancestors"))
        return entity

    def licences(self, entity: Entity, component: Mapping) -> None:
        """Several licences stand side by side; whether one may choose among them, a bill does not say."""
        for choice in maps(component.get("licenses")):
            expression, licence = word(choice.get("expression")), choice.get("license")
            at = licence if isinstance(licence, Mapping) else choice
            kind = word(at.get("acknowledgement"))
            note = f"{kind.text} licence" if kind else ""
            given = expression or (word(at.get("id")) or word(at.get("name")))
            if given or word(at.get("url")):
                self.record.licence(entity, given, word(at.get("url")), note)
            else:
                named = at.get("id") or at.get("name") or choice.get("expression")
                self.record.clue(entity, "licence", named if isinstance(named, Scalar) else "–", "no-grant", choice)

    def card(self, entity: Entity, card: Node | None) -> None:
        record, parameters = self.record, into(card, "modelParameters")
        task = word(into(parameters, "task"))
        if task and task.text in record.knowledge.tasks:
            output = Scalar(record.knowledge.tasks[task.text], task.line, task.at)
            record.state(entity, "outputs", Sequence([output], task.line, task.at))
        elif task:
            record.clue(entity, "outputs", task, "kind")
        for key in ("modelArchitecture", "architectureFamily"):
            if word(into(parameters, key)):
                record.clue(entity, "architecture_public", word(into(parameters, key)), "described")
                break
        uses = words(into(card, "considerations", "useCases"))
        if uses:
            record.clue(entity, "usage_information_public", uses[0], "described")
        for use in [*uses, *words(into(card, "considerations", "users")), *([task] if task else [])]:
            self.record.purposes(use.text, use)

    def makers(self, entity: Entity, component: Mapping) -> None:
        for key in MAKERS:
            for node in words(component.get(key)) or [
                word(each.get("name")) for each in maps(component.get(key)) if word(each.get("name"))
            ]:
                reason = "host" if plain(node.text) in HOSTS else "supplier"
                self.record.clue(entity, "provider", f"{key}: {node.text}", reason, node)

    def ancestors(self, entity: Entity, ancestors: Node | None) -> None:
        """From what a model was derived; several leave open from which one directly."""
        for ancestor in maps(ancestors):
            name = word(ancestor.get("name"))
            if name is None:
                continue
            base = self.record.entity(f"base-{name.text.rsplit('/', 1)[-1]}", "Model", name)
            group = word(ancestor.get("group"))
            if group and "/" not in name.text:
                base.known_as.append(f"{group.text}/{name.text}")
            self.record.state(base, "name", name)
            self.licences(base, ancestor)
            self.record.state(entity, "modifies", base.id, name)

    def product(self, product: Mapping, models: list[Entity]) -> None:
        """What contains the models, unless the tool that wrote the bill gave the model's own name to it."""
        kind, name = word(product.get("type")), word(product.get("name"))
        if not kind or kind.text not in PRODUCTS or not name:
            return
        known = {name for each in models for name in names_of(each)}
        if plain(name.text.rsplit("/", 1)[-1]) in known:
            return
        system = self.record.entity(name.text, "System", name)
        self.record.state(system, "name", name)
        self.licences(system, product)
        parts = [Scalar(model.id, name.line, name.at) for model in models]
        self.record.state(system, "integrates", Sequence(parts, name.line, name.at))
        self.makers(system, product)
        self.record.found.name = said(name.text)

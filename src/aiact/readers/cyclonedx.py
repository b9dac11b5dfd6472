"""CycloneDX bills of materials that list machine-learning models, in JSON or XML (1.5 to 1.7).

A bill is written for who receives it. Its time is that of the bill; supplier, manufacturer and publisher may be the
host or the tool; a described architecture or use is not thereby public: all that is clues.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from urllib.parse import unquote

from ..descriptions.description import Description, DescriptionError, Entity, Mapping, Node, Problem, Scalar, Sequence
from ..descriptions.limits import most
from ..descriptions.merge import called, names_of, plain
from ..descriptions.record import NO_NAME, Record, denies, given, into, maps, said, word, words
from ..descriptions.tree import compose_json, compose_xml
from ..law.knowledge import Knowledge
from ..law.licences import by_text

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
# Parts of a pedigree that tell of a model which this one deviates from, without naming it.
DEVIATES = ("notes", "variants", "patches", "commits")
PACKAGE = re.compile(r"pkg:[^/@?#]+/([^@?#]+).*")
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
        self.bases: dict[tuple, Entity] = {}

    def read(self) -> Description:
        product = into(self.bom, "metadata", "component")
        listed = [product, *maps(into(self.bom, "components"))]
        models = [each for component in listed for each in self.within(component) if self.is_model(each)]
        unique: dict[tuple, list[Mapping]] = {}
        for component in models:
            unique.setdefault(self.identity(component), []).append(component)
        entities = [self.model(components) for components in unique.values()]
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
        """A model that stands in the metadata and again among the components is one, of which both tell."""
        parts = [component.get(key) for key in ("group", "name", "version")]
        return tuple(plain(each.text) if isinstance(each, Scalar) else "" for each in parts)

    def model(self, components: list[Mapping]) -> Entity:
        """A model, from every component that describes it."""
        component, record = components[0], self.record
        name, group = (word(component.get(key)) for key in ("name", "group"))
        entity = record.entity(name.text.rsplit("/", 1)[-1] if name else "model", "Model", name or component)
        if name:
            record.state(entity, "name", name)
            if group and "/" not in name.text:
                entity.known_as.append(f"{group.text}/{name.text}")
        for each in components:
            self.details(entity, each)
        return entity

    def details(self, entity: Entity, component: Mapping) -> None:
        record, purl = self.record, word(component.get("purl"))
        if purl and purl.text.startswith("pkg:huggingface/"):
            entity.known_as.append(unquote(purl.text))
        self.licences(entity, component)
        self.card(entity, into(component, "modelCard"))
        self.makers(entity, component)
        for reference in maps(component.get("externalReferences")):
            kind, url = word(reference.get("type")), word(reference.get("url"))
            if kind and url and kind.text == "distribution":
                record.clue(entity, "weights_public", url, "link")
                entity.known_as.append(url.text)
        self.pedigree(entity, into(component, "pedigree"))

    def licences(self, entity: Entity, component: Mapping) -> None:
        """Several licences stand side by side; whether one may choose among them, a bill does not say.

        So do those that somebody found in it, as evidence.
        """
        for choice in given(component.get("licenses")):
            self.licence(entity, choice)
        for choice in given(into(component, "evidence", "licenses")):
            self.licence(entity, choice, "evidence")
        for reference in maps(component.get("externalReferences")):
            kind, url = word(reference.get("type")), word(reference.get("url"))
            if kind and url and kind.text == "license":
                self.record.licence(entity, None, url)

    def licence(self, entity: Entity, choice: Node, note: str = "") -> None:
        """One entry; what it says in several ways is one licence only if all of them are names of it."""
        whole = choice
        if not isinstance(choice, Mapping):
            whole = Mapping([(Scalar("license", choice.line), choice)], choice.line, choice.at)
        inner = whole.get("license")
        at = inner if isinstance(inner, Mapping) else whole
        kind, url = word(at.get("acknowledgement")), word(at.get("url"))
        note = f"{kind.text} licence" if kind else note
        told = [whole.get("expression"), None if at is inner else inner, at.get("id"), at.get("name")]
        told = [each for each in told if each is not None]
        names = [word(each) for each in told if word(each)]
        for name in names or [None]:
            if name and NO_NAME.fullmatch(name.text.strip()) and not (url and self.record.led_to(url)):
                self.record.own_licence(entity, name.text, name, name, note)
            self.record.licence(entity, name, url, note)
        if url and not names and not self.record.led_to(url):
            self.record.own_licence(entity, url.text, url, url, note)
        unclear = [each for each in told if denies(each) or (given(each) and not word(each))]
        for each in unclear:
            text = each.text if isinstance(each, Scalar) else "–"
            self.record.own_licence(entity, text, text, choice, note)
        if not (names or url or unclear):
            self.record.clue(entity, "licence", told[0] if told else "–", "no-grant", choice)
        self.terms(entity, at, names, note)

    def terms(self, entity: Entity, at: Mapping, names: list[Scalar], note: str) -> None:
        """A text that is not that of the licence, and details of how it is sold, are terms of their own."""
        record, text = self.record, at.get("text")
        content = word(text.get("content") if isinstance(text, Mapping) else text)
        if content:
            known = record.known(content) or by_text(content.text, record.knowledge)
            known = known or by_text(decoded(content.text), record.knowledge)
            if known and not any(record.same(name.text, known) for name in names):
                record.grant(entity, known, content, note)
            text = None if known else content
        for own in (text, at.get("licensing")):
            if given(own):
                says = [own] if isinstance(own, Scalar) else words(into(own, "licenseTypes"))
                told = ", ".join(each.text for each in says) or "–"
                if names and not any(map(record.known, names)):
                    record.clue(entity, "licence", told, "own-words", own)  # a name that nobody knows leaves it open
                else:
                    record.own_licence(entity, names[0].text if names else "own", told, own, note)

    def card(self, entity: Entity, card: Node | None) -> None:
        record, parameters = self.record, into(card, "modelParameters")
        task = word(into(parameters, "task"))
        if task and task.text in record.knowledge.tasks:
            output = Scalar(record.knowledge.tasks[task.text], task.line, task.at)
            said_before = [node.items[0].text for key, node in entity.statements if key.text == "outputs"]
            if output.text not in said_before:
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

    def pedigree(self, entity: Entity, pedigree: Node | None) -> None:
        """From what a model was derived; several leave open from which one directly, and notes from what at all."""
        for key in () if isinstance(pedigree, Mapping) else ("pedigree",):
            for node in given(pedigree):
                self.record.clue(entity, "modifies", node if isinstance(node, Scalar) else key, "descent", node)
        for key in DEVIATES:
            for node in given(into(pedigree, key))[:1]:
                self.record.clue(entity, "modifies", node if isinstance(node, Scalar) else key, "descent", node)
        for ancestor in given(into(pedigree, "ancestors")):
            if not isinstance(ancestor, Mapping):
                told = ancestor if isinstance(ancestor, Scalar) else "ancestors"
                self.record.clue(entity, "modifies", told, "descent", ancestor)
                continue
            self.ancestor(entity, ancestor)

    def ancestor(self, entity: Entity, ancestor: Mapping) -> None:
        """A model that is not named is one all the same: what it allows and how large it is stays open."""
        name, group = named(ancestor), word(ancestor.get("group"))
        key = (entity.id, name and name.text, group and group.text)
        if not name or key not in self.bases:
            base = self.record.entity(f"base-{name.text.rsplit('/', 1)[-1] if name else ''}", "Model", name or ancestor)
            if name:
                self.record.state(base, "name", name)
            if name and group and "/" not in name.text:
                base.known_as.append(f"{group.text}/{name.text}")
            self.record.state(entity, "modifies", base.id, name or ancestor)
            self.bases[key] = base
        self.licences(self.bases[key], ancestor)

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


def named(component: Mapping) -> Scalar | None:
    """The name of a component, or else that in its package url."""
    name, purl = word(component.get("name")), word(component.get("purl"))
    found = None if name or not purl else PACKAGE.fullmatch(purl.text)
    return Scalar(unquote(found[1]), purl.line, purl.at) if found else name


def decoded(text: str) -> str:
    """A text that is written in Base64, as a bill may have it; any other as it is."""
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode()
    except ValueError:
        return text

"""SPDX 3 documents with the profile for artificial intelligence, as their JSON serialisation writes them.

The serialisation is fixed by the schema of SPDX, so that nothing has to be fetched to read it. Supplier and time of
release are clues; autonomy and assessment of safety risk are scales of their own, and no class of the Regulation.
"""

from __future__ import annotations

import re

from ..descriptions.description import Description, DescriptionError, Entity, Mapping, Node, Problem, Scalar, Sequence
from ..descriptions.limits import most
from ..descriptions.record import EMPTY, Record, everywhere, given, into, said, word, words
from ..descriptions.tree import compose_json
from ..law.knowledge import Knowledge
from ..law.licences import by_text

MAX_BYTES = most("bill")
MODEL = ("ai_aipackage", "aipackage", "ai:aipackage")
LICENCES = {"hasDeclaredLicense": "declared licence", "hasConcludedLicense": "concluded licence"}
DESCENT = ("descendantOf", "ancestorOf")
LISTED = re.compile(r"https?://spdx\.org/licenses/([\w.+-]+?)(?:\.html|\.json)?")
SILENT = re.compile(r"(?:\w+_)?noassertion(?:licen[cs]e)?", re.IGNORECASE)


def recognises(file: str, start: str) -> int:
    if re.search(r'"@context"\s*:\s*\[?\s*"https?://spdx\.org/rdf/', start) or '"ai_AIPackage"' in start:
        return 3
    return 2 if file.lower().endswith((".spdx3.json", ".spdx.json")) else 0


def read(file: str, text: str, knowledge: Knowledge) -> Description:
    """The models of a document. Raises ``DescriptionError`` if it lists none."""
    tree = compose_json(file, text, "bill_values")
    if isinstance(into(tree, "spdxVersion"), Scalar) and into(tree, "spdxVersion").text.startswith("SPDX-2"):
        told = "is SPDX 2, which has no profile for models; convert it to SPDX 3, or hand in a model card"
        raise DescriptionError(file, [Problem(into(tree, "spdxVersion").line, told)])
    found = _Document(Record(file, "spdx", knowledge), tree).read()
    if not found.entities:
        told = "has no element of the type ai_AIPackage; there is no model in it"
        raise DescriptionError(file, [Problem(1, told)])
    return found


class _Document:
    def __init__(self, record: Record, tree) -> None:
        self.record = record
        self.elements = list(everywhere(tree))
        self.by_id: dict[str, list[Mapping]] = {}
        for element in self.elements:
            self.by_id.setdefault(self.id(element), []).append(element)
        self.models: dict[str, Entity] = {}

    @staticmethod
    def id(element: Mapping) -> str:
        """Its identifier, or one of our own for what has none and is written where it is meant."""
        found = word(element.get("spdxId")) or word(element.get("@id"))
        return found.text if found else f"_:{id(element)}"

    @staticmethod
    def types(element: Mapping) -> list[str]:
        """Its types, without the address of the vocabulary."""
        found = words(element.get("type")) or words(element.get("@type"))
        return [last(each.text) for each in found]

    def refer(self, node: Node | None) -> list[tuple[str, Node]]:
        """What one or several references lead to: by identifier, or written in place."""
        return [(item.text if isinstance(item, Scalar) else self.id(item), item) for item in flat(node)]

    def read(self) -> Description:
        for element in self.elements:
            if any(each.casefold() in MODEL for each in self.types(element)):
                self.model(element)
        for element in self.elements:
            if {"Relationship", "LifecycleScopedRelationship"} & set(self.types(element)):
                self.relation(element)
        return self.record.found

    def model(self, element: Mapping) -> None:
        record, name = self.record, word(element.get("name"))
        links = [word(element.get(key)) for key in ("software_packageUrl", "software_downloadLocation")]
        entity = record.entity(name.text.rsplit("/", 1)[-1] if name else "model", "Model", name or element, links)
        self.models[self.id(element)] = entity
        if name:
            record.state(entity, "name", name)
            record.found.name = record.found.name or said(name.text)
        for key, fact, reason in (
            ("software_downloadLocation", "weights_public", "link"),
            ("ai_typeOfModel", "architecture_public", "described"),
            ("ai_informationAboutApplication", "usage_information_public", "described"),
            ("ai_domain", "outputs", "kind"),
            ("releaseTime", "placed_on_union_market", "release"),
        ):
            for node in words(element.get(key))[:1]:
                record.clue(entity, fact, node, reason)
        for key in ("suppliedBy", "originatedBy"):
            for node in words(element.get(key)):
                named = [word(each.get("name")) for each in self.by_id.get(node.text, ())]
                name = next((each for each in named if each), node)
                record.clue(entity, "provider", f"{key}: {name.text}", "supplier", node)
        for key in ("ai_informationAboutApplication", "ai_domain"):
            for node in words(element.get(key)):
                self.record.purposes(node.text, node)

    def relation(self, element: Mapping) -> None:
        kind = next((last(each.text) for each in words(element.get("relationshipType"))), "")
        begins, ends = self.refer(element.get("from")), self.refer(element.get("to"))
        if kind not in (*LICENCES, *DESCENT) or not begins:
            return
        if len(begins) > 1:
            told = f"{kind} begins at several elements, and a relation has one beginning; write one for each"
            raise DescriptionError(self.record.found.file, [Problem(element.get("from").line, told)])
        begin = begins[0]
        for end in ends:
            if kind == "descendantOf":
                self.descent(begin, end, end[1])
            elif kind == "ancestorOf":
                self.descent(end, begin, end[1])
            elif begin[0] in self.models:
                self.licence(self.models[begin[0]], *end, LICENCES[kind])

    def descent(self, child: tuple[str, Node], parent: tuple[str, Node], at: Node) -> None:
        """A model from another of this document; from what else, somebody has to say."""
        if child[0] not in self.models or child[0] == parent[0]:
            return
        model = self.models[child[0]]
        if parent[0] in self.models:
            self.record.state(model, "modifies", self.models[parent[0]].id, at)
        else:
            names = [word(each.get("name")) for each in self.by_id.get(parent[0], ())]
            says = next((name.text for name in names if name), parent[0])
            self.record.clue(model, "modifies", says, "descent", at)

    def licence(self, entity: Entity, id: str, at: Node, note: str) -> None:
        """Whatever this document says under one identifier, each if they differ."""
        elements = [each for each in self.by_id.get(id, ()) if {key.text for key, _ in each.items} - {"spdxId", "@id"}]
        for element in elements or [Mapping([], at.line)]:
            self.grant(entity, id, element, at, note)

    def grant(self, entity: Entity, id: str, element: Mapping, at: Node, note: str) -> None:
        """A licence of a list, or by its words. No assertion says nothing; all else is for a person to judge."""
        record, types = self.record, self.types(element)
        expression, name, text = (
            element.get(key) for key in ("simplelicensing_licenseExpression", "name", "simplelicensing_licenseText")
        )
        by_words = by_text(word(text).text, record.knowledge) if word(text) else None
        own = given(text) or any(each.endswith("CustomLicense") for each in types)  # whatever its name
        listed = LISTED.fullmatch(id)
        if word(expression):
            record.licence(entity, word(expression), None, note)
        elif by_words:
            record.grant(entity, by_words, word(text), note)
        elif not own and any(SILENT.fullmatch(each) for each in (last(id), *said_in(expression), *said_in(name))):
            record.clue(entity, "licence", at if isinstance(at, Scalar) else last(id), "no-grant", at)
        elif not own and listed and not EMPTY.fullmatch(listed[1]):
            record.grant(entity, listed[1], at, note)
        elif not own and word(name) and any(each.endswith("License") for each in types):
            record.licence(entity, word(name), None, note)
        else:
            called = word(name).text if word(name) else last(id)
            record.own_licence(entity, called, word(text) or id, at, note)


def last(address: str) -> str:
    """The last part of an address."""
    return re.split(r"[/#:]", address.rstrip("/#:"))[-1]


def said_in(node: Node | None) -> list[str]:
    return [node.text] if isinstance(node, Scalar) else []


def flat(node: Node | None) -> list[Node]:
    """What lists within lists hold."""
    return [each for item in given(node) for each in (flat(item) if isinstance(item, Sequence) else [item])]

"""SPDX 3 documents with the profile for artificial intelligence, as their JSON serialisation writes them.

The serialisation is fixed by the schema of SPDX, so that nothing has to be fetched to read it. Supplier and time of
release are clues; autonomy and assessment of safety risk are scales of their own, and no class of the Regulation.
"""

from __future__ import annotations

import re

from ..descriptions.description import Description, DescriptionError, Entity, Mapping, Problem, Scalar, Sequence
from ..descriptions.limits import most
from ..descriptions.record import EMPTY, Record, everywhere, into, said, word, words
from ..descriptions.tree import compose_json
from ..law.knowledge import Knowledge

MAX_BYTES = most("bill")
MODEL = ("ai_aipackage", "aipackage", "ai:aipackage")
LICENCES = {"hasDeclaredLicense": "declared licence", "hasConcludedLicense": "concluded licence"}
DESCENT = {"descendantOf": ("from", "to"), "ancestorOf": ("to", "from")}
LISTED = re.compile(r"https?://spdx\.org/licenses/([\w.+-]+?)(?:\.html|\.json)?")


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
        self.by_id = {self.id(element): element for element in self.elements if self.id(element)}
        self.models: dict[str, Entity] = {}

    @staticmethod
    def id(element: Mapping) -> str:
        found = element.get("spdxId") or element.get("@id")
        return found.text if isinstance(found, Scalar) else ""

    @staticmethod
    def type(element: Mapping) -> str:
        found = element.get("type") or element.get("@type")
        return found.text if isinstance(found, Scalar) else ""

    def read(self) -> Description:
        for element in self.elements:
            if self.type(element).casefold() in MODEL:
                self.model(element)
        for element in self.elements:
            if self.type(element) in ("Relationship", "LifecycleScopedRelationship"):
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
                named = word((self.by_id.get(node.text) or Mapping([], 1)).get("name"))
                record.clue(entity, "provider", f"{key}: {(named or node).text}", "supplier", node)
        for key in ("ai_informationAboutApplication", "ai_domain"):
            for node in words(element.get(key)):
                self.record.purposes(node.text, node)

    def relation(self, element: Mapping) -> None:
        kind, begin, ends = (element.get(key) for key in ("relationshipType", "from", "to"))
        kind, begin = (each.text if isinstance(each, Scalar) else "" for each in (kind, begin))
        targets = [item for item in (ends.items if isinstance(ends, Sequence) else [ends]) if isinstance(item, Scalar)]
        if kind in LICENCES and begin in self.models:
            for target in targets:
                self.licence(self.models[begin], target, LICENCES[kind])
        elif kind in DESCENT:
            for target in targets:
                child, parent = (begin, target.text) if kind == "descendantOf" else (target.text, begin)
                if child in self.models and parent in self.models and child != parent:
                    self.record.state(self.models[child], "modifies", self.models[parent].id, target)

    def licence(self, entity: Entity, target: Scalar, note: str) -> None:
        element = self.by_id.get(target.text) or Mapping([], 1)
        expression = word(element.get("simplelicensing_licenseExpression"))
        listed = LISTED.fullmatch(target.text)
        if expression:
            self.record.licence(entity, expression, None, note)
        elif listed and not EMPTY.fullmatch(listed[1]):
            self.record.state(entity, "licence", listed[1], target, note)
        elif word(element.get("name")) and self.type(element).endswith("License"):
            self.record.licence(entity, word(element.get("name")), None, note)
        else:
            self.record.clue(entity, "licence", target, "no-grant")

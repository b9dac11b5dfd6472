"""What follows from the list of facts: JSON Schema for editors, JSON-LD context, and a blank description."""

from __future__ import annotations

from .description import SECTIONS
from .knowledge import Fact, Knowledge
from .names import AIACT, XSD

NAME = "^[A-Za-z][A-Za-z0-9_.-]{0,63}$"


def stated(knowledge: Knowledge, cls: str) -> list[Fact]:
    """The facts that an entity of a class may state, in the order of the ontology."""
    facts = (knowledge.facts[iri] for iri in knowledge.keys[cls].values())
    return [fact for fact in facts if not fact.derived_only]


def json_schema(knowledge: Knowledge, language: str = "en") -> dict:
    """JSON Schema (draft-07) of descriptions; each key carries its question and help in one language."""
    entities = {cls: _entity(knowledge, cls, language) for cls in SECTIONS.values()}
    properties: dict = {"aiact": {"const": 1}, "name": {"type": "string"}}
    for section, cls in SECTIONS.items():
        reference = {"$ref": f"#/definitions/{cls}"}
        properties[section] = {"type": "object", "propertyNames": {"pattern": NAME}, "additionalProperties": reference}
        properties[section.removesuffix("s")] = reference
    for fact in knowledge.facts.values():
        if fact.kind == "link" and fact.range == "Actor" and fact.key not in properties:
            properties[fact.key] = {"anyOf": [{"type": "string"}, {"$ref": "#/definitions/Actor"}]}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": f"https://w3id.org/aiact/schema/description.{language}.json",
        "title": "aiact description",
        "type": "object",
        "properties": properties,
        "patternProperties": {"^@": {}},
        "additionalProperties": False,
        "definitions": entities,
    }


def _entity(knowledge: Knowledge, cls: str, language: str) -> dict:
    properties: dict = {"states": {"type": "array", "items": {"type": "string"}}}  # as JSON-LD says that there is none
    for fact in stated(knowledge, cls):
        said = " ".join(texts.get(language, "") for texts in (fact.question, fact.help))
        properties[fact.key] = {"description": said.strip()} | _values(knowledge, fact)
    return {
        "type": ["object", "null"],
        "properties": properties,
        "patternProperties": {"^@": {}},
        "additionalProperties": False,
    }


def _values(knowledge: Knowledge, fact: Fact) -> dict:
    one = _value(knowledge, fact)
    noted = {
        "type": "object",
        "required": ["value"],
        "properties": {
            "value": one if not fact.many else {},
            "source": {"type": "string"},
            "basis": {"type": "string"},
        },
        "additionalProperties": False,
    }
    if fact.many:
        return {"anyOf": [{"type": "array", "items": {"anyOf": [one, noted]}}, one, noted]}
    return {"anyOf": [one, noted, {"type": "array", "items": {"anyOf": [one, noted]}}]}


def _value(knowledge: Knowledge, fact: Fact) -> dict:
    bound = {"type": ["string", "number"]}
    ends = dict.fromkeys(("min", "max"), bound) | {word: {"type": "string"} for word in ("source", "basis")}
    interval = {"type": "object", "minProperties": 1, "properties": ends, "additionalProperties": False}
    if fact.kind == "boolean":
        return {"type": "boolean"}
    if fact.kind == "number":
        return {"anyOf": [bound, interval]}
    if fact.kind in ("date", "event"):
        return {
            "anyOf": [
                {"type": ["string", "number"]},
                *([{"type": "boolean"}] if fact.kind == "event" else []),
                interval,
            ]
        }
    if fact.kind == "concept":
        return {"enum": [*fact.values, *(["none"] if fact.many or fact.presumed else [])]}
    if fact.kind in ("link", "licence"):
        if fact.range in SECTIONS.values() and not any(other.within == fact.iri for other in knowledge.facts.values()):
            return {"anyOf": [{"type": "string"}, {"$ref": f"#/definitions/{fact.range}"}]}
        inner = {
            other.sub_key: _values(knowledge, other) for other in knowledge.facts.values() if other.within == fact.iri
        }
        if inner:
            properties = {fact.range.lower(): {"type": "string"}} | inner
            return {
                "anyOf": [
                    {"type": "string"},
                    {"type": "object", "properties": properties, "additionalProperties": False},
                ]
            }
    return {"type": "string"}


def context(knowledge: Knowledge) -> dict:
    """The JSON-LD context of descriptions; entities are maps whose keys are their names."""
    found: dict = {"@vocab": AIACT, "aiact": None, "states": {"@id": AIACT + "states", "@type": "@vocab"}}
    for section in SECTIONS:
        found[section] = {"@id": AIACT + "describes", "@container": "@id"}
    for fact in knowledge.facts.values():
        term: dict = {"@id": fact.iri}
        if fact.kind == "link":
            term["@type"] = "@id"
        elif fact.kind == "boolean":
            term["@type"] = XSD + "boolean"
        found[fact.key] = term
    return found


def blank(knowledge: Knowledge, language: str = "en", sections: tuple[str, ...] = ("model",)) -> str:
    """A description to fill in: every fact of the chosen sections, commented out, with its question."""
    head = {
        "en": "Fill in what you know and take the # away; leave the rest out. A list [] says: none.",
        "fr": "Remplissez ce que vous savez et ôtez le # ; laissez le reste. Une liste [] dit : aucun.",
    }
    lines = [
        f"# yaml-language-server: $schema=https://w3id.org/aiact/schema/description.{language}.json",
        f"# {head[language]}",
        "aiact: 1",
        "name: My project",
    ]
    for section in ("actor", *sections):
        cls = SECTIONS[section + "s"]
        word = "provider" if section == "actor" else section
        lines += ["", f"{word}:"]
        for fact in stated(knowledge, cls):
            if fact.key in ("provider", "deployer") and fact.range == "Actor":
                continue
            said = fact.question.get(language, "")
            lines.append(f"  # {said}")
            lines.append(f"  {'' if fact.key == 'name' else '# '}{fact.key}: {_example(fact)}")
    return "\n".join(lines) + "\n"


def _example(fact: Fact) -> str:
    if fact.key == "name":
        return "…"
    if fact.kind == "concept":
        tokens = list(fact.values)
        shown = ", ".join(tokens[:12]) + (", …" if len(tokens) > 12 else "")
        return f"[]  # {shown}" if fact.many else f"{tokens[0]}  # {shown}"
    examples = {
        "boolean": "true", "number": f"1e6  # {fact.unit}", "date": "2026-01-31", "event": "2026-01-31", "place": "FR",
        "licence": "Apache-2.0", "link": "[]" if fact.many else "name", "text": "…",
    }  # fmt: skip
    return examples[fact.kind]

"""What follows from the list of facts: JSON Schema for editors, JSON-LD context, and a blank description."""

from __future__ import annotations

from ..law.cite import cite, links
from ..law.knowledge import Fact, Knowledge
from ..law.names import ACT, AIACT, BASE, XSD
from .description import SECTIONS

LANGUAGES = ("en", "fr")
NAME = "^(?!none$)[A-Za-z][A-Za-z0-9_.-]{0,63}$"


def stated(knowledge: Knowledge, cls: str) -> list[Fact]:
    """The facts that an entity of a class may state, in the order of the ontology."""
    facts = (knowledge.facts[iri] for iri in knowledge.keys[cls].values())
    return [fact for fact in facts if not fact.derived_only]


def json_schema(knowledge: Knowledge, language: str = "en") -> dict:
    """JSON Schema (draft-07) of descriptions, for editors and validators.

    Each key carries its question and help in one language (``description``), and for editors that show Markdown in
    both, with the provision on which the question rests (``markdownDescription``); each value carries its label.
    """
    entities = {cls: _entity(knowledge, cls, language) for cls in SECTIONS.values()}
    properties: dict = {
        "aiact": {"const": 1} | _phrase(knowledge, "schema-form", language),
        "name": {"type": "string"} | _phrase(knowledge, "schema-name", language),
    }
    for section, cls in SECTIONS.items():
        reference = {"$ref": f"#/definitions/{cls}"}
        many = _phrase(
            knowledge, "schema-section", language, one=section.removesuffix("s"), label=knowledge.labels[AIACT + cls]
        )
        properties[section] = {"type": "object", "propertyNames": {"pattern": NAME}, "additionalProperties": reference}
        properties[section] |= many
        properties[section.removesuffix("s")] = reference
    for fact in knowledge.facts.values():
        if fact.kind == "link" and fact.range == "Actor" and fact.key not in properties:
            actor = {"anyOf": [{"type": "string"}, {"$ref": "#/definitions/Actor"}]}
            properties[fact.key] = _hover(knowledge, fact, language) | actor
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
    keys = {fact.key: (fact.label or fact.question).get(language, fact.key) for fact in stated(knowledge, cls)}
    items = {"enum": list(keys), "enumDescriptions": list(keys.values())}
    properties["unknown"] = _phrase(knowledge, "schema-unknown", language) | {"type": "array", "items": items}
    for fact in stated(knowledge, cls):
        properties[fact.key] = _hover(knowledge, fact, language) | _values(knowledge, fact, language)
    return _told(knowledge.labels[AIACT + cls], language) | {
        "type": ["object", "null"],
        "properties": properties,
        "patternProperties": {"^@": {}},
        "additionalProperties": False,
    }


def _hover(knowledge: Knowledge, fact: Fact, language: str) -> dict:
    """What an editor shows over a key: the question and what is meant, and where the question comes from."""
    plain, rich = {}, {}
    for each in LANGUAGES:
        question, help = (fact.question or fact.label).get(each, ""), fact.help.get(each, "")
        plain[each] = f"{question} {help}".strip()
        parts = (f"**{markdown(question)}**" if question else "", markdown(help), _basis(knowledge, fact.basis, each))
        rich[each] = "  \n".join(part for part in parts if part)
    return _told(plain, language, rich)


def _basis(knowledge: Knowledge, basis: str, language: str) -> str:
    """The provision on which a question rests, with a link to it, or the label of the source."""
    if basis.startswith(ACT):
        from ..sparql.query import law

        key = basis.removeprefix(ACT)
        page = links(key, language, law().text(basis, AIACT + "textFrom") or "")["page"]
        return f"[{markdown(cite(key, language))}]({page})"
    return markdown(knowledge.label(basis, language))


def _phrase(knowledge: Knowledge, phrase: str, language: str, **values: object) -> dict:
    texts = knowledge.labels[f"{BASE}phrase/{phrase}"]
    of = lambda value, each: value[each] if isinstance(value, dict) else value  # noqa: E731
    return _told(
        {each: texts[each].format(**{name: of(value, each) for name, value in values.items()}) for each in LANGUAGES},
        language,
    )


def _told(plain: dict[str, str], language: str, rich: dict[str, str] | None = None) -> dict:
    """Text in one language, and the same in both for editors that show Markdown."""
    rich = rich or {each: markdown(text) for each, text in plain.items()}
    order = sorted(LANGUAGES, key=lambda each: each != language)
    return {"description": plain[language], "markdownDescription": "\n\n---\n\n".join(rich[each] for each in order)}


def markdown(text: str) -> str:
    """Text as Markdown that says just this."""
    return "".join("\\" + character if character in "\\`*_{}[]<>#|" else character for character in text)


def _values(knowledge: Knowledge, fact: Fact, language: str) -> dict:
    one = _value(knowledge, fact, language)
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
    several = {"type": "array", "items": {"anyOf": [one, noted]}}
    if not fact.may_be_none and fact.kind != "licence":
        several["minItems"] = 1  # there is always one, be it unknown
    return {"anyOf": [one, noted, several]}


def _value(knowledge: Knowledge, fact: Fact, language: str) -> dict:
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
        none = ["none"] if fact.may_be_none else []
        labels = [knowledge.label(iri, language) for iri in fact.values.values()]
        told = [knowledge.label(f"{BASE}phrase/none", language) for _ in none]
        return {"enum": [*fact.values, *none], "enumDescriptions": [*labels, *told]}
    if fact.kind in ("link", "licence"):
        if fact.range in SECTIONS.values() and not any(other.within == fact.iri for other in knowledge.facts.values()):
            return {"anyOf": [{"type": "string"}, {"$ref": f"#/definitions/{fact.range}"}]}
        inner = {
            other.sub_key: _hover(knowledge, other, language) | _values(knowledge, other, language)
            for other in knowledge.facts.values()
            if other.within == fact.iri
        }
        if inner:
            which = _told(knowledge.labels[AIACT + fact.range], language)
            properties = {fact.range.lower(): {"type": "string"} | which} | inner
            return {
                "anyOf": [
                    {"type": "string"},
                    {"type": "object", "properties": properties, "additionalProperties": False},
                ]
            }
    return {"type": "string"}


def context(knowledge: Knowledge) -> dict:
    """The JSON-LD context of descriptions; entities are maps whose keys are their names."""
    found: dict = {"@vocab": AIACT, "aiact": None}
    for word, name in (("states", "states"), ("unknown", "leavesOpen")):
        found[word] = {"@id": AIACT + name, "@type": "@vocab"}
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

"""Conversion: a description in another form, with nothing added and nothing lost.

``WRITERS`` finds a format by name: YAML, JSON and JSON-LD carry what was stated; Turtle carries the whole facts graph,
presumptions and derived facts marked, so that it can be checked against the exported shapes as it is.
"""

from __future__ import annotations

import json
import re

from .description import SECTIONS
from .facts import Facts, Statement
from .knowledge import Fact, Knowledge

PLAIN = re.compile(r"[A-Za-z][\w.+ ()’'/-]*")
WORDS = {"true", "false", "null", "yes", "no", "on", "off", "none"}


def tree(facts: Facts, knowledge: Knowledge) -> dict:
    """What a description states, as nested maps in our own format."""
    found: dict = {"aiact": 1}
    if facts.description.name:
        found["name"] = facts.description.name
    for section, cls in SECTIONS.items():
        entities = [entity for entity in facts.description.entities.values() if entity.cls == cls]
        if entities:
            found[section] = {entity.id: _facts(facts, facts.iri(entity.id), knowledge) for entity in entities}
    return found


def _facts(facts: Facts, subject: str, knowledge: Knowledge) -> dict:
    stated: dict = {}
    for (owner, iri), statements in facts.statements.items():
        if owner == subject and statements[0].source.kind == "stated":
            fact = knowledge.facts[iri]
            stated[fact.key] = _value(fact, statements)
    return stated


def _value(fact: Fact, statements: list[Statement]) -> object:
    """One value, a complete list, or what several sources say, each with its source."""
    if fact.many:
        found = [statement for statement in statements if statement.value != []]
        notes = {statement.source.note for statement in statements}
        if len(notes) > 1:
            return [_noted(statement) for statement in found]
        values = [statement.value for statement in found]
        return {"value": values, "source": notes.pop()} if any(notes) else values
    values = [_noted(statement) for statement in statements]
    if values == [[]]:
        return "none"
    return values[0] if len(values) == 1 else values


def _noted(statement: Statement) -> object:
    if not statement.source.note:
        return statement.value
    if isinstance(statement.value, dict):
        return statement.value | {"source": statement.source.note}
    return {"value": statement.value, "source": statement.source.note}


def as_json(facts: Facts, knowledge: Knowledge) -> str:
    return json.dumps(tree(facts, knowledge), ensure_ascii=False, indent=2) + "\n"


def as_jsonld(facts: Facts, knowledge: Knowledge) -> str:
    """The same JSON with the context that makes it RDF; relative names resolve against the base given there."""
    from .names import local
    from .schema import context

    document = {"@context": context(knowledge) | {"@base": facts.base}} | tree(facts, knowledge)
    for section, cls in SECTIONS.items():
        for stated in document.get(section, {}).values():
            empty = [local(knowledge.fact(key, cls).iri) for key, value in stated.items() if value in ([], "none")]
            stated |= {"@type": cls} | ({"states": empty} if empty else {})
            for key in [key for key, value in stated.items() if value == "none"]:
                del stated[key]
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def as_turtle(facts: Facts, knowledge: Knowledge) -> str:
    from .proof import facts_graph

    return facts_graph(facts)


def as_yaml(facts: Facts, knowledge: Knowledge) -> str:
    """YAML as a person would write it: one fact a line, intervals and lists in brackets."""
    lines = []
    for key, value in tree(facts, knowledge).items():
        if not isinstance(value, dict):
            lines.append(f"{key}: {_flow(value)}")
            continue
        lines.append(f"{key}:")
        for name, stated in value.items():
            lines.append(f"  {name}:" if stated else f"  {name}: {{}}")
            lines += [f"    {word}: {_flow(item)}" for word, item in stated.items()]
    return "\n".join(lines) + "\n"


def _flow(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value < 1e15 and value.is_integer() else repr(value).replace("e+", "e")
    if isinstance(value, list):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + "}"
    text = str(value)
    if (
        isinstance(value, int)
        or re.fullmatch(r"\d{4}(-\d\d){0,2}|\d\w*", text)
        or (PLAIN.fullmatch(text) and text.lower() not in WORDS - {"none"})
    ):
        return text
    return json.dumps(text, ensure_ascii=False)


WRITERS = {"yaml": as_yaml, "json": as_json, "jsonld": as_jsonld, "ttl": as_turtle}

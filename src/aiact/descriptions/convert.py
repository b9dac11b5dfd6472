"""Conversion: a description in another form, with nothing added and nothing lost.

What is not known, though it would be presumed in silence or stands in a list, is carried along as ``unknown``.
``WRITERS`` finds a format by name: YAML, JSON and JSON-LD carry what was stated; Turtle carries the whole facts graph,
presumptions and derived facts marked, so that it can be checked against the exported shapes as it is; what is doubted
there, as it contradicts what stands beside it, is open.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from ..law.knowledge import Fact, Knowledge
from ..law.shapes import LEAVES_OPEN, STATES
from .description import NONE, SECTIONS, UNKNOWN, Told
from .facts import Facts, Source, Statement

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
    for (owner, iri), found in facts.statements.items():
        # what is computed from others follows anew, also where it contradicts what is stated
        statements = [each for each in found if each.source.kind == "stated"]
        if owner == subject and statements:
            fact = knowledge.facts[iri]
            if not disputed(facts, subject, iri):
                stated[fact.key] = _value(fact, statements)
            elif agreed(facts, statements):
                stated[fact.key] = _value(fact, agreed(facts, statements))
    left_open = facts.graph.objects(subject, LEAVES_OPEN)
    unknown = [knowledge.facts[iri].key for iri in left_open if (subject, iri) not in facts.doubted]
    return stated | ({"unknown": unknown} if unknown else {})


def agreed(facts: Facts, statements: list[Statement]) -> list[Statement]:
    """What is certain of a list that is not complete, each value once."""
    held = facts.graph.objects(statements[0].subject, statements[0].fact)
    return list({each.term: each for each in reversed(statements) if each.term in held}.values())[::-1]


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
        return [] if fact.kind == "licence" else NONE  # “none” would be the name of a licence
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
    from ..law.names import local
    from .schema import context

    document = {"@context": context(knowledge) | {"@base": facts.base}} | tree(facts, knowledge)
    for section, cls in SECTIONS.items():
        for stated in document.get(section, {}).values():
            facts_ = {key: knowledge.fact(key, cls) for key in stated if key != "unknown"}
            nothing = [key for key, fact in facts_.items() if _nothing(fact, stated[key])]
            for key in [key for key in nothing if stated[key] == NONE]:
                del stated[key]
            stated |= {"@type": cls}
            stated |= {"states": [local(facts_[key].iri) for key in nothing]} if nothing else {}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _nothing(fact: Fact, value: object) -> bool:
    """Whether a value says that there is none; a text or a licence may be called so."""
    return value == [] or (value == NONE and fact.kind not in ("text", "licence"))


def as_turtle(facts: Facts, knowledge: Knowledge) -> str:
    from ..reports.proof import facts_graph

    return facts_graph(facts)


def as_ntriples(facts: Facts, knowledge: Knowledge) -> str:
    from ..sparql.publish import written

    return written(facts.graph_in_order()).decode()


def as_yaml(facts: Facts, knowledge: Knowledge, language: str = "en", questions: Iterable[dict] = ()) -> str:
    """YAML as a person would write it: one fact a line, intervals and lists in brackets.

    What comes from files in other forms has its origin beside it; ``questions`` and clues follow as comments where the
    answer belongs.
    """
    lines = []
    for key, value in tree(facts, knowledge).items():
        if not isinstance(value, dict):
            lines.append(f"{key}: {_flow(value)}")
            continue
        lines.append(f"{key}:")
        for name, stated in value.items():
            rows = [
                (f"    {word}: {_flow(item)}", origin(facts, knowledge, name, word)) for word, item in stated.items()
            ]
            open_ = unanswered(facts, knowledge, name, language, questions)
            lines.append(f"  {name}:" if rows or open_ else f"  {name}: {{}}")
            lines += [f"{row}  # {told}" if told else row for row, told in rows]
            lines += [f"    # {line}" for line in open_]
    lines += [f"# {line}" for line in clues_to(facts, knowledge, "", language)]
    return "\n".join(lines) + "\n"


def origin(facts: Facts, knowledge: Knowledge, name: str, key: str) -> str:
    """Where a fact comes from, and who says the same; nothing where it stands in our own format already."""
    if not facts.description.form or key == "unknown":
        return ""
    at = facts.iri(name), knowledge.fact(key, facts.description.entities[name].cls).iri
    said = dict.fromkeys(_place(statement.source) for statement in facts.stated(*at))
    also = dict.fromkeys(_place(statement.source) for statement in facts.confirmed.get(at, ()))
    told = ", ".join(said)
    return f"{told}; {_phrase(knowledge, 'also-by', 'en', places=', '.join(also))}" if also else told


def unanswered(facts: Facts, knowledge: Knowledge, name: str, language: str, questions: Iterable[dict]) -> list[str]:
    """Comments on one entity: what its files dispute, and the questions that are open, with the clues to them."""
    found, cls = [], facts.description.entities[name].cls
    for (subject, iri), statements in facts.statements.items():
        if facts.id(subject) == name and disputed(facts, subject, iri):
            by_file: dict[str, list] = {}
            for statement in statements:
                by_file.setdefault(_place(statement.source), []).extend(
                    [statement.value] if statement.value != [] else []
                )
            if len({statement.source.file for statement in statements}) < 2:
                continue  # a list that its own file calls incomplete
            told = "; ".join(f"{_flow(values)} ({place})" for place, values in by_file.items())
            found.append(f"{knowledge.facts[iri].key}: {_phrase(knowledge, 'disputed-by', language)}: {told}")
    for question in questions:
        subject, _, key = question["fact"].rpartition(".")
        fact = knowledge.fact(key, cls)
        if subject == name and fact and not facts.stated(facts.iri(name), fact.iri):
            text = question["text"].get(language) or question["text"]["en"]
            found.append(f"{key}:  {text}")
    return [*found, *(f"  {line}" for line in clues_to(facts, knowledge, name, language))]


def clues_to(facts: Facts, knowledge: Knowledge, name: str, language: str) -> list[str]:
    """What files suggest of an entity, or of what they do not describe, and why that is no fact."""
    found = []
    for clue in facts.clues:
        if clue.entity == name and clue.reason != UNKNOWN:  # that stands there as a statement
            place = f"{clue.file or facts.description.file}:{clue.line}" + (f" {clue.at}" if clue.at else "")
            said = f"{clue.fact} ({place})" if clue.fact else place
            found.append(f"{said}: {clue.says}; {_phrase(knowledge, clue.reason, language)}")
    return found


def _place(source: Source) -> str:
    return f"{source.file}:{source.line}" + (f" {source.at}" if source.at else "")


def _phrase(knowledge: Knowledge, phrase: str, language: str, **values: str) -> str:
    return Told(phrase, values).text(knowledge, language)


def disputed(facts: Facts, subject: str, iri: str) -> bool:
    """Whether files disagree about a list, so that it is no longer complete."""
    return iri not in facts.graph.objects(subject, STATES) and (subject, iri) not in facts.doubted


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


WRITERS = {"yaml": as_yaml, "json": as_json, "jsonld": as_jsonld, "ttl": as_turtle, "nt": as_ntriples}

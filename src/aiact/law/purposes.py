"""Purposes: the words in which a description says what a system is for, and the questions that they raise.

A stated purpose that uses a name of the vocabulary leads to points of the Act that the description may have left out.
Words raise a question; they never decide, and never remove one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from ..descriptions.facts import Facts, Statement
from .knowledge import Knowledge, Purpose
from .names import AIACT

PURPOSE = AIACT + "purpose"
NAMED = "named"  # the words name the point; others only hint at it


class Hint(NamedTuple):
    """A purpose recognised at an entity, the points it leads to, and the facts to be asked for."""

    entity: str
    purpose: Purpose
    words: str
    fact: str  # to which the points belong
    points: tuple[tuple[str, str], ...]  # the values in question, as a description writes them, with their provisions
    asks: tuple[tuple[str, str], ...]  # (entity, fact), most deciding first
    left_out: bool  # the description answers already, and leaves out what the words name


def folded(text: str) -> str:
    """Lower case without accents, plurals or punctuation, one space between words and at either end."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    words = re.findall(r"[^\W_]+", plain.replace("œ", "oe"))
    return f" {' '.join(singular(word) for word in words)} "


def singular(word: str) -> str:
    """A word without the mark of the plural that English and French share; the same on both sides of a comparison."""
    return (word.rstrip("sx") or word) if len(word) > 2 else word


def recognised(text: str, knowledge: Knowledge) -> list[tuple[Purpose, str]]:
    """The purposes that a text names, each with the name; the longest name wins over those inside it."""
    left, found = folded(text), {}
    for name, purposes in knowledge.purposes:
        if name in left:
            left = left.replace(name, " | ")
            for purpose in purposes:
                found.setdefault(purpose.id, (purpose, name.strip()))
    return list(found.values())


def hints(facts: Facts, knowledge: Knowledge) -> list[Hint]:
    """What the stated purposes of systems and uses lead to, in the order of the description."""
    found: dict[tuple, Hint] = {}
    for id in facts.description.entities:
        entity = facts.iri(id)
        for statement in facts.stated(entity, PURPOSE):
            for purpose, words in recognised(str(statement.value), knowledge):
                for hint in led_to(facts, knowledge, entity, purpose, words):
                    found.setdefault((entity, purpose.id, hint.asks, hint.left_out), hint)
    return list(found.values())


def led_to(facts: Facts, knowledge: Knowledge, entity: str, purpose: Purpose, words: str) -> Iterator[Hint]:
    """One hint for each fact to which a purpose leads: a question where it is not stated, else what it leaves out."""
    by_fact: dict[str, list[tuple[str, str]]] = {}
    for fact, value, provision in purpose.suggests:
        token = next(token for token, iri in knowledge.facts[fact].values.items() if iri == value)
        by_fact.setdefault(fact, []).append((token, provision))
    for fact, points in by_fact.items():
        for node, asked in bearers(facts, knowledge, entity, fact):
            said = stated(facts, node, asked)
            if not said:
                asks = [(node, asked), *((node, other) for other in follow_ups(facts, knowledge, node, asked))]
                yield Hint(entity, purpose, words, fact, tuple(points), tuple(asks), False)
            elif purpose.strength == NAMED and not {token for token, _ in points} & answers(said):
                yield Hint(entity, purpose, words, fact, tuple(points), ((node, asked),), True)


def bearers(facts: Facts, knowledge: Knowledge, entity: str, fact: str) -> list[tuple[str, str]]:
    """Where to ask for a fact: at the entity, or at the system that it uses, or first for that system."""
    cls = facts.entity(entity).cls
    if set(knowledge.facts[fact].classes) & set(knowledge.parents[cls]):
        return [(entity, fact)]
    links = knowledge.inherits.get(cls, ())
    found = [(node, fact) for link in links for node in facts.graph.objects(entity, link)]
    return found or [(entity, link) for link in links]


def stated(facts: Facts, node: str, fact: str) -> list[Statement]:
    """What the description itself says of a fact; a presumption is no answer."""
    return [statement for statement in facts.stated(node, fact) if statement.source.kind != "presumed"]


def answers(statements: list[Statement]) -> set[str]:
    """The values that are stated; an empty list states none."""
    return {statement.value for statement in statements if isinstance(statement.value, str)}


def follow_ups(facts: Facts, knowledge: Knowledge, node: str, fact: str) -> Iterator[str]:
    """The facts that decide next, once a purpose falls under a use that the Act lists."""
    yield from (other for other in knowledge.facts[fact].leads_to if not stated(facts, node, other))

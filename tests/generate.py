"""Seeded random descriptions, for comparing engines: every fact that can be stated, in every way of stating it."""

import json
import random
from datetime import date, timedelta

from aiact.descriptions import describe, facts
from aiact.descriptions.description import SECTIONS
from aiact.law.graph import FALSE
from aiact.law.knowledge import NONE

SOME = {"Actor": (1, 3), "Model": (1, 2), "System": (1, 2), "Use": (0, 2), "Component": (0, 1), "Licence": (0, 2)}
DAYS = [date.fromisoformat(day) for day in ("2024-07-12", "2025-08-02", "2026-07-27", "2026-08-02", "2026-12-02")]
AMOUNTS = ["1e22", "1e23", "3.4e24", "1e25", "10^25", "9.99e24", "1.0000000000000001e25", "10000000000000000000000000"]


def established(seed: int, knowledge) -> facts.Facts:
    """The facts of one generated description; a draw that the reader refuses (a circle) is drawn again."""
    for attempt in range(20):
        drawn = json.dumps(project(random.Random(f"{seed}/{attempt}"), knowledge)).encode()
        try:
            return facts.establish(describe.read(f"generated-{seed}.json", knowledge, drawn), knowledge)
        except describe.DescriptionError:
            continue
    raise AssertionError(f"nothing readable was drawn for {seed}")


def reading_choice(draw: random.Random, knowledge) -> dict[str, str]:
    """One reading of every open question, the prevailing one or another."""
    alternatives: dict[str, list[str]] = {}
    for name, reading in sorted(knowledge.readings.items()):
        alternatives.setdefault(reading.question, []).append(name)
    return {question: draw.choice(names) for question, names in alternatives.items()}


def project(draw: random.Random, knowledge, some: dict = SOME, densities: tuple = (0.2, 0.5, 0.8)) -> dict:
    names = {cls: [f"{cls.lower()}{n}" for n in range(draw.randint(*some[cls]))] for cls in some}
    density = draw.choice(densities)
    described = {"aiact": 1}
    for section, cls in SECTIONS.items():
        entities = {name: entity(draw, knowledge, cls, names, density, name) for name in names[cls]}
        if entities:
            described[section] = entities
    return described


def entity(draw: random.Random, knowledge, cls: str, names: dict, density: float, own: str) -> dict:
    known = [knowledge.facts[iri] for iri in knowledge.keys[cls].values()]
    known = [fact for fact in known if not fact.derived_only and not fact.within]
    drawn = {fact.key: value(draw, knowledge, fact, names, own) for fact in known if draw.random() < density}
    if cls == "Licence":  # a compound licence has no terms of its own
        drawn = {key: each for key, each in drawn.items() if key not in ("any_of", "all_of")}
    return {key: each for key, each in drawn.items() if each is not None} or {"name": "x"}


def value(draw: random.Random, knowledge, fact, names: dict, own: str):
    if fact.kind == "concept":
        tokens = sorted(fact.values)
        return (
            draw.sample(tokens, min(len(tokens), draw.choice((0, 0, 1, 1, 2, 4)))) if fact.many else draw.choice(tokens)
        )
    if fact.kind == "link":
        pool = [name for cls in SOME if fact.range in knowledge.parents[cls] for name in names[cls]]
        pool = pool[: pool.index(own)] if own in pool else pool  # a chain, not a circle
        if not pool:
            return None
        return draw.sample(pool, 1) if fact.many else draw.choice(pool)
    draws = {
        "boolean": lambda: draw.random() < 0.5,
        "text": lambda: "words",
        "number": lambda: amount(draw),
        "date": lambda: day(draw),
        "event": lambda: draw.choice((True, False, day(draw), day(draw))),
        "place": lambda: draw.choice(("FR", "DE", "NO", "US", "CN", "CH")),
        "licence": lambda: draw.choice([*LICENCES, *names["Licence"]]),
    }
    return draws[fact.kind]()


# What is common in practice: the lists of what is peculiar are empty, what is claimed to be open mostly is.
OPEN = ("weights_public", "architecture_public", "usage_information_public", "publicly_accessible")
USUAL = {
    "generality": "general",
    "kind": "undertaking",
    "outputs": ["text"],
    "grants": ["access", "use", "modify", "distribute"],
}
COMMON = ["Apache-2.0", "Apache-2.0", "MIT", "GPL-3.0-only", "CC-BY-4.0", "llama3.1", "gemma"]


def likely(draw: random.Random, knowledge) -> dict:
    """A project as one meets it: most facts told, exactly, and most of them harmless."""
    few = SOME | {"Actor": (1, 2), "Use": (0, 1), "Licence": (0, 1)}
    described = project(draw, knowledge, few, (0.5, 0.9))
    for section, entities in described.items():
        for entity in entities.values() if section in SECTIONS else ():
            for key, each in entity.items():
                entity[key] = usual(draw, knowledge.fact(key, SECTIONS[section]), each)
            reconcile(entity, knowledge)
    return described


def reconcile(entity: dict, knowledge) -> None:
    """Takes out what cannot stand beside the rest; chance contradicts itself more often than people do."""
    for each in knowledge.contradictions:
        facts = {knowledge.facts[iri].key: (knowledge.facts[iri], meant) for iri, meant in each.facts.items()}
        if all(key in entity and could_mean(entity[key], *facts[key]) for key in facts):
            del entity[knowledge.facts[each.doubted[0]].key]


def could_mean(value, fact, meant: tuple) -> bool:
    """Whether a drawn value of a fact may be one of those meant."""
    if fact.kind in ("boolean", "event"):
        return (value is False) == (FALSE in meant)
    if value in ([], "none"):
        return NONE in meant
    return not meant or any(fact.values.get(token) in meant for token in (value if fact.many else [value]))


def usual(draw: random.Random, fact, drawn):
    """A drawn value, or one that is more common."""
    if draw.random() < 0.2 or fact.kind in ("link", "text", "place"):
        return drawn
    if fact.key in USUAL:
        return USUAL[fact.key]
    if fact.kind == "boolean":
        return fact.key in OPEN or (getattr(fact.presumed, "text", "false") == "true")
    if fact.kind == "concept" and fact.many and fact.key not in ("generates", "distribution"):
        return []
    if fact.kind == "licence":
        return drawn if fact.many else draw.choice(COMMON)
    if fact.kind in ("date", "event"):
        return f"{draw.choice(DAYS) + timedelta(draw.choice((-400, -1, 0, 1, 400)))}"
    return draw.choice(("3e22", "5e23", "5e23", "2e25")) if fact.kind == "number" else drawn


LICENCES = ["Apache-2.0", "MIT", "GPL-3.0-only", "CC-BY-4.0", "CC-BY-NC-4.0", "llama3.1", "gemma", "openrail"]
LICENCES += ["Nobody-1.0", "MIT OR Apache-2.0", "MIT AND CC-BY-NC-4.0"]


def amount(draw: random.Random):
    low, high = sorted(draw.sample(AMOUNTS, 2), key=lambda text: float(text.replace("10^", "1e")))
    return draw.choice(
        (low, high, f">= {low}", f"<= {high}", f"> {low}", f"< {high}", {"min": low, "max": high}, [low, high])
    )


def day(draw: random.Random):
    exact = draw.choice(DAYS) + timedelta(draw.choice((-400, -1, 0, 1, 400)))
    return draw.choice((f"{exact}", f"{exact}", f"{exact:%Y-%m}", f"{exact:%Y}", f">= {exact}", f"<= {exact}"))

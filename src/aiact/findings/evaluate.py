"""Evaluation: the truth of every rule and condition at every entity, under any reading of the law.

All engines get the same compiled plain shapes and answer through one interface, ``Truths``: the generated Python is
the default; pySHACL and TopBraid are asked as referees.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterable
from functools import lru_cache

from ..descriptions.facts import Facts
from ..law.engine import Bound, load
from ..law.knowledge import Knowledge, Rule, Text
from ..law.names import AIACT, READING
from ..law.shapes import FAILS, HOLDS

T, F, U = "holds", "fails", "unknown"
ENGINES = ("python", "pyshacl", "topbraid")


class Truths:
    """Truths of one description under one text: ``truths.of(shape, node, readings)``."""

    def __init__(self, facts: Facts, knowledge: Knowledge, text: Text) -> None:
        self.facts, self.knowledge, self.text = facts, knowledge, text
        self.bound = _loaded(text.code)(self.data, facts.graph.inverse)
        self.choices: dict[frozenset, tuple] = {}
        self.varies: dict[str, bool] = {}
        self.found: dict[tuple, str] = {}

    def data(self, property: str) -> dict:
        return self.facts.graph.by_predicate.get(property, {})

    def conforms(self, plain: str, node: str, readings: frozenset[str]) -> bool:
        """Whether a node conforms to a plain shape (``name+T`` or ``name+F``) under the chosen readings."""
        chosen = self.choices.get(readings)
        if chosen is None:
            chosen = self.choices[readings] = self.bound.choose(_addresses(readings))
        return self.bound.shapes[plain](node, self.bound.known, chosen)

    def varies_by_reading(self, shape: str) -> bool:
        """Whether the truth of a shape depends on readings."""
        if shape not in self.varies:
            names = self.knowledge.dependencies
            self.varies[shape] = shape + HOLDS in names or shape + FAILS in names
        return self.varies[shape]

    def of(self, shape: str, node: str, readings: frozenset[str]) -> str:
        """The truth of a shape at a node."""
        varies = self.varies.get(shape)  # asked for most often
        if varies is None:
            varies = self.varies_by_reading(shape)
        key = (shape, node, readings) if varies else (shape, node)
        found = self.found.get(key)
        if found is None:
            holds = self.conforms(shape + HOLDS, node, readings)
            found = self.found[key] = T if holds else F if self.conforms(shape + FAILS, node, readings) else U
        return found


class RefereeTruths(Truths):
    """The same truths as a SHACL engine reports them."""

    def __init__(self, facts: Facts, knowledge: Knowledge, text: Text, engine: str) -> None:
        super().__init__(facts, knowledge, text)
        self.engine = engine
        self.violations: dict[frozenset, set] = {}

    def conforms(self, plain: str, node: str, readings: frozenset[str]) -> bool:
        if readings not in self.violations:
            self.violations[readings] = self.validate(readings)
        return (plain, node) not in self.violations[readings]

    def validate(self, readings: frozenset[str]) -> set:
        from ..law import shacl

        plain = plain_shapes(self.knowledge, self.text)
        targets = {
            name + sign: AIACT + cls for name, cls in targets_of(self.knowledge, self.text) for sign in (HOLDS, FAILS)
        }
        chosen = {READING + reading for reading in readings}
        return shacl.violations(self.facts.graph, shacl.used(plain, list(targets)), chosen, targets, self.engine)


def evaluate(facts: Facts, knowledge: Knowledge, text: Text, engine: str = "python") -> Truths:
    """The truths of a description, by one of the engines: python, pyshacl, topbraid."""
    return Truths(facts, knowledge, text) if engine == "python" else RefereeTruths(facts, knowledge, text, engine)


@lru_cache(maxsize=8)
def _loaded(code: bytes) -> Callable[..., Bound]:
    return load(marshal.loads(code))


@lru_cache(maxsize=1024)
def _addresses(readings: frozenset[str]) -> frozenset[str]:
    return frozenset(READING + reading for reading in readings)


def plain_shapes(knowledge: Knowledge, text: Text) -> dict[str, tuple]:
    """The plain expressions of one text, for engines other than the compiled one."""
    from ..law import shapes
    from ..law.names import BASE

    thresholds = {BASE + "parameter/" + name: value for name, value in text.parameters.items()}
    wanted = {name.removesuffix(HOLDS).removesuffix(FAILS) for name in text.names}
    return shapes.definite({name: knowledge.shapes[name] for name in wanted}, knowledge.vocabulary, thresholds)


def targets_of(knowledge: Knowledge, text: Text) -> Iterable[tuple[str, str]]:
    """Every rule of a text, and every condition that speaks of the same entity, with the class of that entity."""
    for rule in rules_of(knowledge, text):
        yield rule.id, rule.target
        for condition in rule.conditions:
            if condition in about_the_entity(knowledge, rule.id):
                yield condition, rule.target


def rules_of(knowledge: Knowledge, text: Text) -> list[Rule]:
    return [rule for rule in knowledge.rules.values() if rule.in_force(text.id)]


@lru_cache(maxsize=512)
def _about(knowledge_id: int, rule: str) -> frozenset[str]:
    from ..law.shapes import members

    knowledge = _KNOWN[knowledge_id]
    found, queue = set(), [knowledge.shapes[rule]]
    while queue:
        shape = queue.pop()
        if shape.name and shape.name.split(".")[0] != rule:
            continue
        if shape.name:
            shape = knowledge.shapes[shape.name]
            found.add(shape.name)
        if shape.path is None:  # a path leads to other nodes; what stands below it speaks of those
            queue += [member for part in shape.parts for member in members(part)]
    return frozenset(found)


_KNOWN: dict[int, Knowledge] = {}


def about_the_entity(knowledge: Knowledge, rule: str) -> frozenset[str]:
    """Names of the conditions of a rule that are evaluated at the entity itself, not at a value of one of its facts."""
    _KNOWN[id(knowledge)] = knowledge
    return _about(id(knowledge), rule)

"""The same truths asked of another engine: every rule and condition at every entity, and where the two differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

from aiact import shacl
from aiact.conclude import Readings
from aiact.evaluate import Truths, plain_shapes, targets_of
from aiact.facts import Facts
from aiact.graph import Graph
from aiact.names import AIACT, READING
from aiact.shapes import FAILS, HOLDS


def disagreements(
    established: list[Facts], knowledge, text, engine: str, choices: dict | None = None, only_rules: bool = False
) -> tuple[list[tuple[str, str, str]], int]:
    """(plain shape, node, what the default engine says) where a SHACL engine says otherwise, and how many were asked.

    The facts of all descriptions go into one data graph: their entities have addresses of their own.
    """
    readings = Readings(knowledge).with_(choices or {})
    targets = signed(knowledge, text, only_rules)
    together = Graph(triple for facts in established for triple in facts.graph)
    violations = violations_of(together, knowledge, text, engine, readings, targets)
    different, asked = [], 0
    for facts in established:
        for name, node, conforms in answers(facts, knowledge, text, readings, targets):
            asked += 1
            if conforms == ((name, node) in violations):
                different.append((name, node, "conforms" if conforms else "does not conform"))
    return different, asked


def signed(knowledge, text, only_rules: bool = False) -> dict[str, str]:
    """Every rule of a text, and every condition that speaks of the same entity, both signs, with the class."""
    return {
        name + sign: cls
        for name, cls in targets_of(knowledge, text)
        if not only_rules or name in knowledge.rules
        for sign in (HOLDS, FAILS)
    }


def answers(facts: Facts, knowledge, text, readings: frozenset[str], targets: dict) -> Iterator[tuple[str, str, bool]]:
    """What the default engine says of every plain shape at every entity of its class."""
    truths = Truths(facts, knowledge, text)
    for name, cls in targets.items():
        for node in facts.of_class(cls):
            yield name, node, truths.conforms(name, node, readings)


def violations_of(data: Iterable, knowledge, text, engine: str, readings: frozenset[str], targets: dict) -> set:
    """Pairs of plain shape and node that do not conform, as a SHACL engine sees it."""
    plain = shacl.used(plain_shapes(knowledge, text), list(targets))
    chosen = {READING + name for name in readings}
    with quick():
        return shacl.violations(data, plain, chosen, {name: AIACT + cls for name, cls in targets.items()}, engine)


@contextmanager
def quick():
    """Lets pySHACL give the same answers in a quarter of the time; a test shows that they are the same.

    It asks one shape of one node again and again, as often as other shapes refer to it, and words a result for each:
    here it asks once, and words the results of the shapes that have targets, not those of the shapes inside them.
    """
    import pyshacl.shape
    from pyshacl.constraints.constraint_component import ConstraintComponent as Component
    from rdflib import BNode

    validate, word = pyshacl.shape.Shape.validate, Component.make_v_result
    known: dict[tuple, bool] = {}
    inside = 0

    def remembered(shape, executor, graph, focus=None, _evaluation_path=None):
        nonlocal inside
        if focus is None:
            return validate(shape, executor, graph)
        if (shape, focus) not in known:
            inside += 1
            try:
                known[shape, focus], _ = validate(shape, executor, graph, focus, _evaluation_path)
            finally:
                inside -= 1
        return known[shape, focus], []

    def worded(component, *args, **options):
        return ("", BNode(), []) if inside else ("", *word(component, *args, **options)[1:])

    with patch.object(pyshacl.shape.Shape, "validate", remembered), patch.object(Component, "make_v_result", worded):
        yield

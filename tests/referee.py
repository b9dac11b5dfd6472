"""The same truths asked of another engine: every rule and condition at every entity, and where the two differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

from aiact.descriptions.facts import Facts
from aiact.findings.evaluate import Truths, plain_shapes, targets_of
from aiact.findings.readings import Readings
from aiact.law import shacl
from aiact.law.graph import Graph
from aiact.law.names import AIACT, READING
from aiact.law.shapes import FAILS, HOLDS


def disagreements(
    established: list[Facts], knowledge, engine: str, texts: Iterable | None = None, choices: dict | None = None
) -> tuple[list[tuple[str, str, str, str]], int]:
    """(text, plain shape, node, what the default engine says) where the other says otherwise, and how many were asked.

    The facts of all descriptions go into one data graph: their entities have addresses of their own.
    """
    texts = list(texts or knowledge.texts.values())
    readings = Readings(knowledge).with_(choices or {})
    together = Graph(triple for facts in established for triple in facts.graph)
    different, asked = [], 0
    for text, targets, violations in rulings(together, knowledge, texts, engine, readings):
        for facts in established:
            for name, node, conforms in answers(facts, knowledge, text, readings, targets):
                asked += 1
                if conforms == ((name, node) in violations):
                    different.append((text.id, name, node, "conforms" if conforms else "does not conform"))
    return different, asked


def rulings(data: Graph, knowledge, texts: list, engine: str, readings: frozenset[str]) -> Iterator[tuple]:
    """For each text, the plain shapes asked with their classes, and the pairs of shape and node that do not conform.

    A shape that reads the same in two texts, down to every shape it uses, is asked once.
    """
    chosen = {READING + name for name in readings}
    before: dict[str, dict] = {}
    violations: set[tuple[str, str]] = set()
    for text in texts:
        plain, targets = plain_shapes(knowledge, text), signed(knowledge, text)
        needed = {name: shacl.used(plain, [name]) for name in targets}
        fresh = {name: AIACT + cls for name, cls in targets.items() if before.get(name) != needed[name]}
        violations = {pair for pair in violations if pair[0] not in fresh}
        violations |= asked_of(engine, data, shacl.used(plain, list(fresh)), chosen, fresh)
        before |= needed
        yield text, targets, violations


def asked_of(engine: str, data: Graph, plain: dict[str, tuple], chosen: set[str], targets: dict[str, str]) -> set:
    with quick():
        return shacl.violations(data, plain, chosen, targets, engine)


def signed(knowledge, text) -> dict[str, str]:
    """Every rule of a text, and every condition that speaks of the same entity, both signs, with the class."""
    return {name + sign: cls for name, cls in targets_of(knowledge, text) for sign in (HOLDS, FAILS)}


def answers(facts: Facts, knowledge, text, readings: frozenset[str], targets: dict) -> Iterator[tuple[str, str, bool]]:
    """What the default engine says of every plain shape at every entity of its class."""
    truths = Truths(facts, knowledge, text)
    for name, cls in targets.items():
        for node in facts.of_class(cls):
            yield name, node, truths.conforms(name, node, readings)


@contextmanager
def quick():
    """Lets pySHACL give the same answers in a fifth of the time; a test shows that they are the same.

    It asks one shape of one node again and again, as often as other shapes refer to it, looks every property up in a
    list, and words a result for each: here it asks once, looks up in a set, and says where a result is, not why.
    """
    import pyshacl.shape
    from pyshacl.constraints import ALL_CONSTRAINT_PARAMETERS, CONSTRAINT_PARAMETERS_MAP
    from pyshacl.constraints.constraint_component import ConstraintComponent as Component
    from rdflib import RDF, SH, BNode

    validate = pyshacl.shape.Shape.validate
    known: dict[tuple, bool] = {}

    def remembered(shape, executor, graph, focus=None, _evaluation_path=None):
        if focus is None:
            return validate(shape, executor, graph)
        if (shape, focus) not in known:
            known[shape, focus], _ = validate(shape, executor, graph, focus, _evaluation_path)
        return known[shape, focus], []

    def unworded(component, graph, focus, *_, **__):
        result, at = BNode(), component.shape.node
        triples = [(RDF.type, SH.ValidationResult), (SH.sourceShape, at), (SH.focusNode, focus)]
        return "", result, [(result, *triple) for triple in triples]

    parameters = frozenset(ALL_CONSTRAINT_PARAMETERS), CONSTRAINT_PARAMETERS_MAP
    with (
        patch.object(pyshacl.shape.Shape, "validate", remembered),
        patch.object(Component, "make_v_result", unworded),
        patch.object(pyshacl.shape.module, "CONSTRAINT_PARAMS", parameters, create=True),
    ):
        yield

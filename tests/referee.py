"""The same truths asked of two engines: every rule and condition at every entity, and where they differ."""

from aiact import shacl
from aiact.conclude import Readings
from aiact.evaluate import Truths, plain_shapes, targets_of
from aiact.graph import Graph
from aiact.names import AIACT, READING
from aiact.shapes import FAILS, HOLDS


def disagreements(
    established, knowledge, text, engine: str, only_rules: bool = False, choices: dict | None = None
) -> list:
    """(plain shape, node, what the default engine says) where a SHACL engine says otherwise, and how many were asked.

    The facts of all descriptions go into one data graph: their entities have addresses of their own.
    """
    together = Graph(triple for facts in established for triple in facts.graph)
    targets = [(name, cls) for name, cls in targets_of(knowledge, text) if not only_rules or name in knowledge.rules]
    signed = {name + sign: AIACT + cls for name, cls in targets for sign in (HOLDS, FAILS)}
    readings = Readings(knowledge).with_(choices or {})
    plain = shacl.used(plain_shapes(knowledge, text), list(signed))
    violations = shacl.violations(together, plain, {READING + name for name in readings}, signed, engine)
    different, asked = [], 0
    for facts in established:
        truths = Truths(facts, knowledge, text)
        for name, cls in targets:
            for node in facts.of_class(cls):
                for sign in (HOLDS, FAILS):
                    asked += 1
                    ours = truths.conforms(name + sign, node, readings)
                    if ours == ((name + sign, node) in violations):
                        different.append((name + sign, node, ours))
    return different, asked

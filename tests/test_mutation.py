"""The mutants of benchmarks/mutation.py: made as they say, built as the project builds, killed by examples alone."""

import sys

import pytest
from conftest import ROOT

sys.path.append(str(ROOT / "benchmarks"))

import mutation
from mutants import mutants

import aiact.law.build


@pytest.fixture(scope="module")
def stage():
    return mutation.Executioner(modules=())


@pytest.fixture(scope="module")
def made(stage):
    return {mutant.name: mutant for mutant in mutants(stage.workshop.graph, stage.original.base)}


@pytest.mark.parametrize(
    "name",
    [
        "drop: art-53-2, property art-53-2.weights",
        "flip: art-53-2.weights, hasValue true",
        "negate: art-53-2, property art-53-2.licence",
        "and/or: art-50-2, all to any",
        "number: parameter:systemic-risk-compute, times ten",
        "boundary: art-51-2.compute, above parameter:systemic-risk-compute to reaching",
        "boundary: art-111-3.before, before parameter:legacy-models to before or on",
        "day: parameter:legacy-models, -1 day",
        "day: parameter:legacy-models, +1 day",
        "target: art-51-2, Model to System",
        "silence: art-3-6.on-the-market, dropped",
    ],
)
def test_a_mutant_of_the_law_is_killed(stage, made, name):
    assert stage.judge(made[name])


def test_the_law_as_it_is_lives(stage):
    assert not stage.judge(mutation.Mutant("none", "art-53-2", "none", ()))


def test_a_mutant_leaves_no_trace(stage, made):
    before = set(stage.workshop.graph)
    for mutant in list(made.values())[::50]:
        with stage.workshop.graph.with_(mutant.edits):
            pass
    assert set(stage.workshop.graph) == before


@pytest.mark.parametrize(
    "name",
    [
        "drop: art-53-2, property art-53-2.weights",
        "effect: art-53-2, lifts art-53-1-a dropped",
        "boundary: art-111-3.before, before parameter:legacy-models to before or on",
        "day: parameter:legacy-models, -1 day",
    ],
)
def test_a_mutant_is_built_as_the_project_builds(stage, made, name):
    with stage.workshop.graph.with_(made[name].edits):
        world = stage.workshop.mutated(made[name])
        builder = object.__new__(aiact.law.build._Builder)
        builder.folder, builder.graph = stage.workshop.folder, stage.workshop.graph
        plain = builder.build()
    for part in ("rules", "shapes", "conditions", "dependencies", "sanctions", "derivations", "readings"):
        assert getattr(world.base, part) == getattr(plain, part), part
    for text in plain.texts:
        for part in ("parameters", "applies_from", "names"):
            assert getattr(world.base.texts[text], part) == getattr(plain.texts[text], part), part
    before = stage.original.base
    assert any(getattr(world.base, part) != getattr(before, part) for part in ("rules", "shapes", "texts"))


def test_there_are_a_thousand_mutants_of_every_kind(made):
    assert len(made) >= 1000
    operators = {mutant.operator for mutant in made.values()}
    assert operators >= {"drop", "negate", "flip", "and/or", "boundary", "number", "day", "path", "target", "sanction"}


def test_every_mutant_that_is_excused_exists_and_has_a_reason(made):
    reasons = mutation.reasons()
    assert set(reasons) <= set(made)
    assert all(len(reason.split()) > 3 and reason.endswith(".") for reason in reasons.values())

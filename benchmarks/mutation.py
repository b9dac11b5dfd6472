"""Do the tests know the law? Each mutant of it is built and judged by the project's own tests; who survives is shown.

    python benchmarks/mutation.py [--rules art-53] [--examples | --tests MODULES] [--sample 300 --seed 1] [--jobs 2]
    python benchmarks/mutation.py --again LOG  # those that an earlier run let live

A mutant is killed by the build, which refuses it, by the examples of its rule or of one that uses it, or by a test of
MODULES; the inventory judges all of them, the other modules those that it lets live. The score counts every survivor;
those of ``equivalent-mutants.yaml`` come with the reason why no test can kill them. A test is run only if the mutant
changes a truth of a description it judges, or an effect of a rule that may hold there: at worst a kill is missed, never
invented. Exit status 1 if a survivor has no reason.
"""

from __future__ import annotations

import argparse
import fnmatch
import gc
import importlib
import inspect
import marshal
import multiprocessing
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from unittest.mock import patch

import pytest
from ruamel.yaml import YAML

import aiact.findings.fines
import aiact.law.build
from aiact import assess
from aiact.descriptions import describe, facts
from aiact.findings import conclude, evaluate
from aiact.findings.readings import Readings
from aiact.law import checks, engine, knowledge, shapes
from aiact.law.graph import Graph
from aiact.law.names import AIACT, RDF, READING, RULE, local
from aiact.law.shapes import FAILS, HOLDS

HERE = Path(__file__).parent
TESTS = HERE.parent / "tests"
sys.path[:0] = [str(TESTS), str(HERE)]

import test_rules  # noqa: E402
from mutants import Mutable, Mutant, mutants  # noqa: E402

MODULES = (
    "test_inventory", "test_time", "test_cases", "test_projects", "test_roles", "test_high_risk", "test_prohibitions",
    "test_licences", "test_open_source_definitions", "test_neighbouring_acts", "test_commentary", "test_readings",
    "test_scope",
)  # fmt: skip
QUICK = ("test_inventory",)
SLOW = (
    "shared_expectations",
    "pyshacl",
    "every_format",
    "taking_a_fact_away",
    "bearer_is_not_named",
    "points_at_a_line",
    "a_signature_never_changes",
)
EQUIVALENT = HERE / "equivalent-mutants.yaml"
KILLED = ("build", "examples", "tests")


# ---------------------------------------------------------------------------------------------- building


@dataclass(slots=True)
class World:
    """A knowledge base, and its plain shapes by text: what the engine runs, before it is made Python."""

    base: knowledge.Knowledge
    plain: dict[str, dict[str, tuple]]
    affected: dict[str, set[str]] = field(default_factory=dict)  # text → plain shapes that differ from the original
    code: dict[str, object] = field(default_factory=dict)

    def changes_facts(self, original: knowledge.Knowledge) -> bool:
        awaited = lambda base: {rule.only_if for rule in base.rules.values()}  # noqa: E731
        same = self.base.derivations == original.derivations and self.base.facts == original.facts
        return not same or awaited(self.base) != awaited(original)


class Workshop:
    """Builds mutants as the project does, but reads files and closes the ontology once, and anew only what changed."""

    def __init__(self) -> None:
        self.folder = knowledge.root()
        self.graph = Mutable(aiact.law.build.load_graph(self.folder))
        self.closed = aiact.law.build.close(self.graph)
        plain = aiact.law.build._Builder(self.folder)
        self.release, self.ancestors = plain.release(), cache(plain.ancestors)
        self.rules: dict[str, knowledge.Rule] = {}
        self.shapes: dict[str, shapes.Shape] = {}
        self.original = self.build()
        for text in self.original.plain:
            self.original.affected[text] = set()

    def build(self, rule: str | None = None) -> World:
        """The world of the graph as it is now, in which one rule differs at most. Raises what the build raises."""
        builder, found = object.__new__(aiact.law.build._Builder), []
        builder.folder, builder.graph, builder.release = self.folder, self.graph, lambda: self.release
        builder.ancestors = self.ancestors
        definite, read_named, read_rule = shapes.definite, shapes._read_named, builder.read_rule

        def recorded(*arguments):
            found.append(definite(*arguments))
            return found[-1]

        def kept_shape(graph, iri):
            if rule is None or iri not in self.shapes or iri.removeprefix(RULE).split(".")[0] == rule:
                shape = read_named(graph, iri)
                if rule is not None:
                    return shape
                self.shapes[iri] = shape
            return self.shapes[iri]

        def kept_rule(iri, kind):
            if rule is None:
                self.rules[iri] = read_rule(iri, kind)
            return read_rule(iri, kind) if iri == RULE + (rule or "") else replace(self.rules[iri])

        builder.read_rule = kept_rule
        with (
            patch.object(aiact.law.build, "close", lambda graph: self.closed),
            patch.object(shapes, "definite", recorded),
            patch.object(shapes, "_read_named", kept_shape),
            patch.object(engine, "generate", lambda *_: ""),
        ):
            base = builder.build()
        return World(base, dict(zip(sorted(base.texts), found, strict=True)))

    def mutated(self, mutant: Mutant) -> World:
        """The world of a mutant, with what differs in it; its edits are made."""
        world = self.build(mutant.rule)
        for text, plain in world.plain.items():
            before = self.original.plain[text]
            changed = {name for name, body in plain.items() if body != before.get(name)}
            world.affected[text] = with_dependents(changed, plain)
        return world


def with_dependents(changed: set[str], plain: dict[str, tuple]) -> set[str]:
    """Plain shapes that changed, and all that use them."""
    if not changed:
        return set()
    users: dict[str, set[str]] = {}
    for name, body in plain.items():
        for part in shapes.walk(body):
            if part[0] == "shape":
                users.setdefault(part[1], set()).add(name)
    found, queue = set(), list(changed)
    while queue:
        name = queue.pop()
        if name not in found:
            found.add(name)
            queue += users.get(name, ())
    return found


# ---------------------------------------------------------------------------------------------- evaluating


class Truths(evaluate.Truths):
    """Truths of a mutant: what it leaves as it was is computed once for each description."""

    world: World
    original: World
    functions: dict[str, Callable]  # text → what binds the shapes of the original
    kept: dict[tuple[int, str], tuple] = {}  # noqa: RUF012
    seen: list | None = None

    def __init__(self, facts, base, text) -> None:
        self.facts, self.knowledge, self.text = facts, base, text
        self.affected = self.world.affected[text.id]
        key = (id(facts), text.id)
        if key not in self.kept:
            self.kept[key] = (facts, self.functions[text.id](self.data, facts.graph.inverse))
        _, self.bound = self.kept[key]
        self.changed, self.choices, self.found, self.varies = {}, {}, {}, {}
        if self.seen is not None:
            self.seen.append((facts, text.id))

    def conforms(self, plain: str, node: str, readings: frozenset[str]) -> bool:
        if plain in self.affected:
            return self.anew(readings)[plain](node)
        return self.as_before(plain, node, readings)

    def as_before(self, plain: str, node: str, readings: frozenset[str]) -> bool:
        """What the original says."""
        return super().conforms(plain, node, readings)

    def original_of(self, shape: str, node: str, readings: frozenset[str]) -> str:
        if self.as_before(shape + HOLDS, node, readings):
            return evaluate.T
        return evaluate.F if self.as_before(shape + FAILS, node, readings) else evaluate.U

    def anew(self, readings: frozenset[str]) -> dict:
        """The functions of the plain shapes that differ; the others that they use are the original ones."""
        if readings not in self.changed:
            code, needed = compiled(self.world, self.text.id)
            given = {name: lambda node, name=name: self.as_before(name, node, readings) for name in needed}
            self.changed[readings] = code(self.data, self.facts.graph.inverse, chosen(readings), given)
        return self.changed[readings]


def chosen(readings: frozenset[str]) -> frozenset[str]:
    return frozenset(READING + reading for reading in readings)


def compiled(world: World, text: str):
    """Python of the plain shapes of a world that differ from the original, and the names of those that they use."""
    if text not in world.code:
        plain = {name: body for name, body in world.plain[text].items() if name in world.affected[text]}
        needed = tuple(sorted(shapes_used(plain) - set(plain)))
        world.code[text] = engine.load(compile(engine.generate(plain, needed), "<mutant>", "exec")), needed
    return world.code[text]


def shapes_used(plain: dict[str, tuple]) -> set[str]:
    return {part[1] for body in plain.values() for part in shapes.walk(body) if part[0] == "shape"}


class Later:
    """The missing facts of a finding, worked out if somebody looks at them."""

    def __init__(self, make) -> None:
        self.make, self.found = make, None

    def all(self) -> list:
        if self.found is None:
            self.found = self.make()
        return self.found

    def __iter__(self):
        return iter(self.all())

    def __len__(self) -> int:
        return len(self.all())

    def __getitem__(self, index):
        return self.all()[index]

    def __eq__(self, other) -> bool:
        return self.all() == other

    __hash__ = None


class Court(conclude.Court):
    """The conclusions about a mutant: where it changes nothing, those that the tests saw before."""

    kept: dict[tuple, tuple[dict, dict]] = {}  # noqa: RUF012
    changed: frozenset[str] | None = None  # rules whose truth or effect the mutant changes; None: any
    where = None  # the nodes at which it does so, for a description and a text

    def findings(self) -> list:
        duties = [rule for rule in self.rules.values() if rule.kind in knowledge.DUTIES]
        found = {rule.id: self.said(rule, self.of_duty, 0) for rule in duties}
        self.remember(0, found)
        return [item for each in found.values() for item in each]

    def classifications(self) -> list:
        silent = (*knowledge.DUTIES, "Transition", "Misconception")
        others = [rule for rule in self.rules.values() if rule.kind not in silent]
        found = {rule.id: self.said(rule, self.classify, 1) for rule in others}
        self.remember(1, found)
        return [item for each in found.values() for item in each]

    def said(self, rule, judge, kind: int) -> list:
        """What is said under a rule, entity by entity: as before, unless the mutant may change it there."""
        before = self.kept.get(self.key(), ({}, {}))[kind].get(rule.id) if self.changed is not None else None
        if before is not None and not self.touches(rule):
            return before
        found = []
        for entity in self.facts.of_class(rule.target):
            if before is None or self.near(entity) & Court.where(self.facts, self.text.id):
                found += judge(rule, entity)
            else:
                found += [item for item in before if item.entity == entity]
        return found

    def near(self, entity: str) -> set[str]:
        """The nodes on whose truths a conclusion about an entity rests: its own, what it inherits from, and actors."""
        found = {entity, *self.facts.of_class("Actor")}
        for cls, properties in self.knowledge.inherits.items():
            if self.facts.is_a(entity, cls):
                found.update(*(self.facts.graph.objects(entity, name) for name in properties))
        return found

    def missing(self, *words) -> Later:
        return Later(lambda: super(Court, self).missing(*words))

    def key(self) -> tuple:
        return id(self.facts), self.text.id, self.day

    def remember(self, kind: int, found: dict) -> None:
        if Truths.seen is not None:
            self.kept.setdefault(self.key(), ({}, {}))[kind].update(found)

    def touches(self, rule) -> bool:
        """Whether what is said under a rule may depend on a rule that the mutant changes."""
        others = {rule.id, rule.bearer_is}
        for effect in (self.exempting, self.postponing, self.limiting):
            for other in effect.get(rule.id, ()):
                others |= {other.id, *(each.id for each in self.defeating.get(other.id, ()))}
        others |= {each.id for each in self.defeating.get(rule.id, ())}
        others |= {other.id for role in rule.bearers for other in self.conferring.get(role, ())}
        return bool(others & self.changed)


# ---------------------------------------------------------------------------------------------- killing


@dataclass(slots=True)
class Item:
    """One test, with the descriptions it judges and what it costs."""

    name: str
    run: object
    given: dict
    seen: list = field(default_factory=list)
    fines: bool = False
    seconds: float = 0.0


class Executioner:
    """Judges mutants with the tests, cheapest first, and stops at the first that fails."""

    def __init__(self, modules: tuple[str, ...] = MODULES) -> None:
        self.workshop = Workshop()
        self.original = self.workshop.original
        real = knowledge.knowledge()
        for text, compiled_text in real.texts.items():
            loaded = engine.load(marshal.loads(compiled_text.code))
            Truths.functions = {**getattr(Truths, "functions", {}), text: loaded}
        Truths.original = self.original
        self.modules = [importlib.import_module(name) for name in modules if (TESTS / f"{name}.py").exists()]
        self.tests = [test_rules, *self.modules]
        self.readings = Readings(self.original.base)
        self.described: dict = {}
        self.established: dict = {}
        self.before: dict = {}
        self.assessments: dict = {}
        self.costs: dict[tuple[int, str], float] = {}
        self.items = collected(self.modules)
        self.examples: dict[str, list] = {}
        for example in test_rules.EXAMPLES:
            self.examples.setdefault(example.removeprefix(RULE).rsplit(".example", 1)[0], []).append(example)
        gc.disable()
        self.rehearse()
        gc.freeze()  # what is kept is never looked through again for what may go
        gc.enable()

    def rehearse(self) -> None:
        """Runs every test on the law as it is: who fails there cannot judge, and what each looks at is remembered."""
        Court.changed, Court.kept, Truths.kept = None, {}, {}
        with self.living(self.original):
            for rule in self.examples:
                assert not self.failing_example(rule), f"an example of {rule} fails without a mutation"
            for item in list(self.items):
                Truths.seen, fines = [], []
                self.clear()
                band_of = aiact.findings.fines.band_of
                with patch.object(aiact.findings.fines, "band_of", lambda *words: fines.append(1) or band_of(*words)):  # noqa: B023
                    fails = failure(item, self.original.base)
                if fails:
                    print(f"{item.name} fails without a mutation and is left out: {fails}", file=sys.stderr)
                    self.items.remove(item)
                item.seen, item.fines = unique(Truths.seen), bool(fines) or "inventory" in item.name
                item.seconds = sum(self.costs.get((id(found), text), 0.0) for found, text in item.seen)
            Truths.seen = None
        self.assessments = {}
        self.items.sort(key=lambda item: item.seconds)

    def failing_example(self, rule: str) -> str:
        base = Truths.world.base
        for example in self.examples.get(rule, ()):
            expected = local(self.workshop.graph.value(example, AIACT + "expects"))
            given = self.workshop.graph.text(example, AIACT + "given")
            try:
                found = test_rules.truth_of(base.rules[rule], given, base)
            except Exception as error:
                found = type(error).__name__
            if found != expected:
                return example.removeprefix(RULE)
        return ""

    @contextmanager
    def living(self, world: World) -> Iterator[None]:
        """The tests and the engine find this world where they look for the knowledge."""
        Truths.world, stale = world, world.changes_facts(self.original.base)
        here = {"knowledge": lambda folder=None: world.base, "assess": self.kept_assessment()}
        with ExitStack() as stack:
            for name, module in list(sys.modules.items()):
                if name.startswith(("aiact.", "test_", "conftest")):
                    if isinstance(getattr(module, "BASE", None), knowledge.Knowledge):
                        stack.enter_context(patch.object(module, "BASE", world.base))
                    if isinstance(getattr(module, "GRAPH", None), Graph):
                        stack.enter_context(patch.object(module, "GRAPH", self.workshop.graph))
                    for word in here:
                        if inspect.isfunction(inspect.unwrap(getattr(module, word, None) or 0)):
                            stack.enter_context(patch.object(module, word, here[word]))
            stack.enter_context(patch.object(evaluate, "Truths", Truths))
            stack.enter_context(patch.object(sys.modules["aiact.findings.assess"], "Court", Court))
            if not stale:
                stack.enter_context(patch.object(describe, "read", self.kept_reading(describe.read)))
                stack.enter_context(patch.object(facts, "establish", self.kept_facts(facts.establish)))
            self.clear()
            yield
            if stale:
                lasting = {id(found) for _, found in self.established.values()}
                for key in [key for key, (found, *_) in Truths.kept.items() if id(found) not in lasting]:
                    del Truths.kept[key]

    def kept_reading(self, read):
        def reading(path, base, source=None):
            key = (str(path), source if source is not None else Path(path).read_bytes())
            if key not in self.described:
                self.described[key] = read(path, base, source)
            return self.described[key]

        return reading

    def kept_assessment(self):
        """The same question is answered once in a world."""
        self.assessments = {}

        def assessing(description, on=None, known_on=None, name="description"):
            key = (str(description) if isinstance(description, dict) else description, on, known_on, name)
            if key not in self.assessments:
                began = time.perf_counter()
                found = self.assessments[key] = assess(description, on, known_on, name=name)
                if Truths.seen is not None:
                    found.findings, found.classifications  # noqa: B018
                    self.costs[id(found.facts), found.text.id] = time.perf_counter() - began
                    found.court.provers.clear()
            elif Truths.seen is not None:
                Truths.seen.append((self.assessments[key].facts, self.assessments[key].text.id))
            return self.assessments[key]

        return assessing

    def kept_facts(self, establish):
        def establishing(description, base, day=""):
            key = (id(description), day)
            if key not in self.established:
                self.established[key] = description, establish(description, base, day)
            return self.established[key][1]

        return establishing

    def clear(self) -> None:
        """Forgets what modules remember of another world."""
        evaluate._about.cache_clear()
        for module in self.tests:
            for value in vars(module).values():
                if hasattr(value, "cache_clear") and getattr(value, "__module__", "") == module.__name__:
                    value.cache_clear()

    # -- one mutant

    def judge(self, mutant: Mutant) -> str:
        """What kills a mutant, or nothing."""
        with self.workshop.graph.with_(mutant.edits):
            return self.judge_edited(mutant)

    def judge_edited(self, mutant: Mutant) -> str:
        try:
            world = self.workshop.mutated(mutant)
        except Exception as error:
            return f"build: {type(error).__name__}"
        Court.changed, self.before = self.changed_rules(mutant, world), {}
        Court.where = lambda found, text: self.differing(mutant, world, found, text)
        with self.living(world):
            touched = {
                name.removesuffix(HOLDS).removesuffix(FAILS) for names in world.affected.values() for name in names
            }
            own = [mutant.rule] if mutant.rule in world.base.rules else []
            for rule in [*own, *sorted(touched & set(world.base.rules) - {mutant.rule})]:
                if killer := self.failing_example(rule):
                    return f"examples: {killer}"
            try:
                checks.check(world.base, self.workshop.graph, self.workshop.folder)
            except knowledge.KnowledgeError as error:
                return f"build: {error}"
            for item in self.ranked(mutant):
                if self.matters(mutant, world, item) and failure(item, world.base):
                    self.items.remove(item)
                    self.items.insert(0, item)  # who killed one may kill the next
                    return f"tests: {item.name}"
        return ""

    def changed_rules(self, mutant: Mutant, world: World) -> frozenset[str] | None:
        """The rules whose truth or effect a mutant may change, and those at which its effects aimed or aim."""
        rules, original = world.base.rules, self.original.base.rules
        if mutant.rule not in rules or world.changes_facts(self.original.base):
            return frozenset() if mutant.rule.startswith("sanction:") else None
        found = {name.removesuffix(HOLDS).removesuffix(FAILS) for names in world.affected.values() for name in names}
        found.add(mutant.rule)
        for rule in (rules[mutant.rule], original[mutant.rule]):
            found.update(*(getattr(rule, word) for word in ("lifts", "disapplies", "limits", "postpones", "defeats")))
            for aim in rule.defeats:
                found |= {*original[aim].lifts, *original[aim].disapplies, *original[aim].postpones}
            if rule.confers:
                found |= {duty.id for duty in rules.values() if rule.confers in duty.bearers}
        found |= {id for id in rules if rules[id].narrows != original[id].narrows}
        return frozenset(found)

    def ranked(self, mutant: Mutant) -> list[Item]:
        about = lambda item: mutant.rule not in str(item.given)  # noqa: E731
        return sorted(self.items, key=about)

    def matters(self, mutant: Mutant, world: World, item: Item) -> bool:
        """Whether a test could see the mutant: a truth differs, or the rule whose effect differs may hold."""
        if mutant.operator == "sanction" and item.seen and not item.fines:
            return False
        return Court.changed is None or not item.seen or any(self.differing(mutant, world, *each) for each in item.seen)

    def differing(self, mutant: Mutant, world: World, found, text: str) -> frozenset[str]:
        """The nodes of a description at which the mutant changes the truth or the effect of a rule."""
        key = (id(found), text)
        if key not in self.before:
            self.before[key] = frozenset(self.compare(mutant, world, found, text))
        return self.before[key]

    def compare(self, mutant: Mutant, world: World, found, text: str) -> Iterator[str]:
        nodes, before = list(found.graph.by_predicate.get(RDF + "type", {})), self.original.plain[text]
        if mutant.rule.startswith("sanction:"):
            yield from nodes
            return
        truths = Truths(found, world.base, world.base.texts[text])
        names = [name for name in truths.affected if "." not in name]
        asked = [(name, readings) for name in names for readings in self.choices(world, name)]
        effect, plain = mutant.rule + HOLDS, world.plain[text]
        for node in nodes:
            for name, readings in asked:
                if name not in before or truths.conforms(name, node, readings) != truths.as_before(
                    name, node, readings
                ):
                    yield node
                    break
            else:
                if changes_effects(mutant) and (effect in before or effect in plain):
                    ask = truths.of if effect in plain else truths.original_of
                    if any(ask(mutant.rule, node, each) != evaluate.F for each in self.choices(world, effect)):
                        yield node

    def choices(self, world: World, plain: str) -> list[frozenset[str]]:
        """The prevailing readings, and each other one on which a plain shape depends, before or after the mutation."""
        names = self.original.base.dependencies.get(plain, set()) | world.base.dependencies.get(plain, set())
        questions = {world.base.readings[name].question for name in names}
        others = [{question: name} for question in questions for name in self.readings.alternatives[question]]
        return [self.readings.with_(other) for other in ({}, *others)]


def changes_effects(mutant: Mutant) -> bool:
    return (
        mutant.operator in ("target", "effect", "role", "sanction", "text", "day", "reading") or " on, " in mutant.name
    )


def unique(seen: list) -> list:
    return list({(id(found), text): (found, text) for found, text in seen}.values())


def failure(item: Item, base) -> str:
    given = {key: base if key == "base" else value for key, value in item.given.items()}
    try:
        item.run(**given)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        return "" if type(error).__name__ == "Skipped" else f"{type(error).__name__}: {error}"[:200]
    return ""


class _Collector:
    def pytest_collection_modifyitems(self, items) -> None:
        self.items = list(items)


def collected(modules: list) -> list[Item]:
    """The tests of some modules, as pytest finds them, but for those that need more than the knowledge."""
    if not modules:  # pytest would take all there are
        return []
    collector = _Collector()
    paths = [str(TESTS / f"{module.__name__}.py") for module in modules]
    options = ["--collect-only", "-qq", "-p", "no:xdist", "-p", "no:cacheprovider", "--import-mode=prepend"]
    with patch("sys.stdout"):
        pytest.main([*options, *paths], plugins=[collector])
    found = []
    for item in collector.items:
        given = dict(getattr(item, "callspec", None).params) if hasattr(item, "callspec") else {}
        wanted = set(inspect.signature(item.obj).parameters)
        if "base" in wanted:
            given["base"] = None
        if (
            wanted == set(given)
            and not any(word in item.name for word in SLOW)
            and not item.get_closest_marker("xfail")
        ):
            found.append(Item(f"{item.module.__name__}::{item.name}", item.obj, given))
    return found


# ---------------------------------------------------------------------------------------------- the score

_STAGE: list[Executioner] = []


def judged(index_and_mutant: tuple[int, Mutant]) -> tuple[int, str]:
    index, mutant = index_and_mutant
    killer = _STAGE[0].judge(mutant)
    if not killer:
        print(f"lives: {mutant.name}", file=sys.stderr, flush=True)
    return index, killer


def reasons(path: Path = EQUIVALENT) -> dict[str, str]:
    """Mutants that no test can kill: name → reason."""
    entries = YAML(typ="safe", pure=True).load(path) if path.exists() else []
    return {name: entry["because"] for entry in entries or [] for name in entry["mutants"]}


def run(
    pattern: str = "",
    sample: int = 0,
    seed: int = 0,
    jobs: int = 1,
    modules: tuple[str, ...] = MODULES,
    among: frozenset[str] = frozenset(),
) -> dict[str, tuple[Mutant, str]]:
    """Judges the mutants whose rule matches a pattern, or those named, or a sample: name → (mutant, its killer).

    The examples and the inventory judge all of them, the other tests those that these let live.
    """
    quick = tuple(module for module in modules if module in QUICK)
    _STAGE[:] = [Executioner(quick)]
    wanted = mutants(_STAGE[0].workshop.graph, _STAGE[0].original.base)
    if pattern:
        names = tuple(pattern.split(","))
        wanted = [m for m in wanted if m.rule.startswith(names) or any(fnmatch.fnmatch(m.rule, n) for n in names)]
    if among:
        wanted = [m for m in wanted if m.name in among]
    if sample and sample < len(wanted):
        wanted = random.Random(seed).sample(sorted(wanted, key=lambda mutant: mutant.name), sample)
    killers = judge_all(wanted, jobs)
    living = [mutant for mutant in wanted if not killers[mutant.name]]
    if living and quick != modules:
        _STAGE[:] = [Executioner(tuple(module for module in modules if module not in quick))]
        killers |= judge_all(living, jobs)
    return {mutant.name: (mutant, killers[mutant.name]) for mutant in wanted}


def judge_all(wanted: list[Mutant], jobs: int) -> dict[str, str]:
    """What kills each of some mutants, by name, with the tests that are on the stage."""
    work, found = list(enumerate(wanted)), {}
    with ExitStack() as stack:
        if jobs > 1:
            pool = stack.enter_context(multiprocessing.get_context("fork").Pool(jobs))
            results = pool.imap_unordered(judged, work, chunksize=4)
        else:
            results = map(judged, work)
        for done, (index, killer) in enumerate(results, 1):
            found[wanted[index].name] = killer
            if done % 100 == 0:
                print(f"{done} of {len(wanted)}", file=sys.stderr, flush=True)
    return found


def report(results: dict[str, tuple[Mutant, str]], because: dict[str, str]) -> list[str]:
    """Prints the score by operator, with and without the excused, and the survivors; returns those without a reason."""
    total, killed, by = Counter(), Counter(), Counter()
    for mutant, killer in results.values():
        total[mutant.operator] += 1
        killed[mutant.operator] += bool(killer)
        by[killer.split(":")[0] or "nobody"] += 1
    print(f"{'operator':<12}{'mutants':>9}{'killed':>9}{'%':>8}")
    for operator in sorted(total):
        share = 100 * killed[operator] / total[operator]
        print(f"{operator:<12}{total[operator]:>9}{killed[operator]:>9}{share:>8.1f}")
    everything, dead = total.total(), killed.total()
    print(f"{'all':<12}{everything:>9}{dead:>9}{100 * dead / max(1, everything):>8.1f}")
    survivors = [name for name, (_, killer) in results.items() if not killer]
    explained = [name for name in survivors if name in because]
    others = max(1, everything - len(explained))
    print(f"{'that matter':<12}{others:>9}{dead:>9}{100 * dead / others:>8.1f}")
    print("killed by " + ", ".join(f"{word} {by[word]}" for word in KILLED))
    unexplained = [name for name in survivors if name not in because]
    for title, names in (("survivors with a reason", explained), ("survivors without a reason", unexplained)):
        print(f"\n{title}: {len(names)}")
        for name in names:
            print(f"  {name}" + (f"\n      {because[name]}" if name in because else ""))
    for name in because:
        if name in results and results[name][1]:
            print(f"\nkilled after all, by {results[name][1]}: {name}")
    return unexplained


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rules", default="", help="only rules that begin so, or match: art-53,'cra-*'")
    parser.add_argument("--again", type=Path, help="only those that this file, a report or a log, says live")
    parser.add_argument("--sample", type=int, default=0, help="draw so many of the mutants")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--tests", default=",".join(MODULES), help="ask only these modules of tests")
    parser.add_argument("--examples", action="store_true", help="judge by the examples of the rules alone: quick")
    options = parser.parse_args()
    began, modules = time.monotonic(), () if options.examples else tuple(options.tests.split(","))
    lines = options.again.read_text(encoding="utf-8").splitlines() if options.again else ()
    among = frozenset(line.removeprefix("lives:").strip() for line in lines)
    results = run(options.rules, options.sample, options.seed, options.jobs, modules, among)
    left = report(results, reasons())
    print(f"in {(time.monotonic() - began) / 60:.1f} minutes", file=sys.stderr)
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())

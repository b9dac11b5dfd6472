"""Descriptions: what users hand in, read into entities and raw statements, each with its file and line.

This module knows file formats; what the statements mean is for ``facts`` to say. Outside input is hostile: size and
nesting are bounded before parsing, YAML aliases and duplicate keys are refused, and scalars stay text.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from .knowledge import Fact, Knowledge
from .names import snake

MAX_BYTES = {"yaml": 256 * 1024, "rdf": 1024 * 1024}
MAX_NESTING = 64
MAX_TOLD = 50  # problems of one file that are listed
MAX_ENTITIES = 100  # one project, not a catalogue
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
NAME = re.compile(r"[A-Za-z][\w.-]{0,63}")
SECTIONS = {
    "actors": "Actor",
    "models": "Model",
    "systems": "System",
    "components": "Component",
    "uses": "Use",
    "licences": "Licence",
}
SINGULAR = {plural.removesuffix("s"): cls for plural, cls in SECTIONS.items()}
NONE = "none"


class Problem(NamedTuple):
    """Something wrong with a description: where, what, and what would be right."""

    line: int
    text: str


class DescriptionError(Exception):
    """A description that cannot be read, or says something impossible; lists every problem found."""

    def __init__(self, file: str, problems: list[Problem]) -> None:
        self.file, self.problems = file, sorted(problems)
        told = [f"{file}:{problem.line}: {problem.text}" for problem in self.problems[:MAX_TOLD]]
        if len(problems) > MAX_TOLD:
            told.append(f"{file}: and more of this kind; mend these first")
        super().__init__("\n".join(told))


@dataclass(slots=True)
class Scalar:
    """A word, number or day of a description, as written, with its line."""

    text: str
    line: int


@dataclass(slots=True)
class Sequence:
    """A list of a description."""

    items: list
    line: int


@dataclass(slots=True)
class Mapping:
    """A map of a description: keys with their values."""

    items: list[tuple[Scalar, Scalar | Sequence | Mapping]]
    line: int

    def get(self, key: str):
        return next((value for name, value in self.items if name.text == key), None)


Node = Scalar | Sequence | Mapping


@dataclass(slots=True)
class Entity:
    """A model, system, actor … of the description, with its statements: key, value node."""

    id: str
    cls: str
    line: int
    statements: list[tuple[Scalar, Node]] = field(default_factory=list)


@dataclass(slots=True)
class Description:
    """A description as read: entities with raw statements, and defaults written at the top."""

    file: str
    sha256: str
    name: str
    entities: dict[str, Entity]
    defaults: list[tuple[str, str, int]] = field(default_factory=list)  # key of a fact, entity id, line
    warnings: list[str] = field(default_factory=list)


def read(path: str | Path, knowledge: Knowledge, data: bytes | None = None) -> Description:
    """Reads a description in any format. Raises ``DescriptionError``; nothing else for bad input."""
    file = str(path)
    if data is None:
        try:
            with Path(path).open("rb") as stream:
                data = stream.read(MAX_BYTES["rdf"] + 1)  # never all of it: the file may be a device
        except OSError as error:
            raise DescriptionError(file, [Problem(1, f"cannot be read: {error.strerror or error}")]) from None
    format = detect(file, data)
    text = gate(file, data, "rdf" if format in ("turtle", "jsonld") else "yaml")
    if format == "turtle":
        from .rdf import read_turtle

        return read_turtle(file, text, knowledge)
    if format == "card":
        from .card import read_card

        return read_card(file, text, knowledge)
    if format == "jsonld" or file.lower().endswith(".json"):
        text = strict_json(file, text)
    if format == "jsonld":
        from .rdf import read_jsonld

        return read_jsonld(file, text, knowledge)
    return read_tree(file, compose(file, text), knowledge, data)


def detect(file: str, data: bytes) -> str:
    """The format of a file, from its name and its first bytes: yaml (JSON included), turtle, jsonld or card."""
    start = data[:4096].lstrip()
    if file.lower().endswith((".ttl", ".nt")):
        return "turtle"
    if file.lower().endswith((".yaml", ".yml")):
        return "yaml"
    if start.startswith(b"[") or (start.startswith(b"{") and b'"@' in start and b'"aiact"' not in start):
        return "jsonld"
    if start.startswith(b"---") or file.lower().endswith(".md"):
        return "card"
    if start.startswith((b"@prefix", b"@base", b"PREFIX", b"<http")):
        return "turtle"
    return "yaml"


def gate(file: str, data: bytes, kind: str) -> str:
    """Refuses what no parser should see: too large, not UTF-8, control characters, too deeply nested."""

    def refuse(text: str, line: int = 1) -> DescriptionError:
        return DescriptionError(file, [Problem(line, text)])

    if len(data) > MAX_BYTES[kind]:
        raise refuse(f"is larger than {MAX_BYTES[kind] // 1024} kB; describe one project in one file")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse("is not UTF-8 text", data[: error.start].count(b"\n") + 1) from None
    found = CONTROL.search(text)
    if found:
        raise refuse("has a control character; is it a text file?", text.count("\n", 0, found.start()) + 1)
    if not text.strip():
        raise refuse("is empty; aiact init writes a description to start from")
    depth = deepest = 0
    for match in re.finditer(r"[\[{(]|[\]})]", text):
        depth += 1 if match[0] in "[{(" else -1
        deepest = max(deepest, depth)
        if deepest > MAX_NESTING:
            raise refuse(f"is nested more than {MAX_NESTING} deep", text.count("\n", 0, match.start()) + 1)
    return text


# ---------------------------------------------------------------------------------------------- YAML and JSON


def strict_json(file: str, text: str) -> str:
    """The same JSON with its strings unescaped, so that it is YAML too; broken JSON and duplicate keys are refused."""
    import json

    def unescaped(found: re.Match) -> str:
        return json.dumps(json.loads(found[0]), ensure_ascii=False)

    def once(items: list[tuple[str, object]]) -> dict:
        for name, count in Counter(name for name, _ in items).items():
            if count > 1:
                places = [found.start() for found in re.finditer(rf"{re.escape(json.dumps(name))}\s*:", text)]
                line = text.count("\n", 0, places[-1]) + 1 if places else 1
                raise DescriptionError(file, [Problem(line, f"says “{name}” twice; keep one")])
        return dict(items)

    try:
        json.loads(text, parse_int=str, parse_constant=str, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        raise DescriptionError(file, [Problem(error.lineno, f"is not valid JSON: {error.msg}")]) from None
    return re.sub(r'"(?:[^"\\]|\\.)*"', unescaped, text)


def compose(file: str, text: str) -> Node:
    """The tree of a YAML or JSON document, scalars as text; aliases, tags and duplicate keys are refused."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError
    from ruamel.yaml.events import AliasEvent

    def refuse(mark, text: str) -> DescriptionError:
        return DescriptionError(file, [Problem(mark.line + 1 if mark else 1, text)])

    yaml = YAML(typ="safe", pure=True)
    yaml.version = (1, 2)
    try:
        indents = 0
        for event in yaml.parse(text):
            name = type(event).__name__
            indents += name in ("MappingStartEvent", "SequenceStartEvent")
            indents -= name in ("MappingEndEvent", "SequenceEndEvent")
            if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
                raise refuse(event.start_mark, "uses a YAML anchor or alias; write the value out")
            if getattr(event, "tag", None):
                raise refuse(event.start_mark, f"uses the YAML tag {event.tag}; write the plain value")
            if indents > MAX_NESTING:
                raise refuse(event.start_mark, f"is nested more than {MAX_NESTING} deep")
        root = yaml.compose(text)
    except MarkedYAMLError as error:
        raise refuse(error.problem_mark, f"is not valid YAML: {error.problem}") from None
    except (YAMLError, RecursionError) as error:
        raise DescriptionError(file, [Problem(1, f"is not valid YAML: {error}".splitlines()[0])]) from None
    problems: list[Problem] = []
    tree = _tree(root, problems)
    if problems:
        raise DescriptionError(file, problems)
    return tree


def _tree(node, problems: list[Problem]) -> Node:
    line = node.start_mark.line + 1 if node is not None else 1
    kind = type(node).__name__
    if kind == "MappingNode":
        items, seen = [], set()
        for key, value in node.value:
            here = key.start_mark.line + 1
            if type(key).__name__ != "ScalarNode":
                problems.append(Problem(here, "has a key that is not a word"))
                continue
            if CONTROL.search(key.value):
                problems.append(Problem(here, "has a control character in a key"))
                continue
            if key.value == "<<":
                problems.append(Problem(here, "uses a YAML merge key; write the values out"))
                continue
            if key.value in seen:
                problems.append(Problem(here, f"says “{key.value}” twice; keep one"))
            seen.add(key.value)
            tree = _tree(value, problems)
            if isinstance(tree, Scalar) and not tree.text:
                tree.line = here  # nothing stands where the next key begins
            items.append((Scalar(key.value, here), tree))
        return Mapping(items, line)
    if kind == "SequenceNode":
        return Sequence([_tree(item, problems) for item in node.value], line)
    text = node.value if node is not None else ""
    if CONTROL.search(text):
        problems.append(Problem(line, "has a control character in a value"))
    return Scalar(text, line)


def read_tree(file: str, tree: Node, knowledge: Knowledge, data: bytes) -> Description:
    """Entities and statements of a description in our own format, YAML, JSON or JSON-LD."""
    found = Description(file, hashlib.sha256(data).hexdigest(), "", {})
    return _TreeReader(found, knowledge).read(tree)


def extend(found: Description, tree: Node, knowledge: Knowledge) -> Description:
    """A description with what a tree in our own format adds to it, be it to an entity already there."""
    return _TreeReader(found, knowledge, extends=True).read(tree)


class _TreeReader:
    def __init__(self, found: Description, knowledge: Knowledge, extends: bool = False) -> None:
        self.found, self.knowledge, self.extends = found, knowledge, extends
        self.problems: list[Problem] = []
        # An actor may be written at the top under the fact that it answers, as in provider: {name: …}.
        self.actor_facts = {
            fact.key for fact in knowledge.facts.values() if fact.range == "Actor" and fact.kind == "link"
        }

    def read(self, tree: Node) -> Description:
        if not isinstance(tree, Mapping):
            raise DescriptionError(self.found.file, [Problem(tree.line, "is not a description; start with “aiact: 1”")])
        for key, value in tree.items:
            self.section(key, value)
        if not self.found.entities and not self.problems:
            self.problem(1, "describes nothing: there is no actor, model, system or use in it")
        if self.problems:
            raise DescriptionError(self.found.file, self.problems)
        return self.found

    def problem(self, line: int, text: str) -> None:
        self.problems.append(Problem(line, text))
        if len(self.problems) > MAX_TOLD:
            raise DescriptionError(self.found.file, self.problems)

    def section(self, key: Scalar, value: Node) -> None:
        word = key.text
        if word == "aiact":
            if not isinstance(value, Scalar) or value.text != "1":
                self.problem(key.line, "the format is “aiact: 1”; no other version exists")
        elif word in ("name", "title"):
            self.found.name = value.text if isinstance(value, Scalar) else ""
        elif word.startswith("@"):
            return  # JSON-LD written by us: its context is known
        elif word in SECTIONS:
            self.entities(key, value)
        elif word in SINGULAR:
            self.entity(word, SINGULAR[word], key, value)
        elif word in self.actor_facts:
            self.default(key, value)
        else:
            known = ["aiact", "name", *SECTIONS, *SINGULAR, *sorted(self.actor_facts)]
            self.problem(key.line, f"“{word}” is not a section of a description{suggest(word, known)}")

    def entities(self, key: Scalar, value: Node) -> None:
        if not isinstance(value, Mapping):
            self.problem(
                value.line, f"{key.text} is a map from names to descriptions, as in {key.text}: {{a1: {{name: …}}}}"
            )
            return
        for name, node in value.items:
            self.entity(name.text, SECTIONS[key.text], name, node)

    def default(self, key: Scalar, value: Node) -> None:
        """``provider: {…}`` at the top: an actor, and the provider of all that name no other."""
        if isinstance(value, Scalar):
            self.found.defaults.append((key.text, value.text, key.line))
        else:
            self.entity(key.text, "Actor", key, value)
            self.found.defaults.append((key.text, key.text, key.line))

    def entity(self, name: str, cls: str, key: Scalar, value: Node) -> None:
        if not NAME.fullmatch(name):
            self.problem(key.line, f"“{name[:40]}” is not a name; start with a letter, then letters, digits, - _ and .")
        if name in self.found.entities and not self.extends:
            self.problem(key.line, f"“{name}” is described twice; names are unique in a description")
        entity = self.found.entities.setdefault(name, Entity(name, cls, key.line))
        if isinstance(value, Scalar) and value.text in ("", "null", "~"):
            return
        if not isinstance(value, Mapping):
            self.problem(value.line, f"{name} is described by a map, as in {name}: {{name: …}}")
            return
        for fact_key, node in value.items:
            if fact_key.text == "states":
                self.empties(entity, node)
            elif not fact_key.text.startswith("@"):
                self.statement(entity, fact_key, node)

    def statement(self, entity: Entity, key: Scalar, node: Node) -> None:
        fact = self.knowledge.fact(key.text, entity.cls)
        if fact is None or fact.derived_only:
            known = [
                word
                for word, iri in self.knowledge.keys[entity.cls].items()
                if not self.knowledge.facts[iri].derived_only
            ]
            others = [cls for cls in self.knowledge.keys if self.knowledge.fact(key.text, cls)]
            where = f"; it belongs to {a(others[0])}" if others else suggest(key.text, known)
            self.problem(key.line, f"“{key.text}” is not a fact about {a(entity.cls)}{where}")
            return
        if fact.kind in ("link", "licence") and isinstance(node, Mapping) and node.get("value") is None:
            node = self.unfold(entity, fact, node)
        if node is not None:
            entity.statements.append((key, node))

    def empties(self, entity: Entity, node: Node) -> None:
        """JSON-LD says "none" by stating a property without a value."""
        given = {key.text for key, _ in entity.statements}
        for item in node.items if isinstance(node, Sequence) else [node]:
            key = snake(item.text) if isinstance(item, Scalar) else ""
            if key not in given:
                self.statement(entity, Scalar(key, node.line), Sequence([], node.line))

    def unfold(self, entity: Entity, fact: Fact, node: Mapping) -> Node | None:
        """``modifies: {model: m0, compute: 2e22}``: the link, and the facts that stand in its map."""
        inner = {other.sub_key: other for other in self.knowledge.facts.values() if other.within == fact.iri}
        keys = {key.text for key, _ in node.items}
        if fact.range in SECTIONS.values() and not inner and fact.range.lower() not in keys:
            return self.described_in_place(entity, fact, node)
        link = None
        for key, value in node.items:
            if key.text in inner:
                entity.statements.append((Scalar(inner[key.text].key, key.line), value))
            elif key.text == fact.range.lower():
                link = value
            elif key.text not in ("source", "basis"):
                self.problem(
                    key.line,
                    f"“{key.text}” does not belong in {fact.key}{suggest(key.text, [fact.range.lower(), *inner])}",
                )
        if link is None:
            self.problem(node.line, f"{fact.key} needs “{fact.range.lower()}: name” to say which one")
        return link

    def described_in_place(self, entity: Entity, fact: Fact, node: Mapping) -> Scalar:
        """``provider: {name: Acme}`` within a model: an actor that has no name of its own in the file."""
        name = fact.key if fact.key not in self.found.entities else f"{entity.id}-{fact.key}"
        self.entity(name, fact.range, Scalar(name, node.line), node)
        return Scalar(name, node.line)


def a(cls: str) -> str:
    """A class with its article: ``an actor``, ``a use``."""
    return f"an {cls.lower()}" if cls.startswith("A") else f"a {cls.lower()}"


def suggest(word: str, known: list[str]) -> str:
    """``; did you mean …?`` for the nearest known word, or nothing."""
    import difflib  # only for those who mistype

    near = difflib.get_close_matches(word, known, 1, 0.6)
    return f"; did you mean “{near[0]}”?" if near else ""

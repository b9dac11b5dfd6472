"""Trees: YAML and JSON as maps and lists of scalars that stay text, each with its line.

YAML aliases, tags and duplicate keys are refused, and JSON is read strictly.
"""

from __future__ import annotations

import re
from collections import Counter

from . import gate
from .description import CONTROL, DescriptionError, Mapping, Node, Problem, Scalar, Sequence
from .limits import most

JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


def strict_json(file: str, text: str, values: str = "values") -> None:
    """Refuses broken JSON, keys that are said twice, and more nesting or values than there may be."""
    import json

    gate.json(file, text, values)

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
    except RecursionError:
        raise DescriptionError(file, [Problem(1, f"is nested more than {most('nesting')} deep")]) from None


def compose_json(file: str, text: str, values: str = "values") -> Node:
    """The tree of a JSON document, scalars as text, each with its line and its JSON pointer; refused unless strict."""
    import json

    strict_json(file, text, values)
    problems: list[Problem] = []
    tokens = JSON_TOKEN.finditer(text)
    line, seen = 1, 0

    def word() -> str:
        nonlocal line, seen
        found = next(tokens)
        line, seen = line + text.count("\n", seen, found.start()), found.start()
        return found[0]

    def scalar(token: str, at: str) -> Scalar:
        value = json.loads(token) if token.startswith('"') else token
        found = CONTROL.search(value)
        if found:
            problems.append(Problem(line, f"has a control character (#x{ord(found[0]):x})"))
        return Scalar(value, line, at)

    def node(token: str, at: str) -> Node:
        here = line
        if token == "[":
            items = []
            token = word()
            while token != "]":
                items.append(node(token if token != "," else word(), f"{at}/{len(items)}"))
                token = word()
            return Sequence(items, here, at)
        if token == "{":
            pairs = []
            token = word()
            while token != "}":
                key = scalar(token if token != "," else word(), at)
                word()  # the colon
                pairs.append((key, node(word(), f"{at}/{key.text.replace('~', '~0').replace('/', '~1')}")))
                token = word()
            return Mapping(pairs, here, at)
        return scalar(token, at)

    tree = node(word(), "")
    if problems:
        raise DescriptionError(file, problems)
    return tree


def compose(file: str, text: str) -> Node:
    """The tree of a YAML document, scalars as text; aliases, tags and duplicate keys are refused."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    if len(text.encode()) > most("description"):
        raise gate.refuse(file, f"has more than {most('description') // gate.KB} kB of YAML; describe one project")
    yaml = YAML(typ="safe", pure=True)
    yaml.version = (1, 2)
    grown = _Grown(file)
    try:
        for event in yaml.parse(text):
            grown.take(type(event).__name__, event)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise gate.refuse(file, f"is not valid YAML: {error.problem}", line) from None
    except (YAMLError, RecursionError) as error:
        raise gate.refuse(file, f"is not valid YAML: {error}".splitlines()[0]) from None
    except AssertionError:  # what the library makes of a directive such as %YAML 1.9
        raise gate.refuse(file, "asks to be read as another YAML than 1.1 or 1.2; leave out the line %YAML") from None
    if grown.problems:
        raise DescriptionError(file, grown.problems)
    return grown.root or Scalar("", 1)


class _Grown:
    """The tree of a YAML document as it grows, event by event, and what is wrong with it."""

    def __init__(self, file: str) -> None:
        self.file, self.root, self.values, self.documents = file, None, 0, 0
        self.problems: list[Problem] = []
        self.open: list[tuple[Node, list[Scalar | None], set[str]]] = []  # with the key that waits for a value

    def problem(self, line: int, text: str) -> None:
        self.problems.append(Problem(line, text))
        if len(self.problems) > most("problems"):
            raise DescriptionError(self.file, self.problems)

    def take(self, kind: str, event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 1
        if kind == "AliasEvent" or getattr(event, "anchor", None):
            raise gate.refuse(self.file, "uses a YAML anchor or alias; write the value out", line)
        if getattr(event, "tag", None):
            raise gate.refuse(self.file, f"uses the YAML tag {event.tag}; write the plain value", line)
        if kind == "DocumentStartEvent":
            self.documents += 1
            if self.documents > 1:
                raise gate.refuse(self.file, "is not valid YAML: it holds more than one document; keep one", line)
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            self.open.pop()
        elif kind in ("ScalarEvent", "MappingStartEvent", "SequenceStartEvent"):
            self.values += 1
            if self.values > most("values"):
                raise gate.refuse(self.file, gate.too_many("values"), line)
            if kind == "ScalarEvent":
                self.scalar(event.value, line)
            else:
                node = Mapping([], line) if kind == "MappingStartEvent" else Sequence([], line)
                self.put(node, line)
                self.open.append((node, [None], set()))
                if len(self.open) > most("nesting"):
                    raise gate.refuse(self.file, f"is nested more than {most('nesting')} deep", line)

    def scalar(self, text: str, line: int) -> None:
        node, waiting, seen = self.open[-1] if self.open else (None, [None], set())
        if isinstance(node, Mapping) and waiting[0] is None:
            if CONTROL.search(text):
                self.problem(line, "has a control character in a key")
            elif text == "<<":
                self.problem(line, "uses a YAML merge key; write the values out")
            elif text in seen:
                self.problem(line, f"says “{text}” twice; keep one")
            seen.add(text)
            waiting[0] = Scalar(text, line)
            return
        if CONTROL.search(text):
            self.problem(line, "has a control character in a value")
        key = waiting[0]
        self.put(Scalar(text, key.line if key is not None and not text else line), line)

    def put(self, node: Node, line: int) -> None:
        """A node to where it belongs; a value that is empty has the line of its key."""
        if not self.open:
            self.root = node
            return
        parent, waiting, _ = self.open[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
        elif waiting[0] is None:
            self.problem(line, "has a key that is not a word")
            waiting[0] = Scalar("", line)
        else:
            parent.items.append((waiting[0], node))
            waiting[0] = None


def compose_xml(file: str, text: str) -> Node:
    """The tree of an XML document: attributes and children by name, several of one name as a list, text as a scalar.

    Document types are refused: they could name entities without end.
    """
    from xml.parsers import expat

    gate.xml(file, text)
    parser = expat.ParserCreate("utf-8")  # whatever the document says: it was decoded already
    stack: list[tuple[str, list[tuple[Scalar, Node]], list[str], int]] = [("", [], [], 1)]
    values = [0]

    def start(name: str, attributes: dict[str, str]) -> None:
        line = parser.CurrentLineNumber
        values[0] += 1 + len(attributes)
        if values[0] > most("bill_values"):
            raise gate.refuse(file, gate.too_many("bill_values"), line)
        if len(stack) > most("nesting"):
            raise gate.refuse(file, f"is nested more than {most('nesting')} deep", line)
        kept = [(Scalar(key, line), Scalar(value, line)) for key, value in attributes.items() if "xml" not in key]
        stack.append((name.rpartition(":")[2], kept, [], line))

    def end(_name: str) -> None:
        name, items, letters, line = stack.pop()
        value = "".join(letters).strip()
        tree = Scalar(value, line) if value or not items else gathered(items, line)
        stack[-1][1].append((Scalar(name, line), tree))

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = lambda letters: stack[-1][2].append(letters)
    try:
        parser.Parse(text.encode(), True)
    except expat.ExpatError as error:
        told = f"is not valid XML: {expat.ErrorString(error.code)}"
        raise DescriptionError(file, [Problem(error.lineno, told)]) from None
    return stack[0][1][0][1]


def gathered(items: list[tuple[Scalar, Node]], line: int) -> Mapping:
    """A map in which what stands several times under one name is a list."""
    found: dict[str, tuple[Scalar, list[Node]]] = {}
    for key, value in items:
        found.setdefault(key.text, (key, []))[1].append(value)
    pairs = [(key, values[0] if len(values) == 1 else Sequence(values, key.line)) for key, values in found.values()]
    return Mapping(pairs, line)

"""Trees: YAML and JSON as maps and lists of scalars that stay text, each with its line.

YAML aliases, tags and duplicate keys are refused, and JSON is read strictly.
"""

from __future__ import annotations

import re
from collections import Counter

from .description import CONTROL, MAX_NESTING, DescriptionError, Mapping, Node, Problem, Scalar, Sequence

JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


def strict_json(file: str, text: str) -> None:
    """Refuses broken JSON, and keys that are said twice."""
    import json

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
        raise DescriptionError(file, [Problem(1, f"is nested more than {MAX_NESTING} deep")]) from None


def compose_json(file: str, text: str) -> Node:
    """The tree of a JSON document, scalars as text, each with its line and its JSON pointer; refused unless strict."""
    import json

    strict_json(file, text)
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


def compose_xml(file: str, text: str) -> Node:
    """The tree of an XML document: attributes and children by name, several of one name as a list, text as a scalar.

    Document types are refused: they could name entities without end.
    """
    from xml.parsers import expat

    parser = expat.ParserCreate("utf-8")  # whatever the document says: it was decoded already
    stack: list[tuple[str, list[tuple[Scalar, Node]], list[str], int]] = [("", [], [], 1)]

    def refuse(*_: object) -> None:
        raise DescriptionError(file, [Problem(parser.CurrentLineNumber, "has a document type; leave it out")])

    def start(name: str, attributes: dict[str, str]) -> None:
        line = parser.CurrentLineNumber
        if len(stack) > MAX_NESTING:
            raise DescriptionError(file, [Problem(line, f"is nested more than {MAX_NESTING} deep")])
        kept = [(Scalar(key, line), Scalar(value, line)) for key, value in attributes.items() if "xml" not in key]
        stack.append((name.rpartition(":")[2], kept, [], line))

    def end(_name: str) -> None:
        name, items, letters, line = stack.pop()
        value = "".join(letters).strip()
        tree = Scalar(value, line) if value or not items else gathered(items, line)
        stack[-1][1].append((Scalar(name, line), tree))

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = lambda letters: stack[-1][2].append(letters)
    parser.StartDoctypeDeclHandler = refuse
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

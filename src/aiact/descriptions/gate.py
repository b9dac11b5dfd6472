"""The gate: what every file from outside goes through before any parser sees it, and what no parser may build of it.

It reads characters and tokens only. Sizes and counts stand in ``limits``; what RDF may speak of is said here too.
YAML, JSON, RDF and tables of this size cannot hold a machine for long, as ``tests/test_gate.py`` measures; official
texts, which are longer and read by a library in C, are left to a process of their own (``texts.alone``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import islice

from .description import CONTROL, DescriptionError, Problem
from .limits import KB, most

# Characters that nobody sees and that make two words different; joiners are needed in some scripts and in pictures.
INVISIBLE = re.compile("[\xad\u061c\u180e\u200b\u200e\u200f\u2060-\u2064\ufeff\U000e0000-\U000e007f]")
# Strings of JSON, and strings, addresses and comments of Turtle, hold brackets that open nothing.
# One that is not closed reaches to the end, so that no text is looked at twice. Compiled by those who need them.
JSON_BRACKET = r'(?s)"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|([\[{]|[\]}])'
JSON_VALUE = r'(?s)"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[^\s{}\[\],:"]+|[\[{]'
RDF_BRACKET = (
    r'(?s)"""(?:[^"\\]|\\.|"(?!""))*+(?:"""|\\?\Z)|'
    r"'''(?:[^'\\]|\\.|'(?!''))*+(?:'''|\\?\Z)|"
    r'"(?:[^"\\\n]|\\.)*+(?:"|\n|\\?\Z)|'
    r"'(?:[^'\\\n]|\\.)*+(?:'|\n|\\?\Z)|"
    r"<[^<>\s]++>|\#[^\n]*+|(<<\(?|[\[({]|\)?>>|[\])}])"
)
DOCTYPE = r"(?i)<!\s*(?:DOCTYPE|ENTITY)"
IRI = r"""[^\x00-\x20<>"{}|\\^`\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]*+"""
LANGUAGE = r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*"
# What a description in JSON-LD needs; the rest can hide or move what it says.
KEYWORDS = ("@context", "@id", "@type", "@graph", "@value", "@language", "@list", "@set", "@vocab", "@base", "@version")


def refuse(file: str, text: str, line: int = 1) -> DescriptionError:
    return DescriptionError(file, [Problem(line, text)])


def line_of(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1


def passed(file: str, data: bytes, size: int, lenient: bool = False) -> str:
    """The text of a file that is small enough, in UTF-8, and without control characters.

    For a lenient reader, which only looks at words, characters are left as they come. Raises ``DescriptionError``.
    """
    if len(data) > size:
        raise refuse(file, f"is larger than {size // KB} kB; describe one project in one file")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse(file, "is not UTF-8 text", data[: error.start].count(b"\n") + 1) from None
    found = CONTROL.search(text) if not lenient else None
    if found:
        raise refuse(file, "has a control character; is it a text file?", line_of(text, found.start()))
    if not text.strip():
        raise refuse(file, "is empty; aiact init writes a description to start from")
    return text


def nested(file: str, text: str, brackets: str) -> None:
    """Refuses brackets inside one another that are too many: those that the group of the pattern finds."""
    deepest, depth = most("nesting"), 0
    for match in re.finditer(brackets, text):
        token = match[1]
        if token:
            depth = depth + 1 if token[0] in "[{(<" else max(depth - 1, 0)
            if depth > deepest:
                raise refuse(file, f"is nested more than {deepest} deep", line_of(text, match.start()))


def json(file: str, text: str, values: str = "values") -> None:
    """Refuses JSON that is too deep or of too many values, before it is parsed."""
    nested(file, text, JSON_BRACKET)
    crowded(file, text, re.finditer(JSON_VALUE, text), values)


def crowded(file: str, text: str, found: Iterable, values: str) -> None:
    beyond = next(islice(iter(found), most(values), None), None)
    if beyond is not None:
        raise refuse(file, too_many(values), line_of(text, beyond.start()))


def too_many(values: str) -> str:
    return f"has more than {most(values)} keys and values; describe one project in one file"


def xml(file: str, text: str) -> None:
    """Refuses document types and entities, which could name more than there is, wherever they stand."""
    found = re.search(DOCTYPE, text)
    if found:
        raise refuse(file, "has a document type; leave it out", line_of(text, found.start()))


def toml(file: str, text: str) -> None:
    """Refuses keys of so many parts that a parser would run out of memory."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > most("dots"):
            raise refuse(file, f"has more than {most('dots')} dots in one line", number)


def rdf(file: str, text: str) -> None:
    """Refuses Turtle that is too deep: brackets, and statements about statements."""
    nested(file, text, RDF_BRACKET)


# ---------------------------------------------------------------------------------------------- terms of RDF


def terms(file: str, text: str, triples: Iterable[tuple]) -> None:
    """Refuses triples with a term that is too long or cannot be shown, and too many blank nodes."""
    problems: dict[Problem, None] = {}
    blank: set[str] = set()
    checked: set = set()
    triples = list(triples)
    for (subject, predicate), values in Counter((triple[0], triple[1]) for triple in triples).items():
        if values > most("values_of_a_fact"):
            told = f"has more than {most('values_of_a_fact')} values of one property of one thing"
            problems[Problem(line_with(text, predicate if subject.startswith("_:") else subject), told)] = None
    for term in (term for triple in triples for term in triple):
        if term in checked:
            continue
        checked.add(term)
        if isinstance(term, str) and term.startswith("_:"):
            blank.add(term)
        else:
            told = wrong_address(term) if isinstance(term, str) else wrong_literal(term.text, term.datatype)
            if told:
                problems[Problem(line_with(text, term if isinstance(term, str) else term.text), told)] = None
    if len(blank) > most("blank_nodes"):
        told = f"has more than {most('blank_nodes')} blank nodes; describe one project in one file"
        problems[Problem(1, told)] = None
    if problems:
        raise DescriptionError(file, list(problems))


def wrong_address(iri: str) -> str:
    """What is wrong with an address; nothing if it may stand."""
    if len(iri) > most("iri"):
        return f"has an address of more than {most('iri')} characters"
    found = INVISIBLE.search(iri)
    if found:
        return f"has an address with an invisible character ({code(found[0])})"
    return "" if re.fullmatch(IRI, iri) else "has an address with a character that no address may have"


def wrong_literal(text: str, datatype: str) -> str:
    """What is wrong with a literal; nothing if it may stand."""
    if len(text) > most("literal"):
        return f"has a literal of more than {most('literal')} characters"
    if datatype.endswith(("#HTML", "#XMLLiteral", "#JSON")):
        return f"has a literal of the type {datatype.rpartition('#')[2]}; write plain text"
    return ""


def line_with(text: str, words: str) -> int:
    """The line on which words stand, or the part after the last slash, or their odd character as an escape."""
    odd = INVISIBLE.search(words)
    tries = [words[:200], re.split("[/#]", words)[-1][:200], *([rf"\u{ord(odd[0]):04X}", odd[0]] if odd else [])]
    places = [text.find(each) for each in tries if each]
    return line_of(text, next((place for place in places if place >= 0), 0))


def code(character: str) -> str:
    return f"U+{ord(character):04X}"


def unheard(file: str, tree, typed: int) -> None:
    """Refuses JSON-LD of which a parser would drop a part without a word: bad addresses, bad languages, null.

    ``typed`` is how many types its triples have: a node whose type got lost got lost itself. Raises
    ``DescriptionError``.
    """
    reader = _JsonLd()
    reader.node(tree)
    if not reader.problems and reader.types > typed:
        reader.problem(1, f"gives {reader.types} types, of which {reader.types - typed} cannot be read as addresses")
    if reader.problems:
        raise DescriptionError(file, reader.problems)


class _JsonLd:
    """Walks the tree of a document; contexts may call ``@id`` and the like by other names."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.types = 0
        self.aliases: dict[str, str] = {}
        self.links: set[str] = set()  # terms whose values are addresses

    def problem(self, line: int, text: str) -> None:
        if len(self.problems) <= most("problems"):
            self.problems.append(Problem(line, text))

    def node(self, node, key: str = "") -> None:
        kind = type(node).__name__
        if kind == "Sequence":
            for item in node.items:
                self.node(item, key)
        elif kind == "Mapping":
            for name, value in node.items:
                if name.text == "@context":
                    self.context(value)
            literal = any(self.aliases.get(name.text, name.text) == "@value" for name, _ in node.items)
            for name, value in node.items:
                self.entry(name, value, key)
                if not literal and self.aliases.get(name.text, name.text) == "@type":
                    self.types += len(value.items) if type(value).__name__ == "Sequence" else 1
        else:
            self.scalar(node, key)

    def entry(self, name, value, within: str) -> None:
        key = self.aliases.get(name.text, name.text)
        if key == "@context":
            return
        if key.startswith("@") and key in KEYWORDS:
            pass
        elif key.startswith("@"):
            self.problem(name.line, f"uses {key}, which is not read; state the facts of each node plainly")
        elif not re.fullmatch(IRI, key) or INVISIBLE.search(key):
            self.problem(name.line, f"“{key[:40]}” cannot be the name of a property")
        self.node(value, within if key in ("@list", "@set") else key)

    def scalar(self, node, key: str) -> None:
        text = node.text
        if text == "null" and key not in ("@language", "@vocab", "@base"):
            self.problem(node.line, f"{key or 'a value'} is null; leave the line out if it is not known")
        elif key == "@language" and not (text == "null" or re.fullmatch(LANGUAGE, text)):
            self.problem(node.line, f"“{text[:40]}” is not a language tag, such as en or fr")
        elif (key in ("@type", "@id") or key in self.links) and not (text.strip() and re.fullmatch(IRI, text)):
            self.problem(node.line, f"“{text[:40]}” is not an address")

    def context(self, node) -> None:
        """Notes what a context calls by other names; its own addresses have to be right as well."""
        for part in node.items if type(node).__name__ == "Sequence" else [node]:
            for name, value in part.items if type(part).__name__ == "Mapping" else ():
                if name.text in ("@import", "@propagate", "@protected"):
                    self.problem(name.line, f"uses {name.text} in its context, which is not read; write the terms out")
                elif type(value).__name__ == "Mapping":
                    self.term(name, value)
                elif type(value).__name__ == "Scalar":
                    self.meaning(name, value)

    def meaning(self, name, value) -> None:
        if value.text == "null" and not name.text.startswith("@"):
            self.problem(value.line, f"“{name.text[:40]}” is null in the context, so that it would mean nothing")
        elif value.text.startswith("@") and not name.text.startswith("@"):
            self.aliases[name.text] = value.text
        elif not re.fullmatch(IRI, value.text) and name.text != "@version":
            self.problem(value.line, f"“{value.text[:40]}” is not an address")

    def term(self, name, value) -> None:
        for key, part in value.items:
            text = getattr(part, "text", "")
            if key.text == "@id" and isinstance(text, str) and text:
                self.meaning(name, part)
            elif key.text == "@type" and text in ("@id", "@vocab"):
                self.links.add(name.text)
            elif key.text in ("@reverse", "@context", "@nest", "@index", "@prefix"):
                told = f"uses {key.text} in its context, which is not read; write the terms out"
                self.problem(key.line, told) if key.text != "@prefix" else None

"""What a document says, as Turtle and as JSON-LD: the same triples, in the order in which they were written.

Blank nodes stand where they are used, and lists are lists, so that the files read as the rule files do and are the
same bytes every time; the names that a parser gives to blank nodes are not.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from ..graph import Literal, Term, Triple
from ..names import PREFIXES, RDF, XSD, curie
from ..proof import written

FIRST, REST, NIL, TYPE = RDF + "first", RDF + "rest", RDF + "nil", RDF + "type"
WRITTEN = lru_cache(maxsize=None)(written)


class Documents:
    """Writes what a graph says of some subjects."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.said: dict[str, dict[str, list[Term]]] = defaultdict(dict)
        self.pointed: set[str] = set()  # blank nodes that something points to
        for subject, predicate, object in triples:
            values = self.said[subject].setdefault(predicate, [])
            if object not in values:
                values.append(object)
            if isinstance(object, str) and object.startswith("_:"):
                self.pointed.add(object)
        loose = [node for node in self.said if node.startswith("_:") and node not in self.pointed]
        self.loose = sorted(loose, key=self.block)  # by what they say, for their names are another each time

    def turtle(self, subjects: Iterable[str]) -> str:
        """Turtle about some subjects, one block each; prefixes that are not used are left out."""
        body = "\n".join(self.block(subject) for subject in subjects if self.said.get(subject))
        used = [f"@prefix {name}: <{space}> .\n" for name, space in sorted(PREFIXES.items()) if f"{name}:" in body]
        return "".join(used) + "\n" + body

    def block(self, subject: str) -> str:
        head = "[]" if subject.startswith("_:") else WRITTEN(subject)
        return f"{head} {self.statements(subject, 1)} .\n"

    def statements(self, subject: str, depth: int) -> str:
        gap = " ;\n" + "    " * depth
        return gap.join(
            f"{'a' if predicate == TYPE else WRITTEN(predicate)} "
            + " , ".join(self.term(object, depth) for object in objects)
            for predicate, objects in self.said[subject].items()
        )

    def term(self, term: Term, depth: int) -> str:
        if isinstance(term, Literal) or not term.startswith("_:"):
            return "()" if term == NIL else WRITTEN(term)
        if self.is_list(term):
            return "( " + " ".join(self.term(member, depth) for member in self.members(term)) + " )"
        return f"[ {self.statements(term, depth + 1)} ]"

    def is_list(self, head: str) -> bool:
        """Whether a blank node is a list of which nothing else is said, so that brackets say all of it."""
        while head != NIL:
            if set(self.said.get(head, ())) != {FIRST, REST}:
                return False
            head = self.said[head][REST][0]
        return True

    def members(self, head: Term) -> list[Term]:
        found = []
        while head != NIL:
            found.append(self.said[head][FIRST][0])
            head = self.said[head][REST][0]
        return found

    def json_ld(self, subjects: Iterable[str]) -> str:
        """JSON-LD about some subjects, to stand inside a page: nothing in it ends a script element."""
        nodes = [self.node(subject) for subject in subjects if self.said.get(subject)]
        text = json.dumps({"@context": CONTEXT, "@graph": nodes}, ensure_ascii=False, separators=(",", ":"))
        return text.replace("<", "\\u003c")

    def node(self, subject: str) -> dict:
        found: dict = {} if subject.startswith("_:") else {"@id": subject}
        for predicate, objects in self.said[subject].items():
            if predicate == TYPE:
                found["@type"] = [curie(object) for object in objects]
            else:
                values = [self.value(object) for object in objects]
                found[curie(predicate)] = values[0] if len(values) == 1 else values
        return found

    def value(self, term: Term) -> dict:
        if isinstance(term, Literal):
            if term.language:
                return {"@value": term.text, "@language": term.language}
            plain = term.datatype == XSD + "string"
            return {"@value": term.text} if plain else {"@value": term.text, "@type": term.datatype}
        if term == NIL or (term.startswith("_:") and self.is_list(term)):
            return {"@list": [self.value(member) for member in self.members(term)]}
        return self.node(term) if term.startswith("_:") else {"@id": term}


CONTEXT = dict(sorted(PREFIXES.items()))

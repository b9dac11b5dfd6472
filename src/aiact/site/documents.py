"""What a document says, as Turtle and as JSON-LD: the same triples, in the order in which they were written.

Blank nodes stand where they are used, and lists are lists, so that the files read as the rule files do and are the
same bytes every time; the names that a parser gives to blank nodes are not.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import lru_cache

from ..law.graph import Literal, Term, Triple
from ..law.names import PREFIXES, RDF, XSD, curie
from ..reports.proof import written

FIRST, REST, NIL, TYPE = RDF + "first", RDF + "rest", RDF + "nil", RDF + "type"
WRITTEN = lru_cache(maxsize=None)(written)


class Documents:
    """Writes what a graph says of some subjects."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.said: dict[str, dict[str, list[Term]]] = defaultdict(dict)
        self.pointers: Counter[str] = Counter()  # to each blank node
        for subject, predicate, object in triples:
            values = self.said[subject].setdefault(predicate, [])
            if object not in values:
                values.append(object)
                if isinstance(object, str) and object.startswith("_:"):
                    self.pointers[object] += 1
        self.names: dict[str, str] = {}  # of blank nodes to which several things point, in one text
        self.due: list[str] = []  # those of them that are still to be told of
        loose = [node for node in self.said if node.startswith("_:") and not self.pointers[node]]
        self.loose = sorted(loose, key=self.block)  # by what they say, for their names are another each time
        self.names, self.due = {}, []

    def turtle(self, subjects: Iterable[str]) -> str:
        """Turtle about some subjects, one block each; prefixes that are not used are left out."""
        self.names, self.due, blocks = {}, [], []
        for subject in subjects:
            if self.said.get(subject):
                blocks.append(self.block(subject))
            while self.due:
                blocks.append(self.block(self.due.pop(0)))
        body = "\n".join(blocks)
        named = set(re.findall(r"(?<![\w:])[a-z]+(?=:)", body))
        used = [f"@prefix {name}: <{space}> .\n" for name, space in sorted(PREFIXES.items()) if name in named]
        return "".join(used) + "\n" + body

    def block(self, subject: str) -> str:
        head = self.names.get(subject, "[]") if subject.startswith("_:") else WRITTEN(subject)
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
        if self.pointers[term] > 1:
            if term not in self.names:
                self.names[term] = f"_:b{len(self.names) + 1}"
                self.due.append(term)
            return self.names[term]
        if self.is_list(term):
            return "( " + " ".join(self.term(member, depth) for member in self.members(term)) + " )"
        return f"[ {self.statements(term, depth + 1)} ]"

    def is_list(self, head: str) -> bool:
        """Whether a blank node is a list of which nothing else is said, so that brackets say all of it."""
        node = head
        while node != NIL:
            if set(self.said.get(node, ())) != {FIRST, REST} or (node != head and self.pointers[node] > 1):
                return False
            node = self.said[node][REST][0]
        return True

    def members(self, head: Term) -> list[Term]:
        found = []
        while head != NIL:
            found.append(self.said[head][FIRST][0])
            head = self.said[head][REST][0]
        return found

    def json_ld(self, subjects: Iterable[str]) -> str:
        """JSON-LD about some subjects, to stand inside a page: nothing in it ends a script element."""
        self.names = {}
        nodes = [self.node(subject) for subject in subjects if self.said.get(subject)]
        text = json.dumps({"@context": CONTEXT, "@graph": nodes}, ensure_ascii=False, separators=(",", ":"))
        return text.replace("<", "\\u003c")

    def node(self, subject: str) -> dict:
        found: dict = {} if subject.startswith("_:") else {"@id": subject}
        if self.pointers[subject] > 1:
            if subject in self.names:
                return {"@id": self.names[subject]}
            found["@id"] = self.names[subject] = f"_:b{len(self.names) + 1}"
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
        if term == NIL or (term.startswith("_:") and self.pointers[term] == 1 and self.is_list(term)):
            return {"@list": [self.value(member) for member in self.members(term)]}
        return self.node(term) if term.startswith("_:") else {"@id": term}


CONTEXT = dict(sorted(PREFIXES.items()))

"""Pages of the questions: what is asked, with which parameters, and what the graph answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..law.graph import Literal, Term, Triple
from ..law.knowledge import Knowledge
from ..law.names import BASE, DCTERMS, PREFIXES, RDF, SH, SKOS
from ..sparql.query import Question, bound, questions, stored, with_values

QUESTION = BASE + "question/"
MOST = 150  # rows shown on a page; the CSV beside has all


@dataclass(slots=True)
class Table:
    """An answer: columns, and rows of terms; None where there is none."""

    columns: list[str]
    rows: list[list[Term | None]]


class Library:
    """Asks the questions of the library, with their defaults, of one graph."""

    def __init__(self, knowledge: Knowledge, law: Iterable[Triple], projects: Iterable[Triple], day: str) -> None:
        law = list(law)
        self.knowledge, self.day = knowledge, day
        self.store, self.with_projects = stored(law), stored([*law, *projects])
        self.head = "".join(f"PREFIX {prefix}: <{space}>\n" for prefix, space in PREFIXES.items())

    def given(self, question: Question) -> dict[str, str]:
        """The defaults, with the day of the site for today."""
        return {
            name: self.day if parameter.default == "today" else parameter.default
            for name, parameter in question.parameters.items()
        }

    def ask(self, question: Question, language: str) -> Table:
        """The answer in one language, with the defaults of the parameters."""
        import rdflib

        given = self.given(question)
        bindings = {
            name: bound(parameter, given[name], self.knowledge) for name, parameter in question.parameters.items()
        }
        bindings["lang"] = rdflib.Literal(language)
        store = self.with_projects if question.about == "project" else self.store
        found = store.query(self.head + with_values(question.text, bindings))
        columns = [variable.value for variable in found.variables]
        return Table(columns, [[term(row[index]) for index in range(len(columns))] for row in found])


def term(node) -> Term | None:
    if node is None:
        return None
    if type(node).__name__ == "Literal":
        return Literal(node.value, node.datatype.value, node.language or "")
    return node.value if type(node).__name__ == "NamedNode" else f"_:{node.value}"


def triples() -> Iterable[Triple]:
    """The questions as a graph: each an executable query that an editor can list."""
    for name, question in questions().items():
        iri = QUESTION + name
        yield iri, RDF + "type", SH + "SPARQLExecutable"
        yield iri, RDF + "type", SH + "SPARQLSelectExecutable"
        for language in ("en", "fr"):
            yield iri, SKOS + "prefLabel", Literal(question.title[language], RDF + "langString", language)
            text = question.description.get(language)
            if text:
                yield iri, DCTERMS + "description", Literal(text, RDF + "langString", language)
        yield iri, SH + "select", Literal(question.text)

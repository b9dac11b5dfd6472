"""Questions in SPARQL: the library in ``queries/``, asked of the knowledge graph and of assessed projects.

A question is one file: title and parameters in ``#+`` comments (English and French), then the query. Parameters are
bound, never pasted into the text. Embedded, Oxigraph answers; any SPARQL 1.1 endpoint can be asked instead.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from .cite import find
from .graph import Triple, to_rdflib
from .knowledge import Knowledge, load_graph, root
from .names import ACT, AIACT, BASE, DCTERMS, ELI, PREFIXES, RULE, SKOS, XSD

HEADER = re.compile(r"#\+ (\w+)(?:@(en|fr))?: (.*)")
TIMEOUT = 60  # seconds, for a remote endpoint


class QuestionError(Exception):
    """A question that does not exist, or a parameter that is wrong; the message says what would be right."""


@dataclass(slots=True)
class Parameter:
    """A parameter of a question: ``day date 2026-11-22`` after its name."""

    name: str
    kind: str  # date, rule, provision, role, status, text, number
    default: str
    label: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Question:
    """One file of ``queries/``."""

    name: str
    title: dict[str, str]
    description: dict[str, str]
    parameters: dict[str, Parameter]
    text: str


@lru_cache(maxsize=1)
def questions() -> dict[str, Question]:
    """All questions, by name."""
    return {path.stem: read(path) for path in sorted((root() / "queries").glob("*.rq"))}


def read(path: Path) -> Question:
    text = path.read_text(encoding="utf-8")
    found = Question(path.stem, {}, {}, {}, text)
    for key, language, value in HEADER.findall(text):
        if key == "parameter" and not language:
            name, kind, default = value.split(" ", 2)
            found.parameters[name] = Parameter(name, kind, default)
        elif key == "parameter":
            name, label = value.split(" ", 1)
            found.parameters[name].label[language] = label
        elif key in ("title", "description"):
            getattr(found, key)[language] = value
    return found


@dataclass(slots=True)
class Answer:
    """Columns and rows of an answer, terms as plain text."""

    columns: list[str]
    rows: list[list[str]]


def ask(
    name: str,
    given: dict[str, str],
    knowledge: Knowledge,
    language: str = "en",
    extra: Iterable[Triple] = (),
    endpoint: str = "",
) -> Answer:
    """The answer to a question of the library; ``?lang`` is the language. Raises ``QuestionError``."""
    import rdflib

    question = questions().get(name)
    if question is None:
        from .describe import suggest

        raise QuestionError(f"there is no question “{name}”{suggest(name, list(questions()))}")
    unknown = [key for key in given if key not in question.parameters]
    if unknown:
        raise QuestionError(f"{name} has no parameter {unknown[0]}; it has {', '.join(question.parameters) or 'none'}")
    bindings = {
        key: bound(parameter, given.get(key, parameter.default)) for key, parameter in question.parameters.items()
    }
    bindings["lang"] = rdflib.Literal(language)
    return (
        remote(question.text, bindings, endpoint)
        if endpoint
        else local_answer(question.text, bindings, knowledge, extra)
    )


def bound(parameter: Parameter, value: str):
    """The RDF term of a parameter. Raises ``QuestionError`` if the value is not of its kind."""
    import rdflib

    from .values import ValueProblem, day, number

    try:
        if parameter.kind == "date":
            bounds = day(value)
            if bounds.exact is None:
                raise ValueProblem(f"“{value}” is not one day; write YYYY-MM-DD")
            return rdflib.Literal(bounds.exact, datatype=rdflib.XSD.date)
        if parameter.kind == "number":
            return rdflib.Literal(float(number(value).low))
        if parameter.kind == "provision":
            key = find(value, (iri.removeprefix(ACT) for iri in load_graph().of_class(AIACT + "Provision")))
            if key is None:
                raise ValueProblem(f"there is no provision “{value}”")
            return rdflib.URIRef(ACT + key)
        if parameter.kind == "rule":
            return rdflib.URIRef(RULE + value.removeprefix("rule:"))
        if parameter.kind in ("role", "status", "term"):
            words = value.split("_")
            return rdflib.URIRef(
                AIACT + (value if len(words) == 1 else words[0] + "".join(word.title() for word in words[1:]))
            )
        return rdflib.Literal(value)
    except ValueProblem as problem:
        raise QuestionError(f"{parameter.name}: {problem}") from None


def local_answer(text: str, bindings: dict, knowledge: Knowledge, extra: Iterable[Triple] = ()) -> Answer:
    """Asks the embedded store: the knowledge graph, with assessed projects beside it if there are any."""
    import rdflib

    graph = rdflib.Graph(store="Oxigraph")
    to_rdflib([*whole(knowledge), *extra], graph)
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    result = graph.query(text, initBindings=bindings, initNs=PREFIXES)
    columns = [str(variable) for variable in result.vars]
    return Answer(columns, [["" if term is None else shown(str(term)) for term in row] for row in result])


def remote(text: str, bindings: dict, endpoint: str) -> Answer:
    """Asks a SPARQL 1.1 endpoint; parameters go in a VALUES clause, as terms."""
    from SPARQLWrapper import JSON, POST, SPARQLWrapper

    head = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())
    if bindings:
        names = " ".join(f"?{name}" for name in bindings)
        values = " ".join(term.n3() for term in bindings.values())
        text = re.sub(
            r"(?i)(where\s*\{)", rf"\1 VALUES ({names}) {{ ({values.replace(chr(92), chr(92) * 2)}) }} ", text, count=1
        )
    client = SPARQLWrapper(endpoint)
    client.setQuery(head + text)
    client.setMethod(POST)
    client.setReturnFormat(JSON)
    client.setTimeout(TIMEOUT)
    try:
        found = client.query().convert()
    except Exception as error:
        raise QuestionError(f"the endpoint {endpoint} did not answer: {error}") from None
    columns = found["head"]["vars"]
    return Answer(
        columns, [[shown(row[c]["value"]) if c in row else "" for c in columns] for row in found["results"]["bindings"]]
    )


def shown(text: str) -> str:
    """A term of ours without its address."""
    for prefix in ("rule", "act", "reading", "parameter", "source", "aiact"):
        if text.startswith(PREFIXES[prefix]):
            return text.removeprefix(PREFIXES[prefix])
    return text


def whole(knowledge: Knowledge) -> Iterable[Triple]:
    """The knowledge graph with what follows from it: days of application, ancestors, effects on single duties."""
    from .graph import Literal

    graph = load_graph()
    yield from graph
    text = knowledge.texts[max(knowledge.texts)]
    for rule in knowledge.rules.values():
        iri = RULE + rule.id
        for version in knowledge.texts.values():
            if rule.id in version.applies_from:
                node = f"{iri}/in/{version.id}"
                yield iri, AIACT + "inText", node
                yield node, AIACT + "textVersion", f"{BASE}act/text-{version.id}"
                yield node, AIACT + "appliesFrom", Literal(version.applies_from[rule.id], XSD + "date")
        if rule.id in text.applies_from:
            yield iri, AIACT + "appliesFrom", Literal(text.applies_from[rule.id], XSD + "date")
        for word in ("lifts", "disapplies", "postpones"):
            for duty in getattr(rule, word):
                yield iri, AIACT + word, RULE + duty
        for condition in rule.conditions:
            yield iri, AIACT + "condition", RULE + condition
        for reading in readings_behind(knowledge, rule.id):
            yield iri, AIACT + "dependsOn", f"{BASE}reading/{reading}"
    for provision in graph.of_class(AIACT + "Provision"):
        parent = graph.value(provision, ELI + "is_part_of")
        while parent is not None:
            yield provision, DCTERMS + "isPartOf", parent
            parent = graph.value(parent, ELI + "is_part_of")
    for iri in graph.of_class(AIACT + "Fact"):
        yield iri, SKOS + "notation", Literal(knowledge.facts[iri].key)


def readings_behind(knowledge: Knowledge, rule: str) -> set[str]:
    """The readings on which the truth of a rule depends."""
    return knowledge.dependencies.get(rule + "+T", set()) | knowledge.dependencies.get(rule + "+F", set())


# ---------------------------------------------------------------------------------------------- forms


def table(answer: Answer) -> str:
    """Aligned columns for a terminal."""
    widths = [max(len(row[i]) for row in [answer.columns, *answer.rows]) for i in range(len(answer.columns))]
    widths = [min(width, 60) for width in widths]
    lines = [
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in [answer.columns, *answer.rows]
    ]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]]) + "\n"


def as_csv(answer: Answer) -> str:
    """CSV; a cell that a spreadsheet would take for a formula gets an apostrophe."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(answer.columns)
    writer.writerows(["'" + cell if cell[:1] in "=+-@" else cell for cell in row] for row in answer.rows)
    return file.getvalue()


def as_json(answer: Answer) -> str:
    return (
        json.dumps([dict(zip(answer.columns, row, strict=True)) for row in answer.rows], ensure_ascii=False, indent=1)
        + "\n"
    )


def markdown(answer: Answer) -> str:
    from .report import escaped

    rows = [answer.columns, ["---"] * len(answer.columns), *([escaped(cell) for cell in row] for row in answer.rows)]
    return "".join("| " + " | ".join(row) + " |\n" for row in rows)


FORMS = {"table": table, "csv": as_csv, "json": as_json, "md": markdown}


def project_triples(assessments: Iterable) -> Iterable[Triple]:
    """Findings and statements of assessed projects, to be asked beside the law."""
    from .rdf import proof

    for assessment in assessments:
        yield from assessment.facts.graph
        yield from proof(assessment)

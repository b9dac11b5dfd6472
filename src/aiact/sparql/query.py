"""Questions in SPARQL: the library in ``queries/``, asked of the knowledge graph and of assessed projects.

A question is one file: title and parameters in ``#+`` comments (English and French), then the query. Parameters are
bound, never pasted into the text. Embedded, Oxigraph answers; any SPARQL 1.1 endpoint can be asked instead.

    #+ title@en: Which …?
    #+ parameter: on date today             (name, kind, default; the kinds are those of ``KINDS``)
    #+ parameter@en: on the day
    #+ about: project                       (the question is about assessed projects, and asks for one)
    #+ about: acts                          (an endpoint can answer it that holds the acts and not our graph)
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from ..law.build import citations, load_graph
from ..law.cite import act_order, cite, find
from ..law.graph import Graph, Literal, Triple
from ..law.knowledge import DUTIES, Knowledge, Rule, Text, root, today
from ..law.knowledge import KINDS as RULE_KINDS
from ..law.names import (
    ACT,
    AIACT,
    BASE,
    DCTERMS,
    ELI,
    OWL,
    PREFIXES,
    PROJECT,
    RDF,
    RDFS,
    READING,
    RULE,
    SCHEMA,
    SH,
    SKOS,
    XSD,
    local,
    snake,
)
from ..law.shapes import FAILS, HOLDS, Shape, members
from ..law.shapes import Path as PropertyPath
from ..texts import library
from ..texts.triples import triples as wordings

if TYPE_CHECKING:
    from .endpoint import Endpoint

HEADER = re.compile(r"#\+ (\w+)(?:@(en|fr))?: (.*)")
NAMED = (  # kinds of parameters whose values are names in the graph
    "rule", "duty", "exemption", "definition", "role", "licence", "term", "fact", "parameter", "question", "reading",
    "source", "place", "act",
)  # fmt: skip
KINDS = ("date", "number", "provision", *NAMED)
FEW = 24  # names of a kind that a description of a question lists
FORMULAS = ("=", "+", "-", "@", "\t")  # what a spreadsheet may take for the beginning of a formula
FRACTIONS = (XSD + "double", XSD + "decimal", XSD + "float")
WIDEST = 60  # characters of a column in a table; the other forms give all of a text


class QuestionError(Exception):
    """A question that does not exist, or a parameter that is wrong; the message says what would be right."""

    is_usage = True  # it is for the one who asks to put right


@dataclass(slots=True)
class Parameter:
    """A parameter of a question: ``day date 2026-11-22`` after its name."""

    name: str
    kind: str  # one of KINDS
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
    about: str = ""  # "project" if only an assessed project can answer it, "acts" if their publisher can too


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
        elif key == "about":
            found.about = value
    return found


def find_question(name: str) -> Question:
    """The question of a name. Raises ``QuestionError`` with the nearest name."""
    from ..descriptions.description import suggest

    if name not in questions():
        raise QuestionError(f"there is no question “{name}”{suggest(name, list(questions()))}")
    return questions()[name]


@dataclass(slots=True)
class Answer:
    """Columns and rows of an answer, terms as plain text."""

    columns: list[str]
    rows: list[list[str]]
    notes: list[str] = field(default_factory=list, compare=False)  # what the reader of the answer has to know


def ask(
    name: str,
    given: dict[str, str],
    knowledge: Knowledge,
    language: str = "en",
    extra: Iterable[Triple] = (),
    endpoint: Endpoint | str = "",
    graphs: Sequence[str] = (),
) -> Answer:
    """The answer to a question of the library; ``?lang`` is the language. Raises ``QuestionError``.

    An ``endpoint`` answers from what it holds, or from those of its ``graphs`` that are named.
    """
    import rdflib

    question = find_question(name)
    unknown = [key for key in given if key not in question.parameters]
    if unknown:
        raise QuestionError(f"{name} has no parameter {unknown[0]}; it has {', '.join(question.parameters) or 'none'}")
    bindings = {
        key: bound(parameter, given.get(key, parameter.default), knowledge)
        for key, parameter in question.parameters.items()
    }
    bindings["lang"] = rdflib.Literal(language)
    text, extra = with_values(question.text, bindings), list(extra)
    if endpoint and extra:
        raise QuestionError(
            "an endpoint answers from what it holds; a project cannot be sent to it with a question, but aiact publish "
            "loads it there"
        )
    if question.about == "project" and not (endpoint or extra):
        raise QuestionError(f"{name} is about a project; name its description (--project FILE)")
    if endpoint:
        from . import endpoint as remote

        where = remote.Endpoint(endpoint) if isinstance(endpoint, str) else endpoint
        return remote.ask(where, text, question.about, knowledge, list(graphs))
    return local_answer(text, knowledge, extra)


def with_values(text: str, bindings: dict) -> str:
    """The query with its parameters as VALUES clauses, as terms: the same for every store, and nothing is pasted.

    One clause a parameter: Virtuoso 7 fails on a clause of two that an OPTIONAL follows.
    """
    used = {name: term for name, term in bindings.items() if re.search(rf"\?{name}\b", text)}
    clauses = " ".join(f"VALUES ?{name} {{ {term.n3()} }}" for name, term in used.items())
    return re.sub(r"(?i)\bwhere\s*\{", lambda _: f"WHERE {{ {clauses}", text, count=1) if used else text


def bound(parameter: Parameter, value: str, knowledge: Knowledge):
    """The RDF term of a parameter. Raises ``QuestionError`` if the value is not of its kind."""
    import rdflib

    from ..descriptions.values import ValueProblem, day, number

    try:
        if parameter.kind == "date":
            bounds = day(today() if value == "today" else value)
            if bounds.exact is None:
                raise ValueProblem(f"“{value}” is not one day; write YYYY-MM-DD")
            return rdflib.Literal(bounds.exact, datatype=rdflib.XSD.date)
        if parameter.kind == "number":
            found = float(number(value).low)
            return rdflib.Literal(int(found) if found.is_integer() else found)
        if parameter.kind == "provision":
            key = find(value, (iri.removeprefix(ACT) for iri in law().of_class(AIACT + "Provision")))
            if key is None:
                raise ValueProblem(f"there is no provision “{value}”")
            return rdflib.URIRef(ACT + key)
        if parameter.kind in NAMED:
            return rdflib.URIRef(one_of(value, parameter.kind, knowledge))
        raise ValueProblem(f"no parameter can be of the kind {parameter.kind}")
    except ValueProblem as problem:
        raise QuestionError(f"{parameter.name}: {problem}") from None


def one_of(value: str, kind: str, knowledge: Knowledge) -> str:
    """The IRI that a name of a kind stands for. Raises ``ValueProblem`` with the nearest name."""
    from ..descriptions.description import a, suggest
    from ..descriptions.values import ValueProblem

    names = names_of(kind, knowledge)
    for spelled in (value, value.removeprefix("rule:"), value.lower()):
        if spelled in names:
            return names[spelled]
    rule = knowledge.rules.get(value.removeprefix("rule:"))
    if rule and kind in OF_RULES:
        raise ValueProblem(f"“{rule.id}” is {a(rule.kind)}, not {a(kind)}")
    word = {"place": "country", "term": "licence term", "question": "open question"}.get(kind, kind)
    raise ValueProblem(f"there is no {word} “{value}”{suggest(value, list(names))}")


OF_RULES = {"duty": DUTIES, "exemption": ("Exemption",), "definition": ("Definition",)}


def names_of(kind: str, knowledge: Knowledge) -> dict[str, str]:
    """What the values of a kind of parameter may be called, and the IRI of each."""
    if kind == "role":
        return {spell(local(iri)): iri for spell in (snake, str) for iri in knowledge.roles}
    if kind in ("rule", *OF_RULES):
        kinds = OF_RULES.get(kind, RULE_KINDS)
        return {id: RULE + id for id, rule in knowledge.rules.items() if rule.kind in kinds}
    if kind == "fact":
        return {fact.key: iri for iri, fact in knowledge.facts.items()}
    if kind == "term":
        return {snake(local(iri)): iri for iri in law().of_class(AIACT + "LicenceTerm")}
    if kind == "source":
        return {iri.removeprefix(PREFIXES["source"]): iri for iri in law().of_class(AIACT + "Source")}
    if kind == "act":
        on_record = law().by_predicate.get(SCHEMA + "sameAs", {})
        return {law().text(iri, ELI + "id_local"): same[0] for iri, same in on_record.items()}
    return {
        "licence": lambda: knowledge.licences,
        "place": lambda: knowledge.places,
        "parameter": lambda: {name: PREFIXES["parameter"] + name for name in knowledge.parameter_labels},
        "question": lambda: {name: READING + name for name in knowledge.questions},
        "reading": lambda: {name: READING + name for name in knowledge.readings},
    }[kind]()


def local_answer(text: str, knowledge: Knowledge, extra: Iterable[Triple] = ()) -> Answer:
    """Asks the embedded store: the knowledge graph, with assessed projects beside it if there are any."""
    import rdflib
    from oxrdflib import OxigraphStore
    from rdflib.graph import DATASET_DEFAULT_GRAPH_ID

    extra = frozenset(extra)
    known = knowledge.release + library().stamp
    wanted = (known, extra) if extra else known
    if wanted not in STORES:
        for old in [key for key in STORES if isinstance(key, tuple) == bool(extra)]:
            del STORES[old]
        STORES[wanted] = stored([*whole(knowledge), *extra])
    graph = rdflib.Graph(OxigraphStore(store=STORES[wanted]), identifier=DATASET_DEFAULT_GRAPH_ID)
    result = graph.query(text, initNs=PREFIXES)
    columns = [str(variable) for variable in result.vars]
    return Answer(
        columns,
        [
            ["" if term is None else shown(str(term), str(getattr(term, "datatype", ""))) for term in row]
            for row in result
        ],
    )


STORES: dict[object, object] = {}  # of the knowledge graph with imported texts; with projects, the one last asked


def stored(triples: Iterable[Triple]):
    """An Oxigraph store in memory with these triples."""
    import pyoxigraph as ox

    def node(term):
        if isinstance(term, Literal):
            if term.language:
                return ox.Literal(term.text, language=term.language)
            return ox.Literal(term.text, datatype=ox.NamedNode(term.datatype))
        return ox.BlankNode(term[2:]) if term.startswith("_:") else ox.NamedNode(term)

    store = ox.Store()
    store.bulk_extend(ox.Quad(node(s), ox.NamedNode(p), node(o)) for s, p, o in triples)
    return store


def shown(text: str, datatype: str | None = None) -> str:
    """A term of ours without its address, a project’s entity by its name, a value as every store writes it."""
    if datatype in FRACTIONS:
        return f"{float(text):.10g}"
    if datatype == XSD + "boolean":
        return {"1": "true", "0": "false"}.get(text, text)
    if text.startswith(PROJECT):
        return local(text)
    for namespace in SHORTENED:
        if text.startswith(namespace):
            return text.removeprefix(namespace)
    return text


SHORTENED = (
    *(PREFIXES[name] for name in "rule act reading parameter source sanction licence spdx place aiact".split()),
    BASE + "purpose/", BASE + "omission/",
)  # fmt: skip


# ---------------------------------------------------------------------------------------------- the graph that is asked


@lru_cache(maxsize=1)
def law() -> Graph:
    """The knowledge base as written, read once."""
    return load_graph()


def whole(knowledge: Knowledge) -> Iterable[Triple]:
    """The knowledge graph with what follows from it, so that a question needs no closure and no list.

    Of rules: the provision that each states (``rdfs:isDefinedBy``), their place in the order of the Act (``sh:order``),
    their force, their days in each text (``aiact:from`` counts those of the definitions that a duty needs), single
    duties that they affect, conditions in order, sources of the rule or of a condition (``dcterms:references``),
    rules that they use, and facts on which they rest (``dcterms:requires``). Of provisions and passages: how to cite
    them, and everything they are part of. Of texts: which one each replaces. Of lists: their members
    (``rdfs:member``). Of doubts and examples: the rule. Of provisions, where the user has imported official texts,
    their wordings.
    """
    yield from law()
    yield BASE, OWL + "versionInfo", Literal(knowledge.release)
    yield from _texts(knowledge)
    yield from _provisions(law())
    yield from _citations(law())
    yield from _members(law())
    for order, rule in enumerate(knowledge.rules.values(), 1):
        yield from _rule(knowledge, rule, order)
    for iri, fact in knowledge.facts.items():
        yield iri, SKOS + "notation", Literal(fact.key)
    yield from wordings(library())


def _texts(knowledge: Knowledge) -> Iterator[Triple]:
    """Which text replaces which, values of parameters that are products, and the first day of each band of fines.

    A parameter with one value for all texts is made the node of that value, so that every value is asked for alike.
    """
    versions = [f"{BASE}act/text-{id}" for id in sorted(knowledge.texts)]
    for earlier, later in pairwise(versions):
        yield later, DCTERMS + "replaces", earlier
    now = knowledge.texts[max(knowledge.texts)]
    for name, value in now.parameters.items():
        parameter = f"{BASE}parameter/{name}"
        if law().value(parameter, AIACT + "product") is not None:
            yield parameter, AIACT + "value", value
        if law().value(parameter, AIACT + "valueIn") is None:
            yield parameter, AIACT + "valueIn", parameter
    for name, band in knowledge.sanctions.items():
        if band["from"].get(now.id):
            yield f"{BASE}sanction/{name}", AIACT + "appliesFrom", Literal(band["from"][now.id], XSD + "date")


def _provisions(graph: Graph) -> Iterator[Triple]:
    """Of each provision its citation in both languages, its place in the Act, itself and all it is part of."""
    provisions = graph.of_class(AIACT + "Provision")
    for order, iri in enumerate(sorted(provisions, key=lambda iri: act_order(iri.removeprefix(ACT))), 1):
        yield iri, SH + "order", Literal(str(order), XSD + "integer")
        for language in ("en", "fr"):
            citation = cite(iri.removeprefix(ACT), language)
            yield iri, DCTERMS + "bibliographicCitation", Literal(citation, RDF + "langString", language)
        around = iri
        while around is not None:
            yield iri, DCTERMS + "isPartOf", around
            around = graph.value(around, ELI + "is_part_of")


def _citations(graph: Graph) -> Iterator[Triple]:
    """How to cite sources, passages by the numbers of the text first published, and anything else by its address."""
    for iri, labels in citations(graph).items():
        for language, label in labels.items():
            yield iri, DCTERMS + "bibliographicCitation", Literal(label, RDF + "langString", language)
    cited = {AIACT + name for name in ("Provision", "Source", "Passage")}
    sources = {source for sources in graph.by_predicate[DCTERMS + "source"].values() for source in sources}
    for iri in sorted(source for source in sources if not cited.intersection(graph.objects(source, RDF + "type"))):
        for language in ("en", "fr"):
            yield iri, DCTERMS + "bibliographicCitation", Literal(iri, RDF + "langString", language)


def _members(graph: Graph) -> Iterator[Triple]:
    """What lists hold, and which rule a doubt or an example belongs to."""
    rest = RDF + "rest"
    inside = {item for items in graph.by_predicate.get(rest, {}).values() for item in items}
    for head in graph.by_predicate.get(RDF + "first", {}):
        if head not in inside:
            for member in graph.items(head):
                yield head, RDFS + "member", member
    for kind in ("Doubt", "Example"):
        for iri in graph.of_class(AIACT + kind):
            yield iri, AIACT + "rule", RULE + iri.removeprefix(RULE).split(".")[0]


def _rule(knowledge: Knowledge, rule: Rule, order: int) -> Iterator[Triple]:
    iri = RULE + rule.id
    yield iri, RDFS + "isDefinedBy", rule.provision if rule.provision.startswith("http") else ACT + rule.provision
    yield iri, SH + "order", Literal(str(order), XSD + "integer")
    yield iri, AIACT + "force", AIACT + rule.force
    for version in knowledge.texts.values():
        if rule.id in version.applies_from:
            node = f"{iri}/in/{version.id}"
            yield iri, AIACT + "inText", node
            yield node, AIACT + "textVersion", f"{BASE}act/text-{version.id}"
            yield node, AIACT + "appliesFrom", Literal(version.applies_from[rule.id], XSD + "date")
            if rule.duties:
                binds = first_day(knowledge, version, Shape(rule.id, None, ()))
                yield node, AIACT + "from", Literal(binds, XSD + "date")
    day = knowledge.texts[max(knowledge.texts)].applies_from.get(rule.id)
    if day:
        yield iri, AIACT + "appliesFrom", Literal(day, XSD + "date")
    for word in ("lifts", "disapplies", "postpones"):
        for duty in getattr(rule, word):
            if reaches(knowledge, rule, knowledge.rules[duty]):
                yield iri, AIACT + word, RULE + duty
    cited = dict.fromkeys(law().objects(iri, DCTERMS + "source"))
    for place, condition in enumerate(rule.conditions, 1):
        cited |= dict.fromkeys(law().objects(RULE + condition, DCTERMS + "source"))
        yield iri, AIACT + "condition", RULE + condition
        yield RULE + condition, SH + "order", Literal(str(place), XSD + "integer")
    for source in cited:
        yield iri, DCTERMS + "references", source
    for other in sorted(rules_behind(knowledge, rule)):
        yield iri, AIACT + "uses", RULE + other
    for condition in borrowed(knowledge, rule):
        yield iri, AIACT + "condition", RULE + condition
    for parameter in sorted(parameters_behind(knowledge, rule)):
        yield iri, AIACT + "comparesWith", parameter
    for reading in sorted(readings_behind(knowledge, rule)):
        yield iri, AIACT + "dependsOn", READING + reading
    for fact in sorted(facts_behind(knowledge, rule)):
        yield iri, DCTERMS + "requires", fact


def first_day(knowledge: Knowledge, version: Text, shape: Shape) -> str:
    """The first day on which a shape can bind in one text: its own as a rule, or that of a definition it needs."""
    rule = knowledge.rules.get(shape.name)
    counts = rule is not None and (rule.duties or rule.kind == "Definition")
    days = [version.applies_from.get(shape.name, "") if counts else ""]
    for part in knowledge.shapes[shape.name].parts if shape.name else shape.parts:
        inner = [first_day(knowledge, version, member) for member in members(part)]
        if part[0] == "or":
            days.append(min(inner))
        elif part[0] != "not":
            days += inner
    return max(days)


def reaches(knowledge: Knowledge, rule: Rule, duty: Rule) -> bool:
    """Whether an effect can reach a duty: both are about the same thing, or the effect is inherited from another."""
    for cls, above in knowledge.parents.items():
        inherited = [knowledge.facts[name].range for name in knowledge.inherits[cls]]
        if duty.target in above and any(rule.target in knowledge.parents[found] for found in (cls, *inherited)):
            return True
    return False


def readings_behind(knowledge: Knowledge, rule: Rule) -> set[str]:
    """The readings on which the truth of a rule, or its having effect at all, depends."""
    found = {rule.under} if rule.under else set()
    return found.union(*(knowledge.dependencies.get(rule.id + sign, ()) for sign in (HOLDS, FAILS)))


def rules_behind(knowledge: Knowledge, rule: Rule) -> set[str]:
    """The rules that a rule uses, itself, through others, or to find its bearer."""
    used = {shape.name.split(".")[0] for shape in shapes_behind(knowledge, rule) if shape.name}
    return (used & set(knowledge.rules)) - {rule.id}


def shapes_behind(knowledge: Knowledge, rule: Rule) -> Iterator[Shape]:
    """Every shape that enters into the truth of a rule or names its bearer, each named one once."""
    seen, queue = set(), [knowledge.shapes[rule.id]]
    if rule.bearer_is:
        queue.append(knowledge.shapes[rule.bearer_is])
    while queue:
        shape = queue.pop()
        if shape.name not in seen:
            seen |= {shape.name} if shape.name else set()
            yield shape
            inside = [member for part in shape.parts for member in members(part)]
            queue += [knowledge.shapes[member.name] if member.name else member for member in inside]


def borrowed(knowledge: Knowledge, rule: Rule) -> list[str]:
    """The conditions of other rules that a rule makes its own."""
    parts = [member for part in knowledge.shapes[rule.id].parts for member in members(part)]
    return [shape.name for shape in parts if "." in shape.name and not shape.name.startswith(rule.id + ".")]


def parameters_behind(knowledge: Knowledge, rule: Rule) -> set[str]:
    """The numbers and days of the law with which the conditions of a rule itself compare."""
    found, queue = set(), [Shape(rule.id, None, ())]
    while queue:
        shape = queue.pop()
        if shape.name == rule.id or shape.name.startswith(rule.id + "."):
            shape = knowledge.shapes[shape.name]
        found |= {part[2] for part in shape.parts if part[0] == "compare"}
        queue += [member for part in shape.parts for member in members(part)]
    return found


def facts_behind(knowledge: Knowledge, rule: Rule) -> set[str]:
    """The facts that decide a rule, its bearer and its day; where one cannot be stated, those it is computed from."""
    found = {rule.only_if} | {duty.due_on for duty in rule.duties}
    if rule.on:
        found |= steps(rule.on)
    found = found.union(*(named_by(shape) for shape in shapes_behind(knowledge, rule)))
    for derivation in knowledge.derivations:
        if derivation.fact in found and knowledge.facts[derivation.fact].derived_only:
            found |= {derivation.only_where}.union(*derivation.operands)
    return found & set(knowledge.facts)


def named_by(shape: Shape) -> set[str]:
    """The properties that one shape names itself."""
    compared = {part[1] for part in shape.parts if part[0] in ("equals", "disjoint")}
    return compared | (steps(shape.path) if shape.path else set())


def steps(path: PropertyPath) -> set[str]:
    """The properties on a path."""
    return set().union(*(steps(step) for step in path.of)) if path.kind == "sequence" else {path.of}


# ---------------------------------------------------------------------------------------------- forms


def as_dict(question: Question, knowledge: Knowledge) -> dict:
    """A question as data: its words, its parameters with what they may be, and its SPARQL."""
    return {
        "name": question.name,
        "title": question.title,
        "description": question.description,
        "about": question.about or "law",
        "parameters": [
            {"name": each.name, "kind": each.kind, "default": each.default, "label": each.label, "values": values}
            for each in question.parameters.values()
            for values in [sorted(names_of(each.kind, knowledge)) if each.kind in NAMED else []]
        ],
        "sparql": body(question),
    }


def body(question: Question) -> str:
    """The SPARQL text of a question, with the prefixes that it uses, its parameters free."""
    text = re.sub(r"(?m)^#\+.*\n", "", question.text).strip() + "\n"
    used = [prefix for prefix in PREFIXES if re.search(rf"\b{prefix}:", text)]
    return "".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n" for prefix in used) + "\n" + text


def described(question: Question, knowledge: Knowledge, language: str = "en") -> str:
    """What a question asks, its parameters with kinds and defaults, and its SPARQL, for a person."""
    word = partial(knowledge.say, language)
    lines = [question.title[language], "", question.description[language], ""]
    if question.about == "project":
        lines += [word("question-about-projects", name=question.name), ""]
    for each in question.parameters.values():
        kind = word(f"kind-{each.kind}")
        lines.append(f"-p {each.name}={each.default}")
        lines.append(f"    {each.label[language]} ({kind})")
        names = sorted(max(spellings, key=str.islower) for spellings in _spellings(each.kind, knowledge))
        if 0 < len(names) <= FEW:
            lines.append(f"    {word('one-of', names=', '.join(names))}")
    return "\n".join(lines).rstrip("\n") + "\n\n" + body(question)


def _spellings(kind: str, knowledge: Knowledge) -> list[list[str]]:
    """The names of a kind, those of one thing together."""
    found: dict[str, list[str]] = {}
    for name, iri in names_of(kind, knowledge).items() if kind in NAMED else ():
        found.setdefault(iri, []).append(name)
    return list(found.values())


def table(answer: Answer) -> str:
    """Aligned columns for a terminal; a long text is cut unless it stands in the last column."""
    rows = [[*(cut(cell) for cell in row[:-1]), row[-1]] for row in [answer.columns, *answer.rows]]
    widths = [min(max(len(row[i]) for row in rows), WIDEST) for i in range(len(answer.columns))]
    lines = ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]]) + "\n"


def cut(cell: str) -> str:
    return cell if len(cell) <= WIDEST else cell[: WIDEST - 1] + "…"


def as_csv(answer: Answer) -> str:
    """CSV; a cell that a spreadsheet would take for a formula gets an apostrophe."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(answer.columns)
    writer.writerows([harmless(cell) for cell in row] for row in answer.rows)
    return file.getvalue()


def harmless(cell: str) -> str:
    cell = cell.replace("\r", "")
    return "'" + cell if cell.startswith(FORMULAS) else cell


def as_json(answer: Answer) -> str:
    return (
        json.dumps([dict(zip(answer.columns, row, strict=True)) for row in answer.rows], ensure_ascii=False, indent=1)
        + "\n"
    )


def markdown(answer: Answer) -> str:
    from ..reports.report import escaped

    rows = [answer.columns, ["---"] * len(answer.columns), *([escaped(cell) for cell in row] for row in answer.rows)]
    return "".join("| " + " | ".join(row) + " |\n" for row in rows)


FORMS = {"table": table, "csv": as_csv, "json": as_json, "md": markdown}


def project_triples(assessments: Iterable) -> Iterable[Triple]:
    """Facts, findings and statements of assessed projects, to be asked beside the law; each is called as its file."""
    from ..reports.proof import proof

    for assessment in assessments:
        yield from assessment.facts.graph
        yield from proof(assessment)
        yield assessment.facts.base, RDFS + "label", Literal(assessment.facts.description.file)

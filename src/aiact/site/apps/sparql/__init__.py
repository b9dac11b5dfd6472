"""SPARQL: the questions of the library and any others, asked of the published graph in the browser or of the endpoint.

The engine in the browser is Oxigraph, as on the command line; the editor is that of YASGUI. Values of parameters are
bound as terms, as ``aiact query`` binds them.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator

from ...documents import Documents
from .. import App, told


def _context(site, words) -> dict:
    said = told(words, "sparql-") | {name: told(words, "check-")[name] for name in ("stop", "failed", "where")}
    return {"told": json.dumps(said, ensure_ascii=False), "engine": site.libraries is not None}


def _build(site, name: str) -> Iterator[tuple[str, str | bytes]]:
    folder = f"apps/{name}"
    for language, words in site.words.items():
        yield f"{folder}/questions.{language}.json", json.dumps(_library(site, words), ensure_ascii=False) + "\n"
    if site.libraries is None:
        return
    from ....sparql.query import project_triples

    yield f"{folder}/yasqe.js", _without_map(site.libraries.read("@zazuko/yasqe/build/yasqe.min.js"))
    yield f"{folder}/yasqe.css", _without_map(site.libraries.read("@zazuko/yasqe/build/yasqe.min.css"))
    yield f"{folder}/oxigraph.js", site.libraries.read("oxigraph/web.js")
    large = {
        "oxigraph.wasm.gz": gzip.compress(site.libraries.read("oxigraph/web_bg.wasm"), 9, mtime=0),
        "law.ttl.gz": gzip.compress(site.whole_graph().encode(), 9, mtime=0),
    }
    yield from ((f"{folder}/{file}", data) for file, data in large.items())
    yield f"{folder}/parts.json", json.dumps({file: len(data) for file, data in large.items()}) + "\n"
    for project, assessment in site.assessments.items():
        documents = Documents(project_triples([assessment]))
        named = sorted(subject for subject in documents.said if not subject.startswith("_:"))
        turtle = documents.turtle([*named, *documents.loose])
        yield f"{folder}/projects/{project}.ttl.gz", gzip.compress(turtle.encode(), 9, mtime=0)


def _without_map(data: bytes) -> bytes:
    """Without the address of a source map, which is not there."""
    return re.sub(rb"(//|/\*)# sourceMappingURL=[^\n*]*(\*/)?", b"", data)


def _library(site, words) -> dict:
    """The questions in one language, the names that parameters may have, and what those that ask may need."""
    from ....law.names import ACT, AIACT, BASE, PREFIXES
    from ....sparql.query import NAMED, names_of
    from ...library import QUESTION

    kinds = {parameter.kind for each in site.questions.values() for parameter in each.parameters.values()}
    names = {}
    for kind in sorted(kinds & set(NAMED)):
        found: dict[str, list[str]] = {}
        for spelled, iri in names_of(kind, site.knowledge).items():
            found.setdefault(iri, []).append(spelled)
        names[kind] = [[iri, words.label(iri), *spelled] for iri, spelled in found.items()]
    if "provision" in kinds:
        provisions = sorted(site.things.graph.of_class(AIACT + "Provision"), key=site.things.order)
        names["provision"] = [[iri, words.label(iri), iri.removeprefix(ACT)] for iri in provisions]
    return {
        "questions": [
            {
                "name": name,
                "title": words.of(question.title),
                "description": words.of(question.description),
                "about": question.about,
                "page": site.addresses.documents[QUESTION + name].page(words.language),
                "parameters": [
                    {
                        "name": each.name,
                        "kind": each.kind,
                        "default": site.day if each.default == "today" else each.default,
                        "label": words.of(each.label),
                    }
                    for each in question.parameters.values()
                ],
                "query": "\n".join(line for line in question.text.splitlines() if not line.startswith("#+")).strip(),
            }
            for name, question in site.questions.items()
        ],
        "names": names,
        "projects": list(site.files_of_projects),
        "prefixes": PREFIXES,
        "base": BASE,
    }


APP = App(
    order=20,
    title={"en": "SPARQL", "fr": "SPARQL"},
    summary={
        "en": "Ask the graph: choose a question of the library and its values, or write a query.",
        "fr": "Interroger le graphe : choisir une question de la bibliothèque et ses valeurs, ou écrire une requête.",
    },
    policy={"worker-src": "'self'"},
    build=_build,
    context=_context,
)

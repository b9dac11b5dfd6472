"""Check: a description is pasted, dropped or made by answering questions, and assessed in the browser or by the server.

In the browser runs the very engine of the command line, packed by ``libraries``; nothing of a description is sent.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator

from .. import App, told

ENGINE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide-lock.json")
EXAMPLE = "quickstart"
LARGE = ("pyodide.asm.wasm", "python_stdlib.zip")  # loaded with progress


def _context(site, words) -> dict:
    from ....findings.assess import ORDER
    from ....law.names import AIACT

    camel = {"not_applicable": "notApplicable"}
    said: dict = told(words, "check-")
    said["statuses"] = {status: words.label(AIACT + camel.get(status, status)) for status in ORDER}
    said["open"] = {name: words.of(texts) for name, texts in site.knowledge.questions.items()}
    return {"told": json.dumps(said, ensure_ascii=False), "engine": site.libraries is not None}


def _build(site, name: str) -> Iterator[tuple[str, str | bytes]]:
    for language, words in site.words.items():
        yield f"apps/{name}/provisions.{language}.json", json.dumps(_provisions(site, words), ensure_ascii=False) + "\n"
    yield f"apps/{name}/example.yaml", site.files_of_projects[EXAMPLE].read_bytes()
    if site.libraries is None:
        return
    from ...libraries import packed

    for file in ENGINE:
        yield f"apps/{name}/python/{file}", site.libraries.read(f"pyodide/{file}")
    large = {file: site.libraries.read(f"pyodide/{file}") for file in LARGE}
    large["aiact.zip"] = packed(site.libraries, site.knowledge)
    parts = {}
    for file, data in large.items():
        sent = gzip.compress(data, 9, mtime=0) if file.endswith(".wasm") else data
        path = file + (".gz" if sent is not data else "")
        parts[file] = {"path": path, "bytes": len(sent)}
        yield f"apps/{name}/python/{path}", sent
    yield f"apps/{name}/python/parts.json", json.dumps(parts, indent=1) + "\n"


def _provisions(site, words) -> dict[str, list[str]]:
    """Key of each provision → the path of its page and how it is cited."""
    from ....law.names import ACT, AIACT

    provisions = sorted(site.things.graph.of_class(AIACT + "Provision"))
    return {iri.removeprefix(ACT): [site.addresses.href(iri, words.language), words.label(iri)] for iri in provisions}


APP = App(
    order=10,
    title={"en": "Check", "fr": "Vérifier"},
    summary={
        "en": "What the Act asks of a project: from its description, or from your answers, with the reason for each "
        "finding.",
        "fr": "Ce que le règlement demande à un projet : d’après sa description ou vos réponses, avec la raison de "
        "chaque conclusion.",
    },
    policy={"worker-src": "'self'"},
    build=_build,
    context=_context,
)

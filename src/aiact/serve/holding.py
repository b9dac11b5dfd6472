"""What the server holds: the law in one graph, and each assessed project in one of its own, all read-only.

…/graph/law              the knowledge graph with what follows from it; asked if no graph is named
…/graph/project/NAME     facts and findings of one project, as of the day of the server
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .. import caches
from ..law.knowledge import Knowledge, knowledge, root, today
from ..law.names import BASE, DCTERMS, OWL, RDF, RULE

GRAPH = BASE + "graph/"
LAW = GRAPH + "law"


@dataclass(slots=True)
class Holding:
    """A store that is never written to again, and what stands in it."""

    store: object
    knowledge: Knowledge
    day: str
    titles: dict[str, str] = field(default_factory=dict)  # graph → what it is about
    triples: dict[str, int] = field(default_factory=dict)  # graph → how many

    def catalogue(self) -> dict:
        """What the front has to know, without the graph: releases, graphs, questions, and figures for VoID."""
        return {
            "release": self.knowledge.release,
            "text": self.knowledge.text_on(self.day).id,
            "day": self.day,
            "graphs": [
                {"iri": iri, "title": title, "triples": self.triples[iri]} for iri, title in self.titles.items()
            ],
            "figures": figures(self.store) | {"examples": [RULE + next(iter(self.knowledge.rules))]},
            "questions": list(questions_told()),
            "forms": list(forms()),
        }


def hold(projects: list[str], day: str | None, worked: bool, say) -> Holding:
    """Everything that is asked: the law, worked projects if wanted, and other descriptions.

    Raises ``DescriptionError`` if one of them cannot be read.
    """
    import pyoxigraph as ox

    from ..sparql.query import stored, whole

    base, day = knowledge(), day or today()
    found = Holding(ox.Store(), base, day)
    say("reading the law")
    law = ox.NamedNode(LAW)
    found.store.bulk_extend(ox.Quad(s, p, o, law) for s, p, o, _ in stored(whole(base)))
    titled(found, LAW, "the law")
    files = sorted((root() / "data" / "projects").glob("*.*")) if worked else []
    for name, data in assessed([*files, *map(Path, projects)], base, day, say):
        iri = GRAPH + "project/" + name
        found.store.bulk_load(data, ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(iri))
        titled(found, iri, name)
    found.store.optimize()
    return found


def titled(holding: Holding, iri: str, title: str) -> None:
    """A graph says of itself what it is about, and which release of the knowledge it is made with."""
    import pyoxigraph as ox

    node = ox.NamedNode(iri)
    for predicate, value in (
        (DCTERMS + "conformsTo", ox.NamedNode(BASE)),
        (DCTERMS + "title", ox.Literal(title)),
        (OWL + "versionInfo", ox.Literal(holding.knowledge.release)),
    ):
        holding.store.add(ox.Quad(node, ox.NamedNode(predicate), value, node))
    holding.titles[iri] = title
    holding.triples[iri] = sum(1 for _ in holding.store.quads_for_pattern(None, None, None, node))


# -- assessed projects, kept from one start to the next


def assessed(files: list[Path], base: Knowledge, day: str, say) -> Iterator[tuple[str, bytes]]:
    """Each project by a name, as N-Triples; what has not changed since the last start is not assessed again."""
    cache = kept_in()
    held = caches.kept(cache)
    kept = pickle.loads(held) if held else {}  # nothing but texts and bytes
    digests = {path: stamp(path, base, day) for path in files}
    new = [path for path in files if digests[path] not in kept]
    if new:
        say(f"assessing {len(new)} projects")
        fresh = in_processes(new, day)
        kept = {digest: kept[digest] for digest in digests.values() if digest in kept}
        kept |= {digests[path]: data for path, data in zip(new, fresh, strict=True)}
        caches.keep(cache, pickle.dumps(kept, protocol=5))
    names: Counter[str] = Counter()
    for path in files:
        names[path.stem] += 1
        yield path.stem if names[path.stem] == 1 else f"{path.stem}-{names[path.stem]}", kept[digests[path]]


def in_processes(files: list[Path], day: str) -> list[bytes]:
    """Projects assessed in as many processes as there are processors."""
    if len(files) < 4:
        return [as_triples((path, day)) for path in files]
    from multiprocessing import get_context

    with get_context("fork").Pool(os.cpu_count()) as pool:
        return pool.map(as_triples, [(path, day) for path in files], chunksize=1)


def as_triples(job: tuple[Path, str]) -> bytes:
    import pyoxigraph as ox

    from ..findings.assess import assess
    from ..sparql.query import project_triples, stored

    path, day = job
    try:
        read = assess(path.read_bytes(), day, name=path.name)  # by its name alone: where it stands is nobody's business
    except OSError:
        read = assess(path, day)  # which says what is wrong
    return stored(project_triples([read])).dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())


def stamp(path: Path, base: Knowledge, day: str) -> str:
    """What an assessment depends on: the description, the day, the knowledge, and our own code."""
    digest = hashlib.sha256(f"{path}\0{day}\0{base.release}\0".encode())
    with contextlib.suppress(OSError):  # the assessment will say what is wrong
        digest.update(path.read_bytes())
    for module in sorted(Path(__file__).parents[1].rglob("*.py")):
        state = module.stat()
        digest.update(f"{module}\0{state.st_size}\0{state.st_mtime_ns}\0".encode())
    return digest.hexdigest()


def kept_in() -> Path:
    name = hashlib.sha256(sys.version.encode()).hexdigest()[:16]
    return caches.folder() / f"served-{name}.pickle"


# -- what the front tells of it


def figures(store) -> dict:
    """Figures of the law for VoID: subjects, objects, and how often each class and property is used."""
    import pyoxigraph as ox

    quads = list(store.quads_for_pattern(None, None, None, ox.NamedNode(LAW)))
    types = Counter(quad.object.value for quad in quads if quad.predicate.value == RDF + "type")
    properties = Counter(quad.predicate.value for quad in quads)
    return {
        "subjects": len({quad.subject for quad in quads}),
        "objects": len({quad.object for quad in quads}),
        "classes": dict(types.most_common()),
        "properties": dict(properties.most_common()),
    }


def forms() -> dict:
    """The forms in which ``aiact check`` answers: functions of an assessment, a language, and whether to tell all."""
    from .. import writers

    return {form: writers.write(form) for form in writers.forms()}


def questions_told() -> Iterator[dict]:
    """The questions of the library, as the front lists them."""
    from ..sparql.query import questions

    for name, item in questions().items():
        yield {
            "name": name,
            "title": item.title,
            "description": item.description,
            "about": item.about or "law",
            "parameters": [
                {"name": each.name, "kind": each.kind, "default": each.default, "label": each.label}
                for each in item.parameters.values()
            ],
            "query": item.text,
        }

"""Where things stand in the site: every address of the graph has its files, at the path of the address.

A thing with a page of its own has four files: ``rule/art-53-2.html`` (a choice of language), ``rule/art-53-2.ttl``,
``en/rule/art-53-2.html`` and ``fr/regle/art-53-2.html``. A part of a thing, such as an example of a rule, is a place
on the page of the whole, and its own file leads there.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from ..law.graph import Graph
from ..law.names import ACT, AIACT, BASE, RDF, local

LANGUAGES = ("en", "fr")

# The first part of an address → the word for it in the path of a page. The order is that of the index of all pages.
SECTIONS = {
    "act": {"en": "act", "fr": "acte"},
    "rule": {"en": "rule", "fr": "regle"},
    "reading": {"en": "reading", "fr": "lecture"},
    "parameter": {"en": "parameter", "fr": "parametre"},
    "licence": {"en": "licence", "fr": "licence"},
    "source": {"en": "source", "fr": "source"},
    "project": {"en": "project", "fr": "projet"},
    "question": {"en": "question", "fr": "question"},
    "purpose": {"en": "purpose", "fr": "finalite"},
    "sanction": {"en": "sanction", "fr": "sanction"},
    "omission": {"en": "omission", "fr": "omission"},
    "place": {"en": "place", "fr": "lieu"},
    "opening": {"en": "opening", "fr": "ouverture"},
    "topic": {"en": "topic", "fr": "sujet"},
    "step": {"en": "step", "fr": "etape"},
    "remedy": {"en": "remedy", "fr": "remede"},
    "evidence": {"en": "evidence", "fr": "preuve"},
    "checklist": {"en": "checklist", "fr": "liste"},
    "cost": {"en": "cost", "fr": "cout"},
    "ns": {"en": "term", "fr": "terme"},
    "phrase": {"en": "phrase", "fr": "formule"},
}
# Parts of a rule that its page shows; all phrases stand on one page.
PARTS = ("Example", "Doubt", "Duty", "Phrase")
# Things that the world names, by their class: the section in which they stand here.
FOREIGN = {"Licence": "licence", "Place": "place", "Source": "source", "Passage": "source", "LegalResource": "source"}


def word(section: str, language: str) -> str:
    """The word for a section in the path of a page; one that is new to this table keeps its own."""
    return SECTIONS.get(section, {}).get(language, section)


@dataclass(frozen=True, slots=True)
class Document:
    """One page in each language: the address of what it is about, its section and its name there."""

    iri: str
    section: str
    name: str  # as the address has it
    file: str  # as the pages have it: the same, unless two names differ only in capitals

    def page(self, language: str) -> str:
        """The path of its page: ``en/rule/art-53-2.html``."""
        section = f"{word(self.section, language)}/" if self.section else ""
        return f"{language}/{section}{self.file}.html"

    @property
    def path(self) -> str:
        """The path of its address, without ending: ``rule/art-53-2``."""
        return f"{self.section}/{self.name}" if self.section else self.name


class Addresses:
    """The documents of a graph, and which of them speaks of an address, at which place."""

    def __init__(self, graph: Graph, others: tuple[str, ...] = ()) -> None:
        """``others`` are addresses of documents about which the graph says nothing, such as questions."""
        self.graph = graph
        self.classes: dict[str, list[str]] = defaultdict(list)
        for subject, kinds in graph.by_predicate[RDF + "type"].items():
            self.classes[subject] = [local(kind) for kind in kinds]
        self.documents: dict[str, Document] = {}
        self.parts: dict[str, tuple[str, str]] = {}  # address of a part → address of its document, and the place there
        named = {subject for _, subjects in graph.by_predicate.items() for subject in subjects} | set(others)
        for iri in sorted(filter(self.is_ours, named)):
            whole, place = (iri, "") if iri in others else self.whole(iri)
            if place:
                self.parts[iri] = (whole, place)
            else:
                self.documents[iri] = self.document(iri)
        found = {document.section for document in self.documents.values()} - {""}
        self.sections = [*SECTIONS, *sorted(found.difference(SECTIONS))]
        for section in self.sections:
            iri = f"{BASE}{section}/"
            self.documents.setdefault(iri, Document(iri, section, "index", "index"))
        self.tell_apart()

    def is_ours(self, iri: str) -> bool:
        """Whether pages are due to an address: one of our own, or of a thing of the world that we describe."""
        return iri.startswith(BASE) or any(kind in FOREIGN for kind in self.classes.get(iri, ()))

    def whole(self, iri: str) -> tuple[str, str]:
        """The document that speaks of an address, and the place there: empty if the document is about it."""
        kinds = self.classes.get(iri, [])
        if "Phrase" in kinds:
            return BASE + "phrase/", local(iri)
        if "ProvisionText" in kinds:
            provision, celex, language = iri.rsplit("/", 2)
            return provision, wording_place(celex, language)
        head, _, day = iri.partition("/in/")
        if day:
            return head, f"in-{day}"
        if set(kinds) & set(PARTS) or (not kinds and iri.startswith(BASE) and "." in local(iri)):
            folder, _, name = iri.rpartition("/")
            head, _, place = name.partition(".")
            return f"{folder}/{head}", place
        return iri, ""

    def document(self, iri: str) -> Document:
        if iri == BASE:
            return Document(iri, "", "index", "index")
        if iri == ACT + "act":
            return Document(iri, "act", "act", "index")
        if iri.startswith(BASE):
            section, _, name = iri.removeprefix(BASE).partition("/")
            return Document(iri, section, name, name)
        section = next(FOREIGN[kind] for kind in self.classes[iri] if kind in FOREIGN)
        name = local(iri)
        if "/eli/" in iri:
            name = "eli-" + iri.partition("/eli/")[2].removesuffix("/oj").replace("/", "-")
        return Document(iri, section, name, name)

    def tell_apart(self) -> None:
        """Pages whose names differ only in capitals, as a class and a property may, get names that differ in more."""
        for alike in self.alike.values():
            for document in alike:
                if document.name[0].islower():
                    file = f"{document.file}-property"
                    self.documents[document.iri] = Document(document.iri, document.section, document.name, file)
        del self.alike  # the names have changed
        pages = [document.page("en").lower() for document in self.documents.values()]
        twice = {page for page in pages if pages.count(page) > 1} if len(set(pages)) < len(pages) else set()
        twice -= {Document(ACT, "act", "index", "index").page("en")}  # the Act, and the section about it
        if twice:
            raise ValueError(f"two pages would have the path {min(twice)}")

    @cached_property
    def alike(self) -> dict[str, list[Document]]:
        """Documents whose addresses differ only in capitals, by their path in small letters."""
        found: dict[str, list[Document]] = defaultdict(list)
        for document in self.documents.values():
            found[document.path.lower()].append(document)
        return {path: documents for path, documents in found.items() if len(documents) > 1}

    def of(self, iri: str) -> Document | None:
        """The document that speaks of an address, if there is one."""
        whole = self.parts[iri][0] if iri in self.parts else iri
        return self.documents.get(whole)

    def href(self, iri: str, language: str) -> str:
        """The path of the page that speaks of an address, with the place on it; empty if there is none."""
        whole, place = self.parts.get(iri, (iri, ""))
        document = self.documents.get(whole)
        return document.page(language) + (f"#{place}" if place else "") if document else ""

    def path(self, iri: str) -> str:
        """The path of an address itself: ``rule/art-53-2.example-1``."""
        if iri in self.documents:
            return self.documents[iri].path
        return iri.removeprefix(BASE)

    def subjects(self, document: Document) -> list[str]:
        """The addresses of which a document speaks, that of itself first."""
        return [document.iri, *self._parts.get(document.iri, [])]

    @cached_property
    def _parts(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for iri, (whole, _) in self.parts.items():
            found[whole].append(iri)
        return {whole: sorted(parts, key=natural) for whole, parts in found.items()}

    def kind(self, iri: str) -> str:
        """The local name of its class that says most: what its page is a page of."""
        kinds = [kind for kind in self.classes.get(iri, []) if kind not in ("NodeShape", "PropertyShape")]
        if not kinds:
            return "Condition" if self.classes.get(iri) else ""
        return "Fact" if "Fact" in kinds else kinds[0]

    def is_term(self, iri: str) -> bool:
        return iri.startswith(AIACT)


def wording_place(celex: str, language: str) -> str:
    """Where a wording stands on the page of its provision."""
    return f"wording-{celex}-{language}"


def natural(text: str) -> list:
    """A key that sorts ``example-10`` after ``example-9``."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", text)]

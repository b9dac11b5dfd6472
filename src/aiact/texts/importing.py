"""From documents to an edition: which act, language and version they are, and what of them has no key of ours."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path

from ..law.graph import Graph
from ..law.knowledge import knowledge
from ..law.names import ACT, AIACT, ELI
from ..sparql.query import law
from . import documents, formex, xhtml
from .alone import alone
from .parts import Part, provisions
from .store import Edition, TextError

MANY = 12  # keys that a report names


@dataclass(slots=True)
class Report:
    """What an import found: the edition, and sentences for a person about what it could not place."""

    edition: Edition
    documents: list[str]
    unplaced: list[str] = field(default_factory=list)  # in the document, without a key of ours
    repeated: list[str] = field(default_factory=list)  # keys that the document gives twice; the first was kept
    absent: list[str] = field(default_factory=list)  # keys of that version for which the document has no text

    def counts(self) -> dict[str, int]:
        """How many articles, recitals and annexes were placed."""
        held = self.edition.provisions
        return {kind: sum(bool(re.fullmatch(f"{kind}_[^_]+", key)) for key in held) for kind in ("art", "rct", "anx")}


@dataclass(slots=True)
class Source:
    """One document that was read."""

    name: str
    form: str
    celex: str
    language: str
    version: str
    sha256: str
    act: Part


def editions(paths: Iterable[str | Path], celex: str = "", language: str = "") -> list[Report]:
    """The editions in some files, folders and archives. Raises ``TextError``."""
    return gathered(documents.documents(paths), celex, language)


def gathered(found: Iterable[tuple[str, bytes]], celex: str = "", language: str = "") -> list[Report]:
    """One edition for each version, language and form among named documents; what they do not say can be given.

    A process of its own reads them. Raises ``TextError``.
    """
    held = list(found)
    law()  # before the process divides
    told = alone(lambda: [asdict(each) for each in read(held, celex, language)])
    return [Report(**each | {"edition": edition_of(each["edition"])}) for each in told]


def edition_of(said: dict) -> Edition:
    return Edition(**said | {"provisions": {key: tuple(each) for key, each in said["provisions"].items()}})


def read(found: Iterable[tuple[str, bytes]], celex: str = "", language: str = "") -> list[Report]:
    """The same in this process."""
    graph = law()
    groups: dict[tuple[str, str, str], list[Source]] = {}
    for name, data in found:
        source = opened(name, data)
        if source is None:
            continue
        source.celex, source.language = celex or source.celex, language or source.language
        number, version = checked(source, graph)
        source.version = version
        groups.setdefault((number, source.language, source.form), []).append(source)
    if not groups:
        raise TextError("nothing among these files is the text of an act; give the XHTML or Formex of EUR-Lex")
    return [edition(key, sources, graph) for key, sources in sorted(groups.items())]


def opened(name: str, data: bytes) -> Source | None:
    """One document, or None for those of a Formex package that hold no text. Raises ``TextError``."""
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        if documents.is_html(data):
            root = documents.html(name, data)
            if not documents.ends(data):
                raise TextError(f"{name} is cut off: it has no end; fetch it again")
            return Source(name, "xhtml", *xhtml.origin(root, data), sha256, xhtml.read(root, name))
        root = documents.xml(name, data)
        if not formex.is_formex(root.tag):
            raise TextError(f"{name} is neither a page of EUR-Lex nor Formex: its first element is {root.tag}")
        if root.tag in ("DOC", "PUBLICATION"):
            return None
        return Source(name, "formex", *formex.origin(root), sha256, formex.read(root, name))
    except RecursionError:
        raise TextError(f"{name} is nested deeper than any act of law; it is not read") from None


def checked(source: Source, graph: Graph) -> tuple[str, str]:
    """The CELEX number and the version of a document of the act. Raises ``TextError`` for another act."""
    ours = graph.text(graph.value(ACT + "act", ELI + "id_document"), ELI + "id_local")
    if not source.celex:
        raise TextError(f"{source.name} does not say which act it is; give --celex, such as {ours}")
    if not re.fullmatch(r"[a-z]{2}", source.language):
        raise TextError(f"{source.name} does not say its language; give --lang")
    consolidated = re.fullmatch(rf"0{ours[1:]}-(\d{{4}})(\d{{2}})(\d{{2}})", source.celex)
    if consolidated:
        return source.celex, "-".join(consolidated.groups())
    if source.celex == ours:
        return ours, versions(graph)[0]
    hint = ""
    if source.celex in {graph.text(act, ELI + "id_local") for act in graph.subjects(ELI + "amends")}:
        hint = "; it amends the act, and its words come in with the consolidated text"
    raise TextError(
        f"{source.name} is {source.celex}, not {ours}{hint}. Import {ours}, or a consolidated text such as "
        f"0{ours[1:]}-{versions(graph)[-1].replace('-', '')}"
    )


def versions(graph: Graph) -> list[str]:
    """The days of the texts that the knowledge base knows."""
    return sorted(graph.text(iri, AIACT + "textFrom") for iri in graph.of_class(AIACT + "TextVersion"))


def edition(key: tuple[str, str, str], sources: list[Source], graph: Graph) -> Report:
    celex, language, form = key
    act = Part("act", content=[part for source in sources for part in source.act.content])
    known = {iri.removeprefix(ACT) for iri in graph.of_class(AIACT + "Provision")}
    placed = provisions(act, known.__contains__)
    if not placed.provisions:
        raise TextError(f"{sources[0].name} holds no provision that we know; is it {celex}?")
    digest = hashlib.sha256("".join(sorted(source.sha256 for source in sources)).encode()).hexdigest()
    sha256 = sources[0].sha256 if len(sources) == 1 else digest
    in_order = dict(sorted(placed.provisions.items()))
    made = Edition(celex, language, sources[0].version, form, sha256, in_order)
    absent = [
        key
        for key in sorted(known - set(placed.provisions) - {"act"})
        if (graph.text(ACT + key, AIACT + "textFrom") or "") <= made.version
        and (graph.text(ACT + key, AIACT + "textUntil") or "9") >= made.version
    ]
    return Report(made, [source.name for source in sources], placed.unplaced, placed.repeated, absent)


def told(report: Report, path: Path, language: str) -> str:
    """What an import did, for a person."""
    word = partial(knowledge().say, language)
    made, counts = report.edition, report.counts()
    lines = [
        word("text-kept", celex=made.celex, day=made.version, language=made.language, n=len(made.provisions), path=path,
             articles=counts["art"], recitals=counts["rct"], annexes=counts["anx"])
    ]  # fmt: skip
    absent = [key for key in report.absent if counts["rct"] or not key.startswith("rct_")]
    for name, keys in (
        ("text-unplaced", report.unplaced),
        ("text-repeated", report.repeated),
        ("text-absent", absent),
    ):
        if keys:
            shown = ", ".join(keys[:MANY]) + (", …" if len(keys) > MANY else "")
            lines.append("  " + word(name, n=len(keys), keys=shown))
    if not counts["rct"]:
        lines.append("  " + word("text-without-recitals"))
    return "\n".join(lines) + "\n"

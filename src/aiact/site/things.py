"""What the page of each kind of thing shows, in no language yet: the templates say it in both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from ..law.build import act_order
from ..law.cite import links
from ..law.graph import Graph, Term
from ..law.knowledge import KINDS, Knowledge, Rule
from ..law.names import ACT, AIACT, BASE, DCTERMS, ELI, RDF, RDFS, RULE, SH, SKOS
from .addresses import Addresses, Document, natural

TEMPLATES = {
    "Provision": "provision",
    "Condition": "condition",
    "Parameter": "parameter",
    "LegalQuestion": "legal-question",
    "Licence": "licence",
    "Source": "source",
    "Claim": "claim",
    "Fact": "fact",
    **dict.fromkeys(KINDS, "rule"),
}
# Said in their own places on every page, or materialised only to make questions short.
TOLD = {
    RDF + "type", SKOS + "prefLabel", SKOS + "definition", DCTERMS + "bibliographicCitation", SH + "order",
    RDFS + "isDefinedBy", ELI + "is_part_of",
}  # fmt: skip
# Ways of pointing that say nothing to a reader who comes from the other end.
SILENT = {RDF + "type", RDF + "first", RDFS + "isDefinedBy", ELI + "is_part_of", AIACT + "textVersion"}
MOST = 300  # things that cite another, on its page


@dataclass(slots=True)
class Backlinks:
    """What points at a thing with one property."""

    predicate: str
    subjects: list[str]
    total: int = 0
    examples: int = 0


@dataclass(slots=True)
class Provision:
    """What stands around one provision."""

    key: str
    above: list[str]
    parts: list[str]
    rules: list[str]
    inserted: str
    amendments: list[str] = field(default_factory=list)
    omission: str = ""
    around: tuple[str, str] = ("", "")


class Things:
    """Everything that pages ask of the graph."""

    def __init__(self, knowledge: Knowledge, graph: Graph, addresses: Addresses) -> None:
        self.knowledge, self.graph, self.addresses = knowledge, graph, addresses

    def template(self, document: Document) -> str:
        return TEMPLATES.get(self.addresses.kind(document.iri), "thing")

    # -- what points here

    @cached_property
    def owners(self) -> dict[str, str]:
        """The named thing in whose description a blank node stands."""
        parent = {}
        for subject, _, object in self.graph:
            if isinstance(object, str) and object.startswith("_:"):
                parent[object] = subject
        found = {}
        for node in parent:
            above = parent[node]
            while above.startswith("_:") and above in parent:
                above = parent[above]
            if not above.startswith("_:"):
                found[node] = above
        return found

    @cached_property
    def pointing(self) -> dict[str, dict[str, list[str]]]:
        """Document → property → the things that point at it or at a part of it, from other documents."""
        found: dict[str, dict[str, dict[str, None]]] = defaultdict(lambda: defaultdict(dict))
        provisions = set(self.graph.of_class(AIACT + "Provision"))
        via = {}  # the property by which a blank node hangs on a named thing
        for subject, predicate, object in self.graph:
            if isinstance(object, str) and object.startswith("_:") and not subject.startswith("_:"):
                via[object] = predicate
        for subject, predicate, object in self.graph:
            if not isinstance(object, str) or object.startswith("_:") or predicate in SILENT - {RDF + "first"}:
                continue
            if predicate == DCTERMS + "isPartOf" and subject in provisions:
                continue
            owner = self.owners.get(subject, subject)
            if owner.startswith("_:"):
                continue
            to, by = self.addresses.of(object), self.addresses.of(owner)
            if to is None or by is None or to.iri == by.iri or self.is_inside(owner, to.iri, predicate):
                continue
            if predicate == RDF + "first":
                predicate = AIACT + "condition" if owner.startswith(RULE) else DCTERMS + "relation"
            found[to.iri][predicate][owner] = None
        return {iri: {word: list(owners) for word, owners in words.items()} for iri, words in found.items()}

    def is_inside(self, owner: str, whole: str, predicate: str) -> bool:
        """Whether one thing is named after another and stands on its page: conditions of a rule, readings, claims."""
        inside = owner.startswith(whole + ".") or whole.startswith(owner + ".")
        return inside and (predicate.startswith(SH) or predicate in (AIACT + "condition", AIACT + "answers"))

    def cited_by(self, document: Document) -> list[Backlinks]:
        """What cites a thing, by property; the most telling first."""
        found = []
        for predicate, subjects in self.pointing.get(document.iri, {}).items():
            examples = [each for each in subjects if "Example" in self.addresses.classes[each]]
            others = sorted((each for each in subjects if each not in set(examples)), key=self.order)
            found.append(Backlinks(predicate, others[:MOST], len(others), len(examples)))
        return sorted(found, key=lambda links: (links.predicate.startswith("http://www.w3.org"), links.predicate))

    def order(self, iri: str) -> tuple:
        return (iri.startswith(AIACT), self.rule_order.get(iri, 10**6), natural(iri))

    @cached_property
    def rule_order(self) -> dict[str, int]:
        return {RULE + name: index for index, name in enumerate(self.knowledge.rules)}

    # -- what it says

    def statements(self, iri: str, but: Iterable[str] = ()) -> list[tuple[str, list[Term]]]:
        """Properties and values as they were written, without what every page says in its own place."""
        left = TOLD | set(but)
        if "Provision" in self.addresses.classes[iri]:
            left = left | {DCTERMS + "isPartOf"}
        return [
            (predicate, list(subjects[iri]))
            for predicate, subjects in self.graph.by_predicate.items()
            if iri in subjects and predicate not in left
        ]

    def instances(self, iri: str) -> list[str]:
        """Things of a class that have a page."""
        return sorted((each for each in self.graph.of_class(iri) if self.addresses.of(each)), key=self.order)

    # -- provisions

    @cached_property
    def children(self) -> dict[str, list[str]]:
        found = defaultdict(list)
        for whole, parts in self.graph.inverse(ELI + "is_part_of").items():
            found[whole] = sorted(parts, key=lambda iri: act_order(iri.removeprefix(ACT)))
        return found

    @cached_property
    def rules_by_source(self) -> dict[str, list[str]]:
        found = defaultdict(list)
        for rule in self.knowledge.rules.values():
            for source in rule.sources:
                found[source].append(rule.id)
        return found

    @cached_property
    def amendments_of(self) -> dict[str, list[str]]:
        return defaultdict(list, self.graph.inverse(AIACT + "amends"))

    @cached_property
    def omitted(self) -> dict[str, str]:
        return {provision: omission[0] for provision, omission in self.graph.inverse(AIACT + "omits").items()}

    def provision(self, iri: str) -> Provision:
        key, above = iri.removeprefix(ACT), self.above(iri)
        siblings = self.children[above[0]] if above else []
        at = siblings.index(iri) if siblings else 0
        own = [iri, *above]
        return Provision(
            key=key,
            above=above[::-1],
            parts=self.children.get(iri, []),
            rules=self.rules_by_source[key],
            inserted=self.graph.text(iri, AIACT + "textFrom") or "",
            amendments=sorted({each for place in own[:-1] for each in self.amendments_of[place]}, key=natural),
            omission=next((self.omitted[each] for each in own if each in self.omitted), ""),
            around=(siblings[at - 1] if at else "", siblings[at + 1] if at + 1 < len(siblings) else ""),
        )

    def above(self, iri: str) -> list[str]:
        """What a provision is part of, innermost first."""
        found = []
        while (parent := self.graph.value(iri, ELI + "is_part_of")) is not None:
            found.append(parent)
            iri = parent
        return found

    def rules_under(self, iri: str) -> int:
        """How many rules cite a provision or a part of it."""
        key = iri.removeprefix(ACT)
        return sum(
            any(source == key or source.startswith(key + "_") for source in rule.sources)
            for rule in self.knowledge.rules.values()
        )

    def official(self, key: str, language: str, inserted: str = "") -> dict[str, str]:
        return links(key, language, inserted)

    # -- rules

    def rule(self, iri: str) -> Rule:
        return self.knowledge.rules[iri.removeprefix(RULE)]

    def parts(self, iri: str, kind: str) -> list[str]:
        """The examples, doubts or duties of a rule, in their order."""
        document = self.addresses.documents[iri]
        return [each for each in self.addresses.subjects(document) if kind in self.addresses.classes[each]]

    def affects(self, rule: Rule) -> list[tuple[str, list[str]]]:
        """What a rule does to others: the property, and the things as the rule file names them."""
        words = ("lifts", "disapplies", "spares", "limits", "eases", "defeats", "postpones", "whereDuty", "narrows")
        found = []
        for word in words:
            aims = self.written(RULE + rule.id, AIACT + word)
            if aims:
                found.append((AIACT + word, aims))
        return found

    @cached_property
    def as_written(self) -> Graph:
        from ..sparql.query import law

        return law()

    def written(self, iri: str, predicate: str) -> list[str]:
        """Values as the rule file has them, without what follows from them."""
        return self.as_written.objects(iri, predicate)

    def affected_by(self, rule: Rule) -> list[tuple[str, list[str]]]:
        """What other rules do to this one: lift it, defeat it, postpone it."""
        found = []
        for word in ("lifts", "disapplies", "defeats", "postpones", "eases"):
            by = [
                other.id for other in self.knowledge.rules.values() if rule.id in getattr(other, word) and other != rule
            ]
            if by:
                found.append((AIACT + word, by))
        return found

    def applications(self, rule: Rule) -> list[dict]:
        """For each text of the Act in which a rule stands: since when it applies, and can bind."""
        found = []
        versions = sorted(self.knowledge.texts)
        for index, version in enumerate(versions):
            node = f"{RULE}{rule.id}/in/{version}"
            until = versions[index + 1] if index + 1 < len(versions) else ""
            in_force = rule.in_force(version)
            found.append(
                {
                    "version": version,
                    "text": f"{ACT}text-{version}",
                    "until": until,
                    "stands": in_force,
                    "applies": self.graph.text(node, AIACT + "appliesFrom") or "",
                    "binds": self.graph.text(node, AIACT + "from") or "",
                    "node": node,
                }
            )
        return found

    def questions_behind(self, rule: Rule) -> list[str]:
        """The open questions on whose readings a rule depends."""
        readings = self.graph.objects(RULE + rule.id, AIACT + "dependsOn")
        return sorted({self.graph.value(reading, AIACT + "answers") for reading in readings})

    def claims_about(self, keys: Iterable[str]) -> list[str]:
        """Claims of commentaries that these provisions correct."""
        aims = {ACT + key if not key.startswith("http") else key for key in keys}
        corrected = self.graph.inverse(AIACT + "correctedBy")
        return sorted({claim for aim in aims for claim in corrected.get(aim, [])}, key=natural)

    # -- others

    def readings_of(self, question: str) -> list[str]:
        return sorted(self.graph.inverse(AIACT + "answers").get(question, []))

    def values_through_time(self, parameter: str) -> list[dict]:
        """The values of a parameter with the texts in which they stand."""
        found = []
        for node in self.graph.objects(parameter, AIACT + "valueIn") or [parameter]:
            value = self.graph.value(node, AIACT + "value")
            if value is not None:
                found.append(
                    {
                        "value": value,
                        "from": self.graph.text(node, AIACT + "textFrom") or "",
                        "until": self.graph.text(node, AIACT + "textUntil") or "",
                    }
                )
        return sorted(found, key=lambda entry: entry["from"])

    def of_source(self, source: str, kind: str) -> list[str]:
        """The passages or claims of a source."""
        parts = self.graph.inverse(DCTERMS + "isPartOf").get(source, [])
        return sorted((each for each in parts if kind in self.addresses.classes[each]), key=natural)

    def labels_elsewhere(self, iri: str) -> list[str]:
        return [each for word in ("exactMatch", "closeMatch") for each in self.graph.objects(iri, SKOS + word)]

    # -- lists

    def section(self, section: str) -> list[Document]:
        """The documents of a section that stand in its list, in order."""
        documents = [each for each in self.addresses.documents.values() if each.section == section]
        listed = [each for each in documents if each.name != "index" and self.is_listed(each)]
        return sorted(listed, key=lambda document: (*self.order(document.iri)[1:2], natural(document.name)))

    def is_listed(self, document: Document) -> bool:
        """Conditions, readings, passages and claims stand on the page of what they belong to."""
        return self.addresses.kind(document.iri) not in ("Condition", "Reading", "Passage", "Claim", "Caution")

    @cached_property
    def chapters(self) -> list[tuple[str, list[str]]]:
        """Chapters with their articles, sections drawn out."""
        found = []
        for chapter in self.children[ACT + "act"]:
            if "/cpt_" in chapter:
                found.append((chapter, [each for each in self.descend(chapter) if "/art_" in each]))
        return found

    def descend(self, iri: str) -> Iterable[str]:
        for part in self.children.get(iri, []):
            if "/art_" in part:
                yield part
            else:
                yield from self.descend(part)

    def first_days(self) -> list[dict]:
        """The days of application: each parameter that governs a part of the Act, with its day in each text."""
        found = []
        for parameter in self.graph.of_class(AIACT + "Parameter"):
            governed = self.graph.objects(parameter, AIACT + "governs")
            if any(str(each).startswith(ACT) for each in governed):
                days = {
                    version: text.parameters[parameter.removeprefix(BASE + "parameter/")].text
                    for version, text in sorted(self.knowledge.texts.items())
                    if parameter.removeprefix(BASE + "parameter/") in text.parameters
                }
                found.append({"parameter": parameter, "governs": governed, "days": days})
        return sorted(found, key=lambda entry: (max(entry["days"].values()), entry["parameter"]))

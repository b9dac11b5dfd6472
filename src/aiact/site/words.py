"""Words of the pages: how things are called, linked and dated in one language, with its typography."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, cached_property

from markupsafe import Markup, escape

from ..law.cite import cite
from ..law.graph import Graph, Literal, Term
from ..law.knowledge import Knowledge
from ..law.names import ACT, AIACT, BASE, DCTERMS, RULE, SH, SKOS, XSD, curie, local
from .addresses import Addresses
from .documents import Documents

MONTHS = {
    "en": "January February March April May June July August September October November December".split(),
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),
}
NARROW, NO_BREAK = "\u202f", "\u00a0"
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@cache
def typography(text: str, language: str) -> str:
    """The spaces that must not break: in French before ; ! ? : and inside guillemets, and in numbers with units."""
    if language == "fr":
        text = re.sub(r"[ \u00a0\u202f]+([;!?])(?!\S)", NARROW + r"\1", text)
        text = re.sub(r"[ \u00a0\u202f]+:(?!\S)", NO_BREAK + ":", text)
        text = re.sub(r"«[ \u00a0\u202f]*", "«" + NARROW, text)
        text = re.sub(r"[ \u00a0\u202f]*»", NARROW + "»", text)
        text = re.sub(r"(?<=\d) (?=[%€])", NARROW, text)
        text = re.sub(r"\b([Aa]rticles?|[Pp]aragraphes?|[Cc]onsidérants?|[Aa]nnexes?|[Pp]oints?) (?=[\dIVXLC])", r"\1" + NO_BREAK, text)  # fmt: skip  # noqa: E501
    else:
        text = re.sub(r"\b(Articles?|Art\.|Recitals?|Annex|Chapters?|EUR|points?|paragraphs?) (?=[\dIVXLC])", r"\1" + NO_BREAK, text)  # fmt: skip  # noqa: E501
    return text


class Words:
    """What the templates say in one language. ``root`` leads from the page that is written to the top of the site."""

    def __init__(
        self, knowledge: Knowledge, graph: Graph, addresses: Addresses, documents: Documents, language: str
    ) -> None:
        self.knowledge, self.graph, self.addresses, self.language = knowledge, graph, addresses, language
        self.documents = documents
        self.root = "../../"
        self.used: set[str] = set()
        self.labels: dict[str, str] = {}

    def t(self, phrase: str, **values: object) -> str:
        """A phrase of the pages; every one is data."""
        self.used.add(phrase)
        return self.phrase(f"page-{phrase}", **values)

    def phrase(self, name: str, **values: object) -> str:
        """A phrase of reports or pages."""
        return typography(self.knowledge.say(self.language, name, **values), self.language)

    def section(self, name: str) -> str:
        """The title of a section: what its things are called, if there is no phrase for it."""
        return self.of_section("section", name) or self.kind_in(name) or name

    def about(self, name: str) -> str:
        """A sentence on a section."""
        return self.of_section("about", name)

    def of_section(self, phrase: str, name: str) -> str:
        return self.of(self.knowledge.labels.get(f"{BASE}phrase/page-{phrase}-{name}", {}))

    def kind_in(self, section: str) -> str:
        documents = self.addresses.documents.values()
        return next((self.kind(each.iri) for each in documents if each.section == section and each.name != "index"), "")

    def typed(self, text: str) -> str:
        return typography(text, self.language)

    def of(self, texts: dict[str, str]) -> str:
        """The text of this language."""
        return typography(texts.get(self.language) or texts.get("en", ""), self.language)

    def text(self, iri: str, predicate: str) -> str:
        return self.of(self.graph.texts(iri, predicate)) or typography(self.graph.text(iri, predicate) or "", "en")

    def define(self, iri: str) -> str:
        return self.of(self.graph.texts(iri, SKOS + "definition"))

    def label(self, iri: str) -> str:
        """How a thing is called: a provision by its citation, a rule by its name, a condition by what it asks."""
        if iri not in self.labels:
            self.labels[iri] = self.named(iri)
        return self.labels[iri]

    def named(self, iri: str) -> str:
        kind = self.addresses.kind(iri)
        if kind in ("Doubt", "Duty", "Claim", "Caution"):
            return self.define(iri)
        for word in (DCTERMS + "bibliographicCitation", SKOS + "prefLabel", SH + "message"):
            texts = self.graph.texts(iri, word)
            if texts and texts.get("en") != iri:
                return self.of(texts)
        if kind == "Amendment":
            return self.t("amendment", point=self.graph.text(iri, SKOS + "notation"))
        head, _, day = iri.partition("/in/")
        if day:
            return f"{self.label(head)} ({self.plain_day(day)})"
        if iri in self.addresses.parts:
            return f"{self.label(self.addresses.parts[iri][0])} ({self.addresses.parts[iri][1]})"
        if kind == "Condition":
            rule, _, place = iri.rpartition(".")
            return self.phrase("with", this=self.label(rule), that=place)
        return self.known_words.get(iri) or curie(iri)

    @cached_property
    def known_words(self) -> dict[str, str]:
        """Words of other vocabularies that pages say: ``phrase:page-says-`` and the short name with a hyphen."""
        found = {}
        for iri in self.graph.by_predicate:
            if not iri.startswith(AIACT):
                name = f"{BASE}phrase/page-says-{curie(iri).replace(':', '-')}"
                if name in self.knowledge.labels:
                    found[iri] = self.of(self.knowledge.labels[name])
        return found

    def short(self, provision: str) -> str:
        """The short citation of a provision, by its key: ``Art. 53(2)``."""
        return typography(cite(provision, self.language, short=True), self.language)

    def cite(self, provision: str) -> str:
        return typography(cite(provision, self.language), self.language)

    def kind(self, iri: str) -> str:
        """What sort of thing it is, in a word."""
        kind = self.addresses.kind(iri)
        if kind == "Condition":
            return self.t("kind-condition")
        return self.label(AIACT + kind) if AIACT + kind in self.addresses.documents else self.label_of_class(iri)

    def label_of_class(self, iri: str) -> str:
        kinds = {"Class": "class", "ObjectProperty": "property", "DatatypeProperty": "property",
                 "AnnotationProperty": "property", "NamedIndividual": "individual", "Ontology": "ontology",
                 "LegalResource": "legal-resource"}  # fmt: skip
        return self.t("kind-" + kinds.get(self.addresses.kind(iri), "individual"))

    # -- links

    def href(self, iri: str) -> str:
        """Where a thing is spoken of, from the page that is written: in the site, else at its own address."""
        path = self.addresses.href(iri, self.language)
        return self.root + path if path else iri

    def a(self, iri: str, text: str = "") -> Markup:
        """A link to a thing, by its name."""
        path = self.addresses.href(iri, self.language)
        shown = escape(text or self.label(iri))
        if path:
            return Markup(f'<a href="{escape(self.root + path)}">{shown}</a>')
        return self.out(iri, text)

    def out(self, address: str, text: str = "") -> Markup:
        """A link to another site, if the address is one that a browser can open."""
        if not address.startswith(("http://", "https://")):
            return Markup(escape(text or address))
        return Markup(f'<a href="{escape(address)}" rel="external noopener">{escape(text or address)}</a>')

    def rule(self, name: str) -> Markup:
        """A link to a rule with the provision that it states before its name."""
        rule = self.knowledge.rules[name]
        place = "" if rule.provision.startswith("http") else self.short(rule.provision)
        return Markup(f'<span class="place">{escape(place)}</span> {self.a(RULE + name)}')

    def reading(self, name: str) -> Markup:
        """A link to a reading, after the question that it answers."""
        question = BASE + "reading/" + self.knowledge.readings[name].question
        return Markup("{}{} {}").format(self.a(question), self.t("colon"), self.a(BASE + "reading/" + name))

    # -- values

    def plain_day(self, day: str) -> str:
        """A day in words: 2 August 2026, 2 août 2026."""
        year, month, number = day.split("-")
        first = "1er" if self.language == "fr" and number == "01" else str(int(number))
        return f"{first}{NO_BREAK}{MONTHS[self.language][int(month) - 1]}{NO_BREAK}{year}"

    def day(self, day: str) -> Markup:
        if not DAY.fullmatch(day or ""):
            return Markup(escape(day or "–"))
        return Markup(f'<time datetime="{day}">{self.plain_day(day)}</time>')

    def number(self, text: str) -> str:
        """A number with the marks of the language; powers of ten for what is huge."""
        value = float(text)
        if value and (abs(value) >= 1e15 or abs(value) < 1e-3):
            base, _, power = f"{value:.6e}".partition("e")
            base = base.rstrip("0").rstrip(".")
            raised = str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
            text = f"10{raised}" if base == "1" else f"{base} × 10{raised}"
        else:
            text = f"{value:,.4f}".rstrip("0").rstrip(".")
            text = text.replace(",", NARROW if self.language == "fr" else ",")
        return text.replace(".", ",") if self.language == "fr" else text

    def value(self, term: Term) -> Markup:
        """A value as a reader expects it: a day in words, yes or no, a link to what is named."""
        if not isinstance(term, Literal):
            return Markup("–") if term.startswith("_:") else self.a(term)
        if term.datatype == XSD + "date":
            return self.day(term.text)
        if term.datatype == XSD + "boolean":
            return Markup(escape(self.phrase("yes" if term.text == "true" else "no")))
        if term.datatype in (XSD + "double", XSD + "decimal", XSD + "integer"):
            return Markup(escape(self.number(term.text)))
        return Markup(escape(typography(term.text, term.language or "en")))

    def told(self, values: Iterable[Term]) -> list[Markup]:
        """Values of a statement: texts of this language only, and nameless ones as Turtle."""
        kept = [v for v in values if not isinstance(v, Literal) or v.language in ("", self.language)]
        return [
            Markup("<code>{}</code>").format(self.documents.term(v, 1)) if _is_blank(v) else self.value(v) for v in kept
        ]

    def pairs(self, told: Iterable[tuple[str, str]]) -> str:
        """``this: that; this: that``, with the spaces of the language."""
        return self.phrase("semicolon").join(self.phrase("with", this=this, that=that) for this, that in told)

    @property
    def semicolon(self) -> Markup:
        return Markup(escape(self.phrase("semicolon")))

    def list(self, items) -> Markup:
        return Markup(", ").join(items)

    def key_of(self, iri: str) -> str:
        """The key of a provision, for searching: ``art_53_par_2``."""
        return iri.removeprefix(ACT) if iri.startswith(ACT) else local(iri)


def _is_blank(term: Term) -> bool:
    return not isinstance(term, Literal) and term.startswith("_:")

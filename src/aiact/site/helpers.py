"""Small functions that templates call; what they need to know of the site is given once."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from markupsafe import Markup

from ..findings.assess import ORDER
from ..law.graph import Literal, Term
from ..law.knowledge import Rule
from ..law.names import ACT, AIACT, DCTERMS, PROJECT, RULE, SH
from ..law.shapes import Shape
from ..sparql.query import shown
from .addresses import Document, wording_place
from .words import Words

if TYPE_CHECKING:
    from .build import Site

REQUIRES = DCTERMS + "requires"
CAMEL = {"not_applicable": "notApplicable"}


def helpers(site: Site) -> dict:
    """The functions by the names under which templates call them."""
    base, things = site.knowledge, site.things

    def links(words: Words, terms) -> list[Markup]:
        return [words.value(term) for term in terms]

    def sanctions(rule: Rule) -> list[str]:
        return list(dict.fromkeys(name for name in (rule.sanction, *(duty.sanction for duty in rule.duties)) if name))

    def nearest(above: list[str]) -> str:
        """The innermost provision around that a rule cites."""
        return next((iri for iri in reversed(above[1:]) if things.rules_by_source.get(iri.removeprefix(ACT))), "")

    def exemptions() -> tuple[list[Rule], list[Rule]]:
        """The exemptions that the Act grants today: those that look at a licence, and the others."""
        found = [
            rule
            for rule in base.rules.values()
            if rule.kind == "Exemption" and rule.in_force(max(base.texts)) and rule.force == "act"
        ]
        licence = [each for each in found if AIACT + "licence" in things.graph.objects(RULE + each.id, REQUIRES)]
        return licence, [each for each in found if each not in licence]

    def rules_by_chapter() -> list[tuple[str, list[Rule]]]:
        groups: dict[str, list[Rule]] = defaultdict(list)
        for rule in base.rules.values():
            around = [ACT + rule.provision, *things.above(ACT + rule.provision)]
            groups[next((iri for iri in reversed(around) if "/cpt_" in iri), "")].append(rule)
        order = lambda chapter: int(things.graph.text(chapter, SH + "order")) if chapter else 10**6  # noqa: E731
        return sorted(groups.items(), key=lambda entry: order(entry[0]))

    def terms_by_kind() -> list[tuple[str, list[Document]]]:
        groups: dict[str, list[Document]] = defaultdict(list)
        for document in things.section("ns"):
            groups[site.addresses.kind(document.iri)].append(document)
        return sorted(groups.items())

    def licence_tests() -> list[str]:
        return list(dict.fromkeys(item.rule.id for items in site._licences.values() for item in items))

    def licence_truth(iri: str, rule: str):
        return next((item for item in site.licence_truths(iri) if item.rule.id == rule), None)

    def cell_of(words: Words, cell: Term | None) -> Markup:
        """A cell of an answer: a link for what has a page, its short name for what has none."""
        if cell is None:
            return Markup("")
        if isinstance(cell, Literal):
            return words.value(cell)
        if cell.startswith(PROJECT):
            return Markup("{}").format(shown(cell))  # an entity of a description has no page of its own
        return words.a(cell, shown(cell)) if site.addresses.of(cell) else words.out(cell, shown(cell))

    def reading_name(words: Words, contested: tuple[str, ...], name: str) -> str:
        found = (base.readings.get(f"{question}.{name}") for question in contested)
        return next((words.of(reading.label) for reading in found if reading), name)

    return {
        "links": links,
        "sanctions": sanctions,
        "nearest": nearest,
        "wording_place": wording_place,
        "exemptions": exemptions,
        "rules_by_chapter": rules_by_chapter,
        "terms_by_kind": terms_by_kind,
        "licence_tests": licence_tests,
        "licence_truth": licence_truth,
        "cell_of": cell_of,
        "reading_name": reading_name,
        "shape": lambda name: Shape(name, None, ()),
        "classes": lambda fact: [AIACT + name for name in fact.classes],
        "count": lambda section: len(things.section(section)),
        "statuses": ORDER,
        "status_term": lambda status: CAMEL.get(status, status),
        "without_header": lambda text: re.sub(r"(?m)^#\+.*\n", "", text).strip(),
    }

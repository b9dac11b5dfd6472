"""Coverage: which provisions of the Act the rules state, which are left out and why, and which are disputed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from .cite import act_order, cite
from .graph import Graph
from .names import ACT, AIACT, DCTERMS, ELI, RULE, SKOS

KINDS = ("Parameter", "Sanction", "Relief")  # what states the whole of a provision, as rules do
ENACTING = re.compile(r"(art|anx)_")  # recitals explain, and state nothing


@dataclass(frozen=True, slots=True)
class Place:
    """One provision that has no parts: what states it, or why nothing does."""

    key: str
    chapter: str
    rules: tuple[str, ...]
    terms: tuple[str, ...]  # parameters and sanctions, facts and words of the ontology
    omission: str  # IRI of the reason
    questions: tuple[str, ...]

    @property
    def article(self) -> str:
        return "_".join(self.key.split("_")[:2])


def places(graph: Graph) -> Iterator[Place]:
    """Every article and annex down to its smallest parts, in the order of the Act.

    A rule, parameter or sanction states the whole of what it cites; a fact or a word does so below the article only.
    """
    part_of = {each: graph.value(each, ELI + "is_part_of") for each in graph.of_class(AIACT + "Provision")}
    rules, wholes, terms, questions = (defaultdict(list) for _ in range(4))
    questioned, stating = set(graph.of_class(AIACT + "LegalQuestion")), set()
    stating.update(*(graph.of_class(AIACT + kind) for kind in KINDS))
    for subject in graph.subjects(DCTERMS + "source"):
        for source in graph.objects(subject, DCTERMS + "source"):
            if subject.startswith(RULE):
                rules[source].append(subject.removeprefix(RULE).split(".")[0])
            elif subject in questioned:
                questions[source].append(subject)
            elif subject in stating:
                wholes[source].append(subject)
            elif subject.startswith(AIACT):
                terms[source].append(subject)
    omitted = {
        provision: omission
        for omission in graph.of_class(AIACT + "Omission")
        for provision in graph.objects(omission, AIACT + "omits")
    }
    for iri in set(part_of) - set(part_of.values()):
        if ENACTING.match(iri.removeprefix(ACT)):
            above = [iri]
            while part_of.get(above[-1]):
                above.append(part_of[above[-1]])
            own = [each for each in above if ENACTING.match(each.removeprefix(ACT))]
            chapter = next((each.removeprefix(ACT) for each in reversed(above) if "/cpt_" in each), "anx")
            yield Place(
                iri.removeprefix(ACT),
                chapter,
                tuple(dict.fromkeys(rule for each in own for rule in rules[each])),
                (
                    *(term for each in own[:-1] or own for term in terms[each]),
                    *(term for each in own for term in wholes[each]),
                ),
                next((omitted[each] for each in own if each in omitted), ""),
                tuple(dict.fromkeys(question for each in own for question in questions[each])),
            )


def table(graph: Graph, language: str = "en") -> str:
    """A Markdown table, a line for each chapter: articles stated, left out and why, and open questions."""
    label = lambda iri: graph.texts(iri, SKOS + "prefLabel").get(language, "")  # noqa: E731
    heads = {
        "en": ("part", "stated by rules", "left out, and why", "open questions"),
        "fr": ("partie", "énoncé par des règles", "laissé de côté, et pourquoi", "questions ouvertes"),
    }[language]
    lines = [row(heads), row(["---"] * len(heads))]
    by_chapter: dict[str, list[Place]] = defaultdict(list)
    for place in sorted(places(graph), key=lambda place: act_order(place.key)):
        by_chapter[place.chapter].append(place)
    for chapter in sorted(by_chapter, key=act_order):
        found = by_chapter[chapter]
        stated = [place.article for place in found if place.rules or place.terms]
        reasons: dict[str, list[str]] = defaultdict(list)
        for place in found:
            if place.omission and not place.rules:
                reasons[place.omission].append(place.article)
        left = "; ".join(f"{label(reason)}: {numbers(articles)}" for reason, articles in reasons.items())
        open_ = ", ".join(dict.fromkeys(label(question) for place in found for question in place.questions))
        name = cite(chapter, language) if chapter != "anx" else {"en": "Annexes", "fr": "Annexes"}[language]
        lines.append(row([name, numbers(stated), left, open_]))
    return "\n".join(lines) + "\n"


def row(cells) -> str:
    return "| " + " | ".join(cell or "–" for cell in cells) + " |"


def numbers(articles: list[str]) -> str:
    """The numbers of articles, each once, runs drawn together: ``5, 8-15``."""
    names = [article.split("_")[1] for article in dict.fromkeys(articles)]
    runs: list[list[str]] = []
    for name in names:
        last = runs[-1][-1] if runs else ""
        if last.isdigit() and name.isdigit() and int(name) == int(last) + 1:
            runs[-1].append(name)
        else:
            runs.append([name])
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)

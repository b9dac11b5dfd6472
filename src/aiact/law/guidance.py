"""Guidance: what the knowledge holds beside the law, for interviews and plans, in plain Python values."""

from __future__ import annotations

from dataclasses import dataclass, field

from .graph import Graph
from .names import ACT, AIACT, DCTERMS, SKOS, local

Texts = dict[str, str]  # language → text


@dataclass(slots=True)
class Opening:
    """What somebody can have to do with AI, and the description, in the format users write, that says it."""

    id: str
    label: Texts
    given: str
    basis: str  # key of a provision


@dataclass(slots=True)
class Topic:
    """What an interview can be confined to: what the effects of some rules could take away."""

    id: str
    label: Texts
    definition: Texts
    rules: tuple[str, ...]


@dataclass(slots=True)
class Remedy:
    """A change that a person can make to a fact, and what it takes."""

    id: str
    label: Texts
    fact: str  # IRI
    value: str  # as a description writes it; empty if the manner finds it
    manner: str  # withoutValues, lowered or otherTerms; empty if the value is given
    source: str


@dataclass(slots=True)
class Evidence:
    """What counts to show that duties are met or that conditions of exemptions hold."""

    id: str
    label: Texts
    rules: tuple[str, ...]
    attests: tuple[str, ...]  # IRIs of facts
    source: str
    needs_address: bool  # it is public, and one must be able to say where


@dataclass(slots=True)
class ChecklistItem:
    """One thing to see to when a duty is met."""

    id: str
    label: Texts
    rule: str
    source: str


@dataclass(slots=True)
class CostRange:
    """What a source says that compliance costs, in euros, and where it says so; no rules: in all other cases."""

    id: str
    label: Texts
    lowest: int
    highest: int
    rules: tuple[str, ...]
    force: str
    source: str


@dataclass(slots=True)
class PlanStep:
    """One step of a plan."""

    id: str
    label: Texts
    definition: Texts
    source: str
    rules: tuple[str, ...]  # that it is about
    facts: tuple[str, ...]  # IRIs of those that it tries out


@dataclass(slots=True)
class Guidance:
    """All of it."""

    openings: list[Opening] = field(default_factory=list)
    topics: dict[str, Topic] = field(default_factory=dict)
    remedies: list[Remedy] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    checklists: dict[str, list[ChecklistItem]] = field(default_factory=dict)  # by rule
    costs: list[CostRange] = field(default_factory=list)
    steps: list[PlanStep] = field(default_factory=list)
    binding_terms: frozenset[str] = frozenset()  # licence terms that bind what is made from a work

    def step(self, id: str) -> PlanStep:
        return next(step for step in self.steps if step.id == id)


def read_guidance(graph: Graph) -> Guidance:
    """The guidance of a knowledge base, in the order of its files or in the order that it states."""
    label = lambda iri: graph.texts(iri, SKOS + "prefLabel")  # noqa: E731
    definition = lambda iri: graph.texts(iri, SKOS + "definition")  # noqa: E731
    source = lambda iri: (graph.value(iri, DCTERMS + "source") or "").removeprefix(ACT)  # noqa: E731
    rules = lambda iri, word: tuple(local(rule) for rule in graph.objects(iri, AIACT + word))  # noqa: E731
    text = lambda iri, word: graph.text(iri, AIACT + word) or ""  # noqa: E731

    def in_order(cls: str) -> list[str]:
        return sorted(graph.of_class(AIACT + cls), key=lambda iri: int(text(iri, "order") or 0))

    checklists: dict[str, list[ChecklistItem]] = {}
    for iri in in_order("ChecklistItem"):
        item = ChecklistItem(local(iri), label(iri), rules(iri, "itemOf")[0], source(iri))
        checklists.setdefault(item.rule, []).append(item)
    return Guidance(
        openings=[
            Opening(local(iri), label(iri), text(iri, "given"), source(iri))
            for iri in graph.of_class(AIACT + "Opening")
        ],
        topics={
            local(iri): Topic(local(iri), label(iri), definition(iri), rules(iri, "concerns"))
            for iri in graph.of_class(AIACT + "Topic")
        },
        remedies=[
            Remedy(
                local(iri), label(iri), graph.value(iri, AIACT + "alters") or "", text(iri, "toValue"),
                local(graph.value(iri, AIACT + "manner") or ""), source(iri),
            )
            for iri in graph.of_class(AIACT + "Remedy")
        ],
        evidence=[
            Evidence(
                local(iri), label(iri), rules(iri, "evidences"), tuple(graph.objects(iri, AIACT + "attests")),
                source(iri), bool(text(iri, "needsAddress")),
            )
            for iri in graph.of_class(AIACT + "Evidence")
        ],
        checklists=checklists,
        costs=[
            CostRange(
                local(iri), label(iri), int(text(iri, "lowest")), int(text(iri, "highest")), rules(iri, "wherever"),
                local(graph.value(iri, AIACT + "force") or ""), source(iri),
            )
            for iri in in_order("CostRange")
        ],
        steps=[
            PlanStep(
                local(iri), label(iri), definition(iri), source(iri), rules(iri, "concerns"),
                tuple(graph.objects(iri, AIACT + "looksAt")),
            )
            for iri in in_order("PlanStep")
        ],
        binding_terms=frozenset(graph.subjects(AIACT + "bindsDerivatives")),
    )  # fmt: skip

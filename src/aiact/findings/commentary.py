"""Claims of commentaries that would mislead on the facts of a project.

Which claims do so, on which facts and with which duties, is data: the rules of the kind *Misconception*.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..law.knowledge import Claim, Rule
from .conclude import Court, Finding
from .evaluate import T
from .prove import Step

FALSE_COMFORT, CONTRADICTS = "false_comfort", "contradicts"


@dataclass(slots=True)
class Misled:
    """One misconception at one entity: the claims that lead to it, and what the law finds there instead."""

    rule: Rule
    entity: str
    claims: dict[str, Claim]  # by IRI
    findings: list[Finding]
    because: list[Step]

    @property
    def provisions(self) -> list[str]:
        """What says otherwise: the provisions of the findings that prove it, else those that correct the claims."""
        found = [finding.rule.provision for finding in self.findings]
        found = found or [source for source in self.rule.sources if source not in self.claims]
        return list(dict.fromkeys(found or [each for claim in self.claims.values() for each in claim.corrected_by]))

    @property
    def weight(self) -> tuple[bool, bool]:
        """What is told first: false comforts, and of these the claims that the law contradicts."""
        first = next(iter(self.claims.values()))
        return self.rule.tempts_to != FALSE_COMFORT, CONTRADICTS not in first.divergences


def misled(court: Court, judged: list[Finding]) -> list[Misled]:
    """Every misconception that would mislead on this description, the most dangerous first; one entry an entity."""
    found, prevailing = [], court.readings.with_({})
    at: dict[str, list[Finding]] = {}
    for finding in judged:
        at.setdefault(finding.entity, []).append(finding)
    for rule in court.rules.values():
        for entity in court.facts.of_class(rule.target) if rule.kind == "Misconception" else ():
            if court.truth(rule.id, entity, prevailing) != T or court.classify(rule, entity)[0].truth != T:
                continue
            proving = [
                finding
                for finding in at.get(entity, [])
                if finding.rule.id in rule.where_duties and finding.status in rule.where_status
            ]
            if proving or not rule.where_duties:
                because = court.prover(prevailing).because(rule.id, entity)
                claims = court.knowledge.claims
                told = {source: claims[source] for source in rule.sources if source in claims}
                found.append(Misled(rule, entity, told, proving, because))
    return sorted(found, key=lambda item: item.weight)

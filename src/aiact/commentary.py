"""Claims of commentaries that would mislead on the facts of a project.

Which claims do so, on which facts and with which duties, is data: the rules of the kind *Misconception*.
"""

from __future__ import annotations

from dataclasses import dataclass

from .conclude import Court, Finding
from .evaluate import T
from .knowledge import Claim, Rule
from .prove import Step

FALSE_COMFORT = "false_comfort"  # told first: a duty overlooked costs more than one too many


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
        return list(dict.fromkeys(found or [each for claim in self.claims.values() for each in claim.corrected_by]))


def misled(court: Court, judged: list[Finding]) -> list[Misled]:
    """Every misconception that would mislead on this description, false comforts first; one entry an entity."""
    found = []
    for rule in court.rules.values():
        if rule.kind == "Misconception":
            for entity in court.facts.of_class(rule.target):
                findings = [
                    finding
                    for finding in judged
                    if finding.entity == entity
                    and finding.rule.id in rule.where_duties
                    and finding.status in rule.where_status
                ]
                if (findings or not rule.where_duties) and court.classify(rule, entity)[0].truth == T:
                    because = court.prover(court.readings.with_({})).because(rule.id, entity)
                    claims = {
                        source: court.knowledge.claims[source]
                        for source in rule.sources
                        if source in court.knowledge.claims
                    }
                    found.append(Misled(rule, entity, claims, findings, because))
    return sorted(found, key=lambda item: item.rule.tempts_to != FALSE_COMFORT)

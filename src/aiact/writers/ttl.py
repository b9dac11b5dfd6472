"""Turtle: findings with their proof as RDF, in terms of PROV-O."""

from __future__ import annotations

from ..findings.assess import Assessment
from ..reports.proof import findings_graph


def write(assessment: Assessment, language: str = "en", everything: bool = True) -> str:
    return findings_graph(assessment)

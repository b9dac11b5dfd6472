"""Turtle: findings with their proof as RDF, in terms of PROV-O."""

from __future__ import annotations

from ..assess import Assessment
from ..proof import findings_graph


def write(assessment: Assessment, language: str = "en", everything: bool = True) -> str:
    return findings_graph(assessment)

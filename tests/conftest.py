"""What tests share: the knowledge base, the rules' examples, and a short way to assess a description in YAML."""

import os
import textwrap
from pathlib import Path

import pytest

from aiact import assess
from aiact.law.knowledge import knowledge

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
DAY = "2026-11-22"
LARK = """aiact: 1
name: Lark
provider: {name: Lark Collective, kind: other_body, established_in: FR}
model:
  name: Lark 7B
  licence: Apache-2.0
  outputs: [text]
  generality: general
  training_compute: 6e23
  weights_public: true
  architecture_public: true
  usage_information_public: true
  monetisation: []
  placed_on_union_market: 2026-09-01
"""
os.environ["AIACT_TEXTS"] = str(ROOT / "tests" / "no-texts")  # not those that the user of this machine has imported


@pytest.fixture(scope="session")
def base():
    return knowledge()


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The static site, built once for all tests about pages, without official texts."""
    from pages import built

    return built(tmp_path_factory)


def judge(yaml: str, on: str = DAY, **options):
    """The assessment of a description given as text."""
    return assess(textwrap.dedent(yaml).encode(), on, **options)


def status(assessment, rule: str, entity: str | None = None, bearer: str | None = None) -> str | None:
    """The status of one duty; None if it is not found at all."""
    found = {
        finding.status
        for finding in assessment.findings
        if finding.rule.id == rule
        and entity in (None, assessment.short(finding.entity))
        and (bearer is None or (finding.bearer and assessment.short(finding.bearer) == bearer))
    }
    assert len(found) <= 1, f"{rule} has several statuses: {found}"
    return next(iter(found), None)

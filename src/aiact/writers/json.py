"""JSON: everything about the assessment, both languages, after the schema that ``aiact schema --findings`` gives."""

from __future__ import annotations

import json

from ..findings.assess import Assessment


def write(assessment: Assessment, language: str = "en", everything: bool = True) -> str:
    return json.dumps(assessment.as_dict(), ensure_ascii=False, indent=1) + "\n"

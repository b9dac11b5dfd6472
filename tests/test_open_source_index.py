"""Records of the European Open Source AI Index, as far as a description can carry them: none gains a comfort.

A record states a licence in words, what is public, and in comments how much was computed. It says nothing of what is
earned, nor of a day of placing on the market, so no record by itself can carry an exemption.
"""

from __future__ import annotations

import json
import re
from functools import cache

import pytest
from conftest import DAY, SHARED
from ruamel.yaml import YAML

from aiact import assess

RECORDS = sorted((SHARED / "data" / "osai").glob("*.yaml"))
COMPUTE = re.compile(
    r"(Base|End) model training compute: *(>=|~)? *([\d.]+e\+?\d+)[^\n]*?(?:\+- *([\d.]+) OoM|$)", re.M
)
PUBLIC = {"open": True, "closed": False}
ALL_ELSE = {
    "modifies": None,
    "training_compute": 5e23,
    "monetisation": [],
    "placed_on_union_market": "2025-09-01",
    "generality": "general",
    "usage_information_public": True,
    "architecture_public": True,
    "weights_public": True,
}
FREE = re.compile(
    r"Apache[- ]2\.0|MIT License|BSD 3-Clause|GNU General Public License v3\.0|Apple Sample Code License"
    r"|CC-BY(-SA)?-4\.0"
)
pytestmark = pytest.mark.skipif(not RECORDS, reason="the records of the index are not at hand")
each_record = pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)


@cache
def record(path) -> tuple[dict, str]:
    text = path.read_text(encoding="utf-8")
    return YAML(typ="safe", pure=True).load(text), text


def described(path, **more) -> dict:
    """A record as a description: what it says of the model that it judges, and of the one that this was made from."""
    given, text = record(path)
    system = given["system"]
    model = {
        "name": system.get("endmodelname") or path.stem,
        "licence": licence(given),
        "weights_public": public(given, "weights_endmodel"),
        "architecture_public": public(given, "hardware_architecture"),
        "usage_information_public": public(given, "modelcard"),
        "outputs": [
            kind for kind in (system.get("type") or "").split(",") if kind.strip() in ("text", "image", "video")
        ],
        "training_compute": computed(text, "End"),
    }
    base = {"name": system.get("basemodelname"), "training_compute": computed(text, "Base")}
    models = {"model": model}
    if base["name"] and base["name"] != model["name"]:
        models["base"] = base
        model["modifies"] = "base"
    model |= more
    kept = {name: {key: v for key, v in m.items() if v not in (None, "")} for name, m in models.items()}
    return {"aiact": 1, "name": path.stem, "models": kept}


def licence(given: dict) -> str:
    return (given["system"].get("endmodellicense") or "").strip()


def public(given: dict, key: str) -> bool | None:
    return PUBLIC.get(str((given.get(key) or {}).get("class") or "").strip())


def computed(text: str, which: str):
    """Compute as the comment has it: exact, at least, or within so many orders of magnitude."""
    for model, sign, amount, orders in COMPUTE.findall(text):
        if model == which:
            value, margin = float(amount), 10 ** float(orders or 0)
            return f">= {value!r}" if sign == ">=" else {"min": value / margin, "max": value * margin}
    return None


def found(path, **more):
    return assess(json.dumps(described(path, **more), default=str).encode(), DAY, name=f"{path.stem}.json")


@each_record
def test_a_record_carries_no_exemption_and_what_does_not_apply_fails_on_what_it_says(path):
    for finding in found(path).as_dict()["findings"]:
        assert finding["status"] != "lifted"
        if finding["status"] == "not_applicable":
            lines = {fact["source"].get("line") for step in finding["because"] for fact in step["facts"]}
            # Article 25(4) is about parts of systems, and no record describes a system; weights are no system either
            assert lines - {None, 0} or finding["rule"].startswith(("art-25-4", "art-5-1-ba-weights")), finding


@each_record
def test_with_all_else_stated_the_licence_alone_decides(path):
    found_free = "lifted" in {finding.status for finding in found(path, **ALL_ELSE).findings}
    assert found_free == bool(FREE.fullmatch(licence(record(path)[0])))

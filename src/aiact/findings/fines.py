"""Fines: what a breach of one duty can cost one actor, who imposes it and since when (Articles 99 to 101)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .assess import Assessment
    from .conclude import Finding


def fine(assessment: Assessment, finding: Finding) -> dict | None:
    """The band of fines behind a duty, with its ceiling in EUR for this actor where size and turnover tell it.

    ``from`` is the first day on which a breach can be fined; ``ceiling_by`` names the relief that made the ceiling, and
    ``ceiling_needs`` the facts without which there is none. A band without ``amount`` leaves the penalty to the States.
    """
    name = band_of(assessment, finding)
    if not name:
        return None
    band = assessment.knowledge.sanctions[name]
    amount, relief, needs = ceiling(assessment, band, finding.bearer)
    days = (band["from"].get(assessment.text.id), finding.judgement.starts)
    return {
        "band": name,
        "provision": band["provision"],
        "label": band["label"],
        "imposed_by": band["imposed_by"],
        "from": max((day for day in days if day), default=None),
        "amount": band["amount"],
        "share_of_turnover": band["share"],
        "ceiling": amount,
        "ceiling_by": relief and {word: relief[word] for word in ("provision", "label")},
        "ceiling_needs": needs,
    }


def band_of(assessment: Assessment, finding: Finding) -> str:
    """The band that the duty names in the text of the day, or what stands in for it for this actor or entity."""
    court, sanctions = assessment.court, assessment.knowledge.sanctions
    duties = court.book.duties_in_force(finding.rule)
    name = next((duty.sanction for duty in duties if duty.sanction), finding.rule.sanction)
    readings = court.readings.with_({})
    for other, kinds, rule in sanctions[name]["instead"] if name else ():
        if kinds and finding.bearer and assessment.value(finding.bearer, "kind") in kinds:
            return other
        if rule in court.rules:
            nodes = court.nodes_for(court.rules[rule], finding.entity)
            if any(court.truth(rule, node, readings) == "holds" for node in nodes):
                return other
    return name


def ceiling(assessment: Assessment, band: dict, actor: str | None) -> tuple[float | None, dict | None, list[str]]:
    """The higher of amount and share, unless a relief says otherwise; the relief; the facts that are wanting."""
    if actor is None or band["amount"] is None:
        return None, None, []
    kind, size = assessment.value(actor, "kind"), assessment.value(actor, "size")
    reliefs = [relief for relief in band["relief"] if relief["from"] <= assessment.text.id]
    for relief in reliefs:
        if kind in relief["alone"]:
            return band["amount"], relief, []
        if kind in relief["open"]:
            return None, relief, []
    if band["share"] is None:
        return band["amount"], None, []
    turnover = assessment.highest(actor, "turnover")
    by_size = any(relief["sizes"] for relief in reliefs)
    needs = ["size"] * (size is None and by_size) + ["turnover"] * (turnover is None)
    if needs:
        return None, None, [f"{assessment.short(actor)}.{fact}" for fact in needs]
    lower = next((relief for relief in reliefs if size in relief["sizes"]), None)
    return (min if lower else max)(band["amount"], band["share"] * turnover), lower, []

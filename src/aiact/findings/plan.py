"""The plan of a project: the seven steps, made concrete, with dates, evidence, changes within reach and orders of cost.

All of it is derived from one assessment; nothing is claimed that it does not show. ``plan`` gives maps and lists for
JSON, every text in both languages; ``plan_report`` puts them into words.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..law.guidance import CostRange, Evidence
from ..law.knowledge import Rule
from ..law.names import AIACT
from .advise import Adviser, Change, Move, Shift, inventory
from .assess import Assessment
from .conclude import Finding
from .evaluate import F, T, U

LANGUAGES = ("en", "fr")
OWED = ("applies", "transitional", "conditional", "upcoming")
Texts = dict[str, str]


def plan(assessment: Assessment) -> dict:
    """The whole plan of an assessed project."""
    adviser = Adviser(assessment)
    makers = {
        "role": roles,
        "conditions": conditions,
        "exceptions": exceptions,
        "inventory": parts,
        "duties": owed,
        "training": training,
        "commercial": lambda _: commercial(adviser),
    }
    return {
        "aiact": "1",
        "as_of": assessment.day,
        "project": {"name": assessment.facts.description.name, "source": assessment.facts.description.file},
        "left_to_others": left_to_others(assessment),
        "steps": [
            {
                "step": step.id,
                "label": step.label,
                "definition": step.definition,
                "provision": step.source,
                "items": makers[step.id](assessment),
            }
            for step in assessment.knowledge.guidance.steps
        ],
        "changes": [changed(adviser, change) for change in adviser.changes],
        "questions": assessment.questions[:3],
        "checklists": checklists(assessment),
        "sentences": sentences(assessment),
        "costs": costs(assessment),
    }


def left_to_others(assessment: Assessment) -> list[str]:
    """The works of others, whose duties the plan leaves to them."""
    ours = our_things(assessment)
    others = dict.fromkeys(item.entity for item in assessment.findings if item.entity not in ours)
    return [assessment.short(entity) for entity in others]


# -- the steps


def roles(assessment: Assessment) -> list[dict]:
    """Who holds which role towards what, or may hold it; nobody is named where the description names nobody."""
    found: dict[tuple, dict] = {}
    named = {(item.rule.confers, item.entity) for item in assessment.classifications if item.actor and item.truth != F}
    for item in assessment.classifications:
        if item.rule.confers and item.truth != F and (item.actor or (item.rule.confers, item.entity) not in named):
            key = (item.actor, item.rule.confers, item.entity)
            found[key] = {
                "actor": assessment.short(item.actor) if item.actor else None,
                "role": assessment.knowledge.roles[item.rule.confers],
                "label": assessment.knowledge.labels.get(item.rule.confers, {}),
                "entity": assessment.short(item.entity),
                "truth": T if T in (item.truth, found.get(key, {}).get("truth")) else item.truth,
                "provision": item.rule.provision,
            }
    return sorted(found.values(), key=lambda item: (item["actor"] is None, item["truth"] != T))


def exemptions(assessment: Assessment) -> list[tuple[Rule, str]]:
    """The open-source exemptions, at everything that they can concern and for which somebody answers."""
    ours, court = our_things(assessment), assessment.court
    waiting: dict[str, set[str]] = {}
    for item in assessment.findings:
        if item.status != "not_applicable" or item.judgement.lifted_by:
            waiting.setdefault(item.entity, set()).add(item.rule.id)
    return [
        (court.rules[name], node)
        for name in assessment.knowledge.guidance.step("conditions").rules
        if name in court.rules
        for node in court.facts.of_class(court.rules[name].target)
        if node in ours and {*court.rules[name].lifts, *court.rules[name].disapplies} & waiting.get(node, set())
    ]


def our_things(assessment: Assessment) -> set[str]:
    """What the actors of the description answer for, by address; the works of others from which they start are not."""
    return {assessment.facts.iri(entity.id) for entity in Adviser(assessment).ours}


def conditions(assessment: Assessment) -> list[dict]:
    """Each condition of each open-source exemption, at each thing of ours."""
    court, found = assessment.court, []
    readings = court.readings.with_({})
    for rule, node in exemptions(assessment):
        classified = next(item for item in assessment.classifications if item.rule is rule and item.entity == node)
        found.append({
            "rule": rule.id,
            "label": rule.label,
            "provision": rule.provision,
            "entity": assessment.short(node),
            "truth": classified.truth,
            "conditions": [
                {
                    "condition": name,
                    "text": assessment.knowledge.conditions[name].message,
                    "truth": court.truth(name, node, readings),
                    "facts": [
                        assessment.statement(statement)
                        for step in court.prover(readings).because(rule.id, node)
                        if step.condition == name
                        for statement in step.statements
                    ],
                }
                for name in rule.conditions
                if not assessment.knowledge.conditions[name].under
            ],
            "evidence": [evidence(each) for each in evidence_of(assessment, rule.id)],
        })  # fmt: skip
    return found


def exceptions(assessment: Assessment) -> list[dict]:
    """What takes an exemption away, where it does or may."""
    court, found = assessment.court, []
    readings = court.readings.with_({})
    for rule, node in exemptions(assessment):
        for other in court.exceptions(rule.id, node, readings):
            truth = court.truth(other.id, node, readings)
            found.append({
                "rule": other.id, "label": other.label, "provision": other.provision, "from": rule.id,
                "entity": assessment.short(node), "truth": truth,
            })  # fmt: skip
    return found


def parts(assessment: Assessment) -> list[dict]:
    """Components and licences, what each lets one do, and where a licence contradicts the one it stems from."""
    knowledge = assessment.knowledge
    rights, terms = (knowledge.facts[AIACT + word].values for word in ("grants", "terms"))
    named = lambda tokens, among: [{"value": t, "label": knowledge.labels[among[t]]} for t in tokens]  # noqa: E731
    return [
        {
            "entity": part.entity.id,
            "licence": knowledge.label(part.licence, "en") if part.licence else None,
            "stated": assessment.value(assessment.facts.iri(part.entity.id), "licence"),
            "free": part.free,
            "allows": named(part.rights, rights),
            "asks": named(part.terms, terms),
            "conflicts": [{"with": other, "leaves_out": named(left_out, terms)} for other, left_out in part.conflicts],
        }
        for part in inventory(assessment)
    ]


def owed(assessment: Assessment) -> list[dict]:
    """What is owed or may be, in the order of its day, with what counts as evidence and who must hold it."""
    apart, ours = assessment.knowledge.guidance.step("training").rules, our_things(assessment)
    found = [item for item in assessment.findings if item.status in (*OWED, "undetermined") and item.entity in ours]
    found.sort(key=lambda item: (item.status == "undetermined", occasional(item), day_of(item)))
    return [duty(assessment, item) for item in found if item.rule.id not in apart]


def occasional(item: Finding) -> bool:
    """Whether a duty sleeps until something wakes it, such as a request."""
    return any(each.upon for each in item.rule.duties)


def training(assessment: Assessment) -> list[dict]:
    apart = assessment.knowledge.guidance.step("training").rules
    found = [item for item in assessment.findings if item.status in (*OWED, "undetermined")]
    return [duty(assessment, item) for item in found if item.rule.id in apart]


def day_of(item: Finding) -> str:
    """The day by which, or from which, a duty is to be met."""
    judgement = item.judgement
    return judgement.due or judgement.starts


def duty(assessment: Assessment, item: Finding) -> dict:
    told = assessment.finding(item)
    held_by = assessment.knowledge.labels.get(item.rule.proven_by, {})
    return {
        name: told[name]
        for name in ("rule", "provision", "label", "duty", "upon", "bearer", "role", "entity", "status", "from", "due")
    } | {
        "missing": told["missing"],
        "evidence": [evidence(each) for each in evidence_of(assessment, item.rule.id)],
        "held_by": held_by,
    }


def evidence_of(assessment: Assessment, rule: str) -> list[Evidence]:
    return [each for each in assessment.knowledge.guidance.evidence if rule in each.rules]


def evidence(each: Evidence) -> dict:
    return {"evidence": each.id, "label": each.label, "source": each.source}


def commercial(adviser: Adviser) -> list[dict]:
    """Ways of earning that do the same are told together."""
    found: dict[tuple, dict] = {}
    labels = adviser.knowledge.labels
    for entity, fact, token, shifts in adviser.commercial():
        item = found.setdefault(
            (entity.id, shifts),
            {"entity": entity.id, "fact": fact.key, "values": [], "flips": flips(adviser.assessment, shifts)},
        )
        item["values"].append({"value": token, "label": labels[fact.values[token]]})
    return list(found.values())


# -- changes


def changed(adviser: Adviser, change: Change) -> dict:
    assessment = adviser.assessment
    return {
        "moves": [moved(adviser, move) for move in change.moves],
        "lightens": flips(assessment, change.lighter),
        "costs": flips(assessment, change.costs),
    }


def moved(adviser: Adviser, move: Move) -> dict:
    """One change of one fact: what it becomes, what is given up, and what it takes."""
    knowledge = adviser.knowledge
    terms = knowledge.facts[AIACT + "terms"]
    fact = knowledge.fact(move.key[1], adviser.cls(move.key[0]))
    values = terms.values if move.terms is not None else fact.values
    now = adviser.facts.stated(adviser.facts.iri(move.key[0]), fact.iri)
    return {
        "fact": ".".join(move.key),
        "label": fact.label,
        "now": [each.value for each in now] if now else None,
        "then": move.value,
        "gives_up": [{"value": t, "label": knowledge.labels[values[t]]} for t in sorted(move.gives_up)],
        "takes": move.remedy.label,
        "provision": move.remedy.source,
    }


def flips(assessment: Assessment, shifts: Iterable[Shift]) -> list[dict]:
    found = []
    for shift in shifts:
        rule = assessment.knowledge.rules[shift.duty.rule]
        found.append({
            "rule": rule.id, "provision": rule.provision, "label": rule.label,
            "entity": assessment.short(shift.duty.entity),
            "bearer": assessment.short(shift.duty.bearer) if shift.duty.bearer else None,
            "before": shift.before, "after": shift.after,
        })  # fmt: skip
    return found


# -- what to publish


def checklists(assessment: Assessment) -> list[dict]:
    """The checklist of each duty that has one and is owed, or may be."""
    found = []
    for item in assessment.findings:
        items = assessment.knowledge.guidance.checklists.get(item.rule.id)
        if items and item.status in (*OWED, "undetermined") and item.entity in our_things(assessment):
            found.append({
                "rule": item.rule.id, "provision": item.rule.provision, "label": item.rule.label,
                "entity": assessment.short(item.entity), "status": item.status,
                "items": [{"item": each.id, "label": each.label, "source": each.source} for each in items],
            })  # fmt: skip
    return found


def sentences(assessment: Assessment) -> list[dict]:
    """A sentence for the card of each thing of ours: only what is proven."""
    found = []
    about: dict[str, list[Finding]] = {}
    topic = liftable(assessment)
    for item in assessment.findings:
        if (item.rule.id, item.entity) in topic:
            about.setdefault(item.entity, []).append(item)
    for entity, items in about.items():
        found.append({"entity": assessment.short(entity), "text": sentence(assessment, entity, items)})
    return found


def liftable(assessment: Assessment) -> set[tuple[str, str]]:
    """The duties that an open-source exemption could lift, with the things at which it could."""
    return {
        (name, node) for rule, node in exemptions(assessment) for name in rule.lifts if name in assessment.court.rules
    } | {(name, node) for rule, node in exemptions(assessment) for name in rule.disapplies}


def sentence(assessment: Assessment, entity: str, items: list[Finding]) -> Texts:
    from ..reports.report import Words, title

    exempting = {rule.id for rule, node in exemptions(assessment) if node == entity}
    lifted = [item for item in items if exempting & set(item.judgement.lifted_by)]
    undecided = {
        duty
        for item in assessment.classifications
        if item.entity == entity and item.rule.id in exempting and item.truth == U
        for duty in (*item.rule.lifts, *item.rule.disapplies)
    }
    open_ = [item for item in items if item.status == "undetermined" and item.rule.id in undecided]
    owed_ = [item for item in assessment.findings if item.entity == entity and item.status in OWED]
    found = {}
    for language in LANGUAGES:
        words = Words(assessment, language)
        name = title(assessment, entity)
        cite = lambda each, words=words: ", ".join(dict.fromkeys(words.cite(i.rule.provision) for i in each))  # noqa: E731
        told = []
        if lifted:
            by = ", ".join(
                dict.fromkeys(
                    words.cite(assessment.knowledge.rules[rule].provision)
                    for item in lifted
                    for rule in item.judgement.lifted_by
                    if rule in exempting
                )
            )
            told.append(words("card-lifted", day=assessment.day, name=name, by=by, duties=cite(lifted)))
        if open_:
            told.append(words("card-open", day=assessment.day, name=name, duties=cite(open_)))
        if not told:
            told.append(words("card-none", day=assessment.day, name=name))
        if owed_:
            told.append(words("card-owed", duties=cite(owed_)))
        found[language] = " ".join(told)
    return found


# -- cost


def costs(assessment: Assessment) -> list[dict]:
    """The order of cost that a source gives for each system of ours; that of a commentary is marked as such."""
    found = []
    for entity in Adviser(assessment).ours:
        if entity.cls == "System":
            iri = assessment.facts.iri(entity.id)
            fits = next((each for each in assessment.knowledge.guidance.costs if meant(assessment, each, iri)), None)
            if fits:
                claim = assessment.knowledge.claims.get(fits.source)
                found.append({
                    "entity": entity.id, "label": fits.label, "lowest": fits.lowest, "highest": fits.highest,
                    "currency": "EUR", "force": fits.force, "source": fits.source,
                    "by": claim.by if claim else {}, "note": claim.law if claim else {},
                })  # fmt: skip
    return found


def meant(assessment: Assessment, cost: CostRange, iri: str) -> bool:
    """Whether an order of cost is meant for a system; what is still open is not put into the lightest class."""
    court = assessment.court
    readings = court.readings.with_({})
    if not cost.rules:
        rules = {rule for each in assessment.knowledge.guidance.costs for rule in each.rules}
        unknown = [item for item in assessment.findings if item.entity == iri and item.rule.id in rules]
        defined = [rule for rule in rules if court.rules.get(rule) and court.rules[rule].kind == "Definition"]
        return all(item.status in ("not_applicable", "lifted") for item in unknown) and all(
            court.truth(rule, iri, readings) == "fails" for rule in defined
        )
    for name in cost.rules:
        rule = court.rules.get(name)
        if rule and rule.kind == "Definition" and court.truth(name, iri, readings) == T:
            return True
        if any(item.rule.id == name and item.entity == iri and item.status in OWED for item in assessment.findings):
            return True
    return False

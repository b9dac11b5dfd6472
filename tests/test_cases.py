"""The worked cases: descriptions as users write them, and what the law says of each.

An entry of ``expect`` asks one thing: the status of a duty (``rule``, ``bearer``, ``status``, ``due``) and its band of
fines (``sanction``), the truth of a definition or exemption (``rule``, ``truth``), of a role (``role``, ``actor``), of
conditions together (``conditions``) or of a class (``class``), the absence of risk-based duties (``risk``), or a number
that is derived (``fact``). ``art-55-1`` stands for all its points; ``reading`` asks under one reading of an open
question, ``variant`` about another description of the same case. ``differs`` says why the law answers otherwise than
the collection from which the case comes; ``open`` says what the rules do not answer yet.
"""

import json
from functools import cache

import pytest
from conftest import ROOT, SHARED
from referee import disagreements
from ruamel.yaml import YAML

from aiact import assess
from aiact.descriptions import describe, facts
from aiact.findings.evaluate import F, T, U
from aiact.findings.fines import fine
from aiact.law.names import AIACT, snake

COLLECTION = SHARED / "cases" / "cases.json"
CASES = {
    case["id"]: case
    for path in sorted((ROOT / "tests" / "cases").glob("*.yaml"))
    for case in YAML(typ="safe", pure=True).load(path)
}
ENTRIES = [
    pytest.param(
        case, entry, id=f"{case['id']}-{number}", marks=pytest.mark.xfail(strict=True) if "open" in entry else ()
    )
    for case in CASES.values()
    for number, entry in enumerate(case["expect"], 1)
]
ANSWERS = ("status", "due", "truth", "value", "risk", "sanction", "imposed_by")


@cache
def assessed(case: str, variant: str = ""):
    """The assessment of a case, made once."""
    given = CASES[case]["variants"][variant] if variant else CASES[case]["given"]
    return assess(given.encode(), str(CASES[case]["on"]), name=case)


@pytest.mark.parametrize(("case", "entry"), ENTRIES)
def test_a_case_comes_out_as_expected(case, entry):
    assessment = assessed(case["id"], entry.get("variant", ""))
    for word in {"bearer", "actor", "entity"} & set(entry):
        assert entry[word] in assessment.facts.description.entities, f"{entry[word]} is not described"
    found = said(assessment, entry)
    assert found == {word: str(entry[word]) if word == "due" else entry[word] for word in ANSWERS if word in entry}


def said(assessment, entry: dict) -> dict:
    """What the assessment says of what an entry asks, in the words of the entry."""
    if "status" in entry:
        return duty(assessment, entry)
    if "fact" in entry:
        return {"value": derived(assessment, entry)}
    if "class" in entry:
        entity = assessment.facts.iri(entry["entity"])
        return {"truth": T if assessment.facts.is_a(entity, entry["class"]) else F}
    if "conditions" in entry:
        return {"truth": conditions(assessment, entry)}
    if "risk" in entry:
        return {"risk": risk(assessment, entry["entity"])}
    if "role" in entry:
        return {"truth": role(assessment, entry)}
    return {"truth": classified(assessment, entry["rule"], entry)}


# -- duties

FINES = {"sanction": "band", "imposed_by": "imposed_by"}


def duty(assessment, entry: dict) -> dict:
    """Status and day of a duty; a duty of which nothing is found for this bearer is not applicable to it."""
    found = [finding for rule in named(assessment, entry["rule"]) for finding in findings(assessment, rule, entry)]
    read = [under(assessment, finding, entry.get("reading")) for finding in found]
    answer = {"status": one_of({status for status, _ in read}) or "not_applicable"}
    if "due" in entry:
        asked = str(entry["due"])
        answer["due"] = one_of({asked if asked in days else days[0] for _, days in read})
    if "sanction" in entry and assessment.day >= assessment.text.parameters["general-application"].text:
        bands = [fine(assessment, finding) for finding in found]
        answer |= {word: one_of({band[key] for band in bands}) for word, key in FINES.items()}
    return answer


def named(assessment, name: str) -> list[str]:
    """A rule, or the rules for the points of a paragraph."""
    rules = assessment.knowledge.rules
    found = [name] if name in rules else [rule for rule in rules if rule.startswith(name + "-")]
    assert found, f"there is no rule {name}"
    return found


def findings(assessment, rule: str, entry: dict) -> list:
    return [
        finding
        for finding in assessment.findings
        if finding.rule.id == rule
        and finding.bearer
        and assessment.short(finding.bearer) == entry["bearer"]
        and entry.get("entity") in (None, assessment.short(finding.entity))
    ]


def under(assessment, finding, reading: str | None) -> tuple[str, list[str]]:
    """The status of a finding and the days that count as its date, as they stand or under one reading."""
    status, judgement, court = finding.status, finding.judgement, assessment.court
    if reading:
        question = assessment.knowledge.readings[reading].question
        status = court.readings.under(finding.readings, reading, status)
        chosen = court.readings.with_({question: reading})
        judgement = court.judge(finding.rule, finding.entity, finding.role, finding.bearer, chosen)
    days = {"applies": [judgement.due, judgement.starts], "upcoming": [judgement.starts]}
    return status, days.get(status, [judgement.due])


def one_of(values: set):
    """The one value that all agree on, or all of them."""
    return next(iter(values)) if len(values) == 1 else " and ".join(sorted(map(str, values)))


# -- truths


def classified(assessment, rule: str, entry: dict) -> str:
    """The truth of a definition, exemption or role at the entity and for the actor that the entry names."""
    items = [
        item
        for item in assessment.classifications
        if item.rule.id == rule
        and entry.get("entity") in (None, assessment.short(item.entity))
        and entry.get("actor") in (None, item.actor and assessment.short(item.actor))
    ]
    assert items, f"nothing is said of {rule}"
    if entry["truth"] == "contested":
        return contested(items)
    if "reading" in entry:
        readings = assessment.court.readings
        return one_of({readings.under(item.readings, entry["reading"], item.truth) for item in items})
    return one_of({item.truth for item in items})


def contested(items: list) -> str:
    """Whether the answer differs between readings of the law."""
    return "contested" if any(len(set(item.readings.values())) > 1 for item in items) else "agreed"


def role(assessment, entry: dict) -> str:
    """Whether an actor holds a role: one rule that confers it is enough; a model has to be general-purpose too."""
    cls = next(iri for iri in assessment.knowledge.roles if snake(iri.removeprefix(AIACT)) == entry["role"])
    items = [
        item
        for item in assessment.classifications
        if item.rule.confers == cls
        and item.actor
        and assessment.short(item.actor) == entry["actor"]
        and entry.get("entity") in (None, assessment.short(item.entity))
    ]
    if entry["truth"] == "contested":
        return contested(items)
    held = {item.entity: [other.truth for other in items if other.entity == item.entity] for item in items}
    if entry["role"] == "model_provider":
        general = {i.entity: i.truth for i in assessment.classifications if i.rule.id == "art-3-63"}
        return strongest(weakest([strongest(truths), general[entity]]) for entity, truths in held.items())
    return strongest(truth for truths in held.values() for truth in truths)


def strongest(truths) -> str:
    truths = set(truths)
    return T if T in truths else U if U in truths else F


def weakest(truths) -> str:
    truths = set(truths)
    return F if F in truths else U if U in truths else T


def conditions(assessment, entry: dict) -> str:
    """The truth of several conditions together, at the entity of the rule's class."""
    court = assessment.court
    rule = assessment.knowledge.rules[entry["conditions"][0].split(".")[0]]
    (node,) = assessment.facts.of_class(rule.target)
    return weakest(court.truth(condition, node, court.readings.with_({})) for condition in entry["conditions"])


def risk(assessment, entity: str) -> str:
    """Minimal if the system is certainly not high-risk, and nothing of Articles 5 and 50 binds its provider."""
    bound = {
        finding.rule.id
        for finding in assessment.findings
        if finding.rule.id.startswith(("art-5-", "art-50-"))
        and assessment.short(finding.entity) == entity
        and finding.status != "not_applicable"
    }
    high = classified(assessment, "art-6", {"entity": entity, "truth": F})
    return "minimal" if high == F and not bound else f"high-risk {high}, {sorted(bound)}"


def derived(assessment, entry: dict) -> float:
    """The asked value if the middle of the derived interval is near enough to it, else that middle."""
    entity, key = entry["fact"].split(".")
    fact = assessment.knowledge.fact(key, assessment.facts.description.entities[entity].cls)
    (statement,) = assessment.facts.stated(assessment.facts.iri(entity), fact.iri)
    middle = float(statement.bounds.low + statement.bounds.high) / 2
    return entry["value"] if abs(middle - entry["value"]) <= entry["within"] * entry["value"] else middle


# -- the collection from which the cases come

OBLIGATIONS = {
    "4": {"art-4", "art-4-deployer"},
    "16": {"art-16-b"},  # each point is a rule; this one binds every provider of a high-risk system
    "26": {"art-26-1"},
    "50(4)": {"art-50-4", "art-50-4-text", "art-50-4-deep-fake"},
    "54": {"art-54-1"},
    "5(1)(f)": {"art-5-1-f-use"},
    "CRA manufacturer obligations": {"cra-manufacturer"},
}
STATUSES = {"exempt": "lifted", "not_yet": "upcoming", "only_if_changed": "conditional"}
TRUTHS = {
    **dict.fromkeys(("yes", "likely", "presumed", "pass"), T),
    **dict.fromkeys(("no", "no_presumption", "fail"), F),
    "undetermined": U,
    "contested": "contested",
}
QUESTIONS = {
    "gpai": "art-3-63",
    "placed_on_market": "art-3-9-model",
    "foss_licence": "free-licence",
    "monetised": "monetised",
    "foss_system_exclusion": "art-2-12",
    "high_risk": "art-6",
    "meets_indicative_criterion": "art-3-63-indicative-criterion",
    "new_model": "new-model",
    "provider_high_risk_system": "art-25-1-c",
    "def_aia_53_2": "act-53-2-strict",
    "def_osd": "osd-1-9",
    "def_osaid_1_0": "osaid-1-0",
    "osaid_1_0": "osaid-1-0",
    "def_fsf": "fsf-statement",
    "def_aos": "open-source-alliance",
}
ROLES = {"provider_gpai_model": "model_provider", "provider_ai_system": "system_provider", "deployer": "deployer"}
PUBLIC = ["art-53-2.weights", "art-53-2.architecture", "art-53-2.usage"]
SAME_READING = {
    "guidelines": {"optional-paid-services.guidelines", "personal-data-for-compatibility.security-only"},
    "literal-recital": {"optional-paid-services.recital"},
    "recital": {"personal-data-for-compatibility.recital-103"},
    "new-pre-training-run": {"later-release.new-model"},
    "licence-is-apache": {"use-policy.licence-alone"},
}


@pytest.mark.skipif(not COLLECTION.exists(), reason="the collection is not here")
def test_the_shared_expectations_are_all_here():
    shared = {case["id"]: case for case in json.loads(COLLECTION.read_text())["cases"]}
    assert set(shared) == set(CASES)
    for id, case in shared.items():
        ours = CASES[id]
        assert str(ours["on"]) == case["as_of"], id
        assert len(ours["expect"]) == len(case["expected"]), id
        for number, (theirs, entry) in enumerate(zip(case["expected"], ours["expect"], strict=True), 1):
            assert same_question(theirs, entry), f"{id}-{number} asks something else: {theirs} {entry}"
            assert "differs" in entry or same_answer(theirs, entry), f"{id}-{number}: {theirs} {entry}"


def same_question(theirs: dict, entry: dict) -> bool:
    """Whether an entry asks what an expectation of the collection asks, under the same reading."""
    reading = theirs.get("reading")
    if reading and reading.startswith("estimate"):
        if entry.get("variant") != reading:
            return False
    elif reading:
        own = entry.get("reading", "")
        if own not in SAME_READING.get(reading, ()) and own.split(".")[-1] != reading:
            return False
    elif "reading" in entry or "variant" in entry:
        return False
    question, value = theirs["question"], theirs["value"]
    if question == "obligation":
        rule = "art-" + theirs["obligation"].replace("(", "-").replace(")", "")
        return "bearer" in entry and entry["rule"] in OBLIGATIONS.get(theirs["obligation"], {rule})
    if question in ROLES:
        return entry["role"] == ROLES[question] and "actor" in entry
    if question in ("training_compute_flop", "cumulative_compute_flop"):
        return entry["fact"].endswith(".training_compute")
    if question in QUESTIONS:
        return entry.get("rule") == QUESTIONS[question]
    return {
        "systemic_risk": entry.get("rule") == ("art-51-1" if value == "undetermined" else "art-51-2"),
        "params_public": entry.get("conditions") == PUBLIC,
        "in_scope": entry.get("rule") in ("art-2-3", "art-2-6", "art-2-8"),
        "ai_system": entry.get("class") == "System",
        "risk_class": entry.get("risk") == value,
        "can_fine": entry.get("imposed_by") == "commission",
        "obligation_scope": entry.get("rule") == "art-3-3-modifier",
        "liable_pld": entry.get("rule") == "pld-liability",
        "def_mof_class": entry.get("rule") == f"mof-class-{value.lower()}",
    }[question]


def same_answer(theirs: dict, entry: dict) -> bool:
    """Whether an entry gives the answer of the collection, in our words."""
    question, value = theirs["question"], theirs["value"]
    if question == "obligation":
        due = str(entry["due"]) if "due" in entry else None
        return entry["status"] == STATUSES.get(value, value) and due == theirs.get("due")
    if question in ("training_compute_flop", "cumulative_compute_flop"):
        return entry["value"] == value
    if question == "in_scope":  # what is out of scope meets an exclusion
        return value == "no" and entry["truth"] == T
    if question in ("can_fine", "liable_pld"):
        return value == "yes" and entry["status"] == "applies"
    if question in ("obligation_scope", "def_mof_class"):
        return entry["truth"] == T
    return question == "risk_class" or entry["truth"] == TRUTHS[value]


# -- the referee

PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
def test_pyshacl_finds_the_same_truths(part, base):
    """Every rule and condition at every entity of every case, under both texts of the law."""
    given = [text for case in CASES.values() for text in descriptions(case)][part::PARTS]
    established = [facts.establish(describe.read("case", base, text.encode()), base) for text in given]
    different, asked = disagreements(established, base, "pyshacl")
    assert asked
    assert not different


def descriptions(case: dict) -> list[str]:
    return [case["given"], *case.get("variants", {}).values()]

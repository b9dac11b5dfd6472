"""The build refuses knowledge that contradicts itself: each fault is planted in a copy, and its sentence is read."""

from functools import cache

import pytest
from conftest import ROOT

from aiact.law import build as builder
from aiact.law.checks import with_file
from aiact.law.graph import Graph, parse
from aiact.law.knowledge import KnowledgeError
from aiact.law.names import AIACT, PREFIXES, RULE

PREFIX = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())


@cache
def knowledge_as_written() -> tuple:
    graph = builder.load_graph()
    return tuple(graph), builder.close(graph)


@pytest.fixture
def refused(monkeypatch):
    """What the build says of our knowledge with some triples more and some less."""

    def told(add: str = "", drop: tuple = ()) -> str:
        triples, closed = knowledge_as_written()
        gone = lambda triple: any(all(a in (None, b) for a, b in zip(each, triple, strict=True)) for each in drop)  # noqa: E731
        graph = Graph(triple for triple in triples if not gone(triple))
        for triple in parse((PREFIX + add).encode(), prefix="planted"):
            graph.add(*triple)
        monkeypatch.setattr(builder, "load_graph", lambda folder: graph)
        monkeypatch.setattr(builder, "close", lambda graph: closed)
        try:
            builder.build(ROOT)
        except KnowledgeError as error:
            return str(error)
        return ""

    return told


def rule(id: str, kind: str, more: str, target: str = "System", source: str = "act:art_111_par_2") -> str:
    return (
        f"rule:{id} a aiact:{kind} , sh:NodeShape ; dcterms:source {source} ; sh:targetClass aiact:{target} ; {more} . "
    )


def definition(condition: str, target: str = "System") -> str:
    return rule("new", "Definition", condition, target)


def obligation(more: str, source: str = "act:art_50_par_1", target: str = "System") -> str:
    return rule("new", "Obligation", more, target, source) + "rule:new.duty a aiact:Duty . "


def property_(path: str, constraint: str) -> str:
    return f"sh:property [ sh:path {path} ; {constraint} ]"


def test_our_knowledge_has_none_of_these_faults(refused):
    assert refused() == ""


# -- duties

PROVIDER = "aiact:bearer aiact:SystemProvider"
OWED = "aiact:imposes rule:new.duty ; aiact:sanction sanction:operators"


@pytest.mark.parametrize(
    ("planted", "sentence"),
    [
        (obligation(OWED), "new: a duty needs a bearer (aiact:bearer)"),
        (
            obligation(f"{OWED} ; aiact:bearer aiact:Janitor"),
            "new: nobody can owe it in the text of 2024-07-12: no definition confers the role Janitor with regard to a "
            "system; write one (aiact:confers), or mend aiact:bearer",
        ),
        (
            obligation(f"{OWED} ; aiact:bearer aiact:Deployer"),
            "no definition confers the role Deployer with regard to a system",
        ),
        (
            obligation("aiact:imposes rule:new.duty ; aiact:bearer aiact:SystemProvider"),
            "new: has no sanction; name a band with aiact:sanction",
        ),
        (
            obligation("aiact:imposes rule:new.duty ; aiact:sanction sanction:jail ; " + PROVIDER),
            "new: its sanction jail does not exist",
        ),
        (
            obligation(f"{OWED} ; aiact:bearer aiact:SystemProvider", source="act:rct_27"),
            "new: has no first day in the text of 2024-07-12: no parameter governs rct_27 or what it is part of",
        ),
        (obligation("aiact:bearer aiact:SystemProvider"), "new: a duty needs a bearer (aiact:bearer) and a text"),
        (
            obligation(f"{OWED} ; aiact:bearer aiact:SystemProvider ; aiact:imposes rule:new.other"),
            "new: asks for 2 things in the text of 2024-07-12; give its aiact:imposes exactly one duty there",
        ),
        (
            obligation(f"{OWED} ; aiact:bearer aiact:SystemProvider")
            + 'rule:new.duty aiact:textFrom "2026-07-27"^^xsd:date .',
            "new: asks for nothing in the text of 2024-07-12",
        ),
    ],
    ids=["bearer", "unknown role", "role elsewhere", "sanction", "unknown sanction", "date", "duty", "two", "none"],
)  # fmt: skip
def test_a_duty_without_bearer_sanction_date_or_wording_is_refused(refused, planted, sentence):
    assert sentence in refused(planted)


# -- effects

LATER = "aiact:postpones act:art_50_par_2 ; aiact:yields aiact:transitional ; aiact:until parameter:legacy-models"
MARKING = property_("aiact:generates", "sh:maxCount 0")


def later(more: str = "", target: str = "System") -> str:
    return rule("new", "Transition", f"{LATER} ; {more}".rstrip("; "), target)


@pytest.mark.parametrize(
    ("planted", "drop", "sentence"),
    [
        (
            later(),
            (),
            "art-111-4 and new postpone the same duty differently (art-50-2), and both can hold; let one defeat the "
            "other (aiact:defeats), or give them conditions that exclude each other",
        ),
        (
            "",
            ((RULE + "art-111-2-public", AIACT + "defeats", None),),
            "art-111-2 and art-111-2-public postpone the same duty differently",
        ),
        (
            rule("new", "Exemption", "aiact:lifts rule:art-50-2 ; aiact:disapplies act:art_50_par_2"),
            (),
            "new: both lifts and disapplies art-50-2; an effect is one or the other",
        ),
        (
            rule("new", "Exemption", "aiact:lifts rule:art-53-1-a"),
            (),
            "new: this exemption reaches no duty; name one that stands in the same text and concerns a system",
        ),
        (
            rule("new", "Exemption", 'aiact:lifts rule:art-5-1-ba ; aiact:textUntil "2026-07-26"^^xsd:date'),
            (),
            "new: this exemption reaches no duty",
        ),
        (rule("new", "Exception", "sh:node rule:art-6"), (), "new: this exception defeats nothing"),
        (
            rule("new", "Exception", "aiact:defeats rule:art-2-12-high-risk"),
            (),
            "new: defeats art-2-12-high-risk, which is no exemption and no transition, to no effect",
        ),
        (
            rule("new", "Exception", "aiact:defeats rule:art-53-2"),
            (),
            "new: defeats art-53-2, and the two never meet: one concerns a system, the other a model",
        ),
        (
            "rule:art-111-2 aiact:defeats rule:art-111-2-public .",
            (),
            "art-111-2: defeats art-111-2-public, which defeats it; let one of them prevail",
        ),
        (
            rule("new", "Transition", LATER.replace("legacy-models", "doomsday")),
            (),
            "new: the day doomsday has no value in the text of 2024-07-12",
        ),
        (
            rule("new", "Exception", "aiact:defeats rule:art-404"),
            (),
            "new: names the rule art-404, which does not exist",
        ),
    ],
)
def test_effects_that_conflict_or_reach_nothing_are_refused(refused, planted, drop, sentence):
    assert sentence in refused(planted, drop)


@pytest.mark.parametrize(
    "more",
    [
        "aiact:defeats rule:art-111-4",
        'aiact:textUntil "2026-07-26"^^xsd:date',  # art-111-4 stands in the other text
        property_(
            "aiact:placedOnUnionMarket", "aiact:reaching parameter:legacy-annex-i-systems"
        ),  # it asks for a day before
    ],
)
def test_two_transitions_that_are_ordered_or_never_meet_are_accepted(refused, more):
    assert "postpone the same duty" not in refused(later(more))


# -- circles


@pytest.mark.parametrize(
    ("planted", "sentence"),
    [
        (
            "aiact:a a aiact:Derivation ; aiact:derives aiact:trainingCompute ; aiact:operation aiact:sum ; "
            "dcterms:source act:art_51 ; aiact:operands ( aiact:trainingCompute ) .",
            "training_compute is computed from itself: training_compute → training_compute",
        ),
        (
            "aiact:a a aiact:Derivation ; aiact:derives aiact:trainingTokens ; aiact:operation aiact:sum ; "
            "dcterms:source act:art_51 ; aiact:operands ( aiact:trainingCompute ) .",
            "training_compute is computed from itself: training_compute → training_tokens → training_compute",
        ),
        ("act:act eli:is_part_of act:cpt_V .", "the provision is part of itself; mend its eli:is_part_of"),
    ],
)
def test_what_rests_on_itself_is_refused(refused, planted, sentence):
    assert sentence in refused(planted)


def test_a_definition_that_rests_on_itself_is_refused(refused):
    with pytest.raises(builder.shapes.ShapeError, match="a definition rests on itself: new → old → new"):
        refused(definition("sh:node rule:old") + "rule:old a sh:NodeShape ; sh:node rule:new .")


# -- conditions that no fact can satisfy

KIND = "( aiact:provider aiact:kind )"


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        (
            property_("aiact:weightsPublic", "sh:hasValue true"),
            "new: asks for weights_public of a system, and only a model has it; no fact can satisfy this",
        ),
        (property_("( aiact:provider aiact:weightsPublic )", "sh:hasValue true"), "weights_public of an actor"),
        (
            property_("[ sh:inversePath aiact:modifies ]", "sh:minCount 1"),
            "new: asks for modifies of a system, and only a model has it",
        ),
        (property_("aiact:colour", "sh:minCount 1"), "new: follows colour, which is no fact"),
        (property_("( aiact:profiling aiact:occurs )", "sh:hasValue true"), "asks for occurs of a boolean"),
        (
            property_("aiact:annexIii", "sh:hasValue aiact:price"),
            "new: wants price, which is no value that annex_iii can have; mend the value or the path",
        ),
        (property_("aiact:profiling", "sh:hasValue aiact:price"), "wants price, which is no value that a boolean"),
        (property_(KIND, "sh:in ( aiact:price true )"), "new: wants price, which is no value that kind can have"),
        (property_(KIND, "sh:in ( )"), "new: sh:in is empty"),
        (property_("( aiact:provider aiact:establishedIn )", "sh:hasValue aiact:price"), "that a place can have"),
        (property_("aiact:provider", "sh:class aiact:Model"), "wants a model where an actor stands; mend sh:class"),
        (
            property_("aiact:placedOnUnionMarket", "aiact:above parameter:systemic-risk-compute"),
            "new: compares a day with the number systemic-risk-compute (aiact:above); name another parameter",
        ),
        (
            property_("( aiact:provider aiact:turnover )", "aiact:above parameter:legacy-models"),
            "new: compares a number with the day legacy-models",
        ),
        (property_("aiact:profiling", "aiact:above parameter:systemic-risk-compute"), "new: compares a boolean with a"),
        (property_("aiact:annexIii", "sh:minCount 2 ; sh:maxCount 1"), "new: wants at least 2 and at most 1"),
        (property_("aiact:provider", "sh:minCount 2"), "new: wants 2 values of what has one"),
        (
            property_("aiact:provider", "sh:equals aiact:system"),
            "new: asks for system of a system, and only a use has it",
        ),
        (
            property_("aiact:provider", "sh:equals aiact:licence"),
            "new: compares an actor with a licence (sh:equals); they can never be the same",
        ),
        (
            property_("aiact:profiling", "sh:hasValue true ; sh:hasValue false"),
            "no fact can satisfy it: what it asks of profiling excludes itself (new); drop one of these conditions",
        ),
        (
            property_("aiact:profiling", "sh:hasValue true") + " ; sh:not rule:new.profiles . rule:new.profiles a "
            "sh:PropertyShape ; sh:path aiact:profiling ; sh:hasValue true",
            "what it asks of profiling excludes itself (new, new.profiles)",
        ),
        (
            property_(KIND, "sh:hasValue aiact:naturalPerson") + " ; "
            + property_("aiact:provider", f"sh:node [ {property_('aiact:kind', 'sh:hasValue aiact:undertaking')} ]"),
            "what it asks of provider.kind excludes itself",
        ),
        (
            property_("aiact:annexIii", "sh:maxCount 0") + " ; " + property_("aiact:annexIii", "sh:minCount 1"),
            "what it asks of annex_iii excludes itself",
        ),
        (
            property_("aiact:placedOnUnionMarket", "aiact:before parameter:legacy-models") + " ; "
            + property_("aiact:placedOnUnionMarket", "aiact:reaching parameter:legacy-models"),
            "what it asks of placed_on_union_market excludes itself",
        ),
        (
            property_("( aiact:placedOnUnionMarket aiact:occurs )", "sh:hasValue false") + " ; "
            + property_("aiact:placedOnUnionMarket", "aiact:before parameter:legacy-models"),
            "what it asks of placed_on_union_market.occurs excludes itself",
        ),
        (
            property_("aiact:profiling", "sh:hasValue false") + " ; sh:or ( [ " + property_("aiact:profiling",
            "sh:hasValue true") + " ] [ " + property_("aiact:annexIii", "sh:minCount 1 ; sh:maxCount 0") + " ] )",
            "excludes itself",
        ),
    ],
)  # fmt: skip
def test_a_condition_that_no_fact_can_satisfy_is_refused(refused, condition, sentence):
    assert sentence in refused(definition(condition))


@pytest.mark.parametrize(
    "condition",
    [
        property_("aiact:profiling", "sh:hasValue true") + " ; " + property_(KIND, "sh:minCount 1"),
        "sh:or ( [ " + property_("aiact:profiling", "sh:hasValue true") + " ] [ "
        + property_("aiact:profiling", "sh:hasValue false") + " ] )",
        property_("aiact:annexIii", "sh:hasValue <https://w3id.org/aiact/ns/annexIii-4a>"),
        property_("aiact:integrates", "sh:qualifiedValueShape [ sh:class aiact:Model ] ; sh:qualifiedMinCount 1"),
    ],
)  # fmt: skip
def test_a_condition_that_some_fact_satisfies_is_accepted(refused, condition):
    told = refused(definition(condition))
    assert "excludes" not in told
    assert "asks for" not in told


@pytest.mark.parametrize(
    ("planted", "sentence"),
    [
        (
            'rule:new aiact:textUntil "2024-01-01"^^xsd:date . ',
            "new: stands in no text of the Act, as it begins on  and ends on 2024-01-01",
        ),
        ('rule:new aiact:textFrom "2026-07-28"^^xsd:date . ', "new: aiact:textFrom says 2026-07-28, on which no text"),
        (
            'rule:new aiact:textUntil "2026-07-27"^^xsd:date . ',
            "new: aiact:textUntil says 2026-07-27, on which no text",
        ),
    ],
)
def test_a_rule_that_stands_in_no_text_is_refused(refused, planted, sentence):
    assert sentence in refused(definition(property_("aiact:profiling", "sh:hasValue true")) + planted)


def test_a_rule_of_what_no_description_knows_is_refused(refused):
    planted = definition(property_("aiact:profiling", "sh:hasValue true"), target="Cloud")
    assert "new: nothing in a description is a cloud; mend its sh:targetClass" in refused(planted)


# -- parameters


def test_two_values_of_one_parameter_in_one_text_are_refused(refused):
    told = refused("parameter:legacy-models aiact:valueIn parameter:again . parameter:again aiact:value 7 .")
    assert "legacy-models: has two values in the text of 2024-07-12, 2025-08-02 and 7" in told


def test_two_first_days_of_one_provision_are_refused(refused):
    told = refused("parameter:legacy-models aiact:governs act:cpt_I .")
    assert "cpt_I: begins on 2025-02-02 by application-of-chapters-1-and-2 and on 2025-08-02 by legacy-models" in told


# -- facts

COLOUR = (
    "aiact:colour a aiact:Fact ; schema:domainIncludes aiact:System ; rdfs:range xsd:string ; dcterms:source act:art_3 "
)
NO_RULE = "colour: no rule, derivation or report uses this fact; delete it, let a condition rest on it, or mark it"


def test_a_fact_that_no_rule_uses_is_refused(refused):
    assert NO_RULE in refused(COLOUR + ".")
    assert NO_RULE not in refused(COLOUR + "; aiact:forTheRecord true .")
    assert NO_RULE not in refused(COLOUR + "." + definition(property_("aiact:colour", "sh:minCount 1")))


def test_a_fact_from_which_nothing_used_is_computed_is_refused(refused):
    told = refused(drop=[(RULE + "art-52-1.duty", AIACT + "dueOn", None)])
    assert "notification_due: no rule, derivation or report uses this fact" in told
    assert "threshold_known_on: no rule" in told


def test_a_fact_of_what_no_description_knows_is_refused(refused):
    assert "colour: nothing in a description is a cloud" in refused(COLOUR.replace(":System", ":Cloud") + ".")


# -- where


def test_every_fault_is_told_with_the_file_of_its_rule(refused):
    told = refused(
        drop=[(RULE + "art-53-1-a", AIACT + "sanction", None), (RULE + "art-53-1-a", AIACT + "bearer", None)]
    )
    assert "art-53-1-a" in told
    both = [(RULE + id, AIACT + "sanction", None) for id in ("art-53-1-a", "art-50-1")]
    lines = refused(drop=[*both, (RULE + "art-53-1-a.duty", AIACT + "sanction", None)]).splitlines()
    assert [line.split(": ")[0] for line in lines] == [
        "shapes/art-050-1-interaction.ttl",
        "shapes/art-053-1-a-technical-documentation.ttl",
    ]


def test_a_fault_of_no_rule_has_no_file():
    assert with_file("colour: is not used", ROOT) == "colour: is not used"


# -- contradictions

WHY = 'skos:definition "It cannot be."@en , "Cela ne peut être."@fr'
WEIGHTS = "aiact:doubted ( aiact:weightsPublic true )"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (f"{WEIGHTS} ; {WHY}", "nothing: takes two facts, one of them doubted (aiact:doubted, aiact:beside)"),
        (f"aiact:beside ( aiact:dense true ) , ( aiact:distribution aiact:none ) ; {WHY}", "nothing: takes two facts"),
        (f"{WEIGHTS} ; aiact:beside aiact:distribution ; {WHY}", "which is no fact that anybody states"),
        (f"{WEIGHTS} ; aiact:beside ( aiact:colour ) ; {WHY}", "nothing: names colour, which is no fact that anybody"),
        (f"{WEIGHTS} ; aiact:beside () ; {WHY}", "names nil, which is no fact that anybody states"),
        (f"{WEIGHTS} ; aiact:beside ( true ) ; {WHY}", "which is no fact that anybody states"),
        (f"{WEIGHTS} ; aiact:beside ( aiact:modificationShare ) ; {WHY}", "names modificationShare, which is no fact"),
        (
            f"{WEIGHTS} ; aiact:beside ( aiact:distribution aiact:price ) ; {WHY}",
            "nothing: names price, which is no value that distribution can have; mend it",
        ),
        (
            f"{WEIGHTS} ; aiact:beside ( aiact:generality aiact:none ) ; {WHY}",
            "nothing: names none, which is no value that generality can have",
        ),
        (
            f"{WEIGHTS} ; aiact:beside ( aiact:parameters 7 ) ; {WHY}",
            "nothing: names 7, which is no value that parameters can have",
        ),
        (f"{WEIGHTS} ; aiact:beside ( aiact:dense ) ; {WHY}", "does not say which value of dense is meant; name true"),
        (
            f"{WEIGHTS} ; aiact:beside ( aiact:placedOnUnionMarket ) ; {WHY}",
            "does not say which value of placed_on_union_market is meant",
        ),
        (
            f"aiact:doubted ( aiact:parameters ) ; aiact:beside ( aiact:dense true ) ; {WHY}",
            "nothing: doubts any parameters there may be; name its values, or doubt what is beside it",
        ),
        (
            f"{WEIGHTS} ; aiact:beside ( aiact:profiling true ) ; {WHY}",
            "nothing: nothing in a description has all of its facts; name facts of one thing",
        ),
        (
            f"{WEIGHTS} ; aiact:beside ( aiact:dense true ) ; aiact:unlessThrough aiact:parameters ; {WHY}",
            "nothing: is set aside by parameters, which is no link; mend aiact:unlessThrough",
        ),
        (
            f'{WEIGHTS} ; aiact:beside ( aiact:dense true ) ; skos:definition "It cannot be."@en',
            "nothing: does not say why; give it a skos:definition in English and in French",
        ),
    ],
)  # fmt: skip
def test_a_contradiction_that_nobody_can_state_or_explain_is_refused(refused, said, sentence):
    assert sentence in refused(f"aiact:nothing a aiact:Contradiction ; {said} .")


def test_a_contradiction_of_facts_that_can_be_stated_is_accepted(refused):
    sound = f"{WEIGHTS} ; aiact:beside ( aiact:distribution aiact:none ) , ( aiact:parameters ) ; {WHY}"
    assert refused(f"aiact:nothing a aiact:Contradiction ; {sound} .") == ""


def test_a_fault_of_a_contradiction_names_its_file():
    assert with_file("saleOutsideCommerce: x", ROOT) == "ontology/contradictions.ttl: saleOutsideCommerce: x"


# -- words


def test_a_named_condition_on_a_fact_must_say_in_both_languages_what_it_asks(refused):
    asked = "rule:new.asked a sh:PropertyShape ; sh:path aiact:personal ; sh:hasValue true"
    named = rule("new", "Definition", "sh:property rule:new.asked", "Use")
    wordless = "new.asked: is named in proofs and says nothing; give it an sh:message in English and in French"
    assert wordless in refused(f"{named} {asked} .")
    assert wordless in refused(f'{named} {asked} ; sh:message "It must be personal."@en .')
    assert wordless not in refused(f'{named} {asked} ; sh:message "It must."@en , "Il le doit."@fr .')


# -- who is left out of a role


def test_who_is_left_out_of_a_role_is_told_by_a_condition_that_there_is(refused):
    named = "aiact:confers aiact:Distributor ; aiact:on aiact:distributors ; sh:node rule:art-6"
    told = refused(definition(f"{named} ; aiact:otherThan rule:nowhere"))
    assert "new: names the condition nowhere, which does not exist" in told
    told = refused(definition(f"{named} ; aiact:otherThan rule:art-6"))
    assert "new: aiact:otherThan takes a condition that sets its aiact:on apart (sh:disjoint)" in told


def test_what_stands_on_the_way_to_an_actor_takes_a_way(refused):
    named = "aiact:confers aiact:Distributor ; aiact:on aiact:distributors ; sh:node rule:art-6"
    told = refused(definition(f"{named} ; aiact:through rule:art-6"))
    assert "new: aiact:through asks something of what stands on the way of aiact:on" in told

"""Who is bound, from when and by what: where a first reading of the provisions goes wrong."""

import pytest
from conftest import DAY, judge, status

OPEN = "weights_public: true, architecture_public: true, usage_information_public: true, generality: general"
ABROAD = """
actors: {{lab: {{name: Lab, established_in: US}}}}
system: {{provider: lab, placed_on_union_market: false, put_into_service: false, real_world_testing: false,
  interacts_with_people: true, article_5_practices: [social_scoring]{output}}}
use: {{system: system, deployer: lab{use}}}
"""


@pytest.mark.parametrize(
    ("output", "use", "expected"),
    [
        (", output_used_in_union: true", "", "applies"),
        ("", ", output_used_in_union: true", "applies"),
        ("", "", "undetermined"),
        (", output_used_in_union: false", "", "not_applicable"),
    ],
)
def test_a_provider_abroad_is_bound_where_its_output_is_used(output, use, expected):
    """Article 2(1)(c); that nothing is placed in the Union is no exclusion, and silence about the output no comfort."""
    found = judge(ABROAD.format(output=output, use=use))
    assert status(found, "art-4", "system", "lab") == expected
    assert status(found, "art-5-1-c", "system", "lab") == expected


def test_a_provider_in_the_union_is_not_bound_by_output_alone():
    text = ABROAD.format(output=", output_used_in_union: true", use="").replace("US", "FR")
    assert status(judge(text), "art-4", "system", "lab") == "not_applicable"


@pytest.mark.parametrize(("maker", "expected"), [("lab", "applies"), ("other", "not_applicable")])
def test_a_small_fine_tune_of_ones_own_model_is_ones_own_model(maker, expected):
    """Guidelines 22-23: what the same provider builds on is one model; a stranger’s small modification makes none."""
    found = judge(f"""
        actors: {{lab: {{name: Lab}}, other: {{name: Other}}}}
        models:
          base: {{provider: {maker}, generality: general, training_compute: 2e25, placed_on_union_market: 2025-09-01}}
          tuned: {{provider: lab, modifies: {{model: base, compute: 1e20}}, generality: general,
            training_compute: 2e25, placed_on_union_market: 2026-01-01}}
        """)
    assert status(found, "art-53-1-c", "tuned", "lab") == expected
    assert status(found, "art-55-1-a", "tuned", "lab") == expected


@pytest.mark.parametrize(("maker", "expected"), [("lab", "transitional"), ("other", "applies")])
def test_the_period_for_earlier_models_is_not_inherited_from_somebody_else(maker, expected):
    """Article 111(3), and a later release of the same model."""
    found = judge(f"""
        actors: {{lab: {{name: Lab}}, other: {{name: Other}}}}
        models:
          first: {{provider: {maker}, generality: general, placed_on_union_market: 2024-07-01}}
          second: {{provider: lab, generality: general, later_release_of: first, placed_on_union_market: 2026-01-01}}
        """)
    assert status(found, "art-53-1-c", "second") == expected


def test_who_brings_an_excluded_model_to_the_union_within_a_system_notifies_it():
    found = judge("""
        actors: {maker: {name: Maker}, builder: {name: Builder}}
        model: {provider: maker, generality: general, training_compute: 2e25, union_excluded: true,
          placed_on_union_market: 2026-03-01}
        system: {provider: builder, integrates: [model], placed_on_union_market: 2026-03-01}
        """)
    assert status(found, "art-52-1", bearer="builder") == "applies"
    assert status(found, "art-55-1-a", bearer="builder") == "applies"
    assert status(found, "art-52-1", bearer="maker") == "not_applicable"


def test_research_that_is_sold_is_not_simply_outside():
    """Article 2(6) asks for a sole purpose of research; whether supply ends it is disputed."""
    found = judge(
        "model: {solely_for_research: true, generality: general, training_compute: 2e24, monetisation: [price], "
        "placed_on_union_market: 2026-03-01}"
    )
    assert status(found, "art-53-1-c") == "undetermined"


@pytest.mark.parametrize(("size", "expected"), [("microenterprise", "lifted"), ("large", "applies")])
def test_sales_between_microenterprises_need_a_microenterprise(size, expected):
    found = judge(f"""
        provider: {{name: Seller, kind: undertaking, size: {size}}}
        model: {{licence: MIT, {OPEN}, training_compute: 2e24, monetisation: [microenterprise_sales],
          placed_on_union_market: 2026-03-01}}
        """)
    assert status(found, "art-53-1-a") == expected


def test_a_significant_modification_of_a_general_model_is_general_unless_it_is_narrow():
    modified = """
        models:
          base: {{training_compute: 1e24, outputs: [text]}}
          model: {{modifies: {{model: base, compute: 5e23}}, {generality}placed_on_union_market: 2026-03-01}}
        """
    assert status(judge(modified.format(generality="")), "art-53-1-c", "model") == "applies"
    narrow = judge(modified.format(generality="generality: narrow, "))
    assert status(narrow, "art-53-1-c", "model") == "not_applicable"


@pytest.mark.parametrize(("rebutted", "expected"), [("true", "not_applicable"), ("false", "applies")])
def test_an_accepted_rebuttal_reaches_the_modified_model_too(rebutted, expected):
    found = judge(f"""
        models:
          base: {{generality: general, training_compute: 2e25}}
          model: {{modifies: {{model: base, compute: 1e25}}, generality: general, rebuttal_accepted: {rebutted},
            designated_systemic_risk: false, high_impact_capabilities: false, placed_on_union_market: 2026-03-01}}
        """)
    assert status(found, "art-55-1-a", "model") == expected


def test_who_has_stopped_using_a_system_does_not_deploy_it():
    text = """
        actors: {firm: {name: Firm, established_in: FR}}
        system: {licence: proprietary, placed_on_union_market: true}
        use: {deployer: firm, system: system, since: %s}
        """
    assert status(judge(text % "2026-01-01"), "art-4-deployer") == "applies"
    assert status(judge(text % "false"), "art-4-deployer") == "not_applicable"


def test_a_generator_that_was_only_put_into_service_has_no_extra_time():
    """Article 111(4) speaks of systems placed on the market."""
    found = judge(
        "system: {licence: proprietary, commercial_activity: false, placed_on_union_market: 2026-05-01, "
        "put_into_service: 2026-09-01, generates: [image]}\nprovider: {name: A, established_in: FR}"
    )
    assert status(found, "art-50-2") == "applies"


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2026-11-22", "conditional"), ("2028-02-29", "conditional"), ("2028-03-01", "applies")],
)
def test_a_change_of_design_that_is_to_come_binds_from_its_day(day, expected):
    found = judge(
        "provider: {name: A, established_in: FR}\n"
        "system: {annex_iii: [5b], annex_i: [], profiling: true, placed_on_union_market: 2026-05-01, "
        "significant_design_change: 2028-03-01, intended_for_public_authorities: false}",
        day,
    )
    assert status(found, "art-16-b") == expected


@pytest.mark.parametrize(
    ("known", "due"), [("2025-05-01", "2025-08-16"), ("2025-08-02", "2025-08-16"), ("2026-10-10", "2026-10-24")]
)
def test_the_two_weeks_of_notification_do_not_run_before_the_chapter_applies(known, due):
    found = judge(
        f"provider: {{name: A}}\nmodel: {{generality: general, planned_compute: 2e25, threshold_known_on: {known}, "
        "placed_on_union_market: false}",
        DAY,
    )
    (finding,) = [item for item in found.findings if item.rule.id == "art-52-1"]
    assert (finding.status, finding.judgement.due) == ("applies", due)


def test_institutions_of_the_union_are_fined_by_the_data_protection_supervisor():
    """Article 100: 1.5 million euros for Article 5, 750 000 for the rest, whatever Article 99 says of others."""
    found = judge("""
        actors: {agency: {name: Agency, kind: union_body, established_in: BE}}
        system: {provider: agency, interacts_with_people: true, article_5_practices: [social_scoring],
          placed_on_union_market: 2026-09-01}
        """)
    bands = {each["rule"]: each["sanction"] for each in found.as_dict()["findings"] if each["bearer"] == "agency"}
    assert bands["art-5-1-c"]["ceiling"] == 1_500_000
    assert bands["art-50-1"]["ceiling"] == bands["art-4"]["ceiling"] == 750_000
    assert {band["imposed_by"] for band in bands.values() if band} == {"dataProtectionSupervisor"}


# -- Article 25


PARTS = """
actors: {{firm: {{name: Firm, established_in: FR}}, maker: {{name: Maker, established_in: DE}}}}
system: {{provider: firm, integrates: [part], licence: proprietary, placed_on_union_market: 2028-09-01, {system}}}
components: {{part: {{provider: maker, licence: MIT, publicly_accessible: true{monetisation}}}}}
"""


@pytest.mark.parametrize(
    ("monetisation", "expected"),
    [("[]", "not_applicable"), ("[price]", "applies"), (None, "undetermined")],
)
def test_both_sides_of_a_supply_agreement_have_one_answer(monetisation, expected):
    stated = f", monetisation: {monetisation}" if monetisation else ""
    found = judge(
        PARTS.format(system="annex_iii: [4a], annex_i: []", monetisation=stated),
        "2028-10-01",
    )
    assert status(found, "art-25-4", "part", "maker") == expected
    assert status(found, "art-25-4-provider", "system", "firm") == expected


def test_a_part_of_a_car_needs_no_agreement_under_this_regulation():
    """Article 2(2): of such products hardly more than Article 6(1) applies."""
    found = judge(
        PARTS.format(
            system="annex_iii: [], annex_i: [motor_vehicles], third_party_assessment: true",
            monetisation=", monetisation: [price]",
        ),
        "2028-10-01",
    )
    assert status(found, "art-25-4", "part", "maker") == "not_applicable"
    assert status(found, "art-25-4-provider", "system", "firm") == "not_applicable"


TOY = """
actors: {{toys: {{name: Toys, kind: undertaking, established_in: DE}}, school: {{name: Schola, established_in: FR}}}}
systems:
  feature: {{provider: toys, licence: proprietary, placed_on_union_market: 2028-09-01, annex_i: [toys],
    third_party_assessment: true, annex_iii: [], high_risk_use_excluded: {excluded}{stated}}}
  marker: {{provider: school, adapts: {{system: feature, purpose_changed: true, rebranded: false,
    substantially_modified: false}}, placed_on_union_market: 2028-10-01, annex_i: [], annex_iii: [3b], profiling: true}}
"""
ASSISTING = ", assisting_function_only: true, failure_endangers: "


@pytest.mark.parametrize(
    ("excluded", "stated", "expected"),
    [
        ("false", ASSISTING + "false", "applies"),
        ("true", ASSISTING + "false", "not_applicable"),
        ("true", ASSISTING + "true", "applies"),  # high-risk from the first: point (b), and nothing to exclude
        ("true", "", "applies"),
    ],
)
def test_a_part_of_a_toy_that_only_assists_was_not_high_risk_before_it_marked_tests(excluded, stated, expected):
    """Articles 6(1a), 25(1)(c) and 25(2): no safety component, so that the new purpose makes it high-risk."""
    found = judge(TOY.format(excluded=excluded, stated=stated), "2028-11-22")
    assert status(found, "art-25-2", "marker", "toys") == expected


TRACKER = """
actors: {{maker: {{name: Maker, established_in: FR}}, parts: {{name: Parts, established_in: FR}},
  police: {{name: Police, kind: public_authority, established_in: FR}}}}
component: {{provider: parts, licence: proprietary, publicly_accessible: false}}
system: {{provider: maker, integrates: [component], exclusively_military: true, placed_on_union_market: 2028-01-10,
  annex_i: [], annex_iii: [1a], profiling: true}}
use: {{system: system, deployer: police, since: 2028-02-01, exclusively_military: {military}}}
"""


@pytest.mark.parametrize(("military", "expected"), [("false", "applies"), ("true", "not_applicable")])
def test_who_supplies_a_military_system_owes_an_agreement_once_the_police_uses_it(military, expected):
    """Article 2(3) with recital 24: a use for other purposes brings the system back, and its suppliers with it."""
    found = judge(TRACKER.format(military=military), "2028-06-01")
    assert status(found, "art-25-4", "component", "parts") == expected
    assert status(found, "art-25-4-provider", "system", "maker") == expected


@pytest.mark.parametrize(
    ("supply", "expected"),
    [
        ("placed_on_union_market: false, put_into_service: false, output_used_in_union: false", "not_applicable"),
        ("placed_on_union_market: false, put_into_service: false, output_used_in_union: true", "applies"),
        ("placed_on_union_market: 2028-01-10", "applies"),
        ("put_into_service: false", "undetermined"),
    ],
)
def test_a_part_of_a_system_for_america_alone_needs_no_agreement(supply, expected):
    """Articles 2(1) and 25(4): the provider of the system must be one under the Regulation."""
    found = judge(
        f"""
        actors: {{maker: {{name: Maker, established_in: US}}, parts: {{name: Parts, established_in: FR}}}}
        component: {{provider: parts, licence: proprietary, publicly_accessible: false}}
        system: {{provider: maker, integrates: [component], annex_i: [], annex_iii: [4a], profiling: true, {supply}}}
        """,
        "2028-06-01",
    )
    assert status(found, "art-25-4", "component", "parts") == expected


@pytest.mark.parametrize("library", ["", "licence: MIT, publicly_accessible: true, monetisation: []"])
@pytest.mark.parametrize(
    ("own", "foreign", "expected"),
    [("[4a]", "[]", "not_applicable"), ("[]", "[4a]", "applies"), ("[4a]", "[4a]", "applies")],
)
def test_nobody_owes_an_agreement_with_oneself_because_another_uses_the_same_model(own, foreign, expected, library):
    """Article 25(4): a third party supplies a high-risk system of another."""
    found = judge(
        f"""
        actors: {{m: {{name: M, established_in: FR}}, b: {{name: B, established_in: BE}}, t: {{name: T}}}}
        model: {{provider: m, licence: proprietary, generality: general, placed_on_union_market: 2026-03-01}}
        component: {{provider: t, {library}}}
        systems:
          own: {{provider: m, integrates: [model{", component" if library else ""}], annex_i: [], annex_iii: {own},
            profiling: true, placed_on_union_market: 2028-03-01}}
          foreign: {{provider: b, integrates: [model], annex_i: [], annex_iii: {foreign}, profiling: true,
            placed_on_union_market: 2028-03-01}}
        """,
        "2028-06-01",
    )
    assert status(found, "art-25-4", "model", "m") == expected
    assert status(found, "art-25-4-provider", "own", "m") == "not_applicable"
    assert status(found, "art-25-4-provider", "foreign", "b") == expected


def test_whether_a_free_system_outside_high_risk_is_registered_is_disputed():
    """Articles 2(12), 6(4) and 49(2)."""
    text = (
        "provider: {name: F, established_in: FR}\nsystem: {annex_iii: [4a], annex_i: [], "
        "derogation_conditions: [preparatory_task], profiling: false, licence: %s, monetisation: [], "
        "article_5_practices: [], interacts_with_people: false, generates: [], biometric_functions: [], "
        "placed_on_union_market: 2028-01-10}"
    )
    for rule in ("art-6-4", "art-49-2"):
        assert status(judge(text % "MIT", "2028-02-01"), rule) == "undetermined"
        assert status(judge(text % "proprietary", "2028-02-01"), rule) == "applies"


@pytest.mark.parametrize(("reports", "expected"), [("true", "applies"), ("false", "not_applicable")])
def test_police_systems_tell_people_that_they_are_ai_if_the_public_reports_crime_to_them(reports, expected):
    """Article 50(1): the exception, and the exception to it."""
    given = f"system: {{authorised_for_law_enforcement: true, interacts_with_people: true, reports_crime: {reports}, "
    found = judge(given + "placed_on_union_market: 2026-09-01}\nprovider: {name: A, established_in: FR}")
    assert status(found, "art-50-1") == expected


def test_a_use_that_names_no_system_asks_for_it():
    """The system might be free, or military: what its users owe cannot be said without it."""
    text = "actors: {firm: {name: Firm, kind: undertaking, established_in: FR}}\nuse: {deployer: firm%s}\n"
    found = judge(text % "")
    assert status(found, "art-4-deployer") == "undetermined"
    (finding,) = [item for item in found.findings if item.rule.id == "art-4-deployer"]
    assert {found.gap(gap) for gaps in finding.missing for gap in gaps} == {"use.system"}
    known = judge(text % ", system: s" + "systems: {s: {licence: proprietary}}")
    assert status(known, "art-4-deployer") == "applies"


@pytest.mark.parametrize(("original", "limited"), [("other", ["art-3-3-anothers-model"]), ("maker", [])])
def test_only_who_modifies_another_s_model_owes_no_more_than_the_modification(original, limited):
    """Recital 109 speaks of documentation that exists; what one's own unpublished base lacks is owed with the whole."""
    found = judge(f"""
        actors: {{maker: {{name: Maker}}, other: {{name: Other}}}}
        models:
          base: {{provider: {original}, generality: general, training_compute: 5e23, outputs: [text],
                 licence: proprietary, placed_on_union_market: false, distribution: [internal],
                 essential_to_third_parties: false, affects_rights_of_persons: false}}
          tuned: {{provider: maker, modifies: {{model: base, compute: 3e23}}, training_compute: 8e23, outputs: [text],
                  licence: proprietary, placed_on_union_market: 2026-03-01}}
    """)
    item = next(each for each in found.findings if each.rule.id == "art-53-1-a" and each.entity.endswith("tuned"))
    assert (item.status, list(item.limited_by)) == ("applies", limited)


SOLD = """
actors: {{maker: {{name: Maker, established_in: DE}}, port: {{name: Port, established_in: NL}},
  shop: {{name: Shop, established_in: NL}}}}
system: {{provider: {provider}, importer: {importer}, distributors: {distributors},
  placed_on_union_market: 2028-03-01, annex_iii: [4a], profiling: true}}
"""
OF_DISTRIBUTORS = {*(f"art-24-{number}" for number in range(1, 7)), "art-79-2-distributors", "art-82-1"}


def of_distributors(text: str) -> dict[str | None, set[str]]:
    """Who could owe which duties as a distributor, by what became of them."""
    found = judge(text, "2028-06-01")
    by: dict[str | None, dict[str, set[str]]] = {}
    for item in found.findings:
        if item.rule.id in OF_DISTRIBUTORS and item.role.endswith("Distributor"):
            bearer = item.bearer and found.short(item.bearer)
            by.setdefault(bearer, {}).setdefault(item.status, set()).add(item.rule.id)
    return by


@pytest.mark.parametrize(
    ("provider", "importer", "distributors", "bound"),
    [
        ("maker", "none", ["maker", "shop"], {"shop"}),
        ("maker", "port", ["port", "shop"], {"shop"}),
        ("maker", "port", ["maker", "port", "shop"], {"shop"}),
        ("maker", "maker", ["maker", "shop"], {"shop"}),
        ("maker", "port", ["shop"], {"shop"}),
        ("maker", "none", ["port", "shop"], {"port", "shop"}),
        ("maker", "port", ["maker", "port"], set()),
        ("maker", "none", ["maker"], set()),
    ],
)
def test_who_sells_beside_the_provider_or_importer_stays_a_distributor(provider, importer, distributors, bound):
    """Article 3(7), “other than the provider or the importer”, is said of each person in the supply chain alone."""
    by = of_distributors(SOLD.format(provider=provider, importer=importer, distributors=f"[{', '.join(distributors)}]"))
    assert by == {
        name: {"applies" if name in bound else "not_applicable": OF_DISTRIBUTORS} for name in distributors
    }  # and nobody whom the description does not name


def test_who_is_left_out_of_the_distributors_reads_why():
    found = judge(SOLD.format(provider="maker", importer="none", distributors="[maker, shop]"), "2028-06-01")
    items = [item for item in found.findings if item.rule.id == "art-24-1" and found.short(item.bearer) == "maker"]
    assert [step.condition for item in items for step in item.because] == ["art-3-7.not-the-provider"]


def test_a_distributor_is_not_freed_by_a_provider_or_importer_who_is_not_named():
    text = SOLD.replace("provider: {provider}, importer: {importer}, ", "")
    assert of_distributors(text.format(distributors="[shop]")) == {"shop": {"applies": OF_DISTRIBUTORS}}


def test_where_sources_disagree_on_the_provider_a_distributor_is_neither_freed_nor_bound():
    found = judge(SOLD.format(provider="[maker, shop]", importer="none", distributors="[shop, port]"), "2028-06-01")
    assert status(found, "art-24-1", bearer="port") == "applies"
    assert status(found, "art-24-1", bearer="shop") == "undetermined"
    (item,) = [each for each in found.findings if each.rule.id == "art-24-1" and found.short(each.bearer) == "shop"]
    assert {found.gap(gap) for gaps in item.missing for gap in gaps} == {"system.provider"}


EXCLUDED = """
actors: {{maker: {{name: Maker, established_in: US}}, anna: {{name: Anna, established_in: FR}},
  bob: {{name: Bob, established_in: US}}}}
model: {{provider: maker, generality: general, training_compute: 2e25, union_excluded: true,
  placed_on_union_market: 2026-03-01}}
systems:
  here: {{{anna}integrates: [model], placed_on_union_market: 2026-03-01}}
  there: {{provider: bob, integrates: [model]{there}}}
"""
ELSEWHERE = ", placed_on_union_market: false, put_into_service: false"


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        (ELSEWHERE, "not_applicable"),
        (", placed_on_union_market: false, put_into_service: 2026-04-01", "applies"),
        (", placed_on_union_market: 2026-04-01", "applies"),
        ("", "undetermined"),
        (", placed_on_union_market: [true, false], put_into_service: false", "undetermined"),
    ],
)
def test_of_two_who_integrate_an_excluded_model_each_answers_for_its_own_system(there, expected):
    """Guidelines 59: the provider of the model is who integrates it *and* places that system on the Union market."""
    found = judge(EXCLUDED.format(anna="provider: anna, ", there=there))
    for rule in ("art-53-1-c", "art-55-1-a", "art-52-1"):
        assert status(found, rule, "model", "anna") == "applies"
        assert status(found, rule, "model", "bob") == expected
        assert status(found, rule, "model", "maker") == "not_applicable"


def test_what_bob_lacks_is_said_of_his_own_system():
    found = judge(EXCLUDED.format(anna="provider: anna, ", there=ELSEWHERE))
    (item,) = [each for each in found.findings if each.rule.id == "art-53-1-c" and found.short(each.bearer) == "bob"]
    assert {found.short(step.node) for step in item.because} == {"there"}
    found = judge(EXCLUDED.format(anna="provider: anna, ", there=""))
    (item,) = [each for each in found.findings if each.rule.id == "art-53-1-c" and found.short(each.bearer) == "bob"]
    gaps = {found.gap(gap) for gaps in item.missing for gap in gaps}
    assert {"there.placed_on_union_market", "there.put_into_service"} <= gaps
    assert not [gap for gap in gaps if gap.startswith("here")]


def test_an_integrator_who_is_not_named_is_not_forgotten_for_one_who_stays_away():
    found = judge(EXCLUDED.format(anna="", there=ELSEWHERE))
    bearers = {
        item.bearer and found.short(item.bearer): item.status
        for item in found.findings
        if item.rule.id == "art-53-1-c" and found.short(item.entity) == "model"
    }
    assert bearers[None] == "applies"
    assert bearers["bob"] == "not_applicable"


def test_of_two_who_use_a_free_system_only_one_under_whose_name_it_runs_could_be_its_provider():
    """Article 3(3) and (11): “puts the AI system into service under its own name or trademark”."""
    found = judge("""
        actors: {author: {name: Author}, one: {name: One, established_in: FR}, two: {name: Two, established_in: FR}}
        system: {provider: author, commercial_activity: false, put_into_service: 2026-04-01,
          interacts_with_people: true}
        uses:
          first: {system: system, deployer: one, under_own_name: true}
          second: {system: system, deployer: two, under_own_name: false}
        """)
    readings = {
        found.short(item.bearer): set(item.readings.values())
        for item in found.findings
        if item.rule.id == "art-50-1" and item.bearer
    }
    assert "applies" in readings["one"]
    assert "applies" not in readings["two"]

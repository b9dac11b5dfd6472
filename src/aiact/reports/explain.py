"""Explanations: what a rule, a condition or a provision says, when it applies, and what is often said instead."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from ..law.cite import cite, find, links, parts
from ..law.graph import Graph
from ..law.knowledge import Claim, Knowledge, Rule, Text
from ..law.names import ACT, AIACT, BASE, DCTERMS, ELI, RULE, SKOS, local
from ..sparql.query import law

WIDTH = 80
LONGEST_TEXT = 40  # lines of official wording in an explanation


class NotFound(Exception):
    """Nothing of that name; the message lists what is near."""


class Explainer:
    """Explains one thing in one language, as of a day."""

    def __init__(self, knowledge: Knowledge, language: str, day: str) -> None:
        self.knowledge, self.language, self.day = knowledge, language, day
        self.text: Text = knowledge.text_on(day)
        self.graph: Graph = law()

    def word(self, phrase: str, **values: object) -> str:
        return self.knowledge.say(self.language, phrase, **values)

    def of(self, texts: dict[str, str]) -> str:
        return texts.get(self.language) or texts.get("en", "")

    def label(self, iri: str) -> str:
        return self.of(self.graph.texts(iri, SKOS + "prefLabel"))

    def lines(self, asked: str) -> list[str]:
        """The explanation of a rule id, a condition, an open question, or a provision however written."""
        name = asked.strip().removeprefix("rule:").removeprefix(RULE)
        if name in self.knowledge.rules:
            rule = self.knowledge.rules[name]
            return [*self.rule(rule), *self.official(rule.provision)]
        if name in self.knowledge.conditions:
            return self.condition(name)
        question = name.removeprefix("reading:")
        if question in self.knowledge.questions:
            return self.question(question)
        key = find(asked, (iri.removeprefix(ACT) for iri in self.graph.of_class(AIACT + "Provision")))
        if key:
            return self.provision(key)
        from ..descriptions.description import suggest

        near = suggest(name, [*self.knowledge.rules, *self.knowledge.conditions, *self.knowledge.questions])
        raise NotFound(f"there is no rule, condition or provision “{asked}”{near}")

    # -- a provision

    def provision(self, key: str) -> list[str]:
        heading = self.label(ACT + key) or next(
            (self.label(ACT + above) for above in self.above(key) if self.label(ACT + above)), ""
        )
        lines = [f"{cite(key, self.language)}" + (f" · {heading}" if heading else ""), ""]
        lines += self.fold(self.word("links"), list(links(key, self.language, self.inserted(key)).values()))
        lines += list(self.amendments(key))
        lines += self.official(key)
        rules = next(filter(None, map(self.rules_about, [key, *self.above(key)])), [])
        main = [rule for rule in rules if rule.id == self.own_rule(key)] or (rules if len(rules) == 1 else [])
        for rule in main:
            lines += ["", *self.rule(rule)]
        others = [rule for rule in rules if rule not in main]
        if others:
            lines += ["", self.word("rules-citing")]
            width = max(len(rule.id) for rule in others)
            lines += [f"  {rule.id:<{width}}  {self.of(rule.label)}" for rule in others]
        return lines + ([] if main else self.claims([key]))

    def official(self, key: str) -> list[str]:
        """The official wording of a provision, if the user has imported it."""
        from ..texts import library
        from ..texts.wording import wording

        held = library()
        lines = wording(self.knowledge, held, key, self.language, self.day, most=LONGEST_TEXT) if held.files else []
        return ["", *lines] if lines else []

    def drift(self, rule: Rule) -> list[str]:
        """Which texts at hand read otherwise than the one that a rule was written against."""
        from ..texts import library
        from ..texts.drift import drifted

        held = library()
        found = drifted(held, rule) if held.files else []
        return [self.word("wording-differs", day=each["version"], language=each["language"]) for each in found]

    def own_rule(self, key: str) -> str:
        """The id of the rule that states a provision whole: ``art_53_par_2`` gives ``art-53-2``."""
        return "-".join(["art", *(number for kind, number in parts(key))])

    def above(self, key: str) -> Iterator[str]:
        while (parent := self.graph.value(ACT + key, ELI + "is_part_of")) is not None:
            key = parent.removeprefix(ACT)
            yield key

    def inserted(self, key: str) -> str:
        """The text version that inserted a provision, or empty if the Regulation had it from the start."""
        return self.graph.text(ACT + key, AIACT + "textFrom") or ""

    def rules_about(self, key: str) -> list[Rule]:
        return [rule for rule in self.knowledge.rules.values() if self.is_about(rule, key)]

    def is_about(self, rule: Rule, key: str) -> bool:
        return any(source == key or source.startswith(key + "_") for source in rule.sources)

    def amendments(self, key: str) -> Iterator[str]:
        for amendment in self.graph.of_class(AIACT + "Amendment"):
            amended = self.graph.objects(amendment, AIACT + "amends")
            if any(ACT + each in amended for each in (key, *self.above(key))):
                said = self.of(self.graph.texts(amendment, SKOS + "definition"))
                binds = self.graph.text(amendment, AIACT + "bindsFrom")
                yield from self.fold(
                    self.word("changed"), [said + (f" ({self.word('from', day=binds)})" if binds else "")]
                )

    # -- a rule

    def rule(self, rule: Rule) -> list[str]:
        kind = self.label(AIACT + rule.kind)
        lines = [f"{rule.id} · {self.of(rule.label)} · {kind}"]
        lines += textwrap.wrap(self.of(rule.definition), WIDTH, initial_indent="  ", subsequent_indent="  ")
        lines += self.fold(self.word("source"), [self.cited(source) for source in rule.sources])
        applies = self.text.applies_from.get(rule.id)
        if applies:
            lines += self.fold(self.word("applies-from"), [f"{applies} ({self.word('text-of', day=self.text.id)})"])
        lines += self.fold(self.word("effects"), list(self.effects(rule)))
        for duty in rule.duties:
            when = f"{duty.text_from or '…'} – {duty.text_until or '…'}: " if duty.text_from or duty.text_until else ""
            lines += self.fold(self.word("duty").lower(), [when + self.of(duty.text)])
        sanctions = dict.fromkeys(name for name in (rule.sanction, *(duty.sanction for duty in rule.duties)) if name)
        lines += self.fold(self.word("sanction"), [self.sanction(name) for name in sanctions])
        lines += self.fold(self.word("conditions"), [self.message(name) for name in rule.conditions])
        lines += self.fold(self.word("of-each-alone"), list(self.of_each_alone(rule)))
        lines += self.fold(self.word("examples"), list(self.examples(rule)))
        lines += self.fold(self.word("doubts"), [self.of(doubt) for doubt in rule.doubts])
        if rule.under:
            lines += self.fold(self.word("readings"), [self.reading(rule.under)])
        lines += self.fold(self.word("reviewed"), [rule.reviewed_on, *self.drift(rule)] if rule.reviewed_on else [])
        return lines + self.claims([source for source in rule.sources if not source.startswith("http")])

    def cited(self, source: str) -> str:
        if not source.startswith("http"):
            return cite(source, self.language)
        paragraphs = self.graph.text(source, AIACT + "paragraphs")
        document = self.graph.value(source, DCTERMS + "isPartOf")
        name = self.label(document) if document else self.label(source) or source
        return name + (f", {paragraphs}" if paragraphs else "")

    def effects(self, rule: Rule) -> Iterator[str]:
        for role in rule.bearers:
            yield f"{self.word('imposes')}: {self.label(role)}"
        if rule.confers:
            yield f"{self.word('confers')}: {self.label(rule.confers)}"
        for word in ("lifts", "disapplies", "defeats", "postpones"):
            aims = getattr(rule, word)
            if aims:
                shown = ", ".join(aims[:8]) + (", …" if len(aims) > 8 else "")
                yield f"{self.word(word)}: {shown}"

    def of_each_alone(self, rule: Rule) -> Iterator[str]:
        """What a definition asks of every holder of its role separately."""
        for condition, _ in rule.other_than:
            yield self.message(condition)
        if rule.through:
            definition, condition = (
                known.get(rule.through) for known in (self.knowledge.rules, self.knowledge.conditions)
            )
            yield self.word("leads-to-each", what=self.of(definition.label if definition else condition.message))

    def sanction(self, name: str) -> str:
        band = self.knowledge.sanctions[name]
        return f"{self.of(band['definition'])} ({cite(band['provision'], self.language)})"

    def message(self, name: str) -> str:
        condition = self.knowledge.conditions[name]
        reading = f" [{self.reading(condition.under)}]" if condition.under else ""
        return f"{name.split('.', 1)[1]}: {self.of(condition.message)}{reading}"

    def reading(self, name: str) -> str:
        reading = self.knowledge.readings[name]
        return f"{self.of(self.knowledge.questions[reading.question])}: {self.of(reading.label)}"

    def examples(self, rule: Rule) -> Iterator[str]:
        for example in sorted(self.graph.of_class(AIACT + "Example")):
            if example.startswith(f"{RULE}{rule.id}.example-"):
                expected = self.label(self.graph.value(example, AIACT + "expects"))
                yield f"{self.label(example)}: {expected}"

    # -- conditions, questions, claims

    def condition(self, name: str) -> list[str]:
        condition, rule = self.knowledge.conditions[name], self.knowledge.rules[name.split(".")[0]]
        lines = [f"{name} · {self.of(condition.message)}"]
        lines += self.fold(
            self.word("source"), [self.cited(source) for source in condition.sources or rule.sources[:1]]
        )
        if condition.under:
            lines += self.fold(self.word("readings"), [self.reading(condition.under)])
        return [*lines, "", *self.rule(rule)]

    def question(self, name: str) -> list[str]:
        iri = f"{BASE}reading/{name}"
        lines = [f"{name} · {self.label(iri)}"]
        lines += textwrap.wrap(
            self.of(self.graph.texts(iri, SKOS + "definition")), WIDTH, initial_indent="  ", subsequent_indent="  "
        )
        for key, reading in self.knowledge.readings.items():
            if reading.question == name:
                force = self.label(AIACT + reading.force)
                lines += self.fold(key.split(".", 1)[1], [f"{self.of(reading.definition)} ({force})"])
        return lines

    def commentary(self, asked: str) -> list[str]:
        """Every claim, by source; of one source or claim; or about one provision, its parts and what it is part of."""
        claims = self.knowledge.claims
        if asked:
            claims = {iri: claim for iri, claim in claims.items() if self.is_of(iri, claim, asked.strip().lower())}
        key = (
            None if claims else find(asked, (iri.removeprefix(ACT) for iri in self.graph.of_class(AIACT + "Provision")))
        )
        if key:
            about = {key, *(above for above in self.above(key) if self.graph.value(ACT + above, ELI + "is_part_of"))}
            claims = {
                iri: claim
                for iri, claim in self.knowledge.claims.items()
                if any(each in about or each.startswith(key + "_") for each in (*claim.corrected_by, *claim.matches))
            }
        if not claims:
            from ..descriptions.description import suggest

            near = suggest(asked, list(dict.fromkeys(local(claim.source) for claim in self.knowledge.claims.values())))
            raise NotFound(f"no claim of a commentary is of “{asked}” or about it{near}")
        lines: list[str] = []
        for source in dict.fromkeys(claim.source for claim in claims.values()):
            lines += [*[""] * bool(lines), *self.about_source(source)]
            for iri, claim in claims.items():
                lines += self.claim(iri, claim) if claim.source == source else []
        return lines

    def is_of(self, iri: str, claim: Claim, asked: str) -> bool:
        names = (local(iri), local(claim.source), *claim.by.values(), self.label(claim.source))
        return asked.removeprefix("source:") in (name.lower() for name in names)

    def about_source(self, source: str) -> list[str]:
        by = ", ".join(
            [
                literal.text
                for word in ("creator", "publisher")
                for literal in self.graph.objects(source, DCTERMS + word)
            ]
        )
        about = self.of(self.graph.texts(source, SKOS + "definition"))
        head = f"{local(source)} · {self.label(source)}" + (f" · {by}" if by else "")
        return [*textwrap.wrap(head, WIDTH, subsequent_indent="  "),
                *textwrap.wrap(about, WIDTH, initial_indent="  ", subsequent_indent="  ")]  # fmt: skip

    def claim(self, iri: str, claim: Claim) -> list[str]:
        """What one claim says and where, whether it is right, what corrects it, and where it would mislead."""
        kinds = [self.of(self.knowledge.labels[AIACT + kind]) for kind in claim.divergences] or [self.word("is-right")]
        lines = ["", f"{local(iri)} · {', '.join(kinds)}"]
        lines += textwrap.wrap(self.of(claim.says), WIDTH, initial_indent="  ", subsequent_indent="  ")
        lines += self.fold(self.word("in-the-source"), [self.of(claim.locator)])
        lines += self.fold(self.word("the-law"), [self.of(claim.law)] if claim.law else [])
        for word, sources in (("corrected-by", claim.corrected_by), ("agrees-with", claim.matches)):
            lines += self.fold(self.word(word), [self.cited(source) for source in sources])
        rules = [rule for rule in self.knowledge.rules.values() if rule.kind == "Misconception" and iri in rule.sources]
        lines += self.fold(self.word("reports-warn"), [f"{rule.id}: {self.of(rule.definition)}" for rule in rules])
        return lines + self.fold(self.word("beyond-facts"), [self.of(claim.beyond_facts)] if claim.beyond_facts else [])

    def claims(self, keys: list[str]) -> list[str]:
        """What commentary says otherwise of these provisions, and what the law says."""
        aims = {ACT + key for key in keys}
        claims = sorted(self.graph.of_class(AIACT + "Claim"))
        return self.corrections(c for c in claims if aims & set(self.graph.objects(c, AIACT + "correctedBy")))

    def corrections(self, claims: Iterable[str]) -> list[str]:
        """What each of these claims says, and what the law says; sources that are no claims are passed over."""
        found = []
        for claim in claims:
            said, right = (self.of(self.graph.texts(claim, SKOS + word)) for word in ("definition", "note"))
            if right and self.graph.objects(claim, AIACT + "divergence"):
                found.append(f"« {said} » → {right}" if self.language == "fr" else f"“{said}” → {right}")
        return ["", *self.fold(self.word("corrected"), found)] if found else []

    def fold(self, head: str, items: list[str]) -> list[str]:
        """A head, and under it one wrapped line an item."""
        if not items:
            return []
        if len(items) == 1 and len(head) + len(items[0]) + 4 <= WIDTH:
            return [f"  {head}: {items[0]}" if self.language == "en" else f"  {head} : {items[0]}"]
        lines = [f"  {head}"]
        for item in items:
            lines += textwrap.wrap(
                item,
                WIDTH,
                initial_indent="    - ",
                subsequent_indent="      ",
                break_on_hyphens=False,
                break_long_words=False,
            )
        return lines

"""Reports: an assessment in words, English or French; what the forms of ``writers`` for people share."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable
from functools import partial

from ..descriptions.description import Clue
from ..descriptions.facts import Source, Statement
from ..descriptions.merge import subject
from ..findings.assess import ORDER, Assessment
from ..findings.commentary import Misled
from ..findings.conclude import Finding
from ..findings.fines import fine
from ..findings.prove import Gap, Step
from ..law.cite import cite
from ..law.names import AIACT

WIDTH = 80
COLUMN = 30  # of citations; what is longer has a line of its own
wrap = partial(textwrap.wrap, width=WIDTH, break_on_hyphens=False)
OWED = ("applies", "transitional", "conditional", "upcoming")
ASKED = 3  # questions in a report; aiact ask has all
FEW = 3  # misleading claims told in a report; --explain-commentary tells all
MOST = 6  # facts told as the reason of a duty; JSON has all


class Words:
    """Phrases, labels and citations in one language."""

    def __init__(self, assessment: Assessment, language: str) -> None:
        self.knowledge, self.language = assessment.knowledge, language

    def __call__(self, phrase: str, **values: object) -> str:
        return self.knowledge.say(self.language, phrase, **values)

    def of(self, texts: dict[str, str]) -> str:
        return texts.get(self.language) or texts.get("en", "")

    def cite(self, provision: str) -> str:
        if provision.startswith("http"):
            return self.knowledge.label(provision, self.language)
        return cite(provision, self.language, short=True)

    def cite_in_full(self, source: str) -> str:
        """The citation of a provision, or of a source or passage with its paragraphs."""
        return self.of(self.knowledge.citations.get(source, {})) or self.cite(source)

    def status(self, status: str) -> str:
        camel = {"not_applicable": "notApplicable"}.get(status, status)
        return self.knowledge.label(AIACT + camel, self.language)

    def value(self, value: object) -> str:
        """A value in words: yes and no for a boolean."""
        return self({True: "yes", False: "no", "none": "none"}[value]) if value in (True, False, "none") else str(value)

    def stated(self, statement: Statement) -> str:
        """A stated value in words: the label of a concept, the ends of an interval; nothing for yes and no."""
        fact, value = self.knowledge.facts[statement.fact], statement.value
        if isinstance(value, bool):
            return ""
        if value == []:
            return self("none")
        if isinstance(value, dict):
            low, high = (value.get(end) for end in ("min", "max"))
            return f"{low} – {high}" if None not in (low, high) else f">= {low}" if high is None else f"<= {high}"
        return self.knowledge.label(fact.values[value], self.language) if value in fact.values else str(value)

    def place(self, assessment: Assessment, source: Source | Clue) -> str:
        """Where something stands: its line, and its file if there are several, and its place in JSON or a table."""
        if assessment.facts.description.files and source.file:
            name = source.file.rsplit("/", 1)[-1]
            return self("place-at" if source.at else "place-line", file=name, line=source.line, at=source.at)
        return self("line", line=source.line)

    def pairs(self, told: Iterable[tuple[str, str]]) -> str:
        """``this: that; this: that``, with the spaces of the language."""
        return self("semicolon").join(self("with", this=this, that=that) for this, that in told)

    def amount(self, euros: float) -> str:
        """An amount in euros with the separators of the language."""
        return f"{euros:,.0f}".replace(",", "\u202f" if self.language == "fr" else ",")

    def question(self, name: str) -> str:
        return self.of(self.knowledge.questions.get(name, {})) or name

    def reading(self, question: str, name: str) -> str:
        return self.of(self.knowledge.readings[f"{question}.{name}"].label) or name

    def read(self, name: str) -> str:
        """A reading with its question and its force."""
        question, reading = name.split(".", 1)
        force = self.knowledge.label(AIACT + self.knowledge.readings[name].force, self.language)
        return f"{self.question(question)}, {self.reading(question, reading)} ({force})"


def headline(assessment: Assessment, words: Words) -> str:
    name = assessment.facts.description.name or assessment.facts.description.file
    verdict = counted(assessment.findings, words) or words("nothing-found")
    return f"{name} · {words('as-of', day=assessment.day)} · {verdict}"


def counted(findings: list[Finding], words: Words) -> str:
    """How many findings have which status, most pressing first."""
    counts = Counter(finding.status for finding in findings)
    said = [words(f"count-{status.replace('_', '-')}", n=counts[status]) for status in ORDER if counts[status]]
    return ", ".join(said)


def verdicts(assessment: Assessment, words: Words) -> list[str]:
    """The outcome for each actor and entity, if there are several; who is not named counts if something is asked."""
    groups = grouped(assessment, True, words)
    told = [
        words("with", this=where, that=counted(findings, words))
        for where, findings in groups
        if findings[0].bearer or findings[0].status not in ("lifted", "not_applicable")
    ]
    return told if len(groups) > 1 else []


def grouped(assessment: Assessment, everything: bool, words: Words) -> list[tuple[str, list[Finding]]]:
    """Findings by entity and bearer, in the order of the description, most pressing status first."""
    groups: dict[str, list[Finding]] = {}
    order = list(assessment.facts.description.entities)
    for finding in sorted(assessment.findings, key=lambda finding: order.index(assessment.short(finding.entity))):
        if everything or finding.status != "not_applicable":
            groups.setdefault(place(assessment, finding, words), []).append(finding)
    for findings in groups.values():
        findings.sort(key=lambda finding: ORDER.index(finding.status))
    return list(groups.items())


def place(assessment: Assessment, finding: Finding, words: Words) -> str:
    entity = title(assessment, finding.entity)
    bearer = title(assessment, finding.bearer) if finding.bearer else words("not-named")
    return f"{bearer} → {entity}"


def title(assessment: Assessment, iri: str) -> str:
    """The name of an entity as the description gives it."""
    name = assessment.value(iri, "name")
    return f"{name}" if name else assessment.short(iri)


def gathered(assessment: Assessment, findings: list[Finding], words: Words) -> list[tuple[list[Finding], list[str]]]:
    """Findings of one status, one day and for the same reasons, together; each group with those reasons."""
    groups: dict[tuple, tuple[list[Finding], list[str]]] = {}
    for finding in findings:
        told = reasons(assessment, finding, words)
        groups.setdefault((finding.status, when(finding, words), *told), ([], told))[0].append(finding)
    return list(groups.values())


def when(finding: Finding, words: Words) -> str:
    judgement = finding.judgement
    phrase = {"applies": "since", "transitional": "due", "upcoming": "from", "conditional": "if-changed"}.get(
        finding.status
    )
    if not phrase:
        return ""
    occasion = next((duty.upon for duty in finding.rule.duties if duty.upon), "")
    if phrase == "since" and occasion:
        return words.knowledge.label(occasion, words.language)
    deadline = finding.rule.duties and any(duty.due_on for duty in finding.rule.duties) and judgement.due
    if phrase == "since" and deadline:
        return words("due", day=judgement.due)
    if judgement.latest:
        return words("from-open", day=judgement.starts, latest=judgement.latest)
    day = judgement.due if phrase in ("since", "due", "if-changed") and judgement.due else judgement.starts
    return words(phrase, day=day)


def reasons(assessment: Assessment, finding: Finding, words: Words) -> list[str]:
    """Why: the exemption and its facts, what is missing, what is disputed."""
    found = []
    if finding.judgement.lifted_by:
        rules = ", ".join(
            words.cite(assessment.knowledge.rules[name].provision) for name in finding.judgement.lifted_by
        )
        facts = ", ".join(dict.fromkeys(told for step in finding.because for told in facts_of(assessment, step, words)))
        by = words("by-rule", rule=rules)
        found.append(words("with", this=by, that=facts) if facts else by)
    for question in finding.contested:
        answers = assessment.court.readings.of(finding.readings, question)
        outcomes = words("semicolon").join(
            words("reading", reading=words.reading(question, name), status=words.status(status))
            for name, status in answers.items()
        )
        found.append(words("contested", question=words.question(question), outcomes=outcomes))
    if finding.missing:
        open_ = gaps_of(assessment, finding)
        absent = [assessment.gap(gap) for gap in open_ if not assessment.facts.stated(*gap)]
        vague = [assessment.gap(gap) for gap in open_ if assessment.facts.stated(*gap)]
        if absent:
            found.append(words("not-stated", facts=", ".join(absent)))
        if vague:
            found.append(words("conflicting", facts=", ".join(vague)))
    if finding.status == "not_applicable" and not finding.judgement.lifted_by:
        failing = [step for step in finding.because if step.truth == "fails"][:2]
        found += [words("not-met", condition=words.of(condition_text(assessment, step))) for step in failing]
    if finding.status in OWED:
        own, spared = grounds(assessment, finding, words)
        told = list(dict.fromkeys(told for step in own for told in facts_of(assessment, step, words)))
        found += [words("because-of", facts=", ".join(told[:MOST] + ["…"] * (len(told) > MOST)))] if told else []
        found += [
            words("limited-to", scope=words.of(assessment.knowledge.rules[rule].limited_to))
            for rule in finding.limited_by
        ]
        found += spared
    return found


def grounds(assessment: Assessment, finding: Finding, words: Words) -> tuple[list[Step], list[str]]:
    """What makes a duty, and why the exemptions that could lift it do not."""
    court, own, spared = assessment.court, [], {}
    prover = court.prover(court.readings.with_({}))
    for name, node in finding.judgement.decided_by:
        rule, steps = court.rules[name], prover.because(name, node)
        if rule.kind == "Exemption":
            for step in [step for step in steps if step.truth == "fails"][:1]:
                condition = words.of(condition_text(assessment, step))
                spared[words("not-lifted", rule=words.cite(rule.provision), condition=condition)] = None
        elif rule.kind == "Exception":
            facts = ", ".join(dict.fromkeys(told for step in steps for told in facts_of(assessment, step, words)))
            spared[words("with", this=words("lost", exception=words.of(rule.label)), that=facts or "–")] = None
        else:
            own += steps
    return own, list(spared)


def gaps_of(assessment: Assessment, finding: Finding) -> list[Gap]:
    """Missing facts: those that decide alone if there are any, else those of the smallest sets."""
    unsaid = [gaps for gaps in finding.missing if not any(assessment.facts.stated(*gap) for gap in gaps)]
    usable = unsaid or finding.missing
    least = min(len(gaps) for gaps in usable)
    sets = [gaps for gaps in usable if len(gaps) == least]
    return list(dict.fromkeys(gap for gaps in sets for gap in sorted(gaps)))[:MOST]


def facts_of(assessment: Assessment, step: Step, words: Words) -> list[str]:
    found = []
    for statement in step.statements:
        if statement.source.kind == "stated":
            label = words.of(assessment.knowledge.facts[statement.fact].label)
            line = words.place(assessment, statement.source)
            found.append(f"{label} {words.stated(statement)}".strip() + f" ({line})")
    return found


def condition_text(assessment: Assessment, step: Step) -> dict[str, str]:
    condition = assessment.knowledge.conditions.get(step.condition)
    return condition.message if condition else assessment.knowledge.rules[step.condition].definition


def sections(assessment: Assessment, words: Words, everything: bool) -> list[tuple[str, list[str]]]:
    """What stands under the findings: the phrase of each heading, and what is said under it."""
    told = {
        "hints": hints_of(assessment, words),
        "other-readings": otherwise(assessment, words),
        "clues": clues_of(assessment, words),
        "questions": asked(assessment, words),
        "allowed": allowed_to(assessment, words, everything),
        "fines": fines_of(assessment, words),
        "misleads-here": misleading_claims(assessment, words),
    }
    return [(phrase, lines) for phrase, lines in told.items() if lines]


def asked(assessment: Assessment, words: Words) -> list[str]:
    """The three questions that decide most; for a file that others defined, those about its subject come first."""
    main = subject(assessment.facts.description) if assessment.facts.description.form else None
    own = lambda question: main is None or question["fact"].startswith(f"{main.id}.")  # noqa: E731
    first = sorted(assessment.questions, key=lambda question: not own(question))[:ASKED]
    return [words("with", this=question["fact"], that=words.of(question["text"])) for question in first]


def known(assessment: Assessment, words: Words) -> str:
    """For who hands in a file that others defined: what is known from it; nothing for a description of ours."""
    description = assessment.facts.description
    if not description.form:
        return ""
    facts = {
        f"{assessment.gap(key)} {words.stated(statements[0]) or words.value(statements[0].value)}": None
        for key, statements in assessment.facts.statements.items()
        if statements[0].source.kind == "stated"
        and assessment.key(key[1]) != "name"
        and assessment.facts.entity(key[0]).cls != "Licence"
    }
    files = ", ".join(file.rsplit("/", 1)[-1] for file in description.files or [description.file])
    return words("known-so-far", files=files, facts=", ".join(facts)) if facts else words("known-nothing", files=files)


def hidden(assessment: Assessment, everything: bool) -> int:
    """How many findings a report leaves out, as nothing is asked by them."""
    return 0 if everything else sum(finding.status == "not_applicable" for finding in assessment.findings)


def allowed_to(assessment: Assessment, words: Words, everything: bool) -> list[str]:
    """The permissions whose conditions hold, each with its entities: those that ease a duty here, or all of them."""
    waiting = (*OWED, "undetermined")
    owed = {(item.rule.id, item.entity) for item in assessment.findings if item.status in waiting}
    found: dict[str, list[str]] = {}
    for item in assessment.classifications:
        usable = item.rule.kind == "Permission" and item.truth == "holds"
        if usable and (everything or any((duty, item.entity) in owed for duty in item.rule.eases)):
            said = f"{words.cite(item.rule.provision)} {words.of(item.rule.label)}"
            found.setdefault(said, []).append(title(assessment, item.entity))
    return [words("with", this=said, that=", ".join(entities)) for said, entities in found.items()]


def hints_of(assessment: Assessment, words: Words) -> list[str]:
    """What each recognised purpose leads to and asks for, or what the description leaves out."""
    found = []
    for hint in assessment.hints:
        values = assessment.knowledge.facts[hint.fact].values
        points = words.pairs(
            (words.cite(provision), words.knowledge.label(values[value], words.language))
            for value, provision in hint.points
        )
        asks = ", ".join(assessment.gap(gap) for gap in hint.asks)
        phrase = "hint-left-out" if hint.left_out else f"hint-{hint.purpose.strength}"
        entity, said = title(assessment, hint.entity), words.of(hint.purpose.label)
        found.append(words(phrase, entity=entity, words=said, points=points, asks=asks))
    return found


def clues_of(assessment: Assessment, words: Words) -> list[str]:
    """What files suggest of each fact, with the reason that it is none; what is said for one reason stands together."""
    groups: dict[tuple[str, str], list[Clue]] = {}
    for clue in assessment.facts.clues:
        fact = ".".join(part for part in (clue.entity, clue.fact) if part) if clue.fact else ""
        groups.setdefault((fact, clue.reason), []).append(clue)
    found = []
    for (fact, reason), clues in groups.items():
        says = words("quoted").join(dict.fromkeys(clue.says for clue in clues))
        why = words(reason.removeprefix("phrase/"))
        phrase = "clue" if fact else "clue-elsewhere"
        found.append(words(phrase, fact=fact, place=words.place(assessment, clues[0]), says=says, why=why))
    return found


def excluded(assessment: Assessment, words: Words) -> list[str]:
    """By which provision a whole entity is outside, and on which facts: the duties themselves are not listed."""
    found: dict[str, None] = {}
    for finding in assessment.findings:
        if finding.status == "not_applicable" and finding.judgement.lifted_by:
            by = reasons(assessment, finding, words)[0]
            found[words("with", this=title(assessment, finding.entity), that=by)] = None
    return list(found)


def otherwise(assessment: Assessment, words: Words) -> list[str]:
    """Where a reading of less force comes to another status; what only commentary holds is told when asked for."""
    groups: dict[tuple[str, str, str], dict[str, None]] = {}
    for finding in assessment.findings:
        for name, status in assessment.read_otherwise(finding):
            if name.split(".", 1)[0] not in finding.contested:
                group = groups.setdefault((name, finding.entity, status), {})
                group[words.cite(finding.rule.provision)] = None
    return [
        words(
            "read-otherwise",
            read=words.read(name),
            entity=title(assessment, entity),
            status=words.status(status),
            provisions=", ".join([*cited][:MOST] + ["…"] * (len(cited) > MOST)),
        )
        for (name, entity, status), cited in groups.items()
    ]


def notes_of(assessment: Assessment, words: Words) -> list[str]:
    """What is to be said of stated facts, together for each fact."""
    told: dict[str, list[str]] = {}
    for note in assessment.notes:
        told.setdefault(note["fact"], []).append(words.of(note["text"]))
    return [words("note", fact=fact, text=" ".join(texts)) for fact, texts in told.items()]


def fines_of(assessment: Assessment, words: Words) -> list[str]:
    """Each band of fines behind a duty that is owed or may be: its rule, who imposes it since when, each ceiling."""
    found: dict[str, tuple[list[str], list[str]]] = {}
    for finding in assessment.findings:
        band = fine(assessment, finding) if finding.status in (*OWED, "undetermined") else None
        if band:
            rule = words.of(assessment.knowledge.sanctions[band["band"]]["definition"])
            days, ceilings = found.setdefault(words("with", this=words.cite(band["provision"]), that=rule), ([], []))
            days += [band["from"]] if band["from"] else []
            actor = title(assessment, finding.bearer) if finding.bearer else ""
            said = ""
            if band["ceiling"] is not None:
                said = words("ceiling", actor=actor, amount=words.amount(band["ceiling"]))
            elif band["ceiling_by"]:
                said = words("ceiling-by", actor=actor, rule=words.of(band["ceiling_by"]["label"]))
            elif band["ceiling_needs"]:
                said = words("ceiling-needs", actor=actor, facts=", ".join(band["ceiling_needs"]))
            ceilings += [said] if said and said not in ceilings else []
    return [
        " ".join([rule, *([words("fined-from", day=min(days))] if days and min(days) > assessment.day else []), *told])
        for rule, (days, told) in found.items()
    ]


def misleading_claims(assessment: Assessment, words: Words, most: int | None = FEW) -> list[str]:
    """One line a misconception: what is claimed, and what holds here; the most dangerous first."""
    found: dict[str, list[Misled]] = {}
    for item in assessment.misled:
        found.setdefault(item.rule.id, []).append(item)
    told = [line for items in list(found.values())[:most] for line in misconception(assessment, items, words, most)]
    return told + ([words("more-misleads", n=len(found) - most)] if most and len(found) > most else [])


def misconception(assessment: Assessment, items: list[Misled], words: Words, most: int | None) -> list[str]:
    """What is claimed first, with what holds here, then the claims that come to the same, if all are wanted."""
    first, *others = items[0].claims.values()
    entities = ", ".join(dict.fromkeys(title(assessment, item.entity) for item in items))
    provisions = list(dict.fromkeys(words.cite_in_full(each) for item in items for each in item.provisions))
    cited = ", ".join(provisions[:MOST] + ["…"] * (len(provisions) > MOST))
    law, said = words.of(items[0].rule.definition).rstrip("."), words.of(first.says).rstrip(".")
    law = law[0].lower() + law[1:]
    lines = [words("misled", entity=entities, claim=said, by=words.of(first.by), law=law, provisions=cited)]
    if most is None:
        lines += [
            "  " + words("also-said", claim=words.of(claim.says).rstrip("."), by=words.of(claim.by)) for claim in others
        ]
    return lines


def definition(assessment: Assessment, key: str, words: Words) -> str:
    return words.of(assessment.knowledge.rules[rule_of(assessment, key)].label)


def commentary(assessment: Assessment, language: str = "en") -> str:
    """What claims would mislead here; where readings of commentary come to another status; what corrects them."""
    words, court = Words(assessment, language), assessment.court
    held = {name for name, reading in assessment.knowledge.readings.items() if reading.force == "commentary"}
    lines: list[str] = []
    claims: dict[str, None] = {}
    for finding in assessment.findings:
        for name in sorted(held):
            said = court.readings.under(finding.readings, name, finding.status)
            if said != finding.status:
                account = words.of(assessment.knowledge.readings[name].label)
                lines += wrap(
                    f"{place(assessment, finding, words)}, {words.cite(finding.rule.provision)} "
                    + words(
                        "said-otherwise", account=account, said=words.status(said), law=words.status(finding.status)
                    )
                )
                claims |= dict.fromkeys(court.sources_under(name, finding.rule, finding.entity))
    misleading = misleading_claims(assessment, words, None)
    head = [words("misleads-here")] if misleading else []
    for told in misleading:
        head += wrap(told, initial_indent="  ", subsequent_indent="    ")
    if not lines:
        return "\n".join([*head, *[""] * bool(head), *wrap(words("nothing-otherwise"))]) + "\n"
    from .explain import Explainer

    lines = [*head, *[""] * bool(head), *lines]
    return "\n".join([*lines, *Explainer(assessment.knowledge, language, assessment.day).corrections(claims)]) + "\n"


def rule_of(assessment: Assessment, key: str) -> str:
    return next(name for name in assessment.knowledge.rules if name.replace("-", "_") == key)


def escaped(text: str) -> str:
    """Text that cannot become Markdown or HTML markup."""
    for mark in "\\`*_{}[]<>#|":
        text = (
            text.replace(mark, "\\" + mark)
            if mark not in "<>"
            else text.replace(mark, {"<": "&lt;", ">": "&gt;"}[mark])
        )
    return text.replace("\n", " ")

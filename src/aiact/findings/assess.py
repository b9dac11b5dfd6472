"""Assessment: one description, one day, every duty; as Python objects and as the JSON that others read."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ..descriptions import describe, facts
from ..descriptions.description import Clue, Description, DescriptionError, Problem, Told
from ..descriptions.facts import Facts, Statement
from ..law.knowledge import Caution, Knowledge, Text, knowledge, today
from ..law.names import AIACT, BASE, snake
from ..law.purposes import Hint, hints
from .commentary import Misled, misled
from .conclude import Classification, Court, Finding
from .evaluate import evaluate
from .fines import fine
from .grounds import Grounds
from .prove import Step

if TYPE_CHECKING:
    import rdflib

    from ..reports.display import Display

FORMAT = "1"
ORDER = ("applies", "transitional", "conditional", "upcoming", "undetermined", "lifted", "not_applicable")


@dataclass(repr=False)
class Assessment:
    """What the law asks of the actors of a description, as of a day (YYYY-MM-DD), under the text known on a day.

    A notebook shows it as a table, ``show("fr")`` in French.
    """

    knowledge: Knowledge
    facts: Facts
    text: Text
    day: str
    court: Court

    @cached_property
    def findings(self) -> list[Finding]:
        return self.court.findings()

    @cached_property
    def classifications(self) -> list[Classification]:
        return self.court.classifications()

    @cached_property
    def misled(self) -> list[Misled]:
        return misled(self.court, self.findings)

    @cached_property
    def grounds(self) -> Grounds:
        return Grounds(self.court)

    # -- in Python

    def __repr__(self) -> str:
        return f"<Assessment of {self.show().headline}>"

    def show(self, language: str = "en") -> Display:
        """The answer in one language, as notebooks display it: HTML, Markdown, or text where neither is shown."""
        from ..reports.display import Display

        return Display(self, language)

    def _repr_html_(self) -> str:
        return self.show()._repr_html_()

    def _repr_markdown_(self) -> str:
        return self.show()._repr_markdown_()

    def rows(self, language: str = "en", everything: bool = False) -> list[dict[str, str]]:
        """A row a finding, flat, for ``csv.DictWriter`` or ``pandas.DataFrame``; everything adds the not applicable."""
        from ..reports.display import rows

        return rows(self, language, everything)

    def to_rdflib(self) -> rdflib.Graph:
        """Facts, findings and their proof as RDF; ``assess`` takes the graph back and concludes the same."""
        from ..law.graph import to_rdflib
        from ..law.names import PREFIXES
        from ..reports.proof import proof

        graph = to_rdflib([*self.facts.graph, *proof(self)])
        for prefix, iri in PREFIXES.items():
            graph.bind(prefix, iri)
        return graph

    # -- as JSON

    def as_dict(self) -> dict:
        description = self.facts.description
        return {
            "aiact": FORMAT,
            "as_of": self.day,
            "law": {"text": self.text.id, "release": self.knowledge.release},
            "project": {"name": description.name, "source": description.file, "sha256": description.sha256},
            "classifications": [self.classification(item) for item in self.classifications],
            "findings": [self.finding(item) for item in self.findings],
            "questions": self.questions,
            "hints": [self.hint(item) for item in self.hints],
            "clues": [self.clue(item) for item in self.facts.clues],
            "assumptions": self.assumptions,
            "definitions_of_open_source": self.definitions_of_open_source,
            "misleading_claims": [self.misleading(item) for item in self.misled],
            "notes": self.notes,
            "warnings": self.warnings(),
        }

    def finding(self, item: Finding) -> dict:
        rule, judgement = item.rule, item.judgement
        duties = self.court.book.duties_in_force(rule)
        entity = self.facts.entity(item.entity)
        return {
            "rule": rule.id,
            "kind": rule.kind.lower(),
            "provision": rule.provision,
            "label": rule.label,
            "duty": duties[0].text if duties else {},
            "upon": snake(term(duties[0].upon)) or None if duties else None,
            "bearer": self.short(item.bearer) if item.bearer else None,
            "role": self.knowledge.roles[item.role],
            "entity": self.short(item.entity),
            "source": {"file": entity.file or self.facts.description.file, "line": entity.line},
            "status": item.status,
            "from": judgement.starts or None,
            "due": judgement.due or None,
            "lifted_by": list(judgement.lifted_by),
            "limited_by": [{"rule": name, "to": self.knowledge.rules[name].limited_to} for name in item.limited_by],
            "postponed_by": list(judgement.postponed_by),
            "sanction": fine(self, item),
            "because": [self.step(step) for step in item.because],
            "rests_on": [self.gap(gap) for gap in self.grounds.of(item)],
            "missing": [[self.gap(gap) for gap in sorted(gaps)] for gaps in item.missing],
            "conflicts": self.conflicts(item),
            "contested": list(item.contested),
            "readings": item.readings,
        }

    def classification(self, item: Classification) -> dict:
        return {
            "rule": item.rule.id,
            "kind": item.rule.kind.lower(),
            "provision": item.rule.provision,
            "label": item.rule.label,
            "entity": self.short(item.entity),
            "actor": self.short(item.actor) if item.actor else None,
            "truth": item.truth,
            "because": [self.step(step) for step in item.because],
            "contested": list(item.contested),
            "readings": item.readings,
        }

    def misleading(self, item: Misled) -> dict:
        return {
            "rule": item.rule.id,
            "label": item.rule.label,
            "entity": self.short(item.entity),
            "tempts_to": item.rule.tempts_to,
            "here": item.rule.definition,
            "claims": [
                {
                    "claim": iri.rsplit("/", 1)[1],
                    "by": claim.by,
                    "locator": claim.locator,
                    "says": claim.says,
                    "law": claim.law,
                    "divergence": list(claim.divergences),
                }
                for iri, claim in item.claims.items()
            ],
            "provisions": item.provisions,
            "findings": [
                {
                    "rule": finding.rule.id,
                    "bearer": self.short(finding.bearer) if finding.bearer else None,
                    "status": finding.status,
                }
                for finding in item.findings
            ],
            "because": [self.step(step) for step in item.because],
        }

    def step(self, step: Step) -> dict:
        condition = self.knowledge.conditions.get(step.condition)
        rule = self.knowledge.rules[step.condition.split(".")[0]]
        sources = (condition.sources if condition else ()) or rule.sources
        return {
            "condition": step.condition,
            "truth": step.truth,
            "entity": self.short(step.node),
            "provision": next((source for source in sources if not source.startswith("http")), rule.provision),
            "sources": list(sources),
            "text": condition.message if condition else rule.definition,
            "facts": [self.statement(statement) for statement in step.statements],
        }

    def statement(self, statement: Statement) -> dict:
        source = statement.source
        found = {
            "subject": self.short(statement.subject),
            "property": self.key(statement.fact),
            "value": statement.value,
            "source": {"kind": source.kind},
        }
        if source.kind == "known":
            found["source"]["note"] = source.note
        else:
            found["source"] |= {"file": source.file, "line": source.line}
            if source.note:
                found["source"]["note"] = source.note
            if source.at:
                found["source"]["pointer"] = source.at
        if statement.operands:
            found["derived_from"] = [self.statement(operand) for operand in statement.operands]
        return found

    def short(self, iri: str) -> str:
        """The name that the description gives an entity, or the address of what it does not describe."""
        return self.facts.id(iri)

    def gap(self, gap: tuple[str, str]) -> str:
        return f"{self.short(gap[0])}.{self.key(gap[1])}"

    def key(self, property: str) -> str:
        """The key of a fact; a property of the knowledge, such as the memberships of a place, has its own name."""
        fact = self.knowledge.facts.get(property)
        return fact.key if fact else snake(property.removeprefix(AIACT))

    def conflicts(self, item: Finding) -> list[dict]:
        """Facts on which a finding waits although they are stated: sources that disagree, or values too coarse."""
        found = []
        for subject, fact in sorted({gap for gaps in item.missing for gap in gaps}):
            statements = self.facts.stated(subject, fact)
            if len(statements) > 1:
                found.append({"fact": self.gap((subject, fact)), "statements": [self.statement(s) for s in statements]})
        return found

    def value(self, entity: str, key: str) -> object:
        """The one stated value of a fact, or None."""
        fact = self.knowledge.fact(key, self.facts.entity(entity).cls)
        statements = self.facts.stated(entity, fact.iri)
        return statements[0].value if len(statements) == 1 else None

    def highest(self, entity: str, key: str) -> float | None:
        """The highest number that a fact may have, or None if none is known."""
        statements = self.facts.stated(entity, self.knowledge.fact(key, self.facts.entity(entity).cls).iri)
        ends = [statement.bounds.high for statement in statements if statement.bounds]
        return max((float(end) for end in ends), default=None) if ends and None not in ends else None

    def read_otherwise(self, item: Finding) -> Iterator[tuple[str, str]]:
        """Readings on which a finding has another status, with it; those that only commentary holds are left out."""
        for question in self.court.readings.alternatives if item.readings else ():
            for name, status in self.court.readings.of(item.readings, question).items():
                reading = f"{question}.{name}"
                if status != item.status and self.knowledge.readings[reading].force != "commentary":
                    yield reading, status

    # -- what a person needs next

    @cached_property
    def questions(self) -> list[dict]:
        """What to ask: the fact that decides most first, and one that decides alone before one that needs company."""
        waiting: dict[tuple[str, str], dict[str, int]] = {}
        for item in self.findings:
            for gaps in item.missing:
                for gap in gaps:
                    rules = waiting.setdefault(gap, {})
                    rules[item.rule.id] = min(len(gaps), rules.get(item.rule.id, len(gaps)))
            if item.bearer is None and item.status not in ("not_applicable", "lifted"):
                named_by = (item.entity, self.court.book.named_by(item.role))
                waiting.setdefault(named_by, {})[item.rule.id] = 1
        # in fractions, as versions of Python round otherwise, and an order must not turn on it
        weight = {gap: sum(Fraction(1, size) for size in rules.values()) for gap, rules in waiting.items()}
        return [self.question(gap, list(waiting[gap])) for gap in sorted(waiting, key=lambda gap: (-weight[gap], gap))]

    def question(self, gap: tuple[str, str], rules: list[str]) -> dict:
        fact = self.knowledge.facts[gap[1]]
        return {
            "fact": self.gap(gap),
            "text": fact.question or fact.label,
            "help": fact.help,
            "kind": fact.kind,
            "values": list(fact.values),
            "ask": self.knowledge.roles.get(fact.supplied_by),
            "decides": rules,
            "basis": fact.basis.rsplit("/", 1)[1],
        }

    @cached_property
    def hints(self) -> list[Hint]:
        """The questions that stated purposes raise; they decide nothing."""
        return hints(self.facts, self.knowledge)

    def hint(self, item: Hint) -> dict:
        values = self.knowledge.facts[item.fact].values
        return {
            "entity": self.short(item.entity),
            "purpose": item.purpose.id,
            "label": item.purpose.label,
            "words": item.words,
            "strength": item.purpose.strength,
            "points": [
                {
                    "fact": self.key(item.fact),
                    "value": value,
                    "label": self.knowledge.labels[values[value]],
                    "provision": provision,
                }
                for value, provision in item.points
            ],
            "asks": [self.gap(gap) for gap in item.asks],
            "left_out": item.left_out,
            "sources": list(item.purpose.sources),
        }

    def clue(self, item: Clue) -> dict:
        """What a file suggests of a fact, why it is none, and where it stands."""
        return {
            "entity": item.entity or None,
            "fact": f"{item.entity}.{item.fact}" if item.entity and item.fact else item.fact or None,
            "says": item.says,
            "why": self.knowledge.labels[f"{BASE}phrase/{item.reason}"],
            "source": {"file": item.file or self.facts.description.file, "line": item.line}
            | ({"pointer": item.at} if item.at else {}),
        }

    def warnings(self, language: str = "en") -> list[str]:
        """What the reading of the files leaves to be said."""
        return [
            warning.text(self.knowledge, language) if isinstance(warning, Told) else warning
            for warning in self.facts.warnings
        ]

    @cached_property
    def assumptions(self) -> list[dict]:
        """Presumed facts on which some finding rests, with the reason for each."""
        used: dict[tuple[str, str], Statement] = {}
        for item in [*self.findings, *self.classifications]:
            for step in item.because:
                for statement in step.statements:
                    if statement.source.kind == "presumed":
                        used[statement.subject, statement.fact] = statement
        return [
            {
                "fact": self.gap(key),
                "value": statement.value if statement.value != [] else "none",
                "because": self.knowledge.facts[statement.fact].because,
            }
            for key, statement in sorted(used.items())
        ]

    @cached_property
    def notes(self) -> list[dict]:
        """What is to be said of stated facts that are easily taken for more than they are."""
        found = []
        for caution in self.knowledge.cautions:
            if not (
                caution.text_from <= self.text.id and (not caution.text_until or self.text.id <= caution.text_until)
            ):
                continue
            for (subject, fact), statements in self.facts.statements.items():
                values = self.knowledge.facts[fact].values
                calling = [each for each in statements if values.get(str(each.value)) in caution.values]
                found += [self.note(subject, caution, statement) for statement in calling[:1]]
        return sorted(found, key=lambda note: note["fact"])

    def note(self, subject: str, caution: Caution, statement: Statement) -> dict:
        return {
            "fact": self.gap((subject, statement.fact)),
            "text": caution.text,
            "sources": list(caution.sources),
            "source": self.statement(statement)["source"],
        }

    @cached_property
    def definitions_of_open_source(self) -> dict[str, dict[str, str]]:
        """Each model under the rival definitions of open source; those of the Act under every reading of it."""
        found: dict[str, dict[str, str]] = {}
        for item in self.classifications:
            if item.rule.defines_open_source:
                found.setdefault(self.short(item.entity), {})[snake(item.rule.id.replace("-", "_"))] = item.truth
        return found


def assess(
    description: str | Path | bytes | dict | list | rdflib.Graph,
    on: str | None = None,
    known_on: str | None = None,
    engine: str = "python",
    base: Knowledge | None = None,
    name: str = "description",
) -> Assessment:
    """Assesses a description as of a day, YYYY-MM-DD, today if none is given.

    It may be a path, several paths on one project, the bytes of a file, a dict, or an ``rdflib.Graph`` (whose lines are
    those of its sorted N-Triples). ``known_on`` asks under the text of the Act in force on another day. Raises
    ``DescriptionError``.
    """
    base = base or knowledge()
    rdf = sys.modules.get("rdflib")  # nobody has a graph of a library that is not loaded
    if rdf and isinstance(description, rdf.Graph):
        from ..law.graph import ntriples

        name = "graph.nt"
        try:
            description = ntriples(description)
        except ValueError as error:
            raise DescriptionError(name, [Problem(1, str(error))]) from None
    if isinstance(description, (str, Path, list)):
        read = describe.read(description, base)
    else:
        read = describe.read(name, base, description if isinstance(description, bytes) else as_bytes(description))
    return judged(read, base, on, known_on, engine)


def judged(
    read: Description, base: Knowledge, on: str | None = None, known_on: str | None = None, engine: str = "python"
) -> Assessment:
    """The assessment of a description that was read already. Raises ``DescriptionError``."""
    day = on or today()
    found = facts.establish(read, base, day)
    text = base.text_on(known_on or day)
    return Assessment(base, found, text, day, Court(evaluate(found, base, text, engine), day))


def as_bytes(description: dict) -> bytes:
    import json

    return json.dumps(description, ensure_ascii=False).encode()


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def term(iri: str) -> str:
    """The name of a term of ours, without its address."""
    return iri.removeprefix(AIACT)

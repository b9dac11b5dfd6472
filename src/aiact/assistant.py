"""What an assistant may ask: check, explain, rules, ask and search, for ``aiact mcp``.

An assistant is tempted to guess. It hands in text, never a path; an answer in an interview must say where it comes
from; every answer leads with what is not decided and the questions that would decide it. ``Tools`` knows no protocol.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from itertools import islice

from .descriptions.description import DescriptionError
from .findings.assess import ORDER, Assessment
from .findings.conclude import Finding
from .law.knowledge import KINDS, Knowledge, today
from .reports.report import Words, headline

LONGEST_DESCRIPTION = 256 * 1024  # bytes
LONGEST = 400  # characters of what is looked for, of an answer's source, of a name
LONGEST_ANSWER = 8 * 1024  # characters of an answer in an interview
MOST_FINDINGS = 300  # told one by one; the rest is counted
MOST_QUESTIONS = 12
MOST_INTERVIEWS = 16  # held at once; the oldest gives way
LANGUAGES = ("en", "fr")


class Refused(Exception):
    """A request that is not answered; the message says why, and what would be."""


class Tools:
    """The five tools, over one knowledge base. Each raises ``Refused`` for what it cannot take, and nothing else."""

    def __init__(self, knowledge: Knowledge, day: str | None = None) -> None:
        self.knowledge, self.day = knowledge, day
        self.interviews: dict[str, Talk] = {}
        self.begun = 0

    # -- check

    def check(
        self, description: str, file_name: str = "aiact.yaml", on: str = "", language: str = "en", rule: str = ""
    ) -> dict:
        """What each actor owes on a day, and what cannot be decided; with ``rule``, the whole proof about one rule."""
        spoken(language)
        assessment = self.assessed(description, file_name, on)
        if rule:
            return proof_of(assessment, rule)
        return answer(assessment, language)

    def assessed(self, description: str, file_name: str, on: str) -> Assessment:
        from .findings.assess import assess

        bounded(description, LONGEST_DESCRIPTION, "the description")
        name = re.split(r"[/\\]", bounded(file_name, LONGEST, "the file name"))[-1] or "aiact.yaml"
        try:
            return assess(description.encode(), self.on(on), base=self.knowledge, name=name)
        except (DescriptionError, UnicodeEncodeError) as error:
            raise Refused(str(error)) from None

    def on(self, day: str) -> str:
        return one_day(day) if day else self.day or today()

    # -- explain, rules, search

    def explain(self, thing: str, on: str = "", language: str = "en") -> str:
        """What a rule, condition, open question or provision says, since when, and what is often said instead."""
        from .reports.explain import Explainer, NotFound

        try:
            lines = Explainer(self.knowledge, spoken(language), self.on(on)).lines(bounded(thing, LONGEST, "the name"))
        except NotFound as error:
            raise Refused(str(error)) from None
        return "\n".join(lines) + "\n"

    def rules(self, about: str = "", kind: str = "", on: str = "", language: str = "en") -> list[dict]:
        """The rules in the order of the Act, all or those about one provision or of one kind."""
        from .law.cite import cite, find
        from .law.names import ACT, AIACT
        from .sparql.query import law

        spoken(language)
        text, key = self.knowledge.text_on(self.on(on)), None
        if kind and kind not in (known := [each.lower() for each in KINDS]):
            raise Refused(f"there is no kind of rule “{kind[:60]}”; there are {', '.join(known)}")
        if about:
            known_keys = (iri.removeprefix(ACT) for iri in law().of_class(AIACT + "Provision"))
            key = find(bounded(about, LONGEST, "the citation"), known_keys)
            if key is None:
                raise Refused(f"“{about[:60]}” cites no provision of the Act; write it as 53(2) or art. 53")
        return [
            {
                "rule": rule.id,
                "kind": rule.kind.lower(),
                "provision": rule.provision,
                "cited": "" if rule.provision.startswith("http") else cite(rule.provision, language, short=True),
                "label": rule.label.get(language, ""),
                "applies_from": text.applies_from.get(rule.id) or None,
            }
            for rule in self.knowledge.rules.values()
            if rule.in_force(text.id)
            and kind in ("", rule.kind.lower())
            and (key is None or any(each == key or each.startswith(key + "_") for each in rule.sources))
        ]

    def search(self, words: str, language: str = "en", limit: int = 10) -> list[dict]:
        """Provisions, rules, terms and sources that speak of some words of either language."""
        from .texts import library

        if not 1 <= limit <= 50:
            raise Refused(f"{limit} answers cannot be had; ask for 1 to 50")
        return [asdict(hit) for hit in library().search(bounded(words, LONGEST, "the search"), spoken(language), limit)]

    # -- ask

    def ask(
        self,
        interview: str = "",
        description: str = "",
        about: str = "",
        fact: str = "",
        answer: object = None,
        source: str = "",
        unknown: bool = False,
        back: bool = False,
        on: str = "",
        language: str = "en",
    ) -> dict:
        """Begins an interview, or takes one answer and gives the next question; see ``Talk``."""
        if not interview:
            return self.begin(description, about, on, spoken(language))
        if interview not in self.interviews:
            raise Refused(f"there is no interview “{interview[:60]}”; begin one without naming any")
        talk = self.interviews[interview]
        if back:
            talk.back()
        elif unknown or answer is not None:
            talk.take(fact, answer, source, unknown)
        return talk.state()

    def begin(self, description: str, about: str, on: str, language: str) -> dict:
        from .findings.ask import Interview

        if about and about not in self.knowledge.guidance.topics:
            raise Refused(f"there is no topic “{about[:60]}”; there are {', '.join(self.knowledge.guidance.topics)}")
        read = self.assessed(description, "aiact.yaml", on).facts.description if description else None
        self.begun += 1
        name = str(self.begun)
        talk = Talk(name, Interview(self.knowledge, self.on(on), language, read, about or None))
        self.interviews[name] = talk
        for old in islice(list(self.interviews), max(0, len(self.interviews) - MOST_INTERVIEWS)):
            del self.interviews[old]
        return talk.state()


class Talk:
    """An interview through an assistant: who puts the question is not who answers it, so each answer has a source."""

    def __init__(self, name: str, interview) -> None:
        self.name, self.interview = name, interview
        self.said: list[dict] = []

    def take(self, fact: str, answer: object, source: str, unknown: bool) -> None:
        """One answer to the question that is open. Raises ``Refused`` for any other, and for one without a source."""
        from .findings.ask import UNKNOWN, AnswerError

        question = self.interview.next()
        if question is None:
            raise Refused("there is no question left; nothing that is unknown could change a finding")
        name = question.fact or "opening"
        if fact != name:
            raise Refused(f"the open question is about “{name}”, not about “{fact[:60]}”; answer that one")
        if not unknown and not source.strip():
            raise Refused(
                f"an answer needs its source: who said so, or the file and line where it stands. If nobody has said it,"
                f" ask the user; if nobody knows, answer with unknown ({name})"
            )
        if len(json.dumps(answer, default=str)) > LONGEST_ANSWER:
            raise Refused("the answer is too long")
        words = " ".join(bounded(source, LONGEST, "the source").split())
        told = "".join(character for character in words if character.isprintable())
        try:
            self.interview.answer(UNKNOWN if unknown else plain(answer))
        except AnswerError as error:
            raise Refused(f"{name}: {error}") from None
        self.said.append({"fact": name, "answer": None if unknown else answer, "source": told})

    def back(self) -> None:
        if not self.interview.back():
            raise Refused("there is no answer to take back")
        self.said.pop()

    def state(self) -> dict:
        """The next question, what has been said, and the description so far."""
        interview = self.interview
        question = interview.next()
        found: dict = {"interview": self.name, "question": None}
        if question is not None:
            found["question"] = question.as_dict() | {"fact": question.fact or "opening"}
        found["said"] = self.said
        notes = [f"# {said['fact']}: {said['source'] or '?'}\n" for said in self.said]
        found["description"] = interview.yaml() + "".join(notes)
        if interview.state.description.entities:
            assessment = interview.assessment
            found["verdict"] = headline(assessment, Words(assessment, interview.language))
            found |= caution(assessment, interview.language)
        return found


# ---------------------------------------------------------------------------------------------- answers


def answer(assessment: Assessment, language: str) -> dict:
    """An assessment for an assistant: what is not decided first, then the rest, in the words of one language."""
    words = Words(assessment, language)
    order = {status: place for place, status in enumerate(dict.fromkeys(("undetermined", *ORDER)))}
    shown = [finding for finding in assessment.findings if finding.status != "not_applicable"]
    shown.sort(key=lambda finding: order[finding.status])
    counts = dict.fromkeys(ORDER, 0)
    for finding in assessment.findings:
        counts[finding.status] += 1
    found: dict = {"verdict": headline(assessment, words)}
    found |= caution(assessment, language)
    found |= {
        "as_of": assessment.day,
        "law": {"text": assessment.text.id, "release": assessment.knowledge.release},
        "counts": counts,
        "questions": [in_words(question, words) for question in assessment.questions[:MOST_QUESTIONS]],
        "questions_left_out": max(0, len(assessment.questions) - MOST_QUESTIONS),
        "findings": [told(assessment, finding, words) for finding in shown[:MOST_FINDINGS]],
        "findings_left_out": max(0, len(shown) - MOST_FINDINGS),
        "assumptions": [in_words(each, words) for each in assessment.assumptions],
        "clues": [in_words(assessment.clue(clue), words) for clue in assessment.facts.clues[:MOST_QUESTIONS]],
        "notes": [in_words(note, words) for note in assessment.notes],
        "warnings": assessment.warnings(language),
    }
    return found


def caution(assessment: Assessment, language: str) -> dict:
    """Whether everything is decided, and what an assistant has to say if it is not."""
    words = Words(assessment, language)
    open_ = sum(finding.status == "undetermined" for finding in assessment.findings)
    said = [words("not-decided", n=open_) if open_ else words("all-decided" if assessment.findings else "no-verdict")]
    if assessment.assumptions:
        said.append(words("rests-on-presumptions", n=len(assessment.assumptions)))
    return {"decided": bool(assessment.findings) and open_ == 0, "caution": " ".join(said)}


def told(assessment: Assessment, finding: Finding, words: Words) -> dict:
    """One finding with the facts on which it rests and their lines; empty parts are left out."""
    whole = assessment.finding(finding)
    facts = {json.dumps(each, sort_keys=True): each for step in whole["because"] for each in step["facts"]}
    found = {
        "status": whole["status"],
        "rule": whole["rule"],
        "provision": whole["provision"],
        "cited": words.cite(whole["provision"]),
        "label": words.of(whole["label"]),
        "duty": words.of(whole["duty"]),
        "bearer": whole["bearer"],
        "role": whole["role"],
        "entity": whole["entity"],
        "from": whole["from"],
        "due": whole["due"],
        "lifted_by": whole["lifted_by"],
        "facts": [
            {"fact": f"{each['subject']}.{each['property']}", "value": each["value"], "source": each["source"]}
            for each in facts.values()
        ],
        "rests_on": whole["rests_on"],
        "missing": whole["missing"],
        "conflicts": whole["conflicts"],
        "contested": [words.question(each) for each in whole["contested"]],
        "readings": whole["readings"] if whole["contested"] else {},
    }
    return {key: value for key, value in found.items() if value not in (None, [], {}, "")}


def proof_of(assessment: Assessment, rule: str) -> dict:
    """All that is known of one rule in this project: its findings or classifications with their whole proof."""
    if rule not in assessment.knowledge.rules:
        from .descriptions.description import suggest

        raise Refused(f"there is no rule “{rule[:60]}”{suggest(rule[:60], list(assessment.knowledge.rules))}")
    return {
        "rule": rule,
        "as_of": assessment.day,
        "findings": [assessment.finding(each) for each in assessment.findings if each.rule.id == rule],
        "classifications": [
            assessment.classification(each) for each in assessment.classifications if each.rule.id == rule
        ],
    }


def in_words(entry: dict, words: Words) -> dict:
    """The same with its texts in one language."""
    is_text = lambda value: isinstance(value, dict) and value and set(value) <= set(LANGUAGES)  # noqa: E731
    return {key: words.of(value) if is_text(value) else value for key, value in entry.items()}


# ---------------------------------------------------------------------------------------------- the gate


def bounded(text: str, most: int, what: str) -> str:
    """The text, if it is no longer than may be. Raises ``Refused``."""
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise Refused(f"{what} is not text") from None
    if size > most:
        raise Refused(f"{what} is longer than {most} bytes")
    return text


def spoken(language: str) -> str:
    if language not in LANGUAGES:
        raise Refused(f"answers are in en and fr, not in “{language[:20]}”")
    return language


def one_day(text: str) -> str:
    """A day as YYYY-MM-DD. Raises ``Refused``."""
    from .descriptions.values import ValueProblem, day

    try:
        exact = day(bounded(text, LONGEST, "the day")).exact
    except ValueProblem:
        exact = None
    if exact is None:
        raise Refused(f"“{text[:40]}” is not one day; write YYYY-MM-DD")
    return exact


def plain(answer: object) -> object:
    """A JSON value as a person would have typed it: numbers as text, without the loss of digits."""
    if isinstance(answer, (bool, str)):
        return answer
    if isinstance(answer, (int, float)):
        return repr(answer)
    if isinstance(answer, list):
        return [plain(each) for each in answer]
    if isinstance(answer, dict):
        return {str(key): plain(value) for key, value in answer.items()}
    raise Refused("an answer is true or false, a number, words, or a list of words")

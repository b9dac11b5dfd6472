"""The desk behind the check page: the same answers as the command line, asked for and given as JSON.

It runs where a page runs it, in the browser: no file is read or written, and no clock is asked; the day is told.
``Desk.ask`` takes one request as JSON text and gives one answer as JSON text; what is wrong with a description is an
answer too, with the lines of it.
"""

from __future__ import annotations

import json
from dataclasses import replace

from .descriptions.describe import read
from .descriptions.description import DescriptionError
from .findings.ask import UNKNOWN, AnswerError, Interview
from .findings.assess import judged
from .law.knowledge import Knowledge, knowledge

LANGUAGES = ("en", "fr")


class Desk:
    """Checks descriptions, and holds one interview at a time."""

    def __init__(self, base: Knowledge | None = None) -> None:
        self.base = base or knowledge()
        self.interview: Interview | None = None

    def ask(self, request: str) -> str:
        """The answer to a request: ``{"do": "check", …}`` and so on, by the name of a method of this class."""
        given = json.loads(request)
        doing = {"check": self.check, "begin": self.begin, "answer": self.answer, "skip": self.skip, "back": self.back}
        try:
            found = doing[given.pop("do")](**given)
        except DescriptionError as error:
            problems = [{"line": problem.line, "text": problem.text} for problem in error.problems]
            found = {"problems": problems}
        except AnswerError as error:
            found = {"problem": str(error)}
        except ModuleNotFoundError as error:
            found = {"needs": str(error.name)}
        return json.dumps(found, ensure_ascii=False)

    def check(self, text: str, name: str, day: str) -> dict:
        """What ``aiact check --format json`` answers about one description."""
        return judged(read(name, self.base, text.encode()), self.base, day).as_dict()

    # -- the interview

    def begin(self, day: str, language: str, text: str = "", kept: dict | None = None) -> dict:
        """The first question: of a new interview, about a description, or of an interview as it was kept."""
        text = kept["text"] if kept else text
        description = read("interview.yaml", self.base, text.encode()) if text.strip() else None
        self.interview = Interview(self.base, day, language if language in LANGUAGES else "en", description)
        if kept:
            gaps = {word: tuple((entity, key) for entity, key in kept[word]) for word in ("unknown", "later")}
            state = self.interview.state
            self.interview.state = replace(state, unknown=frozenset(gaps["unknown"]), later=gaps["later"])
            self.interview.us = set(kept["us"])
        return self.standing()

    def answer(self, value: object = None, unknown: bool = False) -> dict:
        """Takes an answer; the next question, or what is wrong with the answer."""
        self.interview.answer(UNKNOWN if unknown else value)
        return self.standing()

    def skip(self) -> dict:
        self.interview.skip()
        return self.standing()

    def back(self) -> dict:
        self.interview.back()
        return self.standing()

    def standing(self) -> dict:
        """The question that is asked now, None at the end; and all that is needed to go on elsewhere."""
        interview = self.interview
        question = interview.next()
        state = interview.state
        text = interview.yaml() if state.description.entities else ""
        return {
            "question": question.as_dict() | {"values": self.choices(question)} if question else None,
            "answered": len(interview.past),
            "text": text,
            "kept": {
                "text": text,
                "unknown": sorted(state.unknown),
                "later": list(state.later),
                "us": sorted(interview.us),
            },
        }

    def choices(self, question) -> list[dict]:
        """What can be chosen; for places and licences all that are known, beside what the description holds."""
        values = dict(question.values)
        if question.kind == "place":
            values |= {code: self.base.label(iri, self.interview.language) for code, iri in self.base.places.items()}
        shown = [{"value": value, "label": label} for value, label in values.items()]
        if question.kind == "licence":
            names = {self.base.label(iri, "en") for iri in self.base.licences.values()} - set(values)
            shown += [{"value": name, "label": name, "known": True} for name in sorted(names)]
        return shown

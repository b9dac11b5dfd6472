"""Readings: the alternatives of open questions of law, which of them prevail, and what an answer is under each."""

from __future__ import annotations

from collections.abc import Iterator

from ..law.knowledge import Knowledge


class Readings:
    """The readings of open questions: which prevail, and which stand alone against them."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.alternatives: dict[str, list[str]] = {}
        for name, reading in sorted(knowledge.readings.items(), key=lambda item: -item[1].rank):
            self.alternatives.setdefault(reading.question, []).append(name)
        self.tied = {
            question: [name for name in names if knowledge.readings[name].rank == knowledge.readings[names[0]].rank]
            for question, names in self.alternatives.items()
        }
        self.base = {question: names[0] for question, names in self.tied.items()}
        self.prevailing = frozenset(self.base.values())
        self.sets: dict[tuple, frozenset[str]] = {}

    def with_(self, chosen: dict[str, str]) -> frozenset[str]:
        """A choice of readings: the prevailing ones, but for those given by question."""
        if not chosen:
            return self.prevailing
        key = tuple(chosen.values())
        if key not in self.sets:
            self.sets[key] = frozenset((self.base | chosen).values())
        return self.sets[key]

    def under(self, outcomes: dict[str, str], name: str, otherwise: str) -> str:
        """The outcome under one reading, ``question.alternative``; without an entry it is that of the headline."""
        question, alternative = name.split(".", 1)
        return self.of(outcomes, question).get(alternative, otherwise)

    def short(self, name: str, among: list[str]) -> str:
        """The alternative alone, such as ``strict``; with its question where two questions have one of that name."""
        short = name.split(".", 1)[1]
        return name if any(other != name and other.endswith("." + short) for other in among) else short

    def of(self, outcomes: dict[str, str], question: str) -> dict[str, str]:
        """Those outcomes that belong to one question, by the name of the alternative."""
        names = [name.split(".", 1)[1] for name in self.alternatives[question]]
        found = {name: outcomes.get(f"{question}.{name}", outcomes.get(name)) for name in names}
        return {name: outcome for name, outcome in found.items() if outcome}

    def told(self, outcomes: dict[str, str]) -> Iterator[tuple[str, str, str]]:
        """Question, reading and outcome, for each reading of every question on which an answer depends."""
        for question, names in sorted(self.alternatives.items()) if outcomes else ():
            found = self.of(outcomes, question)
            if len(found) == len(names):  # else they belong to another question with a reading of that name
                yield from ((question, name, outcome) for name, outcome in found.items())

"""The command ``aiact ask``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ..cli import emit, language, on

STOP, BACK, SKIP, HELP, UNSURE = "q", "b", "s", "h", "?"


@click.command()
@click.argument("description", required=False, type=click.Path())
@on
@language
@click.option("--about", metavar="TOPIC", help="Only what decides one topic, such as: exemption.")
@click.option("-o", "--output", type=click.Path(), help="Where to keep what is said; aiact.yaml if nothing is given.")
def ask(description, on, lang, about, output) -> None:
    """Ask what is still needed, the most deciding first, and write the description.

    DESCRIPTION is one begun before, or a model card; without it the interview begins with nothing.
    """
    from ..descriptions.describe import read
    from ..findings.ask import Interview
    from ..law.knowledge import knowledge, today

    base, day = knowledge(), on or today()
    if about and about not in base.guidance.topics:
        from ..descriptions.description import suggest

        topics = ", ".join(base.guidance.topics)
        raise click.UsageError(f"there is no topic “{about}”{suggest(about, list(base.guidance.topics))}; {topics}")
    target = output or destination(description)
    begun = read(description, base) if description is not None else None
    if Path(target).is_file() and not is_of(target, begun):
        raise click.UsageError(f"{target} is there already; go on with aiact ask {target}, or choose another with -o")
    interview = Interview(base, day, lang, begun, about)
    interview.state.description.file = target
    _Conversation(interview, target).hold()


def destination(description: str | None) -> str:
    """Where what is said goes: a description in YAML is written anew, a folder or anything else gets aiact.yaml."""
    from ..descriptions.describe import place

    if description in (None, "-"):
        return "aiact.yaml"
    path = place(description)
    if path.is_dir():
        return str(path / "aiact.yaml")
    return str(path if path.suffix in (".yaml", ".yml") else path.with_name("aiact.yaml"))


def is_of(target: str, begun) -> bool:
    """Whether a file is one of those with which the interview begins, so that nothing in it is lost."""
    files = (begun.files or [begun.file]) if begun else []
    return any(Path(file).is_file() and Path(file).samefile(target) for file in files)


class _Conversation:
    """Questions and answers on a terminal, or line by line from a pipe."""

    def __init__(self, interview, target: str) -> None:
        self.interview, self.target, self.asked = interview, target, 0
        self.say = interview.say

    def hold(self) -> None:
        stopped = False
        question = self.interview.next()
        if question is not None:
            self.tell(self.say("ask-keys"))
        while question is not None:
            self.put(question)
            line = sys.stdin.readline()
            if not line or line.strip().lower() == STOP:
                stopped = True
                break
            self.take(question, line.strip())
            question = self.interview.next()
        self.close(stopped)

    def tell(self, text: str = "") -> None:
        click.echo(text)

    def put(self, question) -> None:
        from ..reports.report import wrap

        self.tell()
        for line in wrap(f"{self.asked + 1}. {question.text}"):
            self.tell(line)
        for told in (question.why, self.basis(question)):
            for line in wrap(told, initial_indent="   ", subsequent_indent="   "):
                self.tell(line)
        for number, (value, label) in enumerate(question.values, 1):
            shown = f"{number}) {label}" + (f"  [{value}]" if question.kind in ("concept", "link", "licence") else "")
            for line in wrap(shown, initial_indent="   ", subsequent_indent="      "):
                self.tell(line)
        click.echo(f"   {self.expected(question)} > ", nl=False)

    def basis(self, question) -> str:
        if question.who:
            return self.say("ask-who", who=question.who, basis=question.cited)
        return self.say("ask-basis", basis=question.cited)

    def expected(self, question) -> str:
        kind = question.kind
        if kind in ("concept", "opening"):
            return self.say("ask-help-choices" if question.many else "ask-help-choice")
        return self.say(f"ask-help-{kind}", **({"unit": question.unit or "–"} if kind == "number" else {}))

    def take(self, question, line: str) -> None:
        """One line: an answer, or one of the keys; what is not understood is asked again."""
        from ..findings.ask import UNKNOWN, AnswerError

        word = line.lower()
        if word in (HELP, ""):
            if question.help:
                self.tell(f"   {question.help}")
            return
        if word == BACK:
            self.asked -= 1 if self.interview.back() and self.asked else 0
            return
        if word == SKIP:
            self.interview.skip()
            return
        try:
            self.interview.answer(UNKNOWN if word == UNSURE else read_answer(question, line, self.say))
            self.asked += 1
        except AnswerError as error:
            self.tell(f"   {self.say('ask-not-understood', problem=error)}")

    def close(self, stopped: bool) -> None:
        from ..writers.text import write

        self.tell()
        self.tell(self.say("ask-stopped" if stopped else "ask-done", n=self.asked))
        if not self.interview.state.description.entities:
            self.tell(self.say("ask-nothing-asked"))
            return
        emit(self.interview.yaml(), self.target)
        self.tell(self.say("ask-saved", file=self.target))
        self.tell()
        self.verdict()
        self.tell(write(self.interview.assessment, self.interview.language).rstrip("\n"))

    def verdict(self) -> None:
        """What can be said of the exemption, before everything else."""
        from ..findings.plan import sentences
        from ..reports.report import wrap

        told = sentences(self.interview.assessment)
        if told:
            self.tell(self.say("ask-verdict"))
        for each in told:
            for line in wrap(each["text"][self.interview.language], initial_indent="  ", subsequent_indent="  "):
                self.tell(line)
        if told:
            self.tell()


def read_answer(question, line: str, say) -> object:
    """An answer as typed: numbers of the list, words, yes and no in either language."""
    from ..findings.ask import AnswerError

    word = line.strip()
    low = word.lower()
    yes, no, none = ({"y", "yes", "true", "o", "oui"}, {"n", "no", "false", "non"}, {"none", "aucun", "aucune", "[]"})
    if question.kind == "boolean":
        if low in yes | no:
            return low in yes
        raise AnswerError(say("ask-help-boolean"))
    if question.kind == "event" and low in yes | no:
        return low in yes
    if question.kind in ("concept", "opening", "link", "licence"):
        if low in none and question.kind != "opening":
            return [] if question.many else "none"
        words = [part.strip() for part in word.split(",")] if question.many else [word]
        chosen = [chosen_of(question, part) for part in words if part]
        return chosen if question.many else chosen[0]
    if question.kind == "number":
        return in_bounds(word)
    return word


def chosen_of(question, part: str) -> str:
    """A value of the list by its number, its label or itself; else what was typed."""
    values = question.values
    if part.isdigit() and 1 <= int(part) <= len(values) and part not in dict(values):
        return values[int(part) - 1][0]
    return next((value for value, label in values if part.lower() in (value.lower(), label.lower())), part)


def in_bounds(word: str) -> object:
    """“1e24 to 5e24” is an interval; everything else is read as a description would be."""
    import re

    found = re.fullmatch(r"(\S+)\s+(?:to|à|-|–)\s+(\S+)", word)
    return {"min": found[1], "max": found[2]} if found else word

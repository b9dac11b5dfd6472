"""What a change to descriptions alters: verdicts before and after, today and on each later day on which they turn.

The side before is a revision of git; nothing of it is checked out or run, its files are only read.
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from ..descriptions import describe
from ..descriptions.description import Description, DescriptionError, Problem
from ..law.knowledge import Knowledge
from ..reports.report import Words, escaped, headline
from .assess import Assessment, judged
from .diff import Change, changes, read_otherwise, sides, told

MOST_PROBLEMS = 20
MOST_ROWS = 120  # of all tables together; a comment on a pull request holds 65,536 characters
MARK = "<!-- aiact: verdicts -->"  # by which the comment of an earlier run is found
JOINER = "\N{WORD JOINER}"
Turn = tuple[str, list[Change]]  # a day, and what differs on it that did not differ so before


class RevisionError(Exception):
    """The revision or the repository cannot be read; the message says why."""


@dataclass
class Comparison:
    """One description before and after; ``problems`` of either side are those of reading it."""

    file: str
    day: str
    knowledge: Knowledge
    before: Assessment | None = None
    after: Assessment | None = None
    was_there: bool = True
    is_there: bool = True
    problems_before: list[Problem] = field(default_factory=list)
    problems_after: list[Problem] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)

    @property
    def differs(self) -> bool:
        """Whether anything is otherwise than before, a description that came or went included."""
        return bool(self.turns) or self.was_there != self.is_there or bool(self.problems_before)


def compare(file: str, revision: str, day: str, knowledge: Knowledge) -> Comparison:
    """A description in the working tree with the same file at a revision. Raises ``RevisionError``."""
    if Path(file).is_dir():
        raise RevisionError(f"{file} is a folder; name the description in it")
    old = at_revision(file, revision)
    new = Path(file).is_file()
    found = Comparison(file, day, knowledge, was_there=old is not None, is_there=new)
    before = read(file, old, knowledge, found.problems_before) if old is not None else None
    after = read(file, None, knowledge, found.problems_after) if new else None
    try:
        found.before = judged(before, knowledge, day) if before else None
    except DescriptionError as error:
        found.problems_before += error.problems
    try:
        found.after = judged(after, knowledge, day) if after else None
    except DescriptionError as error:
        found.problems_after += error.problems
    if found.before and found.after:
        found.turns = turns(found.before, found.after)
    return found


def read(file: str, data: bytes | None, knowledge: Knowledge, problems: list[Problem]) -> Description | None:
    try:
        return describe.read(file, knowledge, data)
    except DescriptionError as error:
        problems += error.problems
        return None


def turns(before: Assessment, after: Assessment) -> list[Turn]:
    """The day asked about and each later one, with what differs on it that did not differ so the turn before."""
    found, known = [], []
    for day in [before.day, *later_days(before, after)]:
        sides = [judged(side.facts.description, side.knowledge, day) for side in (before, after)]
        differing = changes(*sides)
        fresh = [change for change in differing if change not in known]
        if fresh:
            found.append((day, fresh))
        known = differing
    return found


def later_days(*assessments: Assessment) -> list[str]:
    """Days after the one asked about on which an answer can turn: the law's, and those of the project's duties."""
    days: set[str] = set()
    for assessment in assessments:
        days |= {day for day in assessment.text.applies_from.values() if day}
        days |= set(assessment.knowledge.texts)
        for finding in assessment.findings:
            days |= {day for day in (finding.judgement.starts, finding.judgement.due) if day}
    return sorted(day for day in days if day > assessments[0].day)


# ---------------------------------------------------------------------------------------------- git


def at_revision(file: str, revision: str) -> bytes | None:
    """The bytes of a file at a revision of the repository that it lies in; None if it was not there."""
    path = Path(file)
    folder = next((parent for parent in path.absolute().parents if parent.is_dir()), Path.cwd())
    top = git(folder, "rev-parse", "--show-toplevel")
    if top is None:
        raise RevisionError(f"{file} lies in no git repository; aiact diff OLD NEW compares two files")
    commit = git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if commit is None:
        if revision == "HEAD":
            return None  # a repository before its first commit
        raise RevisionError(f"there is no revision “{revision}” here; fetch it first, or name another")
    return git(
        folder, "cat-file", "blob", f"{commit.decode().strip()}:./{path.absolute().relative_to(folder).as_posix()}"
    )


def git(folder: Path, *words: str) -> bytes | None:
    """What git answers, or None if it refuses. Raises ``RevisionError`` where there is no git."""
    try:
        done = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, check=False)
    except OSError as error:
        raise RevisionError(f"git cannot be run: {error.strerror or error}") from None
    return done.stdout if done.returncode == 0 else None


# ---------------------------------------------------------------------------------------------- in words


def as_text(comparisons: list[Comparison], language: str) -> str:
    """One line a change, under its description and day."""
    lines: list[str] = []
    for found in comparisons:
        words = Words(found, language)
        lines += [*[""] * bool(lines), found.file]
        lines += [f"  {remark}" for remark in remarks(found, words)]
        for day, differing in found.turns:
            lines += ["", f"  {words('on-day', day=day)}"]
            lines += [f"    {line}" for line in told(differing, words)]
    return "\n".join(lines) + "\n"


def as_markdown(comparisons: list[Comparison], language: str) -> str:
    """A comment for a pull request: a table a day; what comes from descriptions can be neither markup nor mention."""
    words = Words(comparisons[0], language)
    lines, left = [MARK, f"## {words('change-alters')}"], MOST_ROWS
    for found in comparisons:
        lines += ["", f"### {safe(found.file)}", "", *[f"{safe(remark)}\n" for remark in remarks(found, words)]]
        for day, differing in found.turns:
            shown, left = differing[: max(0, left)], left - len(differing)
            if not shown:
                continue
            heads = (words("duty"), words("provision"), words("before"), words("after"))
            lines += [
                "",
                f"**{words('on-day', day=day)}**",
                "",
                "| " + " | ".join(("", *heads)) + " |",
                "|---|---|---|---|---|",
            ]
            for change in shown:
                rule = found.knowledge.rules[change.rule]
                was, is_ = sides(change, words)
                is_ = words("semicolon").join([is_] * (was != is_) + read_otherwise(change, words))
                cells = [
                    f"{change.bearer} → {change.entity}",
                    words.of(rule.label),
                    words.cite(rule.provision),
                    was,
                    is_,
                ]
                lines.append("| " + " | ".join(safe(cell) for cell in cells) + " |")
    if left < 0:
        lines += ["", words("rows-left-out", n=-left)]
    return "\n".join([*lines, "", f"*{words('not-legal-advice')}*"]) + "\n"


def as_json(comparisons: list[Comparison], language: str) -> str:
    """For machines: each description with the days on which something differs."""
    all_ = [
        {
            "file": found.file,
            "was_there": found.was_there,
            "is_there": found.is_there,
            "problems_before": [problem._asdict() for problem in found.problems_before],
            "problems_after": [problem._asdict() for problem in found.problems_after],
            "days": [{"day": day, "changes": [each._asdict() for each in differing]} for day, differing in found.turns],
        }
        for found in comparisons
    ]
    return json.dumps(all_, ensure_ascii=False, indent=1) + "\n"


FORMATS = {"text": as_text, "md": as_markdown, "json": as_json}


def remarks(found: Comparison, words: Words) -> list[str]:
    """What is to be said of a description as a whole: where it stands now, and why there may be nothing to compare."""
    said = []
    if not found.is_there:
        return [words("description-is-gone" if found.was_there else "no-description")]
    if found.problems_after:
        said.append(words("unreadable-now"))
        said += [f"{found.file}:{problem.line}: {problem.text}" for problem in found.problems_after[:MOST_PROBLEMS]]
    elif found.after:
        said.append(headline(found.after, words))
    if not found.was_there:
        said.append(words("description-is-new"))
    elif found.problems_before:
        said.append(words("unreadable-before"))
    elif found.after and not found.turns:
        said.append(words("no-difference-ever", day=found.day))
    return said


def safe(text: str) -> str:
    """Text that is no Markdown, mentions nobody and links nowhere on a forge."""
    plain = escaped("".join(character for character in text if character.isprintable()))
    return plain.replace("@", f"@{JOINER}").replace("://", f":{JOINER}//").replace("\\#", f"\\#{JOINER}")

"""A report made earlier is decided again: the same description, day and text of the law, with the knowledge of now.

What differs is told duty by duty, with the cause: another description, another knowledge, or neither. Then somebody
changed the report, or another software made it.
"""

from __future__ import annotations

import json
from pathlib import Path

from ..descriptions.description import DescriptionError, Problem
from ..law.knowledge import knowledge
from .assess import FORMAT, Assessment, assess

MOST = 64 * 1024 * 1024  # bytes of a report
NAMED = ("rule", "entity", "bearer", "role")  # what tells one finding of a report from another
TIMES = ("from", "due")


def read(path: str) -> dict:
    """A report of ``check --format json``. Raises ``DescriptionError`` for anything else."""

    def refuse(text: str, line: int = 1) -> DescriptionError:
        return DescriptionError(path, [Problem(line, text)])

    try:
        with Path(path).open("rb") as stream:
            data = stream.read(MOST + 1)
    except (OSError, ValueError) as error:
        raise refuse(f"cannot be read: {getattr(error, 'strerror', '') or error}") from None
    if len(data) > MOST:
        raise refuse(f"is larger than {MOST >> 20} MB, and no report is")
    try:
        report = json.loads(data)
    except json.JSONDecodeError as error:
        raise refuse(f"is not JSON: {error.msg}; aiact check --format json writes a report", error.lineno) from None
    except (UnicodeDecodeError, RecursionError):
        raise refuse("is not JSON; aiact check --format json writes a report") from None
    if not isinstance(report, dict) or report.get("aiact") != FORMAT:
        raise refuse(f"is no report of this form ({FORMAT}); aiact check --format json writes one")
    try:
        days = (report["as_of"], report["law"]["text"], report["law"]["release"])
        named = (report["project"]["source"], report["project"]["sha256"])
        keys = [tuple(finding[name] or "" for name in NAMED) for finding in report["findings"]]
        statuses = [finding["status"] for finding in report["findings"]]
        whole = all(
            isinstance(each, str) for each in (*days, *named, *statuses, *(part for key in keys for part in key))
        )
    except (KeyError, TypeError):
        whole = False
    if not whole:
        raise refuse("is not a whole report; aiact check --format json writes one")
    if len(set(keys)) < len(keys):
        raise refuse("names a duty twice, which no report does; aiact check --format json writes one")
    return report


def decided_again(report: dict, path: str, descriptions: list[str]) -> Assessment:
    """The description of a report on its day, under its text. Raises ``DescriptionError``."""
    from ..descriptions.values import ValueProblem, day

    base, source = knowledge(), report["project"]["source"]
    try:
        exact = day(report["as_of"]).exact
    except ValueProblem:
        exact = None
    if exact is None or report["law"]["text"] not in base.texts:
        what = report["as_of"] if exact is None else report["law"]["text"]
        told = f"“{what}” is {'no day' if exact is None else 'no text of the Act that is known'}; it may be "
        raise DescriptionError(path, [Problem(1, told + ("YYYY-MM-DD" if exact is None else ", ".join(base.texts)))])
    if not descriptions:
        beside = Path(path).parent / Path(source).name
        descriptions = [source if Path(source).exists() or not beside.exists() else str(beside)]
    known_on = report["law"]["text"]
    if len(descriptions) == 1 and Path(descriptions[0]).is_file():  # under the name it had: it stands on every line
        return assess(Path(descriptions[0]).read_bytes(), exact, known_on, name=source)
    return assess(descriptions, exact, known_on)


def compared(report: dict, assessment: Assessment) -> dict:
    """What of a report is decided the same now, and what is not, with the cause."""
    now = json.loads(json.dumps(assessment.as_dict()))
    one, other = ({key(finding): finding for finding in each["findings"]} for each in (report, now))
    differences = []
    for named in dict.fromkeys([*one, *other]):
        before, after = one.get(named), other.get(named)
        if before != after:
            parts = sorted(
                p for p in {*(before or ()), *(after or ())} if not (before and after) or before.get(p) != after.get(p)
            )
            differences.append(
                dict(zip(NAMED, named, strict=True))
                | {"before": answer(before), "after": answer(after)}
                | {"parts": parts if before and after else []}
            )
    others = sorted(
        part
        for part in report.keys() | now.keys()
        if part not in ("findings", "law", "project") and report.get(part) != now.get(part)
    )
    same_description = report["project"]["sha256"] == now["project"]["sha256"]
    same_knowledge = report["law"]["release"] == now["law"]["release"]
    cause = "none"
    if differences or others:
        cause = "description" if not same_description else "knowledge" if not same_knowledge else "report"
    return {
        "aiact": FORMAT,
        "as_of": now["as_of"],
        "text": now["law"]["text"],
        "description": {
            "same": same_description,
            "before": report["project"]["sha256"],
            "after": now["project"]["sha256"],
        },
        "knowledge": {"same": same_knowledge, "before": report["law"]["release"], "after": now["law"]["release"]},
        "findings": len(other),
        "differences": differences,
        "other_parts": others,
        "cause": cause,
    }


def key(finding: dict) -> tuple[str, ...]:
    return tuple(finding[name] or "" for name in NAMED)


def answer(finding: dict | None) -> dict | None:
    """Status and days of a finding of a report."""
    return {name: finding.get(name) for name in ("status", *TIMES)} if finding else None


def holds(found: dict) -> bool:
    """Whether a report is about this description, and everything in it is decided the same."""
    return found["description"]["same"] and not found["differences"] and not found["other_parts"]


def told(found: dict, assessment: Assessment, language: str) -> str:
    """The comparison, for people."""
    from ..reports.report import Words
    from .diff import said

    words = Words(assessment, language)
    lines = []
    for name in ("description", "knowledge"):
        side = found[name]
        phrase = f"verify-{name}-{'same' if side['same'] else 'differs'}"
        lines.append(words(phrase, before=side["before"][:12], after=side["after"][:12]))
    for each in found["differences"]:
        rule = assessment.knowledge.rules.get(each["rule"])
        duty = f"{words.cite(rule.provision)}  {words.of(rule.label)}" if rule else each["rule"]
        was, is_ = (
            said(side["status"], side["due"] or side["from"] or "", words) if side else "—"
            for side in (each["before"], each["after"])
        )
        lines.append(f"{each['bearer'] or '?'} → {each['entity']}  {duty}")
        lines.append(
            f"    {was} → {is_}" if was != is_ else "    " + words("verify-parts", parts=", ".join(each["parts"]))
        )
    if found["other_parts"]:
        lines.append(words("verify-parts", parts=", ".join(found["other_parts"])))
    count = len(found["differences"])
    lines.append(words("verify-again-same" if not count else "verify-again-differs", n=found["findings"], differ=count))
    if found["cause"] != "none":
        lines.append(words(f"verify-because-{found['cause']}"))
    return "\n".join(lines) + "\n"

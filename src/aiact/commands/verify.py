"""The command ``aiact verify``."""

from __future__ import annotations

import json
from functools import partial

import click

from ..cli import FAILED, emit, language, output


@click.command()
@click.argument("report", required=False, type=click.Path())
@click.argument("descriptions", nargs=-1, type=click.Path())
@language
@click.option(
    "-f", "--format", "format_", default="text", type=click.Choice(["text", "json"]), help="Form of the answer."
)
@output
def verify(report, descriptions, lang, format_, output) -> None:
    """Check that the knowledge is whole, or that a REPORT made earlier still holds; if not, exit with 1.

    Without REPORT every file is held against what was installed, and the knowledge is built anew; the JSON form lists
    each rule with the hashes of its file and of the texts that it was written from. A REPORT (check --format json) is
    decided again from DESCRIPTIONS, by default the file that it names.
    """
    holds, told = again(report, list(descriptions), lang, format_) if report else whole(lang, format_)
    emit(told, output)
    if not holds:
        raise click.exceptions.Exit(FAILED)


def again(report: str, descriptions: list[str], language: str, format_: str) -> tuple[bool, str]:
    """Whether a report holds, and what is to be told."""
    from ..findings.again import compared, decided_again, holds, read, told

    held = read(report)
    assessment = decided_again(held, report, descriptions)
    found = compared(held, assessment)
    return holds(found), in_json(found) if format_ == "json" else told(found, assessment, language)


def whole(language: str, format_: str) -> tuple[bool, str]:
    """Whether software and knowledge are as they were installed, and what is to be told."""
    from ..cli import version
    from ..law.knowledge import knowledge
    from ..law.provenance import provenance
    from ..texts import library
    from ..texts.drift import compared, drifted

    found = {"aiact": "1", "software": version(), **provenance()}
    holds = not found["problems"]
    if found["release"] is None:
        if format_ == "json":
            return holds, in_json(found)
        return holds, "".join(f"{problem['kind']}: {problem['what']}\n" for problem in found["problems"])
    held, base = library(), knowledge()
    found["official_texts"] = {"compared": compared(held), "differ": drifted(held)}
    if format_ == "json":
        return holds, in_json(found)
    word = partial(base.say, language)
    rules = found["rules"]
    stamped = sum(bool(rule["written_against"]) for rule in rules)
    lines = [
        word("verify-release", release=found["release"], files=len(found["files"]), rules=len(rules)),
        word("verify-recorded" if found["recorded"] else "verify-checkout"),
        *([word(f"verify-cache-{found['cache']}")] if found["cache"] != "differs" else []),
        word("verify-texts", n=stamped, texts=", ".join(found["texts"])),
        word("wordings-compared", n=found["official_texts"]["compared"], differ=len(found["official_texts"]["differ"])),
        *(word(f"verify-{problem['kind']}", what=problem["what"]) for problem in found["problems"]),
        word("verify-whole" if holds else "verify-not-whole", n=len(found["problems"])),
    ]
    return holds, "\n".join(lines) + "\n"


def in_json(found: dict) -> str:
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"

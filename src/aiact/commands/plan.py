"""The command ``aiact plan``."""

from __future__ import annotations

import click

from ..cli import emit, known_on, language, on, output


@click.command()
@click.argument("description", default="aiact.yaml", type=click.Path())
@on
@known_on
@language
@click.option(
    "-f", "--format", "format_", default="text", type=click.Choice(["text", "md", "json"]), help="Form of the answer."
)
@output
def plan(description, on, known_on, lang, format_, output) -> None:
    """Plan what to do about a project DESCRIPTION: seven steps, changes within reach, evidence, what to publish."""
    from ..findings.assess import assess
    from ..findings.plan import plan as planned
    from ..reports.plan_report import FORMATS

    assessment = assess(description, on, known_on)
    emit(FORMATS[format_](planned(assessment), assessment, lang), output)

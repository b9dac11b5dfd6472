"""The command ``aiact init``."""

from __future__ import annotations

import os

import click

from ..cli import emit, language, output


@click.command()
@language
@click.option(
    "--with",
    "sections",
    multiple=True,
    default=["model"],
    type=click.Choice(["model", "system", "use", "component", "licence"]),
    help="What to describe; may be given several times.",
)
@output
def init(lang, sections, output) -> None:
    """Write a blank description, every fact explained."""
    from ..descriptions.schema import blank
    from ..law.knowledge import knowledge

    if output and os.path.isfile(output):
        raise click.UsageError(f"{output} is there already; choose another name, so that nothing is lost")
    emit(blank(knowledge(), lang, tuple(sections)), output)

"""The command ``aiact diff``."""

from __future__ import annotations

import click

from ..cli import day_option, emit, known_on, language, on, output


@click.command()
@click.argument("description", type=click.Path())
@click.argument("other", required=False, type=click.Path())
@on
@click.option("--and-on", callback=day_option, metavar="DAY", help="The second day.")
@known_on
@click.option(
    "--and-known-on", callback=day_option, metavar="DAY", help="The day whose text is applied on the second side."
)
@language
@click.option("-f", "--format", "format_", default="text", type=click.Choice(["text", "json"]))
@output
def diff(description, other, on, and_on, known_on, and_known_on, lang, format_, output) -> None:
    """Show what differs between two days, two texts of the Act, or two descriptions."""
    from .. import diff as differences
    from ..assess import assess

    first = assess(description, on, known_on)
    second = assess(other or description, and_on or first.day, and_known_on or (None if and_on else known_on))
    found = differences.changes(first, second)
    emit(differences.as_json(found) if format_ == "json" else differences.text(found, first, second, lang), output)

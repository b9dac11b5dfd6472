"""The command ``aiact convert``."""

from __future__ import annotations

import click

from ..cli import day_option, emit, output
from ..convert import WRITERS


@click.command()
@click.argument("description", type=click.Path())
@click.option("--on", callback=day_option, metavar="DAY", help="Leave out changes of design that come after this day.")
@click.option("--to", "to", default="yaml", type=click.Choice(list(WRITERS)), help="Form to convert to.")
@output
def convert(description, on, to, output) -> None:
    """Write a DESCRIPTION in another form; Turtle comes ready for the exported shapes."""
    from ..describe import read
    from ..facts import establish
    from ..knowledge import knowledge

    base = knowledge()
    emit(WRITERS[to](establish(read(description, base), base, on or ""), base), output)

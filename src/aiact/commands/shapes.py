"""The command ``aiact shapes``."""

from __future__ import annotations

import click

from ..cli import emit, known_on, on, output


@click.command()
@on
@known_on
@output
def shapes(on, known_on, output) -> None:
    """Write the law of a day as plain SHACL, for any validator."""
    from ..law.knowledge import knowledge, today
    from ..reports.export import shapes_turtle

    base, day = knowledge(), on or today()
    emit(shapes_turtle(base, day, base.text_on(known_on or day)), output)

"""The command ``aiact convert``."""

from __future__ import annotations

import click

from ..cli import day_option, emit, language, output
from ..descriptions.convert import WRITERS


@click.command()
@click.argument("descriptions", nargs=-1, required=True, type=click.Path())
@click.option("--on", callback=day_option, metavar="DAY", help="Leave out changes of design that come after this day.")
@click.option("--to", "to", default="yaml", type=click.Choice(list(WRITERS)), help="Form to convert to.")
@language
@output
def convert(descriptions, on, to, lang, output) -> None:
    """Write what DESCRIPTIONS say in another form; Turtle comes ready for the exported shapes.

    Of files in forms of others, YAML tells where each fact comes from, and asks for what is not known.
    """
    from ..descriptions.describe import read
    from ..descriptions.facts import establish
    from ..law.knowledge import knowledge

    base = knowledge()
    read_in = read(list(descriptions), base)
    if to == "yaml" and read_in.form:
        from ..findings.assess import judged

        assessment = judged(read_in, base, on)
        return emit(WRITERS[to](assessment.facts, base, lang, assessment.questions), output)
    emit(WRITERS[to](establish(read_in, base, on or ""), base), output)

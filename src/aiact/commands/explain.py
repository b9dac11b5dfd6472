"""The command ``aiact explain``."""

from __future__ import annotations

import click

from ..cli import emit, language, on, output


@click.command()
@click.argument("thing", nargs=-1)
@click.option(
    "--commentary",
    is_flag=True,
    help="Explain what commentaries claim: all of them, or those of one source or about one provision.",
)
@on
@language
@output
def explain(thing, commentary, on, lang, output) -> None:
    """Explain a rule, a condition, an open question or a provision: art-53-2, 53(2), article 53, paragraphe 2 …"""
    from ..law.knowledge import knowledge, today
    from ..reports.explain import Explainer, NotFound

    if not thing and not commentary:
        raise click.UsageError("say what to explain, such as 53(2)")
    try:
        explainer = Explainer(knowledge(), lang, on or today())
        lines = (explainer.commentary if commentary else explainer.lines)(" ".join(thing))
    except NotFound as error:
        raise click.UsageError(str(error)) from None
    emit("\n".join(lines) + "\n", output)

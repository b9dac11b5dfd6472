"""The command ``aiact rules``."""

from __future__ import annotations

import click

from ..cli import emit, language, on, output
from ..law.knowledge import KINDS


@click.command()
@on
@language
@click.option(
    "--kind",
    type=click.Choice([kind.lower() for kind in KINDS]),
    help="Only rules of this kind.",
)
@click.option("--coverage", is_flag=True, help="What the rules state of each chapter, what is left out, and why.")
@output
def rules(on, lang, kind, coverage, output) -> None:
    """List the rules in the order of the Act, with the day from which each applies."""
    if coverage:
        from ..law.build import load_graph
        from ..law.coverage import table

        return emit(table(load_graph(), lang), output)
    from ..law.cite import cite
    from ..law.knowledge import knowledge, today
    from ..law.names import AIACT

    base = knowledge()
    text = base.text_on(on or today())
    lines = []
    for rule in base.rules.values():
        if rule.in_force(text.id) and kind in (None, rule.kind.lower()):
            place = cite(rule.provision, lang, short=True) if not rule.provision.startswith("http") else ""
            kind_of = base.label(AIACT + rule.kind, lang)
            day = text.applies_from.get(rule.id, "")
            lines.append(f"{place:<30} {rule.id:<32} {day:<10}  {kind_of:<12}  {rule.label.get(lang, '')}")
    emit("\n".join(lines) + "\n", output)

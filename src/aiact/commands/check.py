"""The command ``aiact check``."""

from __future__ import annotations

from pathlib import Path

import click

from ..cli import emit, known_on, language, on, output
from ..evaluate import ENGINES
from ..report import FORMATS


@click.command()
@click.argument("descriptions", nargs=-1, type=click.Path())
@on
@known_on
@language
@click.option(
    "-f",
    "--format",
    "format_",
    default="text",
    type=click.Choice(list(FORMATS)),
    help="Form of the answer.",
)
@click.option(
    "--engine",
    default="python",
    type=click.Choice(ENGINES),
    help="Who evaluates the shapes; all agree.",
)
@click.option("--all", "everything", is_flag=True, help="List the duties that are not applicable too.")
@click.option(
    "--explain-commentary", is_flag=True, help="Show instead where popular accounts of the law differ from it, and why."
)
@click.option(
    "--what-if",
    "wishes",
    multiple=True,
    metavar="FACT=VALUE",
    help="Show instead what would change if a fact were otherwise, as in model.monetisation=[paid_api].",
)
@output
def check(descriptions, on, known_on, lang, format_, engine, everything, explain_commentary, wishes, output) -> None:
    """Assess a project: DESCRIPTIONS are files about it, a folder, or a row of a table (models.csv#Name).

    Read are our own format (YAML, JSON, JSON-LD, Turtle), model cards, bills of materials (CycloneDX, SPDX 3), records
    of the European Open Source AI Index, of the Model Openness Framework and of Epoch AI, MLDCAT-AP, and beside them
    licence texts, CITATION.cff, pyproject.toml and Croissant. Without DESCRIPTIONS: aiact.yaml, or else this folder.
    """
    from ..assess import assess
    from ..report import commentary

    here = ["aiact.yaml" if Path("aiact.yaml").exists() else "."]
    assessment = assess(list(descriptions) or here, on, known_on, engine)
    if wishes:
        from ..what_if import FORMATS as DIFFERENCES
        from ..what_if import what_if

        if format_ not in DIFFERENCES:
            raise click.UsageError(f"--what-if is told as {' or '.join(DIFFERENCES)}")
        return emit(DIFFERENCES[format_](*what_if(assessment, wishes), lang), output)
    told = commentary(assessment, lang) if explain_commentary else FORMATS[format_](assessment, lang, everything)
    emit(told, output)

"""The command ``aiact evidence``."""

from __future__ import annotations

import click

from ..cli import FAILED, known_on, language, on


@click.command()
@click.argument("folder", type=click.Path())
@click.argument("description", default="aiact.yaml", type=click.Path())
@click.option(
    "--file", "files", multiple=True, metavar="FACT=FILE", help="A file that shows a fact, as in model.licence=LICENSE."
)
@on
@known_on
@language
def evidence(folder, description, files, on, known_on, lang) -> None:
    """Gather in a new FOLDER what shows that a project is exempt, with an index of what is held and what is missing."""
    from ..findings.assess import assess
    from ..reports.evidence import EvidenceError, given_files, write
    from ..reports.report import Words

    assessment = assess(description, on, known_on)
    try:
        pairs = given_files(assessment, list(files))
    except EvidenceError as error:
        raise click.UsageError(str(error)) from None
    try:
        found = write(assessment, folder, pairs, lang)
    except EvidenceError as error:
        click.echo(str(error), err=True)
        raise SystemExit(FAILED) from None
    words = Words(assessment, lang)
    for thing in found["evidence"]:
        for item in thing["items"]:
            status = words(f"evidence-is-{item['status']}")
            click.echo(f"{thing['entity']}  {status:<10}  {words.of(item['label'])}")

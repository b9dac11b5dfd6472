"""The command ``aiact check``."""

from __future__ import annotations

from pathlib import Path

import click

from ..cli import FAILED, emit, known_on, language, on, output
from ..findings.evaluate import ENGINES
from ..writers import forms, several, write, write_several


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
    type=click.Choice(forms()),
    help="Form of the answer.",
)
@click.option(
    "--engine",
    default="python",
    type=click.Choice(ENGINES),
    help="Who evaluates the shapes; all agree.",
)
@click.option("--each", is_flag=True, help="Each of DESCRIPTIONS is a project of its own.")
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
@click.option(
    "--fail-on",
    multiple=True,
    type=click.Choice(["obligation", "undetermined", "change"]),
    help="Exit with 1 if a duty is owed, or undetermined; of a baseline only what is new in it; or for any change.",
)
@click.option(
    "--baseline", type=click.Path(dir_okay=False), metavar="FILE", help="The answers that were taken note of already."
)
@click.option("--write-baseline", is_flag=True, help="Write the answers to the file of --baseline instead.")
@output
def check(
    descriptions,
    on,
    known_on,
    lang,
    format_,
    engine,
    each,
    everything,
    explain_commentary,
    wishes,
    fail_on,
    baseline,
    write_baseline,
    output,
) -> None:
    """Assess a project: DESCRIPTIONS are files about it, a folder, or a row of a table (models.csv#Name).

    Read are our own format (YAML, JSON, JSON-LD, Turtle), model cards, bills of materials (CycloneDX, SPDX 3), records
    of the European Open Source AI Index, of the Model Openness Framework and of Epoch AI, MLDCAT-AP, and beside them
    licence texts, CITATION.cff, pyproject.toml and Croissant. Without DESCRIPTIONS: aiact.yaml, or else this folder.
    """
    if (write_baseline or "change" in fail_on) and not baseline:
        raise click.UsageError(f"{'--write-baseline' if write_baseline else '--fail-on change'} needs --baseline FILE")
    if (each or fail_on or baseline) and (wishes or explain_commentary):
        raise click.UsageError("--what-if and --explain-commentary stand without --each, --fail-on and --baseline")
    paths = list(descriptions) or ["aiact.yaml" if Path("aiact.yaml").exists() else "."]
    if each and not write_baseline and format_ not in several():
        raise click.UsageError(f"--each is told as {', '.join(several())}; {format_} holds one project")
    assessments = assessed(paths if each else [paths], on, known_on, engine)
    if write_baseline:
        from ..findings.baseline import written

        return emit(written(assessments), baseline)
    kept = None
    if baseline:
        from ..findings.baseline import read

        kept = read(baseline)
    assessment = assessments[0]
    if wishes:
        from ..findings.what_if import FORMATS as DIFFERENCES
        from ..findings.what_if import what_if

        if format_ not in DIFFERENCES:
            raise click.UsageError(f"--what-if is told as {' or '.join(DIFFERENCES)}")
        return emit(DIFFERENCES[format_](*what_if(assessment, wishes), lang), output)
    if explain_commentary:
        from ..reports.report import commentary

        told = commentary(assessment, lang)
    elif each:
        told = write_several(format_)(assessments, lang, everything)
    else:
        told = write(format_)(assessment, lang, everything)
    emit(told, output)
    if fail_on or baseline:
        judge(assessments, fail_on, kept, lang)


def assessed(several: list, on, known_on, engine) -> list:
    """One assessment a project. Raises ``DescriptionError`` for all files that cannot be read, together."""
    from ..descriptions.description import DescriptionError
    from ..findings.assess import assess

    found, problems = [], []
    for paths in several:
        try:
            found.append(assess(paths, on, known_on, engine))
        except DescriptionError as error:
            if len(several) == 1:
                raise
            problems += [problem._replace(file=problem.file or error.file) for problem in error.problems]
    if problems:
        raise DescriptionError(problems[0].file, problems)
    return found


def judge(assessments, fail_on, kept, lang) -> None:
    """Tells on the error stream what is not as in the baseline, and exits with 1 if that is to fail the check."""
    from ..findings.baseline import grave, news, told

    found = [(each, news(each, kept or {})) for each in assessments]
    failing = [(each, grave(changes, fail_on)) for each, changes in found]
    shown = found if kept is not None else failing
    click.echo(told(shown, kept is not None, lang), nl=False, err=True)
    if any(changes for _, changes in failing):
        raise click.exceptions.Exit(FAILED)

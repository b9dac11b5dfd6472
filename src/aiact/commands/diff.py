"""The command ``aiact diff``."""

from __future__ import annotations

import click

from ..cli import FAILED, UNREADABLE, day_option, emit, known_on, language, on, output


@click.command()
@click.argument("descriptions", nargs=-1, required=True, type=click.Path())
@on
@click.option("--and-on", callback=day_option, metavar="DAY", help="The second day.")
@known_on
@click.option(
    "--and-known-on", callback=day_option, metavar="DAY", help="The day whose text is applied on the second side."
)
@click.option(
    "--since",
    metavar="REVISION",
    help="Compare each description with itself at a revision of git, on the day and on each later one that matters.",
)
@click.option("--exit-code", is_flag=True, help="With --since: end with 1 if anything differs.")
@language
@click.option(
    "-f", "--format", "format_", default="text", type=click.Choice(["text", "json", "md"]), help="md needs --since."
)
@output
def diff(descriptions, on, and_on, known_on, and_known_on, since, exit_code, lang, format_, output) -> None:
    """Show what differs between two days, two texts of the Act, two descriptions, or since a revision of git."""
    if since:
        if and_on or known_on or and_known_on:
            raise click.UsageError("--since looks at later days by itself; it takes --on and no other day")
        return over_revisions(descriptions, since, on, exit_code, lang, format_, output)
    if len(descriptions) > 2:
        raise click.UsageError("two descriptions are compared, or any number with themselves --since a revision")
    if format_ == "md" or exit_code:
        raise click.UsageError("md and --exit-code go with --since")
    from ..findings import diff as differences
    from ..findings.assess import assess

    first = assess(descriptions[0], on, known_on)
    second = assess(descriptions[-1], and_on or first.day, and_known_on or (None if and_on else known_on))
    found = differences.changes(first, second)
    emit(differences.as_json(found) if format_ == "json" else differences.text(found, first, second, lang), output)


def over_revisions(descriptions, since, on, exit_code, lang, format_, output) -> None:
    from ..findings.revisions import FORMATS, RevisionError, compare
    from ..law.knowledge import knowledge, today

    base = knowledge()
    try:
        found = [compare(file, since, on or today(), base) for file in descriptions]
    except RevisionError as error:
        raise click.UsageError(str(error)) from None
    emit(FORMATS[format_](found, lang), output)
    if any(each.problems_after for each in found):
        raise click.exceptions.Exit(UNREADABLE)
    if exit_code and any(each.differs for each in found):
        raise click.exceptions.Exit(FAILED)

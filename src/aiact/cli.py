"""The command line. Options choose the day, the language, the format and the amount of words, never the verdict."""

from __future__ import annotations

import os
import sys

import click

OK, USAGE, UNREADABLE, INTERNAL = 0, 2, 3, 4


def default_language() -> str:
    return "fr" if os.environ.get("LC_ALL", os.environ.get("LANG", "")).lower().startswith("fr") else "en"


def day_option(_context, _parameter, value: str | None) -> str | None:
    from .values import ValueProblem, day

    if value is None:
        return None
    try:
        bounds = day(value)
    except ValueProblem as problem:
        raise click.BadParameter(str(problem)) from None
    if bounds.exact is None:
        raise click.BadParameter(f"“{value}” is not one day; write YYYY-MM-DD")
    return bounds.exact


language = click.option(
    "--lang", type=click.Choice(["en", "fr"]), default=default_language, help="Language of the answer."
)
output = click.option("-o", "--output", type=click.Path(), help="Write to this file instead of the screen.")
on = click.option("--on", callback=day_option, metavar="DAY", help="The day to ask about; today if not given.")
known_on = click.option(
    "--known-on", callback=day_option, metavar="DAY", help="Ask under the text in force on this day."
)


class Commands(click.Group):
    """Turns what went wrong into words and exit codes; no traceback reaches a user."""

    def invoke(self, context: click.Context):
        from .describe import DescriptionError

        try:
            return super().invoke(context)
        except DescriptionError as error:
            click.echo(str(error), err=True)
            sys.exit(UNREADABLE)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            if os.environ.get("AIACT_DEBUG"):
                raise
            click.echo(
                f"internal error: {type(error).__name__}: {error}\nplease report it with the description", err=True
            )
            sys.exit(INTERNAL)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="aiact")
def main() -> None:
    """What the EU AI Act asks of an open-source AI project, with the proof."""


def emit(text: str, path: str | None) -> None:
    """Prints, or writes a file that is either the old one or the new one."""
    if path is None:
        click.echo(text, nl=False)
        return
    import tempfile
    from pathlib import Path

    target = Path(path)
    try:
        with tempfile.NamedTemporaryFile("w", dir=target.parent, delete=False, encoding="utf-8") as file:
            file.write(text)
        os.replace(file.name, target)
    except OSError as error:
        raise click.ClickException(f"cannot write {path}: {error.strerror or error}") from None


@main.command()
@click.argument("description", default="aiact.yaml", type=click.Path())
@on
@known_on
@language
@click.option(
    "-f",
    "--format",
    "format_",
    default="text",
    type=click.Choice(["text", "json", "md", "ttl"]),
    help="Form of the answer.",
)
@click.option(
    "--engine",
    default="python",
    type=click.Choice(["python", "pyshacl", "topbraid"]),
    help="Who evaluates the shapes; all agree.",
)
@click.option("--all", "everything", is_flag=True, help="List the duties that are not applicable too.")
@output
def check(description, on, known_on, lang, format_, engine, everything, output) -> None:
    """Assess a project DESCRIPTION (YAML, JSON, Turtle, or a model card)."""
    from .assess import assess
    from .report import FORMATS

    source = sys.stdin.buffer.read() if description == "-" else description
    assessment = assess(source, on, known_on, engine)
    emit(FORMATS[format_](assessment, lang, everything), output)

"""The command line: what all commands share. Each command is a module of ``commands``, found by its name.

Options choose the day, the language, the format and the amount of words, never the verdict.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

OK, FAILED, USAGE, UNREADABLE, INTERNAL = 0, 1, 2, 3, 4


def default_language() -> str:
    return "fr" if (os.environ.get("LC_ALL") or os.environ.get("LANG", "")).lower().startswith("fr") else "en"


def day_option(_context, _parameter, value: str | None) -> str | None:
    from .descriptions.values import ValueProblem, day

    if value is None:
        return None
    try:
        bounds = day(value)
    except ValueProblem as problem:
        raise click.BadParameter(str(problem).split("; write")[0] + "; write YYYY-MM-DD") from None
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


def version() -> str:
    from importlib import metadata

    try:
        return metadata.version("aiact")
    except metadata.PackageNotFoundError:
        return "from a checkout"


def tell_version(context: click.Context) -> None:
    """Prints which software and which knowledge answer, and for which texts of the law; then ends."""
    click.echo(f"aiact, version {version()}")
    from .law.knowledge import KnowledgeError, knowledge, today
    from .law.shapes import ShapeError

    try:
        base, language = knowledge(), default_language()
    except (KnowledgeError, ShapeError) as error:
        click.echo(f"the knowledge base cannot be built: {error}", err=True)
        context.exit(INTERNAL)
    click.echo(base.say(language, "version-knowledge", release=base.release, rules=len(base.rules)))
    last = base.text_on(today()).id
    click.echo(base.say(language, "version-law", texts=", ".join(base.texts), last=last))
    context.exit()


class Commands(click.Group):
    """Finds commands by name; turns what went wrong into words and exit codes; no traceback reaches a user."""

    def list_commands(self, _context: click.Context) -> list[str]:
        return sorted(path.stem for path in (Path(__file__).parent / "commands").glob("[a-z]*.py"))

    def get_command(self, context: click.Context, name: str) -> click.Command:
        """Imports the one command that is asked for, so that none has to wait for the libraries of another."""
        from importlib import import_module

        if name not in self.list_commands(context):
            from .descriptions.description import suggest

            context.fail(f"there is no command “{name}”{suggest(name, self.list_commands(context))}")
        return getattr(import_module(f".commands.{name}", __package__), name)

    def invoke(self, context: click.Context):
        from .descriptions.description import DescriptionError
        from .law.knowledge import KnowledgeError
        from .law.shapes import ShapeError

        try:
            return super().invoke(context)
        except DescriptionError as error:
            click.echo(str(error), err=True)
            sys.exit(UNREADABLE)
        except OSError as error:
            if isinstance(error, BrokenPipeError):
                raise
            click.echo(f"cannot write: {error.strerror or error}", err=True)
            sys.exit(FAILED)
        except (KnowledgeError, ShapeError) as error:
            click.echo(f"the knowledge base cannot be built: {error}", err=True)
            sys.exit(INTERNAL)
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
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=lambda context, _parameter, wanted: tell_version(context) if wanted else None,
    help="Show the software, the knowledge and the texts of the law, and exit.",
)
def main() -> None:
    """What the EU AI Act asks of an open-source AI project, with the proof."""


def emit(text: str, path: str | None) -> None:
    """Prints, or writes a file that is either the old one or the new one."""
    if path in (None, "-"):
        click.echo(text, nl=False)
        return
    from . import atomic

    target = Path(path).resolve() if Path(path).is_file() else Path(path)  # the file to which a link points
    try:
        if target.exists() and not target.is_file():
            target.write_text(text, encoding="utf-8", newline="")  # a terminal or a pipe cannot be replaced
            return
        atomic.write(target, text.encode())
    except OSError as error:
        raise click.ClickException(f"cannot write {path}: {error.strerror or error}") from None

"""The command ``aiact portfolio``: many projects at once, and questions about them."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from ..cli import UNREADABLE, day_option, emit, language, output
from ..portfolio.statuses import ALL, OWED_OR_OPEN

EXTRA = 'portfolios need DuckDB, PyArrow and rich; install them with: pip install "aiact[portfolio]"'


class Group(click.Group):
    """Takes an input at once: ``aiact portfolio INPUT -o FOLDER``; says in words what cannot be done."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ("-h", "--help"):
            args = ["decide", *args]
        return super().parse_args(context, args)

    def invoke(self, context: click.Context):
        from importlib.util import find_spec

        from ..portfolio.journal import PortfolioError

        if not all(map(find_spec, ("duckdb", "pyarrow", "rich"))):
            raise click.ClickException(EXTRA)
        try:
            return super().invoke(context)
        except PortfolioError as problem:
            raise click.UsageError(str(problem)) from None


@click.group(cls=Group)
def portfolio() -> None:
    """Decide many projects at once: aiact portfolio INPUT -o FOLDER

    INPUT may be a folder of descriptions, JSON Lines, Parquet (columns project and description), N-Quads or TriG (a
    graph a project), N-Triples or Turtle (our exports), or a table (CSV, Parquet) with a --mapping of its columns.
    FOLDER gets findings, one row each, a summary, and what could not be read; the same command goes on with a run that
    was stopped. Needs the extra "portfolio": pip install "aiact[portfolio]". Any other first word is an INPUT.
    """


def days_option(context, parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(day_option(context, parameter, value) for value in values))


@portfolio.command()
@click.argument("input_", metavar="INPUT", type=click.Path())
@click.option("-o", "--output", "folder", required=True, type=click.Path(path_type=Path), metavar="FOLDER",
              help="Write here: a folder that is new, empty, or of a run that was stopped.")  # fmt: skip
@click.option("--on", "days", multiple=True, callback=days_option, metavar="DAY",
              help="The day to ask about, several times if need be; today if not given.")  # fmt: skip
@click.option("-f", "--format", "forms", multiple=True, type=click.Choice(["parquet", "jsonl", "nq"]),
              help="Form of the findings, several times if need be; Parquet if not given.")  # fmt: skip
@click.option("--mapping", type=click.Path(), metavar="FILE", help="What the columns of a table state (YAML).")
@click.option("--only", multiple=True, type=click.Choice(ALL), help="Write findings of this status only.")
@click.option(
    "--everything",
    is_flag=True,
    help="Write all duties that are not applicable too, not only those that another reading makes apply.",
)
@click.option("--processes", default=0, type=click.IntRange(0), metavar="N", help="As many as processors if not given.")
@click.option("--chunk", default=1000, show_default=True, type=click.IntRange(1, 100_000), metavar="N",
              help="Projects that one process decides at a time; more need more memory.")  # fmt: skip
@language
@click.option("-q", "--quiet", is_flag=True, help="No summary and no progress.")
def decide(input_, folder, days, forms, mapping, only, everything, processes, chunk, lang, quiet) -> None:
    """Decide all projects of INPUT; “aiact portfolio INPUT” is short for it."""
    import gc

    from ..law.knowledge import knowledge, today
    from ..portfolio.inputs import source
    from ..portfolio.run import Order
    from ..portfolio.run import decide as run
    from ..portfolio.summary import shown

    if only and everything:
        raise click.UsageError("--only and --everything exclude each other")
    gc.enable()  # not a command that lives for a moment
    statuses = tuple(only) or (ALL if everything else OWED_OR_OPEN)
    wanted = tuple(dict.fromkeys(forms)) or ("parquet",)
    order = Order(folder, days or (today(),), statuses, wanted, chunk, processes)
    try:
        with progress(quiet) as tell:
            summary = run(source(input_, mapping), order, tell)
    except OSError as error:
        raise click.ClickException(
            f"cannot write to {folder}: {error.strerror or error}; what is written is whole, and the same command goes "
            "on from there"
        ) from None
    except KeyboardInterrupt:
        raise click.ClickException("stopped; the same command goes on from here") from None
    if not quiet:
        click.echo(shown(summary, knowledge(), lang), nl=False)
    if not summary["projects"]["decided"]:
        click.echo(f"no project could be decided; {folder / 'problems.jsonl'} says why", err=True)
        raise click.exceptions.Exit(UNREADABLE)


def progress(quiet: bool):
    """A bar with rate and time left on a terminal; nothing elsewhere."""
    from contextlib import contextmanager

    @contextmanager
    def bar():
        if quiet or not sys.stderr.isatty():
            yield lambda *_: None
            return
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

        columns = (
            BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TextColumn("{task.fields[told]}"),
            TimeElapsedColumn(), TimeRemainingColumn(),
        )  # fmt: skip
        with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
            task, at_start = shown.add_task("", total=1.0, told=""), []

            def tell(share: float, read: int, bad: int) -> None:
                at_start[:] = at_start or [read]
                seconds = shown.tasks[0].elapsed or 0
                rate = (read - at_start[0]) / seconds if seconds > 1 else 0
                told = f"{read:,}" + (f" · {rate:,.0f}/s" if rate else "") + (f" · {bad:,} ✗" if bad else "")
                shown.update(task, completed=share, told=told)

            yield tell

    return bar()


@portfolio.command()
@click.argument("folder", type=click.Path(path_type=Path))
@language
def summary(folder, lang) -> None:
    """Show the summary of a portfolio again."""
    from ..law.knowledge import knowledge
    from ..portfolio.journal import PortfolioError, read_head
    from ..portfolio.summary import SUMMARY, shown

    read_head(folder)
    try:
        found = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise PortfolioError(f"{folder} is not whole: its run was stopped; the same command goes on with it") from None
    click.echo(shown(found, knowledge(), lang), nl=False)


@portfolio.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("project")
@click.option("--rule", metavar="RULE", help="Only the proofs of the findings of this rule.")
@click.option("--on", callback=day_option, metavar="DAY", help="One of the days of the run; the first if not given.")
@click.option("-f", "--format", "format_", default="text", type=click.Choice(["text", "json", "md", "ttl"]))
@click.option("--all", "everything", is_flag=True, help="List the duties that are not applicable too.")
@language
@output
def show(folder, project, rule, on, format_, everything, lang, output) -> None:
    """Show PROJECT (its identifier or its place) in full, with its proofs: what aiact check gives."""
    from ..portfolio import showing
    from ..portfolio.journal import PortfolioError
    from ..writers import write

    found = showing.show(folder, project)
    chosen = next((each for each in found if each.day == (on or found[0].day)), None)
    if chosen is None:
        days = ", ".join(each.day for each in found)
        raise PortfolioError(f"nothing was asked about {on}; this portfolio has {days}")
    if rule is None:
        return emit(write(format_)(chosen, lang, everything), output)
    proofs = showing.proofs(chosen, rule)
    if format_ == "json":
        return emit(json.dumps(proofs, ensure_ascii=False, indent=1) + "\n", output)
    if format_ != "text":
        raise click.UsageError("the proof of one rule is told as text or json")
    emit(showing.told(chosen, rule, lang), output)


@portfolio.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("question", required=False)
@click.option("-p", "--param", "given", multiple=True, metavar="KEY=VALUE", help="A parameter of the question.")
@click.option("-f", "--format", "format_", default="table", type=click.Choice(["table", "csv", "json", "md"]))
@click.option("--describe", "describing", is_flag=True, help="Say what the question asks, and its SQL, instead.")
@language
@output
def ask(folder, question, given, format_, describing, lang, output) -> None:
    """Ask a QUESTION about the findings in FOLDER; without one, list the questions. A file of SQL is one too."""
    from ..portfolio import asking
    from ..sparql.query import FORMS, Answer

    if question is None:
        known = asking.questions()
        width = max(map(len, known))
        return emit("".join(f"{name:<{width}}  {each.title.get(lang, '')}\n" for name, each in known.items()), output)
    if describing:
        return emit(asking.described(asking.find(question), lang), output)
    wrong = [pair for pair in given if "=" not in pair]
    if wrong:
        raise click.UsageError(f"“{wrong[0]}” is not a parameter; write key=value")
    columns, rows = asking.ask(folder, question, dict(pair.split("=", 1) for pair in given), lang)
    cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
    emit(FORMS[format_](Answer(columns, cells)), output)

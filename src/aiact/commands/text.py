"""The command ``aiact text``: the official wording that a user brings in."""

from __future__ import annotations

import click

from ..cli import FAILED, UNREADABLE, day_option, default_language, emit, language, output


class Group(click.Group):
    """Says what went wrong with a text, and where, in place of a traceback."""

    def invoke(self, context: click.Context):
        from ..texts.store import TextError

        try:
            return super().invoke(context)
        except TextError as error:
            click.echo(str(error), err=True)
            context.exit(UNREADABLE)


@click.group(cls=Group)
def text() -> None:
    """The official texts: import or fetch them, look them up, search them, and see which rules they outdate."""


@text.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True))
@click.option("--celex", default="", metavar="NUMBER", help="The act, if the files do not say: 32024R1689 …")
@click.option(
    "--lang", "of", default="", metavar="CODE", help="The language of the files, if they do not say: en, fr …"
)
def import_(files, celex, of) -> None:
    """Read EUR-Lex XHTML or Formex (FILES, folders or zip archives) and keep it in your data folder."""
    from ..texts.importing import editions, told
    from ..texts.store import keep

    for report in editions(files, celex, of):
        click.echo(told(report, keep(report.edition), default_language()), nl=False)


@text.command()
@click.option("--celex", default="", metavar="NUMBER", help="The act, by default as published and as last amended.")
@click.option(
    "--lang", "languages", multiple=True, default=("en", "fr"), metavar="CODE", help="May be given several times."
)
@click.option("--form", default="xhtml", type=click.Choice(["xhtml", "formex"]), help="What to ask for.")
def fetch(celex, languages, form) -> None:
    """Get the texts from the Publications Office of the European Union; this command alone uses the network."""
    from ..texts.fetching import acts, fetched
    from ..texts.importing import gathered, told
    from ..texts.store import keep

    for number in [celex] if celex else acts():
        for each in languages:
            click.echo(f"{number}, {each}: asking the Publications Office …", err=True)
            for report in gathered(fetched(number, each, form), number, each):
                click.echo(told(report, keep(report.edition), default_language()), nl=False)


@text.command("list")
def list_() -> None:
    """List the texts at hand."""
    from ..texts import library
    from ..texts.store import folder

    held = library()
    for edition in held.editions:
        click.echo(f"{edition.version}  {edition.language}  {edition.celex:<20}  {len(edition.provisions)} provisions")
    if not held.editions:
        click.echo(f"no official text in {folder()}; aiact text import FILE, or aiact text fetch, brings one in")
    for problem in held.problems:
        click.echo(problem, err=True)
    if held.problems:
        raise click.exceptions.Exit(UNREADABLE)


@text.command()
@click.argument("words", nargs=-1, required=True)
@language
@click.option("-n", "limit", default=20, type=click.IntRange(1, 500), help="How many answers at most.")
@click.option("-f", "--format", "format_", default="text", type=click.Choice(["text", "json"]))
@output
def search(words, lang, limit, format_, output) -> None:
    """Search provisions, rules and terms for WORDS of either language, or for a citation."""
    import dataclasses
    import json
    from functools import partial

    from ..law.knowledge import knowledge
    from ..texts import library

    hits = library().search(" ".join(words), lang, limit)
    if format_ == "json":
        emit(json.dumps([dataclasses.asdict(hit) for hit in hits], ensure_ascii=False, indent=1) + "\n", output)
        return
    lines = []
    word = partial(knowledge().say, lang)
    if hits and not hits[0].whole:
        lines += [word("search-some")]
    for hit in hits:
        lines += [f"{hit.name}  {hit.label}", *([f"    {hit.snippet}"] if hit.snippet else [])]
    emit("\n".join(lines or [word("search-none")]) + "\n", output)


@text.command()
@click.argument("provision", nargs=-1, required=True)
@click.option("--on", callback=day_option, metavar="DAY", help="The day whose text is wanted; today if not given.")
@language
@click.option("-f", "--format", "format_", default="text", type=click.Choice(["text", "json"]))
@output
def show(provision, on, lang, format_, output) -> None:
    """Show the wording of a PROVISION, such as 53(2) or article 53, paragraphe 2."""
    import dataclasses
    import json

    from ..law.build import load_graph
    from ..law.cite import cite, find
    from ..law.knowledge import knowledge, today
    from ..law.names import ACT, AIACT
    from ..texts import library
    from ..texts.wording import wording

    key = find(" ".join(provision), (iri.removeprefix(ACT) for iri in load_graph().of_class(AIACT + "Provision")))
    if key is None:
        raise click.UsageError(f"there is no provision “{' '.join(provision)}”; cite one, such as 53(2)")
    found = library().on(key, lang, on or today())
    if format_ == "json":
        emit(json.dumps(dataclasses.asdict(found) if found else None, ensure_ascii=False, indent=1) + "\n", output)
        return
    lines = wording(knowledge(), library(), key, lang, on or today())
    if not lines:
        raise click.ClickException(
            f"no official text of {cite(key)} is at hand; aiact text import FILE, or aiact text fetch, brings it in"
        )
    emit("\n".join([cite(key, lang), *lines]) + "\n", output)


@text.command()
@language
@click.option("-f", "--format", "format_", default="text", type=click.Choice(["text", "json"]))
@output
def check(lang, format_, output) -> None:
    """List the rules whose provision no longer reads as it did when they were written; then the exit code is 1."""
    import json

    from ..texts import library
    from ..texts.drift import compared, drifted, lines

    held = library()
    if not held.editions:
        click.echo("no official text is at hand to compare with; aiact text import FILE brings one in", err=True)
        raise click.exceptions.Exit(UNREADABLE)
    found = drifted(held)
    if format_ == "json":
        emit(json.dumps({"compared": compared(held), "differ": found}, ensure_ascii=False, indent=1) + "\n", output)
    else:
        emit("\n".join(lines(found, compared(held), lang)) + "\n", output)
    for problem in held.problems:
        click.echo(problem, err=True)
    if found or held.problems:
        raise click.exceptions.Exit(FAILED if found else UNREADABLE)

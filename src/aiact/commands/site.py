"""The command ``aiact site``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ..cli import on


@click.group()
def site() -> None:
    """Pages about everything in the graph, in English and French."""


@site.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--with-apps",
    is_flag=True,
    help="Let the pages check descriptions and answer SPARQL in the browser alone; needs npm (Node.js 20).",
)
@on
def build(folder, with_apps, on) -> None:
    """Write the site into FOLDER, which must be new, empty, or a site that this command wrote.

    The pages say what holds on the day (--on). Needs the extra "site": pip install "aiact[site]".
    """
    from ..law.knowledge import today

    try:
        import jinja2  # noqa: F401
    except ImportError:
        raise click.ClickException('pages need Jinja2; install them with: pip install "aiact[site]"') from None
    from ..site.build import build
    from ..site.folder import FolderProblem, refuse_foreign
    from ..site.libraries import LibraryProblem, bring

    try:
        refuse_foreign(folder.resolve())
        libraries = bring() if with_apps else None
        with click.progressbar(length=1, label="pages", file=sys.stderr) as bar:

            def progress(done: int, expected: int) -> None:
                bar.length = expected
                bar.update(done)

            about = build(folder, on or today(), progress, libraries)
    except FolderProblem as problem:
        raise click.UsageError(str(problem)) from None
    except LibraryProblem as problem:
        raise click.ClickException(str(problem)) from None
    click.echo(f"{folder}: {about['files']} files, the law as of {about['as_of']}, knowledge {about['release']}")

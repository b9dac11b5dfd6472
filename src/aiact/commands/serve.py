"""The command ``aiact serve``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from ..cli import FAILED, UNREADABLE, on


@click.command()
@click.option(
    "--bind",
    default="127.0.0.1:8000",
    metavar="HOST:PORT",
    show_default=True,
    help="Where to listen; port 0 takes a free one.",
)
@click.option(
    "--site",
    type=click.Path(exists=True, file_okay=False),
    help="Serve this folder of pages too, as aiact site build writes it.",
)
@click.option(
    "--project",
    "projects",
    multiple=True,
    type=click.Path(),
    help="Assess this description, and hold it in a graph of its own.",
)
@click.option("--no-worked", is_flag=True, help="Leave out the worked projects that come with aiact.")
@on
@click.option(
    "--limit",
    "given",
    multiple=True,
    metavar="NAME=NUMBER",
    help="Set a limit, such as deadline=2; --limits lists them.",
)
@click.option("--limits", "listed", is_flag=True, help="List the limits, and stop.")
@click.option(
    "--prefix", default="", metavar="PATH", help="The path under which a proxy shows the server, such as /aiact."
)
@click.option(
    "--host",
    "hosts",
    multiple=True,
    metavar="NAME",
    help="A name under which the server is asked, beside that of this machine.",
)
@click.option(
    "--allow-origin",
    "origins",
    multiple=True,
    metavar="ORIGIN",
    help="Let pages of this origin ask, such as https://example.org; * for all.",
)
@click.option(
    "--proxy",
    default="127.0.0.1,::1",
    metavar="ADDRESSES",
    show_default=True,
    help="Proxies that may say who the client is; empty for none.",
)
@click.option("-q", "--quiet", is_flag=True, help="Write no line for each request.")
def serve(bind, site, projects, no_worked, on, given, listed, prefix, hosts, origins, proxy, quiet) -> None:
    """Serve the knowledge graph: SPARQL 1.1, questions, checks of descriptions, and pages.

    Nothing can be changed over it, and no request leaves this machine.
    """
    from ..serve.limits import read

    try:
        limits = read(given)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    if listed:
        for name, told in limits.told().items():
            click.echo(f"{name:<15} {told['value']:>8}  {told['is']}")
        return
    if not hasattr(os, "fork"):
        raise click.ClickException("workers are forked, and this system cannot; use Linux or macOS, or WSL on Windows")
    try:
        from ..serve.pool import StartError
        from ..serve.run import run
    except ModuleNotFoundError as error:
        missing = f"{error.name} is not installed; pip install 'aiact[serve]' brings it"
        raise click.ClickException(missing) from None
    if prefix and (not prefix.startswith("/") or prefix.endswith("/")):
        raise click.UsageError(f"“{prefix}” is no prefix; write it as /aiact")
    try:
        folder = Path(site) if site else None
        run(bind, on, list(projects), not no_worked, folder, limits, prefix, list(hosts), list(origins), proxy, quiet)
    except StartError as error:
        click.echo(str(error), err=True)
        sys.exit(UNREADABLE if error.kind == "description" else FAILED)

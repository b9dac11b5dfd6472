"""The command ``aiact publish``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ..cli import on


@click.command()
@click.option("--endpoint", required=True, metavar="URL", help="The address at which the store is queried.")
@click.option(
    "--project",
    "projects",
    multiple=True,
    metavar="[NAME=]FILE",
    help="Assess this description and publish it too, under this name or that of the file.",
)
@on
@click.option("--withdraw", multiple=True, metavar="NAME", help="Take a published project away; publishes nothing.")
@click.option("--update", default="", metavar="URL", help="Where the store takes updates, if that cannot be found.")
@click.option("--graph-store", default="", metavar="URL", help="Where the store takes graphs, if that cannot be found.")
@click.option("--timeout", default=300.0, show_default=True, metavar="SECONDS", help="How long a request may take.")
def publish(endpoint, projects, on, withdraw, update, graph_store, timeout) -> None:
    """Load the law and assessed projects into a SPARQL store.

    The law goes into the graph https://w3id.org/aiact/graph/law, a project into
    https://w3id.org/aiact/graph/project/NAME; each is replaced as a whole, and what has not changed is not sent.
    Afterwards `aiact query --endpoint URL` asks them. Name and password, where the store wants them, come from the
    environment (AIACT_ENDPOINT_USER, AIACT_ENDPOINT_PASSWORD) or a netrc file.
    """
    from ..law.knowledge import knowledge
    from ..sparql.endpoint import GRAPH, Endpoint, EndpointError, credentials, is_in_the_clear
    from ..sparql.publish import Store, is_name, law_graph

    wrong = next((name for name in withdraw if not is_name(name)), None)
    if wrong is not None:
        raise click.UsageError(f"“{wrong}” is no name of a project")
    try:
        for url in (endpoint, update, graph_store):
            if url and Endpoint(url) and credentials(url) and is_in_the_clear(url):
                click.echo(f"{url} has no encryption; a password sent there can be read on the way", err=True)
        store = Store(Endpoint(endpoint, timeout), update, graph_store)
        graphs = [] if withdraw else [law_graph(knowledge()), *assessed(projects, on)]
        store.locate()
        there = store.endpoint.published()
        for name in withdraw:
            iri = f"{GRAPH}project/{name}"
            if iri not in there:
                raise EndpointError(f"there is no project {name} at {endpoint}")
            store.withdraw(iri)
            click.echo(f"withdrawn  {iri}")
        for graph in graphs:
            tell = progress(graph.iri)
            try:
                outcome = store.publish(graph, there, tell)
            finally:
                tell("")
            click.echo(f"{outcome:<9}  {graph.iri}  {len(graph.triples)} triples")
    except EndpointError as error:
        raise click.ClickException(str(error)) from None


def assessed(projects: tuple[str, ...], day: str | None) -> list:
    """The graphs of descriptions, each under its name; of their paths only the name of the file is published."""
    from ..sparql.publish import by_bare_name, is_name, name_of, project_graph

    found = {}
    for given in projects:
        name, file = ("", given) if Path(given).exists() or "=" not in given else given.split("=", 1)
        if name and not is_name(name):
            raise click.UsageError(f"“{name}” is no name of a project; use letters, digits, dots and hyphens")
        chosen = name or name_of(file)
        if chosen in found:
            raise click.UsageError(f"two projects would be published as “{chosen}”; name them: --project NAME=FILE")
        found[chosen] = project_graph(chosen, by_bare_name(file, day), name)
    return list(found.values())


def progress(graph: str):
    """Tells on a terminal how far a graph is, in a line that goes when nothing is left to tell."""

    def tell(step: str) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r\033[K{graph}: {step} …" if step else "\r\033[K", nl=False, err=True)

    return tell

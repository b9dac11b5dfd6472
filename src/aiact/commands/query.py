"""The command ``aiact query``."""

from __future__ import annotations

import json

import click

from ..cli import emit, language, on, output


@click.command()
@click.argument("name", required=False)
@click.option("-p", "--param", "given", multiple=True, metavar="KEY=VALUE", help="A parameter of the question.")
@click.option(
    "--project", "projects", multiple=True, type=click.Path(), help="Assess this description and ask about it too."
)
@on
@language
@click.option(
    "--endpoint", default="", metavar="URL", help="Ask this SPARQL 1.1 endpoint instead of the embedded store."
)
@click.option(
    "--graph", "graphs", multiple=True, metavar="IRI", help="Ask this graph of the endpoint, not those published there."
)
@click.option("--timeout", default=60.0, show_default=True, metavar="SECONDS", help="How long an endpoint may take.")
@click.option("--compare", is_flag=True, help="Show only rows that the endpoint and the embedded store do not share.")
@click.option("-f", "--format", "format_", default="table", type=click.Choice(["table", "csv", "json", "md"]))
@click.option(
    "--describe", "describing", is_flag=True, help="Say what the question asks, its parameters and its SPARQL instead."
)
@output
def query(name, given, projects, on, lang, endpoint, graphs, timeout, compare, format_, describing, output) -> None:
    """Ask a question of the library by NAME; without a name, list the questions."""
    from ..findings.assess import assess
    from ..law.knowledge import knowledge
    from ..sparql.query import FORMS, QuestionError, as_dict, ask, described, find_question, project_triples, questions

    if name is None:
        width = max(len(word) for word in questions())
        emit("".join(f"{word:<{width}}  {item.title.get(lang, '')}\n" for word, item in questions().items()), output)
        return
    wrong = [pair for pair in given if "=" not in pair]
    if wrong:
        raise click.UsageError(f"“{wrong[0]}” is not a parameter; write key=value")
    try:
        if describing:
            question, base = find_question(name), knowledge()
            told = (
                json.dumps(as_dict(question, base), ensure_ascii=False, indent=1) + "\n" if format_ == "json" else None
            )
            return emit(told or described(question, base, lang), output)
        wanted = dict(pair.split("=", 1) for pair in given)
        if on and name in questions() and "on" in questions()[name].parameters:
            wanted.setdefault("on", on)
        if compare and not endpoint:
            raise click.UsageError("--compare needs an --endpoint")
        if endpoint:
            from ..sparql import endpoint as remote
            from ..sparql.publish import by_bare_name as assess
        extra = list(project_triples([assess(path, on) for path in projects]))
        if endpoint:
            where = remote.Endpoint(endpoint, timeout)
            answer = ask(name, wanted, knowledge(), lang, () if compare else extra, where, graphs)
            if compare:
                here = ask(name, wanted, knowledge(), lang, extra)
                answer = remote.difference(here, answer, remote.sides(knowledge(), lang))
        else:
            answer = ask(name, wanted, knowledge(), lang, extra)
    except QuestionError as error:
        raise (click.UsageError if error.is_usage else click.ClickException)(str(error)) from None
    for note in answer.notes:
        click.echo(note, err=True)
    emit(FORMS[format_](answer), output)

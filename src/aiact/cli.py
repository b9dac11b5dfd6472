"""The command line. Options choose the day, the language, the format and the amount of words, never the verdict."""

from __future__ import annotations

import os
import sys

import click

from .convert import WRITERS
from .evaluate import ENGINES
from .knowledge import KINDS
from .report import FORMATS

OK, FAILED, USAGE, UNREADABLE, INTERNAL = 0, 1, 2, 3, 4


def default_language() -> str:
    return "fr" if (os.environ.get("LC_ALL") or os.environ.get("LANG", "")).lower().startswith("fr") else "en"


def day_option(_context, _parameter, value: str | None) -> str | None:
    from .values import ValueProblem, day

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


class Commands(click.Group):
    """Turns what went wrong into words and exit codes; no traceback reaches a user."""

    def invoke(self, context: click.Context):
        from .description import DescriptionError
        from .knowledge import KnowledgeError
        from .shapes import ShapeError

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
@click.version_option(version())
def main() -> None:
    """What the EU AI Act asks of an open-source AI project, with the proof."""


def emit(text: str, path: str | None) -> None:
    """Prints, or writes a file that is either the old one or the new one."""
    if path in (None, "-"):
        click.echo(text, nl=False)
        return
    from pathlib import Path

    target = Path(path).resolve() if Path(path).is_file() else Path(path)  # the file to which a link points
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        if target.exists() and not target.is_file():
            target.write_text(text, encoding="utf-8")  # a terminal or a pipe cannot be replaced
            return
        draft.write_text(text, encoding="utf-8")
        os.replace(draft, target)
    except OSError as error:
        draft.unlink(missing_ok=True)
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
    type=click.Choice(list(FORMATS)),
    help="Form of the answer.",
)
@click.option(
    "--engine",
    default="python",
    type=click.Choice(ENGINES),
    help="Who evaluates the shapes; all agree.",
)
@click.option("--all", "everything", is_flag=True, help="List the duties that are not applicable too.")
@click.option(
    "--explain-commentary", is_flag=True, help="Show instead where popular accounts of the law differ from it, and why."
)
@output
def check(description, on, known_on, lang, format_, engine, everything, explain_commentary, output) -> None:
    """Assess a project DESCRIPTION (YAML, JSON, Turtle, or a model card)."""
    from .assess import assess
    from .report import commentary

    assessment = assess(description, on, known_on, engine)
    told = commentary(assessment, lang) if explain_commentary else FORMATS[format_](assessment, lang, everything)
    emit(told, output)


@main.command()
@click.argument("description", type=click.Path())
@click.option("--on", callback=day_option, metavar="DAY", help="Leave out changes of design that come after this day.")
@click.option("--to", "to", default="yaml", type=click.Choice(list(WRITERS)), help="Form to convert to.")
@output
def convert(description, on, to, output) -> None:
    """Write a DESCRIPTION in another form; Turtle comes ready for the exported shapes."""
    from .describe import read
    from .facts import establish
    from .knowledge import knowledge

    base = knowledge()
    emit(WRITERS[to](establish(read(description, base), base, on or ""), base), output)


@main.command()
@click.argument("thing", nargs=-1)
@click.option(
    "--commentary",
    is_flag=True,
    help="Explain what commentaries claim: all of them, or those of one source or about one provision.",
)
@on
@language
@output
def explain(thing, commentary, on, lang, output) -> None:
    """Explain a rule, a condition, an open question or a provision: art-53-2, 53(2), article 53, paragraphe 2 …"""
    from .explain import Explainer, NotFound
    from .knowledge import knowledge, today

    if not thing and not commentary:
        raise click.UsageError("say what to explain, such as 53(2)")
    try:
        explainer = Explainer(knowledge(), lang, on or today())
        lines = (explainer.commentary if commentary else explainer.lines)(" ".join(thing))
    except NotFound as error:
        raise click.UsageError(str(error)) from None
    emit("\n".join(lines) + "\n", output)


@main.command()
@on
@language
@click.option(
    "--kind",
    type=click.Choice([kind.lower() for kind in KINDS]),
    help="Only rules of this kind.",
)
@click.option("--coverage", is_flag=True, help="What the rules state of each chapter, what is left out, and why.")
@output
def rules(on, lang, kind, coverage, output) -> None:
    """List the rules in the order of the Act, with the day from which each applies."""
    if coverage:
        from .build import load_graph
        from .coverage import table

        return emit(table(load_graph(), lang), output)
    from .cite import cite
    from .knowledge import knowledge, today
    from .names import AIACT

    base = knowledge()
    text = base.text_on(on or today())
    lines = []
    for rule in base.rules.values():
        if rule.in_force(text.id) and kind in (None, rule.kind.lower()):
            place = cite(rule.provision, lang, short=True) if not rule.provision.startswith("http") else ""
            kind_of = base.label(AIACT + rule.kind, lang)
            day = text.applies_from.get(rule.id, "")
            lines.append(f"{place:<30} {rule.id:<32} {day:<10}  {kind_of:<12}  {rule.label.get(lang, '')}")
    emit("\n".join(lines) + "\n", output)


@main.command()
@on
@known_on
@output
def shapes(on, known_on, output) -> None:
    """Write the law of a day as plain SHACL, for any validator."""
    from .export import shapes_turtle
    from .knowledge import knowledge, today

    base, day = knowledge(), on or today()
    emit(shapes_turtle(base, day, base.text_on(known_on or day)), output)


@main.command()
@language
@click.option(
    "--findings", is_flag=True, help="The schema of the JSON that check writes, instead of that of descriptions."
)
@output
def schema(lang, findings, output) -> None:
    """Write the JSON Schema of descriptions, for editors, or that of findings."""
    import json
    from pathlib import Path

    from .knowledge import knowledge
    from .schema import json_schema

    if findings:
        emit((Path(__file__).parent / "findings.schema.json").read_text(encoding="utf-8"), output)
    else:
        emit(json.dumps(json_schema(knowledge(), lang), ensure_ascii=False, indent=1) + "\n", output)


@main.command()
@language
@click.option(
    "--with",
    "sections",
    multiple=True,
    default=["model"],
    type=click.Choice(["model", "system", "use", "component", "licence"]),
    help="What to describe; may be given several times.",
)
@output
def init(lang, sections, output) -> None:
    """Write a blank description, every fact explained."""
    from .knowledge import knowledge
    from .schema import blank

    if output and os.path.isfile(output):
        raise click.UsageError(f"{output} is there already; choose another name, so that nothing is lost")
    emit(blank(knowledge(), lang, tuple(sections)), output)


@main.command()
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
@click.option("-f", "--format", "format_", default="table", type=click.Choice(["table", "csv", "json", "md"]))
@output
def query(name, given, projects, on, lang, endpoint, format_, output) -> None:
    """Ask a question of the library by NAME; without a name, list the questions."""
    from .assess import assess
    from .knowledge import knowledge
    from .query import FORMS, QuestionError, ask, project_triples, questions

    if name is None:
        width = max(len(word) for word in questions())
        emit("".join(f"{word:<{width}}  {item.title.get(lang, '')}\n" for word, item in questions().items()), output)
        return
    wrong = [pair for pair in given if "=" not in pair]
    if wrong:
        raise click.UsageError(f"“{wrong[0]}” is not a parameter; write key=value")
    try:
        extra = project_triples([assess(path, on) for path in projects])
        wanted = dict(pair.split("=", 1) for pair in given)
        if on and name in questions() and "on" in questions()[name].parameters:
            wanted.setdefault("on", on)
        answer = ask(name, wanted, knowledge(), lang, extra, endpoint)
    except QuestionError as error:
        raise click.UsageError(str(error)) from None
    emit(FORMS[format_](answer), output)


@main.command()
@click.argument("description", type=click.Path())
@click.argument("other", required=False, type=click.Path())
@on
@click.option("--and-on", callback=day_option, metavar="DAY", help="The second day.")
@known_on
@click.option(
    "--and-known-on", callback=day_option, metavar="DAY", help="The day whose text is applied on the second side."
)
@language
@click.option("-f", "--format", "format_", default="text", type=click.Choice(["text", "json"]))
@output
def diff(description, other, on, and_on, known_on, and_known_on, lang, format_, output) -> None:
    """Show what differs between two days, two texts of the Act, or two descriptions."""
    from . import diff as differences
    from .assess import assess

    first = assess(description, on, known_on)
    second = assess(other or description, and_on or first.day, and_known_on or (None if and_on else known_on))
    found = differences.changes(first, second)
    emit(differences.as_json(found) if format_ == "json" else differences.text(found, first, second, lang), output)

"""The command ``aiact mcp``: the tools of ``assistant`` over the Model Context Protocol."""

from __future__ import annotations

from typing import Any

import click

from ..cli import on

INSTRUCTIONS = """\
What the EU AI Act (Regulation (EU) 2024/1689 as amended) asks of an open-source AI project, with the proof.
Rules for you, the assistant:
1. Never fill in a fact. Put into a description only what the user or a file of theirs states, in their words; leave
   out everything else. What is left out is unknown, and unknown never lifts a duty.
2. An answer that is "undetermined" is the answer. Report it with the missing facts, and put the questions to the user.
3. In an interview (ask), answer only with what the user said or a file states, and name that source.
4. Report who owes what, since when, on which provision; report presumptions, conflicts and disputed readings as such.
5. This is no legal advice, and you may not present it as such."""
CHECK = """\
Assess a project under the EU AI Act on a day. Hand in the text of its description (YAML, JSON, Turtle), model card
(file_name README.md) or bill of materials as it is; this tool reads no files. Never add facts that the user or the
file does not state, not even likely ones: what is not stated comes back as undetermined, with the questions to put to
the user. The resource aiact://schema says what a description may state. With rule (an id, as the tool rules gives it),
the whole proof about that one rule."""
EXPLAIN = """\
Explain a rule by its id, a condition, an open legal question or a provision as it is cited, 53(2): what it says, since
when it applies, on what it depends, and what is often wrongly said of it."""
RULES = """\
List the rules in the order of the Act, with the day from which each applies; about narrows to one provision
(53, 53(2)), kind to one kind (obligation, prohibition, exemption, exception, transition, definition …)."""
ASK = """\
Hold an interview that asks only what can still change a result. Call it with nothing (or with the description that the
user has) to begin; put the question it gives to the user, and call it again with interview, fact, answer and source.
The source is who said so, or the file and line where it stands: do not answer yourself. If the user does not know, send
unknown instead of an answer; back takes the last answer back. about narrows to one topic, such as exemption."""
SEARCH = (
    "Search provisions, rules, terms, readings, licences and sources for words of English or French, or a citation."
)


@click.command()
@on
def mcp(on) -> None:
    """Serve assistants over the Model Context Protocol, on standard input and output.

    It reads no files and no network: an assistant hands in text. It refuses to guess.
    """
    try:
        import mcp.server.mcpserver  # noqa: F401
    except ModuleNotFoundError as error:
        missing = f"{error.name} is not installed; pip install 'aiact[mcp]' brings it"
        raise click.ClickException(missing) from None
    server(on).run("stdio")


def server(day: str | None = None):
    """The server with its tools and resources; a day given here is the one asked about where a call names none."""
    import asyncio
    import json
    from concurrent.futures import ThreadPoolExecutor

    from mcp.server.mcpserver import MCPServer
    from mcp.server.mcpserver.exceptions import ResourceNotFoundError, ToolError
    from mcp.types import ToolAnnotations

    from ..assistant import Refused, Tools
    from ..cli import version
    from ..descriptions.schema import json_schema
    from ..law.knowledge import knowledge

    base = knowledge()
    tools = Tools(base, day)
    one_at_a_time = ThreadPoolExecutor(max_workers=1)  # the engine and the index of texts belong to one thread
    found = MCPServer("aiact", instructions=INSTRUCTIONS, version=version(), log_level="WARNING")
    reads = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
    talks = ToolAnnotations(read_only_hint=False, destructive_hint=False, idempotent_hint=False, open_world_hint=False)

    async def run(tool, failure=ToolError, **given):
        try:
            return await asyncio.get_running_loop().run_in_executor(one_at_a_time, lambda: tool(**given))
        except Refused as error:
            raise failure(str(error)) from None

    @found.tool(description=CHECK, annotations=reads)
    async def check(
        description: str, file_name: str = "aiact.yaml", on: str = "", language: str = "en", rule: str = ""
    ) -> dict[str, Any]:
        return await run(tools.check, description=description, file_name=file_name, on=on, language=language, rule=rule)

    @found.tool(description=EXPLAIN, annotations=reads)
    async def explain(thing: str, on: str = "", language: str = "en") -> str:
        return await run(tools.explain, thing=thing, on=on, language=language)

    @found.tool(description=RULES, annotations=reads)
    async def rules(about: str = "", kind: str = "", on: str = "", language: str = "en") -> dict[str, Any]:
        return {"rules": await run(tools.rules, about=about, kind=kind, on=on, language=language)}

    @found.tool(description=ASK, annotations=talks)
    async def ask(
        interview: str = "",
        description: str = "",
        about: str = "",
        fact: str = "",
        answer: Any = None,
        source: str = "",
        unknown: bool = False,
        back: bool = False,
        on: str = "",
        language: str = "en",
    ) -> dict[str, Any]:
        return await run(
            tools.ask, interview=interview, description=description, about=about, fact=fact, answer=answer,
            source=source, unknown=unknown, back=back, on=on, language=language,
        )  # fmt: skip

    @found.tool(description=SEARCH, annotations=reads)
    async def search(words: str, language: str = "en", limit: int = 10) -> dict[str, Any]:
        return {"hits": await run(tools.search, words=words, language=language, limit=limit)}

    @found.resource("aiact://rules", mime_type="application/json", description="The rules in force today.")
    async def all_rules() -> str:
        return json.dumps(await run(tools.rules), ensure_ascii=False, indent=1)

    @found.resource("aiact://schema", mime_type="application/schema+json", description="What a description may state.")
    async def schema() -> str:
        return json.dumps(json_schema(base), ensure_ascii=False)

    @found.resource("aiact://{language}/rule/{name}", mime_type="text/plain", description="A rule, explained.")
    async def rule(language: str, name: str) -> str:
        return await run(tools.explain, ResourceNotFoundError, thing=name, language=language)

    @found.resource("aiact://{language}/provision/{key}", mime_type="text/plain", description="A provision, explained.")
    async def provision(language: str, key: str) -> str:
        return await run(tools.explain, ResourceNotFoundError, thing=key, language=language)

    return found

"""The command ``aiact schema``."""

from __future__ import annotations

import click

from ..cli import emit, language, output


@click.command()
@language
@click.option(
    "--findings", is_flag=True, help="The schema of the JSON that check writes, instead of that of descriptions."
)
@output
def schema(lang, findings, output) -> None:
    """Write the JSON Schema of descriptions, for editors, or that of findings."""
    import json
    from pathlib import Path

    from ..descriptions.schema import json_schema
    from ..law.knowledge import knowledge

    if findings:
        emit((Path(__file__).parent.parent / "findings.schema.json").read_text(encoding="utf-8"), output)
    else:
        emit(json.dumps(json_schema(knowledge(), lang), ensure_ascii=False, indent=1) + "\n", output)

"""The tables of a portfolio as DuckDB sees them: findings, projects, rules, conditions and facts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from .encoding import COLUMNS, PROJECTS
from .journal import PortfolioError

if TYPE_CHECKING:
    import duckdb

KINDS = {
    "word": "VARCHAR",
    "name": "VARCHAR",
    "moment": "VARCHAR",
    "number": "INTEGER",
    "truth": "BOOLEAN",
    "words": "VARCHAR[]",
    "pairs": "STRUCT(reading VARCHAR, status VARCHAR)[]",
    "reasons": "STRUCT(condition VARCHAR, truth VARCHAR, entity VARCHAR)[]",
    "gaps": "STRUCT(entity VARCHAR, fact VARCHAR)[][]",
}
SMALL = {
    "rules": ("rule", "kind", "provision", "citation_en", "citation_fr", "label_en", "label_fr"),
    "conditions": ("condition", "rule", "says_en", "says_fr"),
    "facts": ("fact", "question_en", "question_fr"),
}


@contextmanager
def connected(folder: Path, language: str = "en", memory: str = "1GB") -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB with the tables of a portfolio; ``label``, ``citation``, ``says`` and ``question`` in one language.

    What does not fit into ``memory`` goes to the folder for a while. Raises ``PortfolioError``.
    """
    import duckdb

    database = duckdb.connect(config={"memory_limit": memory, "temp_directory": str(folder / ".spill")})
    try:
        for name, columns in (("findings", COLUMNS), ("projects", PROJECTS)):
            kinds = {column: KINDS[kind] for column, (kind, *_) in columns.items()}
            database.execute(f"CREATE VIEW {name} AS {selected(folder, f'{name}-*', kinds)}")
        for name, columns in SMALL.items():
            if not any(folder.glob(f"{name}.*")):
                continue
            kinds = dict.fromkeys(columns, "VARCHAR")
            ending = f"_{language}"
            words = [f"{each} AS {each.removesuffix(ending)}" for each in columns if each.endswith(ending)]
            database.execute(
                f"CREATE VIEW {name} AS SELECT *{''.join(', ' + word for word in words)} "
                f"FROM ({selected(folder, name, kinds)})"
            )
        yield database
    finally:
        database.close()


def selected(folder: Path, name: str, kinds: dict[str, str]) -> str:
    """The statement that reads the files of a table, in the first form in which they are there."""
    for form in ("parquet", "jsonl"):
        if any(folder.glob(f"{name}.{form}")):
            files = quoted(str(folder / f"{name}.{form}"))
            columns = ", ".join(f"{column}: {quoted(kind)}" for column, kind in kinds.items())
            if form == "parquet":
                return f"SELECT {', '.join(kinds)} FROM read_parquet({files})"
            return f"SELECT * FROM read_json({files}, format = 'newline_delimited', columns = {{{columns}}})"
    raise PortfolioError(f"{folder} holds no {name.rstrip('-*')}; aiact portfolio INPUT -o {folder} makes a portfolio")


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

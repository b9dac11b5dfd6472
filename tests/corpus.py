"""The hostile documents of ``hostile/documents``: what each holds, and what must become of it."""

from dataclasses import dataclass
from functools import cache
from pathlib import PurePath

from conftest import DAY, ROOT

FOLDER = ROOT / "tests" / "hostile" / "documents"
NOBODY = "127.0.0.1:9"  # where no server is


@dataclass(frozen=True)
class Hostile:
    """One document: its place in the corpus, the name under which it is handed in, and its verdict."""

    place: str
    told: dict

    @property
    def recipe(self) -> dict | None:
        return loaded(FOLDER / self.place) if self.place.endswith(".recipe.yaml") else None

    @property
    def name(self) -> str:
        return self.recipe["name"] if self.recipe else PurePath(self.place).name

    @property
    def is_text(self) -> bool:
        return self.place.startswith("texts/")

    def data(self, canary: str = NOBODY) -> bytes:
        recipe = self.recipe
        if recipe:
            return "".join(part * times for times, part in recipe["holds"]).encode()
        return (FOLDER / self.place).read_bytes().replace(b"CANARY", canary.encode())


def loaded(path):
    from ruamel.yaml import YAML

    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


@cache
def corpus() -> list[Hostile]:
    return [Hostile(place, told) for place, told in loaded(FOLDER / "verdicts.yaml").items()]


def verdict(item: Hostile, base, canary: str = NOBODY) -> tuple[str, int, str, list[str]]:
    """What became of a document: the verdict, the line and the sentence, and the duties it would have lifted."""
    from aiact.descriptions.describe import read_file, together
    from aiact.descriptions.description import DescriptionError
    from aiact.findings.assess import judged
    from aiact.texts import documents, importing
    from aiact.texts.store import TextError

    data = item.data(canary)
    if item.is_text:
        try:
            importing.read(list(documents.members(item.name, data)))
            return "imported", 0, "", []
        except TextError as error:
            return "refused", 0, str(error), []
    try:
        assessment = judged(together([read_file(item.name, base, data)], base), base, DAY)
        assessment.as_dict()
    except DescriptionError as error:
        first = error.problems[0]
        placed = str(error).startswith(f"{item.name}:{first.line}: ")
        return "refused" if placed else "refused without a place", first.line, first.text, []
    lifted = [finding.rule.id for finding in assessment.findings if finding.status == "lifted"]
    warnings = " | ".join(assessment.warnings())
    return "warned" if warnings else "harmless", 0, warnings, lifted

"""Model cards: the YAML header of a README as Hugging Face defines it, read for what it states and no more.

A card alone proves neither publication nor provider, date or monetisation; those stay unknown and are asked for.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from .description import Description, DescriptionError, Entity, Mapping, Node, Problem, Scalar, Sequence
from .knowledge import Knowledge
from .tree import compose, extend

HEADER = re.compile(r"\A---[ \t]*\r?\n(.*?)^---[ \t]*\r?$", re.DOTALL | re.MULTILINE)
MODEL = "model"


def read_card(file: str, text: str, knowledge: Knowledge) -> Description:
    """The header of a model card as a description of one model. Raises ``DescriptionError`` if there is none."""
    found = HEADER.match(text)
    if not found:
        raise DescriptionError(
            file, [Problem(1, "has no header; a model card starts with --- and a few lines of YAML")]
        )
    header = compose(file, "\n" + found[1])  # the blank line keeps the numbers of lines
    if not isinstance(header, Mapping):
        raise DescriptionError(file, [Problem(2, "has an empty header; nothing can be read from it")])
    digest = hashlib.sha256(text.encode()).hexdigest()
    return _Card(Description(file, digest, Path(file).parent.name or "model", {}), knowledge).read(header)


class _Card:
    def __init__(self, found: Description, knowledge: Knowledge) -> None:
        self.found, self.knowledge = found, knowledge
        self.model = found.entities.setdefault(MODEL, Entity(MODEL, "Model", 2))

    def read(self, header: Mapping) -> Description:
        for key, value in header.items:
            reader = getattr(self, "key_" + key.text, None)
            if reader and not self.is_placeholder(value):
                reader(value, header)
        return self.with_block(header.get("aiact"))

    def with_block(self, block: Node | None) -> Description:
        """What hubs have no key for: ``aiact: {provider: {…}, model: {…}}``, in our own format; it prevails."""
        if block is None:
            return self.found
        own = block.get(MODEL) if isinstance(block, Mapping) else None
        given = {key.text for key, _ in own.items} if isinstance(own, Mapping) else set()
        self.model.statements = [item for item in self.model.statements if item[0].text not in given]
        return extend(self.found, block, self.knowledge)

    def is_placeholder(self, value: Node) -> bool:
        return isinstance(value, Scalar) and "{{" in value.text

    def state(self, key: str, value: Node) -> None:
        self.model.statements.append((Scalar(key, value.line), value))

    def key_license(self, value: Node, header: Mapping) -> None:
        """``other`` says nothing; the name beside it may be known."""
        name = header.get("license_name")
        if isinstance(value, Sequence) and len(value.items) == 1:
            value = value.items[0]
        if not isinstance(value, Scalar):
            self.found.warnings.append(f"line {value.line}: several licences, and no word on which covers the weights")
        elif value.text.lower() in ("other", "unknown"):
            if isinstance(name, Scalar) and not self.is_placeholder(name):
                self.state("licence", name)
        else:
            self.state("licence", value)

    def key_model_name(self, value: Node, header: Mapping) -> None:
        if isinstance(value, Scalar):
            self.found.name = value.text
            self.state("name", value)

    def key_pipeline_tag(self, value: Node, header: Mapping) -> None:
        """The task, where it tells what comes out of the model."""
        tasks = self.knowledge.tasks
        if isinstance(value, Scalar) and value.text in tasks:
            self.state("outputs", Sequence([Scalar(tasks[value.text], value.line)], value.line))

    def key_base_model(self, value: Node, header: Mapping) -> None:
        """Models from which this one stems; how much was changed is not said."""
        items = value.items if isinstance(value, Sequence) else [value]
        names = [item for item in items if isinstance(item, Scalar) and item.text and not self.is_placeholder(item)]
        ids = []
        for number, item in enumerate(names, 1):
            id = "base" if len(names) == 1 else f"base{number}"
            self.found.entities[id] = Entity(id, "Model", item.line, [(Scalar("name", item.line), item)])
            ids.append(Scalar(id, item.line))
        relation = header.get("base_model_relation")
        if len(ids) > 1 or (isinstance(relation, Scalar) and relation.text == "merge"):
            self.state("merges", Sequence(ids, value.line))
        elif ids:
            self.state("modifies", ids[0])

    def key_extra_gated_prompt(self, value: Node, header: Mapping) -> None:
        self.found.warnings.append(
            f"line {value.line}: access is gated; describe the conditions of access among the terms of the licence"
        )

    key_extra_gated_fields = key_extra_gated_prompt

"""Records of the European Open Source AI Index: what it judges open or closed, and what its comments say of compute.

A record is one family, judged on its largest model, by others than its provider. “Partial” states nothing; a month of
release is no day of placing on the market; and whether the compute of an end model counts that of its base, no
record says: such a figure bounds the sum from below.
"""

from __future__ import annotations

import re
import sys

from ..descriptions.description import Description, DescriptionError, Entity, Mapping, Problem, Scalar, Sequence
from ..descriptions.limits import most
from ..descriptions.merge import plain
from ..descriptions.record import BASE, EMPTY, MODEL, Record, interval, into, said, word
from ..descriptions.tree import compose
from ..law.knowledge import Knowledge

MAX_BYTES = most("description")
BLOCKS = ("weights_endmodel", "weights_basemodel", "datasources_basemodel", "hardware_architecture")
OUTPUTS = {"text": "text", "code": "text", "image": "image", "video": "video"}  # sound may be speech, music or input
COMMENT = re.compile(
    r"#\s*+(?:-\s*+)?(National origin|Contributor type|(?:Base|End) model training compute)\s*+:\s*+(.*)"
)
NUMBER = r"(\d{1,40}(?:\.\d{1,40})?(?:e\+?\d{1,3})?)(?![\d,]|\.\d|e[+-]?\d)"
COMPUTE = re.compile(
    rf"(?P<relation>>=|~)?\s*{NUMBER.replace('(', '(?P<amount>', 1)}\s*(?:FLOP)?"
    rf"(?:\s*to\s*~?\s*{NUMBER.replace('(', '(?P<most>', 1)}\s*(?:FLOP)?)?"
    rf"(?:\s*\+-\s*(?P<orders>\d\d?(?:\.\d+)?)\s*OoM)?"
)
WEIGHTS = re.compile(r"\bWeights:\s*+([^\n]{1,200}?)\.(?:\s|$)")
FILLING = {"license", "licence", "agreement", "the", "not", "osi", "approved"}
SOURCE = "European Open Source AI Index"


def recognises(file: str, start: str) -> int:
    """A record names its blocks at the left margin."""
    blocks = sum(bool(re.search(rf"(?m)^{block}\s*:", start)) for block in BLOCKS)
    return 3 if blocks >= 2 and re.search(r"(?m)^system\s*:", start) else 0


def read(file: str, text: str, knowledge: Knowledge) -> Description:
    """A record as one model, with the base model if it has another. Raises ``DescriptionError``."""
    tree = compose(file, text)
    system = into(tree, "system")
    if not isinstance(system, Mapping):
        raise DescriptionError(file, [Problem(1, "has no “system:”; a record of the index says there what it judges")])
    return _Index(Record(file, "open_source_index", knowledge), tree, system, text).read()


class _Index:
    def __init__(self, record: Record, tree: Mapping, system: Mapping, text: str) -> None:
        self.record, self.tree, self.system, self.text = record, tree, system, text

    def read(self) -> Description:
        record, system = self.record, self.system
        end, base = (word(system.get(key)) for key in ("endmodelname", "basemodelname"))
        family = word(system.get("name"))
        name = end or family
        self.model = record.entity(MODEL, "Model", name or system, [word(system.get("link")), family])
        if name:
            record.found.name = said(name.text)
            record.state(self.model, "name", name)
        self.base = None
        if base and not (name and plain(base.text) == plain(name.text)):
            self.base = record.entity(BASE, "Model", base)
            record.state(self.base, "name", base)
            record.state(self.model, "modifies", self.base.id, base)
            record.clue(self.base, "licence", base, "upstream")
        elif isinstance(system.get("basemodelname"), Scalar) and not base and system.get("basemodelname").text.strip():
            record.clue(self.model, "modifies", system.get("basemodelname").text, "vague", system.get("basemodelname"))
        self.licence()
        self.judged(self.model, "weights_endmodel", "weights_public", closed=True)
        self.judged(self.model, "hardware_architecture", "architecture_public")
        self.judged(self.model, "modelcard", "usage_information_public")
        if self.base:
            self.judged(self.base, "weights_basemodel", "weights_public", closed=True)
        kinds = word(system.get("type"))
        outputs = [OUTPUTS.get(kind.strip()) for kind in kinds.text.split(",")] if kinds else []
        if kinds and None not in outputs:
            items = [Scalar(kind, kinds.line) for kind in dict.fromkeys(outputs)]
            record.state(self.model, "outputs", Sequence(items, kinds.line))
        elif kinds:
            record.clue(self.model, "outputs", kinds, "kind")
        if word(system.get("releasedate")):
            record.clue(self.model, "placed_on_union_market", word(system.get("releasedate")), "release")
        if word(into(self.tree, "org", "name")):
            record.clue(self.model, "provider", word(into(self.tree, "org", "name")), "developer")
        self.comments()
        return record.found

    def judged(self, entity: Entity, block: str, fact: str, closed: bool = False) -> None:
        """Open is a statement; closed is one of weights alone, as the index asks more of documents than the Act."""
        judged = into(self.tree, block, "class")
        verdict = judged.text.strip().lower() if isinstance(judged, Scalar) else ""
        if verdict == "open" or (verdict == "closed" and closed):
            self.record.state(entity, fact, "true" if verdict == "open" else "false", judged, SOURCE)
        elif verdict:
            self.record.clue(entity, fact, judged, "judged")

    def licence(self) -> None:
        """What the record names, unless its notes say which of several licences is that of the weights.

        What the notes say of the weights, and the record does not name, is a second statement.
        """
        keys = ("endmodellicense", "endmodel license")
        given = [node for node in map(self.system.get, keys) if isinstance(node, Scalar) and node.text.strip()]
        names, notes = [name for name in map(word, given) if name], into(self.tree, "licenses", "notes")
        told = WEIGHTS.search(notes.text) if isinstance(notes, Scalar) else None
        of_weights = told[1].strip() if told and not EMPTY.fullmatch(told[1]) else ""
        catalogue = self.record.knowledge.licences
        known = catalogue.get(of_weights.casefold())
        parts = re.split(r"\s+and\s+", names[0].text) if len(names) == 1 else []
        if known and len(parts) > 1 and plain(of_weights) in "".join(map(plain, parts)):
            self.record.state(self.model, "licence", of_weights, notes)
            return
        for name in {name.text.strip(): name for name in names}.values():
            self.record.licence(self.model, name)
        if given and not names:
            self.record.clue(self.model, "licence", given[0], "vague")
        named = {catalogue.get(name.text.strip().casefold()) for name in names}
        if (known and known not in named) or (of_weights and not known and self.differs(of_weights, names)):
            self.record.state(self.model, "licence", said(of_weights), notes)

    def differs(self, of_weights: str, names: list[Scalar]) -> bool:
        """Whether a licence nobody knows is another than one that is known: filling words make no difference."""
        unlike = [words_of(of_weights) ^ words_of(name.text) for name in names]
        known = any(name.text.strip().casefold() in self.record.knowledge.licences for name in names)
        return not names or (known and all(words - FILLING for words in unlike))

    def comments(self) -> None:
        """Origin, kind of maker and compute stand in comments, which a parser of YAML drops."""
        for number, line in enumerate(self.text.split("\n"), 1):
            found = COMMENT.match(line.rstrip())
            if not found or not found[2] or found[2] == "-":
                continue
            what, at = found[1], Scalar(found[2], number)
            if what in ("National origin", "Contributor type"):
                self.record.clue(self.model, "provider", f"{what}: {found[2]}", "origin", at)
            else:
                self.compute(what.startswith("Base"), at)

    def compute(self, of_base: bool, at: Scalar) -> None:
        found = COMPUTE.match(at.text)
        entity = self.base if of_base and self.base else self.model
        # What goes on is another number or unit: “1 x 10^25”, “900 thousand hours”.
        goes_on = found and re.match(r"\s*[\w×*·^/]", at.text[found.end() :])
        if not found or goes_on or (found["relation"] == "~" and not found["orders"] and not found["most"]):
            self.record.clue(entity, "training_compute", at, "vague")
            return
        margin = 10 ** float(found["orders"] or 0)
        low = float(found["amount"]) / margin
        high = float(found["most"] or found["amount"]) * margin
        if high > sys.float_info.max:
            self.record.clue(entity, "training_compute", at, "vague")
            return
        exact = not found["relation"] and margin == 1
        bound = found["relation"] == ">=" or (not of_base and self.base is not None)
        ends = interval(shown(low, exact), None if bound else shown(high, exact), at)
        self.record.state(entity, "training_compute", ends, at, f"{SOURCE}: {said(at.text)}")
        if not of_base and self.base:
            self.record.clue(self.model, "modification_compute", at, "cumulative")


def words_of(name: str) -> set[str]:
    return set(re.findall(r"\w+", name.casefold()))


def shown(amount: float, exact: bool) -> str:
    return repr(amount) if exact else f"{amount:.3e}"

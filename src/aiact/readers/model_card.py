"""Model cards: a README as Hugging Face defines it, its header read for what it states, its body for clues.

A card alone proves neither publication nor provider, date or monetisation; those stay unknown and are asked for.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from ..descriptions.description import Description, DescriptionError, Entity, Mapping, Node, Problem, Scalar, Sequence
from ..descriptions.limits import most
from ..descriptions.merge import scalars
from ..descriptions.record import BASE, EMPTY, MODEL, NO_NAME, Record, given, maps, said, word, words
from ..descriptions.tree import compose
from ..law.knowledge import Knowledge
from .ours import extend

MAX_BYTES = most("card")
AGREES = re.compile(r"(?i)\b(agree|accept|confirm|acknowledge|commercial|reconna|engage|consen|certifi)")
ACCESS = "conditions-of-access"
FEW = 3  # clues of one kind
MOST = 60  # lines on intended uses that are looked at
LENIENT = True  # the body may hold any characters; only its words are looked at
# Possessive throughout: a card that was written to be slow to read is as quick as any other.
HEADER = re.compile(r"\A(?>\s++|<!--.*?-->)*+^---[ \t]*+\r?\n(.*?)^---[ \t]*+\r?$", re.DOTALL | re.MULTILINE)
TEMPLATE = re.compile(r"(?m)^([ \t]*+(?:- |[\w-]++: ++))(\{\{(?:(?!\}\}).)*+\}\})[ \t]*+(?=\r?$|#)")
PATTERN = re.compile(r"(?m)^[ \t]*+\{[{%][^\n]*[%}]\}[ \t]*\r?$")  # a whole line of a template
ALTERED = re.compile(
    r"(?i)\b(gguf|gptq|awq|exl[23]|nvfp4|mxfp4|quantiz\w*|quantis\w*|lora|qlora|peft|adapter|merge[dk]?\w*|abliterat\w*"
    r"|uncensored|heretic|fine-?tun\w*|distill\w*|derestricted|reduced-refusal)\b"
)
# Keys by which the cards of models, data sets and applications are told apart.
OF_MODELS = {"pipeline_tag", "base_model", "base_model_relation", "library_name", "model_name", "model-index", "aiact"}
OF_ANY = {"license", "license_name", "license_link", "tags", "datasets", "metrics", "language", "inference", "widget"}
OF_ANY |= {"co2_eq_emissions", "extra_gated_prompt", "extra_gated_fields", "extra_gated_eu_disallowed", "new_version"}
OF_DATA = {"task_categories", "task_ids", "size_categories", "dataset_info", "annotations_creators", "viewer"}
OF_SPACES = {"sdk", "app_file", "sdk_version"}
# A line of the usual template: “- **Developed by:** …”.
LINE = re.compile(r"\s*+(?:[-*]\s*+)?\*\*\s*+([\w/()-][\w /()-]{0,60}?)(?: ?\[optional\])?\s?:?\s?\*\*\s*+:?\s*+(\S.*)")
LINES = {
    "developed by": ("provider", "developer"),
    "shared by": ("provider", "developer"),
    "funded by": ("provider", "developer"),
    "model developers": ("provider", "developer"),
    "model developer": ("provider", "developer"),
    "license": ("licence", "body"),
    "finetuned from model": ("modifies", "body"),
    "finetuned from": ("modifies", "body"),
    "base model": ("modifies", "body"),
    "release date": ("placed_on_union_market", "release"),
    "model release date": ("placed_on_union_market", "release"),
    "développé par": ("provider", "developer"),
    "partagé par": ("provider", "developer"),
    "financé par": ("provider", "developer"),
    "licence": ("licence", "body"),
    "affiné à partir de": ("modifies", "body"),
    "modèle de base": ("modifies", "body"),
    "date de publication": ("placed_on_union_market", "release"),
}
# What running text forbids, in English and in French.
RESTRICTION = re.compile(
    r"(?i)\b(?:non[- ]?commercial|research (?:purposes? )?only|not for commercial|commercial (?:use|licen[cs]e)"
    r"|non[- ]commercia(?:le?s?|ux)|(?:usages?|utilisations?|exploitation|fins?|licence) commercia(?:le?s?|ux)"
    r"|recherche (?:uniquement|seulement|exclusivement)"
    r"|(?:uniquement|seulement|exclusivement|réservée?s?) (?:à|pour|aux?) (?:la |des |fins? de )*recherche)\b"
)
SENTENCES = (
    (re.compile(r"(?i)(?<![\d.])\d[\d.]*+ ?(?:e\+?\d+|[x×] ?10\^?\{?\d+\}?) ?FLOPs?\b"), "training_compute", "body"),
    (re.compile(r"(?i)(?<![\d.,])\d[\d.,]*+ ?[MKk]? (?:[\w-]{1,40} )?GPU[ -]?hours?\b"), "accelerator_hours", "body"),
    (RESTRICTION, "licence", "restriction"),
)
OWN_PURPOSE = re.compile(
    r"(?i)#++\s.*?\b(?:(?:intended|direct|out-of-scope)\b.*\buses?|(?:usage|utilisation)s?\b.*\b(?:prévu|direct|exclu)e?s?)\b"
)


def recognises(file: str, start: str) -> int:
    """A Markdown file, or what begins with a line of three dashes and is not called YAML."""
    if file.lower().endswith((".yaml", ".yml", ".ttl", ".nt", ".cff", ".json", ".jsonld")):
        return 0
    return 2 if file.lower().endswith(".md") or start.lstrip().startswith("---") else 0


def read(file: str, text: str, knowledge: Knowledge) -> Description:
    """The header of a model card as a description of one model. Raises ``DescriptionError`` if there is none."""
    found = HEADER.match(text)
    if not found:
        told = (
            "has no header; a model card starts with --- and a few lines of YAML, such as “license: mit”; "
            "or describe the project in a file of its own: aiact init writes one to start from"
        )
        raise DescriptionError(file, [Problem(1, told)])
    before = text.count("\n", 0, found.start(1))
    # Lines keep their numbers, and what a template leaves open becomes a text that says nothing.
    header = compose(file, "\n" * before + TEMPLATE.sub(r'\1"\2" ', PATTERN.sub("", found[1])))
    if not isinstance(header, Mapping):
        raise DescriptionError(file, [Problem(before + 1, "has an empty header; nothing can be read from it")])
    record, keys = (
        Record(file, "model_card", knowledge, Path(file).parent.name or MODEL),
        {key.text for key, _ in header.items},
    )
    if keys & OF_DATA and not keys & OF_MODELS:
        return data_set(record, header)
    if keys & OF_SPACES:
        return space(record, header, before + 1)
    if not keys & (OF_MODELS | OF_ANY):
        told = (
            "has a header with none of the keys of a model card, such as license, pipeline_tag or base_model; "
            "is it the card of a model?"
        )
        raise DescriptionError(file, [Problem(before + 1, told)])
    card = _Card(record, header, before + 1)
    card.header_facts()
    card.block()
    card.body(text[found.end() :], text.count("\n", 0, found.end()) + 1)
    card.gate()
    return record.found


def data_set(record: Record, header: Mapping) -> Description:
    """The card of a data set: clues to the model that is trained on it, and nothing by itself."""
    record.found.aside = True
    name, licence = word(header.get("pretty_name")), words(header.get("license"))
    told = f"{name.text if name else 'data set'}: {', '.join(each.text for each in licence) or 'no licence stated'}"
    record.clue(None, "published_items", told, "data", (licence or [name or header])[0])
    return record.found


def space(record: Record, header: Mapping, line: int) -> Description:
    """The card of an application on a hub, and the models that it names."""
    title = word(header.get("title"))
    system = record.entity("system", "System", title or Scalar("", line))
    if title:
        record.found.name = said(title.text)
        record.state(system, "name", title)
    licences(record, system, header)
    parts = []
    for name in words(header.get("models")):
        model = record.entity(name.text.rsplit("/", 1)[-1], "Model", name)
        record.state(model, "name", name)
        parts.append(Scalar(model.id, name.line))
    if parts:
        record.state(system, "integrates", Sequence(parts, parts[0].line))
    return record.found


def licences(record: Record, entity: Entity, header: Mapping) -> None:
    """``other`` says nothing; the name and the link beside it may be known, or contradict it."""
    value, names, link = header.get("license"), given(header.get("license_name")), word(header.get("license_link"))
    told, name = given(value), word(value)
    if len(told) > 1:
        record.found.warnings.append(f"line {value.line}: several licences, and no word on which covers the weights")
        record.clue(entity, "licence", ", ".join(each.text for each in words(value)), "several", value)
        return
    if told and not name:
        record.clue(entity, "licence", "license", "form", value)
        return
    if given(header.get("license_link")) and not link:
        record.clue(entity, "licence", "license_link", "form", header.get("license_link"))
    if name is None or name.text.strip().lower() == "other":
        name = names.pop(0) if names and isinstance(names[0], Scalar) else None
        if name and link and listed(name, record) and not record.led_to(link):
            record.own_licence(entity, name.text, link, link)  # what is on the list is not “other”
    record.licence(entity, name, link)
    for other in names:
        if not isinstance(other, Scalar):
            record.own_licence(entity, "license_name", "license_name", other)
        elif not (name and record.same(record.known(name) or name.text, record.known(other) or other.text)):
            record.grant(entity, record.known(other) or other.text.strip(), other)


def listed(name: Scalar, record: Record) -> bool:
    """Whether a licence is one of the list from which hubs, too, have theirs."""
    known = record.known(name)
    return bool(known) and "//spdx.org/licenses/" in record.knowledge.licences[known.casefold()]


class _Card:
    def __init__(self, record: Record, header: Mapping, line: int) -> None:
        self.record, self.header, self.knowledge = record, header, record.knowledge
        self.found = record.found
        self.model = record.entity(MODEL, "Model", Scalar("", line))

    def header_facts(self) -> None:
        for key, value in self.header.items:
            reader = getattr(self, "key_" + key.text.replace("-", "_"), None)
            if reader:
                reader(value)
        if not given(self.header.get("base_model")):
            self.altered()

    def block(self) -> None:
        """What hubs have no key for: ``aiact: {provider: {…}, model: {…}}``, in our own format; it prevails.

        What makes one doubt a stated fact stays, as it does beside a description in a file of its own.
        """
        block = self.header.get("aiact")
        if block is None:
            return
        own = block.get(MODEL) if isinstance(block, Mapping) else None
        stated = {key.text for key, _ in own.items} if isinstance(own, Mapping) else set()
        self.model.statements = [item for item in self.model.statements if item[0].text not in stated]
        answered = [clue for clue in self.found.clues if clue.entity == self.model.id and clue.fact in stated]
        self.found.clues = [clue for clue in self.found.clues if clue.doubts or clue not in answered]
        extend(self.found, block, self.knowledge)

    # -- the header

    def key_license(self, value: Node) -> None:
        licences(self.record, self.model, self.header)

    def key_license_name(self, value: Node) -> None:
        if self.header.get("license") is None:
            self.key_license(value)

    def key_license_link(self, value: Node) -> None:
        if self.header.get("license_name") is None:
            self.key_license_name(value)

    def key_model_name(self, value: Node) -> None:
        if word(value):
            self.found.name = said(word(value).text)
            self.record.state(self.model, "name", word(value))

    def key_pipeline_tag(self, value: Node) -> None:
        """The task, where it tells what comes out of the model."""
        task = word(value)
        if task and task.text in self.knowledge.tasks:
            output = Scalar(self.knowledge.tasks[task.text], task.line)
            self.record.state(self.model, "outputs", Sequence([output], task.line))

    def key_base_model(self, value: Node) -> None:
        """Models from which this one stems; how much was changed is not said."""
        told = given(value)
        bases = []
        for number, each in enumerate(told, 1):
            base = self.record.entity(BASE if len(told) == 1 else f"{BASE}{number}", "Model", each)
            name = each if isinstance(each, Scalar) else word(each.get("name")) if isinstance(each, Mapping) else None
            if name:  # one that is not named is a model all the same
                self.record.state(base, "name", name)
            bases.append(Scalar(base.id, each.line))
            self.record.clue(base, "licence", name or "base_model", "upstream", each)
        relation = word(self.header.get("base_model_relation"))
        if len(bases) > 1 or (bases and relation and relation.text == "merge"):
            self.record.state(self.model, "merges", Sequence(bases, value.line))
        elif bases:
            self.record.state(self.model, "modifies", bases[0])

    def key_provider(self, value: Node) -> None:
        """No key of the hub; and who is named may be the maker of the base model."""
        if word(value):
            self.record.clue(self.model, "provider", word(value), "developer")

    def key_model_index(self, value: Node) -> None:
        for item in maps(value)[:1]:
            if word(item.get("name")):
                self.model.known_as.append(word(item.get("name")).text)

    def key_tags(self, value: Node) -> None:
        for tag in words(value):
            self.record.purposes(tag.text, tag)

    def key_extra_gated_eu_disallowed(self, value: Node) -> None:
        if isinstance(value, Scalar) and value.text.lower() == "true":
            self.record.clue(self.model, "union_excluded", value, "gate-union")

    def altered(self) -> None:
        """Signs that the weights are another's, changed, though the card names no base model."""
        for value in [*words(self.header.get("tags")), *words(self.header.get("model_name"))]:
            if ALTERED.search(value.text):
                self.record.clue(self.model, "modifies", value, "altered")
        for value in given(self.header.get("base_model_relation"))[:1]:
            told = value if isinstance(value, Scalar) else "base_model_relation"
            self.record.clue(self.model, "modifies", told, "altered", value)

    def gate(self) -> None:
        """Conditions of access are terms beside those of the licence, and what they are nobody knows yet."""
        gates = [(key, value) for key, value in self.header.items if re.match(r"extra_gated_|gated$", key.text)]
        keys = [key for key, value in gates if self.gates(value)]
        if not keys:
            return
        self.record.warn("gated", line=keys[0].line)
        prompt = next((self.header.get(key.text) for key in keys if key.text == "extra_gated_prompt"), None)
        stated = [node for key, node in self.model.statements if key.text == "licence"]
        access = self.found.entities.get(ACCESS)
        if access is None or access.cls != "Licence":  # the block may describe them
            access = self.record.entity(ACCESS, "Licence", keys[0])
        if not any(key.text == "name" for key, _ in access.statements):
            self.record.state(access, "name", "conditions of access", keys[0])
        self.record.clue(access, "terms", prompt if isinstance(prompt, Scalar) else keys[0], "gate", keys[0])
        for key, _ in fields.items if isinstance(fields := self.header.get("extra_gated_fields"), Mapping) else ():
            if AGREES.search(key.text):
                self.record.clue(access, "terms", key, "gate")
        if len(stated) > 1:
            return  # sources that disagree leave the licence open as it is
        whole, at = self.record.entity("licence-and-access", "Licence", keys[0]), (stated or keys)[0]
        self.record.state(whole, "all_of", Sequence([*stated, Scalar(access.id, keys[0].line)], at.line))
        for fact in ("grants", "terms"):
            self.record.state(whole, fact, Sequence([], keys[0].line))
        self.model.statements = [item for item in self.model.statements if item[0].text != "licence"]
        self.record.state(self.model, "licence", whole.id, at)

    @staticmethod
    def gates(value: Node) -> bool:
        return not isinstance(value, Scalar) or (not EMPTY.fullmatch(value.text) and value.text.lower() != "false")

    # -- the body

    def body(self, text: str, line: int) -> None:
        """Clues only: the lines of the usual template, amounts of compute, restrictions, and intended uses."""
        purpose: list[tuple[str, Scalar]] = []
        reading = False
        for number, row in enumerate(text.split("\n"), line):
            at = Scalar(row, number)
            row = row.rstrip("\r")
            found = LINE.match(row[:400].rstrip())
            key = LINES.get(found[1].strip().lower()) if found else None
            if key and not EMPTY.fullmatch(found[2]) and not self.stated(key[0]):
                self.record.clue(self.model, key[0], found[2], key[1], at)
                continue
            if key and key[0] == "licence" and not EMPTY.fullmatch(found[2]) and self.names_another(found[2]):
                self.record.clue(self.model, "licence", found[2], "other-licence", at)
            if row.startswith("#"):
                reading = bool(OWN_PURPOSE.match(row[:400]))
            elif reading and row.strip():
                purpose.append((row, at))
            for pattern, fact, reason in SENTENCES:
                hit = pattern.search(row[:2000])
                if hit and (reason == "restriction" or not self.stated(fact)) and self.few(fact, reason):
                    self.record.clue(self.model, fact, around(row, hit), reason, at)
        for row, at in purpose[:MOST]:
            self.record.purposes(row, at)

    def names_another(self, text: str) -> bool:
        """Whether a text names a licence that is not stated, or none that is known."""
        if NO_NAME.fullmatch(text.strip()):
            return False
        nodes = [node for key, node in self.model.statements if key.text == "licence"]
        stated = {scalar.text.strip().casefold() for node in nodes for scalar in scalars(node)}
        named, ours = self.names_in(text), {iri for each in stated for iri in self.names_in(each)}
        return not named <= ours if named else text.strip().casefold() not in stated

    def names_in(self, text: str) -> set[str]:
        """The licences that a text names, each by the longest name that is there."""
        known = self.knowledge.licences
        return {known[name] for name in naming(tuple(known)).findall(text.casefold())}

    def stated(self, fact: str) -> bool:
        return any(key.text == fact for key, _ in self.model.statements)

    def few(self, fact: str, reason: str) -> bool:
        alike = [clue for clue in self.found.clues if (clue.fact, clue.reason) == (fact, f"clue-{reason}")]
        return len(alike) < FEW


@lru_cache(maxsize=2)
def naming(names: tuple[str, ...]) -> re.Pattern:
    return re.compile(rf"(?<![\w.-])(?:{'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))})(?![\w-])")


def around(row: str, hit: re.Match) -> str:
    """The words about a hit."""
    return row[max(0, hit.start() - 60) : hit.end() + 40].strip()

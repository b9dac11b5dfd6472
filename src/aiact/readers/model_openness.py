"""Records of the Model Openness Framework: which components of a model are released, and under which licence.

The date is that of the record, not of the model; a component without a licence inherits that of the release;
“unlicensed” means that no grant is recorded, and “not included” in the place of a licence that nothing is there.
"""

from __future__ import annotations

import re

from ..descriptions.description import Description, DescriptionError, Mapping, Problem, Scalar, Sequence
from ..descriptions.limits import most
from ..descriptions.record import ABSENT, EMPTY, MODEL, Record, into, maps, said, word
from ..descriptions.tree import compose
from ..law.knowledge import Knowledge

MAX_BYTES = most("description")
WEIGHTS = "Model parameters (Final)"
SHOWS = {"Model architecture": "architecture_public", "Model card": "usage_information_public"}
OUTPUTS = {"language": "text", "code": "text", "image": "image", "video": "video"}
NAMED = re.compile(r"(?m)^framework[ \t]*+:[ \t\r]*+\n\s*+name\s*+:\s*+['\"]?Model Openness Framework")
UNLICENSED = re.compile(r"unlicen[cs]ed", re.IGNORECASE)


def recognises(file: str, start: str) -> int:
    return 3 if NAMED.search(start) else 0


def read(file: str, text: str, knowledge: Knowledge) -> Description:
    """A record as one model. Raises ``DescriptionError``."""
    release = into(compose(file, text), "release")
    if not isinstance(release, Mapping):
        raise DescriptionError(file, [Problem(1, "has no “release:”; a record says there which model it is about")])
    record = Record(file, "model_openness", knowledge)
    name = word(release.get("name"))
    links = [word(release.get(key)) for key in ("huggingface", "repository")]
    model = record.entity(MODEL, "Model", name or release, links)
    if name:
        record.found.name = said(name.text)
        record.state(model, "name", name)
    if word(release.get("producer")):
        record.clue(model, "provider", word(release.get("producer")), "developer")
    if word(release.get("origin")):
        record.clue(model, "modifies", word(release.get("origin")), "free-text")
    kind = word(release.get("type"))
    if kind and kind.text in OUTPUTS:
        record.state(model, "outputs", Sequence([Scalar(OUTPUTS[kind.text], kind.line)], kind.line))
    for component in maps(release.get("components")):
        title, licence = word(component.get("name")), component.get("license")
        absent = isinstance(licence, Scalar) and ABSENT.search(licence.text)
        if title and title.text == WEIGHTS:
            _weights(record, model, release, component, title, absent)
        elif title and title.text in SHOWS and not absent:
            record.state(model, SHOWS[title.text], "true", title, "component of the release")
    return record.found


def _weights(record: Record, model, release: Mapping, component: Mapping, title: Scalar, absent: object) -> None:
    licence, link = component.get("license"), word(component.get("license_path"))
    said_so = licence.text.strip() if isinstance(licence, Scalar) else ""
    if absent:
        others = [each for each in maps(release.get("components")) if each is not component]
        if any(isinstance(each.get("name"), Scalar) and each.get("name").text == WEIGHTS for each in others):
            record.state(model, "weights_public", "false", licence, "component listed, and not included")
        else:
            record.clue(model, "weights_public", licence, "absent")
        return
    if UNLICENSED.fullmatch(said_so):
        record.state(model, "weights_public", "true", title, "component of the release")
        record.clue(model, "licence", licence, "no-grant")
        return
    if said_so and EMPTY.fullmatch(said_so):
        record.clue(model, "weights_public", licence, "vague")
        record.clue(model, "licence", licence, "vague")
        return
    record.state(model, "weights_public", "true", title, "component of the release")
    name = word(licence)
    if name is None:  # inherited: from the licence of data, to which parameters belong, else of the distribution
        for part in ("data", "distribution"):
            name = name or word(into(release, "license", part, "name"))
            link = link or word(into(release, "license", part, "path"))
    if name:
        known = link and record.led_to(link)
        record.licence(model, name, link if known else None)
        if link and not known:
            record.clue(model, "licence", link, "licence-link")
    else:
        record.clue(model, "licence", title, "no-grant")

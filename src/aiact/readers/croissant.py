"""Croissant descriptions of data sets: no duty binds who publishes data alone, so a file of this kind gives clues.

It adds to the description of a model what was said of its data; by itself it describes nothing that is assessed.
"""

from __future__ import annotations

import re

from ..descriptions.description import Description, Mapping, Scalar
from ..descriptions.limits import most
from ..descriptions.record import Record, into, said, word, words
from ..descriptions.tree import compose_json
from ..law.knowledge import Knowledge

MAX_BYTES = most("bill")
CONFORMS = r'"(?:dct:|http://purl\.org/dc/terms/)?conformsTo"\s*:\s*\[?\s*(?:\{\s*"@id"\s*:\s*)?"https?://mlcommons\.org/croissant'


def recognises(file: str, start: str) -> int:
    conforms = re.search(CONFORMS, start)
    return (
        3 if conforms else 2 if re.search(r'"(?:cr:)?recordSet"', start) and "mlcommons.org/croissant" in start else 0
    )


def read(file: str, text: str, knowledge: Knowledge) -> Description:
    """What a data set says of itself, as clues to a model. Raises ``DescriptionError``."""
    tree = compose_json(file, text, "bill_values")
    record = Record(file, "croissant", knowledge)
    record.found.aside = True

    def get(*names: str) -> Scalar | None:
        for name in names:
            node = into(tree, name)
            found = words(node) or [word(into(node, "name")) or word(into(node, "@id"))]
            if found[0]:
                return found[0]
        return None

    name = get("name", "sc:name", "schema:name")
    if isinstance(tree, Mapping):
        licence = get("license", "sc:license", "schema:license")
        told = f"{said(name.text) if name else 'data set'}: {said(licence.text) if licence else 'no licence stated'}"
        record.clue(None, "published_items", told, "data", licence or name or tree)
        personal = get("rai:personalSensitiveInformation", "personalSensitiveInformation")
        if personal:
            record.clue(None, "", personal, "personal-data")
    return record.found

"""What if: the project with some facts otherwise, and the difference to the present."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

from ..descriptions import facts
from ..descriptions.description import DescriptionError, Entity, Node, Problem, Scalar, suggest
from ..readers.ours import statements
from . import diff
from .advise import Adviser
from .assess import Assessment
from .evaluate import Truths
from .trial import told

Key = tuple[str, str]  # entity, key of a fact
PLACE = "--what-if"  # where a problem is reported


def what_if(assessment: Assessment, wishes: Iterable[str]) -> tuple[Assessment, Assessment, dict[Key, str]]:
    """The project as it is and as it would be, with the facts that differ.

    A wish is ``entity.fact=value``, or ``fact=value`` for everything of ours that may state it, with the value as a
    description has it. Raises ``DescriptionError`` for what cannot be read.
    """
    fork: dict[Key, Node] = {}
    said: dict[Key, str] = {}
    knowledge, description = assessment.knowledge, assessment.facts.description
    description = replace(description, entities=dict(description.entities), clues=list(description.clues))
    try:
        for wish in wishes:
            owners, key, value, text = read_wish(assessment, wish)
            said |= dict.fromkeys(((owner.id, key) for owner in owners), text)
            for owner in owners:
                for name, node in statements(description, owner, Scalar(key, 1), value, knowledge):
                    fork[owner.id, name.text] = node
        found = facts.establish(told(description, knowledge, fork), knowledge, assessment.day)
    except DescriptionError as error:  # the description was read before; what does not fit it now is the wish
        raise DescriptionError(PLACE, [Problem(1, problem.text) for problem in error.problems]) from None
    court = assessment.court.over(Truths(found, knowledge, assessment.text))
    return assessment, Assessment(knowledge, found, assessment.text, assessment.day, court), said


def read_wish(assessment: Assessment, wish: str) -> tuple[list[Entity], str, Node, str]:
    """What is to be otherwise, in which fact, and how: as a tree and as it was written."""
    from ..descriptions.tree import compose

    name, separator, text = wish.partition("=")
    owner, _, key = name.strip().rpartition(".")
    if not separator or not text.strip() or not key:
        raise refuse(f"“{wish}” is not a change; write fact=value, such as model.monetisation=[paid_api]")
    try:
        value = compose(PLACE, text)
    except DescriptionError as error:
        raise refuse(error.problems[0].text) from None
    return those(assessment, owner, key), key, value, text.strip()


def those(assessment: Assessment, owner: str, key: str) -> list[Entity]:
    """The things of which a fact is to be otherwise."""
    entities, knowledge = assessment.facts.description.entities, assessment.knowledge
    if owner and owner not in entities:
        raise refuse(f"the description has no “{owner}”{suggest(owner, list(entities))}")
    ours = Adviser(assessment).ours
    among = [entities[owner]] if owner else [*ours, *(e for e in entities.values() if e.cls in ("Actor", "Licence"))]
    found = [e for e in among if (fact := knowledge.fact(key, e.cls)) and not fact.derived_only]
    if not found:
        known = sorted({each for entity in among for each in knowledge.keys[entity.cls]})
        raise refuse(f"“{key}” is no fact about {owner or 'anything of yours in the description'}{suggest(key, known)}")
    return found


def refuse(text: str) -> DescriptionError:
    return DescriptionError(PLACE, [Problem(1, text)])


def as_text(now: Assessment, then: Assessment, said: dict[Key, str], language: str) -> str:
    """The facts that differ, and every duty whose answer does."""
    from ..reports.report import Words, wrap

    words = Words(now, language)
    facts_ = ", ".join(f"{entity}.{key} = {text}" for (entity, key), text in said.items())
    lines = wrap(words("what-if", facts=facts_))
    body = diff.text(diff.changes(now, then), now, then, language).split("\n")
    head = 0 if body[0] == words("no-difference") else 2  # both sides are of one day
    new = [warning for warning in then.warnings(language) if warning not in now.warnings(language)]
    told = [line for warning in new for line in (*wrap(words("warning", text=warning)), "")]
    return "\n".join([*lines, "", *told, *body[head:]])


def as_json(now: Assessment, then: Assessment, said: dict[Key, str], language: str) -> str:
    """The assessment as it would be, with what was changed and what differs from the present."""
    found = then.as_dict()
    found["what_if"] = {
        "facts": [{"fact": f"{entity}.{key}", "value": text} for (entity, key), text in said.items()],
        "changes": [change._asdict() for change in diff.changes(now, then)],
    }
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


FORMATS = {"text": as_text, "json": as_json}

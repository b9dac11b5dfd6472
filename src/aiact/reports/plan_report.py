"""A plan in words: text of at most 80 columns, Markdown, or the JSON itself."""

from __future__ import annotations

import json
from collections.abc import Iterable

from ..findings.assess import Assessment
from .report import Words, escaped, title, wrap

MOST = 6  # provisions named for one flip


def as_json(plan: dict, assessment: Assessment, language: str) -> str:
    return json.dumps(plan, ensure_ascii=False, indent=1) + "\n"


def text(plan: dict, assessment: Assessment, language: str) -> str:
    words = _Words(assessment, language)
    lines = wrap(words.headline(plan))
    for heading, blocks in words.sections(plan):
        lines += ["", *wrap(heading)]
        for first, *rest in blocks:
            lines += wrap(first, initial_indent="  - ", subsequent_indent="    ")
            for more in rest:
                lines += wrap(more, initial_indent="      ", subsequent_indent="        ")
    return "\n".join([*lines, "", words("not-legal-advice")]) + "\n"


def markdown(plan: dict, assessment: Assessment, language: str) -> str:
    words = _Words(assessment, language)
    lines = [f"# {escaped(words.headline(plan))}"]
    for heading, blocks in words.sections(plan):
        lines += ["", f"## {escaped(heading)}", ""]
        for first, *rest in blocks:
            lines.append(f"- {escaped(first)}")
            lines += [f"  - {escaped(more)}" for more in rest]
    return "\n".join([*lines, "", f"*{words('not-legal-advice')}*"]) + "\n"


FORMATS = {"text": text, "md": markdown, "json": as_json}


class _Words(Words):
    """Sections of a plan: a heading, and blocks of one line with what belongs under it."""

    def __init__(self, assessment: Assessment, language: str) -> None:
        super().__init__(assessment, language)
        self.assessment = assessment

    def headline(self, plan: dict) -> str:
        name = plan["project"]["name"] or plan["project"]["source"]
        return self("plan-title", name=name, day=plan["as_of"])

    def sections(self, plan: dict) -> Iterable[tuple[str, list[list[str]]]]:
        nothing = [[self("plan-nothing")]]
        for number, step in enumerate(plan["steps"], 1):
            if step["step"] in ("duties", "training"):
                blocks = self.duty_blocks(step["items"])
            else:
                blocks = [getattr(self, step["step"])(item) for item in step["items"]]
            if step["step"] == "duties" and plan["left_to_others"]:
                blocks.append([self("plan-others", things=", ".join(map(self.name, plan["left_to_others"])))])
            yield f"{number}. {self.of(step['label'])}", blocks or nothing
        changes = [self.change(change) for change in plan["changes"]]
        yield self("plan-changes"), changes or [[self("plan-no-changes")]]
        for each in plan["checklists"]:
            duty = f"{self.cite(each['provision'])} {self.of(each['label'])}"
            heading = self("plan-checklist", duty=duty, entity=self.name(each["entity"]))
            yield (
                heading,
                [[f"{self.of(item['label'])} ({self.cite_in_full(item['source'])})"] for item in each["items"]],
            )
        if plan["sentences"]:
            yield self("plan-sentences"), [[each["text"][self.language]] for each in plan["sentences"]]
        if plan["costs"]:
            yield self("plan-costs"), [[self.cost(each)] for each in plan["costs"]]

    def name(self, id: str | None) -> str:
        return title(self.assessment, self.assessment.facts.iri(id)) if id else self("not-named")

    # -- steps

    def role(self, item: dict) -> list[str]:
        phrase = "plan-role" if item["truth"] == "holds" else "plan-role-open"
        told = self(
            phrase, actor=self.name(item["actor"]), role=self.of(item["label"]), entity=self.name(item["entity"])
        )
        return [f"{told} ({self.cite(item['provision'])})"]

    def conditions(self, item: dict) -> list[str]:
        lines = [f"{self.name(item['entity'])}, {self.cite(item['provision'])} {self.of(item['label'])}: "]
        lines[0] = self("with", this=lines[0].removesuffix(": "), that=self(item["truth"]))
        lines += [
            self("with", this=self.of(each["text"]).rstrip("."), that=self(each["truth"]))
            for each in item["conditions"]
        ]
        return [*lines, *self.evidence(item)]

    def exceptions(self, item: dict) -> list[str]:
        rule = self.assessment.knowledge.rules[item["from"]]
        return [
            self(
                "plan-takes-away", entity=self.name(item["entity"]), truth=self(item["truth"]),
                exception=f"{self.of(item['label'])} ({self.cite(item['provision'])})", rule=self.cite(rule.provision),
            )
        ]  # fmt: skip

    def inventory(self, item: dict) -> list[str]:
        licence = item["licence"] or self("plan-not-stated")
        lines = [self("plan-licence", entity=self.name(item["entity"]), licence=licence, free=self(item["free"]))]
        if item["allows"]:
            lines.append(self("plan-allows", rights=self.labels(item["allows"])))
        if item["asks"]:
            lines.append(self("plan-asks", terms=self.labels(item["asks"])))
        lines += [
            self("plan-conflict", other=self.name(each["with"]), terms=self.labels(each["leaves_out"]))
            for each in item["conflicts"]
        ]
        return lines

    def duty_blocks(self, items: list[dict]) -> list[list[str]]:
        """Duties of one status, day, bearer and thing together; of those not decided only what to find out."""
        groups: dict[tuple, list[dict]] = {}
        for item in items:
            least = tuple(min(item["missing"], key=len, default=()))
            occasion = self.of(self.knowledge.labels.get(self.occasion(item["upon"]), {}))
            day = occasion or ("" if item["status"] == "undetermined" else item["due"] or item["from"] or "")
            place = f"{self.name(item['bearer'])} → {self.name(item['entity'])}"
            groups.setdefault((self.status(item["status"]), day, place, least), []).append(item)
        blocks = []
        for (status, day, place, missing), alike in groups.items():
            lines = [" · ".join(each for each in (f"{status} {day}".strip(), place) if each)]
            if missing:
                lines.append(self("plan-missing", facts=", ".join(missing)))
            for item in alike:
                cited = f"{self.cite(item['provision'])} {self.of(item['label'])}"
                told = cited if missing or not item["duty"] else self("with", this=cited, that=self.of(item["duty"]))
                lines.append(" ".join([told, *([] if missing else self.evidence(item))]))
            blocks.append(lines)
        return blocks

    def occasion(self, upon: str | None) -> str:
        from ..law.names import AIACT, snake

        terms = (iri for iri in self.knowledge.labels if iri.startswith(AIACT))
        return next((iri for iri in terms if upon and snake(iri.removeprefix(AIACT)) == upon), "")

    def commercial(self, item: dict) -> list[str]:
        flips = self.flips(item["flips"]) or self("plan-no-flip")
        return [self("plan-earning", entity=self.name(item["entity"]), values=self.labels(item["values"]), flips=flips)]

    # -- the rest

    def change(self, item: dict) -> list[str]:
        moves = [self.move(move) for move in item["moves"]]
        lines = moves if len(moves) == 1 else [self("plan-together"), *moves]
        lines.append(self("plan-lightens", flips=self.flips(item["lightens"])))
        costs = self.flips(item["costs"])
        return [*lines, self("plan-costs-findings", flips=costs) if costs else self("plan-costs-nothing")]

    def move(self, move: dict) -> str:
        label = f"{move['fact']} ({self.of(move['label'])})"
        if move["gives_up"]:
            told = self("plan-move-without", fact=label, values=self.labels(move["gives_up"]))
        else:
            now = ", ".join(str(self.plain(each)) for each in move["now"]) if move["now"] else self("plan-not-stated")
            told = self("plan-move", fact=label, now=now, then=self.plain(move["then"]))
        return f"{told}. {self.of(move['takes'])} ({self.cite_in_full(move['provision'])})"

    def plain(self, value: object) -> str:
        if isinstance(value, float):
            return f"{value:.2g}"
        return self.value(value) if isinstance(value, (bool, str)) else self("none") if value == [] else str(value)

    def flips(self, flips: list[dict]) -> str:
        """Flips of one kind together."""
        groups: dict[tuple, dict[str, None]] = {}
        for each in flips:
            groups.setdefault((each["entity"], each["before"], each["after"]), {})[self.cite(each["provision"])] = None
        return self("semicolon").join(
            self(
                "plan-flip", entity=self.name(entity), before=self.status(before), after=self.status(after),
                provisions=", ".join([*cited][:MOST] + ["…"] * (len(cited) > MOST)),
            )
            for (entity, before, after), cited in groups.items()
        )  # fmt: skip

    def evidence(self, item: dict) -> list[str]:
        if not item["evidence"]:
            return []
        labels = self("semicolon").join(self.of(each["label"]) for each in item["evidence"])
        holder = self.of(item.get("held_by") or {})
        return [
            self("plan-evidence-held", evidence=labels, actor=holder)
            if holder
            else self("plan-evidence", evidence=labels)
        ]

    def labels(self, values: list[dict]) -> str:
        return ", ".join(self.of(each["label"]) for each in values)

    def cost(self, item: dict) -> str:
        return self(
            "plan-cost", entity=self.name(item["entity"]), label=self.of(item["label"]),
            low=self.amount(item["lowest"]), high=self.amount(item["highest"]), by=self.of(item["by"]),
            note=self.of(item["note"]),
        )  # fmt: skip

"""Generated portfolios: projects as a hub of models, a company or a supervisor has them, drawn from a seed.

    python tests/portfolios.py NUMBER FILE [--seed S]      FILE ends in .jsonl, .parquet, .nt or .nq

Each project is drawn from the seed and its own number, so that any part of a portfolio can be drawn alone, in any
process, and is the same. No two projects have the same names, numbers and days. Facts are left out, told as intervals,
told twice and differently, or told by the month, as people do.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from math import log10
from pathlib import Path
from random import Random

SEED = 1
BATCH = 5_000

# What a portfolio consists of, in per cent; and how often such a project leaves a fact out.
KINDS = {"card": (60, 0.5), "told": (13, 0.1), "tuned": (7, 0.35), "system": (8, 0.3), "library": (7, 0.3)}
KINDS |= {"deployer": (5, 0.5)}

FIRST = "ba be bi bo ca co da de di do fa fe ga go ha he ja ka ke ki la le li lo ma me mi mo na ne no".split()
THEN = "lan mar nix ra ren ris ro sen ta tan tor va ver vi xa zan zo lum dra phi gor men nia rel sol tek".split()
WORK = "assistant sorter translator reader planner screener adviser guide tutor detector coder summariser".split()
PURPOSES = [
    "answers questions of customers",
    "ranks applications for a job",
    "translates letters",
    "sorts incoming mail",
    "summarises minutes of meetings",
    "estimates whether a loan is repaid",
    "helps pupils with homework",
    "finds defects on photographs of parts",
    "writes drafts of code",
    "plans the routes of lorries",
]
LICENCES = """Apache-2.0 Apache-2.0 apache-2.0
apache-2.0 apache-2.0 apache-2.0 mit mit MIT MIT cc-by-4.0 CC-BY-4.0 gpl-3.0
GPL-3.0-only AGPL-3.0-only bsd-3-clause llama3.1 llama3.2 llama2 gemma openrail bigscience-bloom-rail-1.0
creativeml-openrail-m cc-by-nc-4.0 CC-BY-NC-4.0 cc-by-nc-sa-4.0 cc-by-sa-4.0 cc0-1.0 proprietary other""".split()
FREE = ["MIT", "Apache-2.0", "BSD-3-Clause", "GPL-3.0-only", "CC-BY-4.0", "MPL-2.0", "EUPL-1.2"]
TERMS = (
    "attribution share_alike non_commercial research_only use_restriction user_threshold separate_use_policy".split()
)
GRANTS = ["access", "use", "modify", "distribute"]
PLACES = "FR DE IT ES NL BE PL SE FI DK IE AT CZ PT GR RO US US US CN CN GB CH CA IN JP KR IL NO SG".split()
EARNS = "price paid_api optional_services premium_version dual_licence personal_data exclusive_hosting".split()
SIZES = ["microenterprise", "small", "small", "medium", "small_mid_cap", "large"]
ACTORS = ["undertaking"] * 6 + ["natural_person", "natural_person", "other_body", "public_authority"]
SOURCES = ["model card", "technical report", "release notes", "annual report", "estimate of a third party", "paper"]
POINTS = "1a 1b 2 3a 3b 4a 4a 4b 5a 5b 5c 6b 7a 8a".split()
ITEMS = "inference_code training_code evaluation_code data_information training_data model_card".split()
ITEMS += "technical_report research_paper evaluation_results checkpoints".split()
KINDS_OF_OUTPUT = [["text"]] * 7 + [
    ["text", "image"],
    ["image"],
    ["labels"],
    ["speech"],
    ["audio"],
    ["video"],
    ["music"],
]
FIRST_DAY, DAYS = date(2022, 1, 1), 7 * 365


def projects(number: int, seed: int | str = SEED, start: int = 0) -> Iterator[tuple[str, dict]]:
    """Identifiers and descriptions of the projects ``start`` to ``start + number`` of the portfolio of a seed."""
    kinds, weights = list(KINDS), [share for share, _ in KINDS.values()]
    for index in range(start, start + number):
        draw = Random(f"{seed}/{index}")
        kind = draw.choices(kinds, weights)[0]
        project = Project(draw, index, KINDS[kind][1])
        getattr(project, kind)()
        yield f"{project.label}-{index}", project.description()


class Project:
    """One project while it is drawn; ``silence`` is how often a fact is left out."""

    def __init__(self, draw: Random, index: int, silence: float) -> None:
        self.draw, self.index, self.silence = draw, index, silence
        self.label = self.word() + self.draw.choice(("", "-lab", "-ai", "-labs"))
        self.sections: dict[str, dict[str, dict]] = {}

    def description(self) -> dict:
        return {"aiact": 1, "name": f"{self.label} {self.index}"} | self.sections

    # -- kinds of projects

    def card(self) -> None:
        """What the metadata of a hub say of a model: a licence, perhaps a base model, few facts."""
        told = {"licence": self.licence(), "weights_public": True, "placed_on_union_market": self.event()}
        base = {"modifies": self.base()} if self.chance(0.3) else {}
        others = {"parameters": self.number(7, 11.5), "outputs": self.outputs(), "published_items": self.items()}
        self.model({"provider": self.actor(few=True)} | self.some(told | others) | base)

    def told(self) -> None:
        """A general-purpose model of which nearly everything is told."""
        self.silence *= self.draw.random() * 3
        self.general_model()

    def tuned(self) -> None:
        """A chain: one to three models, each made from the one before."""
        before = self.general_model()
        for _ in range(self.draw.choice((1, 1, 1, 2, 2, 3))):
            before = self.model(
                {"provider": self.actor(), "modifies": {"model": before} | self.change()}
                | self.some(self.of_model() | {"placed_on_union_market": self.event()})
            )
        if self.chance(0.1):
            later = {"later_release_of": before} | self.some({"placed_on_union_market": self.event()})
            self.model(later | self.some(self.of_model()))

    def system(self) -> None:
        """A system on a model, with a use of it perhaps."""
        parts = [self.general_model()] if self.chance(0.5) else []
        parts += [self.component()] if self.chance(0.15) else []
        made = self.ai_system(parts)
        if self.chance(0.6):
            self.use(made)

    def library(self) -> None:
        """A tool or library, without a model."""
        for _ in range(self.draw.choice((1, 1, 2, 3))):
            self.component()

    def deployer(self) -> None:
        """A company that uses what others make."""
        company = self.actor()
        for _ in range(self.draw.choice((1, 1, 2, 3))):
            self.use(self.ai_system([]), company)

    # -- their parts

    def general_model(self) -> str:
        size, tokens = self.draw.uniform(8.2, 12.2), self.draw.uniform(9.5, 13.6)
        compute = log10(6) + size + tokens
        told = self.of_model() | {
            "generality": "general" if self.chance(0.9) else "narrow",
            "placed_on_union_market": self.event(),
            "parameters": self.number(size, size),
            "training_tokens": self.number(tokens, tokens),
            "dense": self.chance(0.6),
            "training_compute": self.number(compute - 0.2, compute + 0.3),
            "architecture_public": self.chance(0.8),
            "usage_information_public": self.chance(0.75),
        }
        if self.chance(0.1):
            told |= {"pretraining_compute": told.pop("training_compute"), "post_training_compute": self.number(20, 25)}
        if self.chance(0.05):
            told |= {"accelerator_hours": self.number(3, 8), "peak_throughput": self.number(14, 15.3)}
            told["utilisation"] = round(self.draw.uniform(0.2, 0.6), 3)
        if self.chance(0.04):
            told["high_impact_capabilities" if self.chance(0.5) else "designated_systemic_risk"] = True
        if self.chance(0.15):
            told["distribution"] = self.draw.sample(["api", "repository", "chatbot", "cloud_service"], 2)
        return self.model({"provider": self.actor()} | self.some(told))

    def of_model(self) -> dict:
        return {
            "licence": self.licence(),
            "weights_public": self.chance(0.85),
            "outputs": self.outputs(),
            "monetisation": self.earns(),
            "architecture_public": True,
        }

    def change(self) -> dict:
        return {"compute": self.number(17, 23.5)} if self.chance(0.5) else {}

    def base(self) -> dict | str:
        """A model from elsewhere of which little is told."""
        name = self.model(self.some({"licence": self.licence(), "training_compute": self.number(21, 25.5)}))
        return {"model": name, "compute": self.number(17, 22.5)} if self.chance(0.3) else name

    def model(self, told: dict) -> str:
        size = f"{self.draw.uniform(0.1, 400):.3g}b"
        return self.entity("models", told, f"{self.word()}-{size}")

    def component(self) -> str:
        told = {
            "licence": self.licence(),
            "publicly_accessible": self.chance(0.9),
            "monetisation": self.earns(),
        }
        return self.entity("components", {"provider": self.actor()} | self.some(told), f"{self.word()}-tools")

    def ai_system(self, parts: list[str]) -> str:
        told = {
            "licence": self.licence(),
            "monetisation": self.earns(),
            "placed_on_union_market": self.event(),
            "annex_iii": [self.draw.choice(POINTS)] if self.chance(0.25) else [],
            "annex_i": [self.draw.choice(["machinery", "toys", "medical_devices"])] if self.chance(0.06) else [],
            "article_5_practices": ["emotion_inference_at_work_or_school"] if self.chance(0.02) else [],
            "interacts_with_people": self.chance(0.6),
            "generates": self.outputs() if self.chance(0.5) else [],
            "biometric_functions": ["emotion_recognition"] if self.chance(0.04) else [],
            "profiling": self.chance(0.3),
            "intended_for_public_authorities": self.chance(0.1),
        }
        if told["annex_iii"] and self.chance(0.4):
            told["derogation_conditions"] = ["narrow_procedural_task"] if self.chance(0.5) else ["preparatory_task"]
        if self.chance(0.1):
            told["significant_design_change"] = self.event()
        if self.chance(0.1):
            told["put_into_service"] = self.event()
        whole = {"provider": self.actor()} | ({"integrates": parts} if parts else {})
        purpose = {"purpose": self.draw.choice(PURPOSES)} if self.chance(0.6) else {}
        return self.entity("systems", whole | purpose | self.some(told), f"{self.word()}-{self.draw.choice(WORK)}")

    def use(self, system: str, deployer: str | None = None) -> None:
        told = {
            "since": self.event(),
            "personal": self.chance(0.05),
            "deep_fake": self.chance(0.1),
            "public_interest_text": self.chance(0.15),
            "at_workplace": self.chance(0.3),
            "decides_on_persons": self.chance(0.25),
            "article_5_practices": [],
        }
        self.entity(
            "uses", {"system": system, "deployer": deployer or self.actor()} | self.some(told), f"use-of-{system}"
        )

    def actor(self, few: bool = False) -> str:
        known = self.sections.get("actors")
        if known and self.chance(0.4):
            return self.draw.choice(list(known))
        told = {"kind": self.draw.choice(ACTORS), "established_in": self.draw.choice(PLACES)}
        if not few:
            told |= {"size": self.draw.choice(SIZES), "turnover": self.number(4, 10.5)} if self.chance(0.3) else {}
            told |= {"code_of_practice": ["copyright", "transparency"]} if self.chance(0.1) else {}
        return self.entity("actors", self.some(told), self.word())

    def own_licence(self) -> str:
        told = {"grants": self.draw.sample(GRANTS, self.draw.choice((2, 3, 4, 4, 4)))}
        told["terms"] = self.draw.sample(TERMS, self.draw.choice((0, 1, 1, 2, 3)))
        name = self.entity("licences", self.some(told), f"{self.word()}-licence", plain=True)
        return name

    def entity(self, section: str, told: dict, name: str, plain: bool = False) -> str:
        """Adds an entity; its identifier comes from its name, and is the only one so called in the project."""
        entities = self.sections.setdefault(section, {})
        taken = {each for named in self.sections.values() for each in named}
        id = name if name not in taken else f"{name}-{len(taken)}"
        words = {"name": f"{id.replace('-', ' ').title()} {self.index}"} if not plain or not told else {}
        entities[id] = words | told
        return id

    # -- values

    def chance(self, share: float) -> bool:
        return self.draw.random() < share

    def some(self, told: dict) -> dict:
        return {key: value for key, value in told.items() if not self.chance(self.silence)}

    def word(self) -> str:
        return self.draw.choice(FIRST) + "".join(self.draw.choices(THEN, k=self.draw.choice((1, 2, 2, 3))))

    def licence(self):
        kind = self.draw.random()
        if kind < 0.8:
            return self.draw.choice(LICENCES)
        if kind < 0.86:
            one, other = self.draw.sample(FREE, 2)
            return f"{one} {self.draw.choice(('OR', 'OR', 'AND'))} {other}"
        if kind < 0.88:
            return f"{self.draw.choice(('Apache-2.0', 'GPL-3.0-only'))} WITH LLVM-exception"
        if kind < 0.93:
            return self.own_licence()
        if kind < 0.95:
            one, other = self.draw.sample([*FREE, "llama3.1", "gemma"], 2)
            return [{"value": one, "source": "model card"}, {"value": other, "source": "repository"}]
        return f"{self.word()}-community-{self.draw.randint(1, 9)}.{self.draw.randint(0, 9)}"

    def earns(self) -> list[str]:
        return self.draw.sample(EARNS, self.draw.choice((1, 1, 2))) if self.chance(0.35) else []

    def outputs(self) -> list[str]:
        return list(self.draw.choice(KINDS_OF_OUTPUT))

    def items(self) -> list[str]:
        return self.draw.sample(ITEMS, self.draw.choice((0, 1, 2, 4)))

    def number(self, low: float, high: float):
        """A number of which the logarithm is drawn between two bounds, told in one of the ways people tell numbers."""
        drawn = 10 ** self.draw.uniform(low, high)
        about = lambda factor=1.0: float(f"{drawn * factor:.{self.draw.choice((3, 4, 5))}g}")  # noqa: E731
        way = self.draw.random()
        if way < 0.7:
            return about()
        if way < 0.8:
            return {"value": about(), "source": self.draw.choice(SOURCES)}
        if way < 0.88:
            return {"min": about(self.draw.uniform(0.3, 0.99)), "max": about(self.draw.uniform(1.01, 3.2))}
        if way < 0.92:
            return f"{self.draw.choice(('>=', '<=', '>', '<'))} {about():.4g}"
        if way < 0.95:
            one, other = self.draw.sample(SOURCES, 2)
            return [{"value": about(), "source": one}, {"value": about(self.draw.uniform(1.2, 9)), "source": other}]
        return f"{about():.4g}"

    def day(self) -> date:
        return FIRST_DAY + timedelta(self.draw.randrange(DAYS))

    def event(self):
        """A day, a month or a year, bounds, or that it did or did not happen."""
        day, way = self.day(), self.draw.random()
        if way < 0.62:
            return f"{day}"
        if way < 0.76:
            return f"{day:%Y-%m}"
        if way < 0.8:
            return f"{day:%Y}"
        if way < 0.85:
            return {"value": f"{day}", "source": self.draw.choice(SOURCES)}
        if way < 0.89:
            return f"{self.draw.choice(('>=', '<='))} {day}"
        if way < 0.92:
            return {"min": f"{day}", "max": f"{day + timedelta(self.draw.randint(1, 500))}"}
        if way < 0.94:
            return [
                {"value": f"{day}", "source": "model card"},
                {"value": f"{day + timedelta(self.draw.randint(1, 90))}", "source": "release notes"},
            ]
        return self.draw.choice((False, False, True))


# ---------------------------------------------------------------------------------------------- writing


def write(path: Path | str, number: int, seed: int | str = SEED, start: int = 0) -> Path:
    """Writes a portfolio in the form that the name of the file asks for: .jsonl, .parquet, .nt or .nq."""
    path = Path(path)
    drawn = projects(number, seed, start)
    {".jsonl": as_lines, ".parquet": as_parquet, ".nt": as_triples, ".nq": as_triples}[path.suffix](path, drawn)
    return path


def as_lines(path: Path, drawn: Iterable[tuple[str, dict]]) -> None:
    """JSON Lines: one description a line, with the identifier of the project beside it."""
    with path.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps({"id": id, **described}, ensure_ascii=False) + "\n" for id, described in drawn)


def as_parquet(path: Path, drawn: Iterable[tuple[str, dict]]) -> None:
    """Parquet with two columns: the identifier of a project, and its description as JSON."""
    import pyarrow
    from pyarrow import parquet

    schema = pyarrow.schema([("project", pyarrow.string()), ("description", pyarrow.string())])
    with parquet.ParquetWriter(path, schema, compression="zstd") as out:
        for batch in batches(drawn):
            columns = [[id for id, _ in batch], [json.dumps(each, ensure_ascii=False) for _, each in batch]]
            out.write_table(pyarrow.table(columns, schema))


def as_triples(path: Path, drawn: Iterable[tuple[str, dict]]) -> None:
    """N-Triples, or N-Quads with one graph a project: what is stated, under the address of the project."""
    writer = Triples()
    with path.open("w", encoding="utf-8") as out:
        for _, described in drawn:
            address, lines = writer.lines(described)
            end = f" <{address}> .\n" if path.suffix == ".nq" else " .\n"
            out.writelines(line + end for line in lines)


class Triples:
    """Writes what a description states as N-Triples, nothing presumed or computed, and no term of a known licence.

    The same triples as the engine makes of it (a test compares them), in a hundredth of the time.
    """

    def __init__(self) -> None:
        from aiact.descriptions import values
        from aiact.law import names
        from aiact.law.knowledge import knowledge

        self.knowledge, self.values, self.names = knowledge(), values, names
        self.licences: dict[str, list[tuple]] = {}
        ns = names.AIACT
        self.type, self.states = f"<{names.RDF}type>", f"<{ns}states>"
        self.bounds = (f"<{ns}atLeast>", f"<{ns}atMost>")
        self.interval, self.occurs = f"{self.type} <{ns}Interval>", f"<{ns}occurs>"
        self.boolean = {truth: f'"{str(truth).lower()}"^^<{names.XSD}boolean>' for truth in (True, False)}

    def lines(self, described: dict) -> tuple[str, list[str]]:
        """The address of a project and its triples, without the dots at their ends."""
        from hashlib import sha256

        from aiact.descriptions.description import SECTIONS

        base = f"{self.names.PROJECT}{sha256(json.dumps(described).encode()).hexdigest()[:16]}/"
        self.own = described.get("licences", {})
        found: dict[str, None] = {}  # a compound licence may be named twice
        for section, cls in SECTIONS.items():
            for id, told in described.get(section, {}).items():
                node = f"<{base}{id}>"
                for each in self.knowledge.parents[cls]:
                    found[f"{node} {self.type} <{self.names.AIACT}{each}>"] = None
                for key, value in told.items():
                    found.update(dict.fromkeys(self.statement(base, id, self.knowledge.fact(key, cls), value)))
        return base, list(found)

    def statement(self, base: str, id: str, fact, value) -> Iterator[str]:
        node, about = f"<{base}{id}>", f"<{base}{id}> <{fact.iri}>"
        yield f"{node} {self.states} <{fact.iri}>"
        if isinstance(value, dict) and "model" in value:
            yield f"{about} <{base}{value['model']}>"
            if "compute" in value:
                inner = next(
                    each for each in self.knowledge.facts.values() if each.within == fact.iri and "compute" in each.key
                )
                yield from self.statement(base, id, inner, value["compute"])
            return
        several = isinstance(value, list) and (not value or not isinstance(value[0], dict))
        said = value if isinstance(value, list) else [value]
        for rank, each in enumerate(said, 1):
            each = each["value"] if isinstance(each, dict) and "value" in each else each
            if fact.kind in ("number", "date", "event"):
                yield from self.span(f"{base}{id}/{fact.key}" + (f"-{rank}" if rank > 1 else ""), about, fact, each)
            elif fact.kind == "licence":
                yield from self.licence(base, about, each)
            else:
                yield f"{about} {self.term(base, fact, each)}"
        assert not several or fact.many

    def term(self, base: str, fact, value) -> str:
        if fact.kind == "boolean":
            return self.boolean[value]
        if fact.kind == "concept":
            return f"<{fact.values[value]}>"
        if fact.kind == "link":
            return f"<{base}{value}>"
        return f"<{self.knowledge.places[value.lower()]}>" if fact.kind == "place" else json.dumps(value)

    def span(self, node: str, about: str, fact, value) -> Iterator[str]:
        yield f"{about} <{node}>"
        yield f"<{node}> {self.interval}"
        number = fact.kind == "number"
        read, kind = (self.values.number, "double") if number else (self.values.day, "date")
        ends = (None, None)
        if isinstance(value, dict):
            ends = read(str(value["min"])).low, read(str(value["max"])).high
        elif not isinstance(value, bool):
            bounds = read(str(value))
            ends = bounds.low, bounds.high
        for predicate, end in zip(self.bounds, ends, strict=True):
            if end is not None:
                text = self.values.double(end) if number else end
                yield f'<{node}> {predicate} "{text}"^^<{self.names.XSD}{kind}>'
        if fact.kind == "event":
            yield f"<{node}> {self.occurs} {self.boolean[value is not False]}"

    def licence(self, base: str, about: str, value: str) -> Iterator[str]:
        if value in self.own:
            yield f"{about} <{base}{value}>"
            return
        invented = "-community-" in value
        name = "a-community-1.0" if invented else value
        if name not in self.licences:
            self.licences[name] = list(stated_of_licence(name, self.knowledge))
        for subject, predicate, object in self.licences[name]:
            line = f"{about} <{object}>" if predicate is None else f"<{subject}> <{predicate}> {term(object)}"
            line = line.replace("/nobody/", f"/{base.split('/')[-2]}/")
            yield line.replace(name, value) if invented else line


def stated_of_licence(value: str, knowledge) -> Iterator[tuple]:
    """What naming a licence states: first the licence meant (without a predicate), then what is told of it."""
    base, triples = stated({"aiact": 1, "models": {"m": {"licence": value}}}, knowledge)
    here = knowledge.fact("licence", "Model").iri
    for subject, predicate, object in triples:
        moved = object.replace(base, base_of_nobody()) if isinstance(object, str) else object
        if predicate == here:
            yield "", None, moved
        elif not subject.startswith(base + "m"):
            yield subject.replace(base, base_of_nobody()), predicate, moved


def base_of_nobody() -> str:
    from aiact.law.names import PROJECT

    return PROJECT + "nobody/"


def stated(described: dict, knowledge) -> tuple[str, list[tuple]]:
    """The address of a project and the triples it states itself, as the engine makes them."""
    from aiact.descriptions import describe, facts
    from aiact.descriptions.facts import COMPUTED, PRESUMED
    from aiact.law.shapes import STATES

    found = facts.establish(describe.read("generated.json", knowledge, json.dumps(described).encode()), knowledge)
    added = {(s, o) for s, p, o in found.graph if p in (PRESUMED, COMPUTED)}
    unsaid = {node for subject, fact in added for node in found.graph.objects(subject, fact) if isinstance(node, str)}
    statements = (each for said in found.statements.values() for each in said)
    unsaid |= {each.term for each in statements if each.source.kind == "derived" and each.term}
    return found.base, [
        (s, p, o)
        for s, p, o in found.graph
        if s.startswith(found.base)
        and o not in unsaid
        and p not in (PRESUMED, COMPUTED)
        and s not in unsaid
        and not added & {(s, p), (s, o) if p == STATES else None}
    ]


def term(value) -> str:
    """A term as N-Triples write it, a literal of plain text without its datatype."""
    if isinstance(value, str):
        return f"<{value}>"
    kind = "" if value.datatype.endswith("#string") else f"^^<{value.datatype}>"
    return json.dumps(value.text) + kind


def batches(drawn: Iterable, size: int = BATCH) -> Iterator[list]:
    batch: list = []
    for each in drawn:
        batch.append(each)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("number", type=int)
    asked.add_argument("file", type=Path)
    asked.add_argument("--seed", default=SEED)
    options = asked.parse_args()
    write(options.file, options.number, options.seed)
    sys.exit(0)

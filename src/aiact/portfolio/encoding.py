"""Findings as columns: rows of many projects become Arrow tables, and are counted on the way.

The one place that knows what the columns are, for whoever decides and whoever writes.
"""

from __future__ import annotations

import hashlib
from array import array
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from ..law.knowledge import Knowledge
from .deciding import Block, Pattern, Row
from .statuses import ALL, OWED_OR_OPEN

if TYPE_CHECKING:
    import pyarrow

    from .inputs import Record

# What a column is called, of what kind it is, and what it means in English and French.
COLUMNS = {
    "project": ("word", "identifier of the project", "identifiant du projet"),
    "place": (
        "word",
        "where the project stands in the input; never the same twice",
        "où le projet se trouve dans l’entrée ; jamais deux fois le même",
    ),
    "day": ("word", "the day asked about, YYYY-MM-DD", "la date demandée, AAAA-MM-JJ"),
    "rule": ("word", "the duty: its key in the table of rules", "l’obligation : sa clé dans la table des règles"),
    "role": ("word", "in what role it is borne", "en quelle qualité elle est supportée"),
    "bearer": (
        "word",
        "the actor who bears it, as the description names it; null if not stated",
        "l’acteur qui la supporte, tel que la description le nomme ; nul s’il n’est pas déclaré",
    ),
    "entity": ("word", "the model, system or use that it is about", "le modèle, le système ou l’usage concerné"),
    "status": ("word", "what has become of the duty: " + ", ".join(ALL), "ce qu’il en est : " + ", ".join(ALL)),
    "starts": (
        "word",
        "the day from which it applies (“from” in the JSON of check)",
        "le jour à partir duquel elle s’applique (« from » dans le JSON de check)",
    ),
    "due": ("word", "the day by which it is to be met", "le jour auquel elle doit être remplie"),
    "lifted_by": ("words", "exemptions that lift it", "exemptions qui la lèvent"),
    "limited_by": ("words", "rules that limit what is asked", "règles qui limitent ce qui est demandé"),
    "postponed_by": ("words", "transitions that postpone it", "dispositions transitoires qui la reportent"),
    "contested": (
        "words",
        "open questions of law that leave it undetermined",
        "questions de droit ouvertes qui la laissent indéterminée",
    ),
    "readings": (
        "pairs",
        "the status under each reading, where they are told apart",
        "le statut selon chaque lecture, lorsqu’elles se distinguent",
    ),
    "because": (
        "words",
        "conditions that decided: condition=truth@entity",
        "conditions qui ont décidé : condition=vérité@entité",
    ),
    "missing": (
        "sets",
        "the smallest sets of facts (entity.key) that would decide it",
        "les plus petits ensembles de faits (entité.clé) qui la trancheraient",
    ),
}
OF_PROJECT = {name: COLUMNS[name] for name in ("project", "place")}
OF_ROW = {name: COLUMNS[name] for name in COLUMNS if name not in OF_PROJECT}
PROJECTS = {
    "project": ("word", "identifier of the project", "identifiant du projet"),
    "place": ("word", "where it stands in the input", "où il se trouve dans l’entrée"),
    "part": ("number", "the part of the findings that holds it", "la partie des constats qui le contient"),
    "decided": ("truth", "whether it could be read and decided", "s’il a pu être lu et tranché"),
}


def schema(columns: dict[str, tuple[str, str, str]]) -> pyarrow.Schema:
    """The columns of a table, each with its meaning in both languages."""
    import pyarrow as arrow

    word = arrow.dictionary(arrow.int32(), arrow.string())
    kinds = {
        "word": word,
        "number": arrow.int32(),
        "truth": arrow.bool_(),
        "words": arrow.list_(word),
        "pairs": arrow.list_(arrow.struct([("reading", word), ("status", word)])),
        "sets": arrow.list_(arrow.list_(word)),
    }
    fields = [arrow.field(name, kinds[kind], metadata={"en": en, "fr": fr}) for name, (kind, en, fr) in columns.items()]
    return arrow.schema(fields)


class Table:
    """Rows in the making, column by column; words are numbered, so that each is kept once."""

    def __init__(self, columns: dict[str, tuple[str, str, str]]) -> None:
        self.columns, self.length = columns, 0
        self.words: dict[str, dict[str | None, int]] = {name: {} for name in self.columns}
        self.values: dict[str, array] = {name: array("i") for name in self.columns}
        self.more: dict[str, array] = {name: array("i") for name in self.columns}  # statuses of readings
        self.outer: dict[str, array] = {name: array("i", [0]) for name in self.columns}
        self.inner: dict[str, array] = {name: array("i", [0]) for name in self.columns}
        self.statuses: dict[str | None, int] = {}
        self.adders = [(getattr(self, f"add_{kind}"), name) for name, (kind, *_) in self.columns.items()]

    def add(self, row: Iterable) -> None:
        """A row, its cells in the order of the columns."""
        for (add, name), cell in zip(self.adders, row, strict=True):
            add(name, cell)
        self.length += 1

    def add_word(self, name: str, cell: str | None) -> None:
        known = self.words[name]
        number = known.get(cell)
        if number is None:
            number = known[cell] = len(known)
        self.values[name].append(number)

    def add_number(self, name: str, cell: int) -> None:
        self.values[name].append(cell)

    add_truth = add_number

    def add_words(self, name: str, cell: tuple[str, ...]) -> None:
        for word in cell:
            self.add_word(name, word)
        self.outer[name].append(len(self.values[name]))

    def add_pairs(self, name: str, cell: tuple[tuple[str, str], ...]) -> None:
        for reading, status in cell:
            self.add_word(name, reading)
            self.more[name].append(self.statuses.setdefault(status, len(self.statuses)))
        self.outer[name].append(len(self.values[name]))

    def add_sets(self, name: str, cell: tuple[tuple[str, ...], ...]) -> None:
        for together in cell:
            for word in together:
                self.add_word(name, word)
            self.inner[name].append(len(self.values[name]))
        self.outer[name].append(len(self.inner[name]) - 1)

    def arrow(self) -> pyarrow.Table:
        """The rows as an Arrow table."""
        import pyarrow as arrow

        columns = []
        for name, (kind, *_) in self.columns.items():
            values = numbers(self.values[name])
            if kind == "truth":
                columns.append(values.cast(arrow.bool_()))
                continue
            if kind == "number":
                columns.append(values)
                continue
            column = coded(self.values[name], self.words[name])
            if kind == "pairs":
                names = arrow.struct([("reading", column.type), ("status", column.type)])
                second = coded(self.more[name], self.statuses)
                column = arrow.StructArray.from_arrays([column, second], fields=list(names))
            if kind == "sets":
                column = arrow.ListArray.from_arrays(numbers(self.inner[name]), column)
            if kind in ("words", "pairs", "sets"):
                column = arrow.ListArray.from_arrays(numbers(self.outer[name]), column)
            columns.append(column)
        return arrow.Table.from_arrays(columns, schema=schema(self.columns))


def numbers(values: array, nothing: int | None = None) -> pyarrow.Array:
    """Numbers as Arrow has them; null where they are ``nothing``."""
    import pyarrow as arrow

    known = None
    if nothing is not None:
        bits = bytearray(b"\xff") * (len(values) // 8 + 1)
        for at, value in enumerate(values):
            if value == nothing:
                bits[at >> 3] &= ~(1 << (at & 7))
        known = arrow.py_buffer(bytes(bits))
    return arrow.Array.from_buffers(arrow.int32(), len(values), [known, arrow.py_buffer(values.tobytes())])


def coded(values: array, words: dict[str | None, int]) -> pyarrow.Array:
    """Numbers and the words that they stand for; what stands for nothing is null."""
    import pyarrow as arrow

    known = strings(word or "" for word in words)
    return arrow.DictionaryArray.from_arrays(numbers(values, words.get(None)), known)


def strings(words: Iterable[str]) -> pyarrow.Array:
    """Words as Arrow has them; made from bytes, as other ways wake pandas where it is installed."""
    import pyarrow as arrow

    data, ends = bytearray(), array("i", [0])
    for word in words:
        data += word.encode("utf-8", "replace")
        ends.append(len(data))
    buffers = [None, arrow.py_buffer(ends.tobytes()), arrow.py_buffer(bytes(data))]
    return arrow.Array.from_buffers(arrow.string(), len(ends) - 1, buffers)


class Counts:
    """How many findings there are by duty, status, reason and missing fact: of all, whatever is written."""

    def __init__(self) -> None:
        self.duties: Counter[tuple[str, str, str]] = Counter()
        self.reasons: Counter[tuple[str, str, str]] = Counter()
        self.lifted: Counter[tuple[str, str]] = Counter()
        self.missing: Counter[tuple[str, str, str]] = Counter()
        self.readings: Counter[tuple[str, str, str, str]] = Counter()
        self.contested: Counter[tuple[str, str]] = Counter()
        self.unnamed: Counter[tuple[str, str]] = Counter()

    def add(self, rows: Iterable[Row], times: int) -> None:
        """Findings that occur so many times."""
        for row in rows:
            day, status = row.day, row.status
            self.duties[day, row.rule, status] += times
            for code in {reason.partition("@")[0] for reason in row.because}:
                self.reasons[day, status, code] += times
            for rule in row.lifted_by:
                self.lifted[day, rule] += times
            for question in row.contested:
                self.contested[day, question] += times
            for reading, other in row.readings:
                if other != status:
                    self.readings[day, reading, status, other] += times
            if row.bearer is None and status not in ("lifted", "not_applicable"):
                self.unnamed[day, row.role] += times
            for key in keys(row.missing):
                self.missing[day, key, "findings"] += times
            for key in keys(together for together in row.missing if len(together) == 1):
                self.missing[day, key, "alone"] += times

    def add_projects(self, waiting: Iterable[tuple[str, str]], times: int) -> None:
        """So many projects that wait for these facts (day, key)."""
        for day, key in waiting:
            self.missing[day, key, "projects"] += times

    def as_dict(self) -> dict:
        """Nested maps of numbers, by day first."""
        return {
            "duties": nested(self.duties),
            "reasons": nested(self.reasons),
            "lifted_by": nested(self.lifted),
            "missing": nested(self.missing),
            "read_otherwise": nested(self.readings),
            "contested": nested(self.contested),
            "bearer_not_stated": nested(self.unnamed),
        }


def keys(sets: Iterable[tuple[str, ...]]) -> set[str]:
    """The keys of facts in sets of them, whatever entity they are about."""
    return {fact.rpartition(".")[2] for together in sets for fact in together}


def nested(counts: Counter) -> dict:
    found: dict = {}
    for keys, number in counts.items():
        inner = found
        for key in keys[:-1]:
            inner = inner.setdefault(key, {})
        inner[keys[-1]] = inner.get(keys[-1], 0) + number
    return found


class Common(NamedTuple):
    """What all blocks of one pattern have in common."""

    rows: list[Row]  # of the first of them, which stand for all where names and days do not count
    written: frozenset[int]  # the places of those that are written
    waiting: frozenset[tuple[str, str]]  # the facts that are missing: day, key


class Encoder:
    """The findings of the projects of a chunk, those of some statuses as tables, all of them counted.

    Projects are made of blocks: those of one pattern are counted once, and those that are the same are encoded once.
    """

    def __init__(self, knowledge: Knowledge, part: int, statuses: Iterable[str]) -> None:
        self.knowledge, self.part, self.statuses = knowledge, part, frozenset(statuses)
        self.usual = self.statuses == frozenset(OWED_OR_OPEN)
        self.rows, self.heads, self.projects = Table(OF_ROW), Table(OF_PROJECT), Table(PROJECTS)
        self.patterns: dict[Pattern, Common] = {}
        self.encoded: dict[Block, range] = {}  # rows of blocks that are in the table
        self.times: Counter[Pattern] = Counter()
        self.waiting: Counter[frozenset] = Counter()
        self.chosen, self.lengths = array("i"), array("i")  # rows of each project, and how many
        self.decided = 0
        self.problems: list[dict] = []

    @property
    def written(self) -> int:
        return len(self.chosen)

    @property
    def total(self) -> int:
        return sum(times * len(self.patterns[pattern].rows) for pattern, times in self.times.items())

    def add(self, record: Record, rows: Iterable[Row]) -> None:
        """A project that was decided."""
        self.add_blocks(record, [Block.of(rows)])

    def add_blocks(self, record: Record, blocks: Iterable[Block]) -> None:
        """A project that was decided, block by block."""
        before, waiting = len(self.chosen), set()
        for block in blocks:
            common = self.patterns.get(block.pattern) or self.pattern(block)
            self.times[block.pattern] += 1
            if common.written:
                self.chosen.extend(self.encoded.get(block) or self.encode(block, common.written))
            waiting |= common.waiting
        if waiting:
            self.waiting[frozenset(waiting)] += 1
        self.lengths.append(len(self.chosen) - before)
        self.heads.add((record.id, record.place))
        self.projects.add((record.id, record.place, self.part, True))
        self.decided += 1

    def pattern(self, block: Block) -> Common:
        """What a block has in common with all of its pattern."""
        rows = block.rows()
        written = frozenset(
            place for place, row in enumerate(rows) if row.status in self.statuses or (self.usual and disputed(row))
        )
        waiting = frozenset((row.day, key) for row in rows for key in keys(row.missing))
        self.patterns[block.pattern] = Common(rows, written, waiting)
        return self.patterns[block.pattern]

    def encode(self, block: Block, wanted: frozenset[int]) -> range:
        """The rows of a block, in the table; where they stand there."""
        begins = self.rows.length
        for row in block.rows(wanted):
            self.rows.add(row)
        self.encoded[block] = range(begins, self.rows.length)
        return self.encoded[block]

    def refuse(self, record: Record, problem: str) -> None:
        """A record that could not be read or decided."""
        self.problems.append({"place": record.place, "project": record.id, "problem": problem})
        self.projects.add((record.id, record.place, self.part, False))

    def counts(self) -> Counts:
        found = Counts()
        for pattern, times in self.times.items():
            found.add(self.patterns[pattern].rows, times)
        for waiting, times in self.waiting.items():
            found.add_projects(waiting, times)
        return found

    def tables(self) -> dict[str, pyarrow.Table]:
        import pyarrow as arrow

        rows = self.rows.arrow().take(numbers(self.chosen))
        owners = array("i")
        for project, length in enumerate(self.lengths):
            owners.extend([project] * length)
        heads = self.heads.arrow().take(numbers(owners))
        findings = arrow.table([*heads.columns, *rows.columns], schema=schema(COLUMNS))
        return {"findings": findings, "projects": self.projects.arrow()}


def disputed(row: Row) -> bool:
    """Whether another reading of the law gives another answer: then it is no comfort that a duty is not applicable."""
    return any(status != row.status for _, status in row.readings)


def digest(tables: dict[str, pyarrow.Table]) -> str:
    """A hash of what tables say, the same whatever form they are written in."""
    import pyarrow as arrow

    found = hashlib.sha256()
    for name in sorted(tables):
        sink = arrow.BufferOutputStream()
        with arrow.ipc.new_stream(sink, tables[name].schema) as stream:
            stream.write_table(tables[name])
        found.update(memoryview(sink.getvalue()))
    return found.hexdigest()


def small(rows: list[dict[str, str]]) -> pyarrow.Table:
    """A table of words."""
    import pyarrow as arrow

    return arrow.table({name: strings(row[name] or "" for row in rows) for name in rows[0]})


def rules(knowledge: Knowledge) -> pyarrow.Table:
    """The rules to which findings point: so that a question needs nothing beside the folder."""
    from ..law.cite import cite

    return small(
        [
            {"rule": rule.id, "kind": rule.kind.lower(), "provision": rule.provision}
            | {f"citation_{language}": cite(rule.provision, language, short=True) for language in LANGUAGES}
            | {f"label_{language}": rule.label.get(language, rule.id) for language in LANGUAGES}
            for rule in knowledge.rules.values()
        ]
    )


def conditions(knowledge: Knowledge) -> pyarrow.Table:
    """What each condition says, in both languages: the words behind the codes of reasons."""
    return small(
        [
            {"condition": id, "rule": id.split(".")[0]}
            | {f"says_{each}": found.message.get(each) for each in LANGUAGES}
            for id, found in knowledge.conditions.items()
        ]
    )


def facts(knowledge: Knowledge) -> pyarrow.Table:
    """What each key of a fact asks, in both languages."""
    found = {}
    for fact in knowledge.facts.values():
        asked = fact.question or fact.label
        found[fact.key] = {"fact": fact.key} | {f"question_{each}": asked.get(each) for each in LANGUAGES}
    return small(list(found.values()))


LANGUAGES = ("en", "fr")

"""Findings as columns: what many projects share becomes columns once, and Arrow puts names and days in their places.

The one place that knows what the columns are, for whoever decides and whoever writes.
"""

from __future__ import annotations

import hashlib
from array import array
from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from ..law.knowledge import Knowledge
from .deciding import Block, Precedent, Row
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
        "name",
        "the actor who bears it, as the description names it; null if not stated",
        "l’acteur qui la supporte, tel que la description le nomme ; nul s’il n’est pas déclaré",
    ),
    "entity": ("name", "the model, system or use that it is about", "le modèle, le système ou l’usage concerné"),
    "status": ("word", "what has become of the duty: " + ", ".join(ALL), "ce qu’il en est : " + ", ".join(ALL)),
    "starts": (
        "moment",
        "the day from which it applies (“from” in the JSON of check)",
        "le jour à partir duquel elle s’applique (« from » dans le JSON de check)",
    ),
    "due": ("moment", "the day by which it is to be met", "le jour auquel elle doit être remplie"),
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
        "reasons",
        "the conditions that decided, each with its truth and the entity of which it is asked",
        "les conditions qui ont décidé, chacune avec sa vérité et l’entité sur laquelle elle porte",
    ),
    "missing": (
        "gaps",
        "the smallest sets of facts (entity and key) that would decide it",
        "les plus petits ensembles de faits (entité et clé) qui la trancheraient",
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
    together = lambda *names: arrow.struct([(name, word) for name in names])  # noqa: E731
    kinds = {
        "word": word,
        "name": word,
        "moment": word,
        "number": arrow.int32(),
        "truth": arrow.bool_(),
        "words": arrow.list_(word),
        "pairs": arrow.list_(together("reading", "status")),
        "reasons": arrow.list_(together("condition", "truth", "entity")),
        "gaps": arrow.list_(arrow.list_(together("entity", "fact"))),
    }
    fields = [arrow.field(name, kinds[kind], metadata={"en": en, "fr": fr}) for name, (kind, en, fr) in columns.items()]
    return arrow.schema(fields)


class Words:
    """Words by number, each kept once."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {}

    def __call__(self, word: str) -> int:
        number = self.known.get(word)
        if number is None:
            number = self.known[word] = len(self.known)
        return number

    def coded(self, values: pyarrow.Array) -> pyarrow.Array:
        """Numbers with the words for which they stand, those that occur in the order in which they do."""
        import pyarrow as arrow
        from pyarrow import compute

        used = compute.unique(compute.drop_null(values))
        words = list(self.known)
        return arrow.DictionaryArray.from_arrays(
            compute.index_in(values, used, skip_nulls=True), strings(words[each] for each in used.to_pylist())
        )


class Rows:
    """The rows of precedents, column by column; a name or day is a number where it stands in a list of the project.

    ``names`` and ``days`` number those of the projects: what a precedent says itself is written as less than nothing.
    """

    def __init__(self, names: Words, days: Words) -> None:
        self.names, self.days, self.length = names, days, 0
        self.words = Words()
        self.values: dict[str, tuple[array, ...]] = {}
        self.adders = [getattr(self, f"adds_{kind}")(name) for name, (kind, *_) in OF_ROW.items()]

    def add(self, row: Row) -> None:
        for add, cell in zip(self.adders, row, strict=True):
            add(cell)
        self.length += 1

    def columns(self, name: str, *starts: list[int]) -> tuple[array, ...]:
        self.values[name] = found = tuple(array("i", start) for start in starts)
        return found

    def adds_word(self, name: str) -> Callable:
        (values,), words = self.columns(name, []), self.words
        return lambda cell: values.append(words(cell))

    def adds_name(self, name: str) -> Callable:
        (values,), names = self.columns(name, []), self.names
        return lambda cell: values.append(placed(cell, names))

    def adds_moment(self, name: str) -> Callable:
        (values,), days = self.columns(name, []), self.days
        return lambda cell: values.append(placed(cell, days))

    def adds_words(self, name: str) -> Callable:
        (values, ends), words = self.columns(name, [], [0]), self.words

        def add(cell: tuple[str, ...]) -> None:
            for word in cell:
                values.append(words(word))
            ends.append(len(values))

        return add

    def adds_pairs(self, name: str) -> Callable:
        (readings, statuses, ends), words = self.columns(name, [], [], [0]), self.words

        def add(cell: tuple[tuple[str, str], ...]) -> None:
            for reading, status in cell:
                readings.append(words(reading))
                statuses.append(words(status))
            ends.append(len(readings))

        return add

    def adds_reasons(self, name: str) -> Callable:
        columns = self.columns(name, [], [], [], [0], [])
        (conditions, truths, entities, ends, values), words, names = columns, self.words, self.names

        def add(cell: tuple[tuple[str, str, int | str], ...]) -> None:
            for condition, truth, entity in cell:
                conditions.append(words(condition))
                truths.append(words(truth))
                entities.append(placed(entity, names))
            ends.append(len(conditions))

        return once(add, ends, values)

    def adds_gaps(self, name: str) -> Callable:
        columns = self.columns(name, [], [], [0], [0], [])
        (entities, facts, inner, ends, values), words, names = columns, self.words, self.names

        def add(cell: tuple[tuple[tuple[int | str, str], ...], ...]) -> None:
            for together in cell:
                for entity, fact in together:
                    entities.append(placed(entity, names))
                    facts.append(words(fact))
                inner.append(len(entities))
            ends.append(len(inner) - 1)

        return once(add, ends, values)

    def chosen(self, rows: array, names: Places, days: Places) -> pyarrow.Table:
        """Rows of projects: those with these numbers, with their own names and days."""
        import pyarrow as arrow

        wanted = numbers(rows)
        columns = [
            getattr(self, f"take_{kind}")(self.values[name], wanted, names, days) for name, (kind, *_) in OF_ROW.items()
        ]
        return arrow.Table.from_arrays(columns, schema=schema(OF_ROW))

    def take_word(self, values, wanted, names, days) -> pyarrow.Array:
        return self.words.coded(numbers(values[0]).take(wanted))

    def take_name(self, values, wanted, names, days) -> pyarrow.Array:
        return names.coded(numbers(values[0]).take(wanted))

    def take_moment(self, values, wanted, names, days) -> pyarrow.Array:
        return days.coded(numbers(values[0]).take(wanted))

    def take_words(self, values, wanted, names, days) -> pyarrow.Array:
        import pyarrow as arrow

        words, ends = values
        lists = arrow.ListArray.from_arrays(numbers(ends), numbers(words)).take(wanted)
        return arrow.ListArray.from_arrays(lists.offsets, self.words.coded(lists.values))

    def take_pairs(self, values, wanted, names, days) -> pyarrow.Array:
        import pyarrow as arrow

        *cells, ends = values
        lists = arrow.ListArray.from_arrays(numbers(ends), struct("reading", "status", of=map(numbers, cells)))
        lists = lists.take(wanted)
        cells = [self.words.coded(each) for each in lists.values.flatten()]
        return arrow.ListArray.from_arrays(lists.offsets, struct("reading", "status", of=cells))

    def take_reasons(self, values, wanted, names, days) -> pyarrow.Array:
        import pyarrow as arrow
        from pyarrow import compute

        *cells, ends, chosen = values
        fields = "condition", "truth", "entity"
        lists = arrow.ListArray.from_arrays(numbers(ends), struct(*fields, of=map(numbers, cells)))
        lists = lists.take(numbers(chosen).take(wanted))
        conditions, truths, entities = lists.values.flatten()
        owners = compute.list_parent_indices(lists)
        cells = self.words.coded(conditions), self.words.coded(truths), names.coded(entities, owners)
        return arrow.ListArray.from_arrays(lists.offsets, struct(*fields, of=cells))

    def take_gaps(self, values, wanted, names, days) -> pyarrow.Array:
        import pyarrow as arrow
        from pyarrow import compute

        *cells, inner, ends, chosen = values
        sets = arrow.ListArray.from_arrays(numbers(inner), struct("entity", "fact", of=map(numbers, cells)))
        lists = arrow.ListArray.from_arrays(numbers(ends), sets).take(numbers(chosen).take(wanted))
        sets = lists.values
        entities, facts = sets.values.flatten()
        owners = compute.list_parent_indices(lists).take(compute.list_parent_indices(sets))
        cells = names.coded(entities, owners), self.words.coded(facts)
        sets = arrow.ListArray.from_arrays(sets.offsets, struct("entity", "fact", of=cells))
        return arrow.ListArray.from_arrays(lists.offsets, sets)


def once(add: Callable[[tuple], None], ends: array, values: array) -> Callable[[tuple], None]:
    """Adds a list that is the same object as one before only by its number: precedents share what they say."""
    known: dict[int, tuple[int, tuple]] = {}

    def added(cell: tuple) -> None:
        found = known.get(id(cell))
        if found is None:
            found = known[id(cell)] = len(ends) - 1, cell  # kept, so that its address stays its own
            add(cell)
        values.append(found[0])

    return added


def placed(cell: int | str | None, words: Words) -> int:
    """A place in a list as it is; nothing as -1; a word as what lies below."""
    return cell if type(cell) is int else -1 if cell is None else -2 - words(cell)


class Places:
    """The names, or days, that stand in the places of precedents: for each row, where its own begin in a long list."""

    def __init__(self, words: Words) -> None:
        self.words, self.all, self.begins = words, array("i"), array("i")

    def add(self, own: Iterable[int], rows: int) -> None:
        """Those of so many rows."""
        self.begins.extend([len(self.all)] * rows)
        self.all.extend(own)

    def coded(self, cells: pyarrow.Array, owners: pyarrow.Array | None = None) -> pyarrow.Array:
        """The words that stand in the places; ``owners`` says to which row each cell belongs."""
        import pyarrow as arrow
        from pyarrow import compute

        begins = numbers(self.begins) if owners is None else numbers(self.begins).take(owners)
        is_place = compute.greater_equal(cells, 0)
        at = compute.add(begins, compute.if_else(is_place, cells, 0))
        found = arrow.concat_arrays([numbers(self.all), numbers(array("i", [0]))])  # one more, for who has none
        values = compute.if_else(is_place, found.take(at), compute.subtract(arrow.scalar(-2, arrow.int32()), cells))
        return self.words.coded(compute.if_else(compute.equal(cells, -1), None, values))


class Table:
    """Rows that are no findings, column by column."""

    def __init__(self, columns: dict[str, tuple[str, str, str]]) -> None:
        self.columns = columns
        self.words = {name: Words() for name, (kind, *_) in columns.items() if kind == "word"}
        self.values: dict[str, array] = {name: array("i") for name in columns}

    def add(self, row: Iterable) -> None:
        """A row, its cells in the order of the columns."""
        for (name, values), cell in zip(self.values.items(), row, strict=True):
            values.append(self.words[name](cell) if name in self.words else cell)

    def arrow(self) -> pyarrow.Table:
        """The rows as an Arrow table."""
        import pyarrow as arrow

        columns = []
        for name, (kind, *_) in self.columns.items():
            values = numbers(self.values[name])
            if kind == "word":
                values = self.words[name].coded(values)
            columns.append(values.cast(arrow.bool_()) if kind == "truth" else values)
        return arrow.Table.from_arrays(columns, schema=schema(self.columns))


def numbers(values: array) -> pyarrow.Array:
    """Numbers as Arrow has them."""
    import pyarrow as arrow

    return arrow.Array.from_buffers(arrow.int32(), len(values), [None, arrow.py_buffer(values.tobytes())])


def struct(*names: str, of: Iterable[pyarrow.Array]) -> pyarrow.StructArray:
    import pyarrow as arrow

    return arrow.StructArray.from_arrays(list(of), names=list(names))


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
        self.sharing: Counter[tuple[str, str, int, int]] = Counter()  # by the address of what findings share
        self.shared: dict[int, tuple] = {}

    def add(self, rows: Iterable[Row], times: int) -> None:
        """Findings that occur so many times."""
        for row in rows:
            day, status = row.day, row.status
            self.duties[day, row.rule, status] += times
            self.sharing[day, status, id(row.because), id(row.missing)] += times
            self.shared[id(row.because)], self.shared[id(row.missing)] = row.because, row.missing
            for rule in row.lifted_by:
                self.lifted[day, rule] += times
            for question in row.contested:
                self.contested[day, question] += times
            for reading, other in row.readings:
                if other != status:
                    self.readings[day, reading, status, other] += times
            if row.bearer is None and status not in ("lifted", "not_applicable"):
                self.unnamed[day, row.role] += times

    def settle(self) -> None:
        """Counts the reasons and missing facts of findings that share them."""
        for (day, status, because, missing), times in self.sharing.items():
            for condition, truth in {reason[:2] for reason in self.shared[because]}:
                self.reasons[day, status, f"{condition}={truth}"] += times
            sets = self.shared[missing]
            for key in keys(sets):
                self.missing[day, key, "findings"] += times
            for key in keys(together for together in sets if len(together) == 1):
                self.missing[day, key, "alone"] += times
        self.sharing.clear()

    def add_projects(self, waiting: Iterable[tuple[str, str]], times: int) -> None:
        """So many projects that wait for these facts (day, key)."""
        for day, key in waiting:
            self.missing[day, key, "projects"] += times

    def as_dict(self) -> dict:
        """Nested maps of numbers, by day first."""
        self.settle()
        return {
            "duties": nested(self.duties),
            "reasons": nested(self.reasons),
            "lifted_by": nested(self.lifted),
            "missing": nested(self.missing),
            "read_otherwise": nested(self.readings),
            "contested": nested(self.contested),
            "bearer_not_stated": nested(self.unnamed),
        }


def keys(sets: Iterable[tuple[tuple[str, str], ...]]) -> set[str]:
    """The keys of facts in sets of them, whatever entity they are about."""
    return {fact for together in sets for _, fact in together}


def nested(counts: Counter) -> dict:
    found: dict = {}
    for keys, number in counts.items():
        inner = found
        for key in keys[:-1]:
            inner = inner.setdefault(key, {})
        inner[keys[-1]] = inner.get(keys[-1], 0) + number
    return found


class Common(NamedTuple):
    """What all who follow a precedent have in common."""

    written: array  # the numbers of its rows that are written
    waiting: frozenset[tuple[str, str]]  # the facts that are missing: day, key


class Encoder:
    """The findings of the projects of a chunk, those of some statuses as tables, all of them counted.

    Each precedent is encoded and counted once, however many projects follow it.
    """

    def __init__(self, knowledge: Knowledge, part: int, statuses: Iterable[str]) -> None:
        self.knowledge, self.part, self.statuses = knowledge, part, frozenset(statuses)
        self.usual = self.statuses == frozenset(OWED_OR_OPEN)
        self.heads, self.projects = Table(OF_PROJECT), Table(PROJECTS)
        self.names, self.days = Places(Words()), Places(Words())
        self.rows = Rows(self.names.words, self.days.words)
        self.common: dict[Precedent, Common] = {}
        self.times: dict[Precedent, int] = {}
        self.waiting: Counter[frozenset] = Counter()
        self.chosen, self.lengths = array("i"), array("i")  # rows of each project, and how many
        self.decided = 0
        self.problems: list[dict] = []

    @property
    def written(self) -> int:
        return len(self.chosen)

    @property
    def total(self) -> int:
        return sum(times * len(precedent.rows) for precedent, times in self.times.items())

    def add(self, record: Record, rows: Iterable[Row]) -> None:
        """A project that was decided like no other."""
        self.add_blocks(record, [Block.alone(rows)])

    def add_blocks(self, record: Record, blocks: Iterable[Block]) -> None:
        """A project that was decided, block by block."""
        before, waiting = len(self.chosen), set()
        for block in blocks:
            common = self.common.get(block.precedent) or self.meet(block.precedent)
            self.times[block.precedent] += 1
            if common.written:
                self.chosen.extend(common.written)
                self.names.add(map(self.names.words, block.names), len(common.written))
                self.days.add(map(self.days.words, block.days), len(common.written))
            waiting |= common.waiting
        if waiting:
            self.waiting[frozenset(waiting)] += 1
        self.lengths.append(len(self.chosen) - before)
        self.heads.add((record.id, record.place))
        self.projects.add((record.id, record.place, self.part, True))
        self.decided += 1

    def meet(self, precedent: Precedent) -> Common:
        """A precedent that was not followed before in this chunk."""
        written = array("i")
        for row in precedent.rows:
            if row.status in self.statuses or (self.usual and disputed(row)):
                written.append(self.rows.length)
                self.rows.add(row)
        waiting = frozenset((row.day, key) for row in precedent.rows if row.missing for key in keys(row.missing))
        self.common[precedent], self.times[precedent] = Common(written, waiting), 0
        return self.common[precedent]

    def refuse(self, record: Record, problem: str) -> None:
        """A record that could not be read or decided."""
        self.problems.append({"place": record.place, "project": record.id, "problem": problem})
        self.projects.add((record.id, record.place, self.part, False))

    def counts(self) -> Counts:
        found = Counts()
        for precedent, times in self.times.items():
            found.add(precedent.rows, times)
        for waiting, times in self.waiting.items():
            found.add_projects(waiting, times)
        return found

    def tables(self) -> dict[str, pyarrow.Table]:
        import pyarrow as arrow

        rows = self.rows.chosen(self.chosen, self.names, self.days)
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

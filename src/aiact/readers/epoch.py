"""Rows of the model tables of Epoch AI: one row is one project, named after a hash: ``models.csv#Llama 4 Scout``.

Compute is an estimate by others, read as the interval that its confidence gives it (a factor of about 3, 10 or 30
either way); where a base model is named, the sum may leave that out, and the figure only bounds it from below.
"""

from __future__ import annotations

import csv
import io
import re
import sys

from ..descriptions.description import Description, DescriptionError, Entity, Problem, Scalar, suggest
from ..descriptions.limits import most
from ..descriptions.merge import plain
from ..descriptions.record import BASE, MODEL, Record, interval, said, word
from ..law.knowledge import Knowledge

MAX_BYTES = most("file")
LENIENT = True  # notes hold anything; only the cells of one row are read
HEAD = {"Model", "Training compute (FLOP)"}
ORDERS = {"Confident": 0.5, "Likely": 1.0, "Speculative": 1.5}  # of magnitude, as the documentation of the table says
NUMBER = re.compile(r"\d{1,60}(?:\.\d{1,60})?(?:[eE][+-]?\d{1,3})?", re.ASCII)
ESTIMATE = "Training compute (FLOP)", "Training compute lower bound", "Training compute upper bound", "Confidence"
READ = {
    *HEAD,
    *ESTIMATE,
    *(name.replace("Training", "Finetune") for name in ESTIMATE),
    *("Parameters", "Base model", "Model accessibility", "Organization", "Country (of organization)"),
    *("Publication date", "Task"),
}
OPEN, CLOSED = ("Open weights (unrestricted)",), ("API access", "Hosted access (no API)", "Unreleased")


def recognises(file: str, start: str) -> int:
    return 3 if set(cells(start.split("\n", 1)[0])) >= HEAD else 0


def cells(line: str) -> list[str]:
    """The cells of one line; none if it is no line of a table."""
    try:
        return next(csv.reader([line]), [])
    except csv.Error:
        return []


def read(file: str, text: str, knowledge: Knowledge) -> Description:
    """One row as one model. Raises ``DescriptionError`` if the table does not say which."""
    file, _, wanted = file.partition("#")
    line, row = _row(file, text, wanted)
    return described(file, row, line, knowledge)


def described(file: str, row: dict[str, str], line: int, knowledge: Knowledge) -> Description:
    """The description of one row, by column, that stands on a line."""
    return _Row(Record(file, "epoch", knowledge), row, line).read()


def _row(file: str, text: str, wanted: str) -> tuple[int, dict[str, str]]:
    csv.field_size_limit(1024 * 1024)
    rows = csv.reader(io.StringIO(text, newline=""))
    found, names, begins = [], [], 1
    try:
        head = [cell.strip() for cell in next(rows)]
        if twice(head):
            raise DescriptionError(file, [Problem(1, f"has two columns “{twice(head)}”; keep one")])
        for held in rows:
            begins, ends = begins_at(begins, rows.line_num), rows.line_num
            row = dict(zip(head, held, strict=False))
            name = (row.get("Model") or "").strip()
            if name and (not wanted or plain(name) == plain(wanted)):
                found.append((begins, row, len([cell for cell in held[len(head) :] if cell.strip()])))
            names += [name] if name else []
            if len(names) > most("rows"):
                raise DescriptionError(file, [Problem(begins, f"has more than {most('rows')} rows; hand in a part")])
            begins = ends
    except csv.Error as error:
        raise DescriptionError(file, [Problem(rows.line_num, f"is not a valid table: {error}")]) from None
    exact = [each for each in found if each[1]["Model"].strip() == wanted.strip()]
    found = exact if len(exact) == 1 else found
    if len(found) == 1:
        line, row, beyond = found[0]
        if beyond:
            raise DescriptionError(file, [Problem(line, f"has more cells than the {len(head)} columns; mend the row")])
        return line, row
    if not names:
        told = "has no row; one row is one model"
    elif not wanted:
        told = f"has {len(names)} models, and one row is one project; say which, as in “{file}#{names[0]}”"
    elif found:
        lines = ", ".join(str(line) for line, *_ in found)
        told = f"has several rows for “{said(wanted)}” (lines {lines}); keep one"
    else:
        told = f"has no model “{said(wanted)}”{suggest(wanted, names[:1000])}"
    raise DescriptionError(file, [Problem(1, told)])


def twice(head: list[str]) -> str:
    """A column that is read and stands there twice, of which the last would win; nothing if there is none."""
    return next((name for name in head if name in READ and head.count(name) > 1), "")


def begins_at(before: int, last: int) -> int:
    """A row begins on the line after the one on which the row before it ended."""
    return min(before + 1, last)


class _Row:
    def __init__(self, record: Record, row: dict[str, str], line: int) -> None:
        self.record, self.row, self.line = record, row, line

    def cell(self, column: str) -> Scalar | None:
        """A cell that says something, with the line of its row and its column."""
        return word(Scalar((self.row.get(column) or "").strip(), self.line, column))

    def read(self) -> Description:
        record, name = self.record, self.cell("Model")
        if name is None:
            given = said((self.row.get("Model") or "").strip())
            raise DescriptionError(record.found.file, [Problem(self.line, f"“{given[:40]}” is no name of a model")])
        self.model = record.entity(MODEL, "Model", name)
        record.found.name = said(name.text)
        record.state(self.model, "name", name)
        bases = self.bases()
        self.number("Parameters", self.model, "parameters")
        confidence = self.cell("Confidence")
        orders = ORDERS.get(confidence.text) if confidence else None
        self.compute("Training compute (FLOP)", self.model, "training_compute", orders, bounded=bool(bases))
        self.compute("Finetune compute (FLOP)", self.model, "modification_compute", orders)
        if self.cell("Finetune compute (FLOP)") and not bases:
            record.clue(self.model, "modifies", self.cell("Finetune compute (FLOP)"), "altered")
        self.access()
        for column, fact, reason in (
            ("Organization", "provider", "developer"),
            ("Country (of organization)", "provider", "origin"),
            ("Publication date", "placed_on_union_market", "release"),
            ("Task", "outputs", "kind"),
        ):
            if self.cell(column):
                record.clue(self.model, fact, self.cell(column), reason)
        return record.found

    def bases(self) -> list[Entity]:
        cell, found = self.cell("Base model"), []
        names = cells(cell.text) if cell else []
        for number, name in enumerate([name.strip() for name in names if name.strip()], 1):
            at = Scalar(name, self.line, "Base model")
            base = self.record.entity(BASE if len(names) == 1 else f"{BASE}{number}", "Model", at)
            self.record.state(base, "name", at)
            self.record.state(self.model, "modifies", base.id, at)  # several leave open which one was changed
            self.record.clue(base, "licence", at, "upstream")
            found.append(base)
        return found

    def number(self, column: str, entity: Entity, fact: str) -> None:
        cell = self.cell(column)
        if cell and NUMBER.fullmatch(cell.text):
            self.record.state(entity, fact, cell)

    def compute(self, column: str, entity: Entity, fact: str, orders: float | None, bounded: bool = False) -> None:
        cell = self.cell(column)
        if not cell or not NUMBER.fullmatch(cell.text):
            return
        ends = [self.cell(f"{column.removesuffix(' (FLOP)')} {end} bound") for end in ("lower", "upper")]
        low, high = (end.text if end and NUMBER.fullmatch(end.text) else None for end in ends)
        if orders is None and not (low and high):
            self.record.clue(entity, fact, cell, "vague")
            return
        outside = (low and float(cell.text) < float(low)) or (high and float(cell.text) > float(high))
        if outside:  # the row contradicts itself: what it says once, and what it says otherwise
            self.record.state(entity, fact, cell.text, cell, "Epoch AI")
            self.record.state(entity, fact, interval(low, None if bounded else high, cell), cell, "Epoch AI: bounds")
            return
        margin = 10 ** (orders or 0)
        if float(cell.text) * margin > sys.float_info.max:
            self.record.clue(entity, fact, cell, "vague")
            return
        low = low or f"{float(cell.text) / margin:.3e}"
        high = high or f"{float(cell.text) * margin:.3e}"
        confidence = self.cell("Confidence")
        note = f"Epoch AI: {cell.text}" + (f", {confidence.text}" if confidence else "")
        self.record.state(entity, fact, interval(low, None if bounded else high, cell), cell, note)

    def access(self) -> None:
        cell = self.cell("Model accessibility")
        if cell and cell.text in (*OPEN, *CLOSED):
            public = "true" if cell.text in OPEN else "false"
            self.record.state(self.model, "weights_public", public, cell, f"Epoch AI: {cell.text}")
        elif cell:
            self.record.clue(self.model, "weights_public", cell, "access")
        if cell and cell.text.startswith("Open weights"):
            self.record.clue(self.model, "licence", cell, "access")

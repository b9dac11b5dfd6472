"""Pictures drawn as SVG: days of application on a line, why a duty has its status, and numbers as bars.

Colours and fonts come from the style sheet of the page, so that pictures follow dark and printed pages. Each has a
title and a description; the page beside it says the same in words.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from html import escape

WIDTH = 720
MANY = 14  # years that have a mark of their own
CHARACTER = 8.3  # width of a letter of a day, bold, in the units of the picture
NARROW = 7.3  # of a letter in a box


class Drawn(str):
    """A picture: markup that a template takes as it is."""

    def __html__(self) -> str:
        return str(self)


@dataclass(frozen=True, slots=True)
class Span:
    """One line of a timeline: a duty or a text of the law, the days on which it is in force, the day it gives."""

    label: str
    begins: str  # of the text
    ends: str  # of the text; empty if it is in force still
    day: str
    told: str  # the day in words
    kind: str = ""  # how certain it is that it binds, for the style sheet


def timeline(name: str, title: str, description: str, spans: Sequence[Span], today: str, told_today: str) -> Drawn:
    """Days on a line, one line a text: pale where the text was not in force, full from the day on which it binds."""
    days = [span.day for span in spans if span.day] + [today] + [span.begins for span in spans if span.begins]
    years = int(min(days)[:4]), int(max(days)[:4]) + 1
    start, end = date(years[0], 1, 1).toordinal(), date(years[1], 1, 1).toordinal()
    step = 1 + (years[1] - years[0]) // MANY

    def x(day: str) -> float:
        return round(12 + (date.fromisoformat(day).toordinal() - start) / (end - start) * (WIDTH - 24), 1)

    row, top = 46, 30
    height = top + row * len(spans) + 26
    drawn = [f'<line class="today" x1="{x(today)}" x2="{x(today)}" y1="20" y2="{height - 22}"/>',
             label(x(today), 14, told_today, "today")]  # fmt: skip
    for year in range(years[0], years[1] + 1, step):
        at = x(f"{year}-01-01")
        drawn.append(f'<line class="tick" x1="{at}" x2="{at}" y1="{height - 26}" y2="{height - 20}"/>')
        if year + step <= years[1]:
            drawn.append(label((at + x(f"{year + step}-01-01")) / 2, height - 6, str(year), "year"))
    for index, span in enumerate(spans):
        y = top + index * row
        drawn.append(f'<text class="text" x="12" y="{y + 12}">{escape(span.label)}</text>')
        drawn.append(f'<rect class="track" x="12" y="{y + 19}" width="{WIDTH - 24}" height="8" rx="4"/>')
        begins, ends = x(span.begins) if span.begins else 12, x(span.ends) if span.ends else WIDTH - 12
        drawn.append(
            f'<rect class="force" x="{begins}" y="{y + 19}" width="{round(ends - begins, 1)}" height="8" rx="4"/>'
        )
        if span.day:
            at, kind = x(span.day), f" {span.kind}" if span.kind else ""
            from_ = max(at, begins)
            if from_ < ends:
                width = round(ends - from_, 1)
                drawn.append(f'<rect class="binds{kind}" x="{from_}" y="{y + 19}" width="{width}" height="8" rx="4"/>')
            never = " never" if span.ends and span.day > span.ends else ""
            drawn.append(f'<circle class="day{never}{kind}" cx="{at}" cy="{y + 23}" r="6"/>')
            drawn.append(label(at, y + 42, span.told, "told"))
    return svg(name, title, description, WIDTH, height, drawn, "timeline")


# ---------------------------------------------------------------------------------------------- counts

Counted = tuple[str, Sequence[tuple[str, int, str]]]  # a row: its label; kind, number and words of each part of its bar
WIDEST, BAR, BESIDE = 380, 22, 6.6  # width of the labels at most, height of a row, width of a letter


def bars(
    name: str, title: str, description: str, rows: Sequence[Counted], colours: Mapping[str, str] | None = None
) -> Drawn:
    """Numbers as bars, one a row, in parts of several kinds; ``colours`` of kinds where there is no style sheet."""
    most = max((sum(number for _, number, _ in parts) for _, parts in rows), default=0) or 1
    start = min(WIDEST, 16 + round(BESIDE * max((len(told) for told, _ in rows), default=0)))
    drawn = []
    if colours is not None:
        fills = "".join(f"#{name} .{kind} {{ fill: {colour} }} " for kind, colour in colours.items())
        drawn.append(f"<style>#{name} text {{ font: 12px sans-serif; fill: currentColor }} {fills}</style>")
    for index, (told, parts) in enumerate(rows):
        y, at = index * BAR, float(start)
        drawn.append(f'<text class="text" x="{start - 8}" y="{y + 15}" text-anchor="end">{escape(told)}</text>')
        for kind, number, words in parts:
            wide = round((WIDTH - start - 40) * number / most, 1)
            if number:
                drawn.append(
                    f'<rect class="{kind}" x="{round(at, 1)}" y="{y + 3}" width="{wide}" height="{BAR - 6}">'
                    f"<title>{escape(words)}: {number}</title></rect>"
                )
                at += wide
        total = sum(number for _, number, _ in parts)
        drawn.append(f'<text class="text" x="{round(at + 6, 1)}" y="{y + 15}">{total}</text>')
    kinds = dict.fromkeys((kind, words) for _, parts in rows for kind, number, words in parts if number)
    height, left = len(rows) * BAR + 8, 12
    if len(kinds) > 1:  # what the colours mean
        known = list(colours or ())
        for kind, words in sorted(kinds, key=lambda each: known.index(each[0]) if each[0] in known else 0):
            drawn.append(f'<rect class="{kind}" x="{left}" y="{height + 2}" width="12" height="12"/>')
            drawn.append(f'<text class="text" x="{left + 17}" y="{height + 12}">{escape(words)}</text>')
            left += 30 + round(len(words) * NARROW)
        height += 22
    whole = svg(name, title, description, WIDTH, height, drawn, "bars")
    return Drawn(whole.replace("<svg ", f'<svg id="{name}" ', 1))


def label(x: float, y: float, text: str, kind: str) -> str:
    """A text centred on a place, moved inwards where it would leave the picture."""
    half = len(text) * CHARACTER / 2
    x = min(max(x, half + 2), WIDTH - half - 2)
    return f'<text class="{kind}" x="{round(x, 1)}" y="{y}" text-anchor="middle">{escape(text)}</text>'


def svg(name: str, title: str, description: str, width: int, height: int, drawn: list[str], kind: str) -> Drawn:
    return Drawn(
        f'<svg class="{kind}" role="img" aria-labelledby="{name}-title {name}-desc" viewBox="0 0 {width} {height}"'
        f' width="{width}" height="{height}">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>'
        + "".join(drawn)
        + "</svg>"
    )


# ---------------------------------------------------------------------------------------------- why


@dataclass(slots=True)
class Box:
    """Something in a picture of reasons: its lines of text, its kind, and the boxes that rest on it."""

    key: str
    lines: list[str]
    kind: str
    supports: list[str] = field(default_factory=list)
    x: float = 0
    y: float = 0
    height: float = 0


COLUMN, GUTTER, LINE, PAD = 184, 28, 16, 8


def why(name: str, title: str, description: str, columns: Sequence[tuple[str, list[Box]]]) -> Drawn:
    """Columns of boxes from what was stated to what follows, with a line from each to all that it supports."""
    columns = [column for column in columns if column[1]]
    width = COLUMN * len(columns) + GUTTER * (len(columns) - 1)
    boxes = {box.key: box for _, column in columns for box in column}
    heights = []
    for _, column in columns:
        y = 28.0
        for box in column:
            box.height = len(box.lines) * LINE + 2 * PAD
            y += box.height + 12
        heights.append(y)
    tallest = max(heights)
    for index, (_, column) in enumerate(columns):
        y = 28 + (tallest - heights[index]) / 2
        for box in column:
            box.x, box.y = index * (COLUMN + GUTTER), y
            y += box.height + 12
    drawn = [
        f'<text class="head" x="{index * (COLUMN + GUTTER)}" y="14">{escape(head)}</text>'
        for index, (head, _) in enumerate(columns)
    ]
    for box in boxes.values():
        for other in (boxes[key] for key in box.supports if key in boxes):
            x1, y1 = box.x + COLUMN, box.y + box.height / 2
            x2, y2 = other.x, other.y + other.height / 2
            middle = (x1 + x2) / 2
            drawn.append(
                f'<path class="edge {box.kind}" d="M{x1:g} {y1:g}C{middle:g} {y1:g} {middle:g} {y2:g} {x2:g} {y2:g}"/>'
            )
    drawn += [drawn_box(box) for box in boxes.values()]
    return svg(name, title, description, width, round(tallest), drawn, "why")


def drawn_box(box: Box) -> str:
    text = "".join(
        f'<tspan x="{box.x + PAD + 1:g}" y="{box.y + PAD + 12 + index * LINE:g}">{escape(line)}</tspan>'
        for index, line in enumerate(box.lines)
    )
    shape = (
        f'<rect class="box {box.kind}" x="{box.x:g}" y="{box.y:g}" width="{COLUMN}" height="{box.height:g}" rx="6"/>'
        f"<text>{text}</text>"
    )
    return shape


def fold(text: str, most: int = 4) -> list[str]:
    """The lines of a text in a box; what does not fit ends with an ellipsis, and stands in the list beside."""
    letters = int((COLUMN - 2 * PAD) / NARROW)
    lines = textwrap.wrap(text, letters, break_long_words=True)
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1][: letters - 2].rstrip() + "…"]
    return lines or [""]

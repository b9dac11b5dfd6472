"""Numbers and days as descriptions write them, read strictly into intervals.

Every format goes through these readers, so that ``1e26``, ``10^26`` and 27 digits are one value everywhere.
"""

from __future__ import annotations

import calendar
import math
import re
from fractions import Fraction
from typing import NamedTuple

from .limits import most

MAX_DIGITS, MAX_EXPONENT = most("digits"), most("exponent")
DECIMAL = r"\d+(?:\.\d+)?|\.\d+"
NUMBER = re.compile(rf"(?P<mantissa>{DECIMAL})(?:[eE](?P<exponent>[+-]?\d+))?", re.ASCII)
POWER = re.compile(rf"(?:(?P<mantissa>{DECIMAL})\s*[x×*·]\s*)?10\s*(?:\^|\*\*)\s*(?P<exponent>\d+)", re.ASCII)
RELATION = re.compile(r"(>=|<=|>|<|≥|≤)\s*(.+)", re.DOTALL)
DAY = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2}))?)?", re.ASCII)


class ValueProblem(ValueError):
    """A value that cannot be read; the message says what would be right."""


class Bounds(NamedTuple):
    """What is known of a number (as a fraction) or a day (as YYYY-MM-DD); None where it is open."""

    low: Fraction | str | None
    high: Fraction | str | None

    @property
    def exact(self):
        return self.low if self.low == self.high else None


def number(text: str) -> Bounds:
    """A non-negative number: ``8.1e22``, ``10^25``, ``100000``, ``>= 1.18e24``. Raises ``ValueProblem``."""
    relation, rest = _relation(text)
    value = _plain_number(rest)
    if relation in (">=", "≥"):
        return Bounds(value, None)
    if relation in ("<=", "≤"):
        return Bounds(None, value)
    if relation == ">":
        return Bounds(_next(value, math.inf), None)
    if relation == "<":
        return Bounds(None, _next(value, 0.0))
    return Bounds(value, value)


def _next(value: Fraction, towards: float) -> Fraction:
    """The next number that a computer can tell apart: just above, or just below."""
    return Fraction(repr(math.nextafter(float(value), towards)))


def _relation(text: str) -> tuple[str, str]:
    found = RELATION.fullmatch(text.strip())
    return (found[1], found[2].strip()) if found else ("", text.strip())


def _plain_number(text: str) -> Fraction:
    found = NUMBER.fullmatch(text) or POWER.fullmatch(text)
    if not found:
        raise ValueProblem(f"“{text}” is not a number; write it as 8.1e22, 10^25 or 250000")
    mantissa, exponent = found["mantissa"] or "1", int(found["exponent"] or 0)
    if len(mantissa) > MAX_DIGITS or abs(exponent) > MAX_EXPONENT:
        raise ValueProblem(f"“{text[:40]}…” is too long; at most {MAX_DIGITS} digits and three in the exponent")
    value = Fraction(mantissa) * Fraction(10) ** exponent
    try:
        return Fraction(repr(float(value)))  # digits that no engine can compare would only come and go in conversion
    except OverflowError:
        raise ValueProblem(f"“{text}” is larger than any number that can be compared") from None


def day(text: str) -> Bounds:
    """A day, or the month or year in which it lies, or a bound: ``2025-08-02``, ``2025-08``, ``>= 2025-08-02``."""
    relation, rest = _relation(text)
    low, high = _plain_day(rest)
    if relation in (">=", "≥", ">"):
        return Bounds(low if relation != ">" else _shift(high, 1), None)
    if relation in ("<=", "≤", "<"):
        return Bounds(None, high if relation != "<" else _shift(low, -1))
    return Bounds(low, high)


def _plain_day(text: str) -> tuple[str, str]:
    found = DAY.fullmatch(text)
    if not found:
        raise ValueProblem(f"“{text}” is not a day; write YYYY-MM-DD, or YYYY-MM if only the month is known")
    year, month, date = (int(part) if part else None for part in found.groups())
    if not 1900 <= year <= 2199:
        raise ValueProblem(f"the year of {text} is not between 1900 and 2199")
    if month is not None and not 1 <= month <= 12:
        raise ValueProblem(f"there is no month {text[:7]}; write YYYY-MM-DD")
    if date is not None:
        if not 1 <= date <= calendar.monthrange(year, month)[1]:
            raise ValueProblem(f"there is no day {text} in the calendar")
        return text, text
    if month is not None:
        return f"{text}-01", f"{text}-{calendar.monthrange(year, month)[1]:02}"
    return f"{text}-01-01", f"{text}-12-31"


def _shift(text: str, days: int) -> str:
    from datetime import date, timedelta

    return (date.fromisoformat(text) + timedelta(days)).isoformat()


def days_later(text: str | None, days: float) -> str | None:
    return None if text is None else _shift(text, int(days))


def boolean(text: str) -> bool:
    """``true`` or ``false``. Raises ``ValueProblem`` for yes, no, 0, 1 and everything else."""
    if text in ("true", "True", "TRUE"):
        return True
    if text in ("false", "False", "FALSE"):
        return False
    raise ValueProblem(f"“{text}” is neither true nor false")


def double(value: Fraction) -> str:
    """The text of a number as xsd:double; the same number always gives the same text."""
    return repr(float(value)).replace("e+", "E").replace("e", "E")


def shown(bounds: Bounds) -> str:
    """Bounds as a person writes them."""
    low, high = (format(float(b), ".4g") if isinstance(b, Fraction) else b for b in bounds)
    if low == high:
        return str(low)
    if low is None or high is None:
        return f">= {low}" if high is None else f"<= {high}"
    return f"{low} to {high}"

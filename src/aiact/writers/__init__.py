"""The forms of the answer of ``aiact check``: a form is a module here, and its name is what ``--format`` takes.

A module offers ``write(assessment, language, everything) -> str``. One whose form can hold several projects offers
``write_several`` with a list of assessments beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

    from ..findings.assess import Assessment


def forms() -> list[str]:
    """The names of all forms; the one for a terminal first."""
    found = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))
    return sorted(found, key=lambda name: name != "text")


def writer(form: str) -> ModuleType:
    """The module of one form; no other is imported."""
    return import_module(f".{form}", __package__)


def write(form: str) -> Callable[[Assessment, str, bool], str]:
    """The function that writes one assessment in a form."""
    return writer(form).write


def write_several(form: str) -> Callable[[list[Assessment], str, bool], str] | None:
    """The function that writes several assessments in one document, or None if the form holds but one."""
    return getattr(writer(form), "write_several", None)


def several() -> list[str]:
    """The forms that hold several projects."""
    return [form for form in forms() if write_several(form)]

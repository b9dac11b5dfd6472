"""Applications in the pages: each is a folder here, found by its name, with what it needs beside it.

A folder ``apps/<name>/`` is a package that holds

* ``__init__.py`` with ``APP = App(…)``: its place in the navigation, its title and a sentence in both languages, what
  its page may do beyond the others (``policy``), and if need be ``build(site, name)``, which yields the path and the
  content of each further file, and ``context(site, words)``, the further values of its template in one language;
* ``page.html``, a template that extends ``app.html``; it is rendered to ``en/<name>.html`` and ``fr/<name>.html``;
* ``static/``, files that are copied to ``apps/<name>/``; no script and no style stands in the page itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

from ...law.names import BASE

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class App:
    """What the site must know of an application."""

    order: int  # in the navigation
    title: dict[str, str]
    summary: dict[str, str]
    policy: dict[str, str] = field(default_factory=dict)  # directives of the content security policy, beside ours
    in_navigation: bool = True
    build: Callable | None = None  # build(site, name): yields further files
    context: Callable | None = None  # context(site, words): further values for its template


def applications() -> dict[str, App]:
    """All applications by the name of their folder, in the order of the navigation."""
    found = {
        path.parent.name: import_module(f".{path.parent.name}", __package__).APP
        for path in sorted(FOLDER.glob("[a-z]*/__init__.py"))
    }
    return dict(sorted(found.items(), key=lambda item: (item[1].order, item[0])))


def told(words, prefix: str) -> dict[str, str]:
    """The phrases of a page that its script says, by their names without the prefix; ``{…}`` is filled there."""
    start = f"{BASE}phrase/page-{prefix}"
    names = [iri.removeprefix(start) for iri in words.knowledge.labels if iri.startswith(start)]
    words.used.update(prefix + name for name in names)
    return {name: words.of(words.knowledge.labels[start + name]) for name in names}

"""The limits of the server: how much anybody may ask for. They are published, and each can be set when it starts."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, fields


def limit(default: float, what: str):
    return field(default=default, metadata={"what": what})


@dataclass(frozen=True, slots=True)
class Limits:
    """One field a limit, with its unit in words."""

    # what one may send
    query: int = limit(8 * 1024, "bytes of a query")
    nesting: int = limit(32, "brackets of a query inside one another")
    patterns: int = limit(60, "triple patterns and groups of a query")
    steps: int = limit(10, "steps of a property path")
    operators: int = limit(200, "operators of a query")
    description: int = limit(1024 * 1024, "bytes of a description, whatever its format")
    # what one gets
    deadline: float = limit(5, "seconds that a query may run")
    check_deadline: float = limit(10, "seconds that a check may run")
    memory: int = limit(1024, "MiB that a worker may use beside the graph")
    rows: int = limit(10 * 1000, "rows or triples of an answer")
    answer: int = limit(8 * 1024 * 1024, "bytes of an answer")
    # what one client may do, known by its address
    at_once: int = limit(4, "queries of one client that run at the same time")
    client_waiting: int = limit(16, "queries of one client that wait; the next is refused")
    seconds: float = limit(30, "seconds of engine time that a client may use in a minute")
    errors: int = limit(10, "queries of a client in a minute that may be wrong, refused or stopped")
    # what all clients together may do
    workers: int = limit(0, "processes that answer; 0 is two for each processor")
    quick: float = limit(0.25, "seconds after which a query gives way to others")
    aside: int = limit(4, "queries that have given way and still run")
    waiting: int = limit(256, "queries that wait; the next is refused")
    patience: float = limit(10, "seconds that a query may wait before it is refused")
    connections: int = limit(1000, "connections, of which a client may have a quarter")
    sending: float = limit(10, "seconds in which a request has to arrive")
    cache: int = limit(64, "MiB of answers that are kept to be given again")

    def lanes(self) -> int:
        """How many processes answer at the same time, not counting those that have given way."""
        return self.workers or 2 * (os.cpu_count() or 2)

    def told(self) -> dict[str, dict]:
        """Each limit with its value and what it counts, for those who ask."""
        return {item.name: {"value": getattr(self, item.name), "is": item.metadata["what"]} for item in fields(self)}


def read(given: list[str] | tuple[str, ...]) -> Limits:
    """Limits from words such as ``deadline=2``. Raises ``ValueError`` with what would be right."""
    from ..descriptions.description import suggest

    known = {item.name: item for item in fields(Limits)}
    found: dict[str, float] = {}
    for word in given:
        name, _, value = word.partition("=")
        if name not in known:
            raise ValueError(f"there is no limit “{name}”{suggest(name, list(known))}")
        kind = float if known[name].type == "float" else int
        try:
            found[name] = kind(value)
        except ValueError:
            raise ValueError(
                f"{name} is {known[name].metadata['what']}: a number, such as {known[name].default}"
            ) from None
        if not 0 <= found[name] < 1e12 or (name == "deadline" and not found[name]):
            raise ValueError(f"{name}={value} is no limit; it counts {known[name].metadata['what']}")
    return Limits(**found)

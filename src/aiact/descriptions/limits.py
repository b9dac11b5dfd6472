"""The limits of what is read from outside: one table, published as it stands, and each tried in ``tests/test_gate.py``.

What is above a limit is refused with a sentence; nothing is cut off silently.
"""

from __future__ import annotations

from typing import NamedTuple

KB = 1024


class Limit(NamedTuple):
    """How much there may be, and of what."""

    most: int
    what: str


LIMITS = {
    # bytes of a file, by its kind
    "file": Limit(32 * KB * KB, "bytes of any file; the limit of a table of models, of which one row is read"),
    "description": Limit(256 * KB, "bytes of a description in our own format, and of a record or header in YAML"),
    "rdf": Limit(KB * KB, "bytes of a description in Turtle, N-Triples, JSON-LD or RDF/XML"),
    "card": Limit(KB * KB, "bytes of a model card, of which the header may be as long as a description"),
    "bill": Limit(4 * KB * KB, "bytes of a bill of materials or data set description, in JSON or XML"),
    "act": Limit(40 * KB * KB, "bytes of an official text, and of all that an archive of such texts unpacks to"),
    # what stands in it
    "nesting": Limit(64, "brackets, elements or indents inside one another"),
    "values": Limit(20_000, "keys and values of a document in YAML, or of a description in JSON"),
    "bill_values": Limit(200_000, "keys and values, or elements and attributes, of a bill of materials"),
    "rows": Limit(100_000, "rows of a table of models"),
    "triples": Limit(20_000, "triples of a description in RDF"),
    "blank_nodes": Limit(2_000, "blank nodes of a description in RDF"),
    "iri": Limit(2 * KB, "characters of an IRI"),
    "literal": Limit(64 * KB, "characters of a literal in RDF"),
    # what it says
    "entities": Limit(100, "actors, models, systems, components, uses and licences of one project"),
    "values_of_a_fact": Limit(1_000, "values of one fact of one thing"),
    "licences_of_an_expression": Limit(100, "licences that one expression joins"),
    "clues": Limit(2_000, "clues that a file gives to facts which it does not state"),
    "dots": Limit(1_000, "dots in a line of TOML, whose keys may be joined by them"),
    "digits": Limit(64, "characters of a number before its exponent"),
    "exponent": Limit(999, "the exponent of a number, above or below zero"),
    "problems": Limit(50, "problems of one file that are told; the rest is said to be there"),
    "files": Limit(400, "files of a folder that might describe a project"),
    "documents": Limit(300, "documents in an archive or folder of official texts"),
    # what reading an official text may take; it is read by a process of its own
    "act_seconds": Limit(120, "seconds of computing that an official text may take to read"),
    "act_memory": Limit(2 * KB, "MB of memory that an official text may take to read"),
}


def most(name: str) -> int:
    return LIMITS[name].most

"""Which form of an answer a client prefers, of those that there are."""

from __future__ import annotations

RESULTS = {
    "application/sparql-results+json": "json",
    "application/sparql-results+xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "application/json": "json",
    "application/xml": "xml",
    "text/xml": "xml",
    "text/html": "html",
}
TRIPLES = {
    "text/turtle": "ttl",
    "application/n-triples": "nt",
    "application/ld+json": "jsonld",
    "application/rdf+xml": "rdf",
    "application/json": "jsonld",
    "application/xml": "rdf",
    "text/plain": "nt",
}
TABLES = {"application/json": "json", "text/csv": "csv", "text/markdown": "md", "text/plain": "table"}


OTHERWISE = {"turtle": "ttl", "n-triples": "nt", "ntriples": "nt", "json-ld": "jsonld", "rdf+xml": "rdf", "xml": "rdf"}


def preferred(accept: str, offers: dict[str, str], choice: str = "") -> tuple[str, str] | None:
    """Media type and form that suit an Accept header best, in the order of the offers; None if none does.

    ``choice``, the name of a form, prevails; one that is not known does so only over a header that says nothing.
    """
    if choice:
        names = (choice, OTHERWISE.get(choice.lower(), choice))
        found = next(((media, form) for media, form in offers.items() if form in names or media in names), None)
        if found or accept in ("", "*/*"):
            return found
    taken = ranges(accept) or [("*/*", 1.0)]
    best, found = 0.0, None
    for media in offers:
        weight = _weight(media, taken)
        if weight > best:
            best, found = weight, media
    return (found, offers[found]) if found else None


def ranges(header: str) -> list[tuple[str, float]]:
    """What an Accept or Accept-Language header lists, each with its weight."""
    return [_range(part) for part in header.split(",") if part.strip()]


def _range(part: str) -> tuple[str, float]:
    media, *parameters = (word.strip() for word in part.split(";"))
    weight = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                weight = min(max(float(value), 0.0), 1.0)
            except ValueError:
                weight = 0.0
    return media.lower(), weight


def _weight(media: str, ranges: list[tuple[str, float]]) -> float:
    """The weight that the most specific range gives a media type."""
    for wanted in (media, media.split("/")[0] + "/*", "*/*"):
        found = [weight for range, weight in ranges if range == wanted]
        if found:
            return max(found)
    return 0.0

"""Search: by citation, however it is written, and by words in either language; without a script, a plain list."""

from __future__ import annotations

from .. import App


def _context(site, words) -> dict:
    return {"sections": site.plain_list(words)}


APP = App(
    order=90,
    title={"en": "Search", "fr": "Recherche"},
    summary={
        "en": "Find a provision, a rule, a term, a licence: by citation or by words.",
        "fr": "Trouver une disposition, une règle, un terme, une licence : par référence ou par mots.",
    },
    in_navigation=False,
    context=_context,
)

"""The plainest page there is: an answer as a table, and a box to ask in, without script or style of elsewhere."""

from __future__ import annotations

from html import escape

META = '<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n'
HEAD = f'<!DOCTYPE html>\n<html lang="{{}}">\n{META}'
WORDS = {
    "en": {"query": "Query", "form": "Form of the answer", "ask": "Ask", "questions": "Questions"},
    "fr": {"query": "Requête", "form": "Forme de la réponse", "ask": "Demander", "questions": "Questions"},
}


def table(names: list[str], rows: list[list]) -> str:
    """Rows of RDF terms as HTML; an address of the web is a link."""
    head = "".join(f"<th scope=col>{escape(name)}</th>" for name in names)
    body = "".join("<tr>" + "".join(f"<td>{cell(term)}</td>" for term in row) + "</tr>\n" for row in rows)
    written = f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>"
    return f"{HEAD.format('en')}<title>SPARQL</title>\n<table border=1>\n{written}</table>\n"


def cell(term) -> str:
    if term is None:
        return ""
    text = term if isinstance(term, str) else getattr(term, "value", str(term))
    if type(term).__name__ == "NamedNode" and text.startswith(("http://", "https://")):
        return f'<a rel="noreferrer" href="{escape(text)}">{escape(text)}</a>'
    language = getattr(term, "language", None)
    return f'<span lang="{escape(language)}">{escape(text)}</span>' if language else escape(text)


def box(path: str, questions: list[dict], language: str) -> str:
    """A form that asks the endpoint at a path, and the questions of the library beneath it."""
    words = WORDS[language]
    folder = path.rpartition("/")[0]
    listed = "".join(
        f'<li><a href="{escape(folder)}/questions/{escape(item["name"])}?format=table&amp;lang={language}">'
        f"{escape(item['title'][language])}</a></li>\n"
        for item in questions
        if item["about"] != "project"
    )
    query = (
        "SELECT ?rule ?label WHERE {\n    ?rule a aiact:Exemption ; skos:prefLabel ?label .\n"
        f'    FILTER (LANG(?label) = "{language}")\n}}'
    )
    forms = "".join(f"<option>{form}</option>" for form in ("html", "json", "xml", "csv", "tsv"))
    return (
        f"{HEAD.format(language)}<title>SPARQL</title>\n<h1>SPARQL</h1>\n"
        f'<form action="{escape(path)}" method="get"><p><label for="query">{words["query"]}</label><br>\n'
        f'<textarea id="query" name="query" rows="12" cols="80" required>{escape(query)}</textarea></p>\n'
        f'<p><label for="format">{words["form"]}</label> <select id="format" name="format">{forms}</select> '
        f"<button>{words['ask']}</button></p></form>\n<h2>{words['questions']}</h2>\n<ul>\n{listed}</ul>\n"
    )

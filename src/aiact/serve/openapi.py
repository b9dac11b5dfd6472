"""The OpenAPI 3.1 document of the server, made from what it holds."""

from __future__ import annotations

import json
from pathlib import Path

from .limits import Limits
from .negotiate import RESULTS, TABLES, TRIPLES

FINDINGS = Path(__file__).parents[1] / "findings.schema.json"


def document(held: dict, limits: Limits, here: str, reports: list[tuple[str, str]]) -> dict:
    """Every address, parameter, form and refusal."""
    from .app import DESCRIPTIONS, FORM, QUERY, TITLES

    findings = json.loads(
        FINDINGS.read_text(encoding="utf-8").replace('"#/', '"#/components/schemas/Findings/')  # it moves in here
    )
    findings.pop("$schema", None)
    findings.pop("$id", None)

    def answers(content: dict, *statuses: int, empty: tuple[int, ...] = ()) -> dict:
        found = {"200": {"description": "the answer", "content": content}}
        found |= {str(status): {"description": "not changed"} for status in empty}
        for status in sorted({*statuses, 421, 500}):
            found[str(status)] = {
                "description": TITLES.get(status, "asked under a name that is not the server's"),
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            }
        return found

    def parameter(name: str, what: str, schema: dict | None = None, **more) -> dict:
        return {"name": name, "in": "query", "description": what, "schema": schema or {"type": "string"}, **more}

    text = {"schema": {"type": "string"}}
    many = {"type": "array", "items": {"type": "string", "format": "uri"}}
    results = dict.fromkeys((*RESULTS, *TRIPLES), text)
    dataset = [
        parameter("default-graph-uri", "A graph to be part of the default graph.", many),
        parameter("named-graph-uri", "A graph to be asked by its name.", many),
    ]
    form = parameter(
        "format",
        "The form of the answer; prevails over Accept.",
        {"enum": sorted({*RESULTS.values(), *TRIPLES.values()})},
    )
    lang = parameter("lang", "Language of the answer.", {"enum": ["en", "fr"]})
    day = {"type": "string", "format": "date"}
    busy = (429, 503, 504)
    of_checks = [
        parameter("on", "The day to ask about; today if not given.", day),
        parameter("known_on", "Ask under the text in force on this day.", day),
        lang,
        parameter("format", "The form of the answer; prevails over Accept.", {"enum": [name for _, name in reports]}),
        parameter("all", "List the duties that are not applicable too.", {"type": "boolean"}),
    ]
    fields = {
        "query": {"type": "string"}, "default-graph-uri": many, "named-graph-uri": many, "format": form["schema"],
    }  # fmt: skip
    paths = {
        "/sparql": {
            "get": {
                "operationId": "query",
                "summary": "SPARQL 1.1 query; without one, the description of the service.",
                "parameters": [
                    parameter("query", "The query.", {"type": "string", "maxLength": limits.query}),
                    *dataset,
                    form,
                ],
                "responses": answers(results, 400, 403, 406, 413, 422, *busy, empty=(304,)),
            },
            "post": {
                "operationId": "queryByPost",
                "summary": "SPARQL 1.1 query in the body.",
                "parameters": [*dataset, form],
                "requestBody": {
                    "required": True,
                    "content": {
                        QUERY: {"schema": {"type": "string", "maxLength": limits.query}},
                        FORM: {"schema": {"type": "object", "required": ["query"], "properties": fields}},
                    },
                },
                "responses": answers(results, 400, 403, 406, 408, 413, 415, 422, *busy, empty=(304,)),
            },
        },
        "/check": {
            "post": {
                "operationId": "check",
                "summary": "Assess a project: which duties apply, which are lifted, which cannot be decided, and why.",
                "parameters": of_checks,
                "requestBody": {
                    "required": True,
                    "content": dict.fromkeys(DESCRIPTIONS, text)
                    | {
                        FORM: {
                            "schema": {
                                "type": "object",
                                "required": ["description"],
                                "properties": {"description": {"type": "string"}},
                            }
                        }
                    },
                },
                "responses": answers(
                    {
                        media: {"schema": {"$ref": "#/components/schemas/Findings"}} if name == "json" else text
                        for media, name in reports
                    },
                    400,
                    406,
                    408,
                    413,
                    415,
                    422,
                    *busy,
                ),
            }
        },
        "/questions": {
            "get": {
                "operationId": "questions",
                "summary": "The questions of the library.",
                "responses": answers({"application/json": {"schema": {"type": "object"}}}),
            }
        },
        "/questions/{name}": {
            "get": {
                "operationId": "question",
                "summary": "The answer to a question; each of its parameters is a parameter of the address.",
                "parameters": [
                    {
                        "name": "name",
                        "in": "path",
                        "required": True,
                        "schema": {"type": "string", "enum": [item["name"] for item in held["questions"]]},
                    },
                    lang,
                    parameter("project", "Ask about this project; all projects if not given."),
                    parameter(
                        "format", "The form of the answer; prevails over Accept.", {"enum": list(TABLES.values())}
                    ),
                    parameter(
                        "parameters",
                        "The parameters of the question, as /questions lists them.",
                        {"type": "object", "additionalProperties": {"type": "string"}},
                        style="form",
                        explode=True,
                    ),
                ],
                "responses": answers(dict.fromkeys(TABLES, text), 400, 404, 406, 422, *busy, empty=(304,)),
            }
        },
        "/.well-known/void": {
            "get": {
                "operationId": "void",
                "summary": "What stands in the graphs (VoID).",
                "responses": answers(dict.fromkeys(TRIPLES, text), 406),
            }
        },
        "/health": {
            "get": {
                "operationId": "health",
                "summary": "Whether the server is well.",
                "responses": answers({"application/json": {"schema": {"type": "object"}}}, 503),
            }
        },
        "/service.json": {
            "get": {
                "operationId": "service",
                "summary": "What pages have to know of the server that shows them: that it answers, and its graphs.",
                "responses": answers({"application/json": {"schema": {"type": "object"}}}),
            }
        },
        "/metrics": {
            "get": {
                "operationId": "metrics",
                "summary": "Figures in the text form of Prometheus.",
                "responses": answers({"text/plain": text}),
            }
        },
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "aiact",
            "version": held["release"],
            "summary": "What the EU AI Act asks of an open-source AI project, with the proof.",
            "description": "Not legal advice. Only the Official Journal is authentic, and courts decide.",
            "license": {"name": "CC BY 4.0", "identifier": "CC-BY-4.0"},
        },
        "servers": [{"url": here}],
        "paths": paths,
        "components": {"schemas": {"Problem": PROBLEM, "Findings": findings}},
        "x-limits": limits.told(),
    }


PROBLEM = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "required": ["title", "status", "detail"],
    "properties": {
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "problems": {
            "type": "array",
            "description": "What is wrong with a description, and where.",
            "items": {
                "type": "object",
                "required": ["file", "line", "text"],
                "properties": {"file": {"type": "string"}, "line": {"type": "integer"}, "text": {"type": "string"}},
            },
        },
    },
}

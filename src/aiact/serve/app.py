"""What is served under which address, and with which words it is refused."""

from __future__ import annotations

import asyncio
import hashlib
import ipaddress
import json
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from ..law.names import BASE
from . import describe, gate, openapi
from .gate import Refused
from .limits import Limits
from .negotiate import RESULTS, TABLES, TRIPLES, preferred, ranges
from .pool import Pool
from .porter import Porter

VARY = "Accept, Accept-Language"
UNDERSTOOD = 500  # requests that need not be read again when they are sent again
QUERY, FORM = "application/sparql-query", "application/x-www-form-urlencoded"
REPORTS = {
    "application/json": "json",
    "text/plain": "text",
    "text/markdown": "md",
    "text/turtle": "ttl",
    "text/html": "html",
    "application/sarif+json": "sarif",
    "text/calendar": "ics",
    "text/csv": "csv",
    "application/ld+json": "jsonld",
    "text/x-github-annotations": "github",
}
DESCRIPTIONS = {
    "application/yaml": "description.yaml",
    "application/x-yaml": "description.yaml",
    "text/yaml": "description.yaml",
    "text/x-yaml": "description.yaml",
    "application/json": "description.json",
    "application/ld+json": "description.jsonld",
    "text/turtle": "description.ttl",
    "application/n-triples": "description.nt",
    "text/markdown": "README.md",
    "text/plain": "description",
    "application/octet-stream": "description",
}


@dataclass(slots=True)
class Asked:
    """A query with what is to be done: the message to a worker, the form of the answer, the graphs that are named."""

    text: bytes
    media: str
    message: dict
    graphs: list[str]
    key: tuple | None  # under which the answer may be kept


class Service:
    """The server's answers: each method that is routed takes a request and gives a response."""

    def __init__(self, pool: Pool, limits: Limits, on: str | None = None, site: Path | None = None) -> None:
        self.pool, self.limits, self.on, self.site = pool, limits, on, site
        self.answers = Answers(limits.cache * 1024 * 1024)
        self.catalogue: dict = {}
        self.taken_from: object = None
        self.understood = lru_cache(UNDERSTOOD)(self._understood)

    @property
    def reports(self) -> dict[str, str]:
        """Media types and forms of the answer of a check."""
        return {media: form for media, form in REPORTS.items() if form in self.held["forms"]}

    @property
    def held(self) -> dict:
        """What the nursery said that it holds; answers given under another are forgotten."""
        if self.taken_from is not self.pool.nursery:
            self.taken_from, self.catalogue = self.pool.nursery, self.pool.nursery.catalogue
            self.graphs = {graph["iri"] for graph in self.catalogue["graphs"]}
            self.questions = {item["name"]: item for item in self.catalogue["questions"]}
            self.answers.clear()
        return self.catalogue

    def app(self, hosts: list[str], origins: list[str], prefix: str, note: Callable[..., None]) -> Porter:
        routes = [
            Route("/sparql", self.sparql, methods=["GET", "POST"]),
            Route("/check", self.check, methods=["POST"]),
            Route("/questions", self.listed),
            Route("/questions/{name}", self.question),
            Route("/openapi.json", self.openapi),
            Route("/.well-known/void", self.void),
            Route("/health", self.health),
            Route("/service.json", self.service),
            Route("/metrics", self.metrics),
            Mount("/", self.pages()) if self.site else Route("/", self.front),
        ]
        across = Middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Content-Type", "Accept"],
            expose_headers=["Retry-After", "ETag"],
        )
        inner = Starlette(
            routes=routes,
            middleware=[across] if origins else [],
            exception_handlers={Refused: refused, HTTPException: not_found, ClientDisconnect: gone, Exception: fault},
        )
        self.porter = Porter(inner, None if origins else self.straight, hosts, prefix, note)
        return self.porter

    def pages(self):
        from starlette.staticfiles import StaticFiles

        return StaticFiles(directory=self.site, html=True)

    # -- SPARQL

    async def straight(self, scope, receive, send) -> None:
        """Answers at /sparql itself, as ``sparql`` says, without the detour over all routes."""
        request = Request(scope, receive)
        try:
            if request.method not in ("GET", "HEAD", "POST"):
                raise HTTPException(405, headers={"Allow": "GET, HEAD, POST"})
            response = await self.sparql(request)
        except Refused as error:
            response = await refused(request, error)
        except HTTPException as error:
            response = await not_found(request, error)
        except ClientDisconnect:
            return
        await response(scope, receive, send)

    async def sparql(self, request: Request) -> Response:
        """The SPARQL 1.1 Protocol, query only; without a query, the description of the service."""
        media, body = "", b""
        if request.method == "POST":
            media = media_type(request)
            most = {QUERY: self.limits.query, FORM: 3 * self.limits.query + 4096}.get(media)
            if most is None and media == "application/sparql-update":
                raise Refused(403, "this service answers queries, and changes nothing")
            if most is None:
                raise Refused(415, f"send the query as {QUERY}, or as {FORM} in the field query")
            body = await self.body(request, most)
        elif not request.scope["query_string"]:
            return self.described(request)
        held = self.held
        try:
            asked = self.understood(request.scope["query_string"], media, body, accepts(request))
            if asked is None:
                return self.described(request)
            for iri in asked.graphs:
                if iri not in self.graphs:
                    raise Refused(
                        400, f"there is no graph <{iri}>; this address, asked without a query, lists those here"
                    )
        except Refused:
            self.pool.blame(who(request))
            raise
        key = (held["release"], held["day"], asked.key) if asked.key else None
        return await self.asked(request, key, asked.message, asked.text, asked.media)

    def _understood(self, address: bytes, media: str, body: bytes, accept: str) -> Asked | None:
        """What a request asks for; None if there is no query in it. Raises ``Refused``."""
        fields, text = pairs(address), None
        if media == QUERY:
            text = decoded(body)
            if any(name == "query" for name, _ in fields):
                raise Refused(400, "the query stands in the body and in the address; send it once")
        elif media == FORM:
            if any(name in ("query", "update") for name, _ in fields):
                raise Refused(400, "the query of a form stands in the body, not in the address")
            fields += pairs(body)
        given: dict[str, list[str]] = {}
        for name, value in fields:
            given.setdefault(name, []).append(value)
        if "update" in given:
            raise Refused(403, "this service answers queries, and changes nothing")
        if text is None:
            texts = given.get("query", [])
            if not media and not given.keys() - {"format"}:
                return None
            if len(texts) != 1:
                raise Refused(400, f"there are {len(texts)} queries; send one, as the parameter query")
            text = texts[0]
        query = gate.passed(text, self.limits)
        default, named = given.get("default-graph-uri", []), given.get("named-graph-uri", [])
        media, form = wanted(
            accept, RESULTS if query.form in ("SELECT", "ASK") else TRIPLES, given.get("format", [""])[0]
        )
        message = {
            "kind": "query",
            "form": form,
            "default": default,
            "named": named,
            "from": bool(query.graphs or query.named),
            "base": BASE,
        }
        key = (text, form, *default, None, *named) if query.steady else None
        return Asked(text.encode(), media, message, [*default, *named, *query.graphs, *query.named], key)

    async def asked(self, request: Request, key: tuple | None, message: dict, body: bytes, media: str) -> Response:
        """The answer that is kept, or that of a worker."""
        kept = self.answers.get(key)
        if kept is None:
            deadline = self.limits.check_deadline if message["kind"] == "check" else self.limits.deadline
            header, found = await self.pool.ask(who(request), message, body, deadline)
            if header["status"] != 200:
                raise Refused(header.pop("status"), header.pop("detail"), **header)
            kept = Kept(found, media)
            self.answers.put(key, kept)
        else:
            self.porter.hit()
        if key and request.headers.get("if-none-match") == kept.tag:
            return Response(status_code=304, headers={"etag": kept.tag, "cache-control": "no-cache", "vary": VARY})
        return Ready(kept)

    def described(self, request: Request) -> Response:
        if "text/html" in request.headers.get("accept", ""):
            return self.boxed(request)
        media, form = wanted(accepts(request), TRIPLES, request.query_params.get("format", ""))
        return Response(describe.service(self.held, self.limits, here(request), form), media_type=media)

    def boxed(self, request: Request) -> Response:
        """The page on which one asks, in the language of the reader."""
        from .page import box

        told = box(request.scope["root_path"] + "/sparql", self.held["questions"], language(request, {}))
        return Response(told, media_type="text/html")

    async def void(self, request: Request) -> Response:
        """What stands in the graphs, in the Vocabulary of Interlinked Datasets."""
        media, form = wanted(accepts(request), TRIPLES, request.query_params.get("format", ""))
        return Response(describe.void(self.held, here(request), form), media_type=media)

    # -- checks

    async def check(self, request: Request) -> Response:
        """The assessment of the description in the body, or in the field ``description`` of a form."""
        given, media = dict(request.query_params), media_type(request)
        data = await self.body(request, self.limits.description)
        if media == FORM:
            fields = dict(pairs(data))
            data, given, media = fields.pop("description", "").encode(), given | fields, "text/plain"
        if media not in DESCRIPTIONS:
            raise Refused(415, f"a description cannot be {media or 'of no media type'}; send {', '.join(DESCRIPTIONS)}")
        unknown = given.keys() - {"on", "known_on", "lang", "format", "all"}
        if unknown:
            raise Refused(400, f"there is no parameter {min(unknown)}; there are on, known_on, lang, format and all")
        media_out, form = wanted(accepts(request), self.reports, given.get("format", ""))
        message = {
            "kind": "check",
            "name": DESCRIPTIONS[media],
            "on": given.get("on") or self.on or "",
            "known_on": given.get("known_on", ""),
            "lang": language(request, given),
            "form": form,
            "all": given.get("all", "") in ("1", "yes", "true", "on") or form == "json",
        }
        return await self.asked(request, None, message, data, media_out)

    # -- questions

    async def listed(self, request: Request) -> Response:
        """The questions of the library: titles, parameters, and the SPARQL."""
        return as_json({"questions": self.held["questions"]})

    async def question(self, request: Request) -> Response:
        """The answer to one question, its parameters taken from the address."""
        held, given = self.held, dict(request.query_params)
        item = self.questions.get(request.path_params["name"])
        if item is None:
            raise Refused(404, f"there is no question “{request.path_params['name']}”; /questions lists them")
        media, form = wanted(accepts(request), TABLES, given.pop("format", ""))
        lang, project = language(request, given), given.pop("project", None)
        given.pop("lang", None)
        graphs = self.projects(project) if item["about"] == "project" or project else []
        from ..law.knowledge import today

        key = (held["release"], today(), item["name"], lang, form, *sorted(given.items()), *graphs)
        message = {"kind": "question", "name": item["name"], "lang": lang, "form": form, "graphs": graphs}
        return await self.asked(request, key, message, json.dumps(given).encode(), media)

    def projects(self, name: str | None) -> list[str]:
        """The graphs of all projects, or of the one that is named."""
        found = {graph["title"]: graph["iri"] for graph in self.held["graphs"][1:]}
        if name is None:
            return list(found.values())
        if name not in found:
            from ..descriptions.description import suggest

            raise Refused(400, f"there is no project “{name}” here{suggest(name, list(found))}")
        return [found[name]]

    # -- about the server

    async def openapi(self, request: Request) -> Response:
        return as_json(openapi.document(self.held, self.limits, here(request).rstrip("/"), list(self.reports.items())))

    async def health(self, request: Request) -> Response:
        """200 while there are workers, else 503; in JSON, what is held and what goes on."""
        held, state = self.held, self.pool.state()
        well = bool(state["workers"]) and not self.pool.stopping
        told = {
            "status": "ok" if well else "unwell",
            **{key: held[key] for key in ("release", "text", "day")},
            "projects": len(held["graphs"]) - 1,
            "network": self.pool.nursery.network,
            **state,
        }
        return as_json(told, 200 if well else 503)

    async def service(self, request: Request) -> Response:
        """What pages have to know of the server that shows them; a site elsewhere has a file in its place."""
        graphs = [{"iri": graph["iri"], "title": graph["title"]} for graph in self.held["graphs"]]
        return as_json({"served": True, "graphs": graphs})

    async def metrics(self, request: Request) -> Response:
        text = self.porter.metrics(self.pool.state() | {"answers_kept": len(self.answers.kept)})
        return Response(text, media_type="text/plain; version=0.0.4")

    async def front(self, request: Request) -> Response:
        """Without a site, the front page is the box to ask in."""
        return self.boxed(request)

    async def body(self, request: Request, most: int) -> bytes:
        """The body of a request, if it is not too large and arrives in time."""
        parts, size = [], 0
        try:
            async with asyncio.timeout(self.limits.sending):
                async for part in request.stream():
                    size += len(part)
                    if size > most:
                        raise Refused(413, f"the body is larger than {most} bytes")
                    parts.append(part)
        except TimeoutError:
            raise Refused(408, f"the request did not arrive within {self.limits.sending:g} seconds") from None
        return b"".join(parts)


class Kept:
    """An answer with all that is sent before it."""

    __slots__ = ("body", "headers", "tag")

    def __init__(self, body: bytes, media: str) -> None:
        self.body, self.tag = body, f'"{hashlib.sha256(body).hexdigest()[:20]}"'
        charset = "; charset=utf-8" if media.startswith("text/") else ""
        said = {
            "content-type": media + charset,
            "content-length": str(len(body)),
            "etag": self.tag,
            "cache-control": "no-cache",
            "vary": VARY,
        }
        self.headers = [(name.encode(), value.encode()) for name, value in said.items()]


class Ready(Response):
    """A response whose headers need not be made."""

    def __init__(self, kept: Kept) -> None:
        self.status_code, self.background = 200, None
        self.body, self.raw_headers = kept.body, list(kept.headers)


class Answers:
    """Answers that are kept: the graph does not change while it is served, so the same query has the same answer."""

    def __init__(self, most: int) -> None:
        self.most, self.size = most, 0
        self.kept: OrderedDict[tuple, Kept] = OrderedDict()

    def get(self, key: tuple | None) -> Kept | None:
        found = self.kept.get(key) if key else None
        if found:
            self.kept.move_to_end(key)
        return found

    def put(self, key: tuple | None, answer: Kept) -> None:
        if key is None or key in self.kept or len(answer.body) > self.most // 8:
            return
        self.size += weight(key, answer)
        self.kept[key] = answer
        while self.size > self.most:
            self.size -= weight(*self.kept.popitem(last=False))

    def clear(self) -> None:
        self.kept.clear()
        self.size = 0


def weight(key: tuple, answer: Kept) -> int:
    """About how many bytes of memory a kept answer takes."""
    return len(answer.body) + len(str(key)) + 2000


# -- what requests say


def pairs(data: bytes) -> list[tuple[str, str]]:
    """The fields of a form or an address. Raises ``Refused`` if they are not UTF-8."""
    try:
        return parse_qsl(data.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=100)
    except (UnicodeDecodeError, ValueError):
        raise Refused(400, "the parameters are not UTF-8 with percent signs, or too many") from None


def decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused(400, "the query is not UTF-8") from None


def media_type(request: Request) -> str:
    """The media type of the body; a character set other than UTF-8 is refused."""
    media, *parameters = request.headers.get("content-type", "").split(";")
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value.strip(' "').lower() not in ("utf-8", "utf8", "us-ascii"):
            raise Refused(415, f"the character set {value.strip()} is not read; send UTF-8")
    return media.strip().lower()


def accepts(request: Request) -> str:
    return ", ".join(request.headers.getlist("accept"))


def wanted(accept: str, offers: dict[str, str], choice: str) -> tuple[str, str]:
    """Media type and form of the answer. Raises ``Refused`` if none of those that the client takes is there."""
    found = preferred(accept, offers, choice)
    if found is None:
        raise Refused(406, f"this answer can be had as {', '.join(offers)}")
    return found


def language(request: Request, given: dict[str, str]) -> str:
    """The language asked for, or else the one of ours that the client's Accept-Language prefers; English if none."""
    lang = given.get("lang")
    if lang is None:
        spoken = ranges(request.headers.get("accept-language", "en"))
        return max(("en", "fr"), key=lambda ours: max((q for tag, q in spoken if tag.split("-")[0] == ours), default=0))
    if lang not in ("en", "fr"):
        raise Refused(400, f"answers are in en and fr, not in “{lang}”")
    return lang


def who(request: Request) -> str:
    """A client by its address; of IPv6, the network of a household."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 6:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return host


def here(request: Request) -> str:
    """The address of the server as the client knows it, with a slash at the end."""
    return str(request.base_url)


# -- how they are answered


def as_json(told: object, status: int = 200, media: str = "application/json") -> Response:
    return Response(json.dumps(told, ensure_ascii=False).encode(), status, media_type=media)


TITLES = {
    400: "the request is not right", 403: "not served", 404: "not found", 405: "method not allowed",
    406: "no such form", 408: "too slow", 413: "too large", 415: "media type not read", 422: "cannot be answered",
    429: "too much", 500: "a fault of ours", 503: "busy", 504: "stopped",
}  # fmt: skip


def problem(status: int, detail: str, **more) -> Response:
    """Problem details (RFC 9457)."""
    retry = more.pop("retry", None)
    told = {"title": TITLES.get(status, "error"), "status": status, "detail": detail, **more}
    response = as_json(told, status, "application/problem+json")
    if retry:
        response.headers["retry-after"] = str(retry)
    elif status == 503:
        response.headers["retry-after"] = "2"
    return response


async def refused(request: Request, error: Refused) -> Response:
    response = problem(error.status, error.detail, **error.more)
    if error.status in (408, 413):
        response.headers["connection"] = "close"
    return response


async def not_found(request: Request, error: HTTPException) -> Response:
    allow = (error.headers or {}).get("Allow", "")
    detail = {404: "there is nothing at this address", 405: f"use {allow}"}.get(error.status_code, str(error.detail))
    response = problem(error.status_code, detail)
    if allow:
        response.headers["allow"] = allow
    return response


async def gone(request: Request, error: Exception) -> Response:
    return problem(400, "the client has gone")


async def fault(request: Request, error: Exception) -> Response:
    return problem(500, f"{type(error).__name__}; please report it")

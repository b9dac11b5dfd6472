"""A SPARQL 1.1 endpoint elsewhere, over HTTP: which of our graphs it holds, and questions asked of it.

Only queries are sent here; ``publish`` writes. An answer that is late, cut short or no SPARQL at all is an error and
never an empty table, and so is the silence of a store that does not hold the law.
"""

from __future__ import annotations

import json
import netrc
import os
import re
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from http.client import HTTPException
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

from ..descriptions.description import CONTROL
from ..law.knowledge import Knowledge
from ..law.names import AIACT, BASE, DCTERMS, OWL, PREFIXES
from .query import Answer, QuestionError, shown

TIMEOUT = 60  # seconds for the whole of one answer
LARGEST = 64_000_000  # bytes of one answer
USER, PASSWORD = "AIACT_ENDPOINT_USER", "AIACT_ENDPOINT_PASSWORD"
GRAPH = BASE + "graph/"  # the graphs of a store that ``publish`` fills
LAW = GRAPH + "law"
JSON_RESULTS = "application/sparql-results+json"
# What Virtuoso says beside an answer that it has cut: after so many rows, or when its time was up.
CUT = {"X-SPARQL-MaxRows": None, "X-SQL-State": "S1TAT"}

TRIES = 3  # of a question that is overtaken by a publication

# The graphs that were published, each telling what it is about, and under which release of the law; the hash of it all
# tells versions apart where graphs can change.
PUBLISHED = f"""
SELECT ?graph ?about ?release ?hash WHERE {{ GRAPH ?graph {{
    ?graph <{DCTERMS}conformsTo> <{BASE}> ; <{DCTERMS}title> ?about ; <{OWL}versionInfo> ?release
    OPTIONAL {{ ?graph <{DCTERMS}identifier> ?hash }}
}} }}"""
# Whether the law is in the graph that is asked if none is named, and an assessed project.
DEFAULT = f"""
SELECT ?release ?assessment WHERE {{
    {{ <{BASE}> a <{OWL}Ontology> . OPTIONAL {{ <{BASE}> <{OWL}versionInfo> ?release }} }}
    UNION {{ SELECT ?assessment WHERE {{ ?assessment a <{AIACT}Assessment> }} LIMIT 1 }}
}}"""


class EndpointError(QuestionError):
    """An endpoint that cannot be asked or does not hold what is asked about; the message says what would help."""

    is_usage = False


@dataclass(slots=True)
class Reply:
    """What a server sent back: status, headers, and the body as bytes."""

    status: int
    headers: object
    body: bytes

    @property
    def kind(self) -> str:
        return (self.headers.get("Content-Type") or "").partition(";")[0].strip().lower()

    @property
    def words(self) -> str:
        """The first line with words in it, for a message: no mark-up, nothing that a terminal would obey."""
        text = re.sub(
            r"(?s)<style.*?</style>|<title.*?</title>|<[^>]*>", " ", self.body[:4000].decode(errors="replace")
        )
        lines = (" ".join(plain(line).split()) for line in text.splitlines())
        return next((line for line in lines if line), "")[:200]


class Held(NamedTuple):
    """A published graph: what it is about, under which release of the law it was made, the hash of its content."""

    about: str
    release: str
    hash: str


@dataclass(slots=True)
class Endpoint:
    """An endpoint by its address. Raises ``EndpointError`` if that cannot be one."""

    url: str
    timeout: float = TIMEOUT

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.url)
            usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and self.url.isascii()
        except ValueError:
            usable = False
        if not usable or re.search(r"[\s\x00-\x20<>\"]", self.url):
            raise EndpointError(f"“{plain(self.url)}” is no address of an endpoint; write http://… or https://…")
        if parts.username or parts.password:
            raise EndpointError(
                f"a password does not belong in an address, which others can read; set {USER} and {PASSWORD}, or use a "
                "netrc file"
            )

    @property
    def server(self) -> str:
        return "{0.scheme}://{0.netloc}/".format(urlsplit(self.url))

    def select(self, text: str, graphs: list[str] = ()) -> tuple[list[str], list[dict]]:
        """Variables and rows of a SELECT query, terms as in SPARQL JSON; ``graphs`` together are its default graph."""
        from SPARQLWrapper import JSON, POST, SPARQLWrapper

        client = SPARQLWrapper(self.url)
        client.setQuery("".join(f"PREFIX {word}: <{iri}>\n" for word, iri in PREFIXES.items()) + without_comments(text))
        if client.isSparqlUpdateRequest():
            raise EndpointError("only queries are sent to an endpoint")
        client.setMethod(POST)
        client.setReturnFormat(JSON)
        client.setOnlyConneg(True)  # a parameter "format" gives other answers on Virtuoso
        client.addCustomHttpHeader("Accept", JSON_RESULTS)
        for graph in graphs:
            client.addParameter("default-graph-uri", graph)
        reply = self.send(client._createRequest())  # its own way of sending follows redirections, and knows no end
        if reply.status >= 300:
            raise EndpointError(self.refusal(reply))
        cut = any(name in reply.headers and value in (None, reply.headers[name]) for name, value in CUT.items())
        if cut or reply.status == 206:
            raise EndpointError(
                f"the endpoint {self.url} gave a part of the answer only; it limits its rows or its time"
            )
        return self.read(reply)

    def read(self, reply: Reply) -> tuple[list[str], list[dict]]:
        """Variables and rows of SPARQL results in JSON. Raises ``EndpointError`` for anything else."""
        try:
            found = json.loads(reply.body)
            names, rows = found["head"]["vars"], found["results"]["bindings"]
            if all(isinstance(term["value"], str) for row in rows for term in row.values()):
                return names, rows
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            pass
        if reply.kind in ("text/html", "application/xhtml+xml"):
            raise EndpointError(
                f"{self.url} answers with a web page, not with the result of a query; is this the address of its "
                "SPARQL endpoint?"
            )
        raise EndpointError(f"{self.url} does not answer in SPARQL: {reply.words or 'nothing'}")

    def send(self, request: urllib.request.Request) -> Reply:
        """Sends one request, with credentials if the server asks for some, and reads all of the reply.

        Raises ``EndpointError`` if the server cannot be reached, is slow, sends elsewhere or sends too much.
        """
        end = time.monotonic() + self.timeout
        try:
            try:
                response = opener(self.server, credentials(self.url)).open(request, timeout=self.timeout)
            except urllib.error.HTTPError as error:
                if error.fp is None:  # the password was tried and refused
                    return Reply(error.code, error.headers, b"")
                response = error
            with response:
                body = bytearray()
                while part := response.read1(1 << 16):
                    body += part
                    if len(body) > LARGEST:
                        raise EndpointError(f"the endpoint {self.url} sends more than {LARGEST // 1_000_000} MB")
                    if time.monotonic() > end:
                        raise TimeoutError
                expected = response.headers.get("Content-Length")
                if expected is not None and expected.isdigit() and len(body) < int(expected):
                    raise ConnectionError("the connection was lost in the middle of the answer")
                return Reply(response.status, response.headers, bytes(body))
        except (OSError, HTTPException, ValueError) as error:
            raise EndpointError(self.trouble(error)) from None

    def trouble(self, error: Exception) -> str:
        """In words, why there was no reply."""
        reason = getattr(error, "reason", error)
        if isinstance(reason, TimeoutError):
            return f"the endpoint {self.url} did not answer within {self.timeout:g} seconds (--timeout allows more)"
        words = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
        return f"the endpoint {self.url} did not answer: {plain(words)}"

    def refusal(self, reply: Reply) -> str:
        """In words, why a server refused."""
        said = f": {reply.words}" if reply.words else ""
        if reply.status in (301, 302, 303, 307, 308):
            return f"{self.url} has moved to {plain(reply.headers.get('Location', 'an address it does not name'))}"
        if reply.status == 401 and credentials(self.url):
            return f"the endpoint {self.url} does not accept the credentials of {USER} or of the netrc file{said}"
        if reply.status == 401:
            return f"the endpoint {self.url} asks for credentials; set {USER} and {PASSWORD}, or use a netrc file{said}"
        if reply.status == 403:
            return f"the endpoint {self.url} does not allow this (HTTP 403){said}"
        if reply.status == 404:
            return f"there is no endpoint at {self.url} (HTTP 404){said}"
        if reply.status == 400:
            return f"the endpoint {self.url} did not understand the query (HTTP 400){said}"
        return f"the endpoint {self.url} did not answer (HTTP {reply.status}){said}"

    def published(self) -> dict[str, Held]:
        """Our graphs that the endpoint holds."""
        rows = [{name: term["value"] for name, term in row.items()} for row in self.select(PUBLISHED)[1]]
        return {row["graph"]: Held(plain(row["about"]), row["release"], row.get("hash", "")) for row in rows}

    def default(self, graphs: list[str] = ()) -> tuple[bool, str, bool]:
        """Whether the law is in the default graph, or that of ``graphs``; its release; whether a project is there."""
        rows = self.select(DEFAULT, graphs)[1]
        law = [row for row in rows if "assessment" not in row]
        return bool(law), next((row["release"]["value"] for row in law if "release" in row), ""), len(rows) > len(law)


def ask(endpoint: Endpoint, text: str, about: str, knowledge: Knowledge, graphs: list[str] = ()) -> Answer:
    """The answer of an endpoint to a question with its values bound.

    The graphs that were published there are asked, unless others are named: the law, and for a question about projects
    all of these. Where none was published, the default graph is asked. Raises ``EndpointError`` if it holds no law.

    Virtuoso shows a question that is under way part of what is published meanwhile; so it is asked again if a graph
    changed.
    """
    published = endpoint.published()
    for _ in range(TRIES):
        before, answer = published, answered(endpoint, text, about, knowledge, graphs, published)
        published = endpoint.published()
        if published == before:
            return answer
    raise EndpointError(f"the graphs of {endpoint.url} change while they are asked; ask again later")


def answered(
    endpoint: Endpoint, text: str, about: str, knowledge: Knowledge, graphs: list[str], published: dict[str, Held]
) -> Answer:
    """The answer from the named graphs, or from those that are published."""
    if not graphs and LAW in published:
        others = [graph for graph in published if graph != LAW]
        graphs = [LAW, *others] if about == "project" else [LAW]
        law, release, projects = True, published[LAW].release, bool(others)
    else:
        law, release, projects = endpoint.default(graphs)
    if not law and about != "acts":  # of these, their publisher can tell without our graph
        where = f"the graphs {', '.join(graphs)} of {endpoint.url} do" if graphs else f"{endpoint.url} does"
        raise EndpointError(f"{where} not hold the knowledge graph; aiact publish --endpoint {endpoint.url} loads it")
    if about == "project" and not projects:
        raise EndpointError(f"{endpoint.url} holds no assessed project; aiact publish --project FILE loads one")
    notes = []
    if release and release != knowledge.release:
        notes.append(f"the law of {endpoint.url} is release {release}, not {knowledge.release} as here")
    notes += [
        f"{held.about} ({graph}) was assessed under release {held.release} of the law, not {release}"
        for graph, held in published.items()
        if release and graph in graphs and held.release != release
    ]
    if credentials(endpoint.url) and is_in_the_clear(endpoint.url):
        notes.append(f"{endpoint.url} has no encryption; a password sent there can be read on the way")
    names, rows = endpoint.select(text, graphs)
    cells = [
        [plain(shown(row[name]["value"], row[name].get("datatype"))) if name in row else "" for name in names]
        for row in rows
    ]
    return Answer(names, cells, notes)


def plain(text: str) -> str:
    """Text from elsewhere without what a terminal would obey."""
    return CONTROL.sub("�", text.replace("\r", ""))


def without_comments(text: str) -> str:
    """A question without the lines that are for its readers."""
    return re.sub(r"(?m)^#.*\n?", "", text)


def credentials(url: str) -> tuple[str, str] | None:
    """Name and password for a server, from the environment or a netrc file, never from the command line."""
    if os.environ.get(USER):
        return os.environ[USER], os.environ.get(PASSWORD, "")
    try:
        found = netrc.netrc(os.environ.get("NETRC")).authenticators(urlsplit(url).hostname or "")
    except OSError:
        return None
    except netrc.NetrcParseError as error:
        raise EndpointError(f"the netrc file cannot be read: {error}") from None
    return (found[0] or found[1] or "", found[2] or "") if found else None


class Basic(urllib.request.HTTPBasicAuthHandler):
    """Sends a password once the server has asked for it: not before, and afterwards at once.

    A server that has to ask again would break off a large graph on its way.
    """

    asked = False

    def http_error_401(self, request, answer, code, message, headers):
        self.asked = self.asked or headers.get("WWW-Authenticate", "").lower().startswith("basic")
        return super().http_error_401(request, answer, code, message, headers) if self.asked else None

    def http_request(self, request: urllib.request.Request) -> urllib.request.Request:
        if self.asked and not request.has_header(self.auth_header):
            word = ":".join(self.passwd.find_user_password(None, request.full_url))
            request.add_unredirected_header(self.auth_header, "Basic " + b64encode(word.encode()).decode())
        return request

    https_request = http_request


class Digest(urllib.request.HTTPDigestAuthHandler):
    """The same, for servers that do not want the password itself."""

    challenge = ""

    def http_error_401(self, request, answer, code, message, headers):
        asked = headers.get("WWW-Authenticate", "")
        self.challenge = asked if asked.lower().startswith("digest") else ""
        return super().http_error_401(request, answer, code, message, headers) if self.challenge else None

    def http_request(self, request: urllib.request.Request) -> urllib.request.Request:
        if self.challenge and not request.has_header(self.auth_header):
            terms = urllib.request.parse_http_list(self.challenge.partition(" ")[2])
            word = self.get_authorization(request, urllib.request.parse_keqv_list(filter(None, terms)))
            request.add_unredirected_header(self.auth_header, f"Digest {word}")
        return request

    https_request = http_request


class Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirection: another server would get the credentials, and a query sent on would lose its text."""

    def redirect_request(self, *_args) -> None:
        return None


@lru_cache(maxsize=8)
def opener(server: str, known: tuple[str, str] | None) -> urllib.request.OpenerDirector:
    """What opens addresses of one server, to which alone the credentials go."""
    handlers: list = [Stay()]
    if known:
        passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        passwords.add_password(None, server, *known)
        handlers += [Basic(passwords), Digest(passwords)]
    return urllib.request.build_opener(*handlers)


def is_in_the_clear(url: str) -> bool:
    """Whether a password sent there could be read on the way."""
    parts = urlsplit(url)
    try:
        near = ip_address(parts.hostname or "").is_loopback
    except ValueError:
        near = parts.hostname == "localhost"
    return parts.scheme == "http" and not near


def sides(knowledge: Knowledge, language: str) -> tuple[str, str]:
    """The words for rows that only the embedded store has, and for those that only an endpoint has."""
    here, there = (knowledge.label(f"{BASE}phrase/only-{side}", language) for side in ("here", "there"))
    return here, there


def difference(here: Answer, there: Answer, words: tuple[str, str]) -> Answer:
    """The rows that only one of two answers has, or has more often, each with the word for its side."""
    order = [there.columns.index(name) for name in here.columns]
    mine, theirs = Counter(map(tuple, here.rows)), Counter(tuple(row[i] for i in order) for row in there.rows)
    rows = [[words[0], *row] for row in (mine - theirs).elements()]
    rows += [[words[1], *row] for row in (theirs - mine).elements()]
    return Answer(["only", *here.columns], sorted(rows, key=lambda row: row[1:]), [*here.notes, *there.notes])

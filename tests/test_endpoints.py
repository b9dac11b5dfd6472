"""Publishing into SPARQL stores and asking them: every question has the embedded answer, whatever the engine."""

import contextlib
import itertools
import json
import threading
import time
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest
from click.testing import CliRunner
from conftest import DAY, ROOT
from ruamel.yaml import YAML
from stores import STORES, Store, oxigraph
from test_queries import LICENCE_LINE, PORTFOLIO, PROJECT

from aiact import assess
from aiact.cli import main
from aiact.law.graph import parse
from aiact.law.knowledge import knowledge
from aiact.law.names import BASE, RDF
from aiact.sparql import endpoint, publish
from aiact.sparql.endpoint import LAW, Endpoint, EndpointError, difference
from aiact.sparql.query import Answer, ask, project_triples, questions, shown, whole

DEFECTS = YAML(typ="safe", pure=True).load(ROOT / "tests" / "engine-defects.yaml")
DESCRIBED = {"aiact.yaml": PROJECT, "portfolio.yaml": PORTFOLIO}
GIVEN = {"which-findings-rest-on-a-line": {"at": str(LICENCE_LINE)}}  # by default, a line on which nothing rests


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The two descriptions, as files."""
    folder = tmp_path_factory.mktemp("described")
    for name, text in DESCRIBED.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module", params=STORES)
def store(request, tmp_path_factory):
    """A running store of each engine, into which its owner may write."""
    with STORES[request.param](tmp_path_factory.mktemp(request.param)) as found:
        yield found


@pytest.fixture(scope="module")
def filled(store, files):
    """A store into which the law and both projects were published."""
    told = run(store, "publish", *projects(files), "--on", DAY)
    assert [line.split()[0] for line in told.splitlines()] == ["new"] * 3
    return store


def projects(files, *names: str) -> list[str]:
    return [word for name in names or DESCRIBED for word in ("--project", str(files / name))]


def run(store: Store, command: str, *words: str, code: int = 0) -> str:
    """What the command says to the owner of a store."""
    done = CliRunner().invoke(main, [command, *words, "--endpoint", store.url], env=store.environment)
    assert done.exit_code == code, done.output
    return done.output


@cache
def assessed():
    return [assess(text.encode(), DAY, name=name) for name, text in DESCRIBED.items()]


@cache
def embedded(name: str, language: str) -> Answer:
    extra = list(project_triples(assessed())) if questions()[name].about == "project" else ()
    return ask(name, GIVEN.get(name, {}), knowledge(), language, extra)


# ---------------------------------------------------------------------------------------------- the same answers


@pytest.mark.parametrize("name", questions())
def test_every_engine_gives_the_embedded_answer(filled, name):
    """In French, whose letters are more of a trial; the law is asked of its graph, beside those of the projects."""
    here, there = embedded(name, "fr"), ask(name, GIVEN.get(name, {}), knowledge(), "fr", endpoint=filled.url)
    assert here.rows
    assert there.notes == []
    if any(filled.name == defect["engine"] and name in defect["questions"] for defect in DEFECTS):
        assert there != here, f"{filled.name} is mended: take {name} out of engine-defects.yaml"
    else:
        assert there == here


def test_every_question_is_confirmed_by_two_engines():
    for name in questions():
        failing = {defect["engine"] for defect in DEFECTS if name in defect["questions"]}
        assert len(set(STORES) - failing) >= 2, name


def test_defects_are_of_questions_and_engines_that_exist():
    assert {defect["engine"] for defect in DEFECTS} <= set(STORES)
    assert {name for defect in DEFECTS for name in defect["questions"]} <= set(questions())


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect["defect"][:40])
def test_a_defect_shows_on_its_engine_alone(filled, defect):
    try:
        _, rows = Endpoint(filled.url).select(defect["query"], [LAW])
        found = shown(rows[0]["it"]["value"], rows[0]["it"].get("datatype"))
    except EndpointError:
        found = "error"
    assert found == defect["wrong" if filled.name == defect["engine"] else "right"]


def test_the_command_asks_what_was_published(filled):
    told = run(filled, "query", "which-exemptions-exist", "-f", "json", "--lang", "en")
    assert [row["exemption"] for row in json.loads(told)] == [
        row[0] for row in embedded("which-exemptions-exist", "en").rows
    ]
    told = run(filled, "query", "which-facts-are-missing", "-f", "csv")
    assert "aiact.yaml" in told
    assert "portfolio.yaml" in told


def test_a_question_may_be_asked_of_one_project(filled):
    graphs = [LAW, f"{endpoint.GRAPH}project/aiact"]
    told = run(filled, "query", "which-facts-are-missing", *(f"--graph={graph}" for graph in graphs))
    assert "aiact.yaml" in told
    assert "portfolio.yaml" not in told


def test_comparing_shows_what_only_one_side_has(filled, files):
    name = "which-facts-are-missing"
    assert run(filled, "query", name, "--compare", *projects(files), "--on", DAY, "-f", "json") == "[]\n"
    rows = json.loads(
        run(filled, "query", name, "--compare", *projects(files, "aiact.yaml"), "--on", DAY, "-f", "json")
    )
    assert rows
    assert {(row["only"], row["project"]) for row in rows} == {("endpoint", "portfolio.yaml")}


# ---------------------------------------------------------------------------------------------- publishing


def test_what_is_there_already_is_not_sent_again(filled, files):
    told = run(filled, "publish", *projects(files), "--on", DAY)
    assert [line.split()[0] for line in told.splitlines()] == ["unchanged"] * 3


def test_no_other_graph_is_left_behind(filled):
    _, rows = Endpoint(filled.url).select("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }")
    ours = {row["g"]["value"] for row in rows if row["g"]["value"].startswith(BASE)}
    assert {LAW, *(f"{endpoint.GRAPH}project/{name}" for name in ("aiact", "portfolio"))} <= ours
    assert not [graph for graph in ours if "staging" in graph]


def test_a_published_project_holds_no_path_of_the_machine(filled, files):
    within = f'?s ?p ?o FILTER (CONTAINS(STR(?o), "{files.name}"))'
    _, rows = Endpoint(filled.url).select(f"SELECT ?o WHERE {{ GRAPH <{endpoint.GRAPH}project/aiact> {{ {within} }} }}")
    assert rows == []


def graph(name: str, size: int, title: str = "sizes") -> publish.Published:
    iri = f"{endpoint.GRAPH}project/{name}"
    return publish.described(
        iri, title, [(f"{iri}/{n}", RDF + "value", f"{iri}/{size}") for n in range(size)], knowledge()
    )


def owned(store: Store, monkeypatch) -> publish.Store:
    for name, value in store.environment.items():
        monkeypatch.setenv(name, value)
    return publish.Store(Endpoint(store.url)).locate()


SIZES = (2000, 1500, 2500)
NO_SNAPSHOTS = ("virtuoso",)  # engines that show a reader part of what is written meanwhile


def test_whoever_asks_meanwhile_gets_the_old_graph_or_the_new_one(filled, monkeypatch):
    into, versions = owned(filled, monkeypatch), [graph("moving", size) for size in SIZES]
    counted = "SELECT (COUNT(?s) AS ?n) WHERE { ?s rdf:value ?o }"
    into.publish(versions[0], {})
    seen, done = [], threading.Event()

    def watch():
        asked = Endpoint(filled.url)
        while not done.is_set():
            with contextlib.suppress(EndpointError) if filled.name in NO_SNAPSHOTS else contextlib.nullcontext():
                if filled.name in NO_SNAPSHOTS:  # as the command asks
                    seen.append(endpoint.ask(asked, counted, "acts", knowledge(), [versions[0].iri]).rows[0][0])
                else:
                    seen.append(asked.select(counted, [versions[0].iri])[1][0]["n"]["value"])

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        for version in versions[1:] + versions:
            assert into.publish(version, into.endpoint.published()) == "replaced"
    finally:
        done.set()
        watcher.join()
        into.withdraw(versions[0].iri)
    assert seen
    assert set(map(int, seen)) <= set(SIZES)


def test_a_question_that_is_overtaken_is_asked_again(monkeypatch):
    hashes = iter("aabbcdefgh")
    held = lambda *_: {LAW: endpoint.Held("law", knowledge().release, next(hashes))}  # noqa: E731
    monkeypatch.setattr(Endpoint, "published", held)
    monkeypatch.setattr(Endpoint, "select", lambda *_: (["s"], [{"s": {"value": "x"}}]))
    asked = Endpoint("http://127.0.0.1:9/")
    assert endpoint.ask(asked, "", "", knowledge()).rows == [["x"]]
    assert next(hashes) == "b"
    with pytest.raises(EndpointError, match="change while they are asked"):
        endpoint.ask(asked, "", "", knowledge())


def test_a_graph_that_does_not_arrive_leaves_the_old_one(filled, monkeypatch):
    into, old, new = owned(filled, monkeypatch), graph("kept", 30), graph("kept", 40)
    into.publish(old, into.endpoint.published())

    def half(iri, data):
        send(iri, b"\n".join(data.splitlines()[:20]))

    send = into.put
    monkeypatch.setattr(publish.Store, "put", lambda self, iri, data: half(iri, data))
    with pytest.raises(EndpointError, match=f"20 of the {len(new.triples)} triples"):
        into.publish(new, into.endpoint.published())
    assert into.count(old.iri) == len(old.triples)
    assert into.count(into.staging) == 0
    into.withdraw(old.iri)


def test_a_store_without_a_graph_store_takes_updates(filled, monkeypatch):
    into, sent = owned(filled, monkeypatch), graph("updated", publish.BATCH + 100)
    into.graphs_at = ""
    assert into.publish(sent, {}) == "new"
    assert into.count(sent.iri) == len(sent.triples)
    into.withdraw(sent.iri)
    assert into.count(sent.iri) == 0


def test_a_store_without_updates_takes_graphs(filled, monkeypatch):
    into, sent = owned(filled, monkeypatch), graph("put", 50)
    alone = publish.Store(into.endpoint, "", into.graphs_at)
    assert alone.publish(sent, {}) == "new"
    assert into.count(sent.iri) == len(sent.triples)
    into.withdraw(sent.iri)


def test_another_project_is_not_replaced_unless_its_name_is_given(filled, files, tmp_path):
    other = tmp_path / "aiact.yaml"
    other.write_text("name: Another\n" + PROJECT, encoding="utf-8")
    assert "holds another project, “aiact.yaml”" in run(filled, "publish", "--project", str(other), "--on", DAY, code=1)
    told = run(filled, "publish", "--project", f"another={other}", "--on", DAY)
    assert "/project/another" in told
    assert "another" in run(filled, "query", "which-facts-are-missing")
    assert "withdrawn" in run(filled, "publish", "--withdraw", "another")
    assert "there is no project another" in run(filled, "publish", "--withdraw", "another", code=1)


def test_who_may_not_write_is_told_how_to(tmp_path):
    with STORES["virtuoso"](tmp_path, rows=10) as store:
        told = run(Store("", store.url), "publish", code=1)
        assert "asks for credentials; set AIACT_ENDPOINT_USER and AIACT_ENDPOINT_PASSWORD" in told
        wrong = {**store.environment, "AIACT_ENDPOINT_PASSWORD": "guessed"}
        told = run(Store("", store.url, wrong), "publish", code=1)
        assert "does not accept the credentials" in told
        assert "guessed" not in told
        with pytest.raises(EndpointError, match="a part of the answer only"):  # after ten rows, Virtuoso stops
            Endpoint(store.url).select("SELECT ?s WHERE { GRAPH ?g { ?s ?p ?o } }")


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    """An empty store whose default graph is that of all graphs."""
    with oxigraph(tmp_path_factory.mktemp("fresh"), "--union-default-graph", on_disk=False) as found:
        yield found


def test_it_does_not_matter_in_which_graph_the_law_is(fresh, files):
    """None, so that nothing is answered; the graphs that were published; all together; the default graph alone."""
    name = "which-exemptions-exist"
    assert "does not hold the knowledge graph; aiact publish" in run(fresh, "query", name, code=1)
    run(fresh, "publish")
    assert "holds no assessed project; aiact publish --project" in run(fresh, "query", "how-projects-stand", code=1)
    run(fresh, "publish", *projects(files), "--on", DAY)
    _, rows = Endpoint(fresh.url).select("SELECT ?s WHERE { ?s a aiact:Exemption }")
    assert rows  # whoever names no graph gets all of them
    for question in (name, "which-facts-are-missing"):
        assert ask(question, {}, knowledge(), "fr", endpoint=fresh.url) == embedded(question, "fr")
    into = publish.Store(Endpoint(fresh.url)).locate()
    for published in into.endpoint.published():
        into.update(f"ADD <{published}> TO DEFAULT; DROP GRAPH <{published}>")
    for question in (name, "which-facts-are-missing"):
        assert ask(question, {}, knowledge(), "fr", endpoint=fresh.url) == embedded(question, "fr")


def test_another_release_of_the_law_is_named(fresh):
    older = graph("old", 3)
    law = publish.described(LAW, "law", [*whole(knowledge())], type("Older", (), {"release": "0123456789ab"})())
    into = publish.Store(Endpoint(fresh.url)).locate()
    into.publish(law, {})
    into.publish(older, {})
    found = ask("which-exemptions-exist", {}, knowledge(), endpoint=fresh.url)
    assert found.notes == [f"the law of {fresh.url} is release 0123456789ab, not {knowledge().release} as here"]


def test_a_published_graph_is_the_same_every_time():
    first, again = publish.law_graph(knowledge()), publish.law_graph(knowledge())
    assert first.hash == again.hash
    assert not [term for triple in first.triples for term in triple if isinstance(term, str) and term.startswith("_:")]


# ---------------------------------------------------------------------------------------------- the Publications Office


OFFICE = "urn:publications-office"


@pytest.fixture
def office(filled, monkeypatch):
    """Puts the record of the Publications Office, changed or not, into a graph, and asks for what differs."""
    into = owned(filled, monkeypatch)

    def compared(*change: str, act: str = "32024R1689", language: str = "en"):
        record = (ROOT / "tests" / "publications-office.ttl").read_text(encoding="utf-8")
        into.put(OFFICE, publish.written(parse(record.replace(*change).encode() if change else record.encode())))
        asked = ["what-is-on-record-of-an-act", "-p", f"act={act}", "--lang", language, "-f", "json"]
        return json.loads(run(filled, "query", *asked, "--graph", OFFICE, "--compare"))

    yield compared
    into.withdraw(OFFICE)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("act", ["32024R1689", "32026R1744"])
def test_the_record_of_an_act_agrees_with_that_of_its_publisher(office, act, language):
    assert office(act=act, language=language) == []


def test_a_corrigendum_that_the_graph_does_not_know_is_shown(office):
    assert office('1689R(04)"', '1689R(05)"') == [
        {"only": "here", "record": "corrected by", "celex": "32024R1689R(04)", "day": "2026-05-04"},
        {"only": "endpoint", "record": "corrected by", "celex": "32024R1689R(05)", "day": "2026-05-04"},
    ]


def test_another_day_of_entry_into_force_is_shown(office):
    rows = office(
        '"2026-07-27"^^xsd:date ;\n    cdm:resource_legal_amends',
        '"2026-07-28"^^xsd:date ;\n    cdm:resource_legal_amends',
        act="32026R1744",
    )
    assert [(row["only"], row["record"], row["day"]) for row in rows] == [
        ("here", "entry into force", "2026-07-27"),
        ("endpoint", "entry into force", "2026-07-28"),
    ]


def test_the_record_of_the_graph_is_that_of_its_rules():
    """The versions on record are the texts that rules distinguish, and the amending act is the one that is a source."""
    rows = ask("what-is-on-record-of-an-act", {}, knowledge()).rows
    assert {day for record, _, day in rows if record == "consolidated as"} == set(knowledge().texts)
    assert [celex for record, celex, _ in rows if record == "amended by"] == ["32026R1744"]


# ---------------------------------------------------------------------------------------------- what can go wrong


@pytest.fixture
def canned():
    """A server that answers everything in the same way: status, headers, body, and after how many seconds."""
    with contextlib.ExitStack() as stack:

        def serve(body=b"", status=200, delay=0.0, **headers):
            class Handler(BaseHTTPRequestHandler):
                def do_POST(self):
                    sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                    server.requests.append((self.path, dict(self.headers), sent))
                    asked, given = headers.get("WWW-Authenticate"), self.headers.get("Authorization")
                    time.sleep(delay)
                    self.send_response(200 if asked and given else status)
                    for name, value in ({"Content-Type": JSON, "Content-Length": len(body)} | headers).items():
                        self.send_header(name, str(value))
                    self.end_headers()
                    self.wfile.write(body)

                do_GET = do_PUT = do_POST

                def log_message(self, *_):
                    pass

            server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
            server.requests, server.daemon_threads = [], True
            server.handle_error = lambda *_: None  # who asked has gone
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
            stack.callback(server.server_close)
            stack.callback(server.shutdown)
            server.url = f"http://127.0.0.1:{server.server_port}/sparql"
            return server

        yield serve


JSON = "application/sparql-results+json"
NOTHING = b'{"head": {"vars": ["s"]}, "results": {"bindings": []}}'


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        ({"body": b"<html><title>Shop</title>Welcome", "Content-Type": "text/html"}, "answers with a web page"),
        (
            {"body": b"Virtuoso 37000 Error SP030: no\nmore"},
            "does not answer in SPARQL: Virtuoso 37000 Error SP030: no",
        ),
        ({"body": b"[]"}, "does not answer in SPARQL"),
        ({"body": b'{"head": {}, "boolean": true}'}, "does not answer in SPARQL"),
        ({"body": NOTHING.replace(b"[]", b'[{"s": "x"}]')}, "does not answer in SPARQL"),
        ({"body": NOTHING.replace(b"[]", b'[["s"]]')}, "does not answer in SPARQL"),
        ({"body": b"\xff\xfe"}, "does not answer in SPARQL"),
        ({"body": b""}, "does not answer in SPARQL: nothing"),
        ({"body": b"[" * 100_000}, "does not answer in SPARQL"),
        ({"body": NOTHING, "X-SPARQL-MaxRows": "10000"}, "a part of the answer only"),
        ({"body": NOTHING, "X-SQL-State": "S1TAT"}, "a part of the answer only"),
        ({"body": NOTHING, "status": 206}, "a part of the answer only"),
        ({"body": NOTHING, "Content-Length": "500"}, "lost in the middle"),
        ({"status": 400, "body": b"at 1:7: expected {"}, "did not understand the query (HTTP 400): at 1:7: expected {"),
        ({"status": 401}, "asks for credentials; set AIACT_ENDPOINT_USER"),
        ({"status": 403, "body": b"not you"}, "does not allow this (HTTP 403): not you"),
        ({"status": 404}, "there is no endpoint at"),
        ({"status": 503, "body": b"<h1>Busy</h1>"}, "did not answer (HTTP 503): Busy"),
        ({"status": 301, "Location": "https://elsewhere.example/"}, "has moved to https://elsewhere.example/"),
        ({"status": 307, "Location": "http://elsewhere.example/"}, "has moved to http://elsewhere.example/"),
        ({"status": 500, "body": b"\x1b]0;owned\x07\x1b[31mred\r\nmore"}, "(HTTP 500): �]0;owned��[31mred"),
        ({"body": NOTHING, "delay": 1.5}, "did not answer within 0.5 seconds (--timeout allows more)"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_answer_is_an_error(canned, reply, message):
    with pytest.raises(EndpointError) as error:
        Endpoint(canned(**reply).url, 0.5).select("SELECT ?s WHERE { ?s ?p ?o }")
    assert message in str(error.value)
    assert "\x1b" not in str(error.value)


def test_an_answer_may_not_be_endless(canned, monkeypatch):
    monkeypatch.setattr(endpoint, "LARGEST", 1_000_000)
    with pytest.raises(EndpointError, match="more than 1 MB"):
        Endpoint(canned(b" " * 1_100_000 + NOTHING).url).select("SELECT ?s WHERE { ?s ?p ?o }")


def test_an_answer_that_trickles_ends_at_its_time():
    """Each piece comes in time, the whole never."""
    import socket

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()

        def trickle():
            connection, _ = listening.accept()
            with connection, contextlib.suppress(OSError):
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\n\r\n")
                for _ in range(100):
                    connection.sendall(b" ")
                    time.sleep(0.05)

        threading.Thread(target=trickle, daemon=True).start()
        with pytest.raises(EndpointError, match="within 0\\.3 seconds"):
            Endpoint(f"http://127.0.0.1:{listening.getsockname()[1]}/", 0.3).select("SELECT ?s WHERE { ?s ?p ?o }")


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("file:///etc/passwd", "no address of an endpoint"),
        ("ftp://127.0.0.1/", "no address of an endpoint"),
        ("localhost:7878/query", "no address of an endpoint"),
        ("http:///query", "no address of an endpoint"),
        ("http://me:secret@127.0.0.1/", "does not belong in an address"),
        ("http://127.0.0.1:port/", "no address of an endpoint"),
        ("http://127.0.0.1:9/", "did not answer: Connection refused"),
        ("http://nowhere.invalid/", "did not answer"),
        ("http://127.0.0.1/a b\n", "no address of an endpoint"),
    ],
)
@pytest.mark.parametrize("command", [["query", "which-exemptions-exist"], ["publish"]])
def test_an_address_that_is_none_is_named(command, url, message):
    done = CliRunner().invoke(main, [*command, "--endpoint", url, "--timeout", "3"])
    assert done.exit_code == 1
    assert message in done.output
    assert "secret" not in done.output
    assert "Traceback" not in done.output


def test_only_queries_are_sent(canned):
    server = canned(NOTHING)
    for text in ("DROP ALL", "INSERT DATA { <urn:a> <urn:b> <urn:c> }", "# SELECT\nCLEAR ALL"):
        with pytest.raises(EndpointError, match="only queries"):
            Endpoint(server.url).select(text)
    assert server.requests == []
    Endpoint(server.url).select("#+ title@en: Whose?\nSELECT ?s WHERE { ?s ?p ?o }", ["urn:g", "urn:h"])
    ((path, headers, sent),) = server.requests
    form = parse_qs(sent.decode())
    assert path == "/sparql"
    assert set(form) == {"query", "default-graph-uri"}
    assert form["default-graph-uri"] == ["urn:g", "urn:h"]
    assert "Whose" not in form["query"][0]
    assert headers["Accept"] == JSON
    assert "Authorization" not in headers


def test_a_password_goes_to_the_server_that_asks_for_one(canned, monkeypatch, tmp_path):
    monkeypatch.setenv("AIACT_ENDPOINT_USER", "me")
    monkeypatch.setenv("AIACT_ENDPOINT_PASSWORD", "se:cret")
    does_not_ask = canned(NOTHING)
    Endpoint(does_not_ask.url).select("SELECT ?s WHERE { ?s ?p ?o }")
    assert "Authorization" not in does_not_ask.requests[0][1]
    asks = canned(NOTHING, 401, **{"WWW-Authenticate": 'Basic realm="x"'})
    for _ in range(2):
        Endpoint(asks.url).select("SELECT ?s WHERE { ?s ?p ?o }")
    assert [request[1].get("Authorization") for request in asks.requests] == [None, *["Basic bWU6c2U6Y3JldA=="] * 2]
    sends_on = canned(b"", 302, Location=asks.url)
    with pytest.raises(EndpointError, match="has moved"):
        Endpoint(sends_on.url).select("SELECT ?s WHERE { ?s ?p ?o }")
    assert len(asks.requests) == 3
    negotiates = canned(b"", 401, **{"WWW-Authenticate": "Negotiate"})
    with pytest.raises(EndpointError, match="does not accept the credentials"):
        Endpoint(negotiates.url).select("SELECT ?s WHERE { ?s ?p ?o }")
    assert [request[1].get("Authorization") for request in negotiates.requests] == [None]


def test_a_password_may_stand_in_a_netrc_file(canned, monkeypatch, tmp_path):
    monkeypatch.delenv("AIACT_ENDPOINT_USER", raising=False)
    file = tmp_path / "netrc"
    file.write_text("machine 127.0.0.1 login me password secret\n")
    file.chmod(0o600)
    monkeypatch.setenv("NETRC", str(file))
    asks = canned(NOTHING, 401, **{"WWW-Authenticate": 'Basic realm="x"'})
    Endpoint(asks.url).select("SELECT ?s WHERE { ?s ?p ?o }")
    assert asks.requests[-1][1]["Authorization"] == "Basic bWU6c2VjcmV0"
    file.write_text("machine 127.0.0.1 lozin me\n")
    with pytest.raises(EndpointError, match="netrc file cannot be read"):
        Endpoint(asks.url).select("SELECT ?s WHERE { ?s ?p ?o }")


@pytest.mark.parametrize(
    ("url", "open_to_all"),
    [
        ("http://store.example/query", True),
        ("https://store.example/query", False),
        ("http://127.0.0.1:1/query", False),
        ("http://localhost/query", False),
        ("http://[::1]/query", False),
        ("http://10.0.0.1/query", True),
    ],
)
def test_a_password_without_encryption_is_warned_of(url, open_to_all):
    assert endpoint.is_in_the_clear(url) == open_to_all


def test_a_web_server_is_no_store(canned):
    server = canned(b"<html>Thank you</html>", **{"Content-Type": "text/html"})
    told = run(Store("", server.url), "publish", code=1)
    assert "answers with a web page" in told


def test_a_store_that_takes_nothing_says_so(canned):
    server = canned(b"read only", 405)
    assert "did not answer (HTTP 405): read only; --update or --graph-store" in run(
        Store("", server.url), "publish", code=1
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--project", "a/one.yaml", "--project", "b/one.yaml"], "two projects would be published as “one”"),
        (["--project", "../x=a/one.yaml"], "“../x” is no name of a project"),
        (["--withdraw", "a b"], "“a b” is no name of a project"),
        (["--project", "nowhere.yaml"], "nowhere.yaml:1: cannot be read"),
    ],
)
def test_a_wrong_project_is_named_before_anything_is_sent(canned, tmp_path, monkeypatch, words, message):
    for folder in "ab":
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "one.yaml").write_text(PROJECT)
    monkeypatch.chdir(tmp_path)
    server = canned(NOTHING)
    done = CliRunner().invoke(main, ["publish", *words, "--endpoint", server.url])
    assert done.exit_code in (2, 3)
    assert message in done.output
    assert server.requests == []


@pytest.mark.parametrize(
    ("file", "name"),
    [("aiact.yaml", "aiact"), ("a/b.c.yaml", "b.c"), ("Größe 7.md", "Gr-e-7"), ("…", "project"), ("-.x.yaml", "x")],
)
def test_a_file_gives_a_project_its_name(file, name):
    assert publish.name_of(file) == name
    assert publish.is_name(name)


def test_comparing_knows_columns_by_name_and_repetitions_by_number():
    here = Answer(["a", "b"], [["1", "2"], ["1", "2"], ["3", ""]])
    there = Answer(["b", "a"], [["2", "1"], ["", "4"]])
    found = difference(here, there, ("here", "there"))
    assert found.columns == ["only", "a", "b"]
    assert found.rows == [["here", "1", "2"], ["here", "3", ""], ["there", "4", ""]]


def test_comparing_needs_an_endpoint():
    done = CliRunner().invoke(main, ["query", "which-exemptions-exist", "--compare"])
    assert done.exit_code == 2
    assert "--compare needs an --endpoint" in done.output


def test_places_follow_the_address_of_queries():
    def places(url):
        return list(publish.Store(Endpoint(url)).places())

    start = "http://store.example/"
    assert (start + "update", start + "store") in places(start + "query")
    assert (start + "sparql-auth", start + "sparql-graph-crud-auth") in places(start + "sparql")
    assert (start + "ds/update", start + "ds/data") in places(start + "ds/sparql")
    assert (start + "ds/update", start + "ds/data") in places(start + "ds/")
    repository = start + "repositories/ai"
    assert (repository + "/statements", repository + "/rdf-graphs/service") in places(repository)
    assert all(url.startswith(start) for pair in itertools.chain(places(start + "sparql")) for url in pair if url)

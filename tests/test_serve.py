"""The server over HTTP: the SPARQL 1.1 Protocol, forms of answers, checks, questions, limits, start and stop."""

import csv
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from xml.etree import ElementTree

import pyoxigraph
import pytest
from click.testing import CliRunner
from conftest import DAY, ROOT
from serving import PROJECTS, SMALL, Canary, children, encoded, serving

from aiact.cli import main
from aiact.law.names import AIACT, BASE
from aiact.serve import gate
from aiact.serve.limits import Limits
from aiact.serve.limits import read as read_limits
from aiact.serve.negotiate import RESULTS, preferred
from aiact.sparql.query import as_json, ask, questions

LAW, QUICKSTART = BASE + "graph/law", BASE + "graph/project/quickstart"
EXEMPTIONS = "SELECT ?rule WHERE { ?rule a aiact:Exemption }"
JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
QUERY, FORM = "application/sparql-query", "application/x-www-form-urlencoded"
ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER (?a != ?d && ?d != ?g) }"
UNLIMITED = ("--limit", "seconds=0", "--limit", "errors=0")


@pytest.fixture(scope="module")
def server():
    with serving(*SMALL, *UNLIMITED, "--limit", "deadline=20", "--limit", "check_deadline=30") as running:
        yield running
        assert running.process.poll() is None, "the server has died"


def problem(reply, status: int) -> dict:
    """What an error says; every error is a problem in JSON with its status."""
    assert reply.status == status, reply.text
    assert reply.media == "application/problem+json"
    told = reply.json()
    assert told["status"] == status
    assert told["detail"]
    return told


# -- the protocol: the W3C's tests of query operations, by their names, on graphs that are held here


def test_query_get(server):
    reply = server.get("/sparql?" + encoded(query="ASK {}"))
    assert reply.status == 200
    assert reply.media in (JSON, XML)
    assert reply.json()["boolean"] is True


def test_query_post_form(server):
    assert server.ask("POST", "/sparql", encoded(query="ASK {}"), Content_Type=FORM).json()["boolean"] is True


def test_query_post_direct(server):
    assert server.query("ASK {}").json()["boolean"] is True


PROJECT_ONLY = f"ASK {{ ?f a <{AIACT}Finding> . FILTER NOT EXISTS {{ ?r a <{AIACT}Exemption> }} }}"
BOTH = f"ASK {{ ?f a <{AIACT}Finding> . ?r a <{AIACT}Exemption> }}"


def test_query_dataset_default_graphs_get(server):
    graphs = "&".join(encoded(**{"default-graph-uri": iri}) for iri in (LAW, QUICKSTART))
    assert server.get(f"/sparql?{encoded(query=BOTH)}&{graphs}").json()["boolean"] is True


def test_query_dataset_default_graphs_post(server):
    body = encoded(query=PROJECT_ONLY, **{"default-graph-uri": QUICKSTART})
    assert server.ask("POST", "/sparql", body, Content_Type=FORM).json()["boolean"] is True


def test_query_dataset_named_graphs_get(server):
    text = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"
    reply = server.get("/sparql?" + encoded(query=text, **{"named-graph-uri": QUICKSTART}))
    assert reply.rows() == [{"g": QUICKSTART}]


def test_query_dataset_named_graphs_post(server):
    path = "/sparql?" + encoded(**{"named-graph-uri": LAW})
    reply = server.ask("POST", path, "ASK { ?s ?p ?o }", Content_Type=QUERY)
    assert reply.json()["boolean"] is False, "the default graph is empty if only named graphs are given"


def test_query_dataset_full(server):
    text = f"ASK {{ ?rule a <{AIACT}Exemption> . GRAPH <{QUICKSTART}> {{ ?f a <{AIACT}Finding> }} }}"
    fields = {"default-graph-uri": LAW, "named-graph-uri": QUICKSTART}
    assert server.get("/sparql?" + encoded(query=text, **fields)).json()["boolean"] is True


def test_query_multiple_dataset_the_protocol_prevails_over_from(server):
    text = f"ASK FROM <{QUICKSTART}> {{ ?f a <{AIACT}Finding> }}"
    assert server.query(text).json()["boolean"] is True
    path = "/sparql?" + encoded(query=text, **{"default-graph-uri": LAW})
    assert server.get(path).json()["boolean"] is False


@pytest.mark.parametrize("media", [JSON, XML, "text/csv", "text/tab-separated-values"])
def test_query_content_type_select(server, media):
    reply = server.query(EXEMPTIONS, Accept=media)
    assert (reply.status, reply.media) == (200, media)


@pytest.mark.parametrize("media", [JSON, XML])
def test_query_content_type_ask(server, media):
    assert server.query("ASK {}", Accept=media).media == media


@pytest.mark.parametrize(
    "media", ["text/turtle", "application/rdf+xml", "application/n-triples", "application/ld+json"]
)
@pytest.mark.parametrize("text", [f"DESCRIBE <{BASE}rule/art-53-2>", "CONSTRUCT { ?s a ?o } WHERE { ?s a ?o } LIMIT 5"])
def test_query_content_type_describe_and_construct(server, media, text):
    reply = server.query(text, Accept=media)
    assert (reply.status, reply.media) == (200, media)
    assert len(reply.body) > 100


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_bad_query_method(server, method):
    reply = server.ask(method, "/sparql?" + encoded(query="ASK {}"))
    problem(reply, 405)
    assert set(reply.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST"}


@pytest.mark.parametrize("double", ["query=ASK%20%7B%7D&query=SELECT%20%2A%20%7B%7D"])
def test_bad_multiple_queries(server, double):
    problem(server.get("/sparql?" + double), 400)
    problem(server.ask("POST", "/sparql", double, Content_Type=FORM), 400)
    problem(server.ask("POST", "/sparql?query=ASK%7B%7D", "ASK {}", Content_Type=QUERY), 400)


def test_bad_query_wrong_media_type(server):
    assert QUERY in problem(server.ask("POST", "/sparql", "ASK {}", Content_Type="text/plain"), 415)["detail"]


def test_bad_query_missing_form_type(server):
    problem(server.ask("POST", "/sparql", encoded(query="ASK {}")), 415)


def test_bad_query_missing_direct_type(server):
    problem(server.ask("POST", "/sparql", "ASK {}"), 415)


def test_bad_query_non_utf8(server):
    problem(server.ask("POST", "/sparql", "ASK {}".encode("utf-16"), Content_Type=QUERY), 400)
    problem(server.ask("POST", "/sparql", "ASK {}".encode("utf-16"), Content_Type=QUERY + "; charset=UTF-16"), 415)
    problem(server.get("/sparql?query=ASK%20%7B%20%22%FF%22%20%7D"), 400)


def test_bad_query_syntax_says_where(server):
    assert re.search(r"\d+:\d+|line \d+", problem(server.query("ASK { ?s ?p"), 400)["detail"])
    problem(server.get("/sparql?query="), 400)


@pytest.mark.parametrize(
    "text",
    ["INSERT DATA { <urn:a> <urn:b> 1 }", "PREFIX a: <urn:> DELETE WHERE { ?s ?p ?o }", "DROP ALL", "CLEAR DEFAULT"],
)
def test_updates_are_refused_however_they_come(server, text):
    before = server.query("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }").body
    problem(server.query(text), 403)
    problem(server.get("/sparql?" + encoded(query=text)), 403)
    problem(server.ask("POST", "/sparql", encoded(update=text), Content_Type=FORM), 403)
    problem(server.ask("POST", "/sparql", text, Content_Type="application/sparql-update"), 403)
    assert server.query("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o } # again").body == before


# -- forms of answers


def test_the_same_rows_in_every_form(server):
    text = EXEMPTIONS.replace("?rule WHERE {", "?rule ?label WHERE { ?rule skos:prefLabel ?label .")
    text = text.replace("}", "FILTER (LANG(?label) = 'fr') } ORDER BY ?rule")
    rows = server.query(text).rows()
    assert len(rows) > 5
    spaces = {"s": "http://www.w3.org/2005/sparql-results#"}
    tree = ElementTree.fromstring(server.query(text, Accept=XML).body)
    assert [
        [node.text for node in row.iterfind("s:binding/*", spaces)] for row in tree.iterfind(".//s:result", spaces)
    ] == [[row["rule"], row["label"]] for row in rows]
    told = server.query(text, Accept="text/csv")
    assert [tuple(row) for row in csv.reader(io.StringIO(told.text))][1:] == [
        (row["rule"], row["label"]) for row in rows
    ]
    page = server.query(text, Accept="text/html").text
    assert all(f'href="{row["rule"]}"' in page for row in rows)


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", "json"),
        ("*/*", "json"),
        ("application/*", "json"),
        ("text/*", "csv"),
        ("text/csv;q=0.2, application/sparql-results+xml;q=0.9, application/sparql-results+json;q=0.8", "xml"),
        ("application/sparql-results+json;q=0, */*;q=0.1", "xml"),
        ("image/png, text/tab-separated-values", "tsv"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"),
    ],
)
def test_the_form_that_a_client_prefers_is_given(accept, form):
    assert preferred(accept, RESULTS)[1] == form


def test_a_form_that_does_not_exist_is_refused_with_those_that_do(server):
    assert "text/csv" in problem(server.query(EXEMPTIONS, Accept="image/png"), 406)["detail"]
    problem(server.get("/sparql?" + encoded(query=EXEMPTIONS, format="docx")), 406)
    assert server.get("/sparql?" + encoded(query=EXEMPTIONS, format="csv")).media == "text/csv"


def test_clients_that_say_the_form_in_the_address_too_are_understood(server):
    """As SPARQLWrapper does, which knows nothing of our names."""
    from SPARQLWrapper import JSON as AS_JSON
    from SPARQLWrapper import POST, TURTLE, SPARQLWrapper

    for text, form in ((EXEMPTIONS, AS_JSON), (f"DESCRIBE <{BASE}rule/art-53-2>", TURTLE)):
        for method in ("GET", POST):
            client = SPARQLWrapper(f"http://127.0.0.1:{server.port}/sparql")
            client.setQuery(text)
            client.setMethod(method)
            client.setReturnFormat(form)
            assert client.query().convert()


def test_text_of_the_graph_is_text_on_a_page(server):
    page = server.query(
        'SELECT ("<script>alert(1)</script>" AS ?x) (<javascript:alert(1)> AS ?y) {}', Accept="text/html"
    )
    assert "<script" not in page.text
    assert 'href="javascript' not in page.text
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in page.headers["Content-Security-Policy"]


def test_an_answer_that_the_client_has_is_not_sent_again(server):
    first = server.query(EXEMPTIONS)
    again = server.query(EXEMPTIONS, If_None_Match=first.headers["ETag"])
    assert (again.status, again.body) == (304, b"")
    assert server.query(EXEMPTIONS, If_None_Match='"other"').body == first.body


def test_a_query_that_answers_otherwise_each_time_is_evaluated_each_time(server):
    text = "SELECT (STRUUID() AS ?id) {}"
    assert server.query(text).body != server.query(text).body


def test_head_tells_of_an_answer_without_giving_it(server):
    reply = server.ask("HEAD", "/sparql?" + encoded(query="ASK {}"))
    assert (reply.status, reply.body) == (200, b"")
    assert int(reply.headers["Content-Length"]) > 0


# -- what it says of itself


def triples(reply) -> list:
    assert reply.status == 200
    assert reply.media == "text/turtle"
    return list(pyoxigraph.parse(reply.body, format=pyoxigraph.RdfFormat.TURTLE))


SD, VOID = "http://www.w3.org/ns/sparql-service-description#", "http://rdfs.org/ns/void#"


def test_without_a_query_the_endpoint_describes_itself(server):
    told = {(each.predicate.value, each.object.value) for each in triples(server.get("/sparql", Accept="text/turtle"))}
    assert (SD + "supportedLanguage", SD + "SPARQL11Query") in told
    assert {name for predicate, name in told if predicate == SD + "name"} >= {LAW, QUICKSTART}
    assert (SD + "endpoint", f"http://127.0.0.1:{server.port}/sparql") in told
    assert not any(object == SD + "SPARQL11Update" for _, object in told)


@pytest.mark.parametrize("path", ["/sparql", "/.well-known/void"])
@pytest.mark.parametrize(
    "media", ["text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"]
)
def test_descriptions_come_in_every_form_of_rdf(server, path, media):
    reply = server.get(path, Accept=media)
    assert (reply.status, reply.media) == (200, media)


def test_without_a_site_there_is_a_page_to_ask_on_in_the_language_of_the_reader(server):
    for path in ("/", "/sparql"):
        page = server.get(path, Accept="text/html", Accept_Language="fr")
        assert (page.status, page.media) == (200, "text/html")
        assert '<html lang="fr">' in page.text
        assert "<script" not in page.text
        assert 'action="/sparql"' in page.text
        link = re.search(r'href="(/questions/[^"]+)"', page.text)[1].replace("&amp;", "&")
        assert server.get(link).status == 200


def test_void_counts_what_is_there(server):
    counted = server.query("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }").rows()[0]["n"]
    told = triples(server.get("/.well-known/void"))
    assert any(each.predicate.value == VOID + "triples" and each.object.value == counted for each in told)


def test_every_graph_says_what_it_is_about(server):
    rows = server.query(
        "SELECT ?g ?title WHERE { GRAPH ?g { ?g dcterms:title ?title ; owl:versionInfo ?release } }"
    ).rows()
    assert {row["g"] for row in rows} == {LAW, QUICKSTART, BASE + "graph/project/cv-screener"}


def test_no_path_of_the_machine_stands_in_the_graph(server):
    text = 'SELECT ?o WHERE { GRAPH ?g { ?s ?p ?o FILTER (STRSTARTS(STR(?o), "/") || STRSTARTS(STR(?o), "file:")) } }'
    assert server.query(text).rows() == []


def test_the_openapi_document_is_valid_and_tells_every_address(server):
    from openapi_spec_validator import OpenAPIV31SpecValidator

    document = server.get("/openapi.json").json()
    OpenAPIV31SpecValidator(document).validate()
    assert document["openapi"].startswith("3.1")
    for path in document["paths"]:
        if "{" not in path and "get" in document["paths"][path]:
            assert server.get(path).status == 200
    assert document["x-limits"]["query"]["value"] == Limits().query


def test_the_findings_that_a_check_answers_are_those_of_the_document(server):
    from jsonschema import Draft202012Validator

    document = server.get("/openapi.json").json()
    schema = {"$ref": "#/components/schemas/Findings", **document}
    Draft202012Validator(schema).validate(server.check((PROJECTS / "quickstart.yaml").read_bytes()).json())


def test_health_and_metrics(server):
    state = server.state()
    assert state["status"] == "ok"
    assert state["projects"] == 2
    assert state["network"] is False or os.geteuid() != 0, "root can cut its workers off from the network"
    text = server.get("/metrics").text
    assert re.search(r'aiact_requests_total\{route="sparql",status="200"\} [\d.]+', text)
    assert "aiact_workers" in text


# -- checks


def test_a_check_answers_the_findings_with_their_proof(server):
    told = server.check((PROJECTS / "quickstart.yaml").read_bytes(), query="?on=2026-11-22").json()
    assert told["as_of"] == "2026-11-22"
    assert {item["status"] for item in told["findings"]} >= {"applies", "undetermined"}
    assert any(
        fact["source"].get("line") for item in told["findings"] for step in item["because"] for fact in step["facts"]
    )


MODEL = (
    "aiact: 1\nprovider: {kind: undertaking, established_in: FR}\nmodel: {licence: Apache-2.0, weights_public: true}\n"
)


@pytest.mark.parametrize(
    ("media", "description"),
    [
        ("application/yaml", MODEL),
        ("text/yaml; charset=utf-8", MODEL),
        ("text/plain", MODEL),
        ("application/json", json.dumps({"aiact": 1, "model": {"licence": "Apache-2.0"}})),
        ("text/turtle", f"@prefix a: <{AIACT}> .\n<urn:x:m> a a:Model ; a:weightsPublic true .\n"),
        ("text/markdown", "---\nlicense: apache-2.0\npipeline_tag: text-generation\n---\n# A model\n"),
        (FORM, encoded(description=MODEL)),
    ],
)
def test_descriptions_are_read_in_every_format(server, media, description):
    told = server.check(description, media)
    assert told.status == 200, told.text
    assert any(item["entity"] for item in told.json()["findings"])


@pytest.mark.parametrize(
    ("form", "media", "begins"),
    [("text", "text/plain", ""), ("md", "text/markdown", "#"), ("ttl", "text/turtle", "@prefix")],
)
def test_a_check_can_be_had_in_other_forms(server, form, media, begins):
    chosen = server.check(MODEL, query=f"?format={form}&lang=fr")
    assert (chosen.status, chosen.media) == (200, media)
    assert chosen.text.startswith(begins)
    assert server.check(MODEL, query="?lang=fr", Accept=media).body == chosen.body


def test_a_check_says_the_same_as_the_command(server, tmp_path):
    file = tmp_path / "description.yaml"
    file.write_text(MODEL)
    command = CliRunner().invoke(main, ["check", str(file), "--on", DAY, "--format", "json"])
    ours, theirs = json.loads(command.stdout), server.check(MODEL, query=f"?on={DAY}").json()
    assert [(item["rule"], item["status"]) for item in ours["findings"]] == [
        (item["rule"], item["status"]) for item in theirs["findings"]
    ]


def test_the_language_of_the_reader_is_heard(server):
    assert (
        server.check(MODEL, query="?format=text", Accept_Language="fr-FR, en;q=0.5").body
        == server.check(MODEL, query="?format=text&lang=fr").body
    )
    assert server.check(MODEL, query="?format=text").body == server.check(MODEL, query="?format=text&lang=en").body


def test_what_is_wrong_with_a_description_is_told_with_its_line(server):
    told = problem(server.check("aiact: 1\nmodel:\n  licens: MIT\n"), 422)
    assert told["problems"][0]["line"] == 3
    assert "licence" in told["problems"][0]["text"]


@pytest.mark.parametrize(
    ("description", "media"),
    [
        ("", "application/yaml"),
        ("\x00\x01", "application/yaml"),
        ("a: &a [1]\nb: *a\n", "application/yaml"),
        ("[" * 5000, "application/yaml"),
        ("{" * 5000, "application/json"),
        ('{"aiact": 1, "aiact": 1}', "application/json"),
        ("<urn:a> <urn:b> <urn:c> .", "application/json"),
        ("not RDF", "text/turtle"),
        ('@prefix : <urn:> . :a :b "' + "x" * 500_000 + '" .', "text/turtle"),
        ("- " * 20_000, "application/yaml"),
        ("aiact: 1\nmodel:\n" + "".join(f"  k{number}: 1\n" for number in range(2000)), "application/yaml"),
        ("<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "text/plain"),
        (b"\xff\xfe\x00", "text/markdown"),
    ],
    ids=range(13),
)  # fmt: skip
def test_a_description_that_cannot_be_read_is_refused_and_nothing_else_happens(server, description, media):
    reply = server.check(description, media)
    told = problem(reply, 422)
    assert told["problems"]
    assert "Traceback" not in reply.text
    assert server.query("ASK {}").status == 200


def test_a_description_that_is_too_large_is_not_read_to_its_end(server):
    problem(server.check(b"#" * (Limits().description + 1)), 413)


def test_a_media_type_that_is_no_description_is_refused(server):
    assert "application/yaml" in problem(server.check(MODEL, "image/png"), 415)["detail"]


@pytest.mark.parametrize("query", ["?on=yesterday", "?on=2026-13-01", "?lang=de", "?om=2026-01-01", "?format=docx"])
def test_parameters_of_a_check_that_are_wrong_are_refused(server, query):
    reply = server.check(MODEL, query=query)
    assert reply.status in (400, 406)
    assert problem(reply, reply.status)["detail"]


# -- questions


def test_the_questions_are_listed_in_both_languages(server):
    listed = server.get("/questions").json()["questions"]
    assert {item["name"] for item in listed} == {path.stem for path in (ROOT / "queries").glob("*.rq")}
    assert all(item["title"]["en"] and item["title"]["fr"] for item in listed)


@pytest.mark.parametrize("form", ["json", "csv", "md", "table"])
def test_a_question_is_answered_as_the_command_answers_it(server, form):
    command = CliRunner().invoke(
        main, ["query", "what-binds-a-role", "-p", "role=deployer", "-p", f"on={DAY}", "-f", form, "--lang", "fr"]
    )
    reply = server.get(f"/questions/what-binds-a-role?role=deployer&on={DAY}&format={form}&lang=fr")
    assert reply.status == 200
    assert reply.text == command.stdout


def test_a_question_about_projects_is_asked_of_all_or_of_one(server):
    path = "/questions/which-facts-are-missing"
    everywhere = {row["project"] for row in server.get(path).json()}
    assert everywhere == {"quickstart.yaml", "cv-screener.yaml"}
    assert {row["project"] for row in server.get(path + "?project=quickstart").json()} == {"quickstart.yaml"}
    assert "quickstart" in problem(server.get(path + "?project=quickstar"), 400)["detail"]


def test_a_parameter_is_bound_and_never_part_of_the_query(server):
    path = "/questions/what-binds-a-role?" + encoded(role="deployer> } ; DROP ALL #")
    assert "role" in problem(server.get(path), 400)["detail"]
    problem(server.get("/questions/what-binds-a-role?rolle=deployer"), 400)
    problem(server.get("/questions/no-such-question"), 404)


@pytest.mark.parametrize("name", sorted(path.stem for path in (ROOT / "queries").glob("*.rq")))
def test_every_question_passes_the_gate_and_is_answered(server, base, name):
    reply = server.get(f"/questions/{name}")
    assert reply.status == 200, reply.text
    if questions()[name].about != "project":
        assert reply.json() == json.loads(as_json(ask(name, {}, base))), "as the library answers it"
    text = (ROOT / "queries" / f"{name}.rq").read_text(encoding="utf-8")
    gate.passed(text, Limits())


# -- limits: at the limit, one beyond, ten times beyond


def padded(size: int) -> str:
    return "ASK {} #" + "x" * (size - 8)


def nested(depth: int) -> str:
    return "ASK " + "{" * depth + " ?s ?p ?o " + "}" * depth


def patterns(number: int) -> str:
    return "ASK { " + " . ".join(f"?s{index} ?p ?o{index}" for index in range(number - 1)) + " }"


def path_steps(number: int) -> str:
    return "ASK { <urn:a> " + "/".join(["rdfs:label"] * (number + 1)) + " ?o }"


@pytest.mark.parametrize(
    ("made", "limit", "status"),
    [(padded, "query", 413), (nested, "nesting", 422), (patterns, "patterns", 422), (path_steps, "steps", 422)],
)
def test_limits_of_a_query_hold_to_the_last_one(server, made, limit, status):
    most = getattr(Limits(), limit)
    gate.passed(made(most), Limits())
    assert server.query(made(most)).status == 200 if limit != "patterns" else True
    for number in (most + 1, 10 * most):
        told = server.query(made(number))
        assert told.status in (status, 413)
        assert problem(told, told.status)


def test_an_answer_that_is_too_large_is_refused_and_never_cut(server):
    rows = Limits().rows
    assert len(server.query(f"SELECT * {{ ?s ?p ?o }} LIMIT {rows}").rows()) == rows
    for media in (JSON, XML, "text/csv", "text/tab-separated-values", "text/html"):
        assert (
            "LIMIT" in problem(server.query(f"SELECT * {{ ?s ?p ?o }} LIMIT {rows + 1}", Accept=media), 422)["detail"]
        )
    assert "LIMIT" in problem(server.query("CONSTRUCT WHERE { ?s ?p ?o }"), 422)["detail"]
    problem(server.query("SELECT * { ?s ?p ?o . ?a ?b ?c }"), 422)


def test_what_a_query_names_must_be_there(server):
    assert (
        "urn:x"
        in problem(server.get("/sparql?" + encoded(query="ASK {}", **{"default-graph-uri": "urn:x"})), 400)["detail"]
    )
    problem(server.query("ASK FROM <http://127.0.0.1:1/x> { ?s ?p ?o }"), 400)
    problem(server.query("PREFIX e: <file:///etc/> ASK FROM NAMED e:passwd { ?s ?p ?o }"), 400)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://%s/> { ?s ?p ?o } }",
        "SELECT * { service silent <http://%s/> {} }",
        "ASK { FILTER EXISTS { SERVICE ?x { ?s ?p ?o } VALUES ?x { <http://%s/> } } }",
        "LOAD <http://%s/>",
        "SELECT * { S\\u0045RVICE <http://%s/> { ?s ?p ?o } }",
    ],
)
def test_no_request_leaves_the_machine(server, text):
    canary = Canary()
    problem(server.query(text % f"127.0.0.1:{canary.port}"), 403)
    assert canary.requests == 0


def test_the_word_service_may_stand_where_it_is_no_keyword(server):
    assert server.query('SELECT ("SERVICE" AS ?x) { ?service ?p <urn:service> } # SERVICE').status == 200
    assert server.query("PREFIX service: <urn:> ASK { service:a service:service ?o }").status == 200


# -- budgets, processes, start and stop


@pytest.fixture(scope="module")
def strict(tmp_path_factory):
    """A server with little patience, behind a prefix, with pages, and for one origin."""
    site = tmp_path_factory.mktemp("site")
    (site / "index.html").write_text("<!DOCTYPE html><title>Pages</title>")
    (site / "en").mkdir()
    (site / "en" / "index.html").write_text("<!DOCTYPE html><title>English</title>")
    (site.parent / "secret.txt").write_text("secret")
    words = ("deadline=0.5", "seconds=2", "errors=3", "at_once=2", "client_waiting=2", "sending=2", "check_deadline=5")
    options = [word for limit in words for word in ("--limit", limit)]
    with serving(
        "--no-worked", "--site", str(site), "--prefix", "/law", "--allow-origin", "https://a.example", *options
    ) as running:
        yield running


def test_a_query_that_takes_too_long_is_stopped_while_others_are_answered(strict):
    told = {}
    slow = threading.Thread(target=lambda: told.update(reply=strict.query(ENDLESS, client="127.0.0.8")))
    slow.start()
    number = 0
    while slow.is_alive():
        number += 1
        assert strict.query(f"{EXEMPTIONS} # {number}", client=f"127.0.1.{number % 200}").status == 200
    assert "0.5 seconds" in problem(told["reply"], 504)["detail"]
    assert number > 1
    assert strict.state()["killed"] > 0


def test_a_client_that_errs_too_often_has_to_wait_and_nobody_else(strict):
    replies = [strict.query("ASK {", client="127.0.0.20").status for _ in range(5)]
    assert replies[:3] == [400] * 3
    assert replies[-1] == 429
    reply = strict.query("ASK {}", client="127.0.0.20")
    problem(reply, 429)
    assert 1 <= int(reply.headers["Retry-After"]) <= 60
    assert strict.query("ASK {}", client="127.0.0.21").status == 200


def test_a_client_that_uses_all_its_time_has_to_wait_and_nobody_else(strict):
    statuses = []
    for index in range(8):
        statuses.append(strict.query(f"{ENDLESS} # {index}", client="127.0.0.22").status)
        if statuses[-1] == 429:
            break
    assert set(statuses) == {504, 429}
    assert strict.query("ASK {}", client="127.0.0.23").status == 200


def test_a_client_that_asks_too_much_at_once_is_told_so(strict):
    replies = []

    def ask(number: int) -> None:
        replies.append(strict.query(f"{ENDLESS} # {number}", client="127.0.0.24"))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 429 in {reply.status for reply in replies}
    assert all(reply.headers["Retry-After"] for reply in replies if reply.status == 429)


def test_a_client_behind_a_proxy_is_known_by_its_own_address(strict):
    assert 429 in {strict.query("ASK {", X_Forwarded_For="203.0.113.5").status for _ in range(6)}
    assert strict.query("ASK {}", X_Forwarded_For="203.0.113.6").status == 200
    household = {strict.query("ASK {", X_Forwarded_For=f"2001:db8::{number}").status for number in range(6)}
    assert 429 in household, "the addresses of a household are one client"


def test_pages_of_a_site_are_served_beside_the_endpoint(strict):
    for prefix in ("", "/law"):
        page = strict.get(prefix + "/")
        assert (page.status, page.media) == (200, "text/html")
        assert "Pages" in page.text
        assert strict.get(prefix + "/en/").status == 200
        assert strict.get(prefix + "/sparql?query=ASK%7B%7D").status == 200
    assert strict.get("/en", timeout=5).headers["Location"].endswith("/law/en/")


@pytest.mark.parametrize(
    "path", ["/../secret.txt", "/%2e%2e/secret.txt", "/en/..%2f..%2fsecret.txt", "//secret.txt", "/no-such-page"]
)
def test_nothing_outside_the_site_is_served(strict, path):
    reply = strict.get(path)
    assert reply.status == 404
    assert "secret" not in reply.text.replace("secret.txt", "")


@pytest.mark.parametrize("path", ["/", "/health", "/sparql?query=ASK%7B%7D", "/no-such-page", "/openapi.json"])
def test_every_answer_carries_what_protects_a_reader(strict, path):
    headers = strict.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "uvicorn" not in (headers["Server"] or "")


def test_pages_of_other_origins_may_ask_only_where_it_is_allowed(strict, server):
    allowed = strict.query("ASK {}", Origin="https://a.example", client="127.0.0.30")
    assert allowed.headers["Access-Control-Allow-Origin"] == "https://a.example"
    other = strict.query("ASK {}", Origin="https://b.example", client="127.0.0.30")
    assert other.headers["Access-Control-Allow-Origin"] is None
    assert server.query("ASK {}", Origin="https://a.example").headers["Access-Control-Allow-Origin"] is None


def test_the_server_answers_to_its_own_names_only(server):
    problem(server.get("/health", Host="evil.example"), 421)
    assert server.get("/health", Host=f"localhost:{server.port}").status == 200


def test_descriptions_name_the_server_as_its_clients_know_it(strict):
    found = strict.get("/sparql", Accept="application/n-triples").text
    assert f"http://127.0.0.1:{strict.port}/law/sparql" in found


def test_a_request_that_does_not_arrive_is_not_waited_for(strict):
    """Half a head, and half a body."""
    for said in (
        b"GET /health HTTP/1.1\r\nHost: 12",
        b"POST /check HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/yaml\r\nContent-Length: 9\r\n\r\na",
    ):
        with socket.create_connection(("127.0.0.1", strict.port), timeout=8) as line:
            line.sendall(said)
            began = time.monotonic()
            told = line.recv(10_000)
            assert time.monotonic() - began < 5
            assert not told or b" 408 " in told.splitlines()[0]
    assert strict.get("/health").status == 200


def test_a_head_without_end_is_cut_off(strict):
    with socket.create_connection(("127.0.0.1", strict.port), timeout=8) as line:
        sent = 0
        try:
            line.sendall(b"GET / HTTP/1.1\r\n")
            while sent < 10_000_000:
                line.sendall(f"X-{sent}: {'x' * 1000}\r\n".encode())
                sent += 1000
        except OSError:
            pass
    assert sent < 5_000_000
    assert strict.get("/health").status == 200


def test_the_log_names_nobody(strict):
    strict.query("ASK { <urn:my-secret-question> ?p ?o }", X_Forwarded_For="203.0.113.77", User_Agent="my-agent")
    strict.check("aiact: 1\nname: My secret project\nmodel: {}\n")
    time.sleep(0.2)
    log = "".join(strict.log)
    assert re.search(r"POST sparql 200 \d+ bytes", log)
    assert not re.search(r"secret|203\.0\.113|my-agent|127\.0\.0", log)


def test_a_worker_that_crashes_is_replaced(server):
    nursery = children(server.process.pid)[0]
    before = set(children(nursery))
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    began = time.monotonic()
    while before & set(children(nursery)) and time.monotonic() - began < 10:
        time.sleep(0.05)
    for number in range(5):
        assert server.query(f"ASK {{}} # {number} after the workers").status == 200
    assert not before & set(children(nursery))


def test_everything_can_be_read_anew_without_a_failed_request(server):
    old, statuses = children(server.process.pid)[0], []
    server.process.send_signal(signal.SIGHUP)
    began = time.monotonic()
    while old in children(server.process.pid) and time.monotonic() - began < 40:
        statuses.append(server.query(f"ASK {{}} # {time.time_ns()}").status)
        time.sleep(0.02)
    assert old not in children(server.process.pid), "".join(server.log)
    assert set(statuses) == {200}
    assert server.query("ASK {} # with the new one").status == 200


def test_the_death_of_the_process_that_holds_the_graph_is_survived(server):
    old = children(server.process.pid)[0]
    os.kill(old, signal.SIGKILL)
    began, statuses = time.monotonic(), [0]
    while time.monotonic() - began < 60 and (old in children(server.process.pid) or statuses[-2:] != [200, 200]):
        statuses.append(server.query(f"ASK {{}} # {time.time_ns()}").status)
        time.sleep(0.1)
    assert set(statuses[1:]) <= {200, 503}
    assert statuses[-2:] == [200, 200]  # and the question after the first answer is answered too


def test_a_server_that_is_told_to_stop_answers_what_it_was_asked_and_ends():
    with serving("--no-worked", "--limit", "deadline=2") as running:
        told = {}
        thread = threading.Thread(target=lambda: told.update(reply=running.query(ENDLESS)))
        thread.start()
        time.sleep(0.5)
        pids = [running.process.pid, *children(running.process.pid), *children(children(running.process.pid)[0])]
        assert running.stop() == 0
        thread.join()
        assert told["reply"].status == 504, "the query was left to end by itself"
        assert not any(os.path.exists(f"/proc/{pid}") for pid in pids), "no process is left behind"
        assert "Traceback" not in "".join(running.log)


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--bind", "nowhere"], 1, "HOST:PORT"),
        (["--bind", "127.0.0.1:99999"], 1, "HOST:PORT"),
        (["--limit", "deadlin=2"], 2, "did you mean “deadline”"),
        (["--limit", "deadline=soon"], 2, "seconds that a query may run"),
        (["--limit", "rows=-1"], 2, "rows"),
        (["--prefix", "law/"], 2, "/aiact"),
        (["--no-worked", "--project", "no-such-file.yaml", "--bind", "127.0.0.1:0"], 3, "no-such-file.yaml"),
    ],
)
def test_a_server_that_cannot_start_says_why(options, code, said):

    done = subprocess.run(
        [sys.executable, "-m", "aiact", "serve", *options], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_that_is_taken_is_told(server):
    done = CliRunner().invoke(main, ["serve", "--bind", f"127.0.0.1:{server.port}"])
    assert done.exit_code == 1
    assert "cannot listen" in done.output


def test_limits_are_listed_and_read():
    done = CliRunner().invoke(main, ["serve", "--limits"])
    assert done.exit_code == 0
    assert all(name in done.output for name in Limits().told())
    assert read_limits(["deadline=2.5", "rows=7"]).rows == 7

"""The static site: every address of the graph has its pages, every link leads somewhere, and both languages say it."""

import csv
import hashlib
import io
import json
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import DAY, ROOT
from pages import Built, visible

from aiact.cli import main
from aiact.law.cite import cite
from aiact.law.graph import Literal, parse
from aiact.law.knowledge import knowledge
from aiact.law.names import ACT, AIACT, BASE, DCTERMS, RDFS, RULE, SH, SKOS
from aiact.site import library
from aiact.site.addresses import LANGUAGES, SECTIONS, Addresses
from aiact.site.documents import Documents
from aiact.site.folder import Folder, FolderProblem
from aiact.site.words import typography
from aiact.sparql import query

# Official addresses, and those of vocabularies; beside them a page leads only to where a source or a licence that the
# graph names is published.
OFFICIAL = re.compile(
    r"https://eur-lex\.europa\.eu/legal-content/(EN|FR)/TXT/\?uri=CELEX:\d{5}[A-Z]\d{4}(-\d{8})?(#[\w.]+)?"
    r"|http://data\.europa\.eu/eli/(reg|dir)/\d{4}/\d+/([\w-]+/)*(oj|\d{4}-\d{2}-\d{2})"
    r"|http://publications\.europa\.eu/resource/authority/[\w/-]+"
    r"|https://spdx\.org/licenses/[\w.+-]*"
)
VOCABULARIES = re.compile(
    r"http://www\.w3\.org/|http://purl\.org/dc/|http://xmlns\.com/foaf/|https?://schema\.org/"
    r"|http://data\.europa\.eu/(eli/ontology|r5r|1sc|it6)|http://publications\.europa\.eu/|http://mex\.aksw\.org/"
    r"|https://w3id\.org/(dpv|mls|airo|vair|mldcat|aiact$)|https://spdx\.org/rdf/|https://creativecommons\.org/licenses/"
)


def known(address: str) -> bool:
    """Whether an address outside is one of the forms that a page may lead to."""
    return bool(OFFICIAL.fullmatch(address) or VOCABULARIES.match(address))


@pytest.fixture(scope="module")
def graph():
    """The published graph: the law with what follows from it, and the questions."""
    from aiact.law.graph import Graph

    return Graph([*query.whole(knowledge()), *library.triples()])


@pytest.fixture(scope="module")
def addresses(graph):
    return Addresses(graph)


# ---------------------------------------------------------------------------------------------- addresses


def test_every_address_of_the_graph_has_its_file(site, graph):
    files, missing = set(site.files), []
    ours = {
        term
        for triple in graph
        for term in triple
        if isinstance(term, str) and not isinstance(term, Literal) and term.startswith(BASE)
    }
    assert len(ours) > 6000
    for iri in ours:
        path = iri.removeprefix(BASE) or "index"
        path += "index" if path.endswith("/") else ""
        if f"{path}.html" not in files:
            missing.append(iri)
    assert not missing


def test_every_thing_has_a_page_in_both_languages_and_its_turtle(site, addresses, graph):
    files = set(site.files)
    for document in addresses.documents.values():
        if document.iri != BASE + "act/":  # the page of the Act is that list
            assert {document.page(language) for language in LANGUAGES} <= files, document
        if any(document.iri in subjects for subjects in graph.by_predicate.values()):
            assert f"{document.path}.ttl" in files, document


def test_an_address_leads_to_both_languages_and_a_part_to_its_place(site):
    page = site.read("rule/art-53-2.example-2.html")
    assert 'hreflang="en" href="../en/rule/art-53-2.html#example-2"' in page
    assert 'hreflang="fr" href="../fr/regle/art-53-2.html#example-2"' in page
    assert 'type="text/turtle" href="../rule/art-53-2.ttl"' in page
    assert 'id="example-2"' in site.read("fr/regle/art-53-2.html")


def test_a_class_and_a_property_that_differ_in_capitals_share_no_file(site, addresses):
    folded = Counter(path.lower() for path in site.pages)
    assert not [path for path, count in folded.items() if count > 1]
    assert "en/term/system-property.html" in site.files
    for path, alike in addresses.alike.items():
        contents = {site.read(f"{document.path}{end}") for document in alike for end in (".ttl",)}
        assert len(contents) == 1, path  # the same where a file system takes one for the other
        choice = site.read(f"{alike[0].path}.html")
        assert all(f'href="../{document.page("en")}"' in choice for document in alike)


# ---------------------------------------------------------------------------------------------- links

LINK = re.compile(r'<(?:a|link|script|form|img)\b[^>]*?\s(?:href|src|action)="([^"]*)"')
PLACE = re.compile(r'\sid="([^"]+)"')


def test_every_link_leads_to_a_file_a_place_or_an_official_address(site, graph):
    files, places, wanted, outside = set(site.files), {}, {}, Counter()
    for path in (each for each in site.files if each.endswith(".html")):
        text = site.read(path)
        places[path] = set(PLACE.findall(text))
        assert len(places[path]) == len(PLACE.findall(text)), f"{path} has two places of one name"
        for link in set(LINK.findall(text)):
            link = link.replace("&amp;", "&")
            if re.match(r"[a-z]+:", link):
                outside[link] += 1
                continue
            file, _, place = link.partition("#")
            target = os.path.normpath(os.path.join(os.path.dirname(path), file)) if file else path
            assert not link.startswith("/"), f"{path}: {link} would break under another root"
            assert target in files, f"{path} links {link}"
            if place:
                wanted.setdefault((target, place), path)
    lost = [f"{path} links {file}#{place}" for (file, place), path in wanted.items() if place not in places[file]]
    assert not lost
    sources = {term for triple in graph for term in triple if str(term).startswith("http")}
    named = (graph.by_predicate[word].values() for word in (RDFS + "seeAlso", DCTERMS + "source"))
    published = {aim for values in named for aims in values for aim in aims}
    assert not [each for each in outside if not known(each) and not (each in published and each.startswith("https://"))]
    assert all(each in sources or OFFICIAL.fullmatch(each) for each in outside)


def test_whatever_a_thing_is_defined_by_is_in_the_site_or_an_official_address(site, graph, addresses):
    files = set(site.files)
    for word in (RDFS + "isDefinedBy", DCTERMS + "source", AIACT + "correctedBy", AIACT + "governs"):
        for subject, aims in graph.by_predicate[word].items():
            for aim in aims:
                held = addresses.href(aim, "en").partition("#")[0]
                assert held in files or known(aim) or aim.startswith("https://"), f"{subject} {word} {aim}"


def test_pages_name_each_other_in_both_languages(site):
    files = set(site.files)
    for path in site.pages:
        found = dict(re.findall(r'<link rel="alternate" hreflang="(en|fr)" href="([^"]+)"', site.read(path)))
        assert set(found) == {"en", "fr"}, path
        here = {os.path.normpath(os.path.join(os.path.dirname(path), link)) for link in found.values()}
        assert path in here
        assert here <= files
        assert f'<html lang="{path[:2]}">' in site.read(path)


# ---------------------------------------------------------------------------------------------- what pages are made of


class Balance(HTMLParser):
    """Reads a page and complains of an element that is not closed, or is closed twice."""

    VOID = ("meta", "link", "input", "br", "img", "hr")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag, attributes):
        assert not [name for name, _ in attributes if name == "style" or name.startswith("on")], self.getpos()
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        pass

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, (tag, self.getpos())


def test_pages_are_whole_and_carry_no_script_and_no_style(site):
    for path in [*site.pages[::17], *(path for path in site.pages if "/index" in path or "project" in path)]:
        text = site.read(path)
        reader = Balance()
        reader.feed(text)
        assert reader.open == [], path
        assert "<style" not in text
        for script in re.findall(r"<script\b([^>]*)>", text):
            assert "src=" in script or 'type="application/ld+json"' in script
        policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)[1]
        assert "unsafe-inline" not in policy
        assert policy.startswith("default-src &#39;none&#39;")


def test_french_pages_have_french_spaces(site):
    for path in (each for each in site.pages if each.startswith("fr/")):
        if "/projet/" in path or "/question/" in path:
            continue  # these also show what users and questions wrote
        said = visible(site.read(path))
        for foreign in (r"C\(\d{4}\) \d+ final;", r"\w+: \{.*?\}"):  # a number of documents, and what one types
            said = re.sub(foreign, "", said)
        wrong = re.search(r"\w [;:!?»](?=\s|$)|« |[^\W\d_][:;!?](?=\s)", said)
        assert not wrong, f"{path}: {said[wrong.start() - 40 : wrong.end() + 20]}"


def test_french_spaces_are_narrow_before_high_marks_and_inside_guillemets():
    assert typography("Qui ? « lui » : non ; 7 %", "fr") == "Qui\u202f? «\u202flui\u202f»\u00a0: non\u202f; 7\u202f%"
    assert typography("https://a.b/c ;x", "fr") == "https://a.b/c ;x"
    assert typography("See Article 5", "en") == "See Article\u00a05"


APPS = ROOT / "src" / "aiact" / "site" / "apps"


def test_the_words_of_the_pages_are_data_and_none_is_idle(graph):
    source = "".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "src" / "aiact" / "site").rglob("*")
        if path.suffix in (".py", ".html")
    )
    families = ("section-", "about-", "value-", "says-", "join-", "compare-", "kind-")
    idle = []
    for iri in graph.of_class(AIACT + "Phrase"):
        name = iri.rpartition("/")[2]
        if name.startswith("page-"):
            word = name.removeprefix("page-")
            texts = graph.texts(iri, SKOS + "prefLabel")
            assert set(texts) == {"en", "fr"}, iri
            assert set(re.findall(r"\{\w+\}", texts["en"])) == set(re.findall(r"\{\w+\}", texts["fr"])), iri
            app, _, rest = word.partition("-")
            scripts = (
                "".join(path.read_text() for path in (APPS / app).glob("static/*.js")) if (APPS / app).is_dir() else ""
            )
            named = rf"""['"]{re.escape(word)}['"]""", rf"""(['"`]{re.escape(rest)}['"`]|\btold\.{re.escape(rest)}\b)"""
            if (
                not word.startswith(families)
                and rest not in ("true", "false")
                and not re.search(named[0], source)
                and not re.search(named[1], scripts)
            ):
                idle.append(word)
    assert not idle


# ---------------------------------------------------------------------------------------------- Turtle and JSON-LD


def canonical(data: str, mime: str):
    import pyoxigraph as ox

    found = ox.Dataset(ox.parse(data.encode(), format=ox.RdfFormat.from_media_type(mime)))
    found.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return {str(quad) for quad in found}


@pytest.mark.parametrize(
    ("page", "turtle"),
    [
        ("en/rule/art-53-2.html", "rule/art-53-2.ttl"),
        ("fr/regle/art-111-2.html", "rule/art-111-2.ttl"),
        ("en/act/art_53_par_2.html", "act/art_53_par_2.ttl"),
        ("en/parameter/fallback-for-systemic-originals.html", "parameter/fallback-for-systemic-originals.ttl"),
        ("fr/licence/MIT.html", "licence/MIT.ttl"),
        ("en/question/which-exemptions-exist.html", "question/which-exemptions-exist.ttl"),
        ("en/index.html", "index.ttl"),
    ],
)
def test_a_page_its_json_ld_and_its_turtle_say_the_same(site, page, turtle):
    text = site.read(page)
    assert (
        os.path.normpath(os.path.join(os.path.dirname(page), re.search(r'"text/turtle" href="([^"]+)"', text)[1]))
        == turtle
    )
    data = re.search(r'<script type="application/ld\+json">(.*?)</script>', text)[1]
    assert canonical(data, "application/ld+json") == canonical(site.read(turtle), "text/turtle")


def test_nameless_things_stand_where_they_are_used_and_lists_are_lists_unless_more_is_said_of_them():
    rdf, a = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://example.org/"
    cell = lambda node, first, rest: [(node, rdf + "first", first), (node, rdf + "rest", rest)]  # noqa: E731
    triples = [
        (a + "x", a + "plain", "_:one"), *cell("_:one", a + "y", "_:two"), *cell("_:two", Literal("z"), rdf + "nil"),
        (a + "x", a + "described", "_:three"), *cell("_:three", "_:shared", rdf + "nil"),
        ("_:three", a + "member", "_:shared"), ("_:shared", a + "says", Literal("a: b", language="en")),
        ("_:loose", a + "about", a + "x"), (a + "x", a + "inside", "_:inner"), ("_:inner", a + "in", "_:innermost"),
        ("_:innermost", a + "says", Literal("<"))]  # fmt: skip
    documents = Documents(triples)
    turtle = documents.turtle([a + "x", *documents.loose])
    assert '( <http://example.org/y> "z" )' in turtle
    data = documents.json_ld([a + "x", *documents.loose])
    assert "<" not in data
    assert len(canonical(turtle, "text/turtle")) == len(triples)
    assert canonical(turtle, "text/turtle") == canonical(data, "application/ld+json")


def test_the_published_graph_is_the_graph_that_questions_are_asked_of(site, graph):
    published = list(parse(site.read("graph/aiact.ttl").encode()))
    blank = lambda term: isinstance(term, str) and term.startswith("_:")  # noqa: E731
    ground = lambda triples: {t for t in triples if not blank(t[0]) and not blank(t[2])}  # noqa: E731
    assert ground(published) == ground(graph)
    assert len(published) == len(graph)


def test_the_turtle_files_together_are_the_published_graph(site, graph, addresses):
    said = Counter()
    for path in site.files:
        if path.endswith(".ttl") and not path.startswith(("project/", "graph/")):
            for subject, _, _ in parse(site.read(path).encode()):
                if not subject.startswith("_:"):
                    said[subject] += 1
    expected = Counter(triple[0] for triple in graph if addresses.of(triple[0]))
    short = [iri for iri, count in expected.items() if said[iri] < count]
    assert not short


# ---------------------------------------------------------------------------------------------- rules


def test_each_rule_has_its_five_slots_its_conditions_and_its_examples(site, base, graph):
    examples = defaultdict(list)
    for iri in graph.of_class(AIACT + "Example"):
        rule, place = iri.removeprefix(RULE).rsplit(".", 1)
        examples[rule].append(place)
    for rule in base.rules.values():
        for language, folder in (("en", "en/rule"), ("fr", "fr/regle")):
            page = site.read(f"{folder}/{rule.id}.html")
            for slot in ("says", "when", "conditions", "examples", "doubts"):
                assert page.count(f'<section id="{slot}">') == 1, (rule.id, slot)
            said = visible(page)
            assert typography(rule.definition[language], language) in said
            for condition in rule.conditions:
                message = typography(base.conditions[condition].message[language], language)
                assert message in said, f"{condition} is not on the page of its rule"
            for example in (
                each for each in graph.of_class(AIACT + "Example") if each.startswith(f"{RULE}{rule.id}.e")
            ):
                place = example.removeprefix(f"{RULE}{rule.id}.")
                assert f'<tr id="{place}">' in page
            for doubt in rule.doubts:
                assert typography(doubt[language], language) in said
            for asked, phrase in ((rule.other_than, "of-each-alone"), (rule.through, "leads-to-each")):
                assert bool(asked) == (base.say(language, f"page-{phrase}") in said), (rule.id, phrase)


def test_a_choice_of_conditions_is_never_shown_as_a_list(site):
    page = site.read("en/rule/art-53-2.html")
    section = page.partition('<section id="conditions">')[2].partition("</section>")[0]
    choice = section.partition("at least one of these must hold")[2].partition("</ul>")[0]
    assert "The licence of the models from which it stems must be free too." in choice
    assert "Only the licence declared for this release counts." in choice
    assert "The parameters, including the weights, must be public." not in choice
    refused = site.read("en/rule/art-111-2.html").partition('<section id="conditions">')[2]
    assert "this must not hold:" in refused


def test_every_exception_to_an_exemption_is_named_on_its_page(site, base):
    for rule in base.rules.values():
        for aim in rule.defeats:
            assert f'href="../../en/rule/{rule.id}.html"' in site.read(f"en/rule/{aim}.html"), (rule.id, aim)


def test_the_days_of_a_rule_stand_under_both_texts(site):
    said = (
        site.words("en/rule/art-26-1.html")
        if "en/rule/art-26-1.html" in site.files
        else site.words("en/rule/art-9.html")
    )
    when = said.partition("When it applies")[2]
    assert "2 August 2026" in when.replace("\u00a0", " ")
    assert "2 December 2027" in when.replace("\u00a0", " ")
    picture = re.search(r"(?s)<svg class=\"timeline\".*?</svg>", site.read("fr/regle/art-9.html"))[0]
    assert re.search(r'aria-labelledby="timeline-title timeline-desc"', picture)
    assert "2\u00a0décembre\u00a02027" in picture
    new = site.words("en/rule/art-5-1-ba.html")
    assert "does not stand in this text" in new
    assert "2\u00a0December\u00a02026" in new


def test_a_rule_leads_to_the_law_here_and_to_the_official_text(site, base):
    for rule in base.rules.values():
        if not rule.provision.startswith("http"):
            page = site.read(f"fr/regle/{rule.id}.html")
            assert f'href="../../fr/acte/{rule.provision}.html"' in page or rule.provision == "act"
            assert "https://eur-lex.europa.eu/legal-content/FR/TXT/" in page


def test_what_cites_a_thing_is_on_its_page(site, base):
    provision = site.read("en/act/art_53_par_2.html")
    assert 'href="../../en/rule/art-53-2.html"' in provision
    assert "cited-by" in provision
    licence = site.read("en/term/licence-property.html")
    assert 'href="../../en/rule/art-53-2.html"' in licence
    for key in ("art_53_par_2", "art_5_par_1_pnt_c", "anx_III_pnt_4"):
        for rule in base.rules.values():
            if key in rule.sources:
                assert f"rule/{rule.id}.html" in site.read(f"en/act/{key}.html")


def test_a_provision_without_a_rule_says_why(site):
    assert "Left out on purpose" in site.words("en/act/art_65.html")
    assert "Laissé de côté à dessein" in site.words("fr/acte/art_65.html")


def test_a_disputed_question_shows_every_reading_with_its_force(site, base):
    for name in base.questions:
        page = site.words(f"en/reading/{name}.html")
        for reading in (each for each in base.readings.values() if each.question == name):
            assert typography(reading.definition["en"], "en") in page


def test_a_licence_that_is_contested_is_not_called_free(site):
    page = site.read("en/licence/openrail.html")
    row = page.partition('rule/free-licence.html"')[2].partition("</tr>")[0]
    assert 'class="truth unknown"' in row
    assert "use restrictions in licences" in row
    assert 'class="truth holds"' in site.read("en/licence/MIT.html").partition('rule/free-licence.html"')[2][:200]


# ---------------------------------------------------------------------------------------------- projects and questions


@pytest.mark.parametrize("name", ["quickstart", "seed-legaltech", "deepseek-v3.1", "beetle-notes"])
def test_a_project_page_says_what_check_says(site, name):
    file = next((ROOT / "data" / "projects").glob(f"{name}.*"))
    answer = json.loads(CliRunner().invoke(main, ["check", str(file), "--on", DAY, "--format", "json"]).stdout)
    published = json.loads(site.read(f"project/{name}.json"))
    assert [each["status"] for each in published["findings"]] == [each["status"] for each in answer["findings"]]
    page = site.read(f"en/project/{name}.html")
    for status in {each["status"] for each in answer["findings"]} - {"not_applicable"}:
        rules = {each["rule"] for each in answer["findings"] if each["status"] == status}
        shown = set()
        for article in re.findall(rf'(?s)<h4><span class="status {status}">.*?</article>', page):
            shown |= set(
                re.findall(r'rule/([\w.-]+)\.html"', article.partition('<ul class="duties">')[2].partition("</ul>")[0])
            )
        assert rules == shown, status
    lines = file.read_text(encoding="utf-8").splitlines()
    assert page.count('<span class="line" id="L') == len(lines)


def test_the_picture_of_a_lifted_duty_goes_from_facts_to_the_exemption(site):
    page = site.read("en/project/quickstart.html")
    article = next(each for each in re.findall(r"(?s)<article.*?</article>", page) if 'class="status lifted"' in each)
    picture = re.search(r'(?s)<svg class="why".*?</svg>', article)[0]
    assert "<title" in picture
    assert "<desc" in picture
    said = re.sub(r"<[^>]+>", " ", picture)
    for word in ("weights public", "line 10", "must be public", "Art. 53(2)", "(exemption)", "Art. 53(1)(a)"):
        assert word in re.sub(r"\s+", " ", said).replace("\u00a0", " "), word
    listed = article.partition('<ul class="reasons">')[2]
    assert 'href="#L10"' in listed
    assert "rule/art-53-2.weights.html" in listed


def test_what_nobody_stated_is_drawn_where_a_duty_is_undetermined(site):
    page = site.read("en/project/quickstart.html")
    articles = [
        each for each in re.findall(r"(?s)<article.*?</article>", page) if 'class="status undetermined"' in each
    ]
    assert any('class="box missing"' in each and "maker.established_in" in each for each in articles)


@pytest.mark.parametrize("name", ["which-exemptions-exist", "what-binds-a-role", "which-licences-are-not-free"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_page_gives_the_answer_of_the_command(site, base, name, language):
    question = query.questions()[name]
    given = {key: DAY for key, parameter in question.parameters.items() if parameter.default == "today"}
    answer = query.ask(name, given, base, language)
    text = site.read(f"{language}/question/{name}.csv")
    assert list(csv.reader(io.StringIO(text))) == list(csv.reader(io.StringIO(query.as_csv(answer))))
    page = site.read(f"{language}/question/{name}.html")
    assert page.count("<tr>") - len(question.parameters) - bool(question.parameters) == min(len(answer.rows), 150) + 1
    assert typography(question.title[language], language) in visible(page)


def test_every_question_of_the_library_has_its_page(site):
    for name in query.questions():
        for language in LANGUAGES:
            assert f"{language}/question/{name}.html" in site.files
        assert site.read(f"question/{name}.rq") == (ROOT / "queries" / f"{name}.rq").read_text(encoding="utf-8")


# ---------------------------------------------------------------------------------------------- search


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_index_knows_every_provision_rule_and_licence_in_both_languages(site, base, graph, language):
    index = site.index(language)
    provisions = {iri.removeprefix(ACT) for iri in graph.of_class(AIACT + "Provision")} - {"act"}
    assert provisions <= set(index["keys"])
    assert all(f"{language}/{path}" in site.files for path, _ in index["keys"].values())
    assert all(f"{language}/{path}" in site.files for path, *_ in index["entries"])
    names = {entry[0] for entry in index["entries"]}
    section = SECTIONS["rule"][language]
    assert {f"{section}/{rule}.html" for rule in base.rules} <= names
    free = next(entry for entry in index["entries"] if entry[0] == f"{section}/free-licence.html")
    assert "licence libre et ouverte" in " ".join(free)
    assert "free and open-source licence" in " ".join(free)
    assert index["keys"]["art_53_par_2"][1].startswith(typography(cite("art_53_par_2", language), language))


def test_without_a_script_the_search_page_is_a_list_of_everything(site, base):
    page = site.read("fr/search.html")
    assert all(f'href="../fr/regle/{rule}.html"' in page for rule in base.rules)
    assert 'href="../fr/acte/art_53.html"' in page


# ---------------------------------------------------------------------------------------------- official texts


def test_the_official_wording_is_shown_where_it_was_imported_and_nowhere_else(site, tmp_path):
    assert "<blockquote" not in site.read("en/act/art_53_par_2.html").partition('id="rules"')[0]
    env = os.environ | {"AIACT_TEXTS": str(tmp_path / "texts")}
    ours = [str(ROOT / "tests" / "texts" / name) for name in ("journal.xhtml", "consolidated.xhtml")]
    subprocess.run([sys.executable, "-m", "aiact", "text", "import", *ours], env=env, check=True, capture_output=True)
    run = subprocess.run([sys.executable, "-c", WITH_TEXTS], env=env, capture_output=True, check=True)
    files = json.loads(run.stdout)
    english, french = files["en/act/art_53_par_2.html"], files["fr/acte/art_53_par_2.html"]
    for page, first, other in ((english, "en", "fr"), (french, "fr", "en")):
        assert (
            page.index(f'<blockquote lang="{first}"')
            < page.index("<details><summary")
            < page.index(f'<blockquote lang="{other}"')
        )
    assert "this is the text of 12\u00a0July\u00a02024" in english
    assert "c’est le texte" not in french.partition("<details><summary")[0]  # the French one is of the day
    assert 'id="wording-32024R1689-en"' in english
    assert 'id="wording-32024R1689-en"' in french
    place = files["act/art_53_par_2/32024R1689/en.html"]
    assert 'href="../../../fr/acte/art_53_par_2.html#wording-32024R1689-en"' in place
    assert "Makers" in files["act/art_53.ttl"]
    rule = files["en/rule/art-53-2.html"]
    assert '<blockquote lang="en"' in rule
    assert '<blockquote lang="fr"' not in rule
    assert "written against" in rule.partition('<section id="doubts">')[2]  # our words are not those of the law


WITH_TEXTS = f"""
import json
from aiact.site.build import Site

made = Site("{DAY}")
names = ("act/art_53_par_2", "act/art_53", "rule/art-53-2")
things = [made.addresses.documents["https://w3id.org/aiact/" + name] for name in names]
files = {{path: content for thing in things for path, content in made.document_files(thing)}}
files |= {{path: content for path, content in made.part_files() if path.startswith("act/art_53")}}
print(json.dumps(files))
"""


# ---------------------------------------------------------------------------------------------- the run


AGAIN = f"""
import hashlib, json
from itertools import chain
from aiact.law.names import PROJECT
from aiact.site.build import Site

made = Site("{DAY}")
sections = made.files(("", "reading", "sanction", "parameter", "licence", "question", "files"))
projects = (made.project_files(made.addresses.documents[PROJECT + name]) for name in ("quickstart", "cv-screener"))
data = lambda content: content.encode() if isinstance(content, str) else content
print(json.dumps({{path: hashlib.sha256(data(found)).hexdigest() for path, found in chain(sections, *projects)}}))
"""


def test_the_same_knowledge_and_day_give_the_same_bytes(site):
    env = {"PYTHONHASHSEED": "12345", "AIACT_TEXTS": "/nonexistent", "TZ": "Pacific/Auckland", "LANG": "fr_FR.UTF-8"}
    run = subprocess.run([sys.executable, "-c", AGAIN], capture_output=True, env=os.environ | env, check=True)
    again = json.loads(run.stdout)
    assert len(again) > 500
    for path, digest in again.items():
        assert hashlib.sha256((site.folder / path).read_bytes()).hexdigest() == digest, path


def test_no_path_of_the_machine_stands_in_a_page(site):
    for path in (each for each in site.files if each.endswith((".html", ".ttl", ".json", ".csv"))):
        text = site.read(path)
        assert str(ROOT) not in text, path
        assert str(site.folder.parent) not in text, path


def written(target: Path, **files: str) -> None:
    folder = Folder(target)
    for name, content in files.items():
        folder.write(name.replace("_", "."), content)
    folder.finish({})


def test_a_site_replaces_a_site_as_a_whole(tmp_path):
    written(tmp_path / "out", a_html="old", b_html="old")
    written(tmp_path / "out", a_html="new")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.html", "aiact-site.json"]
    assert (tmp_path / "out" / "a.html").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_run_that_fails_leaves_the_old_site_and_nothing_else(tmp_path, monkeypatch):
    written(tmp_path / "out", a_html="old")
    from aiact.site import build as module

    class Broken:
        expected = 1

        def __init__(self, _day, libraries=None): ...

        def files(self):
            yield "a.html", "new"
            raise OSError("no space left")

    monkeypatch.setattr(module, "Site", Broken)
    with pytest.raises(OSError, match="no space"):
        module.build(tmp_path / "out", DAY)
    assert (tmp_path / "out" / "a.html").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (lambda out: (out.mkdir(), (out / "thesis.odt").write_text("x")), "not a site that this command wrote"),
        (lambda out: out.write_text("x"), "is a file"),
        (
            lambda out: (written(out, a_html="x"), (out / "CNAME").write_text("x")),
            "CNAME, which this command did not write",
        ),
        (
            lambda out: (out.mkdir(), (out / "aiact-site.json").write_text("[]"), (out / "x").write_text("")),
            "not a site",
        ),
        (lambda out: (written(out, a_html="x"), (out / "link").symlink_to("/etc")), "link, which this command did not"),
    ],
    ids=["documents of a user", "a file", "a file beside a site", "a mark that lies", "a link"],
)
def test_a_folder_that_is_not_a_site_is_never_taken_away(tmp_path, prepare, words):
    out = tmp_path / "out"
    prepare(out)
    before = sorted(str(path) for path in tmp_path.rglob("*"))
    answer = CliRunner().invoke(main, ["site", "build", str(out), "--on", DAY])
    assert answer.exit_code == 2
    assert words in answer.output
    assert "Traceback" not in answer.output
    assert sorted(str(path) for path in tmp_path.rglob("*")) == before
    with pytest.raises(FolderProblem):
        Folder(out)


def test_the_built_site_names_all_its_files(site):
    assert isinstance(site, Built)
    mark = json.loads(site.read("aiact-site.json"))
    assert mark["as_of"] == DAY
    assert mark["files"] == site.files


def test_an_example_says_what_its_rule_file_says(site, graph):
    example = RULE + "art-53-2.example-4"
    row = site.read("fr/regle/art-53-2.html").partition('<tr id="example-4">')[2].partition("</tr>")[0]
    assert graph.texts(example, SKOS + "prefLabel")["fr"] in row
    assert 'class="truth fails"' in row
    assert graph.value(RULE + "art-53-2.weights", SH + "path") == AIACT + "weightsPublic"
    assert 'href="../../en/term/weightsPublic.html"' in site.read("en/rule/art-53-2.html")

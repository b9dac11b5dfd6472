"""The pages in a real browser: search, links, languages, keyboard, dark and paper, without a script; nothing comes from
elsewhere, nothing is said in the console, and axe finds no serious fault."""

import functools
import http.server
import os
import shutil
import subprocess
import threading
from pathlib import Path

import pytest
from pages import needed

from aiact.law.cite import cite, find
from aiact.law.graph import Graph
from aiact.law.names import ACT, AIACT

BROWSER = next((path for path in ("/usr/bin/chromium", shutil.which("chromium") or "") if os.path.exists(path)), "")
FLAGS = ("--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
         "--disable-component-update --disable-sync").split()  # fmt: skip
PAGES = [
    "index.html", "en/index.html", "fr/index.html", "en/search.html", "fr/search.html", "ns/System.html",
    "en/act/index.html", "fr/acte/art_53.html", "en/act/art_53_par_2.html", "fr/acte/anx_III.html",
    "en/act/rct_102.html", "en/rule/index.html", "en/rule/art-53-2.html", "fr/regle/art-111-2.html",
    "fr/regle/art-53-2.weights.html", "fr/lecture/licence-restrictions.html", "fr/licence/index.html",
    "en/parameter/systemic-risk-compute.html", "en/licence/openrail.html", "fr/source/modernee.html",
    "en/source/modernee.claim-2.html", "en/term/index.html", "fr/terme/trainingCompute.html", "en/term/System.html",
    "en/purpose/facial-recognition.html", "fr/lieu/FRA.html", "en/sanction/operators.html",
    "fr/omission/authorities.html", "en/project/index.html", "fr/projet/quickstart.html", "en/phrase/index.html",
    "en/question/which-exemptions-exist.html",
]  # fmt: skip


@pytest.fixture(scope="module")
def address(site):
    """The site served on this machine, under a path that is not the root."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def translate_path(self, path):
            return super().translate_path(path.removeprefix("/some/place"))

        def log_message(self, *_): ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(site.folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/some/place/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def chromium():
    needed(BROWSER, "Chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture
def browser(chromium, address, tmp_path):
    """A function that opens a browser of its own; whatever it says or asks elsewhere fails the test at its end."""
    opened, said, outside = [], [], []

    def open_(**options):
        context = chromium.launch_persistent_context(
            str(tmp_path / f"user-{len(opened)}"), executable_path=BROWSER, headless=True, args=FLAGS,
            **{"locale": "en-GB", "viewport": {"width": 1100, "height": 900}, **options},
        )  # fmt: skip
        opened.append(context)
        context.on(
            "request", lambda request: outside.append(request.url) if not request.url.startswith(address) else None
        )
        context.on("console", lambda message: said.append(message.text))
        context.on("weberror", lambda error: said.append(str(error.error)))
        context.on(
            "response", lambda answer: said.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None
        )
        return context.new_page()

    yield open_
    for context in opened:
        context.close()
    assert not said
    assert not [url for url in outside if not url.startswith("data:")]


@pytest.fixture(scope="module")
def axe(tmp_path_factory):
    """axe-core in the pinned version, brought in for the tests and never committed."""
    npm = shutil.which("npm")
    needed(npm, "npm")
    folder = Path(__file__).parent / "browser"
    place = tmp_path_factory.mktemp("axe")
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(folder / name, place / name)
    run = subprocess.run(
        [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=place, capture_output=True, text=True
    )
    needed(run.returncode == 0, f"axe-core ({run.stderr.strip()[-300:]})")
    return (place / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def test_one_finds_a_provision_and_follows_its_rule_to_the_law(browser, address):
    page = browser()
    page.goto(address + "en/index.html")
    page.get_by_role("searchbox", name="Search the Act and the graph").last.fill("53(2)")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Article 53(2)").first.wait_for()
    page.get_by_role("link", name="Article 53(2)").first.click()
    assert page.url == address + "en/act/art_53_par_2.html"
    page.get_by_role("link", name="open-source model", exact=True).first.click()
    assert page.locator("h1").inner_text().startswith("Open-source model")
    assert page.locator("#says .lead").inner_text().startswith("The provider of a model released under a free")
    official = page.locator("#says a[rel~=external]").first.get_attribute("href")
    assert official == "https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX:32024R1689#053.002"
    page.get_by_role("link", name="Français").click()
    assert page.url == address + "fr/regle/art-53-2.html"
    assert page.locator("h1").inner_text().startswith("Modèle libre et ouvert")
    page.locator("#says .sources a").first.click()
    assert page.url == address + "fr/acte/art_53_par_2.html"


@pytest.mark.parametrize(
    ("language", "words", "first"),
    [
        ("fr", "article 53, paragraphe 2", "article\u00a053, paragraphe\u00a02"),
        ("en", "article 53, paragraphe 2", "Article\u00a053(2)"),
        ("fr", "considérant 102", "considérant\u00a0102"),
        ("en", "Annex III, point 4(a)", "Annex\u00a0III"),
        ("en", "licence libre et ouverte", "free and open-source licence"),
        ("fr", "open-source licence", "licence libre"),
        ("fr", "systemic risk", "risque systémique"),
        ("en", "apache 2.0", "Apache License 2.0"),
    ],
)
def test_search_understands_citations_and_both_languages(browser, address, language, words, first):
    page = browser()
    page.goto(f"{address}{language}/search.html")
    page.locator("#big-q").fill(words)
    page.locator("#found-list a").first.wait_for(timeout=10_000)
    found = page.locator("#found-list a").all_inner_texts()
    assert any(each.startswith(first) or first in each for each in found[:5]), found[:5]


def test_the_browser_reads_citations_as_the_engine_does(browser, address, site):
    """Every provision, cited in both languages and both lengths, and what cites nothing."""
    from aiact.law.build import load_graph

    graph: Graph = load_graph()
    keys = sorted(iri.removeprefix(ACT) for iri in graph.of_class(AIACT + "Provision"))
    asked = [cite(key, language, short) for key in keys for language in ("en", "fr") for short in (False, True)]
    asked += ["53(2)", "art. 53 par. 2", "art. 53 § 2", "4 bis", "article 5, paragraphe 1, point b bis)", "5(1)(ba)",
              "annexe III, point 5 b)", "53(99)", "article 53 of the GDPR", "§ 2", "licence", "recital 98", "chapter V",
              "the Act", "act:art_9", ""]  # fmt: skip
    page = browser()
    page.goto(address + "en/search.html")
    index = site.index("en")
    known = set(index["keys"]) | {"act"}
    read = page.evaluate(
        "([asked, keys]) => { const known = Object.fromEntries(keys.map((key) => [key, 1]));"
        " return asked.map((words) => document.getElementById('found').find(words, known)); }",
        [asked, sorted(known)],
    )
    wrong = [
        (words, there, here)
        for words, there in zip(asked, read, strict=True)
        if there != (here := find(words, known) if words else None)
    ]
    assert not wrong, wrong[:10]
    assert sum(1 for key in read if key) > 7000


def test_an_address_goes_on_to_the_language_of_the_reader(browser, address):
    french = browser(locale="fr-FR")
    french.goto(address + "rule/art-53-2.example-2.html")
    french.wait_for_url(address + "fr/regle/art-53-2.html#example-2")
    french.get_by_role("link", name="English").click()
    french.wait_for_url(address + "en/rule/art-53-2.html#example-2")
    french.goto(address + "index.html")  # the language that was chosen is kept
    french.wait_for_url(address + "en/index.html")


def test_without_a_script_everything_can_still_be_reached(browser, address):
    page = browser(java_script_enabled=False)
    page.goto(address + "rule/art-53-2.html")
    page.get_by_role("link", name="modèle libre et ouvert").click()
    assert page.url == address + "fr/regle/art-53-2.html"
    page.goto(address + "en/search.html?q=53(2)")
    page.get_by_text("Rules 3").click()
    page.locator("#plain a", has_text="open-source model").first.click()
    assert "/en/rule/" in page.url


def test_the_keyboard_reaches_the_content_the_search_and_the_reasons(browser, address):
    page = browser()
    page.goto(address + "en/project/quickstart.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    why = page.locator("details.why").first
    why.locator("summary").focus()
    page.keyboard.press("Enter")
    assert why.locator("svg.why").is_visible()
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"


def test_a_line_of_the_description_is_shown_from_the_reason_that_names_it(browser, address):
    page = browser()
    page.goto(address + "fr/projet/quickstart.html")
    why = page.locator("article.finding", has=page.locator(".status.lifted")).locator("details.why")
    why.locator("summary").click()
    why.locator("ul.reasons a[href='#L10']").first.click()
    assert page.locator("#L10").is_visible()
    assert "weights_public: true" in page.locator("#L10").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault(browser, address, axe, scheme):
    page = browser(color_scheme=scheme)
    faults = {}
    for path in PAGES if scheme == "light" else PAGES[1::3]:
        page.goto(address + path)
        page.evaluate("document.querySelectorAll('details').forEach((box) => { box.open = true; })")
        page.evaluate(axe)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']}).then((found) => found.violations)")
        serious = [
            (fault["id"], fault["nodes"][0]["html"][:200], fault["nodes"][0]["failureSummary"][:300])
            for fault in found
            if fault["impact"] in ("serious", "critical")
        ]
        if serious:
            faults[path] = serious
    assert not faults
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    found = page.evaluate("axe.run(document).then((found) => found.violations.map((fault) => fault.id))")
    assert "button-name" in found  # it would have said so


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_no_page_is_wider_than_the_screen(browser, address, width):
    page = browser(viewport={"width": width, "height": 800})
    for path in PAGES:
        page.goto(address + path)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path} is {wide} too wide at {width}"


def test_a_printed_page_has_the_addresses_and_none_of_the_navigation(browser, address):
    page = browser()
    page.goto(address + "en/rule/art-53-2.html")
    page.emulate_media(media="print")
    assert not page.locator("nav.sections").is_visible()
    assert page.locator("#examples").is_visible()
    shown = page.locator("#says a[rel~=external]").first.evaluate("(link) => getComputedStyle(link, '::after').content")
    assert "eur-lex.europa.eu" in shown


def test_the_site_can_be_read_from_a_folder_without_a_server(chromium, site, tmp_path):
    context = chromium.launch_persistent_context(str(tmp_path / "user"), executable_path=BROWSER, args=FLAGS)
    said: list[str] = []
    context.on("console", lambda message: said.append(message.text))
    page = context.new_page()
    page.goto((site.folder / "en" / "index.html").as_uri())
    page.locator("#big-q").fill("article 53, paragraphe 2")
    page.keyboard.press("Enter")
    page.locator("#found-list a").first.click()
    page.wait_for_load_state("load")
    assert page.url == (site.folder / "en" / "act" / "art_53_par_2.html").as_uri()
    assert page.evaluate("getComputedStyle(document.querySelector('main')).maxWidth") != "none"
    context.close()
    assert not said

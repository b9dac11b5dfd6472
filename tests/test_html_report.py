"""The HTML report: one file that fetches and runs nothing, in a real browser and on paper, in both languages."""

from __future__ import annotations

import os
import re
import shutil
from html.parser import HTMLParser

import pytest
from conftest import DAY, judge
from test_writers import HOSTILE, LANGUAGES, absent, project

from aiact import assess
from aiact.reports import report
from aiact.writers import write

BROWSER = next((path for path in ("/usr/bin/chromium", shutil.which("chromium") or "") if os.path.exists(path)), "")
FLAGS = ("--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
         "--disable-component-update --disable-sync").split()  # fmt: skip
SHOWN = ["apertus-70b", "cv-screener", "quickstart"]
VOID = {"meta", "!doctype"}


class Reader(HTMLParser):
    """Tags with their attributes, text, and whether every tag is closed where it should be."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags, self.open, self.text = [], [], []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.text.append(data)


def words_of(page: str) -> str:
    return re.sub(r"[\s\u202f\xa0]+", " ", " ".join(Reader(page).text))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SHOWN)
def test_the_page_says_what_the_report_says(name, language):
    assessment = project(name)
    said, words = words_of(write("html")(assessment, language)), report.Words(assessment, language)
    for place, findings in report.grouped(assessment, False, words):
        assert place in said
        for finding in findings:
            assert f"{words.cite(finding.rule.provision)} {words.of(finding.rule.label)}" in said
            for reason in report.reasons(assessment, finding, words):
                assert re.sub(r"[\s\u202f\xa0]+", " ", reason) in said
    for _, lines in report.sections(assessment, words, False):
        for line in lines:
            assert re.sub(r"[\s\u202f\xa0]+", " ", line) in said
    assert words("not-legal-advice") in said


def test_the_verdict_comes_before_everything_else():
    page = write("html")(project("cv-screener"))
    assert page.index('<table class="verdict">') < page.index("<main>")
    row = re.search(r"<tr><th scope=\"row\">.*?</tr>", page, re.DOTALL)[0]
    assert "→" in row


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_names_nothing_that_a_browser_would_fetch(language):
    reader = Reader(write("html")(project("cv-screener"), language))
    for tag, attributes in reader.tags:
        assert tag not in ("script", "link", "img", "iframe", "object", "embed", "use", "image", "base", "form")
        assert not set(attributes) & {"src", "style", "srcset", "data", "xlink:href"}
        assert not [key for key in attributes if key.startswith("on")]
        assert tag == "a" or "href" not in attributes
    assert "url(" not in write("html")(project("cv-screener"))
    assert "@import" not in write("html")(project("cv-screener"))


def test_identifiers_stand_once_and_every_link_inside_the_page_has_its_aim():
    reader = Reader(write("html")(project("quickstart"), "fr", True))
    ids = [attributes["id"] for _, attributes in reader.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    aims = [each["href"][1:] for tag, each in reader.tags if tag == "a" and each["href"].startswith("#")]
    assert aims
    assert set(aims) <= set(ids)
    labelled = [each["aria-labelledby"].split() for _, each in reader.tags if "aria-labelledby" in each]
    assert {name for names in labelled for name in names} <= set(ids)


@pytest.mark.parametrize("day", ["1900-01-01", "2026-09-01", "2199-12-31"])
def test_days_far_away_are_drawn_too(day):
    model = {"licence": "MIT", "training_compute": 3e23, "outputs": ["text"], "placed_on_union_market": day}
    told = assess({"aiact": 1, "model": model, "provider": {"established_in": "FR"}}, DAY)
    assert 2 <= len([each for _, each in Reader(write("html")(told)).tags if each.get("class") == "tick"]) <= 20


# -- in a browser


@pytest.fixture(scope="module")
def chromium():
    if not BROWSER:
        absent("Chromium is missing")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, headless=True, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium, tmp_path):
    """A function that shows a report; whatever it says in the console or asks of the network fails the test."""
    said, asked, contexts = [], [], []

    def open_(text: str, **options):
        file = tmp_path / f"{len(contexts)}.html"
        file.write_text(text, encoding="utf-8")
        contexts.append(context := chromium.new_context(viewport={"width": 1000, "height": 900}, **options))
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(file.as_uri())
        assert asked == [file.as_uri()]
        asked.clear()
        return page

    yield open_
    for context in contexts:
        context.close()
    assert said == []
    assert asked == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_that_look_like_markup_are_text_in_the_browser(opened, language):
    page = opened(write("html")(judge(HOSTILE), language, True))
    assert page.locator("script, img").count() == 0
    assert page.locator("h1").inner_text().startswith("<script>alert(1)</script> & `x` | 50%")
    assert page.title().startswith("<script>alert(1)</script>")
    assert page.locator("svg script, svg img").count() == 0
    assert "</title><img src=x onerror=alert(1)>" in page.locator("main").inner_text()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures_are_drawn_within_their_frames_and_keep_to_the_style_of_the_page(opened, language, scheme):
    page = opened(write("html")(project("cv-screener"), language), color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
    outside = page.evaluate(
        """() => [...document.querySelectorAll('svg')].flatMap((svg) => {
            const frame = svg.viewBox.baseVal
            return [...svg.querySelectorAll('text, rect, circle')].map((each) => [each, each.getBBox()])
                .filter(([, box]) => box.x < -1 || box.y < -1 || box.x + box.width > frame.width + 1
                    || box.y + box.height > frame.height + 1)
                .map(([each, box]) => `${each.textContent} ${box.x} ${box.width}`)
        })"""
    )
    assert outside == []
    assert page.locator("svg.timeline").count() == 1
    assert page.locator("svg.why").count() >= 3
    body = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (body == "rgb(20, 23, 27)") == (scheme == "dark")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_narrow_screen_does_not_scroll_sideways(opened):
    page = opened(write("html")(project("cv-screener"), "fr"))
    page.set_viewport_size({"width": 360, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("language", LANGUAGES)
def test_paper_shows_what_is_folded_on_the_screen(opened, language):
    page = opened(write("html")(project("quickstart"), language))
    closed = page.locator("svg.why").first
    assert not closed.is_visible()
    page.emulate_media(media="print")
    assert closed.is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    printed = page.pdf(format="A4")
    assert len(re.findall(rb"/Type /Page\b", printed)) > 2

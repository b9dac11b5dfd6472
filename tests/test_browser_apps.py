"""The two pages that work in the browser: what they find is what the command line finds, nothing leaves the machine,
anything can be stopped, and the same pages work with a server behind them and with nothing at all."""

import functools
import http.server
import json
import marshal
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from conftest import DAY, ROOT
from pages import needed

from aiact.desk import Desk
from aiact.findings.ask import UNKNOWN, Interview
from aiact.findings.assess import assess
from aiact.site import libraries
from aiact.site.build import Site
from aiact.site.folder import Folder
from aiact.sparql import query

pytestmark = pytest.mark.xdist_group("browser apps")
BROWSER = next((path for path in ("/usr/bin/chromium", shutil.which("chromium") or "") if os.path.exists(path)), "")
FLAGS = ("--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
         "--disable-component-update --disable-sync").split()  # fmt: skip
PROJECTS = ROOT / "data" / "projects"
EXAMPLE = (PROJECTS / "quickstart.yaml").read_text(encoding="utf-8")
PATIENCE = 90_000  # milliseconds for Python to load on a busy machine


# -- without a browser


@pytest.fixture(scope="module")
def desk():
    return Desk()


def asked(desk, **request):
    return json.loads(desk.ask(json.dumps(request)))


def test_the_desk_answers_what_the_command_line_answers(desk):
    found = asked(desk, do="check", text=EXAMPLE, name="description", day=DAY)
    assert found == assess(EXAMPLE.encode(), DAY, name="description").as_dict()


def test_the_desk_names_the_line_of_what_is_wrong_and_gives_no_verdict(desk):
    found = asked(desk, do="check", text="aiact: 1\nmodels:\n  m: {licens: MIT}\n", name="description", day=DAY)
    assert found.keys() == {"problems"}
    assert found["problems"][0]["line"] == 3
    assert "licens" in found["problems"][0]["text"]


def test_an_interview_goes_on_elsewhere_where_it_was_left(desk):
    asked(desk, do="begin", day=DAY, language="en")
    found = asked(desk, do="answer", value=["derived-model"])
    found = asked(desk, do="answer", unknown=True)
    other = Desk()
    again = asked(other, do="begin", day=DAY, language="en", kept=found["kept"])
    assert again["question"] == found["question"]
    assert again["kept"] == found["kept"]
    assert found["kept"]["unknown"]


def test_an_answer_that_cannot_be_is_refused_with_the_right_ones(desk):
    asked(desk, do="begin", day=DAY, language="fr")
    assert "own-model" in asked(desk, do="answer", value=["everything"])["problem"]


def test_what_is_packed_for_the_browser_is_the_code_that_the_command_line_runs(base):
    found = libraries.texts_as_source(base)
    for text in base.texts.values():
        flags = marshal.loads(text.code).co_flags & 0x1000000  # annotations, as the builder has them
        code = compile(found[f"{text.id}.py"], f"<aiact {text.id}>", "exec", flags, dont_inherit=True)
        assert code == marshal.loads(text.code)


def test_the_same_files_give_the_same_archive():
    assert libraries.archive({"b": b"1", "a": b"2"}) == libraries.archive({"a": b"2", "b": b"1"})


def test_the_lock_names_versions_and_no_address():
    lock = json.loads((libraries.HERE / "package-lock.json").read_text(encoding="utf-8"))
    packages = [package for path, package in lock["packages"].items() if path]
    assert all(package["version"] and package["integrity"] for package in packages)
    assert not any("resolved" in package for package in packages)
    wanted = json.loads((libraries.HERE / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert all(version[0].isdigit() for version in wanted.values())


def test_without_npm_it_is_said_what_would_help(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(libraries.LibraryProblem, match="npm"):
        libraries.bring(tmp_path / "cache")


# -- in the browser


@pytest.fixture(scope="module")
def brought():
    needed(shutil.which("npm"), "npm")
    try:
        return libraries.bring()
    except libraries.LibraryProblem as problem:
        needed(False, f"a library of the pages ({problem})")


@pytest.fixture(scope="module")
def site_of_apps(brought):
    return Site(DAY, libraries=brought)


def write(site: Site, target: Path) -> Path:
    """The applications of a site, without the pages around them."""
    writing = Folder(target)
    for path, content in site.files(["files"]):
        writing.write(path, content)
    writing.finish({})
    return target


@pytest.fixture(scope="module")
def folder(site_of_apps, tmp_path_factory):
    return write(site_of_apps, tmp_path_factory.mktemp("apps") / "site")


@pytest.fixture(scope="module")
def bare(folder, site_of_apps, tmp_path_factory):
    """The same pages, built without any library."""
    brought, site_of_apps.libraries = site_of_apps.libraries, None
    target = write(site_of_apps, tmp_path_factory.mktemp("bare") / "site")
    site_of_apps.libraries = brought
    assert not list(target.rglob("*.wasm*"))
    return target


def served(folder: Path):
    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_): ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture(scope="module")
def address(folder):
    server = served(folder)
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def chromium(tmp_path_factory):
    needed(BROWSER, "Chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(tmp_path_factory.mktemp("user")), executable_path=BROWSER, headless=True, args=FLAGS,
            locale="en-GB", viewport={"width": 1100, "height": 900},
        )  # fmt: skip
        yield context
        context.close()


@pytest.fixture
def opened(chromium):
    """A function that opens a page; what it says in the console or asks of others fails the test at its end."""
    said, outside, pages = [], [], []

    def open_(address: str, path: str, **media):
        page = chromium.new_page()
        pages.append(page)
        page.set_default_timeout(PATIENCE)
        if media:
            page.emulate_media(**media)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("response", lambda answer: said.append(f"{answer.status} {answer.url}") if answer.status >= 400 else 0)
        page.on("request", lambda request: outside.append(request.url))
        page.goto(address + path)
        page.locator("[data-begun]").wait_for(state="attached")
        page.said = said
        outside_of[page] = address
        return page

    outside_of: dict = {}
    yield open_
    addresses = tuple({*outside_of.values(), "data:", "blob:"})
    for page in pages:
        page.close()
    assert not said
    assert not [url for url in outside if not url.startswith(addresses)]


@pytest.fixture(scope="module")
def axe(tmp_path_factory):
    """axe-core in the pinned version, brought in for the tests and never committed."""
    place = tmp_path_factory.mktemp("axe")
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(ROOT / "tests" / "browser" / name, place / name)
    command = [shutil.which("npm") or "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    run = subprocess.run(command, cwd=place, capture_output=True, text=True)
    needed(run.returncode == 0, f"axe-core ({run.stderr.strip()[-300:]})")
    return (place / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def serious(page, axe) -> list:
    page.evaluate("document.querySelectorAll('details').forEach((box) => { box.open = true; })")
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']}).then((found) => found.violations)")
    return [
        (fault["id"], fault["nodes"][0]["html"][:200], fault["nodes"][0]["failureSummary"][:300])
        for fault in found
        if fault["impact"] in ("serious", "critical")
    ]


def check(page, text: str | None = None, file: Path | None = None) -> dict:
    """The findings on a description that is pasted, or chosen as a file."""
    page.locator("#day").fill(DAY)
    if file:
        page.locator("#file").set_input_files(file)
        page.wait_for_timeout(300)
    else:
        page.locator("#text").fill(text)
    page.evaluate("document.getElementById('answer').replaceChildren()")
    page.locator("#given button[type=submit]").click()
    page.locator("#answer h2").wait_for()
    return page.evaluate("document.getElementById('answer').findings")


def on_the_command_line(file: str, folder: Path) -> dict:
    command = [sys.executable, "-m", "aiact", "check", file, "--format", "json", "--on", DAY]
    path = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": path})
    return json.loads(run.stdout)


def test_a_description_is_checked_in_the_browser_as_on_the_command_line(opened, address, tmp_path, axe):
    page = opened(address, "en/check.html")
    (tmp_path / "description").write_text(EXAMPLE, encoding="utf-8")
    found = check(page, EXAMPLE)
    assert found == on_the_command_line("description", tmp_path)
    shown = page.locator(".findings > li").evaluate_all("(all) => all.map((one) => one.dataset.status)")
    assert sorted(shown) == sorted(finding["status"] for finding in found["findings"])
    assert page.locator("#answer h2").evaluate("(head) => head === document.activeElement")
    assert serious(page, axe) == []

    card = tmp_path / "README.md"
    card.write_text("---\nlicense: gemma\npipeline_tag: text-generation\n---\n# A model\n", encoding="utf-8")
    assert check(page, file=card) == on_the_command_line("README.md", tmp_path)

    for name in ("cv-screener", "chain", "seed-public-service"):
        text = (PROJECTS / f"{name}.yaml").read_text(encoding="utf-8")
        assert check(page, text) == assess(text.encode(), DAY, name="description").as_dict()

    page.locator("#text").fill("aiact: 1\nmodels:\n  m: {licens: MIT}\n")
    page.locator("#given button[type=submit]").click()
    page.locator("#problem:not(:empty)").wait_for()
    assert "line 3" in page.locator("#problem").inner_text()

    page.locator("#text").fill("")
    page.locator("#given button[type=submit]").click()
    assert page.locator("#problem").inner_text() == "Paste or choose a description first."


def test_the_form_asks_what_the_interview_asks_and_ends_in_the_same_findings(opened, address, axe, base):
    """In French: yes, the first of a list, France; and no idea of anything else."""
    page = opened(address, "fr/check.html", color_scheme="dark")
    page.locator("#day").fill(DAY)
    interview = Interview(base, DAY, "fr")
    page.locator("#begin").click()
    page.locator("#question input[value=derived-model]").wait_for()
    assert page.locator("#question h3").inner_text() == interview.next().text
    page.locator("#question input[value=derived-model]").check()
    page.locator("#question button[type=submit]").click()
    interview.answer(["derived-model"])
    for step in range(3):
        question = interview.next()
        page.locator("#question h3", has_text=question.text).wait_for()
        if question.kind in ("boolean", "concept"):
            value = True if question.kind == "boolean" else question.values[0][0]
            page.locator(f"#question input[value={str(value).lower()}]").check()
            page.locator("#question button[type=submit]").click()
            interview.answer([value] if question.many else value)
        elif question.kind == "place":
            page.locator("#question input[name=words]").fill("France")
            page.locator("#question button[type=submit]").click()
            interview.answer("FR")
        else:
            page.get_by_role("button", name="Je ne sais pas").click()
            interview.answer(UNKNOWN)
        page.locator("#question .small", has_text=f"Réponses : {step + 2}".replace(" :", "\u00a0:")).wait_for()
    assert page.locator("#question h3").inner_text() == interview.next().text
    assert serious(page, axe) == []

    page.get_by_role("button", name="Retour").click()
    page.locator("#question .small", has_text="3").wait_for()
    interview.back()
    assert page.locator("#question h3").inner_text() == interview.next().text
    page.get_by_role("button", name="Conclusions à ce stade").click()
    page.locator("#answer h2").wait_for()
    found = page.evaluate("document.getElementById('answer').findings")
    assert found == assess(interview.yaml().encode(), DAY, name="description").as_dict()


def test_python_in_the_browser_can_be_stopped_and_the_interview_goes_on(opened, address):
    page = opened(address, "en/check.html")
    page.locator("#begin").click()
    page.locator("#progress").wait_for()
    page.locator("#stop").click()
    page.locator("#problem:not(:empty)").wait_for()
    assert page.locator("#problem").inner_text().startswith("Stopped.")
    page.locator("#begin").click()
    page.locator("#question input[value=system]").check()
    page.locator("#question button[type=submit]").click()
    page.get_by_role("button", name="Later").wait_for()
    first = page.locator("#question h3").inner_text()
    page.locator("#question h3").evaluate("(head) => { head.dataset.old = 'yes'; }")
    page.get_by_role("button", name="I do not know").click()
    page.evaluate("document.getElementById('stop').click()")  # it may be gone again before a hand could reach it
    if page.locator("#problem").inner_text():  # it was in time
        assert page.locator("#question h3").inner_text() == first
        page.get_by_role("button", name="I do not know").click()
    page.locator("#question h3:not([data-old])").wait_for()
    assert page.locator("#question h3").inner_text() != first


def run(page, name: str = "", text: str = "") -> dict:
    """The answer to a question of the library with its defaults, or to a query."""
    if name:
        page.locator("#chosen").select_option(name)
    elif text:
        page.evaluate("(text) => document.getElementById('sparql').editor.setValue(text)", text)
    page.evaluate("document.getElementById('answer').replaceChildren()")
    page.locator("#run").click()
    page.locator("#answer h2").wait_for()
    return page.evaluate("document.getElementById('answer').found")


def rows(found: dict) -> list[list[str]]:
    names = found["head"]["vars"]
    told = [[row.get(name, {"value": ""}) for name in names] for row in found["results"]["bindings"]]
    return [[query.shown(cell["value"], cell.get("datatype", "")) for cell in row] for row in told]


def test_questions_are_answered_in_the_browser_as_on_the_command_line(opened, address, base, axe):
    page = opened(address, "en/sparql.html")
    for name in ("which-exemptions-exist", "what-changed-on-a-day", "why-a-duty-has-its-status"):
        extra = ()
        if query.questions()[name].about == "project":
            extra = query.project_triples([assess(EXAMPLE.encode(), DAY, name="quickstart.yaml")])
        expected = query.ask(name, {}, base, "en", extra)
        found = rows(run(page, name))
        assert found, name
        assert sorted(map(str, found)) == sorted(map(str, expected.rows)), name
    assert serious(page, axe) == []

    page = opened(address, "fr/sparql.html?question=which-exemptions-exist", color_scheme="dark")
    assert rows(run(page)) == query.ask("which-exemptions-exist", {}, base, "fr").rows
    assert serious(page, axe) == []
    with page.expect_download() as download:
        page.locator("#count a", has_text="CSV").click()
    lines = Path(download.value.path()).read_text(encoding="utf-8").splitlines()
    assert len(lines) > len(query.ask("which-exemptions-exist", {}, base, "fr").rows)


def test_a_value_is_bound_as_a_term_and_never_pasted(opened, address, base):
    page = opened(address, "en/sparql.html?question=why-a-duty-has-its-status")
    page.locator("[name=parameter-rule]").fill("art-4> } SELECT * { ?s ?p ?o } #")
    page.locator("#run").click()
    assert "Nothing here is called" in page.locator("#problem").inner_text()
    page.locator("[name=parameter-rule]").fill("art-4")
    expected = query.ask(
        "why-a-duty-has-its-status", {"rule": "art-4"}, base, "en",
        query.project_triples([assess(EXAMPLE.encode(), DAY, name="quickstart.yaml")]),
    )  # fmt: skip
    assert sorted(map(str, rows(run(page)))) == sorted(map(str, expected.rows))


def test_a_query_without_end_is_stopped_and_the_next_one_is_answered(opened, address):
    page = opened(address, "en/sparql.html")
    assert run(page, text="ASK { ?rule a aiact:Exemption }")["boolean"] is True
    product = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER (?a != ?d && ?b != ?h) }"
    page.evaluate("(text) => document.getElementById('sparql').editor.setValue(text)", product)
    page.locator("#run").click()
    page.locator("#stop").click()
    page.locator("#problem:not(:empty)").wait_for()
    assert page.locator("#problem").inner_text() == "Stopped."
    assert run(page, text="ASK { ?rule a aiact:Nothing }")["boolean"] is False
    page.evaluate("document.getElementById('sparql').editor.setValue('SELECT ?x WHERE { ?x ')")
    page.locator("#run").click()
    page.locator("#problem:not(:empty)").wait_for()


def test_pages_without_libraries_say_what_to_run(opened, bare, axe):
    server = served(bare)
    address = f"http://127.0.0.1:{server.server_port}/"
    page = opened(address, "fr/check.html")
    assert page.locator("#desk").is_hidden()
    assert "aiact ask --lang fr" in page.locator("#nowhere").inner_text()
    assert serious(page, axe) == []
    page = opened(address, "en/sparql.html?question=which-exemptions-exist")
    assert page.locator("#command").inner_text() == "aiact query which-exemptions-exist"
    assert page.locator("#run").is_disabled()
    assert "aiact:Exemption" in page.locator("#query").input_value()
    assert serious(page, axe) == []
    server.shutdown()
    server.server_close()


def test_the_same_pages_ask_the_server_that_shows_them(opened, bare, folder, base, tmp_path, axe):
    from serving import SMALL, Server

    (tmp_path / "description").write_text(EXAMPLE, encoding="utf-8")
    expected = on_the_command_line("description", tmp_path)
    for place, engine in ((bare, False), (folder, True)):
        server = Server("--site", str(place), *SMALL)
        try:
            address = f"http://127.0.0.1:{server.port}/"
            page = opened(address, "en/check.html")
            if engine:
                assert check(page, EXAMPLE) == expected  # in the browser, under the policy that the server sends
                page.locator("[name=where][value=there]").check()
            assert "sent to 127.0.0.1" in page.locator("#promise").inner_text()
            assert check(page, EXAMPLE) == expected
            page = opened(address, "en/sparql.html?question=which-exemptions-exist")
            if engine:
                page.locator("[name=where][value=there]").check()
            page.locator("#run").click()
            page.locator("#answer h2").wait_for()
            found = rows(page.evaluate("document.getElementById('answer').found"))
            assert found == query.ask("which-exemptions-exist", {}, base, "en").rows
        finally:
            server.process.terminate()
            server.process.wait(20)

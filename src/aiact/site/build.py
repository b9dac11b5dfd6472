"""Builds the site: pages in both languages, the Turtle of every thing, the index of the search, the applications."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path

import jinja2
from markupsafe import Markup

from .. import texts
from ..findings.assess import Assessment, assess
from ..law.graph import Graph
from ..law.knowledge import Knowledge, knowledge, root
from ..law.names import ACT, AIACT, BASE, PREFIXES
from ..reports import pictures
from ..sparql import query
from ..texts import ProvisionText
from ..texts.drift import drifted, lines
from ..texts.wording import doubts
from . import library, search
from .addresses import LANGUAGES, Addresses, Document
from .apps import FOLDER as APPS
from .apps import applications
from .conditions import Reader
from .documents import Documents
from .folder import Folder, all_files
from .helpers import helpers
from .libraries import Libraries
from .library import MOST, QUESTION, Library
from .projects import Project
from .things import Things
from .words import Words

HERE = Path(__file__).parent
NAVIGATION = ("act", "rule", "reading", "licence", "source", "project", "question")
# What a page may load: nothing from elsewhere, no script and no style that stands in the page itself.
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
}


class Site:
    """Everything that the pages are made of, as of a day."""

    def __init__(self, day: str, base: Knowledge | None = None, libraries: Libraries | None = None) -> None:
        """With ``libraries``, the applications work in the browser alone."""
        self.day, self.knowledge, self.libraries = day, base or knowledge(), libraries
        self.questions = query.questions()
        law, asked = set(query.law()), list(query.whole(self.knowledge))
        follows = [triple for triple in dict.fromkeys(asked) if triple not in law]
        # What follows has no order of its own; said of a nameless thing, it is for questions and not for readers.
        named = sorted((triple for triple in follows if not triple[0].startswith("_:")), key=repr)
        self.unread = [triple for triple in follows if triple[0].startswith("_:")]
        self.triples = [*query.law(), *library.triples(), *named]
        self.graph = Graph(self.triples)
        self.files_of_projects = {
            path.stem: path for path in sorted((root() / "data" / "projects").iterdir()) if path.is_file()
        }
        projects = tuple(f"{BASE}project/{name}" for name in self.files_of_projects)
        self.addresses = Addresses(self.graph, projects)
        self.documents = Documents(self.triples)
        self.things = Things(self.knowledge, self.graph, self.addresses)
        self.words = {
            language: Words(self.knowledge, self.graph, self.addresses, self.documents, language)
            for language in LANGUAGES
        }
        self.readers = {language: Reader(words) for language, words in self.words.items()}
        self.applications = applications()
        self.texts = texts.library()
        loaders = {"": jinja2.FileSystemLoader(HERE / "templates"), "apps": jinja2.FileSystemLoader(APPS)}
        self.environment = jinja2.Environment(
            loader=jinja2.ChoiceLoader([loaders[""], jinja2.PrefixLoader({"apps": loaders["apps"]})]),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=jinja2.StrictUndefined,
        )
        self.environment.globals |= {
            "site": self, "things": self.things, "knowledge": self.knowledge, "before": before,
            "ACT": ACT, "NS": AIACT, "BASE": BASE,
        }  # fmt: skip
        self.environment.globals |= helpers(self)

    # -- the files

    def files(self, sections: Iterable[str] = ()) -> Iterator[tuple[str, str | bytes]]:
        """The files of some sections of the site (all by default), path and content; ``files`` belong to none."""
        sections = tuple(sections) or ("", *self.addresses.sections, "files")
        for section in sections:
            if section == "files":
                yield from self.shared_files()
                continue
            for document in self.addresses.documents.values():
                if document.section == section:
                    yield from self.document_files(document)
        if "phrase" in sections or "rule" in sections:
            yield from self.part_files()

    @property
    def expected(self) -> int:
        """About how many files there will be, for showing progress."""
        return 4 * len(self.addresses.documents) + len(self.addresses.parts)

    def document_files(self, document: Document) -> Iterator[tuple[str, str | bytes]]:
        if document.section == "project" and document.name != "index":
            yield from self.project_files(document)
        else:
            subjects = self.subjects(document)
            alike = self.addresses.alike.get(document.path.lower(), [document])
            turtle = self.documents.turtle(each for same in alike for each in self.subjects(same))
            if turtle.strip():
                yield f"{document.path}.ttl", turtle
            data = self.documents.json_ld(subjects) if turtle.strip() else ""
            template, values = self.contents(document)
            for language in LANGUAGES:
                if document.iri == BASE + "act/":
                    continue  # the page of the Act is the list of its provisions
                yield document.page(language), self.render(template, document, language, data=data, **values)
            if template == "question":
                yield from self.answers(document)
        yield f"{document.path}.html", self.choice(document)

    def subjects(self, document: Document) -> list[str]:
        found = self.addresses.subjects(document)
        return [*found, *self.documents.loose] if document.iri == BASE else found

    def contents(self, document: Document) -> tuple[str, dict]:
        """The template of a page, and what it is given."""
        if document.iri == BASE:
            return "home", {}
        if document.iri == ACT + "act":
            return "act", {}
        if document.name == "index":
            return {"rule": "rules", "licence": "licences", "phrase": "phrases", "project": "projects",
                    "question": "questions", "ns": "terms"}.get(document.section, "section"), {}  # fmt: skip
        if document.section == "question":
            return "question", {"question": self.questions[document.name]}
        return self.things.template(document), {}

    def part_files(self) -> Iterator[tuple[str, str]]:
        """The files of parts: each leads to its place on the page of the whole."""
        for iri, (whole, place) in self.addresses.parts.items():
            yield f"{self.addresses.path(iri)}.html", self.choice(self.addresses.documents[whole], iri, place)

    def choice(self, document: Document, iri: str = "", place: str = "") -> str:
        """The page at an address itself: which language, and the Turtle."""
        alike = [document] if iri else self.addresses.alike.get(document.path.lower(), [document])
        path = self.addresses.path(iri) if iri else document.path
        root_ = "../" * path.count("/")
        self.start(root_)
        return self.environment.get_template("choice.html").render(
            documents=alike, root=root_, place=place, iri=iri or document.iri, words=self.words,
            turtle=f"{document.path}.ttl" if self.documents.said.get(document.iri) else "",
            policy=policy({}), languages=LANGUAGES,
        )  # fmt: skip

    def start(self, root_: str) -> None:
        for words in self.words.values():
            words.root = root_

    def render(self, template: str, document: Document, language: str, data: str = "", **values) -> str:
        """One page in one language."""
        path = document.page(language)
        pages = {other: document.page(other) for other in LANGUAGES}
        turtle = f"{document.path}.ttl" if data else ""
        return self.render_page(f"{template}.html", path, pages, language, document=document, iri=document.iri,
                                turtle=turtle, data=Markup(data), **values)  # fmt: skip

    def render_page(self, template: str, path: str, pages: dict[str, str], language: str, **values) -> str:
        root_ = "../" * path.count("/")
        self.start(root_)
        words = self.words[language]
        given = {"document": None, "iri": "", "turtle": "", "data": "", "policy": policy({})} | values
        return self.environment.get_template(template).render(
            w=words, t=words.t, language=language, path=path, root=root_, pages=pages, **given
        )

    # -- what belongs to no thing

    def shared_files(self) -> Iterator[tuple[str, str | bytes]]:
        for file in all_files(HERE / "static"):
            yield f"static/{file.relative_to(HERE / 'static').as_posix()}", file.read_bytes()
        yield ".nojekyll", ""
        yield "graph/aiact.ttl", self.whole_graph()
        yield "service.json", '{"served": false}\n'  # what aiact serve answers in its place says what it serves
        for name, app in self.applications.items():
            for file in all_files(APPS / name / "static"):
                yield f"apps/{name}/{file.relative_to(APPS / name / 'static').as_posix()}", file.read_bytes()
            pages = {language: f"{language}/{name}.html" for language in LANGUAGES}
            for language in LANGUAGES:
                values = app.context(self, self.words[language]) if app.context else {}
                yield pages[language], self.render_page(
                    f"apps/{name}/page.html", pages[language], pages, language,
                    app=app, name=name, policy=policy(app.policy), **values,
                )  # fmt: skip
            if app.build:
                yield from app.build(self, name)
        for language in LANGUAGES:
            yield f"{language}/search-index.js", self.search_index(language)

    def whole_graph(self) -> str:
        """All that the pages are about, as Turtle, with what only questions ask."""
        whole = Documents([*self.triples, *self.unread]) if self.unread else self.documents
        named = sorted((each for each in whole.said if not each.startswith("_:")), key=self.order_of_subject)
        return whole.turtle([*named, *whole.loose])

    def order_of_subject(self, iri: str) -> tuple:
        return (not iri.startswith(BASE), self.things.order(iri))

    def search_index(self, language: str) -> str:
        words = self.words[language]
        documents = [each for each in self.addresses.documents.values() if each.section != "project"]
        extra = [
            (document.page(language), self.project(document.name, language).title, words.t("section-project-one"))
            for document in self.addresses.documents.values()
            if document.section == "project" and document.name != "index"
        ]
        return search.index(self.things, words, documents, extra)

    def plain_list(self, words: Words) -> list[tuple[str, list[Document]]]:
        """Everything that has a list, section by section: what the search page shows without a script."""
        found = []
        for section in self.addresses.sections:
            if section not in search.SKIPPED:
                documents = self.things.section(section)
                if section == "act":
                    documents = [each for each in documents if each.name.count("_") == 1 and "amend" not in each.name]
                found.append((section, documents))
        return found

    # -- projects

    @cached_property
    def assessments(self) -> dict[str, Assessment]:
        return {
            name: assess(path.read_bytes(), self.day, base=self.knowledge, name=path.name)
            for name, path in self.files_of_projects.items()
        }

    def project(self, name: str, language: str) -> Project:
        source = self.files_of_projects[name].read_text(encoding="utf-8")
        return Project(name, source, self.assessments[name], self.words[language])

    def project_files(self, document: Document) -> Iterator[tuple[str, str | bytes]]:
        import json

        from ..reports.proof import facts_graph, findings_graph

        name = document.name
        assessment, file = self.assessments[name], self.files_of_projects[name]
        base = assessment.facts.base
        yield f"{self.addresses.path(base)}index.html", self.choice(document, base)
        yield f"project/{file.name}", file.read_bytes()
        yield f"project/{name}.json", json.dumps(assessment.as_dict(), ensure_ascii=False, indent=1) + "\n"
        yield f"project/{name}.ttl", findings_graph(assessment)
        yield f"project/{name}.facts.ttl", facts_graph(assessment.facts)
        for language in LANGUAGES:
            pages = {other: document.page(other) for other in LANGUAGES}
            yield document.page(language), self.render_page(
                "project.html", document.page(language), pages, language, document=document, iri=document.iri,
                turtle=f"project/{name}.ttl", project=self.project(name, language), file=file,
            )  # fmt: skip

    @cached_property
    def projects_by_rule(self) -> dict[str, dict[str, list[str]]]:
        """Rule → status → names of the worked projects in which a finding has it."""
        found: dict[str, dict[str, list[str]]] = {}
        for name, assessment in self.assessments.items():
            for finding in assessment.findings:
                if finding.status != "not_applicable":
                    names = found.setdefault(finding.rule.id, {}).setdefault(finding.status, [])
                    if name not in names:
                        names.append(name)
        return found

    @cached_property
    def projects_by_question(self) -> dict[str, list[str]]:
        """Open question → names of the worked projects in which a finding turns on it."""
        found: dict[str, list[str]] = {}
        for name, assessment in self.assessments.items():
            for question in dict.fromkeys(each for finding in assessment.findings for each in finding.contested):
                found.setdefault(question, []).append(name)
        return found

    # -- questions

    @cached_property
    def library(self) -> Library:
        asked = [self.assessments[name] for name in ("quickstart", "cv-screener") if name in self.assessments]
        return Library(self.knowledge, query.whole(self.knowledge), query.project_triples(asked), self.day)

    @cached_property
    def answered(self) -> dict[tuple[str, str], library.Table]:
        return {
            (name, language): self.library.ask(question, language)
            for name, question in self.questions.items()
            for language in LANGUAGES
        }

    def answer(self, name: str, language: str) -> library.Table:
        return self.answered[name, language]

    def rows(self, name: str, language: str) -> list:
        return self.answered[name, language].rows[:MOST]

    def answers(self, document: Document) -> Iterator[tuple[str, str]]:
        """The query as a file, and the whole answer as CSV in each language."""
        yield f"question/{document.name}.rq", self.questions[document.name].text
        for language in LANGUAGES:
            table = self.answer(document.name, language)
            rows = [["" if cell is None else plain(cell) for cell in row] for row in table.rows]
            yield f"{document.page(language)[: -len('.html')]}.csv", query.as_csv(query.Answer(table.columns, rows))

    def question_links(self) -> list[Document]:
        return [self.addresses.documents[QUESTION + name] for name in self.questions]

    # -- pictures and other parts of pages

    def timeline(self, words: Words, rule) -> Markup:
        """When one rule applies, under each text of the Act."""
        spans = [
            pictures.Span(
                words.label(entry["text"]), entry["version"], before(entry["until"]),
                max(entry["applies"], entry["binds"]) if entry["stands"] else "",
                words.plain_day(max(entry["applies"], entry["binds"])) if entry["applies"] else "",
            )
            for entry in self.things.applications(rule)
        ]  # fmt: skip
        if not any(span.day for span in spans):
            return Markup("")
        told = words.pairs((span.label, span.told) for span in spans if span.day)
        return pictures.timeline(
            "timeline",
            words.t("timeline-title", rule=words.of(rule.label)),
            words.t("timeline-description", told=told),
            spans,
            self.day,
            words.plain_day(self.day),
        )

    def days(self, words: Words) -> Markup:
        """The days of application of the whole Act: a line for each part that has a day of its own."""
        spans, told = [], []
        latest = max(self.knowledge.texts)
        for entry in self.things.first_days():
            day = entry["days"].get(latest, "")
            name = words.label(entry["parameter"])
            moved = [other for version, other in entry["days"].items() if version != latest and other != day]
            label = name + (f" ({words.t('moved', day=words.plain_day(moved[0]))})" if moved else "")
            spans.append(pictures.Span(label, "", "", day, words.plain_day(day)))
            told.append((name, words.plain_day(day)))
        title, description = words.t("days-title"), words.t("timeline-description", told=words.pairs(told))
        return pictures.timeline("days", title, description, spans, self.day, words.plain_day(self.day))

    def official(self, key: str, words: Words, every: bool = False) -> list[tuple[ProvisionText, bool, list[str]]]:
        """The official wordings of a provision that were imported: those in the language of the page first, the newest
        before the older; whether it is the first of all; and what makes it doubtful as the wording of the day.
        """
        languages = sorted(LANGUAGES, key=lambda language: language != words.language)
        found = []
        for language in languages if every else languages[:1]:
            held = [self.texts.text(key, language, version) for version in sorted(self.knowledge.texts, reverse=True)]
            for number, text in enumerate(text for text in held if text is not None):
                day = {"day": words.plain_day(text.version)}
                newest = number == 0
                told = [words.phrase(name, **day) for name in doubts(self.knowledge, text, self.day)] if newest else []
                found.append((text, newest and language == words.language, told))
        return found

    def drifted(self, rule, words: Words) -> list[str]:
        """Which texts at hand read otherwise than the one that a rule was written against."""
        if not self.texts.files:
            return []
        found = drifted(self.texts, rule)
        return [words.typed(line) for line in lines(found, 0, words.language)[:-1]] if found else []

    def licence_truths(self, iri: str) -> list:
        """What the tests of licences say of one: classifications whose rule is about licences."""
        return self._licences.get(iri, [])

    @cached_property
    def _licences(self) -> dict[str, list]:
        licences = sorted(self.graph.of_class(AIACT + "Licence"))
        models = {f"m{number}": {"licence": iri.rpartition("/")[2]} for number, iri in enumerate(licences)}
        found: dict[str, list] = {}
        for item in assess(
            {"aiact": 1, "name": "licences", "models": models}, self.day, base=self.knowledge
        ).classifications:
            if item.rule.target == "Licence" and item.entity in licences and item not in found.get(item.entity, []):
                found.setdefault(item.entity, []).append(item)
        return found

    def navigation(self, words: Words) -> list[tuple[str, str, str]]:
        """Where the top of each page leads: path, words, and the section it stands for."""
        found = []
        for section in NAVIGATION:
            iri = ACT + "act" if section == "act" else f"{BASE}{section}/"
            path = self.addresses.documents[iri].page(words.language)
            found.append((path, words.section(section), section))
        for name, app in self.applications.items():
            if app.in_navigation:
                found.append((f"{words.language}/{name}.html", words.of(app.title), name))
        return found

    shown_above = frozenset(NAVIGATION)

    def section_page(self, section: str, language: str) -> str:
        iri = ACT + "act" if section == "act" else f"{BASE}{section}/"
        return self.addresses.documents[iri].page(language)

    @property
    def prefixes(self) -> dict[str, str]:
        return PREFIXES


def plain(term) -> str:
    """A term in a table of plain text."""
    return query.shown(term if isinstance(term, str) else term.text, getattr(term, "datatype", None))


def before(day: str) -> str:
    """The day before, or nothing."""
    from datetime import date, timedelta

    return (date.fromisoformat(day) - timedelta(days=1)).isoformat() if day else ""


def policy(more: dict[str, str]) -> str:
    """The content security policy of a page; directives of an application are added to ours."""
    joined = POLICY | {word: f"{POLICY[word]} {value}" if word in POLICY else value for word, value in more.items()}
    return "; ".join(f"{word} {value}" for word, value in joined.items())


def build(
    target: Path,
    day: str,
    progress: Callable[[int, int], None] = lambda _done, _expected: None,
    libraries: Libraries | None = None,
) -> dict:
    """Writes the site into a folder, and says what it holds. Raises ``FolderProblem`` where the folder is another's."""
    folder = Folder(target)
    try:
        site = Site(day, libraries=libraries)
        for path, content in site.files():
            folder.write(path, content)
            progress(1, site.expected)
        about = {"aiact": "site", "release": site.knowledge.release, "as_of": day}
        folder.finish(about)
    except BaseException:
        folder.abandon()
        raise
    return about | {"files": len(folder.files)}

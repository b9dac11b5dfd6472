"""Full-text search over the law and what is known of it, in English and French at once.

What is searched are the things of the graph: provisions (with their imported wording in both languages, and the labels
of the rules about them), rules, terms, readings, licences, sources, questions. Words are folded (case, accents) and
stemmed. Words that are a label of something, in either language, also stand for its label in the other: a question in
French finds what it finds in English, with or without official texts. SQLite's FTS5 keeps the index and ranks.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from .. import caches
from ..law.cite import cite
from ..law.cite import find as cited
from ..law.names import ACT, AIACT, BASE, DCTERMS, RDF, RULE, SKOS, local

if TYPE_CHECKING:
    from . import Library

FORM = 2  # of the index; counts up with its tables
LANGUAGES = {"en": "english", "fr": "french"}
SKIPPED = ("Example", "Phrase", "Place", "Doubt")  # words about the software, not about the law
SMALL = {
    "en": frozenset(
        "a an and are as at be by for from in into is it its of on or that the their this to which with".split()
    ),
    "fr": frozenset(
        "a au aux avec c ce ces d dans de des du elle en est et il l la le les leur leurs n ou par pour qu que qui s"
        " ses son sont sur un une".split()
    ),
}
INDEXED = {  # columns with their weights; the exact ones hold words, the others stems
    "label_en": 8, "label_fr": 8, "text_en": 1, "text_fr": 1, "about_en": 2, "about_fr": 2,
    "label_exact": 6, "text_exact": 2,
}  # fmt: skip
COLUMNS = {"en": "{label_en text_en about_en}", "fr": "{label_fr text_fr about_fr}"}
NEAR = 6  # words that may stand between the words of a term
ENOUGH = 0.7  # of the words of a label, for a question of several words to mean it
SNIPPET = 180  # characters
DEEPER = 3  # times as many answers are read as are given, for those that are parts of one another
LONGEST = 400  # characters of a question that are read


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that speaks of the words, and where it says so."""

    iri: str
    kind: str  # Provision, Obligation, Definition, Class, Reading, Licence, Question …
    name: str  # the key of a provision, the id of a rule, the local name of anything else
    label: str  # in the language asked for; a provision is cited
    snippet: str  # of its wording or definition, in that language if it has one
    whole: bool  # it answers to all words; else only to some


def find(library: Library, words: str, language: str | None = None, limit: int = 20) -> list[Hit]:
    """What speaks of some words of either language; a provision that is cited comes first.

    ``language`` is that of labels and snippets (English if None). Where nothing answers to all words, what answers to
    some is given, and ``Hit.whole`` says so.
    """
    words, language = words[:LONGEST], language or "en"
    index = opened(library)
    hits = []
    key = cited(words, index.provisions)
    if key:
        hits = [index.hit(row, library, language, frozenset(), True) for row in index.named(ACT + key)]
    units = list(index.units(words))
    if not units:
        return hits
    exact = f'{{label_exact text_exact}} : "{" ".join(tokens(words))}"'  # the very words come first
    found, whole = index.ask(f"({' AND '.join(units)}) OR {exact}", limit * DEEPER), True
    if not found and not hits:
        found, whole = index.ask(" OR ".join(units), limit * DEEPER), False
    stems = frozenset(stem for each in LANGUAGES for stem in stemmed(words, each)) | index.stems(units)
    known = {hit.iri for hit in hits}
    kept = (row for row in narrowest(found, stems) if row[0] not in known)
    return hits + [index.hit(row, library, language, stems, whole) for row in islice(kept, max(0, limit - len(hits)))]


def narrowest(rows: list[tuple], stems: frozenset[str]) -> Iterator[tuple]:
    """Without provisions of which a part is found too, unless their own heading has a word that is asked for."""
    inner = {name for _, kind, name, *_ in rows if kind == "Provision"}
    around = {"_".join(steps[:end]) for name in inner for steps in [name.split("_")] for end in range(2, len(steps), 2)}
    for row in rows:
        _, kind, name, en, fr, *_ = row
        heading = {"en": en.partition(" · ")[2], "fr": fr.partition(" · ")[2]}
        if (
            kind == "Provision"
            and name in around
            and stems.isdisjoint(stem for each, text in heading.items() for stem in stemmed(text, each))
        ):
            continue
        yield row


# ------------------------------------------------------------------------------------------------------------- words


def folded(text: str) -> str:
    """Lower case, without accents, ligatures and raised type opened: ``Œuvre`` and ``oeuvre`` are one."""
    text = text.casefold().replace("œ", "oe").replace("æ", "ae")
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


@lru_cache(maxsize=2)
def stemmer(language: str):
    import snowballstemmer

    return snowballstemmer.stemmer(LANGUAGES[language])


@lru_cache(maxsize=60_000)
def stem(word: str, language: str) -> str:
    """The stem of a folded word; British and American spellings have one (licence, license; -isation, -ization)."""
    if word.endswith(("ic", "ics", "ical", "ique", "iques")):  # systemic risk is not the risk of a system
        return re.sub(r"(al|ue|ues|s)$", "", word)
    found = stemmer(language).stemWord(word)
    if language == "en":
        found = re.sub(r"ens$", "enc", found.replace("iz", "is"))
    return found.rstrip("e") if len(found) > 4 else found


def tokens(text: str) -> list[str]:
    """The words of a text, folded."""
    return re.findall(r"[^\W_]+", folded(text))


def stemmed(text: str, language: str) -> list[str]:
    """The stems of the words of a text, without the small words of its language."""
    return [stem(word, language) for word in tokens(text) if word not in SMALL[language]]


# ------------------------------------------------------------------------------------------------------------- index


class Index:
    """An open index. ``terms`` are the labels by stems, ``provisions`` the keys that can be cited."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.provisions = [name for (name,) in connection.execute("SELECT name FROM things WHERE kind = 'Provision'")]
        self.terms: dict[str, dict[tuple[str, ...], set[tuple[str, ...]]]] = {each: {} for each in LANGUAGES}
        for en, fr in connection.execute("SELECT en, fr FROM terms"):
            pair = {"en": tuple(en.split()), "fr": tuple(fr.split())}
            for language, other in (("en", "fr"), ("fr", "en")):
                self.terms[language].setdefault(pair[language], set()).add(pair[other])

    def units(self, words: str) -> Iterator[str]:
        """One expression of FTS5 for each term or word of a question, true of what has it in either language."""
        whole = self.meant(words)
        if whole:
            yield whole
            return
        left = tokens(words)
        while left:
            for length in range(len(left), 0, -1):
                span = left[:length]
                meant = {
                    (language, stems)
                    for language in LANGUAGES
                    for stems in [tuple(stemmed(" ".join(span), language))]
                    if stems in self.terms[language] and (length > 1 or len(stems) == 1)
                }
                if meant or length == 1:
                    if expression := self.either(span, meant):
                        yield expression
                    left = left[length:]
                    break

    def meant(self, words: str) -> str:
        """The expression for a question of several words that is a label but for a word or two; empty otherwise."""
        meant = set()
        for language in LANGUAGES:
            asked = tuple(stemmed(words, language))
            if len(set(asked)) < 2:
                continue
            for stems in self.terms[language]:
                if set(asked) <= set(stems) and len(set(asked)) >= ENOUGH * len(set(stems)):
                    meant.add((language, stems))
        return self.either(tokens(words), meant) if meant else ""

    def either(self, words: list[str], meant: Iterable[tuple[str, tuple[str, ...]]]) -> str:
        """True of what has the words, or a label that they stand for, in one of the languages."""
        alternatives = {(language, tuple(stemmed(" ".join(words), language))) for language in LANGUAGES}
        for language, stems in meant:
            alternatives.add((language, stems))
            alternatives |= {
                (each, other) for each in LANGUAGES if each != language for other in self.terms[language][stems]
            }
        expressions = sorted(near(language, stems) for language, stems in alternatives if stems)
        return f"({' OR '.join(expressions)})" if expressions else ""

    def ask(self, expression: str, limit: int) -> list[tuple]:
        """Rows of ``things``, the best first."""
        weights = ", ".join(map(str, INDEXED.values()))
        return self.connection.execute(
            "SELECT iri, kind, name, en, fr, says_en, says_fr FROM words JOIN things ON things.id = words.rowid"
            f" WHERE words MATCH ? ORDER BY bm25(words, {weights}), things.id LIMIT ?",
            (expression, limit),
        ).fetchall()

    def named(self, iri: str) -> list[tuple]:
        return self.connection.execute(
            "SELECT iri, kind, name, en, fr, says_en, says_fr FROM things WHERE iri = ?", (iri,)
        ).fetchall()

    def stems(self, units: Iterable[str]) -> frozenset[str]:
        """The stems in some expressions, to find the place that a snippet shows."""
        return frozenset(stem for unit in units for stem in re.findall(r'"([^"]+)"', unit))

    def hit(self, row: tuple, library: Library, language: str, stems: frozenset[str], whole: bool) -> Hit:
        iri, kind, name, *texts = row
        labels, says = dict(zip(("en", "fr"), texts[:2], strict=True)), dict(zip(("en", "fr"), texts[2:], strict=True))
        said = says.get(language) or says["en"]
        if kind == "Provision":
            held = newest(library, name)
            said = held.get(language) or held.get("en") or next(iter(held.values()), "") or said
        return Hit(iri, kind, name, labels.get(language) or labels["en"], excerpt(said, stems, language), whole)


def near(language: str, stems: tuple[str, ...]) -> str:
    """An expression of FTS5: stems near one another in the columns of a language. Stems have no signs of syntax."""
    quoted = " ".join(f'"{each}"' for each in dict.fromkeys(stems))
    distance = NEAR + len(stems)
    return f"{COLUMNS[language]} : NEAR({quoted}, {distance})" if len(stems) > 1 else f"{COLUMNS[language]} : {quoted}"


def newest(library: Library, key: str) -> dict[str, str]:
    """The newest wording of a provision by language."""
    held: dict[str, str] = {}
    for edition in library.editions:  # oldest first; a consolidation does not push out the Official Journal of its day
        if key in edition.provisions and edition.provisions[key][1]:
            held[edition.language] = edition.provisions[key][1]
    return held


def excerpt(text: str, stems: frozenset[str], language: str) -> str:
    """The part of a text with most of the stems, cut between words."""
    words = text.split()
    if len(text) <= SNIPPET or not words:
        return " ".join(words)
    marks = [any(stem(each, any_) in stems for each in tokens(word) for any_ in LANGUAGES) for word in words]
    span = max(1, SNIPPET * len(words) // len(text))
    best = max(range(max(1, len(words) - span + 1)), key=lambda at: (sum(marks[at : at + span]), -at))
    shown = " ".join(words[best : best + span])
    return ("… " if best else "") + shown + (" …" if best + span < len(words) else "")


# ---------------------------------------------------------------------------------------------------------- building


def opened(library: Library) -> Index:
    """The index of the knowledge and of these texts; from the cache if neither changed."""
    from ..law.knowledge import knowledge

    return _opened(library, knowledge().release, library.stamp)


@lru_cache(maxsize=2)
def _opened(library: Library, release: str, stamp: str) -> Index:
    state = hashlib.sha256(f"{FORM}\0{release}\0{stamp}\0{sqlite3.sqlite_version}".encode()).hexdigest()[:16]
    path = caches.folder() / f"words-{state}.sqlite"
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    if held := caches.kept(path):
        connection.deserialize(held)
        return Index(connection)
    build(connection, library)
    caches.keep(path, connection.serialize())
    with suppress(OSError):
        for old in path.parent.glob("words-*.sqlite"):
            if old != path:
                old.unlink(missing_ok=True)
    return Index(connection)


def build(connection: sqlite3.Connection, library: Library) -> None:
    """Fills an index: things, their words by column, and the pairs of labels that stand for one another."""
    connection.execute("CREATE TABLE things (id INTEGER PRIMARY KEY, iri, kind, name, en, fr, says_en, says_fr)")
    connection.execute("CREATE TABLE terms (en, fr)")
    connection.execute(f"CREATE VIRTUAL TABLE words USING fts5({', '.join(INDEXED)}, content='')")
    pairs = set()
    for number, (iri, kind, label, others, says, text, about) in enumerate(things(library), 1):
        name = iri.removeprefix(ACT).removeprefix(RULE) if iri.startswith((ACT, RULE)) else local(iri)
        row = (number, iri, kind, name, label["en"], label["fr"], says.get("en", ""), says.get("fr", ""))
        connection.execute("INSERT INTO things VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        columns = [
            " ".join(stemmed(part.get(language, ""), language))
            for part in (label, text, about)
            for language in LANGUAGES
        ]
        columns += [" ".join(tokens(f"{part.get('en', '')} \n {part.get('fr', '')}")) for part in (label, text)]
        columns[0] += " " + " ".join(stemmed(others, "en"))
        columns[1] += " " + " ".join(stemmed(others, "fr"))
        places = ", ".join("?" * len(columns))
        connection.execute(f"INSERT INTO words (rowid, {', '.join(INDEXED)}) VALUES (?, {places})", (number, *columns))
        if kind != "Provision":
            pairs.add(tuple(" ".join(stemmed(label[language], language)) for language in LANGUAGES))
    connection.executemany("INSERT INTO terms VALUES (?, ?)", sorted(pair for pair in pairs if all(pair)))
    connection.commit()


def things(library: Library) -> Iterator[tuple[str, str, dict, str, dict, dict, dict]]:
    """Of everything that is searched: IRI, kind, label, other names, what it says, its text, what is said about it."""
    from ..law.cite import act_order
    from ..sparql.query import law, questions

    graph = law()
    about: dict[str, dict[str, list[str]]] = {}
    for rule, sources in graph.by_predicate.get(DCTERMS + "source", {}).items():
        if rule.startswith(RULE):
            for source in sources:
                for word in (SKOS + "prefLabel", SKOS + "definition"):
                    for language, said in graph.texts(rule, word).items():
                        about.setdefault(source, {}).setdefault(language, []).append(said)
    keys = sorted((iri.removeprefix(ACT) for iri in graph.of_class(AIACT + "Provision")), key=act_order)
    for key in keys:
        heading = graph.texts(ACT + key, SKOS + "prefLabel")
        label = {each: " · ".join(filter(None, [cite(key, each), heading.get(each, "")])) for each in LANGUAGES}
        said = {language: " ".join(parts) for language, parts in about.get(ACT + key, {}).items()}
        yield ACT + key, "Provision", label, "", {}, newest(library, key), said
    for iri in sorted(graph.subjects(SKOS + "prefLabel")):
        kinds = [local(kind) for kind in graph.objects(iri, RDF + "type") if local(kind) not in ("NodeShape", "Fact")]
        label = graph.texts(iri, SKOS + "prefLabel")
        if "Provision" in kinds or not kinds or kinds[0] in SKIPPED or set(label) < set(LANGUAGES):
            continue
        says = graph.texts(iri, SKOS + "definition") or graph.texts(iri, AIACT + "question")
        others = (graph.objects(iri, SKOS + word) for word in ("altLabel", "notation", "hiddenLabel"))
        names = [term.text for terms in others for term in terms if not isinstance(term, str)]
        yield iri, kinds[0], label, " ".join(names), says, says, {}
    for name, question in questions().items():
        label = {each: question.title.get(each, name) for each in LANGUAGES}
        yield (
            f"{BASE}question/{name}",
            "Question",
            label,
            name.replace("-", " "),
            question.description,
            question.description,
            {},
        )

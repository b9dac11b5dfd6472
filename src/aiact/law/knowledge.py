"""The knowledge base: what the engine needs to know of the law, in plain Python values.

A cold start reads one cached file and no Turtle. It is built anew when any file of the knowledge has changed.
"""

from __future__ import annotations

import hashlib
import pickle
import sys
import threading
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

from .. import caches
from . import shapes
from .graph import Literal, Term
from .guidance import Guidance
from .names import AIACT, BASE, local

FOLDERS = ("ontology", "shapes", "data", "queries")
KINDS = (
    "Definition",
    "Permission",
    "Obligation",
    "Prohibition",
    "Exemption",
    "Exception",
    "Transition",
    "Misconception",
)
DUTIES = ("Obligation", "Prohibition")
NONE = AIACT + "none"
STAMP = 32  # bytes of each hash of the sources
PACKED = "knowledge.pickle"  # beside this module, where it was packed for a browser: there is no Turtle there


class KnowledgeError(Exception):
    """Something in the knowledge base contradicts itself; the message names the rule and the mend."""


@dataclass(slots=True)
class Fact:
    """One property that a description may state, as ``ontology/facts.ttl`` declares it."""

    key: str
    iri: str
    classes: tuple[str, ...]  # local names of the classes of entities that may state it
    kind: str  # boolean, text, number, date, event, or concept, place, licence, link
    range: str  # local name of the class of its values
    many: bool
    question: dict[str, str]
    label: dict[str, str]
    help: dict[str, str]
    basis: str
    supplied_by: str
    values: dict[str, str] = field(default_factory=dict)  # token in YAML → IRI
    presumed: Term | None = None
    because: dict[str, str] = field(default_factory=dict)
    within: str = ""  # IRI of the fact in whose map it may stand
    sub_key: str = ""
    unit: str = ""
    derived_only: bool = False
    for_the_record: bool = False
    leads_to: tuple[str, ...] = ()  # IRIs of the facts to ask for next, if its purpose is only named
    optional: bool = False  # one value at most, and there may be none
    of_another: bool = False  # its value is the work of somebody else

    @property
    def may_be_none(self) -> bool:
        """Whether “none” or an empty list is an answer; a licence that is none is one of the catalogue instead."""
        return self.many or self.optional or self.presumed == NONE


@dataclass(slots=True)
class Duty:
    """What a duty asks for in one wording of the law."""

    text: dict[str, str]
    sanction: str
    due_on: str
    upon: str  # IRI of what wakes it
    text_from: str
    text_until: str


@dataclass(slots=True)
class Rule:
    """One rule of law: its kind, its place in the Act, its effects and its dates."""

    id: str
    kind: str
    label: dict[str, str]
    definition: dict[str, str]
    sources: tuple[str, ...]  # provision keys first, then IRIs of other sources
    target: str  # local name of the class of entities
    force: str
    text_from: str
    text_until: str
    under: str
    bearers: tuple[str, ...] = ()  # IRIs of roles
    bearer_is: str = ""
    confers: str = ""
    on: shapes.Path | None = None
    other_than: tuple[tuple[str, str], ...] = ()  # conditions, each with the fact whose values it leaves out
    through: str = ""  # the shape to which what stands first on the way to an actor must conform
    lifts: tuple[str, ...] = ()
    disapplies: tuple[str, ...] = ()
    spares: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    eases: tuple[str, ...] = ()
    limited_to: dict[str, str] = field(default_factory=dict)
    defeats: tuple[str, ...] = ()
    postpones: tuple[str, ...] = ()
    until: str = ""
    only_if: str = ""
    begins_with: str = ""  # IRI of the event that starts the duty anew
    yields: str = ""
    where_duties: tuple[str, ...] = ()
    where_status: tuple[str, ...] = ()
    tempts_to: str = ""
    sanction: str = ""
    binds_operators: bool = False
    duties: tuple[Duty, ...] = ()
    proven_by: str = ""
    reviewed_on: str = ""
    defines_open_source: bool = False
    narrows: tuple[str, ...] = ()  # rules that confer the same role on weaker conditions
    conditions: tuple[str, ...] = ()
    doubts: tuple[dict[str, str], ...] = ()

    @property
    def provision(self) -> str:
        """Key of the provision that the rule states, such as ``art_53_par_2``."""
        return self.sources[0]

    @property
    def awaits_role(self) -> bool:
        """Whether it binds a bearer no sooner than the provision applies that makes it one.

        A prohibition binds whoever acts, some duties bind every operator, and other acts borrow no more than the role.
        """
        return self.kind == "Obligation" and not self.binds_operators and ":" not in self.provision

    def in_force(self, text: str) -> bool:
        return (not self.text_from or self.text_from <= text) and (not self.text_until or text <= self.text_until)

    def is_active(self, readings: frozenset[str]) -> bool:
        """Whether it has effect under these readings; most rules have under all."""
        return not self.under or self.under in readings


@dataclass(slots=True)
class Condition:
    """A named shape: what it says, and where the law says it."""

    message: dict[str, str]
    sources: tuple[str, ...]
    under: str


@dataclass(slots=True)
class Claim:
    """What a commentary says of the law, where it says so, and what the law says."""

    source: str  # IRI of the commentary
    by: dict[str, str]  # its publisher, or else its title
    locator: dict[str, str]
    says: dict[str, str]
    law: dict[str, str]  # empty for a claim that is right
    divergences: tuple[str, ...]
    corrected_by: tuple[str, ...]  # provision keys, and IRIs of other sources
    matches: tuple[str, ...]
    beyond_facts: dict[str, str]  # why no misconception rests on it


@dataclass(slots=True)
class Reading:
    """One alternative to an open question of law, with the force of who holds it."""

    question: str
    rank: int
    force: str
    label: dict[str, str]
    definition: dict[str, str]
    detaches: frozenset[str]  # duties that begin on their own day, whatever the definitions that they use


@dataclass(slots=True)
class Caution:
    """What a report adds where a description states one of some values."""

    text: dict[str, str]
    values: tuple[str, ...]  # IRIs of the values that call for it
    sources: tuple[str, ...]
    text_from: str
    text_until: str


@dataclass(slots=True)
class Derivation:
    """A fact computed from others: the operation, its operands, and what it rests on."""

    id: str
    fact: str
    operation: str
    operands: tuple[tuple[str, ...], ...]
    only_where: str
    factor: float | None
    margin: float | None
    tolerance: float | None  # None where what is stated is not compared
    not_before: str
    definition: dict[str, str]
    source: str


@dataclass(slots=True)
class Contradiction:
    """Facts with values that cannot all be so of one thing, and which of them stay open where they are stated."""

    id: str
    facts: dict[str, tuple[Term, ...]]  # IRI → the values meant, any if there are none
    doubted: tuple[str, ...]
    unless: str  # IRI of a link that leads to the thing from another, to which the rest is due then
    because: dict[str, str]


@dataclass(slots=True)
class Purpose:
    """Something that systems are said to be for, and the points of the Act to which its names lead."""

    id: str
    label: dict[str, str]
    strength: str  # named or hinted
    suggests: tuple[tuple[str, str, str], ...]  # (fact, value, provision), IRIs of the first two
    sources: tuple[str, ...]


@dataclass(slots=True)
class Text:
    """One version of the text: thresholds, days of application, and the compiled shapes."""

    id: str
    code: bytes
    names: tuple[str, ...]
    parameters: dict[str, Literal]
    applies_from: dict[str, str]  # rule id → day


@dataclass(slots=True)
class Knowledge:
    """Everything the engine needs, in plain Python values."""

    release: str
    facts: dict[str, Fact]  # by IRI
    rules: dict[str, Rule]
    shapes: dict[str, shapes.Shape]
    conditions: dict[str, Condition]
    vocabulary: shapes.Vocabulary
    texts: dict[str, Text]
    claims: dict[str, Claim]  # by IRI, in the order of the sources
    citations: dict[str, dict[str, str]]  # of sources and their passages
    readings: dict[str, Reading]  # by local name, question.alternative
    questions: dict[str, dict[str, str]]
    dependencies: dict[str, set[str]]  # plain shape → readings
    sanctions: dict[str, dict]
    derivations: tuple[Derivation, ...]
    contradictions: tuple[Contradiction, ...]
    cautions: tuple[Caution, ...]
    parents: dict[str, tuple[str, ...]]  # class → itself and all classes above, local names
    starts: dict[str, tuple[str, ...]]
    starts_within: dict[str, tuple[str, ...]]
    inherits: dict[str, tuple[str, ...]]
    keys: dict[str, dict[str, str]]  # class → YAML key → IRI of the fact
    licences: dict[str, str]  # lower-case name → IRI
    licence_links: dict[str, str]  # address of a text → name
    licence_texts: dict[str, str]  # digest of a text → name
    places: dict[str, str]  # code → IRI
    catalogue: dict[str, list]  # IRI of a licence or place → its triples
    labels: dict[str, dict[str, str]]
    roles: dict[str, str]  # IRI of a role → notation
    aliases: dict[str, tuple[str, bool]]  # property of another vocabulary → ours, and whether inverse
    class_aliases: dict[str, str]
    parameter_labels: dict[str, dict[str, str]]
    tasks: dict[str, str]  # task names of model hubs → token of the modality they yield
    purposes: list[tuple[str, list[Purpose]]]  # names as ``purposes`` folds them, the longest first
    guidance: Guidance

    def fact(self, key: str, cls: str) -> Fact | None:
        iri = self.keys.get(cls, {}).get(key)
        return self.facts[iri] if iri else None

    def text_on(self, day: str) -> Text:
        """The version of the text in force on a day."""
        return self.texts[max((text for text in self.texts if text <= day), default=min(self.texts))]

    def label(self, iri: str, language: str) -> str:
        found = self.labels.get(iri, {})
        return found.get(language) or found.get("en") or local(iri)

    def say(self, language: str, phrase: str, /, **values: object) -> str:
        """A phrase of ``data/phrases/`` with its values; ``{n:y|ies}`` there chooses a word for one or for several."""
        counted = {name: Number(value) if type(value) is int else value for name, value in values.items()}
        texts = self.labels[f"{BASE}phrase/{phrase}"]
        return (texts.get(language) or texts["en"]).format(**counted)


class Number(int):
    """A number in a phrase, which it may ask for a word in the singular or the plural."""

    def __format__(self, spec: str) -> str:
        one, several, more = spec.partition("|")
        return super().__format__(spec) if not several else one if self == 1 else more


def root() -> Path:
    """The folder that holds ontology, shapes, data and queries: in the wheel, or in the checkout."""
    here = Path(__file__).resolve()
    packed = here.parents[1] / "kb"
    return packed if packed.is_dir() else here.parents[3]


def files(folder: Path | None = None) -> list[Path]:
    folder = folder or root()
    return sorted(path for name in FOLDERS[:3] for path in (folder / name).rglob("*.ttl"))


_opening = threading.Lock()


def knowledge(folder: Path | None = None) -> Knowledge:
    """The knowledge base of a folder (by default our own), from the cache if nothing changed.

    Raises ``KnowledgeError`` or ``ShapeError`` where it contradicts itself.
    """
    with _opening:  # of several threads that begin at once, one builds it
        return _opened(folder)


@lru_cache(maxsize=4)
def _opened(folder: Path | None) -> Knowledge:
    packed = Path(__file__).with_name(PACKED)
    if folder is None and packed.is_file():
        return pickle.loads(packed.read_bytes())
    folder = folder or root()
    return kept(folder) or build_and_keep(folder)


def kept(folder: Path) -> Knowledge | None:
    """The knowledge base of a folder from the cache; None if it is absent, damaged, or of other files than these.

    Files that were not touched are not read. Where only their times differ, as in an image or an archive that was
    unpacked again, their content decides.
    """
    held = caches.kept(cache(folder))
    if held is None:
        return None
    touched, content, data = held[:STAMP], held[STAMP : 2 * STAMP], held[2 * STAMP :]
    if touched != (now := times(folder)):
        if content != contents(folder):
            return None
        keep(folder, now, bytes(content), bytes(data))
    try:
        return pickle.loads(data)
    except Exception:  # of a library that is no longer there
        return None


def build_and_keep(folder: Path) -> Knowledge:
    """Builds the knowledge base of a folder, and keeps it where that is possible."""
    from .build import build

    touched, content = times(folder), contents(folder)  # before any file is read: who edits one meanwhile is noticed
    built = build(folder)
    keep(folder, touched, content, pickle.dumps(built, protocol=5))
    return built


def keep(folder: Path, touched: bytes, content: bytes, data: bytes) -> None:
    caches.keep(cache(folder), touched + content + data)


def sources(folder: Path) -> list[Path]:
    """What compiled knowledge depends on: every file of it, and the code that compiles it."""
    return [*files(folder), *sorted(Path(__file__).parent.glob("*.py"))]


def times(folder: Path) -> bytes:
    """Name, size and times of every source; the time of a change cannot be set back as that of writing can."""
    digest = hashlib.sha256()
    for path in sources(folder):
        state = path.stat()
        digest.update(f"{path}\0{state.st_size}\0{state.st_mtime_ns}\0{state.st_ctime_ns}\n".encode())
    return digest.digest()


def contents(folder: Path) -> bytes:
    """Name and content of every source."""
    digest = hashlib.sha256()
    for path in sources(folder):
        digest.update(f"{path}\0{path.stat().st_size}\n".encode() + path.read_bytes())
    return digest.digest()


def cache(folder: Path) -> Path:
    """One file for each knowledge base and version of Python."""
    name = hashlib.sha256(f"{folder}\0{sys.version}".encode()).hexdigest()[:16]
    return caches.folder() / f"knowledge-{name}.pickle"


def today() -> str:
    """The day of the call, as YYYY-MM-DD; used only where the user gives none."""
    return date.today().isoformat()

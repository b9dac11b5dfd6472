"""From the triples of one project to the tree of its description, as ``readers.rdf`` understands them, but quickly.

What is not in our own terms is left to that reader, so that nothing is understood in two ways.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..descriptions.description import NAME, SECTIONS, Description
from ..descriptions.facts import COMPUTED, PRESUMED
from ..law.knowledge import Knowledge
from ..law.licences import by_link
from ..law.names import AIACT, PROJECT, RDF, SCHEMA, XSD
from ..law.shapes import AT_LEAST, AT_MOST, OCCURS, STATES

TYPE, INTERVAL, YEAR = RDF + "type", AIACT + "Interval", XSD + "gYear"
CALLED = SCHEMA + "name"
SECTION = {AIACT + cls: section for section, cls in SECTIONS.items()}
ENDS = {AT_LEAST: "min", AT_MOST: "max", OCCURS: "occurs"}
MARKS = {STATES, PRESUMED, COMPUTED}


class Foreign(Exception):
    """The triples say something that the quick way does not understand."""


class Plain:
    """Reads exports of our own: all that is said is said of the project, in our own terms."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.facts = {iri: (fact.key, fact.many, fact.derived_only) for iri, fact in knowledge.facts.items()}
        self.keys = {section: set(knowledge.keys[cls]) for section, cls in SECTIONS.items()}
        self.tokens = {
            iri: {term: token for token, term in reversed(list(fact.values.items()))}
            for iri, fact in knowledge.facts.items()
        }
        self.known: dict[str, str] = {}
        for names in (knowledge.places, knowledge.licences):
            for name, iri in reversed(list(names.items())):
                self.known[iri] = name
        self.classes = {
            AIACT + cls for above in knowledge.parents.values() for cls in above
        } - SECTION.keys()  # those above the ones that have a section say nothing of their own

    def tree(self, triples: Iterable[tuple[str, str, str, str | None]], base: str) -> dict:
        """The tree of a project whose addresses begin with ``base``; a triple ends with its datatype, if a literal.

        Raises ``Foreign``.
        """
        length = len(base)
        sections: dict[str, str] = {}
        intervals: dict[str, dict[str, str]] = {}
        marks: dict[tuple[str, str], dict[str, None]] = {}
        said: list[tuple[str, str, str, str | None]] = []
        catalogue = self.knowledge.catalogue
        for triple in triples:
            subject, predicate, object, _ = triple
            if subject[:length] != base:
                if subject in catalogue:
                    continue
                raise Foreign(subject)
            if predicate == TYPE:
                section = SECTION.get(object)
                if section:
                    if sections.setdefault(subject, section) != section:
                        raise Foreign(object)
                elif object != INTERVAL and object not in self.classes:
                    raise Foreign(object)
            elif predicate in MARKS:
                marks.setdefault((predicate, subject), {})[object] = None
            elif predicate in ENDS:
                if intervals.setdefault(subject, {}).setdefault(ENDS[predicate], object) != object:
                    raise Foreign(predicate)
            elif predicate in self.facts or predicate == CALLED:
                said.append(triple)
            else:
                raise Foreign(predicate)
        return self.described(base, sections, intervals, marks, said)

    def described(self, base, sections, intervals, marks, said) -> dict:
        length, nothing = len(base), {}
        entities: dict[str, dict] = {}
        ids: dict[str, str] = {}
        for subject in sections:
            id = subject[subject.rfind("/") + 1 :] if "/" in subject[length:] else subject[length:]
            of_the_catalogue = sections[subject] == "licences" and id.lower() in self.knowledge.licences
            if not NAME.fullmatch(id) or id in ids.values() or of_the_catalogue:
                raise Foreign(subject)
            entities[subject], ids[subject] = {}, id
        for subject, predicate, object, datatype in said:
            entity = entities.get(subject)
            if entity is None:
                raise Foreign(subject)
            if predicate == CALLED:
                if datatype is None or entity.setdefault("name", object) != object:
                    raise Foreign(predicate)
                continue
            key, many, derived = self.facts[predicate]
            if (
                derived
                or predicate in marks.get((PRESUMED, subject), nothing)
                or predicate in marks.get((COMPUTED, subject), nothing)
            ):
                continue
            if key not in self.keys[sections[subject]]:
                raise Foreign(predicate)
            value = self.value(predicate, object, datatype, ids, intervals)
            if key in entity:
                held = entity[key]
                if isinstance(held, list):
                    held.append(value)
                else:
                    entity[key] = [held, value]
            else:
                entity[key] = [value] if many else value
        for (mark, subject), properties in marks.items():
            if mark != STATES:
                continue
            entity, presumed = entities.get(subject), marks.get((PRESUMED, subject), nothing)
            if entity is None:
                continue
            for property in properties:
                key, _, derived = self.facts.get(property, ("", False, True))
                if derived or key in entity or property in presumed or key not in self.keys[sections[subject]]:
                    continue
                if property not in marks.get((COMPUTED, subject), nothing):
                    entity[key] = []
        found: dict = {"aiact": 1}
        for subject, section in sections.items():
            found.setdefault(section, {})[ids[subject]] = entities[subject]
        return found

    def value(self, predicate, object, datatype, ids, intervals) -> object:
        if datatype is not None:
            return object.removesuffix("Z") if datatype == YEAR else object
        ends = intervals.get(object)
        if ends:
            low, high = ends.get("min"), ends.get("max")
            if low or high:
                return low if low == high else {end: ends[end] for end in ("min", "max") if end in ends}
            return ends["occurs"]
        if object in ids:
            return ids[object]
        token = self.tokens[predicate].get(object)
        if token is None:
            token = self.known.get(object)
        if token is None:
            token = by_link(object, self.knowledge)
        if token is None:
            raise Foreign(object)
        return token


def read_slowly(triples: Iterable[tuple[str, str, str, str | None]], file: str, knowledge: Knowledge) -> Description:
    """The description of triples in any terms, by the reader of RDF. Raises ``DescriptionError``."""
    from ..law.graph import Literal
    from ..readers import rdf
    from ..sparql.publish import written

    text = written((s, p, o if datatype is None else Literal(o, datatype)) for s, p, o, datatype in triples)
    return rdf.read(file, text.decode(), knowledge)


def base_of(iri: str) -> str | None:
    """The base address of the project to which an address of our exports belongs."""
    if not iri.startswith(PROJECT):
        return None
    end = iri.find("/", len(PROJECT))
    return iri[: end + 1] if end > 0 else None

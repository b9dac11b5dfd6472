"""The evidence of an exemption: a folder with an index of what is stated, what is held, and what is missing.

Nothing is claimed that the description does not state, and a file counts as held only if it was handed in; its hash
says which. The folder appears whole or not at all.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

from .. import atomic
from ..findings.assess import Assessment
from ..findings.plan import conditions, evidence_of, exceptions, sentences

MAX_FILE = 64 * 1024 * 1024  # bytes of one file that is added


class EvidenceError(Exception):
    """A folder or file that cannot be used; the message says what would mend it."""


def index(assessment: Assessment, files: dict[str, Path]) -> dict:
    """What is stated, held and missing for each open-source exemption; files by entity and key of the fact."""
    wanted: dict[str, list[dict]] = {}
    for item in conditions(assessment):
        entity = item["entity"]
        for evidence in evidence_of(assessment, item["rule"]):
            entry = of_evidence(assessment, entity, evidence, files)
            if entry and entry["evidence"] not in {each["evidence"] for each in wanted.get(entity, [])}:
                wanted.setdefault(entity, []).append(entry)
    return {
        "aiact": "1",
        "as_of": assessment.day,
        "law": {"text": assessment.text.id, "release": assessment.knowledge.release},
        "project": {
            "name": assessment.facts.description.name,
            "source": Path(assessment.facts.description.file).name,
            "sha256": assessment.facts.description.sha256,
        },
        "exemptions": [
            {name: item[name] for name in ("rule", "label", "provision", "entity", "truth")}
            for item in conditions(assessment)
        ],
        "taken_away_by": [item for item in exceptions(assessment) if item["truth"] != "fails"],
        "sentences": sentences(assessment),
        "evidence": [{"entity": entity, "items": items} for entity, items in wanted.items()],
    }


def of_evidence(assessment: Assessment, entity: str, evidence, files: dict[str, Path]) -> dict | None:
    """One piece of evidence about one thing; None if none of its facts can be stated of such a thing."""
    knowledge, iri = assessment.knowledge, assessment.facts.iri(entity)
    cls = assessment.facts.description.entities[entity].cls
    facts = [fact for each in evidence.attests if knowledge.fact((fact := knowledge.facts[each]).key, cls) is fact]
    if not facts:
        return None
    told = {
        fact.key: [s for s in assessment.facts.stated(iri, fact.iri) if s.source.kind == "stated"] for fact in facts
    }
    held = [held_file(f"{entity}.{fact.key}", files) for fact in facts if f"{entity}.{fact.key}" in files]
    here = [s for statements in told.values() for s in statements]
    placed = [s for s in here if "://" in s.source.note]
    missing = [f"{entity}.{key}" for key, statements in told.items() if not statements]
    if evidence.needs_address and here and not placed and not held:
        missing = [f"{entity}.{fact.key}.source" for fact in facts]
    return {
        "evidence": evidence.id,
        "label": evidence.label,
        "source": evidence.source,
        "stated": [assessment.statement(statement) for statement in here],
        "held": held,
        "missing": missing,
        "status": "held" if held else "stated" if here else "missing",
    }


def held_file(fact: str, files: dict[str, Path]) -> dict:
    path = files[fact]
    return {"fact": fact, "file": file_name(fact, path), "sha256": digest(path), "bytes": path.stat().st_size}


def file_name(fact: str, path: Path) -> str:
    """The name of a copy in the folder: the fact, then the name that the file had."""
    kept = "".join(c if c.isalnum() or c in "-._" else "-" for c in path.name)[-80:]
    return f"files/{fact}-{kept}"


def digest(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            found.update(block)
    return found.hexdigest()


def given_files(assessment: Assessment, pairs: list[str]) -> dict[str, Path]:
    """``model.licence=LICENSE`` …: files by fact. Raises ``EvidenceError`` for what is no fact or no file."""
    from ..descriptions.description import suggest

    known = {
        f"{entity.id}.{key}": None
        for entity in assessment.facts.description.entities.values()
        for key in assessment.knowledge.keys[entity.cls]
    }
    found = {}
    for pair in pairs:
        fact, separator, name = pair.partition("=")
        if not separator or not name:
            raise EvidenceError(
                f"“{pair}” is not a file for a fact; write entity.fact=FILE, as in model.licence=LICENSE"
            )
        if fact not in known:
            raise EvidenceError(f"the description has no fact “{fact}”{suggest(fact, list(known))}")
        path = Path(name)
        if not path.is_file():
            raise EvidenceError(f"{name} is not a file")
        if path.stat().st_size > MAX_FILE:
            raise EvidenceError(f"{name} is larger than {MAX_FILE >> 20} MB; hand in a text that points to it")
        found[fact] = path
    return found


def write(assessment: Assessment, folder: str, files: dict[str, Path], language: str) -> dict:
    """Writes the folder; whole, or not at all. Raises ``EvidenceError`` if it is there already or cannot be written."""
    target = Path(folder)
    if target.exists() or target.is_symlink():
        raise EvidenceError(f"{folder} is there already; choose another name, so that nothing is lost")
    found = index(assessment, files)
    try:
        draft = atomic.beside(target)
        draft.mkdir()
    except OSError as error:
        raise EvidenceError(f"cannot write {folder}: {error.strerror or error}") from None
    try:
        if files:
            (draft / "files").mkdir()
        for fact, path in files.items():
            shutil.copyfile(path, draft / file_name(fact, path))
        for entry in (each for thing in found["evidence"] for item in thing["items"] for each in item["held"]):
            if digest(draft / entry["file"]) != entry["sha256"]:
                raise EvidenceError(f"{entry['fact']}: the file changed while it was copied; try again")
        (draft / "index.json").write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        (draft / "index.md").write_text(markdown(found, assessment, language), encoding="utf-8")
        for path in [*draft.rglob("*"), draft]:
            atomic.settle(path)
        atomic.put_folder(draft, target)
    except OSError as error:
        raise EvidenceError(f"cannot write {folder}: {error.strerror or error}") from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return found


def markdown(found: dict, assessment: Assessment, language: str) -> str:
    """The index for people."""
    from .report import Words, escaped, title

    words = Words(assessment, language)
    name = lambda id: title(assessment, assessment.facts.iri(id))  # noqa: E731
    project = found["project"]["name"] or found["project"]["source"]
    lines = [f"# {escaped(words('evidence-title', name=project, day=found['as_of']))}", ""]
    lines += [words("evidence-scope"), ""]
    for item in found["exemptions"]:
        rule = f"{words.cite(item['provision'])} {words.of(item['label'])}"
        told = words("evidence-verdict", rule=rule, entity=name(item["entity"]), truth=words(item["truth"]))
        lines.append(f"- {escaped(told)}")
    for item in found["taken_away_by"]:
        rule = assessment.knowledge.rules[item["from"]]
        told = words(
            "plan-takes-away", entity=name(item["entity"]), exception=words.of(item["label"]),
            rule=words.cite(rule.provision), truth=words(item["truth"]),
        )  # fmt: skip
        lines.append(f"- {escaped(told)}")
    for sentence in found["sentences"]:
        lines += ["", escaped(sentence["text"][language])]
    for thing in found["evidence"]:
        lines += ["", f"## {escaped(name(thing['entity']))}", ""]
        for item in thing["items"]:
            lines.append(f"- {escaped(words.of(item['label']))} ({escaped(words.cite_in_full(item['source']))})")
            lines += [f"  - {told}" for told in told_of(item, words)]
    return "\n".join([*lines, "", f"*{words('not-legal-advice')}*"]) + "\n"


def told_of(item: dict, words) -> list[str]:
    """What is held, stated and missing of one piece of evidence."""
    from .report import escaped

    lines = [
        words("evidence-held", file=f"[{escaped(e['file'])}]({e['file']})", hash=e["sha256"]) for e in item["held"]
    ]
    facts = "; ".join(
        words(
            "evidence-stated-value",
            fact=told["property"],
            value=shown(told["value"], words),
            line=told["source"]["line"],
            note=f"; {told['source']['note']}" if told["source"].get("note") else "",
        )
        for told in item["stated"]
    )
    if facts:
        lines.append(escaped(facts if item["held"] else words("evidence-stated", facts=facts)))
    if item["missing"]:
        lines.append(escaped(words("evidence-missing", facts=", ".join(item["missing"]))))
    return lines


def shown(value: object, words) -> str:
    """A stated value in words."""
    if isinstance(value, dict):
        low, high = (value.get(end) for end in ("min", "max"))
        return f"{low} – {high}" if None not in (low, high) else f">= {low}" if high is None else f"<= {high}"
    return words("none") if value == [] else words.value(value)

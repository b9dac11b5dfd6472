"""Where the knowledge comes from, and whether it is still that: every file, every rule, the texts they rest on.

An installed package is held against the hashes that its wheel was installed with (``RECORD``, which installers write);
a checkout has none. In both the knowledge is built anew from its files and held against the cache that answers.
"""

from __future__ import annotations

import base64
import hashlib
import re
from importlib.metadata import Distribution
from pathlib import Path

from .graph import Literal
from .knowledge import FOLDERS, Knowledge, KnowledgeError, build_and_keep, kept, root
from .names import AIACT, RULE
from .shapes import ShapeError

COMPILED = (".pyc", ".pyo")  # made by the installer or by Python itself


def provenance() -> dict:
    """Software, files with their hashes, rules with the texts they were written from, and what is not as it should be.

    ``problems`` is empty if all is well; each has ``kind``, the name of a phrase ``verify-KIND``, and what it names.
    """
    folder = root()
    files = {path.relative_to(folder).as_posix(): digest(path) for path in listed(folder)}
    problems = list(changed(folder))
    try:
        answering = kept(folder)
        base = build_and_keep(folder)
    except (KnowledgeError, ShapeError) as error:
        return {
            "release": None, "files": files, "rules": [],
            "problems": [*problems, {"kind": "unbuildable", "what": str(error)}],
        }  # fmt: skip
    if answering is not None and answering != base:
        problems.append({"kind": "cache-differs", "what": base.release})
    return {
        "release": base.release,
        "texts": list(base.texts),
        "cache": "absent" if answering is None else "equal" if answering == base else "differs",
        "recorded": record_of(folder) is not None,
        "files": files,
        "rules": [*rules(base, folder, files)],
        "problems": problems,
    }


def listed(folder: Path) -> list[Path]:
    """Every file of the knowledge: ontology, rules, data and questions."""
    return sorted(path for name in FOLDERS for path in (folder / name).rglob("*") if path.is_file())


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def rules(base: Knowledge, folder: Path, files: dict[str, str]):
    """Each rule with its file, the hash of that, the day of its review, and the texts that it was written from."""
    from .build import load_graph

    graph = load_graph(folder)
    of: dict[str, str] = {}
    for name in files:
        if name.endswith(".ttl"):
            text = (folder / name).read_text(encoding="utf-8")
            of |= dict.fromkeys(re.findall(r"^rule:(\S+) a aiact:", text, re.MULTILINE), name)
    for rule in base.rules.values():
        against: dict[str, list[str]] = {}
        for stamp in graph.objects(RULE + rule.id, AIACT + "writtenAgainst"):
            if isinstance(stamp, Literal):
                against.setdefault(stamp.language, []).append(stamp.text)
        yield {
            "rule": rule.id, "provision": rule.provision,
            "file": of.get(rule.id), "sha256": files.get(of.get(rule.id, "")),
            "reviewed_on": rule.reviewed_on or None, "written_against": against,
        }  # fmt: skip


# -- against the hashes of the installation


def record_of(folder: Path) -> dict[str, str] | None:
    """The hashes in base 64 that an installation of this package recorded, by path beside it; None in a checkout."""
    package = Path(__file__).parents[1]
    if folder != package / "kb":
        return None
    for place in package.parent.glob("aiact-*.dist-info"):
        if recorded := Distribution.at(place).files:
            return {path.as_posix(): path.hash.value for path in recorded if path.hash and path.hash.mode == "sha256"}
    return {}


def changed(folder: Path):
    """The files of an installed package that are other, more or fewer than those that were installed."""
    recorded = record_of(folder)
    if recorded is None:
        return
    package = Path(__file__).parents[1]
    if not recorded:
        yield {"kind": "no-record", "what": str(package)}
        return
    here = {
        path.relative_to(package.parent).as_posix(): path
        for path in package.rglob("*")
        if path.is_file() and path.suffix not in COMPILED
    }
    ours = {name: hash for name, hash in recorded.items() if name.startswith("aiact/") and not name.endswith(COMPILED)}
    for name in sorted(here.keys() | ours.keys()):
        if name not in here:
            yield {"kind": "file-missing", "what": name}
        elif name not in ours:
            yield {"kind": "file-added", "what": name}
        elif (
            base64.urlsafe_b64encode(hashlib.sha256(here[name].read_bytes()).digest()).decode().rstrip("=")
            != ours[name]
        ):
            yield {"kind": "file-changed", "what": name}

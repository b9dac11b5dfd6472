"""The bill of materials of the package: CycloneDX 1.6 in JSON, from the lock, the metadata and the knowledge itself.

    python requirements/bill.py -o aiact.cdx.json [--wheel dist/aiact-….whl]

Nothing is fetched. The same lock and the same knowledge give the same bytes; SOURCE_DATE_EPOCH adds the time. Licences
and dependencies come from the metadata of what is installed; a package that this platform does not need has none.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import sys
import tomllib
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, Property, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from license_expression import ExpressionError, get_spdx_licensing
from packageurl import PackageURL
from packaging.requirements import Requirement

from aiact.atomic import write
from aiact.law.knowledge import knowledge
from aiact.law.provenance import provenance

ROOT = Path(__file__).parents[1]
ENTRY = re.compile(
    r"^(?P<name>[\w.-]+)==(?P<version>\S+?)(?: ;[^\\]*)? \\?\n(?P<hashes>(?:    --hash=\S+[ \\]*\n)*)", re.MULTILINE
)


def text(wheel: Path | None = None) -> str:
    """The bill as it is written; without a time, unless one is given."""
    told = json.loads(JsonV1Dot6(bill(wheel)).output_as_string())
    if "SOURCE_DATE_EPOCH" not in os.environ:
        del told["metadata"]["timestamp"]
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def bill(wheel: Path | None = None) -> Bom:
    """The bill: the package, its knowledge file by file, and each package of the lock with the hashes of its files."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = Bom()
    main = Component(
        name=project["name"], version=project["version"], type=ComponentType.APPLICATION, bom_ref="aiact",
        description=project["description"], purl=PackageURL("pypi", None, project["name"], project["version"]),
        licenses=[LicenseExpression(project["license"])], hashes=[sha256(wheel.read_bytes())] if wheel else [],
    )  # fmt: skip
    law = knowledge_component()
    locked = {match["name"]: match for match in ENTRY.finditer((ROOT / "requirements" / "run.txt").read_text())}
    extras = [text for extra, those in project["optional-dependencies"].items() if extra != "dev" for text in those]
    direct, optional = project["dependencies"], [text for text in extras if not text.startswith("aiact[")]
    required, asks = closure(direct), closure([*direct, *optional])
    asks = {name: asks.get(name, set()) & locked.keys() for name in locked}
    components = {
        name: of_lock(entry, ComponentScope.REQUIRED if name in required else ComponentScope.OPTIONAL)
        for name, entry in locked.items()
    }
    found.metadata.component = main
    found.components.update([law, *components.values()])
    names = {canonical(Requirement(text).name) for text in [*direct, *optional]} & locked.keys()
    found.register_dependency(main, [law, *(components[name] for name in sorted(names))])
    for name, component in components.items():
        found.register_dependency(component, [components[other] for other in sorted(asks[name])])
    found.metadata.timestamp = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), UTC)
    state = (ROOT / "requirements" / "run.txt").read_bytes() + (law.version or "").encode()
    found.serial_number = uuid5(NAMESPACE_URL, hashlib.sha256(state).hexdigest())
    return found


def sha256(data: bytes) -> HashType:
    return HashType(alg=HashAlgorithm.SHA_256, content=hashlib.sha256(data).hexdigest())


@lru_cache(maxsize=1)
def whole() -> dict:
    return provenance()


def knowledge_component() -> Component:
    """The knowledge as data: its release, the texts of the Act that it knows, each file with its hash."""
    held, base = whole(), knowledge()
    if held["problems"]:
        raise SystemExit(f"the knowledge is not whole: {held['problems']}; aiact verify tells more")
    files = [
        Component(name=name, type=ComponentType.FILE, bom_ref=f"knowledge/{name}",
                  hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest)])
        for name, digest in held["files"].items()
    ]  # fmt: skip
    about = {"aiact:texts": ", ".join(base.texts), "aiact:rules": str(len(base.rules))}
    return Component(
        name="aiact-knowledge", version=base.release, type=ComponentType.DATA, bom_ref="aiact-knowledge",
        description="ontology, rules, data and questions", licenses=[LicenseExpression("CC-BY-4.0")],
        components=files, properties=[Property(name=name, value=value) for name, value in about.items()],
    )  # fmt: skip


def of_lock(entry: re.Match, scope: ComponentScope) -> Component:
    """A package as the lock pins it: any of the files with one of these hashes."""
    name, version = entry["name"], entry["version"]
    digests = re.findall(r"sha256:(\w{64})", entry["hashes"])
    files = [HashType(alg=HashAlgorithm.SHA_256, content=digest) for digest in digests]
    url, page = PackageURL("pypi", None, name, version), XsUri(f"https://pypi.org/project/{name}/{version}/")
    return Component(
        name=name, version=version, type=ComponentType.LIBRARY, purl=url, bom_ref=str(url), scope=scope,
        licenses=licence(name),
        external_references=[ExternalReference(type=ExternalReferenceType.DISTRIBUTION, url=page, hashes=files)],
    )  # fmt: skip


def licence(name: str) -> list[LicenseExpression]:
    """The licence expression of an installed package, where its metadata has one that is one."""
    try:
        about = distribution(name).metadata
    except PackageNotFoundError:
        return []
    for said in (about.get("License-Expression"), about.get("License")):
        try:
            parsed = get_spdx_licensing().parse(said, validate=True) if said and len(said) < 100 else None
        except ExpressionError:
            continue
        if parsed is not None:
            return [LicenseExpression(str(parsed))]
    return []


def closure(requirements: Iterable[str]) -> dict[str, set[str]]:
    """What some requirements ask for here, and what that asks for in turn: names by name, extras followed."""
    found: dict[str, set[str]] = {}
    seen: set[tuple[str, str]] = set()
    queue = [Requirement(text) for text in requirements]
    while queue:
        asked = queue.pop()
        name = canonical(asked.name)
        found.setdefault(name, set())
        for extra in {"", *asked.extras} - {extra for known, extra in seen if known == name}:
            seen.add((name, extra))
            try:
                those = [Requirement(text) for text in distribution(name).requires or []]
            except PackageNotFoundError:
                continue
            here = [each for each in those if each.marker is None or each.marker.evaluate({"extra": extra})]
            found[name] |= {canonical(each.name) for each in here}
            queue += here
    return found


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-o", "--output", type=Path)
    parser.add_argument("--wheel", type=Path, help="the wheel, whose hash goes into the bill")
    options = parser.parse_args()
    told = text(options.wheel)
    if options.output:
        write(options.output, told.encode())
    else:
        sys.stdout.write(told)


if __name__ == "__main__":
    main()

"""What the applications in the pages are made of: packages of npm at pinned versions, brought in and never committed.

``bring`` runs ``npm ci`` on the lock beside this file, once for each lock; ``packed`` makes this package, the
knowledge and what they import into one file that Python in a browser can load.
"""

from __future__ import annotations

import hashlib
import io
import marshal
import os
import pickle
import shutil
import subprocess
import tempfile
import zipfile
from dataclasses import replace
from importlib.metadata import distribution
from pathlib import Path, PurePath

from ...law.knowledge import Knowledge

HERE = Path(__file__).parent
NAMED = ("package.json", "package-lock.json", ".npmrc")
IMPORTED = ("ruamel.yaml", "license-expression", "boolean.py")  # distributions that reading a description needs
EARLY = (1980, 1, 1, 0, 0, 0)  # the date of all files in an archive, so that the same site has the same bytes
PATIENCE = 600  # seconds for npm and for node
COMPILER = "compile.mjs"


class LibraryProblem(Exception):
    """A library cannot be brought in; the message says what would help."""


class Libraries:
    """The folder of the packages of npm."""

    def __init__(self, modules: Path) -> None:
        self.modules = modules

    def read(self, path: str) -> bytes:
        return (self.modules / path).read_bytes()


def bring(cache: Path | None = None) -> Libraries:
    """The packages that the lock names, from the cache or through npm. Raises ``LibraryProblem``."""
    state = b"\0".join((HERE / name).read_bytes() for name in NAMED)
    base = cache or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "aiact"
    folder = base / f"pages-{hashlib.sha256(state).hexdigest()[:16]}"
    if not (folder / "node_modules").is_dir():
        npm = shutil.which("npm")
        if npm is None:
            raise LibraryProblem("the applications are brought in by npm; install Node.js 20 or later, which has it")
        try:
            base.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=base) as draft:
                for name in NAMED:
                    shutil.copy(HERE / name, draft)
                run_or_tell([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], Path(draft), "npm ci")
                Path(draft, "node_modules").rename(made(folder) / "node_modules")
        except OSError as problem:
            if not (folder / "node_modules").is_dir():  # somebody else may have brought them in meanwhile
                raise LibraryProblem(f"the packages of npm cannot be kept in {base}: {problem}") from None
    return Libraries(folder / "node_modules")


def made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def run_or_tell(command: list[str], folder: Path, name: str) -> None:
    """Runs a command; the end of what it says is the message of the ``LibraryProblem`` if it fails."""
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        raise LibraryProblem(f"{name} did not end within {PATIENCE} seconds; is there a network?") from None
    if done.returncode:
        raise LibraryProblem(f"{name} failed; without --with-apps no library is needed\n{done.stderr.strip()[-1500:]}")


# -- Python in the browser


def packed(libraries: Libraries, knowledge: Knowledge) -> bytes:
    """A zip of compiled modules and the knowledge, for the Python that the browser runs. Raises ``LibraryProblem``.

    Compiled code belongs to one version of Python, therefore that of the browser compiles it here, under Node.
    """
    node = shutil.which("node")
    if node is None:
        raise LibraryProblem("node is missing; it comes with npm, and compiles what Python in the browser loads")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "sources.zip").write_bytes(archive(sources(knowledge)))
        shutil.copy(HERE / COMPILER, folder)
        engine = (libraries.modules / "pyodide" / "pyodide.mjs").resolve().as_uri()
        run_or_tell([node, COMPILER, engine, "sources.zip", "packed.zip"], folder, "compiling for the browser")
        return (folder / "packed.zip").read_bytes()


def sources(knowledge: Knowledge) -> dict[str, bytes]:
    """All that is compiled, by its path: this package, the distributions that it imports, the knowledge as source."""
    found = {}
    package = HERE.parents[1]
    for path in sorted(package.rglob("*.py")):
        inside = path.relative_to(package)
        if inside.parts[0] not in ("site", "serve", "kb"):
            found[(PurePath("aiact") / inside).as_posix()] = path.read_bytes()
    for name in IMPORTED:
        for file in distribution(name).files or ():
            if file.suffix in (".py", ".json", ".txt") and ".." not in file.parts and "info" not in file.parts[0]:
                found[file.as_posix()] = Path(file.locate()).read_bytes()
    found |= {f"texts/{path}": source.encode() for path, source in texts_as_source(knowledge).items()}
    found["knowledge.pickle"] = pickle.dumps(without_code(knowledge), protocol=5)
    return found


def texts_as_source(knowledge: Knowledge) -> dict[str, str]:
    """The source of the compiled shapes of each text of the law."""
    from ...findings.evaluate import plain_shapes
    from ...law.engine import generate

    found = {}
    for text in knowledge.texts.values():
        plain = plain_shapes(knowledge, text)
        found[f"{text.id}.py"] = generate({name: plain[name] for name in text.names})
    return found


def without_code(knowledge: Knowledge) -> Knowledge:
    empty = marshal.dumps(None)
    texts = {name: replace(text, code=empty) for name, text in knowledge.texts.items()}
    return replace(knowledge, texts=texts)


def archive(files: dict[str, bytes]) -> bytes:
    """A zip with the same bytes for the same files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as zipped:
        for path, data in sorted(files.items()):
            entry = zipfile.ZipInfo(path, EARLY)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            zipped.writestr(entry, data)
    return target.getvalue()

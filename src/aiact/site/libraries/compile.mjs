// Compiles Python for the browser with the very Python that the browser runs: sources.zip to packed.zip.
// Run by aiact.site.libraries under Node: compile.mjs ADDRESS_OF_PYODIDE SOURCES TARGET
import { readFileSync, writeFileSync } from "node:fs";

const [engine, sources, target] = process.argv.slice(2);
const { loadPyodide } = await import(engine);
const python = await loadPyodide();
python.unpackArchive(new Uint8Array(readFileSync(sources)), "zip", { extractDir: "/sources" });
python.runPython(`
import importlib.util, io, marshal, pathlib, pickle, sys, zipfile
from importlib._bootstrap_external import _code_to_hash_pyc
from dataclasses import replace

top = pathlib.Path("/sources")
sys.path.insert(0, str(top))


def compiled(path, name):
    return compile(path.read_bytes(), name, "exec", dont_inherit=True)


known = pickle.loads((top / "knowledge.pickle").read_bytes())
texts = {
    id: replace(text, code=marshal.dumps(compiled(top / "texts" / f"{id}.py", f"<aiact {id}>")))
    for id, text in known.texts.items()
}
files = {"aiact/law/knowledge.pickle": pickle.dumps(replace(known, texts=texts), protocol=5)}
for path in sorted(top.rglob("*")):
    inside = path.relative_to(top).as_posix()
    if not path.is_file() or inside == "knowledge.pickle" or "__pycache__" in path.parts:
        continue
    if path.suffix == ".py":
        if not inside.startswith("texts/"):
            code = compiled(path, inside)
            found = _code_to_hash_pyc(code, importlib.util.source_hash(path.read_bytes()), False)
            files[inside + "c"] = bytes(found)
    else:
        files[inside] = path.read_bytes()
target = io.BytesIO()
with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as zipped:
    for path, data in sorted(files.items()):
        entry = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
        entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
        zipped.writestr(entry, data)
packed = target.getvalue()
`);
const found = python.globals.get("packed");
writeFileSync(target, found.toJs());

// Python in a worker: loads with progress, then answers what the page asks. The page ends it to stop it.
const base = new URL("python/", import.meta.url);

async function inflated(data) {
  const bytes = new Uint8Array(data);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return data;  // a server may have inflated it
  const stream = new Blob([data]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

// All parts at once, each with what has come of it.
async function load() {
  const parts = await (await answered(new URL("parts.json", base))).json();
  const all = Object.values(parts).reduce((sum, part) => sum + part.bytes, 0);
  let done = 0;
  const found = {};
  await Promise.all(Object.entries(parts).map(async ([name, part]) => {
    const response = await answered(new URL(part.path, base));
    const reader = response.body.getReader();
    const pieces = [];
    for (;;) {
      const { done: ended, value } = await reader.read();
      if (ended) break;
      pieces.push(value);
      done += value.length;
      postMessage({ progress: Math.min(done, all), all });
    }
    found[name] = await inflated(await new Blob(pieces).arrayBuffer());
  }));
  return found;
}

async function answered(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${response.status} ${address.pathname.split("/").pop()}`);
  return response;
}

async function start() {
  const found = await load();
  postMessage({ starting: true });
  const types = { "pyodide.asm.wasm": "application/wasm", "python_stdlib.zip": "application/zip" };
  const ask = self.fetch.bind(self);
  self.fetch = (address, options) => {  // what was loaded with progress is not loaded again
    const name = new URL(address.url || address, base).pathname.split("/").pop();
    if (name in types) return Promise.resolve(new Response(found[name], { headers: { "Content-Type": types[name] } }));
    return ask(address, options);
  };
  const { loadPyodide } = await import(new URL("pyodide.mjs", base).href);
  const python = await loadPyodide({ indexURL: base.href, stdout: () => {}, stderr: () => {} });
  python.unpackArchive(found["aiact.zip"], "zip", { extractDir: "/aiact" });
  return python.runPython('import sys; sys.path.insert(0, "/aiact")\nfrom aiact.desk import Desk\nDesk()');
}

const desk = start();
desk.then(() => postMessage({ ready: true }), (error) => postMessage({ failed: brief(error) }));
const brief = (error) => String(error.message || error).trim().split("\n").pop().slice(0, 300);

onmessage = async ({ data }) => {
  try {
    const answer = (await desk).ask(JSON.stringify(data.request));
    postMessage({ id: data.id, answer });
  } catch (error) {
    postMessage({ id: data.id, failed: brief(error) });
  }
};

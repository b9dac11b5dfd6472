// Oxigraph in a worker: loads with progress, then answers queries. The page ends it to stop it.
import start, { Store, namedNode, defaultGraph } from "./oxigraph.js";

const here = new URL("./", import.meta.url);

async function answered(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${response.status} ${address.pathname.split("/").pop()}`);
  return response;
}

async function inflated(data) {
  const bytes = new Uint8Array(data);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;  // a server may have inflated it
  const stream = new Blob([data]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function load() {
  const parts = await (await answered(new URL("parts.json", here))).json();
  const all = Object.values(parts).reduce((sum, bytes) => sum + bytes, 0);
  let done = 0;
  const found = {};
  await Promise.all(Object.keys(parts).map(async (path) => {
    const reader = (await answered(new URL(path, here))).body.getReader();
    const pieces = [];
    for (;;) {
      const { done: ended, value } = await reader.read();
      if (ended) break;
      pieces.push(value);
      done += value.length;
      postMessage({ progress: Math.min(done, all), all });
    }
    found[path] = await inflated(await new Blob(pieces).arrayBuffer());
  }));
  postMessage({ reading: true });
  await start({ module_or_path: found["oxigraph.wasm.gz"] });
  const store = new Store();
  store.load(found["law.ttl.gz"], { format: "text/turtle" });
  return store;
}

const ready = load();
ready.then(() => postMessage({ ready: true }), (error) => postMessage({ failed: String(error.message || error) }));
const projects = new Set();

async function withProject(store, name) {
  const graph = namedNode(`urn:project:${name}`);
  if (!projects.has(name)) {
    const data = await (await answered(new URL(`projects/${name}.ttl.gz`, here))).arrayBuffer();
    store.load(await inflated(data), { format: "text/turtle", to_graph_name: graph });
    projects.add(name);
  }
  return graph;
}

const GRAPHS = /^(construct|describe)$/i;

onmessage = async ({ data }) => {
  try {
    const store = await ready;
    const graphs = [defaultGraph()];
    if (data.project) graphs.push(await withProject(store, data.project));
    const form = GRAPHS.test(data.form) ? "text/turtle" : "application/sparql-results+json";
    postMessage({ id: data.id, answer: store.query(data.query, { default_graph: graphs, results_format: form }) });
  } catch (error) {
    postMessage({ id: data.id, problem: String(error.message || error) });
  }
};

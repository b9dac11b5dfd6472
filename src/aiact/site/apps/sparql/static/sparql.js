// The SPARQL page: a question of the library or a query, asked of Oxigraph in a worker or of the endpoint.
const box = document.getElementById("sparql");
const told = JSON.parse(box.dataset.told);
const language = document.documentElement.lang;
const get = (id) => document.getElementById(id);
const say = (name, values = {}) => told[name].replace(/\{(\w+)\}/g, (_, word) => values[word] ?? "");
const MOST = 500;  // rows shown on the page
const XSD = "http://www.w3.org/2001/XMLSchema#";

function make(tag, properties = {}, ...children) {
  const { dataset, ...others } = properties;
  const element = Object.assign(document.createElement(tag), others);
  Object.assign(element.dataset, dataset);
  element.append(...children);
  return element;
}

const json = (path) => fetch(new URL(path, location.href)).then((answer) => answer.json());
const [library, service] = await Promise.all([
  json(`${box.dataset.root}apps/sparql/questions.${language}.json`),
  json(`${box.dataset.root}service.json`).catch(() => ({ served: false })),
]);
const engine = Boolean(box.dataset.engine);

// -- the editor: that of YASGUI, or the box itself

const editor = globalThis.Yasqe ? edited() : null;

function edited() {
  const Yasqe = globalThis.Yasqe.default || globalThis.Yasqe;
  const place = make("div");
  get("query").after(place);
  get("query").hidden = true;
  const made = new Yasqe(place, {
    value: get("query").value, persistenceId: null, showQueryButton: false, createShareableLink: null, consumeShareLink: null,
    autocompleters: [], collapsePrefixesOnLoad: false, resizeable: false, editorHeight: "auto", lineWrapping: true, viewportMargin: Infinity,
  });
  made.setOption("extraKeys", { ...made.getOption("extraKeys"), Tab: false, "Shift-Tab": false, "Ctrl-Enter": run, "Cmd-Enter": run });
  const label = document.querySelector("label[for=query]");
  made.getInputField().setAttribute("aria-label", label.textContent);
  label.addEventListener("click", () => made.focus());
  box.editor = made;  // for those who test it
  return made;
}

const text = () => (editor ? editor.getValue() : get("query").value);
function write(query) {
  if (editor) editor.setValue(query);
  else get("query").value = query;
}
const declaring = (query) => `${prefixes(query).map((line) => line.trim()).join("\n")}\n\n${query}`.trimStart();
get("query").addEventListener("keydown", (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run(); });

// -- the library

let question = null;

for (const each of library.questions) get("chosen").append(make("option", { value: each.name, textContent: each.title }));

function choose(name) {
  question = library.questions.find((each) => each.name === name) || null;
  get("chosen").value = question ? name : "";
  const fields = get("parameters");
  fields.replaceChildren(fields.firstElementChild);
  get("about").replaceChildren();
  if (question) {
    get("about").append(question.description, " ", make("a", { href: box.dataset.root + question.page, textContent: say("page") }));
    for (const parameter of question.parameters) fields.append(field(parameter));
    if (question.about === "project") {
      const select = make("select", { name: "project" }, ...projects().map((each) => make("option", { value: each, textContent: each })));
      select.value = projects().includes("quickstart") ? "quickstart" : projects()[0];
      fields.append(make("label", {}, `${say("project")} `, select));
    }
    write(declaring(question.query));
  }
  fields.hidden = fields.children.length < 2;
  const spelled = question ? [question.name, ...(question.about === "project" ? ["--project aiact.yaml"] : [])].join(" ") : "";
  get("command").textContent = `aiact query ${spelled}`.trim();
  const address = new URL(location.href);
  if (question) address.searchParams.set("question", name); else address.searchParams.delete("question");
  history.replaceState(null, "", address);
}

function projects() {
  return here() ? library.projects : service.graphs.slice(1).map((graph) => graph.title);
}

function field(parameter) {
  const input = make("input", { name: `parameter-${parameter.name}`, value: parameter.default, required: true, autocomplete: "off", spellcheck: false });
  if (parameter.kind === "date") input.type = "date";
  else if (parameter.kind === "number") input.inputMode = "decimal";
  const label = make("label", {}, `${parameter.label || parameter.name} `, input);
  if (library.names[parameter.kind]) {
    const id = `names-${parameter.kind}`;
    input.setAttribute("list", id);
    const options = library.names[parameter.kind].map(([, name, ...spelled]) => make("option", { value: spelled[0], label: name }));
    label.append(make("datalist", { id }, ...options));
  }
  input.addEventListener("input", () => input.setCustomValidity(""));
  return label;
}

// A value as an RDF term, in the form in which it stands in a query; what is wrong with it is thrown.
function term({ kind }, value) {
  if (kind === "date") {
    if (!/^\d{4}-(0\d|1[0-2])-([0-2]\d|3[01])$/.test(value) || Number.isNaN(Date.parse(value))) throw new Error(say("wrong-day"));
    return `"${value}"^^<${XSD}date>`;
  }
  if (kind === "number") {
    const number = Number(value);
    if (!value || !Number.isFinite(number)) throw new Error(say("wrong-number"));
    return Number.isInteger(number) ? `"${BigInt(number)}"^^<${XSD}integer>` : `"${number}"^^<${XSD}double>`;
  }
  const low = value.toLowerCase();
  const names = library.names[kind];
  const found = names.find(([, , ...spelled]) => spelled.includes(value)) || names.find(([iri, name, ...spelled]) => [iri, name, ...spelled].some((word) => word.toLowerCase() === low));
  if (!found) throw new Error(say("wrong-name", { name: value }));
  return `<${found[0].replace(/[<>"{}|\\^`\s]/g, encodeURIComponent)}>`;
}

const stripped = (query) => query.replace(/<[^<>\s]*>|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|#[^\n]*/g, " ");

// The declarations of prefixes of ours that a query uses and does not declare.
function prefixes(query) {
  const bare = stripped(query);
  const declared = new Set([...bare.matchAll(/\bprefix\s+([\w-]*):/gi)].map((found) => found[1]));
  return Object.entries(library.prefixes).filter(([prefix]) => !declared.has(prefix) && new RegExp(`(?<![\\w-])${prefix}:`).test(bare))
    .map(([prefix, space]) => `PREFIX ${prefix}: <${space}> `);
}

// The query with its parameters as VALUES, as aiact query binds them: nothing that was typed is pasted.
function bound() {
  const query = text();
  const terms = question ? { lang: `"${language}"` } : {};
  for (const parameter of question?.parameters || []) {
    const input = get("parameters").querySelector(`[name="parameter-${parameter.name}"]`);
    try {
      terms[parameter.name] = term(parameter, input.value.trim());
    } catch (error) {
      input.setCustomValidity(error.message);
      input.reportValidity();
      throw error;
    }
  }
  const clauses = Object.entries(terms).filter(([name]) => new RegExp(`\\?${name}\\b`).test(query))
    .map(([name, value]) => `VALUES ?${name} { ${value} }`).join(" ");
  const filled = clauses ? query.replace(/\bwhere\s*\{/i, () => `WHERE { ${clauses}`) : query;
  const bare = stripped(filled);
  const form = /\b(select|ask|construct|describe)\b/i.exec(bare)?.[1].toLowerCase() || "select";
  return { query: prefixes(filled).join(" ") + filled, form, project: get("parameters").querySelector("[name=project]")?.value || "" };
}

// -- engines

let worker = null;
let asked = null;  // the one request that is under way: its number, and how it ends
let number = 0;

function working() {
  if (worker) return worker;
  worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }) => {
    if (data.progress !== undefined) loading(data.progress, data.all);
    else if (data.reading) busy("reading");
    else if (data.ready) { if (asked) busy("working"); }
    else if (data.failed) end(new Error(say("failed", { why: data.failed })));
    else if (asked?.id === data.id) (data.problem ? asked.fail(new Error(data.problem)) : asked.done(data.answer));
  };
  worker.onerror = (event) => end(new Error(say("failed", { why: event.message || "worker" })));
  return worker;
}

function end(error) {
  worker?.terminate();
  worker = null;
  asked?.fail(error);
}

const here = () => !service.served || (engine && document.querySelector("[name=where]:checked").value === "here");

function local(wanted) {
  return new Promise((done, fail) => {
    asked = { id: ++number, done, fail };
    working().postMessage({ id: asked.id, ...wanted });
  });
}

async function remote({ query, form, project }) {
  const stop = new AbortController();
  asked = { fail: () => stop.abort() };
  const fields = new URLSearchParams({ query });
  if (project) for (const graph of [service.graphs[0], service.graphs.find((each) => each.title === project)]) fields.append("default-graph-uri", graph.iri);
  const media = /construct|describe/.test(form) ? "text/turtle" : "application/sparql-results+json";
  const answer = await fetch(new URL(`${box.dataset.root}sparql`, location.href), { method: "POST", body: fields, signal: stop.signal, headers: { Accept: media } })
    .catch((error) => { throw new Error(error.name === "AbortError" ? say("stopped") : say("failed", { why: error.message })); });
  if (!answer.ok) {
    const problem = await answer.json().catch(() => ({ detail: String(answer.status) }));
    throw new Error(problem.detail);
  }
  return answer.text();
}

// -- what is going on

function busy(word) {
  get("busy").hidden = false;
  get("doing").textContent = say(word);
  get("progress").removeAttribute("value");
}

function loading(done, all) {
  const mega = (bytes) => (bytes / 1e6).toLocaleString(language, { maximumFractionDigits: 1, minimumFractionDigits: 1 });
  get("doing").textContent = say("loading", { done: mega(done), all: mega(all) });
  get("progress").max = all;
  get("progress").value = done;
}

async function run() {
  if (asked || (!engine && !service.served)) return;
  get("problem").textContent = "";
  let wanted;
  try { wanted = bound(); } catch (error) { get("problem").textContent = error.message; return; }
  busy("working");
  try {
    show(await (here() ? local(wanted) : remote(wanted)), wanted.form);
  } catch (error) {
    get("answer").replaceChildren();
    get("problem").textContent = error.message;
  } finally {
    asked = null;
    get("busy").hidden = true;
  }
}

get("ask").addEventListener("submit", (event) => { event.preventDefault(); run(); });
get("stop").addEventListener("click", () => (here() ? end(new Error(say("stopped"))) : asked?.fail()));

// -- answers

function cell(value) {
  const made = make("td");
  if (!value) return made;
  if (value.type === "uri") {
    const ours = value.value.startsWith(library.base) && !value.value.startsWith(`${library.base}project/`);
    const short = Object.entries(library.prefixes).find(([, space]) => value.value.startsWith(space) && value.value.length > space.length);
    const name = value.value.startsWith(`${library.base}project/`) ? value.value.split(/[/#]/).pop() : short ? `${short[0]}:${value.value.slice(short[1].length)}` : value.value;
    if (ours) made.append(make("a", { href: `${box.dataset.root}${value.value.slice(library.base.length).split("#")[0]}.html`, textContent: name }));
    else if (/^https?:/.test(value.value) && !value.value.startsWith(library.base)) made.append(make("a", { href: value.value, rel: "external noopener noreferrer", textContent: name }));
    else made.append(name);
  } else {
    made.append(value["xml:lang"] ? make("span", { lang: value["xml:lang"], textContent: value.value }) : value.type === "bnode" ? `_:${value.value}` : value.value);
  }
  return made;
}

const quoted = (value) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
function csv({ head, results }) {
  const rows = results.bindings.map((row) => head.vars.map((name) => quoted(row[name] ? (row[name].type === "bnode" ? "_:" : "") + row[name].value : "")));
  return [head.vars, ...rows].map((row) => `${row.join(",")}\r\n`).join("");
}

function file(name, data, type) {
  return make("a", { href: URL.createObjectURL(new Blob([data], { type })), download: name, textContent: name.split(".").pop().toUpperCase() });
}

function show(answer, form) {
  const head = make("h2", { tabIndex: -1, textContent: say("answer") });
  const name = question?.name || "answer";
  const parts = [head];
  if (/construct|describe/.test(form)) {
    parts.push(make("p", {}, file(`${name}.ttl`, answer, "text/turtle")), make("pre", { tabIndex: 0, textContent: answer }));
  } else {
    const found = JSON.parse(answer);
    if ("boolean" in found) parts.push(make("p", { className: "lead", textContent: say(String(found.boolean)) }));
    else {
      const { vars } = found.head;
      const rows = found.results.bindings;
      parts.push(make("p", { id: "count" }, say("rows", { n: rows.length }), " · ", file(`${name}.csv`, csv(found), "text/csv"), " · ", file(`${name}.json`, answer, "application/json")));
      if (rows.length > MOST) parts.push(make("p", { textContent: say("more", { n: MOST }) }));
      const table = make("table", { className: "answer" },
        make("thead", {}, make("tr", {}, ...vars.map((each) => make("th", { scope: "col", textContent: each })))),
        make("tbody", {}, ...rows.slice(0, MOST).map((row) => make("tr", {}, ...vars.map((each) => cell(row[each]))))));
      const wide = make("div", { className: "wide", tabIndex: 0 }, table);
      wide.setAttribute("role", "group");
      wide.setAttribute("aria-label", say("answer"));
      parts.push(wide);
    }
    get("answer").found = found;
  }
  get("answer").replaceChildren(...parts);
  head.focus();
}

// -- the page begins

function promise() {
  get("promise").textContent = !engine && !service.served ? "" : here() ? say("here") : say("there");
}
if (!engine && !service.served) { get("nowhere").hidden = false; get("run").disabled = true; }
get("where").hidden = !(engine && service.served);
for (const choice of document.querySelectorAll("[name=where]")) choice.addEventListener("change", () => { promise(); choose(get("chosen").value); });
get("chosen").addEventListener("change", () => choose(get("chosen").value));
promise();
write(declaring(text()));
choose(new URL(location.href).searchParams.get("question") || "");
box.dataset.begun = "yes";

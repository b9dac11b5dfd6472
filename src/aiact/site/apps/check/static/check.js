// The check page: a description or answers, assessed by Python in a worker or by the server that shows the page.
import { proof } from "./proof.js";

const box = document.getElementById("check");
const told = JSON.parse(box.dataset.told);
const language = document.documentElement.lang;
const get = (id) => document.getElementById(id);
const say = (name, values = {}) => told[name].replace(/\{(\w+)\}/g, (_, word) => values[word] ?? "");

export function make(tag, properties = {}, ...children) {
  const { dataset, ...others } = properties;
  const element = Object.assign(document.createElement(tag), others);
  Object.assign(element.dataset, dataset);
  element.append(...children);
  return element;
}

// -- Python in a worker

let worker = null;
let waiting = new Map();
let number = 0;
let kept = null;  // what an interview needs to go on in a new worker
let lost = false;  // whether the worker that held the interview is gone

function working() {
  if (worker) return worker;
  worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }) => {
    if (data.progress !== undefined) loading(data.progress, data.all);
    else if (data.starting) busy("starting");
    else if (data.ready) { if (doing) busy(doing); box.dataset.ready = "yes"; }
    else if (data.failed && data.id === undefined) end(new Error(say("failed", { why: data.failed })));
    else {
      const { done, fail } = waiting.get(data.id) || {};
      waiting.delete(data.id);
      if (data.failed) fail?.(new Error(say("failed", { why: data.failed })));
      else done?.(JSON.parse(data.answer));
    }
  };
  worker.onerror = (event) => end(new Error(say("failed", { why: event.message || "worker" })));
  return worker;
}

function end(error) {
  worker?.terminate();
  worker = null;
  lost = true;
  for (const { fail } of waiting.values()) fail(error);
  waiting = new Map();
}

function ask(request) {
  const id = ++number;
  return new Promise((done, fail) => {
    waiting.set(id, { done, fail });
    working().postMessage({ id, request });
  });
}

// -- what is going on

let doing = "";

function busy(word) {
  get("busy").hidden = false;
  get("doing").textContent = say(word);
  get("progress").removeAttribute("value");
}

function loading(done, all) {
  const mega = (bytes) => (bytes / 1e6).toLocaleString(language, { maximumFractionDigits: 1, minimumFractionDigits: 1 });
  get("busy").hidden = false;
  get("doing").textContent = say("loading", { done: mega(done), all: mega(all) });
  get("progress").max = all;
  get("progress").value = done;
}

// Runs one thing at a time, with its progress; what goes wrong is said.
async function during(word, task) {
  if (doing) return undefined;
  doing = word;
  get("problem").textContent = "";
  busy(word);
  try {
    const found = await task();
    if (found?.problems || found?.problem || found?.needs) {
      tell(found);
      return undefined;
    }
    return found;
  } catch (error) {
    get("problem").textContent = error.message;
    return undefined;
  } finally {
    doing = "";
    get("busy").hidden = true;
  }
}

function tell(found) {
  const lines = found.problems?.map(({ line, text }) => `${say("line", { n: line })}: ${text}`);
  get("problem").textContent = found.needs ? say("needs") : found.problem || `${say("unreadable")}\n${lines.join("\n")}`;
}

get("stop").addEventListener("click", () => {
  stopped?.abort();
  end(new Error(say("stopped")));
});

// -- where

let stopped = null;
const here = () => !served || (engine && document.querySelector("[name=where]:checked").value === "here");
const engine = Boolean(box.dataset.engine);
const served = await fetch(new URL(`${box.dataset.root}service.json`, location.href)).then((answer) => answer.json())
  .then((about) => about.served, () => false);

function promise() {
  get("promise").textContent = here() ? say("here") : say("there", { host: location.host });
  get("text").closest("form").dataset.where = here() ? "here" : "there";
}

const TYPES = { json: "application/json", jsonld: "application/ld+json", md: "text/markdown", ttl: "text/turtle", nt: "application/n-triples", yaml: "application/yaml", yml: "application/yaml" };

async function remote(text, name, day) {
  stopped = new AbortController();
  const type = TYPES[name.split(".").pop()] || "text/plain";
  const address = new URL(`${box.dataset.root}check`, location.href);
  address.search = new URLSearchParams({ on: day, lang: language });
  const answer = await fetch(address, { method: "POST", body: text, signal: stopped.signal, headers: { "Content-Type": type, Accept: "application/json" } })
    .catch((error) => { throw new Error(error.name === "AbortError" ? say("stopped") : say("failed", { why: error.message })); });
  const found = await answer.json();
  if (!answer.ok) return { problem: [say("unreadable"), found.detail || found.title, ...(found.problems || []).map(({ line, text: words }) => `${say("line", { n: line })}: ${words}`)].join("\n") };
  return found;
}

// -- a description

let file = "description";

async function check(text, name) {
  if (!text.trim()) { get("problem").textContent = say("empty"); return; }
  const day = get("day").value;
  const found = await during("working", () => (here() ? ask({ do: "check", text, name, day }) : remote(text, name, day)));
  if (!found) return;
  get("answer").replaceChildren(...await proof(found, { told, say, make, language, box }));
  get("answer").findings = found;
  get("answer").querySelector("h2").focus();
}

get("given").addEventListener("submit", (event) => {
  event.preventDefault();
  check(get("text").value, file);
});
get("text").addEventListener("input", () => { file = "description"; });
async function take(chosen) {
  if (!chosen) return;
  get("text").value = await chosen.text();
  file = chosen.name;
}
get("file").addEventListener("change", () => take(get("file").files[0]));
get("text").addEventListener("dragover", (event) => { event.preventDefault(); get("text").classList.add("over"); });
get("text").addEventListener("dragleave", () => get("text").classList.remove("over"));
get("text").addEventListener("drop", (event) => {
  get("text").classList.remove("over");
  if (!event.dataTransfer.files.length) return;
  event.preventDefault();
  take(event.dataTransfer.files[0]);
});
get("example").addEventListener("click", async () => {
  get("text").value = await (await fetch(box.dataset.example)).text();
  file = "description";
});

// -- the interview

let current = null;

async function step(request) {
  const day = get("day").value;
  const found = await during("asking", async () => {
    if (lost && kept && request.do !== "begin") {
      lost = false;
      const again = await ask({ do: "begin", day, language, kept });
      if (again.problem || again.problems || !same(again.question, current)) return again;
    }
    lost = false;
    return ask({ ...request, ...(request.do === "begin" ? { day, language } : {}) });
  });
  if (!found) return;
  kept = found.kept;
  current = found.question;
  show(found);
}

const same = (one, other) => one?.fact === other?.fact;

get("begin").addEventListener("click", () => { kept = null; step({ do: "begin" }); });
get("continue").addEventListener("click", () => { kept = null; step({ do: "begin", text: get("text").value }); });

function show(found) {
  const form = get("question");
  const { question } = found;
  form.hidden = false;
  const head = make("h3", { tabIndex: -1, textContent: question ? question.text : say("done") });
  const parts = [head];
  if (question) {
    if (question.help) parts.push(make("p", { textContent: question.help }));
    parts.push(make("p", { className: "why", textContent: question.why }));
    parts.push(make("p", { className: "why", textContent: `${say("basis")} ${question.cited}` }));
    parts.push(fields(question));
  }
  const row = make("p", { className: "row" });
  const button = (name, action, second = true) => {
    const made = make("button", { type: "button", textContent: say(name), className: second ? "second" : "" });
    made.addEventListener("click", action);
    row.append(made);
  };
  if (question) {
    row.append(make("button", { type: "submit", textContent: say("answer") }));
    if (question.fact) {
      button("unknown", () => step({ do: "answer", unknown: true }));
      button("later", () => step({ do: "skip" }));
    }
  }
  if (found.answered) button("back", () => step({ do: "back" }));
  if (found.text) {
    button("so-far", () => check(found.text, "description"));
    button("save", () => save(found.text, "aiact.yaml", "application/yaml"));
  }
  parts.push(row, make("p", { className: "small", textContent: say("answered", { n: found.answered }) }));
  form.replaceChildren(...parts);
  if (!question && found.text) check(found.text, "description");
  else head.focus();
}

get("question").addEventListener("submit", (event) => {
  event.preventDefault();
  const value = answerOf(get("question"), current);
  if (value === undefined) get("problem").textContent = say("choose");
  else step({ do: "answer", value });
});

// The fields in which one question is answered, by its kind.
function fields(question) {
  const set = make("fieldset", {}, make("legend", { className: "unseen", textContent: question.text }));
  const choice = (value, label, type) => {
    const field = make("input", { type, name: "choice", value });
    set.append(make("label", {}, field, ` ${label}`));
    return field;
  };
  const line = (name, label, list) => {
    const field = make("input", { type: "text", name, autocomplete: "off", spellcheck: false });
    if (list) field.setAttribute("list", list);
    set.append(make("label", {}, `${label} `, field));
    return field;
  };
  const known = (values) => {
    const list = make("datalist", { id: "known" });
    for (const { value, label } of values) list.append(make("option", { value: label, dataset: { value } }));
    set.append(list);
    return "known";
  };
  const type = question.many ? "checkbox" : "radio";
  const { kind, values } = question;
  if (kind === "boolean") {
    choice("true", say("yes"), "radio");
    choice("false", say("no"), "radio");
  } else if (kind === "event") {
    choice("false", say("no"), "radio");
    const yes = choice("true", say("yes-on"), "radio");
    const day = make("input", { type: "text", name: "words", placeholder: "2026-11-22", ariaLabel: say("date") });
    day.addEventListener("input", () => { yes.checked = true; });
    yes.parentElement.append(" ", day);
  } else if (kind === "concept" || kind === "opening") {
    for (const { value, label } of values) choice(value, label, type);
    if (question.many && kind === "concept") choice("", say("none"), type);
  } else if (kind === "link" || kind === "licence") {
    for (const { value, label } of values.filter((each) => !each.known)) choice(value, label === value ? value : `${label} (${value})`, type);
    const names = values.filter((each) => each.known);
    line("words", say("another"), names.length ? known(names) : "");
    choice("", say("none"), type);
  } else if (kind === "place") {
    line("words", question.many ? say("several") : question.text, known(values));
  } else if (kind === "number") {
    line("words", say("from") + (question.unit ? ` (${question.unit})` : ""));
    line("to", say("to"));
  } else {
    line("words", kind === "date" ? say("date") : question.text);
  }
  return set;
}

// What was answered, in the form that the interview takes; undefined if nothing was.
function answerOf(form, question) {
  const chosen = [...form.querySelectorAll("[name=choice]:checked")].map((field) => field.value);
  const words = form.querySelector("[name=words]")?.value.trim() || "";
  const code = (word) => [...form.querySelectorAll("#known option")].find((option) => option.value.toLowerCase() === word.toLowerCase() || option.dataset.value.toLowerCase() === word.toLowerCase())?.dataset.value ?? word;
  const { kind, many } = question;
  if (kind === "boolean") return chosen.length ? chosen[0] === "true" : undefined;
  if (kind === "event") return chosen.length ? (chosen[0] === "true" ? words || true : false) : words || undefined;
  if (kind === "number") {
    const to = form.querySelector("[name=to]").value.trim();
    return to ? { ...(words ? { min: words } : {}), max: to } : words || undefined;
  }
  if (["concept", "opening", "link", "licence"].includes(kind)) {
    const found = [...chosen.filter(Boolean), ...(words ? [kind === "licence" ? code(words) : words] : [])];
    if (!found.length) return chosen.length ? (many ? [] : "none") : undefined;
    return many || kind === "opening" ? found : found.at(-1);
  }
  if (!words) return undefined;
  if (kind === "place") return many ? words.split(",").map((word) => code(word.trim())) : code(words);
  return words;
}

function save(text, name, type) {
  const link = make("a", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

// -- the page begins

const now = new Date();
get("day").value ||= [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
if (engine || served) get("desk").hidden = false;
else get("nowhere").hidden = false;
get("where").hidden = !(engine && served);
for (const choice of document.querySelectorAll("[name=where]")) choice.addEventListener("change", promise);
if (!engine) {
  get("no-form").hidden = false;
  get("start").hidden = true;
}
promise();
box.dataset.begun = "yes";

// Findings and their proof, from the very JSON that aiact check gives.
const MARKS = { holds: "✓", fails: "✗", unknown: "?" };
let index = null;

export async function proof(found, { told, say, make, language, box }) {
  index ||= await fetch(box.dataset.index).then((answer) => answer.json());
  const of = (texts) => texts?.[language] || texts?.en || "";
  const cite = (source) => {
    const entry = index[source];
    if (entry) return make("a", { href: box.dataset.root + entry[0], textContent: entry[1].split(" · ")[0] });
    if (!source.startsWith("http")) return source;
    return make("a", { href: source, textContent: source.split("/").pop(), rel: "external noopener" });
  };
  const rule = (name) => make("a", { href: `${box.dataset.root}rule/${name}.html`, textContent: name });
  const list = (items) => make("ul", {}, ...items.map((item) => make("li", {}, ...[item].flat())));
  const joined = (items) => items.flatMap((item, place) => (place ? [", ", item] : [item]));

  const stated = (fact) => {
    const value = fact.value === true ? say("yes") : fact.value === false ? say("no") : Array.isArray(fact.value) && !fact.value.length ? say("none") : typeof fact.value === "object" ? JSON.stringify(fact.value) : String(fact.value);
    const { source } = fact;
    const where = source.kind === "presumed" ? say("presumed") : source.kind === "known" ? say("known") : say("line", { n: source.line });
    return [make("code", { textContent: `${fact.subject}.${fact.property}: ${value}` }), ` (${where})`];
  };
  const because = (steps) => list(steps.map((step) => [
    make("span", { className: `truth ${step.truth}`, textContent: MARKS[step.truth] || "?", ariaHidden: "true" }), of(step.text), " ",
    make("span", { className: "kind" }, cite(step.provision)),
    ...(step.facts.length ? [list(step.facts.map(stated))] : []),
  ]));
  const term = (name, ...values) => [make("dt", { textContent: say(name) }), make("dd", {}, ...values)];
  const fine = (sanction) => {
    const amount = sanction.ceiling ? `: ${sanction.ceiling.toLocaleString(language)} €` : "";
    return [of(sanction.label) + amount, " ", make("span", { className: "kind" }, cite(sanction.provision))];
  };

  function finding(item) {
    const facts = make("dl", { className: "facts" });
    if (item.lifted_by.length) facts.append(...term("lifted", ...joined(item.lifted_by.map(rule))));
    if (item.sanction && item.status !== "not_applicable") facts.append(...term("fine", ...fine(item.sanction)));
    if (item.missing.length) facts.append(...term("missing", list([...new Set(item.missing.flat())].map((gap) => [make("code", { textContent: gap })]))));
    if (item.contested.length) facts.append(...term("contested", list(item.contested.map((name) => [make("a", { href: `${box.dataset.root}reading/${name}.html`, textContent: told.open[name] || name })]))));
    const days = [item.from && say("since", { day: item.from }), item.due && item.due !== item.from && say("due", { day: item.due })].filter(Boolean).join(", ");
    return make("li", { dataset: { rule: item.rule, status: item.status } }, make("details", {},
      make("summary", {}, make("span", { className: `mark ${item.status}`, textContent: told.statuses[item.status] || item.status }), of(item.label), ...(days ? [" ", make("span", { className: "dates", textContent: days })] : [])),
      make("div", { className: "proof" },
        make("p", { textContent: of(item.duty) }),
        make("p", { className: "kind" }, cite(item.provision), " · ", rule(item.rule), " · ", say("line", { n: item.source.line })),
        ...(facts.children.length ? [facts] : []),
        ...(item.because.length ? [make("h4", { textContent: say("because") }), because(item.because)] : []))));
  }

  const parts = [make("h2", { tabIndex: -1, textContent: `${say("findings")} · ${found.project.name || found.project.source} · ${found.as_of}` })];
  const order = Object.keys(told.statuses);
  const counts = order.map((status) => [status, found.findings.filter((item) => item.status === status).length]).filter(([, n]) => n);
  parts.push(make("p", { className: "lead", textContent: counts.map(([status, n]) => `${told.statuses[status]} ${n}`).join(" · ") }));
  if (found.warnings.length) parts.push(make("h3", { textContent: say("warnings") }), list(found.warnings));
  const groups = new Map();
  for (const item of found.findings) {
    const key = JSON.stringify([item.bearer, item.entity]);
    groups.set(key, [...(groups.get(key) || []), item]);
  }
  for (const [key, items] of groups) {
    const [bearer, entity] = JSON.parse(key);
    const shown = items.filter((item) => item.status !== "not_applicable").sort((one, other) => order.indexOf(one.status) - order.indexOf(other.status));
    const others = items.filter((item) => item.status === "not_applicable");
    parts.push(make("h3", { textContent: bearer ? say("for", { bearer, entity }) : say("nobody", { entity }) }));
    parts.push(make("ul", { className: "findings" }, ...shown.map(finding)));
    if (others.length) parts.push(make("details", {}, make("summary", { textContent: say("not-applicable", { n: others.length }) }), make("ul", { className: "findings" }, ...others.map(finding))));
  }
  const section = (name, items) => { if (items.length) parts.push(make("h3", { textContent: say(name) }), list(items)); };
  section("questions", found.questions.map((item) => [make("code", { textContent: item.fact }), ` ${of(item.text)}`]));
  section("notes", found.notes.map((item) => [make("code", { textContent: item.fact }), ` ${of(item.text)}`]));
  section("misleading", [...new Set(found.misleading_claims.map((item) => `${of(item.label)} — ${of(item.here)}`))]);
  if (found.assumptions.length) {
    const listed = list(found.assumptions.map((item) => [make("code", { textContent: `${item.fact}: ${item.value}` }), ` ${of(item.because)}`]));
    parts.push(make("details", {}, make("summary", { textContent: `${say("assumed")} (${found.assumptions.length})` }), listed));
  }
  const whole = JSON.stringify(found, null, 1);
  parts.push(make("p", {}, make("a", { href: URL.createObjectURL(new Blob([whole], { type: "application/json" })), download: "findings.json", textContent: say("json") })));
  return parts;
}

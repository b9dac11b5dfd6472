// Search in the index of one language: by citation, however it is written, and by words.
// Citations are read as aiact.cite.find reads them; a test holds the two together.
"use strict";
(() => {
  const LATIN = ["bis", "ter", "quater", "quinquies", "sexies", "septies", "octies", "nonies"];
  const ORDINALS = {
    en: ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"],
    fr: ["premier", "deuxième", "troisième", "quatrième", "cinquième", "sixième", "septième", "huitième", "neuvième", "dixième"],
  };
  const LEVELS = { par: "par", "§": "par", pnt: "pnt", poi: "pnt", sec: "sec", sub: "sub", ali: "sub", ind: "ind", tir: "ind" };
  const CONNECTORS = new Set(["of", "the", "and", "de", "du", "la", "le", "et"]);
  const KINDS = [["rct", /(?<![\p{L}\d])(recital|considérant|considerant|rct|rec)(?![\p{L}\d])/iu],
                 ["anx", /(?<![\p{L}\d])(annex|annexe|anx)(?![\p{L}\d])/iu],
                 ["cpt", /(?<![\p{L}\d])(chapter|chapitre|cpt)(?![\p{L}\d])/iu]];

  // The key of a provision, such as art_53_par_2, or null.
  function find(words, keys) {
    let text = words.normalize("NFC").replace(/[\u00a0\u202f]/g, " ").trim();
    if ("act" in keys && /^(the act|le règlement|.*2024\/1689)$/i.test(text)) return "act";
    text = text.replace(/,? (of (the )?|du )?(AI Act|règlement( sur l.IA)?|Regulation)( \(EU\) 2024\/1689| \(UE\) 2024\/1689)?$/i, "");
    LATIN.forEach((latin, index) => {
      const letter = "abcdefgh"[index];
      text = text.replace(new RegExp(`(?<![\\p{L}\\d])(\\d+|[a-z]) ${latin}(?![\\p{L}\\d])`, "giu"), `$1${letter}`);
    });
    for (let number = 1; number <= 10; number++) {
      const ordinal = `(${ORDINALS.en[number - 1]}|${ORDINALS.fr[number - 1]}|${number}(st|nd|rd|th|er?|re))`;
      text = text.replace(new RegExp(`(?<![\\p{L}\\d])${ordinal} (subpar[\\p{L}]*\\.?|alin[ée]a|al\\.)`, "giu"), `sub ${number}`);
    }
    const bareKey = text.replace(/^act:/, "");
    if (Object.hasOwn(keys, bareKey)) return bareKey;
    let kind = "art";
    for (const [candidate, pattern] of KINDS) if (pattern.test(text)) kind = candidate;
    const bare = text.replace(/(?<![\p{L}\d])(article|art|recital|considérant|rec|rct|annexe?|anx|chapter|chapitre|cpt)(?![\p{L}\d])\.?/giu, " ");
    const token = /(?<![\p{L}\d_])(?:(paragraphe|paragraph|par|alinéa|alinea|subparagraph|sub|indent|tiret|ind|point|pnt|section|sec|§)\.?\s*)?(\d+[a-z]{0,2}|[ivxlc]+(?![a-z])|[a-z]{1,2}(?![a-z]))(?![\p{L}\d_])|§\s*(\d+[a-z]{0,2})/giu;
    const tokens = [...bare.matchAll(token)].map((found) => [found[1] || (found[3] ? "§" : ""), found[2] || found[3]]);
    const others = bare.replace(token, " ").match(/\p{L}+/gu) || [];
    if (!tokens.length || others.some((word) => !CONNECTORS.has(word.toLowerCase()))) return null;
    if (kind === "art" && (tokens[0][0] || text.startsWith("§"))) return null;
    let first = tokens[0][1];
    if (kind === "anx" || kind === "cpt") first = first.toUpperCase();
    let key = `${kind}_${first}`;
    if (!Object.hasOwn(keys, key)) return null;
    for (const [word, number] of tokens.slice(1)) {
      const asked = LEVELS[word.toLowerCase().slice(0, 3)];
      const levels = asked ? [asked] : ["par", "pnt", "sec", "sub"];
      const next = levels.flatMap((level) => [`${key}_${level}_${number}`, `${key}_${level}_${number.toUpperCase()}`])
        .find((each) => Object.hasOwn(keys, each));
      if (!next) return null;
      key = next;
    }
    return key;
  }

  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[’']/g, " ");
  const stem = (word) => (word.length > 4 ? word.replace(/(es|s|x)$/, "") : word);

  // Entries that hold every word, those with the words in their name first.
  function seek(words, index) {
    const wanted = fold(words).split(/[^\p{L}\d.+-]+/u).filter((word) => word.length > 1 && !CONNECTORS.has(word)).map(stem);
    if (!wanted.length) return [];
    const found = [];
    index.folded.forEach(([name, further], place) => {
      let points = 0;
      for (const word of wanted) {
        const inName = name.search(new RegExp(`(^|[^\\p{L}\\d])${escape(word)}`, "u"));
        if (inName === 0) points += 12;
        else if (inName > 0) points += 8;
        else if (new RegExp(`(^|[^\\p{L}\\d])${escape(word)}`, "u").test(further)) points += 2;
        else return;
      }
      found.push([points - name.length / 1000, index.entries[place]]);
    });
    return found.sort((one, other) => other[0] - one[0]).map(([, entry]) => entry);
  }
  const escape = (word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

  const box = document.getElementById("found");
  const field = document.getElementById("big-q");
  const list = document.getElementById("found-list");
  const count = document.getElementById("found-count");
  const MOST = 80;
  let loading = null;

  function load() {
    loading ||= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = box.dataset.index;
      script.onload = () => resolve(self.aiactIndex);
      script.onerror = reject;
      document.head.append(script);
    }).then((index) => {
      index.folded = index.entries.map(([, name, , further]) => [fold(name), fold(further)]);
      return index;
    });
    return loading;
  }

  function entry(path, name, kind) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = box.dataset.root + path;
    link.textContent = name;
    const sort = document.createElement("span");
    sort.className = "kind";
    sort.textContent = kind;
    item.append(link, " ", sort);
    return item;
  }

  async function search() {
    const words = field.value.trim();
    if (!words) { list.replaceChildren(); count.textContent = ""; return; }
    let index;
    try { index = await load(); } catch { count.textContent = box.dataset.failed; return; }
    if (words !== field.value.trim()) return;
    const key = find(words, index.keys);
    const found = seek(words, index);
    let entries = found;
    if (key) {
      const stated = index.entries.filter((each) => each[4] === key || each[4].startsWith(`${key}_`));
      const first = [[...index.keys[key], ""], ...stated];
      const paths = new Set(first.map(([path]) => path));
      entries = [...first, ...found.filter(([path]) => !paths.has(path))];
    }
    count.textContent = entries.length ? box.dataset.count.replace("{n}", entries.length) : box.dataset.none;
    list.replaceChildren(...entries.slice(0, MOST).map((each) => entry(...each)));
    if (entries.length > MOST) {
      const rest = document.createElement("li");
      rest.textContent = box.dataset.more.replace("{n}", entries.length - MOST);
      list.append(rest);
    }
    const address = new URL(location.href);
    address.searchParams.set("q", words);
    history.replaceState(null, "", address);
  }

  box.find = find;  // for those who test it
  field.value = new URL(location.href).searchParams.get("q") || "";
  let waiting = 0;
  field.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(search, 120); });
  field.form.addEventListener("submit", (event) => { event.preventDefault(); search(); });
  search();
})();

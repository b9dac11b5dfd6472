// On every page: the language is remembered, "/" goes to the search, and a place inside something closed opens it.
"use strict";
(() => {
  const language = document.documentElement.lang;
  try { localStorage.setItem("language", language); } catch { /* storage may be forbidden */ }

  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const field = document.querySelector("#big-q, #q");
    if (field) { event.preventDefault(); field.focus(); }
  });

  const open = () => {
    const place = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!place) return;
    for (let box = place.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    place.scrollIntoView();
  };
  addEventListener("hashchange", open);
  open();

  // A change of language keeps the place on the page and the words that are sought.
  for (const link of document.querySelectorAll("nav.languages a")) {
    link.addEventListener("click", () => { link.href = link.href.split(/[?#]/)[0] + location.search + location.hash; });
  }

  // What is closed on the screen is open on paper.
  addEventListener("beforeprint", () => {
    for (const box of document.querySelectorAll("details:not([open])")) { box.open = true; box.dataset.printed = ""; }
  });
  addEventListener("afterprint", () => {
    for (const box of document.querySelectorAll("details[data-printed]")) { box.open = false; delete box.dataset.printed; }
  });
})();

// At the address of a thing: goes on to its page in the language chosen before, or that of the browser.
"use strict";
(() => {
  let chosen = null;
  try { chosen = localStorage.getItem("language"); } catch { /* storage may be forbidden */ }
  const wanted = [chosen, ...(navigator.languages || [navigator.language])].filter(Boolean);
  const found = wanted.map((each) => each.slice(0, 2).toLowerCase()).find((each) => each === "fr" || each === "en") || "en";
  const link = document.querySelector(`link[rel="alternate"][hreflang="${found}"]`);
  if (link) location.replace(link.href.includes("#") || !location.hash ? link.href : link.href + location.hash);
})();

// Screens that poll rest while nobody sees them, and catch up at once when they are seen again.
"use strict";

(() => {
  const POLLS = '[hx-get][hx-trigger^="every"]';
  const isPoll = (element) => Boolean(element && element.matches && element.matches(POLLS));

  // The card may have come from memory, without the list: the poll asks about what is on screen.
  function askAboutTheCard(event) {
    if (event.detail.elt.id !== "queue") return;
    const card = document.getElementById("request");
    const address = new URL(event.detail.path, location.href);
    for (const [field, value] of [["chosen", card && card.dataset.case], ["version", card && card.dataset.version]]) {
      if (value) address.searchParams.set(field, value);
      else address.searchParams.delete(field);
    }
    event.detail.path = address.pathname + address.search;
  }

  document.addEventListener("htmx:configRequest", (event) => { if (isPoll(event.detail.elt)) askAboutTheCard(event); });

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (document.hidden && isPoll(event.detail.elt)) event.preventDefault();
  });

  document.addEventListener("visibilitychange", () => {
    if (document.hidden || !window.htmx) return;
    document.querySelectorAll(POLLS).forEach((element) => {
      window.htmx.ajax("GET", element.getAttribute("hx-get"), { source: element });
    });
  });
})();

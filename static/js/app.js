// Comfort on top of pages that work without it: no dependency, no configuration, nothing here decides anything.
"use strict";

(() => {
  const HTMX_PATIENCE_MS = 1500;

  // --- htmx from the CDN, or the identical local copy: whichever is first, never both -------------------------------
  let parsed = false;
  document.addEventListener("DOMContentLoaded", () => { parsed = true; }, { once: true });

  // htmx 2 starts on DOMContentLoaded or when loading is complete: a copy that arrives between the two sleeps for ever.
  function wakeHtmx() {
    if (parsed && document.readyState === "interactive") document.dispatchEvent(new Event("DOMContentLoaded"));
  }

  function takeOverFromCdn() {
    const local = document.querySelector('meta[name="htmx-local"]');
    const remote = document.getElementById("htmx-cdn");
    if (!local || !remote || window.htmx) return;
    // A script that changes document before it has arrived is never run (HTML, "execute the script element").
    document.implementation.createHTMLDocument("").adoptNode(remote);
    const script = document.createElement("script");
    script.src = local.content;
    script.addEventListener("load", wakeHtmx);
    document.head.append(script);
  }

  function watchCdn() {
    const remote = document.getElementById("htmx-cdn");
    if (!remote || window.htmx) return;
    remote.addEventListener("load", wakeHtmx);
    remote.addEventListener("error", takeOverFromCdn);
    setTimeout(takeOverFromCdn, Math.max(0, HTMX_PATIENCE_MS - performance.now()));
  }

  // --- notices ----------------------------------------------------------------------------------------------------
  function showNotice(kind) {
    const place = document.getElementById("notices");
    const template = document.querySelector(`template[data-notice="${kind}"]`);
    if (!place || !template || place.querySelector(`[data-kind="${kind}"]`)) return;
    const notice = template.content.firstElementChild.cloneNode(true);
    notice.dataset.kind = kind;
    place.prepend(notice);
    if (kind !== "stale") notice.scrollIntoView({ block: "center" });
  }

  function clearNotices() {
    document.querySelectorAll("#notices [data-kind]").forEach((notice) => notice.remove());
  }

  const isQuiet = (element) => Boolean(element && element.closest("[data-quiet]"));

  // --- one tap, one request -----------------------------------------------------------------------------------------
  const buttonsOf = (form) => Array.from(form.elements).filter((control) => control.type === "submit");

  function hold(form) {
    form.setAttribute("aria-busy", "true");
    buttonsOf(form).forEach((button) => { button.disabled = true; });
  }

  function release(form) {
    form.removeAttribute("aria-busy");
    buttonsOf(form).forEach((button) => { button.disabled = false; });
  }

  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return; // htmx sends it: see below
    // Disabled only after the browser has read the form, or the pressed button's own value would be lost.
    setTimeout(() => hold(event.target), 0);
  });

  // Back button: the browser shows the page as it was left, with the buttons still off.
  window.addEventListener("pageshow", () => document.querySelectorAll('form[aria-busy="true"]').forEach(release));

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt instanceof HTMLFormElement) hold(event.detail.elt);
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt instanceof HTMLFormElement) release(event.detail.elt);
    if (event.detail.successful) clearNotices();
  });

  function reportUnreachable(event) {
    showNotice(isQuiet(event.detail.elt) ? "stale" : "offline");
  }
  document.addEventListener("htmx:sendError", reportUnreachable);
  document.addEventListener("htmx:timeout", reportUnreachable);
  document.addEventListener("htmx:responseError", (event) => {
    if (!isQuiet(event.detail.elt)) showNotice("trouble");
  });

  // --- focus goes to what changed -----------------------------------------------------------------------------------
  let lastFocused = null;

  document.addEventListener("htmx:afterSettle", (event) => {
    const { elt, requestConfig, xhr } = event.detail;
    if (!elt || !requestConfig || lastFocused === xhr || isQuiet(requestConfig.elt)) return;
    if (elt.contains(document.activeElement)) return;
    const wanted = elt.matches("[autofocus]") ? elt : elt.querySelector("[autofocus]");
    const heading = elt.matches("h1, h2, h3") ? elt : elt.querySelector("h1, h2, h3");
    const goal = wanted || heading;
    if (!goal) return;
    lastFocused = xhr;
    if (!wanted) goal.tabIndex = -1;
    goal.focus();
  });

  // --- what only a script can do; without one these buttons stay hidden ---------------------------------------------
  function copy(button) {
    const field = document.getElementById(button.dataset.copy);
    field.select();
    // The old command still works where the new interface is missing: in WeChat, and without https.
    const done = () => { button.textContent = button.dataset.done; };
    if (navigator.clipboard) navigator.clipboard.writeText(field.value).then(done, () => document.execCommand("copy") && done());
    else if (document.execCommand("copy")) done();
  }

  document.querySelectorAll("[data-copy], [data-print]").forEach((button) => { button.hidden = false; });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy], [data-print]");
    if (!button) return;
    if (button.matches("[data-print]")) window.print();
    else copy(button);
  });

  watchCdn();
})();

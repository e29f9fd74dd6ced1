// Deciding without a network: what could not be sent is kept first, then the next card comes out of memory.
"use strict";

(() => {
  const QUEUEABLE = "form[data-queueable]";
  const DECIDABLE = "#queue .queue:not(.queue-part ~ .queue) a.queue-item"; // below that heading the booker's answer is awaited
  const PATIENCE_MS = 8000;
  const AHEAD = 4;
  const SETTLED_MS = 600;
  // 400 is a form whose token has grown too old: nothing was done, and the queue sends it with a fresh one.
  const NOT_DONE = [400, 502, 503, 504];
  const memory = new Map();
  const unsent = new Set();
  let fetching = null;

  const pathOf = (address) => new URL(address, location.href).pathname;
  const items = () => Array.from(document.querySelectorAll(DECIDABLE));
  const card = () => document.getElementById("request");
  const isFailure = (event) => event.type !== "htmx:responseError" || NOT_DONE.includes(event.detail.xhr.status);

  // --- cards in memory ----------------------------------------------------------------------------------------------
  async function fetchCard(item) {
    const path = pathOf(item.href);
    const known = memory.get(path);
    if (known && known.version === item.dataset.version) return;
    const answer = await fetch(`${path}?ahead=1`, { headers: { "HX-Request": "true" }, cache: "no-store" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.getElementById("request");
    if (!found) return;
    found.querySelectorAll("[data-undo]").forEach((bar) => bar.remove()); // of a decision that is long past when the card comes up
    memory.set(path, { version: item.dataset.version, html: found.outerHTML });
  }

  async function lookAhead() {
    if (document.hidden) return;
    const shown = items().map((item) => pathOf(item.href));
    memory.forEach((_, path) => { if (!shown.includes(path)) memory.delete(path); });
    try {
      for (const item of upcoming().slice(0, AHEAD)) await fetchCard(item);
    } catch (error) {
      console.info("No look ahead without a network.", error);
    }
  }

  function lookAheadSoon() {
    clearTimeout(fetching);
    fetching = setTimeout(lookAhead, SETTLED_MS);
  }

  // What comes after the card on screen, then what stands before it.
  function upcoming() {
    const all = items();
    const here = all.findIndex((item) => item.hasAttribute("aria-current"));
    return [...all.slice(here + 1), ...all.slice(0, Math.max(here, 0))].filter((item) => !unsent.has(pathOf(item.href)));
  }

  function showCard(html, path) {
    const fresh = document.adoptNode(new DOMParser().parseFromString(html, "text/html").getElementById("request"));
    card().replaceWith(fresh);
    if (window.htmx) window.htmx.process(fresh);
    if (path) history.replaceState(history.state, "", path);
    items().forEach((item) => {
      if (path === pathOf(item.href)) item.setAttribute("aria-current", "true");
      else item.removeAttribute("aria-current");
    });
    const title = fresh.querySelector("h2");
    title.tabIndex = -1;
    title.focus({ preventScroll: true }); // what waits stands at the top and stays in sight
    title.scrollIntoView({ block: "nearest" });
  }

  function showFromMemory(path) {
    if (memory.has(path)) showCard(memory.get(path).html, path);
    return memory.has(path);
  }

  function moveOn() {
    const next = upcoming().map((item) => pathOf(item.href)).find((path) => memory.has(path));
    if (next) showFromMemory(next);
    else showCard(document.querySelector('template[data-row="rest"]').innerHTML, null);
  }

  // --- what was decided here is no longer asked for -----------------------------------------------------------------
  function tidy() {
    const queue = document.getElementById("queue");
    if (!queue) return;
    const left = items().filter((item) => {
      item.closest("li").hidden = unsent.has(pathOf(item.href));
      return !unsent.has(pathOf(item.href));
    });
    const title = document.getElementById("queue-title");
    if (unsent.size) title.textContent = title.textContent.replace(/\d+/, left.length);
    const shown = card();
    const isDecided = Boolean(shown && shown.dataset.case) && unsent.has(`/desk/${shown.dataset.case}`);
    if (shown) shown.classList.toggle("is-unsent", isDecided);
    const note = shown && shown.querySelector("[data-unsent-note]");
    if (isDecided && !note) shown.prepend(document.querySelector('template[data-row="note"]').content.cloneNode(true));
    if (!isDecided && note) note.remove();
  }

  document.addEventListener("unsent:listed", (event) => {
    unsent.clear();
    event.detail.filter((entry) => entry.state === "waiting").forEach((entry) => entry.cases.forEach((one) => unsent.add(one)));
    tidy();
  });
  // The card on screen was decided, or there was none to show: now the server knows what comes next.
  document.addEventListener("unsent:gone", (event) => {
    const shown = card();
    if (!window.htmx || !shown) return;
    if (shown.matches("[data-rest]") || event.detail.includes(`/desk/${shown.dataset.case}`)) {
      window.htmx.ajax("GET", "/desk", { target: "#desk", swap: "outerHTML" });
    }
  });

  // --- forms --------------------------------------------------------------------------------------------------------
  // The requests that a form decides on: those that are ticked, or the one on whose card it stands.
  function casesOf(form, fields) {
    if (!form.dataset.cases) return [form.dataset.again];
    return fields.filter(([name]) => name === form.dataset.cases).map(([, value]) => `/desk/${value.split(":")[0]}`);
  }

  async function keep(form, given) {
    const fields = given.filter(([name, value]) => name !== "csrf_token" && typeof value === "string");
    const key = (fields.find(([name]) => name === "idempotency_key") || [])[1];
    if (!key || !window.unsent) throw new Error("a form without a key is not sent twice");
    const cases = casesOf(form, fields);
    const what = (form.dataset.what || "").replace("{count}", cases.length);
    await window.unsent.keep({ key, url: pathOf(form.action), fields, what, again: form.dataset.again || "/desk", cases });
    if (form.isConnected) moveOn(); // a second tap at the same card moves on no further
  }

  function rescue(event) {
    const { elt, requestConfig, isUnkept } = event.detail;
    if (isUnkept || !isFailure(event)) return;
    if (elt.matches(QUEUEABLE)) {
      event.stopImmediatePropagation();
      const unkept = new CustomEvent("htmx:sendError", { bubbles: true, detail: { ...event.detail, isUnkept: true } });
      keep(elt, Array.from(requestConfig.formData.entries())).catch((error) => {
        console.info("The tablet could not keep it.", error);
        elt.dispatchEvent(unkept); // says that nothing was done
      });
    } else if (elt.matches("a.queue-item") && showFromMemory(pathOf(elt.href))) {
      event.stopImmediatePropagation();
    }
  }

  for (const kind of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) document.addEventListener(kind, rescue, true);

  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.elt.matches(QUEUEABLE)) event.detail.timeout = PATIENCE_MS;
  });

  // Where htmx could not be loaded, the queue sends the form.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (window.htmx || !form.matches(QUEUEABLE)) return;
    event.preventDefault();
    keep(form, Array.from(new FormData(form, event.submitter).entries())).catch(() => form.submit());
  }, true);

  document.addEventListener("htmx:afterRequest", (event) => {
    const { elt, successful, requestConfig } = event.detail;
    if (!successful || !elt.matches(QUEUEABLE) || !window.unsent) return;
    window.unsent.settle(casesOf(elt, Array.from(requestConfig.formData.entries())));
  });
  document.addEventListener("htmx:afterSettle", () => {
    tidy();
    lookAheadSoon();
  });

  addEventListener("online", lookAheadSoon);
  lookAheadSoon();
})();

// The list of what waits to be sent, and its sender: one at a time, by the person who decided, with the same key.
"use strict";

(() => {
  const store = window.unsentStore;
  const place = document.getElementById("unsent");
  const FIRST_PAUSE_MS = 3000;
  const LONGEST_PAUSE_MS = 30_000;
  const PATIENCE_MS = 10_000;
  const SAID_MS = 8000;
  const MOST_OPEN = 1;
  const DAY_MS = 24 * 3600 * 1000;
  const CONFLICTS = [404, 409, 422];
  const TURNED_AWAY = [401, 403];
  const isShell = "offline" in document.body.dataset;
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("jufu-unsent") : null;
  let pause = FIRST_PAUSE_MS;
  let timer = null;

  // --- the list -----------------------------------------------------------------------------------------------------
  const copyOf = (kind) => place.querySelector(`template[data-row="${kind}"]`).content.firstElementChild.cloneNode(true);
  const put = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  function fill(row, values) {
    row.querySelectorAll("[data-slot]").forEach((slot) => { slot.textContent = values[slot.dataset.slot] || ""; });
    return row;
  }

  function rowOf(entry) {
    const at = new Date(entry.at).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
    const row = fill(copyOf(entry.state), { what: entry.what, at, said: entry.said });
    row.dataset.key = entry.key;
    const again = row.querySelector("[data-again]");
    if (again) again.href = entry.again;
    const drop = row.querySelector("[data-drop]");
    drop.hidden = entry.state === "waiting" && Date.now() - entry.at < DAY_MS;
    return row;
  }

  const listOf = (entries) => {
    const list = document.createElement("ul");
    list.className = "unsent-rows";
    list.append(...entries.map(rowOf));
    return list;
  };

  // Many fold up into their heading, for the bar stays in sight while one decides on; conflicts always stand open.
  function groupOf(entries) {
    const own = String(entries[0].actor) === place.dataset.actor;
    const waiting = entries.filter((entry) => entry.state === "waiting");
    const conflicts = entries.filter((entry) => entry.state === "conflict");
    const group = document.createElement("div");
    if (waiting.length) {
      const fold = copyOf("fold");
      fold.open = waiting.length <= MOST_OPEN;
      fold.querySelector("h2").textContent = put(place.dataset[own ? "own" : "others"], { count: waiting.length, name: waiting[0].name });
      fold.append(listOf(waiting));
      group.append(fold);
    }
    if (conflicts.length) group.append(listOf(conflicts));
    return group;
  }

  function groupsOf(entries) {
    const groups = new Map();
    entries.forEach((entry) => groups.set(entry.actor, [...(groups.get(entry.actor) || []), entry]));
    return [...groups.values()];
  }

  async function render() {
    const entries = await store.all();
    const drawn = JSON.stringify(entries.map((entry) => [entry.key, entry.state]));
    const list = place.querySelector("[data-list]");
    if (list.dataset.drawn !== drawn) {
      list.dataset.drawn = drawn;
      list.replaceChildren(...groupsOf(entries).map(groupOf));
    }
    place.hidden = entries.length === 0 && !place.querySelector("[data-said]").textContent;
    document.dispatchEvent(new CustomEvent("unsent:listed", { detail: entries }));
    return entries;
  }

  function say(text) {
    const line = place.querySelector("[data-said]");
    line.textContent = text;
    setTimeout(() => {
      if (line.textContent !== text) return;
      line.textContent = "";
      render();
    }, SAID_MS);
  }

  function changed() {
    if (channel) channel.postMessage("changed");
    return render();
  }

  // --- sending ------------------------------------------------------------------------------------------------------
  async function ask(address, options = {}) {
    const control = new AbortController();
    const patience = setTimeout(() => control.abort(), PATIENCE_MS);
    try {
      const answer = await fetch(address, {
        cache: "no-store", redirect: "manual", signal: control.signal, ...options,
        headers: { Accept: "application/json", ...options.headers },
      });
      const isJson = /json/.test(answer.headers.get("Content-Type") || "");
      return { status: answer.status, body: isJson ? await answer.json() : null };
    } finally {
      clearTimeout(patience);
    }
  }

  async function who() {
    const answer = await ask(place.dataset.who);
    if (answer.status !== 200 || !answer.body) throw new Error(`who: ${answer.status}`);
    return answer.body;
  }

  const reasonOf = (body) => (body ? ((body.violations || [])[0] || {}).message || body.detail || body.title || "" : "");

  // It is decided anew, never sent again: what was typed with it, a reason perhaps, need not stay on the tablet.
  const conflict = (entry, said) => store.put({ ...entry, fields: [], state: "conflict", said });

  async function send(entry, csrf) {
    const fields = new URLSearchParams([...entry.fields, ["csrf_token", csrf]]);
    const answer = await ask(entry.url, { method: "POST", body: fields, headers: { "X-Sender": String(entry.actor) } });
    if (answer.status === 200 && answer.body) {
      const failed = answer.body.failed || [];
      await settle(entry.cases);
      await (failed.length ? conflict(entry, failed.join(" ")) : store.remove(entry.key));
      say(answer.body.said || "");
      return;
    }
    const isOurs = TURNED_AWAY.includes(answer.status) && (await who()).actor === entry.actor;
    if (!isOurs && !CONFLICTS.includes(answer.status)) throw new Error(`not sent: ${answer.status}`);
    await conflict(entry, reasonOf(answer.body));
  }

  async function sendAll() {
    const waiting = (await store.all()).filter((entry) => entry.state === "waiting");
    if (!waiting.length) return;
    const { actor, csrf } = await who();
    const gone = [];
    try {
      for (const entry of waiting.filter((one) => one.actor === actor)) {
        await send(entry, csrf);
        gone.push(...entry.cases);
        pause = FIRST_PAUSE_MS;
        await changed();
      }
    } finally {
      if (gone.length) document.dispatchEvent(new CustomEvent("unsent:gone", { detail: gone }));
    }
  }

  // Of several tabs one sends; where there are no locks two may, and the key makes one decision of it.
  const alone = (work) => (navigator.locks ? navigator.locks.request("jufu-unsent", { ifAvailable: true }, (lock) => lock && work()) : work());

  async function flush() {
    clearTimeout(timer);
    try {
      await alone(sendAll);
    } catch (error) {
      console.info("The network is still away.", error); // what was kept stays kept; the next try comes by itself
    }
    const entries = await render();
    if (entries.some((entry) => entry.state === "waiting")) {
      clearTimeout(timer);
      timer = setTimeout(flush, pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
  }

  function hurry() {
    pause = FIRST_PAUSE_MS;
    return flush();
  }

  // What was decided after all needs no card any more.
  async function settle(cases) {
    const done = (await store.all()).filter((entry) => entry.state === "conflict" && entry.cases.some((one) => cases.includes(one)));
    for (const entry of done) await store.remove(entry.key);
    if (done.length) await changed();
  }

  async function keep(entry) {
    await store.put({ ...entry, state: "waiting", at: Date.now(), actor: Number(place.dataset.actor), name: place.dataset.name });
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
    pause = FIRST_PAUSE_MS;
    clearTimeout(timer);
    timer = setTimeout(flush, pause);
    await changed();
  }

  // --- the page for the time without a network ----------------------------------------------------------------------
  async function comeBack() {
    try {
      if ((await ask(place.dataset.alive)).status === 200) location.reload();
    } catch (error) {
      console.info("Still no network.", error);
    }
  }

  place.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-drop]");
    if (!button) return;
    await store.remove(button.closest("[data-key]").dataset.key);
    await changed();
  });
  addEventListener("online", hurry);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) hurry(); });
  if (channel) channel.addEventListener("message", render);
  if (isShell && location.pathname !== place.dataset.shell) {
    addEventListener("online", comeBack);
    setInterval(comeBack, FIRST_PAUSE_MS);
  }
  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register("/sw.js").catch((error) => console.info("No app without a network here.", error));
  }
  window.unsent = { keep, settle, list: () => store.all() };
  flush();
})();

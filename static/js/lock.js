// A shared tablet that nobody touches: a word shortly before it locks, and the lock screen when the time is up.
// The server decides when; this only shows it, and tells the server of touches that open no page.
"use strict";

(() => {
  const form = document.querySelector("form[data-lock]");
  const warning = document.querySelector("[data-lock-warning]");
  if (!form || !warning) return;
  const ms = (name) => Number(form.dataset[name]) * 1000;
  const after = ms("after");
  const seconds = warning.querySelector("[data-lock-left]");
  const TOUCHED = "jufu-touched"; // other tabs of this tablet read it
  let noted = Date.now() - (after - ms("left"));
  let told = 0;
  let isLocking = false;

  function lastNoted() {
    noted = Math.max(noted, Number(localStorage.getItem(TOUCHED)) || 0);
    return noted;
  }

  function lock() {
    if (isLocking) return;
    isLocking = true;
    document.documentElement.classList.add("is-locked");
    if (navigator.onLine) form.submit();
    else addEventListener("online", () => form.submit(), { once: true });
  }

  function tick() {
    const left = lastNoted() + after - Date.now();
    if (left <= 0) {
      lock();
      return;
    }
    warning.hidden = left > ms("warn");
    seconds.textContent = String(Math.ceil(left / 1000));
  }

  async function tellTouch(at) {
    try {
      const answer = await fetch(form.dataset.awake, {
        method: "POST",
        headers: { Accept: "application/json" },
        body: new URLSearchParams({ csrf_token: form.elements.csrf_token.value }),
        keepalive: true,
      });
      if (answer.status === 401) lock();
      if (!answer.ok) return;
      noted = at;
      localStorage.setItem(TOUCHED, String(at));
      tick();
    } catch {
      told = 0; // no network: the next touch tries again
    }
  }

  function touched(event) {
    const at = Date.now();
    if (!event.isTrusted || isLocking || at - lastNoted() < ms("every") || at - told < 5000) return;
    told = at;
    tellTouch(at);
  }

  for (const kind of ["pointerdown", "keydown", "wheel"]) addEventListener(kind, touched, { capture: true, passive: true });
  for (const kind of ["visibilitychange", "focus", "pageshow"]) addEventListener(kind, tick);
  setInterval(tick, 1000);
  tick();
})();

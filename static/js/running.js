// The digits of a live show, ticking on what the server said: nothing is decided here.
"use strict";

(() => {
  const ZONE_MS = 8 * 3600 * 1000; // the community's clock, without daylight saving
  let ahead = 0; // how far the server's clock is ahead of this one
  let heard = null; // the mark from which that was read
  let touching = false;

  const two = (number) => String(number).padStart(2, "0");

  function serverNow() {
    const root = document.querySelector("[data-count-root]");
    if (root && root !== heard) {
      heard = root;
      ahead = Number(root.dataset.now) - Date.now();
    }
    return Date.now() + ahead;
  }

  function digits(seconds) {
    const whole = Math.abs(seconds);
    const hours = Math.floor(whole / 3600);
    const rest = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
    return (seconds < 0 ? "+" : "") + (hours ? `${hours}:${rest}` : rest);
  }

  function show(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  function tick() {
    const now = serverNow();
    document.querySelectorAll("[data-count]").forEach((count) => {
      const left = Math.floor((Number(count.dataset.due) - now) / 1000);
      show(count.querySelector("[data-digits]"), digits(left));
      for (const part of [count, count.closest("[data-count-card]")]) {
        if (part) part.classList.toggle("is-over", left < 0);
      }
    });
    document.querySelectorAll("[data-clock]").forEach((clock) => {
      show(clock, new Date(now + ZONE_MS).toISOString().slice(11, 19));
    });
  }

  // A poll must not take the button away from under a finger: the next one comes in two seconds.
  addEventListener("pointerdown", () => { touching = true; }, true);
  for (const end of ["pointerup", "pointercancel"]) {
    addEventListener(end, () => setTimeout(() => { touching = false; }, 300), true);
  }
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { requestConfig } = event.detail;
    if (touching && requestConfig && requestConfig.elt.matches("[data-poll]")) event.detail.shouldSwap = false;
  });

  document.addEventListener("htmx:afterSwap", tick);
  setInterval(tick, 250);
  tick();
})();

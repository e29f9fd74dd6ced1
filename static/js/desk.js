// The desk: the seconds in which a decision can be taken back, and the keyboard. Everything works without it.
"use strict";

(() => {
  // --- the seconds of an undo: counted here, decided by the server ---------------------------------------------------
  const ends = new WeakMap();

  function countDown() {
    const bar = document.querySelector("[data-undo]");
    if (!bar) return;
    if (!ends.has(bar)) ends.set(bar, performance.now() + Number(bar.dataset.undo) * 1000);
    const left = Math.ceil((ends.get(bar) - performance.now()) / 1000);
    const shown = bar.querySelector("[data-undo-left]");
    if (shown && left > 0 && shown.textContent !== String(left)) shown.textContent = String(left);
    if (left <= 0) bar.querySelector("form")?.remove();
  }

  setInterval(countDown, 250);

  // --- the keyboard: one letter per step, never while somebody types or holds another key ----------------------------
  const isTyping = (target) => Boolean(target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]"));

  function step(by) {
    const items = Array.from(document.querySelectorAll("#queue .queue-item"));
    const here = items.findIndex((item) => item.getAttribute("aria-current") === "true");
    const next = items[here < 0 ? 0 : here + by];
    if (next) next.click();
  }

  function press(key) {
    const control = document.querySelector(`#request [data-key="${key}"]`);
    if (!control || control.disabled) return;
    control.click();
    const panel = control.closest("details");
    if (panel && panel.open) panel.querySelector("button, input:not([type=hidden])")?.focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (isTyping(event.target) || !document.getElementById("desk")) return;
    if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
    else if ("adpu".includes(event.key) && event.key.length === 1) press(event.key);
    else return;
    event.preventDefault();
  });
})();

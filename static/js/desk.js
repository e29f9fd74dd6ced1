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
})();

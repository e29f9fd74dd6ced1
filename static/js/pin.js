// The number pad of the lock screen: it sends itself after the last digit. Without it the PIN is typed and sent by hand.
"use strict";

(() => {
  const form = document.querySelector("form[data-pin]");
  if (!form) return;
  const digits = Number(form.dataset.pin);
  const pin = form.elements.pin;
  const pad = form.querySelector("[data-pad]");
  let sent = false;

  pad.hidden = false;
  form.querySelector("[data-send]").hidden = true;
  pin.inputMode = "none"; // the pad is the keyboard; a real one may still type

  function typed() {
    if (sent || pin.value.length < digits) return;
    sent = true;
    if (form.requestSubmit) form.requestSubmit();
    else form.submit();
  }

  pad.addEventListener("click", (event) => {
    const key = event.target.closest("button");
    if (!key || sent) return;
    if (key.matches("[data-clear]")) pin.value = "";
    else if (key.matches("[data-back]")) pin.value = pin.value.slice(0, -1);
    else pin.value += key.dataset.digit;
    typed();
  });
  pin.addEventListener("input", typed);
  document.addEventListener("keydown", (event) => {
    if (event.target === pin || sent || !/^\d$/.test(event.key)) return;
    pin.value += event.key;
    typed();
  });

  // Nobody finds half a PIN here: neither one that the browser filled in, nor on a page that was gone and came back.
  // A page shown the first time may say so after the first tap, which must stay.
  pin.value = "";
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    sent = false;
    pin.value = "";
  });
})();

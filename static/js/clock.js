// Says so when this device's clock is more than five minutes off: people then read wrong times, whatever the house writes.
(function () {
  "use strict";

  const APART_MS = 5 * 60 * 1000;
  const said = Date.parse(document.body.dataset.now);
  const words = document.getElementById("clock-differs");
  const visit = performance.getEntriesByType("navigation")[0];
  // A page that the browser had kept tells of another time.
  if (!words || !said || !visit || visit.type === "back_forward") return;
  const whenItCame = Date.now() - (performance.now() - visit.responseStart);
  if (Math.abs(whenItCame - said) < APART_MS) return;
  const bar = words.content.cloneNode(true);
  const time = { hour: "2-digit", minute: "2-digit" };
  bar.querySelector("[data-here]").textContent = new Date(whenItCame).toLocaleTimeString(document.documentElement.lang, time);
  bar.querySelector("[data-house]").textContent = document.body.dataset.clock; // in the house's time zone
  document.getElementById("messages").before(bar);
})();

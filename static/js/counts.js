// Counting: each press has a key of its own, so that fast presses all count and none counts twice.
(function () {
  "use strict";

  document.addEventListener("htmx:configRequest", function (event) {
    if (!event.target.closest("#counts")) return;
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    const key = Array.from(bytes, function (byte) { return byte.toString(16).padStart(2, "0"); }).join("");
    event.detail.parameters.key = key;
  });
})();

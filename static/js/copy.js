// Copies what stands in a field. Without it, the field can be marked and copied by hand.
(function () {
  "use strict";

  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const field = document.getElementById(button.dataset.copy);
    const region = document.querySelector("[data-copied]");
    field.select();
    const say = function () { region.textContent = region.dataset.copied; };
    // The clipboard needs HTTPS, or the house's own computer; older ways still work where it is not.
    if (navigator.clipboard) navigator.clipboard.writeText(field.value).then(say);
    else if (document.execCommand("copy")) say();
  });
})();

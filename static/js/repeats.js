// How often something comes again: only the fields of the choice are shown, and sent. Without this all of them are there.
(function () {
  "use strict";

  const group = document.querySelector("[data-repeat-fields]");
  if (!group) return;

  function show() {
    const chosen = group.querySelector("[name=repeats]:checked");
    group.querySelectorAll("[data-shown-for]").forEach(function (part) {
      const isShown = Boolean(chosen) && part.dataset.shownFor.split(" ").includes(chosen.value);
      part.hidden = !isShown;
      part.querySelectorAll("input, select").forEach(function (field) { field.disabled = !isShown; });
    });
  }

  group.addEventListener("change", show);
  window.addEventListener("pageshow", show); // the browser may have put an earlier choice back
  show();
})();

// Closing the day beyond plain HTML: a time that is typed chooses "Left at", and everybody can be left at closing at once.
(function () {
  "use strict";

  document.addEventListener("input", function (event) {
    if (event.target.type !== "time" || !event.target.value) return;
    const row = event.target.closest("[data-leaving]");
    if (row) row.querySelector("[value=time]").checked = true;
  });

  document.addEventListener("click", function (event) {
    if (!event.target.closest("[data-all-at-closing]")) return;
    document.querySelectorAll("[data-leaving] [value=open]:checked").forEach(function (open) {
      const closing = open.closest("[data-leaving]").querySelector("[value=closing]");
      if (closing) closing.checked = true;
    });
  });
})();

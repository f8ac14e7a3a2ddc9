// Several at once, beyond plain HTML: the bar counts who is ticked, and Esc goes back to the arrivals.
(function () {
  "use strict";

  const form = document.querySelector("form.several");
  if (!form) return;
  const output = form.querySelector("[data-chosen]");
  const buttons = form.querySelectorAll("[data-mark]");

  function count() {
    const chosen = form.querySelectorAll("[name=member_no]:checked").length;
    output.textContent = chosen;
    buttons.forEach(function (button) {
      button.setAttribute("aria-disabled", String(chosen === 0));
    });
  }

  form.addEventListener("change", count);

  // Nobody is ticked: a press of the button would only lead to a page that says so.
  form.addEventListener("click", function (event) {
    const button = event.target.closest("[data-mark]");
    if (button && button.getAttribute("aria-disabled") === "true") event.preventDefault();
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    const search = form.elements.q;
    if (document.activeElement === search && search.value) search.value = "";
    else window.location.assign(form.dataset.leave);
  });

  window.addEventListener("pageshow", count); // a browser that goes back may have kept the ticks
  count();
})();

// A name field with suggestions: letters ask the house for a few members, arrows and Enter (or Tab) take one.
(function () {
  "use strict";

  const list = (field) => document.getElementById(field.dataset.names);
  const options = (field) => Array.from(list(field).querySelectorAll("[role=option]"));
  const chosen = (field) => list(field).querySelector("[aria-selected=true]");

  // Roles only where a script opens the list.
  function prepare(field) {
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", field.dataset.names);
    field.setAttribute("aria-expanded", "false");
  }

  function show(field, open) {
    if (!list(field)) return; // its row was just taken away
    list(field).hidden = !open;
    field.setAttribute("aria-expanded", String(open));
    if (!open) choose(field, null);
  }

  function choose(field, option) {
    options(field).forEach(function (one) { one.setAttribute("aria-selected", String(one === option)); });
    if (option) field.setAttribute("aria-activedescendant", option.id);
    else field.removeAttribute("aria-activedescendant");
  }

  function take(field, option) {
    field.value = option.dataset.value;
    show(field, false);
    list(field).replaceChildren();
  }

  document.querySelectorAll("[data-names]").forEach(prepare);
  document.addEventListener("htmx:load", function (event) {
    event.target.querySelectorAll("[data-names]").forEach(prepare);
  });

  document.addEventListener("htmx:afterSwap", function (event) {
    if (!event.target.classList.contains("names-list")) return;
    const field = document.querySelector('[data-names="' + event.target.id + '"]');
    if (field) show(field, document.activeElement === field && options(field).length > 0);
  });

  document.addEventListener("keydown", function (event) {
    const field = event.target.closest("[data-names]");
    if (!field || !list(field) || list(field).hidden) return;
    const all = options(field);
    const at = all.indexOf(chosen(field));
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const next = at + (event.key === "ArrowDown" ? 1 : -1);
      choose(field, next < 0 ? null : all[Math.min(next, all.length - 1)]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      show(field, false);
    } else if ((event.key === "Enter" || event.key === "Tab") && at >= 0) {
      if (event.key === "Enter") {
        event.preventDefault();
        event.stopImmediatePropagation(); // the first Enter takes the name, the next one is for the form
      }
      take(field, all[at]);
    }
  });

  document.addEventListener("pointerdown", function (event) {
    const option = event.target.closest(".names-list [role=option]");
    if (!option) return;
    event.preventDefault(); // the focus stays in the field
    take(document.querySelector('[data-names="' + option.parentElement.id + '"]'), option);
  });

  document.addEventListener("focusout", function (event) {
    const field = event.target.closest("[data-names]");
    if (field) show(field, false);
  });
})();

// Typing in a paper sheet: Enter saves the row and goes to the next; so does leaving a row that is complete.
(function () {
  "use strict";

  const rows = document.getElementById("paper-rows");
  const blank = document.getElementById("paper-row");
  if (!rows || !blank) return;
  const sent = new WeakMap(); // row -> what was sent of it

  const fields = (row) => Array.from(row.querySelectorAll("input:not([type=hidden])"));
  const said = (row) => fields(row).map((field) => field.value.trim()).join("\n");
  const field = (row, name) => row.querySelector("[name=" + name + "]");

  function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  }

  function addRow() {
    const key = blank.content.querySelector("[name=key]").value;
    const made = document.createElement("ol");
    made.innerHTML = blank.innerHTML.replaceAll(key, newKey());
    const row = made.firstElementChild;
    rows.append(row);
    window.htmx.process(row);
    row.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true }));
    return row;
  }

  function save(row) {
    if (sent.get(row) === said(row)) return;
    sent.set(row, said(row));
    window.htmx.trigger(row, "row-done");
  }

  function goOn(row) {
    let next = row.nextElementSibling;
    while (next && !next.matches("[data-row]")) next = next.nextElementSibling;
    field(next || addRow(), "who").focus();
  }

  rows.addEventListener("keydown", function (event) {
    const row = event.target.closest("[data-row]");
    if (event.key !== "Enter" || !row || event.target.tagName !== "INPUT" || event.defaultPrevented) return;
    event.preventDefault();
    if (event.target.name === "who" && !field(row, "arrived").value.trim()) {
      field(row, "arrived").focus();
      return;
    }
    save(row);
    goOn(row);
  });

  rows.addEventListener("focusout", function (event) {
    const row = event.target.closest("[data-row]");
    if (!row || row.contains(event.relatedTarget)) return;
    if (field(row, "who").value.trim() && field(row, "arrived").value.trim()) save(row);
  });

  // One row is left over at the end, always.
  rows.addEventListener("focusin", function (event) {
    if (event.target.closest("[data-row]") === rows.lastElementChild) addRow();
  });

  // Who is meant: the name is written into its field, and the row goes off again.
  rows.addEventListener("click", function (event) {
    const choice = event.target.closest("[name=choose]");
    if (!choice) return;
    event.preventDefault();
    const row = choice.closest("[data-row]");
    field(row, "who").value = choice.value.split(":").slice(1).join(":");
    save(row);
    goOn(row);
  });

  // It did not arrive: the next time the row is left it is sent again.
  ["htmx:sendError", "htmx:timeout", "htmx:responseError"].forEach(function (name) {
    rows.addEventListener(name, function (event) { sent.delete(event.target); });
  });

  document.querySelectorAll("[data-row]").forEach(function (row) { if (row.classList.contains("is-look")) sent.set(row, said(row)); });
  rows.addEventListener("htmx:afterSwap", function () {
    rows.querySelectorAll(".is-look[data-row]").forEach(function (row) { if (!sent.has(row)) sent.set(row, said(row)); });
  });

  const first = rows.querySelector(".is-look input[aria-invalid]") || rows.querySelector("[name=who]");
  if (first) first.focus();
})();

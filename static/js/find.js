// The search on the arrivals page: answers while somebody types, by keyboard alone, and also without a connection.
(function () {
  "use strict";

  const WAIT_MS = 120; // for the next letter
  const page = window.clubhouseArrivals;
  const search = document.getElementById("q");
  if (!page || !search) return;
  const people = page.people;
  let timer = null;
  let asked = 0;
  let answered = ""; // the words whose answer is on the page
  let enter = false; // pressed, and waiting for the answer

  const fold = function (text) {
    return text.normalize("NFKD").toLowerCase().replace(/[\u0300-\u036f'’`‘ʼ]/g, "").replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  };
  const typed = function () { return search.value.trim(); };

  // On this page only, without asking anybody: used while there is no connection.
  function findHere() {
    putBack();
    const words = fold(typed()).split(" ").filter(Boolean);
    people.querySelectorAll(".tile").forEach(function (tile) {
      const name = fold(tile.querySelector(".tile-name").textContent);
      tile.hidden = words.some(function (word) { return !name.includes(word); });
    });
    people.querySelectorAll(".group").forEach(function (group) {
      group.hidden = !group.querySelector(".tile:not([hidden])");
    });
  }

  // The groups of the day wait in memory while results are shown.
  function putAside() {
    if (page.groups) return;
    page.groups = document.createElement("div");
    page.groups.append(...people.childNodes);
  }

  function putBack() {
    if (page.groups) {
      people.replaceChildren(...page.groups.childNodes);
      page.groups = null;
    }
    people.querySelectorAll("[hidden].tile, [hidden].group").forEach(function (each) { each.hidden = false; });
    page.recount();
  }

  async function ask() {
    const words = typed();
    const turn = ++asked;
    if (!words) {
      answered = "";
      putBack();
      document.dispatchEvent(new CustomEvent("clubhouse:look-again"));
      return;
    }
    try {
      const answer = await fetch(search.form.action, {
        method: "POST", body: new URLSearchParams(new FormData(search.form)), redirect: "manual", credentials: "same-origin",
        headers: { "HX-Request": "true" },
      });
      if (turn !== asked) return;
      if (!answer.ok || answer.status === 204) return window.location.reload(); // signed out meanwhile
      const html = await answer.text();
      if (turn !== asked) return;
      putAside();
      people.innerHTML = html;
      if (window.htmx) window.htmx.process(people);
      window.clubhouseTaps.noteOffline(false);
    } catch (error) {
      if (turn !== asked) return;
      window.clubhouseTaps.noteOffline(true);
      findHere();
    }
    answered = words;
    page.paintWaiting();
    if (enter) markOnlyMatch();
  }

  // One match and Enter: in. A guess is never marked by itself, nor somebody who is here already.
  function markOnlyMatch() {
    enter = false;
    const shown = Array.from(people.querySelectorAll(".tile:not([hidden])"));
    const only = people.querySelector("[data-only-match] .tile.is-match") || (!page.groups && shown.length === 1 && shown[0]);
    const button = only && only.querySelector(".is-arrive");
    if (!button) return;
    if (only.dataset.state === "left") return button.focus();
    button.click();
    search.focus();
    search.select();
  }

  search.form.addEventListener("submit", function (event) {
    event.preventDefault();
    if (!typed()) return;
    enter = true;
    clearTimeout(timer);
    if (answered === typed()) markOnlyMatch();
    else ask();
  });

  search.addEventListener("input", function () {
    enter = false;
    clearTimeout(timer);
    timer = setTimeout(ask, typed() ? WAIT_MS : 0);
  });

  search.addEventListener("keydown", function (event) {
    if (event.key !== "Escape" || !search.value) return;
    event.preventDefault();
    search.value = "";
    search.dispatchEvent(new Event("input", { bubbles: true }));
  });

  // Arrows walk through the buttons; up from the first one leads back to the search.
  document.addEventListener("keydown", function (event) {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const buttons = Array.from(people.querySelectorAll(".tile:not([hidden]) .is-arrive, .tile:not([hidden]) .is-leave"));
    const at = buttons.indexOf(document.activeElement);
    if (document.activeElement !== search && at < 0) return;
    const next = at + (event.key === "ArrowDown" ? 1 : -1);
    event.preventDefault();
    (next < 0 ? search : buttons[Math.min(next, buttons.length - 1)] || search).focus();
  });

  // Typing goes to the search wherever the focus is, so that the next name can follow a tap.
  document.addEventListener("keydown", function (event) {
    const inField = event.target.closest("input, select, textarea, dialog, [contenteditable]");
    if (inField || event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1 || event.key === " ") return;
    search.focus();
    search.value = "";
  });
})();

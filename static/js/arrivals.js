// Arrivals beyond plain HTML: counts follow a tap, undo shows for ten seconds, the keyboard goes from the name to the mark.
(function () {
  "use strict";

  const UNDO_SECONDS = 10;
  const SECOND_TAP_MS = 5000;
  const search = document.getElementById("q");
  const people = document.getElementById("people");
  if (!search || !people) return;

  let stateBefore = null; // of the tile that is being swapped
  let enterPressed = false;
  let backToSearch = false;
  let taps = 0; // on their way
  let searchAgain = false;
  const markedAt = new Map(); // tile id -> when it was marked here

  function count(state, by) {
    document.querySelectorAll('[data-count="' + state + '"]').forEach(function (place) {
      place.textContent = Math.max(0, Number(place.textContent) + by);
    });
  }

  function showUndo(tile) {
    const seconds = tile.querySelector(".undo-seconds");
    if (!seconds) return;
    let left = UNDO_SECONDS;
    seconds.textContent = left;
    const clock = setInterval(function () {
      left -= 1;
      seconds.textContent = Math.max(left, 0);
      // A finger or the focus on the button keeps it there.
      if (left <= 0 && !tile.querySelector(".tile-undo:focus, .tile-undo:hover")) {
        tile.classList.remove("is-fresh");
        clearInterval(clock);
      }
    }, 1000);
  }

  // The second tap of a nervous finger does nothing; undo always works.
  document.addEventListener("htmx:confirm", function (event) {
    const tile = event.target.closest(".tile");
    const submitter = event.detail.triggeringEvent && event.detail.triggeringEvent.submitter;
    if (!tile || !submitter || submitter.name !== "action" || submitter.value === "undo") return;
    if (Date.now() - (markedAt.get(tile.id) || 0) < SECOND_TAP_MS) event.preventDefault();
  });

  // What was found while a tap is on its way would throw the tapped tile away, and its answer with it: search again after.
  people.addEventListener("htmx:beforeSend", function (event) {
    taps += 1;
    event.detail.xhr.addEventListener("loadend", function () {
      taps -= 1;
      if (taps || !searchAgain) return;
      searchAgain = false;
      window.htmx.trigger(search.form, "submit");
    });
  });

  people.addEventListener("htmx:beforeSwap", function (event) {
    const tile = event.detail.target.closest(".tile");
    if (!tile && taps) {
      searchAgain = true;
      event.detail.shouldSwap = false;
    }
    stateBefore = tile ? tile.dataset.state : null;
  });

  document.addEventListener("htmx:afterSettle", function (event) {
    const tile = event.target.closest ? event.target.closest(".tile") : null;
    if (tile && people.contains(tile)) {
      if (stateBefore && stateBefore !== tile.dataset.state) {
        count(stateBefore, -1);
        count(tile.dataset.state, 1);
      }
      stateBefore = null;
      markedAt.delete(tile.id);
      if (tile.classList.contains("is-fresh")) {
        markedAt.set(tile.id, Date.now());
        showUndo(tile);
      }
      const panel = tile.querySelector(".change-panel");
      if (panel) {
        const box = panel.getBoundingClientRect();
        panel.classList.toggle("is-at-end", box.right > window.innerWidth || box.left < 0);
        panel.querySelector("button").focus();
      }
      if (backToSearch) {
        search.focus();
        search.select();
      }
      backToSearch = false;
      return;
    }
    if (event.target === people && enterPressed) markOnlyMatch();
  });

  // One match and Enter: in. A guess is never marked by itself, nor somebody who is here already.
  function markOnlyMatch() {
    enterPressed = false;
    const button = people.querySelector("[data-only-match] .is-arrive");
    if (!button) return;
    const state = button.closest(".tile").dataset.state;
    button.focus();
    if (state === "left") return;
    backToSearch = true;
    button.click();
  }

  search.addEventListener("keydown", function (event) {
    if (event.key === "Enter") enterPressed = search.value.trim() !== "";
    else enterPressed = false;
    if (event.key === "Escape" && search.value) {
      search.value = "";
      search.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });

  // Arrows walk through the buttons; up from the first one leads back to the search.
  document.addEventListener("keydown", function (event) {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const buttons = Array.from(people.querySelectorAll(".is-arrive, .is-leave"));
    const at = buttons.indexOf(document.activeElement);
    if (document.activeElement !== search && at < 0) return;
    const next = at + (event.key === "ArrowDown" ? 1 : -1);
    event.preventDefault();
    (next < 0 ? search : buttons[Math.min(next, buttons.length - 1)] || search).focus();
  });
})();

// The tablet at the door. Without this file its forms work page by page; with it everything stays on one page of the
// browser's history, clears itself when nobody is there, and keeps no name once somebody went on.
(function () {
  "use strict";

  const first = document.getElementById("door");
  const dialog = document.getElementById("still-there");
  if (!first || !first.hasAttribute("data-home")) {
    // A page that was posted before this file came, or shown again by the browser: home is the only place to begin.
    if (first) window.location.replace(window.location.pathname);
    return;
  }

  let home = first.cloneNode(true);
  let asking = null; // the request under way
  let idle = 0;
  let clearing = 0;

  function now() { return document.getElementById("door"); }

  function tellTime() {
    const clock = now().querySelector("[data-clock]");
    const options = { hour: "numeric", minute: "2-digit", timeZone: clock.dataset.zone };
    try {
      clock.textContent = new Date().toLocaleTimeString(document.documentElement.lang, options).toLowerCase();
    } catch (error) { /* a browser that does not know the zone leaves the time of loading */ }
  }

  function freshKey() {
    const bytes = window.crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, function (byte) { return byte.toString(16).padStart(2, "0"); }).join("");
  }

  function focus() {
    const field = now().querySelector("[autofocus]");
    if (!field) return now().querySelector("h1").focus();
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  }

  function show(screen) {
    now().replaceWith(screen);
    screen.querySelectorAll("[data-door-key]").forEach(function (key) { key.value = freshKey(); });
    tellTime();
    focus();
    rest();
  }

  function showHome() {
    if (asking) asking.abort();
    asking = null;
    if (dialog.open) dialog.close();
    show(home.cloneNode(true));
  }

  function showNewHome(screen) {
    home = screen;
    showHome();
  }

  // Nobody there: first a question, then home. A screen that only says thank you goes home by itself.
  function seconds(value) { return Number(value) * 1000; }

  function hasSomebody() {
    const field = now().querySelector("input[type=text]");
    return !now().hasAttribute("data-home") || (field && field.value !== "");
  }

  function rest() {
    window.clearTimeout(idle);
    window.clearTimeout(clearing);
    const gone = now().dataset.goneAfter;
    if (gone) idle = window.setTimeout(showHome, seconds(gone));
    else if (hasSomebody()) idle = window.setTimeout(ask, seconds(dialog.dataset.after));
  }

  function ask() {
    if (!dialog.showModal) return showHome();
    dialog.showModal();
    clearing = window.setTimeout(showHome, seconds(dialog.dataset.clearAfter));
  }

  function used(event) {
    if (!dialog.open && !(event.target instanceof Element && event.target.closest("dialog"))) rest();
  }

  ["pointerdown", "keydown", "input"].forEach(function (name) { document.addEventListener(name, used); });
  dialog.addEventListener("close", function () { rest(); });

  // Forms
  function say(id) {
    const main = now().querySelector("main");
    main.querySelectorAll("[role=alert]").forEach(function (old) { old.remove(); });
    main.querySelector("h1").after(document.getElementById(id).content.cloneNode(true));
  }

  function screenOf(answer) {
    if (answer.status >= 500) throw new Error("the house has no answer");
    return answer.text().then(function (text) {
      return new DOMParser().parseFromString(text, "text/html").getElementById("door");
    });
  }

  document.addEventListener("submit", function (event) {
    const form = event.target.closest("[data-door-form]");
    if (!form) return;
    event.preventDefault();
    if (asking) return;
    const sent = new URLSearchParams(new FormData(form));
    if (event.submitter && event.submitter.name) sent.append(event.submitter.name, event.submitter.value);
    const request = (asking = new AbortController());
    fetch(window.location.pathname, { method: "POST", body: sent, signal: request.signal, redirect: "error" })
      .then(screenOf)
      .then(function (screen) {
        if (asking !== request) return; // somebody went home meanwhile
        asking = null;
        if (!screen) return window.location.replace(window.location.pathname); // no door any more: the page says why
        if (screen.dataset.screen === "home") showHome();
        else show(document.adoptNode(screen));
      })
      .catch(function () {
        if (asking !== request) return;
        asking = null;
        say("door-no-answer");
      });
  });

  document.addEventListener("click", function (event) {
    if (!event.target.closest("[data-door-home]") || now().hasAttribute("data-home")) return;
    event.preventDefault();
    showHome();
  });

  // A scanner types at any moment: what is typed outside a field begins at home.
  document.addEventListener("keydown", function (event) {
    const isLetter = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!isLetter || dialog.open || event.target.closest("input, select, textarea")) return;
    if (now().querySelector("input[type=text]")) focus();
    else if (!now().hasAttribute("data-home")) showHome();
  });

  // Whatever the browser keeps of this page, it is the home screen.
  window.addEventListener("pagehide", showHome);
  window.addEventListener("pageshow", function (event) { if (event.persisted) showHome(); });
  document.addEventListener("visibilitychange", function () { if (document.hidden) showHome(); });

  // A page that stands open for weeks: now and then it asks whether the house, the day or the pairing changed.
  function refresh() {
    if (hasSomebody() || asking || document.hidden) return;
    fetch(window.location.pathname, { headers: { "X-Polling": "1" } })
      .then(screenOf)
      .then(function (screen) {
        if (hasSomebody() || asking) return;
        // Once a day all of it comes anew, so that an update of the program reaches the door.
        if (!screen || window.performance.now() > 24 * 3600 * 1000) window.location.replace(window.location.pathname);
        else showNewHome(document.adoptNode(screen));
      })
      .catch(function () { /* the next search says so */ });
  }

  window.setInterval(tellTime, 10000);
  window.setInterval(refresh, seconds(dialog.dataset.refresh));
  tellTime();
  focus();
})();

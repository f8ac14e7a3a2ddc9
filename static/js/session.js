// Says that the session ends soon, and lets it go on. A reception tablet locks instead: this covers its screen in time and
// goes to the lock page. Touching and typing are use; what was typed is sent along when it was too late.
(function () {
  "use strict";

  const bar = document.querySelector("[data-session]");
  if (!bar) return;
  const WARN = 120; // seconds before the end
  const stay = bar.querySelector("form");
  const token = stay.querySelector("[name=csrfmiddlewaretoken]").value;
  const cover = document.querySelector("[data-cover]"); // on a reception tablet only
  const lockAfterMs = cover ? Number(cover.dataset.locksAfter) * 1000 : Infinity;
  const TELL_MS = cover ? 10000 : 60000;
  let timer = null;
  let telling = null;
  let written = null; // the form somebody wrote into
  let leaving = false;
  let usedAt = Date.now();
  let toldAt = Date.now();
  let triedAt = Date.now();

  function ask(method) {
    const headers = { "X-Polling": "1", "X-CSRFToken": token };
    const askedAt = Date.now();
    if (method === "POST") triedAt = askedAt;
    return fetch(stay.action, { method: method, headers: headers, redirect: "manual", credentials: "same-origin", cache: "no-store" })
      .then(function (answer) {
        if (answer.status >= 500) throw new Error("the house has no answer just now"); // not the end of the session
        if (method === "POST") toldAt = askedAt;
        return answer.ok ? answer.json() : { is_locked: answer.status === 423, seconds_left: -1 };
      })
      .then(plan)
      .catch(unreachable);
  }

  // Whatever was touched since the house was told counts.
  function look() {
    ask(usedAt > toldAt ? "POST" : "GET");
  }

  function wait(seconds) {
    clearTimeout(timer);
    // A sleeping computer keeps no time: look at least every minute.
    timer = setTimeout(look, Math.max(1, Math.min(seconds, 60)) * 1000);
  }

  function plan(answer) {
    const left = answer.seconds_left;
    if (leaving) return undefined;
    if (answer.is_locked) return locked();
    if (left < 0) return over();
    if (cover) cover.close();
    bar.hidden = left > WARN;
    const next = left > WARN ? left - WARN : left + 1;
    wait(answer.locks_in === undefined ? next : Math.min(next, answer.locks_in + 1));
  }

  // No network: nothing to open, nothing to lock. Names are covered all the same, until somebody says that they are there.
  function unreachable() {
    if (cover && Date.now() - usedAt > lockAfterMs) draw(true);
    wait(30);
  }

  function draw(isOffline) {
    cover.querySelector("[data-offline]").hidden = !isOffline;
    if (!cover.open) cover.showModal();
  }

  function locked() {
    leaving = true;
    clearTimeout(timer);
    clearTimeout(telling);
    if (cover) draw(false);
    // The house keeps what was sent and where it came from, and leads to the lock page.
    if (written && written.isConnected) written.submit();
    else window.location.replace(window.location.pathname + window.location.search);
  }

  function over() {
    clearTimeout(timer);
    if (!written || !written.isConnected) return window.location.reload();
    bar.hidden = false;
    bar.querySelector("[data-soon]").hidden = bar.querySelector("[data-stay]").hidden = true;
    bar.querySelector("[data-over]").hidden = bar.querySelector("[data-again]").hidden = false;
    document.getElementById("main").hidden = true; // nobody reads over a shoulder
  }

  function used() {
    usedAt = Date.now();
    if (telling) return;
    telling = setTimeout(function () {
      telling = null;
      ask("POST");
    }, Math.max(0, triedAt + TELL_MS - usedAt));
  }

  // Woken up, or looked at again: perhaps it was locked meanwhile, in another tab.
  function awake() {
    if (Date.now() - usedAt > lockAfterMs) draw(false);
    look();
  }

  document.addEventListener("clubhouse:ended", function () { ask("GET"); });
  stay.addEventListener("submit", function (event) {
    event.preventDefault();
    ask("POST");
  });
  bar.querySelector("[data-again]").addEventListener("click", function () { written.submit(); });
  document.addEventListener("input", function (event) {
    const form = event.target.form;
    if (form && form !== stay && form.method === "post" && !form.matches("[role=search]")) written = form;
  });
  ["input", "pointerdown", "keydown"].forEach(function (name) {
    document.addEventListener(name, function (event) { if (!cover || !cover.contains(event.target)) used(); }, { passive: true });
  });
  if (cover) {
    cover.addEventListener("cancel", function (event) { event.preventDefault(); });
    cover.querySelector("button").addEventListener("click", function () {
      cover.close();
      used();
    });
    document.addEventListener("visibilitychange", function () { if (!document.hidden) awake(); });
    // From the browser's memory: nobody's name is seen before the house was asked.
    window.addEventListener("pageshow", function (event) {
      if (!event.persisted) return;
      draw(false);
      ask("GET");
    });
  }
  const first = { seconds_left: Number(bar.dataset.secondsLeft) };
  if (bar.dataset.locksIn) first.locks_in = Number(bar.dataset.locksIn);
  plan(first);
})();

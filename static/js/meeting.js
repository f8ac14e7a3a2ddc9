// The unit meeting by keyboard: arrow down to the next task that needs people, a few letters, Enter. Touch: tap a task, tap
// a name. Names are asked of the house letter by letter and kept nowhere. Without this script every task has a plain form.
(function () {
  "use strict";

  const EVERY_MS = 3000;
  const WAIT_MS = 80; // for the next letter
  const CHOOSE_MS = 60000;
  const SLIP_MS = 800; // one Backspace too many, after the last letter was taken out, is no undo
  const main = document.querySelector(".is-meeting");
  const live = main && main.querySelector(".meet-live");
  const dock = main && main.querySelector(".meet-dock");
  if (!live || !dock) return;
  const who = document.getElementById("who");
  const messages = document.getElementById("messages");
  const board = function () { return document.getElementById("meeting-board"); };
  const choices = function () { return document.getElementById("choices"); };
  let current = null; // id of the task that the next name goes to
  let toWait = false; // its waiting list was asked for
  let busy = false; // a name is on its way: keys wait their turn
  let keys = [];
  let undos = []; // addresses that take the last names off again
  let turn = 0;
  let timer = null;
  let looking = false; // the letters are asked about
  let emptiedAt = 0;
  let pointer = "";
  let touchedAt = 0;

  // What is found opens below the sentence of the last name, or in its place when there is none.
  function measure() {
    if (messages.childElementCount) main.classList.add("has-said");
    main.style.setProperty("--dock", dock.offsetHeight + "px");
    main.style.setProperty("--said", (messages.childElementCount ? messages.offsetHeight : 0) + "px");
  }

  // -- What the house answers -----------------------------------------------------------------------------------------

  function put(html) {
    const told = document.createElement("template");
    told.innerHTML = html;
    Array.from(told.content.children).forEach(function (piece) {
      const old = document.getElementById(piece.id);
      if (!old) return;
      if (old === messages) return messages.replaceChildren(...piece.childNodes);
      if (piece.id === "needs") {
        // The same region stays, so that readers hear the new sentence.
        if (old.textContent !== piece.textContent) old.textContent = piece.textContent;
        return;
      }
      const focused = old.contains(document.activeElement) && document.activeElement.id;
      old.replaceWith(piece);
      if (focused && document.getElementById(focused)) document.getElementById(focused).focus({ preventScroll: true });
    });
    measure();
    messages.querySelectorAll("[data-close-message][hidden]").forEach(function (button) { button.hidden = false; });
    mark();
  }

  function trouble(answer) {
    if ([401, 423].includes(answer.status)) document.dispatchEvent(new CustomEvent("clubhouse:ended"));
    else if (answer.status === 403 || answer.type === "opaqueredirect") window.location.reload();
    else document.dispatchEvent(new CustomEvent("htmx:responseError", { detail: { xhr: { status: answer.status } } }));
  }

  // Resolves with the pieces that were answered, "" when there were none.
  async function post(address, fields) {
    const body = new URLSearchParams(fields);
    body.set("csrfmiddlewaretoken", dock.dataset.token);
    body.set("part", dock.dataset.part);
    try {
      const answer = await fetch(address, {
        method: "POST", body: body, redirect: "manual", credentials: "same-origin", cache: "no-store",
        headers: { "HX-Request": "true" },
      });
      if (answer.status !== 200) {
        trouble(answer);
        return "";
      }
      return await answer.text();
    } catch (error) {
      document.dispatchEvent(new CustomEvent("htmx:sendError"));
      return "";
    }
  }

  // One thing after another; keys pressed meanwhile are not lost.
  async function act(address, fields) {
    if (busy) return;
    busy = true;
    turn += 1;
    clearTimeout(timer);
    looking = false;
    const html = await post(address, fields);
    if (html) put(html);
    // Marked done, or carried over: the answer is a task of another page, and the board here is asked for.
    const isOurs = html.includes('id="choices"');
    if (html && !isOurs) await refresh();
    const said = isOurs && choices().dataset.answer;
    if (!html || said === "asked" || said === "refused") keys = []; // nothing overtakes a question
    if (said === "done") {
      const undo = messages.querySelector("form");
      if (undo && undo.getAttribute("action").includes("/take-off/")) undos.push(undo.getAttribute("action"));
      toWait = false;
      who.value = "";
      emptiedAt = 0;
    }
    busy = false;
    const waiting = keys;
    keys = [];
    while (waiting.length && !busy) press(waiting.shift(), true);
    keys = waiting.concat(keys);
  }

  // -- Tasks ----------------------------------------------------------------------------------------------------------

  const cards = function () { return Array.from(board().querySelectorAll(".meet-task[data-open=yes]")); };
  const card = function () { return document.getElementById("meet-" + current); };

  function mark() {
    const now = card();
    board().querySelectorAll(".is-current").forEach(function (each) {
      each.classList.remove("is-current");
      each.removeAttribute("aria-current");
    });
    dock.querySelector("[data-none]").hidden = Boolean(now);
    dock.querySelector("[data-chosen]").hidden = !now;
    if (!now) return;
    now.classList.add("is-current");
    now.setAttribute("aria-current", "true");
    const title = dock.querySelector("[data-title]");
    const state = now.querySelector(".meet-state").textContent.trim();
    if (title.textContent !== now.dataset.title) title.textContent = now.dataset.title;
    dock.querySelector("[data-state]").textContent = state;
  }

  function choose(task) {
    if (task.dataset.task !== current) toWait = false;
    current = task.dataset.task;
    mark();
    task.scrollIntoView({ block: "nearest" });
  }

  // The next task that needs people, round and round; when none does, simply the next one.
  function step(by) {
    const all = cards();
    const needing = all.filter(function (each) { return each.classList.contains("needs-people"); });
    const meant = needing.length ? needing : all;
    if (!meant.length) return;
    const at = all.indexOf(card());
    const after = function (each) { return by > 0 ? all.indexOf(each) > at : all.indexOf(each) < at; };
    const ahead = by > 0 ? meant : meant.slice().reverse();
    choose((at < 0 ? ahead[0] : ahead.find(after)) || ahead[0]);
  }

  // -- Names ----------------------------------------------------------------------------------------------------------

  const people = function () { return Array.from(choices().querySelectorAll(".meet-person")); };

  function empty() {
    turn += 1;
    looking = false;
    clearTimeout(timer);
    choices().replaceChildren();
  }

  async function look() {
    const mine = ++turn;
    if (!card()) step(1);
    const html = card() && (await post(card().dataset.names, wanted()));
    if (mine !== turn) return;
    looking = false;
    if (html && !busy) put(html);
  }

  function wanted(more) {
    const fields = Object.assign({ q: who.value }, more);
    if (toWait) fields.wait = "yes";
    return fields;
  }

  function enter() {
    const active = choices().querySelector(".is-active");
    if (active) return pick(active);
    if (!who.value.trim()) return undefined;
    if (!card()) step(1);
    if (card()) act(card().dataset.putUp, wanted());
  }

  function pick(button) {
    const fields = Object.fromEntries(new FormData(button.form));
    const address = button.form.getAttribute("action");
    fields.member = button.value;
    empty(); // the numbers of this question are no answer to the next
    act(address, fields);
  }

  function walk(by) {
    const all = people();
    const at = all.findIndex(function (each) { return each.classList.contains("is-active"); });
    all.forEach(function (each) { each.classList.remove("is-active"); });
    const chosen = all[Math.max(0, Math.min(at + by, all.length - 1))];
    if (chosen) chosen.classList.add("is-active");
  }

  function numbered(key) {
    if (!/^[1-5]$/.test(key) || /\d/.test(who.value) || !choices().querySelector("kbd")) return null;
    return people()[Number(key) - 1] || null;
  }

  function next(by) {
    who.value = "";
    empty();
    step(by);
  }

  // True when the key was for us; a letter that waited its turn is for us too.
  function press(key, hasWaited) {
    const button = numbered(key);
    if (button) pick(button);
    else if (key === "Enter") enter();
    else if (key === "ArrowDown" || key === "ArrowUp") {
      const by = key === "ArrowDown" ? 1 : -1;
      if (who.value && (looking || people().length)) walk(by);
      else next(by);
    } else if (key === "Backspace" && !who.value) {
      if (undos.length && Date.now() - emptiedAt > SLIP_MS) act(undos.pop(), {});
    } else if (key === "Escape") {
      who.value = "";
      empty();
    } else if (hasWaited) {
      who.value = key === "Backspace" ? who.value.slice(0, -1) : who.value + key;
      who.dispatchEvent(new Event("input", { bubbles: true }));
    } else return false;
    return true;
  }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target !== who && event.target.closest("input, select, textarea, dialog")) return;
    if (event.target.closest("button, a, summary") && ["Enter", " "].includes(event.key)) return;
    if (event.key.length !== 1 && !["Enter", "ArrowDown", "ArrowUp", "Backspace", "Escape"].includes(event.key)) return;
    if (event.key === "Backspace" && event.repeat && !who.value) return event.preventDefault();
    if (busy) {
      keys.push(event.key);
      return event.preventDefault();
    }
    if (event.target !== who) who.focus({ preventScroll: true });
    if (press(event.key, false)) event.preventDefault();
  });

  who.form.addEventListener("submit", function (event) {
    event.preventDefault();
    if (!busy) enter();
  });

  who.addEventListener("input", function () {
    if (!who.value) emptiedAt = Date.now();
    clearTimeout(timer);
    looking = Boolean(who.value.trim());
    people().forEach(function (each) { each.classList.remove("is-active"); });
    if (looking) timer = setTimeout(look, WAIT_MS);
    else empty();
  });

  // -- Touch, and the buttons on the board ----------------------------------------------------------------------------

  document.addEventListener("pointerdown", function (event) {
    pointer = event.pointerType;
    touchedAt = Date.now();
  }, { passive: true });

  main.addEventListener("submit", function (event) {
    const form = event.target;
    if (form === who.form || form.method !== "post" || form.matches(".meet-plain")) return;
    event.preventDefault();
    if (busy) return;
    const fields = Object.fromEntries(new FormData(form));
    if (event.submitter && event.submitter.name) fields[event.submitter.name] = event.submitter.value;
    act(form.getAttribute("action"), fields);
  });

  board().parentElement.addEventListener("click", function (event) {
    const task = event.target.closest(".meet-task[data-open=yes]");
    const button = event.target.closest("button, a, input");
    if (!task || (button && !button.matches("[data-pick]"))) return;
    choose(task);
    toWait = Boolean(button && button.matches("[data-wait]"));
    who.value = "";
    // A finger chooses from who is here; a keyboard on the glass would hide them.
    if (event.detail === 0 || pointer !== "touch") who.focus({ preventScroll: true });
    if (button || pointer === "touch") look();
    else empty();
    if (getComputedStyle(dock).position === "relative") dock.scrollIntoView();
  });

  document.addEventListener("click", function (event) {
    if (!event.target.closest(".meet-dock, .meet-live") && !who.value) empty();
  });

  // -- What others take on their phones -------------------------------------------------------------------------------

  // The board, when something changed since `version`; "" asks for it in any case.
  async function refresh(version) {
    const before = turn;
    const url = new URL(live.dataset.now, window.location.href);
    url.searchParams.set("v", version || "");
    try {
      const answer = await fetch(url, {
        headers: { "X-Polling": "1" }, redirect: "manual", credentials: "same-origin", cache: "no-store",
      });
      if (answer.status === 204) return;
      if (answer.status !== 200) return trouble(answer);
      const html = await answer.text();
      if (version && (busy || who.value || before !== turn)) return; // somebody types: later
      const now = answer.headers.get("X-Version");
      const meets = function (words) { return words.split(" ").slice(0, 2).join(" "); };
      if (meets(now) !== meets(live.dataset.version)) return window.location.assign("/tasks/meeting/");
      live.dataset.version = now;
      put(html);
    } catch (error) {
      // No connection: the next look may have one.
    }
  }

  function listen() {
    setTimeout(listen, EVERY_MS);
    if (document.hidden || busy || who.value) return;
    // Nobody chooses: who is here does not stay on the wall.
    if (Date.now() - touchedAt > CHOOSE_MS) empty();
    if (!choices().children.length) refresh(live.dataset.version);
  }
  setTimeout(listen, EVERY_MS);

  // -- Aloud ----------------------------------------------------------------------------------------------------------

  const aloud = main.querySelector("[data-read-aloud]");
  if (aloud && window.speechSynthesis && window.SpeechSynthesisUtterance) {
    aloud.hidden = false;
    aloud.addEventListener("click", function () {
      const lang = document.documentElement.lang;
      const said = new SpeechSynthesisUtterance(document.getElementById("needs").textContent);
      const voices = window.speechSynthesis.getVoices().filter(function (voice) { return voice.lang.startsWith(lang); });
      said.lang = lang;
      // A voice of this computer, where it has one: what is read aloud then goes nowhere.
      said.voice = voices.find(function (voice) { return voice.localService; }) || voices[0] || null;
      window.speechSynthesis.cancel();
      window.speechSynthesis.speak(said);
    });
  }

  main.classList.add("is-live");
  dock.hidden = false;
  measure();
  new ResizeObserver(measure).observe(dock);
  new ResizeObserver(measure).observe(messages);
  if (window.matchMedia("(hover: hover)").matches) who.focus({ preventScroll: true });
})();

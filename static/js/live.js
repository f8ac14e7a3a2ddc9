// What other tablets mark shows here within a few seconds; and one line always says whether everything is saved.
(function () {
  "use strict";

  const EVERY_MS = 3000;
  const QUIET_MS = 15000; // nobody touched the page for so long: people may change their group
  const FOCUS_MS = 10000; // so long after the last touch, a tile that only kept the focus may change too
  const page = window.clubhouseArrivals;
  const people = page && page.people;
  if (!people || !people.dataset.day) return;
  let version = people.dataset.version;
  let timer = null;
  let newest = null; // the groups as the house last told them

  // -- Other tablets --------------------------------------------------------------------------------------------------

  function isBusy(tile) {
    const pk = tile.id.replace("person-", "");
    const isTouched = tile.contains(document.activeElement) && Date.now() - page.touchedAt < FOCUS_MS;
    return page.waiting.has(pk) || page.fresh.has(pk) || tile.classList.contains("is-changing") || isTouched;
  }

  function replace(old, tile) {
    const focused = old.contains(document.activeElement) && document.activeElement.id;
    old.replaceWith(tile);
    if (window.htmx) window.htmx.process(tile);
    if (focused && document.getElementById(focused)) document.getElementById(focused).focus({ preventScroll: true });
  }

  function sameTile(old, tile) { return old.dataset.v === tile.dataset.v; }

  // Tiles change where they stand; somebody new joins the end of their group. Nothing else moves. Answers whether one
  // of them is busy and still says what it said before.
  function merge(told) {
    const groups = page.groups || people;
    let isBehind = false;
    told.querySelectorAll(".tile").forEach(function (tile) {
      const olds = [groups.querySelector("#" + tile.id), page.groups && people.querySelector("#" + tile.id)].filter(Boolean);
      olds.forEach(function (old) {
        if (sameTile(old, tile)) return;
        if (isBusy(old)) isBehind = true;
        else replace(old, tile.cloneNode(true));
      });
      if (olds.length) return;
      const group = groups.querySelector("[data-group='" + tile.dataset.state + "'] .tile-grid");
      if (!group) return;
      const next = tile.cloneNode(true);
      group.append(next);
      if (window.htmx) window.htmx.process(next);
    });
    page.recount();
    return isBehind;
  }

  // The numbers of the day, unless somebody is typing one.
  function mergeCounts(told) {
    const counts = told.querySelector("#counts");
    if (!counts) return;
    counts.remove();
    counts.querySelectorAll(".count-number").forEach(function (number) {
      const old = document.getElementById(number.id);
      const seen = function (each) { return each.querySelector("[name=seen]").value; };
      if (old && !old.contains(document.activeElement) && seen(old) !== seen(number)) old.replaceWith(number);
    });
  }

  // Everybody in their own group again, when nobody is touching.
  function regroup() {
    const isQuiet = Date.now() - page.touchedAt > QUIET_MS && !page.fresh.size && !page.waiting.size;
    const isOpen = people.querySelector(".is-changing") || people.contains(document.activeElement) || document.querySelector("dialog[open]");
    if (!newest || page.groups || !isQuiet || isOpen || document.getElementById("q").value) return;
    people.replaceChildren(...newest.cloneNode(true).childNodes);
    newest = null;
    if (window.htmx) window.htmx.process(people);
    page.recount();
    document.dispatchEvent(new CustomEvent("clubhouse:regrouped"));
  }

  async function look() {
    clearTimeout(timer);
    timer = setTimeout(look, EVERY_MS);
    if (document.hidden) return;
    try {
      const url = new URL(people.dataset.now, window.location.href);
      url.searchParams.set("v", version);
      const answer = await fetch(url, {
        headers: { "X-Polling": "1" }, redirect: "manual", credentials: "same-origin", cache: "no-store",
      });
      // Signed out or locked meanwhile: session.js knows what to do with what somebody was writing.
      if ([401, 423].includes(answer.status)) return document.dispatchEvent(new CustomEvent("clubhouse:ended"));
      if (answer.status === 403 || answer.type === "opaqueredirect") return window.location.reload();
      if (!answer.ok) return;
      window.clubhouseTaps.noteOffline(false);
      if (answer.status === 200) {
        const told = document.createElement("template");
        told.innerHTML = await answer.text();
        const next = answer.headers.get("X-Version");
        if (next.split(" ")[0] !== people.dataset.day && !page.waiting.size) return window.location.reload(); // midnight
        newest = told.content;
        mergeCounts(newest);
        // What is under a finger now is asked for again.
        version = merge(newest) || page.waiting.size || page.fresh.size ? "" : next;
      }
      regroup();
    } catch (error) {
      window.clubhouseTaps.noteOffline(true);
    }
  }

  document.addEventListener("clubhouse:look-again", function () {
    version = "";
    look();
  });
  document.addEventListener("visibilitychange", function () { if (!document.hidden) look(); });
  timer = setTimeout(look, EVERY_MS);

  // -- All saved? -----------------------------------------------------------------------------------------------------

  const saved = document.getElementById("saved");
  const panel = document.getElementById("set-aside");
  const said = new Map(); // key -> what the house said of a tap that was set aside

  function show(name, count, time) {
    const words = document.getElementById("saved-" + name);
    const other = document.getElementById("saved-" + name + "-other");
    const chosen = (count !== 1 && other ? other : words).content.cloneNode(true);
    chosen.querySelectorAll(".n").forEach(function (place) { place.textContent = count; });
    chosen.querySelectorAll("time").forEach(function (place) { place.textContent = time; });
    const text = chosen.textContent.trim();
    if (saved.dataset.said === text) return;
    saved.dataset.said = text;
    saved.dataset.saved = name;
    saved.replaceChildren(chosen);
  }

  function nameOf(pk) {
    const tile = page.everyTile().find(function (each) { return each.id === "person-" + pk; });
    return tile ? tile.querySelector(".tile-name").textContent : "";
  }

  function listAside(taps) {
    panel.hidden = !taps.length;
    const list = panel.querySelector("ul");
    list.replaceChildren(...taps.map(function (tap) {
      const row = document.getElementById("set-aside-row").content.cloneNode(true);
      const at = new Date(tap.tapped_at).toLocaleTimeString(document.documentElement.lang, { timeStyle: "short" });
      row.querySelector(".aside-name").textContent = nameOf(tap.member) || row.querySelector(".aside-name").textContent;
      row.querySelector(".aside-what").textContent = panel.dataset[tap.action] || "";
      row.querySelector(".aside-at").textContent = at;
      row.querySelector(".aside-why").textContent = said.get(tap.key) || panel.dataset.why;
      row.querySelector(".aside-day").href = "/arrivals/" + tap.day + "/";
      row.querySelector(".aside-again").addEventListener("click", function () { window.clubhouseTaps.tryAgain(tap); });
      row.querySelector(".aside-let-go").addEventListener("click", function () { window.clubhouseTaps.letGo(tap); });
      return row;
    }));
  }

  document.addEventListener("clubhouse:taps", function (event) {
    const { what, tap, answer, state } = event.detail;
    if (what === "aside") said.set(tap.key, answer.said || "");
    if (what === "stored-elsewhere" || what === "let-go") {
      version = "";
      look();
    }
    listAside(state.aside);
    if (state.trouble === "signed-out") show("signed-out", state.waiting);
    else if (state.trouble === "not-allowed") show("not-allowed", state.waiting);
    else if (state.trouble === "offline") show("offline", state.waiting);
    else if (state.waiting) show("saving", state.waiting);
    else if (state.aside.length) show("look", state.aside.length);
    else show("all", 0, state.savedAt || people.dataset.loaded);
  });
})();

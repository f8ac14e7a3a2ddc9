// Arrivals beyond plain HTML: a tap is kept on this tablet first, shows at once, and is sent when there is a connection.
// Without this script every tap is a plain form. The search is in find.js, what other tablets do in live.js.
(function () {
  "use strict";

  const UNDO_MS = 10000;
  const SECOND_TAP_MS = 5000;
  const people = document.getElementById("people");
  if (!people) return;
  const page = window.clubhouseArrivals = { people: people, fresh: new Map(), waiting: new Map(), touchedAt: Date.now() };
  const messages = document.getElementById("messages");
  const markedAt = new Map(); // id of a person -> when they were marked here
  const before = new Map(); // key of a tap -> the tile as it was

  const words = function (id) {
    const found = document.getElementById("say-" + id);
    return found ? found.content.cloneNode(true) : document.createDocumentFragment();
  };
  const pkOf = function (tile) { return tile.id.replace("person-", ""); };
  page.tile = function (pk) { return document.getElementById("person-" + pk); };
  // Tiles that a search has put aside for the moment (find.js) count too.
  page.everyTile = function () { return Array.from((page.groups || people).querySelectorAll(".tile")); };

  page.recount = function () {
    const tiles = page.everyTile();
    document.querySelectorAll("[data-count]").forEach(function (place) {
      const state = place.dataset.count;
      place.textContent = tiles.filter(function (tile) { return tile.dataset.state === state; }).length;
    });
  };

  page.say = function (content, isRefusal) {
    const box = document.createElement("div");
    box.className = "message is-" + (isRefusal ? "error" : "success");
    if (isRefusal) box.setAttribute("role", "alert");
    box.append(content, words("close"));
    messages.replaceChildren(box);
    return box;
  };

  function sentence(text) {
    const line = document.createElement("p");
    line.textContent = text;
    return line;
  }

  function fromHtml(html) {
    const holder = document.createElement("template");
    holder.innerHTML = html.trim();
    return holder.content.firstElementChild;
  }

  // Puts a tile in the place of an older one, wherever it stands, without losing the focus.
  page.swap = function (tile) {
    const olds = [document.getElementById(tile.id), page.groups && page.groups.querySelector("#" + tile.id)];
    olds.filter(Boolean).forEach(function (old, index) {
      const next = index ? tile.cloneNode(true) : tile;
      const focused = old.contains(document.activeElement) && document.activeElement.id;
      old.replaceWith(next);
      if (window.htmx) window.htmx.process(next);
      if (focused && document.getElementById(focused)) document.getElementById(focused).focus({ preventScroll: true });
    });
    if (!olds[0] && !olds[1]) return;
    page.recount();
  };

  // -- Undo for ten seconds -------------------------------------------------------------------------------------------

  function showUndo(tile, key, since) {
    const pk = pkOf(tile);
    const old = page.fresh.get(pk);
    if (old) clearInterval(old.clock);
    const until = since + UNDO_MS;
    const fresh = { key: key, clock: null };
    function tick() {
      const now = page.tile(pk);
      const left = Math.ceil((until - Date.now()) / 1000);
      const seconds = now && now.querySelector(".undo-seconds");
      if (seconds) seconds.textContent = Math.max(left, 0);
      document.querySelectorAll(".answer-undo .undo-seconds").forEach(function (place) {
        if (place.closest("form").dataset.of === key) place.textContent = Math.max(left, 0);
      });
      // A finger or the focus on the button keeps it there.
      if (left > 0 || (now && now.querySelector(".tile-undo:focus, .tile-undo:hover"))) return;
      clearInterval(fresh.clock);
      page.fresh.delete(pk);
      if (now) now.classList.remove("is-fresh");
      document.querySelectorAll(".answer-undo[data-of='" + key + "']").forEach(function (form) { form.remove(); });
    }
    page.fresh.set(pk, fresh);
    tile.classList.add("is-fresh");
    fresh.clock = setInterval(tick, 500);
    tick();
  }

  // -- A tap ----------------------------------------------------------------------------------------------------------

  // The tile as it will be, before the house has said so.
  function paint(tile, action) {
    const state = { arrive: "here", leave: "left" }[action];
    const shown = tile.querySelector(".state");
    tile.dataset.state = state;
    tile.classList.add("is-waiting");
    tile.removeAttribute("data-v");
    if (shown) shown.remove();
    tile.querySelector(".tile-body").append(words(state));
    const form = tile.querySelector(".tile-form");
    form.querySelectorAll("button").forEach(function (button) { button.remove(); });
    form.append(words("tap-" + state));
    form.querySelectorAll(".tap-name").forEach(function (place) {
      place.textContent = ": " + tile.querySelector(".tile-name").textContent;
    });
    const first = form.querySelector("button");
    first.id = "tap-" + pkOf(tile);
    page.recount();
  }

  async function tap(tile, action, fields) {
    const pk = pkOf(tile);
    const entry = await window.clubhouseTaps.add(Object.assign({ member: pk, action: action, day: people.dataset.day }, fields));
    return entry;
  }

  const typed = function () { return document.getElementById("q").value; };

  async function mark(tile, action, fields) {
    const pk = pkOf(tile);
    if (Date.now() - (markedAt.get(pk) || 0) < SECOND_TAP_MS) return; // the second tap of a nervous finger
    markedAt.set(pk, Date.now());
    const kept = tile.cloneNode(true);
    const hadFocus = tile.contains(document.activeElement);
    try {
      const entry = await tap(tile, action, fields);
      before.set(entry.key, kept);
      paint(tile, action);
      showUndo(tile, entry.key, Date.now());
      page.last = { pk: pk, typed: typed() };
      if (page.trouble) sayKept(entry, tile);
      if (hadFocus) tile.querySelector(".tile-tap").focus({ preventScroll: true });
    } catch (error) {
      // No room on this tablet, say: the plain form does it.
      markedAt.delete(pk);
      page.plain = true;
      tile.querySelector("[name=action][value=" + action + "]").click();
    }
  }
  page.mark = mark;

  async function undo(tile, key) {
    const pk = pkOf(tile);
    const fresh = page.fresh.get(pk);
    const of = key || (fresh && fresh.key) || "";
    if (fresh) {
      clearInterval(fresh.clock);
      page.fresh.delete(pk);
    }
    markedAt.delete(pk);
    tile.classList.remove("is-fresh");
    document.querySelectorAll(".answer-undo").forEach(function (form) { form.remove(); });
    const old = before.get(of);
    if (of && (await window.clubhouseTaps.cancel(of))) page.say(words("undone"));
    else await tap(tile, "undo", of ? { of: of } : {});
    if (!old) return;
    old.removeAttribute("data-v");
    page.swap(old.cloneNode(true));
  }

  document.addEventListener("submit", function (event) {
    const button = event.submitter;
    const form = event.target;
    if (!people.dataset.day || page.plain || !page.hasStore || !button || button.name !== "action") return;
    if (form.matches(".answer-undo")) {
      event.preventDefault();
      return page.tile(form.dataset.member) && undo(page.tile(form.dataset.member), form.dataset.of);
    }
    const tile = form.closest(".tile");
    if (!tile || !people.contains(tile) || form.matches(".change-visit")) return;
    event.preventDefault();
    if (button.value === "undo") return undo(tile);
    const fields = {};
    ["kind", "unit", "batch"].forEach(function (name) {
      if (form.elements[name] && form.elements[name].value) fields[name] = form.elements[name].value;
    });
    mark(tile, button.value, fields);
  });

  // -- What the house answered ----------------------------------------------------------------------------------------

  function addUndo(box, entry) {
    const fresh = page.fresh.get(entry.member);
    if (entry.action === "undo" || !fresh || fresh.key !== entry.key) return;
    const form = words("answer-undo").querySelector("form");
    form.dataset.member = entry.member;
    form.dataset.of = entry.key;
    box.querySelector("p").after(form);
  }

  // No connection: the tap is safe here, and can be taken back here.
  function sayKept(entry, tile) {
    const line = words("kept");
    line.querySelector("bdi").textContent = tile.querySelector(".tile-name").textContent;
    addUndo(page.say(line), entry);
  }

  function answerBar(entry, answer, tile) {
    const box = page.say(sentence(answer.said));
    addUndo(box, entry);
    const change = tile && tile.querySelector(".tile-change");
    if (entry.action !== "arrive" || !change) return;
    const chips = words("answer-units").querySelector("form");
    if (!chips) return;
    chips.setAttribute("action", change.getAttribute("href").split("?")[0]);
    chips.setAttribute("hx-post", chips.getAttribute("action"));
    chips.setAttribute("hx-target", "#" + tile.id);
    chips.querySelectorAll("button").forEach(function (chip) {
      if (chip.value === tile.dataset.unitNo) chip.remove();
    });
    box.querySelector("p").after(chips);
    if (window.htmx) window.htmx.process(chips);
  }

  function stored(entry, answer) {
    before.delete(entry.key);
    const tile = answer.piece && fromHtml(answer.piece);
    if (!tile) return;
    const waits = page.waiting.has(entry.member); // another tap of this person is on its way: its answer comes
    const fresh = page.fresh.get(entry.member);
    if (!waits) {
      tile.classList.toggle("is-fresh", Boolean(fresh && fresh.key === entry.key));
      page.swap(tile);
    }
    answerBar(entry, answer, waits ? null : page.tile(entry.member));
  }

  function refused(entry, answer) {
    before.delete(entry.key);
    markedAt.delete(entry.member);
    if (answer.piece && page.tile(entry.member)) page.swap(fromHtml(answer.piece));
    if (answer.said) page.say(sentence(answer.said), true);
  }

  function listen(what, detail, state) {
    page.trouble = state.trouble;
    page.waiting = new Map();
    state.taps.forEach(function (each) { if (!each.aside) page.waiting.set(each.member, each); });
    if (what === "stored") stored(detail.tap, detail.answer);
    if (what === "aside") refused(detail.tap, detail.answer);
    document.dispatchEvent(new CustomEvent("clubhouse:taps", { detail: { what: what, tap: detail.tap, answer: detail.answer, state: state } }));
  }

  // Marked before this page was loaded, and not stored yet.
  page.paintWaiting = function () {
    page.waiting.forEach(function (entry, pk) {
      const tile = page.tile(pk);
      if (tile && entry.action !== "undo" && entry.day === people.dataset.day) paint(tile, entry.action);
    });
  };

  // Ctrl+Z takes the last tap back for as long as its button shows, unless somebody has typed on since.
  document.addEventListener("keydown", function (event) {
    if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.key.toLowerCase() !== "z") return;
    const tile = page.last && page.fresh.has(page.last.pk) && page.last.typed === typed() && page.tile(page.last.pk);
    if (!tile) return;
    event.preventDefault();
    undo(tile);
  });

  ["pointerdown", "keydown", "wheel", "scroll"].forEach(function (name) {
    window.addEventListener(name, function () { page.touchedAt = Date.now(); }, { passive: true, capture: true });
  });

  // The small form behind the pencil opens where there is room, and takes the focus.
  document.addEventListener("htmx:afterSettle", function (event) {
    const tile = event.target.closest && event.target.closest(".tile");
    if (!tile || !people.contains(tile)) return;
    const panel = tile.querySelector(".change-panel");
    if (panel) {
      const box = panel.getBoundingClientRect();
      panel.classList.toggle("is-at-end", box.right > window.innerWidth || box.left < 0);
      panel.querySelector("button").focus();
    }
    page.recount();
  });

  if (!people.dataset.day) return;
  window.clubhouseTaps.useToken(people.dataset.token);
  window.clubhouseTaps.listen(listen);
  page.ready = window.clubhouseTaps.ready().then(async function (works) {
    page.hasStore = works;
    if (!works) return;
    (await window.clubhouseTaps.all()).forEach(function (each) { if (!each.aside) page.waiting.set(each.member, each); });
    page.paintWaiting();
    window.clubhouseTaps.send();
  });
  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/sw.js").catch(function () {});
})();

// Taps wait in this browser until the house has stored them: nothing is lost by a dead wifi, nothing is stored twice.
// Kept are ids, times and keys, never a name. Used by the arrivals page and by the page that shows when there is no network.
(function () {
  "use strict";

  const DATABASE = "clubhouse";
  const STORE = "taps";
  const EVERY_MS = 15000;
  const LONGEST_PAUSE_MS = 60000;
  const GIVE_UP_MS = 20000; // one answer
  const REFUSED = [400, 404, 405, 409, 410, 413, 422]; // people have to look; sending it again changes nothing
  const listeners = [];
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel("clubhouse-taps") : null;
  let opened = null;
  let token = "";
  let trouble = ""; // "", "offline", "signed-out" or "not-allowed"
  let savedAt = "";
  let sending = false;
  let failures = 0;
  let timer = null;

  function open() {
    opened = opened || new Promise(function (resolve, reject) {
      const asked = indexedDB.open(DATABASE, 1);
      asked.onupgradeneeded = function () { asked.result.createObjectStore(STORE, { keyPath: "n", autoIncrement: true }); };
      asked.onsuccess = function () { resolve(asked.result); };
      asked.onerror = function () { reject(asked.error); };
    });
    return opened;
  }

  // Runs `work` on the store; resolves with what it gives once everything is on the disk.
  async function within(mode, work) {
    const transaction = (await open()).transaction(STORE, mode, { durability: "strict" });
    const asked = work(transaction.objectStore(STORE));
    return new Promise(function (resolve, reject) {
      transaction.oncomplete = function () { resolve(asked && asked.result); };
      transaction.onabort = transaction.onerror = function () { reject(transaction.error); };
    });
  }

  const all = function () { return within("readonly", function (store) { return store.getAll(); }); };
  const keep = function (tap) { return within("readwrite", function (store) { return store.put(tap); }); };
  const forget = function (tap) { return within("readwrite", function (store) { return store.delete(tap.n); }); };

  function newKey() {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = Array.from(bytes, function (byte) { return byte.toString(16).padStart(2, "0"); }).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  async function tell(what, detail) {
    const taps = await all().catch(function () { return []; });
    const aside = taps.filter(function (tap) { return tap.aside; });
    const state = {
      waiting: taps.length - aside.length, aside: aside, taps: taps, trouble: trouble, sending: sending, savedAt: savedAt,
    };
    listeners.forEach(function (listener) { listener(what, detail || {}, state); });
  }

  function told(what, detail) {
    if (tabs) tabs.postMessage(what);
    return tell(what, detail);
  }

  // Resolves once the tap is on the disk.
  async function add(tap) {
    const kept = Object.assign({ key: newKey(), tapped_at: new Date().toISOString() }, tap);
    kept.n = await keep(kept);
    told("kept", { tap: kept });
    send();
    return kept;
  }

  // Takes a tap back that was never sent. False when it may have reached the house: then only an undo will do.
  async function cancel(key) {
    let cancelled = false;
    await within("readwrite", function (store) {
      store.openCursor().onsuccess = function (event) {
        const cursor = event.target.result;
        if (!cursor) return;
        if (cursor.value.key === key && !cursor.value.tried) {
          cursor.delete();
          cancelled = true;
        }
        cursor.continue();
      };
    });
    if (cancelled) told("cancelled");
    return cancelled;
  }

  async function freshToken() {
    const answer = await fetch("/arrivals/queue/", {
      headers: { "X-Polling": "1" }, redirect: "manual", credentials: "same-origin", cache: "no-store",
    });
    if (answer.ok) token = (await answer.json()).token;
    return answer.ok ? 200 : answer.status;
  }

  // The answer of the house: {status, said, piece, at}. Status 0: no network.
  async function post(tap, isSecondTry) {
    const body = new URLSearchParams({ sent_at: new Date().toISOString(), member_id: tap.member });
    ["key", "action", "tapped_at", "kind", "unit", "of", "batch"].forEach(function (name) {
      if (tap[name]) body.set(name, tap[name]);
    });
    try {
      if (!token) {
        const status = await freshToken();
        if (status !== 200) return { status: status || 401 }; // 0: it wanted to lead to the sign-in page
      }
      const answer = await fetch("/arrivals/" + tap.day + "/log/", {
        method: "POST", body: body, redirect: "manual", credentials: "same-origin", signal: AbortSignal.timeout(GIVE_UP_MS),
        headers: { "X-Queued": "1", "X-CSRFToken": token },
      });
      if (answer.status === 403 && !isSecondTry) {
        token = "";
        return post(tap, true);
      }
      const isOurs = (answer.headers.get("Content-Type") || "").startsWith("application/json");
      if (answer.status === 200 && !isOurs) return { status: 502 }; // somebody between us and the house
      return Object.assign({ status: answer.status || 401 }, isOurs ? await answer.json() : {});
    } catch (error) {
      return { status: 0 };
    }
  }

  // The oldest tap that waits, marked as tried in the same breath: from now on it may have reached the house.
  async function claim() {
    let claimed = null;
    await within("readwrite", function (store) {
      store.openCursor().onsuccess = function (event) {
        const cursor = event.target.result;
        if (!cursor) return;
        if (cursor.value.aside) return cursor.continue();
        claimed = Object.assign({}, cursor.value, { tried: true });
        cursor.update(claimed);
      };
    });
    return claimed;
  }

  async function sendOne() {
    const tap = await claim();
    if (!tap) return false;
    const answer = await post(tap);
    if (answer.status === 200) {
      await forget(tap);
      trouble = "";
      failures = 0;
      savedAt = answer.at;
      await told("stored", { tap: tap, answer: answer });
      return true;
    }
    if (REFUSED.includes(answer.status)) {
      tap.aside = answer.status;
      await keep(tap);
      await told("aside", { tap: tap, answer: answer });
      return true;
    }
    failures += 1;
    trouble = answer.status === 401 || answer.status === 423 ? "signed-out" : answer.status === 403 ? "not-allowed" : "offline";
    return false;
  }

  async function sendAll() {
    let goOn = true;
    while (goOn) goOn = await sendOne();
  }

  // Sends what waits, one tap after the other, in one tab at a time.
  async function send() {
    clearTimeout(timer);
    if (sending) return;
    sending = true;
    tell("sending");
    try {
      if (navigator.locks) await navigator.locks.request("clubhouse-taps", sendAll);
      else await sendAll();
    } finally {
      sending = false;
    }
    await tell("rested");
    const waits = (await all()).some(function (tap) { return !tap.aside; });
    // A tap that came while the last answer was being read.
    if (waits && !trouble) return send();
    timer = setTimeout(send, waits ? Math.min(EVERY_MS * Math.max(1, failures / 2), LONGEST_PAUSE_MS) : EVERY_MS);
  }

  // People looked at a tap that was refused: try it once more, or let it go.
  async function tryAgain(tap) {
    await keep(Object.assign({}, tap, { aside: 0 }));
    return send();
  }

  async function letGo(tap) {
    await forget(tap);
    return told("let-go", { tap: tap });
  }

  window.addEventListener("online", send);
  window.addEventListener("pageshow", send);
  document.addEventListener("visibilitychange", function () { if (!document.hidden) send(); });
  if (tabs) tabs.onmessage = function (event) { tell(event.data === "stored" ? "stored-elsewhere" : event.data); };

  window.clubhouseTaps = {
    ready: function () { return open().then(function () { return true; }, function () { return false; }); },
    add: add,
    all: all,
    cancel: cancel,
    send: send,
    tryAgain: tryAgain,
    letGo: letGo,
    listen: function (listener) { listeners.push(listener); },
    useToken: function (given) { token = given; },
    noteOffline: function (isOffline) {
      if (isOffline && !trouble) trouble = "offline";
      else if (!isOffline && trouble === "offline") trouble = "";
      else return;
      tell("network");
    },
  };
})();

// Says that the session ends soon, and lets it go on. Typing is use; what was typed is sent along when it was too late.
(function () {
  "use strict";

  const bar = document.querySelector("[data-session]");
  if (!bar) return;
  const WARN = 120; // seconds before the end
  const stay = bar.querySelector("form");
  const token = stay.querySelector("[name=csrfmiddlewaretoken]").value;
  let timer = null;
  let written = null; // the form somebody wrote into
  let toldAt = Date.now();

  function ask(method) {
    const headers = { "X-Polling": "1", "X-CSRFToken": token };
    return fetch(stay.action, { method: method, headers: headers, redirect: "manual", credentials: "same-origin" })
      .then(function (answer) { return answer.ok ? answer.json() : { seconds_left: -1 }; })
      .then(function (answer) { plan(answer.seconds_left); })
      .catch(function () { wait(30); }); // no network: ask again
  }

  function wait(seconds) {
    clearTimeout(timer);
    // A sleeping computer keeps no time: look at least every minute.
    timer = setTimeout(function () { ask("GET"); }, Math.max(1, Math.min(seconds, 60)) * 1000);
  }

  function plan(left) {
    if (left < 0) return over();
    bar.hidden = left > WARN;
    wait(left > WARN ? left - WARN : left + 1);
  }

  function over() {
    clearTimeout(timer);
    if (!written || !written.isConnected) return window.location.reload();
    bar.hidden = false;
    bar.querySelector("[data-soon]").hidden = bar.querySelector("[data-stay]").hidden = true;
    bar.querySelector("[data-over]").hidden = bar.querySelector("[data-again]").hidden = false;
    document.getElementById("main").hidden = true; // nobody reads over a shoulder
  }

  stay.addEventListener("submit", function (event) {
    event.preventDefault();
    ask("POST");
  });
  bar.querySelector("[data-again]").addEventListener("click", function () { written.submit(); });
  document.addEventListener("input", function (event) {
    const form = event.target.form;
    if (form && form !== stay && form.method === "post") written = form;
    if (Date.now() - toldAt > 60000) {
      toldAt = Date.now();
      ask("POST");
    }
  });
  plan(Number(bar.dataset.secondsLeft));
})();

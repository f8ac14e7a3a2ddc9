// The page without a connection: says what waits, sends it as soon as that works, then opens the arrivals again.
(function () {
  "use strict";

  const kept = document.getElementById("kept");
  const signIn = document.getElementById("sign-in");
  const home = signIn.querySelector("a").href;

  window.clubhouseTaps.listen(function (what, detail, state) {
    const waiting = state.waiting + state.aside.length;
    if (waiting) kept.querySelectorAll(".n").forEach(function (place) { place.textContent = waiting; });
    else kept.textContent = kept.dataset.none;
    signIn.hidden = state.trouble !== "signed-out";
    if (what === "stored" && !state.waiting) window.location.replace(home);
  });

  // Nothing waits: still look whether the house answers.
  function look() {
    fetch("/healthz", { cache: "no-store" }).then(function (answer) {
      if (!answer.ok) return;
      window.clubhouseTaps.all().then(function (taps) {
        if (!taps.some(function (tap) { return !tap.aside; })) window.location.replace(home);
        else window.clubhouseTaps.send();
      });
    }).catch(function () {});
  }

  setInterval(look, 5000);
  window.addEventListener("online", look);
  window.clubhouseTaps.ready().then(window.clubhouseTaps.send);
})();

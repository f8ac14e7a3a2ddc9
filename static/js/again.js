// A page that cannot be shown just now looks by itself whether it can. Not where a form waits to be sent again.
(function () {
  "use strict";

  const address = document.getElementById("main").dataset.again;

  setInterval(function () {
    fetch(address, { method: "HEAD", headers: { "X-Polling": "1" }, redirect: "manual", credentials: "same-origin", cache: "no-store" })
      .then(function (answer) { if (answer.status !== 503) window.location.replace(address); })
      .catch(function () {});
  }, 10000);
})();

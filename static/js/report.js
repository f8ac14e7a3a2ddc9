// On paper every table is open: older browsers do not know how to say that in css. Afterwards all is as it was.
(function () {
  "use strict";
  let opened = [];

  addEventListener("beforeprint", function () {
    opened = [...document.querySelectorAll("main figure details:not([open])")];
    opened.forEach(function (folded) { folded.open = true; });
  });
  addEventListener("afterprint", function () {
    opened.forEach(function (folded) { folded.open = false; });
    opened = [];
  });
})();

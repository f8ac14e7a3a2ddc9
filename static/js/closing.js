// Closing the day beyond plain HTML: a time that is typed chooses "Left at", and everybody can be left at closing at once.
(function () {
  "use strict";

  const rows = document.querySelectorAll("[data-leaving]");
  const choice = (row, value) => row.querySelector("[value=" + value + "]");
  const time = (row) => row.querySelector("[type=time]");

  function follow(row) {
    if (time(row).value) choice(row, "time").checked = true;
  }

  rows.forEach(function (row) {
    time(row).addEventListener("input", function () { follow(row); });
    // Another choice takes a typed time away, so that what is seen is what is saved.
    row.addEventListener("change", function (event) {
      if (event.target.type === "radio" && event.target.value !== "time") time(row).value = "";
    });
    if (choice(row, "open").checked) follow(row); // typed before this script was here
  });

  document.addEventListener("click", function (event) {
    if (!event.target.closest("[data-all-at-closing]")) return;
    rows.forEach(function (row) {
      if (choice(row, "closing") && choice(row, "open").checked) choice(row, "closing").checked = true;
    });
  });
})();

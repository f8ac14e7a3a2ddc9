// What every page does beyond plain HTML. Nothing here is needed to do a job.
(function () {
  "use strict";

  function showCloseButtons() {
    document.querySelectorAll("[data-close-message][hidden]").forEach(function (button) {
      button.hidden = false;
    });
  }

  // A sentence of our own when the server gave none; the words stand in the page, translated.
  function say(templateId) {
    const messages = document.getElementById("messages");
    const words = document.getElementById(templateId);
    if (!messages || !words) return;
    const box = document.createElement("div");
    box.className = "message is-error";
    box.setAttribute("role", "alert");
    const sentence = document.createElement("p");
    sentence.textContent = words.content.textContent;
    box.append(sentence);
    messages.replaceChildren(box);
  }

  // A folded list closes by Escape, and when somebody goes on elsewhere.
  document.addEventListener("keydown", function (event) {
    const open = event.key === "Escape" && document.querySelector("details.more[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });

  document.addEventListener("click", function (event) {
    document.querySelectorAll("details.more[open]").forEach(function (open) {
      if (!open.contains(event.target)) open.open = false;
    });
    const close = event.target.closest("[data-close-message]");
    if (close) close.closest(".message").remove();
    if (event.target.closest("[data-print]")) window.print();
  });

  // The button that was pressed may be gone with its piece. Whoever works by keyboard goes on in the new piece (one with
  // `data-keeps-focus`), not at the top of the page. A button of the same id has the focus already: htmx saw to it.
  let left = "";
  document.addEventListener("htmx:beforeSwap", function (event) {
    const piece = event.detail.target;
    left = piece && piece.matches("[data-keeps-focus]") && piece.contains(document.activeElement) ? piece.id : "";
  });
  document.addEventListener("htmx:afterSettle", function (event) {
    const piece = event.target;
    if (!left || piece.id !== left) return; // the messages settle by themselves
    left = "";
    if (document.activeElement !== document.body) return;
    const next = piece.querySelector("button:not([hidden]), a[href], summary");
    if (next) next.focus({ preventScroll: true });
  });

  document.addEventListener("htmx:afterSettle", showCloseButtons);
  document.addEventListener("htmx:oobAfterSwap", showCloseButtons);
  document.addEventListener("htmx:sendError", function () { say("no-answer"); });
  document.addEventListener("htmx:timeout", function () { say("no-answer"); });
  document.addEventListener("allauth.error", function () { say("no-passkey"); });
  document.addEventListener("htmx:responseError", function (event) {
    // Signed out meanwhile, locked, or not allowed: the page itself explains better than a piece could.
    if ([401, 403, 423].includes(event.detail.xhr.status)) window.location.reload();
    else say(event.detail.xhr.status === 503 ? "not-now" : "went-wrong");
  });

  // Buttons that need JavaScript stay hidden without it.
  document.querySelectorAll("[data-print][hidden], [data-needs-script][hidden]").forEach(function (button) { button.hidden = false; });
  showCloseButtons();
})();

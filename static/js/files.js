// Says beside the field that a file is too large, before it is sent. The house looks again, with or without this.
(function () {
  "use strict";

  function sizeOf(field) {
    return Array.from(field.files).reduce(function (sum, file) { return sum + file.size; }, 0);
  }

  document.addEventListener("submit", function (event) {
    event.target.querySelectorAll("input[type=file][data-most-bytes]").forEach(function (field) {
      const said = field.parentElement.querySelector("[data-too-large]");
      if (said) said.remove();
      if (sizeOf(field) <= Number(field.dataset.mostBytes)) return;
      event.preventDefault();
      const sentence = document.createElement("p");
      sentence.className = "invalid-feedback d-block";
      sentence.dataset.tooLarge = "";
      sentence.setAttribute("role", "alert");
      sentence.textContent = field.dataset.sayTooLarge;
      field.after(sentence);
      field.focus();
    });
  });
})();

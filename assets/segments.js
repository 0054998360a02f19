/* Segments: who is compared, and what happens after one is renamed. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {};
  var EVERYONE = "everyone";

  function toggles() { return Array.from(document.querySelectorAll("[data-compare]")); }

  function pressed(button) { return button.getAttribute("aria-pressed") === "true"; }

  parterre.onClick("[data-compare]", compare, true);
  parterre.onClick("[data-rename]", function (button, event) {
    event.stopPropagation();
    openForm(button.dataset.rename);
  }, true);

  /* Everyone stands last among the toggles, and so in the address. */
  function compare(toggle) {
    var chosen = toggles().filter(function (button) { return button === toggle ? !pressed(button) : pressed(button); });
    var said = document.getElementById("segments-compared");
    if (chosen.length < 2) { said.textContent = "Two are the least that can be compared: add another first."; return; }
    said.textContent = "";
    press(chosen);
    parterre.setOption("compare", chosen.map(function (button) { return button.dataset.compare; }).join(","));
  }

  document.addEventListener("parterre:filtered", function (event) {
    var compared = event.detail.options && event.detail.options.compare;
    if (!compared) { return; }
    var names = compared.split(",");
    press(toggles().filter(function (button) { return names.indexOf(button.dataset.compare) >= 0; }));
  });

  function press(chosen) {
    toggles().forEach(function (button) { button.setAttribute("aria-pressed", String(chosen.indexOf(button) >= 0)); });
  }

  function openForm(number) {
    parterre.set("segments-which", { value: number });
    document.getElementById("segments-naming").open = true;
    document.getElementById("segments-naming").scrollIntoView({ block: "center" });
    document.getElementById("segments-name").focus();
  }

  parterre.showNames = function (which, forms) { return forms[which]; };

  /* A new name stands in every chart and card: draw the page anew, and lead to the card that has it. */
  parterre.redrawNamed = function (saved) {
    if (!saved) { return null; }
    var before = document.getElementById("segments-naming");
    parterre.redraw();
    whenReplaced(before, function () {
      var card = document.querySelector('.p-segment-card[data-code="' + (saved.number - 1) + '"]');
      parterre.say(saved.words);
      if (card) { card.scrollIntoView({ block: "center" }); card.querySelector(".p-card-name").focus(); }
    });
    return saved.when;
  };

  function whenReplaced(before, then) {
    var now = document.getElementById("segments-naming");
    if (now && now !== before && !document.contains(before)) { then(); return; }
    if (parterre.page() === "/segments") { requestAnimationFrame(function () { whenReplaced(before, then); }); }
  }
}());

/* What technical words mean, one line each, over the page: by mouse, keys and touch. Browsers close it on Escape, on a
   press elsewhere, and on a second one on its "?". */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {};
  var WIDTH = 340, EDGE = 16, FAR = 40;
  var panel = null, from = 0;

  parterre.onClick("[data-words]", function (button) {
    panel = panel || document.body.appendChild(parterre.make("dl", { className: "p-words-panel", popover: "auto" }));
    button.popoverTargetElement = panel;
    if (panel.matches(":popover-open")) { return; }
    var words = JSON.parse(button.dataset.words);
    panel.replaceChildren.apply(panel, words.reduce(function (all, word) {
      return all.concat(parterre.make("dt", { textContent: word[0] }), parterre.make("dd", { textContent: word[1] }));
    }, []));
    from = window.scrollY;
    place(button.getBoundingClientRect());
    parterre.say(words.map(function (word) { return word.join(": "); }).join(" "));
  });

  /* Under the "?", or above it where there is more room. */
  function place(at) {
    var width = Math.min(WIDTH, window.innerWidth - 2 * EDGE), below = at.bottom < window.innerHeight * 0.6;
    panel.style.width = width + "px";
    panel.style.left = Math.max(EDGE, Math.min(at.left - EDGE, window.innerWidth - width - EDGE)) + "px";
    panel.style.top = below ? at.bottom + 8 + "px" : "auto";
    panel.style.bottom = below ? "auto" : window.innerHeight - at.top + 8 + "px";
    panel.style.maxHeight = (below ? window.innerHeight - at.bottom : at.top) - 2 * EDGE + "px";
  }

  /* It belongs to its place on the page: who scrolls on has read it. */
  window.addEventListener("scroll", function () {
    if (panel && panel.matches(":popover-open") && Math.abs(window.scrollY - from) > FAR) { panel.hidePopover(); }
  }, { passive: true });
}());

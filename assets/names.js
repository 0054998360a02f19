/* Names above bars end where their chart does, and say so: whole for who points at them, and in the table of the chart. */
(function () {
  "use strict";
  var LEAST = 6;  // letters that are left of a name

  /* Where it begins it stays: Plotly has words stand around their middle. */
  function begin(text) {
    var left = text.getBoundingClientRect().left;
    text.setAttribute("text-anchor", "start");
    text.setAttribute("x", Number(text.getAttribute("x")) + left - text.getBoundingClientRect().left);
  }

  /* In bold where numbers follow it, which stay. */
  function shorten(text, end) {
    var name = text.querySelector('tspan[style*="bold"]') || text, words = name.textContent, left = words.length;
    begin(text);
    var over = text.getBoundingClientRect().right - end;
    while (over > 0 && left > LEAST) {
      left -= Math.ceil(over / 10);
      name.textContent = words.slice(0, Math.max(left, LEAST)).trimEnd() + "\u2026";
      over = text.getBoundingClientRect().right - end;
    }
    var whole = document.createElementNS(text.namespaceURI, "title");
    whole.textContent = words;
    text.append(whole);
  }

  /* Plotly draws words of a chart anew whenever they, or its size, have changed. */
  new MutationObserver(function (changes) {
    var drawn = changes.flatMap(function (change) {
      return Array.from(change.addedNodes).filter(function (node) { return node.matches && node.matches("g.annotation"); });
    });
    var long = drawn.map(function (one) {
      var text = one.querySelector("text"), frame = one.ownerSVGElement;
      return { text: text, end: frame && frame.getBoundingClientRect().right };
    }).filter(function (one) {
      return one.text && one.end && !one.text.querySelector(".line") && one.text.getBoundingClientRect().right > one.end;
    });
    long.forEach(function (one) { shorten(one.text, one.end); });
  }).observe(document, { subtree: true, childList: true });
}());

/* Charts in sight are drawn first; the others after them, one at a time, so that a page can be used meanwhile. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {};
  var AHEAD = 200;
  var waiting = [];

  /* Whoever draws; of a chart that still waits, what was asked last is drawn, once. */
  parterre.inTurn = function (chart, draw) {
    var plot = typeof chart === "string" ? document.getElementById(chart) : chart;
    var one = waiting.find(function (other) { return other.plot === plot; });
    if (!one && (!plot || plot.calcdata || isNear(plot))) { return draw(); }
    return new Promise(function (resolve) {
      if (!one) {
        one = { plot: plot, heard: [] };
        waiting.push(one);
        if (waiting.length === 1) { parterre.afterPaint(next); }
      }
      one.draw = draw;
      one.heard.push(resolve);
    });
  };

  function isNear(plot) {
    var frame = plot.getBoundingClientRect();
    return frame.top < window.innerHeight + AHEAD && frame.bottom > -AHEAD;
  }

  function next() {
    if (waiting.length) {
      window.setTimeout(next, 0);
      finish(waiting[0]);
    }
  }

  function finish(one) {
    waiting = waiting.filter(function (other) { return other !== one; });
    if (!one.plot.isConnected) { return; }
    var drawn = one.draw();
    one.heard.forEach(function (resolve) { resolve(drawn); });
  }

  /* Before charts are changed, walked along or printed. */
  parterre.drawWaiting = function () { waiting.slice().forEach(finish); };
  window.addEventListener("beforeprint", parterre.drawWaiting);
}());

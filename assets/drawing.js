/* The first charts in sight are drawn before the page is painted; the others after that, one at a time, so that
   there is something to see at once and a page can be used meanwhile. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {};
  var AHEAD = 200;
  var AT_ONCE = 60;  // ms of drawing before the page is painted
  var waiting = [];
  var spent = 0;

  /* Whoever draws; of a chart that still waits, what was asked last is drawn, once. */
  parterre.inTurn = function (chart, draw) {
    var plot = typeof chart === "string" ? document.getElementById(chart) : chart;
    var one = waiting.find(function (other) { return other.plot === plot; });
    return !one && (!plot || plot.calcdata) ? draw() : parterre.inSightFirst(plot, draw);
  };

  /* Also of charts that are there: keys and clicks are not kept waiting until all are drawn anew. */
  parterre.inSightFirst = function (plot, draw) {
    var one = waiting.find(function (other) { return other.plot === plot; });
    if (!one && spent < AT_ONCE && parterre.isNear(plot)) { return timed(draw); }
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

  function timed(draw) {
    var begun = performance.now(), drawn = draw();
    if (!spent) { parterre.afterPaint(function () { spent = 0; }); }
    spent += performance.now() - begun;
    return drawn;
  }

  parterre.isNear = function (plot) {
    var frame = plot.getBoundingClientRect();
    return frame.top < window.innerHeight + AHEAD && frame.bottom > -AHEAD;
  };

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

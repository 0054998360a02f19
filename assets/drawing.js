/* The first charts in sight are drawn before the page is painted; the others after that, one at a time, so that
   there is something to see at once and a page can be used meanwhile. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {};
  var AHEAD = 200;
  var AT_ONCE = 60;  // ms of drawing before the page is painted
  var waiting = [];
  var spent = 0;

  function waits(plot) { return waiting.find(function (one) { return one.plot === plot; }); }

  /* Whoever draws; of a chart that still waits, what was asked last is drawn, once. */
  parterre.inTurn = function (chart, draw) {
    var plot = typeof chart === "string" ? document.getElementById(chart) : chart;
    return !waits(plot) && (!plot || plot.calcdata) ? draw() : parterre.inSightFirst(plot, draw, parterre.isNear(plot));
  };

  /* Also of charts that are there: keys and clicks are not kept waiting until all are drawn anew. */
  parterre.inSightFirst = function (plot, draw, isNear) {
    var one = waits(plot);
    if (!one && spent < AT_ONCE && isNear) { return timed(draw); }
    return new Promise(function (resolve) {
      if (!one) {
        one = { plot: plot, isNear: isNear, heard: [] };
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
      finish(waiting.find(function (one) { return one.isNear; }) || waiting[0]);
    }
  }

  function finish(one) {
    waiting = waiting.filter(function (other) { return other !== one; });
    if (!one.plot.isConnected) { return; }
    var drawn = one.draw();
    one.heard.forEach(function (resolve) { resolve(drawn); });
    parterre.lookAgain();
  }

  parterre.isDrawn = function (plot) { return Boolean(plot && plot.calcdata && !waits(plot)); };

  /* Before a chart is changed or walked along, or all are printed; those only for whom `which` holds. */
  parterre.drawWaiting = function (which) { waiting.filter(function (one) { return !which || which(one.plot); }).forEach(finish); };
  parterre.drawNow = function (plot) { parterre.drawWaiting(function (one) { return one === plot; }); };
  window.addEventListener("beforeprint", function () { parterre.drawWaiting(); });
}());

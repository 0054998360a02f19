/* Fingers: no chart holds the page. A tap filters, holding adds, a swipe along bars chooses a range. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {};
  var HOLD = 450;
  var STILL = 10;
  var CHART = ".js-plotly-plot";
  var ADDS = "[data-field][data-code], .nsewdrag, .maindrag";
  var NEVER = "summary, details, a, input, select";
  var finger = null;

  /* Plotly keeps a touch for itself, and takes the end of a scroll for a click. Without it browsers scroll, and
     make a click of each tap, which is what Plotly needs to know. */
  document.addEventListener("touchstart", function (event) {
    if (event.target.closest && event.target.closest(CHART)) { event.stopPropagation(); }
  }, { capture: true, passive: true });

  document.addEventListener("pointerdown", function (event) {
    forget();
    if (event.pointerType !== "touch" || !event.isPrimary || !event.target.closest) { return; }
    var target = event.target.closest(ADDS);
    if (!target || (event.target.closest(NEVER) && !event.target.closest(CHART))) { return; }
    finger = { target: target, x: event.clientX, y: event.clientY, bars: barsUnder(target), range: null, held: false };
    finger.timer = window.setTimeout(hold, HOLD);
  }, true);

  document.addEventListener("pointermove", function (event) {
    if (!finger || finger.held || event.pointerType !== "touch") { return; }
    var right = Math.abs(event.clientX - finger.x), down = Math.abs(event.clientY - finger.y);
    if (Math.max(right, down) < STILL) { return; }
    window.clearTimeout(finger.timer);
    if (finger.bars && (finger.range || right > down)) { mark(event.clientX); }
  }, true);

  document.addEventListener("pointerup", function (event) {
    if (!finger || event.pointerType !== "touch") { return; }
    var range = finger.range, bars = finger.bars;
    /* The click that ends a hold is not meant: `finger` waits for it. */
    if (finger.held) { return; }
    forget();
    if (range) { parterre.chooseAll(bars.spec.field, range); }
  }, true);

  document.addEventListener("pointercancel", function () { forget(); }, true);

  ["click", "contextmenu"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      if (!finger || !event.isTrusted || !(finger.held || name === "contextmenu")) { return; }
      event.preventDefault();
      event.stopPropagation();
    }, true);
  });

  function forget() {
    if (!finger) { return; }
    window.clearTimeout(finger.timer);
    if (finger.shade) { finger.shade.remove(); }
    finger = null;
  }

  /* ---- Holding: what Shift and a click do ---- */

  function hold() {
    finger.held = true;
    if (navigator.vibrate) { navigator.vibrate(15); }
    var names = finger.target.closest(CHART) ? ["mousemove", "mousedown", "mouseup"] : ["click"];
    names.forEach(function (name) {
      finger.target.dispatchEvent(new MouseEvent(name, {
        bubbles: true, cancelable: true, view: window, shiftKey: true, clientX: finger.x, clientY: finger.y
      }));
    });
  }

  /* ---- Swiping along bars whose order means something ---- */

  function barsUnder(target) {
    var frame = target.closest("[data-keys]");
    var plot = target.closest(CHART);
    var spec = frame && parterre.filters.charts[frame.dataset.keys];
    if (!spec || !plot || plot._fullLayout.dragmode !== "select") { return null; }
    return { spec: spec, axis: plot._fullLayout.xaxis, area: target.getBoundingClientRect() };
  }

  function mark(x) {
    var area = finger.bars.area, last = finger.bars.spec.codes.length - 1;
    var ends = [finger.x, x].map(function (end) { return Math.max(area.left, Math.min(area.right, end)); });
    ends.sort(function (one, other) { return one - other; });
    var places = ends.map(function (end) { return Math.round(finger.bars.axis.p2d(end - area.left)); });
    finger.range = finger.bars.spec.codes.slice(Math.max(0, places[0]), Math.min(last, places[1]) + 1);
    if (!finger.range.length) { finger.range = null; }
    if (!finger.shade) {
      finger.shade = document.createElement("div");
      finger.shade.className = "p-swiped";
      document.body.appendChild(finger.shade);
    }
    Object.assign(finger.shade.style, {
      left: ends[0] + "px", top: area.top + "px", width: ends[1] - ends[0] + "px", height: area.height + "px"
    });
  }
}());

/* Fingers: no chart holds the page. A tap filters, holding adds, a swipe along bars chooses a range. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {};
  var HOLD = 450;
  var STILL = 10;
  var LATE = 350;
  var SCROLLS = 100;
  var CHART = ".js-plotly-plot";
  var ADDS = "[data-field][data-code], .nsewdrag, .maindrag";
  var NEVER = "summary, details, a, input, select, [data-unfolds]";
  var finger = null;
  var tap = null;
  var pressed = 0;
  var scrolled = -SCROLLS;

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
    finger.stops = event.timeStamp - scrolled < SCROLLS;
    finger.timer = window.setTimeout(hold, HOLD);
  }, true);

  document.addEventListener("pointermove", function (event) {
    if (!finger || finger.held || event.pointerType !== "touch") { return; }
    var right = Math.abs(event.clientX - finger.x), down = Math.abs(event.clientY - finger.y);
    if (Math.max(right, down) < STILL) { return; }
    window.clearTimeout(finger.timer);
    finger.moved = true;
    if (finger.bars && (finger.range || right > down)) { mark(event.clientX); }
  }, true);

  document.addEventListener("pointerup", function (event) {
    if (!finger || event.pointerType !== "touch") { return; }
    /* The click that ends a hold is not meant: `finger` waits for it. */
    if (finger.held) { return; }
    var one = finger;
    forget();
    if (one.range) { parterre.chooseAll(one.bars.spec.field, one.range); }
    else if (!one.moved && !one.stops) { expect(one); }
  }, true);

  document.addEventListener("pointercancel", function () { forget(); }, true);

  /* Chromium makes no click of a tap now and then, right after a swipe: what it does not press in time, we do. */
  function expect(one) {
    tap = one;
    tap.late = window.setTimeout(function () {
      tap = null;
      pressed = performance.now();
      press(one, false);
    }, LATE);
  }

  ["mousedown", "mouseup", "click"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      if (!event.isTrusted) { return; }
      if (tap) { window.clearTimeout(tap.late); }
      tap = null;
      if (event.timeStamp < pressed) { event.stopPropagation(); }
    }, true);
  });

  /* One that stops a page which is still scrolling is meant for the page. */
  document.addEventListener("scroll", function (event) { scrolled = event.timeStamp; }, { capture: true, passive: true });

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
    press(finger, true);
  }

  function press(one, add) {
    var names = one.target.closest(CHART) ? ["mousemove", "mousedown", "mouseup"] : ["click"];
    names.forEach(function (name) {
      one.target.dispatchEvent(new MouseEvent(name, {
        bubbles: true, cancelable: true, view: window, shiftKey: add, clientX: one.x, clientY: one.y
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

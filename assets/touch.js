/* Fingers: no chart holds the page. A tap filters, holding adds, a swipe chooses as a drag does (drag.js). */
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
    finger = { target: target, x: event.clientX, y: event.clientY, drag: parterre.dragFrom(target, event.clientX, event.clientY), held: false };
    finger.stops = event.timeStamp - scrolled < SCROLLS;
    finger.timer = window.setTimeout(hold, HOLD);
  }, true);

  document.addEventListener("pointermove", function (event) {
    if (!finger || finger.held || event.pointerType !== "touch") { return; }
    var right = Math.abs(event.clientX - finger.x), down = Math.abs(event.clientY - finger.y);
    if (Math.max(right, down) < STILL) { return; }
    window.clearTimeout(finger.timer);
    finger.moved = true;
    if (finger.drag && (finger.drag.chosen || right > down)) { parterre.dragTo(finger.drag, event.clientX, event.clientY); }
  }, true);

  document.addEventListener("pointerup", function (event) {
    if (!finger || event.pointerType !== "touch") { return; }
    /* The click that ends a hold is not meant: `finger` waits for it. */
    if (finger.held) { return; }
    var one = finger;
    forget(true);
    if (!one.moved && !one.stops) { expect(one); }
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

  function forget(isDropped) {
    if (!finger) { return; }
    window.clearTimeout(finger.timer);
    parterre.endDrag(finger.drag, isDropped);
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
}());

/* Dragging over a chart, by mouse or by finger, chooses the bins that it touches: along x, or of two fields in a rectangle.
   What a layout's `meta` says of its axes is chosen from: where cells begin, as bins, and the values between them. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {};
  var STILL = 8;  // pixels, as far as Plotly takes what moves for a click
  var mouse = null;

  function within(most, value) { return Math.max(0, Math.min(most, value)); }
  function ordered(one, other) { return one - other; }

  parterre.dragFrom = function (target, x, y) {
    var plot = target.closest && target.closest(".nsewdrag") && target.closest(".js-plotly-plot");
    var sides = plot && plot.layout.meta;
    return sides ? { plot: plot, sides: sides, from: placeIn(plot, x, y), chosen: null } : null;
  };

  parterre.dragTo = function (drag, x, y) {
    var to = placeIn(drag.plot, x, y), across = along(drag, "x", to), up = along(drag, "y", to);
    if (!drag.chosen) { begin(drag); }
    drag.chosen = Object.assign({}, across.chosen, up.chosen);
    Object.assign(drag.shade.firstChild.style, {
      left: across.low + "px", width: across.high - across.low + "px", top: up.low + "px", height: up.high - up.low + "px"
    });
    parterre.preview(drag.chosen, parterre.latest(), true);
  };

  /* Nothing comes of it, unless it is dropped. */
  parterre.endDrag = function (drag, isDropped) {
    if (!drag || !drag.chosen) { return; }
    drag.shade.remove();
    if (isDropped) { parterre.chooseAll(drag.chosen); } else { parterre.endPreview(); }
  };

  /* What Plotly would take for a click at the end, and the label that it has shown, are none. */
  function begin(drag) {
    drag.plot._dragged = true;
    window.Plotly.Fx.unhover(drag.plot);
    drag.shade = document.createElement("div");
    drag.shade.className = "p-swept" + (drag.sides.y ? " is-area" : "");
    drag.shade.appendChild(document.createElement("div"));
    var across = drag.plot._fullLayout.xaxis, up = drag.plot._fullLayout.yaxis;
    Object.assign(drag.shade.style, { left: across._offset + "px", top: up._offset + "px", width: across._length + "px", height: up._length + "px" });
    drag.plot.appendChild(drag.shade);
  }

  /* Pixels from the corner of what is drawn, wherever the page has been scrolled to. */
  function placeIn(plot, x, y) {
    var frame = plot.getBoundingClientRect();
    return { x: x - frame.left - plot._fullLayout.xaxis._offset, y: y - frame.top - plot._fullLayout.yaxis._offset };
  }

  /* The cells between two places of an axis: what they choose, and from where to where they reach. */
  function along(drag, name, to) {
    var side = drag.sides[name], axis = drag.plot._fullLayout[name + "axis"], most = axis._length, chosen = {};
    if (!side) { return { chosen: {}, low: 0, high: most }; }
    var cells = [drag.from, to].map(function (place) {
      var value = axis.p2d(within(most, place[name]));
      return side.edges.filter(function (edge) { return edge <= value; }).length;
    }).sort(ordered);
    var start = side.starts[cells[0]], stop = cells[1] + 1 < side.starts.length ? side.starts[cells[1] + 1] : side.known;
    chosen[side.field] = Array.from({ length: stop - start }, function (_, place) { return start + place; });
    var ends = [side.edges[cells[0] - 1], side.edges[cells[1]]].map(function (edge, place) {
      return edge === undefined ? (place === 1) === (name === "x") ? most : 0 : within(most, axis.d2p(edge));
    }).sort(ordered);
    return { chosen: chosen, low: ends[0], high: ends[1] };
  }

  /* ---- The mouse; fingers are in touch.js ---- */

  function end(isDropped) {
    var one = mouse;
    mouse = null;
    parterre.endDrag(one, isDropped);
  }

  document.addEventListener("pointerdown", function (event) {
    end();
    if (event.pointerType !== "touch" && event.button === 0) { mouse = parterre.dragFrom(event.target, event.clientX, event.clientY); }
  }, true);

  document.addEventListener("mousedown", function (event) { if (mouse) { event.preventDefault(); } }, true);

  document.addEventListener("pointermove", function (event) {
    if (!mouse || event.pointerType === "touch") { return; }
    if (!event.buttons) { end(); return; }
    var to = placeIn(mouse.plot, event.clientX, event.clientY);
    var moved = Math.max(Math.abs(to.x - mouse.from.x), Math.abs(to.y - mouse.from.y));
    if (mouse.chosen || moved >= STILL) { parterre.dragTo(mouse, event.clientX, event.clientY); }
  }, true);

  document.addEventListener("pointerup", function () { end(true); }, true);
  document.addEventListener("pointercancel", function () { end(); }, true);
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape" || !mouse || !mouse.chosen) { return; }
    event.stopPropagation();
    end();
  }, true);
}());

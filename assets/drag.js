/* Dragging over a chart, by mouse, by finger or by keys, chooses the bins that it touches: along x, or of two fields in a rectangle.
   What a layout's `meta` says of its axes is chosen from: where cells begin, as bins, and the values between them. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {};
  var STILL = 8;  // pixels, as far as Plotly takes what moves for a click
  var STEPS = { ArrowRight: ["x", 1], ArrowLeft: ["x", -1], ArrowUp: ["y", 1], ArrowDown: ["y", -1] };
  var mouse = null, walk = null;

  function within(most, value) { return Math.max(0, Math.min(most, value)); }
  function ordered(one, other) { return one - other; }

  parterre.dragFrom = function (target, x, y) {
    var plot = target.closest && target.closest(".nsewdrag") && target.closest(".js-plotly-plot");
    var sides = plot && plot.layout.meta;
    return sides ? { plot: plot, sides: sides, from: placeIn(plot, x, y), chosen: null } : null;
  };

  parterre.dragTo = function (drag, x, y) {
    var to = placeIn(drag.plot, x, y);
    spread(drag, function (name) { return [cellAt(drag, name, drag.from), cellAt(drag, name, to)]; });
  };

  /* `between` tells of an axis the cells in two corners. */
  function spread(drag, between) {
    var across = along(drag, "x", between), up = along(drag, "y", between);
    if (!drag.chosen) { begin(drag); }
    drag.chosen = Object.assign({}, across.chosen, up.chosen);
    Object.assign(drag.shade.firstChild.style, {
      left: across.low + "px", width: across.high - across.low + "px", top: up.low + "px", height: up.high - up.low + "px"
    });
    parterre.preview(drag.chosen, parterre.latest(), true);
  }

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

  function cellAt(drag, name, place) {
    var axis = drag.plot._fullLayout[name + "axis"], value = axis.p2d(within(axis._length, place[name]));
    return drag.sides[name].edges.filter(function (edge) { return edge <= value; }).length;
  }

  /* The cells between two of an axis: what they choose, and from where to where they reach. */
  function along(drag, name, between) {
    var side = drag.sides[name], axis = drag.plot._fullLayout[name + "axis"], most = axis._length, chosen = {};
    if (!side) { return { chosen: {}, low: 0, high: most }; }
    var cells = between(name).sort(ordered);
    var start = side.starts[cells[0]], stop = cells[1] + 1 < side.starts.length ? side.starts[cells[1] + 1] : side.known;
    chosen[side.field] = Array.from({ length: stop - start }, function (_, place) { return start + place; });
    var ends = [side.edges[cells[0] - 1], side.edges[cells[1]]].map(function (edge, place) {
      return edge === undefined ? (place === 1) === (name === "x") ? most : 0 : within(most, axis.d2p(edge));
    }).sort(ordered);
    return { chosen: chosen, low: ends[0], high: ends[1] };
  }

  /* ---- Keys: arrows move a cell, with Shift they spread it, Enter chooses it ---- */

  parterre.walkOver = function (event, plot) {
    var step = STEPS[event.key];
    if (step) {
      event.preventDefault();
      walk = walk && walk.plot === plot ? stepped(walk, step, event.shiftKey) : begun(plot);
      spread(walk, function (name) { return [walk.from[name], walk.at[name]]; });
      parterre.say(["x", "y"].map(told).join(", "));
    } else if (event.key === "Enter" && walk) { leave(true); }
  };

  function begun(plot) {
    var middle = { x: plot.layout.meta.x.starts.length >> 1, y: plot.layout.meta.y.starts.length >> 1 };
    return { plot: plot, sides: plot.layout.meta, from: middle, at: middle, chosen: null };
  }

  function stepped(drag, step, isSpread) {
    var at = Object.assign({}, drag.at);
    at[step[0]] = Math.max(0, Math.min(drag.sides[step[0]].starts.length - 1, at[step[0]] + step[1]));
    return Object.assign(drag, { at: at, from: isSpread ? drag.from : at });
  }

  function told(name) {
    var cells = [walk.from[name], walk.at[name]].sort(ordered), edges = walk.sides[name].edges.map(function (edge) { return parterre.write("exact", edge); });
    var low = edges[cells[0] - 1], high = edges[cells[1]];
    return walk.plot.layout[name + "axis"].title.text + ": " + (low ? high ? low + " to " + high : "from " + low : high ? "up to " + high : "all");
  }

  function leave(isDropped) {
    var one = walk;
    walk = null;
    parterre.endDrag(one, isDropped);
  }

  document.addEventListener("focusout", function () { leave(); });

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
    if (event.key !== "Escape" || !(walk || mouse && mouse.chosen)) { return; }
    event.stopPropagation();
    end();
    leave();
  }, true);
}());

/* What a choice in one chart does to all others is shown at once, from a tile: what they show by its bins, asked for when
   the pointer rests on it or the keyboard comes to it. The server's answer follows, with words, and is the same. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {};
  var REST = 60, MOST = 8;  // ms that a pointer rests; tiles that are kept
  var tiles = new Map();
  var resting = 0, near = "", frame = 0, preview = null, seen = null, undo = {};
  var SVG = "http://www.w3.org/2000/svg";

  /* What a tile is about: another page, model, form or filter of another field makes it another tile. */
  function about(field, question) {
    var clauses = {}, state = parterre.filters;
    Object.keys(question.clauses).sort().forEach(function (name) {
      if (name !== field) { clauses[name] = question.clauses[name].slice().sort(function (a, b) { return a - b; }); }
    });
    var pieces = question.pieces.filter(function (piece) { return parterre.keyOf(piece) !== field; });
    return { page: state.page, field: field, clauses: clauses, pieces: pieces, options: question.options };
  }

  function keyOf(question) { return JSON.stringify([parterre.filters.origin, parterre.filters.drawnAs, question]); }

  function fetchTile(field) {
    if (parterre.isChanged() || !parterre.filters.answer) { return; }
    var question = about(field, parterre.filters), key = keyOf(question);
    if (tiles.get(key)) { document.body.dataset.tile = field; }
    if (tiles.has(key)) { return; }
    tiles.set(key, null);
    if (tiles.size > MOST) { tiles.delete(tiles.keys().next().value); }
    parterre.ask("POST", "/filters/tile?" + parterre.filters.origin, question).then(function (answer) {
      if (tiles.has(key)) { tiles.set(key, answer.rows ? answer : null); }
      document.body.dataset.tile = field;
    }, function () { tiles.delete(key); });
  }

  /* Draws what `codes` of `field` would leave, where a tile tells, in the next frame; what is being dragged along stays. */
  parterre.preview = function (field, codes, question, isDragged) {
    var tile = tiles.get(keyOf(about(field, question)));
    if (!tile) { return; }
    preview = { field: field, codes: codes, tile: tile, isDragged: isDragged };
    inNextFrame();
  };

  /* What was asked last, of the field that was chosen in last. */
  parterre.previewAsked = function (field, question) {
    if (field && question.clauses) { parterre.preview(field, question.clauses[field] || [], question); }
  };

  parterre.previewed = function (field) { return preview && preview.field === field ? preview.codes : null; };

  /* Nothing comes of it: back to what was there, unless another answer is about to be drawn. */
  parterre.endPreview = function (isAnswered) {
    if (!preview) { return; }
    var undone = undo;
    window.cancelAnimationFrame(frame);
    preview = null;
    frame = 0;
    undo = {};
    seen = null;
    document.querySelectorAll(".p-dots").forEach(function (dots) { dots.remove(); });
    document.body.classList.remove("is-brushing");
    if (isAnswered) { return; }
    parterre.drawViews(parterre.filters.answer.views);
    Object.keys(undone).forEach(function (id) { undone[id](); });
    parterre.showPressed();
  };

  function inNextFrame() { frame = frame || window.requestAnimationFrame(draw); }

  /* Only what is in sight; the rest when it comes into sight, or with the answer. */
  function draw() {
    frame = 0;
    if (!preview) { return; }
    var tile = preview.tile, codes = preview.codes.length ? preview.codes : Array.from(tile.rows.keys());
    if (!seen) {
      seen = Object.keys(parterre.filters.answer.views).concat(Object.keys(tile.traces), Object.keys(tile.points || {})).filter(isSeen);
      document.body.classList.add("is-brushing");
    }
    parterre.drawViews(among(seen, parterre.filters.answer.views, function (id) { return bars(id, tile.views[id], codes); }));
    showTexts(tile, codes);
    among(seen, tile.traces, function (id, traces) { move(id, moved(id, traces, codes)); });
    among(seen, tile.points || {}, function (id, points) { dot(id, dealt(points, codes)); });
    if (!preview.isDragged) { parterre.showPressed(); }
  }

  function isSeen(id) {
    var plot = parterre.plotOf(id);
    return plot && plot.calcdata && parterre.isNear(plot);
  }

  function among(seen, from, made) {
    return seen.reduce(function (found, id) {
      var one = id in from && made(id, from[id]);
      if (one) { found[id] = one; }
      return found;
    }, {});
  }

  function summed(columns, codes) {
    return columns[0].map(function (_, place) { return codes.reduce(function (sum, code) { return sum + columns[code][place]; }, 0); });
  }

  /* ---- Bars; those that are chosen among keep their heights ---- */

  function bars(id, columns, codes) {
    var spec = parterre.filters.charts[id], data = parterre.plotOf(id).data.slice(1);
    if (!columns) { return spec.field === preview.field && !preview.isDragged ? standing(spec, data) : null; }
    var sums = summed(columns, codes), many = sums.length / data.length;
    var parts = data.map(function (_, place) { return sums.slice(place * many, (place + 1) * many); });
    if (parterre.filters.answer.form.indexOf("shares") >= 0) { parts = inShares(parts); }
    return spec.across && parts.length === 1 ? { values: parts, texts: texts(spec, parts[0]) } : { values: parts };
  }

  function standing(spec, data) {
    var view = { values: data.map(function (trace) { return Array.from(trace[spec.across ? "x" : "y"]); }) };
    return spec.across && data.length === 1 ? Object.assign(view, { texts: data[0].text }) : view;
  }

  /* In percent of all bars, or of each bar where it has parts; in as many digits as the server's. */
  function inShares(parts) {
    var whole = parterre.sums(parts), all = total(whole);
    return parts.map(function (part) {
      return part.map(function (value, bar) { return Number((100 * value / ((parts.length > 1 ? whole[bar] : all) || 1)).toPrecision(9)); });
    });
  }

  function total(values) { return values.reduce(function (sum, value) { return sum + value; }, 0); }

  function texts(spec, values) {
    var isShare = parterre.filters.answer.form === "shares", all = total(values) || 1;
    return values.map(function (value) {
      if (isShare) { return parterre.write("percent", value / 100); }
      return parterre.write(spec.money ? "money" : "whole", value) + " (" + parterre.write("percent", value / all) + ")";
    });
  }

  /* ---- Texts and other figures: sums, and ratios of sums ---- */

  function ratio(told, codes) {
    var over = summed(told[1], codes), under = told[2] && summed(told[2], codes);
    return under ? over.map(function (value, place) { return value / under[under.length > 1 ? place : 0]; }) : over;
  }

  function showTexts(tile, codes) {
    var now = {}, before = {}, write = parterre.write;
    Object.keys(tile.texts).forEach(function (id) { now[id] = write(tile.texts[id][0], ratio(tile.texts[id], codes)[0]); });
    now["filters-count"] = write("whole", total(codes.map(function (code) { return tile.rows[code]; }))) + " of " +
      write("whole", parterre.filters.answer.everyone) + " customers";
    Object.keys(now).forEach(function (id) {
      var element = document.getElementById(id);
      before[id] = element ? element.textContent : "";
    });
    undo.texts = undo.texts || function () { parterre.showTexts(before); };
    parterre.showTexts(now);
  }

  /* By place of a trace its new arrays. */
  function moved(id, traces, codes) {
    var changes = {}, data = parterre.plotOf(id).data;
    Object.keys(traces).forEach(function (at) {
      var place = at.split(".")[0], form = traces[at][0];
      if (data[place]) { changes[place] = (SHAPES[form] || written(form))(ratio(traces[at], codes), data[place]); }
    });
    return changes;
  }

  var SHAPES = {
    /* What is written beside a bar begins with its part of all. */
    part: function (values, trace) {
      var x = values.map(function (value) { return value || 0; });
      return { x: x, text: x.map(function (value, bar) {
        var before = parterre.write("percent", trace.x[bar]);
        return parterre.write("percent", value) + (trace.text[bar].indexOf(before) === 0 ? trace.text[bar].slice(before.length) : "");
      }) };
    },
    /* Of groups that are drawn; how sure a rate is follows with the answer. */
    places: function (values, trace) {
      var none = trace.x.map(function () { return 0; });
      return { y: trace.x.map(function (place) { return Number.isFinite(values[place]) ? values[place] : null; }), "error_y.array": none, "error_y.arrayminus": none };
    },
    cells: function (values, trace) { return { z: inRows(values.map(function (value) { return Number.isFinite(value) ? value : null; }), trace.z) }; },
    /* Thin areas show beside crowded ones. */
    root: function (values, trace) {
      var roots = values.map(Math.sqrt);
      return { z: inRows(roots.map(known), trace.z), customdata: inRows(values, trace.z), zmax: Math.max.apply(null, roots) || 1 };
    }
  };

  function written(form) {
    return function (values) { return { text: values.map(function (value) { return parterre.write(form, value); }) }; };
  }

  function known(value) { return value || null; }

  function inRows(values, rows) {
    var many = rows[0].length;
    return rows.map(function (_, row) { return values.slice(row * many, (row + 1) * many); });
  }

  /* As much room as the longest bar had. */
  function reached(plot, changes) {
    function longest(traces) { return Math.max.apply(null, traces.reduce(function (all, trace) { return all.concat(Array.from(trace.x || [])); }, [])); }
    if (!plot.layout.xaxis.range || plot.data[0].type !== "bar") { return {}; }
    var now = longest(Object.values(changes)) || 1, before = longest(plot.data) || 1;
    return { xaxis: [0, plot.layout.xaxis.range[1] * now / before] };
  }

  /* By trace the first of those whom these bins hold, in the order in which the server draws them. */
  function dealt(points, codes) {
    var traces = {}, shown = 0, isChosen = new Set(codes);
    for (var at = 0; at < points.x.length && shown < points.most; at += 1) {
      if (!isChosen.has(points.code[at])) { continue; }
      (traces[points.trace[at]] = traces[points.trace[at]] || []).push(at);
      shown += 1;
    }
    return Object.keys(traces).map(function (place) { return { place: place, at: traces[place], from: points }; });
  }

  /* All points of a trace as one path: each by itself would cost more than all bars of a page. */
  function dot(id, traces) {
    var plot = parterre.plotOf(id), x = plot._fullLayout.xaxis, y = plot._fullLayout.yaxis, layer = plot.querySelector(".scatterlayer");
    var dots = plot.querySelector(".p-dots") || layer.parentNode.insertBefore(document.createElementNS(SVG, "g"), layer.nextSibling);
    dots.setAttribute("class", "p-dots");
    dots.replaceChildren.apply(dots, traces.map(function (one) {
      var path = document.createElementNS(SVG, "path"), marker = plot._fullData[one.place].marker;
      path.setAttribute("d", one.at.map(function (at) { return "M" + x.c2p(one.from.x[at]).toFixed(1) + "," + y.c2p(one.from.y[at]).toFixed(1) + "h0"; }).join(""));
      Object.assign(path.style, { stroke: marker.color, strokeWidth: marker.size, strokeOpacity: marker.opacity });
      return path;
    }));
  }

  function move(id, changes) {
    var plot = parterre.plotOf(id), places = Object.keys(changes).map(Number);
    var before = places.map(function (place) { return kept(plot.data[place], changes[place]); });
    var ranges = reached(plot, changes), was = {};
    Object.keys(ranges).forEach(function (axis) { was[axis] = plot.layout[axis].range.slice(); });
    undo[id] = undo[id] || function () { parterre.moves(plot, before, places, was); };
    parterre.moves(plot, places.map(function (place) { return changes[place]; }), places, ranges);
  }

  function kept(from, names) {
    return Object.keys(names).reduce(function (found, name) {
      found[name] = name.split(".").reduce(function (one, part) { return one[part]; }, from);
      return found;
    }, {});
  }

  /* ---- When a tile is asked for ---- */

  function fieldAt(element) {
    for (var at = element; parterre.filters && at && at.dataset; at = at.parentElement) {
      var field = at.dataset.field || parterre.fieldOf(at.id) || parterre.fieldOf(at.dataset.keys);
      if (field) { return field; }
    }
    return "";
  }

  document.addEventListener("pointerover", function (event) {
    var field = event.pointerType === "touch" ? "" : fieldAt(event.target);
    if (field === near) { return; }
    near = field;
    window.clearTimeout(resting);
    if (field) { resting = window.setTimeout(fetchTile, REST, field); }
  }, { passive: true });

  document.addEventListener("focusin", function (event) {
    var field = fieldAt(event.target);
    if (field) { fetchTile(field); }
  });

  document.addEventListener("scroll", function () {
    seen = null;
    if (preview) { inNextFrame(); }
  }, { capture: true, passive: true });

  /* Other filters: another tile, for the chart that one is still in. */
  document.addEventListener("parterre:filtered", function () { if (near) { fetchTile(near); } });
}());

/* What a choice in one chart does to all others is shown at once, from a tile: what they show by its bins, asked for when
   the pointer rests on it or the keyboard comes to it. The server's answer follows, with words, and is the same. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {};
  var REST = 60, MOST = 8;  // ms that a pointer rests; tiles that are kept
  var tiles = new Map();
  var resting = 0, near = [], frame = 0, preview = null, seen = null, undo = {};

  /* What a tile is about: another page, model, form or filter of another field makes it another tile. `field` may be two. */
  function about(field, question) {
    var clauses = {}, state = parterre.filters, own = field.split("*");
    Object.keys(question.clauses).sort().forEach(function (name) {
      if (own.indexOf(name) < 0) { clauses[name] = question.clauses[name].slice().sort(function (a, b) { return a - b; }); }
    });
    var pieces = question.pieces.filter(function (piece) { return own.indexOf(parterre.keyOf(piece)) < 0; });
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

  /* Draws what `chosen`, codes by field, would leave, where a tile tells, in the next frame; what is being dragged along stays. */
  parterre.preview = function (chosen, question, isDragged) {
    var field = Object.keys(chosen).join("*"), tile = tiles.get(keyOf(about(field, question))), codes = tile && columnsOf(tile, chosen);
    if (!codes) { return; }
    preview = { field: field, chosen: chosen, codes: codes, tile: tile, isDragged: isDragged };
    inNextFrame();
  };

  /* Bins, or cells of two fields, of which cells don't tell who lies along one alone. */
  function columnsOf(tile, chosen) {
    var sides = Object.values(chosen).map(function (codes) { return new Set(codes); });
    var all = Array.from(tile.rows.keys()), open = sides.filter(function (side) { return !side.size; }).length;
    if (open) { return open === sides.length ? all : null; }
    return tile.cells ? Array.from(tile.cells.keys()).filter(function (place) {
      return sides.every(function (side, at) { return side.has(tile.cells[place][at]); });
    }) : Object.values(chosen)[0];
  }

  /* What was asked last, of what was chosen in last. */
  parterre.previewAsked = function (field, question) {
    if (!field || !question.clauses) { return; }
    parterre.preview(field.split("*").reduce(function (chosen, name) {
      chosen[name] = question.clauses[name] || [];
      return chosen;
    }, {}), question);
  };

  parterre.previewed = function (field) { return preview && preview.chosen[field] || null; };

  /* What was sketched goes, and where nothing comes of it what stood around it comes back. */
  parterre.endPreview = function (isAnswered) {
    if (!preview) { return; }
    var undone = undo;
    window.cancelAnimationFrame(frame);
    preview = null;
    frame = 0;
    undo = {};
    seen = null;
    parterre.endSketches();
    document.querySelectorAll(".is-foretold").forEach(function (plot) { plot.classList.remove("is-foretold"); });
    document.body.classList.remove("is-brushing");
    document.querySelectorAll(".is-behind").forEach(function (one) { one.classList.remove("is-behind"); });
    if (isAnswered) { return; }
    Object.keys(undone).forEach(function (id) { undone[id](); });
    parterre.showPressed();
  };

  function inNextFrame() { frame = frame || window.requestAnimationFrame(draw); }

  /* Only what is in sight; the rest when it comes into sight, or with the answer. */
  function draw() {
    frame = 0;
    if (!preview) { return; }
    var tile = preview.tile, codes = preview.codes;
    if (!seen) {
      seen = Array.from(new Set(Object.keys(parterre.filters.answer.views).concat(Object.keys(tile.traces), Object.keys(tile.points || {})))).filter(isSeen);
      if (!document.body.classList.contains("is-brushing")) { leaveBehind(tile); }
      seen.filter(function (id) { return id in tile.views || id in tile.traces || id in (tile.points || {}); }).forEach(function (id) {
        parterre.plotOf(id).classList.add("is-foretold");
      });
    }
    seen.forEach(function (id) {
      if (id in parterre.filters.answer.views) { stand(id, tile.views[id], id in tile.along ? beside(tile, id) : codes); }
      if (id in tile.traces) { move(id, tile.traces[id], codes); }
      if (tile.points && id in tile.points) {
        parterre.sketchPoints(parterre.plotOf(id), dealt(tile.points[id], preview.isDragged && isOwn(id) ? Array.from(tile.rows.keys()) : codes));
      }
    });
    showTexts(tile, codes);
    if (!preview.isDragged) { parterre.showPressed(); }
  }

  /* Bars of one of two fields show all of it, whom the other one leaves. */
  function beside(tile, id) {
    var codes = preview.chosen[tile.along[id]];
    return codes.length ? codes : Array.from(tile.views[id].keys());
  }

  /* What only the answer draws and says anew is pale until then; a chart that is dragged over shows all that can be chosen. */
  function leaveBehind(tile) {
    var answer = parterre.filters.answer;
    document.body.classList.add("is-brushing");
    Object.keys(answer.figures || {}).filter(function (id) { return !follows(tile, id); }).concat(
      Object.keys(answer.texts).filter(function (id) { return !(id in tile.texts); })
    ).forEach(function (id) {
      var element = document.getElementById(id);
      if (element) { (element.classList.contains("dash-graph") && element.closest(".p-chart") || element).classList.add("is-behind"); }
    });
  }

  function follows(tile, id) {
    var aside = parterre.filters.ignores[id];
    return id in tile.traces || id in (tile.points || {}) || aside === "*" || aside in preview.chosen;
  }

  function isOwn(id) { return parterre.fieldsOf(id)[0] === preview.field; }

  function isSeen(id) {
    var plot = parterre.plotOf(id);
    return parterre.isDrawn(plot) && parterre.isNear(plot);
  }

  function summed(columns, codes) {
    return columns[0].map(function (_, place) { return codes.reduce(function (sum, code) { return sum + columns[code][place]; }, 0); });
  }

  /* ---- Bars; those that are chosen among keep their heights ---- */

  function stand(id, columns, codes) {
    var spec = parterre.filters.charts[id], plot = parterre.plotOf(id);
    var view = columns ? bars(spec, plot.data.length - 1, summed(columns, codes)) : spec.field in preview.chosen && standing(spec, plot.data.slice(1));
    if (!view) { return; }
    var ranges = parterre.reach(spec, plot, view), bases = parterre.bases(view.values), faded = parterre.opacities(spec);
    stretch(id, plot, ranges);
    parterre.sketchBars(plot, view.values.map(function (values, place) {
      return { place: place + 1, values: values, bases: bases[place], texts: view.texts, faded: faded };
    }));
  }

  function bars(spec, many, sums) {
    var length = sums.length / many, parts = Array.from({ length: many }, function (_, place) { return sums.slice(place * length, (place + 1) * length); });
    if (parterre.filters.answer.form.indexOf("shares") >= 0) { parts = inShares(parts); }
    return { values: parts, texts: spec.across && many === 1 ? texts(spec, parts[0]) : null };
  }

  function standing(spec, data) {
    return {
      values: data.map(function (trace) { return Array.from(trace[spec.across ? "x" : "y"]); }),
      texts: spec.across && data.length === 1 ? data[0].text : null
    };
  }

  /* Axes that reach further than they did. */
  function stretch(id, plot, ranges) {
    var was = {};
    Object.keys(ranges).forEach(function (axis) { was[axis] = plot.layout[axis].range.slice(); });
    if (Object.keys(ranges).every(function (axis) { return ranges[axis][1] === was[axis][1]; })) { return; }
    undo[id] = undo[id] || function () { parterre.moves(plot, [], [], was); };
    parterre.moves(plot, [], [], ranges);
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
      return parterre.write(spec.form, value) + " (" + parterre.write("percent", value / all) + ")";
    });
  }

  /* ---- Texts and other figures: sums, and ratios of sums ---- */

  function ratio(told, codes) {
    var over = summed(told[1], codes), under = told[2] && summed(told[2], codes);
    return under ? over.map(function (value, place) { return value / under[under.length > 1 ? place : 0]; }) : over;
  }

  function showTexts(tile, codes) {
    var now = {}, before = {}, write = parterre.write, answer = parterre.filters.answer;
    var rows = total(codes.map(function (code) { return tile.rows[code]; }));
    Object.keys(tile.texts).forEach(function (id) { now[id] = write(tile.texts[id][0], ratio(tile.texts[id], codes)[0]); });
    Object.keys(now).forEach(function (id) {
      var element = document.getElementById(id);
      before[id] = element ? element.textContent : "";
    });
    undo.texts = undo.texts || function () {
      parterre.showTexts(before);
      parterre.showCount(answer.count, answer.rows / answer.everyone);
    };
    parterre.showTexts(now);
    parterre.showCount(write("whole", rows) + " of " + write("whole", answer.everyone) + " customers", rows / answer.everyone);
  }

  /* By place of a trace its new arrays. */
  function moved(data, traces, codes) {
    var changes = {};
    Object.keys(traces).forEach(function (at) {
      var place = at.split(".")[0], form = traces[at][0];
      if (data[place]) { changes[place] = (SHAPES[form] || written(form))(ratio(traces[at], form === "area" ? [0] : codes), data[place]); }
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
    },
    /* By both fields that are chosen from, which while one drags are all in sight. */
    area: function (values, trace) {
      var many = trace.z[0].length, sides = Object.values(preview.chosen);
      return SHAPES.root(values.map(function (value, place) {
        return preview.isDragged || (sides[0].indexOf(place % many) >= 0 && sides[1].indexOf(Math.floor(place / many)) >= 0) ? value : 0;
      }), trace);
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

  function move(id, traces, codes) {
    var plot = parterre.plotOf(id), changes = moved(plot.data, traces, codes), places = Object.keys(changes).map(Number);
    if (plot.data[0].type === "bar") { parterre.sketchBars(plot, inTheRoom(plot.data, changes)); return; }
    var before = places.map(function (place) { return kept(plot.data[place], changes[place]); });
    undo[id] = undo[id] || function () { parterre.moves(plot, before, places); };
    parterre.moves(plot, places.map(function (place) { return changes[place]; }), places);
  }

  /* The longest bar as long as the longest was. */
  function inTheRoom(data, changes) {
    function longest(traces) { return Math.max.apply(null, traces.map(function (trace) { return Math.max.apply(null, trace.x); })) || 1; }
    var scale = longest(data) / longest(Object.values(changes));
    return Object.keys(changes).map(function (place) {
      return { place: Number(place), values: changes[place].x.map(function (value) { return value * scale; }), texts: changes[place].text };
    });
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

  function kept(from, names) {
    return Object.keys(names).reduce(function (found, name) {
      found[name] = name.split(".").reduce(function (one, part) { return one[part]; }, from);
      return found;
    }, {});
  }

  /* ---- When a tile is asked for ---- */

  function fieldsAt(element) {
    for (var at = element; parterre.filters && at && at.dataset; at = at.parentElement) {
      var fields = at.dataset.field ? [at.dataset.field] : parterre.fieldsOf(at.id).concat(parterre.fieldsOf(at.dataset.keys));
      if (fields.length) { return fields; }
    }
    return [];
  }

  function fetchTiles(fields) { fields.forEach(fetchTile); }

  document.addEventListener("pointerover", function (event) {
    var fields = fieldsAt(event.target);
    if (fields.join() === near.join()) { return; }
    near = fields;
    window.clearTimeout(resting);
    resting = window.setTimeout(fetchTiles, REST, fields);
  }, { passive: true });

  /* A finger that scrolls the page chooses nothing. */
  document.addEventListener("pointercancel", function () {
    window.clearTimeout(resting);
    near = [];
  });

  document.addEventListener("focusin", function (event) { fetchTiles(fieldsAt(event.target)); });

  /* What is in sight and drawn is another now. */
  parterre.lookAgain = function () {
    seen = null;
    if (preview) { inNextFrame(); }
  };

  document.addEventListener("scroll", parterre.lookAgain, { capture: true, passive: true });

  /* Other filters: another tile, for the chart that one is still in. */
  document.addEventListener("parterre:filtered", function () { fetchTiles(near); });
}());

/* What a choice in one chart does to all others is shown at once, from a tile: what they show by its bins, asked for when
   the pointer rests on it or the keyboard comes to it. The server's answer follows, with words, and is the same. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {};
  var REST = 60, MOST = 8;  // ms that a pointer rests; tiles that are kept
  var tiles = new Map();
  var resting = 0, near = "", preview = null;

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
    if (tiles.has(key)) { return; }
    tiles.set(key, null);
    if (tiles.size > MOST) { tiles.delete(tiles.keys().next().value); }
    parterre.ask("POST", "/filters/tile?" + parterre.filters.origin, question).then(function (answer) {
      if (tiles.has(key)) { tiles.set(key, answer.views); }
      document.body.dataset.tile = field;
    }, function () { tiles.delete(key); });
  }

  /* Draws what `codes` of `field` would leave, where a tile tells; the chart itself only where it is not being dragged. */
  parterre.preview = function (field, codes, question, isDragged) {
    var answer = parterre.filters.answer, views = tiles.get(keyOf(about(field, question))), drawn = {};
    if (!views) { return; }
    preview = { field: field, codes: codes };
    Object.keys(answer.views).forEach(function (id) {
      if (views[id]) { drawn[id] = view(id, views[id], codes); } else if (!isDragged) { drawn[id] = answer.views[id]; }
    });
    parterre.drawViews(drawn);
  };

  /* What was asked last, of the field that was chosen in last. */
  parterre.previewAsked = function (field, question) {
    if (field && question.clauses) { parterre.preview(field, question.clauses[field] || [], question); }
  };

  parterre.previewed = function (field) { return preview && preview.field === field ? preview.codes : null; };

  /* Nothing comes of it: back to the answer that is there, unless another one is about to be drawn. */
  parterre.endPreview = function (isAnswered) {
    if (!preview) { return; }
    preview = null;
    if (!isAnswered) { parterre.drawViews(parterre.filters.answer.views); }
  };

  function view(id, columns, codes) {
    var chosen = codes.length ? codes : Array.from(columns.keys());
    var values = columns[0].map(function (_, bar) {
      return chosen.reduce(function (sum, code) { return sum + columns[code][bar]; }, 0);
    });
    return parterre.filters.charts[id].across ? { values: [values], texts: texts(id, values) } : { values: [values] };
  }

  function texts(id, values) {
    var all = values.reduce(function (sum, value) { return sum + value; }, 0) || 1;
    return values.map(function (value) { return parterre.written(id, value) + " (" + parterre.filters.percent.format(value / all) + ")"; });
  }

  /* ---- When a tile is asked for ---- */

  function fieldAt(element) {
    var charts = (parterre.filters || {}).charts || {};
    for (var at = element; at && at.dataset; at = at.parentElement) {
      var spec = charts[at.id] || charts[at.dataset.keys];
      if (spec) { return spec.field; }
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

  /* Other filters: another tile, for the chart that one is still in. */
  document.addEventListener("parterre:filtered", function () { if (near) { fetchTile(near); } });
}());

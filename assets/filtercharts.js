/* The charts of a page that can be filtered: drawn once by Dash, then only restyled from answers. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {};
  var FADED = 0.3;

  function filters() { return parterre.filters; }
  function zeros(length) { return Array.from({ length: length }, function () { return 0; }); }

  parterre.plotOf = function (id) {
    var element = document.getElementById(id);
    return element && (element.classList.contains("js-plotly-plot") ? element : element.querySelector(".js-plotly-plot"));
  };

  /* Parts of bars, segment by segment, as whole bars. */
  parterre.sums = function (parts) {
    return parts.length === 1 ? parts[0] : parts[0].map(function (_, place) {
      return parts.reduce(function (sum, part) { return sum + part[place]; }, 0);
    });
  };

  parterre.opacities = function (spec) {
    var own = parterre.codesOf(spec.field);
    return spec.codes.map(function (code) { return !own.length || own.indexOf(code) >= 0 ? 1 : FADED; });
  };

  /* By what a drag over a chart, or a click on it, filters: one field, or two that are crossed. */
  parterre.fieldsOf = function (id) {
    if (id && filters().charts[id]) { return [filters().charts[id].field]; }
    var plot = id && parterre.plotOf(id), sides = plot && plot.layout && plot.layout.meta || {};
    var trace = plot && plot.data && plot.data.find(function (one) { return one.meta && one.meta.field; });
    return (sides.y ? [sides.x.field + "*" + sides.y.field] : []).concat(trace ? trace.meta.field : []);
  };

  /* What is drawn is done when these promises are. */
  parterre.drawViews = function (views) {
    return Object.keys(views).map(function (id) { return draw(id, views[id]); });
  };

  /* Only what is new is sent to Plotly: bars whose heights stay need not be laid out again. */
  function draw(id, view) {
    var spec = filters().charts[id];
    var plot = parterre.plotOf(id);
    if (!spec || !plot || !plot.calcdata) { return null; }
    parterre.drawNow(plot);
    if (plot.data.length !== view.values.length + 1) { return null; }
    var faded = parterre.opacities(spec), ranges = parterre.reach(spec, plot, view);
    var traces = view.values.map(function (part, place) {
      return Object.assign(fading(plot.data[place + 1], faded), heights(spec, plot, view, place));
    });
    var stands = Object.keys(ranges).every(function (axis) { return alike(plot.layout[axis].range, ranges[axis]); });
    if (stands && !traces.some(function (trace) { return Object.keys(trace).length; })) { return null; }
    return parterre.moves(plot, traces, view.values.map(function (_, place) { return place + 1; }), ranges);
  }

  function fading(trace, faded) {
    return alike(trace.marker && trace.marker.opacity, faded) ? {} : { "marker.opacity": faded };
  }

  function heights(spec, plot, view, place) {
    var axis = spec.across ? "x" : "y";
    var isSaid = !view.texts || alike(plot.data[place + 1].text, view.texts);
    if (isSaid && view.values.every(function (part, place) { return alike(plot.data[place + 1][axis], part); })) { return {}; }
    var trace = { customdata: against(spec, plot, view.values, place) };
    trace[axis] = view.values[place];
    if (view.values.length > 1) { trace.base = parterre.bases(view.values)[place]; }
    if (view.texts) { trace.text = view.texts; }
    return trace;
  }

  /* For the label under the pointer: how much, its part of all bars or of its own, the same of everyone, the difference. */
  function against(spec, plot, values, place) {
    var everyone = values.length > 1 ? plot.data.slice(1).map(function (trace) { return trace.meta; }) : [Array.from(plot.data[0][spec.across ? "x" : "y"])];
    var ours = shares(values, place), theirs = shares(everyone, place), state = filters(), write = parterre.write;
    return values[place].map(function (value, bar) {
      return [
        write(spec.form, value), state.percent.format(ours[bar]), write(spec.form, everyone[place][bar]), state.percent.format(theirs[bar]),
        state.points.format(100 * (ours[bar] - theirs[bar])).replace("-", "\u2212")
      ];
    });
  }

  function shares(parts, place) {
    var bars = parterre.sums(parts), all = bars.reduce(function (sum, value) { return sum + value; }, 0);
    return parts[place].map(function (value, bar) { return value / ((parts.length > 1 ? bars[bar] : all) || 1); });
  }

  /* Labels are read when the pointer comes: nothing is drawn for them. */
  function tell(id, plot) {
    parterre.flag(id, plot);
    var spec = filters().charts[id], view = filters().answer.views[id];
    if (!spec || !view || plot.data.length !== view.values.length + 1) { return; }
    view.values.forEach(function (_, place) {
      plot.data[place + 1].customdata = plot._fullData[place + 1].customdata = against(spec, plot, view.values, place);
    });
  }

  /* Where nothing but places moves, nothing else is laid out again: a tenth of the time of an update. */
  parterre.moves = function (plot, traces, places, ranges) {
    var layout = {};
    Object.keys(ranges || {}).forEach(function (axis) { layout[axis + ".range"] = ranges[axis]; });
    if (window.Plotly.moveTraces(plot, traces, places, layout)) { return null; }
    return window.Plotly.update(plot, together(traces), layout, places);
  };

  function together(traces) {
    var update = {};
    traces.forEach(function (trace) { Object.assign(update, trace); });
    Object.keys(update).forEach(function (name) {
      update[name] = traces.map(function (trace) { return trace[name]; });
    });
    return update;
  }

  function alike(one, other) {
    return Boolean(one) && one.length === other.length && other.every(function (value, place) { return one[place] === value; });
  }

  parterre.bases = function (parts) {
    var base = zeros(parts[0].length);
    return parts.map(function (part) {
      var here = base;
      base = base.map(function (below, place) { return below + part[place]; });
      return here;
    });
  };

  /* Shares of a small selection can be larger than any of everyone's; counts can't. */
  parterre.reach = function (spec, plot, view) {
    if (filters().answer.form !== "shares") { return {}; }
    var shadow = plot.data[0][spec.across ? "x" : "y"], highest = Math.max.apply(null, Array.from(shadow).concat(view.values[0], 0.1));
    return spec.across ? { xaxis: [0, highest * spec.room] } : { yaxis: [0, highest * spec.room] };
  };

  /* Whole figures: what is no bar chart, and bars that are drawn in another form than before. */
  parterre.drawAnew = function (figures) {
    var plots = Object.keys(figures).map(parterre.plotOf), near = new Set(plots.filter(function (plot) { return plot && parterre.isNear(plot); }));
    return Object.keys(figures).map(function (id, place) {
      var plot = plots[place];
      if (!plot || !plot.calcdata || !figures[id]) { return null; }
      return parterre.inSightFirst(plot, function () {
        if (moved(plot, figures[id])) { return null; }
        plot.drawnFrom = parterre.still(figures[id]);
        var layout = Object.assign({}, figures[id].layout, { template: parterre.template(), autosize: true });
        return Promise.resolve(window.Plotly.react(plot, figures[id].data, layout)).then(function () { tell(id, plot); });
      }, near.has(plot));
    });
  };

  /* Where nothing is new but what moves; axes that look for their range themselves are drawn anew. */
  function moved(plot, figure) {
    if (plot.drawnFrom !== parterre.still(figure)) { return false; }
    var traces = figure.data.map(function (trace, place) { return changes(plot.data[place], trace); });
    var areMoved = traces.some(function (trace) { return trace.x || trace.y; }), layout = plot._fullLayout;
    return !(areMoved && (layout.xaxis.autorange || layout.yaxis.autorange)) && window.Plotly.moveTraces(
      plot, traces, traces.map(function (_, place) { return place; }), movingIn(figure.layout)
    );
  }

  var MOVING = ["x", "y", "z", "text", "hovertext", "customdata", "marker.opacity", "marker.symbol", "error_y.array", "error_y.arrayminus"];
  var WHOLE = ["opacity", "hovertemplate", "zmax"], LENGTHS = MOVING.slice(2).map(function (name) { return name.split(".").pop(); });
  var FREE = ["x", "y", "range", "tickvals", "ticktext", "shapes"];

  /* What stays: of most that moves how much there is, and of notes how many. */
  parterre.still = function (figure) {
    return JSON.stringify({ data: figure.data, layout: figure.layout }, function (name, value) {
      if (name === "template" || name === "autosize") { return undefined; }  // which only one who draws says
      if ("showarrow" in this || FREE.indexOf(name) >= 0) { return null; }
      return Array.isArray(value) ? LENGTHS.indexOf(name) >= 0 ? value.length : value : WHOLE.indexOf(name) >= 0 ? null : value;
    });
  };

  function changes(before, now) {
    return MOVING.concat(WHOLE).reduce(function (found, name) {
      var value = part(now, name), was = part(before, name);
      if (Array.isArray(value) ? !alike(was, value) : WHOLE.indexOf(name) >= 0 && value !== was) { found[name] = value; }
      return found;
    }, {});
  }

  function part(of, name) { return name.split(".").reduce(function (one, key) { return one && one[key]; }, of); }

  function movingIn(layout) {
    var found = { shapes: layout.shapes || [], annotations: layout.annotations || [] };
    Object.keys(layout).forEach(function (axis) {
      ["range", "tickvals", "ticktext"].forEach(function (name) {
        if (layout[axis] && Array.isArray(layout[axis][name])) { found[axis + "." + name] = layout[axis][name]; }
      });
    });
    return found;
  }

  /* ---- Events of the charts ---- */

  parterre.listenToCharts = function (figures) {
    document.body.removeAttribute("data-ready");
    cursors = {};
    anchors = {};
    var page = filters().page;
    whenDrawn(Object.keys(filters().charts).concat(Object.keys(figures)), page);
  };

  function whenDrawn(ids, page) {
    if (filters().page !== page || parterre.page() !== page) { return; }
    var waiting = ids.filter(function (id) {
      var plot = parterre.plotOf(id);
      var view = filters().answer.views[id];
      if (plot && plot.on && plot.calcdata) {
        listen(id, plot);
        tell(id, plot);
        if (filters().asked && view) { draw(id, view); }
      }
      return document.getElementById(id) && !(plot && plot.on && plot.calcdata);
    });
    if (waiting.length) { requestAnimationFrame(function () { whenDrawn(waiting, page); }); return; }
    document.body.setAttribute("data-ready", page);
    (window.requestIdleCallback || parterre.afterPaint)(parterre.makeForms);
  }

  var HEARD = ["click", "hover", "unhover", "restyle", "relayout"].map(function (name) { return "plotly_" + name; });

  function listen(id, plot) {
    plot.classList.toggle("is-swept", Boolean(plot.layout.meta));
    /* Dash would hear them, and compare all of a page with what it was. */
    HEARD.forEach(function (name) { plot.removeAllListeners(name); });
    plot.on("plotly_click", function (event) {
      var spec = filters().charts[id];
      var point = event.points[0];
      if (!point) { return; }
      if (spec) { parterre.choose(spec.field, spec.codes[point.pointNumber], event.event.shiftKey); }
      else if (point.data.meta) { follow(point.data.meta, point, event.event.shiftKey); }
    });
  }

  /* `meta` says what a point of the trace stands for: a code of a field, or values of options. */
  function follow(meta, point, add) {
    var place = point.pointNumber;
    if (meta.field) {
      var code = meta.codes[Array.isArray(place) ? place[meta.axis === "y" ? 0 : 1] : place];
      if (code !== undefined && code !== null) { parterre.choose(meta.field, code, add); }
    } else if (meta.option && Array.isArray(place)) {
      var options = {};
      options[meta.option[0]] = meta.rows[place[0]];
      options[meta.option[1]] = meta.columns[place[1]];
      parterre.setOptions(options);
    } else if (meta.option) { parterre.setOption(meta.option, meta.values[place]); }
  }

  /* ---- Keyboard: arrows walk along bars or points, with Shift they choose a range; Enter selects, Shift-Enter adds ---- */

  var STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
  var cursors = {};
  var anchors = {};

  document.addEventListener("keydown", function (event) {
    var chart = event.target.closest && event.target.closest("[data-keys]");
    if (chart && event.target === chart) { steer(event, chart.dataset.keys); }
  });

  /* What stands along a chart: field and codes of its bars, or of the points of its first trace. */
  function walked(id) {
    var plot = parterre.plotOf(id);
    return filters().charts[id] || (plot && plot.data && plot.data[0] && plot.data[0].meta);
  }

  function steer(event, id) {
    var along = walked(id), plot = parterre.plotOf(id);
    if (plot && plot.layout.meta && plot.layout.meta.y) { parterre.drawNow(plot); parterre.walkOver(event, plot); return; }
    if (!along || !along.codes.length) { return; }
    parterre.drawNow(plot);
    var last = along.codes.length - 1, from = cursors[id];
    if (event.key in STEPS || event.key === "Home" || event.key === "End") {
      event.preventDefault();
      var next = event.key === "Home" ? 0 : event.key === "End" ? last : from === undefined ? 0 : from + STEPS[event.key];
      cursors[id] = Math.max(0, Math.min(last, next));
      point(along, id, cursors[id]);
      if (!event.shiftKey || anchors[id] === undefined) { anchors[id] = event.shiftKey && from !== undefined ? from : cursors[id]; }
      if (event.shiftKey) { chooseRange(along, anchors[id], cursors[id]); }
    } else if (event.key === "Enter" && from === undefined) {
      parterre.grow(document.getElementById(id).closest(".p-chart"));
    } else if ((event.key === "Enter" || event.key === " ") && from !== undefined) {
      event.preventDefault();
      var code = along.codes[Math.min(from, last)];
      if (code !== null) { parterre.choose(along.field, code, event.shiftKey); }
    }
  }

  function chooseRange(along, from, to) {
    var codes = along.codes.slice(Math.min(from, to), Math.max(from, to) + 1);
    parterre.chooseAll({ [along.field]: Array.from(new Set(codes.filter(function (code) { return code !== null; }))) });
  }

  function framed(width) { return { "marker.line.width": width, "marker.line.color": getComputedStyle(document.body).color }; }

  function point(along, id, place) {
    var plot = parterre.plotOf(id), view = filters().answer.views[id];
    if (!plot) { parterre.say(along.labels[place]); return; }  // not drawn yet
    function marked(here, other) { return along.codes.map(function (_, at) { return at === place ? here : other; }); }
    if (!filters().charts[id]) {
      parterre.moves(plot, [plot.data[0].type === "bar" ? framed(marked(2, 0)) : { "marker.size": marked(16, 9) }], [0]);
      parterre.say(plot.data[0].hovertext[place].replace(/<br>/g, ", "));
      return;
    }
    var traces = plot.data.map(function (_, place) { return place; }).slice(1);
    parterre.moves(plot, traces.map(function () { return framed(marked(3, 0)); }), traces);
    if (view) { parterre.say(along.labels[place] + ": " + parterre.written(id, parterre.sums(view.values)[place])); }
  }
}());

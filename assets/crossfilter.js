/* One selection for the whole page: a click asks once, one compact answer restyles every chart. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {};
  var FADED = 0.3;
  var state = { page: null, charts: {}, clauses: {}, text: "", shares: false, asked: 0, split: {} };
  var paths = {};

  /* ---- The selection: field -> codes, as the server said it last ---- */

  function codesOf(field) { return state.clauses[field] || []; }

  function replaced(field, codes) {
    var clauses = Object.assign({}, state.clauses);
    if (codes.length) { clauses[field] = codes; } else { delete clauses[field]; }
    return clauses;
  }

  function toggled(field, code, add) {
    var before = codesOf(field);
    var there = before.indexOf(code) >= 0;
    if (add) { return there ? before.filter(function (other) { return other !== code; }) : before.concat([code]); }
    return there && before.length === 1 ? [] : [code];
  }

  parterre.choose = function (field, code, add) { ask({ clauses: replaced(field, toggled(field, code, add)) }); };
  parterre.chooseAll = function (field, codes, add) {
    var union = add ? codesOf(field).concat(codes) : codes;
    ask({ clauses: replaced(field, Array.from(new Set(union))) });
  };
  parterre.clear = function (field) { ask({ clauses: field ? replaced(field, []) : {} }); };
  parterre.reopen = function (text) { ask({ text: text }); };

  function ask(question) {
    if (!state.page || window.location.pathname !== state.page) { return; }
    state.asked += 1;
    state.since = performance.now();
    document.body.classList.add("is-asking");
    window.dash_clientside.set_props("filters-ask", {
      data: Object.assign({ page: state.page, n: state.asked, split: state.split[state.page] || "" }, question)
    });
  }
  parterre.askAgain = function (split) {
    state.split[state.page] = split;
    ask({ clauses: state.clauses });
  };

  /* ---- Opening a page, and showing an answer ---- */

  parterre.openPage = function (spec) {
    if (!spec) { return null; }
    state.page = spec.page;
    state.charts = spec.charts;
    state.clauses = spec.answer.clauses;
    state.text = spec.answer.text;
    state.format = new Intl.NumberFormat(spec.locale, { maximumFractionDigits: 1 });
    paths[spec.page] = true;
    whenDrawn(Object.keys(spec.charts), listen);
    showAround(spec.answer);
    return state.asked;
  };

  parterre.leavePage = function () { state.page = null; showChips([]); };

  parterre.show = function (answer) {
    if (!answer || answer.n < state.asked || answer.page !== state.page) { return null; }
    document.body.classList.remove("is-asking");
    if (answer.error) { showError(answer.error); return answer.n; }
    var changed = answer.text !== state.text;
    state.clauses = answer.clauses;
    state.text = answer.text;
    if (changed && !answer.replaced) { remember(answer.text); }
    Object.keys(answer.views).forEach(function (id) { draw(id, answer.views[id]); });
    showAround(answer);
    requestAnimationFrame(function () { setTimeout(function () {
      parterre.painted = { n: answer.n, ms: performance.now() - state.since };
      document.body.setAttribute("data-painted", String(answer.n));
    }, 0); });
    return answer.n;
  };

  function showAround(answer) {
    state.answer = answer;
    showTexts(answer.texts || {});
    showChips(answer.chips || []);
    showEmpty(answer);
    showPressed();
    document.body.classList.toggle("is-filtered", Boolean(answer.text));
  }

  function remember(text) {
    window.history.pushState(null, "", window.location.pathname + (text ? "?" + text : ""));
  }

  window.addEventListener("popstate", function () {
    if (state.page && window.location.pathname === state.page) {
      var text = window.location.search.replace(/^\?/, "");
      if (text !== state.text) { state.text = text; parterre.reopen(text); }
    }
  });

  /* ---- Charts ---- */

  function plotOf(id) {
    var element = document.getElementById(id);
    return element && (element.classList.contains("js-plotly-plot") ? element : element.querySelector(".js-plotly-plot"));
  }

  function whenDrawn(ids, then) {
    var waiting = ids.filter(function (id) {
      var plot = plotOf(id);
      if (!plot || !plot.on || !plot.calcdata) { return true; }
      then(id, plot);
      return false;
    });
    if (waiting.length && state.page) { requestAnimationFrame(function () { whenDrawn(waiting, then); }); }
    if (!waiting.length) { document.body.setAttribute("data-ready", state.page || ""); }
  }

  function total(values) { return values.reduce(function (sum, value) { return sum + value; }, 0); }

  function scaled(values) {
    if (!state.shares) { return values; }
    var all = total(values);
    return values.map(function (value) { return all ? 100 * value / all : 0; });
  }

  function opacities(spec) {
    var own = codesOf(spec.field);
    return spec.codes.map(function (code) { return !own.length || own.indexOf(code) >= 0 ? 1 : FADED; });
  }

  function draw(id, view) {
    var spec = state.charts[id];
    var plot = plotOf(id);
    if (!spec || !plot || !plot.calcdata) { return; }
    spec.view = view;
    if (view.split) { drawSplit(spec, plot, view); return; }
    var values = scaled(view.values);
    var update = { "marker.opacity": [opacities(spec)] };
    update[spec.across ? "x" : "y"] = [values];
    if (spec.across) {
      update.text = [values.map(function (value, place) { return label(spec, value, view, place); })];
    } else {
      update.customdata = [view.values];
    }
    window.Plotly.restyle(plot, update, [1]);
  }

  function drawSplit(spec, plot, view) {
    var axis = spec.across ? "x" : "y";
    var sums = view.split[0].map(function (_, place) {
      return total(view.split.map(function (row) { return row[place]; }));
    });
    var all = total(sums);
    var rows = view.split.map(function (row) {
      return state.shares ? row.map(function (value) { return all ? 100 * value / all : 0; }) : row;
    });
    var update = { "marker.opacity": rows.map(function () { return opacities(spec); }) };
    update[axis] = rows;
    window.Plotly.restyle(plot, update, rows.map(function (_, place) { return place + 1; }));
  }

  function label(spec, value, view, place) {
    var share = total(view.values) ? 100 * view.values[place] / total(view.values) : 0;
    var shown = view.labels ? view.labels[place] : state.format.format(view.values[place]);
    return shown + " (" + state.format.format(share) + "%)";
  }

  parterre.useShares = function (shares) {
    state.shares = Boolean(shares);
    Object.keys(state.charts).forEach(function (id) {
      var spec = state.charts[id];
      var plot = plotOf(id);
      if (!plot || !spec.everyone) { return; }
      var everyone = {};
      everyone[spec.across ? "x" : "y"] = [scaled(spec.everyone)];
      window.Plotly.restyle(plot, everyone, [0]);
      var axis = spec.across ? "xaxis" : "yaxis";
      var layout = {};
      layout[axis + ".autorange"] = state.shares ? true : Boolean(spec.auto);
      if (!state.shares && spec.range) { layout[axis + ".range"] = spec.range; }
      layout[axis + ".title.text"] = state.shares ? "% of the group" : spec.axis;
      window.Plotly.relayout(plot, layout);
      if (state.answer && state.answer.views[id]) { draw(id, state.answer.views[id]); }
    });
    return state.shares;
  };

  function listen(id, plot) {
    var spec = state.charts[id];
    if (plot.parterre === spec) { return; }
    plot.parterre = spec;
    plot.removeAllListeners("plotly_click");
    plot.on("plotly_click", function (event) {
      var point = event.points.filter(function (found) { return found.curveNumber >= 0; })[0];
      if (point) { parterre.choose(spec.field, spec.codes[point.pointNumber], event.event.shiftKey); }
    });
    plot.removeAllListeners("plotly_selected");
    plot.on("plotly_selected", function (event) {
      if (!event || !event.range) { return; }
      brush(spec, plot, event);
    });
    plot.removeAllListeners("plotly_legendclick");
    plot.on("plotly_legendclick", function (event) {
      if (event.curveNumber > 0) { parterre.choose("Segment", event.curveNumber - 1, event.event && event.event.shiftKey); }
      return false;
    });
    if (state.answer && state.answer.views[id]) { draw(id, state.answer.views[id]); }
  }

  function brush(spec, plot, event) {
    var range = (event.range.x || []).slice().sort(function (a, b) { return a - b; });
    window.Plotly.relayout(plot, { selections: [] });
    window.Plotly.restyle(plot, { selectedpoints: [null] });
    var codes = spec.codes.filter(function (_, place) { return spec.places[place] >= range[0] && spec.places[place] <= range[1]; });
    if (codes.length) { parterre.chooseAll(spec.field, codes, false); }
  }

  /* ---- What stands around the charts ---- */

  function showTexts(texts) {
    Object.keys(texts).forEach(function (id) {
      var element = document.getElementById(id);
      if (element && element.textContent !== texts[id]) { element.textContent = texts[id]; }
    });
  }

  function button(text, name, className, then) {
    var made = document.createElement("button");
    made.type = "button";
    made.className = className;
    made.textContent = text;
    if (name) { made.setAttribute("aria-label", name); }
    made.addEventListener("click", then);
    return made;
  }

  function showChips(chips) {
    var place = document.getElementById("filters-chips");
    if (!place) { return; }
    var focused = place.contains(document.activeElement);
    place.replaceChildren();
    chips.forEach(function (chip) {
      var words = chip.label + ": " + chip.text;
      place.appendChild(button(words + " \u00d7", "Remove filter " + words, "p-chip", function () { parterre.clear(chip.field); }));
    });
    if (chips.length) {
      place.appendChild(button("Clear all", "", "p-chip p-chip-clear", function () { parterre.clear(); }));
    }
    if (focused) { (place.querySelector("button") || document.getElementById("shell-page")).focus(); }
  }

  function showEmpty(answer) {
    var place = document.getElementById("filters-empty");
    if (!place) { return; }
    place.hidden = answer.rows !== 0 || !answer.text;
    document.body.classList.toggle("is-empty", !place.hidden);
  }

  function showError(words) {
    var place = document.getElementById("shell-notice");
    if (place) { place.textContent = words; }
  }

  function showPressed() {
    document.querySelectorAll("[data-field][data-code]").forEach(function (element) {
      var own = codesOf(element.dataset.field);
      var chosen = own.indexOf(Number(element.dataset.code)) >= 0;
      element.classList.toggle("is-chosen", chosen);
      element.classList.toggle("is-faded", own.length > 0 && !chosen);
      var pressed = element.querySelector("[aria-pressed]");
      if (pressed) { pressed.setAttribute("aria-pressed", String(chosen)); }
    });
  }

  /* ---- Mouse and keyboard outside the charts' own events ---- */

  document.addEventListener("click", function (event) {
    var target = event.target.closest ? event.target : event.target.parentElement;
    var link = target.closest("a[data-page]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
      event.preventDefault();
      travel(link);
      return;
    }
    if (target.closest("[data-clear-filters]")) { parterre.clear(); return; }
    if (target.closest("summary, details, a, input, select")) { return; }
    var card = target.closest("[data-field][data-code]");
    if (card) { parterre.choose(card.dataset.field, Number(card.dataset.code), event.shiftKey); }
  });

  /* Pages that can be filtered are opened with the selection; the address says so. */
  function travel(link) {
    var text = link.dataset.filtered === "yes" && state.text ? "?" + state.text : "";
    window.history.pushState(null, "", link.getAttribute("href") + text);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    window.scrollTo(0, 0);
  }

  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && state.text && !document.querySelector("details.p-menu[open], .modal.show")) {
      parterre.clear();
      return;
    }
    var chart = event.target.closest && event.target.closest("[data-keys]");
    if (chart && event.target === chart) { steer(event, chart.dataset.keys); }
  });

  function steer(event, id) {
    var spec = state.charts[id];
    var steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    if (!spec) { return; }
    if (event.key in steps || event.key === "Home" || event.key === "End") {
      event.preventDefault();
      var last = spec.codes.length - 1;
      var next = event.key === "Home" ? 0 : event.key === "End" ? last : (spec.cursor === undefined ? 0 : spec.cursor + steps[event.key]);
      spec.cursor = Math.max(0, Math.min(last, next));
      point(spec, id);
    } else if ((event.key === "Enter" || event.key === " ") && spec.cursor !== undefined) {
      event.preventDefault();
      parterre.choose(spec.field, spec.codes[spec.cursor], event.shiftKey);
    }
  }

  function point(spec, id) {
    var width = spec.codes.map(function (_, place) { return place === spec.cursor ? 3 : 0; });
    var ink = getComputedStyle(document.body).color;
    window.Plotly.restyle(plotOf(id), { "marker.line.width": [width], "marker.line.color": ink }, [1]);
    var live = document.getElementById("filters-live");
    var value = spec.view || (state.answer && state.answer.views[id]) || { values: spec.everyone };
    var shown = value.values ? state.format.format(value.values[spec.cursor]) : "";
    if (live) { live.textContent = spec.labels[spec.cursor] + ": " + shown; }
  }
}());

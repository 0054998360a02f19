/* Campaigns: amounts in the address, inputs in step with it, and charts that arrow keys walk along. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {};
  var PAGE = "/campaigns";
  var INPUTS = { cost: "campaigns-cost", revenue: "campaigns-revenue" };
  var STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
  var cursors = {};
  var anchors = {};
  var before = {};
  var forced = false;

  function here() { return parterre.filters.page === PAGE && parterre.page() === PAGE; }

  parterre.useAmounts = function (amounts) {
    if (!amounts || !here()) { return null; }
    var now = parterre.filters.options;
    var changed = Object.keys(amounts).some(function (name) { return amounts[name] !== now[name]; });
    if (changed) { parterre.setOptions(amounts); }
    return changed;
  };

  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest("[data-reset-amounts]") && here()) {
      forced = true;
      parterre.setOptions({ cost: "", revenue: "" });
    }
  });

  /* What is being typed, or can't be used, stays as it is typed; else inputs follow Back, Forward and Reset. */
  function isOf(input) { return input.id === INPUTS.cost || input.id === INPUTS.revenue; }
  ["focusin", "change"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      if (isOf(event.target)) { before[event.target.id] = event.target.value; }
    });
  });

  /* Escape takes back what is being typed, and nothing else. */
  document.addEventListener("keydown", function (event) {
    var typed = event.key === "Escape" && isOf(event.target) ? before[event.target.id] : undefined;
    if (typed === undefined) { return; }
    event.target.value = typed;
    window.dash_clientside.set_props(event.target.id, { value: typed });
  });

  function isKept(input) {
    if (forced) { return false; }
    var editing = input === document.activeElement && input.value !== before[input.id];
    return editing || input.classList.contains("is-invalid");
  }

  document.addEventListener("parterre:filtered", function (event) {
    Object.keys(INPUTS).forEach(function (name) {
      var typed = (event.detail.texts || {})[INPUTS[name] + "-typed"];
      var input = document.getElementById(INPUTS[name]);
      if (input && typed !== undefined && input.value !== typed && !isKept(input)) {
        window.dash_clientside.set_props(INPUTS[name], { value: typed });
      }
    });
    forced = false;
  });

  /* ---- Arrow keys walk along the points of a chart, with Shift they choose a range; Enter selects, Shift-Enter adds ---- */

  document.addEventListener("keydown", function (event) {
    var chart = event.target.closest && event.target.closest("[data-keys]");
    if (chart && event.target === chart) { steer(event, chart.dataset.keys); }
  });

  function steer(event, id) {
    var plot = parterre.plotOf(id);
    var trace = plot && plot.data && plot.data[0];
    if (!trace || !trace.meta || !trace.meta.codes.length) { return; }
    var last = trace.meta.codes.length - 1;
    if (event.key in STEPS || event.key === "Home" || event.key === "End") {
      event.preventDefault();
      var from = cursors[id];
      var next = event.key === "Home" ? 0 : event.key === "End" ? last : from === undefined ? 0 : from + STEPS[event.key];
      cursors[id] = Math.max(0, Math.min(last, next));
      point(plot, trace, cursors[id]);
      if (!event.shiftKey || anchors[id] === undefined) { anchors[id] = event.shiftKey && from !== undefined ? from : cursors[id]; }
      if (event.shiftKey) { chooseRange(trace.meta, anchors[id], cursors[id]); }
    } else if ((event.key === "Enter" || event.key === " ") && cursors[id] !== undefined) {
      event.preventDefault();
      var code = trace.meta.codes[Math.min(cursors[id], last)];
      if (code !== null) { parterre.choose(trace.meta.field, code, event.shiftKey); }
    }
  }

  function chooseRange(meta, from, to) {
    var codes = meta.codes.slice(Math.min(from, to), Math.max(from, to) + 1);
    parterre.chooseAll(meta.field, codes.filter(function (code) { return code !== null; }));
  }

  function point(plot, trace, place) {
    var sizes = trace.meta.codes.map(function (_, other) { return other === place ? 16 : 9; });
    window.Plotly.restyle(plot, { "marker.size": [sizes] }, [0]);
    var live = document.getElementById("filters-live");
    if (live) { live.textContent = trace.hovertext[place].replace(/<br>/g, ", "); }
  }
}());

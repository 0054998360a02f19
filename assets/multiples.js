/* What opens in place: small charts, by their button, by Enter, or from their menu, to all that a large chart has; and rows
   to their story. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {};
  var COLOURS = 12;
  var before = {};

  function at(layout, path) {
    return path.split(".").reduce(function (part, name) { return part && part[name] !== undefined ? part[name] : null; }, layout);
  }

  /* The layout as it was before, or as it is when the chart is large. */
  function relayout(id, isGrown) {
    var plot = parterre.plotOf(id), large = parterre.filters.charts[id].grown.layout;
    if (isGrown) {
      before[id] = {};
      Object.keys(large).forEach(function (path) { before[id][path] = at(plot.layout, path); });
    }
    window.Plotly.relayout(plot, structuredClone(isGrown ? large : before[id]));
  }

  parterre.isGrown = function (frame) {
    var control = frame.querySelector("[data-grow]");
    return control ? control.getAttribute("aria-expanded") === "true" : null;
  };

  parterre.grow = function (frame) {
    var control = frame.querySelector("[data-grow]"), id = parterre.chartIn(frame);
    if (!control || !parterre.plotOf(id)) { return; }
    var isGrown = !parterre.isGrown(frame), graph = document.getElementById(id);
    parterre.drawWaiting();
    control.setAttribute("aria-expanded", String(isGrown));
    frame.classList.toggle("is-grown", isGrown);
    frame.querySelector(".p-chart-table").hidden = !isGrown;
    graph.dataset.small = graph.dataset.small || graph.style.height;
    graph.style.height = isGrown ? parterre.filters.charts[id].grown.height + "px" : graph.dataset.small;
    relayout(id, isGrown);
    frame.scrollIntoView({ block: "nearest" });
  };

  parterre.onClick("[data-grow]", function (control) { parterre.grow(control.closest(".p-chart")); });

  parterre.onClick("[data-unfolds]", function (opens) {
    var story = document.getElementById(opens.dataset.unfolds);
    story.hidden = !story.hidden;
    opens.setAttribute("aria-expanded", String(!story.hidden));
    /* As a disclosure says it: whoever fills what is opened listens. */
    story.dispatchEvent(new Event("toggle"));
  });

  /* The token of the one segment that is selected, if it is one. */
  function chosen() {
    var own = parterre.filters.charts && parterre.codesOf("Segment");
    return own && own.length === 1 ? "--p-segment-" + (own[0] % COLOURS + 1) : "";
  }

  /* What its bars are drawn in among small charts, on this ground. */
  parterre.chosenColour = function (frame) {
    return frame.closest(".p-grid-small") && chosen() ? getComputedStyle(document.documentElement).getPropertyValue(chosen()).trim() : "";
  };

  /* Bars that are drawn in another form come small. */
  document.addEventListener("parterre:filtered", function (event) {
    document.body.style.setProperty("--p-chosen", chosen() && "var(" + chosen() + ")");
    document.body.classList.toggle("has-one-segment", Boolean(chosen()));
    if (!event.detail.bars) { return; }
    document.querySelectorAll(".p-chart.is-grown").forEach(function (frame) { relayout(parterre.chartIn(frame), true); });
  });
}());

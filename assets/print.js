/* Printing: light, the width of the paper, and above it what is filtered, how many, when and by which model. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {};
  var root = document.documentElement;
  var before = null;

  function sheet() { return document.querySelector('link[href*="/print.css"]'); }

  function head() {
    var page = document.getElementById("shell-page"), source = document.getElementById("shell-source");
    var words = [selection(source), source && source.textContent].filter(Boolean);
    var element = parterre.make("div", { className: "p-print-head" }, [
      parterre.make("strong", { textContent: "Parterre \u00b7 " + parterre.dateInWords() })
    ].concat(words.map(function (text) { return parterre.make("span", { textContent: text }); })));
    page.parentNode.insertBefore(element, page);
    return element;
  }

  function selection(source) {
    var filters = parterre.filters, words = parterre.filtersInWords();
    if (!words || !source) { return ""; }
    return words + " \u00b7 " + filters.format.format(filters.answer.rows) + " of " + source.dataset.customers + " customers";
  }

  /* The grid draws what fits on the screen: on paper stands all of what is listed, and how much is not. */
  function list() {
    var frame = document.querySelector(".p-list");
    var api = frame && parterre.customersGrid && parterre.customersGrid();
    if (!api) { return null; }
    var columns = api.getAllDisplayedColumns(), rows = [];
    var first = api.paginationGetCurrentPage() * api.paginationGetPageSize();
    for (var place = first; place < first + api.paginationGetPageSize(); place += 1) {
      var node = api.getDisplayedRowAtIndex(place);
      if (node && node.data && node.data.ID !== undefined) { rows.push(columns.map(function (column) { return written(api, node, column); })); }
    }
    return listed(frame, rows, first, columns.map(function (column) { return column.getColDef().headerName; }));
  }

  function written(api, node, column) {
    var value = api.getCellValue({ rowNode: node, colKey: column, useFormatter: true });
    var segments = (column.getColDef().cellRendererParams || {}).segments;
    return segments && segments[value] ? value + " " + segments[value].name : value === null || value === undefined ? "" : String(value);
  }

  function listed(frame, rows, first, names) {
    var filters = parterre.filters;
    var words = "Customers " + filters.format.format(first + 1) + " to " + filters.format.format(first + rows.length) +
      ", as listed on the page, of " + filters.format.format(filters.answer.rows) + ".";
    var more = filters.answer.rows - rows.length;
    var left = more > 0 ? " " + filters.format.format(more) + " more are not on this paper: download the list to have them all." : "";
    var table = parterre.make("table", { className: "p-table" });
    table.dataset.table = JSON.stringify({ caption: "Customers", head: names, rows: rows });
    var said = parterre.make("p", { className: "p-finding", textContent: words + left });
    var element = parterre.make("div", { className: "p-listed" }, [said, table]);
    parterre.writeTables(element);
    frame.parentNode.insertBefore(element, frame);
    return element;
  }

  /* Type is smaller on paper, as everything is. */
  function drawn(plot, size, type) {
    ["xaxis", "yaxis"].forEach(function (axis) {
      if (plot.layout[axis]) { size[axis + ".tickfont.size"] = type; }
    });
    // Flows would move to their new places for half a second, which paper does not wait for.
    plot.querySelectorAll(".first-render, .sankey").forEach(function (drawn) { drawn.remove(); });
    window.Plotly.relayout(plot, Object.assign(size, { template: parterre.template() }));
  }

  function fit(plot) {
    var frame = plot.parentElement;
    drawn(plot, { autosize: false, width: frame.clientWidth, height: frame.clientHeight }, 10);
  }

  function free(plot) { drawn(plot, { autosize: true, width: null, height: null }, null); }

  function plots() { return document.querySelectorAll(".js-plotly-plot"); }

  window.addEventListener("beforeprint", function () {
    if (before || !sheet()) { return; }
    before = { theme: root.dataset.bsTheme, parts: [], y: window.scrollY };
    sheet().media = "all";
    root.dataset.bsTheme = "light";
    before.parts = [head(), list()].filter(Boolean);
    if (before.theme === "dark") { plots().forEach(parterre.paint); }
    plots().forEach(fit);
  });

  window.addEventListener("afterprint", function () {
    if (!before) { return; }
    sheet().media = "print";
    root.dataset.bsTheme = before.theme;
    before.parts.forEach(function (part) { part.remove(); });
    if (before.theme === "dark") { plots().forEach(parterre.paint); }
    plots().forEach(free);
    window.scrollTo(0, before.y);
    before = null;
  });
}());

/* Small tables, written from the data on them: `data-table` holds caption, head and rows of cells. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {};
  var UNWRITTEN = "table[data-table]";

  var make = parterre.make;

  function cell(name, text, scope) { return make(name, Object.assign({ textContent: text }, scope ? { scope: scope } : {})); }

  function line(cells) { return make("tr", {}, cells); }

  /* The first cell of a row names it. */
  function row(cells) {
    return line(cells.map(function (text, place) { return place ? cell("td", text) : cell("th", text, "row"); }));
  }

  parterre.writeRows = function (body, rows) { body.replaceChildren.apply(body, rows.map(row)); };

  function write(table) {
    var content = JSON.parse(table.dataset.table);
    var caption = make("caption", { textContent: content.caption, className: "visually-hidden" });
    var head = make("thead", {}, [line(content.head.map(function (text) { return cell("th", text, "col"); }))]);
    var body = make("tbody");
    parterre.writeRows(body, content.rows);
    table.replaceChildren(caption, head, body);
  }

  /* All tables under a node, as they came, whatever a filter wrote into them since. */
  parterre.writeTables = function (node) { node.querySelectorAll(UNWRITTEN).forEach(write); };

  new MutationObserver(function (changes) {
    changes.forEach(function (change) {
      if (change.type === "attributes") { write(change.target); }
      change.addedNodes.forEach(function (node) {
        if (!(node instanceof HTMLElement) || node.closest(".js-plotly-plot")) { return; }
        if (node.matches(UNWRITTEN)) { write(node); } else { parterre.writeTables(node); }
      });
    });
  }).observe(document.documentElement, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-table"] });
}());

/* Small tables, written from the data on them: `data-table` holds caption, head and rows of cells. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {};
  var UNWRITTEN = "table[data-table]";

  function cell(name, text, scope) {
    var made = document.createElement(name);
    if (scope) { made.scope = scope; }
    made.textContent = text;
    return made;
  }

  function line(cells) {
    var made = document.createElement("tr");
    made.append.apply(made, cells);
    return made;
  }

  /* The first cell of a row names it. */
  function row(cells) {
    return line(cells.map(function (text, place) { return place ? cell("td", text) : cell("th", text, "row"); }));
  }

  parterre.writeRows = function (body, rows) { body.replaceChildren.apply(body, rows.map(row)); };

  function write(table) {
    var content = JSON.parse(table.dataset.table);
    var caption = cell("caption", content.caption);
    var head = document.createElement("thead");
    var body = document.createElement("tbody");
    caption.className = "visually-hidden";
    head.append(line(content.head.map(function (text) { return cell("th", text, "col"); })));
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

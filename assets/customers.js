/* The list of customers: AG Grid is loaded when it is needed, follows the filters, and tells the address. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {};
  var functions = window.dashAgGridFunctions = window.dashAgGridFunctions || {};
  var renderers = window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {};
  var PATH = "/customers";
  var loading = {};
  var shown = null;

  /* An answer may name a script without which it can't be drawn; 360 kB that no other page should carry. */
  var plainFetch = window.fetch;
  window.fetch = function () {
    return plainFetch.apply(this, arguments).then(function (response) {
      var script = response.headers.get("X-Parterre-Script");
      if (!script || new URL(response.url).origin !== window.location.origin) { return response; }
      return load(script).then(function () { return response; });
    });
  };

  function load(address) {
    loading[address] = loading[address] || new Promise(function (resolve) {
      var script = document.createElement("script");
      script.src = address;
      script.onload = resolve;
      script.onerror = function () {
        delete loading[address];
        script.remove();
        document.getElementById("shell-notice").textContent = "The list could not be loaded. Reload the page.";
        resolve();
      };
      document.head.appendChild(script);
    });
    return loading[address];
  }

  /* ---- Cells ---- */

  function address(id) {
    var list = parterre.filters.address;
    return parterre.at(PATH) + "?" + (list ? list + "&" : "") + "customer=" + encodeURIComponent(id);
  }

  renderers.CustomerLink = function (cell) {
    if (!cell.value) { return null; }
    return window.React.createElement("a", { href: address(cell.value), tabIndex: -1 }, cell.value);
  };

  renderers.CustomerSegment = function (cell) {
    var segment = cell.value && cell.segments[cell.value];
    if (!segment) { return null; }
    return window.React.createElement("span", { className: "p-segment-line" },
      window.React.createElement("span", { className: "p-swatch", style: segment.style }, cell.value),
      window.React.createElement("span", { className: "p-segment-name" }, segment.name));
  };

  /* ---- What the grid tells ---- */

  functions.gridShown = function (event) {
    /* On a phone the swatch has to do; the name is still there for those who listen. */
    if (window.matchMedia("(max-width: 720px)").matches) {
      event.api.setColumnWidths([{ key: "Segment", newWidth: 96 }]);
    }
    show(parterre.filters.answer);
    document.body.setAttribute("data-grid", "shown");
  };

  functions.gridSorted = function (event) {
    var value = sortOf(event.api);
    if (parterre.filters.page === PATH && value !== parterre.filters.options.sort) { parterre.setOption("sort", value); }
  };

  functions.gridKey = function (event) {
    if (event.event && event.event.key === "Enter" && event.data) { window.location.assign(address(event.data.ID)); }
  };

  function sortOf(api) {
    var sorted = api.getColumnState().filter(function (state) { return state.sort; })[0];
    return sorted ? (sorted.sort === "desc" ? "-" : "") + token(api.getColumn(sorted.colId)) : "";
  }

  function token(column) { return column.getColDef().context; }

  /* ---- What the filters tell ---- */

  document.addEventListener("parterre:filtered", function (event) {
    var answer = event.detail;
    if (answer.page !== PATH || !document.getElementById("customers-grid")) { return; }
    parterre.set("customers-asked", { data: answer.address });
    check(answer.options.columns);
    document.getElementById("customers-grid").style.setProperty("--rows", answer.rows);
    show(answer);
  });

  function show(answer) {
    if (!answer || answer.page !== PATH) { return; }
    var now = { text: answer.text, columns: answer.options.columns };
    /* A page that opens has its grid drawn as asked; it can take a while until there is one to talk to. */
    if (answer.n === undefined) { shown = now; return; }
    var api = grid();
    if (!api || !shown || document.body.getAttribute("data-grid") !== "shown") { later(answer); return; }
    var before = shown;
    shown = now;
    if (sortOf(api) !== answer.options.sort) { sort(api, answer.options.sort); }
    if (before.columns !== now.columns) { showColumns(api); }
    if (before.text !== now.text) { api.paginationGoToFirstPage(); }
    if (before.text !== now.text || before.columns !== now.columns) { anew(3); }
  }

  /* A grid that still takes in the answer before drops what it is asked meanwhile: it is asked again. */
  function anew(tries) {
    grid().purgeInfiniteCache();
    window.setTimeout(function () {
      var first = grid() && grid().getDisplayedRowAtIndex(0);
      if (tries && first && !first.data) { anew(tries - 1); }
    }, 2000);
  }

  /* Filters that change before the grid is there are shown once it is, unless they changed again. */
  function later(answer) {
    if (parterre.page() !== PATH || answer !== parterre.filters.answer) { return; }
    requestAnimationFrame(function () { show(answer); });
  }

  parterre.customersGrid = grid;

  function grid() {
    try {
      return window.dash_ag_grid.getApi("customers-grid");
    } catch (error) {
      return null;
    }
  }

  function showColumns(grid) {
    var chosen = checked();
    grid.applyColumnState({ state: grid.getColumns().map(function (column) {
      return { colId: column.getColId(), hide: chosen.indexOf(token(column)) < 0 };
    }) });
  }

  function sort(grid, option) {
    var state = grid.getColumns().map(function (column) {
      var own = token(column);
      return { colId: column.getColId(), sort: option === own ? "asc" : option === "-" + own ? "desc" : null };
    });
    grid.applyColumnState({ state: state });
  }

  /* ---- The columns ---- */

  function boxes() { return Array.from(document.querySelectorAll("[data-column]")); }

  function checked() {
    return boxes().filter(function (box) { return box.getAttribute("aria-checked") === "true"; })
      .map(function (box) { return box.dataset.column; });
  }

  function check(option) {
    var panel = document.querySelector("[data-usual]");
    if (!panel) { return; }
    var chosen = (option || panel.dataset.usual).split(",");
    boxes().forEach(function (box) {
      box.setAttribute("aria-checked", String(option === "all" || box.disabled || chosen.indexOf(box.dataset.column) >= 0));
    });
    document.getElementById("customers-count").textContent = "(" + checked().length + " of " + boxes().length + ")";
  }

  function choose(columns) {
    var usual = document.querySelector("[data-usual]").dataset.usual.split(",").sort().join(",");
    var all = columns.length === boxes().length;
    var option = all ? "all" : columns.slice().sort().join(",") === usual ? "" : columns.join(",");
    parterre.setOption("columns", option);
  }

  parterre.onClick("[data-column], [data-columns]", function (box) {
    if (box.dataset.columns !== undefined) { parterre.setOption("columns", box.dataset.columns); return; }
    box.setAttribute("aria-checked", String(box.getAttribute("aria-checked") !== "true"));
    choose(checked());
  });

  /* ---- Downloads: the links follow the filters of whatever page they are on ---- */

  /* Before the filters of a page are known, its links lead nowhere, and those that are still seen to what they tell of. */
  function follow(link) {
    var filters = parterre.filters || {};
    if (filters.page !== parterre.page()) { return; }
    var parts = [filters.text, filters.options.sort && "sort=" + filters.options.sort];
    if (link.dataset.exportColumns === "shown") { parts.push("columns=" + checked().join(",")); }
    link.href = parterre.at(link.dataset.export) + "?" + parts.filter(Boolean).join("&");
  }

  ["pointerdown", "focusin", "click"].forEach(function (kind) {
    document.addEventListener(kind, function (event) {
      var link = event.target.closest && event.target.closest("a[data-export]");
      if (link) { follow(link); }
    }, true);
  });
  document.addEventListener("parterre:filtered", function () {
    document.querySelectorAll("a[data-export]").forEach(follow);
  });
}());

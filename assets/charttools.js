/* A chart as a picture, its table as a file: made in the browser from what is shown, sent nowhere. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {};
  var EDGE = 20;
  var SIDE = 12;
  var LINE = 17;
  var HEAD = { name: 20, rest: 12 };
  /* A picture travels: these fonts are everywhere, and text is measured in the one it is drawn in. */
  var FAMILY = "Arial, 'Helvetica Neue', Helvetica, sans-serif";

  function today() {
    var now = new Date();
    return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map(function (part) {
      return String(part).padStart(2, "0");
    }).join("-");
  }

  function slug(name) {
    return name.normalize("NFKD").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "").slice(0, 60) || "chart";
  }

  function fileName(name) { return "parterre-" + slug(name) + "-" + today(); }

  function textOf(frame, selector) {
    var element = frame.querySelector(selector);
    return element ? element.textContent.trim() : "";
  }

  /* ---- What stands over a picture: name, finding, filters, date ---- */

  function filtersInWords() {
    var filters = parterre.filters;
    if (!filters || filters.page !== window.location.pathname || !filters.answer) { return ""; }
    var chips = (filters.answer.chips || []).map(function (chip) { return chip.label + ": " + chip.text; });
    return chips.length ? "Filters: " + chips.join("; ") : "All customers, no filters";
  }

  function dateInWords() {
    var format = parterre.filters && parterre.filters.format;
    var locale = format ? format.resolvedOptions().locale : document.documentElement.lang || "en";
    return new Intl.DateTimeFormat(locale, { dateStyle: "long" }).format(new Date());
  }

  function wrapped(words, width, size) {
    var pen = document.createElement("canvas").getContext("2d");
    pen.font = size + "px " + FAMILY;
    return words.split(/\s+/).reduce(function (lines, word) {
      var longer = lines[lines.length - 1] + " " + word;
      if (pen.measureText(longer).width <= width) { lines[lines.length - 1] = longer.trim(); } else { lines.push(word); }
      return lines;
    }, [""]).filter(Boolean);
  }

  /* Plotly reads a little HTML in texts; names are words. */
  function plain(words) {
    return words.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  }

  function head(frame, width) {
    var room = width - 2 * EDGE;
    var unit = textOf(frame, ".p-unit");
    var last = [unit.charAt(0).toUpperCase() + unit.slice(1), dateInWords()].filter(Boolean).join(" \u00b7 ");
    var lines = [textOf(frame, ".p-finding"), filtersInWords(), last];
    var small = lines.reduce(function (all, line) { return all.concat(wrapped(line, room, HEAD.rest)); }, []);
    /* Names are bold, which is a little wider than what is measured. */
    var names = wrapped(textOf(frame, "h2"), room * 0.9, HEAD.name);
    return {
      height: EDGE + names.length * (HEAD.name + 6) + small.length * LINE + 8,
      names: names,
      small: small
    };
  }

  /* ---- The picture: the chart as it is drawn, under its head, on the ground of its card ---- */

  function picture(frame, plot) {
    var full = plot._fullLayout;
    var style = getComputedStyle(document.documentElement);
    var ground = style.getPropertyValue("--p-surface").trim() || "#ffffff";
    var muted = style.getPropertyValue("--p-muted").trim() || full.font.color;
    var width = full.width + 2 * SIDE;
    var above = head(frame, width);
    var layout = structuredClone(plot.layout);
    layout.width = width;
    layout.height = full.height + above.height + SIDE;
    layout.autosize = false;
    layout.paper_bgcolor = ground;
    layout.plot_bgcolor = ground;
    layout.font = Object.assign({}, layout.font, { family: FAMILY });
    /* Of the top what is really used: labels above a chart stay under the head. */
    layout.margin = Object.assign({}, full.margin, {
      t: full._size.t + above.height, b: full.margin.b + SIDE, l: full.margin.l + SIDE, r: full.margin.r + SIDE
    });
    layout.title = {
      text: above.names.map(function (words) { return "<b>" + plain(words) + "</b>"; }).join("<br>"),
      font: { family: FAMILY, size: HEAD.name },
      x: EDGE / width, xanchor: "left", xref: "container",
      y: 1 - EDGE / layout.height, yanchor: "top", yref: "container",
      subtitle: {
        text: above.small.map(plain).join("<br>"),
        font: { family: FAMILY, size: HEAD.rest, color: muted }
      }
    };
    return { data: structuredClone(plot.data), layout: layout, config: { staticPlot: true } };
  }

  function keepPicture(frame, format) {
    var plot = frame.querySelector(".js-plotly-plot");
    if (!plot || !plot._fullLayout || !window.Plotly) { return Promise.reject(new Error("The chart is not drawn yet. Try again in a moment.")); }
    var drawn = picture(frame, plot);
    return window.Plotly.downloadImage(drawn, {
      format: format, filename: fileName(textOf(frame, "h2")),
      width: drawn.layout.width, height: drawn.layout.height, scale: format === "png" ? 2 : 1
    });
  }

  /* ---- The table ---- */

  /* A spreadsheet runs what begins like a formula; a number that begins with a sign is only a number. */
  var FORMULA = /^(?:[\t\r\n]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20])/;
  var NUMBER = /^\s*[+-]?\p{Sc}?\s?\d[\d.,'\u2019\s]*(?:%|\p{Sc})?\s*$/u;

  function cell(text) {
    var safe = FORMULA.test(text) && !NUMBER.test(text) ? "'" + text : text;
    return /[",;\r\n\t]/.test(safe) ? '"' + safe.replace(/"/g, '""') + '"' : safe;
  }

  parterre.csvOf = function (rows) {
    return rows.map(function (row) { return row.map(cell).join(","); }).join("\r\n") + "\r\n";
  };

  function keepTable(frame) {
    var rows = Array.from(frame.querySelector("table").rows).map(function (row) {
      return Array.from(row.cells).map(function (one) { return one.textContent; });
    });
    var name = fileName(textOf(frame, "h2")) + ".csv";
    /* Spreadsheets take a file for UTF-8 when it begins with this mark. */
    parterre.keepFile(name, new Blob(["\ufeff" + parterre.csvOf(rows)], { type: "text/csv;charset=utf-8" }));
    return Promise.resolve(name);
  }

  parterre.keepFile = function (name, blob) {
    var link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    document.body.appendChild(link);
    link.click();
    link.remove();
    window.setTimeout(function () { URL.revokeObjectURL(link.href); }, 10000);
  };

  /* ---- The buttons ---- */

  function tell(id, words) {
    var place = document.getElementById(id);
    if (place) { place.textContent = words; }
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("button[data-download]");
    var frame = button && button.closest(".p-chart");
    if (!frame || button.getAttribute("aria-busy") === "true") { return; }
    var kind = button.dataset.download;
    button.setAttribute("aria-busy", "true");
    (kind === "csv" ? keepTable(frame) : keepPicture(frame, kind)).then(function (name) {
      tell("filters-live", "Downloaded " + name + ".");
    }, function (error) {
      tell("shell-notice", "The picture could not be made. " + (error && error.message ? error.message : "Try again."));
    }).then(function () { button.removeAttribute("aria-busy"); });
  });
}());

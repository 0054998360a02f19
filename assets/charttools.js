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

  /* Two pictures of one chart under different filters are two files. */
  function fileName(name) {
    var words = parterre.filtersInWords();
    var filters = /^Filters: /.test(words) ? "-" + slug(words.slice(9)) : "";
    return "parterre-" + slug(name) + filters + "-" + today();
  }

  function textOf(frame, selector) {
    var element = frame.querySelector(selector);
    return element ? element.textContent.trim() : "";
  }

  /* ---- What stands over a picture: name, finding, filters, date ---- */

  parterre.chartIn = function (frame) {
    var filters = parterre.filters;
    return Object.keys(filters.charts).concat(Object.keys(filters.ignores || {})).find(function (id) {
      var chart = document.getElementById(id);
      return chart && frame.contains(chart);
    }) || "";
  };

  function said(chips) { return parterre.grouped(chips).map(parterre.saysOf).join("; "); }

  /* A chart that sets a filter aside is not about the selected alone, and its picture says so. */
  parterre.filtersInWords = function (frame) {
    var filters = parterre.filters;
    if (!filters || filters.page !== parterre.page() || !filters.answer) { return ""; }
    var aside = frame ? parterre.setAside(parterre.chartIn(frame)) : "";
    if (aside === "*") { return "All customers, whatever the filters"; }
    var chips = filters.answer.chips || [];
    var used = chips.filter(function (chip) { return chip.field !== aside; });
    var words = used.length ? "Filters: " + said(used) : "All customers, no filters";
    return words + (aside ? ". Set aside here, to show the others as well: " + said(chips.filter(function (chip) { return chip.field === aside; })) : "");
  };

  parterre.dateInWords = function () {
    var format = parterre.filters && parterre.filters.format;
    var locale = format && format.locale || document.documentElement.lang || "en";
    return new Intl.DateTimeFormat(locale, { dateStyle: "long" }).format(new Date()).replace(/ /g, "\u00a0");
  };

  function measured(words, size) {
    var pen = document.createElement("canvas").getContext("2d");
    pen.font = size + "px " + FAMILY;
    return pen.measureText(words).width;
  }

  function wrapped(words, width, size) {
    return words.split(/[ \t\n]+/).reduce(function (lines, word) {
      var longer = lines[lines.length - 1] + " " + word;
      if (measured(longer, size) <= width) { lines[lines.length - 1] = longer.trim(); } else { lines.push(word); }
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
    var last = [unit.charAt(0).toUpperCase() + unit.slice(1), parterre.dateInWords()].filter(Boolean).join(" \u00b7 ");
    var lines = [textOf(frame, ".p-finding"), parterre.filtersInWords(frame), last];
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

  /* Places of the traces that have a name which the chart itself does not say: a page has one legend for all of
     its charts, a picture is looked at alone. */
  function unsaid(plot) {
    var full = plot._fullLayout;
    var places = plot._fullData.filter(function (trace) {
      var named = plot.data[trace.index].name && /^(?:bar|scatter)$/.test(trace.type);
      return named && trace.visible === true && trace._length > 0;
    }).map(function (trace) { return trace.index; });
    return full.showlegend || places.length < 2 ? [] : places;
  }

  function legend(plot, places, width) {
    var widths = places.map(function (place) { return measured(plot.data[place].name, HEAD.rest) + 46; });
    var room = width - 2 * EDGE;
    var inOne = widths.reduce(function (sum, one) { return sum + one; }, 0) <= room;
    var columns = inOne ? places.length : Math.max(1, Math.floor(room / Math.max.apply(null, widths)));
    return { height: places.length ? Math.ceil(places.length / columns) * 20 + SIDE : 0 };
  }

  /* A picture is put on paper and into slides: it is light, whatever the page is. */
  var GROUND = { surface: "#FFFFFF", muted: "#56615B" };

  function title(above, width, height) {
    /* Plotly puts the middle of a title of several lines where that of one line would be. */
    var down = EDGE + (above.names.length - 1) * HEAD.name * 0.65;
    return {
      text: above.names.map(function (words) { return "<b>" + plain(words) + "</b>"; }).join("<br>"),
      font: { family: FAMILY, size: HEAD.name },
      x: EDGE / width, xanchor: "left", xref: "container",
      y: 1 - down / height, yanchor: "top", yref: "container",
      subtitle: {
        text: above.small.map(plain).join("<br>"),
        font: { family: FAMILY, size: HEAD.rest, color: GROUND.muted }
      }
    };
  }

  function picture(frame, plot) {
    var full = plot._fullLayout;
    var width = full.width + 2 * SIDE;
    var above = head(frame, width);
    var places = unsaid(plot);
    var below = legend(plot, places, width);
    var height = full.height + above.height + below.height + SIDE;
    var data = structuredClone(parterre.inColours(plot.data, "light"));
    var own = parterre.chosenColour(frame);
    if (own && data.length === 2) { data[1].marker.color = parterre.inColours({ color: own }, "light").color; }
    var layout = Object.assign(structuredClone(plot.layout), {
      width: width, height: height, autosize: false,
      template: parterre.template("light"),
      paper_bgcolor: GROUND.surface, plot_bgcolor: GROUND.surface,
      title: title(above, width, height),
      /* Of the room above and below what is really used: labels of axes stay between head and legend. */
      margin: Object.assign({}, full.margin, {
        t: full._size.t + above.height, b: full._size.b + below.height + SIDE,
        l: full.margin.l + SIDE, r: full.margin.r + SIDE
      })
    });
    layout.font = Object.assign({}, layout.font, { family: FAMILY });
    if (places.length) {
      data.forEach(function (trace, place) { trace.showlegend = places.indexOf(place) >= 0; });
      layout.showlegend = true;
      layout.legend = {
        orientation: "h", font: { size: HEAD.rest }, itemsizing: "constant", traceorder: "normal",
        xref: "container", x: EDGE / width, xanchor: "left", yref: "container", y: 6 / height, yanchor: "bottom"
      };
    }
    return { data: data, layout: layout, config: { staticPlot: true } };
  }

  function drawnOf(frame) {
    var plot = frame.querySelector(".js-plotly-plot");
    if (!plot || !plot._fullLayout || !window.Plotly) { throw new Error("The chart is not drawn yet. Try again in a moment."); }
    return picture(frame, plot);
  }

  function sized(drawn, format) {
    return { format: format, width: drawn.layout.width, height: drawn.layout.height, scale: format === "png" ? 2 : 1 };
  }

  parterre.keepPicture = async function (frame, format) {
    var drawn = drawnOf(frame);
    var asked = Object.assign(sized(drawn, format), { filename: fileName(textOf(frame, "h2")) });
    return "Downloaded " + await window.Plotly.downloadImage(drawn, asked) + ".";
  };

  async function asPng(frame) {
    var drawn = drawnOf(frame);
    var address = await window.Plotly.toImage(drawn, sized(drawn, "png"));
    var bytes = Uint8Array.from(atob(address.split(",")[1]), function (one) { return one.charCodeAt(0); });
    return new Blob([bytes], { type: "image/png" });
  }

  parterre.copyPicture = async function (frame) {
    await navigator.clipboard.write([new ClipboardItem({ "image/png": asPng(frame) })]);
    return "The picture is copied.";
  };

  /* ---- The table ---- */

  /* A spreadsheet runs what begins like a formula; a number that begins with a sign is only a number. */
  var LIVE = "[\\s\\p{Cc}\\p{Cf}\\u115f\\u1160\\u2800\\u3164\\uffa0]*[=+\\-@\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b]";
  var FORMULA = new RegExp("^(?:[\\t\\r\\n]|" + LIVE + ")", "u");
  /* Where another character separates, what follows it is a cell of its own. */
  var INNER = new RegExp("([;\\t|\\r\\n])(" + LIVE + ")", "gu");
  var NUMBER = /^\s*[+\u2212-]?\p{Sc}?\s?\d[\d.,'\u2019\s]*(?:%|\p{Sc})?\s*$/u;

  function cell(text) {
    text = NUMBER.test(text) ? text.replace("\u2212", "-") : text;
    var safe = FORMULA.test(text) && !NUMBER.test(text) ? "'" + text : text;
    safe = safe.replace(INNER, "$1'$2");
    return /[",;\r\n\t]/.test(safe) ? '"' + safe.replace(/"/g, '""') + '"' : safe;
  }

  parterre.csvOf = function (rows, between) {
    return rows.map(function (row) { return row.map(cell).join(between || ","); }).join("\r\n") + "\r\n";
  };

  function rowsOf(frame) {
    return Array.from(frame.querySelector("table").rows, function (row) {
      return Array.from(row.cells, function (one) { return one.textContent; });
    });
  }

  parterre.keepTable = async function (frame) {
    var name = fileName(textOf(frame, "h2")) + ".csv";
    /* Spreadsheets take a file for UTF-8 when it begins with this mark. */
    parterre.keepFile(name, new Blob(["\ufeff" + parterre.csvOf(rowsOf(frame))], { type: "text/csv;charset=utf-8" }));
    return "Downloaded " + name + ".";
  };

  /* As spreadsheets take it from the clipboard: a tab between cells. */
  parterre.copyTable = async function (frame) {
    await navigator.clipboard.writeText(parterre.csvOf(rowsOf(frame), "\t"));
    return "The table is copied.";
  };
}());

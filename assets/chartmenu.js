/* What can be done with a chart: a menu that is made anew each time it is opened, of what the chart has. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {};
  var MENU = "details.p-chart-menu";
  var STEPS = { ArrowDown: 1, ArrowUp: -1 };

  function tableOf(frame) { return frame.querySelector(".p-chart-table"); }

  /* A small chart shows its table beside it when it is large. */
  function turnTable(frame) {
    if (parterre.isGrown(frame) === null) { tableOf(frame).hidden = !tableOf(frame).hidden; } else { parterre.grow(frame); }
  }

  function tableWords(frame) {
    var isGrown = parterre.isGrown(frame);
    if (isGrown !== null) { return isGrown ? "Make it small again" : "Enlarge, with its table"; }
    return tableOf(frame).hidden ? "Show as a table" : "Hide the table";
  }

  /* Words and deed of each entry; a deed may promise words to say when it is done. */
  function entries(frame) {
    var aside = parterre.setAside(parterre.chartIn(frame));
    var clip = navigator.clipboard && window.isSecureContext;
    var table = frame.querySelector("table"), plot = frame.querySelector(".js-plotly-plot");
    return [
      aside && aside !== "*" && ["Clear the filter of this chart", function () { parterre.clear(aside); }],
      tableOf(frame) && [tableWords(frame), turnTable],
      table && clip && ["Copy table", parterre.copyTable],
      table && ["Download table as CSV", parterre.keepTable],
      plot && clip && window.ClipboardItem && ["Copy picture", parterre.copyPicture],
      plot && ["Download as PNG", function () { return parterre.keepPicture(frame, "png"); }],
      plot && ["Download as SVG", function () { return parterre.keepPicture(frame, "svg"); }]
    ].filter(Boolean);
  }

  async function act(menu, frame, deed) {
    menu.open = false;
    menu.firstElementChild.focus();
    try {
      parterre.say(await deed(frame) || "");
    } catch (error) {
      document.getElementById("shell-notice").textContent = "That could not be done. " + (error && error.message ? error.message : "Try again.");
    }
  }

  function fill(menu) {
    var frame = menu.closest(".p-chart");
    menu.lastElementChild.replaceChildren.apply(menu.lastElementChild, entries(frame).map(function (entry) {
      return parterre.button(entry[0], "p-menu-item", function () { act(menu, frame, entry[1]); });
    }));
  }

  document.addEventListener("toggle", function (event) {
    if (event.target.matches(MENU) && event.target.open) { fill(event.target); }
  }, true);

  /* Arrows go from entry to entry, as in menus. */
  document.addEventListener("keydown", function (event) {
    var menu = event.target.closest && event.target.closest(MENU + "[open]");
    if (!menu || !(event.key in STEPS)) { return; }
    event.preventDefault();
    var stops = Array.from(menu.querySelectorAll("summary, button"));
    stops[(stops.indexOf(document.activeElement) + STEPS[event.key] + stops.length) % stops.length].focus();
  });
}());

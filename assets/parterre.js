/* Everything of ours that runs in the browser, in one namespace. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {};
  var templates = null, plotly;
  window.dash_clientside = Object.assign({}, window.dash_clientside, { parterre: parterre });
  var root = document.documentElement.dataset.root.slice(0, -1);

  /* The app may stand below a path, which names of pages don't hold: the address of a page, and back. */
  parterre.at = function (page) { return root + page; };
  parterre.page = function (address) {
    var path = address === undefined ? window.location.pathname : address;
    return (path.indexOf(root) === 0 ? path.slice(root.length) : path) || "/";
  };

  /* An expired session answers 401: go to the sign-in page, and come back to this one afterwards. */
  var plainFetch = window.fetch;
  window.fetch = function () {
    return plainFetch.apply(this, arguments).then(function (response) {
      if (response.status !== 401 || new URL(response.url).origin !== window.location.origin) { return response; }
      parterre.signIn();
      return new Promise(function () { /* the page is being left: nobody waits for this answer */ });
    });
  };

  parterre.signIn = function () {
    var here = parterre.page() + window.location.search;
    window.location.assign(parterre.at("/login?why=expired&next=" + encodeURIComponent(here)));
  };

  /* Each page has its own name in tabs, history and screen readers. */
  parterre.nameTab = function () {
    window.setTimeout(function () {
      var current = document.querySelector(".p-link.is-current");
      document.dispatchEvent(new CustomEvent("parterre:opened"));
      /* One customer, or no page at all: named by its heading. */
      var one = !current || (parterre.page() === "/customers" && /[?&]customer=/.test(window.location.search));
      var named = one ? document.querySelector("#shell-page :is(h1, h2)") : current;
      document.title = (named ? named.textContent + " \u00b7 " : "") + "Parterre";
      showCurrent();
    }, 0);
    return Date.now();
  };

  /* Rows of links that are wider than their place: the current one is in sight, and edges say that there is more. */
  var ROWS = ".p-bar nav, .p-sections";

  function showCurrent() {
    document.querySelectorAll(ROWS).forEach(function (row) {
      var current = row.querySelector(".is-current");
      if (current) {
        row.scrollLeft += current.getBoundingClientRect().left - row.getBoundingClientRect().left -
          (row.clientWidth - current.offsetWidth) / 2;
      }
      showEdges(row);
    });
  }

  function showEdges(row) {
    row.classList.toggle("has-more-before", row.scrollLeft > 1);
    row.classList.toggle("has-more-after", row.scrollLeft + row.clientWidth < row.scrollWidth - 1);
  }

  document.addEventListener("scroll", function (event) {
    if (event.target.matches && event.target.matches(ROWS)) { showEdges(event.target); }
  }, { capture: true, passive: true });
  ["resize", "DOMContentLoaded"].forEach(function (name) { window.addEventListener(name, showCurrent); });

  /* Charts follow the theme without a request. */
  parterre.useTemplates = function (data) {
    templates = data;
    paintWith(data.dark_of);
    /* The frame is there: what stood in for it while the scripts were loading goes. */
    document.querySelectorAll(".p-boot").forEach(function (frame) { frame.remove(); });
    return Date.now();
  };

  parterre.template = function (mode) {
    return templates ? templates[mode || (document.documentElement.dataset.bsTheme === "dark" ? "dark" : "light")] : {};
  };

  window.addEventListener("parterre:theme", function () {
    if (!templates || !window.Plotly) { return; }  // a page without charts
    parterre.drawWaiting();
    document.querySelectorAll(".js-plotly-plot").forEach(parterre.paint);
  });

  /* The chart as the theme has it: its template, and its segments in the colours that are for this ground. */
  parterre.paint = function (chart) {
    return window.Plotly.react(chart, chart.data, Object.assign({}, chart.layout, { template: parterre.template() }));
  };

  /* Dash loads Plotly once there is a chart to draw, from here. */
  Object.defineProperties(window, {
    _dashPlotlyJSURL: { get: function () { return document.body.dataset.plotly; }, set: function () { /* its own, of all charts */ } },
    Plotly: { get: function () { return plotly; }, set: function (loaded) { plotly = loaded; inTurns(); } }
  });

  /* Whoever draws: figures name the colours of the light. */
  var colours = null;
  var NUMBERS = { x: 1, y: 1, z: 1, text: 1, customdata: 1, hovertext: 1, ids: 1, meta: 1, base: 1, template: 1 };

  function paintWith(pairs) {
    if (colours) { return; }
    colours = { dark: pairs, light: {} };
    Object.keys(pairs).forEach(function (light) { colours.light[pairs[light]] = light; });
    parterre.inColours = function (data, mode) { return painted(data, "", colours[mode]); };
  }

  function inTurns() {
    ["newPlot", "react"].forEach(function (name) {
      var plain = plotly[name];
      plotly[name] = function (chart, data, layout, config) {
        return parterre.inTurn(chart, function () {
          if (!Array.isArray(data)) {  // as Dash draws what the server has said
            chart.drawnFrom = parterre.still(data);
            return plain.call(plotly, chart, Object.assign({}, data, { data: painted(data.data) }));
          }
          return plain.call(plotly, chart, painted(data), layout, config);
        });
      };
    });
  }

  function painted(value, name, own) {
    own = own || colours[document.documentElement.dataset.bsTheme === "dark" ? "dark" : "light"];
    if (typeof value === "string") { return colourOf(value, own); }
    if (!value || typeof value !== "object" || ArrayBuffer.isView(value) || NUMBERS[name]) { return value; }
    if (Array.isArray(value)) {
      return value.length && typeof value[0] !== "number" ? value.map(function (one) { return painted(one, "", own); }) : value;
    }
    return Object.keys(value).reduce(function (all, key) {
      all[key] = painted(value[key], key, own);
      return all;
    }, {});
  }

  function colourOf(text, own) {
    if (text.charAt(0) === "#") { return own[text.toUpperCase()] || text; }
    var faint = /^rgba\((\d+), (\d+), (\d+), ([\d.]+)\)$/.exec(text);
    var other = faint && own["#" + faint.slice(1, 4).map(inHex).join("")];
    return other ? "rgba(" + [1, 3, 5].map(function (at) { return parseInt(other.substr(at, 2), 16); }).join(", ") + ", " + faint[4] + ")" : text;
  }

  function inHex(part) { return Number(part).toString(16).padStart(2, "0").toUpperCase(); }

  /* The address holds the inputs of the page, so that it can be shared; Back still leaves the page. */
  parterre.showInAddress = function (values) {
    var query = new URLSearchParams(values || {}).toString();
    window.history.replaceState(window.history.state, "", window.location.pathname + (query ? "?" + query : ""));
    return Date.now();
  };

  /* Inputs of Dash take no ARIA attributes: tie each to the line under it, and say when it can't be used. Times are the reader's. */
  function describe(input) {
    var said = document.getElementById(input.id + "-said");
    if (said) { input.setAttribute("aria-describedby", said.id); }
    input.setAttribute("aria-invalid", String(input.classList.contains("is-invalid")));
  }

  new MutationObserver(function (changes) {
    changes.forEach(function (change) {
      if (change.type === "attributes" && change.target.matches("input.form-control")) { describe(change.target); }
      change.addedNodes.forEach(function (node) {
        if (!node.querySelectorAll) { return; }
        node.querySelectorAll("input.form-control").forEach(describe);
        parterre.writeTimes(node);
      });
    });
  }).observe(document.documentElement, { subtree: true, childList: true, attributes: true, attributeFilter: ["class"] });

  /* A link to the page that is open opens it anew, without what the address holds now. */
  document.addEventListener("click", function (event) {
    var link = event.target.closest ? event.target.closest("a.p-link, a.p-brand") : null;
    if (link && link.pathname === window.location.pathname) { event.stopPropagation(); }
  }, true);

  /* A link within the page moves the focus and nothing else: Dash draws a page anew whose address gets a hash. */
  document.addEventListener("click", function (event) {
    var link = event.target.closest ? event.target.closest('a[href^="#"]') : null;
    var target = link && document.getElementById(link.getAttribute("href").slice(1));
    if (target) { event.preventDefault(); target.focus(); }
  });

  /* A menu closes on Escape and on a click elsewhere, as menus do. */
  function closeMenus(except) {
    document.querySelectorAll("details.p-menu[open]").forEach(function (menu) {
      if (menu !== except) { menu.removeAttribute("open"); }
    });
  }

  document.addEventListener("click", function (event) {
    closeMenus(event.target.closest("details.p-menu"));
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") { return; }
    var open = document.querySelector("details.p-menu[open] > summary");
    closeMenus(null);
    if (open) { open.focus(); }
  });
}());

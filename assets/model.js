/* Which model the page shows: every question says it, and a page of another model asks for nothing more. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {};

  /* ---- Every question of Dash carries the key that the page was drawn with ---- */

  function shown() {
    var page = document.getElementById("shell-page");
    var part = page && page.querySelector("[data-drawn-model]");
    return (part && part.dataset.drawnModel) || (page && page.dataset.model) || "";
  }

  var plainFetch = window.fetch;
  window.fetch = function (address, options) {
    if (!shown() || String(address).indexOf("_dash-update-component") < 0 || !options) {
      return plainFetch.apply(this, arguments);
    }
    var headers = Object.assign({}, options.headers, { "X-Parterre-Model": shown() });
    return plainFetch.call(this, address, Object.assign({}, options, { headers: headers }));
  };

  /* ---- Addresses remember it where they name segments ---- */

  var NUMBERED = /(^|&)([\w-]+:)?(Segment|compare)=/;

  var MODEL = /(^|&)model=[^&]*(&older=yes)?$/;
  var OF_ONE = /^\/segments\/\d+$/;

  parterre.bound = function (text, page) {
    var origin = (parterre.filters && parterre.filters.origin) || "";
    var needed = /&older=yes$/.test(origin) || NUMBERED.test(text) || OF_ONE.test(page || "");
    return [text, needed ? origin : ""].filter(Boolean).join("&");
  };

  /* An address without its model, and with that of the page in its place: for what is kept of it. */
  parterre.unbound = function (text) { return text.replace(MODEL, ""); };
  parterre.kept = function (text) { return [parterre.unbound(text), parterre.filters.origin].filter(Boolean).join("&"); };

  /* Whether an address is about another model than the page: only the server can say what it means now. */
  parterre.isForeign = function (text) {
    var origin = /model=[^&]*(&older=yes)?$/.exec(text);
    return Boolean(origin) && origin[0] !== parterre.filters.origin;
  };

  parterre.isShown = function (key) { return !shown() || shown().split(" ")[0] === key; };

  /* Files are of the model that the page shows, whatever is live by now. */
  ["pointerdown", "focusin", "click"].forEach(function (kind) {
    document.addEventListener(kind, function (event) {
      var link = event.target.closest && event.target.closest("a[href]");
      if (!link || !shown() || !/^\/(export|models\/files)\//.test(parterre.page(link.pathname))) { return; }
      var parts = link.getAttribute("href").split("?");
      var pieces = (parts[1] || "").split("&").filter(function (piece) { return piece && piece.indexOf("model=") !== 0; });
      link.href = parts[0] + "?" + pieces.concat("model=" + shown().split(" ")[0]).join("&");
    }, true);
  });

  /* ---- Segments that are no longer live: one line says so, and nothing else changes until then ---- */

  function banner() { return document.querySelector("[data-changed]"); }

  parterre.isChanged = function () { return Boolean(banner() && banner().firstChild); };

  /* One that writes times takes milliseconds to make. */
  var writers = {};

  function moment(when) {
    var then = new Date(when);
    var today = then.toDateString() === new Date().toDateString();
    var day = today ? {} : { day: "numeric", month: "long", year: "numeric" };
    writers[today] = writers[today] || new Intl.DateTimeFormat(
      document.documentElement.lang || "en", Object.assign({ hourCycle: "h23", hour: "2-digit", minute: "2-digit" }, day)
    );
    return writers[today].format(then);
  }

  parterre.sayChanged = function (said) {
    if (!said) { return null; }
    var reload = parterre.button("Reload", "btn p-button", parterre.openAnew);
    var when = said.when ? " at " + moment(said.when) : "";
    var words = parterre.make("span", { textContent: said.who + when + " (" + said.how + "). " });
    banner().replaceChildren(words, reload);
    document.dispatchEvent(new CustomEvent("parterre:changed"));
    return said.n;
  };

  /* What is asked stays asked; where it names segments, the page says first what has become of them. */
  parterre.openAnew = function () {
    var filters = parterre.filters;
    if (filters.page === parterre.page() && filters.address) {
      window.history.replaceState(window.history.state, "", parterre.at(filters.page + "?" + filters.address));
    }
    parterre.redraw();
  };

  /* A page that is drawn has a model of its own again. */
  document.addEventListener("parterre:opened", function () {
    banner().replaceChildren();
  });

  /* Before it is painted: a column that gets narrower afterwards moves all that is beside it. */
  parterre.writeTimes = function (node) {
    node.querySelectorAll("time[datetime]:not([data-own])").forEach(function (time) {
      time.textContent = moment(time.dateTime);
      time.dataset.own = "yes";
    });
  };
}());

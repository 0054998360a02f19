/* One selection for the whole page: a click asks once, one compact answer brings every chart up to date. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {};
  var state = parterre.filters = {
    page: null, charts: {}, clauses: {}, pieces: [], covered: {}, options: {}, past: [],
    text: "", address: "", drawnAs: "", asked: 0, answer: null
  };

  /* ---- The selection, as the server said it last: field -> codes, and as pieces of the address what was typed ---- */

  parterre.codesOf = function (field) { return parterre.previewed(field) || state.clauses[field] || state.covered[field] || []; };

  /* What was asked and is not answered yet: a second click adds to the first, however slow the way to the server. */
  var latest = parterre.latest = function () { return state.pending || state; };

  /* `chosen` are codes by field, of one that is filtered no more none. */
  function replaced(chosen) {
    var clauses = Object.assign({}, latest().clauses, chosen);
    Object.keys(clauses).forEach(function (field) { if (!clauses[field].length) { delete clauses[field]; } });
    return { clauses: clauses, pieces: latest().pieces.filter(function (piece) { return !(parterre.keyOf(piece) in chosen); }) };
  }

  function toggled(field, code, add) {
    var before = latest().clauses[field] || [];
    var there = before.indexOf(code) >= 0;
    if (add) { return there ? before.filter(function (other) { return other !== code; }) : before.concat([code]); }
    return there && before.length === 1 ? [] : [code];
  }

  parterre.choose = function (field, code, add) { state.chosen = field; askClauses(function () { return replaced({ [field]: toggled(field, code, add) }); }); };
  parterre.chooseAll = function (chosen) { state.chosen = Object.keys(chosen).join("*"); askClauses(function () { return replaced(chosen); }); };
  parterre.clear = function (field) { state.chosen = field || state.chosen; askClauses(function () { return field ? replaced({ [field]: [] }) : { clauses: {}, pieces: [] }; }); };
  /* Pieces of an address instead of what has these keys. */
  parterre.put = function (pieces, instead) {
    state.chosen = "";
    askClauses(function () {
      var keys = instead.concat(pieces.map(parterre.keyOf)), kept = replaced({});
      keys.forEach(function (key) { delete kept.clauses[key]; });
      kept.pieces = kept.pieces.filter(function (piece) { return keys.indexOf(parterre.keyOf(piece)) < 0; }).concat(pieces);
      return kept;
    });
  };
  parterre.setOption = function (name, value) { parterre.setOptions({ [name]: value }); };
  parterre.setOptions = function (options) {
    whenKnown(function () { ask({ clauses: latest().clauses, pieces: latest().pieces, options: Object.assign({}, latest().options, options) }); });
  };
  parterre.reopen = function (address) {
    if (parterre.isForeign(address)) { parterre.travel(state.page + "?" + address); return; }
    state.unread = [];
    ask({ address: address });
  };

  function askClauses(made) { whenKnown(function () { ask(Object.assign({ options: latest().options }, made())); }); }

  /* What an address means is known once it has been answered: what is pressed meanwhile waits for that. */
  function whenKnown(does) { if (state.unread) { state.unread.push(does); } else { does(); } }

  function known() {
    var waiting = state.unread || [];
    state.unread = null;
    waiting.forEach(function (does) { does(); });
  }

  function ask(question) {
    if (!isHere() || parterre.isChanged()) { return; }
    state.asked += 1;
    state.question = question;
    state.isRead = isRead();
    state.pending = question.clauses ? question : null;
    state.since = window.event ? window.event.timeStamp : performance.now();
    waiting();
    parterre.askCallback("filters-answer", "filters-ask", Object.assign(
      { page: state.page, n: state.asked, form: state.drawnAs, words: state.isRead }, question
    )).then(parterre.show, refused);
    parterre.previewAsked(state.chosen, question);
  }

  /* Sentences of cards are most of an answer: they are asked for while one of them is open, and when one is opened. */
  var ON_DEMAND = "[data-on-demand]";

  function isRead() { return Boolean(document.querySelector("tr:not([hidden]) " + ON_DEMAND)); }

  document.addEventListener("toggle", function () {
    if (state.question && !state.isRead && isRead()) { ask(state.question); }
  }, true);

  /* Another page may stand under the same address: one customer, or what has become of segments. */
  function isHere() {
    return state.page && parterre.page() === state.page && document.querySelector('[data-filters="' + state.page + '"]');
  }

  /* A cursor is inherited by all of the page: it is only set where an answer takes long enough to ask oneself. */
  var PATIENCE = 400;

  function waiting() {
    window.clearTimeout(state.waiting);
    state.waiting = window.setTimeout(function () { document.body.classList.add("is-asking"); }, PATIENCE);
  }

  function waited() {
    window.clearTimeout(state.waiting);
    document.body.classList.remove("is-asking");
  }

  /* ---- Opening a page, and showing an answer ---- */

  parterre.openPage = function (spec) {
    if (!spec) { return null; }
    if (state.page !== spec.page) { state.past = []; }
    state.page = spec.page;
    state.pending = state.question = state.unread = null;
    waited();
    ["charts", "ignores", "heads"].forEach(function (name) { state[name] = spec[name]; });
    parterre.writesIn(spec.locale, spec.currency);
    state.format = parterre.formatOf(spec.locale, { maximumFractionDigits: 1 });
    state.percent = parterre.formatOf(spec.locale, { style: "percent", maximumFractionDigits: 1 });
    state.points = parterre.formatOf(spec.locale, { maximumFractionDigits: 1, signDisplay: "exceptZero" });
    keep(spec.answer);
    sign();
    parterre.writeTables(document);
    parterre.listenToCharts(spec.answer.figures || {});
    showAround(spec.answer);
    isPainted(state.asked);
    return state.asked;
  };

  function keep(answer) {
    parterre.endPreview(true);
    ["clauses", "pieces", "covered", "options", "text", "address", "origin", "names"].forEach(function (name) { state[name] = answer[name]; });
    parterre.carry(answer.options);
    state.answer = answer;
    state.drawnAs = answer.form + (answer.options.axis || "");
  }

  parterre.show = function (answer) {
    if (!answer || answer.n < state.asked || answer.page !== state.page || !parterre.isShown(answer.model)) { return null; }
    waited();
    state.pending = null;
    if (answer.error) { parterre.endPreview(); showError(answer.error, state.address); isPainted(answer.n); known(); return answer.n; }
    if (answer.address !== state.address) {
      if (!state.undoes) { state.past.push(state.address); }
      remember(answer.address);
    }
    state.undoes = false;
    if (answer.names !== state.names || answer.options.beside !== state.options.beside) { parterre.redraw(); }
    keep(answer);
    if (answer.bars) { state.charts = answer.charts; }
    parterre.drawWaiting(function (plot) { return !plot.calcdata; });
    var since = state.since;
    var drawn = (answer.bars ? parterre.drawAnew(answer.bars) : [])
      .concat(parterre.drawViews(answer.views), parterre.drawAnew(answer.figures || {}));
    inPlace(function () { showAround(answer); });
    Promise.all(drawn).then(function () { whenPainted(answer.n, since); });
    known();
    return answer.n;
  };

  /* What was clicked stays under the pointer, however much the words above it grow. */
  var held = null;

  ["pointerdown", "keydown"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      held = event.target.closest ? event.target.closest(".dash-graph, .p-segment-card, .p-ranked, .p-legend, .p-campaigns-table") : null;
    }, true);
  });

  function inPlace(change) {
    var before = held && held.getBoundingClientRect().top;
    change();
    if (held && held.isConnected) { window.scrollBy(0, held.getBoundingClientRect().top - before); }
  }

  /* A task that is queued in a frame runs after that frame was painted. */
  function whenPainted(n, since) {
    requestAnimationFrame(function () { setTimeout(function () {
      var now = performance.now();
      parterre.painted = { n: n, ms: now - since, at: now };
      isPainted(n);
    }, 0); });
  }

  /* The page shows what was asked last when this equals `asked`. */
  function isPainted(n) { document.body.setAttribute("data-painted", String(n)); }

  function showAround(answer) {
    parterre.showTexts(Object.assign(nothingOnDemand(), answer.texts));
    showTables(answer);
    showEmpty(answer);
    parterre.showPressed();
    showOptions();
    showLinks();
    showError(answer.error || "", answer.mended);
    document.dispatchEvent(new CustomEvent("parterre:filtered", { detail: answer }));
  }

  function remember(address) {
    window.history.pushState(null, "", window.location.pathname + (address ? "?" + address : ""));
  }

  /* An address that names segments says of which model, also one that was typed. */
  function sign() {
    if (/(^|&)model=/.test(state.address) && !/[?&]model=/.test(window.location.search)) {
      window.history.replaceState(window.history.state, "", parterre.at(state.page + "?" + state.address));
    }
  }

  /* Whoever waits for what the filters show learns that nothing comes of it. */
  function refused() { waited(); parterre.endPreview(); known(); }

  document.addEventListener("parterre:changed", refused);

  /* Sections of a page have charts of their own: going back to one draws the page anew. */
  parterre.sectionOf = function (address) { return ["show", "beside"].map(function (name) { return new URLSearchParams(address).get(name); }).join(); };

  window.addEventListener("popstate", function () {
    var address = window.location.search.replace(/^\?/, "");
    if (document.querySelector('.p-link[data-filtered="yes"][data-page="' + parterre.page() + '"]')) {
      /* Links lead on with the filters that are asked for, before they have been answered. */
      state.text = address.split("&").filter(isFilter).join("&");
      parterre.carryFrom(parterre.page(), address);
      showLinks();
    }
    if (isHere()) {
      if (address === state.address) { return; }
      if (parterre.sectionOf(address) !== parterre.sectionOf(state.address) || parterre.isForeign(address)) { parterre.redraw(); return; }
      state.address = address;
      parterre.reopen(address);
    } else if (window.location.pathname === state.opened) { parterre.redraw(); }
  });

  document.addEventListener("parterre:opened", function () { state.opened = window.location.pathname; });

  /* ---- What stands around the charts ---- */

  parterre.showTexts = function (texts) {
    Object.keys(texts).forEach(function (id) {
      var element = document.getElementById(id);
      if (element && element.textContent !== texts[id]) { element.textContent = texts[id]; }
      if (element && "says" in element.dataset) { element.dataset.says = texts[id]; }
    });
  };

  /* What an answer leaves out is of the filters before. */
  function nothingOnDemand() {
    var texts = {};
    document.querySelectorAll(ON_DEMAND).forEach(function (element) { texts[element.id] = ""; });
    return texts;
  }

  function tableOf(id) {
    var chart = document.getElementById(id);
    var frame = chart && chart.closest(".p-chart");
    return frame ? frame.querySelector(".p-table tbody") : null;
  }

  function showTables(answer) {
    Object.keys(answer.tables || {}).forEach(function (id) {
      var body = tableOf(id);
      if (body) { parterre.writeRows(body, answer.tables[id]); }
    });
    Object.keys(answer.views || {}).forEach(function (id) {
      var body = tableOf(id);
      var values = parterre.sums(answer.views[id].values);
      if (!body || body.rows.length !== values.length) { return; }
      body.parentNode.tHead.rows[0].lastElementChild.textContent = state.heads[parterre.setAside(id) ? 1 : 0];
      values.forEach(function (value, place) {
        body.rows[place].lastElementChild.textContent = parterre.written(id, value);
      });
    });
  }

  /* The field whose filter a chart sets aside, so that others can be chosen; "*" where it follows none. */
  parterre.setAside = function (id) {
    var field = state.charts[id] ? state.charts[id].field : (state.ignores || {})[id] || "";
    return field === "*" || parterre.codesOf(field).length ? field : "";
  };

  parterre.written = function (id, value) {
    if (state.answer.form.indexOf("shares") >= 0) { return state.percent.format(value / 100); }
    return state.charts[id] ? parterre.write(state.charts[id].form, value) : state.format.format(value);
  };

  function showEmpty(answer) {
    var place = document.getElementById("filters-empty");
    if (!place) { return; }
    place.hidden = answer.rows !== 0 || !answer.text;
    document.body.classList.toggle("is-empty", !place.hidden);
  }

  function showError(words, mended) {
    var place = document.getElementById("shell-notice");
    if (!place || (place.textContent === words && mended === undefined)) { return; }
    place.textContent = words;
    if (!words || mended === undefined) { return; }
    place.append(" ", parterre.button(mended.split("&").some(isFilter) ? "Keep the other filters" : "Clear the filters", "btn p-button-quiet", function () {
      parterre.travel(state.page + (mended ? "?" + mended : ""));
    }));
  }

  function isFilter(piece) { return /^[A-Z]|:/.test(piece); }

  parterre.showPressed = function () {
    document.querySelectorAll("[data-field][data-code]").forEach(function (element) {
      var own = parterre.codesOf(element.dataset.field);
      var chosen = own.indexOf(Number(element.dataset.code)) >= 0;
      element.classList.toggle("is-chosen", chosen);
      element.classList.toggle("is-faded", own.length > 0 && !chosen);
      var pressed = element.matches("[aria-pressed]") ? element : element.querySelector("[aria-pressed]");
      if (pressed) { pressed.setAttribute("aria-pressed", String(chosen)); }
    });
  };

  function showOptions() {
    document.querySelectorAll("[data-option]").forEach(function (element) {
      var value = state.options[element.dataset.option];
      if (value === undefined) { return; }
      if (element.dataset.value !== undefined) {
        element.setAttribute("aria-pressed", String(element.dataset.value === value));
      } else if (element !== document.activeElement || element.tagName === "SELECT") { element.value = value; }
    });
  }

  /* ---- Mouse and keyboard outside the charts' own events ---- */

  document.addEventListener("click", function (event) {
    var target = event.target.closest ? event.target : event.target.parentElement;
    var link = target.closest("a[data-page]");
    if (link && parterre.isPlain(event)) {
      event.preventDefault();
      travel(link);
      return;
    }
    if (target.closest("[data-clear-filters]")) { parterre.clear(); return; }
    var option = target.closest("[data-option][data-value]");
    if (option) { parterre.setOption(option.dataset.option, option.dataset.value); return; }
    if (target.closest("summary, details, a, input, select, [data-unfolds]")) { return; }
    var card = target.closest("[data-field][data-code]");
    /* The second click of two undoes the first. */
    if (card && (!selects(card) || event.detail === 2)) { parterre.choose(card.dataset.field, Number(card.dataset.code), event.shiftKey); }
  });

  /* Whoever marks words on a card wants to copy them. */
  function selects(card) {
    var marked = window.getSelection();
    return Boolean(marked) && !marked.isCollapsed && card.contains(marked.anchorNode);
  }

  document.addEventListener("change", function (event) {
    var name = event.target.dataset && event.target.dataset.option;
    if (name) { parterre.setOption(name, event.target.value); }
  });

  /* Pages that can be filtered are opened with the selection; the address says so. */
  function travel(link) { parterre.travel(addressOf(link)); }

  function addressOf(link) {
    var filters = { yes: state.text, others: withoutSegments(state.text) }[link.dataset.filtered] || "";
    var along = link.dataset.filtered !== "no" ? parterre.carriedTo(link.dataset.page) : [];
    var text = [filters, link.dataset.extra || ""].concat(along).filter(Boolean).join("&");
    if (link.dataset.filtered !== "no") { text = parterre.bound(text, link.dataset.page); }
    return link.dataset.page + (text ? "?" + text : "");
  }

  function withoutSegments(text) {
    return text.split("&").filter(function (piece) { return !/^((?!any\d*:)[\w-]+:)?Segment=/.test(piece); }).join("&");
  }

  /* What a link says of its customers, it leads to: also in another tab, and when it is copied. */
  function showLinks() {
    document.querySelectorAll("#shell-page a[data-page]").forEach(function (link) { link.setAttribute("href", parterre.at(addressOf(link))); });
  }

  parterre.travel = function (address) {
    var here = window.location.pathname;
    window.history.pushState(null, "", parterre.at(address));
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    if (window.location.pathname === here) { parterre.redraw(); } else { window.scrollTo(0, 0); }
  };

  /* The page that is open, drawn anew by the server: another section of it, or figures that are new. */
  parterre.redraw = function () {
    /* Filters are written into the address behind Dash's back. */
    parterre.set("shell-address", { href: window.location.href, search: window.location.search });
    parterre.set("shell-again", { data: Date.now() });
  };

  document.addEventListener("keydown", function (event) {
    var typing = event.target.closest && event.target.closest("input, textarea, select");
    if (event.key === "Escape" && !typing && state.text && !document.querySelector("details.p-menu[open], dialog[open], :popover-open")) {
      parterre.clear();
    }
  });
}());

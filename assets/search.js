/* Ctrl K: pages, segments, fields and customers by what is typed, as a list that is walked by keyboard or touched. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {}, make = parterre.make;
  var PATIENCE = 120;  // ms without a key before the server is asked
  var dialog = null, input, list, said, timer, asked = 0, shown = 0, goes = false;

  function build() {
    said = make("p", { className: "p-hint p-search-said", role: "status" });
    list = make("div", { className: "p-search-list", id: "search-list", role: "listbox", ariaLabel: "Found" });
    input = make("input", {
      className: "form-control", type: "text", id: "search-text", maxLength: 64, autocomplete: "off", spellcheck: false, enterKeyHint: "go",
      placeholder: "Page, field, segment or customer ID", role: "combobox", ariaLabel: "Search", ariaExpanded: "false", ariaAutoComplete: "list"
    });
    input.setAttribute("aria-controls", list.id);
    var close = parterre.button("Close", "p-filter-do", function () { dialog.close(); });
    dialog = make("dialog", { className: "p-search", ariaLabel: "Search" }, [make("div", { className: "p-search-head" }, [input, close]), list, said]);
    document.body.append(dialog);
    input.addEventListener("input", function () { asked += 1; goes = false; window.clearTimeout(timer); timer = window.setTimeout(ask, PATIENCE, asked); });
    input.addEventListener("keydown", walk);
    list.addEventListener("click", choose);
    dialog.addEventListener("click", function (event) { if (event.target === dialog) { dialog.close(); } });
  }

  function open() {
    if (!dialog) { build(); }
    if (dialog.open || document.querySelector("dialog[open]")) { return; }
    input.value = "";
    list.replaceChildren();
    dialog.showModal();
    input.focus();
    ask(asked += 1);
  }

  function ask(n) {
    parterre.ask("POST", "/search", { q: input.value.trim() }).then(function (answer) {
      if (n !== asked) { return; }
      shown = n;
      show(answer.groups);
      if (goes) { go(); }
    }).catch(function (error) {
      if (n === asked) { show([]); said.textContent = error.message; }
    });
  }

  /* ---- The list ---- */

  function options() { return Array.from(list.querySelectorAll("[role=option]")); }

  function show(groups) {
    list.replaceChildren.apply(list, groups.map(function (group) {
      var name = make("div", { className: "p-search-name", textContent: group.name, ariaHidden: "true" });
      return make("div", { role: "group", ariaLabel: group.name }, [name].concat(group.found.map(option)));
    }));
    options().forEach(function (one, place) { one.id = "search-" + place; });
    input.ariaExpanded = String(groups.length > 0);
    var many = options().length, isMore = groups.some(function (group) { return group.more; });
    said.textContent = !many ? "Nothing here is called so, and no customer\u2019s ID begins so." :
      isMore ? "The first " + many + ". Type on to find others." : many + " found.";
    mark(options()[0]);
  }

  function option(found) {
    var made = make("a", { className: "p-search-option", role: "option", tabIndex: -1, ariaSelected: "false" }, [
      make("span", { textContent: found.label }), make("span", { className: "p-hint", textContent: found.told })
    ]);
    if (found.number) {
      var swatch = make("span", { className: "p-swatch", textContent: found.number, ariaHidden: "true" });
      Object.keys(found.style).forEach(function (name) { swatch.style.setProperty(name, found.style[name]); });
      made.prepend(swatch);
    }
    if (found.page) {
      made.href = parterre.at(found.page + (found.extra ? "?" + found.extra : ""));
      Object.assign(made.dataset, { page: found.page, extra: found.extra, filtered: found.filtered });
    }
    if (found.chart) { made.dataset.chart = found.chart; } else if (found.filter) { made.dataset.filter = found.filter; }
    return made;
  }

  function marked() { return list.querySelector('[aria-selected="true"]'); }

  function mark(one) {
    options().forEach(function (other) { other.ariaSelected = String(other === one); });
    input.setAttribute("aria-activedescendant", one ? one.id : "");
    if (one) { one.scrollIntoView({ block: "nearest" }); }
  }

  function walk(event) {
    var all = options(), step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.isComposing || !(step || event.key === "Enter")) { return; }
    event.preventDefault();
    if (step && all.length) { mark(all[(all.indexOf(marked()) + step + all.length) % all.length]); }
    /* What was typed last is gone to, also where its answer is still on its way. */
    if (!step) { goes = shown !== asked; if (!goes) { go(); } }
  }

  function go() {
    goes = false;
    if (marked()) { marked().click(); }
  }

  /* ---- Going there: links are followed as all links are ---- */

  function choose(event) {
    var one = event.target.closest("[role=option]");
    if (!one || !parterre.isPlain(event)) { return; }
    dialog.close();
    if (one.dataset.chart) { whenOpened(one.dataset.page, function () { showChart(one.dataset.chart); }); }
    if (one.dataset.filter) { window.setTimeout(addFilter, 0, one.dataset.filter); }
  }

  function whenOpened(page, then) {
    document.addEventListener("parterre:filtered", function heard(event) {
      if (event.detail.page !== page) { return; }
      document.removeEventListener("parterre:filtered", heard);
      parterre.afterPaint(then);
    });
  }

  function showChart(id) {
    var chart = document.getElementById(id), frame = chart && chart.closest(".p-chart");
    if (!frame) { return; }
    var small = frame.querySelector('[data-grow][aria-expanded="false"]');
    parterre.drawWaiting();
    if (small) { small.click(); }
    frame.tabIndex = -1;
    frame.focus({ preventScroll: true });
    frame.scrollIntoView({ block: "center" });
  }

  /* In the bar that is there; from a page without one, over the list of customers. */
  function addFilter(name) {
    var pill = document.querySelector("[data-filter-pill]");
    if (!pill) {
      whenOpened("/customers", function () { addFilter(name); });
      parterre.travel("/customers");
      return;
    }
    if (pill.offsetParent && pill.getAttribute("aria-expanded") !== "true") { pill.click(); }
    parterre.editFilter(name + "=");
  }

  parterre.onClick('[data-search="open"]', function (button) {
    var menu = button.closest("details");
    if (menu) { menu.removeAttribute("open"); menu.querySelector("summary").focus(); }
    open();
  });

  document.addEventListener("parterre:opened", function () {
    var key = document.querySelector(".p-search-key");
    if (key && /Mac|iP(hone|ad)/.test(window.navigator.platform)) { key.textContent = "\u2318 K"; }
  });

  document.addEventListener("keydown", function (event) {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") { event.preventDefault(); open(); }
  });
}());

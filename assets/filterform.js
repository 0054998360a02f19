/* + Filter: a field, what is asked of it, and the value; written as a piece of the address. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {};
  var KNOWN = { known: "is known", "not-known": "is not known" };
  var WAYS = {
    number: { over: "is over", under: "is under", between: "is between", least: "is at least", most: "is at most" },
    date: { between: "is between", least: "is on or after", most: "is on or before", last: "is in the last ... days" },
    category: { among: "is one of", has: "contains" },
    text: { has: "contains" }
  };
  var fields = null, model = "", changed = "";
  var make = parterre.make;

  function menu() { return document.getElementById("filters-add"); }
  function panel() { return menu().querySelector(".p-filter-panel"); }
  function at(name) { return panel().querySelector('[name="' + name + '"]'); }
  function field() { return fields.find(function (one) { return one.name === at("filter-field").value; }); }

  /* The fields are of the model that the page shows. */
  function known() {
    var key = parterre.filters.answer && parterre.filters.origin;
    if (fields && model === key) { return Promise.resolve(); }
    return parterre.ask("GET", "/filters/fields" + (key ? "?" + key : "")).then(function (answer) { fields = answer.fields; model = key; });
  }

  function labelled(words, input) {
    input.id = input.name;
    return make("div", { className: "p-filter-label" }, [make("label", { htmlFor: input.id, textContent: words }), input]);
  }

  function choice(name, options) {
    return make("select", { name: name, className: "form-select p-select" }, options);
  }

  function option(value, words) { return make("option", { value: value, textContent: words }); }

  function draw() {
    var groups = [], by = {};
    fields.forEach(function (one) {
      if (!by[one.group]) { by[one.group] = make("optgroup", { label: one.group || "Segments" }); groups.push(by[one.group]); }
      by[one.group].append(option(one.name, one.label));
    });
    var others = [option("", "has to hold")].concat(beside().map(function (one, place) { return option(place, "may hold instead: " + parterre.saysOf(one)); }));
    var either = labelled("This filter", choice("filter-either", others));
    either.hidden = others.length === 1;
    var said = make("p", { className: "p-error p-said", id: "filter-said" });
    said.setAttribute("role", "alert");
    var form = make("form", { className: "p-filter-form", noValidate: true }, [
      labelled("Field", choice("filter-field", groups)),
      labelled("Which", choice("filter-way", [])),
      make("div", { className: "p-filter-values" }),
      either,
      said,
      make("button", { type: "submit", className: "btn p-button", textContent: "Apply" })
    ]);
    panel().replaceChildren(form);
    form.addEventListener("change", function (event) {
      if (event.target.name === "filter-field") { ways(); }
      if (event.target.name === "filter-way") { values({}); }
    });
    form.addEventListener("submit", function (event) { event.preventDefault(); apply(); });
  }

  function ways(way, given) {
    var one = field(), all = Object.assign({}, WAYS[one.kind], one.gaps ? KNOWN : {});
    at("filter-way").replaceChildren.apply(at("filter-way"), Object.keys(all).map(function (name) { return option(name, all[name]); }));
    if (way && all[way]) { at("filter-way").value = way; }
    values(given || {});
  }

  function input(name, words, properties) {
    return labelled(words, make("input", Object.assign({ name: name, className: "form-control", autocomplete: "off" }, properties)));
  }

  function values(given) {
    var one = field(), way = at("filter-way").value, place = panel().querySelector(".p-filter-values");
    var typed = one.kind === "date" ? { type: "date", min: one.low, max: one.high } : { type: "number", step: "any" };
    var unit = one.percent ? " (percent)" : one.unit ? " (" + one.unit + ")" : "";
    var parts = [];
    if (way === "among") { parts = [boxes(one, given.among || [])]; }
    if (way === "has") { parts = [input("filter-has", "Text", { type: "text", maxLength: 64, value: given.has || "" })]; }
    if (way === "last") { parts = [input("filter-days", "Days, to " + one.high + ", the last day of the data", { type: "number", min: 1, max: 36500, value: given.days || 90 })]; }
    if (/least|between|over/.test(way)) { parts.push(input("filter-low", (way === "between" ? "From" : "Value") + unit, Object.assign({ value: given.low || "" }, typed))); }
    if (/most|between|under/.test(way)) { parts.push(input("filter-high", (way === "between" ? "To" : "Value") + unit, Object.assign({ value: given.high || "" }, typed))); }
    if (one.kind === "number" && one.low !== undefined && parts.length) {
      parts.push(make("p", { className: "p-hint", textContent: "From " + shown(one, one.low) + " to " + shown(one, one.high) + " in these data." }));
    }
    place.replaceChildren.apply(place, parts);
    complain("");
  }

  function shown(one, value) { return one.percent ? parterre.filters.percent.format(value) : parterre.write(one.form, value); }

  function boxes(one, among) {
    var lines = one.labels.map(function (words, place) {
      var box = make("input", { type: "checkbox", className: "form-check-input", value: one.slugs[place], checked: among.indexOf(one.slugs[place]) >= 0 });
      var count = make("span", { className: "p-filter-many", textContent: parterre.filters.format.format(one.counts[place]) });
      return make("label", { className: "p-filter-box" }, [box, make("span", { textContent: words }), count]);
    });
    var list = make("div", { className: "p-filter-boxes" }, lines);
    list.setAttribute("role", "group");
    list.setAttribute("aria-label", one.label);
    list.tabIndex = 0;
    return list;
  }

  /* ---- From the form to the address, and back ---- */

  function escaped(text) { return encodeURIComponent(text).replace(/[!'()*~]/g, function (one) { return "%" + one.charCodeAt(0).toString(16).toUpperCase(); }).replace(/%/g, "~"); }

  function number(name, one) {
    var value = at(name).value;
    if (value === "" || one.kind === "date") { return value; }
    var known = one.percent ? Number((Number(value) / 100).toPrecision(12)) : Number(value);
    /* No exponent: the address has plain numbers. */
    return known.toLocaleString("en", { useGrouping: false, maximumFractionDigits: 12 });
  }

  function written() {
    var one = field(), way = at("filter-way").value;
    if (KNOWN[way]) { return way; }
    if (way === "among") {
      return Array.from(panel().querySelectorAll(".p-filter-boxes input:checked")).map(function (box) { return box.value; }).join(",");
    }
    if (way === "has") { return at("filter-has").value.trim() ? "has:" + escaped(at("filter-has").value.trim()) : ""; }
    if (way === "last") { return at("filter-days").value ? "last:" + at("filter-days").value : ""; }
    var low = at("filter-low") ? number("filter-low", one) : "", high = at("filter-high") ? number("filter-high", one) : "";
    if (way === "between" && (!low || !high)) { return ""; }
    if (way === "over" || way === "under") { return low + high ? way + ":" + low + high : ""; }
    return low + high ? low + ".." + high : "";
  }

  function complain(words) { panel().querySelector("#filter-said").textContent = words; }

  function apply() {
    var text = written(), one = field();
    var low = at("filter-low"), high = at("filter-high");
    if (!text) { complain("Give a value first."); return; }
    if (low && high && (one.kind === "date" ? low.value > high.value : Number(low.value) > Number(high.value))) {
      complain("The first value is larger than the second. Swap them.");
      return;
    }
    put(one.name + "=" + text);
    menu().removeAttribute("open");
    menu().querySelector("summary").focus();
  }

  /* What a filter may stand in for: all others that there are, those of a group together. */
  function beside() {
    return parterre.grouped((parterre.filters.answer.chips || []).filter(function (chip) { return chip.piece !== changed; }));
  }

  /* Of two of which one is enough a group is made; a filter that stood alone goes into it. */
  function put(piece) {
    var either = at("filter-either").value, group = either && beside()[either], instead = changed ? [parterre.keyOf(changed)] : [];
    if (!group) { parterre.put([piece], instead); return; }
    var own = parterre.groupOf(group[0].piece), name = own || free();
    var joins = own ? [] : [name + ":" + group[0].piece.replace(/^[\w-]+:/, "")];
    parterre.put(joins.concat([name + ":" + piece]), own ? instead : instead.concat([parterre.keyOf(group[0].piece)]));
  }

  function free() {
    var name = "any", taken = parterre.filters.pieces.filter(function (piece) { return piece !== changed; }).map(parterre.groupOf);
    for (var n = 2; taken.indexOf(name) >= 0; n += 1) { name = "any" + n; }
    return name;
  }

  function read(one, text) {
    var found;
    if (KNOWN[text]) { return [text, {}]; }
    if (text.indexOf("has:") === 0) { return ["has", { has: decodeURIComponent(text.slice(4).replace(/~/g, "%")) }]; }
    if (one.kind === "category") { return ["among", { among: text.split(",") }]; }
    if ((found = /^last:(\d+)$/.exec(text))) { return ["last", { days: found[1] }]; }
    if ((found = /^(over|under):(.+)$/.exec(text))) { return [found[1], { low: asTyped(one, found[2]), high: asTyped(one, found[2]) }]; }
    found = /^(.*?)(?:\.\.|~)(.*)$/.exec(text) || [text, text, text];
    return [found[1] && found[2] ? "between" : found[1] ? "least" : "most", { low: asTyped(one, found[1]), high: asTyped(one, found[2]) }];
  }

  function asTyped(one, value) { return value && one.percent ? String(Number((Number(value) * 100).toPrecision(12))) : value; }

  parterre.editFilter = function (piece) {
    /* The click that asks for it has to be over: it closes menus. */
    window.setTimeout(function () { edit(piece); }, 0);
  };

  function edit(piece) {
    var key = piece.split("=")[0], text = piece.slice(key.length + 1);
    changed = piece;
    menu().setAttribute("open", "");
    known().then(function () {
      var group = parterre.groupOf(piece);
      draw();
      at("filter-field").value = key.split(":").pop();
      at("filter-either").value = group && String(beside().findIndex(function (one) { return parterre.groupOf(one[0].piece) === group; })).replace("-1", "");
      ways.apply(null, text ? read(field(), text) : []);
      (panel().querySelector(".p-filter-values input") || at("filter-way")).focus();
    }).catch(refuse);
  }

  function refuse(error) { panel().replaceChildren(make("p", { className: "p-error", textContent: error.message })); }

  document.addEventListener("toggle", function (event) {
    if (event.target !== menu()) { return; }
    if (!event.target.open) { changed = ""; return; }
    if (changed) { return; }
    known().then(function () {
      if (changed) { return; }
      draw();
      ways();
      at("filter-field").focus();
    }).catch(refuse);
  }, true);
}());

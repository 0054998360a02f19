/* Notes on what is shown: read when a page opens and when their menu does. What people wrote is only ever text. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {};
  var answered = null, left = [], coming = 0, asking = parterre.newest();

  function menu() { return document.getElementById("notes-menu"); }
  function part(name) { return menu().querySelector('[data-notes="' + name + '"]'); }
  function box() { return document.getElementById("notes-text"); }
  function complain(words) { if (menu()) { document.getElementById("notes-said").textContent = words; } }

  function place() {
    /* What is shown: of what was refused in the address bar there are no notes. */
    return { page: parterre.filters.page, address: parterre.kept(parterre.filters.address) };
  }

  /* Where another question came after a change, it is put again. */
  function newest(method, path, body) {
    return asking(method, path, body).then(function (answer) {
      if (answer) { list(answer); } else if (method === "POST") { load(); }
    });
  }

  function ask(method, path, body) {
    return newest(method, path, body).catch(function (error) { complain(error.message); });
  }

  function load() {
    if (menu() && parterre.filters && parterre.filters.page) { return ask("GET", "/notes?" + new URLSearchParams(place())); }
  }

  function list(answer) {
    if (!menu()) { return; }
    left = answer.notes;
    Object.keys(parterre.filters.charts).forEach(function (id) { parterre.flag(id, parterre.plotOf(id)); });
    var open = answer.notes.filter(function (one) { return one.answers === null && !one.resolved_by; }).length;
    part("count").textContent = open ? "Notes (" + open + ")" : "Notes";
    enter(part("list"), answer.notes);
  }

  /* What is listed already stays: a button that is being pressed would be taken away from under the finger. */
  function enter(place, notes) {
    var text = JSON.stringify(notes);
    if (place.listed === text) { return; }
    place.replaceChildren.apply(place, notes.map(entry));
    place.hidden = !notes.length;
    place.listed = text;
  }

  function entry(note) {
    var made = "p-views-entry" + (note.answers === null ? "" : " p-note-answer");
    var said = note.who + ", " + note.at.slice(0, 16).replace("T", " ") + " UTC";
    if (note.resolved_by) { said += ". Resolved by " + note.resolved_by + ", " + note.resolved_at.slice(0, 10); }
    var parts = [
      note.bar && note.answers === null && parterre.make("span", { className: "p-views-words", textContent: "On " + note.bar.words }),
      parterre.make("span", { className: "p-note-text", textContent: note.text }),
      parterre.make("span", { className: "p-views-words", textContent: said })
    ];
    if (note.answers === null) { parts.push(parterre.make("div", { className: "p-views-actions" }, actions(note))); }
    return parterre.make("li", { className: made }, parts.filter(Boolean));
  }

  /* ---- Notes on bars: which can be about, and a flag over each that is ---- */

  function offerBars() {
    var filters = parterre.filters, about = document.getElementById("notes-about");
    var chips = (filters.answer && filters.answer.chips || []).filter(function (chip) { return chip.piece.split("=")[0] in filters.clauses; });
    about.replaceChildren.apply(about, [parterre.make("option", { value: "", textContent: "what is shown" })].concat(chips.map(function (chip) {
      return parterre.make("option", { value: chip.piece, textContent: chip.label + ": " + chip.text, selected: chip.field === filters.chosen });
    })));
    about.parentNode.hidden = !chips.length;
  }

  /* Labels of charts have no lines of their own, and end where the chart does. */
  function inShort(text) {
    var lines = text.match(/\S.{0,30}(?=\s|$)|\S{1,31}/g) || [];
    return lines.slice(0, 4).join("\n") + (lines.length > 4 ? " ..." : "");
  }

  function flagOf(spec, code, notes) {
    var said = notes.map(function (one) { return inShort(one.who + ": " + one.text); }).join("\n");
    var at = spec.across ? { x: 1, xref: "paper", xanchor: "right", y: code } : { x: code, y: 1, yref: "paper", yanchor: "bottom" };
    var text = said.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/\n/g, "<br>");
    return Object.assign(at, { name: "note", text: "\u2691", showarrow: false, hovertext: text, font: { size: 14 } });
  }

  parterre.flag = function (id, plot) {
    var spec = parterre.filters.charts[id], others = [], flags = [];
    if (!spec || !plot || !plot.calcdata) { return; }
    spec.codes.forEach(function (code) {
      var own = left.filter(function (one) { return one.answers === null && !one.resolved_by && one.bar && one.bar.field === spec.field && one.bar.codes.indexOf(code) >= 0; });
      if (own.length) { flags.push(flagOf(spec, code, own)); }
    });
    others = (plot.layout.annotations || []).filter(function (one) { return one.name !== "note"; });
    if (flags.length || others.length !== (plot.layout.annotations || []).length) { window.Plotly.relayout(plot, { annotations: others.concat(flags) }); }
    plot.removeAllListeners("plotly_clickannotation");
    /* Once its click is over: it closes menus. */
    plot.on("plotly_clickannotation", function () { window.setTimeout(function () { menu().open = true; }, 0); });
  };

  function actions(note) {
    return [
      parterre.button("Answer", "p-views-do", function () { answer(note); }, "Answer the note of " + note.who),
      parterre.button(note.resolved_by ? "Open again" : "Resolve", "p-views-do", function () {
        ask("POST", "/notes/" + note.id, Object.assign(place(), { done: !note.resolved_by })).then(function () { box().focus(); });
      }, (note.resolved_by ? "Open again the note of " : "Resolve the note of ") + note.who)
    ];
  }

  function answer(note) {
    answered = note ? note.id : null;
    part("cancel").hidden = !note;
    part("add").querySelector("label").textContent = note ? "An answer to " + note.who : "A note";
    box().focus();
  }

  parterre.onClick('[data-notes="cancel"]', function () { answer(null); });

  document.addEventListener("submit", function (event) {
    if (event.target.dataset.notes !== "add") { return; }
    event.preventDefault();
    complain("");
    var about = document.getElementById("notes-about").value;
    newest("POST", "/notes", Object.assign(place(), { text: box().value, answers: answered, about: about })).then(function () {
      parterre.set("notes-text", { value: "" });
      answer(null);
      parterre.say("Your note is left.");
    }).catch(function (error) { complain(error.message); });
  });

  document.addEventListener("toggle", function (event) {
    if (event.target.id === "notes-menu" && event.target.open) { complain(""); offerBars(); load(); }
  }, true);

  /* Once what the page shows is known and painted. */
  ["parterre:opened", "parterre:filtered"].forEach(function (name) {
    document.addEventListener(name, function () {
      if (name === "parterre:opened") { answered = null; left = []; }
      window.clearTimeout(coming);
      coming = window.setTimeout(load, 1000);
    });
  });
}());

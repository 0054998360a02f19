/* Notes on what is shown: read when a page opens and when their menu does. What people wrote is only ever text. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {};
  var FAILED = "That did not work. Check the connection, then try again.";
  var answered = null;

  function menu() { return document.getElementById("notes-menu"); }
  function part(name) { return menu().querySelector('[data-notes="' + name + '"]'); }
  function box() { return document.getElementById("notes-text"); }
  function complain(words) { if (menu()) { document.getElementById("notes-said").textContent = words; } }

  function place() {
    /* What is shown: of what was refused in the address bar there are no notes. */
    var text = parterre.filters.address.replace(/(^|&)model=[^&]*(&older=yes)?$/, "");
    return { page: parterre.filters.page, address: [text, parterre.filters.origin].filter(Boolean).join("&") };
  }

  function ask(method, path, body) {
    return parterre.ask(method, path, body).then(list).catch(function (error) { complain(error.message || FAILED); });
  }

  function load() {
    if (menu() && parterre.filters && parterre.filters.page) { return ask("GET", "/notes?" + new URLSearchParams(place())); }
  }

  function list(answer) {
    if (!menu()) { return; }
    var open = answer.notes.filter(function (one) { return one.answers === null && !one.resolved_by; }).length;
    part("count").textContent = open ? "Notes (" + open + ")" : "Notes";
    part("list").replaceChildren.apply(part("list"), answer.notes.map(entry));
    part("list").hidden = !answer.notes.length;
  }

  function entry(note) {
    var made = "p-views-entry" + (note.answers === null ? "" : " p-note-answer");
    var said = note.who + ", " + note.at.slice(0, 16).replace("T", " ") + " UTC";
    if (note.resolved_by) { said += ". Resolved by " + note.resolved_by + ", " + note.resolved_at.slice(0, 10); }
    var parts = [
      parterre.make("span", { className: "p-note-text", textContent: note.text }),
      parterre.make("span", { className: "p-views-words", textContent: said })
    ];
    if (note.answers === null) { parts.push(parterre.make("div", { className: "p-views-actions" }, actions(note))); }
    return parterre.make("li", { className: made }, parts);
  }

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
    part("add").querySelector("label").textContent = note ? "An answer to " + note.who : "A note on what is shown";
    box().focus();
  }

  parterre.onClick('[data-notes="cancel"]', function () { answer(null); });

  document.addEventListener("submit", function (event) {
    if (event.target.dataset.notes !== "add") { return; }
    event.preventDefault();
    complain("");
    parterre.ask("POST", "/notes", Object.assign(place(), { text: box().value, answers: answered })).then(function (got) {
      parterre.set("notes-text", { value: "" });
      answer(null);
      list(got);
      parterre.say("Your note is left.");
    }).catch(function (error) { complain(error.message || FAILED); });
  });

  document.addEventListener("toggle", function (event) {
    if (event.target.id === "notes-menu" && event.target.open) { complain(""); load(); }
  }, true);

  /* Once what the page shows is known: at the first paint after it opened. */
  document.addEventListener("parterre:opened", function () { answered = null; window.setTimeout(load, 1000); });
}());

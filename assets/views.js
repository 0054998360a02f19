/* Saved views: the menu of the filter bar. The server keeps them; names are only ever shown as text. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {};
  var views = null;
  /* What a button does once its click has reached the document: by then it may leave the page, and a click
     on what has left it would close the menu. */
  var acts = new WeakMap();

  function menu() { return document.getElementById("views-menu"); }
  function part(name) { var place = menu(); return place && place.querySelector('[data-views="' + name + '"]'); }
  function here() {
    var text = parterre.bound(parterre.unbound(window.location.search.slice(1)), parterre.page());
    return parterre.page() + (text ? "?" + text : "");
  }
  var say = parterre.say;

  /* ---- The server ---- */

  var ask = parterre.ask, asking = parterre.newest();

  /* An answer that comes late must not take away what is being typed, nor, on opening, what is asked or told. */
  function load(opening) {
    var kept = "#views-rename" + (opening ? ", .p-views-danger, .p-views-note" : "");
    return asking("GET", "/views").then(function (answer) {
      if (!answer) { return; }
      views = answer.views;
      if (!menu().querySelector(kept)) { list(); }
    }).catch(function (error) { complain(error.message); });
  }

  /* ---- Small parts ---- */

  function make(tag, className, text) { return parterre.make(tag, { className: className, textContent: text || "" }); }

  function button(text, name, then) {
    var made = parterre.button(text, "p-views-do", null, name);
    acts.set(made, then);
    return made;
  }

  function complain(words) {
    var said = document.getElementById("views-name-said");
    var input = document.getElementById("views-name");
    if (!said || !input) { return; }
    said.textContent = words;
    input.classList.toggle("is-invalid", Boolean(words));
  }

  /* ---- The list ---- */

  function list() {
    var place = part("list");
    if (!place || !views) { return; }
    place.replaceChildren.apply(place, views.map(entry));
    place.hidden = !views.length;
    part("empty").hidden = views.length > 0;
    mark();
  }

  function entry(view) {
    var item = make("li", "p-views-entry");
    var link = make("a", "p-views-open", view.name);
    item.dataset.view = view.id;
    link.href = parterre.at(view.address);
    link.dataset.viewOpen = view.fits ? "fits" : "anyway";
    item.append(link, make("span", view.fits ? "p-views-words" : "p-views-words p-warning", view.words), actions(view));
    return item;
  }

  function actions(view) {
    var row = make("div", "p-views-actions");
    row.append(
      button("Copy link", "Copy link to " + view.name, function () { copy(view); }),
      button("Replace", "Replace " + view.name + " by what is shown", function () { replace(view); }),
      button("Rename", "Rename " + view.name, function () { rename(view); }),
      button("Delete", "Delete " + view.name, function () { confirmDelete(view); })
    );
    return row;
  }

  function item(id) { var place = part("list"); return place && place.querySelector('[data-view="' + id + '"]'); }

  /* The view that is on the screen now, whatever the order of filters in the address bar. */
  function mark() {
    var place = part("list");
    var shown = parterre.at(parterre.filters.page + (parterre.filters.address ? "?" + parterre.filters.address : ""));
    if (!place) { return; }
    shown = new URL(shown, window.location.origin);
    place.querySelectorAll("[data-view-open]").forEach(function (link) {
      if (link.pathname + link.search === shown.pathname + shown.search) { link.setAttribute("aria-current", "true"); }
      else { link.removeAttribute("aria-current"); }
    });
  }

  function focusOn(id, name) {
    var entry = item(id);
    var target = entry && Array.from(entry.querySelectorAll("button")).find(function (one) { return one.textContent === name; });
    (target || document.getElementById("views-name")).focus();
  }

  /* ---- What one can do with a view ---- */

  /* Where charts stay the same they are only restyled; other pages, other sections and views that no longer
     fit are drawn by the server, which says in words what does not fit. */
  function open(link) {
    var page = parterre.page(link.pathname);
    var stays = parterre.filters.page === page && parterre.page() === page
      && section(link.search) === section(window.location.search) && link.dataset.viewOpen === "fits";
    menu().removeAttribute("open");
    if (stays) {
      menu().querySelector("summary").focus();
      parterre.reopen(link.search.slice(1));
    } else {
      document.getElementById("shell-page").focus();
      parterre.travel(page + link.search);
    }
  }

  function section(query) { return new URLSearchParams(query).get("show"); }

  /* Without HTTPS browsers have no clipboard; then the link is there to be copied by hand. */
  function copied(address) {
    return window.navigator.clipboard ? window.navigator.clipboard.writeText(address) : Promise.reject();
  }

  function copy(view) {
    var address = window.location.origin + parterre.at(view.address);
    copied(address).then(function () {
      focusOn(view.id, "Copy link");
      note(view, "Link copied. Whoever has an account can open it.");
    }, function () { showLink(view, address); });
  }

  /* What is shown now, under a name that is there already. */
  function replace(view) {
    ask("PUT", "/views/" + view.id, { address: here() }).then(function () {
      say(view.name + " shows this now.");
      return load();
    }).then(function () { focusOn(view.id, "Replace"); note(view, "Shows what is on the screen now."); })
      .catch(function (error) { complain(error.message); });
  }

  /* A link to what is on the screen, saved or not. */
  function copyShown() {
    var address = window.location.origin + parterre.at(here());
    var place = document.querySelector('[data-views="copied"]');
    window.setTimeout(function () { if (!place.contains(document.activeElement)) { place.replaceChildren(); } }, 6000);
    copied(address).then(function () {
      place.textContent = "Link copied. Whoever has an account can open it.";
      say(place.textContent);
    }, function () { place.replaceChildren("Copy the link from here:", linkField(address, "Link to what is shown")); });
  }

  function linkField(address, name) {
    var input = make("input", "form-control p-views-link");
    input.readOnly = true;
    input.value = address;
    input.setAttribute("aria-label", name);
    window.setTimeout(function () { input.focus(); input.select(); }, 0);
    return input;
  }

  function note(view, words) {
    var entry = item(view.id);
    if (!entry) { return; }
    entry.querySelectorAll(".p-views-note").forEach(function (old) { old.remove(); });
    entry.append(make("span", "p-views-note", words));
    say(words);
  }

  function showLink(view, address) {
    note(view, "Copy the link from here:");
    item(view.id).querySelector(".p-views-note").append(linkField(address, "Link to " + view.name));
  }

  function rename(view) {
    var form = make("form", "p-views-form");
    var row = make("div", "p-views-row");
    var input = make("input", "form-control");
    var said = make("p", "p-error p-said");
    var save = make("button", "btn p-button", "Rename");
    input.id = "views-rename";
    input.value = view.name;
    input.autocomplete = "off";
    input.setAttribute("aria-label", "New name of " + view.name);
    said.id = "views-rename-said";
    save.type = "submit";
    row.append(input, save, button("Cancel", "Cancel renaming " + view.name, back));
    form.append(row, said);
    function back() { list(); focusOn(view.id, "Rename"); }
    form.addEventListener("keydown", function (event) {
      if (event.key === "Escape") { event.stopPropagation(); back(); }
    });
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      ask("PATCH", "/views/" + view.id, { name: input.value }).then(function (renamed) {
        say("Renamed to " + renamed.name + ".");
        return load().then(back);
      }).catch(function (error) {
        said.textContent = error.message;
        input.classList.add("is-invalid");
        input.focus();
      });
    });
    list();
    item(view.id).replaceChildren(form);
    input.focus();
    input.select();
  }

  function confirmDelete(view) {
    var row = make("div", "p-views-row");
    function back() { list(); focusOn(view.id, "Delete"); }
    var yes = button("Delete", "Delete " + view.name + " for good", function () {
      var next = views[views.indexOf(view) + 1];
      ask("DELETE", "/views/" + view.id).then(function () {
        say(view.name + " is deleted.");
        return load().then(function () { focusOn(next ? next.id : "", "Delete"); });
      }).catch(function (error) { list(); complain(error.message); });
    });
    yes.classList.add("p-views-danger");
    row.append(make("span", "p-views-ask", "Delete “" + view.name + "”?"), yes, button("Keep", "Keep " + view.name, back));
    row.addEventListener("keydown", function (event) {
      if (event.key === "Escape") { event.stopPropagation(); back(); }
    });
    list();
    item(view.id).replaceChildren(row);
    yes.focus();
  }

  function save() {
    var input = document.getElementById("views-name");
    ask("POST", "/views", { name: input.value, address: here() }).then(function (view) {
      complain("");
      parterre.set("views-name", { value: "" });
      say(view.name + " is saved.");
      return load();
    }).catch(function (error) {
      complain(error.message);
      input.focus();
    });
  }

  /* ---- Events ---- */

  document.addEventListener("toggle", function (event) {
    if (event.target.id === "views-menu" && event.target.open) { complain(""); list(); load(true); }
  }, true);

  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[data-view-open]");
    if (link && parterre.isPlain(event)) {
      event.preventDefault();
      open(link);
    }
    var act = acts.get(event.target);
    if (act) { act(); }
    if (event.target.dataset && event.target.dataset.views === "copy") { copyShown(); }
  });

  document.addEventListener("submit", function (event) {
    if (event.target.dataset.views === "save") { event.preventDefault(); save(); }
  });

  document.addEventListener("parterre:filtered", mark);
}());

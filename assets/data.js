/* Data: a file is sent piece by piece, its columns are told what they are for, and become a dataset. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {};
  var make = parterre.make;
  var queue = [], sending = null, progress = null, held = "", ticked = {};

  function find(id) { return document.getElementById(id); }

  function tell(words, wrong, id) {
    var place = find(id || "data-said");
    if (!place) { return; }
    var said = make("span", { className: wrong ? "p-error" : "p-hint", textContent: words });
    if (wrong) { said.setAttribute("role", "alert"); }
    place.replaceChildren(said);
  }

  /* ---- A file comes in ---- */

  function makeFileField(place) {
    var field = make("input", { type: "file", id: place.dataset.field, className: "form-control", multiple: true,
      accept: ".csv,.tsv,.txt,.xlsx,.xlsm,.xls,.ods,.parquet,.gz,.zip,text/csv" });
    field.addEventListener("change", function () { send(field.files); field.value = ""; });
    place.append(field);
  }

  function most() { return Number(document.querySelector(".p-drop-field").dataset.most); }

  function megabytes(bytes) { return bytes < 1e5 ? (bytes / 1e3).toFixed(1) + " kB" : (bytes / 1e6).toFixed(1) + " MB"; }

  function send(files) {
    Array.prototype.forEach.call(files, function (file) {
      if (file.size > most()) {
        tell(file.name + ": found " + megabytes(file.size) + ". Expected at most " + megabytes(most()) +
          ". Split the file, or leave columns out.", true);
      } else { queue.push(file); }
    });
    if (!sending) { next(0); }
  }

  function next(done, last) {
    var file = queue.shift();
    if (file) { post(file, done); return; }
    sending = null;
    if (last && done === 1) { parterre.travel("/data?file=" + encodeURIComponent(last)); } else if (done) { parterre.redraw(); }
  }

  function post(file, done) {
    var bar, end = function (words, wrong, id) {
      bar.end();
      tell(file.name + words, wrong);
      next(id ? done + 1 : done, id);
    };
    sending = parterre.sendPieces(file, {
      told: function (share, waits) { bar.show(share, waits); },
      done: function (id) { end(" has arrived.", false, id); },
      failed: function (words) { end(": " + words, true); }
    });
    bar = progressOf(file, function () {
      sending.abort();
      end(" was not sent: cancelled.");
    });
    tell("");
  }

  function progressOf(file, cancelled) {
    var fill = make("div", { className: "p-meter-fill" }), percent = make("span", { className: "p-progress-percent" });
    var meter = make("div", { className: "p-meter" }, [fill]);
    meter.setAttribute("role", "progressbar");
    meter.setAttribute("aria-label", "Sending " + file.name);
    var cancel = parterre.button("Cancel", "btn p-button-quiet", cancelled, "Cancel sending " + file.name);
    var what = "Sending " + file.name + ", " + megabytes(file.size), words = make("p", { textContent: what });
    progress = make("div", { className: "p-sent" }, [
      words,
      make("div", { className: "p-progress-bar" }, [meter, percent]), cancel
    ]);
    showProgress();
    var show = function (share, waits) {
      words.textContent = waits ? what + ": waiting for the connection, then it goes on." : what;
      fill.style.width = (100 * share).toFixed(1) + "%";
      percent.textContent = Math.round(100 * share) + "%";
      meter.setAttribute("aria-valuenow", Math.round(100 * share));
    };
    show(0);
    return { show: show, end: function () { progress.remove(); progress = null; } };
  }

  /* A page that is drawn again while a file is on its way has an empty place for it. */
  function showProgress() {
    var there = find("data-sending");
    if (progress && there && progress.parentNode !== there) { there.replaceChildren(progress); }
  }

  /* What is on its way stops with the page; what has come is kept. */
  window.addEventListener("beforeunload", function (event) { if (sending) { event.preventDefault(); } });

  function zoneOf(event) { return event.target.closest ? event.target.closest("[data-drop]") : null; }

  function carriesFiles(event) {
    return Boolean(event.dataTransfer) && Array.prototype.indexOf.call(event.dataTransfer.types, "Files") >= 0;
  }

  ["dragover", "dragleave", "drop"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      var zone = document.querySelector("[data-drop]");
      if (!zone || !carriesFiles(event)) { return; }
      /* Beside the place, too: a browser would open the file in place of the page. */
      event.preventDefault();
      zone.classList.toggle("is-over", name === "dragover" && zoneOf(event) === zone);
      if (name === "drop" && zoneOf(event) === zone) { send(event.dataTransfer.files); }
    });
  });

  /* ---- What waits ---- */

  function tellServer(path, body, id) {
    return parterre.ask("POST", path, body).catch(function (error) {
      tell(error.message, true, id);
      throw error;
    });
  }

  function quietly() { /* it has been told */ }

  parterre.onClick("[data-remove]", function (button) {
    button.disabled = true;
    tellServer("/data/files/" + button.dataset.remove + "/remove").then(parterre.redraw, function () { button.disabled = false; });
  });

  /* ---- What columns are for ---- */

  function makeTitleField(place) {
    var field = make("input", { id: place.dataset.field, className: "form-control", type: "text", maxLength: 80,
      value: place.dataset.title, autocomplete: "off" });
    field.addEventListener("keydown", function (event) {
      if (event.key === "Enter") { document.querySelector("[data-make]").click(); }
    });
    place.append(field);
  }

  function write(place) {
    var content = JSON.parse(place.dataset.columns);
    var asked = content.columns.filter(function (one) { return one.asked; });
    var clear = content.columns.filter(function (one) { return !one.asked; });
    var rows = function (columns) {
      return make("ul", { className: "p-map-rows" }, columns.map(function (one) {
        return rowOf(one, content.columns.indexOf(one), content);
      }));
    };
    var parts = asked.length ? [make("h3", { textContent: "Look at these first" }), rows(asked)] : [];
    if (clear.length) { parts.push(make("h3", { textContent: asked.length ? "Clear" : "All clear" }), rows(clear)); }
    place.replaceChildren.apply(place, parts);
    /* Who has chosen goes on from there, though all of it is drawn anew. */
    if (document.activeElement === document.body && held && find(held)) { find(held).focus({ preventScroll: true }); }
  }

  document.addEventListener("focusin", function (event) {
    held = event.target.closest(".p-map") ? event.target.id : "";
  });

  function rowOf(one, place, content) {
    var id = "mapping-column-" + place, why = id + "-why";
    var options = one.roles.map(function (pair) {
      return make("option", { value: pair[0], textContent: pair[1], selected: pair[0] === one.role });
    });
    var select = make("select", { id: id, className: "form-select p-select" }, options);
    select.setAttribute("aria-describedby", why);
    select.addEventListener("change", function () { say(content, "roles", one.name, select.value); });
    /* Where there is nothing to choose, it is only said. */
    var fixed = options.length < 2;
    var facts = [one.kind, one.gaps].filter(Boolean).join(", ");
    return make("li", { className: "p-map-row" + (one.asked ? " is-asked" : "") }, [
      make("div", { className: "p-map-name" }, [
        fixed ? make("strong", { textContent: one.name }) : make("label", { htmlFor: id, textContent: one.name }), make("span", { className: "p-hint", textContent: facts })
      ]),
      make("p", { className: "p-map-values", textContent: one.values }),
      make("div", { className: "p-map-role" }, [fixed ? make("span", { textContent: one.roles[0][1] }) : select]),
      make("p", { id: why, className: "p-map-why" }, [
        make("span", { textContent: one.reason + " " }), make("span", { className: "p-map-sure", textContent: one.sure })
      ])
    ]);
  }

  function content() { return JSON.parse(document.querySelector("[data-columns]").dataset.columns); }

  /* By heading, which may be the name of anything that objects have by themselves, such as constructor. */
  function own(said) { return Object.assign(Object.create(null), said); }

  /* One thing more of all that is said of the columns. */
  function say(known, part, column, value) {
    var mapping = { roles: own(known.roles), choices: own(known.choices) };
    mapping[part][column] = value;
    choose(known.id, mapping);
  }

  function choose(id, mapping) { change("/data/files/" + id + "/mapping", mapping); }

  function change(path, body, place) {
    tellServer(path, body, place || "mapping-said").then(function () {
      tell("", false, place || "mapping-said");
      parterre.redraw();
    }, quietly);
  }

  parterre.onClick("[data-unchoose]", function () { choose(content().id, { roles: {} }); });

  parterre.onClick("[data-forget]", function (button) { change("/data/files/" + button.dataset.forget + "/forget", {}); });

  /* A column may have several things decided: the others stay. */
  parterre.onClick("[data-flip]", function (button) {
    var known = content(), column = button.dataset.flip, value = button.dataset.value;
    var others = (own(known.choices)[column] || []).filter(function (one) { return one !== value && one !== button.dataset.instead; });
    say(known, "choices", column, others.concat(value));
  });

  /* Another sheet has other columns: what was said of those of this one is of no use there. */
  function makeSheetField(place) {
    var told = JSON.parse(place.dataset.sheets);
    if (told.sheets.length < 2) { place.append(make("p", { textContent: "Sheet " + told.sheets[0][1] })); return; }
    var field = make("select", { id: place.dataset.field, className: "form-select p-select" }, told.sheets.map(function (one) {
      return make("option", { value: one[0], textContent: one[1], selected: one[2] });
    }));
    field.addEventListener("change", function () {
      change("/data/files/" + told.id + "/mapping", { choices: { "": [/^sheets:/.test(field.value) ? field.value : "sheet:" + field.value] } }, "mapping-sheet-said");
    });
    place.append(field);
  }

  function makeMappingField(place) {
    var field = make("input", { type: "file", id: place.dataset.field, className: "form-control", accept: ".json,application/json" });
    field.addEventListener("change", function () {
      field.files[0].text().then(JSON.parse).then(function (mapping) { choose(content().id, mapping); }, function () {
        tell("Found no mapping in that file. Expected one that was downloaded here. Choose it.", true, "mapping-said");
      });
    });
    place.append(field);
  }

  parterre.onClick("[data-make]", function (button) {
    var said = { title: find("mapping-title").value };
    button.disabled = true;
    document.querySelectorAll(".p-make select").forEach(function (box) { said[box.name] = box.value; });
    tellServer("/data/files/" + button.dataset.make + "/make", said, "mapping-said")
      .then(parterre.redraw, function () { button.disabled = false; });
  });

  /* ---- Files that belong together ---- */

  function makeTickField(place) {
    var id = "data-tick-" + place.dataset.tick, field = make("input", { type: "checkbox", id: id, value: place.dataset.tick });
    field.checked = Boolean(ticked[place.dataset.tick]);
    field.addEventListener("change", function () { ticked[field.value] = field.checked; });
    place.append(field, make("label", { htmlFor: id, textContent: "Belongs with other files" }));
    field.setAttribute("aria-label", place.dataset.called + " belongs with other files");
  }

  parterre.onClick("[data-together]", function (button) {
    var there = Array.prototype.map.call(document.querySelectorAll(".p-tick-field input:checked"), function (one) { return one.value; });
    var named = button.dataset.together ? button.dataset.together.split(" ") : there;
    if (named.length < 2) { tell("Tick two files or more that belong together.", true, "data-together-said"); return; }
    button.disabled = true;
    tell("Putting them together.", false, "data-together-said");
    tellServer("/data/together", { ids: named }, "data-together-said").then(function (answer) {
      parterre.travel("/data?file=" + encodeURIComponent(answer.id));
    }, function () { button.disabled = false; });
  });

  /* ---- The next file of a dataset ---- */

  function ask(button, id, does, body) {
    button.disabled = true;
    tellServer("/data/files/" + id + "/" + does, body, "next-said")
      .then(parterre.redraw, function () { button.disabled = false; });
  }

  parterre.onClick("[data-would-change]", function (button) { ask(button, button.dataset.wouldChange, "compare", { slug: button.dataset.slug }); });

  parterre.onClick("[data-live]", function (button) {
    ask(button, button.dataset.live, "live", { way: button.dataset.way, compared: button.dataset.compared });
  });

  /* ---- What the page is drawn with ---- */

  new MutationObserver(function (changes) {
    document.querySelectorAll(".p-drop-field:empty").forEach(makeFileField);
    document.querySelectorAll(".p-title-field:empty").forEach(makeTitleField);
    document.querySelectorAll(".p-mapping-field:empty").forEach(makeMappingField);
    document.querySelectorAll(".p-sheet-field:empty").forEach(makeSheetField);
    document.querySelectorAll(".p-tick-field:empty").forEach(makeTickField);
    document.querySelectorAll("[data-columns]:empty").forEach(write);
    showProgress();
    changes.forEach(function (change) { if (change.type === "attributes") { write(change.target); } });
    var opens = document.querySelector("[data-opens]:not([data-left])");
    if (opens) { opens.dataset.left = "yes"; window.location.assign(opens.href); }
  }).observe(document.documentElement, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-columns"] });
}());

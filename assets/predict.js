/* Predict: one question with all that stands on the page, one answer written into it; and a file that is sent. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {};
  var WHILE_MOVING = 120, WHEN_STILL = 180, WHEN_TYPED = 500;
  var COMPARES = ["keep", "add", "drop", "again"];
  var state = { asked: 0, lastAsked: 0, fields: {}, kept: [], customer: "", typed: null, file: "", decimal: "." };
  var moving = null, still = null, pause = null;

  var make = parterre.make, set = parterre.set;

  function find(id) { return document.getElementById(id); }

  /* ---- The question ---- */

  function typed() {
    return Object.keys(state.fields).reduce(function (all, name) {
      all[name] = state.fields[name].input.value;
      return all;
    }, {});
  }

  function ask(doing, more) {
    if (!find("predict-form")) { return; }
    var compares = COMPARES.indexOf(doing) >= 0;
    if (!compares) {
      [moving, still, pause].forEach(window.clearTimeout);
      moving = still = pause = null;
      state.lastAsked = Date.now();
    }
    if ((doing === "predict" || doing === "follow") && !(more && more.settled === false)) {
      state.customer = "";
      state.typed = typed();
      remember();
    }
    state.asked += 1;
    set(compares ? "compare-asked" : "predict-asked", { data: Object.assign({
      do: doing, n: state.asked, values: typed(), customer: find("predict-customer").value,
      other: find("compare-customer").value, kept: state.kept
    }, more) });
  }

  function follow(settled) {
    document.documentElement.classList.toggle("is-sliding", !settled);
    ask("follow", { settled: settled });
  }

  document.addEventListener("submit", function (event) {
    if (!event.target.dataset.do) { return; }
    event.preventDefault();
    ask(event.target.dataset.do);
  });

  parterre.onClick("button[data-do]", function (button) {
    ask(button.dataset.do, { place: Number(button.dataset.place) });
  });

  /* Who moves a slider is answered meanwhile, who types at the first pause. */
  document.addEventListener("input", function (event) {
    var field = fieldOf(event.target);
    if (!field) { return; }
    if (event.target === field.slider) { field.input.value = written(field.slider.value); }
    show(field);
    if (event.target === field.input) {
      window.clearTimeout(pause);
      pause = window.setTimeout(function () { follow(true); }, WHEN_TYPED);
    } else if (!moving) {
      window.clearTimeout(still);
      still = null;
      moving = window.setTimeout(function () { moving = null; if (!still) { follow(false); } },
        Math.max(0, WHILE_MOVING - (Date.now() - state.lastAsked)));
    }
  });

  document.addEventListener("change", function (event) {
    var field = fieldOf(event.target);
    if (!field || event.target !== field.slider) { return; }
    [moving, still].forEach(window.clearTimeout);
    moving = null;
    still = window.setTimeout(function () { follow(true); }, WHEN_STILL);
  });

  /* ---- The form: a label, a field, a line under it and a slider for each figure of the model ---- */

  function fieldOf(element) {
    return Object.values(state.fields).find(function (one) { return one.input === element || one.slider === element; });
  }

  /* Native sliders bring keyboard, touch and a name for screen readers with them; Dash has none that is labelled. */
  function makeField(about) {
    var id = "predict-" + about.name;
    var input = make("input", { id: id, name: about.name, className: "form-control", type: "text", inputMode: "decimal",
      autocomplete: "off", maxLength: 40 });
    var slider = make("input", { type: "range", min: about.low, max: about.high, step: about.step });
    slider.setAttribute("aria-label", about.label + ", slider");
    var said = make("div", { id: id + "-said", className: "p-said" });
    state.fields[about.name] = { about: about, input: input, slider: slider, said: said };
    return make("div", { className: "p-field" }, [
      make("label", { htmlFor: id, textContent: about.label }),
      make("span", { className: "p-field-unit", textContent: about.unit }),
      input, said, make("div", { className: "p-slider" }, [slider])
    ]);
  }

  function written(plain) { return String(plain).replace(".", state.decimal); }

  function numberIn(text) {
    var plain = text.split("").filter(function (sign) { return /[0-9-]/.test(sign) || sign === state.decimal; });
    return plain.length ? Number(plain.join("").replace(state.decimal, ".")) : NaN;
  }

  /* The slider stands where the figure is, or faintly where the median is assumed. */
  function show(field) {
    var value = numberIn(field.input.value), slider = field.slider, unit = field.about.unit;
    slider.parentNode.classList.toggle("is-unknown", isNaN(value));
    if (document.activeElement !== slider) { slider.value = isNaN(value) ? field.about.assumed : value; }
    slider.style.setProperty("--p-share", 100 * (slider.value - slider.min) / ((slider.max - slider.min) || 1) + "%");
    slider.setAttribute("aria-valuetext", written(slider.value) + (unit ? " " + unit : "") + (isNaN(value) ? ", assumed" : ""));
  }

  /* ---- The answer ---- */

  parterre.showPrediction = function (told, compared, file) {
    var opens = told.form && told.n !== state.told, before = opens ? JSON.parse(window.sessionStorage.getItem(shelf())) : null;
    if (told.n !== state.told) { paint(told); }
    if (compared.n !== state.compared) { paintCompared(compared); }
    state.told = told.n;
    state.compared = compared.n;
    state.file = file ? file.id || file : "";
    if (before) { restore(before); }
    remember();
    return Date.now();
  };

  function paint(told) {
    if (told.form) {
      Object.assign(state, { fields: {}, decimal: told.decimal, kept: [] });
      find("predict-customer").value = told.customer || "";
      find("predict-fields").replaceChildren.apply(find("predict-fields"), told.form.map(makeField));
    }
    Object.keys(state.fields).forEach(function (name) {
      var field = state.fields[name];
      if (told.values) { field.input.value = told.values[name]; }
      if (told.lines) { paintLine(field, told.lines[name] || ["hint", field.about.hint]); }
      show(field);
    });
    say(told.said);
    if (told.values) {
      state.customer = told.customer || "";
      state.typed = told.typed ? typed() : null;
    }
    if (told.do === "predict" || told.do === "load") { parterre.afterPaint(reveal); }
  }

  function paintLine(field, line) {
    write(field.said, line);
    field.input.classList.toggle("is-invalid", line[0] === "error");
  }

  function paintCompared(told) {
    state.kept = told.kept || state.kept;
    say(told.said);
    if (told.do === "add" && told.kept) { find("compare-customer").value = ""; }
    /* What was pressed is gone: the focus stays in the group. */
    if (told.do === "drop") { parterre.afterPaint(function () { (document.querySelector("[data-do=drop]") || find("compare-customer")).focus(); }); }
  }

  function say(lines) {
    Object.keys(lines || {}).forEach(function (id) { write(find(id), lines[id]); });
  }

  function write(place, line) {
    var words = make("span", { className: "p-" + line[0], textContent: line[1] });
    if (line[0] === "error") { words.setAttribute("role", "alert"); }
    if (place.innerHTML !== words.outerHTML) { place.replaceChildren(words); }
  }

  /* Who asks for an answer sees it, or the first field that stands in its way. */
  function reveal() {
    var wrong = document.querySelector("#predict-form .is-invalid"), answer = find("predict-answer");
    if (wrong) {
      wrong.focus({ preventScroll: true });
      wrong.scrollIntoView({ block: "center" });
    } else if (answer && !isInSight(answer)) { answer.scrollIntoView({ block: "start" }); }
  }

  function isInSight(answer) {
    var top = answer.getBoundingClientRect().top, bar = document.querySelector(".p-bar");
    return top >= (bar ? bar.offsetHeight : 0) && top < window.innerHeight / 2;
  }

  /* The address holds IDs and the file that is shown. Figures that somebody typed stay in this tab, for whoever is
     signed in, so that they outlive a reload, a session and a trip to another page, and go nowhere. */
  function shelf() { return ["parterre-predict", document.querySelector(".p-username").textContent, window.location.pathname].join(" "); }

  function remember() {
    var query = new URLSearchParams(state.customer ? { customer: state.customer } : {});
    state.kept.forEach(function (one, place) { if (isId(one)) { query.set("abc"[place], one); } });
    if (state.file) { query.set("file", state.file); }
    window.history.replaceState(window.history.state, "", window.location.pathname + (query.size ? "?" + query : ""));
    if (!state.leaves) { window.sessionStorage.setItem(shelf(), JSON.stringify({ values: state.typed, kept: state.kept })); }
  }

  function isId(one) { return typeof one === "string"; }

  /* What the address does not say is asked for again, unless the address is about somebody else. */
  function restore(before) {
    var values = before.values || {}, names = Object.keys(values), shown = state.kept.map(String);
    if (names.length && !state.customer && !state.typed && names.every(function (name) { return state.fields[name]; })) {
      names.forEach(function (name) { state.fields[name].input.value = values[name]; });
      ask("follow");
    }
    if (!before.kept.every(isId) && (!shown.length || String(before.kept.filter(isId)) === String(shown))) {
      state.kept = before.kept;
      ask("again");
    }
  }

  /* The link to the page itself opens it anew, whatever is answered until it does. */
  parterre.onClick("a.p-link, a.p-brand", function (link, event) {
    if (find("predict-form") && link.pathname === window.location.pathname) {
      window.sessionStorage.removeItem(shelf());
      state.leaves = parterre.isPlain(event);
    }
  }, true);

  /* Copy: by the clipboard where the page may use it, by a selection where not. */
  function copyBySelection(text) {
    var area = make("textarea", { value: text, readOnly: true });
    Object.assign(area.style, { position: "fixed", opacity: "0" });
    document.body.appendChild(area);
    area.select();
    var done = document.execCommand("copy");
    area.remove();
    return done ? Promise.resolve() : Promise.reject(new Error("the browser does not copy"));
  }

  function copy(text) {
    if (!navigator.clipboard || !window.isSecureContext) { return copyBySelection(text); }
    return navigator.clipboard.writeText(text).catch(function () { return copyBySelection(text); });
  }

  function flash(button, words) {
    var before = button.dataset.words || button.textContent;
    button.dataset.words = before;
    button.textContent = words;
    window.clearTimeout(Number(button.dataset.timer));
    button.dataset.timer = window.setTimeout(function () { button.textContent = before; }, 2000);
  }

  parterre.onClick("[data-copy]", function (button) {
    copy(button.dataset.copy).then(
      function () { flash(button, "Copied"); },
      function () { flash(button, "Select and copy it by hand"); });
  });

  /* A file: sent as it is, never read into the page. */
  function makeFileField(place) {
    var takes = ".csv,.tsv,.txt,.xlsx,text/csv";
    place.append(make("input", { type: "file", id: place.dataset.field, accept: takes, className: "form-control" }));
  }

  new MutationObserver(function () {
    document.querySelectorAll(".p-file:empty").forEach(makeFileField);
  }).observe(document.documentElement, { subtree: true, childList: true });

  /* When the worker is done with a file, the result takes the panel's place; what was typed stays typed. */
  var redraw = parterre.redraw;
  parterre.redraw = function () {
    var shown = document.querySelector(".p-scored [data-job]") && new URLSearchParams(window.location.search).get("file");
    if (shown) { set("batch-scored", { data: { id: shown, at: Date.now() } }); } else { redraw(); }
  };

  function megabytes(bytes) { return written((bytes / 1e6).toFixed(1)) + " MB"; }

  function tell(words, wrong) {
    write(find("batch-said"), [wrong ? "error" : "hint", words]);
  }

  function send(button, file) {
    button.disabled = true;
    tell("Sending …");
    parterre.sendFile("/predict/score", file, function (share) {
      tell(share < 1 ? "Sending: " + Math.round(100 * share) + "%" : "Reading " + file.name + " …");
    }, function (answer) {
      button.disabled = false;
      if (answer.id) {
        tell("Done.");
        set("batch-scored", { data: answer.id });
      } else {
        tell(answer.error || "The file did not arrive. Check the connection and send it again.", true);
      }
    });
  }

  parterre.onClick("[data-example]", function (button) {
    parterre.keepFile("parterre-example.csv", new Blob([button.dataset.example], { type: "text/csv" }));
  });

  parterre.onClick("[data-score]", function (button) {
    var field = find(button.dataset.score);
    var file = field && field.files[0];
    var most = Number(field ? field.parentNode.dataset.most : 0);
    if (!file) { tell("Choose a file first.", true); return; }
    if (file.size > most) {
      tell("Found " + megabytes(file.size) + ". Expected at most " + megabytes(most) +
        ". Split the file, or leave columns out.", true);
      return;
    }
    send(button, file);
  });
}());

/* Predict: sliders that move the answer, buttons that copy, and a file that is sent. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {};
  var WHILE_MOVING = 120, WHEN_STILL = 180, WHEN_TYPED = 500;
  var moving = null, still = null, typed = null, lastAsked = 0, asked = 0;

  function set(id, properties) { window.dash_clientside.set_props(id, properties); }

  /* Sliders: native ones, since they bring keyboard, touch and a name for screen readers with them. */
  function makeSlider(place) {
    var slider = document.createElement("input");
    slider.type = "range";
    slider.min = place.dataset.low;
    slider.max = place.dataset.high;
    slider.step = place.dataset.step;
    slider.setAttribute("aria-label", place.dataset.label);
    place.appendChild(slider);
    return slider;
  }

  function numberIn(text, decimal) {
    var plain = String(text).split("").filter(function (sign) { return /[0-9-]/.test(sign) || sign === decimal; });
    return plain.length ? Number(plain.join("").replace(decimal, ".")) : NaN;
  }

  function paint(slider, unit, assumed) {
    var share = (slider.value - slider.min) / ((slider.max - slider.min) || 1);
    slider.style.setProperty("--p-share", 100 * share + "%");
    slider.setAttribute("aria-valuetext", slider.value + (unit ? " " + unit : "") + (assumed ? ", assumed" : ""));
  }

  parterre.followFields = function () {
    document.querySelectorAll(".p-slider").forEach(function (place) {
      var field = document.getElementById(place.dataset.for);
      var slider = place.querySelector("input") || makeSlider(place);
      var value = field ? numberIn(field.value, place.dataset.decimal) : NaN;
      place.classList.toggle("is-unknown", isNaN(value));
      if (document.activeElement !== slider) { slider.value = isNaN(value) ? place.dataset.assumed : value; }
      paint(slider, place.dataset.unit, isNaN(value));
    });
    return Date.now();
  };

  function ask(settled) {
    lastAsked = Date.now();
    asked += 1;
    document.documentElement.classList.toggle("is-sliding", !settled);
    set("predict-live", { data: { asked: asked, settled: settled } });
  }

  document.addEventListener("input", function (event) {
    var place = event.target.closest ? event.target.closest(".p-slider") : null;
    if (!place) { return; }
    place.classList.remove("is-unknown");
    paint(event.target, place.dataset.unit);
    set(place.dataset.for, { value: event.target.value });
    window.clearTimeout(still);
    still = null;
    if (moving) { return; }
    moving = window.setTimeout(function () { moving = null; if (!still) { ask(false); } },
      Math.max(0, WHILE_MOVING - (Date.now() - lastAsked)));
  });

  document.addEventListener("change", function (event) {
    if (!event.target.closest || !event.target.closest(".p-slider")) { return; }
    window.clearTimeout(moving);
    window.clearTimeout(still);
    moving = null;
    still = window.setTimeout(function () { still = null; ask(true); }, WHEN_STILL);
  });

  /* Who types is answered at the first pause; who asks meanwhile, in another way, is not answered twice. */
  document.addEventListener("input", function (event) {
    if (!event.target.matches || !event.target.matches("#predict-form .form-control")) { return; }
    window.clearTimeout(typed);
    typed = window.setTimeout(function () { ask(true); }, WHEN_TYPED);
  });

  ["submit", "click", "keydown"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      var other = { submit: "#predict-form", click: "#predict-load, #predict-clear, a", keydown: "#predict-customer" }[name];
      if (event.target.closest && event.target.closest(other)) { window.clearTimeout(typed); }
    }, true);
  });

  /* Who asks for an answer sees it, or the first field that stands in its way. */
  var wanted = false;
  ["submit", "click"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      if (event.target.closest && event.target.closest(name === "submit" ? "#predict-form" : "#predict-load")) { wanted = true; }
    }, true);
  });

  new MutationObserver(function (changes) {
    if (!wanted || !changes.some(function (change) { return change.target.id === "predict-answer"; })) { return; }
    wanted = false;
    requestAnimationFrame(function () { requestAnimationFrame(reveal); });
  }).observe(document.documentElement, { subtree: true, childList: true });

  function reveal() {
    var wrong = document.querySelector("#predict-form .is-invalid"), answer = document.getElementById("predict-answer");
    if (wrong) {
      wrong.focus({ preventScroll: true });
      wrong.scrollIntoView({ block: "center" });
    } else if (answer && !isInSight(answer)) { answer.scrollIntoView({ block: "start" }); }
  }

  function isInSight(answer) {
    var top = answer.getBoundingClientRect().top, bar = document.querySelector(".p-bar");
    return top >= (bar ? bar.offsetHeight : 0) && top < window.innerHeight / 2;
  }

  /* The address: what the form says, who is compared, which file is shown. */
  parterre.sharePrediction = function (values, kept, file) {
    var names = ["a", "b", "c"], shared = Object.assign({}, values);
    (kept || []).slice(0, names.length).forEach(function (token, place) { shared[names[place]] = token; });
    if (file) { shared.file = file.id || file; }
    return parterre.showInAddress(shared);
  };

  /* Copy: by the clipboard where the page may use it, by a selection where not. */
  function copyBySelection(text) {
    var area = document.createElement("textarea");
    area.value = text;
    area.setAttribute("readonly", "");
    area.style.position = "fixed";
    area.style.opacity = "0";
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

  function say(button, words) {
    var before = button.dataset.words || button.textContent;
    button.dataset.words = before;
    button.textContent = words;
    window.clearTimeout(Number(button.dataset.timer));
    button.dataset.timer = window.setTimeout(function () { button.textContent = before; }, 2000);
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest ? event.target.closest("[data-copy]") : null;
    if (!button) { return; }
    copy(button.dataset.copy).then(
      function () { say(button, "Copied"); },
      function () { say(button, "Select and copy it by hand"); });
  });

  /* A file: sent as it is, never read into the page. */
  function makeFileField(place) {
    var field = document.createElement("input");
    field.type = "file";
    field.id = place.dataset.field;
    field.accept = ".csv,.tsv,.txt,.xlsx,text/csv";
    field.className = "form-control";
    place.appendChild(field);
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

  function megabytes(bytes) { return (bytes / 1e6).toFixed(1) + " MB"; }

  function tell(words, wrong) {
    var said = document.getElementById("batch-said");
    said.textContent = "";
    var line = document.createElement("span");
    line.className = wrong ? "p-error" : "p-hint";
    line.textContent = words;
    if (wrong) { line.setAttribute("role", "alert"); }
    said.appendChild(line);
  }

  function answered(request) {
    try { return JSON.parse(request.responseText); } catch (error) { return {}; }
  }

  function send(button, file) {
    var request = new XMLHttpRequest(), form = new FormData();
    form.append("file", file);
    request.open("POST", parterre.at("/predict/score"));
    request.setRequestHeader("X-CSRFToken", window.parterreToken());
    request.upload.onprogress = function (event) {
      if (event.loaded < event.total) { tell("Sending: " + Math.round(100 * event.loaded / event.total) + "%"); }
    };
    request.upload.onload = function () { tell("Reading " + file.name + " …"); };
    request.onloadend = function () {
      var answer = answered(request);
      button.disabled = false;
      if (request.status === 401) {
        window.location.assign(parterre.at("/login?why=expired&next=" + encodeURIComponent(parterre.page())));
      } else if (request.status === 200 && answer.id) {
        tell("Done.");
        set("batch-scored", { data: answer.id });
      } else {
        tell(answer.error || "The file did not arrive. Check the connection and send it again.", true);
      }
    };
    button.disabled = true;
    tell("Sending …");
    request.send(form);
  }

  document.addEventListener("click", function (event) {
    var example = event.target.closest ? event.target.closest("[data-example]") : null;
    if (example) { parterre.keepFile("parterre-example.csv", new Blob([example.dataset.example], { type: "text/csv" })); return; }
    var button = event.target.closest ? event.target.closest("[data-score]") : null;
    if (!button) { return; }
    var field = document.getElementById(button.dataset.score);
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

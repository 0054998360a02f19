/* What our scripts share: elements that are made, clicks that are heard, words that are told, questions by HTTP. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {};
  var FAILED = "That did not work. Check the connection, then try again.";

  parterre.make = function (tag, properties, parts) {
    var made = Object.assign(document.createElement(tag), properties);
    made.append.apply(made, parts || []);
    return made;
  };

  /* A button; `name` is what screen readers say, where its text is not enough. */
  parterre.button = function (text, className, then, name) {
    var made = parterre.make("button", { type: "button", className: className, textContent: text });
    if (name) { made.setAttribute("aria-label", name); }
    if (then) { made.addEventListener("click", then); }
    return made;
  };

  /* `then` is given what `selector` finds around a click, and the event. */
  parterre.onClick = function (selector, then, early) {
    document.addEventListener("click", function (event) {
      var target = event.target.closest ? event.target : event.target.parentElement;
      var found = target.closest(selector);
      if (found) { then(found, event); }
    }, early);
  };

  /* A click that follows a link in this tab. */
  parterre.isPlain = function (event) {
    return !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
  };

  parterre.set = function (id, properties) { window.dash_clientside.set_props(id, properties); };

  /* To screen readers only. */
  parterre.say = function (words) {
    var live = document.getElementById("filters-live");
    if (live) { live.textContent = words; }
  };

  parterre.afterPaint = function (then) {
    requestAnimationFrame(function () { requestAnimationFrame(then); });
  };

  /* A row in which something is open says so itself: a `:has()` around charts is asked again for all that is drawn. */
  var OPENED = "details[open]:not(.p-menu), .p-chart-table:not([hidden])";

  new MutationObserver(function (changes) {
    changes.forEach(function (change) {
      var row = change.target.closest(".p-grid");
      if (row) { row.classList.toggle("has-opened", Boolean(row.querySelector(OPENED))); }
    });
  }).observe(document.documentElement, { subtree: true, attributes: true, attributeFilter: ["open", "hidden"] });

  parterre.keepFile = function (name, blob) {
    var link = parterre.make("a", { href: URL.createObjectURL(blob), download: name });
    document.body.appendChild(link);
    link.click();
    link.remove();
    window.setTimeout(function () { URL.revokeObjectURL(link.href); }, 10000);
  };

  /* A file as a form: `told` hears what part of it has gone, `then` the answer, with an id or with words of an error. */
  parterre.sendFile = function (path, file, told, then) {
    var request = new XMLHttpRequest(), form = new FormData();
    form.append("file", file);
    request.open("POST", parterre.at(path));
    request.setRequestHeader("X-CSRFToken", window.parterreToken());
    request.setRequestHeader("Accept", "application/json");
    request.upload.onprogress = function (event) { told(event.total ? event.loaded / event.total : 0); };
    request.upload.onload = function () { told(1); };
    request.onload = request.onerror = function () {
      var answer = {};
      try { answer = JSON.parse(request.responseText); } catch (error) { /* nothing that it says can be told */ }
      if (request.status === 401) { parterre.signIn(); } else { then(request.status === 200 ? answer : { error: answer.error }); }
    };
    request.send(form);
    return request;
  };

  /* What the server answers as JSON; refused with its words and status, without status where it can't be reached. */
  parterre.ask = function (method, path, body) {
    return window.fetch(parterre.at(path), {
      method: method,
      headers: {
        "Accept": "application/json", "Content-Type": "application/json", "X-CSRFToken": window.parterreToken()
      },
      body: body ? JSON.stringify(body) : undefined
    }).catch(function () { throw new Error(FAILED); }).then(function (response) {
      if (response.status === 204) { return null; }
      return response.json().catch(function () { return {}; }).then(function (answer) {
        if (!response.ok) { throw Object.assign(new Error(answer.error || answer.words || FAILED), { status: response.status }); }
        return answer;
      });
    });
  };

  /* What asks so that of answers which overtake each other the one to the newest question counts; of older ones there is null. */
  parterre.newest = function () {
    var asked = 0;
    return function (method, path, body) {
      var number = asked += 1;
      return parterre.ask(method, path, body).then(function (answer) { return number === asked ? answer : null; });
    };
  };

  /* What a callback of Dash makes of data: by Dash's own stores a question takes as long there and back as drawing all charts. */
  parterre.askCallback = function (output, input, value) {
    return parterre.ask("POST", "/_dash-update-component", {
      output: output + ".data", outputs: { id: output, property: "data" }, state: [],
      inputs: [{ id: input, property: "data", value: value }], changedPropIds: [input + ".data"]
    }).then(function (answer) {
      Object.entries(answer.sideUpdate || {}).forEach(function (update) { parterre.set(update[0], update[1]); });
      return answer.response[output].data;
    });
  };
}());

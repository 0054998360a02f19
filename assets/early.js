/* Once the frame is painted in grey the scripts run, and what Dash will ask for is asked for before: frame, callbacks and page. */
(function () {
  "use strict";
  var LONGEST = 500;  // ms that a first paint may take
  var at = window.location, root = document.documentElement.dataset.root;
  var plainFetch = window.fetch;
  var OUTPUTS = [["shell-page", "children"], ["shell-page", "data-model"], ["shell-navigation", "children"]];
  var page = {
    output: ".." + OUTPUTS.map(function (one) { return one.join("."); }).join("...") + "..",
    outputs: OUTPUTS.map(named),
    inputs: [valued("pathname", at.pathname), named(["shell-again", "data"])],
    changedPropIds: [],
    state: [valued("search", at.search)]
  };
  var early = {};

  function named(one) { return { id: one[0], property: one[1] }; }
  function valued(name, value) { return Object.assign(named(["shell-address", name]), { value: value }); }

  function ask(what, body) {
    early[what] = plainFetch(root + what, {
      method: body ? "POST" : "GET",
      headers: { "Accept": "application/json", "Content-Type": "application/json", "X-CSRFToken": window.parterreToken() },
      body: body
    }).catch(function () { return null; });
  }

  /* Each is given once, to who asks for the same. */
  window.fetch = function (resource, options) {
    var what = String(resource).split("?")[0].split("/").pop(), asked = early[what];
    if (!asked || (options && options.body && !isSame(JSON.parse(options.body)))) { return plainFetch.apply(this, arguments); }
    delete early[what];
    return asked.then(function (answer) { return answer || plainFetch.call(window, resource, options); });
  };

  function isSame(body) {
    return ["output", "inputs", "state"].every(function (kind) { return JSON.stringify(body[kind]) === JSON.stringify(page[kind]); });
  }

  /* In a tab that nobody looks at nothing is painted. */
  document.addEventListener("DOMContentLoaded", function () {
    var painted = new Promise(function (resolve) {
      window.requestAnimationFrame(function () { window.setTimeout(resolve, 0); });
      window.setTimeout(resolve, document.hidden ? 0 : LONGEST);
    });
    painted.then(begin);
  });

  function begin() {
    ask("_dash-update-component", JSON.stringify(page));
    ask("_dash-layout");
    ask("_dash-dependencies");
    Array.from(document.querySelectorAll("link[data-run]")).map(run).pop().onload = function () {
      window.renderer = new window.DashRenderer();
    };
  }

  function run(link) {
    return document.head.appendChild(Object.assign(document.createElement("script"), { src: link.href, async: false }));
  }
}());

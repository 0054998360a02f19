/* No connection, or a server that is not well: said where one looks, and what was asked waits for another try. */
(function () {
  "use strict";
  var parterre = window.parterre;
  var ASKS = /\/_dash-(update-component|layout|dependencies)$/;
  var NOBODY = "No connection.";
  var UNWELL = "The server does not answer at the moment.";
  var waiting = [];
  var plainFetch = window.fetch;

  window.fetch = function (resource, options) {
    var address = new URL(typeof resource === "string" ? resource : resource.url, window.location.href);
    if (!ASKS.test(address.pathname)) { return plainFetch.apply(this, arguments); }
    return attempt(function () { return plainFetch.call(window, resource, options); });
  };

  function attempt(send) {
    return send().then(function (response) {
      if (response.status >= 500 || response.status === 429) {
        return wordsOf(response).then(function (words) { return wait(send, words || UNWELL); });
      }
      if (response.status >= 400 && response.status !== 401) { wordsOf(response).then(refused); }
      return response;
    }, function (error) {
      if (error && error.name === "AbortError") { throw error; }
      return wait(send, NOBODY);
    });
  }

  /* Who waits gets the answer of a later try, as if it had only taken longer. */
  function wait(send, words) {
    return new Promise(function (resolve) {
      waiting.push(function () { resolve(attempt(send)); });
      show(words, "Try again", again);
    });
  }

  function again() {
    var held = waiting;
    waiting = [];
    hide();
    held.forEach(function (go) { go(); });
  }

  window.addEventListener("online", function () { if (waiting.length) { again(); } });

  function refused(words) {
    if (words) { show(words, "Close", hide); }
  }

  function wordsOf(response) {
    return response.clone().json().then(function (answer) { return answer.error || answer.words; }, function () { return ""; });
  }

  function show(words, does, then) {
    hide();
    var button = parterre.button(does, "btn p-button", then);
    var place = parterre.make("div", { className: "p-connection", role: "alert" }, [words, button]);
    document.body.appendChild(place);
  }

  function hide() { document.querySelectorAll(".p-connection").forEach(function (place) { place.remove(); }); }
}());

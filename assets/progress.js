/* Panels of long work: news once a second while there may be any; the page is drawn anew when it is done. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {};
  var LIVE = ["waiting", "running", "interrupted"];
  var SECOND = 1000;

  function ask(panel, does) {
    var path = "/api/v1/jobs/" + encodeURIComponent(panel.dataset.job) + (does ? "/" + does : "");
    panel.asking = true;
    parterre.ask(does ? "POST" : "GET", path).then(function (answer) {
      (panel.dataset.quiet ? showQuietly : show)(panel, answer);
    }).catch(function (error) {
      if (error.status === 404) { panel.dataset.state = "gone"; }
      complain(panel, error.status ? error.message :
        "The server does not answer. This page keeps asking.");
    }).then(function () { panel.asking = false; });
  }

  function part(panel, name) { return panel.querySelector(name); }

  function complain(panel, words) {
    if (panel.dataset.quiet) { return; }
    var error = part(panel, ".p-progress-error");
    error.hidden = !words;
    say(error, words);
  }

  /* A screen reader reads what changes: what is the same is left alone. */
  function say(element, words) { if (element.textContent !== words) { element.textContent = words; } }

  function show(panel, answer) {
    var before = panel.dataset.state;
    panel.dataset.job = answer.id;
    panel.dataset.state = answer.state;
    say(part(panel, ".p-progress-found"), answer.found);
    say(part(panel, ".p-progress-words"), answer.words);
    say(part(panel, ".p-progress-percent"), answer.percent);
    part(panel, ".p-meter-fill").style.width = (100 * answer.share).toFixed(1) + "%";
    part(panel, ".p-meter").setAttribute("aria-valuenow", Math.round(100 * answer.share));
    part(panel, ".p-progress-bar").hidden = ["waiting", "running"].indexOf(answer.state) < 0;
    complain(panel, answer.error);
    showButtons(panel, answer);
    if (answer.state === "done" && before !== "done" && isForPage(panel)) { parterre.redraw(); }
  }

  /* Unless somebody takes what was made without drawing the page anew. */
  function isForPage(panel) {
    return panel.dispatchEvent(new CustomEvent("parterre:done", { bubbles: true, cancelable: true }));
  }

  /* Nobody waits for it: the page stays as it is until its reader asks. */
  function showQuietly(panel, answer) {
    panel.dataset.job = answer.id;
    panel.dataset.state = answer.state;
    var about = panel.dataset.quiet + " ";
    if (LIVE.indexOf(answer.state) >= 0) {
      say(part(panel, ".p-progress-words"), about + (answer.idle ?
        "is not measured: no worker is running. Ask the administrator to start one." :
        "is being measured in the background."));
      return;
    }
    var done = answer.state === "done";
    say(part(panel, ".p-progress-words"), about + (done ? "has been measured." :
      "could not be measured. " + panel.dataset.failed));
    part(panel, "button").hidden = !done;
  }

  function showButtons(panel, answer) {
    var cancel = part(panel, "[data-progress='cancel']"), again = part(panel, "[data-progress='again']");
    var held = document.activeElement;
    cancel.hidden = !answer.can_cancel;
    again.hidden = !answer.can_start;
    say(again, answer.start);
    /* Who pressed a button that is gone now finds the next one under the fingers. */
    if (panel.contains(held) && held.hidden) { (again.hidden ? cancel : again).focus(); }
  }

  parterre.onClick("[data-progress]", function (button) {
    var panel = button.closest("[data-job]");
    if (panel && button.dataset.progress === "show") { parterre.redraw(); return; }
    if (panel) { ask(panel, button.dataset.progress); }
  });

  window.setInterval(function () {
    if (document.hidden) { return; }
    document.querySelectorAll("[data-job]").forEach(function (panel) {
      if (LIVE.indexOf(panel.dataset.state) >= 0 && !panel.asking) { ask(panel); }
    });
  }, SECOND);
}());

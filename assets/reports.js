/* Reports: asked for in a menu, made by the worker, handed out for a week. Names are only ever shown as text. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {};
  var asking = parterre.newest();

  function menu() { return document.getElementById("reports-menu"); }
  function part(name) { return menu().querySelector('[data-reports="' + name + '"]'); }
  function complain(words) { document.getElementById("reports-said").textContent = words; }

  function load() {
    return asking("GET", "/reports").then(function (answer) {
      if (!answer || !menu()) { return; }
      part("list").replaceChildren.apply(part("list"), answer.reports.map(entry));
      part("list").hidden = !answer.reports.length;
      if (answer.job) { follow(answer.job); }
      listSent(answer.weekly);
    }).catch(function (error) { if (menu()) { complain(error.message); } });
  }

  /* Nothing where no mail server is set. */
  function listSent(weekly) {
    part("weekly").hidden = !weekly;
    part("sent").replaceChildren.apply(part("sent"), (weekly || []).map(function (one) {
      var stop = parterre.button("Stop", "p-views-do", function () {
        parterre.ask("DELETE", "/weekly-reports/" + one.id).then(sent).catch(complainOfMail);
      }, "Stop " + one.name + ", " + one.words);
      var name = parterre.make("span", { textContent: one.name });
      var words = parterre.make("span", { className: "p-views-words", textContent: one.words });
      return parterre.make("li", { className: "p-views-entry" }, [name, words, parterre.make("div", {}, [stop])]);
    }));
  }

  function sent(answer) {
    listSent(answer.weekly);
    document.getElementById("reports-email").focus();
    parterre.say("Your weekly reports have changed.");
  }

  function complainOfMail(error) { document.getElementById("reports-email-said").textContent = error.message; }

  function entry(report) {
    var link = parterre.make("a", { className: "p-views-open", textContent: report.name, href: parterre.at(report.href), download: "" });
    var words = parterre.make("span", { className: "p-views-words", textContent: report.words });
    return parterre.make("li", { className: "p-views-entry" }, [link, words]);
  }

  /* From here assets/progress.js asks for news, and says when it is done. */
  function follow(job) {
    var panel = part("progress").querySelector("[data-job]");
    panel.dataset.job = job.id;
    panel.dataset.state = "waiting";
    panel.querySelector(".p-progress-words").textContent = job.words;
    part("progress").hidden = false;
  }

  document.addEventListener("toggle", function (event) {
    if (event.target.id === "reports-menu" && event.target.open) { complain(""); load(); }
  }, true);

  function asked(more) {
    return Object.assign({
      page: parterre.filters.page,
      address: parterre.kept(window.location.search.slice(1)),
      form: document.getElementById("reports-form").value,
      whole: document.getElementById("reports-what").value === "whole"
    }, more);
  }

  document.addEventListener("submit", function (event) {
    var kind = event.target.dataset.reports;
    if (kind !== "ask" && kind !== "weekly-ask") { return; }
    event.preventDefault();
    complain("");
    complainOfMail({ message: " " });
    if (kind === "ask") {
      parterre.ask("POST", "/reports", asked({})).then(follow).catch(function (error) { complain(error.message); });
      return;
    }
    parterre.ask("POST", "/weekly-reports", asked({
      email: document.getElementById("reports-email").value.trim(),
      zone: Intl.DateTimeFormat().resolvedOptions().timeZone
    })).then(sent).catch(complainOfMail);
  });

  /* The page stays as it is: only the list has one more. */
  document.addEventListener("parterre:done", function (event) {
    if (!menu() || !menu().contains(event.target)) { return; }
    event.preventDefault();
    part("progress").hidden = true;
    load().then(function () {
      var first = part("list").querySelector("a");
      /* Whoever still waits for it has it without another click. */
      if (first && menu().open) { first.focus(); first.click(); }
      parterre.say("Your report is ready.");
    });
  });
}());

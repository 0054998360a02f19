/* Light or dark before the first paint: as chosen, else as the system says. Runs in <head>. */
(function () {
  "use strict";
  var KEY = "parterre-theme";
  var root = document.documentElement;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");

  /* Which page is to come, for the grey that stands for it: the one segment of several has a shape of its own. */
  root.dataset.shape = window.location.pathname.slice(root.dataset.root.length).replace(/[^/]+$/, function (last) {
    return isNaN(last) ? last : "";
  }) || "overview";

  /* What shows that a request comes from a page of ours; over HTTPS no other host can set a cookie of the first name. */
  window.parterreToken = function () {
    var pairs = document.cookie.split("; ");
    var found = ["__Host-_csrf_token=", "_csrf_token="].map(function (name) {
      var pair = pairs.find(function (one) { return one.indexOf(name) === 0; });
      return pair ? decodeURIComponent(pair.slice(name.length)) : "";
    });
    return found[0] || found[1];
  };

  function chosen() {
    try { return window.localStorage.getItem(KEY); } catch (error) { return null; }
  }

  function apply(mode) {
    root.setAttribute("data-bs-theme", mode);
    root.setAttribute("data-ag-theme-mode", mode);
    document.cookie = KEY + "=" + mode + "; path=/; max-age=31536000; SameSite=Lax" +
      (window.location.protocol === "https:" ? "; Secure" : "");
    window.dispatchEvent(new CustomEvent("parterre:theme", { detail: mode }));
  }

  function current() { return chosen() || (dark.matches ? "dark" : "light"); }

  function choose(mode) {
    try {
      if (mode === "system") { window.localStorage.removeItem(KEY); } else { window.localStorage.setItem(KEY, mode); }
    } catch (error) { /* private mode: holds for this page */ }
    apply(mode === "system" ? (dark.matches ? "dark" : "light") : mode);
    mark(mode);
  }

  /* Which of the three it is, wherever they are offered. */
  function mark(mode) {
    document.querySelectorAll("[data-theme]").forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.dataset.theme === mode));
    });
  }

  apply(current());
  dark.addEventListener("change", function () { if (!chosen()) { apply(current()); } });
  ["DOMContentLoaded", "toggle"].forEach(function (name) {
    document.addEventListener(name, function () { mark(chosen() || "system"); }, true);
  });
  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-theme]");
    if (!button) { return; }
    choose(button.dataset.theme);
    var menu = button.closest("details");
    if (menu) {
      menu.removeAttribute("open");
      menu.querySelector("summary").focus();
    }
  });
}());

/* Light or dark before the first paint: as chosen, else as the system says. Runs in <head>. */
(function () {
  "use strict";
  var KEY = "parterre-theme";
  var root = document.documentElement;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");

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

  function toggle() {
    var next = current() === "dark" ? "light" : "dark";
    try { window.localStorage.setItem(KEY, next); } catch (error) { /* private mode: holds for this page */ }
    apply(next);
  }

  apply(current());
  dark.addEventListener("change", function () { if (!chosen()) { apply(current()); } });
  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest("[data-theme-toggle]")) { toggle(); }
  });
}());

/* Forms that leave the page by themselves: the sign-in pages, and "Sign out" everywhere. */
(function () {
  "use strict";

  /* Another tab may have renewed the token since this page was drawn; a second click sends nothing twice. */
  document.addEventListener("submit", function (event) {
    var token = event.target.querySelector("input[name=csrf_token]");
    if (!token) { return; }
    if (event.target.dataset.sent) { event.preventDefault(); return; }
    event.target.dataset.sent = "yes";
    token.value = window.parterreToken() || token.value;
  }, true);
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });

  /* Who has signed out leaves nothing in the tab. */
  if (/[?&]why=signed-out/.test(window.location.search)) { window.sessionStorage.clear(); }

  function reveal(button) {
    var input = document.getElementById(button.dataset.reveal);
    var shown = input.type === "password";
    input.type = shown ? "text" : "password";
    button.firstChild.nodeValue = shown ? "Hide" : "Show";
    input.focus();
  }

  document.querySelectorAll("[data-reveal]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { reveal(button); });
  });

  /* Where someone is, it is another hour than at the server. */
  document.querySelectorAll("time[data-moment]").forEach(function (time) {
    var moment = new Date(time.dateTime);
    time.textContent = moment.toLocaleString("en", { dateStyle: "long", timeStyle: "short" });
  });
}());

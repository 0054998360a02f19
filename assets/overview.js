/* Rows that open to their story in place. */
(function () {
  "use strict";

  document.addEventListener("click", function (event) {
    var opens = event.target.closest ? event.target.closest("[data-unfolds]") : null;
    if (!opens) { return; }
    var story = document.getElementById(opens.dataset.unfolds);
    story.hidden = !story.hidden;
    opens.setAttribute("aria-expanded", String(!story.hidden));
    /* As a disclosure says it: whoever fills what is opened listens. */
    story.dispatchEvent(new Event("toggle"));
  });
}());

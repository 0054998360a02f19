/* A first visit's tour in five steps, each beside what it is about. Who has skipped or ended it is remembered in the browser. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {}, make = parterre.make;
  var TOUCH = window.matchMedia("(pointer: coarse)").matches;
  var ROOM = 16, EDGE = 6;
  /* Of what a step is about, the first that is in sight counts; a page without any of it has a step less. */
  var STEPS = [
    ["#shell-page .p-lead", "The answer comes first",
      "Every page opens with its answer in a sentence, worked out from your customers. What stands below shows where it comes from."],
    ["#shell-page .p-chart, #shell-page [data-field][data-code]", TOUCH ? "A tap asks a question" : "A click asks a question",
      (TOUCH ? "Tap" : "Click") + " a bar, a segment or a cell, and the page answers for those customers. " +
      (TOUCH ? "Touch and hold" : "Hold Shift") + " to add more of them."],
    [".p-filter-pill, .p-filter-parts", "Who the page is about",
      "How many customers are left, and what they are filtered by. + Filter asks for any field, Undo goes back, and the filters come along to other pages."],
    [".p-bar nav", "One page, one question", "Who are they, how do segments differ, which campaign pays, where does one customer belong: each page answers one."],
    [".p-search-open, .p-bar > .p-menu:last-child > summary", "Find anything",
      "Search finds pages, fields, segments and customers" + (TOUCH ? ". It is in your menu, and so is this tour." : ", from everywhere by one key (Ctrl K, or \u2318 K). This tour can be taken again from your menu.")]
  ];
  var dialog = null, ring, card, steps, at;

  function isSeen(element) { return element.getClientRects().length > 0; }
  function anchor(step) { return Array.from(document.querySelectorAll(step[0])).find(isSeen); }

  /* ---- Who has seen it: by name, since a browser may have several people ---- */

  function key() { var name = document.querySelector(".p-menu-who strong"); return "parterre-tour:" + (name ? name.textContent : ""); }
  function isKnown() { try { return Boolean(window.localStorage.getItem(key())); } catch (error) { return true; } }
  function remember() { try { window.localStorage.setItem(key(), "seen"); } catch (error) { /* private mode: it begins at no visit */ } }

  /* ---- A step ---- */

  function build() {
    ring = make("div", { className: "p-tour-ring" });
    card = make("div", { className: "p-tour-card" });
    dialog = make("dialog", { className: "p-tour", ariaLabel: "Tour" }, [ring, card]);
    dialog.addEventListener("close", remember);
    document.body.append(dialog);
  }

  function start() {
    if (!dialog) { build(); }
    steps = STEPS.filter(anchor);
    if (!steps.length || document.querySelector("dialog[open]")) { return; }
    dialog.showModal();
    show(0);
    follow();
  }

  /* Charts are still drawn, and the page scrolls: what a step is about may move at any time. */
  function follow() { if (dialog.open) { place(); window.requestAnimationFrame(follow); } }

  function show(step) {
    at = step;
    var isLast = at === steps.length - 1;
    var next = parterre.button(isLast ? "Done" : "Next", "btn p-button", function () { if (isLast) { dialog.close(); } else { show(at + 1); } });
    var ways = [parterre.button(isLast ? "Close" : "Skip the tour", "p-filter-do", function () { dialog.close(); })]
      .concat(at ? [parterre.button("Back", "btn p-button-quiet", function () { show(at - 1); })] : [], [next]);
    var words = make("div", { role: "status" }, [
      make("p", { className: "p-hint", textContent: "Step " + (at + 1) + " of " + steps.length }),
      make("h2", { textContent: steps[at][1] }), make("p", { textContent: steps[at][2] })
    ]);
    card.replaceChildren(words, make("div", { className: "p-tour-ways" }, ways));
    var about = anchor(steps[at]), rect = about.getBoundingClientRect(), tall = document.documentElement.clientHeight;
    if (rect.top < 0 || rect.bottom > tall) { about.scrollIntoView({ block: rect.height > tall / 2 ? "start" : "center" }); }
    next.focus({ preventScroll: true });
  }

  /* The card stands below what it is about, else above, else over its foot. */
  function place() {
    var about = anchor(steps[at]);
    if (!about) { dialog.close(); return; }
    var rect = about.getBoundingClientRect(), tall = document.documentElement.clientHeight, wide = document.documentElement.clientWidth;
    var top = Math.max(rect.top - EDGE, 2), bottom = Math.min(rect.bottom + EDGE, tall - 2);
    var left = Math.max(rect.left - EDGE, 2), right = Math.min(rect.right + EDGE, wide - 2);
    Object.assign(ring.style, { top: top + "px", left: left + "px", width: right - left + "px", height: bottom - top + "px" });
    var below = bottom + ROOM, above = top - ROOM - card.offsetHeight;
    var last = tall - card.offsetHeight - ROOM, y = below <= last ? below : above > 0 ? Math.min(above, last) : last;
    Object.assign(card.style, { top: y + "px", left: Math.max(ROOM, Math.min(left, wide - card.offsetWidth - ROOM)) + "px" });
  }

  /* ---- When it begins: at the first visit, unless a program looks; and whenever it is asked for, on the overview ---- */

  var wanted = false;

  document.addEventListener("parterre:filtered", function (event) {
    var begins = wanted || !(window.navigator.webdriver || isKnown());
    if (event.detail.page !== "/" || !begins) { return; }
    wanted = false;
    parterre.afterPaint(start);
  });

  parterre.onClick('[data-tour="start"]', function (button) {
    var menu = button.closest("details");
    menu.removeAttribute("open");
    menu.querySelector("summary").focus();
    if (document.querySelector('[data-filters="/"]')) { start(); return; }
    wanted = true;
    parterre.travel("/");
  });
}());

/* Words that run from right to left stand apart (Unicode's isolates) from what is said around them: of two numbers that
   follow them, the second would stand first. Only on the page: what is copied, asked or downloaded says the plain words. */
(function () {
  "use strict";
  var LETTER = "[\\u0590-\\u08ff\\ufb1d-\\ufdff\\ufe70-\\ufefc]";
  var LETTERS = new RegExp(LETTER), WORDS = new RegExp(LETTER + "(?:[\\s'\"\\u2019/&()-]*" + LETTER + ")*", "g");

  function isolate(text) {
    if (!LETTERS.test(text.data) || text.data.indexOf("\u2068") >= 0) { return; }
    if (text.parentNode && !text.parentNode.closest("script, style, pre, textarea")) {
      text.data = text.data.replace(WORDS, "\u2068$&\u2069");
    }
  }

  function isolateIn(node) {
    if (node.nodeType === Node.TEXT_NODE) { isolate(node); return; }
    if (!LETTERS.test(node.textContent)) { return; }
    for (var texts = document.createTreeWalker(node, NodeFilter.SHOW_TEXT); texts.nextNode();) { isolate(texts.currentNode); }
  }

  new MutationObserver(function (changes) {
    changes.forEach(function (change) {
      if (change.type === "characterData") { isolate(change.target); }
      change.addedNodes.forEach(isolateIn);
    });
  }).observe(document, { subtree: true, childList: true, characterData: true });
}());

/* What is said once for all pages that ask: whether the file holds everyone there is, and which version stands beside it. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {};
  var PAGES = { everyone: /^\/(segments(\/\d+)?|campaigns)?$/, beside: /^\/(segments)?$/ };
  var USUAL = { everyone: "sample", beside: "none" };
  var carried = {};

  function asked(page) { return Object.keys(PAGES).filter(function (name) { return PAGES[name].test(page); }); }

  /* As an answer has them; what a page does not ask stays as it was. */
  parterre.carry = function (options) {
    Object.keys(PAGES).forEach(function (name) { carried[name] = options[name] || carried[name]; });
  };

  parterre.carryFrom = function (page, address) {
    var given = new URLSearchParams(address);
    asked(page).forEach(function (name) { carried[name] = given.get(name) || USUAL[name]; });
  };

  /* The pieces of an address that leads to a page; what is as usual is left out. */
  parterre.carriedTo = function (page) {
    return asked(page)
      .filter(function (name) { return (carried[name] || USUAL[name]) !== USUAL[name]; })
      .map(function (name) { return name + "=" + carried[name]; });
  };
}());

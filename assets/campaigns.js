/* Campaigns: amounts in the address, and inputs in step with it. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {};
  var PAGE = "/campaigns";
  var INPUTS = { cost: "campaigns-cost", revenue: "campaigns-revenue" };
  var before = {};
  var forced = false;

  function here() { return parterre.filters.page === PAGE && parterre.page() === PAGE; }

  parterre.useAmounts = function (amounts) {
    if (!amounts || !here()) { return null; }
    var now = parterre.filters.options;
    var changed = Object.keys(amounts).some(function (name) { return amounts[name] !== now[name]; });
    if (changed) { parterre.setOptions(amounts); }
    return changed;
  };

  parterre.onClick("[data-reset-amounts]", function () {
    if (!here()) { return; }
    forced = true;
    parterre.setOptions({ cost: "", revenue: "" });
  });

  /* What is being typed, or can't be used, stays as it is typed; else inputs follow Back, Forward and Reset. */
  function isOf(input) { return input.id === INPUTS.cost || input.id === INPUTS.revenue; }
  ["focusin", "change"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      if (isOf(event.target)) { before[event.target.id] = event.target.value; }
    });
  });

  /* Escape takes back what is being typed, and nothing else. */
  document.addEventListener("keydown", function (event) {
    var typed = event.key === "Escape" && isOf(event.target) ? before[event.target.id] : undefined;
    if (typed === undefined) { return; }
    event.target.value = typed;
    parterre.set(event.target.id, { value: typed });
  });

  function isKept(input) {
    if (forced) { return false; }
    var editing = input === document.activeElement && input.value !== before[input.id];
    return editing || input.classList.contains("is-invalid");
  }

  document.addEventListener("parterre:filtered", function (event) {
    Object.keys(INPUTS).forEach(function (name) {
      var typed = (event.detail.texts || {})[INPUTS[name] + "-typed"];
      var input = document.getElementById(INPUTS[name]);
      if (input && typed !== undefined && input.value !== typed && !isKept(input)) {
        parterre.set(INPUTS[name], { value: typed });
      }
    });
    forced = false;
  });
}());

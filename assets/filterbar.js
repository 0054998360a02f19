/* The filter bar: chips that can be changed and removed, how many are left, Undo; on a phone a pill that opens it. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {};
  var named = "Filter";

  function part(selector) { return document.querySelector(".p-filter-bar " + selector); }

  /* Several of a group may be on one field: each is told by all of it. */
  parterre.groupOf = function (piece) { return (/^(any\d*):/.exec(piece) || ["", ""])[1]; };
  parterre.keyOf = function (piece) { return parterre.groupOf(piece) ? piece : piece.split("=")[0]; };

  parterre.undo = function () {
    var filters = parterre.filters, past = filters.past;
    while (past.length && past[past.length - 1] === filters.address) { past.pop(); }
    if (!past.length) { return; }
    var address = past.pop();
    filters.undoes = true;
    if (parterre.sectionOf(address) === parterre.sectionOf(filters.address)) { parterre.reopen(address); }
    else { parterre.travel(filters.page + (address ? "?" + address : "")); }
  };

  /* ---- Chips ---- */

  /* Chips of a group, of which one is enough, stand together; all others alone. */
  parterre.grouped = function (chips) {
    return chips.reduce(function (groups, chip) {
      var last = groups[groups.length - 1], group = parterre.groupOf(chip.piece);
      if (last && group && parterre.groupOf(last[0].piece) === group) { last.push(chip); } else { groups.push([chip]); }
      return groups;
    }, []);
  };

  parterre.saysOf = function (group) { return group.map(function (chip) { return chip.label + ": " + chip.text; }).join(" or "); };

  function chipOf(chip) {
    var key = parterre.keyOf(chip.piece), words = chip.label + ": " + chip.text;
    var change = parterre.make("a", { href: "#filters-add", className: "p-chip-change", textContent: words });
    change.setAttribute("aria-label", "Change filter " + words);
    change.addEventListener("click", function (event) { event.preventDefault(); event.stopPropagation(); parterre.editFilter(chip.piece); });
    var remove = parterre.button("\u00d7", "p-chip p-chip-remove", function () { parterre.clear(key); }, "Remove filter " + words);
    return parterre.make("span", { className: "p-chip-part" }, [change, remove]);
  }

  function showChips(chips) {
    var place = document.getElementById("filters-chips");
    var focused = place.contains(document.activeElement);
    var row = parterre.make("div", { className: "p-chip-row" });
    parterre.grouped(chips).forEach(function (group) {
      var place = group.length > 1 ? parterre.make("span", { className: "p-chip-group" }) : row;
      group.forEach(function (chip, index) {
        if (index) { place.append(parterre.make("span", { textContent: "or" })); }
        place.append(chipOf(chip));
      });
      if (place !== row) { row.append(place); }
    });
    place.replaceChildren.apply(place, chips.length ? [row, parterre.button("Clear all", "p-chip p-chip-clear", function () { parterre.clear(); })] : []);
    if (focused) { (place.querySelector(".p-chip") || document.querySelector("#filters-add > summary")).focus(); }
  }

  /* How many are left: in words, as a part of all, and on the pill of a phone. */
  parterre.showCount = function (words, share) {
    parterre.showTexts({ "filters-count": words });
    if (!part(".p-filter-pill")) { return; }
    part(".p-filter-part").style.setProperty("--part", share);
    part(".p-filter-pill").textContent = words.replace(/ customers$/, "") + " \u00b7 " + named;
  };

  document.addEventListener("parterre:filtered", function (event) {
    var answer = event.detail, chips = answer.chips || [], filters = parterre.filters;
    named = chips.length ? chips.length + (chips.length === 1 ? " filter" : " filters") : "Filter";
    parterre.showCount(answer.count || "", answer.everyone ? answer.rows / answer.everyone : 0);
    if (!document.getElementById("filters-chips")) { return; }
    showChips(chips);
    part("[data-filter-undo]").disabled = !filters.past.some(function (address) { return address !== filters.address; });
  });

  /* ---- The sheet of a phone ---- */

  function open(isOpen) {
    var pill = part(".p-filter-pill");
    if (!pill) { return; }
    pill.closest(".p-filter-bar").classList.toggle("is-open", isOpen);
    pill.setAttribute("aria-expanded", String(isOpen));
  }

  parterre.onClick("[data-filter-pill]", function (pill) { open(pill.getAttribute("aria-expanded") !== "true"); });
  parterre.onClick("[data-filter-undo]", function () { parterre.undo(); });
  document.addEventListener("click", function (event) {
    if (event.target.isConnected !== false && !event.target.closest(".p-filter-bar")) { open(false); }
  });
  document.addEventListener("keydown", function (event) {
    var bar = document.querySelector(".p-filter-bar.is-open");
    if (event.key === "Escape" && bar && !bar.querySelector("details[open]")) {
      open(false);
      part(".p-filter-pill").focus();
      event.stopPropagation();
    }
  }, true);
}());

/* Numbers as core/numbers.py writes them, for what moves before the server has answered. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {};
  var forms = {}, made = {};

  /* The first of a page takes 30 ms to make: nothing that is drawn first waits for it. */
  parterre.formatOf = function (locale, options) {
    var made = null;
    return { locale: locale, format: function (value) {
      made = made || new Intl.NumberFormat(locale, options);
      return made.format(value);
    } };
  };

  parterre.writesIn = function (locale, currency) {
    function format(options) {
      var plain = { maximumFractionDigits: 0, useGrouping: "always", numberingSystem: "latn", roundingMode: "halfEven", signDisplay: "negative" };
      var written = parterre.formatOf(locale, Object.assign(plain, options));
      /* As text, so that what is rounded is what a reader would call the number. */
      return function (value) { return written.format(String(value)).replace("-", "\u2212"); };
    }
    var percent = format({ style: "percent" });
    var finer = format({ style: "percent", maximumFractionDigits: 1 });
    var rate = format({ style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
    function amount(decimals) {
      var digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
      return format(currency ? Object.assign({ style: "currency", currency: currency }, digits) : digits);
    }
    function share(decimals) {
      return format({ style: "percent", minimumFractionDigits: decimals, maximumFractionDigits: decimals });
    }
    made = {
      percent: function (decimals) {
        var write = share(decimals), least = Number("1e-" + (decimals + 2)), above = beyond(decimals + 2, write);
        return function (value) {
          var lacks = 1 - value;
          return lacks > 1e-9 && lacks <= least / 2 ? ">" + write(1 - least) : above(value);
        };
      },
      money: function (decimals) { return beyond(decimals, amount(decimals)); },
      decimal: function (decimals) {
        return beyond(decimals, format({ minimumFractionDigits: decimals > 1 ? decimals : 0, maximumFractionDigits: decimals }));
      }
    };
    forms = {
      whole: beyond(0, format()),
      exact: format({ maximumFractionDigits: 12 }),
      rate: within(0.9995, 0.999, rate, rate),
      chance: function (value) {
        var whole = Number((100 * value).toFixed(7));
        if (value < 0.01 || whole > 99) { return value < 0.01 ? "<" + finer(0.01) : ">" + finer(0.99); }
        return percent((whole < 50 ? Math.ceil(whole) : Math.floor(whole)) / 100);
      },
      percent: within(0.995, 0.99, finer, function (value) { return (Math.abs(value) < 0.0995 ? finer : percent)(value); })
    };
  };

  /* What would round to nothing, but is not, is less than the least that is written in so many decimals, or, of losses,
     more; what rounding errors leave of nothing is nothing. */
  function beyond(decimals, write) {
    var least = Number("1e-" + decimals);
    return function (exact) {
      /* Without what adding up leaves behind, which a sum halfway between two would go by. */
      var value = decimals > 1 ? Number(exact.toPrecision(12)) : exact, size = Math.abs(value);
      if (size <= 1e-9) { return write(0); }
      if (size > least / 2) { return write(value); }
      return value > 0 ? "<" + write(least) : ">" + write(-least);
    };
  }

  function within(all, most, writeLeast, write) {
    return function (value) {
      if (value > 0 && value < 0.0005) { return "<" + writeLeast(0.001); }
      return value >= all && value < 1 ? ">" + write(most) : write(value);
    };
  }

  /* While nothing else is done, so that the first click does not wait for it. */
  parterre.makeForms = function () { Object.keys(forms).forEach(function (form) { forms[form](1); }); };

  /* A form as the server names it: money.2 is an amount with two decimals. */
  function formed(form) {
    var parts = form.split(".");
    forms[form] = forms[form] || made[parts[0]](Number(parts[1]));
    return forms[form];
  }

  parterre.write = function (form, value) { return Number.isFinite(value) ? formed(form)(value) : "\u2013"; };
}());

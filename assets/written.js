/* Numbers as core/numbers.py writes them, for what moves before the server has answered. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {};
  var forms = {};

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
      var plain = { maximumFractionDigits: 0, useGrouping: "always", numberingSystem: "latn", roundingMode: "halfEven" };
      var written = parterre.formatOf(locale, Object.assign(plain, options));
      /* As text, so that what is rounded is what a reader would call the number. */
      return function (value) { return written.format(String(value)).replace("-", "\u2212"); };
    }
    var whole = format(), money = currency ? format({ style: "currency", currency: currency, minimumFractionDigits: 0 }) : whole;
    var tenths = format({ maximumFractionDigits: 1 }), percent = format({ style: "percent" });
    var finer = format({ style: "percent", maximumFractionDigits: 1 });
    var rate = format({ style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
    forms = {
      whole: beyond(whole),
      money: beyond(money),
      decimal: above(0.05, 0.1, tenths),
      rate: within(0.9995, 0.999, rate, rate),
      percent: within(0.995, 0.99, finer, function (value) { return (Math.abs(value) < 0.0995 ? finer : percent)(value); })
    };
  };

  /* What would round to nothing, but is not, is less than the least that is written. */
  function above(nothing, least, write) {
    return function (value) { return value > 0 && value <= nothing ? "<" + write(least) : write(value); };
  }

  /* The same of whole units, and of losses; what rounding errors leave of nothing is nothing. */
  function beyond(write) {
    return function (value) {
      var size = Math.abs(value);
      if (size <= 1e-9) { return write(0); }
      if (size > 0.5) { return write(value); }
      return value > 0 ? "<" + write(1) : ">" + write(-1);
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

  parterre.write = function (form, value) { return Number.isFinite(value) ? forms[form](value) : "\u2013"; };
}());

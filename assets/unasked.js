/* Parts of a page that no callback asks about or answers are drawn by React as they are: Dash wraps each in three components
   of its own, which look at all that changes, and cost more than all else of opening a page. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {};
  var TREES = /\/_dash-(update-component|layout)(\?|$)/;
  var NAMES = { ObjectEl: "object", MapEl: "map" };
  var plainFetch = window.fetch, heard = null;
  var asked = new Promise(function (resolve) { heard = resolve; });

  window.fetch = function (resource) {
    var address = String(resource);
    return plainFetch.apply(this, arguments).then(function (response) {
      if (/\/_dash-dependencies(\?|$)/.test(address)) { response.clone().json().then(idsOf).then(heard); }
      return response.ok && TREES.test(address) ? lighter(response) : response;
    });
  };

  function lighter(response) {
    var plain = response.json;
    response.json = function () {
      return Promise.all([plain.call(response), asked]).then(function (both) {
        Object.values(both[0].response || {}).forEach(function (put) { if (put.children) { put.children = light(put.children, both[1]); } });
        return light(both[0], both[1]);
      });
    };
    return response;
  }

  /* Of all that callbacks hear and say; the server says what failed in the notice. */
  function idsOf(callbacks) {
    var ids = { "shell-notice": true };
    callbacks.forEach(function (one) {
      one.inputs.concat(one.state).forEach(function (part) { ids[part.id] = true; });
      one.output.replace(/^\.\.|\.\.$/g, "").split("...").forEach(function (part) { ids[part.slice(0, part.lastIndexOf(".")).split("@")[0]] = true; });
    });
    return ids;
  }

  function isPart(value) { return Boolean(value && typeof value === "object" && value.namespace && value.props); }

  function isPlain(value, ids) {
    if (Array.isArray(value)) { return value.every(function (one) { return isPlain(one, ids); }); }
    if (!isPart(value)) { return typeof value !== "object" || value === null; }
    var id = value.props.id;
    return value.namespace === "dash_html_components" && typeof id !== "object" && !(id in ids) && isPlain(value.props.children, ids);
  }

  /* In place of each part that is plain, one component that has it. */
  function light(value, ids) {
    if (Array.isArray(value)) { return value.map(function (one) { return light(one, ids); }); }
    if (!isPart(value)) { return value; }
    if (isPlain(value, ids)) { return { namespace: "parterre", type: "Unasked", props: { part: value } }; }
    value.props.children = light(value.props.children, ids);
    return value;
  }

  parterre.Unasked = function (own) { return drawn(own.part); };

  function drawn(part) {
    if (Array.isArray(part)) { return part.map(drawn); }
    if (!isPart(part)) { return part === undefined ? null : part; }
    var props = Object.assign({}, part.props);
    delete props.children;
    delete props.n_clicks;
    delete props.disable_n_clicks;
    return window.React.createElement.apply(null, [NAMES[part.type] || part.type.toLowerCase(), props].concat(drawn(part.props.children)));
  }
}());

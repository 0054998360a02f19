/* What a preview draws over a chart, which itself keeps what was answered last: bars of one colour as one path, and points,
   each of which as an element of its own would cost more than all bars of a page. */
(function () {
  "use strict";
  var parterre = window.parterre = window.parterre || {};
  var SVG = "http://www.w3.org/2000/svg", THIN = 2, PAD = 3;  // pixels, as Plotly has them

  function make(tag, style) {
    var made = document.createElementNS(SVG, tag);
    Object.assign(made.style, style);
    return made;
  }

  /* In the place of what Plotly has drawn. */
  function over(drawn) {
    if (!drawn.sketch || !drawn.sketch.isConnected) {
      drawn.sketch = make("g");
      drawn.sketch.setAttribute("class", "p-sketch");
      drawn.parentNode.insertBefore(drawn.sketch, drawn.nextSibling);
      drawn.classList.add("is-sketched");
    }
    return drawn.sketch;
  }

  parterre.endSketches = function () {
    document.querySelectorAll(".p-sketch").forEach(function (sketch) {
      sketch.previousSibling.classList.remove("is-sketched");
      sketch.remove();
    });
  };

  /* Of each trace that is drawn anew its place, the values of its bars, and what they stand on, say and fade to. */
  parterre.sketchBars = function (plot, traces) {
    var drawn = Array.from(plot.querySelectorAll(".barlayer > .trace:not(.p-sketch)"));
    traces.forEach(function (one) {
      var found = drawn.find(function (group) { return group.__data__[0].trace.index === one.place; });
      if (found) { sketch(plot, found, one); }
    });
  };

  function sketch(plot, drawn, one) {
    var trace = plot._fullData[one.place], across = trace.orientation === "h", paths = {}, marker = trace.marker, group = over(drawn);
    var along = plot._fullLayout[across ? "yaxis" : "xaxis"], up = plot._fullLayout[across ? "xaxis" : "yaxis"];
    plot.calcdata[one.place].forEach(function (bar, at) {
      var base = one.bases ? one.bases[at] : 0, low = up.c2p(base), high = apart(up.c2p(base + one.values[at]), low);
      var style = { fill: of(marker.color, at), opacity: of(one.faded || marker.opacity, at) }, key = style.fill + style.opacity;
      paths[key] = paths[key] || { style: style, d: "" };
      if (high !== low) { paths[key].d += rectangle(across, along.c2p(bar.p0), along.c2p(bar.p1), low, high); }
      if (one.texts) { write(group, drawn.querySelectorAll(".point")[at], one.texts[at], high + PAD, at); }
    });
    draw(group, Object.values(paths));
  }

  function of(one, at) { return Array.isArray(one) ? one[at] : one; }

  /* One that is thin is seen all the same. */
  function apart(high, low) {
    return Math.abs(high - low) >= THIN ? high : high > low ? Math.ceil(high) : Math.floor(high);
  }

  function rectangle(across, from, to, low, high) {
    var numbers = (across ? [low, from, to, high, from] : [from, low, high, to, low]).map(function (number) { return number.toFixed(2); });
    return "M" + numbers[0] + "," + numbers[1] + "V" + numbers[2] + "H" + numbers[3] + "V" + numbers[4] + "Z";
  }

  /* The same text as at the end of the bar before, elsewhere. */
  function write(group, point, words, x, at) {
    var before = point && point.querySelector("text"), texts = group.texts = group.texts || [];
    if (!before) { return; }
    var text = texts[at] = texts[at] || group.appendChild(before.cloneNode());
    text.setAttribute("text-anchor", "start");
    text.setAttribute("transform", "translate(" + x.toFixed(2) + "," + before.getAttribute("transform").split(/[,)]/)[1] + ")");
    if (text.textContent !== words) { text.textContent = words; }
  }

  function draw(group, paths) {
    group.paths = group.paths || [];
    while (group.paths.length < paths.length) { group.paths.push(group.appendChild(make("path"))); }
    group.paths.forEach(function (path, place) {
      path.setAttribute("d", paths[place] ? paths[place].d : "");
      if (paths[place]) { Object.assign(path.style, paths[place].style); }
    });
  }

  /* By place of a trace which customers of `from` it shows. */
  parterre.sketchPoints = function (plot, traces) {
    var x = plot._fullLayout.xaxis, y = plot._fullLayout.yaxis, group = over(plot.querySelector(".scatterlayer"));
    draw(group, traces.map(function (one) {
      var marker = plot._fullData[one.place].marker;
      return {
        d: one.at.map(function (at) { return "M" + x.c2p(one.from.x[at]).toFixed(1) + "," + y.c2p(one.from.y[at]).toFixed(1) + "h0"; }).join(""),
        style: { fill: "none", stroke: marker.color, strokeWidth: marker.size, strokeOpacity: marker.opacity }
      };
    }));
  };
}());

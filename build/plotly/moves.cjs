'use strict';

// Traces whose points move while all else stays: axes, colours, layout. `Plotly.animate` without a redraw
// does the same, and spends two thirds of its time on finding out that all else did stay.
const nestedProperty = require('plotly.js/src/lib/nested_property');
const PlotSchema = require('plotly.js/src/plot_api/plot_schema');
const Annotations = require('plotly.js/src/components/annotations/draw');
const Axes = require('plotly.js/src/plots/cartesian/axes');
const Plots = require('plotly.js/src/plots/plots');

const AT_ONCE = { duration: 0, easing: 'linear' };
const nothing = () => () => {};

/**
 * Draws traces of a cartesian chart with new arrays, at once.
 *
 * @param {HTMLElement} gd a drawn chart
 * @param {object[]} changes for each trace the arrays that are new: `{x: [...], 'marker.opacity': [...]}`
 * @param {number[]} places of these traces in the chart's data
 * @param {object} ranges of axes that reach further than before: `{xaxis: [0, 40]}`
 * @param {string[]} words of all annotations; those of others and of an axis that has moved are drawn
 * @returns {boolean} whether it was drawn; false, and nothing is changed, where a trace would come or go
 */
module.exports = function moveTraces(gd, changes, places, ranges = {}, words = []) {
    if (!changes.every((change, i) => stays(gd._fullData[places[i]], change))) return false;
    changes.forEach((change, i) => {
        [gd.data[places[i]], gd._fullData[places[i]]].forEach((trace) => set(trace, change));
    });
    const isMoved = Object.keys(ranges).filter((name) => reach(gd, name, ranges[name])).length > 0;
    words.forEach((text, place) => say(gd, place, text, isMoved));
    calculate(gd, changes.map((change, i) => [gd._fullData[places[i]], change]));
    gd._fullLayout._basePlotModules.forEach((module) => module.plot(gd, null, AT_ONCE, nothing));
    if (changes.some((change) => 'marker.opacity' in change) || hasBare(gd)) Plots.style(gd);
    // The label under the pointer tells the new numbers, once they are painted.
    requestAnimationFrame(() => setTimeout(() => gd._fullLayout && Plots.rehover(gd), 0));
    return true;
};

// What is shown has points before and after; bars are as many as before.
function stays(trace, change) {
    const moved = change.x || change.y;
    if (!trace || trace.visible !== true) return false;
    if (!moved) return true;
    if (!trace._length) return false;
    return trace.type === 'scatter' ? moved.length > 0 : moved.length === trace._length;
}

// A bar that had no length before, as a share of nobody has none, is drawn without its colour.
function hasBare(gd) {
    return Array.from(gd.querySelectorAll('.bars .point path')).some((path) => !path.style.fill);
}

function set(trace, change) {
    Object.keys(change).forEach((name) => nestedProperty(trace, name).set(change[name]));
    if (trace.type === 'scatter' && trace._length !== undefined && change.x) trace._length = change.x.length;
}

function reach(gd, name, range) {
    const axis = gd._fullLayout[name];
    if (axis.range[0] === range[0] && axis.range[1] === range[1]) return false;
    nestedProperty(gd.layout, `${name}.range`).set(range.slice());
    axis.range = range.slice();
    axis.setScale();
    if (axis.visible) Axes.drawOne(gd, axis);
    return true;
}

function say(gd, place, text, isMoved) {
    if (gd._fullLayout.annotations[place].text === text && !isMoved) return;
    gd.layout.annotations[place].text = gd._fullLayout.annotations[place].text = text;
    Annotations.drawOne(gd, place);
}

// Which attributes are arrays is looked for in all that a trace has, each time: a third of the whole, and known.
function calculate(gd, changed) {
    const find = PlotSchema.findArrayAttributes;
    const isNew = changed.some(([trace, change]) => Object.keys(change).some((name) => !trace._arrayAttrs.includes(name)));
    if (!isNew) PlotSchema.findArrayAttributes = (trace) => trace._arrayAttrs;
    try {
        Plots.doCalcdata(gd);
    } finally {
        PlotSchema.findArrayAttributes = find;
    }
}

'use strict';

// Traces whose points move while all else stays: axes, colours, layout. `Plotly.animate` without a redraw
// does the same, and spends two thirds of its time on finding out that all else did stay.
const nestedProperty = require('plotly.js/src/lib/nested_property');
const PlotSchema = require('plotly.js/src/plot_api/plot_schema');
const Annotations = require('plotly.js/src/components/annotations');
const Shapes = require('plotly.js/src/components/shapes');
const Axes = require('plotly.js/src/plots/cartesian/axes');
const Plots = require('plotly.js/src/plots/plots');

const AT_ONCE = { duration: 0, easing: 'linear' };
const TICKS = ['.tickvals', '.ticktext'];
const STYLES = /^(opacity|marker\.)/;
const nothing = () => () => {};

/**
 * Draws traces of a cartesian chart with new arrays, at once.
 *
 * @param {HTMLElement} gd a drawn chart
 * @param {object[]} changes for each trace what is new: `{x: [...], 'marker.opacity': [...]}`
 * @param {number[]} places of these traces in the chart's data
 * @param {object} layout what may be new beside them:
 *     `{'xaxis.range': [0, 40], 'yaxis.tickvals': [...], 'yaxis.ticktext': [...], shapes: [...], annotations: [...]}`
 * @returns {boolean} whether it was drawn; false, and nothing is changed, where a trace would come or go
 */
module.exports = function moveTraces(gd, changes, places, layout = {}) {
    if (!changes.every((change, i) => stays(gd._fullData[places[i]], change))) return false;
    changes.forEach((change, i) => {
        [gd.data[places[i]], gd._fullData[places[i]]].forEach((trace) => set(trace, change));
    });
    const reaching = named(layout, '.range').filter((axis) => reach(gd, axis, layout[`${axis}.range`]));
    const saying = TICKS.flatMap((ticks) => named(layout, ticks).filter((axis) => say(gd, axis, ticks.slice(1), layout[axis + ticks])));
    const isMoved = reaching.length > 0;
    calculate(gd, changes.map((change, i) => [gd._fullData[places[i]], change]));
    gd._fullLayout._basePlotModules.forEach((module) => module.plot(gd, null, AT_ONCE, nothing));
    if (changes.some((change) => Object.keys(change).some((name) => STYLES.test(name))) || hasBare(gd)) Plots.style(gd);
    mark(gd, 'shapes', Shapes, layout.shapes, isMoved);
    mark(gd, 'annotations', Annotations, layout.annotations, isMoved);
    // Which may take other room, and then all is drawn.
    new Set([...reaching, ...saying]).forEach((name) => gd._fullLayout[name].visible && Axes.drawOne(gd, gd._fullLayout[name]));
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

function named(layout, end) {
    return Object.keys(layout).filter((name) => name.endsWith(end)).map((name) => name.slice(0, -end.length));
}

function reach(gd, name, range) {
    const axis = gd._fullLayout[name];
    if (axis.range[0] === range[0] && axis.range[1] === range[1]) return false;
    nestedProperty(gd.layout, `${name}.range`).set(range.slice());
    axis.range = range.slice();
    axis.setScale();
    return true;
}

function say(gd, name, ticks, now) {
    const axis = gd._fullLayout[name];
    if (now.join() === axis[ticks].join()) return false;
    [gd.layout[name], axis].forEach((one) => { one[ticks] = now.slice(); });
    return true;
}

// Of lines and notes those that are new, and those of an axis that has moved; notes of people stay.
function mark(gd, name, component, marks, isMoved) {
    if (!marks && !isMoved) return;
    const before = gd.layout[name] || [], now = (marks || before).concat(marks ? before.filter((one) => one.name === 'note') : []);
    const places = [...Array(Math.max(before.length, now.length)).keys()];
    const changed = places.filter((place) => isMoved || JSON.stringify(now[place]) !== JSON.stringify(before[place]));
    if (!changed.length) return;
    gd.layout[name] = now;
    component.supplyLayoutDefaults(gd.layout, gd._fullLayout);
    changed.forEach((place) => component.drawOne(gd, place));
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

'use strict';

// Traces whose points move while all else stays: axes, colours, layout. `Plotly.animate` without a redraw
// does the same, and spends two thirds of its time on finding out that all else did stay.
const nestedProperty = require('plotly.js/src/lib/nested_property');
const Plots = require('plotly.js/src/plots/plots');

const AT_ONCE = { duration: 0, easing: 'linear' };
const nothing = () => () => {};

/**
 * Draws traces of a cartesian chart with new arrays, at once.
 *
 * @param {HTMLElement} gd a drawn chart
 * @param {object[]} changes for each trace the arrays that are new: `{x: [...], 'marker.opacity': [...]}`
 * @param {number[]} places of these traces in the chart's data
 * @returns {boolean} whether it was drawn; false, and nothing is changed, where a trace would come or go
 */
module.exports = function moveTraces(gd, changes, places) {
    if (!changes.every((change, i) => stays(gd._fullData[places[i]], change))) return false;
    changes.forEach((change, i) => {
        [gd.data[places[i]], gd._fullData[places[i]]].forEach((trace) => set(trace, change));
    });
    Plots.doCalcdata(gd);
    gd._fullLayout._basePlotModules.forEach((module) => module.plot(gd, null, AT_ONCE, nothing));
    if (changes.some((change) => 'marker.opacity' in change)) Plots.style(gd);
    // The label under the pointer tells the new numbers, once they are painted.
    requestAnimationFrame(() => setTimeout(() => gd._fullLayout && Plots.rehover(gd), 0));
    return true;
};

// What is shown has points before and after; bars are as many as before.
function stays(trace, change) {
    const moved = change.x || change.y;
    if (!trace || trace.visible !== true || !trace._length) return false;
    if (!moved) return true;
    return trace.type === 'scatter' ? moved.length > 0 : moved.length === trace._length;
}

function set(trace, change) {
    Object.keys(change).forEach((name) => nestedProperty(trace, name).set(change[name]));
    if (trace.type === 'scatter' && trace._length !== undefined && change.x) trace._length = change.x.length;
}

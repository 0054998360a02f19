'use strict';

// How much room axes need is known once their labels are drawn. Plotly then draws all of a chart again; here axes are
// drawn again, and what stands between them only then, once.
const Annotations = require('plotly.js/src/components/annotations');
const Axes = require('plotly.js/src/plots/cartesian/axes');
const Plots = require('plotly.js/src/plots/plots');
const { relayout } = require('plotly.js/src/plot_api');
const subroutines = require('plotly.js/src/plot_api/subroutines');

const MOST = 6;  // times that legends and labels may take other room: where they still do, Plotly goes on
const { drawData } = subroutines, { calcAutorange } = Annotations;

subroutines.drawData = function (gd) {
    for (let turn = 0; turn < MOST && hasMoved(gd); turn += 1) {
        do subroutines.drawMarginPushers(gd); while (hasMoved(gd) && (turn += 1) < MOST);
        subroutines.doAutoRangeAndConstraints(gd);
        subroutines.layoutStyles(gd);
        Axes.draw(gd, 'redraw');
    }
    return drawData(gd);
};

// Notes are drawn before all else to find how far axes must reach for them, which most of ours say themselves.
Annotations.calcAutorange = (gd) => (Axes.list(gd).some((axis) => axis.autorange) ? calcAutorange(gd) : undefined);

// While a chart is drawn, Plotly only notes its margins.
function hasMoved(gd) {
    const layout = gd._fullLayout, before = Object.assign({}, layout._size);
    if (!layout._replotting || !layout._has('cartesian')) return false;
    Plots.doAutoMargin(gd);
    return Plots.didMarginChange(before, layout._size);
}

// Dash asks each chart to fill its place once it is drawn, which it does already.
exports.relayout = function (gd, change, ...more) {
    const { width, height } = getComputedStyle(gd), layout = gd._fullLayout;
    const stands = Object.keys(change).join() === 'autosize' && isNear(width, layout.width) && isNear(height, layout.height);
    return stands ? Promise.resolve(gd) : relayout(gd, change, ...more);
};

function isNear(written, pixels) {
    return Math.abs(parseFloat(written) - pixels) <= 1;
}

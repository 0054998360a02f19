'use strict';

// A click is what was pressed. Plotly reads it from the hover before it, and holds hovers back for 50 ms: one that
// comes due while the button is down finds a drag, forgets what is under the pointer, and the click is lost; one that
// is not due yet leaves the bar of before. Without hovers that wait, Plotly looks again at the place of the press.
const throttle = require('plotly.js/src/lib/throttle');
const { HOVERID } = require('plotly.js/src/components/fx/constants');

let pressed = null;

function forgetHovers() {
    if (pressed && pressed._fullLayout) throttle.clear(pressed._fullLayout._uid + HOVERID);
}

document.addEventListener('mousedown', (event) => {
    pressed = event.target.closest ? event.target.closest('.js-plotly-plot') : null;
    forgetHovers();
}, true);

// Before Plotly's own listener, which is told when the event comes back up.
document.addEventListener('mouseup', forgetHovers, true);

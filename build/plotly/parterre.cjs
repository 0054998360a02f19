'use strict';

// Every chart that layouts/ draws, and nothing else. WebGL traces (scattergl, parcoords) stay out:
// their shaders are compiled with `new Function`, which our Content-Security-Policy forbids.
const Plotly = require('plotly.js/lib/core');

Plotly.register([
    require('plotly.js/lib/scatter'),
    require('plotly.js/lib/bar'),
    require('plotly.js/lib/box'),
    require('plotly.js/lib/heatmap'),
    require('plotly.js/lib/sankey'),
]);

Plotly.moveTraces = require('./moves.cjs');
Plotly.register({ moduleType: 'apiMethod', name: 'relayout', fn: require('./once.cjs').relayout });
require('./presses.cjs');

module.exports = Plotly;

// Writes assets/plotly-parterre.<hash>.min.js and the licences of everything in it.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const assets = join(here, '..', '..', 'assets');
const { version } = JSON.parse(readFileSync(join(here, 'node_modules/plotly.js/package.json')));

// Parts of every plotly.js that no chart of ours has.
const unused = /components\/(annotations3d|grid|images|rangeselector|rangeslider|sliders|updatemenus)\/index\.js$/;
const stub = ({ path }) => ({ contents: `module.exports = { moduleType: 'component', name: '${basename(dirname(path))}' };` });

// Numbers of labels and cells are written with a minus, as those of axes and of all the page are; d3 writes a hyphen.
const formats = /d3-format\/(src\/locale|dist\/d3-format)\.js$/;
const minus = ({ path }) => ({ contents: readFileSync(path, 'utf8').replace(/minus = locale\.minus [^,]+,/, 'minus = "\u2212",') });

const result = await build({
    absWorkingDir: here,
    entryPoints: ['parterre.cjs'],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'iife',
    globalName: 'Plotly',
    target: 'es2016',
    // Maps are left out, and with them the stylesheet that plotly.js asks for when it registers one.
    loader: { '.css': 'empty' },
    define: { global: 'window', 'define.amd': 'false' },
    legalComments: 'none',
    banner: { js: `/*! plotly.js v${version}, the charts of Parterre only; licences in plotly-parterre.LICENSE.txt */` },
    plugins: [
        { name: 'unused', setup: ({ onLoad }) => onLoad({ filter: unused }, stub) },
        { name: 'minus', setup: ({ onLoad }) => onLoad({ filter: formats }, minus) },
    ],
    logLevel: 'warning',
});

const script = result.outputFiles[0].contents;
const hash = createHash('sha256').update(script).digest('hex').slice(0, 10);
const packages = packagesOf(Object.keys(result.metafile.inputs));

for (const name of readdirSync(assets)) {
    if (/^plotly-parterre\..*\.min\.js$/.test(name)) rmSync(join(assets, name));
}
writeFileSync(join(assets, `plotly-parterre.${hash}.min.js`), script);
writeFileSync(join(assets, 'plotly-parterre.LICENSE.txt'), packages.map(licenceOf).join('\n'));
console.log(`assets/plotly-parterre.${hash}.min.js  ${script.length} bytes, ${packages.length} packages`);

function packagesOf(inputs) {
    const found = inputs.map((path) => path.match(/^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//)?.[1]);
    return [...new Set(found.filter(Boolean))].sort();
}

function licenceOf(folder) {
    const about = JSON.parse(readFileSync(join(here, folder, 'package.json')));
    const file = readdirSync(join(here, folder)).find((name) => /^licen[cs]e(\.|$)/i.test(name));
    const text = file ? readFileSync(join(here, folder, file), 'utf8').trim() : '(no licence file in the package)';
    return `${about.name} ${about.version} (${about.license})\n${'='.repeat(60)}\n${text}\n`;
}

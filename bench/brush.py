"""While one drags over a chart: how long until its tile is there, and each frame until the other charts have moved.

A frame is timed from the choice of bins to the task after the frame in which the bars were painted, all charts of the
overview in sight, as in `bench.click`; no question leaves the browser meanwhile. The peer draws as many of the same
charts with Plotly.react, which is what a Dash page calls whose callbacks return figures, without its way to a server.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from statistics import median

from playwright.sync_api import Page

from bench.click import WINDOW
from bench.rows import Row
from bench.scale import Scaled
from bench.visiting import printed, visiting
from tests.support.browser import settle

# Along one field, and a rectangle over two.
CHARTS = {"": "overview-total_spending", " of a rectangle": "overview-both"}
FRAMES = 200

TILES = """async (ids) => {
    const taken = [];
    for (const id of ids || Object.keys(parterre.filters.charts)) {
        const field = parterre.fieldsOf(id)[0], begun = performance.now();
        document.getElementById(id).dispatchEvent(new FocusEvent("focusin", { bubbles: true }));
        while (document.body.dataset.tile !== field) { await new Promise((then) => setTimeout(then, 1)); }
        taken.push((performance.now() - begun) / 1000);
    }
    const asked = performance.getEntriesByType("resource").filter((one) => one.name.includes("/filters/tile"));
    return [taken, Math.max(...asked.map((one) => one.encodedBodySize))];
}"""

# Both draw the same frames; what is drawn anew has the arrays that the drag has left.
DRAG = """async ([id, frames, isPeer]) => {
    const sides = Object.values(parterre.plotOf(id).layout.meta), taken = [];
    const drag = (frame) => {
        const chosen = {};
        for (const side of sides) {
            const first = frame % side.known;
            chosen[side.field] = Array.from({ length: Math.min(side.known - first, 1 + frame % 5) }, (_, place) => first + place);
        }
        parterre.preview(chosen, parterre.latest(), true);
    };
    const painted = () => new Promise((then) => requestAnimationFrame(() => setTimeout(then, 0)));
    const plots = [...document.querySelectorAll(".js-plotly-plot")].filter((one) => one !== parterre.plotOf(id));
    const copied = (trace) => Object.assign({}, trace, { x: Array.from(trace.x), y: Array.from(trace.y) });
    const kept = [];
    for (let frame = 0; frame < 12; frame += 1) {
        drag(frame);
        await painted();
        kept.push(plots.map((plot) => plot.data.map(copied)));
    }
    const react = (frame) => {
        plots.forEach((plot, place) => Plotly.react(plot, kept[frame % kept.length][place], plot.layout));
    };
    for (let frame = 0; frame < frames; frame += 1) {
        const begun = performance.now();
        (isPeer ? react : drag)(frame);
        await painted();
        taken.push((performance.now() - begun) / 1000);
    }
    return taken.sort((one, other) => one - other);
}"""


def rows(models: Sequence[Scaled]) -> list[Row]:
    """Every size."""
    return [row for model in models for row in _rows(model)]


def _rows(model: Scaled) -> Iterator[Row]:
    with visiting(model) as visitor, visitor.context(WINDOW) as context:
        yield from _of_page(partial(Row, bench="brush", n=model.customers), context.new_page())


def _of_page(row: partial[Row], page: Page) -> Iterator[Row]:
    page.goto("/?show=charts")
    settle(page)
    for kind, chart in CHARTS.items():
        tiles, largest = page.evaluate(TILES, [chart] if kind else None)
        yield row(what=f"tile{kind} ready", seconds=median(tiles), bytes=largest)
        ours, peer = (page.evaluate(DRAG, [chart, FRAMES, is_peer]) for is_peer in (False, True))
        for name, share in (("median", 0.5), ("p95", 0.95)):
            one, other = (taken[int(share * FRAMES)] for taken in (ours, peer))
            yield row(
                what=f"frame{kind}, {name}",
                seconds=one,
                peer="Plotly.react",
                peer_seconds=other,
                ratio=other / one,
            )


if __name__ == "__main__":  # python -m bench.brush --sizes 2240
    printed(__doc__, rows)

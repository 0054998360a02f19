"""The same new numbers on all charts of the overview: moved as a click moves them, and with Plotly.react.

Plotly.react is what a Dash page calls whose callbacks return figures. Both draw the same values in the same page
in turn, until painted; neither waits for a server.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from playwright.sync_api import Page

from bench.rows import Row

TURNS = 24

# Two answers that differ, so that each turn has everything to draw.
KEEP = """() => { window.kept = [...(window.kept || []), window.parterre.filters.answer].slice(-2); }"""

DRAW = """async (turns) => {
    const { filters, plotOf, drawViews, drawAnew, template } = window.parterre;
    const bars = (plot, id, view) => {
        const axis = filters.charts[id].across ? "x" : "y";
        return plot.data.map((trace, place) => place === 0 ? trace : Object.assign(
            {}, trace, { [axis]: view.values[place - 1], customdata: view.values[place - 1] },
            view.texts ? { text: view.texts } : {}
        ));
    };
    const moved = (answer) => [...drawViews(answer.views), ...drawAnew(answer.figures)];
    const reacted = (answer) => [
        ...Object.keys(answer.views).map((id) => {
            const plot = plotOf(id);
            return window.Plotly.react(plot, bars(plot, id, answer.views[id]), plot.layout);
        }),
        ...Object.keys(answer.figures).map((id) => window.Plotly.react(
            plotOf(id), answer.figures[id].data,
            Object.assign({}, answer.figures[id].layout, { template: template(), autosize: true })
        ))
    ];
    const timed = async (draw, answer) => {
        await new Promise((after) => setTimeout(after, 120));
        const start = performance.now();
        await Promise.all(draw(answer));
        await new Promise((after) => requestAnimationFrame(() => setTimeout(after, 0)));
        return (performance.now() - start) / 1000;
    };
    const found = { moved: [], reacted: [] };
    for (const [name, draw] of [["moved", moved], ["reacted", reacted]]) {
        for (let turn = 0; turn < turns; turn += 1) { found[name].push(await timed(draw, window.kept[turn % 2])); }
    }
    return found;
}"""


def keep(page: Page) -> None:
    """Remember the answer that is shown; the latest two are drawn by `rows`."""
    page.evaluate(KEEP)


def rows(page: Page, n: int) -> Sequence[Row]:
    """How long both take, on a page that was clicked at least twice."""
    found = page.evaluate(DRAW, TURNS)
    moved, reacted = (median(found[name][2:]) for name in ("moved", "reacted"))
    return [
        Row(
            bench="click",
            what="all charts drawn, answer at hand",
            n=n,
            seconds=moved,
            peer="Plotly.react",
            peer_seconds=reacted,
            ratio=reacted / moved,
        )
    ]

"""While one drags over a chart: how long until its tile is there, and each frame until the other charts have moved.

A frame is timed from the choice of bins to the task after the frame in which the bars were painted, all charts of the
overview in sight, as in `bench.click`; no question leaves the browser meanwhile.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from bench.click import WINDOW
from bench.rows import Row, table
from bench.scale import SIZES, Scaled, scaled
from core.settings import load
from tests.support.browser import launch_options, settle, signed_up
from tests.support.server import serving

CHART, FRAMES = "overview-total_spending", 200

TILE = """async (id) => {
    const field = parterre.filters.charts[id].field, begun = performance.now();
    document.getElementById(id).dispatchEvent(new FocusEvent("focusin", { bubbles: true }));
    while (document.body.dataset.tile !== field) { await new Promise((then) => setTimeout(then, 1)); }
    return performance.now() - begun;
}"""

DRAG = """async ([id, frames]) => {
    const spec = parterre.filters.charts[id], bins = spec.codes.length, taken = [];
    for (let frame = 0; frame < frames; frame += 1) {
        const first = frame % bins, begun = performance.now();
        parterre.preview(spec.field, spec.codes.slice(first, first + 1 + frame % 5), parterre.latest(), true);
        await new Promise((then) => requestAnimationFrame(() => setTimeout(then, 0)));
        taken.push(performance.now() - begun);
    }
    return taken.sort((one, other) => one - other);
}"""


def rows(models: Sequence[Scaled]) -> list[Row]:
    """Every size."""
    return [row for model in models for row in _rows(model)]


def _rows(model: Scaled) -> Iterator[Row]:
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(model.home(Path(folder)), data=model.data, workers=2) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(**launch_options())
        session = signed_up(browser, server.url)
        with browser.new_context(viewport=WINDOW, storage_state=session, base_url=server.url) as context:
            yield from _of_page(model.customers, context.new_page())


def _of_page(n: int, page: Page) -> Iterator[Row]:
    page.goto("/?show=charts")
    settle(page)
    yield Row(bench="brush", what="tile ready", n=n, seconds=page.evaluate(TILE, CHART) / 1000)
    taken = page.evaluate(DRAG, [CHART, FRAMES])
    for name, share in (("frame, median", 0.5), ("frame, p95", 0.95)):
        yield Row(bench="brush", what=name, n=n, seconds=taken[int(share * FRAMES)] / 1000)


def main() -> None:
    """`python -m bench.brush --sizes 2240`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    models = [scaled(load(), n) for n in parser.parse_args().sizes]
    for model in models:
        model.model()
    print(table(rows(models)))


if __name__ == "__main__":
    main()

"""From a click to all charts painted: a real browser, real gunicorn, two workers, the overview with all its charts.

Time runs from the browser's own time stamp of the mouse button's release to the moment after the frame in
which every chart of the page had been drawn. The window is tall enough that all charts are in sight.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median, quantiles

from playwright.sync_api import Page, Request

from bench import redraw
from bench.rows import Row, table
from bench.scale import SIZES, Scaled, scaled
from bench.visiting import visiting
from core.settings import load
from tests.support.browser import settle

CLICKS = 40
IN_A_ROW = 2  # clicks on top of one another before the filters are cleared
WINDOW = {"width": 1440, "height": 3900}
QUESTION = "/_dash-update-component"
PATIENCE_MS = 60_000

LISTEN = """() => {
    window.released = window.moved = 0;
    window.addEventListener("pointerup", (event) => { window.released = event.timeStamp; window.moved = 0; }, true);
    new MutationObserver(() => {
        if (!window.moved && document.body.matches(".is-brushing")) {
            setTimeout(() => { window.moved = performance.now(); }, 0);
        }
    }).observe(document.body, { attributeFilter: ["class"] });
    performance.setResourceTimingBufferSize(5000);
}"""

# Bars that can be clicked: the middle of the bar's place, wherever the bar ends, as a hand aims.
TARGETS = """() => {
    const charts = window.parterre.filters.charts, found = [];
    Object.keys(charts).forEach((id) => {
        const plot = window.parterre.plotOf(id), spec = charts[id], frame = plot.getBoundingClientRect();
        const size = plot._fullLayout._size, across = spec.across;
        const axis = across ? plot._fullLayout.yaxis : plot._fullLayout.xaxis;
        const everyone = Array.from(plot.data[0][across ? "x" : "y"]);
        spec.codes.filter((code) => everyone[code] > 0).forEach((code) => {
            const along = axis._offset + axis.l2p(code);
            found.push({
                chart: id, code: code, field: spec.field,
                x: frame.left + (across ? size.l + 12 : along), y: frame.top + (across ? along : size.t + size.h - 12)
            });
        });
    });
    return found;
}"""

# The tile of the field is there, as it is 60 ms and its own time after the pointer rests.
TOLD = "(field) => document.body.dataset.tile === field"
PAINTED = """(before) => window.parterre.painted && window.parterre.painted.n > before"""

READ = """() => {
    const asked = performance.getEntriesByType("resource").filter((one) => one.name.includes("_dash-update-component"));
    const last = asked[asked.length - 1], painted = window.parterre.painted;
    return {
        seconds: (painted.at - window.released) / 1000,
        moved: ((window.moved || painted.at) - window.released) / 1000,
        server: (last.responseStart - last.requestStart) / 1000,
        asked: (last.startTime - window.released) / 1000,
        drawn: (painted.at - last.responseEnd) / 1000,
        bytes: last.encodedBodySize
    };
}"""


@dataclass(frozen=True)
class Click:
    """One click: seconds until all was painted, seconds in the server as the browser saw them, and its cost."""

    seconds: float
    moved: float  # seconds until bars had moved, from the tile or by the answer
    server: float
    asked: float  # seconds until the question left
    drawn: float  # seconds from the answer's last byte to the paint
    bytes: int
    requests: int


def rows(models: Sequence[Scaled], *, clicks: int = CLICKS) -> list[Row]:
    """Every size: click to painted, and the parts of it."""
    return [row for model in models for row in measured(model, clicks)]


def measured(model: Scaled, clicks: int = CLICKS) -> list[Row]:
    """The clicks on one server; the first one, which finds code and workers cold, by itself."""
    with visiting(model) as visitor, visitor.context(WINDOW) as context:
        page = context.new_page()
        page.goto("/?show=charts")
        settle(page)
        page.evaluate(LISTEN)
        page.wait_for_function("() => document.body.dataset.ready === '/'")
        first, *found = _clicked(page, clicks)
        once = Row(bench="click", what="first click to painted", n=model.customers, seconds=first.seconds)
        return [once, *_rows(model.customers, found), *redraw.rows(page, model.customers)]


def _clicked(page: Page, clicks: int) -> Iterator[Click]:
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request) if QUESTION in request.url else None)
    for place, target in enumerate(spread(page.evaluate(TARGETS), clicks + 1)):
        if place % IN_A_ROW == 0:
            _cleared(page)
        target = _where(page, target)
        asked.clear()
        before = page.evaluate("() => (window.parterre.painted || { n: 0 }).n")
        page.mouse.move(target["x"], target["y"])
        page.wait_for_timeout(150)  # a hand rests before it presses, and the hover label is drawn by then
        page.wait_for_function(TOLD, arg=target["field"], timeout=PATIENCE_MS)
        page.mouse.down()
        page.mouse.up()
        page.wait_for_function(PAINTED, arg=before, timeout=PATIENCE_MS)
        page.wait_for_timeout(100)  # a second request would have left by now
        redraw.keep(page)
        yield Click(**page.evaluate(READ), requests=len(asked))


def _where(page: Page, target: dict) -> dict:
    """The bar where it is now: words above it take more lines under some filters."""
    return next(
        bar for bar in page.evaluate(TARGETS) if all(bar[name] == target[name] for name in ("chart", "code"))
    )


def _cleared(page: Page) -> None:
    if page.evaluate("() => Boolean(window.parterre.filters.text)"):
        before = page.evaluate("() => window.parterre.painted.n")
        page.keyboard.press("Escape")
        page.wait_for_function(PAINTED, arg=before, timeout=PATIENCE_MS)


def spread(targets: Sequence[dict], most: int) -> list[dict]:
    """Different bars, chart after chart in turn, two clicks in a row never on the same field."""
    charts = list(dict.fromkeys(target["chart"] for target in targets))
    by_chart = {chart: [target for target in targets if target["chart"] == chart] for chart in charts}
    turns = range(max(len(found) for found in by_chart.values()))
    ordered = [by_chart[chart][turn] for turn in turns for chart in charts if turn < len(by_chart[chart])]
    return ordered[:most]


def _rows(n: int, clicks: Sequence[Click]) -> Iterator[Row]:
    for what, seconds in (
        ("click to painted", [click.seconds for click in clicks]),
        ("click to bars painted", [click.moved for click in clicks]),
        ("its part before the question leaves", [click.asked for click in clicks]),
        ("its part in the server", [click.server for click in clicks]),
        ("its part from answer to paint", [click.drawn for click in clicks]),
    ):
        yield Row(bench="click", what=f"{what}, median", n=n, seconds=median(seconds))
        yield Row(bench="click", what=f"{what}, p95", n=n, seconds=quantiles(seconds, n=20)[-1])
    yield Row(
        bench="click",
        what="largest answer, most requests",
        n=n,
        seconds=max(click.server for click in clicks),
        bytes=max(click.bytes for click in clicks),
        requests=max(click.requests for click in clicks),
    )


def main() -> None:
    """`python -m bench.click --sizes 2240 1000000`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--clicks", type=int, default=CLICKS)
    options = parser.parse_args()
    settings = load()
    models = [scaled(settings, n) for n in options.sizes]
    for model in models:
        model.model()
    print(table(rows(models, clicks=options.clicks)))


if __name__ == "__main__":
    main()

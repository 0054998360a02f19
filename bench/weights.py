"""What each page weighs on the wire, and how soon it is there: with an empty cache, and with a full one."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import BrowserContext, Page, sync_playwright

from app import VIEWS
from bench.rows import Row, table
from bench.scale import SIZES, Scaled, scaled
from bench.visiting import Visitor, visiting
from core.settings import load
from tests.support.browser import launch_options, settle, signed_up
from tests.support.server import serving, started

TIMES = 3
WINDOW = {"width": 1440, "height": 900}

WATCH = """() => {
    window.ready = 0;
    const look = () => {
        const page = document.getElementById("shell-page");
        const there = document.body && (document.body.dataset.ready || (page && page.querySelector("h1")));
        if (there && !window.ready) { window.ready = performance.now(); }
    };
    new MutationObserver(look).observe(document, { attributes: true, childList: true, subtree: true });
}"""

READ = """() => ({
    first: performance.getEntriesByName("first-contentful-paint")[0].startTime / 1000,
    ready: (window.ready || performance.now()) / 1000
})"""


@dataclass(frozen=True)
class Visit:
    """One page as one visitor opens it: seconds to the first paint and to the drawn page, bytes on the wire."""

    first: float
    ready: float
    bytes: int


def rows(models: Sequence[Scaled]) -> list[Row]:
    """Every page at every size."""
    return [row for model in models for row in _rows(model)]


def _rows(model: Scaled) -> Iterator[Row]:
    with visiting(model) as visitor:
        for view in VIEWS:
            visits = [visited(visitor, view.path) for _ in range(TIMES)]
            yield from _of_page(model.customers, view.path, visits)


def beside(checkout: Path, times: int) -> Iterator[str]:
    """Each page of the sample as `checkout` has it and as it is here, visited in turns: lower quartiles, a line a cache."""
    with (
        tempfile.TemporaryDirectory() as there,
        tempfile.TemporaryDirectory() as here,
        serving(Path(there), workers=2, begin=partial(started, folder=checkout)) as theirs,
        serving(Path(here), workers=2) as ours,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(**launch_options())
        visitors = [Visitor(browser, server.url, signed_up(browser, server.url)) for server in (theirs, ours)]
        for view in VIEWS:
            turns = [[visited(one, view.path) for one in visitors] for _ in range(times + 1)]
            for cache, name in enumerate(("cold", "warm")):
                yield f"{view.path:12} {name}  " + _in_turns(
                    [[pair[cache] for pair in turn] for turn in turns[1:]]
                )


def _in_turns(turns: Sequence[Sequence[Visit]]) -> str:
    units = (("bytes", "kB", 1e-3), ("first", "ms to the first paint", 1e3), ("ready", "ms until drawn", 1e3))
    return ", ".join(
        " > ".join(
            f"{quantiles([getattr(visit, name) for visit in of_one])[0] * factor:.0f}"
            for of_one in zip(*turns, strict=True)
        )
        + f" {unit}"
        for name, unit, factor in units
    )


def visited(visitor: Visitor, path: str) -> tuple[Visit, Visit]:
    """A first visit in a new browser, and a second one in the same."""
    with visitor.context(WINDOW) as context:
        return _visit(context, path), _visit(context, path)


def _visit(context: BrowserContext, path: str) -> Visit:
    page = context.new_page()
    page.add_init_script(f"({WATCH})()")
    received = _received(page)
    page.goto(path)
    settle(page)
    visit = Visit(**page.evaluate(READ), bytes=sum(received))
    page.close()
    return visit


def _received(page: Page) -> list[int]:
    """Bytes of every answer as it travelled, headers included; grows while the page loads."""
    received: list[int] = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: received.append(int(event["encodedDataLength"])))
    return received


def _of_page(n: int, path: str, visits: Sequence[tuple[Visit, Visit]]) -> Iterator[Row]:
    for cache, found in zip(("cold", "warm"), zip(*visits, strict=True), strict=True):
        bytes_ = max(visit.bytes for visit in found)
        first, ready = (median(getattr(visit, name) for visit in found) for name in ("first", "ready"))
        yield Row(bench="weights", what=f"{path} {cache}, first paint", n=n, seconds=first, bytes=bytes_)
        yield Row(bench="weights", what=f"{path} {cache}, drawn", n=n, seconds=ready)


def main() -> None:
    """`python -m bench.weights`; with `--against CHECKOUT` the sample only, beside another version of Parterre."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--times", type=int, default=7)
    asked = parser.parse_args()
    if asked.against:
        for line in beside(asked.against.resolve(), asked.times):
            print(line, flush=True)
        return
    models = [scaled(load(), n) for n in SIZES]
    for model in models:
        model.model()
    print(table(rows(models)))


if __name__ == "__main__":
    main()

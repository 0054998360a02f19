"""From each click and key to the next paint, on every page, as the browser's own Event Timing tells it.

On each page three charts are clicked into, bars are walked along and chosen by keys, and what opens is opened and closed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import quantiles

from playwright.sync_api import Locator, Page

from app import VIEWS
from bench.rows import Row
from bench.scale import Scaled
from bench.visiting import printed, visiting
from tests.support.browser import at_rest, settle

WINDOW = {"width": 1440, "height": 900}
UNTOLD = 8  # ms that one counts as that is too short to be told of, as the shortest that is told of is 16
MOST = 3
LISTEN = f"""(() => {{
    const longest = new Map();
    new PerformanceObserver((list) => list.getEntries().filter((one) => one.interactionId).forEach((one) => longest.set(
        one.interactionId, Math.max(longest.get(one.interactionId) || 0, one.duration)
    ))).observe({{ type: "event", durationThreshold: 16, buffered: true }});
    window.durations = () => [...longest.values(), ...Array(Math.max(0, performance.interactionCount - longest.size)).fill({UNTOLD})];
}})()"""


def rows(models: Sequence[Scaled]) -> list[Row]:
    """Every page at every size."""
    return [row for model in models for row in _rows(model)]


def _rows(model: Scaled) -> Iterator[Row]:
    with visiting(model) as visitor, visitor.context(WINDOW) as context:
        context.add_init_script(LISTEN)
        for view in VIEWS:
            page = context.new_page()
            page.goto(view.path)
            settle(page)
            _session(page)
            found = [milliseconds / 1000 for milliseconds in page.evaluate("() => window.durations()")]
            page.close()
            for what, seconds in (("p75", quantiles(found, n=4)[-1]), ("longest", max(found))):
                yield Row(
                    bench="paint",
                    what=f"{view.path}, {len(found)} interactions, {what}",
                    n=model.customers,
                    seconds=seconds,
                )


def _session(page: Page) -> None:
    for chart in _seen(page, ".dash-graph .nsewdrag"):
        box = at_rest(chart)
        page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.8)
        page.wait_for_timeout(200)  # as a hand rests
        page.mouse.down()
        page.mouse.up()
        _key(page, "Escape")
    for chart in _seen(page, "[data-keys]"):
        chart.focus()
        for key in ("ArrowRight", "ArrowRight", "Enter", "Escape"):
            _key(page, key)
    for opens in _seen(page, "summary"):
        for _ in range(2):
            opens.click()
            page.wait_for_timeout(200)


def _key(page: Page, key: str) -> None:
    page.wait_for_timeout(200)
    page.keyboard.press(key)
    page.wait_for_timeout(200)


def _seen(page: Page, selector: str) -> list[Locator]:
    return [found for found in page.locator(selector).all() if found.is_visible()][:MOST]


if __name__ == "__main__":  # python -m bench.interactions --sizes 2240
    printed(__doc__, rows)

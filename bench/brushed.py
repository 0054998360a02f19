"""Three pictures of a drag over the bars of the sample, for the README: what it leaves of the other charts at once."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

from bench.scale import SIZES, scaled
from bench.visiting import visiting
from core.settings import ROOT, load
from tests.support.browser import settle

PICTURES = ROOT / "docs" / "pictures"
WINDOW = {"width": 1240, "height": 2400}
CHART = "overview-income"
STEPS = ((0.05, 0.2), (0.25, 0.45), (0.5, 0.95))  # from and to, as parts of the chart's width
TOLD = "(field) => document.body.dataset.tile === field"
IS_FILTERED = "(yes) => Boolean(parterre.filters.text) === yes"
STANDS = """() => {
    const before = window.stood, now = window.stood = JSON.stringify(parterre.previewed("Income"));
    return now !== "null" && now === before;
}"""


def main() -> None:
    """`python -m bench.brushed`."""
    sample = scaled(load(), SIZES[0])
    sample.model()
    with visiting(sample) as visitor, visitor.context(WINDOW) as context:
        page = context.new_page()
        page.goto("/?show=charts")
        settle(page)
        for place, (begin, end) in enumerate(STEPS, 1):
            _dragged(page, begin, end, PICTURES / f"brush-{place}.png")


def _dragged(page: Page, begin: float, end: float, picture: Path) -> None:
    """Pictured while the button is down; Escape takes the drag back."""
    page.locator(f"#{CHART}").scroll_into_view_if_needed()
    box = page.locator(f"#{CHART} .nsewdrag").bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + begin * box["width"], y)
    page.wait_for_function(TOLD, arg="Income")
    page.mouse.down()
    page.mouse.move(box["x"] + end * box["width"], y, steps=8)
    page.wait_for_function(STANDS, polling=100)
    page.locator(".p-grid").filter(has=page.locator(f"#{CHART}")).screenshot(path=picture)
    page.mouse.up()
    page.wait_for_function(IS_FILTERED, arg=True)
    page.keyboard.press("Escape")
    page.wait_for_function(IS_FILTERED, arg=False)


if __name__ == "__main__":
    main()

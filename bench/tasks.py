"""Thirteen things that a marketing manager comes for, each from the overview: how many steps each takes.

A step is a click, a choice from a list or a field that is filled; Enter ends a field. `python -m bench.tasks [FILE]`.
"""

from __future__ import annotations

import csv
import re
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import Browser, Locator, Page, StorageState, expect, sync_playwright

from tests.support.browser import launch_options, row, settle, signed_up
from tests.support.server import serving

MOST = 4
SIZES = ((1440, 900), (390, 844))


@dataclass
class Hand:
    """Who does it, and counts."""

    page: Page
    steps: int = 0

    def click(self, at: str | Locator, role: str = "button", **more: object) -> None:
        """Click, and wait until nothing loads."""
        found = self.page.get_by_role(role, name=at, exact=True) if isinstance(at, str) else at
        found.first.click(**more)
        self.steps += 1
        settle(self.page)

    def fill(self, label: str, text: str, *, enter: bool = False) -> None:
        """Fill a field, or choose from one that is a list."""
        found = self.page.get_by_label(re.compile(rf"^{label}( \(|$)")).first
        if found.evaluate("(one) => one.tagName") == "SELECT":
            found.select_option(label=text)
        else:
            found.fill(text)
        if enter:
            found.press("Enter")
        self.steps += 1
        settle(self.page)

    def open(self, words: str) -> None:
        """A menu of the filter bar, which is a sheet on a phone."""
        if not self.page.locator("#filters-sheet").is_visible():
            self.click(self.page.locator(".p-filter-pill"))
        self.click(self.page.locator("summary", has_text=words))

    def someone(self) -> str:
        """The ID of a customer of this file, which whoever does this knows beforehand."""
        listed = self.page.request.get(urljoin(self.page.url, "/export/customers.csv")).text()
        return next(csv.DictReader(listed.removeprefix("\ufeff").splitlines()))["ID"]

    def file(self, at: Locator) -> list[list[str]]:
        """Download what a link leads to, as lines."""
        with self.page.expect_download() as started:
            self.click(at)
        return lines(started.value.path())


def lines(path: str | Path) -> list[list[str]]:
    """Of a CSV."""
    with Path(path).open(encoding="utf-8-sig", newline="") as text:
        return list(csv.reader(text))


def count(page: Page) -> int:
    """How many customers the filters leave."""
    return int(re.sub(r"\D", "", page.locator("#filters-count").inner_text().split(" of ")[0]))


def most(hand: Hand) -> None:
    """Who brings most: said in the first sentence."""
    expect(hand.page.locator("#overview-lead")).to_contain_text("bring")


def typed(hand: Hand) -> None:
    """Customers with an income over 65,000."""
    hand.open("+ Filter")
    hand.fill("Field", "Income")
    hand.fill("Value", "65000", enter=True)
    expect(hand.page).to_have_url(re.compile("Income=over:65000"))


def several(hand: Hand) -> None:
    """Of the first segment, those without children and with an income of 60,000 or more."""
    hand.click(row(hand.page, 1).locator(".p-card-name"))
    hand.click(hand.page.get_by_role("link", name=re.compile("charts to filter by")))
    bar(hand, "overview-children", 0)
    drag(hand, "overview-income", 0.6)
    assert count(hand.page) > 0


def bar(hand: Hand, id: str, code: int) -> None:
    """Click a bar."""
    box = hand.page.locator(f"#{id} .points path").nth(code).bounding_box()
    hand.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] - 4)
    hand.steps += 1
    settle(hand.page)
    hand.page.wait_for_timeout(500)


def drag(hand: Hand, id: str, start: float) -> None:
    """Choose the right part of a histogram."""
    place = hand.page.locator(f"#{id} .nsewdrag")
    place.scroll_into_view_if_needed()
    box = place.bounding_box()
    hand.page.mouse.move(box["x"] + start * box["width"], box["y"] + 20)
    hand.page.mouse.down()
    hand.page.mouse.move(box["x"] + box["width"] - 2, box["y"] + 60, steps=5)
    hand.page.mouse.up()
    hand.steps += 1
    settle(hand.page)
    hand.page.wait_for_timeout(500)


def mailing(hand: Hand) -> None:
    """The customers of a segment as a file."""
    hand.click(row(hand.page, 1).locator(".p-card-name"))
    hand.open("Export")
    hand.page.wait_for_timeout(500)
    found = hand.file(hand.page.get_by_role("link", name="CSV: all columns"))
    assert len(found) - 1 == count(hand.page)


def report(hand: Hand) -> None:
    """A report of what is shown, as PDF."""
    hand.open("Report")
    with hand.page.expect_download(timeout=60_000) as started:
        hand.click("Make the report")
    assert Path(started.value.path()).read_bytes().startswith(b"%PDF")


def verdict(hand: Hand) -> None:
    """Whom the next campaign is worth, and how many contacts a verdict takes."""
    hand.click("Campaigns", "link")
    expect(hand.page.locator(".p-lead")).to_contain_text(re.compile("worth contacting|test"))


def compare(hand: Hand) -> None:
    """The first segment beside the third, in real amounts."""
    hand.click("Segments", "link")
    hand.click(hand.page.get_by_role("navigation", name="Sections").get_by_role("link", name="Compare"))
    chosen = hand.page.get_by_role("group", name=re.compile("^Compare"))
    for number in (3, 2):  # the first two are chosen, and two there have to be
        hand.click(chosen.get_by_role("button").nth(number - 1))
    expect(chosen.get_by_role("button", pressed=True)).to_have_text([re.compile("^1"), re.compile("^3")])


def buys(hand: Hand) -> None:
    """What a segment buys, in money."""
    hand.click(row(hand.page, 1).get_by_label(re.compile("^Ways on")))
    hand.click(row(hand.page, 1).get_by_role("link", name=re.compile("^More about them")))
    expect(hand.page.get_by_role("region", name="Money")).to_be_visible()


def belongs(hand: Hand) -> None:
    """Where a customer of whom two figures are known belongs."""
    hand.click("Predict", "link")
    hand.fill("Income", "82000")
    hand.fill("Total spending", "1500", enter=True)
    expect(hand.page.get_by_role("status").first).to_contain_text(re.compile("segment|Most likely", re.I))


def scored(hand: Hand) -> None:
    """A file of the company's own, scored, with its own columns kept."""
    hand.click("Predict", "link")
    with hand.page.expect_download() as example:
        hand.page.get_by_role("button", name="Download an example").click()
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder, "own.csv")
        text = Path(example.value.path()).read_text(encoding="utf-8-sig").splitlines()
        own.write_text("\n".join([f"{text[0]},Email", *(f"{line},a@b.example" for line in text[1:])]))
        hand.page.locator("#batch-file input, input#batch-file").first.set_input_files(own)
        hand.steps += 1
        hand.click("Score this file")
        link = hand.page.get_by_role("link", name="Download CSV")
        expect(link).to_be_visible(timeout=60_000)
        assert "Email" in hand.file(link)[0]


def found(hand: Hand) -> None:
    """One customer by the ID."""
    ways = hand.page.locator('[data-search="open"]')
    if not ways.first.is_visible():
        hand.click(hand.page.get_by_label(re.compile("^Menu of")))
    hand.click(ways.locator("visible=true"))
    field = hand.page.locator("dialog[open] input")
    someone = hand.someone()
    field.fill(someone)
    expect(hand.page.locator("dialog[open]").get_by_text(someone).first).to_be_visible()
    field.press("Enter")
    hand.steps += 1
    expect(hand.page).to_have_url(re.compile(f"customer={someone}"))


def shared(hand: Hand) -> None:
    """What is shown kept under a name, and its link to hand on."""
    hand.open("Saved views")
    hand.fill("Save this view as", "For the meeting", enter=True)
    hand.click("Copy link to For the meeting")


def renamed(hand: Hand) -> None:
    """A segment called otherwise."""
    hand.click("Segments", "link")
    hand.click(hand.page.get_by_role("button", name=re.compile("^Rename")))
    hand.fill("Name", "Gold", enter=True)
    expect(hand.page.get_by_text("Gold").first).to_be_visible()


TASKS: tuple[Callable[[Hand], None], ...] = (
    *(most, typed, several, mailing, report, verdict, compare),
    *(buys, belongs, scored, found, shared, renamed),
)


def main(arguments: list[str]) -> None:
    """Do each on a laptop and a phone, of the file that is named or of the sample; fail where one takes too many."""
    file = {"data": Path(arguments[0]).resolve()} if arguments else {}
    with (
        tempfile.TemporaryDirectory() as home,
        serving(Path(home), **file) as server,
        sync_playwright() as driver,
    ):
        browser = driver.chromium.launch(**launch_options())
        session = signed_up(browser, server.url)
        counts = [counted(browser, server.url, session, size) for size in SIZES]
    print(" ".join(f"{width}x{height}" for width, height in SIZES))
    for task, *steps in zip(TASKS, *counts, strict=True):
        print(*(f"{one:8}" for one in steps), f" {task.__doc__}")
    sys.exit(max(max(one) for one in counts) > MOST)


def counted(browser: Browser, url: str, session: StorageState, size: tuple[int, int]) -> list[int]:
    """Steps of each task, all by who owns the dataset."""
    window = {"width": size[0], "height": size[1]}
    context = browser.new_context(viewport=window, locale="en-US", storage_state=session)
    return [steps(context.new_page(), url, task) for task in TASKS]


def steps(page: Page, url: str, task: Callable[[Hand], None]) -> int:
    """Of one, from the overview on."""
    page.goto(f"{url}/")
    settle(page)
    hand = Hand(page)
    task(hand)
    page.close()
    return hand.steps


if __name__ == "__main__":
    main(sys.argv[1:])

"""Tables of other schemas: headings that run from right to left, and values that are longer than a phone is wide."""

from __future__ import annotations

import csv
import random

import pytest

from tests.support.browser import settle, signed_up

PAID = ("Bank transfer (automatic), with a mandate", "Electronic check", "Mailed check")
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "reduced_motion": "reduce",
}
# Numbers of a line of text, and how far right each stands.
PLACES = """(line) => {
    const texts = document.createTreeWalker(line, NodeFilter.SHOW_TEXT), found = [];
    while (texts.nextNode()) {
        for (const number of texts.currentNode.data.matchAll(/\\d[\\d.,]*/g)) {
            const range = document.createRange();
            range.setStart(texts.currentNode, number.index);
            range.setEnd(texts.currentNode, number.index + 1);
            found.push(range.getBoundingClientRect().left);
        }
    }
    return found;
}"""
BEYOND = """() => [...document.querySelectorAll("g.annotation text")]
    .filter((text) => text.getBoundingClientRect().right > text.ownerSVGElement.getBoundingClientRect().right + 1)
    .map((text) => text.textContent)"""


@pytest.fixture(scope="module")
def hebrew(serve, tmp_path_factory):
    """A server on customers whose headings are Hebrew."""
    file, draw = tmp_path_factory.mktemp("hebrew") / "customers.csv", random.Random(3)
    with file.open("w", encoding="utf-8", newline="") as open_:
        rows = csv.writer(open_)
        rows.writerow(["מספר לקוח", "סך רכישות", "הכנסה שנתית", "מספר הזמנות", "אמצעי תשלום"])
        for number in range(300):
            much = number % 2
            spent, earned = draw.gauss(300 + 900 * much, 60), draw.gauss(20_000 + 30_000 * much, 3_000)
            rows.writerow(
                [number, round(spent, 2), round(earned), 1 + draw.randrange(6) + 5 * much, draw.choice(PAID)]
            )
    return serve(data=file, segments=6)


@pytest.fixture
def read(browser, hebrew, new_context):
    """`read("/segments")`: a page of them on a phone."""
    page = new_context(**PHONE, storage_state=signed_up(browser, hebrew.url)).new_page()

    def opened(path):
        page.goto(hebrew.url + path)
        settle(page)
        return page

    return opened


def test_numbers_behind_words_that_run_from_right_to_left_keep_their_order(read):
    reader = read("/segments")
    line = reader.locator(".p-phrases li", has_text="סך רכישות").first
    places = line.evaluate(PLACES)
    assert len(places) >= 2
    assert places == sorted(places)


def test_a_name_that_is_longer_than_its_chart_says_so_and_is_whole_for_who_points_at_it(read):
    reader = read("/explore")
    reader.wait_for_function("document.querySelectorAll('g.annotation').length >= 3")
    assert reader.evaluate(BEYOND) == []
    left = "texts => texts.map((text) => text.getBoundingClientRect().left)"
    chart = reader.locator(".p-chart", has=reader.locator("g.annotation", has_text="Bank"))
    begins = chart.locator("g.annotation text").evaluate_all(left)
    assert max(begins) - min(begins) < 2
    long = reader.locator("g.annotation text", has_text="Bank")
    assert "…" in long.text_content()
    assert long.locator("title").text_content() == PAID[0]


def test_rows_of_the_profile_are_as_high_as_ever_under_heads_of_many_lines_which_are_whole(read):
    reader = read("/segments")
    rows, cut = reader.locator("#segments-heat").evaluate("""(chart) => {
        const top = (one) => one.getBoundingClientRect().top, all = (what) => [...chart.querySelectorAll(what)];
        const rows = all(".ytick text").map(top).sort((one, other) => one - other);
        const frame = top(chart.querySelector(".main-svg"));
        return [rows.slice(1).map((one, place) => one - rows[place]), all(".xtick text").filter((one) => top(one) < frame).length];
    }""")
    assert min(rows) > 18
    assert cut == 0

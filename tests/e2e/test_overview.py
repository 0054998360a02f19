from __future__ import annotations

import re

import pytest

from tests.e2e.test_real_file import opening
from tests.support.browser import use


@pytest.fixture
def overview(shared, read):
    read(shared, "/")
    return shared


def test_a_newcomer_reads_who_the_customers_are(overview):
    assert overview.get_by_role("heading", level=1).inner_text() == "Overview"
    assert opening(overview)


def test_there_are_six_rows_that_open_to_words_advice_and_how_sure_and_all_fits_in_a_screen_and_a_half(
    overview,
):
    rows = overview.get_by_role("table", name="The segments, ranked").locator(".p-ranked-row")
    assert rows.count() == 6
    assert overview.evaluate("document.documentElement.scrollHeight") < 1400
    opens = rows.first.get_by_role("button", name=re.compile("^The story of"))
    story = overview.locator(f"#{opens.get_attribute('aria-controls')}")
    assert not story.is_visible()
    opens.press("Enter")
    assert story.get_by_text("On average they are").is_visible()
    assert story.get_by_role("heading").all_inner_texts()[:3] == [
        "Who they are",
        "For marketing, whatever the filters",
        "How sure that is",
    ]
    opens.press("Enter")
    assert not story.is_visible()


def test_each_chart_is_a_named_region_with_its_marks_drawn(shared, opened):
    opened(shared, "/?show=charts")
    for name, bars in {"Who they are, and their spending": 6, "Age": 13, "Main channel": 5}.items():
        chart = shared.get_by_role("region", name=name, exact=True)
        assert chart.locator(".main-svg").first.is_visible()
        assert chart.locator(".point").count() >= 2 * bars


def test_a_chart_can_be_read_as_a_table(overview):
    name = "Who they are, and their spending"
    chart = overview.get_by_role("region", name=name, exact=True)
    use(chart, "Show as a table")
    rows = chart.get_by_role("table", name=name).get_by_role("row").all_inner_texts()
    assert len(rows) == 7
    assert sum(int(row.split("\t")[1].replace(",", "")) for row in rows[1:]) == 2240

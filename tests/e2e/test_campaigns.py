from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.support.browser import at_rest


@pytest.fixture
def campaigns(shared, opened):
    opened(shared, "/campaigns")
    return shared


def lead(page):
    return page.locator("#campaigns-lead")


def cost(page):
    return page.get_by_label("Cost of a contact", exact=True)


def revenue(page):
    return page.get_by_label("Revenue per acceptance", exact=True)


def profit(page):
    return page.locator("#campaigns-profit-value")


def bars(page):
    return page.locator("#campaigns-board .scatterlayer .trace")


def test_another_cost_changes_board_sentence_and_address_back_undoes_it_and_what_is_no_amount_is_said(
    campaigns,
):
    before, told = profit(campaigns).inner_text(), lead(campaigns).inner_text()
    cost(campaigns).fill("0.50")
    cost(campaigns).press("Enter")
    expect(campaigns).to_have_url(re.compile(r"\?cost=0\.5$"))
    expect(lead(campaigns)).to_contain_text("would have earned")
    assert profit(campaigns).inner_text() != before
    expect(campaigns.get_by_text("The file says 3.")).to_be_visible()
    revenue(campaigns).fill("40")
    revenue(campaigns).blur()
    expect(campaigns).to_have_url(re.compile(r"\?cost=0\.5&revenue=40$"))
    campaigns.go_back()
    expect(revenue(campaigns)).to_have_value("11")
    campaigns.get_by_role("button", name="Back to the file's amounts").click()
    expect(cost(campaigns)).to_have_value("3")
    expect(lead(campaigns)).to_have_text(told)
    expect(campaigns).to_have_url(re.compile(r"/campaigns$"))

    revenue(campaigns).fill("plenty")
    revenue(campaigns).press("Enter")
    expect(campaigns.get_by_text("Found “plenty”. Expected an amount such as 3 or 2.5.")).to_be_visible()
    campaigns.get_by_role("button", name=re.compile("^Dormant|^Active|^Older|^Younger")).first.click()
    expect(lead(campaigns)).not_to_have_text(told)
    expect(revenue(campaigns)).to_have_value("plenty")
    campaigns.get_by_role("button", name="Back to the file's amounts").click()
    expect(revenue(campaigns)).to_have_value("11")
    expect(campaigns.get_by_text("Found “plenty”")).to_have_count(0)


def test_a_click_on_a_segments_bar_or_cell_filters_and_the_others_stay(campaigns):
    rows = bars(campaigns).count()
    row = campaigns.locator("#campaigns-board .scatterlayer .trace").nth(2).locator(".point").nth(1)
    box = at_rest(row)
    campaigns.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(campaigns).to_have_url(re.compile(r"\?Segment=2&model=[0-9a-f]{16}$"))
    expect(lead(campaigns)).to_contain_text("who match your filters")
    assert bars(campaigns).count() == rows
    expect(campaigns.locator("#campaigns-board-2-profit")).to_have_text(profit(campaigns).inner_text())

    campaigns.get_by_role("button", name="Clear all").click()
    expect(campaigns).to_have_url(re.compile(r"/campaigns$"))
    box = at_rest(campaigns.locator("#campaigns-heatmap .nsewdrag"))
    campaigns.mouse.click(box["x"] + box["width"] * 0.42, box["y"] + box["height"] * 0.42)
    expect(campaigns).to_have_url(re.compile(r"\?Segment=3&model=[0-9a-f]{16}$"))


def test_keyboard_alone_filters_and_sets_an_amount_and_a_link_brings_all_of_it_along(campaigns, opened, axe):
    campaigns.get_by_role("group", name=re.compile("^Children at home: arrow keys")).focus()
    campaigns.keyboard.press("ArrowRight")
    expect(campaigns.locator("#filters-live")).to_contain_text("0:")
    campaigns.keyboard.press("Enter")
    expect(campaigns).to_have_url(re.compile(r"\?Children=0$"))
    campaigns.keyboard.press("Escape")
    expect(campaigns).to_have_url(re.compile(r"/campaigns$"))
    campaigns.get_by_role("row").get_by_role("button").first.focus()
    campaigns.keyboard.press("Enter")
    expect(campaigns).to_have_url(re.compile(r"\?Segment=1&model=[0-9a-f]{16}$"))
    cost(campaigns).click()
    campaigns.keyboard.type("119")
    campaigns.keyboard.press("Escape")  # takes back what is typed, and leaves the filters
    expect(cost(campaigns)).to_have_value("3")
    expect(campaigns).to_have_url(re.compile(r"\?Segment=1&model=[0-9a-f]{16}$"))

    campaigns.get_by_role("combobox", name=re.compile("^Campaign")).select_option("Campaign 5")
    expect(lead(campaigns)).to_contain_text("Campaign 5 would have")
    cost(campaigns).fill("1.5")
    cost(campaigns).press("Enter")
    expect(campaigns).to_have_url(re.compile(r"\?Segment=1&campaign=5&cost=1\.5&model=[0-9a-f]{16}$"))
    at_rest(lead(campaigns))
    told = lead(campaigns).inner_text()
    opened(campaigns, campaigns.url)
    assert lead(campaigns).inner_text() == told
    assert cost(campaigns).input_value() == "1.5"
    assert axe(campaigns) == []

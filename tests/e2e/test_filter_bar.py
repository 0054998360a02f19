"""The filter bar on two workers: + Filter, chips that change, Undo, and the sheet of a phone."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from playwright.sync_api import expect

PAGES = {
    "/explore": "Explore",
    "/segments": "Segments",
    "/campaigns": "Campaigns",
    "/customers": "Customers",
    "/": "Overview",
    "/segments/1": "",  # is not in the navigation
}


@pytest.fixture
def page(shared):
    shared.set_default_timeout(15_000)
    return shared


def form(page):
    return page.locator("#filters-add")


def asks(page, field, way, **values):
    page.locator("#filters-add > summary").click()
    form(page).get_by_label("Field", exact=True).select_option(label=field)
    form(page).get_by_label("Which").select_option(label=way)
    for label, value in values.items():
        form(page).get_by_label(label).fill(value)
    page.get_by_role("button", name="Apply").click()


def count(page):
    return page.locator("#filters-count").inner_text()


def test_what_is_typed_filters_exactly_is_changed_at_its_chip_and_undone(page, opened, axe):
    opened(page, "/")
    everyone = count(page)
    asks(page, "Income", "is over", Value="65000")
    expect(page).to_have_url(re.compile(r"\?Income=over:65000$"))
    expect(page.locator("#filters-count")).not_to_have_text(everyone)
    over = count(page)
    page.get_by_role("link", name="Change filter Income: over 65,000").click()
    expect(form(page).get_by_label("Value")).to_have_value("65000")
    form(page).get_by_label("Which").select_option(label="is between")
    form(page).get_by_label("From").fill("70000")
    form(page).get_by_label("To").fill("60000")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("The first value is larger than the second. Swap them.")).to_be_visible()
    assert axe(page) == []
    form(page).get_by_label("To").fill("80000")
    page.get_by_role("button", name="Apply").click()
    expect(page).to_have_url(re.compile(r"\?Income=70000\.\.80000$"))
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#filters-count")).to_have_text(over)
    page.go_back()
    expect(page).to_have_url(re.compile(r"\?Income=70000\.\.80000$"))
    page.get_by_role("button", name="Remove filter Income: 70,000 to 80,000").click()
    expect(page.locator("#filters-count")).to_have_text(everyone)
    expect(page.get_by_role("button", name="Clear all")).to_have_count(0)


def test_the_keyboard_alone_adds_a_filter_by_its_text_and_one_that_is_enough(page, opened):
    opened(page, "/?Children=0&Income=over:65000")
    page.locator("#filters-add > summary").press("Enter")
    form(page).get_by_label("Field", exact=True).select_option(label="Education")
    page.get_by_role("checkbox", name="PhD").press("Space")
    form(page).get_by_label("This filter").select_option(label="may hold instead: Income: over 65,000")
    page.get_by_role("button", name="Apply").press("Enter")
    expect(page.locator("#filters-chips")).to_contain_text(
        re.compile(r"Education: PhD×orIncome: over 65,000")
    )
    expect(page).to_have_url(re.compile(r"\?Children=0&any:Education=phd&any:Income=over:65000$"))
    either = count(page)
    page.get_by_role("button", name="Remove filter Education: PhD").press("Enter")
    expect(page.locator("#filters-count")).not_to_have_text(either)
    expect(page).to_have_url(re.compile(r"\?Children=0&any:Income=over:65000$"))
    page.get_by_role("link", name="Change filter Income: over 65,000").press("Enter")
    form(page).get_by_label("This filter").select_option(label="may hold instead: Children: 0")
    page.get_by_role("button", name="Apply").press("Enter")
    expect(page).to_have_url(re.compile(r"\?any:Children=0&any:Income=over:65000$"))
    expect(page.locator("#filters-add > summary")).to_be_focused()


def test_the_bar_is_the_same_and_in_the_same_place_on_every_page_and_filters_go_along(page, opened):
    opened(page, "/")
    asks(page, "Enrolment date", "is in the last ... days", Days="90")
    expect(page).to_have_url(re.compile(r"\?Dt_Customer=last:90$"))
    expect(page.locator("#filters-chips")).to_contain_text("the last 90 days to")
    found, places = count(page), {}
    page.get_by_text("Export", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV: all columns").click()
    assert len(pd.read_csv(download.value.path())) == int(found.split()[0])
    for path, title in PAGES.items():
        if title:
            page.get_by_role("link", name=title, exact=True).click()
            expect(page).to_have_url(re.compile(rf"{path}\?Dt_Customer=last:90$"))
        else:
            page.goto(f"{path}?Dt_Customer=last:90")
        page.locator(f'body[data-ready="{path}"]').wait_for()
        expect(page.locator("#filters-count")).to_have_text(found)
        expect(page.get_by_text("Export", exact=True)).to_be_visible()
        places[path] = page.locator(".p-filter-bar").bounding_box()
    assert len({str(place) for place in places.values()}) == 1, places
    assert places["/"]["height"] == 48


def test_an_address_that_cannot_be_is_refused_in_words_with_the_way_on(page, opened):
    opened(page, "/?Income=65000..4&Children=0")
    alert = page.get_by_role("alert").filter(has_text="Income 65000..4")
    alert.get_by_role("button", name="Keep the other filters").click()
    expect(page).to_have_url(re.compile(r"\?Children=0$"))
    expect(alert).to_have_count(0)


def test_on_a_phone_a_pill_says_what_is_filtered_and_opens_the_sheet(new_context, cookies, opened, axe):
    size = {"width": 390, "height": 844}
    phone = new_context(viewport=size, has_touch=True, is_mobile=True, storage_state=cookies).new_page()
    opened(phone, "/?Children=0")
    pill = phone.locator(".p-filter-pill")
    expect(pill).to_have_text(re.compile(r"^\d+ of [\d,]+ · 1 filter$"))
    expect(pill).to_be_in_viewport()
    pill.tap()
    expect(pill).to_have_attribute("aria-expanded", "true")
    asks(phone, "Income", "is at most", Value="40000")
    expect(pill).to_have_text(re.compile("2 filters$"))
    for theme in ("light", "dark"):
        phone.emulate_media(color_scheme=theme)
        expect(phone.locator("html")).to_have_attribute("data-bs-theme", theme)
        assert (theme, axe(phone)) == (theme, [])
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    phone.keyboard.press("Escape")
    expect(phone.locator("#filters-sheet")).to_be_hidden()

"""The search behind Ctrl K, and the tour of a first visit: by keyboard, and by finger on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.test_touch import PHONE
from tests.support.browser import settle

SEEN = "(selector) => document.querySelector(selector).getBoundingClientRect().toJSON()"


@pytest.fixture
def page(shared):
    return shared


@pytest.fixture
def search(page):
    """`search("inc")`: what Ctrl K finds."""

    def find(text):
        page.keyboard.press("Control+k")
        expect(page.get_by_role("combobox", name="Search")).to_be_focused()
        page.keyboard.type(text)
        return page.get_by_role("dialog", name="Search")

    return find


def test_the_keyboard_finds_a_chart_with_the_filters_a_customer_and_a_filter(page, opened, search, axe):
    opened(page, "/?Children=0")
    dialog = search("inc")
    expect(dialog.get_by_role("option", selected=True)).to_have_text(re.compile("^Income"))
    assert axe(page) == []
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("combobox", name="Search")).to_have_attribute("aria-activedescendant", "search-1")
    expect(dialog.get_by_role("option", selected=True)).to_have_attribute("data-filter", "Income")
    page.keyboard.press("ArrowDown")  # the first follows the last
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/explore\?Children=0&show=people$"))
    expect(page.get_by_role("region", name="Income", exact=True)).to_be_focused()
    expect(page.get_by_role("region", name="Income", exact=True)).to_be_in_viewport()

    id = page.evaluate("parterre.ask('POST', '/search', { q: '1' }).then(a => a.groups[0].found[0].label)")
    search(id)
    page.keyboard.press("Enter")  # before the answer is there
    expect(page).to_have_url(re.compile(rf"/customers\?customer={id}$"))
    expect(page.get_by_role("heading", name=re.compile(id))).to_be_visible()

    dialog = search("educ")
    dialog.get_by_role("option").and_(page.locator("[data-filter=Education]")).click()
    expect(page).to_have_url(re.compile("/customers$"))
    expect(page.locator("#filters-add").get_by_label("Field", exact=True)).to_have_value("Education")


def test_what_the_server_finds_is_text_and_what_is_looked_for_stands_in_no_address(page, search):
    page.goto("/models")
    settle(page)
    evil = {"label": "<img src=x onerror=alert(1)>", "told": "<b>", "page": "/", "extra": "", "style": {}}
    page.route(
        "**/search",
        lambda route: (
            route.fulfill(json={"groups": [{"name": "<i>", "found": [evil]}]})
            if route.request.post_data_json == {"q": "evil"}
            else route.continue_()
        ),
    )
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    dialog = search("evil")
    expect(dialog.get_by_role("option")).to_have_count(1)
    assert [url for url in asked if "evil" in url] == []
    expect(dialog.get_by_role("option")).to_have_text("<img src=x onerror=alert(1)><b>")
    assert dialog.locator("img, b, i").count() == 0
    page.keyboard.type("nothing")
    expect(dialog.get_by_role("status")).to_have_text(re.compile("^Nothing here is called so"))
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_the_tour_is_taken_from_the_menu_and_moves_nothing(page, opened, axe):
    opened(page, "/customers")
    page.get_by_label(re.compile("^Menu of ")).click()
    page.get_by_role("button", name="Take the tour").click()
    tour = page.get_by_role("dialog", name="Tour")
    expect(tour.get_by_text("Step 1 of 5")).to_be_visible()
    before = page.evaluate(SEEN, ".p-lead")
    assert axe(page) == []
    for step, about in enumerate((".p-lead", "", ".p-filter-parts", ".p-bar nav", ".p-search-open"), 1):
        expect(tour.get_by_text(f"Step {step} of 5")).to_be_visible()
        page.evaluate("new Promise(requestAnimationFrame)")
        ring = page.evaluate(SEEN, ".p-tour-ring")
        assert not about or page.evaluate(SEEN, about)["top"] == pytest.approx(ring["top"] + 9, abs=9)
        assert 0 <= ring["top"] < ring["bottom"] <= 900
        page.keyboard.press("Enter")
    expect(tour).to_be_hidden()
    page.evaluate("scrollTo(0, 0)")
    assert page.evaluate(SEEN, ".p-lead") == before


def test_on_a_phone_it_begins_at_the_first_visit_is_not_printed_and_is_skipped_for_good(new_context, cookies):
    phone = new_context(**PHONE, storage_state=cookies).new_page()
    phone.add_init_script("Object.defineProperty(navigator, 'webdriver', { get: () => false })")
    phone.goto("/")
    tour = phone.get_by_role("dialog", name="Tour")
    expect(tour.get_by_text("Step 1 of 5")).to_be_visible()
    phone.emulate_media(media="print")
    expect(tour).to_be_hidden()
    phone.emulate_media(media="screen")
    for _step in range(4):
        tour.get_by_role("button", name="Next").tap()
        phone.evaluate("new Promise(requestAnimationFrame)")
        box = phone.evaluate(SEEN, ".p-tour-card")
        assert box["left"] >= 0 and box["right"] <= 390 and box["top"] >= 0 and box["bottom"] <= 844  # noqa: PT018
    tour.get_by_role("button", name="Back").tap()
    tour.get_by_role("button", name="Skip the tour").tap()
    expect(tour).to_be_hidden()
    phone.reload()
    phone.locator("body[data-painted]").wait_for()
    phone.get_by_label(re.compile("^Menu of ")).tap()
    phone.get_by_role("button", name="Search").tap()
    phone.get_by_role("option", name="Campaigns").tap()
    expect(phone).to_have_url(re.compile("/campaigns$"))

"""Theme, width, and what axe and the console say."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from bench.browser import Account, settle, sign_up
from layouts.theme import template

PAGES = {
    "overview": "/",
    "predict": "/predict",
    "answered": "/predict?Age=58&Income=76000",
    "warned": "/predict?Age=58&Recency=400",
    "refused": "/predict?Age=200",
    "account": "/account",
    "unknown": "/nowhere",
}
DOORS = {"login": "/login", "signup": "/signup", "expired": "/login?why=expired&next=/predict"}
WIDTHS = (1440, 360)


@pytest.fixture(scope="module")
def cookies(browser, base_url):
    with browser.new_context() as context:
        sign_up(context.new_page(), base_url, Account())
        return {"cookies": context.cookies()}


def visit(page, address):
    page.goto(address)
    settle(page)
    for disclosure in page.locator("main details").all():
        disclosure.evaluate("element => { element.open = true; }")


def too_wide(page):
    """By how many pixels the page can be scrolled sideways."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("address", PAGES.values(), ids=PAGES)
def test_a_page_has_no_serious_finding_and_fits(new_context, cookies, axe, address, width, theme):
    size = {"width": width, "height": 800}
    page = new_context(storage_state=cookies, color_scheme=theme, viewport=size).new_page()
    visit(page, address)
    assert page.locator("html").get_attribute("data-bs-theme") == theme
    assert axe(page) == []
    assert too_wide(page) == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("address", DOORS.values(), ids=DOORS)
def test_a_door_has_no_serious_finding_and_fits(new_context, axe, address, width, theme):
    page = new_context(color_scheme=theme, viewport={"width": width, "height": 800}).new_page()
    visit(page, address)
    assert axe(page) == []
    assert too_wide(page) == 0


@pytest.mark.parametrize("width", WIDTHS)
def test_the_open_menu_has_no_serious_finding_and_fits(new_context, cookies, axe, width):
    page = new_context(storage_state=cookies, viewport={"width": width, "height": 800}).new_page()
    visit(page, "/")
    page.locator("details.p-menu > summary").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_in_viewport(ratio=1)
    assert axe(page) == []
    assert too_wide(page) == 0


def ink_of_charts(page):
    """The colours that the axes' numbers are drawn in."""
    return page.locator(".dash-graph").evaluate_all(
        "charts => [...new Set(charts.flatMap((chart) =>"
        " [...chart.querySelectorAll('.xtick text')].map((text) => getComputedStyle(text).fill)))]"
    )


def ink_of(mode):
    colour = template(mode)["layout"]["xaxis"]["tickfont"]["color"]
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return [f"rgb({red}, {green}, {blue})"]


def switch_theme(page):
    page.locator("details.p-menu > summary").click()
    page.get_by_role("button", name="Light or dark").click()


def test_the_switch_darkens_page_and_charts_and_is_remembered(new_context, cookies):
    page = new_context(storage_state=cookies).new_page()
    visit(page, "/")
    ground = page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
    assert ink_of_charts(page) == ink_of("light")
    switch_theme(page)
    assert ink_of_charts(page) == ink_of("dark")
    assert page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor") != ground
    page.reload()
    settle(page)
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    assert ink_of_charts(page) == ink_of("dark")
    visit(page, "/predict?Age=40")
    assert ink_of_charts(page) == ink_of("dark")
    switch_theme(page)
    assert ink_of_charts(page) == ink_of("light")


def test_the_charts_keep_their_axes_when_the_theme_changes(new_context, cookies):
    page = new_context(storage_state=cookies).new_page()
    visit(page, "/")
    ticks = page.locator(".xtick text").all_inner_texts()
    switch_theme(page)
    assert page.locator(".xtick text").all_inner_texts() == ticks


def test_the_switch_of_the_sign_in_page_counts_behind_the_door(page, base_url):
    page.goto("/signup")
    page.get_by_role("button", name="Light or dark").click()
    sign_up(page, base_url, Account())
    settle(page)
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    assert ink_of_charts(page) == ink_of("dark")


def test_an_unknown_page_says_so_and_keeps_the_navigation(new_context, cookies):
    page = new_context(storage_state=cookies).new_page()
    visit(page, "/nowhere?x=1")
    expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()
    page.get_by_role("link", name="Overview", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who are our customers?")


def test_nothing_is_asked_of_another_host(new_context, cookies, base_url):
    page = new_context(storage_state=cookies).new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for address in ("/", "/predict?Age=40", "/account"):
        visit(page, address)
    assert [url for url in asked if not url.startswith((base_url, "data:", "blob:"))] == []


def test_every_text_is_in_our_typeface(new_context, cookies):
    page = new_context(storage_state=cookies).new_page()
    visit(page, "/")
    assert page.evaluate("document.fonts.check('15px \"Inter Variable\"')")
    families = page.locator(".main-svg text").evaluate_all(
        "texts => [...new Set(texts.map((text) => getComputedStyle(text).fontFamily))]"
    )
    assert all(family.startswith('"Inter Variable"') for family in families)

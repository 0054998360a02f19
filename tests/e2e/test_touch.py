"""Fingers: pages scroll from everywhere, and a tap, a hold and a swipe do what a mouse does."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.support.browser import at_rest, settle

PRESSED = (
    "/?Children=0",
    "/explore",
    "/segments",
    "/customers",
    "/predict?customer=1",
    "/models",
    "/data",
    "/account",
)
# What is not hit 21 pixels from its middle: it is less than 44 px high or wide, or something lies too near. Words' links may.
MISSED = """(within) => {
    const all = "a[href], button, summary, select, input:not([type=hidden]), textarea";
    const shown = (one) => one.checkVisibility({ visibilityProperty: true }) && !one.disabled;
    const said = (node) => node.nodeType === 3 && node.data.trim();
    const among = (one) => one.matches("a") && [...one.parentElement.childNodes].some(said);
    const missed = (one) => {
        const target = one.closest("label") || one;
        const does = one.matches(".p-card-name") ? one.closest("[data-code]") : target;
        target.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
        const box = target.getBoundingClientRect(), x = box.left + box.width / 2, y = box.top + box.height / 2;
        const hits = ([right, down]) => {
            const at = document.elementFromPoint(x + right, y + down);
            return !at || target.contains(at) || does.contains(at);
        };
        return box.width > 1 && hits([0, 0]) && ![[0, -21], [0, 21], [-21, 0], [21, 0]].every(hits);
    };
    return [...document.querySelector(within).querySelectorAll(all)].filter((one) => shown(one) && !among(one) && missed(one))
        .map((one) => `${one.tagName}.${one.className}: ${one.innerText || one.id}`);
}"""
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
FILTERED = ("/?show=charts", "/explore?show=relations", "/segments/1", "/campaigns")  # every kind of chart


@pytest.fixture(scope="module")
def screen():
    return PHONE


@pytest.fixture
def phone(shared):
    return shared


@pytest.fixture
def touch(phone):
    """`touch("touchStart", (x, y))`: what a finger does, told to the browser itself."""
    session = phone.context.new_cdp_session(phone)

    def send(kind, *points):
        places = [{"x": x, "y": y} for x, y in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    return send


@pytest.fixture
def swipe(touch):
    """A finger that moves; browsers take its way for a scroll where they may."""

    def go(start, right=0, down=0):
        x, y = start
        touch("touchStart", (x, y))
        for step in range(1, 7):
            touch("touchMove", (x + right * step / 6, y + down * step / 6))
        touch("touchEnd")

    return go


def centre(locator):
    """The middle of what is drawn, brought to the middle of the screen."""
    box = at_rest(locator, "center")
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, box["width"]


def scrolled(page):
    return page.evaluate("window.scrollY")


@pytest.mark.parametrize("address", FILTERED)
def test_a_swipe_up_scrolls_the_page_from_every_chart_and_filters_nothing(phone, swipe, opened, address):
    opened(phone, address)
    before = phone.url
    charts = phone.locator(".js-plotly-plot")
    for place in range(charts.count()):
        x, y, _ = centre(charts.nth(place))
        start = scrolled(phone)
        if start < 140:
            continue
        swipe((x, y), down=120)
        phone.wait_for_function("most => scrollY <= most", arg=start - 80)
    assert charts.count() >= 3
    assert phone.url == before


def test_a_tap_filters_a_hold_adds_and_a_swipe_along_bars_chooses_a_range_but_over_bars_without_an_order_nothing(
    phone, touch, swipe, opened
):
    opened(phone, "/?show=charts")
    bars = phone.locator("#overview-children .nsewdrag")
    x, y, width = centre(bars)
    phone.touchscreen.tap(x - width * 0.4, y)
    expect(phone).to_have_url(re.compile(r"\?Children=0&show=charts$"))
    x, y, width = centre(bars)
    touch("touchStart", (x - width * 0.1, y))
    expect(phone).to_have_url(re.compile(r"\?Children=0~1&show=charts$"))
    touch("touchEnd")
    x, y, width = centre(bars)
    swipe((x - width * 0.1, y), right=width * 0.25)
    expect(phone).to_have_url(re.compile(r"\?Children=1~2&show=charts$"))

    x, y, width = centre(phone.locator("#overview-both .nsewdrag"))
    touch("touchStart", (x - width * 0.4, y))
    touch("touchMove", (x - width * 0.4 + 20, y))
    expect(phone.locator("body")).to_have_attribute("data-tile", "Income*Total_Spending")
    before = phone.evaluate("window.parterre.filters.asked")
    for step in range(1, 6):
        touch("touchMove", (x - width * 0.4 + 30 * step, y + 12 * step))
    phone.wait_for_function("() => document.body.matches('.is-brushing')")
    phone.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    count = phone.locator("#filters-count").text_content()
    assert phone.evaluate("window.parterre.filters.asked") == before
    touch("touchEnd")
    expect(phone).to_have_url(re.compile(r"\?Children=1~2&Income=[~\d]+&Total_Spending=[~\d]+&show=charts$"))
    expect(phone.locator("#filters-count")).to_have_text(count)

    x, y, _ = centre(phone.locator("#overview-main_channel .nsewdrag"))
    before = phone.evaluate("window.parterre.filters.asked")
    swipe((x, y), right=90)
    phone.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)))")
    assert phone.evaluate("window.parterre.filters.asked") == before


def test_a_tap_is_heard_though_the_browser_makes_no_click_of_it_but_for_one_that_stops_a_scroll(
    phone, opened
):
    opened(phone, "/?show=charts")
    bars = phone.locator("#overview-children .nsewdrag")
    centre(bars)
    tap = """(bars, scrolls) => {
        const box = bars.getBoundingClientRect(), at = { clientX: box.left + box.width * 0.1, clientY: box.bottom - 12 };
        const finger = { bubbles: true, pointerType: "touch", isPrimary: true, ...at };
        if (scrolls) { document.dispatchEvent(new Event("scroll")); }
        ["pointerdown", "pointerup"].forEach((name) => bars.dispatchEvent(new PointerEvent(name, finger)));
    }"""
    bars.evaluate(tap, True)
    phone.wait_for_timeout(600)  # nothing may come, so that nothing can be waited for
    assert "Children" not in phone.url
    bars.evaluate(tap, False)
    expect(phone).to_have_url(re.compile(r"\?Children=0&show=charts$"))


def test_a_tap_on_a_card_filters_and_a_hold_adds_and_the_hint_says_what_a_finger_can_do(phone, touch, opened):
    opened(phone, "/")
    hint = phone.locator("#filters-chips").evaluate("chips => getComputedStyle(chips, '::before').content")
    assert "Touch and hold adds" in hint
    assert "Shift" not in hint
    cards = phone.locator(".p-ranked-row .p-ranked-value")
    x, y, _ = centre(cards.nth(1))
    phone.touchscreen.tap(x, y)
    expect(phone).to_have_url(re.compile(r"\?Segment=2(&|$)"))
    x, y, _ = centre(cards.nth(2))
    touch("touchStart", (x, y))
    expect(phone).to_have_url(re.compile(r"\?Segment=2,3(&|$)"))
    touch("touchEnd")
    expect(phone).to_have_url(re.compile(r"\?Segment=2,3(&|$)"))


@pytest.mark.parametrize("address", [*FILTERED, *PRESSED])
def test_a_finger_that_lands_three_millimetres_off_still_hits_what_it_means(phone, address):
    phone.goto(address)
    settle(phone)
    assert phone.evaluate(MISSED, "body") == []


def test_what_is_filtered_is_changed_by_a_finger(phone, opened):
    opened(phone, "/explore?Children=0&Segment=1")
    phone.locator(".p-filter-pill").tap()
    assert phone.evaluate(MISSED, ".p-filter-parts") == []
    phone.locator(".p-filter-parts summary", has_text="+ Filter").tap()
    expect(phone.get_by_label("Field")).to_be_visible()
    assert phone.evaluate(MISSED, ".p-filter-parts") == []

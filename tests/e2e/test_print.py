"""Paper: light, as wide as it is, with what is filtered above it, and nothing that is pressed or typed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

PAPER = 703  # pixels of CSS between the margins of an A4 sheet
READ = """() => {
    window.addEventListener("beforeprint", () => {
        const shown = (one) => one.getClientRects().length > 0;
        const all = (what) => [...document.querySelectorAll(what)];
        const lapped = (chart) => {
            const boxes = [...chart.querySelectorAll(".ytick text")].map((one) => one.getBoundingClientRect());
            boxes.sort((one, other) => one.top - other.top);
            return boxes.filter((one, place) => place && one.top < boxes[place - 1].bottom - 3).length;
        };
        window.printed = {
            lapped: all(".js-plotly-plot").filter(shown).reduce((sum, one) => sum + lapped(one), 0),
            theme: document.documentElement.dataset.bsTheme,
            head: document.querySelector(".p-print-head").innerText,
            beyond: all("#shell-page .main-svg, #shell-page table").filter(shown)
                .filter((one) => one.getBoundingClientRect().right > PAPER + 1).length,
            narrow: all(".js-plotly-plot").filter(shown)
                .filter((one) => Math.abs(one.querySelector(".main-svg").clientWidth - one.clientWidth) > 2).length,
            controls: all("nav, form button, .p-grow, #shell-page .btn, .p-menu").filter(shown).length,
            badges: all(".p-swatch").filter(shown)
                .filter((one) => getComputedStyle(one).printColorAdjust !== "exact").length,
            listed: document.querySelectorAll(".p-listed tbody tr").length,
            words: (document.querySelector(".p-listed p") || {}).innerText,
        };
    });
}""".replace("PAPER", str(PAPER))


@pytest.fixture
def printed(shared, opened):
    """`printed("/segments")`: what a page looks like while it is printed, in the dark, and how many sheets it takes."""

    def go(address, width=1440):
        shared.emulate_media(color_scheme="dark")
        shared.set_viewport_size({"width": width, "height": 900})
        if "/predict" in address:
            shared.goto(address)
            shared.locator("#shell-page h1").wait_for()
        else:
            opened(shared, address)
        shared.evaluate(READ)
        sheets = len(re.findall(rb"/Type /Page\b", shared.pdf(prefer_css_page_size=True)))
        return shared, shared.evaluate("window.printed") | {"sheets": sheets}

    return go


@pytest.mark.parametrize(
    ("address", "sheets", "filters"),
    [
        ("/?Children=0&Segment=1", 1, r"Filters: Children: 0; Segment: .+ · \d+ of 2,240 customers"),
        ("/explore?show=relations", 2, ""),
        ("/segments", 2, ""),
        ("/segments?show=compare", 2, ""),
        ("/segments?show=sure", 1, ""),
        ("/segments/1", 2, ""),
        ("/campaigns", 4, ""),
    ],
)
def test_a_page_is_printed_whole_and_light_says_what_it_is_of_and_is_itself_again_afterwards(
    printed, address, sheets, filters
):
    page, paper = printed(address)
    assert {name: paper[name] for name in ("theme", "lapped", "beyond", "narrow", "controls", "badges")} == {
        "theme": "light",
        "lapped": 0,
        "beyond": 0,
        "narrow": 0,
        "controls": 0,
        "badges": 0,
    }
    assert 0 < paper["sheets"] <= sheets
    assert re.search(r"Parterre · \w+.\d+,.20\d\d", paper["head"])
    assert re.search(filters, paper["head"])
    assert re.search(
        r"customers\.csv, 2,240 rows\. Model [0-9a-f]{16}: 6 segments, made 20\d\d", paper["head"]
    )
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    expect(page.locator(".p-print-head")).to_have_count(0)
    page.wait_for_function(
        "() => [...document.querySelectorAll('.js-plotly-plot')].every((one) =>"
        " Math.abs(one.querySelector('.main-svg').clientWidth - one.clientWidth) <= 1)"
    )


def test_the_list_of_customers_is_printed_as_it_is_listed_and_says_how_many_more_there_are(printed):
    _, paper = printed("/customers", width=390)
    assert (paper["listed"], paper["beyond"]) == (50, 0)
    assert paper["words"].startswith("Customers 1 to 50, as listed on the page, of 2,240. 2,190 more")


def test_a_prediction_is_printed_with_the_figures_it_is_for(printed):
    _, paper = printed("/predict?Age=58&Income=76000")
    assert (paper["beyond"], paper["controls"]) == (0, 0)


def test_pages_of_accounts_are_printed_light_and_without_what_is_pressed_or_typed(shared):
    shared.emulate_media(color_scheme="dark", media="print")
    shared.goto("/account")
    shared.evaluate("document.fonts.ready")
    drawn = shared.evaluate("""() => {
        const shown = (what) => [...document.querySelectorAll(what)].filter((one) => one.getClientRects().length);
        const style = (what) => getComputedStyle(document.querySelector(what));
        return {
            ink: style("h1").color, paper: style("body").backgroundColor, canvas: style("html").colorScheme,
            card: style(".door-facts").backgroundColor, facts: shown(".door-facts dd").length,
            controls: shown("form, button, input, select, nav").length,
        };
    }""")
    shared.emulate_media(media="screen")
    assert drawn == {
        "ink": "rgb(29, 37, 33)", "paper": "rgb(255, 255, 255)", "canvas": "light",
        "card": "rgb(255, 255, 255)", "facts": 3, "controls": 0,
    }  # fmt: skip

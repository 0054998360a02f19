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
        window.printed = {
            theme: document.documentElement.dataset.bsTheme,
            head: document.querySelector(".p-print-head").innerText,
            beyond: all("#shell-page .main-svg, #shell-page table").filter(shown)
                .filter((one) => one.getBoundingClientRect().right > PAPER + 1).length,
            narrow: all(".js-plotly-plot").filter(shown)
                .filter((one) => Math.abs(one.querySelector(".main-svg").clientWidth - one.clientWidth) > 2).length,
            controls: all("nav, form button, .p-chart-tools, #shell-page .btn, .p-menu").filter(shown).length,
            badges: all(".p-swatch").filter(shown)
                .filter((one) => getComputedStyle(one).printColorAdjust !== "exact").length,
            listed: document.querySelectorAll(".p-listed tbody tr").length,
            words: (document.querySelector(".p-listed p") || {}).innerText,
        };
    });
}""".replace("PAPER", str(PAPER))


@pytest.fixture
def printed(new_context, cookies, opened):
    """`printed("/segments")`: what a page looks like while it is printed, in the dark, and how many sheets it takes."""

    def go(address, **options):
        page = new_context(storage_state=cookies, color_scheme="dark", **options).new_page()
        page.goto(address)
        page.locator("#shell-page h1").wait_for()
        if "/predict" not in address:
            opened(page, address)
        page.evaluate(READ)
        sheets = len(re.findall(rb"/Type /Page\b", page.pdf(prefer_css_page_size=True)))
        return page, page.evaluate("window.printed") | {"sheets": sheets}

    return go


@pytest.mark.parametrize(
    ("address", "sheets"),
    [("/?Children=0", 4), ("/explore?show=relations", 3), ("/segments", 6), ("/campaigns", 5)],
)
def test_a_page_is_printed_whole_and_light_and_is_itself_again_afterwards(printed, address, sheets):
    page, paper = printed(address)
    assert {name: paper[name] for name in ("theme", "beyond", "narrow", "controls", "badges")} == {
        "theme": "light",
        "beyond": 0,
        "narrow": 0,
        "controls": 0,
        "badges": 0,
    }
    assert 1 < paper["sheets"] <= sheets
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    expect(page.locator(".p-print-head")).to_have_count(0)
    page.wait_for_function(
        "[...document.querySelectorAll('.js-plotly-plot')].every((one) =>"
        " Math.abs(one.querySelector('.main-svg').clientWidth - one.clientWidth) <= 1)"
    )


def test_paper_says_what_is_filtered_how_many_when_and_by_which_model(printed):
    _, paper = printed("/?Children=0&Segment=1")
    assert re.search(r"Parterre · \w+.\d+,.20\d\d", paper["head"])
    assert re.search(r"Filters: Children: 0; Segment: .+ · \d+ of 2,240 customers", paper["head"])
    assert re.search(
        r"customers\.csv, 2,240 rows\. Model [0-9a-f]{16}: 6 segments, made 20\d\d", paper["head"]
    )


def test_the_list_of_customers_is_printed_as_it_is_listed_and_says_how_many_more_there_are(printed):
    _, paper = printed("/customers", viewport={"width": 390, "height": 844})
    assert (paper["listed"], paper["beyond"]) == (50, 0)
    assert paper["words"].startswith("Customers 1 to 50, as listed on the page, of 2,240. 2,190 more")


def test_a_prediction_is_printed_with_the_figures_it_is_for(printed):
    _, paper = printed("/predict?Age=58&Income=76000")
    assert (paper["beyond"], paper["controls"]) == (0, 0)

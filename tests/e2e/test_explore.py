from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.support.browser import at_rest, use


@pytest.fixture
def explore(shared):
    return shared


def chips(page):
    return page.get_by_role("group", name="Active filters").get_by_role("button")


def bars(page, id):
    return page.evaluate(f"document.querySelector('#{id} .js-plotly-plot').data.length")


def heights(page, id, trace=1):
    return page.evaluate(f"Array.from(document.querySelector('#{id} .js-plotly-plot').data[{trace}].y)")


TOLD = """() => window.parterre.plotOf("explore-Age").data.slice(1).map((part) => part.customdata.map((one) => Array.from(one)))"""


def test_bars_are_split_and_shared_and_a_link_keeps_both(explore, opened):
    opened(explore, "/explore")
    explore.get_by_role("button", name="Split by segment").click()
    expect(explore).to_have_url(re.compile(r"split=segments$"))
    explore.wait_for_function(
        "() => document.querySelector('#explore-Age .js-plotly-plot').data.length === 7"
    )
    explore.get_by_role("button", name="Percent").click()
    expect(explore).to_have_url(re.compile(r"split=segments&as=shares$"))
    expect(explore.get_by_role("button", name="Percent")).to_have_attribute("aria-pressed", "true")
    before = heights(explore, "explore-Age")
    opened(explore, explore.url)
    assert heights(explore, "explore-Age") == pytest.approx(before)
    parts_say_their_share_of_the_bar(explore.evaluate(TOLD), opened, explore)


def parts_say_their_share_of_the_bar(everyone, opened, explore):
    opened(explore, "/explore?Children=0&split=segments")
    some, parts = explore.evaluate(TOLD), [heights(explore, "explore-Age", trace) for trace in range(1, 7)]
    for place, (part, told) in enumerate(zip(parts, some, strict=True)):
        for bar, (value, share, _, of_all, difference) in enumerate(told):
            whole = sum(one[bar] for one in parts)
            assert number(value) == part[bar]
            assert number(share) == pytest.approx(100 * part[bar] / whole if whole else 0, abs=0.051)
            assert of_all == everyone[place][bar][1] == everyone[place][bar][3]
            assert number(difference) == pytest.approx(number(share) - number(of_all), abs=0.11)


def number(text):
    return float(re.sub(r"[^\d.-]", "", text.replace("\u2212", "-")))


def test_a_legend_entry_filters_tables_and_other_sections_whose_amounts_can_be_told_apart_on_logarithmic_bins(
    explore, opened, axe
):
    opened(explore, "/explore")
    assert axe(explore) == []
    chart = explore.get_by_role("region", name="Children", exact=True)
    use(chart, "Enlarge, with its table")
    before = chart.locator("tbody tr").first.locator("td").all_inner_texts()
    explore.get_by_role("group", name="Segments").get_by_role("button").nth(1).click()
    expect(chart.locator("tbody tr").first.locator("td").last).not_to_have_text(before[1])
    assert chart.locator("tbody tr").first.locator("td").first.inner_text() == before[0]
    expect(chips(explore)).to_have_count(2)

    explore.get_by_role("navigation", name="Sections").get_by_role("link", name="Money").click()
    expect(explore.get_by_role("region", name="Wines spending")).to_be_visible()
    expect(chips(explore)).to_have_count(2)
    explore.get_by_role("button", name="Clear all").click()
    explore.get_by_role("button", name="Logarithmic").click()
    explore.wait_for_function(
        "() => document.querySelector('#explore-MntWines .js-plotly-plot').layout.xaxis.title?.text === 'logarithmic bins'"
    )
    explore.get_by_role("group", name=re.compile("^Wines spending: arrow keys")).focus()
    explore.keyboard.press("End")
    explore.keyboard.press("Enter")
    expect(explore).to_have_url(re.compile(r"MntWines_log=1000~2000&show=money&axis=log$"))
    explore.get_by_role("link", name="Overview", exact=True).click()
    expect(explore.locator("#overview-lead")).to_contain_text("match your filters")


def test_a_small_chart_grows_in_place_by_its_button_and_is_small_again_by_enter(explore, opened):
    opened(explore, "/explore")
    chart = explore.get_by_role("region", name="Age", exact=True)
    small, graph = at_rest(chart), chart.locator(".main-svg").first
    grow = chart.get_by_role("button", name="Enlarge Age")
    grow.click()
    expect(chart.get_by_role("table", name="Age")).to_be_visible()
    expect(chart.locator(".ytitle")).to_have_text("customers")
    large = at_rest(chart)
    assert (large["width"], large["height"]) > (3 * small["width"], 1.5 * small["height"])
    assert at_rest(graph)["height"] == 360
    explore.get_by_role("button", name="Percent").click()
    expect(chart.locator(".ytitle")).to_have_text("% of customers")
    assert at_rest(graph)["height"] == 360

    chart.get_by_role("group", name=re.compile("^Age: arrow keys")).press("Enter")
    expect(grow).to_have_attribute("aria-expanded", "false")
    expect(chart.locator(".ytitle")).to_have_count(0)
    assert at_rest(chart)["width"] == small["width"]


def test_what_can_be_done_with_a_chart_is_a_menu_that_arrows_walk_through(explore, opened):
    opened(explore, "/explore?Age=20~30")
    chart = explore.get_by_role("region", name="Age", exact=True)
    menu = chart.locator(".p-chart-menu > summary")
    menu.press("Enter")
    menu.press("ArrowDown")
    clear = chart.get_by_role("button", name="Clear the filter of this chart")
    expect(clear).to_be_focused()
    explore.keyboard.press("ArrowUp")
    explore.keyboard.press("ArrowUp")
    expect(chart.get_by_role("button", name="Download as SVG")).to_be_focused()
    explore.keyboard.press("Escape")
    expect(menu).to_be_focused()
    expect(chips(explore)).to_have_count(2)
    use(chart, "Clear the filter of this chart")
    expect(chips(explore)).to_have_count(0)


IN_SIGHT = """() => {
    window.drawn = [];
    [0, 1, 2].map((n) => {
        const place = document.body.appendChild(document.createElement("div"));
        place.style.cssText = "position: fixed; top: 0";
        window.parterre.inTurn(place, () => {
            for (const begun = performance.now(); performance.now() < begun + 80;);
            window.drawn.push(n);
        });
    });
    return window.drawn.length;
}"""


def test_the_quality_of_the_data_has_no_serious_finding_and_of_charts_in_sight_the_first_is_seen_first(
    explore, opened, axe
):
    opened(explore, "/explore?show=quality")
    assert axe(explore) == []
    assert explore.evaluate(IN_SIGHT) == 1
    explore.wait_for_function("() => window.drawn.join() === '0,1,2'")


def test_a_cell_of_the_heatmap_shows_its_pair_and_fields_and_ranks_can_be_chosen_by_keyboard(
    explore, opened, axe
):
    opened(explore, "/explore?show=relations")
    assert axe(explore) == []
    written = explore.locator("#explore-heatmap .heatmap-label").all_text_contents()
    assert any("\u2212" in one for one in written)
    assert not any("-" in one for one in written)
    cells = explore.locator("#explore-heatmap .nsewdrag")
    cells.click(position={"x": 5, "y": at_rest(cells)["height"] - 5})
    expect(explore.get_by_label("X axis")).to_have_value("Age")
    expect(explore.get_by_label("Y axis and box plots")).to_have_value("Campaign_Acceptance")
    expect(explore.locator("#explore-pair-finding")).to_contain_text("Age and campaigns accepted")
    explore.get_by_label("Y axis and box plots").select_option("Total_Spending")
    explore.get_by_label("X axis").select_option("Recency")
    expect(explore.locator("#explore-pair-finding")).to_contain_text(
        "Recency and total spending are hardly related"
    )
    explore.get_by_role("button", name="Spearman (rank)").press("Enter")
    expect(explore).to_have_url(re.compile("method=spearman&x=Recency$"))
    explore.go_back()
    expect(explore.get_by_role("button", name="Pearson (straight line)")).to_have_attribute(
        "aria-pressed", "true"
    )

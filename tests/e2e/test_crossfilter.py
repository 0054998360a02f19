from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.support.browser import at_rest, has_account, name_of, row


@pytest.fixture
def page(shared):
    return shared


@pytest.fixture
def overview(page, opened):
    opened(page, "/")
    return page


@pytest.fixture
def charts(page, opened):
    """The overview with its charts of fields."""
    opened(page, "/?show=charts")
    return page


def lead(page):
    return page.locator("#overview-lead")


def matching(page) -> int:
    found = re.match(r"([\d,]+) of 2,240 customers? match", lead(page).inner_text())
    return int(found[1].replace(",", "")) if found else 2240


def plot(page, id):
    return at_rest(page.locator(f"#{id} .nsewdrag"))


def test_keys_choose_in_a_chart_that_is_not_drawn_yet(page, read):
    read(page, "/?show=charts")
    page.evaluate("() => { window.drawn = parterre.plotOf; parterre.plotOf = () => null; }")
    page.get_by_role("group", name=re.compile("^Children at home: arrow keys")).focus()
    page.keyboard.press("ArrowRight")
    page.evaluate("() => { parterre.plotOf = window.drawn; }")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"\?Children=0&show=charts$"))


def test_click_or_key_filters_again_clears_and_with_shift_adds_also_before_it_is_answered(overview):
    name_of(overview, 2).click()
    expect(lead(overview)).to_contain_text("match your filters")
    one = matching(overview)
    row(overview, 3).locator(".p-ranked-customers").click(modifiers=["Shift"])
    expect(overview).to_have_url(re.compile(r"\?Segment=2,3&model=[0-9a-f]{16}$"))
    assert matching(overview) > one
    row(overview, 3).locator(".p-ranked-customers").click(modifiers=["Shift"])
    expect(overview).to_have_url(re.compile(r"\?Segment=2&model=[0-9a-f]{16}$"))
    name_of(overview, 2).click()
    expect(lead(overview)).to_contain_text("Six segments.")

    bars = overview.get_by_role("group", name=re.compile("spending: arrow keys"))
    bars.focus()
    overview.keyboard.press("Home")
    overview.keyboard.press("Enter")
    expect(overview).to_have_url(re.compile(r"\?Segment=\d&model=[0-9a-f]{16}$"))
    overview.keyboard.press("Escape")
    expect(lead(overview)).to_contain_text("Six segments.")
    box = plot(overview, "overview-hero")
    overview.mouse.click(box["x"] + box["width"] * 0.7, box["y"] + 20)
    expect(overview).to_have_url(re.compile(r"\?Segment=\d&model=[0-9a-f]{16}$"))
    expect(overview.locator(".p-ranked-row.is-chosen")).to_have_count(1)
    expect(overview.locator(".p-ranked-row.is-faded")).to_have_count(5)
    overview.keyboard.press("Escape")
    expect(lead(overview)).to_contain_text("Six segments.")
    overview.get_by_role("link", name="Show charts to filter by").click()

    overview.get_by_role("group", name=re.compile("^Children at home: arrow keys")).focus()
    overview.keyboard.press("ArrowRight")
    overview.keyboard.press("Enter")
    expect(overview).to_have_url(re.compile(r"\?Children=0&show=charts$"))
    overview.keyboard.press("Shift+ArrowRight")
    overview.keyboard.press("Shift+ArrowRight")
    expect(overview).to_have_url(re.compile(r"\?Children=0~2&show=charts$"))
    overview.keyboard.press("Shift+ArrowLeft")
    expect(overview).to_have_url(re.compile(r"\?Children=0~1&show=charts$"))
    overview.keyboard.press("Escape")
    expect(lead(overview)).to_contain_text("Six segments.")

    overview.evaluate("""() => {
        window.parterre.choose("Children", 1, false);
        window.parterre.choose("Segment", 1, false);
        window.parterre.choose("Segment", 2, true);
    }""")
    expect(overview).to_have_url(re.compile(r"\?Children=1&Segment=2,3&show=charts&model=[0-9a-f]{16}$"))
    expect(overview.get_by_role("group", name="Active filters").get_by_role("button")).to_have_count(3)


def test_a_bar_stays_under_the_pointer_and_filters_every_chart_with_a_brush_or_quickly_and_chips_take_it_back(
    charts,
):
    chips = charts.get_by_role("group", name="Active filters").get_by_role("button")
    chart = charts.locator("#overview-age")
    assert charts.locator("#overview-age-finding").bounding_box()["height"] < 30, "an empty line is kept"
    box = plot(charts, "overview-age")
    for count in (2, 0):  # the words above it grow, and shrink
        before = chart.bounding_box()["y"]
        charts.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.9)
        expect(chips).to_have_count(count)
        assert chart.bounding_box()["y"] == pytest.approx(before, abs=2)

    box = plot(charts, "overview-age")
    charts.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5)
    expect(chips).to_have_count(2)
    by_age = matching(charts)
    moved, told = dragged_without_a_question(charts, "overview-total_spending", "Total_Spending")
    expect(chips).to_have_count(3)
    assert charts.evaluate(INCOMES) == moved != []
    assert charts.evaluate(TOLD) == told
    assert 0 < sum(charts.evaluate(ANSWERED)) == matching(charts) < by_age
    charts.get_by_role("button", name=re.compile("^Remove filter Total spending")).click()
    expect(chips).to_have_count(2)
    assert matching(charts) == by_age
    charts.get_by_role("button", name="Clear all").click()
    expect(chips).to_have_count(0)

    _, told = dragged_without_a_question(charts, "overview-both", "Income*Total_Spending")
    expect(chips).to_have_count(3)
    assert charts.evaluate(TOLD) == told
    assert "Income=" in charts.url
    assert matching(charts) > 0
    frame = charts.locator("#overview-both .shapelayer path")
    expect(frame).to_have_count(1)
    charts.get_by_role("button", name="Clear all").click()
    expect(chips).to_have_count(0)
    expect(frame).to_have_count(0)

    charts.locator('[data-keys="overview-both"]').focus()
    for key in ("ArrowDown", "Shift+ArrowDown", "Shift+ArrowRight"):
        charts.keyboard.press(key)
    assert re.fullmatch(
        r"Income: [\d,]+ to [\d,]+, Total spending: [\d,]+ to [\d,]+",
        charts.locator("#filters-live").inner_text(),
    )
    charts.keyboard.press("Escape")
    expect(charts.locator("#overview-both .p-swept")).to_have_count(0)
    expect(chips).to_have_count(0)
    for key in ("ArrowDown", "Shift+ArrowDown", "Enter"):
        charts.keyboard.press(key)
    expect(chips).to_have_count(3)
    expect(frame).to_have_count(1)
    assert matching(charts) < 2240
    charts.get_by_role("button", name="Clear all").click()
    expect(chips).to_have_count(0)

    box = plot(charts, "overview-children")
    charts.evaluate(PRESSED, [box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.9])
    expect(charts).to_have_url(re.compile(r"\?Children=1&show=charts$"))


def test_a_choice_moves_charts_before_it_is_answered_and_nothing_old_is_drawn_once_another_filter_came(
    charts,
):
    name_of(charts, 2).hover()
    expect(charts.locator("body")).to_have_attribute("data-tile", "Segment")
    charts.route("**/_dash-update-component*", lambda _held: None)
    name_of(charts, 2).click()
    charts.wait_for_function("() => document.body.matches('.is-brushing')")
    moved, told = charts.evaluate(INCOMES), charts.evaluate(TOLD)
    label = charts.locator("#overview-income .hoverlayer").evaluate(
        "(label) => getComputedStyle(label).visibility"
    )
    assert label == "hidden", "labels under the pointer tell nothing old"
    expect(charts.locator(".p-ranked-row.is-faded")).to_have_count(5)
    assert charts.evaluate(ANSWERED) != [] != moved
    charts.evaluate("parterre.choose('Children', 0, false)")
    charts.unroute("**/_dash-update-component*")
    expect(charts).to_have_url(re.compile(r"Children=0&Segment=2"))
    expect(charts.locator("body")).not_to_have_class(re.compile("is-brushing"))
    assert sum(charts.evaluate(ANSWERED)) == matching(charts)
    assert sum(charts.evaluate(INCOMES)) < sum(moved)
    charts.get_by_role("button", name=re.compile("^Remove filter Children")).click()
    expect(charts).to_have_url(re.compile(r"\?Segment=2&"))
    assert charts.evaluate(INCOMES) == moved
    assert charts.evaluate(TOLD) == told


def dragged_without_a_question(charts, chart, field) -> tuple[list[int], list[str]]:
    """The bars of another chart and figures, which follow the pointer while it is dragged along what customers spend."""
    asked = []
    box = plot(charts, chart)
    charts.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 20)
    expect(charts.locator("body")).to_have_attribute("data-tile", field)
    charts.on("request", lambda request: asked.append(request.url))
    charts.mouse.down()
    charts.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + box["height"] * 0.6, steps=5)
    charts.wait_for_function("() => parterre.previewed('Total_Spending')")
    charts.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)))")
    moved, told = charts.evaluate(INCOMES), charts.evaluate(TOLD)
    expect(lead(charts)).to_have_class(re.compile("is-behind"))
    old = charts.locator("#overview-income .is-sketched")
    assert old.evaluate("bars => getComputedStyle(bars).opacity") == "0", "the bars of before are not seen"
    assert [address for address in asked if "/_dash-" in address or "/filters/" in address] == []
    charts.mouse.up()
    return moved, told


# Heights of the bars that are seen, in tenths of a pixel: sketched while one drags, and what Plotly draws of the answer.
INCOMES = """() => {
    const chart = document.getElementById("overview-income"), sketched = chart.querySelectorAll(".p-sketch path");
    const paths = sketched.length ? sketched : chart.querySelectorAll(".barlayer .trace:nth-of-type(2) path");
    return [...paths].flatMap((path) => [...path.getAttribute("d").matchAll(/,([\\d.]+)V([\\d.]+)/g)])
        .map(([_, low, high]) => Math.round(10 * (low - high))).filter((height) => height > 0);
}"""
TOLD = """() => ["filters-count", ...["customers", "total", "each"].map((of) => `overview-${of}-value`),
    ...["customers", "value", "each", "response"].map((of) => `overview-card-3-${of}`)
].map((id) => document.getElementById(id).textContent)"""
ANSWERED = "() => parterre.filters.answer.views['overview-income'].values[0]"


# Two moves within the 50 ms for which Plotly holds hovers back; the second comes due while the button is down.
PRESSED = """([x, y]) => new Promise((done) => {
    const send = (name) => document.elementFromPoint(x, y).dispatchEvent(new MouseEvent(name, {
        bubbles: true, cancelable: true, view: window, clientX: x, clientY: y, buttons: name === 'mousedown' ? 1 : 0
    }));
    ['mousemove', 'mousemove', 'mousedown'].forEach(send);
    setTimeout(() => { send('mouseup'); done(); }, 60);
})"""


def test_a_row_opened_in_place_speaks_of_the_filters_of_now_and_asks_for_no_words_while_closed(overview):
    opens = row(overview, 1).get_by_role("button", name=re.compile("^The story of"))
    story = overview.locator("#overview-card-1-story")
    told = "() => Object.keys(parterre.filters.answer.texts).filter((id) => id.endsWith('-words')).length"
    overview.evaluate("parterre.choose('Children', 0, false)")
    expect(overview).to_have_url(re.compile("Children=0"))
    assert overview.evaluate(told) == 0
    for filters in ("parterre.choose('Children', 1, false)", "parterre.clear()"):
        opens.press("Enter")
        expect(opens).to_have_attribute("aria-expanded", "true")
        size = row(overview, 1).locator(".p-ranked-figure").first.inner_text()
        expect(story.locator("[data-on-demand]")).to_have_text(re.compile(rf"^{size} customers, "))
        assert overview.evaluate(told) == 6
        overview.evaluate(filters)
        at_rest(story)
        assert overview.evaluate(told) == 6, "what is open follows"
        opens.click()
        expect(story).to_be_hidden()
        overview.evaluate("parterre.choose('Children', 2, false)")
        expect(overview).to_have_url(re.compile("Children=2"))
        assert overview.evaluate(told) == 0
    assert "Segment" not in overview.url, "opening filters nothing"


def test_a_pasted_link_shows_another_person_the_same_back_undoes_and_filters_hold_across_pages_and_anew(
    overview, new_context, base_url, opened
):
    name_of(overview, 1).click()
    expect(lead(overview)).to_contain_text("match your filters")
    said, link = lead(overview).inner_text(), overview.url
    somebody = new_context()
    has_account(somebody, base_url)
    other = somebody.new_page()
    opened(other, link)
    assert lead(other).inner_text() == said
    overview.go_back()
    expect(lead(overview)).to_contain_text("Six segments.")
    overview.go_forward()
    expect(lead(overview)).to_have_text(said)

    filtered, heading = overview.url, overview.locator("h1").element_handle()
    overview.evaluate("window.parterre.redraw()")
    heading.wait_for_element_state("hidden")
    expect(lead(overview)).to_contain_text("match your filters")
    expect(overview.locator(".p-chip")).to_have_count(2)
    assert overview.url == filtered
    overview.get_by_role("link", name="Predict", exact=True).click()
    overview.get_by_role("button", name="Predict segment").wait_for()
    overview.get_by_role("link", name="Overview", exact=True).click()
    expect(lead(overview)).to_contain_text("match your filters")


def test_nobody_matching_is_said_with_a_way_out(page, opened):
    opened(page, "/?Segment=1&Total_Spending=0~200")
    expect(page.get_by_role("heading", name="No customer matches these filters")).to_be_visible()
    page.get_by_role("button", name="Clear the filters").click()
    expect(lead(page)).to_contain_text("Six segments.")


def test_a_filtered_page_has_no_serious_finding(page, axe, opened):
    opened(page, "/?Segment=2&Age=40~60")
    assert axe(page) == []


def test_a_filter_that_is_not_there_is_one_click_from_the_others(page, opened):
    opened(page, "/?Children=0&Segment=99")
    alert = page.get_by_role("alert").filter(has_text="Segment 99")
    alert.get_by_role("button", name="Keep the other filters").click()
    expect(page.locator("#filters-chips")).to_contain_text("Children: 0")
    expect(page).to_have_url(re.compile(r"\?Children=0$"))
    expect(alert).to_have_count(0)


def test_a_row_leads_to_the_customers_that_it_counts_and_its_story_can_be_marked(page, opened):
    opened(page, "/?Children=0")
    number = row(page, 2).locator(".p-ranked-figure").first.inner_text()
    row(page, 2).get_by_role("button", name=re.compile("^The story of")).click()
    words = at_rest(page.locator("#overview-card-2-story .p-phrases li").first)
    page.mouse.move(words["x"] + 2, words["y"] + 8)
    page.mouse.down()
    page.mouse.move(words["x"] + 120, words["y"] + 8, steps=4)
    page.mouse.up()
    assert page.evaluate("String(getSelection())")
    expect(page.locator("#filters-chips").get_by_role("button")).to_have_count(2)
    row(page, 2).locator("summary").click()
    link = row(page, 2).get_by_role("link", name=f"See these {number} customers")
    assert re.fullmatch(r"/customers\?Children=0&Segment=2&model=[0-9a-f]{16}", link.get_attribute("href"))
    link.click()
    expect(page.locator("#filters-count")).to_have_text(f"{number} of 2,240 customers")
    page.get_by_role("link", name="Overview").click()
    page.locator('body[data-ready="/"]').wait_for()
    bar = page.locator(".p-filter-bar")
    page.mouse.wheel(0, 2000)
    expect(bar).to_be_in_viewport()
    expect(bar.get_by_role("button", name="Clear all")).to_be_in_viewport()

"""Theme, width, and what axe and the console say."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Route, expect

from layouts.theme import IN_THE_DARK, SEGMENT_COLOURS, template
from tests.support.browser import Account, at_rest, row, settle, sign_up

# With an answer, one that warns, and one that refuses; Predict itself opens with one, too.
PAGES = {
    "overview": "/",
    "predict": "/predict",
    "warned": "/predict?Age=58&Recency=400",
    "refused": "/predict?Age=200",
    "account": "/account",
    "unknown": "/nowhere",
}
DOORS = {"login": "/login", "signup": "/signup", "expired": "/login?why=expired&next=/predict"}
PHONE, SCREEN = {"width": 360, "height": 740}, {"width": 1440, "height": 900}

# Buttons change their colour over a while.
STILL = "() => document.getAnimations().every((one) => one.playState !== 'running')"


def visit(page, address):
    page.goto(address)
    settle(page)
    for disclosure in page.locator("main details").all():
        disclosure.evaluate("element => { element.open = true; }")


def too_wide(page):
    """By how many pixels the page can be scrolled sideways."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.fixture
def visitor(shared):
    """A page of somebody who is signed in, as wide as a phone's, that the system wants light."""
    shared.emulate_media(color_scheme="light")
    shared.set_viewport_size(PHONE)
    return shared


def check(page, address, axe):
    """Open `address`, and look for faults on a phone in the light, and on a wide screen in the dark."""
    page.set_viewport_size(PHONE)
    visit(page, address)
    for size, theme in ((PHONE, "light"), (SCREEN, "dark")):
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size(size)
        expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)
        settle(page)
        page.wait_for_function(STILL)
        assert (size, theme, too_wide(page), axe(page)) == (size, theme, 0, [])


@pytest.mark.parametrize("address", PAGES.values(), ids=PAGES)
def test_a_page_has_no_serious_finding_and_fits(visitor, axe, address, console_errors):
    check(visitor, address, axe)
    forget_missing(console_errors)


def forget_missing(console_errors):
    """Browsers report the status of a page that is not there, as it should be."""
    console_errors[:] = [error for error in console_errors if not re.search(r"404 .*/nowhere", error)]


def test_no_door_has_a_serious_finding_and_each_fits(page, axe):
    for address in DOORS.values():
        check(page, address, axe)


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


def switch_theme(page, to="Dark"):
    menu = page.locator(".p-bar details.p-menu")
    menu.locator("> summary").click()
    menu.get_by_role("group", name="Theme").get_by_role("button", name=to).click()
    expect(menu).not_to_have_attribute("open", "")


def colour_of_the_first(page):
    """Of segment 1: in its bar, and in its row."""
    bar = page.locator("#overview-hero .barlayer .trace").nth(1).locator(".point path").first
    badge = row(page, 1).locator(".p-swatch")
    return [
        bar.evaluate("bar => getComputedStyle(bar).fill"),
        badge.evaluate("badge => getComputedStyle(badge).backgroundColor"),
    ]


def test_the_switch_colours_page_charts_and_segments_keeps_their_axes_and_is_remembered(anew):
    page = anew
    visit(page, "/?show=charts")
    ground = page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
    ticks = page.locator(".xtick text").all_inner_texts()
    assert (ink_of_charts(page), colour_of_the_first(page)) == (ink_of("light"), [inked("light")] * 2)
    switch_theme(page)
    assert (ink_of_charts(page), colour_of_the_first(page)) == (ink_of("dark"), [inked("dark")] * 2)
    assert page.locator(".xtick text").all_inner_texts() == ticks
    assert page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor") != ground
    page.reload()
    settle(page)
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    assert (ink_of_charts(page), colour_of_the_first(page)) == (ink_of("dark"), [inked("dark")] * 2)
    switch_theme(page, "Light")
    assert colour_of_the_first(page) == [inked("light")] * 2
    switch_theme(page, "Dark")
    visit(page, "/predict?Age=40")
    assert ink_of_charts(page) == ink_of("dark")
    switch_theme(page, "System")
    assert ink_of_charts(page) == ink_of("light")
    page.emulate_media(color_scheme="dark")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.locator(".p-bar details.p-menu > summary").click()
    expect(page.get_by_role("button", name="System")).to_have_attribute("aria-pressed", "true")


def inked(mode):
    first = (IN_THE_DARK if mode == "dark" else SEGMENT_COLOURS)[0]
    return f"rgb({', '.join(str(int(first[at : at + 2], 16)) for at in (1, 3, 5))})"


def test_the_switch_of_the_sign_in_page_counts_behind_the_door(page, base_url):
    page.goto("/signup")
    page.get_by_role("group", name="Theme").get_by_role("button", name="Dark").click()
    sign_up(page, base_url, Account())
    visit(page, "/?show=charts")
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    assert ink_of_charts(page) == ink_of("dark")


def test_an_unknown_page_says_so_and_keeps_the_navigation_and_each_page_has_its_own_name_in_its_tab(
    visitor, console_errors
):
    page = visitor
    visit(page, "/nowhere?x=1")
    expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()
    expect(page).to_have_title("There is no such page · Parterre")
    page.get_by_role("link", name="Overview", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
    expect(page).to_have_title("Overview · Parterre")
    page.get_by_role("link", name="Predict", exact=True).click()
    expect(page).to_have_title("Predict · Parterre")
    page.go_back()
    expect(page).to_have_title("Overview · Parterre")
    forget_missing(console_errors)


def edges(page, row, more):
    """Wait until a row of links says that there are more of them before, or that there are not."""
    said = expect(page.locator(row))
    (said.to_have_class if more else said.not_to_have_class)(re.compile("has-more-before"))


def test_the_navigation_shows_where_one_is_however_wide_the_screen(visitor):
    for address, name in (("/models", "Models"), ("/campaigns", "Campaigns")):
        visitor.set_viewport_size({"width": 390, "height": 800})
        visit(visitor, address)
        for width in (390, 768, 1024):
            visitor.set_viewport_size({"width": width, "height": 800})
            edges(visitor, ".p-bar nav", more=width == 390)
            link = visitor.get_by_role("navigation", name="Pages").get_by_role("link", name=name, exact=True)
            box, row = at_rest(link), at_rest(visitor.locator(".p-bar nav"))
            assert row["x"] <= box["x"]
            assert box["x"] + box["width"] <= row["x"] + row["width"] + 1


def test_the_sections_of_explore_show_where_one_is_and_the_open_menu_fits_and_has_no_serious_finding(
    visitor, axe
):
    visit(visitor, "/explore?show=quality")
    current = at_rest(visitor.locator(".p-sections .is-current"))
    assert current["x"] + current["width"] <= PHONE["width"]
    edges(visitor, ".p-sections", more=True)
    visitor.locator(".p-bar details.p-menu > summary").click()
    expect(visitor.get_by_role("button", name="Sign out")).to_be_in_viewport(ratio=1)
    assert (too_wide(visitor), axe(visitor)) == (0, [])


def test_a_table_that_goes_on_says_so_and_keeps_the_names_of_its_rows(visitor):
    visit(visitor, "/campaigns")
    frame = visitor.locator(".p-table-frame:has(.p-campaigns-table)")
    assert "local" in frame.evaluate("frame => getComputedStyle(frame).backgroundAttachment")
    ground = "element => getComputedStyle(element).backgroundColor"
    assert frame.evaluate(ground) == visitor.locator(".p-card").first.evaluate(ground)
    name = frame.locator("tbody th").first
    before = name.bounding_box()["x"]
    frame.evaluate("frame => { frame.scrollLeft = 300; }")
    assert frame.evaluate("frame => frame.scrollLeft") > 100
    assert name.bounding_box()["x"] == pytest.approx(before, abs=1)


def test_a_technical_word_has_its_line_by_keys_and_by_touch_and_filters_stay(visitor, axe):
    visit(visitor, "/campaigns?Children=0")
    mark = visitor.get_by_role("button", name="Explain: Cumulative gains")
    line = visitor.locator(".p-words-panel", has_text="The share of all acceptances that is reached")
    mark.focus()
    visitor.keyboard.press("Enter")
    expect(line).to_be_in_viewport(ratio=1)
    assert (too_wide(visitor), axe(visitor)) == (0, [])
    visitor.keyboard.press("Escape")
    expect(line).to_be_hidden()
    expect(mark).to_be_focused()
    assert "Children=0" in visitor.url
    mark.click()
    expect(line).to_be_visible()
    mark.click()
    expect(line).to_be_hidden()


MOVES = """() => {
    window.moves = [];
    document.addEventListener('transitionrun', (event) => {
        if (event.propertyName === 'd') { window.moves.push(event.target.getAnimations()[0].effect.getTiming().duration); }
    });
}"""


def choose_segment(page, number):
    page.evaluate("number => window.parterre.choose('Segment', number - 1)", number)
    settle(page)


def test_bars_move_for_150_ms_and_not_where_the_reader_prefers_none(visitor):
    visitor.emulate_media(reduced_motion="no-preference")
    visit(visitor, "/explore")
    visitor.evaluate(MOVES)
    choose_segment(visitor, 1)
    visitor.wait_for_function("() => window.moves.length > 0")
    assert set(visitor.evaluate("() => window.moves")) == {150}
    visitor.wait_for_function(STILL)
    visitor.emulate_media(reduced_motion="reduce")
    visitor.evaluate("() => { window.moves = []; }")
    choose_segment(visitor, 2)
    visitor.evaluate("() => new Promise((done) => window.parterre.afterPaint(done))")
    assert visitor.evaluate("() => window.moves") == []


SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => list.getEntries().forEach((one) => { window.shifted += one.hadRecentInput ? 0 : one.value; }))
    .observe({ type: 'layout-shift', buffered: true });
"""


QUESTIONS = "**/_dash-update-component*"


def hold(page) -> list[Route]:
    """What a page asks, from now on, none of which is answered before it is told to go on."""
    held: list[Route] = []

    def keep(question):
        held.append(question)

    page.route(QUESTIONS, keep)
    return held


def test_grey_stands_where_the_page_will_and_nothing_jumps(new_context, cookies):
    page = new_context(storage_state=cookies).new_page()
    page.add_init_script(SHIFTS)
    for address, shape in {"/segments": "tabs", "/campaigns": "tiles", "/predict": "halves"}.items():
        held = hold(page)
        page.goto(address, wait_until="commit")
        grey = page.locator("#shell-page .p-skeleton-title")
        grey.wait_for()
        expect(page.locator(f"#shell-page .p-skeleton-{shape}")).to_be_visible()
        expected = grey.bounding_box()["y"]
        for question in held:
            question.continue_()
        page.unroute(QUESTIONS)
        settle(page)
        assert page.get_by_role("heading", level=1).bounding_box()["y"] == pytest.approx(expected, abs=2)
        assert page.evaluate("window.shifted") < 0.001


def test_where_nobody_is_left_no_empty_axes_are_drawn(visitor):
    for address, chart in {"/campaigns": "campaigns-gains", "/segments/1": "portrait-group-0"}.items():
        visit(visitor, f"{address}?Income=1..2")
        expect(visitor.get_by_role("button", name="Clear the filters")).to_be_visible()
        assert visitor.locator(f"[role=img]:has(#{chart})").bounding_box()["height"] == 0


def test_choices_above_charts_stand_apart_from_them_and_ways_on_from_the_words_above(visitor, opened):
    opened(visitor, "/segments/1")
    gaps = visitor.evaluate("""() => [".p-options + .p-grid", ".p-card > p + .p-ways-on"].map((what) => {
        const one = document.querySelector(what);
        return one.getBoundingClientRect().top - one.previousElementSibling.getBoundingClientRect().bottom;
    })""")
    assert min(gaps) >= 8


def test_ways_on_stand_on_one_line_in_a_row_of_cards(visitor, opened):
    visitor.set_viewport_size({"width": 1440, "height": 900})
    opened(visitor, "/segments")
    feet = visitor.evaluate("""() => [...document.querySelectorAll(".p-segment-card")].map((card) => {
        const end = card.getBoundingClientRect().bottom;
        return Math.round(end - card.querySelector(".p-ways-on").getBoundingClientRect().bottom);
    })""")
    assert len(feet) == 6
    assert len({*feet}) == 1


def test_what_a_click_does_is_said_whole_on_a_laptop(visitor, opened):
    visitor.set_viewport_size({"width": 1440, "height": 900})
    opened(visitor, "/")
    assert visitor.evaluate("""() => {
        const chips = document.querySelector(".p-chips"), said = document.createElement("span");
        const style = getComputedStyle(chips, "::before");
        said.textContent = style.content.slice(1, -1);
        said.style.cssText = `position: absolute; white-space: nowrap; font: ${style.font}`;
        document.body.append(said);
        return said.offsetWidth > 100 && said.offsetWidth <= chips.clientWidth;
    }""")


def test_on_a_phone_a_chosen_row_is_of_one_colour_and_what_went_wrong_stands_off_the_edges(visitor, opened):
    opened(visitor, "/?Segment=1")
    ground = "one => getComputedStyle(one).backgroundColor"
    chosen = visitor.locator(".p-ranked-row.is-chosen")
    assert chosen.evaluate(ground) == colour(visitor, "--p-accent-soft")
    assert {one.evaluate(ground) for one in chosen.locator("> *").all()} == {"rgba(0, 0, 0, 0)"}
    visitor.goto("/?Income=abc")
    box = at_rest(visitor.get_by_role("alert").filter(has_text="Income abc"))
    assert box["x"] >= 16
    assert box["x"] + box["width"] <= PHONE["width"] - 16


def test_numbers_in_the_cells_of_a_chart_are_as_large_on_a_phone_as_anywhere(visitor):
    size = "texts => texts.map((text) => parseFloat(getComputedStyle(text).fontSize))"
    for address, chart in {"/choose-k": "choose_k-leads", "/segments": "segments-heat"}.items():
        visit(visitor, address)
        sizes = visitor.locator(f"#{chart} .heatmap-label text").evaluate_all(size)
        assert len(sizes) > 20
        assert min(sizes) >= 11
        assert too_wide(visitor) == 0


def test_what_has_the_focus_is_framed_and_not_under_the_pill_of_the_filters(visitor, opened):
    opened(visitor, "/campaigns")
    visitor.keyboard.press("Tab")
    amount = visitor.locator("#campaigns-revenue")
    amount.focus()
    box, pill = at_rest(amount, "end"), visitor.locator(".p-filter-pill").bounding_box()
    assert box["y"] + box["height"] < pill["y"]
    visitor.keyboard.press("Tab")
    button = visitor.get_by_role("button", name="Back to the file's amounts")
    expect(button).to_be_focused()
    assert button.evaluate("button => getComputedStyle(button).outlineStyle") == "solid"


def test_where_the_system_forces_its_colours_what_is_chosen_and_where_one_is_still_stand_out(anew, opened):
    page = anew
    page.emulate_media(forced_colors="active", color_scheme="dark")
    opened(page, "/?Segment=1")
    ground = "one => getComputedStyle(one).backgroundColor"
    unseen = {page.locator("body").evaluate(ground), "rgba(0, 0, 0, 0)"}
    assert page.locator(".p-link.is-current").evaluate(ground) not in unseen
    assert page.locator(".p-ranked-row.is-chosen > th").evaluate(ground) not in unseen
    opened(page, "/explore")
    for pressed in page.locator('.p-choice[aria-pressed="true"]').all():
        assert pressed.evaluate(ground) not in unseen
    visit(page, "/predict?customer=1")
    drawn = page.locator(".p-slider input").first.evaluate("one => getComputedStyle(one).backgroundImage")
    page.emulate_media(forced_colors="none")
    assert "gradient" in drawn


def colour(page, token):
    """What a token of the stylesheets is, as browsers say colours."""
    return page.evaluate(
        """(token) => {
            const one = document.body.appendChild(document.createElement("i"));
            one.style.background = `var(${token})`;
            const colour = getComputedStyle(one).backgroundColor;
            one.remove();
            return colour;
        }""",
        token,
    )

from __future__ import annotations

import re
from contextlib import contextmanager
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from tests.support.browser import at_rest, row, settle
from tests.support.server import standing_still

NAME = "Friends of the <b>house</b>"


@pytest.fixture
def page(shared):
    shared.set_viewport_size({"width": 1440, "height": 900})
    shared.emulate_media(color_scheme="light")
    return shared


@pytest.fixture
def segments(page, opened):
    opened(page, "/segments?show=compare")
    return page


@pytest.fixture
def as_administrator(new_context, base_url, administrator):
    page = new_context().new_page()
    page.goto(f"{base_url}/login?next=/segments")
    page.get_by_label("Username", exact=True).fill(administrator.username)
    page.get_by_label("Password", exact=True).fill(administrator.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{base_url}/segments")
    page.locator('body[data-ready="/segments"]').wait_for()
    settle(page)
    return page


def compare(page):
    return page.get_by_role("group", name="Compare two or more")


def rows(page, region, table):
    """The rows of the table behind a chart, whether it is open or not."""
    frame = page.get_by_role("region", name=region, exact=True)
    return frame.locator("table", has_text=table).locator("tbody tr").all_text_contents()


def test_any_two_can_be_compared_by_keyboard_back_undoes_it_and_another_field_is_spread(segments):
    choices = compare(segments)
    choices.get_by_role("button", name=re.compile("^3 ")).press("Enter")
    expect(segments).to_have_url(re.compile(r"\?show=compare&compare=1,2,3&model=[0-9a-f]{16}$"))
    choices.get_by_role("button", name=re.compile("^1 ")).press(" ")
    expect(segments).to_have_url(re.compile(r"\?show=compare&compare=2,3&model=[0-9a-f]{16}$"))
    choices.get_by_role("button", name=re.compile("^2 ")).press("Enter")
    expect(choices.get_by_role("status")).to_contain_text("Two are the least")
    choices.get_by_role("button", name="Everyone").press("Enter")
    expect(segments).to_have_url(re.compile(r"\?show=compare&compare=2,3,everyone&model=[0-9a-f]{16}$"))
    numbers = segments.locator("#segments-gaps .textpoint").all_text_contents()
    assert set(numbers) == {"2", "3", "∗"}
    segments.go_back()
    expect(segments).to_have_url(re.compile(r"\?show=compare&compare=2,3&model=[0-9a-f]{16}$"))
    expect(choices.get_by_role("button", name="Everyone")).to_have_attribute("aria-pressed", "false")
    segments.locator("select[data-option=field]").select_option("Age")
    expect(segments).to_have_url(re.compile(r"\?show=compare&compare=2,3&field=Age&model=[0-9a-f]{16}$"))
    expect(segments.locator("#segments-boxes-finding")).to_contain_text("Age: the median is highest for")


def test_whether_the_file_is_everyone_is_said_once_and_goes_along(segments):
    segments.get_by_label("The file holds").select_option("all")
    expect(segments).to_have_url(re.compile(r"everyone=all"))
    expect(segments.locator("#segments-basis")).to_contain_text("differences are exact")
    for page in ("Explore", "Campaigns"):
        segments.get_by_role("navigation", name="Pages").get_by_role("link", name=page, exact=True).click()
        segments.locator(f'body[data-ready="/{page.lower()}"]').wait_for()
    expect(segments).to_have_url(re.compile(r"/campaigns\?everyone=all$"))
    expect(segments.get_by_label("The file holds")).to_have_value("all")


def test_what_is_pressed_before_back_has_been_answered_goes_on_from_where_back_leads(segments):
    segments.locator("select[data-option=field]").select_option("Age")
    expect(segments).to_have_url(re.compile(r"\?show=compare&field=Age$"))
    with answers_held(segments):
        segments.go_back()
        compare(segments).get_by_role("button", name=re.compile("^3 ")).click()
    expect(segments).to_have_url(re.compile(r"/segments\?show=compare&compare=1,2,3&model=\w+$"))
    expect(segments.locator("#segments-boxes-finding")).not_to_contain_text("Age")
    segments.locator(".p-legend-entry").nth(1).click()
    expect(segments).to_have_url(re.compile(r"\?Segment=2&show=compare&compare=1,2,3&"))
    with answers_held(segments):
        segments.go_back()
        segments.get_by_role("link", name="Overview", exact=True).click()
    expect(segments).to_have_url(re.compile(r"[^?]*/$"))


def test_what_is_pressed_after_back_was_refused_is_heard(segments):
    segments.locator("select[data-option=field]").select_option("Age")
    expect(segments).to_have_url(re.compile(r"\?show=compare&field=Age$"))
    segments.route("**/_dash-update-component*", lambda route: route.fulfill(status=204))
    with segments.expect_response("**/_dash-update-component*"):
        segments.go_back()
    segments.unroute("**/_dash-update-component*")
    compare(segments).get_by_role("button", name=re.compile("^3 ")).click()
    expect(segments).to_have_url(re.compile(r"\?show=compare&compare=1,2,3&"))


@contextmanager
def answers_held(page):
    """No question gets further than the browser meanwhile."""
    held = []
    page.route("**/_dash-update-component*", lambda route: held.append(route))
    yield
    for route in held:
        route.continue_()
    page.unroute("**/_dash-update-component*")


def test_a_cell_filters_by_its_segment_and_all_figures_follow_other_filters(page, opened):
    opened(page, "/segments")
    box = at_rest(page.locator("#segments-heat .nsewdrag"))
    page.mouse.click(box["x"] + box["width"] * 0.25, box["y"] + box["height"] / 2)
    expect(page).to_have_url(re.compile(r"\?Segment=2&model=[0-9a-f]{16}$"))
    before = rows(page, "Profile of every segment", "Everyone")
    page.goto(f"{page.url.partition('?')[0]}?Children=0")
    expect(page.locator("#segments-lead")).to_contain_text("customers that match your filters")
    assert rows(page, "Profile of every segment", "Everyone") != before


def test_a_new_name_is_on_every_page_of_both_workers_at_once(
    as_administrator, server, new_context, cookies, opened
):
    page = as_administrator
    page.get_by_role("article").nth(1).get_by_role("button", name="Rename, or add a note").press("Enter")
    name = page.get_by_label("Name", exact=True)
    expect(name).to_be_focused()
    expect(page.get_by_label("Segment", exact=True)).to_have_value("2")
    suggested = page.get_by_role("article").nth(1).locator(".p-card-name").inner_text()
    expect(name).to_have_value(suggested)
    expect(page.locator("#segments-name-said")).to_contain_text(
        f"Suggested: {suggested}. Up to 40 characters."
    )
    name.fill("x" * 60)
    name.press("Enter")
    expect(page.locator("#segments-name-said")).to_contain_text("Expected a name of 1 to 40")
    name.fill(NAME)
    name.press("Enter")
    card = page.get_by_role("article").nth(1)
    expect(card.get_by_role("button", name=NAME, exact=True)).to_be_focused(timeout=20_000)
    expect(card).to_contain_text("Named by Ada-Admin")
    for idle in server.workers():
        with standing_still(idle):
            other = new_context(storage_state=cookies)
            viewer = other.new_page()
            opened(viewer, "/")
            expect(row(viewer, 2)).to_contain_text(NAME)
            expect(viewer.locator("#overview-hero")).to_contain_text(NAME)
            other.close()
    page.get_by_role("heading", name="Names and notes").click()
    page.get_by_label("Segment", exact=True).select_option("2")
    expect(page.get_by_label("Name", exact=True)).to_have_value(NAME)
    page.get_by_role("button", name="Back to the suggested name").click()
    expect(card.locator(".p-card-name")).to_have_text(suggested, timeout=20_000)


def test_nothing_stands_in_the_way_of_a_screen_reader(page, opened, axe):
    for address, themes in {
        "/segments": ("light", "dark"),
        "/segments?show=compare&compare=1,4,everyone": ("dark",),
        "/segments/2": ("light",),
    }.items():
        opened(page, address)
        for summary in page.locator("article summary, .p-chart summary").all()[:8]:
            summary.click()
        for theme in themes:
            page.emulate_media(color_scheme=theme)
            expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)
            settle(page)
            assert (address, theme, axe(page)) == (address, theme, [])


def test_a_card_leads_to_the_page_of_its_segment_with_the_filters_and_from_there_to_the_next(page, opened):
    opened(page, "/segments?Children=0")
    page.get_by_role("link", name="More about them").nth(1).click()
    expect(page).to_have_url(re.compile(r"/segments/2\?Children=0&model=[0-9a-f]{16}$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("2")
    page.locator('body[data-ready="/segments/2"]').wait_for()
    page.get_by_role("button", name="Index", exact=True).click()
    expect(page).to_have_url(re.compile(r"/segments/2\?Children=0&values=index&model="))
    before = page.locator("#portrait-customers-value").inner_text()
    page.get_by_role("navigation", name="Segments").get_by_role("link").nth(3).click()
    expect(page).to_have_url(re.compile(r"/segments/3\?Children=0&model="))
    expect(page.locator("#portrait-customers-value")).not_to_have_text(before)


def test_the_page_fits_a_phone(shared, opened):
    shared.set_viewport_size({"width": 360, "height": 740})
    opened(shared, "/segments")
    assert shared.evaluate("document.documentElement.scrollWidth") <= 360
    heads = shared.locator("#segments-heat .xaxislayer-above .xtick text")
    expect(heads).to_have_count(6)
    boxes = sorted((box["x"], box["x"] + box["width"]) for box in (one.bounding_box() for one in heads.all()))
    assert all(left[1] <= right[0] for left, right in pairwise(boxes))


def heights(page, *selectors):
    return [page.locator(one).first.bounding_box()["height"] for one in selectors]


def ends(page, selector):
    box = page.locator(selector).bounding_box()
    return box["y"] + box["height"]


def test_no_card_has_room_that_nothing_fills(page, opened):
    opened(page, "/segments?show=sure")
    card, beside = (f".p-card:has(#{one})" for one in ("segments-map", "segments-centres"))
    assert ends(page, card) - ends(page, f"{card} [role=img]") < 32
    assert ends(page, card) == pytest.approx(ends(page, beside), abs=2)
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, "/segments?Segment=1&Total_Spending=0~200")
    expect(page.get_by_role("heading", name="No customer matches these filters")).to_be_visible()
    assert heights(page, ".p-card:has(#segments-heat)")[0] < 260
    opened(page, "/explore?show=relations&Segment=1&Total_Spending=0~200")
    assert heights(page, ".p-card:has(#explore-heatmap)")[0] < 260

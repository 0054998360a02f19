"""A report as a reader asks for it, by mouse and by keys, with a real worker."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.support.browser import settle

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def menu(shared: Page, opened):
    opened(shared, "/?Segment=2")
    shared.locator("#reports-menu > summary").focus()
    with shared.expect_event("requestfinished", lambda asked: asked.url.endswith("/reports")):
        shared.keyboard.press("Enter")
    expect(shared.get_by_label("Report on")).to_be_visible()
    return shared.locator("#reports-menu")


def taken(page: Page, menu, path) -> str:
    """Make a report: it comes by itself, and is listed first then."""
    before = menu.get_by_role("link").count()
    with page.expect_download() as started:
        menu.get_by_role("button", name="Make the report").click()
    expect(menu.get_by_role("link")).to_have_count(before + 1)
    expect(menu.get_by_role("link").first).to_be_focused()
    started.value.save_as(path)
    return started.value.suggested_filename


def test_a_report_is_made_of_the_page_as_it_is_filtered(shared, menu, axe, tmp_path):
    name = taken(shared, menu, tmp_path / "report.pdf")
    lead = shared.locator("#overview-lead").inner_text()
    said = "".join(page.extract_text() for page in PdfReader(tmp_path / "report.pdf").pages)
    assert "".join(lead.split()) in "".join(said.split())
    assert name.endswith(".pdf")
    assert axe(shared) == []


def test_a_web_page_asks_nobody_and_fits_a_phone(shared, menu, new_context, axe, tmp_path):
    menu.get_by_label("As", exact=True).select_option("html")
    menu.get_by_label("Report on").select_option("whole")
    taken(shared, menu, tmp_path / "report.html")
    page = new_context(viewport=PHONE).new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((tmp_path / "report.html").as_uri())
    assert [url for url in asked if not url.startswith("file:")] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert axe(page) == []


def test_each_menu_fits_a_phone(new_context, cookies, opened):
    page = new_context(viewport=PHONE, has_touch=True, storage_state=cookies).new_page()
    opened(page, "/?Segment=2")
    page.locator(".p-filter-pill").tap()
    for name in ("Notes", "Report", "Saved views"):
        page.locator(".p-filter-bar summary", has_text=name).tap()
        box = page.locator("details.p-views[open] .p-menu-panel").bounding_box()
        assert box is not None
        assert 0 <= box["x"] <= box["x"] + box["width"] <= PHONE["width"], name
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_note_is_read_by_whoever_opens_the_page(shared, opened, axe):
    opened(shared, "/?Segment=3")
    menu = shared.locator("#notes-menu")
    menu.locator("summary").click()
    menu.get_by_label("A note", exact=True).fill("Why <b>so</b> few?")
    menu.get_by_role("button", name="Leave the note").click()
    expect(menu.locator("li .p-note-text")).to_have_text("Why <b>so</b> few?")
    assert axe(shared) == []
    opened(shared, "/?Segment=3")
    expect(menu.locator("summary")).to_have_text("Notes (1)")
    late = []
    shared.route("**/notes?*", lambda route: late.append((route, route.fetch())))
    menu.locator("summary").click()
    menu.get_by_role("button", name="Resolve the note of").click()
    expect(menu.get_by_role("button", name="Open again the note of")).to_be_visible()
    with shared.expect_event("requestfinished", lambda request: "/notes?" in request.url):
        late[0][0].fulfill(response=late[0][1])  # of before, and overtaken
    settle(shared)
    expect(menu.locator("summary")).to_have_text("Notes")
    shared.unroute("**/notes?*")


def test_a_note_on_a_bar_is_a_flag_over_it_for_whoever_opens_the_page(shared, opened):
    opened(shared, "/?show=charts")
    shared.evaluate("() => window.parterre.choose('Children', 2, false)")
    expect(shared).to_have_url(re.compile("Children=2"))
    menu = shared.locator("#notes-menu")
    menu.locator("summary").click()
    expect(menu.get_by_label("On", exact=True)).to_have_value("Children=2")
    menu.get_by_label("A note", exact=True).fill("Why <b>so</b> few?")
    menu.get_by_role("button", name="Leave the note").click()
    expect(menu.get_by_text("On Children: 2", exact=True)).to_be_visible()
    opened(shared, "/?show=charts")
    flag = shared.locator("#overview-children .annotation", has_text="\u2691")
    expect(flag).to_have_count(1)
    flag.click(force=True)
    expect(menu.get_by_text("On Children: 2", exact=True)).to_be_visible()
    menu.get_by_role("button", name="Resolve the note of").click()
    expect(flag).to_have_count(0)

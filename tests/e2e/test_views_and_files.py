"""What a visitor keeps: views under a name, charts as pictures, tables as files."""

from __future__ import annotations

import csv
import re
import sqlite3
import struct
from contextlib import closing
from datetime import date
from xml.etree import ElementTree

import pytest
from playwright.sync_api import expect

from core.store import database as store
from layouts.theme import IN_THE_DARK, SEGMENT_COLOURS
from tests.support.browser import Account, at_rest, has_account, name_of, settle, signed_up, use

FIRST_COLOURS = SEGMENT_COLOURS[0], IN_THE_DARK[0]
FILTERS = "/?Children=1~2&Segment=2"
NAME = "Families <b>with</b> children"


@pytest.fixture(scope="module")
def anna():
    return Account()


@pytest.fixture(scope="module")
def cookies(browser, base_url, anna):
    return signed_up(browser, base_url, anna)


@pytest.fixture
def page(shared):
    return shared


@pytest.fixture
def filtered(shared, read):
    read(shared, f"{FILTERS}&show=charts")
    return shared


def views(page):
    """The menu, open."""
    page.locator("#views-menu > summary").click()
    expect(page.get_by_label("Save this view as")).to_be_visible()
    return page.get_by_role("list", name="Saved views")


def save(page, name):
    page.get_by_label("Save this view as").fill(name)
    page.get_by_label("Save this view as").press("Enter")


def sign_in(page, account):
    page.goto("/login")
    page.get_by_label("Username", exact=True).fill(account.username)
    page.get_by_label("Password", exact=True).fill(account.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.locator('body[data-ready="/"]').wait_for()
    settle(page)


def test_a_view_is_saved_opened_elsewhere_renamed_shared_and_deleted(
    page, opened, new_context, anna, base_url, axe
):
    opened(page, FILTERS)
    saved = views(page)
    expect(page.get_by_text("No saved views yet.")).to_be_visible()
    save(page, NAME)
    link = saved.get_by_role("link", name=NAME)
    expect(link).to_have_attribute("aria-current", "true")
    expect(page.get_by_label("Save this view as")).to_have_value("")
    said = page.locator("#overview-lead").inner_text()
    assert axe(page) == []

    elsewhere = new_context().new_page()
    sign_in(elsewhere, anna)
    there = views(elsewhere)
    there.get_by_role("link", name=NAME).click()
    expect(elsewhere.locator("#overview-lead")).to_have_text(said)
    expect(elsewhere).to_have_url(re.compile(r"\?Children=1~2&Segment=2&model=[0-9a-f]{16}$"))
    expect(elsewhere.locator("#views-menu > summary")).to_be_focused()

    there = views(elsewhere)
    there.get_by_role("button", name=f"Rename {NAME}").click()
    elsewhere.keyboard.type("Parents")
    elsewhere.keyboard.press("Enter")
    expect(there.get_by_role("link")).to_have_text(["Parents"])
    expect(there.get_by_role("button", name="Rename Parents")).to_be_focused()

    somebody = new_context()
    has_account(somebody, base_url)
    colleague = somebody.new_page()
    opened(colleague, there.get_by_role("link").get_attribute("href"))
    expect(colleague.locator("#overview-lead")).to_have_text(said)
    views(colleague)
    expect(colleague.get_by_text("No saved views yet.")).to_be_visible()

    there.get_by_role("button", name="Delete Parents").click()
    there.get_by_role("button", name="Keep Parents").click()
    expect(there.get_by_role("button", name="Delete Parents")).to_be_focused()
    elsewhere.keyboard.press("Enter")
    elsewhere.keyboard.press("Enter")
    expect(elsewhere.get_by_text("No saved views yet.")).to_be_visible()
    expect(elsewhere.get_by_label("Save this view as")).to_be_focused()


def test_a_list_of_before_that_comes_late_does_not_take_away_what_was_saved(new_context, base_url, opened):
    context, held = new_context(), []
    has_account(context, base_url)
    page = context.new_page()
    opened(page, "/?Children=0")

    def hold_the_first(route):
        route.continue_() if held else held.append(route)

    page.route("**/views", hold_the_first)
    with page.expect_request("**/views"):
        views(page)
    save(page, "Without children")
    link = page.get_by_role("link", name="Without children")
    expect(link).to_be_visible()
    with page.expect_response("**/views"):
        held[0].fulfill(json={"views": []})
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    expect(link).to_be_visible()


def test_what_is_wrong_stands_beside_the_field_and_what_was_typed_stays(page, opened, console_errors):
    opened(page, "/?Children=0")
    saved = views(page)
    save(page, "Without children")
    expect(saved.get_by_role("link")).to_have_count(1)
    save(page, "WITHOUT children")
    field = page.get_by_label("Save this view as")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("Choose another name"))
    expect(field).to_have_value("WITHOUT children")
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(field).to_be_hidden()
    expect(page).to_have_url(re.compile(r"\?Children=0$"))
    assert [error for error in console_errors if "400" not in error] == []
    console_errors.clear()


def test_a_view_of_another_page_opens_there_and_one_that_no_longer_fits_opens_with_words(
    page, opened, server
):
    opened(page, "/?Children=0&Segment=4")
    views(page)
    save(page, "Bins of old")
    expect(page.get_by_role("link", name="Bins of old")).to_be_visible()
    page.goto("/explore?Children=1&show=relations")
    page.locator('body[data-ready="/explore"]').wait_for()
    saved = views(page)
    save(page, "Relations of parents")
    expect(saved.get_by_role("link", name="Relations of parents")).to_have_attribute("aria-current", "true")
    with closing(sqlite3.connect(server.home / store.NAME)) as database, database:
        kept = "UPDATE saved_views SET address = '/?Age=41.5~60' WHERE address LIKE '/?Children=0&Segment=4%'"
        assert database.execute(kept).rowcount == 1
    opened(page, "/?Segment=2")
    views(page).get_by_role("link", name="Relations of parents").click()
    expect(page.get_by_role("link", name="Relations", exact=True)).to_have_attribute("aria-current", "true")
    expect(page).to_have_url(re.compile(r"/explore\?Children=1&show=relations$"))
    expect(page.locator("#shell-page")).to_be_focused()
    saved = views(page)
    expect(saved.get_by_text("some of its filters are gone")).to_be_visible()
    saved.get_by_role("link", name="Bins of old").click()
    expect(page.get_by_role("alert")).to_contain_text("Filters: found 'Age 41.5~60'.")
    expect(page.locator("#overview-lead")).to_contain_text("Six segments.")


def test_a_link_is_copied_and_without_a_clipboard_it_is_there_to_be_copied_by_hand(page, opened, base_url):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=base_url)
    opened(page, "/?Children=3")
    saved = views(page)
    save(page, "Three children")
    saved.get_by_role("button", name="Copy link to Three children").click()
    expect(saved.get_by_text("Link copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == f"{base_url}/?Children=3"
    opened(page, "/?Segment=2")
    views(page).get_by_role("button", name="Replace Three children by what is shown").click()
    expect(saved.get_by_text("Shows what is on the screen now.")).to_be_visible()
    page.get_by_role("button", name="Copy link to what is shown").click()
    expect(page.locator("[data-views=copied]")).to_contain_text("Link copied.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(re.escape(base_url) + r"/\?Segment=2&model=[0-9a-f]{16}", copied)
    views(page)
    assert saved.get_by_role("link", name="Three children").get_attribute("href") == copied.removeprefix(
        base_url
    )

    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    saved.get_by_role("button", name="Copy link to Three children").click()
    field = saved.get_by_role("textbox", name="Link to Three children")
    expect(field).to_be_focused()
    expect(field).to_have_value(copied)


def test_what_is_asked_and_told_stays_when_the_list_comes_late(page, opened):
    opened(page, "/?Children=2")
    saved = views(page)
    save(page, "Held")
    expect(saved.get_by_role("link", name="Held")).to_be_visible()
    held = []
    page.route("**/views", lambda route: held.append(route))
    page.locator("#views-menu > summary").click()
    views(page)
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    saved.get_by_role("button", name="Copy link to Held").click()
    field = saved.get_by_role("textbox", name="Link to Held")
    expect(field).to_be_focused()
    with page.expect_response("**/views"):
        held.pop().continue_()
    settle(page)
    expect(field).to_be_focused()
    page.locator("#views-menu > summary").click()
    views(page)
    expect(field).to_have_count(0)
    saved.get_by_role("button", name="Delete Held").click()
    with page.expect_response("**/views"):
        held.pop().continue_()
    settle(page)
    expect(saved.get_by_role("button", name="Keep Held")).to_be_visible()
    page.unroute("**/views")
    saved.get_by_role("button", name="Delete Held for good").click()
    expect(saved.get_by_role("link", name="Held")).to_have_count(0)


def downloaded(page, name, entry):
    """File name and content of what an entry of the menu of the chart called `name` gives."""
    with page.expect_download() as download:
        use(page.get_by_role("region", name=name, exact=True), entry)
    return download.value.suggested_filename, download.value.path().read_bytes()


def test_a_chart_is_downloaded_as_a_png_of_the_chart_with_its_head_and_nothing_moves(filtered):
    filtered.evaluate("parterre.setOptions({})")  # also once something has been answered
    filtered.wait_for_function("() => parterre.painted && parterre.painted.n")
    drawn = at_rest(filtered.locator("#overview-age"))
    chart = filtered.get_by_role("region", name="Age", exact=True)
    window = "[scrollX, scrollY, document.body.scrollWidth]"
    before = [at_rest(chart), filtered.evaluate(window)]
    name, content = downloaded(filtered, "Age", "Download as PNG")
    assert [at_rest(chart), filtered.evaluate(window)] == before
    assert re.fullmatch(r"parterre-age-children-1-to-2-segment-[a-z-]+-\d{4}-\d\d-\d\d\.png", name)
    assert content.startswith(b"\x89PNG\r\n")
    width, height = struct.unpack(">II", content[16:24])
    assert width == pytest.approx(2 * (drawn["width"] + 24), abs=2)
    assert height > 2 * drawn["height"] + 100


def test_an_svg_says_what_the_chart_shows_of_whom_and_when(filtered):
    name, content = downloaded(filtered, "Who they are, and their spending", "Download as SVG")
    assert re.fullmatch(
        r"parterre-who-they-are-and-their-spending-children-1-to-2-segment-[a-z-]+-\d{4}-\d\d-\d\d\.svg", name
    )
    root = ElementTree.fromstring(content)
    assert root.tag.endswith("svg")
    words = " ".join(" ".join(root.itertext()).split())
    assert "Who they are, and their spending" in words
    assert "Without the filter on segments, so of " in words
    assert re.search(
        r"Filters: Children: 1 to 2\. Set aside here, to show the others as well: Segment: ", words
    )
    assert str(date.today().year) in words
    assert "<script" not in content.decode()


def test_a_picture_whose_page_has_the_legend_has_one_of_its_own(filtered):
    segments = filtered.locator(".p-ranked .p-card-name").all_inner_texts()
    _, content = downloaded(filtered, "Income against spending", "Download as SVG")
    words = " ".join(ElementTree.fromstring(content).itertext())
    assert len(segments) == 6
    assert [name for name in segments if name not in words] == []


HIGH = "chart => [...chart.parentElement.children].map((one) => one.getBoundingClientRect().height)"


def test_the_table_behind_a_chart_is_downloaded_as_it_is_shown_and_leaves_its_neighbours_as_high_as_they_are(
    filtered,
):
    chart = filtered.get_by_role("region", name="Children at home", exact=True)
    before = chart.evaluate(HIGH)
    use(chart, "Show as a table")
    assert sum(now > was + 1 for now, was in zip(chart.evaluate(HIGH), before, strict=True)) == 1
    shown = [row.split("\t") for row in chart.get_by_role("table").inner_text().split("\n")]
    name, content = downloaded(filtered, "Children at home", "Download table as CSV")
    assert re.fullmatch(
        r"parterre-children-at-home-children-1-to-2-segment-[a-z-]+-\d{4}-\d\d-\d\d\.csv", name
    )
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(content.decode("utf-8-sig").splitlines()))
    assert rows[0] == ["Children", "All: customers", "Without its own filter"]
    assert [[cell.strip() for cell in row] for row in shown if len(row) == 3] == rows


def test_formulas_are_defused_and_numbers_stay_numbers(filtered):
    formulas = [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\tx",
        "\rx",
        " =1",
        "＝1",
        "\u2066=1",
        "﹦1",
    ]
    numbers = ["-3,046", "+5", "-1.5%", "-€3.046", "-3 046 €", "1,234"]
    text = filtered.evaluate("rows => parterre.csvOf(rows)", [[cell] for cell in formulas + numbers])
    cells = [row[0] for row in csv.reader(text.split("\r\n")) if row]
    assert cells[: len(formulas)] == [f"'{cell}" for cell in formulas]
    assert cells[len(formulas) :] == numbers
    inner = filtered.evaluate("rows => parterre.csvOf(rows)", [["x;=1+1;y"]])
    assert next(csv.reader([inner.strip()])) == ["x;'=1+1;y"]
    quoted = filtered.evaluate("rows => parterre.csvOf(rows)", [['a "b", c', "d;e", "f"]])
    assert next(csv.reader([quoted.strip()])) == ['a "b", c', "d;e", "f"]


def test_a_chart_is_read_as_its_name_and_its_finding_now(page, opened):
    opened(page, "/?show=charts")
    region = page.get_by_role("region", name="Age", exact=True)
    picture = region.locator('[role="img"]')
    before = region.locator(".p-finding").inner_text()
    expect(picture).to_have_accessible_name(f"Age {before}")
    name_of(page, 2).click()
    expect(page.locator("#overview-lead")).to_contain_text("match your filters")
    after = region.locator(".p-finding").inner_text()
    assert after != before
    expect(picture).to_have_accessible_name(f"Age {after}")
    # Tick by tick, the inside of a chart would be noise.
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    (read,) = [node for node in tree if node.get("name", {}).get("value") == f"Age {after}"]
    assert read["role"]["value"] == "image"
    assert below(tree, read) == []


def below(tree, node):
    """What a screen reader finds inside of a node."""
    nodes = {one["nodeId"]: one for one in tree}
    inside = [nodes[child] for child in node["childIds"] if child in nodes]
    return [one for one in inside if not one["ignored"]] + [far for one in inside for far in below(tree, one)]


def test_a_picture_says_who_is_who_and_is_light_on_a_dark_page(page, opened):
    page.emulate_media(color_scheme="dark")
    opened(page, "/segments?compare=1,2")
    for chart in ("Differences, largest first", "Spread by segment"):
        _, content = downloaded(page, chart, "Download as SVG")
        words = " ".join(" ".join(ElementTree.fromstring(content).itertext()).split())
        for name in page.locator("[data-compare] ").all_inner_texts()[:2]:
            assert name.split(maxsplit=1)[1].split()[0] in words, chart
        assert "Click" not in words
        assert re.search(r"<rect[^>]+fill: rgb\(255, 255, 255\)", content.decode()), chart
        light, dark = (f"rgb({', '.join(map(str, bytes.fromhex(one[1:])))})" for one in FIRST_COLOURS)
        assert (light in content.decode(), dark in content.decode()) == (True, False), chart

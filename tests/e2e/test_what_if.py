"""Beyond one answer: sliders, changes, rules to copy, customers side by side, files, the model's own files."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest
from playwright.sync_api import expect

from core.settings import ROOT
from tests.support.browser import at_rest, settle

PAGE = "/predict?Age=57&Income=58138&Total_Spending=1617&NumWebPurchases=8&NumStorePurchases=4&NumWebVisitsMonth=7&Recency=58"
HEAD = "ID,Age,Income,Total_Spending,NumWebPurchases,NumStorePurchases,NumWebVisitsMonth,Recency\n"


@pytest.fixture(scope="module")
def screen(screen):
    return screen | {"permissions": ["clipboard-read", "clipboard-write"]}


@pytest.fixture
def page(anew):
    anew.goto(PAGE)
    anew.get_by_role("status").get_by_role("region", name="The answer").wait_for()
    anew.get_by_role("region", name="What would move this customer?").wait_for()
    return anew


def field(page, label):
    return page.get_by_label(label, exact=True)


def slider(page, label):
    return page.get_by_role("slider", name=f"{label}, slider")


def test_arrow_keys_on_a_slider_move_field_and_answer_and_typing_moves_the_slider(page):
    before = page.get_by_role("status").inner_text()
    spending = slider(page, "Total spending")
    spending.focus()
    for _ in range(5):
        spending.press("PageDown")
    typed = field(page, "Total spending").input_value()
    assert int(typed) < 1617
    expect(page.get_by_role("status")).not_to_have_text(before)
    expect(page.get_by_role("status")).to_contain_text(f"{int(typed):,}")
    expect(spending).to_be_focused()

    field(page, "Age").fill("30")
    expect(slider(page, "Age")).to_have_value("30")
    field(page, "Age").fill("")
    expect(slider(page, "Age").locator("..")).to_have_class("p-slider is-unknown")
    ages = 2014 - pd.read_csv(ROOT / "data" / "customers.csv")["Year_Birth"]
    expect(slider(page, "Age")).to_have_value(f"{ages[ages <= 100].median():.0f}")


def test_dragging_answers_while_it_moves_and_the_changes_wait(page):
    changes = page.get_by_role("region", name="What would move this customer?")
    before = changes.inner_text()
    recency = slider(page, "Recency")
    box = at_rest(recency)
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.58, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.95, middle, steps=8)
    typed = field(page, "Recency").input_value()
    assert int(typed) > 80
    table = page.get_by_role("status").locator("tbody tr", has_text="Recency").locator("td").first
    expect(table).to_have_text(typed)
    assert changes.inner_text() == before
    page.mouse.up()
    expect(changes).not_to_have_text(before)
    assert page.url.endswith("/predict")


def test_the_rule_is_copied_in_a_form_that_a_database_reads_and_customers_are_compared(
    page, new_context, cookies
):
    """The address names those of them who have an ID."""
    moved = page.get_by_role("region", name="What would move this customer?")
    moved.get_by_text("This segment as a rule to copy").click()
    moved.get_by_role("button", name="as SQL").click()
    expect(moved.get_by_role("button", name="as SQL")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()").startswith('SELECT * FROM customers\nWHERE "')

    compared = page.get_by_role("region", name="Compare customers", exact=True)
    page.get_by_role("button", name="Keep to compare").click()
    expect(compared.get_by_role("button", name="Remove A: from the form")).to_be_visible()
    compared.get_by_label("Add customer ID").fill("1")
    compared.get_by_role("button", name="Add", exact=True).click()
    expect(compared.get_by_role("button", name="Remove B: customer 1")).to_be_visible()
    expect(compared.get_by_label("Add customer ID")).to_have_value("")
    expect(compared.locator(".main-svg").first).to_be_visible()
    page.wait_for_url("**/predict?b=1")
    other = new_context(storage_state=cookies).new_page()
    other.goto(page.url)
    expect(other.get_by_role("button", name="Remove A: customer 1")).to_be_visible()
    compared.get_by_role("button", name="Remove A: from the form").click()
    remaining = compared.get_by_role("button", name="Remove A: customer 1")
    expect(remaining).to_be_focused()
    page.wait_for_url("**/predict?a=1")


def send(page, content, name="new customers.csv"):
    files = {"name": name, "mimeType": "text/csv", "buffer": content.encode()}
    page.get_by_label("Customer file").set_input_files(files)
    page.get_by_role("button", name="Score this file").click()


def test_a_file_is_asked_for_told_of_where_it_is_none_and_comes_back_with_segments(page, console_errors):
    page.get_by_role("button", name="Score this file").click()
    expect(page.get_by_role("alert").filter(has_text="Choose a file first.")).to_be_visible()

    send(page, "Name,Town\nAda,London\n")
    batch = page.get_by_role("region", name="A file of customers", exact=True)
    expect(batch.get_by_role("alert")).to_contain_text("no column for Age (or Year_Birth)")
    expect(page.get_by_role("button", name="Score this file")).to_be_enabled()
    assert all("400" in error for error in console_errors)
    console_errors.clear()

    send(page, HEAD + "A1,44,51000,400,4,5,6,50\n=B2,,51000,1400,4,9,2,40\n")
    expect(batch).to_contain_text("2 customers scored from new customers.csv.")
    with page.expect_download() as started:
        batch.get_by_role("link", name="Download CSV").click()
    assert started.value.suggested_filename == "new customers-segments.csv"
    rows = list(csv.DictReader(io.StringIO(started.value.path().read_text())))
    assert [row["ID"] for row in rows] == ["A1", "'=B2"]


def test_a_large_file_is_scored_by_the_worker_while_the_form_stays_as_it_is(page):
    row = "A{0},44,51000,400,4,5,6,50\n"
    send(page, HEAD + "".join(row.format(place) for place in range(320_000)), name="large.csv")
    page.get_by_role("region", name="Scoring a file of customers").wait_for()
    field(page, "Age").fill("33")
    batch = page.get_by_role("region", name="A file of customers", exact=True)
    expect(batch).to_contain_text("320,000 customers scored from large.csv.", timeout=90_000)
    expect(field(page, "Age")).to_have_value("33")
    expect(batch.get_by_role("link", name="Download XLSX")).to_have_count(0)
    page.reload()
    expect(batch).to_contain_text("320,000 customers scored from large.csv.")


def test_nothing_serious_is_found_by_axe(page, axe):
    page.get_by_text("This segment as a rule to copy").click()
    page.get_by_role("button", name="Keep to compare").click()
    page.locator(".p-comparison .main-svg").first.wait_for()
    send(page, HEAD + "A1,44,51000,400,4,5,6,50\n")
    page.get_by_role("link", name="Download CSV").wait_for()
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)
        settle(page)
        assert (theme, axe(page)) == (theme, [])


@pytest.fixture
def phone(anew):
    anew.set_viewport_size({"width": 360, "height": 780})
    return anew


def test_a_phone_shows_all_of_it_without_scrolling_sideways(phone):
    phone.goto(PAGE + "&a=1&b=2")
    phone.get_by_role("region", name="What would move this customer?").wait_for()
    settle(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_models_page_hands_out_its_files_and_fits_a_phone(phone, axe):
    phone.goto("/models")
    phone.get_by_role("region", name="The segments as rules").wait_for()
    settle(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    expect(phone.get_by_role("heading", level=1)).to_have_text("Models")
    with phone.expect_download() as started:
        phone.get_by_role("link", name="The trained model: skops").click()
    assert started.value.suggested_filename.endswith("-pipeline.skops")
    assert axe(phone) == []
    phone.set_viewport_size({"width": 1440, "height": 900})
    assert axe(phone) == []

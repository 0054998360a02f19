"""The list of customers: filtered, sorted and paged on the server, its columns, its files, one customer."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from playwright.sync_api import expect

from tests.support.browser import settle
from tests.support.personality import PERSONALITY, people_of

SCRIPT = re.compile("dash_ag_grid")


@pytest.fixture
def page(shared):
    return shared


@pytest.fixture(scope="module")
def table(server) -> pd.DataFrame:
    return people_of(server.home)


def opened(page, query=""):
    page.goto(f"/customers{query}")
    page.locator('body[data-grid="shown"]').wait_for()
    settle(page)


def column(page, name):
    """The texts of a column, from the top of the page of the grid."""
    cells = page.locator(f'.ag-row [col-id="{name}"]')
    expect(cells.first).not_to_have_text("")
    return cells.all_inner_texts()


def first(page, name):
    return page.locator(f'.ag-row[row-index="0"] [col-id="{name}"]')


def head(page, label):
    return page.get_by_role("columnheader", name=label, exact=True)


def test_the_list_follows_its_filters_and_a_customer_has_a_page_of_their_own_with_a_way_back(page, table):
    opened(page, "?Segment=2")
    chosen = table[table["Segment"] == 2]
    expect(page.locator("#customers-lead")).to_have_text(
        f"{len(chosen)} of 2,240 customers match your filters."
    )
    assert column(page, "ID")[:5] == chosen["ID"].astype(str).tolist()[:5]
    page.get_by_role("button", name=re.compile("^Remove filter Segment")).click()
    expect(first(page, "ID")).to_have_text(str(table["ID"].iloc[0]))
    expect(page.get_by_text("1 to 50 of 2,240", exact=True)).to_be_visible()
    page.go_back()
    expect(first(page, "ID")).to_have_text(str(chosen["ID"].iloc[0]))
    page.get_by_role("link", name=str(chosen["ID"].iloc[0]), exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Customer {chosen['ID'].iloc[0]}")
    expect(page.get_by_role("table", name="Most similar customers").get_by_role("link")).to_have_count(5)
    page.get_by_role("link", name="Change a value and predict again").click()
    expect(page.get_by_role("status").get_by_role("region", name="The answer")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name=re.compile("customers of your filters")).click()
    expect(first(page, "ID")).to_have_text(str(chosen["ID"].iloc[0]))


def test_a_click_on_a_head_sorts_everyone_and_the_address_says_so(page, table):
    opened(page)
    head(page, "Total spending").click()
    least = table.sort_values("Total_Spending", kind="stable")
    expect(first(page, "ID")).to_have_text(str(least["ID"].iloc[0]))
    head(page, "Total spending").click()
    expect(page).to_have_url(re.compile(r"\?sort=-Total_Spending$"))
    expect(first(page, "Total_Spending")).to_have_text(f"{table['Total_Spending'].max():,.0f}")
    page.get_by_role("button", name="Next Page").click()
    ordered = table["Total_Spending"].sort_values(ascending=False)
    shown = page.locator('.ag-row[row-index="50"] [col-id="Total_Spending"]')
    expect(shown).to_have_text(f"{ordered.iloc[50]:,.0f}")
    page.reload()
    expect(first(page, "Total_Spending")).to_have_text(f"{table['Total_Spending'].max():,.0f}")
    page.go_back()
    expect(first(page, "ID")).to_have_text(str(least["ID"].iloc[0]))


def test_columns_are_chosen_and_a_link_brings_them_along(page, table):
    opened(page)
    page.get_by_text("Columns (10 of 52)").click()
    page.get_by_role("checkbox", name="Education").click()
    page.get_by_role("checkbox", name="Recency").click()
    expect(head(page, "Education")).to_be_visible()
    expect(head(page, "Recency")).to_have_count(0)
    expect(first(page, "Education")).to_have_text(
        PERSONALITY["Education"].in_words(table["Education"].iloc[0])
    )
    opened(page, f"?{page.url.partition('?')[2]}")
    expect(head(page, "Education")).to_be_visible()
    expect(head(page, "Recency")).to_have_count(0)
    page.get_by_text("Columns (10 of 52)").click()
    page.get_by_role("button", name="The usual columns").click()
    expect(page).to_have_url(re.compile(r"/customers$"))
    expect(head(page, "Recency")).to_be_visible()


def test_a_file_holds_the_customers_and_columns_that_are_shown(page, table):
    opened(page, "?Segment=2&sort=-Income&columns=Income,Education")
    page.get_by_role("button", name=re.compile("^1")).first.click(modifiers=["Shift"])
    expect(page.locator("#customers-lead")).not_to_contain_text("322 of")
    page.get_by_text("Export", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV: these columns").click()
    found = pd.read_csv(download.value.path())
    chosen = table[table["Segment"].isin([1, 2])]
    assert list(found) == ["ID", "Education", "Income"]
    assert len(found) == len(chosen)
    assert found["Income"].iloc[0] == chosen["Income"].max()
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel: all columns").click()
    sheet = pd.read_excel(download.value.path(), sheet_name="Customers", engine="openpyxl")
    assert sorted(sheet["Customer ID"]) == sorted(chosen["ID"])
    assert re.fullmatch(r"customers-Segment-1-2-model-[0-9a-f]{16}\.xlsx", download.value.suggested_filename)


def test_nobody_matching_is_said_with_a_way_out_and_the_keyboard_sorts_walks_and_opens_a_customer(
    page, table
):
    page.goto("/customers?Segment=1&Total_Spending=0~200")
    expect(page.get_by_role("heading", name="No customer matches these filters")).to_be_visible()
    settle(page)
    page.get_by_role("button", name="Clear the filters").click()
    expect(first(page, "ID")).to_have_text(str(table["ID"].iloc[0]))
    settle(page)
    head(page, "Customer ID").focus()
    page.keyboard.press("Enter")
    lowest = str(table["ID"].min())
    expect(first(page, "ID")).to_have_text(lowest)
    page.keyboard.press("ArrowDown")
    expect(first(page, "ID")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Customer {lowest}")


def test_the_grid_is_loaded_by_the_page_that_needs_it_and_by_no_other(page):
    asked = []
    page.on("request", lambda request: asked.append(request.url) if SCRIPT.search(request.url) else None)
    page.goto("/")
    settle(page)
    assert asked == []
    page.get_by_role("link", name="Customers", exact=True).click()
    expect(first(page, "ID")).not_to_have_text("")
    page.get_by_role("link", name="Overview", exact=True).click()
    page.get_by_role("link", name="Customers", exact=True).click()
    expect(first(page, "ID")).not_to_have_text("")
    assert len(asked) == len(set(asked)) == 2


@pytest.mark.parametrize("query", ["?Segment=2", "?customer=nobody", "?customer=0", ""])
def test_neither_list_nor_customer_has_a_serious_finding(page, axe, query):
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"/customers{query}")
    settle(page)
    for disclosure in page.locator("main details").all():
        disclosure.evaluate("element => { element.open = true; }")
    for width, theme in ((360, "light"), (1440, "dark")):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=theme)
        expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)
        settle(page)
        assert (width, theme, axe(page)) == (width, theme, [])
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) == 0

"""On the real file: what people do with filters, counted again by pandas from the file alone."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from playwright.sync_api import expect
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler

from tests.support.browser import at_rest

OPENING = re.compile(
    r"Six segments\. (?P<name>.+) are (?P<share>[\d.]+)% of customers "
    r"and bring (?P<bring>[\d.]+)% of spending\."
)


@pytest.fixture(scope="module")
def file(real_file):
    """The customers as the file has them, with the two figures that filters are about here."""
    customers = pd.read_csv(real_file)
    customers["Total_Spending"] = customers.filter(like="Mnt").sum(axis=1)
    customers["Children"] = customers["Kidhome"] + customers["Teenhome"]
    return customers


@pytest.fixture(scope="module")
def cookies(real_cookies):
    return real_cookies


@pytest.fixture
def page(anew):
    return anew


@pytest.fixture(scope="module")
def real_customers(real_file):
    """The seven figures of each real customer, made here from the file and nothing of ours."""
    file = pd.read_csv(real_file)
    products = file.filter(like="Mnt").sum(axis=1)
    age = 2014 - file["Year_Birth"]
    made = pd.DataFrame({"Age": age.where(age <= 100), "Income": file["Income"], "Spending": products})
    made["Income"] = made["Income"].where(made["Income"] < 600_000)
    same = file[["NumWebPurchases", "NumStorePurchases", "NumWebVisitsMonth", "Recency"]]
    return pd.concat([file["ID"], made, same], axis=1)


@pytest.fixture(scope="module")
def premium(real_customers):
    """Share of customers and of spending of the segment that brings most, as percentages."""
    figures = real_customers.drop(columns="ID")
    points = StandardScaler().fit_transform(figures.fillna(figures.median()))
    label = KMeans(6, n_init=20, random_state=0).fit(points).labels_
    spending = figures["Spending"].groupby(label).sum() / figures["Spending"].sum()
    return round(100 * (label == spending.idxmax()).mean()), round(100 * spending.max())


def opening(page):
    return OPENING.fullmatch(page.locator(".p-page-head .p-lead").inner_text())


def meant(file: pd.DataFrame, address: str) -> pd.DataFrame:
    """The customers that an address names: codes by comma, ranges by ~, their upper end not included."""
    chosen = pd.Series(data=True, index=file.index)
    asked = parse_qs(urlsplit(address).query)
    asked.pop("show", None)
    for field, [value] in asked.items():
        whole = file[field].max() < 10
        parts = [within(file[field], part, whole=whole) for part in value.split(",")]
        chosen &= pd.concat(parts, axis=1).any(axis=1)
    return file[chosen]


def within(values: pd.Series, part: str, *, whole: bool) -> pd.Series:
    low, _, high = part.partition("~")
    if whole or not high:
        return values.between(float(low), float(high or low))
    return (values >= float(low)) & (values < float(high))


def said(page) -> int:
    found = re.match(r"([\d,]+) of 2,240 customers? match", page.locator("#overview-lead").inner_text())
    return int(found[1].replace(",", "")) if found else 2240


def filters(page):
    return page.get_by_role("group", name="Active filters").get_by_role("button")


def click(page, id, across, modifier=None):
    """A click on the bottom of the chart at this part of its width, as a hand aims at a bar."""
    box = at_rest(page.locator(f"#{id} .nsewdrag"))
    page.mouse.move(box["x"] + box["width"] * across, box["y"] + box["height"] - 6)
    if modifier:
        page.keyboard.down(modifier)
    page.mouse.down()
    page.mouse.up()
    if modifier:
        page.keyboard.up(modifier)


def brush(page, id, start, stop):
    box = at_rest(page.locator(f"#{id} .nsewdrag"))
    page.mouse.move(box["x"] + box["width"] * start, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * stop, box["y"] + 80, steps=6)
    page.mouse.up()


def test_click_shift_click_brush_chips_and_keys_count_as_pandas_counts(page, file, real_server, opened):
    opened(page, f"{real_server.url}/?show=charts")
    click(page, "overview-children", 0.12)
    expect(page).to_have_url(re.compile(r"\?Children=0&show=charts$"))
    expect(page.locator("#overview-lead")).to_contain_text("match your filters")
    assert said(page) == (file["Children"] == 0).sum()
    click(page, "overview-children", 0.37, "Shift")
    expect(page).to_have_url(re.compile(r"\?Children=0~1&show=charts$"))
    assert said(page) == (file["Children"] <= 1).sum()
    brush(page, "overview-total_spending", 0.15, 0.5)
    expect(filters(page)).to_have_count(3)
    assert 0 < said(page) == len(meant(file, page.url)) < (file["Children"] <= 1).sum()
    page.get_by_role("button", name=re.compile("^Remove filter Children")).click()
    expect(filters(page)).to_have_count(2)
    assert said(page) == len(meant(file, page.url))
    page.get_by_role("button", name="Clear all").click()
    expect(filters(page)).to_have_count(0)
    assert said(page) == len(file)

    page.get_by_role("group", name=re.compile("^Children at home: arrow keys")).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"\?Children=0&show=charts$"))
    page.keyboard.press("End")
    page.keyboard.press("Shift+Enter")
    expect(page).to_have_url(re.compile(r"\?Children=0,3&show=charts$"))
    expect(filters(page)).to_have_count(2)
    expect(page.locator("#overview-lead")).to_contain_text(f"{file['Children'].isin([0, 3]).sum():,} of")
    page.keyboard.press("Escape")
    expect(filters(page)).to_have_count(0)


def test_a_saved_view_and_its_export_hold_the_customers_of_the_file(page, file, real_server, opened):
    opened(page, f"{real_server.url}/?Children=1~2&Total_Spending=200~600")
    assert said(page) == len(meant(file, page.url))
    page.locator("#views-menu > summary").click()
    page.get_by_label("Save this view as").fill("Careful parents")
    page.keyboard.press("Enter")
    view = page.get_by_role("link", name="Careful parents")
    expect(view).to_have_attribute("aria-current", "true")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(filters(page)).to_have_count(0)
    page.locator("#views-menu > summary").click()
    view.click()
    expect(filters(page)).to_have_count(3)
    page.get_by_role("link", name="Customers", exact=True).click()
    page.locator(
        'body[data-ready="/customers"]'
    ).wait_for()  # its own menu, no longer that of the page before
    page.get_by_text("Export", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV: all columns").click()
    kept = pd.read_csv(download.value.path())
    chosen = meant(file, page.url)
    assert sorted(kept["ID"]) == sorted(chosen["ID"])
    assert kept.set_index("ID")["MntWines"].to_dict() == chosen.set_index("ID")["MntWines"].to_dict()


def test_the_real_file_gives_the_reference_sentence(page, real_server, premium, opened):
    opened(page, f"{real_server.url}/")
    said = opening(page)
    assert (int(said["share"]), int(said["bring"])) == premium
    assert "premium" in said["name"].lower()
    assert page.locator(".p-kpi", has_text=re.compile("^Customers")).inner_text().split("\n")[1] == "2,240"
    assert page.locator(".p-ranked-row").count() == 6


def test_a_real_customer_without_an_income_is_placed_and_the_gap_is_said(page, real_server, real_customers):
    gap = real_customers[real_customers["Income"].isna()].iloc[0]
    page.goto(f"{real_server.url}/predict")
    page.get_by_label("Customer ID", exact=True).fill(str(int(gap["ID"])))
    page.get_by_role("button", name="Load", exact=True).click()
    expect(page.get_by_label("Income", exact=True)).to_have_value("")
    assert float(page.get_by_label("Total spending", exact=True).input_value()) == gap["Spending"]
    median = f"{real_customers['Income'].median():,.0f}"
    assert page.get_by_text(f"Left empty: the median, {median}, is assumed.").is_visible()


def test_campaigns_have_their_reference_figures(page, real_server, opened):
    opened(page, f"{real_server.url}/campaigns")
    assert page.locator("#campaigns-lead").inner_text().startswith("The last campaign lost 3,046.")
    assert page.locator("#campaigns-board-spenders-profit").inner_text() == "317"
    assert page.locator("#campaigns-board-loyal-profit").inner_text() == "679"

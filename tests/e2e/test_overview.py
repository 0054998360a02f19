from __future__ import annotations

import re

import pandas as pd
import pytest
from playwright.sync_api import expect
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler

from tests.support.browser import use

OPENING = re.compile(
    r"Six segments\. (?P<name>.+) are (?P<share>[\d.]+)% of customers "
    r"and bring (?P<bring>[\d.]+)% of spending\."
)


@pytest.fixture
def overview(shared, read):
    read(shared, "/")
    return shared


@pytest.fixture
def page(new_context, real_cookies):
    return new_context(storage_state=real_cookies).new_page()


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


def test_a_newcomer_reads_who_the_customers_are(overview):
    assert overview.get_by_role("heading", level=1).inner_text() == "Overview"
    assert opening(overview)


def test_there_are_six_rows_that_open_to_words_advice_and_how_sure_and_all_fits_in_a_screen_and_a_half(
    overview,
):
    rows = overview.get_by_role("table", name="The segments, ranked").locator(".p-ranked-row")
    assert rows.count() == 6
    assert overview.evaluate("document.documentElement.scrollHeight") < 1400
    opens = rows.first.get_by_role("button", name=re.compile("^The story of"))
    story = overview.locator(f"#{opens.get_attribute('aria-controls')}")
    assert not story.is_visible()
    opens.press("Enter")
    assert story.get_by_text("On average they are").is_visible()
    assert story.get_by_role("heading").all_inner_texts()[:3] == [
        "Who they are",
        "For marketing, whatever the filters",
        "How sure that is",
    ]
    opens.press("Enter")
    assert not story.is_visible()


def test_each_chart_is_a_named_region_with_its_marks_drawn(shared, opened):
    opened(shared, "/?show=charts")
    for name, bars in {"Who they are, and their spending": 6, "Age": 13, "Main channel": 5}.items():
        chart = shared.get_by_role("region", name=name, exact=True)
        assert chart.locator(".main-svg").first.is_visible()
        assert chart.locator(".point").count() >= 2 * bars


def test_a_chart_can_be_read_as_a_table(overview):
    name = "Who they are, and their spending"
    chart = overview.get_by_role("region", name=name, exact=True)
    use(chart, "Show as a table")
    rows = chart.get_by_role("table", name=name).get_by_role("row").all_inner_texts()
    assert len(rows) == 7
    assert sum(int(row.split("\t")[1].replace(",", "")) for row in rows[1:]) == 2240


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

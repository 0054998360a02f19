from __future__ import annotations

import pandas as pd
import pytest

from core.customers.schema import PRODUCTS
from core.settings import ROOT
from tests.callbacks.dash_client import components, drawn_with, strings, text


@pytest.fixture(scope="session")
def drawn(viewer):
    return viewer.page("/")


@pytest.fixture(scope="session")
def words(drawn):
    return text(drawn)


@pytest.fixture(scope="session")
def by_segment(table):
    """Size, spending and their shares, a row per segment, computed here."""
    rows = table.groupby("Segment")["Total_Spending"].agg(["size", "sum"])
    return rows.assign(share=rows["size"] / len(table), bring=rows["sum"] / table["Total_Spending"].sum())


@pytest.fixture(scope="session")
def names(drawn):
    """The segments' names, in the order of their numbers."""
    return [text(one["children"][1]) for one in drawn_with(drawn, className="p-card-title")]


def percent(share):
    """A share as the page writes it: whole, or with one decimal below ten percent."""
    return f"{share:.0%}" if share >= 0.0995 else f"{100 * share:.1f}".removesuffix(".0") + "%"


def key_figure(drawn, label):
    """Value and note of a key figure."""
    cards = [list(strings(one["children"])) for one in drawn_with(drawn, className="p-kpi")]
    return next(rest for name, *rest in cards if name == label)


def rows_of(drawn, id):
    """The rows of the table under a chart."""
    chart = next(one for one in drawn_with(drawn, role="region") if drawn_with(one["children"], id=id))
    body = next(one for one in components(chart["children"]) if one["type"] == "Tbody")
    return [list(strings(row["props"]["children"])) for row in body["props"]["children"]]


def figure(drawn, id):
    [graph] = drawn_with(drawn, id=id)
    return graph["figure"]


def test_customers_and_spending_are_those_of_the_file(drawn):
    file = pd.read_csv(ROOT / "data" / "customers.csv", sep=None, engine="python")
    spending = file[list(PRODUCTS.values())].sum(axis=1)
    assert key_figure(drawn, "Customers") == [f"{len(file):,}", "in 6 segments"]
    assert key_figure(drawn, "Total spending")[0] == f"{spending.sum():,}"
    assert key_figure(drawn, "Spending per customer") == [
        f"{spending.mean():,.0f}",
        f"half spend under {spending.median():,.0f}",
    ]


def test_income_is_the_median_of_those_known(drawn, table):
    assert key_figure(drawn, "Income")[0] == f"{table['Income'].median():,.0f}"


def test_the_last_campaign_comes_with_its_interval(drawn, table):
    value, note = key_figure(drawn, "Accepted the last campaign")
    assert value == percent(table["Response"].mean())
    assert "95% interval" in note


def test_the_opening_sentence_names_the_segment_that_brings_most(words, names, by_segment):
    best = by_segment["bring"].idxmax()
    share, bring = percent(by_segment.loc[best, "share"]), percent(by_segment.loc[best, "bring"])
    sentence = f"Six segments. {names[best - 1]} are {share} of customers and bring {bring} of spending."
    assert sentence in words


def test_there_is_a_card_per_segment_and_each_has_its_own_name(names):
    assert len(names) == len(set(names)) == 6


def test_each_card_says_its_size_and_its_part_of_spending(drawn, by_segment):
    cards = [text(one["children"]) for one in drawn_with(drawn, className="p-card p-segment-card")]
    for card, (number, row) in zip(cards, by_segment.iterrows(), strict=True):
        assert card.startswith(str(number))
        assert f"{percent(row['share'])}  of customers,  {percent(row['bring'])}  of spending" in card


def test_segments_are_numbered_by_mean_spending(table):
    means = table.groupby("Segment")["Total_Spending"].mean()
    assert means.is_monotonic_decreasing


@pytest.mark.parametrize(("id", "column"), [("overview-sizes", "size"), ("overview-spending", "sum")])
def test_bars_and_their_table_hold_the_same_figures(drawn, by_segment, names, id, column):
    [bars] = figure(drawn, id)["data"]
    assert bars["y"] == names
    assert bars["x"] == by_segment[column].tolist()
    assert [row[0] for row in rows_of(drawn, id)] == names
    figures = [row[1].partition(" ")[0] for row in rows_of(drawn, id)]
    assert figures == [f"{value:,.0f}" for value in by_segment[column]]


def test_findings_name_the_largest_segment_and_the_two_that_bring_most(words, names, by_segment):
    largest = by_segment["share"].idxmax()
    share = percent(by_segment.loc[largest, "share"])
    assert f"The largest is {names[largest - 1]}, {share} of customers." in words
    first, second = by_segment["bring"].nlargest(2).index
    together = percent(by_segment["bring"].nlargest(2).sum())
    assert f"{names[first - 1]} and {names[second - 1]} together bring {together} of spending." in words


def test_income_against_spending_says_how_many_are_shown_and_shows_so_many(drawn, table, words):
    known = table.dropna(subset=["Income"])
    points = [len(group["x"]) for group in figure(drawn, "overview-income")["data"]]
    assert f"{sum(points):,} of {len(known):,} customers with known income are shown" in words
    assert f"(r = {known['Income'].corr(known['Total_Spending']):.2f})" in words


def test_every_point_is_a_customer_of_its_segment(drawn, table):
    for number, group in enumerate(figure(drawn, "overview-income")["data"], start=1):
        of_segment = table[table["Segment"] == number]
        held = set(zip(of_segment["Income"], of_segment["Total_Spending"], strict=True))
        assert set(zip(group["x"], group["y"], strict=True)) <= held


def test_a_segment_has_one_colour_everywhere(drawn):
    swatches = [one["style"]["backgroundColor"] for one in drawn_with(drawn, className="p-swatch")]
    for id in ("overview-sizes", "overview-spending"):
        assert figure(drawn, id)["data"][0]["marker"]["color"] == swatches
    assert [group["marker"]["color"] for group in figure(drawn, "overview-income")["data"]] == swatches


def test_charts_are_drawn_for_the_theme_of_the_visitor(viewer):
    inks = {}
    for theme in ("light", "dark", "<script>"):
        viewer.client.set_cookie("parterre-theme", theme)
        inks[theme] = figure(viewer.page("/"), "overview-sizes")["layout"]["template"]["layout"]["font"][
            "color"
        ]
    viewer.client.delete_cookie("parterre-theme")
    assert inks["light"] != inks["dark"]
    assert inks["<script>"] == inks["light"]


def test_the_page_says_where_its_figures_come_from(words):
    assert "From customers.csv, 2,240 rows" in words

from __future__ import annotations

import pytest

from callbacks.overview import note
from core.statistics.by_construction import Chosen
from core.statistics.rates import Interval
from tests.callbacks.dash_client import drawn_with, strings, table_rows, text


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
    return table_rows(chart["children"])


def figure(drawn, id):
    [graph] = drawn_with(drawn, id=id)
    return graph["figure"]


def test_the_opening_sentence_names_the_segment_that_brings_most(words, names, by_segment):
    best = by_segment["bring"].idxmax()
    share, bring = percent(by_segment.loc[best, "share"]), percent(by_segment.loc[best, "bring"])
    sentence = f"Six segments. {names[best - 1]} are {share} of customers and bring {bring} of spending."
    assert sentence in words


def test_there_is_a_card_per_segment_and_each_has_its_own_name(names):
    assert len(names) == len(set(names)) == 6


def test_segments_are_numbered_by_mean_spending(table):
    means = table.groupby("Segment")["Total_Spending"].mean()
    assert means.is_monotonic_decreasing


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


def test_key_figures_are_those_of_the_table(drawn, table):
    assert key_figure(drawn, "Customers") == [f"{len(table):,}", "in 6 segments"]
    assert key_figure(drawn, "Total spending")[0] == f"{table['Total_Spending'].sum():,.0f}"
    assert key_figure(drawn, "Mean income")[0] == f"{table['Income'].mean():,.0f}"
    value, note = key_figure(drawn, "Accepted the last campaign")
    assert value == f"{table['Response'].mean():.1%}"
    assert note.startswith("95% interval 1")


def test_each_card_says_its_size_and_its_part_of_spending(drawn, by_segment):
    said = [text(one["children"]) for one in drawn_with(drawn, className="p-card-size")]
    assert said == [
        f"{percent(row.share)} of customers, {percent(row.bring)} of spending"
        for row in by_segment.itertuples()
    ]


def test_bars_are_counts_of_the_table_and_a_segment_has_one_colour(drawn, by_segment):
    everyone, selected = figure(drawn, "overview-sizes")["data"]
    assert everyone["x"] == selected["x"] == by_segment["size"].tolist()
    assert figure(drawn, "overview-spending")["data"][1]["marker"]["color"] == selected["marker"]["color"]
    assert [row[1] for row in rows_of(drawn, "overview-sizes")] == [
        f"{size:,}" for size in by_segment["size"]
    ]


def test_income_against_spending_says_the_correlation_and_shows_customers_of_their_segment(drawn, table):
    said = text(drawn)
    assert f"(r\u00a0=\u00a0{table['Income'].corr(table['Total_Spending']):.2f})" in said
    for number, trace in enumerate(figure(drawn, "overview-both")["data"], start=1):
        rows = table[table["Segment"] == number]
        pairs = set(zip(rows["Income"], rows["Total_Spending"], strict=True))
        assert set(zip(trace["x"], trace["y"], strict=True)) <= pairs
        assert trace["x"]


@pytest.fixture
def ask(viewer):
    def put(**clauses: list[int]) -> dict:
        question = {"page": "/", "n": 1, "clauses": clauses}
        response = viewer.call("filters-answer.data", {"filters-ask.data": question}, "filters-ask.data")
        assert response.status_code == 200, response.text
        return response.json["response"]["filters-answer"]["data"]["texts"]

    return put


def notes(texts) -> list[str]:
    return [texts[f"overview-{name}-note"] for name in ("each", "mean-income", "mean-response")]


def test_a_figure_that_the_filter_is_on_says_so_and_claims_no_certainty(ask, table):
    each, earn, response = notes(ask(Response=[1]))
    assert response == f"against {table['Response'].mean():.1%} of everyone; selected by this field"
    assert "95% interval" in each
    assert "95% interval" in earn
    assert "selected by this field" in notes(ask(Total_Spending=[7]))[0]
    assert "selected by a field that holds it in part" in notes(ask(Average_Basket=[7]))[0]


def test_a_segments_card_says_that_it_was_made_from_spending_and_income_and_not_from_answers(ask):
    each, earn, response = notes(ask(Segment=[0]))
    for said in (each, earn):
        assert said.endswith("segments were made from it")
        assert "interval" not in said
    assert "95% interval" in response


def told(known: int, everyone: int, *, sure: bool, chosen: Chosen | None = None) -> str:
    interval = Interval(4.0, 3.0, 7.0)
    return note("twice the average", known, everyone, chosen, interval, str, chance=not sure)


@pytest.mark.parametrize("sure", [True, False])
def test_of_fewer_than_ten_on_either_side_it_is_not_said_whether_it_could_be_chance(sure):
    assert told(9, 500, sure=sure) == "twice the average; too few customers to say whether that is chance"
    assert "too few others to say" in told(491, 500, sure=sure)
    assert ("could be chance" in told(10, 500, sure=sure)) == (not sure)
    assert "too few" not in told(490, 500, sure=sure)


def test_of_everyone_there_is_an_interval_and_nothing_to_compare_with():
    assert told(500, 500, sure=True, chosen=Chosen.BY_FIELD) == "95% interval 3.0 to 7.0"


def test_the_page_says_who_everyone_is_and_what_a_missing_flag_does_not_promise(words):
    assert "Everyone is all customers of this file" in words
    assert "among twenty that are chance alone, one at most looks so" in words

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from bench.truth import moments
from callbacks.filters.key_figures import LOOKS, KeyFigure, is_chance, note
from core.statistics.by_construction import Chosen
from core.statistics.differences import rest_of
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
    shown = {one["data-code"]: one for one in drawn_with(drawn, className="p-ranked-row")}
    [*rows] = (shown[code] for code in sorted(shown))
    return [
        text(one["children"]) for row in rows for one in drawn_with(row["children"], className="p-card-name")
    ]


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


def test_there_is_a_row_per_segment_and_each_has_its_own_name(names):
    assert len(names) == len(set(names)) == 6


def test_segments_are_numbered_by_mean_spending(table):
    means = table.groupby("Segment")["Total_Spending"].mean()
    assert means.is_monotonic_decreasing


def test_charts_are_drawn_for_the_theme_of_the_visitor(viewer):
    inks = {}
    for theme in ("light", "dark", "<script>"):
        viewer.client.set_cookie("parterre-theme", theme)
        inks[theme] = figure(viewer.page("/"), "overview-hero")["layout"]["template"]["layout"]["font"][
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


def test_rows_are_ranked_by_what_segments_bring_and_say_it(drawn, by_segment, table):
    by_worth = by_segment.sort_values("sum", ascending=False)
    rows = drawn_with(drawn, className="p-ranked-row")
    assert [int(row["data-code"]) + 1 for row in rows] == by_worth.index.tolist()
    answers = table.groupby("Segment")["Response"].mean()
    for row, segment in zip(rows, by_worth.itertuples(), strict=True):
        cells = {
            one["className"]: list(strings(one["children"]))
            for one in drawn_with(row["children"])
            if "data-head" in one
        }
        assert cells["p-ranked-customers"] == [f"{segment.size:,}", f"{percent(segment.share)} of all"]
        assert cells["p-ranked-value"] == [f"{segment.sum:,.0f}", f"{percent(segment.bring)} of all"]
        assert cells["p-ranked-response"][0] == f"{answers[segment.Index]:.1%}"


def test_the_chart_shows_the_parts_of_customers_and_of_spending_in_one_colour_and_says_who_brings_half(
    drawn, by_segment
):
    by_worth = by_segment.sort_values("sum", ascending=False)
    customers, spending = figure(drawn, "overview-hero")["data"]
    assert customers["x"] == pytest.approx(by_worth["share"].tolist())
    assert spending["x"] == pytest.approx(by_worth["bring"].tolist())
    assert customers["marker"]["color"] == spending["marker"]["color"]
    assert [row[1] for row in rows_of(drawn, "overview-hero")] == [f"{size:,}" for size in by_worth["size"]]
    least = by_worth.head(int((by_worth["bring"].cumsum() < 0.5).sum()) + 1)
    said = f"bring {percent(least['bring'].sum())} of spending, with {percent(least['share'].sum())} of customers."
    assert said in text(drawn)


def test_income_against_spending_says_the_correlation_and_shows_customers_of_their_segment(viewer, table):
    drawn = viewer.page("/", "?show=charts")
    said = text(drawn)
    assert f"(r\u00a0=\u00a0{table['Income'].corr(table['Total_Spending']):.2f})" in said
    for number, trace in enumerate(figure(drawn, "overview-both")["data"], start=1):
        rows = table[table["Segment"] == number]
        pairs = set(zip(rows["Income"], rows["Total_Spending"], strict=True))
        assert set(zip(trace["x"], trace["y"], strict=True)) <= pairs
        assert trace["x"]
    drawn_points = [
        pair
        for trace in figure(drawn, "overview-both")["data"]
        for pair in zip(trace["x"], trace["y"], strict=True)
    ]
    layout = figure(drawn, "overview-both")["layout"]
    ends = [layout[axis]["range"][1] for axis in ("xaxis", "yaxis")]
    beyond = sum(x > ends[0] or y > ends[1] for x, y in drawn_points)
    known = len(table[["Income", "Total_Spending"]].dropna())
    of = "" if known == len(table) else " of whom both are known"
    lie = f"; {beyond} of these points {'lies' if beyond == 1 else 'lie'} beyond the axes" if beyond else ""
    assert (
        f"The points are {len(drawn_points)} of the {known:,} selected customers{of}, drawn at random{lie}."
        in said
    )
    counted = [int(row[1].replace(",", "")) for row in rows_of(drawn, "overview-both")]
    assert sum(counted) == known, "the table counts everyone, not the points"


@pytest.fixture
def ask(viewer):
    def put(everyone: str = "sample", **clauses: list[int]) -> dict:
        question = {"page": "/", "n": 1, "clauses": clauses, "options": {"everyone": everyone}}
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


def told(known: int, everyone: int, *, sure: bool, chosen: Chosen | None = None, maybe: bool = False) -> str:
    return note(KeyFigure("twice the average", known, everyone, chosen, "3.0 to 7.0", not sure, maybe))


@pytest.mark.parametrize("sure", [True, False])
def test_of_fewer_than_ten_on_either_side_it_is_not_said_whether_it_could_be_chance(sure):
    few = "twice the average; too few customers to say whether that is chance. 95% interval 3.0 to 7.0"
    assert told(9, 500, sure=sure) == few
    assert "too few others to say" in told(491, 500, sure=sure)
    assert ("could be chance" in told(10, 500, sure=sure)) == (not sure)
    assert "too few" not in told(490, 500, sure=sure)


def test_where_no_interval_holds_it_is_said_why():
    def said(known, everyone=500):
        return note(KeyFigure("twice the average", known, everyone, None, "", True, False))

    assert said(4).endswith("too few customers to say whether that is chance. Fewer than 5: no interval")
    assert said(4, everyone=4) == "fewer than 5: no interval"
    assert said(20).endswith("All are alike: no interval")
    long = KeyFigure("twice the average", 7, 500, None, "", chance=True, maybe=False, differ=True)
    assert note(long).endswith("Fewer than 10: no interval")
    assert note(replace(long, known=20)).endswith("Too few who have any: no interval")
    assert said(0) == "too few customers to say"


def test_what_one_look_in_twenty_shows_where_there_is_nothing_is_maybe_chance():
    assert "; maybe chance. 95%" in told(100, 500, sure=True, maybe=True)
    assert "chance" not in told(100, 500, sure=True)


def test_of_everyone_there_is_an_interval_and_nothing_to_compare_with():
    assert told(500, 500, sure=True, chosen=Chosen.BY_FIELD) == "95% interval 3.0 to 7.0"


def test_the_page_says_who_everyone_is_and_what_a_missing_flag_does_not_promise(words):
    assert "Everyone is all customers of this file" in words
    assert "one of twenty visits of ten clicks at most" in words


def test_a_file_that_holds_all_customers_there_are_has_exact_figures_and_no_intervals(ask, table):
    assert notes(ask(everyone="all")) == ["exact"] * 3
    for said in notes(ask(everyone="all", Recency=[2])):
        assert re.search(
            r"(average|of everyone)(; the difference could be chance|; maybe chance)?\. Exact$", said
        )
    assert notes(ask(everyone="all", Response=[1]))[2].endswith("selected by this field")
    assert "interval" in notes(ask(Recency=[2]))[0]


def test_of_all_there_are_a_difference_is_chance_where_as_many_drawn_from_them_differ_as_much():
    """Half of 200 customers, drawn again and again: said not to be chance in one of twenty, for a sample less often."""
    rng, spent = np.random.default_rng(4), np.random.default_rng(5).gamma(1.0, 600.0, 200)
    said = {True: 0, False: 0}
    for _ in range(400):
        own = moments(rng.choice(spent, 100, replace=False))
        rest = rest_of(moments(spent), own)
        for whole in said:
            said[whole] += not is_chance(own, rest, 0.95, is_rate=False, whole=whole)
    assert 8 <= said[True] <= 34
    assert said[False] <= said[True]


def test_ten_clicks_show_something_that_is_nothing_in_one_visit_of_twenty_at_most():
    """Three figures a click, each of a random part of 2,240: 76 of 100 visits had one that was not said to be chance."""
    rng, visits = np.random.default_rng(6), 200
    files = [rng.gamma(1.0, 600.0, 2240), rng.normal(52_000, 20_000, 2240), (rng.random(2240) < 0.15) * 1.0]
    everyone, wrong = [moments(one) for one in files], 0
    for _ in range(visits):
        said = False
        for _ in range(10):
            part = rng.choice(2240, int(rng.integers(30, 1000)), replace=False)
            for place, values in enumerate(files):
                own = moments(values[part])
                rest = rest_of(everyone[place], own)
                said |= not is_chance(own, rest, 1 - 0.05 / LOOKS, is_rate=place == 2, whole=False)
        wrong += said
    assert wrong / visits <= 0.05 + 1.96 * np.sqrt(0.05 * 0.95 / visits)


def test_the_interval_of_a_few_customers_minds_how_skewed_they_are(ask, table):
    few = table[(table["Children"] == 3) & (table["NumCatalogPurchases"] == 1)]
    assert 10 <= len(few) < 30
    said = ask(Children=[3], NumCatalogPurchases=[1])["overview-each-note"]
    low, high = (float(one.replace(",", "")) for one in re.findall(r"interval ([\d,]+) to ([\d,]+)", said)[0])
    mean = few["Total_Spending"].mean()
    assert high - mean > 1.2 * (mean - low)

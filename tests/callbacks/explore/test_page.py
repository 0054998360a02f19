from __future__ import annotations

import re

import numpy as np
import pytest
from scipy import stats

from core.statistics.describe import is_part
from tests.callbacks.dash_client import drawn_with, text
from tests.support.personality import PERSONALITY

ASK, ANSWER = "filters-ask.data", "filters-answer.data"


@pytest.fixture
def ask(viewer):
    def put(address: str, **more: object) -> dict:
        question = {"page": "/explore", "n": 1, "address": address, **more}
        response = viewer.call(ANSWER, {ASK: question}, ASK)
        assert response.status_code == 200, response.text
        return response.json["response"]["filters-answer"]["data"]

    return put


def figure(drawn, id):
    [graph] = drawn_with(drawn, id=id)
    return graph["figure"]


@pytest.mark.parametrize("group", PERSONALITY.groups)
def test_every_field_of_a_group_has_its_distribution(viewer, group):
    drawn = viewer.page("/explore", f"?show={group.lower()}")
    counted = [name for name in PERSONALITY.groups[group] if name not in ("Year_Birth", "Dt_Customer")]
    assert len(counted) > 7
    for name in counted:
        assert drawn_with(drawn, id=f"explore-{name}"), name


def test_the_opening_sentence_is_that_of_the_table(viewer, table):
    ordered = np.sort(table["Total_Spending"].to_numpy())[::-1]
    many = int(np.searchsorted(np.cumsum(ordered), ordered.sum() / 2)) + 1
    words = text(viewer.page("/explore"))
    assert f"Half of all spending comes from {many / len(table):.0%} of customers" in words
    assert f"(r\u00a0=\u00a0{table['Income'].corr(table['Total_Spending']):.2f})" in words


def test_bars_split_by_segment_add_up_to_the_whole(ask, table):
    answer = ask("split=segments&Children=0")
    parts = answer["views"]["explore-Age"]["values"]
    assert len(parts) == 6
    assert sum(map(sum, parts)) == (table["Children"] == 0).sum()
    ages = table.loc[(table["Children"] == 0) & (table["Segment"] == 2), "Age"]
    assert sum(parts[1]) == len(ages)


def test_shares_of_a_selection_are_percents_of_it(ask, table):
    values = ask("as=shares&Segment=1")["views"]["explore-Children"]["values"][0]
    expected = table.loc[table["Segment"] == 1, "Children"].value_counts(normalize=True).sort_index() * 100
    assert [value for value in values if value] == pytest.approx(expected.tolist())


def test_a_change_of_form_brings_the_bars_anew_and_a_filter_does_not(ask):
    assert "bars" not in ask("Children=0", form="plain")
    changed = ask("Children=0&split=segments", form="plain")
    assert len(changed["bars"]["explore-Age"]["data"]) == 7
    assert "template" not in changed["bars"]["explore-Age"]["layout"]


def test_logarithmic_bins_filter_like_any_other(ask, table):
    answer = ask("show=money&axis=log&MntWines_log=100~200")
    wines = table["MntWines"]
    assert answer["rows"] == ((wines >= 100) & (wines < 200)).sum()
    [chip] = answer["chips"]
    assert (chip["field"], chip["label"], chip["text"]) == ("MntWines_log", "Wines spending", "100 to 199")


def test_the_heatmap_is_the_correlation_of_the_selected(ask, table):
    answer = ask("show=relations&method=spearman&Segment=3")
    shown = np.array(answer["figures"]["explore-heatmap"]["data"][0]["z"], dtype=float)
    names = answer["figures"]["explore-heatmap"]["data"][0]["meta"]["rows"]
    expected = table.loc[table["Segment"] == 3, names].astype(float).corr("spearman")
    assert shown == pytest.approx(expected.to_numpy(), abs=0.001, nan_ok=True)


@pytest.mark.parametrize("filters", ["", "&Segment=3", "&Children=3", "&Segment=6&Children=3", "&Age=20~25"])
def test_the_strongest_relation_is_told_only_if_picking_it_does_not_explain_it(ask, filters):
    answer = ask(f"show=relations&method=spearman{filters}")
    said = answer["texts"]["explore-heatmap-finding"]
    r = np.abs(np.array(answer["figures"]["explore-heatmap"]["data"][0]["z"], dtype=float))
    names = answer["figures"]["explore-heatmap"]["data"][0]["meta"]["rows"]
    pairs = [
        r[row, column]
        for row, one in enumerate(names)
        for column, other in enumerate(names[:row])
        if not np.isnan(r[row, column]) and not is_part(one, other, PERSONALITY)
    ]
    t = max(pairs) * np.sqrt((answer["rows"] - 2) / (1 - max(pairs) ** 2))
    certain = 2 * stats.t.sf(t, answer["rows"] - 2) * len(pairs) <= 0.05
    assert said.startswith(
        "Strongest: " if certain else f"Nothing stands out over {answer['rows']} customers"
    )
    assert certain or f"the strongest of {len(pairs)} pairs" in said


def test_the_strongest_relation_is_told_over_those_of_whom_both_fields_are_known(ask, table):
    said = ask("show=relations")["texts"]["explore-heatmap-finding"]
    known = table[["Income", "Total_Spending"]].notna().all(axis=1).sum()
    assert known < len(table)
    assert said.startswith("Strongest: Total spending and income are strongly related")
    assert said.endswith(f"over {known:,} customers.")


def test_density_counts_those_who_pass_every_filter_also_its_own(ask, table):
    answer = ask("show=relations&x=Recency&y=Age&Recency=0~20")
    counts = np.array(answer["figures"]["explore-pair"]["data"][0]["customdata"])
    passing = table[(table["Recency"] < 20) & table["Age"].notna()]
    assert counts.sum() == len(passing)


def test_a_point_is_told_in_the_decimals_of_its_fields(ask):
    point = ask("show=relations&x=Income&y=Age")["figures"]["explore-pair"]["data"][1]["hovertemplate"]
    x, y = re.findall(r"%\{[xy]:([^}]+)\}", point)
    assert (format(52345.0, x), format(44.0, y)) == ("52,345", "44"), "and not as 5.234e+4"


def test_boxes_are_the_quartiles_of_each_segment(ask, table):
    boxes = ask("show=relations&y=Recency")["figures"]["explore-box"]["data"]
    for number, box in enumerate(boxes, start=1):
        expected = table.loc[table["Segment"] == number, "Recency"].quantile([0.25, 0.5, 0.75])
        assert [box["q1"][0], box["median"][0], box["q3"][0]] == expected.tolist()


@pytest.mark.parametrize("one", PERSONALITY.picked("related"))
def test_any_field_stands_against_any_other(ask, one):
    answer = ask(f"show=relations&x={one}&y=Income")
    assert answer["figures"]["explore-pair"]["data"][1]["x"]


def test_nobody_selected_is_drawn_too(ask):
    answer = ask("show=relations&Segment=6&Total_Spending=2000~2200")
    assert answer["rows"] == 0
    assert answer["texts"]["explore-lead"] == "No customer matches your filters."


def test_the_quality_report_has_every_finding_and_every_rule(viewer, app):
    words = text(viewer.page("/explore", "?show=quality"))
    assert "repeat another row" in words or "Repeated rows" in words
    assert "Tukey's far out" in words


@pytest.mark.parametrize(
    "address",
    ["show=nothing", "x=ID", "y=Segment", "method=kendall", "split=1", "x=" + "a" * 100, "colour=red"],
)
def test_an_option_that_is_not_there_is_told_in_words(ask, address):
    assert ask(address)["error"].startswith("Filters: found")


@pytest.mark.parametrize("options", [{"x": 5}, {"x": None}, {"show": ["people"]}, {"nothing": "1"}, "x", 7])
def test_odd_options_are_told_in_words(viewer, options):
    question = {"page": "/explore", "n": 1, "clauses": {}, "options": options}
    response = viewer.call(ANSWER, {ASK: question}, ASK)
    assert response.status_code == 200
    assert "Filters: found" in response.json["response"]["filters-answer"]["data"]["error"]


@pytest.mark.parametrize("section", [*map(str.lower, PERSONALITY.groups), "relations", "quality"])
def test_an_answer_of_every_section_is_compact(ask, section):
    assert len(str(ask(f"show={section}&Segment=1,2&split=segments"))) < 30_000


def test_what_is_below_zero_has_a_minus_and_no_hyphen(viewer):
    words = text(viewer.page("/explore", "?show=relations"))
    assert "from −1 to 1" in words
    assert not re.search(r"(?<!\S)-\d", words)

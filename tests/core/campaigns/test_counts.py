"""Counts by the cross-filter, against pandas on the same customers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.campaigns import counts
from core.campaigns.gains import gains
from core.crossfilter.table import Crossfilter
from core.model import axes
from core.schema.fields import Field, Kind
from core.schema.schema import Schema
from core.statistics.rates import Groups
from tests.support.personality import CAMPAIGNS, PERSONALITY, profile

SELECTIONS = [
    "",
    "Segment=2,3",
    "Children=0~1&Segment=1",
    "Total_Spending=200~600&Kidhome=0",
    "AcceptedCmp1=yes",
]


@pytest.fixture
def crossfilter(model):
    return model.crossfilter


@pytest.fixture
def table(model):
    """Customers with what was known before each campaign."""
    return model.table


def chosen(model, text):
    return model.table.iloc[model.crossfilter.rows(model.crossfilter.selection(text))]


def pairs(groups: Groups) -> list[tuple[int, int]]:
    return list(zip(groups.contacted.tolist(), groups.accepted.tolist(), strict=True))


@pytest.mark.parametrize("text", SELECTIONS)
@pytest.mark.parametrize("campaign", ["AcceptedCmp3", "Response"])
def test_totals_are_those_of_the_selected_customers(model, crossfilter, text, campaign):
    rows = chosen(model, text)
    found = counts.in_total(crossfilter, crossfilter.selection(text), campaign, PERSONALITY)
    assert pairs(found) == [(len(rows), int(rows[campaign].sum()))]


def test_segments_are_all_counted_whichever_is_selected(crossfilter, table):
    found = counts.by_segment(
        crossfilter, crossfilter.selection("Segment=2&Children=0"), CAMPAIGNS, PERSONALITY
    )
    rows = table[table["Children"] == 0].groupby("Segment")
    assert list(found) == list(CAMPAIGNS)
    for campaign, groups in found.items():
        assert pairs(groups) == [(len(part), int(part[campaign].sum())) for _, part in rows]


def test_a_field_is_counted_without_its_own_filter_and_with_all_others(crossfilter, table):
    found = counts.by_field(
        crossfilter, crossfilter.selection("Children=0&Segment=2"), "Response", "Children", PERSONALITY
    )
    rows = table[table["Segment"] == 2].groupby("Children")["Response"]
    assert [pair for pair in pairs(found) if pair[0]] == [(len(part), int(part.sum())) for _, part in rows]


@pytest.mark.parametrize("campaign", ["AcceptedCmp1", "AcceptedCmp4", "Response"])
@pytest.mark.parametrize("text", ["", "Segment=1&AcceptedCmp2=no"])
def test_only_campaigns_before_count_as_earlier(model, crossfilter, campaign, text):
    rows = chosen(model, text)
    before = rows[list(counts.campaigns_before(campaign, PERSONALITY))].sum(axis=1)
    selection = crossfilter.selection(text)
    found = counts.by_earlier(
        crossfilter,
        selection,
        campaign,
        PERSONALITY,
        counts.before(crossfilter, selection, campaign, PERSONALITY),
    )
    assert pairs(found) == [
        (int((before == number).sum()), int(rows[campaign][before == number].sum()))
        for number in range(len(found))
    ]
    once = counts.before(crossfilter, selection, campaign, PERSONALITY).once
    assert pairs(once) == [(int((before > 0).sum()), int(rows[campaign][before > 0].sum()))]


@pytest.mark.parametrize("text", SELECTIONS)
def test_the_top_spenders_are_those_that_sorting_finds(model, crossfilter, text):
    rows = chosen(model, text)
    top = rows.sort_values("Total_Spending", ascending=False, kind="stable").head(int(len(rows) * 0.2))
    found = counts.top_spenders(crossfilter, crossfilter.selection(text), "Response", PERSONALITY)
    assert pairs(found) == [(len(top), int(top["Response"].sum()))]


def test_nobody_selected_is_nobody_contacted(model, crossfilter):
    selection = crossfilter.selection("Segment=1&Total_Spending=0~200")
    assert crossfilter.count(selection) == 0
    assert pairs(counts.top_spenders(crossfilter, selection, "Response", PERSONALITY)) == [(0, 0)]
    assert pairs(counts.before(crossfilter, selection, "Response", PERSONALITY).once) == [(0, 0)]


@pytest.mark.parametrize("campaign", ["AcceptedCmp2", "Response"])
@pytest.mark.parametrize("text", ["", "Earlier_Acceptance=1~2&Total_Spending=400~1000"])
def test_the_promising_come_first(model, crossfilter, campaign, text):
    """Filters on the ordering fields hold as well, unlike in a chart of such a field."""
    kept = counts.usable(crossfilter.selection(text), campaign, PERSONALITY)
    rows = model.table.iloc[crossfilter.rows(kept)]
    before = rows[list(counts.campaigns_before(campaign, PERSONALITY))].sum(axis=1)
    found = gains(
        counts.before(crossfilter, crossfilter.selection(text), campaign, PERSONALITY).promising_first
    )
    assert int(found.contacted[-1]) == len(rows)
    assert int((before > 0).sum()) in found.contacted
    by_spending = gains(
        counts.spending_first(crossfilter, crossfilter.selection(text), campaign, PERSONALITY)
    )
    assert by_spending.accepted[-1] == found.accepted[-1] == rows[campaign].sum()


def test_filters_on_the_answer_itself_are_left_out_and_named(crossfilter):
    text = "Response=yes&Campaign_Acceptance=2~3&Earlier_Acceptance=1&Segment=2"
    selection = crossfilter.selection(text)
    assert counts.circular(selection, "Response", PERSONALITY) == ["Campaign_Acceptance", "Response"]
    assert counts.circular(selection, "AcceptedCmp2", PERSONALITY) == [
        "Campaign_Acceptance",
        "Earlier_Acceptance",
    ]
    assert str(counts.usable(selection, "Response", PERSONALITY)) == "Earlier_Acceptance=1&Segment=2"


def test_a_filter_that_calls_itself_a_campaigns_is_counted_like_any_other(crossfilter, table):
    selection = crossfilter.selection("Response:Children=0")
    rows = table[table["Children"] == 0]
    assert pairs(counts.in_total(crossfilter, selection, "Response", PERSONALITY)) == [
        (len(rows), int(rows["Response"].sum()))
    ]
    by_segment = counts.by_segment(crossfilter, selection, ["Response"], PERSONALITY)["Response"]
    assert int(by_segment.contacted.sum()) == len(rows)


def test_customers_without_an_answer_are_not_counted_as_contacted(model, tmp_path):
    table = model.table.copy()
    table.loc[::7, "Response"] = float("nan")
    axes.build(table, model.card.profile, tmp_path / "crossfilter", PERSONALITY)
    crossfilter = Crossfilter.open(tmp_path / "crossfilter")
    known = table[table["Response"].notna()]
    everyone = crossfilter.selection()
    assert pairs(counts.in_total(crossfilter, everyone, "Response", PERSONALITY)) == [
        (len(known), int(known["Response"].sum()))
    ]
    assert pairs(counts.by_segment(crossfilter, everyone, ["Response"], PERSONALITY)["Response"]) == [
        (len(part), int(part["Response"].sum())) for _, part in known.groupby("Segment")
    ]
    top = known.sort_values("Total_Spending", ascending=False, kind="stable").head(int(len(known) * 0.2))
    assert pairs(counts.top_spenders(crossfilter, everyone, "Response", PERSONALITY)) == [
        (len(top), int(top["Response"].sum()))
    ]


MANY = Schema(
    (
        Field("Age", "Age", Kind.YEARS),
        *(Field(f"Offer_{number}", f"Offer {number}", Kind.FLAG) for number in range(15)),
    ),
    basis=("Age",),
    outcomes=tuple(f"Offer_{number}" for number in range(15)),
)


def test_fifteen_campaigns_without_money_are_counted_in_one_pass_as_pandas_does(tmp_path):
    """A question for each pattern of earlier answers would be sixteen thousand of them."""
    random = np.random.default_rng(3)
    table = pd.DataFrame({name: (random.random(900) < 0.3).astype(float) for name in MANY.outcomes})
    table = table.assign(Age=random.integers(20, 80, 900) * 1.0, Segment=np.arange(900) % 3 + 1)
    table.loc[::9, "Offer_4"] = np.nan
    table.loc[::11, "Offer_14"] = np.nan
    axes.build(table, profile(table, 3, schema=MANY), tmp_path / "crossfilter", MANY)
    crossfilter = Crossfilter.open(tmp_path / "crossfilter")
    selection = crossfilter.selection("Offer_2=yes")
    found = counts.before(crossfilter, selection, "Offer_14", MANY)
    rows = table[(table["Offer_2"] == 1) & table["Offer_14"].notna()]
    times = rows[list(MANY.outcomes[:14])].sum(axis=1, skipna=False)
    assert pairs(found.by_number) == [
        (int((times == number).sum()), int(rows["Offer_14"][times == number].sum())) for number in range(15)
    ]
    assert pairs(counts.spending_first(crossfilter, selection, "Offer_14", MANY)) == [
        (len(rows), int(rows["Offer_14"].sum()))
    ]
    assert counts.counted("Offer_14", MANY) is None

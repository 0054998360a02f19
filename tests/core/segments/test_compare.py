from __future__ import annotations

import numpy as np
import pytest

from core.segments.compare import (
    COMPARED,
    EVERYONE,
    LEVELS,
    Comparison,
    Group,
    boxes,
    compare,
    size_word,
)


def compared(model, text=""):
    return compare(model.crossfilter, model.card.profile, model.crossfilter.selection(text))


def test_without_filters_means_and_effects_are_those_of_the_profile(model):
    found, profile = compared(model), model.card.profile
    assert found.fields == COMPARED
    assert [group.size for group in found.groups] == [2240, *(segment.size for segment in profile.segments)]
    for segment in profile.segments:
        for name in found.fields:
            mean = segment.averages[name].mean
            assert found.groups[segment.number].means[name] == pytest.approx(mean, rel=1e-5)
            assert found.effect(segment.number, name) == pytest.approx(segment.effects[name], abs=1e-4)


def test_under_a_filter_everyone_is_everyone_who_matches(model):
    found = compared(model, "Children=0")
    rows = model.table[model.table["Children"] == 0]
    assert found.groups[EVERYONE].size == len(rows)
    assert found.groups[EVERYONE].means["Income"] == pytest.approx(rows["Income"].mean(), rel=1e-5)
    own = rows[rows["Segment"] == 3]["Income"].mean()
    deviation = model.table["Income"].std(ddof=0)
    assert found.effect(3, "Income") == pytest.approx((own - rows["Income"].mean()) / deviation, abs=1e-4)


def test_a_filter_on_segments_leaves_all_of_them_to_compare_with(model):
    assert compared(model, "Segment=1") == compared(model)


def test_a_group_without_customers_has_no_difference():
    found = Comparison(
        (Group(5, {"Age": 40.0}), Group(5, {"Age": 40.0}), Group(0, {"Age": None})), {"Age": 10.0}
    )
    assert found.effect(2, "Age") is None
    assert found.gap(1, 2, "Age") is None
    assert found.gap(1, EVERYONE, "Age").value == 0.0
    assert found.ordered([1, 2]) == []


def test_a_field_in_which_all_are_alike_makes_no_difference():
    found = Comparison(
        (Group(9, {"Age": 40.0}), Group(4, {"Age": 40.0}), Group(5, {"Age": 40.0})), {"Age": 0.0}
    )
    assert found.gap(1, 2, "Age").chance


def test_gaps_are_antisymmetric_and_ordered_by_their_width(model):
    found = compared(model)
    one, other = found.gap(1, 6, "Income"), found.gap(6, 1, "Income")
    assert (one.value, one.low, one.high) == pytest.approx((-other.value, -other.high, -other.low))
    order = found.ordered([1, 4, EVERYONE])
    widths = [found.widest(name, [1, 4, EVERYONE])[2].value for name in order]
    assert sorted(order) == sorted(COMPARED)
    assert widths == sorted(widths, reverse=True)


def test_the_widest_gap_is_between_the_highest_and_the_lowest_mean(model):
    high, low, gap = compared(model).widest("Total_Spending", [6, 1, EVERYONE])
    assert (high, low) == (1, 6)
    assert gap.value > 0


def test_intervals_cover_a_known_difference_at_the_stated_rate():
    """Two normal groups, half a standard deviation apart, and a part of everyone against everyone."""
    random, hits, part_hits, tries = np.random.default_rng(5), 0, 0, 600
    for _ in range(tries):
        one, other = random.normal(0.5, 1, 60), random.normal(0.0, 1, 120)
        all_ = np.concatenate([one, other])
        means = [{"Age": float(group.mean())} for group in (all_, one, other)]
        found = Comparison((Group(180, means[0]), Group(60, means[1]), Group(120, means[2])), {"Age": 1.0})
        gap, part = found.gap(1, 2, "Age"), found.gap(1, EVERYONE, "Age")
        hits += gap.low <= 0.5 <= gap.high
        part_hits += part.low <= 0.5 * 2 / 3 <= part.high
    assert 0.93 <= hits / tries <= 0.97
    assert 0.93 <= part_hits / tries <= 0.97


def test_the_share_explained_is_eta_squared(model):
    table, found = model.table, compared(model)
    means = table.groupby("Segment")["Recency"].transform("mean")
    eta = ((means - table["Recency"].mean()) ** 2).sum() / (
        (table["Recency"] - table["Recency"].mean()) ** 2
    ).sum()
    assert found.explained("Recency") == pytest.approx(eta, rel=1e-4)


@pytest.mark.parametrize(
    ("effect", "word"),
    [(0.19, "hardly any"), (0.2, "small"), (-0.5, "medium"), (0.79, "medium"), (-0.8, "large")],
)
def test_sizes_are_called_as_cohen_does(effect, word):
    assert size_word(effect) == word


def test_quantiles_are_those_of_the_rows(model):
    places = np.flatnonzero((model.table["Children"] == 1).to_numpy())
    found = boxes(model.people, places, "Income", 6)
    rows = model.table.iloc[places].dropna(subset=["Income"])
    assert found.boxes[0].known == len(rows)
    own = rows[rows["Segment"] == 2]["Income"]
    assert found.boxes[2].quantiles == pytest.approx(np.quantile(own, LEVELS))


def test_quantiles_of_nobody_are_unknown(model):
    found = boxes(model.people, np.array([], dtype=int), "Age", 6)
    assert [box.quantiles for box in found.boxes] == [None] * 7


def test_many_customers_are_sampled_and_it_is_said(model):
    found = boxes(model.people, np.arange(2240), "Age", 6, most=500)
    assert (found.sampled, found.customers) == (500, 2240)

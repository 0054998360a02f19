from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multicomp import pairwise_tukeyhsd

from core.crossfilter.table import Crossfilter, Moments
from core.model.lloyd import kmeans
from core.profiles.contrast import EVERYONE, LEVELS, Comparison, Group, boxes, contrast, size_word
from tests.support.personality import PERSONALITY


def compared(model, text=""):
    return contrast(model, model.crossfilter.selection(text))


def moments(values) -> Moments:
    known = np.asarray(values, dtype=float)
    return Moments(len(known), float(known.sum()), float((known**2).sum()))


def of_samples(*samples, name="Children", deviation=1.0, made=()) -> Comparison:
    """Segments with these values of one field, and everyone."""
    sides = [np.concatenate(samples), *samples]
    groups = tuple(Group(len(one), {name: float(np.mean(one))}, {name: moments(one)}) for one in sides)
    return Comparison(groups, {name: deviation}, frozenset(made))


def test_without_filters_means_and_effects_are_those_of_the_profile(model):
    found, profile = compared(model), model.card.profile
    assert found.fields == PERSONALITY.picked("compared")
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


def test_squares_are_counted_of_those_alone_that_are_compared(model, monkeypatch):
    asked, views = [], Crossfilter.views
    monkeypatch.setattr(
        Crossfilter, "views", lambda self, *args, **more: asked.append(args[0]) or views(self, *args, **more)
    )
    found = compared(model, "Children=0")
    assert not asked
    found.widest([1, 3])
    assert sorted(code for one in asked for code in one.codes("Segment") or {-1}) == [0, 2]


def test_a_group_without_customers_has_no_difference():
    found = Comparison(
        (Group(5, {"Age": 40.0}), Group(5, {"Age": 40.0}), Group(0, {"Age": None})), {"Age": 10.0}
    )
    assert found.effect(2, "Age") is None
    assert found.gap(1, 2, "Age") is None
    assert found.gap(1, EVERYONE, "Age").value == 0.0
    assert found.widest([1, 2]) == {}


def test_a_field_in_which_all_are_alike_makes_no_difference():
    assert of_samples(np.full(12, 40.0), np.full(15, 40.0), deviation=0.0).gap(1, 2, "Children").chance


def test_gaps_are_antisymmetric_and_ordered_by_their_width(model):
    found = compared(model)
    for pair in ((1, 6), (2, EVERYONE)):
        one, other = (found.gap(*places, "NumDealsPurchases") for places in (pair, pair[::-1]))
        assert (one.value, *one.interval) == pytest.approx(
            (-other.value, -other.interval[1], -other.interval[0])
        )
    order = found.widest([1, 4, EVERYONE])
    widths = [found.widest([1, 4, EVERYONE])[name][2].value for name in order]
    assert sorted(order) == sorted(PERSONALITY.picked("compared"))
    assert widths == sorted(widths, reverse=True)


def test_the_widest_gap_is_between_the_highest_and_the_lowest_mean(model):
    high, low, gap = compared(model).widest([6, 1, EVERYONE])["Total_Spending"]
    assert (high, low) == (1, 6)
    assert gap.value > 0


def test_fields_of_the_basis_and_parts_of_them_differ_by_construction_and_have_no_interval(model):
    found = compared(model)
    assert found.made == set(PERSONALITY.picked("compared")) - {
        "Children",
        "NumCatalogPurchases",
        "NumDealsPurchases",
        "Response",
    }
    for name in found.fields:
        gap = found.widest([1, 2, 3])[name][2]
        assert (gap.interval is None) == (name in found.made)
        assert gap.interval is not None or gap.chance


def test_an_interval_between_two_segments_is_welchs(model):
    """Each with its own deviation: against scipy, on the rows."""
    found, table = compared(model, "Children=0"), model.table[model.table["Children"] == 0]
    sides = [table.loc[table["Segment"] == number, "NumDealsPurchases"] for number in (1, 5)]
    reference = stats.ttest_ind(*sides, equal_var=False).confidence_interval(0.95)
    unit = model.table["NumDealsPurchases"].std(ddof=0)
    assert found.gap(1, 5, "NumDealsPurchases").interval == pytest.approx(
        (reference.low / unit, reference.high / unit), rel=1e-4
    )


@pytest.mark.parametrize("sizes", [(12, 30, 700), (300, 200, 100, 50)])
def test_an_interval_that_was_picked_is_games_and_howells(sizes):
    """Against statsmodels, of groups as unequal in spread as in size."""
    random = np.random.default_rng(7)
    samples = [random.normal(0.3 * place, 1 + place, n) for place, n in enumerate(sizes)]
    high, low, gap = of_samples(*samples).widest([*range(1, len(sizes) + 1)])["Children"]
    labels = np.repeat(np.arange(1, len(sizes) + 1), sizes)
    reference = pairwise_tukeyhsd(np.concatenate(samples), labels, use_var="unequal")
    pair = list(zip(*np.triu_indices(len(sizes), 1), strict=True)).index(
        (min(high, low) - 1, max(high, low) - 1)
    )
    expected = reference.confint[pair]
    expected = tuple(expected) if high > low else (-expected[1], -expected[0])
    assert gap.interval == pytest.approx(expected, abs=2e-3)


def test_a_pair_of_rates_that_was_picked_is_as_sure_as_the_furthest_apart_of_six():
    """Six equal rates: 95 of 100 widest pairs leave room for chance."""
    random, wrong, tries = np.random.default_rng(12), 0, 400
    for _ in range(tries):
        found = of_samples(*((random.random(n) < 0.15).astype(float) for n in (40, 80, 150, 200, 300, 400)))
        found = replace(found, rates=frozenset(["Children"]))
        wrong += not found.widest([1, 2, 3, 4, 5, 6])["Children"][2].chance
    assert wrong / tries <= 0.05 + 1.96 * np.sqrt(0.05 * 0.95 / tries)


@pytest.mark.parametrize("chosen", [[1, 2], [1, 2, 3, 4, 5, 6], [1, 2, EVERYONE]])
def test_on_noise_the_widest_pair_is_no_chance_in_one_table_of_twenty_at_most(chosen):
    """Segments of unequal size and spread without any difference; the wider are the smaller ones."""
    random, wrong, tries = np.random.default_rng(11), 0, 500
    for _ in range(tries):
        sizes, spreads = (15, 40, 80, 200, 300, 60), (3.0, 2.0, 1.0, 1.0, 0.5, 1.0)
        found = of_samples(*(random.normal(0, spread, n) for n, spread in zip(sizes, spreads, strict=True)))
        wrong += not found.widest(chosen)["Children"][2].chance
    assert wrong / tries <= 0.05 + 1.96 * np.sqrt(0.05 * 0.95 / tries)


def test_segments_of_noise_claim_nothing_of_fields_that_they_were_not_made_from():
    """K-Means with six segments over noise, four unrelated fields: one false claim in twenty tables at most."""
    random, wrong, tries = np.random.default_rng(2), 0, 50
    names = ("Children", "NumCatalogPurchases", "NumDealsPurchases", "Response")
    for seed in range(tries):
        labels = kmeans(random.normal(size=(300, 7)), 6, starts=1, seed=seed).labels
        values = {name: random.poisson(1.0, 300).astype(float) for name in names[:3]}
        values["Response"] = (random.random(300) < 0.15).astype(float)
        sides = [np.arange(300), *(np.flatnonzero(labels == label) for label in range(6))]
        groups = [
            Group(
                len(rows),
                {name: float(values[name][rows].mean()) for name in names},
                {name: moments(values[name][rows]) for name in names},
            )
            for rows in sides
        ]
        found = Comparison(tuple(groups), {name: float(values[name].std()) for name in names})
        wrong += any(not found.widest([1, 2, 3, 4, 5, 6])[name][2].chance for name in names)
    assert wrong <= stats.binom.ppf(0.99, tries, 0.05)


def test_of_fields_that_are_said_to_differ_one_in_twenty_is_chance():
    """Ten skewed fields, in half of which one of six segments differs: nearly all of these are found, too."""
    random, false, found = np.random.default_rng(9), [], []
    for _ in range(30):
        labels = random.integers(0, 6, 600)
        values = {place: random.lognormal(0, 0.7, 600) for place in range(10)}
        values = {str(one): column + 0.5 * (labels == one % 6) * (one < 5) for one, column in values.items()}
        sides = [np.arange(600), *(np.flatnonzero(labels == label) for label in range(6))]
        groups = [
            Group(
                len(rows),
                {name: float(column[rows].mean()) for name, column in values.items()},
                {name: moments(column[rows]) for name, column in values.items()},
            )
            for rows in sides
        ]
        widest = Comparison(tuple(groups), {name: float(column.std()) for name, column in values.items()})
        said = [int(name) for name, (*_, gap) in widest.widest([1, 2, 3, 4, 5, 6]).items() if not gap.chance]
        false.append(sum(one >= 5 for one in said) / max(len(said), 1))
        found.append(sum(one < 5 for one in said) / 5)
    assert np.mean(false) <= 0.05
    assert np.mean(found) > 0.9


def test_of_all_there_are_the_widest_pair_is_chance_where_as_many_drawn_from_them_differ_as_much():
    """Customers dealt into six segments, again and again: said to differ in one of twenty, without any interval."""
    random, wrong, tries = np.random.default_rng(21), 0, 400
    spent, sizes = random.gamma(1.0, 600.0, 700), (40, 60, 100, 150, 150, 200)
    for _ in range(tries):
        dealt = np.split(random.permutation(spent), np.cumsum(sizes)[:-1])
        found = replace(of_samples(*dealt), whole=True).widest([1, 2, 3, 4, 5, 6])["Children"][2]
        assert found.interval is None
        wrong += not found.chance
    assert 0.02 <= wrong / tries <= 0.05 + 1.96 * np.sqrt(0.05 * 0.95 / tries)


def test_of_all_there_are_a_handful_says_nothing_and_a_true_difference_is_found():
    few, many, others = np.arange(9.0), np.arange(40.0) + 100, np.arange(50.0)
    found = replace(of_samples(few, many, others), whole=True)
    assert found.gap(1, 2, "Children").is_open
    assert not found.gap(2, 3, "Children").chance
    assert not found.gap(EVERYONE, 2, "Children").chance


def test_a_true_difference_is_still_found():
    random = np.random.default_rng(4)
    found = of_samples(random.normal(0.5, 1, 300), *(random.normal(0, 1, 300) for _ in range(5)))
    high, _, gap = found.widest([1, 2, 3, 4, 5, 6])["Children"]
    assert high == 1
    assert not gap.chance


def test_of_fewer_than_ten_customers_it_is_not_said_whether_it_could_be_chance():
    few, many = np.arange(9.0), np.arange(40.0) + 100
    assert of_samples(few, many).gap(1, 2, "Children").interval is None
    assert of_samples(np.arange(10.0), many).gap(1, 2, "Children").interval is not None
    assert of_samples(many, few).gap(1, EVERYONE, "Children").interval is None


@pytest.mark.parametrize("spreads", [(1.0, 1.0), (3.0, 0.5)])
def test_intervals_cover_a_known_difference_at_the_stated_rate(spreads):
    """Two normal groups of unlike spread, half a unit apart, and a part of everyone against everyone."""
    random, hits, part_hits, tries = np.random.default_rng(5), 0, 0, 600
    for _ in range(tries):
        found = of_samples(random.normal(0.5, spreads[0], 60), random.normal(0.0, spreads[1], 120))
        gap, part = found.gap(1, 2, "Children"), found.gap(1, EVERYONE, "Children")
        hits += gap.interval[0] <= 0.5 <= gap.interval[1]
        part_hits += part.interval[0] <= 0.5 * 2 / 3 <= part.interval[1]
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

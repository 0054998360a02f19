"""Groups are seen where some were planted, and not in crowds, whatever their shape: bench/groups.py has the full tables."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial import ConvexHull

from bench.shapes import AFTER, CROWDS, LATEST, NEWER, UNSEEN, planted
from core.evidence import crowds
from core.evidence.groups import Flat, Groups, asked, groups, judged
from core.evidence.other_crowds import Layered, Round, Scored, Turned
from core.evidence.thinning import along_shape, held_out, thinning
from core.model.lloyd import kmeans

FEW = 19
TURN = np.array([[0.8, 0.6], [-0.6, 0.8]])


def verdict(shape) -> Groups:
    found = groups(shape(np.random.default_rng(2), 600, 7), 1, FEW)
    assert found is not None
    return found


@pytest.mark.parametrize("name", ["long", "zeros", "ties", "skewed", "one-sided"])
def test_of_one_crowd_no_groups_are_said_whatever_its_shape(name):
    """The cut across a long crowd, zeros, ties, and tails on one side were each taken for groups by an earlier rule."""
    assert not verdict(CROWDS[name]).found


@pytest.mark.parametrize("name", ["ball", "Frank", "uneven"])
def test_a_crowd_that_is_no_copula_is_no_group_either(name):
    """Beside copulas alone each of them was taken for groups."""
    assert not groups({**UNSEEN, **NEWER}[name](np.random.default_rng(2), 300, 7), 1, FEW).found


def test_two_peaks_of_a_logarithm_beside_unrelated_fields_are_no_groups_but_two_heaps_as_they_are_are():
    """As spending has them: of unrelated columns groups were said, since tails are shortened before a second look."""
    rng = np.random.default_rng(2)
    heap = np.concatenate([rng.normal(0, 1, 300), rng.normal(4.5, 1, 300)])
    spending = np.exp(np.concatenate([rng.normal(3.5, 0.7, 300), rng.normal(6.6, 0.5, 300)]))
    beside = rng.lognormal(size=600)
    unrelated = np.column_stack([spending, rng.normal(size=600), rng.normal(size=600)])
    assert not groups(unrelated, 1, FEW).found
    assert groups(np.column_stack([heap, beside, rng.normal(size=600)]), 1, FEW).found


def test_a_small_group_far_from_another_is_seen():
    """Tails that are shortened pull one customer in twenty into the others."""
    found = [groups(planted(2, 6.0, "small")(np.random.default_rng(seed), 600, 7), 1, FEW) for seed in (1, 2)]
    assert all(one.found for one in found)


@pytest.mark.parametrize("kind", [Turned, Round, Scored])
def test_other_crowds_are_like_the_customers_and_have_no_gap(kind):
    """Means, deviations and correlations are kept; two heaps six deviations apart are not."""
    points = crowds.standardised(planted(2, 6.0)(np.random.default_rng(3), 2000, 3))
    drawn = kind.of(points).draw(np.random.default_rng(4), 2000)
    assert np.corrcoef(drawn.T) == pytest.approx(np.corrcoef(points.T), abs=0.2)
    assert drawn.std(axis=0) == pytest.approx(np.ones(3))
    clear, crowd = (thinning(one, kmeans(one, 2, starts=3, seed=1)).clear for one in (points, drawn))
    assert clear > 10
    assert crowd < 2


def test_a_round_crowd_keeps_distances_from_the_centre_and_needs_no_second_direction():
    ball = UNSEEN["ball"](np.random.default_rng(5), 500, 4)
    drawn = Round.of(ball).draw(np.random.default_rng(6), 500)
    far = [
        np.sort(np.linalg.norm(one / one.std(axis=0), axis=1)) for one in (ball - ball.mean(axis=0), drawn)
    ]
    assert far[0] == pytest.approx(far[1], abs=0.2)
    twice = np.column_stack([ball[:, 0], 2 * ball[:, 0]])
    assert np.isfinite(Round.of(twice).draw(np.random.default_rng(6), 500)).all()


@pytest.mark.parametrize("k", [2, 3, 4, 6])
def test_planted_groups_are_seen(k):
    assert verdict(planted(k, 4.0)).found


def test_groups_of_unequal_size_and_spread_are_seen():
    assert verdict(planted(3, 4.0, "unequal")).found


def test_the_same_customers_get_the_same_verdict_in_any_unit():
    points = planted(3, 3.5)(np.random.default_rng(2), 300, 4)
    first, other, bent = (groups(one, 3, 19) for one in (points, 1000 - 12 * points, np.exp(points / 4)))
    assert first is not None
    assert other is not None
    assert bent is not None
    assert first.fresh == pytest.approx(other.fresh, abs=0.2)
    assert first.found == other.found == bent.found is True


def test_of_many_customers_a_seeded_sample_is_looked_at():
    points = planted(2, 5.0)(np.random.default_rng(2), 4000, 2)
    found = groups(points, 3, 19)
    assert found is not None
    assert (found.rows, found.found) == (2500, True)


def test_of_a_crowd_no_more_crowds_are_drawn_than_answer_and_of_groups_all():
    drawn = []
    crowd, grouped = CROWDS["longer"], planted(2, 5.0)
    for shape in (crowd, grouped):
        found = groups(shape(np.random.default_rng(2), 300, 2), 1, FEW, at=lambda *turn: drawn.append(turn))
        assert found is not None
        drawn.append((found.found, found.crowds, found.as_much))
    first, last = [one for one in drawn if len(one) == 3]
    assert (first[0], first[1] < FEW, first[2]) == (False, True, 5)
    assert last[:2] == (True, FEW)
    assert len(drawn) - 2 == first[1] + 3 * FEW


@pytest.mark.parametrize("different", [2, 5])
def test_where_there_are_fewer_values_than_segments_there_is_an_answer(different):
    points = np.random.default_rng(1).integers(0, different, (300, 1)).astype(float)
    found = groups(points, 1, FEW)
    assert found is not None
    assert not found.found


def test_where_nobody_differs_nothing_is_said():
    assert groups(np.ones((300, 3)), 1, 19) is None


def test_two_heights_of_a_single_figure_are_groups_and_one_with_a_long_tail_is_none():
    rng = np.random.default_rng(0)
    one = rng.normal(size=(300, 1))
    apart = np.where(np.arange(300)[:, None] < 150, one, one + 5)
    long, split = groups(np.exp(one), 1, 19), groups(apart, 1, 19)
    assert long is not None
    assert split is not None
    assert (long.found, split.found, split.fields) == (False, True, 1)


def test_a_gap_in_one_of_several_fields_is_seen():
    points = np.random.default_rng(5).normal(size=(400, 4))
    points[:200, 2] += 6
    found = groups(points, 1, 19)
    assert found is not None
    assert found.found


def test_groups_in_two_fields_are_seen():
    """In the ranks of fields, where crowds kept every gap of a field, they hardly were."""
    found = [groups(planted(2, 4.0)(np.random.default_rng(seed), 300, 2), 1, 19) for seed in range(3)]
    assert sum(one is not None and one.found for one in found) == 3


def test_a_crowd_has_the_heaps_and_the_correlations_of_the_customers():
    points = crowds.standardised(CROWDS["zeros"](np.random.default_rng(4), 500, 5))
    crowd = crowds.alike(points, np.random.default_rng(5))
    drawn = [crowd.draw(np.random.default_rng(seed), 500) for seed in range(200)]
    heaps = [(np.abs(one - one.min(axis=0)) < 1e-9).mean() for one in drawn]
    assert np.mean(heaps) == pytest.approx((points == points.min(axis=0)).mean(), abs=0.01)
    mean = np.mean([np.corrcoef(one.T) for one in drawn], axis=0)
    assert mean == pytest.approx(np.corrcoef(points.T), abs=0.04)


def test_tails_are_shortened_and_what_lies_apart_stays_apart():
    rng = np.random.default_rng(2)
    heavy = crowds.tempered(rng.standard_t(2, size=(3000, 1)))
    long = crowds.tempered(np.exp(2 * rng.normal(size=(3000, 1))))
    assert max(abs(heavy).max(), abs(long).max()) < 4.5
    apart = crowds.tempered(np.where(np.arange(3000)[:, None] < 1500, 0, 9) + rng.normal(size=(3000, 1)))
    assert (abs(apart) < 0.3).mean() < 0.01


def test_values_that_differ_by_rounding_alone_are_one_value_of_a_margin():
    """Tails that are shortened as far as numbers go: evidence ended in an error."""
    column = np.concatenate(
        [np.linspace(-1, 1, 50), [np.nextafter(1, 2), np.nextafter(np.nextafter(1, 2), 2)]]
    )
    for margin in (crowds.Margin.of(column), crowds.Margin.as_is(column)):
        assert len(margin.values) == 50
        assert margin.until[-1] == pytest.approx(1.0)
        assert np.isfinite(margin.draw(np.linspace(-3, 3, 100))).all()


@pytest.mark.parametrize("apart", [0.0, 3.0, 8.0])
def test_a_margin_has_one_peak_wherever_the_customers_have_theirs(apart):
    rng = np.random.default_rng(1)
    column = rng.normal(size=2000) + apart * (rng.uniform(size=2000) < 0.5)
    drawn = crowds.Margin.of(column).draw(rng.normal(size=200_000))
    counts, _ = np.histogram(drawn, bins=np.quantile(drawn, [0, 1])[0] + np.arange(13) / 12 * np.ptp(drawn))
    peak = int(counts.argmax())
    slack = 0.02 * counts.sum()
    assert (np.diff(counts)[:peak] > -slack).all()
    assert (np.diff(counts)[peak:] < slack).all()
    assert np.quantile(drawn, [0.1, 0.5, 0.9]) == pytest.approx(
        np.quantile(column, [0.1, 0.5, 0.9]), abs=0.2 + apart / 4
    )


def test_the_chance_of_error_is_the_share_of_crowds_that_look_as_grouped():
    clearness, fresh = np.linspace(0, 9, 20)[:, None] * np.ones(4), Flat(2.0, 2.0)
    assert judged(fresh, 100, 3, 1, clearness[::-1]).chance == pytest.approx(1 / 20)
    assert judged(fresh, 100, 3, 1, clearness).chance == 1.0
    assert judged(fresh, 100, 3, 1, np.full((20, 4), 0.2)).chance == 1.0


def test_what_a_flat_crowd_makes_by_chance_is_no_group():
    clearest = np.linspace(9, 0, 20)[:, None] * np.ones(4)
    flat = judged(Flat(0.5, 1.0), 100, 3, 1, clearest)
    assert (flat.found, flat.flat, flat.chance) == (False, True, pytest.approx(0.309, abs=0.001))
    assert judged(Flat(-0.8, 2.0), 100, 3, 1, clearest).flat
    assert judged(Flat(2.0, -0.5), 100, 3, 1, clearest).flat
    assert judged(Flat(0.5, 1.5), 100, 3, 1, clearest).found
    assert not judged(Flat(0.5, 1.0), 100, 3, 1, clearest[::-1]).flat


def test_more_is_asked_of_more_customers_and_in_more_fields():
    """What groups thin out by grows with the root of their customers, and what chance makes of a flat crowd does not."""
    clearest = np.linspace(9, 0, 20)[:, None] * np.ones(4)
    for rows, fields, fresh, found in ((600, 2, 1.2, True), (600, 7, 0.5, True), (2000, 7, 1.4, False)):
        said = judged(Flat(fresh, 2.0, *asked(rows, fields)), rows, fields, 1, clearest)
        assert (said.found, said.flat) == (found, not found)
        assert said.confirmed == (found and fields == 2)
    assert asked(300, 2) == asked(600, 2) == (1.0, -0.5)
    assert (asked(399, 3), asked(400, 3)) == ((1.5, -0.5), (1.3, -0.5))


def test_corners_of_a_flat_crowd_of_few_customers_in_many_fields_are_no_groups():
    """One crowd of 39 thins out as much, which is enough of so few."""
    points = LATEST["pyramid"](np.random.default_rng([13, 109]), 300, 7)
    assert not groups(points, 13 + 1000 * 109).found


@pytest.mark.parametrize("shape", [LATEST["pyramid"], AFTER["octahedron"]])
def test_a_crowd_of_layers_keeps_the_outline_and_never_thins_out_towards_its_middle(shape):
    """Corners were what no other crowd had; of two heaps what lies between them is filled."""
    points = crowds.standardised(shape(np.random.default_rng(3), 2000, 2))
    drawn = Layered.of(points).draw(np.random.default_rng(4), 4000)
    outline = [ConvexHull(one).volume for one in (points, drawn)]
    assert outline[1] == pytest.approx(outline[0], rel=0.15)
    heaps = crowds.standardised(planted(2, 6.0)(np.random.default_rng(3), 2000, 2))
    crowd = Layered.of(heaps)
    assert (np.diff(crowd.shares / -np.diff(crowd.squares.sum(axis=1))) > -1e-9).all()
    filled = crowd.draw(np.random.default_rng(4), 2000)
    assert thinning(filled, kmeans(filled, 2, starts=3, seed=1)).clear < 2


def test_a_crowd_that_nobody_is_missing_from_between_two_parts_alone_does_not_look_as_grouped():
    clearness = np.column_stack([np.full((40, 3), 2.0), np.r_[3.0, np.full(39, -0.1)]])
    assert judged(Flat(2.0, 2.0), 100, 3, 1, clearness).chance == pytest.approx(1 / 40)
    clearness[1:6, -1] = 0.6
    assert judged(Flat(2.0, 2.0), 100, 3, 1, clearness).as_much == 5


def test_crowds_of_the_nearest_kinds_count_twice():
    """They have all that customers without groups can have, so that one in twenty would be taken for groups."""
    clearness = np.r_[[3.0], [4.0], np.linspace(0, 1, 38)][:, None] * np.ones(4)
    once, twice = (judged(Flat(2.0, 2.0), 100, 3, one, clearness) for one in (1, 2))
    assert (once.found, twice.found, twice.flat) == (True, False, False)


@pytest.mark.parametrize("name", ["simplex", "pyramid"])
def test_an_evenly_full_triangle_is_no_group_though_its_corners_cut_apart_are_wide(name):
    """Between two corners alone it is no thinner; the segments there, by themselves, are."""
    points = crowds.standardised(LATEST[name](np.random.default_rng(4), 1000, 2))
    assert held_out(points, 3, 2, 1).all < 0.5
    assert not groups(points, 1, 19).found


def test_a_cone_that_thins_out_from_its_tip_is_no_group():
    """Shortened tails make two arms of it, emptier between at one pair and far fuller at all together."""
    assert not groups(AFTER["wedge"](np.random.default_rng([12, 0]), 2000, 2), 12, FEW).found


def test_segments_are_cut_along_the_shape_that_they_share():
    """Two long groups side by side: K-Means cuts across both, and the shape that its segments have leads to the gap."""
    rng = np.random.default_rng(6)
    side = np.arange(600) < 300
    points = crowds.standardised(
        np.column_stack([rng.normal(size=600) * 2, rng.normal(size=600) + 6 * side]) @ TURN
    )
    cut = along_shape(points, kmeans(points, 2, starts=3, seed=1))
    near = (points @ cut.lines[:, :-1].T + cut.lines[:, -1]).argmin(axis=1)
    assert max((near == side).mean(), (near != side).mean()) > 0.99


def test_customers_who_had_no_part_in_a_cut_thin_out_between_groups_and_not_in_a_crowd():
    crowd, grouped = (
        crowds.standardised(shape(np.random.default_rng(5), 400, 5))
        for shape in (UNSEEN["ball"], planted(2, 4.0))
    )
    assert held_out(grouped, 2, 2, 1).all > 2
    assert held_out(crowd, 2, 2, 1).all < 0.75


def test_a_small_group_shows_at_the_clearest_pair_and_not_in_all_pairs_together():
    points = crowds.standardised(planted(2, 6.0, "small")(np.random.default_rng(2), 600, 7))
    found = thinning(points, kmeans(points, 3, starts=5, seed=1))
    assert found.pair > 1.5
    assert found.all < 0


def test_a_crowd_is_as_spread_as_customers_who_are_scaled_otherwise():
    rng = np.random.default_rng(5)
    points = rng.normal(size=(400, 3)) * [1.0, 2.0, 0.4]
    [drawn] = crowds.drawn(points, 1, 1)
    assert drawn.std(axis=0) == pytest.approx(points.std(axis=0))

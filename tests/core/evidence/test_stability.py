from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans

from bench import badges
from bench.shapes import CROWDS
from bench.shapes import planted as groups_planted
from core.data.people import People
from core.evidence import crowds
from core.evidence.stability import (
    StabilityRating,
    best_matches,
    graded,
    in_crowds,
    jaccards,
    resampled,
    stability,
)
from core.evidence.stability_told import rating
from core.model.refits import refits
from core.model.registry import Registry
from core.model.space import Space
from core.numbers import Numbers
from core.progress import Cancelled
from tests.core.model.test_fit import planted
from tests.support.personality import PERSONALITY, Parameters, fit, recipe_of
from tests.support.segment_stability import segment

NUMBERS = Numbers()


def people_of(tmp_path, pipeline, table):
    table = table.assign(Segment=pipeline.predict(table[list(Parameters().basis)]) + 1)
    People.write(table, tmp_path / "people.arrow")
    return People.open(tmp_path / "people.arrow", PERSONALITY)


def tried(tmp_path, pipeline, table, k):
    """A space, its customers, and the segments made again."""
    space, people = Space.of(pipeline), people_of(tmp_path, pipeline, table)
    return space, people, refits(space, people.frame([*space.basis, "Segment"]), Parameters(k=k))


@pytest.fixture
def blobs(tmp_path):
    """A model of three planted groups, and its customers."""
    table, _ = planted()
    pipeline = fit(table, Parameters(k=3))
    return tried(tmp_path, pipeline, table, k=3)


def by_hand(before, after, k):
    """Best Jaccard of each group of `before`, from sets and nothing else."""
    found = []
    for own in range(k):
        one = {place for place, label in enumerate(before) if label == own}
        others = [{place for place, label in enumerate(after) if label == other} for other in range(k)]
        found.append(max(len(one & other) / len(one | other) for other in others) if one else np.nan)
    return found


@pytest.mark.parametrize("seed", range(5))
def test_the_best_match_is_what_sets_give(seed):
    random = np.random.default_rng(seed)
    before, after = random.integers(0, 4, 60), random.integers(0, 5, 60)
    assert best_matches(before, after, 5) == pytest.approx(by_hand(before, after, 5), nan_ok=True)


def test_a_segment_that_was_not_drawn_has_no_similarity():
    found = best_matches(np.array([0, 0, 2]), np.array([0, 0, 1]), 3)
    assert found == pytest.approx([1.0, np.nan, 1.0], nan_ok=True)


def test_planted_segments_come_back_every_time(blobs):
    found = stability(*blobs, resamples=10)
    assert [segment.verdict for segment in found.segments] == [StabilityRating.HIGHLY_STABLE] * 3
    assert [(segment.recovered, segment.dissolved) for segment in found.segments] == [(10, 0)] * 3
    assert all(segment.jaccard == pytest.approx(1.0) for segment in found.segments)


def test_segments_of_pure_noise_do_not_come_back(tmp_path):
    noise = np.random.default_rng(3).normal(size=(400, len(Parameters().basis)))
    table = pd.DataFrame(noise, columns=list(Parameters().basis))
    pipeline = fit(table, Parameters(k=6))
    found = stability(*tried(tmp_path, pipeline, table, k=6), resamples=20)
    assert all(segment.jaccard < 0.75 for segment in found.segments)
    assert min(segment.jaccard for segment in found.segments) < 0.6


def test_the_same_seed_gives_the_same_figures(blobs):
    assert stability(*blobs, resamples=3) == stability(*blobs, resamples=3)


def test_a_large_table_is_sampled_and_says_so(blobs):
    found = stability(*blobs, resamples=3, most=100)
    assert (found.sampled, found.customers) == (100, 240)
    assert all(segment.jaccard > 0.9 for segment in found.segments)


def test_fewer_different_customers_than_segments_can_still_be_resampled():
    points = np.repeat(np.eye(3), 4, axis=0)
    found = jaccards(points, np.repeat([0, 1, 2], 4), 3, resamples=5, starts=1)
    assert np.nanmin(found) == pytest.approx(1.0)


def test_progress_is_told_and_a_cancelled_job_stops(blobs):
    heard = []

    def until_the_second(words: str, share: float) -> None:
        heard.append((words, share))
        if len(heard) == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        stability(*blobs, resamples=10, tell=until_the_second)
    assert [share for _, share in heard] == pytest.approx([0.0, 0.07])
    assert "1 of 10" in heard[0][0]


def test_groups_come_back_more_than_a_crowd_that_is_cut_alike():
    points = groups_planted(4, 5.0)(np.random.default_rng(8), 400, 5)
    labels = KMeans(4, n_init=20, random_state=1).fit(points).labels_.astype(np.int64)
    own = jaccards(points, labels, 4, resamples=5).mean(axis=0)
    assert own.min() > in_crowds(crowds.drawn(points, 3, 1), 4).mean(axis=0).max()


def test_each_segment_stands_beside_that_of_the_crowds_which_is_as_high(blobs):
    like = crowds.drawn(resampled(*blobs[:2])[0], 2, 1)
    found = stability(*blobs, resamples=3, crowd=like)
    beside = [segment.crowd for segment in sorted(found.segments, key=lambda one: -one.jaccard)]
    assert beside == sorted(beside, reverse=True)
    assert found.crowds == 2


def test_a_crowd_that_is_cut_comes_back_no_more_than_its_like():
    """One correlated crowd cut in two was called highly stable twice, and crowds like it are, too."""
    points = CROWDS["long"](np.random.default_rng(8), 500, 7)
    labels = KMeans(2, n_init=20, random_state=1).fit(points).labels_.astype(np.int64)
    own = jaccards(points, labels, 2, resamples=20).mean(axis=0)
    assert own.min() > 0.85
    assert in_crowds(crowds.drawn(points, 4, 1), 2).mean() == pytest.approx(own.mean(), abs=0.05)


def test_as_much_as_a_crowd_is_as_much_as_so_few_crowds_can_tell():
    def said(crowd, error):
        return segment(0.9, crowd=crowd, error=error).is_as_in_a_crowd

    assert [said(0.9, 0.0), said(0.87, 0.02), said(0.87, 0.01), said(None, None)] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("jaccard", "verdict"),
    [
        (0.5, StabilityRating.DISSOLVED),
        (0.51, StabilityRating.DISTRUST),
        (0.599, StabilityRating.DISTRUST),
        (0.6, StabilityRating.DOUBTFUL),
        (0.7499, StabilityRating.DOUBTFUL),
        (0.75, StabilityRating.STABLE),
        (0.85, StabilityRating.HIGHLY_STABLE),
        (None, StabilityRating.EMPTY),
    ],
)
def test_verdicts_have_the_published_cut_offs(jaccard, verdict):
    assert segment(jaccard, 10_000, jaccard and 0.95).verdict is verdict


@pytest.mark.parametrize(
    ("customers", "jaccard", "verdict"),
    [
        (1, 1.0, StabilityRating.EMPTY),
        (2, 1.0, StabilityRating.EMPTY),
        (5, 1.0, StabilityRating.EMPTY),
        (20, 1.0, StabilityRating.HIGHLY_STABLE),
        (10, 0.8, StabilityRating.EMPTY),
        (10, 0.55, StabilityRating.EMPTY),
        (400, 0.55, StabilityRating.DISTRUST),
    ],
)
def test_of_a_handful_no_badge_says_more_than_they_can_tell(customers, jaccard, verdict):
    """A single customer far out came back whenever drawn, and was "Highly stable"."""
    assert segment(jaccard, customers).verdict is verdict


@pytest.mark.parametrize(
    ("jaccard", "fresh", "verdict"),
    [
        (0.9, 0.85, StabilityRating.HIGHLY_STABLE),
        (0.9, 0.82, StabilityRating.STABLE),
        (0.9, 0.79, StabilityRating.DOUBTFUL),
        (0.8, 0.79, StabilityRating.DOUBTFUL),
        (0.7, 0.5, StabilityRating.DOUBTFUL),
    ],
)
def test_a_segment_is_stable_where_those_from_half_as_many_customers_bear_it_out(jaccard, fresh, verdict):
    found = segment(jaccard, 400, fresh)
    assert found.verdict is verdict
    differs = graded(jaccard) is not verdict
    assert (f"but {NUMBERS.fixed(fresh)} (below 0.8" in rating(found, NUMBERS)) == differs


def test_segments_of_few_that_no_other_sample_finds_are_not_called_stable():
    """bench/badges.py has the table."""
    found = list(badges.badges(tables=1, samples=2, ks=(7,), names=("skewed", "1 % very far out")))
    few = [one for one in found if one.found.customers < 10 and (one.found.jaccard or 0) >= 0.75]
    assert few
    assert np.mean([one.true for one in few]) < 0.6
    assert not any(one.found.verdict.value.endswith("stable") for one in few)


def test_the_real_segments_are_as_stable_as_published(real_file, tmp_path):
    model = Registry(tmp_path).ensure(recipe_of(real_file))
    found = stability(model.space, model.people, model.refits, resamples=40)
    assert all(0.79 < segment.jaccard < 0.96 for segment in found.segments)

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans

from bench.shapes import CROWDS
from bench.shapes import planted as groups_planted
from core.data.people import People
from core.evidence.groups import Groups
from core.evidence.preference import preferences
from core.evidence.recommendation import cut
from core.evidence.stability import (
    SegmentStability,
    Stability,
    StabilityRating,
    best_matches,
    caution,
    in_crowds,
    jaccards,
    least,
    rating,
    stability,
)
from core.model.registry import Registry
from core.model.space import Space
from core.numbers import Numbers
from core.progress import Cancelled
from tests.core.evidence.test_evidence import measured
from tests.core.model.test_fit import planted
from tests.support.personality import PERSONALITY, Parameters, fit, recipe_of

NUMBERS = Numbers()


def people_of(tmp_path, pipeline, table):
    table = table.assign(Segment=pipeline.predict(table[list(Parameters().basis)]) + 1)
    People.write(table, tmp_path / "people.arrow")
    return People.open(tmp_path / "people.arrow", PERSONALITY)


@pytest.fixture
def blobs(tmp_path):
    """A model of three planted groups, and its customers."""
    table, _ = planted()
    pipeline = fit(table, Parameters(k=3))
    return Space.of(pipeline), people_of(tmp_path, pipeline, table)


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
    found = stability(*blobs, references=2, resamples=10)
    assert [segment.verdict for segment in found.segments] == [StabilityRating.HIGHLY_STABLE] * 3
    assert [(segment.recovered, segment.dissolved) for segment in found.segments] == [(10, 0)] * 3
    assert all(segment.jaccard == pytest.approx(1.0) for segment in found.segments)


def test_segments_of_pure_noise_do_not_come_back(tmp_path):
    noise = np.random.default_rng(3).normal(size=(400, len(Parameters().basis)))
    table = pd.DataFrame(noise, columns=list(Parameters().basis))
    pipeline = fit(table, Parameters(k=6))
    found = stability(Space.of(pipeline), people_of(tmp_path, pipeline, table), resamples=20, references=0)
    assert all(segment.jaccard < 0.75 for segment in found.segments)
    assert min(segment.jaccard for segment in found.segments) < 0.6


def test_the_same_seed_gives_the_same_figures(blobs):
    assert stability(*blobs, references=2, resamples=3) == stability(*blobs, references=2, resamples=3)


def test_a_large_table_is_sampled_and_says_so(blobs):
    found = stability(*blobs, references=2, resamples=3, most=100)
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
        stability(*blobs, references=2, resamples=10, tell=until_the_second)
    assert [share for _, share in heard] == pytest.approx([0.0, 0.07])
    assert "1 of 10" in heard[0][0]


def test_groups_come_back_more_than_a_crowd_that_is_cut_alike():
    points = groups_planted(4, 5.0)(np.random.default_rng(8), 400, 5)
    labels = KMeans(4, n_init=20, random_state=1).fit(points).labels_.astype(np.int64)
    own = jaccards(points, labels, 4, resamples=5).mean(axis=0)
    assert own.min() > in_crowds(points, 4, references=3).mean(axis=0).max()


def test_each_segment_stands_beside_that_of_the_crowds_which_is_as_high(blobs):
    found = stability(*blobs, resamples=3, references=2)
    crowds = [segment.crowd for segment in sorted(found.segments, key=lambda one: -one.jaccard)]
    assert crowds == sorted(crowds, reverse=True)
    assert found.crowds == 2


def test_a_crowd_that_is_cut_comes_back_no_more_than_its_like():
    """One correlated crowd cut in two was called highly stable twice, and crowds like it are, too."""
    points = CROWDS["long"](np.random.default_rng(8), 500, 7)
    labels = KMeans(2, n_init=20, random_state=1).fit(points).labels_.astype(np.int64)
    own = jaccards(points, labels, 2, resamples=20).mean(axis=0)
    assert own.min() > 0.85
    assert in_crowds(points, 2, references=4).mean() == pytest.approx(own.mean(), abs=0.05)


def test_of_a_single_figure_there_is_no_crowd_without_groups():
    points = np.column_stack([np.random.default_rng(2).normal(size=60), np.zeros(60)])
    assert in_crowds(points, 2).shape == (0, 2)


def test_as_much_as_a_crowd_is_as_much_as_so_few_crowds_can_tell():
    def said(crowd, error):
        return SegmentStability(1, 0.9, 0, 9, crowd, error).is_as_in_a_crowd

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
    assert SegmentStability(1, jaccard, 0, 0).verdict is verdict


def test_what_is_kept_reads_back_and_rubbish_reads_as_nothing(blobs):
    found = stability(*blobs, references=2, resamples=2)
    assert Stability.from_json(found.as_json()) == found
    for rubbish in (None, [], {"segments": 3}, {**found.as_json(), "segments": [{"number": "one"}]}):
        assert Stability.from_json(rubbish) is None


def test_the_real_segments_are_as_stable_as_published(real_file, tmp_path):
    model = Registry(tmp_path).ensure(recipe_of(real_file))
    found = stability(model.space, model.people, resamples=40, references=0)
    assert all(0.79 < segment.jaccard < 0.96 for segment in found.segments)


@pytest.mark.parametrize(
    ("jaccard", "words"),
    [
        (0.9438, "0.94, above the 0.85 from which nearly the same people come back"),
        (0.85, "0.85, just the 0.85 from which nearly the same people come back"),
        (0.8499, "0.84, above the 0.75 from which a segment comes back, with others at its edges"),
        (0.68, "0.68, below the 0.75 from which a segment comes back: who belongs to it is doubtful"),
        (0.5999, "0.59, below the 0.6 from which a segment can be relied on: don't build a campaign on it"),
        (
            0.4,
            "0.40, below the 0.6 from which a segment can be relied on: it dissolves, don't build a campaign on it",
        ),
        (None, "too few customers to say"),
    ],
)
def test_a_figure_is_said_beside_the_bound_that_it_is_measured_by(jaccard, words):
    assert rating(jaccard, NUMBERS) == words


def test_below_the_bound_of_the_readme_and_nowhere_else_campaigns_are_advised_against():
    for hundredth in range(101):
        assert ("don't build a campaign" in rating(hundredth / 100, NUMBERS)) == (hundredth < 60)


def test_what_badges_do_not_say_is_what_the_evidence_says():
    scattered = pd.DataFrame(np.random.default_rng(5).normal(size=(300, 7)), columns=list(Parameters().basis))
    crowd = measured(scattered, k=6)
    assert caution(crowd, 6, NUMBERS) == (
        "But no groups are to be seen among these customers: what comes back is a cut across one crowd."
    )
    found = replace(crowd, groups=Groups(0.01, 2, 0.3, 0.1, 99, 300))
    said, votes = caution(found, 6, NUMBERS), sum(one.k == 6 for one in preferences(found))
    assert votes == 0, "criteria that prefer six segments of a crowd"
    assert said.startswith("But none of six criteria prefers six segments")
    assert found.choice(6).strength < 0.8
    assert (
        f"strength of {cut(found.choice(6).strength, NUMBERS)}, below the 0.8 that counts as reliable" in said
    )
    assert "each badge says what a crowd without groups gets" in said
    assert "each badge says what a crowd without groups gets" in caution(None, 3, NUMBERS)


def test_the_segment_that_comes_back_least_is_named_beside_the_bound_of_its_badge():
    parts = [(1, 0.9), (2, 0.7), (3, None)]
    known = Stability(100, 20, 240, 240, tuple(SegmentStability(n, jaccard, 0, 0) for n, jaccard in parts), 0)
    said = least(known, ["Gold", "Budget", "Empty"], NUMBERS)
    assert (
        said
        == f"Of the live segments Budget (2) comes back least when customers are drawn anew: {rating(0.7, NUMBERS)}."
    )
    assert least(replace(known, segments=known.segments[2:]), ["Gold", "Budget", "Empty"], NUMBERS) == ""

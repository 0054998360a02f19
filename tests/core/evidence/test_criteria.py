from __future__ import annotations

import numpy as np
import pytest
from sklearn.cluster import KMeans

from core.evidence import criteria


def blobs(k: int, rows: int = 300, apart: float = 8.0, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    centres = apart * np.eye(5)[np.arange(rows) % k]
    return centres + rng.normal(size=(rows, 5))


def test_a_gain_is_the_part_of_what_was_left_with_one_segment_fewer():
    found = criteria.gains(np.array([[100.0, 50.0, 40.0], [100.0, 80.0, 20.0]]))
    assert found.round(9).tolist() == [[0.0, 0.5, 0.2], [0.0, 0.2, 0.75]]


def test_the_noise_box_is_as_long_and_wide_as_the_customers():
    line = np.outer(np.linspace(-1, 1, 400), [3.0, 4.0])
    drawn = criteria.boxed(line, np.random.default_rng(1))
    assert np.ptp(drawn, axis=0).max() == pytest.approx(10.0, rel=0.03)
    assert np.ptp(drawn, axis=0).min() == pytest.approx(0.0, abs=1e-9)


def test_the_gap_is_the_one_of_the_paper():
    points, rng = blobs(3), np.random.default_rng(5)
    drawn = [rng.uniform(points.min(axis=0), points.max(axis=0), points.shape) for _ in range(6)]
    references, [own] = criteria.curves(drawn, 4, rng), criteria.curves([points], 4, rng)
    gaps, errors = criteria.gap(own, references)
    for place, k in enumerate(range(1, 5)):
        logs = [np.log(by_pairs(one, k)) for one in drawn]
        assert gaps[place] == pytest.approx(np.mean(logs) - np.log(by_pairs(points, k)), abs=0.01)
        assert errors[place] == pytest.approx(np.std(logs) * np.sqrt(1 + 1 / 6), abs=0.01)


def by_pairs(points: np.ndarray, k: int) -> float:
    """W(k) as the paper writes it: sum over groups of squared distances of all pairs / (2 n)."""
    labels = KMeans(k, n_init=20, random_state=3).fit(points).labels_
    total = 0.0
    for label in range(k):
        own = points[labels == label]
        total += ((own[:, None, :] - own[None, :, :]) ** 2).sum() / (2 * len(own))
    return total


@pytest.mark.parametrize(
    ("gaps", "prefers"),
    [
        ([0.5, 0.4, 0.3], 1),
        ([0.1, 0.5, 0.505, 0.7], 2),
        ([0.1, 0.2, 0.3], None),
    ],
)
def test_the_gap_prefers_the_smallest_k_that_the_next_one_does_not_clearly_beat(gaps, prefers):
    assert criteria.gap_prefers(gaps, [0.01] * len(gaps)) == prefers


@pytest.mark.parametrize("k", [3, 4])
def test_planted_groups_are_found_again_in_the_other_half(k):
    rng, points = np.random.default_rng(2), blobs(k)
    found = criteria.prediction_strengths(points, 6, rng, range(4)).mean(axis=0)
    assert criteria.strength_prefers(range(1, 7), found.tolist()) == k
    assert found[k - 1] > 0.95


def test_no_division_of_noise_is_found_again():
    points = np.random.default_rng(3).uniform(size=(400, 5))
    rng = np.random.default_rng(4)
    found = criteria.prediction_strengths(points, 6, rng, range(4)).mean(axis=0)
    assert criteria.strength_prefers(range(1, 7), found.tolist()) == 1


def test_prediction_strength_counts_pairs_as_the_paper_does():
    own = np.array([0, 0, 0, 0, 1, 1, 1])
    predicted = np.array([0, 0, 0, 1, 1, 1, 1])
    pairs = [(a, b) for a in range(4) for b in range(4) if a != b]
    weakest = np.mean([predicted[a] == predicted[b] for a, b in pairs])
    assert criteria.kept_together(predicted, own) == pytest.approx(weakest)


def test_a_curve_bends_at_its_planted_groups():
    [curve] = criteria.curves([blobs(4)], 8, np.random.default_rng(0))
    assert criteria.elbow(range(1, 9), curve.tolist()) == 4

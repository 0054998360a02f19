"""How much of an answer segments tell, in customers whose answer they were not told."""

from __future__ import annotations

import numpy as np
import pytest

from core.evidence.candidates import told


def test_what_segments_tell_is_the_part_of_the_variance_between_them():
    rng, labels = np.random.default_rng(0), np.arange(4000) % 4
    answers = labels + rng.normal(size=4000)
    assert told(answers, labels) == pytest.approx(1.25 / 2.25, abs=0.03)


def test_of_unrelated_answers_nothing_is_told_however_many_segments_there_are():
    rng = np.random.default_rng(1)
    answers = (rng.random(600) < 0.15).astype(float)
    assert told(answers, rng.integers(0, 60, 600)) == 0.0


def test_unknown_answers_are_left_out_and_answers_that_are_all_alike_tell_nothing():
    labels = np.arange(100) % 2
    answers = labels.astype(float)
    answers[::3] = np.nan
    assert told(answers, labels) == pytest.approx(1.0)
    assert told(np.ones(100), labels) is None
    assert told(np.full(100, np.nan), labels) is None

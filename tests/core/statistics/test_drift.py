"""PSI: what it is, and that chance alone raises no alarm."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.statistics.drift import binned, psi

DRAWN = {
    "long tails": lambda draw, n: draw.lognormal(0, 1, n),
    "mostly nothing": lambda draw, n: draw.lognormal(0, 1, n) * (draw.random(n) < 0.3),
    "whole numbers": lambda draw, n: draw.poisson(2, n).astype(float),
    "yes and no": lambda draw, n: (draw.random(n) < 0.1).astype(float),
    "with gaps": lambda draw, n: np.where(draw.random(n) < 0.05, np.nan, draw.normal(size=n)),
    "words": lambda draw, n: draw.choice(list("abcdefgh"), n, p=[0.4, 0.3, 0.1, 0.1, 0.05, 0.03, 0.01, 0.01]),
}


def drawn(kind: str, draw: np.random.Generator, n: int) -> pd.Series:
    return pd.Series(DRAWN[kind](draw, n))


def test_it_is_the_sum_that_the_books_have_with_half_a_customer_more_in_each_bin():
    p, q = np.array([50.5, 30.5, 20.5]) / 101.5, np.array([10.5, 60.5, 30.5]) / 101.5
    expected = sum((q - p) * np.log(q / p))
    assert psi(np.array([50, 30, 20]), np.array([10, 60, 30])).value == pytest.approx(expected)


@pytest.mark.parametrize("kind", DRAWN)
def test_without_drift_it_passes_its_point_in_five_of_a_hundred_and_is_called_a_move_hardly_ever(kind):
    draw = np.random.default_rng(7)
    found = [psi(*binned(drawn(kind, draw, n), drawn(kind, draw, n))) for n in (80, 400) for _ in range(150)]
    assert 0.015 < np.mean([one.value > one.point for one in found]) < 0.095
    assert sum(one.moved for one in found) <= 9


def test_what_moves_is_seen_whatever_its_kind():
    draw, n = np.random.default_rng(7), 500
    steady = {kind: drawn(kind, draw, n) for kind in DRAWN}
    moved = {
        "long tails": steady["long tails"] * 1.8,
        "mostly nothing": steady["mostly nothing"].mask(draw.random(n) < 0.3, 2.0),
        "whole numbers": steady["whole numbers"] + (draw.random(n) < 0.5),
        "yes and no": steady["yes and no"].mask(draw.random(n) < 0.2, 1.0),
        "with gaps": steady["with gaps"].mask(draw.random(n) < 0.2),
        "words": steady["words"].mask(draw.random(n) < 0.2, "z"),
    }
    assert [kind for kind in DRAWN if not psi(*binned(steady[kind], moved[kind]), fields=30).moved] == []


def test_much_of_the_sampled_is_needed_before_a_little_is_called_a_move():
    draw = np.random.default_rng(7)
    little = psi(*binned(pd.Series(draw.normal(0, 1, 200_000)), pd.Series(draw.normal(0.1, 1, 200_000))))
    assert little.value > little.bound
    assert not little.moved, "sure, and of no matter"


@pytest.mark.parametrize("values", [[], [np.nan] * 40, [1.0] * 40])
def test_of_what_tells_nothing_nothing_is_said(values):
    found = psi(*binned(pd.Series(values, dtype=float), pd.Series(values, dtype=float)))
    assert (found.value, found.moved) == (0.0, False)

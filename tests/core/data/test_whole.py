from __future__ import annotations

import weakref

import numpy as np
import pytest

from core.data import whole

_ROWS = np.random.default_rng(2014)
NUMBERS = {
    "shares": _ROWS.integers(0, 30, 5_000) / _ROWS.integers(1, 200, 5_000),
    "many zeros": np.where(_ROWS.random(5_001) < 0.7, 0.0, _ROWS.normal(size=5_001)),
    "one far out": np.append(_ROWS.random(70_000), 1e9),
    "all alike": np.full(3_000, 3.5),
    "a sample of none but one": np.where(np.arange(70_000) % 4, _ROWS.random(70_000), 5.0),
    "ties at the ends": np.clip(_ROWS.normal(size=70_000), -1.5, 1.5).astype(np.float32),
    "descending": np.arange(70_000.0)[::-1],
    "whole": _ROWS.integers(-5, 10**9, 40_000),
}


@pytest.mark.parametrize("name", NUMBERS)
def test_what_is_found_without_sorting_is_what_numpy_finds_to_the_last_bit(name, monkeypatch):
    monkeypatch.setattr(whole, "_MANY", 0)
    numbers, shares = NUMBERS[name], np.array([0, 0.005, 0.25, 0.5, 0.995, 1])
    assert whole.quantiles(numbers, shares).tolist() == np.quantile(numbers, shares).tolist()
    assert whole.median(numbers) == np.median(numbers)
    floats = numbers.astype(np.float64)
    assert whole.deviation(floats, floats.mean(), less=1) == floats.std(ddof=1)


def test_what_was_gone_over_is_let_go_of_at_once(monkeypatch):
    monkeypatch.setattr(whole, "_MANY", 0)
    known = np.arange(1 << 17, dtype=np.float64)
    gone = weakref.ref(known)
    whole.deviation(known, 3.0, less=1), whole.quantiles(known, np.array([0.2]))
    del known
    assert gone() is None

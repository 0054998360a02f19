from __future__ import annotations

import numpy as np
import pytest

from core.model.curves import POWERS, Curve, Shape, believed, transformer

VALUES = np.array([-900.0, -3.5, -1, -1e-9, 0, 1e-9, 0.4, 1, 7, 1200, 3e9])


@pytest.mark.parametrize("shape", Shape)
def test_a_curve_is_what_scikit_learn_makes_of_the_same_column_to_the_last_bit(shape):
    column = np.random.default_rng(1).lognormal(3, 1.5, size=(400, 1)) - 2
    step = transformer(shape).fit(column)
    believed(step)
    curve = Curve.fitted(step)
    assert curve == Curve.of(shape, column[:, 0])
    assert (curve.bent(column[:, 0]) == step.transform(column)[:, 0]).all()


@pytest.mark.parametrize("power", [-2.0, -0.3, 0.0, 0.4, 1.0, 2.0, 3.0])
def test_a_value_comes_back_from_its_curve(power):
    curve, values = Curve(Shape.YEO_JOHNSON, power), VALUES[1:-2]
    assert curve.straight(curve.bent(values)) == pytest.approx(values, rel=1e-6, abs=1e-9)
    assert (np.diff(curve.bent(values)) > 0).all()


def test_on_a_logarithm_what_is_below_zero_counts_as_zero():
    curve = Curve(Shape.LOGARITHM)
    assert curve.bent(VALUES)[:5].tolist() == [0.0] * 5
    assert curve.straight(curve.bent(VALUES)) == pytest.approx(np.maximum(VALUES, 0))
    assert curve.straight(np.array([-2.0])) == [0.0]


def test_past_the_end_of_a_curve_no_value_is_far_enough():
    assert Curve(Shape.YEO_JOHNSON, -1.0).straight(np.array([1.5])) == [np.inf]


def test_a_power_that_would_make_all_values_one_is_held_back_and_a_constant_has_a_curve():
    close = 1000 + np.random.default_rng(2).exponential(size=300)
    assert Curve.of(Shape.YEO_JOHNSON, close).power == POWERS[0]
    assert Curve.of(Shape.YEO_JOHNSON, np.full(9, 4.0)).bent(np.full(2, 4.0)).std() == 0

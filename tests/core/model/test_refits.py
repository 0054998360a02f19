"""What firmness says is what happens when the segments are made of other customers: bench/firmness.py has the table."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from bench.firmness import Told, told
from bench.shapes import CROWDS, planted
from core.model.refits import REFITS, Refits, refits


@pytest.mark.parametrize(
    ("shape", "k"), [(planted(6, 3.0), 6), (CROWDS["long"], 6)], ids=["groups", "a crowd"]
)
def test_a_customer_of_whom_80_percent_is_said_stays_in_80_of_100_other_samples(shape, k):
    found = told(shape, k, rows=400, fields=4, tables=4, samples=6)
    for low, high in ((0.4, 0.6), (0.6, 0.8), (0.8, 0.95), (0.95, 1.01)):
        said, true, customers = found.between(low, high)
        assert customers < 20 or said == pytest.approx(true, abs=0.12)
    assert found.said.mean() == pytest.approx(found.true.mean(), abs=0.06)


def test_reliability_counts_those_of_whom_it_is_said():
    found = Told(np.array([0.5, 0.9, 1.0]), np.array([0.4, 0.8, 1.0]))
    assert found.between(0.8, 1.01) == (pytest.approx(0.95), pytest.approx(0.9), 2)


def test_a_customer_stays_where_the_line_of_the_segment_is_highest():
    lines = np.array([[[1.0, 0.0], [-1.0, 0.0]], [[1.0, 0.0], [-1.0, 4.0]]])
    points, own = np.array([[1.0], [3.0], [-1.0]]), np.array([0, 0, 1])
    assert Refits(lines).stays(points, own).tolist() == [0.5, 1.0, 1.0]


def test_the_same_customers_in_another_order_are_as_firm(model):
    shuffled = model.table.sample(frac=1, random_state=3)
    found, again = (refits(model.space, one, model.card.parameters) for one in (model.table, shuffled))
    assert (again.lines == found.lines).all()
    assert len(found) == REFITS


def test_customers_who_are_nearly_all_alike_have_refits_too(model):
    """Where a refit finds fewer different customers than segments, those that are missing keep nobody."""
    few = pd.concat([model.table.groupby("Segment").head(1)] * 3)
    found = refits(model.space, few, model.card.parameters)
    stays = found.stays(model.space.place(few), few["Segment"].to_numpy(dtype=np.int64) - 1)
    assert ((stays > 0) & (stays < 1)).all()


def test_of_many_customers_borders_move_less(model):
    points = model.space.place(model.table)
    own = model.table["Segment"].to_numpy(dtype=np.int64) - 1
    many = refits(model.space, pd.concat([model.table] * 9, ignore_index=True), model.card.parameters)
    assert many.stays(points, own).mean() > model.refits.stays(points, own).mean() + 0.01

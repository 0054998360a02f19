"""Customers by when they first ordered, and how many of each such cohort ordered again so much later, or after."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.model.artefacts import Model

MOST = 24  # cohorts; more than months make are of quarters, then of years
_STEPS = (("month", 1), ("quarter", 3), ("year", 12))


@dataclass(frozen=True)
class Cohorts:
    """Cohorts from the first to the last, those without a customer among them."""

    step: str  # what each spans: a month, quarter or year
    names: tuple[str, ...]
    sizes: tuple[int, ...]
    # Of each cohort, how many ordered again one, two, ... steps after the first one or later; as far as the data
    # goes.
    back: tuple[tuple[int, ...], ...]

    def share(self, later: int) -> tuple[float, int]:
        """The part who ordered again so many steps later or after, and of how many: of cohorts that could, to the end."""
        able = [place for place, back in enumerate(self.back) if len(back) > later]
        customers = sum(self.sizes[place] for place in able)
        again = sum(self.back[place][later - 1] for place in able)
        return (again / customers if customers else 0.0), customers


def cohorts(model: Model) -> Cohorts | None:
    """The cohorts of a model's customers; None where nobody said which days they are made of.

    Notes
    -----
    The last step is not over at the data's last day, so that it never counts among those that a cohort could order in.
    """
    days = model.schema.picked("cohorts")
    if len(days) != 2:
        return None
    frame = model.people.frame(list(days)).dropna()
    months = {name: frame[name].dt.year * 12 + frame[name].dt.month - 1 for name in days}
    first, last = (months[name].to_numpy(dtype=np.int64) for name in days)
    if not len(first):
        return None
    name, wide = next(
        (one for one in _STEPS if last.max() // one[1] - first.min() // one[1] < MOST), _STEPS[-1]
    )
    return _counted(name, wide, first // wide, last // wide)


def _counted(name: str, wide: int, first: np.ndarray, last: np.ndarray) -> Cohorts:
    start, end = int(first.min()), int(last.max())
    gaps = last - first
    inside = [gaps[first == one] for one in range(start, end + 1)]
    back = tuple(
        tuple(int((some >= later).sum()) for later in range(1, end - start - place + 1))
        for place, some in enumerate(inside)
    )
    names = tuple(_named(name, (start + place) * wide) for place in range(len(inside)))
    return Cohorts(name, names, tuple(map(len, inside)), back)


def _named(step: str, month: int) -> str:
    date = pd.Timestamp(month // 12, month % 12 + 1, 1)
    return {"month": f"{date:%Y-%m}", "quarter": f"{date.year} Q{date.quarter}", "year": f"{date.year}"}[step]

"""Customers side by side: who they are, where they stand, and in what they differ most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.model.artefacts import Model
from core.model.profile import Profile
from core.scoring.prediction import score

MOST = 3


@dataclass(frozen=True)
class Compared:
    """One customer: what they are called, their basis with gaps filled, which of it was a gap, and the answer."""

    name: str
    values: dict[str, float]
    gaps: frozenset[str]
    segment: int
    firmness: float


def side_by_side(model: Model, customers: Sequence[tuple[str, Mapping[str, float | None]]]) -> list[Compared]:
    """Score customers, given by name and basis (None or NaN for a gap), at once."""
    if not customers:
        return []
    basis = [str(name) for name in model.pipeline.feature_names_in_]
    table = pd.DataFrame([dict(values) for _, values in customers], columns=basis).astype("float64")
    scores = score(model.pipeline, table)
    filled = model.pipeline["imputer"].transform(table)
    return [
        Compared(
            name=name,
            values=dict(zip(basis, map(float, np.asarray(filled)[place]), strict=True)),
            gaps=frozenset(one for one in basis if np.isnan(table[one].iloc[place])),
            segment=int(scores.segment[place]),
            firmness=float(scores.firmness[place]),
        )
        for place, (name, _) in enumerate(customers)
    ]


def widest(customers: Sequence[Compared], profile: Profile) -> tuple[str, Compared, Compared] | None:
    """The field in which two of the customers are furthest apart, and who: the higher one, the lower one."""
    found: tuple[str, Compared, Compared] | None = None
    most = 0.0
    for name in customers[0].values if len(customers) > 1 else ():
        high = max(customers, key=lambda one: one.values[name])
        low = min(customers, key=lambda one: one.values[name])
        apart = profile.standardised(name, high.values[name]) - profile.standardised(name, low.values[name])
        if apart > most:
            found, most = (name, high, low), apart
    return found

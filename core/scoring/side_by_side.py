"""Customers side by side: in what they differ most."""

from __future__ import annotations

from collections.abc import Sequence

from core.model.profile import Profile
from core.scoring.prediction import Prediction

MOST = 3


def widest(customers: Sequence[Prediction], profile: Profile) -> tuple[str, int, int] | None:
    """The field in which two of the customers are furthest apart, and their places: the higher one, the lower one."""
    found: tuple[str, int, int] | None = None
    most = 0.0
    for name in customers[0].values if len(customers) > 1 else ():
        values = [one.values[name] for one in customers]
        apart = profile.standardised(name, max(values)) - profile.standardised(name, min(values))
        if apart > most:
            found, most = (name, values.index(max(values)), values.index(min(values))), apart
    return found

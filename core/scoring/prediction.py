"""Which segment a customer belongs to, and how firmly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.model.artefacts import Model
from core.model.profile import SegmentProfile
from core.model.space import Space
from core.numbers import Numbers
from core.scoring.customer_input import CustomerInput

CLEAR = 0.5  # firmness from which a customer is clearly in the segment
DOUBTFUL = 0.15  # firmness below which a customer could as well be in the next one
UNLIKE = "Unlike nearly all customers here"  # said of who is past the reach of the model


@dataclass(frozen=True)
class Scores:
    """Answers for n customers among k segments.

    Attributes
    ----------
    segment : int array, shape (n,)
        Segment numbers, 1..k.
    neighbour : int array, shape (n,)
        The segment behind the nearest border.
    distances : float array, shape (n, k)
        Euclidean distance to each centre, in standard deviations.
    border : float array, shape (n,)
        Distance to the nearest border, in standard deviations.
    firmness : float array, shape (n,)
        0 on the nearest border, 1 at the centre or beyond it.
    """

    segment: NDArray[np.int64]
    neighbour: NDArray[np.int64]
    distances: NDArray[np.float64]
    border: NDArray[np.float64]
    firmness: NDArray[np.float64]


@dataclass(frozen=True)
class Prediction:
    """What is known of one customer's segment.

    Attributes
    ----------
    customer : CustomerInput
        What was given, with what is to be said of it.
    values : mapping of basis field to float
        The basis as it was scored, gaps filled.
    neighbour : SegmentProfile
        The segment behind the nearest border.
    firmness : float or None
        As in `Scores`; None of a customer who is like nobody here, since it can't be said.
    border, distances
        As in `Scores`; the distances by segment number, 1..k.
    reach : float
        How far 99 % of customers are at most from the centre of their segment.
    """

    customer: CustomerInput
    values: Mapping[str, float]
    segment: SegmentProfile
    neighbour: SegmentProfile
    firmness: float | None
    border: float
    distances: tuple[float, ...]
    reach: float

    @property
    def surely(self) -> str:
        """How sure the segment is, to begin a sentence with."""
        if self.firmness is None:
            return f"{UNLIKE}, and nearest to the {self.segment.called}."
        sure = "Clearly" if self.firmness >= CLEAR else "Only just" if self.is_doubtful else "Most likely"
        return f"{sure} one of the {self.segment.called}."

    def firmly(self, numbers: Numbers) -> str:
        """How firmly, with what the percents mean."""
        if self.firmness is None:
            return (
                f"{numbers.decimal(min(self.distances))} standard deviations from the nearest centre: 99% of "
                f"customers are within {numbers.decimal(self.reach)} of theirs. "
                "How firmly such a customer belongs to a segment can't be said."
            )
        return (
            f"{numbers.percent(self.firmness)} firm: 0% is on the border with {self.neighbour.name}, 100% is as "
            f"far from it as the centre of {self.segment.name}, or further."
        )

    @property
    def is_doubtful(self) -> bool:
        """Whether the customer could as well be in the next segment."""
        return self.firmness is not None and self.firmness < DOUBTFUL


def predict(model: Model, customers: Sequence[CustomerInput]) -> list[Prediction]:
    """Score customers without errors, all at once."""
    space, profile = model.space, model.card.profile
    filled = [one.filled for one in customers]
    values = np.array([[one[name] for name in space.basis] for one in filled], dtype=np.float64)
    scores, reach = score(space, values.reshape(-1, len(space.basis))), model.card.reach
    answers = zip(
        customers,
        filled,
        scores.segment.tolist(),
        scores.neighbour.tolist(),
        scores.firmness.tolist(),
        scores.border.tolist(),
        scores.distances.tolist(),
        strict=True,
    )
    return [
        Prediction(
            customer,
            whole,
            profile.segment(own),
            profile.segment(near),
            None if min(distances) > reach else firmness,
            border,
            tuple(distances),
            reach,
        )
        for customer, whole, own, near, firmness, border, distances in answers
    ]


def score(space: Space, values: NDArray[np.float64]) -> Scores:
    """Score customers, given in the units of the file: shape (n, n_basis), NaN for a gap.

    Notes
    -----
    The border between centres a and b is the half-space |x-a| = |x-b|, at distance
    (|x-b|^2 - |x-a|^2) / (2 |a-b|) from x (a Voronoi cell; Aurenhammer 1991). Firmness is that distance
    by half the distance between the two centres, cut at 1.
    """
    points, centres = space.points(values), space.centres
    squared = np.stack([((points - centre) ** 2).sum(axis=1) for centre in centres], axis=1)
    own = squared.argmin(axis=1)
    rows = np.arange(len(points))
    between = np.sqrt(((centres[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2))[own]
    with np.errstate(divide="ignore", invalid="ignore"):
        borders = (squared - squared[rows, own][:, None]) / (2 * between)
    borders[rows, own] = np.inf
    neighbour = borders.argmin(axis=1)
    border = borders[rows, neighbour]
    firmness = np.clip(2 * border / between[rows, neighbour], 0.0, 1.0)
    return Scores(own + 1, neighbour + 1, np.sqrt(squared), border, firmness)

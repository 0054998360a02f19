"""Which segment a customer belongs to, and in how many of the refits they stay there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.model.artefacts import Model
from core.model.profile import Profile, SegmentProfile
from core.model.space import Space
from core.numbers import Numbers
from core.scoring.customer_input import CustomerInput

MOST_COMPARED = 3  # customers side by side
CLEAR = 0.95  # firmness from which a customer is clearly in the segment, if there are groups
DOUBTFUL = 0.65  # firmness below which a customer could as well be in the next one
UNLIKE = "Unlike nearly all customers here"  # said of who is past the reach of the model
CROWD = "No groups are to be seen among these customers: segments are parts of one crowd"


@dataclass(frozen=True)
class Scores:
    """Answers for n customers among k segments."""

    segment: NDArray[np.int64]  # shape (n,): segment numbers, 1..k
    neighbour: NDArray[np.int64]  # shape (n,): the segment behind the nearest border
    distances: NDArray[np.float64]  # shape (n, k): euclidean distance to each centre, in standard deviations
    border: NDArray[np.float64]  # shape (n,): distance to the nearest border, in standard deviations


@dataclass(frozen=True)
class Prediction:
    """What is known of one customer's segment."""

    customer: CustomerInput  # what was given, with what is to be said of it
    values: Mapping[str, float]  # by basis field: the basis as it was scored, gaps filled
    segment: SegmentProfile
    neighbour: SegmentProfile  # the segment behind the nearest border
    # Share of refits in which the customer stays in the segment; None of one who is like nobody here, since it can't
    # be said.
    firmness: float | None
    refits: int  # how many there are
    # Whether the customers that segments are made of lie in groups; None while it isn't known.
    grouped: bool | None
    # As in `Scores`; the distances by segment number, 1..k.
    border: float
    distances: tuple[float, ...]
    reach: float  # how far 99 % of customers are at most from the centre of their segment
    unit: str  # what distances are counted in, in words

    @property
    def surely(self) -> str:
        """How sure the segment is, to begin a sentence with."""
        if self.firmness is None:
            return f"{UNLIKE}, and nearest to {self.segment.those}."
        clear = self.firmness >= CLEAR and bool(self.grouped)
        sure = "Clearly" if clear else "Only just" if self.is_doubtful else "Most likely"
        return f"{sure} {self.segment.one_of}."

    @property
    def sentence(self) -> str:
        """The segment, how sure it is, and the next."""
        if self.is_doubtful:
            return f"{self.surely} It could as well be {self.neighbour.one_of}."
        return f"{self.surely} The nearest border is that with {self.neighbour.those}."

    def firmly(self, numbers: Numbers) -> str:
        """How firmly, with what the percents mean."""
        if self.firmness is None:
            return (
                f"{numbers.decimal(min(self.distances))} {self.unit} from the nearest centre: 99% of "
                f"customers are within {numbers.decimal(self.reach)} of theirs. "
                "How firmly such a customer belongs to a segment can't be said."
            )
        kept = numbers.whole(round(self.firmness * self.refits))
        return (
            f"{numbers.percent(self.firmness)} firm: made again from other customers like these, the segments kept "
            f"this customer {kept} times in {numbers.whole(self.refits)}." + self._crowd()
        )

    def _crowd(self) -> str:
        return f" {CROWD}, and this is how steady the cut is." if self.grouped is False else ""

    @property
    def is_doubtful(self) -> bool:
        """Whether the customer could as well be in the next segment."""
        return self.firmness is not None and self.firmness < DOUBTFUL


def predict(
    model: Model, customers: Sequence[CustomerInput], grouped: bool | None = None
) -> list[Prediction]:
    """Score customers without errors, all at once; `grouped` as in `Prediction`."""
    space, profile = model.space, model.card.profile
    filled = [one.filled for one in customers]
    values = np.array([[one[name] for name in space.basis] for one in filled], dtype=np.float64)
    values = values.reshape(-1, len(space.basis))
    scores, reach, refits = score(space, values), model.card.reach, len(model.refits)
    answers = zip(
        customers,
        filled,
        scores.segment.tolist(),
        scores.neighbour.tolist(),
        firmness(model, values, scores).tolist(),
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
            None if min(distances) > reach else firm,
            refits,
            grouped,
            border,
            tuple(distances),
            reach,
            model.card.parameters.preparation.unit,
        )
        for customer, whole, own, near, firm, border, distances in answers
    ]


def score(space: Space, values: NDArray[np.float64]) -> Scores:
    """Score customers, given in the units of the file: shape (n, n_basis), NaN for a gap.

    Notes
    -----
    The border between centres a and b is the half-space |x-a| = |x-b|, at distance
    (|x-b|^2 - |x-a|^2) / (2 |a-b|) from x (a Voronoi cell; Aurenhammer 1991).
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
    return Scores(own + 1, neighbour + 1, np.sqrt(squared), border)


def firmness(model: Model, values: NDArray[np.float64], scores: Scores) -> NDArray[np.float64]:
    """In what share of refits each customer stays; `values` as they were scored."""
    return model.refits.stays(model.space.points(values), scores.segment - 1)


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


def together(said: Mapping[str, NDArray[np.bool_]]) -> tuple[list[list[str]], NDArray[np.intp]]:
    """Which sentences are said together, few combinations of which occur, and the one of each customer; of one at least."""
    words = [*said]
    flags = np.stack([*said.values()], axis=1)
    kinds, places = np.unique(flags @ (1 << np.arange(len(words))), return_inverse=True)
    return [[one for bit, one in enumerate(words) if kind >> bit & 1] for kind in kinds.tolist()], places

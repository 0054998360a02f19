"""Which segment of one model is which of another: by the customers that they have in common."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.evidence.flows import counted
from core.model.artefacts import Model
from core.model.card import is_named
from core.model.profile import SegmentProfile
from core.schema.fields import IDENTIFIER


@dataclass(frozen=True)
class Heir:
    """What has become of a segment.

    Attributes
    ----------
    before : SegmentProfile
        The segment, in the model that it belongs to.
    after : SegmentProfile
        The segment of the other model that holds most of its customers.
    share : float
        The part of the customers of `before` that are in `after`, in [0, 1].
    """

    before: SegmentProfile
    after: SegmentProfile
    share: float

    @property
    def is_closest(self) -> bool:
        """Whether most of its customers went the same way; else it has no successor."""
        return self.share > 0.5


def heirs(before: Model, after: Model) -> dict[int, Heir]:
    """Where most customers of each segment of `before` are in `after`, by number; empty segments have none.

    Of two versions, customers of both count; segments without any have none.
    """
    old, new = before.card.profile.segments, after.card.profile.segments
    counts = counted(*_both(before, after), len(old), len(new))
    return {
        segment.number: Heir(segment, new[int(row.argmax())], float(row.max() / row.sum()))
        for segment, row in zip(old, counts, strict=True)
        if row.sum()
    }


def _both(before: Model, after: Model) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The segments, less one, of customers of both models, in each."""
    same = before.card.data.sha256 == after.card.data.sha256
    if same and len(before.people) == len(after.people):
        return _labels(before), _labels(after)
    if not (is_named(before.card) and is_named(after.card)):
        nobody = np.empty(0, dtype=np.int64)
        return nobody, nobody
    one, other = (
        pd.Series(_labels(model), model.people.column(IDENTIFIER).astype(str)) for model in (before, after)
    )
    both = pd.concat([part[~part.index.duplicated()] for part in (one, other)], axis=1, join="inner")
    return both[0].to_numpy(), both[1].to_numpy()


def _labels(model: Model) -> NDArray[np.int64]:
    """The number, less one, of each customer's segment, in the order of the cleaned file."""
    labels: NDArray[np.int64] = model.people.column("Segment").to_numpy(dtype=np.int64) - 1
    return labels

"""What two versions' models have in common: the customers of both, and which segment is which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist
from sklearn.metrics import adjusted_rand_score

from core.evidence.flows import counted
from core.model.artefacts import CARD, Model
from core.model.card import Card, is_named
from core.model.profile import SegmentProfile
from core.model.succession import ENOUGH, matched
from core.schema.fields import IDENTIFIER, SEGMENT

Places = NDArray[np.int64]
NOBODY = -1


@dataclass(frozen=True)
class Two:
    """The model of a version, and that of another; the same pair as long as both are the same."""

    keys: tuple[Path, Path] = field(init=False)
    now: Model = field(compare=False, repr=False)
    then: Model = field(compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "keys", (self.now.folder, self.then.folder))


@dataclass(frozen=True, eq=False)
class InCommon:
    """What has to be known of two models to ask both the same."""

    places: Places  # one for each customer of `now`: their place in `then`; `NOBODY` if they are not there
    # By segment number: which segment of `then` each of `now` goes on from; those that are new are left out.
    kin: Mapping[int, int]
    # One for each customer of `then`: the segment, 1..k, that they would be in by the borders of `now`; None where
    # these need a field that `then` lacks.
    placed: Places | None


@lru_cache(maxsize=4)
def in_common(two: Two) -> InCommon:
    """What two models have in common; looked for once, since it costs a second for a million customers."""
    now, then = two.now, two.then
    places, placed = _places(now, then), _placed(now, then)
    return InCommon(places, _kin(now, then, places, placed), placed)


@dataclass(frozen=True)
class Agreement:
    """How far two models agree about the customers of both."""

    # Customers of both, and those of them who sit elsewhere when segments are matched one to one, best.
    both: int
    elsewhere: int
    rand: float  # the adjusted Rand index: 1 for the same segments, 0 for no more alike than by chance


def agreement(two: Two) -> Agreement | None:
    """How far two models agree; None where nobody is in both.

    Notes
    -----
    Hubert and Arabie (1985), Journal of Classification 2: 193-218; Kuhn (1955) for the matching.
    """
    places = in_common(two).places
    both = places != NOBODY
    if not both.any():
        return None
    now, then = _segments(two.now)[both], _segments(two.then)[places[both]]
    counts = counted(then - 1, now - 1, int(then.max()), int(now.max()))
    alike = int(counts[linear_sum_assignment(-counts)].sum())
    return Agreement(len(now), len(now) - alike, float(adjusted_rand_score(then, now)))


@dataclass(frozen=True)
class Heir:
    """What has become of a segment."""

    before: SegmentProfile  # the segment, in the model that it belongs to
    after: SegmentProfile  # the segment of the other model that holds most of its customers
    share: float  # the part of the customers of `before` that are in `after`, in [0, 1]

    @property
    def is_closest(self) -> bool:
        """Whether most of its customers went the same way; else it has no successor."""
        return self.share > 0.5


def heirs(before: Model, after: Model) -> dict[int, Heir]:
    """Where most customers of each segment of `before` are in `after`, by number; empty segments have none.

    Of two versions, customers of both count; segments without any have none.
    """
    old, new = before.card.profile.segments, after.card.profile.segments
    places = _places(after, before)
    both = places != NOBODY
    was, now = _segments(before)[places[both]], _segments(after)[both]
    counts = counted(was - 1, now - 1, len(old), len(new))
    return {
        segment.number: Heir(segment, new[int(row.argmax())], float(row.max() / row.sum()))
        for segment, row in zip(old, counts, strict=True)
        if row.sum()
    }


def _places(now: Model, then: Model) -> Places:
    if now.card.data.sha256 == then.card.data.sha256 and len(now.people) == len(then.people):
        return np.arange(len(now.people))
    if not (is_named(now.card) and is_named(then.card)):
        return np.full(len(now.people), NOBODY)
    before = pd.Index(then.people.column(IDENTIFIER).astype(str))
    first = np.flatnonzero(~before.duplicated())
    found = before[first].get_indexer(pd.Index(now.people.column(IDENTIFIER).astype(str)))
    return np.where(found == NOBODY, NOBODY, first[found]).astype(np.int64)


def _placed(now: Model, then: Model) -> Places | None:
    basis = list(now.space.basis)
    if not set(basis) <= set(then.people.columns):
        return None
    points = now.space.place(then.people.frame(basis))
    nearest: Places = cdist(points, now.space.centres).argmin(axis=1) + 1
    return nearest


def _kin(now: Model, then: Model, places: Places, placed: Places | None) -> dict[int, int]:
    """As the cards say that segments went on; where they don't, by the customers in both, else by borders."""
    later, earlier = _followed(now, then), _followed(then, now)
    if later is not None:
        return later
    if earlier is not None:
        return {before: after for after, before in earlier.items()}
    was, is_now = _segments(then), _segments(now)
    both = places != NOBODY
    if both.sum() >= ENOUGH * len(now.space.centres):
        old, new = was[places[both]], is_now[both]
    elif placed is not None:
        old, new = was, placed
    else:
        return {}
    return matched(counted(old - 1, new - 1, len(then.space.centres), len(now.space.centres)))


def _followed(model: Model, back: Model) -> dict[int, int] | None:
    """Which segment of `back` each of `model` goes on from, through the versions between; None if not from there."""
    card, found = model.card, {number: number for number in model.card.profile.names}
    while card.key != back.card.key:
        came = card.succession
        if came is None:
            return None
        found = {number: came.names[old] for number, old in found.items() if old in came.names}
        try:
            card = Card.from_json((model.folder.parent / came.model / CARD).read_bytes())
        except (OSError, ValueError):
            return None
    return found


def _segments(model: Model) -> Places:
    segments: Places = model.people.column(SEGMENT).to_numpy(dtype=np.int64)
    return segments

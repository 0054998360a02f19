"""The RFM groups of customers beside their segments: sizes, where they are, and how much both explain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

from core.data.rfm import Rfm, rfm
from core.model.artefacts import Model
from core.schema.fields import SEGMENT
from core.schema.rfm_groups import NAMES

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class RfmGroup:
    """One of the eleven: its customers, means of what it is made of, share of the money, and where most of it is."""

    name: str
    size: int
    means: tuple[float, ...]
    money: float | None
    segment: int
    inside: float


@dataclass(frozen=True)
class Beside:
    """RFM and the segments."""

    fields: tuple[str, ...]  # recency, purchases, and money where it is known
    scores: Rfm  # scores and cut points
    # (value, share): of each field the commonest value, and the customers who have it.
    tied: tuple[tuple[float, float], ...]
    groups: tuple[RfmGroup, ...]  # those that anybody is in, in the order of merchants
    agreement: float  # adjusted Rand index of both partitions
    # The part of the differences in these fields, standardised, that lies between groups, and between segments.
    explained: tuple[float, float]


def beside(model: Model) -> Beside | None:
    """The RFM groups of a model's customers; None where nobody said which fields they are made of.

    Notes
    -----
    Hubert, Arabie (1985), J. Classification 2: 193-218, for the agreement; it is 0 on average by chance, 1 where both
    are the same.
    """
    fields = model.schema.picked("rfm")
    if len(fields) < 2:
        return None
    frame = model.people.frame([*fields, SEGMENT]).dropna()
    values = [frame[name].to_numpy(dtype="float64") for name in fields]
    lines = model.schema.lines
    cuts = dict(lines.cuts) if lines else {}
    scores = rfm(values[0], values[1], values[2] if len(values) > 2 else None, cuts)
    segments = frame[SEGMENT].to_numpy(dtype=np.int64)
    return Beside(
        fields,
        scores,
        tuple(_tied(one) for one in values),
        tuple(_groups(values, scores, segments)),
        float(adjusted_rand_score(scores.groups, segments)),
        (_between(values, scores.groups), _between(values, segments)),
    )


def _tied(values: Floats) -> tuple[float, float]:
    known, counts = np.unique(values, return_counts=True)
    return float(known[counts.argmax()]), float(counts.max() / len(values))


def _groups(values: list[Floats], scores: Rfm, segments: NDArray[np.int64]) -> list[RfmGroup]:
    found = []
    money = values[2] if len(values) > 2 else None
    whole = money.sum() if money is not None else 0.0
    for place, name in enumerate(NAMES):
        inside = scores.groups == place
        if not inside.any():
            continue
        held = np.bincount(segments[inside])
        part = float(money[inside].sum() / whole) if money is not None and whole > 0 else None
        means = tuple(float(one[inside].mean()) for one in values)
        most = int(held.argmax())
        found.append(RfmGroup(name, int(inside.sum()), means, part, most, float(held[most] / held.sum())))
    return found


def _between(values: list[Floats], labels: NDArray[np.int64]) -> float:
    """The part of the squared differences, each field in its standard deviations, that lies between groups."""
    points = pd.DataFrame(values).T
    points = (points - points.mean()) / points.std(ddof=0).replace(0, 1)
    within = ((points - points.groupby(labels).transform("mean")) ** 2).to_numpy().sum()
    whole = (points**2).to_numpy().sum()
    return float(1 - within / whole) if whole else 0.0

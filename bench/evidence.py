"""The evidence for 1 to 12 segments of a million customers beside scikit-learn's sweep over all of them.

Processor time of all threads, of either; `python -m bench.evidence`, some five minutes of it scikit-learn's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

from bench import scale
from bench.rows import Row, table
from core.evidence import criteria, measure, stability
from core.evidence.algorithms import Points
from core.model.artefacts import Model
from core.model.fit import refit
from core.settings import load

AT_ONCE = 50_000  # customers
T = TypeVar("T")


def rows(models: Sequence[scale.Scaled]) -> list[Row]:
    """Fits alone, and all that is repeated for gap, prediction strength and trust badges; how far sums of squares are off."""
    scaled = next(one for one in models if one.customers == scale.SIZES[-1])
    model = scaled.model()
    points = model.space.place(model.people.rows(np.arange(scaled.customers), model.space.basis))
    with threadpool_limits(1):
        fitting, ours = _cpu(lambda: _fits(model))
        repeating = _cpu(lambda: _repeated(model))[0]
    starts, theirs = model.card.parameters.starts, list[float]()
    sweeping = _cpu(lambda: theirs.extend(_swept(points, starts)))[0]
    off = max(_squares(points, centres) / best - 1 for centres, best in zip(ours, theirs, strict=True))
    return [
        _row("fits, sums of squares at most " + format(off, ".2%") + " more", scaled, fitting, sweeping),
        _row("with gap, strength and stability", scaled, fitting + repeating, sweeping),
    ]


def _row(what: str, model: scale.Scaled, seconds: float, sweeping: float) -> Row:
    n, peer, ratio = model.customers, "scikit-learn's fits", sweeping / seconds
    return Row(
        bench="evidence", what=what, n=n, seconds=seconds, peer=peer, peer_seconds=sweeping, ratio=ratio
    )


def _cpu(work: Callable[[], T]) -> tuple[float, T]:
    begun = time.process_time()
    found = work()
    return time.process_time() - begun, found


def _fits(model: Model) -> list[Points]:
    """Centres of each number of segments, as the evidence makes them."""
    parameters = model.card.parameters
    sample = model.people.rows(measure.sample_of(len(model.people), parameters.seed))
    places = measure.sample_of(len(model.people), parameters.seed, measure.AMONG)
    many = model.space.place(model.people.rows(places, model.space.basis))
    return [
        refit(model.space, sample, replace(parameters, k=k), model.schema, many).cluster_centers_
        for k in measure.KS
    ]


def _repeated(model: Model) -> None:
    """Reference curves, halvings and resamples, as many as the product takes."""
    rng, seed = np.random.default_rng(2), model.card.parameters.seed
    points = model.space.place(model.people.rows(measure.sample_of(len(model.people), seed)))
    boxes = (criteria.boxed(points, rng) for _ in range(measure.FULL.references))
    criteria.curves(boxes, measure.MOST, rng)
    criteria.prediction_strengths(points, measure.MOST, rng, range(measure.FULL.splits))
    stability.jaccards(*stability.resampled(model.space, model.people), len(model.space.centres))


def _swept(points: Points, starts: int) -> list[float]:
    return [float(KMeans(k, n_init=starts, random_state=0).fit(points).inertia_) for k in measure.KS]


def _squares(points: Points, centres: Points) -> float:
    """The sum of squares of all customers around the nearest of `centres`."""
    parts = np.array_split(points, -(-len(points) // AT_ONCE))
    lengths = (centres**2).sum(axis=1) / 2
    return sum(float((part**2).sum() - 2 * (part @ centres.T - lengths).max(axis=1).sum()) for part in parts)


if __name__ == "__main__":
    print(table(rows(scale.sizes(load()))))

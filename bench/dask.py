"""Segments of customers in parts, by one and two Dask workers: `python -m bench.dask 1000000`, beside what else does it.

All fill gaps with medians, standardise and make six segments of the same Parquet files, which are read before the clock
starts: `fit_on` over futures; scikit-learn's MiniBatchKMeans in one process that has all customers; dask-ml's KMeans
(k-means||) over the same workers, where it is installed. Bytes are all that went between here and the workers.
"""

from __future__ import annotations

import argparse
import pickle
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from distributed import Client, LocalCluster
from sklearn.cluster import MiniBatchKMeans

from bench import counted
from bench.apart import peak
from bench.rows import Row, table
from bench.scale import drawn
from core.crossfilter.binning import bin_numeric
from core.crossfilter.counting import Query
from core.crossfilter.passing import Condition
from core.data.derive import engineer
from core.datasets.templates import PERSONALITY
from core.model.fit import Parameters
from core.model.space import Space
from core.runners.cluster import Parts
from core.runners.fitting import fit_on
from core.runners.partials import added
from core.settings import Settings, load

PART, K, WORKERS = 250_000, 6, (1, 2)
BASIS, VALUE = PERSONALITY.basis, str(PERSONALITY.value)
COLUMNS = list(dict.fromkeys(("ID", *BASIS, VALUE)))
_MB = 1 << 20


class Peer(NamedTuple):
    """What somebody else took, and found."""

    name: str
    seconds: float
    wcss: float
    memory: int


@dataclass(frozen=True)
class Weighed(Parts):
    """Parts that note what goes to the workers and comes back, in bytes."""

    moved: list[int] = field(default_factory=list)

    def each(self, verb: Callable[..., Any], *given: Any, **named: Any) -> list[Any]:
        found = super().each(verb, *given, **named)
        asked = len(pickle.dumps((verb, given, named))) * len(found)
        self.moved.append(asked + sum(len(pickle.dumps(one)) for one in found))
        return found


def files(folder: Path, n: int) -> list[Path]:
    """`n` customers in Parquet files, written unless they are there."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"part-{place}.parquet" for place in range(-(-n // PART))]
    for place, path in enumerate(paths):
        if not path.exists():
            some = drawn(min(PART, n - place * PART), seed=place)
            some["ID"] += place * PART
            engineer(some, PERSONALITY)[COLUMNS].to_parquet(path.with_suffix(".part"), index=False)
            path.with_suffix(".part").rename(path)
    return paths


def rows(settings: Settings, more: int = 0) -> list[Row]:
    """A million customers, and `more`, by one worker and by two, beside others."""
    return [row for n in dict.fromkeys((1_000_000, more or 1_000_000)) for row in of(settings, n)]


def of(settings: Settings, n: int, *, alone: bool = False) -> list[Row]:
    """So many customers; `alone` beside nobody, who would need all of them in one memory."""
    paths = files(settings.home.resolve() / "bench" / f"parts-{n}", n)
    beside, found = list[Peer](), list[Row]()
    if not alone:
        with _workers(1) as client:
            beside = [client.submit(_minibatch, paths, pure=False).result()]
    for several in WORKERS:
        others = [*beside]
        if not alone:
            with _workers(several) as client:
                others += _dask_ml(client, paths)
        with _workers(several) as client:
            found += _measured(client, paths, n, several, others)
    return found


@contextmanager
def _workers(several: int) -> Iterator[Client]:
    """Processes of one thread each."""
    with (
        LocalCluster(
            n_workers=several, threads_per_worker=1, dashboard_address=":0", memory_limit=0
        ) as machines,
        Client(machines) as client,
    ):
        yield client


def _measured(client: Client, paths: Sequence[Path], n: int, several: int, peers: list[Peer]) -> list[Row]:
    read = Parts.made_by(client, pd.read_parquet, {one.name: one for one in paths}).made()
    parts = Weighed(client, read.futures)
    start = time.perf_counter()
    fitted = fit_on(parts, Parameters(K, BASIS), PERSONALITY)
    seconds, moved = time.perf_counter() - start, sum(parts.moved)
    by = f"{several} worker{'s' if several > 1 else ''}"
    memory = max(client.run(peak).values())
    print(
        f"{n:,} by {by}: {fitted.steps} steps, {memory / _MB:,.0f} MB in a worker, {moved / _MB:.2f} MB moved",
        flush=True,
    )
    fit = Row(bench="dask", what=f"fit, {by}", n=n, seconds=seconds, bytes=moved)
    each = _timed(lambda: parts.then(_labelled, fitted.space).made())
    return [
        *([_beside(fit, one, fitted.inertia) for one in peers] or [fit]),
        Row(bench="dask", what=f"segment of each, {by}", n=n, seconds=each),
        *_counted(parts, paths[0], n, by),
    ]


def _beside(fit: Row, one: Peer, wcss: float) -> Row:
    told = f"{one.name} (WCSS {one.wcss / wcss:.3f} of ours, {one.memory / _MB:,.0f} MB)"
    return {**fit, "peer": told, "peer_seconds": one.seconds, "ratio": one.seconds / fit["seconds"]}


def _counted(parts: Weighed, first: Path, n: int, by: str) -> list[Row]:
    ends, some = parts.moments(BASIS), pd.read_parquet(first)
    columns = zip(BASIS, ends.low, ends.high, strict=True)
    axes = {
        name: bin_numeric(name, np.append(some[name].to_numpy(dtype=np.float64), [low, high, np.nan])).axis
        for name, low, high in columns
    }
    start = time.perf_counter()
    codes = Weighed(parts.client, parts.then(counted.code, axes).made().futures)
    coding = time.perf_counter() - start
    filtered = Condition(BASIS[0], frozenset(range(3, 9)))
    asked = [
        Query((filtered,), name, across) for name in BASIS for across in (None, *BASIS[:2]) if name != across
    ]
    codes.each(counted.counts, asked[:1])
    counting = _timed(lambda: added(codes.each(counted.counts, asked)))
    return [
        Row(bench="dask", what=f"code columns, {by}", n=n, seconds=coding),
        Row(bench="dask", what=f"{len(asked)} charts of a filter, {by}", n=n, seconds=counting),
    ]


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _labelled(part: pd.DataFrame, space: Space) -> int:
    from core.runners.verbs import labels

    return len(labels(part, space))


def _points(frame: pd.DataFrame, medians: pd.Series) -> np.ndarray:
    return frame[[*BASIS]].fillna(medians).to_numpy(dtype=np.float64)


def _minibatch(paths: Sequence[Path]) -> Peer:
    frame = pd.concat([pd.read_parquet(one) for one in paths], ignore_index=True)
    start = time.perf_counter()
    points = _points(frame, frame[[*BASIS]].median())
    points -= points.mean(axis=0)
    points /= points.std(axis=0)
    found = MiniBatchKMeans(K, random_state=0, n_init=3).fit(points)
    seconds = time.perf_counter() - start
    return Peer("MiniBatchKMeans", seconds, -float(found.score(points)), peak())


def _dask_ml(client: Client, paths: Sequence[Path]) -> list[Peer]:
    """The same by dask-ml; nothing where it is not installed."""
    try:
        import dask.array as da
        import dask.dataframe as dd
        from dask_ml.cluster import KMeans
    except ImportError:
        return []
    frame = dd.read_parquet([str(one) for one in paths])[[*BASIS]].persist()
    frame.count().compute()
    start = time.perf_counter()
    medians = frame.quantile(0.5).compute()  # about: it has no exact one
    points = frame.fillna(medians.to_dict()).to_dask_array(lengths=True).astype("float64")
    points = ((points - points.mean(axis=0)) / points.std(axis=0)).persist()
    found = KMeans(n_clusters=K, random_state=0).fit(points)
    seconds = time.perf_counter() - start
    near = da.stack([((points - centre) ** 2).sum(axis=1) for centre in found.cluster_centers_])
    return [Peer("dask-ml", seconds, float(near.min(axis=0).sum().compute()), max(client.run(peak).values()))]


def main() -> None:
    """`python -m bench.dask 10000000`, or `python -m bench.dask 30000000 --alone`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("customers", type=int, nargs="?", default=0)
    parser.add_argument("--alone", action="store_true", help="measure that size only, beside nobody else")
    asked = parser.parse_args()
    print(table(of(load(), asked.customers, alone=True) if asked.alone else rows(load(), asked.customers)))


if __name__ == "__main__":
    main()

"""`make bench`: run every benchmark, print its table, keep the figures."""

from __future__ import annotations

import os
from collections.abc import Iterator

from bench import (
    brush,
    click,
    crossfilter,
    dask,
    evidence,
    interactions,
    opening,
    predict,
    predict_api,
    scale,
    source,
    start,
    weights,
)
from bench.rows import Row, keep, table
from core.settings import Settings, load


def main() -> None:
    """Measure, print, keep."""
    settings = load()
    rows: list[Row] = []
    for found in measured(settings, int(os.environ.get("BENCH_ROWS") or 0)):
        print(table(found), flush=True)
        rows += found
        keep(rows, settings.home / "bench.json")


def measured(settings: Settings, more: int) -> Iterator[list[Row]]:
    """One benchmark after the other; `more` customers are measured beside the default sizes."""
    yield predict.rows(settings)
    yield predict_api.rows(settings)
    yield crossfilter.rows(settings)
    yield start.rows(settings)
    models = scale.sizes(settings, more)
    yield start.of_models(models)
    yield opening.rows(models)
    yield click.rows(models)
    yield brush.rows(models)
    yield weights.rows(models)
    yield interactions.rows(models)
    yield evidence.rows(models)
    yield dask.rows(settings, more)
    yield source.rows()


if __name__ == "__main__":
    main()

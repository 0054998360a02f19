"""The ten views as pandas, Polars and DuckDB answer them, each in the fastest form that was found for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
import pandas as pd

from core.crossfilter.table import Breakdown

Numbers = dict[str, np.ndarray]
Filters = dict[str, list[int]]
Peer = Callable[[], Numbers]


@dataclass(frozen=True)
class Questions:
    """Views, the filters that each is under, and those of the selection as a whole."""

    views: tuple[Breakdown, ...]
    filters: tuple[Filters, ...]
    whole: Filters


def peers(codes: pd.DataFrame, ask: Questions) -> Iterator[tuple[str, Peer]]:
    """Those that are installed, each with its own copy of the codes; a name may have several forms."""
    yield "pandas", in_pandas(codes, ask)
    if find_spec("polars"):
        yield "polars", in_polars(codes, ask)
    if find_spec("duckdb"):
        yield "duckdb", in_duckdb(codes, ask, grouping_sets=False)
        yield "duckdb", in_duckdb(codes, ask, grouping_sets=True)


def keys(view: Breakdown) -> list[str]:
    """Columns that a view groups by."""
    return [view.field, view.by] if view.by else [view.field]


def runs(column: Any, wanted: list[int]) -> Any:
    """Ranges of codes: faster than `isin`, in pandas and in Polars."""
    starts = [code for code in wanted if code - 1 not in wanted]
    ends = [code for code in wanted if code + 1 not in wanted]
    tests = [
        column == first if first == last else (column >= first) & (column <= last)
        for first, last in zip(starts, ends, strict=True)
    ]
    joint = tests[0]
    for test in tests[1:]:
        joint = joint | test
    return joint


def in_pandas(codes: pd.DataFrame, ask: Questions) -> Peer:
    """Categorical columns, one subset for each set of filters: the fastest of six ways tried."""
    frame = codes.astype(
        {name: pd.CategoricalDtype(range(codes[name].max() + 1)) for name in codes.columns.drop("value")}
    )

    def passing(chosen: Filters) -> pd.DataFrame:
        tests = [runs(codes[name], wanted) for name, wanted in chosen.items()]
        return frame[np.logical_and.reduce(tests)] if tests else frame

    def one(view: Breakdown, part: pd.DataFrame) -> np.ndarray:
        if view.by is None:
            found = part[view.field].value_counts(sort=False)
            return np.column_stack([np.asarray(found.index, dtype=float), found])
        groups = part.groupby(keys(view), observed=False)
        found = groups.size() if view.value is None else groups["value"].sum()
        return found.reset_index().to_numpy(dtype=float)

    def work() -> Numbers:
        parts = {str(chosen): passing(chosen) for chosen in (*ask.filters, ask.whole)}
        found = {
            view.name: one(view, parts[str(chosen)])
            for view, chosen in zip(ask.views, ask.filters, strict=True)
        }
        value = parts[str(ask.whole)]["value"].astype("float64")
        return found | {"total": np.array([len(value), value.sum(), (value**2).sum()])}

    return work


def in_polars(codes: pd.DataFrame, ask: Questions) -> Peer:
    import polars as pl

    lazy = pl.DataFrame({name: codes[name].to_numpy() for name in codes}).lazy()

    def passing(chosen: Filters) -> Any:
        return (
            lazy.filter([runs(pl.col(name), wanted) for name, wanted in chosen.items()]) if chosen else lazy
        )

    def work() -> Numbers:
        value = pl.col("value").cast(pl.Float64)
        queries = [
            passing(chosen).group_by(keys(view)).agg(value.sum() if view.value else pl.len())
            for view, chosen in zip(ask.views, ask.filters, strict=True)
        ]
        total = passing(ask.whole).select(
            pl.len(), value.sum().alias("sum"), (value * value).sum().alias("squares")
        )
        *found, last = pl.collect_all([*queries, total])
        return {view.name: f.to_numpy() for view, f in zip(ask.views, found, strict=True)} | {
            "total": last.to_numpy()[0]
        }

    return work


def in_duckdb(codes: pd.DataFrame, ask: Questions, *, grouping_sets: bool) -> Peer:
    """A query a view, or one with grouping sets for all views under the same filters: neither always wins."""
    import duckdb

    base = duckdb.connect()
    base.register("source", codes)
    base.execute("CREATE TABLE customers AS SELECT * FROM source")
    base.unregister("source")
    groups: dict[str, list[Breakdown]] = {}
    for number, (view, chosen) in enumerate(zip(ask.views, ask.filters, strict=True)):
        groups.setdefault(f"{'' if grouping_sets else number}|{where(chosen)}", []).append(view)
    queries = {grouped(views, key.partition("|")[2]): views for key, views in groups.items()}
    moments = "count(*), sum(value::DOUBLE), sum(value::DOUBLE * value)"

    def work() -> Numbers:
        found: Numbers = {}
        for query, views in queries.items():
            answer = base.execute(query).fetchnumpy()
            found |= {view.name: _rows_of(answer, view, alone=len(views) == 1) for view in views}
        total = base.execute(f"SELECT {moments} FROM customers{where(ask.whole)}").fetchnumpy()
        return found | {"total": np.array([float(column[0]) for column in total.values()])}

    return work


def where(chosen: Filters) -> str:
    """A range where the codes are one, else a list: each the fastest in DuckDB."""
    tests = [
        f'"{name}" BETWEEN {wanted[0]} AND {wanted[-1]}'
        if wanted[-1] - wanted[0] == len(wanted) - 1
        else f'"{name}" IN ({", ".join(map(str, wanted))})'
        for name, wanted in chosen.items()
    ]
    return f" WHERE {' AND '.join(tests)}" if tests else ""


def grouped(views: list[Breakdown], condition: str) -> str:
    """One query for these views."""
    columns = ", ".join(dict.fromkeys(f'"{key}"' for view in views for key in keys(view)))
    sets = ", ".join(f"({', '.join(chr(34) + key + chr(34) for key in keys(view))})" for view in views)
    shown = "count(*) AS count" + (", sum(value::DOUBLE) AS sum" if any(v.value for v in views) else "")
    by = columns if len(views) == 1 else f"GROUPING SETS ({sets})"
    return f"SELECT {columns}, {shown} FROM customers{condition} GROUP BY {by}"


def _rows_of(answer: dict[str, Any], view: Breakdown, *, alone: bool) -> np.ndarray:
    columns = [answer[key] for key in keys(view)]
    number = answer["sum" if view.value else "count"]
    if not alone:
        # Rows of another set have NULL in this view's columns, or a value in columns that it lacks.
        others = [name for name in answer if name not in (*keys(view), "count", "sum")]
        mine = ~np.any([np.ma.getmaskarray(column) for column in columns], axis=0)
        mine &= np.all([np.ma.getmaskarray(answer[name]) for name in others], axis=0) if others else True
        columns, number = [column[mine] for column in columns], number[mine]
    return np.column_stack([np.asarray(column, dtype=float) for column in (*columns, number)])

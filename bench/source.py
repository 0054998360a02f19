"""The verbs asked of a warehouse, on DuckDB and on PostgreSQL, beside pandas: `python -m bench.source`.

A million made order lines, and a million customers of the sample's kind, lie as tables; pandas has the same rows in memory
before the clock starts. What both find is compared first. A server of PostgreSQL is started where its programs are.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy import Connection

from bench.dask import BASIS, COLUMNS, K
from bench.rows import Row, table
from bench.scale import drawn
from core.data.derive import engineer
from core.data.orders import fold, with_categories
from core.data.typed_lines import typed_lines
from core.datasets.templates import PERSONALITY
from core.model import coreset
from core.model.fit import Parameters
from core.runners import pulling, verbs
from core.runners.fitting import fit_on
from core.runners.source import Source
from core.runners.sql import Sql
from core.runners.sql_lines import LinesInSql
from core.schema.order_lines import Lines
from tests.support import warehouses
from tests.support.postgresql import cluster

ROWS = 1_000_000
LINES = Lines("customer", "day", amount="paid", order="number", category="kind")
TODAY = np.datetime64("2024-12-31")
_CLOSE = 1e-9


def rows(n: int = ROWS) -> list[Row]:
    """Each verb on each database."""
    lines = _lines(n)
    people = engineer(drawn(n, seed=0), PERSONALITY)[COLUMNS]
    with TemporaryDirectory() as folder, _addresses(Path(folder)) as addresses:
        found: list[Row] = []
        for name, address in addresses.items():
            source = warehouses.source(address)
            with source.opened() as connection:
                for called, frame in (("lines", lines), ("people", people)):
                    warehouses.put(connection, called, frame)
                if name == "PostgreSQL":
                    connection.execute(sa.text("ANALYZE"))
                found += _folded(source, connection, lines, name)
                found += _cut(source, connection, people, name, Path(folder))
                connection.rollback()
            source.engine.dispose()
    return found


@contextmanager
def _addresses(folder: Path) -> Iterator[dict[str, str]]:
    with cluster() as server:
        found = {"DuckDB": f"duckdb:///{folder}/shop.duckdb"}
        yield found | ({"PostgreSQL": server.bare()} if server else {})


def _lines(n: int) -> pd.DataFrame:
    """Lines of orders, three each, of customers who buy twice on the average."""
    rng, orders = np.random.default_rng(16), -(-n // 3)
    number = np.repeat(np.arange(orders), 3)[:n]
    who, day = rng.integers(0, 250_000, orders), rng.integers(0, 700, orders)
    return pd.DataFrame(
        {
            "number": np.char.add("o", number.astype(str)),
            "customer": np.char.add("c", who[number].astype(str)),
            "day": np.datetime64("2023-01-01") + day[number].astype("timedelta64[D]"),
            "paid": np.round(rng.gamma(2, 20, n), 2),
            "kind": rng.choice(["tea", "pots", "cups"], n),
        }
    )


def _folded(source: Source, connection: Connection, lines: pd.DataFrame, name: str) -> list[Row]:
    texts = {str(one): pa.chunked_array([pa.array(lines[one].astype("str"), pa.string())]) for one in lines}
    typed = typed_lines(texts, LINES)
    known = with_categories(typed, LINES)
    there = LinesInSql(connection, source.table(connection, "lines"), known)
    seconds, found = _timed(lambda: pulling.for_now(connection, there.folded(TODAY)[1]))
    peer, expected = _timed(lambda: fold(typed, known, TODAY).frame)
    counted = connection.execute(sa.select(sa.func.count(), sa.func.sum(found.c.Total_Spent))).one()
    np.testing.assert_allclose([*counted], [len(expected), expected["Total_Spent"].sum()], rtol=_CLOSE)
    return [_row("fold order lines", name, len(lines), seconds, peer)]


def _cut(source: Source, connection: Connection, people: pd.DataFrame, name: str, folder: Path) -> list[Row]:
    runner = Sql(connection, source.table(connection, "people"), {one: one for one in COLUMNS})
    fitting, fitted = _timed(lambda: fit_on(runner, Parameters(K, BASIS), PERSONALITY))
    space, everyone = fitted.space, runner.moments(BASIS, fitted.space)

    def draw(of: Any) -> Any:
        given = {"rows": coreset.ROWS, "seed": 0}
        return of.coreset(space, everyone, **given) if of is runner else verbs.coreset(of, space, everyone, **given).placed(space)  # fmt: skip

    def written_here() -> None:
        labels = verbs.labels(people, space)
        warehouses.put(connection, "found here", people[["ID"]].assign(Segment=labels, Model="bench"))

    middle, found = _timed(lambda: (runner.medians(BASIS), runner.moments(BASIS)))
    values = people[[*BASIS]]
    beside, known = _timed(lambda: (values.median(), values.agg(["count", "mean", "var", "min", "max"])))
    np.testing.assert_allclose([*found[0].values()], known[0], rtol=_CLOSE)
    np.testing.assert_allclose(found[1].means, known[1].loc["mean"], rtol=_CLOSE)
    step, ours = _timed(lambda: runner.assign(space))
    stepped, theirs = _timed(lambda: verbs.assign(people, space))
    np.testing.assert_array_equal(ours.sizes, theirs.sizes)
    timings = {
        "medians and moments": (middle, beside),
        "coreset of 20,000": (_timed(lambda: draw(runner))[0], _timed(lambda: draw(people))[0]),
        "one of Lloyd's iterations": (step, stepped),
        "segments into a table": (
            _timed(lambda: pulling.written(source, connection, runner, space, "found", "bench"))[0],
            _timed(written_here)[0],
        ),
        "fetch everybody": (
            _timed(lambda: pulling.to_parquet(connection, runner.table, folder / "people.parquet"))[0],
            _timed(
                lambda: pd.read_sql(sa.select(runner.table), connection).to_parquet(
                    folder / "by pandas.parquet"
                )
            )[0],
        ),
    }
    fit: Row = {"bench": "source", "what": f"fit, {name}", "n": len(people), "seconds": fitting}
    return [fit, *(_row(what, name, len(people), *seconds) for what, seconds in timings.items())]


def _row(what: str, name: str, n: int, seconds: float, peer: float) -> Row:
    return {
        "bench": "source", "what": f"{what}, {name}", "n": n, "seconds": seconds,
        "peer": "pandas", "peer_seconds": peer, "ratio": peer / seconds,
    }  # fmt: skip


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


if __name__ == "__main__":
    print(table(rows()))

"""Ten views of one selection: ours against pandas, Polars, DuckDB and the memory, on the same codes in the same run."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from bench.crossfilter_peers import Filters, Numbers, Questions, peers
from bench.rows import Row, table
from core.crossfilter.table import Answer, Breakdown, Crossfilter, Selection, Spec, build

if TYPE_CHECKING:
    from core.settings import Settings

ONE_PASS = "one pass over its bytes"  # what no way to count can be faster than
SIZES = (2_240, 100_000, 1_000_000, 10_000_000)
SPENDING = "Total_Spending"
COUNTED = ("segment", "Age", "Income", SPENDING, "Recency", "Children", "Education", "NumWebPurchases")
VIEWS = (
    *(Breakdown(field, field) for field in COUNTED),
    Breakdown("Age by segment", "Age", by="segment"),
    Breakdown("spending by Income and segment", "Income", by="segment", value=SPENDING),
)
SELECTIONS = {
    "ten views": "segment=2,4&Income=30000~60000",
    "ten views, half pass": "Age=30~50",
    "ten views, three filters": "segment=1,2,5&Income=30000~60000&Children=0,1",
    "ten views, nearly all pass": "Recency=5~100",
}
SPECS = (
    Spec("segment", "coded", labels=("1", "2", "3", "4", "5", "6")),
    Spec("Age"),
    Spec("Income"),
    Spec(SPENDING, values=True),
    Spec("Recency"),
    Spec("Children"),
    Spec("Education", "coded", labels=("Basic", "2n Cycle", "Graduation", "Master", "PhD")),
    Spec("NumWebPurchases"),
)


def customers(n: int) -> pd.DataFrame:
    """Made-up customers with the spread of the real ones, in no order."""
    random = np.random.default_rng(n)
    segment = random.choice(6, n, p=[0.2, 0.2, 0.16, 0.15, 0.15, 0.14])
    income = random.normal(30_000 + 8_000 * segment, 15_000).clip(1_700, 160_000).round()
    return pd.DataFrame(
        {
            "segment": segment,
            "Age": random.normal(45, 12, n).clip(18, 80).round(),
            "Income": np.where(random.random(n) < 0.01, np.nan, income),
            SPENDING: random.gamma(0.8 + 0.2 * segment, 420).clip(5, 2_525).round(),
            "Recency": random.integers(0, 100, n),
            "Children": random.choice(4, n, p=[0.29, 0.5, 0.19, 0.02]),
            "Education": random.choice(5, n, p=[0.02, 0.09, 0.5, 0.17, 0.22]),
            "NumWebPurchases": random.poisson(4, n),
        }
    )


def rows(_: Settings | None = None, *, sizes: Sequence[int] = SIZES) -> list[Row]:
    """Every selection at every size against every peer that is installed."""
    return [row for n in sizes for row in _rows(n)]


def _rows(n: int) -> Iterator[Row]:
    frame = customers(n)
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        build(frame, SPECS, Path(folder), parted_by="segment")
        yield Row(bench="crossfilter", what="build", n=n, seconds=time.perf_counter() - start)
        ours = Crossfilter.open(Path(folder), remembered=0)
        codes = _codes(ours, frame)
        for what, text in SELECTIONS.items():
            yield from _compare(what, n, ours, ours.selection(text), codes)


def _codes(ours: Crossfilter, frame: pd.DataFrame) -> pd.DataFrame:
    """The same codes for everyone, in the order of the frame."""
    stored, columns = ours._columns, {}
    for name, codes in stored.codes.items():
        columns[name] = np.empty_like(codes)
        columns[name][stored.order] = codes
    return pd.DataFrame(columns).assign(value=frame[SPENDING].to_numpy(np.float32))


def _compare(
    what: str, n: int, ours: Crossfilter, selection: Selection, codes: pd.DataFrame
) -> Iterator[Row]:
    ask = Questions(VIEWS, tuple(_filters(view, selection) for view in VIEWS), _filters(None, selection))
    shapes = [(len(ours.axes[view.field]), len(ours.axes["segment"])) for view in VIEWS]
    forms = [("ours", lambda: ours.views(selection, VIEWS)), *peers(codes, ask)]
    expected = _ours(ours.views(selection, VIEWS))
    for peer, work in forms[1:]:
        _same(peer, expected, work(), shapes)
    forms.append((ONE_PASS, partial(_passed, _bytes(ours, selection) * n)))
    seconds = interleaved(forms, times=5 if n > 3_000_000 else 15)
    for peer in (name for name in seconds if name != "ours"):
        yield Row(
            bench="crossfilter",
            what=what,
            n=n,
            seconds=seconds["ours"],
            peer=peer,
            peer_seconds=seconds[peer],
            ratio=seconds[peer] / seconds["ours"],
        )


def _bytes(ours: Crossfilter, selection: Selection) -> int:
    """What each customer takes of the columns that the views and the filters go over, if each does so once."""
    stored = ours._columns
    read = [*(clause.field for clause in selection.clauses), *(view.field for view in VIEWS)]
    money = [stored.values[view.value].numbers.itemsize for view in VIEWS if view.value]
    return len(read) + sum(money)


def _passed(size: int) -> None:
    """Read so many bytes from memory, as fast as numpy does."""
    large = _large()
    whole, rest = divmod(size, large.nbytes)
    for part in [*[large] * whole, large[: rest // large.itemsize]]:
        part.max(initial=0)


@cache
def _large() -> npt.NDArray[np.uint64]:
    return np.ones(1 << 26, dtype=np.uint64)  # more than any cache holds; third ones of 260 MB are about


def interleaved(forms: Sequence[tuple[str, Callable[[], object]]], *, times: int) -> dict[str, float]:
    """Median seconds of each name's fastest form, taken in turns: a busy moment hits all alike."""
    seconds: list[list[float]] = [[] for _ in forms]
    for _ in range(times):
        for measured, (_, work) in zip(seconds, forms, strict=True):
            start = time.perf_counter()
            work()
            measured.append(time.perf_counter() - start)
    fastest: dict[str, float] = {}
    for measured, (name, _) in zip(seconds, forms, strict=True):
        fastest[name] = min(median(measured), fastest.get(name, float("inf")))
    return fastest


def _filters(view: Breakdown | None, selection: Selection) -> Filters:
    own = {view.name, view.field} if view else set()
    return {clause.field: sorted(clause.codes) for clause in selection.clauses if clause.source not in own}


def _ours(answer: Answer) -> Numbers:
    found = {
        view.name: answer[view.name].counts if view.value is None else answer[view.name].sums
        for view in VIEWS
    }
    total = answer.selected.values[SPENDING]
    return found | {"total": np.array([answer.selected.rows, total.sum, total.squares])}


def _same(peer: str, expected: Numbers, found: Numbers, shapes: Sequence[tuple[int, int]]) -> None:
    for view, shape in zip(VIEWS, shapes, strict=True):
        dense = np.zeros(shape if view.by else shape[:1])
        *places, numbers = found[view.name].T
        dense[tuple(place.astype(int) for place in places)] = numbers
        np.testing.assert_allclose(dense, expected[view.name], rtol=1e-6, err_msg=f"{peer}: {view.name}")
    np.testing.assert_allclose(found["total"], expected["total"], rtol=1e-6, err_msg=f"{peer}: total")


def main() -> None:
    """`python -m bench.crossfilter --sizes 2240 1000000`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    print(table(rows(sizes=parser.parse_args().sizes)))


if __name__ == "__main__":
    main()

"""What a benchmark measured: one row per figure, printed as a table and kept as JSON."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median
from typing import NotRequired, TypedDict


class Row(TypedDict):
    """One figure; `ratio` is the peer's time by ours, measured in the same run.

    `bytes` are as they travel, compressed.
    """

    bench: str
    what: str
    n: int
    seconds: float
    peer: NotRequired[str]
    peer_seconds: NotRequired[float]
    ratio: NotRequired[float]
    bytes: NotRequired[int]
    requests: NotRequired[int]


def timed(work: Callable[[], object], *, times: int) -> float:
    """Median seconds of `work`, after one run that is not counted."""
    work()
    return median(_once(work) for _ in range(times))


def table(rows: Iterable[Row]) -> str:
    """The rows as aligned text."""
    head = f"{'bench':10} {'what':42} {'customers':>10} {'ms':>9}  against"
    return "\n".join([head, *(_line(row) for row in rows)])


def keep(rows: list[Row], path: Path) -> None:
    """Write `rows` to `path` as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"rows": rows}, indent=2) + "\n", encoding="utf-8")


def _once(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _line(row: Row) -> str:
    figures = f"{row['n']:>10,} {row['seconds'] * 1000:>9.1f}"
    return f"{row['bench']:10} {row['what']:42} {figures}  {_beside(row)}".rstrip()


def _beside(row: Row) -> str:
    if "peer" in row:
        return f"{row['peer']} {row['peer_seconds'] * 1000:.1f} ms: {row['ratio']:.1f}x"
    parts = [f"{row['bytes'] / 1000:.1f} kB"] if "bytes" in row else []
    parts += [f"requests: {row['requests']}"] if "requests" in row else []
    return ", ".join(parts)

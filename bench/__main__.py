"""`make bench`: run every benchmark, print its table, keep the figures."""

from __future__ import annotations

from bench import crossfilter, predict, start
from bench.rows import Row, keep, table
from core.settings import load

BENCHES = (predict, crossfilter, start)


def main() -> None:
    """Measure, print, keep."""
    settings = load()
    rows: list[Row] = [row for bench in BENCHES for row in bench.rows(settings)]
    print(table(rows))
    keep(rows, settings.home / "bench.json")


if __name__ == "__main__":
    main()

"""A cell of a megabyte is read, or refused, in no more time than a cell of that size takes: no pattern looks at it again and again."""

import time
from contextlib import suppress

import pytest

from core.datasets.intake import propose
from core.errors import ParterreError

LONG, PATIENCE_SECONDS = 60_000, 8.0  # of processor time; what looked again and again took a minute
CELLS = (
    "a" * LONG,
    "1" * LONG,
    "1 " * (LONG // 2) + "!",
    "1" + " " * LONG + "a",
    "1" + " " * LONG + "!",
    "a" + " " * LONG + "!",
    "=" * LONG + "!",
    "(" * LONG,
    "1." * (LONG // 2) + "a",
)


def test_it_takes_no_longer_than_it_is(tmp_path):
    file, head = tmp_path / "customers.csv", [f"C{place}" for place in range(len(CELLS))]
    tables = [
        [["ID", *head, "Town"], ["1", *CELLS, "é"], ["2", *head, "b"]],
        [["ID", "Income", *CELLS], ["1", "5", *head], ["2", "6", *head]],
        [*([cell] for cell in CELLS), ["ID", "Income", "Town"], ["1", "5", "é"], ["2", "6", "b"]],
    ]
    began = time.process_time()
    for rows in tables:
        file.write_bytes("\n".join(map(",".join, rows)).encode("latin-1"))
        with suppress(ParterreError):
            propose(file, max_mb=50)
    assert time.process_time() - began < PATIENCE_SECONDS


VERY_LONG = 200_000  # more than Python's reader of CSV takes


@pytest.mark.parametrize("between", ["','", " ", '", "', ";", "\t"])
def test_a_value_longer_than_any_is_read_or_refused_in_words_however_cells_are_written(tmp_path, between):
    rows = [
        ["ID", "Town", "Income"],
        ["1", "x" * VERY_LONG, "5"],
        *([f"{n}", "a", f"{n % 5}"] for n in range(50)),
    ]
    quote = between[0] if between[0] in "'\"" else ""
    file = tmp_path / "customers.csv"
    file.write_text("\n".join(f"{quote}{between.join(row)}{quote}" for row in rows), encoding="utf-8")
    found = propose(file, max_mb=50)
    assert (found.raw and found.raw.rows == len(rows) - 1) or "a value of more than" in found.refused

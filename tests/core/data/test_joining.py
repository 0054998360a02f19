"""What belongs together is found, and put together, in a time that grows as the tables do."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa

from core.data import joining, keys
from core.data.facts import facts_of
from core.data.joining import beside
from core.data.keys import MOST, key_columns, keys_between
from core.data.rows import Columns

WIDE, ROWS = 60, 30


def wide(tag: str) -> Columns:
    """A table of columns that each have other values, and one that names the same in all."""
    columns = {f"{tag} {n}": [f"{tag}{n}x{row}" for row in range(ROWS)] for n in range(WIDE)}
    columns["Vertrag"] = [f"V{row}" for row in range(ROWS)]
    return {name: pa.chunked_array([pa.array(values)]) for name, values in columns.items()}


def test_of_wide_tables_the_likeliest_columns_are_held_against_each_other(monkeypatch):
    asked, real = Counter[str](), keys.shared

    def counted(one: pa.Array, other: pa.Array) -> int:
        asked["shared"] += 1
        return real(one, other)

    monkeypatch.setattr(keys, "shared", counted)
    found = keys_between(*(key_columns(facts_of(one, tuple(one), {}), one) for one in map(wide, "ab")))
    assert [one.name for one in found] == ["Vertrag=Vertrag"]
    assert asked["shared"] <= MOST**2 + MOST


def test_each_heading_of_a_table_that_is_put_beside_another_is_looked_at_a_few_times(monkeypatch):
    asked, real = Counter[str](), joining.bare

    def counted(name: str) -> str:
        asked["bare"] += 1
        return real(name)

    monkeypatch.setattr(joining, "bare", counted)
    rows = np.arange(ROWS)
    left = {**wide("a"), "Town": wide("b")["b 1"]}
    found = beside(left, {**wide("b"), "town": wide("b")["b 2"]}, ("Vertrag", "Vertrag"), (rows, rows), "b")
    assert (len(found.columns), found.apart) == (2 * WIDE + 3, {"town": "town (b)"})
    assert asked["bare"] <= 5 * 2 * WIDE

"""Numbers that stand for two things at once: each once, and how they group."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from core.data.line_keys import numbered, numbered_in_order, once
from core.data.typed_lines import _repeats


def test_keys_are_once_in_order_and_numbered_alike_where_they_are_alike():
    keys = np.array([7, 3, 7, 9, 3, 3])
    assert once(keys).tolist() == [3, 7, 9]
    assert numbered(keys).tolist() == [0, 1, 0, 2, 1, 1]
    assert numbered_in_order(np.sort(keys)).tolist() == [0, 0, 0, 1, 1, 2]
    assert once(keys[:0]).tolist() == []


def test_lines_repeat_one_another_only_where_every_column_does():
    draw = np.random.default_rng(4)
    columns = {name: draw.choice(["a", "b", None], 200) for name in "wxyz"} | {"same": np.full(200, "one")}
    table = {name: pa.chunked_array([pa.array(one.tolist(), pa.string())]) for name, one in columns.items()}
    rows = list(zip(*columns.values(), strict=True))
    assert _repeats(table).tolist() == [row in rows[:place] for place, row in enumerate(rows)]
    table["line"] = pa.chunked_array([pa.array([str(place) for place in range(200)])])
    assert not _repeats(table).any(), "lines that are numbered are none of them repeated"

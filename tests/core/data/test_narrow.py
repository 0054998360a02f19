from __future__ import annotations

import pyarrow as pa
import pytest

from core.data.narrow import as_one, narrowed

WORDS = [f"word {number}" for number in range(60)]


@pytest.mark.parametrize(
    "parts",
    [
        [[0.0, 1.0], [1.0, 300.0], [-2.0, None]],
        [[0.0, 1.0], [0.25, 0.1]],
        [["a", "b"], ["b", None, "c"]],
        [[*WORDS], [f"other {word}" for word in WORDS]],
    ],
)
def test_a_column_in_parts_is_held_as_all_of_it_would_be(parts):
    columns = [pa.chunked_array([part]) for part in parts]
    whole = pa.chunked_array([one for column in columns for one in column.chunks])
    held = as_one(columns, whole.type)
    assert held.type == narrowed(whole).type
    assert held.to_pylist() == whole.to_pylist()

"""Columns of secrets among those of a file that its schema does not know."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from core.data.facts import facts_of
from core.schema.column_guess import guess_column


def secret_columns(frame: pd.DataFrame) -> tuple[str, ...]:
    """Those of the columns that hold secrets, by their headings or by what is in them."""
    texts = {str(name): _text(column) for name, column in frame.items()}
    return tuple(one.column for one in facts_of(texts) if guess_column(one).secret) if texts else ()


def _text(column: pd.Series) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(column.astype("string").fillna("").to_list(), pa.string())])

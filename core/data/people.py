"""The customers themselves: an Arrow file mapped into memory, so that all workers share one copy."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from core.data.narrow import Ends, Narrow, ends_of
from core.data.pseudonyms import pseudonym
from core.data.tight import MANY, Tight
from core.schema.fields import IDENTIFIER, SEGMENT, Field, Kind
from core.schema.schema import Schema

Places = npt.NDArray[np.int32] | npt.NDArray[np.int64]
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_DIGITS = re.compile(r"[1-9][0-9]{0,17}")


@dataclass(frozen=True)
class People:
    """Cleaned and feature-engineered customers, one row each; only what is looked at is read."""

    arrow: pa.Table | Narrow
    schema: Schema
    _ends: dict[str, Ends] = field(default_factory=dict, repr=False, compare=False)
    _means: dict[str, float | None] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def write(cls, table: pd.DataFrame, path: Path, schema: Schema | None = None) -> None:
        """Write `table` so that `open` can map it, without what can be reckoned by the schema."""
        if isinstance(table, Tight):
            table.narrow.reckoned(schema).write(path)
        else:
            Narrow.of(pa.Table.from_pandas(table, preserve_index=False), schema).write(path)

    @classmethod
    def open(cls, path: Path, schema: Schema) -> People:
        """Map the file; nothing is read yet.

        Raises ArrowException, OSError, KeyError or ValueError if it is not such a file.
        """
        return cls(Narrow.open(path), schema)

    def __len__(self) -> int:
        return int(self.arrow.num_rows)

    @cached_property
    def columns(self) -> list[str]:
        """Names of the columns, without fields of ours that nothing is known of."""
        names: list[str] = self.arrow.column_names
        return [name for name in names if name not in self.schema or self._is_known(name)]

    def _is_known(self, name: str) -> bool:
        arrow = self.arrow
        return (
            arrow.is_known(name)
            if isinstance(arrow, Narrow)
            else arrow[name].null_count < self.arrow.num_rows
        )

    def field(self, name: str) -> Field:
        """What a column is; one that only this file has goes by its name, and by what its values are."""
        if name in self.schema:
            return self.schema[name]
        kind = self.arrow.schema.field(name).type
        number = name != SEGMENT and (pa.types.is_integer(kind) or pa.types.is_floating(kind))
        return Field(name, name, Kind.COUNT if number else Kind.CATEGORY)

    def rows(self, places: Places, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """The customers at these places, in this order."""
        chosen = self.arrow.select(list(columns)) if columns else self.arrow
        frame: pd.DataFrame = chosen.take(pa.array(places)).to_pandas()
        return frame

    def ends(self, name: str) -> Ends:
        """The least and the most of a column, dates as days since 1970, looked for once; None if nothing is known."""
        if name not in self._ends:
            arrow = self.arrow
            self._ends[name] = arrow.ends(name) if isinstance(arrow, Narrow) else ends_of(arrow[name])
        return self._ends[name]

    def mean(self, name: str) -> float | None:
        """The mean of a column's known numbers, reckoned once; None if there are none."""
        if name not in self._means:
            arrow = self.arrow
            mean = arrow.mean(name) if isinstance(arrow, Narrow) else pc.mean(arrow[name]).as_py()
            self._means[name] = None if mean is None else float(mean)
        return self._means[name]

    def has_gaps(self, name: str) -> bool:
        """Whether anybody's value is missing."""
        arrow = self.arrow
        return (arrow.nulls(name) if isinstance(arrow, Narrow) else arrow[name].null_count) > 0

    def column(self, name: str) -> pd.Series:
        """One whole column."""
        values: pd.Series = self.arrow[name].to_pandas()
        return values

    def narrow(self, name: str) -> pa.ChunkedArray:
        """One whole column in the fewest bytes that have the same order."""
        return self.arrow.narrow(name) if isinstance(self.arrow, Narrow) else self.arrow[name]

    def frame(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Everything, or whole columns: a copy, so not for millions of customers in a web worker."""
        chosen = self.arrow.select(list(columns)) if columns else self.arrow
        frame: pd.DataFrame = chosen.to_pandas()
        return frame

    def table(self, columns: Sequence[str]) -> pd.DataFrame:
        """Whole columns to be gone over one by one; of millions of customers only those that are asked for are in memory."""
        if isinstance(self.arrow, Narrow) and len(self) > MANY:
            return Tight(self.arrow.select(list(columns))).as_frame()
        return self.frame(columns)

    @property
    def _ids(self) -> pa.ChunkedArray:
        """IDs of customers, numbers as they are held."""
        narrow = self.narrow(IDENTIFIER)
        return narrow if pa.types.is_integer(narrow.type) else self.arrow[IDENTIFIER]

    def place(self, text: str) -> int | None:
        """Where the customer is whose ID is written as `text`; None if there is none."""
        wanted, ids = text.strip(), self._ids
        if pa.types.is_integer(ids.type):
            if not _WHOLE.fullmatch(wanted):
                return None
            try:
                found = pc.index(ids, pa.scalar(int(wanted), ids.type)).as_py()
            except pa.ArrowInvalid:  # a number that none of them is as wide as
                return None
        else:
            found = pc.index(ids, pa.scalar(pseudonym(wanted), ids.type)).as_py()
        return None if found < 0 else int(found)

    def beginning(self, text: str, most: int) -> list[int]:
        """Where customers are whose ID begins with `text`, at most so many: the one of just that ID, then as in the file.

        Arrow compares the column whole, some 10 ms for a million; capitals count only where somebody has them so.
        """
        wanted, ids = pseudonym(text.strip()), self._ids
        exact = self.place(wanted) if wanted else None
        found = [] if exact is None else [exact]
        masks = self._numbers(wanted) if pa.types.is_integer(ids.type) else self._texts(wanted)
        for mask in masks if wanted else ():
            found += [one for one in pc.indices_nonzero(mask)[: most + 1].to_pylist() if one != exact]
            if len(found) >= most:
                break
        return found[:most]

    def _texts(self, wanted: str) -> Iterator[pa.ChunkedArray]:
        ids = self._ids
        yield (as_written := pc.starts_with(ids, wanted))
        if not pc.any(as_written).as_py():
            yield pc.starts_with(ids, wanted, ignore_case=True)

    def _numbers(self, wanted: str) -> Iterator[pa.ChunkedArray]:
        """Numbers of one digit more than `wanted`, of two more, and so on."""
        if not _DIGITS.fullmatch(wanted):
            return
        ids, first, many = self._ids, int(wanted), 1
        greatest = pc.max(ids).as_py() or 0
        while first * (many := many * 10) <= greatest:
            low, high = pa.scalar(first * many, pa.int64()), pa.scalar((first + 1) * many - 1, pa.int64())
            yield pc.and_(pc.greater_equal(ids, low), pc.less_equal(ids, high))

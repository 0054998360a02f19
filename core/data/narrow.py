"""A table in the fewest bytes that lose nothing: columns are widened, and ratios and sums reckoned, when they are asked for."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from core.data.whole import in_pieces
from core.schema.derivations import DaysTo, Ratio, Sum, YearsAt
from core.schema.schema import Schema

_WIDE, _MADE, _ENDS = b"wide", b"made", b"ends"  # what is noted beside the columns
_WHOLE = (pa.bool_(), pa.int8(), pa.int16(), pa.int32())
_SAFE = frozenset(_WHOLE[1:])  # to which nothing is cast that would not come back as it was
_FEW = 100  # different texts of which each is kept once
_LOOKED_AT = 10_000  # rows that tell whether texts are few
_AT_ONCE = 1 << 20  # rows that are widened to be compared


@dataclass(frozen=True)
class Less:
    """A number less another column; of days since 1970 where that is a date."""

    part: str
    than: float
    how: str = "less"

    @property
    def parts(self) -> tuple[str]:
        return (self.part,)


Made = Mapping[str, Ratio | Sum | Less]
Ends = tuple[float, float] | None  # the least and the most that is known


@dataclass(frozen=True)
class Narrow:
    """Some columns of a table; used as the `pyarrow.Table` would be that it was made of."""

    held: pa.Table  # columns as they are kept, also those that others are reckoned from
    schema: pa.Schema  # the columns that there are, by the type that they are asked for in
    made: Made  # by name: what is reckoned
    reach: Mapping[str, Ends] = field(
        default_factory=dict
    )  # of what is reckoned, found when it was still held

    @classmethod
    def of(cls, table: pa.Table, schema: Schema | None = None) -> Narrow:
        """Narrow columns of `table`; what `schema` derives is left out where it can be reckoned to the last bit."""
        held = pa.table({name: narrowed(table[name]) for name in table.column_names})
        return cls(held, table.schema, {}).reckoned(schema)

    def reckoned(self, schema: Schema | None, *, sums: bool = True) -> Narrow:
        """The same without what the schema derives, where it comes to the same; with sums, if these are asked for often."""
        found = self
        for one in schema.fields if schema else ():
            if one.name in found.held.column_names and isinstance(one.derived, Ratio | Sum) and sums:
                found = found._reckoned(one.name, one.derived)
            elif one.name in found.held.column_names and isinstance(one.derived, YearsAt | DaysTo):
                found = found._aged(one.name, one.derived.parts[0])
        for name in found.held.column_names if schema else ():
            found = found._constant(name)
        return found

    def _aged(self, name: str, since: str) -> Narrow:
        """The same without a column that is a number less another; which, the first of whom both are known tell."""
        if since not in self.column_names:
            return self
        some = self._of(lambda held: held.slice(0, _LOOKED_AT), [name, since])
        sums = pc.drop_null(pc.add(_numbers(some[name]), _numbers(some[since])))
        if not len(sums):
            return self
        than = sums[0].as_py()
        if since in self.held.column_names and _bits(self.held[since]) > _bits(self.held[name]):
            return self._reckoned(since, Less(name, than))
        return self._reckoned(name, Less(since, than))

    def _constant(self, name: str) -> Narrow:
        """The same with a bit for each row where all have the same number."""
        column = self.held[name]
        if not _is_number(column) or not len(column) or column.null_count:
            return self
        ends = pc.min_max(column).as_py()
        if ends["min"] != ends["max"] or _bits(column) == 1:
            return self
        nothing = pa.array(np.zeros(len(column), dtype=np.bool_))
        found = replace(self, held=self.held.append_column(f"~{name}", nothing))
        return found._reckoned(name, Less(f"~{name}", float(ends["min"])))

    def _reckoned(self, name: str, how: Ratio | Sum | Less) -> Narrow:
        """The same without the column `name`, where it comes to the same."""
        if not {*how.parts} <= {*self.column_names, *self.held.column_names} or name in self._needed(
            how.parts
        ):
            return self
        reach = {**self.reach, name: ends_of(self.held[name])} if _has_ends(self.held[name]) else self.reach
        found = replace(self, made={**self.made, name: how}, reach=reach)
        pairs = zip(found._pieces(name), self._pieces(name), strict=True)
        same = all(one.equals(other) for one, other in pairs)
        return replace(found, held=self.held.drop_columns([name])) if same else self

    def _pieces(self, name: str) -> Iterator[pa.ChunkedArray]:
        """A column in its own type, some at a time: none of millions is widened whole to be looked at."""
        chosen = self.select([name])
        pieces = in_pieces(len(self), _AT_ONCE)
        return (chosen.slice(rows.start, rows.stop - rows.start)[name] for rows in pieces)

    def write(self, path: Path) -> None:
        """Keep it so that `open` can map it."""
        made = {name: _told(one) for name, one in self.made.items()}
        notes = {_WIDE: self.schema.serialize().to_pybytes(), _MADE: json.dumps(made).encode()}
        notes[_ENDS] = json.dumps(self.reach).encode()
        held = self.held.replace_schema_metadata(notes)
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, held.schema) as writer:
            writer.write_table(held)

    @classmethod
    def open(cls, path: Path) -> Narrow:
        """What `write` kept, mapped; raises ArrowException, OSError, KeyError or ValueError if it is anything else."""
        with pa.ipc.open_file(pa.memory_map(str(path))) as reader:
            held = reader.read_all()
        notes = held.schema.metadata or {}
        made = {name: _derivation(*told) for name, told in json.loads(notes[_MADE]).items()}
        reach = {
            name: ends and (ends[0], ends[1]) for name, ends in json.loads(notes.get(_ENDS, "{}")).items()
        }
        return cls(held, pa.ipc.read_schema(pa.py_buffer(notes[_WIDE])), made, reach)

    @property
    def column_names(self) -> list[str]:
        names: list[str] = self.schema.names
        return names

    @property
    def num_rows(self) -> int:
        return int(self.held.num_rows)

    def __len__(self) -> int:
        return self.num_rows

    def __getitem__(self, name: str) -> pa.ChunkedArray:
        """A column in its own type."""
        kind = self.schema.field(name).type
        if name not in self.made:
            return widened(self.held[name], kind)
        made = self._made(name)
        if pa.types.is_temporal(kind):
            made = pc.cast(pc.cast(made, pa.int32()), pa.date32())
        return pc.cast(made, kind)

    def narrow(self, name: str) -> pa.ChunkedArray:
        """A column as it is held, or as whole numbers where it is reckoned from such."""
        if name not in self.schema.names:
            raise KeyError(name)
        return (
            narrowed(self[name])
            if isinstance(self.made.get(name), Sum | Less)
            else (self[name] if name in self.made else self.held[name])
        )

    def _made(self, name: str) -> pa.ChunkedArray:
        if name not in self.made:
            return _numbers(self.held[name])
        how = self.made[name]
        if isinstance(how, Less):
            return pc.subtract(how.than, self._made(how.part))
        return _MAKERS[type(how)]([self._made(part) for part in how.parts])

    def ends(self, name: str) -> Ends:
        """The least and the most of a column, dates as days since 1970; None if nothing is known. Nothing is widened."""
        if name in self.reach:
            return self.reach[name]
        how = self.made.get(name)
        if isinstance(how, Less):
            ends = self.ends(how.part)
            return ends and (how.than - ends[1], how.than - ends[0])
        if not how:
            return ends_of(self.held[name])
        found = [ends for piece in self._pieces(name) if (ends := ends_of(piece))]
        return (min(least for least, _ in found), max(most for _, most in found)) if found else None

    def mean(self, name: str) -> float | None:
        """The mean of a column's known numbers; None if there are none. Of what is reckoned, never all at once."""
        how = self.made.get(name)
        if isinstance(how, Less):
            mean = self.mean(how.part)
            return None if mean is None else how.than - mean
        if not how:
            found: float | None = pc.mean(self.held[name]).as_py()
            return found
        sums = [(pc.sum(piece).as_py() or 0.0, len(piece) - piece.null_count) for piece in self._pieces(name)]
        total, known = map(sum, zip(*sums, strict=True))
        return total / known if known else None

    def nulls(self, name: str) -> int:
        """How many gaps a column has."""
        how = self.made.get(name)
        if isinstance(how, Less):
            return self.nulls(how.part)
        return sum(int(piece.null_count) for piece in (self._pieces(name) if how else [self.held[name]]))

    def is_known(self, name: str) -> bool:
        """Whether a column has any value; what is reckoned is not reckoned for all where the first tell."""
        first = self.select([name]).slice(0, _LOOKED_AT)[name]
        return first.null_count < len(first) or self.nulls(name) < len(self)

    def select(self, names: Sequence[str]) -> Narrow:
        """Some of the columns, in this order."""
        fields = [self.schema.field(name) for name in names]
        return replace(self, schema=pa.schema(fields, metadata=self.schema.metadata))

    def only(self, names: Sequence[str]) -> Narrow:
        """The same, letting go of the other columns."""
        chosen = self.select(names)
        return replace(chosen, held=self.held.select(list(self._needed(names))))

    def drop_columns(self, names: Collection[str]) -> Narrow:
        return self.select([name for name in self.column_names if name not in names])

    def replace_schema_metadata(self, metadata: Mapping[bytes, bytes] | None) -> Narrow:
        return replace(self, schema=self.schema.with_metadata(metadata))

    def take(self, places: Any) -> pa.Table:
        """The rows at these places."""
        return self._of(lambda held: held.take(places))

    def slice(self, start: int, rows: int | None = None) -> pa.Table:
        """So many rows from a place on."""
        return self._of(lambda held: held.slice(start, rows))

    def whole(self) -> pa.Table:
        """All rows, widened."""
        return self._of(lambda held: held)

    def to_pandas(self) -> pd.DataFrame:
        frame: pd.DataFrame = self.whole().to_pandas()
        return frame

    def set_column(self, place: int, name: str, values: pa.Array) -> pa.Table:
        return self.whole().set_column(place, name, values)

    def _of(self, some: Callable[[pa.Table], pa.Table], names: Sequence[str] | None = None) -> pa.Table:
        chosen = self.select(names) if names else self
        part = replace(chosen, held=some(self.held.select(list(self._needed(chosen.column_names)))))
        return pa.table([part[name] for name in chosen.column_names], schema=chosen.schema)

    def _needed(self, names: Iterable[str]) -> dict[str, None]:
        return dict.fromkeys(leaf for name in names for leaf in self._leaves(name))

    def _leaves(self, name: str) -> list[str]:
        """The columns that are held which a column comes from."""
        if name not in self.made:
            return [name]
        return [leaf for part in self.made[name].parts for leaf in self._leaves(part)]


def _bits(column: pa.ChunkedArray) -> int:
    return int(column.type.bit_width)


def _is_number(column: pa.ChunkedArray) -> bool:
    return bool(pa.types.is_integer(column.type) or pa.types.is_floating(column.type))


def _has_ends(column: pa.ChunkedArray) -> bool:
    return _is_number(column) or bool(pa.types.is_temporal(column.type))


def _told(how: Ratio | Sum | Less) -> list[str]:
    return [how.how, *how.parts, *([repr(how.than)] if isinstance(how, Less) else [])]


def _derivation(how: str, *parts: str) -> Ratio | Sum | Less:
    if how == "less":
        return Less(parts[0], float(parts[1]))
    return Sum(parts) if how == "sum" else Ratio(parts[0], parts[1])


def _numbers(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """As floats; dates as days since 1970."""
    if pa.types.is_temporal(column.type):
        column = pc.cast(pc.cast(column, pa.date32(), safe=False), pa.int32())
    return pc.cast(column, pa.float64())


def ends_of(column: pa.ChunkedArray) -> Ends:
    """The least and the most of numbers or dates, these as days since 1970; None if nothing is known."""
    found = pc.min_max(column)
    ends = _numbers(pa.chunked_array([pa.array([found["min"].as_py(), found["max"].as_py()], column.type)]))
    return None if ends.null_count else (ends[0].as_py(), ends[1].as_py())


def _ratio(parts: Sequence[pa.ChunkedArray]) -> pa.ChunkedArray:
    above, below = parts
    return pc.divide(above, pc.if_else(pc.equal(below, 0.0), pa.scalar(None, pa.float64()), below))


_MAKERS: Mapping[type, Callable[[Sequence[pa.ChunkedArray]], pa.ChunkedArray]] = {
    Ratio: _ratio,
    Sum: lambda parts: reduce(pc.add, parts),
}


def narrowed(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column in the narrowest type from which it comes back as it was."""
    for kind in _narrower(column):
        try:
            found = pc.cast(column, kind) if kind else _few(column)
        except pa.ArrowInvalid:  # it does not fit
            continue
        if kind is None or kind in _SAFE or widened(found, column.type).equals(column):
            return found
    return column


def as_one(parts: Iterable[pa.ChunkedArray], kind: pa.DataType) -> pa.Array:
    """Parts of one column, each narrowed when it comes, in the narrowest type that all of them fit."""
    held = [narrowed(one) for one in parts]
    kinds = {one.type for one in held}
    if len(kinds) > 1 and kinds <= {*_WHOLE}:
        widest = max(kinds, key=_WHOLE.index)
        held = [widened(one, widest) for one in held]
    chunks = [chunk for one in held for chunk in one.chunks]
    words = {
        word for one in chunks if pa.types.is_dictionary(one.type) for word in one.dictionary.to_pylist()
    }
    if len({one.type for one in chunks}) > 1 or len(words) > _FEW:  # whole numbers here, others there
        wide = [chunk for one in held for chunk in widened(one, kind).chunks]
        return narrowed(pa.chunked_array(wide, kind)).combine_chunks()
    return pa.chunked_array(chunks).unify_dictionaries().combine_chunks()


def _narrower(column: pa.ChunkedArray) -> Sequence[pa.DataType | None]:
    """Types to try, the narrowest first; None for each text kept once."""
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return [None] if len(column.slice(0, _LOOKED_AT).unique()) <= _FEW else []
    if pa.types.is_timestamp(kind):
        return [pa.date32()]
    if pa.types.is_floating(kind):
        return [*_whole(column), pa.float32()]
    return _whole(column) if pa.types.is_integer(kind) else []


def _whole(column: pa.ChunkedArray) -> list[pa.DataType]:
    """The narrowest type of whole numbers that holds the ends."""
    least, most = _least_and_most(column)
    if least is None or most is None:
        return [pa.int8()]
    if not -(1 << 31) <= least <= most < 1 << 31:
        return []
    bits = max(most.__trunc__(), -1 - least.__trunc__()).bit_length() + 1
    return [pa.bool_() if least >= 0 and bits <= 2 else next(k for k in _WHOLE[1:] if k.bit_width >= bits)]


def _least_and_most(column: pa.ChunkedArray) -> tuple[float | None, float | None]:
    """Of what is known; Arrow takes seven times as long as numpy for floats."""
    if pa.types.is_floating(column.type) and not column.null_count:
        chunks = [chunk.to_numpy() for chunk in column.chunks if len(chunk)]
        least, most = (
            min((one.min() for one in chunks), default=0.0),
            max((one.max() for one in chunks), default=0.0),
        )
        if least <= most:  # else there are some that are no number
            return float(least), float(most)
    ends = pc.min_max(column).as_py()
    return ends["min"], ends["max"]


def _few(column: pa.ChunkedArray) -> pa.ChunkedArray:
    whole = column.combine_chunks().dictionary_encode()
    if len(whole.dictionary) > _FEW:
        raise pa.ArrowInvalid("many texts")
    return pa.chunked_array([pa.DictionaryArray.from_arrays(whole.indices.cast(pa.int8()), whole.dictionary)])


def widened(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    """A narrow column in its own type."""
    if column.type == kind:
        return column
    if pa.types.is_boolean(column.type):
        column = pc.cast(column, pa.int8())
    return pc.cast(column, kind)

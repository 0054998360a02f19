"""Tables of text put together: rows behind rows, or columns beside columns by a key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import csv

from core.data.headings import key as bare
from core.data.keys import Key
from core.data.rows import Columns
from core.data.words import as_mask

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]
_EXAMPLES = 3


@dataclass(frozen=True)
class Matched:
    """Which rows of two tables belong together."""

    rows: Rows  # shape (left rows,): the row of the right table, or -1
    alone: Mask  # shape (right rows,): rows of the right table whose key is on no row of the left
    repeated: Mask  # shape (right rows,): rows of the right table whose key an earlier one has

    @property
    def count(self) -> int:
        """Rows of the left table that found one."""
        return int((self.rows >= 0).sum())


def matched(key: Key) -> Matched:
    """The rows that have the same key; of several of the right the first."""
    left, right = key.columns
    coded = right.dictionary_encode()
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    known, firsts = np.unique(codes, return_index=True)
    first_of = np.full(len(coded.dictionary) + 1, -1, dtype=np.int64)
    first_of[known] = firsts
    first_of[-1] = -1  # of a gap
    places = pc.index_in(left, value_set=coded.dictionary, skip_nulls=True)
    found = first_of[places.fill_null(-1).to_numpy(zero_copy_only=False)]
    alone = ~as_mask(pc.is_in(right, value_set=left, skip_nulls=True)) & (codes >= 0)
    repeated = (codes >= 0) & (first_of[codes] != np.arange(len(codes)))
    return Matched(found, alone, repeated)


def examples(texts: pa.Array, where: Mask) -> tuple[str, ...]:
    """A few different texts of some rows."""
    some = texts.filter(pa.array(where)).unique().drop_null()
    return tuple(str(one)[:60] for one in some[:_EXAMPLES].to_pylist())


def repeats(columns: Columns) -> Mask:
    """Rows that an earlier one has in every column."""
    names = [str(place) for place in range(len(columns))]
    codes = {
        name: text.combine_chunks().dictionary_encode().indices.to_numpy(zero_copy_only=False)
        for name, text in zip(names, columns.values(), strict=True)
    }
    found: Mask = pd.DataFrame(codes).duplicated().to_numpy()
    return found


def below(tables: Sequence[Columns]) -> Columns:
    """The rows of all, under the headings of the first; the others' differ from these only in how they are written."""
    first, found = tables[0], dict[str, pa.ChunkedArray]()
    names = [{bare(name): name for name in one} for one in tables]
    for name in first:
        parts = [one[known[bare(name)]] for one, known in zip(tables, names, strict=True)]
        found[name] = pa.chunked_array([chunk for part in parts for chunk in part.chunks], pa.string())
    return found


@dataclass(frozen=True)
class Beside:
    """Two tables as one.

    `apart` are columns of the right table by what they are called now; `once` those that both have alike.
    """

    columns: Columns
    left: Rows
    right: Rows
    apart: Mapping[str, str]
    once: tuple[str, ...]


def beside(
    left: Columns, right: Columns, key: tuple[str, str], rows: tuple[Rows, Rows], called: str
) -> Beside:
    """The columns of two tables, row by row.

    `key`: what names the same in each; it is kept once, as the left heads it. `rows` (shape (rows,)): the row of each
    table, -1 for none. `called`: the right table: what tells its columns from others that are headed so.
    """
    found = {name: _taken(text, rows[0]) for name, text in left.items()}
    others = {name: _taken(text, rows[1]) for name, text in right.items()}
    found[key[0]] = _filled(found[key[0]], others.pop(key[1]))
    apart, once, known = dict[str, str](), list[str](), {bare(name): name for name in found}
    for name, text in others.items():
        same = known.get(bare(name))
        if same and _agree(found[same], text):
            found[same] = _filled(found[same], text)
            once.append(same)
            continue
        new = _free(f"{name} ({called})" if same else name, known)
        if same:
            apart[name] = new
        found[new], known[bare(new)] = text, new
    return Beside(found, *rows, apart, tuple(once))


def _free(name: str, taken: Mapping[str, str]) -> str:
    number, found = 2, name
    while bare(found) in taken:
        found, number = f"{name} {number}", number + 1
    return found


def _taken(text: pa.ChunkedArray, rows: Rows) -> pa.ChunkedArray:
    found = text.combine_chunks().take(pa.array(rows, mask=rows < 0)).fill_null("")
    return pa.chunked_array([found])


def _is_empty(text: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.equal(pc.utf8_trim_whitespace(text), "")


def _filled(text: pa.ChunkedArray, other: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.if_else(_is_empty(text), other, text)


def _agree(one: pa.ChunkedArray, other: pa.ChunkedArray) -> bool:
    """Whether two columns never say different things of a row, and say the same of some."""
    both = pc.and_(pc.invert(_is_empty(one)), pc.invert(_is_empty(other)))
    same = pc.equal(pc.utf8_trim_whitespace(one), pc.utf8_trim_whitespace(other))
    told = int(pc.sum(both, min_count=0).as_py())
    return bool(told) and int(pc.sum(pc.and_(both, same), min_count=0).as_py()) == told


def write(columns: Columns, path: Path) -> None:
    """Write a table of text as CSV."""
    csv.write_csv(pa.table(columns), path)
    path.chmod(0o600)

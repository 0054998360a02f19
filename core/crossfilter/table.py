"""The engine under every chart: counts and sums of the customers that pass every filter but the chart's own.

The algebra is that of crossfilter and Mosaic: a clause is a set of codes in one field, made by one source; a
selection holds at most one clause of each source; a view skips the clause that it made itself, so that what
is not selected stays visible beside what is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from core.crossfilter.answers import Answer, Breakdown, Figures, Moments, Totals
from core.crossfilter.binning import Axis, Codes, Side
from core.crossfilter.building import build
from core.crossfilter.columns import Columns, open_columns
from core.crossfilter.counting import Query, highest, rows_passing, tally, times
from core.crossfilter.crossing import CROSS, crossed, fields_of, is_crossing
from core.crossfilter.cubes import NO_CUBES, Cubes, open_cubes
from core.crossfilter.memory import Memory
from core.crossfilter.passing import Condition, Rows, meets
from core.crossfilter.selection import Clause, Selection, SelectionError
from core.crossfilter.specs import Spec
from core.crossfilter.typed import Typed

__all__ = [
    "Answer",
    "Breakdown",
    "Clause",
    "Crossfilter",
    "Figures",
    "Moments",
    "Selection",
    "SelectionError",
    "Spec",
    "build",
]

Array = npt.NDArray[Any]
REMEMBERED = 16_384  # answers to single questions, a few hundred bytes each
SHARED_FROM = 300_000  # customers, of whom counting takes longer than looking for what others have counted
TYPED_REMEMBERED = 8  # masks of what was typed, a byte a customer each
LOOKED_AT = 20_000  # customers among whom samples are drawn


class Crossfilter:
    """All customers, ready to be counted; many threads may ask at once."""

    def __init__(self, columns: Columns, *, cubes: Cubes = NO_CUBES, remembered: int = REMEMBERED) -> None:
        self._columns = columns
        shared = columns.name if columns.rows >= SHARED_FROM else ""
        self._memory = Memory(remembered, cubes.answer, shared)
        self._more: Mapping[str, Axis] = {}

    @classmethod
    def open(cls, folder: Path, *, remembered: int = REMEMBERED) -> Crossfilter:
        """The table that `build` wrote into `folder`, mapped into memory, not read.

        Raises DataError if the folder is damaged.
        """
        columns = open_columns(folder)
        return cls(columns, cubes=open_cubes(folder, columns.axes), remembered=remembered)

    def __len__(self) -> int:
        return self._columns.rows

    @property
    def axes(self) -> Mapping[str, Axis]:
        """What the codes of each field mean."""
        return self._columns.axes

    @property
    def fields(self) -> Mapping[str, Axis]:
        """What can be filtered by: these, and fields without bins."""
        return {**self.axes, **self._more}

    @property
    def summed(self) -> Collection[str]:
        """Fields whose sums can be asked for."""
        return self._columns.values

    def over(
        self,
        values: Callable[[str, Array | None], pa.ChunkedArray],
        more: Mapping[str, Axis] = MappingProxyType({}),
    ) -> Crossfilter:
        """The same table where what is typed can be asked of the `values` of a field, of all or at places in what was
        built from; `more` are fields that have no bins."""
        order, summed = self._columns.order, self._columns.values

        @lru_cache(maxsize=TYPED_REMEMBERED)
        def of_all(field: str, asked: Typed) -> npt.NDArray[np.bool_]:
            return asked.holds(values(field, None)).take(order)

        def holding(field: str, asked: Typed, rows: slice | Rows) -> npt.NDArray[np.bool_]:
            if field not in self.axes or not (axis := self.axes[field]).edges:
                return of_all(field, asked)[rows]
            if field in summed:
                kept = summed[field][rows]
                column = pa.chunked_array([pa.array(kept.numbers / kept.per)])
            else:
                column = values(field, order[rows])
            found = asked.holds(column)
            return found & (self._columns.codes[field][rows] != axis.missing) if axis.gaps else found

        table = Crossfilter(replace(self._columns, holding=holding))
        table._memory, table._more = self._memory, dict(more)
        return table

    def crossed(self, name: str) -> Crossfilter:
        """The same table with the crossing of two fields as a field of its own; as it is, where `name` is of none."""
        if not is_crossing(self._columns, name):
            return self
        table = Crossfilter(crossed(self._columns, name))
        table._memory, table._more = self._memory, self._more
        return table

    def sides(self, x: str, y: str) -> list[Side]:
        """What a rectangle over two fields chooses from; nothing where one has no order, or is the other."""
        known = is_crossing(self._columns, f"{x}{CROSS}{y}")
        return [Side.of(self.axes[one]) for one in (x, y)] if known else []

    def without(self, fields: Collection[str]) -> Crossfilter:
        """The same table, in which some fields can't be asked for any more."""
        table = Crossfilter(self._columns.without(fields))
        table._memory = self._memory
        table._more = {name: axis for name, axis in self._more.items() if name not in fields}
        return table

    def renamed(self, field: str, labels: Sequence[str]) -> Crossfilter:
        """The same table with other words for the codes of `field`; addresses stay, and nothing is copied."""
        axis = self.axes[field]
        words = (*labels, *axis.labels[len(labels) :])
        axes = {**self.axes, field: replace(axis, labels=words)}
        table = Crossfilter(replace(self._columns, axes=axes))
        table._memory, table._more = self._memory, self._more
        return table

    def selection(self, text: str = "") -> Selection:
        """The selection that an address names."""
        return Selection.parse(text, self.fields)

    def views(
        self, selection: Selection, views: Sequence[Breakdown], *, values: Sequence[str] = ()
    ) -> Answer:
        """Figures of all charts of a page.

        Parameters
        ----------
        views : sequence of View
            A view skips the clause whose source is its name or its field.
        values : sequence of str, optional
            Fields to total; those that views sum are totalled anyway.

        Raises
        ------
        SelectionError
            If a view or the selection names a field, value or code that is not there.
        """
        asked_of = Selection(self.fields, selection.clauses)
        self._check(views, values)
        summed = tuple(dict.fromkeys([*values, *(view.value for view in views if view.value)]))
        asked = [_Asked.of(view, asked_of, self._gaps(view.value)) for view in views]
        chosen = [_Asked.total(value, _conditions(asked_of), self._gaps(value)) for value in (None, *summed)]
        all_ = [_Asked.total(value, (), self._gaps(value)) for value in (None, *summed)]
        found = self._answers([query for each in (*asked, *chosen, *all_) for query in each.queries])
        return Answer(
            {view.name: each.figures(found) for view, each in zip(views, asked, strict=True)},
            _totals(chosen, found, summed),
            _totals(all_, found, summed),
        )

    def figures(
        self, selection: Selection, views: Sequence[Breakdown], *, squared: bool = False
    ) -> dict[str, Figures]:
        """Those of some charts, without totals; `squared`, so that totals of any of their bins are then known as well."""
        self._check(views, ())
        own = Selection(self.fields, selection.clauses)
        asked = {view.name: _Asked.of(view, own, self._gaps(view.value)) for view in views}
        queries = [query for each in asked.values() for query in each.queries]
        squares = [query._replace(squared=True) for query in queries if squared and query.value]
        found = self._answers(queries + squares)
        return {name: each.figures(found) for name, each in asked.items()}

    def count(self, selection: Selection) -> int:
        """Number of customers that pass every clause."""
        return self.views(selection, ()).selected.rows

    def rows(self, selection: Selection) -> Rows:
        """Places, ascending, of the customers that pass every clause, in the table that was built from."""
        return rows_passing(self._columns, self._conditions(selection))

    def pairs(self, selection: Selection, field: str, by: str) -> Array:
        """Customers that pass every clause by bins of two fields; shape (bins of `field`, bins of `by`)."""
        self._check([Breakdown("pairs", field, by)], ())
        query = Query(self._conditions(selection), field, by)
        return self._answers([query])[query]

    def tile(self, selection: Selection, active: str, views: Sequence[Breakdown]) -> dict[str, Array]:
        """What views of other fields show by bins of the field `active`, under every filter but its own: each choice
        of those bins is a sum over the last axis; of a crossing without those of both fields. Falcon, CHI 2019.

        Shape (bins of the view, bins of its `by`, bins of `active`); one part where it has no `by`.
        """
        self._check([*views, Breakdown("", active)], ())
        own = fields_of(active)
        others = [view for view in views if view.field not in own]
        asked = [
            Query(
                self._conditions(selection.without(*own, view.name, view.field)),
                view.field,
                active if view.by is None else view.by,
                view.value,
                None if view.by in (None, active) else active,
            )
            for view in others
        ]
        found = self._answers(asked)
        return {
            view.name: _in_parts(found[query], is_apart=view.by == active)
            for view, query in zip(others, asked, strict=True)
        }

    def times(self, selection: Selection, among: Sequence[str], code: int, by: Sequence[str]) -> Array:
        """Customers that pass every clause by how many of the fields `among` have `code`, and by bins of others.

        Shape (fields among + 1, bins of each of `by`); customers of whom one of `among` is not known are left out.
        """
        known = (gaps for name in among if (gaps := self._gaps(name)))
        conditions = (*self._conditions(selection), *known)
        return times(self._columns, conditions, among, code, by)

    def highest(self, selection: Selection, value: str, most: int, field: str) -> Array:
        """By bin of `field` the `most` customers that pass every clause with the highest `value`; of as much the first."""
        return highest(self._columns, self._conditions(selection), value, most, field)

    def missing(self, field: str) -> int:
        """Customers, of all, whose value of `field` is not known."""
        code, query = self.axes[field].missing, Query((), field)
        return 0 if code is None else int(self._answers([query])[query][code])

    def sample(self, selection: Selection, most: int) -> Rows:
        """Places, in no order, of at most `most` customers that pass: the same ones at every call.

        They are looked for among the same `LOOKED_AT` customers, drawn once, whatever the selection; a
        selection that holds fewer of them than `most` may hold more customers than are returned.
        """
        return self._columns.order[self._sampled(selection)[:most]].astype(np.intp)

    def sampled(self, selection: Selection, most: int, field: str) -> Codes:
        """The codes of `field` of those whom `sample` draws, in its order."""
        return self._columns.codes[field][self._sampled(selection)[:most]]

    def _sampled(self, selection: Selection) -> Rows:
        """In stored order."""
        drawn = _drawn(self._columns.rows)
        passes = np.ones(len(drawn), dtype=np.bool_)
        for condition in self._conditions(selection):
            passes &= meets(self._columns, condition, drawn)
        return drawn[passes]

    def _conditions(self, selection: Selection) -> tuple[Condition, ...]:
        return _conditions(Selection(self.fields, selection.clauses))

    def _gaps(self, value: str | None) -> Condition | None:
        axis = self.axes[value] if value else None
        return Condition(axis.name, frozenset(range(axis.known))) if axis and axis.gaps else None

    def _answers(self, queries: Sequence[Query]) -> dict[Query, Array]:
        found = self._memory.recall(queries)
        found |= {one: told for one in queries if one not in found and (told := self._known(one)) is not None}
        if new := [query for query in dict.fromkeys(queries) if query not in found]:
            answers = tally(self._columns, new)
            self._memory.remember(answers)
            found |= answers
        return found

    def _known(self, query: Query) -> Array | None:
        """What was counted by the same two fields the other way round, or for a tile: by the bins of a field that is now
        filtered by, as when a pointer rests there."""
        turned = query._replace(field=query.by, by=query.field)
        if query.by and query.along is None and (known := self._memory.recall([turned])):
            return known[turned].T
        if query.along or query.squared:
            return None
        for one in query.conditions:
            if one.typed or one.group or one.field in query.fields:
                continue
            others = tuple(other for other in query.conditions if other != one)
            field, by, along = (*query.fields, one.field, None, None)[:3]
            wider, is_total = Query(others, field, by, query.value, along), query.value and not query.field
            asked = [wider, wider._replace(squared=True)][: 2 if is_total else 1]
            if len(known := self._memory.recall(asked)) == len(asked):
                parts = [known[each][..., sorted(one.codes)].sum(axis=-1) for each in asked]
                return np.array(parts) if is_total else np.atleast_1d(parts[0])
        return None

    def _check(self, views: Sequence[Breakdown], values: Sequence[str]) -> None:
        if len({view.name for view in views}) != len(views):
            raise SelectionError.of("two views of one name", "each name once")
        for name in [name for view in views for name in (view.field, view.by) if name is not None]:
            if name not in self.axes:
                raise SelectionError.of(name, f"one of {', '.join(self.axes)}")
        for value in [*values, *(view.value for view in views if view.value)]:
            if value not in self._columns.values:
                raise SelectionError.of(f"sums of {value}", f"one of {', '.join(self._columns.values)}")


def _in_parts(found: Array, *, is_apart: bool) -> Array:
    """By a third axis; where parts are the bins themselves, each of these has one part alone."""
    if found.ndim == 3:
        return found
    return found[:, :, None] * np.eye(found.shape[1], dtype=found.dtype) if is_apart else found[:, None]


@lru_cache(maxsize=4)
def _drawn(rows: int) -> Rows:
    return np.random.default_rng(1).choice(rows, min(rows, LOOKED_AT), replace=False)


def _conditions(selection: Selection, *skip: str) -> tuple[Condition, ...]:
    groups = [[_condition(clause) for clause in group] for group in selection.without(*skip).groups]
    return tuple(
        group[0] if len(group) == 1 else Condition("", frozenset(), group=tuple(group)) for group in groups
    )


def _condition(clause: Clause) -> Condition:
    if clause.typed is None or clause.typed.in_bins:
        return Condition(clause.field, clause.codes)
    return Condition(clause.field, frozenset(), clause.typed)


@dataclass(frozen=True)
class _Asked:
    """The questions behind one view or total; a value with gaps is summed over the known."""

    counts: Query
    known: Query | None = None
    sums: Query | None = None

    @classmethod
    def of(cls, view: Breakdown, selection: Selection, gaps: Condition | None) -> _Asked:
        """A view's questions."""
        conditions = _conditions(selection, view.name, view.field)
        return cls.about(conditions, view.field, view.by, view.value, gaps)

    @classmethod
    def total(cls, value: str | None, conditions: tuple[Condition, ...], gaps: Condition | None) -> _Asked:
        """The questions of a total."""
        return cls.about(conditions, None, None, value, gaps)

    @classmethod
    def about(
        cls,
        conditions: tuple[Condition, ...],
        field: str | None,
        by: str | None,
        value: str | None,
        gaps: Condition | None,
    ) -> _Asked:
        """The questions about one group of customers."""
        counts = Query(conditions, field, by)
        if value is None:
            return cls(counts)
        known = (*conditions, gaps) if gaps else conditions
        # Gaps are stored as 0, so that sums need no condition of their own.
        return cls(counts, Query(known, field, by), Query(conditions, field, by, value))

    @property
    def queries(self) -> tuple[Query, ...]:
        """All that must be counted."""
        return tuple(query for query in (self.counts, self.known, self.sums) if query is not None)

    def figures(self, found: Mapping[Query, Array]) -> Figures:
        """The view's figures, once counted."""
        if self.known is None or self.sums is None:
            return Figures(found[self.counts])
        return Figures(found[self.counts], found[self.known], found[self.sums])


def _totals(asked: Sequence[_Asked], found: Mapping[Query, Array], summed: Sequence[str]) -> Totals:
    rows, *moments = (each.figures(found) for each in asked)
    return Totals(int(rows.counts[0]), dict(zip(summed, map(_moments, moments), strict=True)))


def _moments(figures: Figures) -> Moments:
    if figures.known is None or figures.sums is None:
        return Moments(0, 0.0, 0.0)
    return Moments(int(figures.known[0]), *figures.sums.tolist())

"""The SQL runner: the verbs as statements, so that a warehouse counts its customers where they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, FromClause, Select
from sqlalchemy.sql.elements import quoted_name

from core.data.orders import rfm_groups
from core.model.coreset import Coreset
from core.model.scoring_sql import TABLE, Spelling, as_sql, points_sql
from core.model.space import Space
from core.runners.dialects import hashed
from core.runners.partials import Drawn, Moments, Step
from core.schema.fields import IDENTIFIER, SEGMENT
from core.schema.order_lines import Lines

AT_ONCE = 100_000  # rows of an answer in memory


@dataclass(frozen=True)
class Sql:
    """Customers, or lines of orders, in a table of a warehouse."""

    connection: Connection  # the transaction that everything runs in
    table: FromClause
    # By field name: what the columns are that segments are built on, the identifier among them.
    fields: Mapping[str, str]

    @property
    def customers(self) -> Select[Any]:
        """Everybody, with columns named by fields."""
        columns = (self.table.c[name].label(quoted_name(field, True)) for field, name in self.fields.items())
        return sa.select(*columns).select_from(self.table)

    def medians(self, names: Sequence[str]) -> dict[str, float]:
        """The median of each field over those known, from ranks; NaN where none is."""
        return {name: self._median(name) for name in names}

    def moments(self, names: Sequence[str], space: Space | None = None) -> Moments:
        """Fields as they are, gaps left out; with a `space`, where customers stand on its basis."""
        if space is None:
            table: FromClause = self.customers.subquery()
            columns: list[ColumnElement[Any]] = [sa.cast(table.c[name], sa.Double()) for name in names]
        else:
            table = self._placed(points_sql(space, spelling=self._spelling), len(names))
            columns = [table.c[f"z{place}"] for place in range(1, len(names) + 1)]
        asked = sa.select(sa.func.count(), *(how(one) for one in columns for how in _MOMENTS))
        asked = asked.select_from(table)
        rows, *found = self.connection.execute(self._with(asked) if space else asked).one()
        known, means, variances, low, high = np.array(found, dtype=object).reshape(-1, len(_MOMENTS)).T
        return Moments(
            tuple(names),
            rows,
            known.astype(np.int64),
            _filled(means, 0),
            _filled(variances, 0) * known.astype(np.int64),
            _filled(low, np.inf),
            _filled(high, -np.inf),
        )

    def coreset(self, space: Space, everyone: Moments, *, rows: int, seed: int) -> Coreset:
        """Customers drawn with the chances of `verbs.coreset`, each by a hash that is the same in every warehouse."""
        points = self._placed(
            points_sql(space, space.basis, self._spelling), len(space.basis), (IDENTIFIER, *space.basis)
        )
        apart = [points.c[f"z{place}"] - mean for place, mean in enumerate(everyone.means.tolist(), start=1)]
        spread, n = float(everyone.squares.sum()), everyone.rows
        chance: ColumnElement[Any] = sa.literal(1.0, sa.Double())
        if n > rows:
            squares: ColumnElement[Any] = sum((one * one for one in apart), sa.literal(0.0, sa.Double()))
            chance = rows * (0.5 / n + squares * (0.5 / spread)) if spread > 0 else chance * (rows / n)
        chance = sa.case((chance < 1, chance), else_=1.0)
        drawn = hashed(points.c[IDENTIFIER], seed) < chance
        asked = sa.select(*(points.c[name] for name in space.basis), chance).select_from(points).where(drawn)
        found = self.connection.execute(self._with(asked)).all()
        values = np.array([tuple(row) for row in found], dtype=np.float64).reshape(-1, len(space.basis) + 1)
        return Drawn(values[:, :-1], 1 / values[:, -1]).placed(space)

    def assign(self, space: Space, value: str | None = None) -> Step:
        """One exact Lloyd step from the centres of the space."""
        k, p = space.centres.shape
        also = () if value is None else (value,)
        text = as_sql(space, also=also, placed=True, spelling=self._spelling)
        near = self._placed(text, p, (IDENTIFIER, *also, SEGMENT), k)
        nearest = sa.case(*((near.c[SEGMENT] == number, near.c[f"d{number}"]) for number in range(1, k + 1)))
        worth: ColumnElement[Any] = (
            sa.cast(near.c[value], sa.Double()) if value else sa.cast(sa.null(), sa.Double())
        )
        sums = [sa.func.sum(near.c[f"z{place}"]) for place in range(1, p + 1)]
        asked = sa.select(near.c[SEGMENT], sa.func.count(), sa.func.sum(nearest), sa.func.sum(worth), sa.func.count(worth), *sums)  # fmt: skip
        found = self.connection.execute(self._with(asked.select_from(near).group_by(near.c[SEGMENT]))).all()
        each = np.zeros((k, 4 + p))
        for row in found:
            each[row[0] - 1] = [one or 0 for one in row[1:]]
        return Step(
            each[:, 0].astype(np.int64), each[:, 4:], float(each[:, 1].sum()), each[:, 2], each[:, 3].astype(np.int64)
        )  # fmt: skip

    def segments(self, space: Space) -> Select[Any]:
        """The identifier of each customer, and the segment, as a question."""
        near = self._placed(as_sql(space, spelling=self._spelling), 0, (IDENTIFIER, SEGMENT))
        return self._with(sa.select(near.c[IDENTIFIER], near.c[SEGMENT]))

    def frames(self) -> Iterator[pd.DataFrame]:
        """Everybody, some at a time; one without rows where there is nobody."""
        return self._frames(self.customers)

    def _median(self, name: str) -> float:
        table = self.customers.subquery()
        value: ColumnElement[Any] = sa.cast(table.c[name], sa.Double())
        ranked = (
            sa.select(
                value.label("value"),
                sa.func.row_number().over(order_by=value).label("place"),
                sa.func.count().over().label("of"),
            )
            .where(value.is_not(None))
            .subquery()
        )
        middle = sa.and_(ranked.c.place * 2 >= ranked.c["of"], ranked.c.place * 2 <= ranked.c["of"] + 2)
        found = self.connection.scalar(sa.select(sa.func.avg(ranked.c.value)).where(middle))
        return np.nan if found is None else float(found)

    def _frames(self, asked: Select[Any]) -> Iterator[pd.DataFrame]:
        answer = self.connection.execution_options(yield_per=AT_ONCE).execute(asked)
        names = [*answer.keys()]
        numbers = {
            str(one.name): "float64" for one in asked.selected_columns if isinstance(one.type, sa.Double)
        }
        none = True
        for some in answer.partitions():
            none = False
            yield pd.DataFrame.from_records([tuple(row) for row in some], columns=names).astype(numbers)
        if none:
            yield pd.DataFrame(columns=names).astype(numbers)

    def _placed(
        self, text: str, dimensions: int, names: Sequence[str] = (IDENTIFIER,), centres: int = 0
    ) -> FromClause:
        """A question in SQL over the table `customers` as a table."""
        numbered = [f"z{place + 1}" for place in range(dimensions)] + [
            f"d{place + 1}" for place in range(centres)
        ]
        columns: list[sa.ColumnClause[Any]] = [sa.column(quoted_name(one, True)) for one in names]
        columns += [sa.column(one, sa.Double()) for one in numbered]
        plain = text.strip().rstrip(";").replace(":", "\\:")
        return sa.text(plain).columns(*columns).subquery("near")

    def _with(self, asked: Select[Any]) -> Select[Any]:
        return asked.add_cte(self.customers.cte(TABLE))

    @property
    def _spelling(self) -> Spelling:
        dialect = self.connection.dialect
        double = dialect.type_compiler_instance.process(sa.Double())
        # PostgreSQL puts a subquery's expressions wherever they are named, here distances into each comparison of two.
        once = " OFFSET 0" if dialect.name == "postgresql" else ""
        return Spelling(dialect.identifier_preparer.quote_identifier, double, once)


def with_groups(frame: pd.DataFrame, lines: Lines) -> pd.DataFrame:
    """Customers as the fold has them: with RFM groups, and without what nobody has."""
    unused = [one for one in ("Share_Returned", "Pieces") if one in frame and not frame[one].any()]
    frame = frame.drop(columns=unused)
    before = [one for one in ("Share_Returned", "Total_Spent", "Rhythm") if one in frame]
    frame.insert([*frame.columns].index(before[0]) + 1, "RFM_Group", rfm_groups(frame, lines))
    return frame


_MOMENTS = (sa.func.count, sa.func.avg, sa.func.var_pop, sa.func.min, sa.func.max)


def _filled(values: Any, gap: float) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.array([gap if one is None else one for one in values], dtype=np.float64)

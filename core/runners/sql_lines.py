"""Order lines added up to a row per customer in the warehouse: the same numbers as `core.data.orders.fold`, in one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy import CTE, ColumnElement, Connection, Select, TableClause
from sqlalchemy.sql.elements import quoted_name
from sqlalchemy.types import TypeEngine

from core.data.odd_lines import believed_ends
from core.data.orders import TOP
from core.data.typed_lines import FEW, NO_NUMBER, NOBODY, SPAN, Became, meant
from core.data.words import MISSING, Distinct
from core.errors import SourceError
from core.runners.dialects import day_number, is_digits, or_else, part_of, rounded, sure
from core.schema.fields import IDENTIFIER
from core.schema.order_lines import Lines, Odd

Column = ColumnElement[Any]
MOST_STATES = 1_000  # texts of a column that says what has become of orders
NUMBERS = ("amount", "quantity", "price", "discount", "refunded")
DAYS = ("First_Order", "Last_Order")


@dataclass(frozen=True)
class LinesInSql:
    """A table of lines in a warehouse, and the part that each of its columns plays."""

    connection: Connection
    table: TableClause
    lines: Lines

    def folded(self, today: np.datetime64) -> tuple[Lines, Select[Any]]:
        """The lines with the categories that have a share each, and one row per customer as a question.

        First and last order are days since 1970, and RFM groups are not told: these depend on all customers.

        Notes
        -----
        A warehouse keeps no order of rows: where texts tie, the first of the alphabet goes before, not that of the file;
        and of an order that says its money more than once the least counts.
        """
        if self.connection.dialect.name == "postgresql":
            # Of what a statement makes on its way it knows no sizes, and takes one row for granted.
            self.connection.execute(sa.text("SET LOCAL enable_nestloop = off"))
        told = self._told()
        lines = self._with_categories(told) if self.lines.category else self.lines
        kept, last = self._kept(told, today)
        return lines, _customers(kept, lines, last)

    def _told(self) -> CTE:
        """Lines with what other lines of their order tell."""
        read = self._read()
        order = read.c.order
        whole = self.lines.whole and bool(self.lines.order)
        if not self.lines.order:
            return read
        gaps = ("customer", *(one for one in _names(read) if one.startswith(("state", "text"))))
        filled = sa.select(
            *(read.c[name] for name in _names(read) if name not in gaps),
            *(_within(read.c[name], order).label(name) for name in gaps),
        )
        filled_ = filled.cte("filled")
        order, customer = filled_.c.order, filled_.c.customer
        first, last = (
            how(filled_.c.day).over(partition_by=(order, customer)) for how in (sa.func.min, sa.func.max)
        )
        day = sa.case((sa.and_(order.is_not(None), last - first <= SPAN), first), else_=filled_.c.day)
        money = {
            name: _once(filled_.c[name], order) if whole else filled_.c[name]
            for name in ("amount", "refunded")
        }
        others = (filled_.c[name] for name in _names(filled_) if name not in ("day", *money))
        return sa.select(*others, day.label("day"), *(one.label(name) for name, one in money.items())).cte(
            "told"
        )

    def _read(self) -> CTE:
        """Lines as columns, by what they are for."""
        lines, numbers = self.lines, self._numbers()
        price = (
            numbers["price"] * (1 - or_else(numbers["discount"], 0)) if lines.discount else numbers["price"]
        )
        product = numbers["quantity"] * price if lines.quantity else price
        paid = numbers["amount"] if lines.amount else product
        weight = numbers["quantity"] * numbers["price"] if lines.whole else paid
        counts_money = (lines.quantity and lines.price) if lines.whole else lines.has_money
        order = self._text(lines.order)
        made: dict[str, Column] = {
            "order": order,
            "customer": self._customer(),
            "day": day_number(self.table.c[lines.date]),
            "amount": paid,
            "refunded": numbers["refunded"],
            "pieces": numbers["quantity"],
            "price": numbers["price"],
            "weight": or_else(weight, 0) if counts_money else sa.literal(1.0, sa.Double()),
            "category": self._text(lines.category),
            "product": self._text(lines.product),
            "cancels": self._cancels(order, paid),
            "repeats": self._repeats(),
        }
        made |= {f"state{place}": self._became(name) for place, name in enumerate(lines.states)}
        made |= {f"text{place}": self._text(name) for place, name in enumerate(lines.describing)}
        return sa.select(*(one.label(name) for name, one in made.items())).select_from(self.table).cte("read")

    def _numbers(self) -> Mapping[str, Column]:
        named = {name: getattr(self.lines, name) for name in NUMBERS}
        unknown: Column = sa.cast(sa.null(), sa.Double())
        return {
            name: sa.cast(self.table.c[column], sa.Double()) if column else unknown
            for name, column in named.items()
        }

    def _text(self, column: str) -> Column:
        """A column as trimmed text, without words for a gap."""
        if not column:
            return sa.cast(sa.null(), sa.String())
        one = self.table.c[column]
        if not isinstance(one.type, sa.String):
            whole = sa.cast(one, sa.BigInteger()) if isinstance(one.type, sa.Double) else one
            return sa.cast(whole, sa.String())
        text = sa.func.trim(sa.cast(one, sa.String()))
        return sa.case((sa.func.lower(text).in_(MISSING), sa.null()), else_=text)

    def _customer(self) -> Column:
        text = self._text(self.lines.customer)
        rows = sa.func.count()
        asked = sa.select(text, rows).where(text.is_not(None)).group_by(text).order_by(rows.desc()).limit(1)
        most = self.connection.execute(asked).first()
        nobody = [most[0]] if most and most[0] in NO_NUMBER else []
        if not isinstance(self.table.c[self.lines.customer].type, sa.String):
            return sa.case((text.in_(nobody), sa.null()), else_=text) if nobody else text
        lower = sa.func.lower(text)
        return sa.case((lower.in_([*NOBODY, *nobody]), sa.null()), (text.contains("@"), lower), else_=text)

    def _became(self, column: str) -> Column:
        """What each text means, of which there are few; a day or another value means what its heading says."""
        text = self._text(column)
        is_text = isinstance(self.table.c[column].type, sa.String | sa.Boolean | sa.BigInteger)
        values = ["x"]
        if is_text:
            asked = sa.select(text).where(text.is_not(None)).distinct().limit(MOST_STATES + 1)
            values = [str(one) for one in self.connection.scalars(asked)]
        if len(values) > MOST_STATES:
            hint = "Choose another column, or none."
            raise SourceError.of(self.table.name, f"more than {MOST_STATES:,} texts in {column[:60]!r}", "what has become of orders", hint)  # fmt: skip
        codes = meant(Distinct.of(pa.chunked_array([pa.array(values, pa.string())])), column)
        if not is_text:
            return sa.case((text.is_not(None), int(codes[0])))
        by_code = {code: [one for one, own in zip(values, codes.tolist(), strict=True) if own == code] for code in {*codes.tolist()} - {-1}}  # fmt: skip
        cases = [(text.in_(some), code) for code, some in by_code.items()]
        return sa.case(*cases) if cases else sa.cast(sa.null(), sa.Integer())

    def _cancels(self, order: Column, paid: Column) -> Column:
        """Whether the number of an order is that of a cancellation: a C before the digits that others have alone."""
        if not self.lines.order:
            return sa.literal(0)
        rest = sa.func.substr(order, 2)
        marked = sa.and_(sa.func.lower(sa.func.substr(order, 1, 1)) == "c", is_digits(rest))
        asked = sa.select(*(sa.func.count(sa.distinct(sa.case((one, order)))) for one in (marked, is_digits(order))))  # fmt: skip
        cancels, plain = tuple(self.connection.execute(asked.select_from(self.table)).one())
        if not cancels or cancels > FEW * plain:
            return sa.literal(0)
        return sa.case((sa.and_(marked, sa.or_(paid.is_(None), paid >= 0)), 1), else_=0)

    def _repeats(self) -> Column:
        """Which line this is of those that are alike in every column."""
        if Odd.REPEATED not in self.lines.left_out:
            return sa.literal(1)
        columns = [*self.table.c]
        return sa.func.row_number().over(partition_by=columns, order_by=columns[0])

    def _with_categories(self, told: CTE) -> Lines:
        if self.lines.names:
            return self.lines
        sums = sa.func.sum(sa.case((told.c.weight > 0, told.c.weight), else_=0.0))
        known = sa.and_(told.c.category.is_not(None), told.c.customer.is_not(None))
        asked = sa.select(told.c.category).where(known).group_by(told.c.category).having(sums > 0)
        names = self.connection.scalars(asked.order_by(sums.desc(), told.c.category).limit(TOP))
        return replace(self.lines, names=tuple(map(str, names)))

    def _kept(self, told: CTE, today: np.datetime64) -> tuple[CTE, int]:
        """The lines that count, and the data's own last day."""
        days = self.connection.execute(sa.select(told.c.day, sa.func.count()).where(told.c.day.is_not(None)).group_by(told.c.day))  # fmt: skip
        found = np.array([tuple(row) for row in days], dtype=np.int64).reshape(-1, 2)
        first, last = believed_ends(found[:, 0], found[:, 1], today)
        became = self._worst(told)
        less = or_else(told.c.amount, told.c.pieces) < 0
        back = sa.or_(sure(less), became == int(Became.RETURNED), sure(told.c.refunded > 0))
        bought = sa.not_(sure(less)) if self.lines.has_money else sa.not_(back)
        out: dict[str, ColumnElement[bool]] = {
            Odd.FUTURE: sa.or_(told.c.day < first, told.c.day > last),
            Odd.REPEATED: told.c.repeats > 1,
            Odd.CANCELLED: became == int(Became.CANCELLED),
            Odd.NEGATIVE_PRICE: sure(told.c.price < 0),
            Odd.ZERO: sure(told.c.amount == 0),
            Odd.OPEN: became == int(Became.OPEN),
            Odd.RETURNED: back,
        }
        counts = sa.and_(
            told.c.customer.is_not(None),
            told.c.day.is_not(None),
            *(sa.not_(out[one]) for one in self.lines.left_out),
        )
        returned = sa.case((back, _came_back(told, became)), else_=0.0)
        carried = ("customer", "day", "category", "product", *(one for one in _names(told) if one.startswith("text")))  # fmt: skip
        made = sa.select(
            *(told.c[name] for name in carried),
            sa.case((bought, 1), else_=0).label("bought"),
            or_else(told.c.amount, 0).label("paid"),
            or_else(told.c.pieces, 0).label("pieces"),
            sa.case((told.c.weight > 0, told.c.weight), else_=0.0).label("weight"),
            returned.label("returned"),
        )
        return made.where(counts).cte("kept"), last

    def _worst(self, told: CTE) -> Column:
        said = [or_else(told.c[name], 0) for name in _names(told) if name.startswith("state")]
        said.append(sa.case((told.c.cancels == 1, int(Became.CANCELLED)), else_=0))
        return said[0] if len(said) == 1 else sa.func.greatest(*said)


def dated(frame: pd.DataFrame) -> pd.DataFrame:
    """Customers with the days of their orders as dates."""
    days = {name: frame[name].to_numpy(dtype="int64") for name in DAYS}
    return frame.assign(
        **{name: one.astype("datetime64[D]").astype("datetime64[us]") for name, one in days.items()}
    )


def _customers(kept: CTE, lines: Lines, last: int) -> Select[Any]:
    bought = sa.select(kept).where(kept.c.bought == 1).cte("bought")
    sums, times = _sums(kept, lines), _times(bought)
    columns: dict[str, Column] = {
        IDENTIFIER: times.c.customer,
        "First_Order": times.c.first,
        "Last_Order": times.c.last,
        "Recency_Days": sa.cast(last - times.c.last, sa.Double()),
        "Tenure": sa.cast(last - times.c.first, sa.Double()),
        "Frequency": sa.cast(times.c.often, sa.Double()),
        "Rhythm": times.c.rhythm,
    }
    if lines.has_money:
        spent, came = rounded(sums.c.paid), rounded(sums.c.returned)
        columns["Total_Spent"] = rounded(spent - came)
        columns["Share_Returned"] = part_of(came, spent, 0.0)
    if lines.quantity:
        columns["Pieces"] = rounded(sums.c.pieces)
    if lines.product:
        columns["Different_Products"] = sa.cast(sums.c.products, sa.Double())
    for place, field in enumerate(lines.shares.values() if lines.category else ()):
        columns[field] = part_of(rounded(sums.c[f"category{place}"]), rounded(sums.c.weight), sa.null())
    joined: Any = times.join(sums, times.c.customer == sums.c.customer)
    commonest: dict[str, tuple[str, Column]] = (
        {"Favourite_Category": ("category", bought.c.weight)} if lines.category else {}
    )
    one_each: Column = sa.literal(1.0, sa.Double())
    texts = commonest | {
        one: (f"text{place}", one_each) for place, one in enumerate(lines.described.values())
    }
    for place, (field, (name, weight)) in enumerate(texts.items()):
        one = _commonest(bought, name, weight, place)
        joined, columns[field] = joined.outerjoin(one, one.c.customer == times.c.customer), one.c.named
    kinds: dict[str, TypeEngine[Any]] = {one: sa.String() for one in (IDENTIFIER, *texts)}
    kinds |= {one: sa.BigInteger() for one in DAYS}
    named = (
        sa.type_coerce(one, kinds.get(name, sa.Double())).label(quoted_name(name, True))
        for name, one in columns.items()
    )
    return sa.select(*named).select_from(joined)


def _sums(kept: CTE, lines: Lines) -> CTE:
    """What each customer paid, brought back, and bought."""
    is_bought = kept.c.bought == 1
    known = sa.and_(is_bought, kept.c.category.is_not(None))

    def of(value: Column, where: ColumnElement[bool] = is_bought) -> Column:
        return sa.func.sum(sa.case((where, value), else_=0.0))

    made = {
        "paid": of(kept.c.paid),
        "returned": sa.func.sum(kept.c.returned),
        "pieces": of(kept.c.pieces),
        "products": sa.func.count(sa.distinct(sa.case((is_bought, kept.c["product"])))),
        "weight": of(kept.c.weight, known),
    }
    for place, name in enumerate(lines.names):
        made[f"category{place}"] = of(kept.c.weight, sa.and_(is_bought, kept.c.category == name))
    return (
        sa.select(kept.c.customer, *(one.label(name) for name, one in made.items()))
        .group_by(kept.c.customer)
        .having(sa.func.sum(kept.c.bought) > 0)
        .cte("sums")
    )


def _times(bought: CTE) -> CTE:
    """When each customer bought first and last, on how many days, and in which rhythm: the median of the gaps."""
    days = sa.select(bought.c.customer, bought.c.day).distinct().cte("days")
    before = sa.func.lag(days.c.day).over(partition_by=days.c.customer, order_by=days.c.day)
    gaps = sa.select(days.c.customer, days.c.day, (days.c.day - before).label("gap")).cte("gaps")
    known = sa.select(gaps.c.customer, gaps.c.gap).where(gaps.c.gap.is_not(None)).cte("known")
    rhythm = _median_by(known.c.customer, known.c.gap).cte("rhythms")
    made = (
        sa.select(
            gaps.c.customer,
            sa.func.min(gaps.c.day).label("first"),
            sa.func.max(gaps.c.day).label("last"),
            sa.func.count().label("often"),
        )
        .group_by(gaps.c.customer)
        .cte("times")
    )
    joined = made.outerjoin(rhythm, rhythm.c.customer == made.c.customer)
    return sa.select(*made.c, rhythm.c.median.label("rhythm")).select_from(joined).cte("bought_on")


def _median_by(by: Column, value: Column) -> Select[Any]:
    """The median of a value by another, from ranks, which every database counts."""
    ranked = sa.select(
        by.label("customer"),
        value.label("value"),
        sa.func.row_number().over(partition_by=by, order_by=value).label("place"),
        sa.func.count().over(partition_by=by).label("of"),
    ).subquery("ranked")
    middle = sa.and_(ranked.c.place * 2 >= ranked.c["of"], ranked.c.place * 2 <= ranked.c["of"] + 2)
    mean = sa.func.avg(sa.cast(ranked.c.value, sa.Double())).label("median")
    return sa.select(ranked.c.customer, mean).where(middle).group_by(ranked.c.customer)


def _commonest(bought: CTE, name: str, weight: Column, place: int) -> CTE:
    """The text of most weight of each customer."""
    text = bought.c[name]
    sums = (
        sa.select(bought.c.customer, text.label("named"), rounded(sa.func.sum(weight)).label("weight"))
        .where(text.is_not(None))
        .group_by(bought.c.customer, text)
        .subquery()
    )
    number = sa.func.row_number().over(
        partition_by=sums.c.customer, order_by=(sums.c.weight.desc(), sums.c.named)
    )
    ranked = sa.select(sums.c.customer, sums.c.named, number.label("place")).subquery()
    return sa.select(ranked.c.customer, ranked.c.named).where(ranked.c.place == 1).cte(f"commonest{place}")


def _came_back(told: CTE, became: Column) -> Column:
    """What came back of a line, in money."""
    amount, refunded = or_else(told.c.amount, 0), or_else(told.c.refunded, 0)
    positive = sa.case((amount > 0, amount), else_=0.0)
    by_state = sa.case((became == int(Became.RETURNED), positive), else_=0.0)
    return sa.case((refunded > 0, refunded), else_=by_state) + sa.case((amount < 0, -amount), else_=0.0)


def _names(table: CTE) -> Sequence[str]:
    return [str(one.name) for one in table.c]


def _within(value: Column, order: Column) -> Column:
    """A value, or where it is a gap what the other lines of the order say, if they agree."""
    least, most = (how(value).over(partition_by=order) for how in (sa.func.min, sa.func.max))
    agreed = sa.case((sa.and_(order.is_not(None), least == most), least))
    return sa.case((value.is_not(None), value), else_=agreed)


def _once(value: Column, order: Column) -> Column:
    """Of the lines of an order one that is known."""
    number = sa.func.row_number().over(
        partition_by=order, order_by=(sa.case((value.is_(None), 1), else_=0), value)
    )
    return sa.case((sa.or_(order.is_(None), number == 1), value))

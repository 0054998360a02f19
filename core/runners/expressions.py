"""Expressions that mean the same in every database."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement

from core.data.orders import CENTS

Column = ColumnElement[Any]
_WHOLE = 10.0**CENTS


def is_digits(text: Column) -> ColumnElement[bool]:
    """Whether a text is digits and nothing else."""
    return sa.and_(sa.func.length(text) > 0, sa.func.length(sa.func.trim(text, "0123456789")) == 0)


def or_else(value: Column, other: Column | float) -> Column:
    """A value, or something else where it is not known."""
    return sa.func.coalesce(value, sa.literal(float(other), sa.Double()) if isinstance(other, int | float) else other)  # fmt: skip


def sure(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Not, where nothing is known."""
    return sa.func.coalesce(condition, sa.false())


def rounded(value: Column) -> Column:
    """As sums of money are."""
    # Of what is no double, what it divides becomes NUMERIC, which Snowflake rounds to whole numbers.
    return sa.type_coerce(sa.func.round(value * _WHOLE), sa.Double()) / _WHOLE


def part_of(part: Column, of: Column, none: Column | float) -> Column:
    """What a part is of all, at most 1."""
    return sa.case(
        (sa.and_(of > 0, part > of), 1.0), (of > 0, part / sa.type_coerce(of, sa.Double())), else_=none
    )

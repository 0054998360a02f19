"""What databases say each in their own way, a number made of a text and the number of a day; and what all say alike."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import FunctionElement

from core.data.orders import CENTS

Column = ColumnElement[Any]
_WHOLE = 10.0**CENTS
_DIGITS = 12  # of the hash: 48 bits, which a double holds


class uniform(FunctionElement[float]):
    """From 0 to below 1 by the MD5 of a text, the same in every database: its first 48 bits."""

    type = sa.Double()
    inherit_cache = True


class day_number(FunctionElement[int]):
    """Days since 1970 of a date or a point in time."""

    type = sa.BigInteger()
    inherit_cache = True


def hashed(key: sa.ColumnElement[Any], seed: int) -> uniform:
    """What decides of a customer: the seed before their key."""
    return uniform(sa.literal_column(f"'{int(seed)}:'", sa.String()).concat(sa.cast(key, sa.String())))


@compiles(uniform)
def _by_digits(element: uniform, compiler: SQLCompiler, **how: Any) -> str:
    return _summed(f"MD5({compiler.process(element.clauses, **how)})", "POSITION({digit} IN {digits})")


@compiles(uniform, "bigquery")
def _by_bytes(element: uniform, compiler: SQLCompiler, **how: Any) -> str:
    return _summed(f"TO_HEX(MD5({compiler.process(element.clauses, **how)}))", "STRPOS({digits}, {digit})")


@compiles(uniform, "postgresql")
def _by_bits(element: uniform, compiler: SQLCompiler, **how: Any) -> str:
    text = compiler.process(element.clauses, **how)
    return f"(CAST(CAST(CAST('x' || SUBSTR(MD5({text}), 1, {_DIGITS}) AS BIT({4 * _DIGITS})) AS BIGINT) AS DOUBLE PRECISION) / {16**_DIGITS}e0)"


@compiles(uniform, "duckdb")
def _by_number(element: uniform, compiler: SQLCompiler, **how: Any) -> str:
    text = compiler.process(element.clauses, **how)
    return f"(CAST(CAST('0x' || SUBSTR(MD5({text}), 1, {_DIGITS}) AS BIGINT) AS DOUBLE) / {16**_DIGITS}e0)"


def _summed(hexed: str, place: str) -> str:
    digits = (
        place.format(digits="'0123456789abcdef'", digit=f"SUBSTR({hexed}, {number}, 1)")
        for number in range(1, _DIGITS + 1)
    )
    return f"({' + '.join(f'({one} - 1) / {16**number}e0' for number, one in enumerate(digits, start=1))})"


@compiles(day_number)
def _days(element: day_number, compiler: SQLCompiler, **how: Any) -> str:
    return f"DATEDIFF(DAY, DATE '1970-01-01', CAST({compiler.process(element.clauses, **how)} AS DATE))"


@compiles(day_number, "bigquery")
def _days_of_bigquery(element: day_number, compiler: SQLCompiler, **how: Any) -> str:
    return f"DATE_DIFF(CAST({compiler.process(element.clauses, **how)} AS DATE), DATE '1970-01-01', DAY)"


@compiles(day_number, "postgresql")
def _days_of_postgresql(element: day_number, compiler: SQLCompiler, **how: Any) -> str:
    return f"(CAST({compiler.process(element.clauses, **how)} AS DATE) - DATE '1970-01-01')"


@compiles(day_number, "duckdb")
def _days_of_duckdb(element: day_number, compiler: SQLCompiler, **how: Any) -> str:
    return f"DATE_DIFF('day', DATE '1970-01-01', CAST({compiler.process(element.clauses, **how)} AS DATE))"


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

"""What databases say each in their own way: a number made of a text, and the number of a day."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import FunctionElement

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

"""The model as one SELECT, for databases that can't run it: the nearest centre, by squared distance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from core.model.curves import Shape
from core.model.space import Space
from core.schema.fields import IDENTIFIER, SEGMENT

TABLE = "customers"


def _in_quotes(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@dataclass(frozen=True)
class Spelling:
    """How a database quotes names, what it calls a double, and what keeps it from reckoning a subquery's columns again."""

    quoted: Callable[[str], str] = _in_quotes
    double: str = "DOUBLE PRECISION"
    once: str = ""


STANDARD = Spelling()


def as_sql(
    space: Space,
    names: Sequence[str] = (),
    *,
    also: Sequence[str] = (),
    placed: bool = False,
    spelling: Spelling = STANDARD,
) -> str:
    """A query that gives each row of `customers` its segment, as the pipeline does.

    Parameters
    ----------
    names, also : sequence of str
        What the segments are called; columns that go along.
    placed : bool
        Whether it is told where customers stand (`z1` ...), and how far they are from each centre, squared (`d1` ...).

    Notes
    -----
    The table has a column for the ID and one for each field that segments are built on, under the names of the
    downloads and in their units; NULL is a gap, and the median stands in for it. Numbers are doubles with all their
    digits, and ties go to the lower number, so that DuckDB and PostgreSQL give every customer the segment that the
    pipeline gives. Standard SQL otherwise: no function but COALESCE and CAST, and LN and POWER where a field is bent.
    """
    k = len(space.centres)
    near = ",\n    ".join(
        f"{_distance(one)} AS d{number}" for number, one in enumerate(space.centres, start=1)
    )
    cases = "\n    ".join(_case(number, k) for number in range(1, k))
    told = "".join(f"-- {number}: {' '.join(name.split())}\n" for number, name in enumerate(names, start=1))
    kept = ", ".join(map(spelling.quoted, (IDENTIFIER, *also)))
    where = "".join(f", z{place}" for place in range(1, len(space.basis) + 1)) if placed else ""
    far = "".join(f", d{number}" for number in range(1, k + 1)) if placed else ""
    which = f"CASE\n    {cases}\n    ELSE {k}\n  END" if cases else "1"
    lines = (
        f"SELECT {kept}{where}{far},\n  {which} AS {spelling.quoted(SEGMENT)}",
        f"FROM (\n  SELECT {kept}{where},\n    {near}",
        f"  FROM (\n  {points_sql(space, also, spelling)}) AS points{spelling.once}) AS distances;\n",
    )
    return told + "\n".join(lines)


def points_sql(space: Space, also: Sequence[str] = (), spelling: Spelling = STANDARD) -> str:
    """A query that says where each row of `customers` stands: `z1` and so on, beside its ID and what goes along."""
    points = ",\n    ".join(
        f"({_filled(space, place, spelling)} - {_number(mean)}) / {_number(scale)} AS z{place + 1}"
        for place, (mean, scale) in enumerate(zip(space.means, space.scales, strict=True))
    )
    kept = ", ".join(map(spelling.quoted, (IDENTIFIER, *also)))
    return f"SELECT {kept},\n    {points}\n  FROM {TABLE}{spelling.once}"  # noqa: S608


def _filled(space: Space, place: int, spelling: Spelling) -> str:
    """A field without gaps, on its curve if it has one."""
    column, curve = spelling.quoted(space.basis[place]), space.curves[place] if space.curves else None
    value = f"CAST(COALESCE({column}, {_number(space.medians[place])}) AS {spelling.double})"
    if curve is None:
        return value
    above = _raised(f"1e0 + {value}", curve.power)
    logarithm = curve.shape is Shape.LOGARITHM
    below = "0e0" if logarithm else f"-{_raised(f'1e0 - {value}', 2 - curve.power)}"
    return f"CASE WHEN {value} >= 0 THEN {above} ELSE {below} END"


def _raised(base: str, power: float) -> str:
    """Yeo and Johnson's curve on one side of zero."""
    return f"(POWER({base}, {_number(power)}) - 1e0) / {_number(power)}" if power else f"LN({base})"


def _case(number: int, k: int) -> str:
    """The first of those that no later one is nearer than."""
    nearer = " AND ".join(f"d{number} <= d{other}" for other in range(number + 1, k + 1))
    return f"WHEN {nearer} THEN {number}"


def _distance(centre: np.ndarray[tuple[int], np.dtype[np.float64]]) -> str:
    apart = (f"(z{place} - {_number(one)})" for place, one in enumerate(centre.tolist(), start=1))
    return " + ".join(f"{one} * {one}" for one in apart)


def _number(value: float) -> str:
    """With an exponent, a literal is a double; without, DuckDB takes it for a decimal."""
    text = repr(float(value))
    text = text if "e" in text else f"{text}e0"
    return f"({text})" if value < 0 else text

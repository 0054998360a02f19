"""The model as one SELECT, for databases that can't run it: the nearest centre, by squared distance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.model.curves import Shape
from core.model.space import Space
from core.schema.fields import IDENTIFIER, SEGMENT

TABLE = "customers"


def as_sql(space: Space, names: Sequence[str] = ()) -> str:
    """A query that gives each row of `customers` its segment, as the pipeline does.

    Parameters
    ----------
    space : Space
    names : sequence of str
        What the segments are called, for a remark in front.

    Notes
    -----
    The table has a column for the ID and one for each field that segments are built on, under the names of the
    downloads and in their units; NULL is a gap, and the median stands in for it. Numbers are doubles with all their
    digits, and ties go to the lower number, so that DuckDB and PostgreSQL give every customer the segment that the
    pipeline gives. Standard SQL otherwise: no function but COALESCE and CAST, and LN and POWER where a field is bent.
    """
    k = len(space.centres)
    points = ",\n    ".join(
        f"({_filled(space, place)} - {_number(mean)}) / {_number(scale)} AS z{place + 1}"
        for place, (mean, scale) in enumerate(zip(space.means, space.scales, strict=True))
    )
    distances = ",\n    ".join(
        f"{_distance(centre)} AS d{number}" for number, centre in enumerate(space.centres, start=1)
    )
    cases = "\n    ".join(_case(number, k) for number in range(1, k))
    told = "".join(f"-- {number}: {' '.join(name.split())}\n" for number, name in enumerate(names, start=1))
    identifier, segment = _name(IDENTIFIER), _name(SEGMENT)
    lines = (
        f"SELECT {identifier},\n  CASE\n    {cases}\n    ELSE {k}\n  END AS {segment}",
        f"FROM (\n  SELECT {identifier},\n    {distances}",
        f"  FROM (\n  SELECT {identifier},\n    {points}\n  FROM {TABLE}) AS points) AS distances;\n",  # noqa: S608
    )
    return told + "\n".join(lines)


def _filled(space: Space, place: int) -> str:
    """A field without gaps, on its curve if it has one."""
    column, curve = _name(space.basis[place]), space.curves[place] if space.curves else None
    value = f"CAST(COALESCE({column}, {_number(space.medians[place])}) AS DOUBLE PRECISION)"
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


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'

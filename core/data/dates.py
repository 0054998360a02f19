"""Dates as people write them; the order of day and month is decided on the whole column, never row by row."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.data.date_notations import MIDNIGHT, MONTHS, OPEN, ORDERS, Written, written_dates
from core.data.date_orders import Notated, Ordered, Rows, settle
from core.data.decisions import of_dates
from core.data.remarks import Remark, Unreadable
from core.data.words import Distinct, western
from core.schema.decisions import Decision

_ZONE = r"(?:\s*(?:Z|UTC|GMT|[-+][0-9]{2}:?[0-9]{2}))?"
_MIDNIGHT = rf"([0-9\p{{L}}])(?:T|,?\s+)(?:00?:00(?::00(?:[.,]0+)?)?|12:00(?::00)?\s*[Aa][Mm]){_ZONE}$"
_UNIX = r"^([A-Za-z]{3} [A-Za-z]{3} +[0-9]{1,2}) [0-9:]{8} (?:\S+ )?([0-9]{4})$"
_TIMES = (
    r"([0-9])(?:T[0-9]{1,2}:?[0-9]{2}.*|Z|[-+][0-9]{2}:[0-9]{2})$",
    r"([0-9\p{L}]),?\s+[0-9]{1,2}[:h][0-9]{2}.*$",
    r"([0-9]{4}):[0-9]{2}:[0-9]{2}.*$",
    r"([0-9]{4}|\p{L}|[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}),?\s+[0-9]{1,2}\.[0-9]{2}(?:\.[0-9]{2})?$",
    r"([0-9])\s+[0-9]{1,2}\.[0-9]{2}\.[0-9]{2}\.[0-9]+\s*(?i:[ap]m)?$",
    r"([0-9]),?\s+(?i:at|um|klo|kl\.?|à|às|alle|a las|om|в)$",
)
_BESIDE = r"[\s:TZ]"  # what every time of day, and every word after a date, has or follows
_FIRST, _LAST, _NEWEST = 1900, 2199, 2069
_BUDDHIST = 543
_FEW = 5  # different texts below which a form may be chance


NAMED = "that have one reading"  # such as 4 Sep 2012, or a quarter


@dataclass(frozen=True)
class Dates:
    """A date column and how it was read.

    `order` is "day-first", "month-first", "year-first" or `NAMED`; `guessed` says that no value decided between day
    and month; `ambiguous` counts the rows that could be read either way.
    """

    values: NDArray[np.datetime64]
    order: str
    guessed: bool
    ambiguous: int
    unreadable: Unreadable | None
    remarks: tuple[Remark, ...] = field(default=())
    decision: Decision | None = None


def read_dates(column: pa.ChunkedArray, *, about: str, newest: int = _NEWEST, chosen: str = "") -> Dates:
    """Read a column of text as dates (days), NaT where there is none or it can't be read.

    `about`: name of the column, for remarks. `newest`: latest year that two digits can mean; 2069 is the
    rule of POSIX. `chosen`: the order of day and month, where somebody said so.
    """
    texts = Distinct.of(column)
    bare = Distinct.of(_without_times(western(texts.values)))
    rows = np.bincount(bare.codes + 1, texts.rows, minlength=len(bare.values) + 1)[1:].astype(np.int64)
    written = _months_of_six(written_dates(bare.values.to_pylist()))
    years, remarks = _common_era(written, rows, about)
    groups = _groups(years, rows, newest)
    empty = int(texts.rows[~texts.filled].sum()) + int(rows[[one is None for one in written]].sum())
    ordered = settle(groups, gaps=empty, chosen=chosen)
    days = _days(ordered, len(written))
    values = bare.spread(days)
    return Dates(
        values=texts.spread(values).astype("datetime64[us]"),
        order=_name(ordered),
        guessed=bool(ordered)
        and all(one.guessed for one in ordered if one.group.kind)
        and _open(ordered) > 0,
        ambiguous=0 if chosen else _open(ordered),
        unreadable=texts.unreadable(np.isnat(values)),
        remarks=(*remarks, *(_remark(one, bare, about) for one in ordered if one.why)),
        decision=of_dates(about, bare, ordered),
    )


def _without_times(texts: pa.Array) -> pa.Array:
    if not pc.any(pc.match_substring_regex(texts, _BESIDE), min_count=0).as_py():
        return texts
    texts = pc.replace_substring_regex(texts, _MIDNIGHT, rf"\1{MIDNIGHT}")
    texts = pc.replace_substring_regex(texts, _UNIX, r"\1 \2")
    for time in _TIMES:
        texts = pc.replace_substring_regex(texts, time, r"\1")
    return texts


def _months_of_six(written: list[Written | None]) -> list[Written | None]:
    """Six digits of a year and a month, such as 202305, where no date of six digits could be all of them."""
    known = [one for one in written if one]
    alike = all(
        one.notation == f"{OPEN} " and one.places[0] in (19, 20) and 1 <= one.places[2] <= 12 for one in known
    )
    if not alike or not any(one.places[1] > 12 for one in known) or len(known) < _FEW:
        return written
    return [
        one and Written(MONTHS, "", (100 * one.places[0] + one.places[1], one.places[2], 1))
        for one in written
    ]


def _common_era(
    written: list[Written | None], rows: Rows, about: str
) -> tuple[list[Written | None], list[Remark]]:
    """Years of the Buddhist era less 543, where the whole column counts so."""
    places = {one.kind: (0 if one.kind != "year-last" else 2) for one in written if one}
    years = np.array([one.places[places[one.kind]] if one and not one.short else 0 for one in written])
    buddhist = (years - _BUDDHIST >= _FIRST) & (years - _BUDDHIST <= _LAST) & (years > _LAST)
    if not buddhist.any() or rows[buddhist].sum() < 0.9 * rows[years > 0].sum():
        return written, []
    read = [_earlier(one) if one and late else one for one, late in zip(written, buddhist, strict=True)]
    example = int(years[buddhist][0])
    sentence = f"Years such as {example} are of the Buddhist era: read as {example - _BUDDHIST}."
    return read, [Remark("buddhist_years", about, int(rows[buddhist].sum()), sentence)]


def _earlier(one: Written) -> Written:
    first, second, third = one.places
    if one.kind == "year-last":
        return Written(one.notation, one.kind, (first, second, third - _BUDDHIST))
    return Written(one.notation, one.kind, (first - _BUDDHIST, second, third))


def _groups(written: list[Written | None], rows: Rows, newest: int) -> list[Notated]:
    places: dict[str, list[int]] = {}
    for place, one in enumerate(written):
        if one is not None:
            places.setdefault(f"{one.notation}{one.short}", []).append(place)
    groups = [_group(np.array(where), written, rows, newest) for where in places.values()]
    return [group for group in groups if group is not None]


def _group(
    where: NDArray[np.int64], written: list[Written | None], rows: Rows, newest: int
) -> Notated | None:
    """Texts of one notation; None where most are no date, or are months such as 201305."""
    ones = [one for place in where if (one := written[int(place)])]
    numbers = np.array([one.places for one in ones], dtype=np.int64)
    kind = ones[0].kind
    if (
        ones[0].notation == f"{OPEN} "
        and np.isin(numbers[:, 0], (19, 20)).all()
        and (numbers[:, 2] <= 12).all()
    ):
        return None
    orders = {order: _parts(numbers, order, ones[0].short, newest) for order in ORDERS.get(kind, ("ymd",))}
    group = Notated(ones[0].notation, kind, where, rows[where], orders)
    return group if 2 * max(map(group.readable, orders)) >= group.rows.sum() else None


def _parts(numbers: NDArray[np.int64], order: str, short: bool, newest: int) -> NDArray[np.datetime64]:
    """The days that numbers mean in this order; NaT for the 31st of February."""
    year, month, day = (numbers[:, order.index(part)] for part in "ymd")
    if short:
        year = newest - (newest - year) % 100
    known = (year >= _FIRST) & (year <= _LAST) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    months = (np.where(known, year, 1970) - 1970) * 12 + np.where(known, month, 1) - 1
    starts = months.astype("datetime64[M]")
    days = starts.astype("datetime64[D]") + (day - 1)
    return np.where(known & (days.astype("datetime64[M]") == starts), days, np.datetime64("NaT", "D"))


def _days(ordered: list[Ordered], texts: int) -> NDArray[np.datetime64]:
    days = np.full(texts, np.datetime64("NaT", "D"))
    for one in ordered:
        days[one.group.places] = one.days
    return days


def _open(ordered: list[Ordered]) -> int:
    """Rows whose day and month could change places, of those that don't begin with a year of four digits."""
    return sum(one.group.either for one in ordered if one.tells_no_year)


def _name(ordered: list[Ordered]) -> str:
    shown = {"dmy": "day-first", "mdy": "month-first"}
    counted = {
        name: sum(int(one.group.rows.sum()) for one in ordered if one.order == order)
        for order, name in shown.items()
    }
    best = max(counted, key=lambda name: counted[name])
    if counted[best]:
        return best
    return "year-first" if any(one.group.kind for one in ordered) or not ordered else NAMED


def _remark(one: Ordered, texts: Distinct, about: str) -> Remark:
    place = one.example
    text = str(texts.values[int(one.group.places[place])]).removesuffix(MIDNIGHT)
    sentence = f"“{text}” is read as {np.datetime_as_string(one.days[place])}: {one.why}"
    return Remark(one.name, about, int(one.group.rows.sum()), sentence, (text,))

"""Filters on values themselves, as people type them: over 65,000, between two dates, contains a word.

| in the address | who passes |
| --- | --- |
| `65000..` | at least 65,000 |
| `..65000` | at most 65,000 |
| `40000..65000` | from the one to the other, both included |
| `over:65000`, `under:65000` | more, less than 65,000 |
| `2014-01-01..2014-06-30` | dates, written as ISO 8601 does; `over:` and `under:` are after and before |
| `last:90` | the 90 days that end with the data's own last day |
| `known`, `not-known` | dates and texts that are there, and those that are not |
| `has:acme` | texts that contain it, in capitals or not; what is no letter, digit or `_-.` as `~` and its code |
"""

from __future__ import annotations

import datetime
import math
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from core.crossfilter.binning import OTHER, Axis, Scale, number

Mask = npt.NDArray[np.bool_]

LONGEST = 64  # characters of a number, or of what a text has to contain
MOST_DAYS = 36_500
EPOCH = datetime.date(1970, 1, 1)
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_LAST = re.compile(r"last:(\d{1,5})")
_ESCAPED = re.compile(r"(~[0-9A-F]{2}|[A-Za-z0-9_.-])+")
EXPECTED = {
    Scale.DATE: "dates such as 2024-01-01..2024-06-30, over:2024-01-01, or last:90 for the last 90 days",
    Scale.TEXT: "has: and what the text contains",
}
NUMBERS = "numbers such as 65000.., ..65000, 40000..65000, over:65000 or under:65000"


@dataclass(frozen=True)
class Typed:
    """Values from `low` to `high`, without these two where it is `open`; or texts that contain `has`."""

    text: str
    low: float = -math.inf
    high: float = math.inf
    open: bool = False
    has: str = ""
    lacks: bool = False
    in_bins: bool = False

    def codes(self, axis: Axis) -> frozenset[int]:
        """The bins that hold some of these values, which charts show as chosen; of dates and texts none."""
        if self.has:
            has, labels = self.has.casefold(), enumerate(axis.labels[: axis.known])
            return frozenset(code for code, label in labels if has in label.casefold())
        if axis.scale not in (Scale.INTERVAL, Scale.WHOLE):
            return frozenset()
        ends = zip(axis.edges[:-1], axis.edges[1:], strict=True)
        return frozenset(
            code
            for code, (low, high) in enumerate(ends)
            if low <= self.high and self.low < high and not (self.open and low == self.high)
        )

    def whole(self, axis: Axis) -> frozenset[int]:
        """The bins whose values all pass, of those that `codes` has."""
        ends = enumerate(zip(axis.edges[:-1], axis.edges[1:], strict=True))
        return frozenset(
            code
            for code, (low, high) in ends
            if high <= self.high and (low > self.low if self.open else low >= self.low)
        )

    def holds(self, column: pa.ChunkedArray) -> Mask:
        """Which values of a column pass; what is not known does not."""
        if self.lacks:
            return ~_known(pc.is_valid(column))
        if self.has:
            texts = pc.cast(column, pa.large_string())
            return _known(pc.match_substring(texts, self.has, ignore_case=True))
        values = _days(column) if pa.types.is_temporal(column.type) else column
        low, high = (pc.greater, pc.less) if self.open else (pc.greater_equal, pc.less_equal)
        sides = [(low, self.low), (high, self.high)]
        tests = [_known(test(values, pa.scalar(end))) for test, end in sides if math.isfinite(end)]
        return np.logical_and.reduce(tests) if tests else _known(pc.is_valid(column))


def _known(found: Any) -> Mask:
    mask: Mask = pc.fill_null(found, fill_value=False).to_numpy()
    return mask


def _days(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.cast(pc.cast(pc.cast(column, pa.date32(), safe=False), pa.int32()), pa.float64())


def read(text: str, axis: Axis) -> Typed | None:
    """What `text` asks of the values of `axis`; None if it is nothing that can be typed of them.

    An axis of dates ends with the day that `last:` counts from.
    """
    if axis.scale is Scale.CATEGORY:
        return _contains(text, in_bins=OTHER not in axis.labels)
    if not len(axis) and text in ("known", "not-known"):
        return Typed(text, lacks=text == "not-known")
    if axis.scale is Scale.TEXT:
        return _contains(text)
    if axis.scale is Scale.DATE and (found := _LAST.fullmatch(text)):
        days, last = int(found[1]), axis.edges[-1] if axis.edges else 0.0
        return Typed(f"last:{days}", last - days + 1, last) if 1 <= days <= MOST_DAYS else None
    if text.startswith(("over:", "under:")):
        word, _, end = text.partition(":")
        value = _value(end, axis)
        return None if value is None else _open(word, value, axis)
    low, dots, high = text.partition("..")
    least = _value(low, axis) if low else -math.inf
    most = _value(high, axis) if high else math.inf
    if not dots or not (low or high) or least is None or most is None:
        return None
    return _between(least, most, axis)


def _open(word: str, value: float, axis: Axis) -> Typed:
    ends = (value, math.inf) if word == "over" else (-math.inf, value)
    return Typed(f"{word}:{said(value, axis)}", *ends, open=True)


def _between(low: float, high: float, axis: Axis) -> Typed | None:
    if low > high:
        return None
    ends = ["" if math.isinf(end) else said(end, axis) for end in (low, high)]
    return Typed("..".join(ends), low, high)


def _contains(text: str, *, in_bins: bool = False) -> Typed | None:
    written = text.removeprefix("has:")
    if written == text or len(written) > 3 * LONGEST or not _ESCAPED.fullmatch(written):
        return None
    has = unquote(written.replace("~", "%"))
    return (
        Typed(f"has:{escaped(has)}", has=has, in_bins=in_bins)
        if has.strip() and len(has) <= LONGEST
        else None
    )


def escaped(text: str) -> str:
    """A text as it may stand in an address, however often that is quoted and unquoted."""
    return quote(text, safe="").replace("~", "%7E").replace("%", "~")


def _value(text: str, axis: Axis) -> float | None:
    """A number, or the number of a day."""
    if axis.scale is not Scale.DATE:
        return float(text) if _NUMBER.fullmatch(text) else None
    try:
        return float((datetime.date.fromisoformat(text) - EPOCH).days) if _DATE.fullmatch(text) else None
    except ValueError:  # the 31st of February
        return None


def said(value: float, axis: Axis) -> str:
    """A number or a day as an address has it."""
    return day(value).isoformat() if axis.scale is Scale.DATE else number(value)


def day(value: float) -> datetime.date:
    """The date that is so many days after 1970 began."""
    return EPOCH + datetime.timedelta(days=int(value))


def expected(axis: Axis) -> str:
    """What can be typed of an axis, as an error says it; nothing of categories."""
    return "" if axis.scale is Scale.CATEGORY else EXPECTED.get(axis.scale, NUMBERS)

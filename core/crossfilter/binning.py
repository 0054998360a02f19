"""From a column to at most 255 numbered bins that a chart can draw and a click can name."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.data.whole import Whole, counted, in_pieces, keys_of, quantiles, taken
from core.errors import DataError
from core.numbers import Numbers

Array = npt.NDArray[Any]
Codes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]

MOST_CODES = 255
TAIL = 0.005  # share of the known values at either end that an open bin may gather, if they lie far out
SIDE = 12  # cells along one of two fields, at most: what others show by each of them travels to the browser
NOT_KNOWN = "not known"
OTHER = "other"


class Scale(StrEnum):
    """How the codes of an axis are read and written."""

    CATEGORY = "category"
    INTERVAL = "interval"  # [edge, next edge)
    WHOLE = "whole"  # one whole number a bin
    # These two have no bins: they are filtered by what is typed.
    DATE = "date"
    TEXT = "text"


@dataclass(frozen=True)
class Axis:
    """The codes of one field in words: code `i` is `labels[i]`; with gaps, the last code is "not known"."""

    name: str
    scale: Scale
    labels: tuple[str, ...]
    edges: tuple[float, ...] = ()  # of the known bins, ascending; may begin with -inf, end with inf
    gaps: bool = False
    slugs: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        if not self.slugs:
            object.__setattr__(self, "slugs", slugs(self.labels))

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def missing(self) -> int | None:
        """Code of the rows whose value is not known."""
        return len(self.labels) - 1 if self.gaps else None

    def told(self, numbers: Numbers) -> Axis:
        """The same with bins as the reader writes numbers; addresses stay."""
        if self.scale is Scale.CATEGORY:
            return self
        return replace(self, labels=tuple(map(numbers.anew, self.labels)))

    @property
    def known(self) -> int:
        """Number of codes that stand for a known value."""
        return len(self.labels) - self.gaps

    def span(self, codes: Collection[int]) -> tuple[float, float] | None:
        """Between which values neighbouring bins lie, whole numbers in the middle of theirs; none of any others."""
        low, high = min(codes, default=0), max(codes, default=0) + 1
        if not codes or len(codes) < high - low or high > self.known:
            return None
        off = 0.5 if self.scale is Scale.WHOLE else 0.0
        return self.edges[low] - off, self.edges[high] - off


@dataclass(frozen=True)
class Side:
    """The cells along a field that one drags over: the first bin of each, the values between them, the number of bins."""

    field: str
    starts: tuple[int, ...]
    edges: tuple[float, ...]
    known: int

    @classmethod
    def of_codes(cls, axis: Axis) -> Side:
        """Each bin by itself, where a chart draws it: at its code."""
        codes = range(len(axis))
        return cls(axis.name, tuple(codes), tuple(code - 0.5 for code in codes[1:]), len(axis))

    @classmethod
    def of(cls, axis: Axis) -> Side:
        """Neighbouring bins together, where values are; whole numbers stand in the middle of theirs."""
        starts = tuple(range(0, axis.known, math.ceil(axis.known / SIDE) or 1))
        off = 0.5 if axis.scale is Scale.WHOLE else 0.0
        return cls(axis.name, starts, tuple(axis.edges[one] - off for one in starts[1:]), axis.known)


@dataclass(frozen=True)
class Binned:
    """A column as codes, and the axis that says what they mean."""

    axis: Axis
    codes: Codes


def slugs(labels: Iterable[str]) -> tuple[str, ...]:
    """Labels as they stand in an address: small letters, digits and hyphens, no two alike."""
    taken: dict[str, None] = {}
    for label in labels:
        plain = unicodedata.normalize("NFKC", label).casefold()
        stem = re.sub(r"[\W_]+", "-", plain).strip("-") or "blank"
        slug, number = stem, 2
        while slug in taken:
            slug, number = f"{stem}-{number}", number + 1
        taken[slug] = None
    return tuple(taken)


def bin_numeric(name: str, values: npt.ArrayLike, *, target: int = 24, percent: bool = False) -> Binned:
    """Bins with edges that people would choose.

    Parameters
    ----------
    values : array of numbers, shape (n,)
        NaN and what no float32 can hold count as not known.
    target : int, default=24
        About as many bins as this, never more than `target` + 3; `1 <= target <= 250`.
    percent : bool, default=False
        Whether the numbers are fractions, which people read as percent: 0.4 as 40%.

    Returns
    -------
    Binned
        Steps are 1, 2, 2.5 or 5 times a power of ten. Whole numbers of a short range get one bin each. The last bin of
        fractions of a whole ends with all of it, which is in it.
    """
    known = _Known.of(values)
    edges, scale = _edges(known, target) if len(known.values) else (np.empty(0), Scale.INTERVAL)
    if percent and scale is Scale.INTERVAL:
        edges = _within_all(edges, known)
    codes, gaps = known.codes(edges), known.gaps
    whole = scale is Scale.WHOLE or (not percent and known.whole)
    labels = (*_interval_labels(edges, whole, percent), *([NOT_KNOWN] if gaps else []))
    return Binned(Axis(name, scale, labels, tuple(edges.tolist()), gaps), codes)


@dataclass(frozen=True, eq=False)
class _Known:
    """The values of a column that are known; of whole numbers within a short range also how often each occurs."""

    values: Array
    present: npt.NDArray[np.bool_] | None  # which are known, where some are not
    keys: Array | None = None
    counts: Whole | None = None

    @classmethod
    def of(cls, column: npt.ArrayLike) -> _Known:
        values = np.asarray(column)
        del column  # of a hundred million nearly a gigabyte, unless somebody else holds it
        present = None
        if values.dtype.kind != "i":
            values = values.astype(np.float64, copy=False)
            present = np.empty(len(values), dtype=np.bool_)
            for part in in_pieces(len(values)):
                present[part] = np.abs(values[part]) <= np.finfo(np.float32).max
            values, present = (values, None) if present.all() else (values[present], present)
        if (found := keys_of(values)) is None:
            return cls(values, present)
        least, keys, span = found
        return cls(values, present, keys, Whole(least, counted(keys, span)[0]))

    @property
    def gaps(self) -> bool:
        return self.present is not None

    @cached_property
    def whole(self) -> bool:
        pieces = (self.values[part] for part in in_pieces(len(self.values)))
        return self.counts is not None or all(bool((one == np.floor(one)).all()) for one in pieces)

    def above_zero(self, share: float) -> float:
        """A quantile of those above zero; 0 where there are none."""
        if self.counts is not None:
            values, counts = self.counts.values, self.counts.counts
            rest = Whole(1, counts[values > 0]) if values[0] <= 0 else self.counts
            return float(rest.quantiles(np.array([share]))[0]) if rest.rows else 0.0
        positive = self.values[self.values > 0]
        return float(quantiles(positive, np.array([share]))[0]) if len(positive) else 0.0

    def quantiles(self, shares: Sequence[float]) -> Floats:
        if self.counts is not None:
            return self.counts.quantiles(np.array(shares))
        return quantiles(self.values, np.array(shares))

    def codes(self, edges: Floats) -> Codes:
        """The bin of each; of those not known the one past the bins."""
        if self.present is None:
            return self._known_codes(edges[1:-1])
        codes = np.full(len(self.present), max(len(edges) - 1, 0), dtype=np.uint8)
        codes[self.present] = self._known_codes(edges[1:-1])
        return codes

    def _known_codes(self, edges: Floats) -> Codes:
        if self.counts is not None and self.keys is not None:
            return taken(_beyond(edges, self.counts.values), self.keys)
        return _beyond(edges, self.values)


def _beyond(edges: Floats, values: Array) -> Codes:
    """How many edges each value has reached: so few are compared with all of it sooner than looked up."""
    found = np.zeros(len(values), dtype=np.uint8)
    for part in in_pieces(len(values)):
        some, codes = values[part], found[part]
        for edge in edges:
            codes += some >= edge
    return found


def bin_log(name: str, values: npt.ArrayLike) -> Binned:
    """Bins whose edges are 1, 2 and 5 times powers of ten, the first from zero; values are not negative.

    NaN and what no float32 can hold count as not known; at most twelve powers of ten are told apart.
    """
    known = _Known.of(values)
    edges = _log_edges(known) if len(known.values) else np.empty(0)
    labels = _interval_labels(edges, known.whole)
    shown = (*labels, *([NOT_KNOWN] if known.gaps else []))
    axis = Axis(name, Scale.INTERVAL, shown, tuple(edges.tolist()), known.gaps)
    return Binned(axis, known.codes(edges))


def _log_edges(known: _Known) -> Floats:
    most = max(float(known.values.max()), 1.0)
    low = known.above_zero(0.01)
    last = math.floor(math.log10(most))
    least = math.floor(math.log10(low)) if low else 0
    first = max(least, last - 11)
    steps = [float(f"{base}e{power}") for power in range(first, last + 2) for base in (1, 2, 5)]
    return np.array([0.0, *(step for step in steps if step <= most), next(s for s in steps if s > most)])


def _edges(known: _Known, target: int) -> tuple[Floats, Scale]:
    least, low, high, most = known.quantiles([0, TAIL, 1 - TAIL, 1])
    whole = known.whole
    if whole:
        low, high = math.floor(low), math.ceil(high)
    low = least if low - least <= (high - low) / 2 else low
    high = most if most - high <= (high - low) / 2 else high
    step = _nice_step((high - low + whole) / target, high, whole=whole)
    first, last = math.floor(low / step), math.floor(high / step) + 1
    # Multiples of a decimal step carry dust (3 * 0.1); fifteen digits are what a float holds.
    edges = np.array([float(f"{index * step:.15g}") for index in range(first, last + 1)])
    if least < edges[0]:
        edges = np.concatenate([[-np.inf], edges])
    if most >= edges[-1]:
        edges = np.concatenate([edges, [np.inf]])
    return edges, Scale.WHOLE if whole and step == 1 else Scale.INTERVAL


def _within_all(edges: Floats, known: _Known) -> Floats:
    """Without the bin from 100% on where no part is more than that: all of a whole is in the bin up to it."""
    if len(edges) < 3 or edges[-2] != 1.0 or number(most := float(known.quantiles([1])[0])) != "1":
        return edges
    # The next number, which is written as 1 as well: bins are without their upper edge.
    return np.append(edges[:-2], np.nextafter(most, 2.0))


def _nice_step(least: float, magnitude: float, *, whole: bool) -> float:
    """The smallest of 1, 2, 2.5, 5 x 10^k that is no less than `least`."""
    # A constant column, or a spread below what floats can tell apart at this size, still gets a bin.
    least = max(least, abs(magnitude) * 1e-12, 1e-300, 1.0 if whole else 0.0)
    power = math.floor(math.log10(least))
    steps = [float(f"{base}e{exponent}") for exponent in (power, power + 1) for base in (1, 2, 2.5, 5)]
    fits = [step for step in steps if step >= least * (1 - 1e-9) and (not whole or step == int(step))]
    return fits[0]


def _interval_labels(edges: Floats, whole: bool, percent: bool = False) -> list[str]:
    write = in_percent if percent else _grouped
    return [_interval_label(low, high, whole, write) for low, high in pairwise(edges.tolist())]


def _interval_label(low: float, high: float, whole: bool, write: Callable[[float], str]) -> str:
    if math.isinf(low):
        return f"below {write(high)}"
    if math.isinf(high):
        return f"{write(low)} and more"
    last = high - 1 if whole else high
    return write(low) if last == low else f"{write(low)} to {write(last)}"


def _grouped(value: float) -> str:
    return number(value, ",")


def in_percent(value: float) -> str:
    """A fraction as 12.5%."""
    return f"{number(float(f'{100 * value:.15g}'), ',')}%"


def number(value: float, group: str = "") -> str:
    """A number without trailing zeros, such as 40000 or 0.25."""
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):{group}d}"
    return f"{Decimal(f'{value:.15g}').normalize():{group}f}"


def bin_categories(name: str, values: pd.Series, *, labels: Sequence[str] | None = None) -> Binned:
    """One code per category.

    Parameters
    ----------
    values : pandas.Series, shape (n,)
        Text, booleans or a pandas categorical; missing values count as not known.
    labels : sequence of str, optional
        The categories in the order of their codes. Default: a categorical's own order, else the most
        frequent first. Past 253 categories the rest share the code "other".
    """
    if isinstance(values.dtype, pd.CategoricalDtype) and labels is None and _fits(values):
        return _coded(name, values.cat.codes.to_numpy(), [str(one) for one in values.cat.categories])
    text = values.astype("str").where(values.notna())
    order = list(labels) if labels is not None else _category_order(values, text)
    if labels is None and len(order) > MOST_CODES - 2:
        order = [*order[: MOST_CODES - 2], OTHER]
        text = text.where(text.isin(order) | text.isna(), OTHER)
    found = pd.Index(order, dtype="str").get_indexer(pd.Index(text))
    if strange := sorted(set(text[(found < 0) & text.notna().to_numpy()])):
        raise DataError.of(name, repr(strange[0]), f"one of {', '.join(order)}", "List every category.")
    return _coded(name, found, order)


def bin_codes(name: str, values: Array, labels: Sequence[str], slugs: Sequence[str] = ()) -> Binned:
    """A column that holds category numbers already, 0 to `len(labels)` - 1; NaN counts as not known."""
    are_whole = values.dtype.kind == "i"
    found = values if are_whole else np.nan_to_num(values, nan=-1)
    if len(found) and not (
        -1 <= found.min() <= found.max() < len(labels) and (are_whole or (found == np.rint(found)).all())
    ):
        span = f"{found.min():g} to {found.max():g}"
        raise DataError.of(name, span, f"whole numbers 0 to {len(labels) - 1}", "Fit labels and codes.")
    return _coded(name, found, labels, slugs)


def _fits(values: pd.Series) -> bool:
    return len(values.cat.categories) <= MOST_CODES - 2


def _category_order(values: pd.Series, text: pd.Series) -> list[str]:
    if isinstance(values.dtype, pd.CategoricalDtype):
        return [str(category) for category in values.cat.categories]
    sizes = text.value_counts()
    return sorted((str(label) for label in sizes.index), key=lambda label: (-int(sizes[label]), label))


def _coded(name: str, found: npt.ArrayLike, labels: Sequence[str], slugs_: Sequence[str] = ()) -> Binned:
    codes = np.asarray(found, dtype=np.int16)
    gaps = bool((codes < 0).any())
    words = (*labels, *([NOT_KNOWN] if gaps else []))
    if len(words) > MOST_CODES:
        raise DataError.of(name, f"{len(words)} categories", f"at most {MOST_CODES}", "Merge rare ones.")
    short = slugs((*slugs_, NOT_KNOWN) if gaps else slugs_) if slugs_ else ()
    axis = Axis(name, Scale.CATEGORY, words, gaps=gaps, slugs=short)
    return Binned(axis, (np.where(codes < 0, len(labels), codes) if gaps else codes).astype(np.uint8))

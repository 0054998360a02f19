"""What is selected: clauses, and their short text in the address.

`Education=phd,master&Income=40000~60000&Kidhome=0,2~3&cards:segment=1&any:Age=..30&any:Recency=under:7`

A category is written by its slug, an interval by its edges (from ~ up to), whole numbers by themselves
(from ~ to), an open end by nothing (`2000~`). Codes never stand in an address: they change meaning when
bins do, and an old link must fail in words rather than show other customers. Values that are typed are not bound
to bins (see core/crossfilter/typed.py); `known` are all that are not gaps. Clauses of the source `any` are one
group, of which a row has to pass only one; those of `any2`, `any3` ... are further ones.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from urllib.parse import unquote

from core.crossfilter import typed
from core.crossfilter.binning import NOT_KNOWN, Axis, Scale, number
from core.crossfilter.typed import Typed
from core.errors import ParterreError

_GROUP = re.compile(r"any\d*")  # sources of groups, of each of which one is enough
KNOWN = "known"
LONGEST_TEXT = 4096
MOST_CLAUSES = 32
_SOURCE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")

Axes = Mapping[str, Axis]


class SelectionError(ParterreError):
    """A selection that names what is not there."""

    @classmethod
    def of(cls, found: str, expected: str) -> SelectionError:
        """Say what was found in the filters, what was expected, and what to do."""
        shown = found if len(found) <= 80 else f"{found[:77]}..."
        return cls(f"Filters: found {shown!r}. Expected {expected}. Clear the filters, and choose again.")


@dataclass(frozen=True)
class Clause:
    """Rows whose code in `field` is one of `codes`, as asked by `source` (default: the field itself).

    Where values were `typed`, these decide, and `codes` are only the bins that hold some of them.
    """

    field: str
    codes: frozenset[int]
    source: str = ""
    typed: Typed | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "codes", frozenset(self.codes))
        object.__setattr__(self, "source", self.source or self.field)

    @property
    def in_group(self) -> bool:
        """Whether another one of the same source is enough."""
        return bool(_GROUP.fullmatch(self.source))

    @property
    def order(self) -> tuple[str, str, str, list[int]]:
        """Where it stands among others."""
        return self.field, self.source, self.typed.text if self.typed else "", sorted(self.codes)


@dataclass(frozen=True)
class Selection:
    """Clauses that a row must all pass, but of each group one; equal whatever their order.

    There is at most one clause from each source that is no group.
    """

    axes: Axes = field(compare=False, repr=False)
    clauses: tuple[Clause, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "clauses", tuple(sorted(self.clauses, key=lambda one: one.order)))
        for clause in self.clauses:
            _check(clause, self.axes)
        sources = {clause if clause.in_group else clause.source for clause in self.clauses}
        if len(sources) != len(self.clauses):
            raise SelectionError.of("two filters from one chart", "one from each")
        if len(self.clauses) > MOST_CLAUSES:
            raise SelectionError.of(f"{len(self.clauses)} filters", f"at most {MOST_CLAUSES}")

    def __bool__(self) -> bool:
        return bool(self.clauses)

    def replace(self, clause: Clause) -> Selection:
        """With `clause` instead of the one of the same source; without codes it only takes that one away."""
        others = self.without(clause.source).clauses
        return replace(self, clauses=(*others, clause) if clause.codes or clause.typed else others)

    def codes(self, source: str) -> frozenset[int]:
        """Codes that `source` selects; empty if it filters nothing."""
        return next((clause.codes for clause in self.clauses if clause.source == source), frozenset())

    def without(self, *sources: str) -> Selection:
        """Without the clauses of these sources."""
        kept = tuple(clause for clause in self.clauses if clause.source not in sources)
        return self if len(kept) == len(self.clauses) else replace(self, clauses=kept)

    @property
    def groups(self) -> list[tuple[Clause, ...]]:
        """Clauses of which one has to pass: each alone, and those of a group together."""
        alone: list[tuple[Clause, ...]] = [(one,) for one in self.clauses if not one.in_group]
        groups: dict[str, list[Clause]] = {}
        for clause in self.clauses:
            if clause.in_group:
                groups.setdefault(clause.source, []).append(clause)
        return [*alone, *(tuple(groups[source]) for source in sorted(groups))]

    def apart(self, fields: Collection[str]) -> Selection:
        """Without clauses on these fields, and without a group that holds one of them."""
        kept = [group for group in self.groups if not any(clause.field in fields for clause in group)]
        return replace(self, clauses=tuple(clause for group in kept for clause in group))

    def piece(self, clause: Clause) -> str:
        """A clause as it stands in an address."""
        return f"{_key(clause)}={_write(self.axes[clause.field], clause)}"

    def __str__(self) -> str:
        return "&".join(map(self.piece, self.clauses))

    @classmethod
    def parse(cls, text: str, axes: Axes) -> Selection:
        """The selection that an address names, with or without its question mark.

        Raises SelectionError if a field, category, edge or the shape is not as `str(selection)` writes it.
        """
        if len(text) > LONGEST_TEXT:
            raise SelectionError.of(f"{len(text)} characters", f"at most {LONGEST_TEXT}")
        pieces = text.removeprefix("?").split("&")
        return cls(axes, tuple(_read(piece, axes) for piece in pieces) if pieces != [""] else ())


def _check(clause: Clause, axes: Axes) -> None:
    axis = _axis(clause.field, axes)
    if not _SOURCE.fullmatch(clause.source):
        raise SelectionError.of(clause.source, "the name of a chart")
    wrong = [code for code in clause.codes if type(code) is not int or not 0 <= code < len(axis)]
    if wrong or not (clause.codes or clause.typed):
        # What codes mean is between us and our pages: people choose from words.
        found = (
            f"a choice of {clause.field} that is not there" if wrong else f"{clause.field} without a choice"
        )
        raise SelectionError.of(found, _expected(axis))


def _axis(name: str, axes: Axes) -> Axis:
    if name not in axes:
        raise SelectionError.of(name, nearest(name, axes))
    return axes[name]


def _key(clause: Clause) -> str:
    return clause.field if clause.source == clause.field else f"{clause.source}:{clause.field}"


def _read(piece: str, axes: Axes) -> Clause:
    key, equals, text = unquote(piece).partition("=")
    source, colon, name = key.rpartition(":")
    if not equals or not text or bool(colon) != bool(source) or source == name:
        raise SelectionError.of(piece, "field=value,value")
    axis = _axis(name, axes)
    if asked := typed.read(text, axis):
        return Clause(name, asked.codes(axis), source, asked)
    if text == KNOWN and _has_known(axis):
        return Clause(name, frozenset(range(axis.known)), source)
    tokens = _tokens(axis)
    if len(axis) and text.count(",") >= len(axis):
        raise SelectionError.of(text, f"at most {len(axis)} values of {name}")
    runs = [_run(item, axis, tokens) for item in text.split(",")]
    codes = [code for run in runs for code in run]
    if len(set(codes)) != len(codes):
        raise SelectionError.of(text, f"each value of {name} once")
    return Clause(name, frozenset(codes), source)


def _has_known(axis: Axis) -> bool:
    return axis.gaps and axis.known > 0 and KNOWN not in axis.slugs


def _tokens(axis: Axis) -> dict[str, int]:
    """Words of an address for single codes."""
    if axis.scale is Scale.CATEGORY:
        return {slug: code for code, slug in enumerate(axis.slugs)}
    gap = {NOT_KNOWN.replace(" ", "-"): axis.known} if axis.gaps else {}
    return gap | ({number(low): code for code, low in _singles(axis)} if axis.scale is Scale.WHOLE else {})


def _singles(axis: Axis) -> list[tuple[int, float]]:
    bounded = zip(axis.edges[:-1], axis.edges[1:], strict=True)
    return [
        (code, low) for code, (low, high) in enumerate(bounded) if math.isfinite(low) and math.isfinite(high)
    ]


def _run(item: str, axis: Axis, tokens: Mapping[str, int]) -> range:
    if item in tokens:
        return range(tokens[item], tokens[item] + 1)
    low, tilde, high = item.partition("~")
    if axis.scale is not Scale.CATEGORY and tilde:
        starts, stops = _ends(axis)
        first, stop = starts.get(low), stops.get(high)
        if first is not None and stop is not None and first < stop:
            return range(first, stop)
    raise SelectionError.of(f"{axis.name} {item}", _expected(axis))


def _ends(axis: Axis) -> tuple[dict[str, int], dict[str, int]]:
    """Texts at which a range may begin, and may end; an open end is the empty text."""
    starts = {"" if math.isinf(low) else number(low): code for code, low in enumerate(axis.edges[:-1])}
    # A range of whole numbers names its last number, an interval the edge it stays below.
    off = 1 if axis.scale is Scale.WHOLE else 0
    stops = {
        "" if math.isinf(high) else number(high - off): code + 1 for code, high in enumerate(axis.edges[1:])
    }
    return starts, stops


def _expected(axis: Axis) -> str:
    if not len(axis):
        return typed.expected(axis)
    if axis.scale is Scale.CATEGORY:
        return f"one of {', '.join(axis.slugs[:12])}{', ...' if len(axis) > 12 else ''}"
    shown = ", ".join(number(edge) for edge in axis.edges if math.isfinite(edge))
    return f"a range between two of {shown}, or {typed.expected(axis)}" if shown else "not-known"


def _write(axis: Axis, clause: Clause) -> str:
    if clause.typed:
        return clause.typed.text
    if _has_known(axis) and clause.codes == frozenset(range(axis.known)):
        return KNOWN
    codes = sorted(clause.codes)
    if axis.scale is Scale.CATEGORY:
        return ",".join(axis.slugs[code] for code in codes)
    runs: list[list[int]] = []
    for code in codes:
        if runs and runs[-1][1] == code and code < axis.known:
            runs[-1][1] = code + 1
        else:
            runs.append([code, code + 1])
    return ",".join(_write_run(axis, first, stop) for first, stop in runs)


def _write_run(axis: Axis, first: int, stop: int) -> str:
    if first >= axis.known:
        return NOT_KNOWN.replace(" ", "-")
    starts, stops = ({code: text for text, code in ends.items()} for ends in _ends(axis))
    if axis.scale is Scale.WHOLE and stop == first + 1 and starts[first] and stops[stop]:
        return starts[first]
    return f"{starts[first]}~{stops[stop]}"


def nearest(name: str, known: Iterable[str]) -> str:
    """What may have been meant by a name that nobody knows: those most like it, else the first few."""
    names = list(known)
    like = get_close_matches(name, names, n=3, cutoff=0.5)
    return f"one of {', '.join(like)}" if like else f"the name of a field, such as {', '.join(names[:3])}"

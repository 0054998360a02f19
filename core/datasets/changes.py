"""What a file would change in a dataset: whose rows, which columns, what is wrong with it, and what moved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from pydantic import TypeAdapter
from scipy.spatial.distance import cdist

from core.data import cleaning, derive, quality
from core.data.quality import Finding
from core.data.read import Read
from core.datasets.catalogue import Dataset
from core.datasets.joined import identified
from core.model.artefacts import Model
from core.model.card import is_named
from core.schema.fields import IDENTIFIER, SEGMENT, Kind
from core.schema.schema import Schema
from core.settings import Settings
from core.statistics.drift import Psi, binned, psi

_BEFORE = {"zeros": "^0+", "letters, signs or zeros": "^[^1-9]*"}  # the number of an ID
_MORE = 0.01  # of all customers, from which a finding is said to have grown


@dataclass(frozen=True)
class Shift:
    """How a field lies now and before; see `core.statistics.drift`."""

    field: str
    psi: Psi
    # What `was` and `now` are of: "median" of the known values, "gaps" as a share, "yes" as a share, "share" of
    # `value`, the category that moved most.
    about: str
    value: str
    was: float
    now: float


@dataclass(frozen=True)
class SegmentShift:
    """How many customers stand in a segment of the live model, before and now."""

    number: int
    was: int
    now: int


@dataclass(frozen=True)
class Changes:
    """A file against the version that is live."""

    # Customers.
    before: int
    after: int
    # Customers by their ID; None where no column names them.
    new: int | None
    gone: int | None
    changed: int  # customers of both with anything changed in a column of the file
    columns: tuple[tuple[str, int], ...]  # in which, most first
    # As the file, or the schema, calls them.
    new_columns: tuple[str, ...]
    missing_columns: tuple[str, ...]
    # Found in this file and not, or less, before; and the other way round.
    worse: tuple[Finding, ...]
    better: tuple[Finding, ...]
    shifts: tuple[Shift, ...]  # of every field that can be compared, the largest first
    segments: tuple[SegmentShift, ...]  # by the live model's borders
    hidden: tuple[str, ...] = ()  # new columns of secrets, which are not read
    # What alone tells IDs that are new from those of before, and how many, where they are most; no ID stands in it.
    otherwise: tuple[str, int] | None = None

    @property
    def moved(self) -> tuple[Shift, ...]:
        """Fields that have moved by more than chance."""
        return tuple(one for one in self.shifts if one.psi.moved)

    @property
    def kept(self) -> int:
        """Customers of both."""
        return 0 if self.gone is None else self.before - self.gone

    def only(self, seen: Callable[[str], bool]) -> Changes:
        """What concerns columns that are seen, called as the schema or the file calls them."""
        return replace(
            self,
            columns=tuple(one for one in self.columns if seen(one[0])),
            new_columns=tuple(filter(seen, self.new_columns)),
            missing_columns=tuple(filter(seen, self.missing_columns)),
            worse=tuple(one for one in self.worse if seen(one.column)),
            better=tuple(one for one in self.better if seen(one.column)),
            shifts=tuple(one for one in self.shifts if seen(one.field)),
        )

    def to_json(self) -> str:
        """As it is kept."""
        return _ADAPTER.dump_json(self).decode()

    @classmethod
    def from_json(cls, text: str) -> Changes:
        """What `to_json` wrote; raises ValueError if it is anything else."""
        return _ADAPTER.validate_json(text)


@dataclass(frozen=True)
class Held:
    """The customers of a version, cleaned, with every derived field and their segment by the live model."""

    table: pd.DataFrame
    findings: Sequence[Finding]
    identified: bool  # whether a column of the file names them


def against(model: Model, read: Read, dataset: Dataset, settings: Settings) -> Changes:
    """What a file changes that was read, against the customers of a model of the version before."""
    rules = cleaning.chosen(settings.rules, dataset.schema)
    table = derive.engineer(cleaning.clean(read.frame, rules, dataset.schema).frame, dataset.schema)
    nearest = cdist(model.space.place(table), model.space.centres).argmin(axis=1) + 1
    found = quality.inspect(read, dataset.schema)
    now = Held(table.assign(**{SEGMENT: pd.Series(nearest, table.index)}), found, identified(read))
    before = Held(model.table, model.card.findings, is_named(model.card))
    return compared(before, now, dataset.schema)


def compared(before: Held, after: Held, schema: Schema) -> Changes:
    """What the second version would change in the first.

    `schema`: of both.
    """
    old, new = _by_identifier(before.table), _by_identifier(after.table)
    identified = before.identified and after.identified
    both = old.index.intersection(new.index) if identified else old.index[:0]
    differs = _differing(old.loc[both], new.loc[both], schema)
    known = [[str(name) for name in one.table if one.table[name].notna().any()] for one in (before, after)]
    derived = {name for name in schema if schema[name].derived}
    counts = sorted(((name, int(where.sum())) for name, where in differs), key=lambda one: -one[1])
    return Changes(
        before=len(old),
        after=len(new),
        new=len(new) - len(both) if identified else None,
        gone=len(old) - len(both) if identified else None,
        changed=int(np.logical_or.reduce([where for _, where in differs]).sum()) if differs else 0,
        columns=tuple((name, count) for name, count in counts if count),
        new_columns=tuple(name for name in known[1] if name not in known[0] and name not in derived),
        missing_columns=tuple(name for name in known[0] if name not in known[1] and name not in derived),
        worse=_grown(before, after),
        better=_grown(after, before),
        shifts=_shifts(before.table, after.table, known[0], schema),
        segments=_segments(before.table, after.table),
        otherwise=_otherwise(old.index, new.index.difference(old.index)) if identified else None,
    )


def _otherwise(old: pd.Index, new: pd.Index) -> tuple[str, int] | None:
    """What stands before the number of IDs that are new, and else are those of before."""
    if not len(new) or 2 * len(new) < len(old):
        return None
    for what, before in _BEFORE.items():
        was, now = (one.astype(str).str.replace(before, "", regex=True) for one in (old, new))
        both = len(was.intersection(now).difference([""])) if was.is_unique and now.is_unique else 0
        if 2 * both >= max(len(old), len(new)):
            return what, both
    return None


def shift(field: str, before: pd.Series, after: pd.Series, *, kind: Kind, fields: int = 1) -> Shift:
    """How one of so many fields lies now and before."""
    before, after = before.reset_index(drop=True), after.reset_index(drop=True)
    if kind is Kind.CATEGORY:
        after = _spelt_as_before(before, after)
    found = psi(*binned(before, after), fields=fields)
    gaps = (float(before.isna().mean()), float(after.isna().mean()))
    known = (before.dropna(), after.dropna())
    if not all(map(len, known)) or _gaps_moved_most(before, after, found):
        return Shift(field, found, "gaps", "", *gaps)
    if kind is Kind.CATEGORY:
        shares = pd.DataFrame([one.value_counts(normalize=True) for one in known]).fillna(0)
        value = str((shares.iloc[1] - shares.iloc[0]).abs().idxmax())
        return Shift(field, found, "share", value, *shares[value].astype(float))
    if kind is Kind.FLAG:
        return Shift(field, found, "yes", "", *(float(one.mean()) for one in known))
    medians = [float(one.median()) for one in known]
    if medians[0] == medians[1]:
        return Shift(field, found, "mean", "", *(float(one.mean()) for one in known))
    return Shift(field, found, "median", "", *medians)


def _spelt_as_before(before: pd.Series, after: pd.Series) -> pd.Series:
    """Words in the capitals that they had: those of a word move no customer."""
    spelt = {str(word).casefold(): word for word in before.dropna().unique()}
    return after.map({word: spelt.get(str(word).casefold(), word) for word in after.dropna().unique()})


def _gaps_moved_most(before: pd.Series, after: pd.Series, found: Psi) -> bool:
    """Whether the index of gaps alone is most of that of the field."""
    if not (before.hasnans or after.hasnans):
        return False
    gaps = psi(*binned(before.isna().astype("float64"), after.isna().astype("float64")))
    return gaps.value > found.value / 2 > 0


def _shifts(
    before: pd.DataFrame, after: pd.DataFrame, names: Sequence[str], schema: Schema
) -> tuple[Shift, ...]:
    fields = [
        name for name in names if name in after and name in {*schema.measures, *schema.of(Kind.CATEGORY)}
    ]
    found = [
        shift(name, before[name], after[name], kind=schema[name].kind, fields=len(fields)) for name in fields
    ]
    return tuple(sorted(found, key=lambda one: -one.psi.value))


def _segments(before: pd.DataFrame, after: pd.DataFrame) -> tuple[SegmentShift, ...]:
    was, now = (one[SEGMENT].value_counts() for one in (before, after))
    numbers = sorted({*was.index} | {*now.index})
    return tuple(SegmentShift(int(one), int(was.get(one, 0)), int(now.get(one, 0))) for one in numbers)


def _differing(old: pd.DataFrame, new: pd.DataFrame, schema: Schema) -> list[tuple[str, pd.Series[bool]]]:
    """Of each column of the file, in which customers it differs."""
    names = [str(name) for name in old if name in new and name not in (IDENTIFIER, SEGMENT)]
    files = [name for name in names if name not in schema or schema[name].derived is None]
    return [(name, _differs(old[name], new[name])) for name in files]


def _differs(one: pd.Series, other: pd.Series) -> pd.Series[bool]:
    if one.dtype != other.dtype:
        one, other = (part.astype("string") for part in (one, other))
    found: pd.Series[bool] = ~((one == other) | (one.isna() & other.isna())).fillna(value=False).astype(bool)
    return found


def _grown(before: Held, after: Held) -> tuple[Finding, ...]:
    shares = {(one.name, one.column): one.share for one in before.findings}
    return tuple(one for one in after.findings if one.share > shares.get((one.name, one.column), -1) + _MORE)


def _by_identifier(table: pd.DataFrame) -> pd.DataFrame:
    """Rows by what their ID is written as: a file with one more kind of ID has text where it had numbers."""
    return table.set_index(table[IDENTIFIER].astype(str))


_ADAPTER: TypeAdapter[Changes] = TypeAdapter(Changes)

"""What cleaning has to know of all customers before it cleans some of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import cleaning, derive
from core.data.cleaning_rules import never_negative
from core.data.outliers import FAR_OUT, Days, Fences, OfAll, believed_days, fences, of_all
from core.schema.fields import IDENTIFIER, Kind
from core.schema.schema import Schema

Hashes = NDArray[np.uint64]
_MOST_SPELLINGS = 10_000  # past which a column holds no kinds of customers but texts, each tidied where it is
_DAY = "datetime64[D]"


@dataclass(frozen=True, eq=False)
class Outline:
    """Of a part: rows by day of each date and by value of what is stated, spellings of categories, and who is in it."""

    days: Mapping[str, Counter[int]]
    stated: Mapping[str, Counter[float]]
    spelled: Mapping[str, Counter[str]]
    who: tuple[Hashes, ...]

    def __add__(self, other: Outline) -> Outline:
        return Outline(
            {name: one + other.days[name] for name, one in self.days.items()},
            {name: one + other.stated[name] for name, one in self.stated.items()},
            {name: one + other.spelled[name] for name, one in self.spelled.items()},
            self.who + other.who,
        )


@dataclass(frozen=True, eq=False)
class Whole:
    """What is known of all customers, and of a part who is in an earlier one."""

    known: OfAll
    schema: Schema
    again: tuple[Hashes, ...]


def outline(part: pd.DataFrame, schema: Schema) -> Outline:
    """What all have to be asked of a part, as it was read."""
    there = [name for name in schema.columns if name in part]
    dates = [name for name in there if schema[name].kind is Kind.DATE]
    kinds = [name for name in there if schema[name].kind is Kind.CATEGORY]
    positive = {*never_negative(schema)}
    stated = {name: part[name].dropna() for name in schema.picked("stated") if name in part}
    return Outline(
        {name: Counter(part[name].dropna().to_numpy().astype(_DAY).astype(int).tolist()) for name in dates},
        {
            name: Counter(values[values >= 0] if name in positive else values)
            for name, values in stated.items()
        },
        {name: Counter(part[name].dropna().tolist()) for name in kinds},
        (_hashes(part),),
    )


def whole(of: Outline, schema: Schema) -> Whole:
    """What is known of all, of the outlines of all parts in their order."""
    known = OfAll(
        {name: _settled(values) for name, values in of.stated.items() if values},
        {name: believed(days) for name, days in of.days.items()},
    )
    spelled = {name: _best(counts) for name, counts in of.spelled.items() if len(counts) <= _MOST_SPELLINGS}
    fields = [
        replace(one, values=tuple(dict.fromkeys((*spelled.get(one.name, ()), *one.values))))
        for one in schema.fields
    ]
    return Whole(known, replace(schema, fields=tuple(fields)), _again(of.who))


def cleaned(part: pd.DataFrame, place: int, of: Whole, rules: Sequence[str]) -> pd.DataFrame:
    """The customers of a part, cleaned and with every derived field, as they are among all."""
    again = of.again[place]
    if len(again) and "repeated_id" in rules:
        part = part[~np.isin(_hashes(part), again)]
    with of_all(of.known):
        frame = cleaning.clean(part, rules, of.schema).frame
        return derive.engineer(frame, of.schema)


def _hashes(part: pd.DataFrame) -> Hashes:
    found = pd.util.hash_pandas_object(part[IDENTIFIER].astype("str"), index=False, categorize=False)
    return found.to_numpy().astype(np.uint64)


def _again(who: Sequence[Hashes]) -> tuple[Hashes, ...]:
    """Of each part, who is in an earlier one."""
    place = np.repeat(np.arange(len(who)), [len(one) for one in who])
    frame = pd.DataFrame({"who": np.concatenate(who), "place": place}).drop_duplicates()
    repeated = frame[frame.duplicated("who")]
    hashes, places = repeated["who"].to_numpy(), repeated["place"].to_numpy()
    return tuple(hashes[places == number] for number in range(len(who)))


def _settled(counts: Counter[float]) -> Fences:
    """The fences past which nothing lies any more, once what does is left out."""
    values = pd.Series(np.repeat(list(counts), list(counts.values())))
    while True:
        found = fences(values, reach=FAR_OUT)
        if not (values > found.high).any():
            return found
        values = values[values <= found.high]


def believed(counts: Counter[int]) -> Days:
    """Where days since 1970 lie, each of which is there so often, without those that stand alone and far out."""
    days = pd.Series(np.array([*counts], dtype=np.int64).astype(_DAY).astype("datetime64[s]"))
    return believed_days(days, np.array([*counts.values()], dtype=np.int64))


def _best(counts: Counter[str]) -> tuple[str, ...]:
    """Of spellings that differ in letters and blanks alone, the commonest, and of these the last, as cleaning has it."""
    single: Counter[str] = Counter()
    for text, count in counts.items():
        single[" ".join(text.split())] += count
    best: dict[str, tuple[int, str]] = {}
    for spelling, count in single.items():
        best[spelling.casefold()] = max(best.get(spelling.casefold(), (0, spelling)), (count, spelling))
    return tuple(spelling for _, spelling in best.values())

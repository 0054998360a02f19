"""What is remarkable about a customer file, as data: what, where, how many, in words, and examples."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial, reduce
from itertools import chain
from typing import TypeVar

import numpy as np
import pandas as pd

from core.data import piecewise
from core.data.cleaning_rules import (
    OLDEST,
    aged,
    births,
    may_be_negative,
    never_negative,
    own_ages,
    seldom_zero,
)
from core.data.derive import date_of, made
from core.data.outliers import FAR_OUT, OUTSIDE, Days, OfAll, believed_days, far_out_days, fences_of
from core.data.read import DateNotes, Read
from core.data.remarks import Remark, Unreadable, counted
from core.data.repeated import repeated
from core.data.tight import Tight, ends_of, gaps_of
from core.data.whole import Array
from core.numbers import to_tell
from core.schema.derivations import DaysTo, Largest
from core.schema.fields import IDENTIFIER, Field, Kind
from core.schema.schema import Schema

RARE = 0.005  # share of customers below which a category is odd
EXAMPLES = 5
_LOOKED_AT = 1_000  # rows, which tell nearly always that a column is not the same for all
T = TypeVar("T")
Where = Callable[[pd.DataFrame], "pd.Series[bool]"]
_SELDOM, _MOST_AGREE = 0.1, 0.8  # shares of customers
_ECONOMICS = ("what contacting one customer costs", "what one acceptance brings")


@dataclass(frozen=True)
class Finding:
    """One remarkable thing about the file.

    `column` is empty where the finding is about whole rows; `share` is `count` by customers, in [0, 1];
    `examples` are IDs, or values where the finding is about values.
    """

    name: str
    column: str
    count: int
    share: float
    sentence: str
    examples: tuple[str, ...]
    of_customers: bool = True  # and not of lines of orders, or of the file


def inspect(read: Read, schema: Schema) -> list[Finding]:
    """Every finding about a file as it was read, before cleaning, in the order of its columns.

    Parameters
    ----------
    read : Read
        As `read_customers` gives it.

    Returns
    -------
    list of Finding
        Only those that found something: `unreadable`, `gaps`, `impossible_age`, `negative`, `outside`,
        `below_zero`, `two_ages`, `far_out`, `rare_category`, `constant`, `ambiguous_dates`, `repeated_id`, `repeated_rows`,
        `bought_nothing`, `blank_lines`, `zero`, `code`, and what the reader remarked.
    """
    frame, notes = read.frame, read.notes
    present = [name for name in schema.columns if name in frame and gaps_of(frame, name) < len(frame)]
    about, told = _Findings.of(frame, schema), _of_the_file(present, schema)
    findings = [
        *(about.remarked(remark) for remark in notes.remarks),
        *(about.unreadable(column, missed) for column, missed in notes.unreadable.items()),
        *map(about.gaps, told),
        *map(about.impossible_age, aged(schema)),
        *map(about.too_old, own_ages(schema)),
        *(about.negative(column) for column in never_negative(schema) if column in present),
        *about.doubtful(told),
        *map(about.far_out_dates, (name for name in present if schema[name].kind is Kind.DATE)),
        *(about.beyond(one, "outside") for one in schema.basis if schema[one].kind is Kind.AMOUNT),
        *(about.beyond(column, "far_out") for column in schema.basis),
        *map(about.zero, (one for one in seldom_zero(schema) if one in present)),
        *map(about.codes, dict.fromkeys((*schema.basis, *schema.parts(schema.value or "")))),
        *map(about.rare_categories, (name for name in told if schema[name].kind is Kind.CATEGORY)),
        *map(about.constant, present),
        *(about.ambiguous_dates(column, noted) for column, noted in notes.dates.items()),
        about.repeated_id(),
        None if schema.is_of_orders else about.repeated_rows(),
        *map(about.nothing, schema.fields),
        about.blank_lines(notes.blank_lines),
    ]
    return [finding for finding in findings if finding and finding.count]


def _of_the_file(present: Sequence[str], schema: Schema) -> Sequence[str]:
    """Those of the columns whose values are of the file, and not made by adding up orders."""
    if schema.lines is None:
        return present
    told, made = {*schema.lines.described.values()}, {*schema.added_up}
    return [name for name in present if name in told or (made and name not in made)]


@dataclass(frozen=True)
class _Findings:
    """Customers as they were read, and what can be remarkable about a column of theirs."""

    frame: pd.DataFrame
    schema: Schema
    known: OfAll | None  # of millions, who are looked at some at a time

    @classmethod
    def of(cls, frame: pd.DataFrame, schema: Schema) -> _Findings:
        return cls(frame, schema, piecewise.known_if_many(frame, schema))

    def _about(self, name: str, column: str, where: Where, sentence: str) -> Finding | None:
        """Finding about the rows where `where` holds; None if there are none."""
        return self._told(name, column, sentence, *self._found(where))

    def _about_all(self, name: str, column: str, where: pd.Series[bool], sentence: str) -> Finding | None:
        """The same of what can't be asked of some rows."""
        return self._told(name, column, sentence, *_first(self.frame, where))

    def _told(
        self, name: str, column: str, sentence: str, count: int, examples: tuple[str, ...]
    ) -> Finding | None:
        sentence = sentence.replace("{customers}", _customers(count))
        return Finding(name, column, count, count / len(self.frame), sentence, examples) if count else None

    def _found(self, where: Where) -> tuple[int, tuple[str, ...]]:
        """How many rows these are, and the IDs of the first."""
        found = self._each(lambda frame: _first(frame, where(frame)))
        return sum(count for count, _ in found), tuple(chain(*(first for _, first in found)))[:EXAMPLES]

    def _each(self, do: Callable[[pd.DataFrame], T]) -> list[T]:
        """What `do` comes to of all rows, or of so many and the next ones."""
        if self.known is None or not isinstance(self.frame, Tight):
            return [do(self.frame)]
        return piecewise.each(self.frame, lambda piece, _: do(piece), self.known)

    def _of_values(
        self, name: str, column: str, count: int, sentence: str, examples: tuple[str, ...]
    ) -> Finding:
        return Finding(name, column, count, min(1.0, count / len(self.frame)), sentence, examples)

    def _label(self, column: str) -> str:
        return self.schema.label(column).lower()

    def _basis(self, column: str, frame: pd.DataFrame) -> pd.Series:
        """What segments are built on; an age that can't be true is a finding of its own."""
        if column in aged(self.schema):
            values = made(column, self.schema, frame)
            return values.where((values >= 0) & (values <= OLDEST))
        values = frame[column] if column in frame else made(column, self.schema, frame)
        how = self.schema[column].derived
        if isinstance(how, DaysTo) and how.date in frame:  # a finding of its own, too
            return values.mask(far_out_days(frame[how.date]))
        return values

    def _numbers(self, column: str) -> Array:
        """The same of all, without gaps; of millions as they would be held."""
        frame = self.frame
        if self.known is None or not isinstance(frame, Tight):
            return self._basis(column, frame).dropna().to_numpy(dtype="float64")
        if column in aged(self.schema) or column not in frame:
            pieces = self._each(
                lambda piece: piece.assign(**{column: self._basis(column, piece)}).forgetful()
            )
            frame = piecewise.with_columns(frame, pieces, [column])
        return frame.known(column)

    def _days(self, column: str) -> Days:
        return self.known.days[column] if self.known else believed_days(self.frame[column])

    def remarked(self, remark: Remark) -> Finding:
        found = self._of_values(remark.name, remark.column, remark.count, remark.sentence, remark.examples)
        return replace(found, of_customers=bool(remark.column) and not self.schema.is_of_orders)

    def unreadable(self, column: str, missed: Unreadable) -> Finding:
        field = self.schema[column]
        sentence = f"{_customers(missed.count)}: {field.label} can't be read as {field.kind.expected}, so it is a gap."
        return self._of_values("unreadable", column, missed.count, sentence, missed.examples)

    def gaps(self, column: str) -> Finding | None:
        if not gaps_of(self.frame, column):
            return None
        sentence = f"{{customers}} with a gap in {self._label(column)}."
        return self._about("gaps", column, lambda frame: frame[column].isna(), sentence)

    def impossible_age(self, name: str) -> Finding | None:
        how = aged(self.schema)[name]
        year = date_of(self._days(how.date)).year
        sentence = f"{{customers}} with an impossible {self._label(name)}: over {OLDEST} years, or unborn, in {year}."

        def is_impossible(frame: pd.DataFrame) -> pd.Series[bool]:
            age = made(name, self.schema, frame)
            return (age < 0) | (age > OLDEST)

        return self._about("impossible_age", how.born, is_impossible, sentence)

    def too_old(self, column: str) -> Finding | None:
        sentence = f"{{customers}} with {_a(self._label(column))} below zero or over {OLDEST} years, which can't be true."

        def is_impossible(frame: pd.DataFrame) -> pd.Series[bool]:
            return (frame[column] < 0) | (frame[column] > OLDEST)

        return self._about("impossible_age", column, is_impossible, sentence)

    def negative(self, column: str) -> Finding | None:
        if (ends := ends_of(self.frame, column)) and ends[0] >= 0:
            return None
        sentence = f"{{customers}} with {self._label(column)} below zero."
        return self._about("negative", column, lambda frame: frame[column] < 0, sentence)

    def doubtful(self, told: Sequence[str]) -> list[Finding | None]:
        """What can be true of one, and of which all others say that it seldom is."""
        schema = self.schema
        negative = [self.seldom_negative(one) for one in may_be_negative(schema) if one in told]
        return negative + [self.two_ages(age, birth) for age in own_ages(schema) for birth in births(schema)]

    def seldom_negative(self, column: str) -> Finding | None:
        """Money of a few below zero, which can be true; of many it is what such money is like."""
        if (ends := ends_of(self.frame, column)) and ends[0] >= 0:
            return None
        sentence = f"{{customers}} with {self._label(column)} below zero, unlike all others."
        found = self._about("below_zero", column, lambda frame: frame[column] < 0, sentence)
        return found if found and found.share <= _SELDOM else None

    def two_ages(self, age: str, birth: str) -> Finding | None:
        """Who is of another age than their birth says, where those of most agree."""

        def born(frame: pd.DataFrame) -> pd.Series[float]:
            return frame[birth].dt.year if self.schema[birth].kind is Kind.DATE else frame[birth]

        if age not in self.frame or birth not in self.frame:
            return None
        sample = self.frame[:_LOOKED_AT]
        years = (sample[age] + born(sample)).dropna()
        year = years.median()
        if not len(years) or (abs(years - year) <= 1).mean() < _MOST_AGREE:
            return None
        sentence = f"{{customers}} with {_a(self._label(age))} that {self._label(birth)} contradicts, as of {year:.0f}."
        return self._about("two_ages", age, lambda frame: abs(frame[age] + born(frame) - year) > 1, sentence)

    def beyond(self, column: str, name: str) -> Finding | None:
        known = self._numbers(column)
        reach = FAR_OUT if name == "far_out" else OUTSIDE
        where = "far out" if name == "far_out" else "outside Tukey's fences"
        low, high = fences_of(known, reach=reach)
        sentence = (
            f"{{customers}} with {self._label(column)} {where}: over {to_tell(reach, 'g')} interquartile ranges beyond the quartiles "
            f"({_ends(known, low, high)})."
        )

        def is_beyond(frame: pd.DataFrame) -> pd.Series[bool]:
            values = self._basis(column, frame)
            return (values < low) | (values > high)

        return self._about(name, column, is_beyond, sentence)

    def far_out_dates(self, column: str) -> Finding | None:
        days = self._days(column)
        did = self.schema.worded("dated", f"with a date in {self.schema.label(column)}")
        sentence = (
            f"{{customers}} {did} years away from all others ({days.first:%Y-%m-%d} to {days.last:%Y-%m-%d})."
        )
        if column == self.schema.anchor:
            sentence += " Ages and tenures are taken as of the latest of these."
        return self._about("far_out", column, lambda frame: far_out_days(frame[column]), sentence)

    def zero(self, column: str) -> Finding | None:
        sentence = f"{{customers}} with {self._label(column)} of 0: was a gap filled with 0?"
        return self._about("zero", column, lambda frame: frame[column] == 0, sentence)

    def codes(self, column: str) -> Finding | None:
        """Nothing but nines, much oftener than the values just below, as some programs write what is not known."""
        known = self._numbers(column)
        for code in (999, 9_999, 99_999, 999_999):
            count = int((known == code).sum()) if code <= known.max(initial=0) else 0
            if count > 2 and count > 2 + 3 * int(np.isin(known, (code - 1, code - 2)).sum()):
                sentence = f"{{customers}} with {self._label(column)} of exactly {to_tell(code)}: a code for not known?"
                return self._about("code", column, partial(self._is, column, code), sentence)
        return None

    def _is(self, column: str, code: int, frame: pd.DataFrame) -> pd.Series[bool]:
        return self._basis(column, frame) == code

    def rare_categories(self, column: str) -> Finding:
        # As all at once would be counted: of as many, who comes first in the file.
        some = pd.concat(self._each(lambda frame: frame[column].value_counts(sort=False)))
        counts = some.groupby(level=0, sort=False).sum().sort_values(ascending=False, kind="stable")
        rare = counts[counts < RARE * len(self.frame)]
        names = ", ".join(f"{name} ({to_tell(size)})" for name, size in rare.head(EXAMPLES).items())
        sentence = f"{_customers(int(rare.sum()))} with an odd {self._label(column)}: {names}."
        examples = tuple(str(name) for name in rare.index[:EXAMPLES])
        return self._of_values("rare_category", column, int(rare.sum()), sentence, examples)

    def constant(self, column: str) -> Finding | None:
        if (ends := ends_of(self.frame, column)) and ends[0] < ends[1]:
            return None
        if column == IDENTIFIER or len(self.frame[:_LOOKED_AT][column].dropna().unique()) > 1:
            return None
        found = [one for one in self._each(lambda frame: _alike(frame[column])) if one]
        size, firsts = sum(rows for rows, _, _ in found), {first for _, first, _ in found}
        if size < 2 or len(firsts) > 1 or not all(alike for *_, alike in found):
            return None
        value = _written(*firsts)
        is_ = "are" if column in self.schema and self.schema[column].is_plural else "is"
        who = "every customer" if size == len(self.frame) else "every customer with a value"
        sentence = f"{self.schema.label(column)} {is_} {value} for {who}."
        if what := dict(zip(self.schema.economics or (), _ECONOMICS, strict=False)).get(column):
            sentence += f" It belongs to the unit economics of the last campaign: {what}."
        return self._of_values("constant", column, size, sentence, (value,))

    def ambiguous_dates(self, column: str, noted: DateNotes) -> Finding:
        why = "no date decides" if noted.guessed else "the other dates decide"
        sentence = (
            f"{_customers(noted.ambiguous)} with a date in {self.schema.label(column)} that could be day-first or month-first; "
            f"{why}: read {noted.order}."
        )
        _, examples = self._found(lambda frame: frame[column].dt.day <= 12)
        return self._of_values("ambiguous_dates", column, noted.ambiguous, sentence, examples)

    def repeated_id(self) -> Finding | None:
        sentence = "{customers} with the ID of an earlier row."
        return self._about_all("repeated_id", IDENTIFIER, repeated(self.frame, [IDENTIFIER]), sentence)

    def repeated_rows(self) -> Finding | None:
        columns = [str(column) for column in self.frame if column != IDENTIFIER]
        again = repeated(self.frame, columns) & ~repeated(self.frame, [IDENTIFIER])
        repeat = "repeats" if again.sum() == 1 else "repeat"
        sentence = (
            f"{{customers}} {repeat} an earlier row in everything but ID; they may be different people."
        )
        return self._about_all("repeated_rows", "", again, sentence)

    def nothing(self, field: Field) -> Finding | None:
        """Customers for whom all is zero of which the largest part is told."""
        if not isinstance(field.derived, Largest):
            return None
        parts = field.derived.parts

        def is_nothing(frame: pd.DataFrame) -> pd.Series[bool]:
            return reduce(operator.and_, (made(part, self.schema, frame) == 0 for part in parts))

        *most, last = field.derived.names
        sentence = f"{{customers}} with 0 in all of {', '.join(most)} and {last}."
        return self._about("bought_nothing", "", is_nothing, self.schema.worded("bought_nothing", sentence))

    def blank_lines(self, count: int) -> Finding:
        sentence = f"{to_tell(count)} {'line' if count == 1 else 'lines'} without any value, left out."
        return self._of_values("blank_lines", "", count, sentence, ())


def _first(frame: pd.DataFrame, where: pd.Series[bool]) -> tuple[int, tuple[str, ...]]:
    """How many rows, and the IDs of the first."""
    count = int(where.sum())
    return count, tuple(str(one) for one in frame.loc[where, IDENTIFIER].head(EXAMPLES)) if count else ()


def _alike(column: pd.Series) -> tuple[int, object, bool] | None:
    """How many values are known, the first of them, and whether all are like it."""
    known = column.dropna()
    return (len(known), known.iloc[0], bool((known == known.iloc[0]).all())) if len(known) else None


def _ends(known: Array, low: float, high: float) -> str:
    """Past which quartile values lie out, and how far."""
    least, most = (float(known.min()), float(known.max())) if len(known) else (low, high)
    above = f"above {_number(high)}; largest {_number(most)}" if most > high else ""
    below = f"below {_number(low)}; least {_number(least)}" if least < low else ""
    return "; ".join(filter(None, (above, below)))


def _customers(count: int) -> str:
    return counted(count, "customer")


def _a(label: str) -> str:
    return f"{'an' if label[:1] in 'aeiou' else 'a'} {label}"


def _number(value: float) -> str:
    return to_tell(value, ",.0f" if f"{value:.1f}".endswith(".0") else ",.1f")


def _written(value: object) -> str:
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return _number(value) if isinstance(value, float) else str(value)

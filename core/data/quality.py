"""What is remarkable about a customer file, as data: what, where, how many, in words, and examples."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import pandas as pd

from core.data.cleaning_rules import OLDEST, aged, never_negative, own_ages
from core.data.derive import data_date, made
from core.data.outliers import FAR_OUT, OUTSIDE, believed_days, far_out_days, fences
from core.data.read import DateNotes, Read
from core.data.remarks import Remark, Unreadable, counted
from core.data.repeated import repeated
from core.data.tight import ends_of, gaps_of
from core.numbers import to_tell
from core.schema.derivations import Largest
from core.schema.fields import IDENTIFIER, Field, Kind
from core.schema.schema import Schema

RARE = 0.005  # share of customers below which a category is odd
EXAMPLES = 5
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
        `far_out`, `rare_category`, `constant`, `ambiguous_dates`, `repeated_id`, `repeated_rows`,
        `bought_nothing`, `blank_lines`, `zero`, `code`, and what the reader remarked.
    """
    frame, notes = read.frame, read.notes
    present = [name for name in schema.columns if name in frame and gaps_of(frame, name) < len(frame)]
    about, told = _Findings(frame, schema), _of_the_file(present, schema)
    findings = [
        *(about.remarked(remark) for remark in notes.remarks),
        *(about.unreadable(column, missed) for column, missed in notes.unreadable.items()),
        *map(about.gaps, told),
        *map(about.impossible_age, aged(schema)),
        *map(about.too_old, own_ages(schema)),
        *(about.negative(column) for column in never_negative(schema) if column in present),
        *map(about.far_out_dates, (name for name in present if schema[name].kind is Kind.DATE)),
        *(about.beyond(one, "outside") for one in schema.basis if schema[one].kind is Kind.AMOUNT),
        *(about.beyond(column, "far_out") for column in schema.basis),
        *map(about.zero, schema.picked("stated")),
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

    def _about(self, name: str, column: str, where: pd.Series[bool], sentence: str) -> Finding | None:
        """Finding about the rows where `where` holds; None if there are none."""
        count = int(where.sum())
        if not count:
            return None
        return Finding(
            name,
            column,
            count,
            count / len(self.frame),
            sentence.replace("{customers}", _customers(count)),
            self._identifiers(where),
        )

    def _of_values(
        self, name: str, column: str, count: int, sentence: str, examples: tuple[str, ...]
    ) -> Finding:
        return Finding(name, column, count, min(1.0, count / len(self.frame)), sentence, examples)

    def _identifiers(self, where: pd.Series[bool]) -> tuple[str, ...]:
        return tuple(str(one) for one in self.frame.loc[where, IDENTIFIER].head(EXAMPLES))

    def _label(self, column: str) -> str:
        return self.schema.label(column).lower()

    def _basis(self, column: str) -> pd.Series:
        """What segments are built on; an age that can't be true is a finding of its own."""
        values = self.frame[column] if column in self.frame else made(column, self.schema, self.frame)
        if column in aged(self.schema):
            values = made(column, self.schema, self.frame)
            return values.where((values >= 0) & (values <= OLDEST))
        return values

    def remarked(self, remark: Remark) -> Finding:
        return self._of_values(remark.name, remark.column, remark.count, remark.sentence, remark.examples)

    def unreadable(self, column: str, missed: Unreadable) -> Finding:
        field = self.schema[column]
        sentence = (
            f"{_customers(missed.count)}: {field.label} is not {field.kind.expected} and was read as a gap."
        )
        return self._of_values("unreadable", column, missed.count, sentence, missed.examples)

    def gaps(self, column: str) -> Finding | None:
        if not gaps_of(self.frame, column):
            return None
        sentence = f"{{customers}} with a gap in {self._label(column)}."
        return self._about("gaps", column, self.frame[column].isna(), sentence)

    def impossible_age(self, name: str) -> Finding | None:
        how = aged(self.schema)[name]
        year, age = data_date(self.frame[how.date]).year, made(name, self.schema, self.frame)
        sentence = f"{{customers}} with an impossible {self._label(name)}: over {OLDEST} years, or unborn, in {year}."
        return self._about("impossible_age", how.born, (age < 0) | (age > OLDEST), sentence)

    def too_old(self, column: str) -> Finding | None:
        sentence = f"{{customers}} with {_a(self._label(column))} over {OLDEST} years, which can't be true."
        return self._about("impossible_age", column, self.frame[column] > OLDEST, sentence)

    def negative(self, column: str) -> Finding | None:
        if (ends := ends_of(self.frame, column)) and ends[0] >= 0:
            return None
        sentence = f"{{customers}} with {self._label(column)} below zero."
        return self._about("negative", column, self.frame[column] < 0, sentence)

    def beyond(self, column: str, name: str) -> Finding | None:
        values = self._basis(column)
        reach = FAR_OUT if name == "far_out" else OUTSIDE
        where = "far out" if name == "far_out" else "outside Tukey's fences"
        low, high = fences(values, reach=reach)
        sentence = (
            f"{{customers}} with {self._label(column)} {where}: over {to_tell(reach, 'g')} interquartile ranges beyond the quartiles "
            f"({_ends(values, low, high)})."
        )
        return self._about(name, column, (values < low) | (values > high), sentence)

    def far_out_dates(self, column: str) -> Finding | None:
        dates = self.frame[column]
        days = believed_days(dates)
        did = self.schema.worded("dated", f"with a date in {self.schema.label(column)}")
        sentence = (
            f"{{customers}} {did} years away from all others ({days.first:%Y-%m-%d} to {days.last:%Y-%m-%d})."
        )
        if column == self.schema.anchor:
            sentence += " Ages and tenures are taken as of the latest of these."
        return self._about("far_out", column, far_out_days(dates), sentence)

    def zero(self, column: str) -> Finding | None:
        sentence = f"{{customers}} with {self._label(column)} of 0: was a gap filled with 0?"
        return self._about("zero", column, self.frame[column] == 0, sentence)

    def codes(self, column: str) -> Finding | None:
        """Nothing but nines, much oftener than the values just below, as some programs write what is not known."""
        values = self._basis(column)
        for code in (999, 9_999, 99_999, 999_999):
            where = values == code
            if (count := int(where.sum())) <= 2:
                continue
            if count > 2 + 3 * int(values.isin((code - 1, code - 2)).sum()):
                sentence = f"{{customers}} with {self._label(column)} of exactly {to_tell(code)}: a code for not known?"
                return self._about("code", column, where, sentence)
        return None

    def rare_categories(self, column: str) -> Finding:
        counts = self.frame[column].value_counts()
        rare = counts[counts < RARE * len(self.frame)]
        names = ", ".join(f"{name} ({to_tell(size)})" for name, size in rare.head(EXAMPLES).items())
        sentence = f"{_customers(int(rare.sum()))} with an odd {self._label(column)}: {names}."
        examples = tuple(str(name) for name in rare.index[:EXAMPLES])
        return self._of_values("rare_category", column, int(rare.sum()), sentence, examples)

    def constant(self, column: str) -> Finding | None:
        if (ends := ends_of(self.frame, column)) and ends[0] < ends[1]:
            return None
        values = self.frame[column].dropna()
        if len(values) < 2 or column == IDENTIFIER or not (values == values.iloc[0]).all():
            return None
        value = _written(values.iloc[0])
        is_ = "are" if column in self.schema and self.schema[column].is_plural else "is"
        who = "every customer" if len(values) == len(self.frame) else "every customer with a value"
        sentence = f"{self.schema.label(column)} {is_} {value} for {who}."
        if what := dict(zip(self.schema.economics or (), _ECONOMICS, strict=False)).get(column):
            sentence += f" It belongs to the unit economics of the last campaign: {what}."
        return self._of_values("constant", column, len(values), sentence, (value,))

    def ambiguous_dates(self, column: str, noted: DateNotes) -> Finding:
        why = "no date decides" if noted.guessed else "the other dates decide"
        sentence = (
            f"{_customers(noted.ambiguous)} with a date in {self.schema.label(column)} that could be day-first or month-first; "
            f"{why}: read {noted.order}."
        )
        examples = self._identifiers(self.frame[column].dt.day <= 12)
        return self._of_values("ambiguous_dates", column, noted.ambiguous, sentence, examples)

    def repeated_id(self) -> Finding | None:
        sentence = "{customers} with the ID of an earlier row."
        return self._about("repeated_id", IDENTIFIER, repeated(self.frame, [IDENTIFIER]), sentence)

    def repeated_rows(self) -> Finding | None:
        columns = [str(column) for column in self.frame if column != IDENTIFIER]
        again = repeated(self.frame, columns) & ~repeated(self.frame, [IDENTIFIER])
        repeat = "repeats" if again.sum() == 1 else "repeat"
        sentence = (
            f"{{customers}} {repeat} an earlier row in everything but ID; they may be different people."
        )
        return self._about("repeated_rows", "", again, sentence)

    def nothing(self, field: Field) -> Finding | None:
        """Customers for whom all is zero of which the largest part is told."""
        if not isinstance(field.derived, Largest):
            return None
        parts = (made(part, self.schema, self.frame) == 0 for part in field.derived.parts)
        *most, last = field.derived.names
        sentence = f"{{customers}} with 0 in all of {', '.join(most)} and {last}."
        return self._about(
            "bought_nothing", "", reduce(operator.and_, parts), self.schema.worded("bought_nothing", sentence)
        )

    def blank_lines(self, count: int) -> Finding:
        sentence = f"{to_tell(count)} {'line' if count == 1 else 'lines'} without any value, left out."
        return self._of_values("blank_lines", "", count, sentence, ())


def _ends(values: pd.Series, low: float, high: float) -> str:
    """Past which quartile values lie out, and how far."""
    above = f"above {_number(high)}; largest {_number(float(values.max()))}" if (values > high).any() else ""
    below = f"below {_number(low)}; least {_number(float(values.min()))}" if (values < low).any() else ""
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

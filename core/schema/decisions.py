"""What a file could mean in more ways than one: how it was read, what else it could be, and what somebody chose."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from core.errors import DataError
from core.schema.order_lines import COUNTED, OUT, Odd
from core.schema.schema import Schema

FILE = ""  # stands for the column of what is decided of a whole file
DAY_FIRST, MONTH_FIRST, YEAR_FIRST = "day-first", "month-first", "year-first"
YEAR_DAY_MONTH, SWAPPED_BACK = "year-day-month", "swapped-back"
DECIMAL_POINT, DECIMAL_COMMA = "decimal-point", "decimal-comma"
DEBIT_NEGATIVE, CREDIT_NEGATIVE = "debits-below-zero", "credits-below-zero"
AS_WRITTEN, ALIKE = "as-written", "alike-as-one"
TOGETHER = "sheets:together"
ALONE, UNKNOWN = "without-match", "unknown-customers"  # rows that another table does not have, by table
LONELY_LINES, EMPTY_ORDERS = "lines-without-order", "orders-without-lines"
ZEROS_COUNT, ZEROS_IGNORED = "zeros-count", "zeros-ignored"
ON_LOGARITHM, AS_IT_IS = "on-logarithm", "as-it-is"  # what builds segments
_SIGN = r"[^\n\ud800-\udfff]"  # halves of a sign, which JSON can name, can be kept nowhere
_OF_LINES = tuple(f"{odd}{what}" for odd in Odd for what in (COUNTED, OUT))
_OF_TABLES = (
    TOGETHER, ZEROS_COUNT, ZEROS_IGNORED,
    *(f"{one}{what}" for one in (ALONE, UNKNOWN, LONELY_LINES, EMPTY_ORDERS) for what in (COUNTED, OUT)),
)  # fmt: skip
_OF_COLUMN = re.compile(
    rf"{_SIGN}{{1,80}}-is-(?:value|gap)|in:{_SIGN}{{1,40}}|"
    + "|".join(
        (DAY_FIRST, MONTH_FIRST, YEAR_FIRST, YEAR_DAY_MONTH, SWAPPED_BACK, DECIMAL_POINT, DECIMAL_COMMA)
    )
    + "|"
    + "|".join((DEBIT_NEGATIVE, CREDIT_NEGATIVE, AS_WRITTEN, ALIKE, ON_LOGARITHM, AS_IT_IS))
    + "|"
    + "|".join(_OF_LINES)
)
_OF_FILE = re.compile(
    "|".join(
        (
            r"no-header|header:[1-9][0-9]{0,5}|sheet:" + _SIGN + "{1,200}",
            "key:" + _SIGN + "{3,400}",
            *_OF_TABLES,
            *_OF_LINES,
        )
    )
)

Choices = Mapping[str, tuple[str, ...]]  # by heading: values of decisions


@dataclass(frozen=True)
class Decision:
    """One way to read a column, of several that its values leave open."""

    column: str  # its heading in the file; empty for what is of the whole file
    what: str  # what was decided: "date order", "decimal sign"
    chosen: str  # how it was read; a choice of that value keeps it so
    others: tuple[str, ...]  # what it could be as well: values that a choice may have
    example: str  # a value as it is in the file
    sentence: str  # what that value is read as; the column is not named in it
    rows: int = 0  # how many hold that very value, where it is about one

    @property
    def told(self) -> str:
        """Its sentence, with the column that it is of."""
        return f"{self.column}: {self.sentence}" if self.column else self.sentence

    def about(self, column: str) -> Decision:
        """The same, of a column that the file heads so."""
        return replace(self, column=column)


def is_of_lines(value: str) -> bool:
    """Whether a choice is of odd lines of orders."""
    return value in _OF_LINES


def choices_of(said: Iterable[str]) -> Choices:
    """What somebody chose, each as `COLUMN=VALUE`, or `=VALUE` of the whole file; raises DataError if one is none."""
    found: dict[str, tuple[str, ...]] = {}
    for one in said:
        column, sign, value = one.partition("=") if one.startswith("=") else one.rpartition("=")
        if not sign or not (_OF_COLUMN if column else _OF_FILE).fullmatch(value):
            raise DataError(
                f"Found the choice {one[:60]!r}. Expected a column and how to read it, such as Joined={DAY_FIRST} or "
                f"Income={DECIMAL_COMMA}. The decisions of a dry run say which there are."
            )
        found[column] = (*found.get(column, ()), value)
    return found


def chosen_among(choices: Iterable[str], *values: str) -> str:
    """The one of these values that was chosen last; empty if none was."""
    return next((one for one in reversed([*choices]) if one in values), "")


def as_gap(text: str) -> str:
    """The choice that a text of a column stands for a gap."""
    return f"{text}-is-gap"


def as_value(text: str) -> str:
    """The choice that a text of a column is a value."""
    return f"{text}-is-value"


def said_of(choices: Iterable[str], what: str) -> tuple[str, ...]:
    """The texts that are said to be gaps, or values: `what` is "gap" or "value"."""
    return tuple(one.removesuffix(f"-is-{what}") for one in choices if one.endswith(f"-is-{what}"))


def in_unit(unit: str) -> str:
    """The choice that numbers of a column have this unit behind them."""
    return f"in:{unit}"


def chosen_unit(choices: Iterable[str]) -> str:
    """The unit that numbers of a column have behind them; empty if none was told."""
    return next((one.removeprefix("in:") for one in choices if one.startswith("in:")), "")


def chosen_order(choices: Iterable[str]) -> str:
    """The order of day and month that was chosen; empty if none was."""
    return chosen_among(choices, DAY_FIRST, MONTH_FIRST, YEAR_FIRST, YEAR_DAY_MONTH)


def chosen_sheet(choices: Choices) -> str:
    """The sheet that somebody chose; empty if nobody did."""
    said = [one for one in choices.get(FILE, ()) if one.startswith("sheet:")]
    return said[-1].removeprefix("sheet:") if said else ""


def refuse_other_sheet(title: str, titles: Iterable[str], *, name: str) -> None:
    """Raise DataError where a sheet was named that the file does not have."""
    known = [*titles]
    if title and title not in known:
        shown = ", ".join(one[:40] for one in known[:8] if one) or "none: this is no workbook with sheets"
        raise DataError(
            f"{name}: found no sheet {title[:60]!r} with data. Expected one of: {shown}. Name one of these."
        )


def chosen_keys(choices: Choices) -> list[str]:
    """The columns by which tables belong together, as somebody chose, each `A=B`."""
    said = [one for one in choices.get(FILE, ()) if one.startswith("key:")]
    return [one.removeprefix("key:") for one in said]


def chosen_header(choices: Choices) -> int | None:
    """The row in which somebody said that the header is, 0 for none; None if nobody did."""
    said = [one for one in choices.get(FILE, ()) if "header" in one]
    return int(said[-1].rpartition(":")[2]) if said and ":" in said[-1] else 0 if said else None


def with_choices(schema: Schema, choices: Choices) -> Schema:
    """The schema of a table some of whose columns are to be read as chosen."""
    fields = (
        replace(one, choices=choices[one.column or one.name]) if (one.column or one.name) in choices else one
        for one in schema.fields
    )
    if not choices:
        return schema
    lines = schema.lines and schema.lines.as_chosen(choices)
    logarithms = tuple(one for one in schema.basis if _on_logarithm(schema, one, choices))
    return replace(schema, fields=tuple(fields), lines=lines, logarithms=logarithms)


def _on_logarithm(schema: Schema, name: str, choices: Choices) -> bool:
    """Whether a field of the basis is taken on a logarithm: as chosen, else as proposed."""
    said = chosen_among(choices.get(schema[name].column or name, ()), ON_LOGARITHM, AS_IT_IS)
    return said == ON_LOGARITHM or (not said and name in schema.logarithms)

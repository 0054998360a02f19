"""What is remarkable about a customer file, as data: what, where, how many, in words, and examples."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from core.data.cleaning import OLDEST
from core.data.derive import data_date, made
from core.data.outliers import FAR_OUT, OUTSIDE, believed_days, far_out_days, fences
from core.data.read import Read
from core.data.remarks import Remark, Unreadable
from core.schema.current import BASIS, CHANNELS, FILE_COLUMNS, PRODUCTS, SCHEMA, field
from core.schema.fields import Kind

RARE = 0.005  # share of customers below which a category is odd
EXAMPLES = 5
OUTLIERS = ("Income", "Total_Spending")  # amounts, of which those outside the inner fences are told too
_UNIT_ECONOMICS = {
    "Z_CostContact": "what contacting one customer costs",
    "Z_Revenue": "what one acceptance brings",
}


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


def inspect(read: Read) -> list[Finding]:
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
    findings = [
        *(_remarked(frame, remark) for remark in notes.remarks),
        *(_unreadable(frame, column, missed) for column, missed in notes.unreadable.items()),
        *(_gaps(frame, column) for column in _columns(frame)),
        _impossible_age(frame),
        *(_negative(frame, column) for column in _columns(frame, Kind.AMOUNT, Kind.COUNT, Kind.DAYS)),
        _far_out_dates(frame),
        *(_beyond(frame, column, "outside") for column in OUTLIERS),
        *(_beyond(frame, column, "far_out") for column in BASIS),
        _no_income(frame),
        *(_codes(frame, column) for column in dict.fromkeys((*BASIS, *PRODUCTS.values()))),
        *(_rare_categories(frame, column) for column in _columns(frame, Kind.CATEGORY)),
        *(_constant(frame, column) for column in _columns(frame)),
        _ambiguous_dates(read),
        _repeated_id(frame),
        _repeated_rows(frame),
        _bought_nothing(frame),
        _blank_lines(read),
    ]
    return [finding for finding in findings if finding and finding.count]


def _columns(frame: pd.DataFrame, *kinds: Kind) -> list[str]:
    present = [column for column in FILE_COLUMNS if column in frame and frame[column].notna().any()]
    return [column for column in present if not kinds or field(column).kind in kinds]


def _about(
    name: str, column: str, frame: pd.DataFrame, where: pd.Series[bool], sentence: str
) -> Finding | None:
    """Finding about the rows where `where` holds; None if there are none."""
    count = int(where.sum())
    if not count:
        return None
    examples = tuple(str(one) for one in frame.loc[where, "ID"].head(EXAMPLES))
    return Finding(
        name, column, count, count / len(frame), sentence.format(customers=_customers(count)), examples
    )


def _customers(count: int) -> str:
    return "One customer" if count == 1 else f"{count:,} customers"


def _label(column: str) -> str:
    return field(column).label


def _number(value: float) -> str:
    return f"{value:,.1f}".removesuffix(".0")


def _remarked(frame: pd.DataFrame, remark: Remark) -> Finding:
    share = min(1.0, remark.count / len(frame))
    return Finding(remark.name, remark.column, remark.count, share, remark.sentence, remark.examples)


def _unreadable(frame: pd.DataFrame, column: str, missed: Unreadable) -> Finding:
    what = {Kind.DATE: "a date", Kind.FLAG: "yes or no"}.get(field(column).kind, "a number")
    sentence = f"{_customers(missed.count)}: {_label(column)} is not {what} and was read as a gap."
    return Finding("unreadable", column, missed.count, missed.count / len(frame), sentence, missed.examples)


def _gaps(frame: pd.DataFrame, column: str) -> Finding | None:
    sentence = f"{{customers}} without {_label(column).lower()}."
    return _about("gaps", column, frame, frame[column].isna(), sentence)


def _impossible_age(frame: pd.DataFrame) -> Finding | None:
    year = data_date(frame["Dt_Customer"]).year
    age = made("Age", SCHEMA, frame)
    sentence = f"{{customers}} with an impossible age: over {OLDEST} years, or unborn, in {year}."
    return _about("impossible_age", "Year_Birth", frame, (age < 0) | (age > OLDEST), sentence)


def _negative(frame: pd.DataFrame, column: str) -> Finding | None:
    sentence = f"{{customers}} with {_label(column).lower()} below zero."
    return _about("negative", column, frame, frame[column] < 0, sentence)


def _beyond(frame: pd.DataFrame, column: str, name: str) -> Finding | None:
    values = _basis(frame, column)
    low, high = fences(values, reach=FAR_OUT if name == "far_out" else OUTSIDE)
    beyond = (values < low) | (values > high)
    reach = "far out: over 3" if name == "far_out" else "outside Tukey's fences: over 1.5"
    largest = _number(float(values.max()))
    sentence = (
        f"{{customers}} with {_label(column).lower()} {reach} interquartile ranges beyond the quartiles "
        f"(above {_number(high)}; largest {largest})."
    )
    return _about(name, column, frame, beyond, sentence)


def _basis(frame: pd.DataFrame, column: str) -> pd.Series:
    """A basis field; an age that can't be true is a finding of its own."""
    if column == "Age":
        age = made("Age", SCHEMA, frame)
        return age.where((age >= 0) & (age <= OLDEST))
    return frame[column] if column in frame else made(column, SCHEMA, frame)


def _far_out_dates(frame: pd.DataFrame) -> Finding | None:
    dates = frame["Dt_Customer"]
    if dates.isna().all():
        return None
    days = believed_days(dates)
    sentence = (
        f"{{customers}} enrolled years away from all others ({days.first:%Y-%m-%d} to {days.last:%Y-%m-%d}). "
        "Ages and tenures are taken as of the latest of these."
    )
    return _about("far_out", "Dt_Customer", frame, far_out_days(dates), sentence)


def _no_income(frame: pd.DataFrame) -> Finding | None:
    sentence = "{customers} with an income of 0: was a gap filled with 0?"
    return _about("zero", "Income", frame, frame["Income"] == 0, sentence)


def _codes(frame: pd.DataFrame, column: str) -> Finding | None:
    """Nothing but nines, much oftener than the values just below, as some programs write what is not known."""
    values = _basis(frame, column)
    for code in (999, 9_999, 99_999, 999_999):
        where = values == code
        beside = int(values.isin((code - 1, code - 2)).sum())
        if where.sum() > 2 + 3 * beside:
            sentence = (
                f"{{customers}} with {_label(column).lower()} of exactly {code:,}: a code for not known?"
            )
            return _about("code", column, frame, where, sentence)
    return None


def _rare_categories(frame: pd.DataFrame, column: str) -> Finding | None:
    counts = frame[column].value_counts()
    rare = counts[counts < RARE * len(frame)]
    count = int(rare.sum())
    names = ", ".join(f"{name} ({size:,})" for name, size in rare.head(EXAMPLES).items())
    sentence = f"{_customers(count)} with an odd {_label(column).lower()}: {names}."
    examples = tuple(str(name) for name in rare.index[:EXAMPLES])
    return Finding("rare_category", column, count, count / len(frame), sentence, examples)


def _constant(frame: pd.DataFrame, column: str) -> Finding | None:
    values = frame[column].dropna()
    if len(values) < 2 or column == "ID" or not (values == values.iloc[0]).all():
        return None
    value = _written(values.iloc[0])
    sentence = f"{_label(column)} is {value} for every customer."
    if column in _UNIT_ECONOMICS:
        sentence += f" It belongs to the unit economics of the last campaign: {_UNIT_ECONOMICS[column]}."
    return Finding("constant", column, len(values), len(values) / len(frame), sentence, (value,))


def _written(value: object) -> str:
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return _number(value) if isinstance(value, float) else str(value)


def _ambiguous_dates(read: Read) -> Finding | None:
    count, notes, frame = read.notes.ambiguous_dates, read.notes, read.frame
    why = "no date decides" if notes.date_guessed else "the other dates decide"
    sentence = (
        f"{_customers(count)} with an enrolment date that could be day-first or month-first; "
        f"{why}: read {notes.date_order}."
    )
    examples = tuple(str(one) for one in frame.loc[frame["Dt_Customer"].dt.day <= 12, "ID"].head(EXAMPLES))
    return Finding("ambiguous_dates", "Dt_Customer", count, count / len(frame), sentence, examples)


def _repeated_id(frame: pd.DataFrame) -> Finding | None:
    return _about(
        "repeated_id", "ID", frame, frame.duplicated("ID"), "{customers} with the ID of an earlier row."
    )


def _repeated_rows(frame: pd.DataFrame) -> Finding | None:
    repeated = frame.duplicated([column for column in frame if column != "ID"])
    sentence = "{customers} repeat an earlier row in everything but ID; they may be different people."
    return _about("repeated_rows", "", frame, repeated, sentence)


def _bought_nothing(frame: pd.DataFrame) -> Finding | None:
    nothing = (frame[list(CHANNELS.values())] == 0).all(axis=1)
    return _about(
        "bought_nothing", "", frame, nothing, "{customers} bought nothing by web, catalog or store."
    )


def _blank_lines(read: Read) -> Finding | None:
    count = read.notes.blank_lines
    sentence = f"{count:,} {'line' if count == 1 else 'lines'} without any value, left out."
    return Finding("blank_lines", "", count, count / len(read.frame), sentence, ())

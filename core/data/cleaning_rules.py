"""The cleaning rules: which rows each one catches, and what it does with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from core.data.derive import made
from core.data.outliers import FAR_OUT, far_out_days, fences
from core.schema.current import FIELDS, FILE_COLUMNS, MADE_OF, SCHEMA
from core.schema.fields import Kind

Find = Callable[[pd.DataFrame], "pd.Series[bool]"]
Act = Callable[[pd.DataFrame, "pd.Series[bool]"], pd.DataFrame]

OLDEST = 100  # years; the oldest age that is believed
_NOT_NEGATIVE = tuple(
    name for name in (*FILE_COLUMNS, *MADE_OF) if FIELDS[name].kind in (Kind.AMOUNT, Kind.COUNT, Kind.DAYS)
)
_FLAGS = tuple(name for name in FILE_COLUMNS if FIELDS[name].kind is Kind.FLAG)
_SPELLINGS = {name: FIELDS[name].values for name in FILE_COLUMNS if FIELDS[name].kind is Kind.CATEGORY}
_ODD_STATUS = dict(FIELDS["Marital_Status"].read_as)


@dataclass(frozen=True)
class CleaningRule:
    """One cleaning rule: which rows it catches and what it does with them, in words and as functions."""

    name: str
    catches: str
    does: str
    default: bool
    find: Find
    act: Act


def _tidied(values: pd.Series, spellings: Sequence[str]) -> pd.Series:
    """Texts with single spaces and one spelling per word: the known one, else the commonest in the column."""
    counts = values.value_counts()
    collapsed = {text: " ".join(text.split()) for text in sorted(counts.index)}
    best: dict[str, tuple[int, str]] = {}
    for spelling, count in _spelling_counts(collapsed, counts).items():
        word = spelling.casefold()
        best[word] = max(best.get(word, (0, spelling)), (count, spelling))
    names = {word: spelling for word, (_, spelling) in best.items()}
    names |= {spelling.casefold(): spelling for spelling in spellings}
    return values.map({text: names[spelling.casefold()] for text, spelling in collapsed.items()}).astype(
        "str"
    )


def _spelling_counts(collapsed: dict[str, str], counts: pd.Series) -> Counter[str]:
    spelled: Counter[str] = Counter()
    for text, spelling in collapsed.items():
        spelled[spelling] += int(counts[text])
    return spelled


def _find_untidy(frame: pd.DataFrame) -> pd.Series[bool]:
    untidy = pd.Series(False, index=frame.index)
    for column, spellings in _SPELLINGS.items():
        values = frame[column]
        untidy |= values.notna() & (_tidied(values, spellings) != values)
    return untidy


def _tidy(frame: pd.DataFrame, caught: pd.Series[bool]) -> pd.DataFrame:  # noqa: ARG001
    return frame.assign(**{column: _tidied(frame[column], known) for column, known in _SPELLINGS.items()})


def _find_far_out_date(frame: pd.DataFrame) -> pd.Series[bool]:
    return far_out_days(frame["Dt_Customer"])


def _find_impossible_age(frame: pd.DataFrame) -> pd.Series[bool]:
    age = made("Age", SCHEMA, frame)
    return (age < 0) | (age > OLDEST)


def _gap_in(*columns: str) -> Act:
    def act(frame: pd.DataFrame, caught: pd.Series[bool]) -> pd.DataFrame:
        return frame.assign(**{one: frame[one].mask(caught) for one in _present(columns, frame)})

    return act


def _find_negative(frame: pd.DataFrame) -> pd.Series[bool]:
    return (frame[_present(_NOT_NEGATIVE, frame)] < 0).any(axis=1)


def _gap_negative(frame: pd.DataFrame, caught: pd.Series[bool]) -> pd.DataFrame:  # noqa: ARG001
    columns = _present(_NOT_NEGATIVE, frame)
    return frame.assign(**{column: frame[column].mask(frame[column] < 0) for column in columns})


def _present(columns: Sequence[str], frame: pd.DataFrame) -> list[str]:
    return [column for column in columns if column in frame]


def _is_no_flag(values: pd.Series) -> pd.Series[bool]:
    return values.notna() & ~values.isin((0, 1))


def _find_impossible_flag(frame: pd.DataFrame) -> pd.Series[bool]:
    return frame[list(_FLAGS)].apply(_is_no_flag).any(axis=1)


def _gap_impossible_flag(frame: pd.DataFrame, caught: pd.Series[bool]) -> pd.DataFrame:  # noqa: ARG001
    return frame.assign(**{column: frame[column].mask(_is_no_flag(frame[column])) for column in _FLAGS})


def _find_far_out_income(frame: pd.DataFrame) -> pd.Series[bool]:
    return frame["Income"] > fences(frame["Income"], reach=FAR_OUT).high


def _find_odd_status(frame: pd.DataFrame) -> pd.Series[bool]:
    return frame["Marital_Status"].str.casefold().isin(_ODD_STATUS)


def _settle_status(frame: pd.DataFrame, caught: pd.Series[bool]) -> pd.DataFrame:
    status = frame["Marital_Status"]
    return frame.assign(Marital_Status=status.where(~caught, status.str.casefold().map(_ODD_STATUS)))


def _find_repeated_id(frame: pd.DataFrame) -> pd.Series[bool]:
    return frame.duplicated("ID")


def _find_repeated_rows(frame: pd.DataFrame) -> pd.Series[bool]:
    return frame.duplicated([column for column in frame if column != "ID"])


def _drop(frame: pd.DataFrame, caught: pd.Series[bool]) -> pd.DataFrame:
    return frame[~caught]


RULES: tuple[CleaningRule, ...] = (
    CleaningRule(
        "tidy_categories",
        "Categories that differ only in upper and lower case or in spaces.",
        "Writes them alike.",
        True,
        _find_untidy,
        _tidy,
    ),
    CleaningRule(
        "far_out_date",
        "Enrolment dates that stand alone: years after all others, or ten years before them.",
        "Makes the date a gap.",
        True,
        _find_far_out_date,
        _gap_in("Dt_Customer"),
    ),
    CleaningRule(
        "impossible_age",
        f"Years of birth that make a customer older than {OLDEST} or unborn at the data's own date.",
        "Makes the year of birth a gap.",
        True,
        _find_impossible_age,
        _gap_in("Year_Birth", "Age"),
    ),
    CleaningRule(
        "negative_values",
        "Amounts, counts and days below zero.",
        "Makes the value a gap.",
        True,
        _find_negative,
        _gap_negative,
    ),
    CleaningRule(
        "impossible_flag",
        "Campaign answers and complaints that are neither 0 nor 1.",
        "Makes the value a gap.",
        True,
        _find_impossible_flag,
        _gap_impossible_flag,
    ),
    CleaningRule(
        "far_out_income",
        "Incomes more than three interquartile ranges above the upper quartile (Tukey's far out).",
        "Makes the income a gap.",
        True,
        _find_far_out_income,
        _gap_in("Income"),
    ),
    CleaningRule(
        "odd_marital_status",
        "Marital statuses that are a joke or a synonym: Alone, Absurd, YOLO.",
        "Reads Alone as Single, the others as Other.",
        True,
        _find_odd_status,
        _settle_status,
    ),
    CleaningRule(
        "repeated_id",
        "Customers whose ID an earlier row has.",
        "Keeps the first row and leaves out the others.",
        True,
        _find_repeated_id,
        _drop,
    ),
    CleaningRule(
        "repeated_rows",
        "Rows that repeat an earlier row in everything but ID; they may be different people.",
        "Keeps the first row and leaves out the others.",
        False,
        _find_repeated_rows,
        _drop,
    ),
)

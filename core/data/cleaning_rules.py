"""The cleaning rules of a schema: which rows each one catches, and what it does with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, reduce

import pandas as pd

from core.data.derive import is_among, made
from core.data.outliers import FAR_OUT, far_out_days, fences
from core.data.repeated import repeated
from core.data.tight import ends_of, words_of
from core.schema.derivations import YearsAt
from core.schema.fields import IDENTIFIER, Kind
from core.schema.heading_words import says
from core.schema.schema import Schema

Find = Callable[[pd.DataFrame], "pd.Series[bool]"]
Act = Callable[[pd.DataFrame, "pd.Series[bool]"], pd.DataFrame]
Wrong = Callable[[pd.DataFrame], Mapping[str, "pd.Series[bool]"]]  # by column, the values that can't be true

OLDEST = 100  # years; the oldest age that is believed


@dataclass(frozen=True)
class CleaningRule:
    """One cleaning rule: which rows it catches and what it does with them, in words and as functions."""

    name: str
    catches: str
    does: str
    default: bool
    find: Find
    act: Act
    by_row: bool = (
        False  # whether each row is judged by itself, once what `piecewise.known_of` tells is known
    )


@cache
def rules_for(schema: Schema) -> tuple[CleaningRule, ...]:
    """The rules that have something to do in a table of this schema, in the order in which they are applied."""
    return (
        *_tidy_categories(schema),
        *_gap_rules(schema),
        *_settled_categories(schema),
        CleaningRule(
            "repeated_id",
            "Customers whose ID an earlier row has.",
            "Keeps the first row and leaves out the others.",
            True,
            lambda frame: repeated(frame, [IDENTIFIER]),
            _drop,
        ),
        CleaningRule(
            "repeated_rows",
            "Rows that repeat an earlier row in everything but ID; they may be different people.",
            "Keeps the first row and leaves out the others.",
            False,
            lambda frame: repeated(frame, [str(column) for column in frame if column != IDENTIFIER]),
            _drop,
        ),
    )


def aged(schema: Schema) -> dict[str, YearsAt]:
    """Ages, and what they are made of."""
    return {one.name: one.derived for one in schema.fields if isinstance(one.derived, YearsAt)}


def own_ages(schema: Schema) -> tuple[str, ...]:
    """Ages that the file has itself: years that end where no age is believed any more."""
    return tuple(
        name for name in schema.columns if schema[name].kind is Kind.YEARS and schema[name].maximum == OLDEST
    )


def never_negative(schema: Schema) -> tuple[str, ...]:
    """What a file may have of which less than nothing can't be true."""
    names = (*schema.columns, *schema.replaceable)
    return tuple(name for name in names if schema[name].is_never_negative)


def seldom_zero(schema: Schema) -> tuple[str, ...]:
    """What a file says of customers and of which hardly anybody has none, such as incomes."""
    earned = [one for one in schema.of(Kind.AMOUNT) if says(schema[one].column or one, "earned")]
    return tuple(dict.fromkeys((*schema.picked("stated"), *earned)))


def may_be_negative(schema: Schema) -> tuple[str, ...]:
    """Money of which less than nothing can be true."""
    return tuple(one for one in schema.of(Kind.AMOUNT) if not schema[one].is_never_negative)


def births(schema: Schema) -> tuple[str, ...]:
    """What tells when customers were born."""
    dated = (*schema.of(Kind.YEAR), *schema.of(Kind.DATE))
    return tuple(one for one in dated if says(schema[one].column or one, "birth"))


def _drop(frame: pd.DataFrame, caught: pd.Series[bool]) -> pd.DataFrame:
    return frame[~caught]


def _tidy_categories(schema: Schema) -> Iterator[CleaningRule]:
    spellings = {name: schema[name].values for name in schema.columns if schema[name].kind is Kind.CATEGORY}

    def find(frame: pd.DataFrame) -> pd.Series[bool]:
        untidy = pd.Series(False, index=frame.index)
        for column, known in spellings.items():
            if odd := _untidy(values := words_of(frame, column), known):
                untidy |= values.isin(odd)
        return untidy

    def act(frame: pd.DataFrame, caught: pd.Series[bool]) -> pd.DataFrame:  # noqa: ARG001
        return frame.assign(**{column: _tidied(frame[column], known) for column, known in spellings.items()})

    if spellings:
        catches = "Categories that differ only in upper and lower case or in spaces."
        yield CleaningRule("tidy_categories", catches, "Writes them alike.", True, find, act)


def _tidied(values: pd.Series, spellings: Sequence[str]) -> pd.Series:
    """Texts with single spaces and one spelling per word: the known one, else the commonest in the column."""
    odd = _untidy(values, spellings)
    return _said(values, odd) if odd else values


def _said(values: pd.Series, as_: Mapping[str, str]) -> pd.Series:
    """Other words for some values, of which there are few different ones."""
    return reduce(lambda said, text: said.mask(values == text, as_[text]), as_, values).astype("str")


def _untidy(values: pd.Series, spellings: Sequence[str]) -> dict[str, str]:
    """Texts that are to be written otherwise, and how."""
    counts = values.value_counts()
    collapsed = {text: " ".join(text.split()) for text in sorted(counts.index)}
    best: dict[str, tuple[int, str]] = {}
    for spelling, count in _spelling_counts(collapsed, counts).items():
        word = spelling.casefold()
        best[word] = max(best.get(word, (0, spelling)), (count, spelling))
    names = {word: spelling for word, (_, spelling) in best.items()}
    names |= {spelling.casefold(): spelling for spelling in spellings}
    said = {text: names[spelling.casefold()] for text, spelling in collapsed.items()}
    return {text: name for text, name in said.items() if name != text}


def _spelling_counts(collapsed: dict[str, str], counts: pd.Series) -> Counter[str]:
    spelled: Counter[str] = Counter()
    for text, spelling in collapsed.items():
        spelled[spelling] += int(counts[text])
    return spelled


def _gap_rules(schema: Schema) -> Iterator[CleaningRule]:
    """What makes a gap of values that can't be true."""
    dates = [name for name in schema.columns if schema[name].kind is Kind.DATE]
    flags = [name for name in schema.columns if schema[name].kind is Kind.FLAG]
    ages, positive = {**aged(schema), **dict.fromkeys(own_ages(schema))}, never_negative(schema)
    if dates:
        catches = "Dates that stand alone: years after all others, or ten years before them."
        yield _gaps(schema, "far_out_date", catches, "date", _each(dates, far_out_days))
    if ages:
        catches = f"Years of birth that make a customer older than {OLDEST} or unborn at the data's own date."
        what = "year of birth"
        if not aged(schema):
            catches, what = f"Ages below zero or over {OLDEST} years.", "age"
        yield _gaps(schema, "impossible_age", catches, what, lambda frame: _untrue(frame, schema))
    if positive:
        catches = "Amounts, counts and days below zero."
        yield _gaps(
            schema, "negative_values", catches, "value", _by_value(positive, lambda values: values < 0)
        )
    if flags:
        catches = "Answers of yes and no that are neither 0 nor 1."
        yield _gaps(schema, "impossible_flag", catches, "value", _by_value(flags, _is_no_flag))
    for name in schema.picked("stated"):
        catches = f"{schema.label(name)}s more than three interquartile ranges above the upper quartile (Tukey's far out)."
        called = schema[name].called
        yield _gaps(schema, f"far_out_{name.lower()}", catches, called, _each([name], _is_far_out))


def _gaps(schema: Schema, name: str, catches: str, what: str, wrong: Wrong) -> CleaningRule:
    def find(frame: pd.DataFrame) -> pd.Series[bool]:
        caught = pd.Series(False, index=frame.index)
        for where in wrong(frame).values():
            caught |= where
        return caught

    def act(frame: pd.DataFrame, caught: pd.Series[bool]) -> pd.DataFrame:  # noqa: ARG001
        return frame.assign(**{column: frame[column].mask(where) for column, where in wrong(frame).items()})

    catches = schema.worded(name, catches)
    return CleaningRule(name, catches, f"Makes the {what} a gap.", True, find, act, by_row=True)


def _each(names: Sequence[str], is_wrong: Callable[[pd.Series], pd.Series[bool]]) -> Wrong:
    return lambda frame: {name: is_wrong(frame[name]) for name in names if name in frame}


def _by_value(names: Sequence[str], is_wrong: Callable[[pd.Series], pd.Series[bool]]) -> Wrong:
    """The same where each value tells by itself, and of whole numbers the least and the greatest tell of all."""

    def can_be(frame: pd.DataFrame, name: str) -> bool:
        ends = ends_of(frame, name)
        return ends is None or bool(is_wrong(pd.Series(ends)).any())

    return lambda frame: _each([name for name in names if name in frame and can_be(frame, name)], is_wrong)(
        frame
    )


def _untrue(frame: pd.DataFrame, schema: Schema) -> dict[str, pd.Series[bool]]:
    """Years of birth, and ages that the file has itself, where the age can't be true."""
    found: dict[str, pd.Series[bool]] = {}
    for name, how in aged(schema).items():
        age = made(name, schema, frame)
        wrong = (age < 0) | (age > OLDEST)
        for column in {how.born, name} & {*frame}:
            found[column] = found[column] | wrong if column in found else wrong
    own = (name for name in own_ages(schema) if name in frame)
    return found | {name: (frame[name] < 0) | (frame[name] > OLDEST) for name in own}


def _is_no_flag(values: pd.Series) -> pd.Series[bool]:
    return values.notna() & (values != 0) & (values != 1)


def _is_far_out(values: pd.Series) -> pd.Series[bool]:
    return values > fences(values, reach=FAR_OUT).high


def _settled_categories(schema: Schema) -> Iterator[CleaningRule]:
    for name in schema.columns:
        if schema[name].read_as and schema[name].kind is Kind.CATEGORY:
            yield _settled(schema, name)


def _settled(schema: Schema, column: str) -> CleaningRule:
    meant, name = dict(schema[column].read_as), f"odd_{column.lower()}"

    def act(frame: pd.DataFrame, caught: pd.Series[bool]) -> pd.DataFrame:
        values = frame[column]
        as_ = {text: meant[text.casefold()] for text in values[caught].unique()}
        return frame.assign(**{column: _said(values, as_)})

    return CleaningRule(
        name,
        schema.worded(name, f"{schema.label(column)}: what is a joke or a synonym: {', '.join(meant)}."),
        schema.worded(
            f"{name} does", f"Reads {', '.join(f'{one} as {other}' for one, other in meant.items())}."
        ),
        True,
        lambda frame: is_among(words_of(frame, column), meant),
        act,
        by_row=True,
    )

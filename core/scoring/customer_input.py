"""A customer as typed into a form or an address: checked, with gaps allowed and said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd
from sklearn.pipeline import Pipeline

from core.model.fit import typical
from core.model.profile import Profile
from core.numbers import Numbers
from core.schema.fields import FIELDS, LARGEST, Kind

_LONGEST = 32  # characters that a number may have


@dataclass(frozen=True)
class Question:
    """Seven answers, checked.

    Attributes
    ----------
    values : dict of basis field to float or None
        None where nothing was said; the pipeline fills it with the median.
    errors : dict of field to sentence
        Values that can't be true; while there are any, there is no answer.
    warnings : dict of field to sentence
        Values outside the range of the data.
    assumed : dict of field to float
        What the pipeline assumes for each gap.
    """

    values: dict[str, float | None]
    errors: dict[str, str] = field(default_factory=dict)
    warnings: dict[str, str] = field(default_factory=dict)
    assumed: dict[str, float] = field(default_factory=dict)

    def table(self) -> pd.DataFrame:
        """One row with the basis columns, gaps as NaN."""
        return pd.DataFrame([self.values]).astype("float64")


def ask(texts: Mapping[str, object], pipeline: Pipeline, profile: Profile, numbers: Numbers) -> Question:
    """Check the texts of the basis fields; a missing or blank one is a gap."""
    question = Question({}, assumed={})
    for name, median in typical(pipeline).items():
        try:
            value = _read(name, texts.get(name), numbers)
        except ValueError as error:
            question.errors[name] = str(error)
            continue
        question.values[name] = value
        if value is None:
            question.assumed[name] = median
        else:
            _warn(question, name, value, profile, numbers)
    return question


def _read(name: str, given: object, numbers: Numbers) -> float | None:
    text = "" if given is None else str(given).strip()
    if not text:
        return None
    shown = text if len(text) <= _LONGEST else text[:_LONGEST] + "..."
    try:
        value = (
            float(given)
            if isinstance(given, int | float) and not isinstance(given, bool)
            else numbers.read(text[: _LONGEST + 1])
        )
    except (ValueError, OverflowError):
        raise ValueError(f"Found “{shown}”. Expected a number, such as {_example(name)}.") from None
    return _possible(name, value, shown)


def _possible(name: str, value: float, shown: str) -> float:
    known = FIELDS[name]
    low = known.minimum if known.minimum is not None else -LARGEST
    high = known.maximum if known.maximum is not None else LARGEST
    if not low <= value <= high:
        raise ValueError(f"Found {shown}. {known.label} can only be {low:,.0f} to {high:,.0f}.")
    if known.kind is Kind.COUNT and value != int(value):
        raise ValueError(f"Found {shown}. {known.label} are counted in whole numbers.")
    return value


def _warn(question: Question, name: str, value: float, profile: Profile, numbers: Numbers) -> None:
    spread, known = profile.spreads[name], FIELDS[name]
    if not spread.low <= value <= spread.high:
        question.warnings[name] = (
            f"Outside the data, which runs from {numbers.of(known, spread.low)} to "
            f"{numbers.of(known, spread.high)}: take the answer with care."
        )


def _example(name: str) -> str:
    return {Kind.AMOUNT: "52000", Kind.YEARS: "44"}.get(FIELDS[name].kind, "5")

"""A customer as typed, sent or looked up: checked, with gaps allowed and said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from core.model.artefacts import Model
from core.model.profile import Spread
from core.numbers import Numbers, to_tell
from core.schema.fields import Field, Kind

CENTS = 2  # decimals that a form shows of a customer, past those in which a field is written
_PERCENT = 100.0
_LONGEST = 32  # characters that a number may have


@dataclass(frozen=True)
class CustomerInput:
    """The basis of one customer, checked."""

    values: dict[str, float | None]  # by basis field: none where nothing was said
    # By field: values that can't be true; while there are any, there is no answer.
    errors: dict[str, str] = field(default_factory=dict)
    warnings: dict[str, str] = field(default_factory=dict)  # by field: values outside the range of the data
    assumed: dict[str, float] = field(default_factory=dict)  # by field: the median, for each gap

    @property
    def filled(self) -> dict[str, float]:
        """The basis with every gap filled."""
        known = {name: value for name, value in self.values.items() if value is not None}
        return known | self.assumed


def asked(model: Model) -> dict[str, Field]:
    """What is asked of a customer: the fields that the model's segments are built from."""
    return {name: model.card.schema[name] for name in model.space.basis}


def scale_of(known: Field) -> float:
    """By what its values are multiplied where people type and read them: parts of a whole are percent there, and
    fractions in files, addresses and calls."""
    return _PERCENT if known.in_percent and known.kind is not Kind.FLAG else 1.0


def plainly(known: Field, value: float) -> str:
    """A value for a file or a call that is an example: as finely as its field is written, a count whole."""
    if known.kind is Kind.COUNT:
        return f"{value:.0f}"
    finer = (CENTS if known.in_percent else 0) + (CENTS if known.kind in (Kind.SHARE, Kind.RATIO) else 0)
    return f"{value:.{known.decimals + finer}f}"


def typed(known: Field, value: float | None, numbers: Numbers) -> str:
    """A value as a form shows it, which `read` takes back; a gap as nothing."""
    shown = None if value is None else scale_of(known) * value
    return numbers.typed(shown, known.decimals + CENTS)


def read(texts: Mapping[str, object], model: Model, numbers: Numbers) -> CustomerInput:
    """Check what is said of the basis fields, texts as people type them, numbers as the file has them; a missing or blank
    one is a gap."""
    values: dict[str, float | None] = {}
    errors: dict[str, str] = {}
    for name, known in asked(model).items():
        try:
            values[name] = _read(known, texts.get(name), model.space.typical[name], numbers)
        except ValueError as error:
            errors[name] = numbers.told(str(error))
    return CustomerInput(values, errors, _outside(model, values, numbers), _gaps(model, values))


def of_file(model: Model, identity: str) -> CustomerInput | None:
    """The customer of the model's file with that ID; None if there is none."""
    place = model.people.place(identity)
    if place is None:
        return None
    return of_row(model, model.people.rows(np.array([place]), model.space.basis))


def of_row(model: Model, row: pd.DataFrame) -> CustomerInput:
    """A customer of the model's own table, as one row of it."""
    known = {name: float(row[name].iloc[0]) for name in model.space.basis}
    values = {name: None if np.isnan(value) else value for name, value in known.items()}
    return CustomerInput(values, assumed=_gaps(model, values))


def _gaps(model: Model, values: Mapping[str, float | None]) -> dict[str, float]:
    typical = model.space.typical
    return {name: typical[name] for name, value in values.items() if value is None}


def _read(known: Field, given: object, median: float, numbers: Numbers) -> float | None:
    text = "" if given is None else str(given).strip()
    if not text:
        return None
    shown = text if len(text) <= _LONGEST else text[:_LONGEST] + "..."
    shown = to_tell(given, "") if isinstance(given, float) else shown
    try:
        if isinstance(given, int | float) and not isinstance(given, bool):
            value = float(given)
        else:
            value = _as_typed(known, text[: _LONGEST + 1], numbers)
    except (ValueError, OverflowError):
        example = typed(known, median, numbers)
        raise ValueError(f"Found “{shown}”. Expected a number, such as {example}.") from None
    return _possible(known, value, median, shown, scale_of(known) if isinstance(given, str) else 1.0)


def _as_typed(known: Field, text: str, numbers: Numbers) -> float:
    scale = scale_of(known)
    return numbers.read(text.removesuffix("%") if scale == _PERCENT else text) / scale


def _possible(known: Field, value: float, median: float, shown: str, scale: float) -> float:
    low, high = known.ends
    if not low <= value <= high:
        low, high = scale * low, scale * high
        raise ValueError(f"Found {shown}. {known.label} can only be {to_tell(low)} to {to_tell(high)}.")
    # The median of an even number of customers may lie between two of them.
    if known.kind is Kind.COUNT and value not in (int(value), median):
        raise ValueError(f"Found {shown}. {known.label} are counted in whole numbers.")
    return value


def _outside(model: Model, values: Mapping[str, float | None], numbers: Numbers) -> dict[str, str]:
    """What is said of values outside the range of the data."""
    said = {}
    for name, known in asked(model).items():
        value, spread = values.get(name), model.card.profile.spreads[name]
        if value is not None and not spread.low <= value <= spread.high:
            said[name] = said_outside(known, spread, numbers)
    return said


def said_outside(known: Field, spread: Spread, numbers: Numbers) -> str:
    """What is said of a value outside the range of the data."""
    low, high = numbers.of(known, spread.low), numbers.of(known, spread.high)
    return f"Outside the data, which runs from {low} to {high}: take the answer with care."

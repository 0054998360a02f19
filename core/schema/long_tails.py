"""Fields in which few customers have far more than most: they are taken on logarithms, unless somebody says otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import skew

from core.schema.column_guess import Guess
from core.schema.decisions import AS_IT_IS, ON_LOGARITHM, Decision
from core.schema.derivations import Sum
from core.schema.facts import Facts
from core.schema.fields import Kind
from core.schema.proposed_basis import listed
from core.schema.schema import Schema

SKEWED = (
    1.0  # skewness from which a tail is long: "highly skewed" (Bulmer 1979, Principles of Statistics, ch. 4)
)
HALF = 0.5  # of it that a logarithm has to take away
BELOW = 0.01  # share of values that may be below zero, and count as zero on a logarithm
_FEW = 10  # different values, below which there is a scale and no tail
_WHY = "few have far more than most"


def has_long_tail(values: NDArray[np.float64]) -> bool:
    """Whether values, zero or more, are skewed to the right, and a logarithm takes half of that away or more."""
    known = values[~np.isnan(values)]
    if not len(known) or (known < 0).mean() > BELOW or len(np.unique(known[:5000])) < _FEW:
        return False
    before = float(skew(known))
    return before > SKEWED and abs(float(skew(np.log1p(np.maximum(known, 0.0))))) <= HALF * before


def on_logarithms(schema: Schema, known: Mapping[str, Facts]) -> tuple[str, ...]:
    """What of the basis is proposed to be taken on logarithms, by the facts of its columns."""
    return tuple(
        name
        for name in schema.basis
        if schema[name].kind is not Kind.YEARS  # nobody is ten times as old as others
        if (values := _values(schema, name, known)) is not None and has_long_tail(values)
    )


def _values(schema: Schema, name: str, known: Mapping[str, Facts]) -> NDArray[np.float64] | None:
    """The numbers of a column, or the sum of several."""
    field = schema[name]
    if isinstance(field.derived, Sum):
        parts = [_values(schema, one, known) for one in field.derived.parts]
        return (
            None
            if any(one is None for one in parts)
            else np.sum([one for one in parts if one is not None], axis=0)
        )
    fact = known.get(field.column or "")
    return fact.values if fact is not None and fact.is_number else None


def in_words(schema: Schema) -> str:
    """Which fields are taken on logarithms, and why; empty if none is."""
    fields = [schema[name] for name in schema.basis if name in schema.logarithms]
    if not fields:
        return ""
    one = len(fields) == 1
    tell = "is taken on a logarithm" if one else "are taken on logarithms"
    below = [field for field in fields if field.kind is Kind.AMOUNT and not field.is_never_negative]
    floor = " What is below zero counts as zero there." if below else ""
    labels = listed([field.label if place == 0 else field.called for place, field in enumerate(fields)])
    return f"{labels} {tell}, since {_WHY}: well above one, twice as much counts the same wherever one starts.{floor}"


def with_reasons(columns: Sequence[Guess], schema: Schema) -> tuple[Guess, ...]:
    """Columns with why they are on a logarithm, where they are."""
    bent = {schema[name].column for name in schema.basis if name in schema.logarithms}
    return tuple(
        replace(one, reason=f"{one.reason} On a logarithm, since {_WHY}.") if one.column in bent else one
        for one in columns
    )


def decisions(schema: Schema, facts: Sequence[Facts]) -> tuple[Decision, ...]:
    """What a click takes back: each column that is on a logarithm, or would be."""
    known = {one.column: one for one in facts}
    asked = on_logarithms(schema, known) if schema.template == "own" else ()
    columns = {schema[name].column: name in schema.logarithms for name in (*asked, *schema.logarithms)}
    return tuple(
        _decision(one, known[one], bent=bent) for one, bent in columns.items() if one and one in known
    )


def _decision(column: str, fact: Facts, *, bent: bool) -> Decision:
    chosen, other = (ON_LOGARITHM, AS_IT_IS) if bent else (AS_IT_IS, ON_LOGARITHM)
    told = (
        f"taken on a logarithm, since {_WHY}: well above one, twice as much counts the same wherever one starts."
        if bent
        else f"taken as it is, though {_WHY}: those few decide most distances."
    )
    return Decision(column, "scale", chosen, (other,), fact.texts[0] if fact.texts else "", told)

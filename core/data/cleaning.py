"""Cleaning: a table of rules, applied in order, each one switchable, each one counted.

Nothing is imputed here. A gap stays a gap until the fitted pipeline fills it, so that a new customer with a
gap is treated like those the segments were built from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.data import piecewise
from core.data.cleaning_rules import OLDEST, CleaningRule, rules_for
from core.data.outliers import OfAll
from core.data.tight import Tight
from core.errors import SettingsError
from core.schema.fields import IDENTIFIER
from core.schema.schema import Schema

__all__ = ["OLDEST", "Applied", "Cleaned", "CleaningRule", "chosen", "clean", "rules_for"]
EXAMPLES = 3


@dataclass(frozen=True)
class Applied:
    """What a rule did: the number of rows it touched, and the IDs of the first of them."""

    rule: str
    rows: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Cleaned:
    """Customers after cleaning, and what each rule in use did to them, in order."""

    frame: pd.DataFrame
    log: tuple[Applied, ...]


def chosen(text: str, schema: Schema) -> tuple[str, ...]:
    """Names of the rules in use: the default ones, changed by a text like `-far_out_income,+repeated_rows`.

    Raises SettingsError if the text names an unknown rule or lacks a sign.
    """
    rules = rules_for(schema)
    in_use = {rule.name for rule in rules if rule.default}
    for part in filter(None, (one.strip() for one in text.split(","))):
        sign, name = part[0], part[1:].strip()
        _check_known([name] if sign in "+-" else [part], rules)
        if sign not in "+-":
            raise SettingsError(f"Cleaning rules: found {part!r}. Expected +{part} or -{part}.")
        in_use = in_use | {name} if sign == "+" else in_use - {name}
    return tuple(rule.name for rule in rules if rule.name in in_use)


def clean(frame: pd.DataFrame, rules: Sequence[str] | None, schema: Schema) -> Cleaned:
    """Apply cleaning rules in the table's order.

    Parameters
    ----------
    frame : DataFrame
        Customers as `read_customers` gives them; unchanged.
    rules : sequence of str, or None for those that are on by default
        Names of the rules to apply; their order doesn't matter.

    Returns
    -------
    Cleaned
        `frame` with a new index from 0, and one `Applied` per rule in use, also where it caught nothing.

    Raises
    ------
    SettingsError
        If a rule is unknown.

    Notes
    -----
    The rules are applied again until none catches anything, because a value that became a gap moves the
    quartiles, and a row that was dropped may have held the data's date. So cleaning clean customers changes
    nothing. It ends, because each time a value becomes a gap, a spelling is settled or a row is dropped.
    """
    in_use = _in_use(rules, schema)
    log = {rule.name: Applied(rule.name, 0, ()) for rule in in_use}
    quiet: dict[str, Tight] = {}
    known, settled = piecewise.known_if_many(frame, schema), False
    while not settled:
        settled = True
        for rule in in_use:
            caught = _caught(rule, frame, quiet, known)
            if caught is not None:
                settled = False
                log[rule.name] = _extended(log[rule.name], frame.loc[caught, IDENTIFIER])
                frame = _acted(rule, frame, caught, known).reset_index(drop=True)
                known = piecewise.known_if_many(frame, schema)
    return Cleaned(frame.reset_index(drop=True), tuple(log.values()))


def _caught(
    rule: CleaningRule, frame: pd.DataFrame, quiet: dict[str, Tight], known: OfAll | None
) -> pd.Series[bool] | None:
    """What a rule catches; of millions of customers it is not asked again while what it looked at in vain is the same."""
    if isinstance(frame, Tight):
        before = quiet.get(rule.name)
        if before and frame.is_same(before, before.read):
            return None
        frame = Tight(frame.narrow)
    caught = _found(rule, frame, known)
    if caught.any():
        return caught
    if isinstance(frame, Tight):
        quiet[rule.name] = frame.forgetful()
    return None


def _found(rule: CleaningRule, frame: pd.DataFrame, known: OfAll | None) -> pd.Series[bool]:
    if not (isinstance(frame, Tight) and known and rule.by_row):
        return rule.find(frame)
    asked = piecewise.each(frame, lambda piece, _: (rule.find(piece).to_numpy(), piece.read), known)
    frame.read.update(*(read for _, read in asked))
    return pd.Series(np.concatenate([found for found, _ in asked]))


def _acted(
    rule: CleaningRule, frame: pd.DataFrame, caught: pd.Series[bool], known: OfAll | None
) -> pd.DataFrame:
    if not (isinstance(frame, Tight) and known and rule.by_row):
        return rule.act(frame, caught)

    def act(piece: Tight, rows: slice) -> tuple[Tight, list[str]]:
        if not (own := caught.iloc[rows].reset_index(drop=True)).any():
            return piece, []
        done = rule.act(piece, own)
        return done.forgetful(), [name for name in piece if not done.is_same(piece, [name])]

    done = piecewise.each(frame, act, known)
    names = dict.fromkeys(name for _, changed in done for name in changed)
    return piecewise.with_columns(frame, [piece for piece, _ in done], names)


def _in_use(names: Sequence[str] | None, schema: Schema) -> list[CleaningRule]:
    known = rules_for(schema)
    names = chosen("", schema) if names is None else names
    _check_known(names, known)
    return [rule for rule in known if rule.name in names]


def _extended(applied: Applied, identifiers: pd.Series) -> Applied:
    examples = (*applied.examples, *(str(one) for one in identifiers.head(EXAMPLES)))
    return Applied(applied.rule, applied.rows + len(identifiers), examples[:EXAMPLES])


def _check_known(names: Sequence[str], rules: Sequence[CleaningRule]) -> None:
    known = [rule.name for rule in rules]
    unknown = [name for name in names if name not in known]
    if unknown:
        raise SettingsError(
            f"Cleaning rules: found {', '.join(map(repr, unknown))}. Expected some of {', '.join(known)}, "
            "each with + or - in front (PARTERRE_RULES)."
        )

"""Amounts that say on which side of an account they stand: CR and DR, in German H (Haben) and S (Soll)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.data.words import Distinct, Mask, as_mask
from core.schema.decisions import CREDIT_NEGATIVE, DEBIT_NEGATIVE, Decision, chosen_among

SIDES = r"(?:[CcDd][Rr]\.?|\s[SH])"
_DEBIT, _CREDIT = r"^(?i:dr\.?|s)$", r"^(?i:cr\.?|h)$"
_ALONE = r"^(?:[SH]|Cr\.?)$"  # nothing by themselves: Cr is ten millions in India


@dataclass(frozen=True)
class Sides:
    """Which distinct texts are below zero by their side, which are open, and how they were read."""

    negative: Mask
    doubtful: Mask
    decision: Decision | None = None


def sides_of(about: str, texts: Distinct, sides: pa.Array, choices: Sequence[str]) -> Sides:
    """What the sides of a column mean.

    Parameters
    ----------
    about : str
        Heading of the column.
    texts : Distinct
    sides : array of str, shape (m,)
        What stands behind each; empty or null for nothing.
    choices : sequence of str
        What somebody chose for the column.

    Notes
    -----
    A debit takes from an account, so that it is below zero; where only CR is written, the plain amounts are what is
    owed, and those are the others. A lone `Cr`, `S` or `H` may mean something else and is not read.
    """
    bare = pc.utf8_trim_whitespace(sides)
    debit, credit = (as_mask(pc.match_substring_regex(bare, one)) for one in (_DEBIT, _CREDIT))
    none = np.zeros(len(debit), dtype=bool)
    if not debit.any() and not credit.any():
        return Sides(none, none)
    letters = as_mask(pc.match_substring_regex(bare, _ALONE))
    if not (debit.any() and credit.any()) and letters.any():
        return Sides(none, debit | credit)
    proposed = DEBIT_NEGATIVE if debit.any() else CREDIT_NEGATIVE
    chosen = chosen_among(choices, DEBIT_NEGATIVE, CREDIT_NEGATIVE) or proposed
    negative = debit if chosen == DEBIT_NEGATIVE else credit
    return Sides(negative, none, _decision(about, texts, negative, chosen))


def _decision(about: str, texts: Distinct, negative: Mask, chosen: str) -> Decision:
    other = CREDIT_NEGATIVE if chosen == DEBIT_NEGATIVE else DEBIT_NEGATIVE
    example = str(texts.values[int(negative.argmax())]) if negative.any() else str(texts.values[0])
    side = "debits" if chosen == DEBIT_NEGATIVE else "credits"
    sentence = f"“{example}” is read as below zero: {side} are taken from the others."
    return Decision(about, "debit and credit", chosen, (other,), example, sentence)

"""Words for gaps that could be values, and numbers that could stand for gaps: decided on the column, and told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.data.words import UNKNOWN, Distinct, as_mask
from core.numbers import to_tell
from core.schema.decisions import Choices, Decision, as_gap, as_value, chosen_among, said_of

GAP_WORD, GAP_CODE, UNKNOWN_WORD = "word for a gap", "code for a gap", "word for the unknown"
# What each word is like where it is a value: NA as the code of a territory, None and Null as a level or a name.
_LIKE = {"NA": r"^[A-Z]{2,5}$", "None": r"^\p{Lu}\p{L}+(?: \p{L}+)*$", "Null": r"^\p{Lu}\p{L}+$"}
_MOSTLY = 0.9
_MOST = 2_000  # different texts past which a column holds no codes
_FEW = 2
_CODES = frozenset(float(f"{sign}{'9' * digits}") for sign in ("", "-") for digits in range(1, 10)) | {-1.0}
_APART = 0.5  # of the span of all others
_ENOUGH = 10  # values that say what others there are

Floats = NDArray[np.float64]


def gap_words(columns: Mapping[str, Distinct], choices: Choices) -> tuple[Decision, ...]:
    """Of words that could be values, and of those that mean a gap elsewhere: what they are taken for in which column.

    NA is a value where all others are such codes, unless the file writes its gaps so in columns of other values.
    """
    decisions = []
    for name, texts in columns.items():
        for word in (one for one in _LIKE if one in texts.gaps):
            if not _fits(texts, word):
                continue
            elsewhere = [other for other, one in columns.items() if word in one.gaps and not _fits(one, word)]
            meant = chosen_among(choices.get(name, ()), as_value(word), as_gap(word))
            is_gap = bool(elsewhere) and "" not in texts.gaps
            chosen = meant or (as_gap(word) if is_gap else as_value(word))
            decisions.append(_of_word(name, word, texts, chosen, elsewhere if is_gap else []))
    return tuple(decisions)


def _fits(texts: Distinct, word: str) -> bool:
    """Whether nearly all others are of the kind that the word would be."""
    if not _FEW <= int(texts.filled.sum()) <= _MOST:
        return False
    alike = as_mask(pc.match_substring_regex(texts.values, _LIKE[word]))
    return bool(texts.rows[alike].sum() >= _MOSTLY * texts.rows[texts.filled].sum())


def _of_word(name: str, word: str, texts: Distinct, chosen: str, elsewhere: Sequence[str]) -> Decision:
    rows, others = texts.gaps[word], pc.drop_null(texts.values)[:2].to_pylist()
    if chosen == as_gap(word):
        why = f"as in {elsewhere[0]}" if elsewhere else "as chosen"
        sentence = f"“{word}” is read as a gap in {to_tell(rows)} rows, {why}; it could be a value like “{others[0]}”."
        return Decision(name, GAP_WORD, chosen, (as_value(word),), word, sentence, rows)
    shown = " and ".join(f"“{one}”" for one in others)
    sentence = f"“{word}” is read as a value in {to_tell(rows)} rows, like {shown}, and as no gap."
    return Decision(name, GAP_WORD, chosen, (as_gap(word),), word, sentence, rows)


def unknown_word(name: str, texts: Distinct, chosen: Sequence[str]) -> Decision | None:
    """The word of a column of categories that may say that nothing is known; the commonest, where there are more."""
    if word := next(
        (one for one in said_of(chosen, "gap") if one in texts.gaps and one.lower() in UNKNOWN), ""
    ):
        rows = texts.gaps[word]
        sentence = f"“{word}” is read as a gap in {_rows(rows)}, as chosen."
        return Decision(name, UNKNOWN_WORD, as_gap(word), (as_value(word),), word, sentence, rows)
    found = as_mask(pc.is_in(pc.utf8_lower(texts.values), value_set=pa.array(UNKNOWN, pa.string())))
    if not found.any() or int(texts.filled.sum()) - int(found.sum()) < _FEW:
        return None
    place = int(np.argmax(np.where(found, texts.rows, -1)))
    word, rows = str(texts.values[place]), int(texts.rows[place])
    sentence = (
        f"“{word}” is read as an answer like the others, in {_rows(rows)}; it may mean that nothing is known."
    )
    return Decision(name, UNKNOWN_WORD, as_value(word), (as_gap(word),), word, sentence, rows)


def _rows(count: int) -> str:
    return "one row" if count == 1 else f"{to_tell(count)} rows"


def gap_code(name: str, values: Floats, chosen: Sequence[str]) -> tuple[Decision | None, Floats]:
    """The number of a column that stands apart from all others as one that means a gap does, and the column without
    what was chosen to mean one."""
    found = (
        [one for one in (np.fmax.reduce(values), np.fmin.reduce(values)) if float(one) in _CODES]
        if len(values)
        else []
    )
    for code in map(float, found):
        where = values == code
        others = values[~where & ~np.isnan(values)]
        if not _is_apart(code, int(where.sum()), others):
            continue
        text, count = f"{code:.0f}", int(where.sum())
        gap = chosen_among(chosen, as_gap(text), as_value(text)) == as_gap(text)
        beside = (
            f"at most {to_tell(float(others.max()), ',.6g')}"
            if code > 0
            else f"{to_tell(float(others.min()), ',.6g')} or more"
        )
        what = "as a gap" if gap else "as a number; it may mean that nothing is known"
        sentence = f"“{text}” stands apart in {to_tell(count)} rows, all others being {beside}: read {what}."
        pair = (as_gap(text), as_value(text)) if gap else (as_value(text), as_gap(text))
        return Decision(name, GAP_CODE, pair[0], pair[1:], text, sentence, count), np.where(
            where & gap, np.nan, values
        )
    return None, values


def _is_apart(code: float, count: int, others: Floats) -> bool:
    if len(others) < _ENOUGH or count < _FEW:
        return False
    least, most = float(others.min()), float(others.max())
    if code < 0:
        return least >= 0
    return code - most > max(_APART * (most - least), 1.0) and (code > 9 or most - least == 1)

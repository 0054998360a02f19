"""What columns tell of one another: sums of others, copies, and what gives an answer away."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls
from scipy.stats import spearmanr

from core.schema.facts import Facts, Floats, Form

_ROWS = 2000  # that are looked at
_MOST = 60  # columns among which sums are looked for
_ALIKE = 0.98  # share of rows in which a sum has to be one
_COPY, _SAME_ORDER, _SAME_WAY, _FEWEST = 0.995, 0.9995, 0.3, 10
_PURE, _SPLIT, _ENOUGH, _MOST_VALUES = 0.99, 0.95, 20, 20

Frame = NDArray[np.float64]


def totals(columns: Sequence[Facts]) -> dict[str, tuple[str, ...]]:
    """Columns that are the sum of at least two others, and which these are.

    Notes
    -----
    Non-negative least squares (Lawson and Hanson 1974) of each column on those that are smaller: weights of 0 and 1
    are parts of a sum, which is then counted on the rows themselves.
    """
    if not 3 <= len(columns) <= _MOST:
        return {}
    table = np.column_stack([one.values for one in columns])
    table = table[~np.isnan(table).any(axis=1)][:_ROWS]
    if len(table) < 3 * len(columns):
        return {}
    found = {place: parts for place in range(len(columns)) if (parts := _parts(table, place))}
    return {
        columns[place].column: tuple(columns[part].column for part in parts) for place, parts in found.items()
    }


def _parts(table: Frame, place: int) -> list[int]:
    whole = table[:, place]
    smaller = [
        other
        for other in range(table.shape[1])
        if other != place
        and (table[:, other] <= whole + 0.01 * np.abs(whole)).mean() >= _ALIKE
        and table[:, other].any()
    ]
    if len(smaller) < 2 or not whole.any():
        return []
    weights, _ = nnls(table[:, smaller], whole)
    parts = [other for other, weight in zip(smaller, weights, strict=True) if abs(weight - 1) < 0.05]
    rest = np.abs(whole - table[:, parts].sum(axis=1)) if len(parts) > 1 else whole + 1
    return parts if (rest <= 0.001 * np.maximum(1, np.abs(whole))).mean() >= _ALIKE else []


def copies(columns: Sequence[Facts]) -> dict[str, str]:
    """Columns that say the same as an earlier one, on another scale maybe."""
    found: dict[str, str] = {}
    near = np.tril(_correlations(columns) > 0.9 * _SAME_WAY, -1) if columns else np.zeros((0, 0), dtype=bool)
    for place, one in enumerate(columns):
        for before in (columns[int(other)] for other in np.flatnonzero(near[place])):
            if before.column not in found and _are_copies(one.values, before.values):
                found[one.column] = before.column
                break
    return found


def _correlations(columns: Sequence[Facts]) -> Frame:
    """Magnitudes of the correlations over the rows that two columns share; 0 where there is none.

    All at once, so that two thousand columns are compared in seconds.
    """
    table: Frame = np.column_stack([one.values for one in columns])
    known = (~np.isnan(table)).astype(float)
    filled = np.nan_to_num(table)
    around = (filled - filled.sum(axis=0) / np.maximum(known.sum(axis=0), 1)) * known
    size = np.abs(around).max(axis=0)
    scaled = around / np.where(size > 0, size, 1)
    count, sums, squares = known.T @ known, scaled.T @ known, (scaled**2).T @ known
    spreads = np.sqrt(np.maximum(count * squares - sums**2, 0))
    together, both = np.abs(count * (scaled.T @ scaled) - sums * sums.T), spreads * spreads.T
    found: Frame = np.divide(together, both, out=np.zeros_like(both), where=both > 0)
    return found


def _are_copies(one: Floats, other: Floats) -> bool:
    """Whether they say the same, on another scale maybe, such as a logarithm: then their order is the same."""
    both = ~np.isnan(one) & ~np.isnan(other)
    one, other = one[both], other[both]
    if len(one) < _FEWEST or one.std() == 0 or other.std() == 0:
        return False
    plain = abs(np.corrcoef(one, other)[0, 1])
    if plain >= _COPY:
        return True
    many = min(len(np.unique(one)), len(np.unique(other))) > _MOST_VALUES
    return bool(many and plain > _SAME_WAY and abs(spearmanr(one, other).statistic) >= _SAME_ORDER)


def gives_away(column: Facts, answer: Facts) -> bool:
    """Whether a column all but decides an answer: who has which value of it knows the answer.

    Only where both answers are there often enough, and the column has few values: many would by chance.
    """
    known = ~np.isnan(answer.values)
    answers = answer.values[known]
    if len(answers) < 100 or min(answers.sum(), len(answers) - answers.sum()) < _ENOUGH:
        return False
    if max(answers.mean(), 1 - answers.mean()) > _SPLIT:
        return False
    values = np.nan_to_num(column.values[known], nan=-1.5)
    different, codes = np.unique(values, return_inverse=True)
    if len(different) < 2:
        return False
    if len(different) > _MOST_VALUES:
        filled = ~np.isnan(column.values[known])
        codes, different = filled.astype(int), np.array([0, 1])
    size = np.bincount(codes, minlength=len(different))
    yes = np.bincount(codes, answers, minlength=len(different))
    return bool(np.maximum(yes, size - yes).sum() >= _PURE * len(answers))


def adds_up(column: Facts, answers: Sequence[Facts]) -> bool:
    """Whether a column counts answers, or says whether there was any."""
    if len(answers) < 2:
        return False
    counted = np.sum([one.values for one in answers], axis=0)
    known = ~np.isnan(counted) & ~np.isnan(column.values)
    if not known.any() or column.commonest == 1:
        return False
    alike = max((column.values == counted)[known].mean(), (column.values == (counted > 0))[known].mean())
    return bool(alike >= _PURE)


def one_of_each(flags: Sequence[Facts]) -> list[tuple[str, ...]]:
    """Columns of yes and no under headings that begin alike, of which each row has a yes in just one."""
    begun: dict[str, list[Facts]] = {}
    for one in flags:
        stem = re.split(r"[ _.:=\-]+", one.column.strip())
        if len(stem) > 1 and one.form is Form.FLAG:
            begun.setdefault(stem[0].casefold(), []).append(one)
    groups = [group for group in begun.values() if len(group) > 1]
    return [tuple(one.column for one in group) for group in groups if _has_one_yes(group)]


def _has_one_yes(group: Sequence[Facts]) -> bool:
    yes = np.sum([np.nan_to_num(one.values) for one in group], axis=0)
    return bool((yes == 1).mean() >= _PURE)

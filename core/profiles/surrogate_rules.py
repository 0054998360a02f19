"""A segment as a rule that a program without our model can follow: at most three conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.tree import DecisionTreeClassifier

from core.data.whole import in_pieces
from core.schema.fields import Kind
from core.schema.schema import Schema

DEPTH = 3
FOLDS = 5
_MOST = 20_000  # customers that trees are grown on; more change no threshold that survives rounding
_AT_ONCE = 1 << 20  # customers whom rules are held to at a time
_SEED = 2014
_COST = 0.01  # part of F1 that a rounder number may cost
_WHOLE_KINDS = (Kind.COUNT, Kind.DAYS, Kind.YEARS)

Mask = NDArray[np.bool_]
Whole = Mapping[str, bool]  # by field
Again = Callable[[pd.DataFrame], NDArray[np.int64]]
Tested = tuple[float | None, float | None]


@dataclass(frozen=True)
class Condition:
    """One field between two numbers: `at_least <= value < below`, either side open where None.

    `whole` says that the field is counted and nobody has a part of one, so that "below 5" is "at most 4".
    """

    field: str
    at_least: float | None = None
    below: float | None = None
    whole: bool = False


@dataclass(frozen=True)
class SurrogateRule:
    """The rule of one segment, and how well it repeats the segment."""

    segment: int  # 1..k
    # At most three; a customer with a gap in one of the fields is not found.
    conditions: tuple[Condition, ...]
    found: int  # customers of the model's data that the rule finds
    # Of those found, the part in the segment; of the segment, the part found; on the data itself.
    precision: float
    recall: float
    # The same for rules made by the same recipe, on customers that neither they nor the segments that they stand for
    # were made from (`FOLDS`-fold cross-validation, counts pooled); None where a segment is too small for it.
    tested_precision: float | None
    tested_recall: float | None


def as_they_are(table: pd.DataFrame) -> NDArray[np.int64]:
    """Segments that are what they are, whoever is looked at."""
    return table["Segment"].to_numpy(dtype=np.int64)


def make(
    table: pd.DataFrame, k: int, schema: Schema, again: Again = as_they_are, repeats: int = 1
) -> tuple[SurrogateRule, ...]:
    """A rule for each segment.

    Parameters
    ----------
    table : DataFrame, shape (n, n_basis + 1)
        Basis columns, gaps as NaN, and `Segment`, 1..k.
    again : function of a part of the table
        Which segments its customers are in once segments are made of them alone.
    repeats : int
        How often everyone is parted into folds.

    Returns
    -------
    tuple of Rule
        By segment number; a segment without customers has none.

    Notes
    -----
    The path to the leaf of best F1 in a classification tree of depth three, one segment against the rest
    (Breiman et al. 1984). Thresholds are rounded as far as F1 allows, and everything is counted again after.
    """
    sample = table
    if len(table) > _MOST:
        drawn = np.random.default_rng(_SEED).choice(len(table), _MOST, replace=False)
        sample = table.iloc[drawn].reset_index(drop=True)
    present = [number for number in range(1, k + 1) if (sample["Segment"] == number).any()]
    whole = {
        str(name): all(_is_whole(part[name], schema) for part in _pieces(table))
        for name in table
        if name != "Segment"
    }
    tested = _tested(sample, present, whole, again, repeats)
    return _rules(table, {number: _grown(sample, number, whole) for number in present}, tested)


def _pieces(table: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Some of the customers at a time, so that of many no column is at its full width whole."""
    return (table.iloc[rows] for rows in in_pieces(len(table), _AT_ONCE))


def _is_whole(column: pd.Series[float], schema: Schema) -> bool:
    if schema[str(column.name)].kind not in _WHOLE_KINDS:
        return False
    values = column.to_numpy(dtype="float64")
    return bool((np.isnan(values) | (values == np.floor(values))).all())


def matches(conditions: Sequence[Condition], table: pd.DataFrame) -> Mask:
    """Which customers fulfil all conditions; a gap fulfils none."""
    found = np.ones(len(table), dtype=bool)
    for one in conditions:
        values = table[one.field].to_numpy(dtype="float64")
        found &= ~np.isnan(values)
        if one.at_least is not None:
            found &= values >= one.at_least
        if one.below is not None:
            found &= values < one.below
    return found


def _rules(
    table: pd.DataFrame, grown: Mapping[int, tuple[Condition, ...]], tested: Mapping[int, Tested]
) -> tuple[SurrogateRule, ...]:
    counts = dict.fromkeys(grown, np.zeros(3, dtype=np.int64))
    for part in _pieces(table):
        segments = part["Segment"].to_numpy()
        for number, conditions in grown.items():
            found, inside = matches(conditions, part), segments == number
            counts[number] = counts[number] + [(found & inside).sum(), found.sum(), inside.sum()]
    return tuple(
        SurrogateRule(number, grown[number], int(found), *_ratios(hits, found, inside), *tested[number])
        for number, (hits, found, inside) in ((one, count.tolist()) for one, count in counts.items())
    )


def _tested(
    sample: pd.DataFrame, present: list[int], whole: Whole, again: Again, repeats: int
) -> dict[int, Tested]:
    """Precision and recall of each segment's rule among customers that it was not made from."""
    own = sample["Segment"].to_numpy()
    hits, found = dict.fromkeys(present, 0), dict.fromkeys(present, 0)
    for inside in _parts(own, repeats):
        made_from, tested_on = sample[~inside], sample[inside]
        anew = made_from.assign(Segment=again(made_from))
        for number in set(present) & set(anew["Segment"]):
            caught = matches(_grown(anew, number, whole), tested_on)
            hits[number] += int((caught & (own[inside] == number)).sum())
            found[number] += int(caught.sum())
    sizes = {number: int((own == number).sum()) for number in present}
    return {
        number: _ratios(hits[number], found[number], size * repeats)
        if FOLDS <= size <= len(own) - FOLDS
        else (None, None)
        for number, size in sizes.items()
    }


def _parts(segments: NDArray[np.int64], repeats: int) -> Iterator[Mask]:
    """Who is tested on in each turn: a fifth at random, as many of each segment; everyone `repeats` times."""
    rng, fold = np.random.default_rng(_SEED), np.empty(len(segments), dtype=np.int64)
    for _ in range(repeats):
        shuffled = rng.permutation(len(segments))
        fold[shuffled[np.argsort(segments[shuffled], kind="stable")]] = np.arange(len(segments)) % FOLDS
        for one in range(FOLDS):
            yield fold == one


def _grown(table: pd.DataFrame, number: int, whole: Whole) -> tuple[Condition, ...]:
    """The conditions of the best leaf, in round numbers."""
    basis = table.drop(columns="Segment").astype("float64")
    inside = (table["Segment"] == number).to_numpy()
    tree = DecisionTreeClassifier(
        max_depth=DEPTH, min_samples_leaf=5, class_weight="balanced", random_state=_SEED
    )
    tree.fit(basis.fillna(basis.median()), inside)
    leaves = _leaves(tree, [Condition(str(name), whole=whole[str(name)]) for name in basis])
    return _rounded(max(leaves, key=lambda leaf: _f1(leaf, basis, inside)), basis, inside)


def _leaves(grown: DecisionTreeClassifier, fields: list[Condition]) -> list[tuple[Condition, ...]]:
    """The conditions on the way to each leaf of `grown`."""
    tree, found = grown.tree_, []

    def walk(node: int, path: dict[str, Condition]) -> None:
        if tree.children_left[node] < 0:
            found.append(tuple(path.values()))
            return
        field, threshold = fields[tree.feature[node]], float(tree.threshold[node])
        name, here = field.field, path.get(field.field, field)
        # The tree asks `value <= threshold`: the next number above it is the first that is not below.
        edge = float(np.nextafter(threshold, np.inf))
        walk(tree.children_left[node], path | {name: replace(here, below=edge)})
        walk(tree.children_right[node], path | {name: replace(here, at_least=edge)})

    walk(0, {})
    return found


def _rounded(exact: tuple[Condition, ...], table: pd.DataFrame, inside: Mask) -> tuple[Condition, ...]:
    """The same conditions in the roundest numbers that keep F1."""
    enough = (1 - _COST) * _f1(exact, table, inside)
    for digits in (1, 2, 3, 4):
        conditions = tuple(_round(one, digits) for one in exact)
        if _f1(conditions, table, inside) >= enough:
            return conditions
    return exact


def _round(one: Condition, digits: int) -> Condition:
    edge: Callable[[float], float] = np.ceil if one.whole else lambda value: _to_digits(value, digits)
    low, high = (None if end is None else float(edge(end)) for end in (one.at_least, one.below))
    return replace(one, at_least=low, below=high)


def _to_digits(value: float, digits: int) -> float:
    """`value` to so many significant digits, whole from 100 on: 1234.5 to two digits is 1200."""
    return float(f"{value:.{digits}g}")


def _f1(conditions: Sequence[Condition], table: pd.DataFrame, inside: Mask) -> float:
    found = matches(conditions, table)
    both = int(found.sum()) + int(inside.sum())
    return 2 * int((found & inside).sum()) / both if both else 0.0


def _ratios(hits: int, found: int, inside: int) -> tuple[float, float]:
    """Precision and recall; 0 where nothing is found."""
    return (hits / found if found else 0.0), (hits / inside if inside else 0.0)


def as_sql(rule: SurrogateRule) -> str:
    """The rule as the condition of an SQL query; column names quoted as the standard has it."""
    parts = [part for one in rule.conditions for part in _sql(one)]
    where = "\n  AND ".join(parts or ["1 = 1"])
    return f"SELECT * FROM customers\nWHERE {where};"  # noqa: S608 (fields of the schema, and numbers)


def _sql(one: Condition) -> list[str]:
    name = '"' + one.field.replace('"', '""') + '"'
    parts = [] if one.at_least is None else [f"{name} >= {_plain(one.at_least)}"]
    if one.below is not None:
        sign, number = ("<=", one.below - 1) if one.whole else ("<", one.below)
        parts.append(f"{name} {sign} {_plain(number)}")
    return parts


def as_formula(rule: SurrogateRule, *, decimal: str = ".") -> str:
    """The rule as a spreadsheet's FILTER over a table named `customers`.

    A blank cell counts as 0 in a spreadsheet, so fields with an upper end only are asked for content first.
    Where the decimal sign is a comma, arguments are parted by semicolons.
    """
    separator = ";" if decimal == "," else ","
    parts = [part for one in rule.conditions for part in _formula(one)] or ["TRUE"]
    return f"=FILTER(customers{separator} " + " * ".join(parts).replace(".", decimal) + ")"


def _formula(one: Condition) -> list[str]:
    column = f"customers[{one.field}]"
    parts = [f'({column}<>"")'] if one.at_least is None or one.at_least <= 0 else []
    if one.at_least is not None:
        parts.append(f"({column}>={_plain(one.at_least)})")
    if one.below is not None:
        sign, number = ("<=", one.below - 1) if one.whole else ("<", one.below)
        parts.append(f"({column}{sign}{_plain(number)})")
    return parts


def _plain(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)

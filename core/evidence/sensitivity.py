"""What segments hang on: the same customers cut in the same way, but for one choice of those that were made."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.stats import rankdata, skew
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import adjusted_rand_score
from sklearn.mixture import GaussianMixture
from threadpoolctl import threadpool_limits

from core.data import cleaning, derive
from core.data.outliers import FAR_OUT, fences
from core.data.read import read_customers
from core.evidence.flows import counted
from core.evidence.measure import sample_of
from core.evidence.stability import best_matches
from core.model.fit import Parameters, best_of_starts
from core.model.profiling import outline
from core.progress import Tell, silent
from core.schema.fields import IDENTIFIER

if TYPE_CHECKING:
    from core.model.artefacts import Model
    from core.model.registry import Recipe
    from core.services import Services

KEPT_AS = "sensitivity"  # among what is found about a model
FOUND_AGAIN = 0.6  # Jaccard from which a segment counts as found again: below, Hennig (2007) relies on none
STARTS = 5  # swaps come after them
TAIL = 0.5  # skewness from which a field has a tail
AGAIN = "again"  # the same from other starts: what is chance
LOGARITHMS, RANKS, ROBUST, WITHOUT = "logarithms", "ranks", "robust", "without"
OUTLIERS, MIXTURE, RULE = "outliers", "mixture", "rule"

Points = NDArray[np.float64]
Labels = NDArray[np.int64]
Cut = Callable[[Points], Labels]


@dataclass(frozen=True)
class Way:
    """The segments made in another way, beside the live ones.

    Attributes
    ----------
    kind : str
    about : tuple of str
        Fields that are on logarithms or left out; the cleaning rule that is switched.
    customers, moved : int
        How many are in both, and how many of them leave the segment that goes on from theirs.
    agreement : float
        Adjusted Rand index: 1 for the same segments, 0 for no more than chance gives.
    jaccards : tuple of float
        Of each live segment, with the segment that it shares most of.
    renamed : int
        Segments that would be called otherwise.
    """

    kind: str
    about: tuple[str, ...]
    customers: int
    moved: int
    agreement: float
    jaccards: tuple[float, ...]
    renamed: int

    def finds(self, number: int) -> bool:
        """Whether the live segment of that number is found again."""
        return self.jaccards[number - 1] >= FOUND_AGAIN


@dataclass(frozen=True)
class Sensitivity:
    """Every way that was tried; the first is the same way from other starts."""

    customers: int
    rows: int
    largest: float  # share of the largest live segment
    ways: tuple[Way, ...]

    @property
    def others(self) -> tuple[Way, ...]:
        """The ways that differ in a choice."""
        return tuple(one for one in self.ways if one.kind != AGAIN)


def work(services: Services, _arguments: Mapping[str, object], tell: Tell) -> dict[str, object]:
    """The job: make the live segments in other ways, and keep with the model what came out."""
    model = services.model
    found = sensitivity(model, services.live.recipe, tell)
    services.findings.write(model.card.key, KEPT_AS, found)
    return {"ways": len(found.ways)}


def sensitivity(model: Model, recipe: Recipe, tell: Tell = silent) -> Sensitivity:
    """Make the segments of `model` again with one choice changed at a time.

    Parameters
    ----------
    model : Model
    recipe : Recipe
        What it was made of: for the cleaning rules, its file is read again.
    tell : Tell
        Told each way; may raise to cancel.

    Notes
    -----
    Of a large table a seeded sample is cut, so that the first way shows what sample and starts do alone.
    """
    parameters = model.card.parameters
    table = model.people.rows(sample_of(len(model.people), parameters.seed))
    live = table["Segment"].to_numpy(dtype=np.int64) - 1
    before = _Live(table, live, parameters, model)
    with threadpool_limits(1):
        ways = [*_ways(before, tell), *_flipped(before, recipe, tell)]
    largest = max(one.share for one in model.card.profile.segments)
    return Sensitivity(len(model.people), len(table), largest, tuple(ways))


@dataclass(frozen=True, eq=False)
class _Live:
    """The live segments, beside which others are held."""

    table: pd.DataFrame
    labels: Labels
    parameters: Parameters
    model: Model

    @property
    def values(self) -> Points:
        """Of the basis, in the units of the file, gaps filled."""
        space = self.model.space
        found = self.table[list(space.basis)].to_numpy(dtype="float64")
        return np.where(np.isnan(found), space.medians, found)

    def kmeans(self, points: Points) -> Labels:
        """The number of segments that is live, as the live ones are made."""
        seed = self.parameters.seed + 1
        fit = best_of_starts(points, replace(self.parameters, starts=STARTS, seed=seed))
        labels: Labels = fit.labels_.astype(np.int64)
        return labels

    def beside(
        self, kind: str, about: Sequence[str], labels: Labels, *, table: pd.DataFrame | None = None
    ) -> Way:
        """What becomes of the live segments in another way; `table` where its customers are not the same."""
        other = self.table if table is None else table
        mine, theirs = _in_both(self.table, other)
        own, new, k = self.labels[mine], labels[theirs], self.parameters.k
        counts = counted(own, new, k, k)
        rows, columns = linear_sum_assignment(-counts)
        heirs = np.empty(k, dtype=np.int64)
        heirs[columns] = rows
        return Way(
            kind,
            tuple(about),
            len(own),
            int(counts.sum() - counts[rows, columns].sum()),
            round(float(adjusted_rand_score(own, new)), 4),
            tuple(np.nan_to_num(best_matches(own, new, k)).round(4).tolist()),
            self._renamed(other, heirs[labels]),
        )

    def _renamed(self, table: pd.DataFrame, heirs: Labels) -> int:
        before, after = self._own_names, self._names(table, heirs)
        return sum(one != other for one, other in zip(before, after, strict=True))

    @cached_property
    def _own_names(self) -> list[str]:
        return self._names(self.table, self.labels)

    def _names(self, table: pd.DataFrame, labels: Labels) -> list[str]:
        k = self.parameters.k
        described = outline(table, labels, k, self.model.schema)
        return [described.segment(number).name for number in range(1, k + 1)]


def _in_both(one: pd.DataFrame, other: pd.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Places of the customers that two tables share, by their identifiers."""
    if one is other:
        return np.arange(len(one)), np.arange(len(one))
    first = one[~one.duplicated(IDENTIFIER)]
    places = np.flatnonzero(~one.duplicated(IDENTIFIER).to_numpy())
    found = pd.Index(first[IDENTIFIER]).get_indexer(pd.Index(other[IDENTIFIER]))
    return places[found[found >= 0]], np.flatnonzero(found >= 0)


def _ways(before: _Live, tell: Tell) -> Iterator[Way]:
    k, made = before.parameters.k, _made(before)
    for place, (kind, about, points, cut) in enumerate(made):
        tell(f"Making the segments in other ways, {place + 1} of {len(made)}", 0.7 * place / len(made))
        if len(np.unique(points, axis=0)) >= k:
            yield before.beside(kind, about, cut(points))


def _made(before: _Live) -> list[tuple[str, Sequence[str], Points, Cut]]:
    """Every way but those of cleaning: what is changed, where customers stand then, and how they are cut."""
    values, basis, kmeans = before.values, before.model.space.basis, before.kmeans
    standard, logs = _standardised(values), _long_tails(values)
    far = _far_out(values)
    made: list[tuple[str, Sequence[str], Points, Cut]] = [(AGAIN, (), standard, kmeans)]
    if logs:
        fields = [basis[place] for place in logs]
        made.append((LOGARITHMS, fields, _standardised(_on_logarithms(values, logs)), kmeans))
    made.append((RANKS, (), _standardised(rankdata(values, axis=0)), kmeans))
    made.append((ROBUST, (), _robust(values), kmeans))
    if len(basis) > 1:
        made += [(WITHOUT, [name], np.delete(standard, at, axis=1), kmeans) for at, name in enumerate(basis)]
    if far.any() and not far.all():
        made.append((OUTLIERS, (), values, lambda points: _without(points, far, before)))
    made.append((MIXTURE, (), standard, lambda points: _mixture(points, before.parameters)))
    return made


def _standardised(values: Points) -> Points:
    spread = values.std(axis=0)
    standard: Points = (values - values.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return standard


def _robust(values: Points) -> Points:
    """By median and quartiles; by the standard deviation where the quartiles coincide."""
    lower, upper = np.quantile(values, (0.25, 0.75), axis=0)
    spread = np.where(upper > lower, upper - lower, values.std(axis=0))
    return (values - np.median(values, axis=0)) / np.where(spread > 0, spread, 1.0)


def _long_tails(values: Points) -> list[int]:
    """Fields that are never negative, with a tail to the right that a logarithm shortens."""
    able = [at for at in range(values.shape[1]) if values[:, at].min() >= 0 and np.ptp(values[:, at]) > 0]
    logs = _on_logarithms(values, able)
    return [at for at in able if skew(values[:, at]) > max(TAIL, abs(skew(logs[:, at])))]


def _on_logarithms(values: Points, fields: Sequence[int]) -> Points:
    """Zeros are counted as one step of the smallest value above them."""
    logs = values.copy()
    for at in fields:
        column = values[:, at]
        step = 0.0 if column.min() > 0 else column[column > 0].min()
        logs[:, at] = np.log(column + step)
    return logs


def _far_out(values: Points) -> NDArray[np.bool_]:
    """Customers who are far out, by Tukey's fences, in any field."""
    far = np.zeros(len(values), dtype=np.bool_)
    for column in values.T:
        edge = fences(pd.Series(column), reach=FAR_OUT)
        far |= (column < edge.low) | (column > edge.high)
    return far


def _without(values: Points, far: NDArray[np.bool_], before: _Live) -> Labels:
    """Made of all but outliers, who then join the segment whose centre is nearest."""
    kept = values[~far]
    spread = kept.std(axis=0)
    points = (values - kept.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    if len(np.unique(points[~far], axis=0)) < before.parameters.k:
        return before.labels
    inner = before.kmeans(points[~far])
    centres = np.array([points[~far][inner == one].mean(axis=0) for one in range(before.parameters.k)])
    return _nearest(points, centres)


def _nearest(points: Points, centres: Points) -> Labels:
    nearest: Labels = ((points[:, None, :] - centres) ** 2).sum(axis=2).argmin(axis=1).astype(np.int64)
    return nearest


def _mixture(points: Points, parameters: Parameters) -> Labels:
    """A mixture of normal distributions, each with its own covariances."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        mixture = GaussianMixture(parameters.k, max_iter=300, random_state=parameters.seed)
        labels: Labels = mixture.fit_predict(points).astype(np.int64)
    return labels


def _flipped(before: _Live, recipe: Recipe, tell: Tell) -> Iterator[Way]:
    """With each cleaning rule switched that changes what segments are built on."""
    rules = [one.name for one in cleaning.rules_for(recipe.schema)]
    if not rules:
        return
    tell("Reading the file again for its cleaning rules", 0.7)
    raw = read_customers(recipe.data, recipe.schema, recipe.template, max_mb=recipe.max_mb).frame
    raw = raw.iloc[sample_of(len(raw), before.parameters.seed)].reset_index(drop=True)
    own = _cleaned(raw, recipe, recipe.rules)
    before = replace(
        before, table=own, labels=_nearest(before.model.space.place(own), before.model.space.centres)
    )
    for place, rule in enumerate(rules):
        tell(f"Switching cleaning rules, {place + 1} of {len(rules)}", 0.75 + 0.25 * place / len(rules))
        table = _cleaned(raw, recipe, sorted({*recipe.rules} ^ {rule}))
        basis = [IDENTIFIER, *before.model.space.basis]
        if table[basis].equals(own[basis]):
            continue
        values = table[basis[1:]]
        points = _standardised(values.fillna(values.median()).fillna(0.0).to_numpy(dtype="float64"))
        if len(np.unique(points, axis=0)) >= before.parameters.k:
            yield before.beside(RULE, (rule,), before.kmeans(points), table=table)


def _cleaned(raw: pd.DataFrame, recipe: Recipe, rules: Sequence[str]) -> pd.DataFrame:
    return derive.engineer(cleaning.clean(raw, rules, recipe.schema).frame, recipe.schema)

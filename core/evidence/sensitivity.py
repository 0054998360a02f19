"""What segments hang on: the same customers cut in the same way, but for one choice of those that were made."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.stats import rankdata, skew
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import adjusted_rand_score
from sklearn.mixture import GaussianMixture

from core.data import cleaning, derive
from core.data.read import read_customers
from core.evidence.flows import counted
from core.evidence.measure import sample_of
from core.evidence.stability import best_matches
from core.model.curves import Shape
from core.model.fit import Parameters, best_of_starts
from core.model.pools import one_thread
from core.model.preparation import AS_IT_IS, Preparation, Scaling, far_out, prepared
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
LOGARITHMS, AS_THEY_ARE, RANKS, WITHOUT = "logarithms", "as they are", "ranks", "without"
ROBUST, STANDARD, UNWEIGHED = "robust", "standard", "unweighed"
OUTLIERS, EVERYONE, MIXTURE, RULE = "outliers", "everyone", "mixture", "rule"

Points = NDArray[np.float64]
Labels = NDArray[np.int64]
Cut = Callable[[], Labels | None]


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
    with one_thread():
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

    def again(self, values: Points, how: Preparation) -> Labels | None:
        """Made of customers that are prepared so; those who are left out join whoever is nearest."""
        points, kept = prepared(values, self.model.space.basis, how)
        if kept is None:
            return self.kmeans(points)
        inner = self.kmeans(points[kept])
        if inner is None:
            return None
        centres = [points[kept][inner == one].mean(axis=0) for one in range(self.parameters.k)]
        return _nearest(points, np.array(centres))

    def kmeans(self, points: Points) -> Labels | None:
        """The number of segments that is live, as the live ones are made; None of too few different customers."""
        if len(np.unique(points, axis=0)) < self.parameters.k:
            return None
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
    made = _made(before)
    for place, (kind, about, cut) in enumerate(made):
        tell(f"Making the segments in other ways, {place + 1} of {len(made)}", 0.7 * place / len(made))
        if (labels := cut()) is not None:
            yield before.beside(kind, about, labels)


def _made(before: _Live) -> list[tuple[str, Sequence[str], Cut]]:
    """Every way but those of cleaning: what is changed, and how customers are cut then."""
    values, basis, how = before.values, before.model.space.basis, before.parameters.preparation
    points = prepared(values, basis, how).points
    made: list[tuple[str, Sequence[str], Cut]] = [
        (kind, about, partial(before.again, values, other))
        for kind, about, other in _otherwise(values, basis, how)
    ]
    made.append(
        (RANKS, (), partial(before.kmeans, prepared(rankdata(values, axis=0), basis, AS_IT_IS).points))
    )
    if len(basis) > 1:
        made += [
            (WITHOUT, [name], partial(before.kmeans, np.delete(points, at, axis=1)))
            for at, name in enumerate(basis)
        ]
    made.append((MIXTURE, (), lambda: _mixture(points, before.parameters)))
    return made


def _otherwise(
    values: Points, basis: Sequence[str], how: Preparation
) -> Iterator[tuple[str, Sequence[str], Preparation]]:
    """The live preparation, and it with one choice flipped."""
    yield AGAIN, (), how
    tails = [name for at, name in enumerate(basis) if how.shape(name) is None and _has_tail(values[:, at])]
    if tails:
        logs = tuple((name, Shape.LOGARITHM) for name in tails)
        yield LOGARITHMS, tails, replace(how, shapes=(*how.shapes, *logs))
    if how.shapes:
        yield AS_THEY_ARE, [name for name, _ in how.shapes], replace(how, shapes=())
    robust = how.scaling is Scaling.ROBUST
    yield (
        (STANDARD if robust else ROBUST),
        (),
        replace(how, scaling=Scaling.STANDARD if robust else Scaling.ROBUST),
    )
    if how.weights:
        yield UNWEIGHED, [name for name, _ in how.weights], replace(how, weights=())
    far = far_out(prepared(values, basis, how).points)
    if far.any() and not far.all():
        kind = EVERYONE if how.without_far_out else OUTLIERS
        yield kind, (), replace(how, without_far_out=not how.without_far_out)


def _has_tail(values: Points) -> bool:
    """Whether values, never negative, have a tail to the right that a logarithm shortens."""
    if values.min() < 0 or not np.ptp(values) > 0:
        return False
    return bool(skew(values) > max(TAIL, abs(skew(np.log1p(values)))))


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
    rules = [one.name for one in cleaning.rules_for(recipe.meant)]
    if not rules:
        return
    tell("Reading the file again for its cleaning rules", 0.7)
    raw = read_customers(recipe.data, recipe.meant, recipe.template, max_mb=recipe.max_mb).frame
    raw = raw.iloc[sample_of(len(raw), before.parameters.seed)].reset_index(drop=True)
    own = _cleaned(raw, recipe, recipe.on)
    before = replace(
        before, table=own, labels=_nearest(before.model.space.place(own), before.model.space.centres)
    )
    for place, rule in enumerate(rules):
        tell(f"Switching cleaning rules, {place + 1} of {len(rules)}", 0.75 + 0.25 * place / len(rules))
        table = _cleaned(raw, recipe, sorted({*recipe.on} ^ {rule}))
        basis = [IDENTIFIER, *before.model.space.basis]
        if table[basis].equals(own[basis]):
            continue
        values = table[basis[1:]]
        filled = values.fillna(values.median()).fillna(0.0).to_numpy(dtype="float64")
        if (labels := before.again(filled, before.parameters.preparation)) is not None:
            yield before.beside(RULE, (rule,), labels, table=table)


def _cleaned(raw: pd.DataFrame, recipe: Recipe, rules: Sequence[str]) -> pd.DataFrame:
    return derive.engineer(cleaning.clean(raw, rules, recipe.meant).frame, recipe.meant)

"""How often the right number of groups is said: `python -m bench.howmany TURN [APART or NOISE ...]`, `... told FILE`.

Prints for each planted table of a turn what each criterion and the recommendation have, as JSON in a line, so that a run
that is ended early has counted, too; `told` makes of such lines the tables of docs/evidence.md. Of 600 customers, by all
that the recommendation is made of: up to 12 groups, 39 crowds, 20 references, 10 halvings.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn.mixture import GaussianMixture
from threadpoolctl import threadpool_limits

from bench.shapes import Points, centres
from core.evidence import algorithms, criteria, groups, preference, valleys
from core.evidence.algorithms import Labels
from core.evidence.evidence import Evidence
from core.evidence.measure import measure
from core.evidence.repetitions import Cuts, Effort
from core.evidence.stages import Progress
from core.model.fit import Parameters, fit
from core.model.lloyd import kmeans
from core.model.space import Space
from core.progress import silent
from core.schema.fields import Field, Kind
from core.schema.schema import Schema

SEED, ROWS, MOST = 1212, 600, 12
EFFORT = Effort(curves=1, references=20, splits=10, crowds=39)
APARTS, FIELDS, GROUPS, SIZES = (
    (2.5, 3.0, 4.0, 5.0, 6.0),
    (2, 4, 7),
    (2, 3, 4, 6),
    ("equal", "spread", "small", "both"),
)
"""Sizes: equal; equal, of standard deviations .7 to 1.3; the first of 5 %; both."""
Draw = Callable[[np.random.Generator, Points, Labels], Points]


def _own(rng: np.random.Generator, noise: Points, labels: Labels) -> Points:
    fields = noise.shape[1]
    for label in range(labels.max() + 1):
        turned = np.linalg.qr(rng.normal(size=(fields, fields)))[0] * np.sqrt(np.geomspace(0.5, 1.6, fields))
        noise[labels == label] = noise[labels == label] @ turned.T
    return noise


GROUPED: Mapping[str, Draw] = {
    "lognormal": lambda _rng, noise, _labels: (
        (np.exp(0.6 * noise) - np.exp(0.18)) / np.sqrt((np.exp(0.36) - 1) * np.exp(0.36))
    ),
    "t5": lambda rng, noise, _labels: noise / np.sqrt(rng.chisquare(5, (len(noise), 1)) / 3),
    "gamma": lambda rng, noise, _labels: (rng.gamma(2, size=noise.shape) - 2) / np.sqrt(2),
    "own": _own,
    "boxes": lambda rng, noise, _labels: rng.uniform(-np.sqrt(3), np.sqrt(3), noise.shape),
}
"""What groups are of, in place of Gaussian ones; `own`: each related in its own way."""
NOISES: Mapping[str, Callable[[Points], Points]] = {
    "Gaussian": lambda points: points,
    "mixed": lambda points: points @ (0.5 + 0.5 * np.eye(points.shape[1])),
    "rounded": lambda points: np.maximum(np.round(points), -2.0),
    "skewed": lambda points: np.exp(points / 3),
}
"""What is done to tables of Gaussian groups: fields that go together, counts, powers."""
OTHER = ("lognormal", "t5", "mixed", "rounded", "skewed", "gamma", "own", "boxes")


CUT = ("silhouette", "calinski_harabasz", "davies_bouldin", "icl")
EIGHT = (*CUT, "prediction_strength", "gap", "Gaussian BIC", "Gaussian ICL")


class Cell(NamedTuple):
    apart: float
    fields: int
    k: int
    sizes: str
    noise: str

    @property
    def name(self) -> str:
        return f"{self.apart:g} sd" if self.noise == "Gaussian" else self.noise


def cells() -> Iterator[tuple[list[int], Cell]]:
    """Each with what seeds it: Gaussian groups by how far they lie apart, then others 4 sd apart."""
    grid = [
        Cell(apart, fields, k, sizes, "Gaussian")
        for apart in APARTS
        for fields in FIELDS
        for k in GROUPS
        for sizes in SIZES
    ]
    other = [
        Cell(4.0, (4, 7)[(k + place) % 2], k, sizes, noise)
        for noise in OTHER
        for k in GROUPS
        for place, sizes in enumerate(SIZES)
    ]
    for kind, found in enumerate((grid, other)):
        for place, cell in enumerate(found):
            yield [place, kind], cell


def planted(cell: Cell, rng: np.random.Generator) -> Points:
    """A table of that cell."""
    k, small = cell.k, cell.sizes in ("small", "both")
    parts = np.array([0.05, *[0.95 / (k - 1)] * (k - 1)]) if small else np.full(k, 1 / k)
    spreads = np.linspace(0.7, 1.3, k) if cell.sizes in ("spread", "both") else np.ones(k)
    labels = rng.choice(k, ROWS, p=parts)
    noise = rng.normal(size=(ROWS, cell.fields))
    if cell.noise in GROUPED:
        noise = GROUPED[cell.noise](rng, noise, labels)
    points = cell.apart * centres(k, cell.fields, rng)[labels] + spreads[labels][:, None] * noise
    return NOISES[cell.noise](points) if cell.noise in NOISES else points


def evidence_of(points: Points, seed: int = 0, effort: Effort = EFFORT) -> Evidence:
    """What the product finds about a table of numbers."""
    basis = tuple(f"Figure_{place + 1}" for place in range(points.shape[1]))
    schema = Schema(tuple(Field(name, name, Kind.COUNT) for name in basis), basis)
    table, parameters = pd.DataFrame(points, columns=list(basis)), Parameters(2, basis, seed=seed)
    space = Space.of(fit(table, parameters, schema))
    with threadpool_limits(1):
        return measure(space, table, parameters, schema, effort=effort)


def found_in(points: Points, seed: int) -> dict[str, int | None]:
    """The number that each criterion has, and the recommendation, whether groups are said or not."""
    points = standardised(points)
    cuts = cut(points, seed)
    found = ungrouped(points, cuts)
    said = {one.key: one.prefers(found) for one in preference.CRITERIA if one.key in CUT}
    found.groups = groups.groups(points, seed + 4, EFFORT.crowds)
    part(found, points, cuts, seed + 5)
    return {
        **said,
        **_repeated(points, cuts, seed),
        **_gaussian(points),
        "BIC": 1 + int(np.argmin([one.bic for one in found.choices])),
        "recommended": preference.recommended(found),
        "groups said": int(not preference.none_found(found)),
    }


def standardised(points: Points) -> Points:
    scaled: Points = (points - points.mean(axis=0)) / points.std(axis=0)
    return scaled


def cut(points: Points, seed: int) -> list[Labels]:
    """K-Means for 1, 2, ... segments."""
    several = [kmeans(points, k, starts=10, seed=seed).labels.astype(np.int64) for k in range(2, MOST + 1)]
    return [np.zeros(len(points), dtype=np.int64), *several]


def ungrouped(points: Points, cuts: list[Labels]) -> Any:
    """What the number is recommended by, of customers who are not tested for groups."""
    known = Cuts.of(points, cuts, [], Progress(silent).stage("", 0.0, 1.0))
    choices = [*_choices(points, known)]
    return SimpleNamespace(choices=choices, ks=range(1, MOST + 1), groups=None, misfit=known.misfit)


def part(found: Any, points: Points, cuts: list[Labels], seed: int) -> None:
    """Look for valleys between segments, where these are what is counted."""
    if found.misfit > groups.LEVEL or preference.none_found(found):
        return
    around = [
        (np.array([points[cut == one].mean(axis=0) for one in range(cut.max() + 1)]), cut) for cut in cuts
    ]
    for one, pairs in zip(found.choices, valleys.valleys(points, around, seed), strict=True):
        one.valleys = pairs


def _choices(points: Points, known: Cuts) -> Iterator[Any]:
    for cut, width, best in zip(known.labels, known.widths, known.mixtures, strict=True):
        scores = algorithms.scores(points, cut, width)
        yield SimpleNamespace(
            k=best.k, scores=scores, bic=best.bic, icl=best.icl, apart=best.apart, valleys=()
        )


def _repeated(points: Points, cuts: list[Labels], seed: int) -> dict[str, int | None]:
    """What the gap statistic and prediction strength prefer."""
    rng, away = np.random.default_rng(seed + 2), []
    for cut in cuts:
        means = np.array([points[cut == label].mean(axis=0) for label in range(cut.max() + 1)])
        away.append(float(((points - means[cut]) ** 2).sum()))
    boxes = (criteria.boxed(points, rng) for _ in range(EFFORT.references))
    gaps, errors = criteria.gap(away, criteria.curves(boxes, MOST, rng))
    strengths = criteria.prediction_strengths(points, MOST, rng, range(EFFORT.splits)).mean(axis=0)
    return {
        "gap": criteria.gap_prefers(gaps.tolist(), errors.tolist()),
        "prediction_strength": criteria.strength_prefers(range(1, MOST + 1), strengths.tolist()),
    }


def _gaussian(points: Points) -> dict[str, int | None]:
    """What BIC and ICL prefer of Gaussian mixtures, of scikit-learn's four kinds of covariances."""
    bic, icl = np.full(MOST, np.inf), np.full(MOST, np.inf)
    for kind in ("full", "tied", "diag", "spherical"):
        for k in range(1, MOST + 1):
            model = GaussianMixture(k, covariance_type=kind, random_state=0, reg_covar=1e-3).fit(points)
            fits = model.bic(points)
            doubt = -2 * np.log(model.predict_proba(points).max(axis=1)).sum()
            bic[k - 1], icl[k - 1] = min(bic[k - 1], fits), min(icl[k - 1], fits + doubt)
    return {"Gaussian BIC": 1 + int(bic.argmin()), "Gaussian ICL": 1 + int(icl.argmin())}


def told(lines: list[dict[str, Any]]) -> Iterator[str]:
    """A line of counts for each distance and noise: right, of all tables."""
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in lines:
        ballot = Counter(one["found"].get(name) for name in EIGHT)
        one["found"]["most of eight"] = min(ballot, key=lambda k: (-ballot[k], k or MOST + 1))
        rows[one["name"]].append(one)
    for name, found in rows.items():
        counts = {
            key: sum(one["found"][key] == (1 if key == "groups said" else one["k"]) for one in found)
            for key in found[0]["found"]
        }
        yield f"| {name} | {len(found)} | {' | '.join(f'{key} {count}' for key, count in counts.items())} |"


def main(turn: int, names: list[str]) -> None:
    for seeds, cell in cells():
        if names and cell.noise not in names and f"{cell.apart:g}" not in names:
            continue
        points = planted(cell, np.random.default_rng([SEED, turn, *seeds]))
        with threadpool_limits(1):
            found = found_in(points, 1000 * turn + seeds[0])
        print(json.dumps({"name": cell.name, **cell._asdict(), "turn": turn, "found": found}), flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "told":
        print(*told([json.loads(line) for line in Path(sys.argv[2]).read_text().splitlines()]), sep="\n")
    else:
        main(int(sys.argv[1]), sys.argv[2:])

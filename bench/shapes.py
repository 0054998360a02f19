"""Invented customers: crowds without groups, of many shapes, and planted groups; `shape(rng, rows, fields)`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Points = NDArray[np.float64]
Shape = Callable[[np.random.Generator, int, int], Points]


def gaussian(correlation: float) -> Shape:
    """One crowd whose fields are all correlated alike."""

    def draw(rng: np.random.Generator, rows: int, fields: int) -> Points:
        covariance = correlation + (1 - correlation) * np.eye(fields)
        return rng.multivariate_normal(np.zeros(fields), covariance, rows)

    return draw


def student(rng: np.random.Generator, rows: int, fields: int) -> Points:
    return gaussian(0.3)(rng, rows, fields) / np.sqrt(rng.chisquare(3, (rows, 1)) / 3)


def skewed(rng: np.random.Generator, rows: int, fields: int) -> Points:
    """Skew t: heavy tails, on one side of every field."""
    side = 0.9 * abs(rng.normal(size=(rows, 1)))
    return (gaussian(0.3)(rng, rows, fields) * np.sqrt(1 - 0.81) + side) / np.sqrt(
        rng.chisquare(3, (rows, 1)) / 3
    )


def clayton(rng: np.random.Generator, rows: int, fields: int) -> Points:
    """Low together, high each for itself: tails depend on one side only."""
    ratio = rng.exponential(size=(rows, fields)) / rng.gamma(0.5, size=(rows, 1))
    return stats.norm.ppf(np.clip((1 + ratio) ** -0.5, 1e-9, 1 - 1e-9))


def gumbel(rng: np.random.Generator, rows: int, fields: int) -> Points:
    """High together, low each for itself, with gamma margins (Chambers, Mallows and Stuck 1976)."""
    angle, weight = rng.uniform(0, np.pi, (rows, 1)), rng.exponential(size=(rows, 1))
    stable = np.sin(angle / 2) / np.sin(angle) ** 2 * np.sin(angle / 2) / weight
    chance = np.exp(-np.sqrt(rng.exponential(size=(rows, fields)) / stable))
    return stats.gamma.ppf(np.clip(chance, 1e-9, 1 - 1e-9), 2)


def zeros(rng: np.random.Generator, rows: int, fields: int) -> Points:
    """Amounts, of which six in ten are none."""
    latent = gaussian(0.5)(rng, rows, fields)
    return np.where(latent < 0.25, 0.0, 20 * np.exp(latent))


def curve(rng: np.random.Generator, rows: int, fields: int) -> Points:
    """A noisy bend: no groups, and no crowd either; it is taken for groups."""
    place = rng.uniform(-1.5, 1.5, (rows, 1))
    bends = np.linspace(0, 2, fields)
    return np.sin(place * (1 + bends)) + bends * place + 0.3 * rng.normal(size=(rows, fields))


def shop(rng: np.random.Generator, rows: int, fields: int) -> Points:
    """Income, a share of it spent, purchases, those on the web, days, age, children."""
    income = np.exp(rng.normal(10.8, 0.4, rows))
    money = income * rng.beta(1.2, 8, rows)
    bought = rng.poisson(money / 1500)
    web = rng.binomial(bought, rng.beta(3, 4, rows))
    rest = (rng.uniform(0, 100, rows), rng.integers(18, 80, rows), rng.poisson(0.7, rows))
    return np.column_stack([income, money, bought, web, *rest][:fields]).astype(np.float64)


def ball(rng: np.random.Generator, rows: int, fields: int) -> Points:
    points = rng.normal(size=(rows, fields))
    return (
        points / np.linalg.norm(points, axis=1, keepdims=True) * rng.uniform(size=(rows, 1)) ** (1 / fields)
    )


def funnel(rng: np.random.Generator, rows: int, fields: int) -> Points:
    """Where the first field is high, the others vary more."""
    points = rng.normal(size=(rows, fields))
    points[:, 1:] *= np.exp(points[:, :1] / 2)
    return points


def frank(rng: np.random.Generator, rows: int, fields: int) -> Points:
    """Gamma margins with a Frank copula: a mixture of layers by a whole number that nobody sees (Marshall and Olkin 1988)."""
    parts = stats.logser.rvs(1 - np.exp(-5), size=(rows, 1), random_state=rng)
    chance = -np.log1p(np.exp(-rng.exponential(size=(rows, fields)) / parts) * np.expm1(-5)) / 5
    return stats.gamma.ppf(np.clip(chance, 1e-9, 1 - 1e-9), 1.5)


def uneven(rng: np.random.Generator, rows: int, fields: int) -> Points:
    """All fields vary more for some customers than for others, and more where the first is high."""
    points = gaussian(0.5)(rng, rows, fields)
    return points * np.exp(0.4 * rng.normal(size=(rows, 1)) + 0.3 * points[:, :1])


def bow(rng: np.random.Generator, rows: int, fields: int) -> Points:
    """A slight bend between two fields."""
    points = rng.normal(size=(rows, fields))
    points[:, 1] += 0.35 * points[:, 0] ** 2
    return points


def t_copula(rng: np.random.Generator, rows: int, fields: int) -> Points:
    """Exponential margins that are far out together (t copula, 4 degrees of freedom)."""
    latent = gaussian(0.5)(rng, rows, fields) / np.sqrt(rng.chisquare(4, (rows, 1)) / 4)
    return stats.expon.ppf(np.clip(stats.t.cdf(latent, 4), 1e-12, 1 - 1e-12))


def thinning_ball(rng: np.random.Generator, rows: int, fields: int) -> Points:
    """A ball that thins out to nothing (Epanechnikov)."""
    ways = rng.normal(size=(rows, fields))
    return ways / np.linalg.norm(ways, axis=1, keepdims=True) * rng.beta(fields, 3, (rows, 1))


def pyramid(rng: np.random.Generator, rows: int, fields: int) -> Points:
    """The further the first field, the wider all others; in two fields an evenly full triangle."""
    height = rng.uniform(size=(rows, 1)) ** 0.5
    return np.column_stack([height, height * rng.uniform(-1, 1, (rows, fields - 1))])


CROWDS: Mapping[str, Shape] = {
    "round": gaussian(0),
    "long": gaussian(0.5),
    "longer": gaussian(0.8),
    "box": lambda rng, rows, fields: rng.uniform(size=(rows, fields)),
    "lognormal": lambda rng, rows, fields: np.exp(gaussian(0.6)(rng, rows, fields)),
    "Student t": student,
    "counts": lambda rng, rows, fields: rng.poisson(2, (rows, fields)).astype(np.float64),
    "zeros": zeros,
    "ties": lambda rng, rows, fields: np.round(1.2 * gaussian(0.5)(rng, rows, fields)),
    "skewed": skewed,
    "one-sided": clayton,
    "funnel": funnel,
    "curve": curve,
}
"""Shapes that an earlier rule failed on, or that this one was chosen by."""

UNSEEN: Mapping[str, Shape] = {
    "factor": lambda rng, rows, fields: (
        rng.exponential(size=(rows, 1)) * np.linspace(0.4, 1.2, fields)
        + 0.5 * rng.normal(size=(rows, fields))
    ),
    "shared counts": lambda rng, rows, fields: rng.poisson(
        rng.gamma(1.5, size=(rows, 1)) * np.linspace(0.7, 4, fields)
    ).astype(np.float64),
    "answers 1 to 5": lambda rng, rows, fields: np.digitize(
        gaussian(0.4)(rng, rows, fields), [-1.2, -0.3, 0.5, 1.3]
    ).astype(np.float64),
    "core and halo": lambda rng, rows, fields: (
        gaussian(0.4)(rng, rows, fields) * np.where(rng.uniform(size=(rows, 1)) < 0.3, 3.0, 1.0)
    ),
    "ball": ball,
    "Gumbel": gumbel,
    "shares": lambda rng, rows, fields: rng.dirichlet(np.linspace(1, 3, fields + 1), rows)[:, :fields],
    "shop": shop,
    "in order": lambda rng, rows, fields: np.sort(rng.uniform(size=(rows, fields)), axis=1),
}
"""Shapes of which nothing was known when the second rule was chosen."""

NEWER: Mapping[str, Shape] = {
    "ellipsoid": lambda rng, rows, fields: ball(rng, rows, fields) @ rng.normal(size=(fields, fields)),
    "uneven": uneven,
    "bow": bow,
    "Laplace": lambda rng, rows, fields: (
        gaussian(0.4)(rng, rows, fields) * np.sqrt(rng.exponential(size=(rows, 1)))
    ),
    "triangles": lambda rng, rows, fields: (
        rng.triangular(0, 0.2, 1, size=(rows, fields)) + rng.uniform(size=(rows, 1))
    ),
    "Frank": frank,
}
"""Shapes of which nothing was known when the rule before this one was chosen."""


LATEST: Mapping[str, Shape] = {
    "simplex": lambda rng, rows, fields: rng.dirichlet(np.ones(fields + 1), rows)[:, :fields],
    "logistic": lambda rng, rows, fields: rng.logistic(size=(rows, fields)) @ _related(fields, 0.4),
    "Weibull sums": lambda rng, rows, fields: (
        rng.weibull(0.8, size=(rows, fields)) @ rng.uniform(0, 1, (fields, fields))
    ),
    "half normal": lambda rng, rows, fields: np.abs(gaussian(0.6)(rng, rows, fields)),
    "t copula": t_copula,
    "pyramid": pyramid,
    "thinning ball": thinning_ball,
    "cut off": lambda rng, rows, fields: np.clip(1.2 * gaussian(0.5)(rng, rows, fields), -1.5, 2),
    "ratios": lambda rng, rows, fields: rng.gamma(2, size=(rows, fields)) / rng.gamma(3, size=(rows, 1)),
    "negative binomial": lambda rng, rows, fields: (
        rng.negative_binomial(1, 0.2, (rows, fields)) + rng.poisson(2.0, (rows, 1))
    ).astype(np.float64),
    "oblique box": lambda rng, rows, fields: (
        rng.uniform(-1, 1, (rows, fields)) @ rng.normal(size=(fields, fields))
    ),
    "shared maximum": lambda rng, rows, fields: np.maximum(
        rng.exponential(size=(rows, fields)), rng.exponential(size=(rows, 1))
    ),
}
"""Shapes that were drawn after a rule was chosen which this one replaced."""


def weibull(rng: np.random.Generator, rows: int, fields: int) -> Points:
    """Weibull margins with a falling density, far out together (t copula, 5 degrees of freedom)."""
    latent = gaussian(0.4)(rng, rows, fields) / np.sqrt(rng.chisquare(5, (rows, 1)) / 5)
    return stats.weibull_min.isf(np.clip(stats.t.sf(latent, 5), 1e-12, 1 - 1e-12), 0.8)


def triangular(rng: np.random.Generator, rows: int, fields: int) -> Points:
    """Triangular margins, low together (Clayton copula)."""
    return stats.triang.ppf(stats.norm.cdf(clayton(rng, rows, fields)), 0.3)


def rare_counts(rng: np.random.Generator, rows: int, fields: int) -> Points:
    """Correlated negative binomial counts, of which four in ten are none."""
    return stats.nbinom.ppf(stats.norm.cdf(gaussian(0.4)(rng, rows, fields)), 0.6, 0.2)


def skew_normal(rng: np.random.Generator, rows: int, fields: int) -> Points:
    """Skew normal, and nobody below half a deviation under the middle in any field."""
    found = np.empty((0, fields))
    while len(found) < rows:
        tried = 0.8 * abs(rng.normal(size=(8 * rows, 1))) + 0.6 * gaussian(0.3)(rng, 8 * rows, fields)
        found = np.concatenate([found, tried[(tried > -0.5).all(axis=1)]])
    return found[:rows]


def kotz(rng: np.random.Generator, rows: int, fields: int) -> Points:
    """An ellipsoid whose density falls as exp(-r^1.2): between Gauss and Laplace (Kotz 1975)."""
    ways = rng.normal(size=(rows, fields))
    far = rng.gamma(fields / 1.2, size=(rows, 1)) ** (1 / 1.2)
    return ways / np.linalg.norm(ways, axis=1, keepdims=True) * far @ _related(fields, 0.5)


def wedge(rng: np.random.Generator, rows: int, fields: int) -> Points:
    """A cone that thins out from its tip as exp(-x): log-concave, with a corner."""
    height = rng.gamma(fields, size=(rows, 1))
    return np.column_stack([height, height * rng.uniform(-1, 1, (rows, fields - 1))])


def octahedron(rng: np.random.Generator, rows: int, fields: int) -> Points:
    """Evenly full, and as many corners as axes have ends; in two fields a square."""
    parts = rng.exponential(size=(rows, fields + 1))
    return parts[:, :fields] / parts.sum(axis=1, keepdims=True) * rng.choice([-1, 1], (rows, fields))


def visits(rng: np.random.Generator, rows: int, fields: int) -> Points:
    """Purchases, money, days since the last, the mean basket, days as a customer, returns, age: of one kind of shopper."""
    tenure, rate = 900 * rng.beta(1.5, 1.2, rows), rng.gamma(1.2, size=rows) / 150
    bought = 1 + rng.poisson(rate * tenure)
    basket = np.exp(rng.normal(3.5, 0.5, rows))
    money = basket * rng.gamma(4 * bought) / 4
    since = tenure * (1 - rng.beta(bought, 1))
    columns = (
        bought,
        money,
        since,
        money / bought,
        tenure,
        rng.binomial(bought, 0.1),
        rng.gamma(16, 2.5, rows),
    )
    return np.column_stack(columns[:fields]).astype(np.float64)


AFTER: Mapping[str, Shape] = {
    "Weibull": weibull,
    "triangular": triangular,
    "rare counts": rare_counts,
    "skew normal": skew_normal,
    "Kotz": kotz,
    "frailty": lambda rng, rows, fields: (
        rng.gamma(2, size=(rows, 1)) * np.exp(0.5 * rng.normal(size=(rows, fields)))
    ),
    "wedge": wedge,
    "octahedron": octahedron,
    "even ranks": lambda rng, rows, fields: stats.norm.cdf(gaussian(0.7)(rng, rows, fields)),
    "visits": visits,
}
"""Shapes that were drawn after this rule was chosen, and before any was counted."""


def _related(fields: int, correlation: float) -> Points:
    return np.linalg.cholesky(correlation + (1 - correlation) * np.eye(fields)).T


def planted(k: int, apart: float, kind: str = "equal") -> Shape:
    """`k` Gaussian groups, their centres `apart` standard deviations from one another, turned at random.

    `unequal`: sizes 1 : 2 : ... : k, standard deviations .7 to 1.3; `small`: the first has 5 % of the customers.
    """
    sizes = {
        "equal": np.ones(k),
        "unequal": np.arange(1.0, k + 1),
        "small": np.array([0.05, *[0.95 / (k - 1)] * (k - 1)]),
    }[kind]
    spreads = np.linspace(0.7, 1.3, k) if kind == "unequal" else np.ones(k)

    def draw(rng: np.random.Generator, rows: int, fields: int) -> Points:
        label = rng.choice(k, rows, p=sizes / sizes.sum())
        noise = spreads[label][:, None] * rng.normal(size=(rows, fields))
        return apart * centres(k, fields, rng)[label] + noise

    return draw


def centres(k: int, fields: int, rng: np.random.Generator) -> Points:
    """All 1 apart where there is room, else on a grid of triangles; turned at random."""
    if fields >= k - 1:
        corners = np.linalg.svd(np.eye(k) - 1 / k)[2][: k - 1].T / np.sqrt(2)
    else:
        corners = np.array(
            [(one + 0.5 * row, 0.75**0.5 * row) for row in range(2) for one in range(-(-k // 2))]
        )[:k]
    turned: Points = np.linalg.qr(rng.normal(size=(fields, fields)))[0][:, : corners.shape[1]]
    return corners @ turned.T

"""The model behind the sample: latent groups give scores, and ranks of scores take published values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.schema.templates.personality import CHANNELS, PRODUCTS
from data.sample.marginals import published

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

_CONCENTRATION = 22.0  # of a customer's product mix around the group's
_SCHOOLING = ("Basic", "2n Cycle", "Graduation", "Master", "PhD")  # rising with income and age
_STATUS = ("Single", "Married", "Together", "Divorced", "Widow")  # rising with age
_APPEAL = {  # of a campaign: to good customers, to buyers of wine
    "AcceptedCmp1": (2.2, 0.2),
    "AcceptedCmp2": (0.8, 0.8),
    "AcceptedCmp3": (0.3, -0.1),
    "AcceptedCmp4": (0.2, 1.0),
    "AcceptedCmp5": (3.2, 0.5),
}


def part(count: int, n: int) -> int:
    """`count` of the real file's customers, in proportion to `n` customers."""
    return round(count * n / published.CUSTOMERS)


def people(n: int, rng: np.random.Generator) -> pd.DataFrame:
    """`n` customers without dirt, and without the columns that don't depend on the customer."""
    traits = _traits(n, rng)
    group = traits["group"].to_numpy(dtype=np.int64)
    total = np.round(_quantiles(traits["spending"], published.SPENDING))
    amounts = _amounts(total, group, rng)
    frame = pd.DataFrame(
        {
            "Year_Birth": int(published.LAST_DAY[:4]) - np.round(_quantiles(traits["age"], published.AGE)),
            "Income": np.round(_quantiles(traits["income"], published.INCOME)),
            "Education": _levels(_schooling(traits, rng), published.EDUCATION, _SCHOOLING),
            "Marital_Status": _levels(
                traits["age_z"] + 2 * rng.normal(size=n), published.MARITAL_STATUS, _STATUS
            ),
            "Recency": np.floor(100 * _middle(rng.normal(size=n))),
            **amounts,
            **_counts(traits, group, rng),
        }
    )
    frame["Dt_Customer"] = _dates(-0.17 * traits["spending_z"] + rng.normal(size=n))
    frame = _with_purchases(frame, total)
    return frame.assign(**_answers(frame, traits, rng))


def _traits(n: int, rng: np.random.Generator) -> pd.DataFrame:
    """What decides everything else: group, and scores for income, spending, age and keenness."""
    weights = [one["weight"] for one in published.GROUPS]
    group = rng.permutation(_shares(weights, n))
    wealth, thrift = rng.normal(size=n), rng.normal(size=n)
    traits = pd.DataFrame(
        {
            "group": group,
            "wealth": wealth,
            "taste": 0.45 * wealth + 0.89 * thrift,
            "keen": rng.normal(size=n),
            "age": _score("age", group, rng.normal(size=n)),
        }
    )
    traits["income"] = _score("income", group, wealth)
    traits["spending"] = _score("spending", group, traits["taste"].to_numpy())
    return traits.assign(**{f"{name}_z": _standard(traits[name]) for name in ("age", "income", "spending")})


def _shares(weights: Sequence[float], n: int) -> Whole:
    """Numbers of the groups, `n` of them, in proportion to the weights."""
    edges = np.cumsum(weights) / np.sum(weights)
    return np.searchsorted(edges, (np.arange(n) + 0.5) / n).astype(np.int64)


def _parameters(name: str) -> Floats:
    return np.array([one[name] for one in published.GROUPS], dtype=np.float64)


def _score(name: str, group: Whole, noise: Floats) -> Floats:
    mean, spread = _parameters(name).T
    score: Floats = mean[group] + spread[group] * noise
    return score


def _standard(values: pd.Series) -> pd.Series:
    return (values - values.mean()) / values.std()


def _rank(score: pd.Series | Floats) -> Whole:
    order = np.argsort(np.asarray(score), kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank


def _middle(score: pd.Series | Floats) -> Floats:
    """Rank of each score, in (0, 1)."""
    return (_rank(score) + 0.5) / len(score)


def _quantiles(score: pd.Series | Floats, table: tuple[Sequence[float], Sequence[float]]) -> Floats:
    """Values of a published distribution, in the order of the scores; the ends are reached."""
    parts, values = table
    return np.interp(_rank(score) / max(len(score) - 1, 1), parts, values)


def _counted(score: pd.Series | Floats, counts: Mapping[int, int]) -> Floats:
    """Whole numbers of a published distribution, in the order of the scores."""
    edges = np.cumsum(list(counts.values())) / sum(counts.values())
    return np.array(list(counts), dtype=np.float64)[np.searchsorted(edges, _middle(score))]


def _levels(score: pd.Series, counts: Mapping[str, int], order: Sequence[str]) -> pd.Series:
    """Categories in published numbers, dealt out along the scores."""
    codes = _counted(score, {number: counts[level] for number, level in enumerate(order)})
    return pd.Series(pd.Categorical.from_codes(codes.astype(np.int64), categories=pd.Index(order))).astype(
        "str"
    )


def _schooling(traits: pd.DataFrame, rng: np.random.Generator) -> pd.Series:
    return 0.35 * traits["income_z"] + 0.35 * traits["age_z"] + 1.5 * rng.normal(size=len(traits))


def _amounts(total: Floats, group: Whole, rng: np.random.Generator) -> dict[str, Floats]:
    """Whole amounts per product that add up to the total; wine takes what rounding leaves."""
    mix = rng.standard_gamma(_CONCENTRATION * _parameters("mix")[group])
    parts = np.floor(total[:, np.newaxis] * mix / mix.sum(axis=1, keepdims=True))
    parts[:, 0] += total - parts.sum(axis=1)
    return dict(zip(PRODUCTS.values(), parts.T, strict=True))


def _counts(traits: pd.DataFrame, group: Whole, rng: np.random.Generator) -> dict[str, Floats]:
    n, taste, wealth = len(traits), traits["taste"].to_numpy(), traits["wealth"].to_numpy()
    bargain = rng.normal(size=n)
    middle_aged = -np.abs(traits["age_z"] - 0.5)
    scores = {
        "Kidhome": -1.0 * traits["spending_z"] - 0.3 * traits["age_z"] + 0.5 * bargain + rng.normal(size=n),
        "Teenhome": 0.8 * _parameters("deals")[group, 0]
        + 1.2 * middle_aged
        + 0.5 * bargain
        + rng.normal(size=n),
        "NumDealsPurchases": _score("deals", group, 0.8 * bargain + 0.6 * rng.normal(size=n)),
        "NumWebPurchases": _score("web", group, 0.4 * taste + 0.92 * rng.normal(size=n)),
        "NumCatalogPurchases": _score("catalog", group, 0.5 * taste + 0.87 * rng.normal(size=n)),
        "NumStorePurchases": _score("store", group, 0.3 * taste + 0.95 * rng.normal(size=n)),
        "NumWebVisitsMonth": _score(
            "visits", group, -0.4 * wealth + 0.3 * bargain + 0.87 * rng.normal(size=n)
        ),
    }
    counts = {name: {int(of): n for of, n in one.items()} for name, one in published.COUNTS.items()}
    return {name: _counted(score, counts[name]) for name, score in scores.items()}


def _dates(score: pd.Series) -> pd.Series:
    first, last = pd.Timestamp(published.FIRST_DAY), pd.Timestamp(published.LAST_DAY)
    days = np.round(_quantiles(score, ((0, 1), (0, (last - first).days))))
    return (first + pd.to_timedelta(days, unit="D")).to_series(index=score.index).astype("datetime64[us]")


def _with_purchases(frame: pd.DataFrame, total: Floats) -> pd.DataFrame:
    """The smallest spenders bought in no channel, as published; everybody else bought somewhere."""
    nothing = pd.Series(_rank(total) < part(published.BOUGHT_NOTHING, len(frame)), index=frame.index)
    channels = frame[list(CHANNELS.values())].mask(nothing, 0)
    nowhere = (channels == 0).all(axis=1) & ~nothing
    channels["NumStorePurchases"] = channels["NumStorePurchases"].mask(nowhere, 2)
    return frame.assign(**{name: channels[name] for name in CHANNELS.values()})


def _answers(frame: pd.DataFrame, traits: pd.DataFrame, rng: np.random.Generator) -> dict[str, Floats]:
    """Campaign answers and complaints: so many say yes, those with the highest scores."""
    n, keen, good = len(frame), traits["keen"], traits["spending_z"]
    wine = _standard(frame["MntWines"])
    tenure = -_standard(frame["Dt_Customer"].astype("int64"))
    answers = {
        name: _most(appeal * good + vine * wine + 1.5 * keen + rng.logistic(size=n), published.ACCEPTED[name])
        for name, (appeal, vine) in _APPEAL.items()
    }
    earlier = np.sum(list(answers.values()), axis=0)
    lasting = 0.8 * tenure - 0.8 * _standard(frame["Recency"])
    last = (
        lasting
        + 0.3 * good
        + 0.35 * good.clip(lower=0) ** 2
        + 1.0 * earlier
        + 0.8 * keen
        + rng.logistic(size=n)
    )
    answers["Response"] = _most(last, published.ACCEPTED["Response"])
    answers["Complain"] = _most(rng.normal(size=n), published.COMPLAINTS)
    return answers


def _most(score: pd.Series | Floats, count: int) -> Floats:
    """1 for the highest scores, as many as published, else 0."""
    n = len(score)
    return (_rank(score) >= n - part(count, n)).astype(np.float64)

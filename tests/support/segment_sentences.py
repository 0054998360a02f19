"""Every sentence about segments of random tables against the raw customers, reckoned anew: pandas, scipy and nothing of ours."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import stats

from core.numbers import Numbers
from core.profiles import advice
from core.profiles import narrative as words
from core.profiles.advice import CLAIMS
from tests.datasets.sentences import said
from tests.support.personality import PERSONALITY, Parameters, engineer, fit, profile


def another(sample: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Customers of no file: drawn anew, some columns shuffled, some rescaled, answers drawn, purchases emptied."""
    random = np.random.default_rng(seed)
    size = int(random.integers(150, 1200))
    table = sample.sample(size, replace=True, random_state=seed).reset_index(drop=True)
    columns = ["Income", "Recency", *(name for name in table if name.startswith(("Mnt", "Num")))]
    for name in random.choice(columns, int(random.integers(0, 8)), replace=False):
        table[name] = random.permutation(table[name].to_numpy())
    for name in random.choice(columns, int(random.integers(0, 4)), replace=False):
        table[name] = (table[name] * random.choice([0.25, 2, 10])).round()
    if random.random() < 0.4:
        table["Response"] = (random.random(size) < random.choice([0.02, 0.3])).astype(float)
    if random.random() < 0.3:
        table["Kidhome"] = random.integers(0, 3, size).astype(float)
    if random.random() < 0.3:
        table.loc[random.random(size) < 0.2, "Response"] = np.nan
    return engineer(table)


def segmented(table: pd.DataFrame, k: int) -> pd.DataFrame:
    pipeline = fit(table, Parameters(k=k, starts=1))
    return table.assign(Segment=pipeline["kmeans"].labels_ + 1)


class Raw:
    """One segment of a table, by hand."""

    def __init__(self, table: pd.DataFrame, number: int) -> None:
        self.table, self.number = table, number
        self.inside = table["Segment"] == number
        self.own, self.rest = table[self.inside], table[~self.inside]

    def mean(self, name: str) -> float:
        return self.own[name].mean()

    def ratio(self, name: str) -> float:
        return self.mean(name) / self.table[name].mean()

    def effect(self, name: str) -> float:
        found = (self.mean(name) - self.table[name].mean()) / self.table[name].std(ddof=0)
        return 0.0 if np.isnan(found) else found

    def differs(self, name: str) -> bool:
        own, rest = self.own[name].dropna(), self.rest[name].dropna()
        if len(own) < 30 or len(rest) < 2 or not stats.ttest_ind(own, rest, equal_var=False).pvalue <= 0.05:
            return False
        if name != "Response":
            return True
        counts = [[one.sum(), len(one) - one.sum()] for one in (own, rest)]
        return stats.fisher_exact(counts).pvalue <= 0.05

    def is_above(self, name: str) -> bool:
        return self.differs(name) and self.mean(name) > self.rest[name].mean()

    def is_below(self, name: str) -> bool:
        return self.differs(name) and self.mean(name) < self.rest[name].mean()

    def part(self, column: str, customers: pd.DataFrame) -> float:
        """The part of all purchases that are of one kind."""
        return customers[column].mean() / customers["Total_Purchases"].mean()

    def has_larger(self, share: str, column: str) -> bool:
        return self.ratio(share) > 1 and self.part(column, self.own) > self.part(column, self.table)

    def has_smaller(self, share: str, column: str) -> bool:
        return self.ratio(share) < 1 and self.part(column, self.own) < self.part(column, self.table)

    def spends_most(self) -> bool:
        means = self.table.groupby("Segment")["Total_Spending"].mean()
        return bool(means[self.number] >= means.max())

    def may_spend_most(self) -> bool:
        means = self.table.groupby("Segment")["Total_Spending"].mean()
        top = self.table[self.table["Segment"] == means.idxmax()]
        found = stats.ttest_ind(self.own["Total_Spending"], top["Total_Spending"], equal_var=False)
        return found.pvalue > 0.05 and self.effect("Total_Spending") > 0.5

    def is_apart(self) -> bool:
        numeric = self.table.select_dtypes("number").drop(
            columns=["ID", "Segment", "Year_Birth"], errors="ignore"
        )
        numeric = numeric[[name for name in numeric if not name.startswith("Z_")]]
        return any(
            abs(self.effect(name)) >= 0.5 or (self.differs(name) and abs(self.ratio(name) - 1) >= 0.5)
            for name in numeric
        )

    @property
    def parents(self) -> tuple[float, float]:
        return (self.own["Children"] > 0).mean(), (self.table["Children"] > 0).mean()


TRUE = {
    "They spend most.": Raw.spends_most,
    "Their spending is among the highest.": Raw.may_spend_most,
    "They spend far above average.": lambda raw: raw.ratio("Total_Spending") >= 1.5,
    "They spend above average.": lambda raw: raw.is_above("Total_Spending"),
    "They spend little.": lambda raw: raw.ratio("Total_Spending") <= 0.9,
    "They accepted the last campaign more often than others.": lambda raw: raw.is_above("Response"),
    "They accepted the last campaign less often than others.": lambda raw: raw.is_below("Response"),
    "They did not accept the last campaign more often than others.": lambda raw: raw.ratio("Response") <= 1,
    "Whether they accept campaigns more often than others could be chance.": lambda raw: (
        not raw.differs("Response")
    ),
    "They already buy on the website, more than others do.": lambda raw: raw.is_above("NumWebPurchases"),
    "Their last purchase is long ago and their spending is low.": lambda raw: (
        raw.is_above("Recency") and raw.ratio("Total_Spending") <= 0.9
    ),
    "Their last purchase is longer ago than that of others.": lambda raw: raw.is_above("Recency"),
    "They bought recently but little.": lambda raw: (
        raw.is_below("Recency") and raw.ratio("Total_Spending") <= 0.9
    ),
    "A large part of their purchases are deals.": lambda raw: (
        raw.mean("Deal_Rate") >= 0.3 and raw.part("NumDealsPurchases", raw.own) >= 0.3
    ),
    "Deals are a larger part of their purchases than of those of others.": lambda raw: raw.has_larger(
        "Deal_Rate", "NumDealsPurchases"
    ),
    "Nothing sets them clearly apart.": lambda raw: not raw.is_apart(),
}
NAMED = {
    "premium": lambda raw: raw.ratio("Total_Spending") >= 1.7,
    "comfortable": lambda raw: 1.15 <= raw.ratio("Total_Spending") < 1.7,
    "middle": lambda raw: 0.7 <= raw.ratio("Total_Spending") < 1.15,
    "budget": lambda raw: raw.ratio("Total_Spending") < 0.7,
    "families": lambda raw: raw.parents[0] > max(0.5, raw.parents[1]),
    "households": lambda raw: raw.parents[0] < min(0.5, raw.parents[1]),
    "shoppers": lambda raw: True,
    "dormant": lambda raw: raw.is_above("Recency"),
    "active": lambda raw: raw.is_below("Recency"),
    "older": lambda raw: raw.is_above("Age"),
    "younger": lambda raw: raw.is_below("Age"),
    "affluent": lambda raw: raw.is_above("Income"),
    "low-income": lambda raw: raw.is_below("Income"),
    "browsing": lambda raw: raw.is_above("NumWebVisitsMonth"),
    "rarely-browsing": lambda raw: raw.ratio("NumWebVisitsMonth") <= 2 / 3,
    "web-buying": lambda raw: (
        raw.has_larger("Share_Web", "NumWebPurchases") and raw.is_above("NumWebPurchases")
    ),
    "web-shy": lambda raw: raw.has_smaller("Share_Web", "NumWebPurchases"),
    "store-loyal": lambda raw: raw.has_larger("Share_Store", "NumStorePurchases"),
    "rarely-in-store": lambda raw: (
        raw.has_smaller("Share_Store", "NumStorePurchases") and raw.mean("NumStorePurchases") < 4
    ),
    "catalog-loving": lambda raw: raw.has_larger("Share_Catalog", "NumCatalogPurchases"),
    "catalog-shy": lambda raw: raw.has_smaller("Share_Catalog", "NumCatalogPurchases"),
    "deal-seeking": lambda raw: raw.has_larger("Deal_Rate", "NumDealsPurchases"),
    "full-price": lambda raw: (
        raw.has_smaller("Deal_Rate", "NumDealsPurchases") and raw.mean("Deal_Rate") < 0.5
    ),
}
PHRASES = {
    "Total_Spending": r"^total spending ",
    "Income": r"^income ",
    "Age": r"^aged ",
    "Recency": r"^last purchase ",
    "Children": r"(?: children|^children 1), ",
    "NumWebPurchases": r"(?: web purchases|^web purchases 1), ",
    "NumCatalogPurchases": r"(?: catalog purchases|^catalog purchases 1), ",
    "NumStorePurchases": r"(?: store purchases|^store purchases 1), ",
    "NumWebVisitsMonth": r"(?: web visits per month|^web visits per month 1), ",
    "Deal_Rate": r"^deal rate ",
    "Response": r"^accepted last campaign ",
}


def field_of(phrase: str) -> str:
    [name] = [name for name, pattern in PHRASES.items() if re.search(pattern, phrase)]
    return name


def is_said_rightly(raw: Raw, name: str, phrase: str) -> bool:
    """The figure, and on which side of everyone it is."""
    value, everyone = raw.mean(name), raw.table[name].mean()
    said = float(re.sub(r"[^0-9.]", "", re.search(r"[0-9][0-9,]*(?:\.[0-9]+)?", phrase)[0]))
    said, close = (
        (said / 100, 0.006)
        if name in ("Deal_Rate", "Response")
        else (
            said,
            0.51 if value >= 10 or name in ("Age", "Recency") else 0.06,
        )
    )
    if " against " not in phrase:
        above = bool(re.search(r"above|x the|older|more", phrase))
        if (
            above != (value > everyone)
            and abs(value / everyone - 1) > 0.005
            and "as on average" not in phrase
        ):
            return False
    return abs(said - value) <= close + abs(value) * 1e-6


def look(segment, everyone, raw, note):
    numbers = Numbers()
    for word in re.sub(r" \d+$", "", segment.name).lower().split():
        note("name", word, NAMED[word](raw), raw)
    for phrase in words.stands_out(segment, everyone, numbers, PERSONALITY):
        note("phrase", *of_phrase(raw, phrase), raw)
    suggestion = advice.suggestion(segment, everyone, numbers, PERSONALITY)
    for claim in CLAIMS:
        if claim in suggestion.text:
            note("claim", claim, bool(TRUE[claim](raw)), raw)
    if told := re.search(r"furthest from everyone[^:]*: (.+?)\. (?=[A-Z])", suggestion.text):
        name = field_of(told[1]) if any(re.search(one, told[1]) for one in PHRASES.values()) else ""
        right = not name or (raw.differs(name) and is_said_rightly(raw, name, told[1]))
        note("claim", "furthest", raw.is_apart() and right, raw)
    described = words.description(segment, everyone, numbers, PERSONALITY)
    note("description", "figures", describes_rightly(raw, described), raw)
    note("description", "two years", "two years" not in described, raw)


def of_phrase(raw: Raw, phrase: str) -> tuple[str, bool]:
    if phrase == "too few customers to say what sets them apart":
        return phrase, len(raw.own) < 30
    if phrase == f"close to the average in the {len(PHRASES)} fields compared here":
        return phrase, all(abs(raw.effect(name)) < 0.3 > abs(raw.ratio(name) - 1) for name in PHRASES)
    if phrase == "what sets them apart could be chance":
        return phrase, not any(raw.differs(name) and abs(raw.effect(name)) >= 0.3 for name in PHRASES)
    name = field_of(phrase)
    return name, len(raw.own) >= 30 and raw.differs(name) and is_said_rightly(raw, name, phrase)


@dataclass
class Judged:
    """What was said, how often, and what of it is false."""

    said: Counter[tuple[str, str]] = field(default_factory=Counter)
    false: list[tuple[object, ...]] = field(default_factory=list)
    segments: int = 0

    def note(self, kind: str, sentence: str, is_true: bool, raw: Raw) -> None:
        """One sentence more."""
        self.said[kind, sentence] += 1
        if not is_true:
            self.false.append((kind, sentence, raw.number, len(raw.own), raw.table["Segment"].nunique()))

    def read(self, table: pd.DataFrame, k: int) -> None:
        """All that is said of a table cut in `k`."""
        everyone = profile(table, k)
        for segment in everyone.segments:
            if segment.size:
                self.segments += 1
                look(segment, everyone, Raw(table, segment.number), self.note)
        opening = words.opening(everyone, Numbers(), PERSONALITY)
        self.note("opening", "of all", opens_rightly(opening, everyone, table), Raw(table, 1))


def tables(sample: pd.DataFrame, seeds: range, each: int) -> Iterator[tuple[pd.DataFrame, int]]:
    """Random tables and cuts of each; all of 2 to 12 are tried on some."""
    for seed in seeds:
        table = another(sample, seed)
        for k in (2 + (seed * each + one) % 11 for one in range(each)):
            yield segmented(table, k), k


def opens_rightly(opening: str, everyone, table: pd.DataFrame) -> bool:
    """How many segments, and which of those that are not small brings most."""
    grouped = table.groupby("Segment")["Total_Spending"].agg(["size", "sum"])
    large = grouped[grouped["size"] >= 30]
    if large.empty:
        return "none of 30 customers or more" in opening
    best = large["sum"].idxmax()
    name, share, money = re.search(
        r"segments?\. (?:Of those with 30 customers or more, )?(.+?) are (\S+) of customers and bring (\S+) of spending",
        opening,
    ).groups()
    return (
        name.lower() == everyone.segment(int(best)).name.lower()
        and said(share, grouped["size"][best] / len(table))
        and said(money, grouped["sum"][best] / grouped["sum"].sum())
    )


def describes_rightly(raw: Raw, described: str) -> bool:
    """Size, share of customers and of spending, what one spends and how that compares."""
    size, share, money, each, how = re.match(
        r"(\S+) customers?, (\S+) of all, with (\S+) of all spending\. They spend (\S+) on average, (.+?)\. ",
        described,
    ).groups()
    spent, ratio = raw.own["Total_Spending"], raw.ratio("Total_Spending")
    return (
        said(size, len(raw.own))
        and said(share, len(raw.own) / len(raw.table))
        and said(money, spent.sum() / raw.table["Total_Spending"].sum())
        and said(each, spent.mean())
        and compares_rightly(how, ratio)
    )


def compares_rightly(how: str, ratio: float) -> bool:
    """A multiple of the average, or so much above or below it."""
    if found := re.fullmatch(r"(\S+)x the average", how):
        return said(found[1], ratio)
    if found := re.fullmatch(r"(\S+) (above|below) average", how):
        return said(found[1], abs(ratio - 1)) and (ratio > 1) == (found[2] == "above")
    return how in ("the average", "as on average") and abs(ratio - 1) < 0.01

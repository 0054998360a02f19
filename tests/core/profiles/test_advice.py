"""Every sentence about segments against the raw customers, reckoned here anew: pandas, scipy and nothing of ours."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from core.campaigns.board import Row
from core.campaigns.economics import of_file
from core.campaigns.posterior import Verdict
from core.campaigns.report import report
from core.numbers import Numbers
from core.profiles import advice
from core.profiles import narrative as words
from core.profiles.advice import CLAIMS
from core.settings import ROOT
from tests.support.personality import PERSONALITY, Parameters, engineer, fit, profile, read_customers

TABLES = 14
PER_TABLE = 4  # numbers of segments tried on each table; all of 2 to 12 are tried on some


@pytest.fixture(scope="module")
def sample() -> pd.DataFrame:
    path = ROOT / "data" / "customers.csv"
    return read_customers(path, name=path.name, max_mb=50).frame


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


def drawn(sample: pd.DataFrame):
    for seed in range(TABLES):
        table = another(sample, seed)
        for k in (2 + (seed * PER_TABLE + one) % 11 for one in range(PER_TABLE)):
            yield segmented(table, k), k


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
        return any(abs(self.effect(name)) >= 0.5 for name in numeric)

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
        (said / 100, 0.006) if name in ("Deal_Rate", "Response") else (said, 0.51 if value >= 10 else 0.06)
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


@pytest.fixture(scope="module")
def found(sample):
    """Everything that is said, and what of it is false: kind, sentence, and the segment."""
    said, false = Counter(), []

    def note(kind: str, sentence: str, is_true: bool, raw: Raw) -> None:
        said[kind, sentence] += 1
        if not is_true:
            false.append((kind, sentence, raw.number, len(raw.own), raw.table["Segment"].nunique()))

    for table, k in drawn(sample):
        everyone = profile(table, k)
        for segment in everyone.segments:
            raw = Raw(table, segment.number)
            if not segment.size:
                continue
            look(segment, everyone, raw, note)
    return said, false


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
    if "Furthest from everyone" in suggestion.text:
        note("claim", "furthest", raw.is_apart(), raw)
    described = words.description(segment, everyone, numbers, PERSONALITY)
    note("description", "size", described.startswith(f"{len(raw.own):,} customer"), raw)
    note("description", "two years", "two years" not in described, raw)


def of_phrase(raw: Raw, phrase: str) -> tuple[str, bool]:
    if phrase == "too few customers to say what sets them apart":
        return phrase, len(raw.own) < 30
    if phrase == f"close to the average in the {len(PHRASES)} fields compared here":
        return phrase, all(abs(raw.effect(name)) < 0.3 for name in PHRASES)
    if phrase == "what sets them apart could be chance":
        return phrase, not any(raw.differs(name) and abs(raw.effect(name)) >= 0.3 for name in PHRASES)
    name = field_of(phrase)
    return name, len(raw.own) >= 30 and raw.differs(name) and is_said_rightly(raw, name, phrase)


def test_no_sentence_about_any_segment_of_any_table_is_false(found):
    said, false = found
    assert not false
    assert sum(said.values()) > 2000


def test_the_tables_make_the_page_say_nearly_everything_it_can(found):
    said, _ = found
    claims = {claim for kind, claim in said if kind == "claim"}
    assert len(claims & set(CLAIMS)) >= len(CLAIMS) - 3
    assert set(TRUE) == set(CLAIMS)
    assert len({word for kind, word in said if kind == "name"}) >= 16


def test_of_fewer_than_thirty_nothing_is_said_to_set_them_apart(sample):
    table = segmented(engineer(sample.head(400)), 4)
    few = pd.concat([table[table["Segment"] != 2], table[table["Segment"] == 2].head(29)])
    everyone = profile(few, 4)
    segment = everyone.segment(2)
    assert words.stands_out(segment, everyone, Numbers(), PERSONALITY) == [
        "too few customers to say what sets them apart"
    ]
    assert advice.suggestion(segment, everyone, Numbers(), PERSONALITY).title == "Too few to say"
    assert segment.name.lower() not in words.opening(everyone, Numbers(), PERSONALITY).lower()
    assert "Of those with 30 customers or more" in words.opening(everyone, Numbers(), PERSONALITY)


def test_a_segment_without_customers_is_not_described(sample):
    table = segmented(engineer(sample.head(400)), 3)
    everyone = profile(table, 4)
    assert words.stands_out(everyone.segment(4), everyone, Numbers(), PERSONALITY) == ["nobody is in it"]
    assert words.description(everyone.segment(4), everyone, Numbers(), PERSONALITY).startswith("0 customers")


@pytest.fixture(scope="module")
def six(sample):
    return profile(segmented(engineer(sample), 6), 6)


def row(verdict: Verdict, profit: float) -> Row:
    return Row(300, 60, None, profit, 0.5, verdict, None)


def test_a_last_campaign_that_lost_is_said_and_nobody_is_contacted_first(six):
    best = six.segment(1)
    text = advice.suggestion(best, six, Numbers(), PERSONALITY, row(Verdict.TEST, -82.0)).text
    assert "The last campaign lost 82 with them: test before you send." in text
    assert "Contact them first" not in text


def test_advice_goes_with_the_verdict_on_every_segment(six):
    for segment in six.segments:
        sent = advice.suggestion(segment, six, Numbers(), PERSONALITY, row(Verdict.SEND, 300.0))
        assert "earned 300 with them: such contacts pay" in sent.text
        assert "Stop contacting" not in sent.text
        assert sent.title != "Inform, cheaply"
        skipped = advice.suggestion(segment, six, Numbers(), PERSONALITY, row(Verdict.SKIP, -300.0)).text
        assert "lost 300 with them: leave them out" in skipped
        assert "Contact them first" not in skipped


def test_without_amounts_nothing_is_said_of_what_the_campaign_earned(six):
    assert all(
        "with them:" not in advice.suggestion(one, six, Numbers(), PERSONALITY).text for one in six.segments
    )


def test_a_customer_below_average_is_not_told_what_is_meant_for_those_who_spend_most(six):
    best, numbers = six.segment(1), Numbers()
    given = advice.suggestion(best, six, numbers, PERSONALITY)
    everyone, own = six.averages["Total_Spending"].mean, best.averages["Total_Spending"].mean
    assert advice.for_customer(given, {"Total_Spending": own}, best, six, numbers, PERSONALITY) == given
    poor = advice.for_customer(given, {"Total_Spending": everyone - 200}, best, six, numbers, PERSONALITY)
    assert poor.title == "No advice from the segment"
    assert "They spend" not in poor.text
    assert numbers.money(everyone - 200) in poor.text
    assert advice.for_customer(given, {}, best, six, numbers, PERSONALITY) == given


def test_verdicts_are_those_of_the_campaigns_page(model):
    found = advice.rows(model)
    known = of_file(model.people)
    shown = report(model, model.crossfilter.selection(), "Response", known.economics).segments
    assert known.given
    assert [found[number] for number in range(1, 7)] == list(shown)

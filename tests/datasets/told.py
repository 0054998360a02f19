"""The same of campaigns, and of the tables behind charts."""

from __future__ import annotations

import re

import pandas as pd
from scipy import stats

from tests.datasets.sentences import ENOUGH, NUMBER, SPELLED, Page, said


class Told(Page):
    """A page of a table, with all that can be said on one."""

    # campaigns
    def accepted(self, where: pd.Series | None = None) -> pd.Series:
        return self.frame.loc[self.mask if where is None else where, self.schema.targets[-1]].dropna()

    def profit(self, where: pd.Series | None = None, cost: float = 1, revenue: float = 10) -> float:
        answers = self.accepted(where)
        return float(revenue * answers.sum() - cost * len(answers))

    @staticmethod
    def plain(text: str) -> float:
        return float(text.replace(",", "").replace("−", "-"))

    @property
    def compared_rates(self) -> int:
        return len(self.names) * len(self.schema.outcomes)

    def marked(self) -> int:
        """How many segments answered campaigns otherwise than all others: false discoveries of 5%."""
        p = []
        for one in self.schema.outcomes:
            table = pd.crosstab(self.segment[self.others], self.frame.loc[self.others, one])
            rest = table.sum() - table
            for pair in ([table.loc[n], rest.loc[n]] for n in table.index):
                few = stats.contingency.expected_freq(pair).min() < 5
                p.append(
                    (
                        stats.fisher_exact(pair) if few else stats.chi2_contingency(pair, correction=False)
                    ).pvalue
                )
        return int((stats.false_discovery_control(p) <= 0.05).sum())

    # tables
    def is_in(self, who: str) -> pd.Series:
        """Who is of a segment, as tables head their rows: with or without its number."""
        return self.segment == self.number(re.sub(r"^\d+ ", "", who))

    def in_parts(self, row: list[str]) -> bool:
        """A row of the first chart: customers and their part of all, and what they bring."""
        own, everyone = self.frame[self.others & self.is_in(row[0])], self.frame[self.others]
        right = said(row[1], len(own)) and said(row[2], len(own) / len(everyone))
        if self.schema.value is None:
            return right and len(row) == 3
        sums = [float(one[self.schema.value].sum()) for one in (own, everyone)]
        return right and said(row[3], sums[0]) and said(row[4], sums[0] / sums[1])

    def first(self, k: str, of: str, who: str, customers: str, money: str = "") -> bool:
        """How few segments bring half, or are half of customers, and how much that is."""
        frame, value = self.frame[self.others], self.schema.value
        sizes = frame.groupby("Segment").size()
        worth = frame.groupby("Segment")[value].sum() if value else sizes
        order = worth.sort_values(ascending=False, kind="stable")
        few = order.index[: int((order.cumsum() < 0.5 * worth.sum()).sum()) + 1]
        spelled = [SPELLED.index(word.lower()) + 1 for word in (k, of) if word]
        named = self.number(who) == few[0] if who else spelled == [len(few), len(self.names)]
        right = named and said(customers, sizes[few].sum() / len(frame))
        return right and (not money or said(money, worth[few].sum() / worth.sum()))

    def deviations(self, label: str, *cells: str) -> bool:
        name = self.field(label)
        z = [
            (self.of(who)[name].mean() - self.frame[name].mean()) / self.frame[name].std(ddof=0)
            for who in self.names.values()
        ]
        return all(
            cell in ("", "–") or said(cell, own) or abs(own) < 0.05
            for cell, own in zip(cells, z, strict=True)
        )

    def quantiles(self, row: list[str]) -> bool:
        name = next(one for one in (self.schema.value, *self.schema.basis) if one)
        who = self.of("everyone" if row[0].lower().startswith("everyone") else re.sub(r"^\d+ ", "", row[0]))[
            name
        ].dropna()
        levels = (0.25, 0.5, 0.75) if len(row) == 5 else (0.05, 0.25, 0.5, 0.75, 0.95)
        written = [
            said(cell, who.quantile(level))
            for cell, level in zip(row[2:], levels, strict=True)
            if cell[:1].isdigit()
        ]
        return said(row[1], len(who)) and all(written)

    def found_in_file(self, what: str, customers: str, share: str, words: str) -> bool:
        kind, label = re.fullmatch(r"(.+?)(?: \((.+)\))?", what).groups()
        if kind not in ("Gaps", "Outside", "Far out"):
            return not share or said(share, self.plain(customers) / len(self.frame))
        values, times = self.frame[self.field(label)], {"Outside": 1.5, "Far out": 3.0}.get(kind, 0)
        low, high = values.quantile([0.25, 0.75])
        fences = (low - times * (high - low), high + times * (high - low))
        odd = values.isna() if kind == "Gaps" else (values < fences[0]) | (values > fences[1])
        told = re.search(rf"above ({NUMBER}); largest ({NUMBER})", words)
        right = not told or (said(told[1], fences[1]) and said(told[2], values.max()))
        return right and said(customers, odd.sum()) and said(share, odd.mean())

    def answered(self, most: str, high: str, least: str, low: str) -> bool:
        rates = {
            row[0]: row[2]
            for row in self.text.rows[self.about]
            if self.plain(row[1].split(" of ")[1]) >= ENOUGH
        }
        ends = [
            max(rates.values(), key=lambda one: float(one[:-1])),
            min(rates.values(), key=lambda one: float(one[:-1])),
        ]
        return rates[most] == high == ends[0] and rates[least] == low == ends[1]

    def reached(self, depth: str, reached: str) -> bool:
        """Between the rows of the table, which is coarser."""
        share = float(depth.rstrip("%"))
        rows = [(float(row[0][:-1]), float(row[3][:-1])) for row in self.text.rows["Cumulative gains"]]
        below, above = (
            [part for at, part in rows if at <= share + 0.5],
            [part for at, part in rows if at >= share - 0.5],
        )
        return max(below, default=0) - 0.5 <= float(reached.rstrip("%")) <= min(above) + 0.5

    def rate_of(self, name: str, campaign: str, cell: str) -> bool:
        own, everyone = (
            self.frame.loc[where, campaign] for where in (self.others & self.is_in(name), self.others)
        )
        rate, n, how = re.fullmatch(
            rf"({NUMBER}) of ({NUMBER})(?:, (.+?)(?:; could be chance|; .+)?)?", cell
        ).groups()
        return (
            said(rate, own.mean())
            and said(n, len(own))
            and (how is None or self.compared(how, own.mean(), everyone.mean()))
        )

    @property
    def loyal(self) -> pd.Series:
        return self.mask & (self.frame[list(self.schema.outcomes[:-1])].sum(axis=1) > 0)

"""What pages say of customers and segments, held against the table with pandas and scipy alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats

from core.schema.derivations import Sum
from core.schema.fields import Kind
from tests.datasets.page_text import PageText
from tests.datasets.tables import Foreign

SPELLED = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
NUMBER = r"[<>]?[−+-]?\d[\d,]*(?:\.\d+)?[%x]?"
ENOUGH, CLEAR = 30, 0.3  # customers of whom averages are told; standardised difference that stands out


def said(text: str, value: float) -> bool:
    """Whether a written number is `value`, as far as it is written."""
    if text in ("not known", "–", ""):
        return bool(np.isnan(value))
    sign, digits, decimals, unit = re.fullmatch(r"([<>]?)([−+-]?[\d,]+(?:\.(\d+))?)([%x]?)", text).groups()
    number, step = float(digits.replace(",", "").replace("−", "-")), 10.0 ** -len(decimals or "")
    value = value * 100 if unit == "%" else value
    if sign:
        return 0 < value < number if sign == "<" else number < value < 100
    return abs(number - value) <= step * 0.5 + 1e-9 * abs(value)


def numeric(text: str) -> float:
    """A written number."""
    return float(text.replace(",", "").replace("−", "-").strip("%x<>"))


def lognormal_end(values: pd.Series) -> float:
    """Where Cox's interval of a lognormal mean ends (Zhou and Gao 1997), at 97 %, of those who buy among all."""
    logs = np.log(values[values > 0])
    n, spread, part = len(logs), logs.var(), len(logs) / len(values)
    error = np.sqrt(spread / n + spread**2 / (2 * (n - 1)) + (1 - part) / n)
    return float(part * np.exp(logs.mean() + spread / 2 + stats.t.ppf(0.985, n - 1) * error))


def read(table: Foreign) -> pd.DataFrame:
    """The table as a person would read it: numbers, 1 for yes, text; sums and days as the schema derives them."""
    found = {}
    for one in table.schema.fields:
        column = table.frame[one.column] if one.column else None
        if column is None:
            parts = [found[part] for part in one.derived.parts]
            days = (parts[0].max() - parts[0]).dt.days if len(parts) == 1 else None
            found[one.name] = sum(parts) if isinstance(one.derived, Sum) else days
        elif one.kind is Kind.DATE:
            found[one.name] = pd.to_datetime(column, dayfirst=True)
        elif one.kind in (Kind.IDENTIFIER, Kind.CATEGORY):
            found[one.name] = column.astype(str)
        else:
            found[one.name] = pd.to_numeric(column.replace({"Yes": 1, "No": 0}), errors="coerce")
    return pd.DataFrame(found)


@dataclass
class Page:
    """A page of a table: whom it is about, and where in it one is."""

    table: Foreign
    frame: pd.DataFrame  # with `Segment`
    names: dict[int, str]
    page: str
    asked: dict[str, list[str]]
    about: str = ""  # the heading that one is under
    whose: str = ""  # the segment that was last named
    text: PageText = field(default_factory=PageText)
    pair: tuple[str, ...] = ()  # fields that were last said to be related

    def __post_init__(self) -> None:
        self.schema = self.table.schema
        self.asked = {} if self.page == "/predict" else self.asked
        one = re.fullmatch(r"/segments/(\d)", self.page)
        self.portrayed = self.names[int(one[1])] if one else ""
        self.by_label = {self.schema.label(name).lower(): name for name in self.schema}
        self.by_name = {name.lower(): number for number, name in self.names.items()}
        self.by_name_as_written = set(self.names.values())
        self.segment = self.frame["Segment"]
        parts = {name: self._passes(name, values) for name, values in self.asked.items()}
        everybody = pd.Series(True, self.frame.index)
        self.others = np.logical_and.reduce(
            [everybody, *(p for name, p in parts.items() if name != "Segment")]
        )
        self.mask = self.others & parts.get("Segment", everybody)
        if one:
            self.mask = self.others & (self.segment == int(one[1]))
        self.others = self.mask if self.page == "/explore" else self.others

    def without(self, name: str) -> pd.Series:
        """Who passes all filters but that on a field: its own chart and table set it aside."""
        return self.segment > 0 if set(self.asked) == {name} else self.mask

    def _passes(self, name: str, values: list[str]) -> pd.Series:
        slugs = self.frame[name].astype(str).str.lower().str.replace(r"[^a-z0-9]+", "-", regex=True)
        return slugs.isin(values)

    # who and what
    def number(self, name: str) -> int:
        return self.by_name[name.lower()]

    def field(self, label: str) -> str:
        return self.by_label[label.lower()]

    def of(self, who: str, where: pd.Series | None = None) -> pd.DataFrame:
        """Customers of a segment, or everyone, who pass the filters on other fields."""
        where = self.others if where is None else where
        if who.lower().startswith("everyone"):
            return self.frame[where]
        return self.frame[where & (self.segment == self.number(who))]

    @property
    def card(self) -> pd.DataFrame:
        return self.of(self.portrayed or self.whose)

    def mean(self, frame: pd.DataFrame, label: str) -> float:
        return float(frame[self.field(label)].mean())

    @property
    def chosen(self) -> list[int]:
        return [number for number in self.names if (self.mask & (self.segment == number)).any()]

    @property
    def large(self) -> list[int]:
        return [n for n in self.names if (self.others & (self.segment == n)).sum() >= ENOUGH]

    def part(self, who: pd.DataFrame, name: str) -> float:
        return float(who[name].sum() / self.frame[name].sum())

    def verdicts(self, word: str) -> int:
        """Segments of enough customers with a verdict, as the board has it."""
        names = "|".join(re.escape(self.names[number]) for number in self.chosen)
        return sum(
            bool(re.match(rf"\d+ (?:{names}) \| \W+ {word}(?! more \(few| \(few)", line))
            for line in self.text.lines
        )

    @property
    def known_pairs(self) -> int:
        return int(self.frame.loc[self.mask, list(self.pair)].notna().all(axis=1).sum())

    def sums(self) -> dict[int, float]:
        """The money of each segment of enough customers."""
        return {n: float(self.of(self.names[n])[self.schema.value].sum()) for n in self.large}

    @cached_property
    def points(self) -> pd.DataFrame:
        """The basis in standard deviations, gaps as medians."""
        basis = self.frame[list(self.schema.basis)]
        whole = basis.fillna(basis.median())
        return (whole - whole.mean()) / whole.std(ddof=0)

    @cached_property
    def centres(self) -> pd.DataFrame:
        return self.points.groupby(self.segment).mean()

    # what is said
    def compared(self, words: str, value: float, average: float) -> bool:
        """ "2.2x the average", "58% below average", "the average"."""
        if found := re.fullmatch(rf"({NUMBER}) the average", words):
            return said(found[1], value / average)
        if found := re.fullmatch(rf"({NUMBER}) (above|below) average", words):
            return said(found[1], abs(value / average - 1)) and (value > average) == (found[2] == "above")
        return words == "the average" and abs(value / average - 1) < 0.01

    def phrase(self, label: str, number: str, how: str, who: pd.DataFrame | None = None) -> bool:
        """ "calls 12, 2.2x the average", of the segment whose card it is on, or of the customer that one typed."""
        own, everyone = self.mean(self.card if who is None else who, label), self.mean(self.frame, label)
        if not said(number, own):
            return False
        if found := re.fullmatch(rf"against ({NUMBER}) overall", how):
            return said(found[1], everyone)
        if found := re.fullmatch(
            rf"({NUMBER}) (?:years?|days?) (more|fewer|older|younger) than average", how
        ):
            older = self.field(label) in self.schema and found[2] in ("more", "older")
            return said(found[1], abs(own - everyone)) and (own > everyone) == older
        return how == "as on average" or self.compared(how, own, everyone)

    def typical(self, label: str, number: str, how: str) -> bool:
        """The same on the page of one customer: of the typical one, or of their segment."""
        medians = self.frame[list(self.schema.basis)].median().to_frame().T
        of_segment = self.phrase(label, number, how, self.card)
        own = self.field(label) in medians and self.phrase(label, number, how, medians)
        return bool(own or of_segment)

    def money(self, words: str) -> bool:
        """Whether that is what the sum of money is called."""
        return (
            bool(self.schema.value) and words == f"everyone's {self.schema.label(self.schema.value).lower()}"
        )

    def shares(self, customers: str, money: str | None, whose: str | None, who: pd.DataFrame) -> bool:
        right = said(customers, len(who) / len(self.frame))
        if money is None:
            return right and self.schema.value is None
        return right and self.money(whose) and said(money, self.part(who, self.schema.value))

    def related(self, one: str, other: str, how: str, r: str) -> bool:
        """A correlation and its words."""
        self.pair = (self.field(one), self.field(other))
        pair = self.frame.loc[self.mask, list(self.pair)].dropna()
        found = stats.pearsonr(*pair.to_numpy().T)
        size, sure = abs(found.statistic), found.pvalue < 0.06
        sizes = {"strongly": (0.5, 1), "moderately": (0.3, 0.5), "weakly": (0.1, 0.3)}
        if not said(r, found.statistic):
            return False
        if how.split()[0] in sizes:
            low, high = sizes[how.split()[0]]
            falling = (found.statistic < 0) if "one falling" in how else True
            return sure and falling and low <= size <= high
        if "chance" in how:
            return found.pvalue > 0.04 / float((re.findall(r"among (\d+)", how) or ["1"])[0])
        return size < 0.1

    def interval(self, low: str, high: str, name: str) -> bool:
        values = self.frame.loc[self.mask, name].dropna()
        if self.schema[name].kind is Kind.FLAG:
            how = "wilson" if len(values) >= 10 else "exact"
            bounds = stats.binomtest(int(values.sum()), len(values)).proportion_ci(method=how)
            return said(low, bounds[0]) and said(high, bounds[1])
        mean, half = values.mean(), stats.t.ppf(0.975, len(values) - 1) * values.sem()
        if (
            self.frame[name].min() >= 0
        ):  # on the logarithm below; above, further than Student's for what few hide
            top = numeric(high)
            highest = max(mean + 3 * half, 1.01 * lognormal_end(values))
            return said(low, mean * np.exp(-half / mean)) and mean + 0.99 * half <= top <= highest
        return numeric(low) < mean < numeric(high)

    def figure(self, label: str, number: str, note: str) -> bool:
        """A key figure of the overview."""
        chosen, value = self.frame[self.mask], self.schema.value
        if label == "Customers" and self.page.startswith("/segments/"):
            own, share = re.fullmatch(
                rf"(?:of ({NUMBER}) match your filters; the segment is )?({NUMBER}) of all", note
            ).groups()
            whole = self.is_in(self.portrayed)
            return (
                said(number, len(chosen)) and said(own or number, whole.sum()) and said(share, whole.mean())
            )
        if label == "Customers":
            k, all_ = re.fullmatch(rf"in ({NUMBER}) segments|{NUMBER} of ({NUMBER})", note).groups()
            return said(number, len(chosen)) and (
                said(k, len(self.names)) if k else said(all_, len(self.frame))
            )
        if value and label == self.schema.label(value):
            return said(number, chosen[value].sum())
        name = self.field(re.sub(r"^Mean | per customer$", "", label))
        own, everyone, rest = chosen[name].mean(), self.frame[name].mean(), self.frame.loc[~self.mask, name]
        how, _, sure = note.rpartition("95% interval ")
        bounds = re.fullmatch(rf"({NUMBER}) to ({NUMBER})", sure)
        if bounds and not self.interval(*bounds.groups(), name):
            return False
        words = (how if bounds else note).split(";")[0].strip(" .")
        if found := re.fullmatch(rf"against ({NUMBER}) of everyone", words):
            right = said(found[1], everyone)
        else:
            right = not words or len(chosen) == len(self.frame) or self.compared(words, own, everyone)
        chance = (
            stats.ttest_ind(chosen[name].dropna(), rest.dropna(), equal_var=False).pvalue
            if len(rest)
            else 1.0
        )
        told_apart = bool(words) and not re.search(r"chance|made from|chosen|decided", note)
        return right and said(number, own) and (chance <= 0.05 or not told_apart)

    def medians(self, label: str, high: str, most: str, low: str, least: str) -> bool:
        found = {n: self.of(self.names[n])[self.field(label)].median() for n in self.large}
        ends = (self.number(most), self.number(least))
        right = [found[ends[0]] == max(found.values()), found[ends[1]] == min(found.values())]
        return all(right) and said(high, found[ends[0]]) and said(low, found[ends[1]])

    @property
    def compared_fields(self) -> list[str]:
        """What segments are compared in, by the table of the section that is open."""
        tables = ("Profile of every segment", "Differences, largest first")
        rows = [row for table in tables for row in self.text.rows.get(table, [])]
        return [self.field(row[0]) for row in rows if row[0] != "Customers"]

    def averages(self, *told: str | None) -> bool:
        """The two fields in which segments of enough customers differ most, and the ends of their averages."""
        groups = {n: self.of(self.names[n]) for n in self.large}
        frame = self.frame[self.others]

        def explained(name: str) -> float:
            apart = [
                (len(g), (g[name].mean() - frame[name].mean()) / self.frame[name].std(ddof=0))
                for g in groups.values()
            ]
            return sum(size * effect**2 for size, effect in apart)

        known = self.compared_fields
        said_of = [self.field(told[0]), self.field(told[3])]
        first = sorted(known, key=explained, reverse=True)[:2]
        ends = all(
            said(low, min(g[name].mean() for g in groups.values()))
            and said(high, max(g[name].mean() for g in groups.values()))
            for name, low, high in ((said_of[0], *told[1:3]), (said_of[1], *told[4:6]))
        )
        return ends and first == said_of

    def against_everyone(self, row: list[str]) -> bool:
        """A row of the page of a segment: its mean, everyone's, and the index."""
        label, *means, index, _ = row
        own, all_ = (self.mean(self.of(who), label) for who in (self.portrayed, "everyone"))
        told = said(means[0], own) and said(means[1], all_)
        return told and (index == "–" or said(index, 100 * own / all_))

    def extreme(self, name: str, label: str, deviations: str) -> bool:
        known = self.compared_fields
        z = {
            (n, one): (self.of(self.names[n])[one].mean() - self.frame[one].mean())
            / self.frame[one].std(ddof=0)
            for n in self.large
            for one in known
        }
        own = z[self.number(name), self.field(label)]
        return said(deviations, own) and abs(own) >= max(map(abs, z.values())) - 0.01

    def apart(self, label: str, one: str, high: str, other: str, low: str) -> bool:
        means = [self.mean(self.of(who), label) for who in (one, other)]
        return said(high, means[0]) and said(low, means[1]) and means[0] >= means[1]

    def apart_by(self, one: str, other: str, distance: str, end: Callable[[list[float]], float]) -> bool:
        centre = self.centres
        found = {
            frozenset(pair): float(np.linalg.norm(np.subtract(*centre.loc[list(pair)].to_numpy())))
            for pair in combinations(centre.index, 2)
        }
        own = found[frozenset([self.number(one), self.number(other)])]
        return said(distance, own) and own == end([*found.values()])

    # the typical customer
    @cached_property
    def typical_point(self) -> pd.Series:
        basis = self.frame[list(self.schema.basis)]
        whole = basis.fillna(basis.median())
        return (whole.median() - whole.mean()) / whole.std(ddof=0)

    def border(self) -> tuple[int, int, float]:
        """Own segment, the one behind the nearest border, how far that is."""
        far = {n: float(np.linalg.norm(centre - self.typical_point)) for n, centre in self.centres.iterrows()}
        own = min(far, key=far.__getitem__)
        apart = {
            n: float(np.linalg.norm(self.centres.loc[n] - self.centres.loc[own])) for n in far if n != own
        }
        away, near = min(((far[n] ** 2 - far[own] ** 2) / (2 * apart[n]), n) for n in apart)
        return own, near, away

    def is_firm(self, how: str, name: str) -> bool:
        """No worker runs, so nobody knows yet whether there are groups, and nobody is clearly in one."""
        [firm] = [float(found[1]) for _, one in self.text.texts if (found := re.match(r"(\d+)% firm:", one))]
        return self.number(name) == self.border()[0] and how == ("Only just" if firm < 65 else "Most likely")

    def furthest(self, label: str, own: str, side: str, average: str) -> bool:
        point, name = self.typical_point, self.field(label)
        right = abs(point[name]) == point.abs().max() and (point[name] > 0) == (side == "above")
        return right and said(own, self.frame[name].median()) and said(average, self.frame[name].mean())

    def nearest(self, one: str, near: str, other: str, next_: str, border: str, away: str) -> bool:
        found = np.linalg.norm(self.centres - self.typical_point, axis=1)
        first, second = (int(place) + 1 for place in np.argsort(found)[:2])
        ranked = (first, second, self.border()[1]) == tuple(map(self.number, (one, other, border)))
        return (
            ranked
            and said(near, found[first - 1])
            and said(next_, found[second - 1])
            and said(away, self.border()[2])
        )

    def commonest(self, labels: str, share: str) -> bool:
        """Of the bars of a chart: its table has them all."""
        counts = {row[0]: float(row[-1].replace(",", "")) for row in self.text.rows[self.about]}
        alike = re.fullmatch(r"(\d+) alike, (.+) among them", labels)
        top = [label for label, count in counts.items() if count == max(counts.values())]
        told = top if alike and int(alike[1]) == len(top) and alike[2] in top else labels.split(" and ")
        return (labels in top or sorted(told) == sorted(top)) and said(
            share, max(counts.values()) / sum(counts.values())
        )

    def bar(self, caption: str, label: str, *counts: str) -> bool:
        """A bar of a distribution, against the values between its ends."""
        values, labels = self.frame[self.field(caption)], [row[0] for row in self.text.rows[caption]]
        if label in ("yes", "no"):
            inside = values == (label == "yes")
        elif label == "not known":
            inside = values.isna()
        elif self.schema[self.field(caption)].kind is Kind.CATEGORY:
            inside = values == label
        else:
            low, high = ends(label)
            starts = {ends(one)[0] for one in labels if one != "not known"}
            closed = high not in starts - {low} and (low == high or "%" not in label or label == labels[-1])
            inside = (values >= low - 1e-12) & (
                (values < high) | (closed & (values < high + 1)) if low != high else values == low
            )
        return said(counts[-1], (inside & self.without(self.field(caption))).sum())

    def half(self, share: str) -> bool:
        values = self.frame.loc[self.mask, self.schema.value].dropna().sort_values(ascending=False)
        return said(share, ((values.cumsum() < values.sum() / 2).sum() + 1) / len(values))

    def flat_picture(self, share: str) -> bool:
        spread = np.linalg.eigvalsh(np.cov(self.points.to_numpy().T))
        return said(share, spread[-2:].sum() / spread.sum())


def ends(label: str) -> tuple[float, float]:
    """The ends of a bin in words."""
    numbers = [
        float(one.replace(",", "").replace("−", "-"))
        for one in re.findall(r"(?<![\d,.])[−-]?[\d,]+(?:\.\d+)?", label)
    ]
    numbers = [one / 100 for one in numbers] if "%" in label else numbers
    return numbers[0], float("inf") if label.endswith("and more") else numbers[-1]

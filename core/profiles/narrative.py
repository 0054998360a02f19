"""Segments in plain language: what stands out, and a description with figures."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from core.model.profile import SMALL, Profile, SegmentProfile
from core.numbers import Numbers, hundredths, spell, times
from core.schema.current import FIELDS
from core.schema.fields import Field, Kind

TELLING = (
    "Total_Spending",
    "Income",
    "Age",
    "Recency",
    "Children",
    "NumWebPurchases",
    "NumCatalogPurchases",
    "NumStorePurchases",
    "NumWebVisitsMonth",
    "Deal_Rate",
    "Response",
)
SMALL_RELATION = 0.1  # a correlation below it is hardly one
FEWEST_RELATED = 10  # customers of whom a relation is told
_SPANS = {"Age": "aged {}", "Recency": "last purchase {days} ago"}
WORTH_SAYING = 0.3  # standardised difference below which a field is not said to stand out


def opening(profile: Profile, numbers: Numbers) -> str:
    """The sentence that says who the customers are; no segment of a handful is put first."""
    large = [segment for segment in profile.segments if not segment.small]
    count = f"{spell(len(profile.segments))} segments"
    if not large:
        return f"{count}, none of {SMALL} customers or more: too few to say who brings most."
    best = max(large, key=lambda segment: segment.spending_share)
    most = ", the most" if sum(one.spending_share == best.spending_share for one in large) == 1 else ""
    among = "" if len(large) == len(profile.segments) else f" Of those with {SMALL} customers or more,"
    name = f" {best.name}" if not among else f" {best.name.lower()}"
    return (
        f"{count}.{among}{name} are {numbers.percent(best.share)} "
        f"of customers and bring {numbers.percent(best.spending_share)} of spending{most if among else ''}."
    )


def stands_out(segment: SegmentProfile, profile: Profile, numbers: Numbers, *, most: int = 3) -> list[str]:
    """What sets the segment apart, each as a phrase with its figures.

    First what its name speaks of, then the largest standardised differences from everyone; nothing that could be
    chance (see `SegmentProfile.certain`).
    """
    if not segment.size:
        return ["nobody is in it"]
    if segment.small:
        return ["too few customers to say what sets them apart"]
    named = [name for name in segment.named_for if segment.certain(name)]
    others = [name for name in TELLING if name not in named and _is_worth_saying(segment, name)]
    fields = named + sorted(others, key=lambda name: -abs(segment.effects[name]))[: max(most - len(named), 0)]
    phrases = [
        phrase(FIELDS[name], segment.averages[name].mean, profile.averages[name].mean, numbers)
        for name in fields
    ]
    return phrases or [_plain(segment)]


def _is_worth_saying(segment: SegmentProfile, name: str) -> bool:
    return abs(segment.effects.get(name, 0.0)) >= WORTH_SAYING and segment.certain(name)


def _plain(segment: SegmentProfile) -> str:
    apart = any(abs(segment.effects.get(name, 0.0)) >= WORTH_SAYING for name in TELLING)
    told = [name for name in TELLING if name in segment.effects]
    if apart:
        return "what sets them apart could be chance"
    return f"close to the average in the {len(told)} fields compared here" if told else "nothing to compare"


def phrase(field: Field, value: float | None, average: float | None, numbers: Numbers) -> str:
    """One difference from the average in words, such as "income 76,230 a year, 48% above average"."""
    if value is None or average is None:
        return f"{field.label.lower()} not known"
    text = numbers.of(field, value)
    if field.kind in (Kind.YEARS, Kind.DAYS):
        days = _of(numbers.whole(value), "day", "days")
        shown = _SPANS.get(field.name, f"{field.label.lower()} {{days}}").format(
            numbers.whole(value), days=days
        )
        return f"{shown}, {_apart(value - average, field, numbers)}"
    if field.kind in (Kind.FLAG, Kind.SHARE, Kind.RATIO):
        return f"{field.label.lower()} {text}, against {numbers.of(field, average)} overall"
    if field.unit in ("purchases", "visits", "at home"):
        many = f"{field.label.lower()} 1" if text == "1" else f"{text} {field.label.lower()}"
        return f"{many}, {times(value, average)}"
    return f"{field.label.lower()} {text} {field.unit}, {times(value, average)}".replace(" ,", ",")


def description(segment: SegmentProfile, profile: Profile, numbers: Numbers) -> str:
    """Three sentences: how many, what they spend, who they are; what is not known is left out."""
    mean = {name: one.mean for name, one in segment.averages.items() if one.mean is not None}
    customers = "customer" if segment.size == 1 else "customers"
    said = [
        f"{numbers.whole(segment.size)} {customers}, {numbers.percent(segment.share)} of all, "
        f"with {numbers.percent(segment.spending_share)} of all spending."
    ]
    if "Total_Spending" in mean:
        everyone = profile.averages["Total_Spending"].mean or 0.0
        spending = mean["Total_Spending"]
        said.append(f"They spend {numbers.money(spending)} on average, {times(spending, everyone)}.")
    who = [how(mean[name], numbers) for name, how in _WHO.items() if name in mean]
    if who:
        said.append(f"On average they {', '.join(who[:-1])}{' and ' if who[1:] else ''}{who[-1]}.")
    if "Response" in mean:
        said.append(f"{numbers.percent(mean['Response'])} accepted the last campaign.")
    return " ".join(said)


_WHO: Mapping[str, Callable[[float, Numbers], str]] = {
    "Age": lambda mean, numbers: f"are {_of(numbers.whole(mean), 'year', 'years')} old",
    "Income": lambda mean, numbers: f"have an income of {numbers.money(mean)} a year",
    "Children": lambda mean, numbers: f"have {_of(numbers.decimal(mean), 'child', 'children')} at home",
}


def relation(one: str, other: str, correlation: float, customers: int, ranks: float | None = None) -> str:
    """A correlation over so many customers in words, with its size; `ranks` is that of ranks, where it is known.

    Cohen (1988) calls 0.1 small, 0.3 medium, 0.5 large. Intervals are on Fisher's z scale (Fisher 1921, Metron 1:
    3-32): what may be nothing and may be more than small could be chance; of a handful nothing is said.
    """
    size = abs(correlation)
    said = f"(r\u00a0=\u00a0{hundredths(correlation)})"
    if customers < FEWEST_RELATED:
        return f"{customers} customers are too few to say whether {one.lower()} and {other} are related"
    deviation, error = math.atanh(min(size, 1 - 1e-12)), 1.96 / math.sqrt(customers - 3)
    if deviation + error < math.atanh(SMALL_RELATION) or error < deviation < math.atanh(SMALL_RELATION):
        return f"{one} and {other} are hardly related {said}"
    if deviation < error:
        return f"whether {one.lower()} and {other} are related could be chance {said}"
    how = "strongly" if size >= 0.5 else "moderately" if size >= 0.3 else "weakly"
    if ranks is not None and ranks * math.copysign(1, correlation) < SMALL_RELATION:
        return f"{one} and {other} are {how} related {said} by few customers far out: most show nothing of it"
    falling = "" if correlation > 0 else ", one falling as the other rises"
    return f"{one} and {other} are {how} related{falling} {said}"


def _apart(difference: float, field: Field, numbers: Numbers) -> str:
    if abs(difference) < 0.5:
        return "as on average"
    unit, more, less = ("year", "older", "younger") if field.kind is Kind.YEARS else ("day", "more", "fewer")
    span = _of(numbers.whole(abs(difference)), unit, f"{unit}s")
    return f"{span} {less if difference < 0 else more} than average"


def _of(count: str, one: str, many: str) -> str:
    """So many of something, the number as it is written: rounded to one, it is one."""
    return f"{count} {one if count in ('1', '<1') else many}"


def foremost(values: Mapping[str, float], *, lowest: bool = False) -> str:
    """Who has the highest value, or the lowest: all who share it, or how many they are where they are many."""
    end = (min if lowest else max)(values.values())
    names = [name for name, value in values.items() if value == end]
    return " and ".join(names) if len(names) < 3 else f"{len(names)} alike, {names[0]} among them"

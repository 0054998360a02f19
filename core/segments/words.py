"""Segments in plain language: what stands out, a description with figures, a suggestion for marketing."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from core.customers.schema import FIELDS, Field, Kind
from core.numbers import Numbers, times
from core.segments.profile import Profile, SegmentProfile

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
_WORDS = ("One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve")
_SPANS = {"Age": "aged {}", "Recency": "last purchase {} days ago"}
WORTH_SAYING = 0.3  # standardised difference below which a field is not said to stand out


@dataclass(frozen=True)
class Suggestion:
    """What marketing could try, and the figures that speak for it."""

    title: str
    text: str


def opening(profile: Profile, numbers: Numbers) -> str:
    """The sentence that says who the customers are."""
    best = max(profile.segments, key=lambda segment: segment.spending_share)
    return (
        f"{spell(len(profile.segments))} segments. {best.name} are {numbers.percent(best.share)} "
        f"of customers and bring {numbers.percent(best.spending_share)} of spending."
    )


def stands_out(segment: SegmentProfile, profile: Profile, numbers: Numbers, *, most: int = 3) -> list[str]:
    """The largest standardised differences from everyone, each as a phrase with its figures."""
    fields = [name for name in TELLING if abs(segment.effects.get(name, 0.0)) >= WORTH_SAYING]
    fields.sort(key=lambda name: -abs(segment.effects[name]))
    phrases = [
        phrase(FIELDS[name], segment.averages[name].mean, profile.averages[name].mean, numbers)
        for name in fields[:most]
    ]
    return phrases or ["close to the average in everything"]


def phrase(field: Field, value: float | None, average: float | None, numbers: Numbers) -> str:
    """One difference from the average in words, such as "income 76,230 a year, 48% above average"."""
    if value is None or average is None:
        return f"{field.label.lower()} not known"
    text = numbers.of(field, value)
    if field.kind in (Kind.YEARS, Kind.DAYS):
        shown = _SPANS.get(field.name, f"{field.label.lower()} {{}} days").format(numbers.whole(value))
        return f"{shown}, {_apart(value - average, field, numbers)}"
    if field.kind in (Kind.FLAG, Kind.SHARE, Kind.RATIO):
        return f"{field.label.lower()} {text}, against {numbers.of(field, average)} overall"
    if field.unit in ("purchases", "visits", "at home"):
        return f"{text} {field.label.lower()}, {times(value, average)}"
    return f"{field.label.lower()} {text} {field.unit}, {times(value, average)}".replace(" ,", ",")


def description(segment: SegmentProfile, profile: Profile, numbers: Numbers) -> str:
    """Three sentences: how many, what they spend, who they are."""
    mean = {name: average.mean for name, average in segment.averages.items()}
    spending, everyone = mean["Total_Spending"], profile.averages["Total_Spending"].mean
    customers = "customer" if segment.size == 1 else "customers"
    return (
        f"{numbers.whole(segment.size)} {customers}, {numbers.percent(segment.share)} of all, "
        f"with {numbers.percent(segment.spending_share)} of all spending. "
        f"They spend {numbers.money(spending)} on average in two years, "
        f"{times(spending or 0.0, everyone or 0.0)}. "
        f"On average they are {numbers.whole(mean['Age'])} years old, have an income of "
        f"{numbers.money(mean['Income'])} a year and {numbers.decimal(mean['Children'])} children at home; "
        f"{numbers.percent(mean['Response'])} accepted the last campaign."
    )


_Effects = dict[str, float]
_SUGGESTIONS: tuple[tuple[Callable[[_Effects], bool], Suggestion], ...] = (
    (
        lambda effect: effect["Total_Spending"] > 0.5 and effect["Response"] > 0.15,
        Suggestion(
            "Reward and keep",
            "They spend most and answer campaigns more often than others. Give early access, service and "
            "recognition rather than discounts, and contact them first when a campaign has few places.",
        ),
    ),
    (
        lambda effect: effect["Total_Spending"] > 0.5,
        Suggestion(
            "Keep, and find the right offer",
            "They spend far above average but do not answer campaigns more than others. Protect the "
            "relationship, and test a different offer on a part of them before the next large mailing.",
        ),
    ),
    (
        lambda effect: effect["NumWebPurchases"] > 0.5,
        Suggestion(
            "Meet them online",
            "They already buy on the website. Recommend complements at checkout, and move the budget for "
            "printed contacts to the site and e-mail.",
        ),
    ),
    (
        lambda effect: effect["Recency"] > 0.5,
        Suggestion(
            "Win back at low cost",
            "Their last purchase is long ago and their spending is low. One reminder with a clear reason to "
            "return is enough; stop contacting those who stay silent.",
        ),
    ),
    (
        lambda effect: effect["Recency"] < -0.5 and effect["Total_Spending"] < 0,
        Suggestion(
            "Build the habit",
            "They bought recently but little. Offer a second purchase soon after the first: small baskets, "
            "starter sizes, a reason to come back within the month.",
        ),
    ),
    (
        lambda effect: effect["Deal_Rate"] > 0.3,
        Suggestion(
            "Bundles instead of discounts",
            "A large part of their purchases are deals. Raise the basket with bundles and thresholds, and "
            "keep blanket discounts for stock that must go.",
        ),
    ),
    (
        lambda effect: effect["Total_Spending"] < -0.3,
        Suggestion(
            "Inform, cheaply",
            "They spend little and rarely answer. Keep them informed through free channels, and spend on "
            "contacts only where a test shows that it pays.",
        ),
    ),
)
_PLAIN = Suggestion(
    "Test before you spend",
    "Nothing sets them clearly apart. Try two offers on small random groups and follow the better one.",
)


def suggestion(segment: SegmentProfile) -> Suggestion:
    """What marketing could try with the segment, by rules on its standardised differences."""
    effects = {name: segment.effects.get(name, 0.0) for name in TELLING}
    return next((answer for applies, answer in _SUGGESTIONS if applies(effects)), _PLAIN)


def relation(one: str, other: str, correlation: float, customers: int) -> str:
    """A correlation over so many customers in words, with its size.

    Cohen (1988) calls 0.1 small, 0.3 medium, 0.5 large. Intervals are on Fisher's z scale (Fisher 1921, Metron 1:
    3-32): what may be nothing and may be more than small could be chance; of a handful nothing is said.
    """
    size = abs(correlation)
    said = f"(r\u00a0=\u00a0{correlation:.2f})"
    if customers < FEWEST_RELATED:
        return f"{customers} customers are too few to say whether {one.lower()} and {other} are related"
    deviation, error = math.atanh(min(size, 1 - 1e-12)), 1.96 / math.sqrt(customers - 3)
    if deviation + error < math.atanh(SMALL_RELATION) or error < deviation < math.atanh(SMALL_RELATION):
        return f"{one} and {other} are hardly related {said}"
    if deviation < error:
        return f"whether {one.lower()} and {other} are related could be chance {said}"
    how = "strongly" if size >= 0.5 else "moderately" if size >= 0.3 else "weakly"
    falling = "" if correlation > 0 else ", one falling as the other rises"
    return f"{one} and {other} are {how} related{falling} {said}"


def _apart(difference: float, field: Field, numbers: Numbers) -> str:
    if abs(difference) < 0.5:
        return "as on average"
    words = ("years older", "years younger") if field.kind is Kind.YEARS else ("days more", "days fewer")
    return f"{numbers.whole(abs(difference))} {words[difference < 0]} than average"


def spell(number: int) -> str:
    """A small number as a word, to begin a sentence with."""
    return _WORDS[number - 1] if number <= len(_WORDS) else str(number)

"""Overview: draws the page from the model's profile."""

from __future__ import annotations

import pandas as pd
from dash import Dash
from dash.development.base_component import Component

from callbacks.shell import Query, mode
from core.campaigns import wilson_interval
from core.numbers import Numbers
from core.segments import words
from core.segments.profile import Profile, SegmentProfile
from core.services import Services
from layouts import figures
from layouts import overview as layout
from layouts.components import SegmentCard, Table
from layouts.theme import Template, segment_colour, template

POINTS = 1200  # enough to see the shape, few enough for SVG


def draw(services: Services, _query: Query) -> Component:
    """The page, for the visitor's theme."""
    profile, numbers = services.model.card.profile, services.numbers
    plotly = template(mode(), numbers.separators)
    table = services.model.table
    return layout.layout(
        layout.Overview(
            opening=words.opening(profile, numbers),
            source=_source(services),
            figures=_key_figures(profile, table, numbers),
            cards=[segment_card(segment, profile, numbers) for segment in profile.segments],
            sizes=_sizes(profile, numbers, plotly),
            spending=_spending(profile, numbers, plotly),
            income=_income(profile, table, numbers, plotly),
        )
    )


def register(_app: Dash, _services: Services) -> None:
    """Nothing to answer yet: the page is drawn whole."""


def segment_card(segment: SegmentProfile, profile: Profile, numbers: Numbers) -> SegmentCard:
    """What the card of a segment says."""
    suggestion = words.suggestion(segment)
    return SegmentCard(
        number=segment.number,
        name=segment.name,
        size=numbers.percent(segment.share),
        spending=numbers.percent(segment.spending_share),
        phrases=words.stands_out(segment, profile, numbers),
        description=words.description(segment, profile, numbers),
        suggestion=(suggestion.title, suggestion.text),
        small=segment.small,
    )


def _key_figures(profile: Profile, table: pd.DataFrame, numbers: Numbers) -> list[tuple[str, str, str]]:
    answered = table["Response"].dropna()
    response = wilson_interval(int(answered.sum()), len(answered))
    spending, income = profile.averages["Total_Spending"], profile.averages["Income"]
    return [
        ("Customers", numbers.whole(profile.customers), f"in {len(profile.segments)} segments"),
        ("Total spending", numbers.money(profile.spending), "in two years"),
        (
            "Spending per customer",
            numbers.money(spending.mean),
            f"half spend under {numbers.money(spending.median)}",
        ),
        ("Income", numbers.money(income.median), "median, a year"),
        (
            "Accepted the last campaign",
            numbers.percent(response.rate),
            f"{numbers.percent(response.low)} to {numbers.percent(response.high)}, 95% interval",
        ),
    ]


def _sizes(profile: Profile, numbers: Numbers, plotly: Template) -> layout.Chart:
    largest = max(profile.segments, key=lambda segment: segment.size)
    rows = [
        figures.Bar(
            segment.name,
            segment.size,
            f"{numbers.whole(segment.size)} ({numbers.percent(segment.share)})",
            segment_colour(segment.number),
        )
        for segment in profile.segments
    ]
    return layout.Chart(
        figures.bars(rows, plotly, axis="customers"),
        Table(("Segment", "Customers"), [(row.name, row.text) for row in rows]),
        f"The largest is {largest.name}, {numbers.percent(largest.share)} of customers.",
        "customers",
    )


def _spending(profile: Profile, numbers: Numbers, plotly: Template) -> layout.Chart:
    rows = [
        figures.Bar(
            segment.name,
            segment.spending,
            f"{numbers.money(segment.spending)} ({numbers.percent(segment.spending_share)})",
            segment_colour(segment.number),
        )
        for segment in profile.segments
    ]
    best = sorted(profile.segments, key=lambda segment: -segment.spending_share)[:2]
    together = numbers.percent(sum(segment.spending_share for segment in best))
    return layout.Chart(
        figures.bars(rows, plotly, axis="spending in two years"),
        Table(("Segment", "Spending"), [(row.name, row.text) for row in rows]),
        f"{best[0].name} and {best[1].name} together bring {together} of spending.",
        "in two years",
    )


def _income(profile: Profile, table: pd.DataFrame, numbers: Numbers, plotly: Template) -> layout.Chart:
    known = table[["Income", "Total_Spending", "Segment"]].dropna()
    shown = known.sample(min(POINTS, len(known)), random_state=1)
    groups = []
    for segment in profile.segments:
        rows = shown[shown["Segment"] == segment.number]
        groups.append(
            (segment.number, segment.name, rows["Income"].tolist(), rows["Total_Spending"].tolist())
        )
    strength = known["Income"].corr(known["Total_Spending"])
    averages = [
        (
            segment.name,
            numbers.money(segment.averages["Income"].mean),
            numbers.money(segment.averages["Total_Spending"].mean),
        )
        for segment in profile.segments
    ]
    return layout.Chart(
        figures.scatter(groups, plotly, x="Income", y="Total spending"),
        Table(("Segment", "Mean income", "Mean spending"), averages),
        f"{_strength(strength)} (r = {strength:.2f}). "
        f"{numbers.whole(len(shown))} of {numbers.whole(len(known))} customers with known income are shown.",
        "income a year, spending in two years",
    )


def _strength(correlation: float) -> str:
    size = abs(correlation)
    if size < 0.1:
        return "Income and spending are hardly related"
    how = "strongly" if size >= 0.6 else "moderately" if size >= 0.3 else "weakly"
    return f"Customers who earn more spend {'more' if correlation > 0 else 'less'}: {how} related"


def _source(services: Services) -> str:
    card, numbers = services.model.card, services.numbers
    gaps = sum(run.rows for run in card.rules)
    return (
        f"From {card.data.name}, {numbers.whole(card.data.rows)} rows; cleaning rules touched "
        f"{numbers.whole(gaps)} of them. Model {card.key}, {card.made[:10]}."
    )

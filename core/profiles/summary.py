"""What a model leaves behind: profile summaries as tables, and how it was made in plain words."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
from pydantic import TypeAdapter

from core.data.cleaning import rules_for
from core.data.read import NO_DATES
from core.model.card import Card
from core.model.curves import Shape
from core.model.fit import FEW
from core.model.preparation import Preparation, Scaling
from core.model.profile import Profile, SegmentProfile
from core.numbers import Numbers, listed
from core.schema.fields import Kind
from core.schema.schema import Schema

_BENT = ((Shape.LOGARITHM, "on logarithms (of one more)"), (Shape.YEO_JOHNSON, "on Yeo and Johnson's curves"))
_PROFILE: TypeAdapter[Profile] = TypeAdapter(Profile)


def profile_json(profile: Profile) -> bytes:
    """The profile as JSON: all that the pages know of the segments."""
    return _PROFILE.dump_json(profile, indent=1)


def profile_tables(profile: Profile, schema: Schema) -> dict[str, pd.DataFrame]:
    """The profile as four tables: the segments, means, medians, differences from everyone."""
    fields = list(profile.averages)
    named = {segment.name: segment for segment in profile.segments}
    means = {name: [one.averages[field].mean for field in fields] for name, one in named.items()}
    medians = {name: [one.averages[field].median for field in fields] for name, one in named.items()}
    effects = {name: [one.effects.get(field) for field in fields] for name, one in named.items()}
    head = {
        "Field": [schema.label(field) for field in fields],
        "Unit": [schema[field].unit for field in fields],
    }
    return {
        "Segments": pd.DataFrame([_sizes(segment, profile.value, schema) for segment in profile.segments]),
        "Means": pd.DataFrame(
            {**head, **means, "Everyone": [profile.averages[field].mean for field in fields]}
        ),
        "Medians": pd.DataFrame(
            {**head, **medians, "Everyone": [profile.averages[field].median for field in fields]}
        ),
        "Differences": pd.DataFrame({**head, **effects}),
    }


def profile_rows(profile: Profile, schema: Schema) -> pd.DataFrame:
    """The profile as one long table: a row for each segment and field."""
    return pd.DataFrame(
        [
            {
                "Segment": segment.number,
                "Segment_Name": segment.name,
                "Customers": segment.size,
                "Field": field,
                "Label": schema.label(field),
                "Unit": schema[field].unit,
                "Mean": average.mean,
                "Median": average.median,
                "Mean_of_Everyone": profile.averages[field].mean,
                "Standardised_Difference": segment.effects.get(field),
            }
            for segment in profile.segments
            for field, average in segment.averages.items()
        ]
    )


def _sizes(segment: SegmentProfile, value: str | None, schema: Schema) -> dict[str, object]:
    called = schema[value].called if value else ""
    money = (
        {called.capitalize(): segment.spending, f"Share of {called}": segment.spending_share} if value else {}
    )
    return {
        "Segment": segment.number,
        "Name": segment.name,
        "Customers": segment.size,
        "Share of customers": segment.share,
        **money,
        "Small (under 30)": "yes" if segment.small else "no",
    }


def rows_of(card: Card, numbers: Numbers) -> str:
    """How many rows a file had; of orders, whose lines are not counted here, how many customers made them."""
    if card.schema.is_of_orders:
        return f"orders of {numbers.many(card.data.rows, 'customer', 'customers')}"
    return numbers.many(card.data.rows, "row", "rows")


def story(card: Card, numbers: Numbers) -> list[tuple[str, str]]:
    """How the model was made, as lines of label and words."""
    data, parameters = card.data, card.parameters
    dates = f", dates {data.date_order}" if card.schema.of(Kind.DATE) and data.date_order != NO_DATES else ""
    return [
        ("Model", card.key),
        ("Made", f"{moment(card.made)}, in {numbers.decimal(card.seconds)} seconds"),
        ("Made from", f"{data.name}: {rows_of(card, numbers)}, {data.encoding}{dates}"),
        ("SHA-256 of the file", data.sha256),
        (
            "Cleaning",
            f"{_touched(card, numbers)}; {numbers.whole(card.profile.customers)} customers are left",
        ),
        ("Built on", ", ".join(card.schema.label(name) for name in parameters.basis)),
        (
            "Method",
            f"Gaps filled with the median, {prepared_in_words(parameters.preparation, card.schema, numbers)}, then K-Means "
            f"with {parameters.k} segments, the best of {parameters.starts} starts{_swaps(card)}, seed {parameters.seed}",
        ),
        ("Sum of squares within segments (WCSS)", numbers.decimal(card.inertia)),
        ("Segments", ", ".join(f"{one.name} {numbers.whole(one.size)}" for one in card.profile.segments)),
        ("Libraries", ", ".join(f"{name} {version}" for name, version in sorted(card.versions.items()))),
    ]


def prepared_in_words(how: Preparation, schema: Schema, numbers: Numbers) -> str:
    """What is done to figures before customers are cut, within a sentence."""
    bent = [
        (told, [schema[name].called for name, one in how.shapes if one is shape]) for shape, told in _BENT
    ]
    weighed = [f"{schema[name].called} counting {numbers.typed(one)} times" for name, one in how.weights]
    scaled = "every figure in standard deviations"
    if how.scaling is Scaling.ROBUST:
        scaled = "every figure in distances between its quartiles"
    left = (
        ["customers who are far out in any figure left out until the segments are made"]
        if how.without_far_out
        else []
    )
    return ", ".join([*(f"{listed(names)} {told}" for told, names in bent if names), scaled, *weighed, *left])


def _swaps(card: Card) -> str:
    return ", bettered by random swaps until none helps" if card.profile.customers <= FEW else ""


def rules_told(card: Card, numbers: Numbers) -> list[tuple[str, str, str]]:
    """Each cleaning rule that was on: what it catches, what it does, the rows it touched."""
    known = {rule.name: rule for rule in rules_for(card.schema)}
    return [
        (
            known[run.rule].catches if run.rule in known else run.rule,
            known[run.rule].does if run.rule in known else "",
            numbers.whole(run.rows),
        )
        for run in card.rules
    ]


def opening(card: Card, numbers: Numbers) -> str:
    """The sentence that says which model is live."""
    touched = sum(run.rows for run in card.rules)
    rows = "no row" if not touched else "one row" if touched == 1 else f"{numbers.whole(touched)} rows"
    return (
        f"{card.parameters.k} segments of {numbers.whole(card.profile.customers)} customers, made on "
        f"{moment(card.made)} from {card.data.name}; cleaning touched {rows}."
    )


def _touched(card: Card, numbers: Numbers) -> str:
    on = len(card.rules)
    touched = sum(run.rows for run in card.rules)
    return f"{on} rules on, which touched {numbers.whole(touched)} rows"


def moment(iso: str) -> str:
    """A time, ISO 8601 and UTC, in words."""
    time = datetime.fromisoformat(iso)
    return f"{time.day} {time:%B %Y, %H:%M} UTC"

"""What the segments page says of categories that are bought together."""

from __future__ import annotations

from collections.abc import Iterator

from dash.development.base_component import Component

from core.model.together import FEWEST, Together
from core.numbers import Numbers
from core.services import Services
from core.statistics.lift import Lift, Lifts
from layouts.components import Table
from layouts.segments import orders as layout

_ROWS = 5  # pairs of each segment, and of everyone


def drawn(services: Services) -> Component | None:
    """The pairs of categories of which something can be said; None where the table has no categories of orders."""
    found, numbers = services.model.card.together, services.numbers
    if found is None:
        return None
    if found.several < FEWEST:
        few = f"{numbers.whole(found.several)} of {numbers.whole(found.purchases)} purchases have more than one category"
        return layout.together(f"{few}: too few to say which are bought together.")
    return layout.together(_lead(numbers, found), _table(services, found))


def _lead(numbers: Numbers, found: Together) -> str:
    start = f"Of {numbers.whole(found.purchases)} purchases {numbers.whole(found.several)} have more than one category."
    of = f"{start} Of {numbers.many(found.everyone.pairs, 'pair', 'pairs')} of categories"
    if not found.everyone.pairs:
        return f"{start[:-1]}: too few of any two to say whether they are bought together."
    if not found.everyone.found:
        return f"{of} none is bought together more or less than by chance, over all customers."
    first = found.everyone.found[0]
    one, other = (found.names[place] for place in first.pair)
    return (
        f"{of} {numbers.many(len(found.everyone.found), 'is', 'are')} bought together more or less than by chance, surest of all "
        f"{one} and {other}: {_times(numbers, first)}."
    )


def _times(numbers: Numbers, one: Lift) -> str:
    return (
        f"{numbers.fixed(one.lift)} times as often as in purchases of as many categories by chance (between "
        f"{numbers.fixed(one.interval[0])} and {numbers.fixed(one.interval[1])})"
    )


def _table(services: Services, found: Together) -> Table | None:
    segments = services.model.card.profile.segments
    groups = [*zip((one.name for one in segments), found.segments, strict=False)]
    if len(groups) > 1 and not any(one.found for _, one in groups):
        groups = [("Each segment", groups[0][1])]
    groups = [("Everyone", found.everyone), *groups]
    rows = [row for name, one in groups for row in _rows(services.numbers, found, name, one)]
    head = (
        "Who",
        "Categories",
        "In purchases",
        "Of the first, also the second",
        "Of the second, also the first",
        "Lift",
        "Between",
    )
    return Table(head, rows) if rows else None


def _rows(numbers: Numbers, found: Together, name: str, lifts: Lifts) -> Iterator[tuple[str, ...]]:
    if not lifts.found and found.everyone.found:
        yield (name, "no pair that is no chance", "", "", "", "", "")
    for one in lifts.found[:_ROWS]:
        pair = " and ".join(found.names[place] for place in one.pair)
        low, high = (numbers.fixed(end) for end in one.interval)
        yield (
            name,
            pair,
            numbers.percent(one.support),
            *map(numbers.percent, one.confidence),
            numbers.fixed(one.lift),
            f"{low} and {high}",
        )

"""What would change if segments were made otherwise, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.datasets.trials import Trial
from core.model.profile import Profile, SegmentProfile
from core.numbers import Numbers, listed
from core.schema.schema import Schema

SEGMENTS = ("Segment", "Goes on as", "Customers", "Customers then")
WAYS = ("From", "To", "Customers", "Mostly by")


def summary(trial: Trial, live: Profile, schema: Schema, numbers: Numbers) -> str:
    """How many would be elsewhere, how far the two agree, what does it, and how many names change."""
    found = trial.moved.agreement
    if not found.elsewhere:
        return f"Made so, all {numbers.whole(found.both)} customers stay in their segments."
    renamed = sum(one.name != name for one, name in _pairs(trial, live))
    by = listed(
        [
            schema.label(name) if place == 0 else schema[name].called
            for place, name in enumerate(trial.moved.drivers)
        ]
    )
    names = "All segments would be called as they are."
    if renamed:
        names = f"{numbers.whole(renamed)} of {numbers.whole(len(live.segments))} segments would be called otherwise."
    return (
        f"Made so, {numbers.whole(found.elsewhere)} of {numbers.whole(found.both)} customers "
        f"({numbers.percent(found.elsewhere / found.both)}) would be in another segment. Adjusted Rand index "
        f"{numbers.fixed(found.rand)}: 1 is the same segments, 0 no more alike than by chance. {by} "
        f"{'takes' if len(trial.moved.drivers) == 1 else 'take'} {_how_many(trial)} there. {names}"
    )


def _how_many(trial: Trial) -> str:
    """What those figures that take most customers elsewhere take of them all."""
    drivers, moved = trial.moved.drivers, trial.moved
    theirs = sum(one.customers for one in moved.ways if one.field in drivers)
    return "most of them" if 2 * theirs > moved.agreement.elsewhere else "more of them than other figures"


def segments(trial: Trial, live: Profile, numbers: Numbers) -> list[Sequence[str]]:
    """Each live segment, what it goes on as, and their sizes."""
    sizes = dict(enumerate(trial.moved.after, start=1))
    heirs = dict(zip((one.number for one in live.segments), trial.moved.heirs, strict=True))
    return [
        (
            one.name,
            "the same" if name == one.name else name or "nothing",
            numbers.whole(trial.moved.before[one.number - 1]),
            numbers.whole(sizes.get(heirs[one.number], 0)),
        )
        for one, name in _pairs(trial, live)
    ]


def largest(trial: Trial, live: Profile, schema: Schema, numbers: Numbers) -> str:
    """The way that more would go than any other."""
    way = trial.moved.ways[0]
    return (
        f"The largest flow, {numbers.many(way.customers, 'customer', 'customers')}, would be from {live.names[way.before]} to "
        f"{trial.names[way.after - 1]}, mostly by {schema[way.field].called}."
    )


def ways(trial: Trial, live: Profile, schema: Schema, numbers: Numbers) -> list[Sequence[str]]:
    """Who goes where, and by which figure."""
    was = live.names
    return [
        (was[one.before], trial.names[one.after - 1], numbers.whole(one.customers), schema.label(one.field))
        for one in trial.moved.ways
    ]


def _pairs(trial: Trial, live: Profile) -> Iterator[tuple[SegmentProfile, str]]:
    """Each live segment, and what that is called as which it goes on; empty if it does not."""
    for one, heir in zip(live.segments, trial.moved.heirs, strict=True):
        yield one, trial.names[heir - 1] if heir else ""

"""The charts of the segments page that follow the selection: each a figure, a finding and a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from callbacks.filters.spread import spread
from callbacks.segments.asked import Seen, short
from core.profiles import contrast
from core.profiles.contrast import EVERYONE, Gap, size_word
from layouts.components import Shown, Table
from layouts.segments import figures as segment_figures
from layouts.segments.figures import Trace

NOBODY = "No customer matches."
HATCHED = " Hatched: fewer than 30 customers."
BY_DESIGN = "by design"
IN_SHORT = {
    "too few to say": "too few",
    "could be chance": "chance?",
}  # beside the chart, where room is scarce
Widest = Mapping[str, tuple[int, int, Gap]]


def heat(seen: Seen) -> Shown:
    """Every field and segment, with the largest difference in words."""
    found, fields = seen.found, list(seen.found.fields)
    groups = seen.profiles(list(found.numbers), fields)
    everybody = [*found.numbers, EVERYONE]
    rows = [(seen.services.label(name), *(seen.mean(n, name) for n in everybody)) for name in fields]
    sizes = ("Customers", *(seen.services.numbers.whole(found.groups[n].size) for n in everybody))
    table = Table(("Mean", *map(seen.called, everybody)), [sizes, *rows])
    values = seen.asked.options["values"]
    written = [[seen.value(group.number, name, values) for group in groups] for name in fields]
    everyone = [seen.value(EVERYONE, name, values) for name in fields]
    figure = segment_figures.heat(seen.labels(fields), groups, written, everyone, seen.selected, seen.plotly)
    return Shown(figure, _extreme(seen, groups, fields), table)


def _extreme(seen: Seen, groups: Sequence[Trace], fields: Sequence[str]) -> str:
    """The largest difference of a segment with customers enough; of the others that they are few."""
    known = [
        (value, group.name, seen.services.schema[name].within)
        for group in groups
        if not group.small
        for value, name in zip(group.values, fields, strict=True)
        if value is not None
    ]
    if not seen.found.groups[EVERYONE].size:
        return NOBODY
    few = HATCHED if any(group.small for group in groups) else ""
    if not known:
        return f"No segment has 30 customers here, too few for an average to be told.{few}"
    if len({name for _, name, _ in known}) < 2:
        return f"Only one segment has 30 customers here, so there is none to set beside it.{few}"
    value, name, label = max(known, key=lambda one: abs(one[0]))
    return f"Furthest from everyone: {name} in {label}, {seen.services.numbers.signed(value)} standard deviations.{few}"


def gaps(seen: Seen) -> Shown:
    """Fields by the widest gap between the compared, with its size in words where that is a finding."""
    widest = seen.found.widest(seen.groups)
    fields = list(widest)
    fixed = seen.services.numbers.fixed
    sizes = [size_of(seen, name, gap) for name, (_, _, gap) in widest.items()]
    groups = [
        replace(group, errors=[_error(seen, group.number, name) for name in fields])
        for group in seen.profiles(seen.groups, fields)
    ]
    rows = [
        (
            seen.services.schema[name].label,
            f"{seen.names[high]}: {seen.mean(high, name)}",
            f"{seen.names[low]}: {seen.mean(low, name)}",
            fixed(gap.value) + (" ({} to {})".format(*map(fixed, gap.interval)) if gap.interval else ""),
            size,
        )
        for size, (name, (high, low, gap)) in zip(sizes, widest.items(), strict=True)
    ]
    table = Table(("Field", "Highest mean", "Lowest mean", "Difference (interval)", "Size"), rows)
    beside = [IN_SHORT.get(size, size) for size in sizes]
    figure = segment_figures.spans(seen.labels(fields), groups, beside, seen.plotly)
    return Shown(figure, _furthest(seen, seen.found.widest(seen.large(seen.groups))), table)


def size_of(seen: Seen, name: str, gap: Gap) -> str:
    """By design, too few to say, could be chance; a size by Cohen's measure only where it is more."""
    if name in seen.found.made:
        return BY_DESIGN
    if gap.is_open:
        return "too few to say"
    return "could be chance" if gap.chance else size_word(gap.value)


def _error(seen: Seen, number: int, name: str) -> float:
    """Half of the 95 % interval of a group's own difference from everyone; everyone has none."""
    gap = seen.found.gap(number, EVERYONE, name) if number != EVERYONE else None
    return short((gap.interval[1] - gap.interval[0]) / 2) or 0.0 if gap and gap.interval else 0.0


def _furthest(seen: Seen, widest: Widest) -> str:
    """The widest gap among the fields that segments were not made from, and the widest of those they were."""
    if not widest:
        return "Fewer than two of those compared have 30 customers: too few to say how they differ."
    made, all_ = seen.found.made, {*seen.groups} >= {*seen.found.numbers}
    begin = "Furthest apart" if all_ else "Of those compared, furthest apart"
    first = next((name for name in widest if name in made), None)
    other = next((name for name in widest if name not in made), None)
    said = []
    if first is not None:
        said.append(f"{begin} in {_apart(seen, first, widest)}, where they differ by design.")
    if other is not None:
        start = "Of the fields they were not made from, in" if said else f"{begin} in"
        said.append(f"{start} {_apart(seen, other, widest)}; {_sure(widest[other][2])}.")
    return " ".join(said)


def _apart(seen: Seen, name: str, widest: Widest) -> str:
    high, low, _ = widest[name]
    return (
        f"{seen.services.schema[name].within} ({seen.names[high]}: {seen.mean(high, name)}, "
        f"{seen.names[low]}: {seen.mean(low, name)} on average)"
    )


def _sure(gap: Gap) -> str:
    if gap.is_open:
        return "there are too few customers to say whether that is more than chance"
    return "the difference could be chance" if gap.chance else f"{size_word(gap.value)} by Cohen's measure"


def boxes(seen: Seen) -> Shown:
    """Quantiles of the chosen field by segment."""
    crossfilter = seen.services.model.crossfilter
    places = crossfilter.sample(seen.others.selection, contrast.MOST)
    sampled = len(places) < seen.found.groups[EVERYONE].size
    return spread(
        seen.services,
        places,
        seen.asked.options["field"],
        seen.plotly,
        everyone=seen.names[0],
        chosen=seen.selected,
        part=" From a random sample of those who match." if sampled else "",
    )

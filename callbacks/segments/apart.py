"""What sets one segment apart from everyone, a chart for each group of fields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from callbacks.segments.asked import Seen
from callbacks.segments.charts import IN_SHORT, NOBODY, size_of
from core.profiles.contrast import EVERYONE, Gap
from core.services import Services
from core.statistics.by_construction import chosen_by
from layouts.components import Shown, Table
from layouts.segments import figures as segment_figures
from layouts.segments.figures import Trace
from layouts.segments.portrait import group_id

Widest = dict[str, tuple[int, int, Gap]]


def charts(services: Services) -> list[tuple[str, str]]:
    """Id and name of the chart of each group that has fields which are compared."""
    return [(group_id(place), group) for place, group in enumerate(services.schema.groups)]


def shown(seen: Seen, number: int, values: str) -> dict[str, Shown]:
    """The charts; of a group in which nothing is compared there is none, whatever the filters."""
    widest = seen.found.widest((number, EVERYONE))
    answers, found = set(seen.services.schema.outcomes), {}
    for place, names in enumerate(seen.services.schema.groups.values()):
        if any(name in names for name in seen.found.fields if name not in answers):
            own = {name: one for name, one in widest.items() if name in names and name not in answers}
            found[group_id(place)] = _drawn(seen, number, own, values)
    return found


def _drawn(seen: Seen, number: int, widest: Widest, values: str) -> Shown:
    fields, title = list(widest), TITLES[values]
    sizes = [_size(seen, name, gap) for name, (_, _, gap) in widest.items()]
    own, all_ = seen.profiles((number, EVERYONE), fields)
    if values == "index":
        own, all_ = (_in_index(seen, one, fields) for one in (own, all_))
    beside = [_beside(seen, number, name, size, values) for name, size in zip(fields, sizes, strict=True)]
    at = 100.0 if values == "index" else 0.0
    figure = segment_figures.apart(seen.labels(fields), [own, all_], beside, title, seen.plotly, at=at)
    rows = [_row(seen, number, name, size) for name, size in zip(fields, sizes, strict=True)]
    return Shown(figure, _finding(seen, number, widest), Table(HEAD, rows))


def _size(seen: Seen, name: str, gap: Gap) -> str:
    """How much they differ, unless a filter decides it."""
    chosen = chosen_by(seen.others.selection, name, (), seen.services.schema)
    return FILTERED if chosen else size_of(seen, name, gap)


def _in_index(seen: Seen, group: Trace, fields: Sequence[str]) -> Trace:
    return replace(group, values=[seen.index(group.number, name) for name in fields])


def _row(seen: Seen, number: int, name: str, size: str) -> tuple[str, ...]:
    means = (seen.mean(one, name) for one in (number, EVERYONE))
    return (seen.services.label(name), *means, seen.value(number, name, "index"), size)


FILTERED = "by your filter"
HEAD = ("Mean", "They", "Everyone", "Index (everyone 100)", "Difference")
TITLES = {
    "actual": "below everyone's average | above",
    "index": "everyone = 100",
    "standardised": "standard deviations",
}


def _beside(seen: Seen, number: int, name: str, size: str, values: str) -> str:
    """What stands at the end of a row: both means, the index or the difference; and whether it could be chance."""
    unsure = f" {(IN_SHORT | {FILTERED: 'filtered'})[size]}" if size in (*IN_SHORT, FILTERED) else ""
    both = f" / {seen.mean(EVERYONE, name)}" if values == "actual" else ""
    return f"{seen.value(number, name, values)}{both}{unsure}"


def _finding(seen: Seen, number: int, widest: Widest) -> str:
    """The field in which they stand furthest from everyone, by both means."""
    group = seen.found.groups[number]
    if not group.size:
        return NOBODY
    if group.small:
        return "Fewer than 30 customers: too few for averages to be told."
    sizes = {name: _size(seen, name, gap) for name, (_, _, gap) in widest.items()}
    sure = [name for name, size in sizes.items() if size not in (*IN_SHORT, FILTERED)]
    if not sure:
        return "What sets them apart here could be chance, or is what you filtered by."
    own, all_ = (seen.mean(one, sure[0]) for one in (number, EVERYONE))
    what = seen.services.schema[sure[0]].within
    return f"Furthest from {seen.names[EVERYONE]} in {what}: {own} against {all_} on average."

"""What the segments page says for a selection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from callbacks import trust
from callbacks.filters import beside
from callbacks.filters.address import Asked
from callbacks.filters.page import More
from callbacks.segments import by_design
from callbacks.segments import charts as segment_charts
from callbacks.segments.asked import Seen
from core.profiles.contrast import EVERYONE
from core.services import Services
from layouts.components import Shown
from layouts.segments.page import ALL, COMPARE, ids
from layouts.theme import Template


def more(services: Services, asked: Asked, plotly: Template) -> More:
    """All that follows the selection in the section that is open, as the browser redraws it."""
    seen = Seen.of(services, asked, plotly)
    return as_more(seen, following(seen))


def as_more(seen: Seen, shown: Mapping[str, Shown]) -> More:
    """Charts that are made already, with the sentence above them."""
    found = More.of(shown) | More(texts={ids.LEAD: lead(seen)})
    if seen.asked.options["show"] != COMPARE:
        return found
    basis = More(texts={ids.BASIS: by_design.told(seen.services, whole=seen.found.whole)})
    return found | basis | beside.more(seen.services, seen.others, sorted({EVERYONE, *seen.groups}))


def following(seen: Seen) -> dict[str, Shown]:
    """The charts that follow the selection in the section that is open."""
    drawn = {
        ALL: {ids.HEAT: segment_charts.heat},
        COMPARE: {ids.GAPS: segment_charts.gaps, ids.BOXES: segment_charts.boxes},
    }
    return {id: made(seen) for id, made in drawn.get(seen.asked.options["show"], {}).items()}


def lead(seen: Seen) -> str:
    """The two fields that set segments apart most, with the range of their averages."""
    found = seen.found
    if not found.groups[EVERYONE].size:
        return "No customer matches your filters."
    start = _matching(seen)
    if len(seen.large(found.numbers)) < 2:
        few = "two segments have 30 customers: too few to say how they differ."
        return f"{start}fewer than {few}" if start else f"Fewer than {few}"
    fields = sorted(found.fields, key=lambda name: -found.explained(name))[:2]
    start += "segments differ" if start else "Segments differ"
    return f"{start} most in {' and '.join(_range(seen, name) for name in fields)}{_made(seen, fields)}.{trust.one_crowd(seen.services)}"


def _matching(seen: Seen) -> str:
    """Of whom the page speaks: all that match, and also others where segments themselves are chosen."""
    if not seen.asked.selection:
        return ""
    whole, compared = seen.services.numbers.whole, seen.found.groups[EVERYONE].size
    if not seen.selected:
        return f"Among the {whole(compared)} customers that match your filters, "
    matching = sum(seen.found.groups[number].size for number in seen.selected)
    others = "pass the other filters" if seen.others.selection else "there are"
    return (
        f"{whole(matching)} {'customer matches' if matching == 1 else 'customers match'} your filters. To compare "
        f"them with the others, these charts show all segments: among the {whole(compared)} customers that "
        f"{others}, "
    )


def _made(seen: Seen, fields: Sequence[str]) -> str:
    """That they were made to, where they were."""
    made = [seen.services.schema[name].within for name in fields if name in seen.found.made]
    if not made:
        return ""
    return f": they differ by design in {'both' if len(made) == len(fields) > 1 else made[0]}"


def _range(seen: Seen, name: str) -> str:
    means = [
        mean for n in seen.large(seen.found.numbers) if (mean := seen.found.groups[n].means[name]) is not None
    ]
    unit = (
        f" {seen.services.schema[name].unit}" if seen.services.schema[name].unit in ("days", "years") else ""
    )
    low, high = seen.written(name, min(means)), seen.written(name, max(means))
    return f"{seen.services.schema[name].within} (averages from {low} to {high}{unit})"

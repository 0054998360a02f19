"""Each segment's part of customers beside its part of what they bring."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from callbacks.filters import cards as card_scope
from callbacks.filters.address import Asked
from callbacks.filters.moves import ByBins, Ratio
from callbacks.filters.page import More
from callbacks.overview.rows import ranked
from core.model.profile import SegmentProfile
from core.numbers import agreed, spell
from core.schema.fields import SEGMENT
from core.services import Services
from layouts.components import Shown, Table
from layouts.figures import as_text
from layouts.overview import hero as layout
from layouts.overview.hero import Row
from layouts.theme import Template

HALF = 0.5


def more(services: Services, asked: Asked, id: str, plotly: Template) -> More:
    """The chart, its finding and its table: of those who pass the filters on other fields than segments."""
    found = card_scope.seen(services, asked.selection)
    parts = [found[one.number] for one in ranked(services.model.card.profile)]
    rows = _rows(services, asked, parts)
    table = Table(head(services), _table(services, rows, parts))
    return More.of({id: Shown(layout.figure(rows, plotly), _finding(services, asked, rows, parts), table)})


def moves(seen: ByBins) -> dict[str, Ratio]:
    """The lengths of the bars: parts of all."""
    value, ranks = seen.services.schema.value, ranked(seen.services.model.card.profile)
    places = [one.number - 1 for one in ranks]
    found = [
        one.counts if one.sums is None else one.sums
        for one in seen.by(SEGMENT, [None, value][: 1 + bool(value)])
    ]
    return {
        f"{place}.x": Ratio("part", one[places], one[places].sum(axis=0, keepdims=True))
        for place, one in enumerate(found)
    }


def head(services: Services) -> list[str]:
    """The columns of the table."""
    value = services.schema[services.schema.value].label if services.schema.value else ""
    return ["Segment", "Customers", "Part of them", *([value, "Part of it"] if value else [])]


def _rows(services: Services, asked: Asked, parts: Sequence[SegmentProfile]) -> list[Row]:
    numbers, value = services.numbers, services.schema.value
    size, spending = sum(one.size for one in parts), sum(one.spending for one in parts)
    chosen, of = asked.selection.codes(SEGMENT), services.schema[value].called if value else ""
    rows = []
    for place, part in enumerate(parts):
        shares = [part.size / (size or 1), *([part.spending / (spending or 1)] if value else [])]
        written = [numbers.percent(share) for share in shares]
        told = [f"{part.number} {part.name}", f"{written[0]} of customers ({numbers.whole(part.size)})"]
        told += [
            f"{one} of {of} ({numbers.money(part.spending, services.schema.cents)})" for one in written[1:]
        ]
        if place == 0:
            written = [f"{one} of {what}" for one, what in zip(written, ("customers", of), strict=False)]
        rows.append(
            Row(
                part.number,
                part.name,
                numbers.whole(part.size),
                shares[0],
                shares[1] if value else None,
                written,
                "<br>".join(map(as_text, told)),
                bool(chosen) and part.number - 1 not in chosen,
            )
        )
    return rows


def _finding(services: Services, asked: Asked, rows: Sequence[Row], parts: Sequence[SegmentProfile]) -> str:
    """How few bring half."""
    numbers, schema = services.numbers, services.schema
    size = sum(one.size for one in parts)
    if not size:
        return "No customer matches."
    selected = size < services.model.card.profile.customers
    own = f"Of the {numbers.whole(size)} selected: " if selected else ""
    if asked.selection.codes(SEGMENT):
        own = f"Without the filter on segments, so of {numbers.whole(size)} customers. "
    values = [row.customers if row.value is None else row.value for row in rows]
    order = sorted(range(len(rows)), key=lambda place: -values[place])
    if not sum(values):
        return f"{own}They bring nothing."
    least = next(n for n, part in enumerate(accumulate(values[place] for place in order), 1) if part >= HALF)
    first = order[:least]
    customers = numbers.percent(sum(rows[place].customers for place in first))
    name = rows[first[0]].name
    which = name if least == 1 else f"{spell(least)} of {spell(len(rows)).lower()} segments"
    if schema.value is None:
        are = agreed(name, "is", "are") if least == 1 else "are"
        return f"{own}{which} {are} {customers} of customers."
    bring = agreed(name, "brings", "bring") if least == 1 else "bring"
    part, value = numbers.percent(sum(values[place] for place in first)), schema[schema.value]
    whole = value.called if selected else value.of_all("")
    return f"{own}{which} {bring} {part} of {whole}, with {customers} of customers."


def _table(services: Services, rows: Sequence[Row], parts: Sequence[SegmentProfile]) -> list[tuple[str, ...]]:
    numbers, cents = services.numbers, services.schema.cents
    return [
        (
            f"{row.number} {row.name}",
            row.size,
            numbers.percent(row.customers),
            *(() if row.value is None else (numbers.money(part.spending, cents), numbers.percent(row.value))),
        )
        for row, part in zip(rows, parts, strict=True)
    ]

"""From the figures of a campaign to the charts and tables of its page."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from callbacks.campaigns import words
from callbacks.campaigns.words import between, bins, mark
from core.campaigns.board import SMALL, verdict
from core.campaigns.differences import Cell
from core.campaigns.gains import Gains
from core.campaigns.report import Report
from core.crossfilter.binning import Axis
from core.crossfilter.table import Selection
from core.numbers import Numbers
from core.services import Services
from layouts.campaigns import figures as draw
from layouts.campaigns.figures import Bar, Curve, Heat, Point
from layouts.campaigns.page import ids, response_id
from layouts.charts import ticks_of
from layouts.components import Table
from layouts.figures import Figure
from layouts.theme import ACCENT, EVERYONE, Template, segment_colour

DEPTHS = tuple(step / 10 for step in range(1, 11))  # shown in the tables


def figures(services: Services, found: Report, selection: Selection, plotly: Template) -> dict[str, Figure]:
    """Every chart of the page, by element."""
    chosen = selection.codes("Segment")
    numbers, money = services.numbers, found.economics
    reached = [Curve(name, c.depth.tolist(), c.reached.tolist(), *look) for name, c, *look in _curves(found)]
    profits = [
        Curve(name, c.depth.tolist(), c.profit(money).tolist(), *look) for name, c, *look in _curves(found)
    ]
    best = found.promising.best(money)
    named = (
        float(found.promising.depth[best]),
        float(found.promising.profit(money)[best]),
        f"best: {numbers.money(float(found.promising.profit(money)[best]), money.cents)}",
    )
    return {
        ids.BOARD: draw.board(
            board_bars(services, found),
            money.break_even,
            f"break-even {numbers.rate(money.break_even)}",
            chosen,
            plotly,
            numbers,
        ),
        ids.HEATMAP: draw.heatmap(
            _heat(services, found),
            [segment.name for segment in services.model.card.profile.segments],
            [*map(str, range(1, len(services.schema.outcomes))), "last"],
            chosen,
            plotly,
        ),
        ids.GAINS: draw.gains(reached, plotly, numbers),
        ids.RETURNS: draw.profit(profits, float(found.noise.mean()), named, plotly, numbers, money.cents),
        **{response_id(name): _response(services, found, name, selection, plotly) for name in found.by},
    }


def tables(services: Services, found: Report) -> dict[str, Table]:
    """Every chart as a table, by element."""
    depth = _depth_table(found, services.numbers)
    return {
        ids.HEATMAP: _heat_table(services, found),
        ids.GAINS: depth,
        ids.RETURNS: depth,
        **{response_id(name): _by_table(services, found, name) for name in found.by},
    }


def board_bars(services: Services, found: Report) -> list[Bar]:
    """The rows of the board that are drawn, in its order."""
    names = words.groups(services)
    colours = {"everyone": EVERYONE, "spenders": ACCENT, "loyal": ACCENT}
    for segment in services.model.card.profile.segments:
        names[str(segment.number)] = segment.name
        colours[str(segment.number)] = segment_colour(segment.number)
    drawn = []
    for key, row in words.rows_of(found).items():
        if key not in names:
            continue
        code = int(key) - 1 if key.isdigit() else None
        rate, low, high = (
            (row.interval.rate, row.interval.low, row.interval.high) if row.interval else (None, 0, 0)
        )
        said = verdict(row)
        text = said
        if row.interval:
            sure = between(row.interval, services.numbers)
            text = f"{services.numbers.rate(rate)}, {sure}<br>{said}"
        drawn.append(Bar(names[key], rate, low, high, said, text, colours[key], code))
    return drawn


def _curves(found: Report) -> list[tuple[str, Gains, str, str]]:
    """Name, gains, colour and dash of each line; before campaign 1, there is only the value to go by."""
    highest = f"Highest {found.ranks} first" if found.ranks else "In any order"
    if not found.before:
        return [(highest, found.promising, ACCENT, "solid")]
    ranked = [(highest, found.spending, EVERYONE, "dash")] if found.ranks else []
    return [("Earlier acceptances first", found.promising, ACCENT, "solid"), *ranked]


def _depth_table(found: Report, numbers: Numbers) -> Table:
    curve = found.promising
    profits = curve.profit(found.economics).tolist()
    places = sorted(
        {int((curve.depth < depth - 1e-9).sum()) for depth in DEPTHS} | {curve.best(found.economics)}
    )
    return Table(
        ("Customers contacted", "Number", "Acceptances", "Reached", "Profit"),
        [
            (
                numbers.rate(float(curve.depth[place])),
                numbers.whole(float(curve.contacted[place])),
                numbers.whole(float(curve.accepted[place])),
                numbers.rate(float(curve.reached[place])),
                numbers.money(profits[place], found.economics.cents),
            )
            for place in places
            if 0 < place < len(profits)
        ],
    )


def _heat(services: Services, found: Report) -> list[list[Heat]]:
    return [
        [_hot(found.cells[campaign][place], services.numbers) for campaign in services.schema.outcomes]
        for place in range(len(found.segments))
    ]


def _hot(cell: Cell, numbers: Numbers) -> Heat:
    if math.isnan(cell.rate):
        return Heat(math.nan, "–", "no customer", marked=False)
    text = (
        f"{numbers.rate(cell.rate)} ({numbers.rates(cell.low, cell.high)})<br>"
        f"{numbers.whole(cell.accepted)} of {numbers.whole(cell.contacted)}, {_against(cell, numbers)}"
    )
    few = "~" if cell.contacted < SMALL else ""
    return Heat(cell.rate, f"{few}{numbers.percent(cell.rate)} {mark(cell)}".strip(), text, cell.different)


def _against(cell: Cell, numbers: Numbers) -> str:
    said = numbers.times(cell.rate, cell.average)
    return said if cell.different else f"{said}; could be chance"


def _heat_table(services: Services, found: Report) -> Table:
    rows = [
        (
            segment.name,
            *(_in_words(found.cells[name][place], services.numbers) for name in services.schema.outcomes),
        )
        for place, segment in enumerate(services.model.card.profile.segments)
    ]
    return Table(("Segment", *(words.called(services, name) for name in services.schema.outcomes)), rows)


def _in_words(cell: Cell, numbers: Numbers) -> str:
    if not cell.contacted:
        return "–"
    return f"{numbers.rate(cell.rate)} of {numbers.whole(cell.contacted)}, {_against(cell, numbers)}"


def _response(services: Services, found: Report, name: str, selection: Selection, plotly: Template) -> Figure:
    points = _points(services, found, name)
    average = float(found.selected.rates[0])
    counted = name == found.earlier
    ticks = (
        [(p.place, str(p.place)) for p in points]
        if counted
        else ticks_of(services.axis(name), services.numbers)
    )
    return draw.response(
        points,
        field=name,
        ticks=ticks,
        average=average,
        chosen=_chosen(selection, found, name),
        template=plotly,
        numbers=services.numbers,
    )


def _chosen(selection: Selection, found: Report, name: str) -> frozenset[int]:
    return selection.codes(name) if name != found.earlier or found.is_last else frozenset()


def _points(services: Services, found: Report, name: str) -> list[Point]:
    groups, labels = found.by[name], bins(services, found, name)
    codes = _codes(services.model.crossfilter.axes.get(name), found, name)
    return [
        Point(
            place,
            interval.rate,
            interval.low,
            interval.high,
            _told(services, name, labels[place], int(n), int(x), between(interval, services.numbers)),
            bool(n < SMALL),
            codes[place],
        )
        for place, (interval, n, x) in enumerate(
            zip(groups.intervals(), groups.contacted, groups.accepted, strict=True)
        )
        if interval
    ]


def _codes(axis: Axis | None, found: Report, name: str) -> Mapping[int, int | None]:
    """The code that a click on each place chooses; earlier acceptances can be chosen for the last campaign only."""
    places: dict[int, int | None] = dict.fromkeys(range(len(found.by[name])))
    if name != found.earlier:
        return {code: code for code in places}
    if found.is_last and axis is not None:
        places |= {int(axis.edges[code]): code for code in range(axis.known)}
    return places


def _told(services: Services, name: str, label: str, n: int, x: int, sure: str) -> str:
    numbers = services.numbers
    small = "<br>few customers" if n < SMALL else ""
    return (
        f"{label}{words.unit_of(services, name)}: {numbers.rate(x / n)}<br>{sure}<br>"
        f"{numbers.whole(x)} of {numbers.whole(n)} accepted{small}"
    )


def _by_table(services: Services, found: Report, name: str) -> Table:
    numbers, groups = services.numbers, found.by[name]
    rows: list[Sequence[str]] = [
        (
            label,
            f"{numbers.whole(int(x))} of {numbers.whole(int(n))}",
            numbers.rate(interval.rate),
            between(interval, numbers),
            "few customers" if n < SMALL else "",
        )
        for label, n, x, interval in zip(
            bins(services, found, name), groups.contacted, groups.accepted, groups.intervals(), strict=True
        )
        if interval
    ]
    return Table((words.responses(services)[name], "Accepted", "Rate", "95% interval", ""), rows)

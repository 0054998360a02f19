"""Relations between fields, for the customers that pass the filters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import pandas as pd
from dash.development.base_component import Component

from callbacks.filters import lacking
from callbacks.filters.address import Asked
from callbacks.filters.answered import Answered
from callbacks.filters.moves import ByBins, Moves, Ratio
from callbacks.filters.page import More
from callbacks.filters.relations import POINTS, Pair, chosen, digits, main_pair, related, sentence
from callbacks.filters.relations import points as shown_points
from callbacks.filters.spread import spread
from core.crossfilter.binning import Axis, Scale
from core.crossfilter.table import Breakdown
from core.profiles import narrative as words
from core.schema.fields import SEGMENT, Kind, in_sentence
from core.services import Services
from core.statistics import describe
from core.statistics.describe import Relation
from layouts import relation_figures
from layouts.components import Shown, Table, chart
from layouts.explore import ids
from layouts.figures import WHISKERS
from layouts.theme import Template

MOST = 18  # fields that a heatmap has room for
LISTED = 12  # correlations in the table behind the heatmap


def figures(services: Services, asked: Asked, plotly: Template) -> More:
    """All three figures, what they say, and the tables behind them."""
    table = services.model.crossfilter
    places = table.sample(asked.selection, len(table))
    people = services.model.people.rows(places, [*_known(services), SEGMENT])
    return More.of(
        {
            ids.HEATMAP: _correlation(services, asked, people, plotly),
            ids.PAIR: _pair(services, asked, people, plotly),
            ids.BOX: spread(services, places, asked.options["y"], plotly),
        }
    )


def charts(found: Answered) -> list[Component]:
    """The same in their frames."""
    names = {
        ids.HEATMAP: ("Correlations", "from −1 to 1; click a cell to see the two fields below", 640),
        ids.PAIR: ("One field against another", "customers, shaded by their number; a sample as points", 480),
        ids.BOX: ("By segment", WHISKERS, 380),
    }
    return [
        chart(id, name, unit, found.shown(id), height=high, walks="cell" if id == ids.PAIR else "")
        for id, (name, unit, high) in names.items()
    ]


def fields(services: Services) -> Sequence[str]:
    """Which fields can be related: what the template picks, else amounts, counts and durations, and no parts and rates
    but those that are shown against each other first.
    """
    schema, axes = services.schema, services.model.crossfilter.axes
    own = schema.of(Kind.AMOUNT, Kind.COUNT, Kind.YEARS, Kind.DAYS) or schema.measures
    names = schema.picked("related") or tuple(dict.fromkeys((*own[:MOST], *main_pair(services))))
    return [name for name in names if name in axes]


def _known(services: Services) -> list[str]:
    return [name for name in fields(services) if lacking.is_known(services, name)]


def _correlation(services: Services, asked: Asked, people: pd.DataFrame, plotly: Template) -> Shown:
    names = _known(services)
    method = cast(describe.Method, asked.options["method"])
    table = describe.correlations(people[names], method)
    labels = [services.label(name) for name in names]
    top = describe.strongest(people[names], table, LISTED, method, services.schema)
    rows = [
        (
            f"{services.label(one.one)} and {services.label(one.other)}",
            services.numbers.fixed(one.strength),
            _strength(one),
        )
        for one in top
    ]
    figure = relation_figures.correlation(names, labels, table.to_numpy().tolist(), plotly)
    head = ("Fields", "Correlation", "In words")
    return Shown(figure, _stands_out(services, top, len(people)), Table(head, rows))


def _stands_out(services: Services, top: Sequence[Relation], customers: int) -> str:
    """The strongest relation that chance alone does not explain, given how many pairs it was picked from."""
    if customers < words.FEWEST_RELATED:
        return f"{customers} customers are too few to say which fields are related."
    if not top:
        return "Nothing varies enough among these customers to be related."
    found = next((one for one in top if not one.chance), None)
    if found is None:
        one, other = (in_sentence(services.label(name)) for name in (top[0].one, top[0].other))
        return (
            f"Nothing stands out over {services.numbers.whole(customers)} customers: the strongest of {top[0].pairs} pairs, {one} and {other} "
            f"(r\u00a0=\u00a0{services.numbers.fixed(top[0].strength)}), could be chance."
        )
    said = words.relation(
        services.label(found.one),
        in_sentence(services.label(found.other)),
        found.strength,
        found.customers,
        services.numbers,
    )
    which = "Strongest" if found is top[0] else "Strongest that can't be chance alone"
    return f"{which}: {said}, over {services.numbers.whole(found.customers)} customers."


def _strength(one: Relation) -> str:
    if one.chance:
        return "could be chance"
    size = abs(one.strength)
    how = "strong" if size >= 0.5 else "moderate" if size >= 0.3 else "weak" if size >= 0.1 else "hardly any"
    return how if one.strength > 0 else f"{how}, falling"


def _pair(services: Services, asked: Asked, people: pd.DataFrame, plotly: Template) -> Shown:
    crossfilter, numbers = services.model.crossfilter, services.numbers
    x, y = services.axis(asked.options["x"]), services.axis(asked.options["y"])
    known = crossfilter.pairs(asked.selection, x.name, y.name)[: x.known, : y.known]
    shown = people[list(dict.fromkeys([x.name, y.name, SEGMENT]))].dropna()
    titles = (services.label(x.name), services.label(y.name))
    sides, ends = crossfilter.sides(x.name, y.name), services.model.people.ends
    figure = relation_figures.density(
        (_edges(x, ends(x.name)), _edges(y, ends(y.name))),
        known.T.tolist(),
        _points(services, shown.head(POINTS), x.name, y.name),
        titles,
        plotly,
        sides,
        chosen(services, asked.selection, sides),
    )
    rows = [
        (x.labels[code], numbers.whole(int(row.sum())), y.labels[int(row.argmax())] if row.sum() else "")
        for code, row in enumerate(known)
    ]
    said = related(services, shown, x.name, y.name)
    points = f"{numbers.whole(min(POINTS, len(shown)))} of {numbers.whole(int(known.sum()))} customers are shown as points."
    finding = f"{sentence(said)} {points}" if said else points
    return Shown(figure, finding, Table(("Across", "Customers", "Most of them up"), rows))


def moves(seen: ByBins) -> Moves:
    """Customers by both fields, and those of them that are shown; nothing where one of both is filtered by itself."""
    services, asked = seen.services, seen.asked
    x, y = services.axis(asked.options["x"]), services.axis(asked.options["y"])
    if seen.fields == [x.name, y.name]:
        form, found = "area", seen.table.pairs(seen.others, x.name, y.name)[..., None]
    elif {x.name, y.name} & {*seen.fields, *(clause.source for clause in asked.selection.clauses)}:
        return Moves()
    else:
        view = Breakdown("pair", x.name, y.name)
        form, found = "root", seen.table.tile(asked.selection, seen.active, [view])["pair"]
    counts = np.swapaxes(found[: x.known, : y.known], 0, 1).reshape(-1, found.shape[2])
    points = {ids.PAIR: shown_points(seen, Pair(ids.PAIR, x.name, y.name), first=1)}
    return Moves(traces={ids.PAIR: {"0.z": Ratio(form, counts)}}, points=points)


def _points(services: Services, shown: pd.DataFrame, x: str, y: str) -> list[dict[str, Any]]:
    along = digits(services.schema[x]), digits(services.schema[y])
    return [
        relation_figures.points(segment.number, segment.name, part[x].tolist(), part[y].tolist(), along)
        for segment in services.model.card.profile.segments
        for part in (shown[shown[SEGMENT] == segment.number],)
    ]


def _edges(axis: Axis, values: tuple[float, float] | None) -> list[float]:
    """Edges of the known bins that a heatmap can draw; open bins end where everyone's values do, so that a filter moves none."""
    edges = np.array(axis.edges, dtype=np.float64)
    finite, (least, most) = edges[np.isfinite(edges)], values or (np.nan, np.nan)
    edges = np.where(np.isneginf(edges), np.fmin(least, finite[0] - 1), edges)
    edges = np.where(np.isposinf(edges), np.fmax(most, finite[-1] + 1), edges)
    # Whole numbers stand in the middle of their bin, as people read them.
    return (edges - 0.5 if axis.scale is Scale.WHOLE else edges).tolist()

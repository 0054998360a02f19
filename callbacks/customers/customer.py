"""One customer: values, segment, how firmly, the nearest alternative, who is most alike."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode

import numpy as np
import pandas as pd
from dash.development.base_component import Component

from callbacks.customers import rights
from callbacks.filters import address
from callbacks.filters.answer import origin
from callbacks.filters.columns import OPTIONS
from callbacks.web.guard import allows
from core.accounts.permissions import Action
from core.crossfilter.table import SelectionError
from core.data.people import People
from core.exports import display as shown
from core.forecast.history import History
from core.model.card import is_named
from core.profiles import advice
from core.profiles.nearest import Similar, similar
from core.schema.fields import IDENTIFIER, SEGMENT
from core.scoring.customer_input import of_row
from core.scoring.prediction import Prediction, predict
from core.services import Services
from layouts.components import meter
from layouts.customers import customer as layout

LONGEST_SHOWN = 64  # characters of an ID that nobody has
TOLD = 3  # figures of similar customers, besides the segment and the distance


def draw(services: Services, id: str, query: Mapping[str, str]) -> Component:
    """The page of the customer whose ID is written as `id`; `query` is the list they came from."""
    people, back = services.model.people, _back(services, query)
    place = people.place(id)
    if place is None:
        return layout.unknown(id[:LONGEST_SHOWN], _where(services), back)
    row = people.rows(np.array([place]))
    [found] = predict(services.model, [of_row(services.model, row)], services.grouped)
    values = {
        name: float(row[name].iloc[0])
        for name in people.schema
        if name in row and not people.field(name).kind.is_text
    }
    suggestion = advice.of_customer(services.model, found.segment.number, values, services.numbers)
    near, number = similar(services.model.space, people, place), found.segment.number
    return layout.layout(
        shown.write(people.field(IDENTIFIER), row[IDENTIFIER].tolist()[0], services.numbers),
        found.sentence,
        layout.links(
            back,
            urlencode({"customer": id}),
            rights.held_href(id) if allows(Action.EXPORT) and not services.live.hidden else "",
            rights.erase_href(id) if allows(Action.ERASE_CUSTOMERS) else "",
        ),
        layout.verdict(
            number,
            found.segment.name,
            meter(number, found.firmness, found.firmly(services.numbers)),
            (found.neighbour.number, found.neighbour.name, _how_near(services, found)),
            (suggestion.title, suggestion.text),
        ),
        layout.alike(
            ("Customer", "Segment", "Distance", *map(services.label, _told(people))),
            _alike(services, near, str(back[0].partition("?")[2])),
        ),
        _groups(services, row),
        _year(services, row),
    )


def _where(services: Services) -> str:
    """Where the IDs of all customers are."""
    if not is_named(services.model.card):
        return "It has no column that names customers: here they are called by the number of their row."
    return f"It is in the column {services.schema[IDENTIFIER].column}, and has to be written as there."


def _how_near(services: Services, found: Prediction) -> str:
    decimal = services.numbers.decimal
    own, other = (found.distances[one.number - 1] for one in (found.segment, found.neighbour))
    return (
        f"{decimal(other)} {found.unit} from its centre, against {decimal(own)} from its own; the "
        f"border is {decimal(found.border)} away."
    )


def _groups(services: Services, row: pd.DataFrame) -> dict[str, list[tuple[str, ...]]]:
    people, numbers = services.model.people, services.numbers
    averages = services.model.card.profile.averages
    [values] = row.to_dict("records")
    return {
        group: [
            (
                field.label,
                shown.write(field, values[name], numbers),
                numbers.of(field, averages[name].mean) if name in averages else "",
                field.unit,
            )
            for name in members
            for field in (people.field(name),)
            if name not in (IDENTIFIER, SEGMENT)
        ]
        for group, members in shown.groups(people).items()
    }


def _year(services: Services, row: pd.DataFrame) -> str:
    """Between what the next year of such a customer lies; empty where nothing is expected of customers."""
    found, numbers = services.model.card.forecast, services.numbers
    names = services.schema.picked("history")
    if found is None or not found.tells or row[list(names)].isna().to_numpy().any():
        return ""
    often, spent = found.of_one(History.of(*(row[name].to_numpy(dtype="float64") for name in names)))
    of, then = (
        "Of 100 customers with such a history 95 or more buy",
        "over the next year, if the models are right.",
    )
    if not often.high:
        return f"{of} nothing {then}"
    ends = [numbers.money(one, services.schema.cents) for one in (spent.low, spent.high)] if spent else []
    money = f" and spend between {' and '.join(ends)}" if ends else ""
    return f"{of} between {numbers.whole(often.low)} and {numbers.whole(often.high)} times{money} {then}"


def _told(people: People) -> list[str]:
    """Which figures of similar customers are told: the first that a list shows."""
    return [name for name in shown.defaults(people) if name not in (IDENTIFIER, SEGMENT)][:TOLD]


def _alike(services: Services, near: list[Similar], query: str) -> list[Component]:
    people, numbers = services.model.people, services.numbers
    told = _told(people)
    rows = people.rows(np.array([one.place for one in near], dtype=np.int64), [IDENTIFIER, SEGMENT, *told])
    found = []
    for one, values in zip(near, rows.to_dict("records"), strict=True):
        id = shown.write(people.field(IDENTIFIER), values[IDENTIFIER], numbers)
        figures = [
            numbers.decimal(one.distance),
            *(shown.write(people.field(f), values[f], numbers) for f in told),
        ]
        segment = int(values[SEGMENT])
        found.append(
            layout.similar(id, href(id, query), segment, services.model.card.profile.names[segment], figures)
        )
    return found


def href(id: str, query: str = "") -> str:
    """The address of a customer's page, which remembers the list."""
    return "/customers?" + "&".join(filter(None, [query, f"customer={quote(id, safe='')}"]))


def _back(services: Services, query: Mapping[str, str]) -> tuple[str, str]:
    """The list that the visitor came from, and what to call it."""
    text = "&".join(f"{name}={value}" for name, value in query.items())
    try:
        asked = address.parse(text, services.model.crossfilter, OPTIONS)
    except SelectionError:
        return "/customers", "All customers"
    count = services.model.crossfilter.count(asked.selection)
    text = address.bound(str(asked), origin(services))
    link = f"/customers?{text}" if text else "/customers"
    if not asked.selection:
        return link, "All customers"
    return link, f"The {services.numbers.whole(count)} customers of your filters"

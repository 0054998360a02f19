"""Campaigns: what works with whom, and whether contacting them pays."""

from __future__ import annotations

from typing import Any

import numpy as np
from dash import Dash, Input, Output
from dash.development.base_component import Component

from callbacks.campaigns import charts as campaign_charts
from callbacks.campaigns import words as campaign_words
from callbacks.filters import callbacks as filters
from callbacks.filters import everyone, lacking
from callbacks.filters.address import Asked, Option
from callbacks.filters.answered import Answered
from callbacks.filters.moves import Array, Moves, Ratio
from callbacks.filters.page import FilteredPage, More
from callbacks.frame.view import Query, mode
from callbacks.web.guard import requires
from callbacks.web.routes import answer_in_browser
from core.accounts.permissions import Action
from core.campaigns.counts import NO, YES, usable
from core.campaigns.economics import Economics, Known, as_typed, is_amount, of_file, plain, typed
from core.campaigns.report import Report, answered_by, earlier_of, report
from core.crossfilter.crossing import fields_of
from core.crossfilter.table import Breakdown
from core.numbers import Numbers, listed
from core.schema.fields import SEGMENT
from core.schema.fields import plain as without_log
from core.services import Services
from core.statistics.rates import CampaignError
from layouts.campaigns import page as layout
from layouts.campaigns.page import ids, response_id
from layouts.theme import Template, template

LEAST_REVENUE = 0.0001


def is_revenue(text: str) -> bool:
    """Whether an address can ask for this revenue of an acceptance; nothing means the file's."""
    return not text or (is_amount(text) and float(text) >= LEAST_REVENUE)


def is_cost(text: str) -> bool:
    """Whether an address can ask for this cost of a contact; nothing means the file's."""
    return not text or is_amount(text)


def campaigns(services: Services) -> dict[str, str]:
    """What campaigns are called in addresses; the last first, since it is shown if none is asked for."""
    if not services.schema.outcomes:
        return {"last": ""}
    *earlier, last = services.schema.outcomes
    return {"last": last} | {str(number): name for number, name in enumerate(earlier, start=1)}


def lacks(services: Services) -> str:
    """What is said where there are no answers to campaigns."""
    outcomes = services.schema.outcomes
    if any(lacking.is_known(services, name) for name in outcomes):
        return ""
    named = f" ({', '.join(outcomes)})" if outcomes else ""
    events = listed([services.schema[name].called for name in services.schema.events])
    happened = f" It has {events}, which happens to customers and answers nothing." if events else ""
    return (
        f"Your table has nothing on answers to campaigns{named}, so nothing can be said of what worked.{happened} "
        "Segments are made without them; a table with a column of yes and no for each campaign fills this page."
    )


def draw(services: Services, query: Query) -> Component:
    """The page, for the visitor's theme and what the address asks."""
    answered = [value for value, name in campaigns(services).items() if lacking.is_known(services, name)]
    spec = filtered(services)
    asked, error = filters.read(services, spec, query)
    found = Answered(services, spec, asked, template(mode(), services.numbers.separators))
    known = of_file(services.model.people)
    money = amounts(asked, known)
    return layout.layout(
        layout.Campaigns(
            texts=found.texts,
            figures=found.more.figures,
            tables=found.more.tables,
            campaigns=[
                (value, campaign_words.called(services, campaigns(services)[value])) for value in answered
            ],
            campaign=_campaign(services, asked),
            everyone=asked.options["everyone"],
            cost=_input(services, money.cost, known, known.economics.cost),
            revenue=_input(services, money.revenue, known, known.economics.revenue),
            segments=[(segment.number, segment.name) for segment in services.model.card.profile.segments],
            groups=list(campaign_words.groups(services).items()),
            responses=list(campaign_words.responses(services).items()),
            opened=filters.opened(found, error),
        )
    )


def _campaign(services: Services, asked: Asked) -> str:
    """The campaign that is asked for; another where nothing asks and the file has nothing on the last."""
    value = asked.options["campaign"]
    if value != "last" or lacking.is_known(services, campaigns(services)[value]):
        return value
    return next(one for one, name in campaigns(services).items() if lacking.is_known(services, name))


def more(services: Services, asked: Asked, plotly: Template) -> More:
    """Every figure, word and table of the page for what is asked."""
    found, known = counted(services, asked), of_file(services.model.people)
    return More(
        campaign_charts.figures(services, found, asked.selection, plotly),
        campaign_words.texts(services, found, known, asked.selection, whole=everyone.is_whole(asked)),
        campaign_charts.tables(services, found),
    )


def counted(services: Services, asked: Asked) -> Report:
    """All figures of the campaign that is asked for."""
    campaign = campaigns(services)[_campaign(services, asked)]
    known = of_file(services.model.people)
    return report(services.model, asked.selection, campaign, amounts(asked, known))


def filtered(services: Services) -> FilteredPage:
    """The page is made of whole figures; what is typed into it are options."""
    options = {
        "campaign": Option.one_of(*campaigns(services)),
        "cost": Option("", is_cost, "an amount of 0 or more, such as 2.5"),
        "revenue": Option("", is_revenue, "an amount above 0, such as 11"),
        **everyone.OPTION,
    }
    # Charts by a field set its filter aside, so that its other groups stay in sight.
    fields = answered_by(services.schema)
    ignoring = {ids.BOARD: SEGMENT, ids.HEATMAP: SEGMENT} | {
        layout.response_id(name): name for name in fields
    }
    return FilteredPage("/campaigns", options=options, more=more, ignoring=ignoring, moves=moves)


def moves(services: Services, asked: Asked, active: str) -> Moves:
    """The rates of the campaign that is asked for; nothing by a field that holds the answer itself, whose filter is left out."""
    schema, campaign = services.schema, campaigns(services)[_campaign(services, asked)]
    own = fields_of(active)
    held = {source for name in own for source in schema.sources(without_log(name))}
    free = [one for one in schema.outcomes if one not in held]
    traces = (
        {ids.HEATMAP: _cells(services, asked, active)}
        if active != SEGMENT and len(free) == len(schema.outcomes)
        else {}
    )
    if campaign in free:
        names = [name for name in answered_by(schema) if name not in (*own, earlier_of(schema))]
        known = [name for name in names if name in services.model.crossfilter.axes]
        traces |= {
            response_id(name): {"0.y": _rates(services, asked, active, campaign, name)} for name in known
        }
    return Moves(traces=traces)


def _cells(services: Services, asked: Asked, active: str) -> dict[str, Ratio]:
    """Row by row of the heatmap, and as its cells say it."""
    found = [_answers(services, asked, active, one, SEGMENT) for one in services.schema.outcomes]
    bins = found[0][0].shape[1]
    over, under = (np.stack(part, axis=1).reshape(-1, bins) for part in zip(*found, strict=True))
    return {"0.z": Ratio("cells", over, under), "1.text": Ratio("percent", over, under)}


def _rates(services: Services, asked: Asked, active: str, campaign: str, name: str) -> Ratio:
    return Ratio("places", *_answers(services, asked, active, campaign, name))


def _answers(services: Services, asked: Asked, active: str, campaign: str, name: str) -> tuple[Array, Array]:
    """Who accepted and who was contacted, by bins of a field and of `active`; its own filter is set aside."""
    selection = usable(asked.selection, campaign, services.schema, *([SEGMENT] if name == SEGMENT else []))
    view = Breakdown(name, campaign, name)
    found = services.model.crossfilter.crossed(active).tile(selection, active, [view])[name]
    return found[YES], found[[NO, YES]].sum(axis=0)


def amounts(asked: Asked, known: Known) -> Economics:
    """Cost and revenue as asked, or as the file has them."""
    cost, revenue = asked.options["cost"], asked.options["revenue"]
    return Economics(
        float(cost) if cost else known.economics.cost, float(revenue) if revenue else known.economics.revenue
    )


def register(app: Dash, services: Services) -> None:
    """Read typed amounts, say what is wrong with them, and hand good ones to the filters."""

    @app.callback(
        Output(ids.AMOUNTS, "data"),
        Output(ids.COST_SAID, "children"),
        Output(ids.REVENUE_SAID, "children"),
        Output(ids.COST, "invalid"),
        Output(ids.REVENUE, "invalid"),
        Input(ids.COST, "value"),
        Input(ids.REVENUE, "value"),
        prevent_initial_call=True,
    )
    @requires(Action.VIEW)
    def read_amounts(cost: object, revenue: object) -> list[Any]:
        known = of_file(services.model.people)
        read = {
            "cost": _read(services, cost, known, known.economics.cost, 0.0),
            "revenue": _read(services, revenue, known, known.economics.revenue, LEAST_REVENUE),
        }
        good = {name: value for name, (value, _, wrong) in read.items() if not wrong}
        return [good, *(said for _, said, _ in read.values()), *(wrong for _, _, wrong in read.values())]

    answer_in_browser(
        app, "useAmounts", Output(ids.AMOUNTS_USED, "data"), Input(ids.AMOUNTS, "data"), initially=False
    )


def _read(services: Services, given: object, known: Known, own: float, least: float) -> tuple[str, str, bool]:
    """The amount as addresses hold it, the line under it, and whether it can't be used."""
    numbers = services.numbers
    if given is None or not str(given).strip():
        return "", _from_file(known, own, numbers, own), False
    try:
        amount = typed(given, numbers, least=least)
    except CampaignError as error:
        return "", numbers.told(str(error)), True
    # What is shown of the file's amount has four decimals at most; typing it back means the file's.
    same = as_typed(amount, numbers) == as_typed(own, numbers)
    return ("" if same else plain(amount), _from_file(known, own, numbers, own if same else amount), False)


def _input(services: Services, amount: float, known: Known, own: float) -> tuple[str, str]:
    numbers = services.numbers
    return as_typed(amount, numbers), _from_file(known, own, numbers, amount)


def _from_file(known: Known, own: float, numbers: Numbers, current: float) -> str:
    """The line under an amount."""
    source = "The file says" if known.given else "Stands in:"
    if current == own:
        return "From the file." if known.given else "Stands in; the file says nothing."
    return f"{source} {as_typed(own, numbers)}."

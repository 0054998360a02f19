"""Segments: how they differ, how far to trust them, and what they are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dash import Dash, Input, Output, State, ctx
from dash.development.base_component import Component

from callbacks import trust
from callbacks.filters import beside
from callbacks.filters import callbacks as filters
from callbacks.filters import cards as card_scope
from callbacks.filters.address import Asked, Option
from callbacks.filters.answered import Answered
from callbacks.filters.page import EVERYTHING, FilteredPage, Texts
from callbacks.frame.view import Query, mode
from callbacks.segments import expected, naming, rfm, together
from callbacks.segments.answer import as_more, following, more
from callbacks.segments.asked import Seen, options
from callbacks.segments.space import standing
from callbacks.web.guard import allows, requires
from callbacks.web.routes import answer_in_browser
from core.accounts.permissions import Action
from core.crossfilter.table import Answer
from core.services import Services
from layouts.components import Shown
from layouts.filters import everyone
from layouts.segments import cards as segment_cards
from layouts.segments import page as layout
from layouts.segments import rfm as rfm_layout
from layouts.segments.page import ids
from layouts.theme import template

# All segments stay in sight: these charts set the filter on segments aside, the last two follow none.
IGNORING = dict.fromkeys((ids.HEAT, ids.GAPS, ids.BOXES), "Segment") | dict.fromkeys(
    (ids.MAP, ids.CENTRES), EVERYTHING
)


def draw(services: Services, query: Query) -> Component:
    """The section in the address, for the visitor's theme, role, and what the address asks."""
    spec = filtered(services)
    asked, error = filters.read(services, spec, _in_its_section(query))
    plotly = template(mode(), services.numbers.separators)
    seen = Seen.of(services, asked, plotly)
    shown = following(seen)
    found = Answered(services, replace(spec, more=lambda *_asked: as_more(seen, shown)), asked, plotly)
    return layout.layout(
        section=asked.options["show"],
        sections=sections(services),
        lead=found.texts[ids.LEAD],
        names=seen.names[1:],
        values=asked.options["values"],
        parts=_PARTS[asked.options["show"]](seen, found, shown),
        opened=filters.opened(found, error),
    )


def _in_its_section(query: Query) -> Query:
    """Who is compared is seen where segments are compared: older addresses don't say where that is."""
    compares = {"compare", "field", "beside"} & query.keys()
    return {"show": layout.COMPARE, **query} if compares else query


def sections(services: Services) -> dict[str, str]:
    """What there is to see; what customers order, where they were added up from orders."""
    ordered = services.schema.lines is not None or services.model.card.forecast is not None
    return {name: said for name, said in layout.SECTIONS.items() if name != layout.ORDERS or ordered}


def _all(seen: Seen, found: Answered, shown: Mapping[str, Shown]) -> Sequence[Component | None]:
    services, may_name = seen.services, allows(Action.NAME_SEGMENTS)
    parts = layout.all_of_them(
        profile=shown[ids.HEAT],
        trust=trust.quiet(services),
        cards=[segment_cards.card(one, may_name=may_name) for one in card_scope.cards(services, found.texts)],
        naming=segment_cards.naming(naming.forms(services), may_name=may_name),
    )
    return [*parts, rfm_layout.no_form()]


def _compared(seen: Seen, found: Answered, shown: Mapping[str, Shown]) -> Sequence[Component | None]:
    services, asked = seen.services, seen.asked
    return layout.compared(
        names=seen.names[1:],
        chosen=seen.groups,
        shown=shown,
        fields=[(name, services.label(name)) for name in seen.found.fields],
        field=asked.options["field"],
        basis=found.texts[ids.BASIS],
        options=everyone(asked.options["everyone"], *beside.choice(services, asked)),
        beside=beside.drawn(services, asked, found.more),
    )


def _sure(seen: Seen, _found: Answered, _shown: Mapping[str, Shown]) -> Sequence[Component | None]:
    unit = seen.services.model.card.parameters.preparation.unit
    return layout.sure(trust.panel(seen.services), standing(seen), unit)


def _orders(seen: Seen, _found: Answered, _shown: Mapping[str, Shown]) -> Sequence[Component | None]:
    return [part.drawn(seen.services) for part in (rfm, expected, together)]


_PARTS = {layout.ALL: _all, layout.COMPARE: _compared, layout.SURE: _sure, layout.ORDERS: _orders}


def tell(services: Services, asked: Asked, _answer: Answer) -> Texts:
    """What follows the filters on the cards; the opening sentence comes with the charts that it is about."""
    there = asked.options["show"] == layout.ALL
    return card_scope.texts(services, asked.selection, layout.PAGE) if there else {}


def filtered(services: Services) -> FilteredPage:
    """What the page counts and says, of the fields that this table has."""
    show = {"show": Option.one_of(*sections(services))}
    known = {**show, **options(services.model), **beside.options(services)}
    return FilteredPage("/segments", tell=tell, options=known, more=more, ignoring=IGNORING)


def register(app: Dash, services: Services) -> None:
    """Keep what is typed into the naming form, and cut scores elsewhere."""
    # What a segment is called is there before anybody types: no answer comes over what is typed meanwhile.
    typed = [Output(one, "value") for one in (ids.NAME, ids.NOTE)]
    said = [Output(one, "children") for one in (ids.NAME_SAID, ids.NOTE_SAID)]
    answer_in_browser(
        app,
        "showNames",
        [*typed, *said],
        Input(ids.WHICH, "value"),
        State(ids.FORMS, "data"),
        initially=False,
    )

    @app.callback(
        Output(ids.NAME_SAID, "children", allow_duplicate=True),
        Output(ids.NOTE_SAID, "children", allow_duplicate=True),
        Output(ids.NAME, "invalid"),
        Output(ids.NOTE, "invalid"),
        Output(ids.SAVED, "data"),
        Input(ids.FORM, "n_submit"),
        Input(ids.RESET, "n_clicks"),
        State(ids.WHICH, "value"),
        State(ids.NAME, "value"),
        State(ids.NOTE, "value"),
        prevent_initial_call=True,
    )
    @requires(Action.NAME_SEGMENTS)
    def name_segment(_submit: object, _reset: object, which: object, name: object, note: object) -> Any:
        if ctx.triggered_id == ids.RESET:
            return naming.reset(services, which)
        return naming.save(services, which, name, note)

    _hear_of_cut_points(app, services)
    answer_in_browser(
        app, "redrawNamed", Output(ids.REDRAWN, "data"), Input(ids.SAVED, "data"), initially=False
    )


def _hear_of_cut_points(app: Dash, services: Services) -> None:
    """Cut RFM scores where the form says."""

    @app.callback(
        *(Output(one, "children", allow_duplicate=True) for one in rfm_layout.SAID),
        *(Output(one, "invalid") for one in rfm_layout.BOXES),
        Output(rfm_layout.ids.PANEL, "children"),
        Input(rfm_layout.ids.FORM, "n_submit"),
        Input(rfm_layout.ids.RESET, "n_clicks"),
        *(State(one, "value") for one in rfm_layout.BOXES),
        prevent_initial_call=True,
    )
    @requires(Action.CHOOSE_MODEL)
    def cut_scores(_submit: object, _reset: object, *given: object) -> Any:
        return rfm.save(services, given, fifths=ctx.triggered_id == rfm_layout.ids.RESET)

"""One question, one answer: all figures of a page for a selection."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from dash import Dash, Input, Output
from dash.development.base_component import Component

from callbacks.filters import address, kept
from callbacks.filters.address import Asked
from callbacks.filters.answer import as_json, drawn_of, findings, heights, ignores_own, origin, untemplated
from callbacks.filters.answered import Answered
from callbacks.filters.page import FilteredPage
from callbacks.web.guard import requires
from callbacks.web.routes import answer_in_browser
from core.accounts.permissions import Action
from core.crossfilter.table import Clause, Selection, SelectionError
from core.services import Services
from layouts import charts, filters
from layouts.cards import without_words
from layouts.charts import Chart, amounts_of
from layouts.components import Shown, Table
from layouts.figures import Figure
from layouts.filters import ids


@dataclass(frozen=True)
class Refusal:
    """Why an address filters nothing, and the address with all of it that can be used; nothing if all can."""

    words: str = ""
    mended: str = ""


def read(services: Services, page: FilteredPage, query: Mapping[str, str]) -> tuple[Asked, Refusal]:
    """What an address asks, and what is wrong with it; a wrong one filters nothing, but is shown as it asks."""
    pieces = [f"{name}={value}" for name, value in query.items()]
    crossfilter = services.model.crossfilter
    try:
        return address.parse("&".join(pieces), crossfilter, page.options), Refusal()
    except SelectionError as error:
        asked = _fitting(services, page, pieces)
        shown = asked.filtered(crossfilter.selection())
        return shown, Refusal(str(error), address.bound(str(asked), origin(services), page.path))


def _fitting(services: Services, page: FilteredPage, pieces: Sequence[str]) -> Asked:
    """What an address asks without the pieces that can't be used."""
    fitting = ""
    for piece in pieces:
        longer = "&".join(filter(None, (fitting, piece)))
        with suppress(SelectionError):
            address.parse(longer, services.model.crossfilter, page.options)
            fitting = longer
    return address.parse(fitting, services.model.crossfilter, page.options)


def draw_charts(found: Answered) -> dict[str, Component]:
    """Each chart in its frame, as the selection has it."""
    figures, said = _figures(found), findings(found)
    return {
        chart.id: filters.chart(
            chart, Shown(figures[chart.id], said[f"{chart.id}-finding"], _table(found, chart))
        )
        for chart in found.charts
    }


def _table(found: Answered, chart: Chart) -> Table:
    services = found.services
    labels = services.axis(chart.field).labels
    write = amounts_of(chart, services.numbers)
    rows = [
        (label, write(all_), write(now))
        for label, all_, now in zip(
            labels, heights(chart, found.everyone), heights(chart, found.answer), strict=True
        )
    ]
    own = filters.HEADS[ignores_own(found.asked, chart)]
    return Table((services.label(chart.field), f"All: {chart.measures}", own), rows)


def _figures(found: Answered) -> dict[str, Figure]:
    services = found.services
    return {
        chart.id: charts.figure(
            chart,
            services.axis(chart.field),
            drawn_of(found, chart, whole=True),
            found.plotly,
            services.numbers,
            found.form,
        )
        for chart in found.charts
    }


def _specs(found: Answered) -> dict[str, Any]:
    """What the browser must know to read clicks on the bars."""
    services, form = found.services, found.form
    return {
        chart.id: charts.for_browser(chart, services.axis(chart.field), services.numbers, form)
        for chart in found.charts
    }


def opened(found: Answered, refusal: Refusal) -> Component:
    """What the browser needs to take over from here."""
    first = as_json(found) | {"error": refusal.words, "mended": refusal.mended}
    # Figures and tables are on the page already: their names are enough to listen to their clicks.
    first |= {"figures": dict.fromkeys(first["figures"]), "tables": {}}
    return filters.opened(
        {
            "page": found.page.path,
            "charts": _specs(found),
            "answer": first,
            "heads": filters.HEADS,
            "ignores": dict(found.page.ignoring),
            "locale": found.services.numbers.locale.replace("_", "-"),
            "currency": found.services.numbers.currency,
        }
    )


Pages = Mapping[str, Callable[[Services], FilteredPage]]  # by path


def register(app: Dash, services: Services, pages: Pages) -> None:
    """Answer questions about the selection, for every page that can be filtered."""

    @app.callback(Output(ids.ANSWER, "data"), Input(ids.ASK, "data"), prevent_initial_call=True)
    @requires(Action.VIEW)
    def answer_selection(question: object) -> dict[str, Any]:
        return answer_to(services, pages, question)

    answer_in_browser(app, "openPage", Output(ids.OPENED, "data"), Input(ids.PAGE, "data"))


def answer_to(services: Services, pages: Pages, question: object) -> dict[str, Any]:
    """The answer to what a browser asks; nothing in it is trusted.

    Raises SelectionError if the question is not one that our pages ask.
    """
    name = question.get("page") if isinstance(question, dict) else None
    if not isinstance(question, dict) or not isinstance(name, str) or name not in pages:
        raise SelectionError.of(str(question)[:80], "a question about one of our pages")
    page, number = pages[name](services), question.get("n")
    about = {
        "n": number if isinstance(number, int) else 0,
        "page": page.path,
        "model": services.model.card.key,
    }
    try:
        asked = asked_by(services, page, question)
    except SelectionError as error:
        return about | {"error": str(error)}
    found = Answered(services, page, asked)
    drawn_as = f"{found.form}{asked.options.get('axis', '')}"
    said = kept.once(found, as_json) | about
    if not question.get("words", True):
        said["texts"] = without_words(said["texts"])
    if question.get("form", drawn_as) != drawn_as:
        said |= {"charts": _specs(found), "bars": untemplated(_figures(found))}
    return said


def asked_by(services: Services, page: FilteredPage, question: Mapping[str, Any]) -> Asked:
    """What a question asks: by address, or by clauses, pieces of an address, and options."""
    crossfilter = services.model.crossfilter
    text, clauses, options = question.get("address"), question.get("clauses"), question.get("options", {})
    pieces = question.get("pieces", [])
    if isinstance(text, str):
        _refuse_another_model(services, text)
        return address.parse(text, crossfilter, page.options)
    if not isinstance(clauses, dict) or not isinstance(options, dict):
        raise SelectionError.of(str(clauses)[:80], "filters by field")
    if not isinstance(pieces, list) or not all(isinstance(piece, str) for piece in pieces):
        raise SelectionError.of(str(pieces)[:80], "filters as an address has them")
    typed = crossfilter.selection("&".join(pieces)).clauses
    of_codes = (_clause(name, codes) for name, codes in clauses.items())
    selection = Selection(crossfilter.fields, (*of_codes, *typed))
    return address.asked(selection, options, page.options)


def _refuse_another_model(services: Services, text: str) -> None:
    key = address.Origin.of(dict(parse_qsl(text))).key
    if key and key != services.model.card.key:
        raise SelectionError.of(f"segments of the model {key}", f"those of {services.model.card.key}")


def _clause(field: str, codes: object) -> Clause:
    if not isinstance(codes, list) or not all(type(code) is int for code in codes):
        raise SelectionError.of(str(codes)[:80], f"a list of codes of {field}")
    return Clause(field, frozenset(codes))

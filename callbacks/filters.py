"""One question, one answer: all figures of a page for a selection."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import Dash, Input, Output
from dash.development.base_component import Component

from callbacks.guard import requires
from core.accounts.permissions import Action
from core.binning import Axis, Scale
from core.crossfilter import Answer, Clause, Selection, SelectionError, View
from core.services import Services
from layouts import charts, filters
from layouts.charts import Chart
from layouts.components import Table
from layouts.filters import ids
from layouts.theme import Template

Texts = dict[str, str]


@dataclass(frozen=True)
class FilteredPage:
    """What a page counts, totals and says.

    `tell` turns an answer into the texts around the charts: element id to words.
    """

    path: str
    charts: Sequence[Chart]
    values: Sequence[str]
    tell: Callable[[Services, Selection, Answer], Texts]
    extra: Sequence[View] = ()

    @property
    def views(self) -> list[View]:
        """What the engine is asked for."""
        return [*(View(chart.id, chart.field, value=chart.value) for chart in self.charts), *self.extra]


def ask(services: Services, page: FilteredPage, selection: Selection) -> Answer:
    """All figures of `page`."""
    return services.model.crossfilter.views(selection, page.views, values=page.values)


def read(services: Services, query: Mapping[str, str]) -> tuple[Selection, str]:
    """The selection of an address, and what is wrong with it; a wrong one filters nothing."""
    text = "&".join(f"{name}={value}" for name, value in query.items())
    try:
        return services.model.crossfilter.selection(text), ""
    except SelectionError as error:
        return services.model.crossfilter.selection(), str(error)


def as_json(services: Services, page: FilteredPage, selection: Selection, answer: Answer) -> dict[str, Any]:
    """The compact answer that the browser restyles the page with."""
    numbers = services.numbers
    views: dict[str, dict[str, Any]] = {}
    for chart in page.charts:
        values = heights(chart, answer)
        views[chart.id] = {"values": [float(f"{value:.9g}") for value in values]}
        if chart.value and chart.across:
            views[chart.id]["labels"] = [numbers.money(value) for value in values]
    return {
        "page": page.path,
        "text": str(selection),
        "clauses": {clause.field: sorted(clause.codes) for clause in selection.clauses},
        "chips": chips(services, selection),
        "rows": answer.selected.rows,
        "views": views,
        "texts": page.tell(services, selection, answer) | findings(services, page, answer),
    }


def heights(chart: Chart, answer: Answer) -> list[float]:
    """What the bars of `chart` show."""
    found = answer[chart.id]
    values = found.counts if found.sums is None else found.sums
    return [float(value) for value in values.tolist()]


def chips(services: Services, selection: Selection) -> list[dict[str, str]]:
    """Every filter in words."""
    axes = services.model.crossfilter.axes
    return [
        {
            "field": clause.field,
            "label": services.label(clause.field),
            "text": words(axes[clause.field], sorted(clause.codes)),
        }
        for clause in selection.clauses
    ]


def words(axis: Axis, codes: Sequence[int]) -> str:
    """Chosen labels, the first few by name; neighbouring bins as one range."""
    run = len(codes) > 1 and codes[-1] - codes[0] == len(codes) - 1 and axis.missing not in codes
    if run and axis.scale is not Scale.CATEGORY:
        return f"{axis.labels[codes[0]].split(' to ')[0]} to {axis.labels[codes[-1]].split(' to ')[-1]}"
    named = [axis.labels[code] for code in codes]
    return ", ".join(named) if len(named) <= 3 else f"{named[0]}, {named[1]} and {len(named) - 2} more"


def findings(services: Services, page: FilteredPage, answer: Answer) -> Texts:
    """Under each chart's name: its main finding."""
    numbers, axes = services.numbers, services.model.crossfilter.axes
    found = {}
    for chart in page.charts:
        values, labels = heights(chart, answer), axes[chart.field].labels
        total = sum(values)
        if not total:
            found[f"{chart.id}-finding"] = "No customer matches."
            continue
        top = max(range(len(values)), key=lambda code: values[code])
        what = "Most from" if chart.value else "Most common"
        share = numbers.percent(values[top] / total)
        found[f"{chart.id}-finding"] = f"{what}: {labels[top]}, {share}."
    return found


def draw_charts(
    services: Services, page: FilteredPage, selection: Selection, answer: Answer, template: Template
) -> dict[str, Component]:
    """Each chart in its frame, as the selection has it."""
    axes, numbers = services.model.crossfilter.axes, services.numbers
    everyone = ask(services, page, services.model.crossfilter.selection())
    said = findings(services, page, answer)
    drawn = {}
    for chart in page.charts:
        axis, all_ = axes[chart.field], heights(chart, everyone)
        now = charts.Drawn(all_, heights(chart, answer), selection.codes(chart.field))
        figure = charts.figure(chart, axis, now, template, numbers)
        write = numbers.money if chart.value else numbers.whole
        rows = [(label, write(value)) for label, value in zip(axis.labels, all_, strict=True)]
        table = Table((services.label(chart.field), f"All: {chart.measures}"), rows)
        drawn[chart.id] = filters.chart(chart, figure, table, finding=said[f"{chart.id}-finding"])
    return drawn


def opened(
    services: Services, page: FilteredPage, selection: Selection, answer: Answer, error: str = ""
) -> Component:
    """What the browser needs to take over from here."""
    axes = services.model.crossfilter.axes
    everyone = ask(services, page, services.model.crossfilter.selection())
    specs = {
        chart.id: charts.for_browser(chart, axes[chart.field], heights(chart, everyone))
        for chart in page.charts
    }
    first = as_json(services, page, selection, answer) | {"error": error}
    return filters.opened(
        {
            "page": page.path,
            "charts": specs,
            "answer": first,
            "locale": services.settings.locale.replace("_", "-"),
        }
    )


def register(app: Dash, services: Services, pages: Sequence[FilteredPage]) -> None:
    """Answer questions about the selection, for every page that can be filtered."""
    by_path = {page.path: page for page in pages}

    @app.callback(Output(ids.ANSWER, "data"), Input(ids.ASK, "data"), prevent_initial_call=True)
    @requires(Action.VIEW)
    def answer_selection(question: object) -> dict[str, Any]:
        return answer_to(services, by_path, question)

    for output, source, function in (
        (ids.SHOWN, ids.ANSWER, "show"),
        (ids.OPENED, ids.PAGE, "openPage"),
    ):
        app.clientside_callback(
            f"function (data) {{ return window.parterre.{function}(data); }}",
            Output(output, "data"),
            Input(source, "data"),
        )


def answer_to(services: Services, pages: Mapping[str, FilteredPage], question: object) -> dict[str, Any]:
    """The answer to what a browser asks; nothing in it is trusted.

    Raises
    ------
    SelectionError
        If the question is not one that our pages ask.
    """
    if not isinstance(question, dict) or question.get("page") not in pages:
        raise SelectionError.of(str(question)[:80], "a question about one of our pages")
    page, number = pages[question["page"]], question.get("n")
    about = {"n": number if isinstance(number, int) else 0, "page": page.path}
    try:
        selection = selected(services, question)
    except SelectionError as error:
        return about | {"error": str(error)}
    answer = ask(services, page, selection)
    return as_json(services, page, selection, answer) | about


def selected(services: Services, question: Mapping[str, Any]) -> Selection:
    """The selection that a question names, by text or by clauses."""
    crossfilter = services.model.crossfilter
    text, clauses = question.get("text"), question.get("clauses")
    if isinstance(text, str):
        return crossfilter.selection(text)
    if not isinstance(clauses, dict):
        raise SelectionError.of(str(clauses)[:80], "filters by field")
    return Selection(crossfilter.axes, tuple(_clause(field, codes) for field, codes in clauses.items()))


def _clause(field: str, codes: object) -> Clause:
    if not isinstance(codes, list) or not all(type(code) is int for code in codes):
        raise SelectionError.of(str(codes)[:80], f"a list of codes of {field}")
    return Clause(field, frozenset(codes))

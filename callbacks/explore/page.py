"""Explore: distributions that filter one another, relations between fields, and what was odd in the file."""

from __future__ import annotations

from collections.abc import Sequence

from dash import Dash
from dash.development.base_component import Component

from callbacks.explore import quality as explore_quality
from callbacks.explore import relations as explore_relations
from callbacks.filters import callbacks as filters
from callbacks.filters import lacking
from callbacks.filters.address import Asked, Option
from callbacks.filters.answered import Answered
from callbacks.filters.page import FORMS, FilteredPage, More, Texts
from callbacks.frame.view import Query, mode
from core.crossfilter.table import Answer, Selection
from core.model.axes import log_twin
from core.profiles import narrative as words
from core.services import Services
from core.statistics import describe
from layouts import explore as layout
from layouts.charts import Chart
from layouts.explore import NUMERIC, SECTIONS, ids
from layouts.theme import Template, template

OPTIONS = {
    "show": Option.one_of(*SECTIONS),
    **FORMS,
    "method": Option.one_of("pearson", "spearman"),
    "x": Option("Income", NUMERIC.__contains__, "a numeric field"),
    "y": Option("Total_Spending", NUMERIC.__contains__, "a numeric field"),
}


def draw(services: Services, query: Query) -> Component:
    """The section in the address, for the selection in the address."""
    asked, error = filters.read(services, PAGE, query)
    found = Answered(services, PAGE, asked, template(mode(), services.numbers.separators))
    return layout.layout(
        layout.Explore(
            lead=found.texts[ids.LEAD],
            section=asked.options["show"],
            options=asked.options,
            segments=[segment.name for segment in services.model.card.profile.segments],
            charts=_charts(found),
            opened=filters.opened(found, error),
            lacking=lacking.said(services, _fields(asked.options["show"])),
            known=[name for name in NUMERIC if lacking.is_known(services, name)],
            skewed=any(_has_twin(services, chart) for chart in shown(services, asked)),
        )
    )


def register(_app: Dash, _services: Services) -> None:
    """The page answers only the questions that all filtered pages answer."""


def shown(services: Services, asked: Asked) -> Sequence[Chart]:
    """The distributions of the section, of the fields that this file has."""
    return [chart for chart in SECTIONS[asked.options["show"]][1] if lacking.is_known(services, chart.field)]


def _fields(section: str) -> Sequence[str]:
    return NUMERIC if section == "relations" else [chart.field for chart in SECTIONS[section][1]]


def tell(services: Services, selection: Selection, _answer: Answer) -> Texts:
    """Who spends half, and what goes with it, of the selected."""
    table, people, numbers = services.model.crossfilter, services.model.people, services.numbers
    rows = people.rows(table.sample(selection, len(table)), ["Total_Spending", "Income"])
    share = describe.half_from(rows["Total_Spending"])
    if share is None:
        nobody = (
            "No customer matches your filters."
            if rows.empty
            else "Nobody among these customers spends anything."
        )
        return {ids.LEAD: nobody}
    whose = "all spending" if not selection else "the spending of the selected"
    strength = describe.correlation(rows["Income"], rows["Total_Spending"])
    ranks = describe.correlation(rows["Income"], rows["Total_Spending"], "spearman")
    lead = (
        f"Half of {whose} comes from {numbers.percent(share)} of {'customers' if not selection else 'them'}"
    )
    if strength is not None:
        lead += f"; {words.relation('income', 'spending', strength, len(rows.dropna()), ranks)}"
    return {ids.LEAD: f"{lead}."}


def more(services: Services, asked: Asked, plotly: Template) -> More:
    """The relations, where they are shown."""
    if asked.options["show"] != "relations":
        return More()
    return explore_relations.figures(services, asked, plotly)


PAGE = FilteredPage("/explore", (), (), tell, options=OPTIONS, more=more, shown=shown)


def _charts(found: Answered) -> list[Component]:
    if found.asked.options["show"] == "relations":
        return explore_relations.charts(found.more)
    if found.asked.options["show"] == "quality":
        return explore_quality.charts(found.services, found.plotly)
    return list(filters.draw_charts(found).values())


def _has_twin(services: Services, chart: Chart) -> bool:
    return log_twin(chart.field, services.model.crossfilter.axes) != chart.field

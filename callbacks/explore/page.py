"""Explore: distributions that filter one another, relations between fields, and what was odd in the file."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd
from dash.development.base_component import Component

from callbacks.explore import quality
from callbacks.explore import relations as explore_relations
from callbacks.explore.relations import fields
from callbacks.filters import callbacks as filters
from callbacks.filters import lacking
from callbacks.filters.address import Asked, Option
from callbacks.filters.answered import Answered
from callbacks.filters.moves import ByBins, Moves
from callbacks.filters.page import FORMS, FilteredPage, More, Texts
from callbacks.filters.relations import main_pair, related, sentence
from callbacks.frame.view import Query, mode
from core.crossfilter.table import Answer, Selection
from core.model.axes import log_twin
from core.schema.derivations import Calendar
from core.schema.fields import Kind
from core.services import Services
from core.statistics import describe
from layouts import explore as layout
from layouts.charts import Chart, distribution, small
from layouts.explore import ids
from layouts.theme import Template, template


def filtered(services: Services) -> FilteredPage:
    """What the page counts and says, of the fields that this table has."""
    related = fields(services)
    x, y = main_pair(services)
    options = {
        "show": Option.one_of(*sections(services)),
        **FORMS,
        "method": Option.one_of("pearson", "spearman"),
        "x": Option(x, related.__contains__, "a numeric field"),
        "y": Option(y, related.__contains__, "a numeric field"),
    }
    return FilteredPage("/explore", (), tell, options, more, shown, moves=moves)


def draw(services: Services, query: Query) -> Component:
    """The section in the address, for the selection in the address."""
    spec = filtered(services)
    asked, error = filters.read(services, spec, query)
    found = Answered(services, spec, asked, template(mode(), services.numbers.separators))
    return layout.layout(
        lead=found.texts[ids.LEAD],
        section=asked.options["show"],
        sections=sections(services),
        options=asked.options,
        segments=[segment.name for segment in services.model.card.profile.segments],
        charts=_charts(found),
        opened=filters.opened(found, error),
        lacking=lacking.said(services, _members(services, asked.options["show"])),
        known=[(name, services.label(name)) for name in fields(services) if lacking.is_known(services, name)],
        cohorts=None if asked.options["show"] in layout.OTHERS else quality.drawn(services),
        skewed=any(_has_twin(services, chart) for chart in shown(services, asked)),
    )


def sections(services: Services) -> dict[str, str]:
    """The groups of fields, by what they are called in an address, and what else there is to see."""
    return {_slug(group): group for group in services.schema.groups if _of(services, group)} | layout.OTHERS


def chart_of(services: Services, name: str) -> tuple[str, str] | None:
    """In which section the distribution of a field is, and as which chart; None where it has none."""
    group = next((group for group, names in services.schema.groups.items() if name in names), "")
    is_drawn = name in services.model.crossfilter.axes and lacking.is_known(services, name)
    return (_slug(group), layout.chart_id(name)) if group and is_drawn else None


def _slug(group: str) -> str:
    return "-".join(re.findall("[a-z0-9]+", group.lower())) or "fields"


def _of(services: Services, group: str) -> list[str]:
    """Fields of a group that are counted."""
    axes = services.model.crossfilter.axes
    return [name for name in services.schema.groups[group] if name in axes]


def _members(services: Services, section: str) -> Sequence[str]:
    """The fields that a section is about."""
    if section == layout.RELATIONS:
        return fields(services)
    return [
        name for group in services.schema.groups if _slug(group) == section for name in _of(services, group)
    ]


def shown(services: Services, asked: Asked) -> Sequence[Chart]:
    """The distributions of the section, of the fields that this file has; those with long names last."""
    if asked.options["show"] in layout.OTHERS:
        return []
    known = [name for name in _members(services, asked.options["show"]) if lacking.is_known(services, name)]
    charts = [_chart(services, name) for name in known]
    return sorted(charts, key=lambda chart: chart.across)


def _chart(services: Services, name: str) -> Chart:
    field, axis = services.schema[name], services.model.crossfilter.axes[name]
    drawn = distribution(layout.chart_id(name), field)
    # Names of months and quarters are short, and have an order that reads from the left.
    named = field.kind is Kind.CATEGORY and not isinstance(field.derived, Calendar)
    return small(drawn, len(axis) if named else 0)


def tell(services: Services, asked: Asked, answer: Answer) -> Texts:
    """Who brings half of what ranks the segments, and what goes with it, of the selected."""
    if not answer.selected.rows:
        return {ids.LEAD: "No customer matches your filters."}
    about = ("lead", asked.selection, services.numbers)
    return services.model.once(about, lambda: _lead(services, asked, answer))


def _lead(services: Services, asked: Asked, answer: Answer) -> Texts:
    table, value = services.model.crossfilter, services.schema.value
    x, y = main_pair(services)
    rows = services.model.people.rows(table.sample(asked.selection, len(table)), list(dict.fromkeys([x, y])))
    parts = [] if value is None else [_half(services, asked.selection, rows[value])]
    names = (services.schema[x].called, services.schema[y].called)
    if said := related(services, rows, x, y, names):
        parts.append(said if parts else sentence(said)[:-1])
    lead = "; ".join(parts) or f"{services.numbers.whole(answer.selected.rows)} customers"
    return {ids.LEAD: f"{lead}."}


def _half(services: Services, selection: Selection, values: pd.Series) -> str:
    """From how few of the customers half of all money comes."""
    field, share = services.schema[str(values.name)], describe.half_from(values)
    if share is None:
        return f"There is no {field.called} among these customers"
    whose, of = (
        (f"the {field.called} of the selected", "them") if selection else (field.of_all(), "customers")
    )
    return f"Half of {whose} comes from {services.numbers.percent(share)} of {of}"


def more(services: Services, asked: Asked, plotly: Template) -> More:
    """The relations, where they are shown."""
    if asked.options["show"] != layout.RELATIONS:
        return More()
    return explore_relations.figures(services, asked, plotly)


def moves(services: Services, asked: Asked, active: str) -> Moves:
    """One field against another, where it is shown."""
    if asked.options["show"] != layout.RELATIONS:
        return Moves()
    return explore_relations.moves(ByBins(services, asked, active))


def _charts(found: Answered) -> list[Component]:
    if found.asked.options["show"] == layout.RELATIONS:
        return explore_relations.charts(found)
    if found.asked.options["show"] == layout.QUALITY:
        return quality.charts(found.services, found.plotly)
    return list(filters.draw_charts(found).values())


def _has_twin(services: Services, chart: Chart) -> bool:
    return log_twin(chart.field, services.model.crossfilter.axes) != chart.field

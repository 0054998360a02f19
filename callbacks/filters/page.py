"""What a page counts, totals and says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from callbacks.filters.address import Asked, Option, Options
from callbacks.filters.moves import Moves
from core.crossfilter.table import Answer, Breakdown
from core.model.axes import log_twin
from core.services import Services
from layouts.charts import Chart, Form
from layouts.components import Shown, Table
from layouts.figures import Figure
from layouts.theme import Template

Texts = dict[str, str]  # by the id of an element
EVERYTHING = "*"
# How bars can be drawn: pages that offer it have these among their options.
FORMS: Options = {
    "split": Option.one_of("none", "segments"),
    "as": Option.one_of("counts", "shares"),
    "axis": Option.one_of("plain", "log"),
}


@dataclass(frozen=True)
class More:
    """What a page shows besides bars: whole figures by element id, words, and rows of tables."""

    figures: Mapping[str, Figure] = field(default_factory=dict)
    texts: Texts = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)

    @classmethod
    def of(cls, shown: Mapping[str, Shown]) -> More:
        """Charts that are made already, by element."""
        return cls(
            {id: one.figure for id, one in shown.items()},
            {f"{id}-finding": one.finding for id, one in shown.items()},
            {id: one.table for id, one in shown.items()},
        )

    def __or__(self, other: More) -> More:
        """Both."""
        figures, tables = {**self.figures, **other.figures}, {**self.tables, **other.tables}
        return More(figures, self.texts | other.texts, tables)


def _nothing(_services: Services, _asked: Asked, _plotly: Template) -> More:
    return More()


def _silent(_services: Services, _asked: Asked, _answer: Answer) -> Texts:
    return {}


def _bare(_services: Services, _asked: Asked) -> Sequence[Chart]:
    return ()


def _still(_services: Services, _asked: Asked, _active: str) -> Moves:
    return Moves()


@dataclass(frozen=True)
class FilteredPage:
    """What a page counts, totals and says.

    `tell` turns an answer into the texts around the charts: element id to words. `more` makes what is no
    bar chart; its figures are drawn anew in the browser at each answer, into graphs of the same ids.
    `shown` picks its bar charts. `ignoring` names the field whose
    filter a figure sets aside, as bar charts do with their own; `EVERYTHING` where it shows all customers.
    `moves` tells what else follows a choice in a field before it is answered.
    """

    path: str
    values: Sequence[str] = ()
    tell: Callable[[Services, Asked, Answer], Texts] = _silent
    options: Options = field(default_factory=dict)
    more: Callable[[Services, Asked, Template], More] = _nothing
    shown: Callable[[Services, Asked], Sequence[Chart]] = _bare
    ignoring: Mapping[str, str] = field(default_factory=dict)
    moves: Callable[[Services, Asked, str], Moves] = _still

    def drawn(self, services: Services, asked: Asked) -> list[Chart]:
        """The bar charts that the options ask for, on log axes where they ask for that."""
        charts = self.shown(services, asked)
        if asked.options.get("axis") != "log":
            return list(charts)
        return [chart.over(log_twin(chart.field, services.model.crossfilter.axes)) for chart in charts]

    def views(self, services: Services, asked: Asked) -> list[Breakdown]:
        """What the engine is asked for."""
        form = form_of(asked)
        return [
            Breakdown(
                chart.id,
                chart.field,
                "Segment" if form.splits(chart) else None,
                chart.value.name if chart.value else None,
            )
            for chart in self.drawn(services, asked)
        ]


def form_of(asked: Asked) -> Form:
    """How the bars of a page are drawn. In percent, one segment alone is no part of a bar: it would be all of it."""
    options = asked.options
    shares, alone = options.get("as") == "shares", len(asked.selection.codes("Segment")) == 1
    return Form(options.get("split") == "segments" and not (shares and alone), shares)

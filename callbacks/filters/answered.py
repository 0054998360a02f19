"""All that a page shows for what is asked: each figure made once, by a click and by a page that opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

# That of functools lets one thread at a time make any, of all that ask.
from werkzeug.utils import cached_property

from callbacks.filters.address import Asked
from callbacks.filters.page import FilteredPage, More, Texts, form_of
from core.crossfilter.table import Answer
from core.services import Services
from layouts.charts import Chart, Form
from layouts.components import Shown
from layouts.theme import Template


@dataclass(frozen=True)
class Answered:
    """What is counted is counted when it is first looked at, and then kept.

    `plotly` is the template that a page opens with; a browser that is there already has its own.
    """

    services: Services
    page: FilteredPage
    asked: Asked
    plotly: Template = field(default_factory=dict)

    @cached_property
    def answer(self) -> Answer:
        """The figures of the selected."""
        return self._ask(self.asked)

    @cached_property
    def everyone(self) -> Answer:
        """The same figures of all customers."""
        if not self.asked.selection:
            return self.answer
        return self._ask(self.asked.filtered(self.services.model.crossfilter.selection()))

    @cached_property
    def more(self) -> More:
        """What is no bar chart."""
        return self.page.more(self.services, self.asked, self.plotly)

    @cached_property
    def texts(self) -> Texts:
        """The words around the charts."""
        return self.page.tell(self.services, self.asked, self.answer) | self.more.texts

    @cached_property
    def charts(self) -> Sequence[Chart]:
        """The bar charts that the options ask for."""
        return self.page.drawn(self.services, self.asked)

    def shown(self, id: str) -> Shown:
        """A chart that is no bar chart."""
        return Shown(self.more.figures[id], self.texts[f"{id}-finding"], self.more.tables[id])

    @property
    def form(self) -> Form:
        """How bars are drawn."""
        return form_of(self.asked)

    def _ask(self, asked: Asked) -> Answer:
        table, page = self.services.model.crossfilter, self.page
        return table.views(asked.selection, page.views(self.services, asked), values=page.values)

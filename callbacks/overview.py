"""Overview: who the customers are, and who the selected ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from dash import Dash
from dash.development.base_component import Component

from callbacks import trust
from callbacks.filters import callbacks as filters
from callbacks.filters import cards as card_scope
from callbacks.filters import lacking, relations
from callbacks.filters.address import Asked
from callbacks.filters.answered import Answered
from callbacks.filters.page import FilteredPage, More, Texts
from callbacks.frame.view import Query, View, mode
from core.accounts.permissions import Action
from core.crossfilter.table import Answer, Selection
from core.model.given_names import Naming
from core.numbers import times
from core.profiles import advice
from core.profiles import narrative as words
from core.services import Services
from core.statistics.by_construction import Chosen, chosen_by
from core.statistics.differences import (
    FEWEST,
    could_be_drawn,
    mean_difference,
    mean_interval,
    rate_difference,
    rest_of,
)
from core.statistics.rates import Interval, wilson_interval
from layouts import overview as layout
from layouts.charts import Chart
from layouts.components import Table, chart
from layouts.filters import legend
from layouts.overview import CHARTS, ids
from layouts.theme import Template, template
from layouts.trust import badge

BOTH = relations.Pair(ids.BOTH, "Income", "Total_Spending")


def draw(services: Services, query: Query) -> Component:
    """The page, for the visitor's theme and the selection in the address."""
    numbers = services.numbers
    asked, error = filters.read(services, PAGE, query)
    found = Answered(services, PAGE, asked, template(mode(), numbers.separators))
    texts = found.texts
    return layout.layout(
        layout.Overview(
            lead=texts[ids.LEAD],
            source=_source(services),
            figures=[
                (id, label, texts[f"{id}-value"], texts[f"{id}-note"])
                for id, label in layout.FIGURES
                if id != ids.RESPONSE or lacking.is_known(services, "Response")
            ],
            lacking=lacking.said(
                services, [*(chart.field for chart in CHARTS), "Response"], "charts and figures of these are"
            ),
            cards=_cards(services, texts),
            trust=trust.quiet(services),
            charts=filters.draw_charts(found),
            income=_income(found),
            opened=filters.opened(found, error),
        )
    )


def register(_app: Dash, _services: Services) -> None:
    """The page answers only the questions that all filtered pages answer."""


def tell(services: Services, selection: Selection, answer: Answer) -> Texts:
    """Opening sentence, key figures and the sizes on the segment cards."""
    texts = {ids.LEAD: _lead(services, selection, answer)}
    texts |= _key_figures(services, selection, answer)
    return texts | card_scope.texts(services, selection, layout.PAGE)


def both(services: Services, asked: Asked, plotly: Template) -> More:
    """Income against spending of the selected."""
    return relations.against(services, asked, BOTH, plotly)


def _shown(services: Services, _asked: Asked) -> list[Chart]:
    return [chart for chart in CHARTS if lacking.is_known(services, chart.field)]


PAGE = FilteredPage("/", CHARTS, ("Total_Spending", "Income", "Response"), tell, more=both, shown=_shown)


def _cards(services: Services, texts: Texts) -> list[layout.SegmentCard]:
    badges, namings = trust.badges(services), services.live.namings
    verdicts, profile = advice.rows(services.model), services.model.card.profile
    drawn = []
    for segment in profile.segments:
        number = segment.number
        suggestion = advice.suggestion(segment, profile, services.numbers, verdicts.get(number))
        said, trusted = namings.get(number, Naming()).note, badges.get(number)
        drawn.append(
            layout.SegmentCard(
                number=number,
                name=segment.name,
                texts=texts,
                suggestion=(suggestion.title, suggestion.text),
                note=said.text if said else "",
                trust=badge(trusted) if trusted else None,
            )
        )
    return drawn


def _lead(services: Services, selection: Selection, answer: Answer) -> str:
    numbers = services.numbers
    if not selection:
        return words.opening(services.model.card.profile, numbers)
    chosen, everyone = answer.selected, answer.everyone
    spending = chosen.values["Total_Spending"].sum / (everyone.values["Total_Spending"].sum or 1)
    match = "customers matches" if chosen.rows == 1 else "customers match"
    return (
        f"{numbers.whole(chosen.rows)} of {numbers.whole(everyone.rows)} {match} your filters: "
        f"{numbers.percent(chosen.rows / everyone.rows)} of customers, {numbers.percent(spending)} of spending."
    )


def _key_figures(services: Services, selection: Selection, answer: Answer) -> Texts:
    numbers, chosen, everyone = services.numbers, answer.selected, answer.everyone
    spending, all_spending = chosen.values["Total_Spending"], everyone.values["Total_Spending"]
    customers, total = f"in {services.model.card.parameters.k} segments", "of all customers"
    if chosen.rows < everyone.rows:
        part = numbers.percent(chosen.rows / everyone.rows)
        customers = f"{part} of {numbers.whole(everyone.rows)}"
        total = (
            f"{numbers.percent(spending.sum / (all_spending.sum or 1))} of {numbers.money(all_spending.sum)}"
        )
    return {
        f"{ids.CUSTOMERS}-value": numbers.whole(chosen.rows),
        f"{ids.CUSTOMERS}-note": customers,
        f"{ids.TOTAL}-value": numbers.money(spending.sum),
        f"{ids.TOTAL}-note": total,
        **_mean(services, ids.EACH, "Total_Spending", selection, answer),
        **_mean(services, ids.EARN, "Income", selection, answer),
        **_rate(services, ids.RESPONSE, "Response", selection, answer),
    }


def _mean(services: Services, id: str, name: str, selection: Selection, answer: Answer) -> Texts:
    chosen, everyone = answer.selected.values[name], answer.everyone.values[name]
    rest, interval = rest_of(everyone, chosen), mean_interval(chosen)
    if interval and interval.rate >= 0:  # no mean of amounts is below nothing, however few they are
        interval = replace(interval, low=max(interval.low, 0.0))
    difference = mean_difference(chosen, rest)
    said = Against(
        times(chosen.mean, everyone.mean),
        chosen.known,
        everyone.known,
        chosen_by(selection, name, services.model.card.parameters.basis),
        interval,
        difference is None or difference.chance or could_be_drawn(chosen, rest),
    )
    write = services.numbers.money
    return {f"{id}-value": write(chosen.mean), f"{id}-note": note(said, write)}


def _rate(services: Services, id: str, name: str, selection: Selection, answer: Answer) -> Texts:
    chosen, everyone = answer.selected.values[name], answer.everyone.values[name]
    write, difference = services.numbers.rate, rate_difference(chosen, rest_of(everyone, chosen))
    said = Against(
        f"against {write(everyone.mean)} of everyone",
        chosen.known,
        everyone.known,
        chosen_by(selection, name, services.model.card.parameters.basis),
        wilson_interval(round(chosen.sum), chosen.known) if chosen.known else None,
        difference is None or difference.chance,
    )
    return {f"{id}-value": write(chosen.mean), f"{id}-note": note(said, write)}


@dataclass(frozen=True)
class Against:
    """A figure of the selected against everyone's: how it compares in words, and all that says how sure that is."""

    words: str
    known: int
    everyone: int
    chosen: Chosen | None
    interval: Interval | None
    chance: bool


def note(said: Against, write: Callable[[float], str]) -> str:
    """Against everyone, how sure, and whether it could be chance; none of that of what the filters decided."""
    if said.interval is None:
        return "too few customers to say"
    sure = f"95% interval {write(said.interval.low)} to {write(said.interval.high)}"
    if said.known == said.everyone:
        return sure
    if said.chosen:
        return f"{said.words}; {said.chosen}"
    if said.known < FEWEST:
        return f"{said.words}; too few customers to say whether that is chance"
    if said.everyone - said.known < FEWEST:
        return f"{said.words}; too few others to say whether that is chance. {sure}"
    chance = "; the difference could be chance" if said.chance else ""
    return f"{said.words}{chance}. {sure}"


def _income(found: Answered) -> Component:
    return chart(
        ids.BOTH,
        "Income against spending",
        "income a year, total spending",
        found.more.figures[ids.BOTH],
        Table(relations.HEAD, found.more.tables[ids.BOTH].rows),
        legend([segment.name for segment in found.services.model.card.profile.segments]),
        finding=found.texts[f"{ids.BOTH}-finding"],
        height=420,
    )


def _source(services: Services) -> str:
    card, numbers = services.model.card, services.numbers
    touched = numbers.whole(sum(run.rows for run in card.rules))
    return (
        f"From {card.data.name}, {numbers.whole(card.data.rows)} rows; cleaning rules touched {touched} of "
        f"them. Model {card.key}, {card.made[:10]}. Everyone is all customers of this file, of whom every figure is "
        "exact; an interval says where the figure of many more customers like the selected would lie. Where nothing "
        "says that a difference could be chance, it can be still: among twenty that are chance alone, one at most looks so. Where few customers spend most, fewer than 95 of 100 intervals hold what they should."
    )


VIEW = View("overview", "/", "Overview", Action.VIEW, draw, register, PAGE)

"""Overview: who the customers are, and who the selected ones."""

from __future__ import annotations

from dataclasses import replace

from dash.development.base_component import Component

from callbacks import trust
from callbacks.filters import beside, lacking, relations
from callbacks.filters import callbacks as filters
from callbacks.filters import cards as card_scope
from callbacks.filters.address import Asked, Option
from callbacks.filters.answered import Answered
from callbacks.filters.everyone import OPTION
from callbacks.filters.key_figures import against
from callbacks.filters.moves import ByBins, Moves, Ratio, mean, mean_form, money_form
from callbacks.filters.page import FilteredPage, More, Texts
from callbacks.frame.view import Query, mode
from callbacks.overview import hero, rows
from core.crossfilter.table import Answer, Selection
from core.model.axes import charted
from core.profiles import narrative as words
from core.profiles import summary
from core.schema.fields import SEGMENT
from core.services import Services
from layouts.charts import Chart
from layouts.components import chart
from layouts.filters import everyone, legend
from layouts.overview import page as layout
from layouts.overview.hero import height
from layouts.overview.page import ids
from layouts.overview.rows import PAGE
from layouts.theme import Template, template

AVERAGED = 3  # fields whose means are key figures where nothing ranks segments


def filtered(services: Services) -> FilteredPage:
    """What the page counts, totals and says, of the fields that this table has."""
    schema = services.schema
    values = [*filter(None, [schema.value]), *_averaged(services), *schema.targets[-1:]]
    show = {"show": Option.one_of(layout.SEGMENTS, layout.CHARTS)}
    return FilteredPage(
        "/",
        list(dict.fromkeys(values)),
        tell,
        options={**show, **OPTION, **beside.options(services)},
        more=more,
        shown=lambda services, asked: fields(services) if _has_charts(asked) else [],
        ignoring={ids.HERO: SEGMENT},
        moves=moves,
    )


def _has_charts(asked: Asked) -> bool:
    return asked.options["show"] == layout.CHARTS


def draw(services: Services, query: Query) -> Component:
    """The page, for the visitor's theme and the selection in the address."""
    spec = filtered(services)
    asked, error = filters.read(services, spec, query)
    found = Answered(services, spec, asked, template(mode(), services.numbers.separators))
    texts, schema = found.texts, services.schema
    about = [*_picked(services), *schema.targets[-1:]]
    return layout.layout(
        lead=texts[ids.LEAD],
        source=source(services),
        options=everyone(asked.options["everyone"], *beside.choice(services, asked)),
        beside=beside.drawn(services, asked, found.more),
        hero=_hero(found),
        figures=[(id, label, texts[f"{id}-value"], texts[f"{id}-note"]) for id, label in figures(services)],
        lacking=lacking.said(services, about, "charts and figures of these are"),
        columns=rows.columns(services),
        ranked=f"by {schema[schema.value].called}" if schema.value else "by how many they are",
        cards=rows.cards(services, texts),
        trust=trust.quiet(services),
        charts=_charts(found) if _has_charts(asked) else None,
        opened=filters.opened(found, error),
    )


def _hero(found: Answered) -> Component:
    services, value = found.services, found.services.schema.value
    name = f"Who they are, and their {services.schema[value].called}" if value else "How many they are"
    unit = f"parts of all: pale bars customers, full bars {services.schema[value].called}" if value else ""
    tall = height(len(services.model.card.profile.segments))
    return chart(ids.HERO, name, unit, found.shown(ids.HERO), height=tall, walks="segment")


def _charts(found: Answered) -> list[Component]:
    both = _both(found)
    return [*filters.draw_charts(found).values(), *([both] if both else [])]


def by_segment(services: Services) -> list[Chart]:
    """Segments by size, and by what ranks them: for reports, which have no room for rows."""
    charts, name = [Chart(ids.SIZES, "Customers by segment", SEGMENT, across=True)], services.schema.value
    if name:
        value = services.schema[name]
        title = f"{value.called.capitalize()} by segment"
        charts.append(Chart(ids.SPENDING, title, SEGMENT, value=value, across=True))
    return charts


def _picked(services: Services) -> list[str]:
    """What there are codes of, of the fields to show."""
    names = charted(services.schema, services.model.card.parameters.basis)
    return [name for name in names if name in services.model.crossfilter.axes]


def fields(services: Services) -> list[Chart]:
    """The charts to filter by, of what the file has."""
    named = {name: services.schema[name] for name in _picked(services) if lacking.is_known(services, name)}
    return [
        Chart(layout.chart_id(name), field.heading, name, percent=field.in_percent)
        for name, field in named.items()
    ]


def _averaged(services: Services) -> list[str]:
    """The fields whose mean is a key figure: the amount beside the money that ranks segments; without money, others."""
    schema, (x, y) = services.schema, relations.main_pair(services)
    if schema.value is None:
        return list(services.model.card.parameters.basis[:AVERAGED])
    return [x] if x != y else []


def figures(services: Services) -> list[tuple[str, str]]:
    """The key figures: id and label."""
    schema, figures = services.schema, [(ids.CUSTOMERS, "Customers")]
    if schema.value:
        value = schema[schema.value]
        figures.append((ids.TOTAL, value.label))
        figures.append((ids.EACH, f"{value.called.capitalize()} per customer"))
    figures += [(layout.mean_id(name), f"Mean {schema[name].called}") for name in _averaged(services)]
    last = [name for name in schema.targets[-1:] if lacking.is_known(services, name)]
    return figures + [(layout.mean_id(name), schema[name].heading) for name in last]


def tell(services: Services, asked: Asked, answer: Answer) -> Texts:
    """Opening sentence, key figures, and what stands in the rows and in their stories."""
    texts = {ids.LEAD: _lead(services, asked.selection, answer)}
    texts |= _key_figures(services, asked, answer)
    cards = card_scope.texts(services, asked.selection, PAGE)
    return texts | cards | rows.texts(services, asked, cards)


def more(services: Services, asked: Asked, plotly: Template) -> More:
    """The chart of segments, another version beside this one, and two fields against each other with the charts."""
    found = hero.more(services, asked, ids.HERO, plotly) | beside.more(services, asked)
    x, y = relations.main_pair(services)
    if x == y or not _has_charts(asked):
        return found
    return found | relations.against(services, asked, relations.Pair(ids.BOTH, x, y), plotly)


def moves(services: Services, asked: Asked, active: str) -> Moves:
    """Key figures; the rows and the chart of segments, where these are not what is chosen; two fields with the charts."""
    schema, seen = services.schema, ByBins(services, asked, active)
    names = filtered(services).values
    counted, *summed = seen.all([None, *names])
    texts = {f"{ids.CUSTOMERS}-value": Ratio("whole", counted.counts[None])}
    for name, found in zip(names, summed, strict=True):
        id = ids.EACH if name == schema.value else layout.mean_id(name)
        texts[f"{id}-value"] = mean(mean_form(schema[name]), found)
        if name == schema.value and found.sums is not None:
            texts[f"{ids.TOTAL}-value"] = Ratio(money_form(schema[name]), found.sums[None])
    told = (
        Moves(texts) if active == SEGMENT else Moves(texts | rows.moves(seen), {ids.HERO: hero.moves(seen)})
    )
    x, y = relations.main_pair(services)
    if x == y or not _has_charts(asked):
        return told
    return replace(told, points={ids.BOTH: relations.points(seen, relations.Pair(ids.BOTH, x, y))})


def _lead(services: Services, selection: Selection, answer: Answer) -> str:
    numbers, schema = services.numbers, services.schema
    if not selection:
        said = words.opening(services.model.card.profile, services.numbers, services.schema)
        return f"{said}{trust.one_crowd(services)}"
    chosen, everyone = answer.selected, answer.everyone
    if not chosen.rows:
        return f"No customer of {numbers.whole(everyone.rows)} matches your filters."
    match = "customers matches" if chosen.rows == 1 else "customers match"
    parts = [f"{numbers.percent(chosen.rows / everyone.rows)} of customers"]
    if schema.value:
        part = chosen.values[schema.value].sum / (everyone.values[schema.value].sum or 1)
        parts.append(f"{numbers.percent(part)} of {schema[schema.value].of_all('')}")
    return f"{numbers.whole(chosen.rows)} of {numbers.whole(everyone.rows)} {match} your filters: {', '.join(parts)}."


def _key_figures(services: Services, asked: Asked, answer: Answer) -> Texts:
    numbers, chosen, everyone = services.numbers, answer.selected, answer.everyone
    customers = f"in {services.model.card.parameters.k} segments"
    if chosen.rows < everyone.rows:
        part = numbers.percent(chosen.rows / everyone.rows)
        customers = f"{part} of {numbers.whole(everyone.rows)}"
    texts = {f"{ids.CUSTOMERS}-value": numbers.whole(chosen.rows), f"{ids.CUSTOMERS}-note": customers}
    if services.schema.value:
        texts |= _total(services, services.schema.value, answer)
        texts |= against(services, ids.EACH, services.schema.value, asked, answer)
    for name in _averaged(services):
        texts |= against(services, layout.mean_id(name), name, asked, answer)
    for name in services.schema.targets[-1:]:
        texts |= against(services, layout.mean_id(name), name, asked, answer)
    return texts


def _total(services: Services, name: str, answer: Answer) -> Texts:
    numbers, chosen, everyone, cents = (
        services.numbers,
        answer.selected,
        answer.everyone,
        services.schema.cents,
    )
    own, all_, known = chosen.values[name].sum, everyone.values[name].sum, chosen.values[name].known
    note = "of all customers"
    if chosen.rows < everyone.rows:
        note = f"{numbers.percent(own / (all_ or 1))} of {numbers.money(all_, cents)}"
    if known < chosen.rows:
        note += f"; not known of {numbers.whole(chosen.rows - known)}"
    return {f"{ids.TOTAL}-value": numbers.money(own, cents), f"{ids.TOTAL}-note": note}


def _both(found: Answered) -> Component | None:
    if ids.BOTH not in found.more.figures:
        return None
    x, y = (found.services.schema[name] for name in relations.main_pair(found.services))
    unit = ", ".join(one.with_unit for one in (x, y))
    shown = found.shown(ids.BOTH)
    names = legend([segment.name for segment in found.services.model.card.profile.segments])
    return chart(ids.BOTH, f"{x.label} against {y.called}", unit, shown, names, height=420, walks="cell")


def source(services: Services) -> str:
    """Where the figures come from, and how sure they are."""
    card, numbers = services.model.card, services.numbers
    rows = sum(run.rows for run in card.rules)
    touched = numbers.whole(rows) if rows else "none"
    return (
        f"From {card.data.name}, {summary.rows_of(card, numbers)}; cleaning rules touched {touched} of "
        f"them. Model {card.key}, {card.made[:10]}. Everyone is all customers of this file, of whom every figure is "
        "exact. If they are a sample, an interval says where the figure of many more customers like the selected would "
        "lie; if they are all there are, chance is that as many drawn from them would often differ as much. Maybe chance: one "
        "look in twenty shows as much where there is nothing. Where nothing is said of chance, that is so in one of "
        "twenty visits of ten clicks at most. Where few customers spend most, fewer than 95 of 100 intervals hold what they should."
    )

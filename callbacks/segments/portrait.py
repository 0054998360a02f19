"""A page for each segment: who they are, what sets them apart, how sure that is, and what to do next."""

from __future__ import annotations

from functools import partial

from dash.development.base_component import Component

from callbacks import trust
from callbacks.filters import callbacks as filters
from callbacks.filters import cards as card_scope
from callbacks.filters import everyone, lacking
from callbacks.filters.address import Asked
from callbacks.filters.answered import Answered
from callbacks.filters.key_figures import against
from callbacks.filters.page import FilteredPage, More, Texts
from callbacks.frame.view import Query, View, mode
from callbacks.segments import apart
from callbacks.segments.asked import VALUED, Seen
from core.accounts.permissions import Action
from core.campaigns import counts
from core.campaigns.economics import of_file
from core.crossfilter.table import Answer, Clause, SelectionError
from core.datasets import migration_told
from core.model.axes import telling
from core.numbers import Numbers, spell
from core.profiles.contrast import EVERYONE
from core.profiles.rulebook import rules_of
from core.schema.fields import SEGMENT
from core.services import Services
from core.statistics.by_construction import chosen_by
from layouts import rules
from layouts.components import Shown, Table, notice
from layouts.segments import portrait as layout
from layouts.segments.figures import Rate
from layouts.segments.figures import rates as rates_drawn
from layouts.segments.portrait import PAGE, fact_id, ids
from layouts.theme import Template, template

MOST = 12  # segments that a model can have
FACTS = 5


def views() -> tuple[View, ...]:
    """The page of each segment that a model can have."""
    return tuple(
        View(
            f"segment-{number}",
            f"/segments/{number}",
            "Segments",
            Action.VIEW,
            partial(_draw, number),
            filtered=partial(_filtered, number),
        )
        for number in range(1, MOST + 1)
    )


def _draw(number: int, services: Services, query: Query) -> Component:
    """The page of a segment, for the visitor's theme and the selection in the address."""
    segments = services.model.card.profile.segments
    if number > len(segments):
        return notice("There is no such segment", _none(number, services), layout.back())
    spec = _filtered(number, services)
    asked, error = filters.read(services, spec, query)
    found = Answered(services, spec, asked, template(mode(), services.numbers.separators))
    card = card_scope.cards(services, found.texts)[number - 1]
    return layout.layout(
        card=card,
        names=[one.name for one in segments],
        lead=found.texts[ids.LEAD],
        facts=[
            (id, label, found.texts[f"{id}-value"], found.texts[f"{id}-note"])
            for id, label in facts(services, number)
        ],
        charts=[(id, name, found.shown(id)) for id, name in charts(services) if id in found.more.figures],
        chosen=asked.options["values"],
        everyone=asked.options["everyone"],
        crowd=trust.one_crowd(services),
        trust=trust.quiet(services),
        moved=_moved(services, number),
        rule=_rule(services, number),
        opened=filters.opened(found, error),
    )


def _none(number: int, services: Services) -> str:
    k = services.model.card.parameters.k
    return f"Found segment {number}. There are {spell(k).lower()} segments, 1 to {k}. Choose one of them."


def _filtered(number: int, services: Services) -> FilteredPage:
    """What the page counts and says of one segment, under the filters on other fields."""
    if number > len(services.model.card.profile.segments):
        raise SelectionError(_none(number, services))
    return FilteredPage(
        f"/segments/{number}",
        _figures_of(services, number),
        partial(_tell, number),
        options={**VALUED, **everyone.OPTION},
        more=partial(_more, number),
    )


def _others(asked: Asked) -> Asked:
    return asked.filtered(asked.selection.without(SEGMENT))


def _own(number: int, asked: Asked) -> Asked:
    """What is asked, of the customers of the segment."""
    return asked.filtered(asked.selection.replace(Clause(SEGMENT, frozenset([number - 1]))))


def _answer(number: int, services: Services, asked: Asked) -> Answer:
    return Answered(services, _filtered(number, services), _own(number, asked)).answer


def _figures_of(services: Services, number: int) -> list[str]:
    """The fields of the key figures: money, what sets the segment apart most, the last answer."""
    model, schema = services.model, services.schema
    profile = model.card.profile
    effects = profile.segment(number).effects
    ends = (schema.value, *schema.targets[-1:])
    told = [
        name for name in telling(profile, schema) if name in model.crossfilter.summed and name not in ends
    ]
    most = sorted(told, key=lambda name: -abs(effects.get(name, 0.0)))
    value = [name for name in filter(None, [schema.value]) if name in model.crossfilter.summed]
    last = [name for name in schema.targets[-1:] if lacking.is_known(services, name)]
    return [*value, *most[: FACTS - 1 - len(value) - len(last)], *last]


def facts(services: Services, number: int) -> list[tuple[str, str]]:
    """The key figures: id and label."""
    schema = services.schema
    names = _figures_of(services, number)
    return [
        (ids.CUSTOMERS, "Customers"),
        *((fact_id(name), _label(services, name)) for name in names if name in schema),
    ]


def _label(services: Services, name: str) -> str:
    field = services.schema[name]
    if name == services.schema.value:
        return f"{field.called.capitalize()} per customer"
    return field.heading if name in services.schema.targets else f"Mean {field.called}"


def _tell(number: int, services: Services, asked: Asked, _answered: Answer) -> Texts:
    """The portrait in words, and the key figures."""
    said = card_scope.texts(services, _others(asked).selection, PAGE)
    own = {id: text for id, text in said.items() if id.startswith(layout.part_id(number, ""))}
    found, mine = _answer(number, services, asked), _own(number, asked)
    texts = {ids.LEAD: own[layout.part_id(number, "words")], **own}
    texts |= _customers(services, number, found)
    for name in _figures_of(services, number):
        texts |= against(services, fact_id(name), name, mine, found)
    return texts


def _customers(services: Services, number: int, found: Answer) -> Texts:
    numbers, all_ = services.numbers, services.model.card.profile.customers
    size, rows = services.model.card.profile.segment(number).size, found.selected.rows
    note = f"{numbers.percent(size / all_)} of all"
    if rows < size:
        note = f"of {numbers.whole(size)} match your filters; the segment is {note}"
    return {f"{ids.CUSTOMERS}-value": numbers.whole(rows), f"{ids.CUSTOMERS}-note": note}


def charts(services: Services) -> list[tuple[str, str]]:
    """The charts: one for each group of fields, and the answers to campaigns."""
    return [*apart.charts(services), (ids.RATES, "Answers to campaigns")]


def _more(number: int, services: Services, asked: Asked, plotly: Template) -> More:
    """What sets the segment apart, group by group, and how often they answered."""
    seen = Seen.of(services, _others(asked), plotly, (number, EVERYONE))
    shown = apart.shown(seen, number, asked.options["values"])
    if any(lacking.is_known(services, name) for name in services.schema.outcomes):
        shown[ids.RATES] = _drawn_rates(number, services, _rates(number, services, asked), plotly)
    return More.of(shown)


def _rates(number: int, services: Services, asked: Asked) -> list[Rate]:
    """Of each campaign: how often the segment accepted, with its interval, and how often everyone who matches did."""
    table, schema, selection = services.model.crossfilter, services.schema, _others(asked).selection
    basis = services.model.card.parameters.basis
    names = [
        name
        for name in schema.outcomes
        if lacking.is_known(services, name) and not chosen_by(selection, name, basis, schema)
    ]
    found = []
    for name, groups in counts.by_segment(table, selection, names, schema).items():
        own = [*groups.intervals()][number - 1]
        [everyone] = counts.in_total(table, selection, name, schema).intervals()
        if own and everyone:
            found.append(Rate(schema[name].heading, own, everyone.rate))
    return found


def _drawn_rates(number: int, services: Services, rates: list[Rate], plotly: Template) -> Shown:
    numbers, segment = services.numbers, services.model.card.profile.segment(number)
    known = of_file(services.model.people)
    even = known.economics.break_even if known.given else None
    rows = [
        (one.name, numbers.rate(one.own.rate), _between(one, numbers), numbers.rate(one.everyone))
        for one in rates
    ]
    best = max(rates, key=lambda one: one.own.rate, default=None)
    finding = "Nobody matches, or your filter decides the answers."
    if best:
        of = f"{numbers.rate(best.everyone)} of everyone who matches"
        highest = "Highest: " if len(rates) > 1 and best.own.rate > 0 else ""
        finding = f"{highest}{best.name}, {numbers.rate(best.own.rate)} against {of}."
    figure = rates_drawn(rates, number, segment.name, even, plotly, numbers)
    return Shown(figure, finding, Table(("Campaign", "They", "95% interval", "Everyone"), rows))


def _between(one: Rate, numbers: Numbers) -> str:
    return numbers.rates(one.own.low, one.own.high)


def _moved(services: Services, number: int) -> list[str]:
    """Who came and went since the version before, where there is one."""
    came = services.model.card.succession
    if came is None or came.by_centres:
        return []
    whole, names = services.numbers.whole, services.model.card.profile.names
    flows = [one for one in came.flows if number in (one.after, one.before)]
    own = [one for one in flows if one.after == number]
    before = came.names.get(number)
    gone = [one for one in came.flows if before is not None and one.before == before]
    said = [
        f"Since version {came.version}: {whole(came.new[number - 1])} new customers, "
        f"{whole(sum(one.customers for one in own))} from other segments, "
        f"{whole(sum(one.customers for one in gone))} to other segments."
    ]
    reasons = [*own[:2], *gone[:2]]
    return [
        *said,
        *(
            f"{whole(one.customers)} {'came' if one.after == number else f'went to {names[one.after]}'}: "
            f"{migration_told.reason(one, services.schema, services.numbers)}"
            for one in reasons
        ),
    ]


def _rule(services: Services, number: int) -> Component | None:
    found = next((one for one in rules_of(services.model, services.findings) if one.segment == number), None)
    name = services.model.card.profile.segment(number).name
    return rules.card_for(found, name, services.schema, services.numbers) if found else None

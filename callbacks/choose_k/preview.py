"""Choose k: the segments that a number makes, and who would move, before anything is changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean

import numpy as np
from dash.development.base_component import Component

from core.evidence import recommendation
from core.evidence.evidence import Candidate, CandidateSegment, Evidence
from core.evidence.flows import Counts, Moves, moves, steps
from core.evidence.measure import live_labels
from core.model.profile import SegmentProfile
from core.numbers import Numbers, agreed, spell
from core.schema.schema import Schema
from core.services import Services
from layouts.choose_k import page as layout
from layouts.choose_k.figures import Outline, silhouettes
from layouts.choose_k.page import ids
from layouts.components import Shown, Table, chart
from layouts.flows import Link, Node, faint, flows
from layouts.theme import ACCENT, EVERYONE, Template, segment_colour

ROOM_FOR_A_NAME = 66  # pixels: three lines, beside a segment that may be small
SHOWN = 0.005  # of all customers, below which a flow is not drawn


def names(services: Services, choice: Candidate) -> dict[int, str]:
    """What the segments of `choice` are called: the live ones as people named them."""
    live = live_k(services)
    if choice.k != live:
        return {group.number: group.name for group in choice.groups}
    # The same segments; where a sample stands for all, possibly in another order.
    heirs = moves(live_labels(services.model), live, choice).heirs
    return {heirs[segment.number]: segment.name for segment in services.model.card.profile.segments}


def preview(services: Services, evidence: Evidence, k: int) -> Component:
    """Sizes, names, and how many would move, for `k` segments."""
    numbers, choice, live = services.numbers, evidence.choice(k), live_k(services)
    found, called = moves(live_labels(services.model), live, choice), names(services, choice)
    return layout.preview(
        f"{spell(k)} segments{', as they are live' if k == live else ''}",
        recommendation.moved(found, live, k, evidence, numbers),
        _head(services.schema),
        [_row(group, called[group.number], evidence, services, live=k == live) for group in choice.groups],
    )


def details(services: Services, evidence: Evidence, k: int, plotly: Template) -> Component:
    """Silhouettes, who goes where, and the steps around `k`."""
    choice, live = evidence.choice(k), live_k(services)
    called = names(services, choice)
    widths = _widths(choice, called, live, services.numbers, plotly)
    around = _steps(services, evidence, k, plotly)
    if k == live:
        return layout.details([widths, around], None)
    found = moves(live_labels(services.model), live, choice)
    return layout.details([widths, _moves(services, evidence, k, called, found, plotly)], around)


def live_k(services: Services) -> int:
    """The number of live segments."""
    return services.model.card.parameters.k


def doubted(weakest: CandidateSegment, called: Mapping[int, str], numbers: Numbers) -> str:
    """How many are in doubt where most are."""
    if not weakest.doubtful:
        return "Everybody is nearer to the customers of their own segment, on average, than to those of any other."
    share = numbers.percent(weakest.doubtful)
    name = called[weakest.number]
    return (
        f"{name} {agreed(name, 'has', 'have')} the largest share of customers who are nearer to those of another segment, on "
        f"average, than to those of their own: {share}."
    )


def _head(schema: Schema) -> list[str]:
    value = schema[schema.value] if schema.value else None
    money = [f"Mean {value.called}", f"Of {value.of_all('')}"] if value else []
    return ["Segment", "Customers", "Of all", *money, "Silhouette", "Nearer to another"]


def _row(
    group: CandidateSegment, name: str, evidence: Evidence, services: Services, *, live: bool
) -> Component:
    numbers, share = services.numbers, group.size / evidence.rows
    money = [numbers.money(group.spending, services.schema.cents), numbers.percent(group.spending_share)]
    figures = (
        recommendation.many(group.size, evidence, numbers),
        numbers.percent(share),
        *(money if services.schema.value else []),
        numbers.fixed(fmean(group.widths)) if group.widths else "not defined",
        numbers.percent(group.doubtful),
    )
    return layout.segment(group.number, name, figures, live=live)


def _widths(
    choice: Candidate, called: Mapping[int, str], live: int, numbers: Numbers, plotly: Template
) -> Component:
    mean = choice.scores.silhouette or 0.0
    weakest = max(choice.groups, key=lambda group: group.doubtful)
    outlines = [
        Outline(
            f"{group.number} {called[group.number]}",
            group.widths,
            group.size,
            segment_colour(group.number) if choice.k == live else ACCENT,
        )
        for group in choice.groups
    ]
    rows = [
        (
            f"{group.number} {called[group.number]}",
            *(numbers.fixed(group.widths[at]) for at in (0, middle, -1)),
        )
        for group in choice.groups
        if group.widths
        for middle in (len(group.widths) // 2,)
    ]
    finding = f"Mean {numbers.fixed(mean)}. {doubted(weakest, called, numbers)}"
    table = Table(("Segment", "Lowest", "Middle", "Highest"), rows)
    name, unit = (
        "Silhouette of each customer, by segment",
        "left of zero: nearer to another segment; dashed: the mean",
    )
    return chart(
        ids.WIDTHS, name, unit, Shown(silhouettes(outlines, mean, plotly), finding, table), height=420
    )


def _moves(
    services: Services, evidence: Evidence, k: int, called: Mapping[int, str], found: Moves, plotly: Template
) -> Component:
    profile, choice = services.model.card.profile, evidence.choice(k)
    before = [Node(f"{s.number} {s.name}", s.name, segment_colour(s.number)) for s in profile.segments]
    after = [Node(f"{n} {called[n]}", called[n], EVERYONE) for n in (group.number for group in choice.groups)]
    rows = [
        (segment.name, _destinations(found.counts[segment.number - 1], called, services.numbers))
        for segment in profile.segments
    ]
    links = _links(found.counts, 0, len(before), [node.colour for node in before])
    figure = flows([*before, *after], links, ("live", "preview"), plotly)
    kept = _kept(found, profile.segments, called)
    shown = Shown(figure, kept, Table(("Live segment", "Becomes"), rows))
    name = f"From the live segments to {spell(k).lower()}"
    return chart(ids.MOVES, name, _drawn(evidence), shown, height=420)


def _drawn(evidence: Evidence) -> str:
    """What charts of flows count."""
    return "customers of the sample" if evidence.sampled else "customers"


def _kept(found: Moves, segments: Sequence[SegmentProfile], called: Mapping[int, str]) -> str:
    ended = [f"{one.name} ({one.number})" for one in segments if one.number not in found.heirs]
    new = [f"{name} ({number})" for number, name in called.items() if number not in found.heirs.values()]
    return f"Become part of others: {', '.join(ended)}." if ended else f"Newly formed: {', '.join(new)}."


def _destinations(counts: Counts, called: Mapping[int, str], numbers: Numbers) -> str:
    total = int(counts.sum()) or 1
    order = [place for place in np.argsort(-counts) if counts[place] / total >= 0.05]
    return ", ".join(f"{called[int(p) + 1]} ({numbers.percent(counts[p] / total)})" for p in order)


def _steps(services: Services, evidence: Evidence, k: int, plotly: Template) -> Component:
    first = max(1, min(k - 1, len(evidence.choices) - 3))
    shown = [evidence.choice(one) for one in range(first, first + 4)]
    live = live_k(services)
    nodes: list[Node] = []
    links: list[Link] = []
    for choice, step in zip(shown, steps(evidence)[first - 1 : first + 3], strict=False):
        start, colours = len(nodes), [_colour(number, choice.k, live) for number in range(1, choice.k + 1)]
        nodes += _column(services, choice, colours)
        if choice is not shown[-1]:
            links += _links(step.counts, start, start + choice.k, colours)
    if shown[-1].k == len(evidence.choices):
        last = shown[-1]
        nodes += _column(services, last, [_colour(n, last.k, live) for n in range(1, last.k + 1)])
    numbers = services.numbers
    parts = [one for one in steps(evidence) if first <= one.k < first + 3]
    told = [(f"{one.k} to {one.k + 1}", recommendation.step(one, evidence, numbers)) for one in parts]
    columns = [f"{one.k}, live" if one.k == live else str(one.k) for one in shown]
    drawn = Shown(
        flows(nodes, links, columns, plotly), f"{told[0][1]}.", Table(("Step", "What happens"), told)
    )
    name = f"From {spell(first).lower()} to {spell(first + 3).lower()} segments"
    high = max(420, ROOM_FOR_A_NAME * shown[-1].k)
    unit = f"{_drawn(evidence)}, one column for each number of segments"
    return chart(ids.STEPS, name, unit, drawn, height=high)


def _column(services: Services, choice: Candidate, colours: Sequence[str]) -> list[Node]:
    called = names(services, choice)
    return [
        Node(f"{n} {called[n]}", f"{choice.k} segments: {called[n]}", colours[n - 1]) for n in sorted(called)
    ]


def _colour(number: int, k: int, live: int) -> str:
    return segment_colour(number) if k == live else EVERYONE


def _links(counts: Counts, sources: int, targets: int, colours: Sequence[str]) -> list[Link]:
    least = counts.sum() * SHOWN
    return [
        Link(sources + row, targets + column, int(counts[row, column]), faint(colours[row]))
        for row in range(counts.shape[0])
        for column in range(counts.shape[1])
        if counts[row, column] >= least
    ]
